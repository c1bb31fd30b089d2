//! git, the only program that mllint starts: fixed arguments, nothing of a repository's own configuration is run.

use std::{
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
        let Some(commit) = commit.filter(|commit| is_commit(commit)) else { return Vec::new() };
        let diff = ["diff-index", "--cached", "--relative", "--no-ext-diff", "--no-textconv", "--find-renames"];
        let what = ["--diff-filter=R", "--name-status", "-z", &*commit, "--"];
        self.text(&[&diff[..], &what[..]].concat()).map(|listed| renames(&listed)).unwrap_or_default()
    }

    /// What a command prints; nothing if it fails, or prints no text.
    fn text(&self, args: &[&str]) -> Option<String> {
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
        let output = git.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| text.trim_end_matches('\n').to_owned())
    }
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
