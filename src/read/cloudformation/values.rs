//! Nodes → values: scalars, lists and objects, with functions told from plain mappings.

use std::sync::Arc;

use super::{functions::transform, include, loops::LOOP, template::Template};
use crate::{
    graph::value::{Data, Entry, List, Object, Reason, StepKind, Unknown, Value},
    read::plain::scalar,
    syntax::tree::{self, Kind, Node},
};

/// Values nested deeper than this are not evaluated.
const MAX_DEPTH: usize = 64;

/// A function of a value with more branches than this is unknown: there are more worlds than any check looks at.
pub(super) const MAX_BRANCHES: usize = 32;

/// Properties whose text is a definition with resources of its own.
const DEFINITIONS: &[&str] = &["DefinitionString", "PipelineDefinitionBody"];

/// A call of a function: `!Sub text`, `{"Fn::Sub": "text"}`.
#[derive(Clone, Copy)]
pub(super) struct Call<'t> {
    /// The function without `Fn::`.
    pub(super) name: &'t str,
    /// What it is called with.
    pub(super) argument: Node<'t>,
    /// Whether the function is the argument's own tag.
    pub(super) tagged: bool,
    /// The whole call.
    pub(super) node: Node<'t>,
}

impl<'t> Call<'t> {
    /// The call that a node is, if it is one.
    pub(super) fn of(node: Node<'t>) -> Option<Self> {
        match node.tag() {
            Some(name) => Some(Self { name, argument: node, tagged: true, node }),
            None => Self::long(node),
        }
    }

    /// The call that a node is when its tag is left aside.
    fn long(node: Node<'t>) -> Option<Self> {
        let entry = node.sole_entry()?;
        let name = match entry.key {
            "Ref" => "Ref",
            key => key.strip_prefix("Fn::").filter(|_| !key.starts_with(LOOP))?,
        };
        Some(Self { name, argument: entry.value, tagged: false, node })
    }
}

impl<'t> Template<'t> {
    /// The value of a node.
    pub(super) fn eval(&mut self, node: Node<'t>) -> Value {
        self.bounded(node, |template| match Call::of(node) {
            Some(call) => template.call(call),
            None => template.plain(node),
        })
    }

    /// The value of what a function is called with.
    pub(super) fn argument(&mut self, call: Call<'t>) -> Value {
        let node = call.argument;
        // `!GetAZs` alone: the tag's text is empty.
        if node.kind() == Kind::Null && (call.tagged || call.name == "GetAZs") {
            return Value::text("", self.place(node.span()));
        }
        if !call.tagged {
            return self.eval(node);
        }
        self.bounded_once(node, |template| match Call::long(node) {
            Some(call) => template.call(call),
            None => template.plain(node),
        })
    }

    /// Evaluates within the bounds. What an alias leads to is evaluated once.
    fn bounded(&mut self, node: Node<'t>, eval: impl FnOnce(&mut Self) -> Value) -> Value {
        // In each turn of a loop it may be another value.
        if !node.is_alias() || !self.bound.is_empty() {
            return self.bounded_once(node, eval);
        }
        if let Some(value) = self.shared.get(&node.id()) {
            return value.clone();
        }
        let value = self.bounded_once(node, eval);
        self.shared.insert(node.id(), value.clone());
        value
    }

    fn bounded_once(&mut self, node: Node<'t>, eval: impl FnOnce(&mut Self) -> Value) -> Value {
        if self.budget == 0 || self.depth >= MAX_DEPTH {
            return self.beyond(node);
        }
        self.budget -= 1;
        self.depth += 1;
        let value = eval(self);
        self.depth -= 1;
        value
    }

    /// The value of a node that is no call.
    fn plain(&mut self, node: Node<'t>) -> Value {
        let place = self.place(node.span());
        match node.kind() {
            Kind::Sequence => {
                let items = node.items().map(|item| self.eval(item)).collect();
                Value::list(items, place)
            }
            Kind::Mapping => self.object(node),
            _ => match scalar(node) {
                Some(Data::Text(text)) => {
                    let text = self.with_items(&text);
                    self.text(&text, place)
                }
                Some(data) => Value::new(data, place),
                None => self.invalid(node, "a null value", "CloudFormation refuses null values"),
            },
        }
    }

    fn object(&mut self, node: Node<'t>) -> Value {
        let mut object = Object::default();
        self.entries(node.entries(), &mut object);
        Value::object(object, self.place(node.span()))
    }

