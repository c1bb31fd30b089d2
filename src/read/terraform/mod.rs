//! Terraform: configuration as Terraform would know it before an apply, as resources in AWS API shapes.

mod blocks;
mod calls;
mod data;
mod defaults;
pub mod eval;
mod expand;
mod files;
mod frame;
mod given;
mod guards;
pub mod instance;
pub mod json_text;
mod loader;
mod lookups;
pub mod lower;
mod module;
pub mod plan_file;
mod policy_document;
mod provider;
mod run;
mod scope;
#[cfg(test)]
mod tests;
mod types;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rayon::prelude::*;

use crate::{
    graph::{Input, Part, Unit, value::Value},
    read::given::{Given, Mistake},
    source::{Candidate, Files, folder_of},
};
use defaults::Opened;
use instance::Instance;
use loader::{Loaded, Loader};
use run::{Found, Run};

/// Expressions and names lead deeper than the stack of a usual thread.
const STACK: usize = 256 << 20;

/// What the Terraform configuration of a run came to.
#[derive(Debug, Default)]
pub struct Reading {
    /// A part for each root directory, by path; then what is wrong with the files.
    pub parts: Vec<Part>,
    /// Files that were read, by path; why not all of it, where that is so.
    pub files: BTreeMap<Arc<str>, Option<String>>,
    /// Files that could not be read, and why.
    pub unreadable: BTreeMap<Arc<str>, String>,
    /// What is wrong with the variables that are given.
    pub mistakes: Vec<Mistake>,
    /// The instances of each root, by its path as a unit; only where plans are to be laid over them.
    pub evaluated: Vec<(Arc<str>, Vec<Instance>)>,
}

/// Reads all configuration among the candidates: every directory that holds one is read as a whole, and is a root unless
/// a module call leads to it. `has_plans`: what they came to is kept for plans.
pub fn read<'f>(
    files: &'f Files,
    candidates: &[&Candidate],
    excluded: impl IntoIterator<Item = &'f str>,
    given: &'f Given,
    has_plans: bool,
) -> Reading {
    let loader = Loader::new(files, excluded, given);
    if candidates.is_empty() {
        return Reading { mistakes: given::mistakes(&loader, &[]), ..Reading::default() };
    }
    let folders = candidates.iter().map(|candidate| folder_of(&candidate.path));
    // What was fetched is read through those who call it.
    let folders: BTreeSet<&str> = folders.filter(|folder| !is_fetched(folder)).collect();
    with_deep_stack(|| {
        let folders: Vec<&str> = folders.into_iter().collect();
        folders.par_iter().for_each(|folder| {
            loader.load(folder);
        });
        let roots = roots(&loader, &folders);
        let mistakes = given::mistakes(&loader, &roots);
        let parts: Vec<Root> = roots.into_par_iter().map(|loaded| unit(&loader, loaded, has_plans)).collect();
        Reading { mistakes, ..gathered(&loader, parts) }
    })
}

/// The instances of all resources of one root directory with what is given to it, and its outputs.
pub fn plan(files: &Files, folder: &str, given: &Given) -> Option<(Vec<Instance>, Value)> {
    let loader = Loader::new(files, [], given);
    with_deep_stack(|| {
        let loaded = loader.load(folder)?;
        let found = Run::new(&loader, loaded).evaluate();
        Some((found.instances, found.outputs))
    })
}

