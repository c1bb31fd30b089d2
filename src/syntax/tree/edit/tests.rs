use serde_json::json;

use super::*;
use crate::syntax::{json as json_text, text::edited, yaml};

fn parsed(text: &str, syntax: Syntax) -> Tree {
    match syntax {
        Syntax::Yaml => yaml::parse(text),
        Syntax::Json => json_text::parse(text),
    }
}

/// The mapping at a path of keys and numbers.
fn at<'t>(tree: &'t Tree, path: &str) -> Node<'t> {
    let root = tree.root().expect("a document");
    path.split('.').filter(|part| !part.is_empty()).fold(root, |node, part| match part.parse::<usize>() {
        Ok(at) => node.items().nth(at).expect("an item"),
        Err(_) => node.get(part).expect("an entry"),
    })
}

fn inserted(text: &str, syntax: Syntax, path: &str, name: &str, value: Json) -> Option<String> {
    let tree = parsed(text, syntax);
    let edits = insert(text, at(&tree, path), syntax, name, &value)?;
    let new = edited(text, &edits).expect("edits that fit");
    let again = parsed(&new, syntax);
    assert!(again.faults.is_empty(), "{new}: {:?}", again.faults);
    assert!(at(&again, path).get(name).is_some(), "{new}");
    assert_eq!(insert(&new, at(&again, path), syntax, name, &value), None, "it is there already");
    Some(new)
}

fn yaml_with(text: &str, path: &str, name: &str, value: Json) -> Option<String> {
    inserted(text, Syntax::Yaml, path, name, value)
}

fn json_with(text: &str, path: &str, name: &str, value: Json) -> Option<String> {
    inserted(text, Syntax::Json, path, name, value)
}

#[test]
fn an_entry_of_a_block_comes_behind_the_last_one() {
    let cases = [
        ("a:\n  b: 1\nc: 2\n", "a", "a:\n  b: 1\n  N: v\nc: 2\n"),
        ("a:\n  b: 1 # why\n  # below\nc: 2\n", "a", "a:\n  b: 1 # why\n  N: v\n  # below\nc: 2\n"),
        ("a:\n    b:\n        c: 1\n", "a", "a:\n    b:\n        c: 1\n    N: v\n"),
        ("- a: 1\n  b: 2\n- c: 3", "0", "- a: 1\n  b: 2\n  N: v\n- c: 3"),
        ("- a: 1", "0", "- a: 1\n  N: v"),
        ("a:\n  b:\n  - 1\n  - 2\n", "a", "a:\n  b:\n  - 1\n  - 2\n  N: v\n"),
        ("a:\n  b: |\n    text\n    more\n\nc: 1\n", "a", "a:\n  b: |\n    text\n    more\n  N: v\n\nc: 1\n"),
        ("a:\n  b:\nc: 1\n", "a", "a:\n  b:\n  N: v\nc: 1\n"),
        ("a:\r\n  b: 1\r\nc: 2\r\n", "a", "a:\r\n  b: 1\r\n  N: v\r\nc: 2\r\n"),
        ("\u{feff}ü: ß\n", "", "\u{feff}ü: ß\nN: v\n"),
        ("a:\n  b: \"x\n    y\"\n", "a", "a:\n  b: \"x\n    y\"\n  N: v\n"),
        ("x: &x {p: 1}\na:\n  b: *x # shared\n", "a", "x: &x {p: 1}\na:\n  b: *x # shared\n  N: v\n"),
    ];
    for (text, path, expected) in cases {
        let expected = expected.replace("N: v", "Na: vv");
        assert_eq!(yaml_with(text, path, "Na", json!("vv")), Some(expected));
    }
}

#[test]
fn a_value_is_written_in_the_style_around_it() {
    let value = json!({"Rules": [{"On": true, "By": {"Alg": "aws:kms"}}], "Names": ["aa", "on"], "Nothing": {}});
    assert_eq!(
        yaml_with("r:\n  Type: T\n", "r", "Pa", value).as_deref(),
        Some(
            "r:\n  Type: T\n  Pa:\n    Rules:\n      - \"On\": true\n        By:\n          Alg: aws:kms\n    Names:\n      - aa\n      - \"on\"\n    Nothing: {}\n"
        )
    );
    assert_eq!(
        json_with("{\n  \"r\": {\n    \"Type\": \"T\"\n  }\n}\n", "r", "P", json!({"A": ["b"], "C": {}})).as_deref(),
        Some(
            "{\n  \"r\": {\n    \"Type\": \"T\",\n    \"P\": {\n      \"A\": [\n        \"b\"\n      ],\n      \"C\": {}\n    }\n  }\n}\n"
        )
    );
    assert_eq!(
        json_with("{\"r\":{\"a\":1}}", "r", "P", json!({"A": [1, true]})).as_deref(),
        Some("{\"r\":{\"a\":1,\"P\":{\"A\":[1,true]}}}")
    );
    assert_eq!(
        json_with("{ \"r\": { \"a\": 1 } }", "r", "P", json!("x")).as_deref(),
        Some("{ \"r\": { \"a\": 1, \"P\": \"x\" } }")
    );
    assert_eq!(json_with("{\"r\": {}}", "r", "P", json!("x")).as_deref(), Some("{\"r\": {\"P\": \"x\"}}"));
    assert_eq!(
        yaml_with("a: {b: 1, c: [x, y]}\n", "a", "Pa", json!({"Qa": "aws:kms"})).as_deref(),
        Some("a: {b: 1, c: [x, y], Pa: {Qa: \"aws:kms\"}}\n")
    );
    assert_eq!(yaml_with("a: {}\n", "a", "Pa", json!("x1")).as_deref(), Some("a: {Pa: x1}\n"));
    assert_eq!(
        yaml_with("a: {\"b\": 1}\n", "a", "Pa", json!("x1")).as_deref(),
        Some("a: {\"b\": 1, \"Pa\": \"x1\"}\n")
    );
    assert_eq!(
        yaml_with("a: {\n  \"b\": 1\n}\n", "a", "Pa", json!({"q": "x"})).as_deref(),
        Some("a: {\n  \"b\": 1,\n  \"Pa\": {\n    \"q\": \"x\"\n  }\n}\n")
    );
}

