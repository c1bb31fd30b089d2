//! Character sets: the names that Terraform knows them by, and how texts are written in them.

use std::borrow::Cow;

use encoding_rs::Encoding;
use rustc_hash::FxHashMap;

use super::Call;
use crate::read::terraform::eval::convert::{Outcome, Stop, invalid};

/// Steps that a name takes, which is looked for among all, and those of a table of pairs.
const NAME_STEPS: usize = 8;
const TABLE_STEPS: usize = 4096;

/// Names and tables.
const SETS: &str = include_str!("charsets.txt");

/// How a set writes its characters.
enum Charset {
    Utf8,
    /// `marked`: with a mark in front that tells the order of the bytes.
    Utf16 {
        big: bool,
        marked: bool,
    },
    /// One byte for each character: the characters of the bytes from `first` on, those below it being ASCII.
    Bytes {
        first: usize,
        characters: Vec<Option<char>>,
    },
    /// Several bytes, read by the rules of the web: of several ways to write a character the first one, or the last.
    Pairs {
        web: &'static Encoding,
        last: bool,
    },
    /// Several bytes, read and written by the rules of the web.
    Web(&'static Encoding),
}

impl Charset {
    /// The set with a name.
    fn named(name: &str) -> Outcome<Self> {
        let name = name.trim().to_lowercase();
        let mut lines = SETS.lines().filter(|line| !line.starts_with('#'));
        lines.find(|line| !line.starts_with(' ') && line.split(' ').any(|known| known == name));
        let mut words = lines.take_while(|line| line.starts_with(' ')).flat_map(str::split_whitespace);
        Ok(match words.next() {
            None => return invalid(format!("the character set `{name}`")),
            Some("utf-8") => Self::Utf8,
            Some("utf-16") => Self::Utf16 { big: true, marked: true },
            Some("utf-16be") => Self::Utf16 { big: true, marked: false },
            Some("utf-16le") => Self::Utf16 { big: false, marked: false },
            Some("ascii") => Self::Bytes { first: 128, characters: Vec::new() },
            Some("upper") => Self::Bytes { first: 128, characters: words.flat_map(characters).collect() },
            Some("all") => Self::Bytes { first: 0, characters: words.flat_map(characters).collect() },
            Some(how) => match (how, words.next().and_then(|label| Encoding::for_label(label.as_bytes()))) {
                ("first", Some(web)) => Self::Pairs { web, last: false },
                ("last", Some(web)) => Self::Pairs { web, last: true },
                ("web", Some(web)) => Self::Web(web),
                _ => return Err(Stop::Unsupported(format!("the character set `{name}`").into())),
            },
        })
    }

    /// The bytes of a text.
    fn encoded(&self, text: &str) -> Outcome<Vec<u8>> {
        let bytes = match self {
            Self::Web(web) if *web == encoding_rs::GB18030 && text.chars().any(is_young) => return undecided(),
            Self::Web(web)
                if *web != encoding_rs::GB18030 && text.chars().any(|one| is_young(one) || is_alike(one)) =>
            {
                None
            }
            Self::Web(web) if *web == encoding_rs::ISO_2022_JP => iso_2022_jp(text),
            Self::Utf8 => Some(text.as_bytes().to_vec()),
            Self::Utf16 { big, marked } => {
                let mark = marked.then_some(0xfeff);
                let bytes = |unit: u16| if *big { unit.to_be_bytes() } else { unit.to_le_bytes() };
                Some(mark.into_iter().chain(text.encode_utf16()).flat_map(bytes).collect())
            }
            Self::Bytes { first, characters } => {
                let byte = |char: char| {
                    let ascii = usize::from(u8::try_from(char).ok().filter(u8::is_ascii)?);
                    (ascii < *first).then_some(ascii)
                };
                let listed = |char: char| characters.iter().position(|known| *known == Some(char)).map(|at| at + first);
                text.chars().map(|char| u8::try_from(byte(char).or_else(|| listed(char))?).ok()).collect()
            }
            Self::Pairs { web, last } => {
                let written = written(web, *last);
                let bytes = |char: char| match u8::try_from(char).ok().filter(u8::is_ascii) {
                    Some(byte) => Some(vec![byte]),
                    None => written.get(&char).cloned(),
                };
                text.chars().map(bytes).collect::<Option<Vec<_>>>().map(|bytes| bytes.concat())
            }
            Self::Web(web) => {
                let (bytes, _, unmapped) = web.encode(text);
                (!unmapped).then(|| bytes.into_owned())
            }
        };
        bytes.map_or_else(|| invalid("characters that the character set does not have"), Ok)
    }

