//! `count` and `for_each`: which instances a block has, as far as that is known.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::guards::{chosen, has_items, leaves, unknown_of};
use crate::{
    graph::{
        guard::Formula,
        number::Number,
        value::{Data, Entry, List, Object, Reason, Reference, Unknown, Value},
    },
    source::Place,
};

/// A block with more instances than this is one with a multiplicity.
const MAX_INSTANCES: usize = 64;

/// What tells an instance from the others of its block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// There is but one.
    None,
    /// A number: of `count`.
    Index(usize),
    /// A name: of `for_each`.
    Name(Arc<str>),
    /// It is not known.
    Any,
}

impl Key {
    /// As it stands in an address.
    pub(super) fn suffix(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Index(index) => format!("[{index}]"),
            Self::Name(name) => format!("[\"{}\"]", escaped(name)),
            Self::Any => "[*]".to_owned(),
        }
    }
}

/// A text as Terraform writes it between quotes.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if text[at + 1..].starts_with('{') => out.extend([letter, letter]),
            letter => out.push(letter),
        }
    }
    out
}

/// One instance of a block.
#[derive(Clone, Debug)]
pub(super) struct Instance {
    pub(super) key: Key,
    /// `each.key` and `each.value`.
    pub(super) each: Option<(Value, Value)>,
    /// `count.index`.
    pub(super) index: Option<Value>,
    /// The condition under which it exists.
    pub(super) guard: Formula,
    /// How many it stands for, where that is not one.
    pub(super) multiplicity: Option<u32>,
}

/// Which instances a block has.
#[derive(Clone, Debug)]
pub(super) struct Expansion {
    pub(super) instances: Vec<Instance>,
    shape: Shape,
}

/// What the block is as a value.
#[derive(Clone, Debug)]
enum Shape {
    Single,
    /// For each way in which `count` may come out, how many; nothing where it is not known.
    Counted(Vec<(Formula, Result<usize, Unknown>)>),
    /// For each way in which `for_each` may come out, the instances; and why there may be more.
    Keyed(Vec<(Formula, Vec<usize>, Option<Unknown>)>),
}

impl Expansion {
    /// A block without `count` and `for_each`.
    pub(super) fn single() -> Self {
        let instance = Instance { key: Key::None, each: None, index: None, guard: Formula::True, multiplicity: None };
        Self { instances: vec![instance], shape: Shape::Single }
    }

    /// The instances that a `count` makes.
    pub(super) fn counted(count: &Value) -> Self {
        let place = count.origin.place;
        let ways: Vec<(Formula, Result<usize, Unknown>)> =
            leaves(count).into_iter().map(|(when, value)| (when, number(&value))).collect();
        let most = ways.iter().filter_map(|(_, count)| count.as_ref().ok()).max().copied().unwrap_or(0);
        let reached = |at: usize| any(&ways, |count| count.as_ref().is_ok_and(|count| *count > at));
        let mut instances = Vec::new();
        if most > MAX_INSTANCES {
            let index = Value::unknown(Reason::Limit, "count.index", place);
            let multiplicity = u32::try_from(most).ok();
            let guard = reached(0);
            instances.push(Instance { key: Key::Any, each: None, index: Some(index), guard, multiplicity });
        } else {
            instances.extend((0..most).map(|at| Instance {
                key: Key::Index(at),
                each: None,
                index: Some(Value::number(Number::counted(at), place)),
                guard: reached(at),
                multiplicity: None,
            }));
        }
        let open: Vec<(Formula, &Unknown)> =
            ways.iter().filter_map(|(when, count)| Some((when.clone(), count.as_ref().err()?))).collect();
        if let Some((_, unknown)) = open.first()
            && most <= MAX_INSTANCES
        {
            let guard = open.iter().fold(Formula::False, |all, (when, unknown)| all.or(&when.and(&has_items(unknown))));
            let index = Value::unknown(unknown.reason, "count.index", place);
            instances.push(Instance { key: Key::Any, each: None, index: Some(index), guard, multiplicity: None });
        }
        Self { instances, shape: Shape::Counted(ways) }
    }

    /// The instances that a `for_each` makes.
    pub(super) fn keyed(for_each: &Value) -> Self {
        let place = for_each.origin.place;
        let mut keyed = Keyed::default();
        for (when, value) in leaves(for_each) {
            keyed.way(&when, &value, place);
        }
        let Keyed { instances, ways, .. } = keyed;
        if instances.len() <= MAX_INSTANCES {
            return Self { instances, shape: Shape::Keyed(ways) };
        }
        let unknown = |name: &str| Value::unknown(Reason::Limit, name, place);
        let one = Instance {
            key: Key::Any,
            each: Some((unknown("each.key"), unknown("each.value"))),
            index: None,
            guard: instances.iter().fold(Formula::False, |all, instance| all.or(&instance.guard)),
            multiplicity: u32::try_from(instances.len()).ok(),
        };
        let limit = Unknown { reason: Reason::Limit, name: "for_each".into(), place };
        let ways = ways.into_iter().map(|(when, ..)| (when, vec![0], Some(limit.clone()))).collect();
        Self { instances: vec![one], shape: Shape::Keyed(ways) }
    }

    /// The same instances, which exist only where a question is answered with yes.
    pub(super) fn when(mut self, question: &Formula) -> Self {
        for instance in &mut self.instances {
            instance.guard = question.and(&instance.guard);
        }
        self
    }

