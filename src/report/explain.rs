//! `mllint explain`: the page of a rule, as text for a terminal.

use std::io;

use crate::rules::Rule;

/// Prints a rule's page: headings without their marks, code indented in place of its fences.
///
/// # Errors
/// When the output cannot be written.
pub fn print(rule: &Rule, color: bool, out: &mut dyn io::Write) -> io::Result<()> {
    let mut in_code = false;
    for line in rule.page.trim_end().lines() {
        if line.starts_with("```") {
            in_code = !in_code;
            continue;
        }
        if in_code {
            writeln!(out, "{}", format!("    {line}").trim_end())?;
            continue;
        }
        let emphasis = line.strip_prefix('*').and_then(|line| line.strip_suffix('*'));
        match line.strip_prefix("# ").or(line.strip_prefix("## ")) {
            Some(heading) if color => writeln!(out, "\u{1b}[1m{heading}\u{1b}[0m")?,
            Some(heading) => writeln!(out, "{heading}\n{}", "─".repeat(heading.chars().count()))?,
            None => writeln!(out, "{}", emphasis.unwrap_or(line))?,
        }
    }
    Ok(())
}
