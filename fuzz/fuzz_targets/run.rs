//! One file through the whole pipeline, in memory.

use mllint::{
    check,
    read::{Outcome, read},
    report::{Fold, Paths, Report, json, pretty},
    rules::ALL,
    source::{Discovery, Files},
};

/// Reads and checks a text under a name, and prints what was found in both ways. Nothing may panic.
pub fn run(path: &str, text: String) {
    let files = Files::memory([(path, text)]);
    let discovery = Discovery::in_memory(&files, true);
    let Outcome { graph, .. } = read(&files, &discovery);
    let findings = check::check(&graph, &files, ALL);
    let report = Report {
        findings: &findings,
        silenced: &[],
        baselined: 0,
        fixed: None,
        unreadable: &[],
        files: &files,
        graph: &graph,
        uses: &[],
        discovery: &discovery,
        paths: Paths::default(),
        fold: Fold { named: Vec::new(), advice: true },
        costs: Default::default(),
    };
    let mut out = Vec::new();
    pretty::print(&report, pretty::Style { color: false, columns: Some(80) }, &mut out).expect("memory takes all");
    json::print(&report, &mut out).expect("memory takes all");
}
