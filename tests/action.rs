//! The steps of `action.yml`, run as GitHub would run them: its files, its environment, an event, a repository.
//! Needs bash and git; nothing is fetched and nothing is built. On Windows the workflow `ci.yml` runs the action itself.
#![cfg(unix)]

mod harness;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

/// A repository, and a runner that has checked it out.
struct Runner {
    folder: tempfile::TempDir,
    variables: BTreeMap<String, String>,
    action: Value,
}

/// What a run of the action left behind.
#[derive(Debug)]
struct Ran {
    status: i32,
    /// Standard output of all steps.
    log: String,
    /// Their standard error.
    errors: String,
    summary: String,
    outputs: BTreeMap<String, String>,
}

const NOTEBOOK: &str = "Resources:
  Notebook:
    Type: AWS::SageMaker::NotebookInstance
    Properties:
      InstanceType: ml.t3.medium
      RoleArn: arn:aws:iam::123456789012:role/x
";

impl Runner {
    /// A runner with mllint at hand, and a repository of these files.
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = folder.path().join("repository");
        for (path, text) in files {
            let path = workspace.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        for name in ["temp", "home"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let git = |arguments: &[&str]| {
            let done = Command::new("git").args(arguments).current_dir(&workspace).output().expect("git runs");
            assert!(done.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
        };
        git(&["init", "--quiet"]);
        git(&["add", "--all"]);
        let text = harness::text("action.yml");
        let action: Value = serde_saphyr::from_str(&text).expect("action.yml is YAML");
        let mut runner = Self { variables: BTreeMap::new(), folder, action };
        let event = runner.path("event.json");
        fs::write(&event, r#"{"pull_request": {"number": 1, "title": "$(touch pwned)"}}"#).expect("a file");
        let path = std::env::var("PATH").expect("a PATH");
        for (name, value) in [
            ("PATH", path),
            ("HOME", runner.path("home").display().to_string()),
            ("MLLINT_BINARY", env!("CARGO_BIN_EXE_mllint").to_owned()),
            ("CI", "true".to_owned()),
            ("GITHUB_ACTIONS", "true".to_owned()),
            ("GITHUB_EVENT_NAME", "pull_request".to_owned()),
            ("GITHUB_EVENT_PATH", event.display().to_string()),
            ("GITHUB_WORKSPACE", runner.workspace().display().to_string()),
            ("GITHUB_ACTION_PATH", harness::package().display().to_string()),
            ("GITHUB_SERVER_URL", "https://github.com".to_owned()),
            ("RUNNER_OS", "Linux".to_owned()),
            ("RUNNER_ARCH", "X64".to_owned()),
            ("RUNNER_TEMP", runner.path("temp").display().to_string()),
        ] {
            runner.variables.insert(name.to_owned(), value);
        }
        runner
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn workspace(&self) -> PathBuf {
        self.path("repository")
    }

    /// Runs all steps with these inputs, until one fails.
    fn run(&self, inputs: &[(&str, &str)]) -> Ran {
        let mut values = BTreeMap::new();
        for (name, input) in self.action["inputs"].as_object().expect("inputs") {
            values.insert(format!("inputs.{name}"), text(&input["default"]));
        }
        for (name, value) in inputs {
            let known = values.insert(format!("inputs.{name}"), (*value).to_owned());
            assert!(known.is_some(), "the action has no input `{name}`");
        }
        values.insert("runner.temp".to_owned(), self.variables["RUNNER_TEMP"].clone());
        for (name, variable) in [("github.action_repository", "ACTION_REPOSITORY"), ("github.action_ref", "ACTION_REF")]
        {
            values.insert(name.to_owned(), self.variables.get(variable).cloned().unwrap_or_default());
        }
        let mut ran = Ran {
            status: 0,
            log: String::new(),
            errors: String::new(),
            summary: String::new(),
            outputs: BTreeMap::new(),
        };
        for (at, step) in self.action["runs"]["steps"].as_array().expect("steps").iter().enumerate() {
            if !holds(&step["if"], &values) {
                continue;
            }
            let Some(script) = step["run"].as_str() else {
                panic!("a step that this test cannot run: {}", step["name"]);
            };
            assert_eq!(step["shell"], "bash");
            let done = self.step(at, script, &step["env"], &values, &mut ran);
            ran.log.push_str(&String::from_utf8_lossy(&done.stdout));
            ran.errors.push_str(&String::from_utf8_lossy(&done.stderr));
            let outputs = fs::read_to_string(self.path(&format!("output-{at}"))).expect("GITHUB_OUTPUT");
            for line in outputs.lines() {
                let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("`{line}` is no output"));
                values.insert(format!("steps.{}.outputs.{name}", text(&step["id"])), value.to_owned());
            }
            ran.status = done.status.code().expect("an exit status");
            if ran.status != 0 {
                break;
            }
        }
        for (name, output) in self.action["outputs"].as_object().expect("outputs") {
            ran.outputs.insert(name.clone(), filled(&text(&output["value"]), &values));
        }
        ran
    }

    /// Runs a script as the runner does: from a file, with bash and its strict flags, and the variables of the step.
    fn step(&self, at: usize, script: &str, env: &Value, values: &BTreeMap<String, String>, ran: &mut Ran) -> Output {
        let file = self.path(&format!("step-{at}.sh"));
        fs::write(&file, script).expect("a script");
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-e", "-o", "pipefail"]).arg(file);
        command.env_clear().envs(&self.variables).current_dir(self.workspace());
        for (variable, name) in [
            ("GITHUB_OUTPUT", "output"),
            ("GITHUB_STEP_SUMMARY", "summary"),
            ("GITHUB_ENV", "env"),
            ("GITHUB_PATH", "path"),
        ] {
            let path = self.path(&format!("{name}-{at}"));
            fs::write(&path, "").expect("a file");
            command.env(variable, path);
        }
        for (name, value) in env.as_object().into_iter().flatten() {
            command.env(name, filled(&text(value), values));
        }
        let done = command.output().expect("bash runs");
        ran.summary.push_str(&fs::read_to_string(self.path(&format!("summary-{at}"))).expect("GITHUB_STEP_SUMMARY"));
        done
    }
}

/// A scalar of YAML as text; what is not there is empty.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// A text with its `${{ … }}` evaluated. What nothing has set is empty, as on GitHub.
fn filled(text: &str, values: &BTreeMap<String, String>) -> String {
    let mut parts = text.split("${{");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").expect("the end of an expression");
        filled.push_str(values.get(name.trim()).map_or("", String::as_str));
        filled.push_str(rest);
    }
    filled
}

/// Whether the condition of a step holds: `a == 'b'` and `a != 'b'`, joined by `&&`.
fn holds(condition: &Value, values: &BTreeMap<String, String>) -> bool {
    let Some(condition) = condition.as_str() else { return true };
    condition.split("&&").all(|part| {
        let (name, wanted, equal) = match (part.split_once("=="), part.split_once("!=")) {
            (Some((name, wanted)), None) => (name, wanted, true),
            (None, Some((name, wanted))) => (name, wanted, false),
            _ => panic!("a condition that this test cannot evaluate: {part}"),
        };
        let value = values.get(name.trim()).map_or("", String::as_str);
        (value == wanted.trim().trim_matches('\'')) == equal
    })
}

fn output<'a>(ran: &'a Ran, name: &str) -> &'a str {
    ran.outputs.get(name).map_or("", String::as_str)
}

