//! Tests of Terraform's JSON.

use super::super::*;
use crate::syntax::json;

/// A file without faults: each block and attribute with its bytes.
#[track_caller]
fn read(text: &str) -> Body {
    let parsed = of_json(text, &json::parse(text));
    assert_eq!(parsed.faults, [], "{text}");
    parsed.body
}

/// The values of attributes as the native syntax has them.
#[track_caller]
fn native(text: &str) -> Node {
    parse_expression(text).expect("it parses").node
}

fn heads(blocks: &[Block]) -> Vec<String> {
    let head = |block: &Block| {
        let labels = block.labels.iter().map(|label| format!(" {}", label.text)).collect::<String>();
        format!("{}{labels}", block.kind)
    };
    blocks.iter().map(head).collect()
}

#[track_caller]
fn written(span: Span, text: &str) -> &str {
    text.get(span.range()).expect("a span of the text")
}

#[test]
fn blocks_are_found_under_their_labels_and_in_lists() {
    let text = r#"{"//": "note", "resource": {"aws_a": {"x": {"n": 1}, "y": [{"n": 2}, {"n": 3}]}}, "resource": [{"aws_b": {"z": {}}}],
        "locals": {"a": 1, "//": "note"}, "variable": [{"v": {}}], "terraform": {"backend": {"s3": {}}}}"#;
    let body = read(text);
    let all = ["resource aws_a x", "resource aws_a y", "resource aws_a y", "resource aws_b z", "locals", "variable v"];
    assert_eq!(heads(&body.blocks), [&all[..], &["terraform"]].concat());
    assert_eq!(heads(&body.blocks[6].body.blocks), ["backend s3"]);
    assert_eq!(body.blocks[4].body.attributes.len(), 1);
    assert_eq!(written(body.blocks[2].head, text), "\"y\"");
    assert_eq!(written(body.blocks[0].span, text), "\"x\": {\"n\": 1}");
    assert_eq!(written(body.blocks[0].labels[0].span, text), "\"aws_a\"");
}

#[test]
fn strings_are_templates() {
    let text =
        r#"{"locals": {"a": "${var.x}", "b": "n-${var.x}", "c": "$${x} \"q\"", "d": {"${var.k}": [true, null, 1.5]}}}"#;
    let locals = &read(text).blocks[0].body;
    let value = |name: &str| &locals.attribute(name).expect("it is set").value;
    assert!(
        matches!(&value("a").node, Node::Attribute(root, name) if &**name == "x" && root.node == Node::Name("var".into()))
    );
    assert_eq!(written(value("a").span, text), "var.x");
    let Node::Template(parts) = &value("b").node else { panic!("a template") };
    let [Part::Text(before), Part::Value(inner)] = &parts[..] else { panic!("a text and a value") };
    assert_eq!((&**before, written(inner.span, text)), ("n-", "var.x"));
    assert_eq!(written(value("b").span, text), "\"n-${var.x}\"");
    assert_eq!(value("c").node, Node::Text("${x} \"q\"".into()));
    let Node::Object(entries) = &value("d").node else { panic!("an object") };
    assert_eq!(written(entries[0].0.span, text), "var.k");
    assert!(
        matches!(&entries[0].1.node, Node::List(items) if items[0].node == Node::Bool(true) && items[2].node == Node::Number(1.5))
    );
}

