//! `mllint rules`: all rules, as a table or as JSON.

use std::io;

use serde::Serialize;

use crate::{
    report::pretty::wrapped,
    rules::{Category, Fixes, Rule},
};

/// What stands before a summary, and between two of its lines.
const INDENT: &str = "    ";
const INDENT_LINE: &str = "\n    ";

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
        let off = if rule.default { "" } else { " (off unless selected)" };
        let name = format!("{name:name_width$}");
        let name = if color { format!("\u{1b}[1m{name}\u{1b}[0m") } else { name };
        let head = format!("{name}  {severity:severity_width$}  {category:category_width$}");
        let summary = format!("{}{off}", rule.summary());
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
    since: &'a str,
    summary: String,
    url: String,
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
            since: rule.since,
            summary: rule.summary(),
            url: rule.url(),
        }
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
