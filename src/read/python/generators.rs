//! Generators and the functions that decorators make something else of: what is yielded, what `with` enters.

use std::sync::Arc;

use ruff_python_ast::{Expr, Stmt, StmtFunctionDef, visitor::Visitor};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use super::{
    Machine,
    caches::is_cache,
    calls::Arguments,
    decorators::{hands_through, is_foreign},
    functions::{Function, Traits},
    iterators::iterator,
    objects::positional,
};
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
    /// Something that nobody knows: a decorator of a library made it.
    Foreign,
}

impl Wrapping {
    /// The result of a call.
    pub(super) fn of(&self, value: Value, site: Place) -> Value {
        if matches!(self, Self::Foreign) {
            return Value::unknown(Reason::RunTime, "what a decorator makes of the result", site);
        }
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

/// The place of the items of a generator that has not begun: what it is of begins so, before its function or the class of
/// its object.
const WAITING: &str = "generator:";
const RECEIVER: &str = "self";
const METHOD: &str = "method";
const POSITIONAL: &str = "positional";
const NAMED: &str = "named";

impl<'a> Machine<'a> {
    /// The generator that a call makes, which begins when its first item is asked for; nothing for a call that makes none.
    /// `method` is the object and the name of a method, and `name` that of its class.
    pub(super) fn waiting(
        &mut self,
        function: &Function<'a>,
        name: &str,
        method: Option<(&Arc<Object>, &str)>,
        arguments: &Arguments,
        site: Place,
    ) -> Option<Value> {
        let is_starting = std::mem::take(&mut self.starting);
        // What another call makes sees the names of that call, which may be gone by then.
        if is_starting || function.level > 1 || function.is_closure {
            return None;
        }
        let whole = self.place(function.node.range());
        if !self.traits.entry(whole).or_insert_with(|| Traits::of(function.node)).yields {
            return None;
        }
        let items = Value::new(Data::Symbol(format!("{WAITING}{name}").into()), site);
        let mut waiting = iterator(items);
        if let Data::Object(object) = &mut waiting.data {
            let object = Arc::make_mut(object);
            let mut set = |name: &str, value| object.set(Entry { name: name.into(), place: site, value });
            // These are the things that the generator sees when it begins, as they are then.
            let given = arguments.positional.iter().map(|argument| argument.value.clone()).collect();
            set(POSITIONAL, Value::list(given, site));
            set(NAMED, Value::object(arguments.named.clone(), site));
            if let Some((receiver, method)) = method {
                set(RECEIVER, Value::new(Data::Object(receiver.clone()), site));
                set(METHOD, Value::text(method, site));
            }
        }
        Some(waiting)
    }

    /// What a generator hands out that begins now; nothing for one that has begun.
    pub(super) fn begun(&mut self, iterator: &Object, items: &Value) -> Option<Value> {
        let Data::Symbol(symbol) = &items.data else { return None };
        let name = symbol.strip_prefix(WAITING)?;
        let Data::List(given) = &iterator.entry(POSITIONAL)?.value.data else { return None };
        let Data::Object(named) = &iterator.entry(NAMED)?.value.data else { return None };
        let arguments = Arguments {
            positional: given.items.iter().cloned().map(positional).collect(),
            named: named.as_ref().clone(),
        };
        let site = items.origin.place;
        self.starting = true;
        let followed = match iterator.entry(RECEIVER).map(|entry| &entry.value.data) {
            Some(Data::Object(receiver)) => {
                let method = iterator.entry(METHOD)?.value.plain_text()?;
                self.object_call(name, receiver, &method, &arguments, site)
            }
            _ => self.function_call(name, &arguments, site),
        };
        self.starting = false;
        let begun = followed.and_then(|followed| match followed.value.data {
            Data::Object(begun) => begun.entries.first().map(|entry| entry.value.clone()),
            _ => None,
        });
        Some(begun.unwrap_or_else(|| {
            let why = Unknown { reason: Reason::Control, name: "what a generator yields".into(), place: site };
            Value::new(Data::List(Arc::new(List { items: Vec::new(), open: Some(why) })), site)
        }))
    }

    /// Whether a loop may change what the generator that it goes through looks at between two items.
    pub(super) fn is_mingled(&mut self, over: &Value, expression: &'a Expr, body: &'a [Stmt]) -> bool {
        let Data::Object(object) = &over.data else { return false };
        let Some(Data::Symbol(symbol)) = object.entries.first().map(|entry| &entry.value.data) else { return false };
        let Some(name) = symbol.strip_prefix(WAITING) else { return false };
        let method = object.entry(METHOD).and_then(|entry| entry.value.plain_text());
        let function = self.own_name(name).map(str::to_owned).and_then(|own| match method {
            Some(method) => self.method_of(&own, &method).map(|method| method.function),
            None => self.functions.get(&*own).cloned().flatten(),
        });
        let mut names = Names::default();
        names.visit_expr(expression);
        if let Some(function) = function {
            names.visit_body(&function.node.body);
        }
        self.spend(names.0.len());
        let assigned = self.assigned(body);
        assigned.iter().any(|name| names.0.contains(name.split('.').next().unwrap_or_default()))
    }

    /// What the decorators of a function do; nothing where that is not known.
    pub(super) fn wrapping(&mut self, node: &'a StmtFunctionDef) -> Option<Wrapping> {
        let (mut wrapping, mut is_foreign_one) = (Wrapping::None, false);
        for decorator in &node.decorator_list {
            let expression = match &decorator.expression {
                Expr::Call(call) => &*call.func,
                expression => expression,
            };
            match &*self.symbol_of(expression) {
                decorator if is_cache(decorator) => wrapping = Wrapping::Cache,
                decorator if hands_through(decorator) => {}
                "contextlib.contextmanager" => wrapping = Wrapping::Context,
                // `@app.task`.
                "?" if self.is_of_unknown_object(expression) => is_foreign_one = true,
                decorator if is_foreign(decorator) => is_foreign_one = true,
                _ => return None,
            }
        }
        Some(if is_foreign_one { Wrapping::Foreign } else { wrapping })
    }

    /// `yield value`.
    pub(super) fn yields(&mut self, value: Option<&'a Expr>, range: TextRange) -> Value {
        let place = self.place(range);
        let value = value.map_or_else(|| Value::absent(place), |value| self.eval(value));
        let value = self.rested(value);
        let is_certain = self.guard == Formula::True && self.looping == 0;
        self.spend(1);
        // What it changes from now on may be seen before it does.
        self.open_bases();
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

/// The names that code mentions.
#[derive(Default)]
struct Names<'a>(FxHashSet<&'a str>);

impl<'a> Visitor<'a> for Names<'a> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Name(name) = expression {
            self.0.insert(name.id.as_str());
        }
        ruff_python_ast::visitor::walk_expr(self, expression);
    }
}
