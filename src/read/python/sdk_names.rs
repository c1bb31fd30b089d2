//! Names that the SDK makes: what they begin with is known, the time behind it is not.
//!
//! Source: sagemaker 2.257.7, `utils.name_from_base` and `unique_name_from_base`, read 2026-11-26.

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged;

use super::{Machine, calls::Arguments};
use crate::graph::value::{Data, Piece, Reason, Value};

/// What is left of a longer name beside the time, in characters, where the caller sets no limit of his own.
const KEPT: usize = 39;

impl<'a> Machine<'a> {
    /// `name_from_base(base, max_length, short)`, and `unique_name_from_base`.
    pub(super) fn name_from_base(&self, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let unknown = self.unknown(Reason::RunTime, call.range());
        let is_limited = arguments.get("max_length", 1).is_some() || arguments.named.open.is_some();
        let place = self.place(call.range());
        let base = match arguments.get("base", 0).map(|base| &base.data) {
            Some(Data::Text(base)) if !is_limited && base.is_ascii() => base.clone(),
            _ => return unknown,
        };
        let begin = if base.len() <= KEPT { format!("{base}-") } else { base[..KEPT].to_owned() };
        Value::template([Piece::Text(begin.into()), Piece::Hole(Box::new(unknown))], place)
    }
}
