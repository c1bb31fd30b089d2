//! `mllint cost --against`: the other workload, from a folder or from a commit of git.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{Workload, read};
use crate::{
    cli::{Check, Cost, Limit, Variable},
    cost::{
        Estimate,
        change::{Difference, Moves, compare},
    },
    git::{Blob, Git},
    nearest::did_you_mean,
    read::read_given,
    report::{self, Paths, cost::amount},
    run::{Failure, given, is_stdin},
    settings::named_file,
    source::{Discovery, Files, MAX_BYTES, text_of},
};

/// Bytes of all files of a commit that are read; no repository of descriptions comes near.
const MOST: u64 = 2 << 30;
/// Files of a commit that no reader reads by their names are loaded up to this size: others may refer to them.
const REFERRED: u64 = 256 << 10;
/// Ends of names of files that are no text.
const BINARY: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "svg", "ico", "pdf", "zip", "gz", "tgz", "bz2", "xz", "tar", "whl", "jar", "parquet",
    "pkl", "h5", "npy", "npz", "pt", "onnx", "mp4", "mp3", "wav", "woff", "woff2", "ttf", "csv", "tsv", "libsvm",
];

/// The workload that the present is compared with.
pub(super) struct Before {
    pub(super) workload: Workload,
    /// As it is shown.
    pub(super) title: String,
    /// Whether its units stand at other paths than those of the present.
    is_elsewhere: bool,
}

/// Reads what `--against` names: a folder or file that is there, else a commit of git.
pub(super) fn before(options: &Cost, what: &str, now: &Workload, err: &mut dyn Write) -> Result<Before, Failure> {
    if options.paths.iter().any(is_stdin) {
        return Err(Failure::told("standard input has no past: give --against with folders and files"));
    }
    let path = Path::new(what);
    if path.exists() {
        let reading = Check { paths: vec![path.to_path_buf()], root: None, ..options.reading() };
        let workload = read(&reading, err)?;
        return Ok(Before { workload, title: what.to_owned(), is_elsewhere: true });
    }
    of_commit(options, what, now)
}

fn of_commit(options: &Cost, what: &str, now: &Workload) -> Result<Before, Failure> {
    let root = now.settings.root.clone();
    let git = Git::at(&root);
    let commit = git.commit(what).ok_or_else(|| unknown(what, &git))?;
    // What others did since is no part of the change.
    let base = match git.merge_base(&commit) {
        Some(base) => base,
        None if git.is_shallow() => {
            return Err(Failure::told(shallow(what, "has no commit in common with what is checked out")));
        }
        None => commit,
    };
    let gone = || Failure::told(format!("git does not tell what `{what}` holds"));
    let blobs: Vec<Blob> = git.files_of(&base).ok_or_else(gone)?.into_iter().filter(is_read).collect();
    if blobs.iter().map(|blob| blob.size).sum::<u64>() > MOST {
        return Err(Failure::told(format!("`{what}` holds more than is read: {} GiB", MOST >> 30)));
    }
    let contents = git.contents(&blobs).ok_or_else(gone)?;
    let files = blobs.into_iter().zip(contents).filter_map(|(blob, content)| {
        let text = text_of(&blob.path, content?).ok()?;
        Some((blob.path, text.to_string()))
    });
    let files = Files::memory(files);
    let reading = options.reading();
    let here = std::env::current_dir().and_then(|here| here.canonicalize())?;
    let paths = Paths::of(Some(&root), &here);
    beside(&reading, &files)?;
    let starts: Vec<String> = starts(&options.paths, &root)?;
    let discovery = Discovery::of_tree(&files, &starts, &now.settings.exclude.value)?;
    let given = given::of_run(&reading, &now.settings, &files, &paths)?;
    let outcome = read_given(&files, &discovery, &given);
    let settings = crate::settings::settings(&reading, &crate::run::starts(&reading, &here), &here)?;
    let workload = Workload { files, outcome, paths, settings };
    Ok(Before { workload, title: format!("{what} ({})", base.get(..12).unwrap_or(&base)), is_elsewhere: false })
}

/// What is said of a name that a shallow clone does not tell enough of.
fn shallow(what: &str, lacks: &str) -> String {
    let name = what.strip_prefix("origin/").unwrap_or(what);
    let is_branch = !name.is_empty() && name.chars().all(|char| char.is_ascii_alphanumeric() || "-_./".contains(char));
    let fetch = if is_branch && name != "HEAD" {
        format!("git fetch --unshallow origin {name}:refs/remotes/origin/{name}")
    } else {
        "git fetch --unshallow".to_owned()
    };
    format!(
        "`--against {what}` {lacks}\n  help: this clone is shallow: `{fetch}` brings the rest; with actions/checkout, `fetch-depth: 0`"
    )
}

