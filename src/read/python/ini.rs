//! INI files, as Python's `configparser` reads them and keeps what code sets.

use std::sync::Arc;

use ruff_python_ast::Expr;
use ruff_text_size::TextRange;

use super::{Machine, calls::Arguments, config_files::Form, numbers::as_text, resting::as_sure_as};
use crate::{
    graph::value::{Data, Entry, Object, Reason, Unknown, Value},
    source::{Source, Span},
};

/// A parser of INI files, with the sections that it has read.
pub(super) const PARSER: &str = "configparser.ConfigParser";
/// One of its sections: its options have names in lower case.
pub(super) const SECTION: &str = "configparser.SectionProxy";
/// The section whose options are in all of them.
pub(super) const DEFAULT: &str = "DEFAULT";

impl<'a> Machine<'a> {
    /// A parser of INI files, before it has read any.
    pub(super) fn new_parser(&mut self, arguments: &Arguments, range: TextRange) -> Value {
        // What it is given to begin with is in all sections, and may say how they are read.
        let is_bare = arguments.positional.is_empty() && arguments.named.entries.is_empty();
        let open = (!is_bare || arguments.named.open.is_some()).then(|| self.why(range));
        Value::object(Object { class: Some(PARSER.into()), open, ..Object::default() }, self.place(range))
    }

    /// A method of a parser of INI files.
    pub(super) fn parser_of_sections(
        &mut self,
        parser: &Arc<Object>,
        target: &'a Expr,
        name: &str,
        arguments: &Arguments,
        range: TextRange,
    ) -> Value {
        let place = self.place(range);
        let text = |name: &str, at| arguments.get(name, at).and_then(Value::plain_text);
        let none = Value::absent(place);
        match name {
            "read" | "read_file" => {
                let first = arguments.positional.first().map(|argument| &argument.value);
                let paths: Vec<Value> = match first {
                    Some(Value { data: Data::Object(file), .. }) => {
                        file.entry("path").map(|entry| entry.value.clone()).into_iter().collect()
                    }
                    Some(Value { data: Data::List(list), .. }) if list.open.is_none() => list.items.clone(),
                    path => path.cloned().into_iter().collect(),
                };
                for path in &paths {
                    let read = self.settings_in(path, Form::Ini, range);
                    self.add_sections(target, &read, range);
                }
                self.unknown(Reason::RunTime, range)
            }
            "read_string" => {
                let read = arguments.get("string", 0).cloned().and_then(|given| match &given.data {
                    Data::Text(text) => self.parsed_text(text, Form::Ini, range),
                    _ => None,
                });
                let read = read.unwrap_or_else(|| self.unknown(Reason::RunTime, range));
                self.add_sections(target, &read, range);
                none
            }
            "read_dict" => {
                let read = arguments.get("dictionary", 0).cloned().unwrap_or_else(|| none.clone());
                self.add_sections(target, &read, range);
                none
            }
            "add_section" => {
                if let Some(section) = text("section", 0) {
                    let mut sections = Object::default();
                    sections.set(Entry { name: section, place, value: Value::object(Object::default(), place) });
                    self.add_sections(target, &Value::object(sections, place), range);
                }
                none
            }
            "set" => {
                let value = arguments.get("value", 2).cloned().unwrap_or_else(|| none.clone());
                let (section, option) = (text("section", 0), text("option", 1));
                let given =
                    section.zip(option).filter(|(section, _)| &**section != DEFAULT).map(|(section, option)| {
                        let mut options = Object::default();
                        options.set(Entry { name: option, place, value });
                        let mut sections = Object::default();
                        sections.set(Entry { name: section, place, value: Value::object(options, place) });
                        Value::object(sections, place)
                    });
                let given = given.unwrap_or_else(|| self.unknown(Reason::RunTime, range));
                self.add_sections(target, &given, range);
                none
            }
            "remove_option" | "remove_section" => {
                let (section, option) = (text("section", 0), text("option", 1).map(|option| option.to_lowercase()));
                let why = self.why(range);
                self.change(target, &mut |known| {
                    let Data::Object(parser) = &mut known.data else { return };
                    let parser = Arc::make_mut(parser);
                    let held = parser.entries.iter_mut().find(|entry| Some(&entry.name) == section.as_ref());
                    match (held.map(|entry| &mut entry.value.data), &option) {
                        (Some(Data::Object(options)), Some(option)) => {
                            Arc::make_mut(options).entries.retain(|entry| *entry.name != **option);
                        }
                        _ => parser.cover(&why),
                    }
                });
                self.unknown(Reason::RunTime, range)
            }
            "get" | "getint" | "getfloat" | "getboolean" => {
                let found = text("section", 0).zip(text("option", 1)).and_then(|(section, option)| {
                    let section = parser.entry(&section)?;
                    let option = section.value.entry(&option.to_lowercase())?;
                    Some(as_sure_as(option.value.clone(), &section.value))
                });
                let fallback = || arguments.named.entry("fallback").filter(|_| parser.open.is_none());
                match (found, fallback()) {
                    (Some(value), _) => self.option_as(name, value, range),
                    (None, Some(entry)) => entry.value.clone(),
                    (None, None) => self.unknown(Reason::RunTime, range),
                }
            }
            "sections" if parser.open.is_none() => Value::list(
                parser.entries.iter().map(|entry| Value::text(entry.name.clone(), entry.place)).collect(),
                place,
            ),
            "has_section" | "has_option" if parser.open.is_none() => {
                let section = text("section", 0).and_then(|section| parser.entry(&section));
                let has = match text("option", 1) {
                    Some(option) => {
                        section.is_some_and(|section| section.value.entry(&option.to_lowercase()).is_some())
                    }
                    None => section.is_some(),
                };
                Value::new(Data::Bool(has), place)
            }
            "write" => {
                if let Some(file) = arguments.get("fp", 0) {
                    self.written_somehow(file, place);
                }
                none
            }
            _ => self.unknown(Reason::RunTime, range),
        }
    }

