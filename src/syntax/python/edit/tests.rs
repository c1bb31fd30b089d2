use serde_json::json;

use super::*;
use crate::syntax::{python::parse, text::edited};

/// The text with an argument or entry added to the call or dict that begins with `head`.
fn with(text: &str, head: &str, name: &str, value: Json) -> Option<String> {
    let parsed = parse(text);
    let edits = insert(text, &parsed, place(text, &parsed, head), name, &value)?;
    let new = edited(text, &edits).expect("edits that fit");
    let again = parse(&new);
    assert!(again.faults.is_empty(), "{new}: {:?}", again.faults);
    assert_eq!(insert(&new, &again, place(&new, &again, head), name, &value), None, "it is there already");
    Some(new)
}

/// The span of the call or dict that begins with some text.
fn place(text: &str, parsed: &Parsed, head: &str) -> Span {
    let start = text.find(head).expect("the head");
    let spans = (start..=text.len()).map(|end| Span::new(start, end));
    spans.into_iter().rev().find(|span| find(parsed, *span).is_some()).expect("a call or a dict")
}

#[test]
fn an_argument_comes_last() {
    let cases = [
        ("f()\n", "f(n=1)\n"),
        ("f(a)\n", "f(a, n=1)\n"),
        ("f(a, b=2)\n", "f(a, b=2, n=1)\n"),
        ("f(a, b=2,)\n", "f(a, b=2, n=1,)\n"),
        ("f(**k)\n", "f(**k, n=1)\n"),
        ("f(\n    a,\n    b=2,\n)\n", "f(\n    a,\n    b=2,\n    n=1,\n)\n"),
        ("f(\n    a,\n    b=2,  # why\n    # below\n)\n", "f(\n    a,\n    b=2,  # why\n    n=1,\n    # below\n)\n"),
        ("f(\n    a,\n    b=2\n)\n", "f(\n    a,\n    b=2,\n    n=1\n)\n"),
        ("f(\n    a,\n    b=2  # why\n)\n", "f(\n    a,\n    b=2,  # why\n    n=1\n)\n"),
        ("f(a,\n  b=2)\n", "f(a,\n  b=2,\n  n=1)\n"),
        ("f(a, b=2\n  )\n", "f(a, b=2, n=1\n  )\n"),
        ("f(a, b=2,\n  )\n", "f(a, b=2, n=1,\n  )\n"),
        ("f(\n\ta,\n\tb=[\n\t\t1,\n\t],\n)\n", "f(\n\ta,\n\tb=[\n\t\t1,\n\t],\n\tn=1,\n)\n"),
        ("f(\r\n    a,\r\n)\r\n", "f(\r\n    a,\r\n    n=1,\r\n)\r\n"),
        ("f((1))\n", "f((1), n=1)\n"),
        ("f(a=(1\n))\n", "f(a=(1\n), n=1)\n"),
        ("f(\n    **k\n)\n", "f(\n    **k,\n    n=1\n)\n"),
        ("f('ü')", "f('ü', n=1)"),
    ];
    for (text, expected) in cases {
        assert_eq!(with(text, "f(", "n", json!(1)).as_deref(), Some(expected));
    }
    assert_eq!(with("f(x for x in y)\n", "f(", "n", json!(1)), None);
}

#[test]
fn an_entry_of_a_dict_comes_last_in_the_quotes_of_the_others() {
    let cases = [
        ("d = {}\n", "d = {\"N\": \"v\"}\n"),
        ("d = {'a': 1}\n", "d = {'a': 1, 'N': 'v'}\n"),
        ("d = {\n    \"a\": 1,\n}\n", "d = {\n    \"a\": 1,\n    \"N\": \"v\",\n}\n"),
        ("d = {\n    **b\n}\n", "d = {\n    **b,\n    \"N\": \"v\"\n}\n"),
    ];
    for (text, expected) in cases {
        assert_eq!(with(text, "{", "N", json!("v")).as_deref(), Some(expected));
    }
    let nested = json!({"A": [true, null], "B": "it's \"x\""});
    assert_eq!(
        with("f('a')", "f(", "n", nested).as_deref(),
        Some("f('a', n={'A': [True, None], 'B': 'it\\'s \"x\"'})")
    );
}

