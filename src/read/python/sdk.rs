//! Objects of the SageMaker SDK: constructing one describes a resource.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::{Ranged, TextRange};

use super::{
    Machine,
    bounds::weighed,
    branches::either,
    calls::Arguments,
    doubles::is_double,
    sdk_classes::{self, Class, Image, RESPONSE, Role},
    sdk_configs::parameter_ranges,
    sdk_defaults::{fill_compute, has_default},
    sdk_makers::fill_arguments,
    sdk_pipelines::{MADE, set_steps},
    sdk_resources::created,
    sdk_signatures,
    sdk_training::{channels, definitions},
};
use crate::{
    catalog::{
        algorithm::{JUMP_START_SCRIPT, NOTEBOOK_CHANNEL},
        image::{framework_of_class, retrieve_on},
    },
    graph::{
        Input, Key, Resource,
        guard::Formula,
        value::{Data, Entry, Object as Entries, Reason, Reference, StepKind, Unknown, Value},
    },
    read::core_request,
    source::Place,
};

/// An object of the SDK that a script made.
#[derive(Clone)]
pub(super) struct Object {
    pub(super) class: &'static Class,
    /// Its arguments by their names of today.
    pub(super) arguments: Entries,
    /// Its resource among those of the part; nothing where it runs on the local machine alone.
    pub(super) resource: Option<usize>,
    /// Whether an estimator's `create_model` made it: then nothing exists before it is used.
    pub(super) made: bool,
    /// What the script does with it.
    pub(super) uses: Uses,
    /// The callee of its constructor, and the whole call.
    pub(super) constructed: Option<(Place, Place)>,
}

/// What a script does with a model object: which of these make a model in the account.
#[derive(Clone, Copy, Default)]
pub(super) struct Uses {
    /// Deployed to the machine that runs the script.
    pub(super) local: bool,
    /// Deployed to AWS, used for a transform job, or created.
    pub(super) hosted: bool,
    /// Registered, or asked for its container's definition: that creates no model.
    pub(super) described: bool,
    /// Handed to something else, such as a pipeline's step; and how often.
    pub(super) passed: bool,
    pub(super) handed: u32,
    /// Of an estimator: trained by the script, itself or through a tuner.
    pub(super) fitted: bool,
    /// Handed to an object of the SDK's: a tuner, a pipeline's step.
    pub(super) given: bool,
    /// Deleted, whoever made it.
    pub(super) deleted: bool,
}

impl Object {
    /// What an API call answered.
    pub(super) fn response() -> Self {
        Self {
            class: &RESPONSE,
            arguments: Entries::default(),
            resource: None,
            made: false,
            uses: Uses::default(),
            constructed: None,
        }
    }
}

impl<'a> Machine<'a> {
    /// Arguments of which some are `None` unless they are given; nothing where none is.
    fn with_optional(&self, arguments: &Arguments) -> Option<Arguments> {
        if self.nones.is_empty() {
            return None;
        }
        let mut changed: Option<Arguments> = None;
        for (at, entry) in arguments.named.entries.iter().enumerate() {
            if let Some(value) = self.none_unless_given(&entry.name, &entry.value) {
                changed.get_or_insert_with(|| arguments.clone()).named.entries[at].value = value;
            }
        }
        changed
    }

