//! The lines of a text around the places of a finding: control characters made visible, long lines cut.

use crate::{
    report::visible::symbol,
    source::{LineIndex, Source, Span},
};

/// Lines before the first and after the last marked one that an excerpt holds. The renderer shows one of them; the
/// others are there so that it sees where a line ends.
const BEFORE: usize = 2;
const AFTER: usize = 3;
/// Marks whose lines are at most this far apart share one piece: the lines shown around them touch.
const JOIN: usize = 3;
/// A mark over more lines than this is shown as its first line.
const MAX_LINES: usize = 8;
/// Columns of a line where nobody says another number; a longer one is cut around its marks.
const WIDTH: usize = 120;
/// Least of what is left of such a line on each side of a mark.
const LEAST: usize = 8;

/// A text that lines are taken from: a whole file, or one cell of a notebook.
#[derive(Clone)]
pub(super) struct Sheet<'a> {
    /// Name in the frame's head.
    pub title: String,
    /// The file.
    pub source: &'a Source,
    /// First and last line of the sheet in the file's text, from 0.
    pub lines: (usize, usize),
}

/// Some neighbouring lines.
#[derive(Debug)]
pub(super) struct Piece {
    /// Name of the sheet.
    pub title: String,
    /// Where it begins in the excerpt.
    pub start: usize,
    /// The lines, as shown.
    pub text: String,
    /// Number of the first one in its sheet, from 0.
    pub line: usize,
    /// Offset in the excerpt of each mark, and its column, from 0.
    pub columns: Vec<(usize, usize)>,
}

/// Pieces of one or several texts, addressed as if they were one.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// The pieces, ordered by `start`, with a gap between any two.
    pub pieces: Vec<Piece>,
    /// Columns of a line; a longer one is cut around its marks.
    width: usize,
}

impl Default for Excerpt {
    fn default() -> Self {
        Self::of_width(WIDTH)
    }
}

impl Excerpt {
    /// An excerpt whose lines have at most so many columns, if that leaves room for their marks.
    pub(super) fn of_width(width: usize) -> Self {
        Self { pieces: Vec::new(), width }
    }

    /// Adds the lines around marks of one sheet. Hands out offset and length of each mark in the excerpt, in the
    /// order given. The piece that holds the first mark comes first.
    pub(super) fn add(&mut self, sheet: &Sheet<'_>, marks: &[Span]) -> Vec<(usize, usize)> {
        let (text, index) = (sheet.source.text(), sheet.source.lines());
        let marks: Vec<Span> = marks.iter().map(|&mark| shortened(text, index, mark)).collect();
        let mut shown = vec![(0, 0); marks.len()];
        for cluster in clusters(index, &marks) {
            let spans: Vec<Span> = cluster.iter().map(|&at| marks[at]).collect();
            let start = self.pieces.last().map_or(0, |piece| piece.start + piece.text.len() + 1);
            let (mut piece, places) = piece(sheet, &spans, start, self.width);
            for (&at, (offset, end)) in cluster.iter().zip(places) {
                shown[at] = (start + offset, end.max(offset) - offset);
                let column = index.position(text, marks[at].start).column as usize - 1;
                piece.columns.push((start + offset, column));
            }
            self.pieces.push(piece);
        }
        shown
    }

    /// The piece that holds a range of the excerpt.
    pub(super) fn piece(&self, offset: usize, len: usize) -> Option<&Piece> {
        let next = self.pieces.partition_point(|piece| piece.start <= offset);
        let piece = self.pieces.get(next.checked_sub(1)?)?;
        (offset + len <= piece.start + piece.text.len()).then_some(piece)
    }
}

/// Moves a mark onto character boundaries of the text, and cuts one over many lines to its first.
fn shortened(text: &str, index: &LineIndex, mark: Span) -> Span {
    let floor = |offset: u32| {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    let (start, end) = (floor(mark.start), floor(mark.end));
    let mark = Span::new(start, end);
    let first = index.line(mark.start);
    if last_line(index, mark) - first < MAX_LINES {
        return mark;
    }
    let line_end = index.start(first + 1, text) as usize;
    Span::new(start, start + text[start..line_end].trim_end().len())
}

/// The line of a mark's last byte.
fn last_line(index: &LineIndex, mark: Span) -> usize {
    index.line(mark.end.saturating_sub(1).max(mark.start))
}

/// Numbers of the marks that share a piece. The cluster of the first mark comes first, the others by line.
fn clusters(index: &LineIndex, marks: &[Span]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..marks.len()).collect();
    order.sort_by_key(|&at| marks[at].start);
    let mut clusters: Vec<Vec<usize>> = Vec::new();
    let mut last = 0;
    for at in order {
        match clusters.last_mut() {
            Some(cluster) if index.line(marks[at].start) <= last + JOIN => cluster.push(at),
            _ => clusters.push(vec![at]),
        }
        last = last.max(last_line(index, marks[at]));
    }
    clusters.sort_by_key(|cluster| !cluster.contains(&0));
    clusters
}