/// What is neither a path nor a commit.
fn unknown(what: &str, git: &Git) -> Failure {
    if git.is_shallow() {
        return Failure::told(shallow(what, "is neither a path nor a commit that is here"));
    }
    let names = git.names();
    let help = did_you_mean(what, names.iter().map(String::as_str)).unwrap_or_else(|| {
        "name a folder, a branch, a tag or a commit; `git fetch` brings what a clone lacks".to_owned()
    });
    Failure::told(format!("`--against {what}` is neither a path nor a commit of git\n  help: {help}"))
}

/// Whether a file of a commit may be of use.
fn is_read(blob: &Blob) -> bool {
    let end = blob.path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let by_name = matches!(&*end, "yaml" | "yml" | "json" | "template" | "asl" | "py" | "ipynb" | "tf" | "tfvars");
    blob.size <= if by_name { MAX_BYTES } else { REFERRED } && !BINARY.contains(&&*end)
}

/// Files that flags name are those of today where the commit has none.
fn beside(reading: &Check, files: &Files) -> Result<(), Failure> {
    let named = reading.variables.0.iter().filter_map(|variable| match variable {
        Variable::File(path) => Some(path),
        Variable::Text(_) => None,
    });
    for path in named.chain(&reading.parameters) {
        let name = path.to_string_lossy();
        if files.read(&name).is_err() {
            let source = named_file(path)
                .map_err(|error| Failure::told(format!("cannot read `{}`: {error}", path.display())))?;
            files.insert((&*name).into(), source.raw().into());
        }
    }
    Ok(())
}

/// The PATHs from the root; the root itself is empty.
fn starts(paths: &[PathBuf], root: &Path) -> Result<Vec<String>, Failure> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here[..] } else { paths };
    let below = |path: &PathBuf| {
        let full = path.canonicalize()?;
        let below = full.strip_prefix(root).unwrap_or(&full);
        Ok(below.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/"))
    };
    paths.iter().map(below).collect::<io::Result<_>>().map_err(Failure::from)
}

/// Compares the two.
pub(super) fn difference<'a>(
    options: &Cost,
    before: &Before,
    then: &'a Estimate,
    now: (&Workload, &'a Estimate),
) -> Result<Difference<'a>, Failure> {
    let same = |unit: &str| unit.to_owned();
    let moves = |start: &dyn Fn(&str) -> String| -> Moves {
        let units = now.0.outcome.graph.units().iter().filter(|unit| !unit.moves.is_empty());
        units.map(|unit| (start(&unit.path), unit.moves.clone())).collect()
    };
    if !before.is_elsewhere {
        return Ok(compare(then, now.1, (&same, &same), &moves(&same)));
    }
    let what = options.against.iter().map(PathBuf::from).collect::<Vec<_>>();
    let (old, new) = (starts(&what, &before.workload.settings.root)?, starts(&options.paths, &now.0.settings.root)?);
    let within = |starts: &[String], unit: &str| {
        let rest = starts.iter().filter_map(|start| unit.strip_prefix(start.as_str())).min_by_key(|rest| rest.len());
        rest.unwrap_or(unit).trim_start_matches('/').to_owned()
    };
    let (of_old, of_new) = (|unit: &str| within(&old, unit), |unit: &str| within(&new, unit));
    Ok(compare(then, now.1, (&of_old, &of_new), &moves(&of_new)))
}

/// Whether the limit of growth is broken; it is told if it is.
pub(super) fn grows(options: &Cost, difference: &Difference<'_>, err: &mut dyn Write) -> io::Result<bool> {
    let Some(limit) = options.fail_above_increase else { return Ok(false) };
    let increase = difference.increase();
    let before = difference.before.month.map(|month| month.high).unwrap_or_default();
    let (is_broken, limit) = match limit {
        Limit::Usd(limit) => (increase > limit, amount(limit)),
        Limit::Percent(percent) => {
            let most = before.times(percent / 100.0).unwrap_or(increase);
            (increase > most, format!("{percent} % of {}", amount(before)))
        }
    };
    if is_broken {
        let most = report::cost::amount(increase);
        writeln!(err, "error: a month costs up to {most} more, above the {limit} of --fail-above-increase")?;
    }
    Ok(is_broken)
}
