//! The definitions of the pipelines that templates, Terraform and calls make: written there, or in a file beside.

use std::collections::BTreeSet;

use super::{READER, body, is_definition, lower};
use crate::{
    graph::{
        Part, Resource,
        guard::Formula,
        kind,
        value::{Data, Entry, Value},
    },
    read::{
        Reading,
        states::{
            Form, Referred, Substitutions, TOO_LONG, afford, each, not_read, of_all, refer, set_aside, written_out,
        },
    },
    source::{Discovery, Files},
};

/// Bytes of definitions that are read for one part at most: many pipelines may share one long text.
const MAX_BYTES: usize = 64 << 20;

const FORM: Form = Form { is: is_definition, lacks: "its definition has no `Version` and `Steps`" };

/// Gives the pipelines of all inputs their steps. Returns the files that hold definitions.
pub(in crate::read) fn settle(
    files: &Files,
    discovery: &Discovery,
    readings: &mut [Reading],
    terraform: &mut [Part],
) -> BTreeSet<Referred> {
    let referred = of_all(readings, terraform, Some(READER), &|part| expand(files, part));
    set_aside(discovery, readings, &referred, READER);
    referred
}

fn expand(files: &Files, part: &mut Part) -> Vec<Referred> {
    if !part.resources.iter().any(|resource| &*resource.kind == kind::PIPELINE) {
        return Vec::new();
    }
    let mut referred = Vec::new();
    let mut left = MAX_BYTES;
    let mut resources = Vec::with_capacity(part.resources.len());
    for resource in std::mem::take(&mut part.resources) {
        let mut faults = Vec::new();
        let written = body(&resource).filter(|_| &*resource.kind == kind::PIPELINE);
        let definition = written.map(|entry| {
            each(entry, &mut |entry| definition(files, &resource, entry, &mut left, &mut referred), &mut faults)
        });
        if written.is_none() && lies_elsewhere(&resource) {
            faults.push("its definition lies in S3".to_owned());
        }
        part.not_evaluated.extend(not_read(files, &resource, "pipeline", faults));
        let mut steps = Vec::new();
        if let Some(definition) = definition {
            of_branches(&resource, &definition, &mut steps);
        }
        resources.push(resource);
        resources.append(&mut steps);
    }
    part.resources = resources;
    referred
}

/// Whether a pipeline says that its definition is an object in S3.
fn lies_elsewhere(pipeline: &Resource) -> bool {
    let definition = pipeline.properties.entry("PipelineDefinition").map(|entry| &entry.value);
    let location = definition.unwrap_or(&pipeline.properties).entry("PipelineDefinitionS3Location");
    &*pipeline.kind == kind::PIPELINE && location.is_some_and(|entry| !matches!(entry.value.data, Data::Absent))
}

/// The steps of a definition, those of each branch of a condition under its guard.
fn of_branches(pipeline: &Resource, definition: &Value, steps: &mut Vec<Resource>) {
    match &definition.data {
        Data::Guarded(guarded) => {
            let mut branch = |when: &Formula, value: &Value| {
                let pipeline = Resource { guard: pipeline.guard.and(when), ..pipeline.clone() };
                of_branches(&pipeline, value, steps);
            };
            branch(&guarded.when, &guarded.then);
            branch(&guarded.when.negated(), &guarded.otherwise);
        }
        Data::Absent | Data::Unknown(_) => {}
        _ => steps.append(&mut lower::steps(pipeline, definition)),
    }
}

/// The definition of a pipeline: a value that is written out, or the text of one.
fn definition(
    files: &Files,
    resource: &Resource,
    entry: &Entry,
    left: &mut usize,
    referred: &mut Vec<Referred>,
) -> Result<Value, String> {
    match &entry.value.data {
        Data::Object(_) => {
            let weight = entry.value.weight(*left).ok_or(TOO_LONG)?;
            afford(left, weight)?;
            refer(files, entry, referred);
            Ok(entry.value.clone())
        }
        Data::Text(_) | Data::Template(_) => {
            written_out(files, (resource, entry), &Substitutions::default(), left, referred, &FORM)
        }
        _ => Err("its definition is not known".to_owned()),
    }
}
