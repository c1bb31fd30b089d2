//! The configuration that a plan was made of: where its blocks stand.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::{
    graph::{
        value::{Data, Entry, List, Object, Origin, Step, StepKind, Value},
        without_keys,
    },
    read::terraform::{self, instance::Instance},
    source::{Files, Place},
};

/// Beyond this many root directories a plan is looked for beside and above itself only: each one that is tried is
/// evaluated, and plans times directories would be quadratic.
const MAX_ELSEWHERE: usize = 8;

/// The directory whose blocks a plan has, as unit, and its instances: beside the plan, above it, or else among those that
/// are read anyway.
pub(super) fn find(
    files: &Files,
    path: &str,
    planned: &[Instance],
    units: &[Arc<str>],
) -> Option<(Arc<str>, Vec<Instance>)> {
    if planned.is_empty() {
        return None;
    }
    let above = std::iter::successors(path.rsplit_once('/').map_or(Some(""), |(folder, _)| Some(folder)), |folder| {
        (!folder.is_empty()).then(|| folder.rsplit_once('/').map_or("", |(above, _)| above))
    });
    let elsewhere = if units.len() <= MAX_ELSEWHERE { units } else { &[] };
    let read = elsewhere.iter().map(|unit| if &**unit == "." { "" } else { &**unit });
    let mut seen: Vec<&str> = Vec::new();
    for folder in above.chain(read) {
        if seen.contains(&folder) {
            continue;
        }
        seen.push(folder);
        if let Some((instances, _)) = terraform::plan(files, folder)
            && fits(planned, &instances)
        {
            return Some((if folder.is_empty() { "." } else { folder }.into(), instances));
        }
    }
    None
}

/// Whether a configuration has most of the blocks that a plan has.
fn fits(planned: &[Instance], instances: &[Instance]) -> bool {
    let blocks: FxHashMap<String, ()> =
        instances.iter().map(|instance| (without_keys(&instance.address), ())).collect();
    let found = planned.iter().filter(|instance| blocks.contains_key(&without_keys(&instance.address))).count();
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
    Origin { place: origin.place, step }
}
