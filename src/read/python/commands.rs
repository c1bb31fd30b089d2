//! Parsers with several commands: what is parsed has the arguments of the command that is chosen. And arguments that are one
//! of a few texts, one of which has to be given.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{Machine, command_line::NAMED_ARGUMENTS, questions::question, scope::same_known};
use crate::{
    graph::{
        guard::Formula,
        value::{Data, Entry, Object, Piece, Reason, Unknown, Value},
    },
    source::Place,
};

/// Parts of a parser: the defaults of its arguments, by the names under which what is parsed has them; what each of its flags
/// sets; the parsers of its commands; and which command it is, as far as that is known.
pub(super) const ARGUMENTS: &str = "arguments";
pub(super) const FLAGS_TOLD: &str = "flags";
pub(super) const COMMANDS: &str = "commands";
pub(super) const CHOSEN: &str = "chosen";
/// The class of what a parser knows of its flags: no part of it is a thing that is changed.
pub(super) const OF_FLAGS: &str = "argparse.flags";
/// Most commands that a parser is followed to.
const MAX_COMMANDS: usize = 32;
/// Most choices of an argument: of more, any text may be given.
const MAX_CHOICES: usize = 8;
/// How deep the parts of a value are looked at for such arguments.
const MAX_PARTS: usize = 6;

impl Machine<'_> {
    /// What a parser makes of a command line of which nothing is known: its defaults, and those of its commands, each where it
    /// is the one.
    pub(super) fn defaults_of(&mut self, parser: &Object) -> Object {
        let mut parsed = arguments_of(parser);
        let (Some(commands), Some(chosen)) = (object_of(parser, COMMANDS), parser.entry(CHOSEN)) else {
            return parsed;
        };
        let Data::Unknown(chosen) = &chosen.value.data else { return parsed };
        let mut each: Vec<(Formula, Object)> = Vec::new();
        for entry in commands.entries.iter().take(MAX_COMMANDS) {
            let Some(command) = object_in(&entry.value) else { continue };
            each.push((question(chosen, Some(entry.name.clone())), self.defaults_of(command)));
        }
        // What each of them has, by name, in order.
        let mut names: Vec<Arc<str>> = Vec::new();
        let mut having: FxHashMap<Arc<str>, Vec<(&Formula, &Entry)>> = FxHashMap::default();
        for (when, command) in &each {
            self.spend(command.entries.len());
            for entry in &command.entries {
                let known = having.entry(entry.name.clone()).or_default();
                if known.is_empty() {
                    names.push(entry.name.clone());
                }
                known.push((when, entry));
            }
        }
        let is_open = commands.open.is_some() || commands.entries.len() > MAX_COMMANDS;
        for name in names {
            // A command without it would fail where the code asks for it.
            let Some(((_, last), others)) = having.get(&name).and_then(|having| having.split_last()) else { continue };
            let are_one = others.iter().all(|(_, entry)| is_same_argument(&entry.value, &last.value));
            let value = match others.first() {
                None => last.value.clone(),
                Some((_, first)) if are_one => first.value.clone(),
                Some(_) if is_open => {
                    Value::unknown(Reason::RunTime, format!("argument `{name}` of several commands"), last.place)
                }
                Some(_) => others.iter().rev().fold(last.value.clone(), |otherwise, (when, entry)| {
                    Value::guarded(when, entry.value.clone(), otherwise)
                }),
            };
            parsed.set(Entry { name, place: last.place, value });
        }
        let open = each.iter().find_map(|(_, command)| command.open.clone());
        parsed.open = parsed.open.or_else(|| commands.open.clone()).or(open);
        parsed
    }

    /// Which of several values it is under the condition at hand, as far as that decides it.
    pub(super) fn narrowed(&self, value: &Value) -> Value {
        let mut value = value;
        if let Data::Guarded(_) = &value.data {
            let here = self.here();
            while let Data::Guarded(guarded) = &value.data {
                match here.decides(&guarded.when) {
                    Some(true) => value = &guarded.then,
                    Some(false) => value = &guarded.otherwise,
                    None => break,
                }
            }
        }
        value.clone()
    }

    /// Notes that an argument has to be given, and is one of a few texts.
    pub(super) fn note_choices(&mut self, argument: &Unknown, choices: &Value) {
        let Some(items) = self.items(choices) else { return };
        let are_texts = items.iter().all(|item| matches!(item.data, Data::Text(_)));
        if are_texts && !items.is_empty() {
            self.choices.insert(argument.place, (argument.clone(), items));
        }
    }

    /// Notes a command of a parser: which command it is is one of them.
    pub(super) fn note_command(&mut self, parser: &Value, name: &Arc<str>, place: Place) {
        let chosen = object_in(parser).and_then(|parser| parser.entry(CHOSEN)).map(|entry| &entry.value.data);
        let Some(Data::Unknown(chosen)) = chosen else { return };
        let (_, commands) = self.choices.entry(chosen.place).or_insert_with(|| (chosen.clone(), Vec::new()));
        if !commands.iter().any(|known| known.plain_text().as_ref() == Some(name)) {
            commands.push(Value::text(name.clone(), place));
        }
    }

    /// A value with such arguments in it as one of the texts each; nothing where it has none.
    pub(super) fn with_choices(&self, value: &Value) -> Option<Value> {
        if self.choices.is_empty() { None } else { self.chosen(value, &|_| true, 0) }
    }

    /// The same of what a service is given. A name with such an argument in it stays a name with a hole: it is the same one
    /// wherever it stands.
    pub(super) fn with_choices_as_given(&self, value: &Value) -> Option<Value> {
        let is_type = |pieces: &[Piece]| matches!(pieces.first(), Some(Piece::Text(text)) if text.starts_with("ml."));
        if self.choices.is_empty() { None } else { self.chosen(value, &is_type, 0) }
    }

    fn chosen(&self, value: &Value, is_followed: &dyn Fn(&[Piece]) -> bool, depth: usize) -> Option<Value> {
        if depth > MAX_PARTS {
            return None;
        }
        match &value.data {
            Data::Unknown(unknown) => {
                let (argument, items) = self.choices.get(&unknown.place)?;
                if argument != unknown || items.len() > MAX_CHOICES {
                    return None;
                }
                let (last, others) = items.split_last()?;
                let one = others.iter().rev().fold(last.clone(), |otherwise, item| {
                    Value::guarded(&question(unknown, item.plain_text()), item.clone(), otherwise)
                });
                Some(self.narrowed(&one))
            }
            Data::Template(pieces) if is_followed(pieces) => {
                let mut is_chosen = false;
                let mut piece = |piece: &Piece| match piece {
                    Piece::Hole(hole) => Piece::Hole(Box::new(match self.chosen(hole, is_followed, depth + 1) {
                        Some(chosen) => {
                            is_chosen = true;
                            chosen
                        }
                        None => Value::clone(hole),
                    })),
                    text @ Piece::Text(_) => text.clone(),
                };
                let pieces: Vec<Piece> = pieces.iter().map(&mut piece).collect();
                is_chosen.then(|| Value::template(pieces, value.origin.place))
            }
            _ => value.with_parts(&mut |part| self.chosen(part, is_followed, depth + 1)),
        }
    }
}

