//! Short forms of values and of their ways, to compare with what a reader of the text would say.

use std::fmt::Write;

use mllint::{
    graph::{
        Graph, Resource, ResourceId,
        attr::{Attr, Subject},
        guard::{Formula, World},
        value::{Data, Piece, Value},
    },
    source::{Files, Place},
};

use crate::harness::Run;

/// The resource with an id.
#[track_caller]
pub(crate) fn resource<'g>(graph: &'g Graph, id: &str) -> &'g Resource {
    graph.resource(number(graph, id))
}

/// The number of the resource with an id.
#[track_caller]
pub(crate) fn number(graph: &Graph, id: &str) -> ResourceId {
    let ids = || graph.resources().iter().map(|resource| &*resource.key.id);
    let kind = graph.resources().iter().find(|resource| &*resource.key.id == id).map(|resource| resource.kind.clone());
    let kind = kind.unwrap_or_else(|| panic!("no `{id}` among {:?}", ids().collect::<Vec<_>>()));
    let same = graph.of_kind(&kind).iter().copied().find(|&number| &*graph.resource(number).key.id == id);
    same.expect("it is of its kind")
}

/// Compares properties of a resource, each with its value and its way: `line: literal`, then the steps from the nearest.
#[track_caller]
pub(crate) fn properties(run: &Run, id: &str, expected: &[(&str, &str, &str)]) {
    let resource = resource(&run.outcome.graph, id);
    let mut found = Vec::new();
    for (path, _, _) in expected {
        match at(&resource.properties, path) {
            Some(value) => found.push((*path, show(value), way(&run.files, value))),
            None => found.push((*path, "not written".to_owned(), String::new())),
        }
    }
    let found: Vec<(&str, &str, &str)> =
        found.iter().map(|(path, value, way)| (*path, value.as_str(), way.as_str())).collect();
    assert_eq!(found, expected, "{id}");
}

/// The value at a path; numbers in it are indices.
fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(value, |value, name| match &value.data {
        Data::List(list) => list.items.get(name.parse::<usize>().ok()?),
        _ => value.entry(name).map(|entry| &entry.value),
    })
}

/// A value in short: `?Reason name` is unknown, `&Id.Attribute` a reference, `-` absent, `…` what may be more.
pub(crate) fn show(value: &Value) -> String {
    let all = |mut parts: Vec<String>, open: bool| {
        parts.extend(open.then(|| "…".to_owned()));
        parts.join(", ")
    };
    match &value.data {
        Data::Absent => "-".to_owned(),
        Data::Unknown(unknown) => format!("?{:?} {}", unknown.reason, unknown.name()),
        Data::Text(text) => format!("{:?}", &**text),
        Data::Bool(_) | Data::Number(_) => value.plain_text().expect("a scalar").to_string(),
        Data::Template(pieces) => {
            let piece = |piece: &Piece| match piece {
                Piece::Text(text) => text.to_string(),
                Piece::Hole(hole) => format!("{{{}}}", show(hole)),
            };
            format!("\"{}\"", pieces.iter().map(piece).collect::<String>())
        }
        Data::Reference(reference) => match &reference.attribute {
            Some(attribute) => format!("&{}.{attribute}", reference.id),
            None => format!("&{}", reference.id),
        },
        Data::Symbol(name) => format!("@{name}"),
        Data::List(list) => format!("[{}]", all(list.items.iter().map(show).collect(), list.open.is_some())),
        Data::Object(object) => {
            let entries = object.entries.iter().map(|entry| format!("{}: {}", entry.name, show(&entry.value)));
            format!("{{{}}}", all(entries.collect(), object.open.is_some()))
        }
        Data::Guarded(guarded) => {
            format!("if {} {} else {}", formula(&guarded.when), show(&guarded.then), show(&guarded.otherwise))
        }
    }
}

/// A condition in short.
pub(crate) fn formula(of: &Formula) -> String {
    let all = |parts: &[Formula], word: &str| format!("({})", parts.iter().map(formula).collect::<Vec<_>>().join(word));
    match of {
        Formula::True => "always".to_owned(),
        Formula::False => "never".to_owned(),
        Formula::Atom(atom) => format!("[{}]", atom.display),
        Formula::Not(inner) => format!("not {}", formula(inner)),
        Formula::All(parts) => all(parts, " and "),
        Formula::Any(parts) => all(parts, " or "),
    }
}

/// `line: literal` of where a value is written, then its steps from the nearest: `← Kind name@line`.
fn way(files: &Files, value: &Value) -> String {
    let source = files.get(value.origin.place.file);
    let literal = source.slice(value.origin.place.span).lines().next().unwrap_or_default();
    let mut way = format!("{}: {literal}", line(files, value.origin.place));
    for step in value.origin.steps() {
        let _ = write!(way, " ← {:?} {}@{}", step.kind, step.name, line(files, step.place));
    }
    way
}

/// The line of a place in its file's text, from 1.
pub(crate) fn line(files: &Files, place: Place) -> usize {
    files.get(place.file).lines().line(place.span.start) + 1
}

/// Asks about a property where no condition is decided.
#[track_caller]
pub(crate) fn ask<T>(graph: &Graph, id: &str, path: &str, question: impl Fn(&Attr<'_>) -> T) -> T {
    let world = World::default();
    let subject = Subject::new(graph, number(graph, id), &world);
    question(&subject.get(path))
}

/// The ids of the resources that a property leads to.
#[track_caller]
pub(crate) fn targets(graph: &Graph, id: &str, path: &str) -> Vec<String> {
    let world = World::default();
    let subject = Subject::new(graph, number(graph, id), &world);
    let targets = subject.targets(&subject.get(path));
    targets.iter().map(|target| target.resource().key.id.to_string()).collect()
}

/// What is found, each as `rule id line confidence`, with the branch if there is one.
pub(crate) fn findings(run: &Run) -> Vec<String> {
    let found = run.findings.iter().map(|finding| {
        let id = finding.resource.as_ref().map_or("-", |(key, _)| &key.id);
        let branch = finding.branch.as_ref().map_or_else(String::new, |branch| format!(" when {branch}"));
        format!("{} {id} {} {}{branch}", finding.rule, line(&run.files, finding.place), finding.confidence)
    });
    found.collect()
}
