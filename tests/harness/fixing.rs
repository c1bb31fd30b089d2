//! The proof of a fix: a finding before, edits of what it names alone, the text still parses, the finding is gone, no
//! other one came, and a second run changes nothing.

use std::collections::BTreeSet;

use super::{look, look_with};
use mllint::{
    finding::{Finding, Safety, Severity},
    fix::apply::{Fixed, Looked, to_fixpoint},
    graph::fact::Fact,
    report,
    rules::{self, Rule, options::Options},
    source::Files,
};

/// Texts with all fixes of some rules.
pub(crate) fn fixed(texts: &[(&str, &str)], rules: &[&'static Rule]) -> Fixed {
    to_fixpoint(Files::memory(texts.iter().copied()), Safety::Unsafe, &|files| look(files, rules))
}

/// What is wrong with the fixes of a rule in a text that raises it; the least safe of its fixes where nothing is.
pub(crate) fn proven(
    rule: &'static Rule,
    file: &str,
    text: &str,
    unfixable: bool,
    options: &Options,
) -> Result<Option<Safety>, String> {
    let mended = |text: &str| {
        let files = Files::memory([(file, text)]);
        to_fixpoint(files, Safety::Unsafe, &|files| look_with(files, &[rule], options))
    };
    let files = Files::memory([(file, text)]);
    let before = look_with(&files, &[rule], options);
    let safety = before.findings.iter().filter_map(|finding| finding.fix.as_ref()).map(|fix| fix.safety).max();
    if unfixable {
        return match before.findings.iter().find_map(|finding| finding.fix.as_ref()) {
            Some(fix) => Err(format!("it is `unfixable`, but has a fix: {}", fix.title)),
            None => Ok(None),
        };
    }
    if let Some(finding) = before.findings.iter().find(|finding| finding.fix.is_none()) {
        return Err(format!("\"{}\" has no fix: mark the block `unfixable`, or mend the fix", finding.message));
    }
    let fixed = mended(text);
    if let Some(fault) = fixed.faults.first() {
        return Err(fault.clone());
    }
    let [changed] = &fixed.changes.values().collect::<Vec<_>>()[..] else {
        return Err(format!("its fixes change {} files", fixed.changes.len()));
    };
    let new = changed.new.to_string();
    if let Some(finding) = fixed.view.findings.first() {
        return Err(format!("\"{}\" is still found after the fix:\n{new}", finding.message));
    }
    if let Some(fault) = fault(&fixed.view) {
        return Err(format!("after the fix it does not parse: {fault}\n{new}"));
    }
    if let Some(came) = came(&look(&files, rules::ALL), &look(&fixed.files, rules::ALL), rule) {
        return Err(format!("after the fix there is \"{came}\":\n{new}"));
    }
    if !is_kept(&files, &before.findings, file, &new) {
        return Err(format!("more than the places of the edits differs:\n{new}"));
    }
    let again = mended(&new);
    if !again.changes.is_empty() {
        return Err(format!("a second run changes it again:\n{new}"));
    }
    Ok(safety)
}

/// What does not parse.
fn fault(view: &Looked) -> Option<String> {
    view.outcome.graph.facts().iter().find_map(|fact| match fact {
        Fact::Fault(fault) => Some(fault.message.clone()),
        _ => None,
    })
}

/// Rules whose fix makes a call or a name understood, so that advice of these others can be given: it was true before.
const UNCOVER: &[(&str, &[&str])] = &[
    ("instance-type-misspelled", &["endpoint-without-kms-key"]),
    ("instance-type-unknown", &["legacy-instance"]),
    ("sdk-argument-misspelled", &["endpoint-without-kms-key"]),
];

/// What is found that was not there before.
fn came(before: &Looked, after: &Looked, rule: &Rule) -> Option<String> {
    let told = |finding: &Finding| format!("{}: {}", finding.rule, finding.message);
    let known: BTreeSet<String> = before.findings.iter().map(told).collect();
    let uncovered = UNCOVER.iter().find(|(name, _)| *name == rule.name).map_or(&[][..], |(_, others)| others);
    let may_come = |finding: &Finding| {
        report::severity(finding) == Severity::Advice && uncovered.contains(&finding.rule) || finding.rule == rule.name
    };
    after.findings.iter().filter(|finding| !may_come(finding)).map(told).find(|one| !known.contains(one))
}

/// Whether what stands between the edits of the first round is found again, in its order.
fn is_kept(files: &Files, findings: &[Finding], file: &str, new: &str) -> bool {
    let source = files.read(file).expect("it is in memory");
    let edits = findings.iter().filter_map(|finding| finding.fix.as_ref()).flat_map(|fix| &fix.edits);
    let mut spans: Vec<_> = edits.map(|edit| source.raw_edit(edit.place.span, &edit.replacement).0).collect();
    spans.sort();
    let (raw, mut at, mut rest) = (source.raw(), 0, new);
    for span in spans {
        let kept = &raw[at..(span.start as usize).max(at)];
        let Some(found) = rest.find(kept) else { return false };
        rest = &rest[found + kept.len()..];
        at = at.max(span.end as usize);
    }
    rest.ends_with(&raw[at..])
}
