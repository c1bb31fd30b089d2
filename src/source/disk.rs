//! Discovery: which files below the root are looked at, and why the rest are not.

use std::{
    collections::BTreeSet,
    fmt,
    fs::File,
    io::{self, Read},
    path::{Component, Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, mpsc},
};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::{Files, GlobError, Globs, ignored::Ignored};

/// Why a file or folder is skipped that a glob names.
pub const EXCLUDED: &str = "excluded";
/// Why a file of Terraform's kin is skipped: its name's end, and the reason.
const KIN: &[(&str, &str)] = &[
    (".tofu", "OpenTofu's own files are not read"),
    (".tofu.json", "OpenTofu's own files are not read"),
    (".tftest.hcl", "a test of Terraform configuration"),
    (".tftest.json", "a test of Terraform configuration"),
    ("terragrunt.hcl", "Terragrunt's files are not read: render them, then lint the result"),
];
/// The file of our own configuration, and the one that may hold it as a table.
pub const CONFIG: &str = "mllint.toml";
/// See [`CONFIG`].
pub const PYPROJECT: &str = "pyproject.toml";
/// What is looked at of a `pyproject.toml` to see whether it marks a root.
const MAX_PYPROJECT: u64 = 1 << 20;
/// Why a CDK application is skipped that was not synthesised.
pub const CDK: &str = "CDK source is not read: run `cdk synth`, then lint `cdk.out`";

/// Files of these names are looked at.
const EXTENSIONS: &[&str] = &["yaml", "yml", "json", "template", "asl", "py", "ipynb", "tf"];
/// Folders that hold other people's code.
const VENDORED: &[&str] = &["venv", "site-packages", "node_modules", "__pycache__"];

/// What is to be looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scan<'a> {
    /// The root, if it is given.
    pub root: Option<&'a Path>,
    /// Files and folders where reading starts; none means the working directory.
    pub paths: &'a [PathBuf],
    /// Globs, relative to the root, of what is left out. One without a `/` matches at any depth.
    pub exclude: &'a [String],
}

/// What was found, sorted by path.
#[derive(Debug, Default)]
pub struct Discovery {
    /// Files to look at.
    pub candidates: Vec<Candidate>,
    /// PATHs that are folders and cannot be read; they are among those skipped as well.
    pub unreadable: Vec<Skipped>,
    /// Files and folders that are not looked at although their name or place asks for a reason.
    pub skipped: Vec<Skipped>,
    /// Folders outside of the PATHs that a glob leaves out: nothing that refers to them reaches them.
    pub excluded: Vec<String>,
}

/// A file to look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Path from the root, with `/`.
    pub path: Arc<str>,
    /// Whether it was given as a PATH itself.
    pub named: bool,
}

/// A file or folder that is not looked at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Skipped {
    /// Path from the root, with `/`; what is no UTF-8 in it is replaced.
    pub path: String,
    /// Why.
    pub why: String,
    /// Whether it may describe a workload that was asked for: then it is named beside what could not be evaluated.
    pub missed: bool,
}

/// Why nothing can be looked at.
#[derive(Debug)]
pub enum DiscoverError {
    /// A PATH does not exist.
    Missing(PathBuf),
    /// A PATH lies outside the root.
    Outside {
        /// The PATH.
        path: PathBuf,
        /// The root.
        root: PathBuf,
    },
    /// A PATH's name is not UTF-8.
    Name(PathBuf),
    /// `--root` is no directory.
    NotADirectory(PathBuf),
    /// `--exclude` is no glob.
    Glob(GlobError),
    /// The system refused.
    Io {
        /// What it refused.
        path: PathBuf,
        /// How.
        error: io::Error,
    },
}

