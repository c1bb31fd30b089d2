use serde_json::json;

use super::*;
use crate::syntax::{hcl::parse, text::edited};

/// The text with an item added to its first block.
fn with(text: &str, item: &Item) -> Option<String> {
    let parsed = parse(text);
    let edits = insert(text, &parsed.body.blocks[0], item)?;
    let new = edited(text, &edits).expect("edits that fit");
    let again = parse(&new);
    assert!(again.faults.is_empty(), "{new}: {:?}", again.faults);
    Some(new)
}

fn attribute(name: &str, value: Json) -> Item {
    Item::Attribute(name.to_owned(), value)
}

#[test]
fn an_argument_stands_behind_the_last_one() {
    let cases = [
        ("r {\n  a = 1\n}\n", "r {\n  a = 1\n\n  ab = \"v\"\n}\n"),
        ("r {\n  abc = 1\n}\n", "r {\n  abc = 1\n  ab  = \"v\"\n}\n"),
        ("r {\n  abc = 1 # why\n\n  b {\n  }\n}\n", "r {\n  abc = 1 # why\n  ab  = \"v\"\n\n  b {\n  }\n}\n"),
        ("r {\n  t = {\n    a = 1\n  }\n}\n", "r {\n  t = {\n    a = 1\n  }\n  ab = \"v\"\n}\n"),
        ("r {\n  abc = <<EOT\nx\nEOT\n}\n", "r {\n  abc = <<EOT\nx\nEOT\n  ab = \"v\"\n}\n"),
        ("r {\n  abc = (\n    1\n  )\n}\n", "r {\n  abc = (\n    1\n  )\n  ab = \"v\"\n}\n"),
        ("r {\n}\n", "r {\n  ab = \"v\"\n}\n"),
        ("r {\n  b {\n  }\n}\n", "r {\n  ab = \"v\"\n\n  b {\n  }\n}\n"),
        ("r {}\n", "r {\n  ab = \"v\"\n}\n"),
        ("r { abc = 1 }\n", "r {\n  abc = 1\n  ab = \"v\"\n}\n"),
        ("r {\r\n  abc = 1\r\n}\r\n", "r {\r\n  abc = 1\r\n  ab  = \"v\"\r\n}\r\n"),
        ("r {\n\tabc = 1\n}", "r {\n\tabc = 1\n\tab  = \"v\"\n}"),
        ("\u{feff}r {\n  abc = \"ü\"\n}\n", "\u{feff}r {\n  abc = \"ü\"\n  ab  = \"v\"\n}\n"),
    ];
    for (text, expected) in cases {
        assert_eq!(with(text, &attribute("ab", json!("v"))).as_deref(), Some(expected));
    }
}

#[test]
fn a_block_stands_behind_everything() {
    let block = Item::Block(
        "b".to_owned(),
        vec![attribute("on", json!(true)), attribute("name", json!("${x}")), Item::Block("c".to_owned(), vec![])],
    );
    let written = "  b {\n    on   = true\n    name = \"$${x}\"\n\n    c {\n    }\n  }\n}\n";
    assert_eq!(with("r {\n  a = 1\n}\n", &block), Some(format!("r {{\n  a = 1\n\n{written}")));
    assert_eq!(with("r {\n  z {\n  }\n}\n", &block), Some(format!("r {{\n  z {{\n  }}\n\n{written}")));
    assert_eq!(with("r {\n}\n", &block), Some(format!("r {{\n{written}")));
    assert_eq!(with("r { a = 1 }\n", &block), Some(format!("r {{\n  a = 1\n\n{written}")));
    let text = "resource \"a\" \"b\" {\n} # end\n\nx = 1\n";
    let parsed = parse(text);
    let items = [attribute("bucket", json!(format!("{REFERENCE}a.b.id")))];
    let edits = insert_behind(text, &parsed.body.blocks[0], "resource", &["c", "b"], &items).expect("a block");
    assert_eq!(
        edited(text, &edits).as_deref(),
        Some("resource \"a\" \"b\" {\n} # end\n\nresource \"c\" \"b\" {\n  bucket = a.b.id\n}\n\nx = 1\n")
    );
}

#[test]
fn values_are_written_as_terraform_formats_them() {
    let value = json!({"a": [1, "x"], "long": {"b c": null}});
    assert_eq!(
        with("r {\n  abc = 1\n}\n", &attribute("m", value)).as_deref(),
        Some("r {\n  abc = 1\n  m   = {\n    a    = [1, \"x\"]\n    long = {\n      \"b c\" = null\n    }\n  }\n}\n")
    );
}

#[test]
fn a_literal_is_replaced_where_it_is_one() {
    let replaced = |old: &str, value: Json| {
        let text = format!("a = {old}\n");
        let edits = replace(&text, Span::new(4, 4 + old.len()), &value)?;
        edited(&text, &edits)
    };
    assert_eq!(replaced("\"Enabled\"", json!("Disabled")).as_deref(), Some("a = \"Disabled\"\n"));
    assert_eq!(replaced("true", json!(false)).as_deref(), Some("a = false\n"));
    assert_eq!(replaced("var.x", json!("v")), None);
    assert_eq!(replaced("\"a${b}\"", json!("v")), None);
}

#[test]
fn what_is_removed_takes_its_lines() {
    let removed = |text: &str, what: &str| {
        let start = text.find(what).expect("what is removed");
        edited(text, &remove(text, Span::new(start, start + what.len()))?)
    };
    assert_eq!(removed("r {\n  a = 1\n  b = 2 # x\n}\n", "b = 2").as_deref(), Some("r {\n  a = 1\n}\n"));
    assert_eq!(removed("r {\n  a = 1\n\n  b {\n  }\n}\n", "b {\n  }").as_deref(), Some("r {\n  a = 1\n}\n"));
    assert_eq!(
        removed("r {\n  a = 1\n\n  b = 2\n\n  c = 3\n}\n", "b = 2").as_deref(),
        Some("r {\n  a = 1\n\n  c = 3\n}\n")
    );
    assert_eq!(removed("r { a = 1 }\n", "a = 1"), None);
}
