//! Input that wants mllint to hang, to fill the memory or to fall over: each ends soon, and says what it left out.
//!
//! The tests run on threads with small stacks, so that a recursion without a bound ends them.

use std::{fs, path::Path};

use clap::Parser;
use mllint::{
    check,
    cli::Cli,
    graph::Graph,
    read::{Outcome, read},
    rules::ALL,
    source::{Discovery, Files},
};

/// Everything that is read and checked of files that were given by name.
struct Run {
    outcome: Outcome,
    findings: usize,
    /// The rules that found something, each once, sorted.
    rules: Vec<&'static str>,
}

fn run(files: &[(&str, &str)]) -> Run {
    let files = Files::memory(files.iter().copied());
    let mut outcome = read(&files, &Discovery::in_memory(&files, true));
    let checked = check::checked(&outcome.graph, &files, ALL);
    outcome.graph.add_not_evaluated(checked.not_evaluated);
    let mut rules: Vec<&'static str> = checked.findings.iter().map(|finding| finding.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    Run { outcome, findings: checked.findings.len(), rules }
}

impl Run {
    fn graph(&self) -> &Graph {
        &self.outcome.graph
    }

    /// Why something was not evaluated, each reason once.
    fn gaps(&self) -> Vec<&str> {
        let mut gaps: Vec<&str> = self.graph().not_evaluated().iter().map(|gap| &*gap.why).collect();
        gaps.dedup();
        gaps
    }
}

fn yaml(text: &str) -> Run {
    run(&[("t.yaml", text)])
}

const PYTHON: &str = "from sagemaker.estimator import Estimator\n";
const JOB: &str = "Estimator(image_uri='x', role='r', instance_type='ml.g5.2xlarge', use_spot_instances=True)\n";

/// A script, with a training job at its end.
fn script(text: &str) -> Run {
    run(&[("train.py", &format!("{PYTHON}{text}\n{JOB}"))])
}

const BUCKET: &str = "Resources:\n  B:\n    Type: AWS::S3::Bucket\n";
const TOO_DEEP: &str = "this is nested too deeply to be read";

/// A module of twenty resources, called again and again; each call has a bucket of its own to be encrypted in the root.
fn called(calls: usize) -> Run {
    let module: String = (0..10)
        .map(|at| {
            format!(
                "resource \"aws_sqs_queue\" \"q{at}\" {{ name = \"${{var.name}}-{at}\" }}\n\
                 resource \"aws_s3_bucket\" \"b{at}\" {{ bucket = aws_sqs_queue.q{at}.name }}\n"
            )
        })
        .collect();
    let module = format!("variable \"name\" {{}}\n{module}output \"bucket\" {{ value = aws_s3_bucket.b0.id }}\n");
    let one = |at: usize| {
        format!(
            "module \"m{at}\" {{\n  source = \"./m\"\n  name = \"n{at}\"\n}}\n\
             resource \"aws_s3_bucket_server_side_encryption_configuration\" \"e{at}\" {{\n\
               bucket = module.m{at}.bucket\n  rule {{\n    apply_server_side_encryption_by_default {{ sse_algorithm = \"aws:kms\" }}\n  }}\n}}\n"
        )
    };
    let root: String = (0..calls).map(one).collect();
    run(&[("main.tf", &root), ("m/main.tf", &module)])
}

#[test]
fn a_module_that_is_called_five_hundred_times_is_read_each_time() {
    let run = called(500);
    assert_eq!(run.graph().resources().len(), 10_000);
    assert_eq!(run.gaps(), [""; 0]);
    let encrypted = |resource: &&mllint::graph::Resource| resource.properties.entry("BucketEncryption").is_some();
    assert_eq!(run.graph().resources().iter().filter(encrypted).count(), 500, "each call has its own");
}