/// Does something on threads with much stack, as many as there are otherwise.
fn with_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(rayon::current_num_threads()).stack_size(STACK).build();
    match pool {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// Whether a path leads to what `terraform init` fetched.
fn is_fetched(path: &str) -> bool {
    path.split('/').any(|part| part == ".terraform")
}

/// The directories that no other one that is read calls. Of those that call each other in a circle the first is one.
fn roots(loader: &Loader<'_>, folders: &[&str]) -> Vec<Arc<Loaded>> {
    let mut called: BTreeSet<String> = BTreeSet::new();
    let mut seen: BTreeSet<String> = folders.iter().map(|folder| (*folder).to_owned()).collect();
    let mut open: Vec<String> = seen.iter().cloned().collect();
    while let Some(folder) = open.pop() {
        for target in callees(loader, &folder) {
            if target != folder {
                called.insert(target.clone());
            }
            if seen.insert(target.clone()) {
                open.push(target);
            }
        }
    }
    let mut reached: BTreeSet<String> = BTreeSet::new();
    let mut roots: Vec<&str> = folders.iter().copied().filter(|folder| !called.contains(*folder)).collect();
    roots.iter().for_each(|root| reach(loader, root, &mut reached));
    for folder in folders {
        if !reached.contains(*folder) {
            roots.push(folder);
            reach(loader, folder, &mut reached);
        }
    }
    roots.sort_unstable();
    roots.into_iter().filter_map(|root| loader.load(root)).collect()
}

/// The folders that the local module calls of a directory lead to.
fn callees(loader: &Loader<'_>, folder: &str) -> Vec<String> {
    let Some(loaded) = loader.load(folder) else { return Vec::new() };
    loaded.module.calls.iter().filter_map(|call| calls::local_folder(folder, call)).collect()
}

fn reach(loader: &Loader<'_>, folder: &str, reached: &mut BTreeSet<String>) {
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        if reached.insert(folder.clone()) {
            open.extend(callees(loader, &folder));
        }
    }
}

/// What a root comes to.
struct Root {
    part: Part,
    /// The files that gave values to it.
    given: Vec<String>,
    /// Its instances, where they are kept.
    evaluated: Option<(Arc<str>, Vec<Instance>)>,
}

fn unit(loader: &Loader<'_>, loaded: Arc<Loaded>, keeps: bool) -> Root {
    let run = Run::new(loader, loaded.clone());
    let (path, given) = (run.unit.clone(), run.given.files.clone());
    let Found { mut instances, mut unread, mut not_evaluated, closed, is_configured, .. } = run.evaluate();
    if let Some(opened) = Opened::of(&path, &loaded, closed) {
        let more = Run::opened(loader, loaded.clone(), opened).evaluate();
        instances.extend(more.instances);
        // What the default leaves out is not deployed, unless others call this.
        if loaded.module.is_for_others() {
            unread.extend(
                more.unread
                    .into_iter()
                    .filter(|(_, place)| !unread.iter().any(|(_, known)| known == place))
                    .collect::<Vec<_>>(),
            );
            not_evaluated.extend(
                more.not_evaluated
                    .into_iter()
                    .filter(|note| note.kind == "module")
                    .filter(|note| !not_evaluated.contains(note))
                    .collect::<Vec<_>>(),
            );
        }
    }
    let path: Arc<str> = if path.is_empty() { ".".into() } else { path };
    instances.iter_mut().for_each(|instance| instance.unit = path.clone());
    let evaluated = keeps.then(|| (path.clone(), instances.clone()));
    let moves = loaded.module.moves.clone();
    let unit = Unit { path, input: Input::Terraform, unread, is_configured, moves };
    let lookups = lookups::of(&instances);
    let resources = lower::lower(instances);
    let part = Part { resources, units: vec![unit], not_evaluated, lookups, ..Part::default() };
    Root { part, given, evaluated }
}

/// Puts together what the roots came to and what is wrong with the files.
fn gathered(loader: &Loader<'_>, roots: Vec<Root>) -> Reading {
    let mut reading = Reading::default();
    for Root { part, given, evaluated } in roots {
        reading.files.extend(given.into_iter().map(|path| (path.into(), None)));
        reading.parts.push(part);
        reading.evaluated.extend(evaluated);
    }
    for loaded in loader.all() {
        let broken = |path: &str| {
            let broken = loaded.faults.iter().find(|fault| &*fault.path == path && !fault.readable)?;
            Some(if broken.limit { broken.message.clone() } else { "it is not valid Terraform".to_owned() })
        };
        reading.files.extend(loaded.module.files.iter().map(|(path, _)| (path.clone(), broken(path))));
        reading.unreadable.extend(loaded.unreadable.iter().cloned());
        reading.parts.push(loaded.faulty(loader.files));
    }
    reading
}