#[test]
fn a_literal_is_replaced_where_it_is_one() {
    let replaced = |text: &str, old: &str, value: Json| {
        let parsed = parse(text);
        let start = text.find(old).expect("the literal");
        let edits = replace(text, &parsed, Span::new(start, start + old.len()), &value)?;
        edited(text, &edits)
    };
    assert_eq!(
        replaced("f(t='ml.m5.large')", "'ml.m5.large'", json!("ml.g5.xlarge")).as_deref(),
        Some("f(t='ml.g5.xlarge')")
    );
    assert_eq!(replaced("x = False  # no", "False", json!(true)).as_deref(), Some("x = True  # no"));
    assert_eq!(replaced("x = 3600", "3600", json!(7200)).as_deref(), Some("x = 7200"));
    assert_eq!(replaced("x = f\"a\"", "f\"a\"", json!("b")), None);
    assert_eq!(replaced("x = 'a' 'b'", "'a' 'b'", json!("c")), None);
    assert_eq!(replaced("x = r'a'", "r'a'", json!("c")), None);
    assert_eq!(replaced("x = 60 * 60", "60 * 60", json!(1)), None);
}

#[test]
fn an_argument_goes_with_its_comma() {
    let without = |text: &str, name: &str| {
        let parsed = parse(text);
        let edits = remove(text, &parsed, place(text, &parsed, "f("), name)?;
        let new = edited(text, &edits)?;
        assert!(parse(&new).faults.is_empty(), "{new}");
        Some(new)
    };
    assert_eq!(without("f(a=1, b=2, c=3)", "b").as_deref(), Some("f(a=1, c=3)"));
    assert_eq!(without("f(a=1, b=2)", "b").as_deref(), Some("f(a=1)"));
    assert_eq!(without("f(a=1)", "a").as_deref(), Some("f()"));
    assert_eq!(without("f(a=1,)", "a").as_deref(), Some("f()"));
    assert_eq!(without("f(\n    a=1,\n    b=2,\n)", "b").as_deref(), Some("f(\n    a=1,\n)"));
    assert_eq!(without("f(\n    a=1,\n    b=2,\n)", "a").as_deref(), Some("f(\n    b=2,\n)"));
    assert_eq!(without("f(\n    a=1,\n    b=2\n)", "b").as_deref(), Some("f(\n    a=1\n)"));
    assert_eq!(without("f(a=1)", "z"), None);
}

#[test]
fn who_uses_a_variable_is_counted() {
    let held = |text: &str, literal: &str| {
        let start = text.find(literal).expect("the literal");
        let holder = holder(&parse(text), Span::new(start, start + literal.len()))?;
        Some((holder.name, holder.uses.into_iter().map(|(_, key)| key).collect::<Vec<_>>()))
    };
    assert_eq!(held("t = 'a'\nf(t)\nprint(t)\n", "'a'"), Some(("t".to_owned(), vec![None, None])));
    assert_eq!(held("t = 'a'\nt = 'b'\nf(t)\n", "'a'"), None);
    assert_eq!(held("t = 'a'\ndef f(t): pass\n", "'a'"), None);
    assert_eq!(held("for t in x: pass\nt = 'a'\n", "'a'"), None);
    assert_eq!(
        held("r = {'A': {'B': 'a'}}\nprint(r['C'])\nf(**r)\n", "'a'"),
        Some(("r".to_owned(), vec![Some("C".to_owned()), None]))
    );
    assert_eq!(held("t = 'a'.lower()\n", "'a'"), None);
    assert_eq!(held("f(t='a')\n", "'a'"), None);
}
