//! Jobs of steps that run in no pipeline, and of pipelines that are built again: neither is there a second time.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Machine, scope::same_known, sdk_classes::Role};
use crate::graph::{
    each_reference,
    fact::{Call, Fact},
    guard::Formula,
    value::{Data, MAX_LEVELS, Piece, Value},
};

/// What code does to the steps of a pipeline that it has made.
const CHANGES: [&str; 5] = [".steps.append", ".steps.extend", ".steps.insert", ".steps +=", ".steps ="];

/// A pipeline of the code.
struct Pipeline {
    resource: usize,
    name: Option<Arc<str>>,
    /// The objects that its steps mention, in order.
    mentioned: Vec<Arc<str>>,
    /// Whether these are all.
    is_closed: bool,
}

impl Machine<'_> {
    /// Drops the jobs that are described for steps which no pipeline runs, and those of a pipeline that is built again under
    /// its name.
    pub(super) fn drop_idle_steps(&mut self) {
        let mut pipelines: Vec<Pipeline> = Vec::new();
        for object in self.objects.values().filter(|object| matches!(object.class.role, Role::Pipeline)) {
            let Some(resource) = object.resource else { continue };
            let steps = object.arguments.entry("steps").map(|entry| &entry.value);
            let mut mentioned = Vec::new();
            steps.into_iter().for_each(|steps| each_reference(steps, &mut |one| mentioned.push(one.id.clone())));
            let name = self.part.resources[resource].object().entry("PipelineName");
            let name = name.and_then(|entry| entry.value.plain_text());
            let is_closed = object.arguments.open.is_none() && steps.is_some_and(|steps| is_whole(steps, 0));
            pipelines.push(Pipeline { resource, name, mentioned, is_closed });
        }
        if pipelines.is_empty() {
            return;
        }
        pipelines.sort_by_key(|pipeline| pipeline.resource);
        self.drop_repeated(&pipelines);
        let text = self.source.text();
        if pipelines.iter().all(|pipeline| pipeline.is_closed) && !CHANGES.iter().any(|change| text.contains(change)) {
            self.drop_unlisted(&pipelines);
        }
    }

    /// Jobs that are only handed to steps which are made beside a pipeline, and that it does not have.
    fn drop_unlisted(&mut self, pipelines: &[Pipeline]) {
        let calls =
            || self.part.facts.iter().filter_map(|fact| if let Fact::Call(call) = fact { Some(call) } else { None });
        let last = |call: &Call| call.callee.rsplit('.').next().unwrap_or_default().to_owned();
        let functions: FxHashSet<&Option<Arc<str>>> =
            calls().filter(|call| last(call) == "Pipeline").map(|call| &call.function).collect();
        let listed: FxHashSet<&Arc<str>> = pipelines.iter().flat_map(|pipeline| &pipeline.mentioned).collect();
        let mut steps: FxHashMap<&Arc<str>, u32> = FxHashMap::default();
        for call in calls().filter(|call| last(call).ends_with("Step") && functions.contains(&call.function)) {
            for argument in &call.arguments {
                if let Data::Reference(reference) = &argument.value.data {
                    *steps.entry(&reference.id).or_default() += 1;
                }
            }
        }
        let is_idle = |id: &Arc<str>, handed: u32| !listed.contains(id) && steps.get(id).copied() == Some(handed);
        let jobs =
            self.objects.iter().filter(|(_, object)| matches!(object.class.role, Role::Estimator | Role::Processor));
        let idle = jobs.filter(|(id, object)| !object.uses.fitted && is_idle(id, object.uses.handed));
        let idle: Vec<usize> = idle.filter_map(|(_, object)| object.resource).collect();
        idle.into_iter().for_each(|at| self.part.resources[at].guard = Formula::False);
    }

    /// Pipelines that have the name of another one and the same steps, with what these run.
    fn drop_repeated(&mut self, pipelines: &[Pipeline]) {
        let mut known: FxHashMap<&Arc<str>, &Pipeline> = FxHashMap::default();
        for pipeline in pipelines {
            let Some(name) = &pipeline.name else { continue };
            let other = *known.entry(name).or_insert(pipeline);
            if std::ptr::eq(other, pipeline) || other.mentioned.len() != pipeline.mentioned.len() {
                continue;
            }
            // The one that is created counts more than one that only shows its definition.
            let is_created = |one: &Pipeline| self.part.resources[one.resource].object().entry("RoleArn").is_some();
            let (kept, again) =
                if is_created(pipeline) && !is_created(other) { (pipeline, other) } else { (other, pipeline) };
            let Some(pairs) = self.same_jobs(kept, again) else { continue };
            known.insert(name, kept);
            for (one, other) in pairs.into_iter().chain([(kept.resource, again.resource)]) {
                let guard = std::mem::replace(&mut self.part.resources[other].guard, Formula::False);
                let first = &mut self.part.resources[one].guard;
                *first = first.or(&guard);
            }
        }
    }

    /// The jobs of two pipelines in pairs, those that both have left out; nothing where the pipelines are not the same.
    fn same_jobs(&self, one: &Pipeline, other: &Pipeline) -> Option<Vec<(usize, usize)>> {
        let resources = &self.part.resources;
        let definition = |pipeline: &Pipeline| resources[pipeline.resource].object().entry("PipelineDefinition");
        if !is_alike(&definition(one)?.value, &definition(other)?.value, 0) {
            return None;
        }
        let resource = |id: &Arc<str>| self.objects.get(id)?.resource;
        let pairs = one.mentioned.iter().zip(&other.mentioned).filter(|(one, other)| one != other);
        let pairs = pairs.map(|(one, other)| {
            let (at, again) = (resource(one)?, resource(other)?);
            let (one, other) = (&resources[at], &resources[again]);
            let is_same = one.kind == other.kind && one.body == other.body;
            (is_same && is_alike(&one.properties, &other.properties, 0)).then_some((at, again))
        });
        pairs.collect()
    }
}

