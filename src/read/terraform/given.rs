//! Values of a root's variables: files beside it (`terraform.tfvars`, `*.auto.tfvars`), and what is given to the run.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    loader::{Loaded, Loader, joined, literal, parse},
    module::Declaration,
    types::convert,
};
use crate::{
    graph::{
        NotEvaluated,
        value::{Data, Entry, List, Object, Origin, Reason, Unknown, Value},
    },
    nearest::did_you_mean,
    read::given::{Inputs, Mistake, Variables},
    source::{Place, Source, Span},
    syntax::{
        hcl::{self, Parsed},
        json,
    },
};

/// The value that one variable is given.
#[derive(Debug)]
pub(super) enum Told {
    /// In a file: the value, and where its name stands.
    Value(Value, Place),
    /// On the command line: a text, which the variable's type says how to read.
    Text(Arc<str>),
}

/// What was given, by name.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) values: FxHashMap<Box<str>, Told>,
    pub(super) not_evaluated: Vec<NotEvaluated>,
    /// A file of which a part is missing: what is not given here may be given there.
    pub(super) incomplete: Option<Place>,
    /// Paths of the files.
    pub(super) files: Vec<String>,
}

/// By this file Terragrunt gives values to the variables of the directory that it stands in.
const TERRAGRUNT: &str = "terragrunt.hcl";

/// What is given to a root, in Terraform's order: what comes later wins.
pub(super) fn of(loader: &Loader<'_>, folder: &str) -> Given {
    let entries = loader.files.entries(folder);
    let names = || entries.iter().filter(|entry| !entry.is_folder).map(|entry| entry.name.as_str());
    let is_auto = |name: &&str| name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json");
    let fixed = ["terraform.tfvars", "terraform.tfvars.json"];
    let ordered = fixed.into_iter().filter(|fixed| names().any(|name| name == *fixed)).chain(names().filter(is_auto));
    let mut given = Given::default();
    for name in ordered {
        given.read(loader, joined(folder, name));
    }
    if names().any(|name| name == TERRAGRUNT) {
        given.by_terragrunt(loader, &joined(folder, TERRAGRUNT));
    }
    for variables in loader.given.to(folder).flat_map(|inputs| &inputs.variables) {
        match variables {
            Variables::One { name, text } => {
                given.values.insert((&**name).into(), Told::Text(text.clone()));
            }
            Variables::File(source) => given.take(source, of_file(source)),
        }
    }
    given
}

impl Given {
    fn read(&mut self, loader: &Loader<'_>, path: String) {
        match loader.files.read(&path) {
            Ok(source) => self.take(&source, parse(&source)),
            Err(error) => self.not_evaluated.push(note(&path, None, error.to_string())),
        }
    }

    /// Terragrunt's language is another one: a variable may be given what its file says.
    fn by_terragrunt(&mut self, loader: &Loader<'_>, path: &str) {
        let Ok(source) = loader.files.read(path) else { return };
        let place = source.place(Span::default());
        self.incomplete.get_or_insert(place);
        let why = "Terragrunt's files are not evaluated: what it gives to variables is not known";
        self.not_evaluated.push(note(path, Some(place), why.to_owned()));
    }

    fn take(&mut self, source: &Source, parsed: Parsed) {
        if let Some(fault) = parsed.faults.first() {
            let place = source.place(fault.span);
            self.not_evaluated.push(note(&source.path, Some(place), fault.message.clone()));
            self.incomplete.get_or_insert(place);
        }
        for attribute in parsed.body.attributes {
            let value = literal(&attribute.value, source.id);
            self.values.insert(attribute.name, Told::Value(value, source.place(attribute.name_span)));
        }
        self.files.push(source.path.to_string());
    }
}

fn note(path: &str, place: Option<Place>, why: String) -> NotEvaluated {
    let what = format!("`{}`", path.rsplit('/').next().unwrap_or(path));
    NotEvaluated { path: path.into(), place, kind: "file", what, why }
}

/// A file of values that is named: Terraform takes any name, and `.json` for JSON.
fn of_file(source: &Source) -> Parsed {
    match source.path.ends_with(".json") {
        true => hcl::of_json_values(source.text(), &json::parse(source.text())),
        false => hcl::parse(source.text()),
    }
}

/// The value of a variable from its text on the command line: a text as it is where the variable's type is a primitive
/// one or not written, else an expression. All of it is at `place`, for the text is in no file.
///
/// # Errors
/// What is wrong with the expression.
pub(super) fn of_text(text: &Arc<str>, declaration: &Declaration, place: Place) -> Result<Value, String> {
    if declaration.is_plain {
        return Ok(Value::text(text.clone(), place));
    }
    let expression = hcl::parse_expression(text).map_err(|fault| fault.message)?;
    Ok(moved(&literal(&expression, place.file), place))
}

