//! Calls: what is called, what it is given, and what the SDK and lists make of it.

use std::rc::Rc;

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

use super::{
    paths,
    values::{Thing, Value},
    walker::Walker,
};
use crate::graph::fact::Operations;

/// Methods of a client that are no operations of its service.
const OWN_METHODS: &[&str] = &[
    "can_paginate",
    "close",
    "exceptions",
    "generate_presigned_post",
    "generate_presigned_url",
    "get_paginator",
    "get_waiter",
    "meta",
    "waiter_names",
];
/// Methods that put their arguments into a list or dict.
const FILLING: &[&str] =
    &["add", "append", "appendleft", "extend", "insert", "put", "put_nowait", "setdefault", "update", "write"];

/// Calls that make a session of the SDK, of which clients are made.
const SESSIONS: &[&str] = &[
    "aioboto3.Session",
    "aioboto3.session.Session",
    "aiobotocore.session.AioSession",
    "aiobotocore.session.get_session",
    "boto3.Session",
    "boto3._get_default_session",
    "boto3.session.Session",
    "botocore.session.Session",
    "botocore.session.get_session",
];

/// What a call hands over.
#[derive(Default)]
pub(super) struct Given<'a> {
    pub(super) positional: Vec<Value<'a>>,
    pub(super) named: Vec<(Rc<str>, Value<'a>)>,
    /// What `*` and `**` bring of which the place is not known.
    pub(super) rest: Option<Value<'a>>,
    /// The literals among the arguments, by name or place.
    pub(super) literals: Vec<(Rc<str>, Rc<str>)>,
}

impl<'a> Given<'a> {
    /// The argument with a name, or at a place.
    fn get(&self, name: &str, at: usize) -> Option<&Value<'a>> {
        let named = self.named.iter().find(|(known, _)| &**known == name).map(|(_, value)| value);
        named.or_else(|| self.positional.get(at))
    }

    /// The names of the arguments.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.named.iter().map(|(name, _)| &**name)
    }

    fn all(&self) -> impl Iterator<Item = &Value<'a>> {
        self.positional.iter().chain(self.named.iter().map(|(_, value)| value)).chain(&self.rest)
    }
}

