//! `mllint rules`: all rules, as a table or as JSON, and all of some of them.

use std::{collections::BTreeMap, fmt::Write as _, io};

use serde::Serialize;

use crate::{
    finding::Severity,
    report::{fold::Folding, pretty::wrapped},
    rules::{
        ALL, Category, Fixes, Group, Rule,
        options::{RuleOption, Setting},
    },
};

/// What stands before a summary, and between two of its lines.
const INDENT: &str = "    ";
const INDENT_LINE: &str = "\n    ";
/// Columns of the words that say what a line tells of a rule.
const TITLE: usize = 12;
/// Columns of a text that no terminal bounds.
const COLUMNS: usize = 100;

/// Prints a table with a line per rule; where the columns are known, with the summary on lines of its own.
///
/// # Errors
/// When the output cannot be written.
pub fn print_text(rules: &[&Rule], color: bool, columns: Option<usize>, out: &mut dyn io::Write) -> io::Result<()> {
    let name_width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let severity_width = rules.iter().map(|rule| severity(rule).len()).max().unwrap_or(0);
    let category_width = Category::ALL.iter().map(|category| category.name().len()).max().unwrap_or(0);
    for rule in rules {
        let (name, severity, category) = (rule.name, severity(rule), rule.category.name());
        let fixes = format!("fixes: {}", fixes(rule.fixes));
        let notes = notes(rule);
        let name = format!("{name:name_width$}");
        let name = if color { format!("\u{1b}[1m{name}\u{1b}[0m") } else { name };
        let head = format!("{name}  {severity:severity_width$}  {category:category_width$}");
        let summary = format!("{}{notes}", rule.summary());
        match columns {
            Some(columns) => {
                let summary = wrapped(&summary, columns.saturating_sub(INDENT.len())).replace('\n', INDENT_LINE);
                writeln!(out, "{head}  {fixes}\n{INDENT}{summary}")?;
            }
            None => writeln!(out, "{head}  {fixes:13}  {summary}")?,
        }
    }
    Ok(())
}

/// What a list says of a rule behind its summary.
fn notes(rule: &Rule) -> String {
    let mut notes = Vec::new();
    if !rule.default {
        notes.push("off unless selected".to_owned());
    }
    if !rule.implies.is_empty() {
        notes.push(format!("implies {}", rule.implies.join(", ")));
    }
    if !rule.options.is_empty() {
        let names: Vec<&str> = rule.options.iter().map(RuleOption::name).collect();
        notes.push(format!("options: {}", names.join(", ")));
    }
    if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) }
}

/// Prints all that there is to know of some rules.
///
/// # Errors
/// When the output cannot be written.
pub fn print_details(rules: &[&Rule], color: bool, columns: Option<usize>, out: &mut dyn io::Write) -> io::Result<()> {
    for (at, rule) in rules.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        let name = if color { format!("\u{1b}[1m{}\u{1b}[0m", rule.name) } else { rule.name.to_owned() };
        let width = columns.unwrap_or(COLUMNS).saturating_sub(INDENT.len());
        writeln!(out, "{name}\n{INDENT}{}", wrapped(&rule.summary(), width).replace('\n', INDENT_LINE))?;
        for (title, text) in details(rule) {
            let lines: Vec<String> = text.lines().map(|line| wrapped(line, width.saturating_sub(TITLE))).collect();
            let text = lines.join("\n").replace('\n', &format!("\n{:1$}", "", INDENT.len() + TITLE));
            writeln!(out, "{INDENT}{title:TITLE$}{text}")?;
        }
    }
    Ok(())
}

/// The lines about a rule: what each tells, and its text.
fn details(rule: &Rule) -> Vec<(&'static str, String)> {
    let severity = match rule.or_severity {
        Some((other, when)) => format!("{}, or {other} if {when}", rule.severity),
        None => rule.severity.to_string(),
    };
    let mut lines = vec![
        ("category", rule.category.name().to_owned()),
        ("severity", severity),
        ("fixes", fixes(rule.fixes).to_owned()),
        ("runs", if rule.default { "by default" } else { "only where it is selected" }.to_owned()),
    ];
    if !rule.implies.is_empty() {
        let names = rule.implies.join(", ");
        lines.push(("implies", format!("{names}: on the same resource it takes their place")));
    }
    let implied_by = implied_by(rule);
    if !implied_by.is_empty() {
        lines.push(("implied by", format!("{}: on the same resource it is silent then", implied_by.join(", "))));
    }
    for severity in severities(rule) {
        lines.push(("folds", format!("{severity}: {}", Folding::of(severity).told(rule))));
    }
    for option in rule.options {
        let mut text = format!("{} = {}", option.name(), written(&option.default()));
        if let RuleOption::Number(number) = option {
            let _ = write!(text, " (from {} to {})", number.within.0, number.within.1);
        }
        lines.push(("option", format!("{text}\n{}, in `[rules.{}]`", option.about(), rule.name)));
    }
    if !rule.aliases.is_empty() {
        lines.push(("once called", rule.aliases.join(", ")));
    }
    lines.push(("since", rule.since.to_owned()));
    lines.push(("page", rule.url()));
    lines
}