#[test]
fn deep_data_is_refused_without_a_finding() {
    for nested in ["[", "{a: ", "- ", "? "].map(|part| part.repeat(20_000)) {
        let run = yaml(&format!("{BUCKET}X:\n  {nested}"));
        assert_eq!((run.gaps(), run.findings), (vec![TOO_DEEP], 0), "{}", &nested[..4]);
    }
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let text = format!("{{\"Resources\": {}1{}}}", open.repeat(20_000), close.repeat(20_000));
        let run = run(&[("t.json", &text)]);
        assert_eq!((run.gaps(), run.findings), (vec![TOO_DEEP], 0), "{open}");
    }
}

#[test]
fn deep_data_within_the_bound_is_read() {
    let flow = format!("{}1{}", "[".repeat(100), "]".repeat(100));
    let block: String = (0..100).map(|depth| format!("{}a:\n", " ".repeat(10 + depth))).collect();
    let run = yaml(&format!("{BUCKET}    Properties:\n      X: {flow}\n      Y:\n{block}"));
    assert_eq!(run.graph().resources().len(), 1);
    assert_eq!(run.gaps(), ["it is nested too deeply"], "the values; the tree is whole");
}

#[test]
fn aliases_cannot_be_a_bomb() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let item = format!("*a{}, ", level - 1);
        text += &format!("a{level}: &a{level} [{}]\n", item.repeat(10));
    }
    let bomb = yaml(&format!("{text}{BUCKET}    Properties: {{X: *a29}}\n"));
    assert_eq!(bomb.gaps(), ["the aliases up to here repeat more than any description needs"]);
    let cycle = yaml("Resources: &r\n  B: {Type: AWS::S3::Bucket, X: *r}\n");
    assert_eq!((cycle.gaps().len(), cycle.findings), (0, 1), "a mistake, not a limit");
}

#[test]
fn conditions_and_functions_cannot_grow_without_end() {
    let parameters: String = (0..200).map(|at| format!("  P{at}: {{Type: String}}\n")).collect();
    let conditions: String = (0..200).map(|at| format!("  C{at}: !Equals [!Ref P{at}, a]\n")).collect();
    let doubled: String =
        (1..12).map(|at| format!("  D{at}: !Or [!Condition D{}, !Not [!Condition D{0}]]\n", at - 1)).collect();
    let head = format!(
        "Parameters:\n{parameters}Conditions:\n{conditions}  D0: !Condition C0\n{doubled}  E: !Not [!Condition F]\n  F: !Not [!Condition E]\nResources:\n"
    );
    let nested = (0..40).rev().fold("z".to_owned(), |inner, at| format!("!If [C{at}, v{at}, {inner}]"));
    let joined: String = (0..100).map(|at| format!("!If [C{at}, a, b], ")).collect();
    let text = (0..15).fold("x".repeat(1000), |text, _| format!("!Sub ['${{a}}${{a}}', {{a: {text}}}]"));
    let run = yaml(&format!(
        "{head}  N:\n    Type: AWS::SageMaker::NotebookInstance\n    Condition: D11\n    Properties:\n      RootAccess: {nested}\n      RoleArn: !Join ['', [{joined}]]\n      InstanceType: {text}\n      SubnetId: !FindInMap [!Ref N, !Ref N, !Ref N]\n  B:\n    Type: AWS::S3::Bucket\n    Condition: E\n"
    ));
    assert_eq!(run.graph().resources().len(), 2);
    let mut gaps = run.gaps();
    gaps.sort_unstable();
    gaps.dedup();
    assert_eq!(gaps, ["it depends on itself", "it grows too large"]);
}

#[test]
fn globals_times_functions_are_bounded() {
    let variables: String = (0..2_000).map(|at| format!("V{at}: 1, ")).collect();
    let functions: String = (0..1_500).map(|at| format!("  F{at}: {{Type: AWS::Serverless::Function}}\n")).collect();
    let globals = format!("Globals: {{Function: {{Environment: {{Variables: {{{variables}}}}}}}}}\n");
    let run = yaml(&format!("Transform: AWS::Serverless-2016-10-31\n{globals}Resources:\n{functions}"));
    let functions = run.graph().of_kind("AWS::Lambda::Function").len();
    assert_eq!((functions, run.gaps()), (1_500, vec!["it grows too large"]));
}