    /// A call of something in the `sagemaker` package.
    pub(super) fn sdk_call(&mut self, symbol: &Arc<str>, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let range = call.range();
        if let Some(class) = created(symbol) {
            return self.create_resource(class, call, arguments);
        }
        if let Some(made) = self.init_by_name(symbol, call, arguments) {
            return made;
        }
        let optional = self.with_optional(arguments);
        let arguments = optional.as_ref().unwrap_or(arguments);
        self.fact(symbol, call, arguments);
        self.given(arguments);
        let name = symbol.rsplit('.').next().unwrap_or_default();
        match name {
            "retrieve" if symbol.ends_with("image_uris.retrieve") => return self.retrieve_image(call, arguments),
            "get_huggingface_llm_image_uri" => return self.retrieve_llm_image(call, arguments),
            "get_image_uri" => return self.get_image_uri(call, arguments),
            "ParameterString" | "ParameterInteger" | "ParameterFloat" | "ParameterBoolean" => {
                return self.pipeline_parameter(range, arguments);
            }
            "name_from_base" | "unique_name_from_base" => return self.name_from_base(call, arguments),
            "load_sagemaker_config" => return self.loaded_config(call, arguments),
            "attach" => {
                if let Some(attached) = self.attached(symbol, call, arguments) {
                    return attached;
                }
            }
            "from_recipe" | "from_jumpstart_config" => {
                if let Some(made) = self.made_from(symbol, call, arguments) {
                    return made;
                }
            }
            "download" => self.downloaded(name, arguments, self.place(range)),
            "create" if symbol.ends_with(".HyperparameterTuner.create") => {
                return self.tuner_of_several(symbol, call, arguments);
            }
            _ => {}
        }
        match name {
            "TrainingStep" | "TuningStep" => self.step_inputs(arguments),
            "ProcessingStep" => self.step_files(arguments),
            _ => {}
        }
        if let Some(method) =
            symbol.strip_suffix(name).filter(|path| path.ends_with("CronExpressionGenerator.")).map(|_| name)
            && let Some(value) = self.schedule_expression(method, arguments, self.place(range))
        {
            return value;
        }
        if name == "production_variant" {
            return self.production_variant(call, arguments);
        }
        if let Some(class) = sdk_classes::class(symbol) {
            if class.role == Role::Remote {
                let id = self.target.clone().unwrap_or_else(|| name.into());
                return self.remote_call(class, &id, call, arguments);
            }
            return self.construct(class, name, call, arguments);
        }
        if name.starts_with(char::is_uppercase) {
            let made = self.step(name, call, arguments);
            let mut object = self.config_object(symbol, name, arguments);
            if name == "Session" {
                self.set_session_region(&mut object, self.place(range));
            }
            if let Some(value) = made {
                object.set(Entry { name: MADE.into(), place: value.origin.place, value });
            }
            return Value::object(object, self.place(range));
        }
        self.unknown(Reason::RunTime, range)
    }

    /// A pipeline's parameter is its default, unless an execution gives another value.
    fn pipeline_parameter(&self, range: TextRange, arguments: &Arguments) -> Value {
        let name = arguments.get("name", 0).and_then(Value::plain_text).unwrap_or_else(|| "?".into());
        match arguments.get("default_value", 1) {
            Some(default) if !matches!(default.data, Data::Absent) => {
                default.clone().via(StepKind::PipelineParameter, name, self.place(range))
            }
            _ => Value::unknown(Reason::NoDefault, format!("pipeline parameter `{name}`"), self.place(range)),
        }
    }

    /// An object that only carries arguments: `NetworkConfig`, `TrainingInput`, a session.
    fn config_object(&self, symbol: &Arc<str>, name: &str, arguments: &Arguments) -> Entries {
        let mut object = named_arguments(arguments, sdk_signatures::of_config(name));
        object.class = Some(symbol.clone());
        object
    }

