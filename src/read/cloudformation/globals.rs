//! SAM's `Globals`: properties that all functions or APIs of a template have.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::template::Template;
use crate::{
    graph::{
        Resource,
        value::{Data, List, Object, Value},
    },
    syntax::tree::Node,
};

/// Sections of `Globals` and the types that they are for.
const SECTIONS: &[(&str, &str)] = &[
    ("Function", "AWS::Serverless::Function"),
    ("Api", "AWS::Serverless::Api"),
    ("HttpApi", "AWS::Serverless::HttpApi"),
    ("SimpleTable", "AWS::Serverless::SimpleTable"),
    ("StateMachine", "AWS::Serverless::StateMachine"),
    ("LayerVersion", "AWS::Serverless::LayerVersion"),
];

/// The properties by type.
#[derive(Default)]
pub(super) struct Globals(Vec<(&'static str, Value)>);

impl Globals {
    /// Reads the section.
    pub(super) fn of<'t>(template: &mut Template<'t>, node: Node<'t>) -> Self {
        let sections = SECTIONS.iter().filter_map(|(name, kind)| Some((*kind, template.eval(node.get(name)?))));
        Self(sections.collect())
    }

    /// Gives a resource what it does not say itself.
    pub(super) fn apply(&self, template: &mut Template<'_>, resource: &mut Resource) {
        if let Some((_, shared)) = self.0.iter().find(|(kind, _)| *kind == &*resource.kind) {
            // Many functions with long lists of variables each would make a table of both.
            if !template.afford(entries(shared) + entries(&resource.properties)) {
                resource.properties = template.too_large("the properties with those of `Globals`", resource.place);
                return;
            }
            let data = merged(shared, &resource.properties);
            resource.properties.data = data;
        }
    }
}

/// Entries and items of a value, and of the values in it that are merged.
fn entries(value: &Value) -> usize {
    match &value.data {
        Data::Object(object) => object.entries.iter().map(|entry| 1 + entries(&entry.value)).sum(),
        Data::List(list) => list.items.len(),
        _ => 0,
    }
}

/// As SAM merges: objects entry by entry, lists one after the other, and of anything else the resource's own.
fn merged(shared: &Value, own: &Value) -> Data {
    match (&shared.data, &own.data) {
        (Data::Object(shared), Data::Object(own)) => {
            let mut object = Object { open: own.open.clone().or_else(|| shared.open.clone()), ..own.as_ref().clone() };
            let names = own.entries.iter().enumerate().map(|(at, entry)| (&*entry.name, at));
            let names: FxHashMap<&str, usize> = names.collect();
            for entry in &shared.entries {
                match names.get(&*entry.name).and_then(|&at| object.entries.get_mut(at)) {
                    Some(known) => known.value.data = merged(&entry.value, &known.value),
                    None => object.entries.push(entry.clone()),
                }
            }
            Data::Object(Arc::new(object))
        }
        (Data::List(shared), Data::List(own)) => {
            let items = shared.items.iter().chain(&own.items).cloned().collect();
            Data::List(Arc::new(List { items, open: shared.open.clone().or_else(|| own.open.clone()) }))
        }
        (_, own) => own.clone(),
    }
}
