//! What the serverless transform makes beside the functions, state machines and tables that are written: their roles,
//! and what starts them.

use std::sync::Arc;

use super::{
    events::events,
    policies::{Policies, policies},
    template::Template,
};
use crate::{
    graph::{
        Resource, kind,
        value::{Data, Entry, Object, Reference, Value},
    },
    source::Place,
    syntax::tree::Node,
};

/// Types for which a role is made unless one is written, and who assumes it.
const ASSUMED: &[(&str, &str)] =
    &[(FUNCTION, "lambda.amazonaws.com"), (kind::SERVERLESS_STATE_MACHINE, "states.amazonaws.com")];

const FUNCTION: &str = "AWS::Serverless::Function";

/// A table with one key, and what it is.
const SIMPLE_TABLE: &str = "AWS::Serverless::SimpleTable";
const TABLE: &str = "AWS::DynamoDB::Table";

/// The policies of AWS that SAM gives to the role of a function: to all, to those with a property, and to those with an event
/// of a type.
/// Source: aws-sam-translator 1.110.0, `SamFunction` and the event sources of pull type, read 2026-11-26.
const EXECUTION: &[(Option<&str>, &str)] = &[
    (None, "service-role/AWSLambdaBasicExecutionRole"),
    (Some("DynamoDB"), "service-role/AWSLambdaDynamoDBExecutionRole"),
    (Some("Kinesis"), "service-role/AWSLambdaKinesisExecutionRole"),
    (Some("MSK"), "service-role/AWSLambdaMSKExecutionRole"),
    (Some("SQS"), "service-role/AWSLambdaSQSQueueExecutionRole"),
    (Some("VpcConfig"), "service-role/AWSLambdaVPCAccessExecutionRole"),
];

/// Whether a function has a property, or an event of a type.
fn needs(function: &Value, name: &str) -> bool {
    let is_there = |value: &Value| matches!(&value.data, Data::Object(_));
    let events = function.entry("Events").map(|entry| &entry.value.data);
    let is_of_type = |event: &Entry| {
        event.value.entry("Type").is_some_and(|entry| matches!(&entry.value.data, Data::Text(text) if **text == *name))
    };
    function.entry(name).is_some_and(|entry| is_there(&entry.value))
        || matches!(events, Some(Data::Object(events)) if events.entries.iter().any(is_of_type))
}

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
pub(super) fn made(template: &mut Template<'_>, resource: &mut Resource) -> Vec<Resource> {
    if &*resource.kind == SIMPLE_TABLE {
        simple_table(resource);
        return Vec::new();
    }
    let Some((kind, service)) = ASSUMED.iter().find(|(known, _)| **known == *resource.kind) else { return Vec::new() };
    let mut made = events(template, resource, *kind == FUNCTION);
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
pub(super) fn beside(
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

fn role(template: &mut Template<'_>, of: &Resource, id: &Arc<str>, service: &str) -> Resource {
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
    let Policies { mut managed, written } = self::policies(template, policies.map(|entry| &entry.value));
    if service == "lambda.amazonaws.com" {
        let own = EXECUTION.iter().filter(|(needed, _)| needed.is_none_or(|needed| needs(&of.properties, needed)));
        let own = own.map(|(_, name)| text(&format!("arn:aws:iam::aws:policy/{name}")));
        managed.items.splice(0..0, own);
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
