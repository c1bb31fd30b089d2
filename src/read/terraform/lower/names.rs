//! Arguments and blocks of a Terraform resource → properties by CloudFormation's names.

use std::sync::Arc;

use crate::{
    catalog::terraform::{Mapping, Property, Shape, capitalised, property},
    graph::{
        guard::Formula,
        value::{Data, Entry, Guarded, List, Object, Origin, Reason, Unknown, Value},
    },
    read::terraform::{json_text, lower::merge},
    source::Place,
};

/// Values nested deeper than this keep their names.
const MAX_DEPTH: usize = 48;

/// Properties whose keys are the user's own: an argument, never a block.
const MAPS: [&str; 2] = ["HyperParameters", "StaticHyperParameters"];

/// How the names of one resource are made.
pub(super) struct Names<'a> {
    /// The table's exceptions, if it has the type.
    mapping: Option<&'static Mapping>,
    /// The last part of the type's name: `Model`.
    thing: &'a str,
    /// Whether objects are blocks too, as in the AWS Cloud Control provider.
    nested: bool,
    /// Whether an object that the table does not call a map is a block, as in JSON.
    pub(super) objects_are_blocks: bool,
}

/// What belongs outside of the block that it is written in.
#[derive(Default)]
struct Moved {
    entries: Vec<Entry>,
    open: Option<Unknown>,
}

impl<'a> Names<'a> {
    /// The names of a kind of resource.
    pub(super) fn of(mapping: Option<&'static Mapping>, kind: &'a str, nested: bool) -> Self {
        Self { mapping, thing: kind.rsplit(':').next().unwrap_or(kind), nested, objects_are_blocks: false }
    }

    /// The properties that the arguments come to, but for those that are left out.
    pub(super) fn properties(&self, arguments: &Object, without: Option<&str>, place: Place) -> Object {
        let mut moved = Moved::default();
        let mut inner = self.body(arguments, &mut Vec::new(), without, &mut moved);
        if let Some(Property { path: Some(path), shape, .. }) = self.mapping.and_then(Mapping::wrapper) {
            let mut whole = std::mem::take(&mut inner);
            let whole = if shape == Shape::Blocks {
                // One of several is a list item, to which belongs what lies outside of the blocks in it.
                std::mem::take(&mut moved).into(&mut whole);
                Value::list(vec![Value::object(whole, place)], place)
            } else {
                Value::object(whole, place)
            };
            merge::set(&mut inner, path, place, whole);
        }
        moved.into(&mut inner);
        for (name, text) in self.mapping.map_or(&[][..], |mapping| &mapping.fixed) {
            inner.set(Entry { name: (*name).into(), place, value: Value::text(*text, place) });
        }
        inner
    }

    /// The property that an argument of the resource itself is.
    pub(super) fn top(&self, argument: &str) -> Option<String> {
        self.property(&[], argument).map(|(path, _)| path)
    }

    /// Path and form of an argument; nothing where it has no property.
    pub(super) fn property(&self, blocks: &[Box<str>], argument: &str) -> Option<(String, Property)> {
        let within: Vec<&str> = blocks.iter().map(|block| &**block).collect();
        if let Some(property) = self.mapping.and_then(|mapping| mapping.exception(&within, argument)) {
            return Some((property.path?.to_owned(), property));
        }
        let plain = |shape| Property { path: Some(""), outer: false, shape };
        if !blocks.is_empty() {
            return Some((property(argument), plain(Shape::Plain)));
        }
        match argument {
            "tags" => Some(("Tags".to_owned(), plain(Shape::Tags))),
            "id" | "tags_all" | "region" | "timeouts" | "name_prefix" | "bucket_prefix" => None,
            "name" if !self.nested => Some((format!("{}Name", self.thing), plain(Shape::Plain))),
            _ if argument.ends_with("_name_prefix") => None,
            _ => Some((property(argument), plain(Shape::Plain))),
        }
    }

    fn body(&self, object: &Object, blocks: &mut Vec<Box<str>>, without: Option<&str>, moved: &mut Moved) -> Object {
        let mut body =
            Object { entries: Vec::with_capacity(object.entries.len()), open: object.open.clone(), class: None };
        for entry in &object.entries {
            if without == Some(&*entry.name) {
                continue;
            }
            let Some((path, property)) = self.property(blocks, &entry.name) else { continue };
            blocks.push((*entry.name).into());
            let value = match &entry.value.data {
                // Terraform refuses it, and what is meant by it cannot be told.
                Data::List(_) if MAPS.contains(&path.rsplit('.').next().unwrap_or(&path)) => {
                    Value::unknown(Reason::Invalid, format!("the block `{}`", entry.name), entry.place)
                }
                _ => self.value(&entry.value, property.shape, blocks, moved),
            };
            blocks.pop();
            if property.outer {
                moved.take(&path, entry.place, value);
            } else {
                merge::set(&mut body, &path, entry.place, value);
            }
        }
        body
    }

