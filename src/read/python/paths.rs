//! Paths, as `os.path` and `pathlib` take them apart and put them together.

use std::sync::Arc;

use ruff_text_size::TextRange;

use super::{
    Machine,
    calls::{Arguments, joined_path},
    config_files::{HERE, file, folder, path_of_folder},
    objects::positional,
};
use crate::{
    graph::value::{Data, Piece, Reason, Value},
    source::Place,
};

/// How many folders of a path `parents` lists.
const MAX_PARENTS: usize = 8;

impl<'a> Machine<'a> {
    /// A function of `os.path` that takes a path apart or makes another one of it; nothing for others.
    pub(super) fn path_call(&mut self, symbol: &str, arguments: &Arguments, range: TextRange) -> Option<Value> {
        let place = self.place(range);
        let path = arguments.positional.first().map(|argument| &argument.value)?;
        let known = if let Data::Text(text) = &path.data { Some(text.clone()) } else { None };
        Some(match (symbol, known) {
            ("os.path.dirname", Some(text)) => Value::text(dirname(&text), place),
            ("os.path.dirname", None) => self.folder_of(path, range),
            ("os.path.basename", Some(text)) => Value::text(text.rsplit('/').next().unwrap_or(&text), place),
            ("os.path.splitext", Some(text)) => {
                let (stem, suffix) = split_suffix(&text);
                Value::list(vec![Value::text(stem, place), Value::text(suffix, place)], place)
            }
            ("os.path.split", Some(text)) => {
                let name = text.rsplit('/').next().unwrap_or(&text);
                Value::list(vec![Value::text(dirname(&text), place), Value::text(name, place)], place)
            }
            ("os.path.normpath", Some(text)) => Value::text(normpath(&text), place),
            ("os.path.abspath" | "os.path.realpath", Some(text)) => {
                let path = normpath(&text);
                self.absolute_from_here(&path, place).unwrap_or_else(|| absolute(&path, place))
            }
            ("os.path.expanduser", Some(text)) => expanded(&text, place),
            ("os.path.normpath" | "os.path.abspath" | "os.path.realpath" | "os.path.expanduser", None) => path.clone(),
            _ => return None,
        })
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
        let text = || arguments.positional.first().and_then(|argument| argument.value.plain_text());
        Some(match (name, &base.data) {
            ("resolve" | "absolute", Data::Text(path)) => {
                let path = normpath(path);
                self.absolute_from_here(&path, place).unwrap_or_else(|| absolute(&path, place))
            }
            ("expanduser", Data::Text(path)) => expanded(path, place),
            ("resolve" | "absolute" | "expanduser" | "as_posix", _) => base.clone(),
            ("joinpath", _) => {
                let parts = arguments.positional.iter().map(|argument| argument.value.clone());
                let parts: Vec<Value> = [base.clone()].into_iter().chain(parts).collect();
                pure(joined_path(&parts, place))
            }
            ("with_suffix", Data::Text(path)) => Value::text(split_suffix(path).0.to_owned() + &text()?, place),
            ("with_name", Data::Text(path)) => beside(path, &text()?, place),
            ("with_name", _) => joined_path(&[self.folder_of(base, range), Value::text(text()?, place)], place),
            ("with_stem", Data::Text(path)) => {
                let (_, suffix) = split_suffix(path);
                beside(path, &(text()?.to_string() + suffix), place)
            }
            ("read_text" | "read_bytes", _) => match file(base, place).data {
                Data::Object(file) => self.text_now(&file, place),
                _ => return None,
            },
            ("write_text" | "write_bytes", _) => {
                let given = arguments.get("data", 0).cloned();
                self.write_whole(base, given.as_ref(), range)
            }
            ("open", _) => {
                let mut shifted = arguments.clone();
                shifted.positional.insert(0, positional(base.clone()));
                self.opened_file(&shifted, range)
            }
            _ => {
                let listed = self.listing_method(base, name, arguments, range);
                return listed.or_else(|| self.path_changed(base, name, arguments, place));
            }
        })
    }

    /// An attribute of a path.
    pub(super) fn path_attribute(&mut self, base: &Value, name: &str, range: TextRange) -> Value {
        let place = self.place(range);
        match (name, &base.data) {
            ("parent", _) => self.parent_of(base, range),
            ("parents", _) => {
                let (mut folders, mut at) = (Vec::new(), base.clone());
                for _ in 0..MAX_PARENTS {
                    at = self.parent_of(&at, range);
                    folders.push(at.clone());
                }
                Value::list(folders, place)
            }
            // A member of an enumeration of texts has a name as well.
            ("name", Data::Text(path)) if path.contains('/') => Value::text(file_name(path), place),
            ("stem", Data::Text(path)) => Value::text(split_suffix(file_name(path)).0, place),
            ("suffix", Data::Text(path)) => Value::text(split_suffix(file_name(path)).1, place),
            _ => self.unknown(Reason::RunTime, range),
        }
    }