/// The lines around marks that lie close together, and where in them each mark begins and ends.
fn piece(sheet: &Sheet<'_>, marks: &[Span], start: usize, width: usize) -> (Piece, Vec<(usize, usize)>) {
    let (text, index) = (sheet.source.text(), sheet.source.lines());
    let first = marks.iter().map(|mark| index.line(mark.start)).min().unwrap_or(0);
    let last = marks.iter().map(|&mark| last_line(index, mark)).max().unwrap_or(0);
    let first = first.saturating_sub(BEFORE).max(sheet.lines.0);
    let last = (last + AFTER).min(sheet.lines.1).max(first);
    let mut lines = Lines { text, width, shown: String::new(), seams: Vec::new() };
    for line in first..=last {
        lines.push(index.start(line, text) as usize..index.start(line + 1, text) as usize, marks);
    }
    let places = marks.iter().map(|mark| (lines.at(mark.start as usize), lines.at(mark.end as usize))).collect();
    let line = first - sheet.lines.0.min(first);
    (Piece { title: sheet.title.clone(), start, text: lines.shown, line, columns: Vec::new() }, places)
}

/// Lines as shown, and how their bytes relate to those of the text.
struct Lines<'a> {
    text: &'a str,
    width: usize,
    shown: String,
    seams: Vec<Seam>,
}

/// From byte `at` of the text on, the bytes stand at `shown` in what is shown: one by one, or all at one point.
struct Seam {
    at: usize,
    shown: usize,
    is_point: bool,
}

