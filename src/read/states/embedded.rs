//! The definitions of the state machines that templates and Terraform make: written there, or in a file beside.

use std::sync::Arc;

use super::{
    definition::{self, Substitutions},
    is_definition,
    lower::Machine,
    mask::masked,
    text::{self, Form, Written},
};
use crate::{
    graph::{
        Input, NotEvaluated, Part, Resource, kind,
        value::{Data, Entry, List, Object, Reason, Value},
    },
    source::{Files, Place, Source, Span, normal},
    syntax::{json, yaml},
};

/// Bytes of definitions that are read for one part at most: many machines may share one long text.
const MAX_BYTES: usize = 64 << 20;

const FORM: Form = Form { is: is_definition, lacks: "its definition has no `StartAt` and `States`" };

/// A file of a definition, and the file that refers to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Referred {
    /// The definition.
    pub path: Arc<str>,
    /// Who refers to it.
    pub importer: Arc<str>,
}

/// Gives the state machines of a part their definitions and their states. Returns the files that hold definitions.
pub fn expand(files: &Files, part: &mut Part) -> Vec<Referred> {
    let is_machine =
        |resource: &Resource| &*resource.kind == kind::STATE_MACHINE && resource.input != Input::StateMachine;
    if !part.resources.iter().any(is_machine) {
        return Vec::new();
    }
    let mut referred = Vec::new();
    let mut left = MAX_BYTES;
    let mut resources = Vec::with_capacity(part.resources.len());
    for mut resource in std::mem::take(&mut part.resources) {
        if !is_machine(&resource) {
            resources.push(resource);
            continue;
        }
        let mut faults = Vec::new();
        let definition = definition(files, &resource, &mut left, &mut referred, &mut faults);
        part.not_evaluated.extend(not_read(files, &resource, "state machine", faults));
        let Some(value) = definition else {
            resources.push(resource);
            continue;
        };
        let states = machine(&resource).states(&value);
        set(&mut resource, value);
        resources.push(resource);
        resources.extend(states);
    }
    part.resources = resources;
    referred
}

fn machine(resource: &Resource) -> Machine {
    Machine {
        unit: resource.key.unit.clone(),
        callers: resource.key.callers.clone(),
        caller_places: resource.callers.clone(),
        id: resource.key.id.clone(),
        place: resource.place,
        guard: resource.guard.clone(),
        region: resource.region.clone(),
        multiplicity: resource.multiplicity,
    }
}

/// Puts the definition in the place of the property that told it.
fn set(resource: &mut Resource, value: Value) {
    let Data::Object(object) = &mut resource.properties.data else { return };
    let object = Arc::make_mut(object);
    let told = ["Definition", "DefinitionString", "DefinitionUri", "DefinitionS3Location"];
    let place = object.entries.iter().find(|entry| told.contains(&&*entry.name)).map(|entry| entry.place);
    object.entries.retain(|entry| !told.contains(&&*entry.name));
    object.set(Entry { name: "Definition".into(), place: place.unwrap_or(resource.place), value });
}

/// The definition of a state machine; nothing where none is known. `faults` gets why one that is written is not: of two
/// that a condition decides between, each may be known by itself.
fn definition(
    files: &Files,
    resource: &Resource,
    left: &mut usize,
    referred: &mut Vec<Referred>,
    faults: &mut Vec<String>,
) -> Option<Value> {
    let properties = resource.object();
    let written = |name: &str| properties.entry(name).filter(|entry| !matches!(entry.value.data, Data::Absent));
    let names = Substitutions::of(written("DefinitionSubstitutions").map(|entry| &entry.value));
    let told = ["Definition", "DefinitionString", "DefinitionUri", "DefinitionS3Location"];
    let entry = told.into_iter().find_map(written)?;
    let mut one = |entry: &Entry| match (&*entry.name, &entry.value.data) {
        // A template may write the object that becomes the text by `Fn::ToJsonString`.
        ("Definition" | "DefinitionString", Data::Object(_)) => {
            let weight = entry.value.weight(*left).ok_or(TOO_LONG)?;
            afford(left, weight)?;
            Ok(names.apply(&entry.value, 0))
        }
        // The engine of SAM takes a text here as well.
        ("Definition" | "DefinitionString", Data::Text(_) | Data::Template(_)) => {
            of_text(files, resource, entry, &names, left, referred)
        }
        ("Definition" | "DefinitionString", _) => Err("its definition is not known".to_owned()),
        _ => in_a_file(files, entry, &names, left, referred),
    };
    let value = each(entry, &mut one, faults);
    (!matches!(value.data, Data::Unknown(_) | Data::Absent)).then_some(value)
}

