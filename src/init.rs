//! `mllint init`: a commented configuration, and on request a hook for pre-commit and a workflow for GitHub.

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::source::{CONFIG, PYPROJECT};

/// What the configuration is at first.
const TEMPLATE: &str = include_str!("config/template.toml");
/// The file of pre-commit.
const HOOKS: &str = ".pre-commit-config.yaml";
/// The workflow.
const WORKFLOW: &str = ".github/workflows/mllint.yml";

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Init {
    /// The folder that is configured.
    pub folder: PathBuf,
    /// Whether to add a hook.
    pub hook: bool,
    /// Whether to add a workflow.
    pub workflow: bool,
    /// Whether to write over what is there.
    pub force: bool,
}

/// Why nothing was written.
#[derive(Debug)]
pub enum InitError {
    /// The folder is none.
    NoFolder(PathBuf),
    /// A file is there already.
    Exists(PathBuf),
    /// The configuration stands in `pyproject.toml`.
    Configured(PathBuf),
    /// The system refused.
    Io(PathBuf, io::Error),
}

impl fmt::Display for InitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFolder(path) => write!(f, "there is no folder `{}`", path.display()),
            Self::Exists(path) => {
                write!(f, "`{}` is there already\n  help: --force writes over it", shown(path).display())
            }
            Self::Configured(path) => {
                let help = "  help: edit it there; --force writes mllint.toml, which then counts in its place";
                write!(f, "`{}` has a table `[tool.mllint]`\n{help}", path.display())
            }
            Self::Io(path, error) => write!(f, "cannot write `{}`: {error}", path.display()),
        }
    }
}

impl std::error::Error for InitError {}

/// Writes the files, and says which, and what to do next. Nothing is written if one of them is there already.
///
/// # Errors
/// When a file is there and `force` is not asked for, or the system refuses.
pub fn init(init: &Init, out: &mut dyn Write) -> Result<(), InitError> {
    if !init.folder.is_dir() {
        return Err(InitError::NoFolder(init.folder.clone()));
    }
    let mut wanted = vec![(init.folder.join(CONFIG), TEMPLATE.to_owned())];
    // Only the file of pre-commit may hold what others wrote: there nothing is written over.
    let hooks = init.folder.join(HOOKS);
    let has_hooks = hooks.exists();
    if init.hook && !has_hooks {
        wanted.push((hooks.clone(), format!("repos:\n{}", hook())));
    }
    if init.workflow {
        wanted.push((init.folder.join(WORKFLOW), workflow()));
    }
    // Who has a configuration and asks for more does not ask for another one.
    if (init.hook || init.workflow) && !init.force && wanted[0].0.exists() {
        wanted.remove(0);
    }
    if !init.force {
        if let Some((path, _)) = wanted.iter().find(|(path, _)| path.symlink_metadata().is_ok()) {
            return Err(InitError::Exists(path.clone()));
        }
        let pyproject = init.folder.join(PYPROJECT);
        if wanted.first().is_some_and(|(path, _)| path.ends_with(CONFIG)) && has_table(&pyproject) {
            return Err(InitError::Configured(pyproject));
        }
    }
    for (path, text) in &wanted {
        write_new(path, text, init.force).map_err(|error| InitError::Io(path.clone(), error))?;
    }
    say(init, &wanted, has_hooks.then_some(&*hooks), out).map_err(|error| InitError::Io(PathBuf::from("-"), error))
}

fn say(init: &Init, wanted: &[(PathBuf, String)], hooks: Option<&Path>, out: &mut dyn Write) -> io::Result<()> {
    for (path, _) in wanted {
        writeln!(out, "wrote `{}`", shown(path).display())?;
    }
    if let Some(hooks) = hooks.filter(|_| init.hook) {
        writeln!(out, "add this to `repos` in `{}`:\n\n{}", shown(hooks).display(), hook())?;
    }
    let above = init.folder.canonicalize().unwrap_or_default();
    let repository = above.ancestors().find(|folder| folder.join(".git").exists());
    if wanted.iter().any(|(path, _)| path.ends_with(CONFIG)) && repository.is_some_and(|folder| folder != above) {
        writeln!(out, "note: it makes this folder a root: nothing above it is read, such as a module in `../modules`")?;
    }
    if !init.hook && !init.workflow {
        writeln!(
            out,
            "next: run `mllint`; `mllint init --hook` adds a hook for pre-commit, `--workflow` one for GitHub"
        )?;
    }
    out.flush()
}

/// A path without the `./` of the folder that nobody named.
fn shown(path: &Path) -> &Path {
    path.strip_prefix(".").unwrap_or(path)
}

fn has_table(pyproject: &Path) -> bool {
    fs::read_to_string(pyproject)
        .is_ok_and(|text| text.lines().any(|line| line.trim_start().starts_with("[tool.mllint")))
}

/// Writes a file; without `force` only one that is not there.
fn write_new(path: &Path, text: &str, force: bool) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true);
    if force {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    options.open(path)?.write_all(text.as_bytes())
}

/// The entry of pre-commit.
fn hook() -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!("  - repo: https://github.com/mllint/mllint\n    rev: v{version}\n    hooks:\n      - id: mllint\n")
}

fn workflow() -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "name: mllint\n\non:\n  pull_request:\n  push:\n    branches: [main]\n\npermissions:\n  contents: read\n\njobs:\n  \
         mllint:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v7\n        with:\n          \
         persist-credentials: false\n      - uses: mllint/mllint@v{version}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config, source::Files};

    #[test]
    fn the_template_is_valid_as_it_is_and_with_all_that_it_shows() {
        let valid = |text: &str| config::at_root(&Files::memory([(CONFIG, text)])).expect("a valid configuration");
        valid(TEMPLATE);
        let line = |line: &str| match line.strip_prefix("# ") {
            // A sentence of a comment begins with a capital letter.
            Some(shown) if !shown.starts_with(|first: char| first.is_uppercase()) => format!("{shown}\n"),
            _ => format!("{line}\n"),
        };
        let shown: String = TEMPLATE.lines().map(line).collect();
        assert_eq!(valid(&shown).paths.len(), 1, "{shown}");
        for key in config::keys::KEYS {
            assert!(shown.contains(key.name), "`mllint init` does not show `{}`", key.name);
        }
    }

    #[test]
    fn nothing_is_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let asked = |hook, force| Init { folder: folder.path().to_path_buf(), hook, workflow: hook, force };
        let mut said = Vec::new();
        init(&asked(false, false), &mut said).expect("a new file");
        fs::write(folder.path().join(CONFIG), "fail-on = 'never'\n").expect("an edit");
        let refused = init(&asked(false, false), &mut said).expect_err("it is there");
        assert!(refused.to_string().ends_with("is there already\n  help: --force writes over it"));
        fs::write(folder.path().join(HOOKS), "repos: []\n").expect("a file");
        init(&asked(true, false), &mut said).expect("a workflow");
        let text = |name: &str| fs::read_to_string(folder.path().join(name)).expect("a text");
        assert_eq!((text(CONFIG).as_str(), text(HOOKS).as_str()), ("fail-on = 'never'\n", "repos: []\n"));
        assert!(text(WORKFLOW).contains("uses: mllint/mllint@v"));
        assert!(init(&asked(true, false), &mut said).is_err(), "the workflow is there");
        init(&asked(true, true), &mut said).expect("force");
        assert_eq!((text(CONFIG).as_str(), text(HOOKS).as_str()), (TEMPLATE, "repos: []\n"));
    }
}