#[test]
fn faults_by_the_thousand_are_cut_off() {
    let twice = yaml(&format!("{BUCKET}    Properties:\n{}", "      A: 1\n".repeat(3_000)));
    assert_eq!(twice.gaps(), ["it has 1999 more faults than are listed"]);
    let script = run(&[("a.py", &"x = = 1\n".repeat(3_000))]);
    assert_eq!(script.gaps(), ["there are too many to be listed"]);
    assert!(script.findings <= 1_000);
}

#[test]
fn deep_code_is_refused_whatever_it_is_made_of() {
    let many = |part: &str| part.repeat(20_000);
    let nested = (0..300).fold("1".to_owned(), |inner, _| format!("f\"{{{inner}}}\""));
    for text in [
        format!("x = {}1{}", many("("), many(")")),
        format!("x = {}1{}", many("[*["), many("]]")),
        format!("x = a{}", many(".b")),
        format!("x = a{}", many("()")),
        format!("x = a{}", many("[0]")),
        format!("x = {}1", many("-")),
        format!("x = {}1", many("not ")),
        format!("x = {}1", many("1 + ")),
        format!("x = {}1", many("1 ** ")),
        format!("x = {}1", many("1 if c else ")),
        format!("x = {}1", many("lambda a, b: ")),
        format!("x = {}1{}", many("f(a, "), many(")")),
        format!("x = {nested}"),
        format!("match x:\n  case {}a{}: pass", many("["), many("]")),
        (0..600).map(|depth| format!("{}if c:\n", " ".repeat(depth))).collect::<String>() + &" ".repeat(600) + "x = 1",
    ] {
        let run = script(&text);
        assert_eq!((run.gaps(), run.findings), (vec!["it is nested too deeply to be read"], 0), "{}", &text[..30]);
    }
}

#[test]
fn deep_code_within_the_bound_is_walked() {
    let list = |depth: usize| format!("x = {}1{}", "[".repeat(depth), "]".repeat(depth));
    let blocks = |head: &str| -> String {
        let lines: String = (0..90).map(|depth| format!("{}{head}\n", " ".repeat(depth))).collect();
        format!("{lines}{}x = 1", " ".repeat(90))
    };
    let comprehension = (0..90).fold("a".to_owned(), |inner, _| format!("[{inner} for a in b]"));
    for text in [
        list(180),
        format!("x = {}1", "1 + ".repeat(350)),
        format!("x = {}1", "not ".repeat(350)),
        format!("x = {}1", "1 if c else ".repeat(150)),
        format!("x = a{}", ".b()".repeat(100)),
        format!("x = {}1", "lambda a, b: ".repeat(350)),
        format!("x = {comprehension}"),
        blocks("if c:"),
        blocks("for i in j:"),
        blocks("while c:"),
        blocks("with c:"),
        blocks("def f():"),
        blocks("class C:"),
        blocks("try:"),
    ] {
        assert_eq!(script(&text).graph().resources().len(), 1, "{}", &text[..30]);
    }
}

