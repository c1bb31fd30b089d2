//! `mllint.toml`, or `[tool.mllint]` in `pyproject.toml`: found, read, and checked down to its last key.

mod allow;
mod cost;
pub mod keys;
mod paths;
mod read;
pub mod schema;
mod unit;

use std::sync::Arc;

pub use allow::Allow;
pub use cost::Limit;
pub use paths::{PathRules, Severities};
use read::{Table, Value, span};
use toml::de::DeValue;
pub use unit::UnitInputs;

use crate::{
    finding::{Confidence, Severity},
    rules::{
        ALL, Rule,
        options::{Options, RuleOption, Setting},
    },
    select,
    source::{CONFIG, FileId, Files, Mistake, PYPROJECT, ReadError, Source, Span, glob_from, normal},
    suppress::ConfigAllowance,
};

/// A larger file is not read: nobody writes one.
const MAX_BYTES: usize = 1 << 20;
/// The table of a `pyproject.toml` that is ours.
const TABLE: [&str; 2] = ["tool", "mllint"];

/// A value that the configuration sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// An option of a rule that the configuration sets.
#[derive(Clone, Debug)]
pub struct OptionOf {
    /// The rule.
    pub rule: &'static Rule,
    /// The option.
    pub option: &'static RuleOption,
    /// What it is set to.
    pub setting: Written<Setting>,
}

/// What a file of configuration says. What it does not say is nothing, not a default.
#[derive(Debug, Default)]
pub struct Config {
    /// The file; nothing where there is none.
    pub source: Option<Arc<Source>>,
    /// Rules and categories that run.
    pub select: Option<Written<Vec<String>>>,
    /// Those that do not.
    pub ignore: Option<Written<Vec<String>>>,
    /// Globs of files to leave out, from the root.
    pub exclude: Option<Written<Vec<String>>>,
    /// The lowest severity that fails a run; nothing within for `never`.
    pub fail_on: Option<Written<Option<Severity>>>,
    /// How sure a finding must be.
    pub min_confidence: Option<Written<Confidence>>,
    /// The file of known findings, from the root.
    pub baseline: Option<Written<String>>,
    /// Severities in place of the rules' own.
    pub severity: Option<Written<Severities>>,
    /// Options of rules, in the order of their names.
    pub rules: Vec<OptionOf>,
    /// What holds for some files only, in the order of the file.
    pub paths: Vec<Written<PathRules>>,
    /// Findings that are silenced, in the order of the file.
    pub allow: Vec<Allow>,
    /// What is given to units, in the order of the file.
    pub units: Vec<UnitInputs>,
    /// What is paid less than list prices: of what, and the percentage as written.
    pub discounts: Vec<(String, Written<String>)>,
    /// What a workload may cost, in the order of the file.
    pub limits: Vec<Limit>,
}

/// Why a file of configuration cannot be used.
#[derive(Debug)]
pub enum ConfigError {
    /// It cannot be read.
    Unreadable {
        /// Its path from the root.
        path: String,
        /// Why.
        error: ReadError,
    },
    /// It has mistakes.
    Mistakes {
        /// The file.
        source: Arc<Source>,
        /// All of them, in the order of the text.
        mistakes: Vec<Mistake>,
    },
}

/// Reads the configuration at the root of `files`: `mllint.toml`, else the table of `pyproject.toml`. No file is no
/// configuration.
///
/// # Errors
/// When there is one that cannot be used.
pub fn at_root(files: &Files) -> Result<Config, ConfigError> {
    if files.exists(CONFIG) {
        return of_file(files, CONFIG, "");
    }
    if files.exists(PYPROJECT) { of_file(files, PYPROJECT, "") } else { Ok(Config::default()) }
}

