//! Python and notebook code → ruff's syntax tree, with what is wrong beside it.

use ruff_python_ast::Stmt;
use ruff_python_parser::{Mode, ParseOptions, parse_cells_unchecked, parse_unchecked};
use ruff_text_size::{TextRange, TextSize};

use crate::source::{Cells, Span};

/// What parsed of a text. After an error the parser goes on, so that the statements behind it are there too.
pub struct Parsed {
    /// The statements of the file, or of all cells in order.
    pub suite: Vec<Stmt>,
    /// What is wrong: where, and what the parser says.
    pub faults: Vec<(Span, String)>,
}

/// Parses a script. A byte order mark at the start is skipped.
pub fn parse(text: &str) -> Parsed {
    let module = parse_unchecked(text, ParseOptions::from(Mode::Module));
    let faults = faults(module.errors());
    let suite = module.try_into_module().map(|parsed| parsed.into_suite().into_iter().collect()).unwrap_or_default();
    Parsed { suite, faults }
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
    let faults = faults(parsed.errors());
    Parsed { suite: parsed.into_suite().into_iter().collect(), faults }
}

fn faults(errors: &[ruff_python_parser::ParseError]) -> Vec<(Span, String)> {
    let lower = |message: String| {
        let mut chars = message.chars();
        chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
    };
    errors.iter().map(|error| (span(error.location), lower(error.error.to_string()))).collect()
}

/// A range of ruff's as a span of ours.
pub fn span(range: TextRange) -> Span {
    Span::new(range.start().to_usize(), range.end().to_usize())
}
