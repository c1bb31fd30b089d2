//! The code of a function: the module with its handler, and the modules of the same project that it imports.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use ruff_python_ast::{
    Stmt,
    visitor::{self, Visitor},
};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    read::python::module_files,
    source::{Files, Place, Source, Span, folder_of, normal},
    syntax::python::{self, Parsed},
};

/// Modules that are read for one handler.
const MAX_MODULES: usize = 60;
/// Folders above a handler's own that are looked in.
const MAX_ABOVE: usize = 6;

/// One module, parsed.
pub(super) struct Module {
    pub(super) source: Arc<Source>,
    /// What was parsed: the file's text, or the code within it.
    pub(super) text: Arc<str>,
    parsed: Arc<Parsed>,
    /// Whether one block holds all of it, and is none of it.
    is_block: bool,
    at: At,
    imports: Vec<Import>,
}

/// Where code stands in its file.
#[derive(Clone, Copy)]
pub(super) enum At {
    /// Its bytes are those of the file, so many to the left (in the text that was parsed) of where they are.
    Shifted(i64),
    /// Nearer than this nothing is known.
    Within(Span),
}

/// An import as written: dots, the module, and the names taken from it.
struct Import {
    level: u32,
    module: String,
    names: Vec<String>,
}

impl Module {
    /// Parses code.
    pub(super) fn of(source: Arc<Source>, text: Arc<str>, at: At) -> Self {
        let parsed = Arc::new(python::parse(&text));
        Self::parsed(source, text, at, parsed)
    }

    /// Code that was parsed.
    fn parsed(source: Arc<Source>, text: Arc<str>, at: At, parsed: Arc<Parsed>) -> Self {
        let mut imports = Imports::default();
        imports.visit_body(&parsed.suite);
        Self { source, text, parsed, is_block: false, at, imports: imports.0 }
    }

    /// Its statements.
    pub(super) fn suite(&self) -> &[Stmt] {
        match &self.parsed.suite[..] {
            [Stmt::If(block)] if self.is_block => &block.body,
            suite => suite,
        }
    }

    /// Leaves out the one block that holds all statements; whether there is one.
    pub(super) fn unwrap_block(&mut self) -> bool {
        self.is_block = matches!(&self.parsed.suite[..], [Stmt::If(_)]);
        self.is_block
    }

    pub(super) fn place(&self, range: ruff_text_size::TextRange) -> Place {
        let span = python::span(range);
        match self.at {
            At::Shifted(by) => {
                let moved = |offset: u32| usize::try_from(i64::from(offset) + by).unwrap_or(0);
                self.source.place(Span::new(moved(span.start), moved(span.end)))
            }
            At::Within(span) => self.source.place(span),
        }
    }
}

/// All imports of a module, also those within functions.
#[derive(Default)]
struct Imports(Vec<Import>);

impl<'a> Visitor<'a> for Imports {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => self.0.extend(import.names.iter().map(|alias| Import {
                level: 0,
                module: alias.name.to_string(),
                names: Vec::new(),
            })),
            Stmt::ImportFrom(import) => self.0.push(Import {
                level: import.level,
                module: import.module.as_ref().map(ToString::to_string).unwrap_or_default(),
                names: import.names.iter().map(|alias| alias.name.to_string()).collect(),
            }),
            Stmt::FunctionDef(_)
            | Stmt::ClassDef(_)
            | Stmt::If(_)
            | Stmt::Try(_)
            | Stmt::With(_)
            | Stmt::For(_)
            | Stmt::While(_) => visitor::walk_stmt(self, statement),
            _ => {}
        }
    }

    // Expressions hold no imports.
    fn visit_expr(&mut self, _: &'a ruff_python_ast::Expr) {}
}

/// The Python of a project: where modules are, and those that were parsed.
pub(super) struct Project<'f> {
    files: &'f Files,
    /// Paths of all files that were found.
    known: FxHashSet<Arc<str>>,
    /// Files in folders named `python`, as layers have them, by the path below.
    layered: FxHashMap<String, Vec<Arc<str>>>,
    /// The trees of scripts that were parsed already.
    trees: FxHashMap<Arc<str>, Arc<Parsed>>,
    parsed: Mutex<FxHashMap<Arc<str>, Slot>>,
    /// Module → the first of the files that import it, by path.
    importers: Mutex<BTreeMap<Arc<str>, Arc<str>>>,
}

