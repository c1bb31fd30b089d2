//! Changes of Python code that leave everything else as it is: arguments and dict entries added, literals replaced,
//! arguments removed; and who else uses what stands in a variable.

use ruff_python_ast::{
    Expr, ExprCall, ExprContext, ExprDict, Stmt,
    visitor::{Visitor, walk_expr, walk_stmt},
};
use ruff_text_size::{Ranged, TextRange};
use serde_json::Value as Json;

use super::{Parsed, span};
use crate::{
    source::Span,
    syntax::text::{TextEdit, indentation, is_first, line_break, line_end, line_start},
};

#[cfg(test)]
mod tests;

/// A new argument of the call, or entry of the dict, that is written at a span; last. Nothing where there is none, where
/// it has that name already, or where it cannot take one.
pub fn insert(text: &str, parsed: &Parsed, at: Span, name: &str, value: &Json) -> Option<Vec<TextEdit>> {
    let sequence = match find(parsed, at)? {
        Found::Call(call) => Sequence::of_call(text, call, name)?,
        Found::Dict(dict) => Sequence::of_dict(text, dict, name)?,
    };
    let quote = sequence.quote(text);
    let value = literal(value, quote);
    let new = if sequence.is_call { format!("{name}={value}") } else { format!("{quote}{name}{quote}: {value}") };
    sequence.with(text, &new)
}

/// Names of the keyword arguments of the call at a span.
pub fn keywords(parsed: &Parsed, at: Span) -> Vec<String> {
    match find(parsed, at) {
        Some(Found::Call(call)) => {
            let names = call.arguments.keywords.iter().filter_map(|keyword| keyword.arg.as_ref());
            names.map(|name| name.as_str().to_owned()).collect()
        }
        _ => Vec::new(),
    }
}

/// Another value in the place of the literal at a span, quoted as that was. Nothing where no literal stands there, or one
/// that is put together of several.
pub fn replace(text: &str, parsed: &Parsed, at: Span, value: &Json) -> Option<Vec<TextEdit>> {
    let mut search = Search {
        at,
        found: None,
        expr: |expr| matches!(expr, Expr::StringLiteral(_) | Expr::NumberLiteral(_) | Expr::BooleanLiteral(_)),
    };
    search.run(parsed);
    let quote = match search.found? {
        Expr::StringLiteral(literal) => {
            let [_only] = literal.value.as_slice() else { return None };
            let old = text.get(at.range())?;
            let prefix = old.find(['"', '\''])?;
            if prefix != 0 || old.starts_with("\"\"\"") || old.starts_with("'''") {
                return None;
            }
            old.chars().next()?
        }
        _ => '"',
    };
    Some(vec![TextEdit { span: at, text: self::literal(value, quote) }])
}

/// The argument or entry of a name less, of the call or dict at a span.
pub fn remove(text: &str, parsed: &Parsed, at: Span, name: &str) -> Option<Vec<TextEdit>> {
    let sequence = match find(parsed, at)? {
        Found::Call(call) => Sequence::of_call(text, call, "")?,
        Found::Dict(dict) => Sequence::of_dict(text, dict, "")?,
    };
    let number = sequence.names.iter().position(|known| known.as_deref() == Some(name))?;
    sequence.without(text, number)
}

/// A variable that holds a literal, alone or within a dict or list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Its name.
    pub name: String,
    /// The statement that assigns it.
    pub statement: Span,
    /// Where its value is used, each with the key if an entry of a dict is taken.
    pub uses: Vec<(Span, Option<String>)>,
}

/// The variable that the literal at a span is assigned to. Nothing where there is none, or where the name is bound twice.
pub fn holder(parsed: &Parsed, at: Span) -> Option<Holder> {
    let mut assigned = Assigned { at, found: None };
    assigned.visit_body(&parsed.suite);
    let (name, statement) = assigned.found?;
    let mut names = Names { name: &name, stores: 0, uses: Vec::new(), keyed: None };
    names.visit_body(&parsed.suite);
    (names.stores == 1).then_some(Holder { uses: names.uses, name, statement })
}