    /// Adds entries to an object, those in loops once for each turn.
    fn entries(&mut self, entries: Vec<tree::Entry<'t>>, object: &mut Object) {
        let mut included = Vec::new();
        for entry in &entries {
            if entry.key.starts_with(LOOP) {
                match self.turns(entry) {
                    Ok(turns) => {
                        for (bound, inner) in turns {
                            let outer = std::mem::replace(&mut self.bound, bound);
                            self.entries(inner, object);
                            self.bound = outer;
                        }
                    }
                    Err(why) => {
                        self.note(entry.key_span, "expression", format!("`{}`", entry.key), why);
                        let place = self.place(entry.key_span);
                        object.open.get_or_insert(Unknown { reason: Reason::RunTime, name: entry.key.into(), place });
                    }
                }
                continue;
            }
            if self.has_hole(entry.key) {
                let place = self.place(entry.key_span);
                object.open.get_or_insert(Unknown { reason: Reason::RunTime, name: "a key".into(), place });
                continue;
            }
            if entry.key.starts_with("Fn::") {
                match self.foreign(entry) {
                    Ok(brought) => included.push((brought, entry.key_span)),
                    Err(open) => _ = object.open.get_or_insert(open),
                }
                continue;
            }
            let value = match self.definition(entry) {
                Some(written) => self.eval(written),
                None => self.eval(entry.value),
            };
            let name = self.with_items(entry.key);
            object.entries.push(Entry { name: name.as_ref().into(), place: self.place(entry.key_span), value });
        }
        for (brought, span) in included {
            let place = self.place(span);
            include::merge(object, &brought, Unknown { reason: Reason::External, name: "Fn::Transform".into(), place });
        }
    }

    /// What a definition is written as that becomes its text by `Fn::ToJsonString`: it is looked at where it is written.
    fn definition(&self, entry: &tree::Entry<'t>) -> Option<Node<'t>> {
        let call = Call::of(entry.value).filter(|call| call.name == "ToJsonString" && !call.tagged)?;
        DEFINITIONS.contains(&entry.key).then_some(call.argument)
    }

    /// A function as one of several entries: an inclusion adds entries, anything else is a mistake.
    fn foreign(&mut self, entry: &tree::Entry<'t>) -> Result<Value, Unknown> {
        let place = self.place(entry.key_span);
        let reason = match entry.key {
            "Fn::Transform" => {
                match self.included(entry.value) {
                    Ok(brought) => return Ok(brought),
                    Err(why) => {
                        let what = format!("transform `{}`", transform(entry.value));
                        self.note(entry.key_span, "expression", what, why);
                    }
                }
                Reason::External
            }
            key => {
                self.note(
                    entry.key_span,
                    "expression",
                    format!("`{key}`"),
                    "a function cannot stand beside other keys",
                );
                Reason::Invalid
            }
        };
        Err(Unknown { reason, name: entry.key.into(), place })
    }

    /// Evaluates `then` for each of the values that a guarded value can have.
    pub(super) fn in_branches(&mut self, value: Value, then: &mut dyn FnMut(&mut Self, Value) -> Value) -> Value {
        if branches(&value, MAX_BRANCHES) > MAX_BRANCHES {
            return self.too_large("a value with many conditions", value.origin.place);
        }
        self.each_branch(value, then)
    }

    fn each_branch(&mut self, value: Value, then: &mut dyn FnMut(&mut Self, Value) -> Value) -> Value {
        let Data::Guarded(guarded) = &value.data else { return then(self, value) };
        let yes = self.each_branch(guarded.then.clone(), then);
        let no = self.each_branch(guarded.otherwise.clone(), then);
        Value::guarded(&guarded.when, yes, no)
    }
}

/// Values that a guarded value can have; counts a little beyond `limit` at most.
pub(super) fn branches(value: &Value, limit: usize) -> usize {
    let Data::Guarded(guarded) = &value.data else { return 1 };
    let count = branches(&guarded.then, limit);
    if count > limit { count } else { count + branches(&guarded.otherwise, limit) }
}

/// The text of a scalar as CloudFormation passes it on; nothing for `null` and collections.
pub(super) fn scalar_text(node: Node<'_>) -> Option<Arc<str>> {
    match scalar(node)? {
        Data::Text(text) => Some(text),
        Data::Number(number) => Some(number.text().into()),
        Data::Bool(value) => Some(if value { "true" } else { "false" }.into()),
        _ => None,
    }
}

/// The same value, with the steps of another that it was chosen or put together by.
pub(super) fn resting_on(value: Value, other: &Value) -> Value {
    let steps: Vec<_> = other.origin.steps().collect();
    steps.into_iter().rev().fold(value, |value, step| value.via(step.kind, step.name.clone(), step.place))
}

/// A value put together from `parts`: it is as sure as the least sure of them, and that one is what to change.
pub(super) fn composed(mut value: Value, parts: &[Value]) -> Value {
    let weakest = parts.iter().filter(|part| !part.is_unknown()).min_by_key(|part| part.origin.confidence());
    if let Some(part) = weakest
        && part.origin.steps().any(|step| step.kind == StepKind::ParameterDefault)
    {
        value = value.no_surer_than(&part.origin);
        value.origin = part.origin.clone();
    }
    value
}

/// A list that may hold anything.
pub(super) fn open_list(items: Vec<Value>, why: Unknown, place: crate::source::Place) -> Value {
    Value::new(Data::List(Arc::new(List { items, open: Some(why) })), place)
}
