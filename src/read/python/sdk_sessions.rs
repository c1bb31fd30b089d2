//! Methods of the SDK's sessions and predictors that make endpoints.
//!
//! Source: sagemaker 2.257.7, `session.Session` and `base_predictor.Predictor`, read 2026-11-26.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

use super::{
    Machine,
    calls::Arguments,
    doubles::is_double,
    regions,
    sdk::{mapped, named_arguments, set_property},
    sdk_classes::VARIANT,
    sdk_configs::endpoint_property,
    sdk_endpoints::reference,
};
use crate::{
    graph::{
        guard::Formula,
        kind,
        value::{Data, Entry, Object as Entries, Reason, StepKind, Unknown, Value},
    },
    source::Place,
};

/// What an endpoint's configuration is given beside its variants.
const CONFIG: &[(&str, &str)] = &[
    ("kms_key", "KmsKeyId"),
    ("data_capture_config_dict", "DataCaptureConfig"),
    ("async_inference_config_dict", "AsyncInferenceConfig"),
    ("tags", "Tags"),
];

/// `Session.train`, whose arguments are parts of a request; by position up to the metrics.
const TRAIN: &[(&str, &str)] = &[
    ("input_mode", "AlgorithmSpecification.TrainingInputMode"),
    ("input_config", "InputDataConfig"),
    ("role", "RoleArn"),
    ("job_name", "TrainingJobName"),
    ("output_config", "OutputDataConfig"),
    ("resource_config", "ResourceConfig"),
    ("vpc_config", "VpcConfig"),
    ("hyperparameters", "HyperParameters"),
    ("stop_condition", "StoppingCondition"),
    ("tags", "Tags"),
    ("metric_definitions", "AlgorithmSpecification.MetricDefinitions"),
    ("image_uri", "AlgorithmSpecification.TrainingImage"),
    ("algorithm_arn", "AlgorithmSpecification.AlgorithmName"),
    ("use_spot_instances", "EnableManagedSpotTraining"),
    ("checkpoint_s3_uri", "CheckpointConfig.S3Uri"),
    ("checkpoint_local_path", "CheckpointConfig.LocalPath"),
    ("enable_network_isolation", "EnableNetworkIsolation"),
    ("encrypt_inter_container_traffic", "EnableInterContainerTrafficEncryption"),
    ("environment", "Environment"),
    ("retry_strategy", "RetryStrategy"),
];

/// A method that only sessions have.
pub(super) const OF_VARIANTS: &str = "endpoint_from_production_variants";

impl<'a> Machine<'a> {
    /// A method of a session or a predictor that makes something; nothing for others.
    pub(super) fn session_method(
        &mut self,
        class: &str,
        object: &Entries,
        method: &str,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) -> Option<Value> {
        let since = self.part.resources.len();
        let (is_session, is_local) = match class.rsplit('.').next().unwrap_or_default() {
            name if name.ends_with("Session") => (true, name.starts_with("Local")),
            name if name.ends_with("Predictor") => (false, false),
            "TrainingQueue" if matches!(method, "submit" | "map") => {
                self.queued_job(call, arguments);
                return None;
            }
            _ => return None,
        };
        let made = match method {
            _ if is_local || object.entries.iter().any(|entry| is_double(&entry.value)) => None,
            "create_model" if is_session => Some(self.session_model(call, arguments)),
            OF_VARIANTS if is_session => Some(self.endpoint_of_variants(call, arguments)),
            "create_endpoint_config" if is_session => Some(self.session_config(call, arguments)),
            "train" if is_session => Some(self.session_training(call, arguments)),
            "create_endpoint" if is_session => Some(self.session_endpoint(call, arguments)),
            "update_endpoint" | "update_data_capture_config" if !is_session => {
                let endpoint = object.entry("endpoint_name").or_else(|| object.entry("endpoint"));
                self.updated_endpoint(method, endpoint.map(|entry| entry.value.clone()), call, arguments)
            }
            _ => None,
        };
        self.put_in_region(since, regions::of_object(object).as_ref());
        made
    }

