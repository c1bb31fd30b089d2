//! Code in a block of YAML (`ZipFile: |`), whose lines stand as they are in the file.

use crate::source::Span;

/// Holds the lines of a block, which are all indented.
const HOLDER: &str = "if 1:\n";

/// The code of a block, in a form that can be parsed: below one `if` that holds it all.
pub struct Block {
    /// The text to parse.
    pub code: String,
    /// What leads from an offset in that text to the one in the block as it is written.
    pub by: i64,
}

/// The code of a text of YAML as it is written, its `|` included; nothing for a text in another form.
pub fn block(written: &str) -> Option<Block> {
    let body = written.strip_prefix('|').and_then(|_| written.find('\n'))? + 1;
    let by = i64::try_from(body).ok()? - HOLDER.len() as i64;
    Some(Block { code: format!("{HOLDER}{}", &written[body..]), by })
}

impl Block {
    /// Where a span of the parsed text is in the block as it is written; nothing for what only holds the code.
    pub fn written(&self, span: Span) -> Option<Span> {
        let moved = |offset: u32| usize::try_from(i64::from(offset) + self.by).ok();
        let is_code = span.start as usize >= HOLDER.len();
        is_code.then_some(())?;
        Some(Span::new(moved(span.start)?, moved(span.end)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_is_found_again() {
        let written = "|\n    import boto3\n    x = 1\n";
        let block = block(written).expect("a block");
        let at = block.code.find("x = 1").expect("it is there");
        let span = block.written(Span::new(at, at + 5)).expect("it is code");
        assert_eq!(&written[span.range()], "x = 1");
        assert_eq!(block.written(Span::new(0, 4)), None);
        assert!(super::block("\"x = 1\"").is_none());
        assert!(super::block("|").is_none());
    }
}
