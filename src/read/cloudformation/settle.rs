//! What templates say of each other: stacks that are nested in others, and exports that others import.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

use super::{READER, embedded, exports};
use crate::{
    graph::Part,
    read::{
        Reading,
        given::Given,
        states::{Referred, set_aside},
    },
    source::{Discovery, Files},
};

/// Puts the templates of a run together. Returns those that others deploy: they were read with these, and are no units
/// of their own. Templates that only deploy each other stay what they are. Stacks of Terraform and of boto3 deploy as well.
pub(in crate::read) fn settle(
    files: &Files,
    discovery: &Discovery,
    given: &Given,
    readings: &mut [Reading],
    terraform: &mut [Part],
) -> BTreeSet<Referred> {
    let mut referred = embedded::expand_all(files, given, readings, terraform);
    let within: HashSet<&Arc<str>> = readings.iter().flat_map(|reading| &reading.nested).collect();
    let roots = discovery.candidates.iter().zip(readings.iter()).filter(|(root, _)| !within.contains(&root.path));
    for (candidate, reading) in roots {
        let nested = reading.nested.iter();
        referred.extend(nested.map(|path| Referred { path: path.clone(), importer: candidate.path.clone() }));
    }
    for nested in set_aside(discovery, readings, &referred, READER) {
        nested.part.not_evaluated.clear();
        nested.exports.clear();
    }
    let exported = readings.iter_mut().flat_map(|reading| std::mem::take(&mut reading.exports)).collect();
    let importing = readings.iter_mut().filter(|reading| reading.imports);
    exports::link(files, exported, importing.map(|reading| &mut reading.part));
    referred
}