    fn value(&self, value: &Value, shape: Shape, blocks: &mut Vec<Box<str>>, moved: &mut Moved) -> Value {
        let like = |data: Data| Value { data, origin: value.origin.clone() };
        match (&value.data, shape) {
            (Data::Guarded(guarded), _) => self.guarded(guarded, &value.origin, shape, blocks, moved),
            (Data::Absent | Data::Unknown(_) | Data::Symbol(_), _) => value.clone(),
            (Data::Text(text), Shape::Json) if !text.is_empty() => json(value, Reason::Invalid),
            (Data::Template(_), Shape::Json) => json(value, Reason::Unsupported),
            // To the provider, an empty text is as good as none.
            (Data::Text(text), _) if text.is_empty() => like(Data::Absent),
            (Data::Text(text), Shape::Words) => like(Data::Text(capitalised(text).into())),
            (Data::Bool(yes), Shape::Switch(on, off)) => like(Data::Text(if *yes { on } else { off }.into())),
            (Data::Text(text), Shape::Switch(on, off)) if matches!(&**text, "true" | "false") => {
                like(Data::Text(if &**text == "true" { on } else { off }.into()))
            }
            (Data::Object(tags), Shape::Tags) => like(Data::List(Arc::new(tag_list(tags)))),
            (Data::List(list), Shape::Verbatim) => match &list.items[..] {
                [only] if list.open.is_none() => only.clone(),
                _ => value.clone(),
            },
            (_, Shape::Verbatim) => value.clone(),
            (Data::List(list), Shape::Keyed(key)) => like(Data::List(Arc::new(keyed(list, key)))),
            (_, Shape::Keyed(key)) => like(Data::List(Arc::new(List { items: vec![under(value, key)], open: None }))),
            (Data::List(_), Shape::Item) => value.clone(),
            (_, Shape::Item) => like(Data::List(Arc::new(List { items: vec![value.clone()], open: None }))),
            (Data::List(list), Shape::Blocks) => like(Data::List(Arc::new(self.blocks(list, blocks)))),
            (Data::Object(_), Shape::Blocks) => {
                let list = List { items: vec![value.clone()], open: None };
                like(Data::List(Arc::new(self.blocks(&list, blocks))))
            }
            (Data::List(list), _) if is_blocks(list) => self.block(value, list, blocks, moved),
            (Data::List(list), _) if self.nested => like(Data::List(Arc::new(self.blocks(list, blocks)))),
            (Data::Object(object), _) if blocks.len() < MAX_DEPTH && (self.nested || self.is_block(object)) => {
                like(Data::Object(Arc::new(self.body(object, blocks, None, moved))))
            }
            _ => value.clone(),
        }
    }

    /// Whether an object in JSON is a block, not a map: the keys of a map are seldom all names of arguments.
    fn is_block(&self, object: &Object) -> bool {
        let is_argument = |entry: &Entry| {
            let mut bytes = entry.name.bytes();
            bytes.next().is_some_and(|first| first.is_ascii_lowercase())
                && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        };
        self.objects_are_blocks && object.entries.iter().all(is_argument)
    }

    /// A block that may stand once. Where there are more all the same, all are kept.
    fn block(&self, value: &Value, list: &List, blocks: &mut Vec<Box<str>>, moved: &mut Moved) -> Value {
        let [only] = &list.items[..] else {
            return Value { data: Data::List(Arc::new(self.blocks(list, blocks))), origin: value.origin.clone() };
        };
        match &only.data {
            Data::Object(object) if blocks.len() < MAX_DEPTH => {
                let body = self.body(object, blocks, None, moved);
                Value { data: Data::Object(Arc::new(body)), origin: only.origin.clone() }
            }
            Data::Guarded(_) => self.value(&listed(only), Shape::Plain, blocks, moved),
            _ => only.clone(),
        }
    }

    /// The items of a list of blocks; what belongs outside of the blocks in an item belongs to the item.
    fn blocks(&self, list: &List, blocks: &mut Vec<Box<str>>) -> List {
        let items = list.items.iter().map(|item| self.item(item, blocks)).collect();
        List { items, open: list.open.clone() }
    }

    fn item(&self, item: &Value, blocks: &mut Vec<Box<str>>) -> Value {
        match &item.data {
            Data::Object(object) if blocks.len() < MAX_DEPTH => {
                let mut moved = Moved::default();
                let mut body = self.body(object, blocks, None, &mut moved);
                moved.into(&mut body);
                Value { data: Data::Object(Arc::new(body)), origin: item.origin.clone() }
            }
            Data::Guarded(guarded) => {
                let (then, otherwise) = (self.item(&guarded.then, blocks), self.item(&guarded.otherwise, blocks));
                both(&guarded.when, then, otherwise, &item.origin)
            }
            _ => item.clone(),
        }
    }