impl Lines<'_> {
    fn seam(&mut self, at: usize, is_point: bool) {
        self.seams.push(Seam { at, shown: self.shown.len(), is_point });
    }

    /// Where a byte of the text stands.
    fn at(&self, offset: usize) -> usize {
        let next = self.seams.partition_point(|seam| seam.at <= offset);
        let Some(seam) = next.checked_sub(1).and_then(|at| self.seams.get(at)) else { return 0 };
        if seam.is_point { seam.shown } else { (seam.shown + offset - seam.at).min(self.shown.len()) }
    }

    /// Adds a line of the text with its end.
    fn push(&mut self, line: std::ops::Range<usize>, marks: &[Span]) {
        let whole = &self.text[line.clone()];
        let content = whole.strip_suffix("\r\n").or(whole.strip_suffix('\n')).unwrap_or(whole);
        let end = line.start + content.len();
        let mut done = line.start;
        for kept in self.kept(line.start..end, marks) {
            self.gap(done..kept.start);
            self.push_part(kept.clone());
            done = kept.end;
        }
        self.gap(done..end);
        self.seam(end, false);
        self.shown.push_str(&self.text[end..line.end]);
    }

    /// The parts of a line that are shown.
    fn kept(&self, line: std::ops::Range<usize>, marks: &[Span]) -> Vec<std::ops::Range<usize>> {
        let is_short = line.len() <= self.width
            || line.len() <= 4 * self.width && self.text[line.clone()].chars().count() <= self.width;
        if is_short {
            return vec![line];
        }
        let inside = |mark: &&Span| (mark.start as usize) <= line.end && mark.end as usize >= line.start;
        let marks: Vec<&Span> = marks.iter().filter(inside).collect();
        // Each mark has its share; one column goes for each `…`.
        let room = (self.width / marks.len().max(1)).saturating_sub(2);
        let within = room.saturating_sub(2 * LEAST).max(LEAST);
        let mut parts: Vec<_> = marks
            .iter()
            .map(|mark| {
                let start = (mark.start as usize).max(line.start);
                let end = (mark.end as usize).min(start + within).max(start);
                let around = room.saturating_sub(end - start) / 2;
                start.saturating_sub(around)..end + around
            })
            .collect();
        if parts.is_empty() {
            parts.push(line.start..line.start + room);
        }
        parts.sort_by_key(|part| part.start);
        let mut kept: Vec<std::ops::Range<usize>> = Vec::new();
        for part in parts {
            let part = self.floor(part.start.max(line.start))..self.floor(part.end.min(line.end));
            match kept.last_mut() {
                Some(last) if part.start <= last.end => last.end = last.end.max(part.end),
                _ => kept.push(part),
            }
        }
        kept
    }

    fn floor(&self, mut offset: usize) -> usize {
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }

    fn gap(&mut self, left_out: std::ops::Range<usize>) {
        if !left_out.is_empty() {
            self.seam(left_out.start, true);
            self.shown.push('…');
        }
    }

    fn push_part(&mut self, part: std::ops::Range<usize>) {
        self.seam(part.start, false);
        let mut plain = part.start;
        for (at, char) in self.text[part.clone()].char_indices() {
            let Some(symbol) = symbol(char).filter(|_| char != '\t') else { continue };
            let at = part.start + at;
            self.shown.push_str(&self.text[plain..at]);
            self.seam(at, true);
            self.shown.push(symbol);
            plain = at + char.len_utf8();
            self.seam(plain, false);
        }
        self.shown.push_str(&self.text[plain..part.end]);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::FileId;

    fn shown(text: &str, marks: &[Span]) -> (Excerpt, Vec<String>) {
        let source = Source::plain(FileId(0), "t".into(), Arc::from(text));
        let sheet = Sheet { title: "t".into(), source: &source, lines: (0, source.lines().count() - 1) };
        let mut excerpt = Excerpt::default();
        let places = excerpt.add(&sheet, marks);
        let marked = places
            .iter()
            .map(|&(offset, len)| {
                let piece = excerpt.piece(offset, len).expect("a piece");
                piece.text[offset - piece.start..][..len].to_owned()
            })
            .collect();
        (excerpt, marked)
    }

    #[test]
    fn control_characters_are_shown_as_symbols_and_marks_move_along() {
        let text = "a: \u{1b}[31m\u{202e}b # c\rd\r\ne\tf\n";
        let at = text.find('b').expect("b");
        let (excerpt, marked) = shown(text, &[Span::new(at, at + 1), Span::new(3, 4)]);
        assert_eq!(excerpt.pieces[0].text, "a: ␛[31m\u{fffd}b # c␍d\r\ne\tf\n");
        assert_eq!(marked, ["b", "␛"]);
    }

    #[test]
    fn long_lines_are_cut_around_their_marks() {
        let text = format!("{}KEY{}VALUE{}", "x".repeat(1000), "y".repeat(1000), "z".repeat(1000));
        let (excerpt, marked) = shown(&text, &[Span::new(1000, 1003), Span::new(2003, 2008)]);
        // 58 columns for each: 27 on each side of the one, 26 on each side of the other.
        let around = |letter: &str, count| letter.repeat(count);
        let expected =
            [("…", around("x", 27), "KEY", around("y", 27)), ("…", around("y", 26), "VALUE", around("z", 26) + "…")];
        let expected = expected.map(|(gap, before, mark, after)| format!("{gap}{before}{mark}{after}")).concat();
        assert_eq!(excerpt.pieces[0].text, expected);
        assert_eq!(marked, ["KEY", "VALUE"]);
        assert_eq!(excerpt.pieces[0].columns, [(30, 1000), (89, 2003)]);
    }

    #[test]
    fn a_long_mark_is_cut_to_the_width() {
        let source = Source::plain(FileId(0), "t".into(), Arc::from("k: ".to_owned() + &"v".repeat(240)));
        let sheet = Sheet { title: "t".into(), source: &source, lines: (0, 0) };
        let mut excerpt = Excerpt::of_width(52);
        // 52 columns, two for `…`, eight at least on each side.
        assert_eq!(excerpt.add(&sheet, &[Span::new(3, 243)]), [(3, 45)]);
        assert_eq!(excerpt.pieces[0].text, format!("k: {}…", "v".repeat(42)));
    }

    #[test]
    fn marks_far_apart_are_pieces_of_their_own_and_the_first_mark_leads() {
        let text = "a\n".repeat(40);
        let (excerpt, marked) = shown(&text, &[Span::new(60, 61), Span::new(2, 3)]);
        let lines: Vec<_> = excerpt.pieces.iter().map(|piece| (piece.line, piece.start)).collect();
        assert_eq!(lines, [(28, 0), (0, 13)]);
        assert_eq!(marked, ["a", "a"]);
    }

    #[test]
    fn a_mark_over_many_lines_is_shown_as_its_first() {
        let (_, marked) = shown(&format!("head  \n{}", "a\n".repeat(40)), &[Span::new(0, 60)]);
        assert_eq!(marked, ["head"]);
    }
}
