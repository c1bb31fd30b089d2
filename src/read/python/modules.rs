//! Local modules: the constants that a script imports from its own project.

use std::sync::Arc;

use super::Machine;
use crate::{
    graph::value::{Data, Value},
    syntax::python,
};

/// How deep imports of local modules are followed.
const MAX_MODULES: u32 = 3;

impl<'a> Machine<'a> {
    /// The values that a module of the same project binds at its top; nothing for a module that is not found.
    pub(super) fn local_module(&self, module: &str, level: u32) -> Option<Vec<(Arc<str>, Value)>> {
        if self.module_depth >= MAX_MODULES || (level == 0 && is_foreign(module)) {
            return None;
        }
        let path = self.module_path(module, level)?;
        if *path == *self.source.path {
            return None;
        }
        let source = self.files.read(&path).ok()?;
        let parsed = python::parse(source.text());
        let mut machine = Machine::new(self.files, &source);
        machine.module_depth = self.module_depth + 1;
        machine.block(&parsed.suite);
        let scope = machine.scopes.first()?;
        let plain = |value: &Value| !matches!(value.data, Data::Reference(_));
        let mut values: Vec<_> = scope.names().filter(|(_, binding)| plain(&binding.value)).collect();
        values.sort_by(|left, right| left.0.cmp(right.0));
        Some(values.into_iter().map(|(name, binding)| (name.clone(), binding.value.clone())).collect())
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
