//! Globs of paths from the root, as people know them from `.gitignore`.

use std::fmt;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Globs of paths from the root. One without a `/` matches at any depth.
#[derive(Clone, Debug)]
pub struct Globs {
    set: GlobSet,
    /// The path that they match, if it is one alone.
    only: Option<String>,
}

/// A text that is no glob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlobError {
    /// The text.
    pub glob: String,
    /// What is wrong with it.
    pub message: String,
}

impl Globs {
    /// Compiles globs.
    ///
    /// # Errors
    /// When one is malformed; the first is told.
    pub fn of<G: AsRef<str>>(globs: &[G]) -> Result<Self, GlobError> {
        let wrong =
            |glob: &str, error: &globset::Error| GlobError { glob: glob.to_owned(), message: error.kind().to_string() };
        let mut set = GlobSetBuilder::new();
        for glob in globs.iter().map(AsRef::as_ref) {
            let anchored = match trimmed(glob) {
                rooted if rooted.starts_with('/') => rooted.trim_start_matches('/').to_owned(),
                below if below.contains('/') => below.to_owned(),
                name => format!("**/{name}"),
            };
            let built = GlobBuilder::new(&anchored).literal_separator(true).build();
            set.add(built.map_err(|error| wrong(glob, &error))?);
        }
        let all = || globs.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" ");
        let only = match globs {
            [glob] => only(trimmed(glob.as_ref())),
            _ => None,
        };
        Ok(Self { set: set.build().map_err(|error| wrong(&all(), &error))?, only })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// Whether one matches exactly this path.
    pub fn is_match(&self, path: &str) -> bool {
        self.set.is_match(path)
    }

    /// Whether this path is all that they match: no other file needs to be looked at.
    pub fn is_only(&self, path: &str) -> bool {
        self.only.as_deref() == Some(path)
    }

    /// Whether one matches this path or a folder above it: `tests` covers `a/tests/b.tf`.
    pub fn covers(&self, path: &str) -> bool {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        self.is_match(path) || folders.into_iter().any(|folder| self.is_match(folder))
    }
}

/// A glob that is written in a file of `folder` (from the root), as a glob from the root. One without a `/` matches
/// at any depth wherever it is written. Nothing if it leads out of the root.
pub fn glob_from(folder: &str, glob: &str) -> Option<String> {
    let below = trimmed(glob);
    if !below.contains('/') {
        return (below != "..").then(|| below.to_owned());
    }
    if folder.is_empty() {
        return super::normal(below.trim_start_matches('/')).map(|_| below.to_owned());
    }
    let escaped = globset::escape(folder);
    super::normal(&format!("{escaped}/{}", below.trim_start_matches('/'))).map(|path| format!("/{path}"))
}

/// The path that a glob matches if it is one alone: without a `/` it is one at any depth.
fn only(glob: &str) -> Option<String> {
    (glob.contains('/') && !glob.contains(['*', '?', '[', '{', '\\'])).then(|| glob.trim_start_matches('/').to_owned())
}

fn trimmed(glob: &str) -> &str {
    glob.trim_start_matches("./").trim_end_matches('/')
}

impl fmt::Display for GlobError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a glob: {}", self.glob, self.message)
    }
}

impl std::error::Error for GlobError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_matches_at_any_depth_and_covers_what_lies_below() {
        let globs = Globs::of(&["tests", "infra/*.tf", "/only.yaml"]).expect("globs");
        assert!(globs.is_match("a/tests") && !globs.is_match("a/tests/b.tf"));
        assert!(globs.covers("a/tests/b.tf") && globs.covers("infra/main.tf") && globs.covers("only.yaml"));
        assert!(!globs.covers("x/infra/main.tf") && !globs.covers("infra/a/main.tf") && !globs.covers("a/only.yaml"));
    }

    #[test]
    fn one_path_alone_is_known() {
        let is_only = |glob: &str, path: &str| Globs::of(&[glob]).expect("a glob").is_only(path);
        assert!(is_only("infra/main.tf", "infra/main.tf") && is_only("/main.tf", "main.tf"));
        assert!(!is_only("main.tf", "main.tf") && !is_only("infra/*.tf", "infra/main.tf"));
        assert!(!is_only("infra/prod", "infra/prod/main.tf"));
    }

    #[test]
    fn globs_of_a_file_start_at_its_folder() {
        let from = |glob: &str| glob_from("a/b[1]", glob);
        assert_eq!(from("tests").as_deref(), Some("tests"));
        assert_eq!(from("./x/*.tf").as_deref(), Some("/a/b[[]1[]]/x/*.tf"));
        assert_eq!(from("../x/**").as_deref(), Some("/a/x/**"));
        assert_eq!(from("../../../x"), None);
        assert_eq!(glob_from("", "x/y/").as_deref(), Some("x/y"));
        let globs = Globs::of(&[from("x/*.tf").expect("a glob")]).expect("globs");
        assert!(globs.covers("a/b[1]/x/main.tf"));
    }
}
