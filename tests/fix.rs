//! What fixes leave alone: lines outside of their edits, the JSON form of a notebook, ends of lines, and themselves on
//! a second run.

mod harness;

use harness::{
    fixing::fixed,
    look,
    page::{Page, Promise},
};
use mllint::{
    rules::{self, Fixes, Rule},
    source::Files,
};
use std::{collections::BTreeSet, fs, path::Path, process::Command};

const CODE: [&str; 5] = [
    "import boto3\n",
    "boto3.client(\"sagemaker\").create_notebook_instance(\n",
    "    NotebookInstanceName=\"n\", InstanceType=\"ml.t3.medium\", RoleArn=\"arn:aws:iam::111122223333:role/n\",\n",
    "    RootAccess=\"Enabled\",\n",
    ")\n",
];

/// The text of a file after the fixes of a rule.
fn mended(rule: &'static Rule, file: &str, text: &str) -> String {
    let fixed = fixed(&[(file, text)], &[rule]);
    assert_eq!(fixed.faults, [] as [String; 0], "{file}:\n{text}");
    fixed.changes.get(file).map_or_else(|| text.to_owned(), |changed| changed.new.to_string())
}

fn root_access() -> &'static Rule {
    rules::by_name("notebook-root-access").expect("a rule")
}

/// A notebook with one cell, whose source is given as JSON.
fn notebook(source: &str) -> String {
    format!(
        "{{\n \"cells\": [{{\"cell_type\": \"code\", \"execution_count\": null, \"metadata\": {{}}, \"outputs\": [],\n  \
         \"source\": {source}}}],\n \"metadata\": {{\"kernelspec\": {{\"language\": \"python\", \"name\": \"python3\", \
         \"display_name\": \"p\"}}}},\n \"nbformat\": 4,\n \"nbformat_minor\": 5\n}}\n"
    )
}

#[test]
fn the_source_of_a_cell_keeps_its_form() {
    let list = serde_json::to_string_pretty(&CODE).expect("JSON");
    let one = serde_json::to_string(&CODE.concat()).expect("JSON");
    for source in [list, one] {
        let text = notebook(&source);
        let expected = text.replacen("Enabled", "Disabled", 1);
        assert_eq!(mended(root_access(), "n.ipynb", &text), expected);
    }
}

#[test]
fn ends_of_lines_and_a_byte_order_mark_stay() {
    let text = "\u{feff}Resources:\r\n  Workbench:\r\n    Type: AWS::SageMaker::NotebookInstance\r\n    Properties:\r\n      \
                InstanceType: ml.t3.medium\r\n      RoleArn: arn:aws:iam::111122223333:role/n\r\n      \
                RootAccess: Enabled\r\n";
    assert_eq!(mended(root_access(), "t.yaml", text), text.replacen("Enabled", "Disabled", 1));
    let bucket = "Resources:\r\n  Artifacts:\r\n    Type: AWS::S3::Bucket\r\n";
    let new = mended(rules::by_name("bucket-without-encryption").expect("a rule"), "t.yaml", bucket);
    assert!(new.starts_with(bucket) && new.len() > bucket.len(), "{new:?}");
    assert_eq!(new.matches('\n').count(), new.matches("\r\n").count(), "{new:?}");
}

/// The new text would have to be encoded, and every other byte with it.
#[test]
fn a_file_in_utf_16_is_read_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "Resources:\n  Wörkbench:\n    Type: AWS::SageMaker::NotebookInstance\n    Properties:\n      \
                InstanceType: ml.t3.medium\n      RoleArn: arn:aws:iam::111122223333:role/n\n      \
                RootAccess: Enabled\n";
    let bytes: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    fs::write(folder.path().join("t.yaml"), &bytes).expect("a file");
    let run = Command::new(env!("CARGO_BIN_EXE_mllint"))
        .current_dir(folder.path())
        .args(["--isolated", "--select", "notebook-root-access", "--fix", "--unsafe-fixes", "--format", "json", "."])
        .output()
        .expect("a run");
    let report: serde_json::Value = serde_json::from_slice(&run.stdout).expect("JSON");
    let finding = &report["findings"][0];
    let start = &finding["location"]["start"];
    assert_eq!((start["line"].as_u64(), start["column"].as_u64()), (Some(7), Some(19)), "{report}");
    let offset = usize::try_from(start["offset"].as_u64().expect("an offset")).expect("a number");
    assert_eq!(bytes[offset..offset + 4], *b"E\0n\0");
    assert!(finding["fix"].is_null(), "{finding}");
    assert_eq!(fs::read(folder.path().join("t.yaml")).expect("a file"), bytes);
}

