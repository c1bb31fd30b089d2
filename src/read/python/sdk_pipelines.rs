//! Pipelines of the SDK: their steps, linked to the jobs that these start, and the steps that make something themselves.
//!
//! Source: sagemaker 2.257.7 and sagemaker-mlops of sagemaker 3.27.0, `workflow`, read 2026-11-26.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

use super::{
    Machine,
    calls::Arguments,
    sdk::{named_arguments, set_property},
    sdk_endpoints::reference,
    sdk_signatures,
};
use crate::{
    graph::{
        Input,
        value::{Data, Entry, List, Object as Entries, Piece, Reason, StepKind, Unknown, Value},
    },
    read::{
        api::{self, LowerRequest},
        sdk_config::CHECK,
    },
    source::Place,
};

/// Steps within conditions are followed this deep.
const MAX_DEPTH: usize = 16;
/// The property that holds the steps, in the words of a definition. A step of the SDK refers to its job, which is read by
/// itself.
const BODY: &str = "PipelineDefinition.PipelineDefinitionBody";

impl<'a> Machine<'a> {
    /// `create`, `update` and `upsert` of a pipeline: what they are given is the pipeline's.
    pub(super) fn pipeline_method(
        &mut self,
        id: &Arc<str>,
        method: &str,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) -> Value {
        let place = self.place(call.func.range());
        if method == "put_triggers" {
            self.triggers(id, call, arguments);
        }
        let resource = self.objects.get(id).and_then(|object| object.resource);
        if let Some(at) = resource.filter(|_| matches!(method, "create" | "update" | "upsert")) {
            let named = named_arguments(arguments, &["role_arn", "description", "tags", "parallelism_config"]);
            let is_closed = self.objects.get(id).is_some_and(|object| object.arguments.open.is_none());
            let guard = self.here();
            self.change_property(at, &guard, &mut |properties| {
                for (argument, property) in
                    [("role_arn", "RoleArn"), ("description", "PipelineDescription"), ("tags", "Tags")]
                {
                    if let Some(entry) = named.entry(argument) {
                        set_property(properties, property, entry.place, &entry.value);
                    }
                }
                if properties.entry("Tags").is_none() {
                    properties.set(Entry { name: "Tags".into(), place, value: Value::absent(place) });
                }
                if is_closed {
                    properties.open.clone_from(&named.open);
                }
            });
        }
        self.unknown(Reason::RunTime, call.range())
    }

    /// The schedules that start a pipeline: one for each trigger that is known.
    fn triggers(&mut self, id: &Arc<str>, call: &'a ExprCall, arguments: &Arguments) {
        let (place, body) = (self.place(call.func.range()), self.place(call.range()));
        let Some(Value { data: Data::List(list), .. }) = arguments.get("triggers", 0).cloned() else { return };
        let role = arguments.get("role_arn", 1).cloned();
        for trigger in &list.items {
            let Data::Object(trigger) = &trigger.data else { continue };
            if !trigger.class.as_deref().is_some_and(|class| class.ends_with(".PipelineSchedule")) {
                continue;
            }
            let mut properties = Entries { open: trigger.open.clone(), ..Entries::default() };
            properties
                .entries
                .extend(trigger.entry("name").map(|entry| Entry { name: "Name".into(), ..entry.clone() }));
            properties.entries.extend(expression(trigger));
            let is_off = trigger.entry("enabled").map(|entry| &entry.value.data);
            let state = match is_off {
                None | Some(Data::Bool(true)) => Value::text("ENABLED", place),
                Some(Data::Bool(false) | Data::Absent) => Value::text("DISABLED", place),
                Some(_) => self.unknown(Reason::RunTime, call.range()),
            };
            properties.set(Entry { name: "State".into(), place, value: state });
            properties.set_path("Target.Arn", place, reference(id, place));
            if let Some(role) = &role {
                set_property(&mut properties, "Target.RoleArn", role.origin.place, role);
            }
            let made = self.numbered(format!("{id}/trigger"));
            self.make_of(id, made, "AWS::Scheduler::Schedule", properties, (place, body));
        }
    }

    /// The steps that make a job or a cluster themselves, as argument objects. Returns what was made.
    pub(super) fn step(&mut self, name: &str, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        let given = named_arguments(arguments, sdk_signatures::of_config(name));
        let named = |name: &str| given.entry(name).map(|entry| entry.value.clone());
        let id = || self.target.clone().unwrap_or_else(|| name.into());
        match name {
            "QualityCheckStep" | "ClarifyCheckStep" | "MonitorBatchTransformStep" => {
                let config = named("check_job_config").or_else(|| named("check_job_configuration"))?;
                let Data::Reference(config) = &config.data else { return None };
                let qualified = format!("{}{CHECK}", self.qualified(&id()));
                self.processing_of(&config.id.clone(), &qualified, None, self.place(call.range()))
            }
            "EMRStep" => {
                let config = named("cluster_config").filter(|value| matches!(value.data, Data::Object(_)))?;
                let id = id();
                Some(self.cluster_of_step(&id, &config, call))
            }
            _ => None,
        }
    }

