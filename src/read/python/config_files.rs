//! Files of settings that code reads: YAML, JSON, TOML and INI inside the root, and the paths that lead to them.

use std::sync::{Arc, Mutex, PoisonError};

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;
use toml::de::{DeTable, DeValue};

use super::{
    Machine,
    bounds::MAX_WEIGHT,
    calls::{Arguments, joined_path},
    identity::deeply_copied,
    resting::as_sure_as,
    text::pieces_of,
};
use crate::{
    graph::value::{Data, Entry, List, Object, Piece, Reason, Value},
    read::plain,
    source::{Files, Place, Source, Span, normal},
    syntax::{json, yaml},
};

/// A file that is open, or its text.
const FILE: &str = "file";
/// A reader of YAML files.
const RUAMEL: &str = "ruamel.yaml.YAML";
/// A parser of INI files, with the sections that it has read.
const PARSER: &str = "configparser.ConfigParser";
/// The absolute path of a folder, as the hole of a text: `folder:ml/train`. What is before it is not known.
const FOLDER: &str = "folder:";
/// A file of environment variables.
const VARIABLES: &str = ".env";
/// The working directory.
const HERE: &str = "the working directory";
/// Most folders that code adds to those of its modules.
const MAX_FOLDERS: usize = 8;
/// Larger files hold data, not settings.
const MAX_BYTES: usize = 256 << 10;

/// What a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Form {
    Yaml,
    Json,
    Toml,
    Ini,
    /// `NAME=value`, as `dotenv` reads it.
    Env,
}

/// Files of settings that were read, by path: each is read once, however many scripts open it.
#[derive(Debug, Default)]
pub(super) struct Settings(Mutex<FxHashMap<(String, Form), Option<Value>>>);

impl Settings {
    fn read(&self, files: &Files, path: &str, form: Form) -> Option<Value> {
        let key = (path.to_owned(), form);
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            let source = files.read(path).ok().filter(|source| source.raw().len() <= MAX_BYTES);
            let value = source.and_then(|source| parsed(&source, form));
            let value = value.filter(|value| value.weight(MAX_WEIGHT).is_some());
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key, value.clone());
            value
        })
    }
}

/// A value all of whose parts are written at one place.
fn at_one_place(value: Value, place: Place) -> Value {
    let data = match value.data {
        Data::Object(object) => {
            let mut object = object.as_ref().clone();
            for entry in &mut object.entries {
                let inner = std::mem::replace(&mut entry.value, Value::absent(place));
                entry.value = at_one_place(inner, place);
                entry.place = place;
            }
            Data::Object(Arc::new(object))
        }
        Data::List(list) => {
            let items = list.items.iter().map(|item| at_one_place(item.clone(), place)).collect();
            Data::List(Arc::new(List { items, open: list.open.clone() }))
        }
        other => other,
    };
    Value::new(data, place)
}

/// Whether objects of a class are handled here.
pub(super) fn is_class(class: &str) -> bool {
    matches!(class, FILE | PARSER | RUAMEL)
}

impl<'a> Machine<'a> {
    /// `__file__`: the folder is known from the root on.
    pub(super) fn own_path(&self, place: Place) -> Value {
        let (folder, name) = self.source.path.rsplit_once('/').unwrap_or(("", &self.source.path));
        let folder = Value::new(Data::Symbol(format!("{FOLDER}{folder}").into()), place);
        Value::template([Piece::Hole(Box::new(folder)), Piece::Text(format!("/{name}").into())], place)
    }

