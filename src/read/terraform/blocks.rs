//! The inside of a block as an object: arguments as they are, nested blocks as lists, `dynamic` blocks unrolled.

use std::{rc::Rc, sync::Arc};

use super::{
    frame::Bindings,
    guards::{has_items, leaves, unknown_of},
    module::Layers,
    scope::Scope,
};
use crate::{
    graph::{
        guard::Formula,
        number::Number,
        value::{Data, Entry, List, Object, Reason, Unknown, Value},
    },
    source::{FileId, Place},
    syntax::hcl::{Attribute, Block, Body, Node},
};

/// Arguments that are Terraform's own, not the provider's.
const META_ARGUMENTS: &[&str] = &["count", "depends_on", "for_each", "provider"];
/// Blocks that are Terraform's own.
const META_BLOCKS: &[&str] = &["connection", "lifecycle", "provisioner"];
/// A `dynamic` block makes at most this many blocks; those beyond are not known.
const MAX_BLOCKS: usize = 256;
/// Blocks nested deeper than this are not evaluated.
const MAX_DEPTH: usize = 32;

/// The arguments and blocks of a resource.
pub(super) fn properties(scope: &Scope<'_, '_>, layers: &Layers) -> Value {
    let mut inside = Inside::default();
    for written in layers.attributes() {
        if !META_ARGUMENTS.contains(&&*written.attribute.name) {
            inside.argument(scope, written.file, written.attribute);
        }
    }
    for (file, block) in layers.blocks() {
        if !META_BLOCKS.contains(&&*block.kind) {
            inside.block(scope, file, block, 0);
        }
    }
    Value::object(inside.finish(), layers.head())
}

/// The arguments and blocks of any other block.
pub(super) fn body(scope: &Scope<'_, '_>, file: FileId, body: &Body, place: Place, depth: usize) -> Value {
    if depth > MAX_DEPTH {
        return Value::unknown(Reason::Limit, "blocks that are nested too deeply", place);
    }
    let mut inside = Inside::default();
    for attribute in &body.attributes {
        inside.argument(scope, file, attribute);
    }
    for block in &body.blocks {
        inside.block(scope, file, block, depth);
    }
    Value::object(inside.finish(), place)
}

/// The inside of a block while it is gathered.
#[derive(Default)]
struct Inside {
    object: Object,
    /// Blocks by kind, in the order of the first of each.
    blocks: Vec<(Box<str>, Place, List)>,
}

impl Inside {
    fn argument(&mut self, scope: &Scope<'_, '_>, file: FileId, attribute: &Attribute) {
        let value = scope.evaluate(&attribute.value, file);
        let place = Place::new(file, attribute.name_span);
        self.object.set(Entry { name: Arc::from(&*attribute.name), place, value });
    }

    fn block(&mut self, scope: &Scope<'_, '_>, file: FileId, block: &Block, depth: usize) {
        let place = Place::new(file, block.head);
        match (&*block.kind, block.labels.first()) {
            ("dynamic", Some(label)) => {
                let Some(for_each) = block.body.attribute("for_each") else { return };
                let content = block.body.blocks_of("content");
                let dynamic = Dynamic {
                    kind: &label.text,
                    place,
                    for_each: scope.evaluate(&for_each.value, file),
                    iterator: iterator(block.body.attribute("iterator"), &label.text),
                    content: &|scope| match content.first() {
                        Some(content) => body(scope, file, &content.body, place, depth + 1),
                        None => Value::object(Object::default(), place),
                    },
                };
                self.dynamic(scope, &dynamic);
            }
            (kind, _) => {
                let value = body(scope, file, &block.body, place, depth + 1);
                self.list(kind, place).items.push(value);
            }
        }
    }

    fn dynamic(&mut self, scope: &Scope<'_, '_>, dynamic: &Dynamic<'_>) {
        let place = dynamic.place;
        for (when, value) in leaves(&dynamic.for_each) {
            let (items, open) = items(&value);
            for (at, (key, value)) in items.into_iter().enumerate() {
                let list = self.list(dynamic.kind, place);
                if at >= MAX_BLOCKS {
                    list.open = Some(Unknown { reason: Reason::Limit, name: dynamic.kind.into(), place });
                    break;
                }
                let content = dynamic.with(scope, key, value);
                let list = self.list(dynamic.kind, place);
                list.items.push(Value::guarded(&when, content, Value::absent(place)));
            }
            let Some(unknown) = open else { continue };
            let each = |name: &str| Value::unknown(unknown.reason, format!("{}.{name}", dynamic.iterator), place);
            let content = dynamic.with(scope, each("key"), each("value"));
            let nothing = Value { data: Data::Unknown(unknown.clone()), origin: content.origin.clone() };
            // There may be such a block, or none: neither its content nor its absence can be relied upon.
            let content = Value::guarded(&has_items(&unknown), content, nothing);
            let list = self.list(dynamic.kind, place);
            list.items.push(Value::guarded(&when, content, Value::absent(place)));
            if when == Formula::True {
                list.open = Some(unknown);
            }
        }
    }

    fn list(&mut self, kind: &str, place: Place) -> &mut List {
        let at = match self.blocks.iter().position(|(known, ..)| &**known == kind) {
            Some(at) => at,
            None => {
                self.blocks.push((kind.into(), place, List::default()));
                self.blocks.len() - 1
            }
        };
        &mut self.blocks[at].2
    }

    fn finish(mut self) -> Object {
        for (kind, place, list) in self.blocks {
            let value = Value::new(Data::List(Arc::new(list)), place);
            self.object.set(Entry { name: Arc::from(&*kind), place, value });
        }
        self.object
    }
}

/// A `dynamic` block.
struct Dynamic<'d> {
    /// The kind of the blocks that it makes.
    kind: &'d str,
    place: Place,
    for_each: Value,
    iterator: &'d str,
    content: &'d dyn Fn(&Scope<'_, '_>) -> Value,
}

impl Dynamic<'_> {
    /// The content of one of its blocks.
    fn with(&self, scope: &Scope<'_, '_>, key: Value, value: Value) -> Value {
        let mut bindings: Bindings = scope.bindings.clone();
        bindings.iterators.push((self.iterator.into(), Rc::new((key, value))));
        (self.content)(&scope.bound(bindings))
    }
}

/// The name under which the content sees the item: it is a name, in JSON a text.
fn iterator<'e>(written: Option<&'e Attribute>, kind: &'e str) -> &'e str {
    match written.map(|attribute| &attribute.value.node) {
        Some(Node::Name(name) | Node::Text(name)) => name,
        _ => kind,
    }
}

/// Keys and values of what a block runs over; and why there may be more.
fn items(value: &Value) -> (Vec<(Value, Value)>, Option<Unknown>) {
    match &value.data {
        Data::List(list) => {
            let numbered = list.items.iter().enumerate().map(|(at, item)| {
                let key = Value { data: Data::Number(Number::counted(at)), origin: item.origin.clone() };
                (key, item.clone())
            });
            (numbered.collect(), list.open.clone())
        }
        Data::Object(object) => {
            let named = object.entries.iter();
            let named = named.map(|entry| (Value::text(entry.name.clone(), entry.place), entry.value.clone()));
            (named.collect(), object.open.clone())
        }
        Data::Absent => (Vec::new(), None),
        _ => (Vec::new(), Some(unknown_of(value, "for_each"))),
    }
}