    pub(super) fn construct(
        &mut self,
        class: &'static Class,
        name: &str,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) -> Value {
        let (place, body) = (self.place(call.func.range()), self.place(call.range()));
        let mut arguments = named_arguments(arguments, sdk_signatures::of_class(name, arguments));
        for entry in &mut arguments.entries {
            let current = sdk_classes::current_name(&entry.name);
            if *current != *entry.name {
                entry.name = current.into();
            }
        }
        let id = self.fresh_id(&self.target.clone().unwrap_or_else(|| name.into()));
        let value = Value::new(Data::Reference(Arc::new(Reference { id: id.clone(), attribute: None })), body);
        // A multi-model endpoint that is given a model serves with that model's settings, its network included.
        let inner = arguments.entry("model").filter(|_| class.role == Role::ModelOfModels);
        if let Some(Data::Reference(inner)) = inner.map(|entry| &entry.value.data) {
            return Value::new(Data::Reference(inner.clone()), body);
        }
        self.follow_recipe(class, &mut arguments, call.range());
        fill_arguments(class, name, place, &mut arguments);
        fill_compute(class, name, place, &mut arguments);
        if class.role == Role::Estimator {
            grouped(&mut arguments);
        }
        let local = is_local(&arguments);
        let mut properties = self.properties(class, &arguments);
        let is_made = self.of_role(class, &arguments, &mut properties, place);
        if let Image::Framework(version) = class.image
            && properties.open.is_none()
            && arguments.entry("image_uri").is_none_or(|entry| matches!(entry.value.data, Data::Absent))
        {
            let image = self.framework_image(name, version, &arguments, place);
            properties.set_path("AlgorithmSpecification.TrainingImage", place, image);
        }
        if let Some(entry) = arguments.entry("hyperparameter_ranges").filter(|_| class.role == Role::Tuner) {
            let ranges = parameter_ranges(&entry.value);
            properties.set_path("HyperParameterTuningJobConfig.ParameterRanges", entry.place, ranges);
        }
        if class.is_builder() {
            built(&arguments, &mut properties, place);
        }
        if let Some(entry) = arguments.entry("input_data_config").filter(|_| class.role == Role::Estimator) {
            properties.set(Entry { name: "InputDataConfig".into(), place: entry.place, value: channels(&entry.value) });
        }
        if class.role == Role::Estimator {
            self.class_hyperparameters(class, name, place, &arguments, &mut properties);
            if class.image == Image::Hidden {
                self.hidden(&mut properties, &arguments, place);
            }
        }
        fill_in(class, name, place, &mut properties);
        let resource = match local {
            _ if !is_made => None,
            Formula::True => None,
            local => self.make(id.clone(), class.kind, properties, place, body, &local.negated()),
        };
        match class.role {
            Role::ModelOfModels => self.contained(&arguments),
            Role::Tuner => self.tuned(&arguments, place),
            _ => {}
        }
        let constructed = Some((place, body));
        let uses = Uses::default();
        self.objects.insert(id.clone(), Object { class, arguments, resource, made: false, uses, constructed });
        if let Some(at) = resource {
            let region = self.region_of(&id);
            self.put_in_region(at, region.as_ref());
        }
        value
    }

    /// What objects of some roles set beside their arguments. Returns whether constructing one makes something.
    fn of_role(&self, class: &Class, arguments: &Entries, properties: &mut Entries, place: Place) -> bool {
        match class.role {
            Role::Monitor | Role::Check | Role::AutoMl | Role::Maker => return false,
            // One of its ARN is there already.
            Role::Function => {
                let code = Value::unknown(Reason::External, "the code that the SDK uploads", place);
                properties.set(Entry { name: "Code".into(), place, value: code });
                return arguments.entry("function_name").is_some();
            }
            Role::Notebook => {
                let mut channel = Entries::default();
                let name = Value::text(NOTEBOOK_CHANNEL, place);
                channel.set(Entry { name: "ChannelName".into(), place, value: name });
                let channels = Value::list(vec![Value::object(channel, place)], place);
                properties.set(Entry { name: "InputDataConfig".into(), place, value: channels });
            }
            Role::Pipeline => {
                set_steps(properties, arguments, place);
                let name = "what it is created with".into();
                properties.open.get_or_insert(Unknown { reason: Reason::External, name, place });
            }
            Role::FineTuning => {
                let compute = arguments.entry("compute").map(|entry| &entry.value);
                let is_elsewhere = match compute.map(|value| &value.data) {
                    None | Some(Data::Absent) if arguments.open.is_none() => {
                        let value = Value::object(Entries::default(), place);
                        properties.set(Entry { name: "ServerlessJobConfig".into(), place, value });
                        false
                    }
                    Some(Data::Object(object)) => {
                        object.class.as_deref().is_some_and(|class| class.ends_with(".HyperPodCompute"))
                    }
                    _ => {
                        let value = Value::unknown(Reason::RunTime, "what it trains on", place);
                        properties.set(Entry { name: "ServerlessJobConfig".into(), place, value });
                        false
                    }
                };
                let tags = Value::unknown(Reason::RunTime, "the tags of the model", place);
                properties.set(Entry { name: "Tags".into(), place, value: tags });
                return !is_elsewhere;
            }
            _ => {}
        }
        true
    }

