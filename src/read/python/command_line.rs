//! What the command line gives: an argument is its default, unless somebody gives another value.

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprCall, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

use super::{Machine, callables::FUNCTION, calls::Arguments, identity::Changes, questions::FLAG};
use crate::{
    graph::{
        number::Number,
        value::{Data, Entry, Object, Reason, StepKind, Value},
    },
    source::Place,
};

/// A parser of command line arguments: an object with the defaults of the arguments that it was told of.
pub(super) const PARSER: &str = "argparse.ArgumentParser";
/// A group of a parser's arguments, or the parser of one command: an object that names the parser.
pub(super) const GROUP: &str = "argparse.group";
/// What a parser makes of a command line.
pub(super) const NAMED_ARGUMENTS: &str = "argparse.Namespace";
/// Where flags of `absl` are kept.
pub(super) const FLAGS: &str = "absl.flags.FLAGS";

impl<'a> Machine<'a> {
    /// A method of a parser of arguments.
    pub(super) fn parser_method(
        &mut self,
        parser: &Arc<Object>,
        target: &'a Expr,
        method: &str,
        arguments: &Arguments,
        range: TextRange,
    ) -> Value {
        let place = self.place(range);
        match method {
            "add_argument" | "set_defaults" => {
                let path = self.dotted(target).map(|path| path.into_owned());
                if let Some(path) = path {
                    self.add_arguments(&path, method, arguments, false, range);
                }
                self.unknown(Reason::RunTime, range)
            }
            "add_argument_group" | "add_mutually_exclusive_group" | "add_subparsers" => {
                let Some(path) = self.dotted(target) else { return self.unknown(Reason::RunTime, range) };
                let mut group = Object { class: Some(GROUP.into()), ..Object::default() };
                group.set(Entry { name: "of".into(), place, value: Value::text(&*path, place) });
                if method == "add_subparsers" {
                    group.set(Entry { name: "several".into(), place, value: Value::new(Data::Bool(true), place) });
                }
                Value::object(group, place)
            }
            "parse_args" | "parse_known_args" => {
                let mut parsed = Object { class: Some(NAMED_ARGUMENTS.into()), ..Object::clone(parser) };
                // A command line of its own sets what it likes.
                let is_told = arguments.get("args", 0).is_some_and(|args| match &args.data {
                    Data::List(list) => !list.items.is_empty() || list.open.is_some(),
                    Data::Absent => false,
                    Data::Unknown(unknown) => !unknown.name().contains("sys.argv"),
                    _ => true,
                });
                let declared: Vec<Entry> =
                    parser.entries.iter().filter(|entry| is_declaration(entry)).cloned().collect();
                parsed.entries.retain(|entry| !is_declaration(entry));
                let told = arguments.get("args", 0).filter(|_| is_told);
                if is_told && told.and_then(|told| tell(&mut parsed, &declared, told, place)).is_none() {
                    parsed.cover(&self.why(range));
                }
                let parsed = Value::object(parsed, place);
                if method == "parse_args" {
                    return parsed;
                }
                Value::list(vec![parsed, self.unknown(Reason::RunTime, range)], place)
            }
            _ => self.unknown(Reason::RunTime, range),
        }
    }

    /// A method of a group of arguments: it belongs to its parser.
    pub(super) fn group_method(
        &mut self,
        group: &Arc<Object>,
        method: &str,
        arguments: &Arguments,
        range: TextRange,
    ) -> Value {
        let place = self.place(range);
        match method {
            "add_parser" | "add_argument_group" | "add_mutually_exclusive_group" | "add_subparsers" => {
                Value::new(Data::Object(group.clone()), place)
            }
            "add_argument" | "set_defaults" => {
                let path = group.entry("of").and_then(|entry| entry.value.plain_text());
                let is_one_of_several = group.entry("several").is_some();
                if let Some(path) = path {
                    self.add_arguments(&path, method, arguments, is_one_of_several, range);
                }
                self.unknown(Reason::RunTime, range)
            }
            _ => self.unknown(Reason::RunTime, range),
        }
    }

