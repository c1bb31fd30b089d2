//! Python and notebook code → ruff's syntax tree, with what is wrong beside it.

use ruff_python_ast::{
    Stmt,
    token::{TokenKind, Tokens},
};
use ruff_python_parser::{
    LexicalErrorType, Mode, ParseError, ParseErrorType, ParseOptions, parse_cells_unchecked, parse_unchecked,
};
use ruff_text_size::{Ranged, TextRange, TextSize};

use crate::source::{Cells, Span};

mod block;
mod depth;
pub mod edit;
mod outline;

pub use block::{Block, block};
pub use outline::{Outline, outline};

/// What parsed of a text. After an error the parser goes on, so that the statements behind it are there too.
#[derive(Debug)]
pub struct Parsed {
    /// The statements of the file, or of all cells in order.
    pub suite: Vec<Stmt>,
    /// What is wrong: where, and what the parser says.
    pub faults: Vec<(Span, String)>,
    /// Faults that are not among them, since there are too many.
    pub more_faults: usize,
    /// Why the text is beyond what is read: then there are no statements.
    pub limit: Option<&'static str>,
}

/// Longer code than this is not read: it is data, and its tree would take a hundred times the memory.
const MAX_BYTES: usize = 4 << 20;
/// Why code is not read that nests too deeply.
const TOO_DEEP: &str = "it is nested too deeply to be read";
/// Most faults that are kept.
const MAX_FAULTS: usize = 1000;

/// Parses a script. A byte order mark at the start is skipped.
pub fn parse(text: &str) -> Parsed {
    if let Some(limit) = limit([text], Mode::Module) {
        return Parsed::refused(limit);
    }
    let module = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let (faults, more_faults) = faults(module.errors(), module.tokens(), |_| 0);
    let suite = module.try_into_module().map(|parsed| parsed.into_suite().into_iter().collect()).unwrap_or_default();
    Parsed { suite, faults, more_faults, limit: None }.unless_deep()
}

/// Parses the code cells of a notebook, each on its own: an error ends with its cell. IPython's `%` and `!` lines are fine.
pub fn parse_cells(text: &str, cells: &Cells) -> Parsed {
    if let Some(limit) = limit(cells.cells.iter().map(|cell| &text[cell.span.range()]), Mode::Ipython) {
        return Parsed::refused(limit);
    }
    let mut whole = Parsed { suite: Vec::new(), faults: Vec::new(), more_faults: 0, limit: None };
    // The parser takes cells that follow each other; one that writes a script may stand between them.
    for run in cells.cells.chunk_by(|one, next| one.span.end == next.span.start) {
        let run = Cells { cells: run.to_vec(), segments: Vec::new() };
        let parsed = parse_cells_unchecked(text, cell_ranges(text, &run), &ParseOptions::from(Mode::Ipython));
        let cell = |offset| run.cell_at(offset).map_or(0, |cell| cell.span.start);
        let (faults, more_faults) = faults(parsed.errors(), parsed.tokens(), cell);
        whole.suite.extend(parsed.into_suite());
        whole.faults.extend(faults);
        whole.more_faults += more_faults;
    }
    whole.unless_deep()
}

/// The code of each cell, as the parser wants it.
fn cell_ranges(text: &str, cells: &Cells) -> impl Iterator<Item = TextRange> {
    let size = |offset: usize| TextSize::try_from(offset).unwrap_or_default();
    cells.cells.iter().map(move |cell| {
        // The line break that ends a cell stands between two ranges.
        let code = &text[cell.span.range()];
        let end = cell.span.start as usize + code.strip_suffix('\n').unwrap_or(code).len();
        TextRange::new(size(cell.span.start as usize), size(end))
    })
}

impl Parsed {
    /// Broken code may nest deeper than its tokens tell, when the parser guesses what is missing.
    fn unless_deep(self) -> Self {
        if self.faults.is_empty() || !depth::is_deep(&self.suite, 2 * depth::MAX_DEPTH) {
            return self;
        }
        // Freeing such a tree would overflow the stack, so it is left where it is.
        std::mem::forget(self.suite);
        Self::refused(TOO_DEEP)
    }

