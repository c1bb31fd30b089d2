//! Lambda code: for each Python handler the AWS operations that it calls, in which order, on which paths, and whose
//! results go where. Nothing is run.

mod callbacks;
mod calls;
mod deployed;
mod environment;
mod expressions;
mod frameworks;
mod functions;
mod inline;
mod inline_resources;
mod loops;
mod package;
mod paths;
mod statements;
#[cfg(test)]
mod tests;
mod values;
mod walker;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rayon::prelude::*;
use ruff_python_ast::{Expr, ParameterWithDefault, Stmt};
use ruff_text_size::TextSize;
use rustc_hash::FxHashMap;

use crate::{
    graph::{
        Key, NotEvaluated, Part,
        fact::{Fact, Handler},
    },
    read::is_built,
    source::{Files, Source, folder_of},
    syntax::python::Parsed,
};
use deployed::{Code, Deployed};
pub use environment::settle;
pub use inline_resources::inlined;
use package::{Module, Package, Project};
use walker::Walker;

/// Steps of one handler: an expression, a statement, or as much work as one.
const MAX_STEPS: usize = 200_000;
/// Steps of all handlers together; each gets its share.
const ALL_STEPS: usize = 100_000_000;

/// What the handlers came to.
pub struct Reading {
    /// Their facts, by file and place, and what could not be followed.
    pub part: Part,
    /// Files that were read: handlers, and modules of them with the first of the files that import each.
    pub files: BTreeMap<Arc<str>, Option<Arc<str>>>,
    /// The functions that run each file.
    pub runs: BTreeMap<Arc<str>, BTreeSet<Key>>,
}

/// A handler to be read.
struct Wanted {
    code: Where,
    /// Name within the module.
    name: String,
    /// Where that name is defined, if a framework knows the function by its place.
    at: Option<TextSize>,
    functions: Vec<Key>,
    /// Folders in which the modules lie that it imports.
    folders: Vec<String>,
}

enum Where {
    File(Arc<str>),
    Inline(Arc<Module>),
}

/// Scripts that may hold handlers.
pub struct Scripts {
    /// Their texts.
    pub sources: Vec<Arc<Source>>,
    /// The trees of those that were parsed already, by path.
    pub trees: FxHashMap<Arc<str>, Arc<Parsed>>,
}

/// Reads the handlers of the functions in `parts`, and those in `scripts` that are known by their signature.
/// `paths` are all files that were found.
pub fn read(files: &Files, parts: &[Part], scripts: Scripts, paths: impl Iterator<Item = Arc<str>>) -> Reading {
    let project = Project::of(files, scripts.trees, paths);
    let mut part = Part::default();
    let wanted = wanted(files, &project, parts, &scripts.sources, &mut part);
    let share = (ALL_STEPS / wanted.len().max(1)).min(MAX_STEPS);
    let found: Vec<_> = wanted.par_iter().map(|wanted| handler(&project, wanted, share)).collect();
    let (mut read, mut runs) = (BTreeMap::new(), BTreeMap::<Arc<str>, BTreeSet<Key>>::new());
    let mut handlers: Vec<Handler> = Vec::new();
    for (wanted, found) in wanted.iter().zip(found) {
        let Some((handler, limit, modules)) = found else { continue };
        for module in modules.into_iter().filter(|_| !wanted.functions.is_empty()) {
            runs.entry(module).or_default().extend(wanted.functions.iter().cloned());
        }
        if let Where::File(path) = &wanted.code {
            read.insert(path.clone(), None);
        }
        if let Some(why) = limit {
            let (path, place) = (handler.path.clone(), Some(handler.place));
            let what = format!("all of `{}`", handler.name);
            part.not_evaluated.push(NotEvaluated { path, place, kind: "handler", what, why: why.to_owned() });
        }
        if !handler.operations.is_empty() || !handler.pauses.is_empty() {
            handlers.push(handler);
        }
    }
    handlers.sort_by(|left, right| (&left.path, left.place.span).cmp(&(&right.path, right.place.span)));
    part.facts = handlers.into_iter().map(|handler| Fact::Handler(Box::new(handler))).collect();
    for (module, importer) in project.importers() {
        read.entry(module).or_insert(Some(importer));
    }
    Reading { part, files: read, runs }
}

