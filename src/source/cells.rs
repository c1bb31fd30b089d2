//! The map between a notebook's code and the bytes of its JSON.

use super::Span;

/// A stretch of code that stands unchanged (or as one escape) in the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Where it begins in the code.
    pub text: u32,
    /// Where it begins in the raw file.
    pub raw: u32,
    /// Bytes in the code.
    pub text_len: u32,
    /// Bytes in the raw file; differs from `text_len` for an escape such as `\n` or `\u00fc`.
    pub raw_len: u32,
}

/// One code cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Number of the cell among *all* cells of the notebook, from 1.
    pub index: u32,
    /// Its code, as a span of the text.
    pub span: Span,
}

/// A point within a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellPosition {
    /// Number of the cell among all cells, from 1.
    pub index: u32,
    /// Line within the cell, from 1.
    pub line: u32,
    /// Column within the line in Unicode scalar values, from 1.
    pub column: u32,
}

/// All code cells of a notebook, in order, and how their text maps to the file.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    /// The cells, ordered by span.
    pub cells: Vec<Cell>,
    /// The segments, ordered by `text`.
    pub segments: Vec<Segment>,
}

impl Cells {
    /// The cell that holds an offset of the text.
    pub fn cell_at(&self, offset: u32) -> Option<&Cell> {
        let next = self.cells.partition_point(|cell| cell.span.start <= offset);
        self.cells.get(next.checked_sub(1)?)
    }

    /// Cell, line and column of an offset of the text.
    pub fn position(&self, text: &str, offset: u32) -> Option<CellPosition> {
        let cell = self.cell_at(offset)?;
        let offset = (offset.min(cell.span.end) as usize).min(text.len());
        let before = text.get(cell.span.start as usize..offset)?;
        let line = memchr::memchr_iter(b'\n', before.as_bytes()).count();
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Some(CellPosition { index: cell.index, line: count(line) + 1, column: count(column) + 1 })
    }

    /// The bytes of the raw file that hold a span of the text.
    pub fn raw_span(&self, span: Span) -> Span {
        let start = self.raw(span.start, false);
        let end = if span.is_empty() { start } else { self.raw(span.end, true) };
        Span { start, end: end.max(start) }
    }

    /// A replacement of bytes of the text, as one of bytes of the raw file. What is new is written as JSON, each line a
    /// string of its own where the cell's code is written so.
    pub fn raw_edit(&self, raw: &str, span: Span, replacement: &str) -> (Span, String) {
        let place = self.raw_span(span);
        let between = self.between_lines(raw, span.start);
        let mut written = String::with_capacity(replacement.len() + 2);
        for (at, line) in replacement.split('\n').enumerate() {
            if at > 0 {
                written.push_str("\\n");
                written.push_str(&between);
            }
            let json = serde_json::Value::from(line).to_string();
            written.push_str(json.get(1..json.len() - 1).unwrap_or_default());
        }
        (place, written)
    }

    /// What stands between two lines of the cell at an offset: nothing where the code is one string, else
    /// `",` and the way to the next string, its quote included.
    fn between_lines(&self, raw: &str, offset: u32) -> String {
        let Some(cell) = self.cell_at(offset) else { return String::new() };
        let first = self.segments.partition_point(|segment| segment.text < cell.span.start);
        let own = self.segments[first..].iter().take_while(|segment| segment.text < cell.span.end);
        let own: Vec<&Segment> = own.filter(|segment| segment.raw_len > 0).collect();
        let gaps = own.windows(2).map(|pair| (pair[0].raw + pair[0].raw_len) as usize..pair[1].raw as usize);
        // Where an empty string stands between two others, the way is longer.
        if let Some(between) = gaps.filter(|gap| !gap.is_empty()).min_by_key(ExactSizeIterator::len) {
            return raw.get(between).unwrap_or_default().to_owned();
        }
        // One string only: a list has a bracket before it.
        let quote = own.first().map_or(0, |segment| segment.raw as usize).saturating_sub(1);
        let before = raw.get(..quote).unwrap_or_default();
        let blank = before.len() - before.trim_end().len();
        if before.trim_end().ends_with('[') {
            format!("\",{}\"", &before[before.len() - blank..])
        } else {
            String::new()
        }
    }

    /// The raw offset of a text offset. At a seam between two segments, an end belongs to the left one.
    fn raw(&self, offset: u32, is_end: bool) -> u32 {
        let next = self.segments.partition_point(
            |segment| {
                if is_end { segment.text < offset } else { segment.text <= offset }
            },
        );
        let Some(segment) = next.checked_sub(1).and_then(|at| self.segments.get(at)) else {
            return self.segments.first().map_or(0, |segment| segment.raw);
        };
        let within = offset - segment.text;
        if segment.text_len == segment.raw_len {
            segment.raw + within.min(segment.raw_len)
        } else if within == 0 {
            segment.raw
        } else {
            segment.raw + segment.raw_len
        }
    }
}
