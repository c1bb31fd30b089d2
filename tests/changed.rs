//! `--changed`: what is reported is what a commit has not, and what stands on lines that differ.

use std::{fs, path::Path, process::Command};

use tempfile::TempDir;

const BOOK: &str = "Resources:
  Book:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      InstanceType: ml.t3.medium
      RoleArn: arn:aws:iam::111122223333:role/book
      RootAccess: Enabled
";

fn git(folder: &Path, args: &[&str]) {
    let person = ["-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "commit.gpgsign=false"];
    let status = Command::new("git").args(person).args(args).current_dir(folder).output().expect("git");
    assert!(status.status.success(), "{args:?}: {}", String::from_utf8_lossy(&status.stderr));
}

/// A repository with two templates.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    git(folder.path(), &["init", "-q", "-b", "main"]);
    fs::create_dir(folder.path().join("infra")).expect("a folder");
    fs::write(folder.path().join("infra/a.yaml"), BOOK).expect("a file");
    fs::write(folder.path().join("infra/b.yaml"), BOOK).expect("a file");
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "one"]);
    folder
}

/// What is printed, and the exit status.
fn run(folder: &Path, args: &[&str]) -> (Vec<String>, i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_mllint"))
        .args(["--select", "notebook-root-access", "--format", "concise", "--quiet"])
        .args(args)
        .current_dir(folder)
        .output()
        .expect("mllint runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let printed = text(&output.stdout);
    let places = printed.lines().map(|line| line.split(": ").next().unwrap_or_default().to_owned());
    (places.collect(), output.status.code().unwrap_or(-1), text(&output.stderr))
}

#[test]
fn what_was_there_is_not_reported_and_what_is_new_is() {
    let repository = repository();
    let folder = repository.path();
    assert_eq!(run(folder, &[]).0.len(), 2);
    assert_eq!(run(folder, &["--changed"]), (vec![], 0, String::new()));
    let second = BOOK.replace("  Book:", "  # A comment moves all lines.\n  Book:")
        + &BOOK.replace("Resources:\n  Book:", "  Second:");
    fs::write(folder.join("infra/a.yaml"), second).expect("a file");
    fs::write(folder.join("infra/new.yaml"), BOOK).expect("a file");
    let told = vec!["infra/a.yaml:14:19".to_owned(), "infra/new.yaml:7:19".to_owned()];
    assert_eq!(run(folder, &["--changed"]), (told.clone(), 1, String::new()));
    assert_eq!(run(&folder.join("infra"), &["--changed"]).0, ["a.yaml:14:19", "new.yaml:7:19"], "from a folder below");
    git(folder, &["checkout", "-qb", "branch"]);
    git(folder, &["add", "."]);
    git(folder, &["commit", "-qm", "two"]);
    assert_eq!(run(folder, &["--changed"]).0, [""; 0]);
    assert_eq!(run(folder, &["--changed=main"]).0, told, "against the commit in common");
}

#[test]
fn a_text_of_windows_is_read_from_git_and_from_standard_input_too() {
    let repository = repository();
    let folder = repository.path();
    let wide =
        |text: &str| -> Vec<u8> { format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect() };
    fs::write(folder.join("infra/a.yaml"), wide(BOOK)).expect("a file");
    git(folder, &["commit", "-qam", "wide"]);
    assert_eq!(run(folder, &["--changed"]).0, [""; 0], "what was there is known");
    let second = BOOK.replace("Resources:\n  Book:", "  Second:");
    fs::write(folder.join("infra/a.yaml"), wide(&format!("{BOOK}{second}"))).expect("a file");
    assert_eq!(run(folder, &["--changed"]).0.len(), 1);
    let told = |args: &[&str]| {
        let file = fs::File::open(folder.join("infra/a.yaml")).expect("the file");
        let output = Command::new(env!("CARGO_BIN_EXE_mllint"))
            .args(["--select", "notebook-root-access", "--format", "json"])
            .args(args)
            .stdin(file)
            .current_dir(folder)
            .output();
        String::from_utf8(output.expect("mllint runs").stdout).expect("a text")
    };
    let places =
        |json: &str| json.lines().filter(|line| line.contains("\"offset\"")).map(str::to_owned).collect::<Vec<_>>();
    let of_disk = places(&told(&["infra/a.yaml"]));
    assert!(!of_disk.is_empty());
    assert_eq!(places(&told(&["-", "--stdin-filename", "infra/a.yaml"])), of_disk, "offsets are those of the file");
}

#[test]
fn what_stands_on_a_changed_line_is_reported_though_it_was_there() {
    let repository = repository();
    let folder = repository.path();
    fs::write(folder.join("infra/b.yaml"), BOOK.replace("RootAccess: Enabled", "RootAccess: \"Enabled\""))
        .expect("a file");
    assert_eq!(run(folder, &["--changed"]).0, ["infra/b.yaml:7:19"]);
}

#[test]
fn a_renamed_file_has_no_new_findings() {
    let repository = repository();
    let folder = repository.path();
    git(folder, &["mv", "infra/b.yaml", "infra/moved.yaml"]);
    assert_eq!(run(folder, &["--changed"]).0, [""; 0]);
}

#[test]
fn a_commit_that_is_not_there_ends_the_run() {
    let repository = repository();
    let (told, status, errors) = run(repository.path(), &["--changed=origin/main"]);
    assert_eq!((told.len(), status), (0, 2));
    assert!(errors.starts_with("error: there is no commit `origin/main`\n  help: `git fetch`"), "{errors}");
    let plain = tempfile::tempdir().expect("a folder");
    assert!(run(plain.path(), &["--changed"]).2.starts_with("error: --changed needs a git repository"));
}

/// Only what changed is mended.
#[test]
fn a_fix_leaves_what_was_there() {
    let repository = repository();
    let folder = repository.path();
    fs::write(folder.join("infra/new.yaml"), BOOK).expect("a file");
    run(folder, &["--changed", "--fix", "--unsafe-fixes"]);
    let text = |path: &str| fs::read_to_string(folder.join(path)).expect("a file");
    assert_eq!((text("infra/a.yaml").as_str(), text("infra/new.yaml").contains("Disabled")), (BOOK, true));
}
