//! Classes of the project's own that are made of the SDK's: `class Trainer(PyTorch)`, whose constructor calls the other.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

use super::{Machine, calls::Arguments, classes::own_class, sdk_classes};
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

    /// What the SDK's class makes of the arguments of its constructor; nothing for other classes.
    fn constructed_by_sdk(&mut self, object: &Value, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        // A class that nobody makes an object of makes nothing.
        if self.sites.is_empty() {
            return None;
        }
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
