//! How deep a syntax tree would become, told from the tokens alone: before anything recurses over it.

use ruff_python_ast::{
    Expr, Pattern, Stmt,
    token::TokenKind,
    visitor::{self, Visitor},
};
use ruff_python_parser::{Mode, lexer::lex};

mod bytes;

/// Trees that may be deeper than this are not made: they are walked, and freed, on the stack of a thread. Python itself
/// refuses 200 brackets or 100 indented blocks in one another.
pub(super) const MAX_DEPTH: usize = 400;

/// What is open between two brackets.
#[derive(Default)]
struct Level {
    /// Operators, dots and calls since the last comma: each may hold all that stands before or behind it.
    chain: usize,
    /// `if`s since the last comma, which wait for an `else` whatever stands before it.
    conditions: usize,
    /// `lambda` and `yield`, whose own commas end nothing.
    keepers: usize,
    /// The bracket that ends it; nothing outside of all brackets.
    end: Option<TokenKind>,
}

/// Whether the tree of a text may be too deep: of Python never no where it is, and yes only of what nobody writes.
pub(super) fn is_too_deep(text: &str, mode: Mode) -> bool {
    bytes::may_be_deeper_than(MAX_DEPTH, text, mode) && is_deeper_than(MAX_DEPTH, text, mode)
}

fn is_deeper_than(limit: usize, text: &str, mode: Mode) -> bool {
    let mut lexer = lex(text, mode);
    let mut open = vec![Level::default()];
    let (mut depth, mut indented, mut after_operand) = (0, 0_usize, false);
    loop {
        let kind = lexer.next_token();
        let Some(level) = open.last_mut() else { return false };
        match kind {
            TokenKind::EndOfFile => return false,
            TokenKind::Comment | TokenKind::NonLogicalNewline => continue,
            TokenKind::Indent => indented += 1,
            TokenKind::Dedent => indented = indented.saturating_sub(1),
            TokenKind::Newline if level.end.is_none() => {
                *level = Level::default();
                depth = 0;
            }
            TokenKind::Newline | TokenKind::Comma | TokenKind::Semi => {
                depth -= std::mem::take(&mut level.chain) + std::mem::take(&mut level.conditions);
            }
            TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart => {
                // The bracket itself, and the call or item that it makes of what stands before it.
                level.chain += 1;
                depth += 2;
                let end = match kind {
                    TokenKind::Lpar => TokenKind::Rpar,
                    TokenKind::Lsqb => TokenKind::Rsqb,
                    TokenKind::Lbrace => TokenKind::Rbrace,
                    TokenKind::FStringStart => TokenKind::FStringEnd,
                    _ => TokenKind::TStringEnd,
                };
                open.push(Level { end: Some(end), ..Level::default() });
            }
            // A bracket of another kind closes nothing, and the parser is where it was.
            kind if level.end == Some(kind) => {
                depth -= level.chain + level.conditions + level.keepers + 1;
                open.pop();
            }
            TokenKind::If => {
                level.conditions += 1;
                depth += 1;
            }
            TokenKind::Lambda | TokenKind::Yield => {
                level.keepers += 1;
                depth += 1;
            }
            kind if is_operand(kind) => {
                // Two values side by side are a mistake, and the parser goes on as behind a comma. But for texts.
                if after_operand
                    && !matches!(kind, TokenKind::String | TokenKind::FStringMiddle | TokenKind::TStringMiddle)
                {
                    depth -= std::mem::take(&mut level.chain);
                }
            }
            TokenKind::Colon | TokenKind::Equal => {}
            _ => {
                level.chain += 1;
                depth += 1;
            }
        }
        if depth + indented > limit {
            return true;
        }
        after_operand = is_operand(kind) || matches!(kind, TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace);
    }
}

/// Whether a tree is deeper than `limit`. Of broken code the parser may make another tree than the tokens tell.
pub(super) fn is_deep(suite: &[Stmt], limit: usize) -> bool {
    let mut depth = Depth { left: limit, beyond: false };
    depth.visit_body(suite);
    depth.beyond
}

/// How much deeper a walk may still go.
struct Depth {
    left: usize,
    beyond: bool,
}

impl Depth {
    fn within(&mut self, walk: impl FnOnce(&mut Self)) {
        if self.left == 0 || self.beyond {
            self.beyond = true;
            return;
        }
        self.left -= 1;
        walk(self);
        self.left += 1;
    }
}

