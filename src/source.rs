//! Files as mllint sees them: confined to one root, held once, addressed by byte spans.

mod cells;
mod disk;
mod encoding;
mod files;
mod globs;
mod ignored;
mod lines;
mod mistake;
mod only;
mod replace;

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use encoding::Units;

pub use cells::{Cell, CellPosition, Cells, Segment};
pub use disk::{
    CDK, CONFIG, Candidate, DiscoverError, Discovery, EXCLUDED, PYPROJECT, Scan, Skipped, discover, is_candidate,
    root_of,
};
pub use files::{Files, FolderEntry, MAX_BYTES, ReadError, folder_of, normal, text_of, within};
pub use globs::{GlobError, Globs, glob_from};
pub use lines::{LineIndex, Position};
pub use mistake::Mistake;
pub use only::Only;
pub use replace::replace;

/// A range of bytes in a file's text; `end` is exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// Byte after the last one.
    pub end: u32,
}

impl Span {
    /// A span from two byte offsets; offsets beyond 4 GiB are clamped (no such file is read).
    pub fn new(start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: clamp(start), end: clamp(end.max(start)) }
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the span covers no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether `other` lies within this span.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// The span as a range for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The same span moved by `offset` bytes to the right.
    pub fn shifted(self, offset: usize) -> Self {
        Self::new(self.start as usize + offset, self.end as usize + offset)
    }
}

/// Number of a file within one run. Only equality means anything: the numbers depend on thread timing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub(crate) u32);

/// A span in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Bytes of the file's *text* (see [`Source::text`]).
    pub span: Span,
}

impl Place {
    /// A place from its two parts.
    pub fn new(file: FileId, span: Span) -> Self {
        Self { file, span }
    }

    /// From the start of this place or another, whichever is first, to the end of the other; this one alone where the other
    /// is in another file, or ends before it.
    #[must_use]
    pub fn through(self, other: Self) -> Self {
        if self.file != other.file || other.span.end < self.span.start {
            return self;
        }
        Self::new(self.file, Span { start: self.span.start.min(other.span.start), end: other.span.end })
    }
}

/// One file that was read.
///
/// `text` is what parsers and spans speak of. It equals the raw file, but for notebooks: there it is the code
/// cells one after the other, and [`Cells`] leads back to the bytes of the JSON.
pub struct Source {
    /// The file's number.
    pub id: FileId,
    /// Path from the root, with `/`.
    pub path: Arc<str>,
    raw: Arc<str>,
    text: Arc<str>,
    cells: Option<Cells>,
    lines: OnceLock<LineIndex>,
    raw_lines: OnceLock<LineIndex>,
    /// Of a file in UTF-16: where its text stands in it.
    units: Option<OnceLock<Units>>,
}

impl Source {
    /// A plain file: text and raw bytes are the same.
    pub fn plain(id: FileId, path: Arc<str>, raw: Arc<str>) -> Self {
        let (lines, raw_lines) = (OnceLock::new(), OnceLock::new());
        Self { id, path, text: raw.clone(), raw, cells: None, lines, raw_lines, units: None }
    }

    /// A file in UTF-16, by its text.
    pub(crate) fn utf16(id: FileId, path: Arc<str>, raw: Arc<str>) -> Self {
        Self { units: Some(OnceLock::new()), ..Self::plain(id, path, raw) }
    }

    /// Whether the file is in UTF-16: its text is not what its bytes are, so that nothing can be written into it.
    pub fn is_utf16(&self) -> bool {
        self.units.is_some()
    }

    /// The same file seen as a notebook, whose code cells are `text`.
    pub fn with_cells(&self, text: Arc<str>, cells: Cells) -> Self {
        Self {
            id: self.id,
            path: self.path.clone(),
            raw: self.raw.clone(),
            text,
            cells: Some(cells),
            lines: OnceLock::new(),
            raw_lines: OnceLock::new(),
            units: None,
        }
    }

    /// The text that spans speak of.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the file, as they are on disk (a byte order mark included); of UTF-16 the same text in UTF-8.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The notebook's cells, if the file is one.
    pub fn cells(&self) -> Option<&Cells> {
        self.cells.as_ref()
    }

    /// The slice at a span, clamped to the text and to character boundaries.
    pub fn slice(&self, span: Span) -> &str {
        let clamp = |mut offset: usize| {
            offset = offset.min(self.text.len());
            while !self.text.is_char_boundary(offset) {
                offset -= 1;
            }
            offset
        };
        let (start, end) = (clamp(span.start as usize), clamp(span.end as usize));
        &self.text[start..end.max(start)]
    }

    /// A place in this file.
    pub fn place(&self, span: Span) -> Place {
        Place::new(self.id, span)
    }

    /// Lines of the text.
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::of(&self.text))
    }

    /// The span in bytes of the raw file.
    pub fn raw_span(&self, span: Span) -> Span {
        match &self.cells {
            Some(cells) => cells.raw_span(span),
            None => span,
        }
    }

    /// A replacement of bytes of the text, as one of bytes of the raw file.
    pub fn raw_edit(&self, span: Span, replacement: &str) -> (Span, String) {
        match &self.cells {
            Some(cells) => cells.raw_edit(&self.raw, span, replacement),
            None => (span, replacement.to_owned()),
        }
    }

    /// Line, column and byte of an offset of the text, in the raw file: what an editor shows.
    pub fn position(&self, offset: u32) -> Position {
        match &self.cells {
            None => {
                let position = self.lines().position(&self.text, offset);
                match &self.units {
                    Some(units) => {
                        let units = units.get_or_init(|| Units::of(&self.text));
                        Position { offset: units.byte(&self.text, position.offset), ..position }
                    }
                    None => position,
                }
            }
            Some(cells) => {
                let raw = cells.raw_span(Span { start: offset, end: offset }).start;
                self.raw_lines.get_or_init(|| LineIndex::of(&self.raw)).position(&self.raw, raw)
            }
        }
    }

    /// Start and end of a span in the raw file.
    pub fn positions(&self, span: Span) -> (Position, Position) {
        match &self.cells {
            None => (self.position(span.start), self.position(span.end)),
            Some(cells) => {
                let raw = cells.raw_span(span);
                let lines = self.raw_lines.get_or_init(|| LineIndex::of(&self.raw));
                (lines.position(&self.raw, raw.start), lines.position(&self.raw, raw.end))
            }
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("path", &self.path).field("bytes", &self.raw.len()).finish()
    }
}
