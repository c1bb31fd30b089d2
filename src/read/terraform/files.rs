//! Files that expressions name: relative to the root directory, and never outside the root of the run.

use std::sync::Arc;

use globset::GlobBuilder;

use super::{loader::joined, run::Run};
use crate::source::{Files, Source, normal};

/// Most files and folders that `fileset` looks at.
const MAX_ENTRIES: usize = 20_000;

/// The path of a folder as seen from another, as `path.module` gives it.
pub(super) fn relative(from: &str, to: &str) -> String {
    let parts = |path: &'_ str| path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (from, to) = (parts(from), parts(to));
    let common = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..", from.len() - common);
    let path: Vec<&str> = up.chain(to[common..].iter().map(String::as_str)).collect();
    if path.is_empty() { ".".to_owned() } else { path.join("/") }
}

/// A path that an expression names, from the root of the run.
fn resolved(run: &Run<'_>, path: &str) -> Option<String> {
    // What is absolute, or below somebody's home, lies outside.
    if path.starts_with(['/', '~']) {
        return None;
    }
    normal(&joined(&run.unit, path))
}

/// The text of a file.
pub(super) fn read(run: &Run<'_>, path: &str) -> Option<Arc<Source>> {
    run.loader.files.read(&resolved(run, path)?).ok()
}

/// Files below a folder whose path from there matches a pattern, sorted.
pub(super) fn matching(run: &Run<'_>, folder: &str, pattern: &str) -> Option<Vec<String>> {
    let folder = resolved(run, folder)?;
    let glob = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build().ok()?.compile_matcher();
    let mut found = Vec::new();
    let mut left = MAX_ENTRIES;
    walk(run.loader.files, &folder, "", &mut left, &mut |path| {
        if glob.is_match(path) {
            found.push(path.to_owned());
        }
    })?;
    found.sort();
    Some(found)
}

fn walk(files: &Files, root: &str, below: &str, left: &mut usize, found: &mut dyn FnMut(&str)) -> Option<()> {
    for entry in files.entries(&joined(root, below)) {
        *left = left.checked_sub(1)?;
        let path = joined(below, &entry.name);
        if entry.is_folder {
            walk(files, root, &path, left, found)?;
        } else {
            found(&path);
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_modules_are_seen_from_the_root() {
        let cases = [
            ("infra", "infra", "."),
            ("infra", "infra/modules/net", "modules/net"),
            ("envs/prod", "modules/net", "../../modules/net"),
            ("", "modules", "modules"),
            ("envs", "", ".."),
        ];
        for (from, to, path) in cases {
            assert_eq!(relative(from, to), path, "{from} → {to}");
        }
    }
}
