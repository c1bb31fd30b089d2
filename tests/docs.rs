//! What the documents say is so: the README's console block is real output, and links lead to files.
//! `UPDATE=1 cargo test --test docs` rewrites the console block.

mod harness;

use std::{path::Path, process::Command};

#[test]
fn the_readme_shows_real_output() {
    let text = harness::text("README.md");
    let (before, rest) = text.split_once("```console\n").expect("a console block in README.md");
    let (block, after) = rest.split_once("\n```\n").expect("the end of the console block");
    let command = block.lines().next().and_then(|line| line.strip_prefix("$ mllint ")).expect("a line `$ mllint …`");
    let output = Command::new(env!("CARGO_BIN_EXE_mllint"))
        .args(command.split_whitespace())
        .current_dir(harness::package())
        .env("NO_COLOR", "1")
        .env_remove("COLUMNS")
        .output()
        .expect("mllint runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "the example has findings that fail it: {errors}");
    let shown = String::from_utf8(output.stdout).expect("text");
    let block = format!("$ mllint {command}\n{}", shown.trim_end());
    let current = side_by_side(&format!("{before}```console\n{block}\n```\n{after}"));
    harness::report(
        &harness::compare("README.md", &current, "cargo test --test docs").err().into_iter().collect::<Vec<_>>(),
    );
}

/// The README with the usage file and the output of infracost, as its documentation has them, beside ours of the same
/// configuration.
fn side_by_side(text: &str) -> String {
    const FOLDER: &str = "fixtures/from-infracost";
    let told = |name: &str| harness::text(&format!("{FOLDER}/{name}"));
    let (theirs, ours) = (told("infracost-usage.yml"), told("mllint-usage.yml"));
    assert!(ours.starts_with(&theirs), "what infracost takes is a beginning of what mllint takes");
    let mut left = vec!["infracost-usage.yml"];
    left.extend(theirs.lines());
    let mut lines = Vec::new();
    for (at, right) in std::iter::once("mllint-usage.yml").chain(ours.lines()).enumerate() {
        lines.push(format!("{:<44}{right}", left.get(at).copied().unwrap_or_default()).trim_end().to_owned());
    }
    let command = format!("cost {FOLDER} --usage {FOLDER}/mllint-usage.yml");
    let output = Command::new(env!("CARGO_BIN_EXE_mllint"))
        .args(command.split_whitespace())
        .current_dir(harness::package())
        .env("NO_COLOR", "1")
        .output()
        .expect("mllint runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let shown = String::from_utf8(output.stdout).expect("text");
    let block = format!(
        "```text\n{}\n```\n\nWhat `infracost breakdown` prints (in its form of August 2026, shortened), and what `mllint cost` does:\n\n```text\n{}\n```\n\n```console\n$ mllint {command}\n{}\n```",
        lines.join("\n"),
        told("infracost.txt").trim_end(),
        shown.trim_end()
    );
    let (before, rest) = text.split_once("<!-- side by side -->\n").expect("where it begins");
    let (_, after) = rest.split_once("<!-- end of side by side -->").expect("where it ends");
    format!("{before}<!-- side by side -->\n{block}\n<!-- end of side by side -->{after}")
}

#[test]
fn links_lead_to_files() {
    let mut faults = Vec::new();
    for document in [
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "docs/catalogue.md",
        "docs/from-infracost.md",
        "rules/README.md",
    ] {
        let folder = harness::package().join(Path::new(document).parent().unwrap_or(Path::new("")));
        for target in links(&harness::text(document)) {
            let path = target.split('#').next().unwrap_or_default();
            if !target.contains("://") && !path.is_empty() && !folder.join(path).exists() {
                faults.push(format!("{document} links to `{target}`, which does not exist"));
            }
        }
    }
    harness::report(&faults);
}

/// The targets of a document's links.
fn links(text: &str) -> Vec<&str> {
    text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target).collect()
}

#[test]
fn links_are_found() {
    assert_eq!(links("a [b](c.md) and [d](https://e.f/#g), ![h](i.png)"), ["c.md", "https://e.f/#g", "i.png"]);
}

#[test]
fn the_configuration_of_the_readme_is_valid() {
    let text = harness::text("README.md");
    let (_, rest) = text.split_once("```toml\n").expect("a toml block in README.md");
    let (block, _) = rest.split_once("\n```\n").expect("the end of the toml block");
    let files = mllint::source::Files::memory([("mllint.toml", block)]);
    let config = mllint::config::at_root(&files).expect("a valid configuration");
    for key in mllint::config::keys::KEYS.iter().filter(|key| key.name != "select") {
        assert!(block.contains(key.name), "the README does not show `{}`", key.name);
    }
    assert_eq!(config.paths.len(), 1);
}

#[test]
fn the_schema_of_the_configuration_is_current_and_takes_what_is_valid() {
    let schema = mllint::config::schema::schema();
    harness::report(
        &harness::compare("src/config/schema.json", &schema, "cargo test --test docs")
            .err()
            .into_iter()
            .collect::<Vec<_>>(),
    );
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let text = harness::text("README.md");
    let (_, rest) = text.split_once("```toml\n").expect("a toml block in README.md");
    let (block, _) = rest.split_once("\n```\n").expect("the end of the toml block");
    let valid: serde_json::Value = toml::from_str(block).expect("TOML");
    let faults: Vec<String> = validator.iter_errors(&valid).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    for wrong in
        ["selct = []", "fail-on = 'eror'", "ignore = 'cost'", "[[path]]\nignore = []", "[severity]\ncost = 'off'"]
    {
        let wrong: serde_json::Value = toml::from_str(wrong).expect("TOML");
        assert!(!validator.is_valid(&wrong), "{wrong}");
    }
}