    /// Both values of a guarded one. A list without blocks beside one with blocks is none at all.
    fn guarded(
        &self,
        guarded: &Guarded,
        origin: &Origin,
        shape: Shape,
        blocks: &mut Vec<Box<str>>,
        moved: &mut Moved,
    ) -> Value {
        let has_blocks = has_blocks(&guarded.then) || has_blocks(&guarded.otherwise);
        let mut side = |value: &Value, when: &Formula| {
            if has_blocks && is_empty(value) {
                return Value { data: Data::Absent, origin: value.origin.clone() };
            }
            let mut out = Moved::default();
            let value = self.value(value, shape, blocks, &mut out);
            for entry in out.entries {
                let none = Value::absent(entry.place);
                moved.entries.push(Entry { value: Value::guarded(when, entry.value, none), ..entry });
            }
            moved.open = moved.open.take().or(out.open);
            value
        };
        let then = side(&guarded.then, &guarded.when);
        let otherwise = side(&guarded.otherwise, &guarded.when.negated());
        both(&guarded.when, then, otherwise, origin)
    }
}

impl Moved {
    /// Notes a value for the item or resource outside; without a path, all that is in it.
    fn take(&mut self, path: &str, place: Place, value: Value) {
        if !path.is_empty() {
            self.entries.push(Entry { name: path.into(), place, value });
            return;
        }
        match value.data {
            Data::Object(object) => {
                self.entries.extend(object.entries.iter().cloned());
                self.open = self.open.take().or_else(|| object.open.clone());
            }
            Data::Unknown(unknown) => self.open = Some(unknown),
            Data::Guarded(guarded) => {
                for (when, side) in
                    [(guarded.when.clone(), &guarded.then), (guarded.when.negated(), &guarded.otherwise)]
                {
                    let mut inner = Self::default();
                    inner.take("", place, side.clone());
                    self.open = self.open.take().or(inner.open);
                    self.entries.extend(inner.entries.into_iter().map(|entry| {
                        let none = Value::absent(entry.place);
                        Entry { value: Value::guarded(&when, entry.value, none), ..entry }
                    }));
                }
            }
            _ => {}
        }
    }

    fn into(self, object: &mut Object) {
        for entry in self.entries {
            merge::set(object, &entry.name, entry.place, entry.value);
        }
        if object.open.is_none() {
            object.open = self.open;
        }
    }
}

/// A block that is guarded as a guarded list of blocks.
fn listed(block: &Value) -> Value {
    match &block.data {
        Data::Object(_) => {
            Value { origin: block.origin.clone(), ..Value::list(vec![block.clone()], block.origin.place) }
        }
        Data::Guarded(guarded) => both(&guarded.when, listed(&guarded.then), listed(&guarded.otherwise), &block.origin),
        _ => block.clone(),
    }
}

fn both(when: &Formula, then: Value, otherwise: Value, origin: &Origin) -> Value {
    Value { origin: origin.clone(), ..Value::guarded(when, then, otherwise) }
}

/// Whether a list is one of blocks: it has an item that is, or may be, an object.
fn is_blocks(list: &List) -> bool {
    list.items.iter().any(|item| may_be_object(item, 0))
}

fn may_be_object(value: &Value, depth: usize) -> bool {
    match &value.data {
        Data::Object(_) => true,
        Data::Guarded(guarded) if depth < MAX_DEPTH => {
            [&guarded.then, &guarded.otherwise].iter().any(|side| may_be_object(side, depth + 1))
        }
        _ => false,
    }
}

fn has_blocks(value: &Value) -> bool {
    match &value.data {
        Data::List(list) => is_blocks(list),
        Data::Guarded(guarded) => has_blocks(&guarded.then) || has_blocks(&guarded.otherwise),
        _ => false,
    }
}

/// What a text says in JSON. One that is none cannot be known.
fn json(text: &Value, reason: Reason) -> Value {
    json_text::parse(text).unwrap_or_else(|| {
        let unknown = Unknown { reason, name: "this JSON text".into(), place: text.origin.place };
        Value { data: Data::Unknown(unknown), origin: text.origin.clone() }
    })
}

fn is_empty(value: &Value) -> bool {
    matches!(&value.data, Data::List(list) if list.items.is_empty() && list.open.is_none())
}

/// A map as CloudFormation writes tags.
fn tag_list(tags: &Object) -> List {
    let tag = |entry: &Entry| {
        let entries = vec![
            Entry { name: "Key".into(), place: entry.place, value: Value::text(entry.name.clone(), entry.place) },
            Entry { name: "Value".into(), place: entry.place, value: entry.value.clone() },
        ];
        Value::object(Object { entries, ..Object::default() }, entry.place)
    };
    List { items: tags.entries.iter().map(tag).collect(), open: tags.open.clone() }
}

fn keyed(list: &List, key: &str) -> List {
    List { items: list.items.iter().map(|item| under(item, key)).collect(), open: list.open.clone() }
}

/// A value as the only entry of an object.
fn under(value: &Value, key: &str) -> Value {
    let place = value.origin.place;
    let entry = Entry { name: key.into(), place, value: value.clone() };
    Value::object(Object { entries: vec![entry], ..Object::default() }, place)
}
