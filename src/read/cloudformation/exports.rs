//! `Export` and `Fn::ImportValue`: what one stack gives to all others of its account and region by a name.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{loops::Written, template::Template};
use crate::graph::{
    ELSEWHERE, Resource,
    value::{Data, Entry, List, Object, Piece, Reason, Reference, StepKind, Value},
};

/// How the name of the unknown begins that an import is.
pub(super) const IMPORT: &str = "import ";

/// Values are followed this deep.
const MAX_DEPTH: usize = crate::graph::value::MAX_LEVELS;

/// An output that is exported.
#[derive(Clone, Debug)]
pub struct Export {
    /// The unit that exports it.
    unit: Arc<str>,
    name: Arc<str>,
    value: Value,
}

impl<'t> Template<'t> {
    /// Notes the export of an output. A name with holes is that of no import that could be told.
    pub(super) fn export(&mut self, output: &Written<'t>, value: &Value) {
        let Some(name) = output.entry.value.get("Export").and_then(|export| export.get("Name")) else { return };
        if let Data::Text(name) = self.eval(name).data {
            self.exports.push(Export { unit: self.stack.unit.clone(), name, value: value.clone() });
        }
    }
}

/// Puts what is exported in the place of what imports it. A name that several templates export is that of none: they
/// are variants, of which one is deployed.
pub(in crate::read) fn link<'r>(exports: Vec<Export>, resources: impl Iterator<Item = &'r mut Resource>) {
    let mut named: FxHashMap<Arc<str>, Option<Export>> = FxHashMap::default();
    for export in exports {
        named.entry(export.name.clone()).and_modify(|known| *known = None).or_insert(Some(export));
    }
    if named.is_empty() {
        return;
    }
    for resource in resources {
        let links = Links { named: &named, unit: &resource.key.unit };
        if let Some(properties) = links.linked(&resource.properties, 0) {
            resource.properties = properties;
        }
    }
}

struct Links<'e> {
    named: &'e FxHashMap<Arc<str>, Option<Export>>,
    /// The unit that imports.
    unit: &'e Arc<str>,
}

impl Links<'_> {
    /// A value with its imports replaced; nothing where it has none.
    fn linked(&self, value: &Value, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        let data = match &value.data {
            Data::Unknown(unknown) if unknown.reason == Reason::External => {
                let name = unknown.name.strip_prefix(IMPORT)?;
                let export = self.named.get(name)?.as_ref().filter(|export| export.unit != *self.unit)?;
                let made = foreign(&export.value, &export.unit, 0)?;
                return Some(made.via(StepKind::Entry, name, value.origin.place));
            }
            Data::Template(pieces) => {
                let made: Vec<Option<Value>> = pieces.iter().map(|piece| self.hole(piece, depth)).collect();
                if made.iter().all(Option::is_none) {
                    return None;
                }
                let pieces = pieces.iter().zip(made).map(|(piece, made)| match made {
                    Some(value) => Piece::Hole(Box::new(value)),
                    None => piece.clone(),
                });
                return Some(Value::template(pieces, value.origin.place));
            }
            Data::List(list) => {
                let made: Vec<Option<Value>> = list.items.iter().map(|item| self.linked(item, depth + 1)).collect();
                if made.iter().all(Option::is_none) {
                    return None;
                }
                let items = list.items.iter().zip(made).map(|(item, made)| made.unwrap_or_else(|| item.clone()));
                Data::List(Arc::new(List { items: items.collect(), open: list.open.clone() }))
            }
            Data::Object(object) => {
                let entries = object.entries.iter();
                let made: Vec<Option<Value>> = entries.map(|entry| self.linked(&entry.value, depth + 1)).collect();
                if made.iter().all(Option::is_none) {
                    return None;
                }
                let entries = object.entries.iter().zip(made).map(|(entry, made)| Entry {
                    name: entry.name.clone(),
                    place: entry.place,
                    value: made.unwrap_or_else(|| entry.value.clone()),
                });
                Data::Object(Arc::new(Object { entries: entries.collect(), ..object.as_ref().clone() }))
            }
            Data::Guarded(guarded) => {
                let (then, otherwise) =
                    (self.linked(&guarded.then, depth + 1), self.linked(&guarded.otherwise, depth + 1));
                if then.is_none() && otherwise.is_none() {
                    return None;
                }
                let then = then.unwrap_or_else(|| guarded.then.clone());
                let otherwise = otherwise.unwrap_or_else(|| guarded.otherwise.clone());
                return Some(Value::guarded(&guarded.when, then, otherwise));
            }
            _ => return None,
        };
        Some(Value { data, origin: value.origin.clone() })
    }

    fn hole(&self, piece: &Piece, depth: usize) -> Option<Value> {
        match piece {
            Piece::Hole(hole) => self.linked(hole, depth + 1),
            Piece::Text(_) => None,
        }
    }
}

/// A value of one unit as another sees it; nothing where it depends on conditions of its own, or is not known.
fn foreign(value: &Value, unit: &Arc<str>, depth: usize) -> Option<Value> {
    let data = match &value.data {
        Data::Reference(reference) => {
            let id = format!("{unit}{ELSEWHERE}{}", reference.id).into();
            Data::Reference(Arc::new(Reference { id, attribute: reference.attribute.clone() }))
        }
        Data::Text(_) | Data::Number(_) | Data::Bool(_) => value.data.clone(),
        Data::Template(pieces) if depth < MAX_DEPTH => {
            let pieces = pieces.iter().map(|piece| match piece {
                Piece::Text(_) => Some(piece.clone()),
                Piece::Hole(hole) => {
                    let known = foreign(hole, unit, depth + 1).unwrap_or_else(|| {
                        Value::unknown(Reason::External, "a value of another stack", hole.origin.place)
                    });
                    Some(Piece::Hole(Box::new(known)))
                }
            });
            let value = Value {
                origin: value.origin.clone(),
                ..Value::template(pieces.collect::<Option<Vec<_>>>()?, value.origin.place)
            };
            return Some(value);
        }
        Data::List(list) if depth < MAX_DEPTH && list.open.is_none() => {
            let items = list.items.iter().map(|item| foreign(item, unit, depth + 1)).collect::<Option<_>>()?;
            Data::List(Arc::new(List { items, open: None }))
        }
        _ => return None,
    };
    Some(Value { data, origin: value.origin.clone() })
}