    /// A model id decides image and, unless it is given, the instance type.
    fn hidden(&self, properties: &mut Entries, arguments: &Entries, place: Place) {
        if arguments.entry("entry_point").is_none() && arguments.open.is_none() {
            let script = Value::text(JUMP_START_SCRIPT, place).via(StepKind::ServiceDefault, "JumpStart", place);
            properties.set_path("HyperParameters.sagemaker_program", place, script);
        }
        let model = match arguments.entry("model_id").map(|entry| &entry.value.data) {
            Some(Data::Text(model)) => Some(model.clone()),
            _ => None,
        };
        for path in ["AlgorithmSpecification.TrainingImage", "ResourceConfig.InstanceType"] {
            let (parent, leaf) = path.split_once('.').unwrap_or((path, path));
            let known = properties.entry(parent).and_then(|entry| entry.value.entry(leaf));
            if known.is_none_or(|entry| matches!(entry.value.data, Data::Absent)) && properties.open.is_none() {
                let hidden = match &model {
                    Some(model) if leaf == "TrainingImage" => Data::Unknown(Unknown::image_of_model(model, place)),
                    _ => Value::unknown(Reason::External, "what the model id stands for", place).data,
                };
                properties.set_path(path, place, Value::new(hidden, place));
            }
        }
    }

    /// The image of a framework class, or of a first-party algorithm's class.
    fn framework_image(&self, class: &str, version: &str, arguments: &Entries, place: Place) -> Value {
        let version = arguments.entry(version).map(|entry| &entry.value);
        let text = match version.map(|version| &version.data) {
            Some(Data::Text(version)) => Some(version.clone()),
            _ => None,
        };
        let is_given =
            |name: &str| arguments.entry(name).is_some_and(|entry| !matches!(entry.value.data, Data::Absent));
        let bases = [("pytorch_version", "pytorch"), ("tensorflow_version", "tensorflow")];
        let base = bases.iter().find(|(name, _)| is_given(name)).map_or("", |(_, base)| base);
        let on = if class == "HuggingFace" { base } else { "" };
        let found = framework_of_class(class)
            .and_then(|framework| retrieve_on(framework, on, text.as_deref(), Some("training")));
        match found {
            Some(found) => found.uri(place),
            None => Value::unknown(Reason::RunTime, format!("the image of {class}"), place),
        }
    }

    /// Arguments as properties by the names of the API.
    pub(super) fn properties(&self, class: &Class, arguments: &Entries) -> Entries {
        let mut properties = mapped(class.properties, arguments);
        if class.role == Role::Tuner
            && let Some(others) = arguments.entry("estimator_dict")
        {
            let (name, value) = definitions(others);
            properties.set(Entry { name: name.into(), place: others.place, value });
        }
        properties
    }

    /// Adds a resource; its number among those of the part.
    pub(super) fn make(
        &mut self,
        id: Arc<str>,
        kind: &str,
        properties: Entries,
        place: Place,
        body: Place,
        exists: &Formula,
    ) -> Option<usize> {
        if self.quiet > 0 {
            return None;
        }
        self.spend(32);
        self.part.resources.push(Resource {
            key: Key { unit: self.unit.clone(), callers: Vec::new(), id },
            kind: kind.into(),
            input: Input::Sdk,
            properties: self.rested(Value::object(properties, body)),
            place,
            body,
            guard: self.here().and(exists),
            region: None,
            callers: self.call_sites(),
            multiplicity: None,
            repeats: !self.loops.is_empty(),
        });
        Some(self.part.resources.len() - 1)
    }

    /// The condition under which the current statement runs, with that of the calls that lead to it.
    pub(super) fn here(&self) -> Formula {
        self.outer.and(&self.guard)
    }

    /// Models that are parts of another one are not made on their own.
    fn contained(&mut self, arguments: &Entries) {
        let mut parts = Vec::new();
        if let Some(entry) = arguments.entry("models") {
            crate::graph::each_reference(&entry.value, &mut |reference| parts.push(reference.id.clone()));
        }
        for id in parts {
            if let Some(at) = self.objects.get(&id).and_then(|object| object.resource) {
                self.part.resources[at].guard = Formula::False;
            }
        }
    }

