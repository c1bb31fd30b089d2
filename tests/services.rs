//! The formats that services read: over a story as snapshots, over hostile findings by hand.
//! `INSTA_UPDATE=always cargo test --test services` rewrites the snapshots.

mod harness;

use mllint::{
    check,
    finding::{Edit, Finding, Safety, Severity},
    graph::{Graph, Key, Part},
    read,
    report::{Fold, Paths, Report, github, gitlab, junit, markdown, sarif},
    rules::{self, Rule},
    source::{Discovery, Files, Place, Scan, Span, discover},
    syntax::notebook,
};
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

/// What of SARIF 2.1.0 is used here.
const SARIF: &str = include_str!("schemas/sarif.json");
/// What GitLab asks of a code quality report.
const CODE_QUALITY: &str = include_str!("schemas/code-quality.json");

type Print = fn(&Report<'_>, &mut dyn std::io::Write) -> std::io::Result<()>;

fn printed(print: Print, files: &Files, findings: &[Finding]) -> String {
    let report = Report {
        baselined: 0,
        fixed: None,
        unreadable: &[],
        findings,
        silenced: &[],
        files,
        graph: &Graph::of([Part::default()]),
        uses: &[],
        discovery: &Discovery::default(),
        paths: Paths::default(),
        fold: Fold::default(),
        costs: Default::default(),
    };
    let mut out = Vec::new();
    print(&report, &mut out).expect("memory takes all");
    String::from_utf8(out).expect("text")
}

/// Prints a story as two of the rules find it; others may come without a change here.
fn story(print: Print) -> String {
    let folder = harness::package().join("fixtures/churn-sdk");
    let paths = [folder.clone()];
    let (files, discovery) = discover(&Scan { root: Some(&folder), paths: &paths, exclude: &[] }).expect("a discovery");
    let outcome = read::read(&files, &discovery);
    let on: Vec<&'static Rule> =
        ["model-outside-vpc", "spot-without-checkpoint"].iter().filter_map(|name| rules::by_name(name)).collect();
    let findings = check::check(&outcome.graph, &files, &on);
    assert_eq!(findings.len(), 2, "the story has a finding of each rule");
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
    print(&report, &mut out).expect("memory takes all");
    String::from_utf8(out).expect("text")
}

/// A file of a hostile name, and findings in it whose texts are hostile too.
fn hostile() -> (Files, Vec<Finding>) {
    let name = "a,b:c%\u{1b}[31m`|<b>\"&'\n::error::x/ü.tf";
    let files = Files::memory([(name, "ü = \"𝒳\" # x\nb = 1\n")]);
    let source = files.read(name).expect("a file");
    let message = "]]> <!-- ` | \"x\" & 'y' @team #1 [a](b) \u{0}\u{ffff}\u{7f}\u{202e}%0A\r\n::error::y ``` <script>";
    let at = |what: &str| {
        let start = source.text().find(what).expect("a part of the text");
        source.place(Span::new(start, start + what.len()))
    };
    let mut finding = Finding::at(at("# x"), message)
        .label(message)
        .related(at("b = 1"), message)
        .help(format!("{message}\n{message}"))
        .severity(Severity::Error)
        .fix(Safety::Safe, "mend it", vec![Edit { place: at("\"𝒳\""), replacement: message.to_owned() }]);
    finding.branch = Some(message.to_owned());
    finding.also = vec![Key { unit: "a".into(), callers: Vec::new(), id: message.into() }];
    let mut other = Finding { severity: Some(Severity::Advice), ..finding.clone() };
    other.place = at("ü = \"𝒳\" # x\nb");
    (files, [finding, other].into_iter().map(|finding| named(finding, "no-such-rule")).collect())
}

fn named(mut finding: Finding, rule: &'static str) -> Finding {
    (finding.rule, finding.fingerprint) = (rule, format!("v1:{:032x}", 7));
    finding
}

fn faults(schema: &str, value: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(schema).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    validator.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect()
}

#[test]
fn a_story_in_each_format() {
    for (name, print) in [
        ("github", github::print as Print),
        ("markdown", markdown::print),
        ("gitlab", gitlab::print),
        ("junit", junit::print),
    ] {
        insta::assert_snapshot!(name, story(print));
    }
    let mut log: Value = serde_json::from_str(&story(sarif::print)).expect("JSON");
    // The pages of the rules are long, and change without any effect on the format.
    for rule in log["runs"][0]["tool"]["driver"]["rules"].as_array_mut().expect("rules") {
        let page = rule["help"]["markdown"].as_str().expect("a page").to_owned();
        assert!(page.starts_with(&format!("# {}\n", rule["id"].as_str().expect("a name"))));
        rule["help"] = Value::Null;
        rule["shortDescription"] = Value::Null;
    }
    insta::assert_snapshot!("sarif", serde_json::to_string_pretty(&log).expect("JSON"));
}

#[test]
fn nothing_in_a_finding_makes_a_command() {
    let (files, findings) = hostile();
    let printed = printed(github::print, &files, &findings);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines.len(), 2, "{printed}");
    let file = "file=a%2Cb%3Ac%25␛[31m`|<b>\"&'␊%3A%3Aerror%3A%3Ax/ü.tf";
    assert!(lines[0].starts_with(&format!("::error {file},line=1,endLine=1,col=9,endColumn=12,title=")), "{printed}");
    assert!(lines[1].starts_with(&format!("::notice {file},line=1,endLine=2,title=mllint%3A no-such-rule::")));
    assert_eq!(printed.chars().filter(|char| char.is_control() && *char != '\n').count(), 0, "{printed}");
    // The text of the command is one line, whose own breaks are encoded.
    assert!(lines[0].contains("%250A␍%0A::error::y ```") || lines[0].contains("%250A␍␊::error::y ```"), "{printed}");
}

