//! Variables of the Serverless Framework: `${self:custom.size}`, `${opt:stage, 'dev'}`, `${file(sizes.yml):small}`.

use std::sync::Arc;

use crate::{
    graph::value::{Data, Reason, StepKind, Value},
    read::{plain, states::HOLE},
    source::{Files, Place, Source},
    syntax::tree::{Kind, Node, NodeId, Shape, Tree, plain as bare_kind},
};

use super::super::nested::{beside, tree_of};

/// Variables within variables are followed this deep.
const MAX_DEPTH: usize = 12;

/// Variables that are looked at in one service at most.
const MAX_VARIABLES: usize = 20_000;

/// The stage of a service that names none.
const STAGE: &str = "dev";

/// A service while its variables are filled in.
pub(super) struct Service<'t> {
    pub(super) source: &'t Source,
    root: Node<'t>,
    pub(super) files: &'t Files,
    /// What fills the holes of its texts.
    pub(super) holes: Vec<Value>,
    /// Variables that may yet be looked at.
    left: usize,
}

/// What a variable stands for.
enum Found {
    /// Something that is written in the service.
    Node(NodeId),
    /// A scalar, and whether it is written bare.
    Scalar(String, bool),
    /// Any other value.
    Value(Value),
}

/// What the sources of a variable lead to.
enum Led {
    To(Found),
    /// This one has nothing: the next one counts.
    On,
    /// Whoever deploys may give it: what comes next is its default.
    Given(String),
}

