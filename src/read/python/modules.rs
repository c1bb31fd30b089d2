//! Local modules: the constants that a script imports from its own project.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use rustc_hash::FxHashMap;

use super::Machine;
use crate::{
    graph::value::{Data, Value},
    source::Files,
    syntax::python,
};

/// How deep imports of local modules are followed.
const MAX_MODULES: u32 = 3;

/// The names that a module binds at its top, sorted.
type Names = Arc<[(Arc<str>, Value)]>;

/// Local modules that were read, by path and depth: each is read once, however many files import it.
#[derive(Debug, Default)]
pub struct Modules {
    read: Mutex<FxHashMap<(String, u32), Module>>,
    /// Module → the first of the files that import it, by path.
    importers: Mutex<BTreeMap<Arc<str>, Arc<str>>>,
}

/// What a module binds, once it was read; nothing for one that cannot be read.
type Module = Arc<OnceLock<Option<Names>>>;

impl Modules {
    /// The modules that were read, each with the first of the files that import it.
    pub fn importers(self) -> BTreeMap<Arc<str>, Arc<str>> {
        self.importers.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn note_importer(&self, module: &str, importer: &Arc<str>) {
        let mut importers = self.importers.lock().unwrap_or_else(PoisonError::into_inner);
        match importers.get_mut(module) {
            Some(first) if *first <= *importer => {}
            Some(first) => *first = importer.clone(),
            None => drop(importers.insert(module.into(), importer.clone())),
        }
    }

    /// What a module binds when it is imported at a depth. Deeper modules never wait for those above them.
    fn names(&self, files: &Files, path: String, depth: u32) -> Option<Names> {
        let cell = {
            let mut known = self.read.lock().unwrap_or_else(PoisonError::into_inner);
            known.entry((path.clone(), depth)).or_default().clone()
        };
        cell.get_or_init(|| {
            let source = files.read(&path).ok()?;
            let parsed = python::parse(source.text());
            let mut machine = Machine::new(files, self, &source);
            machine.module_depth = depth;
            machine.block(&parsed.suite);
            let scope = machine.scopes.first()?;
            let plain = |value: &Value| !matches!(value.data, Data::Reference(_));
            let names = scope.names().filter(|(_, binding)| plain(&binding.value));
            let mut names: Vec<_> = names.map(|(name, binding)| (name.clone(), binding.value.clone())).collect();
            names.sort_by(|left, right| left.0.cmp(&right.0));
            Some(names.into())
        })
        .clone()
    }
}

impl<'a> Machine<'a> {
    /// The values that a module of the same project binds at its top, sorted by name; nothing for a module that is not
    /// found.
    pub(super) fn local_module(&mut self, module: &str, level: u32) -> Option<Names> {
        if self.module_depth >= MAX_MODULES || (level == 0 && is_foreign(module)) {
            return None;
        }
        let path = self.module_path(module, level)?;
        if *path == *self.source.path {
            return None;
        }
        let names = self.modules.names(self.files, path.clone(), self.module_depth + 1)?;
        self.modules.note_importer(&path, &self.source.path);
        Some(names)
    }

    /// Where a module stands: beside the script, in a folder above it for relative imports, or at the root.
    fn module_path(&self, module: &str, level: u32) -> Option<String> {
        let mut folder: Vec<&str> = self.source.path.split('/').collect();
        folder.pop();
        for _ in 1..level {
            folder.pop()?;
        }
        let relative = module.replace('.', "/");
        let bases = if level == 0 { vec![folder.join("/"), String::new()] } else { vec![folder.join("/")] };
        bases.into_iter().find_map(|base| {
            let stem = [base.as_str(), relative.as_str()]
                .iter()
                .filter(|part| !part.is_empty())
                .copied()
                .collect::<Vec<_>>()
                .join("/");
            [format!("{stem}.py"), format!("{stem}/__init__.py")].into_iter().find(|path| self.files.exists(path))
        })
    }
}

/// Packages that are certainly not the project's own: asking the disk for them would be wasted.
fn is_foreign(module: &str) -> bool {
    let head = module.split('.').next().unwrap_or_default();
    matches!(
        head,
        "" | "sagemaker"
            | "boto3"
            | "botocore"
            | "os"
            | "sys"
            | "json"
            | "time"
            | "datetime"
            | "typing"
            | "pathlib"
            | "re"
            | "math"
            | "collections"
            | "itertools"
            | "functools"
            | "numpy"
            | "pandas"
            | "matplotlib"
            | "sklearn"
            | "torch"
            | "tensorflow"
            | "transformers"
            | "datasets"
            | "urllib"
            | "io"
            | "random"
            | "logging"
            | "argparse"
            | "dataclasses"
            | "abc"
            | "IPython"
    )
}
