//! Writes a file beside an old one, which it then replaces in one step.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

/// Names of new files that are tried, should others be left over.
const TRIES: u32 = 100;

/// Replaces a file, or makes it, with a mode if one is given: whatever happens, the old or the new one is whole. A link
/// is replaced itself.
///
/// # Errors
/// When it cannot be written; the old file is as it was.
pub fn replace(
    path: &Path,
    permissions: Option<Permissions>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let (file, new) = beside(path)?;
    let mut file = BufWriter::new(file);
    let written = write(&mut file)
        .and_then(|()| file.flush())
        .and_then(|()| permissions.map_or(Ok(()), |permissions| file.get_ref().set_permissions(permissions)))
        .and_then(|()| file.get_ref().sync_all())
        .and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        // It is of no use to anybody now.
        let _ = fs::remove_file(&new);
    }
    written
}

/// A new file in the folder of another one: only there can it take its place in one step.
fn beside(path: &Path) -> io::Result<(File, PathBuf)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for number in 0..TRIES {
        let new = path.with_file_name(format!(".{name}.mllint-{}-{number}", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&new) {
            Ok(file) => return Ok((file, new)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}
