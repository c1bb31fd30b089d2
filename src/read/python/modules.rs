//! Local modules: the constants that a script imports from its own project.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use ruff_python_ast::Stmt;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    Machine,
    config_files::Settings,
    enums::Written,
    notebooks,
    replaced::Questions,
    scope::Scope,
    sdk_remote::{CHECKPOINTS, leave_checkpoints_open},
};
use crate::{
    graph::{
        ELSEWHERE, Part,
        value::{Data, Value},
    },
    source::{Files, Place, Source, Span},
    syntax::python,
};

/// Symbols of modules that were imported by a name begin so, before their path.
pub(super) const MODULE: &str = "module:";
/// The folder of packages in a project of the `src` layout, which is installed before it runs.
const SOURCES: &str = "src";
/// The number of the first scope that is none of those with which a function or a loop began.
const LATER: usize = 1 << 20;
/// How deep imports of local modules are followed.
const MAX_MODULES: u32 = 6;

/// How often code of one file calls that of another within each other.
const MAX_VISITS: u32 = 12;

/// The script, for code of a module that it calls.
#[derive(Clone)]
pub(super) struct Home<'a> {
    suite: &'a [Stmt],
    source: &'a Arc<Source>,
    module_names: Vec<(Arc<str>, Arc<str>)>,
    /// Which of the calls that led to the module is the script's own, whose names are there.
    at: usize,
}

/// The names that a module binds at its top, sorted.
pub(super) type Names = Arc<[(Arc<str>, Value)]>;

/// Local modules that were read, by path, depth and whether they are run: each is read once, however many files import it.
#[derive(Debug, Default)]
pub struct Modules {
    read: Mutex<FxHashMap<(String, u32, bool), Module>>,
    /// Trees of scripts that are read again for something else, by path.
    kept: Mutex<FxHashMap<Arc<str>, Arc<python::Parsed>>>,
    /// Files of settings that code reads.
    pub(super) settings: Settings,
    /// Functions of modules that others called with their own arguments: the module, and where they stand in it.
    followed: Mutex<FxHashSet<(Arc<str>, Span)>>,
    /// Module → the first of the files that import it, by path.
    importers: Mutex<BTreeMap<Arc<str>, Arc<str>>>,
    /// Modules of which files import something that speak of places for checkpoints.
    checkpointing: Mutex<FxHashSet<Arc<str>>>,
    /// The files that cells of notebooks write.
    pub(super) written: notebooks::Written,
}

/// What a module binds, once it was read; nothing for one that cannot be read.
type Module = Arc<OnceLock<Option<Arc<Loaded>>>>;

/// A module that was read.
#[derive(Debug)]
struct Loaded {
    source: Arc<Source>,
    /// Its statements, for calls of its functions and classes.
    parsed: python::Parsed,
    /// What it binds.
    scope: Scope,
    names: Names,
    /// Members of its enumerations, and what its decorators have noted.
    members: FxHashMap<Place, Written>,
    registered: FxHashSet<Place>,
    /// What its values depend on that defaults decide.
    questions: Questions,
}

impl Modules {
    /// The modules that were read, each with the first of the files that import it.
    pub fn importers(self) -> BTreeMap<Arc<str>, Arc<str>> {
        self.importers.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops from what a module makes by itself, with its arguments unknown, what others make by calling it. Where others may
    /// tell its functions to write checkpoints, it is not known whether their jobs do.
    pub fn settle<'p>(&mut self, parts: impl Iterator<Item = &'p mut Part>) {
        let mut parts: Vec<&'p mut Part> = parts.collect();
        let checkpointing = self.checkpointing.get_mut().unwrap_or_else(PoisonError::into_inner);
        if !checkpointing.is_empty() {
            let resources = parts.iter_mut().flat_map(|part| &mut part.resources);
            resources.filter(|made| checkpointing.contains(&made.key.unit)).for_each(leave_checkpoints_open);
        }
        let followed = self.followed.get_mut().unwrap_or_else(PoisonError::into_inner);
        if followed.is_empty() {
            return;
        }
        let mut spans: FxHashMap<Arc<str>, Vec<Span>> = FxHashMap::default();
        for (path, span) in followed.drain() {
            spans.entry(path).or_default().push(span);
        }
        for part in parts {
            part.resources.retain(|resource| {
                // Of the calls that lead to it the outermost one is written in the module itself.
                let written = resource.callers.first().unwrap_or(&resource.body).span;
                let within = |spans: &Vec<Span>| spans.iter().any(|span| span.contains(written));
                !spans.get(&resource.key.unit).is_some_and(within)
            });
        }
    }

