//! What each format makes of findings: built by hand over a small template and a notebook.

use std::sync::Arc;

use mllint::{
    finding::{Confidence, Edit, Evidence, FactRef, Finding, Safety, Severity},
    graph::{Graph, Key, NotEvaluated, Part},
    report::{self, FileUse, Fold, Paths, Report, concise, json, notes, pretty},
    source::{Discovery, Files, Place, Source},
    syntax::notebook,
};
use serde_json::Value;

const MAIN: &str =
    "Mappings: {}\nParameters:\n  Type: ml.g5\u{1b}\n\n\n\nResources:\n  Böx: {InstanceType: !Ref Type}\n";
const NOTEBOOK: &str = "{\"cells\": [{\"cell_type\": \"markdown\", \"source\": \"x\"}, {\"cell_type\": \"code\", \"source\": \
     [\"import sagemaker\\n\", \"e = \\\"ü\\\"; job(spot=True)\\n\"]}], \"nbformat\": 4, \"metadata\": {}}";

/// Two files in memory, and the findings over them.
struct Bench {
    files: Files,
    main: Arc<Source>,
    code: Arc<Source>,
}

impl Bench {
    fn new() -> Self {
        let files = Files::memory([("infra/main.yaml", MAIN), ("work.ipynb", NOTEBOOK)]);
        let main = files.read("infra/main.yaml").expect("a template");
        let raw = files.read("work.ipynb").expect("a notebook");
        let read = notebook::read(raw.raw()).expect("cells");
        let code = files.replace(raw.with_cells(read.text.into(), read.cells));
        Self { files, main, code }
    }

    fn in_main(&self, what: &str) -> Place {
        place(&self.main, what)
    }

    fn full(&self) -> Finding {
        let mut finding = Finding::at(self.in_main("!Ref Type"), "the box is too \u{1b}]0;large\u{7}")
            .label("billed by the hour")
            .related(self.in_main("ml.g5\u{1b}"), "the default counts")
            .related(place(&self.code, "spot=True"), "and here is the job")
            .help("choose a smaller one\nthis costs nothing")
            .severity(Severity::Error)
            .at_most(Confidence::Low)
            .fix(
                Safety::Unsafe,
                "replace `!Ref Type` by `ml.m5`",
                vec![Edit { place: self.in_main("!Ref Type"), replacement: "ml.m5".to_owned() }],
            )
            .fact("a table", FactRef { id: "t/x".into(), as_of: "2026-11-01".into(), source: "AWS".into() });
        finding.evidence.push(Evidence {
            what: "InstanceType".to_owned(),
            value: Some("ml.g5".to_owned()),
            place: Some(self.in_main("ml.g5\u{1b}")),
            fact: None,
        });
        let key = Key { unit: "infra/main.yaml".into(), callers: Vec::new(), id: "Böx".into() };
        finding.resource = Some((key, "AWS::SageMaker::NotebookInstance".into()));
        finding.also = vec![Key { unit: "infra/main.yaml".into(), callers: Vec::new(), id: "Other".into() }];
        finding.branch = Some("`IsProd` is true".to_owned());
        finding.group = "boxes".to_owned();
        named(finding, "box-too-large")
    }

    fn in_notebook(&self) -> Finding {
        let finding = Finding::at(place(&self.code, "spot=True"), "the job may be stopped").label("spot");
        named(finding.severity(Severity::Advice), "job-may-stop")
    }

