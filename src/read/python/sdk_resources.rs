//! `TrainingJob.create(…)` and its like of sagemaker-core: the requests of the API, by names in snake case.
//!
//! Source: sagemaker-core 2.27.0, `resources.py`, read 2026-11-26.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

use super::{Machine, calls::Arguments, regions, sdk::Object};
use crate::{
    catalog::request,
    graph::{
        Input,
        value::{Data, Reason, Reference, Value},
    },
    read::{
        api::{self, LowerRequest},
        core_request,
    },
};

/// What the packages that have these classes are called: of their own, before they were a part of the SDK, and since.
const MODULES: [&str; 4] =
    ["sagemaker.core.resources.", "sagemaker_core.resources.", "sagemaker_core.main.resources.", "sagemaker.core."];
/// What SDK v3 puts around the feature groups of its core.
const FEATURE_GROUPS: [(&str, &str); 3] = [
    ("sagemaker.mlops.feature_store.", "FeatureGroup"),
    ("sagemaker.mlops.feature_store.", "FeatureGroupManager"),
    ("sagemaker.mlops.feature_store.feature_group_manager.", "FeatureGroupManager"),
];
/// The dotted name that all of them go by in facts.
const CANONICAL: &str = "sagemaker.core.resources.";

/// The class of a resource, of the name of its `create`: `TrainingJob`.
pub(super) fn created(symbol: &str) -> Option<&str> {
    let path = symbol.strip_suffix(".create")?;
    if FEATURE_GROUPS.iter().any(|(module, class)| path.strip_prefix(module) == Some(class)) {
        return Some("FeatureGroup");
    }
    let class = MODULES.iter().find_map(|module| path.strip_prefix(module))?;
    (!class.contains('.') && class.starts_with(char::is_uppercase)).then_some(class)
}

impl<'a> Machine<'a> {
    /// A call of `create` makes what its request describes.
    pub(super) fn create_resource(&mut self, class: &str, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let (range, body) = (call.range(), self.place(call.range()));
        let symbol: Arc<str> = format!("{CANONICAL}{class}.create").into();
        self.fact(&symbol, call, arguments);
        self.given(arguments);
        let operation = format!("create{}", class.to_lowercase());
        if self.quiet > 0 || api::kind_of("sagemaker", &operation).is_none() {
            return self.unknown(Reason::RunTime, range);
        }
        let id = self.fresh_id(&self.target.clone().unwrap_or_else(|| class.into()));
        let mut known = arguments.named.clone();
        known.entries.retain(|entry| !matches!(&*entry.name, "session" | "region"));
        let region = arguments.named.entry("region").and_then(|entry| regions::region(&entry.value));
        let mut properties = core_request::of(&known);
        for entry in &mut properties.entries {
            if let Some(name) = request::member("sagemaker", &operation, &entry.name) {
                entry.name = name.into();
            }
        }
        let since = self.part.resources.len();
        let resources = api::lower(
            "sagemaker",
            &operation,
            LowerRequest {
                unit: self.unit.clone(),
                id: id.clone(),
                callers: Vec::new(),
                caller_places: self.call_sites(),
                input: Input::Core,
                properties: self.rested(Value::object(properties, body)),
                place: self.place(call.func.range()),
                body,
                guard: self.here(),
            },
        );
        self.spend(32 * resources.len());
        self.part.resources.extend(resources);
        self.put_in_region(since, region.as_ref());
        // What it was given can be asked of it by the same names; its name also by `get_name`.
        self.objects.insert(id.clone(), Object { arguments: known, ..Object::response() });
        Value::new(Data::Reference(Arc::new(Reference { id, attribute: None })), body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_create_of_a_resource_is_one() {
        assert_eq!(created("sagemaker.core.resources.TrainingJob.create"), Some("TrainingJob"));
        assert_eq!(created("sagemaker.mlops.feature_store.FeatureGroupManager.create"), Some("FeatureGroup"));
        assert_eq!(created("sagemaker_core.main.resources.Model.create"), Some("Model"));
        assert_eq!(created("sagemaker.core.resources.TrainingJob.get"), None);
        assert_eq!(created("sagemaker.model.Model.create"), None);
        assert_eq!(created("sagemaker.core.helper.session.create"), None);
    }
}
