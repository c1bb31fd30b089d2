//! EMR's `RunJobFlow` in CloudFormation's words: its groups and fleets of machines by what they do.

use std::sync::Arc;

use crate::graph::value::{Data, Entry, List, Object, Reason, Unknown, Value};

/// A list of the API's, what tells its items apart, and for each role the property that it is in CloudFormation.
type Roles = (&'static str, &'static str, [(&'static str, &'static str); 3]);

const LISTS: &[Roles] = &[
    (
        "InstanceGroups",
        "InstanceRole",
        [("MASTER", "MasterInstanceGroup"), ("CORE", "CoreInstanceGroup"), ("TASK", "TaskInstanceGroups")],
    ),
    (
        "InstanceFleets",
        "InstanceFleetType",
        [("MASTER", "MasterInstanceFleet"), ("CORE", "CoreInstanceFleet"), ("TASK", "TaskInstanceFleets")],
    ),
];

/// The request with `Instances.MasterInstanceGroup` and so on in place of the lists. Where the role of an item is not
/// known, nothing of the others is certain either: the instances may have more than is said.
pub(super) fn by_role(properties: Value) -> Value {
    let Data::Object(request) = &properties.data else { return properties };
    let Some(entry) = request.entry("Instances") else { return properties };
    let Data::Object(instances) = &entry.value.data else { return properties };
    let mut sorted = Object { entries: Vec::new(), open: instances.open.clone(), class: instances.class.clone() };
    for part in &instances.entries {
        match LISTS.iter().find(|(list, _, _)| *list == &*part.name) {
            Some(roles) => sort(part, roles, &mut sorted),
            None => sorted.set(part.clone()),
        }
    }
    let value = Value { data: Data::Object(Arc::new(sorted)), origin: entry.value.origin.clone() };
    let mut changed = request.as_ref().clone();
    changed.set(Entry { name: entry.name.clone(), place: entry.place, value });
    Value { data: Data::Object(Arc::new(changed)), origin: properties.origin.clone() }
}

fn sort(part: &Entry, (_, role, names): &Roles, sorted: &mut Object) {
    let unknown = || Unknown { reason: Reason::RunTime, name: "the roles of instances".into(), place: part.place };
    let Data::List(list) = &part.value.data else {
        sorted.open.get_or_insert_with(unknown);
        return;
    };
    if list.open.is_some() {
        sorted.open.get_or_insert_with(unknown);
    }
    let mut tasks = Vec::new();
    for item in &list.items {
        let role = item.entry(role).and_then(|entry| entry.value.plain_text());
        match names.iter().find(|(known, _)| role.as_deref() == Some(known)) {
            Some(("TASK", _)) => tasks.push(item.clone()),
            Some((_, name)) => {
                sorted.set(Entry { name: (*name).into(), place: item.origin.place, value: item.clone() });
            }
            None => drop(sorted.open.get_or_insert_with(unknown)),
        }
    }
    if !tasks.is_empty() {
        let data = Data::List(Arc::new(List { items: tasks, open: list.open.clone() }));
        let value = Value { data, origin: part.value.origin.clone() };
        sorted.set(Entry { name: names[2].1.into(), place: part.place, value });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Place, Span};

    fn place() -> Place {
        Place::new(FileId(0), Span { start: 0, end: 1 })
    }

    fn object(entries: Vec<(&str, Value)>) -> Value {
        let entries = entries.into_iter().map(|(name, value)| Entry { name: name.into(), place: place(), value });
        Value::object(Object { entries: entries.collect(), ..Object::default() }, place())
    }

    fn sorted(groups: Vec<Value>) -> (Vec<String>, bool) {
        let instances = object(vec![("InstanceGroups", Value::list(groups, place()))]);
        let request = by_role(object(vec![("Instances", instances)]));
        let Data::Object(instances) = &request.entry("Instances").expect("kept").value.data else {
            panic!("no object")
        };
        (instances.entries.iter().map(|entry| entry.name.to_string()).collect(), instances.open.is_some())
    }

    #[test]
    fn groups_are_told_apart_by_their_roles() {
        let group = |role: &str| object(vec![("InstanceRole", Value::text(role, place()))]);
        let (names, open) = sorted(vec![group("MASTER"), group("TASK"), group("CORE"), group("TASK")]);
        assert_eq!(names, ["MasterInstanceGroup", "CoreInstanceGroup", "TaskInstanceGroups"]);
        assert!(!open);
    }

    #[test]
    fn a_role_that_is_not_known_leaves_all_open() {
        let unknown = object(vec![("InstanceRole", Value::unknown(Reason::RunTime, "role", place()))]);
        assert_eq!(sorted(vec![unknown]), (Vec::new(), true));
    }
}
