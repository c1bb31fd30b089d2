//! What the JSON parser complains about, in the words of someone who writes JSON.

use jsonc_parser::{ParseStringErrorKind, errors::ParseErrorKind};

use crate::syntax::tree::TOO_DEEP;

/// The message for an error: lower case, no full stop.
pub(super) fn of(kind: &ParseErrorKind) -> String {
    let message = match kind {
        ParseErrorKind::CommentsNotAllowed => "JSON has no comments",
        ParseErrorKind::TrailingCommasNotAllowed => "JSON has no comma after the last item",
        ParseErrorKind::NonFiniteNumbersNotAllowed => "JSON has no `NaN` and no `Infinity`",
        ParseErrorKind::SingleQuotedStringsNotAllowed => "JSON has no single quotes; write `\"`",
        ParseErrorKind::HexadecimalNumbersNotAllowed => "JSON has no hexadecimal numbers",
        ParseErrorKind::UnaryPlusNumbersNotAllowed => "JSON has no plus sign before a number",
        ParseErrorKind::BareDecimalPointNumbersNotAllowed => "a decimal point needs a digit on both sides",
        ParseErrorKind::ExpectedComma => "expected a comma here",
        ParseErrorKind::ExpectedColonAfterObjectKey => "expected a `:` and a value after the key",
        ParseErrorKind::ExpectedObjectValue => "expected a value after the `:`",
        ParseErrorKind::ExpectedDigit
        | ParseErrorKind::ExpectedDigitFollowingNegativeSign
        | ParseErrorKind::ExpectedPlusMinusOrDigitInNumberLiteral => "expected a digit here",
        ParseErrorKind::ExpectedStringObjectProperty => "a key needs double quotes",
        ParseErrorKind::MultipleRootJsonValues => "expected nothing more: the JSON ends before this",
        ParseErrorKind::UnexpectedCloseBrace => "this `}` closes nothing",
        ParseErrorKind::UnexpectedCloseBracket => "this `]` closes nothing",
        ParseErrorKind::UnexpectedColon => "a `:` can only follow the key of an object",
        ParseErrorKind::UnexpectedComma => "expected a value before the comma",
        ParseErrorKind::UnexpectedTokenInObject => "expected a key in double quotes or `}` here",
        ParseErrorKind::UnexpectedWord | ParseErrorKind::UnexpectedToken => {
            "only `true`, `false`, `null` and numbers stand without double quotes"
        }
        ParseErrorKind::UnterminatedArray => "this `[` is never closed",
        ParseErrorKind::UnterminatedObject => "this `{` is never closed",
        ParseErrorKind::UnterminatedCommentBlock => "this comment is never closed",
        ParseErrorKind::NestingDepthExceeded => TOO_DEEP,
        ParseErrorKind::String(kind) => match kind {
            ParseStringErrorKind::UnterminatedStringLiteral => "this quote is never closed",
            ParseStringErrorKind::ExpectedFourHexDigits => "`\\u` needs four hexadecimal digits",
            ParseStringErrorKind::InvalidUnicodeEscapeSequence(_) => "this escape stands for no character",
            _ => "unknown escape; write `\\\\` for a backslash",
        },
    };
    message.to_owned()
}
