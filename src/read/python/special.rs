//! Methods that Python calls by itself of objects of the project's own classes: what one is as a text, what goes through one.

use super::{
    Machine,
    calls::Arguments,
    classes::own_class,
    enums::Into,
    objects::{Called, positional},
};
use crate::graph::value::{Data, Object, Unknown, Value};

/// Functions of Python's that go through what they are given.
const GOING_THROUGH: [&str; 11] =
    ["list", "tuple", "set", "frozenset", "sorted", "sum", "any", "all", "max", "min", "enumerate"];

/// Whether a value is an object of one of the project's classes.
pub(super) fn is_own_object(value: &Value) -> bool {
    matches!(&value.data, Data::Object(object) if own_class(object).is_some())
}

/// Whether a function of Python's goes through what it is given.
pub(super) fn goes_through(function: &str) -> bool {
    GOING_THROUGH.contains(&function)
}

impl Machine<'_> {
    /// The text that an object makes of itself; nothing where its class does not say, or not in a way that is followed.
    pub(super) fn text_of_object(&mut self, value: &Value, into: Into) -> Option<Value> {
        let Data::Object(object) = &value.data else { return None };
        let class = own_class(object)?.to_owned();
        let site = value.origin.place;
        let format = (into == Into::Field).then(|| ("__format__", vec![positional(Value::text("", site))]));
        let others = ["__str__", "__repr__"].map(|name| (name, Vec::new()));
        for (name, given) in format.into_iter().chain(others) {
            let arguments = Arguments { positional: given, ..Arguments::default() };
            match self.method_call(&class, object, name, &arguments, site) {
                Called::None => {}
                Called::Unknown => return None,
                Called::Followed(followed) => {
                    let is_text = matches!(followed.value.data, Data::Text(_) | Data::Template(_) | Data::Guarded(_));
                    return Some(followed.value).filter(|_| is_text);
                }
            }
        }
        None
    }

    /// What goes through an object: what its `__iter__` hands out, as a list; nothing for an object without one.
    pub(super) fn gone_through(&mut self, value: &Value, rest: Option<&Unknown>) -> Option<Value> {
        let Data::Object(object) = &value.data else { return None };
        let class = own_class(object)?.to_owned();
        let (site, none) = (value.origin.place, Arguments::default());
        match self.method_call(&class, object, "__iter__", &none, site) {
            // One that hands itself out has a `__next__`, which is not followed.
            Called::Followed(followed) if is_own_object(&followed.value) => None,
            Called::Followed(followed) => Some(self.drained(&followed.value, rest)),
            Called::Unknown => None,
            Called::None if self.is_dict(&class) => {
                let dict = Value::object(Object { class: None, ..object.as_ref().clone() }, site);
                let items = self.items(&dict)?;
                Some(Value::list(items, site))
            }
            Called::None => None,
        }
    }

    /// How long an object says that it is.
    pub(super) fn length_of_object(&mut self, value: &Value) -> Option<Value> {
        let Data::Object(object) = &value.data else { return None };
        let class = own_class(object)?.to_owned();
        let none = Arguments::default();
        Some(self.object_call(&class, object, "__len__", &none, value.origin.place)?.value)
    }
}
