//! A look at the bytes of Python text that spares nearly all of it the tokens: can any of its lines be deep?

use ruff_python_parser::Mode;

/// How deep an indentation by a tab can be, at most: as deep as that many spaces.
const TAB: usize = 8;

/// Whether the marks and words of some logical line that could make its tree deeper, and the blocks that it may stand in,
/// are more than a limit. Where it is not certain that a line ends, because of a bracket or a text that is open, those of
/// the next line are added to it.
pub(super) fn may_be_deeper_than(limit: usize, text: &str, mode: Mode) -> bool {
    // Each level takes a byte at least.
    if text.len() <= limit {
        return false;
    }
    // What follows the `!` and `%` of a notebook is no Python, and may have any quotes.
    let mut scan = Scan { bytes: text.as_bytes(), at: 0, depth: 1, open: Vec::new(), is_sure: mode == Mode::Module };
    scan.indentation();
    while let Some(&byte) = scan.bytes.get(scan.at) {
        scan.step(byte);
        if scan.depth > limit {
            return true;
        }
    }
    false
}

/// Goes through a text.
struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    /// How deep the tree of the line at hand may be, so far.
    depth: usize,
    /// The brackets that are open, by what closes them.
    open: Vec<u8>,
    /// Whether it is certain what is a text or a comment, and which brackets are open.
    is_sure: bool,
}

impl Scan<'_> {
    fn step(&mut self, byte: u8) {
        let start = self.at;
        self.at += 1;
        self.depth += match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => return self.word(start),
            b'"' | b'\'' => return self.quote(start, byte, false),
            b'\n' | b'\r' => return self.newline(),
            b'#' if self.is_sure => {
                self.at = self.end_of_line();
                0
            }
            b'\\' if self.is_sure => {
                // A line goes on behind it, or the text is broken.
                self.is_sure = matches!(self.peek(), Some(b'\n' | b'\r'));
                self.at += if self.bytes[self.at..].starts_with(b"\r\n") { 2 } else { usize::from(self.is_sure) };
                1
            }
            b' ' | b'\t' | b',' | b':' | b';' => 0,
            b'(' | b'[' | b'{' => {
                self.open.push(match byte {
                    b'(' => b')',
                    b'[' => b']',
                    _ => b'}',
                });
                2
            }
            b')' | b']' | b'}' => {
                self.is_sure &= self.open.pop() == Some(byte);
                1
            }
            // An indentation may begin anew behind it.
            0x0c => {
                self.is_sure = false;
                1
            }
            // The bytes of a character behind the first.
            0x80..=0xbf => 0,
            _ => 1,
        };
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Where the line at hand ends.
    fn end_of_line(&self) -> usize {
        memchr::memchr2(b'\n', b'\r', &self.bytes[self.at..]).map_or(self.bytes.len(), |length| self.at + length)
    }

    fn word(&mut self, start: usize) {
        while self.peek().is_some_and(|byte| byte == b'_' || byte.is_ascii_alphanumeric()) {
            self.at += 1;
        }
        let word = &self.bytes[start..self.at];
        // A keyword may follow a number without a space, and so may the prefix of a text.
        let is_number = word[0].is_ascii_digit();
        self.depth += usize::from(is_number || is_deepening(word));
        if let Some(quote @ (b'"' | b'\'')) = self.peek() {
            self.is_sure &= !is_number;
            let holes = matches!(
                word,
                [b'f' | b'F' | b't' | b'T']
                    | [b'f' | b'F' | b't' | b'T', b'r' | b'R']
                    | [b'r' | b'R', b'f' | b'F' | b't' | b'T']
            );
            let at = self.at;
            self.at += 1;
            // Where it is not certain what the word is, the text may have holes all the same.
            self.quote(at, quote, holes);
        }
    }

    /// A text begins: what is in it counts only where it may have holes.
    fn quote(&mut self, start: usize, quote: u8, holes: bool) {
        // A text with holes is a bracket of its own.
        self.depth += 2;
        if !self.is_sure {
            return;
        }
        let is_long = self.bytes[start..].starts_with(&[quote; 3]);
        self.at = start + if is_long { 3 } else { 1 };
        // The holes that are open, and the other brackets within them.
        let (mut inner, mut brackets) = (0_usize, 0_usize);
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                // `\{` opens a hole, `\N{…}` does not; within one it is no escape.
                b'\\' if inner > 0 || holes && matches!(self.peek(), Some(b'{' | b'}' | b'N')) => break,
                b'\\' => self.at += 1,
                b'\n' | b'\r' if !is_long => break,
                b'{' if holes => inner += 1,
                b'}' if holes => match inner.checked_sub(1) {
                    Some(left) if brackets == 0 => inner = left,
                    _ => break,
                },
                b'(' | b'[' if inner > 0 => brackets += 1,
                b')' | b']' if inner > 0 => match brackets.checked_sub(1) {
                    Some(left) => brackets = left,
                    None => break,
                },
                byte if byte == quote => {
                    let is_end = !is_long || self.bytes[self.at..].starts_with(&[quote; 2]);
                    if is_end && inner == 0 {
                        self.at += if is_long { 2 } else { 0 };
                        return;
                    }
                    // Within a hole it may begin a text.
                    if inner > 0 {
                        break;
                    }
                }
                b'#' if inner > 0 => break,
                b'"' | b'\'' if inner > 0 && !self.inner_text(byte) => break,
                _ => {}
            }
            self.depth += if inner > 0 { 2 } else { 0 };
        }
        // All that seemed to be in it is looked at again.
        (self.at, self.is_sure) = (start + 1, false);
    }

    /// A short text within a hole of another one; whether it ends, and has nothing in it that may be more than text.
    fn inner_text(&mut self, quote: u8) -> bool {
        self.depth += 2;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'\\' | b'{' | b'}' | b'\n' | b'\r' => return false,
                byte if byte == quote => return true,
                _ => {}
            }
        }
        false
    }

    /// A line ends: the next one begins with no more than the blocks that it stands in.
    fn newline(&mut self) {
        if self.is_sure && self.open.is_empty() {
            // An indentation that fits none before it is a token as well.
            self.depth = 2;
            self.indentation();
        } else if matches!(self.peek(), Some(b' ' | b'\t')) {
            self.depth += 1;
        }
    }

    /// Goes over the blanks before a line: each may be a block.
    fn indentation(&mut self) {
        while let Some(byte @ (b' ' | b'\t')) = self.peek() {
            self.depth += if byte == b'\t' { TAB } else { 1 };
            self.at += 1;
        }
    }
}

/// Whether a word is a keyword that makes a tree deeper: one that is no value, and begins or ends none.
fn is_deepening(word: &[u8]) -> bool {
    let words: &[&[u8]] = match word.len() {
        2 => &[b"as", b"if", b"in", b"is", b"or"],
        3 => &[b"and", b"for", b"not"],
        4 => &[b"case", b"elif", b"else", b"from", b"lazy", b"type"],
        5 => &[b"async", b"await", b"break", b"match", b"yield"],
        6 => &[b"except", b"lambda"],
        7 => &[b"finally"],
        8 => &[b"continue", b"nonlocal"],
        _ => &[],
    };
    words.contains(&word)
}