impl<'a> Walker<'a> {
    pub(super) fn call(&mut self, call: &'a ExprCall) -> Value<'a> {
        let (base, method, callee) = match &*call.func {
            Expr::Attribute(attribute) => {
                let base = self.eval(&attribute.value);
                let callee = self.attribute(&base, attribute.attr.as_str());
                (base, Some(attribute.attr.as_str()), callee)
            }
            func => (Value::default(), None, self.eval(func)),
        };
        let given = self.given(call);
        let mut things = callee.things.into_iter();
        match (things.next(), things.next()) {
            (None, _) => self.unknown_call(&base, method, &given, call),
            (Some(thing), None) => self.invoke(&thing, &base, method, &given, call),
            // Any of several, as a table of functions has them: they are on no path together.
            (Some(first), Some(second)) => {
                let start = self.state.clone();
                let mut value = self.invoke(&first, &base, method, &given, call);
                let mut out = std::mem::replace(&mut self.state, start.clone());
                for thing in [second].into_iter().chain(things) {
                    self.spend(start.weight());
                    let one = self.invoke(&thing, &base, method, &given, call);
                    value.join(&one);
                    out.join(std::mem::replace(&mut self.state, start.clone()));
                }
                self.state = out;
                value
            }
        }
    }

    fn given(&mut self, call: &'a ExprCall) -> Given<'a> {
        let mut given = Given::default();
        for argument in &call.arguments.args {
            let value = self.eval(argument);
            if !argument.is_starred_expr() {
                match &mut given.rest {
                    // Behind a `*` nobody knows the place.
                    Some(rest) => rest.join(&value),
                    None => {
                        let place = || given.positional.len().to_string().into();
                        given.literals.extend(paths::constant(argument).map(|literal| (place(), literal)));
                        given.positional.push(value);
                    }
                }
                continue;
            }
            let names = self.names_of(&value);
            let in_order = names.iter().enumerate().all(|(at, name)| **name == *at.to_string());
            if given.rest.is_none() && !names.is_empty() && in_order {
                for name in names {
                    let part = self.part(&value, Some(&name));
                    given.positional.push(part);
                }
            } else {
                let part = self.part(&value, None);
                given.rest.get_or_insert_default().join(&part);
            }
        }
        for keyword in &call.arguments.keywords {
            let value = self.eval(&keyword.value);
            match &keyword.arg {
                Some(name) => {
                    let name: Rc<str> = name.as_str().into();
                    given.literals.extend(paths::constant(&keyword.value).map(|literal| (name.clone(), literal)));
                    given.named.push((name, value));
                }
                None => {
                    for name in self.names_of(&value) {
                        let part = self.part(&value, Some(&name));
                        given.named.push((name, part));
                    }
                    let rest = self.part(&value, Some(""));
                    given.rest.get_or_insert_default().join(&rest);
                }
            }
        }
        given
    }

    pub(super) fn names_of(&self, value: &Value<'a>) -> Vec<Rc<str>> {
        match &value.things[..] {
            [Thing::Object(object)] => self.heap.names(*object),
            _ => Vec::new(),
        }
    }

    /// The operations whose results are in the arguments.
    pub(super) fn within_all(&mut self, given: &Given<'a>) -> Operations {
        let mut from = Operations::default();
        for value in given.all() {
            from = from.and(self.within(value));
        }
        from
    }

    fn invoke(
        &mut self,
        thing: &Thing<'a>,
        base: &Value<'a>,
        method: Option<&str>,
        given: &Given<'a>,
        call: &'a ExprCall,
    ) -> Value<'a> {
        let range = call.func.range();
        match thing {
            Thing::Function(function) => self.call_function(function, given, Some(call.range())),
            Thing::Lambda(module, lambda) => self.call_lambda(*module, lambda, given),
            Thing::Class(module, class) => self.instance(*module, class, given, call.range()),
            Thing::Method { service, name, is_client } => self.method(service, name, *is_client, given, range),
            Thing::Waiter(service, name) => {
                self.pause(None, Some((service, name)), range);
                Value::default()
            }
            Thing::Foreign(path) => {
                let path = path.clone();
                self.foreign(&path, base, method, given, call)
            }
            thing => match self.callable(thing) {
                Some(function) => self.call_function(&function, given, Some(call.range())),
                None => self.unknown_call(base, method, given, call),
            },
        }
    }

    /// A method of a client, or of a resource of the SDK.
    pub(super) fn method(
        &mut self,
        service: &Rc<str>,
        name: &Rc<str>,
        is_client: bool,
        given: &Given<'a>,
        range: TextRange,
    ) -> Value<'a> {
        let named = || given.get("operation_name", 0).or(given.get("waiter_name", 0)).and_then(Value::text).cloned();
        match &**name {
            "get_paginator" => {
                named().map(|name| Value::of(Thing::Paginator(service.clone(), name))).unwrap_or_default()
            }
            "get_waiter" => named().map(|name| Value::of(Thing::Waiter(service.clone(), name))).unwrap_or_default(),
            own if OWN_METHODS.contains(&own) => Value::default(),
            // `resource.Table(…)` makes a part of the resource and asks nothing.
            part if !is_client && part.starts_with(char::is_uppercase) => Value::of(Thing::Resource(service.clone())),
            name => self.operation(service, name, given, range),
        }
    }

