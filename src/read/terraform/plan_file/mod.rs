//! Plans as `terraform show -json` prints them: resources with all that Terraform knew of them.

mod configuration;
mod sources;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    graph::{
        Input, Part, Unit,
        guard::Formula,
        value::{Data, Entry, List, Object, Reason, Unknown, Value},
        without_keys,
    },
    read::given::Given,
    read::terraform::{
        Reading,
        instance::{Instance, Mode},
        lower,
    },
    source::{Files, Place, Source},
    syntax::tree::{Kind, Node, Tree},
};
use configuration::Configuration;
use sources::Sources;

/// Resources beyond these are not read.
const MAX_RESOURCES: usize = 100_000;

/// A plan.
#[derive(Debug)]
pub struct Plan {
    /// Path of the file.
    path: Arc<str>,
    /// Its managed resources. Places are those in the file.
    instances: Vec<Instance>,
    /// The blocks of the configuration that it was made of, by address without keys.
    blocks: FxHashSet<String>,
}

/// Whether the root of a JSON document is a plan's.
pub fn is_plan(root: Node<'_>) -> bool {
    root.get("format_version").is_some() && root.get("planned_values").is_some_and(Node::is_mapping)
}

/// Reads a plan.
pub fn read(source: &Source, tree: &Tree) -> Option<Plan> {
    let root = tree.documents().find(|root| is_plan(*root))?;
    let changes = root.get("resource_changes").into_iter().flat_map(Node::items);
    let unknown = changes
        .filter_map(|change| Some((change.get("address")?.text()?, change.get("change")?.get("after_unknown")?)));
    let mut reader =
        Reader { source, unknown: unknown.collect(), configuration: Configuration::of(root), instances: Vec::new() };
    if let Some(module) = root.get("planned_values").and_then(|values| values.get("root_module")) {
        reader.module(module);
    }
    let blocks = reader.configuration.blocks();
    Some(Plan { path: source.path.clone(), instances: reader.instances, blocks })
}

/// Puts plans beside what was read of the configuration. Where the configuration of a plan is found, its blocks are the
/// places; where it has no block that the plan lacks, the plan is taken for the whole of that directory.
pub fn settle(files: &Files, given: &Given, plans: Vec<Plan>, reading: &mut Reading) {
    let mut sources = Sources::of(files, given, std::mem::take(&mut reading.evaluated));
    let mut settled: Vec<Arc<str>> = Vec::new();
    for mut plan in plans {
        let mut unit = plan.path.clone();
        if let Some((directory, written)) = sources.find(&plan.path, &plan.instances) {
            sources::place(&mut plan.instances, written);
            // A second plan of the same directory stands for itself, and so does one that lacks what is written by now.
            let lacks = |instance: &Instance| {
                instance.mode == Mode::Managed && !plan.blocks.contains(&without_keys(&instance.address))
            };
            if !settled.contains(&directory) && !written.iter().any(lacks) {
                settled.push(directory.clone());
                unit = directory;
            }
        }
        let replaced = reading.parts.iter().position(|part| part.units.iter().any(|known| known.path == unit));
        plan.instances.iter_mut().for_each(|instance| instance.unit = unit.clone());
        let part = Part {
            resources: lower::lower(plan.instances),
            units: vec![Unit { is_configured: true, ..Unit::of(unit, Input::Terraform) }],
            ..Part::default()
        };
        match replaced {
            Some(at) => reading.parts[at] = part,
            None => reading.parts.push(part),
        }
    }
}

struct Reader<'t> {
    source: &'t Source,
    /// What is not known, by address.
    unknown: FxHashMap<&'t str, Node<'t>>,
    configuration: Configuration<'t>,
    instances: Vec<Instance>,
}

impl<'t> Reader<'t> {
    fn module(&mut self, module: Node<'t>) {
        for resource in module.get("resources").into_iter().flat_map(Node::items) {
            if self.instances.len() < MAX_RESOURCES
                && let Some(instance) = self.instance(resource)
            {
                self.instances.push(instance);
            }
        }
        for child in module.get("child_modules").into_iter().flat_map(Node::items) {
            self.module(child);
        }
    }

    fn instance(&self, resource: Node<'t>) -> Option<Instance> {
        let text = |name: &str| resource.get(name).and_then(Node::text);
        if text("mode") != Some("managed") {
            return None;
        }
        let (address, kind) = (resource.get("address")?, text("type")?);
        let place = self.source.place(address.span());
        let address = address.text()?;
        let values = resource.get("values");
        let unknown = self.unknown.get(address).copied();
        let mut object = Object::default();
        let at = At { reader: self, address };
        at.entries(&mut object, values, unknown, &mut Vec::new());
        let region = values.and_then(|values| values.get("region")).and_then(Node::text);
        let region = region.or_else(|| self.configuration.region(address));
        Some(Instance {
            address: address.to_owned(),
            kind: kind.into(),
            mode: Mode::Managed,
            properties: Value::object(object, place),
            place,
            body: self.source.place(resource.span()),
            guard: Formula::True,
            callers: Vec::new(),
            unit: self.source.path.clone(),
            region: region.map(Into::into),
            multiplicity: None,
            is_json: false,
        })
    }
}

