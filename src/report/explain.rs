//! `mllint explain`: the page of a rule.

use std::io;

use crate::rules::Rule;

/// Prints a rule's page.
///
/// # Errors
/// When the output cannot be written.
pub fn print(rule: &Rule, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "{}", rule.page.trim_end())
}