#[test]
fn values_that_double_end_in_unknown() {
    let times = |count: usize, line: &str| line.repeat(count);
    for text in [
        format!("x = 'ab'\n{}", times(60, "x = x + x\n")),
        format!("x = 'ab'\n{}", times(60, "x += x\n")),
        format!("x = u\n{}", times(60, "x = f'{x}{x}a'\n")),
        format!("x = 'ab'\n{}", times(60, "x = '{0}{0}'.format(x)\n")),
        format!("x = 'ab'\n{}", times(60, "x = '%s%s' % (x, x)\n")),
        format!("x = 'ab'\n{}y = x.replace('a', x)\nz = x.join(x.split('a'))", times(15, "x = x + x\n")),
        format!("x = 1\n{}", times(60, "x = [x, x]\n")),
        format!("x = 1\n{}", times(60, "x = {'a': x, 'b': x}\n")),
        format!("x = []\n{}", times(200, "x.append(x)\n")),
        format!("x = [1]\n{}", times(60, "x.extend(x)\n")),
        format!("x = [1]\n{}", times(60, "x = [*x, *x]\n")),
        format!("x = {{}}\n{}", (0..200).map(|at| format!("x['k{at}'] = x\n")).collect::<String>()),
        format!("x = {{}}\n{}", (0..200).map(|at| format!("x.update({{'k{at}': x}})\n")).collect::<String>()),
        format!("x = 1\n{}", times(2_000, "x = [x]\n")),
        format!("x = u\n{}", times(2_000, "x = f'{[x]}'\n")),
        format!("x = u\n{}", times(2_000, "x = x.b\n")),
        format!("x = 'a'\n{}", (0..200).map(|at| format!("if c{at}:\n    x = x + 'b'\n")).collect::<String>()),
        format!("x = {{}}\n{}", (0..1_200).map(|at| format!("if c{at}:\n    x['k{at}'] = 1\n")).collect::<String>()),
        (0..200).fold("x = 1\n".to_owned(), |text, at| format!("{text}x = b if c{at} else x\n")),
        format!("x = {}1", "'a' if c else ".repeat(80)),
        format!("x = {{{}}}", (0..2_000).map(|at| format!("'k{at}': 1, ")).collect::<String>()),
    ] {
        let run =
            script(&format!("{text}\nEstimator(image_uri='i', instance_type=x, hyperparameters={{'x': x}}).fit(x)"));
        assert_eq!(run.graph().resources().len(), 2, "{}", &text[..30]);
        assert_eq!(run.gaps(), ["it is too large or too deeply nested to be followed"], "{}", &text[..30]);
        // None of these asks for the machine or a hyperparameter.
        let unset = [
            "job-without-kms-key",
            "spot-wait-shorter-than-run",
            "spot-without-checkpoint",
            "training-outside-vpc",
            "untagged-ml-resource",
        ];
        assert_eq!(run.rules, unset, "what is unknown raises nothing: {}", &text[..30]);
    }
}

#[test]
fn work_without_end_is_given_up_and_told() {
    let count = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    let names = count(1_500, &|at| format!("v{at} = 1\n"));
    for text in [
        format!("{names}{}", count(2_000, &|at| format!("if c{at}:\n    x = 1\n"))),
        format!("d = {{{}}}\nx = {{{}}}", count(900, &|at| format!("'k{at}': 1, ")), "**d, ".repeat(4_000)),
    ] {
        let run = script(&format!("{JOB}{text}"));
        assert!(run.gaps().contains(&"it takes too many steps to follow"), "{}", &text[..30]);
        assert_eq!(run.graph().resources().len(), 1, "the job at the end is not reached");
        let [unit] = run.graph().units() else { panic!("{:?}", run.graph().units()) };
        assert_eq!(unit.unread.len(), 1, "the rest may hold what a rule misses");
    }
}

#[test]
fn chains_of_branches_stay_linear() {
    let clauses: String = (0..1_000).map(|at| format!("elif c == 'c{at}':\n    x = 'v{at}'\n")).collect();
    let returns: String = (0..1_000).map(|at| format!("    if c{at}:\n        return\n")).collect();
    let run = script(&format!("if c:\n    x = 'a'\n{clauses}def f():\n{returns}    {JOB}"));
    assert_eq!(run.graph().resources().len(), 2);
}

#[test]
fn modules_that_import_each_other_are_read_once() {
    let all: String = (0..12).map(|at| format!("from m{at} import *\n")).collect();
    let texts: Vec<(String, String)> = (0..12).map(|at| (format!("m{at}.py"), format!("{PYTHON}{all}{JOB}"))).collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (&**path, &**text)).collect();
    assert_eq!(run(&files).graph().resources().len(), 12);
    let own = format!("{PYTHON}import a\nfrom a import *\nfrom .a import x\n{JOB}");
    assert_eq!(run(&[("a.py", &own)]).graph().resources().len(), 1);
}

