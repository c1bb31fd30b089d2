//! What the terminal can show.

use std::env;

/// Width where none is known.
const WIDTH: usize = 100;

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

/// Width of the terminal, kept between what frames need and what can be read; a fixed one where there is no terminal.
pub fn width(is_terminal: bool) -> usize {
    if !is_terminal {
        return WIDTH;
    }
    terminal_size::terminal_size().map_or(WIDTH, |(width, _)| usize::from(width.0).clamp(80, 120))
}