fn moved(value: &Value, place: Place) -> Value {
    let data = match &value.data {
        Data::List(list) => {
            let items = list.items.iter().map(|item| moved(item, place)).collect();
            Data::List(Arc::new(List { items, open: list.open.clone() }))
        }
        Data::Object(object) => {
            let entry = |entry: &Entry| Entry { name: entry.name.clone(), place, value: moved(&entry.value, place) };
            Data::Object(Arc::new(Object { entries: object.entries.iter().map(entry).collect(), ..(**object).clone() }))
        }
        Data::Unknown(unknown) => Data::Unknown(Unknown { place, ..unknown.clone() }),
        data => data.clone(),
    };
    Value { data, origin: Origin::at(place) }
}

/// What is wrong with the variables that are given to the run: names that no root has, and values that do not fit.
pub(super) fn mistakes(loader: &Loader<'_>, roots: &[Arc<Loaded>]) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for inputs in &loader.given.inputs {
        let roots: Vec<&Loaded> =
            roots.iter().map(|root| &**root).filter(|root| inputs.is_for(&root.module.folder)).collect();
        // What is bound to a unit that is not read this time is none of this run's business.
        if inputs.variables.is_empty() || roots.is_empty() && inputs.unit.is_some() {
            continue;
        }
        of_inputs(inputs, &roots, &mut mistakes);
    }
    // Several roots may refuse one value.
    let mut seen: FxHashSet<(Option<Place>, String)> = FxHashSet::default();
    mistakes.retain(|mistake| seen.insert((mistake.place, mistake.message.clone())));
    mistakes
}

fn of_inputs(inputs: &Inputs, roots: &[&Loaded], mistakes: &mut Vec<Mistake>) {
    let names: FxHashSet<&str> =
        roots.iter().flat_map(|root| root.module.declarations.keys().map(|name| &**name)).collect();
    let unknown = |name: &str, place: Option<Place>| {
        let help = match (roots.is_empty(), names.is_empty()) {
            (true, _) => Some("no Terraform configuration is read here".to_owned()),
            (_, true) => Some("the configuration declares no variables".to_owned()),
            _ => did_you_mean(name, names.iter().copied()),
        };
        Mistake::new(format!("no root module declares a variable `{name}`"), place).help(help)
    };
    let declared = |name: &str| roots.iter().filter_map(|root| root.module.declarations.get(name)).collect::<Vec<_>>();
    for variables in &inputs.variables {
        match variables {
            Variables::One { name, text } => {
                if !names.contains(&**name) {
                    mistakes.push(unknown(name, None));
                }
                for declaration in declared(name) {
                    let why = match of_text(text, declaration, declaration.head) {
                        Ok(value) => refused(value, declaration).map(str::to_owned),
                        Err(why) => Some(why),
                    };
                    let help = (!declaration.is_plain)
                        .then(|| "the variable's type has it read as an expression: `[\"a\", \"b\"]`".to_owned());
                    let told = |why| Mistake::new(format!("`--var {name}={text}`: {why}"), None).help(help);
                    mistakes.extend(why.map(told));
                }
            }
            Variables::File(source) => {
                let parsed = of_file(source);
                let faults = parsed.faults.iter().filter(|fault| fault.fatal);
                mistakes
                    .extend(faults.map(|fault| Mistake::new(fault.message.clone(), Some(source.place(fault.span)))));
                for attribute in &parsed.body.attributes {
                    let (name, place) = (&*attribute.name, Some(source.place(attribute.name_span)));
                    if !names.contains(name) {
                        // A file may be shared by several roots: Terraform warns.
                        mistakes.push(Mistake { harmless: true, ..unknown(name, place) });
                    }
                    let value = literal(&attribute.value, source.id);
                    let why = declared(name).into_iter().find_map(|declaration| refused(value.clone(), declaration));
                    mistakes.extend(why.map(|why| Mistake::new(format!("variable `{name}`: {why}"), place)));
                }
            }
        }
    }
}

/// Why Terraform would refuse a value.
fn refused(value: Value, declaration: &Declaration) -> Option<&'static str> {
    if is_invalid(&value) {
        return Some("its value is no constant");
    }
    is_invalid(&convert(value, &declaration.kind)).then_some("its value is of another type than the variable")
}

fn is_invalid(value: &Value) -> bool {
    match &value.data {
        Data::Unknown(unknown) => unknown.reason == Reason::Invalid,
        Data::List(list) => list.items.iter().any(is_invalid),
        Data::Object(object) => object.entries.iter().any(|entry| is_invalid(&entry.value)),
        _ => false,
    }
}
