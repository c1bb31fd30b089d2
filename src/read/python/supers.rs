//! `super()`: the methods of the classes that one inherits from, of the object at hand.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

use super::{
    Machine,
    calls::Arguments,
    classes::{CLASS, Method, SUPER},
    dict_classes::fill,
    functions::Followed,
    objects::Called,
};
use crate::{
    graph::value::{Data, Reason, Unknown, Value},
    source::Place,
};

impl<'a> Machine<'a> {
    /// `super()` in a method that is being followed.
    pub(super) fn super_symbol(&self) -> Option<Arc<str>> {
        let frame = self.frames.last()?;
        frame.receiver.as_ref()?;
        Some(format!("{SUPER}{}", frame.class.as_ref()?).into())
    }

    /// `super().method(…)`: the method of a base, of the object at hand.
    pub(super) fn super_call(&mut self, symbol: &str, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        let (class, name) = symbol.strip_prefix(SUPER)?.split_once('.')?;
        let receiver = self.frames.last()?.receiver.clone()?;
        let object = self.scopes.last()?.get(&receiver)?.value.clone();
        // What comes after the class in the order of the object's own class.
        let of_object = match &object.data {
            Data::Object(object) => object.class.clone(),
            Data::Symbol(symbol) => Some(symbol.clone()),
            _ => None,
        };
        let of_object = of_object.as_deref().and_then(|symbol| symbol.strip_prefix(CLASS));
        let of_object = of_object.and_then(|name| self.own_name(name)).unwrap_or(class).to_owned();
        let (mut lineage, _) = self.lineage(&of_object);
        let at = lineage.iter().position(|known| known.node.name.as_str() == class);
        let Some(at) = at else {
            (lineage, _) = self.lineage(class);
            let method = lineage.iter().skip(1).find_map(|class| class.method(name));
            return self.super_method(method, name, &receiver, object, call, arguments);
        };
        let method = lineage.iter().skip(at + 1).find_map(|class| class.method(name));
        self.super_method(method, name, &receiver, object, call, arguments)
    }

    /// `super().__init__(…)` of an object that is a dict.
    fn init_of_dict(&mut self, receiver: &Arc<str>, arguments: &Arguments, site: Place) {
        let class = self.frames.last().and_then(|frame| frame.class.clone());
        let Some(class) = class.filter(|class| self.is_own_dict(class)) else { return };
        let why = Unknown { reason: Reason::Control, name: format!("an object of `{class}`").into(), place: site };
        if let Some(scope) = self.scopes.last_mut() {
            scope.change(receiver, &mut Vec::new(), &mut |known, _| {
                if let Data::Object(dict) = &mut known.data {
                    fill(Arc::make_mut(dict), arguments, site, &why);
                }
            });
        }
    }

    /// The method of a base in another module.
    fn super_elsewhere(&mut self, name: &str, object: &Value, arguments: &Arguments, site: Place) -> Option<Followed> {
        let Data::Object(object) = &object.data else { return None };
        let class = self.frames.last()?.class.clone()?;
        for base in self.bases_elsewhere(&class) {
            let run = &mut |machine: &mut Machine<'_>| Some(machine.method_call(&base, object, name, arguments, site));
            match self.abroad(&base, run) {
                Some(Called::None) | None => {}
                Some(Called::Unknown) => return None,
                Some(Called::Followed(followed)) => return Some(followed),
            }
        }
        None
    }

    fn super_method(
        &mut self,
        method: Option<Method<'a>>,
        name: &str,
        receiver: &Arc<str>,
        object: Value,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) -> Option<Value> {
        let site = self.place(call.range());
        let followed = match method {
            Some(method) => Some(self.follow(&method.function, Some(object.clone()), arguments, site)?),
            None => self.super_elsewhere(name, &object, arguments, site),
        };
        let Some(Followed { value, receiver: after, .. }) = followed else {
            if name == "__new__" {
                return self.bare_object(&object, site);
            }
            if name == "__init__" {
                self.init_of_dict(receiver, arguments, site);
                self.init_of_sdk(receiver, &object, call, arguments);
            } else if let Data::Object(object) = &object.data {
                return self.method_of_sdk(object, name, call, arguments);
            }
            // `object.__init__`, or that of a base that is not known: the object is open then.
            return (name == "__init__").then(|| Value::absent(site));
        };
        if let (Some(after), Some(scope)) = (after, self.scopes.last_mut()) {
            scope.change(receiver, &mut Vec::new(), &mut |known, _| *known = after.clone());
        }
        Some(value)
    }
}
