//! Serverless types that become one resource: tables, layers and applications.

use super::{location, object, properties, rename, tag_list, take};
use crate::{
    graph::{
        Resource, kind,
        value::{Data, Entry, Object, Reason, Value},
    },
    source::Place,
};

/// What a table with one key is.
const TABLE: &str = "AWS::DynamoDB::Table";
/// What an application is.
const STACK: &str = "AWS::CloudFormation::Stack";
/// The types of keys, as SAM and as DynamoDB name them.
const KEY_TYPES: &[(&str, &str)] = &[("Binary", "B"), ("Number", "N"), ("String", "S")];

/// A table of SAM's in the words of DynamoDB.
pub(super) fn table(resource: &mut Resource) -> Vec<Resource> {
    let place = resource.place;
    resource.kind = TABLE.into();
    let Some(table) = properties(resource) else { return Vec::new() };
    let key = take(table, "PrimaryKey");
    let at = key.as_ref().map_or(place, |key| key.place);
    let part = |name: &str| key.as_ref().and_then(|key| key.value.entry(name)).map(|entry| entry.value.clone());
    let unknown = || Value::unknown(Reason::Unsupported, "the key of the table", at);
    let (name, of) = match &key {
        None => (Value::text("id", at), Value::text("S", at)),
        Some(_) => (part("Name").unwrap_or_else(unknown), part("Type").map_or_else(unknown, |value| key_type(&value))),
    };
    if key.is_some() || table.open.is_none() {
        let listed = |(first, value): (&str, Value), (second, other): (&str, Value)| {
            let mut one = object(at, []);
            one.set(Entry { name: first.into(), place: at, value });
            one.set(Entry { name: second.into(), place: at, value: other });
            Value::list(vec![Value::object(one, at)], at)
        };
        let defined = listed(("AttributeName", name.clone()), ("AttributeType", of));
        let schema = listed(("AttributeName", name), ("KeyType", Value::text("HASH", at)));
        table.set(Entry { name: "AttributeDefinitions".into(), place: at, value: defined });
        table.set(Entry { name: "KeySchema".into(), place: at, value: schema });
    }
    if table.open.is_none() && table.entry("ProvisionedThroughput").is_none() {
        table.set(Entry { name: "BillingMode".into(), place, value: Value::text("PAY_PER_REQUEST", place) });
    }
    let tags = take(table, "Tags");
    table.entries.extend(tags.and_then(|tags| tag_list(Some(tags), None, place)));
    Vec::new()
}

fn key_type(value: &Value) -> Value {
    super::each_branch(value, &mut |value| match &value.data {
        Data::Text(text) => match KEY_TYPES.iter().find(|(known, _)| *known == &**text) {
            Some((_, short)) => Value { data: Data::Text((*short).into()), origin: value.origin.clone() },
            None => value.clone(),
        },
        _ => value.clone(),
    })
}

/// A layer. SAM gives it a name that changes with what is in it; the one that is written is kept.
pub(super) fn layer(resource: &mut Resource) -> Vec<Resource> {
    let (place, id) = (resource.place, resource.key.id.clone());
    resource.kind = kind::LAYER.into();
    let Some(layer) = properties(resource) else { return Vec::new() };
    take(layer, "RetentionPolicy");
    take(layer, "PublishLambdaVersion");
    if let Some(content) = take(layer, "ContentUri") {
        let value = location(&content.value, ["S3Bucket", "S3Key", "S3ObjectVersion"]);
        layer.set(Entry { name: "Content".into(), place: content.place, value });
    }
    if layer.open.is_none() && layer.entry("LayerName").is_none() {
        layer.set(Entry { name: "LayerName".into(), place, value: Value::text(id, place) });
    }
    Vec::new()
}

/// An application: a stack of its own.
pub(super) fn application(resource: &mut Resource) -> Vec<Resource> {
    let place = resource.place;
    resource.kind = STACK.into();
    let Some(stack) = properties(resource) else { return Vec::new() };
    let mut tags = take(stack, "Tags");
    rename(stack, "Location", "TemplateURL");
    if let Some(location) = stack.entries.iter_mut().find(|entry| &*entry.name == "TemplateURL")
        && let Data::Object(application) = &location.value.data
    {
        let own = tags.as_ref().and_then(|tags| match &tags.value.data {
            Data::Object(tags) => Some(tags.as_ref().clone()),
            _ => None,
        });
        let mut written: Option<Object> = None;
        let names =
            [("ApplicationId", "serverlessrepo:applicationId"), ("SemanticVersion", "serverlessrepo:semanticVersion")];
        for (name, tag) in names {
            if let Some(entry) = application.entry(name) {
                let written = written.get_or_insert_default();
                written.set(Entry { name: tag.into(), ..entry.clone() });
            }
        }
        if let (Some(written), Some(own)) = (&mut written, own) {
            own.entries.into_iter().for_each(|entry| written.set(entry));
            written.open = own.open;
        }
        if let Some(written) = written {
            let at = tags.as_ref().map_or(location.place, |tags| tags.place);
            tags = Some(Entry { name: "Tags".into(), place: at, value: Value::object(written, at) });
        }
        location.value = in_repository(location.place);
    }
    let tags = tag_list(tags, Some("lambda:createdBy"), place);
    stack.entries.extend(tags);
    Vec::new()
}

fn in_repository(place: Place) -> Value {
    Value::unknown(Reason::External, "a template of the Serverless Application Repository", place)
}
