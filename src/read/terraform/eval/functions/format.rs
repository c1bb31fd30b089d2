//! `format` and `formatlist`.

use unicode_segmentation::UnicodeSegmentation;

use super::{Call, encoding};
use crate::{
    graph::{
        number::Number,
        value::{Data, Piece, Value},
        wide::Wide,
    },
    read::terraform::eval::{
        convert::{Outcome, Stop, boolean, invalid, list, number, text},
        templates::{MAX_TEXT, hole},
    },
};

/// Widths and precisions beyond this are not filled.
const MAX_WIDTH: usize = 1024;

pub(super) fn format(call: &Call<'_>, values: &[Value]) -> Outcome {
    let spec = text(&values[0])?;
    if spec.len() > MAX_TEXT {
        return Err(Stop::Limit("a very long text".into()));
    }
    has_null(&values[1..])?;
    formatted(call, &spec, &values[1..])
}

/// A bare null has no type: it may be written in more than one way.
fn has_null(values: &[Value]) -> Outcome<()> {
    if values.iter().any(|value| matches!(value.data, Data::Absent)) { Err(Stop::Undecided) } else { Ok(()) }
}

pub(super) fn formatlist(call: &Call<'_>, values: &[Value]) -> Outcome {
    let spec = text(&values[0])?;
    has_null(&values[1..])?;
    let mut count = None;
    for value in &values[1..] {
        if let Data::List(list) = &value.data {
            if list.open.is_some() {
                return Err(Stop::Undecided);
            }
            match count {
                Some(known) if known != list.items.len() => return invalid("lists of different lengths"),
                _ => count = Some(list.items.len()),
            }
        } else if matches!(value.data, Data::Unknown(_) | Data::Reference(_)) {
            // It may be a list.
            return Err(Stop::Undecided);
        }
    }
    let count = count.unwrap_or(1);
    call.afford(count)?;
    let items: Outcome<Vec<Value>> = (0..count)
        .map(|at| {
            let arguments: Vec<Value> = values[1..]
                .iter()
                .map(|value| list(value).ok().and_then(|list| list.items.get(at)).unwrap_or(value).clone())
                .collect();
            match formatted(call, &spec, &arguments) {
                Err(Stop::Undecided) => {
                    let why = super::super::partial::derived(&arguments, &|names| names.join(", "), call.place);
                    Ok(call.value(Data::Unknown(why)))
                }
                outcome => outcome,
            }
        })
        .collect();
    call.list(items?)
}

/// `%-8.2f`
#[derive(Clone, Copy, Default)]
struct Verb {
    sharp: bool,
    plus: bool,
    minus: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
    argument: Option<usize>,
    letter: char,
}

/// Reads the verb after a `%`; what is left of the text.
fn verb(text: &str) -> Outcome<(Verb, &str)> {
    let mut verb = Verb::default();
    let mut rest = text;
    loop {
        let flag = match rest.chars().next() {
            Some('#') => &mut verb.sharp,
            Some('+') => &mut verb.plus,
            Some('-') => &mut verb.minus,
            Some(' ') => &mut verb.space,
            Some('0') => &mut verb.zero,
            _ => break,
        };
        *flag = true;
        rest = &rest[1..];
    }
    verb.width = digits(&mut rest)?;
    if let Some(after) = rest.strip_prefix('.') {
        rest = after;
        verb.precision = Some(digits(&mut rest)?.unwrap_or(0));
    }
    if let Some(after) = rest.strip_prefix('[') {
        rest = after;
        verb.argument = digits(&mut rest)?.filter(|at| *at > 0);
        match (verb.argument, rest.strip_prefix(']')) {
            (Some(_), Some(after)) => rest = after,
            _ => return invalid("a format with a broken index"),
        }
    }
    let Some(letter) = rest.chars().next() else { return invalid("a format that ends in a verb") };
    verb.letter = letter;
    Ok((verb, &rest[letter.len_utf8()..]))
}

fn digits(rest: &mut &str) -> Outcome<Option<usize>> {
    let end = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, after) = rest.split_at(end);
    *rest = after;
    if number.is_empty() {
        return Ok(None);
    }
    match number.parse() {
        Ok(number) if number <= MAX_WIDTH => Ok(Some(number)),
        _ => Err(Stop::Limit("a very wide format".into())),
    }
}

fn formatted(call: &Call<'_>, spec: &str, arguments: &[Value]) -> Outcome {
    let mut pieces = Vec::new();
    let (mut rest, mut next, mut used) = (spec, 0, 0);
    while let Some(at) = rest.find('%') {
        pieces.push(Piece::Text(rest[..at].into()));
        if let Some(after) = rest[at + 1..].strip_prefix('%') {
            pieces.push(Piece::Text("%".into()));
            rest = after;
            continue;
        }
        let (verb, after) = verb(&rest[at + 1..])?;
        rest = after;
        let at = verb.argument.map_or(next, |at| at - 1);
        next = at + 1;
        used = used.max(next);
        let Some(value) = arguments.get(at) else { return invalid("a format with more verbs than values") };
        pieces.push(piece(call, &verb, value)?);
    }
    if used < arguments.len() {
        return invalid("a format with fewer verbs than values");
    }
    pieces.push(Piece::Text(rest.into()));
    Ok(Value::template(pieces, call.place))
}

