//! Items of lists, dicts and texts: `value[key]`.

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprSubscript};
use ruff_text_size::{Ranged, TextRange};

use super::{
    Machine,
    callables::NAMESPACE,
    calls::Arguments,
    classes::{CLASS, Form, own_class},
    collections::{index, made_by_default},
    ini::SECTION,
    library::key_name,
    objects::positional,
    patterns::{MATCH, group},
    presence::present_or,
    questions::question,
    replaced::given_instead_of,
    resting::{as_sure_as, resting_on},
    text::one_of,
};
use crate::{
    catalog::image::one_of_aws,
    graph::{
        guard::Usual,
        value::{Data, Entry, Object, Reason, StepKind, Unknown, Value},
    },
    source::Place,
};

/// Most entries of a table that are told apart by a key that is not known.
const MAX_CHOICES: usize = 8;

impl<'a> Machine<'a> {
    /// The same of an item, as it is written: `["name"]`.
    fn item_of_unknown(&self, unknown: &Unknown, key: &str, range: TextRange) -> Value {
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\') || byte == b' ';
        if key.bytes().all(is_plain) {
            return self.part_of(unknown, &["[\"", key, "\"]"], range);
        }
        self.part_of(unknown, &[&format!("[{key:?}]")], range)
    }

    pub(super) fn subscript(&mut self, subscript: &'a ExprSubscript) -> Value {
        if subscript.value.is_call_expr()
            && let Some(value) = self.item_of_namespace(subscript)
        {
            return value;
        }
        let base = self.eval(&subscript.value);
        if let Expr::Slice(slice) = &*subscript.slice {
            let value = self.slice(&base, slice, subscript.range());
            return as_sure_as(value, &base);
        }
        let key = self.eval(&subscript.slice);
        self.item(&base, &key, subscript.range())
    }

    /// What a short table has for a key that whoever runs the code gives, or that is not known: under each of its keys what
    /// is there. For others it has `default`, or an error stops the run.
    pub(super) fn chosen_entry(
        &mut self,
        table: &Object,
        key: &Value,
        default: Option<&Value>,
        place: Place,
    ) -> Option<Value> {
        if table.class.is_some() || table.open.is_some() || !(1..=MAX_CHOICES).contains(&table.entries.len()) {
            return None;
        }
        // Who changes a thing that was chosen changes that which is in the table.
        if table.entries.iter().any(|entry| is_thing(&entry.value)) {
            return None;
        }
        let (given, usual) = match &key.data {
            // Images of AWS's are one of them, whatever the region.
            Data::Unknown(_) if table.entries.len() > 1 && !are_of_aws(table, place) => (key.clone(), None),
            Data::Text(text) if self.openly == 0 => {
                let (given, basis) = given_instead_of(key)?;
                (given, Some((text.clone(), basis)))
            }
            _ => return None,
        };
        let Data::Unknown(given) = &given.data else { return None };
        let of = |entry: &Entry| {
            let missing = Value::unknown(Reason::Invalid, "a key that is missing", place);
            let value = present_or(&entry.value, default.unwrap_or(&missing));
            value.via(StepKind::Entry, entry.name.clone(), entry.place)
        };
        let is_usual = |entry: &Entry| usual.as_ref().is_some_and(|(text, _)| entry.name == *text);
        let mut others: Vec<&Entry> = table.entries.iter().filter(|entry| !is_usual(entry)).collect();
        let mut chosen = match (usual.as_ref().and_then(|(text, _)| table.entry(text)), default) {
            (Some(entry), _) => of(entry),
            (None, Some(default)) => default.clone(),
            (None, None) if usual.is_some() => return None,
            (None, None) => of(others.pop()?),
        };
        if let Some((_, basis)) = &usual {
            chosen = resting_on(chosen, Some(basis));
        }
        for entry in others.into_iter().rev() {
            let when = question(given, Some(entry.name.clone()));
            chosen = match &usual {
                Some((_, basis)) => {
                    let when = when.with_usual(&|_| Some(Usual::LeftToRuns(false)));
                    self.note_replaced(&when, basis);
                    // Things are where the default has them.
                    Value::guarded(&when.negated(), chosen, of(entry))
                }
                None => Value::guarded(&when, of(entry), chosen),
            };
        }
        Some(chosen)
    }

    pub(super) fn item(&mut self, base: &Value, key: &Value, range: TextRange) -> Value {
        self.spend(1);
        let value = self.item_of(base, key, range);
        as_sure_as(as_sure_as(value, key), base)
    }

