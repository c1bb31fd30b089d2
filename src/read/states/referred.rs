//! Files of definitions that templates and Terraform refer to: read with these, and no units of their own.

use std::collections::BTreeSet;

use rayon::prelude::*;

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
    let of_files = readings.par_iter_mut().map(|reading| expand(files, &mut reading.part));
    let mut referred: BTreeSet<Referred> = of_files.flatten_iter().collect();
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