    /// A call that opens or reads a file, or makes a path; nothing for others.
    pub(super) fn file_call(&mut self, symbol: &str, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        let place = self.place(call.range());
        let first = arguments.positional.first().map(|argument| argument.value.clone());
        let form = match symbol {
            "yaml.safe_load" | "yaml.load" | "yaml.full_load" | "yaml.unsafe_load" => Form::Yaml,
            "json.load" | "json.loads" => Form::Json,
            "tomllib.load" | "tomllib.loads" | "tomli.load" | "tomli.loads" | "toml.load" | "toml.loads" => Form::Toml,
            "os.path.dirname" => {
                return Some(as_sure_as(self.folder_of(first.as_ref()?, call.range()), first.as_ref()?));
            }
            "os.path.abspath" | "os.path.realpath" | "os.path.normpath" | "os.path.expanduser" => return first,
            "pathlib.Path" | "pathlib.PurePath" | "pathlib.PosixPath" => {
                let parts: Vec<Value> = arguments.positional.iter().map(|argument| argument.value.clone()).collect();
                return Some(if parts.is_empty() { Value::text(".", place) } else { joined_path(&parts, place) });
            }
            "os.getcwd" | "pathlib.Path.cwd" => {
                let here = Value::unknown(Reason::RunTime, HERE, place);
                return Some(Value::template([Piece::Hole(Box::new(here))], place));
            }
            RUAMEL => {
                return Some(Value::object(Object { class: Some(RUAMEL.into()), ..Object::default() }, place));
            }
            "dotenv.find_dotenv" => {
                let folder = self.folder_with(VARIABLES)?;
                let folder = Value::new(Data::Symbol(format!("{FOLDER}{folder}").into()), place);
                let pieces = [Piece::Hole(Box::new(folder)), Piece::Text(format!("/{VARIABLES}").into())];
                return Some(Value::template(pieces, place));
            }
            "io.open" | "codecs.open" => return Some(self.opened_file(arguments, call.range())),
            "configparser.ConfigParser" | "configparser.RawConfigParser" | "configparser.SafeConfigParser" => {
                return Some(Value::object(Object { class: Some(PARSER.into()), ..Object::default() }, place));
            }
            _ => return None,
        };
        // The text itself, written in the code.
        if let Some(Data::Text(text)) = first.as_ref().map(|first| &first.data)
            && !matches!(symbol, "json.load" | "toml.load" | "tomllib.load" | "tomli.load")
        {
            self.spend(text.len() / 8);
            let written = Source::plain(place.file, self.source.path.clone(), text.clone());
            let value = Some(&written).filter(|_| text.len() <= MAX_BYTES).and_then(|written| parsed(written, form));
            return value.map(|value| at_one_place(value, place));
        }
        let path = self.path_within(symbol, first.as_ref())?;
        Some(self.settings_in(&path, form, call.range()))
    }

    /// The path of the file that is handed to a function that reads settings.
    fn path_within(&self, symbol: &str, first: Option<&Value>) -> Option<Value> {
        Some(match first.map(|first| &first.data) {
            Some(Data::Object(file)) if file.class.as_deref() == Some(FILE) => file.entry("path")?.value.clone(),
            // `toml.load` takes a path as well.
            Some(Data::Text(_) | Data::Template(_)) if symbol == "toml.load" => first.cloned()?,
            _ => return None,
        })
    }

    /// What a YAML file holds, by its path or the open file.
    pub(super) fn yaml_at(&mut self, path: &Value, range: TextRange) -> Value {
        let path = match &path.data {
            Data::Object(file) if file.class.as_deref() == Some(FILE) => file.entry("path").map(|entry| &entry.value),
            _ => Some(path),
        };
        match path.cloned() {
            Some(path) => self.settings_in(&path, Form::Yaml, range),
            None => self.unknown(Reason::External, range),
        }
    }

    /// What a YAML file at a path from the root holds.
    pub(super) fn yaml_from_root(&mut self, path: &str, range: TextRange) -> Option<Value> {
        self.spend(200);
        let path = normal(path.trim_start_matches('/'))?;
        let found = self.modules.settings.read(self.files, &path, Form::Yaml)?;
        self.spend(range.len().to_usize() / 64);
        Some(found)
    }

    /// The variables of a `.env` file that is named.
    pub(super) fn variables_in(&mut self, path: &Value, range: TextRange) -> Option<Value> {
        let path = self.file_at(path)?;
        self.spend(range.len().to_usize() / 64);
        self.modules.settings.read(self.files, &path, Form::Env)
    }