    /// `path.parent`.
    fn parent_of(&self, path: &Value, range: TextRange) -> Value {
        match &path.data {
            Data::Text(text) => match dirname(text.trim_end_matches('/')) {
                "" if text.starts_with('/') => Value::text("/", self.place(range)),
                "" => Value::text(".", self.place(range)),
                folder => Value::text(folder, self.place(range)),
            },
            _ => self.folder_of(path, range),
        }
    }

    /// The folder that holds a path of which only the end is known.
    fn folder_of(&self, path: &Value, range: TextRange) -> Value {
        let place = self.place(range);
        let Data::Template(pieces) = &path.data else { return self.unknown(Reason::RunTime, range) };
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
                    path_of_folder(above, place)
                }
                _ => self.unknown(Reason::RunTime, range),
            },
            _ => self.unknown(Reason::RunTime, range),
        }
    }
}

/// The working directory, of which nothing is known.
pub(super) fn working_directory(place: Place) -> Piece {
    Piece::Hole(Box::new(Value::unknown(Reason::RunTime, HERE, place)))
}

/// A path from the root of the disk on.
fn absolute(path: &str, place: Place) -> Value {
    match path {
        _ if path.starts_with('/') => Value::text(path, place),
        "." => Value::template([working_directory(place)], place),
        _ => Value::template([working_directory(place), Piece::Text(format!("/{path}").into())], place),
    }
}

/// A path whose `~` is somebody's home.
fn expanded(path: &str, place: Place) -> Value {
    match path.strip_prefix('~') {
        Some(rest) => {
            let home = Piece::Hole(Box::new(Value::unknown(Reason::RunTime, "the home directory", place)));
            Value::template([home, Piece::Text(rest.into())], place)
        }
        None => Value::text(path, place),
    }
}

/// A path as `pathlib` keeps it: without `.` and without a slash more than it needs.
pub(super) fn pure(path: Value) -> Value {
    let Data::Text(text) = &path.data else { return path };
    let is_clean = !text.is_empty() && !text.contains("//") && !text.ends_with('/') && !text.contains("./");
    if is_clean && !text.ends_with("/.") {
        return path;
    }
    let parts: Vec<&str> = text.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let joined = parts.join("/");
    let joined = match (text.starts_with('/'), joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    };
    Value { data: Data::Text(joined.into()), origin: path.origin }
}

/// `os.path.normpath`.
fn normpath(path: &str) -> String {
    let is_rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            ".." if is_rooted => {}
            _ => parts.push(part),
        }
    }
    match (is_rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

/// `os.path.dirname`.
fn dirname(path: &str) -> &str {
    match path.rfind('/') {
        Some(at) => {
            let folder = &path[..at];
            if folder.chars().all(|char| char == '/') { &path[..=at] } else { folder.trim_end_matches('/') }
        }
        None => "",
    }
}

fn file_name(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or(path)
}

/// A path without its suffix, and the suffix: `a/b.tar`, `.gz`.
fn split_suffix(path: &str) -> (&str, &str) {
    let name = path.rfind('/').map_or(0, |at| at + 1);
    match path.rfind('.').filter(|&at| at > name && path[name..at].chars().any(|char| char != '.')) {
        Some(at) => path.split_at(at),
        None => (path, ""),
    }
}

/// A file in the same folder.
fn beside(path: &str, name: &str, place: Place) -> Value {
    let folder: Arc<str> = dirname(path).into();
    Value::text(if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }, place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_python() {
        for (path, expected) in
            [("a/../b", "b"), ("./b/", "b"), ("a//b", "a/b"), ("../a", "../a"), ("", "."), ("/..", "/")]
        {
            assert_eq!(normpath(path), expected);
        }
        for (path, expected) in [("x", ""), ("a/b", "a"), ("/b", "/"), ("a/b/", "a/b"), ("a//b", "a")] {
            assert_eq!(dirname(path), expected);
        }
        for (path, expected) in [("a/b.tar.gz", ".gz"), (".env", ""), ("a.b/c", ""), ("a/..", "")] {
            assert_eq!(split_suffix(path).1, expected, "{path}");
        }
    }
}
