//! `serverless.yml` of the Serverless Framework: its `resources` are a template, to which its functions are added.

mod functions;
#[cfg(test)]
mod tests;
mod variables;

use std::sync::Arc;

use super::{
    Declared, Reading,
    include::Snippets,
    is_template,
    nested::{Stack, beside, tree_of},
    template::Template,
};
use crate::{
    graph::{Input, NotEvaluated, Part, Unit},
    read::{given::Given, states::HOLE},
    source::{Files, Place, Source, Span},
    syntax::{
        tree::{Data, Entry, Node, NodeId, Shape, Tree},
        yaml,
    },
};
use variables::{Service, sole_variable};

/// The reader's name in `--show-files`.
pub(in crate::read) const READER: &str = "Serverless Framework";

/// Files of resources that one service may bring in.
const MAX_FILES: usize = 64;

/// Whether the root of a document is that of a service on AWS.
pub(in crate::read) fn is_service(root: Node<'_>) -> bool {
    let Some(provider) = root.get("provider") else { return false };
    let name = provider.get("name").unwrap_or(provider);
    root.get("service").is_some()
        && name.scalar() == Some("aws")
        && (root.get("functions").is_some() || root.get("resources").is_some())
}

/// Reads a service: its functions, and the template of its resources with what its variables stand for.
pub(in crate::read) fn read(source: &Source, files: &Files, given: &Given) -> Reading {
    let mut tree = yaml::parse(source.text());
    let mut notes = Notes { source, not_evaluated: Vec::new(), unread: Vec::new() };
    let (replaced, brought, holes) = {
        let Some(root) = tree.documents().find(|root| is_service(*root)) else { return Reading::default() };
        let mut service = Service::of(source, root, files);
        let replaced = service.filled(root, source);
        let brought = brought(&mut service, root, &mut notes);
        (replaced, brought, service.holes)
    };
    for (id, shape) in replaced {
        tree.node_mut(id).shape = shape;
    }
    let written = tree.documents().find(|root| is_service(*root)).map(|root| Written::of(root, &mut notes));
    let Some(written) = written else { return Reading::default() };
    let region = written.region.clone();
    let root = written.add_to(&mut tree, Span::new(0, source.text().len()));
    let nested: Vec<Arc<str>> = brought.iter().map(|(source, _)| source.path.clone()).collect();
    let mut stack = Stack::alone(Some(files), &source.path);
    stack.holes = holes.into();
    let snippets = Snippets::whole(brought);
    let Some(root) = tree.documents().find(|node| node.id() == root) else { return Reading::default() };
    let mut template = Template::of(source, root, given, &snippets, stack);
    // What events and plugins make may be named, and has no place here.
    template.generates |= !notes.unread.is_empty();
    let mut resources = template.resources();
    for resource in &mut resources {
        resource.region = resource.region.take().or_else(|| region.clone());
    }
    if template.has_exports() {
        template.outputs();
    }
    notes.unread.append(&mut template.unread);
    notes.not_evaluated.append(&mut template.not_evaluated);
    let unit = Unit { unread: notes.unread, ..Unit::of(source.path.clone(), Input::CloudFormation) };
    let (lookups, names, not_evaluated) = (template.lookups, template.names, notes.not_evaluated);
    let part = Part { resources, units: vec![unit], not_evaluated, lookups, names, ..Part::default() };
    let nested = [nested, template.templates].concat();
    Reading { part, declared: Declared::default(), nested, exports: template.exports, imports: template.imports }
}

/// What of a service is not read.
struct Notes<'t> {
    source: &'t Source,
    not_evaluated: Vec<NotEvaluated>,
    unread: Vec<(String, Place)>,
}

impl Notes<'_> {
    /// Something that may make more than is read.
    fn left(&mut self, what: String, why: impl Into<String>, span: Span) {
        let place = self.source.place(span);
        self.not_evaluated.push(NotEvaluated {
            path: self.source.path.clone(),
            place: Some(place),
            kind: "resource",
            what: what.clone(),
            why: why.into(),
        });
        self.unread.push((what, place));
    }
}

