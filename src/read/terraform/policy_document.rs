//! `aws_iam_policy_document` → the policy that it renders, as the AWS provider puts it together.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::{
    guards::{chosen, leaves, unknown_of},
    json_text,
};
use crate::{
    graph::value::{Data, Entry, List, Object, Piece, Reason, Unknown, Value},
    source::Place,
};

/// The policy of a data source with these arguments: an object as in JSON, its parts open where they are not known.
pub(super) fn document(properties: &Value, place: Place) -> Value {
    let argument = |name: &str| properties.entry(name).map(|entry| &entry.value).filter(|value| !is_absent(value));
    let text = |name: &str| argument(name).cloned();
    let mut policy = Policy::default();
    for source in documents(argument("source_json"), argument("source_policy_documents")) {
        policy.merge(source, place);
    }
    policy.merge(
        Ok(Policy {
            version: Some(text("version").unwrap_or_else(|| Value::text("2012-10-17", place))),
            id: text("policy_id"),
            statements: argument("statement").map_or_else(List::default, |value| statements(value, place)),
        }),
        place,
    );
    for source in documents(argument("override_json"), argument("override_policy_documents")) {
        policy.merge(source, place);
    }
    policy.finish(place)
}

fn is_absent(value: &Value) -> bool {
    matches!(value.data, Data::Absent)
}

/// A policy while it is put together.
#[derive(Default)]
struct Policy {
    version: Option<Value>,
    id: Option<Value>,
    statements: List,
}

impl Policy {
    /// Lays another over it: statements with the same `Sid` are replaced. One that is not known may hold any statement.
    fn merge(&mut self, other: Result<Self, Unknown>, place: Place) {
        let other = match other {
            Ok(other) => other,
            Err(why) => {
                for statement in &mut self.statements.items {
                    if statement.entry("Sid").is_some() || !matches!(statement.data, Data::Object(_)) {
                        *statement = Value { data: Data::Unknown(why.clone()), origin: statement.origin.clone() };
                    }
                }
                self.statements.open = Some(why);
                return;
            }
        };
        let newer = |new: &Value, old: &Value| match (&new.data, &old.data) {
            (Data::Text(new), Data::Text(old)) => new > old,
            _ => true,
        };
        if let Some(version) = other.version
            && self.version.as_ref().is_none_or(|old| newer(&version, old))
        {
            self.version = Some(version);
        }
        self.id = other.id.or(self.id.take());
        if other.statements.open.is_some() {
            let Policy { statements, .. } = other;
            let why =
                statements.open.clone().unwrap_or(Unknown { reason: Reason::RunTime, name: "statement".into(), place });
            self.merge(Err(why), place);
            self.statements.items.extend(statements.items);
            return;
        }
        for statement in other.statements.items {
            let sid = sid(&statement);
            let same = |known: &&mut Value| sid.is_some() && self::sid(known) == sid;
            match self.statements.items.iter_mut().find(same) {
                Some(known) => *known = statement,
                None => self.statements.items.push(statement),
            }
        }
    }

    fn finish(self, place: Place) -> Value {
        let mut object = Object::default();
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                object.set(Entry { name: name.into(), place: value.origin.place, value });
            }
        };
        set("Version", self.version);
        set("Id", self.id);
        let is_empty = self.statements.items.is_empty() && self.statements.open.is_none();
        set("Statement", (!is_empty).then(|| Value::new(Data::List(Arc::new(self.statements)), place)));
        Value::object(object, place)
    }
}

fn sid(statement: &Value) -> Option<Arc<str>> {
    match &statement.entry("Sid")?.value.data {
        Data::Text(sid) if !sid.is_empty() => Some(sid.clone()),
        _ => None,
    }
}

/// The policies that an argument of one text and an argument of a list of texts stand for.
fn documents(one: Option<&Value>, many: Option<&Value>) -> Vec<Result<Policy, Unknown>> {
    let mut texts: Vec<Result<Value, Unknown>> = Vec::new();
    texts.extend(one.cloned().map(Ok));
    match many.map(|many| (&many.data, many)) {
        None => {}
        Some((Data::List(list), _)) => {
            texts.extend(list.items.iter().cloned().map(Ok));
            texts.extend(list.open.clone().map(Err));
        }
        Some((_, many)) => texts.push(Err(unknown_of(many, "policy documents"))),
    }
    let read = |text: Value| match &text.data {
        // An empty text is no policy.
        Data::Absent => None,
        Data::Text(inner) if inner.is_empty() => None,
        _ => Some(parsed(&text).ok_or_else(|| unknown_of(&text, "policy document"))),
    };
    texts.into_iter().filter_map(|text| text.map_or_else(|why| Some(Err(why)), read)).collect()
}