    fn printed(&self, findings: &[Finding], fold: Fold, print: impl Fn(&Report<'_>, &mut Vec<u8>)) -> String {
        let gap = NotEvaluated {
            path: "infra/main.yaml".into(),
            place: Some(self.in_main("!Ref")),
            kind: "expression",
            what: "!Ref".to_owned(),
            why: "it is odd".to_owned(),
        };
        let graph = Graph::of([Part { not_evaluated: vec![gap], ..Part::default() }]);
        let reader = Some("CloudFormation");
        let uses = [FileUse { path: "infra/main.yaml".into(), reader, why: None, importer: None }];
        let report = Report {
            baselined: 0,
            fixed: None,
            unreadable: &[],
            findings,
            silenced: &[],
            files: &self.files,
            graph: &graph,
            uses: &uses,
            discovery: &Discovery::default(),
            paths: Paths::default(),
            fold,
            costs: Default::default(),
        };
        let mut out = Vec::new();
        print(&report, &mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    fn pretty(&self, findings: &[Finding], fold: Fold) -> String {
        let style = pretty::Style { color: false, columns: Some(80) };
        self.printed(findings, fold, |report, out| pretty::print(report, style, out).expect("printed"))
    }

    fn concise(&self, findings: &[Finding], fold: Fold) -> String {
        self.printed(findings, fold, |report, out| concise::print(report, out).expect("printed"))
    }

    fn json(&self, findings: &[Finding]) -> Value {
        let text = self.printed(findings, Fold::default(), |report, out| json::print(report, out).expect("printed"));
        serde_json::from_str(&text).expect("JSON")
    }
}

fn place(source: &Source, what: &str) -> Place {
    let start = source.text().find(what).expect("a part of the text");
    source.place(mllint::source::Span::new(start, start + what.len()))
}

fn named(mut finding: Finding, rule: &'static str) -> Finding {
    finding.rule = rule;
    finding.fingerprint = format!("v1:{:032x}", 7);
    finding
}

fn everything() -> Fold {
    Fold { named: Vec::new(), advice: true }
}

#[test]
fn pretty_shows_the_lines_of_each_place() {
    let bench = Bench::new();
    let expected = "\
mllint::box-too-large

  × the box is too ␛]0;large␇
  │ only when `IsProd` is true
  │ the same for `Other`
   ╭─[infra/main.yaml:8:23]
 7 │ Resources:
 8 │   Böx: {InstanceType: !Ref Type}
   ·                       ────┬────
   ·                           ╰── billed by the hour
   ╰────
   ╭─[infra/main.yaml:3:9]
 2 │ Parameters:
 3 │   Type: ml.g5␛
   ·         ───┬──
   ·            ╰── the default counts
 4 │ 
   ╰────
   ╭─[work.ipynb:cell 2:2:14]
 1 │ import sagemaker
 2 │ e = \"ü\"; job(spot=True)
   ·              ────┬────
   ·                  ╰── and here is the job
   ╰────
  help: choose a smaller one
        this costs nothing
        --fix --unsafe-fixes can replace `!Ref Type` by `ml.m5`

";
    assert_eq!(bench.pretty(&[bench.full()], Fold::default()), expected);
}

#[test]
fn groups_and_advice_are_folded_in_pretty() {
    let bench = Bench::new();
    let mut findings = vec![bench.in_notebook(); 2];
    findings.extend(vec![named(Finding::at(bench.in_main("Type"), "m").severity(Severity::Warning), "many-boxes"); 5]);
    let printed = bench.pretty(&findings, Fold::default());
    let tail = "
  ⚠ mllint::many-boxes: 2 more places: m (--format concise shows all)

  ☞ mllint::job-may-stop: the job may be stopped (2 places, first
    work.ipynb:cell 2:2:14)
  help: --advice shows each place

";
    assert!(printed.ends_with(tail), "{printed}");
    assert_eq!(printed.matches("╭─[infra/main.yaml:3:3]").count(), 3);
    let all = Fold { named: vec!["many-boxes"], advice: true };
    let printed = bench.pretty(&findings, all);
    assert_eq!(printed.matches("╭─[").count(), 7);
}

#[test]
fn colours_are_the_only_escapes() {
    let bench = Bench::new();
    let style = pretty::Style { color: true, columns: Some(80) };
    let printed = bench.printed(&[bench.full()], everything(), |report, out| {
        pretty::print(report, style, out).expect("printed");
    });
    assert!(printed.contains("\u{1b}[31m×\u{1b}[0m the box is too ␛]0;large␇"), "{printed}");
    let controls = printed.replace("\u{1b}[", "").chars().filter(|char| char.is_control() && *char != '\n').count();
    assert_eq!(controls, 0, "{printed}");
}

#[test]
fn concise_is_a_line_per_finding() {
    let bench = Bench::new();
    let mut findings = vec![bench.full(), bench.in_notebook(), bench.in_notebook()];
    let expected = "\
infra/main.yaml:8:23: error[box-too-large] the box is too ␛]0;large␇ (only when `IsProd` is true)
work.ipynb:cell 2:2:14: advice[job-may-stop] the job may be stopped (and 1 more place: --advice lists them)
";
    assert_eq!(bench.concise(&findings, Fold::default()), expected);
    findings = vec![bench.full(); 5];
    let printed = bench.concise(&findings, everything());
    let first = expected.lines().next().expect("a line");
    assert_eq!(printed.lines().collect::<Vec<_>>(), [first; 5]);
}

#[test]
fn json_has_the_committed_shape() {
    let bench = Bench::new();
    let found = bench.json(&[bench.full(), bench.in_notebook()]);
    let schema: Value = serde_json::from_str(json::SCHEMA).expect("a schema");
    let validator = jsonschema::validator_for(&schema).expect("a valid schema");
    let faults: Vec<String> = validator.iter_errors(&found).map(|fault| fault.to_string()).collect();
    assert_eq!(faults, [] as [&str; 0]);

    let broken = serde_json::json!({"version": 1, "tool": {"name": "mllint", "version": "0"}, "root": ".",
        "findings": [{"rule": "X"}], "summary": found["summary"]});
    assert!(!validator.is_valid(&broken), "the schema refuses nothing");
}

#[test]
fn json_counts_characters_and_raw_bytes() {
    let bench = Bench::new();
    let found = bench.json(&[bench.full(), bench.in_notebook()]);
    let start = MAIN.find("!Ref").expect("a reference");
    let [full, noted] = [&found["findings"][0], &found["findings"][1]];
    assert_eq!(
        full["location"],
        serde_json::json!({"path": "infra/main.yaml", "start": {"line": 8, "column": 23, "offset": start},
            "end": {"line": 8, "column": 32, "offset": start + 9}})
    );
    assert_eq!(full["fix"]["edits"][0]["end"], start + 9);
    assert_eq!(full["resource"]["unit"], "infra/main.yaml");
    assert_eq!(full["evidence"][1]["location"]["start"]["line"], 3);
    let raw = NOTEBOOK.find("spot=True").expect("in the JSON");
    assert_eq!(noted["location"]["start"]["offset"], raw);
    assert_eq!(noted["location"]["end"]["offset"], raw + 9);
    assert_eq!(noted["location"]["cell"], serde_json::json!({"index": 2, "line": 2, "column": 14}));
    for key in ["help", "fix", "evidence", "related", "resource", "group", "cost"] {
        assert_eq!(noted.get(key), None, "{key} does not apply");
    }
    assert_eq!(found["summary"]["not_evaluated"][0]["line"], 8);
    assert_eq!(found["summary"]["fixable"], 1);
}

#[test]
fn notes_name_what_was_not_evaluated_when_asked() {
    let bench = Bench::new();
    let said = |verbose| bench.printed(&[], everything(), |report, out| notes(report, verbose, out).expect("printed"));
    let warning = "warning: no AWS resource in what was read (1 file); --show-files tells what became of each file\n";
    let short = "note: 1 part of the input was not evaluated (--verbose lists it)\n";
    assert_eq!(said(false), format!("{short}{warning}"));
    let long = "infra/main.yaml:8:23: not evaluated: expression !Ref: it is odd\n";
    assert_eq!(said(true), format!("{long}{warning}"));
}

#[test]
fn the_summary_counts() {
    let counts = |errors, warnings, advice| {
        report::Counts {
            files: 1,
            resources: 2,
            errors,
            warnings,
            advice,
            fixable: 0,
            suppressed: 0,
            baselined: 0,
            safely: 0,
        }
        .to_string()
    };
    assert_eq!(counts(0, 0, 0), "no findings in 2 resources of 1 file");
    assert_eq!(counts(1, 2, 3), "1 error, 2 warnings, 3 advice in 2 resources of 1 file");
}