    /// Keeps the tree of a script.
    pub(super) fn keep(&self, path: Arc<str>, parsed: python::Parsed) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(path, Arc::new(parsed));
    }

    /// Hands out the trees that were kept, by path.
    pub fn kept(&mut self) -> FxHashMap<Arc<str>, Arc<python::Parsed>> {
        std::mem::take(self.kept.get_mut().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes that a function of a module is called by another file.
    pub(super) fn note_followed(&self, module: &Arc<str>, function: Span) {
        self.followed.lock().unwrap_or_else(PoisonError::into_inner).insert((module.clone(), function));
    }

    fn note_checkpointing(&self, module: &str) {
        self.checkpointing.lock().unwrap_or_else(PoisonError::into_inner).insert(module.into());
    }

    fn note_importer(&self, module: &str, importer: &Arc<str>) {
        let mut importers = self.importers.lock().unwrap_or_else(PoisonError::into_inner);
        match importers.get_mut(module) {
            Some(first) if *first <= *importer => {}
            Some(first) => *first = importer.clone(),
            None => drop(importers.insert(module.into(), importer.clone())),
        }
    }

    /// A module as it is when it is imported at a depth, or run there as a script. Deeper modules never wait for those above them.
    fn load(&self, files: &Files, path: String, depth: u32, is_run: bool) -> Option<Arc<Loaded>> {
        let cell = {
            let mut known = self.read.lock().unwrap_or_else(PoisonError::into_inner);
            known.entry((path.clone(), depth, is_run)).or_default().clone()
        };
        cell.get_or_init(|| {
            let (source, parsed) = self.opened(files, &path)?;
            let mut machine = Machine::new(files, self, &source);
            machine.module_depth = depth;
            (machine.quiet, machine.quiet_at_first) = (1, 1);
            machine.prefix = format!("{path}:").into();
            machine.name_module(&path, is_run);
            match self.written.book(&source.path) {
                // A notebook that another one runs.
                Some(book) if *path == *source.path => machine.cells(&parsed.suite, &book),
                Some(book) => {
                    machine.cells_at_any_time(&book);
                    machine.block(&parsed.suite);
                }
                None => drop(machine.block(&parsed.suite)),
            }
            let scope = machine.scopes.pop()?;
            let names = bound_in(&scope);
            let (members, registered) = (std::mem::take(&mut machine.members), std::mem::take(&mut machine.registered));
            let questions = machine.questions();
            Some(Arc::new(Loaded { source, parsed, scope, names, members, registered, questions }))
        })
        .clone()
    }
}

impl<'a> Machine<'a> {
    /// The values that a module of the same project binds at its top, sorted by name; nothing for a module that is not
    /// found.
    pub(super) fn local_module(&mut self, module: &str, level: u32) -> Option<Names> {
        Some(self.local_module_at(module, level)?.0)
    }

    /// The same, with the path of the module.
    pub(super) fn local_module_at(&mut self, module: &str, level: u32) -> Option<(Names, Arc<str>)> {
        if level == 0 && (is_foreign(module) || self.absent.contains(first_of(module))) {
            return None;
        }
        let path = self.module_path(module, level)?;
        self.module_at(path)
    }

    /// The values that the file at a path binds at its top, as code has changed them, sorted by name, and the path.
    fn module_at(&mut self, path: String) -> Option<(Names, Arc<str>)> {
        self.module_as(path, false)
    }

    /// The same of a file that is run as a script, or imported.
    pub(super) fn module_as(&mut self, path: String, is_run: bool) -> Option<(Names, Arc<str>)> {
        if self.module_depth >= MAX_MODULES || *path == *self.source.path || self.is_written(&path) {
            return None;
        }
        let loaded = self.modules.load(self.files, path.clone(), self.module_depth + 1, is_run)?;
        self.modules.note_importer(&path, &self.source.path);
        if self.source.text().contains(CHECKPOINTS) {
            self.modules.note_checkpointing(&path);
        }
        self.members.extend(loaded.members.iter().map(|(place, written)| (*place, written.clone())));
        self.registered.extend(&loaded.registered);
        self.ask_also(&loaded.questions);
        let path: Arc<str> = path.into();
        self.module_depths.entry(path.clone()).or_insert(self.module_depth + 1);
        let scope = self.module_scope(&path, &loaded);
        // What is run binds its names anew.
        if is_run || scope.is_as(&loaded.scope) {
            return Some((loaded.names.clone(), path));
        }
        let names = bound_in(scope);
        self.spend(names.len());
        Some((names, path))
    }

    /// The name of one of the file's own functions or classes; nothing for one of another file.
    pub(super) fn own_name<'n>(&self, name: &'n str) -> Option<&'n str> {
        name.strip_prefix(&*self.prefix).filter(|own| !own.contains(':'))
    }

    /// Does something with a function or class of a module, in that module. What it makes belongs to the file at hand. A name
    /// without a path is one of the script, which a module calls back.
    pub(super) fn abroad<R>(
        &mut self,
        name: &str,
        run: &mut dyn for<'m> FnMut(&mut Machine<'m>) -> Option<R>,
    ) -> Option<R> {
        let Some((path, _)) = name.rsplit_once(':') else { return self.at_home(run) };
        // One that is known already is as deep as it was when it was imported.
        let depth = self.module_depths.get(path).copied().unwrap_or(self.module_depth + 1);
        // What a test hands to the project's code, often with stand-ins for the SDK, is no use of that code.
        if depth > MAX_MODULES || self.visits >= MAX_VISITS || is_test(&self.unit) && !is_test(path) {
            return None;
        }
        let loaded = self.modules.load(self.files, path.to_owned(), depth, false)?;
        let mut other = Machine::new(self.files, self.modules, &loaded.source);
        other.prefix = format!("{path}:").into();
        other.module_depth = depth;
        other.members.clone_from(&loaded.members);
        other.home = match &self.home {
            Some(home) => Some(home.clone()),
            None if self.suite.is_empty() => None,
            None => Some(Home {
                suite: self.suite,
                source: self.source,
                module_names: self.module_names.clone(),
                at: self.hidden.len(),
            }),
        };
        let mut scope = self.module_scope(path, &loaded).apart();
        scope.begin();
        other.scopes = vec![scope];
        self.spend(loaded.scope.len());
        let raised = self.raised.len();
        let done = self.visit(&mut other, &loaded.parsed.suite, run);
        if let Some(scope) = other.scopes.first_mut() {
            self.take_over(path, scope, raised);
        }
        done
    }

    /// Does something with a function or class of the script, which code of one of its modules calls.
    fn at_home<R>(&mut self, run: &mut dyn for<'m> FnMut(&mut Machine<'m>) -> Option<R>) -> Option<R> {
        let home = self.home.clone().filter(|_| self.visits < MAX_VISITS)?;
        let mut again = Machine::new(self.files, self.modules, home.source);
        again.suite = home.suite;
        again.module_names = home.module_names;
        let mut scope = self.hidden.get(home.at)?.first()?.apart();
        self.spend(scope.len());
        scope.begin();
        again.scopes = vec![scope];
        let raised = self.raised.len();
        let done = self.visit(&mut again, home.suite, run);
        if let Some(scope) = again.scopes.first_mut() {
            for name in scope.end().first().into_keys() {
                let Some(binding) = scope.get(&name).cloned() else { continue };
                self.open_in_raised(raised, &name, &binding);
                if let Some(own) = self.hidden.get_mut(home.at).and_then(|scopes| scopes.first_mut()) {
                    own.bind(name, binding.value, binding.place);
                }
            }
        }
        done
    }

    /// Does something in a file whose names are bound already: the run goes on there, and comes back.
    fn visit<'m, R>(
        &mut self,
        other: &mut Machine<'m>,
        suite: &'m [Stmt],
        run: &mut dyn for<'n> FnMut(&mut Machine<'n>) -> Option<R>,
    ) -> Option<R> {
        other.depth = self.depth;
        other.outer = self.here();
        other.unit = self.unit.clone();
        other.module_folders.clone_from(&self.module_folders);
        other.resting.clone_from(&self.resting);
        other.visits = self.visits + 1;
        self.spend(suite.len());
        let own = std::mem::take(&mut self.scopes);
        self.hidden.push(own);
        self.exchange(other);
        other.quiet += 1;
        other.remember_definitions(suite, true);
        other.quiet -= 1;
        let done = run(other);
        self.exchange(other);
        self.has_switches |= other.has_switches;
        self.scopes = self.hidden.pop().unwrap_or_default();
        done
    }

    /// What a module binds, as this file has changed it.
    fn module_scope(&mut self, path: &str, loaded: &Loaded) -> &Scope {
        let known = self.module_scopes.iter().position(|(known, _)| **known == *path);
        let at = known.unwrap_or_else(|| {
            let mut scope = loaded.scope.apart();
            let at = self.module_scopes.len();
            // What one side of a condition changes in it is none of the other side's, whoever imports it first.
            if let Some(other) = self.all_scopes().max_by_key(|scope| scope.noting()) {
                scope.note_as(other, LATER + at);
            }
            self.module_scopes.push((path.into(), scope));
            at
        });
        &self.module_scopes[at].1
    }

    /// Takes over what code of a module has bound anew there. Of the errors since `raised` it is not known whether they came
    /// before or after.
    fn take_over(&mut self, path: &str, scope: &mut Scope, raised: usize) {
        let written = scope.end().first();
        for name in written.into_keys() {
            let Some(binding) = scope.get(&name).cloned() else { continue };
            self.set_in_module(path, &name, &binding.value, binding.place);
            self.open_in_raised(raised, &name, &binding);
            let mut aliases = Vec::new();
            for (alias, of) in &self.module_names {
                aliases.extend((**of == *path).then(|| Arc::<str>::from(format!("{alias}.{name}"))));
            }
            for alias in aliases {
                self.open_in_raised(raised, &alias, &binding);
                if let Some(scope) = self.scopes.iter_mut().rev().find(|scope| scope.get(&alias).is_some()) {
                    scope.bind(alias, binding.value.clone(), binding.place);
                }
            }
        }
    }

    /// Binds a name of a module, for the code of the module too.
    pub(super) fn set_in_module(&mut self, path: &str, name: &str, value: &Value, place: Place) {
        if let Some((_, scope)) = self.module_scopes.iter_mut().find(|(known, _)| **known == *path) {
            scope.bind(name, value.clone(), place);
        }
    }

    /// Binds `__name__` of a module that is imported, or run.
    fn name_module(&mut self, path: &str, is_run: bool) {
        let path = path.split_once(ELSEWHERE).map_or(path, |(_, path)| path);
        let stem = path.strip_suffix(".py").unwrap_or(path);
        let name = stem.strip_suffix("/__init__").unwrap_or(stem).replace('/', ".");
        let name = if is_run { "__main__".to_owned() } else { name };
        let place = self.source.place(Span::new(0, 0));
        if let Some(scope) = self.scopes.first_mut() {
            scope.bind("__name__", Value::text(name, place), place);
        }
    }

    /// Exchanges what belongs to the run, not to the file that is walked.
    fn exchange<'m>(&mut self, other: &mut Machine<'m>) {
        use std::mem::swap;
        swap(&mut self.part, &mut other.part);
        swap(&mut self.objects, &mut other.objects);
        swap(&mut self.ids, &mut other.ids);
        swap(&mut self.sites, &mut other.sites);
        swap(&mut self.making, &mut other.making);
        swap(&mut self.traits, &mut other.traits);
        swap(&mut self.frames, &mut other.frames);
        swap(&mut self.bases, &mut other.bases);
        swap(&mut self.finishing, &mut other.finishing);
        swap(&mut self.attempt, &mut other.attempt);
        swap(&mut self.raised, &mut other.raised);
        swap(&mut self.walked_from, &mut other.walked_from);
        swap(&mut self.loops, &mut other.loops);
        swap(&mut self.unfailed, &mut other.unfailed);
        swap(&mut self.deletions, &mut other.deletions);
        swap(&mut self.steps, &mut other.steps);
        swap(&mut self.exhausted, &mut other.exhausted);
        swap(&mut self.limited, &mut other.limited);
        swap(&mut self.followed, &mut other.followed);
        swap(&mut self.rounds, &mut other.rounds);
        swap(&mut self.quiet, &mut other.quiet);
        swap(&mut self.replaced, &mut other.replaced);
        swap(&mut self.usual, &mut other.usual);
        swap(&mut self.nones, &mut other.nones);
        swap(&mut self.openly, &mut other.openly);
        swap(&mut self.stops, &mut other.stops);
        swap(&mut self.choices, &mut other.choices);
        swap(&mut self.hidden, &mut other.hidden);
        swap(&mut self.module_scopes, &mut other.module_scopes);
        swap(&mut self.dumped, &mut other.dumped);
        swap(&mut self.written, &mut other.written);
        swap(&mut self.registered, &mut other.registered);
        swap(&mut self.contexts, &mut other.contexts);
        swap(&mut self.interpolates, &mut other.interpolates);
        swap(&mut self.views, &mut other.views);
        swap(&mut self.folder, &mut other.folder);
        swap(&mut self.starting, &mut other.starting);
        swap(&mut self.module_depths, &mut other.module_depths);
    }

    /// The functions and classes at the top of a module, whose statements are not run again.
    fn remember_definitions(&mut self, statements: &'a [Stmt], is_certain: bool) {
        for statement in statements {
            match statement {
                Stmt::FunctionDef(definition) => {
                    self.remember_function(definition, definition.name.as_str().into(), is_certain);
                }
                Stmt::ClassDef(class) => self.remember_class(class, is_certain),
                Stmt::If(branch) => {
                    self.remember_definitions(&branch.body, false);
                    branch.elif_else_clauses.iter().for_each(|clause| self.remember_definitions(&clause.body, false));
                }
                Stmt::Try(attempt) => {
                    self.remember_definitions(&attempt.body, false);
                    self.remember_definitions(&attempt.orelse, false);
                }
                _ => {}
            }
        }
    }

    /// Where a module stands: beside the script, in a folder above it for relative imports, or at the root.
    fn module_path(&mut self, module: &str, level: u32) -> Option<String> {
        let relative = module.replace('.', "/");
        let head = first_of(module);
        let bases = bases(&self.source.path, head, level, &self.module_folders)?;
        let mut is_absent = level == 0 && self.module_folders.is_empty() && self.written.is_empty();
        let found = bases.into_iter().find_map(|base| {
            if let Some(written) = self.rewritten_module(&base, &relative) {
                return Some(written);
            }
            if !head.is_empty() && !self.files.may_hold_module(&base, head) {
                return None;
            }
            is_absent = false;
            let stem = if base.is_empty() { relative.clone() } else { format!("{base}/{relative}") };
            let stem = stem.trim_end_matches('/');
            module_files(stem).into_iter().find(|path| self.files.exists(path))
        });
        if is_absent {
            self.absent.insert(head.into());
        }
        found
    }
}

