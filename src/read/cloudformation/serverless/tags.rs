//! Tags: as the list that most types have, with the one by which SAM says that it made something; and those that are spread
//! over all that is made for a resource.

use std::sync::Arc;

use super::{
    CAPACITY, HTTP_API, PREFIX, WEBSOCKET_API, api, each_branch, entry, object, properties, property, websocket,
};
use crate::{
    graph::{
        Resource, kind,
        value::{Data, Entry, List, Value},
    },
    source::Place,
};

/// Types that have a list of tags, among those that SAM makes.
const LISTED: [&str; 17] = [
    "AWS::ApiGateway::ApiKey",
    "AWS::ApiGateway::DomainName",
    "AWS::ApiGateway::DomainNameV2",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::ApiGateway::UsagePlan",
    "AWS::CloudFormation::Stack",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::DynamoDB::Table",
    "AWS::IoT::TopicRule",
    "AWS::SNS::Topic",
    kind::FUNCTION,
    kind::QUEUE,
    kind::ROLE,
    kind::STATE_MACHINE,
    "AWS::Lambda::CapacityProvider",
];

/// Types that have tags by name.
const NAMED: [&str; 3] = ["AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::DomainName", "AWS::ApiGatewayV2::Stage"];

/// Tags as the list that most types of CloudFormation's want, with the one that the transform adds.
pub(super) fn tag_list(tags: Option<Entry>, created_by: Option<&str>, place: Place) -> Option<Entry> {
    let tag = |key: &str, value: Value, place: Place| {
        let mut tag = object(place, [("Key", key)]);
        tag.set(Entry { name: "Value".into(), place, value });
        Value::object(tag, place)
    };
    let own: Option<Value> = created_by.map(|key| tag(key, Value::text("SAM", place), place));
    let at = tags.as_ref().map_or(place, |entry| entry.place);
    let value = match &tags {
        None => Value::list(own.into_iter().collect(), place),
        Some(entry) => each_branch(&entry.value, &mut |value| match &value.data {
            Data::Object(written) => {
                let tags = written.entries.iter().map(|one| tag(&one.name, one.value.clone(), one.place));
                let items = own.clone().into_iter().chain(tags).collect();
                let list = List { items, open: written.open.clone() };
                Value { data: Data::List(Arc::new(list)), origin: value.origin.clone() }
            }
            Data::Absent => Value::list(own.clone().into_iter().collect(), place),
            _ => value.clone(),
        }),
    };
    let is_empty = matches!(&value.data, Data::List(list) if list.items.is_empty() && list.open.is_none());
    (!is_empty).then(|| Entry { name: "Tags".into(), place: at, value })
}

/// The same, with the tag that the transform adds behind the others.
pub(super) fn tag_list_before(tags: Option<Entry>, created_by: &str, place: Place) -> Option<Entry> {
    let own = tag_list(None, Some(created_by), place)?;
    let Some(mut tags) = tag_list(tags, None, place) else { return Some(own) };
    if let (Data::List(list), Data::List(more)) = (&mut tags.value.data, &own.value.data) {
        Arc::make_mut(list).extend(more);
    }
    Some(tags)
}

/// The tags of a resource, if all that is made for it shall have them (`PropagateTags`).
pub(super) fn spread(resource: &Resource) -> Option<Entry> {
    if resource.kind.starts_with(PREFIX) { asked(resource) } else { None }
}

/// The tags of a resource that shall have them on all that is made for it.
pub(super) fn asked(resource: &Resource) -> Option<Entry> {
    let is_asked = property(resource, "PropagateTags")?.value;
    let is_asked = matches!(is_asked.data, Data::Bool(true)) || is_asked.plain_text().as_deref() == Some("true");
    property(resource, "Tags").filter(|tags| is_asked && matches!(tags.value.data, Data::Object(_)))
}

/// Gives tags to a resource and to what is made for it: in place of what these have, as SAM does, but for a capacity
/// provider. `kind` is the type that is written.
pub(super) fn give<'r>(
    tags: &Entry,
    kind: &str,
    resource: &'r mut Resource,
    made: impl Iterator<Item = &'r mut Resource>,
) {
    for one in std::iter::once(resource).chain(made) {
        // The tags of an HTTP API stand in its description.
        let is_named = NAMED.contains(&&*one.kind) && !(kind == HTTP_API && &*one.kind == NAMED[0]);
        let is_listed = LISTED.contains(&&*one.kind);
        let Some(object) = properties(one).filter(|_| is_named || is_listed) else { continue };
        let value = if is_named { Some(tags.clone()) } else { tag_list(Some(tags.clone()), None, tags.place) };
        let Some(mut value) = value else { continue };
        let own = match kind {
            HTTP_API => Some(api::TAG),
            WEBSOCKET_API => Some(websocket::TAG),
            _ => None,
        };
        if let (Some(own), Data::Object(named)) = (own, &mut value.value.data) {
            Arc::make_mut(named).set(entry(own, tags.place, Value::text("SAM", tags.place)));
        }
        if kind == CAPACITY {
            let known = object.entry("Tags").map(|entry| entry.value.clone());
            value.value = joined(known.as_ref(), &value.value);
        }
        object.set(value);
    }
}

/// A list of tags with those of another that it does not have.
fn joined(known: Option<&Value>, more: &Value) -> Value {
    let (Some(Value { data: Data::List(list), origin }), Data::List(more)) = (known, &more.data) else {
        return more.clone();
    };
    let name = |tag: &Value| tag.entry("Key").and_then(|key| key.value.plain_text());
    let items = more.items.iter().filter(|tag| !list.items.iter().any(|known| name(known) == name(tag)));
    let items = list.items.iter().chain(items).cloned().collect();
    let data = Data::List(Arc::new(List { items, open: list.open.clone().or_else(|| more.open.clone()) }));
    Value { data, origin: origin.clone() }
}