/// Reads a file of configuration whose globs start at a folder, given from the root.
///
/// # Errors
/// When it cannot be used.
pub fn of_file(files: &Files, path: &str, folder: &str) -> Result<Config, ConfigError> {
    let unreadable = |error| ConfigError::Unreadable { path: path.to_owned(), error };
    let source = files.read(path).map_err(unreadable)?;
    let is_pyproject = path.rsplit('/').next() == Some(PYPROJECT);
    if source.text().len() > MAX_BYTES {
        return Err(unreadable(ReadError::Io(format!("it is larger than {} MiB", MAX_BYTES >> 20))));
    }
    let wrong = |mistakes| ConfigError::Mistakes { source: source.clone(), mistakes };
    let table = match read::parse(source.text()) {
        Ok(table) => table,
        // What is wrong with another tool's table is not for us to tell.
        Err(_) if is_pyproject && !source.text().contains("mllint") => return Ok(Config::default()),
        Err(mistakes) => return Err(wrong(mistakes)),
    };
    let table = if is_pyproject {
        let Some(table) = own_table(&table).map_err(|mistake| wrong(vec![mistake]))? else {
            return Ok(Config::default());
        };
        table
    } else {
        &table
    };
    let mut mistakes = read::mistakes(table);
    let config = Config::of(table, folder, &mut mistakes);
    if mistakes.is_empty() { Ok(Config { source: Some(source.clone()), ..config }) } else { Err(wrong(mistakes)) }
}

/// The table that is ours.
fn own_table<'t, 'i>(table: &'t Table<'i>) -> Result<Option<&'t Table<'i>>, Mistake> {
    let mut table = table;
    for name in TABLE {
        let Some(value) = table.get(name) else { return Ok(None) };
        table = value.get_ref().as_table().ok_or_else(|| Mistake {
            span: span(value),
            message: format!("`{name}` must be a table"),
            label: String::new(),
            help: "write `[tool.mllint]`".to_owned(),
        })?;
    }
    Ok(Some(table))
}

impl Config {
    /// Takes out what a table says. Where it is wrong `mistakes` tells so already, and the outcome does not matter;
    /// what only shows here is added to them.
    fn of(table: &Table<'_>, folder: &str, mistakes: &mut Vec<Mistake>) -> Self {
        let mut from_root = |written: Written<&str>| glob(folder, written, mistakes);
        let exclude = table.get("exclude").map(|value| Written {
            value: items(value).filter_map(text).filter_map(&mut from_root).collect(),
            span: span(value),
        });
        let tables = table.get("path").into_iter().flat_map(items);
        let paths = tables.filter_map(|value| {
            let table = value.get_ref().as_table()?;
            let globs = table.get("glob").and_then(text).and_then(&mut from_root);
            let rules = PathRules::of(globs?, names(table.get("ignore")), severities(table.get("severity")))?;
            Some(Written { value: rules, span: span(value) })
        });
        let paths = paths.collect();
        let baseline = table.get("baseline").and_then(text).and_then(|written| path(folder, written, mistakes));
        let tables = |key| table.get(key).into_iter().flat_map(items).filter_map(|value| value.get_ref().as_table());
        let allow = tables("allow").filter_map(|table| Allow::of(table, folder, mistakes)).collect();
        let units = tables("unit").filter_map(|table| UnitInputs::of(table, folder, mistakes)).collect();
        let limits = table.get("limit").into_iter().flat_map(items);
        let limits = limits.filter_map(|value| Limit::of(value, folder, mistakes)).collect();
        let discounts = table.get("discounts").and_then(|value| value.get_ref().as_table());
        let discounts = discounts.map(cost::discounts).unwrap_or_default();
        Self {
            source: None,
            select: written(table.get("select"), names),
            ignore: written(table.get("ignore"), names),
            exclude,
            fail_on: one_of(table.get("fail-on"), severity),
            min_confidence: one_of(table.get("min-confidence"), confidence).and_then(known),
            baseline,
            severity: written(table.get("severity"), severities),
            rules: options(table.get("rules")),
            paths,
            allow,
            units,
            discounts,
            limits,
        }
    }

    /// The options of rules that it sets.
    pub fn options(&self) -> Options {
        let mut options = Options::default();
        for OptionOf { rule, option, setting } in &self.rules {
            options.set(rule.name, option.name(), setting.value.clone());
        }
        options
    }

    /// The allowances; `file` is the configuration among the files of the run.
    pub fn allowances(&self, file: FileId) -> Vec<ConfigAllowance> {
        self.allow.iter().map(|allow| allow.allowance(file)).collect()
    }

    /// The line of a place in the file, from 1.
    pub fn line(&self, span: Span) -> u32 {
        self.source.as_ref().map_or(0, |source| source.position(span.start).line)
    }
}

