//! YAML text → [`Tree`]: every document, with tags, aliases, comments and the bytes of every key and value.

use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Tag, options};
use rustc_hash::FxHashMap;

use super::tree::{Data, Fault, MAX_DEPTH, MAX_VALUES, NodeId, Shape, TOO_MANY, TOO_REPEATED, Tree};
use crate::source::Span;

mod message;

#[cfg(test)]
mod tests;

/// Parses a text. Never fails: what is wrong is in [`Tree::faults`], and what stands before it is in the tree.
///
/// Spans count the bytes of `text`, a byte order mark included. After an error the rest of its document is lost, the
/// documents behind it are read. An alias without an anchor, one that holds itself, and one that repeats too much are
/// fatal faults; in the tree they are the text as written (`*name`).
pub fn parse(text: &str) -> Tree {
    let mut builder = Builder { text, ..Builder::default() };
    let mut parser = Parser::new_from_str_with_options(text, settings());
    while let Some(next) = parser.next_event() {
        if builder.tree.len() > MAX_VALUES {
            builder.refuse(TOO_MANY);
            break;
        }
        match next {
            Ok((event, span)) => builder.take(event, &span),
            Err(error) => {
                builder.fail(&error);
                match parser.proceed_next_document() {
                    Ok(true) => {}
                    Ok(false) | Err(_) => break,
                }
            }
        }
    }
    builder.abandon();
    let mut tree = builder.tree;
    tree.comments.sort();
    tree.finish();
    tree
}

fn settings() -> Options {
    options! {
        emit_unresolved_aliases: true,
        // As libyaml and so CloudFormation read it.
        block_scalar_eof_without_line_feed: true,
        // A long licence text is no attack; the buffer cannot outgrow the text.
        max_buffered_comment_events: usize::MAX,
        // Half each, so that a tree that mixes both styles stays within the bound.
        flow_nesting_limit: MAX_DEPTH / 2,
        block_nesting_limit: MAX_DEPTH / 2,
    }
}

/// What was anchored: aliases need to know how much they repeat.
#[derive(Clone, Copy)]
struct Anchored {
    node: NodeId,
    size: usize,
    height: usize,
}

/// A collection whose end has not come yet.
struct Open {
    node: NodeId,
    anchor: usize,
    start: usize,
    /// Where its last item ends: block collections end there.
    end: usize,
    items: Items,
    height: usize,
    /// [`Builder::expanded`] before it.
    before: usize,
}

enum Items {
    Sequence(Vec<NodeId>),
    /// The entries, and a key that waits for its value.
    Mapping(Vec<(NodeId, NodeId)>, Option<NodeId>),
}

