//! The configuration that a plan was made of: where its blocks stand.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    graph::{
        value::{Data, Entry, List, Object, Origin, Step, StepKind, Value},
        without_keys,
    },
    read::{
        given::Given,
        terraform::{self, instance::Instance},
    },
    source::{Files, Place},
};

/// The directories that plans may have been made of, each evaluated once.
pub(super) struct Sources<'f> {
    files: &'f Files,
    given: &'f Given,
    /// The roots that were read, and behind them what was evaluated since; by path as a unit.
    known: Vec<(Arc<str>, Vec<Instance>)>,
    at: FxHashMap<Arc<str>, usize>,
    /// The roots that have a block, by its address without keys.
    blocks: FxHashMap<String, Vec<usize>>,
}

impl<'f> Sources<'f> {
    /// The roots that were read, with their instances.
    pub(super) fn of(files: &'f Files, given: &'f Given, known: Vec<(Arc<str>, Vec<Instance>)>) -> Self {
        let mut blocks: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (at, (_, instances)) in known.iter().enumerate() {
            for instance in instances {
                let having = blocks.entry(without_keys(&instance.address)).or_default();
                if having.last() != Some(&at) {
                    having.push(at);
                }
            }
        }
        let at = known.iter().enumerate().map(|(at, (unit, _))| (unit.clone(), at)).collect();
        Self { files, given, known, at, blocks }
    }

    /// The directory whose blocks a plan has, as unit, and its instances: beside the plan, above it, or else among those
    /// that were read.
    pub(super) fn find(&mut self, path: &str, planned: &[Instance]) -> Option<(Arc<str>, &[Instance])> {
        if planned.is_empty() {
            return None;
        }
        let mut folder = path;
        while !folder.is_empty() {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            let at = self.evaluated(folder);
            if fits(planned, &self.known[at].1) {
                return Some(self.source(at));
            }
        }
        let mut counts: FxHashMap<usize, usize> = FxHashMap::default();
        for instance in planned {
            for &at in self.blocks.get(&without_keys(&instance.address)).into_iter().flatten() {
                *counts.entry(at).or_default() += 1;
            }
        }
        let fitting = counts.into_iter().filter(|(_, found)| found * 2 > planned.len());
        fitting.map(|(at, _)| at).min().map(|at| self.source(at))
    }

    /// The number of a directory, which is evaluated where it was not. One without configuration has no instances.
    fn evaluated(&mut self, folder: &str) -> usize {
        let unit: Arc<str> = if folder.is_empty() { "." } else { folder }.into();
        if let Some(&at) = self.at.get(&unit) {
            return at;
        }
        let instances =
            terraform::plan(self.files, folder, self.given).map_or_else(Vec::new, |(instances, _)| instances);
        let at = self.known.len();
        self.at.insert(unit.clone(), at);
        self.known.push((unit, instances));
        at
    }

    fn source(&self, at: usize) -> (Arc<str>, &[Instance]) {
        let (unit, instances) = &self.known[at];
        (unit.clone(), instances)
    }
}

/// Whether a configuration has most of the blocks that a plan has.
fn fits(planned: &[Instance], instances: &[Instance]) -> bool {
    if instances.is_empty() {
        return false;
    }
    let blocks: FxHashSet<String> = instances.iter().map(|instance| without_keys(&instance.address)).collect();
    let found = planned.iter().filter(|instance| blocks.contains(&without_keys(&instance.address))).count();
    found * 2 > planned.len()
}

/// Gives planned instances the places of their blocks.
pub(super) fn place(planned: &mut [Instance], instances: &[Instance]) {
    let mut exact: FxHashMap<&str, &Instance> = FxHashMap::default();
    let mut blocks: FxHashMap<String, &Instance> = FxHashMap::default();
    for instance in instances {
        exact.insert(&instance.address, instance);
        blocks.entry(without_keys(&instance.address)).or_insert(instance);
    }
    for one in planned {
        let same = exact.get(&*one.address).copied();
        let Some(written) = same.or_else(|| blocks.get(&without_keys(&one.address)).copied()) else { continue };
        (one.place, one.body, one.callers) = (written.place, written.body, written.callers.clone());
        one.region = one.region.take().or_else(|| written.region.clone());
        let properties = Laid { exact: same.is_some() }.over(&one.properties, Some(&written.properties), written.place);
        one.properties = properties.unwrap_or_else(|| Value::object(Object::default(), written.place));
    }
}

/// A plan laid over its configuration.
struct Laid {
    /// Whether the configuration is that of the same instance, not of another one of its block.
    exact: bool,
}

impl Laid {
    /// A planned value with the places of what is written; nothing where neither says anything. What the plan does not
    /// know is what is written, as far as that goes; where nothing is, it is the provider's to say.
    fn over(&self, planned: &Value, written: Option<&Value>, place: Place) -> Option<Value> {
        let at = |data: Data| Value::new(data, place);
        let value = match (&planned.data, written) {
            (Data::Unknown(_), None) => return None,
            (Data::Unknown(_), Some(written)) if self.exact => written.clone(),
            // A link says more than the name that it comes to.
            (Data::Text(_), Some(written @ Value { data: Data::Reference(_), .. })) if self.exact => written.clone(),
            (Data::Object(planned), written) => at(Data::Object(Arc::new(self.object(planned, written, place)))),
            (Data::List(planned), written) => at(Data::List(Arc::new(self.list(planned, written, place)))),
            (data, Some(written)) if same(planned, written) => {
                Value { data: data.clone(), origin: decided(&written.origin) }
            }
            (data, _) => at(data.clone()),
        };
        Some(value)
    }

    fn object(&self, planned: &Object, written: Option<&Value>, place: Place) -> Object {
        let entries = planned.entries.iter().filter_map(|entry| {
            let written = written.and_then(|written| written.entry(&entry.name));
            let place = written.map_or(place, |written| written.place);
            let value = self.over(&entry.value, written.map(|written| &written.value), place)?;
            Some(Entry { name: entry.name.clone(), place, value })
        });
        Object { entries: entries.collect(), open: planned.open.clone(), class: None }
    }

    fn list(&self, planned: &List, written: Option<&Value>, place: Place) -> List {
        let written = match written.map(|written| &written.data) {
            Some(Data::List(list)) if list.items.len() == planned.items.len() && list.open.is_none() => Some(list),
            _ => None,
        };
        let items = planned.items.iter().enumerate().map(|(at, item)| {
            let written = written.and_then(|list| list.items.get(at));
            let place = written.map_or(place, |written| written.origin.place);
            // An item that neither says anything of is one all the same.
            self.over(item, written, place).unwrap_or_else(|| item.clone())
        });
        List { items: items.collect(), open: planned.open.clone() }
    }
}

fn same(planned: &Value, written: &Value) -> bool {
    planned.plain_text().is_some() && planned.plain_text() == written.plain_text()
}

/// The way of a value that a plan has settled: a default is no longer one.
fn decided(origin: &Origin) -> Origin {
    let steps: Vec<&Step> = origin.steps().collect();
    let step = steps.into_iter().rev().fold(None, |before, step| {
        let kind = if step.kind == StepKind::VariableDefault { StepKind::Variable } else { step.kind };
        Some(Arc::new(Step { kind, before, ..step.clone() }))
    });
    Origin { place: origin.place, step, is_made: origin.is_made }
}