/// A glob from the root; one that leads out of it is a mistake.
fn glob(folder: &str, written: Written<&str>, mistakes: &mut Vec<Mistake>) -> Option<String> {
    let glob = glob_from(folder, written.value);
    if glob.is_none() {
        mistakes.push(outside(&written));
    }
    glob
}

/// A path from the root; one that leads out of it is a mistake.
fn path(folder: &str, written: Written<&str>, mistakes: &mut Vec<Mistake>) -> Option<Written<String>> {
    let joined = if folder.is_empty() { written.value.to_owned() } else { format!("{folder}/{}", written.value) };
    let path = normal(&joined).filter(|_| !written.value.starts_with('/'));
    if path.is_none() {
        mistakes.push(outside(&written));
    }
    path.map(|value| Written { value, span: written.span })
}

fn outside(written: &Written<&str>) -> Mistake {
    Mistake {
        span: written.span,
        message: format!("`{}` leads out of the root", written.value),
        label: "nothing outside of the root is read".to_owned(),
        help: "choose a root above it with --root".to_owned(),
    }
}

fn written<T>(value: Option<&Value<'_>>, read: impl Fn(Option<&Value<'_>>) -> T) -> Option<Written<T>> {
    value.map(|found| Written { value: read(value), span: span(found) })
}

fn one_of<T>(value: Option<&Value<'_>>, read: impl Fn(&str) -> T) -> Option<Written<T>> {
    let written = text(value?)?;
    Some(Written { value: read(written.value), span: written.span })
}

fn known<T>(written: Written<Option<T>>) -> Option<Written<T>> {
    written.value.map(|value| Written { value, span: written.span })
}

fn items<'t, 'i>(value: &'t Value<'i>) -> impl Iterator<Item = &'t Value<'i>> {
    value.get_ref().as_array().into_iter().flat_map(|items| items.iter())
}

fn text<'t>(value: &'t Value<'_>) -> Option<Written<&'t str>> {
    match value.get_ref() {
        DeValue::String(text) => Some(Written { value: text, span: span(value) }),
        _ => None,
    }
}

/// Names of rules and categories, in the form in which they are printed.
fn names(value: Option<&Value<'_>>) -> Vec<String> {
    let texts = value.into_iter().flat_map(items).filter_map(text);
    texts.filter_map(|name| select::named(ALL, name.value).ok()).map(|name| name.name().to_owned()).collect()
}

fn severities(value: Option<&Value<'_>>) -> Severities {
    let entries = value.and_then(|value| value.get_ref().as_table()).into_iter().flatten();
    let entry = |(name, value): (&toml::Spanned<_>, &Value<'_>)| {
        let name: &std::borrow::Cow<'_, str> = name.get_ref();
        Some((select::named(ALL, name).ok()?, severity(text(value)?.value)?))
    };
    Severities(entries.filter_map(entry).collect())
}

fn options(value: Option<&Value<'_>>) -> Vec<OptionOf> {
    let tables = value.and_then(|value| value.get_ref().as_table()).into_iter().flatten();
    let mut all = Vec::new();
    for (name, table) in tables {
        let name: &std::borrow::Cow<'_, str> = name.get_ref();
        let Ok(rule) = select::rule(ALL, name) else { continue };
        for (name, value) in table.get_ref().as_table().into_iter().flatten() {
            let name: &std::borrow::Cow<'_, str> = name.get_ref();
            let Some(option) = rule.options.iter().find(|option| option.name() == &**name) else { continue };
            let setting = match value.get_ref() {
                DeValue::Integer(number) => read::whole(number).map(Setting::Number),
                _ => Some(Setting::Texts(items(value).filter_map(text).map(|text| text.value.to_owned()).collect())),
            };
            all.extend(setting.map(|value_of| OptionOf {
                rule,
                option,
                setting: Written { value: value_of, span: span(value) },
            }));
        }
    }
    all
}

fn severity(name: &str) -> Option<Severity> {
    [Severity::Error, Severity::Warning, Severity::Advice].into_iter().find(|severity| severity.name() == name)
}

