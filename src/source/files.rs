//! The one door through which input comes: a directory on disk, or memory.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read},
    ops::Bound,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    FileId, Source,
    encoding::{decoded, is_utf16},
};

/// A file larger than this is not read: no source that people write comes near it.
pub const MAX_BYTES: u64 = 128 << 20;

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// There is no such file.
    Missing,
    /// The path leads out of the root, directly or through a link.
    OutsideRoot,
    /// The file is not UTF-8 text.
    NotText,
    /// The file is UTF-16 text, which nothing takes that runs such a file.
    Utf16,
    /// The file is larger than mllint reads.
    TooLarge,
    /// The system refused; the message says how.
    Io(String),
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing => f.write_str("there is no such file"),
            Self::OutsideRoot => f.write_str("it lies outside the root"),
            Self::NotText => f.write_str("it is not UTF-8 text"),
            Self::Utf16 => f.write_str("it is UTF-16 text: save it as UTF-8"),
            Self::TooLarge => write!(f, "it is larger than {} MiB", MAX_BYTES >> 20),
            Self::Io(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for ReadError {}

/// A text, and whether it was UTF-16.
struct Text {
    text: Arc<str>,
    is_utf16: bool,
}

/// The text that the bytes of a file are, if they are wanted. YAML and JSON may be UTF-16, as redirection in Windows
/// PowerShell writes them.
fn text(path: &str, bytes: Vec<u8>, wanted: impl Fn(&[u8]) -> bool) -> Result<Option<Text>, ReadError> {
    let is_utf16 = is_utf16(&bytes);
    let text = match is_utf16 {
        true => decoded(&bytes).map(String::into_bytes).unwrap_or(bytes),
        false => bytes,
    };
    if !wanted(&text) {
        return Ok(None);
    }
    let text = String::from_utf8(text).map_err(|_| ReadError::NotText)?.into();
    if is_utf16 && ONLY_UTF8.iter().any(|end| path.ends_with(end)) {
        return Err(ReadError::Utf16);
    }
    Ok(Some(Text { text, is_utf16 }))
}

/// The text of a file that does not lie on disk, read as one that does.
///
/// # Errors
/// When it is no text.
pub fn text_of(path: &str, bytes: Vec<u8>) -> Result<Arc<str>, ReadError> {
    text(path, bytes, |_| true)?.map(|read| read.text).ok_or(ReadError::NotText)
}

/// How files are called that Python, Jupyter and Terraform want in UTF-8.
const ONLY_UTF8: &[&str] = &[".py", ".ipynb", ".tf", ".tf.json", ".tfvars", ".tfvars.json", ".hcl"];

/// A file or folder in a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FolderEntry {
    /// Its name.
    pub name: String,
    /// Whether it is a folder, or a link to one.
    pub is_folder: bool,
}

#[derive(Clone)]
enum Store {
    /// A directory, canonical.
    Disk(PathBuf),
    /// Path from the root → text.
    Memory(BTreeMap<Arc<str>, Arc<str>>),
}

/// Files below one root. Nothing outside the root is ever opened, each file is read at most once.
pub struct Files {
    store: Store,
    /// Texts that take the place of what is stored, by path.
    changed: BTreeMap<Arc<str>, Arc<str>>,
    table: RwLock<Table>,
    /// Folder from the root → whether a link leads to it.
    folders: RwLock<FxHashMap<Box<str>, bool>>,
    /// Folder from the root → the names in it; nothing for one that cannot be read.
    listed: RwLock<FxHashMap<Box<str>, Option<Arc<Names>>>>,
}

/// Names of files and folders.
type Names = FxHashSet<Box<str>>;

#[derive(Default)]
struct Table {
    by_path: FxHashMap<Arc<str>, FileId>,
    sources: Vec<Arc<Source>>,
}

impl Files {
    /// The files below a directory.
    ///
    /// # Errors
    /// When the directory cannot be resolved.
    pub fn disk(root: &Path) -> io::Result<Self> {
        Ok(Self::over(Store::Disk(root.canonicalize()?)))
    }

    /// One file held in memory, from its bytes as they would lie on disk.
    ///
    /// # Errors
    /// When it is no text.
    pub fn one(path: &str, bytes: Vec<u8>) -> Result<Self, ReadError> {
        let read = text(path, bytes, |_| true)?.ok_or(ReadError::NotText)?;
        let files = Self::memory([(path, &*read.text)]);
        // It is known from here on, with where its parts stood.
        files.add(path.into(), read);
        Ok(files)
    }

