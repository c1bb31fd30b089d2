//! The instances of a root by address and by name, to follow references between them.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::{
    graph::{
        value::{Data, Piece, Reference, Value},
        without_keys,
    },
    read::terraform::{
        instance::{Instance, Mode},
        lower::address,
    },
};

/// Instances by the address of their block.
pub(super) struct Index<'a> {
    pub(super) instances: &'a [Instance],
    blocks: FxHashMap<String, Vec<usize>>,
}

/// Which instances a reference may mean.
pub(super) enum Meant<'i> {
    /// None that was read.
    None,
    /// These, for certain.
    All(Vec<usize>),
    /// One or more of these.
    Some(&'i [usize]),
}

impl<'a> Index<'a> {
    /// The index of some instances.
    pub(super) fn of(instances: &'a [Instance]) -> Self {
        let mut blocks: FxHashMap<String, Vec<usize>> = FxHashMap::default();
        for (at, instance) in instances.iter().enumerate() {
            blocks.entry(without_keys(&instance.address)).or_default().push(at);
        }
        Self { instances, blocks }
    }

    /// The instances that a reference means where another instance has it.
    pub(super) fn meant(&self, from: &str, reference: &Reference) -> Meant<'_> {
        let Some(all) = self.blocks.get(&without_keys(&reference.id)) else { return Meant::None };
        let exact: Vec<usize> = all.iter().copied().filter(|&at| self.instances[at].address == *reference.id).collect();
        if !exact.is_empty() {
            return Meant::All(exact);
        }
        let near = |at: &&usize| address::nearness(from, &self.instances[**at].address);
        let Some(best) = all.iter().map(|at| near(&at)).max() else { return Meant::None };
        let nearest: Vec<usize> = all.iter().filter(|at| near(at) == best).copied().collect();
        // Copies of a block that one question decides between count as one.
        if nearest.len() == 1 || self.is_one(&nearest) { Meant::All(nearest) } else { Meant::Some(all) }
    }

    /// Whether instances have the same address: no more than one of them exists.
    fn is_one(&self, instances: &[usize]) -> bool {
        instances.windows(2).all(|pair| self.instances[pair[0]].address == self.instances[pair[1]].address)
    }

    /// The reference by the names of the graph: to one instance where it is known which, else to the block; its
    /// attribute by the name that CloudFormation has.
    pub(super) fn settled(&self, from: &str, reference: &Reference, attribute: Option<Arc<str>>) -> Reference {
        let id = match self.meant(from, reference) {
            Meant::All(instances) => instances.first().map(|&at| self.instances[at].address.as_str().into()),
            Meant::Some(_) => Some(without_keys(&reference.id).into()),
            Meant::None => None,
        };
        Reference { id: id.unwrap_or_else(|| reference.id.clone()), attribute }
    }

    /// An instance of the block that a reference names.
    pub(super) fn example(&self, reference: &Reference) -> Option<&'a Instance> {
        let at = *self.blocks.get(&without_keys(&reference.id))?.first()?;
        Some(&self.instances[at])
    }
}

/// Instances of one type by the text that names them.
#[derive(Default)]
pub(super) struct NameIndex {
    texts: FxHashMap<Arc<str>, Vec<usize>>,
    /// Those whose name is not wholly known.
    others: Vec<usize>,
}

impl NameIndex {
    /// All managed instances of a type by an argument.
    pub(super) fn of(instances: &[Instance], kind: &str, argument: Option<&str>) -> Self {
        let mut names = Self::default();
        for (at, instance) in instances.iter().enumerate() {
            if &*instance.kind != kind || instance.mode != Mode::Managed {
                continue;
            }
            match argument.and_then(|argument| named(instance, argument)).map(|value| &value.data) {
                Some(Data::Text(text)) => names.texts.entry(text.clone()).or_default().push(at),
                // A name that the provider makes up can be known to none but the resource.
                None | Some(Data::Absent) => {}
                Some(_) => names.others.push(at),
            }
        }
        names
    }

    /// The instances that have a name for certain, and those that may have it.
    pub(super) fn find(&self, instances: &[Instance], argument: &str, name: &Value) -> (Vec<usize>, Vec<usize>) {
        let (mut certain, mut possible) = (Vec::new(), Vec::new());
        match &name.data {
            Data::Text(text) => certain.extend(self.texts.get(text).into_iter().flatten().copied()),
            _ => {
                let texts = self.texts.iter().filter(|(text, _)| same_text(name, text) != Some(false));
                possible.extend(texts.flat_map(|(_, instances)| instances.iter().copied()));
                possible.sort_unstable();
            }
        }
        for &at in &self.others {
            let Some(known) = named(&instances[at], argument) else { continue };
            match same(known, name) {
                Some(true) => certain.push(at),
                Some(false) => {}
                None => possible.push(at),
            }
        }
        (certain, possible)
    }
}

fn named<'a>(instance: &'a Instance, argument: &str) -> Option<&'a Value> {
    instance.properties.entry(argument).map(|entry| &entry.value)
}

/// Whether two texts are the same; nothing where that cannot be known.
fn same(one: &Value, other: &Value) -> Option<bool> {
    match (&one.data, &other.data) {
        (Data::Unknown(one), Data::Unknown(other)) if one == other => Some(true),
        (Data::Reference(one), Data::Reference(other)) if one == other => Some(true),
        (Data::Text(one), Data::Text(other)) => Some(one == other),
        (_, Data::Text(text)) => same_text(one, text),
        (Data::Text(text), _) => same_text(other, text),
        (Data::Template(one), Data::Template(other)) => same_pieces(one, other),
        _ => None,
    }
}

/// Whether a value can be a text, by its known ends.
fn same_text(value: &Value, text: &str) -> Option<bool> {
    let Data::Template(pieces) = &value.data else { return None };
    let starts = !matches!(pieces.first(), Some(Piece::Text(head)) if !text.starts_with(&**head));
    let ends = !matches!(pieces.last(), Some(Piece::Text(tail)) if !text.ends_with(&**tail));
    if starts && ends { None } else { Some(false) }
}

/// Texts with the same holes in the same order are the same if all else is, and differ if one part does.
fn same_pieces(one: &[Piece], other: &[Piece]) -> Option<bool> {
    if one.len() != other.len() {
        return None;
    }
    let mut different = 0;
    for pair in one.iter().zip(other) {
        match pair {
            (Piece::Text(one), Piece::Text(other)) => different += usize::from(one != other),
            (Piece::Hole(one), Piece::Hole(other)) if same(one, other) == Some(true) => {}
            _ => return None,
        }
    }
    match different {
        0 => Some(true),
        1 => Some(false),
        _ => None,
    }
}
