//! The difference to a commit of git, with the real git.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use mllint::report::cost::json as report;
use serde_json::json;

fn git(root: &Path, args: &[&str]) {
    let status = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"])
        .args(args)
        .current_dir(root)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    assert!(status.expect("git runs").success(), "git {args:?}");
}

/// What a run says: its status, standard output and standard error.
fn run(root: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_mllint")).args(args).current_dir(root).output().expect("mllint runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// What changed since a branch of git left off, whatever others did to it since.
#[test]
fn a_change_is_compared_with_where_the_branch_began() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let git = |args: &[&str]| git(root, args);
    let template = |kind: &str| {
        format!(
            "AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n  Notebook:\n    Type: AWS::SageMaker::NotebookInstance\n    Properties: {{InstanceType: {kind}}}\n"
        )
    };
    let write = |name: &str, text: &str| {
        fs::create_dir_all(root.join("infra")).expect("a folder");
        fs::write(root.join(name), text).expect("it can be written");
    };
    git(&["init", "--initial-branch=main"]);
    write("infra/main.yaml", &template("ml.t3.medium"));
    write(
        "infra/moved.yaml",
        "AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n  Key: {Type: \"AWS::KMS::Key\"}\n",
    );
    write("infra/picture.png", "no picture");
    git(&["add", "."]);
    git(&["commit", "-m", "first"]);
    git(&["checkout", "-b", "change"]);
    write("infra/main.yaml", &template("ml.m5.xlarge"));
    fs::rename(root.join("infra/moved.yaml"), root.join("infra/there.yaml")).expect("it can be moved");
    git(&["add", "."]);
    git(&["commit", "-m", "change"]);
    git(&["checkout", "main"]);
    write(
        "infra/other.yaml",
        "AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n  Theirs: {Type: \"AWS::KMS::Key\"}\n",
    );
    git(&["add", "."]);
    git(&["commit", "-m", "of others"]);
    git(&["checkout", "change"]);
    let run = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_mllint"))
            .args(["cost", "infra", "--format", "json", "--quiet"])
            .args(args)
            .current_dir(root)
            .output()
            .expect("mllint runs");
        (output.status.code(), output.stdout, String::from_utf8(output.stderr).expect("text"))
    };
    let (status, out, err) = run(&["--against", "main"]);
    assert_eq!((status, err.as_str()), (Some(0), ""));
    let shown: serde_json::Value = serde_json::from_slice(&out).expect("JSON");
    let changes = shown["against"]["changes"].as_array().expect("changes");
    let told: Vec<_> = changes
        .iter()
        .map(|one| {
            (&one["change"], &one["resource"]["id"], &one["before"]["usd_per_month"], &one["after"]["usd_per_month"])
        })
        .collect();
    // 730 × 0.05 + 5 × 0.14, and 730 × 0.23 + 5 × 0.14; the key was moved, and the other one is not ours.
    assert_eq!(told, [(&json!("changed"), &json!("Notebook"), &json!(37.2), &json!(168.6))]);
    let schema: serde_json::Value = serde_json::from_str(report::SCHEMA).expect("JSON");
    assert!(jsonschema::validator_for(&schema).expect("a schema").is_valid(&shown));
    let (status, _, err) = run(&["--against", "main", "--fail-above-increase", "131.39"]);
    assert_eq!(status, Some(1), "{err}");
    let (status, _, err) = run(&["--against", "main", "--fail-above-increase", "131.4"]);
    assert_eq!(status, Some(0), "{err}");
    let (status, _, err) = run(&["--against", "mian"]);
    assert_eq!(status, Some(2));
    assert!(err.contains("neither a path nor a commit") && err.contains("did you mean `main`?"), "{err}");
    let (status, _, err) = run(&["--against", "--upload-pack=x"]);
    assert_eq!(status, Some(2), "{err}");
}