    /// Files held in memory: `(path from the root, text)`.
    pub fn memory<P: Into<String>, T: Into<String>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        let files = files.into_iter().map(|(path, text)| (path.into().into(), text.into().into())).collect();
        Self::over(Store::Memory(files))
    }

    fn over(store: Store) -> Self {
        let (table, folders, listed) = (RwLock::default(), RwLock::default(), RwLock::default());
        Self { store, changed: BTreeMap::new(), table, folders, listed }
    }

    /// The same files with other texts in place of some, by path. Nothing is written.
    #[must_use]
    pub fn changed(&self, texts: impl IntoIterator<Item = (Arc<str>, Arc<str>)>) -> Self {
        let mut changed = self.changed.clone();
        changed.extend(texts);
        Self { changed, ..Self::over(self.store.clone()) }
    }

    /// The root on disk, canonical; nothing for memory.
    pub fn root(&self) -> Option<&Path> {
        match &self.store {
            Store::Disk(root) => Some(root),
            Store::Memory(_) => None,
        }
    }

    /// Paths of all files in memory, in order; nothing for disk (discovery walks that).
    pub fn memory_paths(&self) -> Vec<Arc<str>> {
        match &self.store {
            Store::Disk(_) => Vec::new(),
            Store::Memory(files) => files.keys().cloned().collect(),
        }
    }

    /// Reads a file by its path from the root (with `/`), or hands out the copy that was read before.
    ///
    /// # Errors
    /// When the file is missing, outside the root, too large or not text.
    pub fn read(&self, path: &str) -> Result<Arc<Source>, ReadError> {
        // A file that is always wanted is never "not wanted".
        self.read_if(path, |_| true)?.ok_or(ReadError::Missing)
    }

    /// Reads a file that whoever runs mllint names, by its path from the working directory, wherever it lies. Outside the
    /// root its path leads up from the root (`../shared/prod.tfvars`), where no other file is read.
    ///
    /// # Errors
    /// When the file is missing, too large or not text.
    pub fn named(&self, path: &Path) -> Result<Arc<Source>, ReadError> {
        let Store::Disk(root) = &self.store else {
            return self.read(&path.to_string_lossy());
        };
        let full = path.canonicalize().map_err(refused)?;
        let names = |path: &Path| -> Vec<String> {
            path.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
        };
        let (above, below) = (names(root), names(&full));
        let common = above.iter().zip(&below).take_while(|(left, right)| left == right).count();
        if common == above.len() {
            return self.read(&below[common..].join("/"));
        }
        let up = std::iter::repeat_n("..", above.len() - common);
        let shown: Vec<&str> = up.chain(below[common..].iter().map(String::as_str)).collect();
        let shown = shown.join("/");
        let bytes = opened(&full, &fs::metadata(&full).map_err(refused)?)?;
        let text = text(&shown, bytes, |_| true)?.ok_or(ReadError::Missing)?;
        Ok(self.add(shown.into(), text))
    }

    /// Reads a file, but keeps it only if its bytes are wanted; nothing if they are not. What is not wanted need not
    /// be text.
    ///
    /// # Errors
    /// As for [`Files::read`].
    pub fn read_if(&self, path: &str, wanted: impl Fn(&[u8]) -> bool) -> Result<Option<Arc<Source>>, ReadError> {
        let path = normal(path).ok_or(ReadError::OutsideRoot)?;
        let known = {
            let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
            table.by_path.get(path.as_str()).map(|id| table.sources[id.0 as usize].clone())
        };
        if let Some(source) = known {
            return Ok(wanted(source.raw().as_bytes()).then_some(source));
        }
        let known = match (self.changed.get(path.as_str()), &self.store) {
            (Some(text), _) => text,
            (None, Store::Memory(files)) => files.get(path.as_str()).ok_or(ReadError::Missing)?,
            (None, Store::Disk(root)) => {
                let text = text(&path, self.bytes(root, &path)?, wanted)?;
                return Ok(text.map(|text| self.add(path.into(), text)));
            }
        };
        Ok(wanted(known.as_bytes()).then(|| self.insert(path.into(), known.clone())))
    }

    /// Adds a text that is not a file below the root, such as standard input, under a path of its own.
    pub fn insert(&self, path: Arc<str>, text: Arc<str>) -> Arc<Source> {
        self.add(path, Text { text, is_utf16: false })
    }

    fn add(&self, path: Arc<str>, Text { text, is_utf16 }: Text) -> Arc<Source> {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(&id) = table.by_path.get(&path) {
            return table.sources[id.0 as usize].clone();
        }
        let id = FileId(u32::try_from(table.sources.len()).unwrap_or(u32::MAX));
        let source =
            if is_utf16 { Source::utf16(id, path.clone(), text) } else { Source::plain(id, path.clone(), text) };
        let source = Arc::new(source);
        table.by_path.insert(path, id);
        table.sources.push(source.clone());
        source
    }

    /// Puts a richer view of a file (a notebook's cells) in the place of the plain one.
    pub fn replace(&self, source: Source) -> Arc<Source> {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        let source = Arc::new(source);
        if let Some(slot) = table.sources.get_mut(source.id.0 as usize) {
            *slot = source.clone();
        }
        source
    }

    /// The file with this number.
    ///
    /// # Panics
    /// When the number is of another `Files`.
    pub fn get(&self, id: FileId) -> Arc<Source> {
        self.table.read().unwrap_or_else(PoisonError::into_inner).sources[id.0 as usize].clone()
    }

    /// Whether a file stands at a path from the root, without reading it.
    pub fn exists(&self, path: &str) -> bool {
        let Some(path) = normal(path) else { return false };
        match &self.store {
            Store::Memory(files) => files.contains_key(path.as_str()),
            Store::Disk(root) => root.join(path).is_file(),
        }
    }

    /// Whether a folder may hold a Python module or package of this name. Each folder is listed once, so that who looks for
    /// many names in it need not ask the disk for each.
    pub fn may_hold_module(&self, folder: &str, name: &str) -> bool {
        let Some(folder) = normal(folder) else { return false };
        let file = format!("{name}.py");
        let root = match &self.store {
            Store::Disk(root) => root,
            Store::Memory(files) => {
                let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
                let package = format!("{path}/");
                let mut below = files.range::<str, _>((Bound::Included(&*package), Bound::Unbounded));
                return below.next().is_some_and(|(path, _)| path.starts_with(&package))
                    || files.contains_key(&*format!("{path}.py"));
            }
        };
        let holds = |names: &Option<Arc<Names>>| {
            names.as_ref().is_none_or(|names| names.contains(name) || names.contains(&*file))
        };
        if let Some(known) = self.listed.read().unwrap_or_else(PoisonError::into_inner).get(folder.as_str()) {
            return holds(known);
        }
        let names = match fs::read_dir(root.join(&folder)) {
            Ok(entries) => {
                let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
                Some(Arc::new(names.map(Into::into).collect()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Some(Arc::default()),
            Err(_) => None,
        };
        let answer = holds(&names);
        self.listed.write().unwrap_or_else(PoisonError::into_inner).insert(folder.into(), names);
        answer
    }

    /// Names of the files and folders in a folder, sorted; nothing where it cannot be read or lies outside the root.
    pub fn entries(&self, folder: &str) -> Vec<FolderEntry> {
        let Some(folder) = normal(folder) else { return Vec::new() };
        match &self.store {
            Store::Memory(files) => memory_entries(files, &folder),
            Store::Disk(root) => self.disk_entries(root, &folder),
        }
    }

    fn disk_entries(&self, root: &Path, folder: &str) -> Vec<FolderEntry> {
        let full = root.join(folder);
        if self.is_linked(root, folder) && !full.canonicalize().is_ok_and(|real| real.starts_with(root)) {
            return Vec::new();
        }
        let Ok(entries) = fs::read_dir(&full) else { return Vec::new() };
        let named = entries.filter_map(Result::ok).filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            // What a link leads to decides; one that leads nowhere is a file that cannot be read.
            let is_folder = fs::metadata(entry.path()).is_ok_and(|metadata| metadata.is_dir());
            Some(FolderEntry { name, is_folder })
        });
        let mut entries: Vec<FolderEntry> = named.collect();
        entries.sort();
        entries
    }

    /// The bytes of a file on disk as they are now, and where they really lie. For who is about to write them.
    ///
    /// # Errors
    /// As for [`Files::read`]; also where the files are not on disk.
    pub fn current(&self, path: &str) -> Result<(Vec<u8>, PathBuf), ReadError> {
        let Store::Disk(root) = &self.store else { return Err(ReadError::Missing) };
        let path = normal(path).ok_or(ReadError::OutsideRoot)?;
        let bytes = self.bytes(root, &path)?;
        let real = root.join(&path).canonicalize().map_err(|error| ReadError::Io(error.to_string()))?;
        if real.starts_with(root) { Ok((bytes, real)) } else { Err(ReadError::OutsideRoot) }
    }

    /// Reads a file below `root`; links that lead out of it are refused.
    fn bytes(&self, root: &Path, path: &str) -> Result<Vec<u8>, ReadError> {
        let full = root.join(path);
        let mut metadata = fs::symlink_metadata(&full).map_err(refused)?;
        let folder = folder_of(path);
        // Only what a link leads to pays for resolving the whole path.
        if metadata.is_symlink() || self.is_linked(root, folder) {
            let real = full.canonicalize().map_err(refused)?;
            if !real.starts_with(root) {
                return Err(ReadError::OutsideRoot);
            }
            metadata = fs::metadata(&real).map_err(refused)?;
        }
        opened(&full, &metadata)
    }

    /// Whether a folder below the root, or one above it, is a link. Each folder is looked at once.
    fn is_linked(&self, root: &Path, folder: &str) -> bool {
        if folder.is_empty() {
            return false;
        }
        let known = self.folders.read().unwrap_or_else(PoisonError::into_inner).get(folder).copied();
        if let Some(known) = known {
            return known;
        }
        let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
        let linked = self.is_linked(root, above)
            || fs::symlink_metadata(root.join(folder)).is_ok_and(|metadata| metadata.is_symlink());
        self.folders.write().unwrap_or_else(PoisonError::into_inner).insert(folder.into(), linked);
        linked
    }
}

