//! CloudFormation and SAM templates → resources, with parameters, conditions and functions evaluated.

mod conditions;
mod functions;
mod given;
mod globals;
mod lookup;
mod parameters;
mod template;
#[cfg(test)]
mod tests;
mod text;
mod values;

pub use given::{Declared, mistakes};

use crate::{
    graph::Part,
    read::given::Given,
    source::Source,
    syntax::tree::{Node, Tree},
};

/// Whether the root of a document is a template's: it says its version, or it has a resource with a type as CloudFormation's.
pub fn is_template(root: Node<'_>) -> bool {
    if root.entry("AWSTemplateFormatVersion").is_some() {
        return true;
    }
    let Some(resources) = root.get("Resources") else { return false };
    let typed = |resource: Node<'_>| resource.get("Type").and_then(Node::text).is_some_and(|kind| kind.contains("::"));
    resources.own_entries().any(|entry| typed(entry.value))
}

/// Reads the template in a file: its resources, its unit, and what could not be evaluated.
pub fn read(source: &Source, tree: &Tree) -> Part {
    read_given(source, tree, &Given::default()).0
}

/// Reads the template in a file with the parameters and the region that are given to it; also what it declares.
pub fn read_given(source: &Source, tree: &Tree, given: &Given) -> (Part, Declared) {
    match tree.documents().find(|root| is_template(*root)) {
        Some(root) => (template::Template::of(source, root, given).read(), Declared::by(source, root, given)),
        None => <(Part, Declared)>::default(),
    }
}
