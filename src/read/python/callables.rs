//! Values that can be called: functions, classes, lambdas, and functions of which some arguments are set.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

use super::{
    Machine, Scope,
    bound_methods::{METHOD, bound_method},
    calls::Arguments,
    classes::CLASS,
    closures::is_closure,
    collections::merge,
    objects::{as_deep_dict, as_dict, positional, replaced},
};
use crate::{
    graph::value::{Data, Entry, List, Object, Reason, StepKind, Unknown, Value},
    source::Place,
};

/// Symbols of lambdas begin so: `lambda:3`.
pub(super) const LAMBDA: &str = "lambda:";
/// Symbols of functions begin so: `def:train`.
pub(super) const FUNCTION: &str = "def:";
/// A function of which some arguments are set.
const PARTIAL: &str = "functools.partial";
/// What `namedtuple` makes: a class with these fields.
const NAMED_TUPLE: &str = "collections.namedtuple";
/// An object whose attributes are what it was given.
pub(super) const NAMESPACE: &str = "types.SimpleNamespace";

/// Whether a value is one that is handled here.
pub(super) fn is_callable(value: &Value) -> bool {
    match &value.data {
        Data::Symbol(symbol) => [FUNCTION, CLASS].iter().any(|kind| symbol.starts_with(kind)) || is_closure(symbol),
        Data::Object(object) => matches!(object.class.as_deref(), Some(PARTIAL | NAMED_TUPLE | METHOD)),
        _ => false,
    }
}

/// Whether a value is a function of which some arguments are set, or a method with its object.
pub(super) fn is_set_up(value: &Value) -> bool {
    matches!(&value.data, Data::Object(object) if matches!(object.class.as_deref(), Some(PARTIAL | METHOD)))
}

/// `functools.partial(function, …)`.
pub(super) fn partial(arguments: &Arguments, place: Place) -> Value {
    let mut partial = Object { class: Some(PARTIAL.into()), ..Object::default() };
    let list = List {
        items: arguments.positional.iter().map(|argument| argument.value.clone()).collect(),
        open: arguments.named.open.clone(),
    };
    let named = Value::object(arguments.named.clone(), place);
    partial.set(Entry { name: "args".into(), place, value: Value::new(Data::List(Arc::new(list)), place) });
    partial.set(Entry { name: "keywords".into(), place, value: named });
    Value::object(partial, place)
}

impl<'a> Machine<'a> {
    /// A call of a value, with its arguments evaluated.
    pub(super) fn call_known(&mut self, function: &Value, call: &'a ExprCall, arguments: &Arguments) -> Value {
        match &function.data {
            Data::Symbol(symbol) => self.call_symbol(&symbol.clone(), call, arguments),
            Data::Guarded(guarded) => {
                let guarded = guarded.clone();
                self.both_sides(&guarded.when, &guarded.then, &guarded.otherwise, &mut |machine, function| {
                    machine.call_known(function, call, arguments)
                })
            }
            Data::Object(object) => match object.class.as_deref() {
                Some(PARTIAL) => self.call_partial(object, call, arguments),
                Some(NAMED_TUPLE) => self.named_tuple(object, call, arguments),
                Some(METHOD) => {
                    let answer = self.run_value(function, arguments, self.place(call.range()));
                    answer.unwrap_or_else(|| self.outside(call, arguments))
                }
                // Its class may say what a call of an object does.
                Some(class) if class.starts_with(CLASS) => {
                    let class = class.strip_prefix(CLASS).unwrap_or_default().to_owned();
                    match self.object_call(&class, object, "__call__", arguments, self.place(call.range())) {
                        Some(followed) => followed.value,
                        None => self.outside(call, arguments),
                    }
                }
                _ => self.outside(call, arguments),
            },
            _ => self.outside(call, arguments),
        }
    }

