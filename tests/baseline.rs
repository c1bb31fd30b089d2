//! The baseline: what was written covers what was found, and nothing else, wherever its lines or files move.

use std::{fs, path::Path, process::Command, sync::Arc};

use mllint::{
    baseline::{self, Baseline, Renames},
    check,
    finding::Finding,
    git::Git,
    read::read,
    rules::ALL,
    source::{Discovery, Files},
};
use proptest::prelude::*;

/// Texts with several faults each, one in every language.
const TEXTS: &[(&str, &str)] = &[
    (
        "infra/main.yaml",
        "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  One:\n    Type: AWS::SageMaker::NotebookInstance\n    Properties:\n      InstanceType: ml.t3.medium\n      RoleArn: r\n      RootAccess: Enabled\n  Two:\n    Type: AWS::SageMaker::NotebookInstance\n    Properties:\n      InstanceType: ml.t3.medium\n      RoleArn: r\n",
    ),
    (
        "live/main.tf",
        "resource \"aws_sagemaker_notebook_instance\" \"a\" {\n  instance_type = \"ml.t3.medium\"\n  root_access = \"Enabled\"\n}\n\nresource \"aws_sagemaker_notebook_instance\" \"b\" {\n  instance_type = \"ml.t3.medium\"\n}\n",
    ),
    (
        "train.py",
        "from sagemaker.estimator import Estimator\n\nestimator = Estimator(\n    image_uri=image,\n    role=role,\n    instance_count=1,\n    instance_type=\"ml.m5.xlarge\",\n    use_spot_instances=True,\n    max_wait=7200,\n)\nestimator.fit()\n",
    ),
];

fn texts() -> Vec<(String, String)> {
    TEXTS.iter().map(|&(path, text)| (path.to_owned(), text.to_owned())).collect()
}

fn found(texts: &[(String, String)]) -> (Files, Vec<Finding>) {
    let files = Files::memory(texts.to_vec());
    let graph = read(&files, &Discovery::in_memory(&files, true)).graph;
    let findings = check::check(&graph, &files, ALL);
    (files, findings)
}

/// A baseline as it comes out of its file.
fn written(files: &Files, findings: &[Finding]) -> Baseline {
    let baseline = Baseline::of(findings.iter(), files, std::iter::empty());
    reread(&text(&baseline))
}

fn text(baseline: &Baseline) -> String {
    let mut bytes = Vec::new();
    baseline::write(baseline, &mut bytes).expect("text");
    String::from_utf8(bytes).expect("UTF-8")
}

fn reread(text: &str) -> Baseline {
    let files = Files::memory([("mllint-baseline.json", text)]);
    Baseline::read(&files.read("mllint-baseline.json").expect("a file")).expect("a baseline")
}

/// How many findings are not covered, and how many entries cover none.
fn left(baseline: &Baseline, files: &Files, findings: &[Finding], renames: Renames) -> (usize, usize) {
    let matched = baseline.matched(findings, files, || renames);
    (matched.of_findings.iter().filter(|entry| entry.is_none()).count(), matched.idle.len())
}

#[test]
fn what_was_written_covers_all_and_the_same_findings_make_the_same_bytes() {
    let (files, findings) = found(&texts());
    assert!(findings.len() >= 6, "{findings:?}");
    let baseline = written(&files, &findings);
    assert_eq!(left(&baseline, &files, &findings, Renames::default()), (0, 0));
    let mut turned = findings.clone();
    turned.reverse();
    assert_eq!(text(&written(&files, &turned)), text(&baseline));
    assert_eq!(text(&baseline).lines().count(), findings.len() + 5, "a line for each");
}

#[test]
fn an_entry_that_is_removed_brings_its_finding_back_and_no_other() {
    let (files, findings) = found(&texts());
    let baseline = written(&files, &findings);
    for at in 0..baseline.entries.len() {
        let mut less = Baseline { entries: baseline.entries.clone() };
        let removed = less.entries.remove(at);
        let matched = less.matched(&findings, &files, Renames::default);
        let back: Vec<&str> = findings
            .iter()
            .zip(&matched.of_findings)
            .filter(|(_, entry)| entry.is_none())
            .map(|(finding, _)| finding.fingerprint.as_str())
            .collect();
        assert_eq!((back, matched.idle.len()), (vec![&*removed.fingerprint], 0));
    }
}

