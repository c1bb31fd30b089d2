//! What the serverless transform makes beside the functions, state machines and tables that are written: their roles,
//! and what starts them.

use std::sync::Arc;

use super::template::Template;
use crate::{
    graph::{
        Resource, kind,
        value::{Data, Entry, List, Object, Reason, Reference, Value},
    },
    source::Place,
    syntax::tree::Node,
};

/// Types for which a role is made unless one is written, and who assumes it.
const ASSUMED: &[(&str, &str)] =
    &[("AWS::Serverless::Function", "lambda.amazonaws.com"), (kind::SERVERLESS_STATE_MACHINE, "states.amazonaws.com")];

/// A table with one key, and what it is.
const SIMPLE_TABLE: &str = "AWS::Serverless::SimpleTable";
const TABLE: &str = "AWS::DynamoDB::Table";

/// Types of events by which a function reads a queue or a stream, and the property that names it.
/// Source: AWS SAM specification 2016-10-31, event sources of AWS::Serverless::Function, read 2026-11-26.
const MAPPED: &[(&str, &str)] = &[
    ("DocumentDB", "Cluster"),
    ("DynamoDB", "Stream"),
    ("Kinesis", "Stream"),
    ("MQ", "Broker"),
    ("MSK", "Stream"),
    ("SQS", "Queue"),
];

/// Types of events that are rules of EventBridge.
const RULED: &[&str] = &["CloudWatchEvent", "EventBridgeRule", "Schedule"];

/// Whether a role is made for a resource as it is written.
pub(super) fn makes_role(resource: Node<'_>) -> bool {
    let kind = resource.get("Type").and_then(Node::text);
    let role = resource.get("Properties").and_then(|properties| properties.get("Role"));
    kind.is_some_and(|kind| ASSUMED.iter().any(|(known, _)| *known == kind)) && role.is_none()
}

/// The name of the role that is made for a resource.
pub(super) fn role_of(id: &str) -> Arc<str> {
    format!("{id}Role").into()
}

/// What is made beside a resource. A table becomes what it is to DynamoDB, a resource without a role gets its own.
pub(super) fn made(template: &Template<'_>, resource: &mut Resource) -> Vec<Resource> {
    if &*resource.kind == SIMPLE_TABLE {
        simple_table(resource);
        return Vec::new();
    }
    let Some((kind, service)) = ASSUMED.iter().find(|(known, _)| **known == *resource.kind) else { return Vec::new() };
    let mut made = events(template, resource, kind);
    let Data::Object(object) = &resource.properties.data else { return made };
    let is_free = |name: &str| object.entry(name).is_none_or(|entry| matches!(entry.value.data, Data::Absent));
    if object.open.is_none() && is_free("Role") {
        let id = role_of(&resource.key.id);
        let role = self::role(template, resource, &id, service);
        let reference = Reference { id: template.stack.address(&id), attribute: Some("Arn".into()) };
        let place = resource.place;
        if let Data::Object(object) = &mut resource.properties.data {
            let value = Value::new(Data::Reference(Arc::new(reference)), place);
            Arc::make_mut(object).set(Entry { name: "Role".into(), place, value });
        }
        made.insert(0, role);
    }
    made
}

/// A resource that is made for another, at a place of it.
fn beside(
    template: &Template<'_>,
    of: &Resource,
    id: Arc<str>,
    kind: &str,
    properties: Object,
    place: Place,
) -> Resource {
    Resource {
        key: template.key(id),
        kind: kind.into(),
        properties: Value::object(properties, place),
        place,
        body: of.body,
        ..of.clone()
    }
}

fn role(template: &Template<'_>, of: &Resource, id: &Arc<str>, service: &str) -> Resource {
    let policies = of.properties.entry("Policies");
    let place = policies.map_or(of.place, |entry| entry.place);
    let text = |text: &str| Value::text(text, place);
    let mut properties = Object::default();
    let mut statement = Object::default();
    statement.set(Entry { name: "Effect".into(), place, value: text("Allow") });
    statement.set(Entry { name: "Action".into(), place, value: text("sts:AssumeRole") });
    statement.set_path("Principal.Service", place, text(service));
    let statements = Value::list(vec![Value::object(statement, place)], place);
    properties.set_path("AssumeRolePolicyDocument.Statement", place, statements);
    let (mut managed, mut written) = (List::default(), List::default());
    if service == "lambda.amazonaws.com" {
        managed.items.push(text("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"));
    }
    match policies.map(|entry| &entry.value) {
        Some(Value { data: Data::List(list), .. }) => {
            managed.open.clone_from(&list.open);
            written.open.clone_from(&list.open);
            list.items.iter().for_each(|item| policy(item, &mut managed, &mut written));
        }
        Some(value) => policy(value, &mut managed, &mut written),
        None => {}
    }
    for (name, list) in [("ManagedPolicyArns", managed), ("Policies", written)] {
        if !list.items.is_empty() || list.open.is_some() {
            let value = Value::new(Data::List(Arc::new(list)), place);
            properties.set(Entry { name: name.into(), place, value });
        }
    }
    for name in ["PermissionsBoundary", "Tags"] {
        if let Some(entry) = of.properties.entry(name) {
            properties.set(entry.clone());
        }
    }
    beside(template, of, id.clone(), kind::ROLE, properties, place)
}

