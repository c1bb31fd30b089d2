//! What notebooks do with files: cells write scripts that others import and settings that others read, commands may change
//! them, and `%run` runs a script.

use std::sync::{Arc, Mutex, PoisonError};

use ruff_python_ast::{IpyEscapeKind, Stmt, StmtIpyEscapeCommand};
use ruff_text_size::Ranged;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Machine,
    modules::{Modules, module_files},
};
use crate::{
    graph::{
        ELSEWHERE,
        value::{Data, Entry, MAX_ENTRIES, Object, Value},
    },
    source::{Cells, Files, Place, Source, Span, folder_of, within},
    syntax::{
        notebook::{self, Notebook},
        python,
    },
};

/// What cells of notebooks do to files, by the path of the notebook.
#[derive(Debug, Default)]
pub(super) struct Written(Mutex<FxHashMap<Arc<str>, Arc<Book>>>);

/// What the cells of one notebook do to files.
#[derive(Debug)]
pub(super) struct Book {
    source: Arc<Source>,
    /// In the order of the cells, each with where its cell begins in the text.
    deeds: Vec<(u32, Deed)>,
    /// The cells whose file some code has read, by their numbers in the notebook.
    read: Mutex<FxHashSet<u32>>,
}

/// What a cell does.
#[derive(Debug)]
enum Deed {
    /// It writes a file.
    Write(Text),
    /// It runs commands.
    Commands(String),
}

/// A file that a cell has written.
#[derive(Debug)]
struct Text {
    /// From the root.
    path: String,
    /// The cells that hold what the file has then: more than one where this one adds to it.
    cells: Cells,
    /// Whether the file had something before that no cell has written.
    is_partial: bool,
}

/// A file that holds what a cell has written, in what is known of files.
const CELL: &str = "written.cell";
/// What it has: the notebook, and which of its deeds wrote it.
const NOTEBOOK: &str = "notebook";
const DEED: &str = "deed";

const EXTENSION: &str = ".ipynb";

impl Written {
    /// Notes what the cells of a notebook do to files, once.
    pub(super) fn add(&self, source: &Arc<Source>, book: &Notebook) {
        let Some(cells) = source.cells() else { return };
        let folder = folder_of(&source.path);
        let commands = book.commands.iter().map(|(at, text)| (*at, Deed::Commands(text.clone())));
        let mut deeds: Vec<(u32, Deed)> = commands.collect();
        for file in book.scripts.iter().chain(&book.settings) {
            let name = Some(&*file.name).filter(|name| !name.starts_with(['/', '~', '$', '{']));
            let path = name.and_then(|name| within(folder, name));
            for (at, &cell) in file.cells.iter().enumerate() {
                let Some(begin) = cells.cells.get(cell).map(|cell| cell.span.start) else { continue };
                let deed = match &path {
                    Some(path) => Deed::Write(Text {
                        path: path.clone(),
                        cells: chosen(cells, file.cells[..=at].iter().copied()),
                        is_partial: file.adds,
                    }),
                    None => Deed::Commands(file.name.clone()),
                };
                deeds.push((begin, deed));
            }
        }
        // Commands stand where the next cell of the text begins.
        deeds.sort_by_key(|(at, _)| *at);
        let book = Book { source: source.clone(), deeds, read: Mutex::default() };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(source.path.clone()).or_insert_with(|| Arc::new(book));
    }

    /// What the cells of a notebook do to files; nothing where they do nothing.
    pub(super) fn book(&self, notebook: &str) -> Option<Arc<Book>> {
        if !notebook.ends_with(EXTENSION) {
            return None;
        }
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(notebook).filter(|book| !book.deeds.is_empty()).cloned()
    }
}

impl Book {
    /// The cells whose file some code has read, by their numbers.
    pub(super) fn read_cells(&self) -> FxHashSet<u32> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self, deed: usize) -> Option<&Text> {
        match &self.deeds.get(deed)?.1 {
            Deed::Write(text) => Some(text),
            Deed::Commands(_) => None,
        }
    }

    /// The deeds that write to a path, each with its number.
    fn writes<'b>(&'b self, path: &'b str) -> impl DoubleEndedIterator<Item = (usize, &'b Text)> {
        (0..self.deeds.len()).filter_map(move |deed| Some((deed, self.write(deed).filter(|text| text.path == path)?)))
    }

    /// The last deed that writes to a path, if it holds all that any of them wrote.
    fn only_text<'b>(&'b self, path: &'b str) -> Option<(usize, &'b Text)> {
        let last = self.writes(path).next_back()?;
        (self.writes(path).count() == last.1.cells.cells.len()).then_some(last)
    }

    fn note_read(&self, text: &Text) {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.extend(text.cells.cells.iter().map(|cell| cell.index));
    }

    /// What the cells have below their magics, each with where that begins.
    fn bodies<'b>(&'b self, text: &'b Text) -> impl Iterator<Item = (usize, &'b str)> {
        text.cells.cells.iter().map(|cell| {
            let written = self.source.slice(cell.span);
            let body = written.find("%%").and_then(|at| Some(at + written[at..].find('\n')? + 1));
            let body = body.unwrap_or(written.len());
            (cell.span.start as usize + body, &written[body..])
        })
    }
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
        if let Some((notebook, inner)) = path.split_once(ELSEWHERE)
            && let Some(book) = self.written.book(notebook)
        {
            let (_, text) = book.only_text(inner)?;
            book.note_read(text);
            let parsed = python::parse_cells(book.source.text(), &text.cells);
            return Some((book.source.clone(), parsed));
        }
        let source = files.read(path).ok()?;
        if !path.ends_with(EXTENSION) {
            let parsed = python::parse(source.text());
            return Some((source, parsed));
        }
        let mut book = notebook::read(source.raw()).ok().filter(|book| book.language.contains("python"))?;
        let own = own_cells((&book.scripts, &book.settings), &book.cells);
        let source =
            files.replace(source.with_cells(std::mem::take(&mut book.text).into(), std::mem::take(&mut book.cells)));
        self.written.add(&source, &book);
        let parsed = python::parse_cells(source.text(), &own);
        Some((source, parsed))
    }
}

