//! Imports point one way, all input comes through `source`, and each file says what it is for.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// What each part of the library may import from the others. A part that is not listed fails the test.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("syntax", &["source"]),
    // A value says how sure it is, in the words of a finding; a finding points at values.
    ("graph", &["source", "finding"]),
    ("finding", &["source", "graph"]),
    // An image is recognised in a text with holes; a price knows when it is old.
    ("catalog", &["source", "graph", "finding", "date", "nearest"]),
    ("nearest", &[]),
    ("read", &["source", "syntax", "graph", "finding", "catalog", "nearest"]),
    ("rules", &["source", "graph", "finding", "catalog", "nearest"]),
    // It knows resources and prices: no text, no rule, no report.
    ("cost", &["source", "graph", "finding", "catalog"]),
    // The file that tells how much is used.
    ("usage", &["source", "syntax", "graph", "catalog", "cost", "nearest"]),
    ("check", &["source", "graph", "finding", "rules"]),
    ("date", &[]),
    // It reads comments, and what they stand at, out of the syntax trees: rules never see these.
    ("suppress", &["source", "syntax", "date", "graph", "finding", "rules", "read", "select", "nearest", "check"]),
    ("report", &["source", "date", "graph", "finding", "catalog", "cost", "rules", "suppress"]),
    ("baseline", &["source", "syntax", "finding", "check"]),
    ("git", &[]),
    ("init", &["source"]),
    ("prices", &["source", "catalog", "date", "nearest", "report"]),
    // How a property is written is known where it is read.
    ("fix", &["source", "syntax", "graph", "finding", "catalog", "read", "suppress"]),
    ("select", &["rules", "nearest"]),
    ("config", &["source", "finding", "rules", "select", "nearest", "date", "suppress"]),
];
/// The top of the library: these put the rest together.
const TOP: &[&str] = &["lib", "main", "run", "cli", "settings"];
/// Files outside `src/source` that may use the file system: the process itself, and what is written to a file.
const FILE_SYSTEM: &[&str] = &["main.rs", "run.rs", "report/mod.rs", "init.rs", "fix/write.rs", "prices/import.rs"];
/// The only file that may start a program, which is git.
const PROGRAMS: &str = "git.rs";
/// Categories of rules: folders whose files must not know each other.
const CATEGORIES: &[&str] =
    &["correctness", "security", "reliability", "performance", "cost", "operations", "architecture"];

fn source_files() -> BTreeMap<String, String> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    let name = |path: &Path| path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
    let mut files: BTreeMap<String, String> =
        found.iter().map(|path| (name(path), fs::read_to_string(path).expect("a file"))).collect();
    // Modules that only tests have reach wherever they need.
    let tests: Vec<String> = files.iter().flat_map(|(path, text)| test_modules(path, text)).collect();
    files.retain(|path, _| !tests.contains(path));
    files
}

