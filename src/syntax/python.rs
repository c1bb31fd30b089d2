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

/// What parsed of a text. After an error the parser goes on, so that the statements behind it are there too.
pub struct Parsed {
    /// The statements of the file, or of all cells in order.
    pub suite: Vec<Stmt>,
    /// What is wrong: where, and what the parser says.
    pub faults: Vec<(Span, String)>,
    /// An expression that is too long to be walked: then there are no statements.
    pub limit: Option<Span>,
}

/// More tokens than this without a comma or an end of the statement between them are nested too deeply in the tree
/// (`a.b().c()…`, `not not …`) to be walked, or even to be freed, on the stack of a thread.
const MAX_CHAIN: usize = 3000;

/// Parses a script. A byte order mark at the start is skipped.
pub fn parse(text: &str) -> Parsed {
    let module = parse_unchecked(text, ParseOptions::from(Mode::Module));
    if let Some(limit) = too_long(module.tokens()) {
        return refused(module, limit);
    }
    let faults = faults(module.errors(), module.tokens(), |_| 0);
    let suite = module.try_into_module().map(|parsed| parsed.into_suite().into_iter().collect()).unwrap_or_default();
    Parsed { suite, faults, limit: None }
}

/// Parses the code cells of a notebook, each on its own: an error ends with its cell. IPython's `%` and `!` lines are fine.
pub fn parse_cells(text: &str, cells: &Cells) -> Parsed {
    let size = |offset: usize| TextSize::try_from(offset).unwrap_or_default();
    let ranges = cells.cells.iter().map(|cell| {
        // The line break that ends a cell stands between two ranges.
        let code = &text[cell.span.range()];
        let end = cell.span.start as usize + code.strip_suffix('\n').unwrap_or(code).len();
        TextRange::new(size(cell.span.start as usize), size(end))
    });
    let parsed = parse_cells_unchecked(text, ranges, &ParseOptions::from(Mode::Ipython));
    if let Some(limit) = too_long(parsed.tokens()) {
        return refused(parsed, limit);
    }
    let cell = |offset| cells.cell_at(offset).map_or(0, |cell| cell.span.start);
    let faults = faults(parsed.errors(), parsed.tokens(), cell);
    Parsed { suite: parsed.into_suite().into_iter().collect(), faults, limit: None }
}

/// The first token beyond [`MAX_CHAIN`]. Texts that stand side by side are one node, however many they are.
fn too_long(tokens: &Tokens) -> Option<Span> {
    let mut length = 0;
    let beyond = tokens.iter().find(|token| {
        length = match token.kind() {
            TokenKind::Comma | TokenKind::Newline | TokenKind::Semi => 0,
            TokenKind::String | TokenKind::NonLogicalNewline | TokenKind::Comment => length,
            _ => length + 1,
        };
        length > MAX_CHAIN
    });
    beyond.map(|token| span(token.range()))
}

/// Nothing of a tree that is too deep. Freeing it would overflow the stack, so it is left where it is.
fn refused<T>(tree: T, limit: Span) -> Parsed {
    std::mem::forget(tree);
    Parsed { suite: Vec::new(), faults: Vec::new(), limit: Some(limit) }
}

/// The errors as spans and sentences; `start` tells where the cell that holds an offset begins.
fn faults(errors: &[ParseError], tokens: &Tokens, start: impl Fn(u32) -> u32) -> Vec<(Span, String)> {
    let lower = |message: String| {
        let mut chars = message.chars();
        chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
    };
    let fault = |error: &ParseError| match (
        &error.error,
        unclosed(tokens, start(error.location.start().to_u32()), error.location),
    ) {
        // Where the text ends is seldom where it is wrong.
        (ParseErrorType::Lexical(LexicalErrorType::Eof), Some((range, bracket))) => {
            (span(range), format!("this `{bracket}` is never closed"))
        }
        (error_type, _) => (span(error.location), lower(error_type.to_string())),
    };
    errors.iter().map(fault).collect()
}

/// The innermost bracket that is open where a text or a cell ends.
fn unclosed(tokens: &Tokens, start: u32, end: TextRange) -> Option<(TextRange, char)> {
    let mut open = Vec::new();
    let within = tokens.iter().skip_while(|token| token.start().to_u32() < start);
    for token in within.take_while(|token| token.start() <= end.start()) {
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
