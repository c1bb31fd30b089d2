//! Calls of the project's own functions: the body is walked with the arguments of the call, so that what it makes and
//! what it returns are those of this call.

use std::sync::Arc;

use ruff_python_ast::{Expr, ParameterWithDefault, Parameters, Stmt, StmtFunctionDef, visitor::Visitor};
use ruff_text_size::Ranged;

use super::{
    Machine,
    branches::{either, either_of},
    callables::FUNCTION,
    calls::Arguments,
    contexts::Given,
    decided::stops,
    exits::{Joins, Region, joined_under},
    generators::{Wrapping, Yielded},
    presence::{presence, present_or},
    scope::Scope,
};
use crate::{
    graph::{
        guard::Formula,
        value::{Data, List, Object, Reason, StepKind, Value},
    },
    source::Place,
};

/// How deep calls of functions are followed.
const MAX_CALLS: usize = 8;
/// How often a function is followed within itself.
const MAX_RECURSION: usize = 6;
/// Most calls of functions that are followed in a file: each walks the function's body again.
pub(super) const MAX_FOLLOWED: u32 = 2_000;
/// Most calls of one function that make something. Those beyond them still return what they return.
const MAX_MAKING: u32 = 64;

/// A function of the file.
#[derive(Clone)]
pub(super) struct Function<'a> {
    pub(super) node: &'a StmtFunctionDef,
    /// Its name, with that of the function or class that holds it.
    pub(super) name: Arc<str>,
    /// The class that it is a method of.
    pub(super) class: Option<Arc<str>>,
    /// The function that holds it, and how many scopes it sees.
    pub(super) within: Option<Arc<str>>,
    pub(super) level: usize,
    /// Whether it is called with names of its own, so that it may be within itself without calling itself.
    pub(super) is_closure: bool,
    /// Whether it is a method that remembers what it answered.
    pub(super) is_cached: bool,
}

/// A call that is being followed.
pub(super) struct Frame {
    function: Place,
    pub(super) class: Option<Arc<str>>,
    /// The name of the parameter that stands for the object, in a method.
    pub(super) receiver: Option<Arc<str>>,
    /// What it returned so far, each under the condition that it got there.
    returned: Vec<(Formula, Value)>,
    /// Names that it declares `nonlocal`, and those that it declares `global`.
    pub(super) outer: Vec<Arc<str>>,
    pub(super) globals: Vec<Arc<str>>,
    /// What it yielded so far.
    pub(super) yielded: Yielded,
}

impl Frame {
    /// How often it returned and yielded so far.
    pub(super) fn handed_out_so_far(&mut self) -> (usize, usize) {
        (self.returned.len(), self.yielded.items.len())
    }

    /// Whether it declares a name `nonlocal`.
    pub(super) fn is_outer(&self, name: &str) -> bool {
        self.outer.iter().any(|known| **known == *name)
    }

    /// Whether it declares a name `global`.
    pub(super) fn is_global(&self, name: &str) -> bool {
        self.globals.iter().any(|known| **known == *name)
    }

    /// Takes some names for its own for a while; hands out the names that it declares `nonlocal`, and those `global`.
    pub(super) fn hide_declared(&mut self, own: &[&str]) -> (Vec<Arc<str>>, Vec<Arc<str>>) {
        let declared = (std::mem::take(&mut self.outer), std::mem::take(&mut self.globals));
        let others = |names: &[Arc<str>]| names.iter().filter(|name| !own.contains(&&***name)).cloned().collect();
        (self.outer, self.globals) = (others(&declared.0), others(&declared.1));
        declared
    }

    /// What was returned since such a count.
    pub(super) fn returned_since(&self, before: usize) -> Vec<(Formula, Value)> {
        self.returned.get(before..).unwrap_or_default().to_vec()
    }

    /// Notes what is handed back under a condition.
    pub(super) fn hand_out(&mut self, when: Formula, value: Value) {
        self.returned.push((when, value));
    }

    /// Takes back what was returned since such a count.
    pub(super) fn forget_since(&mut self, before: (usize, usize)) {
        self.returned.truncate(before.0);
        self.yielded.items.truncate(before.1);
    }