/// A step within a resource.
#[derive(Clone, Copy)]
enum Within<'t> {
    Name(&'t str),
    Item(usize),
}

/// A resource of the plan.
struct At<'r, 't> {
    reader: &'r Reader<'t>,
    address: &'t str,
}

impl<'t> At<'_, 't> {
    /// What is known of an object, and what is not.
    fn entries(
        &self,
        object: &mut Object,
        values: Option<Node<'t>>,
        unknown: Option<Node<'t>>,
        path: &mut Vec<Within<'t>>,
    ) {
        for entry in values.into_iter().flat_map(Node::entries) {
            path.push(Within::Name(entry.key));
            let inner = unknown.and_then(|unknown| unknown.get(entry.key));
            if let Some(value) = self.value(entry.value, inner, path) {
                object.entries.push(Entry { name: entry.key.into(), place: self.place(entry.key_span), value });
            }
            path.pop();
        }
        for entry in unknown.into_iter().flat_map(Node::entries) {
            let is_known = values.and_then(|values| values.get(entry.key)).is_some();
            if is_known || entry.value.kind() != Kind::Bool(true) {
                continue;
            }
            path.push(Within::Name(entry.key));
            if let Some(value) = self.unknown(entry.value, path) {
                let place = self.place(entry.key_span);
                object.entries.push(Entry { name: entry.key.into(), place, value });
            }
            path.pop();
        }
    }

    /// A value; nothing for what is not set: null, and blocks that are not there.
    fn value(&self, value: Node<'t>, unknown: Option<Node<'t>>, path: &mut Vec<Within<'t>>) -> Option<Value> {
        if unknown.is_some_and(|unknown| unknown.kind() == Kind::Bool(true)) {
            return self.unknown(value, path);
        }
        let data = match value.kind() {
            Kind::Null => return None,
            Kind::Bool(value) => Data::Bool(value),
            Kind::Number(number, _) => Data::Number(number.into()),
            Kind::Text(text) => Data::Text(text.into()),
            Kind::Sequence => {
                let unknown: Vec<Node<'t>> = unknown.into_iter().flat_map(Node::items).collect();
                let items = value.items().enumerate().filter_map(|(at, item)| {
                    path.push(Within::Item(at));
                    let item = self.value(item, unknown.get(at).copied(), path);
                    path.pop();
                    item
                });
                let items: Vec<Value> = items.collect();
                if items.is_empty() {
                    return None;
                }
                Data::List(Arc::new(List { items, open: None }))
            }
            Kind::Mapping => {
                let mut object = Object::default();
                self.entries(&mut object, Some(value), unknown, path);
                Data::Object(Arc::new(object))
            }
        };
        Some(Value::new(data, self.place(value.span())))
    }

    /// What is known only after the apply: the resource that it comes from, if it is just that. Nothing where nobody
    /// wrote it, so that it is the provider's to say.
    fn unknown(&self, node: Node<'t>, path: &[Within<'t>]) -> Option<Value> {
        let place = self.place(node.span());
        match self.reader.configuration.source(self.address, path) {
            configuration::From::Reference(reference) => Some(Value::new(Data::Reference(Arc::new(reference)), place)),
            configuration::From::Nobody if is_computed(self.address, path) => None,
            configuration::From::Nobody | configuration::From::Expression => {
                let name = path.iter().rev().find_map(|step| match step {
                    Within::Name(name) => Some(*name),
                    Within::Item(_) => None,
                });
                let unknown = Unknown {
                    reason: Reason::RunTime,
                    name: format!("{}.{}", self.address, name.unwrap_or_default()).into(),
                    place,
                };
                Some(Value::new(Data::Unknown(unknown), place))
            }
        }
    }

    fn place(&self, span: crate::source::Span) -> Place {
        self.reader.source.place(span)
    }
}

/// What the provider of buckets fills in where nothing is written: the blocks that have become resources of their own.
/// Of other types it cannot be told from a `dynamic` block that is not known, which a plan does not list as written.
fn is_computed(address: &str, path: &[Within<'_>]) -> bool {
    const OF_BUCKETS: &[&str] = &[
        "acceleration_status",
        "acl",
        "cors_rule",
        "grant",
        "lifecycle_rule",
        "logging",
        "object_lock_configuration",
        "policy",
        "replication_configuration",
        "request_payer",
        "server_side_encryption_configuration",
        "versioning",
        "website",
    ];
    let steps = lower::address::steps(address);
    let is_bucket = steps.last().is_some_and(|step| step.name.starts_with("aws_s3_bucket."));
    match path {
        [Within::Name("id" | "arn" | "tags_all"), ..] => true,
        [Within::Name(name), ..] => is_bucket && OF_BUCKETS.contains(name),
        _ => false,
    }
}