/// A handler, what kept it from being read whole, and the files that it runs.
type Found = (Handler, Option<&'static str>, Vec<Arc<str>>);

/// Reads one handler; nothing if there is no such function.
fn handler(project: &Project<'_>, wanted: &Wanted, steps: usize) -> Option<Found> {
    let module = match &wanted.code {
        Where::File(path) => project.module(path)?,
        Where::Inline(module) => module.clone(),
    };
    let package = Package::of(project, module, &wanted.folders);
    let (mut handler, limit) = Walker::new(&package, steps).handler(&wanted.name, wanted.at)?;
    handler.functions.clone_from(&wanted.functions);
    let modules = package.modules.iter().map(|module| module.source.path.clone()).collect();
    Some((handler, limit, modules))
}

/// The handlers that functions name, and those that are known by their signature alone.
fn wanted(
    files: &Files,
    project: &Project<'_>,
    parts: &[Part],
    sources: &[Arc<Source>],
    part: &mut Part,
) -> Vec<Wanted> {
    let layers = deployed::layers(files, parts);
    let origins = Origins::among(sources);
    let mut all = Vec::new();
    let mut named: BTreeMap<(Arc<str>, String), usize> = BTreeMap::new();
    for function in deployed::functions(files, parts) {
        if let Some(other) = function.runtime.as_deref().and_then(other_language) {
            let what = format!("the code of `{}`", function.key.address());
            let (path, place) = (files.get(function.place.file).path.clone(), Some(function.place));
            let why = format!("{other}, and only Python handlers are read");
            part.not_evaluated.push(NotEvaluated { path, place, kind: "handler", what, why });
            continue;
        }
        let own = layers.iter().filter(|(unit, _)| *unit == function.key.unit).map(|(_, folder)| folder.clone());
        let own: Vec<String> = own.collect();
        match &function.code {
            Code::Inline(text, place) => {
                let name = function.handler.as_deref().and_then(|handler| handler.rsplit_once('.'));
                let Some((_, name)) = name else { continue };
                let module = Arc::new(inline::module(files, text, *place));
                let (code, name) = (Where::Inline(module), name.to_owned());
                all.push(Wanted { code, name, at: None, functions: vec![function.key], folders: own });
            }
            Code::Local(places) => {
                let Some((path, name, folder)) = located(project, &function, places) else { continue };
                let (path, folder) = origins.of(project, path, folder);
                match named.get(&(path.clone(), name.clone())) {
                    Some(&at) => {
                        let known: &mut Wanted = &mut all[at];
                        known.functions.push(function.key);
                    }
                    None => {
                        named.insert((path.clone(), name.clone()), all.len());
                        let folders = [folder].into_iter().chain(own).collect();
                        let (code, functions) = (Where::File(path), vec![function.key]);
                        all.push(Wanted { code, name, at: None, functions, folders });
                    }
                }
            }
            Code::Elsewhere => {}
        }
    }
    for wanted in &mut all {
        wanted.functions.sort();
        wanted.functions.dedup();
    }
    let unnamed = unnamed(project, sources, &named, &all);
    all.extend(unnamed);
    all
}

/// In what the code of a runtime is written, if that is not Python.
fn other_language(runtime: &str) -> Option<&'static str> {
    const LANGUAGES: &[(&str, &str)] = &[
        ("dotnet", "it is .NET"),
        ("go", "it is Go"),
        ("java", "it is Java"),
        ("nodejs", "it is JavaScript"),
        ("provided", "it brings a runtime of its own"),
        ("python", ""),
        ("ruby", "it is Ruby"),
    ];
    let known = LANGUAGES.iter().find(|(begin, _)| runtime.starts_with(begin));
    let other = known.map_or("its runtime is another", |(_, other)| *other);
    (!other.is_empty()).then_some(other)
}

/// What the files of build folders were copied from, by their text: the file that somebody edits is the one to look at.
struct Origins<'s>(FxHashMap<&'s str, &'s Arc<str>>);

impl<'s> Origins<'s> {
    fn among(sources: &'s [Arc<Source>]) -> Self {
        let mut origins = FxHashMap::default();
        for source in sources.iter().filter(|source| !is_built(&source.path)) {
            origins.entry(source.text()).or_insert(&source.path);
        }
        Self(origins)
    }

    /// A file of a function's folder, and that folder, both where they come from.
    fn of(&self, project: &Project<'_>, path: Arc<str>, folder: String) -> (Arc<str>, String) {
        let origin = || {
            let below = path.strip_prefix(&*folder)?.trim_start_matches('/');
            let origin = *self.0.get(&*project.module(&path)?.text)?;
            let above = origin.strip_suffix(below).filter(|above| above.is_empty() || above.ends_with('/'))?;
            Some((origin.clone(), above.trim_end_matches('/').to_owned()))
        };
        let found = if is_built(&path) { origin() } else { None };
        found.unwrap_or((path, folder))
    }
}

