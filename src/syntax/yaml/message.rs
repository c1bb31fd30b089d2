//! What the YAML parser complains about, in the words of someone who writes YAML.

use granit_parser::ErrorKind;

use crate::syntax::tree::TOO_DEEP;

/// The message for an error: lower case, no full stop.
pub(super) fn of(kind: &ErrorKind) -> String {
    let message = match kind {
        ErrorKind::UnexpectedEofFlowSequence => "the file ends within a list that `[` began",
        ErrorKind::UnexpectedEofFlowMapping | ErrorKind::UnexpectedEofImplicitFlowMapping => {
            "the file ends within a mapping that `{` began"
        }
        ErrorKind::UnexpectedEofBlockSequence
        | ErrorKind::UnexpectedEofBlockMapping
        | ErrorKind::UnexpectedEof
        | ErrorKind::UnexpectedEndOfPlainScalar => "the file ends where a value is expected",
        ErrorKind::ExpectedBlockMappingKey => {
            "expected another key of the mapping here; this line may be indented wrongly"
        }
        ErrorKind::ExpectedBlockSequenceEntry => {
            "expected another `-` of the list here; this line may be indented wrongly"
        }
        ErrorKind::ExpectedFlowMappingSeparator => "expected `,` or `}` here",
        ErrorKind::ExpectedFlowSequenceSeparator => "expected `,` or `]` here",
        ErrorKind::ExpectedNodeContent => "expected a value here",
        ErrorKind::ExpectedDocumentStart => "expected the end of the document or `---` here",
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => {
            "this looks like a key, but no `:` follows it on the same line"
        }
        ErrorKind::MappingValueNotAllowed => {
            "a `:` makes this a mapping, which cannot begin here; quote the text if it is one"
        }
        ErrorKind::MappingKeyNotAllowed => "a mapping key cannot stand here; this line may be indented wrongly",
        ErrorKind::InvalidColonPlacement => "a `:` cannot stand here; a bracket before it may not be closed",
        ErrorKind::BlockSequenceEntryNotAllowed => "a list cannot begin here; it needs a line of its own",
        ErrorKind::BlockEntryInFlowCollection => "`- ` cannot stand between brackets",
        ErrorKind::InvalidIndentation
        | ErrorKind::InvalidFlowScalarIndent
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::InvalidBlockScalarIndent => "this line is indented less than what it belongs to",
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => "a tab cannot indent; use spaces",
        ErrorKind::UnclosedQuotedScalar => "this quote is never closed",
        ErrorKind::DocumentIndicatorInQuotedScalar => "this quote is not closed before the document ends",
        ErrorKind::UnclosedFlowCollection { open } => return format!("this `{open}` is never closed"),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            return format!("this `{open}` is closed by a `{close}`");
        }
        ErrorKind::MisplacedFlowCollectionEnd => "this bracket closes nothing",
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            "nothing can follow a quoted text but a `:`, a comma, a closing bracket or a comment"
        }
        ErrorKind::UnknownQuotedScalarEscape => {
            "unknown escape in a text with double quotes; write `\\\\` for a backslash"
        }
        ErrorKind::InvalidLowSurrogate | ErrorKind::MissingLowSurrogate | ErrorKind::UnpairedLowSurrogate => {
            "this escape is one half of a surrogate pair, the other half is missing"
        }
        ErrorKind::CommentInterceptedScalar => "a comment cannot stand within a text of several lines",
        ErrorKind::CommentNotSeparated => "a comment needs a space before its `#`",
        ErrorKind::RecursionLimitExceeded => TOO_DEEP,
        ErrorKind::UndeclaredTagHandle => "the tag's prefix is not declared by a `%TAG` line",
        ErrorKind::BomInsideDocument => "a byte order mark can only stand at the start of the file",
        ErrorKind::UnexpectedCharacter { character } => {
            return format!("`{}` cannot stand here; quote the text if it is one", character.escape_default());
        }
        other => return plain_words(&other.to_string()),
    };
    message.to_owned()
}

/// The parser's own words, in our form.
fn plain_words(message: &str) -> String {
    let message = message.trim_end_matches('.');
    let mut chars = message.chars();
    let is_acronym = message.chars().nth(1).is_some_and(char::is_uppercase);
    match chars.next() {
        Some(first) if !is_acronym => first.to_lowercase().chain(chars).collect(),
        _ => message.to_owned(),
    }
}
