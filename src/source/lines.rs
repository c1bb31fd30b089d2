//! From byte offsets to lines and columns.

use std::sync::OnceLock;

use memchr::memchr_iter;

/// Characters are counted once per so many bytes: a minified file is one line, and has thousands of positions.
const BLOCK: usize = 4096;

/// A point in a file as people and editors count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode scalar values, from 1.
    pub column: u32,
    /// Byte offset, from 0.
    pub offset: u32,
}

/// Where each line of a text begins. `\n` ends a line; a `\r` before it belongs to the line's end.
#[derive(Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// Characters that begin before each block; made for the first column far down a long line.
    blocks: OnceLock<Vec<usize>>,
}

impl LineIndex {
    /// The index of a text.
    pub fn of(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr_iter(b'\n', text.as_bytes()).map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX)));
        Self { starts, blocks: OnceLock::new() }
    }

    /// Number of lines; a text that ends in a line break has an empty last one.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// Line number, from 0, that holds a byte offset.
    pub fn line(&self, offset: u32) -> usize {
        self.starts.partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// Byte offset at which a line (from 0) begins; the end of the text for lines that do not exist.
    pub fn start(&self, line: usize, text: &str) -> u32 {
        self.starts.get(line).copied().unwrap_or(u32::try_from(text.len()).unwrap_or(u32::MAX))
    }

    /// The position of an offset in `text`, the very text that was indexed. An offset within a character is moved to its start.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let at = u32::try_from(offset).unwrap_or(u32::MAX);
        let line = self.line(at);
        let start = self.starts[line] as usize;
        // A byte order mark is no character that an editor shows.
        let marks = text[start..offset].chars().take_while(|&char| char == '\u{feff}').count();
        let column = u32::try_from(self.characters(text, start, offset) - marks).unwrap_or(u32::MAX);
        Position { line: u32::try_from(line).unwrap_or(u32::MAX) + 1, column: column + 1, offset: at }
    }

    /// Number of characters that begin between two offsets.
    fn characters(&self, text: &str, start: usize, end: usize) -> usize {
        let bytes = text.as_bytes();
        if end - start <= 2 * BLOCK {
            return begun(&bytes[start..end]);
        }
        let blocks = self.blocks.get_or_init(|| {
            let mut blocks = vec![0];
            for block in bytes.chunks(BLOCK) {
                blocks.push(blocks[blocks.len() - 1] + begun(block));
            }
            blocks
        });
        let before = |offset: usize| blocks[offset / BLOCK] + begun(&bytes[offset - offset % BLOCK..offset]);
        before(end) - before(start)
    }
}

/// Number of characters that begin in some bytes: all but those that continue one.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_end_at_newline() {
        let text = "a\r\nüb\nc";
        let index = LineIndex::of(text);
        let at = |offset| {
            let position = index.position(text, offset);
            (position.line, position.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (2, 1));
        assert_eq!(at(5), (2, 2), "ü is one column and two bytes");
        assert_eq!(at(4), (2, 1), "within ü");
        assert_eq!(at(7), (3, 1));
        assert_eq!(at(99), (3, 2), "beyond the end");
        assert_eq!(index.count(), 3);
    }

    #[test]
    fn columns_of_a_long_line_are_counted_by_blocks() {
        let text = format!("\u{feff}a\n{}", "üb".repeat(5000));
        let index = LineIndex::of(&text);
        for (offset, column) in [(5, 1), (5 + 3, 3), (5 + 3 * 4000, 8001), (5 + 3 * 4999 + 2, 10_000), (99_999, 10_001)]
        {
            assert_eq!(index.position(&text, offset).column, column, "at {offset}");
        }
        assert_eq!(index.position(&text, 4).column, 2, "the byte order mark has no column");
        let exact = "x".repeat(3 * BLOCK);
        assert_eq!(LineIndex::of(&exact).position(&exact, 3 * 4096).column, 3 * 4096 + 1);
    }
}