    /// The variables of the nearest `.env` file, in the folder of the code or in one above it.
    pub(super) fn nearest_variables(&mut self) -> Option<Value> {
        let folder = self.folder_with(VARIABLES)?;
        let path = format!("{folder}/{VARIABLES}");
        self.modules.settings.read(self.files, path.trim_start_matches('/'), Form::Env)
    }

    /// The nearest folder, from that of the code upwards, that holds a file.
    fn folder_with(&mut self, name: &str) -> Option<String> {
        let mut folder = self.source.path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        loop {
            self.spend(100);
            if self.files.exists(format!("{folder}/{name}").trim_start_matches('/')) {
                return Some(folder);
            }
            if folder.is_empty() {
                return None;
            }
            folder.truncate(folder.rfind('/').unwrap_or(0));
        }
    }

    /// `open(path)`, to be read.
    pub(super) fn opened_file(&mut self, arguments: &Arguments, range: TextRange) -> Value {
        let place = self.place(range);
        let mode = arguments.get("mode", 1).map(|mode| &mode.data);
        let reads = match mode {
            None => true,
            Some(Data::Text(mode)) => mode.starts_with('r') && !mode.contains('+'),
            Some(_) => false,
        };
        match arguments.get("file", 0).filter(|_| reads) {
            Some(path) => file(path, place),
            None => self.unknown(Reason::RunTime, range),
        }
    }

    /// A method of a path; nothing for another text's method.
    pub(super) fn path_method(
        &mut self,
        base: &Value,
        name: &str,
        arguments: &Arguments,
        range: TextRange,
    ) -> Option<Value> {
        let place = self.place(range);
        Some(match name {
            "resolve" | "absolute" | "expanduser" | "as_posix" => base.clone(),
            "joinpath" => {
                let parts = arguments.positional.iter().map(|argument| argument.value.clone());
                let parts: Vec<Value> = [base.clone()].into_iter().chain(parts).collect();
                joined_path(&parts, place)
            }
            "read_text" | "read_bytes" => file(base, place),
            "open" => {
                let mut shifted = arguments.clone();
                let path = super::objects::positional(base.clone());
                shifted.positional.insert(0, path);
                self.opened_file(&shifted, range)
            }
            _ => return None,
        })
    }

    /// An attribute of a path.
    pub(super) fn path_attribute(&mut self, base: &Value, name: &str, range: TextRange) -> Value {
        match name {
            "parent" => self.folder_of(base, range),
            "parents" => {
                let (mut folders, mut at) = (Vec::new(), base.clone());
                for _ in 0..8 {
                    at = self.folder_of(&at, range);
                    folders.push(at.clone());
                }
                Value::list(folders, self.place(range))
            }
            _ => self.unknown(Reason::RunTime, range),
        }
    }

    /// The folder that holds a path.
    fn folder_of(&self, path: &Value, range: TextRange) -> Value {
        let place = self.place(range);
        match &path.data {
            Data::Text(text) => Value::text(text.rsplit_once('/').map_or(".", |(folder, _)| folder), place),
            Data::Template(pieces) => {
                let mut pieces = pieces.to_vec();
                match pieces.pop() {
                    Some(Piece::Text(text)) => match text.rsplit_once('/') {
                        Some((folder, _)) => {
                            pieces.push(Piece::Text(folder.into()));
                            Value::template(pieces, place)
                        }
                        None => self.unknown(Reason::RunTime, range),
                    },
                    Some(Piece::Hole(hole)) if pieces.is_empty() => match folder(&hole) {
                        Some(path) if !path.is_empty() => {
                            let above = path.rsplit_once('/').map_or("", |(above, _)| above);
                            let above = Value::new(Data::Symbol(format!("{FOLDER}{above}").into()), place);
                            Value::template([Piece::Hole(Box::new(above))], place)
                        }
                        _ => self.unknown(Reason::RunTime, range),
                    },
                    _ => self.unknown(Reason::RunTime, range),
                }
            }
            _ => self.unknown(Reason::RunTime, range),
        }
    }