#[test]
fn notebooks_of_any_shape_are_read_or_refused() {
    let cell = |source: &str| format!(r#"{{"cell_type": "code", "source": {source}}}"#);
    let sources = ["1", "null", "{}", "[1, null, [\"x\"]]", "true", "[]"].map(cell).join(", ");
    let own = cell(&serde_json::to_string(&format!("{PYTHON}{JOB}")).expect("a text"));
    let text = format!(r#"{{"cells": [1, null, [], {{}}, {{"cell_type": 5}}, {sources}, {own}]}}"#);
    assert_eq!(run(&[("a.ipynb", &text)]).graph().resources().len(), 1);
    for text in ["", "[]", "{}", "{\"cells\": {}}", "{\"cells\": [", "\u{0}"] {
        let run = run(&[("a.ipynb", text)]);
        assert_eq!((run.graph().resources().len(), run.findings), (0, 1), "{text:?}");
    }
    let deep = format!("{{\"cells\": {}", "[".repeat(20_000));
    assert_eq!(run(&[("a.ipynb", &deep)]).gaps(), [TOO_DEEP]);
    let cells = vec![own; 1_000].join(", ");
    assert_eq!(run(&[("a.ipynb", &format!(r#"{{"cells": [{cells}]}}"#))]).graph().resources().len(), 1_000);
}

#[test]
fn odd_characters_are_read_as_they_are() {
    let text = "Resources:\r\n  B:\r\n    Type: AWS::S3::Bucket\r\n";
    for text in [text.to_owned(), text.replace('\n', ""), format!("\u{feff}{text}")] {
        assert_eq!(yaml(&text).graph().resources().len(), 1, "{text:?}");
    }
    assert_eq!(yaml(&format!("{BUCKET}X: a\u{0}b\n")).findings, 1);
    let script = run(&[("a.py", &format!("\u{feff}{PYTHON}x = 1\u{0}\n{JOB}"))]);
    assert_eq!(script.graph().resources().len(), 1);
}

/// Runs the command line over a folder; what went to standard output and standard error.
fn command(folder: &Path, flags: &[&str]) -> (u8, String, String) {
    let folder = folder.to_str().expect("a name of ours");
    let cli = Cli::try_parse_from(["mllint", folder].iter().chain(flags)).expect("flags of ours");
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = mllint::run::run(&cli, &mut out, &mut err) as u8;
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status, text(out), text(err))
}

#[cfg(unix)]
#[test]
fn control_characters_never_reach_a_terminal() {
    const ODD: &str = "a\u{1b}[31m\u{7}\u{9b}\u{202e}\u{2066}b";
    let folder = tempfile::tempdir().expect("a folder");
    let escaped =
        |char: char| if char.is_ascii_graphic() { char.to_string() } else { format!("\\u{:04x}", char as u32) };
    let name = format!("\"{}\"", ODD.chars().map(escaped).collect::<String>());
    let template = format!(
        "Conditions:\n  {name}: !Equals [!Ref {name}, {name}]\nResources:\n  {name}:\n    Type: AWS::SageMaker::NotebookInstance\n    Condition: {name}\n    Properties:\n      RootAccess: !If [{name}, Enabled, Disabled]\n      InstanceType: !FindInMap [{name}, x, y]\n      RoleArn: !Ref {name}\n"
    );
    fs::create_dir(folder.path().join(ODD)).expect("a folder");
    for (file, text) in [
        (format!("{ODD}/{ODD}\n\r.yaml"), &*template),
        (format!("{ODD}.py"), &format!("{PYTHON}x = ) # {ODD}\n{JOB}")),
        (format!("{ODD}2.yaml"), &format!("{BUCKET}X: {{ # {ODD}\n  \u{202e}: [}}\n")),
        (
            format!("{ODD}.ipynb"),
            &format!(r#"{{"cells": [{{"cell_type": "code", "language": {name}, "source": "import sagemaker"}}]}}"#),
        ),
    ] {
        fs::write(folder.path().join(file), text).expect("a file");
    }
    let all = &["--verbose", "--advice", "--min-confidence=low", "--color=never"][..];
    for flags in [&["--format=pretty"][..], &["--format=concise"], &["--show-files"], &["--statistics"]] {
        let (_, out, err) = command(folder.path(), &[all, flags].concat());
        assert!(!out.is_empty(), "{flags:?}");
        for char in ['\u{1b}', '\u{7}', '\r', '\u{9b}', '\u{202e}', '\u{2066}'] {
            assert!(!out.contains(char) && !err.contains(char), "{char:?} in {flags:?}: {out}{err}");
        }
    }
    let (status, out, err) = command(folder.path(), &[all, &["--format=json"]].concat());
    assert!(status == 1 && !out.contains('\u{1b}') && !err.contains('\u{1b}'), "{out}{err}");
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let ids: Vec<&str> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter_map(|finding| finding["resource"]["id"].as_str())
        .collect();
    assert!(ids.contains(&ODD), "in JSON names are as they are written: {ids:?}");
}

#[cfg(unix)]
#[test]
fn pipes_links_and_devices_are_not_opened() {
    use std::{os::unix::fs::symlink, process::Command};

    let outside = tempfile::tempdir().expect("a folder");
    fs::write(outside.path().join("secret.yaml"), BUCKET).expect("a file");
    fs::write(outside.path().join("list"), "t.yaml\n").expect("a file");
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    fs::write(path("t.yaml"), BUCKET).expect("a file");
    fs::create_dir_all(path("sub/.git/info")).expect("folders");
    for (from, to) in [
        (path("loop"), Path::new(".")),
        (path("self.yaml"), Path::new("self.yaml")),
        (path("out"), outside.path()),
        (path("out.yaml"), &outside.path().join("secret.yaml")),
        (path("zero.yaml"), Path::new("/dev/zero")),
        (path(".gitignore"), &outside.path().join("list")),
        (path(".ignore"), Path::new("/dev/zero")),
    ] {
        symlink(to, from).expect("a link");
    }
    for pipe in ["pipe.yaml", "sub/.gitignore", "sub/.ignore", "sub/.git/info/exclude", "mllint.toml"] {
        let made = Command::new("mkfifo").arg(path(pipe)).status();
        assert!(made.is_ok_and(|status| status.success()), "{pipe}");
    }
    let (status, out, err) = command(folder.path(), &["--format=concise", "--advice", "--verbose"]);
    assert_eq!(status, 0);
    assert_eq!(out.lines().count(), 1, "one bucket: {out}");
    assert!(err.contains("it is not a regular file"), "{err}");
    for named in ["pipe.yaml", "self.yaml", "out.yaml", "zero.yaml"] {
        let (status, _, err) = command(&path(named), &["--color=never"]);
        assert!(status == 2 && err.contains("error: "), "{named}: {err}");
    }
}

const HANDLER: &str = "import boto3\npolly = boto3.client('polly')\ndef handler(event, context):\n";

/// What could not be followed of the code of handlers.
fn lambda(text: &str) -> Vec<String> {
    let run = run(&[("app.py", text)]);
    let gaps = run.graph().not_evaluated().iter().filter(|missed| missed.kind == "handler");
    gaps.map(|missed| missed.why.clone()).collect()
}

#[test]
fn handlers_that_call_without_end_are_given_up_and_told() {
    let doubled = |levels: usize| -> String {
        let function = |at: usize| format!("def f{at}(x):\n    f{0}(x)\n    f{0}([x])\n    f{0}({{'x': x}})\n", at + 1);
        (0..levels).map(function).collect::<String>()
            + &format!("def f{levels}(x):\n    polly.synthesize_speech(Text=x)\n")
    };
    assert_eq!(lambda(&format!("{HANDLER}    f0(event)\n{}", doubled(10))), ["it takes too many steps to follow"]);
    assert_eq!(lambda(&format!("{HANDLER}    f0(event)\n{}", doubled(40))).len(), 1);
    let recursive = format!(
        "{HANDLER}    handler(f(event), context)\ndef f(x):\n    return g(x)\ndef g(x):\n    return f(polly.x(x))\n"
    );
    assert_eq!(lambda(&recursive), [""; 0], "a function within itself is not followed, and nothing is missed by that");
}

#[test]
fn huge_handlers_stay_within_their_bounds() {
    let many = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    let calls = many(400, &|at| format!("    x{at} = polly.op{at}(Text=event)\n"));
    assert_eq!(lambda(&format!("{HANDLER}{calls}")), ["it calls more operations than are followed"]);
    let branches = many(3_000, &|at| format!("    if event['x'] == {at}:\n        y{at} = polly.a(T=event)\n"));
    assert_eq!(lambda(&format!("{HANDLER}{branches}")), ["it takes too many steps to follow"]);
    let deep = many(80, &|at| format!("{}for x{at} in event:\n", " ".repeat(4 + at))) + &" ".repeat(90) + "polly.a()\n";
    assert_eq!(lambda(&format!("{HANDLER}{deep}")), [""; 0]);
    let knot = "    d = {}\n    d['d'] = d\n    d.update(d)\n    d['l'] = [d, *d]\n    polly.a(T=d)\n".repeat(50);
    assert_eq!(lambda(&format!("{HANDLER}{knot}")), [""; 0]);
    let modules: Vec<(String, String)> = (0..90)
        .map(|at| (format!("m{at}.py"), format!("import m{}, m0\nfrom m{0} import *\n", (at + 1) % 90)))
        .chain([("app.py".to_owned(), format!("import m0\n{HANDLER}    m0.x()\n    polly.a()\n"))])
        .collect();
    let files: Vec<(&str, &str)> = modules.iter().map(|(path, text)| (&**path, &**text)).collect();
    assert!(run(&files).gaps().contains(&"it imports more modules than are followed"));
}

#[test]
fn machines_without_end_are_followed_a_little_way() {
    let machine = |next: &dyn Fn(usize) -> String, resource: &dyn Fn(usize) -> &'static str| {
        let states: Vec<String> = (0..5_000)
            .map(|at| {
                let resource = resource(at);
                format!("\"s{at}\":{{\"Type\":\"Task\",\"Resource\":\"{resource}\",\"Next\":\"{}\"}}", next(at))
            })
            .collect();
        run(&[("m.asl.json", &format!("{{\"StartAt\":\"s0\",\"States\":{{{}}}}}", states.join(",")))])
    };
    let start = "arn:aws:states:::aws-sdk:transcribe:startTranscriptionJob";
    let get = "arn:aws:states:::aws-sdk:transcribe:getTranscriptionJob";
    let circle = machine(&|at| format!("s{}", (at + 1) % 5_000), &|at| if at % 2 == 0 { start } else { get });
    assert_eq!((circle.graph().resources().len(), circle.findings), (5_001, 0), "it comes back, and asks again");
    let starts = machine(&|at| format!("s{}", at + 1), &|_| start);
    assert_eq!((starts.graph().resources().len(), starts.findings), (5_001, 0), "the last leads to no state");
}

#[test]
fn machines_within_machines_are_refused_or_bounded() {
    let mut text = r#"{"StartAt":"a","States":{"a":{"Type":"Succeed"}}}"#.to_owned();
    for _ in 0..40 {
        text = format!(r#"{{"StartAt":"p","States":{{"p":{{"Type":"Parallel","End":true,"Branches":[{text}]}}}}}}"#);
    }
    let within = run(&[("m.asl.json", &text)]);
    assert!((20..42).contains(&within.graph().resources().len()), "{}", within.graph().resources().len());
    let blanks = " ".repeat(500_000);
    let block = format!(
        "Resources:\n  M:\n    Type: AWS::StepFunctions::StateMachine\n    Properties:\n      DefinitionString: !Sub |\n        {{ \"StartAt\":{blanks}\"a\", \"States\": {{\"a\": {{\"Type\": \"Pass\", \"End\": true}}}} }}\n"
    );
    assert_eq!(yaml(&block).graph().resources().len(), 2);
}
