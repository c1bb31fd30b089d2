//! What becomes of the faults in a text: a finding, or a note that something was not evaluated.

use rustc_hash::FxHashSet;

use crate::{
    graph::{
        NotEvaluated, Part,
        fact::{Fact, Fault},
    },
    read::sniff::{self, Language},
    source::Source,
    syntax::notebook,
};

/// Keeps the faults that somebody wants to hear of: those of a file that was named, or that says itself that it is ours.
/// The others are noted as not evaluated. Of faults that follow from one another the first is kept.
pub(super) fn settle(part: &mut Part, language: Language, source: &Source, named: bool) {
    // Facts are large, and faults few.
    if !part.facts.iter().any(|fact| matches!(fact, Fact::Fault(_))) {
        return;
    }
    let (faults, facts) = std::mem::take(&mut part.facts).into_iter().partition(|fact| matches!(fact, Fact::Fault(_)));
    part.facts = facts;
    let faults: Vec<Fault> = faults
        .into_iter()
        .filter_map(|fact: Fact| if let Fact::Fault(fault) = fact { Some(fault) } else { None })
        .collect();
    let blamed = named || sniff::is_marked(language, source.raw());
    let excuse = sniff::excuse(language, source.text());
    let mut seen = FxHashSet::default();
    for fault in faults {
        let what = format!("{} text", fault.language);
        if let Some(why) = excuse {
            return part.not_evaluated.push(note("file", what, why.to_owned(), &fault));
        }
        match cell_of(source, &fault) {
            Some(cell) if is_indented_cell(source, &fault) || !seen.insert(cell) => {}
            Some(cell) if let Some(why) = shell_line(source, &fault) => {
                part.not_evaluated.push(note("cell", cell.to_string(), why, &fault));
            }
            Some(cell) if is_blank_to_fill(source, &fault) => {
                let why = "a blank in it is still to be filled in".to_owned();
                part.not_evaluated.push(note("cell", cell.to_string(), why, &fault));
            }
            None if language == Language::Python && !seen.insert(line_of(source, &fault)) => {}
            Some(_) | None if blamed => part.facts.push(Fact::Fault(fault)),
            Some(_) | None => part.not_evaluated.push(note("file", what, fault.message.clone(), &fault)),
        }
    }
}

fn note(kind: &'static str, what: String, why: String, fault: &Fault) -> NotEvaluated {
    NotEvaluated { path: fault.path.clone(), place: Some(fault.place), kind, what, why }
}

fn cell_of(source: &Source, fault: &Fault) -> Option<u32> {
    Some(source.cells()?.cell_at(fault.place.span.start)?.index)
}

fn line_of(source: &Source, fault: &Fault) -> u32 {
    source.position(fault.place.span.start).line
}

/// The line of the text that holds a fault.
fn line<'s>(source: &'s Source, fault: &Fault) -> &'s str {
    let lines = source.lines();
    let at = lines.line(fault.place.span.start);
    let (start, end) = (lines.start(at, source.text()), lines.start(at + 1, source.text()));
    source.text().get(start as usize..end as usize).unwrap_or_default()
}

/// Whether the fault is that a whole cell is indented. IPython takes that.
fn is_indented_cell(source: &Source, fault: &Fault) -> bool {
    let start = source.cells().and_then(|cells| cells.cell_at(fault.place.span.start)).map(|cell| cell.span.start);
    let before = start.and_then(|start| source.text().get(start as usize..fault.place.span.start as usize));
    fault.message.contains("indent") && before.is_some_and(|before| before.trim().is_empty())
}

/// Whether the fault is in a line such as `name = <YOUR BUCKET>` or `name = # your bucket`: a tutorial's blank.
fn is_blank_to_fill(source: &Source, fault: &Fault) -> bool {
    let code = line(source, fault).split('#').next().unwrap_or_default().trim_end();
    let named = code.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(name, _)| name);
    let is_name = |name: &str| {
        name.starts_with(|first: char| first.is_alphabetic())
            && name.chars().all(|letter| letter.is_alphanumeric() || " _-./".contains(letter))
    };
    named.is_some_and(is_name) || code.ends_with('=') && !code.ends_with("==")
}

/// Why the line of a fault in a cell is no Python: a command that stands without its `%`, or a second cell magic.
fn shell_line(source: &Source, fault: &Fault) -> Option<String> {
    let cell = source.cells()?.cell_at(fault.place.span.start)?;
    let code = source.slice(cell.span);
    if let Some(magic) = code.lines().skip(1).find_map(|line| line.strip_prefix("%%")) {
        let name = magic.split_whitespace().next().unwrap_or_default();
        return Some(format!("a line of it begins with `%%{}`", name.escape_debug()));
    }
    let word = line(source, fault).split_whitespace().next().filter(|word| notebook::COMMANDS.contains(word))?;
    Some(format!("`{word}` is a command of IPython's"))
}

#[cfg(test)]
mod tests {
    use crate::{
        graph::fact::Fact,
        read::{Outcome, read},
        source::{Discovery, Files},
    };

    fn notebook(cells: &[&str]) -> Outcome {
        let cells: Vec<_> = cells.iter().map(|code| serde_json::json!({"cell_type": "code", "source": code})).collect();
        let text =
            serde_json::json!({ "cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5 }).to_string();
        let files = Files::memory([("a.ipynb", text)]);
        read(&files, &Discovery::in_memory(&files, true))
    }

    fn faults(outcome: &Outcome) -> Vec<&str> {
        let faults = outcome.graph.facts().iter().filter_map(|fact| match fact {
            Fact::Fault(fault) => Some(&*fault.message),
            _ => None,
        });
        faults.collect()
    }

    #[test]
    fn what_ipython_takes_is_no_fault() {
        let outcome = notebook(&[
            "import sagemaker",
            "pip install --upgrade sagemaker",
            " session = sagemaker.Session()",
            "%%time\n%%bash\nls -l \"$HOME\"",
            "project = <PROJECT NAME>\nbucket = 1",
            "bucket =  # your bucket",
        ]);
        assert_eq!(faults(&outcome), [""; 0]);
        let missed: Vec<String> = outcome
            .graph
            .not_evaluated()
            .iter()
            .map(|missed| format!("{} {}: {}", missed.kind, missed.what, missed.why))
            .collect();
        assert_eq!(
            missed,
            [
                "cell 4: it begins with `%%bash`",
                "cell 5: a blank in it is still to be filled in",
                "cell 6: a blank in it is still to be filled in"
            ]
        );
    }

    #[test]
    fn a_cell_has_one_fault_and_each_cell_its_own() {
        let outcome = notebook(&["import sagemaker", "a = ) 1\nb = ) 2", "c = = 1"]);
        assert_eq!(faults(&outcome).len(), 2, "{:?}", faults(&outcome));
    }

    #[test]
    fn an_unfinished_script_has_its_fault_once() {
        let files = Files::memory([("a.py", "import sagemaker\na = <PROJECT NAME> x y\n")]);
        let outcome = read(&files, &Discovery::in_memory(&files, false));
        assert_eq!(faults(&outcome).len(), 1);
    }
}