    /// A call by a library of what it was handed. Nothing where it is not followed.
    pub(super) fn run_value(&mut self, function: &Value, arguments: &Arguments, site: Place) -> Option<Value> {
        match &function.data {
            Data::Symbol(symbol) => {
                let followed = match symbol.strip_prefix(CLASS) {
                    Some(class) => self.class_call(class, arguments, site),
                    None => self.symbol_call(&symbol.clone(), arguments, site),
                };
                Some(followed?.value)
            }
            Data::Guarded(guarded) => {
                let (guarded, mut is_followed) = (guarded.clone(), true);
                let run = &mut |machine: &mut Self, function: &Value| {
                    let answer = machine.run_value(function, arguments, site);
                    is_followed &= answer.is_some();
                    answer.unwrap_or_else(|| Value::absent(site))
                };
                let answer = self.both_sides(&guarded.when, &guarded.then, &guarded.otherwise, run);
                is_followed.then_some(answer)
            }
            Data::Object(object) => match object.class.as_deref()? {
                PARTIAL => {
                    let (function, all) = self.completed(object, arguments, site)?;
                    self.run_value(&function, &all, site)
                }
                METHOD => self.run_again(&mut function.clone(), arguments, site),
                class => {
                    let class = class.strip_prefix(CLASS)?.to_owned();
                    Some(self.object_call(&class, object, "__call__", arguments, site)?.value)
                }
            },
            _ => None,
        }
    }

    /// The same of a function that is called several times: a method is that of its object as each call leaves it.
    pub(super) fn run_again(&mut self, function: &mut Value, arguments: &Arguments, site: Place) -> Option<Value> {
        let method = match &function.data {
            Data::Object(object) if object.class.as_deref() == Some(METHOD) => object.clone(),
            _ => return self.run_value(function, arguments, site),
        };
        let (receiver, name) = self.unbound(&method)?;
        let Data::Object(of) = &receiver.data else { return None };
        let class = of.class.as_deref()?.strip_prefix(CLASS)?.to_owned();
        let followed = self.object_call(&class, of, &name, arguments, site)?;
        if let Some(Value { data: Data::Object(now), .. }) = &followed.receiver {
            *function = bound_method(now, &name, site);
        }
        Some(followed.value)
    }

    /// A call of something that the project itself defines, or that Python's library makes of it; nothing for others.
    pub(super) fn own_call(&mut self, symbol: &str, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        let place = self.place(call.range());
        let followed = match (symbol.strip_prefix(FUNCTION), symbol.strip_prefix(CLASS)) {
            _ if is_closure(symbol) => Some(self.closure_call(symbol, arguments, place)),
            (Some(name), _) => Some(self.function_call(name, arguments, place)),
            (None, Some(name)) => Some(self.class_call(name, arguments, place)),
            (None, None) => None,
        };
        if let Some(followed) = followed {
            return Some(match followed {
                Some(followed) if symbol.starts_with(CLASS) => self.made_by_sdk(followed.value, call, arguments),
                Some(followed) => followed.value,
                None => self.outside(call, arguments),
            });
        }
        if let Some(number) = symbol.strip_prefix(LAMBDA) {
            return Some(self.call_lambda(number, call, arguments));
        }
        if symbol.starts_with("super:") {
            let followed = self.super_call(symbol, call, arguments);
            return Some(followed.unwrap_or_else(|| self.outside(call, arguments)));
        }
        let first = || arguments.positional.first().map(|argument| &argument.value);
        let is_own = |object: &Arc<Object>| object.class.as_deref().is_some_and(|class| class.starts_with(CLASS));
        Some(match (symbol, first().map(|value| &value.data)) {
            ("functools.partial", Some(_)) => partial(arguments, place),
            ("dataclasses.asdict" | "attr.asdict" | "attrs.asdict", Some(Data::Object(object))) if is_own(object) => {
                as_deep_dict(object, place)
            }
            ("dataclasses.replace" | "attr.evolve" | "attrs.evolve", Some(Data::Object(object))) if is_own(object) => {
                replaced(object, arguments, place)
            }
            ("dataclasses.fields", Some(Data::Symbol(class))) => self.fields_of(&class.clone(), place)?,
            ("dataclasses.fields", Some(Data::Object(object))) if is_own(object) => {
                self.fields_of(&object.class.clone()?, place)?
            }
            ("types.SimpleNamespace" | "argparse.Namespace", _) => {
                Value::object(Object { class: Some(NAMESPACE.into()), ..arguments.named.clone() }, place)
            }
            ("collections.namedtuple", Some(_)) => {
                let mut class = Object { class: Some(NAMED_TUPLE.into()), ..Object::default() };
                for (name, at) in [("field_names", 1), ("defaults", usize::MAX)] {
                    if let Some(value) = arguments.get(name, at) {
                        class.set(Entry { name: name.into(), place, value: value.clone() });
                    }
                }
                Value::object(class, place)
            }
            _ => return None,
        })
    }

