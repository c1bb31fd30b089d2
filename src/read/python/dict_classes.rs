//! Classes of the project's own that are dicts: `class Config(dict)`.

use std::sync::Arc;

use ruff_python_ast::ExprAttribute;
use ruff_text_size::Ranged;

use super::{
    Machine,
    builtins::of_pairs,
    calls::Arguments,
    classes::{CLASS, own_class},
    collections::merge,
    identity::is_same,
};
use crate::{
    graph::value::{Data, Object, Unknown, Value},
    source::Place,
};

/// Methods of a dict that are followed.
const METHODS: [&str; 9] = ["get", "pop", "update", "setdefault", "keys", "values", "items", "clear", "__contains__"];

impl<'a> Machine<'a> {
    /// Whether a class is a dict.
    pub(super) fn is_dict(&mut self, class: &str) -> bool {
        let Some(own) = self.own_name(class) else {
            return self.abroad(class, &mut |machine| Some(machine.is_dict(class))).unwrap_or(false);
        };
        let (lineage, _) = self.lineage(own);
        let is_one = |base: &str| matches!(base, "builtins.dict" | "collections.OrderedDict");
        if lineage.iter().flat_map(|class| &class.bases).any(|base| is_one(base)) {
            return true;
        }
        let bases = self.bases_elsewhere(own);
        bases.iter().any(|base| self.is_dict(base))
    }

    /// The same of one of the file's own.
    pub(super) fn is_own_dict(&mut self, class: &str) -> bool {
        let symbol = self.class_symbol(class);
        symbol.strip_prefix(CLASS).is_some_and(|class| self.is_dict(class))
    }

    /// Whether an object's items are those of a dict, and no method of its class answers for them.
    pub(super) fn holds_items(&mut self, object: &Object, method: &str) -> bool {
        let Some(class) = own_class(object) else { return false };
        let Some(own) = self.own_name(class).map(str::to_owned) else { return false };
        let is_own = [method, "__missing__"].iter().any(|method| self.method_of(&own, method).is_some());
        !is_own && self.is_dict(class)
    }

    /// `object.__dict__ = value`: of a dict that is its own fields nothing changes.
    pub(super) fn set_fields(&mut self, attribute: &'a ExprAttribute, value: &Value) {
        let base = self.eval(&attribute.value);
        let why = self.why(attribute.range());
        if !is_same(&base, value) {
            self.change(&attribute.value, &mut |known| {
                if let Data::Object(object) = &mut known.data {
                    Arc::make_mut(object).cover(&why);
                }
            });
        }
    }

    /// An object that is a dict, as one; nothing for another value.
    pub(super) fn dict_in(&mut self, value: &Value) -> Option<Value> {
        let Data::Object(object) = &value.data else { return None };
        let dict = || Object { class: None, ..object.as_ref().clone() };
        self.holds_items(object, "__len__").then(|| Value::object(dict(), value.origin.place))
    }

    /// Whether a method of an object is that of a dict.
    pub(super) fn is_method_of_dict(&mut self, class: &str, method: &str) -> bool {
        METHODS.contains(&method) && self.is_dict(class)
    }
}

/// Fills a dict with what its constructor is given.
pub(super) fn fill(dict: &mut Object, arguments: &Arguments, place: Place, why: &Unknown) {
    let first = arguments.positional.first().map(|argument| &argument.value);
    let pairs = first.and_then(of_pairs);
    let named = Value::object(arguments.named.clone(), place);
    pairs.as_ref().or(first).into_iter().chain([&named]).for_each(|more| merge(dict, more, why));
}
