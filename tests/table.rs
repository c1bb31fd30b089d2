//! Every rule has what a rule must have; what is missing is named in a sentence.

mod harness;

use std::fs;

use harness::page::{Page, Promise};
use mllint::rules::{self, Fixes, Rule};

/// Sections of a page, in order, and which of them must be there.
const SECTIONS: &[(&str, bool)] = &[
    ("What it does", true),
    ("Why is this bad", true),
    ("What it costs", false),
    ("Example", true),
    ("Use instead", true),
    ("Fix safety", false),
    ("Options", false),
    ("References", true),
];

#[test]
fn the_table_is_sorted_and_its_names_are_unique() {
    let mut faults = Vec::new();
    for pair in rules::ALL.windows(2) {
        let (first, second) = (pair[0].name, pair[1].name);
        if first >= second {
            faults.push(format!("`{second}` stands behind `{first}` in `rules::ALL`: sort the table by name"));
        }
    }
    let names: Vec<&str> = rules::ALL.iter().map(|rule| rule.name).collect();
    for rule in rules::ALL {
        for alias in rule.aliases.iter().filter(|alias| names.contains(alias)) {
            faults.push(format!("`{}` has the alias `{alias}`, which is the name of a rule", rule.name));
        }
        for implied in rule.implies.iter().filter(|implied| !names.contains(implied)) {
            faults.push(format!("`{}` implies `{implied}`, which is no rule", rule.name));
        }
    }
    harness::report(&faults);
}

#[test]
fn a_name_names_a_fault_in_kebab_case() {
    let kebab = |name: &str| {
        !name.is_empty()
            && name
                .split('-')
                .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
    };
    let asks =
        |name: &str| ["check-", "no-", "use-", "ensure-", "require-"].iter().any(|start| name.starts_with(start));
    let odd: Vec<String> = rules::ALL
        .iter()
        .filter(|rule| !kebab(rule.name) || asks(rule.name))
        .map(|rule| format!("`{}` is no name of a fault in kebab-case that reads well after \"allow\"", rule.name))
        .collect();
    harness::report(&odd);
}

#[test]
fn every_rule_is_in_the_file_named_after_it() {
    let mut faults = Vec::new();
    for rule in rules::ALL {
        let path = format!("src/rules/{}/{}.rs", rule.category.name(), rule.name.replace('-', "_"));
        match fs::read_to_string(harness::package().join(&path)) {
            Err(_) => faults.push(format!("`{}` has no file {path}", rule.name)),
            Ok(text) if !text.contains(&format!("name: \"{}\"", rule.name)) => {
                faults.push(format!("{path} does not hold the rule `{}`", rule.name));
            }
            Ok(_) => {}
        }
    }
    harness::report(&faults);
}

#[test]
fn every_page_belongs_to_a_rule() {
    let mut faults = Vec::new();
    for entry in fs::read_dir(harness::package().join("rules")).expect("the folder rules") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        let rule = name.strip_suffix(".md").and_then(rules::by_name);
        if name != "README.md" && rule.is_none() {
            faults.push(no_rule(name.strip_suffix(".md").unwrap_or(&name)));
        }
    }
    for rule in rules::ALL {
        if rule.page != harness::text(&format!("rules/{}.md", rule.name)) {
            faults.push(format!("`{}` includes another page than rules/{}.md", rule.name, rule.name));
        }
    }
    harness::report(&faults);
}

/// What a page without a rule lacks: the rule's file, or its line in the table.
fn no_rule(name: &str) -> String {
    let file = format!("{}.rs", name.replace('-', "_"));
    let folders = rules::Category::ALL.map(|category| format!("src/rules/{}", category.name()));
    let found = folders.iter().find(|folder| harness::package().join(folder).join(&file).is_file());
    let Some(folder) = found else {
        return format!("rules/{name}.md is the page of no rule: src/rules/<category>/{file} is missing");
    };
    format!(
        "rules/{name}.md is the page of no rule in `rules::ALL`: {folder}/{file} is there, but has no line in the table in \
         src/rules/mod.rs"
    )
}

#[test]
fn every_page_is_whole() {
    let faults: Vec<String> = rules::ALL.iter().flat_map(|rule| page_faults(rule)).collect();
    harness::report(&faults);
}

fn page_faults(rule: &Rule) -> Vec<String> {
    let name = rule.name;
    let page = match Page::of(rule.page) {
        Ok(page) => page,
        Err(fault) => return vec![format!("rules/{name}.md: {fault}")],
    };
    let mut faults = Vec::new();
    let mut fault = |text: &str| faults.push(format!("rules/{name}.md {text}"));
    if page.title != name {
        fault("has another title than the rule's name");
    }
    for (section, required) in SECTIONS {
        let required = *required || (*section == "Fix safety" && rule.fixes != Fixes::None);
        if required && !page.sections.iter().any(|known| known == section) {
            fault(&format!("has no section \"{section}\""));
        }
    }
    if page.sections.iter().any(|known| known == "Options") == rule.options.is_empty() {
        fault("has a section \"Options\" where its rule has none, or lacks one");
    }
    for option in rule.options {
        if !page.blocks.iter().any(|block| block.set.iter().any(|(name, _)| name == option.name())) {
            fault(&format!("shows no block with `set:{}=…`", option.name()));
        }
    }
    let order = |section: &String| SECTIONS.iter().position(|(known, _)| known == section);
    for section in page.sections.iter().filter(|section| order(section).is_none()) {
        fault(&format!("has a section \"{section}\" that pages do not have"));
    }
    if !page.sections.iter().filter_map(order).is_sorted() {
        fault("has its sections in another order than the other pages");
    }
    let has = |promise: Promise| page.blocks.iter().any(|block| block.promise == promise);
    if !has(Promise::Bad) {
        fault("has no `bad` block");
    }
    if !has(Promise::Good) {
        fault("has no `good` block");
    }
    if !page.blocks.iter().any(|block| block.promise == Promise::Good && block.unknown) {
        fault("has no `good` block with an unknown value (say above it that the value cannot be known)");
    }
    if rule.summary().is_empty() {
        fault("has no summary: a first paragraph under \"What it does\"");
    }
    faults
}