#[test]
fn a_clean_repository_passes() {
    let ran = Runner::new(&[("template.yaml", NOTEBOOK)]).run(&[("select", "spot-without-checkpoint")]);
    assert_eq!((ran.status, output(&ran, "exit-status"), output(&ran, "findings")), (0, "0", "0"), "{ran:?}");
    assert_eq!(ran.log, "");
    assert_eq!(ran.summary, "**mllint**: no findings in 1 resource of 1 file\n");
}

#[test]
fn findings_are_annotated_summed_up_and_fail_the_step() {
    let runner = Runner::new(&[("infra/a b.yaml", NOTEBOOK), ("other/template.yaml", NOTEBOOK)]);
    let ran = runner.run(&[("path", "infra/a b.yaml\n"), ("select", "notebook-root-access,notebook-outside-vpc")]);
    assert_eq!((ran.status, output(&ran, "exit-status"), output(&ran, "findings")), (1, "1", "2"), "{ran:?}");
    let place =
        "::warning file=infra/a b.yaml,line=2,endLine=2,col=3,endColumn=11,title=mllint%3A notebook-root-access::";
    assert!(ran.log.contains(place), "{}", ran.log);
    assert_eq!(ran.log.lines().count(), 2, "{}", ran.log);
    assert!(
        ran.summary
            .starts_with("### mllint: 2 warnings (1 fixable with --fix --unsafe-fixes) in 1 resource of 1 file\n"),
        "{}",
        ran.summary
    );
}