/// A value as Python writes it.
fn literal(value: &Json, quote: char) -> String {
    let joined = |parts: Vec<String>| parts.join(", ");
    match value {
        Json::Null => "None".to_owned(),
        Json::Bool(yes) => if *yes { "True" } else { "False" }.to_owned(),
        Json::Number(number) => number.to_string(),
        Json::String(text) => quoted(text, quote),
        Json::Array(items) => format!("[{}]", joined(items.iter().map(|item| literal(item, quote)).collect())),
        Json::Object(entries) => {
            let entry = |(name, value): (&String, &Json)| format!("{}: {}", quoted(name, quote), literal(value, quote));
            format!("{{{}}}", joined(entries.iter().map(entry).collect()))
        }
    }
}

fn quoted(text: &str, quote: char) -> String {
    let mut written = String::from(quote);
    for letter in text.chars() {
        match letter {
            '\\' => written.push_str("\\\\"),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            letter if letter == quote => written.extend(['\\', letter]),
            letter => written.push(letter),
        }
    }
    written.push(quote);
    written
}

enum Found<'p> {
    Call(&'p ExprCall),
    Dict(&'p ExprDict),
}

fn find(parsed: &Parsed, at: Span) -> Option<Found<'_>> {
    let mut search = Search { at, found: None, expr: |expr| matches!(expr, Expr::Call(_) | Expr::Dict(_)) };
    search.run(parsed);
    match search.found? {
        Expr::Call(call) => Some(Found::Call(call)),
        Expr::Dict(dict) => Some(Found::Dict(dict)),
        _ => None,
    }
}

/// Looks for an expression at a span.
struct Search<'p> {
    at: Span,
    found: Option<&'p Expr>,
    expr: fn(&Expr) -> bool,
}

impl<'p> Search<'p> {
    fn run(&mut self, parsed: &'p Parsed) {
        self.visit_body(&parsed.suite);
    }

    fn may_hold(&self, range: TextRange) -> bool {
        span(range).contains(self.at) && self.found.is_none()
    }
}

impl<'p> Visitor<'p> for Search<'p> {
    fn visit_stmt(&mut self, statement: &'p Stmt) {
        if self.may_hold(statement.range()) {
            walk_stmt(self, statement);
        }
    }

    fn visit_expr(&mut self, expr: &'p Expr) {
        if !self.may_hold(expr.range()) {
            return;
        }
        if span(expr.range()) == self.at && (self.expr)(expr) {
            self.found = Some(expr);
        } else {
            walk_expr(self, expr);
        }
    }
}

/// Looks for the assignment to one name in whose value a span lies.
struct Assigned {
    at: Span,
    found: Option<(String, Span)>,
}

impl<'p> Visitor<'p> for Assigned {
    fn visit_stmt(&mut self, statement: &'p Stmt) {
        if !span(statement.range()).contains(self.at) {
            return;
        }
        let (target, value) = match statement {
            Stmt::Assign(assign) => match &assign.targets[..] {
                [only] => (only, &*assign.value),
                _ => return,
            },
            Stmt::AnnAssign(assign) => match &assign.value {
                Some(value) => (&*assign.target, &**value),
                None => return,
            },
            _ => return walk_stmt(self, statement),
        };
        if let Expr::Name(name) = target
            && span(value.range()).contains(self.at)
            && is_literal(value)
        {
            self.found = Some((name.id.as_str().to_owned(), span(statement.range())));
        }
    }
}

/// Whether an expression is a literal, or a dict or list that is written out.
fn is_literal(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::StringLiteral(_) | Expr::NumberLiteral(_) | Expr::BooleanLiteral(_) | Expr::Dict(_) | Expr::List(_)
    )
}

/// Counts what is done with a name.
struct Names<'n> {
    name: &'n str,
    stores: usize,
    uses: Vec<(Span, Option<String>)>,
    /// The key of the subscript that is being walked, and the range of what it is of.
    keyed: Option<(TextRange, String)>,
}