/// The policy in a JSON text.
fn parsed(text: &Value) -> Option<Policy> {
    let value = json_text::parse(text)?;
    let Data::Object(object) = &value.data else { return None };
    if object.open.is_some() {
        return None;
    }
    let part = |name: &str| object.entry(name).map(|entry| entry.value.clone());
    let statements = match part("Statement") {
        None => List::default(),
        Some(Value { data: Data::List(list), .. }) => List::clone(&list),
        Some(one) => List { items: vec![one], open: None },
    };
    let items = statements.items.into_iter().map(ordered).collect();
    Some(Policy { version: part("Version"), id: part("Id"), statements: List { items, open: statements.open } })
}

/// The keys of a statement, in the provider's order.
const KEYS: &[&str] =
    &["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"];

/// A statement with its keys in the provider's order.
fn ordered(statement: Value) -> Value {
    let Data::Object(object) = &statement.data else { return statement };
    let mut entries = object.entries.clone();
    entries.sort_by_key(|entry| KEYS.iter().position(|key| *key == &*entry.name).unwrap_or(KEYS.len()));
    Value { data: Data::Object(Arc::new(Object { entries, ..Object::clone(object) })), origin: statement.origin }
}

/// The `statement` blocks as a policy has them.
fn statements(blocks: &Value, place: Place) -> List {
    match &blocks.data {
        Data::List(list) => {
            let items = list.items.iter().map(|block| in_each(block, &|block| statement(block, place))).collect();
            List { items, open: list.open.clone() }
        }
        // A single block of JSON.
        Data::Object(_) => List { items: vec![statement(blocks, place)], open: None },
        _ => List { items: Vec::new(), open: Some(unknown_of(blocks, "statement")) },
    }
}

/// Applies something to each way in which a value may come out.
fn in_each(value: &Value, apply: &dyn Fn(&Value) -> Value) -> Value {
    let all = leaves(value).into_iter().map(|(when, value)| (when, apply(&value))).collect();
    chosen(all, value.origin.place)
}

fn statement(block: &Value, place: Place) -> Value {
    let Data::Object(arguments) = &block.data else { return block.clone() };
    let mut object = Object { open: arguments.open.clone(), ..Object::default() };
    let argument = |name: &str| arguments.entry(name).filter(|entry| !is_absent(&entry.value));
    let mut set = |name: &str, from: &str, made: &dyn Fn(&Value) -> Value| {
        let Some(entry) = argument(from) else { return };
        let value = in_each(&entry.value, made);
        if !is_absent(&value) {
            object.set(Entry { name: name.into(), place: entry.place, value });
        }
    };
    set("Sid", "sid", &|value| {
        if value.plain_text().as_deref() == Some("") { Value::absent(place) } else { value.clone() }
    });
    set("Effect", "effect", &Value::clone);
    set("Action", "actions", &|value| one_or_more(value, true));
    set("NotAction", "not_actions", &|value| one_or_more(value, true));
    set("Resource", "resources", &|value| one_or_more(value, true));
    set("NotResource", "not_resources", &|value| one_or_more(value, true));
    set("Principal", "principals", &principals);
    set("NotPrincipal", "not_principals", &principals);
    set("Condition", "condition", &conditions);
    if argument("effect").is_none() && object.open.is_none() {
        let value = Value::text("Allow", block.origin.place);
        object.set(Entry { name: "Effect".into(), place: block.origin.place, value });
    }
    let made = Value { data: Data::Object(Arc::new(object)), origin: block.origin.clone() };
    ordered(made)
}

/// A list as a policy has it: one item stands alone, none is left out; sets are sorted backwards.
fn one_or_more(value: &Value, is_set: bool) -> Value {
    let Data::List(list) = &value.data else { return value.clone() };
    let mut items: Vec<Value> = list.items.iter().map(variables).collect();
    if is_set {
        let mut seen = FxHashSet::default();
        items.retain(|item| item.plain_text().is_none_or(|text| seen.insert(text)));
    }
    if list.open.is_none() {
        match items.len() {
            0 => return Value::absent(value.origin.place),
            1 => return items.swap_remove(0),
            _ => {}
        }
    }
    if is_set && items.iter().all(|item| matches!(item.data, Data::Text(_))) {
        items.sort_by_key(|item| std::cmp::Reverse(item.plain_text()));
    }
    Value { data: Data::List(Arc::new(List { items, open: list.open.clone() })), origin: value.origin.clone() }
}

