//! Values as far as the flow of results needs them: where they come from, and the clients and functions among them.

use std::rc::Rc;

use ruff_python_ast::{ExprLambda, StmtClassDef, StmtFunctionDef};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::graph::fact::Operations;

/// Things that one value may be; beyond that it is known only by where it comes from.
const MAX_THINGS: usize = 8;
/// Objects of one handler; what is made beyond that has no parts.
const MAX_OBJECTS: usize = 20_000;
/// Parts of one object; the others are one.
const MAX_PARTS: usize = 100;
/// Objects that are looked through for the results within one.
const MAX_REACH: usize = 200;

/// A value: the operations whose results are in it, and what it may be.
#[derive(Clone, Default)]
pub(super) struct Value<'a> {
    pub(super) from: Operations,
    pub(super) things: Vec<Thing<'a>>,
}

/// What a value may be, where that matters.
#[derive(Clone)]
pub(super) enum Thing<'a> {
    Text(Rc<str>),
    Number(f64),
    /// A client of the SDK, by its service.
    Client(Rc<str>),
    /// A resource of the SDK, or a part of one.
    Resource(Rc<str>),
    /// A session of the SDK.
    Session,
    /// A method of a client: an operation, unless it is one of the client's own.
    Method {
        service: Rc<str>,
        name: Rc<str>,
        is_client: bool,
    },
    /// A paginator of an operation.
    Paginator(Rc<str>, Rc<str>),
    /// A waiter.
    Waiter(Rc<str>, Rc<str>),
    /// What a module brings that is none of the package: `boto3.client`, `time.sleep`.
    Foreign(Rc<str>),
    /// A module of the package.
    Module(usize),
    Function(Function<'a>),
    Lambda(usize, &'a ExprLambda),
    Class(usize, &'a StmtClassDef),
    Object(usize),
    /// `super()`: an object as its class's bases see it.
    Super(usize, usize, &'a StmtClassDef),
}

/// A function or a method, with the object that it was taken from.
#[derive(Clone)]
pub(super) struct Function<'a> {
    pub(super) module: usize,
    pub(super) definition: &'a StmtFunctionDef,
    pub(super) this: Option<Box<Value<'a>>>,
    /// Class that holds it.
    pub(super) class: Option<&'a StmtClassDef>,
    /// Whether it is defined in another function, whose names it sees.
    pub(super) nested: bool,
    /// Those names, once that other function has handed it out.
    pub(super) around: Option<Rc<Names<'a>>>,
}

/// Names, and what they are bound to.
pub(super) type Names<'a> = FxHashMap<&'a str, Value<'a>>;

/// A list, dict, tuple or instance.
#[derive(Default)]
pub(super) struct Object<'a> {
    pub(super) class: Option<(usize, &'a StmtClassDef)>,
    parts: FxHashMap<Rc<str>, Value<'a>>,
    /// What may be under any name.
    rest: Value<'a>,
}

impl<'a> Value<'a> {
    pub(super) fn of(thing: Thing<'a>) -> Self {
        Self { from: Operations::default(), things: vec![thing] }
    }

    pub(super) fn from(from: Operations) -> Self {
        Self { from, things: Vec::new() }
    }

    /// This or the other.
    pub(super) fn join(&mut self, other: &Self) {
        self.from = self.from.and(other.from);
        for thing in &other.things {
            if self.things.len() < MAX_THINGS && !self.things.iter().any(|known| known.is(thing)) {
                self.things.push(thing.clone());
            }
        }
    }

    /// The text, if it can be no other.
    pub(super) fn text(&self) -> Option<&Rc<str>> {
        match &self.things[..] {
            [Thing::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The number, if it can be no other.
    pub(super) fn number(&self) -> Option<f64> {
        match &self.things[..] {
            [Thing::Number(number)] => Some(*number),
            _ => None,
        }
    }
}

impl Thing<'_> {
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(left), Self::Text(right))
            | (Self::Client(left), Self::Client(right))
            | (Self::Resource(left), Self::Resource(right))
            | (Self::Foreign(left), Self::Foreign(right)) => left == right,
            (Self::Number(left), Self::Number(right)) => left.to_bits() == right.to_bits(),
            (Self::Session, Self::Session) => true,
            (Self::Method { service, name, .. }, Self::Method { service: other, name: method, .. })
            | (Self::Paginator(service, name), Self::Paginator(other, method))
            | (Self::Waiter(service, name), Self::Waiter(other, method)) => service == other && name == method,
            (Self::Module(left), Self::Module(right)) | (Self::Object(left), Self::Object(right)) => left == right,
            (Self::Function(left), Self::Function(right)) => {
                let this = |function: &Function<'_>| match function.this.as_deref().map(|this| &this.things[..]) {
                    Some([Thing::Object(object)]) => Some(*object),
                    _ => None,
                };
                let around =
                    |function: &Function<'_>| function.around.as_ref().map(|names| Rc::as_ptr(names).cast::<()>());
                std::ptr::eq(left.definition, right.definition)
                    && this(left) == this(right)
                    && around(left) == around(right)
            }
            (Self::Lambda(_, left), Self::Lambda(_, right)) => std::ptr::eq(*left, *right),
            (Self::Class(_, left), Self::Class(_, right)) => std::ptr::eq(*left, *right),
            _ => false,
        }
    }
}

