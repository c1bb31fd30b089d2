//! Classes of the project's own that are made of the SDK's: `class Trainer(PyTorch)`, whose constructor calls the other.

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use super::{
    Machine,
    calls::Arguments,
    classes::{Form, own_class},
    sdk_classes::{self, Class},
};
use crate::graph::value::{Data, Entry, Object, Value};

/// The field of an object that holds what the constructor of the SDK's class made.
pub(super) const OF_SDK: &str = "(of the SDK)";

impl<'a> Machine<'a> {
    /// `super().__init__(…)` of a class that the SDK's is the base of: the object holds what that describes.
    pub(super) fn init_of_sdk(
        &mut self,
        receiver: &Arc<str>,
        object: &Value,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) {
        // A class that nobody makes an object of makes nothing.
        if self.sites.is_empty() {
            return;
        }
        let Some(value) = self.constructed_by_sdk(object, call, arguments) else { return };
        let field = Entry { name: OF_SDK.into(), place: self.place(call.range()), value };
        if let Some(scope) = self.scopes.last_mut() {
            scope.change(receiver, &mut Vec::new(), &mut |known, _| {
                if let Data::Object(object) = &mut known.data {
                    Arc::make_mut(object).set(field.clone());
                }
            });
        }
    }

    /// `PyTorch.__init__(self, …)` in a class of the project's own; nothing for other calls.
    pub(super) fn init_by_name(&mut self, symbol: &str, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        sdk_classes::class(symbol.strip_suffix(".__init__")?)?;
        let receiver = self.frames.last()?.receiver.clone()?;
        let object = self.scopes.last()?.get(&receiver)?.value.clone();
        let Some(Expr::Name(first)) = call.arguments.args.first() else { return None };
        if first.id.as_str() != &*receiver || !matches!(object.data, Data::Object(_)) {
            return None;
        }
        let positional = arguments.positional.get(1..).unwrap_or_default().to_vec();
        let arguments = Arguments { positional, named: arguments.named.clone() };
        self.init_of_sdk(&receiver, &object, call, &arguments);
        Some(Value::absent(self.place(call.range())))
    }

    /// An object of a class without a constructor of its own, which the SDK's makes then.
    pub(super) fn made_by_sdk(&mut self, mut object: Value, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let Data::Object(known) = &object.data else { return object };
        // What all of its bases are is known of most.
        let may_be = known.open.is_some() && known.entry(OF_SDK).is_none();
        let Some(class) = own_class(known).filter(|_| may_be).map(str::to_owned) else { return object };
        if self.has_constructor(&class) {
            return object;
        }
        let Some(value) = self.constructed_by_sdk(&object, call, arguments) else { return object };
        if let Data::Object(known) = &mut object.data {
            Arc::make_mut(known).set(Entry { name: OF_SDK.into(), place: self.place(call.range()), value });
        }
        object
    }

    /// Whether a class of the project's own, or one of its bases, may have a constructor.
    fn has_constructor(&mut self, class: &str) -> bool {
        let Some(own) = self.own_name(class).map(str::to_owned) else {
            let found = self.abroad(class, &mut |machine| Some(machine.has_constructor(class)));
            return found.unwrap_or(true);
        };
        let is_plain = self.lineage(&own).0.first().is_some_and(|class| class.form == Form::Plain);
        !is_plain
            || self.method_of(&own, "__init__").is_some()
            || self.bases_elsewhere(&own).iter().any(|base| self.has_constructor(base))
    }

    /// The SDK's class that one of the project's own is made of, and its dotted name.
    fn base_of_sdk(&mut self, class: &str) -> Option<(Arc<str>, &'static Class)> {
        let Some(own) = self.own_name(class).map(str::to_owned) else {
            return self.abroad(class, &mut |machine| machine.base_of_sdk(class));
        };
        let (lineage, _) = self.lineage(&own);
        let mut bases = lineage.iter().flat_map(|class| &class.bases).filter(|base| base.starts_with("sagemaker"));
        let known = bases.find_map(|base| Some((base.clone(), sdk_classes::class(base)?)));
        known.or_else(|| self.bases_elsewhere(&own).iter().find_map(|base| self.base_of_sdk(base)))
    }

    /// What the SDK's class makes of the arguments of its constructor; nothing for other classes.
    fn constructed_by_sdk(&mut self, object: &Value, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        let Data::Object(object) = &object.data else { return None };
        let name = own_class(object)?.to_owned();
        let (base, class) = self.base_of_sdk(&name)?;
        self.given(arguments);
        let name = base.rsplit('.').next().unwrap_or(&base);
        Some(self.construct(class, name, call, arguments))
    }

    /// The object of the SDK's that is an object of a class of the project's own.
    pub(super) fn of_sdk(object: &Object) -> Option<Arc<str>> {
        match &object.entry(OF_SDK)?.value.data {
            Data::Reference(made) => Some(made.id.clone()),
            _ => None,
        }
    }

    /// An attribute that such an object has from the SDK's class, if it is one of the arguments; nothing for others.
    pub(super) fn attribute_of_sdk(&self, object: &Object, name: &str) -> Option<Value> {
        let of_sdk = self.objects.get(&Self::of_sdk(object)?)?;
        Some(of_sdk.arguments.entry(name)?.value.clone())
    }

    /// A method that such an object has from the SDK's class; nothing for other objects.
    pub(super) fn method_of_sdk(
        &mut self,
        object: &Object,
        name: &str,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) -> Option<Value> {
        let id = Self::of_sdk(object)?;
        Some(self.object_method(&id, name, call, arguments))
    }
}
