//! What fixes would change, as a unified diff.

use std::io;

use similar::TextDiff;

use super::apply::Changed;

/// Prints the difference between a file and what it would be, with three lines around each change; `patch -p0` takes it.
///
/// # Errors
/// When the output cannot be written.
pub fn print(path: &str, changed: &Changed, out: &mut dyn io::Write) -> io::Result<()> {
    let diff = TextDiff::from_lines(&*changed.old, &*changed.new);
    write!(out, "{}", diff.unified_diff().context_radius(3).header(path, path))
}
