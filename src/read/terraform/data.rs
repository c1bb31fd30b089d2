//! Data sources: the few whose answer stands in the configuration; all others are unknown.

use std::rc::Rc;

use super::{eval, frame::Frame, policy_document, run::Run};
use crate::{
    catalog::{partition, policy::managed},
    graph::value::{Data, Object, Piece, Reason, Value},
};

/// What an attribute of a data source is.
pub(super) fn attribute(run: &Run<'_>, frame: &Rc<Frame>, resource: usize, instance: usize, name: &str) -> Value {
    let declared = &frame.loaded.module.resources[resource];
    let head = declared.layers.head();
    let unknown = |reason| Value::unknown(reason, format!("{}{}.{name}", frame.prefix, declared.address()), head);
    let is_asked = |names: &[&str]| names.iter().any(|name| declared.layers.attribute(name).is_some());
    match (declared.kind(), name) {
        ("aws_iam_policy_document", "json" | "minified_json") => {
            let document = policy_document::document(&run.properties(frame, resource, instance), head);
            super::json_text::render(&document, name == "json", head)
        }
        ("aws_region", "id" | "name" | "region") if !is_asked(&["name", "region", "endpoint"]) => {
            let region = super::provider::of(run, frame, declared).region.clone();
            region.unwrap_or_else(|| unknown(Reason::RunTime))
        }
        ("aws_iam_policy", "arn") if !is_asked(&["arn", "path_prefix", "tags"]) => {
            let properties = run.properties(frame, resource, instance);
            let asked = properties.entry("name").and_then(|entry| match &entry.value.data {
                Data::Text(name) => Some((name.clone(), entry.value.origin.place)),
                _ => None,
            });
            match asked.filter(|(name, _)| managed().iter().any(|policy| policy.name == &**name)) {
                Some((name, place)) => {
                    let hole = Piece::Hole(Box::new(unknown(Reason::RunTime)));
                    let end = Piece::Text(format!(":iam::aws:policy/{name}").into());
                    Value::template(vec![Piece::Text("arn:".into()), hole, end], place)
                }
                None => unknown(Reason::External),
            }
        }
        ("aws_partition", "id" | "partition" | "dns_suffix") if !is_asked(&["region"]) => {
            let region = super::provider::of(run, frame, declared).region.clone();
            let known = region.and_then(|region| {
                let partition = partition::of_region(super::provider::region_of(&region)?)?;
                let text = if name == "dns_suffix" { partition.suffix } else { partition.name };
                Some(Value { data: Data::Text(text.into()), ..region })
            });
            known.unwrap_or_else(|| unknown(Reason::RunTime))
        }
        ("template_file", "rendered") => {
            let properties = run.properties(frame, resource, instance);
            let written = |name: &str| properties.entry(name).map(|entry| entry.value.clone());
            match written("template") {
                Some(Value { data: Data::Text(text), origin }) => {
                    let scope = run.scope(frame, resource, instance);
                    let none = || Value::object(Object::default(), head);
                    eval::render(&scope, &text, &written("vars").unwrap_or_else(none), origin.place)
                }
                _ => unknown(Reason::External),
            }
        }
        ("aws_partition" | "aws_caller_identity", _) => unknown(Reason::RunTime),
        // What is asked by is what is found.
        _ if declared.layers.attribute(name).is_some() => {
            let properties = run.properties(frame, resource, instance);
            properties.entry(name).map_or_else(|| unknown(Reason::External), |entry| entry.value.clone())
        }
        _ => unknown(Reason::External),
    }
}