    /// Takes back what was returned between two of these counts.
    pub(super) fn take_back(&mut self, since: usize, until: usize) {
        self.returned.drain(since.min(until)..until.min(self.returned.len()));
    }

    /// What was returned between two of these counts was returned only under one more condition.
    pub(super) fn hand_out_where(&mut self, when: &Formula, between: (usize, usize)) {
        for (condition, _) in self.returned.get_mut(between.0..between.1).into_iter().flatten() {
            *condition = condition.and(when);
        }
    }

    /// What it returned so far.
    pub(super) fn returned(&mut self) -> impl Iterator<Item = &mut Value> {
        self.returned.iter_mut().map(|(_, value)| value)
    }

    /// The body of a function that is walked now.
    pub(super) fn of(function: Place, node: &StmtFunctionDef, class: Option<Arc<str>>, is_method: bool) -> Self {
        let receiver = first_parameter(node).filter(|_| is_method);
        let (outer, globals) = (Vec::new(), Vec::new());
        Self { function, class, receiver, returned: Vec::new(), outer, globals, yielded: Yielded::default() }
    }
}

/// What came of a call.
pub(super) struct Followed {
    /// What it returned.
    pub(super) value: Value,
    /// The object of a method, as it is now.
    pub(super) receiver: Option<Value>,
}

impl Followed {
    /// Only a value.
    pub(super) fn of(value: Value) -> Self {
        Self { value, receiver: None }
    }
}

impl<'a> Machine<'a> {
    /// Remembers a function by its name, for calls of it; hands out the name by which it is known. One that certainly takes
    /// the place of another has a name of its own; else a name that is defined twice could be either.
    pub(super) fn remember_function(
        &mut self,
        node: &'a StmtFunctionDef,
        name: Arc<str>,
        is_certain: bool,
    ) -> Arc<str> {
        let (within, level) = (self.function.last().cloned(), self.scopes.len());
        let function =
            || Function { node, name: name.clone(), class: None, within, level, is_closure: false, is_cached: false };
        let Some(known) = self.functions.get_mut(&name) else {
            self.functions.insert(name.clone(), Some(function()));
            return name;
        };
        if known.as_ref().is_some_and(|known| known.node.range() == node.range()) {
            return name;
        }
        if !is_certain {
            *known = None;
            return name;
        }
        let own: Arc<str> = format!("{name}#{}", node.range().start().to_u32()).into();
        self.functions.entry(own.clone()).or_insert_with(|| Some(function()));
        own
    }

    /// Evaluates the defaults of parameters where a function is defined.
    pub(super) fn bind_defaults(&mut self, parameters: &'a Parameters, name: &str) {
        for parameter in parameters.iter_non_variadic_params() {
            let Some(default) = parameter.default.as_deref().filter(|default| !is_constant(default)) else { continue };
            let value = self.eval(default);
            let place = self.place(parameter.range());
            if let Some(scope) = self.scopes.last_mut() {
                scope.bind(slot(name, parameter.parameter.name.as_str()), value, place);
            }
        }
    }

    /// The default of a parameter, as it is now.
    pub(super) fn default_of(&mut self, function: &str, parameter: &str, default: &'a Expr) -> Value {
        if is_constant(default) {
            return self.eval(default);
        }
        match self.lookup(&slot(function, parameter)) {
            Some(known) => known.value.clone(),
            None if self.is_bound_anew(default) => self.unknown(Reason::Control, default.range()),
            None => self.eval(default),
        }
    }

    /// Notes what `return` hands back, if a call is being followed.
    pub(super) fn returns(&mut self, value: Value) {
        let (guard, value) = (self.guard.clone(), self.rested(value));
        if let Some(frame) = self.frames.last_mut() {
            frame.returned.push((guard, value));
        }
    }