fn refused(error: io::Error) -> ReadError {
    match error.kind() {
        io::ErrorKind::NotFound => ReadError::Missing,
        _ => ReadError::Io(error.to_string()),
    }
}

/// The bytes of a regular file.
fn opened(path: &Path, metadata: &fs::Metadata) -> Result<Vec<u8>, ReadError> {
    // Opening a pipe would wait for whoever writes to it.
    if !metadata.is_file() {
        return Err(ReadError::Io("it is not a regular file".to_owned()));
    }
    if metadata.len() > MAX_BYTES {
        return Err(ReadError::TooLarge);
    }
    // It may grow while it is read.
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0));
    File::open(path).map_err(refused)?.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(refused)?;
    if bytes.len() as u64 > MAX_BYTES { Err(ReadError::TooLarge) } else { Ok(bytes) }
}

/// What stands in a folder of files in memory.
fn memory_entries(files: &BTreeMap<Arc<str>, Arc<str>>, folder: &str) -> Vec<FolderEntry> {
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let below = files.range(Arc::from(prefix.as_str())..).map_while(|(path, _)| path.strip_prefix(prefix.as_str()));
    let mut entries: Vec<FolderEntry> = below
        .map(|rest| match rest.split_once('/') {
            Some((name, _)) => FolderEntry { name: name.to_owned(), is_folder: true },
            None => FolderEntry { name: rest.to_owned(), is_folder: false },
        })
        .collect();
    entries.sort();
    entries.dedup();
    entries
}

