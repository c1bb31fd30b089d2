//! The package's own functions and classes: a call of one walks it, with what it is given.

use std::rc::Rc;

use ruff_python_ast::{ExprLambda, StmtClassDef, StmtFunctionDef};
use ruff_text_size::TextRange;

use super::{
    calls::Given,
    paths::{self, Condition, State},
    values::{Function, Names, Thing, Value},
    walker::{Frame, Walker},
};

/// Parameters of one call whose literals are kept.
const MAX_LITERALS: usize = 6;

impl<'a> Walker<'a> {
    pub(super) fn instance(
        &mut self,
        module: usize,
        class: &'a StmtClassDef,
        given: &Given<'a>,
        range: TextRange,
    ) -> Value<'a> {
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
            around: function.around.clone(),
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
        let (mut waiting, mut returned) = (frame.waiting, frame.returned);
        // A function that only raises leaves the path where it was.
        if let Some(out) = out {
            waiting.seen = out.seen;
            self.close_over(&mut returned, function.definition, frame.around, out.names);
        }
        self.state = waiting;
        returned
    }

    /// Functions that are handed out of the function that defines them keep its names.
    fn close_over(
        &mut self,
        returned: &mut Value<'a>,
        definition: &'a StmtFunctionDef,
        around: Option<Rc<Names<'a>>>,
        names: Names<'a>,
    ) {
        let mut inner = returned.things.iter_mut().filter_map(|thing| match thing {
            Thing::Function(inner) if inner.nested && definition.range.contains_range(inner.definition.range) => {
                Some(inner)
            }
            _ => None,
        });
        let Some(first) = inner.next() else { return };
        let mut all = around.map(|around| Names::clone(&around)).unwrap_or_default();
        all.extend(names);
        let (weight, all) = (all.len(), Rc::new(all));
        [first].into_iter().chain(inner).for_each(|inner| inner.around = Some(all.clone()));
        self.spend(weight);
    }

    fn bind_parameters(&mut self, function: &Function<'a>, given: &Given<'a>) {
        let parameters = &function.definition.parameters;
        let is_handler = self.frames.len() == 1;
        let mut positional = function.this.iter().map(|this| (**this).clone()).chain(given.positional.iter().cloned());
        let mut named: Vec<_> = given.named.clone();
        let own = usize::from(function.this.is_some());
        let mut known = Vec::new();
        let by_place = parameters.posonlyargs.iter().chain(&parameters.args).map(|parameter| (parameter, true));
        let all = by_place.chain(parameters.kwonlyargs.iter().map(|parameter| (parameter, false)));
        for (at, (parameter, by_place)) in all.enumerate() {
            let name = parameter.parameter.name.as_str();
            let place = at.checked_sub(own).map(|at| at.to_string());
            let literal = given.literals.iter().find(|(key, _)| **key == *name || place.as_deref() == Some(&**key));
            let given_value = by_place.then(|| positional.next()).flatten().or_else(|| {
                let at = named.iter().position(|(known, _)| &**known == name)?;
                Some(named.swap_remove(at).1)
            });
            let literal = match (&given_value, literal, &parameter.default) {
                (Some(_), Some((_, literal)), _) => Some(literal.clone()),
                (None, None, Some(default)) if given.rest.is_none() => paths::constant(default),
                _ => None,
            };
            known.extend(literal.map(|literal| (name, literal)));
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
        self.hold(function.definition, known);
    }

    /// Parameters that are literals in this call of a function, and that it never binds again: tests of them are decided.
    fn hold(&mut self, definition: &'a StmtFunctionDef, known: Vec<(&'a str, Rc<str>)>) {
        if known.is_empty() || self.is_loading {
            return;
        }
        let frame = self.frame_number();
        let key = std::ptr::from_ref(definition);
        if !self.binds.contains_key(&key) {
            let binds = paths::Binds::of(&definition.body);
            self.spend(binds.len());
            self.binds.insert(key, binds);
        }
        let binds = &self.binds[&key];
        let steady = known.into_iter().filter(|(name, _)| !binds.contains(name)).take(MAX_LITERALS);
        let steady: Vec<Condition> = steady
            .map(|(name, literal)| Condition {
                frame,
                subject: name.into(),
                constants: Some(Rc::new([literal])),
                holds: true,
            })
            .collect();
        self.conditions.push(&steady);
    }

    /// A `lambda`: its parameters are names like others for a moment.
    pub(super) fn call_lambda(&mut self, module: usize, lambda: &'a ExprLambda, given: &Given<'a>) -> Value<'a> {
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
