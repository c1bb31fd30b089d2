//! Classes of the project's own that are made of the SDK's: `class Trainer(PyTorch)`, whose constructor calls the other.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

use super::{
    Machine,
    calls::Arguments,
    classes::{Form, own_class},
    sdk_classes,
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

    /// An object of a class without a constructor of its own, which the SDK's makes then.
    pub(super) fn made_by_sdk(&mut self, mut object: Value, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let Data::Object(known) = &object.data else { return object };
        // What all of its bases are is known of most.
        let may_be = known.open.is_some() && known.entry(OF_SDK).is_none();
        let Some(class) = own_class(known).filter(|_| may_be) else { return object };
        let Some(own) = self.own_name(class).map(str::to_owned) else { return object };
        let is_plain = self.lineage(&own).0.first().is_some_and(|class| class.form == Form::Plain);
        if !is_plain || self.method_of(&own, "__init__").is_some() {
            return object;
        }
        let Some(value) = self.constructed_by_sdk(&object, call, arguments) else { return object };
        if let Data::Object(known) = &mut object.data {
            Arc::make_mut(known).set(Entry { name: OF_SDK.into(), place: self.place(call.range()), value });
        }
        object
    }

    /// What the SDK's class makes of the arguments of its constructor; nothing for other classes.
    fn constructed_by_sdk(&mut self, object: &Value, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        let Data::Object(object) = &object.data else { return None };
        let name = own_class(object)?;
        let (lineage, _) = self.lineage(self.own_name(name)?);
        let mut bases = lineage.iter().flat_map(|class| &class.bases).filter(|base| base.starts_with("sagemaker"));
        let (base, class) = bases.find_map(|base| Some((base.clone(), sdk_classes::class(base)?)))?;
        self.given(arguments);
        let name = base.rsplit('.').next().unwrap_or(&base);
        Some(self.construct(class, name, call, arguments))
    }

    /// A method that such an object has from the SDK's class; nothing for other objects.
    pub(super) fn method_of_sdk(
        &mut self,
        object: &Object,
        name: &str,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) -> Option<Value> {
        let Data::Reference(made) = &object.entry(OF_SDK)?.value.data else { return None };
        let id: Arc<str> = made.id.clone();
        Some(self.object_method(&id, name, call, arguments))
    }
}