    /// `object.name = value` after its construction.
    pub(super) fn set_attribute(&mut self, id: &Arc<str>, name: &str, value: Value, place: Place) {
        let name = sdk_classes::current_name(name);
        let (guard, value) = (self.here(), self.rested(value));
        let Some(object) = self.objects.get_mut(id) else { return };
        // What is set only where a default is replaced leaves what is there by default.
        let set = match object.arguments.entry(name) {
            Some(before) if guard.is_unusual() => either(&guard, &value, &before.value),
            None if guard.is_unusual() => either(&guard, &value, &Value::absent(place)),
            _ => value.clone(),
        };
        object.arguments.set(Entry { name: name.into(), place, value: set });
        let Some(at) = object.resource else { return };
        let properties = object.class.properties;
        let path = properties.iter().find(|(argument, _)| *argument == name).map(|(_, path)| *path);
        let parts: Vec<(&str, &str)> = properties
            .iter()
            .filter_map(|(argument, path)| Some((argument.strip_prefix(name)?.strip_prefix('.')?, *path)))
            .collect();
        if path.is_none() && parts.is_empty() {
            return;
        }
        self.change_property(at, &guard, &mut |properties| {
            if let Some(path) = path {
                set_property(properties, path, place, &value);
            }
            // An argument object takes the place of the one before; what the SDK fills in itself it has anyway.
            for (part, path) in &parts {
                match part_of(&value, part, place) {
                    Some((value, at)) => set_property(properties, path, at, &value),
                    None if has_default(part) => {}
                    None => set_property(properties, path, place, &Value::absent(place)),
                }
            }
        });
    }

    /// Changes a resource's properties where `guard` holds.
    pub(super) fn change_property(&mut self, at: usize, guard: &Formula, change: &mut dyn FnMut(&mut Entries)) {
        let Some(resource) = self.part.resources.get(at) else { return };
        self.spend(weighed(&resource.properties).0);
        let Some(resource) = self.part.resources.get_mut(at) else { return };
        let Data::Object(known) = &resource.properties.data else { return };
        let mut changed = known.as_ref().clone();
        change(&mut changed);
        let changed = Value { data: Data::Object(Arc::new(changed)), origin: resource.properties.origin.clone() };
        resource.properties = match guard {
            guard if *guard == resource.guard => changed,
            guard => either(guard, &changed, &resource.properties),
        };
        if weighed(&resource.properties).1 {
            resource.properties = Value::unknown(Reason::Limit, "properties of this size", resource.body);
        }
    }

    /// An attribute of an object: an argument, where it is one.
    pub(super) fn object_attribute(&mut self, id: &Arc<str>, name: &str, range: TextRange) -> Value {
        let argument = self.objects.get(id).and_then(|object| object.arguments.entry(name));
        match argument {
            Some(entry) => entry.value.clone(),
            None => self.unknown(Reason::RunTime, range),
        }
    }
}

/// What a model is built from may bring a network of its own.
fn built(arguments: &Entries, properties: &mut Entries, place: Place) {
    let model = arguments.entry("model").filter(|_| arguments.entry("network").is_none());
    let brings = model.is_some_and(|entry| matches!(entry.value.data, Data::Reference(_) | Data::Unknown(_)));
    if brings && properties.entry("VpcConfig").is_none() {
        let unknown = Value::unknown(Reason::External, "the network of what it is built from", place);
        properties.set(Entry { name: "VpcConfig".into(), place, value: unknown });
    }
}

/// The groups of instances of a job, in the words of the API.
fn grouped(arguments: &mut Entries) {
    for entry in &mut arguments.entries {
        match (&*entry.name, &mut entry.value.data) {
            ("instance_groups", _) => entry.value = core_request::shape(&entry.value),
            ("compute", Data::Object(compute)) if compute.entry("instance_groups").is_some() => {
                grouped(Arc::make_mut(compute));
            }
            _ => {}
        }
    }
}