/// The severities that findings of a rule may have, the default first.
fn severities(rule: &Rule) -> impl Iterator<Item = Severity> {
    [rule.severity].into_iter().chain(rule.or_severity.map(|(other, _)| other))
}

fn implied_by(rule: &Rule) -> Vec<&'static str> {
    ALL.iter().filter(|other| other.implies.contains(&rule.name)).map(|other| other.name).collect()
}

/// A value of an option, as it is written in the configuration.
fn written(setting: &Setting) -> String {
    match setting {
        Setting::Number(number) => number.to_string(),
        Setting::Texts(texts) => {
            let texts: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
            format!("[{}]", texts.join(", "))
        }
    }
}

/// Prints a JSON array with an object per rule.
///
/// # Errors
/// When the output cannot be written.
pub fn print_json(rules: &[&Rule], out: &mut dyn io::Write) -> io::Result<()> {
    let entries: Vec<Entry<'_>> = rules.iter().map(|rule| Entry::of(rule)).collect();
    serde_json::to_writer_pretty(&mut *out, &entries)?;
    writeln!(out)
}

/// A rule in JSON.
#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    aliases: &'a [&'a str],
    category: &'a str,
    severity: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    or_severity: Option<OrSeverity<'a>>,
    fixes: &'a str,
    default: bool,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    implies: &'a [&'a str],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    implied_by: Vec<&'a str>,
    group: &'a str,
    folding: BTreeMap<&'a str, &'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<OptionShape<'a>>,
    since: &'a str,
    summary: String,
    url: String,
}

/// An option of a rule in JSON.
#[derive(Serialize)]
struct OptionShape<'a> {
    name: &'a str,
    about: &'a str,
    default: Setting,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<u32>,
}

#[derive(Serialize)]
struct OrSeverity<'a> {
    severity: &'a str,
    when: &'a str,
}

impl<'a> Entry<'a> {
    fn of(rule: &'a Rule) -> Self {
        Self {
            name: rule.name,
            aliases: rule.aliases,
            category: rule.category.name(),
            severity: rule.severity.name(),
            or_severity: rule.or_severity.map(|(severity, when)| OrSeverity { severity: severity.name(), when }),
            fixes: fixes(rule.fixes),
            default: rule.default,
            implies: rule.implies,
            implied_by: implied_by(rule),
            group: match rule.group {
                Group::Folder => "folder",
                Group::Code => "code",
            },
            folding: severities(rule).map(|severity| (severity.name(), folding(severity))).collect(),
            options: rule.options.iter().map(OptionShape::of).collect(),
            since: rule.since,
            summary: rule.summary(),
            url: rule.url(),
        }
    }
}

impl<'a> OptionShape<'a> {
    fn of(option: &'a RuleOption) -> Self {
        let within = match option {
            RuleOption::Number(number) => Some(number.within),
            RuleOption::Texts(_) => None,
        };
        Self {
            name: option.name(),
            about: option.about(),
            default: option.default(),
            minimum: within.map(|within| within.0),
            maximum: within.map(|within| within.1),
        }
    }
}

fn folding(severity: Severity) -> &'static str {
    match Folding::of(severity) {
        Folding::Never => "never",
        Folding::Group => "by group",
        Folding::Message => "by message",
    }
}

/// The severity, and the other one: `advice (or warning)`.
fn severity(rule: &Rule) -> String {
    match rule.or_severity {
        Some((other, _)) => format!("{} (or {other})", rule.severity),
        None => rule.severity.to_string(),
    }
}

fn fixes(fixes: Fixes) -> &'static str {
    match fixes {
        Fixes::None => "none",
        Fixes::Safe => "safe",
        Fixes::Unsafe => "unsafe",
    }
}
