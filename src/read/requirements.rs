//! Which version of the SageMaker SDK a project asks for: requirement files, and what scripts and notebooks install.

use std::{collections::BTreeMap, sync::Arc};

use rustc_hash::FxHashMap;

use crate::{
    graph::{
        Part,
        fact::{Fact, Sdk},
    },
    source::{Files, Place, Span, folder_of},
};

/// Files that say what a project needs, the most exact first.
const FILES: &[&str] =
    &["requirements.txt", "pyproject.toml", "setup.cfg", "setup.py", "environment.yml", "environment.yaml", "Pipfile"];

const PACKAGE: &str = "sagemaker";

/// Tells the facts of each script that imports the SDK, and of its calls, which version the project asks for: what the
/// script itself installs, else the nearest requirement file beside or above it. The files that were read, each with
/// the first script that they were read for.
pub(super) fn settle(files: &Files, parts: &mut [Part]) -> BTreeMap<Arc<str>, Option<Arc<str>>> {
    let mut known: FxHashMap<String, Option<Nearest>> = FxHashMap::default();
    let mut read = BTreeMap::new();
    for part in parts {
        let scripts = part.facts.iter_mut().filter_map(|fact| match fact {
            Fact::Script(script) => Some(script),
            _ => None,
        });
        let mut sdk = None;
        for script in scripts.filter(|script| script.imports.iter().any(|import| is_sdk(&import.path))) {
            if script.sdk.is_none()
                && let Some(nearest) = nearest(files, &script.unit, &mut known)
            {
                read.entry(nearest.path).or_insert_with(|| Some(script.unit.clone()));
                script.sdk = nearest.sdk;
            }
            sdk = script.sdk.clone();
        }
        if let Some(sdk) = sdk {
            for fact in &mut part.facts {
                if let Fact::Call(call) = fact {
                    call.sdk = Some(sdk.clone());
                }
            }
        }
    }
    read
}

fn is_sdk(path: &str) -> bool {
    path == PACKAGE || path.starts_with("sagemaker.")
}

/// The nearest file that speaks of the SDK.
#[derive(Clone)]
struct Nearest {
    path: Arc<str>,
    /// What it says of the version.
    sdk: Option<Arc<Sdk>>,
}

fn nearest(files: &Files, unit: &str, known: &mut FxHashMap<String, Option<Nearest>>) -> Option<Nearest> {
    let mut folder = folder_of(unit);
    let mut below = Vec::new();
    let found = loop {
        if let Some(found) = known.get(folder) {
            break found.clone();
        }
        below.push(folder);
        if let Some(found) = within(files, folder) {
            break Some(found);
        }
        match folder.rsplit_once('/') {
            Some((above, _)) => folder = above,
            None if folder.is_empty() => break None,
            None => folder = "",
        }
    };
    known.extend(below.into_iter().map(|folder| (folder.to_owned(), found.clone())));
    found
}

fn within(files: &Files, folder: &str) -> Option<Nearest> {
    FILES.iter().find_map(|name| {
        let path = if folder.is_empty() { (*name).to_owned() } else { format!("{folder}/{name}") };
        let source = files.exists(&path).then(|| files.read(&path).ok()).flatten()?;
        mentions(source.text()).next()?;
        let sdk = joined(of(source.text(), source.place(Span::new(0, 0))));
        Some(Nearest { path: source.path.clone(), sdk: sdk.map(Arc::new) })
    })
}

/// The requirements of a text that stands at a place.
pub(super) fn of(text: &str, place: Place) -> Vec<Sdk> {
    let found = mentions(text).filter_map(|start| {
        let (end, least, most) = versions(text, start + PACKAGE.len())?;
        let at = |offset: usize| place.span.start as usize + offset;
        let written = text.get(start..end)?.trim_end();
        let span = Span::new(at(start), at(start + written.len()));
        Some(Sdk { least, most, written: written.into(), place: Place::new(place.file, span) })
    });
    found.collect()
}

