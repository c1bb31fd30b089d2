//! Names and what they are bound to.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    bounds::weighed,
    identity::{Change, Changes, Replacing, is_same, noted},
};
use crate::{
    graph::value::{Data, Reason, Value},
    source::Place,
};

/// A name's value.
#[derive(Clone, Debug)]
pub(super) struct Binding {
    pub(super) value: Value,
    /// Where it was assigned last.
    pub(super) place: Place,
    /// Whether it was assigned more than once, so that a function may see another value.
    pub(super) reassigned: bool,
    /// Which mutable object it is: two names with the same number are the same list or dict.
    pub(super) object: u32,
}

/// The names of one module or function. Attributes of names are names too: `self.bucket`.
///
/// Cheap to clone: copies share their names until one of them changes. What one side of a condition writes is noted, so
/// that it can be taken back for the other side.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    names: Arc<FxHashMap<Arc<str>, Binding>>,
    /// Whether some of them may be paths: `config.size`.
    paths: bool,
    next_object: u32,
    /// Objects that may have more than one name.
    shared: Arc<FxHashSet<u32>>,
    /// What was written since one side of a condition began, of each condition that the code stands in.
    journals: Vec<Journal>,
}

/// Names that were written, each with what it was bound to before, in order; and since which function, loop or `try` it is
/// kept, if it is one's.
#[derive(Clone, Debug, Default)]
pub(super) struct Journal(Vec<(Arc<str>, Option<Binding>)>, Since);

/// The number of a function, a loop or a `try` that may be left early, and which of all scopes it was when that began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Since {
    pub(super) base: usize,
    pub(super) ordinal: usize,
}

/// The number in a journal that only one of all scopes keeps.
const ALONE: usize = usize::MAX;

impl Journal {
    /// The names that were written, each with what it was bound to at first.
    pub(super) fn first(self) -> FxHashMap<Arc<str>, Option<Binding>> {
        let mut first = FxHashMap::default();
        for (name, before) in self.0 {
            first.entry(name).or_insert(before);
        }
        first
    }
}

impl Scope {
    /// The same names, of which nothing is taken back.
    pub(super) fn apart(&self) -> Self {
        let (names, shared) = (self.names.clone(), self.shared.clone());
        Self { names, paths: self.paths, next_object: self.next_object, shared, journals: Vec::new() }
    }

