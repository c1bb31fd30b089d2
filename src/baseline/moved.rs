//! Findings whose file was renamed or moved: their fingerprints hold the path, so the old one is tried.

use rustc_hash::FxHashMap;

use super::name;
use crate::{
    check::fingerprint_at,
    finding::Finding,
    source::{Files, folder_of},
};

/// Files that were renamed: the path of today, and that of before, both from the root.
pub type Renames = FxHashMap<String, String>;

/// Files of one name that are gone and that a finding's file is compared with. More than that is no move.
const MAX_NAMESAKES: usize = 64;
/// Folders that the files of one folder may come from.
const MAX_FOLDERS: usize = 4;

/// Finds entries for the findings that have none. `idle` are those that cover nothing yet: fingerprint, path, number.
pub(super) fn find<'e>(
    idle: impl Iterator<Item = (&'e str, &'e str, usize)>,
    findings: &[Finding],
    of_findings: &mut [Option<usize>],
    files: &Files,
    renames: impl FnOnce() -> Renames,
) {
    let mut by_fingerprint: FxHashMap<&str, usize> = FxHashMap::default();
    let mut gone: FxHashMap<&str, bool> = FxHashMap::default();
    let mut by_name: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
    for (fingerprint, path, at) in idle {
        if *gone.entry(path).or_insert_with(|| !files.exists(path)) {
            by_fingerprint.insert(fingerprint, at);
            let namesakes = by_name.entry(name(path)).or_default();
            if !namesakes.contains(&path) && namesakes.len() < MAX_NAMESAKES {
                namesakes.push(path);
            }
        }
    }
    if by_fingerprint.is_empty() {
        return;
    }
    by_name.values_mut().for_each(|namesakes| namesakes.sort_unstable());
    let renames = renames();
    let mut folders: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
    for (now, before) in &renames {
        let known = folders.entry(folder_of(now)).or_default();
        if known.len() < MAX_FOLDERS && !known.contains(&folder_of(before)) {
            known.push(folder_of(before));
        }
    }
    let mut take = |finding: &Finding, now: &str, before: &str| {
        let unit = finding.resource.as_ref().map_or("", |(key, _)| &*key.unit);
        // The unit may have moved as well, be it with another file.
        let others = folders.get(unit).into_iter().flatten().map(|&folder| folder.to_owned());
        let file = renames.get(unit).cloned();
        let mut units = [unit_before(unit, now, before), unit.to_owned()].into_iter().chain(others).chain(file);
        units.find_map(|unit| by_fingerprint.remove(&*fingerprint_at(finding, before, &unit)))
    };
    // What git knows comes first; then a file of the same name that is gone: moved, but not in git yet, or not in a
    // repository, or one whose history is not here.
    for by_git in [true, false] {
        for (finding, entry) in findings.iter().zip(of_findings.iter_mut()).filter(|(_, entry)| entry.is_none()) {
            let now = files.get(finding.place.file).path.clone();
            *entry = if by_git {
                renames.get(&*now).and_then(|before| take(finding, &now, before))
            } else {
                let namesakes = by_name.get(name(&now)).into_iter().flatten();
                namesakes.copied().find_map(|before| take(finding, &now, before))
            };
        }
    }
}

/// The unit of before, if a file of it was moved from `before` to `now`.
fn unit_before(unit: &str, now: &str, before: &str) -> String {
    if unit == now {
        return before.to_owned();
    }
    let mut ends = (now, before);
    // The folders that differ: what both paths end with is the same in both.
    while let (Some((left, end)), Some((right, other))) = (split(ends.0), split(ends.1)) {
        if end != other {
            break;
        }
        ends = (left, right);
    }
    let (folder, old) = ends;
    let below = if folder.is_empty() { Some(unit) } else { unit.strip_prefix(folder) };
    match below {
        Some("") => old.to_owned(),
        Some(below) if folder.is_empty() && !old.is_empty() => format!("{old}/{below}"),
        Some(below) if below.starts_with('/') && old.is_empty() => below.trim_start_matches('/').to_owned(),
        Some(below) if below.starts_with('/') => format!("{old}{below}"),
        _ => unit.to_owned(),
    }
}

/// A path without its last part, and that part; nothing where there is none.
fn split(path: &str) -> Option<(&str, &str)> {
    if path.is_empty() { None } else { Some(path.rsplit_once('/').unwrap_or(("", path))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_moves_with_its_files() {
        assert_eq!(unit_before("a.yaml", "a.yaml", "b.yaml"), "b.yaml");
        assert_eq!(unit_before("deploy", "deploy/main.tf", "infra/main.tf"), "infra");
        assert_eq!(unit_before("", "main.tf", "infra/main.tf"), "infra");
        assert_eq!(unit_before("infra", "infra/main.tf", "main.tf"), "");
        assert_eq!(unit_before("new/live", "new/live/net/main.tf", "old/live/net/main.tf"), "old/live");
        assert_eq!(unit_before("live", "modules/b/main.tf", "modules/a/main.tf"), "live");
        assert_eq!(unit_before("infra", "infra/a.tf", "infra/b.tf"), "infra");
    }
}
