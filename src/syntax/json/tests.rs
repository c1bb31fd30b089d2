//! Tests of the JSON parser.

use proptest::prelude::*;

use super::{super::tree::Kind, *};
use crate::syntax::tree::Node;

fn clean(text: &str) -> Tree {
    let tree = parse(text);
    assert_eq!(tree.faults, [], "in {text:?}");
    tree
}

fn slice(text: &str, span: Span) -> &str {
    &text[span.range()]
}

/// Message, place and weight of the only fault.
fn fault(text: &str) -> (String, &str, bool) {
    let tree = parse(text);
    assert_eq!(tree.faults.len(), 1, "{:?}", tree.faults);
    let fault = &tree.faults[0];
    (fault.message.clone(), slice(text, fault.span), fault.fatal)
}

#[test]
fn keys_and_values_have_their_bytes() {
    let text = "{\r\n\t\"Größe\": {\"n\": -1.5e3, \"list\": [true, null, \"ü\\n\\ud83d\\ude00\"]}\r\n}";
    for text in [text.to_owned(), format!("\u{feff}{text}")] {
        let tree = clean(&text);
        let size = tree.root().unwrap().entry("Größe").unwrap();
        assert_eq!(slice(&text, size.key_span), "\"Größe\"");
        let number = size.value.get("n").unwrap();
        assert_eq!((number.kind(), slice(&text, number.span())), (Kind::Number(-1500.0, "-1.5e3"), "-1.5e3"));
        let list = size.value.get("list").unwrap();
        assert_eq!(slice(&text, list.span()), "[true, null, \"ü\\n\\ud83d\\ude00\"]");
        let items: Vec<_> = list.items().map(|item| (item.kind(), slice(&text, item.span()))).collect();
        assert_eq!(
            items,
            [(Kind::Bool(true), "true"), (Kind::Null, "null"), (Kind::Text("ü\n😀"), "\"ü\\n\\ud83d\\ude00\""),]
        );
    }
}