impl<'p> Visitor<'p> for Names<'_> {
    fn visit_stmt(&mut self, statement: &'p Stmt) {
        let is_own = |name: &str| name == self.name;
        let binds = match statement {
            Stmt::FunctionDef(function) => is_own(function.name.as_str()),
            Stmt::ClassDef(class) => is_own(class.name.as_str()),
            Stmt::Global(global) => global.names.iter().any(|name| is_own(name.as_str())),
            Stmt::Nonlocal(nonlocal) => nonlocal.names.iter().any(|name| is_own(name.as_str())),
            Stmt::Import(import) => {
                import.names.iter().any(|alias| is_own(alias.asname.as_ref().unwrap_or(&alias.name).as_str()))
            }
            Stmt::ImportFrom(import) => {
                import.names.iter().any(|alias| is_own(alias.asname.as_ref().unwrap_or(&alias.name).as_str()))
            }
            // `x += 1` reads it and binds it.
            Stmt::AugAssign(assign) => matches!(&*assign.target, Expr::Name(name) if is_own(name.id.as_str())),
            _ => false,
        };
        self.stores += usize::from(binds);
        walk_stmt(self, statement);
    }

    fn visit_parameter(&mut self, parameter: &'p ruff_python_ast::Parameter) {
        self.stores += usize::from(parameter.name.as_str() == self.name);
        ruff_python_ast::visitor::walk_parameter(self, parameter);
    }

    fn visit_expr(&mut self, expr: &'p Expr) {
        match expr {
            Expr::Name(name) if name.id.as_str() == self.name => match name.ctx {
                ExprContext::Store | ExprContext::Del => self.stores += 1,
                _ => {
                    let key = self.keyed.as_ref().filter(|(range, _)| *range == name.range).map(|(_, key)| key.clone());
                    self.uses.push((span(name.range), key));
                }
            },
            Expr::Subscript(subscript) => {
                if let Expr::StringLiteral(key) = &*subscript.slice {
                    self.keyed = Some((subscript.value.range(), key.value.to_str().to_owned()));
                }
                walk_expr(self, expr);
            }
            _ => walk_expr(self, expr),
        }
    }
}

/// What stands between brackets, with commas: arguments, entries.
struct Sequence {
    is_call: bool,
    /// Between the brackets.
    inside: Span,
    /// The items, in order.
    items: Vec<Span>,
    /// The name of each, where it has one.
    names: Vec<Option<String>>,
}

impl Sequence {
    fn of_call(text: &str, call: &ExprCall, name: &str) -> Option<Self> {
        let mut items: Vec<(Span, Option<String>)> =
            call.arguments.args.iter().map(|argument| (span(argument.range()), None)).collect();
        // `f(x for x in y)` takes no second argument.
        if matches!(&*call.arguments.args, [Expr::Generator(_)]) {
            return None;
        }
        items.extend(
            call.arguments
                .keywords
                .iter()
                .map(|keyword| (span(keyword.range()), keyword.arg.as_ref().map(|name| name.as_str().to_owned()))),
        );
        items.sort();
        Self::of(text, true, span(call.arguments.range()), items, name)
    }

    fn of_dict(text: &str, dict: &ExprDict, name: &str) -> Option<Self> {
        let items = dict.items.iter().map(|item| {
            let start = item.key.as_ref().map_or_else(|| item.value.range().start(), |key| key.range().start());
            let key = item.key.as_ref().and_then(|key| match key {
                Expr::StringLiteral(key) => Some(key.value.to_str().to_owned()),
                _ => None,
            });
            (span(TextRange::new(start, item.value.range().end())), key)
        });
        Self::of(text, false, span(dict.range()), items.collect(), name)
    }

    fn of(text: &str, is_call: bool, whole: Span, items: Vec<(Span, Option<String>)>, name: &str) -> Option<Self> {
        let inside = Span::new(whole.start as usize + 1, (whole.end as usize).checked_sub(1)?);
        text.get(inside.range())?;
        let (items, names): (Vec<Span>, Vec<Option<String>>) = items.into_iter().unzip();
        let known = names.iter().any(|known| known.as_deref() == Some(name));
        (!known).then_some(Self { is_call, inside, items, names })
    }

    /// The quotes that are used here.
    fn quote(&self, text: &str) -> char {
        let within = text.get(self.inside.range()).unwrap_or_default();
        // Of the whole file, where nothing is said here.
        let quotes = if within.contains(['"', '\'']) { within } else { text };
        let count = |quote: char| quotes.matches(quote).count();
        if count('\'') > count('"') { '\'' } else { '"' }
    }