/// A part of a text.
enum Part<'s> {
    Text(&'s str),
    /// What stands between `${` and `}`.
    Variable(&'s str),
}

impl<'t> Service<'t> {
    pub(super) fn of(source: &'t Source, root: Node<'t>, files: &'t Files) -> Self {
        Self { source, root, files, holes: Vec::new(), left: MAX_VARIABLES }
    }

    /// The scalars below a node of a file that have variables, each with what is to stand there.
    pub(super) fn filled(&mut self, root: Node<'_>, source: &Source) -> Vec<(NodeId, Shape)> {
        let mut replaced = Vec::new();
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            if let Some(text) = node.scalar().filter(|text| text.contains("${")) {
                if let Some(shape) = self.shape(text, source, source.place(node.span())) {
                    replaced.push((node.id(), shape));
                }
                continue;
            }
            let within = node.items().chain(node.own_entries().map(|entry| entry.value));
            open.extend(within.filter(|node| !node.is_alias()));
        }
        replaced
    }

    /// What is to stand in place of a text of a file; nothing for one that has no variables.
    fn shape(&mut self, text: &str, source: &Source, place: Place) -> Option<Shape> {
        let parts = parts(text);
        if !parts.iter().any(|part| matches!(part, Part::Variable(_))) {
            return None;
        }
        Some(match self.text(&parts, place, 0) {
            Found::Node(id) if source.id == self.source.id => Shape::Alias(id),
            Found::Node(id) => {
                let value = self.value_of(self.root.other(id));
                Shape::Text(self.mark(value).into())
            }
            Found::Scalar(text, true) => Shape::Plain(text.into()),
            Found::Scalar(text, false) => Shape::Text(text.into()),
            Found::Value(value) => Shape::Text(self.mark(value).into()),
        })
    }

    /// What a text with variables stands for: a lone variable is what it leads to.
    fn text(&mut self, parts: &[Part<'_>], place: Place, depth: usize) -> Found {
        if let [Part::Variable(inner)] = parts {
            return self.variable(inner, place, depth);
        }
        let mut whole = String::new();
        for part in parts {
            match part {
                Part::Text(text) => whole.push_str(text),
                Part::Variable(inner) => match self.variable(inner, place, depth) {
                    Found::Scalar(text, _) => whole.push_str(&text),
                    Found::Value(value) => {
                        let mark = self.mark(value);
                        whole.push_str(&mark);
                    }
                    Found::Node(_) => {
                        let unknown = unknown(inner, place);
                        let mark = self.mark(unknown);
                        whole.push_str(&mark);
                    }
                },
            }
        }
        Found::Scalar(whole, false)
    }

    /// What stands between `${` and `}` leads to: the first of its sources that has something.
    fn variable(&mut self, inner: &str, place: Place, depth: usize) -> Found {
        if depth >= MAX_DEPTH || self.left == 0 {
            return Found::Value(Value::unknown(Reason::Limit, format!("${{{inner}}}"), place));
        }
        self.left -= 1;
        let mut given: Option<String> = None;
        for source in sources(inner) {
            let led = self.source(source.trim(), place, depth);
            match (led, given.take()) {
                (Led::To(found), None) => return found,
                (Led::To(found), Some(name)) => {
                    let default =
                        |value: Value| Found::Value(value.via(StepKind::ParameterDefault, name.clone(), place));
                    return match found {
                        Found::Scalar(text, bare) => default(scalar(&text, bare, place)),
                        Found::Value(value) if !value.is_unknown() => default(value),
                        found => found,
                    };
                }
                (Led::On, before) => given = before,
                (Led::Given(name), before) => given = before.or(Some(name)),
            }
        }
        Found::Value(unknown(inner, place))
    }

    /// What one source of a variable leads to.
    fn source(&mut self, source: &str, place: Place, depth: usize) -> Led {
        if let Some(literal) = ["'", "\""].iter().find_map(|quote| source.strip_prefix(quote)?.strip_suffix(quote)) {
            return Led::To(Found::Scalar(literal.to_owned(), false));
        }
        let parts = parts(source);
        if let [Part::Variable(inner)] = &parts[..] {
            return Led::To(self.variable(inner, place, depth + 1));
        }
        let named = match self.text(&parts, place, depth + 1) {
            Found::Scalar(text, _) => self.unmarked(&text),
            _ => None,
        };
        let Some((name, default)) = named else { return Led::To(Found::Value(unknown(source, place))) };
        match (default, self.plain_source(&name, place, depth)) {
            // The name of what it leads to rests on a default.
            (Some(step), Led::To(Found::Scalar(text, bare))) => {
                Led::To(Found::Value(scalar(&text, bare, place).via(StepKind::ParameterDefault, step, place)))
            }
            (_, led) => led,
        }
    }

    /// What a source without variables in it leads to.
    fn plain_source(&mut self, source: &str, place: Place, depth: usize) -> Led {
        let never = |source: &str| Led::To(Found::Value(unknown(source, place)));
        if let Some(rest) = source.strip_prefix("file(") {
            return self.in_file(rest, place).map_or_else(|| never(source), Led::To);
        }
        let Some((kind, name)) = source.split_once(':') else {
            // A number, or a truth value.
            return match bare_kind(source) {
                Kind::Text(_) => never(source),
                _ => Led::To(Found::Scalar(source.to_owned(), true)),
            };
        };
        match kind {
            "self" => self.own(name, place, depth),
            "opt" | "env" => Led::Given(source.to_owned()),
            "param" => match self.own(&format!("params.default.{name}"), place, depth) {
                Led::On => Led::Given(source.to_owned()),
                led => led,
            },
            "sls" if name == "stage" => match self.own("provider.stage", place, depth) {
                Led::On => {
                    Led::To(Found::Value(Value::text(STAGE, place).via(StepKind::ParameterDefault, source, place)))
                }
                led => led,
            },
            "aws" if name == "region" => match self.own("provider.region", place, depth) {
                Led::On => never(source),
                led => led,
            },
            _ => never(source),
        }
    }

    /// What is written in the service under a path.
    fn own(&mut self, path: &str, place: Place, depth: usize) -> Led {
        let mut node = Some(self.root);
        for name in path.split('.').filter(|name| !name.is_empty()) {
            node = node.and_then(|node| match name.parse::<usize>() {
                Ok(at) if node.items().len() > 0 => node.items().nth(at),
                _ => node.get(name),
            });
        }
        // `service: {name: x}` is said in short as well.
        let node = match (path, node) {
            ("service", Some(node)) => Some(node.get("name").unwrap_or(node)),
            (_, node) => node,
        };
        let Some(node) = node else { return Led::On };
        match node.scalar() {
            Some(text) if text.contains("${") => Led::To(self.text(&parts(text), place, depth + 1)),
            Some(_) if node.kind() == Kind::Null => Led::On,
            Some(text) => Led::To(Found::Scalar(text.to_owned(), node.bare().is_some())),
            None if node.tag().is_some() => Led::To(Found::Value(unknown(path, place))),
            None => Led::To(Found::Node(node.id())),
        }
    }

    /// A value of another file: `sizes.yml):small.memory`.
    fn in_file(&mut self, rest: &str, place: Place) -> Option<Found> {
        let (path, path_within) = rest.split_once(')')?;
        let source = self.files.read(&beside(self.source, path.trim()).ok()?).ok()?;
        let tree: Tree = tree_of(&source)?;
        let mut node = tree.root()?;
        for name in path_within.trim_start_matches(':').split('.').filter(|name| !name.is_empty()) {
            node = node.get(name)?;
        }
        match node.scalar() {
            Some(text) if text.contains("${") => None,
            Some(text) => Some(Found::Scalar(text.to_owned(), node.bare().is_some())),
            None if is_data(node, 0) => Some(Found::Value(plain::value(&source, node))),
            None => Some(Found::Value(unknown(path, place))),
        }
    }

    /// The value of a node of the service, used in another file.
    fn value_of(&self, node: Node<'t>) -> Value {
        match is_data(node, 0) {
            true => plain::value(self.source, node),
            false => Value::unknown(Reason::Unsupported, "a part of the service", self.source.place(node.span())),
        }
    }

    /// The mark of a hole that a value fills.
    fn mark(&mut self, value: Value) -> String {
        self.holes.push(value);
        format!("{HOLE}{}{HOLE}", self.holes.len() - 1)
    }

    /// A text whose holes are filled by known texts, and the name of the default that one of them is; nothing where one
    /// is not known.
    fn unmarked(&self, text: &str) -> Option<(String, Option<Arc<str>>)> {
        let (mut whole, mut default) = (String::new(), None);
        for (at, part) in text.split(HOLE).enumerate() {
            if at % 2 == 0 {
                whole.push_str(part);
                continue;
            }
            let hole = self.holes.get(part.parse::<usize>().ok()?)?;
            whole.push_str(&hole.plain_text()?);
            default = default.or_else(|| hole.origin.steps().next().map(|step| step.name.clone()));
        }
        Some((whole, default))
    }
}

/// A scalar as it is written, as a value.
fn scalar(text: &str, bare: bool, place: Place) -> Value {
    match if bare { bare_kind(text) } else { Kind::Text(text) } {
        Kind::Number(number, _) => Value::number(number, place),
        Kind::Bool(truth) => Value::new(Data::Bool(truth), place),
        Kind::Null => Value::absent(place),
        _ => Value::text(text, place),
    }
}

/// Whether a node has no functions of CloudFormation and no variables.
fn is_data(node: Node<'_>, depth: usize) -> bool {
    let is_function = |key: &str| key == "Ref" || key.starts_with("Fn::");
    depth < MAX_DEPTH
        && node.tag().is_none()
        && node.scalar().is_none_or(|text| !text.contains("${"))
        && node.items().all(|item| is_data(item, depth + 1))
        && node.own_entries().all(|entry| !is_function(entry.key) && is_data(entry.value, depth + 1))
}

fn unknown(inner: &str, place: Place) -> Value {
    Value::unknown(Reason::External, format!("${{{inner}}}"), place)
}

/// What stands between the braces of a text that is a variable alone.
pub(super) fn sole_variable(text: &str) -> Option<&str> {
    match parts(text.trim())[..] {
        [Part::Variable(inner)] => Some(inner.trim()),
        _ => None,
    }
}

/// Takes a text apart. What CloudFormation fills in (`${AWS::Region}`, `${Name}`) is text.
fn parts(text: &str) -> Vec<Part<'_>> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    while let Some(found) = text[at..].find("${") {
        let begin = at + found;
        let Some(end) = closing(&text[begin + 2..]) else { break };
        let inner = &text[begin + 2..begin + 2 + end];
        at = begin + 2 + end + 1;
        if is_variable(inner) {
            if start < begin {
                parts.push(Part::Text(&text[start..begin]));
            }
            parts.push(Part::Variable(inner));
            start = at;
        }
    }
    if start < text.len() || parts.is_empty() {
        parts.push(Part::Text(&text[start..]));
    }
    parts
}

/// Where the brace is that closes a text whose opening one stands before it.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(at),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Whether `${…}` is a variable of the Serverless Framework: it begins with the name of a source.
fn is_variable(inner: &str) -> bool {
    let inner = inner.trim_start();
    let word = inner.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '-' || letter == '_'));
    match word.map(|end| &inner[end..]) {
        Some(rest) => rest.starts_with('(') || rest.starts_with(':') && !rest.starts_with("::"),
        None => false,
    }
}

/// The sources of a variable, which commas part.
fn sources(inner: &str) -> Vec<&str> {
    let (mut sources, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_usize, None);
    for (at, letter) in inner.char_indices() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(letter),
            (None, '(' | '{') => depth += 1,
            (None, ')' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                sources.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    sources.push(&inner[start..]);
    sources
}
