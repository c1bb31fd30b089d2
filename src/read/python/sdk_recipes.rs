//! Objects of the SDK that a class method makes of something: `ModelTrainer.from_recipe`, `from_jumpstart_config`. What the
//! recipe or the model decides is not known where it is not among the files; all else is what the call says.
//!
//! Source: sagemaker 3.27.0, `train.model_trainer`, `train.sm_recipes.utils`, `train.defaults.JumpStartTrainDefaults` and
//! `serve.model_builder`; sagemaker 2.257.7, `pytorch.estimator` (`training_recipe`). Read 2026-11-27.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::{Ranged, TextRange};

use super::{
    Machine,
    calls::Arguments,
    documents::Dialect,
    sdk::named_arguments,
    sdk_classes::{self, Class, Role},
    sdk_training::SCRIPT,
};
use crate::{
    graph::value::{Data, Entry, List, Object as Entries, Reason, StepKind, Unknown, Value},
    source::Place,
};

const FROM_RECIPE: &[&str] = &[
    "training_recipe",
    "compute",
    "recipe_overrides",
    "networking",
    "stopping_condition",
    "requirements",
    "training_image",
];
const TRAINER_OF_MODEL: &[&str] =
    &["jumpstart_config", "source_code", "compute", "networking", "stopping_condition", "training_image"];
const BUILDER_OF_MODEL: &[&str] = &["jumpstart_config", "role_arn", "compute", "network", "image_uri", "env_vars"];

/// Where recipes say how many instances they are for: those of NeMo, and those of Nova.
const NODES: [[&str; 2]; 2] = [["trainer", "num_nodes"], ["run", "replicas"]];

/// What stands for the name of the script that a recipe is run by.
const RECIPE_SCRIPT: &str = "the recipe's";

const OF_RECIPE: &str = "what the recipe says";
const OF_MODEL: &str = "what the model id stands for";

impl<'a> Machine<'a> {
    /// `ModelTrainer.from_recipe(…)`, `from_jumpstart_config(…)` of a trainer or a builder; nothing for other methods.
    pub(super) fn made_from(&mut self, symbol: &str, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        let (path, method) = symbol.rsplit_once('.')?;
        let class = sdk_classes::class(path)?;
        let name = path.rsplit('.').next().unwrap_or(path);
        let place = self.place(call.range());
        let named = match (name, method) {
            ("ModelTrainer", "from_recipe") => named_arguments(arguments, FROM_RECIPE),
            ("ModelTrainer", "from_jumpstart_config") => {
                let mut named = named_arguments(arguments, TRAINER_OF_MODEL);
                train_model(&mut named, place);
                named
            }
            ("ModelBuilder", "from_jumpstart_config") => {
                let mut named = named_arguments(arguments, BUILDER_OF_MODEL);
                complete(&mut named, "compute", &["instance_type"], OF_MODEL, place);
                named
            }
            _ => return None,
        };
        Some(self.construct(class, name, call, &Arguments { positional: Vec::new(), named }))
    }

    /// What a recipe decides of a job: the script and its hyperparameters, the image unless one is given, and how many
    /// instances unless the call says so.
    pub(super) fn follow_recipe(&mut self, class: &Class, arguments: &mut Entries, range: TextRange) {
        let is_trainer = class.names == ["ModelTrainer"];
        if class.role != Role::Estimator || is_left("training_recipe", arguments) || arguments.open.is_some() {
            return;
        }
        let place = self.place(range);
        let unknown =
            |name: &str| Entry { name: name.into(), place, value: Value::unknown(Reason::External, OF_RECIPE, place) };
        let image = if is_trainer { "training_image" } else { "image_uri" };
        if is_left(image, arguments) {
            arguments.set(unknown(image));
        }
        arguments.entries.retain(|entry| !matches!(&*entry.name, "entry_point" | "source_code"));
        let mut hyperparameters = unknown("hyperparameters");
        // A script of the recipe's trains as one's own does; those of Nova's are hidden.
        let recipe = arguments.entry("training_recipe").and_then(|entry| entry.value.plain_text());
        if recipe.is_some_and(|recipe| !recipe.contains("nova")) {
            let open = Unknown { reason: Reason::External, name: OF_RECIPE.into(), place };
            let mut known = Entries { open: Some(open), ..Entries::default() };
            let script = Value::text(RECIPE_SCRIPT, place).via(StepKind::ServiceDefault, "training_recipe", place);
            known.set(Entry { name: SCRIPT.into(), place, value: script });
            hyperparameters.value = Value::object(known, place);
        }
        arguments.set(hyperparameters);
        let nodes = self.nodes_of_recipe(arguments, range);
        if !is_trainer {
            if ["instance_count", "instance_groups"].iter().all(|name| is_left(name, arguments)) {
                arguments.set(Entry { name: "instance_count".into(), place, value: nodes });
            }
            return;
        }
        let Some(entry) = arguments.entries.iter_mut().find(|entry| &*entry.name == "compute") else { return };
        if let Data::Object(compute) = &mut entry.value.data
            && compute.open.is_none()
            && ["instance_count", "instance_groups"].iter().all(|name| is_left(name, compute))
        {
            Arc::make_mut(compute).set(Entry { name: "instance_count".into(), place, value: nodes });
        }
    }

