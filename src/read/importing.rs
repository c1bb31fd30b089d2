//! Scripts that say nothing of AWS themselves, but import a module of the project that does: a job's factory.

use rustc_hash::FxHashSet;

use super::{Opened, python, sniff::Language};
use crate::source::{Candidate, Files};

/// Imports of one file that are looked at.
const MAX_IMPORTS: usize = 64;
/// How far such imports are followed: to scripts that import a script that imports a module that is ours.
const MAX_ROUNDS: usize = 3;

/// A module that a file imports.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Import {
    /// Its path from the package on: `jobs.factory`.
    module: String,
    /// How many folders up that begins, as the dots before it say.
    level: u32,
}

/// The modules that code imports, by the lines that say so. Found without a parser: what is in a text may be one too many.
pub(super) fn imports(bytes: &[u8]) -> Vec<Import> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(&bytes[from..], b"import ").map(|at| from + at) {
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |start| start + 1);
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |end| at + end);
        from = end;
        if let Ok(line) = std::str::from_utf8(&bytes[start.max(at.saturating_sub(200))..end.min(at + 200)]) {
            of_line(line, &mut found);
        }
        if found.len() >= MAX_IMPORTS {
            break;
        }
    }
    found
}

fn of_line(line: &str, found: &mut Vec<Import>) {
    // A notebook has its lines in quotes.
    let line = line.trim_start_matches([' ', '\t', '"']);
    let name = |text: &str| -> String {
        let is_name = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '.';
        text.trim_start_matches([' ', '(']).chars().take_while(|&letter| is_name(letter)).collect()
    };
    if let Some(rest) = line.strip_prefix("import ") {
        let modules = rest.split(',').map(name).filter(|module| !module.is_empty());
        found.extend(modules.map(|module| Import { module, level: 0 }));
    } else if let Some((module, names)) = line.strip_prefix("from ").and_then(|rest| rest.split_once(" import ")) {
        let module = name(module);
        let package = module.trim_start_matches('.');
        let level = u32::try_from(module.len() - package.len()).unwrap_or(u32::MAX);
        if !package.is_empty() {
            found.push(Import { module: package.to_owned(), level });
        }
        // What is imported may be a module of the package.
        let dot = if package.is_empty() { "" } else { "." };
        let names = names.split(',').map(name).filter(|name| !name.is_empty());
        found.extend(names.map(|name| Import { module: format!("{package}{dot}{name}"), level }));
    }
}

/// Takes those files among the candidates for ours that import one that is.
pub(super) fn settle(files: &Files, opened: &mut [(&Candidate, Opened)]) {
    let is_code = |opened: &Opened| matches!(opened, Opened::Source { language: Language::Python, .. });
    let mut ours = Ours::default();
    opened.iter().filter(|(_, opened)| is_code(opened)).for_each(|(candidate, _)| ours.add(&candidate.path));
    for _ in 0..MAX_ROUNDS {
        let before = ours.paths.len();
        for (candidate, opened) in opened.iter_mut() {
            let imported = match opened {
                Opened::Importing(imports) => imports_any(&candidate.path, imports, &ours),
                Opened::Handler(source) => imports_any(&candidate.path, &imports(source.raw().as_bytes()), &ours),
                _ => false,
            };
            if !imported {
                continue;
            }
            let may_hold_handler = matches!(opened, Opened::Handler(_));
            let Some(language) = Language::by_name(&candidate.path) else { continue };
            if let Ok(source) = files.read(&candidate.path) {
                *opened = Opened::Source { language, source, may_hold_handler };
                ours.add(&candidate.path);
            }
        }
        if ours.paths.len() == before {
            break;
        }
    }
}

/// The files that are ours, by path, and by the last name under which they are imported.
#[derive(Default)]
struct Ours {
    paths: FxHashSet<String>,
    names: FxHashSet<String>,
}

impl Ours {
    fn add(&mut self, path: &str) {
        let module = path.strip_suffix(".py").unwrap_or(path);
        let module = module.strip_suffix("/__init__").unwrap_or(module);
        self.names.insert(module.rsplit('/').next().unwrap_or(module).to_owned());
        self.paths.insert(path.to_owned());
    }
}

fn imports_any(path: &str, imports: &[Import], ours: &Ours) -> bool {
    let may_be = |import: &&Import| import.module.rsplit('.').next().is_some_and(|name| ours.names.contains(name));
    imports.iter().filter(may_be).any(|Import { module, level }| {
        let relative = module.replace('.', "/");
        let head = relative.split('/').next().unwrap_or_default();
        let bases = python::bases(path, head, *level, &[]).unwrap_or_default();
        bases.iter().any(|base| {
            let stem = format!("{base}/{relative}");
            let stem = stem.trim_start_matches('/');
            python::module_files(stem).iter().any(|known| known != path && ours.paths.contains(known))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_found_in_lines() {
        let text = "import os, ml.jobs as jobs\nfrom ml import (factory, b)\n  from .. import c\nx = 'import y'\n\
                    \"from .d import e\\n\",\n";
        let found: Vec<(String, u32)> =
            imports(text.as_bytes()).into_iter().map(|import| (import.module, import.level)).collect();
        let expected =
            [("os", 0), ("ml.jobs", 0), ("ml", 0), ("ml.factory", 0), ("ml.b", 0), ("c", 2), ("d", 1), ("d.e", 1)];
        assert_eq!(found, expected.map(|(module, level)| (module.to_owned(), level)));
    }
}
