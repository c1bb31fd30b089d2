//! git, the only program that mllint starts: fixed arguments, nothing of a repository's own configuration is run.

use std::{
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Variables of the environment that would lead git elsewhere or make it start something.
const REMOVED: &[&str] = &["GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_CONFIG_PARAMETERS", "GIT_TRACE", "GIT_PAGER"];
/// What is set whatever a repository's configuration says: nothing is started, nothing is fetched.
const SET: &[&str] = &["core.fsmonitor=false", "core.hooksPath=", "protocol.allow=never", "diff.renameLimit=1000"];

/// A folder of a repository.
#[derive(Debug)]
pub struct Git {
    folder: PathBuf,
}

impl Git {
    /// git in a folder. Whether that is part of a repository, and git is there at all, shows on asking.
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf() }
    }

    /// Files that were renamed since the last commit that changed a file: `(path of before, path of now)`, from the
    /// folder. The index is compared, not the working tree: for that git would run the filters of the repository.
    /// Nothing where there is no git, no repository, or no such commit.
    pub fn renames_since_change_of(&self, file: &str) -> Vec<(String, String)> {
        let commit = self.text(&["rev-list", "-1", "HEAD", "--", file]);
        commit.filter(|commit| is_commit(commit)).map(|commit| self.renames_since(&commit)).unwrap_or_default()
    }

    /// Files that were renamed since a commit, as far as the index knows.
    pub fn renames_since(&self, commit: &str) -> Vec<(String, String)> {
        let diff = ["diff-index", "--cached", "--relative", "--no-ext-diff", "--no-textconv", "--find-renames"];
        let what = ["--diff-filter=R", "--name-status", "-z", commit, "--"];
        self.text(&[&diff[..], &what[..]].concat()).map(|listed| renames(&listed)).unwrap_or_default()
    }

    /// The commit that a name stands for; nothing where there is none, no repository, or no git.
    pub fn commit(&self, name: &str) -> Option<String> {
        let name = format!("{name}^{{commit}}");
        self.text(&["rev-parse", "--verify", "--quiet", "--end-of-options", &name]).filter(|commit| is_commit(commit))
    }

    /// The commit from which the work since a commit started; nothing where the two have none in common.
    pub fn merge_base(&self, commit: &str) -> Option<String> {
        self.text(&["merge-base", "HEAD", commit]).filter(|commit| is_commit(commit))
    }

    /// Whether the history of the repository was cut off when it was cloned.
    pub fn is_shallow(&self) -> bool {
        self.text(&["rev-parse", "--is-shallow-repository"]).is_some_and(|answer| answer == "true")
    }

    /// The names of branches and tags, for those who mistype one.
    pub fn names(&self) -> Vec<String> {
        let listed = self.text(&["for-each-ref", "--format=%(refname:short)", "--count=500"]).unwrap_or_default();
        listed.lines().map(str::to_owned).collect()
    }

    /// The files of a commit below the folder, by their paths from it, and how large they are. Links and submodules are
    /// left out.
    pub fn files_of(&self, commit: &str) -> Option<Vec<Blob>> {
        let listed = self.text(&["ls-tree", "-r", "-z", "-l", commit])?;
        Some(listed.split('\0').filter_map(blob).collect())
    }

    /// The contents of files, in order; nothing for one that git does not have.
    pub fn contents(&self, blobs: &[Blob]) -> Option<Vec<Option<Vec<u8>>>> {
        let mut git = self.command(&["cat-file", "--batch"]);
        let mut child = git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
        let (mut asked, answered) = (child.stdin.take()?, child.stdout.take()?);
        let names: String = blobs.iter().map(|blob| format!("{}\n", blob.id)).collect();
        // Asked by a thread of its own: git answers while it is asked, and a full pipe would stop both.
        let contents = std::thread::scope(|scope| {
            scope.spawn(move || {
                // Where git does not listen it does not answer either, which is seen below.
                let _ = asked.write_all(names.as_bytes());
            });
            let mut answered = BufReader::new(answered);
            blobs.iter().map(|_| answer(&mut answered)).collect::<Option<Vec<_>>>()
        });
        let _ = child.kill();
        let _ = child.wait();
        contents
    }

    /// What a command prints; nothing if it fails, or prints no text.
    fn text(&self, args: &[&str]) -> Option<String> {
        let output = self.command(args).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim_end_matches('\n').to_owned())
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut git = Command::new("git");
        for setting in SET {
            git.args(["-c", setting]);
        }
        for name in REMOVED {
            git.env_remove(name);
        }
        git.args(["--no-pager", "--no-optional-locks", "--literal-pathspecs", "--no-replace-objects"]);
        git.args(args).current_dir(&self.folder);
        git.env("GIT_NO_LAZY_FETCH", "1").env("GIT_TERMINAL_PROMPT", "0").env("LC_ALL", "C");
        git
    }
}

/// A file of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Its path from the folder.
    pub path: String,
    /// What git knows its content by.
    id: String,
    /// Bytes.
    pub size: u64,
}

/// `100644 blob ID SIZE TAB path`
fn blob(listed: &str) -> Option<Blob> {
    let (about, path) = listed.split_once('\t')?;
    let mut about = about.split_whitespace();
    let (mode, kind, id, size) = (about.next()?, about.next()?, about.next()?, about.next()?);
    let is_file = kind == "blob" && mode.starts_with("100") && is_commit(id);
    is_file.then(|| Some(Blob { path: path.to_owned(), id: id.to_owned(), size: size.parse().ok()? }))?
}

/// `ID blob SIZE`, a line, the content, and the end of a line. The outer nothing is the end of what git says.
fn answer(answered: &mut impl BufRead) -> Option<Option<Vec<u8>>> {
    let mut head = String::new();
    answered.read_line(&mut head).ok().filter(|read| *read > 0)?;
    let mut about = head.trim_end().rsplit(' ');
    let Some(size) = about.next().and_then(|size| size.parse::<usize>().ok()) else { return Some(None) };
    let mut content = vec![0; size + 1];
    answered.read_exact(&mut content).ok()?;
    content.pop();
    Some(Some(content))
}

fn is_commit(text: &str) -> bool {
    text.len() >= 40 && text.chars().all(|char| char.is_ascii_hexdigit())
}

/// `R100 NUL before NUL now NUL …`
fn renames(listed: &str) -> Vec<(String, String)> {
    let mut fields = listed.split('\0');
    let mut renames = Vec::new();
    while let (Some(status), Some(before), Some(now)) = (fields.next(), fields.next(), fields.next()) {
        if status.starts_with('R') {
            renames.push((before.to_owned(), now.to_owned()));
        }
    }
    renames
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renames_are_taken_apart() {
        assert_eq!(
            renames("R100\0a b\0c\0R087\0d\0e\n\0"),
            [("a b".to_owned(), "c".to_owned()), ("d".to_owned(), "e\n".to_owned())]
        );
        assert_eq!(renames(""), []);
    }

    #[test]
    fn where_there_is_no_repository_nothing_was_renamed() {
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(Git::at(folder.path()).renames_since_change_of("x"), []);
        assert!(!is_commit("--output=x") && is_commit(&"a".repeat(40)));
    }
}