impl fmt::Display for DiscoverError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "there is no file or folder `{}`", path.display()),
            Self::Outside { path, root } => {
                let (path, root) = (path.display(), root.display());
                write!(f, "`{path}` lies outside the root `{root}`: choose a root above both with --root")
            }
            Self::Name(path) => write!(f, "the name of `{}` is not UTF-8", path.display()),
            Self::NotADirectory(path) => write!(f, "the root `{}` is not a folder", path.display()),
            Self::Glob(GlobError { glob, message }) => write!(f, "`--exclude {glob}` is not a glob: {message}"),
            Self::Io { path, error } => write!(f, "cannot read `{}`: {error}", path.display()),
        }
    }
}

impl std::error::Error for DiscoverError {}

impl Discovery {
    /// All files in memory whose names ask for it, as if found below a folder (`named`: as if each was given by name).
    pub fn in_memory(files: &Files, named: bool) -> Self {
        let paths = files.memory_paths().into_iter().filter(|path| named || is_candidate(path));
        Self { candidates: paths.map(|path| Candidate { path, named }).collect(), ..Self::default() }
    }

    /// The files in memory that a walk through these PATHs (from the root; empty is the root itself) would look at: a
    /// PATH that is a file itself is named. No file that says what git ignores is asked, since nothing ignored is in a
    /// commit but by intent.
    ///
    /// # Errors
    /// When a glob of what is left out is malformed.
    pub fn of_tree(files: &Files, paths: &[String], exclude: &[String]) -> Result<Self, DiscoverError> {
        let exclude = Globs::of(exclude).map_err(DiscoverError::Glob)?;
        let is_left_out = |path: &str| {
            let is_hidden = |part: &str| part.starts_with('.') || VENDORED.contains(&part);
            path.split('/').any(is_hidden) || exclude.covers(path)
        };
        let candidate = |path: Arc<str>| {
            if paths.iter().any(|given| **given == *path) {
                return Some(Candidate { path, named: true });
            }
            let given = paths.iter().find(|given| is_below(&path, given))?;
            let rest = path[given.len()..].trim_start_matches('/');
            (is_candidate(&path) && !is_left_out(rest) && !exclude.covers(&path))
                .then(|| Candidate { path: path.clone(), named: false })
        };
        let candidates = files.memory_paths().into_iter().filter_map(candidate).collect();
        Ok(Self { candidates, ..Self::default() })
    }
}

/// Finds the root and the files to look at.
///
/// Links are not followed, and `.gitignore` files count from the root downwards only: nothing above it is opened.
///
/// # Errors
/// When a PATH or the root cannot be used, or a glob is malformed.
pub fn discover(scan: &Scan<'_>) -> Result<(Files, Discovery), DiscoverError> {
    let here = [PathBuf::from(".")];
    let given = if scan.paths.is_empty() { &here[..] } else { scan.paths };
    let paths = given.iter().map(|path| resolved(path)).collect::<Result<Vec<_>, _>>()?;
    let root = root_for(scan.root, &paths)?;
    let exclude = Globs::of(scan.exclude).map_err(DiscoverError::Glob)?;
    let mut view = View { root: root.clone(), folders: Vec::new(), exclude, ignored: Ignored::below(root.clone()) };
    let mut finds = Vec::new();
    for (path, given) in paths.iter().zip(given) {
        let Ok(below) = path.real.strip_prefix(&root) else {
            return Err(DiscoverError::Outside { path: given.clone(), root });
        };
        let Some(below) = slashed(below) else { return Err(DiscoverError::Name(given.clone())) };
        if path.is_folder {
            view.folders.push(below);
        } else {
            finds.push(Find::File(Candidate { path: below.into(), named: true }));
        }
    }
    let files = Files::disk(&root).map_err(|error| DiscoverError::Io { path: root, error })?;
    let folders = view.folders.clone();
    view.walk_all(&mut finds);
    let mut discovery = sorted(finds);
    let refused = discovery.skipped.iter().filter(|skipped| skipped.missed && folders.contains(&skipped.path));
    discovery.unreadable = refused.cloned().collect();
    Ok((files, discovery))
}

