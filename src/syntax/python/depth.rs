//! How deep a syntax tree would become, told from the tokens alone: before anything recurses over it.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer::lex};

/// Trees that may be deeper than this are not made: they are walked, and freed, on the stack of a thread. Python itself
/// refuses 200 brackets or 100 indented blocks in one another.
const MAX_DEPTH: usize = 500;

/// What is open between two brackets.
#[derive(Default)]
struct Level {
    /// Operators, dots and calls since the last comma: each may hold all that stands before or behind it.
    chain: usize,
    /// `lambda`s, whose own commas end nothing.
    lambdas: usize,
}

/// Whether the tree of a text may be too deep. Never says no where it is; says yes only of what nobody writes.
pub(super) fn is_too_deep(text: &str, mode: Mode) -> bool {
    // Each level takes a byte at least.
    if text.len() <= MAX_DEPTH {
        return false;
    }
    let mut lexer = lex(text, mode);
    let mut open = vec![Level::default()];
    let (mut depth, mut indented, mut after_operand) = (0, 0_usize, false);
    loop {
        let kind = lexer.next_token();
        let nested = open.len() > 1;
        let Some(level) = open.last_mut() else { return false };
        match kind {
            TokenKind::EndOfFile => return false,
            TokenKind::Comment | TokenKind::NonLogicalNewline => continue,
            TokenKind::Indent => indented += 1,
            TokenKind::Dedent => indented = indented.saturating_sub(1),
            // These end a statement, or begin one behind a bracket that was forgotten.
            TokenKind::Newline
            | TokenKind::Semi
            | TokenKind::Assert
            | TokenKind::Class
            | TokenKind::Def
            | TokenKind::Del
            | TokenKind::Global
            | TokenKind::Import
            | TokenKind::Pass
            | TokenKind::Raise
            | TokenKind::Return
            | TokenKind::Try
            | TokenKind::While
            | TokenKind::With => {
                open = vec![Level::default()];
                depth = 0;
            }
            TokenKind::Comma => depth -= std::mem::take(&mut level.chain),
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace | TokenKind::FStringStart => {
                // The bracket itself, and the call or item that it makes of what stands before it.
                level.chain += 1;
                depth += 2;
                open.push(Level::default());
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace | TokenKind::FStringEnd if nested => {
                let closed = open.pop().unwrap_or_default();
                depth -= closed.chain + closed.lambdas + 1;
            }
            TokenKind::Lambda => {
                level.lambdas += 1;
                depth += 1;
            }
            kind if is_operand(kind) => {
                // Two values side by side are a mistake, and the parser goes on as behind a comma. But for texts.
                if after_operand && !matches!(kind, TokenKind::String | TokenKind::FStringMiddle) {
                    depth -= std::mem::take(&mut level.chain);
                }
            }
            TokenKind::Colon | TokenKind::Equal => {}
            _ => {
                level.chain += 1;
                depth += 1;
            }
        }
        if depth + indented > MAX_DEPTH {
            return true;
        }
        after_operand = is_operand(kind) || matches!(kind, TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace);
    }
}

/// Whether a token is a value by itself.
fn is_operand(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::FStringMiddle
            | TokenKind::Ellipsis
            | TokenKind::True
            | TokenKind::False
            | TokenKind::None
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(text: &str) -> bool {
        is_too_deep(text, Mode::Module)
    }

    #[test]
    fn what_nests_is_counted_whatever_it_is_made_of() {
        let many = |part: &str| part.repeat(600);
        for text in [
            many("("),
            many("[*["),
            format!("x = a{}", many(".b")),
            format!("x = a{}", many("()")),
            format!("x = a{}", many("[0, 1]")),
            format!("x = {}1", many("not ")),
            format!("x = {}1", many("1 + ")),
            format!("x = {}1", many("lambda a, b: ")),
            format!("x = {}1", many("1 if c else ")),
            format!("x = {}1", many("f(a, ")),
            format!("x = {}", many("f\"{")),
            (0..600).map(|at| format!("{}if c:\n", " ".repeat(at))).collect(),
        ] {
            assert!(is_refused(&text), "{}", &text[..40]);
        }
    }

    #[test]
    fn what_is_long_but_flat_is_not() {
        let many = |part: &str| part.repeat(2000);
        for text in [
            format!("x = [{}]", many("1, ")),
            format!("x = {{{}}}", many("'a': f(b.c), ")),
            format!("x = ({})", many("'a'\n")),
            many("x = a.b(c) + 1\n"),
            many("if a:\n  b\n"),
            format!("x = f(a\n{}", many("y = g.h()\n")),
            format!("x = [\n{}", many("def f(): return 1 + 2\n")),
        ] {
            assert!(!is_refused(&text), "{}", &text[..40]);
        }
    }
}
