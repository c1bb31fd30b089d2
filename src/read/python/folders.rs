//! Where the code runs: `os.chdir` and `%cd` lead to another folder, from which paths are taken from then on.

use std::{borrow::Cow, sync::Arc};

use super::{
    Machine,
    calls::Arguments,
    config_files::{HERE, folder, path_of_file, path_of_folder},
    paths::working_directory,
};
use crate::{
    graph::{
        guard::Formula,
        value::{Data, Piece, Reason, Value},
    },
    source::{Place, folder_of, within},
};

/// Where the code has gone to.
#[derive(Clone, Debug, Default)]
pub(super) enum Folder {
    /// It is still where it was started: in its own folder, or in the root.
    #[default]
    Start,
    /// A folder, from the root.
    At(Arc<str>),
    Unknown,
}

impl Machine<'_> {
    /// `os.chdir(path)`; nothing for another call.
    pub(super) fn folder_call(&mut self, symbol: &str, arguments: &Arguments, place: Place) -> Option<Value> {
        match symbol {
            "os.chdir" => {
                let to = arguments.get("path", 0).map_or(Folder::Unknown, |path| self.folder_at(path));
                self.go(to, place);
                Some(Value::absent(place))
            }
            "os.getcwd" | "os.getcwdb" | "pathlib.Path.cwd" => Some(match &self.folder {
                Folder::Start => Value::template([working_directory(place)], place),
                Folder::At(folder) => path_of_folder(folder, place),
                Folder::Unknown => Value::unknown(Reason::RunTime, "the folder that the code has gone to", place),
            }),
            _ => None,
        }
    }

    /// `%cd path`.
    pub(super) fn folder_command(&mut self, line: &str, place: Place) {
        let path = line.trim().strip_prefix("cd").map(|rest| rest.trim().trim_matches(['"', '\'']));
        let is_plain = |path: &&str| !path.is_empty() && !path.contains(['$', '{', '~', '-', '*']);
        let to = match path.filter(is_plain) {
            Some(path) => self.folder_at(&Value::text(path, place)),
            None => Folder::Unknown,
        };
        self.go(to, place);
    }

    /// Goes to a folder. What is done on one side of a condition alone leaves it open where the code is.
    fn go(&mut self, to: Folder, place: Place) {
        let is_called = self.frames.is_empty() || !self.sites.is_empty();
        let is_certain = is_called && self.here() == Formula::True && self.looping == 0;
        self.folder = if is_certain { to } else { Folder::Unknown };
        if matches!(self.folder, Folder::Unknown) {
            self.all_overwritten(place);
        }
    }

    /// The folder that a path leads to.
    fn folder_at(&self, path: &Value) -> Folder {
        let found = match &path.data {
            Data::Text(text) if text.starts_with(['/', '~']) => None,
            // A script may have been started in the root.
            Data::Text(_) if matches!(self.folder, Folder::Start) && self.may_be_elsewhere() => None,
            Data::Text(text) => self.own_folder().and_then(|own| within(&own, text)),
            Data::Template(pieces) => match &pieces[..] {
                [Piece::Hole(hole)] if is_start(hole) => return Folder::Start,
                [Piece::Hole(hole)] => folder(hole).map(str::to_owned),
                [Piece::Hole(hole), Piece::Text(text)] if text.starts_with('/') => match folder(hole) {
                    Some(folder) => within(folder, text),
                    None if is_start(hole) && !self.may_be_elsewhere() => within(folder_of(&self.unit), text),
                    None => None,
                },
                _ => None,
            },
            _ => None,
        };
        found.map_or(Folder::Unknown, |found| Folder::At(found.into()))
    }

    /// The folder that a path leads to, from the root.
    pub(super) fn known_folder(&self, path: &Value) -> Option<String> {
        match self.folder_at(path) {
            Folder::At(folder) => Some(folder.to_string()),
            Folder::Start if !self.may_be_elsewhere() => Some(folder_of(&self.unit).to_owned()),
            Folder::Start | Folder::Unknown => None,
        }
    }

    /// Whether the folder that the code is started in may be another one than its own.
    fn may_be_elsewhere(&self) -> bool {
        !self.unit.ends_with(".ipynb") && !folder_of(&self.unit).is_empty()
    }

    /// The folder from which paths are taken now; nothing where it is not known.
    pub(super) fn own_folder(&self) -> Option<Cow<'_, str>> {
        match &self.folder {
            Folder::Start => Some(Cow::Borrowed(folder_of(&self.unit))),
            Folder::At(folder) => Some(Cow::Borrowed(folder)),
            Folder::Unknown => None,
        }
    }

    /// Whether the code is where it was started.
    pub(super) fn is_at_start(&self) -> bool {
        matches!(self.folder, Folder::Start)
    }

    /// An absolute path made of one that is taken from where the code is; nothing where it is still where it was started.
    pub(super) fn absolute_from_here(&self, path: &str, place: Place) -> Option<Value> {
        match &self.folder {
            _ if path.starts_with('/') => None,
            Folder::Start => None,
            Folder::At(folder) => Some(path_of_file(&within(folder, path)?, place)),
            Folder::Unknown => Some(Value::unknown(Reason::RunTime, "a path from where the code has gone to", place)),
        }
    }
}

/// Whether a hole is the folder in which the code was started.
pub(super) fn is_start(hole: &Value) -> bool {
    matches!(&hole.data, Data::Unknown(unknown) if &*unknown.name() == HERE)
}
