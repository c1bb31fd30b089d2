//! `[[unit]]`: what is given to a Terraform root or a template on deployment.

use super::{Table, Written, items, path, text};
use crate::source::Mistake;

/// A table of `[[unit]]`. Its paths start at the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitInputs {
    /// Path of the unit, or of a folder with units; empty for the root itself.
    pub path: Written<String>,
    /// The region that it is deployed to.
    pub region: Option<Written<String>>,
    /// Files with values of Terraform variables; what comes later wins.
    pub var_files: Vec<Written<String>>,
    /// A file with values of a template's parameters.
    pub parameters: Option<Written<String>>,
}

impl UnitInputs {
    /// Takes out what a table says; nothing where it is wrong, which `mistakes` tells.
    pub(super) fn of(table: &Table<'_>, folder: &str, mistakes: &mut Vec<Mistake>) -> Option<Self> {
        let mut below = |written| path(folder, written, mistakes);
        let files = table.get("var-files").into_iter().flat_map(items).filter_map(text);
        Some(Self {
            var_files: files.filter_map(&mut below).collect(),
            path: table.get("path").and_then(text).and_then(&mut below)?,
            parameters: table.get("parameters").and_then(text).and_then(&mut below),
            region: table
                .get("region")
                .and_then(text)
                .map(|written| Written { value: written.value.trim().to_owned(), span: written.span }),
        })
    }
}
