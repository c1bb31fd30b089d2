//! What the terminal can show.

use std::env;

/// Whether to use colours on a stream that is or is not a terminal, from `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR`, `TERM`.
pub fn has_color(is_terminal: bool) -> bool {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return false;
    }
    if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        return true;
    }
    is_terminal && set("CLICOLOR").is_none_or(|value| value != "0") && set("TERM").is_none_or(|term| term != "dumb")
}

/// Columns of the terminal, or of `COLUMNS` where there is none or it says so; nothing where nobody says. Kept between
/// what frames need and what can be read.
pub fn columns(is_terminal: bool) -> Option<usize> {
    let told = env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok()).filter(|&columns| columns > 0);
    let seen = || terminal_size::terminal_size().filter(|_| is_terminal).map(|(width, _)| usize::from(width.0));
    told.or_else(seen).map(|columns: usize| columns.clamp(60, 120))
}
