//! Terraform as `.tf.json`, and as the plan of resources whose values need no evaluation.

use mllint::syntax::hcl::{self, Block, Body, Expr, Node, Part};
use serde_json::{Map, Value, json};

use crate::{Language, Said};

/// The same as `.tf.json`.
pub(crate) fn as_json(text: &str) -> Option<Said> {
    let parsed = hcl::parse(text);
    // Comments and heredocs have no form of their own there.
    if !parsed.faults.is_empty() || text.contains("<<") || text.contains("# mllint:") {
        return None;
    }
    let mut file = Map::new();
    parsed.body.blocks.iter().for_each(|block| put(&mut file, block, text));
    Some((Language::TerraformJson, "main.tf.json", serde_json::to_string_pretty(&file).expect("JSON")))
}

/// Puts a block where its kind and its labels say. One block is an object, as CDK for Terraform writes it; of several with
/// the same labels there is a list.
fn put(parent: &mut Map<String, Value>, block: &Block, text: &str) {
    let mut at = parent;
    let names = std::iter::once(&*block.kind).chain(block.labels.iter().map(|label| &*label.text));
    let names: Vec<&str> = names.collect();
    let (last, path) = names.split_last().expect("a kind");
    for name in path {
        let inner = at.entry((*name).to_owned()).or_insert_with(|| json!({}));
        at = inner.as_object_mut().expect("blocks of a kind have as many labels");
    }
    let body = Value::Object(object(&block.body, text));
    match at.get_mut(*last) {
        Some(Value::Array(all)) => all.push(body),
        Some(one) => *one = json!([one.take(), body]),
        None => drop(at.insert((*last).to_owned(), body)),
    }
}

fn object(body: &Body, text: &str) -> Map<String, Value> {
    let mut object = Map::new();
    for attribute in &body.attributes {
        object.insert(attribute.name.to_string(), expression(&attribute.value, text));
    }
    body.blocks.iter().for_each(|block| put(&mut object, block, text));
    object
}

/// A literal as it is, all else as a text with an expression in it.
fn expression(expression: &Expr, text: &str) -> Value {
    if let Some(value) = Scope::default().known(expression, 0) {
        return escaped(value);
    }
    let written = &text[expression.span.range()];
    match written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => serde_json::from_str(written).unwrap_or_else(|_| json!(inner)),
        None => json!(format!("${{{written}}}")),
    }
}

fn escaped(value: Value) -> Value {
    match value {
        Value::String(text) => json!(text.replace("${", "$${")),
        Value::Array(items) => items.into_iter().map(escaped).collect(),
        Value::Object(entries) => entries.into_iter().map(|(key, value)| (key, escaped(value))).collect(),
        other => other,
    }
}

/// What expressions of a file may refer to.
#[derive(Default)]
struct Scope<'a> {
    blocks: &'a [Block],
}

impl Scope<'_> {
    /// The value of an expression, where that is a literal, or comes to one by variables' defaults, arguments of other
    /// resources, texts with these in them, and `jsonencode`.
    fn known(&self, expression: &Expr, depth: usize) -> Option<Value> {
        let inner = |inner: &Expr| if depth < 16 { self.known(inner, depth + 1) } else { None };
        match &expression.node {
            Node::Null => Some(Value::Null),
            Node::Bool(value) => Some(json!(value)),
            #[expect(clippy::cast_possible_truncation, reason = "whole numbers of examples are small")]
            Node::Number(value) if value.fract() == 0.0 => Some(json!(*value as i64)),
            Node::Number(value) => Some(json!(value)),
            Node::Text(text) => Some(json!(text)),
            Node::List(items) => items.iter().map(inner).collect::<Option<Vec<Value>>>().map(Value::Array),
            Node::Object(entries) => {
                let entry = |(key, value): &(Expr, Expr)| Some((inner(key)?.as_str()?.to_owned(), inner(value)?));
                entries.iter().map(entry).collect::<Option<Map<String, Value>>>().map(Value::Object)
            }
            Node::Template(parts) => {
                let part = |part: &Part| match part {
                    Part::Text(text) => Some(text.to_string()),
                    Part::Value(value) => inner(value)?.as_str().map(str::to_owned),
                    _ => None,
                };
                parts.iter().map(part).collect::<Option<String>>().map(Value::String)
            }
            Node::Call { name, arguments, .. } if &**name == "jsonencode" => {
                Some(json!(inner(arguments.first()?)?.to_string()))
            }
            Node::Attribute(of, name) => {
                let value = match &of.node {
                    Node::Name(var) if &**var == "var" => &self.block("variable", &[name])?.attribute("default")?.value,
                    Node::Attribute(kind, label) => match &kind.node {
                        Node::Name(kind) => &self.block("resource", &[kind, label])?.attribute(name)?.value,
                        _ => return None,
                    },
                    _ => return None,
                };
                inner(value)
            }
            _ => None,
        }
    }

    fn block(&self, kind: &str, labels: &[&str]) -> Option<&Body> {
        let is = |block: &&Block| {
            &*block.kind == kind && block.labels.iter().map(|label| &*label.text).eq(labels.iter().copied())
        };
        self.blocks.iter().find(is).map(|block| &block.body)
    }
}

