//! What workloads are written with, construct by construct: each case is a small project that differs in one word, `@V`.
//! With `found` in its place the rule of the case speaks, with `silent` it does not: so the construct is followed to its
//! value, not guessed and not passed over. Where a value cannot be known, `silent` is the construct itself.
//!
//! A name of `snippets` behind an `@` stands for a text that several cases share; `# %%` begins a notebook's cell.

mod harness;

use std::{collections::BTreeMap, fs, path::Path};

use mllint::{
    check,
    finding::Confidence,
    read,
    rules::{self, Rule},
    source::{Scan, discover},
};
use serde::Deserialize;

/// The cases of one file. What stands at its head holds for those that do not say otherwise.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    rule: String,
    found: String,
    silent: String,
    #[serde(default)]
    snippets: BTreeMap<String, String>,
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    construct: String,
    rule: Option<String>,
    found: Option<String>,
    silent: Option<String>,
    /// Findings of less confidence do not count: `low`, so that all do, unless it is said.
    confidence: Option<String>,
    /// The files of the project, by their paths.
    texts: BTreeMap<String, String>,
}

#[test]
fn templates() {
    each_is_followed(include_str!("constructs/cloudformation.toml"));
}

#[test]
fn serverless_templates() {
    each_is_followed(include_str!("constructs/serverless.toml"));
}

#[test]
fn state_machines() {
    each_is_followed(include_str!("constructs/states.toml"));
}

#[test]
fn terraform() {
    each_is_followed(include_str!("constructs/terraform.toml"));
}

#[test]
fn python() {
    each_is_followed(include_str!("constructs/python.toml"));
}

#[test]
fn sdks() {
    each_is_followed(include_str!("constructs/sdk.toml"));
}

#[test]
fn notebooks() {
    each_is_followed(include_str!("constructs/notebooks.toml"));
}

#[test]
fn lambda_code() {
    each_is_followed(include_str!("constructs/lambda.toml"));
}

#[test]
fn generated_files() {
    each_is_followed(include_str!("constructs/generated.toml"));
}

fn each_is_followed(table: &str) {
    let table: Table = toml::from_str(table).expect("a table");
    let mut faults = Vec::new();
    for case in &table.case {
        let rule = case.rule.as_ref().unwrap_or(&table.rule);
        let rule = rules::by_name(rule).unwrap_or_else(|| panic!("{}: no rule `{rule}`", case.construct));
        let least = match case.confidence.as_deref() {
            None | Some("low") => Confidence::Low,
            Some("medium") => Confidence::Medium,
            Some(other) => panic!("{}: `{other}` is no confidence of a case", case.construct),
        };
        for (value, expected) in [(&case.found, true), (&case.silent, false)] {
            let value = value.as_ref().unwrap_or(if expected { &table.found } else { &table.silent });
            let (found, missed) = look(&project(case, &table.snippets, value), rule, least);
            if found.is_empty() == expected {
                let (name, construct) = (rule.name, &case.construct);
                let word = if expected { "is not found" } else { "is found" };
                faults.push(format!("{construct}: `{name}` {word} with `{value}`\n  {found:?}\n  {missed:?}"));
            }
        }
    }
    harness::report(&faults);
}

/// The files of a case with a value in its place.
fn project(case: &Case, snippets: &BTreeMap<String, String>, value: &str) -> Vec<(String, String)> {
    let file = |(path, text): (&String, &String)| {
        let path = path.replace("@V", value);
        let shared = |text: String, (name, snippet): (&String, &String)| {
            text.replace(&format!("@{name}"), snippet.trim_matches('\n'))
        };
        let text = snippets.iter().fold(text.clone(), shared).replace("@V", value);
        let text = text.strip_prefix('\n').unwrap_or(&text);
        let is_code = path.ends_with(".ipynb") && !text.starts_with('{');
        (path, if is_code { harness::page::notebook(text) } else { text.to_owned() })
    };
    case.texts.iter().map(file).collect()
}

/// What one rule finds in a project on a disk, and what was not evaluated.
fn look(project: &[(String, String)], rule: &'static Rule, least: Confidence) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in project {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let paths = [folder.path().to_path_buf()];
    let scan = Scan { root: Some(folder.path()), paths: &paths, exclude: &[] };
    let (files, discovery) = discover(&scan).expect("a discovery");
    let outcome = read::read(&files, &discovery);
    let findings = check::check(&outcome.graph, &files, &[rule]);
    let told = findings.into_iter().filter(|finding| finding.confidence >= least);
    let missed = outcome.graph.not_evaluated().iter().map(|missed| format!("{}: {}", missed.what, missed.why));
    (told.map(|finding| format!("{}, {}", finding.message, finding.confidence)).collect(), missed.collect())
}
