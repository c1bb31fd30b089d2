//! What is told about a deployment beside its files: variables, parameters, a region.

mod parameters;

use std::sync::Arc;

pub use parameters::{Parameter, parameters};

use crate::source::{Place, Source};

/// All that is given to the units of a run. What comes later wins.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// For all units, or for one each.
    pub inputs: Vec<Inputs>,
}

/// What is given together.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// Path of the unit from the root, or of a folder with units, that it is for; nothing: all units.
    pub unit: Option<Arc<str>>,
    /// The region to deploy to.
    pub region: Option<Arc<str>>,
    /// Values of Terraform variables, in order; what comes later wins.
    pub variables: Vec<Variables>,
    /// Values of a template's parameters, in order; what comes later wins.
    pub parameters: Vec<Parameter>,
}

/// Values of Terraform variables.
#[derive(Clone, Debug)]
pub enum Variables {
    /// The text of one, as `--var name=text` gives it; the variable's type says how it is read.
    One {
        /// Name of the variable.
        name: Arc<str>,
        /// Its value, unparsed.
        text: Arc<str>,
    },
    /// A file: `.tfvars`, or `.tfvars.json`.
    File(Arc<Source>),
}

/// What is wrong with what is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong, and why.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Where it is written; nothing for a flag.
    pub place: Option<Place>,
    /// Whether Terraform itself only warns of it.
    pub harmless: bool,
}

impl Mistake {
    /// A mistake that ends the run.
    pub fn new(message: impl Into<String>, place: Option<Place>) -> Self {
        Self { message: message.into(), help: None, place, harmless: false }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(mut self, help: Option<String>) -> Self {
        self.help = help;
        self
    }
}

impl Given {
    /// What is given to a unit, in order.
    pub fn to(&self, unit: &str) -> impl DoubleEndedIterator<Item = &Inputs> {
        self.inputs.iter().filter(move |inputs| inputs.is_for(unit))
    }

    /// The region that a unit is deployed to.
    pub fn region(&self, unit: &str) -> Option<&Arc<str>> {
        self.to(unit).rev().find_map(|inputs| inputs.region.as_ref())
    }

    /// The parameter of a template.
    pub fn parameter(&self, unit: &str, name: &str) -> Option<&Parameter> {
        self.to(unit).rev().find_map(|inputs| inputs.parameters.iter().rev().find(|given| &*given.name == name))
    }
}

impl Inputs {
    /// Whether they are for a unit: for all, for this one, or for a folder above it.
    pub fn is_for(&self, unit: &str) -> bool {
        let Some(path) = self.unit.as_deref() else { return true };
        let (path, unit) = (plain(path), plain(unit));
        path.is_empty() || unit.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// Whether a text is the name of a region, not something to be filled in: `eu-west-1`.
pub fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() > 2
        && parts.last().is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
        && parts[..parts.len() - 1].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// The root directory is `.` as a unit, and nothing as a path.
fn plain(path: &str) -> &str {
    let path = path.trim_start_matches("./").trim_end_matches('/');
    if path == "." { "" } else { path }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_for_a_unit_or_for_a_folder_of_units() {
        let of = |unit: &str| Inputs { unit: Some(unit.into()), ..Inputs::default() };
        assert!(Inputs::default().is_for("infra/prod"));
        assert!(of("infra").is_for("infra") && of("./infra/").is_for("infra/prod") && of(".").is_for("."));
        assert!(!of("infra").is_for("infrastructure") && !of("infra/prod").is_for("infra"));
    }

    #[test]
    fn the_last_region_counts() {
        let region = |unit: Option<&str>, region: &str| Inputs {
            unit: unit.map(Into::into),
            region: Some(region.into()),
            ..Inputs::default()
        };
        let given = Given { inputs: vec![region(Some("a"), "eu-west-1"), region(Some("b"), "us-east-1")] };
        assert_eq!(given.region("a").map(|region| &**region), Some("eu-west-1"));
        assert_eq!(given.region("c"), None);
        let given = Given { inputs: [given.inputs, vec![region(None, "eu-central-1")]].concat() };
        assert_eq!(given.region("a").map(|region| &**region), Some("eu-central-1"));
    }
}
