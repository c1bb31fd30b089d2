//! Terraform's language → our own tree with byte spans; `.tf.json` gives the same tree.

use std::borrow::Cow;

use crate::{
    source::Span,
    syntax::{
        text::fits_float,
        tree::{Fault, Tree},
    },
};

mod convert;
pub mod edit;
mod fault;
mod json;
mod lex;
mod parse;
mod scan;
mod spans;
mod template;

#[cfg(test)]
mod tests;

/// Parses a `.tf` or `.tfvars` file. Never fails: what is wrong is in [`Parsed::faults`]. Spans count the bytes of `text`,
/// a byte order mark included.
pub fn parse(text: &str) -> Parsed {
    parse::file(text)
}

/// The comments of a file, with their marks, in order.
pub fn comments(text: &str) -> Vec<Span> {
    lex::comments(text)
}

/// The tree of a `.tf.json` file, of its text and that text parsed as JSON, whose faults it takes over.
///
/// The blocks of Terraform itself (`resource`, `lifecycle`, `dynamic`, …) are blocks. Those of providers look like any
/// object: they are attributes, and [`Body::blocks_of`] gives them as blocks.
pub fn of_json(text: &str, tree: &Tree) -> Parsed {
    json::file(text, tree)
}

/// The tree of a `.tfvars.json` file: attributes alone, and strings as they are.
pub fn of_json_values(text: &str, tree: &Tree) -> Parsed {
    json::values(text, tree)
}

/// Parses one expression.
pub fn parse_expression(text: &str) -> Result<Expr, Fault> {
    parse::expression(text)
}

/// Parses the text of a file that is a template. Its spans begin at `offset`.
pub fn parse_template(text: &str, offset: usize) -> Result<Vec<Part>, Fault> {
    parse::template(text, offset)
}

/// A file, or the inside of a block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// Attributes, in order. Of two with the same name Terraform takes neither; the second is a fault.
    pub attributes: Vec<Attribute>,
    /// Blocks, in order.
    pub blocks: Vec<Block>,
    /// Where the body is written.
    pub span: Span,
}

impl Body {
    /// The attribute with a name. Where a name is written twice the first counts.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| &*attribute.name == name)
    }

    /// Blocks of a kind, and objects of an attribute of that name: so are blocks written in JSON, and some arguments of
    /// resources (`ingress = [{…}]`). An attribute that is anything else than objects gives none.
    pub fn blocks_of(&self, kind: &str) -> Vec<Cow<'_, Block>> {
        let blocks = self.blocks.iter().filter(|block| &*block.kind == kind).map(Cow::Borrowed);
        let attributes = self.attributes.iter().filter(|attribute| &*attribute.name == kind);
        blocks.chain(attributes.flat_map(blocks_in).map(Cow::Owned)).collect()
    }
}

/// The objects of an attribute, as blocks.
fn blocks_in(attribute: &Attribute) -> Vec<Block> {
    match &attribute.value.node {
        Node::Object(_) => json::block_of(attribute, &attribute.value).into_iter().collect(),
        Node::List(items) => items.iter().filter_map(|item| json::block_of(attribute, item)).collect(),
        _ => Vec::new(),
    }
}

/// `name = value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub name: Box<str>,
    /// Where the name is.
    pub name_span: Span,
    /// Its value.
    pub value: Expr,
}

/// `kind "label" { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// `resource`, `vpc_config`, …
    pub kind: Box<str>,
    /// Its labels, without quotes.
    pub labels: Vec<Label>,
    /// Its inside.
    pub body: Body,
    /// Kind and labels: what a finding about the block as a whole points at.
    pub head: Span,
    /// The whole block.
    pub span: Span,
}

/// A label of a block.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The label, without quotes.
    pub text: Box<str>,
    /// Where it is, with its quotes.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub node: Node,
    /// Where it is written.
    pub span: Span,
}