/// The first part of a module's path: `a` of `a.b`.
fn first_of(module: &str) -> &str {
    module.split('.').next().unwrap_or_default()
}

/// The values that a module binds, sorted by name.
fn bound_in(scope: &Scope) -> Names {
    let is_plain = |value: &Value| !matches!(value.data, Data::Reference(_));
    let names = scope.names().filter(|(_, binding)| is_plain(&binding.value));
    let mut names: Vec<_> = names.map(|(name, binding)| (name.clone(), binding.value.clone())).collect();
    names.sort_by(|left, right| left.0.cmp(&right.0));
    names.into()
}

/// Whether a file holds tests, as pytest and unittest find them.
pub(super) fn is_test(path: &str) -> bool {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.strip_suffix(".py").unwrap_or(file);
    folders.split('/').any(|folder| folder == "tests")
        || stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem == "conftest"
}

/// The files that a module may be, by its path without an extension.
pub(in crate::read) fn module_files(stem: &str) -> [String; 2] {
    [format!("{stem}.py"), format!("{stem}/__init__.py")]
}

/// The folders in which a file looks for a module whose path begins with `head`, the first one first. `added` are those that
/// its code adds to them. Nothing where `level` leads out of the root.
pub(in crate::read) fn bases(path: &str, head: &str, level: u32, added: &[String]) -> Option<Vec<String>> {
    let mut folder: Vec<&str> = path.split('/').collect();
    folder.pop();
    for _ in 1..level {
        folder.pop()?;
    }
    let own = folder.join("/");
    let mut bases = vec![own.clone()];
    if level == 0 {
        bases.extend(added.iter().cloned());
        // A package imports itself by its name from the top: it lies in a folder above.
        let packages = (0..folder.len()).rev().filter(|&at| folder[at] == head);
        bases.extend(packages.map(|at| folder[..at].join("/")));
        bases.extend([String::new(), SOURCES.to_owned()].into_iter().filter(|top| *top != own));
    }
    Some(bases)
}

