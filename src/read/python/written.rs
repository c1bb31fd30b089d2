//! Files that the code itself writes: whoever reads one of them afterwards reads what was written, not what lies on disk.

use std::sync::Arc;

use ruff_python_ast::ExprCall;
use ruff_text_size::{Ranged, TextRange};

use super::{
    Machine,
    calls::Arguments,
    config_files::{FILE, Form, HERE, folder, settings_of},
    documents::{is_data, reread},
    dumps::is_definition,
    identity::deeply_copied,
    json_text,
    notebooks::is_same_cell,
};
use crate::{
    graph::{
        guard::Formula,
        value::{Data, Entry, Object, Piece, Reason, Value},
    },
    source::{Place, folder_of, within},
};

/// Names of what files hold begin so, before the number of times that they were written, and their path from the root.
const CONTENT: &str = "file ";
/// Bytes that are copied in the time of a step.
const COPIED: usize = 1024;
/// A file that holds a value as JSON or YAML.
const JSON: &str = "written.json";
const YAML: &str = "written.yaml";
/// A file that is the copy of another one, as that lies on disk.
const COPY: &str = "written.copy";

/// What a file is that was opened to be written, beside its path.
const MODE: &str = "mode";

impl<'a> Machine<'a> {
    /// A file that is opened to be written to: from now on it holds what is written, or more.
    pub(super) fn opened_to_write(&mut self, path: &Value, mode: Option<&str>, range: TextRange) -> Value {
        let place = self.place(range);
        let is_anew = mode.is_some_and(|mode| mode.starts_with(['w', 'x']) && !mode.contains('+'));
        let content = if is_anew { Value::text("", place) } else { self.content_unknown(place) };
        self.write(path, content);
        let mut file = Object { class: Some(FILE.into()), ..Object::default() };
        file.set(Entry { name: "path".into(), place, value: path.clone() });
        file.set(Entry { name: MODE.into(), place, value: Value::text(mode.unwrap_or("?"), place) });
        Value::object(file, place)
    }

    /// `path.write_text(…)`.
    pub(super) fn write_whole(&mut self, path: &Value, text: Option<&Value>, range: TextRange) -> Value {
        let place = self.place(range);
        let text = text.filter(|text| matches!(text.data, Data::Text(_))).cloned();
        self.write(path, text.unwrap_or_else(|| self.content_unknown(place)));
        self.unknown(Reason::RunTime, range)
    }

    /// A method of a file that is open to be written; nothing for one that is read.
    pub(super) fn file_written(
        &mut self,
        file: &Arc<Object>,
        name: &str,
        arguments: &Arguments,
        range: TextRange,
    ) -> Option<Value> {
        file.entry(MODE)?;
        let place = self.place(range);
        if matches!(name, "close" | "flush" | "__enter__" | "__exit__") {
            return Some(Value::absent(place));
        }
        let path = file.entry("path")?.value.clone();
        let before = self.content_of(&path).map(|content| content.data);
        let given = arguments.get("", 0).map(|given| &given.data);
        let content = match (name, before, given) {
            ("write", Some(Data::Text(before)), Some(Data::Text(more))) => {
                // It is copied as a whole.
                self.spend((before.len() + more.len()) / COPIED);
                Value::text([&*before, &**more].concat(), place)
            }
            _ => self.content_unknown(place),
        };
        self.write(&path, content);
        Some(self.unknown(Reason::RunTime, range))
    }

    /// A call that writes, copies or removes a file, of Python's library or of one that dumps settings; nothing for others.
    pub(super) fn file_writing_call(
        &mut self,
        symbol: &str,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) -> Option<Value> {
        let place = self.place(call.range());
        match symbol {
            "json.dumps" => {
                // Of a definition it is kept where each part of it stands.
                let text = if is_definition(arguments.get("obj", 0)?) { None } else { json_text::of_call(arguments) }?;
                self.spend(text.len() / 8);
                return Some(super::expressions::composed(Value::text(text, place), &[arguments.get("obj", 0)?]));
            }
            "json.dump" => self.dumped_to(JSON, arguments.get("obj", 0)?, arguments.get("fp", 1)?, place),
            "yaml.dump" | "yaml.safe_dump" => {
                self.dumped_to(YAML, arguments.get("data", 0)?, arguments.get("stream", 1)?, place);
            }
            "toml.dump" | "tomli_w.dump" | "pickle.dump" | "omegaconf.OmegaConf.save" => {
                let path = arguments.positional.get(1).or(arguments.positional.last())?.value.clone();
                self.written_somehow(&path, place);
            }
            "shutil.copy" | "shutil.copyfile" | "shutil.copy2" => {
                self.copied(arguments.get("src", 0)?, arguments.get("dst", 1)?, place);
            }
            "shutil.move" | "os.rename" | "os.replace" => {
                self.moved(arguments.get("src", 0)?, arguments.get("dst", 1)?, place);
            }
            "os.remove" | "os.unlink" => self.written_somehow(&arguments.get("path", 0)?.clone(), place),
            _ => return None,
        }
        Some(self.unknown(Reason::RunTime, call.range()))
    }