/// The root of PATHs: the one that is given, else the nearest folder at or above them all that holds `mllint.toml`, a
/// `pyproject.toml` with our table, or `.git`, else the nearest one above them all. No PATH means the working directory.
///
/// # Errors
/// When a PATH or the root cannot be used.
pub fn root_of(root: Option<&Path>, paths: &[PathBuf]) -> Result<PathBuf, DiscoverError> {
    let here = [PathBuf::from(".")];
    let given = if paths.is_empty() { &here[..] } else { paths };
    let paths = given.iter().map(|path| resolved(path)).collect::<Result<Vec<_>, _>>()?;
    root_for(root, &paths)
}

fn root_for(root: Option<&Path>, paths: &[Resolved]) -> Result<PathBuf, DiscoverError> {
    root.map_or_else(|| Ok(marked_above(paths)), given_root)
}

/// A PATH as it is on disk.
struct Resolved {
    real: PathBuf,
    is_folder: bool,
}

/// Resolves a PATH. Of a file only the folder is resolved: whether a link is followed is decided on reading.
fn resolved(path: &Path) -> Result<Resolved, DiscoverError> {
    let refused = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => DiscoverError::Missing(path.to_path_buf()),
        _ => DiscoverError::Io { path: path.to_path_buf(), error },
    };
    let real = path.canonicalize().map_err(refused)?;
    if real.is_dir() {
        return Ok(Resolved { real, is_folder: true });
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let real = match path.file_name() {
        Some(name) => folder.canonicalize().map_err(refused)?.join(name),
        None => real,
    };
    Ok(Resolved { real, is_folder: false })
}

fn given_root(root: &Path) -> Result<PathBuf, DiscoverError> {
    let real = root.canonicalize().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => DiscoverError::Missing(root.to_path_buf()),
        _ => DiscoverError::Io { path: root.to_path_buf(), error },
    })?;
    if real.is_dir() { Ok(real) } else { Err(DiscoverError::NotADirectory(root.to_path_buf())) }
}

fn marked_above(paths: &[Resolved]) -> PathBuf {
    let folders = paths.iter().map(|path| match path.real.parent() {
        Some(folder) if !path.is_folder => folder,
        _ => &path.real,
    });
    let common = |above: &'_ Path, folder: &Path| {
        above.ancestors().find(|above| folder.starts_with(above)).unwrap_or(above).to_path_buf()
    };
    let start = folders.fold(None, |above: Option<PathBuf>, folder| {
        Some(above.map_or_else(|| folder.to_path_buf(), |above| common(&above, folder)))
    });
    let start = start.unwrap_or_default();
    let marked = |folder: &&Path| {
        folder.join(CONFIG).is_file() || folder.join(".git").exists() || has_table(&folder.join(PYPROJECT))
    };
    start.ancestors().find(marked).unwrap_or(&start).to_path_buf()
}

/// Whether a `pyproject.toml` has a table for us. Its text is only looked at: who reads it tells what is wrong with it.
fn has_table(pyproject: &Path) -> bool {
    let text = File::open(pyproject).and_then(|file| {
        let mut text = String::new();
        file.take(MAX_PYPROJECT).read_to_string(&mut text).map(|_| text)
    });
    text.is_ok_and(|text| {
        text.lines().any(|line| line.trim_start().trim_start_matches('[').trim_start().starts_with("tool.mllint"))
    })
}

/// What a walk comes upon.
enum Find {
    File(Candidate),
    Skipped(Skipped),
    /// A folder that was entered and that somebody may ask for: a PATH, a `cdk.out`.
    Entered(String),
    /// The folder of a `cdk.json`.
    Cdk(String),
    /// A folder outside of the PATHs that a glob names.
    Excluded(String),
}

impl Find {
    fn skipped(path: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Skipped(Skipped { path: path.into(), why: why.into(), missed: false })
    }

    fn missed(path: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Skipped(Skipped { path: path.into(), why: why.into(), missed: true })
    }
}

/// What a walk may look at.
struct View {
    root: PathBuf,
    /// The PATHs that are folders, from the root.
    folders: Vec<String>,
    exclude: Globs,
    ignored: Ignored,
}