    /// Whether both bind the same names to the same values, for certain.
    pub(super) fn is_as(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.names, &other.names)
    }

    /// Notes what is written from now on, until [`Scope::take_back`] or [`Scope::end`].
    pub(super) fn begin(&mut self) {
        self.journals.push(Journal::default());
    }

    /// Takes back what was written since [`Scope::begin`]: the names, and what each was bound to in the end.
    pub(super) fn take_back(&mut self) -> FxHashMap<Arc<str>, Option<Binding>> {
        let mut last = FxHashMap::default();
        let journal = self.journals.pop().unwrap_or_default();
        if journal.0.is_empty() {
            return last;
        }
        let names = Arc::make_mut(&mut self.names);
        for (name, before) in journal.0.into_iter().rev() {
            let now = match before {
                Some(before) => names.insert(name.clone(), before),
                None => names.remove(&name),
            };
            last.entry(name).or_insert(now);
        }
        last
    }

    /// Ends what [`Scope::begin`] began, and leaves what was written. Hands out what was noted since.
    pub(super) fn end(&mut self) -> Journal {
        let mine = self.journals.pop().unwrap_or_default();
        if let Some(Journal(outer, _)) = self.journals.last_mut() {
            outer.extend(mine.0.iter().cloned());
        }
        mine
    }

    /// The same as [`Scope::begin`] of this scope alone.
    pub(super) fn begin_alone(&mut self) {
        self.journals.push(Journal(Vec::new(), Since { base: ALONE, ordinal: 0 }));
    }

    /// The same as [`Scope::begin`] for a function, a loop or a `try`, until [`Scope::end_at`].
    pub(super) fn begin_at(&mut self, since: Since) {
        self.journals.push(Journal(Vec::new(), since));
    }

    /// The same as [`Scope::end`] for one of these, by its number.
    pub(super) fn end_at(&mut self, base: usize) -> Journal {
        let is_its = self.journals.last().is_some_and(|journal| journal.1.base == base);
        if is_its { self.end() } else { Journal::default() }
    }

    /// Which of all scopes it was when one of these began; nothing for one that was not there.
    pub(super) fn ordinal_in(&self, base: usize) -> Option<usize> {
        self.journals.iter().rfind(|journal| journal.1.base == base).map(|journal| journal.1.ordinal)
    }

    /// The names that were written since one of these began, and what each is bound to now.
    pub(super) fn since(&self, base: usize) -> FxHashMap<Arc<str>, Option<Binding>> {
        let mut now = FxHashMap::default();
        let Some(at) = self.journals.iter().rposition(|journal| journal.1.base == base) else { return now };
        for (name, _) in self.journals[at..].iter().flat_map(|journal| &journal.0) {
            now.entry(name.clone()).or_insert_with(|| self.names.get(name).cloned());
        }
        now
    }

    /// How many conditions, functions and loops the code stands in that take note of what is written here.
    pub(super) fn noting(&self) -> usize {
        self.journals.len()
    }

    /// Takes note of what is written from now on for all that another scope takes note of.
    pub(super) fn note_as(&mut self, other: &Self, ordinal: usize) {
        let all = other.journals.iter().filter(|journal| journal.1.base != ALONE);
        self.journals = all.map(|journal| Journal(Vec::new(), Since { ordinal, ..journal.1 })).collect();
    }

    /// The names, to be written to; `name` is noted.
    fn written(&mut self, name: &Arc<str>) -> &mut FxHashMap<Arc<str>, Binding> {
        if let Some(Journal(journal, _)) = self.journals.last_mut() {
            journal.push((name.clone(), self.names.get(name).cloned()));
        }
        Arc::make_mut(&mut self.names)
    }

    /// Whether it may have names that are paths.
    pub(super) fn has_paths(&self) -> bool {
        self.paths
    }

    /// How many names it has.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Binding> {
        self.names.get(name)
    }

    /// A name that is bound, and to what.
    pub(super) fn entry(&self, name: &str) -> Option<(&Arc<str>, &Binding)> {
        self.names.get_key_value(name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = (&Arc<str>, &Binding)> {
        self.names.iter()
    }

    /// Binds a name to a value of its own.
    pub(super) fn bind(&mut self, name: impl AsRef<str> + Into<Arc<str>>, value: Value, place: Place) {
        self.next_object += 1;
        self.insert(name, value, place, self.next_object);
    }

    /// Binds a name to the same mutable object as another one.
    pub(super) fn bind_object(&mut self, name: &str, value: Value, place: Place, object: u32) {
        Arc::make_mut(&mut self.shared).insert(object);
        self.insert(name, value, place, object);
    }

    fn insert(&mut self, name: impl AsRef<str> + Into<Arc<str>>, value: Value, place: Place, object: u32) {
        let names = Arc::make_mut(&mut self.names);
        let (name, before) = match names.get_mut(name.as_ref()) {
            Some(known) => {
                let reassigned = known.reassigned || !same_known(&known.value, &value);
                let before = std::mem::replace(known, Binding { value, place, reassigned, object });
                let is_noted = !self.journals.is_empty();
                let known = is_noted.then(|| names.get_key_value(name.as_ref())).flatten();
                let Some((name, _)) = known else { return };
                (name.clone(), Some(before))
            }
            None => {
                let name: Arc<str> = name.into();
                self.paths |= name.contains('.');
                names.insert(name.clone(), Binding { value, place, reassigned: false, object });
                (name, None)
            }
        };
        if let Some(Journal(journal, _)) = self.journals.last_mut() {
            journal.push((name, before));
        }
    }

    /// Puts a binding as it is; nothing for a name that is not bound.
    pub(super) fn restore(&mut self, name: Arc<str>, binding: Option<Binding>) {
        match binding {
            Some(binding) => {
                self.paths |= name.contains('.');
                self.written(&name).insert(name, binding);
            }
            None => self.remove(&name),
        }
    }

    pub(super) fn remove(&mut self, name: &str) {
        if let Some((name, _)) = self.names.get_key_value(name) {
            let name = name.clone();
            self.written(&name).remove(&name);
        }
    }

    /// Changes the value of a name in place: all names of the same object see it, and `changes` gets what others may hold.
    /// Tells the steps that it took, and whether the value is too large now, so that it is unknown.
    pub(super) fn change(&mut self, name: &str, changes: &mut Changes, change: &mut Change<'_>) -> (usize, bool) {
        let (mut steps, mut beyond) = (0, false);
        let mut one = |binding: &mut Binding| {
            let since = changes.len();
            // One of its other names was changed already, and with it the thing that both are.
            match changes.iter().find(|(old, _)| is_same(old, &binding.value)) {
                Some((_, now)) => binding.value.data = now.data.clone(),
                None => noted(&mut binding.value, changes, change),
            }
            let (more, is_beyond) = weighed(&binding.value);
            (steps, beyond) = (steps + more, beyond || is_beyond);
            if is_beyond {
                changes.truncate(since);
                binding.value = Value::unknown(Reason::Limit, "a value of this size", binding.value.origin.place);
            }
        };
        let Some((own, object)) = self.names.get_key_value(name).map(|(own, known)| (own.clone(), known.object)) else {
            return (0, false);
        };
        if !self.shared.contains(&object) {
            self.written(&own).get_mut(name).into_iter().for_each(one);
            return (steps, beyond);
        }
        if let Some(Journal(journal, _)) = self.journals.last_mut() {
            let all = self.names.iter().filter(|(_, binding)| binding.object == object);
            journal.extend(all.map(|(name, binding)| (name.clone(), Some(binding.clone()))));
        }
        let names = Arc::make_mut(&mut self.names);
        names.values_mut().filter(|binding| binding.object == object).for_each(&mut one);
        (steps + self.names.len() / 2, beyond)
    }

    /// Makes changes in the values of all names that hold what was changed.
    pub(super) fn replace_parts(&mut self, replacing: &mut Replacing) {
        self.revalue(&mut |value| replacing.replaced(value, 0));
    }

    /// Gives names other values, where `change` tells one.
    pub(super) fn revalue(&mut self, change: &mut dyn FnMut(&Value) -> Option<Value>) {
        let held = |(name, binding): (&Arc<str>, &Binding)| Some((name.clone(), change(&binding.value)?));
        let found: Vec<(Arc<str>, Value)> = self.names.iter().filter_map(held).collect();
        for (name, now) in found {
            if let Some(binding) = self.written(&name).get_mut(&name) {
                binding.value = now;
            }
        }
    }

    /// What a function sees of its module: a name that was assigned several times may have any of its values when the
    /// function is called.
    pub(super) fn seen_by_functions(&self) -> Self {
        let mut scope = self.apart();
        if !scope.names.values().any(|binding| binding.reassigned) {
            return scope;
        }
        for (name, binding) in Arc::make_mut(&mut scope.names) {
            if binding.reassigned {
                let name = format!("`{name}`, which is assigned several times");
                binding.value = Value::unknown(Reason::Control, name, binding.place);
            }
        }
        scope
    }
}

/// Whether two values are certainly the same, wherever they were written.
pub(super) fn same_known(left: &Value, right: &Value) -> bool {
    match (&left.data, &right.data) {
        (Data::Absent, Data::Absent) => true,
        (Data::Bool(left), Data::Bool(right)) => left == right,
        (Data::Number(left), Data::Number(right)) => left == right,
        (Data::Text(left), Data::Text(right)) | (Data::Symbol(left), Data::Symbol(right)) => left == right,
        (Data::Reference(left), Data::Reference(right)) => left == right,
        (Data::Unknown(left), Data::Unknown(right)) => left == right,
        (Data::List(left), Data::List(right)) => Arc::ptr_eq(left, right),
        (Data::Object(left), Data::Object(right)) => Arc::ptr_eq(left, right),
        (Data::Template(left), Data::Template(right)) => Arc::ptr_eq(left, right),
        (Data::Guarded(left), Data::Guarded(right)) => Arc::ptr_eq(left, right),
        _ => false,
    }
}
