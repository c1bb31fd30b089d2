//! Templates: their escapes, the blanks that `~` and `<<-` take away, and their directives.

use hcl_edit::{
    Span as _,
    expr::Expression,
    template::{Directive, Element, HeredocTemplate, StringTemplate, Strip, Template},
};

use super::{Expr, Node, Part, convert::Grower};
use crate::{source::Span, syntax::tree::Fault};

/// A template as one flat list, in the order written: stripping and indentation do not care for nesting.
#[derive(Debug)]
enum Token {
    /// A text: of a heredoc or file, a line at most.
    Text(String),
    /// `${a}`
    Value(Expr),
    /// `%{if a}`
    If(Expr),
    /// `%{else}`
    Else,
    /// `%{for k, v in a}`
    For(Option<Box<str>>, Box<str>, Expr),
    /// `%{endif}` or `%{endfor}`
    End,
}

/// How the texts of a template are written.
#[derive(Clone, Copy, PartialEq)]
enum Style {
    /// In quotes: with escapes, in one piece.
    Quoted,
    /// A heredoc or a file: no escapes but `$${` and `%%{`, line by line.
    Lines,
}

/// The expression that a template is.
pub(super) fn node(mut parts: Vec<Part>) -> Node {
    match parts.as_mut_slice() {
        [] => Node::Text("".into()),
        [Part::Text(text)] => Node::Text(std::mem::take(text)),
        _ => Node::Template(parts),
    }
}

/// The parts of a quoted text.
pub(super) fn quoted(grower: &mut Grower<'_>, from: &StringTemplate, depth: usize) -> Result<Vec<Part>, Fault> {
    let mut flat = Flat::new(grower, Style::Quoted, depth);
    flat.elements(from.iter())?;
    Ok(nest(flat.tokens))
}

/// The parts of a heredoc at a span.
pub(super) fn heredoc(
    grower: &mut Grower<'_>,
    from: &HeredocTemplate,
    span: Span,
    depth: usize,
) -> Result<Vec<Part>, Fault> {
    let indented = grower.written(span).starts_with("<<-");
    let mut flat = Flat::new(grower, Style::Lines, depth);
    flat.elements(from.template.iter())?;
    if indented {
        dedent(&mut flat.tokens);
    }
    Ok(nest(flat.tokens))
}

/// The parts of a file.
pub(super) fn bare(grower: &mut Grower<'_>, from: &Template, depth: usize) -> Result<Vec<Part>, Fault> {
    let mut flat = Flat::new(grower, Style::Lines, depth);
    flat.elements(from.iter())?;
    Ok(nest(flat.tokens))
}

/// Builds the flat list.
struct Flat<'g, 't> {
    grower: &'g mut Grower<'t>,
    style: Style,
    depth: usize,
    tokens: Vec<Token>,
    /// Whether the next token, if it is a text, loses its blanks in front.
    strip_next: bool,
}

impl<'g, 't> Flat<'g, 't> {
    fn new(grower: &'g mut Grower<'t>, style: Style, depth: usize) -> Self {
        Self { grower, style, depth, tokens: Vec::new(), strip_next: false }
    }

    fn elements<'e>(&mut self, elements: impl Iterator<Item = &'e Element>) -> Result<(), Fault> {
        for element in elements {
            match element {
                Element::Literal(literal) => self.text(self.grower.span(literal.span())),
                Element::Interpolation(value) => {
                    let expr = self.expr(&value.expr)?;
                    self.push(Token::Value(expr), value.strip);
                }
                Element::Directive(directive) => {
                    self.depth += 1;
                    self.directive(directive)?;
                    self.depth -= 1;
                }
            }
        }
        Ok(())
    }

    fn directive(&mut self, directive: &Directive) -> Result<(), Fault> {
        match directive {
            Directive::If(from) => {
                let condition = self.expr(&from.if_expr.cond_expr)?;
                self.push(Token::If(condition), from.if_expr.strip);
                self.elements(from.if_expr.template.iter())?;
                if let Some(otherwise) = &from.else_expr {
                    self.push(Token::Else, otherwise.strip);
                    self.elements(otherwise.template.iter())?;
                }
                self.push(Token::End, from.endif_expr.strip);
            }
            Directive::For(from) => {
                let over = self.expr(&from.for_expr.collection_expr)?;
                let key = from.for_expr.key_var.as_ref().map(|name| name.as_str().into());
                let value = from.for_expr.value_var.as_str().into();
                self.push(Token::For(key, value, over), from.for_expr.strip);
                self.elements(from.for_expr.template.iter())?;
                self.push(Token::End, from.endfor_expr.strip);
            }
        }
        Ok(())
    }

    fn expr(&mut self, from: &Expression) -> Result<Expr, Fault> {
        self.grower.expr(from, self.depth + 1)
    }

    fn text(&mut self, span: Span) {
        let written = self.grower.written(span);
        let lines: Vec<&str> = match self.style {
            Style::Quoted => vec![written],
            Style::Lines => written.split_inclusive('\n').collect(),
        };
        for line in lines {
            let text = unescape(line, self.style == Style::Quoted);
            let text = if self.strip_next { text.trim_start().to_owned() } else { text };
            self.strip_next = false;
            self.tokens.push(Token::Text(text));
        }
    }

    fn push(&mut self, token: Token, strip: Strip) {
        let (before, after) = match strip {
            Strip::None => (false, false),
            Strip::Start => (true, false),
            Strip::End => (false, true),
            Strip::Both => (true, true),
        };
        if before && let Some(Token::Text(text)) = self.tokens.last_mut() {
            text.truncate(text.trim_end().len());
        }
        self.tokens.push(token);
        self.strip_next = after;
    }
}

