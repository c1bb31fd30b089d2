//! The catalogue of candidates tells the truth about the rules that exist.
//! `UPDATE=1 cargo test --test catalogue` rewrites its counts, and adds rules that no candidate asked for.

mod harness;

use std::collections::{BTreeMap, BTreeSet};

use mllint::rules;

const PATH: &str = "docs/catalogue.md";

/// What became of a candidate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum State<'a> {
    Covered(Vec<&'a str>),
    Partly(Vec<&'a str>),
    Planned,
    Excluded(&'a str),
}

/// The candidates of the tables, each with its state; or what is wrong with a row.
fn candidates(text: &str) -> Vec<Result<(&str, State<'_>), String>> {
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| candidate |"));
    let rows = rows.filter(|line| !line.starts_with("| --- |"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [name, fault, state] = cells[..] else { return Err(format!("not three cells: {row}")) };
        if fault.is_empty() {
            return Err(format!("`{name}` does not say the fault"));
        }
        let state = state_of(state).ok_or_else(|| format!("`{name}` has no state that is known: {state}"))?;
        Ok((name, state))
    })
    .collect()
}

fn state_of(state: &str) -> Option<State<'_>> {
    if state == "planned" {
        return Some(State::Planned);
    }
    if let Some(why) = state.strip_prefix("excluded: ") {
        return Some(State::Excluded(why));
    }
    if let Some(rest) = state.strip_prefix("partly covered by ") {
        return links(rest.strip_suffix("; the rest is planned")?).map(State::Partly);
    }
    links(state.strip_prefix("covered by ")?).map(State::Covered)
}

/// The rules that links lead to, each under its own name.
fn links(text: &str) -> Option<Vec<&str>> {
    let link = |link: &str| -> Option<usize> {
        let (name, path) = link.strip_prefix('[')?.split_once("](")?;
        (path == format!("../rules/{name}.md)")).then_some(name.len())
    };
    text.split(", ").map(|one| Some(&one[1..=link(one)?])).collect()
}

#[test]
fn each_candidate_has_a_state_that_is_true() {
    let text = harness::text(PATH);
    let mut faults = Vec::new();
    let mut seen = BTreeSet::new();
    for candidate in candidates(&text) {
        let (name, state) = match candidate {
            Ok(candidate) => candidate,
            Err(fault) => {
                faults.push(fault);
                continue;
            }
        };
        if !seen.insert(name) {
            faults.push(format!("`{name}` is there twice"));
        }
        match state {
            State::Covered(rules) | State::Partly(rules) => {
                let missing = rules.into_iter().filter(|rule| rules::by_name(rule).is_none());
                faults.extend(missing.map(|rule| format!("`{name}` is covered by `{rule}`, which is no rule")));
            }
            State::Planned | State::Excluded(_) if rules::by_name(name).is_some() => {
                faults.push(format!("`{name}` is a rule: say that it is covered by it"));
            }
            State::Excluded(why) if why.len() < 10 => faults.push(format!("`{name}` is excluded without a reason")),
            State::Planned | State::Excluded(_) => {}
        }
    }
    // So many were gathered at first; there may be more, and none is lost.
    assert!(seen.len() >= 333, "{} candidates", seen.len());
    harness::report(&faults);
}

#[test]
fn the_catalogue_counts_and_names_every_rule() {
    let text = harness::text(PATH);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for (_, state) in candidates(&text).into_iter().flatten() {
        let (word, rules) = match state {
            State::Covered(rules) => ("covered", rules),
            State::Partly(rules) => ("partly covered", rules),
            State::Planned => ("planned", Vec::new()),
            State::Excluded(_) => ("excluded", Vec::new()),
        };
        *counts.entry(word).or_default() += 1;
        named.extend(rules);
    }
    let total: usize = counts.values().sum();
    let count = |word: &str| counts.get(word).copied().unwrap_or_default();
    let line = format!(
        "{total} candidates: {} covered, {} partly covered, {} planned, {} excluded. {} rules.",
        count("covered"),
        count("partly covered"),
        count("planned"),
        count("excluded"),
        rules::ALL.len(),
    );
    let beyond = rules::ALL.iter().filter(|rule| !named.contains(rule.name));
    let beyond: String = beyond.map(|rule| format!("- [{0}](../rules/{0}.md)\n", rule.name)).collect();
    let current = between(&text, "<!-- counts -->\n", "<!-- end of counts -->", &format!("{line}\n"));
    let current = between(&current, "<!-- rules -->\n", "<!-- end of rules -->", &beyond);
    let fault = harness::compare(PATH, &current, "cargo test --test catalogue").err();
    harness::report(&fault.into_iter().collect::<Vec<_>>());
}

/// A text with something else between two marks.
fn between(text: &str, start: &str, end: &str, new: &str) -> String {
    let (before, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start}"));
    let (_, after) = rest.split_once(end).unwrap_or_else(|| panic!("no {end}"));
    format!("{before}{start}{new}{end}{after}")
}

#[test]
fn states_are_told_apart() {
    assert_eq!(state_of("planned"), Some(State::Planned));
    assert_eq!(
        state_of("covered by [a](../rules/a.md), [b-c](../rules/b-c.md)"),
        Some(State::Covered(vec!["a", "b-c"]))
    );
    assert_eq!(state_of("covered by [a](../rules/b.md)"), None, "a link that leads elsewhere");
    assert_eq!(state_of("partly covered by [a](../rules/a.md)"), None, "what of the rest?");
    assert_eq!(state_of("soon"), None);
}