    fn cluster_of_step(&mut self, id: &str, config: &Value, call: &'a ExprCall) -> Value {
        let id = self.fresh_id(id);
        let body = self.place(call.range());
        if self.quiet == 0 {
            let request = LowerRequest {
                unit: self.unit.clone(),
                id: id.clone(),
                callers: Vec::new(),
                caller_places: self.call_sites(),
                input: Input::Api,
                properties: self.rested(ending(config, body)),
                place: self.place(call.func.range()),
                body,
                guard: self.here(),
            };
            let made = api::lower("emr", "run_job_flow", request);
            self.spend(32 * made.len());
            self.part.resources.extend(made);
        }
        self.objects.insert(id.clone(), super::sdk::Object::response());
        reference(&id, body)
    }
}

/// When a trigger starts its pipeline, as EventBridge writes it; nothing for a single time.
fn expression(trigger: &Entries) -> Option<Entry> {
    let text = |text: &str| Piece::Text(text.into());
    let hole = |value: &Value| {
        let number = match &value.data {
            Data::Number(number) => Some(Value::text(number.text(), value.origin.place)),
            _ => None,
        };
        Piece::Hole(Box::new(number.unwrap_or_else(|| value.clone())))
    };
    let given = |name: &str| trigger.entry(name).filter(|entry| !matches!(entry.value.data, Data::Absent));
    let (entry, pieces) = match (given("cron"), given("rate")) {
        (Some(cron), _) => (cron, vec![text("cron("), hole(&cron.value), text(")")]),
        (None, Some(rate)) => {
            let Data::List(parts) = &rate.value.data else { return None };
            let [number, unit] = &parts.items[..] else { return None };
            (rate, vec![text("rate("), hole(number), text(" "), hole(unit), text(")")])
        }
        _ => return None,
    };
    let value = Value::template(pieces, entry.place);
    Some(Entry { name: "ScheduleExpression".into(), place: entry.place, value })
}

/// A pipeline ends a cluster that it has started for a step, whatever is written.
fn ending(config: &Value, place: Place) -> Value {
    let mut config = config.clone();
    if let Data::Object(object) = &mut config.data
        && object.entry("Instances").is_some()
    {
        let no = Value::new(Data::Bool(false), place).via(StepKind::ServiceDefault, "EMRStep", place);
        Arc::make_mut(object).set_path("Instances.KeepJobFlowAliveWhenNoSteps", place, no);
    }
    config
}

/// Adds the steps of a pipeline to its properties, as far as they are known.
pub(super) fn set_steps(properties: &mut Entries, arguments: &Entries, place: Place) {
    let Some(entry) = arguments.entry("steps") else { return };
    if let Data::List(list) = &entry.value.data {
        let mut definition = Entries::default();
        definition.set(Entry { name: "Version".into(), place, value: Value::text("2020-12-01", place) });
        definition.set(Entry {
            name: "Steps".into(),
            place: entry.place,
            value: steps(list, entry.value.origin.place, 0),
        });
        properties.set_path(BODY, entry.place, Value::object(definition, place));
    }
}

fn steps(list: &List, place: Place, depth: usize) -> Value {
    let items: Vec<Value> = list.items.iter().filter_map(|item| step(item, depth)).collect();
    // Collections of steps are not taken apart.
    let more = (items.len() < list.items.len()).then(|| Unknown {
        reason: Reason::Unsupported,
        name: "a step of another kind".into(),
        place,
    });
    Value::new(Data::List(Arc::new(List { items, open: list.open.clone().or(more) })), place)
}

/// A step in the words of a definition. Its `Arguments` are what it starts, if that is among what was read.
fn step(value: &Value, depth: usize) -> Option<Value> {
    let place = value.origin.place;
    let mut made = Entries::default();
    let mut set = |name: &str, place: Place, value: Value| made.set(Entry { name: name.into(), place, value });
    match &value.data {
        // A job that is a step: a notebook's, or a function's.
        Data::Reference(reference) => {
            set("Name", place, Value::text(reference.id.clone(), place));
            set("Type", place, Value::text("Training", place));
            set("Arguments", place, value.clone());
        }
        Data::Object(object) => {
            let class = object.class.as_deref()?.rsplit('.').next()?;
            let kind = class.strip_suffix("Step")?;
            let kind = if kind == "CreateModel" { "Model" } else { kind };
            if let Some(name) = object.entry("name") {
                set("Name", name.place, name.value.clone());
            }
            set("Type", place, Value::text(kind, place));
            let started = ["step_args", "estimator", "processor", "transformer", "tuner", "model", "lambda_func", MADE];
            let started = started
                .iter()
                .find_map(|name| object.entry(name).filter(|entry| matches!(entry.value.data, Data::Reference(_))));
            if let Some(entry) = started {
                set("Arguments", entry.place, entry.value.clone());
            } else if kind == "Condition" && depth < MAX_DEPTH {
                let mut branches = Entries::default();
                for (argument, branch) in [("if_steps", "IfSteps"), ("else_steps", "ElseSteps")] {
                    if let Some(Entry { value: Value { data: Data::List(list), origin }, place, .. }) =
                        object.entry(argument)
                    {
                        let value = steps(list, origin.place, depth + 1);
                        branches.set(Entry { name: branch.into(), place: *place, value });
                    }
                }
                set("Arguments", place, Value::object(branches, place));
            }
        }
        _ => return None,
    }
    Some(Value::object(made, place))
}

/// The entry of a step, as an argument object, that holds what it has made itself.
pub(super) const MADE: &str = "made";