#[test]
fn annotations_stay_within_the_limits_of_github() {
    let files = Files::memory([("a.tf", "x\n".repeat(60))]);
    let id = files.read("a.tf").expect("a file").id;
    let many = |severity, count: usize| {
        (0..count).map(move |at| {
            let place = Place::new(id, Span::new(2 * at, 2 * at + 1));
            named(Finding::at(place, format!("{severity} {at}")).severity(severity), "many")
        })
    };
    let findings: Vec<Finding> =
        many(Severity::Advice, 11).chain(many(Severity::Warning, 4)).chain(many(Severity::Error, 12)).collect();
    let printed = printed(github::print, &files, &findings);
    let levels: Vec<&str> = printed.lines().map(|line| line.split(' ').next().unwrap_or(line)).collect();
    let expected = [vec!["::error"; 10], vec!["::warning"; 4], vec!["::notice"; 10]].concat();
    assert_eq!(levels, expected, "{printed}");
    let last = printed.lines().last().expect("a line");
    let told = "::notice title=mllint::4 more findings, not shown here: GitHub keeps 10 annotations of each level";
    assert_eq!(last, told, "2 errors and 2 advice");
    assert!(printed.starts_with("::error file=a.tf,line=1,endLine=1,col=1,endColumn=2,"), "{printed}");
}

#[test]
fn what_fits_is_not_counted_and_folded_places_are() {
    let files = Files::memory([("a.tf", "x\n".repeat(60))]);
    let id = files.read("a.tf").expect("a file").id;
    let of = |severity, at: usize| {
        named(Finding::at(Place::new(id, Span::new(2 * at, 2 * at + 1)), "m").severity(severity), "many")
    };
    let mut findings: Vec<Finding> = (0..20).map(|at| of(Severity::Warning, at)).collect();
    findings.extend((20..25).map(|at| of(Severity::Advice, at)));
    let printed = printed(github::print, &files, &findings);
    assert_eq!(printed.matches("::warning ").count(), 4, "three places, and one for the rest: {printed}");
    assert!(printed.contains("a.tf:4:1: m (and 16 more places)"), "{printed}");
    assert!(printed.contains("::notice file=a.tf,line=21,") && printed.contains("m (and 4 more places)"), "{printed}");
    assert!(!printed.contains("not shown here"), "{printed}");
}

#[test]
fn markdown_says_what_it_says_and_nothing_else() {
    let (files, findings) = hostile();
    let printed = printed(markdown::print, &files, &findings);
    let github =
        Options::ENABLE_GFM | Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH;
    let (mut html, mut text) = (Vec::new(), String::new());
    for event in Parser::new_ext(&printed, github) {
        match event {
            Event::Html(found) | Event::InlineHtml(found) => {
                html.push(found.trim().to_owned());
                text.push('\n');
            }
            Event::Text(found) => text.push_str(&found),
            Event::Code(_) | Event::SoftBreak => text.push('\n'),
            Event::Start(Tag::Heading { .. } | Tag::List(None) | Tag::Item | Tag::Strong | Tag::Paragraph) => {}
            Event::Start(Tag::HtmlBlock) | Event::End(_) => {}
            event => panic!("{event:?} in {printed}"),
        }
    }
    html.sort();
    html.dedup();
    assert_eq!(html, ["<!-- -->", "</details>", "<br>", "<details>", "<summary>1 advice</summary>"]);
    assert!(text.contains("]]> <!-- "), "{text}");
    assert!(text.contains("<script>"), "{text}");
    assert!(!text.contains("@team") && !text.contains("#1"), "GitHub would link these: {text}");
    assert_eq!(printed.chars().filter(|char| char.is_control() && *char != '\n').count(), 0, "{printed}");
    let lines: Vec<&str> = printed.lines().filter(|line| line.starts_with("::")).collect();
    assert_eq!(lines, [] as [&str; 0]);
}

#[test]
fn markdown_is_short_when_clean_and_bounded_when_not() {
    let files = Files::memory([("a.tf", "x\n")]);
    let id = files.read("a.tf").expect("a file").id;
    let clean = printed(markdown::print, &files, &[]);
    assert!(clean.starts_with("**mllint**: no findings in 0 resources of 0 files\n"), "{clean}");

    let long = "long `x` ".repeat(20_000);
    let finding = |at: usize| {
        let finding = Finding::at(Place::new(id, Span::new(0, 1)), format!("{at} {long}")).help(long.clone());
        named(finding.severity(if at < 50 { Severity::Error } else { Severity::Advice }), "many")
    };
    let findings: Vec<Finding> = (0..300).map(finding).collect();
    let printed = printed(markdown::print, &files, &findings);
    assert!(printed.len() < 60_000, "{} bytes", printed.len());
    let shown = printed.matches("\n- **").count();
    assert!(shown > 10, "{shown}");
    let told = format!("\n{} more findings, not shown here; ", 300 - shown);
    assert!(printed.contains(&told), "{shown} are shown of 300");
}

