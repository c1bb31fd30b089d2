//! Tests of the parser: what comes out, and where it says that it is written.

use super::*;

mod faults;
mod json;
mod show;
mod template;

use show::{show, show_body, show_parts};

/// The tree of an expression, as text.
#[track_caller]
fn expression(text: &str) -> String {
    let parsed = parse_expression(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
    show(&parsed, text)
}

/// The tree of a file without faults, as text.
#[track_caller]
fn file(text: &str) -> String {
    let parsed = parse(text);
    assert_eq!(parsed.faults, [], "{text}");
    show_body(&parsed.body, text)
}

#[test]
fn values() {
    assert_eq!(expression("null"), "null");
    assert_eq!(expression("true"), "true");
    assert_eq!(expression("1.50"), "1.5");
    assert_eq!(expression("-5"), "-5");
    assert_eq!(expression("123456789012"), "123456789012");
    assert_eq!(expression(r#""a\tb\"\\\u00fc$${x}%%{y}$""#), r#"'a	b"\ü${x}%{y}$'"#);
    assert_eq!(expression("[1, \"a\",]"), "[1 'a']");
    assert_eq!(expression("{a = 1, \"b\": 2, (c) = 3, true = 4}"), "{'a'=1 'b'=2 c=3 'true'=4}");
}

#[test]
fn operators() {
    assert_eq!(expression("1 + 2 * 3"), "(+ 1 (* 2 3))");
    assert_eq!(expression("(1 + 2) * 3"), "(* (+ 1 2) 3)");
    assert_eq!(expression("a - b - c"), "(- (- a b) c)");
    assert_eq!(expression("!a && -b <= c || d != e"), "(|| (&& (! a) (<= (neg b) c)) (!= d e))");
    assert_eq!(expression("a ? b : c ? d : e"), "(? a b (? c d e))");
}

#[test]
fn traversals() {
    assert_eq!(expression("var.a.b"), "var.a.b");
    assert_eq!(expression("a.0.b"), "a.0.b");
    assert_eq!(expression("a[ 0 ].b[\"c\"]"), "a[0].b['c']");
    assert_eq!(expression("a[(b)]"), "a[b]");
    assert_eq!(expression("f(x).y"), "(f x).y");
}

#[test]
fn splats_take_attributes_or_everything() {
    assert_eq!(expression("a.*.b.0[1].c"), "(splat a @.b.0)[1].c");
    assert_eq!(expression("a[*].b[0].c"), "(splat a @.b[0].c)");
    assert_eq!(expression("a[*].b[*].c"), "(splat a (splat @.b @.c))");
    assert_eq!(expression("a.*.b.*.c"), "(splat (splat a @.b) @.c)");
    assert_eq!(expression("a[*]"), "(splat a @)");
}

#[test]
fn calls_and_loops() {
    assert_eq!(expression("merge(a, b...)"), "(merge a b...)");
    assert_eq!(expression("provider::aws::arn_parse(x)"), "(provider::aws::arn_parse x)");
    assert_eq!(expression("[for v in l : v if v]"), "(for v in l: v if v)");
    assert_eq!(expression("{for k, v in m : k => v...}"), "(for k,v in m: k => v...)");
}

#[test]
fn templates() {
    assert_eq!(expression(r#""${a}""#), "a");
    assert_eq!(expression(r#""x-${a}-${"n${b}"}""#), "<'x-' a '-' <'n' b>>");
    assert_eq!(expression(r#""%{ if a }b%{ else }c${d}%{ endif }e""#), "<if a <'b'> <'c' d> 'e'>");
    assert_eq!(expression(r#""%{ for k, v in m ~}  ${k} %{~ endfor }""#), "<for k,v in m <k>>");
}

#[test]
fn files() {
    let text = "a = 1\nresource \"aws_x\" y {\n  b = 2\n  c {\n    d = 3\n  }\n}\nlocals { e = 4 }\nf {}\n";
    assert_eq!(file(text), "a=1 resource[aws_x y]{b=2 c[]{d=3}} locals[]{e=4} f[]{}");
}

#[test]
fn marks_and_line_ends() {
    assert_eq!(file("\u{feff}a = b.c\r\nd {\r\n  e = \"f\"\r\n}\r\n"), "a=b.c d[]{e='f'}");
}

#[test]
fn template_files() {
    let text = "a ${b}\n%{ if c ~}\n  d\n%{ endif ~}\n$${e}\\n";
    let parts = parse_template(text, 0).expect("it is a template");
    assert_eq!(show_parts(&parts, text), "<'a ' b '\n' if c <'  d\n'> '${e}\\n'>");
}