impl View {
    /// Walks all PATHs that are folders, and each `cdk.out` beside a `cdk.json`, both even if they are ignored.
    fn walk_all(self, finds: &mut Vec<Find>) {
        if self.folders.is_empty() {
            return;
        }
        let view = Arc::new(self);
        view.walk("", finds);
        for folder in &view.folders {
            if !folder.is_empty() && !entered(finds, folder) {
                view.walk(folder, finds);
            }
        }
        let applications: BTreeSet<String> = finds
            .iter()
            .filter_map(|find| if let Find::Cdk(folder) = find { Some(folder.clone()) } else { None })
            .collect();
        for folder in applications {
            let out = joined(&folder, "cdk.out");
            if !view.root.join(&out).is_dir() {
                finds.push(Find::missed(joined(&folder, "cdk.json"), CDK));
            } else if !entered(finds, &out) && !view.exclude.is_match(&out) {
                view.walk(&out, finds);
            }
        }
    }

    /// Walks a folder, in parallel.
    fn walk(self: &Arc<Self>, start: &str, finds: &mut Vec<Find>) {
        let (sender, receiver) = mpsc::channel();
        let pruned: Arc<Mutex<Vec<Find>>> = Arc::default();
        let mut builder = WalkBuilder::new(self.root.join(start));
        // Hidden folders are ours to judge (a PATH may be one); what stands above the root must not count.
        builder.standard_filters(false).follow_links(false);
        let (view, notes, from) = (self.clone(), pruned.clone(), start.to_owned());
        builder.filter_entry(move |entry| view.admits(entry, &from, &notes));
        builder.build_parallel().run(|| {
            let (view, sender) = (self.clone(), sender.clone());
            Box::new(move |entry| {
                for find in view.judge(entry) {
                    // The receiver lives longer than the walk.
                    let _ = sender.send(find);
                }
                WalkState::Continue
            })
        });
        drop(sender);
        finds.extend(receiver);
        finds.append(&mut pruned.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Whether a folder is entered; files are judged later.
    fn admits(&self, entry: &DirEntry, start: &str, notes: &Mutex<Vec<Find>>) -> bool {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        if entry.depth() > 0 && self.ignored.is_match(entry.path(), &self.root.join(start), is_folder) {
            return false;
        }
        if !is_folder || entry.depth() == 0 {
            return true;
        }
        let pruned = |find: Find| {
            notes.lock().unwrap_or_else(PoisonError::into_inner).push(find);
            false
        };
        let note = |path: String, why: &str| pruned(Find::skipped(path, why));
        let Some(path) = self.below(entry.path()) else {
            return pruned(Find::missed(self.lossy(entry.path()), "its name is not UTF-8"));
        };
        if self.folders.iter().any(|folder| is_below(folder, &path)) {
            return true;
        }
        let name = path.rsplit('/').next().unwrap_or(&path);
        if !self.is_viewed(&path) && (start.is_empty() || !is_below(&path, start)) {
            // Nothing is looked at here, but a module that others lead to may be one that a glob leaves out.
            if self.exclude.is_match(&path) {
                notes.lock().unwrap_or_else(PoisonError::into_inner).push(Find::Excluded(path));
                return false;
            }
            return !self.exclude.is_empty() && !name.starts_with('.') && !VENDORED.contains(&name);
        }
        match name {
            ".git" => false,
            _ if self.exclude.is_match(&path) => note(path, EXCLUDED),
            _ if name.starts_with('.') => note(path, "a hidden folder"),
            _ if VENDORED.contains(&name) => note(path, "a folder of installed packages or generated files"),
            _ => true,
        }
    }

    fn judge(&self, entry: Result<DirEntry, ignore::Error>) -> Vec<Find> {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => return vec![self.failed(&error)],
        };
        let Some(path) = self.below(entry.path()) else {
            return vec![Find::missed(self.lossy(entry.path()), "its name is not UTF-8")];
        };
        let kind = entry.file_type();
        if kind.is_some_and(|kind| kind.is_dir()) {
            let asked = self.folders.contains(&path) || path.rsplit('/').next() == Some("cdk.out");
            return if asked { vec![Find::Entered(path)] } else { Vec::new() };
        }
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let below_start = entry.depth() > 0 && self.is_viewed(folder);
        if !below_start && !folder.split('/').any(|part| part == "cdk.out") {
            return Vec::new();
        }
        let kin = KIN.iter().find(|(end, _)| ends_with(name, end) || name == *end);
        if !is_candidate(name) && kin.is_none() {
            return Vec::new();
        }
        if self.exclude.is_match(&path) {
            return vec![Find::skipped(path, EXCLUDED)];
        }
        if kind.is_some_and(|kind| kind.is_symlink()) {
            return vec![Find::skipped(path, "a link: links are not followed")];
        }
        match kin {
            Some((end, why)) if end.contains("test") => return vec![Find::skipped(path, *why)],
            Some((_, why)) => return vec![Find::missed(path, *why)],
            None => {}
        }
        if name == "service-2.json" {
            return vec![Find::skipped(path, "a vendored model of an AWS service")];
        }
        let application = (name == "cdk.json").then(|| Find::Cdk(folder.to_owned()));
        application.into_iter().chain([Find::File(Candidate { path: path.into(), named: false })]).collect()
    }

    /// Whether something lies in a PATH that is a folder.
    fn is_viewed(&self, path: &str) -> bool {
        self.folders.iter().any(|folder| is_below(path, folder))
    }

    /// The path from the root, with `/`; nothing if it is not UTF-8.
    fn below(&self, path: &Path) -> Option<String> {
        slashed(path.strip_prefix(&self.root).unwrap_or(path))
    }

    fn lossy(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().into_owned()
    }

    fn failed(&self, error: &ignore::Error) -> Find {
        let mut inner = error;
        let mut path = String::new();
        loop {
            inner = match inner {
                ignore::Error::WithPath { path: at, err } => {
                    path = self.lossy(at);
                    err
                }
                ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => err,
                _ => break,
            };
        }
        Find::missed(path, inner.to_string())
    }
}

fn entered(finds: &[Find], folder: &str) -> bool {
    finds.iter().any(|find| matches!(find, Find::Entered(known) if known == folder))
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Whether `path` is `folder` or lies in it.
fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a file of this name is looked at.
pub fn is_candidate(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    // `._x` are the side files of a Mac's archives.
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    !stem.starts_with("._") && EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known))
}