#[test]
fn each_input_reaches_mllint() {
    let runner = Runner::new(&[("template.yaml", NOTEBOOK)]);
    let select = ("select", "notebook-root-access,notebook-outside-vpc");
    let ran = runner.run(&[select, ("ignore", "notebook-outside-vpc"), ("fail-on", "error")]);
    assert_eq!((ran.status, output(&ran, "findings")), (0, "1"), "{ran:?}");
    let ran = runner.run(&[select, ("args", " --fail-on\tnever\n--format  sarif=out.sarif ")]);
    assert_eq!((ran.status, output(&ran, "findings")), (0, "2"), "{ran:?}");
    let log = fs::read_to_string(runner.workspace().join("out.sarif")).expect("the file that `args` names");
    assert!(log.contains("\"version\": \"2.1.0\""));
    let ran = runner.run(&[("config", "none.toml")]);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.errors.contains("none.toml"), "{}", ran.errors);
}

#[test]
fn a_mistake_is_told_and_is_no_clean_run() {
    let ran = Runner::new(&[("template.yaml", NOTEBOOK)]).run(&[("select", "no-such-rule")]);
    assert_eq!((ran.status, output(&ran, "exit-status"), output(&ran, "findings")), (2, "2", ""), "{ran:?}");
    assert!(ran.errors.starts_with("error: "), "{}", ran.errors);
    assert!(ran.log.starts_with("::error title=mllint::mllint could not do its work (exit status 2)"), "{}", ran.log);
    assert!(ran.summary.contains("could not do its work"), "{}", ran.summary);
}

#[test]
fn no_input_is_a_program() {
    let names = ["path", "args", "select", "ignore", "fail-on", "config", "version"];
    for name in names {
        for hostile in ["$(touch pwned)`touch pwned`", "\"; touch pwned; ' ; touch pwned; '\" && touch pwned"] {
            let mut runner = Runner::new(&[("template.yaml", NOTEBOOK)]);
            if name == "version" {
                runner.variables.remove("MLLINT_BINARY");
            }
            let ran = runner.run(&[(name, hostile)]);
            assert_eq!(ran.status, 2, "{name}: {hostile}: {ran:?}");
            for folder in ["repository", "temp", "home"] {
                assert!(!runner.path(folder).join("pwned").exists(), "{name}: {hostile} was run in {folder}");
            }
        }
    }
}

#[test]
fn inputs_never_stand_in_a_script_and_actions_are_pinned() {
    let text = harness::text("action.yml");
    let action: Value = serde_saphyr::from_str(&text).expect("YAML");
    for step in action["runs"]["steps"].as_array().expect("steps") {
        if let Some(script) = step["run"].as_str() {
            assert!(!script.contains("${{"), "{script}");
        }
    }
    for path in ["action.yml", ".github/workflows/ci.yml", ".github/workflows/release.yml"] {
        for line in harness::text(path).lines() {
            let Some((_, used)) = line.split_once("uses: ") else { continue };
            let pinned = used.split_once('@').is_some_and(|(_, pin)| {
                let (hash, version) = pin.split_once(" # v").unwrap_or_default();
                hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) && !version.is_empty()
            });
            assert!(
                used.starts_with("./ ") || pinned,
                "{path}: `{used}` is not pinned by its whole hash with its version behind"
            );
        }
    }
}