/// What an expression is. Parentheses leave no trace.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Number(f64),
    /// A number with more digits than an `f64` holds, or larger than one, as it is written.
    Digits(Box<str>),
    /// A text without interpolation; escapes are resolved.
    Text(Box<str>),
    /// A text with interpolations or directives. One in quotes that is a single interpolation
    /// (`"${x}"`) is that expression itself.
    Template(Vec<Part>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{a = b}`. A bare name as key is a text; `(a) = b` and `"${a}" = b` are expressions.
    Object(Vec<(Expr, Expr)>),
    /// The name that a traversal begins with: `var`, `aws_s3_bucket`, a `for` variable.
    Name(Box<str>),
    /// `a.b`; also the old `a.0`, whose name is digits.
    Attribute(Box<Expr>, Box<str>),
    /// `a[b]`
    Index(Box<Expr>, Box<Expr>),
    /// `a.*.b` (only attributes belong to the splat) and `a[*].b[0]` (all steps do): the list, and what is taken of each
    /// item, as an expression over [`Node::Each`].
    Splat(Box<Expr>, Box<Expr>),
    /// The item of the innermost splat.
    Each,
    /// `f(a, b...)`; namespaced names are written whole: `provider::aws::arn_parse`.
    Call {
        /// The function.
        name: Box<str>,
        /// Where its name is.
        name_span: Span,
        /// Its arguments.
        arguments: Vec<Expr>,
        /// Whether the last one is a list that is spread (`...`).
        spread: bool,
    },
    /// `-a`
    Negative(Box<Expr>),
    /// `!a`
    Not(Box<Expr>),
    /// `a + b`
    Binary(Operator, Box<Expr>, Box<Expr>),
    /// `a ? b : c`
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `[for k, v in a : b if c]` and `{for k, v in a : b => c... if d}`
    For(Box<For>),
}

/// A written number: as an `f64` where that holds all of it.
fn number(written: &str, near: f64) -> Node {
    // Terraform tells `-0` from `0`.
    let near = if near == 0.0 && written.starts_with('-') { -0.0 } else { near };
    if fits_float(written) { Node::Number(near) } else { Node::Digits(written.into()) }
}

impl Expr {
    /// Calls `found` for each expression right below this one.
    pub fn children<'e>(&'e self, found: &mut dyn FnMut(&'e Expr)) {
        match &self.node {
            Node::Null
            | Node::Bool(_)
            | Node::Number(_)
            | Node::Digits(_)
            | Node::Text(_)
            | Node::Name(_)
            | Node::Each => {}
            Node::Template(parts) => in_parts(parts, found),
            Node::List(items) => items.iter().for_each(found),
            Node::Object(entries) => {
                entries.iter().for_each(|(key, value)| [key, value].into_iter().for_each(&mut *found))
            }
            Node::Attribute(inner, _) | Node::Negative(inner) | Node::Not(inner) => found(inner),
            Node::Index(one, two) | Node::Splat(one, two) | Node::Binary(_, one, two) => {
                [one, two].into_iter().for_each(|inner| found(inner));
            }
            Node::Call { arguments, .. } => arguments.iter().for_each(found),
            Node::Conditional(condition, then, otherwise) => {
                [condition, then, otherwise].into_iter().for_each(|inner| found(inner));
            }
            Node::For(inner) => {
                let For { over, entry_key, item, condition, .. } = &**inner;
                [Some(over), entry_key.as_ref(), Some(item), condition.as_ref()].into_iter().flatten().for_each(found);
            }
        }
    }
}

fn in_parts<'e>(parts: &'e [Part], found: &mut dyn FnMut(&'e Expr)) {
    for part in parts {
        match part {
            Part::Text(_) => {}
            Part::Value(value) => found(value),
            Part::If(condition, then, otherwise) => {
                found(condition);
                in_parts(then, found);
                in_parts(otherwise, found);
            }
            Part::For { over, body, .. } => {
                found(over);
                in_parts(body, found);
            }
        }
    }
}

/// A `for` expression.
#[derive(Clone, Debug, PartialEq)]
pub struct For {
    /// Name of the key or index, if it is asked for.
    pub key: Option<Box<str>>,
    /// Name of the value.
    pub value: Box<str>,
    /// What it runs over.
    pub over: Expr,
    /// The key of each entry, for an object.
    pub entry_key: Option<Expr>,
    /// Each item, or the value of each entry.
    pub item: Expr,
    /// Whether entries with the same key are collected in lists (`...`).
    pub grouped: bool,
    /// Which are kept.
    pub condition: Option<Expr>,
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Text as it comes out: escapes resolved, stripping (`~`) and heredoc indentation applied.
    Text(Box<str>),
    /// `${a}`
    Value(Expr),
    /// `%{if a}…%{else}…%{endif}`
    If(Expr, Vec<Part>, Vec<Part>),
    /// `%{for k, v in a}…%{endfor}`
    For {
        /// Name of the key or index, if it is asked for.
        key: Option<Box<str>>,
        /// Name of the value.
        value: Box<str>,
        /// What it runs over.
        over: Expr,
        /// What is repeated.
        body: Vec<Part>,
    },
}

/// Operators with two sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "their names say all")]
pub enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

/// A parsed file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// What parsed. After a fault the top-level blocks that are whole are still here.
    pub body: Body,
    /// What is wrong with the text.
    pub faults: Vec<Fault>,
}
