//! The same fault, whatever it is written in: the same rule at the line to change, with the lines that explain it. Mended
//! it raises nothing, and neither does it where the value that decides cannot be known.
//!
//! In the texts `◀` ends the line of the finding and `◁` a line that it names beside; `# %%` begins a notebook's cell.

#[path = "equivalence/cases.rs"]
mod cases;
mod harness;
#[path = "equivalence/states.rs"]
mod states;
#[path = "equivalence/terraform.rs"]
mod terraform;
#[path = "equivalence/ways.rs"]
mod ways;

use cases::{
    BUCKET_WITHOUT_ENCRYPTION, Case, GPU_ALGORITHM_ON_CPU, MODEL_OUTSIDE_VPC, NOTEBOOK_OUTSIDE_VPC,
    NOTEBOOK_ROOT_ACCESS, SERVERLESS_OR_PROVISIONED, SPOT_WITHOUT_CHECKPOINT,
};
use harness::page::notebook;
use mllint::{
    finding::{Confidence, Severity},
    report::severity,
    rules,
    source::Files,
};

/// Nobody reads nine warnings on one notebook instance; the rest of its posture is advice.
#[test]
fn a_default_notebook_raises_two_warnings_at_most() {
    for (file, text) in [
        ("t.yaml", DEFAULT_NOTEBOOK),
        (
            "main.tf",
            "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n\nresource \"aws_sagemaker_notebook_instance\" \"n\" {\n  name = \"n\"\n  \
             role_arn = \"arn:aws:iam::111122223333:role/n\"\n  instance_type = \"ml.t2.medium\"\n}\n",
        ),
        (
            "make.py",
            "import boto3\nboto3.client('sagemaker').create_notebook_instance(NotebookInstanceName='n', \
             InstanceType='ml.t2.medium', RoleArn='arn:aws:iam::111122223333:role/n')\n",
        ),
    ] {
        let found = harness::look(&Files::memory([(file, text)]), rules::ALL).findings;
        let told: Vec<&str> = found.iter().filter(|one| severity(one) > Severity::Advice).map(|one| one.rule).collect();
        assert_eq!(told, ["notebook-outside-vpc", "notebook-root-access"], "{file}");
    }
}

const DEFAULT_NOTEBOOK: &str = "Resources:\n  Notebook:\n    Type: AWS::SageMaker::NotebookInstance\n    Properties:\n      \
                                InstanceType: ml.t2.medium\n      RoleArn: arn:aws:iam::111122223333:role/n\n";

#[test]
fn a_gpu_algorithm_on_a_cpu() {
    the_same("gpu-algorithm-on-cpu", GPU_ALGORITHM_ON_CPU);
    the_same("gpu-algorithm-on-cpu", terraform::GPU_ALGORITHM_ON_CPU);
    the_same("gpu-algorithm-on-cpu", states::GPU_ALGORITHM_ON_CPU);
}

#[test]
fn spot_without_a_checkpoint() {
    the_same("spot-without-checkpoint", SPOT_WITHOUT_CHECKPOINT);
    the_same("spot-without-checkpoint", terraform::SPOT_WITHOUT_CHECKPOINT);
    the_same("spot-without-checkpoint", states::SPOT_WITHOUT_CHECKPOINT);
}

#[test]
fn a_model_outside_of_a_vpc() {
    the_same("model-outside-vpc", MODEL_OUTSIDE_VPC);
    the_same("model-outside-vpc", terraform::MODEL_OUTSIDE_VPC);
    the_same("model-outside-vpc", states::MODEL_OUTSIDE_VPC);
}

#[test]
fn a_notebook_outside_of_a_vpc() {
    the_same("notebook-outside-vpc", NOTEBOOK_OUTSIDE_VPC);
    the_same("notebook-outside-vpc", terraform::NOTEBOOK_OUTSIDE_VPC);
}

#[test]
fn root_access_to_a_notebook() {
    the_same("notebook-root-access", NOTEBOOK_ROOT_ACCESS);
    the_same("notebook-root-access", terraform::NOTEBOOK_ROOT_ACCESS);
}

#[test]
fn a_bucket_without_encryption() {
    the_same("bucket-without-encryption", BUCKET_WITHOUT_ENCRYPTION);
    the_same("bucket-without-encryption", terraform::BUCKET_WITHOUT_ENCRYPTION);
}

/// Each case raises its rule at its marks, and its two twins raise nothing.
fn the_same(rule: &'static str, cases: &[Case]) {
    let mut faults = Vec::new();
    for case in cases {
        let expected = (lines(case.bad, '◀'), lines(case.bad, '◁'));
        let found = found(rule, case.file, case.bad);
        let places: Vec<(Vec<usize>, Vec<usize>)> =
            found.iter().map(|found| (vec![found.line], found.related.clone())).collect();
        if places != [expected.clone()] {
            faults.push(format!("{rule}, {}: found at {places:?}, not at {expected:?}", case.file));
        }
        for (what, (from, to)) in [("mended", case.good), ("not known", case.unknown)] {
            assert!(case.bad.contains(from), "{rule}, {}: there is no `{from}`", case.file);
            let found = self::found(rule, case.file, &case.bad.replacen(from, to, 1));
            if !found.is_empty() {
                faults.push(format!("{rule}, {}, {what}: found at line {}", case.file, found[0].line));
            }
        }
    }
    harness::report(&faults);
}

/// The lines with a mark, from 1.
fn lines(text: &str, mark: char) -> Vec<usize> {
    let lines = text.trim_start().lines().filter(|line| *line != "# %%").enumerate();
    lines.filter(|(_, line)| line.ends_with(mark)).map(|(at, _)| at + 1).collect()
}

/// Where a rule found something, and how sure it is.
struct Found {
    line: usize,
    related: Vec<usize>,
    confidence: Confidence,
    branch: Option<String>,
}

/// What one rule finds in a text with marks.
fn found(rule: &'static str, file: &str, marked: &str) -> Vec<Found> {
    let text = marked.trim_start().replace(" ◀", "").replace(" ◁", "");
    let text = if file.ends_with(".ipynb") { notebook(&text) } else { text };
    let run = harness::run(&[(file, &text)], &[rules::by_name(rule).expect("a rule")]);
    assert!(!run.outcome.graph.resources().is_empty(), "{rule}, {file}: no resource is read");
    let line = |place: mllint::source::Place| run.files.get(place.file).lines().line(place.span.start) + 1;
    let found = run.findings.iter().map(|finding| {
        let mut related: Vec<usize> = finding.related.iter().map(|label| line(label.place)).collect();
        related.sort_unstable();
        related.dedup();
        Found { line: line(finding.place), related, confidence: finding.confidence, branch: finding.branch.clone() }
    });
    found.collect()
}

#[test]
fn serverless_or_provisioned_is_a_fault_in_one_world_only() {
    let mut faults = Vec::new();
    for (file, branch, text) in SERVERLESS_OR_PROVISIONED.iter().chain(terraform::SERVERLESS_OR_PROVISIONED) {
        let found = found("model-outside-vpc", file, text);
        let told: Vec<_> = found.iter().map(|found| (found.line, found.confidence, found.branch.as_deref())).collect();
        let expected = (lines(text, '◀')[0], Confidence::Low, Some(*branch));
        if told != [expected] {
            faults.push(format!("{file}: found {told:?}, not {expected:?}"));
        }
    }
    harness::report(&faults);
}