/// One of `Policies`: an ARN or a name of AWS's, a document, or a template of SAM's, which grants little by design.
fn policy(value: &Value, managed: &mut List, written: &mut List) {
    let place = value.origin.place;
    match &value.data {
        Data::Absent => {}
        Data::Text(name) if !name.contains(':') => {
            let arn = Value::text(format!("arn:aws:iam::aws:policy/{name}"), place);
            managed.items.push(Value { origin: value.origin.clone(), ..arn });
        }
        Data::Object(object) if object.entry("Statement").is_some() => {
            let mut policy = Object::default();
            policy.set(Entry { name: "PolicyDocument".into(), place, value: value.clone() });
            written.items.push(Value::object(policy, place));
        }
        Data::Object(object) => {
            let name = object.entries.first().map_or("?", |entry| &entry.name);
            let mut policy = Object::default();
            let document = Value::unknown(Reason::Unsupported, format!("policy template {name}"), place);
            policy.set(Entry { name: "PolicyDocument".into(), place, value: document });
            written.items.push(Value::object(policy, place));
        }
        _ => managed.items.push(value.clone()),
    }
}

/// What the events of a function or a state machine make.
fn events(template: &Template<'_>, of: &Resource, kind: &str) -> Vec<Resource> {
    let Some(Data::Object(events)) = of.properties.entry("Events").map(|entry| &entry.value.data) else {
        return Vec::new();
    };
    let target = || {
        Data::Reference(Arc::new(Reference { id: template.stack.address(&of.key.id), attribute: Some("Arn".into()) }))
    };
    let mut made = Vec::new();
    for event in &events.entries {
        let Some(Data::Text(source)) = event.value.entry("Type").map(|entry| &entry.value.data) else { continue };
        let written = event.value.entry("Properties").map(|entry| &entry.value);
        let mut properties = match written.map(|value| &value.data) {
            Some(Data::Object(object)) => object.as_ref().clone(),
            _ => Object::default(),
        };
        let place = event.place;
        let target = || Value::new(target(), place);
        let id: Arc<str> = format!("{}{}", of.key.id, event.name).into();
        if let Some((_, name)) = MAPPED.iter().find(|(known, _)| **known == **source)
            && kind == "AWS::Serverless::Function"
        {
            if let Some(at) = properties.entries.iter().position(|entry| &*entry.name == *name) {
                properties.entries[at].name = "EventSourceArn".into();
            }
            properties.set(Entry { name: "FunctionName".into(), place, value: target() });
            made.push(beside(template, of, id, kind::EVENT_SOURCE_MAPPING, properties, place));
        } else if RULED.contains(&&**source) {
            for (from, to) in [("Pattern", "EventPattern"), ("Schedule", "ScheduleExpression")] {
                if let Some(at) = properties.entries.iter().position(|entry| &*entry.name == from) {
                    properties.entries[at].name = to.into();
                }
            }
            let mut aimed = Object::default();
            aimed.set(Entry { name: "Arn".into(), place, value: target() });
            let targets = Value::list(vec![Value::object(aimed, place)], place);
            properties.set(Entry { name: "Targets".into(), place, value: targets });
            made.push(beside(template, of, id, "AWS::Events::Rule", properties, place));
        }
    }
    made
}

/// A table of SAM's in the words of DynamoDB.
fn simple_table(resource: &mut Resource) {
    let Data::Object(object) = &mut resource.properties.data else { return };
    let object = Arc::make_mut(object);
    let place = resource.place;
    resource.kind = TABLE.into();
    if let Some(at) = object.entries.iter().position(|entry| &*entry.name == "PrimaryKey") {
        let key = object.entries.remove(at);
        if let Some(name) = key.value.entry("Name") {
            let mut schema = Object::default();
            schema.set(Entry { name: "AttributeName".into(), place: key.place, value: name.value.clone() });
            schema.set(Entry { name: "KeyType".into(), place: key.place, value: Value::text("HASH", key.place) });
            let value = Value::list(vec![Value::object(schema, key.place)], key.place);
            object.set(Entry { name: "KeySchema".into(), place: key.place, value });
        }
    }
    if object.open.is_none() && object.entry("ProvisionedThroughput").is_none() {
        object.set(Entry { name: "BillingMode".into(), place, value: Value::text("PAY_PER_REQUEST", place) });
    }
}
