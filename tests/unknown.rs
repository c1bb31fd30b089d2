//! What cannot be known never raises: with any one literal of a text replaced by an expression that no reader can
//! evaluate, nothing is found that was not found before.
//!
//! Low confidence is left out: a condition that cannot be decided has two worlds, and each may have its own faults. So is
//! the instance type `local`: a job whose type is not known is taken for one of AWS's.

mod harness;

use std::collections::BTreeSet;

use harness::page::Page;
use mllint::{
    finding::Confidence,
    graph::{Input, Key, without_keys},
    rules,
    source::Span,
    syntax::{
        hcl::{self, Body, Expr, Part},
        tree::{Kind, Node},
        yaml,
    },
};

/// Rule, resource and property of a finding: what stays when the text before it changes.
type Fault = (&'static str, String, String);

/// A text of the project to begin with: the name of the example, the file, the text.
type Seed = (String, String, String);

/// What is found at the default confidence. A text that does not parse has no answer.
fn found(file: &str, text: &str) -> Option<BTreeSet<Fault>> {
    let run = harness::run(&[(file, text)], rules::ALL);
    let is_request = run.outcome.graph.units().iter().any(|unit| unit.input == Input::Request);
    let mut faults = BTreeSet::new();
    for finding in run.findings.iter().filter(|finding| finding.confidence >= Confidence::Medium) {
        if finding.rule == "syntax-error" {
            return None;
        }
        let also = finding.also.iter().map(Key::address);
        let ids = finding.resource.iter().map(|(key, _)| key.id.clone()).chain(also);
        // A request has its id from a value, and there is one in a file; an instance of a block has its key from one.
        let id = |id: &str| if is_request { String::new() } else { without_keys(id) };
        faults.extend(ids.map(|known| (finding.rule, id(&known), finding.property.clone())));
    }
    Some(faults)
}

/// All examples of the pages, good and bad, and the seeds of this folder, that are written in one of the languages.
fn seeds(languages: &[&str]) -> Vec<Seed> {
    let mut seeds = Vec::new();
    for rule in rules::ALL {
        let page = Page::of(rule.page).expect("a page");
        for block in page.blocks.into_iter().filter(|block| languages.contains(&block.language.as_str())) {
            if !block.file.ends_with(".ipynb") {
                let text = with_variable(&block.language, block.text);
                seeds.push((format!("rules/{}.md:{}", rule.name, block.line + 1), block.file, text));
            }
        }
    }
    for (file, language) in [
        ("tests/seeds/workload.yaml", "yaml"),
        ("tests/seeds/train.py", "python"),
        ("tests/seeds/control.py", "python"),
        ("tests/seeds/handlers.py", "python"),
        ("fixtures/transcripts-in-time/template.yaml", "yaml"),
        ("tests/seeds/workload.tf", "hcl"),
        ("fixtures/clean/template.yaml", "yaml"),
        ("fixtures/clean/train.py", "python"),
        ("fixtures/inference-stack/template.yaml", "yaml"),
        ("fixtures/notebook-stack-json/notebook.template", "json"),
        ("fixtures/clean/request.json", "json"),
        ("fixtures/boto3-request/requests/training.json", "json"),
        ("fixtures/churn-sdk/src/fit.py", "python"),
        ("fixtures/boto3-request/start_training.py", "python"),
    ] {
        if languages.contains(&language) {
            seeds.push((file.to_owned(), file.to_owned(), with_variable(language, harness::text(file))));
        }
    }
    seeds
}

/// Terraform's texts declare what replaces their values: a variable that nobody gives a value.
fn with_variable(language: &str, text: String) -> String {
    if language == "hcl" { text + "\nvariable \"not_given\" {}\n" } else { text }
}

/// Tries each replacement in each seed; every seed must have at least one, and its own findings are the measure.
#[track_caller]
fn nothing_is_added(languages: &[&str], replacements: impl Fn(&str, &str) -> Vec<(Span, String)>) {
    let (mut faults, mut tried) = (Vec::new(), 0);
    for (name, file, text) in seeds(languages) {
        let Some(before) = found(&file, &text) else { continue };
        for (span, replacement) in replacements(&file, &text) {
            let changed = format!("{}{replacement}{}", &text[..span.range().start], &text[span.range().end..]);
            let Some(after) = found(&file, &changed) else {
                faults.push(format!("{name}: `{}` → `{replacement}` does not parse:\n{changed}", &text[span.range()]));
                continue;
            };
            tried += 1;
            let line = text[..span.range().start].lines().count().max(1);
            for (rule, id, property) in after.difference(&before) {
                let literal = &text[span.range()];
                faults.push(format!(
                    "{name}, line {line}: `{literal}` → `{replacement}` raises {rule} ({id} {property})"
                ));
            }
        }
    }
    harness::report(&faults);
    assert!(tried > 50, "only {tried} replacements were tried");
}

#[test]
fn the_seeds_of_this_folder_raise_nothing() {
    for (file, resources) in
        [("workload.yaml", 9), ("train.py", 18), ("control.py", 20), ("workload.tf", 14), ("handlers.py", 0)]
    {
        let path = format!("tests/seeds/{file}");
        let run = harness::run(&[(&path, &harness::text(&path))], &harness::first());
        let found: Vec<String> =
            run.findings.iter().map(|finding| format!("{}: {}", finding.rule, finding.message)).collect();
        harness::report(&found);
        assert_eq!(run.outcome.graph.resources().len(), resources, "{file}");
        assert_eq!(run.outcome.graph.not_evaluated(), [], "{file}");
    }
}

#[test]
fn in_templates() {
    nothing_is_added(&["yaml"], |_, text| {
        let tree = yaml::parse(text);
        let Some(root) = tree.root().filter(|root| root.get("Resources").is_some()) else { return Vec::new() };
        template_literals(root).into_iter().map(|span| (span, "!ImportValue another-stack".to_owned())).collect()
    });
}

#[test]
fn in_templates_written_as_json() {
    nothing_is_added(&["json"], |_, text| {
        let tree = yaml::parse(text);
        let Some(root) = tree.root().filter(|root| root.get("Resources").is_some()) else { return Vec::new() };
        let import = r#"{"Fn::ImportValue": "another-stack"}"#;
        template_literals(root).into_iter().map(|span| (span, import.to_owned())).collect()
    });
}

#[test]
fn in_defaults_of_parameters() {
    let mut tried = 0;
    let mut faults = Vec::new();
    for (name, file, text) in seeds(&["yaml"]) {
        let tree = yaml::parse(&text);
        let Some(parameters) = tree.root().and_then(|root| root.get("Parameters")) else { continue };
        let before = found(&file, &text).expect("a seed parses");
        for parameter in parameters.own_entries() {
            let Some(default) = parameter.value.entry("Default") else { continue };
            let range = default.key_span.range();
            let changed = format!("{}ConstraintDescription{}", &text[..range.start], &text[range.end..]);
            tried += 1;
            let after = found(&file, &changed).expect("it still parses");
            for fault in after.difference(&before) {
                faults.push(format!("{name}: without the default of {} there is {fault:?}", parameter.key));
            }
        }
    }
    harness::report(&faults);
    assert!(tried > 8, "only {tried} defaults were tried");
}

#[test]
fn in_requests() {
    nothing_is_added(&["json", "yaml"], |_, text| {
        let tree = yaml::parse(text);
        let Some(root) = tree.root().filter(|root| root.get("Resources").is_none()) else { return Vec::new() };
        let mut spans = Vec::new();
        values_below(root, &mut spans);
        spans.retain(|span| *span != root.span());
        spans.into_iter().map(|span| (span, "\"${FILLED_IN_LATER}\"".to_owned())).collect()
    });
}

#[test]
fn in_state_machines() {
    nothing_is_added(&["json"], |_, text| {
        let tree = yaml::parse(text);
        let Some(root) = tree.root().filter(|root| root.get("StartAt").is_some()) else { return Vec::new() };
        let mut spans = Vec::new();
        parameters_below(root, false, &mut spans);
        let path = |(key, value): (Span, Span)| {
            let start = text[..key.range().start + 1].rfind('"').expect("a key in quotes");
            let name = text[key.range()].trim_matches('"').trim_end_matches(".$");
            (Span::new(start, value.range().end), format!("\"{name}.$\": \"$.given.at.run.time\""))
        };
        spans.into_iter().map(path).collect()
    });
}

/// The entries of the parameters of all tasks, at any depth: key and value.
fn parameters_below(node: Node<'_>, is_within: bool, spans: &mut Vec<(Span, Span)>) {
    for entry in node.own_entries() {
        if is_within {
            spans.push((entry.key_span, entry.value.span()));
        }
        parameters_below(entry.value, is_within || entry.key == "Parameters", spans);
    }
    for item in node.items() {
        parameters_below(item, is_within, spans);
    }
}

#[test]
fn in_code() {
    nothing_is_added(&["python"], |_, text| {
        python_literals(text).into_iter().map(|span| (span, "from_elsewhere()".to_owned())).collect()
    });
}

#[test]
fn in_terraform() {
    nothing_is_added(&["hcl"], |_, text| {
        hcl_expressions(text).into_iter().map(|span| (span, "var.not_given".to_owned())).collect()
    });
}

#[test]
fn in_defaults_of_variables() {
    let (mut faults, mut tried) = (Vec::new(), 0);
    for (name, file, text) in seeds(&["hcl"]) {
        let Some(before) = found(&file, &text) else { continue };
        for block in hcl::parse(&text).body.blocks.iter().filter(|block| &*block.kind == "variable") {
            let Some(default) = block.body.attributes.iter().find(|attribute| &*attribute.name == "default") else {
                continue;
            };
            let range = default.name_span.range();
            let changed = format!("{}description{}", &text[..range.start], &text[range.end..]);
            tried += 1;
            let after = found(&file, &changed).expect("it still parses");
            for fault in after.difference(&before) {
                faults.push(format!("{name}: without the default of {} there is {fault:?}", block.labels[0].text));
            }
        }
    }
    harness::report(&faults);
    assert!(tried > 3, "only {tried} defaults were tried");
}

/// All expressions of resources, data sources, module calls and locals, outer ones first.
fn hcl_expressions(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    for block in hcl::parse(text).body.blocks {
        if matches!(&*block.kind, "resource" | "data" | "module" | "locals") {
            of_body(&block.body, &mut spans);
        }
    }
    spans
}

fn of_body(body: &Body, spans: &mut Vec<Span>) {
    body.attributes.iter().filter(|attribute| &*attribute.name != "source").for_each(|one| of(&one.value, spans));
    body.blocks.iter().for_each(|block| of_body(&block.body, spans));
}

fn of(expression: &Expr, spans: &mut Vec<Span>) {
    use hcl::Node;
    // A part of a template is replaced as a whole, so that it stays one.
    spans.push(expression.span);
    match &expression.node {
        Node::List(items) | Node::Call { arguments: items, .. } => items.iter().for_each(|item| of(item, spans)),
        Node::Object(entries) => entries.iter().for_each(|(_, value)| of(value, spans)),
        Node::Template(parts) => {
            for part in parts {
                if let Part::Value(value) = part {
                    of(value, spans);
                }
            }
        }
        Node::Binary(_, left, right) => [left, right].iter().for_each(|side| of(side, spans)),
        Node::Conditional(condition, then, otherwise) => {
            [condition, then, otherwise].iter().for_each(|side| of(side, spans));
        }
        Node::For(each) => [&each.over, &each.item].iter().for_each(|inner| of(inner, spans)),
        _ => {}
    }
}

/// The values of a template that a function may stand for: properties, and what conditions are made of.
fn template_literals(root: Node<'_>) -> Vec<Span> {
    let mut spans = Vec::new();
    for resource in root.get("Resources").into_iter().flat_map(Node::own_entries) {
        for property in resource.value.get("Properties").into_iter().flat_map(Node::own_entries) {
            values_below(property.value, &mut spans);
        }
    }
    for condition in root.get("Conditions").into_iter().flat_map(Node::own_entries) {
        values_below(condition.value, &mut spans);
    }
    spans
}

/// The value and all within it. What has a tag is the argument of a function: only what is within it counts.
fn values_below(node: Node<'_>, spans: &mut Vec<Span>) {
    if node.tag().is_none() && node.kind() != Kind::Null && !node.is_alias() {
        spans.push(node.span());
    }
    node.items().for_each(|item| values_below(item, spans));
    node.own_entries().for_each(|entry| values_below(entry.value, spans));
}

/// Literals of code: texts, numbers, truth values, `None`, lists, dicts and tuples in arguments. Good enough for seeds
/// that have no comments with quotes and no brackets in texts.
fn python_literals(text: &str) -> Vec<Span> {
    let bytes = text.as_bytes();
    let (mut spans, mut open, mut at) = (Vec::new(), Vec::new(), 0);
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        match byte {
            b'#' => at += text[at..].find('\n').unwrap_or(text.len() - at),
            b'"' | b'\'' => {
                let quote = if text[at..].starts_with("\"\"\"") { "\"\"\"" } else { &text[at..=at] };
                let length = text[at + quote.len()..].find(quote).expect("a closing quote") + 2 * quote.len();
                at += length;
                let prefix = usize::from(start > 0 && matches!(bytes[start - 1], b'f' | b'r'));
                spans.push(Span::new(start - prefix, at));
            }
            b'[' | b'{' | b'(' => {
                let before = text[..at].trim_end_matches(' ').bytes().last().unwrap_or(b'\n');
                // Behind a name or a bracket it is a call or a subscript.
                let display = byte != b'(' && !is_word(before) && !matches!(before, b')' | b']' | b'"');
                open.push(display.then_some(at));
                at += 1;
            }
            b']' | b'}' | b')' => {
                at += 1;
                if let Some(start) = open.pop().flatten() {
                    spans.push(Span::new(start, at));
                }
            }
            _ if is_word(byte) => {
                at += text[at..].bytes().take_while(|byte| is_word(*byte) || *byte == b'.').count();
                let word = &text[start..at];
                if byte.is_ascii_digit() || matches!(word, "True" | "False" | "None") {
                    spans.push(Span::new(start, at));
                }
            }
            _ => at += 1,
        }
    }
    spans
}