/// The arguments of a parser itself, with their defaults.
pub(super) fn arguments_of(parser: &Object) -> Object {
    let mut own = object_of(parser, ARGUMENTS).cloned().unwrap_or_default();
    own.class = Some(NAMED_ARGUMENTS.into());
    own.open = own.open.or_else(|| parser.open.clone());
    own
}

/// The same default; of what has none, an argument by the same name.
fn is_same_argument(one: &Value, other: &Value) -> bool {
    match (&one.data, &other.data) {
        (Data::Unknown(one), Data::Unknown(other)) => one.reason == other.reason && one.name() == other.name(),
        _ => same_known(one, other),
    }
}

/// The object that a value is, on one side of a condition at least.
pub(super) fn object_in(value: &Value) -> Option<&Object> {
    match &value.data {
        Data::Object(object) => Some(object),
        Data::Guarded(guarded) => object_in(&guarded.then).or_else(|| object_in(&guarded.otherwise)),
        _ => None,
    }
}

/// A part of a parser, if it has it.
pub(super) fn object_of<'p>(parser: &'p Object, name: &str) -> Option<&'p Object> {
    object_in(&parser.entry(name)?.value)
}

/// The same of a parser that is a value.
pub(super) fn known_part<'p>(parser: &'p Value, name: &str) -> Option<&'p Object> {
    object_of(object_in(parser)?, name)
}

/// A part of a parser, to be changed.
pub(super) fn part<'p>(parser: &'p mut Object, name: &str, place: Place) -> &'p mut Object {
    let at = parser.entries.iter().position(|entry| &*entry.name == name).unwrap_or_else(|| {
        let class = (name == FLAGS_TOLD).then(|| OF_FLAGS.into());
        let value = Value::object(Object { class, ..Object::default() }, place);
        parser.entries.push(Entry { name: name.into(), place, value });
        parser.entries.len() - 1
    });
    let value = &mut parser.entries[at].value;
    if !matches!(value.data, Data::Object(_)) {
        // One of two, or covered: what is in it stays as far as it is known.
        let known = object_in(value).cloned();
        let open = if let Data::Unknown(unknown) = &value.data { Some(unknown.clone()) } else { None };
        value.data = Data::Object(Arc::new(known.unwrap_or(Object { open, ..Object::default() })));
    }
    match &mut value.data {
        Data::Object(object) => Arc::make_mut(object),
        _ => unreachable!("it was made one"),
    }
}

/// Gives a parser what one of its parents was told of; `why` nothing is known of another one.
pub(super) fn inherit(parser: &mut Object, parent: &Value, why: &Unknown, place: Place) {
    let Some(parent) = object_in(parent) else {
        parser.open = Some(why.clone());
        return;
    };
    if let Some(open) = &parent.open {
        parser.open = Some(open.clone());
    }
    for name in [ARGUMENTS, FLAGS_TOLD] {
        let Some(known) = object_of(parent, name) else { continue };
        let own = part(parser, name, place);
        own.open = own.open.take().or_else(|| known.open.clone());
        known.entries.iter().for_each(|entry| own.set(Entry { place, ..entry.clone() }));
    }
}