    /// What a file of settings holds; unknown where it is not certain which file that is.
    fn settings_in(&mut self, path: &Value, form: Form, range: TextRange) -> Value {
        let Some(found) = self.file_at(path) else { return self.unknown(Reason::External, range) };
        match self.setting(&found, form) {
            // What is read twice are two things.
            Some(value) => as_sure_as(deeply_copied(&value), path),
            None => self.unknown(Reason::External, range),
        }
    }

    /// `sys.path.append(path)`: a folder in which modules are looked for from now on.
    pub(super) fn module_folder(&mut self, symbol: &str, arguments: &Arguments, place: Place) -> Option<Value> {
        let path = match symbol {
            "sys.path.append" => arguments.get("", 0)?,
            "sys.path.insert" => arguments.get("", 1)?,
            _ => return None,
        };
        let own = self.unit.rsplit_once('/').map_or("", |(folder, _)| folder);
        let found = match &path.data {
            Data::Text(text) if !text.starts_with(['/', '~']) => Some(format!("{own}/{text}")),
            Data::Template(pieces) => match &pieces[..] {
                [Piece::Hole(hole)] => folder(hole).map(str::to_owned),
                [Piece::Hole(hole), Piece::Text(text)] if text.starts_with('/') => {
                    let is_here = matches!(&hole.data, Data::Unknown(unknown) if &*unknown.name == HERE);
                    let base = if is_here { Some(own) } else { folder(hole) };
                    base.map(|base| format!("{base}{text}"))
                }
                _ => None,
            },
            _ => None,
        };
        let found = found.and_then(|found| normal(found.trim_start_matches('/')));
        if let Some(found) = found.filter(|found| !self.module_folders.contains(found))
            && self.module_folders.len() < MAX_FOLDERS
        {
            self.module_folders.push(found);
        }
        Some(Value::absent(place))
    }

    /// The file that a path leads to, from the root.
    fn file_at(&mut self, path: &Value) -> Option<String> {
        // Asking the disk takes its time.
        self.spend(200);
        match &path.data {
            Data::Text(text) if !text.starts_with(['/', '~']) => self.relative(text),
            Data::Template(pieces) => match &pieces[..] {
                [Piece::Hole(hole), Piece::Text(text)] if text.starts_with('/') => match folder(hole) {
                    Some(folder) => {
                        let path = normal(format!("{folder}{text}").trim_start_matches('/'))?;
                        self.files.exists(&path).then_some(path)
                    }
                    None => match &hole.data {
                        Data::Unknown(unknown) if &*unknown.name == HERE => self.relative(text.trim_start_matches('/')),
                        _ => None,
                    },
                },
                _ => None,
            },
            _ => None,
        }
    }

    /// What the SDK's configuration at a path holds, the path being that of the file or of its folder.
    pub(super) fn sdk_config_at(&mut self, path: &Value) -> Option<Value> {
        let file = self.file_at(path).or_else(|| {
            let pieces = pieces_of(path.clone()).into_iter();
            let inner = Value::template(pieces.chain([Piece::Text("/config.yaml".into())]), path.origin.place);
            self.file_at(&inner)
        })?;
        self.setting(&file, Form::Yaml)
    }

    /// What a file of settings says, be it one that a cell of the notebook writes.
    fn setting(&self, path: &str, form: Form) -> Option<Value> {
        match self.modules.written.settings(path) {
            Some(written) => {
                written.filter(|source| source.raw().len() <= MAX_BYTES).and_then(|source| parsed(&source, form))
            }
            None => self.modules.settings.read(self.files, path, form),
        }
    }

    /// A path from the working directory, which may be the script's folder or the root. A notebook runs in its folder.
    fn relative(&mut self, text: &str) -> Option<String> {
        let own = self.unit.rsplit_once('/').map_or("", |(folder, _)| folder);
        let from_root = if self.unit.ends_with(".ipynb") { None } else { normal(text) };
        let paths = [normal(format!("{own}/{text}").trim_start_matches('/')), from_root];
        let written = paths[0].as_ref().and_then(|path| self.modules.written.known(&self.unit, path));
        if written.is_some() {
            return written;
        }
        let mut paths: Vec<String> = paths.into_iter().flatten().filter(|path| self.files.exists(path)).collect();
        paths.dedup();
        if let [one, other] = &paths[..] {
            let (one, other) = (self.files.read(one).ok()?, self.files.read(other).ok()?);
            self.spend(one.raw().len() / 64);
            if one.raw() != other.raw() {
                return None;
            }
        }
        paths.into_iter().next()
    }