    /// Something writes to a file, or is handed one that is open: nothing is known of what it holds.
    pub(super) fn written_somehow(&mut self, path: &Value, place: Place) {
        let path = match &path.data {
            Data::Object(file) if file.class.as_deref() == Some(FILE) => match open_to_write(path) {
                Some(path) => path.clone(),
                None => return,
            },
            _ => path.clone(),
        };
        let content = self.content_unknown(place);
        self.write(&path, content);
    }

    /// Files that are handed to a call of which nothing is known may be written there.
    pub(super) fn files_handed<'v>(&mut self, given: impl Iterator<Item = &'v Value>, place: Place) {
        for path in given.filter_map(open_to_write) {
            let content = self.content_unknown(place);
            self.write(path, content);
        }
    }

    /// A value that is written to a file as a whole, if the file was just opened and the value is nothing but data.
    fn dumped_to(&mut self, form: &str, value: &Value, file: &Value, place: Place) {
        let Data::Object(open) = &file.data else { return };
        let Some(path) = open.entry("path").map(|entry| entry.value.clone()) else { return };
        let is_empty = self.content_of(&path).is_some_and(|content| content.plain_text().as_deref() == Some(""));
        let content = if is_empty && is_data(value) {
            let mut content = Object { class: Some(form.into()), ..Object::default() };
            content.set(Entry { name: "value".into(), place, value: deeply_copied(value) });
            Value::object(content, place)
        } else {
            self.content_unknown(place)
        };
        self.write(&path, content);
    }

    /// A file has another path from now on. One that the code wrote is no longer where it was.
    pub(super) fn moved(&mut self, from: &Value, to: &Value, place: Place) {
        let is_own = self.content_of(from).is_some();
        self.copied(from, to, place);
        if is_own {
            self.written_somehow(from, place);
        }
    }

    fn copied(&mut self, from: &Value, to: &Value, place: Place) {
        let content = match self.content_of(from) {
            Some(content) => content,
            None => {
                let mut copy = Object { class: Some(COPY.into()), ..Object::default() };
                copy.set(Entry { name: "path".into(), place, value: from.clone() });
                Value::object(copy, place)
            }
        };
        self.write(to, content);
        // It may be a folder, in which the file keeps its name.
        if let (Some(from), Some(to)) = (self.file_key(from), self.file_key(to)) {
            let name = from.rsplit('/').next().unwrap_or(&from);
            let content = self.content_unknown(place);
            self.write_key(format!("{}/{name}", to.trim_end_matches('/')), content);
        }
    }

    /// Something may have written to a file whose key is known.
    pub(super) fn key_overwritten(&mut self, key: String, place: Place) {
        let content = self.content_unknown(place);
        self.write_key(key, content);
    }

    fn content_unknown(&self, place: Place) -> Value {
        Value::unknown(Reason::RunTime, "what the code writes to this file", place)
    }

    fn write(&mut self, path: &Value, content: Value) {
        if let Some(key) = self.file_key(path) {
            self.write_key(key, content);
        }
    }

    pub(super) fn write_key(&mut self, key: String, content: Value) {
        let place = content.origin.place;
        let is_certain = self.here() == Formula::True && self.looping == 0;
        let content = if is_certain { content } else { self.content_unknown(place) };
        let mut times = itoa::Buffer::new();
        let times = times.format(self.written.get(&key).map_or(1, |times| times + 1));
        let name: Arc<str> = [CONTENT, times, " ", &key].concat().into();
        *self.written.entry(key).or_default() += 1;
        if let Some(scope) = self.scopes.first_mut() {
            scope.bind(name, content, place);
        }
    }

    /// The path of a file from the root, if it is known; one outside of it as it is written.
    pub(super) fn file_key(&self, path: &Value) -> Option<String> {
        let start = folder_of(&self.unit);
        match &path.data {
            Data::Text(text) if text.starts_with('/') => Some(text.to_string()),
            Data::Text(text) if !text.starts_with('~') => within(&self.own_folder()?, text),
            Data::Template(pieces) => match &pieces[..] {
                [Piece::Hole(hole), Piece::Text(text)] if text.starts_with('/') => match (folder(hole), &hole.data) {
                    (Some(folder), _) => within(folder, text),
                    (None, Data::Unknown(unknown)) if &*unknown.name() == HERE => within(start, text),
                    _ => None,
                },
                _ => None,
            },
            Data::Object(file) if file.class.as_deref() == Some(FILE) => self.file_key(&file.entry("path")?.value),
            _ => None,
        }
    }

    /// What the code has written to a file; nothing for one that lies on disk as it did.
    pub(super) fn content_of(&self, path: &Value) -> Option<Value> {
        if self.written.is_empty() {
            return None;
        }
        let key = self.file_key(path)?;
        self.content_at(&key)
    }

    /// The same of a file that is named from the root.
    pub(super) fn content_at(&self, key: &str) -> Option<Value> {
        // What it held before counts no more, whichever module has written that.
        let mut times = itoa::Buffer::new();
        let times = times.format(*self.written.get(key)?);
        let place = self.place(TextRange::default());
        let name = [CONTENT, times, " ", key].concat();
        let hidden = self.hidden.iter().filter_map(|scopes| scopes.first());
        let modules = self.module_scopes.iter().map(|(_, scope)| scope);
        let mut found =
            self.scopes.first().into_iter().chain(hidden).chain(modules).filter_map(|scope| scope.get(&name));
        let Some(first) = found.next() else {
            // Another function writes it, before this one is called or after.
            let is_open = !self.frames.is_empty() && self.sites.is_empty();
            return is_open.then(|| self.content_unknown(place));
        };
        let is_one = found.all(|other| {
            super::scope::same_known(&first.value, &other.value) || is_same_cell(&first.value, &other.value)
        });
        Some(if is_one { first.value.clone() } else { self.content_unknown(place) })
    }

    /// Whether the code writes a file that is named from the root.
    pub(super) fn is_written(&self, path: &str) -> bool {
        self.written.contains_key(path)
    }

    /// How often a file was written so far.
    pub(super) fn times_written(&self, path: &Value) -> u32 {
        if self.written.is_empty() {
            return 0;
        }
        self.file_key(path).and_then(|key| self.written.get(&key)).copied().unwrap_or(0)
    }

    /// What a file of settings holds that the code has written; nothing for one that lies on disk as it did.
    pub(super) fn rewritten(&mut self, path: &Value, form: Form, range: TextRange) -> Option<Value> {
        let content = self.content_of(path)?;
        let unknown = self.unknown(Reason::RunTime, range);
        Some(match &content.data {
            Data::Text(text) => self.parsed_text(text, form, range).unwrap_or(unknown),
            Data::Object(written) if let Some(source) = self.source_of_cell(&content) => {
                self.spend(written.entries.len() + source.text().len() / 64);
                settings_of(&source, form).unwrap_or(unknown)
            }
            Data::Object(written) => match (written.class.as_deref(), form) {
                (Some(JSON), Form::Json | Form::Yaml(_)) | (Some(YAML), Form::Yaml(_)) => {
                    let is_json = written.class.as_deref() == Some(JSON);
                    written.entry("value").map_or(unknown, |entry| reread(&entry.value, is_json))
                }
                (Some(COPY), _) => match written.entry("path").map(|entry| entry.value.clone()) {
                    Some(from) if self.content_of(&from).is_none() => self.settings_in(&from, form, range),
                    _ => unknown,
                },
                _ => unknown,
            },
            _ => unknown,
        })
    }
}

/// The path of a file that is open to be written to; nothing for another value.
fn open_to_write(value: &Value) -> Option<&Value> {
    let Data::Object(file) = &value.data else { return None };
    file.entry(MODE).filter(|_| file.class.as_deref() == Some(FILE))?;
    Some(&file.entry("path")?.value)
}