#[test]
fn a_merge_may_leave_a_line_twice_and_a_comma_at_the_end() {
    let (files, findings) = found(&texts());
    let baseline = text(&written(&files, &findings));
    let first = baseline.lines().nth(3).expect("an entry").to_owned();
    let merged = baseline.replace(&first, &format!("{first}\n{first}")).replace("\"}\n]", "\"},\n]");
    assert_eq!(left(&reread(&merged), &files, &findings, Renames::default()), (0, 0));
}

#[test]
fn what_cannot_be_used_is_told_with_its_place() {
    let told = |text: &str| {
        let files = Files::memory([("b.json", text)]);
        let source = files.read("b.json").expect("a file");
        let mistake = Baseline::read(&source).expect_err("a mistake");
        format!("{}: {}", source.position(mistake.span.start).line, mistake.message)
    };
    assert_eq!(told(""), "1: the baseline is not JSON");
    assert_eq!(told("[]"), "1: the baseline has no version");
    assert_eq!(told("{\n\"version\": 2}"), "2: the baseline is of version 2");
    assert_eq!(told("{\n\"version\": \"x\"}"), "2: the version of the baseline is unknown");
    assert_eq!(told("{\"version\": 1}"), "1: the baseline has no list of findings");
    assert_eq!(told("{\"version\": 1, \"findings\": [\n{}]}"), "2: an entry of the baseline has no fingerprint");
    assert_eq!(told("{\"version\": 1, \"findings\": [\n<<<<<<< ours\n]}"), "2: the baseline is not JSON");
}

#[test]
fn a_file_that_moved_stays_covered() {
    let before = texts();
    let (files, findings) = found(&before);
    let baseline = written(&files, &findings);
    // Known to git under another name, and moved to another folder under its own.
    let mut now = before;
    now[0].0 = "deploy/stack.yaml".to_owned();
    now[1].0 = "old/live/main.tf".to_owned();
    let (files, findings) = found(&now);
    let git = Renames::from_iter([("deploy/stack.yaml".to_owned(), "infra/main.yaml".to_owned())]);
    assert_eq!(left(&baseline, &files, &findings, git), (0, 0));
    let (without, idle) = left(&baseline, &files, &findings, Renames::default());
    assert!(without > 0 && without == idle, "without git a file of another name is another file");
}

#[test]
fn a_copy_is_not_covered() {
    let mut texts = texts();
    let (files, findings) = found(&texts);
    let baseline = written(&files, &findings);
    texts.push(("copy/main.tf".to_owned(), texts[1].1.clone()));
    let (files, findings) = found(&texts);
    let (new, idle) = left(&baseline, &files, &findings, Renames::default());
    assert!(new >= 2 && idle == 0, "{new} {idle}");
}

fn git(folder: &Path, args: &[&str]) {
    let person = ["-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false"];
    let status = Command::new("git").args(person).args(args).current_dir(folder).output().expect("git");
    assert!(status.status.success(), "{args:?}: {}", String::from_utf8_lossy(&status.stderr));
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("folders");
    fs::write(path, text).expect("a file");
}

/// A Terraform root whose findings stand in a module, each below a folder of its own; and a template.
fn project(live: &str, modules: &str, source: &str, template: &str) -> Vec<(String, String)> {
    let call = format!("module \"team\" {{\n  source = \"{source}/notebook\"\n  name   = \"team-notebooks\"\n}}\n");
    let variable = "variable \"name\" {\n  type = string\n}\n\n";
    [
        (format!("{live}/main.tf"), format!("provider \"aws\" {{\n  region = \"eu-west-1\"\n}}\n\n{call}")),
        (format!("{modules}/notebook/main.tf"), format!("{variable}{}", TEXTS[1].1)),
        (template.to_owned(), TEXTS[0].1.to_owned()),
    ]
    .into()
}

