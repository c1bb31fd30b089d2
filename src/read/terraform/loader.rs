//! Directories of configuration, each read and parsed once, whoever calls it.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    eval::{self, Cx, Names},
    module::Module,
};
use crate::{
    graph::{
        NotEvaluated, Part,
        fact::{Fact, Fault},
        value::Value,
    },
    read::{faults, given::Given, sniff::Language},
    source::{FileId, Files, Place, Source, Span},
    syntax::{
        hcl::{self, Expr, Parsed},
        json,
    },
};

/// The place of a directory, filled by whoever asks first.
type Shelf = Arc<OnceLock<Arc<Loaded>>>;

/// Reads directories.
pub(super) struct Loader<'f> {
    pub(super) files: &'f Files,
    /// What is given to the run.
    pub(super) given: &'f Given,
    /// Files that are not to be read although they stand in a directory that is.
    excluded: FxHashSet<&'f str>,
    known: Mutex<FxHashMap<Arc<str>, Shelf>>,
}

/// A directory that was read.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub(super) module: Module,
    /// What is wrong with its files.
    pub(super) faults: Vec<Blame>,
    /// Files that could not be read, and why.
    pub(super) unreadable: Vec<(Arc<str>, String)>,
}

/// What is wrong with a file.
#[derive(Debug)]
pub(super) struct Blame {
    pub(super) path: Arc<str>,
    pub(super) message: String,
    place: Place,
    related: Option<(String, Span)>,
    /// Whether nothing is missing for it.
    pub(super) readable: bool,
    /// Whether it is we who do not follow.
    pub(super) limit: bool,
}

/// Whether a file of this name is configuration.
pub(super) fn is_configuration(name: &str) -> bool {
    // Editors leave `.#main.tf` and `main.tf~` behind.
    !name.starts_with('.') && (name.ends_with(".tf") || name.ends_with(".tf.json"))
}

/// Whether a file's blocks are laid over those of the others.
fn is_override(name: &str) -> bool {
    let stem = name.strip_suffix(".tf").or_else(|| name.strip_suffix(".tf.json")).unwrap_or(name);
    stem == "override" || stem.ends_with("_override")
}

impl<'f> Loader<'f> {
    /// A loader that has read nothing.
    pub(super) fn new(files: &'f Files, excluded: impl IntoIterator<Item = &'f str>, given: &'f Given) -> Self {
        Self { files, given, excluded: excluded.into_iter().collect(), known: Mutex::default() }
    }

    /// The directory at a path from the root; nothing where it holds no configuration.
    pub(super) fn load(&self, folder: &str) -> Option<Arc<Loaded>> {
        let slot = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.entry(folder.into()).or_default().clone()
        };
        let loaded = slot.get_or_init(|| Arc::new(self.read(folder))).clone();
        (!loaded.module.files.is_empty() || !loaded.unreadable.is_empty()).then_some(loaded)
    }

    /// All directories that were read, by path.
    pub(super) fn all(&self) -> Vec<Arc<Loaded>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = known.values().filter_map(|slot| slot.get().cloned()).collect();
        all.sort_by(|left, right| left.module.folder.cmp(&right.module.folder));
        all
    }

    fn read(&self, folder: &str) -> Loaded {
        let entries = self.files.entries(folder);
        let names = entries.iter().filter(|entry| !entry.is_folder && is_configuration(&entry.name));
        let paths = names.map(|entry| joined(folder, &entry.name));
        let paths: Vec<String> = paths.filter(|path| !self.excluded.contains(path.as_str())).collect();
        let mut loaded = Loaded::default();
        loaded.module.folder = folder.into();
        // One after the other: a thread of rayon's that waits here must not come upon the same directory once more.
        let parsed: Vec<_> =
            paths.iter().map(|path| self.files.read(path).map(|source| (parse(&source), source))).collect();
        let mut overriding = Vec::new();
        for (path, result) in paths.iter().zip(parsed) {
            match result {
                Err(error) => loaded.cannot_read(path.as_str().into(), error.to_string()),
                Ok((parsed, source)) => {
                    loaded.blame(&source, &parsed);
                    let name = path.rsplit('/').next().unwrap_or(path);
                    if is_override(name) {
                        overriding.push((source, parsed));
                    } else {
                        loaded.take(&source, parsed, false);
                    }
                }
            }
        }
        for (source, parsed) in overriding {
            loaded.take(&source, parsed, true);
        }
        // OpenTofu reads these beside the others: what they declare is not seen.
        let is_tofu = |name: &str| name.ends_with(".tofu") || name.ends_with(".tofu.json");
        if let Some((_, first)) = loaded.module.files.first() {
            let place = Place::new(*first, Span::default());
            let tofu = entries.iter().filter(|entry| !entry.is_folder && is_tofu(&entry.name));
            loaded.module.broken.extend(tofu.map(|entry| (format!("file `{}`", entry.name), place)));
        }
        loaded.module.finish(&literal);
        loaded
    }
}

