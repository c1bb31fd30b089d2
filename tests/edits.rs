//! Whatever the readers are given, they do not panic, every place lies in its file, and the answer is always the same.
//!
//! `PROPTEST_CASES=20000 cargo test --test edits` looks further than an ordinary run.

mod harness;

use harness::Run;
use mllint::{
    graph::{
        fact::Fact,
        value::{Data, Piece, Value},
    },
    rules,
    source::{Files, Place},
};
use proptest::{collection::vec, prelude::*, sample::Index};

/// Small projects to begin with; the first file of each is the one that is edited.
const SEEDS: &[&[&str]] = &[
    &["tests/seeds/workload.yaml"],
    &["tests/seeds/train.py"],
    &["tests/seeds/control.py"],
    &["tests/seeds/handlers.py"],
    &["fixtures/lambda-chain-inline/template.yaml"],
    &[
        "fixtures/lambda-chain-sam/src/services/language.py",
        "fixtures/lambda-chain-sam/src/services/clients.py",
        "fixtures/lambda-chain-sam/src/services/sentiment.py",
        "fixtures/lambda-chain-sam/src/review.py",
        "fixtures/lambda-chain-sam/template.yaml",
    ],
    &["fixtures/lambda-chain-sam/src/waiter.py"],
    &["fixtures/transcripts-too-early/translations.asl.json", "fixtures/transcripts-too-early/sam.yaml"],
    &["fixtures/transcripts-too-early/template.yaml"],
    &["fixtures/clean/template.yaml"],
    &["fixtures/inference-stack/template.yaml"],
    &["fixtures/unknown-values/template.yaml"],
    &["fixtures/notebook-stack-json/notebook.template"],
    &["fixtures/churn-sdk/src/fit.py", "fixtures/churn-sdk/config.py"],
    &["fixtures/churn-sdk/config.py", "fixtures/churn-sdk/src/fit.py", "fixtures/churn-sdk/train.py"],
    &["fixtures/churn-sdk/deploy.ipynb"],
    &["fixtures/vision-notebook/classify.ipynb"],
    &["fixtures/boto3-request/start_training.py"],
    &["fixtures/boto3-request/requests/training.json"],
    &["fixtures/unknown-values/request.yaml"],
];

/// What is written into a text: what opens and never closes, what means something to one of the readers, odd characters.
const FRAGMENTS: &[&str] = &[
    "\"",
    "'",
    "\"\"\"",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ":",
    ": ",
    ",",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\\",
    "\\u00e9",
    "\\ud83e",
    "é",
    "🦀",
    "\u{feff}",
    "\u{0}",
    "\u{2028}",
    "#",
    "- ",
    "? ",
    "| ",
    "&a ",
    "*a",
    "<<: *a",
    "---\n",
    "!Ref ",
    "!Sub ",
    "!If [",
    "!GetAtt a",
    "!",
    "${",
    "${AWS::Region}",
    "{{resolve:ssm:x}}",
    "Fn::If",
    "Fn::Transform",
    "AWS::NoValue",
    "**",
    "*",
    "f\"{",
    "lambda: ",
    "await ",
    "if x:\n",
    "for x in y: ",
    "def f(): ",
    "return ",
    "%%bash\n",
    "!ls\n",
    "%",
    "= ",
    ":=",
    "1e999",
    "-0",
    "null",
    "None",
    "0x",
    "ml.p3.2xlarge",
    "local",
    "\"source\": ",
    "\"cells\": ",
];

#[derive(Clone, Debug)]
enum Edit {
    DeleteLines(Index, usize),
    RepeatLine(Index, usize),
    MoveLine(Index, Index),
    Delete(Index, usize),
    Insert(Index, usize),
    Copy(Index, usize, Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (any::<Index>(), 1..4usize).prop_map(|(at, count)| Edit::DeleteLines(at, count)),
        (any::<Index>(), 1..4usize).prop_map(|(at, count)| Edit::RepeatLine(at, count)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Edit::MoveLine(from, to)),
        (any::<Index>(), 1..12usize).prop_map(|(at, count)| Edit::Delete(at, count)),
        (any::<Index>(), 0..FRAGMENTS.len()).prop_map(|(at, fragment)| Edit::Insert(at, fragment)),
        (any::<Index>(), 1..80usize, any::<Index>()).prop_map(|(from, count, to)| Edit::Copy(from, count, to)),
    ]
}