#[test]
fn a_place_and_its_unit_that_move_in_git_stay_covered() {
    let before = project("infra/live", "infra/modules", "../modules", "infra/stack.yaml");
    let moves = [
        ("one folder with all", project("deploy/live", "deploy/modules", "../modules", "deploy/stack.yaml")),
        ("a folder each", project("prod", "lib/terraform", "../lib/terraform", "stacks/notebooks.yaml")),
    ];
    for (name, now) in moves {
        let folder = tempfile::tempdir().expect("a folder");
        let git = |args: &[&str]| git(folder.path(), args);
        git(&["init", "-q"]);
        let (files, findings) = found(&before);
        let units: Vec<&str> =
            findings.iter().filter_map(|finding| Some(&*finding.resource.as_ref()?.0.unit)).collect();
        assert!(units.contains(&"infra/live") && units.contains(&"infra/stack.yaml"), "{units:?}");
        let baseline = written(&files, &findings);
        before.iter().for_each(|(path, text)| write(folder.path(), path, text));
        write(folder.path(), "mllint-baseline.json", &text(&baseline));
        git(&["add", "."]);
        git(&["commit", "-qm", "one"]);
        for ((old, _), (new, text)) in before.iter().zip(&now) {
            write(folder.path(), new, "");
            git(&["mv", "-f", old, new]);
            write(folder.path(), new, text);
        }
        git(&["add", "."]);
        let renames = Git::at(folder.path()).renames_since_change_of("mllint-baseline.json");
        let renames: Renames = renames.into_iter().map(|(before, now)| (now, before)).collect();
        let (files, findings) = found(&now);
        assert_eq!(left(&baseline, &files, &findings, renames), (0, 0), "{name}");
    }
}

#[test]
fn git_tells_what_was_renamed_since_the_baseline_was_committed() {
    let folder = tempfile::tempdir().expect("a folder");
    let git = |args: &[&str]| git(folder.path(), args);
    let write = |path: &str, text: &str| write(folder.path(), path, text);
    git(&["init", "-q"]);
    write("sub/mllint-baseline.json", "{}");
    write("sub/infra/main.yaml", TEXTS[0].1);
    write("train.py", TEXTS[2].1);
    git(&["add", "."]);
    git(&["commit", "-qm", "one"]);
    fs::create_dir(folder.path().join("sub/deploy")).expect("a folder");
    git(&["mv", "sub/infra/main.yaml", "sub/deploy/ä b.yaml"]);
    git(&["commit", "-qm", "two"]);
    git(&["mv", "train.py", "fit.py"]);
    let renames = |from: &str, file: &str| Git::at(&folder.path().join(from)).renames_since_change_of(file);
    let moved = ("infra/main.yaml".to_owned(), "deploy/ä b.yaml".to_owned());
    assert_eq!(renames("sub", "mllint-baseline.json"), [moved], "paths are from the folder, and others are left out");
    assert_eq!(renames(".", "sub/mllint-baseline.json").len(), 2, "what is staged counts");
    assert_eq!(renames(".", "nothing"), []);
}

/// Blank lines, comments and deeper indents that change nothing.
fn edited(path: &str, text: &str, lines: &[u8]) -> String {
    let comment = if path.ends_with(".tf") { "# moved\n" } else { "\n# moved\n" };
    let mut edited = String::new();
    let mut pieces = text.split_inclusive('\n').peekable();
    for &kind in lines.iter().cycle() {
        let Some(line) = pieces.next() else { break };
        match kind {
            1 => edited.push('\n'),
            2 => edited.push_str(comment),
            // Only Terraform's indents mean nothing.
            3 if path.ends_with(".tf") => edited.push_str("    "),
            _ => {}
        }
        edited.push_str(line);
    }
    edited
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 32, ..ProptestConfig::default() })]
    #[test]
    fn lines_that_move_or_are_indented_stay_covered(kinds in prop::collection::vec(0..4u8, 1..20)) {
        let before = texts();
        let (files, findings) = found(&before);
        let baseline = written(&files, &findings);
        let now: Vec<(String, String)> =
            before.iter().map(|(path, text)| (path.clone(), edited(path, text, &kinds))).collect();
        let (files, findings) = found(&now);
        prop_assert_eq!(left(&baseline, &files, &findings, Renames::default()), (0, 0), "{:?}", now);
    }

    #[test]
    fn part_of_a_baseline_covers_that_part(kept in prop::collection::vec(any::<bool>(), 32)) {
        let (files, findings) = found(&texts());
        let part: Vec<Finding> =
            findings.iter().zip(kept.iter().cycle()).filter(|(_, kept)| **kept).map(|(finding, _)| finding.clone()).collect();
        let baseline = written(&files, &part);
        let matched = baseline.matched(&findings, &files, Renames::default);
        let covered: Vec<Arc<str>> = findings
            .iter()
            .zip(&matched.of_findings)
            .filter(|(_, entry)| entry.is_some())
            .map(|(finding, _)| finding.fingerprint.as_str().into())
            .collect();
        let expected: Vec<Arc<str>> = part.iter().map(|finding| finding.fingerprint.as_str().into()).collect();
        prop_assert_eq!(covered, expected);
    }
}
