//! What notebooks do with files: cells write scripts that others import and settings that others read, and `%run` runs a
//! script.

use std::sync::{Arc, Mutex, PoisonError};

use ruff_python_ast::{IpyEscapeKind, StmtIpyEscapeCommand};
use ruff_text_size::Ranged;
use rustc_hash::FxHashMap;

use super::{Machine, modules::Modules};
use crate::{
    graph::{ELSEWHERE, value::MAX_ENTRIES},
    source::{Cells, Files, Source, normal},
    syntax::{notebook, python},
};

/// Files that cells of notebooks write, by notebook and path.
#[derive(Debug, Default)]
pub(super) struct Written(Mutex<FxHashMap<String, File>>);

/// One of them.
#[derive(Debug)]
struct File {
    /// The text of the notebook, and the cells of the file. Nothing for one that is written anew: which text it has depends on
    /// when it is asked.
    text: Option<(Arc<Source>, Cells)>,
    is_read: bool,
}

impl Written {
    /// Notes a file that cells of a notebook write.
    pub(super) fn add(&self, notebook: &Arc<Source>, name: &str, cells: &Cells) {
        let folder = notebook.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = Some(name).filter(|name| !name.starts_with(['/', '~', '$', '{']));
        let Some(path) = path.and_then(|name| normal(format!("{folder}/{name}").trim_start_matches('/'))) else {
            return;
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let file = known.entry(key(&notebook.path, &path));
        let new = || File { text: Some((notebook.clone(), cells.clone())), is_read: false };
        file.and_modify(|known| known.text = None).or_insert_with(new);
    }

    /// The text of such a file, and its cells.
    fn text(&self, key: &str) -> Option<Option<(Arc<Source>, Cells)>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let file = known.get_mut(key)?;
        file.is_read = true;
        Some(file.text.clone())
    }

    /// The cells of a notebook whose file some code has read, by their numbers in it.
    pub(super) fn read_cells(&self, notebook: &str) -> Vec<u32> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_it = |key: &str| key.split_once(ELSEWHERE).is_some_and(|(of, _)| of == notebook);
        let read = known.iter().filter(|(key, file)| file.is_read && of_it(key));
        read.filter_map(|(_, file)| file.text.as_ref())
            .flat_map(|(_, cells)| &cells.cells)
            .map(|cell| cell.index)
            .collect()
    }

    /// A file of settings, with its text where it stands in the notebook; nothing for a path that is no such file's.
    pub(super) fn settings(&self, key: &str) -> Option<Option<Source>> {
        if !key.contains(ELSEWHERE) {
            return None;
        }
        Some(self.text(key)?.map(|(source, cells)| {
            let mut text = String::new();
            for cell in &cells.cells {
                let written = source.slice(cell.span);
                let body =
                    written.find("%%").and_then(|at| Some(at + written[at..].find('\n')?)).unwrap_or(written.len());
                let begin = cell.span.start as usize + body;
                text.extend(std::iter::repeat_n('\n', begin.saturating_sub(text.len())));
                text.push_str(&written[body..]);
            }
            Source::plain(source.id, source.path.clone(), text.into())
        }))
    }

    /// By what a file is known that a notebook writes to a path from the root; nothing where it writes none.
    pub(super) fn known(&self, notebook: &str, path: &str) -> Option<String> {
        let key = key(notebook, path);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&key).then_some(key)
    }

    /// The same of a module in a folder.
    pub(super) fn module(&self, notebook: &str, folder: &str, module: &str) -> Option<String> {
        if !notebook.ends_with(EXTENSION) {
            return None;
        }
        let stem = format!("{folder}/{module}");
        let stem = stem.trim_start_matches('/');
        [format!("{stem}.py"), format!("{stem}/__init__.py")].iter().find_map(|path| self.known(notebook, path))
    }
}

const EXTENSION: &str = ".ipynb";

fn key(notebook: &str, path: &str) -> String {
    format!("{notebook}{ELSEWHERE}{path}")
}

/// The cells that are the notebook's own, of those that its text has.
pub(super) fn own_cells(book: (&[notebook::Written], &[notebook::Written]), cells: &Cells) -> Cells {
    let is_written = |at: &usize| book.0.iter().chain(book.1).any(|file| file.cells.contains(at));
    chosen(cells, (0..cells.cells.len()).filter(|at| !is_written(at)))
}

/// Some of the cells of a notebook.
pub(super) fn chosen(cells: &Cells, numbers: impl Iterator<Item = usize>) -> Cells {
    Cells { cells: numbers.filter_map(|at| cells.cells.get(at).cloned()).collect(), segments: Vec::new() }
}

impl Modules {
    /// The text and the tree of a module: of a file, of what a notebook writes, or of a notebook that another one runs.
    pub(super) fn opened(&self, files: &Files, path: &str) -> Option<(Arc<Source>, python::Parsed)> {
        if path.contains(ELSEWHERE)
            && let Some(written) = self.written.text(path)
        {
            let (source, cells) = written?;
            let parsed = python::parse_cells(source.text(), &cells);
            return Some((source, parsed));
        }
        let source = files.read(path).ok()?;
        if !path.ends_with(EXTENSION) {
            let parsed = python::parse(source.text());
            return Some((source, parsed));
        }
        let book = notebook::read(source.raw()).ok().filter(|book| book.language.contains("python"))?;
        let own = own_cells((&book.scripts, &book.settings), &book.cells);
        let source = files.replace(source.with_cells(book.text.into(), book.cells));
        let parsed = python::parse_cells(source.text(), &own);
        Some((source, parsed))
    }
}

impl<'a> Machine<'a> {
    /// A line of IPython's own: `%run settings.py` binds what the script binds. What the script makes is read with it.
    pub(super) fn escape_command(&mut self, command: &'a StmtIpyEscapeCommand) {
        let Some(rest) = command.value.strip_prefix("run ").filter(|_| command.kind == IpyEscapeKind::Magic) else {
            return;
        };
        let mut words = rest.split_whitespace().skip_while(|word| matches!(*word, "-i" | "-n" | "-e" | "-t" | "-G"));
        let Some(name) = words.next().map(|name| name.trim_matches(['"', '\''])) else { return };
        let (named, place) = (self.run_file(name), self.place(command.range()));
        let Some((values, _)) = named.and_then(|path| self.module_at(path)) else { return };
        self.spend(values.len().min(MAX_ENTRIES));
        for (name, value) in values.iter().filter(|(name, _)| !name.starts_with("__")).take(MAX_ENTRIES) {
            self.bind(name.clone(), value.clone(), place);
        }
    }

    /// The file that `%run` names: IPython adds `.py` where the name has no extension.
    fn run_file(&mut self, name: &str) -> Option<String> {
        let folder = self.source.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let extension = if name.ends_with(".py") || name.ends_with(EXTENSION) { "" } else { ".py" };
        let path = Some(name).filter(|name| !name.starts_with(['/', '~', '$', '{', '-']))?;
        let path = normal(format!("{folder}/{path}{extension}").trim_start_matches('/'))?;
        // Asking the disk takes its time.
        self.spend(100);
        let written = self.modules.written.known(&self.source.path, &path);
        written.or_else(|| self.files.exists(&path).then_some(path))
    }
}
