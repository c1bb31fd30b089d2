//! By what data sources look up machine images: the name of a stored parameter, the name that an image has.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::instance::{Instance, Mode};
use crate::{
    graph::value::{Data, Value},
    source::Place,
};

/// Where each lookup stands whose words are known, and the words. A data source that asks for different things, as one
/// in a module that is called twice may, is left out.
pub(super) fn of(instances: &[Instance]) -> Vec<(Place, Arc<str>)> {
    let mut found: FxHashMap<Place, Option<Arc<str>>> = FxHashMap::default();
    for instance in instances.iter().filter(|instance| instance.mode == Mode::Data) {
        let asked = match &*instance.kind {
            "aws_ssm_parameter" => text(&instance.properties, "name"),
            "aws_ami" => name_filter(&instance.properties),
            _ => continue,
        };
        let known = found.entry(instance.place).or_insert_with(|| asked.clone());
        if *known != asked {
            *known = None;
        }
    }
    let mut found: Vec<_> = found.into_iter().filter_map(|(place, asked)| Some((place, asked?))).collect();
    found.sort_unstable();
    found
}

fn text(object: &Value, name: &str) -> Option<Arc<str>> {
    match &object.entry(name)?.value.data {
        Data::Text(text) => Some(text.clone()),
        _ => None,
    }
}

/// The one name that the filters of an image ask for.
fn name_filter(properties: &Value) -> Option<Arc<str>> {
    let filters = &properties.entry("filter")?.value;
    let filters = match &filters.data {
        Data::List(filters) => &filters.items[..],
        // The only one, in JSON.
        _ => std::slice::from_ref(filters),
    };
    let named = filters.iter().filter(|filter| text(filter, "name").as_deref() == Some("name"));
    let mut names = named.filter_map(|filter| match &filter.entry("values")?.value.data {
        Data::List(values) if values.open.is_none() => Some(values.items.clone()),
        _ => None,
    });
    match (names.next()?.as_slice(), names.next()) {
        ([Value { data: Data::Text(name), .. }], None) => Some(name.clone()),
        _ => None,
    }
}