/// A runner that has no mllint, and whose `curl` and `git` answer from a folder: a release of version 9.9.9.
fn with_release(checksum: impl Fn(&str) -> String) -> Runner {
    let mut runner = Runner::new(&[("template.yaml", NOTEBOOK)]);
    runner.variables.remove("MLLINT_BINARY");
    let release = runner.path("release");
    fs::create_dir(&release).expect("a folder");
    let script = "#!/bin/sh\necho '::notice::the released one'\nexit 0\n";
    fs::write(release.join("mllint"), script).expect("a binary");
    let archive = "mllint-x86_64-unknown-linux-musl.tar.gz";
    let shell = |script: &str| {
        let done = Command::new("bash").args(["-c", script]).current_dir(&release).output().expect("bash runs");
        assert!(done.status.success(), "{script}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).expect("text")
    };
    shell(&format!("chmod +x mllint && tar -czf {archive} mllint"));
    let sum = shell(&format!("sha256sum {archive} 2>/dev/null || shasum -a 256 {archive}"));
    let sum = checksum(sum.split(' ').next().expect("a checksum"));
    fs::write(release.join("SHA256SUMS"), format!("{sum}  {archive}\n")).expect("a file");
    let bin = runner.path("bin");
    fs::create_dir(&bin).expect("a folder");
    // The last argument is the address, the one after `--output` the file.
    let curl = "#!/usr/bin/env bash
for word in \"$@\"; do [[ \"$last\" != --output ]] || file=\"$word\"; last=\"$word\"; done
case \"$last\" in
    https://github.com/owner/name/releases/download/v9.9.9/*) cp \"$RELEASE/${last##*/}\" \"$file\" ;;
    *) exit 22 ;;
esac
";
    let hash = "1".repeat(40);
    let git = format!(
        "#!/usr/bin/env bash
[[ \"$*\" == 'ls-remote --tags https://github.com/owner/name' ]] || exit 1
printf '%s\\t%s\\n' {two} refs/tags/v9.9.8 {tag} refs/tags/v9.9.9 {hash} 'refs/tags/v9.9.9^{{}}' {hash} refs/tags/v9
",
        two = "2".repeat(40),
        tag = "3".repeat(40),
    );
    for (name, text) in [("curl", curl), ("git", &git)] {
        fs::write(bin.join(name), text).expect("a program");
    }
    shell(&format!("chmod +x '{0}/curl' '{0}/git'", bin.display()));
    let path = format!("{}:{}", bin.display(), runner.variables["PATH"]);
    runner.variables.insert("PATH".to_owned(), path);
    runner.variables.insert("RELEASE".to_owned(), release.display().to_string());
    runner.variables.insert("ACTION_REPOSITORY".to_owned(), "owner/name".to_owned());
    runner
}

#[test]
fn the_release_that_the_action_is_gets_used() {
    let hash = "1".repeat(40);
    for (reference, version) in [("", "9.9.9"), ("", "v9.9.9"), ("v9.9.9", ""), ("v9", ""), (hash.as_str(), "")] {
        let mut runner = with_release(str::to_owned);
        runner.variables.insert("ACTION_REF".to_owned(), reference.to_owned());
        let ran = runner.run(&[("version", version)]);
        assert_eq!(ran.status, 0, "{reference} {version}: {ran:?}");
        assert!(ran.log.contains("mllint 9.9.9, its checksum verified"), "{reference} {version}: {}", ran.log);
        assert!(ran.log.ends_with("::notice::the released one\n"), "{}", ran.log);
    }
}

#[test]
fn an_archive_that_is_not_the_released_one_is_never_run() {
    for checksum in [|_: &str| "0".repeat(64), |_: &str| String::new(), |sum: &str| sum[..63].to_owned()] {
        let ran = with_release(checksum).run(&[("version", "9.9.9")]);
        assert_eq!(ran.status, 2, "{ran:?}");
        assert!(ran.log.contains("is not what its SHA256SUMS says"), "{}", ran.log);
        assert!(!ran.log.contains("the released one"), "{}", ran.log);
    }
}

#[test]
fn a_version_that_is_not_released_is_not_replaced_by_another() {
    let ran = with_release(str::to_owned).run(&[("version", "9.9.7")]);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.log.contains("there is no release 9.9.7 for Linux X64"), "{}", ran.log);
}

#[test]
fn what_is_not_released_is_built_and_cached_by_its_source() {
    let mut runner = with_release(str::to_owned);
    runner.variables.insert("ACTION_REF".to_owned(), "main".to_owned());
    let step = &runner.action["runs"]["steps"][0];
    let script = step["run"].as_str().expect("a script");
    let values = BTreeMap::from([("github.action_ref".to_owned(), "main".to_owned())]);
    let mut ran =
        Ran { status: 0, log: String::new(), errors: String::new(), summary: String::new(), outputs: BTreeMap::new() };
    let done = runner.step(0, script, &step["env"], &values, &mut ran);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let written = fs::read_to_string(runner.path("output-0")).expect("outputs");
    let value =
        |name: &str| written.lines().find_map(|line| line.strip_prefix(&format!("{name}="))).expect("an output");
    assert_eq!(value("build"), "true");
    assert_eq!(Path::new(value("binary")), runner.path("temp/mllint/bin/mllint"));
    let key = value("key").strip_prefix("mllint-Linux-X64-").expect("a key");
    assert!(key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
}
