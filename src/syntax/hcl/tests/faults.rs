//! What is wrong, where, and what is left of the file.

use proptest::prelude::*;

use super::{super::*, show::show_body};

/// Faults as the text they point at and what they say, and what else is in the file.
#[track_caller]
fn broken(text: &str) -> (Vec<(&str, String)>, String) {
    let parsed = parse(text);
    let at = |fault: &Fault| (text.get(fault.span.range()).expect("a span of the text"), fault.message.clone());
    (parsed.faults.iter().map(at).collect(), show_body(&parsed.body, text))
}

/// Checks the one fault of a text, and what is left.
#[track_caller]
fn check(text: &str, at: &str, message: &str, left: &str) {
    assert_eq!(broken(text), (vec![(at, message.to_owned())], left.to_owned()), "{text}");
}

#[test]
fn a_broken_block_does_not_lose_the_others() {
    let text = "\u{feff}a {\n  b = 1\n}\nc {\n  d = [1 2]\n}\n# e\nf {\n  g = <<EOT\n}\nEOT\n}\nh = 2\n";
    check(text, "2", "a comma or `]` is expected here", "h=2 a[]{b=1} f[]{g='}\n'}");
}

#[test]
fn what_is_never_closed_is_what_is_pointed_at() {
    let next = "\nresource \"x\" \"y\" {\n}\n";
    let left = "resource[x y]{}";
    check(&format!("a {{\n  b = 1\n{next}"), "{", "this `{` is never closed", left);
    check(&format!("a {{\n  b = [1\n}}{next}"), "[", "this `[` is never closed", left);
    check(&format!("a {{\n  b = f(1\n}}{next}"), "(", "this `(` is never closed", left);
    check(&format!("a = \"x{next}"), "\"", "the quote that ends this text is missing", left);
    check(&format!("a = <<EOT\n  x\nEOTT{next}"), "<<EOT", "the line `EOT` that ends this text is missing", left);
}

#[test]
fn mistakes_in_plain_words() {
    check("a = 1 +\nb = 2\n", "\n", "a value is expected here", "b=2");
    check("a = 'x'\n", "'", "a value is expected here", "");
    check("a = b.+\n", "+", "after the dot, a name is expected", "");
    check("a = \"\\q\"\n", "\"", "this escape is unknown", "");
    check("a {\n  b\n}\n", "\n", "after a name, `=` or `{` is expected", "");
    check("a = {\n  b = 1 c = 2\n}\n", "c", "after each entry, a comma, a new line or `}` is expected", "");
    check("a = 1 b = 2\n", "b", "a new line is expected here", "");
    let dots = "a number has one dot at most; items of items are written `a[0][1]`";
    check("a = 10.0.0.0/16\nb = 1.5\n", "10.0.0.0", dots, "b=1.5");
    check("a = b.0.1\n", "b.0.1", dots, "");
    check("a = x ? y\n", "\n", "a `:` is expected here", "");
    check("a {\n}\n}\nb {\n}\n", "}", "this cannot be read", "a[]{} b[]{}");
}

#[test]
fn arguments_written_twice_stay_and_are_named() {
    let text = "a {\n  b = 1\n  b = 2\n}\nc = 3\nc = 4\n";
    let parsed = parse(text);
    assert_eq!(show_body(&parsed.body, text), "c=3 c=4 a[]{b=1 b=2}");
    let found =
        parsed.faults.iter().map(|fault| (fault.span.start, fault.related.as_ref().map(|(_, first)| first.start)));
    assert_eq!(found.collect::<Vec<_>>(), [(14, Some(6)), (28, Some(22))]);
    assert!(parsed.faults.iter().all(|fault| !fault.fatal));
}

#[test]
fn what_terraform_takes_and_the_parser_below_does_not() {
    let twice = "a = { x = 1, \"x\" = 2, x = 3, yy = { y = 1\n y = 2 } }\n";
    assert_eq!(broken(twice), (vec![], "a={'x'=1 'x'=2 'x'=3 'yy'={'y'=1 'y'=2}}".to_owned()));
    let lines = "a = { for k in l : k => k == 1 ? \"b\" : # why\n  \"c\"\n}\nb = { d = 1 }\n";
    assert_eq!(broken(lines), (vec![], "a=(for k in l: k => (? (== k 1) 'b' 'c')) b={'d'=1}".to_owned()));
    let template = "%{ for k in {a = 1, a = 2} }${k}%{ endfor }";
    assert!(parse_template(template, 0).is_ok());
}

#[test]
fn a_quoted_text_over_two_lines() {
    let text = "a = \"x\ny\"\nb = \"${\n  c\n}d\"\n";
    check(text, "\"x\ny\"", "a quoted text must end on the line that it begins on", "a='x\ny' b=<c 'd'>");
}