#[test]
fn texts_that_look_like_something_else_stay_texts() {
    let tree = clean(r#"["5", "true", "", "~"]"#);
    assert!(tree.root().unwrap().items().all(|item| matches!(item.kind(), Kind::Text(_))));
}

#[test]
fn what_is_not_json_is_fatal_and_says_why() {
    let cases = [
        ("{\"a\": 1, // note\n\"b\": 2}", "JSON has no comments", "// note"),
        ("{\"a\": 1,}", "JSON has no comma after the last item", ","),
        ("[1, 2,\n]", "JSON has no comma after the last item", ","),
        ("{'a': 1}", "JSON has no single quotes; write `\"`", "'"),
        ("{a: 1}", "a key needs double quotes", "a"),
        ("[True]", "only `true`, `false`, `null` and numbers stand without double quotes", "True"),
        ("[1 2]", "expected a comma here", ""),
        ("{\"a\" 1}", "expected a `:` and a value after the key", "1"),
        ("{\"a\": [1, 2}", "this `}` closes nothing", "}"),
        ("{\"a\":\n{\"b\": 1}\n", "this `{` is never closed", "{"),
        ("[1] [2]", "expected nothing more: the JSON ends before this", "["),
        ("[\"a]", "this quote is never closed", "\"a]"),
        ("[\"\\q\"]", "unknown escape; write `\\\\` for a backslash", "\\q"),
        ("[\"\\u12g4\"]", "`\\u` needs four hexadecimal digits", "\\u12g"),
        ("", "there is no JSON in this file", ""),
        ("\u{feff} \n", "there is no JSON in this file", ""),
        ("[NaN]", "only `true`, `false`, `null` and numbers stand without double quotes", "NaN"),
        ("[0x10]", "JSON has no hexadecimal numbers", "0"),
        ("[01]", "expected a comma here", ""),
    ];
    for (text, message, place) in cases {
        assert_eq!(fault(text), (message.to_owned(), place, true), "in {text:?}");
    }
}

#[test]
fn comments_and_trailing_commas_do_not_hide_the_rest() {
    let tree = parse("{\"a\": 1, /* x */ \"b\": [2,],}");
    assert!(tree.faults[0].fatal);
    assert_eq!(tree.root().unwrap().get("b").unwrap().items().len(), 1);
    let broken = parse("{\"a\": 1, // x\n \"b\": }");
    let messages: Vec<_> = broken.faults.iter().map(|fault| fault.message.as_str()).collect();
    assert_eq!(messages, ["JSON has no comments", "this `}` closes nothing"]);
    assert!(broken.root().is_none());
}

#[test]
fn a_key_written_twice_is_a_fault_that_loses_nothing() {
    let text = r#"{"a": 1, "b": {"a": 2}, "\u0061": 3}"#;
    let tree = parse(text);
    assert_eq!(tree.faults.len(), 1);
    assert!(!tree.faults[0].fatal);
    assert_eq!(slice(text, tree.faults[0].span), "\"\\u0061\"");
    assert_eq!(tree.faults[0].related.as_ref().map(|related| related.1.start), Some(1));
    assert_eq!(tree.root().unwrap().get("a").unwrap().scalar(), Some("3"));
}

#[test]
fn half_a_surrogate_pair_is_replaced_and_named() {
    let text = r#"["a\ud800b", "\\ud800", "\ud83d\ude00", "\udc00\ud800"]"#;
    let tree = parse(text);
    let places: Vec<_> = tree.faults.iter().map(|fault| (slice(text, fault.span), fault.fatal)).collect();
    assert_eq!(places, [("\\ud800", false), ("\\udc00", false), ("\\ud800", false)]);
    let items: Vec<_> = tree.root().unwrap().items().filter_map(Node::text).collect();
    assert_eq!(items, ["a\u{fffd}b", "\\ud800", "😀", "\u{fffd}\u{fffd}"]);
}

#[test]
fn a_control_character_in_a_text_is_kept_and_named() {
    let text = "[\"a\nb\"]";
    let (message, place, fatal) = fault(text);
    assert_eq!(message, "a control character in a text must be written as an escape, as `\\n` or `\\t`");
    assert_eq!((place, fatal), ("\n", false));
    assert_eq!(parse(text).root().unwrap().items().next().unwrap().text(), Some("a\nb"));
}

#[test]
fn deep_nesting_is_refused() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(parse(&nested(MAX_DEPTH)).faults, []);
    for text in [nested(MAX_DEPTH + 2), nested(100_000), "{\"a\":".repeat(100_000)] {
        let tree = parse(&text);
        assert_eq!(tree.faults.len(), 1);
        assert_eq!(tree.faults[0].message, "this is nested too deeply to be read");
        assert!(tree.root().is_none());
    }
}

/// Every span lies within the text and cuts no character; items lie within their collection.
fn check_spans(text: &str, tree: &Tree) {
    fn walk(text: &str, node: Node<'_>, outer: Span) {
        let span = node.span();
        assert!(outer.contains(span) && text.get(span.range()).is_some(), "{span:?} of {text:?}");
        node.items().for_each(|item| walk(text, item, span));
        for entry in node.own_entries() {
            assert!(span.contains(entry.key_span) && text.get(entry.key_span.range()).is_some());
            walk(text, entry.value, span);
        }
    }
    for fault in &tree.faults {
        assert!(text.get(fault.span.range()).is_some(), "{:?} of {text:?}", fault.span);
    }
    tree.documents().for_each(|root| walk(text, root, Span::new(0, text.len())));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn any_text_gives_spans_within_it(text in any::<String>()) {
        check_spans(&text, &parse(&text));
    }

    #[test]
    fn anything_like_json_gives_spans_within_it(
        parts in prop::collection::vec(
            prop::sample::select(vec![
                "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"ü\":", "\\", "\\u00fc", "\\ud800", "\\udc00", "1", "-",
                ".5", "e", "true", "null", "NaN", " ", "\n", "//", "/*", "*/", "\u{feff}", "'", "\u{2028}", "ß",
            ]),
            0..40,
        )
    ) {
        let text = parts.concat();
        check_spans(&text, &parse(&text));
    }
}