    /// The block as a value: an instance's address, or a list or mapping of them. `prefix` is its address without key.
    pub(super) fn value(&self, prefix: &str, place: Place) -> Value {
        let reference = |at: usize| {
            let id = format!("{prefix}{}", self.instances[at].key.suffix());
            Value::new(Data::Reference(Arc::new(Reference { id: id.into(), attribute: None })), place)
        };
        match &self.shape {
            Shape::Single => reference(0),
            Shape::Counted(ways) => {
                let any = self.instances.iter().position(|instance| instance.key == Key::Any);
                let list = |count: &Result<usize, Unknown>| match (count, any) {
                    (Ok(0), _) => Value::list(Vec::new(), place),
                    (Ok(count), None) => Value::list((0..*count).map(reference).collect(), place),
                    (Ok(_) | Err(_), Some(any)) if self.instances.len() == 1 => reference(any),
                    (Ok(count), Some(_)) => Value::list((0..*count).map(reference).collect(), place),
                    (Err(unknown), any) => {
                        let items = any.map(reference).into_iter().collect();
                        Value::new(Data::List(Arc::new(List { items, open: Some(unknown.clone()) })), place)
                    }
                };
                chosen(ways.iter().map(|(when, count)| (when.clone(), list(count))).collect(), place)
            }
            Shape::Keyed(ways) => {
                let object = |numbers: &[usize], open: &Option<Unknown>| {
                    if let [at] = numbers
                        && self.instances[*at].key == Key::Any
                    {
                        // Whatever it is indexed by, it is this one.
                        return reference(*at);
                    }
                    let mut object = Object { open: open.clone(), ..Object::default() };
                    for &at in numbers {
                        match &self.instances[at].key {
                            Key::Name(name) => {
                                object.entries.push(Entry { name: name.clone(), place, value: reference(at) });
                            }
                            _ => {
                                let why = Unknown { reason: Reason::RunTime, name: "for_each".into(), place };
                                object.open.get_or_insert(why);
                            }
                        }
                    }
                    Value::object(object, place)
                };
                chosen(ways.iter().map(|(when, all, open)| (when.clone(), object(all, open))).collect(), place)
            }
        }
    }
}

/// A `count`, if it is known.
fn number(value: &Value) -> Result<usize, Unknown> {
    let unknown = |value: &Value| unknown_of(value, "count");
    match &value.data {
        Data::Number(number) => match number.near() {
            count if count >= 0.0 && count.fract() == 0.0 => Ok(count as usize),
            _ => Err(unknown(value)),
        },
        Data::Text(text) => text.parse().map_err(|_| unknown(value)),
        _ => Err(unknown(value)),
    }
}

/// The condition under which one of the ways holds that are wanted.
fn any<T>(ways: &[(Formula, T)], wanted: impl Fn(&T) -> bool) -> Formula {
    if ways.iter().all(|(_, way)| wanted(way)) {
        return Formula::True;
    }
    let held = ways.iter().filter(|(_, way)| wanted(way));
    held.fold(Formula::False, |all, (when, _)| all.or(when))
}

/// Instances of a `for_each`, while they are gathered.
#[derive(Default)]
struct Keyed {
    instances: Vec<Instance>,
    /// The number of each key that is known.
    numbers: FxHashMap<Arc<str>, usize>,
    ways: Vec<(Formula, Vec<usize>, Option<Unknown>)>,
}

impl Keyed {
    /// Takes in one value that `for_each` may have.
    fn way(&mut self, when: &Formula, value: &Value, place: Place) {
        let mut numbers = Vec::new();
        let open = match &value.data {
            Data::Object(object) => {
                for entry in &object.entries {
                    // The key's own place is where the entry stands.
                    let key = Value::text(entry.name.clone(), entry.place);
                    numbers.push(self.named(&entry.name, when, (key, entry.value.clone())));
                }
                object.open.clone()
            }
            Data::List(list) => {
                for item in &list.items {
                    self.item(when, item, &mut numbers);
                }
                list.open.clone()
            }
            // Terraform refuses null; so nothing is deployed.
            Data::Absent => None,
            _ => Some(unknown_of(value, "for_each")),
        };
        if let Some(unknown) = &open {
            let each = |name: &str| Value::unknown(unknown.reason, name, place);
            let guard = when.and(&has_items(unknown));
            numbers.push(self.any(&guard, (each("each.key"), each("each.value"))));
        }
        numbers.dedup();
        self.ways.push((when.clone(), numbers, open));
    }

    fn item(&mut self, when: &Formula, item: &Value, numbers: &mut Vec<usize>) {
        for (inner, item) in leaves(item) {
            let when = when.and(&inner);
            match item.plain_text() {
                Some(name) => {
                    let key = Value { data: Data::Text(name.clone()), origin: item.origin.clone() };
                    numbers.push(self.named(&name, &when, (key.clone(), key)));
                }
                None if matches!(item.data, Data::Absent) => {}
                None => numbers.push(self.any(&when, (item.clone(), item))),
            }
        }
    }

    /// The number of an instance whose key is not known. Each is one of its own: they have different values.
    fn any(&mut self, when: &Formula, each: (Value, Value)) -> usize {
        let guard = when.clone();
        self.instances.push(Instance { key: Key::Any, each: Some(each), index: None, guard, multiplicity: None });
        self.instances.len() - 1
    }

    /// The number of the instance with a key. One that is there in several ways has the value of each.
    fn named(&mut self, name: &Arc<str>, when: &Formula, each: (Value, Value)) -> usize {
        let next = self.instances.len();
        let at = *self.numbers.entry(name.clone()).or_insert(next);
        if at == next {
            let (key, guard) = (Key::Name(name.clone()), when.clone());
            self.instances.push(Instance { key, each: Some(each), index: None, guard, multiplicity: None });
            return at;
        }
        let known = &mut self.instances[at];
        if let Some((name, value)) = known.each.take() {
            known.each = Some((name, Value::guarded(when, each.1, value)));
        }
        known.guard = known.guard.or(when);
        at
    }
}
