//! What the serverless transform makes of its types: resources of CloudFormation's own types, with the roles, permissions,
//! stages, versions and aliases beside them.
//!
//! Source: AWS SAM specification 2016-10-31, and what aws-sam-translator 1.110.0 makes of it; read 2026-11-26.

mod allowed;
mod api;
#[cfg(test)]
mod api_tests;
mod capacity;
mod connector;
#[cfg(test)]
mod connector_tests;
mod digests;
mod domain;
mod events;
mod function;
mod globals;
mod graphql;
mod machine;
mod names;
mod policies;
mod queues;
mod role;
mod simple;
mod tags;
#[cfg(test)]
mod tests;
mod told;
mod websocket;

use std::sync::Arc;

use super::template::Template;
use crate::{
    graph::{
        Resource,
        value::{Data, Entry, Object, Piece, Reference, Value},
    },
    source::Place,
};

pub(super) use connector::{attached, connected, is_same};
pub(super) use globals::Globals;
pub(super) use names::{Names, note};
use tags::{tag_list, tag_list_before};
pub(super) use told::{Told, tell};

/// How the types of the transform begin.
pub(super) const PREFIX: &str = "AWS::Serverless::";

const FUNCTION: &str = "AWS::Serverless::Function";
const STATE_MACHINE: &str = "AWS::Serverless::StateMachine";
const API: &str = "AWS::Serverless::Api";
const HTTP_API: &str = "AWS::Serverless::HttpApi";
const TABLE: &str = "AWS::Serverless::SimpleTable";
const LAYER: &str = "AWS::Serverless::LayerVersion";
const APPLICATION: &str = "AWS::Serverless::Application";
const GRAPHQL_API: &str = "AWS::Serverless::GraphQLApi";
const WEBSOCKET_API: &str = "AWS::Serverless::WebSocketApi";
const CAPACITY: &str = "AWS::Serverless::CapacityProvider";
/// What allows something between two other resources; it becomes nothing by itself.
pub(super) const CONNECTOR: &str = "AWS::Serverless::Connector";

/// Properties of what a type becomes that the type itself writes otherwise, or cannot have.
const OTHERWISE: &[(&str, &[&str])] = &[
    (FUNCTION, &["Code", "DeadLetterConfig", "Tags", "TracingConfig"]),
    (
        STATE_MACHINE,
        &[
            "DefinitionS3Location",
            "DefinitionString",
            "LoggingConfiguration",
            "RoleArn",
            "StateMachineName",
            "StateMachineType",
            "Tags",
            "TracingConfiguration",
        ],
    ),
    (API, &["Body", "BodyS3Location", "EndpointConfiguration", "Parameters", "Tags"]),
    (HTTP_API, &["Body", "BodyS3Location", "Tags"]),
    (TABLE, &["AttributeDefinitions", "BillingMode", "KeySchema", "Tags"]),
    (LAYER, &["Content"]),
    (APPLICATION, &["TemplateURL", "Tags"]),
    (GRAPHQL_API, &["AuthenticationType", "AdditionalAuthenticationProviders", "LogConfig", "Tags"]),
    (WEBSOCKET_API, &["ProtocolType", "Tags"]),
    (CAPACITY, &["CapacityProviderScalingConfig", "InstanceRequirements", "PermissionsConfig", "Tags"]),
];

/// Whether a property of what a resource becomes is written in the template by the same name. `kind` is the type that is
/// written there.
pub fn is_written_so(kind: &str, property: &str) -> bool {
    let otherwise = OTHERWISE.iter().find(|(known, _)| *known == kind).map(|(_, names)| *names);
    match otherwise {
        Some(names) => !names.contains(&property),
        None => !kind.starts_with(PREFIX),
    }
}

