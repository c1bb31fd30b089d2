//! Text → [`Parsed`].

use hcl_edit::template::Element;

use super::{Body, Expr, Parsed, Part, convert::Grower, fault, template};
use crate::{source::Span, syntax::tree::Fault};

/// See [`super::parse`].
pub(super) fn file(text: &str) -> Parsed {
    let (text, offset) = without_mark(text);
    match body(text, offset) {
        Ok((body, faults)) => Parsed { body, faults },
        Err(fault) => Parsed { body: Body::default(), faults: vec![fault] },
    }
}

/// See [`super::parse_expression`].
pub(super) fn expression(text: &str) -> Result<Expr, Fault> {
    expression_at(text, 0)
}

/// An expression that stands in something else.
pub(super) fn expression_at(text: &str, depth: usize) -> Result<Expr, Fault> {
    let parsed = hcl_edit::parser::parse_expr(text).map_err(|error| said(&error, text, 0))?;
    Grower::new(text, 0).expr(&parsed, depth)
}

/// A template that stands in something else, as an expression: alone, an interpolation is what is in it.
pub(super) fn template_value(text: &str, depth: usize) -> Result<Expr, Fault> {
    let parsed = hcl_edit::parser::parse_template(text).map_err(|error| said(&error, text, 0))?;
    let mut grower = Grower::new(text, 0);
    if let Some(Element::Interpolation(only)) = parsed.as_single_element() {
        return grower.expr(&only.expr, depth + 1);
    }
    let node = template::node(template::bare(&mut grower, &parsed, depth)?);
    Ok(Expr { node, span: Span::new(0, text.len()) })
}

/// See [`super::parse_template`].
pub(super) fn template(text: &str, offset: usize) -> Result<Vec<Part>, Fault> {
    let parsed = hcl_edit::parser::parse_template(text).map_err(|error| said(&error, text, offset))?;
    template::bare(&mut Grower::new(text, offset), &parsed, 0)
}

fn body(text: &str, offset: usize) -> Result<(Body, Vec<Fault>), Fault> {
    let parsed = hcl_edit::parser::parse_body(text).map_err(|error| said(&error, text, offset))?;
    let mut grower = Grower::new(text, offset);
    let body = grower.body(&parsed, Span::new(offset, offset + text.len()), 0)?;
    Ok((body, grower.faults))
}

fn said(error: &hcl_edit::parser::Error, text: &str, offset: usize) -> Fault {
    let at = error.location().offset();
    let width = text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    fault::of(error.message(), Span::new(at, at + width).shifted(offset))
}

/// The text without its byte order mark, and how long that is.
fn without_mark(text: &str) -> (&str, usize) {
    text.strip_prefix('\u{feff}').map_or((text, 0), |rest| (rest, '\u{feff}'.len_utf8()))
}