    /// A call of a function of the project. Nothing where it is not followed.
    pub(super) fn function_call(&mut self, name: &str, arguments: &Arguments, site: Place) -> Option<Followed> {
        let Some(own) = self.own_name(name) else {
            return self.abroad(name, &mut |machine| machine.function_call(name, arguments, site));
        };
        if let Some(function) = own.strip_suffix(".cache_clear") {
            self.forget_calls(function);
            return Some(Followed::of(Value::absent(site)));
        }
        if !self.functions.contains_key(own)
            && let Some((function, method)) = own.rsplit_once('.')
            && self.functions.contains_key(function)
        {
            let symbol = format!("{FUNCTION}{}{function}", self.prefix).into();
            let answer = self.method_of_decorator(&Value::new(Data::Symbol(symbol), site), method, arguments, site);
            return answer.map(Followed::of);
        }
        let function = self.functions.get(own).cloned().flatten()?;
        let Some(wrapping) = self.wrapping(function.node) else {
            let is_own = self.has_own_decorators(function.node);
            return is_own.then(|| self.decorated_call(&function, name, arguments, site)).flatten();
        };
        match wrapping {
            Wrapping::Context => {
                if let Some(entered) = self.enter_context(&function, name, arguments, site) {
                    return Some(entered);
                }
            }
            Wrapping::Cache => return self.remembered(&function, None, arguments, site),
            Wrapping::Foreign => {
                let arguments = self.with_context(function.node, arguments);
                let mut followed = self.follow(&function, None, &arguments, site)?;
                followed.value = wrapping.of(followed.value, site);
                return Some(followed);
            }
            Wrapping::None => {}
        }
        if matches!(wrapping, Wrapping::None)
            && let Some(waiting) = self.waiting(&function, name, None, arguments, site)
        {
            return Some(Followed::of(waiting));
        }
        let mut followed = self.follow(&function, None, arguments, site)?;
        followed.value = wrapping.of(followed.value, site);
        Some(followed)
    }

    /// Walks a function's body with the arguments of a call, and with the object for a method. Nothing where the call
    /// does not fit, where the function is walked already, or where it is too much.
    pub(super) fn follow(
        &mut self,
        function: &Function<'a>,
        receiver: Option<Value>,
        arguments: &Arguments,
        site: Place,
    ) -> Option<Followed> {
        let run = &mut |machine: &mut Self| machine.block(&function.node.body);
        self.follow_with(function, receiver, Given::Arguments(arguments), site, run)
    }

