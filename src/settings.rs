//! What holds in a run: flags before configuration before defaults, and where each comes from.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    baseline::FILE,
    cli::{Check, FailOn, Sure},
    config::{self, Config, ConfigError, Written},
    report::Paths,
    rules::ALL,
    select::{self, Selection, UnknownName},
    source::{DiscoverError, Files, Mistake, ReadError, Source, root_of},
};

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// A line of the configuration, from 1.
    Line(u32),
    /// A flag.
    Flag(&'static str),
}

/// A value, and where it comes from; several origins where flags add to the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held<T> {
    /// The value.
    pub value: T,
    /// Where it comes from.
    pub from: Vec<Origin>,
}

/// A file of known findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaselineFile {
    /// The file.
    pub path: PathBuf,
    /// As it is shown.
    pub shown: String,
}

/// What holds in a run.
pub struct Settings {
    /// The root, canonical.
    pub root: PathBuf,
    /// The configuration.
    pub config: Config,
    /// Its file as it is shown; nothing where there is none.
    pub config_path: Option<String>,
    /// Rules and categories that run; empty for those that run by default.
    pub select: Held<Vec<String>>,
    /// Rules and categories that do not run.
    pub ignore: Held<Vec<String>>,
    /// Globs of what is left out, from the root.
    pub exclude: Held<Vec<String>>,
    /// How sure a finding must be to be shown.
    pub min_confidence: Held<Sure>,
    /// What fails the run.
    pub fail_on: Held<FailOn>,
    /// The file of known findings.
    pub baseline: Held<Option<BaselineFile>>,
    /// The rules of the run.
    pub selection: Selection,
}

/// Why nothing holds.
#[derive(Debug)]
pub enum SettingsError {
    /// A PATH or the root cannot be used.
    Discover(DiscoverError),
    /// A name on the command line is unknown.
    Name(UnknownName),
    /// The configuration cannot be read.
    Unreadable {
        /// Its path, as it is shown.
        path: String,
        /// Why.
        error: ReadError,
    },
    /// The file that `--config` names has nothing for us.
    NoTable(String),
    /// The configuration has mistakes.
    Mistakes {
        /// Its path, as it is shown.
        path: String,
        /// The file.
        source: Arc<Source>,
        /// All of them.
        mistakes: Vec<Mistake>,
    },
}

/// Finds the root of `paths` and its configuration, and joins that with the flags.
///
/// # Errors
/// When a PATH, the configuration or a flag has a mistake.
pub fn settings(options: &Check, paths: &[PathBuf], here: &Path) -> Result<Settings, SettingsError> {
    let root = root_of(options.root.as_deref(), paths).map_err(SettingsError::Discover)?;
    let (config, config_path) = configuration(options, &root, here)?;
    let select = match &config.select {
        _ if !options.select.is_empty() => Held::of(options.select.clone(), Origin::Flag("--select")),
        Some(written) => Held::of(written.value.clone(), Origin::Line(config.line(written.span))),
        None => Held::of(Vec::new(), Origin::Default),
    };
    let mut ignore = added(&config, config.ignore.as_ref(), &options.ignore, "--ignore");
    if !options.select.is_empty() {
        // What is asked for on the command line by the very name that the file ignores is wanted.
        ignore.value.retain(|name| options.ignore.contains(name) || !holds(&options.select, name));
    }
    let selection = select::selection(ALL, &select.value, &ignore.value).map_err(SettingsError::Name)?;
    Ok(Settings {
        exclude: added(&config, config.exclude.as_ref(), &options.exclude, "--exclude"),
        min_confidence: {
            let written = config.min_confidence.as_ref().map(|written| (Sure::of(written.value), written.span));
            one(&config, options.min_confidence, "--min-confidence", written, Sure::Medium)
        },
        fail_on: {
            let written = config.fail_on.as_ref().map(|written| (FailOn::of(written.value), written.span));
            one(&config, options.fail_on, "--fail-on", written, FailOn::Warning)
        },
        baseline: baseline(options, &config, &root, here),
        root,
        config,
        config_path,
        select,
        ignore,
        selection,
    })
}

/// The baseline: the one that a flag names, else that of the configuration, else the file at the root that has its name.
fn baseline(options: &Check, config: &Config, root: &Path, here: &Path) -> Held<Option<BaselineFile>> {
    let of_flag = |path: &PathBuf| Some(BaselineFile { path: path.clone(), shown: path.display().to_string() });
    let below =
        |path: &str| Some(BaselineFile { path: root.join(path), shown: Paths::of(Some(root), here).show(path) });
    let written = options.write_baseline.as_ref();
    match (written.and_then(Option::as_ref), &options.baseline, &config.baseline) {
        (Some(path), ..) => Held::of(of_flag(path), Origin::Flag("--write-baseline")),
        (None, Some(path), _) => Held::of(of_flag(path), Origin::Flag("--baseline")),
        (None, None, Some(path)) => Held::of(below(&path.value), Origin::Line(config.line(path.span))),
        _ if written.is_some() => Held::of(below(FILE), Origin::Flag("--write-baseline")),
        _ if !options.isolated && root.join(FILE).is_file() => Held::of(below(FILE), Origin::Default),
        _ => Held::of(None, Origin::Default),
    }
}

