//! Generators and the functions that decorators make something else of: what is yielded, what `with` enters.

use std::sync::Arc;

use ruff_python_ast::{Expr, StmtFunctionDef};
use ruff_text_size::TextRange;

use super::{Machine, caches::is_cache, iterators::iterator};
use crate::{
    graph::{
        guard::Formula,
        value::{Data, Entry, List, Object, Reason, Unknown, Value},
    },
    source::Place,
};

/// What a function of `contextlib.contextmanager` returns, with what `with` binds.
pub(super) const CONTEXT: &str = "contextlib.context";

/// What a call yielded, in order.
#[derive(Default)]
pub(super) struct Yielded {
    pub(super) items: Vec<Value>,
    /// Where more may have been yielded, or less.
    open: Option<Place>,
    /// Whether the generator changed something after it had yielded: what its items are then depends on when each is
    /// taken.
    pub(super) is_mixed: bool,
}

impl Yielded {
    /// What goes through the generator of a function.
    pub(super) fn list(self, function: &Arc<str>, site: Place) -> Value {
        let why = |place| Unknown { reason: Reason::Control, name: format!("what `{function}` yields").into(), place };
        let (items, open) = if self.is_mixed { (Vec::new(), Some(site)) } else { (self.items, self.open) };
        iterator(Value::new(Data::List(Arc::new(List { items, open: open.map(why) })), site))
    }
}

/// What the decorators of a function make of its result.
pub(super) enum Wrapping {
    /// Nothing else.
    None,
    /// Something for `with`.
    Context,
    /// It is remembered for the next call with the same arguments.
    Cache,
}

impl Wrapping {
    /// The result of a call.
    pub(super) fn of(&self, value: Value, site: Place) -> Value {
        let (Self::Context, Some(yielded)) = (self, value.entry("items")) else { return value };
        let entered = if let Data::List(list) = &yielded.value.data { list.items.first().cloned() } else { None };
        let entered = entered.unwrap_or_else(|| Value::unknown(Reason::Control, "what a context yields", site));
        let mut context = Object { class: Some(CONTEXT.into()), ..Object::default() };
        context.set(Entry { name: "value".into(), place: site, value: entered });
        Value::object(context, site)
    }
}

/// What `with` binds of a value.
pub(super) fn entered(value: Value) -> Value {
    match &value.data {
        Data::Object(object) if object.class.as_deref() == Some(CONTEXT) => {
            object.entry("value").map_or(value.clone(), |entry| entry.value.clone())
        }
        _ => value,
    }
}

impl<'a> Machine<'a> {
    /// What the decorators of a function do; nothing where that is not known.
    pub(super) fn wrapping(&mut self, node: &'a StmtFunctionDef) -> Option<Wrapping> {
        let mut wrapping = Wrapping::None;
        for decorator in &node.decorator_list {
            let expression = match &decorator.expression {
                Expr::Call(call) => &*call.func,
                expression => expression,
            };
            match &*self.symbol_of(expression) {
                decorator if is_cache(decorator) => wrapping = Wrapping::Cache,
                "functools.wraps"
                | "typing.final"
                | "typing.no_type_check"
                // They call it with what they are given, perhaps again.
                | "tenacity.retry"
                | "retrying.retry"
                | "backoff.on_exception"
                | "backoff.on_predicate" => {}
                "contextlib.contextmanager" => wrapping = Wrapping::Context,
                _ => return None,
            }
        }
        Some(wrapping)
    }

    /// `yield value`.
    pub(super) fn yields(&mut self, value: Option<&'a Expr>, range: TextRange) -> Value {
        let place = self.place(range);
        let value = value.map_or_else(|| Value::absent(place), |value| self.eval(value));
        let value = self.rested(value);
        let is_certain = self.guard == Formula::True && self.looping == 0;
        self.spend(1);
        if let Some(frame) = self.frames.last_mut() {
            if is_certain && frame.yielded.open.is_none() {
                frame.yielded.items.push(value);
            } else {
                frame.yielded.open.get_or_insert(place);
            }
        }
        self.unknown(Reason::RunTime, range)
    }

    /// `yield from values`.
    pub(super) fn yields_from(&mut self, values: &'a Expr, range: TextRange) -> Value {
        let place = self.place(range);
        let values = self.eval(values);
        let items = self.items(&values);
        let is_certain = self.guard == Formula::True && self.looping == 0;
        if let Some(frame) = self.frames.last_mut() {
            match items.filter(|_| is_certain && frame.yielded.open.is_none()) {
                Some(items) => frame.yielded.items.extend(items),
                None => drop(frame.yielded.open.get_or_insert(place)),
            }
        }
        self.unknown(Reason::RunTime, range)
    }
}
