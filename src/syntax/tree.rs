//! The tree of a YAML or JSON text: every key and value with its bytes.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::source::Span;

pub mod edit;

/// Number of a node in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeId(u32);

/// A parsed text. JSON has one document, YAML any number.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: Vec<Data>,
    documents: Vec<NodeId>,
    /// What is wrong with the text. What parsed nevertheless is in the tree.
    pub faults: Vec<Fault>,
    /// Faults that are not among them, since there are too many.
    pub more_faults: usize,
    is_fatal: bool,
    /// Comments, in order.
    pub comments: Vec<Span>,
}

/// Something wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub span: Span,
    /// What: lower case, no full stop.
    pub message: String,
    /// A place that explains it, and what that is.
    pub related: Option<(String, Span)>,
    /// Whether the tree lacks what stands behind the fault. A duplicate key is no such fault.
    pub fatal: bool,
    /// Whether it is no mistake: the text is deeper or longer than we follow, and its own tool may well take it.
    pub limit: bool,
}

/// A node as a parser builds it.
#[derive(Debug)]
pub struct Data {
    /// Where it is written, without its tag and anchor. Quotes and brackets belong to it; of a block scalar, all from
    /// its `|` or `>` to the end of the last line that is not blank. What is written as nothing has an empty span
    /// behind its colon, dash or tag. An alias has the span of the `*name`.
    pub span: Span,
    /// Its tag without the `!`: `Ref`, `Sub`. Tags of YAML's own schema (`!!str`) are applied, not kept.
    pub tag: Option<Box<str>>,
    /// What it is.
    pub shape: Shape,
}

/// What a node is.
#[derive(Debug)]
pub enum Shape {
    /// A scalar that was quoted, a block, or a JSON string: always a text.
    Text(Box<str>),
    /// A scalar written bare: text, number, truth value or null, by [`plain`].
    Plain(Box<str>),
    /// A sequence.
    Sequence(Vec<NodeId>),
    /// A mapping, in the order written, duplicates included.
    Mapping(Vec<(NodeId, NodeId)>),
    /// The same as another node of this tree.
    Alias(NodeId),
}

/// What a node's value is, with YAML's core schema (and YAML 1.1's truth values, as CloudFormation reads them).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind<'t> {
    /// `null`, `~` or nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number, and how it is written.
    Number(f64, &'t str),
    /// A text.
    Text(&'t str),
    /// A sequence.
    Sequence,
    /// A mapping.
    Mapping,
}

/// A node, to look at. Aliases are followed; cheap to copy.
#[derive(Clone, Copy)]
pub struct Node<'t> {
    tree: &'t Tree,
    id: NodeId,
    /// Where the alias is written, if one led here.
    alias: Option<Span>,
}

/// An entry of a mapping.
#[derive(Clone, Copy)]
pub struct Entry<'t> {
    /// The key, as text.
    pub key: &'t str,
    /// Where the key is written.
    pub key_span: Span,
    /// Whether the key is written bare, so that a reader may take it for a number or a truth value.
    pub is_bare: bool,
    /// The value.
    pub value: Node<'t>,
}

impl Entry<'_> {
    /// Key and value together.
    pub fn span(&self) -> Span {
        let value = self.value.span();
        Span { start: self.key_span.start, end: value.end.max(self.key_span.end) }
    }
}

/// No tree is deeper than this, aliases followed: parsers refuse what is, so readers may recurse.
pub const MAX_DEPTH: usize = 256;

/// The fault of a text that is deeper.
pub(super) const TOO_DEEP: &str = "this is nested too deeply to be read";

/// A text with more values than this is not read, its aliases written out: it is data, or an attack. Templates of
/// CloudFormation have at most a megabyte.
pub(super) const MAX_VALUES: usize = 1_000_000;

/// The fault of a text with more values.
pub(super) const TOO_MANY: &str = "there are more values in this file than are read";

/// The fault of a text that has more values once its aliases are written out.
pub(super) const TOO_REPEATED: &str = "the aliases up to here repeat more than any description needs";

/// Most faults of a text that are kept.
const MAX_FAULTS: usize = 1_000;

/// Aliases and merge keys are followed this many times at most. Parsers refuse cycles and bombs; this is the second lock.
const MAX_HOPS: usize = 64;

