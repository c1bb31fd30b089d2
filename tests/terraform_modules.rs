//! Whole modules against what Terraform plans for them: the same resources with the same values, and unknown where
//! Terraform does not know either. `tests/terraform/regenerate.sh` stores the plans.

use std::{collections::BTreeMap, fs, path::Path};

use mllint::{
    graph::value::{Data, Value},
    read::{given::Given, terraform},
    source::Files,
};
use serde_json::Value as Json;

/// What is wrong with a value, if Terraform has another; the path leads to the part.
fn differs(path: &str, ours: Option<&Value>, theirs: &Json, unknown: &Json) -> Option<String> {
    if unknown.as_bool() == Some(true) {
        let known = ours.is_some_and(is_known);
        return known.then(|| {
            format!("{path}: Terraform does not know it, and here it is {:?}", ours.map(|value| &value.data))
        });
    }
    let wrong = || Some(format!("{path}: {theirs} expected, got {:?}", ours.map(|value| &value.data)));
    let none = Json::Null;
    match (ours.map(|value| &value.data), theirs) {
        (None | Some(Data::Absent), Json::Null) => None,
        (Some(Data::Bool(ours)), Json::Bool(theirs)) if ours == theirs => None,
        (Some(Data::Number(ours)), Json::Number(theirs)) if theirs.as_f64() == Some(ours.near()) => None,
        (Some(Data::Text(ours)), Json::String(theirs)) if **ours == **theirs => None,
        (Some(Data::List(list)), Json::Array(items)) if list.open.is_none() && list.items.len() == items.len() => {
            list.items.iter().zip(items).enumerate().find_map(|(at, (ours, theirs))| {
                differs(&format!("{path}[{at}]"), Some(ours), theirs, unknown.get(at).unwrap_or(&none))
            })
        }
        (Some(Data::Object(object)), Json::Object(entries)) if object.open.is_none() => {
            let names: std::collections::BTreeSet<&str> = object
                .entries
                .iter()
                .map(|entry| &*entry.name)
                .chain(entries.keys().map(String::as_str))
                .chain(unknown.as_object().into_iter().flat_map(|names| names.keys().map(String::as_str)))
                .collect();
            names.into_iter().find_map(|name| {
                let ours = object.entry(name).map(|entry| &entry.value);
                let theirs = entries.get(name).unwrap_or(&none);
                differs(&format!("{path}.{name}"), ours, theirs, unknown.get(name).unwrap_or(&none))
            })
        }
        _ => wrong(),
    }
}

/// Whether something is claimed of a value as a whole.
fn is_known(value: &Value) -> bool {
    matches!(value.data, Data::Absent | Data::Bool(_) | Data::Number(_) | Data::Text(_))
}

fn compare(folder: &Path) -> Vec<String> {
    let expected = fs::read_to_string(folder.join("expected.json")).expect("what Terraform plans");
    let expected: Json = serde_json::from_str(&expected).expect("JSON");
    let files = Files::disk(folder).expect("a folder");
    let (instances, outputs) = terraform::plan(&files, "", &Given::default()).expect("configuration");
    let ours: BTreeMap<&str, &Value> =
        instances.iter().map(|instance| (instance.address.as_str(), &instance.properties)).collect();
    let theirs = expected["resources"].as_object().expect("resources");
    let mut wrong = Vec::new();
    for address in ours.keys().filter(|address| !theirs.contains_key(**address)) {
        wrong.push(format!("{address}: Terraform has no such resource"));
    }
    for (address, plan) in theirs {
        let Some(properties) = ours.get(address.as_str()) else {
            wrong.push(format!("{address}: it is missing"));
            continue;
        };
        for name in ["input", "triggers_replace"] {
            let value = properties.entry(name).map(|entry| &entry.value);
            wrong.extend(differs(&format!("{address}.{name}"), value, &plan["after"][name], &plan["unknown"][name]));
        }
    }
    for (name, plan) in expected["outputs"].as_object().expect("outputs") {
        let value = outputs.entry(name).map(|entry| &entry.value);
        wrong.extend(differs(&format!("output {name}"), value, &plan["after"], &plan["unknown"]));
    }
    wrong
}

#[test]
fn modules_come_to_what_terraform_plans() {
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terraform/modules");
    let mut folders: Vec<_> =
        fs::read_dir(modules).expect("modules").map(|entry| entry.expect("an entry").path()).collect();
    folders.sort();
    assert!(folders.len() >= 20, "there are {} modules", folders.len());
    let mut wrong = Vec::new();
    for folder in folders {
        let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
        wrong.extend(compare(&folder).into_iter().map(|what| format!("{name}: {what}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