#[test]
fn spans_behind_escapes() {
    let text = r#"{"a": "\u00fc\n${lookup(m, \"k\")} \ud83d\ude00 ${z.y}"}"#;
    let body = read(text);
    let Node::Template(parts) = &body.attributes[0].value.node else { panic!("a template") };
    let [Part::Text(_), Part::Value(call), Part::Text(_), Part::Value(last)] = &parts[..] else { panic!("{parts:?}") };
    assert_eq!(written(call.span, text), r#"lookup(m, \"k\")"#);
    assert_eq!(written(last.span, text), "z.y");
}

#[test]
fn references_and_types_are_expressions() {
    let text = r#"{"variable": {"v": {"type": "list(string)", "default": "${x}"}},
        "resource": {"a": {"b": {"depends_on": ["a.c"], "provider": "aws.west", "count": "2", "lifecycle": {"ignore_changes": ["tags"]}}}},
        "module": {"m": {"source": "./m", "providers": {"aws": "aws.west"}, "n": "aws.west"}}}"#;
    let body = read(text);
    let value =
        |block: usize, name: &str| body.blocks[block].body.attribute(name).expect("it is set").value.node.clone();
    assert!(matches!(value(0, "type"), Node::Call { name, .. } if &*name == "list"));
    assert_eq!(value(0, "default"), Node::Text("${x}".into()));
    assert!(matches!(value(1, "depends_on"), Node::List(items) if matches!(items[0].node, Node::Attribute(..))));
    assert!(matches!(value(1, "provider"), Node::Attribute(..)));
    assert_eq!(value(1, "count"), Node::Text("2".into()));
    assert_eq!(heads(&body.blocks[1].body.blocks), ["lifecycle"]);
    assert_eq!(value(2, "source"), native("\"./m\""));
    assert!(matches!(value(2, "providers"), Node::Object(entries) if matches!(entries[0].1.node, Node::Attribute(..))));
    assert_eq!(value(2, "n"), native("\"aws.west\""));
}

#[test]
fn a_providers_block_is_an_attribute_and_a_block() {
    let text = r#"{"resource": {"a": {"b": {"rule": [{"n": 1}, {"n": 2, "dynamic": {"x": {"for_each": [1], "content": {"m": 3}}}}], "tags": "t",
        "dynamic": {"port": {"for_each": "${l}", "content": {"p": 4}}}}}}}"#;
    let body = read(text);
    let resource = &body.blocks[0].body;
    assert_eq!(heads(&resource.blocks), ["dynamic port"]);
    assert_eq!(heads(&resource.blocks[0].body.blocks), ["content"]);
    let rules = resource.blocks_of("rule");
    assert_eq!(rules.len(), 2);
    assert_eq!(rules[0].body.attribute("n").map(|n| &n.value.node), Some(&Node::Number(1.0)));
    assert_eq!(heads(&rules[1].body.blocks), ["dynamic x"]);
    assert_eq!(rules[1].body.blocks[0].body.blocks_of("content").len(), 1);
    assert_eq!(resource.blocks_of("tags"), []);
}

#[test]
fn blocks_of_the_native_syntax() {
    let body = parse("vpc {\n  a = 1\n}\nvpc {\n  a = 2\n}\ningress = [{a = 3}]\n").body;
    let of = |kind: &str| {
        body.blocks_of(kind).iter().map(|block| block.body.attributes[0].value.node.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of("vpc"), [Node::Number(1.0), Node::Number(2.0)]);
    assert_eq!(of("ingress"), [Node::Number(3.0)]);
}

#[test]
fn values_of_variables_are_literal() {
    let text = r#"{"data": {"a": "${x}"}, "b": ["%{c}"]}"#;
    let parsed = of_json_values(text, &json::parse(text));
    assert_eq!((parsed.faults, parsed.body.blocks), (vec![], vec![]));
    let Node::Object(entries) = &parsed.body.attributes[0].value.node else { panic!("an object") };
    assert_eq!(entries[0].1.node, Node::Text("${x}".into()));
}

#[test]
fn a_broken_template_loses_its_block_alone() {
    let text = r#"{"resource": {"a": {"b": {"n": "é${1 +}"}, "c": {"n": 1}}, "x": 5}}"#;
    let parsed = of_json(text, &json::parse(text));
    assert_eq!(heads(&parsed.body.blocks), ["resource a c"]);
    let faults: Vec<_> = parsed.faults.iter().map(|fault| (written(fault.span, text), &*fault.message)).collect();
    assert_eq!(faults, [("}", "a value is expected here"), ("5", "an object is expected here")]);
}