    /// The same, with another walk of the body, or with names that it left before. `run` says whether it ended early.
    pub(super) fn follow_with(
        &mut self,
        function: &Function<'a>,
        receiver: Option<Value>,
        given: Given<'_>,
        site: Place,
        run: &mut dyn FnMut(&mut Self) -> bool,
    ) -> Option<Followed> {
        let whole = self.place(function.node.range());
        // What calls itself is followed while it is certain that it does.
        let nested = self.frames.iter().filter(|frame| frame.function == whole).count();
        let is_walked = nested > 0 && (nested > MAX_RECURSION || self.guard != Formula::True || self.looping > 0);
        // What holds it is another call of the same function, or has ended.
        let is_lost = function.level > 1 && (self.function.last() != function.within.as_ref());
        let is_lost = is_lost || function.level > self.scopes.len();
        if is_walked || is_lost || self.frames.len() >= MAX_CALLS || self.followed >= MAX_FOLLOWED {
            return None;
        }
        self.followed += 1;
        let is_rehearsed = self.is_rehearsed(function.node);
        let raised = self.raised.len();
        let beyond = self.scopes.split_off(function.level.max(1));
        let bound = match given {
            Given::Arguments(arguments) => self.bound(function, receiver.as_ref(), arguments),
            Given::Names(names) => Some(names),
        };
        let Some(bound) = bound else {
            self.scopes.extend(beyond);
            return None;
        };
        if self.quiet == 0 && !self.prefix.is_empty() {
            self.modules.note_followed(&self.source.path, whole.span);
        }
        let lambdas = self.lambdas.len();
        self.hidden.push(beyond);
        self.scopes.push(bound);
        let name = first_parameter(function.node).filter(|_| receiver.is_some());
        let inner = self.outer.and(&self.guard);
        let outer = (std::mem::replace(&mut self.outer, inner), std::mem::replace(&mut self.guard, Formula::True));
        let target = self.target.take();
        let resting = self.resting.clone();
        let (looping, exits) = (std::mem::take(&mut self.looping), std::mem::take(&mut self.exits));
        let times = self.making.entry(whole).or_insert(0);
        *times += 1;
        // What a function makes within itself, it makes for each of its own calls: that is not counted.
        let is_quiet = is_rehearsed || *times > MAX_MAKING || (nested > 0 && !function.is_closure);
        self.quiet += u32::from(is_quiet);
        self.sites.push(site);
        self.function.push(function.name.clone());
        self.frames.push(Frame::of(whole, function.node, function.class.clone(), name.is_some()));
        let traits = *self.traits.entry(whole).or_insert_with(|| Traits::of(function.node));
        self.begin_leaving(Region::Function { encloses: traits.encloses });
        let ended = run(self);
        let is_mixed = self.frames.last().is_some_and(|frame| frame.yielded.is_mixed);
        if is_mixed {
            self.lose_what_was_written();
        }
        let exits = std::mem::replace(&mut self.exits, exits);
        let mut joins = self.rejoin(exits, ended);
        let frame = self.frames.pop();
        self.function.pop();
        self.sites.pop();
        self.quiet -= u32::from(is_quiet);
        (self.resting, self.target, self.looping) = (resting, target, looping);
        (self.outer, self.guard) = outer;
        // The rest runs where the function has raised nothing.
        for left in &self.raised[raised.min(self.raised.len())..] {
            self.guard = self.guard.and(&left.when.negated());
        }
        let after = self.scopes.pop().unwrap_or_default();
        let enclosing: Vec<Scope> = self.scopes.iter().skip(1).map(Scope::apart).collect();
        self.scopes.extend(self.hidden.pop().unwrap_or_default());
        let receiver = name.and_then(|name| after.get(&name).map(|binding| binding.value.clone()));
        let value = match frame {
            Some(frame) if traits.yields => frame.yielded.list(&function.name, site),
            frame => {
                // Who stops the run at its end hands out nothing there.
                let ended = ended || function.node.body.last().is_some_and(stops);
                result(frame.map(|frame| frame.returned).unwrap_or_default(), ended, site, &mut joins)
            }
        };
        // Only a function that defines another one hands one out.
        let may_enclose = self.lambdas.len() > lambdas || function.node.body.iter().any(Stmt::is_function_def_stmt);
        let value = if may_enclose {
            let seen: Vec<Scope> = enclosing.into_iter().chain([after]).collect();
            self.enclosed(value, &function.name, lambdas, &seen)
        } else {
            value
        };
        Some(Followed { value, receiver })
    }

    /// The parameters of a function with the arguments of a call; nothing where they do not fit.
    fn bound(&mut self, function: &Function<'a>, receiver: Option<&Value>, arguments: &Arguments) -> Option<Scope> {
        let mut bound = Scope::default();
        let parameters = &function.node.parameters;
        let mut positional = arguments.positional.iter();
        let mut named = arguments.named.clone();
        let ordered = parameters.posonlyargs.iter().chain(&parameters.args);
        let mut all =
            ordered.map(|parameter| (parameter, true)).chain(parameters.kwonlyargs.iter().map(|one| (one, false)));
        if let Some(receiver) = receiver {
            let (first, _) = all.next()?;
            let place = self.place(first.range());
            bound.bind(first.parameter.name.as_str(), receiver.clone(), place);
        }
        for (parameter, by_position) in all {
            let name: Arc<str> = parameter.parameter.name.as_str().into();
            let place = self.place(parameter.range());
            let passed = |value: &Value, at| value.clone().via(StepKind::ModuleArgument, name.clone(), at);
            let value = match by_position.then(|| positional.next()).flatten() {
                Some(argument) => passed(&argument.value, argument.place),
                None => match named.entries.iter().position(|entry| entry.name == name) {
                    Some(at) => {
                        let entry = named.entries.remove(at);
                        let given = passed(&entry.value, entry.place);
                        // What a dict has only under a condition leaves the default where it has not.
                        if presence(&given) == Formula::True {
                            given
                        } else {
                            let left_out = self.left_out(&function.name, parameter, &name, &named);
                            let left_out = left_out.unwrap_or_else(|| self.unknown(Reason::Invalid, parameter.range()));
                            present_or(&given, &left_out)
                        }
                    }
                    None => self.left_out(&function.name, parameter, &name, &named)?,
                },
            };
            bound.bind(name, value, place);
        }
        let rest: Vec<Value> = positional.map(|argument| argument.value.clone()).collect();
        match &parameters.vararg {
            Some(parameter) => {
                let list = List { items: rest, open: named.open.clone() };
                let place = self.place(parameter.range());
                bound.bind(parameter.name.as_str(), Value::new(Data::List(Arc::new(list)), place), place);
            }
            None if !rest.is_empty() => return None,
            None => {}
        }
        match &parameters.kwarg {
            Some(parameter) => {
                let place = self.place(parameter.range());
                let object = Object { entries: named.entries, open: named.open, class: None };
                bound.bind(parameter.name.as_str(), Value::object(object, place), place);
            }
            None if !named.entries.is_empty() => return None,
            None => {}
        }
        Some(bound)
    }