/// A definition, in each branch of the conditions that decide between several. `faults` gets why one is not known.
pub(in crate::read) fn each(
    entry: &Entry,
    one: &mut dyn FnMut(&Entry) -> Result<Value, String>,
    faults: &mut Vec<String>,
) -> Value {
    match &entry.value.data {
        Data::Guarded(guarded) => {
            let mut branch = |value: &Value| each(&Entry { value: value.clone(), ..entry.clone() }, one, faults);
            let (then, otherwise) = (branch(&guarded.then), branch(&guarded.otherwise));
            let unknown = |value: &Value| matches!(value.data, Data::Unknown(_));
            if unknown(&then) && unknown(&otherwise) {
                return then;
            }
            Value::guarded(&guarded.when, then, otherwise)
        }
        Data::Absent => entry.value.clone(),
        _ => one(entry).unwrap_or_else(|why| {
            if !faults.contains(&why) {
                faults.push(why.clone());
            }
            Value::unknown(Reason::Unsupported, why, entry.value.origin.place)
        }),
    }
}

/// The definition in a file that a property names.
fn in_a_file(
    files: &Files,
    entry: &Entry,
    names: &Substitutions,
    left: &mut usize,
    referred: &mut Vec<Referred>,
) -> Result<Value, String> {
    let template = files.get(entry.place.file).path.clone();
    let paths = match &entry.value.data {
        Data::Text(path) if !path.starts_with("s3://") => vec![path.to_string()],
        // As CDK leaves its assets beside a template.
        Data::Object(object) => match object.entry("Key").and_then(|key| key.value.plain_text()) {
            Some(key) => vec![format!("asset.{key}"), key.to_string()],
            None => Vec::new(),
        },
        _ => Vec::new(),
    };
    let folder = template.rsplit_once('/').map_or(".", |(folder, _)| folder);
    for path in &paths {
        let Some(path) = normal(&format!("{folder}/{}", path.trim())) else { continue };
        let Ok(source) = files.read(&path) else { continue };
        afford(left, source.text().len())?;
        let value = of_file(&source, names)?;
        referred.push(Referred { path: source.path.clone(), importer: template });
        return Ok(value);
    }
    Err(match &entry.value.data {
        Data::Text(path) if !path.starts_with("s3://") => format!("there is no file `{path}`"),
        Data::Text(_) | Data::Object(_) => "its definition lies in S3".to_owned(),
        _ => "the place of its definition is not known".to_owned(),
    })
}

pub(in crate::read) const TOO_LONG: &str = "there is more text of definitions than is read";

/// Why the definitions of a resource are not known.
pub(in crate::read) fn not_read(
    files: &Files,
    resource: &Resource,
    thing: &str,
    faults: Vec<String>,
) -> impl Iterator<Item = NotEvaluated> {
    let (path, place) = (files.get(resource.place.file).path.clone(), resource.place);
    let what = format!("{thing} `{}`", resource.key.address());
    faults.into_iter().map(move |why| NotEvaluated {
        path: path.clone(),
        place: Some(place),
        kind: "resource",
        what: what.clone(),
        why,
    })
}

/// Takes what a definition costs from what is left.
pub(in crate::read) fn afford(left: &mut usize, cost: usize) -> Result<(), String> {
    *left = left.checked_sub(cost).ok_or(TOO_LONG)?;
    Ok(())
}

/// The definition in a file.
fn of_file(source: &Source, names: &Substitutions) -> Result<Value, String> {
    let is_json = source.text().trim_start_matches('\u{feff}').trim_start().starts_with('{');
    let hidden = if is_json { masked(source.text()) } else { None };
    let text = hidden.as_deref().unwrap_or(source.text());
    let tree = if is_json { json::parse(text) } else { yaml::parse(text) };
    if tree.faults.iter().any(|fault| fault.fatal) {
        return Err(format!("`{}` is not valid {}", source.path, if is_json { "JSON" } else { "YAML" }));
    }
    match tree.documents().find(|root| is_definition(*root)) {
        Some(root) => Ok(definition::value(source, root, names)),
        None => Err(format!("`{}` has no `StartAt` and `States`", source.path)),
    }
}

/// The definition in a text, which is written in the template or comes from a file.
fn of_text(
    files: &Files,
    resource: &Resource,
    entry: &Entry,
    names: &Substitutions,
    left: &mut usize,
    referred: &mut Vec<Referred>,
) -> Result<Value, String> {
    let value = written_out(files, (resource, entry), names, left, referred, &FORM)?;
    Ok(placed(&files.get(entry.place.file), extent(resource, entry), value, entry.place))
}

/// Where the text of a property may be written in the file of its resource.
pub(in crate::read) fn extent(resource: &Resource, entry: &Entry) -> Span {
    Span { start: entry.place.span.start, end: resource.body.span.end.max(entry.place.span.end) }
}