    /// `production_variant(…)`, in the words of the API.
    pub(super) fn production_variant(&self, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let place = self.place(call.range());
        let names = [
            "model_name",
            "instance_type",
            "initial_instance_count",
            "variant_name",
            "initial_weight",
            "accelerator_type",
        ];
        let mut named = named_arguments(arguments, &names);
        let serverless = named.entries.iter().position(|entry| &*entry.name == "serverless_inference_config");
        let serverless = serverless.map(|at| named.entries.remove(at));
        let mut variant = mapped(VARIANT, &named);
        let mut set = |name: &str, entry: Option<&Entry>, default: Option<Value>| {
            let value = match entry {
                Some(entry) => Some((entry.place, entry.value.clone())),
                None if named.open.is_none() => {
                    default.map(|value| (place, value.via(StepKind::ServiceDefault, "production_variant", place)))
                }
                None => None,
            };
            if let Some((place, value)) = value {
                variant.set(Entry { name: name.into(), place, value });
            }
        };
        set("ModelName", named.entry("model_name"), None);
        set("VariantName", named.entry("variant_name"), Some(Value::text("AllTraffic", place)));
        set("InitialVariantWeight", named.entry("initial_weight"), Some(Value::number(1.0, place)));
        match &serverless {
            Some(entry) => set("ServerlessConfig", Some(entry), None),
            None => set("InitialInstanceCount", named.entry("initial_instance_count"), Some(Value::number(1.0, place))),
        }
        Value::object(variant, place)
    }

    /// `endpoint_from_production_variants(name, production_variants, …)`: the endpoint and its configuration.
    pub(super) fn endpoint_of_variants(&mut self, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let (place, body) = (self.place(call.func.range()), self.place(call.range()));
        let named = named_arguments(arguments, &["name", "production_variants", "tags", "kms_key"]);
        let name = self.target.clone().unwrap_or_else(|| OF_VARIANTS.into());
        let endpoint = self.fresh_id(&name);
        let mut config = mapped(CONFIG, &named);
        if let Some(entry) = named.entry("production_variants") {
            config.set(Entry { name: "ProductionVariants".into(), ..entry.clone() });
        }
        let config_id: Arc<str> = format!("{endpoint}/config").into();
        self.make(config_id.clone(), kind::ENDPOINT_CONFIG, config, place, body, &Formula::True);
        let mut properties = mapped(&[("name", "EndpointName"), ("tags", "Tags")], &named);
        let value = reference(&config_id, place);
        properties.set(Entry { name: "EndpointConfigName".into(), place, value });
        self.make(endpoint, kind::ENDPOINT, properties, place, body, &Formula::True);
        // It answers with the name that it was given.
        self.named_or_unknown(&named, "name", call)
    }

    fn session_config(&mut self, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let (place, body) = (self.place(call.func.range()), self.place(call.range()));
        let names =
            ["name", "model_name", "initial_instance_count", "instance_type", "accelerator_type", "tags", "kms_key"];
        let named = named_arguments(arguments, &names);
        let mut config = mapped(CONFIG, &named);
        set_property_of(&mut config, &named, "name", "EndpointConfigName");
        let mut variant = mapped(VARIANT, &named);
        set_property_of(&mut variant, &named, "model_name", "ModelName");
        set_property_of(&mut variant, &named, "serverless_inference_config_dict", "ServerlessConfig");
        variant.set(Entry { name: "VariantName".into(), place, value: Value::text("AllTraffic", place) });
        let variants = Value::list(vec![Value::object(variant, body)], body);
        config.set(Entry { name: "ProductionVariants".into(), place, value: variants });
        let id = self.fresh_id("create_endpoint_config");
        self.make(id, kind::ENDPOINT_CONFIG, config, place, body, &Formula::True);
        self.named_or_unknown(&named, "name", call)
    }

    fn session_training(&mut self, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let (place, body) = (self.place(call.func.range()), self.place(call.range()));
        let names: Vec<&str> = TRAIN.iter().take(11).map(|(argument, _)| *argument).collect();
        let named = named_arguments(arguments, &names);
        let id = self.fresh_id("train");
        self.make(id, kind::TRAINING_JOB, mapped(TRAIN, &named), place, body, &Formula::True);
        self.unknown(Reason::RunTime, call.range())
    }

