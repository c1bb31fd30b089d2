//! Methods of the SDK's objects that make further resources: `deploy`, `transformer`, `create_model`, `fit`.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

use super::{
    Machine,
    calls::Arguments,
    sdk::{Object, Uses, is_local, local_mode, mapped, named_arguments, set_property},
    sdk_classes::{Image, MADE_MODEL, Role, SESSION_MODEL, TRANSFORM, VARIANT},
    sdk_configs::endpoint_property,
    sdk_defaults::{fill_serverless, spread_inference_config},
    sdk_makers::PACKAGE,
    text::pieces_of,
};
use crate::{
    graph::{
        guard::Formula,
        kind,
        value::{Data, Entry, Object as Entries, Piece, Reason, Reference, StepKind, Unknown, Value},
    },
    source::Place,
};

/// What `transformer` of models and estimators takes, as far as both agree.
const TRANSFORMER: &[&str] = &[
    "instance_count",
    "instance_type",
    "strategy",
    "assemble_with",
    "output_path",
    "output_kms_key",
    "accept",
    "env",
    "max_concurrent_transforms",
    "max_payload",
    "tags",
];

impl<'a> Machine<'a> {
    /// A method of an object of the SDK.
    pub(super) fn object_method(
        &mut self,
        id: &Arc<str>,
        method: &str,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) -> Value {
        let range = call.range();
        let Some(role) = self.objects.get(id).map(|object| object.class.role) else {
            return self.outside(call, arguments);
        };
        if role != Role::Response || method == "delete_endpoint" {
            self.fact(&format!("sagemaker.{}.{method}", role.name()), call, arguments);
        } else if method == "delete"
            && let Some(deletion) = self.objects.get(id).and_then(deletion)
        {
            self.fact(&format!("sagemaker.Response.{deletion}"), call, arguments);
        }
        match (role, method) {
            // The name of a resource: whoever is given it is given the resource.
            (Role::Response, "get_name") => reference(id, self.place(range)),
            (
                Role::Estimator | Role::Tuner | Role::Model | Role::ModelOfModels | Role::AutoMl | Role::Package,
                "deploy",
            ) => self.deploy(id, call, arguments),
            (Role::Estimator | Role::Model | Role::ModelOfModels, "transformer") => {
                self.transformer(id, call, arguments)
            }
            (Role::Estimator, "create_model") => {
                let name = self.target.clone().unwrap_or_else(|| "create_model".into());
                let model = self.fresh_id(&name);
                self.made_model(&model, id, call, arguments);
                reference(&model, self.place(range))
            }
            // `ModelBuilder.build()` answers with the model.
            (Role::Model, "build") => {
                let local = arguments.get("mode", 0).map_or(Formula::False, local_mode);
                self.use_of(id, |uses| uses.local |= local == Formula::True);
                reference(id, self.place(range))
            }
            (Role::Model | Role::ModelOfModels, "create") => {
                self.use_of(id, |uses| uses.hosted = true);
                reference(id, self.place(range))
            }
            (Role::Model | Role::ModelOfModels, "register" | "prepare_container_def" | "pipeline_container_def") => {
                self.use_of(id, |uses| uses.described = true);
                let package = self.made_by(id, method, call, arguments);
                if let Some(package) = package.filter(|_| method == "register") {
                    return self.registered(id, package);
                }
                let container = (method == "prepare_container_def").then(|| self.container_of(id, self.place(range)));
                container.flatten().unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
            (Role::Model | Role::ModelOfModels, "delete_model") => {
                self.use_of(id, |uses| uses.deleted = true);
                self.unknown(Reason::RunTime, range)
            }
            // They answer with the model.
            (Role::Estimator | Role::Model, "compile" | "compile_model" | "right_size" | "optimize") => {
                self.made_by(id, method, call, arguments);
                reference(id, self.place(range))
            }
            // What they start is what the object describes: a pipeline's step takes it from here.
            (Role::Processor, _) if method.starts_with("run") => {
                self.run_processor(id, method, arguments);
                reference(id, self.place(range))
            }
            (Role::Transformer | Role::Response, "transform") => reference(id, self.place(range)),
            (Role::Monitor, _) => self.monitor_method(id, method, call, arguments),
            (Role::Pipeline, _) => self.pipeline_method(id, method, call, arguments),
            (Role::Response, "update") if self.resource_update(id, call, arguments) => reference(id, self.place(range)),
            (Role::Response, "update_endpoint" | "update_data_capture_config") => {
                let endpoint = Some(reference(id, self.place(range)));
                let made = self.updated_endpoint(method, endpoint, call, arguments);
                made.unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
            (Role::Estimator, "register") => match self.made_by(id, method, call, arguments) {
                Some(package) => self.registered(id, package),
                None => self.unknown(Reason::RunTime, range),
            },
            (Role::Tuner, "best_estimator") => {
                match self.objects.get(id).and_then(|object| object.arguments.entry("estimator")) {
                    Some(entry) => entry.value.clone(),
                    None => self.unknown(Reason::RunTime, range),
                }
            }
            (Role::Estimator, "set_hyperparameters") => {
                self.set_hyperparameters(id, self.place(call.func.range()), arguments);
                self.unknown(Reason::RunTime, range)
            }
            (Role::Tuner, "fit" | "tune") => {
                if let Some(estimator) = self.trained_by(id) {
                    self.use_of(&estimator, |uses| uses.fitted = true);
                    self.fit(&estimator, arguments);
                }
                reference(id, self.place(range))
            }
            (Role::Estimator, "fit" | "train") => {
                self.use_of(id, |uses| uses.fitted = true);
                self.fact(&format!("{id}.fit"), call, arguments);
                self.fit(id, arguments);
                reference(id, self.place(range))
            }
            _ => {
                let made = self.made_by(id, method, call, arguments);
                made.unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
        }
    }

    /// What `register` answers with can be deployed.
    fn registered(&mut self, id: &Arc<str>, package: Value) -> Value {
        let own = self.objects.get(id).map(|object| object.arguments.clone()).unwrap_or_default();
        let mut arguments = Entries { open: own.open.clone(), ..Entries::default() };
        arguments.entries.extend(["role", "sagemaker_session"].iter().filter_map(|name| own.entry(name).cloned()));
        if let Data::Reference(made) = &package.data {
            self.objects.insert(made.id.clone(), Object { class: &PACKAGE, arguments, ..Object::response() });
        }
        package
    }

    /// Notes what is done with an object.
    pub(super) fn use_of(&mut self, id: &Arc<str>, note: impl FnOnce(&mut Uses)) {
        if let Some(object) = self.objects.get_mut(id) {
            note(&mut object.uses);
        }
    }

    /// `prepare_container_def()` of a model: its image and its artefact, with variables of the SDK's beside its own.
    fn container_of(&self, id: &Arc<str>, place: Place) -> Option<Value> {
        let object = self.objects.get(id).filter(|object| object.class.role == Role::Model)?;
        let made = object.resource.filter(|_| object.made).and_then(|at| self.part.resources.get(at));
        let mut properties = match made {
            Some(made) => made.object().clone(),
            None if object.made => return None,
            None => mapped(object.class.properties, &object.arguments),
        };
        properties.set_path("PrimaryContainer.Mode", place, Value::text("SingleModel", place));
        let Data::Object(container) = &properties.entry("PrimaryContainer")?.value.data else { return None };
        let mut container = container.as_ref().clone();
        let name = "what the SDK adds to the container".into();
        let why = Unknown { reason: Reason::RunTime, name, place };
        container.open.get_or_insert(why.clone());
        if let Some(Data::Object(variables)) =
            container.entries.iter_mut().find(|entry| &*entry.name == "Environment").map(|entry| &mut entry.value.data)
        {
            Arc::make_mut(variables).open.get_or_insert(why);
        }
        Some(Value::object(container, place))
    }

    /// `Session.create_model(name, role, container_defs, vpc_config, …)`.
    pub(super) fn session_model(&mut self, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let (place, body) = (self.place(call.func.range()), self.place(call.range()));
        let names = ["name", "role", "container_defs", "vpc_config", "enable_network_isolation", "primary_container"];
        let named = named_arguments(arguments, &names);
        let mut properties = mapped(SESSION_MODEL, &named);
        if let Some(entry) = named.entry("container_defs").or_else(|| named.entry("primary_container")) {
            let property = if matches!(entry.value.data, Data::List(_)) { "Containers" } else { "PrimaryContainer" };
            properties.set(Entry { name: property.into(), ..entry.clone() });
        }
        let id = self.fresh_id("create_model");
        self.make(id, kind::MODEL, properties, place, body, &Formula::True);
        // It answers with the name that it was given.
        match named.entry("name") {
            Some(entry) => entry.value.clone(),
            None => self.unknown(Reason::RunTime, call.range()),
        }
    }

    /// `deploy` makes an endpoint with its configuration and, for an estimator, the model.
    fn deploy(&mut self, id: &Arc<str>, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let (place, body) = (self.place(call.func.range()), self.place(call.range()));
        let is_builder = self.objects.get(id).is_some_and(|object| object.class.is_builder());
        // What is built in SDK v3 is deployed by its name first.
        let by_name = arguments
            .positional
            .first()
            .is_some_and(|first| matches!(first.value.data, Data::Text(_) | Data::Template(_)));
        let names = ["endpoint_name", "initial_instance_count", "instance_type"];
        let mut named = named_arguments(arguments, if is_builder && by_name { &names } else { &names[1..] });
        if is_builder && spread_inference_config(&mut named) {
            return self.transformer(id, call, &Arguments { positional: Vec::new(), named });
        }
        fill_serverless(&mut named);
        let role = self.objects.get(id).map(|object| object.class.role);
        let name = self.target.clone().unwrap_or_else(|| "deploy".into());
        let endpoint = self.fresh_id(&name);
        let local = is_local(&named).or(&self.objects.get(id).map_or(Formula::False, is_local_session));
        if let Some(object) = self.objects.get_mut(id) {
            object.uses.local |= local == Formula::True;
            object.uses.hosted |= local != Formula::True;
        }
        self.objects.insert(endpoint.clone(), deployed(&endpoint, &named, body));
        if local == Formula::True {
            return reference(&endpoint, body);
        }
        let (since, region) = (self.part.resources.len(), self.region_of(id));
        let outer = self.guard.clone();
        self.guard = outer.and(&local.negated());
        let model: Arc<str> = match role {
            Some(Role::Model | Role::ModelOfModels) => id.clone(),
            _ => {
                let model: Arc<str> = format!("{endpoint}/model").into();
                self.made_model(&model, id, call, arguments);
                self.use_of(&model, |uses| uses.hosted = true);
                model
            }
        };
        let mut variant = mapped(VARIANT, &named);
        if named.entry("serverless_inference_config").is_none() {
            self.instances_of_model(id, &named, &mut variant, place);
        }
        serverless(&mut variant, &named);
        variant.set(Entry { name: "ModelName".into(), place, value: reference(&model, place) });
        variant.set(Entry { name: "VariantName".into(), place, value: Value::text("AllTraffic", place) });
        let mut config = Entries { open: named.open.clone(), ..Entries::default() };
        let variants = Value::list(vec![Value::object(variant, body)], body);
        config.set(Entry { name: "ProductionVariants".into(), place, value: variants });
        for (argument, property) in [
            ("kms_key", "KmsKeyId"),
            ("data_capture_config", "DataCaptureConfig"),
            ("async_inference_config", "AsyncInferenceConfig"),
            ("tags", "Tags"),
        ] {
            if let Some(entry) = named.entry(argument) {
                set_property(&mut config, property, entry.place, &endpoint_property(argument, &entry.value));
            }
        }
        let config_id: Arc<str> = format!("{endpoint}/config").into();
        self.make(config_id.clone(), kind::ENDPOINT_CONFIG, config, place, body, &Formula::True);
        let mut properties = Entries::default();
        properties.set(Entry { name: "EndpointConfigName".into(), place, value: reference(&config_id, place) });
        if let Some(entry) = named.entry("endpoint_name") {
            set_property(&mut properties, "EndpointName", entry.place, &entry.value);
        }
        self.make(endpoint.clone(), kind::ENDPOINT, properties, place, body, &Formula::True);
        self.put_in_region(since, region.as_ref());
        self.updated_before(since);
        self.guard = outer;
        reference(&endpoint, body)
    }

    /// Some models know the instances that they are for, and are served by one unless `deploy` is told: what is built, and
    /// what a model id stands for. An estimator's own instances are those that it trains on.
    fn instances_of_model(&self, id: &Arc<str>, named: &Entries, variant: &mut Entries, place: Place) {
        let Some(object) = self.objects.get(id).filter(|object| object.class.knows_instances()) else {
            return;
        };
        let is_given = |entries: &Entries, name: &str| {
            entries.open.is_some() || entries.entry(name).is_some_and(|entry| !matches!(entry.value.data, Data::Absent))
        };
        if !is_given(named, "instance_type") {
            let known = mapped(
                &[("instance_type", "InstanceType"), ("compute.instance_type", "InstanceType")],
                &object.arguments,
            );
            let own = known.entry("InstanceType").filter(|_| object.class.role == Role::Model);
            match own.filter(|_| is_given(&known, "InstanceType")) {
                Some(entry) => variant.set(entry.clone()),
                None if object.class.is_jump_start() => {
                    let value = Value::unknown(Reason::External, "what the model id stands for", place);
                    variant.set(Entry { name: "InstanceType".into(), place, value });
                }
                None => {}
            }
        }
        if !is_given(named, "initial_instance_count") {
            let one = Value::number(1.0, place).via(StepKind::ServiceDefault, "deploy", place);
            variant.set(Entry { name: "InitialInstanceCount".into(), place, value: one });
        }
    }

    /// The model that an estimator makes of its artefact: its role, and its network unless another one is given.
    fn made_model(&mut self, model: &Arc<str>, estimator: &Arc<str>, call: &'a ExprCall, arguments: &Arguments) {
        let (place, body) = (self.place(call.func.range()), self.place(call.range()));
        let from = self.trained_by(estimator);
        let mut properties = Entries { open: arguments.named.open.clone(), ..Entries::default() };
        let trained = from.as_ref().and_then(|from| self.objects.get(from));
        let trained_at =
            trained.and_then(|object| self.part.resources.get(object.resource?)).map(|resource| resource.place);
        if let Some(object) = trained {
            let taken = [
                ("RoleArn", "ExecutionRoleArn"),
                ("VpcConfig", "VpcConfig"),
                ("EnableNetworkIsolation", "EnableNetworkIsolation"),
            ];
            let resource = object.resource.and_then(|at| self.part.resources.get(at));
            match resource.map(|resource| resource.object()) {
                Some(known) => {
                    for (name, property) in taken {
                        if let Some(entry) = known.entry(name) {
                            properties.set(Entry { name: property.into(), ..entry.clone() });
                        }
                    }
                    properties.open = properties.open.or_else(|| known.open.clone());
                }
                // Trained on this machine, deployed to AWS: the network is among the arguments.
                None => {
                    let known = mapped(object.class.properties, &object.arguments);
                    for (name, property) in taken {
                        if let Some(entry) = known.entry(name) {
                            properties.set(Entry { name: property.into(), ..entry.clone() });
                        }
                    }
                    properties.open = properties.open.or(known.open);
                }
            }
        } else {
            // The estimator is not known here (`attach`, a tuner's own choice): neither is its network.
            let name = "the estimator".into();
            properties.open = Some(Unknown { reason: Reason::External, name, place });
        }
        // Where neither sets a network, the estimator is the place to set one.
        let constructed = trained_at.filter(|_| properties.open.is_none() && properties.entry("VpcConfig").is_none());
        if let Some(place) = constructed {
            properties.set(Entry { name: "VpcConfig".into(), place, value: Value::absent(place) });
        }
        let image = self.image_for_inference(from.as_ref(), arguments);
        let image =
            image.unwrap_or_else(|| Value::unknown(Reason::RunTime, "the estimator's image for inference", place));
        properties.set_path("PrimaryContainer.Image", place, image);
        // Autopilot's `deploy` has it by the other name.
        let given = ["vpc_config_override", "vpc_config"].iter().find_map(|name| arguments.named.entry(name));
        if let Some(entry) = given {
            properties.set(Entry { name: "VpcConfig".into(), ..entry.clone() });
        }
        let resource = self.make(model.clone(), kind::MODEL, properties, place, body, &Formula::True);
        let arguments = arguments.named.clone();
        let constructed = Some((place, body));
        let made = Object { class: &MADE_MODEL, arguments, resource, made: true, uses: Uses::default(), constructed };
        self.objects.insert(model.clone(), made);
    }

    /// The image of the model that an estimator makes: the one that it trains with, where that serves as well.
    fn image_for_inference(&self, estimator: Option<&Arc<str>>, arguments: &Arguments) -> Option<Value> {
        let given = |value: &Value| !matches!(value.data, Data::Absent);
        if let Some(own) = arguments.named.entry("image_uri").filter(|entry| given(&entry.value)) {
            return Some(own.value.clone());
        }
        let object = self.objects.get(estimator?).filter(|_| arguments.named.open.is_none())?;
        let argument = object.arguments.entry("image_uri").map(|entry| &entry.value).filter(|value| given(value));
        let resource = object.resource.and_then(|at| self.part.resources.get(at));
        let trains = resource.and_then(|resource| {
            let specification = &resource.object().entry("AlgorithmSpecification")?.value;
            Some(&specification.entry("TrainingImage")?.value).filter(|value| given(value))
        });
        let serves = match object.class.image {
            Image::Argument => true,
            Image::Framework(_) => argument.is_some() || trains.is_some_and(|image| !mentions(image, "-training")),
            Image::Hidden => false,
        };
        trains.or(argument).filter(|_| serves).cloned()
    }

    /// The estimator behind an object: itself, or the one that a tuner was given.
    pub(super) fn trained_by(&self, id: &Arc<str>) -> Option<Arc<str>> {
        let object = self.objects.get(id)?;
        if object.class.role != Role::Tuner {
            return Some(id.clone());
        }
        let trained = object.arguments.entry("estimator").or_else(|| object.arguments.entry("model_trainer"))?;
        match &trained.value.data {
            Data::Reference(reference) => Some(reference.id.clone()),
            _ => None,
        }
    }

    fn transformer(&mut self, id: &Arc<str>, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let (place, body) = (self.place(call.func.range()), self.place(call.range()));
        let named = named_arguments(arguments, TRANSFORMER);
        let name = self.target.clone().unwrap_or_else(|| "transformer".into());
        let transform = self.fresh_id(&name);
        let local = is_local(&named);
        self.objects.insert(transform.clone(), Object::response());
        if let Some(object) = self.objects.get_mut(id) {
            object.uses.local |= local == Formula::True;
            object.uses.hosted |= local != Formula::True;
        }
        if local == Formula::True {
            return reference(&transform, body);
        }
        let (since, region) = (self.part.resources.len(), self.region_of(id));
        let used = self.objects.get(id).map(|object| (object.class.role, object.uses.fitted));
        let model = match used {
            // The SDK makes no model of an estimator that it has not trained: a workflow's step names one later.
            Some((Role::Estimator, false)) => Value::unknown(Reason::RunTime, "the model that a workflow makes", place),
            Some((Role::Estimator, true)) => {
                let model: Arc<str> = format!("{transform}/model").into();
                self.made_model(&model, id, call, arguments);
                self.use_of(&model, |uses| uses.hosted = true);
                reference(&model, place)
            }
            _ => reference(id, place),
        };
        let mut properties = mapped(TRANSFORM, &named);
        properties.set(Entry { name: "ModelName".into(), place, value: model });
        self.make(transform.clone(), kind::TRANSFORM_JOB, properties, place, body, &local.negated());
        self.put_in_region(since, region.as_ref());
        reference(&transform, body)
    }

    /// Models that nothing creates in the account: those of the local machine, and objects that are only described.
    pub(super) fn drop_unmade_models(&mut self) {
        for object in self.objects.values() {
            let Uses { local, hosted, described, passed, deleted, .. } = object.uses;
            let unmade = if object.made { !passed } else { described || local || deleted && !passed };
            if !hosted
                && unmade
                && matches!(object.class.role, Role::Model | Role::ModelOfModels)
                && let Some(at) = object.resource
            {
                self.part.resources[at].guard = Formula::False;
            }
        }
        self.part.resources.retain(|resource| resource.guard != Formula::False);
    }
}

impl Role {
    /// What it is called in the names of calls.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Estimator => "Estimator",
            Self::Model | Self::ModelOfModels => "Model",
            Self::Processor => "Processor",
            Self::Transformer => "Transformer",
            Self::Tuner => "HyperparameterTuner",
            Self::Remote => "RemoteExecutor",
            Self::Notebook => "NotebookJobStep",
            Self::FineTuning => "FineTuning",
            Self::Monitor => "ModelMonitor",
            Self::Check => "CheckJobConfig",
            Self::Pipeline => "Pipeline",
            Self::Function => "Lambda",
            Self::AutoMl => "AutoML",
            Self::Package => "ModelPackage",
            Self::Maker => "FeatureGroup",
            Self::Response => "Response",
        }
    }
}

/// What a deployment answers with: it knows the name of its endpoint, also under the name of the SDK's first version.
fn deployed(endpoint: &Arc<str>, named: &Entries, place: Place) -> Object {
    let given = named.entry("endpoint_name").filter(|entry| !matches!(entry.value.data, Data::Absent));
    let value = match given {
        Some(entry) => entry.value.clone(),
        None => {
            let reference = Reference { id: endpoint.clone(), attribute: Some("EndpointName".into()) };
            Value::new(Data::Reference(Arc::new(reference)), place)
        }
    };
    let mut arguments = Entries::default();
    for name in ["endpoint_name", "endpoint"] {
        arguments.set(Entry { name: name.into(), place, value: value.clone() });
    }
    Object { arguments, ..Object::response() }
}

/// The operation that `delete` of an object of sagemaker-core's stands for, where the object costs by the hour: an endpoint,
/// a schedule.
fn deletion(object: &Object) -> Option<&'static str> {
    let has = |names: [&str; 2]| names.iter().all(|name| object.arguments.entry(name).is_some());
    if has(["endpoint_name", "endpoint_config_name"]) {
        Some("delete_endpoint")
    } else if has(["monitoring_schedule_name", "monitoring_schedule_config"]) {
        Some("delete_monitoring_schedule")
    } else {
        None
    }
}

fn is_local_session(object: &Object) -> Formula {
    let mut session = Entries::default();
    for name in ["sagemaker_session", "mode"] {
        session.entries.extend(object.arguments.entry(name).cloned());
    }
    is_local(&session)
}

/// Whether a text has some part, as far as it is known.
fn mentions(text: &Value, part: &str) -> bool {
    pieces_of(text.clone()).iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains(part)))
}

/// A resource, or an object that makes one.
pub(super) fn reference(id: &Arc<str>, place: Place) -> Value {
    Value::new(Data::Reference(Arc::new(Reference { id: id.clone(), attribute: None })), place)
}

/// A serverless configuration that is not looked into, or without arguments, still makes the variant serverless.
fn serverless(variant: &mut Entries, named: &Entries) {
    let Some(entry) = named.entry("serverless_inference_config") else { return };
    if variant.entry("ServerlessConfig").is_some() || matches!(entry.value.data, Data::Absent) {
        return;
    }
    let value = match &entry.value.data {
        Data::Object(_) => Value::object(Entries::default(), entry.place),
        _ => entry.value.clone(),
    };
    variant.set(Entry { name: "ServerlessConfig".into(), place: entry.place, value });
}
