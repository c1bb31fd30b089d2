//! Files of definitions that templates and Terraform refer to: read with these, and no units of their own.

use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::{READER, Referred, expand};
use crate::{
    graph::Part,
    read::{FileUse, Reading},
    source::{Discovery, Files},
};

/// Gives the state machines of templates and of Terraform their definitions. Returns the files that hold these.
pub(in crate::read) fn settle(
    files: &Files,
    discovery: &Discovery,
    readings: &mut [Reading],
    terraform: &mut [Part],
) -> BTreeSet<Referred> {
    let referred = of_all(readings, terraform, None, &|part| expand(files, part));
    set_aside(discovery, readings, &referred, READER);
    referred
}

/// Expands all parts, but for those of files that the reader `but` has read. Returns the files that these refer to.
pub(in crate::read) fn of_all(
    readings: &mut [Reading],
    terraform: &mut [Part],
    but: Option<&str>,
    expand: &(dyn Fn(&mut Part) -> Vec<Referred> + Sync),
) -> BTreeSet<Referred> {
    let of_files = readings.par_iter_mut().filter(|reading| but.is_none() || reading.reader != but);
    let mut referred: BTreeSet<Referred> = of_files.flat_map_iter(|reading| expand(&mut reading.part)).collect();
    referred.extend(terraform.iter_mut().flat_map(expand));
    referred
}

/// Takes out of the readings by a reader what was read with the files that refer to it. Returns what was set aside.
pub(in crate::read) fn set_aside<'r>(
    discovery: &Discovery,
    readings: &'r mut [Reading],
    referred: &BTreeSet<Referred>,
    by: &'static str,
) -> Vec<&'r mut Reading> {
    let paths: FxHashSet<&str> = referred.iter().map(|referred| &*referred.path).collect();
    let mut aside = Vec::new();
    for (candidate, reading) in discovery.candidates.iter().zip(readings) {
        if reading.reader == Some(by) && paths.contains(&*candidate.path) {
            reading.part.resources.clear();
            reading.part.units.clear();
            aside.push(reading);
        }
    }
    aside
}

/// Marks the definitions that were read because others refer to them, and adds those that lie outside the PATHs.
pub(in crate::read) fn listed(files: &mut Vec<FileUse>, referred: &BTreeSet<Referred>, by: &'static str) {
    for Referred { path, importer } in referred {
        let own = FileUse { path: path.clone(), reader: Some(by), why: None, importer: Some(importer.clone()) };
        match files.binary_search_by(|file| file.path.cmp(path)) {
            Ok(at) if files[at].reader.is_none_or(|reader| reader == by) => files[at] = own,
            Ok(_) => {}
            Err(at) => files.insert(at, own),
        }
    }
}