/// All objects that a handler makes. What is put into one stays in it: a later look finds no less than an earlier one.
#[derive(Default)]
pub(super) struct Heap<'a>(Vec<Object<'a>>);

impl<'a> Heap<'a> {
    /// A new object; nothing if there are too many.
    pub(super) fn make(&mut self, class: Option<(usize, &'a StmtClassDef)>) -> Option<usize> {
        (self.0.len() < MAX_OBJECTS).then(|| {
            self.0.push(Object { class, ..Object::default() });
            self.0.len() - 1
        })
    }

    pub(super) fn get(&self, object: usize) -> &Object<'a> {
        &self.0[object]
    }

    /// What a part of an object may be; of one that is not known, all parts together.
    pub(super) fn part(&self, object: usize, name: Option<&str>) -> Value<'a> {
        let object = &self.0[object];
        let mut value = object.rest.clone();
        match name {
            Some(name) => object.parts.get(name).into_iter().for_each(|part| value.join(part)),
            None => {
                let mut parts: Vec<_> = object.parts.iter().collect();
                parts.sort_by(|left, right| left.0.cmp(right.0));
                parts.into_iter().for_each(|(_, part)| value.join(part));
            }
        }
        value
    }

    /// The items of a list of which all are known, in order; nothing for any other object.
    pub(super) fn items(&self, object: usize) -> Option<Vec<Value<'a>>> {
        let object = &self.0[object];
        let is_closed = object.class.is_none() && object.rest.things.is_empty() && object.rest.from.is_empty();
        let items = (0..object.parts.len()).map(|at| object.parts.get(&*at.to_string()).cloned());
        if is_closed { items.collect() } else { None }
    }

    pub(super) fn has(&self, object: usize, name: &str) -> bool {
        self.0[object].parts.contains_key(name)
    }

    /// Puts a value into an object, under a name if that is known.
    pub(super) fn put(&mut self, object: usize, name: Option<&str>, value: &Value<'a>) {
        let object = &mut self.0[object];
        match name {
            Some(name) if object.parts.contains_key(name) || object.parts.len() < MAX_PARTS => {
                object.parts.entry(name.into()).or_default().join(value);
            }
            _ => object.rest.join(value),
        }
    }

    /// The names of an object's parts, sorted.
    pub(super) fn names(&self, object: usize) -> Vec<Rc<str>> {
        let mut names: Vec<Rc<str>> = self.0[object].parts.keys().cloned().collect();
        names.sort();
        names
    }

    /// The operations whose results are in a value or in anything that it holds, and how many objects were looked at.
    pub(super) fn within(&self, value: &Value<'a>) -> (Operations, usize) {
        let mut from = value.from;
        let mut seen = FxHashSet::default();
        let mut open: Vec<usize> = Vec::new();
        let push = |value: &Value<'a>, open: &mut Vec<usize>| {
            for thing in &value.things {
                match thing {
                    Thing::Object(object) => open.push(*object),
                    Thing::Function(Function { this: Some(this), .. }) => {
                        open.extend(this.things.iter().filter_map(|thing| match thing {
                            Thing::Object(object) => Some(*object),
                            _ => None,
                        }));
                    }
                    _ => {}
                }
            }
        };
        push(value, &mut open);
        while let Some(object) = open.pop() {
            if seen.len() >= MAX_REACH || !seen.insert(object) {
                continue;
            }
            let object = &self.0[object];
            for part in object.parts.values().chain([&object.rest]) {
                from = from.and(part.from);
                push(part, &mut open);
            }
        }
        (from, seen.len())
    }
}
