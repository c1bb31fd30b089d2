//! Lambda code: for each Python handler the AWS operations that it calls, in which order, on which paths, and whose
//! results go where. Nothing is run.

mod calls;
mod deployed;
mod expressions;
mod inline;
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
use ruff_python_ast::{Stmt, StmtFunctionDef};

use crate::{
    graph::{
        Key, NotEvaluated, Part,
        fact::{Fact, Handler},
    },
    source::{Files, Source},
};
use deployed::{Code, Deployed};
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
}

/// A handler to be read.
struct Wanted {
    code: Where,
    /// Name within the module.
    name: String,
    functions: Vec<Key>,
    /// Folders in which the modules lie that it imports.
    folders: Vec<String>,
}

enum Where {
    File(Arc<str>),
    Inline(Arc<Module>),
}

/// Reads the handlers of the functions in `parts`, and those among `sources` that are known by their signature.
/// `paths` are all files that were found.
pub fn read(files: &Files, parts: &[Part], sources: &[Arc<Source>], paths: impl Iterator<Item = Arc<str>>) -> Reading {
    let project = Project::of(files, paths);
    let mut part = Part::default();
    let wanted = wanted(files, &project, parts, sources, &mut part);
    let share = (ALL_STEPS / wanted.len().max(1)).min(MAX_STEPS);
    let found: Vec<_> = wanted.par_iter().map(|wanted| handler(&project, wanted, share)).collect();
    let mut read = BTreeMap::new();
    let mut handlers: Vec<Handler> = Vec::new();
    for (wanted, found) in wanted.iter().zip(found) {
        let Some((handler, limit)) = found else { continue };
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
    Reading { part, files: read }
}

/// Reads one handler; nothing if there is no such function.
fn handler(project: &Project<'_>, wanted: &Wanted, steps: usize) -> Option<(Handler, Option<&'static str>)> {
    let module = match &wanted.code {
        Where::File(path) => project.module(path)?,
        Where::Inline(module) => module.clone(),
    };
    let package = Package::of(project, module, &wanted.folders);
    let (mut handler, limit) = Walker::new(&package, steps).handler(&wanted.name)?;
    handler.functions.clone_from(&wanted.functions);
    Some((handler, limit))
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
    let mut all = Vec::new();
    let mut named: BTreeMap<(Arc<str>, String), usize> = BTreeMap::new();
    for function in deployed::functions(files, parts) {
        if function.runtime.as_ref().is_some_and(|runtime| runtime.starts_with("nodejs")) {
            let what = format!("the code of `{}`", function.key.address());
            let (path, place) = (files.get(function.place.file).path.clone(), Some(function.place));
            let why = "it is JavaScript, and only Python handlers are read".to_owned();
            part.not_evaluated.push(NotEvaluated { path, place, kind: "handler", what, why });
            continue;
        }
        if function.runtime.as_ref().is_some_and(|runtime| !runtime.starts_with("python")) {
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
                all.push(Wanted { code, name, functions: vec![function.key], folders: own });
            }
            Code::Local(places) => {
                let Some((path, name, folder)) = located(project, &function, places) else { continue };
                match named.get(&(path.clone(), name.clone())) {
                    Some(&at) => {
                        let known: &mut Wanted = &mut all[at];
                        known.functions.push(function.key);
                    }
                    None => {
                        named.insert((path.clone(), name.clone()), all.len());
                        let folders = [folder].into_iter().chain(own).collect();
                        all.push(Wanted { code: Where::File(path), name, functions: vec![function.key], folders });
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
    let known: BTreeSet<(Arc<str>, String)> = named.into_keys().collect();
    all.extend(
        signed(project, sources)
            .filter(|(path, name)| !known.contains(&(path.clone(), name.clone())))
            .map(|(path, name)| Wanted { code: Where::File(path), name, functions: Vec::new(), folders: Vec::new() }),
    );
    all
}

/// The file and the name of a function's handler, and the folder that its code is in.
fn located(project: &Project<'_>, function: &Deployed, places: &[String]) -> Option<(Arc<str>, String, String)> {
    let (module, name) = function.handler.as_deref()?.rsplit_once('.')?;
    let stem = module.replace('.', "/");
    places.iter().find_map(|place| {
        let (folder, is_file) = match place.strip_suffix(".py") {
            Some(_) => (place.rsplit_once('/').map_or("", |(folder, _)| folder), true),
            None => (&**place, false),
        };
        let stem = if is_file { stem.rsplit('/').next().unwrap_or(&stem) } else { &stem };
        Some((project.file(folder, stem)?, name.to_owned(), folder.to_owned()))
    })
}

/// Functions of modules that take an event and a context.
fn signed(project: &Project<'_>, sources: &[Arc<Source>]) -> impl Iterator<Item = (Arc<str>, String)> {
    let found: Vec<Vec<(Arc<str>, String)>> = sources
        .par_iter()
        .map(|source| {
            let Some(module) = project.module(&source.path) else { return Vec::new() };
            let functions = module.suite.iter().filter_map(Stmt::as_function_def_stmt);
            let signed = functions.filter(|function| takes_event(function));
            signed.map(|function| (source.path.clone(), function.name.to_string())).collect()
        })
        .collect();
    found.into_iter().flatten()
}

fn takes_event(function: &StmtFunctionDef) -> bool {
    let parameters = &function.parameters;
    let named = |at: usize, name: &str| {
        parameters
            .args
            .get(at)
            .is_some_and(|parameter| parameter.parameter.name.as_str().trim_start_matches('_') == name)
    };
    parameters.args.len() == 2 && named(0, "event") && named(1, "context")
}
