//! What comments of a text may belong to: its statements, blocks and entries, and how they are nested.

use crate::{
    read::sniff::Language,
    source::{Source, Span},
    syntax::{
        hcl::{self, Body, Expr, Node as HclNode, Part},
        json, python,
        tree::{Entry, Node, Tree},
        yaml,
    },
};

/// A statement, block, entry of a mapping or item of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    /// The whole of it; of a statement that holds others, its head alone.
    pub(super) span: Span,
    /// What names it: the key, or the kind and labels of a block.
    pub(super) head: Span,
    /// Where the first thing in it begins.
    pub(super) inner: Option<u32>,
    /// What says its type: the `Type` of a resource in a template.
    pub(super) kind: Option<Span>,
    /// Whether it holds what is of one resource, module or data source: a top-level block of Terraform.
    pub(super) deploys: bool,
    /// The innermost one that holds it.
    pub(super) parent: Option<usize>,
}

/// An allowance that is no comment: an entry of a mapping that says so.
#[derive(Clone, Debug)]
pub(super) struct Noted {
    /// What it covers.
    pub(super) scope: Span,
    /// What is written: a rule and a reason, or the text of a comment.
    pub(super) written: Written,
}

/// How an allowance in a mapping is written.
#[derive(Clone, Debug)]
pub(super) enum Written {
    /// `{rule: …, reason: …}`
    Rule {
        /// The rule's name and where it is, without quotes.
        rule: (String, Span),
        /// The reason.
        reason: Option<String>,
        /// The last day on which it counts, as it is written.
        expires: Option<String>,
    },
    /// The text of Terraform's comments in JSON: `"//": "mllint: allow …"`.
    Comment(Span),
    /// It cannot be read.
    Malformed(Span),
}

/// The outline of a text.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Comments with their marks, in order.
    pub(super) comments: Vec<Span>,
    /// Ordered by start, those that hold others first.
    extents: Vec<Extent>,
    /// The documents of a YAML or JSON text, in order.
    pub(super) documents: Vec<Span>,
    /// Allowances that are no comments.
    pub(super) noted: Vec<Noted>,
    /// Where a comment on any line of a statement belongs to all of it that is no entry of its own.
    code: Vec<Span>,
}

impl Outline {
    /// The outline of a file.
    pub(super) fn of(source: &Source) -> Self {
        let text = source.text();
        let mut outline = match Language::of(&source.path, source.raw().as_bytes()) {
            Language::Yaml => Self::of_tree(text, &yaml::parse(text), false),
            Language::Json => Self::of_tree(text, &json::parse(text), false),
            Language::Terraform if source.path.ends_with(".json") => Self::of_tree(text, &json::parse(text), true),
            Language::Terraform => Self::of_hcl(text),
            Language::None(_) if source.path.ends_with(".tfvars") => Self::of_hcl(text),
            Language::Python | Language::Notebook => Self::of_code(source),
            Language::None(_) => Self::default(),
        };
        outline.comments.sort_by_key(|comment| comment.start);
        outline.nest();
        outline
    }

    /// Whether a place is in code.
    pub(super) fn is_code(&self, span: Span) -> bool {
        self.code.iter().any(|code| code.contains(span))
    }

    fn of_tree(text: &str, tree: &Tree, is_terraform: bool) -> Self {
        let mut outline = Self { comments: tree.comments.clone(), ..Self::default() };
        for root in tree.documents() {
            if let Some(metadata) = root.entry("Metadata").filter(|_| root.get("Resources").is_some()) {
                outline.note(text, &metadata, root.span());
            }
            outline.documents.push(root.span());
            outline.node(text, root, root.span(), is_terraform);
        }
        outline
    }

