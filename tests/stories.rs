//! Each folder of `fixtures/` is a small project: what is found in it stands in its `expected.txt`.
//! `UPDATE=1 cargo test --test stories` rewrites those files.

mod harness;

use std::{fmt::Write, fs, path::Path};

use mllint::{
    check,
    graph::NotEvaluated,
    read::{self, Outcome},
    report::{Fold, Paths, Report, json},
    rules::{self, Rule},
    source::{Discovery, Files, Scan, discover},
};

#[test]
fn stories_come_out_as_told() {
    let mut faults = Vec::new();
    for name in stories() {
        let told = told(&harness::package().join("fixtures").join(&name));
        let path = format!("fixtures/{name}/expected.txt");
        faults.extend(harness::compare(&path, &told, "cargo test --test stories").err());
    }
    harness::report(&faults);
}

#[test]
fn nothing_is_found_in_what_is_right() {
    let (_, outcome, findings) = run(&harness::package().join("fixtures/clean"));
    let found: Vec<String> = findings.iter().map(|finding| format!("{}: {}", finding.rule, finding.message)).collect();
    harness::report(&found);
    assert!(outcome.graph.resources().len() > 5, "only {} resources were read", outcome.graph.resources().len());
    assert_eq!(outcome.graph.not_evaluated(), &[] as &[NotEvaluated]);
}

#[test]
fn the_same_bytes_come_out_whatever_the_thread_count() {
    let single = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    let many = rayon::ThreadPoolBuilder::new().num_threads(7).build().expect("a pool");
    for name in stories() {
        let folder = harness::package().join("fixtures").join(name);
        assert_eq!(single.install(|| told(&folder)), many.install(|| told(&folder)), "{}", folder.display());
    }
}

#[test]
fn the_json_of_a_story_keeps_its_shape() {
    let (files, outcome, findings) = run(&harness::package().join("fixtures/boto3-request"));
    let discovery = Discovery::default();
    let report = Report {
        baselined: 0,
        fixed: None,
        unreadable: &[],
        findings: &findings,
        silenced: &[],
        files: &files,
        graph: &outcome.graph,
        uses: &[],
        discovery: &discovery,
        paths: Paths::default(),
        fold: Fold::default(),
        costs: Default::default(),
    };
    let mut out = Vec::new();
    json::print(&report, &mut out).expect("memory takes all");
    insta::assert_snapshot!("boto3-request", String::from_utf8(out).expect("text"));
}

fn stories() -> Vec<String> {
    let entries = fs::read_dir(harness::package().join("fixtures")).expect("the folder fixtures");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn run(folder: &Path) -> (Files, Outcome, Vec<mllint::finding::Finding>) {
    let paths = [folder.to_path_buf()];
    let scan = Scan { root: Some(folder), paths: &paths, exclude: &[] };
    let (files, discovery) = discover(&scan).expect("a discovery");
    let outcome = read::read(&files, &discovery);
    let on: Vec<&'static Rule> = rules::ALL.iter().copied().filter(|rule| rule.default).collect();
    let findings = check::check(&outcome.graph, &files, &on);
    (files, outcome, findings)
}

/// The story's findings, one line each with all that a reader of `expected.txt` wants to judge, then what was not read.
fn told(folder: &Path) -> String {
    let (files, outcome, findings) = run(folder);
    let mut text = String::new();
    for finding in &findings {
        let source = files.get(finding.place.file);
        let at = match source.cells().and_then(|cells| cells.position(source.text(), finding.place.span.start)) {
            Some(cell) => format!("cell {}:{}:{}", cell.index, cell.line, cell.column),
            None => {
                let position = source.position(finding.place.span.start);
                format!("{}:{}", position.line, position.column)
            }
        };
        let severity = finding.severity.map_or("", |severity| severity.name());
        let (path, rule, confidence) = (&source.path, finding.rule, finding.confidence);
        let _ = writeln!(text, "{path}:{at} {severity}, {confidence} {rule}: {}", finding.message);
        let shown = source.slice(finding.place.span).lines().next().unwrap_or_default().trim();
        let _ = writeln!(text, "    at `{shown}`: {}", finding.label);
        if let Some(branch) = &finding.branch {
            let _ = writeln!(text, "    if {branch}");
        }
    }
    for missed in outcome.graph.not_evaluated() {
        let line = missed.place.map(|place| files.get(place.file).position(place.span.start).line);
        let line = line.map_or_else(String::new, |line| format!(":{line}"));
        let _ = writeln!(text, "not evaluated: {}{line} {} {}: {}", missed.path, missed.kind, missed.what, missed.why);
    }
    let _ = writeln!(text, "{} findings in {} resources", findings.len(), outcome.graph.resources().len());
    text
}