impl Tree {
    /// Adds a node.
    pub fn push(&mut self, data: Data) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(data);
        id
    }

    /// Changes a node that was added before, for parsers that learn a collection's items after its start.
    pub fn node_mut(&mut self, id: NodeId) -> &mut Data {
        &mut self.nodes[id.0 as usize]
    }

    /// Adds a document by its root.
    pub fn push_document(&mut self, root: NodeId) {
        self.documents.push(root);
    }

    /// Adds a fault, unless there are many already. The first fatal one is always kept.
    pub fn fault(&mut self, fault: Fault) {
        if self.faults.len() < MAX_FAULTS || fault.fatal && !self.is_fatal {
            self.is_fatal |= fault.fatal;
            self.faults.push(fault);
        } else {
            self.more_faults += 1;
        }
    }

    /// Gives each node the span that `place` tells for its own span, for the key that it is, if it is one, and for the
    /// span that what it stands in got. `whole` is the span of what a document stands in.
    pub fn place_nodes(&mut self, whole: Span, place: &dyn Fn(Span, Option<&str>, Span) -> Span) {
        let mut open: Vec<(NodeId, Span)> = self.documents.iter().map(|&root| (root, whole)).collect();
        while let Some((id, outer)) = open.pop() {
            let node = self.node_mut(id);
            node.span = place(node.span, None, outer);
            let own = node.span;
            match &node.shape {
                Shape::Sequence(items) => open.extend(items.iter().map(|&item| (item, own))),
                Shape::Mapping(entries) => {
                    for (key, value) in entries.clone() {
                        let key = self.node_mut(key);
                        if let Shape::Text(text) | Shape::Plain(text) = &key.shape {
                            key.span = place(key.span, Some(text), own);
                        }
                        open.push((value, key.span));
                    }
                }
                Shape::Text(_) | Shape::Plain(_) | Shape::Alias(_) => {}
            }
        }
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no node at all.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Roots of the documents.
    pub fn documents(&self) -> impl Iterator<Item = Node<'_>> {
        self.documents.iter().map(|&id| self.node(id))
    }

    /// The root of the only (or first) document.
    pub fn root(&self) -> Option<Node<'_>> {
        self.documents().next()
    }

    /// Adds a fault for each key that a mapping has twice, and sorts all faults. Parsers call it when they are done.
    pub(super) fn finish(&mut self) {
        let mut keys: Vec<(&str, Span)> = Vec::new();
        // Each key that is there again, and the first one.
        let mut again: Vec<(String, Span, Span)> = Vec::new();
        for data in &self.nodes {
            let Shape::Mapping(entries) = &data.shape else { continue };
            keys.clear();
            keys.extend(entries.iter().filter_map(|&(key, _)| {
                // `<<` may be repeated: each brings in another mapping.
                let merges = matches!(&self.nodes[key.0 as usize].shape, Shape::Plain(text) if &**text == "<<");
                let key = self.node(key);
                if merges { None } else { Some((key.scalar()?, key.span())) }
            }));
            keys.sort_unstable_by_key(|&(key, span)| (key, span.start));
            for group in keys.chunk_by(|left, right| left.0 == right.0) {
                again.extend(group[1..].iter().map(|&(key, span)| (shown(key), span, group[0].1)));
            }
        }
        for (key, span, first) in again {
            self.fault(Fault {
                span,
                message: format!("the key `{key}` is already written in the same mapping"),
                related: Some(("first written here".to_owned(), first)),
                fatal: false,
                limit: false,
            });
        }
        self.faults.sort_by_key(|fault| fault.span);
    }

    fn node(&self, id: NodeId) -> Node<'_> {
        let (mut at, mut alias) = (id, None);
        for _ in 0..MAX_HOPS {
            match &self.nodes[at.0 as usize] {
                Data { shape: Shape::Alias(target), span, .. } => {
                    alias.get_or_insert(*span);
                    at = *target;
                }
                _ => break,
            }
        }
        Node { tree: self, id: at, alias }
    }
}