/// What holds of all requirements; nothing where that says nothing.
pub(super) fn joined(all: impl IntoIterator<Item = Sdk>) -> Option<Sdk> {
    let joined = all.into_iter().reduce(|one, other| Sdk {
        least: one.least.zip(other.least).map(|(one, other)| one.min(other)),
        most: one.most.zip(other.most).map(|(one, other)| one.max(other)),
        ..one
    });
    joined.filter(|sdk| sdk.least.is_some() || sdk.most.is_some())
}

/// Where a text names the package itself, not another whose name only begins or ends so, and in no comment.
fn mentions(text: &str) -> impl Iterator<Item = usize> {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | '/');
    text.match_indices(PACKAGE).map(|(start, _)| start).filter(move |&start| {
        let (before, after) = (&text[..start], &text[start + PACKAGE.len()..]);
        let line = before.rsplit('\n').next().unwrap_or_default();
        !before.ends_with(is_part) && !after.starts_with(is_part) && !line.trim_start().starts_with('#')
    })
}

/// The major versions that are asked for behind the package's name, and where that ends.
fn versions(text: &str, from: usize) -> Option<(usize, Option<u32>, Option<u32>)> {
    let mut at = from;
    // Extras: `sagemaker[local]`.
    if text[at..].starts_with('[') {
        at += text[at..].find(']')? + 1;
    }
    at += blanks(&text[at..]);
    // A key of TOML: `sagemaker = "^2.1"`, `sagemaker = {version = "^2.1"}`.
    if let Some(rest) = text[at..].strip_prefix('=').filter(|rest| !rest.starts_with('=')) {
        let line = rest.lines().next().unwrap_or_default();
        let value = line.find(['"', '\'']).map(|quote| quote + 1);
        let is_digit = line.starts_with(|letter: char| letter.is_ascii_digit());
        match value {
            Some(value) if !is_digit => {
                at += 1 + value;
                let exact = text[at..].starts_with(|letter: char| letter.is_ascii_digit());
                return bounds(text, at, exact.then_some("=="));
            }
            _ if is_digit => return bounds(text, at + 1, Some("==")),
            _ => return None,
        }
    }
    bounds(text, at, None)
}