/// All arguments by name. A positional argument that has no name here leaves the call open.
pub(super) fn named_arguments(arguments: &Arguments, positional: &[&str]) -> Entries {
    let mut named = arguments.named.clone();
    for (at, argument) in arguments.positional.iter().enumerate() {
        match positional.get(at) {
            Some(name) if named.entry(name).is_none() => {
                named.entries.push(Entry {
                    name: (*name).into(),
                    place: argument.place,
                    value: argument.value.clone(),
                });
            }
            Some(_) => {}
            None if positional.is_empty() || at >= positional.len() => {
                // What it sets is not known here, so nothing may be called absent.
                let name = "a positional argument".into();
                let why = Unknown { reason: Reason::Unsupported, name, place: argument.place };
                named.open.get_or_insert(why);
            }
            None => {}
        }
    }
    named
}

/// Sets properties from arguments by a table.
pub(super) fn mapped(table: &[(&str, &str)], arguments: &Entries) -> Entries {
    let mut properties = Entries { open: arguments.open.clone(), ..Entries::default() };
    for (argument, path) in table {
        let given = arguments.entries.iter().find_map(|entry| Some((entry, below(argument, &entry.name)?)));
        let Some((entry, rest)) = given else { continue };
        match rest {
            None => set_property(&mut properties, path, entry.place, &entry.value),
            Some(rest) => {
                if let Some(value) = part_of(&entry.value, rest, entry.place) {
                    set_property(&mut properties, path, value.1, &value.0);
                }
            }
        }
    }
    // What may be given beside may set properties within these objects too.
    if let Some(why) = &arguments.open {
        for (_, path) in table {
            path.match_indices('.').for_each(|(end, _)| open_at(&mut properties, &path[..end], why));
        }
    }
    properties
}

/// What follows a name in an argument of a table, which begins with it: `vpc_config.subnets`. Nothing for another argument.
fn below<'t>(argument: &'t str, name: &str) -> Option<Option<&'t str>> {
    // Asked of each argument for each row of a table: most differ in the first letter.
    if argument.as_bytes().first() != name.as_bytes().first() {
        return None;
    }
    let rest = argument.strip_prefix(name)?;
    if rest.is_empty() { Some(None) } else { rest.strip_prefix('.').map(Some) }
}

/// Opens the object at a path, if there is one, in each of the worlds.
fn open_at(properties: &mut Entries, path: &str, why: &Unknown) {
    let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
    if let Some(entry) = properties.entries.iter_mut().find(|entry| &*entry.name == head) {
        open_within(&mut entry.value, rest, why);
    }
}

fn open_within(value: &mut Value, path: Option<&str>, why: &Unknown) {
    match (&mut value.data, path) {
        (Data::Object(object), Some(path)) => open_at(Arc::make_mut(object), path, why),
        (Data::Object(object), None) => {
            Arc::make_mut(object).open.get_or_insert_with(|| why.clone());
        }
        (Data::Guarded(guarded), _) => {
            let guarded = Arc::make_mut(guarded);
            open_within(&mut guarded.then, path, why);
            open_within(&mut guarded.otherwise, path, why);
        }
        _ => {}
    }
}

/// The entry of an argument object, in each of the worlds; an unknown object's entries are unknown.
fn part_of(value: &Value, name: &str, place: Place) -> Option<(Value, Place)> {
    match &value.data {
        Data::Object(object) => match (object.entry(name), &object.open) {
            (Some(entry), _) => Some((entry.value.clone(), entry.place)),
            (None, Some(why)) => Some((Value::new(Data::Unknown(why.clone()), place), place)),
            (None, None) => None,
        },
        Data::Guarded(guarded) => {
            let absent = || (Value::absent(place), place);
            let then = part_of(&guarded.then, name, place);
            let otherwise = part_of(&guarded.otherwise, name, place);
            if then.is_none() && otherwise.is_none() {
                return None;
            }
            let ((then, at), (otherwise, _)) = (then.unwrap_or_else(absent), otherwise.unwrap_or_else(absent));
            Some((Value::guarded(&guarded.when, then, otherwise), at))
        }
        Data::Absent => None,
        _ => Some((Value::unknown(Reason::RunTime, name, place), place)),
    }
}