fn ends_with(name: &str, end: &str) -> bool {
    name.len() > end.len() && name.as_bytes()[name.len() - end.len()..].eq_ignore_ascii_case(end.as_bytes())
}

/// A relative path with `/`; nothing if it is not UTF-8 or leads upwards.
fn slashed(path: &Path) -> Option<String> {
    let mut text = String::new();
    for part in path.components() {
        let Component::Normal(part) = part else { return None };
        if !text.is_empty() {
            text.push('/');
        }
        text.push_str(part.to_str()?);
    }
    Some(text)
}

/// By path, each once; a file that was named and found is one that was named.
fn sorted(finds: Vec<Find>) -> Discovery {
    let mut discovery = Discovery::default();
    for find in finds {
        match find {
            Find::File(candidate) => discovery.candidates.push(candidate),
            Find::Skipped(skipped) => discovery.skipped.push(skipped),
            Find::Excluded(path) => discovery.excluded.push(path),
            Find::Entered(_) | Find::Cdk(_) => {}
        }
    }
    discovery.candidates.sort_by(|left, right| (&left.path, !left.named).cmp(&(&right.path, !right.named)));
    discovery.candidates.dedup_by(|later, first| later.path == first.path);
    discovery.skipped.sort();
    discovery.skipped.dedup();
    let named = |path: &str| {
        let at = discovery.candidates.binary_search_by(|candidate| (*candidate.path).cmp(path));
        at.is_ok_and(|at| discovery.candidates[at].named)
    };
    discovery.skipped.retain(|skipped| !named(&skipped.path));
    discovery
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn project(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for path in files {
            let (path, text) = path.split_once('=').unwrap_or((path, ""));
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            fs::write(path, text).expect("a file");
        }
        folder
    }

    fn found(folder: &Path, paths: &[&str], exclude: &[&str]) -> (Vec<String>, Vec<String>) {
        let paths: Vec<PathBuf> = paths.iter().map(|path| folder.join(path)).collect();
        let exclude: Vec<String> = exclude.iter().map(ToString::to_string).collect();
        let scan = Scan { root: Some(folder), paths: &paths, exclude: &exclude };
        let (_, discovery) = discover(&scan).expect("a discovery");
        let candidates = discovery.candidates.iter().map(|candidate| candidate.path.to_string()).collect();
        (candidates, discovery.skipped.iter().map(|skipped| format!("{}: {}", skipped.path, skipped.why)).collect())
    }

    #[test]
    fn vendored_hidden_and_ignored_files_are_left_out() {
        let folder = project(&[
            ".gitignore=/secret.yaml\nbuild/\n",
            "secret.yaml",
            "build/x.yaml",
            "a.yaml",
            "b/train.PY",
            "b/m.asl",
            "b/notes.md",
            "b/boto/service-2.json",
            "b/node_modules/x/package.json",
            ".github/workflows/ci.yml",
            "c/main.tf",
            "c/._a.yaml",
        ]);
        let (candidates, skipped) = found(folder.path(), &["."], &[]);
        assert_eq!(candidates, ["a.yaml", "b/m.asl", "b/train.PY", "c/main.tf"]);
        assert_eq!(
            skipped,
            [
                ".github: a hidden folder",
                "b/boto/service-2.json: a vendored model of an AWS service",
                "b/node_modules: a folder of installed packages or generated files",
            ]
        );
    }

    #[test]
    fn what_is_named_is_looked_at_even_if_ignored_hidden_or_excluded() {
        let folder =
            project(&[".gitignore=out\n*.txt\n", "out/a.yaml", ".hidden/b.yaml", "c.txt", "d/e.json", "other/f.json"]);
        let (candidates, _) = found(folder.path(), &["out", ".hidden", "c.txt", "d/e.json"], &["e.json"]);
        assert_eq!(candidates, [".hidden/b.yaml", "c.txt", "d/e.json", "out/a.yaml"]);
    }

    #[test]
    fn ignore_files_between_root_and_path_count() {
        let folder = project(&[".gitignore=gen-*.yaml\n", "infra/gen-a.yaml", "infra/b.yaml", "c.yaml"]);
        assert_eq!(found(folder.path(), &["infra"], &[]).0, ["infra/b.yaml"]);
    }

    #[test]
    fn globs_exclude_files_and_folders_at_any_depth() {
        let folder = project(&["a/tests/x.yaml", "a/b.yaml", "c/d.yaml", "c/e/f.yaml"]);
        let (candidates, skipped) = found(folder.path(), &["."], &["tests", "c/*.yaml"]);
        assert_eq!(candidates, ["a/b.yaml", "c/e/f.yaml"]);
        assert_eq!(skipped, ["a/tests: excluded", "c/d.yaml: excluded"]);
    }

    #[test]
    fn cdk_output_is_opened_though_ignored_and_missed_where_there_is_none() {
        let folder = project(&[
            ".gitignore=cdk.out\n",
            "one/cdk.json={}",
            "one/cdk.out/Stack.template.json={}",
            "two/cdk.json={}",
        ]);
        let (candidates, skipped) = found(folder.path(), &["."], &[]);
        assert_eq!(candidates, ["one/cdk.json", "one/cdk.out/Stack.template.json", "two/cdk.json"]);
        assert_eq!(skipped, [format!("two/cdk.json: {CDK}")]);
    }

    #[test]
    fn the_root_is_the_nearest_marked_folder() {
        let folder = project(&["mllint.toml", "a/b/c.yaml"]);
        let paths = [folder.path().join("a/b")];
        let (files, discovery) = discover(&Scan { paths: &paths, ..Scan::default() }).expect("a discovery");
        assert_eq!(files.root(), Some(&*folder.path().canonicalize().expect("a path")));
        assert_eq!(discovery.candidates, [Candidate { path: "a/b/c.yaml".into(), named: false }]);
    }

    #[test]
    fn several_paths_have_a_root_above_them_all() {
        let folder = project(&["one/a.yaml", "two/sub/b.yaml", "two/mllint.toml"]);
        let root_of = |paths: &[&str]| {
            let paths: Vec<PathBuf> = paths.iter().map(|path| folder.path().join(path)).collect();
            let (files, _) = discover(&Scan { paths: &paths, ..Scan::default() }).expect("a discovery");
            let here = folder.path().canonicalize().expect("a path");
            files.root().and_then(|root| root.strip_prefix(here).ok()).map(|root| root.to_string_lossy().into_owned())
        };
        assert_eq!(root_of(&["two/sub/b.yaml"]).as_deref(), Some("two"));
        assert_eq!(root_of(&["two/sub/b.yaml", "two"]).as_deref(), Some("two"));
        assert_eq!(root_of(&["two/sub", "one/a.yaml"]).as_deref(), Some(""));
    }

    #[test]
    fn what_lies_beside_the_paths_is_not_listed() {
        let folder =
            project(&["mllint.toml", ".ci/x.yaml", "b/.env/x.yaml", "b/c.yaml", "d/node_modules/x.yaml", "e/f"]);
        let paths = [folder.path().join("b")];
        let exclude = ["e".to_owned()];
        let (_, discovery) = discover(&Scan { paths: &paths, exclude: &exclude, root: None }).expect("a discovery");
        let skipped: Vec<&str> = discovery.skipped.iter().map(|skipped| &*skipped.path).collect();
        assert_eq!(skipped, ["b/.env"]);
        assert_eq!(discovery.excluded, ["e"]);
    }

    #[test]
    fn mistakes_are_told_apart() {
        let folder = project(&["a/b.yaml", "c.yaml"]);
        let root = folder.path().join("a");
        let message = |paths: &[PathBuf], exclude: &[String]| {
            let scan = Scan { root: Some(&root), paths, exclude };
            discover(&scan).err().expect("an error").to_string()
        };
        assert!(message(&[folder.path().join("nothing")], &[]).starts_with("there is no file or folder `"));
        assert!(message(&[folder.path().join("c.yaml")], &[]).contains("lies outside the root"));
        assert!(message(std::slice::from_ref(&root), &["a[".to_owned()]).starts_with("`--exclude a[` is not a glob: "));
        let file = folder.path().join("c.yaml");
        let error = discover(&Scan { root: Some(&file), ..Scan::default() }).err().expect("an error");
        assert!(error.to_string().ends_with("is not a folder"));
    }

    #[cfg(unix)]
    #[test]
    fn links_and_odd_names_are_named_not_followed() {
        use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

        let folder = project(&["a.yaml"]);
        std::os::unix::fs::symlink(".", folder.path().join("loop")).expect("a link");
        std::os::unix::fs::symlink("a.yaml", folder.path().join("b.yaml")).expect("a link");
        let odd = folder.path().join(OsStr::from_bytes(b"\xff.yaml"));
        // Some file systems refuse such a name; then there is nothing to see.
        let made = fs::write(odd, "").is_ok();
        let (candidates, skipped) = found(folder.path(), &["."], &[]);
        assert_eq!(candidates, ["a.yaml"]);
        assert_eq!(skipped[0], "b.yaml: a link: links are not followed");
        assert_eq!(skipped.get(1).is_some_and(|skipped| skipped.ends_with(".yaml: its name is not UTF-8")), made);
    }
}