    /// A method of a section; nothing for one that is a dict's as well.
    pub(super) fn section_method(
        &mut self,
        section: &Object,
        name: &str,
        arguments: &Arguments,
        range: TextRange,
    ) -> Option<Value> {
        if !matches!(name, "get" | "getint" | "getfloat" | "getboolean") {
            return None;
        }
        let option = arguments.get("option", 0)?.plain_text()?.to_lowercase();
        Some(match section.entry(&option) {
            Some(entry) => self.option_as(name, entry.value.clone(), range),
            None if section.open.is_some() => self.unknown(Reason::RunTime, range),
            None => arguments.get("fallback", 1).cloned().unwrap_or_else(|| Value::absent(self.place(range))),
        })
    }

    /// An option as the method makes it that asks for it.
    fn option_as(&self, method: &str, value: Value, range: TextRange) -> Value {
        let text = value.plain_text();
        let number = || text.as_ref().and_then(|text| text.trim().parse::<f64>().ok());
        match (method, text.as_deref()) {
            ("get", _) => value,
            ("getint", Some(_)) if let Some(number) = number().filter(|number| number.fract() == 0.0) => {
                Value { data: Data::Number(number.into()), ..value }
            }
            ("getfloat", Some(_)) if let Some(number) = number() => {
                Value { data: Data::Number(crate::graph::number::Number::real(number)), ..value }
            }
            ("getboolean", Some(text)) => match &*text.to_lowercase() {
                "1" | "yes" | "true" | "on" => Value { data: Data::Bool(true), ..value },
                "0" | "no" | "false" | "off" => Value { data: Data::Bool(false), ..value },
                _ => self.unknown(Reason::Invalid, range),
            },
            _ => self.unknown(Reason::Invalid, range),
        }
    }

    /// Sections that a parser reads, over those that it has: an option that is there already gets its new value.
    fn add_sections(&mut self, target: &'a Expr, read: &Value, range: TextRange) {
        let why = self.why(range);
        self.change(target, &mut |known| {
            if let Data::Object(parser) = &mut known.data {
                add_to(Arc::make_mut(parser), read, &why);
            }
        });
    }
}

