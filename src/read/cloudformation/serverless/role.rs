//! The role that is made for a function or state machine that has none.

use std::sync::Arc;

use super::{
    beside, each_branch, entry, object,
    policies::{Policies, policies},
    properties, property, reference, tag_list,
};
use crate::{
    catalog::managed_policy,
    graph::{
        Resource,
        guard::Formula,
        kind,
        value::{Data, Entry, Object, Reason, Value},
    },
    read::cloudformation::template::Template,
    source::Place,
};

/// The name of the role that is made for a resource.
pub(super) fn name(id: &str) -> Arc<str> {
    format!("{id}Role").into()
}

/// What a role is made with.
#[derive(Default)]
pub(super) struct Wanted {
    /// The property that names the role.
    pub(super) property: &'static str,
    /// Who assumes it.
    pub(super) service: &'static str,
    /// The policies of AWS that it has before those that are written, and after.
    pub(super) before: Vec<&'static str>,
    pub(super) after: Vec<&'static str>,
    /// The policies that it has for what else the resource does, before those that are written, and after.
    pub(super) first: Vec<Value>,
    pub(super) last: Vec<Value>,
}

/// Makes the role of a resource, in the worlds in which none is written, and names it there.
pub(super) fn give(template: &mut Template<'_>, of: &mut Resource, wanted: Wanted) -> Option<Resource> {
    let written_role = of.properties.entry("Role").or_else(|| of.properties.entry(wanted.property)).cloned();
    let place = of.place;
    let written = match &of.properties.data {
        // What may bring a role is not known.
        Data::Object(object) if object.open.is_some() && written_role.is_none() => return None,
        Data::Object(_) => match &written_role {
            Some(entry) if !is_null(&entry.value) => entry.value.clone(),
            _ => Value::absent(place),
        },
        _ => return None,
    };
    let needed = lacking(&written);
    let id = name(&of.key.id);
    let name = wanted.property;
    let made = (needed != Formula::False).then(|| {
        let mut role = role(template, of, &id, wanted);
        role.guard = of.guard.and(&needed);
        role
    });
    let arn = reference(template, &id, Some("Arn"), place);
    let value = each_branch(&written, &mut |value| match value.data {
        Data::Absent => arn.clone(),
        _ => value.clone(),
    });
    let at = written_role.map_or(place, |entry| entry.place);
    if let Some(object) = properties(of) {
        super::take(object, "Role");
        object.set(Entry { name: name.into(), place: at, value });
    }
    made
}

/// Whether a value is a null: tools that make templates write one where they have nothing to say.
fn is_null(value: &Value) -> bool {
    matches!(&value.data, Data::Unknown(unknown) if unknown.reason == Reason::Invalid && &*unknown.name() == "a null value")
}

/// When a value does not exist.
fn lacking(value: &Value) -> Formula {
    match &value.data {
        Data::Absent => Formula::True,
        Data::Guarded(guarded) => {
            let then = guarded.when.and(&lacking(&guarded.then));
            then.or(&guarded.when.negated().and(&lacking(&guarded.otherwise)))
        }
        _ => Formula::False,
    }
}

/// A policy with statements, by a name.
pub(super) fn policy(name: String, statements: Vec<Value>, place: Place) -> Value {
    let mut policy = Object::default();
    policy.set(entry("PolicyName", place, Value::text(name, place)));
    policy.set_path("PolicyDocument.Statement", place, Value::list(statements, place));
    Value::object(policy, place)
}

/// A statement that allows an action on something.
pub(super) fn allows(action: &str, on: Value, place: Place) -> Value {
    let mut statement = object(place, [("Effect", "Allow"), ("Action", action)]);
    statement.set(Entry { name: "Resource".into(), place, value: on });
    Value::object(statement, place)
}

/// The document by which a service may assume a role.
pub(super) fn trust(service: &str, place: Place) -> Value {
    let listed = |text: &str| Value::list(vec![Value::text(text, place)], place);
    let mut statement = object(place, [("Effect", "Allow")]);
    statement.set(Entry { name: "Action".into(), place, value: listed("sts:AssumeRole") });
    statement.set_path("Principal.Service", place, listed(service));
    let mut document = object(place, [("Version", "2012-10-17")]);
    let statements = Value::list(vec![Value::object(statement, place)], place);
    document.set(Entry { name: "Statement".into(), place, value: statements });
    Value::object(document, place)
}

fn role(template: &mut Template<'_>, of: &Resource, id: &Arc<str>, wanted: Wanted) -> Resource {
    let written = of.properties.entry("Policies");
    let place = written.map_or(of.place, |entry| entry.place);
    let mut made = Object::default();
    let trust = property(of, "AssumeRolePolicyDocument").map(|entry| entry.value);
    let trust = trust.unwrap_or_else(|| self::trust(wanted.service, place));
    made.set(Entry { name: "AssumeRolePolicyDocument".into(), place, value: trust });
    let Policies { mut managed, mut written } = policies(template, id, written.map(|entry| &entry.value));
    let arn = |name: &&str| Value::text(managed_policy::arn(name), place);
    managed.items.splice(0..0, wanted.before.iter().map(arn));
    managed.items.extend(wanted.after.iter().map(arn));
    let mut named: Vec<Arc<str>> = Vec::new();
    managed.items.retain(|arn| match &arn.data {
        Data::Text(text) if named.contains(text) => false,
        Data::Text(text) => {
            named.push(text.clone());
            true
        }
        _ => true,
    });
    written.items.splice(0..0, wanted.first);
    written.items.extend(wanted.last);
    for (name, list) in [("ManagedPolicyArns", managed), ("Policies", written)] {
        if !list.items.is_empty() || list.open.is_some() {
            made.set(Entry { name: name.into(), place, value: Value::new(Data::List(Arc::new(list)), place) });
        }
    }
    made.entries.extend(property(of, "PermissionsBoundary"));
    made.entries.extend(property(of, "RolePath").map(|entry| Entry { name: "Path".into(), ..entry }));
    let by = if wanted.service.starts_with("states") { "stateMachine:createdBy" } else { "lambda:createdBy" };
    made.entries.extend(tag_list(property(of, "Tags"), Some(by), place));
    beside(template, of, id.clone(), kind::ROLE, made, place)
}