type Slot = Arc<OnceLock<Option<Arc<Module>>>>;

impl<'f> Project<'f> {
    /// The project that holds the files at these paths; `trees` are those of scripts that were parsed already.
    pub(super) fn of(
        files: &'f Files,
        trees: FxHashMap<Arc<str>, Arc<Parsed>>,
        paths: impl Iterator<Item = Arc<str>>,
    ) -> Self {
        let known: FxHashSet<Arc<str>> = paths.filter(|path| path.ends_with(".py")).collect();
        let mut layered: FxHashMap<String, Vec<Arc<str>>> = FxHashMap::default();
        for path in &known {
            let below = path.strip_prefix("python/").or_else(|| path.split_once("/python/").map(|(_, below)| below));
            if let Some(below) = below {
                layered.entry(below.to_owned()).or_default().push(path.clone());
            }
        }
        Self { files, known, layered, trees, parsed: Mutex::default(), importers: Mutex::default() }
    }

    /// The modules that were read, each with the first of the files that import it.
    pub(super) fn importers(self) -> BTreeMap<Arc<str>, Arc<str>> {
        self.importers.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// A file, parsed; nothing if it cannot be read.
    pub(super) fn module(&self, path: &Arc<str>) -> Option<Arc<Module>> {
        let slot = {
            let mut parsed = self.parsed.lock().unwrap_or_else(PoisonError::into_inner);
            parsed.entry(path.clone()).or_default().clone()
        };
        slot.get_or_init(|| {
            let source = self.files.read(path).ok()?;
            let text: Arc<str> = source.text().into();
            Some(Arc::new(match self.trees.get(path) {
                Some(parsed) => Module::parsed(source, text, At::Shifted(0), parsed.clone()),
                None => Module::of(source, text, At::Shifted(0)),
            }))
        })
        .clone()
    }

    /// The path of a file that exists, of those possible.
    pub(super) fn file(&self, folder: &str, stem: &str) -> Option<Arc<str>> {
        self.find(folder, stem, true)
    }

    /// A module or package below a folder. `look` asks the disk about what was not found as a candidate.
    fn find(&self, folder: &str, stem: &str, look: bool) -> Option<Arc<str>> {
        let below = if folder.is_empty() { stem.to_owned() } else { format!("{folder}/{stem}") };
        let base = normal(&below)?;
        let (above, name) = base.rsplit_once('/').unwrap_or(("", &base));
        // A folder is listed once, whatever is looked for in it.
        let look = look && self.files.may_hold_module(above, name);
        module_files(&base).into_iter().find_map(|path| match self.known.get(path.as_str()) {
            Some(known) => Some(known.clone()),
            None if look && self.files.exists(&path) => Some(path.into()),
            None => None,
        })
    }

    fn note_importer(&self, module: &Arc<str>, importer: &Arc<str>) {
        let mut importers = self.importers.lock().unwrap_or_else(PoisonError::into_inner);
        let first = importers.entry(module.clone()).or_insert_with(|| importer.clone());
        if *importer < *first {
            *first = importer.clone();
        }
    }
}

/// The modules of one function, the handler's first.
pub(super) struct Package {
    pub(super) modules: Vec<Arc<Module>>,
    /// Module and the name of another in it → that other one.
    names: FxHashMap<(usize, String), usize>,
    /// Whether there are more modules than are read.
    pub(super) is_cut: bool,
}

impl Package {
    /// Reads what the module with the handler imports. `folders` are those where the function's code and layers lie.
    pub(super) fn of(project: &Project<'_>, first: Arc<Module>, folders: &[String]) -> Self {
        let mut package = Self { modules: vec![first], names: FxHashMap::default(), is_cut: false };
        let mut numbers: FxHashMap<Arc<str>, usize> = FxHashMap::default();
        numbers.insert(package.modules[0].source.path.clone(), 0);
        let mut at = 0;
        while at < package.modules.len() {
            let module = package.modules[at].clone();
            for name in wanted(&module) {
                let Some(path) = package.path(project, &module.source.path, &name, folders) else { continue };
                let number = match numbers.get(&path) {
                    Some(&number) => number,
                    None if package.modules.len() >= MAX_MODULES => {
                        package.is_cut = true;
                        continue;
                    }
                    None => {
                        let Some(read) = project.module(&path) else { continue };
                        project.note_importer(&path, &module.source.path);
                        package.modules.push(read);
                        numbers.insert(path, package.modules.len() - 1);
                        package.modules.len() - 1
                    }
                };
                package.names.insert((at, name), number);
            }
            at += 1;
        }
        package
    }