    fn item_of(&mut self, base: &Value, key: &Value, range: TextRange) -> Value {
        let place = self.place(range);
        match (&base.data, &key.data) {
            (Data::Object(_) | Data::List(_), Data::Guarded(guarded)) => {
                let (then, otherwise) =
                    (self.item(base, &guarded.then, range), self.item(base, &guarded.otherwise, range));
                Value::guarded(&guarded.when, then, otherwise)
            }
            (Data::Guarded(guarded), _) => {
                let (then, otherwise) =
                    (self.item(&guarded.then, key, range), self.item(&guarded.otherwise, key, range));
                Value::guarded(&guarded.when, then, otherwise)
            }
            (Data::Object(object), _)
                if let Some(class) = own_class(object)
                    && !self.holds_items(object, "__getitem__") =>
            {
                // A named tuple's fields stand in their order.
                if let Data::Number(at) = &key.data
                    && self.form_of(&format!("{CLASS}{class}")) == Form::Fields
                    && let Some(entry) = index(at.near(), object.entries.len()).and_then(|at| object.entries.get(at))
                {
                    return entry.value.clone();
                }
                let arguments = Arguments { positional: vec![positional(key.clone())], named: Object::default() };
                let followed = self.object_call(class, object, "__getitem__", &arguments, place);
                followed.map_or_else(|| self.unknown(Reason::RunTime, range), |followed| followed.value)
            }
            (Data::Object(found), _) if found.class.as_deref() == Some(MATCH) => {
                let part = key.plain_text().and_then(|which| group(found, &which));
                part.unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
            (Data::Object(object), Data::Number(at)) if object.class.as_deref() == Some(NAMESPACE) => {
                let at = index(at.near(), object.entries.len());
                let entry = at.and_then(|at| object.entries.get(at)).filter(|_| object.open.is_none());
                entry.map_or_else(|| self.unknown(Reason::RunTime, range), |entry| entry.value.clone())
            }
            (Data::Object(object), _) if let Some(chosen) = self.chosen_entry(object, key, None, place) => chosen,
            (Data::Object(object), _) if let Some(name) = key_name(key) => match object.entry(&name) {
                Some(entry) => {
                    let value = present_or(&entry.value, &self.unknown(Reason::Invalid, range));
                    value.via(StepKind::Entry, name.clone(), entry.place)
                }
                None => match &object.open {
                    _ if object.class.as_deref() == Some(SECTION)
                        && let Some(entry) = object.entry(&name.to_lowercase()) =>
                    {
                        entry.value.clone()
                    }
                    Some(why) if let Some(made) = made_by_default(why) => Value::new(made, place),
                    Some(why) => self.item_of_unknown(why, &name, range),
                    None => {
                        if object.class.is_none() {
                            self.raises("KeyError");
                        }
                        self.unknown(Reason::Invalid, range)
                    }
                },
            },
            (Data::Object(object), _)
                if object.open.is_none() && !object.entries.is_empty() && !matches!(key.data, Data::Guarded(_)) =>
            {
                let values: Vec<&Value> = object.entries.iter().map(|entry| &entry.value).collect();
                let why = Unknown { reason: Reason::RunTime, name: self.short(range).into(), place };
                one_of(&values, why, place)
            }
            (Data::Text(text), Data::Number(at)) => {
                let letters: Vec<char> = text.chars().collect();
                match index(at.near(), letters.len()).and_then(|at| letters.get(at)) {
                    Some(letter) => Value::text(letter.to_string(), place),
                    None => self.unknown(Reason::Invalid, range),
                }
            }
            (Data::List(list), Data::Bool(at)) if list.open.is_none() => match list.items.get(usize::from(*at)) {
                Some(item) => item.clone(),
                None => self.unknown(Reason::Invalid, range),
            },
            (Data::List(list), Data::Number(number)) if list.open.is_none() => {
                #[allow(clippy::cast_possible_truncation, reason = "an index beyond i64 finds nothing anyway")]
                let at = number.near() as i64;
                let length = i64::try_from(list.items.len()).unwrap_or(i64::MAX);
                let at = if at < 0 { at + length } else { at };
                match usize::try_from(at).ok().and_then(|at| list.items.get(at)) {
                    Some(item) => item.clone(),
                    None => {
                        self.raises("IndexError");
                        self.unknown(Reason::Invalid, range)
                    }
                }
            }
            // What is asked of it does not make it known.
            (Data::Unknown(_), Data::Guarded(_)) => self.unknown(Reason::RunTime, range),
            (_, Data::Guarded(guarded)) => {
                let (then, otherwise) =
                    (self.item(base, &guarded.then, range), self.item(base, &guarded.otherwise, range));
                Value::guarded(&guarded.when, then, otherwise)
            }
            (Data::Symbol(symbol), Data::Text(name)) if symbol.starts_with(CLASS) => {
                let class = symbol.strip_prefix(CLASS).unwrap_or_default();
                self.class_constant(class, name).unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
            (Data::Symbol(symbol), Data::Text(name)) if &**symbol == "os.environ" => {
                let unknown = || Value::variable(name, place);
                self.variable(name).unwrap_or_else(unknown)
            }
            (Data::Unknown(unknown), Data::Text(name)) => self.item_of_unknown(unknown, name, range),
            _ => self.unknown(Reason::RunTime, range),
        }
    }
}

/// Whether a value is an object of a class, or of an SDK.
fn is_thing(value: &Value) -> bool {
    match &value.data {
        Data::Object(object) => object.class.is_some(),
        Data::Reference(_) => true,
        Data::Guarded(guarded) => is_thing(&guarded.then) || is_thing(&guarded.otherwise),
        _ => false,
    }
}

/// Whether all entries of a table are the same image of AWS's, each in a registry of its own.
fn are_of_aws(table: &Object, place: Place) -> bool {
    let texts: Option<Vec<Arc<str>>> = table.entries.iter().map(|entry| entry.value.plain_text()).collect();
    let of_aws = |texts: Vec<Arc<str>>| one_of_aws(&texts.iter().map(|text| &**text).collect::<Vec<_>>(), place);
    texts.and_then(of_aws).is_some()
}