/// A text with IAM's variables as IAM writes them: `&{aws:username}` stands for `${aws:username}`.
fn variables(value: &Value) -> Value {
    let meant = |text: &Arc<str>| -> Arc<str> {
        if text.contains("&{") { text.replace("&{", "${").into() } else { text.clone() }
    };
    let data = match &value.data {
        Data::Text(text) => Data::Text(meant(text)),
        // All are texts, as the data source declares them.
        Data::Bool(_) | Data::Number(_) => value.plain_text().map_or(Data::Absent, Data::Text),
        Data::Template(pieces) => {
            let pieces = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => Piece::Text(meant(text)),
                hole @ Piece::Hole(_) => hole.clone(),
            });
            Data::Template(pieces.collect())
        }
        data => data.clone(),
    };
    Value { data, origin: value.origin.clone() }
}

/// The `principals` blocks: `"*"`, or identifiers by type.
fn principals(blocks: &Value) -> Value {
    let list = match &blocks.data {
        Data::List(list) => list.clone(),
        // A single block of JSON.
        Data::Object(_) => Arc::new(List { items: vec![blocks.clone()], open: None }),
        _ => return blocks.clone(),
    };
    let mut object = Object { open: list.open.clone(), ..Object::default() };
    for block in &list.items {
        let part = |name: &str| block.entry(name).map(|entry| &entry.value);
        let (Some(kind), Some(identifiers)) = (part("type"), part("identifiers")) else {
            object.open = Some(unknown_of(block, "principals"));
            continue;
        };
        let Data::Text(kind) = &kind.data else {
            object.open = Some(unknown_of(kind, "type of a principal"));
            continue;
        };
        let identifiers = one_or_more(identifiers, true);
        let is_all = identifiers.plain_text().as_deref() == Some("*");
        if &**kind == "*" && is_all && list.items.len() == 1 && list.open.is_none() {
            return identifiers;
        }
        let place = block.origin.place;
        let value = match object.entry(kind) {
            Some(known) => joined(&known.value, &identifiers),
            None => identifiers,
        };
        object.set(Entry { name: kind.clone(), place, value });
    }
    sorted(object, blocks)
}

/// The `condition` blocks: values by test and variable.
fn conditions(blocks: &Value) -> Value {
    let list = match &blocks.data {
        Data::List(list) => list.clone(),
        // A single block of JSON.
        Data::Object(_) => Arc::new(List { items: vec![blocks.clone()], open: None }),
        _ => return blocks.clone(),
    };
    let mut object = Object { open: list.open.clone(), ..Object::default() };
    for block in &list.items {
        let part = |name: &str| block.entry(name).map(|entry| &entry.value);
        let named = |name: &str| match &part(name)?.data {
            Data::Text(text) => Some(text.clone()),
            _ => None,
        };
        let (Some(test), Some(variable), Some(values)) = (named("test"), named("variable"), part("values")) else {
            object.open = Some(unknown_of(block, "condition"));
            continue;
        };
        let place = block.origin.place;
        let values = one_or_more(values, false);
        let mut inner = match object.entry(&test).map(|entry| &entry.value.data) {
            Some(Data::Object(inner)) => Object::clone(inner),
            _ => Object::default(),
        };
        let values = match inner.entry(&variable) {
            Some(known) => joined(&known.value, &values),
            None => values,
        };
        inner.set(Entry { name: variable, place, value: values });
        inner.entries.sort_by(|left, right| left.name.cmp(&right.name));
        object.set(Entry { name: test, place, value: Value::object(inner, place) });
    }
    sorted(object, blocks)
}

fn sorted(mut object: Object, from: &Value) -> Value {
    if object.entries.is_empty() && object.open.is_none() {
        return Value::absent(from.origin.place);
    }
    object.entries.sort_by(|left, right| left.name.cmp(&right.name));
    Value { data: Data::Object(Arc::new(object)), origin: from.origin.clone() }
}

/// The items of two values one after the other, each a list or one item.
fn joined(first: &Value, second: &Value) -> Value {
    let mut list = List::default();
    for value in [first, second] {
        match &value.data {
            Data::List(inner) => {
                list.items.extend(inner.items.iter().cloned());
                list.open = list.open.take().or_else(|| inner.open.clone());
            }
            Data::Absent => {}
            _ => list.items.push(value.clone()),
        }
    }
    Value { data: Data::List(Arc::new(list)), origin: first.origin.clone() }
}