#[test]
fn what_more_would_change_with_is_left_alone() {
    assert_eq!(
        yaml_with("a:\n  b: |+\n    text\n\nc: 1\n", "a", "N", json!("vv")),
        None,
        "the text keeps its line breaks"
    );
    assert_eq!(yaml_with("x: &x\n  p: 1\na: *x\n", "a", "N", json!("vv")), None, "an alias");
    let tree = yaml::parse("x: &x\n  p: {q: 1}\na: *x\nb:\n  c: 1\n");
    assert!(
        tree.is_repeated(at(&tree, "x.p")) && tree.is_repeated(at(&tree, "x")) && !tree.is_repeated(at(&tree, "b"))
    );
}

#[test]
fn a_scalar_keeps_its_quotes() {
    let replaced = |text: &str, value: Json| {
        let tree = yaml::parse(text);
        let edits = replace(text, at(&tree, "a"), Syntax::Yaml, &value)?;
        edited(text, &edits)
    };
    assert_eq!(replaced("a: Enabled # x\n", json!("Disabled")).as_deref(), Some("a: Disabled # x\n"));
    assert_eq!(replaced("a: \"Enabled\"\n", json!("Disabled")).as_deref(), Some("a: \"Disabled\"\n"));
    assert_eq!(replaced("a: 'x'\n", json!("it's")).as_deref(), Some("a: 'it''s'\n"));
    assert_eq!(replaced("a: 'true'\n", json!(false)).as_deref(), Some("a: 'false'\n"));
    assert_eq!(replaced("a: 10\n", json!(20)).as_deref(), Some("a: 20\n"));
    assert_eq!(replaced("a: x\n", json!("yes")).as_deref(), Some("a: \"yes\"\n"));
    assert_eq!(replaced("a: x\n", json!("a: b")).as_deref(), Some("a: \"a: b\"\n"));
    assert_eq!(replaced("a: !Ref x\n", json!("y1")), None);
    assert_eq!(replaced("a: |\n  x\n", json!("y1")), None);
    assert_eq!(replaced("a:\n", json!("y1")), None);
    let text = "{\"a\": \"ä\"}";
    let tree = json_text::parse(text);
    let edits = replace(text, at(&tree, "a"), Syntax::Json, &json!("b\"c")).expect("a literal");
    assert_eq!(edited(text, &edits).as_deref(), Some("{\"a\": \"b\\\"c\"}"));
}

#[test]
fn an_entry_goes_with_its_line_or_its_comma() {
    let removed = |text: &str, path: &str, name: &str| {
        let tree = yaml::parse(text);
        let edits = remove(text, at(&tree, path), name)?;
        let new = edited(text, &edits)?;
        assert!(yaml::parse(&new).faults.is_empty(), "{new}");
        Some(new)
    };
    assert_eq!(removed("a:\n  b: 1 # x\n  c: 2\n", "a", "b").as_deref(), Some("a:\n  c: 2\n"));
    assert_eq!(removed("a:\n  b: 1\n  c:\n    d: 2\ne: 3\n", "a", "c").as_deref(), Some("a:\n  b: 1\ne: 3\n"));
    assert_eq!(removed("- a: 1\n  b: 2\n", "0", "a").as_deref(), Some("- b: 2\n"));
    assert_eq!(removed("a:\n  b: 1\n", "a", "b"), None, "nothing would be left");
    assert_eq!(removed("a: {b: 1, c: 2, d: 3}\n", "a", "c").as_deref(), Some("a: {b: 1, d: 3}\n"));
    assert_eq!(removed("a: {b: 1, c: 2}\n", "a", "b").as_deref(), Some("a: {c: 2}\n"));
    assert_eq!(removed("a: {b: 1}\n", "a", "b").as_deref(), Some("a: {}\n"));
    assert_eq!(removed("{\n  \"b\": 1,\n  \"c\": 2\n}\n", "", "c").as_deref(), Some("{\n  \"b\": 1\n}\n"));
}
