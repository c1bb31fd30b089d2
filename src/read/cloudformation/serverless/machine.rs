//! State machines in the words of Step Functions, with the version and the alias that they ask for.

use std::sync::Arc;

use super::{
    beside, events, location, object, properties, property, reference,
    role::{self, Wanted},
    tag_list, take,
};
use crate::{
    graph::{
        Resource, kind,
        value::{Data, Entry, Object, Value},
    },
    read::cloudformation::template::Template,
};

/// Properties that Step Functions calls otherwise.
const OTHERWISE: &[(&str, &str)] = &[
    ("Logging", "LoggingConfiguration"),
    ("Name", "StateMachineName"),
    ("Tracing", "TracingConfiguration"),
    ("Type", "StateMachineType"),
];

/// Properties that speak of what is made beside the state machine.
const APART: &[&str] = &[
    "AutoPublishAlias",
    "DeploymentPreference",
    "Events",
    "PermissionsBoundary",
    "Policies",
    "PropagateTags",
    "RolePath",
    "UseAliasAsEventTarget",
];

/// Makes a state machine what it is to Step Functions; hands back what is made beside it.
pub(super) fn made(template: &mut Template<'_>, machine: &mut Resource) -> Vec<Resource> {
    machine.kind = kind::STATE_MACHINE.into();
    let published = template.names_made.published(&machine.key.id);
    let traced = property(machine, "Tracing").and_then(|entry| entry.value.entry("Enabled").cloned());
    let traced = traced.is_some_and(|entry| matches!(entry.value.data, Data::Bool(true)));
    let wanted = Wanted {
        property: "RoleArn",
        service: "states.amazonaws.com",
        after: traced.then_some("AWSXrayWriteOnlyAccess").into_iter().collect(),
        ..Wanted::default()
    };
    let mut made: Vec<Resource> = role::give(template, machine, wanted).into_iter().collect();
    let aimed = property(machine, "UseAliasAsEventTarget");
    let aimed = aimed.is_some_and(|entry| matches!(entry.value.data, Data::Bool(true)));
    if let Some((alias, version)) = &published {
        made.extend(versions(template, machine, alias, version));
    }
    let alias = published.map(|(alias, _)| alias).filter(|_| aimed);
    made.extend(events::events(template, machine, alias.as_ref(), false));
    let place = machine.place;
    let Some(written) = properties(machine) else { return made };
    for name in APART {
        take(written, name);
    }
    for (from, to) in OTHERWISE {
        super::rename(written, from, to);
    }
    if let Some(uri) = take(written, "DefinitionUri") {
        let value = location(&uri.value, ["Bucket", "Key", "Version"]);
        written.set(Entry { name: "DefinitionS3Location".into(), place: uri.place, value });
    }
    let tags = take(written, "Tags");
    written.entries.extend(tag_list(tags, Some("stateMachine:createdBy"), place));
    made
}

fn versions(template: &Template<'_>, machine: &Resource, alias: &Arc<str>, version: &Arc<str>) -> Vec<Resource> {
    let name = property(machine, "AutoPublishAlias");
    let place = name.as_ref().map_or(machine.place, |name| name.place);
    let id = &*machine.key.id;
    let mut published = Object::default();
    let revision = reference(template, id, Some("StateMachineRevisionId"), place);
    published.set(Entry { name: "StateMachineArn".into(), place, value: reference(template, id, None, place) });
    published.set(Entry { name: "StateMachineRevisionId".into(), place, value: revision });
    let mut named = Object::default();
    named.entries.extend(name.map(|name| Entry { name: "Name".into(), ..name }));
    let mut preference = match property(machine, "DeploymentPreference").map(|entry| entry.value.data) {
        Some(Data::Object(written)) => written.as_ref().clone(),
        _ => object(place, [("Type", "ALL_AT_ONCE")]),
    };
    let points_to = reference(template, version, None, place);
    preference.set(Entry { name: "StateMachineVersionArn".into(), place, value: points_to });
    named.set(Entry { name: "DeploymentPreference".into(), place, value: Value::object(preference, place) });
    vec![
        beside(template, machine, version.clone(), "AWS::StepFunctions::StateMachineVersion", published, place),
        beside(template, machine, alias.clone(), "AWS::StepFunctions::StateMachineAlias", named, place),
    ]
}
