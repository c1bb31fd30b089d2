//! The hooks of `.pre-commit-hooks.yaml`, called as pre-commit calls them: entry, options of the user, files of the commit.
//! `pre-commit try-repo . mllint-system --all-files` runs them for real.

mod harness;

use std::{fs, process::Command};

use regex::Regex;
use serde_json::Value;

const NOTEBOOK: &str = r#"resource "aws_sagemaker_notebook_instance" "this" {
  name          = "notebook"
  role_arn      = "arn:aws:iam::123456789012:role/x"
  instance_type = "ml.t3.medium"
}
"#;

fn hooks() -> Vec<Value> {
    let hooks: Value = serde_saphyr::from_str(&harness::text(".pre-commit-hooks.yaml")).expect("YAML");
    hooks.as_array().expect("a list of hooks").clone()
}

#[test]
fn hooks_take_the_files_that_mllint_reads() {
    for hook in hooks() {
        let files = Regex::new(hook["files"].as_str().expect("a pattern")).expect("a pattern");
        for name in [
            "template.yaml",
            "a/b.yml",
            "cdk.out/x.json",
            "stack.template",
            "flow.asl",
            "flow.asl.json",
            "main.tf",
            "main.tf.json",
            "prod.tfvars",
            "prod.auto.tfvars.json",
            "train.py",
            "work/a b.ipynb",
        ] {
            assert!(files.is_match(name), "{}: {name}", hook["id"]);
        }
        for name in ["README.md", "main.tf.bak", "py", "yaml/readme.txt", "terraform.tfstate"] {
            assert!(!files.is_match(name), "{}: {name}", hook["id"]);
        }
        assert_eq!((&hook["require_serial"], &hook["pass_filenames"]), (&true.into(), &true.into()), "{}", hook["id"]);
    }
}

#[test]
fn hooks_read_all_and_report_the_files_of_the_commit() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["one", "two", "modules/three"] {
        fs::create_dir_all(folder.path().join(name)).expect("a folder");
        fs::write(folder.path().join(name).join("main.tf"), NOTEBOOK).expect("a file");
    }
    // What stands between the entry and the files is the user's.
    let options: [&[&str]; 3] = [&[], &["--advice"], &["--select", "notebook-root-access", "--format", "concise"]];
    for hook in hooks() {
        let entry = hook["entry"].as_str().expect("an entry").strip_prefix("mllint ").expect("mllint").split(' ');
        for options in options {
            let output = Command::new(env!("CARGO_BIN_EXE_mllint"))
                .args(entry.clone())
                .args(options)
                .args(["two/main.tf", "work/deleted.py"])
                .current_dir(folder.path())
                .output()
                .expect("mllint runs");
            let errors = String::from_utf8_lossy(&output.stderr);
            let said = format!("{}{errors}", String::from_utf8_lossy(&output.stdout));
            assert_eq!(output.status.code(), Some(1), "{options:?}: {said}");
            assert!(said.contains("two/main.tf:1:1"), "{options:?}: {said}");
            assert!(!said.contains("one/main.tf") && !said.contains("three/main.tf"), "{options:?}: {said}");
            assert!(said.contains("in 3 resources of 3 files"), "{options:?}: {said}");
        }
    }
}
