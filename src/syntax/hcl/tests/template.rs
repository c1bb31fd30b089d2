//! Templates come out as Terraform 1.11 prints them.

use std::collections::HashMap;

use super::super::*;

type Names = HashMap<String, String>;

/// What an expression of texts, numbers, lists and names comes to.
fn render(expr: &Expr, names: &Names) -> String {
    match &expr.node {
        Node::Text(text) => text.to_string(),
        Node::Number(number) => number.to_string(),
        Node::Digits(digits) => digits.to_string(),
        Node::Bool(value) => value.to_string(),
        Node::Name(name) => names[&**name].clone(),
        Node::Template(parts) => render_parts(parts, names),
        other => panic!("these tests have no {other:?}"),
    }
}

fn render_parts(parts: &[Part], names: &Names) -> String {
    let one = |part: &Part| match part {
        Part::Text(text) => text.to_string(),
        Part::Value(value) => render(value, names),
        Part::If(condition, then, otherwise) => {
            render_parts(if condition.node == Node::Bool(true) { then } else { otherwise }, names)
        }
        Part::For { key, value, over, body } => {
            let Node::List(items) = &over.node else { panic!("these tests loop over lists") };
            let turn = |(number, item): (usize, &Expr)| {
                let mut names = names.clone();
                names.insert(value.to_string(), render(item, &names));
                names.extend(key.as_ref().map(|key| (key.to_string(), number.to_string())));
                render_parts(body, &names)
            };
            items.iter().enumerate().map(turn).collect()
        }
    };
    parts.iter().map(one).collect()
}

#[track_caller]
fn check(text: &str, expected: &str) {
    for text in [text.to_owned(), format!("[{text}\n]"), format!("{{ a = {text}\n}}")] {
        let parsed = parse_expression(&text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
        let value = match &parsed.node {
            Node::List(items) => &items[0],
            Node::Object(entries) => &entries[0].1,
            _ => &parsed,
        };
        assert_eq!(render(value, &Names::new()), expected, "{text}");
    }
}

#[test]
fn indentation() {
    check("<<-EOT\n    a\n      b\n   \n    c\n  EOT", "a\n  b\n   \nc\n");
    check("<<-EOT\n    a\n\n  b\n    EOT", "  a\n\nb\n");
    check("<<-EOT\n    ${\"x\"} y\n      b\n    EOT", "x y\n  b\n");
    check("<<-EOT\n      a ${\"x\"}\n    ${\"y\"}\n      EOT", "  a x\ny\n");
    check("<<-EOT\n\ta\n  b\n\tEOT", "a\n b\n");
    check("<<-EOT\n    \n      a\n  EOT", "    \na\n");
    check("<<-EOT\n    a $${x}\n  b\n  EOT", "  a ${x}\nb\n");
    check("<<-EOT\n  \u{a0}a\n   b\n  EOT", "a\nb\n");
    check("<<-EOT\n\n  EOT", "\n");
    check("<<-EOT\n  EOT", "");
    check("<<EOT\n  a\n EOT", "  a\n");
}

#[test]
fn indentation_with_directives() {
    check("<<-EOT\n      a\n    %{ if true }\n      b\n    %{ endif }\n    EOT", "  a\n\n  b\n\n");
    check("<<-EOT\n      a\n    %{ if true ~}\n      b\n    %{ endif ~}\n      c\n    EOT", "  a\n      b\n      c\n");
}

#[test]
fn stripping() {
    check(r#""a  ${~ "b" ~}  c""#, "abc");
    check(r#""a  $${x} ${~ "b" ~}  $${c}""#, "a  ${x}b${c}");
    check(r#""%{ if true ~}  a  %{~ else ~} b %{~ endif ~}  c""#, "ac");
    check(r#""x%{ for i, v in ["a", "b"] ~}  ${i}=${v}, %{~ endfor }  y""#, "x0=a,1=b,  y");
    check("<<EOT\n  a\n    ${\"x\" ~}\n    b\n${~ \"y\"}\nEOT", "  a\n    x    by\n");
    check("<<EOT\n%{ for v in [\"a\",\"b\"] ~}\n  ${v}\n%{ endfor ~}\nend\nEOT", "  a\n  b\nend\n");
    check(
        "<<EOT\n  %{~ for v in [\"a\",\"b\"] ~}  \n\n  ${v}\n  %{~ endfor ~}\n\n  end\nEOT",
        "\n  a\n\n  b\n\n  end\n",
    );
    check("<<EOT\n${5 ~}\nEOT", "5");
}

#[test]
fn escapes() {
    check("<<EOT\na$${b}%%{c}$x%y\\n\\\"q\\\"\nEOT", "a${b}%{c}$x%y\\n\\\"q\\\"\n");
    check(r#""a$$$${b}""#, "a$$${b}");
    check(r#""\u00e9\U0001F600\t|100%$""#, "é😀\t|100%$");
    check(r#""a\\${"b"}""#, "a\\b");
}

#[test]
fn files() {
    let text = "x ${~ \"1\"}\n%{ for v in [1, 2] ~}\n  - ${v} $${q} \\n\n%{ endfor ~}\n\n  end";
    let parts = parse_template(text, 0).expect("it is a template");
    assert_eq!(render_parts(&parts, &Names::new()), "x1\n  - 1 ${q} \\n\n  - 2 ${q} \\n\n\n  end");
}

#[test]
fn line_ends_stay_as_they_are() {
    check("<<-EOT\r\n    x\r\n\r\n      ${1 ~}\r\n    y\r\n  EOT", "x\r\n\r\n  1    y\r\n");
}
