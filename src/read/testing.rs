//! What tests of readers as a whole have in common.

use crate::{
    graph::Graph,
    read::{Outcome, read},
    source::{Discovery, Files},
};

/// What reading some files brings, each a path and a text.
pub(in crate::read) fn outcome(texts: &[(&str, &str)]) -> (Files, Outcome) {
    let files = Files::memory(texts.iter().copied());
    let outcome = read(&files, &Discovery::in_memory(&files, false));
    (files, outcome)
}

/// The addresses and kinds of all resources.
pub(in crate::read) fn ids(graph: &Graph) -> Vec<(String, &str)> {
    graph.resources().iter().map(|resource| (resource.key.address().to_string(), &*resource.kind)).collect()
}