impl<'a> Machine<'a> {
    /// The statements of a notebook, as [`Machine::block`] runs them; what cells do to files is done in between.
    pub(super) fn cells(&mut self, statements: &'a [Stmt], book: &Book) {
        self.depth += 1;
        let outer = (self.guard.clone(), self.resting.clone());
        let mut next = 0;
        for statement in statements {
            self.cells_before(book, &mut next, statement.range().start().to_u32());
            if self.statement(statement) {
                break;
            }
        }
        (self.guard, self.resting) = outer;
        self.depth -= 1;
    }

    /// What the cells that begin before an offset of the text do to files, from the deed `next` on.
    pub(super) fn cells_before(&mut self, book: &Book, next: &mut usize, until: u32) {
        while let Some((at, deed)) = book.deeds.get(*next).filter(|(at, _)| *at <= until) {
            let place = book.source.place(Span::new(*at as usize, *at as usize));
            match deed {
                Deed::Write(text) => self.cell_writes(book, *next, text, place),
                Deed::Commands(text) => text.lines().for_each(|line| self.command_line(line, place)),
            }
            *next += 1;
        }
    }

    /// All that the cells of a notebook do to files, for code of its own that may run after any of them.
    pub(super) fn cells_at_any_time(&mut self, book: &Book) {
        self.cells_before(book, &mut 0, u32::MAX);
        self.spend(book.source.text().len() / 64 + book.deeds.len());
        let place = book.source.place(Span::new(0, 0));
        for (deed, _) in book.deeds.iter().enumerate() {
            if let Some(text) = book.write(deed)
                && book.only_text(&text.path).is_none()
            {
                self.key_overwritten(text.path.clone(), place);
            }
        }
        let commands = book.deeds.iter().filter_map(|(_, deed)| match deed {
            Deed::Commands(text) => Some(&**text),
            Deed::Write(_) => None,
        });
        let lines = book.source.text().lines().filter_map(|line| line.trim_start().strip_prefix('!'));
        commands.flat_map(str::lines).chain(lines).for_each(|line| self.command_line(line, place));
    }

    fn cell_writes(&mut self, book: &Book, deed: usize, text: &Text, place: Place) {
        self.spend(book.deeds.len() / 16 + 4);
        // What it adds to must still be what the cell before it has written.
        let before = if text.cells.cells.len() > 1 {
            let before = book.writes(&text.path).map(|(deed, _)| deed).take_while(|&known| known < deed).last();
            let content = self.content_at(&text.path);
            before.is_some() && content.as_ref().and_then(number_of_deed) == before
        } else {
            !text.is_partial
        };
        if !before || text.is_partial {
            self.key_overwritten(text.path.clone(), place);
            return;
        }
        let mut content = Object { class: Some(CELL.into()), ..Object::default() };
        let notebook = Value::text(book.source.path.clone(), place);
        content.set(Entry { name: NOTEBOOK.into(), place, value: notebook });
        #[allow(clippy::cast_precision_loss, reason = "a notebook has far fewer cells")]
        let deed = Value::number(deed as f64, place);
        content.set(Entry { name: DEED.into(), place, value: deed });
        self.write_key(text.path.clone(), Value::object(content, place));
    }

    /// The notebook whose cell wrote what a file holds, and which of its deeds that was.
    fn cell_of(&self, content: &Value) -> Option<(Arc<Book>, usize)> {
        let deed = number_of_deed(content)?;
        Some((self.modules.written.book(&content.entry(NOTEBOOK)?.value.plain_text()?)?, deed))
    }

    /// The text of a file that a cell wrote.
    pub(super) fn text_of_cell(&self, content: &Value) -> Option<Arc<str>> {
        let (book, deed) = self.cell_of(content)?;
        let text = book.write(deed)?;
        book.note_read(text);
        let bodies: String = book.bodies(text).map(|(_, body)| body).collect();
        Some(bodies.into())
    }

