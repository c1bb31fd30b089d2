//! The keys of `mllint.toml`: one table, from which the check, the JSON Schema and the file that `init` writes come.

/// A key.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What may stand there.
    pub shape: Shape,
    /// Whether its table must have it.
    pub required: bool,
    /// What it is for: a sentence without its full stop.
    pub about: &'static str,
    /// A value, as written.
    pub example: &'static str,
}

/// What may stand behind a key.
#[derive(Debug)]
pub enum Shape {
    /// Any text that is not empty.
    Text,
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A list of names of rules and categories.
    Names,
    /// The name of a rule.
    Rule,
    /// A day: `YYYY-MM-DD`, as a date or as a text.
    Date,
    /// A path, from the folder of the file.
    Path,
    /// A list of such paths.
    Paths,
    /// A glob of files, from the folder of the file.
    Glob,
    /// A list of such globs.
    Globs,
    /// A table from names of rules and categories to severities.
    Severities,
    /// A table from names of rules to tables of their options.
    Options,
    /// A number that is not negative.
    Amount,
    /// A table from `all`, uses and instance types to percentages.
    Percents,
    /// Several tables.
    Tables(&'static [Key]),
}

/// Severities, as they are written.
pub const SEVERITIES: &[&str] = &["error", "warning", "advice"];
/// What may fail a run.
pub const FAIL_ON: &[&str] = &["error", "warning", "advice", "never"];
/// Levels of confidence.
pub const CONFIDENCES: &[&str] = &["low", "medium", "high"];

const fn key(name: &'static str, shape: Shape, about: &'static str, example: &'static str) -> Key {
    Key { name, shape, required: false, about, example }
}

const fn required(key: Key) -> Key {
    Key { required: true, ..key }
}

/// The keys of the file itself.
pub static KEYS: &[Key] = &[
    key("select", Shape::Names, "Rules and categories that run, in place of all that run by default", r#"["cost"]"#),
    key("ignore", Shape::Names, "Rules and categories that do not run", r#"["notebook-root-access"]"#),
    key("exclude", Shape::Globs, "Files and folders that are not looked at", r#"["tests", "examples/**"]"#),
    key("fail-on", Shape::OneOf(FAIL_ON), "The lowest severity that fails a run", r#""error""#),
    key("min-confidence", Shape::OneOf(CONFIDENCES), "How sure a finding must be to be shown", r#""medium""#),
    key("baseline", Shape::Path, "The file of known findings, which are not shown", r#""mllint-baseline.json""#),
    key(
        "severity",
        Shape::Severities,
        "Severities in place of the rules' own",
        r#"{ notebook-root-access = "error" }"#,
    ),
    key(
        "rules",
        Shape::Options,
        "Options of rules (`mllint rules NAME` lists those of a rule)",
        r#"{ untagged-ml-resource = { required-tags = ["team"] } }"#,
    ),
    key(
        "path",
        Shape::Tables(PATH),
        "What holds for some files only",
        r#"{ glob = "examples/**", ignore = ["cost"] }"#,
    ),
    key(
        "allow",
        Shape::Tables(ALLOW),
        "Findings that are silenced",
        r#"{ rule = "notebook-root-access", reason = "the team installs drivers" }"#,
    ),
    key(
        "unit",
        Shape::Tables(UNIT),
        "What is given to a Terraform root or a template on deployment",
        r#"{ path = "infra", region = "eu-west-1" }"#,
    ),
    key(
        "discounts",
        Shape::Percents,
        "What is paid less than list prices, in percent: of all, by use, by instance type (`ml.g5.*`)",
        r#"{ all = 5, training = 10, "ml.g5.*" = 20 }"#,
    ),
    key(
        "limit",
        Shape::Tables(LIMIT),
        "What `mllint cost` may come to",
        r#"{ unit = "infra/prod", max-usd-per-month = 2000 }"#,
    ),
];

/// The keys of `[[path]]`.
static PATH: &[Key] = &[
    required(key("glob", Shape::Glob, "The files", r#""examples/**""#)),
    key("ignore", Shape::Names, "Rules and categories whose findings in these files are not shown", r#"["cost"]"#),
    key("severity", Shape::Severities, "Severities of findings in these files", r#"{ cost = "advice" }"#),
];

/// The keys of `[[allow]]`.
static ALLOW: &[Key] = &[
    required(key("rule", Shape::Rule, "The rule whose findings are silenced", r#""notebook-root-access""#)),
    key("path", Shape::Glob, "The files that it is silenced in, in place of all", r#""sandbox/**""#),
    key(
        "resource",
        Shape::Text,
        "The resource that it is silenced for, by id or address; `*` stands for any text",
        r#""module.notebooks.*""#,
    ),
    required(key("reason", Shape::Text, "Why", r#""the team installs drivers""#)),
    key("expires", Shape::Date, "The last day on which it is silenced", r#""2027-06-30""#),
];

/// The keys of `[[limit]]`.
static LIMIT: &[Key] = &[
    key("unit", Shape::Path, "The unit, or a folder of units, in place of all", r#""infra/prod""#),
    key("tag", Shape::Text, "A tag, KEY=VALUE, or KEY for each value on its own", r#""team=vision""#),
    key(
        "resource",
        Shape::Text,
        "Resources, each on its own, by id or address; `*` stands for any text",
        r#""module.notebooks.*""#,
    ),
    key("max-usd-per-month", Shape::Amount, "US dollars that a month may cost at most", "2000"),
    key("max-usd-per-run", Shape::Amount, "US dollars that one run of a job may cost at most", "100"),
];

/// The keys of `[[unit]]`.
static UNIT: &[Key] = &[
    required(key("path", Shape::Path, "The unit, or a folder of units", r#""infra/prod""#)),
    key("region", Shape::Text, "The region that it is deployed to", r#""eu-west-1""#),
    key(
        "var-files",
        Shape::Paths,
        "Files with values of Terraform variables; later ones win",
        r#"["infra/prod.tfvars"]"#,
    ),
    key("parameters", Shape::Path, "A file with values of a template's parameters", r#""infra/prod.json""#),
];
