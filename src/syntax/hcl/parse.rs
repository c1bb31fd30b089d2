//! Text → [`Parsed`]: what hcl-edit refuses and Terraform takes is parsed from a patched copy, and one broken block does not
//! lose the others.

use hcl_edit::{parser, structure, template::Element};

use super::{
    Body, Expr, Parsed, Part,
    convert::{Grower, report_repeated},
    fault,
    lex::{self, Kind, Statement},
    template,
};
use crate::{source::Span, syntax::tree::Fault};

/// A text is parsed again this often at most, each time with one more repeated name patched.
const MAX_PATCHES: usize = 64;

/// All patching together parses this many bytes, and some times the text.
const MAX_BYTES: usize = 1 << 20;

/// Why a text is not parsed.
enum Refused {
    /// What the parser below says.
    Broken(parser::Error),
    /// An object with too many entries.
    Crowded(usize),
}

impl Refused {
    fn fault(&self, text: &str, offset: usize) -> Fault {
        let at = match self {
            Self::Broken(error) => error.location().offset(),
            Self::Crowded(at) => *at,
        };
        let width = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let span = Span::new(at, at + width).shifted(offset);
        match self {
            Self::Broken(error) => fault::of(error.message(), span),
            Self::Crowded(_) => fault::crowded(span),
        }
    }
}

/// See [`super::parse`].
pub(super) fn file(raw: &str) -> Parsed {
    let (text, offset) = without_mark(raw);
    let mut parsed = whole(text, offset).unwrap_or_else(|_| in_pieces(text, offset));
    report_repeated(&parsed.body, &mut parsed.faults);
    for fault in &mut parsed.faults {
        fault.span = within(raw, fault.span);
    }
    parsed.faults.sort_by_key(|fault| fault.span);
    parsed
}

/// A span moved to the characters of a text: the parser's own place may lie behind the end, or within a character.
fn within(text: &str, span: Span) -> Span {
    let boundary = |offset: u32| text.floor_char_boundary((offset as usize).min(text.len()));
    Span::new(boundary(span.start), boundary(span.end))
}

/// See [`super::parse_expression`].
pub(super) fn expression(text: &str) -> Result<Expr, Fault> {
    expression_at(text, 0)
}

/// An expression that stands in something else.
pub(super) fn expression_at(text: &str, depth: usize) -> Result<Expr, Fault> {
    let inside = text.trim_ascii();
    let offset = text.len() - text.trim_ascii_start().len();
    let parsed = patched(inside, Kind::Code, &mut budget(inside), parser::parse_expr)
        .map_err(|refused| refused.fault(inside, offset))?;
    let mut grower = Grower::new(inside, offset);
    let expr = grower.expr(&parsed, depth)?;
    grower.faults.pop().map_or(Ok(expr), Err)
}

/// See [`super::parse_template`].
pub(super) fn template(text: &str, offset: usize) -> Result<Vec<Part>, Fault> {
    template::bare(&mut Grower::new(text, offset), &template_of(text, offset)?, 0)
}

/// A template that stands in something else, as an expression: alone, an interpolation is what is in it.
pub(super) fn template_value(text: &str, depth: usize) -> Result<Expr, Fault> {
    let parsed = template_of(text, 0)?;
    let mut grower = Grower::new(text, 0);
    if let Some(Element::Interpolation(only)) = parsed.as_single_element() {
        return grower.expr(&only.expr, depth + 1);
    }
    let node = template::node(template::bare(&mut grower, &parsed, depth)?);
    Ok(Expr { node, span: Span::new(0, text.len()) })
}

fn template_of(text: &str, offset: usize) -> Result<hcl_edit::template::Template, Fault> {
    patched(text, Kind::Template, &mut budget(text), parser::parse_template)
        .map_err(|refused| refused.fault(text, offset))
}