    /// A call of what the package does not define.
    fn foreign(
        &mut self,
        path: &str,
        base: &Value<'a>,
        method: Option<&str>,
        given: &Given<'a>,
        call: &'a ExprCall,
    ) -> Value<'a> {
        let service = || given.get("service_name", 0).and_then(Value::text).cloned();
        match path {
            "boto3.client" | "boto3.session.client" | "boto3.create_client" => {
                service().map(|service| Value::of(Thing::Client(service))).unwrap_or_default()
            }
            "boto3.resource" | "boto3.session.resource" => {
                service().map(|service| Value::of(Thing::Resource(service))).unwrap_or_default()
            }
            path if SESSIONS.contains(&path) => Value::of(Thing::Session),
            "time.sleep" | "asyncio.sleep" => {
                let seconds = given.get("secs", 0).or(given.get("delay", 0)).and_then(Value::number);
                self.pause(seconds, None, call.range());
                Value::default()
            }
            "getattr" => {
                let Some(object) = given.positional.first() else { return Value::default() };
                match given.positional.get(1).and_then(Value::text).cloned() {
                    Some(name) => self.attribute(object, &name),
                    None => Value::from(self.within_all(given)),
                }
            }
            "super" => self.super_of().unwrap_or_default(),
            "int" | "float" | "functools.partial" | "list" | "tuple" | "set" | "sorted" | "reversed" | "iter"
            | "copy.copy" | "copy.deepcopy" => {
                let value = given.positional.first().cloned().unwrap_or_default();
                if path == "sorted" || value.things.is_empty() {
                    self.unknown_call(base, method, given, call)
                } else {
                    value
                }
            }
            "dict" => {
                let named = given.named.iter().map(|(name, value)| (Some(name.clone()), value.clone(), false));
                let whole = given.positional.iter().chain(&given.rest).map(|value| (None, value.clone(), true));
                let parts = whole.chain(named).collect();
                self.object(parts)
            }
            "len" | "print" | "isinstance" | "range" => Value::default(),
            _ => self.unknown_call(base, method, given, call),
        }
    }

    /// `super()` in a method.
    fn super_of(&self) -> Option<Value<'a>> {
        let frame = self.frames.last()?;
        let (class, definition) = (frame.class?, frame.definition?);
        let this = definition.parameters.args.first()?.parameter.name.as_str();
        let object = self.state.names.get(this)?.things.iter().find_map(|thing| match thing {
            Thing::Object(object) => Some(*object),
            _ => None,
        })?;
        Some(Value::of(Thing::Super(object, frame.module, class)))
    }

    /// Methods of lists and dicts.
    pub(super) fn of_container(
        &mut self,
        base: &Value<'a>,
        method: Option<&str>,
        given: &Given<'a>,
    ) -> Option<Value<'a>> {
        let method = method?;
        let plain =
            |thing: &Thing<'a>| matches!(thing, Thing::Object(object) if self.heap.get(*object).class.is_none());
        if !base.things.iter().any(plain) {
            return None;
        }
        match method {
            "get" | "pop" | "setdefault" => {
                let name = given.positional.first().and_then(super::expressions::key);
                let mut value = self.part(base, name.as_deref());
                if let Some(default) = given.positional.get(1) {
                    value.join(default);
                    if method == "setdefault" {
                        for thing in &base.things {
                            if let Thing::Object(object) = thing {
                                self.heap.put(*object, name.as_deref(), default);
                            }
                        }
                    }
                }
                Some(value)
            }
            "values" | "items" | "copy" => Some(base.clone()),
            "keys" => Some(Value::default()),
            filling if FILLING.contains(&filling) => {
                for (at, value) in given.all().enumerate() {
                    match filling {
                        "update" | "extend" if at < given.positional.len() => self.add_to(base, value),
                        "update" => self.put_named(base, given),
                        _ => {
                            for thing in &base.things {
                                if let Thing::Object(object) = thing {
                                    self.heap.put(*object, None, value);
                                }
                            }
                        }
                    }
                }
                Some(Value::default())
            }
            _ => None,
        }
    }

    fn put_named(&mut self, base: &Value<'a>, given: &Given<'a>) {
        for thing in &base.things {
            let Thing::Object(object) = thing else { continue };
            for (name, value) in &given.named {
                self.heap.put(*object, Some(name), value);
            }
        }
    }
}