/// Packages that are certainly not the project's own: asking the disk for them would be wasted.
fn is_foreign(module: &str) -> bool {
    matches!(
        first_of(module),
        "" | "sagemaker"
            | "boto3"
            | "botocore"
            | "os"
            | "sys"
            | "json"
            | "time"
            | "datetime"
            | "typing"
            | "pathlib"
            | "re"
            | "math"
            | "collections"
            | "itertools"
            | "functools"
            | "numpy"
            | "pandas"
            | "matplotlib"
            | "sklearn"
            | "torch"
            | "tensorflow"
            | "transformers"
            | "datasets"
            | "urllib"
            | "io"
            | "random"
            | "logging"
            | "argparse"
            | "dataclasses"
            | "abc"
            | "IPython"
            | "subprocess"
            | "shutil"
            | "tempfile"
            | "glob"
            | "uuid"
            | "copy"
            | "string"
            | "enum"
            | "pprint"
            | "csv"
            | "tarfile"
            | "zipfile"
            | "gzip"
            | "base64"
            | "hashlib"
            | "pickle"
            | "threading"
            | "multiprocessing"
            | "concurrent"
            | "warnings"
            | "traceback"
            | "contextlib"
            | "decimal"
            | "inspect"
            | "importlib"
            | "unittest"
            | "yaml"
            | "requests"
            | "tqdm"
            | "scipy"
            | "seaborn"
            | "PIL"
            | "cv2"
            | "joblib"
            | "xgboost"
            | "pytest"
            | "awswrangler"
            | "s3fs"
    )
}