/// The files of the modules that a file has for its tests alone.
fn test_modules(path: &str, text: &str) -> Vec<String> {
    let folder = path.strip_suffix("mod.rs").map_or_else(|| path.replace(".rs", "/"), str::to_owned);
    let modules = text.split("#[cfg(test)]\n").skip(1).filter_map(|rest| {
        let line = rest.lines().next()?.trim_start_matches("pub(crate) ").trim_start_matches("pub(super) ");
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    modules.map(|name| format!("{folder}{name}.rs")).collect()
}

/// The part that a file belongs to: `rules/cost/x.rs` → `rules`.
fn part(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap_or(path)
}

/// A file without comments and without its tests, which may reach wherever they need.
fn code(text: &str) -> String {
    if text.contains("\n#![cfg(test)]") {
        return String::new();
    }
    let kept = text.split("\n#[cfg(test)]").next().unwrap_or(text);
    kept.lines().map(|line| line.split("//").next().unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// All paths below `crate::` that a file mentions, groups taken apart: `crate::{a::{b, c}, d}` → `a::b`, `a::c`, `d`.
fn mentions(code: &str) -> Vec<String> {
    code.match_indices("crate::").flat_map(|(at, found)| expand(&code[at + found.len()..]).0).collect()
}

/// The paths at the start of `text`, and what is left behind them.
fn expand(text: &str) -> (Vec<String>, &str) {
    let mut text = text.trim_start();
    if let Some(inside) = text.strip_prefix('{') {
        let (mut paths, mut rest) = (Vec::new(), inside);
        loop {
            rest = rest.trim_start_matches([',', ' ', '\n', '\t']);
            if let Some(after) = rest.strip_prefix('}') {
                return (paths, after);
            }
            let (found, after) = expand(rest);
            if after.len() == rest.len() {
                return (paths, rest);
            }
            paths.extend(found);
            rest = after;
        }
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '*').unwrap_or(text.len());
    let name = &text[..end];
    text = &text[end..];
    match text.strip_prefix("::") {
        Some(below) if below.starts_with(|c: char| c.is_alphabetic() || c == '{' || c == '_' || c == '*') => {
            let (found, rest) = expand(below);
            (found.into_iter().map(|path| format!("{name}::{path}")).collect(), rest)
        }
        _ => {
            let text = text.strip_prefix(" as ").map_or(text, |alias| alias.trim_start_matches(char::is_alphanumeric));
            (vec![name.to_owned()], text)
        }
    }
}

#[test]
fn groups_are_taken_apart() {
    let code = "use crate::{\n    a::{B, c::D},\n    e,\n};\nfn f() { crate::g::h(1) }";
    assert_eq!(mentions(code), ["a::B", "a::c::D", "e", "g::h"]);
}

#[test]
fn programs_are_started_in_one_place() {
    let mut starting = Vec::new();
    for (path, text) in source_files() {
        let code = code(&text);
        let mut paths = code.match_indices("std::").flat_map(|(at, _)| expand(&code[at..]).0);
        let is_known = |path: &str| matches!(path, "std::process::id" | "std::process::ExitCode");
        if paths.any(|path| path.starts_with("std::process") && !is_known(&path))
            || code.contains("std::os::unix::process")
        {
            starting.push(path);
        }
    }
    assert_eq!(starting, [PROGRAMS], "mllint starts no program but git, and that only there");
}

#[test]
fn imports_point_down() {
    let mut faults = Vec::new();
    for (path, text) in source_files() {
        let own = part(&path);
        if TOP.contains(&own) {
            continue;
        }
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == own) else {
            faults
                .push(format!("src/{path} is of a part that `MAY_IMPORT` does not list: say there what it may import"));
            continue;
        };
        for mention in mentions(&code(&text)) {
            let target = part(mention.split("::").next().unwrap_or_default()).to_owned();
            if target != own && !allowed.contains(&&*target) {
                faults.push(format!("src/{path} imports `crate::{mention}`, but `{own}` must not know `{target}`"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_rule_knows_no_other_rule() {
    let mut faults = Vec::new();
    for (path, text) in source_files() {
        let folders: Vec<&str> = path.split('/').collect();
        let ["rules", category, _] = folders[..] else { continue };
        if !CATEGORIES.contains(&category) || path.ends_with("/mod.rs") {
            continue;
        }
        let code = code(&text);
        let sibling = |mention: &String| {
            let mut names = mention.split("::");
            names.next() == Some("rules") && names.next().is_some_and(|name| CATEGORIES.contains(&name))
        };
        if let Some(mention) = mentions(&code).into_iter().find(sibling) {
            faults.push(format!("src/{path} imports `crate::{mention}`: what two rules share belongs below them"));
        }
        if code.contains("use super::") {
            faults.push(format!("src/{path} imports from `super`: name the types of `crate::rules` instead"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_file_system_is_used_in_few_places() {
    let uses = |code: &str| {
        let squeezed: String = code.split_whitespace().collect();
        let group = squeezed.split("usestd::{").skip(1).any(|rest| {
            let end = rest.find(';').unwrap_or(rest.len());
            rest[..end].split(['{', '}', ',']).any(|name| name == "fs" || name.starts_with("fs::"))
        });
        group || squeezed.contains("std::fs") || squeezed.contains("File::open") || squeezed.contains("File::create")
    };
    let outside =
        source_files().into_iter().filter(|(path, _)| part(path) != "source" && !FILE_SYSTEM.contains(&&**path));
    let faults: Vec<String> = outside.filter(|(_, text)| uses(&code(text))).map(|(path, _)| path).collect();
    assert!(faults.is_empty(), "these use the file system; input comes through `source::Files`: {faults:?}");
    assert!(uses("use std::{\n    fs,\n    io,\n};") && !uses("use std::{io, sync::Arc};"));
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<String> =
        source_files().into_iter().filter(|(_, text)| !text.starts_with("//! ")).map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "these do not open with a `//!` line: {silent:?}");
}
