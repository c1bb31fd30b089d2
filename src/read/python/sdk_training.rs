//! What a script gives to a training: hyperparameters, the ranges that a tuner chooses from, channels.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

use super::{
    Machine,
    calls::Arguments,
    sdk::{Object, named_arguments, set_property},
    sdk_classes::{self, Class, Image, Role},
    sdk_configs::input_data,
    sdk_signatures,
};
use crate::{
    catalog::algorithm,
    graph::{
        each_reference,
        value::{Data, Entry, List, Object as Entries, Reason, Unknown, Value},
    },
    source::Place,
};

const HYPERPARAMETERS: &str = "HyperParameters";
/// The hyperparameter by which the SDK names the script that is run in place of an algorithm.
pub(super) const SCRIPT: &str = "sagemaker_program";
/// The channel of `fit(inputs)` where the inputs have no name.
const UNNAMED_CHANNEL: &str = "training";

impl<'a> Machine<'a> {
    /// `estimator.set_hyperparameters(name=value, **more)`; `place` is that of the callee.
    pub(super) fn set_hyperparameters(&mut self, id: &Arc<str>, place: Place, arguments: &Arguments) {
        let Some(at) = self.objects.get(id).and_then(|object| object.resource) else { return };
        let guard = self.here();
        let named = &arguments.named;
        self.change_property(at, &guard, &mut |properties| {
            begin(properties, place);
            if let Some(why) = &named.open {
                cover_known(properties, why);
            }
            for entry in &named.entries {
                let path = format!("{HYPERPARAMETERS}.{}", entry.name);
                properties.set_path(&path, entry.place, entry.value.clone());
            }
            if let Some(why) = &named.open {
                leave_open(properties, why);
            }
        });
    }

    /// `estimator.hyperparameters().update(more)`: the estimators that take an image hand out their own dict, the others a
    /// copy.
    pub(super) fn update_hyperparameters(&mut self, id: &Arc<str>, place: Place, arguments: &Arguments) {
        let is_own = self.objects.get(id).is_some_and(|object| object.class.image == Image::Argument);
        if !is_own {
            return;
        }
        let mut named = arguments.named.clone();
        for argument in &arguments.positional {
            let why = Unknown { reason: Reason::RunTime, name: "hyperparameters".into(), place };
            super::collections::merge(&mut named, &argument.value, &why);
        }
        self.set_hyperparameters(id, place, &Arguments { positional: Vec::new(), named });
    }

    /// What a class says of the hyperparameters by itself: the first-party classes take them as arguments, and those
    /// that follow from the data they fill in when they train; a model id stands for defaults.
    pub(super) fn class_hyperparameters(
        &self,
        class: &Class,
        name: &str,
        place: Place,
        arguments: &Entries,
        properties: &mut Entries,
    ) {
        let own = match class.image {
            Image::Framework("") => algorithm::of_class(name),
            Image::Hidden => None,
            _ => return,
        };
        begin(properties, place);
        for entry in &arguments.entries {
            if own.is_some_and(|algorithm| algorithm.hyperparameter(&entry.name).is_some()) {
                let path = format!("{HYPERPARAMETERS}.{}", entry.name);
                properties.set_path(&path, entry.place, entry.value.clone());
            }
        }
        let name = format!("what `{name}` fills in").into();
        leave_open(properties, &Unknown { reason: Reason::RunTime, name, place });
    }

    /// `HyperparameterTuner.create(estimator_dict, …)`: its dicts have an entry for each estimator.
    pub(super) fn tuner_of_several(&mut self, symbol: &str, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let names = ["estimator_dict", "objective_metric_name_dict", "hyperparameter_ranges_dict"];
        let named = named_arguments(arguments, &names);
        let path = symbol.strip_suffix(".create").unwrap_or(symbol);
        let Some(class) = sdk_classes::class(path) else { return self.unknown(Reason::RunTime, call.range()) };
        self.construct(class, "HyperparameterTuner", call, &Arguments { positional: Vec::new(), named })
    }

