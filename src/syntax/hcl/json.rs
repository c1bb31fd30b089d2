//! Terraform's JSON → the same tree: strings are templates, and objects are blocks where Terraform itself says so.

use super::{Attribute, Block, Body, Expr, Label, Node, Parsed, convert::MAX_DEPTH, fault, parse, spans};
use crate::{
    source::Span,
    syntax::tree::{self, Fault, Kind, Tree},
};

/// Blocks that a file can have, and how many labels they have.
const TOP: [(&str, usize); 13] = [
    ("check", 1),
    ("data", 2),
    ("ephemeral", 2),
    ("import", 0),
    ("locals", 0),
    ("module", 1),
    ("moved", 0),
    ("output", 1),
    ("provider", 1),
    ("removed", 0),
    ("resource", 2),
    ("terraform", 0),
    ("variable", 1),
];

/// Blocks inside those that are Terraform's own, not a provider's.
const INNER: [(&str, &str, usize); 25] = [
    ("check", "assert", 0),
    ("check", "data", 2),
    ("connection", "", 0),
    ("content", "dynamic", 1),
    ("data", "connection", 0),
    ("data", "dynamic", 1),
    ("data", "lifecycle", 0),
    ("dynamic", "content", 0),
    ("ephemeral", "dynamic", 1),
    ("ephemeral", "lifecycle", 0),
    ("lifecycle", "postcondition", 0),
    ("lifecycle", "precondition", 0),
    ("output", "precondition", 0),
    ("provider", "dynamic", 1),
    ("provisioner", "connection", 0),
    ("removed", "lifecycle", 0),
    ("removed", "provisioner", 1),
    ("resource", "connection", 0),
    ("resource", "dynamic", 1),
    ("resource", "lifecycle", 0),
    ("resource", "provisioner", 1),
    ("terraform", "backend", 1),
    ("terraform", "cloud", 0),
    ("terraform", "required_providers", 0),
    ("variable", "validation", 0),
];

/// Arguments whose strings are expressions without `${}`: references and types.
const BARE: [(&str, &str); 18] = [
    ("data", "depends_on"),
    ("data", "provider"),
    ("ephemeral", "depends_on"),
    ("ephemeral", "provider"),
    ("import", "provider"),
    ("import", "to"),
    ("lifecycle", "ignore_changes"),
    ("lifecycle", "replace_triggered_by"),
    ("module", "depends_on"),
    ("module", "providers"),
    ("moved", "from"),
    ("moved", "to"),
    ("output", "depends_on"),
    ("removed", "from"),
    ("removed", "to"),
    ("resource", "depends_on"),
    ("resource", "provider"),
    ("variable", "type"),
];

/// What the strings of an argument are.
#[derive(Clone, Copy, PartialEq)]
enum Strings {
    Templates,
    Expressions,
    Literals,
}

/// See [`super::of_json`].
pub(super) fn file(text: &str, tree: &Tree) -> Parsed {
    read(text, tree, |reader, entry, body| reader.top(entry, body))
}

/// See [`super::of_json_values`].
pub(super) fn values(text: &str, tree: &Tree) -> Parsed {
    read(text, tree, |reader, entry, body| reader.set(entry, Strings::Literals, body))
}

fn read(text: &str, tree: &Tree, entry_of: fn(&mut Reader<'_>, tree::Entry<'_>, &mut Body)) -> Parsed {
    let mut parsed = Parsed { faults: tree.faults.clone(), ..Parsed::default() };
    parsed.body.span = Span::new(0, text.len());
    let Some(root) = tree.root() else { return parsed };
    let mut reader = Reader { text, faults: Vec::new(), repeatable: Vec::new() };
    for part in reader.objects(root) {
        for entry in part.own_entries().filter(|entry| entry.key != "//") {
            entry_of(&mut reader, entry, &mut parsed.body);
        }
    }
    parsed.faults.retain(|fault| fault.fatal || !reader.repeatable.contains(&fault.span));
    parsed.faults.append(&mut reader.faults);
    parsed.faults.sort_by_key(|fault| fault.span);
    parsed
}

