//! Fixed files on disk: each is written whole beside the old one and then takes its place.

use std::{collections::BTreeMap, fs, sync::Arc};

use super::apply::Changed;
use crate::source::{Files, replace};

/// Writes all files that changed. A file that somebody else changed since it was read, one that is read-only, and one
/// that lies outside of the root stay as they are: they come back with the reason.
pub fn write(files: &Files, changes: &BTreeMap<Arc<str>, Changed>) -> Vec<(Arc<str>, String)> {
    let write =
        |(path, changed): (&Arc<str>, &Changed)| write_one(files, path, changed).err().map(|why| (path.clone(), why));
    changes.iter().filter_map(write).collect()
}

fn write_one(files: &Files, path: &str, changed: &Changed) -> Result<(), String> {
    let (bytes, real) = files.current(path).map_err(|error| error.to_string())?;
    if bytes != changed.old.as_bytes() {
        return Err("it was changed while mllint ran".to_owned());
    }
    let metadata = fs::metadata(&real).map_err(|error| error.to_string())?;
    if metadata.permissions().readonly() {
        return Err("it is read-only".to_owned());
    }
    replace(&real, Some(metadata.permissions()), |out| out.write_all(changed.new.as_bytes()))
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(old: &str, new: &str) -> BTreeMap<Arc<str>, Changed> {
        BTreeMap::from([("a.yaml".into(), Changed { old: old.into(), new: new.into() })])
    }

    fn folder(text: &str) -> (tempfile::TempDir, Files) {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("a.yaml"), text).expect("a file");
        let files = Files::disk(folder.path()).expect("files");
        (folder, files)
    }

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_over() {
        let (folder, files) = folder("a: 1\r\n");
        assert_eq!(write(&files, &change("a: 1\r\n", "a: 2\r\n")), []);
        assert_eq!(fs::read_to_string(folder.path().join("a.yaml")).expect("a file"), "a: 2\r\n");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn what_changed_meanwhile_or_is_read_only_stays() {
        let (folder, files) = folder("a: 3\n");
        let why = |found: Vec<(Arc<str>, String)>| found.into_iter().map(|(_, why)| why).collect::<Vec<_>>();
        assert_eq!(why(write(&files, &change("a: 1\n", "a: 2\n"))), ["it was changed while mllint ran"]);
        let path = folder.path().join("a.yaml");
        let mut permissions = fs::metadata(&path).expect("a file").permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).expect("permissions");
        assert_eq!(why(write(&files, &change("a: 3\n", "a: 2\n"))), ["it is read-only"]);
        assert_eq!(fs::read_to_string(&path).expect("a file"), "a: 3\n");
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_links_and_modes_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let (folder, _) = folder("");
        fs::remove_file(folder.path().join("a.yaml")).expect("removed");
        fs::create_dir(folder.path().join("real")).expect("a folder");
        let real = folder.path().join("real/b.yaml");
        fs::write(&real, "a: 1\n").expect("a file");
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("permissions");
        symlink(&real, folder.path().join("a.yaml")).expect("a link");
        let files = Files::disk(folder.path()).expect("files");
        assert_eq!(write(&files, &change("a: 1\n", "a: 2\n")), []);
        assert!(fs::symlink_metadata(folder.path().join("a.yaml")).expect("a link").is_symlink());
        assert_eq!(fs::read_to_string(&real).expect("a file"), "a: 2\n");
        assert_eq!(fs::metadata(&real).expect("a file").permissions().mode() & 0o777, 0o640);
        let outside = tempfile::tempdir().expect("a folder");
        fs::write(outside.path().join("c.yaml"), "a: 1\n").expect("a file");
        fs::remove_file(folder.path().join("a.yaml")).expect("removed");
        symlink(outside.path().join("c.yaml"), folder.path().join("a.yaml")).expect("a link");
        let files = Files::disk(folder.path()).expect("files");
        assert_eq!(write(&files, &change("a: 1\n", "a: 2\n")).len(), 1, "it leads out of the root");
    }
}