    fn session_endpoint(&mut self, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let (place, body) = (self.place(call.func.range()), self.place(call.range()));
        let named = named_arguments(arguments, &["endpoint_name", "config_name", "tags"]);
        let table = [("endpoint_name", "EndpointName"), ("config_name", "EndpointConfigName"), ("tags", "Tags")];
        let id = self.fresh_id("create_endpoint");
        self.make(id, kind::ENDPOINT, mapped(&table, &named), place, body, &Formula::True);
        self.named_or_unknown(&named, "endpoint_name", call)
    }

    /// `update_endpoint(instance_type=…)` of a predictor makes a configuration, and so does `update_data_capture_config`. What
    /// it is not given it takes from the one before.
    pub(super) fn updated_endpoint(
        &mut self,
        method: &str,
        endpoint: Option<Value>,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) -> Option<Value> {
        let (place, body) = (self.place(call.func.range()), self.place(call.range()));
        let is_capture = method == "update_data_capture_config";
        let names: &[&str] = match is_capture {
            true => &["data_capture_config"],
            false => &["initial_instance_count", "instance_type", "accelerator_type", "model_name", "tags", "kms_key"],
        };
        let named = named_arguments(arguments, names);
        let needed = named.entry(if is_capture { "data_capture_config" } else { "instance_type" })?.clone();
        let before = Unknown { reason: Reason::External, name: "the configuration before".into(), place };
        let mut config = mapped(CONFIG, &named);
        if is_capture {
            let value = endpoint_property("data_capture_config", &needed.value);
            config.set(Entry { name: "DataCaptureConfig".into(), place: needed.place, value });
            // It is not among what the SDK takes over.
            config.set(Entry { name: "VpcConfig".into(), place, value: Value::absent(place) });
        }
        let mut variant = mapped(VARIANT, &named);
        set_property_of(&mut variant, &named, "model_name", "ModelName");
        if is_capture {
            // What is serverless captures nothing.
            variant.set(Entry { name: "ServerlessConfig".into(), place, value: Value::absent(place) });
        }
        let is_whole = !is_capture && named.entry("initial_instance_count").is_some() && named.open.is_none();
        if is_whole {
            // The SDK puts this one in the place of all variants, shadow variants too; of those before it takes the model.
            let model = Value::new(Data::Unknown(before.clone()), place);
            if variant.entry("ModelName").is_none() {
                variant.set(Entry { name: "ModelName".into(), place, value: model });
            }
            variant.set(Entry { name: "VariantName".into(), place, value: Value::text("AllTraffic", place) });
            for (argument, property) in
                [("min_instance_count", "MinInstanceCount"), ("max_instance_count", "MaxInstanceCount")]
            {
                set_property_of(&mut variant, &named, argument, &format!("ManagedInstanceScaling.{property}"));
            }
            config.set(Entry { name: "ShadowProductionVariants".into(), place, value: Value::absent(place) });
        } else {
            variant.open = Some(before.clone());
        }
        let variants = Value::list(vec![Value::object(variant, body)], body);
        config.set(Entry { name: "ProductionVariants".into(), place, value: variants });
        config.open = Some(before);
        let id = self.fresh_id(method);
        self.make(id.clone(), kind::ENDPOINT_CONFIG, config, place, body, &Formula::True);
        // One whose instances stay as they were keeps the configuration that tells them.
        if let Some(endpoint) = endpoint.filter(|_| is_whole) {
            self.endpoint_updated(&endpoint, &id, place);
        }
        Some(self.unknown(Reason::RunTime, call.range()))
    }

    fn named_or_unknown(&self, named: &Entries, name: &str, call: &'a ExprCall) -> Value {
        match named.entry(name) {
            Some(entry) => entry.value.clone(),
            None => self.unknown(Reason::RunTime, call.range()),
        }
    }
}

fn set_property_of(properties: &mut Entries, named: &Entries, argument: &str, property: &str) {
    if let Some(Entry { place, value, .. }) = named.entry(argument) {
        let place: Place = *place;
        set_property(properties, property, place, value);
    }
}