/// Whether all steps are known that a value has.
fn is_whole(steps: &Value, depth: usize) -> bool {
    match &steps.data {
        Data::List(list) => list.open.is_none() && list.items.iter().all(|item| is_whole(item, depth + 1)),
        Data::Object(step) if depth <= MAX_LEVELS => {
            let branches = ["if_steps", "else_steps", "depends_on", "steps"].iter().filter_map(|name| step.entry(name));
            step.open.is_none() && branches.into_iter().all(|entry| is_whole(&entry.value, depth + 1))
        }
        Data::Reference(_) | Data::Text(_) | Data::Absent => true,
        Data::Guarded(guarded) => is_whole(&guarded.then, depth) && is_whole(&guarded.otherwise, depth),
        _ => false,
    }
}

/// Whether two values are equal, wherever they were written. Each may refer to what was made with it.
fn is_alike(one: &Value, other: &Value, depth: usize) -> bool {
    if depth > MAX_LEVELS {
        return false;
    }
    match (&one.data, &other.data) {
        (Data::Reference(one), Data::Reference(other)) => one.attribute == other.attribute,
        (Data::List(one), Data::List(other)) => {
            one.open.is_some() == other.open.is_some()
                && one.items.len() == other.items.len()
                && one.items.iter().zip(&other.items).all(|(one, other)| is_alike(one, other, depth + 1))
        }
        (Data::Object(one), Data::Object(other)) => {
            one.class == other.class
                && one.open.is_some() == other.open.is_some()
                && one.entries.len() == other.entries.len()
                && one
                    .entries
                    .iter()
                    .zip(&other.entries)
                    .all(|(one, other)| one.name == other.name && is_alike(&one.value, &other.value, depth + 1))
        }
        (Data::Template(one), Data::Template(other)) => {
            one.len() == other.len()
                && one.iter().zip(other.iter()).all(|pieces| match pieces {
                    (Piece::Text(one), Piece::Text(other)) => one == other,
                    (Piece::Hole(one), Piece::Hole(other)) => is_alike(one, other, depth + 1),
                    _ => false,
                })
        }
        (Data::Guarded(one), Data::Guarded(other)) => {
            one.when == other.when
                && is_alike(&one.then, &other.then, depth + 1)
                && is_alike(&one.otherwise, &other.otherwise, depth + 1)
        }
        _ => same_known(one, other),
    }
}