/// Reads a file that is named outright, wherever it lies.
///
/// # Errors
/// When it cannot be read.
pub fn named_file(path: &Path) -> Result<Arc<Source>, ReadError> {
    let real = path.canonicalize().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => ReadError::Missing,
        _ => ReadError::Io(error.to_string()),
    })?;
    let name = real.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let folder = real.parent().unwrap_or(&real);
    Files::disk(folder).map_err(|error| ReadError::Io(error.to_string()))?.read(&name)
}

/// Whether names hold the one that is printed as `name`.
fn holds(names: &[String], name: &str) -> bool {
    names.iter().any(|given| select::named(ALL, given).is_ok_and(|given| given.name() == name))
}

/// The configuration, and its file as it is shown.
fn configuration(options: &Check, root: &Path, here: &Path) -> Result<(Config, Option<String>), SettingsError> {
    if options.isolated {
        return Ok((Config::default(), None));
    }
    let shown = |path: &str| Paths::of(Some(root), here).show(path);
    let Some(given) = &options.config else {
        let files = Files::disk(root).map_err(|error| refused(root, error))?;
        let config = config::at_root(&files).map_err(|error| SettingsError::of(error, shown))?;
        let path = config.source.as_ref().map(|source| shown(&source.path));
        return Ok((config, path));
    };
    let path = given.display().to_string();
    let missing = |_| SettingsError::Unreadable { path: path.clone(), error: ReadError::Missing };
    let real = given.canonicalize().map_err(missing)?;
    let name = real.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let folder = real.parent().unwrap_or(&real);
    let files = Files::disk(folder).map_err(|error| refused(folder, error))?;
    // Globs of a file outside of the root start at the root: below its own folder there is nothing of ours.
    let below = folder.strip_prefix(root).unwrap_or(Path::new(""));
    let below = below.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
    let config = config::of_file(&files, &name, &below).map_err(|error| SettingsError::of(error, |_| path.clone()))?;
    if config.source.is_none() { Err(SettingsError::NoTable(path)) } else { Ok((config, Some(path))) }
}

fn refused(folder: &Path, error: std::io::Error) -> SettingsError {
    SettingsError::Discover(DiscoverError::Io { path: folder.to_path_buf(), error })
}

/// What the file says, and what flags add to it.
fn added(
    config: &Config,
    written: Option<&Written<Vec<String>>>,
    flags: &[String],
    flag: &'static str,
) -> Held<Vec<String>> {
    let mut held = Held { value: Vec::new(), from: Vec::new() };
    if let Some(written) = written {
        held.value.clone_from(&written.value);
        held.from.push(Origin::Line(config.line(written.span)));
    }
    if !flags.is_empty() {
        held.value.extend(flags.iter().cloned());
        held.from.push(Origin::Flag(flag));
    }
    if held.from.is_empty() {
        held.from.push(Origin::Default);
    }
    held
}

/// The flag, else what the file says, else the default.
fn one<T>(
    config: &Config,
    flag: Option<T>,
    name: &'static str,
    written: Option<(T, crate::source::Span)>,
    default: T,
) -> Held<T> {
    match (flag, written) {
        (Some(value), _) => Held::of(value, Origin::Flag(name)),
        (None, Some((value, span))) => Held::of(value, Origin::Line(config.line(span))),
        (None, None) => Held::of(default, Origin::Default),
    }
}

impl<T> Held<T> {
    fn of(value: T, from: Origin) -> Self {
        Self { value, from: vec![from] }
    }
}

impl SettingsError {
    fn of(error: ConfigError, shown: impl Fn(&str) -> String) -> Self {
        match error {
            ConfigError::Unreadable { path, error } => Self::Unreadable { path: shown(&path), error },
            ConfigError::Mistakes { source, mistakes } => {
                Self::Mistakes { path: shown(&source.path), source, mistakes }
            }
        }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Discover(error) => error.fmt(f),
            Self::Name(error) => error.fmt(f),
            Self::Unreadable { path, error } => write!(f, "cannot read the configuration `{path}`: {error}"),
            Self::NoTable(path) => write!(f, "`{path}` has no configuration\n  help: add a table `[tool.mllint]`"),
            Self::Mistakes { path, mistakes, .. } => write!(f, "`{path}` has {} mistakes", mistakes.len()),
        }
    }
}

impl std::error::Error for SettingsError {}
