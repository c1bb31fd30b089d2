//! Files that are not UTF-8: UTF-16 with a byte order mark, as Windows PowerShell writes it.

/// Code units are counted once per so many bytes of text.
const BLOCK: usize = 4096;

/// Whether bytes begin as UTF-16 text does, which UTF-8 never does.
pub(super) fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff])
}

/// The text of UTF-16 bytes, its byte order mark included; nothing where they are none.
pub(super) fn decoded(bytes: &[u8]) -> Option<String> {
    let is_big = bytes.starts_with(&[0xfe, 0xff]);
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| if is_big { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) });
    let text: Result<String, _> = char::decode_utf16(units).collect();
    text.ok().filter(|_| rest.is_empty())
}

/// Where the bytes of a text stand in the file of UTF-16 that it was.
#[derive(Debug)]
pub(super) struct Units {
    /// Code units before each block of the text.
    before: Vec<u32>,
}

impl Units {
    /// Those of a text.
    pub(super) fn of(text: &str) -> Self {
        let mut before = vec![0];
        for block in text.as_bytes().chunks(BLOCK) {
            before.push(before[before.len() - 1] + units(block));
        }
        Self { before }
    }

    /// The byte of the file at an offset of `text`, the very text that was counted.
    pub(super) fn byte(&self, text: &str, offset: u32) -> u32 {
        let offset = (offset as usize).min(text.len());
        let within = units(&text.as_bytes()[offset - offset % BLOCK..offset]);
        (self.before[offset / BLOCK] + within).saturating_mul(2)
    }
}

/// Code units of UTF-16 that begin in some bytes of UTF-8.
fn units(bytes: &[u8]) -> u32 {
    let units = bytes.iter().map(|byte| match byte {
        0x80..=0xbf => 0,
        0xf0.. => 2,
        _ => 1,
    });
    units.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_are_read_and_halves_of_pairs_are_not() {
        assert_eq!(decoded(b"\xff\xfea\0\xfc\0").as_deref(), Some("\u{feff}aü"));
        assert_eq!(decoded(b"\xfe\xff\0a\xd8\x3d\xde\x00").as_deref(), Some("\u{feff}a😀"));
        assert_eq!(decoded(b"\xff\xfea"), None, "half a unit");
        assert_eq!(decoded(b"\xff\xfe\x00\xd8"), None, "half a pair");
        assert!(!is_utf16(b"\xef\xbb\xbfa"));
    }

    #[test]
    fn offsets_are_those_of_the_file() {
        let text = format!("\u{feff}ü😀b{}c", "ü".repeat(5000));
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let units = Units::of(&text);
        for (letter, offset) in [("b", 3 + 2 + 4), ("c", text.len() - 1)] {
            let at = units.byte(&text, u32::try_from(offset).unwrap()) as usize;
            assert_eq!(bytes[at..at + 2], [letter.as_bytes()[0], 0], "{letter}");
        }
        assert_eq!(units.byte(&text, 99_999) as usize, bytes.len());
    }
}