/// A list of bounds, as `>=2.15,<3`. `first` is the operator of the first one where it is not written.
fn bounds(text: &str, mut at: usize, mut first: Option<&str>) -> Option<(usize, Option<u32>, Option<u32>)> {
    const OPERATORS: &[&str] = &["===", "==", "~=", ">=", "<=", "!=", ">", "<", "^", "~"];
    let (mut least, mut most): (Option<u32>, Option<u32>) = (None, None);
    let mut end = at;
    loop {
        at += blanks(&text[at..]);
        let operator = match first.take() {
            Some(operator) => operator,
            None => {
                let Some(operator) = OPERATORS.iter().find(|operator| text[at..].starts_with(**operator)) else {
                    break;
                };
                at += operator.len();
                at += blanks(&text[at..]);
                operator
            }
        };
        let rest = &text[at..];
        let version = &rest[..rest
            .find(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '.' | '*'))
            .unwrap_or(rest.len())];
        let Ok(major) = version.split('.').next().unwrap_or_default().parse::<u32>() else { break };
        let is_whole = version.split('.').skip(1).all(|part| part.bytes().all(|byte| byte == b'0'));
        match operator {
            "!=" => {}
            ">=" | ">" => least = Some(least.map_or(major, |known| known.max(major))),
            "<" | "<=" => {
                let major = if operator == "<" && is_whole { major.saturating_sub(1) } else { major };
                most = Some(most.map_or(major, |known| known.min(major)));
            }
            _ => (least, most) = (Some(major), Some(major)),
        }
        at += version.len();
        end = at;
        at += blanks(&text[at..]);
        match text[at..].strip_prefix(',') {
            Some(_) => at += 1,
            None => break,
        }
    }
    (least.is_some() || most.is_some()).then_some((end, least, most))
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        read::read,
        source::{Discovery, FileId},
    };

    fn asked(text: &str) -> Vec<(String, Option<u32>, Option<u32>)> {
        let found = of(text, Place::new(FileId(0), Span::new(0, 0))).into_iter();
        found.map(|sdk| (sdk.written.to_string(), sdk.least, sdk.most)).collect()
    }

    #[test]
    fn requirements_are_understood_in_each_of_their_forms() {
        for (text, least, most) in [
            ("sagemaker==1.72.0", Some(1), Some(1)),
            ("sagemaker == 2.*", Some(2), Some(2)),
            ("sagemaker~=2.1", Some(2), Some(2)),
            ("sagemaker>=2.15.0", Some(2), None),
            ("sagemaker[local]>=2.180.0,<3.0.0", Some(2), Some(2)),
            ("sagemaker>1.9, <=2.3", Some(1), Some(2)),
            ("sagemaker<2", None, Some(1)),
            ("sagemaker<2.5", None, Some(2)),
            ("boto3\n  - sagemaker=2.5", Some(2), Some(2)),
            ("sagemaker = \"^2.1\"", Some(2), Some(2)),
            ("sagemaker = {version = \"2.1\", extras = [\"local\"]}", Some(2), Some(2)),
            ("%pip install -qU 'sagemaker>=2.15.0' 's3fs==0.4.2'", Some(2), None),
        ] {
            let found = asked(text);
            assert_eq!(
                found.iter().map(|(_, least, most)| (*least, *most)).collect::<Vec<_>>(),
                [(least, most)],
                "{text}"
            );
        }
        assert_eq!(asked("pip install 'sagemaker >=2, <3' boto3")[0].0, "sagemaker >=2, <3");
    }

    #[test]
    fn what_asks_for_no_version_or_for_another_package_says_nothing() {
        for text in [
            "sagemaker",
            "sagemaker-experiments==0.1.45",
            "smdebug-sagemaker==1.0",
            "# sagemaker==1.72.0",
            "sagemaker = \"*\"",
            "sagemaker!=2.1",
            "sagemaker=={version}",
            "sagemaker==",
            "aws/sagemaker==1",
        ] {
            assert_eq!(asked(text), [], "{text}");
        }
    }

    #[test]
    fn requirements_that_differ_allow_what_either_does() {
        let both =
            joined(of("sagemaker==1.72\nsagemaker>=2", Place::new(FileId(0), Span::new(0, 0)))).expect("a version");
        assert_eq!((both.least, both.most), (Some(1), None));
    }

    #[test]
    fn the_nearest_file_counts_and_what_a_script_installs_before_it() {
        let script = "import sagemaker\nsagemaker.Session()\n";
        let files = Files::memory([
            ("a/b/train.py", script.to_owned()),
            ("a/requirements.txt", "boto3\nsagemaker==1.72.0\n".to_owned()),
            ("c/train.py", script.to_owned()),
            ("c/install.py", format!("{script}run('pip', 'install', 'sagemaker==1.50')\n")),
            ("c/requirements.txt", "boto3\n".to_owned()),
            ("pyproject.toml", "dependencies = [\"sagemaker>=2,<3\"]\n".to_owned()),
        ]);
        let outcome = read(&files, &Discovery::in_memory(&files, false));
        let asked = outcome.graph.facts().iter().filter_map(|fact| match fact {
            Fact::Call(call) => Some((&*call.unit, call.sdk.as_ref().map_or("", |sdk| &sdk.written))),
            _ => None,
        });
        let asked: Vec<(&str, &str)> = asked.collect();
        assert_eq!(
            asked,
            [
                ("a/b/train.py", "sagemaker==1.72.0"),
                ("c/install.py", "sagemaker==1.50"),
                ("c/train.py", "sagemaker>=2,<3")
            ]
        );
        let read = outcome.files.iter().find(|file| &*file.path == "a/requirements.txt").expect("it was read");
        assert_eq!((read.reader, read.importer.as_deref()), (Some("requirements"), Some("a/b/train.py")));
    }
}