    /// A tuner chooses some of the hyperparameters of the estimators that it is given.
    pub(super) fn tuned(&mut self, arguments: &Entries, place: Place) {
        if let Some(Data::Object(estimators)) = arguments.entry("estimator_dict").map(|entry| &entry.value.data) {
            let ranges = arguments.entry("hyperparameter_ranges_dict").map(|entry| entry.value.clone());
            let is_closed = arguments.open.is_none() && arguments.entry("autotune").is_none();
            for entry in &estimators.entries {
                let own = ranges.as_ref().and_then(|ranges| ranges.entry(&entry.name)).map(|entry| &entry.value);
                self.tuned_within(&entry.value, own.filter(|_| is_closed), place);
            }
            return;
        }
        let more = arguments.open.is_some()
            || ["autotune", "estimator_dict"].iter().any(|name| arguments.entry(name).is_some());
        let ranges = arguments.entry("hyperparameter_ranges").map(|entry| &entry.value).filter(|_| !more);
        for entry in ["estimator", "estimator_dict", "model_trainer"].iter().filter_map(|name| arguments.entry(name)) {
            self.tuned_within(&entry.value, ranges, place);
        }
    }

    /// The same for the estimators in a value, and what is chosen for them; nothing where that is not known.
    fn tuned_within(&mut self, estimators: &Value, ranges: Option<&Value>, place: Place) {
        let mut ids = Vec::new();
        each_reference(estimators, &mut |reference| ids.push(reference.id.clone()));
        let name: Arc<str> = "hyperparameters that the tuning job chooses".into();
        let why = Unknown { reason: Reason::RunTime, name: name.into(), place };
        for at in self.estimators(&ids) {
            let guard = self.part.resources[at].guard.clone();
            self.change_property(at, &guard, &mut |properties| {
                begin(properties, place);
                match ranges.map(|ranges| &ranges.data) {
                    Some(Data::Object(ranges)) if ranges.open.is_none() => {
                        for range in &ranges.entries {
                            let chosen = Value::new(Data::Unknown(why.clone()), range.place);
                            properties.set_path(&format!("{HYPERPARAMETERS}.{}", range.name), range.place, chosen);
                        }
                    }
                    _ => leave_open(properties, &why),
                }
            });
        }
    }

    /// Notes the objects that one of the SDK's own is made from.
    pub(super) fn given(&mut self, arguments: &Arguments) {
        for id in references(arguments) {
            self.use_of(&id, |uses| uses.given = true);
        }
    }

    /// Code that is not followed may set hyperparameters of the estimators that it is handed.
    pub(super) fn handed(&mut self, arguments: &Arguments, place: Place) {
        self.open_hyperparameters(
            &references(arguments),
            "what the code sets that the estimator is handed to",
            Some(place),
        );
    }

    /// An estimator that is neither trained here nor given to an object of the SDK's is trained elsewhere: what is set
    /// until then is not known.
    pub(super) fn open_untrained(&mut self) {
        let untrained = |object: &Object| !object.uses.fitted && !object.uses.given;
        let ids: Vec<Arc<str>> =
            self.objects.iter().filter(|(_, object)| untrained(object)).map(|(id, _)| id.clone()).collect();
        self.open_hyperparameters(&ids, "what is set before it trains", None);
    }

    fn open_hyperparameters(&mut self, ids: &[Arc<str>], what: &str, place: Option<Place>) {
        for at in self.estimators(ids) {
            let resource = &self.part.resources[at];
            let (guard, place) = (resource.guard.clone(), place.unwrap_or(resource.place));
            let why = Unknown { reason: Reason::Control, name: what.into(), place };
            self.change_property(at, &guard, &mut |properties| {
                begin(properties, place);
                leave_open(properties, &why);
            });
        }
    }

    /// The resources of those objects that are estimators.
    fn estimators(&self, ids: &[Arc<str>]) -> Vec<usize> {
        let objects = ids.iter().filter_map(|id| self.objects.get(id));
        objects.filter(|object| object.class.role == Role::Estimator).filter_map(|object| object.resource).collect()
    }