/// The value that the text of a property stands for, which is written there or comes from a file. `left` is what may yet
/// be read, `referred` gets the file.
pub(in crate::read) fn written_out(
    files: &Files,
    (resource, entry): (&Resource, &Entry),
    names: &Substitutions,
    left: &mut usize,
    referred: &mut Vec<Referred>,
    form: &Form,
) -> Result<Value, String> {
    let (here, from) = (files.get(entry.place.file), entry.value.origin.place);
    let there = files.get(from.file);
    let mut written = vec![Written { source: &here, from: extent(resource, entry) }];
    if from.file != entry.place.file {
        written.insert(0, Written { source: &there, from: Span::new(0, there.text().len()) });
    }
    let code = written.iter().map(|written| written.from.len()).sum::<usize>();
    afford(left, code + entry.value.weight(*left).ok_or(TOO_LONG)? * 32)?;
    let value = text::value(&entry.value, names, &written, entry.place, form)?;
    refer(files, entry, referred);
    Ok(value)
}

/// Notes the file that the value of a property comes from, if that is neither the property's own nor one of code.
pub(in crate::read) fn refer(files: &Files, entry: &Entry, referred: &mut Vec<Referred>) {
    let from = entry.value.origin.place.file;
    let there = files.get(from);
    if from != entry.place.file && !is_code(&there) {
        let importer = files.get(entry.place.file).path.clone();
        referred.push(Referred { path: there.path.clone(), importer });
    }
}

/// Whether a file is one of code, or of what is given to it, and no text that code reads.
pub(in crate::read) fn is_code(source: &Source) -> bool {
    [".tf", ".tf.json", ".tfvars", ".py", ".ipynb"].iter().any(|end| source.path.ends_with(end))
}

/// Gives the states of a definition that is made by code the places of their names in it.
fn placed(source: &Source, within: Span, value: Value, unplaced: Place) -> Value {
    fn walk(value: &Value, find: &dyn Fn(&str) -> Option<Place>, unplaced: Place, depth: usize) -> Value {
        let data = match &value.data {
            _ if depth > crate::graph::value::MAX_LEVELS => return value.clone(),
            Data::Object(object) => {
                let entries = object.entries.iter().map(|entry| {
                    let is_states = &*entry.name == "States";
                    let inner = match &entry.value.data {
                        Data::Object(states) if is_states => {
                            let entries = states.entries.iter().map(|state| {
                                let place = find(&state.name).unwrap_or(state.place);
                                let value =
                                    moved(&walk(&state.value, find, unplaced, depth + 1), unplaced, place, depth);
                                Entry { name: state.name.clone(), place, value }
                            });
                            let states = Object { entries: entries.collect(), open: states.open.clone(), class: None };
                            Value { data: Data::Object(Arc::new(states)), origin: entry.value.origin.clone() }
                        }
                        _ => walk(&entry.value, find, unplaced, depth + 1),
                    };
                    Entry { name: entry.name.clone(), place: entry.place, value: inner }
                });
                let (entries, open) = (entries.collect(), object.open.clone());
                Data::Object(Arc::new(Object { entries, open, class: None }))
            }
            Data::List(list) => {
                let items = list.items.iter().map(|item| walk(item, find, unplaced, depth + 1)).collect();
                Data::List(Arc::new(List { items, open: list.open.clone() }))
            }
            _ => return value.clone(),
        };
        Value { data, origin: value.origin.clone() }
    }
    let states = value.entry("States").map(|entry| entry.place);
    if states != Some(unplaced) {
        return value;
    }
    let names = text::names(source.slice(within));
    let find = |name: &str| {
        let span = (*names.get(name)?)?;
        Some(source.place(span.shifted(within.start as usize)))
    };
    walk(&value, &find, unplaced, 0)
}

/// A value whose parts without a place of their own have this one.
fn moved(value: &Value, unplaced: Place, place: Place, depth: usize) -> Value {
    let mut made = value.clone();
    if made.origin.place == unplaced {
        made.origin.place = place;
    }
    if depth > crate::graph::value::MAX_LEVELS {
        return made;
    }
    made.data = match &value.data {
        Data::Object(object) => {
            let entries = object.entries.iter().map(|entry| Entry {
                name: entry.name.clone(),
                place: if entry.place == unplaced { place } else { entry.place },
                value: moved(&entry.value, unplaced, place, depth + 1),
            });
            let (entries, open) = (entries.collect(), object.open.clone());
            Data::Object(Arc::new(Object { entries, open, class: None }))
        }
        Data::List(list) => {
            let items = list.items.iter().map(|item| moved(item, unplaced, place, depth + 1)).collect();
            Data::List(Arc::new(List { items, open: list.open.clone() }))
        }
        data => data.clone(),
    };
    made
}