/// What a `moved` block names is the same resource, in a file of another name, and whatever else was renamed beside it.
#[test]
fn what_was_moved_is_no_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let write = |name: &str, text: &str| fs::write(root.join(name), text).expect("it can be written");
    git(root, &["init", "--initial-branch=main"]);
    write("main.tf", "resource \"aws_nat_gateway\" \"a\" {\n  subnet_id = \"s\"\n}\n");
    git(root, &["add", "."]);
    git(root, &["commit", "-m", "first"]);
    fs::rename(root.join("main.tf"), root.join("net.tf")).expect("it can be moved");
    let moved = "resource \"aws_nat_gateway\" \"b\" {\n  count     = 2\n  subnet_id = \"s\"\n}\n";
    let cost =
        |args: &[&str]| run(root, &[&["cost", "--quiet", "--format", "markdown", "--against", "main"], args].concat());
    write("net.tf", moved);
    let (_, out, _) = cost(&[]);
    assert!(out.contains("- `aws_nat_gateway.a`") && out.contains("+ `aws_nat_gateway.b[1]`"), "{out}");
    write("net.tf", &format!("{moved}moved {{\n  from = aws_nat_gateway.a\n  to   = aws_nat_gateway.b[0]\n}}\n"));
    let (_, out, _) = cost(&[]);
    assert!(
        !out.contains("aws_nat_gateway.a") && !out.contains("b[0]") && out.contains("+ `aws_nat_gateway.b[1]`"),
        "{out}"
    );
    // The working tree counts, committed or not.
    git(root, &["add", "."]);
    assert_eq!(cost(&[]).1, out);
}

#[test]
fn a_shallow_clone_says_what_to_fetch() {
    let folder = tempfile::tempdir().expect("a folder");
    let (origin, clone) = (folder.path().join("origin"), folder.path().join("clone"));
    fs::create_dir(&origin).expect("a folder");
    let write = |text: &str| fs::write(origin.join("a.tf"), text).expect("it can be written");
    git(&origin, &["init", "--initial-branch=main"]);
    for (branch, count) in [("main", 1), ("change", 2)] {
        if branch == "change" {
            git(&origin, &["checkout", "-b", branch]);
        }
        write(&format!("resource \"aws_nat_gateway\" \"a\" {{\n  count = {count}\n}}\n"));
        git(&origin, &["add", "."]);
        git(&origin, &["commit", "-m", branch]);
    }
    let url = format!("file://{}", origin.display());
    git(folder.path(), &["clone", "--depth", "1", &url, "clone"]);
    let (status, _, err) = run(&clone, &["cost", "--quiet", "--against", "origin/main"]);
    assert_eq!(status, Some(2), "{err}");
    assert!(err.contains("`git fetch --unshallow origin main:refs/remotes/origin/main`"), "{err}");
    // With the tip of the other branch alone nothing tells where this one began.
    git(&clone, &["fetch", "--depth", "1", "origin", "main:refs/remotes/origin/main"]);
    let (status, _, err) = run(&clone, &["cost", "--quiet", "--against", "origin/main"]);
    assert!(status == Some(2) && err.contains("no commit in common"), "{status:?} {err}");
    git(&clone, &["fetch", "--unshallow", "origin", "main:refs/remotes/origin/main"]);
    let (status, out, err) = run(&clone, &["cost", "--quiet", "--against", "origin/main"]);
    assert!(status == Some(0) && out.contains("+ aws_nat_gateway.a[1]"), "{status:?} {out} {err}");
}

/// What is known on one side only is no difference: no figure is no zero.
#[test]
fn what_was_not_known_before_is_no_growth() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let notebook = |kind: &str| {
        format!(
            "variable \"type\" {{\n  type = string\n}}\nresource \"aws_sagemaker_notebook_instance\" \"a\" {{\n  name = \"a\"\n  role_arn = \"arn:aws:iam::111122223333:role/r\"\n  instance_type = {kind}\n}}\n"
        )
    };
    for (name, kind) in [("old", "var.type"), ("new", "\"ml.m5.xlarge\"")] {
        fs::create_dir(root.join(name)).expect("a folder");
        fs::write(root.join(name).join("main.tf"), notebook(kind)).expect("it can be written");
    }
    let cost = |from: &str, to: &str| {
        run(root, &["cost", to, "--against", from, "--quiet", "--fail-above-increase", "1", "--as-of", "2026-11-26"])
    };
    let (status, out, err) = cost("old", "new");
    assert_eq!((status, err.as_str()), (Some(0), ""), "{out}");
    // The volume is known on both sides: 5 GB; the instance, 730 h × 0.23 $/h, is not.
    assert!(out.contains("$0.70 → $168.60  unknown"), "{out}");
    assert!(out.contains("$0.70 → $168.60   ±$0.00"), "{out}");
    assert!(out.contains("1 resource whose cost is known on one side only: in no difference"), "{out}");
    let (status, out, _) = cost("new", "old");
    assert!(status == Some(0) && out.contains("±$0.00"), "{out}");
}