    /// A method of a file, or of a parser of INI files.
    pub(super) fn config_method(
        &mut self,
        object: &Arc<Object>,
        target: &'a Expr,
        name: &str,
        arguments: &Arguments,
        range: TextRange,
    ) -> Value {
        let place = self.place(range);
        if object.class.as_deref() == Some(FILE) {
            return match name {
                "read" if arguments.positional.is_empty() => Value::new(Data::Object(object.clone()), place),
                _ => self.unknown(Reason::RunTime, range),
            };
        }
        if object.class.as_deref() == Some(RUAMEL) {
            return match (name, arguments.positional.first()) {
                ("load", Some(argument)) => self.yaml_at(&argument.value, range),
                _ => self.unknown(Reason::RunTime, range),
            };
        }
        let text = |name: &str, at| arguments.get(name, at).and_then(Value::plain_text);
        match name {
            "read" | "read_file" => {
                let path = match arguments.positional.first().map(|argument| &argument.value) {
                    Some(Value { data: Data::Object(file), .. }) => file.entry("path").map(|entry| entry.value.clone()),
                    Some(Value { data: Data::List(list), .. }) if list.items.len() == 1 => list.items.first().cloned(),
                    path => path.cloned(),
                };
                let read = path.map(|path| self.settings_in(&path, Form::Ini, range));
                let read = read.unwrap_or_else(|| self.unknown(Reason::RunTime, range));
                let why = self.why(range);
                self.change(target, &mut |known| {
                    if let Data::Object(parser) = &mut known.data {
                        super::collections::merge(Arc::make_mut(parser), &read, &why);
                    }
                });
                self.unknown(Reason::RunTime, range)
            }
            "get" | "getint" | "getfloat" | "getboolean" => {
                let found = text("section", 0).zip(text("option", 1)).and_then(|(section, option)| {
                    let section = object.entry(&section)?;
                    let option = section.value.entry(&option.to_lowercase())?;
                    Some(as_sure_as(option.value.clone(), &section.value))
                });
                let fallback = || arguments.named.entry("fallback").filter(|_| object.open.is_none());
                let value = found.or_else(|| fallback().map(|entry| entry.value.clone()));
                let Some(value) = value else { return self.unknown(Reason::RunTime, range) };
                match (name, value.plain_text().and_then(|text| text.trim().parse::<f64>().ok()), value.plain_text()) {
                    ("getint" | "getfloat", Some(number), _) => Value { data: Data::Number(number.into()), ..value },
                    ("getboolean", _, Some(text)) => match &*text.to_lowercase() {
                        "1" | "yes" | "true" | "on" => Value { data: Data::Bool(true), ..value },
                        "0" | "no" | "false" | "off" => Value { data: Data::Bool(false), ..value },
                        _ => self.unknown(Reason::Invalid, range),
                    },
                    ("get", ..) => value,
                    _ => self.unknown(Reason::Invalid, range),
                }
            }
            _ => self.unknown(Reason::RunTime, range),
        }
    }
}

/// A file that is open.
fn file(path: &Value, place: Place) -> Value {
    let mut file = Object { class: Some(FILE.into()), ..Object::default() };
    file.set(Entry { name: "path".into(), place, value: path.clone() });
    Value::object(file, place)
}

fn folder(hole: &Value) -> Option<&str> {
    match &hole.data {
        Data::Symbol(symbol) => symbol.strip_prefix(FOLDER),
        _ => None,
    }
}

/// What a file says; nothing where it cannot be parsed.
fn parsed(source: &Source, form: Form) -> Option<Value> {
    let text = source.text();
    let tree = match form {
        Form::Yaml => yaml::parse(text),
        Form::Json => json::parse(text),
        Form::Toml => {
            let table = DeTable::parse(text).ok()?;
            let span = table.span();
            return Some(of_table(source, table.get_ref(), Span::new(span.start, span.end)));
        }
        Form::Ini => return ini(source),
        Form::Env => return Some(variables(source)),
    };
    let is_broken = tree.faults.iter().any(|fault| fault.fatal);
    tree.root().filter(|_| !is_broken).map(|root| plain::value(source, root))
}

