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
    documents::{self, Dialect},
    identity::deeply_copied,
    ini::{PARSER, ini},
    numbers::real,
    paths::pure,
    resting::as_sure_as,
    text::pieces_of,
};
use crate::{
    graph::value::{Data, Entry, List, MAX_ENTRIES, Object, Piece, Reason, Value},
    source::{Files, Place, Source, Span, folder_of, normal, within},
    syntax::{json, yaml},
};

/// A file that is open, or its text.
pub(super) const FILE: &str = "file";
/// Noted in a file that was read to its end.
const READ: &str = "read";
/// Noted in the text of a file: how often the file had been written when it was read.
const WRITTEN: &str = "written";
/// A reader of YAML files.
const RUAMEL: &str = "ruamel.yaml.YAML";
/// The absolute path of a folder, as the hole of a text: `folder:ml/train`. What is before it is not known.
pub(super) const FOLDER: &str = "folder:";
/// A file of environment variables.
const VARIABLES: &str = ".env";
/// The working directory.
pub(super) const HERE: &str = "the working directory";
/// Most folders that code adds to those of its modules.
const MAX_FOLDERS: usize = 8;
/// Larger files hold data, not settings.
const MAX_BYTES: usize = 256 << 10;

/// What a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Form {
    Yaml(Dialect),
    /// All documents of a YAML file.
    Documents,
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
        path_of_file(&self.source.path, place)
    }

    /// A call that opens or reads a file, or makes a path; nothing for others.
    pub(super) fn file_call(&mut self, symbol: &str, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        let place = self.place(call.range());
        let first = arguments.positional.first().map(|argument| argument.value.clone());
        let form = match symbol {
            "yaml.safe_load" | "yaml.load" | "yaml.full_load" | "yaml.unsafe_load" => Form::Yaml(Dialect::Yaml),
            "yaml.safe_load_all" | "yaml.load_all" | "yaml.full_load_all" => Form::Documents,
            "json.load" | "json.loads" => Form::Json,
            "tomllib.load" | "tomllib.loads" | "tomli.load" | "tomli.loads" | "toml.load" | "toml.loads" => Form::Toml,
            "glob.glob" | "glob.iglob" | "os.listdir" | "os.path.exists" | "os.path.isfile" => {
                return self.listing_call(symbol, arguments, call.range());
            }
            _ if symbol.starts_with("os.path.") => {
                let path = self.path_call(symbol, arguments, call.range())?;
                return Some(as_sure_as(path, first.as_ref()?));
            }
            "pathlib.Path" | "pathlib.PurePath" | "pathlib.PosixPath" => {
                let parts: Vec<Value> = arguments.positional.iter().map(|argument| argument.value.clone()).collect();
                return Some(if parts.is_empty() { Value::text(".", place) } else { pure(joined_path(&parts, place)) });
            }
            "os.chdir" | "os.getcwd" | "pathlib.Path.cwd" => return self.folder_call(symbol, arguments, place),
            RUAMEL => {
                return Some(Value::object(Object { class: Some(RUAMEL.into()), ..Object::default() }, place));
            }
            "dotenv.find_dotenv" => {
                let folder = self.folder_with(VARIABLES)?;
                return Some(path_of_file(&format!("{folder}/{VARIABLES}"), place));
            }
            "io.open" | "codecs.open" => return Some(self.opened_file(arguments, call.range())),
            "configparser.ConfigParser" | "configparser.RawConfigParser" | "configparser.SafeConfigParser" => {
                return Some(self.new_parser(arguments, call.range()));
            }
            _ => return None,
        };
        // The text itself, written in the code.
        if let Some(Data::Text(text)) = first.as_ref().map(|first| &first.data)
            && !matches!(symbol, "json.load" | "toml.load" | "tomllib.load" | "tomli.load")
        {
            let parsed = self.parsed_text(text, form, call.range())?;
            return if form == Form::Documents { self.iterated(&parsed, place) } else { Some(parsed) };
        }
        let path = self.path_within(symbol, first.as_ref())?;
        let read = self.settings_in(&path, form, call.range());
        Some(if form == Form::Documents { self.iterated(&read, place).unwrap_or(read) } else { read })
    }

    /// What a text that the code has says, all of it at one place.
    pub(super) fn parsed_text(&mut self, text: &Arc<str>, form: Form, range: TextRange) -> Option<Value> {
        let place = self.place(range);
        self.parsed_at(text, form, place)
    }

    /// The same of a text that stands at a place.
    pub(super) fn parsed_at(&mut self, text: &Arc<str>, form: Form, place: Place) -> Option<Value> {
        self.spend(text.len() / 8);
        let written = Source::plain(place.file, self.source.path.clone(), text.clone());
        let value = Some(&written).filter(|_| text.len() <= MAX_BYTES).and_then(|written| parsed(written, form));
        value.map(|value| at_one_place(value, place))
    }

    /// The text of a file that is open to be read, or was.
    pub(super) fn text_of_file(&mut self, file: &Value, range: TextRange) -> Option<Arc<str>> {
        let Data::Object(file) = &file.data else { return None };
        let path = self.path_of(file).filter(|_| file.class.as_deref() == Some(FILE))?.clone();
        if let Some(content) = self.content_of(&path) {
            return self.text_of_cell(&content).or_else(|| content.plain_text());
        }
        let found = self.file_at(&path)?;
        let source = self.files.read(&found).ok().filter(|source| source.raw().len() <= MAX_BYTES)?;
        self.spend(source.text().len() / 16 + range.len().to_usize() / 64);
        Some(source.text().into())
    }

    /// The text of a file that is open to be read, or was, as one that is written in that file.
    pub(super) fn text_in_file(&mut self, file: &Value, range: TextRange) -> Option<Value> {
        let text = self.text_of_file(file, range)?;
        let Data::Object(object) = &file.data else { return None };
        let path = self.path_of(object)?.clone();
        let is_rewritten = self.content_of(&path).is_some();
        let source = self.file_at(&path).filter(|_| !is_rewritten).and_then(|found| self.files.read(&found).ok());
        Some(Value::text(text, source.map_or(file.origin.place, |source| source.place(Span::default()))))
    }

    /// The lines of a file that is open, which has been read to its end then.
    pub(super) fn lines_of(&mut self, file: &Value, range: TextRange) -> Option<Vec<Value>> {
        let Data::Object(object) = &file.data else { return None };
        let text = self.text_of_file(file, range)?;
        let (place, is_read) = (file.origin.place, object.entry(READ).is_some());
        self.change_thing(file, &mut |known| {
            if let Data::Object(file) = &mut known.data {
                Arc::make_mut(file).set(Entry { name: READ.into(), place, value: Value::new(Data::Bool(true), place) });
            }
        });
        let lines = text.split_inclusive('\n').take(MAX_ENTRIES).map(|line| Value::text(line, place)).collect();
        Some(if is_read { Vec::new() } else { lines })
    }

    /// `csv.DictReader(file)`, `csv.reader(file)`: the rows of a file without quotes.
    pub(super) fn read_csv(&mut self, symbol: &str, arguments: &Arguments, range: TextRange) -> Option<Value> {
        let place = self.place(range);
        if arguments.positional.len() != 1 || !arguments.named.entries.is_empty() {
            return None;
        }
        let file = arguments.positional.first()?.value.clone();
        let lines = self.lines_of(&file, range)?;
        let rows: Vec<Vec<Arc<str>>> = lines
            .iter()
            .filter_map(Value::plain_text)
            .map(|line| line.trim_end_matches(['\n', '\r']).split(',').map(Into::into).collect())
            .collect();
        let text = |cell: &Arc<str>| Value::text(cell.clone(), place);
        if rows.iter().flatten().any(|cell| cell.contains('"')) {
            return None;
        }
        let rows = rows.into_iter().filter(|row| row.iter().any(|cell| !cell.is_empty()));
        let mut rows = rows.collect::<Vec<_>>().into_iter();
        let list = if symbol == "csv.reader" {
            rows.map(|row| Value::list(row.iter().map(text).collect(), place)).collect()
        } else {
            let names = rows.next()?;
            let is_even = rows.clone().all(|row| row.len() == names.len());
            let of = |row: Vec<Arc<str>>| {
                let entry =
                    |(name, cell): (&Arc<str>, &Arc<str>)| Entry { name: name.clone(), place, value: text(cell) };
                let entries = names.iter().zip(&row).map(entry).collect();
                Value::object(Object { entries, ..Object::default() }, place)
            };
            is_even.then(|| rows.map(of).collect())?
        };
        Some(super::iterators::iterator(Value::list(list, place)))
    }

    /// The path of the file that is handed to a function that reads settings.
    fn path_within(&self, symbol: &str, first: Option<&Value>) -> Option<Value> {
        Some(match first.map(|first| &first.data) {
            Some(Data::Object(file)) if file.class.as_deref() == Some(FILE) => self.path_of(file)?.clone(),
            // `toml.load` takes a path as well.
            Some(Data::Text(_) | Data::Template(_)) if symbol == "toml.load" => first.cloned()?,
            _ => return None,
        })
    }

    /// The path of a file that is open, or of which this is the text; nothing for the text of one that was written since.
    fn path_of<'f>(&self, file: &'f Object) -> Option<&'f Value> {
        let path = &file.entry("path")?.value;
        match file.entry(WRITTEN).map(|entry| super::library::number(&entry.value)) {
            Some(times) if times != Some(f64::from(self.times_written(path))) => None,
            _ => Some(path),
        }
    }

    /// The text that a file has now.
    pub(super) fn text_now(&self, file: &Object, place: Place) -> Value {
        let mut text = file.clone();
        if let Some(path) = file.entry("path").filter(|_| file.entry(WRITTEN).is_none()) {
            let value = Value::number(f64::from(self.times_written(&path.value)), place);
            text.set(Entry { name: WRITTEN.into(), place, value });
        }
        Value::object(text, place)
    }

    /// What a YAML file holds, by its path or the open file.
    pub(super) fn yaml_at(&mut self, path: &Value, dialect: Dialect, range: TextRange) -> Value {
        let path = match &path.data {
            Data::Object(file) if file.class.as_deref() == Some(FILE) => self.path_of(file),
            _ => Some(path),
        };
        match path.cloned() {
            Some(path) => self.settings_in(&path, Form::Yaml(dialect), range),
            None => self.unknown(Reason::External, range),
        }
    }

    /// What a YAML file at a path from the root holds.
    pub(super) fn yaml_from_root(&mut self, path: &str, range: TextRange) -> Option<Value> {
        self.spend(200);
        let path = normal(path.trim_start_matches('/'))?;
        let found = self.modules.settings.read(self.files, &path, Form::Yaml(Dialect::Omega))?;
        self.spend(range.len().to_usize() / 64);
        Some(found)
    }

    /// The variables of a `.env` file that is named.
    pub(super) fn variables_in(&mut self, path: &Value, range: TextRange) -> Option<Value> {
        let path = self.file_at(path).filter(|path| !self.is_written(path))?;
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
        let mut folder = folder_of(&self.source.path).to_owned();
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
        match arguments.get("file", 0) {
            Some(path) if reads => file(path, place),
            Some(path) => {
                let mode = mode.and_then(|mode| if let Data::Text(mode) = mode { Some(mode.clone()) } else { None });
                self.opened_to_write(path, mode.as_deref(), range)
            }
            None => self.unknown(Reason::RunTime, range),
        }
    }

    /// What a file of settings holds; unknown where it is not certain which file that is.
    pub(super) fn settings_in(&mut self, path: &Value, form: Form, range: TextRange) -> Value {
        if let Some(written) = self.rewritten(path, form, range) {
            return as_sure_as(written, path);
        }
        let chosen = self.with_choices(path);
        if let Data::Guarded(guarded) = &chosen.as_ref().unwrap_or(path).data {
            let (then, otherwise) =
                (self.settings_in(&guarded.then, form, range), self.settings_in(&guarded.otherwise, form, range));
            return Value::guarded(&guarded.when, then, otherwise);
        }
        let Some(found) = self.file_at(path) else { return self.unknown(Reason::External, range) };
        match self.modules.settings.read(self.files, &found, form) {
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
        let own = folder_of(&self.unit);
        let found = match &path.data {
            Data::Text(text) if !text.starts_with(['/', '~']) => Some(format!("{own}/{text}")),
            Data::Template(pieces) => match &pieces[..] {
                [Piece::Hole(hole)] => folder(hole).map(str::to_owned),
                [Piece::Hole(hole), Piece::Text(text)] if text.starts_with('/') => {
                    let is_here = matches!(&hole.data, Data::Unknown(unknown) if &*unknown.name() == HERE);
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
    pub(super) fn file_at(&mut self, path: &Value) -> Option<String> {
        // Asking the disk takes its time.
        self.spend(200);
        match &path.data {
            Data::Text(text) if !text.starts_with(['/', '~']) => match self.is_at_start() {
                true => self.relative(text),
                false => {
                    let path = self.own_folder().and_then(|own| within(&own, text))?;
                    self.files.exists(&path).then_some(path)
                }
            },
            Data::Template(pieces) => match &pieces[..] {
                [Piece::Hole(hole), Piece::Text(text)] if text.starts_with('/') => match folder(hole) {
                    Some(folder) => {
                        let path = normal(format!("{folder}{text}").trim_start_matches('/'))?;
                        self.files.exists(&path).then_some(path)
                    }
                    None => match &hole.data {
                        Data::Unknown(unknown) if &*unknown.name() == HERE => {
                            self.relative(text.trim_start_matches('/'))
                        }
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
        let pieces = pieces_of(path.clone()).into_iter();
        let inner = Value::template(pieces.chain([Piece::Text("/config.yaml".into())]), path.origin.place);
        for path in [path, &inner] {
            if let Some(written) = self.rewritten(path, Form::Yaml(Dialect::Yaml), TextRange::default()) {
                return Some(written).filter(|written| !written.is_unknown());
            }
            if let Some(file) = self.file_at(path) {
                return self.modules.settings.read(self.files, &file, Form::Yaml(Dialect::Yaml));
            }
        }
        None
    }

    /// A path from the working directory, which may be the script's folder or the root. A notebook runs in its folder.
    fn relative(&mut self, text: &str) -> Option<String> {
        let own = folder_of(&self.unit);
        let from_root = if self.unit.ends_with(".ipynb") { None } else { normal(text) };
        let paths = [within(own, text), from_root];
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
            if let Some(value) = self.file_written(object, name, arguments, range) {
                return value;
            }
            return match name {
                "readlines" if arguments.positional.is_empty() => {
                    let file = Value::new(Data::Object(object.clone()), place);
                    let lines = self.lines_of(&file, range);
                    lines.map_or_else(|| self.unknown(Reason::RunTime, range), |lines| Value::list(lines, place))
                }
                "read" if arguments.positional.is_empty() => self.text_now(object, place),
                "strip" | "rstrip" | "lstrip" | "split" | "splitlines" | "replace" | "lower" | "upper" => {
                    let file = Value::new(Data::Object(object.clone()), place);
                    match self.text_of_file(&file, range) {
                        Some(text) => self.text_method(&Value::text(text, place), name, arguments, range),
                        None => self.unknown(Reason::RunTime, range),
                    }
                }
                _ => self.unknown(Reason::RunTime, range),
            };
        }
        if object.class.as_deref() == Some(RUAMEL) {
            return match (name, arguments.positional.first()) {
                ("load", Some(argument)) => self.yaml_at(&argument.value, Dialect::Yaml12, range),
                _ => self.unknown(Reason::RunTime, range),
            };
        }
        self.parser_of_sections(object, target, name, arguments, range)
    }
}

/// A file that is open.
pub(super) fn file(path: &Value, place: Place) -> Value {
    let mut file = Object { class: Some(FILE.into()), ..Object::default() };
    file.set(Entry { name: "path".into(), place, value: path.clone() });
    Value::object(file, place)
}

/// The path of a file: its folder is known from the root on.
pub(super) fn path_of_file(path: &str, place: Place) -> Value {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    Value::template([from_root(folder, place), Piece::Text(format!("/{name}").into())], place)
}

/// The path of a folder from the root on.
pub(super) fn path_of_folder(folder: &str, place: Place) -> Value {
    Value::template([from_root(folder, place)], place)
}

fn from_root(folder: &str, place: Place) -> Piece {
    Piece::Hole(Box::new(Value::new(Data::Symbol(format!("{FOLDER}{folder}").into()), place)))
}

/// A folder that is known from the root on; nothing for other paths.
pub(super) fn folder_from_root(path: &Value) -> Option<String> {
    if let Some(whole) = folder(path) {
        return Some(whole.to_owned());
    }
    let Data::Template(pieces) = &path.data else { return None };
    match &pieces[..] {
        [Piece::Hole(hole)] => Some(folder(hole)?.to_owned()),
        [Piece::Hole(hole), Piece::Text(text)] => Some(format!("{}{text}", folder(hole)?)),
        _ => None,
    }
}

/// The folder that a hole stands for.
pub(super) fn folder(hole: &Value) -> Option<&str> {
    match &hole.data {
        Data::Symbol(symbol) => symbol.strip_prefix(FOLDER),
        _ => None,
    }
}

/// What a file of settings says; nothing for one that is too large, or cannot be parsed.
pub(super) fn settings_of(source: &Source, form: Form) -> Option<Value> {
    parsed(source, form).filter(|_| source.raw().len() <= MAX_BYTES)
}

/// What a file says; nothing where it cannot be parsed.
fn parsed(source: &Source, form: Form) -> Option<Value> {
    let text = source.text();
    let tree = match form {
        Form::Yaml(_) | Form::Documents => yaml::parse(text),
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
    if form == Form::Documents {
        let one = |root| documents::value(source, root, Dialect::Yaml);
        let all = (!is_broken).then(|| tree.documents().map(one).collect())?;
        return Some(Value::list(all, source.place(Span::new(0, text.len()))));
    }
    let dialect = if let Form::Yaml(dialect) = form { dialect } else { Dialect::Json };
    tree.root().filter(|_| !is_broken).map(|root| documents::value(source, root, dialect))
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
        DeValue::Float(number) => number
            .as_str()
            .parse()
            .map_or_else(|_| Value::unknown(Reason::Unsupported, "a number", place), |number: f64| real(number, place)),
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