    /// The channels of `fit(inputs)`.
    pub(super) fn fit(&mut self, id: &Arc<str>, arguments: &Arguments) {
        let Some(at) = self.objects.get(id).and_then(|object| object.resource) else { return };
        let given = arguments.named.entry("input_data_config").map(|entry| &entry.value);
        let Some(inputs) = given.or_else(|| arguments.get("inputs", 0)).cloned() else { return };
        self.set_channels(at, &inputs);
    }

    /// A queue of AWS Batch starts the job that an estimator describes.
    pub(super) fn queued_job(&mut self, call: &'a ExprCall, arguments: &Arguments) {
        let Some(Value { data: Data::Reference(of), .. }) = arguments.get("training_job", 0) else { return };
        let id = of.id.clone();
        self.use_of(&id, |uses| uses.fitted = true);
        self.fact(&format!("{id}.fit"), call, arguments);
        let at = self.objects.get(&id).and_then(|object| object.resource);
        if let Some((at, inputs)) = at.zip(arguments.get("inputs", 1)) {
            self.set_channels(at, inputs);
        }
    }

    /// A step of a pipeline trains with its own inputs.
    pub(super) fn step_inputs(&mut self, arguments: &Arguments) {
        let given = named_arguments(arguments, sdk_signatures::of_config("TrainingStep"));
        let named = |name: &str| given.entry(name).map(|entry| entry.value.clone());
        let trained = ["estimator", "tuner", "step_args"].iter().find_map(|name| named(name));
        let Some(Value { data: Data::Reference(of), .. }) = trained else { return };
        let at = self.trained_by(&of.id).and_then(|id| self.objects.get(&id)?.resource);
        if let Some((at, inputs)) = at.zip(named("inputs")) {
            self.set_channels(at, &inputs);
        }
    }

    fn set_channels(&mut self, at: usize, inputs: &Value) {
        let (place, channels) = (inputs.origin.place, channels(inputs));
        if matches!(channels.data, Data::Absent) {
            return;
        }
        let guard = self.here();
        self.change_property(at, &guard, &mut |properties| {
            properties.set_path("InputDataConfig", place, channels.clone());
        });
    }
}

/// What a tuner of several estimators starts: the property, and its value.
pub(super) fn definitions(estimators: &Entry) -> (&'static str, Value) {
    let place = estimators.value.origin.place;
    match &estimators.value.data {
        Data::Object(object) if object.class.is_none() => {
            let items = object.entries.iter().map(|entry| entry.value.clone()).collect();
            let list = List { items, open: object.open.clone() };
            ("TrainingJobDefinitions", Value::new(Data::List(Arc::new(list)), place))
        }
        _ => ("TrainingJobDefinition", Value::unknown(Reason::Unsupported, "several estimators", place)),
    }
}

/// The channels of `fit(inputs)`, or of a trainer's `input_data_config`.
pub(super) fn channels(inputs: &Value) -> Value {
    let place = inputs.origin.place;
    match &inputs.data {
        Data::Absent => Value::absent(place),
        Data::Object(channels) if channels.class.is_none() => {
            let items = channels.entries.iter().map(channel).collect();
            Value::new(Data::List(Arc::new(List { items, open: channels.open.clone() })), place)
        }
        Data::List(list) => {
            let items = list.items.iter().map(input_data).collect();
            Value::new(Data::List(Arc::new(List { items, open: list.open.clone() })), place)
        }
        Data::Text(_) | Data::Template(_) => Value::list(vec![unnamed(inputs.clone())], place),
        Data::Object(input) if input.class.as_deref().is_some_and(is_input) => {
            Value::list(vec![unnamed(inputs.clone())], place)
        }
        _ => Value::unknown(Reason::RunTime, "the channels", place),
    }
}

/// The objects among the arguments of a call.
fn references(arguments: &Arguments) -> Vec<Arc<str>> {
    let mut found = Vec::new();
    for value in arguments.values() {
        each_reference(value, &mut |reference| found.push(reference.id.clone()));
    }
    found
}