    fn refused(limit: &'static str) -> Self {
        Self { suite: Vec::new(), faults: Vec::new(), more_faults: 0, limit: Some(limit) }
    }
}

/// Why texts are beyond what is read.
fn limit<'t>(texts: impl IntoIterator<Item = &'t str>, mode: Mode) -> Option<&'static str> {
    let mut bytes = 0;
    for text in texts {
        bytes += text.len();
        if bytes > MAX_BYTES {
            return Some("it is more than 4 MiB of code");
        }
        if depth::is_too_deep(text, mode) {
            return Some(TOO_DEEP);
        }
    }
    None
}

/// The errors as spans and sentences, and how many more there are; `start` tells where the cell that holds an offset
/// begins.
fn faults(errors: &[ParseError], tokens: &Tokens, start: impl Fn(u32) -> u32) -> (Vec<(Span, String)>, usize) {
    let lower = |message: String| {
        let mut chars = message.chars();
        chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
    };
    let fault = |error: &ParseError| {
        // Where the text ends is seldom where it is wrong.
        let is_end = matches!(error.error, ParseErrorType::Lexical(LexicalErrorType::Eof));
        let bracket = is_end.then(|| unclosed(tokens, start(error.location.start().to_u32()), error.location));
        match bracket.flatten() {
            Some((range, bracket)) => (span(range), format!("this `{bracket}` is never closed")),
            None => (span(error.location), lower(error.error.to_string())),
        }
    };
    (errors.iter().take(MAX_FAULTS).map(fault).collect(), errors.len().saturating_sub(MAX_FAULTS))
}

/// The innermost bracket that is open where a text or a cell ends.
fn unclosed(tokens: &Tokens, start: u32, end: TextRange) -> Option<(TextRange, char)> {
    let mut open = Vec::new();
    let first = tokens.partition_point(|token| token.start().to_u32() < start);
    for token in tokens[first..].iter().take_while(|token| token.start() <= end.start()) {
        match token.kind() {
            TokenKind::Lpar => open.push((token.range(), '(')),
            TokenKind::Lsqb => open.push((token.range(), '[')),
            TokenKind::Lbrace => open.push((token.range(), '{')),
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => drop(open.pop()),
            _ => {}
        }
    }
    open.pop()
}

/// A range of ruff's as a span of ours.
pub fn span(range: TextRange) -> Span {
    Span::new(range.start().to_usize(), range.end().to_usize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Cell;

    #[test]
    fn an_open_bracket_is_pointed_at() {
        let text = "a = (1)\nb = f(\n    [1, 2],\n    c={\n";
        let [(span, message)] = &parse(text).faults[..] else { panic!("{:?}", parse(text).faults) };
        assert_eq!((&text[span.range()], span.start, &**message), ("{", 33, "this `{` is never closed"));
    }

    #[test]
    fn what_is_too_deep_to_be_walked_is_refused() {
        let chain = |count| format!("x = a{}\n", ".b()".repeat(count));
        assert!(parse(&chain(50_000)).limit.is_some());
        assert!(parse(&chain(100)).limit.is_none());
        assert!(parse(&format!("x = [{}]\n", "f(1), ".repeat(10_000))).limit.is_none(), "long is not deep");
    }

    #[test]
    fn each_cell_has_its_own_brackets() {
        let (text, ends) = ("a = f(\nb = [1\n", [(0, 7), (7, 14)]);
        let cells = ends.iter().zip(1..).map(|(&(start, end), index)| Cell { index, span: Span::new(start, end) });
        let cells = Cells { cells: cells.collect(), segments: Vec::new() };
        let faults = parse_cells(text, &cells).faults;
        let found: Vec<(u32, &str)> = faults.iter().map(|(span, message)| (span.start, &**message)).collect();
        assert_eq!(found, [(5, "this `(` is never closed"), (11, "this `[` is never closed")]);
    }
}