    /// A file of settings that a cell wrote, with its text where it stands in the notebook.
    pub(super) fn source_of_cell(&self, content: &Value) -> Option<Source> {
        let (book, deed) = self.cell_of(content)?;
        let written = book.write(deed)?;
        book.note_read(written);
        let mut text = String::new();
        for (begin, body) in book.bodies(written) {
            text.extend(std::iter::repeat_n('\n', begin.saturating_sub(text.len())));
            text.push_str(body);
        }
        Some(Source::plain(book.source.id, book.source.path.clone(), text.into()))
    }

    /// By what a file is known that code or a cell of the notebook has written; nothing for one that lies on disk as it did.
    fn rewritten_path(&self, path: String) -> Option<String> {
        if !self.is_written(&path) {
            return None;
        }
        let content = self.content_at(&path);
        let of_cell = content.as_ref().and_then(|content| self.cell_of(content));
        let is_whole = |(book, deed): &(Arc<Book>, usize)| book.only_text(&path).is_some_and(|(last, _)| last == *deed);
        Some(match of_cell.filter(is_whole) {
            Some((book, _)) => format!("{}{ELSEWHERE}{path}", book.source.path),
            None => path,
        })
    }

    /// The same of a module in a folder.
    pub(super) fn rewritten_module(&self, folder: &str, module: &str) -> Option<String> {
        if self.written.is_empty() {
            return None;
        }
        let stem = format!("{folder}/{module}");
        let stem = stem.trim_start_matches('/');
        module_files(stem).into_iter().find_map(|path| self.rewritten_path(path))
    }

    /// A line of IPython's own: `%run settings.py` binds what the script binds. What the script makes is read with it.
    pub(super) fn escape_command(&mut self, command: &'a StmtIpyEscapeCommand) {
        let place = self.place(command.range());
        if !self.written.is_empty() {
            self.command_run(command.kind, &command.value, place);
        }
        if command.kind == IpyEscapeKind::Magic {
            self.environment_command(&command.value, place);
        }
        let Some(rest) = command.value.strip_prefix("run ").filter(|_| command.kind == IpyEscapeKind::Magic) else {
            return;
        };
        let is_flag = |word: &&str| matches!(*word, "-i" | "-n" | "-e" | "-t" | "-G");
        let is_imported = rest.split_whitespace().take_while(is_flag).any(|word| word == "-n");
        let mut words = rest.split_whitespace().skip_while(is_flag);
        let Some(name) = words.next().map(|name| name.trim_matches(['"', '\''])) else { return };
        let named = self.run_file(name);
        let Some((values, _)) = named.and_then(|path| self.module_as(path, !is_imported)) else { return };
        self.spend(values.len().min(MAX_ENTRIES));
        for (name, value) in values.iter().filter(|(name, _)| !name.starts_with("__")).take(MAX_ENTRIES) {
            self.bind(name.clone(), value.clone(), place);
        }
    }

    /// What a line of IPython's own may do to the files that were written.
    pub(super) fn command_run(&mut self, kind: IpyEscapeKind, line: &str, place: Place) {
        match (kind, line.split_whitespace().next().unwrap_or_default()) {
            (IpyEscapeKind::Shell | IpyEscapeKind::ShCap, _)
            | (IpyEscapeKind::Magic, "cp" | "mv" | "rm" | "sx" | "system") => self.command_line(line, place),
            (IpyEscapeKind::Magic, "cd" | "pushd" | "popd") => self.folder_command(line, place),
            _ => {}
        }
    }

    /// The file that `%run` names: IPython adds `.py` where the name has no extension.
    fn run_file(&mut self, name: &str) -> Option<String> {
        let folder = folder_of(&self.source.path);
        let extension = if name.ends_with(".py") || name.ends_with(EXTENSION) { "" } else { ".py" };
        let path = Some(name).filter(|name| !name.starts_with(['/', '~', '$', '{', '-']))?;
        let path = within(folder, &format!("{path}{extension}"))?;
        // Asking the disk takes its time.
        self.spend(100);
        let written = self.rewritten_path(path.clone());
        written.or_else(|| self.files.exists(&path).then_some(path))
    }
}

/// Which deed of a notebook wrote what a file holds; nothing for what no cell has written.
fn number_of_deed(content: &Value) -> Option<usize> {
    let Data::Object(written) = &content.data else { return None };
    let deed = written.entry(DEED).filter(|_| written.class.as_deref() == Some(CELL))?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was made of a small whole number")]
    super::library::number(&deed.value).map(|number| number as usize)
}

/// Whether two files hold what one cell has written.
pub(super) fn is_same_cell(left: &Value, right: &Value) -> bool {
    let notebook = |content: &Value| content.entry(NOTEBOOK).and_then(|entry| entry.value.plain_text());
    number_of_deed(left).is_some_and(|deed| Some(deed) == number_of_deed(right)) && notebook(left) == notebook(right)
}
