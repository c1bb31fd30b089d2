//! What the tests share: pages and their blocks, runs over texts in memory, and files that `UPDATE=1` rewrites.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub(crate) mod fixing;
pub(crate) mod page;

use std::{fs, io, path::Path, sync::Arc};

use mllint::{
    catalog::prices::Prices,
    check,
    cost::{self, Input, REGION, finding::Costs, usage::Usage},
    date::Date,
    finding::Finding,
    fix::{self, apply::Looked},
    graph::{Graph, fact::FactKind},
    read::{self, Outcome},
    report::{
        Fold, Paths, Report, json,
        pretty::{self, Style},
    },
    rules::{ALL, Check, Rule, options::Options},
    source::{Discovery, Files},
    suppress::{self, Silenced, Suppressed, View},
};

/// The folder of the package.
pub(crate) fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file of the package.
pub(crate) fn text(path: &str) -> String {
    fs::read_to_string(package().join(path)).unwrap_or_else(|error| panic!("cannot read {path}: {error}"))
}

/// Whether generated texts are to be rewritten.
pub(crate) fn update() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| value != "0")
}

/// Compares a file of the package with what was generated, or rewrites it. What differs comes back as a sentence.
pub(crate) fn compare(path: &str, generated: &str, command: &str) -> Result<(), String> {
    let full = package().join(path);
    let known = fs::read_to_string(&full).unwrap_or_default();
    if known == generated {
        return Ok(());
    }
    if update() {
        fs::write(&full, generated).map_err(|error| format!("cannot write {path}: {error}"))?;
        return Ok(());
    }
    Err(format!(
        "{path} is not current; run `UPDATE=1 {command}` and read the difference:\n{}",
        difference(&known, generated)
    ))
}

/// The lines that differ, each with its number; enough to see what happened.
pub(crate) fn difference(known: &str, generated: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (known.lines().collect(), generated.lines().collect());
    let same = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let tail = old[same..].iter().rev().zip(new[same..].iter().rev()).take_while(|(old, new)| old == new).count();
    let mut text = String::new();
    for (sign, lines) in [('-', &old), ('+', &new)] {
        for (at, line) in lines.iter().enumerate().take(lines.len() - tail).skip(same).take(40) {
            text.push_str(&format!("{sign} {:4} {line}\n", at + 1));
        }
    }
    if text.is_empty() { "they differ in their ends of lines".to_owned() } else { text }
}

/// Fails with all sentences at once.
pub(crate) fn report(faults: &[String]) {
    let count = if faults.len() == 1 { "1 fault".to_owned() } else { format!("{} faults", faults.len()) };
    assert!(faults.is_empty(), "{count}:\n\n{}", faults.join("\n\n"));
}

/// A run over texts in memory.
pub(crate) struct Run {
    pub(crate) files: Files,
    pub(crate) outcome: Outcome,
    pub(crate) findings: Vec<Finding>,
    pub(crate) silenced: Vec<Silenced>,
}

/// The rules on which the tests of the graph rest: those that there were first. Others come and may find more in their
/// texts.
pub(crate) fn first() -> Vec<&'static Rule> {
    let names = [
        "bucket-without-encryption",
        "cpu-algorithm-on-gpu",
        "gpu-algorithm-on-cpu",
        "model-outside-vpc",
        "notebook-outside-vpc",
        "notebook-root-access",
        "s3-endpoint-policy-open",
        "spot-without-checkpoint",
        "syntax-error",
        "vpc-without-s3-endpoint",
    ];
    ALL.iter().copied().filter(|rule| names.contains(&rule.name)).collect()
}

/// Checks texts with options of rules.
pub(crate) fn run_with(texts: &[(&str, &str)], rules: &[&'static Rule], options: &Options) -> Run {
    let files = Files::memory(texts.iter().copied());
    let Looked { outcome, findings, silenced, .. } = look_with(&files, rules, options);
    Run { files, outcome, findings, silenced }
}

/// Checks texts as if each had been given by name. The rules about allowances look at what all rules find.
pub(crate) fn run(texts: &[(&str, &str)], rules: &[&'static Rule]) -> Run {
    run_with(texts, rules, &Options::default())
}

/// The same of files.
pub(crate) fn look(files: &Files, rules: &[&'static Rule]) -> Looked {
    look_with(files, rules, &Options::default())
}

/// The same with options of rules.
pub(crate) fn look_with(files: &Files, rules: &[&'static Rule], options: &Options) -> Looked {
    look_at(files, &Discovery::in_memory(files, true), rules, options)
}

/// The same of those files that are given by name; the others are there to be referred to.
pub(crate) fn look_at(files: &Files, given: &Discovery, rules: &[&'static Rule], options: &Options) -> Looked {
    let is_about_allowances = |rule: &&'static Rule| matches!(rule.check, Check::Code(FactKind::Allowance, _));
    let on: Vec<&'static Rule> = if rules.iter().any(is_about_allowances) {
        ALL.iter().copied().filter(|rule| rule.default).collect()
    } else {
        rules.to_vec()
    };
    let mut looked = look_on(files, given, &on, options);
    looked.findings.retain(|finding| rules.iter().any(|rule| rule.name == finding.rule));
    fix::settle(&looked.outcome.graph, files, &mut looked.findings);
    looked
}

/// What exactly these rules find.
pub(crate) fn look_on(files: &Files, given: &Discovery, on: &[&'static Rule], options: &Options) -> Looked {
    let outcome = read::read(files, given);
    let input = suppress::Input {
        graph: &outcome.graph,
        files,
        read: outcome.files.iter().filter(|file| file.reader.is_some()).map(|file| file.path.clone()).collect(),
        config: &[],
        rules: on,
        today: "2026-12-01".parse::<Date>().expect("a date"),
        view: View::Whole,
    };
    let checked = check::checked_with(options, &outcome.graph, files, on);
    let Suppressed { findings, silenced, .. } = suppress::apply(&input, checked);
    Looked { outcome, findings, silenced, ..Looked::default() }
}

/// The findings as they are printed for people, each place of each, without colour, 100 columns wide.
pub(crate) fn pretty(run: &Run) -> String {
    let printed = printed(run, |report, out| pretty::print(report, Style { color: false, columns: None }, out));
    printed.trim_end().to_owned() + "\n"
}

/// The findings as they are printed for programs.
pub(crate) fn json(run: &Run) -> String {
    printed(run, json::print)
}

/// What findings cost at the prices that are built in.
pub(crate) fn costs(graph: &Graph, findings: &[Finding]) -> Costs {
    let (prices, usage) = (Prices::default(), Usage::default());
    let input = Input {
        graph,
        prices: &prices,
        usage: &usage,
        region: REGION,
        region_assumed: true,
        discounts: &Default::default(),
    };
    cost::finding::costs(&input, findings)
}

fn printed(run: &Run, print: impl Fn(&Report<'_>, &mut dyn io::Write) -> io::Result<()>) -> String {
    let fold = Fold { named: run.findings.iter().map(|finding| finding.rule).collect(), advice: true };
    let discovery = Discovery::default();
    let report = Report {
        findings: &run.findings,
        silenced: &run.silenced,
        baselined: 0,
        fixed: None,
        unreadable: &[],
        files: &run.files,
        graph: &run.outcome.graph,
        uses: &[],
        discovery: &discovery,
        paths: Paths::default(),
        fold,
        costs: Arc::new(costs(&run.outcome.graph, &run.findings)),
    };
    let mut out = Vec::new();
    print(&report, &mut out).expect("memory takes all");
    String::from_utf8(out).expect("text")
}
