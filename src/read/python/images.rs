//! Container images that the SDK looks up: `image_uris.retrieve`, `get_image_uri`, and those behind framework classes.

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

use super::{Machine, calls::Arguments};
use crate::{
    catalog::image::{retrieve, retrieve_on, retrieve_v1},
    graph::value::{Data, Reason, Unknown, Value},
};

impl<'a> Machine<'a> {
    /// `sagemaker.image_uris.retrieve(framework, region, version, …)`.
    pub(super) fn retrieve_image(&mut self, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let place = self.place(call.range());
        let framework = arguments.get("framework", 0);
        // JumpStart looks the image up by model; then the framework is `None`.
        let by_model = arguments.named.entry("model_id").is_some() || arguments.named.open.is_some();
        let model = text_of(arguments.named.entry("model_id").map(|entry| &entry.value));
        if let (Some(model), Some("training")) = (model, text_of(arguments.get("image_scope", 6)).as_deref()) {
            return Value::new(Data::Unknown(Unknown::image_of_model(&model, place)), place);
        }
        let Some(Data::Text(framework)) = framework.map(|value| &value.data).filter(|_| !by_model) else {
            return self.unknown(Reason::RunTime, call.range());
        };
        let version = match arguments.get("version", 2).map(|value| &value.data) {
            None | Some(Data::Absent) => None,
            Some(Data::Text(version)) => Some(version.clone()),
            Some(_) => None,
        };
        let scope = text_of(arguments.get("image_scope", 6));
        // `base_framework_version="pytorch1.10.2"`.
        let on = text_of(arguments.get("base_framework_version", 9));
        let on: String = on.iter().flat_map(|on| on.chars()).take_while(char::is_ascii_alphabetic).collect();
        let found = retrieve_on(framework, &on, version.as_deref(), scope.as_deref());
        let image = found.map(|found| found.uri(place)).unwrap_or_else(|| self.unknown(Reason::RunTime, call.range()));
        self.resting_on(image, arguments)
    }

    /// `get_image_uri(region_name, repo_name, repo_version="1")` of the SDK's first version.
    pub(super) fn get_image_uri(&mut self, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let place = self.place(call.range());
        let name = text_of(arguments.get("repo_name", 1));
        let version = match arguments.get("repo_version", 2).map(|value| &value.data) {
            None => Some("1".into()),
            Some(Data::Text(version)) => Some(version.clone()),
            Some(_) => None,
        };
        let found = name.and_then(|name| retrieve_v1(&name, version.as_deref()));
        let image = found.map(|found| found.uri(place)).unwrap_or_else(|| self.unknown(Reason::RunTime, call.range()));
        self.resting_on(image, arguments)
    }

    /// `get_huggingface_llm_image_uri(backend, session, region, version)`: the images that serve language models.
    pub(super) fn retrieve_llm_image(&mut self, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let place = self.place(call.range());
        let framework = match text_of(arguments.get("backend", 0)).as_deref() {
            Some("huggingface") => Some("huggingface-llm"),
            Some("huggingface-neuronx") => Some("huggingface-llm-neuronx"),
            Some("lmi") => Some("djl-lmi"),
            _ => None,
        };
        let version = text_of(arguments.get("version", 3));
        let found = framework.and_then(|framework| retrieve(framework, version.as_deref(), Some("inference")));
        let image = found.map(|found| found.uri(place)).unwrap_or_else(|| self.unknown(Reason::RunTime, call.range()));
        self.resting_on(image, arguments)
    }

    /// An image rests on what its name and version rest on: a default's step goes with it.
    fn resting_on(&self, mut image: Value, arguments: &Arguments) -> Value {
        let weakest = ["framework", "version", "repo_name", "repo_version"]
            .iter()
            .filter_map(|name| arguments.get(name, usize::MAX));
        let positional = arguments.positional.iter().map(|argument| &argument.value);
        let step = weakest
            .chain(positional)
            .filter_map(|value| {
                value.origin.steps().find(|step| step.kind.confidence() < crate::finding::Confidence::High)
            })
            .next();
        if let Some(step) = step {
            image = image.via(step.kind, step.name.clone(), step.place);
        }
        image
    }
}

fn text_of(value: Option<&Value>) -> Option<std::sync::Arc<str>> {
    match value.map(|value| &value.data) {
        Some(Data::Text(text)) => Some(text.clone()),
        _ => None,
    }
}