/// Makes the hyperparameters of a job an object, if nothing is said of them yet.
fn begin(properties: &mut Entries, place: Place) {
    if properties.entry(HYPERPARAMETERS).is_none() {
        let none = Entries { open: properties.open.clone(), ..Entries::default() };
        properties.set(Entry { name: HYPERPARAMETERS.into(), place, value: Value::object(none, place) });
    }
}

/// What was set before may be set again, to something that is not known. Which script is run stays as it is.
fn cover_known(properties: &mut Entries, why: &Unknown) {
    let known = properties.entries.iter_mut().find(|entry| &*entry.name == HYPERPARAMETERS);
    if let Some(Data::Object(known)) = known.map(|entry| &mut entry.value.data) {
        for entry in Arc::make_mut(known).entries.iter_mut().filter(|entry| &*entry.name != SCRIPT) {
            entry.value = Value::new(Data::Unknown(why.clone()), entry.place);
        }
    }
}

/// There may be more hyperparameters than those that are known. Whether a script is run is decided where the estimator
/// is made.
fn leave_open(properties: &mut Entries, why: &Unknown) {
    if let Some(known) = properties.entries.iter_mut().find(|entry| &*entry.name == HYPERPARAMETERS) {
        opened(&mut known.value, why, &|object| {
            if object.open.is_none() && object.entry(SCRIPT).is_none() {
                object.set(Entry { name: SCRIPT.into(), place: why.place, value: Value::absent(why.place) });
            }
        });
    }
}

/// Opens each branch of a value that is an object, or nothing yet, after a last look at it.
fn opened(value: &mut Value, why: &Unknown, last: &dyn Fn(&mut Entries)) {
    match &mut value.data {
        Data::Object(object) => {
            let object = Arc::make_mut(object);
            last(object);
            object.open.get_or_insert_with(|| why.clone());
        }
        Data::Guarded(guarded) => {
            let guarded = Arc::make_mut(guarded);
            opened(&mut guarded.then, why, last);
            opened(&mut guarded.otherwise, why, last);
        }
        Data::Absent => {
            value.data = Data::Object(Arc::new(Entries::default()));
            opened(value, why, last);
        }
        _ => {}
    }
}

fn is_input(class: &str) -> bool {
    matches!(class.rsplit('.').next(), Some("TrainingInput" | "s3_input" | "FileSystemInput"))
}

fn unnamed(input: Value) -> Value {
    let place = input.origin.place;
    channel(&Entry { name: UNNAMED_CHANNEL.into(), place, value: input })
}

/// A channel of `fit(inputs={name: input})`.
fn channel(entry: &Entry) -> Value {
    let mut channel = Entries::default();
    channel.set(Entry {
        name: "ChannelName".into(),
        place: entry.place,
        value: Value::text(entry.name.clone(), entry.place),
    });
    match &entry.value.data {
        Data::Object(input) if input.class.is_some() => {
            for (argument, property) in [
                ("s3_data", "DataSource.S3DataSource.S3Uri"),
                ("distribution", "DataSource.S3DataSource.S3DataDistributionType"),
                ("s3_data_type", "DataSource.S3DataSource.S3DataType"),
                ("content_type", "ContentType"),
                ("compression", "CompressionType"),
                ("record_wrapping", "RecordWrapperType"),
                ("input_mode", "InputMode"),
                ("file_system_id", "DataSource.FileSystemDataSource.FileSystemId"),
                ("file_system_type", "DataSource.FileSystemDataSource.FileSystemType"),
                ("directory_path", "DataSource.FileSystemDataSource.DirectoryPath"),
            ] {
                if let Some(given) = input.entry(argument) {
                    set_property(&mut channel, property, given.place, &given.value);
                }
            }
            channel.open.clone_from(&input.open);
        }
        Data::Text(_) | Data::Template(_) => {
            channel.set_path("DataSource.S3DataSource.S3Uri", entry.place, entry.value.clone());
        }
        _ => {
            channel.open =
                Some(Unknown { reason: Reason::RunTime, name: entry.name.clone().into(), place: entry.place });
        }
    }
    Value::object(channel, entry.place)
}