    /// Takes a node apart that is all of `scope`: an entry, an item or a document.
    fn node(&mut self, text: &str, node: Node<'_>, scope: Span, is_terraform: bool) {
        if node.is_alias() {
            return;
        }
        for entry in node.own_entries() {
            let value = entry.value;
            let first = value.own_entries().next().map(|first| first.key_span.start);
            let first = first.or_else(|| value.items().next().map(|item| item.span().start));
            let kind = value.entry("Type").filter(|entry| entry.value.text().is_some_and(|text| text.contains("::")));
            if let Some(metadata) = value.entry("Metadata").filter(|_| kind.is_some()) {
                self.note(text, &metadata, entry.span());
            }
            if is_terraform && entry.key == "//" && value.text().is_some() {
                self.noted.push(Noted { scope, written: Written::Comment(unquoted(text, value.span())) });
            }
            let first = if value.is_alias() { None } else { first };
            let kind = kind.map(|entry| entry.span());
            self.push(Extent { inner: first, kind, ..Extent::of(entry.span(), entry.key_span) });
            if entry.key == "ZipFile" {
                self.inline_code(text, value.span());
            }
            self.node(text, value, entry.span(), is_terraform);
        }
        for item in node.items() {
            if item.is_mapping() && !item.is_alias() {
                self.push(Extent::of(item.span(), Span { end: item.span().start, ..item.span() }));
            }
            let scope = if item.is_mapping() { item.span() } else { scope };
            self.node(text, item, scope, is_terraform);
        }
    }

    /// Takes the code of a Lambda function apart that is written in a template, in a block as it stands.
    fn inline_code(&mut self, text: &str, span: Span) {
        let Some(block) = python::block(text.get(span.range()).unwrap_or_default()) else { return };
        let code = python::outline(&block.code, None);
        let place = |part: &Span| {
            let within = block.written(*part)?;
            Some(Span { start: span.start + within.start, end: span.start + within.end })
        };
        self.comments.extend(code.comments.iter().filter_map(place));
        let extents = code.statements.iter().chain(&code.entries).filter_map(place);
        self.extents.extend(extents.map(|span| Extent::of(span, span)));
        self.code.push(span);
    }

    /// Reads `Metadata: {mllint: {allow: [{rule, reason}]}}`.
    fn note(&mut self, text: &str, metadata: &Entry<'_>, scope: Span) {
        let Some(own) = metadata.value.entry("mllint") else { return };
        let malformed = |span: Span| Noted { scope, written: Written::Malformed(span) };
        let Some(allow) = own.value.entry("allow").filter(|allow| allow.value.items().len() > 0) else {
            return self.noted.push(malformed(own.key_span));
        };
        for item in allow.value.items() {
            let reason = item.get("reason").and_then(Node::scalar).map(str::to_owned);
            let known = item.own_entries().all(|entry| matches!(entry.key, "rule" | "reason" | "expires"));
            let expires = item.get("expires").map(|node| node.scalar().unwrap_or_default().to_owned());
            let written = match item.entry("rule").filter(|_| known) {
                Some(rule) => rule.value.text().map(|name| (name.to_owned(), unquoted(text, rule.value.span()))),
                None => None,
            };
            self.noted.push(match written {
                Some(rule) => Noted { scope, written: Written::Rule { rule, reason, expires } },
                None => malformed(item.span()),
            });
        }
    }

    fn of_hcl(text: &str) -> Self {
        let mut outline = Self { comments: hcl::comments(text), ..Self::default() };
        outline.body(&hcl::parse(text).body, true);
        outline
    }

