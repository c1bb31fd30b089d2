//! Calls: of the SDK, of the package's own functions, and of all that is not known.

use std::rc::Rc;

use ruff_python_ast::{Expr, ExprCall, ExprLambda, StmtClassDef};
use ruff_text_size::{Ranged, TextRange};

use super::{
    paths::State,
    values::{Function, Thing, Value},
    walker::{Frame, Walker},
};
use crate::graph::fact::{Operations, UNKNOWN_NAME};

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

/// What a call hands over.
#[derive(Default)]
pub(super) struct Given<'a> {
    pub(super) positional: Vec<Value<'a>>,
    pub(super) named: Vec<(Rc<str>, Value<'a>)>,
    /// What `*` and `**` bring of which the place is not known.
    pub(super) rest: Option<Value<'a>>,
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
                    None => given.positional.push(value),
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
                Some(name) => given.named.push((name.as_str().into(), value)),
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

    fn names_of(&self, value: &Value<'a>) -> Vec<Rc<str>> {
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
            _ => self.unknown_call(base, method, given, call),
        }
    }

    /// A method of a client, or of a resource of the SDK.
    fn method(
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
            "boto3.client" | "boto3.session.client" => {
                service().map(|service| Value::of(Thing::Client(service))).unwrap_or_default()
            }
            "boto3.resource" | "boto3.session.resource" => {
                service().map(|service| Value::of(Thing::Resource(service))).unwrap_or_default()
            }
            "boto3.Session" | "boto3.session.Session" | "boto3._get_default_session" => Value::of(Thing::Session),
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

    /// A call of which nothing is known but what goes in: that may come out, and functions that are handed over are
    /// called (`Thread(target=…)`, `executor.submit(…)`, `map(…)`).
    fn unknown_call(
        &mut self,
        base: &Value<'a>,
        method: Option<&str>,
        given: &Given<'a>,
        call: &'a ExprCall,
    ) -> Value<'a> {
        if let Some(value) = self.of_container(base, method, given) {
            return value;
        }
        if let (Some("get"), Some(name)) = (method, given.positional.first()) {
            self.looked_up(base.from, &name.text().cloned().unwrap_or_else(|| UNKNOWN_NAME.into()));
        }
        let from = self.within(base).and(self.within_all(given));
        let mut value = Value::from(from);
        let at = given.positional.iter().position(is_callable);
        let target = given.named.iter().find(|(name, value)| &**name == "target" && is_callable(value));
        let callback = at.map(|at| &given.positional[at]).or(target.map(|(_, value)| value));
        if let Some(callback) = callback {
            let handed = self.handed(at, given);
            for thing in callback.things.clone() {
                let result = match &thing {
                    Thing::Function(function) => self.call_function(function, &handed, Some(call.range())),
                    Thing::Lambda(module, lambda) => self.call_lambda(*module, lambda, &handed),
                    _ => continue,
                };
                value.join(&result);
            }
        }
        value
    }

    /// What a function gets that was handed to another one.
    fn handed(&mut self, at: Option<usize>, given: &Given<'a>) -> Given<'a> {
        let mut handed = Given::default();
        if let Some((_, arguments)) = given.named.iter().find(|(name, _)| &**name == "args") {
            for name in self.names_of(arguments) {
                let part = self.part(arguments, Some(&name));
                handed.positional.push(part);
            }
        } else {
            for value in given.positional.iter().skip(at.map_or(0, |at| at + 1)) {
                // One of them, for `map`; all, for `submit`.
                let mut either = value.clone();
                let part = self.part(value, None);
                either.join(&part);
                handed.positional.push(either);
            }
        }
        handed.named =
            given.named.iter().filter(|(name, _)| &**name != "target" && &**name != "args").cloned().collect();
        handed
    }

    /// Methods of lists and dicts.
    fn of_container(&mut self, base: &Value<'a>, method: Option<&str>, given: &Given<'a>) -> Option<Value<'a>> {
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

    fn instance(&mut self, module: usize, class: &'a StmtClassDef, given: &Given<'a>, range: TextRange) -> Value<'a> {
        let Some(object) = self.heap.make(Some((module, class))) else {
            return Value::from(self.within_all(given));
        };
        let value = Value::of(Thing::Object(object));
        let init = self.member(&Thing::Object(object), "__init__");
        match init.things.first() {
            Some(Thing::Function(function)) => {
                let function = function.clone();
                self.call_function(&function, given, Some(range));
            }
            // A data class, or one whose base is not known: it keeps what it is given.
            _ => {
                for (name, value) in &given.named {
                    self.heap.put(object, Some(name), value);
                }
                for value in &given.positional {
                    self.heap.put(object, None, value);
                }
            }
        }
        value
    }

    /// Calls a function of the package with what is given; what it returns.
    pub(super) fn call_function(
        &mut self,
        function: &Function<'a>,
        given: &Given<'a>,
        range: Option<TextRange>,
    ) -> Value<'a> {
        if !self.may_enter(function.definition) {
            return Value::from(self.within_all(given));
        }
        let call = range.map(|range| self.place(range));
        // A function that a module calls while it runs sees what the module has bound so far.
        if let Some(frame) = self.frames.last()
            && frame.definition.is_none()
        {
            let module = frame.module;
            self.spend(self.state.names.len());
            self.globals[module] = Some(self.state.names.clone());
        }
        self.made += 1;
        let seen = self.state.seen.clone();
        let waiting = std::mem::replace(&mut self.state, State { seen, ..State::default() });
        let frame = Frame {
            definition: Some(function.definition),
            class: function.class,
            nested: function.nested,
            call,
            ..self.frame(function.module, waiting)
        };
        self.frames.push(frame);
        let conditions = self.conditions.all().len();
        self.bind_parameters(function, given);
        let ended = self.block(&function.definition.body);
        self.conditions.back_to(conditions);
        let Some(frame) = self.frames.pop() else { return Value::default() };
        let mut out = frame.ended;
        if !ended {
            match &mut out {
                Some(out) => out.join(std::mem::take(&mut self.state)),
                None => out = Some(std::mem::take(&mut self.state)),
            }
        }
        let mut waiting = frame.waiting;
        // A function that only raises leaves the path where it was.
        if let Some(out) = out {
            waiting.seen = out.seen;
        }
        self.state = waiting;
        frame.returned
    }

    fn bind_parameters(&mut self, function: &Function<'a>, given: &Given<'a>) {
        let parameters = &function.definition.parameters;
        let is_handler = self.frames.len() == 1;
        let mut positional = function.this.iter().map(|this| (**this).clone()).chain(given.positional.iter().cloned());
        let mut named: Vec<_> = given.named.clone();
        let by_place = parameters.posonlyargs.iter().chain(&parameters.args).map(|parameter| (parameter, true));
        let all = by_place.chain(parameters.kwonlyargs.iter().map(|parameter| (parameter, false)));
        for (parameter, by_place) in all {
            let name = parameter.parameter.name.as_str();
            let given_value = by_place.then(|| positional.next()).flatten().or_else(|| {
                let at = named.iter().position(|(known, _)| &**known == name)?;
                Some(named.swap_remove(at).1)
            });
            let mut value = match (given_value, &parameter.default) {
                (Some(value), _) => value,
                (None, Some(default)) => self.eval(default),
                // The event, to which the handler may add.
                (None, None) if is_handler => {
                    self.heap.make(None).map(|object| Value::of(Thing::Object(object))).unwrap_or_default()
                }
                (None, None) => Value::default(),
            };
            if let Some(rest) = &given.rest {
                value.from = value.from.and(self.within(rest));
            }
            self.state.names.insert(name, value);
        }
        if let Some(parameter) = &parameters.vararg {
            let rest: Vec<_> =
                positional.enumerate().map(|(at, value)| (Some(at.to_string().into()), value, false)).collect();
            let mut parts = rest;
            parts.extend(given.rest.iter().map(|rest| (None, rest.clone(), false)));
            let value = self.object(parts);
            self.state.names.insert(parameter.name.as_str(), value);
        }
        if let Some(parameter) = &parameters.kwarg {
            let mut parts: Vec<_> = named.into_iter().map(|(name, value)| (Some(name), value, false)).collect();
            parts.extend(given.rest.iter().map(|rest| (None, rest.clone(), false)));
            let value = self.object(parts);
            self.state.names.insert(parameter.name.as_str(), value);
        }
    }

    /// A `lambda`: its parameters are names like others for a moment.
    fn call_lambda(&mut self, module: usize, lambda: &'a ExprLambda, given: &Given<'a>) -> Value<'a> {
        if module != self.module() {
            return Value::from(self.within_all(given));
        }
        let parameters =
            lambda.parameters.iter().flat_map(|parameters| parameters.posonlyargs.iter().chain(&parameters.args));
        for (at, parameter) in parameters.enumerate() {
            let value = given.positional.get(at).cloned().unwrap_or_default();
            self.state.names.insert(parameter.parameter.name.as_str(), value);
        }
        self.eval(&lambda.body)
    }
}

fn is_callable(value: &Value<'_>) -> bool {
    value.things.iter().any(|thing| matches!(thing, Thing::Function(_) | Thing::Lambda(..)))
}