/// Takes from each line of `<<-` the blanks that all have. Lines of blanks alone neither count nor lose any.
fn dedent(tokens: &mut [Token]) {
    let mut least = usize::MAX;
    let mut line_starts = Vec::new();
    let mut at_start = true;
    for (number, token) in tokens.iter().enumerate() {
        let Token::Text(text) = token else {
            if at_start {
                least = 0;
            }
            at_start = false;
            continue;
        };
        if at_start {
            let blanks = text.chars().take_while(|character| character.is_whitespace()).count();
            if text.chars().count() > blanks || !text.ends_with('\n') {
                least = least.min(blanks);
                line_starts.push(number);
            }
        }
        at_start = text.ends_with('\n');
    }
    for number in line_starts {
        if let Token::Text(text) = &mut tokens[number] {
            *text = text.chars().skip(least).collect();
        }
    }
}

/// The list as a tree.
fn nest(tokens: Vec<Token>) -> Vec<Part> {
    /// What is open: the parts before it, and what closes over those that come.
    enum Open {
        If(Expr),
        Else(Expr, Vec<Part>),
        For(Option<Box<str>>, Box<str>, Expr),
    }
    let mut parts = Vec::new();
    let mut open: Vec<(Vec<Part>, Open)> = Vec::new();
    for token in meld(tokens) {
        match token {
            Token::Text(text) => parts.push(Part::Text(text.into())),
            Token::Value(expr) => parts.push(Part::Value(expr)),
            Token::If(condition) => open.push((std::mem::take(&mut parts), Open::If(condition))),
            Token::For(key, value, over) => open.push((std::mem::take(&mut parts), Open::For(key, value, over))),
            Token::Else => {
                if let Some((before, Open::If(condition))) = open.pop() {
                    open.push((before, Open::Else(condition, std::mem::take(&mut parts))));
                }
            }
            Token::End => {
                let Some((before, opened)) = open.pop() else { continue };
                let inside = std::mem::replace(&mut parts, before);
                parts.push(match opened {
                    Open::If(condition) => Part::If(condition, inside, Vec::new()),
                    Open::Else(condition, then) => Part::If(condition, then, inside),
                    Open::For(key, value, over) => Part::For { key, value, over, body: inside },
                });
            }
        }
    }
    parts
}

/// Neighbouring texts are one, and empty ones none.
fn meld(tokens: Vec<Token>) -> Vec<Token> {
    let mut melded: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        match (melded.last_mut(), token) {
            (_, Token::Text(text)) if text.is_empty() => {}
            (Some(Token::Text(before)), Token::Text(text)) => before.push_str(&text),
            (_, token) => melded.push(token),
        }
    }
    melded
}

/// A literal piece of a template as it comes out. Only in quotes does a backslash mean anything.
pub(super) fn unescape(text: &str, quoted: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '$', '%']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (piece, taken) = escape(rest, quoted);
        out.push(piece);
        rest = &rest[taken..];
    }
    out.push_str(rest);
    out
}

/// The character that an escape stands for, and how many bytes it takes. What is none stands for itself.
fn escape(text: &str, quoted: bool) -> (char, usize) {
    let itself = text.chars().next().unwrap_or_default();
    if text.starts_with("$${") || text.starts_with("%%{") {
        // The bracket follows as a plain character.
        return (itself, 2);
    }
    if !quoted || itself != '\\' {
        return (itself, 1);
    }
    let code = |digits: usize| {
        let hex = text.get(2..2 + digits)?;
        Some((char::from_u32(u32::from_str_radix(hex, 16).ok()?)?, 2 + digits))
    };
    match text.as_bytes().get(1) {
        Some(b'n') => ('\n', 2),
        Some(b'r') => ('\r', 2),
        Some(b't') => ('\t', 2),
        Some(b'"') => ('"', 2),
        Some(b'\\') => ('\\', 2),
        Some(b'u') => code(4).unwrap_or((itself, 1)),
        Some(b'U') => code(8).unwrap_or((itself, 1)),
        _ => (itself, 1),
    }
}
