//! Classes that note their subclasses, and decorators that note what they decorate: it stays as it is.

use std::sync::Arc;

use ruff_python_ast::{Expr, StmtClassDef};
use ruff_text_size::Ranged;

use super::{
    Machine,
    callables::FUNCTION,
    calls::Arguments,
    classes::{CLASS, Class, is_known_decorator, own_class},
    objects::positional,
};
use crate::{
    graph::{
        guard::Formula,
        value::{Data, Entry, Object, Value},
    },
    source::Place,
};

/// The method of a class that is called for each of its subclasses.
const FOR_SUBCLASSES: &str = "__init_subclass__";

impl<'a> Machine<'a> {
    /// Whether what is done to a class besides its statement is all done by code of the project's own. It is taken for one
    /// that stays as it is, until [`Machine::register_class`] has found out.
    pub(super) fn may_stay(&mut self, node: &'a StmtClassDef) -> bool {
        if self.guard != Formula::True || node.decorator_list.is_empty() && node.bases().is_empty() {
            return false;
        }
        let mut is_changed = false;
        for decorator in &node.decorator_list {
            if !self.is_known(&decorator.expression) {
                is_changed = true;
                if !self.is_own_decorator(&decorator.expression) {
                    return false;
                }
            }
        }
        let is_changed = is_changed || self.base_with_hook(node).is_some();
        if is_changed {
            self.registered.insert(self.place(node.range()));
        }
        is_changed
    }

    /// Calls what is done to a class: its decorators, and what a class that it inherits from does for each of its subclasses.
    /// Whether the class stays as it is.
    pub(super) fn register_class(&mut self, node: &'a StmtClassDef, name: &str) -> bool {
        let site = self.place(node.range());
        let own = Value::new(Data::Symbol(self.class_symbol(name)), site);
        if let Some(hook) = self.base_with_hook(node) {
            let mut named = Object::default();
            for keyword in node.arguments.iter().flat_map(|arguments| &arguments.keywords) {
                let value = self.eval(&keyword.value);
                let Some(name) = &keyword.arg else { return false };
                named.set(Entry { name: name.as_str().into(), place: self.place(keyword.range()), value });
            }
            let arguments = Arguments { positional: Vec::new(), named };
            if self.follow(&hook.function, Some(own.clone()), &arguments, site).is_none() {
                return false;
            }
        }
        for decorator in node.decorator_list.iter().rev() {
            if self.is_known(&decorator.expression) {
                continue;
            }
            let made = self.decorate(&decorator.expression, own.clone(), site);
            if !made.is_some_and(|made| super::scope::same_known(&made, &own)) {
                return false;
            }
        }
        true
    }

    /// Takes it back that a class stays as it is.
    pub(super) fn alter(&mut self, node: &'a StmtClassDef, name: &Arc<str>) {
        self.registered.remove(&self.place(node.range()));
        let Some(Some(class)) = self.classes.get(name).cloned() else { return };
        self.classes.insert(name.clone(), Some(Arc::new(Class::altered(&class))));
    }

    /// What a decorator makes of a function or class; nothing where it is not followed.
    pub(super) fn decorate(&mut self, decorator: &'a Expr, value: Value, site: Place) -> Option<Value> {
        let given = Arguments { positional: vec![positional(value)], named: Object::default() };
        if let Expr::Attribute(method) = decorator {
            let name = method.attr.as_str();
            let base = self.eval(&method.value);
            match &base.data {
                Data::Object(object) => {
                    let class = own_class(object)?;
                    return Some(self.object_call(class, object, name, &given, site)?.value);
                }
                Data::Symbol(class) if let Some(class) = class.strip_prefix(CLASS) => {
                    return Some(self.class_call(&format!("{class}.{name}"), &given, site)?.value);
                }
                _ => {}
            }
        }
        match self.eval(decorator).data {
            Data::Symbol(symbol) => Some(self.symbol_call(&symbol, &given, site)?.value),
            Data::Object(object) => {
                let class = own_class(&object)?;
                Some(self.object_call(class, &object, "__call__", &given, site)?.value)
            }
            _ => None,
        }
    }

    /// Whether a decorator is a function of the project's own, or a method of one of its classes or objects.
    pub(super) fn is_own_decorator(&mut self, expression: &'a Expr) -> bool {
        let function = if let Expr::Call(call) = expression { &*call.func } else { expression };
        if let Expr::Attribute(method) = function
            && self.lookup_dotted(function).is_none()
        {
            let base = self.eval(&method.value);
            let class = match &base.data {
                Data::Object(object) => own_class(object),
                Data::Symbol(symbol) => symbol.strip_prefix(CLASS),
                _ => None,
            };
            if let Some(own) = class.and_then(|class| self.own_name(class)).map(str::to_owned) {
                return self.method_of(&own, &method.attr).is_some();
            }
        }
        self.symbol_of(function).strip_prefix(FUNCTION).is_some_and(|name| self.own_name(name).is_some())
    }

    fn is_known(&mut self, decorator: &'a Expr) -> bool {
        let function = if let Expr::Call(call) = decorator { &*call.func } else { decorator };
        is_known_decorator(&self.symbol_of(function))
    }

    /// What the nearest class above one does for each of its subclasses.
    fn base_with_hook(&mut self, node: &'a StmtClassDef) -> Option<super::classes::Method<'a>> {
        node.bases().iter().find_map(|base| {
            let symbol = self.symbol_of(base);
            let own = self.own_name(symbol.strip_prefix(CLASS)?)?.to_owned();
            self.method_of(&own, FOR_SUBCLASSES)
        })
    }
}