/// Makes a resource what it becomes; hands back what is made beside it.
pub(super) fn made(template: &mut Template<'_>, resource: &mut Resource) -> Vec<Resource> {
    let kind = resource.kind.clone();
    let tags = tags::spread(resource);
    let known = template.once.len();
    let mut made = match &*kind {
        FUNCTION => function::made(template, resource),
        STATE_MACHINE => machine::made(template, resource),
        API => api::rest(template, resource),
        HTTP_API => api::http(template, resource),
        TABLE => simple::table(resource),
        LAYER => simple::layer(resource),
        APPLICATION => simple::application(resource),
        GRAPHQL_API => graphql::made(template, resource),
        WEBSOCKET_API => websocket::made(template, resource),
        CAPACITY => capacity::made(template, resource),
        kind if kind.starts_with(PREFIX) => {
            let what = format!("what SAM makes of `{}`", resource.key.id);
            template.note(resource.place.span, "resource", what, format!("`{kind}` is not evaluated"));
            Vec::new()
        }
        _ => Vec::new(),
    };
    if let Some(tags) = tags {
        tags::give(&tags, &kind, resource, made.iter_mut().chain(template.once.iter_mut().skip(known)));
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

/// A reference to a resource of the template, or to an attribute of it.
fn reference(template: &Template<'_>, id: &str, attribute: Option<&str>, place: Place) -> Value {
    let reference = Reference { id: template.stack.address(id), attribute: attribute.map(Into::into) };
    Value::new(Data::Reference(Arc::new(reference)), place)
}

/// The ARN of something that may be called through an API: `arn:aws:execute-api:region:account:api/path`.
fn execute_api(template: &mut Template<'_>, api: Value, path: &str, place: Place) -> Value {
    let mut pieces = vec![Piece::Text("arn:".into())];
    for (name, text) in [("AWS::Partition", ":execute-api:"), ("AWS::Region", ":"), ("AWS::AccountId", ":")] {
        pieces.push(Piece::Hole(Box::new(template.pseudo(name, place))));
        pieces.push(Piece::Text(text.into()));
    }
    pieces.push(Piece::Hole(Box::new(api)));
    pieces.push(Piece::Text(path.into()));
    template.template(pieces, place)
}

/// An entry of an object.
fn entry(name: &str, place: Place, value: Value) -> Entry {
    Entry { name: name.into(), place, value }
}

/// A text with `${Name}` filled in by a function, and `${AWS::Region}` by the pseudo parameter.
fn filled(template: &mut Template<'_>, text: &str, part: &mut dyn FnMut(&str) -> Value, place: Place) -> Value {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some((before, (name, tail))) = rest.split_once("${").and_then(|(before, after)| {
        let named = after.split_once('}')?;
        Some((before, named))
    }) {
        let value = if name.starts_with("AWS::") { template.pseudo(name, place) } else { part(name) };
        pieces.extend([Piece::Text(before.into()), Piece::Hole(Box::new(value))]);
        rest = tail;
    }
    pieces.push(Piece::Text(rest.into()));
    template.template(pieces, place)
}

/// An object of texts.
fn object<const N: usize>(place: Place, texts: [(&str, &str); N]) -> Object {
    let entries = texts.map(|(name, text)| Entry { name: name.into(), place, value: Value::text(text, place) });
    Object { entries: entries.to_vec(), ..Object::default() }
}

/// The entries of an object that is a resource's properties; an empty one where it has none that are known.
fn properties(resource: &mut Resource) -> Option<&mut Object> {
    match &mut resource.properties.data {
        Data::Object(object) => Some(Arc::make_mut(object)),
        _ => None,
    }
}

/// The value of a property that is there.
fn property(resource: &Resource, name: &str) -> Option<Entry> {
    let entry = resource.properties.entry(name)?;
    (!matches!(entry.value.data, Data::Absent)).then(|| entry.clone())
}

/// Takes an entry out of an object.
fn take(object: &mut Object, name: &str) -> Option<Entry> {
    let at = object.entries.iter().position(|entry| &*entry.name == name)?;
    Some(object.entries.remove(at))
}

/// Gives an entry another name.
fn rename(object: &mut Object, from: &str, to: &str) {
    if let Some(entry) = object.entries.iter_mut().find(|entry| &*entry.name == from) {
        entry.name = to.into();
    }
}

/// Applies a change to a value, in each branch of what is guarded.
fn each_branch(value: &Value, change: &mut dyn FnMut(&Value) -> Value) -> Value {
    match &value.data {
        Data::Guarded(guarded) => {
            let (then, otherwise) = (each_branch(&guarded.then, change), each_branch(&guarded.otherwise, change));
            Value { origin: value.origin.clone(), ..Value::guarded(&guarded.when, then, otherwise) }
        }
        _ => change(value),
    }
}

/// Where something lies: `s3://bucket/key` in the names that CloudFormation has for bucket, key and version. A path of a
/// file stays, as `aws cloudformation package` takes it.
fn location(value: &Value, names: [&str; 3]) -> Value {
    each_branch(value, &mut |value| {
        let place = value.origin.place;
        let data = match &value.data {
            Data::Text(text) => match text.strip_prefix("s3://").and_then(|rest| rest.split_once('/')) {
                Some((bucket, key)) => {
                    let (key, version) = key.split_once("?versionId=").unwrap_or((key, ""));
                    let mut made = object(place, [(names[0], bucket), (names[1], key)]);
                    if !version.is_empty() {
                        made.set(Entry { name: names[2].into(), place, value: Value::text(version, place) });
                    }
                    Data::Object(Arc::new(made))
                }
                None => return value.clone(),
            },
            Data::Object(written) => {
                let mut made = written.as_ref().clone();
                for (from, to) in ["Bucket", "Key", "Version"].iter().zip(names) {
                    rename(&mut made, from, to);
                }
                Data::Object(Arc::new(made))
            }
            _ => return value.clone(),
        };
        Value { data, origin: value.origin.clone() }
    })
}
