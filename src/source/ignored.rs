//! What `.gitignore` and `.ignore` files leave out. They are opened here, not by the walker, which would follow their
//! links out of the root and wait for a pipe that calls itself `.gitignore`.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use ignore::{
    Match,
    gitignore::{Gitignore, GitignoreBuilder},
};
use rustc_hash::FxHashMap;

/// A longer file is not read: it is no list that people write.
const MAX_BYTES: u64 = 1 << 20;

/// The files of one folder. `.ignore` counts more than `.gitignore` in whatever folder, as for other tools.
struct Rules {
    tools: Option<Gitignore>,
    git: Option<Gitignore>,
}

/// The files of all folders below a root, each read once.
pub(super) struct Ignored {
    root: PathBuf,
    folders: RwLock<FxHashMap<PathBuf, Arc<Rules>>>,
}

impl Ignored {
    /// For a root, canonical.
    pub(super) fn below(root: PathBuf) -> Self {
        Self { root, folders: RwLock::default() }
    }

    /// Whether a file or folder is left out by a file in the folders above it, up to `start`. What lies in a folder that
    /// is left out is not asked for.
    pub(super) fn is_match(&self, path: &Path, start: &Path, is_folder: bool) -> bool {
        let above: Vec<&Path> = path.ancestors().skip(1).take_while(|folder| folder.starts_with(start)).collect();
        let rules: Vec<Arc<Rules>> = above.into_iter().map(|folder| self.of(folder)).collect();
        let by = |choose: fn(&Rules) -> &Option<Gitignore>| {
            let nearest = rules.iter().filter_map(|rules| choose(rules).as_ref());
            nearest.map(|list| list.matched(path, is_folder)).find(|found| !found.is_none()).unwrap_or(Match::None)
        };
        match by(|rules| &rules.tools) {
            Match::None => by(|rules| &rules.git).is_ignore(),
            found => found.is_ignore(),
        }
    }

    fn of(&self, folder: &Path) -> Arc<Rules> {
        let known = self.folders.read().unwrap_or_else(PoisonError::into_inner).get(folder).cloned();
        known.unwrap_or_else(|| {
            let rules = Arc::new(Rules {
                tools: self.list(folder, &[".ignore"]),
                git: self.list(folder, &[".git/info/exclude", ".gitignore"]),
            });
            let mut folders = self.folders.write().unwrap_or_else(PoisonError::into_inner);
            folders.insert(folder.to_owned(), rules.clone());
            rules
        })
    }

    /// The lines of files of a folder, in order; nothing if none is there. A line that is no glob is skipped.
    fn list(&self, folder: &Path, names: &[&str]) -> Option<Gitignore> {
        let texts: Vec<String> = names.iter().filter_map(|name| self.text(&folder.join(name))).collect();
        if texts.is_empty() {
            return None;
        }
        let mut builder = GitignoreBuilder::new(folder);
        for line in texts.iter().flat_map(|text| text.lines()) {
            // Git has no way to complain about such a line either.
            let _ = builder.add_line(None, line);
        }
        builder.build().ok()
    }

    /// The text of a file that is no link, pipe or device, and lies below the root.
    fn text(&self, path: &Path) -> Option<String> {
        if !fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.len() <= MAX_BYTES) {
            return None;
        }
        // A folder on the way may be a link (`.git/info`).
        path.canonicalize().ok().filter(|real| real.starts_with(&self.root))?;
        let mut bytes = Vec::new();
        File::open(path).ok()?.take(MAX_BYTES).read_to_end(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes).trim_start_matches('\u{feff}').to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (path, text) in files {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            fs::write(path, text).expect("a file");
        }
        folder
    }

    fn left_out(folder: &Path, start: &str, path: &str) -> bool {
        let root = folder.canonicalize().expect("a path");
        Ignored::below(root.clone()).is_match(&root.join(path), &root.join(start), false)
    }

    #[test]
    fn the_nearest_file_decides_and_other_tools_come_before_git() {
        let folder = project(&[
            (".git/info/exclude", "e.yaml\n"),
            (".gitignore", "a.yaml\nb.yaml\n!e.yaml\n"),
            ("sub/.gitignore", "!b.yaml\n[\n"),
            (".ignore", "!sub/a.yaml\nc.yaml\n"),
            ("sub/.git/info/exclude", "d.yaml\n"),
        ]);
        let is = |start: &str, path: &str| left_out(folder.path(), start, path);
        assert!(is("", "a.yaml") && is("", "b.yaml") && is("", "c.yaml") && is("", "sub/c.yaml"));
        assert!(!is("", "sub/b.yaml"), "the nearer file allows it");
        assert!(!is("", "sub/a.yaml"), "`.ignore` allows it");
        assert!(!is("", "e.yaml"), "`.gitignore` counts more than what git excludes here");
        assert!(is("", "sub/d.yaml") && !is("", "d.yaml"));
        assert!(!is("sub", "sub/c.yaml"), "what stands above the start does not count");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        use std::os::unix::fs::symlink;

        let outside = project(&[("list", "a.yaml\n"), ("info/exclude", "a.yaml\n")]);
        let folder = project(&[("sub/.git/x", "")]);
        symlink(outside.path().join("list"), folder.path().join(".gitignore")).expect("a link");
        symlink("/dev/zero", folder.path().join(".ignore")).expect("a link");
        symlink(outside.path().join("info"), folder.path().join("sub/.git/info")).expect("a link");
        assert!(!left_out(folder.path(), "", "sub/a.yaml"));
    }
}