#[test]
fn limits_are_marked() {
    let nested = format!("a = {}1{}\nb = 1\n", "[".repeat(300), "]".repeat(300));
    let chain = format!("a = 1{}\nb = 1\n", " + 1".repeat(300));
    let steps = format!("a = x{}\nb = 1\n", ".y".repeat(300));
    let blocks = format!("{}{}\nb = 1\n", "a {\n".repeat(300), "}\n".repeat(300));
    let names = format!("a = {{ {} }}\nb = 1\n", "x = 1, ".repeat(300));
    let entries = |count: usize| (0..count).map(|number| format!("x{number} = 1\n")).collect::<String>();
    let crowd = format!("a = {{\n{}}}\nb = 1\n", entries(5_001));
    for text in [nested, chain, steps, blocks, names, crowd] {
        let parsed = parse(&text);
        let limits: Vec<_> = parsed.faults.iter().map(|fault| fault.limit).collect();
        assert_eq!((limits, parsed.body.attributes.len()), (vec![true], 1), "{text}");
    }
    assert!(!parse("a = [").faults[0].limit);
    let many = parse(&format!("a = {{\n{}}}\nlocals {{\n{}}}\n", entries(500), entries(6_000)));
    assert_eq!((many.faults, many.body.blocks[0].body.attributes.len()), (vec![], 6_000));
}

#[test]
fn hostile_texts_end() {
    // Long, deep or never closed: none may take the stack or an hour.
    for (piece, times) in [
        ("<<A\n", 50_000),
        ("a = <<A\n", 50_000),
        ("\"${", 20_000),
        ("a = \"${\n", 20_000),
        ("{", 100_000),
        ("a {\n", 50_000),
        ("(", 100_000),
        ("!", 100_000),
        ("-", 100_000),
        ("%{ if a }", 20_000),
        ("a = \"%{ if a }", 20_000),
        ("resource \"a\" {\n", 20_000),
        ("a = {a=1, a=1,", 20_000),
        ("/*", 100_000),
        ("a ? ", 50_000),
        ("[for a in ", 20_000),
        ("x.*", 50_000),
    ] {
        let text = piece.repeat(times);
        assert!(!parse(&text).faults.is_empty(), "{piece}");
        let value = format!("a = {text}");
        assert!(!parse(&value).faults.is_empty(), "{piece}");
        assert!(parse_expression(&text).is_err(), "{piece}");
        let _ = parse_template(&text, 0);
    }
}

#[test]
fn small_stacks_are_enough() {
    let run = || {
        let deep = "a {\n".repeat(30) + "x = " + &"[".repeat(30) + &"\"${f(".repeat(10) + "1" + &")}\"".repeat(10);
        let deep = deep + &"]".repeat(30) + "\n" + &"}\n".repeat(30);
        parse(&deep).faults.len() + parse(&format!("a = {}1\n", "!".repeat(63))).faults.len()
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run).expect("a thread");
    assert!(thread.join().is_ok());
}

#[test]
fn a_fault_at_the_end_stays_within_the_text() {
    for text in ["] ] a \r\n ", "a = [\r\n", "é = {", "\u{feff}a = ("] {
        let parsed = parse(text);
        assert!(!parsed.faults.is_empty(), "{text:?}");
        assert!(parsed.faults.iter().all(|fault| text.get(fault.span.range()).is_some()), "{text:?}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic(text in "(?s).{0,80}") {
        let parsed = parse(&text);
        prop_assert!(parsed.faults.iter().all(|fault| text.get(fault.span.range()).is_some()));
        let _ = (parse_expression(&text), parse_template(&text, 0));
    }

    #[test]
    fn pieces_of_the_language_are_read_without_panic(
        pieces in proptest::collection::vec(
            prop::sample::select(&[
                "a", "=", " ", "\n", "{", "}", "[", "]", "(", ")", "\"", "${", "%{", "~", "if ", "for ", "in ", "else", "endif",
                "endfor", "<<-E\n", "<<E\n", "E\n", ".", "*", ",", ":", "=>", "...", "?", "+", "-", "!", "1", "é", "\\", "#",
                "//", "/*", "*/", "\r\n", "\u{feff}", "::", "resource \"x\" {\n", "$${", "null", "\u{a0}", "\\u00",
            ][..]),
            0..40,
        ),
    ) {
        let text = pieces.concat();
        let parsed = parse(&text);
        prop_assert!(parsed.faults.iter().all(|fault| text.get(fault.span.range()).is_some()));
        show_body(&parsed.body, &text);
        let _ = (parse_expression(&text), parse_template(&text, 0));
    }
}
