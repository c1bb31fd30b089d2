//! Paths as they are shown: relative to the working directory, with `/`.

use std::path::{Component, Path, PathBuf};

/// From paths below the root to paths below (or above) the working directory.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// Names that lead from the working directory down to the root.
    down: Vec<String>,
    /// Names that lead from the root down to the working directory.
    below: Vec<String>,
    /// Steps up from the working directory before `down`, when the root does not hold it.
    up: usize,
}

impl Paths {
    /// For a root and a working directory, both canonical. Without a root, paths are shown as they are.
    pub fn of(root: Option<&Path>, here: &Path) -> Self {
        let Some(root) = root else { return Self::default() };
        let (root, here) = (names(root), names(here));
        let common = root.iter().zip(&here).take_while(|(left, right)| left == right).count();
        if common == root.len() {
            return Self { down: Vec::new(), below: here[common..].to_vec(), up: 0 };
        }
        Self { down: root[common..].to_vec(), below: Vec::new(), up: here.len() - common }
    }

    /// For services that show findings beside the lines of a repository: seen from the first of the folders (where a
    /// service checked the repository out) that holds the root, else from the working directory.
    pub fn in_repository(root: Option<&Path>, folders: &[PathBuf], here: &Path) -> Self {
        let real = folders.iter().filter_map(|folder| folder.canonicalize().ok());
        let folder = real.into_iter().find(|folder| root.is_some_and(|root| root.starts_with(folder)));
        Self::of(root, folder.as_deref().unwrap_or(here))
    }

    /// A path from the root as it is shown.
    pub fn show(&self, path: &str) -> String {
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        let common = parts.iter().zip(&self.below).take_while(|(left, right)| left == right).count();
        let up = self.up + self.below.len() - common;
        let down = self.down.iter().map(String::as_str);
        let shown: Vec<&str> =
            std::iter::repeat_n("..", up).chain(down).chain(parts[common..].iter().copied()).collect();
        if shown.is_empty() { ".".to_owned() } else { shown.join("/") }
    }
}

fn names(path: &Path) -> Vec<String> {
    let part = |part: Component<'_>| match part {
        Component::RootDir => None,
        part => Some(part.as_os_str().to_string_lossy().into_owned()),
    };
    path.components().filter_map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(root: &str, here: &str, path: &str) -> String {
        Paths::of(Some(Path::new(root)), Path::new(here)).show(path)
    }

    #[test]
    fn paths_are_relative_to_the_working_directory() {
        assert_eq!(shown("/a/b", "/a/b", "c/x.tf"), "c/x.tf");
        assert_eq!(shown("/a/b", "/a/b/c", "c/x.tf"), "x.tf");
        assert_eq!(shown("/a/b", "/a/b/c", "d/x.tf"), "../d/x.tf");
        assert_eq!(shown("/a/b/c", "/a", "x.tf"), "b/c/x.tf");
        assert_eq!(shown("/a/b", "/z/y", "x.tf"), "../../a/b/x.tf");
        assert_eq!(shown("/a/b", "/a/b", "."), ".");
        assert_eq!(Paths::of(None, Path::new("/a")).show("x.tf"), "x.tf");
    }

    #[test]
    fn services_see_paths_from_where_the_repository_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let repository = folder.path().canonicalize().expect("a folder").join("repository");
        let (root, other) = (repository.join("infra"), folder.path().join("other"));
        for folder in [&root, &other] {
            std::fs::create_dir_all(folder).expect("a folder");
        }
        let shown = |folders: &[PathBuf]| Paths::in_repository(Some(&root), folders, &root).show("x.tf");
        assert_eq!(shown(&[folder.path().join("none"), other.clone(), repository.clone()]), "infra/x.tf");
        assert_eq!(shown(&[other]), "x.tf", "the root is not in it");
        assert_eq!(shown(&[]), "x.tf");
        assert_eq!(Paths::in_repository(None, &[repository], &root).show("x.tf"), "x.tf", "from memory");
    }
}