/// The handlers that nothing names: known by their signature, or by the framework that calls them.
fn unnamed(
    project: &Project<'_>,
    sources: &[Arc<Source>],
    named: &BTreeMap<(Arc<str>, String), usize>,
    all: &[Wanted],
) -> Vec<Wanted> {
    let found: Vec<Vec<Wanted>> = sources
        .par_iter()
        .map(|source| {
            let Some(module) = project.module(&source.path) else { return Vec::new() };
            let routes = frameworks::routes(module.suite());
            let functions = module.suite().iter().filter_map(Stmt::as_function_def_stmt);
            let is_known = |name: &str| named.contains_key(&(source.path.clone(), name.to_owned()));
            let objects = objects(module.suite()).filter(|name| !is_known(name)).map(|name| {
                let code = Where::File(source.path.clone());
                Wanted { code, name: name.to_owned(), at: None, functions: Vec::new(), folders: Vec::new() }
            });
            let wanted = functions.filter_map(|function| {
                let name = function.name.to_string();
                let is_route = routes.iter().any(|route| std::ptr::eq(*route, function));
                if !is_route && (!takes_event(&function.parameters.args) || is_known(&name)) {
                    return None;
                }
                // The function that is deployed with this module hands its events to the routes in it.
                let own = named.iter().filter(|((path, _), _)| is_route && *path == source.path);
                let own: Vec<&Wanted> = own.map(|(_, &at)| &all[at]).collect();
                let mut functions: Vec<Key> = own.iter().flat_map(|own| own.functions.iter().cloned()).collect();
                functions.sort();
                functions.dedup();
                let folders = own.first().map(|own| own.folders.clone()).unwrap_or_default();
                let at = is_route.then(|| function.name.range.start());
                Some(Wanted { code: Where::File(source.path.clone()), name, at, functions, folders })
            });
            wanted.chain(objects).collect()
        })
        .collect();
    found.into_iter().flatten().collect()
}

/// The file and the name of a function's handler, and the folder that its code is in.
fn located(project: &Project<'_>, function: &Deployed, places: &[String]) -> Option<(Arc<str>, String, String)> {
    let (module, name) = function.handler.as_deref()?.rsplit_once('.')?;
    let stem = module.replace('.', "/");
    places.iter().find_map(|place| {
        let (folder, is_file) = match place.strip_suffix(".py") {
            Some(_) => (folder_of(place), true),
            None => (&**place, false),
        };
        let stem = if is_file { stem.rsplit('/').next().unwrap_or(&stem) } else { &stem };
        Some((project.file(folder, stem)?, name.to_owned(), folder.to_owned()))
    })
}

/// Names at the top of a module of what takes an event and a context, and is no function: `handler = Handler()`, whose
/// class can be called, and `handler = Handler().handle`.
fn objects(suite: &[Stmt]) -> impl Iterator<Item = &str> {
    suite.iter().filter_map(|statement| {
        let assign = statement.as_assign_stmt()?;
        let [Expr::Name(name)] = &assign.targets[..] else { return None };
        let (call, method) = match &*assign.value {
            Expr::Call(call) => (call, "__call__"),
            Expr::Attribute(attribute) => (attribute.value.as_call_expr()?, attribute.attr.as_str()),
            _ => return None,
        };
        let class = &call.func.as_name_expr()?.id;
        let class = suite.iter().filter_map(Stmt::as_class_def_stmt).find(|one| one.name.as_str() == class.as_str())?;
        let method =
            class.body.iter().filter_map(Stmt::as_function_def_stmt).find(|one| one.name.as_str() == method)?;
        let (_, given) = method.parameters.args.split_first()?;
        takes_event(given).then_some(name.id.as_str())
    })
}

/// Whether parameters are an event and a context.
fn takes_event(parameters: &[ParameterWithDefault]) -> bool {
    let [event, context] = parameters else { return false };
    let name = |parameter: &ParameterWithDefault| parameter.parameter.name.trim_start_matches('_').to_owned();
    let is_context = matches!(&*name(context), "" | "context" | "ctx" | "lambda_context");
    name(event) == "event" && is_context
}