    /// The text of bytes. Terraform refuses what is no character, and even the mark for that where it is written.
    fn decoded(&self, bytes: &[u8]) -> Outcome<String> {
        let text = match self {
            Self::Utf8 => std::str::from_utf8(bytes).ok().map(str::to_owned),
            Self::Utf16 { big, marked } => {
                let (mut big, mut bytes) = (*big, bytes);
                if let (true, Some((mark, rest))) = (*marked, bytes.split_at_checked(2))
                    && matches!(mark, [0xfe, 0xff] | [0xff, 0xfe])
                {
                    (big, bytes) = (mark[0] == 0xfe, rest);
                }
                let (pairs, rest) = bytes.as_chunks::<2>();
                let unit = |pair: &[u8; 2]| if big { u16::from_be_bytes(*pair) } else { u16::from_le_bytes(*pair) };
                let units: Vec<u16> = pairs.iter().map(unit).collect();
                String::from_utf16(&units).ok().filter(|_| rest.is_empty())
            }
            Self::Bytes { first, characters } => {
                let character = |byte: &u8| match usize::from(*byte).checked_sub(*first) {
                    None => Some(char::from(*byte)),
                    Some(at) => characters.get(at).copied().flatten(),
                };
                bytes.iter().map(character).collect()
            }
            Self::Pairs { web, .. } | Self::Web(web) => {
                let text = web.decode_without_bom_handling_and_without_replacement(bytes);
                let has_young = text.as_ref().is_some_and(|text| text.chars().any(is_young));
                if has_young && *web == encoding_rs::GB18030 {
                    return undecided();
                }
                text.filter(|_| !has_young).map(Cow::into_owned)
            }
        };
        match text {
            Some(text) if !text.contains(char::REPLACEMENT_CHARACTER) => Ok(text),
            _ => invalid("bytes that are no text of this character set"),
        }
    }
}

/// Where the tables of Terraform and of the web are of different age.
fn undecided<T>() -> Outcome<T> {
    Err(Stop::Unsupported("characters that are written in several ways".into()))
}

/// Private characters, and those of GBK that were private once: Terraform's tables do not have them, or not there.
fn is_young(char: char) -> bool {
    matches!(char, '\u{1e3f}' | '\u{9fb4}'..='\u{9fbb}' | '\u{e000}'..='\u{f8ff}')
}

/// Signs that the web writes as others which look the same.
fn is_alike(char: char) -> bool {
    matches!(char, '\u{a5}' | '\u{203e}' | '\u{2212}')
}

/// Narrow Japanese letters, which the web widens in ISO-2022-JP.
fn is_narrow(char: char) -> bool {
    matches!(char, '\u{ff61}'..='\u{ff9f}')
}

/// A text in ISO-2022-JP, with narrow letters in a set of their own: `ESC ( I` leads to it, `ESC ( B` back to ASCII.
fn iso_2022_jp(text: &str) -> Option<Vec<u8>> {
    const TO_NARROW: &[u8] = b"\x1b(I";
    const TO_ASCII: &[u8] = b"\x1b(B";
    let chars: Vec<char> = text.chars().collect();
    let mut bytes = Vec::new();
    let mut after_narrow = false;
    for run in chars.chunk_by(|one, next| is_narrow(*one) == is_narrow(*next)) {
        if run.first().is_some_and(|first| is_narrow(*first)) {
            // One set follows another without a way back between them.
            bytes.truncate(bytes.len() - if bytes.ends_with(TO_ASCII) { TO_ASCII.len() } else { 0 });
            bytes.extend_from_slice(TO_NARROW);
            bytes.extend(run.iter().map(|char| (u32::from(*char) - 0xff61) as u8 + 0x21));
            after_narrow = true;
            continue;
        }
        if after_narrow && run.first().is_some_and(char::is_ascii) {
            bytes.extend_from_slice(TO_ASCII);
        }
        let run: String = run.iter().collect();
        let (written, _, unmapped) = encoding_rs::ISO_2022_JP.encode(&run);
        if unmapped {
            return None;
        }
        bytes.extend_from_slice(&written);
        after_narrow = false;
    }
    if after_narrow {
        bytes.extend_from_slice(TO_ASCII);
    }
    Some(bytes)
}

/// How the characters are written that one, two, or in EUC-JP three bytes stand for.
fn written(web: &'static Encoding, last: bool) -> FxHashMap<char, Vec<u8>> {
    let three = (0xa1..=0xfe).filter(|_| web == encoding_rs::EUC_JP);
    let three = three.flat_map(|one| (0xa1..=0xfe).map(move |two| vec![0x8f, one, two]));
    let two = (0x81..=0xfe).flat_map(|one| (0x30..=0xfe).map(move |two| vec![one, two]));
    let mut written = FxHashMap::default();
    for bytes in (0x81..=0xff).map(|one| vec![one]).chain(two).chain(three) {
        let Some(text) = web.decode_without_bom_handling_and_without_replacement(&bytes) else { continue };
        let mut chars = text.chars();
        if let (Some(char), None) = (chars.next(), chars.next())
            && !is_young(char)
            && (last || !written.contains_key(&char))
        {
            written.insert(char, bytes);
        }
    }
    written
}

/// `e9`, `410-44f`, or `.`.
fn characters(word: &str) -> Vec<Option<char>> {
    let (from, to) = word.split_once('-').unwrap_or((word, word));
    match (u32::from_str_radix(from, 16), u32::from_str_radix(to, 16)) {
        (Ok(from), Ok(to)) => (from..=to).map(char::from_u32).collect(),
        _ => vec![None],
    }
}

/// The bytes of a text in a character set.
pub(super) fn encoded(call: &Call<'_>, text: &str, charset: &str) -> Outcome<Vec<u8>> {
    let charset = Charset::named(charset)?;
    call.afford(if matches!(charset, Charset::Pairs { .. }) { TABLE_STEPS } else { NAME_STEPS })?;
    charset.encoded(text)
}

/// The text of bytes in a character set.
pub(super) fn decoded(call: &Call<'_>, bytes: &[u8], charset: &str) -> Outcome<String> {
    call.afford(NAME_STEPS)?;
    Charset::named(charset)?.decoded(bytes)
}