#[derive(Default)]
struct Builder<'t> {
    text: &'t str,
    tree: Tree,
    open: Vec<Open>,
    anchors: FxHashMap<usize, Anchored>,
    /// Where the last node or comment ended: nothing of the next one stands before it.
    seen: usize,
    /// Nodes so far, aliases written out.
    expanded: usize,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: &granit_parser::Span) {
        let range = span.byte_range().unwrap_or(self.seen..self.seen);
        let (start, end) = (range.start, range.end);
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let span = self.scalar_span(start, end, style);
                // An empty scalar comes as `~`.
                let value = if style == ScalarStyle::Plain && span.is_empty() { "" } else { &*value };
                let (tag, shape) = scalar(value, style, tag.as_deref());
                let node = self.leaf(Data { span, tag, shape });
                self.anchor(anchor, Anchored { node, size: 1, height: 0 });
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.start(start, end, anchor, tag.as_deref(), Items::Sequence(Vec::new()));
            }
            Event::MappingStart(_, anchor, tag) => {
                self.start(start, end, anchor, tag.as_deref(), Items::Mapping(Vec::new(), None));
            }
            // A block collection has no end of its own: the event stands where the next token begins, with no bytes.
            Event::SequenceEnd | Event::MappingEnd => self.close((end > start).then_some(end)),
            Event::Alias(anchor) => self.alias(anchor, start, end),
            Event::UnresolvedAlias(_) => {
                self.refuse_alias(Span::new(start, end), "no anchor of this name comes before this alias");
            }
            Event::Comment(..) => {
                self.tree.comments.push(Span::new(start, end));
            }
            _ => {}
        }
    }

    fn start(&mut self, start: usize, end: usize, anchor: usize, tag: Option<&Tag>, items: Items) {
        let data = Data { span: Span::new(start, end), tag: tag.and_then(kept), shape: Shape::Sequence(Vec::new()) };
        let node = self.add(data);
        let before = self.expanded;
        self.expanded += 1;
        self.open.push(Open { node, anchor, start, end: end.max(start), items, height: 0, before });
        self.seen = self.seen.max(end);
    }

    /// Ends the innermost collection, at `end` or behind its last item.
    fn close(&mut self, end: Option<usize>) {
        let Some(open) = self.open.pop() else { return };
        let end = end.unwrap_or(open.end);
        let data = self.tree.node_mut(open.node);
        data.span = Span::new(open.start, end);
        data.shape = match open.items {
            Items::Sequence(items) => Shape::Sequence(items),
            Items::Mapping(entries, _) => Shape::Mapping(entries),
        };
        let height = open.height + 1;
        self.anchor(open.anchor, Anchored { node: open.node, size: self.expanded - open.before, height });
        self.done(end, height);
    }

    fn alias(&mut self, anchor: usize, start: usize, end: usize) {
        let span = Span::new(start, end);
        // What is still open has no entry yet.
        let Some(&Anchored { node, size, height }) = self.anchors.get(&anchor) else {
            return self.refuse_alias(span, "this alias stands within what it repeats");
        };
        if self.expanded.saturating_add(size) > MAX_VALUES || self.open.len() + height > MAX_DEPTH {
            return self.refuse_alias(span, TOO_REPEATED);
        }
        self.expanded += size;
        self.add(Data { span, tag: None, shape: Shape::Alias(node) });
        self.done(end, height);
    }

    fn refuse_alias(&mut self, span: Span, message: &str) {
        let limit = message == TOO_REPEATED;
        self.tree.fault(Fault { span, message: message.to_owned(), related: None, fatal: true, limit });
        let written = self.text.get(span.range()).unwrap_or_default();
        self.leaf(Data { span, tag: None, shape: Shape::Plain(written.into()) });
    }

    fn leaf(&mut self, data: Data) -> NodeId {
        let end = data.span.end as usize;
        let node = self.add(data);
        self.expanded += 1;
        self.done(end, 0);
        node
    }

    /// Adds a node and gives it its place in the innermost collection, or makes it a document.
    fn add(&mut self, data: Data) -> NodeId {
        let node = self.tree.push(data);
        match self.open.last_mut().map(|open| &mut open.items) {
            None => self.tree.push_document(node),
            Some(Items::Sequence(items)) => items.push(node),
            Some(Items::Mapping(entries, key)) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => *key = Some(node),
            },
        }
        node
    }

    /// Notes that a node is complete: the collection around it reaches at least to its end.
    fn done(&mut self, end: usize, height: usize) {
        self.seen = self.seen.max(end);
        if let Some(open) = self.open.last_mut() {
            open.end = open.end.max(end);
            open.height = open.height.max(height);
        }
    }

    fn anchor(&mut self, anchor: usize, anchored: Anchored) {
        // 0 stands for none.
        if anchor != 0 {
            self.anchors.insert(anchor, anchored);
        }
    }

    /// Ends the text here, at a bound.
    fn refuse(&mut self, message: &str) {
        let span = Span::new(self.seen, self.seen);
        self.tree.fault(Fault { span, message: message.to_owned(), related: None, fatal: true, limit: true });
    }

    fn fail(&mut self, error: &ScanError) {
        let text = self.text;
        let mut start = error.marker().byte_offset().unwrap_or(self.seen).min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        // The parser points near a tab that it does not like: behind it, or at the end of the line before.
        if message::of(error.kind()).contains("tab") {
            let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
            let indented =
                |from: usize| text[from..].chars().take_while(|char| " \t".contains(*char)).any(|char| char == '\t');
            let next = text[start..].find('\n').map(|at| start + at + 1);
            if let Some(from) = [Some(line), next].into_iter().flatten().find(|from| indented(*from)) {
                start = from + text[from..].find('\t').unwrap_or(0);
            }
        }
        // One character to point at, but never a line break.
        let next = text[start..].chars().next().filter(|char| !matches!(char, '\n' | '\r'));
        let span = Span::new(start, start + next.map_or(0, char::len_utf8));
        let limit = *error.kind() == ErrorKind::RecursionLimitExceeded;
        self.tree.fault(Fault { span, message: message::of(error.kind()), related: None, fatal: true, limit });
        self.abandon();
    }

    /// Ends what is open where it stands. A key that has no value yet is dropped: its value is not known.
    fn abandon(&mut self) {
        while !self.open.is_empty() {
            self.close(None);
        }
    }

    fn scalar_span(&self, start: usize, end: usize, style: ScalarStyle) -> Span {
        let bytes = self.text.as_bytes();
        match style {
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let content = self.text.get(start..end).unwrap_or_default().trim_end();
                let head = block_head(self.text, self.seen, start);
                let line_end = memchr::memchr2(b'\n', b'\r', &bytes[head..]).map_or(self.text.len(), |at| head + at);
                let end = if content.is_empty() { line_end } else { start + content.len() };
                Span::new(head, end)
            }
            // An empty value is reported before the colon that announces it.
            ScalarStyle::Plain if start == end && bytes.get(start) == Some(&b':') && self.awaits_value() => {
                Span::new(start + 1, start + 1)
            }
            _ => Span::new(start, end),
        }
    }

    fn awaits_value(&self) -> bool {
        matches!(self.open.last(), Some(Open { items: Items::Mapping(_, Some(_)), .. }))
    }
}