    /// The value of a parameter that a call does not give: its default.
    fn left_out(
        &mut self,
        function: &str,
        parameter: &'a ParameterWithDefault,
        name: &Arc<str>,
        named: &Object,
    ) -> Option<Value> {
        match (&parameter.default, &named.open) {
            (_, Some(_)) => Some(self.unknown(Reason::RunTime, parameter.range())),
            // It was evaluated where the function was defined.
            (Some(default), None) => {
                let value = self.default_of(function, name, default);
                Some(value.via(StepKind::ArgumentDefault, name.clone(), self.place(parameter.range())))
            }
            (None, None) => None,
        }
    }

    /// Whether an expression is a name that is assigned more than once.
    fn is_bound_anew(&self, expression: &Expr) -> bool {
        matches!(expression, Expr::Name(name) if self.lookup(name.id.as_str()).is_some_and(|known| known.reassigned))
    }

    /// The calls that lead here, outermost first.
    pub(super) fn call_sites(&self) -> Vec<Place> {
        self.sites.clone()
    }
}

/// The first `return` that was reached counts; without one the result is `None`.
fn result(mut returned: Vec<(Formula, Value)>, ended: bool, site: Place, joins: &mut Joins) -> Value {
    if ended && let Some((guard, _)) = returned.last_mut() {
        // Where no path falls off the end, the last `return` is that of all that is left.
        *guard = Formula::True;
    }
    returned.into_iter().rev().fold(Value::absent(site), |result, (guard, value)| match joined_under(joins, &guard) {
        Some(joined) => either_of(&guard, &value, &result, joined),
        None => either(&guard, &value, &result),
    })
}

pub(super) fn first_parameter(node: &StmtFunctionDef) -> Option<Arc<str>> {
    let first = node.parameters.posonlyargs.iter().chain(&node.parameters.args).next()?;
    Some(first.parameter.name.as_str().into())
}

/// The name under which the default of a parameter is kept.
fn slot(function: &str, parameter: &str) -> String {
    [function, "(", parameter, ")"].concat()
}

/// Whether an expression has the same value whenever it is evaluated, and one that cannot be changed.
fn is_constant(expression: &Expr) -> bool {
    expression.is_literal_expr()
        || matches!(expression, Expr::UnaryOp(operation) if operation.operand.is_literal_expr())
}

/// What a function does besides returning something.
#[derive(Clone, Copy, Default)]
pub(super) struct Traits {
    /// Whether it is a generator.
    pub(super) yields: bool,
    /// Whether it makes functions, which may outlive its call and see its names.
    pub(super) encloses: bool,
}

impl Traits {
    pub(super) fn of(node: &StmtFunctionDef) -> Self {
        let mut found = Self::default();
        found.visit_body(&node.body);
        found
    }
}

impl<'a> Visitor<'a> for Traits {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => self.encloses = true,
            _ => ruff_python_ast::visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        self.yields |= matches!(expression, Expr::Yield(_) | Expr::YieldFrom(_));
        self.encloses |= expression.is_lambda_expr();
        ruff_python_ast::visitor::walk_expr(self, expression);
    }
}