    /// `getattr(object, "name")` and `super()`; nothing for another function.
    pub(super) fn builtin_of_objects(
        &mut self,
        name: &str,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) -> Option<Value> {
        match name {
            "super" => {
                let symbol = self.super_symbol()?;
                Some(Value::new(Data::Symbol(symbol), self.place(call.range())))
            }
            "open" => Some(self.opened_file(arguments, call.range())),
            "vars" => match &arguments.get("", 0)?.data {
                Data::Object(object) if object.class.is_some() => Some(as_dict(object, self.place(call.range()))),
                _ => None,
            },
            // A frozen object sets its own fields so.
            "setattr" | "object.__setattr__" => {
                let place = self.place(call.range());
                let (target, name) = (call.arguments.args.first()?, arguments.get("", 1)?.plain_text());
                if let (Data::Reference(reference), Some(name), Some(value)) =
                    (&arguments.get("", 0)?.data, &name, arguments.get("", 2))
                {
                    self.set_attribute(&reference.id.clone(), name, value.clone(), place);
                    return Some(Value::absent(place));
                }
                if let (Some(name), Some(value)) = (&name, arguments.get("", 2))
                    && let Some(path) = self.dotted(target)
                    && let Some((_, of)) = self.module_names.iter().find(|(known, _)| **known == *path).cloned()
                {
                    self.set_in_module(&of, name, value, place);
                    self.bind(format!("{path}.{name}"), value.clone(), place);
                    return Some(Value::absent(place));
                }
                let mut fields = Object::default();
                match (name, arguments.get("", 2)) {
                    (Some(name), Some(value)) => fields.set(Entry { name, place, value: value.clone() }),
                    _ => fields.open = Some(self.why(call.range())),
                }
                let fields =
                    Arguments { positional: vec![positional(Value::object(fields, place))], named: Object::default() };
                Some(self.update_fields(target, &fields, call.range()))
            }
            "getattr" => {
                let (base, Data::Text(name)) = (arguments.get("", 0)?, &arguments.get("", 1)?.data) else {
                    return None;
                };
                let Data::Object(object) = &base.data else {
                    let is_class = matches!(&base.data, Data::Symbol(symbol) if symbol.starts_with(CLASS));
                    return is_class.then(|| self.attribute(base, name, call.range()));
                };
                match (object.entry(name), &object.open, arguments.get("", 2)) {
                    (None, None, Some(default)) if !object.class.as_deref()?.starts_with(CLASS) => {
                        Some(default.clone())
                    }
                    _ => Some(self.attribute(base, name, call.range())),
                }
            }
            _ => None,
        }
    }

    fn call_partial(&mut self, partial: &Arc<Object>, call: &'a ExprCall, arguments: &Arguments) -> Value {
        match self.completed(partial, arguments, self.place(call.range())) {
            Some((function, all)) => self.call_known(&function, call, &all),
            None => self.outside(call, arguments),
        }
    }

    /// A function and those of its arguments that are set.
    pub(super) fn set_so_far(&mut self, function: &Value, place: Place) -> (Value, Arguments) {
        let none = Arguments::default();
        let set = match &function.data {
            Data::Object(partial) if partial.class.as_deref() == Some(PARTIAL) => self.completed(partial, &none, place),
            _ => None,
        };
        set.unwrap_or_else(|| (function.clone(), none))
    }

    /// The function of a partial one, and the arguments of a call with those that were set: these come first, and those by
    /// name are covered by those of the call.
    fn completed(&mut self, partial: &Arc<Object>, arguments: &Arguments, place: Place) -> Option<(Value, Arguments)> {
        let Data::List(args) = &partial.entry("args")?.value.data else { return None };
        let (function, set) = args.items.split_first().filter(|_| args.open.is_none())?;
        let mut named = Object::default();
        let given = Value::object(arguments.named.clone(), place);
        let why = Unknown { reason: Reason::RunTime, name: "the arguments of a call".into(), place };
        merge(&mut named, &partial.entry("keywords")?.value, &why);
        merge(&mut named, &given, &why);
        self.spend(named.entries.len() * 2);
        let set = set.iter().cloned().map(positional);
        let all = Arguments { positional: set.chain(arguments.positional.iter().cloned()).collect(), named };
        Some((function.clone(), all))
    }