/// What is being read.
struct Reader<'t> {
    text: &'t str,
    faults: Vec<Fault>,
    /// Keys that say kinds and labels of blocks: twice in one object, they are two blocks.
    repeatable: Vec<Span>,
}

/// Where blocks of a kind are written, as far as it is known.
#[derive(Clone)]
struct Head {
    kind: &'static str,
    labels: Vec<Label>,
    /// The last key that was read.
    span: Span,
}

impl<'t> Reader<'t> {
    fn top(&mut self, entry: tree::Entry<'_>, body: &mut Body) {
        let known = TOP.iter().find(|(kind, _)| *kind == entry.key);
        let Some((kind, labels)) = known else {
            return self.set(entry, Strings::Templates, body);
        };
        let mut heads = Vec::new();
        let head = Head { kind, labels: Vec::new(), span: entry.key_span };
        self.heads(head, *labels, entry.value, &mut heads);
        for (head, value) in heads {
            // Of a block that lacks something nothing is kept: what it lacks is not absent.
            match self.block(head, value, 0) {
                Ok(block) => body.blocks.push(block),
                Err(fault) => self.faults.push(fault),
            }
        }
    }

    fn set(&mut self, entry: tree::Entry<'_>, strings: Strings, body: &mut Body) {
        match self.attribute(entry, strings, 0) {
            Ok(attribute) => body.attributes.push(attribute),
            Err(fault) => self.faults.push(fault),
        }
    }

    /// Blocks under a key: each label is an object inside the one before, and each object may be a list of them.
    fn heads<'n>(&mut self, head: Head, labels: usize, value: tree::Node<'n>, out: &mut Vec<(Head, tree::Node<'n>)>) {
        self.repeatable.push(head.span);
        for object in self.objects(value) {
            if labels == 0 {
                out.push((head.clone(), object));
                continue;
            }
            for entry in object.own_entries().filter(|entry| entry.key != "//") {
                let mut head = head.clone();
                head.labels.push(Label { text: entry.key.into(), span: entry.key_span });
                head.span = entry.key_span;
                self.heads(head, labels - 1, entry.value, out);
            }
        }
    }