/// The plan, where it can be told without Terraform: there are resources, and variables with a default.
pub(crate) fn as_plan(text: &str) -> Option<Said> {
    let parsed = hcl::parse(text);
    let body = &parsed.body;
    let is_plain = |block: &Block| {
        let repeated = ["count", "for_each", "provider"].iter().any(|name| block.body.attribute(name).is_some());
        &*block.kind == "variable" || (&*block.kind == "resource" && !repeated && dynamic(&block.body).is_none())
    };
    let scope = Scope { blocks: &body.blocks };
    let is_whole = parsed.faults.is_empty() && body.attributes.is_empty() && body.blocks.iter().all(is_plain);
    if !is_whole || text.contains("# mllint:") {
        return None;
    }
    let (mut planned, mut changes, mut configuration) = (Vec::new(), Vec::new(), Vec::new());
    for block in body.blocks.iter().filter(|block| &*block.kind == "resource") {
        let (kind, name) = (&*block.labels[0].text, &*block.labels[1].text);
        let address = format!("{kind}.{name}");
        let head = json!({"address": address, "mode": "managed", "type": kind, "name": name});
        let with = |more: Value| {
            let mut all = head.clone();
            all.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            all
        };
        let resource = Planned::of(&block.body, text, &scope)?;
        planned.push(with(json!({"values": resource.values})));
        let after = json!({"actions": ["create"], "after": resource.values, "after_unknown": resource.unknown});
        changes.push(with(json!({"change": after})));
        configuration.push(with(json!({"expressions": resource.expressions})));
    }
    let plan = json!({
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": configuration}},
    });
    Some((Language::Plan, "plan.json", serde_json::to_string_pretty(&plan).expect("JSON")))
}

/// A `dynamic` block, at any depth.
fn dynamic(body: &Body) -> Option<&Block> {
    body.blocks.iter().find_map(|block| if &*block.kind == "dynamic" { Some(block) } else { dynamic(&block.body) })
}

/// What a plan says of a block: the values, which are known after apply, and what the configuration refers to.
#[derive(Default)]
struct Planned {
    values: Map<String, Value>,
    unknown: Map<String, Value>,
    expressions: Map<String, Value>,
}

impl Planned {
    /// Nothing where a value needs more evaluation than is done here.
    fn of(body: &Body, text: &str, scope: &Scope<'_>) -> Option<Self> {
        let mut planned = Self::default();
        for attribute in body.attributes.iter().filter(|attribute| &*attribute.name != "depends_on") {
            let name = attribute.name.to_string();
            if let Some(value) = scope.known(&attribute.value, 0) {
                planned.expressions.insert(name.clone(), json!({"constant_value": value}));
                planned.values.insert(name, value);
            } else {
                let references = references(&attribute.value, text);
                if references.is_empty() {
                    return None;
                }
                planned.expressions.insert(name.clone(), json!({"references": references}));
                planned.unknown.insert(name, json!(true));
            }
        }
        for block in body.blocks.iter().filter(|block| &*block.kind != "lifecycle") {
            let inner = Self::of(&block.body, text, scope)?;
            for (all, one) in [
                (&mut planned.values, inner.values),
                (&mut planned.unknown, inner.unknown),
                (&mut planned.expressions, inner.expressions),
            ] {
                let list = all.entry(block.kind.to_string()).or_insert_with(|| json!([]));
                list.as_array_mut().expect("blocks of a kind").push(Value::Object(one));
            }
        }
        Some(planned)
    }
}

/// What an expression refers to, as a plan lists it: the attribute, then the resource.
fn references(expression: &Expr, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Node::Attribute(..) = &expression.node {
        let whole = &text[expression.span.range()];
        let parts: Vec<&str> = whole.split('.').collect();
        if let [kind, name, ..] = parts[..]
            && kind.starts_with("aws_")
        {
            return vec![whole.to_owned(), format!("{kind}.{name}")];
        }
    }
    expression.children(&mut |inner| found.extend(references(inner, text)));
    found
}