/// A file in which nothing is wrong.
fn whole(text: &str, offset: usize) -> Result<Parsed, Fault> {
    let parsed = refusable(text, Kind::Code, parser::parse_body).map_err(|refused| refused.fault(text, offset))?;
    let mut grower = Grower::new(text, offset);
    let body = grower.body(&parsed, Span::new(offset, offset + text.len()), 0)?;
    Ok(Parsed { body, faults: grower.faults })
}

/// A file statement by statement.
fn in_pieces(text: &str, offset: usize) -> Parsed {
    let mut parsed = Parsed::default();
    let mut budget = budget(text);
    for statement in lex::statements(text) {
        match piece(text, &statement, offset, &mut budget) {
            Ok((mut body, mut faults)) => {
                parsed.body.attributes.append(&mut body.attributes);
                parsed.body.blocks.append(&mut body.blocks);
                parsed.faults.append(&mut faults);
            }
            Err(fault) => parsed.faults.push(fault),
        }
    }
    parsed.body.span = Span::new(offset, offset + text.len());
    parsed
}

fn piece(text: &str, statement: &Statement, offset: usize, budget: &mut usize) -> Result<(Body, Vec<Fault>), Fault> {
    let piece = text.get(statement.range.clone()).unwrap_or_default();
    let offset = offset + statement.range.start;
    let parsed: structure::Body = patched(piece, Kind::Code, budget, parser::parse_body).map_err(|refused| {
        let fault = refused.fault(piece, offset);
        match &statement.open {
            Some(open) if !fault.limit => open.fault(text, offset - statement.range.start),
            _ => fault,
        }
    })?;
    let mut grower = Grower::new(piece, offset);
    let body = grower.body(&parsed, Span::new(offset, offset + piece.len()), 0)?;
    Ok((body, grower.faults))
}

/// Parses a text, or else a copy of it that is as long and means the same to Terraform: names in the result are to be
/// taken from the text itself.
fn patched<T>(
    text: &str,
    kind: Kind,
    budget: &mut usize,
    parse: fn(&str) -> Result<T, parser::Error>,
) -> Result<T, Refused> {
    let mut error = match refusable(text, kind, parse) {
        Err(Refused::Broken(error)) => error,
        other => return other,
    };
    let mut copy = text.to_owned();
    let mut smooth = false;
    for patch in 0..MAX_PATCHES {
        if *budget < text.len() {
            break;
        }
        *budget -= text.len();
        if error.message().contains("redefined") {
            let Some(renamed) = renamed(&copy, error.location().offset(), patch) else { break };
            copy = renamed;
        } else if !smooth {
            smooth = true;
            copy = lex::smooth(&copy, kind);
        } else {
            break;
        }
        match parse(&copy) {
            Ok(parsed) => return Ok(parsed),
            Err(next) => error = next,
        }
    }
    Err(Refused::Broken(error))
}

/// Parses a text that is not too much.
fn refusable<T>(text: &str, kind: Kind, parse: fn(&str) -> Result<T, parser::Error>) -> Result<T, Refused> {
    match lex::crowded(text, kind) {
        Some(at) => Err(Refused::Crowded(at)),
        None => parse(text).map_err(Refused::Broken),
    }
}

/// The text with another name at a byte, each time another one.
fn renamed(text: &str, at: usize, patch: usize) -> Option<String> {
    let rest = text.get(at..)?;
    let line = &rest[..rest.find(['=', ':', '\n']).unwrap_or(rest.len())];
    let first = line.find(char::is_alphanumeric)?;
    let width = line[first..].chars().next()?.len_utf8();
    let letter = char::from(b"zqxjkvbywghpufmdlcnstrioea"[patch % 26]).to_string();
    let mut copy = text.to_owned();
    copy.replace_range(at + first..at + first + width, &letter.repeat(width));
    (copy != text).then_some(copy)
}

fn budget(text: &str) -> usize {
    MAX_BYTES + 4 * text.len()
}

/// The text without its byte order mark, and how long that is.
fn without_mark(text: &str) -> (&str, usize) {
    text.strip_prefix('\u{feff}').map_or((text, 0), |rest| (rest, '\u{feff}'.len_utf8()))
}
