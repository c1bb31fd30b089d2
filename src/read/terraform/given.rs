//! Values that files beside a root give to its variables: `terraform.tfvars` and `*.auto.tfvars`.

use rustc_hash::FxHashMap;

use super::loader::{Loader, joined, literal, parse};
use crate::{
    graph::{NotEvaluated, value::Value},
    source::Place,
};

/// What was given, by name: the value, and where its name stands.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) values: FxHashMap<Box<str>, (Value, Place)>,
    pub(super) not_evaluated: Vec<NotEvaluated>,
    /// A file of which a part is missing: what is not given here may be given there.
    pub(super) incomplete: Option<Place>,
    /// Paths of the files.
    pub(super) files: Vec<String>,
}

/// Reads the files of values beside a root, in Terraform's order: what comes later wins.
pub(super) fn beside(loader: &Loader<'_>, folder: &str) -> Given {
    let entries = loader.files.entries(folder);
    let names = || entries.iter().filter(|entry| !entry.is_folder).map(|entry| entry.name.as_str());
    let is_auto = |name: &&str| name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json");
    let fixed = ["terraform.tfvars", "terraform.tfvars.json"];
    let ordered = fixed.into_iter().filter(|fixed| names().any(|name| name == *fixed)).chain(names().filter(is_auto));
    let mut given = Given::default();
    for name in ordered {
        given.read(loader, joined(folder, name));
    }
    given
}

impl Given {
    fn read(&mut self, loader: &Loader<'_>, path: String) {
        let note = |place: Option<Place>, why: String| NotEvaluated {
            path: path.as_str().into(),
            place,
            kind: "file",
            what: format!("`{}`", path.rsplit('/').next().unwrap_or(&path)),
            why,
        };
        let source = match loader.files.read(&path) {
            Ok(source) => source,
            Err(error) => return self.not_evaluated.push(note(None, error.to_string())),
        };
        let parsed = parse(&source);
        if let Some(fault) = parsed.faults.first() {
            self.not_evaluated.push(note(Some(source.place(fault.span)), fault.message.clone()));
            self.incomplete.get_or_insert(source.place(fault.span));
        }
        for attribute in parsed.body.attributes {
            let value = literal(&attribute.value, source.id);
            self.values.insert(attribute.name, (value, source.place(attribute.name_span)));
        }
        self.files.push(path);
    }
}
