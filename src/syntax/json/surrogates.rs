//! Escapes such as `\ud83d` that lack their other half: other tools write them, but no text can hold them.

use std::borrow::Cow;

use memchr::memchr;

use crate::source::Span;

/// The text with `\ufffd` in place of each half surrogate pair, equally long, and where they were.
pub(super) fn replaced(json: &str) -> (Cow<'_, str>, Vec<Span>) {
    let halves = find(json.as_bytes());
    if halves.is_empty() {
        return (Cow::Borrowed(json), halves);
    }
    let (mut text, mut done) = (String::with_capacity(json.len()), 0);
    for half in &halves {
        text.push_str(&json[done..half.start as usize]);
        text.push_str("\\ufffd");
        done = half.end as usize;
    }
    text.push_str(&json[done..]);
    (Cow::Owned(text), halves)
}

fn find(bytes: &[u8]) -> Vec<Span> {
    let (mut halves, mut at) = (Vec::new(), 0);
    while let Some(next) = bytes.get(at..).and_then(|rest| memchr(b'\\', rest)) {
        at += next;
        at += match unit(bytes, at) {
            Some(0xd800..=0xdbff) if matches!(unit(bytes, at + 6), Some(0xdc00..=0xdfff)) => 12,
            Some(0xd800..=0xdfff) => {
                halves.push(Span::new(at, at + 6));
                6
            }
            // Any other escape: what follows the backslash is not the start of one.
            _ => 2,
        };
    }
    halves
}

/// The code unit that an escape `\uXXXX` at this place stands for.
fn unit(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit, &byte| Some(unit * 16 + char::from(byte).to_digit(16)?))
}