    /// The object that a node is, or those of a list.
    fn objects<'n>(&mut self, node: tree::Node<'n>) -> Vec<tree::Node<'n>> {
        match node.kind() {
            Kind::Mapping => vec![node],
            Kind::Sequence => node.items().flat_map(|item| self.object(item)).collect(),
            Kind::Null => Vec::new(),
            _ => self.object(node).into_iter().collect(),
        }
    }

    fn object<'n>(&mut self, node: tree::Node<'n>) -> Option<tree::Node<'n>> {
        if !node.is_mapping() {
            self.faults.push(fault::mistake(node.span(), "an object is expected here"));
        }
        node.is_mapping().then_some(node)
    }

    fn block(&mut self, head: Head, value: tree::Node<'_>, depth: usize) -> Result<Block, Fault> {
        if depth >= MAX_DEPTH {
            return Err(fault::too_deep(value.span()));
        }
        let mut body = Body { span: value.span(), ..Body::default() };
        for entry in value.own_entries().filter(|entry| entry.key != "//") {
            if let Some((_, kind, labels)) = INNER.iter().find(|(of, kind, _)| (*of, *kind) == (head.kind, entry.key)) {
                let mut heads = Vec::new();
                let inner = Head { kind, labels: Vec::new(), span: entry.key_span };
                self.heads(inner, *labels, entry.value, &mut heads);
                for (inner, value) in heads {
                    body.blocks.push(self.block(inner, value, depth + 1)?);
                }
                continue;
            }
            let strings = match (head.kind, entry.key) {
                argument if BARE.contains(&argument) => Strings::Expressions,
                // These are read before there is anything that a template could mean.
                ("variable", _) | ("module", "source" | "version") => Strings::Literals,
                _ => Strings::Templates,
            };
            body.attributes.push(self.attribute(entry, strings, depth + 1)?);
        }
        let span = Span { start: head.span.start, end: value.span().end };
        Ok(Block { kind: head.kind.into(), labels: head.labels, body, head: head.span, span })
    }

    fn attribute(&mut self, entry: tree::Entry<'_>, strings: Strings, depth: usize) -> Result<Attribute, Fault> {
        let value = self.value(entry.value, strings, depth)?;
        Ok(Attribute { name: entry.key.into(), name_span: entry.key_span, value })
    }

    fn value(&mut self, node: tree::Node<'_>, strings: Strings, depth: usize) -> Result<Expr, Fault> {
        let span = node.span();
        if depth >= MAX_DEPTH {
            return Err(fault::too_deep(span));
        }
        let node = match node.kind() {
            Kind::Null => Node::Null,
            Kind::Bool(value) => Node::Bool(value),
            Kind::Number(value, written) => super::number(written, value),
            Kind::Text(text) => return self.text(text, span, strings, depth),
            Kind::Sequence => {
                Node::List(node.items().map(|item| self.value(item, strings, depth + 1)).collect::<Result<_, _>>()?)
            }
            Kind::Mapping => {
                let entries = node.own_entries().map(|entry| {
                    let keys = if strings == Strings::Templates { strings } else { Strings::Literals };
                    let key = self.text(entry.key, entry.key_span, keys, depth + 1)?;
                    Ok((key, self.value(entry.value, strings, depth + 1)?))
                });
                Node::Object(entries.collect::<Result<_, _>>()?)
            }
        };
        Ok(Expr { node, span })
    }

    /// A string; the fault in a template is placed in it.
    fn text(&mut self, text: &str, span: Span, strings: Strings, depth: usize) -> Result<Expr, Fault> {
        let plain = || Ok(Expr { node: Node::Text(text.into()), span });
        if strings == Strings::Literals {
            return plain();
        }
        let written = self.text.get(span.range()).unwrap_or_default();
        let inside = spans::Inside::of(written, span);
        if strings == Strings::Expressions
            && !text.contains("${")
            && let Ok(mut expr) = parse::expression_at(text, depth)
        {
            spans::change(&mut expr, &|at| inside.place(at));
            return Ok(expr);
        }
        if !text.contains("${") && !text.contains("%{") {
            return plain();
        }
        let mut expr = parse::template_value(text, depth).map_err(|mut fault| {
            fault.span = inside.place(fault.span);
            fault
        })?;
        spans::change(&mut expr, &|at| inside.place(at));
        if matches!(expr.node, Node::Text(_) | Node::Template(_)) {
            expr.span = span;
        }
        Ok(expr)
    }
}

/// An object as the block that it stands for, where a provider's block is written as an argument.
pub(super) fn block_of(attribute: &Attribute, value: &Expr) -> Option<Block> {
    let Node::Object(entries) = &value.node else { return None };
    let mut body = Body { span: value.span, ..Body::default() };
    for (key, value) in entries {
        let Node::Text(name) = &key.node else { return None };
        match (&**name, &value.node) {
            ("dynamic", Node::Object(kinds)) => {
                for (label, value) in kinds {
                    body.blocks.extend(dynamic(label, value, key.span));
                }
            }
            _ => body.attributes.push(Attribute { name: name.clone(), name_span: key.span, value: value.clone() }),
        }
    }
    let (kind, head) = (attribute.name.clone(), attribute.name_span);
    let span = if value.span.end > head.end { Span { start: head.start, end: value.span.end } } else { head };
    Some(Block { kind, labels: Vec::new(), body, head, span })
}

/// `"dynamic": {"label": {…}}`, or a list of such.
fn dynamic(label: &Expr, value: &Expr, head: Span) -> Vec<Block> {
    let Node::Text(text) = &label.node else { return Vec::new() };
    let attribute = Attribute { name: "dynamic".into(), name_span: head, value: value.clone() };
    let labels = vec![Label { text: text.clone(), span: label.span }];
    let mut blocks = super::blocks_in(&attribute);
    for block in &mut blocks {
        block.labels.clone_from(&labels);
    }
    blocks
}
