//! Whether the parameters that are given fit the templates that were read.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::parameters::{allowed, number};
use crate::{
    nearest::did_you_mean,
    read::given::{Given, Mistake, Parameter},
    source::{Place, Source},
    syntax::tree::Node,
};

/// What a template declares, and what is wrong with the values given to it.
#[derive(Debug, Default)]
pub struct Declared {
    unit: Arc<str>,
    names: Vec<Arc<str>>,
    mistakes: Vec<Mistake>,
}

impl Declared {
    /// What a template declares.
    pub(super) fn by(source: &Source, root: Node<'_>, given: &Given) -> Self {
        let mut declared = Self { unit: source.path.clone(), ..Self::default() };
        if given.inputs.iter().all(|inputs| inputs.parameters.is_empty()) {
            return declared;
        }
        for entry in root.get("Parameters").map(Node::entries).unwrap_or_default() {
            declared.names.push(entry.key.into());
            if let Some(given) = given.parameter(&source.path, entry.key) {
                declared.mistakes.extend(mistake(given, entry.value));
            }
        }
        declared
    }
}

/// Why CloudFormation would refuse a value.
fn mistake(given: &Parameter, declaration: Node<'_>) -> Option<Mistake> {
    let (name, text) = (&given.name, given.text.as_ref()?);
    let kind = declaration.get("Type").and_then(Node::text).unwrap_or("String");
    let items: Vec<&str> = match kind {
        "CommaDelimitedList" | "List<Number>" => text.split(',').map(str::trim).collect(),
        _ => vec![&**text],
    };
    let told = |message: String| Mistake::new(message, Some(given.place));
    if matches!(kind, "Number" | "List<Number>")
        && let Some(item) = items.iter().find(|item| number(item).is_none())
    {
        return Some(told(format!("parameter `{name}` is a number, and `{item}` is none")));
    }
    let allowed = declaration.get("AllowedValues").and_then(allowed)?;
    let item = items.into_iter().find(|item| !allowed.iter().any(|one| same(one, item)))?;
    let near = did_you_mean(item, allowed.iter().map(|one| &**one));
    let all = || format!("allowed are {}", allowed.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", "));
    Some(told(format!("parameter `{name}` may not be `{item}`")).help(near.or_else(|| Some(all()))))
}

/// Whether two texts are the same value; `1.0` is what a template's `1` allows.
fn same(one: &str, other: &str) -> bool {
    let number = |text: &str| text.trim().parse::<f64>().ok();
    one == other || number(one).is_some_and(|one| number(other) == Some(one))
}

/// What is wrong with the parameters that are given: values that do not fit, and names that no template declares.
pub fn mistakes(given: &Given, declared: Vec<Declared>) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    for inputs in &given.inputs {
        let units: Vec<&Declared> = declared.iter().filter(|declared| inputs.is_for(&declared.unit)).collect();
        // What is bound to a unit that is not read this time is none of this run's business.
        if units.is_empty() && inputs.unit.is_some() {
            continue;
        }
        let names: FxHashSet<&str> = units.iter().flat_map(|unit| unit.names.iter().map(|name| &**name)).collect();
        for parameter in inputs.parameters.iter().filter(|parameter| !names.contains(&*parameter.name)) {
            let help = match names.is_empty() {
                true => Some("none of the templates that are read has parameters".to_owned()),
                false => did_you_mean(&parameter.name, names.iter().copied()),
            };
            let message = format!("no template has a parameter `{}`", parameter.name);
            mistakes.push(Mistake::new(message, Some(parameter.place)).help(help));
        }
    }
    mistakes.extend(declared.into_iter().flat_map(|declared| declared.mistakes));
    // Several templates may refuse one value.
    let mut seen: FxHashSet<(Option<Place>, String)> = FxHashSet::default();
    mistakes.retain(|mistake| seen.insert((mistake.place, mistake.message.clone())));
    mistakes
}
