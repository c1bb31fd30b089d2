//! Functions that outlive the call that made them: closures, and what the project's own decorators make of a function.

use std::sync::Arc;

use ruff_python_ast::{Expr, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::{
    Machine,
    branches::join_all,
    callables::{FUNCTION, LAMBDA},
    calls::Arguments,
    functions::{Followed, Function},
    scope::Scope,
};
use crate::{
    graph::{
        guard::Formula,
        value::{Data, List, Value},
    },
    source::Place,
};

/// Symbols of functions that have left the call that made them begin so: `closure:3`.
const CLOSURE: &str = "closure:";
/// Symbols of functions as they are below their decorators begin so: `undecorated:train`.
const UNDECORATED: &str = "undecorated:";
/// Most functions that a file makes so.
const MAX_CLOSURES: usize = 512;
/// How deep what a function returns is looked through for functions.
const MAX_PARTS: usize = 8;
/// A function with the names that it sees.
#[derive(Clone)]
pub(super) struct Closure<'a> {
    what: What<'a>,
    /// The scopes between the module's and its own.
    pub(super) scopes: Vec<Scope>,
    /// What the same call made has the same number: it sees the same names.
    group: usize,
}

#[derive(Clone)]
enum What<'a> {
    Function(Function<'a>),
    /// By its number.
    Lambda(usize),
}

/// Whether a symbol is one of these.
pub(super) fn is_closure(symbol: &str) -> bool {
    symbol.starts_with(CLOSURE) || symbol.starts_with(UNDECORATED)
}

impl<'a> Machine<'a> {
    /// What a call returns, with the functions that it made as closures: `within` is the function that was called, `since`
    /// the number of lambdas before, and `scopes` those that they see, from the one below the module's.
    pub(super) fn enclosed(&mut self, value: Value, within: &Arc<str>, since: usize, scopes: &[Scope]) -> Value {
        let scope = (scopes, self.closures.len());
        self.enclosed_at(value, within, since, scope, 0)
    }

    fn enclosed_at(
        &mut self,
        value: Value,
        within: &Arc<str>,
        since: usize,
        scopes: (&[Scope], usize),
        depth: usize,
    ) -> Value {
        if depth > MAX_PARTS || self.closures.len() >= MAX_CLOSURES {
            return value;
        }
        match &value.data {
            Data::Symbol(symbol) => {
                let Some(what) = self.made_within(symbol, within, since) else { return value };
                let number = self.closures.len();
                let (seen, group) = scopes;
                self.closures.push(Closure { what, scopes: seen.iter().map(Scope::apart).collect(), group });
                let symbol = format!("{CLOSURE}{}{number}", self.prefix).into();
                Value { data: Data::Symbol(symbol), origin: value.origin }
            }
            Data::Object(object) if object.entries.iter().any(|entry| may_hold_function(&entry.value)) => {
                let mut object = object.as_ref().clone();
                for entry in &mut object.entries {
                    let held = std::mem::replace(&mut entry.value, Value::absent(entry.place));
                    entry.value = self.enclosed_at(held, within, since, scopes, depth + 1);
                }
                Value { data: Data::Object(Arc::new(object)), origin: value.origin }
            }
            Data::List(list) if list.items.iter().any(may_hold_function) => {
                let held = list.items.iter().cloned();
                let items = held.map(|item| self.enclosed_at(item, within, since, scopes, depth + 1)).collect();
                let list = List { items, open: list.open.clone() };
                Value { data: Data::List(Arc::new(list)), origin: value.origin }
            }
            Data::Guarded(guarded) => {
                let guarded = guarded.clone();
                let then = self.enclosed_at(guarded.then.clone(), within, since, scopes, depth + 1);
                let otherwise = self.enclosed_at(guarded.otherwise.clone(), within, since, scopes, depth + 1);
                Value::guarded(&guarded.when, then, otherwise)
            }
            _ => value,
        }
    }

