//! CloudFormation and SAM templates → resources, with parameters, conditions and functions evaluated.

mod addresses;
mod conditions;
mod embedded;
#[cfg(test)]
mod embedded_tests;
mod exports;
mod fit;
pub(super) mod framework;
mod functions;
mod given;
mod include;
#[cfg(test)]
mod include_tests;
mod json_text;
mod lookup;
mod loops;
mod nested;
mod parameters;
mod serverless;
mod settle;
#[cfg(test)]
pub(super) mod stack_tests;
mod template;
#[cfg(test)]
mod tests;
mod text;
mod values;
mod written_out;

pub use given::{Declared, mistakes};
pub use serverless::is_written_so;
pub(super) use settle::settle;

use std::sync::Arc;

use crate::{
    graph::{Input, Part, Unit},
    read::given::Given,
    source::{Files, Source},
    syntax::tree::{Node, Tree},
};

pub use exports::Export;
use include::Snippets;
use nested::Stack;
use template::Template;

/// The reader's name in `--show-files`.
pub const READER: &str = "CloudFormation";

/// What a template brought.
#[derive(Debug, Default)]
pub struct Reading {
    /// Its resources, with those of the stacks that are nested in it, its unit, and what could not be evaluated.
    pub part: Part,
    /// What it declares.
    pub declared: Declared,
    /// Paths of the templates of the stacks that are nested in it.
    pub nested: Vec<Arc<str>>,
    /// What it exports.
    pub exports: Vec<Export>,
    /// Whether it imports what others export.
    pub imports: bool,
}

/// Whether the root of a document is a template's: it says its version, or it has a resource with a type as
/// CloudFormation's, or a loop that makes resources.
pub fn is_template(root: Node<'_>) -> bool {
    if root.entry("AWSTemplateFormatVersion").is_some() {
        return true;
    }
    let Some(resources) = root.get("Resources") else { return false };
    let typed = |resource: Node<'_>| resource.get("Type").and_then(Node::text).is_some_and(|kind| kind.contains("::"));
    resources.own_entries().any(|entry| typed(entry.value) || entry.key.starts_with(loops::LOOP))
}

/// Reads the template in a file by itself: its resources, its unit, and what could not be evaluated.
pub fn read(source: &Source, tree: &Tree) -> Part {
    read_given(source, tree, None, &Given::default()).part
}

/// Reads the template in a file with the templates beside it, and with the parameters and the region that are given to it.
pub fn read_given(source: &Source, tree: &Tree, files: Option<&Files>, given: &Given) -> Reading {
    let Some(root) = tree.documents().find(|root| is_template(*root)) else { return Reading::default() };
    let stack = Stack::alone(files, &source.path);
    let snippets = Snippets::of(&stack, source, root, given);
    let mut template = Template::of(source, root, given, &snippets, stack);
    let resources = template.resources();
    if template.has_exports() {
        template.outputs();
    }
    let unit = Unit { unread: template.unread, ..Unit::of(source.path.clone(), Input::CloudFormation) };
    let imports = template.imports;
    let (not_evaluated, lookups, names) = (template.not_evaluated, template.lookups, template.names);
    let part = Part { resources, units: vec![unit], not_evaluated, lookups, names, ..Part::default() };
    let declared = Declared::by(source, root, given);
    Reading { part, declared, nested: template.templates, exports: template.exports, imports }
}