#[test]
fn sarif_is_valid_whatever_is_found() {
    let (files, findings) = hostile();
    let log: Value = serde_json::from_str(&printed(sarif::print, &files, &findings)).expect("JSON");
    assert_eq!(faults(SARIF, &log), [] as [&str; 0]);
    let story: Value = serde_json::from_str(&story(sarif::print)).expect("JSON");
    assert_eq!(faults(SARIF, &story), [] as [&str; 0]);
    let mut broken = story.clone();
    broken["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0.into();
    assert_eq!(faults(SARIF, &broken).len(), 1, "the schema refuses a line 0");

    let found = &log["runs"][0]["results"][0];
    let uri = "a%2Cb%3Ac%25%1B%5B31m%60%7C%3Cb%3E%22%26%27%0A%3A%3Aerror%3A%3Ax/%C3%BC.tf";
    let location = &found["locations"][0]["physicalLocation"];
    assert_eq!(location["artifactLocation"]["uri"], uri);
    assert_eq!(log["runs"][0]["columnKind"], "unicodeCodePoints");
    // `ü = "𝒳" # x`: eight characters stand before the mark, in eleven bytes and nine UTF-16 units.
    let region = serde_json::json!({"startLine": 1, "startColumn": 9, "endLine": 1, "endColumn": 12});
    assert_eq!(location["region"], region);
    let replaced = &found["fixes"][0]["artifactChanges"][0]["replacements"][0];
    let region = serde_json::json!({"startLine": 1, "startColumn": 5, "endLine": 1, "endColumn": 8});
    assert_eq!(replaced["deletedRegion"], region);
    assert_eq!(found["relatedLocations"][0]["id"], 1);
}

#[test]
fn a_fix_in_a_notebook_is_one_of_its_json() {
    let json = r#"{"cells": [{"cell_type": "code", "source": ["a = \"b\"\n"]}], "nbformat": 4, "metadata": {}}"#;
    let files = Files::memory([("a.ipynb", json)]);
    let raw = files.read("a.ipynb").expect("a notebook");
    let read = notebook::read(raw.raw()).expect("cells");
    let source = files.replace(raw.with_cells(read.text.into(), read.cells));
    let start = source.text().find("\"b\"").expect("the value");
    let place = source.place(Span::new(start, start + 3));
    let edit = Edit { place, replacement: "\"c\"".to_owned() };
    let finding = named(Finding::at(place, "m").fix(Safety::Safe, "mend it", vec![edit]), "many");
    let log: Value = serde_json::from_str(&printed(sarif::print, &files, &[finding])).expect("JSON");
    let replaced = &log["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(replaced["insertedContent"]["text"], r#"\"c\""#);
    let column = |key: &str| replaced["deletedRegion"][key].as_u64().expect("a column") as usize - 1;
    assert_eq!(&json[column("startColumn")..column("endColumn")], r#"\"b\""#);
}

#[test]
fn gitlab_takes_the_report() {
    let (files, findings) = hostile();
    for text in [printed(gitlab::print, &files, &findings), story(gitlab::print)] {
        let report: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(faults(CODE_QUALITY, &report), [] as [&str; 0]);
    }
    assert_eq!(printed(gitlab::print, &files, &[]), "[]\n");
    assert_eq!(faults(CODE_QUALITY, &serde_json::json!([{"description": "m"}])).len(), 4);
}

#[test]
fn junit_is_well_formed_and_fails_what_is_no_advice() {
    let (files, findings) = hostile();
    let text = printed(junit::print, &files, &findings);
    let document = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let count = |name: &str| document.descendants().filter(|node| node.has_tag_name(name)).count();
    assert_eq!((count("testcase"), count("failure"), count("system-out")), (2, 1, 1));
    let suite = document.descendants().find(|node| node.has_tag_name("testsuite")).expect("a suite");
    assert_eq!((suite.attribute("tests"), suite.attribute("failures")), (Some("2"), Some("1")));
    let failure = document.descendants().find(|node| node.has_tag_name("failure")).expect("a failure");
    let message = failure.attribute("message").expect("a message");
    assert!(
        message.starts_with("]]> <!-- ` | \"x\" & 'y' @team #1 [a](b) ␀\u{fffd}␡\u{fffd}%0A␍␊::error::y"),
        "{message}"
    );

    let clean = printed(junit::print, &files, &[]);
    let document = roxmltree::Document::parse(&clean).expect("XML");
    let case = document.descendants().find(|node| node.has_tag_name("testcase")).expect("a case that passed");
    assert_eq!(case.attribute("name"), Some("no findings in 0 resources of 0 files"));
}
