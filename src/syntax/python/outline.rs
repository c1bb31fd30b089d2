//! Comments, statements and entries of dicts of Python code, for who asks what a comment belongs to.

use ruff_python_ast::{
    Expr, Stmt,
    token::{TokenKind, Tokens},
    visitor::{Visitor, walk_expr, walk_stmt},
};
use ruff_python_parser::{Mode, ParseOptions, parse_cells_unchecked, parse_unchecked};
use ruff_text_size::Ranged;

use super::{cell_ranges, depth, limit, span};
use crate::source::{Cells, Span};

/// The outline of some code.
#[derive(Debug, Default)]
pub struct Outline {
    /// Comments, with their `#`, in order.
    pub comments: Vec<Span>,
    /// Statements; of one that holds others, its head.
    pub statements: Vec<Span>,
    /// Entries of dicts: key and value.
    pub entries: Vec<Span>,
}

/// The outline of a script, or of the cells of a notebook. Code beyond what is read has none.
pub fn outline(text: &str, cells: Option<&Cells>) -> Outline {
    let parsed = match cells {
        None => match limit([text], Mode::Module) {
            Some(_) => None,
            None => {
                let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module)).try_into_module();
                parsed.map(|parsed| (comments(parsed.tokens()), parsed.into_suite()))
            }
        },
        Some(cells) => match limit(cells.cells.iter().map(|cell| &text[cell.span.range()]), Mode::Ipython) {
            Some(_) => None,
            None => {
                let ranges = cell_ranges(text, cells);
                let parsed = parse_cells_unchecked(text, ranges, &ParseOptions::from(Mode::Ipython));
                Some((comments(parsed.tokens()), parsed.into_suite()))
            }
        },
    };
    let Some((comments, suite)) = parsed else { return Outline::default() };
    let suite: Vec<Stmt> = suite.into_iter().collect();
    let mut outline = Outline { comments, ..Outline::default() };
    // Broken code may nest deeper than its tokens tell; freeing such a tree would overflow the stack.
    if depth::is_deep(&suite, 2 * depth::MAX_DEPTH) {
        std::mem::forget(suite);
        return outline;
    }
    outline.visit_body(&suite);
    outline
}

fn comments(tokens: &Tokens) -> Vec<Span> {
    tokens.iter().filter(|token| token.kind() == TokenKind::Comment).map(|token| span(token.range())).collect()
}

impl<'a> Visitor<'a> for Outline {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let whole = span(statement.range());
        let end = head_end(statement).map_or(whole.end, |end| end.clamp(whole.start, whole.end));
        self.statements.push(Span { end, ..whole });
        walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Dict(dict) = expr {
            for item in &dict.items {
                let value = span(item.value.range());
                let start = item.key.as_ref().map_or(value.start, |key| span(key.range()).start);
                self.entries.push(Span { start, ..value });
            }
        }
        walk_expr(self, expr);
    }
}

/// Where the head of a statement ends that holds others.
fn head_end(statement: &Stmt) -> Option<u32> {
    let start = span(statement.range()).start;
    let end = |range: ruff_text_size::TextRange| span(range).end;
    Some(match statement {
        Stmt::FunctionDef(function) => {
            let parameters = end(function.parameters.range());
            function.returns.as_ref().map_or(parameters, |returns| end(returns.range()))
        }
        Stmt::ClassDef(class) => {
            let name = end(class.name.range());
            class.arguments.as_ref().map_or(name, |arguments| end(arguments.range()))
        }
        Stmt::If(branch) => end(branch.test.range()),
        Stmt::While(repeated) => end(repeated.test.range()),
        Stmt::For(repeated) => end(repeated.iter.range()),
        Stmt::With(with) => with.items.last().map_or(start, |item| end(item.range())),
        Stmt::Match(matched) => end(matched.subject.range()),
        Stmt::Try(_) => start,
        _ => return None,
    })
}