impl Loaded {
    fn take(&mut self, source: &Source, parsed: Parsed, overrides: bool) {
        self.module.files.push((source.path.clone(), source.id));
        self.module.add(&source.path, source.id, parsed.body, overrides);
    }

    fn cannot_read(&mut self, path: Arc<str>, why: String) {
        let name = path.rsplit('/').next().unwrap_or(&path);
        let what = format!("`{name}`");
        let note = NotEvaluated { path: path.clone(), place: None, kind: "file", what, why: why.clone() };
        self.module.not_evaluated.push(note);
        self.unreadable.push((path, why));
    }

    fn blame(&mut self, source: &Source, parsed: &Parsed) {
        for fault in &parsed.faults {
            let place = source.place(fault.span);
            if fault.fatal {
                let name = source.path.rsplit('/').next().unwrap_or(&source.path);
                self.module.broken.push((format!("file `{name}`"), place));
            }
            self.faults.push(Blame {
                path: source.path.clone(),
                message: fault.message.clone(),
                place,
                related: fault.related.clone(),
                readable: !fault.fatal,
                limit: fault.limit,
            });
        }
    }

    /// What is wrong with the directory: faults, and what could not be read or taken in.
    pub(super) fn faulty(&self, files: &Files) -> Part {
        let mut part = Part { not_evaluated: self.module.not_evaluated.clone(), ..Part::default() };
        for (path, file) in &self.module.files {
            let source = files.get(*file);
            let mut own = Part::default();
            for blame in self.faults.iter().filter(|blame| blame.path == *path) {
                // Nobody mends here what was fetched from elsewhere.
                if blame.limit || path.split('/').any(|part| part == ".terraform") {
                    own.not_evaluated.push(NotEvaluated {
                        path: path.clone(),
                        place: Some(blame.place),
                        kind: "file",
                        what: "Terraform text".to_owned(),
                        why: blame.message.clone(),
                    });
                } else {
                    own.facts.push(Fact::Fault(blame.fault()));
                }
            }
            faults::settle(&mut own, Language::Terraform, &source, true);
            part.facts.extend(own.facts);
            part.not_evaluated.extend(own.not_evaluated);
        }
        part
    }
}

impl Blame {
    fn fault(&self) -> Fault {
        Fault {
            path: self.path.clone(),
            language: "Terraform",
            message: self.message.clone(),
            place: self.place,
            related: self.related.clone(),
            readable: self.readable,
        }
    }
}

/// Parses a file of configuration or of values, by its name.
pub(super) fn parse(source: &Source) -> Parsed {
    let text = source.text();
    match &*source.path {
        // A file of values has no blocks, whatever its variables are called.
        path if path.ends_with(".tfvars.json") => hcl::of_json_values(text, &json::parse(text)),
        path if path.ends_with(".json") => hcl::of_json(text, &json::parse(text)),
        _ => hcl::parse(text),
    }
}

/// Where there are no names: in tfvars and in the defaults of variables.
struct Nowhere;

impl Names for Nowhere {
    fn resolve(&self, _: &str, _: &[&str], _: Place) -> Option<(Value, usize)> {
        None
    }

    fn file(&self, _: &str) -> Option<Arc<Source>> {
        None
    }

    fn fileset(&self, _: &str, _: &str) -> Option<Vec<String>> {
        None
    }
}

/// The value of an expression that may name nothing.
pub(super) fn literal(expression: &Expr, file: FileId) -> Value {
    eval::evaluate(expression, &Cx::new(&Nowhere, file))
}

/// The path of a file in a folder.
pub(super) fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
