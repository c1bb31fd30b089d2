//! The code of functions that an `archive_file` packs: the folder or file that it packs stands in for the archive.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::{
    graph::{
        Resource,
        value::{Data, Entry, Object, Value},
    },
    read::terraform::instance::Instance,
};

/// Types whose argument `filename` is the archive with their code, and the property that holds it.
const PACKED: &[(&str, &str)] = &[("aws_lambda_function", "Code"), ("aws_lambda_layer_version", "")];

/// Gives each function whose archive is packed by the same configuration a `Code.LocalPath`: the folder or file that its
/// code is, as it is written. A layer has it as `Content`.
pub(super) fn locate(instances: &[Instance], resources: &mut [Option<Resource>]) {
    let mut by_name: FxHashMap<String, Option<Value>> = FxHashMap::default();
    for instance in instances.iter().filter(|instance| &*instance.kind == "archive_file") {
        let packed = ["source_dir", "source_file"].into_iter().find_map(|name| instance.properties.entry(name));
        let Some(packed) = packed.filter(|packed| matches!(packed.value.data, Data::Text(_))) else { continue };
        let address = instance.address.split('[').next().unwrap_or(&instance.address);
        let output = instance.properties.entry("output_path").map(|entry| &entry.value.data);
        let output = match output {
            Some(Data::Text(path)) => Some(path.to_string()),
            _ => None,
        };
        for name in [Some(format!("{address}.output_path")), output].into_iter().flatten() {
            // Two archives of one name: which one it is nobody knows.
            let known = by_name.entry(name).or_insert_with(|| Some(packed.value.clone()));
            if known.as_ref().is_some_and(|known| known.plain_text() != packed.value.plain_text()) {
                *known = None;
            }
        }
    }
    if by_name.is_empty() {
        return;
    }
    for (instance, resource) in instances.iter().zip(resources) {
        let (Some((_, holder)), Some(resource)) = (PACKED.iter().find(|(kind, _)| *kind == &*instance.kind), resource)
        else {
            continue;
        };
        let Some(archive) = instance.properties.entry("filename") else { continue };
        let Some(Some(packed)) = names(&archive.value).into_iter().find_map(|name| by_name.get(&*name)) else {
            continue;
        };
        put(&mut resource.properties, holder, archive.place, packed);
    }
}

/// The names that an archive may go by: its path, and the attribute that it was taken from.
fn names(archive: &Value) -> Vec<Arc<str>> {
    let own = match &archive.data {
        Data::Text(path) => Some(path.clone()),
        Data::Unknown(unknown) => Some(unknown.name().into()),
        _ => None,
    };
    own.into_iter().chain(archive.origin.steps().map(|step| step.name.clone())).collect()
}

fn put(properties: &mut Value, holder: &str, place: crate::source::Place, packed: &Value) {
    let Data::Object(object) = &mut properties.data else { return };
    let object = Arc::make_mut(object);
    if holder.is_empty() {
        object.entries.push(Entry { name: "Content".into(), place, value: packed.clone() });
        return;
    }
    let at = object.entries.iter().position(|entry| &*entry.name == holder);
    let Some(at) = at else { return };
    if let Data::Object(code) = &mut object.entries[at].value.data {
        let code: &mut Object = Arc::make_mut(code);
        code.entries.push(Entry { name: "LocalPath".into(), place, value: packed.clone() });
    }
}
