//! `${name}` where JSON wants a value: hidden behind a text of the same length, so that the rest parses at its place.

/// The text with each `${…}` outside of quotes as a JSON text of the same length; nothing where there is none.
pub fn masked(text: &str) -> Option<String> {
    let mut masked = String::new();
    let (mut copied, mut quoted, mut at) = (0, false, 0);
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if quoted => at += 1,
            b'"' => quoted = !quoted,
            b'$' if !quoted && bytes.get(at + 1) == Some(&b'{') => {
                let length = text[at..].find(['}', '\n', '"']).filter(|end| bytes[at + end] == b'}')?;
                masked.push_str(&text[copied..at]);
                masked.push('"');
                masked.extend(std::iter::repeat_n('x', length - 1));
                masked.push('"');
                at += length;
                copied = at + 1;
            }
            _ => {}
        }
        at += 1;
    }
    if copied == 0 {
        return None;
    }
    masked.push_str(&text[copied..]);
    Some(masked)
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn only_what_stands_outside_of_quotes_is_masked() {
        let text = r#"{"a": ${Timeout}, "b\"": "${Name}", "c": [${X}]}"#;
        let expected = r#"{"a": "xxxxxxxx", "b\"": "${Name}", "c": ["xx"]}"#;
        assert_eq!(masked(text).as_deref(), Some(expected));
        assert_eq!(masked(r#"{"b": "${Name}"}"#), None);
        assert_eq!(masked("{\"a\": ${open\n}"), None, "it is not closed on its line");
        let wide = "{\"ä\": ${ä}}";
        assert_eq!(masked(wide).map(|masked| masked.len()), Some(wide.len()));
    }
}