/// The files of resources that a service names: `resources: ${file(a.yml)}`, also in a list, with the service's variables
/// filled in.
fn brought(service: &mut Service<'_>, root: Node<'_>, notes: &mut Notes<'_>) -> Vec<(Arc<Source>, Tree)> {
    let mut brought = Vec::new();
    let Some(resources) = root.get("resources") else { return brought };
    for item in items(resources) {
        let Some(text) = item.text() else { continue };
        let path = sole_variable(text).and_then(|inner| inner.strip_prefix("file(")?.strip_suffix(')'));
        let read = match path {
            _ if brought.len() >= MAX_FILES => Err("there are too many of them".to_owned()),
            Some(path) => service.file(path.trim()),
            None => Err("what it stands for is not known".to_owned()),
        };
        match read {
            Ok((source, mut tree)) => {
                let replaced = tree.root().map(|root| service.filled(root, &source)).unwrap_or_default();
                for (id, shape) in replaced {
                    tree.node_mut(id).shape = shape;
                }
                brought.push((source, tree));
            }
            Err(why) => notes.left(format!("resources `{text}`"), why, item.span()),
        }
    }
    brought
}

impl Service<'_> {
    /// A file beside the service.
    fn file(&self, path: &str) -> Result<(Arc<Source>, Tree), String> {
        let beside = beside(self.source, path)?;
        let source = self.files.read(&beside).map_err(|_| format!("there is no file `{path}`"))?;
        let tree = tree_of(&source).ok_or_else(|| format!("`{path}` cannot be read"))?;
        match tree.root().is_some_and(|root| is_template(root) || root.get("Outputs").is_some()) {
            true => Ok((source, tree)),
            false => Err(format!("`{path}` has no `Resources`")),
        }
    }
}

/// An entry of a mapping of the template.
struct Section {
    name: String,
    /// Where its key is written.
    key: Span,
    value: NodeId,
}

/// The parts of a service that become its template.
struct Written {
    /// Sections of `resources`, but for its resources.
    sections: Vec<Section>,
    resources: Vec<Section>,
    functions: functions::Made,
    region: Option<Arc<str>>,
}

impl Written {
    fn of(root: Node<'_>, notes: &mut Notes<'_>) -> Self {
        let region = root.get("provider").and_then(|provider| provider.get("region")).and_then(Node::text);
        let region = region.filter(|region| !region.contains(['$', HOLE])).map(Into::into);
        let functions = functions::of(root, notes);
        let mut written = Self { sections: Vec::new(), resources: Vec::new(), functions, region };
        if let Some(plugins) = root.entry("plugins") {
            notes.unread.push(("plugins of the Serverless Framework".to_owned(), notes.source.place(plugins.key_span)));
        }
        for entry in root.get("resources").map(items).unwrap_or_default().iter().flat_map(|item| item.entries()) {
            let section = |entry: &Entry<'_>| Section {
                name: entry.key.to_owned(),
                key: entry.key_span,
                value: entry.value.id(),
            };
            match entry.key {
                "Resources" => written.resources.extend(entry.value.entries().iter().map(section)),
                "extensions" => notes.left(
                    "`extensions` of the resources".to_owned(),
                    "what it changes of generated resources is not read",
                    entry.key_span,
                ),
                _ => written.sections.push(section(&entry)),
            }
        }
        written
    }

    /// Adds the template to the tree, and returns its root.
    fn add_to(self, tree: &mut Tree, whole: Span) -> NodeId {
        let Self { mut sections, mut resources, functions, .. } = self;
        functions.add(tree, &mut resources);
        let value = mapping(tree, resources, whole);
        sections.push(Section { name: "Resources".to_owned(), key: Span::default(), value });
        let root = mapping(tree, sections, whole);
        tree.push_document(root);
        root
    }
}

fn mapping(tree: &mut Tree, sections: Vec<Section>, span: Span) -> NodeId {
    let mut entries = Vec::with_capacity(sections.len());
    for section in sections {
        let key = tree.push(Data { span: section.key, tag: None, shape: Shape::Text(section.name.into()) });
        entries.push((key, section.value));
    }
    tree.push(Data { span, tag: None, shape: Shape::Mapping(entries) })
}

/// The items of a list; of anything else, itself.
fn items(node: Node<'_>) -> Vec<Node<'_>> {
    if node.items().len() > 0 { node.items().collect() } else { vec![node] }
}