impl<'a> Visitor<'a> for Depth {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        self.within(|depth| visitor::walk_stmt(depth, statement));
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        self.within(|depth| visitor::walk_expr(depth, expression));
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        self.within(|depth| visitor::walk_pattern(depth, pattern));
    }
}

/// Whether a token is a value by itself, or a word that the parser takes for a name where a value is missing.
fn is_operand(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Name
            | TokenKind::Int
            | TokenKind::Float
            | TokenKind::Complex
            | TokenKind::String
            | TokenKind::FStringMiddle
            | TokenKind::TStringMiddle
            | TokenKind::Ellipsis
            | TokenKind::True
            | TokenKind::False
            | TokenKind::None
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
            | TokenKind::With
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ruff_python_parser::parse_module;

    use super::*;

    /// Ways to put an expression into another one.
    const WAYS: &[&str] = &[
        "(X)",
        "[X, 1]",
        "[1, X]",
        "{1: X}",
        "{X}",
        "(*X,)",
        "-X",
        "~ X",
        "not X",
        "X.a",
        "X[0]",
        "X[0, 1:2]",
        "X(1, a=2)",
        "X()",
        "f(1, X)",
        "f(a=X)",
        "f(**X)",
        "a[X]",
        "a[1:X]",
        "a[0, 1:X]",
        "X + 1",
        "1 + X",
        "X ** 2",
        "2 ** X",
        "X < 1",
        "1 in X",
        "X and b",
        "b or X",
        "X if c else 1",
        "1 if X else 2",
        "1 if c else X",
        "lambda a, b: X",
        "lambda a=X: a",
        "[X for a in b]",
        "[a for a in X if c]",
        "{a: X for a in b}",
        "(a := X)",
        "(yield X)",
        "(await X)",
        "f'{X}'",
        "f'{a:{X}}'",
        "'t' f'{X!r}'",
    ];
    /// Ways to put a block into another one.
    const BLOCKS: &[&str] =
        &["if a:", "while a:", "for a in b, c:", "with a as b:", "def f(a, b=1):", "class C(D):", "async def f():"];

    proptest! {
        #[test]
        fn no_tree_is_deeper_than_it_is_judged(
            ways in prop::collection::vec(prop::sample::select(WAYS), 0..60),
            blocks in prop::collection::vec(prop::sample::select(BLOCKS), 0..20),
        ) {
            let value = ways.iter().fold("x".to_owned(), |inner, way| way.replace('X', &inner));
            let mut text: String = blocks.iter().enumerate().map(|(at, head)| format!("{}{head}\n", " ".repeat(at))).collect();
            text += &format!("{}x = {value}\n", " ".repeat(blocks.len()));
            // Not all ways go together.
            let Ok(module) = parse_module(&text) else { return Ok(()) };
            for limit in [5, 10, 20, 40, 80] {
                // A bracket makes three levels at most: an item, a tuple and a slice.
                let deep = is_deep(module.suite(), 2 * limit + 6);
                prop_assert!(!deep || is_deeper_than(limit, &text, Mode::Module), "{limit}: {text}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_judged_less_deep_than_their_tokens(
            parts in prop::collection::vec(prop::sample::select(vec![
                "(", ")", "[", "]", "{", "}", "f\"", "f'", "rf'", "t'", "\"", "'", "\"\"\"", "\n", "\n ", "\n  ", "\n\t", "\r ", " ", ":", ":=",
                "=", "==", ".", ",", ";", "a", "0xfor", "0xBfif", "1jif", "1if", "é", "→", "if ", "else ", "not ", "lambda ", "yield ", "async ",
                "await ", "for ", "in ", "is ", "type ", "match ", "case ", "from ", "as ", "and ", "or ", "except ", "finally", "%x", "!ls", "?",
                "#", "\\", "\\\n", "$", "@", "~", "**", "//", "<<=", "->", "...", "nonlocal ", "continue ", "\u{c}", "f\"{a['", "']}\"", "\"{\"", "'}'", "\\\"", "\\'", "\r\n", "\\\r\n", "{{", "}}", "f\x27\x27\x27", "\\N{", "b'",
            ]), 0..200),
            ipython in any::<bool>(),
        ) {
            let (text, mode) = (parts.concat(), if ipython { Mode::Ipython } else { Mode::Module });
            for limit in [3, 6, 12, 25, 50, 100] {
                // Of a text that is shorter than that, no tree is so deep, whatever its tokens.
                let is_short = text.len() <= limit;
                prop_assert!(is_short || bytes::may_be_deeper_than(limit, &text, mode) || !is_deeper_than(limit, &text, mode), "{limit}: {text}");
            }
        }
    }

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