/// Tag and shape of a scalar.
fn scalar(value: &str, style: ScalarStyle, tag: Option<&Tag>) -> (Option<Box<str>>, Shape) {
    let text = || Shape::Text(value.into());
    let plain = || Shape::Plain(value.into());
    let by_style = || if style == ScalarStyle::Plain { plain() } else { text() };
    let Some(tag) = tag else { return (None, by_style()) };
    if is_non_specific(tag) {
        return (None, text());
    }
    let shape = match tag.suffix_in_namespace(YAML).as_deref() {
        None => by_style(),
        Some("int" | "float" | "bool" | "null" | "timestamp") => plain(),
        Some(_) => text(),
    };
    (kept(tag), shape)
}

/// Tags of YAML's own schema begin so.
const YAML: &str = "tag:yaml.org,2002:";

/// The lone `!`: it says "not by its looks".
fn is_non_specific(tag: &Tag) -> bool {
    matches!(tag.parts(), ("", "!") | ("!", ""))
}

/// The name of a tag that readers want to see.
fn kept(tag: &Tag) -> Option<Box<str>> {
    if is_non_specific(tag) || tag.suffix_in_namespace(YAML).is_some() {
        return None;
    }
    let (handle, suffix) = tag.parts();
    let name = format!("{handle}{suffix}");
    Some(name.strip_prefix('!').unwrap_or(&name).into())
}

/// Where the `|` or `>` of a block scalar is, whose content begins at `content`; it cannot stand before `from`.
fn block_head(text: &str, from: usize, content: usize) -> usize {
    let Some(gap) = text.get(from..content) else { return content };
    // From the last line up: a comment above the head may look like one.
    let mut line_end = gap.len();
    loop {
        let line_start = gap[..line_end].rfind('\n').map_or(0, |at| at + 1);
        let line = &gap[line_start..line_end];
        let head = line.match_indices(['|', '>']).map(|(at, _)| at).find(|&at| {
            let before = line[..at].bytes().next_back();
            before.is_none_or(|byte| byte.is_ascii_whitespace()) && is_head_rest(&line[at + 1..])
        });
        if let Some(at) = head {
            return from + line_start + at;
        }
        if line_start == 0 {
            return content;
        }
        line_end = line_start - 1;
    }
}

/// Whether this may follow the indicator of a block scalar: its digits and signs, then at most a comment.
fn is_head_rest(rest: &str) -> bool {
    let rest = rest.trim_start_matches(|char: char| char.is_ascii_digit() || matches!(char, '+' | '-'));
    let comment = rest.trim_start();
    comment.is_empty() || (comment.starts_with('#') && comment.len() < rest.len())
}
