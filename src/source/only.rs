//! `--report-only`: the files whose findings are reported, whatever else is read.

use std::{
    collections::BTreeSet,
    path::{Component, Path, PathBuf},
};

/// Files and folders below a root. They need not exist: a commit may name what it deletes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Only(BTreeSet<String>);

impl Only {
    /// The given paths as seen from a root; what lies outside of it covers nothing. `here` and `root` are canonical.
    pub fn of(root: Option<&Path>, here: &Path, paths: &[PathBuf]) -> Self {
        let below = |path: &PathBuf| {
            let path = real(&here.join(path));
            // Without a root (standard input) names are what they are.
            let below = path.strip_prefix(root.unwrap_or(here)).ok()?;
            let parts = below.components().map(|part| part.as_os_str().to_str());
            Some(parts.collect::<Option<Vec<&str>>>()?.join("/"))
        };
        Self(paths.iter().filter_map(below).collect())
    }

    /// Whether a path from the root is one of them, or lies below one.
    pub fn covers(&self, path: &str) -> bool {
        let above = path.match_indices('/').map(|(at, _)| &path[..at]);
        [path, ""].into_iter().chain(above).any(|path| self.0.contains(path))
    }
}

/// A path without links, `.` and `..`. The last part of it is kept as it is: a link is not followed, nor need it exist.
fn real(path: &Path) -> PathBuf {
    let Some((folder, name)) = path.parent().zip(path.file_name()) else { return resolved(path) };
    resolved(folder).join(name)
}

/// The path on disk; one that does not exist is taken word for word.
fn resolved(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| {
        let mut plain = PathBuf::new();
        for part in path.components() {
            match part {
                Component::ParentDir => {
                    plain.pop();
                }
                Component::CurDir => {}
                part => plain.push(part),
            }
        }
        plain
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(paths: &[&str]) -> Only {
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        Only::of(Some(Path::new("/no/such/root")), Path::new("/no/such/root/infra"), &paths)
    }

    #[test]
    fn files_and_what_lies_below_folders_are_covered() {
        let only = only(&["main.tf", "./x/../net", "../train.py", "../../elsewhere.tf"]);
        for path in ["infra/main.tf", "infra/net/a/b.tf", "infra/net", "train.py"] {
            assert!(only.covers(path), "{path}");
        }
        for path in ["main.tf", "infra/main.tf.json", "infra/network.tf", "elsewhere.tf", "infra"] {
            assert!(!only.covers(path), "{path}");
        }
    }

    #[test]
    fn the_root_covers_all_and_nothing_covers_nothing() {
        assert!(only(&[".."]).covers("a/b.tf"));
        assert!(only(&["/no/such/root"]).covers("b.tf"));
        assert!(!Only::default().covers("b.tf"));
    }
}
