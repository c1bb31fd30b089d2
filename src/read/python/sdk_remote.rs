//! Functions that run as training jobs: the SDK's `remote` and `step`, as decorators, and `RemoteExecutor`.

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprCall, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::{
    Machine,
    calls::Arguments,
    sdk::{Object, Uses, fill_in, is_local, named_arguments},
    sdk_classes::{self, Class, Role},
    sdk_signatures,
};
use crate::{
    catalog::algorithm::REMOTE_ENTRYPOINT,
    graph::{
        Resource,
        guard::Formula,
        value::{Data, Entry, Object as Entries, Reason, Reference, Value},
    },
    read::sdk_config::is_remote,
    source::Place,
};

/// What a function is given so that its job writes checkpoints.
pub(super) const CHECKPOINTS: &str = "CheckpointLocation";

impl<'a> Machine<'a> {
    /// The job of a function, if one of its decorators makes it one.
    pub(super) fn remote_function(&mut self, definition: &'a StmtFunctionDef) {
        for decorator in &definition.decorator_list {
            let (function, call) = match &decorator.expression {
                Expr::Call(call) => (&*call.func, Some(call)),
                expression => (expression, None),
            };
            let symbol = self.symbol_of(function);
            let remote = symbol.starts_with("sagemaker").then(|| sdk_classes::class(&symbol)).flatten();
            let Some(class) = remote.filter(|class| class.role == Role::Remote) else { continue };
            let name = definition.name.as_str();
            let arguments = match call {
                Some(call) => {
                    let arguments = self.arguments(call);
                    self.fact(&symbol, call, &arguments);
                    self.given(&arguments);
                    arguments
                }
                None => Arguments { positional: Vec::new(), named: Entries::default() },
            };
            let places = (self.place(function.range()), self.place(decorator.expression.range()));
            let checkpoints = self.checkpoints_of(definition, places.0);
            self.remote_job(class, name, places, &arguments, checkpoints);
        }
    }

    /// `RemoteExecutor(…)`, or one of the decorators as a function.
    pub(super) fn remote_call(
        &mut self,
        class: &'static Class,
        name: &str,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) -> Value {
        let places = (self.place(call.func.range()), self.place(call.range()));
        let checkpoints = self.source.text().contains(CHECKPOINTS).then(|| unknown_checkpoints(places.0));
        let id = self.remote_job(class, name, places, arguments, checkpoints);
        Value::new(Data::Reference(Arc::new(Reference { id, attribute: None })), places.1)
    }

    fn remote_job(
        &mut self,
        class: &'static Class,
        name: &str,
        (place, body): (Place, Place),
        arguments: &Arguments,
        checkpoints: Option<Value>,
    ) -> Arc<str> {
        let arguments = named_arguments(arguments, sdk_signatures::of_class("remote", arguments));
        let id = self.fresh_id(name);
        let mut properties = self.properties(class, &arguments);
        let entrypoint = ["/bin/bash", REMOTE_ENTRYPOINT].map(|part| Value::text(part, place));
        properties.set_path("AlgorithmSpecification.ContainerEntrypoint", place, Value::list(entrypoint.into(), place));
        if arguments.open.is_none() && arguments.entry("image_uri").is_none() {
            let image = Value::unknown(Reason::RunTime, "the image of the machine that runs the code", place);
            properties.set_path("AlgorithmSpecification.TrainingImage", place, image);
        }
        if let Some(value) = checkpoints {
            properties.set(Entry { name: "CheckpointConfig".into(), place, value });
        }
        fill_in(class, name, place, &mut properties);
        let resource = match is_local(&arguments) {
            Formula::True => None,
            local => self.make(id.clone(), class.kind, properties, place, body, &local.negated()),
        };
        let constructed = Some((place, body));
        let uses = Uses::default();
        self.objects.insert(id.clone(), Object { class, arguments, resource, made: false, uses, constructed });
        if let Some(at) = resource {
            let region = self.region_of(&id);
            self.put_in_region(at, region.as_ref());
        }
        id
    }

    /// Where a call of the function has its checkpoints written: unknown where one of them may give it a place. Nothing
    /// where none does.
    fn checkpoints_of(&mut self, definition: &'a StmtFunctionDef, place: Place) -> Option<Value> {
        let parameters = &definition.parameters;
        if parameters.is_empty() {
            return None;
        }
        let text = self.source.text();
        self.spend(text.len() / 64);
        let call = format!("{}(", definition.name.as_str());
        let is_called_here = memchr::memmem::find_iter(text.as_bytes(), call.as_bytes()).nth(1).is_some();
        (!is_called_here || text.contains(CHECKPOINTS)).then(|| unknown_checkpoints(place))
    }
}

/// A call in another file may give the job of a function a place for checkpoints.
pub(super) fn leave_checkpoints_open(made: &mut Resource) {
    let place = made.place;
    if is_remote(made)
        && let Data::Object(properties) = &mut made.properties.data
        && properties.entry("CheckpointConfig").is_none()
    {
        let entry = Entry { name: "CheckpointConfig".into(), place, value: unknown_checkpoints(place) };
        Arc::make_mut(properties).set(entry);
    }
}

fn unknown_checkpoints(place: Place) -> Value {
    Value::unknown(Reason::RunTime, "where a call of the function writes checkpoints", place)
}
