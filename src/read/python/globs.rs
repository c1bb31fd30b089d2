//! What lies in a folder of the root: `glob`, `listdir`, `exists`.

use globset::{GlobBuilder, GlobMatcher};
use ruff_text_size::TextRange;

use super::{
    Machine,
    calls::{Arguments, joined_path},
};
use crate::{
    graph::value::{Data, Value},
    source::Place,
};

/// Most files that are listed.
const MAX_FILES: usize = 64;
/// What it takes to look at a folder.
const LOOK: usize = 200;

/// What is listed of a folder.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Listing<'p> {
    /// All paths, after the folder.
    All,
    /// The names alone.
    Names,
    /// The paths that fit a pattern, after the folder; with those that begin with a dot, if told.
    Fitting(&'p str, bool),
}

impl Machine<'_> {
    /// `glob.glob(pattern)`, `os.listdir(path)`; nothing for another call.
    pub(super) fn listing_call(&mut self, symbol: &str, arguments: &Arguments, range: TextRange) -> Option<Value> {
        let is_plain = arguments.positional.len() == 1 && arguments.named.entries.is_empty();
        let path = &arguments.positional.first().filter(|_| is_plain)?.value;
        match (symbol, &path.data) {
            ("glob.glob" | "glob.iglob", Data::Text(pattern)) => {
                let (folder, pattern) = pattern.rsplit_once('/').unwrap_or(("", pattern));
                let folder = Value::text(folder, path.origin.place);
                self.listing(&folder, Listing::Fitting(pattern, false), range)
            }
            ("os.listdir", _) => self.listing(path, Listing::Names, range),
            ("os.path.exists" | "os.path.isfile", _) => self.is_there(path, self.place(range)),
            _ => None,
        }
    }

    /// The same by a method of a path.
    pub(super) fn listing_method(
        &mut self,
        path: &Value,
        name: &str,
        arguments: &Arguments,
        range: TextRange,
    ) -> Option<Value> {
        match (name, arguments.positional.first().map(|argument| &argument.value.data)) {
            ("glob", Some(Data::Text(pattern))) => self.listing(path, Listing::Fitting(pattern, true), range),
            ("iterdir", None) => self.listing(path, Listing::All, range),
            ("exists" | "is_file", None) => self.is_there(path, self.place(range)),
            _ => None,
        }
    }

    /// A file that lies there is there. One that does not may be made by then.
    fn is_there(&mut self, path: &Value, place: Place) -> Option<Value> {
        let found = self.file_at(path)?;
        (!self.is_written(&found)).then(|| Value::new(Data::Bool(true), place))
    }

    /// The paths in a folder. In which order they come is known only where they are sorted.
    fn listing(&mut self, folder: &Value, what: Listing<'_>, range: TextRange) -> Option<Value> {
        let place = self.place(range);
        let key = self.known_folder(folder)?;
        // What the code has written may lie there as well.
        if !self.written.is_empty() {
            return None;
        }
        self.spend(LOOK);
        let fitting = match what {
            Listing::Fitting(pattern, _) if pattern.contains(['[', '/']) || pattern.contains("**") => return None,
            Listing::Fitting(pattern, with_hidden) => Some((matcher(pattern)?, with_hidden)),
            Listing::All | Listing::Names => None,
        };
        let fits = |name: &str| match &fitting {
            Some((matcher, with_hidden)) => (*with_hidden || !name.starts_with('.')) && matcher.is_match(name),
            None => true,
        };
        let names: Vec<String> =
            self.files.entries(&key).into_iter().map(|entry| entry.name).filter(|name| fits(name)).collect();
        let before = self.source.text().get(..range.start().to_usize()).unwrap_or_default();
        let is_ordered = names.len() <= 1
            || before.trim_end_matches(['(', ' ', '\n']).ends_with("sorted") && before.trim_end().ends_with('(');
        if names.is_empty() || names.len() > MAX_FILES || !is_ordered {
            return None;
        }
        self.spend(names.len());
        let is_bare = what == Listing::Names
            || matches!(&folder.data, Data::Text(folder) if folder.is_empty() || &**folder == ".");
        let path = |name: String| {
            let name = Value::text(name, place);
            if is_bare { name } else { joined_path(&[folder.clone(), name], place) }
        };
        let items = names.into_iter().map(path).collect();
        Some(Value::list(items, place))
    }
}

/// What fits a pattern of `glob` in which `*` and `?` mean something, and no other letters do.
fn matcher(pattern: &str) -> Option<GlobMatcher> {
    let plain = pattern.replace('{', "[{]").replace('}', "[}]");
    let glob = GlobBuilder::new(&plain).literal_separator(true).backslash_escape(false).build().ok()?;
    Some(glob.compile_matcher())
}

#[cfg(test)]
mod tests {
    use super::matcher;

    #[test]
    fn patterns_fit_names() {
        for (pattern, name, expected) in [
            ("*.yaml", "a.yaml", true),
            ("*.yaml", "a.yml", false),
            ("a?.json", "ab.json", true),
            ("a?.json", "a.json", false),
            ("*-*.json", "a-b-c.json", true),
            ("*", "", true),
            ("a*b", "ab", true),
            ("a*b", "abc", false),
        ] {
            assert_eq!(matcher(pattern).is_some_and(|fits| fits.is_match(name)), expected, "{pattern} {name}");
        }
    }
}
