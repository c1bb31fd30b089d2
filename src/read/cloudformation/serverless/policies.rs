//! The policies of serverless functions and state machines → the managed and the written policies of their role.

use crate::{
    catalog::{
        managed_policy,
        sam_policy::{Statement, statements},
    },
    graph::value::{Data, Entry, List, Object, Reason, Value},
    read::cloudformation::template::Template,
    source::Place,
};

/// The policies of a role: those that stand by themselves, and those that are written in it.
#[derive(Default)]
pub(super) struct Policies {
    pub(super) managed: List,
    pub(super) written: List,
}

/// The policies that the property `Policies` of a serverless function or state machine names or writes, for its role.
pub(super) fn policies(template: &mut Template<'_>, role: &str, policies: Option<&Value>) -> Policies {
    let mut read = Policies::default();
    match policies {
        Some(Value { data: Data::List(list), .. }) => {
            read.managed.open.clone_from(&list.open);
            read.written.open.clone_from(&list.open);
            for (at, item) in list.items.iter().enumerate() {
                policy(template, (role, at), item, &mut read);
            }
        }
        Some(value) => policy(template, (role, 0), value, &mut read),
        None => {}
    }
    read
}

/// One of `Policies`: an ARN or a name of AWS's, a document, or a template of SAM's.
fn policy(template: &mut Template<'_>, (role, at): (&str, usize), value: &Value, read: &mut Policies) {
    let place = value.origin.place;
    match &value.data {
        Data::Absent => {}
        Data::Text(name) if !name.contains(':') => {
            let arn = Value::text(managed_policy::arn(name), place);
            read.managed.items.push(Value { origin: value.origin.clone(), ..arn });
        }
        Data::Object(object) => {
            let document = match &object.entries[..] {
                _ if object.entry("Statement").is_some() => value.clone(),
                [only] => document(template, only),
                _ => Value::unknown(Reason::Unsupported, "a policy without statements", place),
            };
            let mut policy = Object::default();
            let name = Value::text(format!("{role}Policy{at}"), place);
            policy.set(Entry { name: "PolicyName".into(), place, value: name });
            policy.set(Entry { name: "PolicyDocument".into(), place, value: document });
            read.written.items.push(Value::object(policy, place));
        }
        _ => read.managed.items.push(value.clone()),
    }
}

/// The document that a policy template becomes with its parameters.
fn document(template: &mut Template<'_>, policy: &Entry) -> Value {
    let place = policy.place;
    let made: Vec<Value> =
        statements(&policy.name).map(|statement| one(template, statement, &policy.value, place)).collect();
    if made.is_empty() {
        template.note(
            place.span,
            "expression",
            format!("policy template `{}`", policy.name),
            "SAM has none of this name",
        );
        return Value::unknown(Reason::Invalid, format!("policy template {}", policy.name), place);
    }
    let mut document = Object::default();
    document.set(Entry { name: "Statement".into(), place, value: Value::list(made, place) });
    Value::object(document, place)
}

fn one(template: &mut Template<'_>, statement: &Statement, parameters: &Value, place: Place) -> Value {
    let mut made = Object::default();
    made.set(Entry { name: "Effect".into(), place, value: Value::text("Allow", place) });
    let actions = statement.actions.iter().map(|action| Value::text(*action, place)).collect();
    made.set(Entry { name: "Action".into(), place, value: Value::list(actions, place) });
    let mut resources: Vec<Value> =
        statement.resources.iter().map(|text| filled(template, text, parameters, place)).collect();
    let value = match resources.len() {
        1 => resources.remove(0),
        _ => Value::list(resources, place),
    };
    made.set(Entry { name: "Resource".into(), place, value });
    if let Some((operator, key, value)) = statement.condition {
        let (mut tested, mut condition) = (Object::default(), Object::default());
        tested.set(Entry { name: key.into(), place, value: filled(template, value, parameters, place) });
        condition.set(Entry { name: operator.into(), place, value: Value::object(tested, place) });
        made.set(Entry { name: "Condition".into(), place, value: Value::object(condition, place) });
    }
    Value::object(made, place)
}

/// A text of a statement with what its parameters are given.
fn filled(template: &mut Template<'_>, text: &str, parameters: &Value, place: Place) -> Value {
    let unknown = |name: &str| Value::unknown(Reason::Invalid, format!("parameter {name} of a policy template"), place);
    let mut given = |name: &str| parameters.entry(name).map_or_else(|| unknown(name), |entry| entry.value.clone());
    super::filled(template, text, &mut given, place)
}