    /// With a new item, last.
    fn with(&self, text: &str, new: &str) -> Option<Vec<TextEdit>> {
        let Some(last) = self.items.last() else {
            return text
                .get(self.inside.range())?
                .trim()
                .is_empty()
                .then(|| vec![TextEdit::at(self.inside.start as usize, new)]);
        };
        let tail = self.tail(text, last.end as usize)?;
        let start = last.start as usize;
        // Behind an opening bracket on the same line there is no line to go by.
        let owns_line =
            is_first(text, self.item_start(text, start)) && line_start(text, start) > self.inside.start as usize;
        let indent = indentation(text, start);
        let line = line_break(text);
        let after = tail.comma.map_or(tail.end, |comma| comma + 1);
        let end_of_line = line_end(text, after);
        let closes_later = end_of_line < self.inside.end as usize;
        Some(match tail.comma {
            Some(_) if closes_later && line_start(text, start) > self.inside.start as usize => {
                vec![TextEdit::at(end_of_line, format!("{line}{indent}{new},"))]
            }
            Some(comma) if self.is_blank(text, comma + 1) => vec![TextEdit::at(comma + 1, format!(" {new},"))],
            Some(comma) => vec![TextEdit::at(comma + 1, format!(" {new},"))],
            None if owns_line && closes_later && end_of_line > tail.end => {
                // A comment stands between the item and the end of its line.
                vec![TextEdit::at(tail.end, ","), TextEdit::at(end_of_line, format!("{line}{indent}{new}"))]
            }
            None if owns_line => vec![TextEdit::at(tail.end, format!(",{line}{indent}{new}"))],
            None => vec![TextEdit::at(tail.end, format!(", {new}"))],
        })
    }

    /// Without an item.
    fn without(&self, text: &str, number: usize) -> Option<Vec<TextEdit>> {
        let item = self.items.get(number)?;
        let start = self.item_start(text, item.start as usize);
        if let Some(next) = self.items.get(number + 1) {
            let next = self.item_start(text, next.start as usize);
            return Some(vec![TextEdit::new(start, next, "")]);
        }
        let tail = self.tail(text, item.end as usize)?;
        let before = number.checked_sub(1).map(|before| self.items[before].end as usize);
        match (before, tail.comma) {
            // The comma stays, behind the item before.
            (Some(before), comma) => {
                let comma_before = self.tail_until(text, before, start)?;
                let from = if comma.is_some() { comma_before + 1 } else { comma_before };
                Some(vec![TextEdit::new(from, comma.map_or(tail.end, |comma| comma + 1), "")])
            }
            (None, comma) => Some(vec![TextEdit::new(start, comma.map_or(tail.end, |comma| comma + 1), "")]),
        }
    }

    /// Where an item begins, the stars before it included.
    fn item_start(&self, text: &str, start: usize) -> usize {
        let before = text.get(self.inside.start as usize..start).unwrap_or_default();
        let stars = before.len() - before.trim_end_matches('*').len();
        start - stars
    }

    /// The comma between two offsets.
    fn tail_until(&self, text: &str, end: usize, until: usize) -> Option<usize> {
        self.tail(text, end)?.comma.filter(|comma| *comma < until)
    }

    fn is_blank(&self, text: &str, from: usize) -> bool {
        text.get(from..self.inside.end as usize).is_some_and(|rest| rest.trim().is_empty())
    }

    /// What follows an item: the brackets that close around it, and a comma.
    fn tail(&self, text: &str, end: usize) -> Option<Tail> {
        let mut tail = Tail { end, comma: None };
        let bytes = text.as_bytes();
        let mut at = end;
        while at < self.inside.end as usize {
            match bytes[at] {
                b'#' => at = line_end(text, at),
                b',' => {
                    tail.comma = Some(at);
                    return Some(tail);
                }
                b')' => {
                    at += 1;
                    tail.end = at;
                }
                b' ' | b'\t' | b'\r' | b'\n' | b'\\' => at += 1,
                _ => return None,
            }
        }
        Some(tail)
    }
}

/// What follows an item.
struct Tail {
    /// Behind the brackets that close around it.
    end: usize,
    comma: Option<usize>,
}