    /// Gives a parser the defaults of an argument, or of `set_defaults`. Of several commands, each may have the same.
    fn add_arguments(
        &mut self,
        parser: &str,
        method: &str,
        arguments: &Arguments,
        is_one_of_several: bool,
        range: TextRange,
    ) {
        let place = self.place(range);
        let mut defaults: Vec<(Arc<str>, Value)> = Vec::new();
        let mut declared: Vec<Entry> = Vec::new();
        if method == "set_defaults" {
            let given = arguments.named.entries.iter().filter(|entry| !matches!(entry.value.data, Data::Absent));
            let given = given.map(|entry| {
                let value = entry.value.clone().via(StepKind::OptionDefault, entry.name.clone(), entry.place);
                (entry.name.clone(), value)
            });
            defaults.extend(given);
        } else {
            let flags = arguments.positional.iter().filter_map(|argument| argument.value.plain_text());
            let flag = flags.max_by_key(|flag| flag.len());
            let named = arguments.named.entry("dest").and_then(|entry| entry.value.plain_text()).or(flag);
            let action = arguments.named.entry("action").and_then(|entry| entry.value.plain_text());
            let default = match (arguments.named.entry("default"), action.as_deref()) {
                (Some(entry), _) if !matches!(entry.value.data, Data::Absent) => Some(entry.value.clone()),
                (None, Some("store_true")) => Some(Value::new(Data::Bool(false), place)),
                (None, Some("store_false")) => Some(Value::new(Data::Bool(true), place)),
                _ => None,
            };
            if let Some(named) = named.as_ref().filter(|_| !is_one_of_several) {
                let dest = Value::text(named.trim_start_matches('-').replace('-', "_"), place);
                declared.extend(declarations(arguments, &dest, place));
            }
            // Python hands a default that is a text to the argument's type.
            let kind = arguments.named.entry("type").map(|entry| entry.value.data.clone());
            let is_given = default.is_some();
            let default = default.and_then(|default| as_kind(default, kind.as_ref()));
            if let Some(flag) = named {
                let name: Arc<str> = flag.trim_start_matches('-').replace('-', "_").into();
                let is_required = !flag.starts_with('-') || arguments.named.entry("required").is_some();
                let has_action = arguments.named.entry("action").is_some();
                let is_stored =
                    matches!((action.as_deref(), has_action), (None, false) | (Some("store" | "append"), _));
                let is_none = !is_given && !is_required && is_stored && arguments.named.open.is_none();
                let reason = if is_none { Reason::NoDefault } else { Reason::RunTime };
                let unknown = || Value::unknown(reason, [FLAG, &flag, "`"].concat(), place);
                let default = default.map(|default| default.via(StepKind::OptionDefault, flag.clone(), place));
                defaults.push((name, default.unwrap_or_else(unknown)));
            }
        }
        self.has_switches |= defaults.iter().any(|(_, default)| matches!(default.data, Data::Bool(_)));
        let is_this = self.open_at(range);
        let Some(scope) = self.scopes.iter_mut().rev().find(|scope| scope.get(parser).is_some()) else { return };
        // Whoever made the parser, and handed it on, sees what it is told.
        let mut changes = Changes::new();
        let (steps, _) = scope.change(parser, &mut changes, &mut |known, _| {
            let Data::Object(object) = &mut known.data else { return };
            let object = Arc::make_mut(object);
            for (name, value) in &defaults {
                let before = object.entry(name).filter(|_| is_one_of_several).map(|entry| entry.value.clone());
                let value = match before {
                    // Each command has a function of its own: any of them may be the one.
                    Some(before) if is_function(value) => Value::guarded(&is_this, value.clone(), before),
                    Some(_) => Value::unknown(Reason::RunTime, format!("argument `{name}` of several commands"), place),
                    None => value.clone(),
                };
                object.set(Entry { name: name.clone(), place, value });
            }
            declared.iter().for_each(|entry| object.set(entry.clone()));
        });
        self.spend(steps);
        self.spread(&changes);
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
                    if let Some(flag) =
                        flag.filter(|_| default.is_some() || symbol.ends_with(".option") && !is_required)
                    {
                        // Who gives nothing, hands over `None`.
                        let none = || Value::unknown(Reason::NoDefault, [FLAG, &flag, "`"].concat(), place);
                        let default = default.unwrap_or_else(none);
                        self.has_switches |= matches!(default.data, Data::Bool(_));
                        let name = flag.trim_start_matches('-').split('/').next().unwrap_or_default();
                        let name: Arc<str> = name.trim().replace('-', "_").to_lowercase().into();
                        given.insert(name, default.via(StepKind::OptionDefault, flag, place));
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

/// Before the flags of the arguments that a parser was told of, in the names of its entries.
const DECLARED: char = '\0';

/// Whether an entry of a parser tells what a flag sets.
fn is_declaration(entry: &Entry) -> bool {
    entry.name.starts_with(DECLARED)
}

fn is_function(value: &Value) -> bool {
    matches!(&value.data, Data::Symbol(symbol) if symbol.starts_with(FUNCTION))
}

/// What each flag of an argument sets.
fn declarations(arguments: &Arguments, dest: &Value, place: Place) -> Vec<Entry> {
    let mut what = Object::default();
    what.set(Entry { name: "dest".into(), place, value: dest.clone() });
    for name in ["type", "action", "nargs", "const"] {
        if let Some(entry) = arguments.named.entry(name) {
            what.set(entry.clone());
        }
    }
    let flags = arguments.positional.iter().filter_map(|argument| argument.value.plain_text());
    let value = Value::object(what, place);
    flags.map(|flag| Entry { name: format!("{DECLARED}{flag}").into(), place, value: value.clone() }).collect()
}

/// Sets what a command line of the code's own tells; nothing where it has more than plain flags and their values.
fn tell(parsed: &mut Object, declared: &[Entry], told: &Value, place: Place) -> Option<()> {
    let Data::List(list) = &told.data else { return None };
    let words: Vec<Arc<str>> = list.items.iter().map(Value::plain_text).collect::<Option<_>>()?;
    if list.open.is_some() {
        return None;
    }
    let flag_of = |entry: &Entry| entry.name.trim_start_matches(DECLARED).to_owned();
    let mut positional = declared.iter().filter(|entry| !flag_of(entry).starts_with('-'));
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        let (flag, given) = match word.split_once('=') {
            Some((flag, given)) if flag.starts_with("--") => (flag.to_owned(), Some(Arc::from(given))),
            _ => (word.to_string(), None),
        };
        let is_flag = flag.starts_with('-');
        let what = match is_flag {
            true => declared.iter().find(|entry| flag_of(entry) == flag)?,
            false => positional.next()?,
        };
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
                as_kind(Value::text(given, place), part("type").map(|kind| &kind.data))?
            }
        };
        parsed.set(Entry { name: part("dest")?.plain_text()?, place, value });
    }
    Some(())
}

/// The default of an argument as its type makes it; nothing where that is not known.
fn as_kind(default: Value, kind: Option<&Data>) -> Option<Value> {
    let Data::Text(text) = &default.data else { return Some(default) };
    match kind {
        None | Some(Data::Absent) => Some(default),
        Some(Data::Symbol(kind)) => match &**kind {
            "builtins.int" | "builtins.float" => {
                let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite())?;
                let number = if &**kind == "builtins.float" { Number::real(number) } else { number.into() };
                Some(Value { data: Data::Number(number), origin: default.origin })
            }
            "builtins.str" | "pathlib.Path" => Some(default),
            _ => None,
        },
        _ => None,
    }
}