/// Sets a property. A nested one that does not exist makes no object around it, in any world.
pub(super) fn set_property(properties: &mut Entries, path: &str, place: Place, value: &Value) {
    match &value.data {
        Data::Absent if path.contains('.') => {}
        Data::Guarded(guarded) if path.contains('.') => {
            let (mut then, mut otherwise) = (properties.clone(), properties.clone());
            set_property(&mut then, path, place, &guarded.then);
            set_property(&mut otherwise, path, place, &guarded.otherwise);
            let joined = either(&guarded.when, &Value::object(then, place), &Value::object(otherwise, place));
            if let Data::Object(joined) = joined.data {
                *properties = joined.as_ref().clone();
            } else {
                properties.set_path(path, place, value.clone());
            }
        }
        _ => properties.set_path(path, place, value.clone()),
    }
}

/// Sets what a class sets itself where its arguments certainly do not.
pub(super) fn fill_in(class: &Class, name: &str, place: Place, properties: &mut Entries) {
    for (path, number) in sdk_classes::defaults(class) {
        let (parent, leaf) = path.split_once('.').unwrap_or((path, path));
        let is_absent = match properties.entry(parent).map(|entry| &entry.value.data) {
            None => properties.open.is_none(),
            Some(Data::Object(object)) => object.open.is_none() && object.entry(leaf).is_none(),
            Some(_) => false,
        };
        if is_absent {
            let value = Value::number(*number, place).via(StepKind::ServiceDefault, name, place);
            properties.set_path(path, place, value);
        }
    }
}

/// Whether a job runs on the machine that runs the script: no resource of AWS, and no rule of ours.
pub(super) fn is_local(arguments: &Entries) -> Formula {
    let by_type = arguments.entry("instance_type").map_or(Formula::False, |entry| local_type(&entry.value));
    let nested = arguments.entry("compute").and_then(|entry| entry.value.entry("instance_type"));
    let by_compute = nested.map_or(Formula::False, |entry| local_type(&entry.value));
    let by_session = arguments.entry("sagemaker_session").map_or(Formula::False, |entry| local_session(&entry.value));
    let modes = ["training_mode", "mode"].iter().filter_map(|name| arguments.entry(name));
    let by_mode = modes.fold(Formula::False, |any, entry| any.or(&local_mode(&entry.value)));
    by_type.or(&by_compute).or(&by_session).or(&by_mode)
}

/// Whether a mode of SDK v3 is that of the local machine.
pub(super) fn local_mode(mode: &Value) -> Formula {
    match &mode.data {
        Data::Symbol(symbol) => {
            Formula::decided(symbol.ends_with(".LOCAL_CONTAINER") || symbol.ends_with(".IN_PROCESS"))
        }
        _ => Formula::False,
    }
}

fn local_type(value: &Value) -> Formula {
    match &value.data {
        Data::Text(text) => Formula::decided(&**text == "local" || &**text == "local_gpu"),
        Data::Guarded(guarded) => {
            let (then, otherwise) = (local_type(&guarded.then), local_type(&guarded.otherwise));
            guarded.when.and(&then).or(&guarded.when.negated().and(&otherwise))
        }
        _ => Formula::False,
    }
}

/// Whether a session is one of the local machine, or stands in for one in a test.
fn local_session(value: &Value) -> Formula {
    match &value.data {
        Data::Symbol(_) => Formula::decided(is_double(value)),
        Data::Object(object) => {
            let name = object.class.as_deref().and_then(|class| class.rsplit('.').next()).unwrap_or_default();
            let has_double = || object.entries.iter().any(|entry| is_double(&entry.value));
            Formula::decided(name.starts_with("Local") || name == "Session" && has_double())
        }
        Data::Guarded(guarded) => {
            let (then, otherwise) = (local_session(&guarded.then), local_session(&guarded.otherwise));
            guarded.when.and(&then).or(&guarded.when.negated().and(&otherwise))
        }
        _ => Formula::False,
    }
}