    fn body(&mut self, body: &Body, is_file: bool) {
        for attribute in &body.attributes {
            let span = Span { end: attribute.value.span.end, ..attribute.name_span };
            self.push(Extent::of(span, attribute.name_span));
            self.expr(&attribute.value);
        }
        for block in &body.blocks {
            let attributes = block.body.attributes.iter().map(|attribute| attribute.name_span.start);
            let inner = attributes.chain(block.body.blocks.iter().map(|block| block.span.start)).min();
            let deploys = is_file && matches!(&*block.kind, "resource" | "module" | "data");
            self.push(Extent { inner, deploys, ..Extent::of(block.span, block.head) });
            self.body(&block.body, false);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.node {
            HclNode::Object(entries) => {
                for (key, value) in entries {
                    self.push(Extent::of(Span { end: value.span.end, ..key.span }, key.span));
                    self.expr(value);
                }
            }
            HclNode::List(items) => {
                for item in items {
                    if matches!(item.node, HclNode::Object(_)) {
                        self.push(Extent::of(item.span, Span { end: item.span.start, ..item.span }));
                    }
                    self.expr(item);
                }
            }
            HclNode::Call { arguments, .. } => arguments.iter().for_each(|argument| self.expr(argument)),
            HclNode::Template(parts) => self.parts(parts),
            HclNode::Conditional(condition, then, otherwise) => {
                [condition, then, otherwise].into_iter().for_each(|part| self.expr(part));
            }
            HclNode::For(from) => {
                self.expr(&from.over);
                self.expr(&from.item);
            }
            HclNode::Binary(_, left, right) | HclNode::Index(left, right) | HclNode::Splat(left, right) => {
                self.expr(left);
                self.expr(right);
            }
            HclNode::Attribute(inner, _) | HclNode::Negative(inner) | HclNode::Not(inner) => self.expr(inner),
            HclNode::Null
            | HclNode::Bool(_)
            | HclNode::Number(_)
            | HclNode::Digits(_)
            | HclNode::Text(_)
            | HclNode::Name(_)
            | HclNode::Each => {}
        }
    }

    fn parts(&mut self, parts: &[Part]) {
        for part in parts {
            match part {
                Part::Text(_) => {}
                Part::Value(expr) => self.expr(expr),
                Part::If(condition, then, otherwise) => {
                    self.expr(condition);
                    self.parts(then);
                    self.parts(otherwise);
                }
                Part::For { over, body, .. } => {
                    self.expr(over);
                    self.parts(body);
                }
            }
        }
    }

    fn of_code(source: &Source) -> Self {
        let code = python::outline(source.text(), source.cells());
        let extents = code.statements.into_iter().chain(code.entries);
        let extents = extents.map(|span| Extent::of(span, span)).collect();
        let whole = Span::new(0, source.text().len());
        Self { comments: code.comments, extents, code: vec![whole], ..Self::default() }
    }

    fn push(&mut self, extent: Extent) {
        self.extents.push(extent);
    }

    /// Sorts the extents, and finds for each the one that holds it.
    fn nest(&mut self) {
        self.extents.sort_by_key(|extent| (extent.span.start, std::cmp::Reverse(extent.span.end)));
        let mut open: Vec<usize> = Vec::new();
        for at in 0..self.extents.len() {
            let span = self.extents[at].span;
            while open.last().is_some_and(|&last| !self.extents[last].span.contains(span)) {
                open.pop();
            }
            self.extents[at].parent = open.last().copied();
            open.push(at);
        }
    }

    /// An extent by its number.
    pub(super) fn extent(&self, at: usize) -> &Extent {
        &self.extents[at]
    }

    /// The innermost extent that holds a span.
    pub(super) fn innermost(&self, span: Span) -> Option<usize> {
        let next = self.extents.partition_point(|extent| extent.span.start <= span.start);
        let mut at = next.checked_sub(1)?;
        while !self.extents[at].span.contains(span) {
            at = self.extents[at].parent?;
        }
        Some(at)
    }

    /// An extent and all that hold it, from the inside out.
    pub(super) fn around(&self, at: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(at), |&at| self.extents[at].parent)
    }

    /// The extents that begin between two offsets.
    pub(super) fn beginning(&self, from: u32, to: u32) -> std::ops::Range<usize> {
        let first = self.extents.partition_point(|extent| extent.span.start < from);
        let end = self.extents.partition_point(|extent| extent.span.start < to);
        first..end.max(first)
    }
}

impl Extent {
    fn of(span: Span, head: Span) -> Self {
        Self { span, head, inner: None, kind: None, deploys: false, parent: None }
    }
}

/// The span of a scalar without its quotes.
fn unquoted(text: &str, span: Span) -> Span {
    let written = text.get(span.range()).unwrap_or_default();
    let is_quoted = written.len() >= 2 && (written.starts_with('"') || written.starts_with('\''));
    if is_quoted { Span { start: span.start + 1, end: span.end - 1 } } else { span }
}