/// The text after an edit. Characters stay whole: what is no UTF-8 is not read at all.
fn edited(text: &str, edit: &Edit) -> String {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut chars: Vec<char> = text.chars().collect();
    if chars.is_empty() {
        return FRAGMENTS[0].to_owned();
    }
    match edit {
        Edit::DeleteLines(at, count) => {
            let at = at.index(lines.len());
            lines.drain(at..(at + count).min(lines.len()));
            return lines.concat();
        }
        Edit::RepeatLine(at, count) => {
            let at = at.index(lines.len());
            (0..*count).for_each(|_| lines.insert(at, lines[at]));
            return lines.concat();
        }
        Edit::MoveLine(from, to) => {
            let line = lines.remove(from.index(lines.len()));
            lines.insert(to.index(lines.len() + 1), line);
            return lines.concat();
        }
        Edit::Delete(at, count) => {
            let at = at.index(chars.len());
            chars.drain(at..(at + count).min(chars.len()));
        }
        Edit::Insert(at, fragment) => {
            let at = at.index(chars.len());
            chars.splice(at..at, FRAGMENTS[*fragment].chars());
        }
        Edit::Copy(from, count, to) => {
            let from = from.index(chars.len());
            let part = chars[from..(from + count).min(chars.len())].to_vec();
            let to = to.index(chars.len());
            chars.splice(to..to, part);
        }
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(seed in 0..SEEDS.len(), edits in vec(edit(), 1..8)) {
        let mut texts: Vec<(&str, String)> = SEEDS[seed].iter().map(|path| (*path, harness::text(path))).collect();
        texts[0].1 = edits.iter().fold(texts[0].1.clone(), |text, edit| edited(&text, edit));
        let texts: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let run = harness::run(&texts, rules::ALL);
        let outside = places(&run).into_iter().find(|(_, place)| !lies_in_its_file(&run.files, *place));
        prop_assert!(outside.is_none(), "{outside:?} lies outside of its file in\n{}", texts[0].1);
        let again = harness::run(&texts, rules::ALL);
        prop_assert_eq!(harness::pretty(&run), harness::pretty(&again));
        prop_assert_eq!(harness::json(&run), harness::json(&again));
    }
}

/// Whether a place is a part of its file's text, and of the bytes on disk, on whole characters.
fn lies_in_its_file(files: &Files, place: Place) -> bool {
    let source = files.get(place.file);
    let raw = source.raw_span(place.span);
    source.text().get(place.span.range()).is_some() && source.raw().get(raw.range()).is_some()
}

/// All places in the outcome of a run, each with what it is of.
fn places(run: &Run) -> Vec<(String, Place)> {
    let mut places = Vec::new();
    let graph = &run.outcome.graph;
    for resource in graph.resources() {
        let id = &resource.key.id;
        places.extend([(format!("head of {id}"), resource.place), (format!("body of {id}"), resource.body)]);
        places.extend(resource.callers.iter().map(|place| (format!("caller of {id}"), *place)));
        of_value(&format!("{id}"), &resource.properties, &mut places);
    }
    for fact in graph.facts() {
        match fact {
            Fact::Call(call) => {
                places.extend([("a call".to_owned(), call.place), ("all of a call".to_owned(), call.body)]);
                for argument in &call.arguments {
                    places.push(("an argument".to_owned(), argument.place));
                    places.extend(argument.keyword.iter().map(|&place| ("a keyword".to_owned(), place)));
                    of_value("an argument", &argument.value, &mut places);
                }
            }
            Fact::Script(script) => {
                places.push(("a script".to_owned(), script.place));
                places.extend(script.imports.iter().map(|import| (format!("import {}", import.path), import.place)));
                places.extend(script.quoted_guards.iter().map(|&place| ("a quoted guard".to_owned(), place)));
                places.extend(script.sdk.iter().map(|sdk| ("a requirement".to_owned(), sdk.place)));
                for unbound in &script.unbound {
                    places.push((format!("call of {}", unbound.name), unbound.place));
                    places.extend(unbound.uses.iter().map(|&place| (format!("use of {}", unbound.name), place)));
                }
            }
            Fact::Handler(handler) => {
                places.push((format!("handler {}", handler.name), handler.place));
                places.extend(
                    handler.operations.iter().map(|operation| (format!("{}", operation.name), operation.place)),
                );
                places.extend(
                    handler.operations.iter().flat_map(|one| &one.through).map(|&place| ("a helper".to_owned(), place)),
                );
                places.extend(handler.pauses.iter().map(|pause| ("a pause".to_owned(), pause.place)));
                places.extend(handler.loops.iter().map(|one| ("a loop".to_owned(), one.place)));
            }
            Fact::Allowance(allowance) => places.push((allowance.name.to_string(), allowance.place)),
            Fact::Fault(fault) => {
                places.push((fault.message.clone(), fault.place));
                places.extend(
                    fault.related.iter().map(|(what, span)| (what.clone(), Place::new(fault.place.file, *span))),
                );
            }
        }
    }
    let unread = graph.units().iter().flat_map(|unit| &unit.unread);
    places.extend(unread.map(|(what, place)| (what.clone(), *place)));
    places.extend(graph.not_evaluated().iter().filter_map(|missed| Some((missed.what.clone(), missed.place?))));
    for finding in &run.findings {
        places.push((finding.message.clone(), finding.place));
        places.extend(finding.related.iter().map(|label| (label.message.clone(), label.place)));
        places.extend(finding.evidence.iter().filter_map(|evidence| Some((evidence.what.clone(), evidence.place?))));
    }
    places
}

fn of_value(what: &str, value: &Value, places: &mut Vec<(String, Place)>) {
    places.push((what.to_owned(), value.origin.place));
    places.extend(value.origin.steps().map(|step| (format!("{what} by {}", step.name), step.place)));
    match &value.data {
        Data::Unknown(unknown) => places.push((format!("{what}, not known"), unknown.place)),
        Data::Template(pieces) => {
            for piece in pieces.iter() {
                if let Piece::Hole(hole) = piece {
                    of_value(what, hole, places);
                }
            }
        }
        Data::List(list) => list.items.iter().for_each(|item| of_value(what, item, places)),
        Data::Object(object) => {
            for entry in &object.entries {
                let what = format!("{what}.{}", entry.name);
                places.push((what.clone(), entry.place));
                of_value(&what, &entry.value, places);
            }
        }
        Data::Guarded(guarded) => {
            of_value(what, &guarded.then, places);
            of_value(what, &guarded.otherwise, places);
        }
        _ => {}
    }
}
