//! The definitions of the pipelines that templates, Terraform and calls make: written there, or in a file beside.

use std::{collections::BTreeSet, sync::Arc};

use rayon::prelude::*;

use super::{READER, body, is_definition, lower};
use crate::{
    graph::{
        NotEvaluated, Part, Resource, kind,
        value::{Data, Entry, Value},
    },
    read::{
        Reading,
        states::{Form, Referred, Substitutions, Written, text_value},
    },
    source::{Discovery, Files, Span},
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
    let of_files = readings.par_iter_mut().filter(|reading| reading.reader != Some(READER));
    let mut referred: BTreeSet<Referred> = of_files.flat_map_iter(|reading| expand(files, &mut reading.part)).collect();
    referred.extend(terraform.iter_mut().flat_map(|part| expand(files, part)));
    let paths: BTreeSet<&str> = referred.iter().map(|referred| &*referred.path).collect();
    for (candidate, reading) in discovery.candidates.iter().zip(readings) {
        if reading.reader == Some(READER) && paths.contains(&*candidate.path) {
            reading.part.resources.clear();
            reading.part.units.clear();
        }
    }
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
        let steps = match (&*resource.kind == kind::PIPELINE).then(|| body(&resource)).flatten() {
            Some(entry) => definition(files, &resource, entry, &mut left, &mut referred),
            None => Ok(None),
        };
        let steps = steps.map(|definition| definition.map(|definition| lower::steps(&resource, &definition)));
        if let Err(why) = &steps {
            part.not_evaluated.push(NotEvaluated {
                path: files.get(resource.place.file).path.clone(),
                place: Some(resource.place),
                kind: "resource",
                what: format!("pipeline `{}`", resource.key.address()),
                why: (*why).to_owned(),
            });
        }
        resources.push(resource);
        resources.extend(steps.ok().flatten().unwrap_or_default());
    }
    part.resources = resources;
    referred
}

/// The definition of a pipeline: a value that is written out, or the text of one.
fn definition(
    files: &Files,
    resource: &Resource,
    entry: &Entry,
    left: &mut usize,
    referred: &mut Vec<Referred>,
) -> Result<Option<Value>, &'static str> {
    const TOO_LONG: &str = "there is more text of definitions than is read";
    let (here, from) = (files.get(entry.place.file), entry.value.origin.place);
    let there = files.get(from.file);
    let weight = entry.value.weight(*left).ok_or(TOO_LONG)?;
    let value = match &entry.value.data {
        Data::Absent => return Ok(None),
        Data::Object(_) => {
            *left = left.checked_sub(weight).ok_or(TOO_LONG)?;
            entry.value.clone()
        }
        Data::Text(_) | Data::Template(_) => {
            let own = Span { start: entry.place.span.start, end: resource.body.span.end.max(entry.place.span.end) };
            let mut written = vec![Written { source: &here, from: own }];
            if from.file != entry.place.file {
                written.insert(0, Written { source: &there, from: Span::new(0, there.text().len()) });
            }
            let code = written.iter().map(|written| written.from.len()).sum::<usize>();
            *left = left.checked_sub(code + weight * 32).ok_or(TOO_LONG)?;
            text_value(&entry.value, &Substitutions::default(), &written, entry.place, &FORM)?
        }
        _ => return Err("its definition is not known"),
    };
    let is_code = [".tf", ".tf.json", ".tfvars"].iter().any(|end| there.path.ends_with(end));
    if from.file != entry.place.file && !is_code {
        referred.push(Referred { path: Arc::clone(&there.path), importer: here.path.clone() });
    }
    Ok(Some(value))
}