    /// How many instances a recipe is for: what overrides it says first, then the file, if it is among ours.
    fn nodes_of_recipe(&mut self, arguments: &Entries, range: TextRange) -> Value {
        let of = |name: &str| arguments.entry(name).map(|entry| entry.value.clone());
        let unknown = Value::unknown(Reason::External, "the instances that the recipe names", self.place(range));
        let overrides = of("recipe_overrides").filter(|value| !matches!(value.data, Data::Absent));
        if let Some(overrides) = overrides {
            if let Some(nodes) = nodes_in(&overrides) {
                return nodes;
            }
            let may_say = |value: &Value| !matches!(&value.data, Data::Object(object) if object.open.is_none());
            let may_say_within = |head: &str| overrides.entry(head).is_some_and(|entry| may_say(&entry.value));
            if may_say(&overrides) || NODES.iter().any(|[head, _]| may_say_within(head)) {
                return unknown;
            }
        }
        let recipe =
            of("training_recipe").filter(|recipe| recipe.plain_text().is_some_and(|path| path.ends_with(".yaml")));
        let document = recipe.map(|recipe| self.yaml_at(&recipe, Dialect::Omega, range));
        document.as_ref().and_then(nodes_in).filter(|nodes| matches!(nodes.data, Data::Number(_))).unwrap_or(unknown)
    }
}

/// What the model decides of a trainer's job where the call does not.
fn train_model(named: &mut Entries, place: Place) {
    complete(named, "compute", &["instance_type", "volume_size_in_gb"], OF_MODEL, place);
    for name in ["training_image", "tags", "environment"] {
        if is_left(name, named) {
            let value = Value::unknown(Reason::External, OF_MODEL, place);
            named.set(Entry { name: name.into(), place, value });
        }
    }
    named.entries.retain(|entry| &*entry.name != "source_code");
    let unknown = || Value::unknown(Reason::External, OF_MODEL, place);
    named.set(Entry { name: "hyperparameters".into(), place, value: unknown() });
    // The model itself is a channel.
    let channels = match named.entry("input_data_config").map(|entry| &entry.value.data) {
        Some(Data::List(list)) => {
            let open = Unknown { reason: Reason::External, name: OF_MODEL.into(), place };
            Value::new(Data::List(Arc::new(List { items: list.items.clone(), open: Some(open) })), place)
        }
        _ => unknown(),
    };
    named.set(Entry { name: "input_data_config".into(), place, value: channels });
}

/// Gives an argument object what it does not say as something that is not known.
fn complete(arguments: &mut Entries, name: &str, within: &[&str], what: &str, place: Place) {
    if arguments.open.is_some() {
        return;
    }
    if is_left(name, arguments) {
        arguments.set(Entry { name: name.into(), place, value: Value::object(Entries::default(), place) });
    }
    let Some(entry) = arguments.entries.iter_mut().find(|entry| &*entry.name == name) else { return };
    let Data::Object(object) = &mut entry.value.data else { return };
    let is_grouped = !is_left("instance_groups", object);
    if object.open.is_some() {
        return;
    }
    let object = Arc::make_mut(object);
    for &inner in within.iter().filter(|inner| !(is_grouped && **inner == "instance_type")) {
        if is_left(inner, object) {
            object.set(Entry { name: inner.into(), place, value: Value::unknown(Reason::External, what, place) });
        }
    }
}

/// Whether an argument is certainly not given.
fn is_left(name: &str, arguments: &Entries) -> bool {
    arguments.entry(name).is_none_or(|entry| matches!(entry.value.data, Data::Absent))
}

/// The count of instances in a recipe, or in what overrides one.
fn nodes_in(recipe: &Value) -> Option<Value> {
    let mut found = NODES.iter().filter_map(|[head, name]| recipe.entry(head)?.value.entry(name));
    found.next().map(|entry| entry.value.clone()).filter(|value| !matches!(value.data, Data::Absent))
}
