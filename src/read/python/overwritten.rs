//! What may change files that the code has written: calls that are not followed, and commands that are run.

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use super::{Machine, calls::Arguments};
use crate::{
    graph::value::{Data, Value},
    source::{Place, folder_of},
};

/// Libraries that run commands, which may change any file.
const RUNNERS: [&str; 6] = ["subprocess", "sh", "pexpect", "plumbum", "invoke", "fabric"];
/// Functions and methods after which a path may lead to another file: they run commands, unpack archives, or go to another
/// folder.
const CHANGERS: [&str; 17] = [
    "system",
    "popen",
    "Popen",
    "getoutput",
    "getstatusoutput",
    "check_call",
    "check_output",
    "create_subprocess_exec",
    "create_subprocess_shell",
    "run_line_magic",
    "run_cell_magic",
    "extract",
    "extractall",
    "unpack_archive",
    "copytree",
    "clone_from",
    "chdir",
];
/// What the names of functions begin with that leave the files be whose paths they are handed.
const READERS: [&str; 30] = [
    "abspath",
    "access",
    "add",
    "basename",
    "chmod",
    "critical",
    "debug",
    "dirname",
    "error",
    "exception",
    "exists",
    "getsize",
    "getmtime",
    "glob",
    "info",
    "is",
    "join",
    "listdir",
    "load",
    "log",
    "makedirs",
    "mkdir",
    "print",
    "put",
    "read",
    "scandir",
    "stat",
    "upload",
    "walk",
    "warn",
];

/// Commands that leave files as they are, unless their output is written to one.
const LOOKING: [&str; 29] = [
    "cat",
    "conda",
    "date",
    "df",
    "diff",
    "du",
    "echo",
    "env",
    "grep",
    "head",
    "jq",
    "less",
    "ls",
    "mamba",
    "md5sum",
    "mkdir",
    "more",
    "nvidia-smi",
    "pip",
    "pip3",
    "printenv",
    "pwd",
    "pygmentize",
    "stat",
    "tail",
    "tree",
    "uv",
    "wc",
    "which",
];
/// Those that install packages, whose versions are written with `>`.
const INSTALLING: [&str; 5] = ["conda", "mamba", "pip", "pip3", "uv"];
/// Those that run others, or write files that they do not name.
const RUNNING: [&str; 17] = [
    "bash", "docker", "git", "make", "node", "perl", "python", "python3", "rsync", "ruby", "sh", "source", "sudo",
    "tar", "unzip", "gunzip", "xargs",
];

impl<'a> Machine<'a> {
    /// A call that is not followed was handed these values: where one is the path of a file that the code wrote, or of its
    /// folder, the file may have been changed; all of them, where commands are run.
    pub(super) fn paths_handed<'v>(&mut self, call: &'a ExprCall, given: impl Iterator<Item = &'v Value>) {
        let (callee, place) = (self.callee(&call.func), self.place(call.range()));
        let last = callee.rsplit('.').next().unwrap_or_default();
        if RUNNERS.contains(&super::unfollowed::head(&callee)) || CHANGERS.contains(&last) {
            self.all_overwritten(place);
        } else if !READERS.iter().any(|reader| last.starts_with(reader)) {
            given.for_each(|path| self.path_overwritten(path, place));
        }
    }

    /// The same of a call of the SDK, which writes no files but those that it downloads.
    pub(super) fn downloaded(&mut self, name: &str, arguments: &Arguments, place: Place) {
        if self.written.is_empty() || !name.starts_with("download") {
            return;
        }
        arguments.values().for_each(|path| self.path_overwritten(path, place));
    }

    /// Something may have written to a path: to the file there, or to those in the folder.
    fn path_overwritten(&mut self, path: &Value, place: Place) {
        if !matches!(path.data, Data::Text(_) | Data::Template(_)) {
            return;
        }
        let Some(path) = self.file_key(path) else { return };
        self.spend(self.written.len());
        self.overwritten_where(place, |known| {
            known.strip_prefix(&*path).is_some_and(|rest| rest.is_empty() || path.is_empty() || rest.starts_with('/'))
        });
    }

    /// Something may have written to those files whose keys fit.
    fn overwritten_where(&mut self, place: Place, fits: impl Fn(&str) -> bool) {
        let keys: Vec<String> = self.written.keys().filter(|key| fits(key)).cloned().collect();
        keys.into_iter().for_each(|key| self.key_overwritten(key, place));
    }

    /// Something may have written to any file.
    pub(super) fn all_overwritten(&mut self, place: Place) {
        self.spend(self.written.len());
        self.overwritten_where(place, |_| true);
    }

    /// A command of a shell may change the files that it names, and others where it does not say which.
    pub(super) fn command_line(&mut self, line: &str, place: Place) {
        let line = line.trim();
        if self.written.is_empty()
            || line.is_empty()
            || line.starts_with(['#', '%']) && !line.contains(['{', '$'])
            || is_looking(line)
        {
            return;
        }
        let command = line.split_whitespace().next().unwrap_or_default();
        if line.contains(['$', '{', '*', '?', '`', '~']) || RUNNING.contains(&command) {
            self.all_overwritten(place);
            return;
        }
        self.spend(self.written.len() * (1 + line.len() / 64));
        let unit = self.unit.clone();
        let folder = folder_of(&unit);
        self.overwritten_where(place, |key| {
            let own = key.strip_prefix(folder).unwrap_or(key);
            own.split('/').any(|part| !part.is_empty() && line.contains(part))
        });
    }

    /// `path.rename(to)` and its like: methods of a path that change what lies there; nothing for others.
    pub(super) fn path_changed(
        &mut self,
        path: &Value,
        name: &str,
        arguments: &Arguments,
        place: Place,
    ) -> Option<Value> {
        let first = arguments.positional.first().map(|argument| argument.value.clone());
        match (name, first) {
            ("rename", Some(to)) => {
                self.moved(path, &to, place);
                Some(to)
            }
            // A text has a method of this name, with two arguments.
            ("replace", Some(to)) if arguments.positional.len() == 1 => {
                self.moved(path, &to, place);
                Some(to)
            }
            ("unlink" | "symlink_to" | "hardlink_to", _) => {
                self.written_somehow(path, place);
                Some(Value::absent(place))
            }
            _ => None,
        }
    }

    /// The dotted name of what is called, as far as it can be told without a look at values.
    fn callee(&self, function: &Expr) -> String {
        match function {
            Expr::Name(name) => match self.lookup(name.id.as_str()).map(|known| &known.value.data) {
                Some(Data::Symbol(symbol)) => symbol.to_string(),
                _ => name.id.to_string(),
            },
            Expr::Attribute(attribute) => format!("{}.{}", self.callee(&attribute.value), attribute.attr.as_str()),
            Expr::Call(call) => self.callee(&call.func),
            _ => "?".to_owned(),
        }
    }
}

/// Whether a command only looks at files, installs packages, or copies files to S3.
fn is_looking(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let command = words.first().copied().unwrap_or_default();
    let goes_on = line.contains([';', '|', '`']) || line.contains("&&") || line.contains("$(");
    if INSTALLING.contains(&command) || line.contains(" -m pip ") {
        return !goes_on;
    }
    let is_upload = matches!(&words[..], ["aws", "s3", "cp" | "sync" | "ls", .., last] if last.starts_with("s3://"));
    (LOOKING.contains(&command) || is_upload) && !goes_on && !line.contains('>')
}