/// Of each example of a rule with fixes.
#[test]
fn a_second_run_changes_nothing_and_other_lines_stay() {
    let mut seen = 0;
    for rule in rules::ALL.iter().filter(|rule| rule.fixes != Fixes::None) {
        let page = Page::of(rule.page).expect("a page");
        for block in page.blocks.iter().filter(|block| block.promise == Promise::Bad && !block.unfixable) {
            let once = mended(rule, &block.file, &block.text);
            assert_eq!(mended(rule, &block.file, &once), once, "{}, line {}", rule.name, block.line + 1);
            let kept = untouched(rule, &block.file, &block.text);
            let mut lines = once.lines();
            for line in kept {
                assert!(lines.any(|new| new == line), "{}: `{line}` is not kept in\n{once}", rule.name);
            }
            seen += 1;
        }
    }
    assert!(seen > 5, "only {seen} examples have fixes");
}

/// The lines of a text that no edit of the first round touches.
fn untouched<'t>(rule: &'static Rule, file: &str, text: &'t str) -> Vec<&'t str> {
    let files = Files::memory([(file, text)]);
    let view = look(&files, &[rule]);
    let source = files.read(file).expect("it is in memory");
    let mut touched = BTreeSet::new();
    for edit in view.findings.iter().filter_map(|finding| finding.fix.as_ref()).flat_map(|fix| &fix.edits) {
        let (span, _) = source.raw_edit(edit.place.span, &edit.replacement);
        let line = |offset: u32| text[..offset as usize].matches('\n').count();
        touched.extend(line(span.start)..=line(span.end));
    }
    text.lines().enumerate().filter(|(at, _)| !touched.contains(at)).map(|(_, line)| line).collect()
}

/// The program as it should have been, and what of the story's text is not so.
const LAUNCH: &[(&str, &str)] = &[
    ("train_instance_count=", "instance_count="),
    ("trian_instance_type=", "instance_type="),
    ("frameworkf_version=", "framework_version="),
    ("tf_estimator.deploy", "ts_estimator.deploy"),
    ("\"m1.c5.large\",\n    accelerator_type=\"ml.eia1.medium\"", "\"ml.c5.large\""),
    ("    image=", "    image_uri="),
];

/// Runs the program with fixes on a folder; what it says on standard error.
fn run(folder: &Path) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_mllint"));
    let run = program.args(["--fix", "--unsafe-fixes", "--fail-on", "never", "."]).current_dir(folder).output();
    String::from_utf8(run.expect("mllint runs").stderr).expect("text")
}

#[test]
fn the_misspelt_program_becomes_right() {
    let story = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/misspelt-sdk");
    let folder = tempfile::tempdir().expect("a folder");
    for file in ["launch.py", "train.py", "requirements.txt"] {
        fs::copy(story.join(file), folder.path().join(file)).expect("a copy");
    }
    let read = |folder: &Path, file: &str| fs::read_to_string(folder.join(file)).expect("a file");
    let right = |file: &str, faults: &[(&str, &str)]| {
        faults.iter().fold(read(&story, file), |text, (wrong, right)| {
            assert_eq!(text.matches(wrong).count(), 1, "{wrong} in {file}");
            text.replace(wrong, right)
        })
    };
    assert_eq!(run(folder.path()), "fixed 8 findings in 2 files\n");
    assert_eq!(read(folder.path(), "launch.py"), right("launch.py", LAUNCH));
    assert_eq!(read(folder.path(), "train.py"), right("train.py", &[("'__name__'", "__name__")]));
    assert_eq!(run(folder.path()), "", "a second run changes nothing");
}