    /// The module that a name such as `lib.names` or `..names` is in a module.
    pub(super) fn module(&self, from: usize, name: &str) -> Option<usize> {
        self.names.get(&(from, name.to_owned())).copied()
    }

    /// Where a module stands: beside the one that imports it, in the function's code, in a layer, or above.
    fn path(&self, project: &Project<'_>, importer: &str, name: &str, folders: &[String]) -> Option<Arc<str>> {
        let own = folder_of(importer);
        let module = name.trim_start_matches('.');
        let level = name.len() - module.len();
        let stem = module.replace('.', "/");
        if level > 0 {
            let mut folder = own;
            for _ in 1..level {
                folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            }
            return project.find(folder, if stem.is_empty() { "__init__" } else { &stem }, true);
        }
        if is_foreign(&stem) {
            return None;
        }
        let near = folders.iter().map(String::as_str).chain([own]);
        let found = near.into_iter().find_map(|folder| project.find(folder, &stem, true));
        let above = || {
            let above = std::iter::successors(Some(own), |folder| folder.rsplit_once('/').map(|(above, _)| above));
            let above = above.skip(1).take(MAX_ABOVE).chain([""]);
            above.into_iter().find_map(|folder| project.find(folder, &stem, false))
        };
        found.or_else(above).or_else(|| in_layer(project, own, &stem))
    }
}

/// A module in a folder of the project that looks like a layer, where one is nearer than all others.
fn in_layer(project: &Project<'_>, own: &str, stem: &str) -> Option<Arc<str>> {
    let files = module_files(stem);
    let layers = files.iter().filter_map(|file| project.layered.get(file)).flatten();
    let near = |path: &str| path.split('/').zip(own.split('/')).take_while(|(left, right)| left == right).count();
    let mut layers: Vec<_> = layers.map(|path| (near(path), path)).collect();
    layers.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(right.1)));
    match &layers[..] {
        [(first, _), (second, _), ..] if first == second => None,
        [(_, path), ..] => Some((*path).clone()),
        [] => None,
    }
}

/// The names of modules that a module may import: for `from a import b` both `a` and `a.b`.
fn wanted(module: &Module) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for import in &module.imports {
        let base = format!("{}{}", ".".repeat(import.level.min(20) as usize), import.module);
        if import.level == 0 && is_foreign(&import.module) {
            continue;
        }
        // `import a.b` runs both.
        let heads = base.match_indices('.').filter(|(at, _)| *at > 0 && import.level == 0).map(|(at, _)| &base[..at]);
        names.extend(heads.map(str::to_owned));
        let dot = if import.module.is_empty() { "" } else { "." };
        names.extend(import.names.iter().filter(|name| *name != "*").map(|name| format!("{base}{dot}{name}")));
        names.insert(base);
    }
    names
}

/// Packages that are certainly not the project's own: looking for them would be wasted.
fn is_foreign(module: &str) -> bool {
    let head = module.split(['.', '/']).next().unwrap_or_default();
    const FOREIGN: &[&str] = &[
        "abc",
        "argparse",
        "asyncio",
        "aws_lambda_powertools",
        "aws_xray_sdk",
        "base64",
        "boto3",
        "botocore",
        "cfnresponse",
        "collections",
        "concurrent",
        "contextlib",
        "copy",
        "csv",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "functools",
        "gzip",
        "hashlib",
        "http",
        "io",
        "itertools",
        "json",
        "logging",
        "math",
        "numpy",
        "os",
        "pandas",
        "random",
        "re",
        "requests",
        "sagemaker",
        "shutil",
        "string",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
        "traceback",
        "typing",
        "urllib",
        "urllib3",
        "uuid",
        "zipfile",
    ];
    FOREIGN.binary_search(&head).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_packages_are_sorted() {
        for name in ["abc", "boto3", "json", "time", "zipfile", "os"] {
            assert!(is_foreign(name) && is_foreign(&format!("{name}.x")), "{name}");
        }
        assert!(!is_foreign("helper") && !is_foreign("timer"));
    }
}