fn confidence(name: &str) -> Option<Confidence> {
    [Confidence::Low, Confidence::Medium, Confidence::High].into_iter().find(|confidence| confidence.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(path: &str, text: &str) -> Result<Config, Vec<String>> {
        let files = Files::memory([(path, text)]);
        at_root(&files).map_err(|error| match error {
            ConfigError::Unreadable { error, .. } => vec![error.to_string()],
            ConfigError::Mistakes { source, mistakes } => {
                let line = |mistake: &Mistake| source.position(mistake.span.start).line;
                mistakes
                    .iter()
                    .map(|mistake| format!("{}: {}: {}", line(mistake), mistake.message, mistake.help))
                    .collect()
            }
        })
    }

    #[test]
    fn every_mistake_is_told_with_its_line() {
        let text = "selct = []\nignore = 'cost'\nfail-on = 'eror'\n[severity]\nselect = ['x']\ncost = 1\n[[path]]\nglobs = 1\n";
        let told = config("mllint.toml", text).expect_err("mistakes");
        let expected = [
            "1: unknown key `selct`: did you mean `select`?",
            "2: `ignore` must be a list of names of rules and categories: write `ignore = [\"notebook-root-access\"]`, for example",
            "3: `fail-on` cannot be `eror`: did you mean `error`?",
            "5: unknown rule or category `select`: `select` is a key of the file itself: move it above the first `[table]`",
            "6: a severity must be a string: write `\"advice\"`, for example",
            "7: `[[path]]` has no `glob`: add `glob = \"examples/**\"`",
            "8: unknown key `globs` in `[[path]]`: did you mean `glob`?",
        ];
        assert_eq!(told, expected);
        assert_eq!(config("mllint.toml", "a =\n[b\n").expect_err("mistakes").len(), 2);
    }

    #[test]
    fn options_of_rules_are_checked_down_to_their_values() {
        let text = "[rules.spot-without-checkpoint]\ntolerated-minute = 5\n[rules.single-instance-endpoint]\nproduction-words = 'prod'\n\
             [rules.untagged-ml-resouce]\nx = 1\n[rules.lambda-polls-by-sleeping]\ntolerated-seconds = 901\n\
             [rules.notebook-root-access]\nx = 1\n[rules.untagged-ml-resource]\nrequired-tags = ['a', '']\n";
        let expected = [
            "2: `spot-without-checkpoint` has no option `tolerated-minute`: did you mean `tolerated-minutes`?",
            "4: `production-words` must be a list of texts: write `production-words = [\"prod\", \"p1\"]`, for example",
            "5: unknown rule `untagged-ml-resouce`: did you mean `untagged-ml-resource`? `mllint rules` lists them all",
            "8: `tolerated-seconds` must be a whole number from 0 to 900: its default is 10",
            "10: `notebook-root-access` has no option `x`: leave it out: this rule has nothing to set",
            "12: `required-tags` has an empty text: write `required-tags = [\"team\", \"cost-centre\"]`, for example",
        ];
        assert_eq!(config("mllint.toml", text).expect_err("mistakes"), expected);
        let found = config("mllint.toml", "[rules.spot-without-checkpoint]\ntolerated-minutes = 0x1e\n");
        let found = found.expect("a configuration");
        let [set] = &found.rules[..] else { panic!("{:?}", found.rules) };
        assert_eq!((set.rule.name, &set.setting.value), ("spot-without-checkpoint", &Setting::Number(30)));
    }

    #[test]
    fn each_example_of_the_table_of_keys_is_valid() {
        fn valid(prefix: &str, keys: &[keys::Key]) {
            let required = || keys.iter().filter(|key| key.required);
            for key in keys {
                let others = required().filter(|other| other.name != key.name);
                let lines: Vec<String> =
                    others.chain([key]).map(|key| format!("{} = {}\n", key.name, key.example)).collect();
                let example = match key.shape {
                    keys::Shape::Tables(_) => format!("{} = [{}]\n", key.name, key.example),
                    // A limit has to limit something.
                    _ if prefix == "[[limit]]\n" && !key.name.starts_with("max-") => {
                        format!("{prefix}{}max-usd-per-run = 1\n", lines.concat())
                    }
                    _ => format!("{prefix}{}", lines.concat()),
                };
                assert!(config("mllint.toml", &example).is_ok(), "{example}: {:?}", config("mllint.toml", &example));
                if let keys::Shape::Tables(below) = key.shape {
                    valid(&format!("[[{}]]\n", key.name), below);
                }
            }
        }
        valid("", keys::KEYS);
    }

    #[test]
    fn a_table_of_pyproject_counts_and_the_mistakes_of_others_do_not() {
        let found = config("pyproject.toml", "[tool.mllint]\nfail-on = 'never'\n").expect("a configuration");
        assert_eq!(found.fail_on.map(|written| (written.value, written.span.start)), Some((None, 24)));
        assert!(config("pyproject.toml", "[project\n").expect("none").source.is_none());
        assert!(config("pyproject.toml", "[tool.ruff]\nselct = 1\n").expect("none").source.is_none());
        assert_eq!(config("pyproject.toml", "[tool]\nmllint = 1\n").expect_err("a mistake").len(), 1);
        let files = Files::memory([("pyproject.toml", "[tool.mllint]\nx = 1"), ("mllint.toml", "")]);
        assert_eq!(at_root(&files).expect("the other file").source.expect("a file").path.as_ref(), "mllint.toml");
    }

    #[test]
    fn globs_start_at_the_folder_of_the_file() {
        let files = Files::memory([("mllint.toml", "exclude = ['a/*.tf', 'tests', '../b']")]);
        let excluded =
            |folder| of_file(&files, "mllint.toml", folder).map(|config| config.exclude.expect("globs").value);
        assert_eq!(excluded("x/y").expect("globs"), ["/x/y/a/*.tf", "tests", "/x/b"]);
        assert!(excluded("").is_err(), "one leads out of the root");
    }

    #[test]
    fn an_allowance_stands_at_the_name_of_its_rule() {
        let text =
            "[[allow]]\nrule = 'mllint::notebook-root-access'\npath = 'a/**'\nreason = 'r'\nexpires = 2027-06-30\n";
        let files = Files::memory([("mllint.toml", text)]);
        let config = of_file(&files, "mllint.toml", "x").expect("a configuration");
        let source = files.read("mllint.toml").expect("a file");
        let allowances = config.allowances(source.id);
        let [allowance] = &allowances[..] else { panic!("{allowances:?}") };
        assert_eq!(source.slice(allowance.place.span), "mllint::notebook-root-access");
        assert_eq!(allowance.expires.map(|day| day.to_string()).as_deref(), Some("2027-06-30"));
        let covers = |path: &str| allowance.path.as_ref().is_some_and(|path_of| path_of.covers(path));
        assert!(covers("x/a/b.tf") && !covers("a/b.tf"), "paths start at the folder of the file");
    }

    #[test]
    fn what_is_wrong_with_allowances_and_units_is_told_with_its_line() {
        let text = "[[allow]]\nrule = 'notebook-rot-access'\nexpires = '30.6.2027'\n[[allow]]\nrule = 'cost'\nreason = ' '\n\
                    [[unit]]\npath = '../a'\nvar-files = 'a.tfvars'\nvars = 1\n";
        let told = config("mllint.toml", text).expect_err("mistakes");
        let expected = [
            "1: `[[allow]]` has no `reason`: add `reason = \"the team installs drivers\"`",
            "2: unknown rule `notebook-rot-access`: did you mean `notebook-root-access` or `notebook-outside-vpc` or `notebook-without-repository`? `mllint rules` lists them all",
            "3: `expires` is not a day: write the last day on which it counts, as 2027-06-30",
            "5: unknown rule `cost`: `cost` is a category: name one of its rules",
            "6: `reason` is empty: write `reason = \"the team installs drivers\"`, for example",
            "9: `var-files` must be a list of paths: write `var-files = [\"infra/prod.tfvars\"]`, for example",
            "10: unknown key `vars` in `[[unit]]`: the keys here are `path`, `region`, `var-files` and `parameters`",
            "8: `../a` leads out of the root: choose a root above it with --root",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn the_name_of_a_rule_weighs_more_than_its_category() {
        let text = "[severity]\nsecurity = 'advice'\nmodel-outside-vpc = 'error'\n";
        let severities = config("mllint.toml", text).expect("a configuration").severity.expect("severities").value;
        assert_eq!(severities.of("model-outside-vpc"), Some(Severity::Error));
        assert_eq!(severities.of("notebook-root-access"), Some(Severity::Advice));
        assert_eq!(severities.of("spot-without-checkpoint"), None);
    }
}