/// The folder that a file lies in, by its path from the root; empty for one at the root.
pub fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What a relative path leads to from a folder, as [`normal`] tells it.
pub fn within(folder: &str, path: &str) -> Option<String> {
    normal(format!("{folder}/{path}").trim_start_matches('/'))
}

/// A path from the root without `.` and `..`; nothing when it leaves the root.
pub fn normal(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    if path.starts_with('/') {
        return None;
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_normal_or_refused() {
        assert_eq!(normal("a/./b/../c").as_deref(), Some("a/c"));
        assert_eq!(normal("a/../../b"), None);
        assert_eq!(normal("/etc/passwd"), None);
    }

    #[test]
    fn folders_are_listed_in_memory_and_on_disk() {
        let names = |files: &Files, folder: &str| -> Vec<String> {
            let entries = files.entries(folder);
            entries.iter().map(|entry| format!("{}{}", entry.name, if entry.is_folder { "/" } else { "" })).collect()
        };
        let memory = Files::memory([("a/b.tf", ""), ("a/c/d.tf", ""), ("a/c/e.tf", ""), ("ab.tf", "")]);
        assert_eq!(names(&memory, "a"), ["b.tf", "c/"]);
        assert_eq!(names(&memory, ""), ["a/", "ab.tf"]);
        assert_eq!(names(&memory, "../x"), [""; 0]);
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("a")).expect("a folder");
        fs::write(folder.path().join("a/b.tf"), "").expect("a file");
        let disk = Files::disk(folder.path()).expect("files");
        assert_eq!(names(&disk, ""), ["a/"]);
        assert_eq!(names(&disk, "a/./"), ["b.tf"]);
        assert_eq!(names(&disk, "nothing"), [""; 0]);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_outside_the_root_is_not_listed() {
        let (outside, folder) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        fs::write(outside.path().join("secret.tf"), "").expect("a file");
        std::os::unix::fs::symlink(outside.path(), folder.path().join("link")).expect("a link");
        assert_eq!(Files::disk(folder.path()).expect("files").entries("link"), []);
    }

    #[test]
    fn a_file_that_is_named_may_lie_outside_the_root() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["root", "other"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
            fs::write(folder.path().join(name).join("a.tfvars"), "a = 1").expect("a file");
        }
        let files = Files::disk(&folder.path().join("root")).expect("files");
        let path = |name: &str| files.named(&folder.path().join(name)).map(|source| source.path.to_string());
        assert_eq!(path("root/a.tfvars").as_deref(), Ok("a.tfvars"));
        assert_eq!(path("other/a.tfvars").as_deref(), Ok("../other/a.tfvars"));
        assert_eq!(path("other/b.tfvars"), Err(ReadError::Missing));
        assert!(matches!(path("other"), Err(ReadError::Io(_))));
        assert_eq!(files.read("../other/a.tfvars").err(), Some(ReadError::OutsideRoot), "others do not lead there");
    }

    #[test]
    fn json_in_utf_16_is_read_and_python_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let utf16: Vec<u8> = "\u{feff}ä = 1".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for name in ["a.json", "a.py", "a.tf", "a.tf.json"] {
            fs::write(folder.path().join(name), &utf16).expect("a file");
        }
        fs::write(folder.path().join("b.json"), b"\xff\xfe{").expect("a file");
        fs::write(folder.path().join("c.json"), b"{\"a\": \"\xff\"}").expect("a file");
        let files = Files::disk(folder.path()).expect("files");
        let source = files.read("a.json").expect("a file");
        assert_eq!((source.text(), source.is_utf16()), ("\u{feff}ä = 1", true));
        let position = source.position(6);
        assert_eq!((position.line, position.column, position.offset), (1, 3, 6), "behind a mark and two letters");
        for name in ["a.py", "a.tf", "a.tf.json"] {
            assert_eq!(files.read(name).err(), Some(ReadError::Utf16), "{name}");
            assert!(files.read_if(name, |bytes| bytes.contains(&b'?')).expect("not wanted").is_none());
        }
        assert_eq!(files.read("b.json").err(), Some(ReadError::NotText), "half a letter");
        assert_eq!(files.read("c.json").err(), Some(ReadError::NotText));
    }

    #[test]
    fn what_is_not_wanted_is_not_kept() {
        let files = Files::memory([("a.yaml", "a: 1")]);
        assert!(files.read_if("a.yaml", |bytes| bytes.starts_with(b"b")).expect("a file").is_none());
        assert!(files.read_if("a.yaml", |bytes| bytes.starts_with(b"a")).expect("a file").is_some());
        assert_eq!(files.read_if("b.yaml", |_| true).err(), Some(ReadError::Missing));
    }

    #[test]
    fn a_link_out_of_the_root_is_refused() {
        let outside = tempfile::tempdir().expect("a directory");
        fs::write(outside.path().join("secret.yaml"), "a: 1").expect("a file");
        let root = tempfile::tempdir().expect("a directory");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(outside.path(), root.path().join("dir")).expect("a link");
            std::os::unix::fs::symlink(outside.path().join("secret.yaml"), root.path().join("file.yaml"))
                .expect("a link");
            let files = Files::disk(root.path()).expect("a root");
            assert_eq!(files.read("dir/secret.yaml").err(), Some(ReadError::OutsideRoot));
            assert_eq!(files.read("file.yaml").err(), Some(ReadError::OutsideRoot));
            assert_eq!(files.read("../x").err(), Some(ReadError::OutsideRoot));
        }
    }
}
