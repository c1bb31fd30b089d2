//! What endpoints become after they were made: the instances that code asks for later, and what a predictor's
//! `update_endpoint` puts in the place of their configuration.
//!
//! Source: service model of botocore 1.44.8, and sagemaker 2.257.7, `base_predictor.Predictor`, read 2026-11-27.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

use super::{Machine, calls::Arguments, scope::same_known, sdk_endpoints::reference, updates::Update};
use crate::{
    graph::{
        Resource, kind,
        value::{Data, Entry, Object, Value},
    },
    source::Place,
};

/// The operation that changes how many instances a variant has.
pub(super) const CAPACITIES: &str = "update_endpoint_weights_and_capacities";

impl<'a> Machine<'a> {
    /// The counts that variants of an endpoint are given; nothing where it is not the code that made it.
    pub(super) fn new_capacities(&mut self, call: &'a ExprCall, arguments: &Arguments) {
        let named = |name: &str| arguments.named.entry(name).map(|entry| entry.value.clone());
        let (Some(endpoint), Some(desired)) = (named("EndpointName"), named("DesiredWeightsAndCapacities")) else {
            return;
        };
        let (Data::List(desired), true) = (&desired.data, self.quiet == 0) else { return };
        self.spend(self.part.resources.len());
        let Some(config) = self.endpoint_named(&endpoint).and_then(|at| self.config_of(at)) else { return };
        let (guard, place) = (self.here(), self.place(call.range()));
        for one in &desired.items {
            let (Some(variant), Some(count)) = (one.entry("VariantName"), one.entry("DesiredInstanceCount")) else {
                continue;
            };
            let (variant, count) = (variant.value.clone(), self.rested(count.value.clone()));
            self.change_property(config, &guard, &mut |properties| set_count(properties, &variant, &count, place));
        }
    }

    /// A configuration that a predictor has made is from then on that of its endpoint, which is there also where the code
    /// does not make it.
    pub(super) fn endpoint_updated(&mut self, endpoint: &Value, config: &Arc<str>, place: Place) {
        if self.quiet > 0 {
            return;
        }
        let mut properties = Object::default();
        properties.set(Entry { name: "EndpointConfigName".into(), place, value: reference(config, place) });
        properties.set(Entry { name: "EndpointName".into(), place, value: endpoint.clone() });
        let update = Update::of_endpoint(Value::object(properties, place), self.here());
        self.spend(self.part.resources.len());
        match self.endpoint_named(endpoint) {
            Some(at) => self.update(at, &update),
            None => self.updates.push(update),
        }
    }

    /// The last endpoint that has a name, or that a value stands for.
    fn endpoint_named(&self, endpoint: &Value) -> Option<usize> {
        let is_it = |made: &Resource| match &endpoint.data {
            Data::Reference(reference) => reference.id == made.key.id,
            _ => made.object().entry("EndpointName").is_some_and(|entry| same_known(&entry.value, endpoint)),
        };
        self.part.resources.iter().rposition(|made| &*made.kind == kind::ENDPOINT && is_it(made))
    }

    /// The configuration of an endpoint, where it is certain which one that is.
    fn config_of(&self, endpoint: usize) -> Option<usize> {
        let named = self.part.resources[endpoint].properties.entry("EndpointConfigName")?.value.clone();
        let is_it = |made: &Resource| match &named.data {
            Data::Reference(reference) => reference.id == made.key.id,
            _ => made.object().entry("EndpointConfigName").is_some_and(|entry| same_known(&entry.value, &named)),
        };
        self.part.resources.iter().rposition(|made| &*made.kind == kind::ENDPOINT_CONFIG && is_it(made))
    }
}

/// Sets the count of instances of the variants that have a name.
fn set_count(config: &mut Object, variant: &Value, count: &Value, place: Place) {
    let variants = config.entries.iter_mut().find(|entry| &*entry.name == "ProductionVariants");
    let Some(Data::List(list)) = variants.map(|entry| &mut entry.value.data) else { return };
    for known in &mut Arc::make_mut(list).items {
        let is_it = known.entry("VariantName").is_some_and(|entry| same_known(&entry.value, variant));
        if let Data::Object(object) = &mut known.data
            && is_it
        {
            let value = count.clone();
            Arc::make_mut(object).set(Entry { name: "InitialInstanceCount".into(), place, value });
        }
    }
}