impl<'t> Node<'t> {
    fn data(self) -> &'t Data {
        &self.tree.nodes[self.id.0 as usize]
    }

    /// Number of the node; the same for all aliases of it.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// Another node of the same tree, by its number.
    pub fn other(self, id: NodeId) -> Node<'t> {
        self.tree.node(id)
    }

    /// Where it is written; for an alias, where the alias is.
    pub fn span(self) -> Span {
        self.alias.unwrap_or(self.data().span)
    }

    /// Whether an alias led here.
    pub fn is_alias(self) -> bool {
        self.alias.is_some()
    }

    /// Its tag without the `!`.
    pub fn tag(self) -> Option<&'t str> {
        self.data().tag.as_deref()
    }

    /// What its value is.
    pub fn kind(self) -> Kind<'t> {
        match &self.data().shape {
            Shape::Text(text) => Kind::Text(text),
            Shape::Plain(text) => plain(text),
            Shape::Sequence(_) => Kind::Sequence,
            Shape::Mapping(_) => Kind::Mapping,
            Shape::Alias(_) => Kind::Null,
        }
    }

    /// The text of a scalar as it is written (without quotes): what a number or `yes` would be as a string.
    pub fn scalar(self) -> Option<&'t str> {
        match &self.data().shape {
            Shape::Text(text) | Shape::Plain(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a scalar that is written bare.
    pub fn bare(self) -> Option<&'t str> {
        match &self.data().shape {
            Shape::Plain(text) => Some(text),
            _ => None,
        }
    }

    /// The text, if the value is one.
    pub fn text(self) -> Option<&'t str> {
        match self.kind() {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is a mapping.
    pub fn is_mapping(self) -> bool {
        matches!(self.data().shape, Shape::Mapping(_))
    }

    /// Items of a sequence; none for other nodes.
    pub fn items(self) -> impl ExactSizeIterator<Item = Node<'t>> {
        let items: &[NodeId] = match &self.data().shape {
            Shape::Sequence(items) => items,
            _ => &[],
        };
        items.iter().map(move |&id| self.tree.node(id))
    }

    /// Entries of a mapping as written: keys that are scalars, without merging `<<`. None for other nodes.
    pub fn own_entries(self) -> impl Iterator<Item = Entry<'t>> {
        let entries: &[(NodeId, NodeId)] = match &self.data().shape {
            Shape::Mapping(entries) => entries,
            _ => &[],
        };
        entries.iter().filter_map(move |&(key, value)| {
            let key = self.tree.node(key);
            let is_bare = key.bare().is_some();
            Some(Entry { key: key.scalar()?, key_span: key.span(), is_bare, value: self.tree.node(value) })
        })
    }

    /// Entries of a mapping: of two with the same key the last one counts, and `<<` brings in what is not written.
    pub fn entries(self) -> Vec<Entry<'t>> {
        self.merged(0, &mut FxHashSet::default())
    }

    /// `done` holds the mappings that were merged in already: once more, they would add nothing but time.
    fn merged(self, depth: usize, done: &mut FxHashSet<NodeId>) -> Vec<Entry<'t>> {
        let mut entries: Vec<Entry<'t>> = Vec::new();
        let mut merges = Vec::new();
        // Few mappings are large enough for the scan to matter; those that are get a table.
        let mut seen = FxHashMap::default();
        for entry in self.own_entries() {
            if entry.key == "<<" && entry.value.scalar().is_none() {
                merges.push(entry.value);
                continue;
            }
            match seen.insert(entry.key, entries.len()) {
                Some(at) => {
                    entries[at] = entry;
                    seen.insert(entry.key, at);
                }
                None => entries.push(entry),
            }
        }
        if depth < MAX_HOPS {
            for merge in merges {
                let sources = if merge.is_mapping() { vec![merge] } else { merge.items().collect() };
                for source in sources {
                    if !done.insert(source.id) {
                        continue;
                    }
                    for entry in source.merged(depth + 1, done) {
                        if !seen.contains_key(entry.key) {
                            seen.insert(entry.key, entries.len());
                            entries.push(entry);
                        }
                    }
                }
            }
        }
        entries
    }

    /// The entry with a key. Where a key is written twice the last one counts.
    pub fn entry(self, key: &str) -> Option<Entry<'t>> {
        let own = self.own_entries().filter(|entry| entry.key == key).last();
        own.or_else(|| {
            let merges = self.own_entries().any(|entry| entry.key == "<<");
            merges.then(|| self.entries().into_iter().find(|entry| entry.key == key)).flatten()
        })
    }

    /// The value under a key.
    pub fn get(self, key: &str) -> Option<Node<'t>> {
        self.entry(key).map(|entry| entry.value)
    }

    /// The only entry of a mapping that has just one.
    pub fn sole_entry(self) -> Option<Entry<'t>> {
        let mut entries = self.own_entries();
        let first = entries.next()?;
        entries.next().is_none().then_some(first)
    }
}

/// A key as far as a message can show it.
fn shown(key: &str) -> String {
    let mut text: String = key.chars().take(40).map(|char| if char.is_control() { ' ' } else { char }).collect();
    if key.chars().nth(40).is_some() {
        text.push('…');
    }
    text
}

/// What a bare scalar is.
pub fn plain(text: &str) -> Kind<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Kind::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Kind::Bool(false),
        _ => number(text).map_or(Kind::Text(text), |value| Kind::Number(value, text)),
    }
}

/// A decimal number. `0x10`, `1_000`, dates and `inf` stay texts: no property of ours is written so.
fn number(text: &str) -> Option<f64> {
    let first = text.bytes().next()?;
    if !(first.is_ascii_digit() || matches!(first, b'-' | b'+' | b'.'))
        || !text.bytes().any(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}
