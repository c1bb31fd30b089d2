//! `Export` and `Fn::ImportValue`: what one stack gives to all others of its account and region by a name.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    sync::Arc,
};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{fit::Pattern, functions::in_text, loops::Written, template::Template};
use crate::{
    graph::{
        ELSEWHERE, NotEvaluated, Part,
        value::{Data, List, Piece, Reason, Reference, StepKind, Value},
    },
    source::{Files, Place},
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
    /// Notes the export of an output.
    pub(super) fn export(&mut self, output: &Written<'t>, value: &Value) {
        let Some(name) = output.entry.value.get("Export").and_then(|export| export.get("Name")) else { return };
        let name = in_text(&self.eval(name)).into();
        self.exports.push(Export { unit: self.stack.unit.clone(), name, value: value.clone() });
    }
}

/// Puts what is exported in the place of what imports it, in the resources of parts; each part gets notes on the imports
/// that cannot be told. A name that several templates export is that of none: they are variants, of which one is deployed.
pub(in crate::read) fn link<'r>(files: &Files, exports: Vec<Export>, parts: impl Iterator<Item = &'r mut Part>) {
    let exports = Exports::of(exports);
    for part in parts {
        let mut missed: BTreeMap<(Arc<str>, Place), String> = BTreeMap::new();
        let mut told: FxHashSet<Arc<str>> = FxHashSet::default();
        for resource in &mut part.resources {
            let mut links = Links { exports: &exports, unit: &resource.key.unit, missed: Vec::new() };
            if let Some(properties) = links.linked(&resource.properties, 0) {
                resource.properties = properties;
            }
            for (name, place, why) in links.missed {
                if told.insert(name.clone()) {
                    missed.insert((name, place), why);
                }
            }
        }
        part.not_evaluated.extend(missed.into_iter().map(|((name, place), why)| NotEvaluated {
            path: files.get(place.file).path.clone(),
            place: Some(place),
            kind: "expression",
            what: format!("import `{name}`"),
            why,
        }));
    }
}

/// What all templates export.
struct Exports {
    all: Vec<Export>,
    /// By the name as a whole.
    named: FxHashMap<Arc<str>, Vec<usize>>,
    /// Those whose names can be compared.
    patterns: Vec<(Pattern, usize)>,
    /// What fits the names that were looked up.
    found: RefCell<FxHashMap<Arc<str>, Vec<usize>>>,
    /// What may yet be compared.
    left: Cell<usize>,
}

/// Letters that are compared with each other at most.
const MAX_COMPARED: usize = 50_000_000;

/// So many templates are named that export the same.
const SHOWN: usize = 3;

impl Exports {
    fn of(all: Vec<Export>) -> Self {
        let mut named: FxHashMap<Arc<str>, Vec<usize>> = FxHashMap::default();
        for (at, export) in all.iter().enumerate() {
            named.entry(export.name.clone()).or_default().push(at);
        }
        let patterns = all.iter().enumerate();
        let patterns = patterns.filter_map(|(at, export)| Some((Pattern::of(&export.name)?, at))).collect();
        Self { all, named, patterns, found: RefCell::default(), left: Cell::new(MAX_COMPARED) }
    }

    /// The one export of another unit that an import may mean, and whether its name is the import's as it stands; else
    /// why there is none.
    fn get(&self, name: &Arc<str>, unit: &Arc<str>) -> Result<(&Export, bool), String> {
        let elsewhere = |found: &[usize]| -> Vec<&Export> {
            found.iter().map(|&at| &self.all[at]).filter(|export| export.unit != *unit).collect()
        };
        let is_whole = Pattern::of(name).is_some_and(|pattern| !pattern.is_open());
        let same = self.named.get(name).filter(|_| is_whole).map(|found| elsewhere(found)).unwrap_or_default();
        let (found, exact) = match same.is_empty() {
            true => (elsewhere(&self.fitting(name)), false),
            false => (same, true),
        };
        match found[..] {
            [] => Err("no template that was read exports it".to_owned()),
            [export] => Ok((export, exact)),
            _ => {
                let mut units: Vec<String> = found.iter().map(|export| format!("`{}`", export.unit)).collect();
                units.dedup();
                let more = units.len().saturating_sub(SHOWN);
                units.truncate(SHOWN);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                Err(format!("more than one export fits it: {}{more}", units.join(", ")))
            }
        }
    }

    /// The exports whose names an import's may be.
    fn fitting(&self, name: &Arc<str>) -> Vec<usize> {
        if let Some(known) = self.found.borrow().get(name) {
            return known.clone();
        }
        let mut found = Vec::new();
        if let Some(wanted) = Pattern::of(name) {
            for (pattern, at) in self.patterns.iter().filter(|(pattern, _)| pattern.is_open() || wanted.is_open()) {
                let Some(left) = self.left.get().checked_sub(wanted.cost(pattern)) else { return Vec::new() };
                self.left.set(left);
                if pattern.fits(&wanted) {
                    found.push(*at);
                }
            }
        }
        self.found.borrow_mut().insert(name.clone(), found.clone());
        found
    }
}

struct Links<'e> {
    exports: &'e Exports,
    /// The unit that imports.
    unit: &'e Arc<str>,
    /// The imports that cannot be told: their names, where, and why.
    missed: Vec<(Arc<str>, Place, String)>,
}

impl Links<'_> {
    /// A value with its imports replaced; nothing where it has none.
    fn linked(&mut self, value: &Value, depth: usize) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        match &value.data {
            Data::Unknown(unknown) if unknown.reason == Reason::External => {
                let name: Arc<str> = unknown.name().strip_prefix(IMPORT)?.into();
                let place = value.origin.place;
                let found = self.exports.get(&name, self.unit).and_then(|(export, exact)| {
                    let made = foreign(&export.value, &export.unit, 0);
                    made.map(|made| (made, exact)).ok_or_else(|| "what is exported is not known".to_owned())
                });
                let (made, exact) = match found {
                    Ok(found) => found,
                    Err(why) => {
                        self.missed.push((name, place, why));
                        return None;
                    }
                };
                let step = if exact { StepKind::Entry } else { StepKind::FittingExport };
                Some(made.via(step, name, place))
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
                Some(Value::template(pieces, value.origin.place))
            }
            Data::List(_) | Data::Object(_) => value.with_parts(&mut |part| self.linked(part, depth + 1)),
            Data::Guarded(guarded) => {
                let (then, otherwise) =
                    (self.linked(&guarded.then, depth + 1), self.linked(&guarded.otherwise, depth + 1));
                if then.is_none() && otherwise.is_none() {
                    return None;
                }
                let then = then.unwrap_or_else(|| guarded.then.clone());
                let otherwise = otherwise.unwrap_or_else(|| guarded.otherwise.clone());
                Some(Value::guarded(&guarded.when, then, otherwise))
            }
            _ => None,
        }
    }

    fn hole(&mut self, piece: &Piece, depth: usize) -> Option<Value> {
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
