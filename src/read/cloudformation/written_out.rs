//! A template as a value that code has put together → a tree, with the places of its parts.

use crate::{
    graph::value::{Data, MAX_LEVELS, Piece, Reason, Value},
    read::states::HOLE,
    source::{FileId, Place, Span},
    syntax::tree::{self, NodeId, Shape, Tree},
};

/// Mappings this deep hold the sections of a template and what is declared in them; values begin below.
const SECTIONS: usize = 3;

/// A template that is written out.
#[derive(Default)]
pub(super) struct Written {
    pub(super) tree: Tree,
    /// What fills the holes in its texts: all that is no scalar of this file is one.
    pub(super) holes: Vec<Value>,
    /// Whether it may declare more than is known.
    pub(super) is_open: bool,
}

/// The tree of a template. `outer` is where it is used; its file is that of all places.
pub(super) fn tree(value: &Value, outer: Place) -> Written {
    let mut writer = Writer { file: outer.file, written: Written::default() };
    let root = writer.node(value, outer.span, false, 0);
    writer.written.tree.push_document(root);
    writer.written
}

struct Writer {
    /// The file that the places are of.
    file: FileId,
    written: Written,
}

impl Writer {
    /// Adds a value that stands in `outer`. `named`: its texts are names of the template, whatever way they came.
    fn node(&mut self, value: &Value, outer: Span, named: bool, level: usize) -> NodeId {
        let span = self.span(value.origin.place, outer);
        let is_plain = named || value.origin.step.is_none() && value.origin.place.file == self.file;
        let shape = match &value.data {
            Data::List(list) if list.open.is_none() && level <= MAX_LEVELS => {
                Shape::Sequence(list.items.iter().map(|item| self.node(item, span, named, level + 1)).collect())
            }
            Data::Object(object) if (object.open.is_none() || level < SECTIONS) && level <= MAX_LEVELS => {
                self.written.is_open |= object.open.is_some();
                let mut entries = Vec::with_capacity(object.entries.len());
                for entry in &object.entries {
                    let key_span = self.span(entry.place, span);
                    let is_name = named || names(&entry.name);
                    let key = self.push(key_span, Shape::Text((*entry.name).into()));
                    entries.push((key, self.node(&entry.value, key_span, is_name, level + 1)));
                }
                Shape::Mapping(entries)
            }
            Data::List(_) | Data::Object(_) => {
                let unknown = Value::unknown(Reason::RunTime, "a value of which more is not known", value.origin.place);
                self.hole(unknown)
            }
            Data::Text(text) if is_plain => Shape::Text((**text).into()),
            Data::Number(number) if is_plain => Shape::Plain(number.text().into()),
            Data::Bool(truth) if is_plain => Shape::Plain(truth.to_string().into()),
            Data::Absent => Shape::Plain("null".into()),
            Data::Template(pieces) => {
                let mut text = String::new();
                for piece in pieces.iter() {
                    match piece {
                        Piece::Text(known) => text.push_str(known),
                        Piece::Hole(hole) => text.push_str(&self.mark((**hole).clone())),
                    }
                }
                Shape::Text(text.into())
            }
            _ => self.hole(value.clone()),
        };
        self.push(span, shape)
    }

    fn push(&mut self, span: Span, shape: Shape) -> NodeId {
        self.written.tree.push(tree::Data { span, tag: None, shape })
    }

    fn hole(&mut self, value: Value) -> Shape {
        Shape::Text(self.mark(value).into())
    }

    /// The mark of a hole that a value fills.
    fn mark(&mut self, value: Value) -> String {
        self.written.holes.push(value);
        format!("{HOLE}{}{HOLE}", self.written.holes.len() - 1)
    }

    fn span(&self, place: Place, outer: Span) -> Span {
        if place.file == self.file { place.span } else { outer }
    }
}

/// Whether what stands under a key is a name of the template, or made of such.
fn names(key: &str) -> bool {
    matches!(key, "Type" | "Ref" | "Condition" | "DependsOn") || key.starts_with("Fn::")
}