    /// The function or lambda behind a symbol, if the call that ends made it.
    fn made_within(&self, symbol: &str, within: &Arc<str>, since: usize) -> Option<What<'a>> {
        if let Some(number) = symbol.strip_prefix(LAMBDA) {
            let number: usize = self.own_name(number)?.parse().ok()?;
            return (number >= since).then_some(What::Lambda(number));
        }
        let name = self.own_name(symbol.strip_prefix(FUNCTION)?)?;
        let function = self.functions.get(name)?.as_ref()?;
        let only_wraps = |decorator: &ruff_python_ast::Decorator| is_wraps(&decorator.expression);
        let is_plain = function.node.decorator_list.iter().all(only_wraps);
        (is_plain && function.within.as_ref() == Some(within)).then(|| What::Function(function.clone()))
    }

    /// A call of one of these functions; nothing where it is not followed.
    pub(super) fn closure_call(&mut self, symbol: &str, arguments: &Arguments, site: Place) -> Option<Followed> {
        if let Some(name) = symbol.strip_prefix(UNDECORATED) {
            let Some(own) = self.own_name(name) else {
                return self.abroad(name, &mut |machine| machine.closure_call(symbol, arguments, site));
            };
            let function = self.functions.get(own).cloned().flatten()?;
            return self.follow(&function, None, arguments, site);
        }
        let number: usize = self.own_name(symbol.strip_prefix(CLOSURE)?)?.parse().ok()?;
        let Closure { what, scopes, group } = self.closures.get(number)?.clone();
        self.spend(1 + scopes.iter().map(Scope::len).sum::<usize>() / 8);
        let seen = scopes.len();
        let outer = self.scopes.split_off(1);
        self.hidden.push(outer);
        self.scopes.extend(scopes);
        let followed = match what {
            What::Function(function) => {
                let function = Function { is_closure: true, ..function };
                let within = function.within.clone().unwrap_or_else(|| "".into());
                self.function.push(within);
                let followed = self.follow(&function, None, arguments, site);
                self.function.pop();
                followed
            }
            What::Lambda(number) => self.lambda_value(number, arguments).map(Followed::of),
        };
        let mut after = self.scopes.split_off(1);
        after.truncate(seen);
        for closure in self.closures.iter_mut().filter(|closure| closure.group == group) {
            closure.scopes.clone_from(&after);
        }
        self.scopes.extend(self.hidden.pop().unwrap_or_default());
        followed
    }

    /// What functions see now that have left the call that made them; nothing where there are none.
    pub(super) fn closures_now(&mut self) -> Vec<Vec<Scope>> {
        self.spend(self.closures.len());
        let apart = |closure: &Closure<'a>| closure.scopes.iter().map(Scope::apart).collect();
        self.closures.iter().map(apart).collect()
    }

    /// Lets them see again what they saw; hands out what they see until then.
    pub(super) fn closures_as_they_were(&mut self, before: &[Vec<Scope>]) -> Vec<Vec<Scope>> {
        let all = self.closures.iter_mut().zip(before);
        all.map(|(closure, before)| std::mem::replace(&mut closure.scopes, before.iter().map(Scope::apart).collect()))
            .collect()
    }

    /// Joins what they see on both sides of a condition; each side may have ended early, so that the other one counts.
    pub(super) fn join_closures(&mut self, then: Vec<Vec<Scope>>, ended: (bool, bool), when: &Formula) {
        let mut steps = 0;
        let pairs = self.closures.iter_mut().zip(then).flat_map(|(closure, then)| closure.scopes.iter_mut().zip(then));
        for (scope, then) in pairs.filter(|(scope, then)| !scope.is_as(then)) {
            match ended {
                (true, false) => {}
                (false, true) => *scope = then,
                _ => steps += then.len() + join_all(scope, &then, when),
            }
        }
        self.spend(steps);
    }

    /// A call of a function that the project's own decorators have made something of; nothing where one of them is not
    /// followed.
    pub(super) fn decorated_call(
        &mut self,
        function: &Function<'a>,
        name: &str,
        arguments: &Arguments,
        site: Place,
    ) -> Option<Followed> {
        let own = Value::new(Data::Symbol(format!("{UNDECORATED}{name}").into()), site);
        if self.registered.contains(&self.place(function.node.range())) {
            return self.follow(function, None, arguments, site);
        }
        let mut value = own;
        for decorator in function.node.decorator_list.iter().rev() {
            value = self.decorate(&decorator.expression, value, site)?;
        }
        let Data::Symbol(symbol) = &value.data else { return None };
        self.symbol_call(&symbol.clone(), arguments, site)
    }

    /// Decorators of the project's own are called where a function is defined: some only note it. `name` is the function's.
    pub(super) fn register(&mut self, node: &'a StmtFunctionDef, name: &str) {
        let site = self.place(node.range());
        let own: Arc<str> = format!("{UNDECORATED}{}{name}", self.prefix).into();
        let mut value = Value::new(Data::Symbol(own.clone()), site);
        for decorator in node.decorator_list.iter().rev() {
            let Some(made) = self.decorate(&decorator.expression, value, site) else { return };
            value = made;
        }
        if matches!(&value.data, Data::Symbol(symbol) if *symbol == own) {
            self.registered.insert(site);
        }
    }

    /// A call of one of the project's functions by its symbol.
    pub(super) fn symbol_call(&mut self, symbol: &Arc<str>, arguments: &Arguments, site: Place) -> Option<Followed> {
        if is_closure(symbol) {
            return self.closure_call(symbol, arguments, site);
        }
        if let Some(number) = symbol.strip_prefix(LAMBDA) {
            let number = self.own_name(number)?.parse().ok()?;
            return self.lambda_value(number, arguments).map(Followed::of);
        }
        self.function_call(symbol.strip_prefix(FUNCTION)?, arguments, site)
    }

    /// Whether the decorators of a function are all the project's own, or do nothing.
    pub(super) fn has_own_decorators(&mut self, node: &'a StmtFunctionDef) -> bool {
        !node.decorator_list.is_empty()
            && node.decorator_list.iter().all(|decorator| self.is_own_decorator(&decorator.expression))
    }
}

/// `@functools.wraps(function)`, by any name.
pub(super) fn is_wraps(expression: &Expr) -> bool {
    let Expr::Call(call) = expression else { return false };
    match &*call.func {
        Expr::Name(name) => name.id.as_str() == "wraps",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "wraps",
        _ => false,
    }
}

fn may_hold_function(value: &Value) -> bool {
    match &value.data {
        Data::Symbol(symbol) => symbol.starts_with(FUNCTION) || symbol.starts_with(LAMBDA),
        Data::Object(_) | Data::List(_) | Data::Guarded(_) => true,
        _ => false,
    }
}