/// Adds sections to those of a parser.
fn add_to(parser: &mut Object, read: &Value, why: &Unknown) {
    let Data::Object(read) = &read.data else { return parser.cover(why) };
    if let Some(more) = &read.open {
        parser.cover(more);
    }
    for section in &read.entries {
        let value = match (parser.entry(&section.name).map(|entry| &entry.value.data), &section.value.data) {
            (_, _) if &*section.name == DEFAULT => return parser.cover(why),
            (Some(Data::Object(known)), Data::Object(more)) => {
                let mut options = known.as_ref().clone();
                super::collections::merge(
                    &mut options,
                    &as_section(&Value::object(more.as_ref().clone(), section.place)),
                    why,
                );
                Value::object(options, section.place)
            }
            (_, Data::Object(_)) => as_section(&section.value),
            _ => Value::new(Data::Unknown(why.clone()), section.place),
        };
        parser.set(Entry { value, ..section.clone() });
    }
}

/// A dict as a section keeps it: names in lower case, values as texts.
pub(super) fn as_section(dict: &Value) -> Value {
    let Data::Object(options) = &dict.data else { return dict.clone() };
    let mut section = Object { class: Some(SECTION.into()), open: options.open.clone(), ..Object::default() };
    for option in &options.entries {
        let value = match as_text(&option.value) {
            // One that mentions others is put together when it is asked for.
            Some(text) if text.contains('%') => {
                Value::unknown(Reason::Unsupported, "an option that mentions another", option.place)
            }
            Some(text) => Value { data: Data::Text(text), origin: option.value.origin.clone() },
            None => option.value.clone(),
        };
        section.set(Entry { name: option.name.to_lowercase().into(), value, ..option.clone() });
    }
    Value { data: Data::Object(Arc::new(section)), origin: dict.origin.clone() }
}

/// The sections of an INI file as Python's `configparser` reads them: names of options in lower case, the options of
/// `DEFAULT` in every section. An option that goes on in the next line, or that mentions another one, is unknown.
pub(super) fn ini(source: &Source) -> Option<Value> {
    let (mut sections, mut defaults): (Vec<Entry>, Vec<Entry>) = (Vec::new(), Vec::new());
    let mut current: Option<(Entry, Vec<Entry>)> = None;
    let mut at = 0;
    let mut close = |section: Option<(Entry, Vec<Entry>)>, defaults: &mut Vec<Entry>| match section {
        Some((head, options)) if &*head.name == DEFAULT => defaults.extend(options),
        Some((head, options)) => {
            let options = Object { entries: options, class: Some(SECTION.into()), ..Object::default() };
            let value = Value::object(options, head.place);
            sections.push(Entry { value, ..head });
        }
        None => {}
    };
    for line in source.text().split_inclusive('\n') {
        let start = at;
        at += line.len();
        let text = line.trim();
        let place = |part: &str| {
            let begin = start + line.find(part).unwrap_or(0);
            source.place(Span::new(begin, begin + part.len()))
        };
        if text.is_empty() || text.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            // It goes on.
            if let Some((_, options)) = &mut current
                && let Some(option) = options.last_mut()
            {
                option.value = Value::unknown(Reason::Unsupported, "an option of several lines", option.place);
            }
            continue;
        }
        if let Some(name) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            close(current.take(), &mut defaults);
            let head = Entry { name: name.into(), place: place(text), value: Value::absent(place(text)) };
            current = Some((head, Vec::new()));
            continue;
        }
        let (name, value) = text.split_once(['=', ':'])?;
        let (name, value) = (name.trim(), value.trim());
        let value = if value.contains('%') {
            Value::unknown(Reason::Unsupported, "an option that mentions another", place(name))
        } else {
            Value::text(value, if value.is_empty() { place(name) } else { place(value) })
        };
        let (_, options) = current.as_mut()?;
        options.push(Entry { name: name.to_lowercase().into(), place: place(name), value });
    }
    close(current.take(), &mut defaults);
    for section in &mut sections {
        if let Data::Object(object) = &mut section.value.data {
            let object = Arc::make_mut(object);
            for option in &defaults {
                if object.entry(&option.name).is_none() {
                    object.set(option.clone());
                }
            }
        }
    }
    let all = Object { entries: sections, ..Object::default() };
    Some(Value::object(all, source.place(Span::new(0, source.text().len()))))
}
