//! Definitions of SageMaker Pipelines, as files and in templates, Terraform and calls: their steps as the jobs they start.

mod embedded;
mod lower;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::{
    graph::{
        Input, Key, Part, Resource, Unit,
        guard::Formula,
        kind,
        value::{Entry, Object, Value},
    },
    read::plain,
    source::Source,
    syntax::tree::{Node, Tree},
};

pub(super) use embedded::settle;

/// The reader's name in `--show-files`.
pub const READER: &str = "pipeline definition";

/// Whether the root of a document is a definition's: it says the version of its schema, a day, and has a list of steps.
pub fn is_definition(root: Node<'_>) -> bool {
    let is_day = |text: &str| text.len() == 10 && text.starts_with("20") && text.matches('-').count() == 2;
    let is_step = |step: Node<'_>| step.get("Name").is_some() && step.get("Type").is_some();
    root.get("Version").and_then(Node::text).is_some_and(is_day)
        && root.get("Steps").is_some_and(|steps| steps.items().len() > 0 && steps.items().all(is_step))
}

/// Reads a file that is a definition, as `Pipeline.definition()` of the SageMaker SDK writes it; nothing for any other.
pub fn read(source: &Source, tree: &Tree) -> Option<Part> {
    let root = tree.documents().find(|root| is_definition(*root))?;
    let head = source.place(root.entry("Steps")?.key_span);
    let name = source.path.rsplit_once('/').map_or(&*source.path, |(_, name)| name);
    let id: Arc<str> = name.split_once('.').map_or(name, |(stem, _)| stem).into();
    let definition = plain::value(source, root);
    let mut properties = Object::default();
    properties.set_path("PipelineDefinition.PipelineDefinitionBody", head, definition.clone());
    let pipeline = Resource {
        key: Key { unit: source.path.clone(), callers: Vec::new(), id },
        kind: kind::PIPELINE.into(),
        input: Input::Request,
        properties: Value::object(properties, head),
        place: head,
        body: source.place(root.span()),
        guard: Formula::True,
        region: None,
        callers: Vec::new(),
        multiplicity: None,
        repeats: false,
    };
    let mut resources = lower::steps(&pipeline, &definition);
    resources.insert(0, pipeline);
    let unit = Unit::of(source.path.clone(), Input::Request);
    Some(Part { resources, units: vec![unit], ..Part::default() })
}

/// The text or value of the definition of a pipeline, if it is written.
fn body(pipeline: &Resource) -> Option<&Entry> {
    pipeline.properties.entry("PipelineDefinition")?.value.entry("PipelineDefinitionBody")
}
