//! What the command line gives: an argument is its default, unless somebody gives another value.

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprCall, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use super::{
    Machine,
    calls::Arguments,
    commands::{
        ARGUMENTS, CHOSEN, COMMANDS, FLAGS_TOLD, arguments_of, inherit, known_part, object_in, object_of, part,
    },
    objects::positional,
    questions::FLAG,
};
use crate::{
    graph::value::{Data, Entry, Object, Reason, StepKind, Unknown, Value},
    source::Place,
};

/// A parser of command line arguments: an object with what it was told of.
pub(super) const PARSER: &str = "argparse.ArgumentParser";
/// A group of a parser's arguments, or its commands: an object that holds the parser.
pub(super) const GROUP: &str = "argparse.group";
/// The parser of a group.
const OF: &str = "of";
/// The name of what a parser leaves of the command line: nothing, unless somebody gives more.
const REST: &str = "…";
/// The same where somebody does.
const REST_GIVEN: &str = "argument `…`";
/// What a parser makes of a command line.
pub(super) const NAMED_ARGUMENTS: &str = "argparse.Namespace";
/// Where flags of `absl` are kept.
pub(super) const FLAGS: &str = "absl.flags.FLAGS";

/// What an option of click has that gets its value from elsewhere, or is no single value.
const GIVEN_OTHERWISE: [&str; 7] = ["callback", "cls", "count", "envvar", "flag_value", "multiple", "prompt"];

impl<'a> Machine<'a> {
    /// A new parser, with what its parents were told of.
    pub(super) fn new_argument_parser(&mut self, arguments: &Arguments, range: TextRange) -> Value {
        let (place, why) = (self.place(range), self.why(range));
        let mut parser = Object { class: Some(PARSER.into()), ..Object::default() };
        if let Some(parents) = arguments.named.entry("parents") {
            match &parents.value.data {
                Data::List(list) => {
                    parser.open.clone_from(&list.open);
                    list.items.iter().for_each(|parent| inherit(&mut parser, parent, &why, place));
                }
                _ => parser.open = Some(why),
            }
        }
        Value::object(parser, place)
    }