    /// The expression of a lambda, with its parameters bound.
    fn call_lambda(&mut self, number: &str, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let number = self.own_name(number).and_then(|number| number.parse().ok());
        let value = number.and_then(|number| self.lambda_value(number, arguments));
        value.unwrap_or_else(|| self.outside(call, arguments))
    }

    /// The value of a lambda, by its number; nothing where the arguments do not fit, or where it is too much.
    pub(super) fn lambda_value(&mut self, number: usize, arguments: &Arguments) -> Option<Value> {
        let lambda = self.lambdas.get(number).copied();
        let lambda = lambda.filter(|_| self.depth < super::bounds::MAX_DEPTH && arguments.named.open.is_none())?;
        let mut scope = Scope::default();
        let mut left = arguments.named.entries.len();
        let mut taken = 0;
        if let Some(parameters) = &lambda.parameters {
            if parameters.vararg.is_some() || parameters.kwarg.is_some() {
                return None;
            }
            for (at, parameter) in parameters.posonlyargs.iter().chain(&parameters.args).enumerate() {
                let name: Arc<str> = parameter.parameter.name.as_str().into();
                let place = self.place(parameter.range());
                let value = match (arguments.positional.get(at), arguments.named.entry(&name), &parameter.default) {
                    (Some(argument), ..) => {
                        taken += 1;
                        argument.value.clone()
                    }
                    (None, Some(entry), _) => {
                        left -= 1;
                        entry.value.clone()
                    }
                    (None, None, Some(default)) => self.default_of(&format!("{LAMBDA}{number}"), &name, default),
                    (None, None, None) => return None,
                };
                scope.bind(name, value, place);
            }
        }
        if left > 0 || taken < arguments.positional.len() {
            return None;
        }
        self.followed += 1;
        if self.followed > super::functions::MAX_FOLLOWED {
            return None;
        }
        self.scopes.push(scope);
        let since = self.lambdas.len();
        let value = self.eval(&lambda.body);
        let seen: Vec<Scope> = self.scopes.iter().skip(1).map(Scope::apart).collect();
        self.scopes.pop();
        // Only lambdas are made in it.
        Some(self.enclosed(value, &"".into(), since, &seen))
    }

    /// An object of a named tuple's class.
    fn named_tuple(&mut self, class: &Arc<Object>, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let place = self.place(call.range());
        let fields: Option<Vec<Arc<str>>> = class.entry("field_names").and_then(|entry| match &entry.value.data {
            Data::Text(names) => {
                let names = names.split([',', ' ']).filter(|name| !name.is_empty());
                Some(names.map(Into::into).collect())
            }
            Data::List(list) if list.open.is_none() => list.items.iter().map(Value::plain_text).collect(),
            _ => None,
        });
        let Some(fields) = fields else { return self.unknown(Reason::RunTime, call.range()) };
        let why = Unknown { reason: Reason::RunTime, name: "a field with a default".into(), place };
        let defaults = class.entry("defaults").map(|entry| &entry.value.data);
        // They are those of the last fields.
        let (defaults, why) = match defaults {
            None | Some(Data::Absent) => (&[][..], None),
            Some(Data::List(list)) if list.open.is_none() => (&list.items[..], None),
            Some(_) => (&[][..], Some(why)),
        };
        let open = arguments.named.open.clone().or(why);
        let mut object = Object { class: Some(NAMESPACE.into()), open, ..Object::default() };
        let first = fields.len().saturating_sub(defaults.len());
        for (at, name) in fields.into_iter().enumerate() {
            let default = || {
                let default = defaults.get(at.checked_sub(first)?).filter(|_| arguments.named.open.is_none())?;
                Some(default.clone().via(StepKind::ArgumentDefault, name.clone(), default.origin.place))
            };
            if let Some(value) = arguments.get(&name, at).cloned().or_else(default) {
                object.set(Entry { name, place, value });
            }
        }
        Value::object(object, place)
    }
}