fn of_table(source: &Source, table: &DeTable<'_>, span: Span) -> Value {
    let place = |span: std::ops::Range<usize>| source.place(Span::new(span.start, span.end));
    let entries = table.iter().map(|(name, value)| Entry {
        name: (&**name.get_ref()).into(),
        place: place(name.span()),
        value: of_toml(source, value.get_ref(), Span::new(value.span().start, value.span().end)),
    });
    Value::object(Object { entries: entries.collect(), ..Object::default() }, source.place(span))
}

fn of_toml(source: &Source, value: &DeValue<'_>, span: Span) -> Value {
    let place = source.place(span);
    match value {
        DeValue::String(text) => Value::text(&**text, place),
        DeValue::Integer(number) => number.as_str().parse().map_or_else(
            |_| Value::unknown(Reason::Unsupported, "a number", place),
            |number: f64| Value::number(number, place),
        ),
        DeValue::Float(number) => number.as_str().parse().map_or_else(
            |_| Value::unknown(Reason::Unsupported, "a number", place),
            |number: f64| Value::number(number, place),
        ),
        DeValue::Boolean(value) => Value::new(Data::Bool(*value), place),
        DeValue::Datetime(_) => Value::unknown(Reason::Unsupported, "a date", place),
        DeValue::Array(items) => {
            let item = |item: &toml::Spanned<DeValue<'_>>| {
                of_toml(source, item.get_ref(), Span::new(item.span().start, item.span().end))
            };
            Value::list(items.iter().map(item).collect(), place)
        }
        DeValue::Table(table) => of_table(source, table, span),
    }
}

/// The variables of a `.env` file: `NAME=value`, with `export` and quotes or without. One that goes on in the next line, or
/// mentions another one, is unknown.
fn variables(source: &Source) -> Value {
    let mut object = Object::default();
    let mut at = 0;
    for line in source.text().split_inclusive('\n') {
        let start = at;
        at += line.len();
        let text = line.trim();
        let text = text.strip_prefix("export ").unwrap_or(text).trim_start();
        let Some((name, value)) = text.split_once('=').filter(|_| !text.starts_with('#')) else { continue };
        let (name, value) = (name.trim(), value.trim());
        let begin = start + line.find(name).unwrap_or(0);
        let place = source.place(Span::new(begin, begin + name.len()));
        let quoted = ['"', '\''].into_iter().find_map(|quote| Some((quote, value.strip_prefix(quote)?)));
        let plain = match quoted {
            Some((quote, inner)) => inner.split_once(quote).map(|(inner, _)| inner),
            None => Some(value.split_once(" #").map_or(value, |(value, _)| value.trim_end())),
        };
        let value = match plain.filter(|plain| !plain.contains('$') && !plain.contains('\\')) {
            Some(plain) => Value::text(plain, place),
            None => Value::unknown(Reason::Unsupported, format!("environment variable `{name}`"), place),
        };
        object.set(Entry { name: name.into(), place, value });
    }
    Value::object(object, source.place(Span::new(0, source.text().len())))
}

/// The sections of an INI file as Python's `configparser` reads them: names of options in lower case, the options of
/// `DEFAULT` in every section. An option that goes on in the next line, or that mentions another one, is unknown.
fn ini(source: &Source) -> Option<Value> {
    let (mut sections, mut defaults): (Vec<Entry>, Vec<Entry>) = (Vec::new(), Vec::new());
    let mut current: Option<(Entry, Vec<Entry>)> = None;
    let mut at = 0;
    let mut close = |section: Option<(Entry, Vec<Entry>)>, defaults: &mut Vec<Entry>| match section {
        Some((head, options)) if &*head.name == "DEFAULT" => defaults.extend(options),
        Some((head, options)) => {
            let value = Value::object(Object { entries: options, ..Object::default() }, head.place);
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
