//! Names and what they are bound to.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::bounds::weighed;
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
/// Cheap to clone: copies share their names until one of them changes.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    names: Arc<FxHashMap<Arc<str>, Binding>>,
    next_object: u32,
    /// Objects that may have more than one name.
    shared: Arc<FxHashSet<u32>>,
}

impl Scope {
    /// How many names it has.
    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn get(&self, name: &str) -> Option<&Binding> {
        self.names.get(name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = (&Arc<str>, &Binding)> {
        self.names.iter()
    }

    /// Binds a name to a value of its own.
    pub(super) fn bind(&mut self, name: Arc<str>, value: Value, place: Place) {
        self.next_object += 1;
        self.insert(name, value, place, self.next_object);
    }

    /// Binds a name to the same mutable object as another one.
    pub(super) fn bind_object(&mut self, name: Arc<str>, value: Value, place: Place, object: u32) {
        Arc::make_mut(&mut self.shared).insert(object);
        self.insert(name, value, place, object);
    }

    fn insert(&mut self, name: Arc<str>, value: Value, place: Place, object: u32) {
        let reassigned =
            self.names.get(&name).is_some_and(|known| known.reassigned || !same_known(&known.value, &value));
        Arc::make_mut(&mut self.names).insert(name, Binding { value, place, reassigned, object });
    }

    /// Puts a binding back as it was.
    pub(super) fn restore(&mut self, name: Arc<str>, binding: Binding) {
        Arc::make_mut(&mut self.names).insert(name, binding);
    }

    /// Notes the objects that have several names in another state of this scope.
    pub(super) fn share(&mut self, other: &Self) {
        if !Arc::ptr_eq(&self.shared, &other.shared) && !other.shared.is_empty() {
            Arc::make_mut(&mut self.shared).extend(&*other.shared);
        }
    }

    /// Whether both certainly have the same names with the same values.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.names, &other.names)
    }

    pub(super) fn remove(&mut self, name: &str) {
        Arc::make_mut(&mut self.names).remove(name);
    }

    /// Changes the value of a name in place: all names of the same object see it. Tells the steps that it took, and
    /// whether the value is too large now, so that it is unknown.
    pub(super) fn change(&mut self, name: &str, change: &mut dyn FnMut(&mut Value)) -> (usize, bool) {
        let (mut steps, mut beyond) = (0, false);
        let one = |binding: &mut Binding| {
            change(&mut binding.value);
            let (more, is_beyond) = weighed(&binding.value);
            (steps, beyond) = (steps + more, beyond || is_beyond);
            if is_beyond {
                binding.value = Value::unknown(Reason::Limit, "a value of this size", binding.value.origin.place);
            }
        };
        let Some(object) = self.names.get(name).map(|binding| binding.object) else { return (0, false) };
        let names = Arc::make_mut(&mut self.names);
        if !self.shared.contains(&object) {
            names.get_mut(name).into_iter().for_each(one);
            return (steps, beyond);
        }
        names.values_mut().filter(|binding| binding.object == object).for_each(one);
        (steps + self.names.len() / 2, beyond)
    }

    /// What a function sees of its module: a name that was assigned several times may have any of its values when the
    /// function is called.
    pub(super) fn seen_by_functions(&self) -> Self {
        let mut scope = self.clone();
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
