//! Who else uses a literal that reaches a property through a variable, a parameter or a dict.

use rustc_hash::{FxHashMap, FxHashSet};

use super::plan::{Parsed, Planner};
use crate::{
    finding::Change,
    graph::{
        Graph, ResourceId,
        value::{Data, Piece, Step, StepKind, Value},
    },
    source::{Place, Source, Span, folder_of},
    syntax::{python, tree::Tree},
};

/// Where the values of all resources are written.
pub(super) struct Uses {
    /// Each literal with the properties that have it.
    by_place: FxHashMap<Place, Vec<(ResourceId, Box<str>)>>,
}

impl Uses {
    pub(super) fn of(graph: &Graph) -> Self {
        let mut uses = Self { by_place: FxHashMap::default() };
        for (at, resource) in graph.resources().iter().enumerate() {
            let id = ResourceId(u32::try_from(at).unwrap_or(u32::MAX));
            uses.add(id, "", &resource.properties);
        }
        uses
    }

    fn add(&mut self, id: ResourceId, path: &str, value: &Value) {
        let mut note = |value: &Value| {
            self.by_place.entry(value.origin.place).or_default().push((id, path.into()));
        };
        match &value.data {
            Data::Text(_) | Data::Number(_) | Data::Bool(_) => note(value),
            Data::Template(pieces) => {
                note(value);
                for piece in pieces.iter() {
                    if let Piece::Hole(hole) = piece {
                        self.add(id, path, hole);
                    }
                }
            }
            Data::List(list) => {
                for (at, item) in list.items.iter().enumerate() {
                    self.add(id, &format!("{path}[{at}]"), item);
                }
            }
            Data::Object(object) => {
                for entry in &object.entries {
                    let path = if path.is_empty() { entry.name.to_string() } else { format!("{path}.{}", entry.name) };
                    self.add(id, &path, &entry.value);
                }
            }
            Data::Guarded(guarded) => {
                self.add(id, path, &guarded.then);
                self.add(id, path, &guarded.otherwise);
            }
            Data::Absent | Data::Unknown(_) | Data::Reference(_) | Data::Symbol(_) => {}
        }
    }

    /// Whether all uses of a literal are the property of a change, of resources that are to be changed; nothing where
    /// that cannot be told.
    pub(super) fn only(
        &self,
        planner: &mut Planner<'_>,
        value: &Value,
        change: &Change,
        raising: &FxHashSet<ResourceId>,
    ) -> Option<bool> {
        let place = value.origin.place;
        let known = self.by_place.get(&place).map_or(&[][..], Vec::as_slice);
        if !known.iter().all(|(id, path)| raising.contains(id) && **path == *change.path) {
            return Some(false);
        }
        let steps: Vec<&Step> = value.origin.steps().collect();
        let bodies: Vec<Place> = raising.iter().map(|&id| planner.graph.resource(id).body).collect();
        let is_within = |file, span: Span| bodies.iter().any(|body| body.file == file && body.span.contains(span));
        let (source, parsed) = planner.open(place.file)?;
        Some(match &*parsed {
            Parsed::Python(parsed) => {
                let holder = python::edit::holder(parsed, place.span)?;
                let first = change.path.split(['.', '[']).next();
                let fits = |(span, key): &(Span, Option<String>)| {
                    // Another entry of the same dict is another value.
                    is_within(place.file, *span) || key.as_deref().is_some_and(|key| Some(key) != first)
                };
                holder.uses.iter().all(fits) && !is_imported(planner.graph, &source, &holder.name)
            }
            Parsed::Tree(tree, _) => {
                let [Step { kind: StepKind::ParameterDefault, name, .. }] = steps[..] else { return None };
                let to = change.to.as_ref()?;
                let to = to.as_str().map_or_else(|| to.to_string(), str::to_owned);
                let parameter = tree.documents().find_map(|root| root.get("Parameters")?.entry(name))?;
                let allowed = parameter.value.get("AllowedValues");
                let is_allowed = allowed.is_none_or(|allowed| allowed.items().any(|item| item.scalar() == Some(&*to)));
                let is_free = parameter.value.get("AllowedPattern").is_none();
                let mut mentions = mentions(tree, name).into_iter().filter(|span| *span != parameter.key_span);
                is_allowed && is_free && mentions.all(|span| is_within(place.file, span))
            }
            Parsed::Hcl(_) => {
                let [step] = steps[..] else { return None };
                let name = match step.kind {
                    StepKind::VariableDefault => format!("var.{}", step.name),
                    StepKind::Variable if step.name.starts_with("local.") => step.name.to_string(),
                    _ => return None,
                };
                let is_called = |id: &ResourceId| !planner.graph.resource(*id).callers.is_empty();
                if raising.iter().any(is_called) {
                    return Some(false);
                }
                let folder = folder_of(&source.path);
                let beside = planner.files.entries(folder).into_iter();
                let beside = beside.filter(|entry| entry.name.ends_with(".tf") || entry.name.ends_with(".tf.json"));
                let path = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
                beside.into_iter().all(|entry| match planner.files.read(&path(&entry.name)) {
                    Ok(source) => words(source.text(), &name).all(|span| is_within(source.id, span)),
                    Err(_) => false,
                })
            }
            Parsed::Closed => return None,
        })
    }
}

/// Whether another file takes a name of a module, or all of them.
fn is_imported(graph: &Graph, source: &Source, name: &str) -> bool {
    let file = source.path.rsplit('/').next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    graph.imports(stem, name)
}

/// Scalars of a template that name a parameter. What only arranges the console's form is none.
fn mentions(tree: &Tree, name: &str) -> Vec<Span> {
    let metadata: Vec<Span> =
        tree.documents().filter_map(|root| root.entry("Metadata")).map(|entry| entry.span()).collect();
    let named = tree.scalars().filter(|(text, span)| {
        words(text, name).next().is_some() && !metadata.iter().any(|section| section.contains(*span))
    });
    named.map(|(_, span)| span).collect()
}

/// Where a name stands in a text as a word of its own.
fn words<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = Span> + 't {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    text.match_indices(name).filter_map(move |(at, found)| {
        let before = text[..at].chars().next_back().is_some_and(is_word);
        let after = text[at + found.len()..].chars().next().is_some_and(|next| is_word(next) || next == '-');
        (!before && !after).then(|| Span::new(at, at + found.len()))
    })
}