fn piece(call: &Call<'_>, verb: &Verb, value: &Value) -> Outcome<Piece> {
    if matches!(value.data, Data::Absent) {
        return match verb.letter {
            'v' => Ok(Piece::Text("null".into())),
            _ => invalid("null"),
        };
    }
    let plain = !verb.sharp && verb.width.is_none() && verb.precision.is_none();
    let is_number = matches!(value.data, Data::Number(_));
    let text = match verb.letter {
        'v' if verb.sharp => return encoding::json_piece(call, value),
        'v' => match &value.data {
            Data::Number(number) => padded(&Verb { precision: None, ..*verb }, &general(number, 'g', None)?),
            Data::List(_) | Data::Object(_) => return encoding::json_piece(call, value),
            _ if plain => return hole(value, call.place),
            _ => padded(&Verb { precision: None, ..*verb }, &text(value)?),
        },
        's' if plain && !is_number => return hole(value, call.place),
        's' => padded(verb, &text(value)?),
        'q' => {
            let text = encoding::json_text(&text(value)?);
            padded(verb, &text)
        }
        't' => padded(verb, if boolean(value)? { "true" } else { "false" }),
        'd' if plain && !(verb.plus || verb.space) && matches!(value.data, Data::Unknown(_) | Data::Reference(_)) => {
            return hole(value, call.place);
        }
        'b' | 'd' | 'o' | 'x' | 'X' => match number(value)?.wide() {
            Some(number) if number.is_whole() => whole_text(verb, &number),
            _ => return invalid("a fraction where a whole number is needed"),
        },
        'e' | 'E' | 'f' | 'g' | 'G' => number_text(verb, &number(value)?)?,
        letter => return invalid(format!("the verb `%{letter}`")),
    };
    Ok(Piece::Text(text.into()))
}

/// A text in its width, cut to its precision.
fn padded(verb: &Verb, text: &str) -> String {
    let mut characters: Vec<&str> = text.graphemes(true).collect();
    // Terraform takes a precision of nothing for none.
    if let Some(precision) = verb.precision.filter(|precision| *precision > 0) {
        characters.truncate(precision);
    }
    let missing = verb.width.unwrap_or(0).saturating_sub(characters.len());
    let (text, blanks) = (characters.concat(), if verb.zero { "0" } else { " " }.repeat(missing));
    if verb.minus { text + &blanks } else { blanks + &text }
}

fn whole_text(verb: &Verb, number: &Wide) -> String {
    let digits = match verb.letter {
        'b' => number.truncated().to_str_radix(2),
        'o' => number.truncated().to_str_radix(8),
        'x' => number.truncated().to_str_radix(16),
        'X' => number.truncated().to_str_radix(16).to_uppercase(),
        _ => number.truncated().to_string(),
    };
    let mark = match (verb.sharp, verb.letter) {
        (true, 'x') => "0x",
        (true, 'X') => "0X",
        (true, 'o') => "0",
        (true, 'b') => "0b",
        _ => "",
    };
    aligned(verb, number.is_negative() && !number.is_zero(), mark, &digits)
}

/// Sign, mark and digits of a number in their width.
fn aligned(verb: &Verb, negative: bool, mark: &str, digits: &str) -> String {
    let sign = match (negative, verb.plus, verb.space) {
        (true, ..) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        _ => "",
    };
    let missing = verb.width.unwrap_or(0).saturating_sub(sign.len() + mark.len() + digits.len());
    match (verb.minus, verb.zero) {
        (true, _) => format!("{sign}{mark}{digits}{}", " ".repeat(missing)),
        (false, true) => format!("{sign}{mark}{}{digits}", "0".repeat(missing)),
        (false, false) => format!("{}{sign}{mark}{digits}", " ".repeat(missing)),
    }
}

/// A number with a point, or an exponent.
fn number_text(verb: &Verb, number: &Number) -> Outcome<String> {
    let letter = verb.letter.to_ascii_lowercase();
    let precision = if letter == 'g' { verb.precision } else { Some(verb.precision.unwrap_or(6)) };
    let mut text = general(number, letter, precision)?;
    if verb.letter.is_ascii_uppercase() {
        text.make_ascii_uppercase();
    }
    let digits = text.trim_start_matches('-');
    Ok(aligned(verb, digits.len() < text.len(), "", digits))
}

/// A number as Go formats it.
fn general(number: &Number, letter: char, precision: Option<usize>) -> Outcome<String> {
    match number.wide() {
        Some(wide) => Ok(wide.formatted(letter, precision)),
        None => Err(Stop::Unsupported("the text of a number without end".into())),
    }
}