    /// A method of a parser of arguments.
    pub(super) fn parser_method(
        &mut self,
        parser: &Value,
        method: &str,
        arguments: &Arguments,
        range: TextRange,
    ) -> Value {
        let place = self.place(range);
        match method {
            // Parsers that read files as well have other names for it.
            "add_argument" | "add" | "add_arg" => {
                self.add_argument(parser, arguments, range);
                self.unknown(Reason::RunTime, range)
            }
            "set_defaults" => {
                self.set_defaults(parser, arguments, range);
                Value::absent(place)
            }
            "add_argument_group" | "add_mutually_exclusive_group" => {
                let mut group = Object { class: Some(GROUP.into()), ..Object::default() };
                group.set(Entry { name: OF.into(), place, value: parser.clone() });
                Value::object(group, place)
            }
            "add_subparsers" => {
                let dest = arguments.named.entry("dest").and_then(|entry| entry.value.plain_text());
                let chosen = match &dest {
                    Some(dest) => Value::unknown(Reason::RunTime, [FLAG, dest, "`"].concat(), place),
                    None => Value::unknown(Reason::RunTime, "the command", place),
                };
                let parser = self.change_parser(parser, &mut |parser| {
                    if let Some(dest) = &dest {
                        let value = chosen.clone();
                        part(parser, ARGUMENTS, place).set(Entry { name: dest.clone(), place, value });
                    }
                    part(parser, COMMANDS, place);
                    parser.set(Entry { name: CHOSEN.into(), place, value: chosen.clone() });
                });
                let mut commands = Object { class: Some(GROUP.into()), ..Object::default() };
                commands.set(Entry { name: OF.into(), place, value: parser });
                Value::object(commands, place)
            }
            "get_default" => {
                let name = arguments.get("dest", 0).and_then(Value::plain_text);
                let known = name.and_then(|name| known_part(parser, ARGUMENTS)?.entry(&name)).map(|entry| &entry.value);
                known.cloned().unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
            "parse_args" | "parse_intermixed_args" => self.parsed(parser, arguments, range).0,
            "parse_known_args" | "parse_known_intermixed_args" => {
                let (parsed, is_told) = self.parsed(parser, arguments, range);
                let rest = match is_told {
                    true => self.unknown(Reason::RunTime, range),
                    false => Value::list(Vec::new(), place).via(StepKind::OptionDefault, REST, place),
                };
                Value::list(vec![parsed, rest], place)
            }
            _ => self.unknown(Reason::RunTime, range),
        }
    }

    /// A method of a group of arguments, or of the commands of a parser: they belong to it.
    pub(super) fn group_method(
        &mut self,
        group: &Arc<Object>,
        method: &str,
        arguments: &Arguments,
        range: TextRange,
    ) -> Value {
        let place = self.place(range);
        let Some(parser) = group.entry(OF).map(|entry| entry.value.clone()) else {
            return self.unknown(Reason::RunTime, range);
        };
        match method {
            "add_argument_group" | "add_mutually_exclusive_group" => Value::new(Data::Object(group.clone()), place),
            "add_parser" => {
                let made = self.new_argument_parser(arguments, range);
                let name = arguments.get("name", 0).and_then(Value::plain_text);
                let why = self.why(range);
                if let Some(name) = &name {
                    self.note_command(&parser, name, place);
                }
                self.change_parser(&parser, &mut |parser| {
                    let commands = part(parser, COMMANDS, place);
                    match &name {
                        Some(name) => commands.set(Entry { name: name.clone(), place, value: made.clone() }),
                        // Which of them it is cannot be told.
                        None => {
                            commands.open = Some(why.clone());
                            let name = format!("{}", place.span.start).into();
                            commands.set(Entry { name, place, value: made.clone() });
                        }
                    }
                });
                made
            }
            "add_argument" | "add" | "add_arg" | "set_defaults" => {
                self.parser_method(&parser, method, arguments, range)
            }
            _ => self.unknown(Reason::RunTime, range),
        }
    }

    /// Changes a parser, whoever holds it; hands out what it is then.
    fn change_parser(&mut self, parser: &Value, change: &mut dyn FnMut(&mut Object)) -> Value {
        let mut now = parser.clone();
        let Data::Object(known) = &mut now.data else { return now };
        change(Arc::make_mut(known));
        self.changed_outside();
        let changes = vec![(parser.clone(), now.clone())];
        self.spread(&changes);
        now
    }

    /// What a parser makes of a command line, and whether that is one that the code has.
    fn parsed(&mut self, parser: &Value, arguments: &Arguments, range: TextRange) -> (Value, bool) {
        let place = self.place(range);
        let Data::Object(parser) = &parser.data else { return (self.unknown(Reason::RunTime, range), false) };
        let Some(args) = arguments.get("args", 0).filter(|args| !is_command_line(args)) else {
            return (Value::object(self.defaults_of(parser), place), false);
        };
        let words = match &args.data {
            Data::List(list) if list.open.is_none() => {
                list.items.iter().map(Value::plain_text).collect::<Option<Vec<Arc<str>>>>()
            }
            _ => None,
        };
        let told = words.and_then(|words| self.told(parser, &mut words.into_iter(), place));
        let parsed = told.unwrap_or_else(|| {
            let mut parsed = self.defaults_of(parser);
            parsed.cover(&self.why(range));
            parsed
        });
        (Value::object(parsed, place), true)
    }

    /// What `set_defaults` is given. That of a file which is not among those that are read may be anything.
    fn set_defaults(&mut self, parser: &Value, arguments: &Arguments, range: TextRange) {
        let place = self.place(range);
        let given = arguments.named.entries.iter().filter(|entry| !matches!(entry.value.data, Data::Absent));
        let given: Vec<Entry> = given
            .map(|entry| {
                let value = entry.value.clone().via(StepKind::OptionDefault, entry.name.clone(), entry.place);
                Entry { name: entry.name.clone(), place, value }
            })
            .collect();
        self.has_switches |= given.iter().any(|entry| matches!(entry.value.data, Data::Bool(_)));
        self.change_parser(parser, &mut |parser| {
            let defaults = part(parser, ARGUMENTS, place);
            arguments.named.open.iter().for_each(|why| defaults.cover(why));
            given.iter().for_each(|entry| defaults.set(entry.clone()));
        });
    }

    /// Gives a parser an argument with its default.
    fn add_argument(&mut self, parser: &Value, arguments: &Arguments, range: TextRange) {
        let place = self.place(range);
        let named = |name: &str| arguments.named.entry(name).map(|entry| &entry.value);
        let flags: Vec<Arc<str>> =
            arguments.positional.iter().filter_map(|argument| argument.value.plain_text()).collect();
        // The first of those with two dashes names it.
        let flag = flags.iter().find(|flag| flag.starts_with("--")).or(flags.first());
        let Some(flag) = named("dest").and_then(Value::plain_text).or(flag.cloned()) else { return };
        let name: Arc<str> = flag.trim_start_matches('-').replace('-', "_").into();
        let action = named("action").and_then(Value::plain_text);
        let default = match (named("default"), action.as_deref()) {
            (Some(default), _) if !matches!(default.data, Data::Absent) => Some(default.clone()),
            (None, Some("store_true")) => Some(Value::new(Data::Bool(false), place)),
            (None, Some("store_false")) => Some(Value::new(Data::Bool(true), place)),
            _ => None,
        };
        let is_given = default.is_some();
        // Python hands a default that is a text to the argument's type.
        let kind = named("type").cloned();
        let default = default.and_then(|default| self.as_kind(default, kind.as_ref(), place));
        let is_positional = !flags.iter().any(|flag| flag.starts_with('-'));
        let is_required = match named("required") {
            Some(required) => !matches!(required.data, Data::Bool(false)),
            None => is_positional,
        };
        let has_action = named("action").is_some();
        let is_stored = matches!((action.as_deref(), has_action), (None, false) | (Some("store" | "append"), _));
        let is_none = !is_given && !is_required && is_stored && arguments.named.open.is_none();
        let reason = if is_none { Reason::NoDefault } else { Reason::RunTime };
        let unknown = Unknown { reason, name: [FLAG, &flag, "`"].concat().into(), place };
        if is_none && named("default").is_some() {
            self.nones.insert(place);
        }
        if !is_given
            && is_required
            && action.is_none()
            && named("nargs").is_none()
            && kind.is_none()
            && let Some(choices) = named("choices").cloned()
        {
            self.note_choices(&unknown, &choices);
        }
        self.has_switches |= default.as_ref().is_some_and(|default| matches!(default.data, Data::Bool(_)));
        let value = match default {
            Some(default) => default.via(StepKind::OptionDefault, flag, place),
            None => Value::new(Data::Unknown(unknown), place),
        };
        let declared = declarations(arguments, &flags, &Value::text(name.clone(), place), place);
        self.change_parser(parser, &mut |parser| {
            part(parser, ARGUMENTS, place).set(Entry { name: name.clone(), place, value: value.clone() });
            let known = part(parser, FLAGS_TOLD, place);
            declared.iter().for_each(|entry| known.set(entry.clone()));
        });
    }

    /// The default of an argument as its type makes it; nothing where that is not known.
    fn as_kind(&mut self, default: Value, kind: Option<&Value>, site: Place) -> Option<Value> {
        let Data::Text(text) = &default.data else { return Some(default) };
        let Some(kind) = kind.filter(|kind| !matches!(kind.data, Data::Absent)) else { return Some(default) };
        let data = match &kind.data {
            Data::Symbol(symbol) if matches!(&**symbol, "builtins.str" | "pathlib.Path") => return Some(default),
            Data::Symbol(symbol) if let Some(value) = self.converted(symbol, text, default.origin.place) => value.data,
            _ => {
                let given = Arguments { positional: vec![positional(default.clone())], ..Arguments::default() };
                let made = self.run_value(kind, &given, site)?;
                // What is one of two, or not known, is not what the default says.
                if !matches!(made.data, Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::List(_)) {
                    return None;
                }
                made.data
            }
        };
        Some(Value { data, origin: default.origin })
    }

    /// What a command line of the code's own tells; nothing where it has more than plain flags and their values.
    fn told(&mut self, parser: &Object, words: &mut dyn Iterator<Item = Arc<str>>, place: Place) -> Option<Object> {
        let mut parsed = arguments_of(parser);
        let none = Object::default();
        let declared = object_of(parser, FLAGS_TOLD).unwrap_or(&none);
        let mut positional = declared.entries.iter().filter(|entry| !entry.name.starts_with('-'));
        while let Some(word) = words.next() {
            let (flag, given) = match word.split_once('=') {
                Some((flag, given)) if flag.starts_with("--") => (Arc::from(flag), Some(Arc::from(given))),
                _ => (word.clone(), None),
            };
            let is_flag = flag.starts_with('-');
            let what = if is_flag { declared.entry(&flag) } else { positional.next() };
            if let (false, None, Some(commands)) = (is_flag, what, object_of(parser, COMMANDS)) {
                let command = object_in(&commands.entry(&word)?.value)?;
                let inner = self.told(command, words, place)?;
                inner.entries.into_iter().for_each(|entry| parsed.set(entry));
                if let Some(Data::Unknown(chosen)) = parser.entry(CHOSEN).map(|entry| &entry.value.data) {
                    let is_it =
                        |entry: &&mut Entry| matches!(&entry.value.data, Data::Unknown(known) if known == chosen);
                    parsed
                        .entries
                        .iter_mut()
                        .filter(is_it)
                        .for_each(|entry| entry.value = Value::text(word.clone(), place));
                }
                return Some(parsed);
            }
            let what = what?;
            let part = |name: &str| what.value.entry(name).map(|entry| &entry.value);
            if part("nargs").is_some() || part("const").is_some() {
                return None;
            }
            let value = match part("action").map(Value::plain_text) {
                Some(action) => match action.as_deref()? {
                    "store_true" => Value::new(Data::Bool(true), place),
                    "store_false" => Value::new(Data::Bool(false), place),
                    _ => return None,
                },
                None => {
                    let given = if is_flag { given.or_else(|| words.next())? } else { word };
                    self.as_kind(Value::text(given, place), part("type"), place)?
                }
            };
            parsed.set(Entry { name: part("dest")?.plain_text()?, place, value });
        }
        // Without its command, nothing is known of what a command has.
        object_of(parser, COMMANDS).is_none().then_some(parsed)
    }

    /// A call that tells of an argument, or of its default; nothing for others.
    pub(super) fn command_line_call(
        &mut self,
        symbol: &str,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) -> Option<Value> {
        let place = self.place(call.range());
        match symbol {
            "typer.Option" | "typer.Argument" => {
                let default = arguments.get("default", 0).filter(|default| !default.is_unknown())?;
                Some(default.clone())
            }
            "absl.flags.DEFINE_string"
            | "absl.flags.DEFINE_integer"
            | "absl.flags.DEFINE_float"
            | "absl.flags.DEFINE_bool"
            | "absl.flags.DEFINE_boolean"
            | "absl.flags.DEFINE_enum" => {
                let name = arguments.get("name", 0)?.plain_text()?;
                let default = arguments.get("default", 1).filter(|default| !matches!(default.data, Data::Absent))?;
                self.has_switches |= matches!(default.data, Data::Bool(_));
                let value = default.clone().via(StepKind::OptionDefault, name.clone(), place);
                let slot: Arc<str> = format!("{FLAGS}.{name}").into();
                self.scopes.first_mut()?.bind(slot, value.clone(), place);
                Some(value)
            }
            _ => None,
        }
    }

    /// What the decorators of a function hand to it when somebody runs the script: the options of `click`, the
    /// configuration of Hydra.
    pub(super) fn given_by_decorators(&mut self, definition: &'a StmtFunctionDef) -> FxHashMap<Arc<str>, Value> {
        let mut given = FxHashMap::default();
        for decorator in &definition.decorator_list {
            let Expr::Call(call) = &decorator.expression else { continue };
            let symbol = self.symbol_of(&call.func);
            let place = self.place(call.range());
            match &*symbol {
                "click.option" | "click.argument" | "rich_click.option" | "rich_click.argument" => {
                    let arguments = self.arguments(call);
                    let flags = arguments.positional.iter().filter_map(|argument| argument.value.plain_text());
                    // A name without dashes is the parameter's; else the longest flag is.
                    let flag = flags.max_by_key(|flag| (!flag.starts_with('-'), flag.len()));
                    let named = |name: &str| arguments.named.entry(name).map(|entry| entry.value.clone());
                    let is_flag = named("is_flag").is_some_and(|value| matches!(value.data, Data::Bool(true)));
                    let default = named("default").filter(|default| !matches!(default.data, Data::Absent));
                    let default = default.or_else(|| is_flag.then(|| Value::new(Data::Bool(false), place)));
                    let is_required = named("required").is_some_and(|value| !matches!(value.data, Data::Bool(false)));
                    let is_option = symbol.ends_with(".option")
                        && !is_required
                        && !GIVEN_OTHERWISE.iter().any(|name| arguments.named.entry(name).is_some());
                    if is_option && arguments.named.entry("default").is_some() && default.is_none() {
                        self.nones.insert(place);
                    }
                    if let Some(flag) = flag.filter(|_| default.is_some() || is_option) {
                        let name = flag.trim_start_matches('-').split('/').next().unwrap_or_default();
                        let name: Arc<str> = name.trim().replace('-', "_").to_lowercase().into();
                        let value = match default {
                            Some(default) => {
                                self.has_switches |= matches!(default.data, Data::Bool(_));
                                default.via(StepKind::OptionDefault, flag, place)
                            }
                            // Who gives nothing, hands over `None`.
                            None => Value::unknown(Reason::NoDefault, [FLAG, &flag, "`"].concat(), place),
                        };
                        given.insert(name, value);
                    }
                }
                "hydra.main" => {
                    let arguments = self.arguments(call);
                    let parameters = &definition.parameters;
                    let first = parameters.posonlyargs.iter().chain(&parameters.args).next();
                    if let Some(first) = first {
                        let config = self.hydra_config(definition, &arguments, place);
                        given.insert(first.parameter.name.as_str().into(), config);
                    }
                }
                _ => {}
            }
        }
        given
    }
}

/// What each flag of an argument sets.
fn declarations(arguments: &Arguments, flags: &[Arc<str>], dest: &Value, place: Place) -> Vec<Entry> {
    let mut what = Object::default();
    what.set(Entry { name: "dest".into(), place, value: dest.clone() });
    for name in ["type", "action", "nargs", "const"] {
        if let Some(entry) = arguments.named.entry(name) {
            what.set(entry.clone());
        }
    }
    let value = Value::object(what, place);
    flags.iter().map(|flag| Entry { name: flag.clone(), place, value: value.clone() }).collect()
}

/// Whether the arguments that are handed to a parser are those of the command line, or what another parser left of them.
fn is_command_line(args: &Value) -> bool {
    match &args.data {
        Data::Absent => true,
        Data::List(list) => list.items.is_empty() && list.open.is_none(),
        Data::Unknown(unknown) => unknown.name().contains("sys.argv") || unknown.given_name() == Some(REST_GIVEN),
        Data::Guarded(guarded) => is_command_line(&guarded.then) && is_command_line(&guarded.otherwise),
        _ => false,
    }
}
