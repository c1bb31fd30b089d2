//! What the tables of expressions cannot say: references, where values come from, conditions, bounds.

use std::{cell::Cell, sync::Arc};

use super::*;
use crate::{
    finding::Confidence,
    graph::{
        guard::{Assignment, Formula, World},
        value::{Reference, StepKind},
    },
    source::{FileId, Source},
    syntax::hcl::parse_expression,
};

/// Locals as expressions, variables without and with a default, and any resource as a reference to itself.
struct Module<'a> {
    locals: &'a [(&'a str, &'a str)],
    depth: Cell<usize>,
}

fn place() -> Place {
    Place::new(FileId(0), Span::default())
}

impl Names for Module<'_> {
    fn resolve(&self, root: &str, path: &[&str], place: Place) -> Option<(Value, usize)> {
        let name = path.first()?;
        match root {
            "var" if name.starts_with("default_") => {
                let value = Value::text(name.trim_start_matches("default_"), place);
                Some((value.via(StepKind::VariableDefault, *name, place), 1))
            }
            "var" => Some((Value::unknown(Reason::NoDefault, format!("var.{name}"), self::place()), 1)),
            "local" => {
                let (_, text) = self.locals.iter().find(|(local, _)| local == name)?;
                self.depth.set(self.depth.get() + 1);
                let parsed = parse_expression(text).expect("an expression");
                let value = evaluate(&parsed, &Cx::new(self, FileId(0)));
                Some((value.via(StepKind::Variable, format!("local.{name}"), place), 1))
            }
            kind if kind.starts_with("aws_") => {
                let reference = Reference { id: format!("{kind}.{name}").into(), attribute: None };
                Some((Value::new(Data::Reference(Arc::new(reference)), place), 1))
            }
            _ => None,
        }
    }

    fn file(&self, _: &str) -> Option<Arc<Source>> {
        None
    }

    fn fileset(&self, _: &str, _: &str) -> Option<Vec<String>> {
        None
    }
}

fn value_in(locals: &[(&str, &str)], expression: &str) -> Value {
    let module = Module { locals, depth: Cell::new(0) };
    let parsed = parse_expression(expression).expect("an expression");
    evaluate(&parsed, &Cx::new(&module, FileId(0)))
}

fn value(expression: &str) -> Value {
    value_in(&[], expression)
}

fn reference(value: &Value) -> Option<(&str, Option<&str>)> {
    match &value.data {
        Data::Reference(reference) => Some((&reference.id, reference.attribute.as_deref())),
        _ => None,
    }
}

fn reason(value: &Value) -> Option<Reason> {
    match &value.data {
        Data::Unknown(unknown) => Some(unknown.reason),
        _ => None,
    }
}

#[test]
fn references_keep_their_resource_whatever_the_index() {
    for expression in [
        "aws_subnet.a.id",
        "aws_subnet.a[0].id",
        "aws_subnet.a[var.n].id",
        "aws_subnet.a[*].id",
        "one(aws_subnet.a[*].id)",
    ] {
        let value = value(expression);
        let found = match &value.data {
            Data::List(list) => reference(&list.items[0]),
            _ => reference(&value),
        };
        assert_eq!(found, Some(("aws_subnet.a", Some("id"))), "{expression}");
    }
    let nested = value("aws_subnet.a.block[0].name");
    assert_eq!(reference(&nested), Some(("aws_subnet.a", Some("block[0].name"))));
}

#[test]
fn references_pass_through_functions_that_choose() {
    for expression in [
        r#"coalesce(aws_role.a.arn, "x")"#,
        "coalesce(null, aws_role.a.arn)",
        r#"try(aws_role.a.arn, "x")"#,
        r#"element([aws_role.a.arn], var.n)"#,
        r#"concat([], [aws_role.a.arn])[0]"#,
        r#"flatten([[aws_role.a.arn], []])[0]"#,
        r#"compact(["", aws_role.a.arn])[0]"#,
        r#"tolist(toset([aws_role.a.arn]))[0]"#,
        r#"lookup({a = aws_role.a.arn}, "a", null)"#,
        r#"merge({a = "x"}, {a = aws_role.a.arn}).a"#,
    ] {
        assert_eq!(reference(&value(expression)), Some(("aws_role.a", Some("arn"))), "{expression}");
    }
}

#[test]
fn a_name_may_be_missing_or_null_and_a_reference_may_not() {
    assert!(matches!(value("aws_role.a.arn == null").data, Data::Bool(false)));
    assert_eq!(reason(&value("aws_role.a.policy == null")), Some(Reason::RunTime));
    assert_eq!(reason(&value("nothing.like_this")), Some(Reason::Invalid));
    assert_eq!(reason(&value("try(nothing.like_this, var.x)")), Some(Reason::NoDefault));
}

#[test]
fn what_rests_on_a_default_is_less_sure() {
    let sure = |expression: &str| value(expression).origin.confidence();
    for expression in [
        r#""${var.default_a}-x""#,
        r#"upper(var.default_a)"#,
        r#"join("-", ["x", var.default_a])"#,
        r#"var.default_a == "a" ? "x" : "y""#,
        r#"{b = [var.default_a]}.b[0]"#,
        r#"[for x in ["1"] : "${x}${var.default_a}"][0]"#,
        r#""%{ if var.default_a == "a" }x%{ endif }""#,
        r#"jsonencode({a = var.default_a})"#,
    ] {
        assert_eq!(sure(expression), Confidence::Medium, "{expression}");
    }
    assert_eq!(sure(r#"upper("a")"#), Confidence::High);
    assert_eq!(sure(r#"{a = "x", b = var.default_b}.a"#), Confidence::High, "the other entry has no part in it");
}

#[test]
fn a_value_names_the_locals_that_it_came_by() {
    let locals = [("tags", r#"{team = var.default_ml}"#)];
    let team = value_in(&locals, "local.tags.team");
    let names: Vec<&str> = team.origin.steps().map(|step| &*step.name).collect();
    assert_eq!(names, ["local.tags", "default_ml"]);
}

#[test]
fn the_same_question_is_asked_once() {
    let locals = [("name", r#"var.env == "prod" ? "big" : "small""#)];
    let value = value_in(&locals, r#""${local.name}-${var.env == "prod" ? 1 : 2}-${var.env == "dev" ? 3 : 4}""#);
    let asked = |value: &Value| match &value.data {
        Data::Guarded(guarded) => match &guarded.when {
            Formula::Atom(atom) => Some((atom.clone(), guarded.clone())),
            _ => None,
        },
        _ => None,
    };
    let (prod, sides) = asked(&value).expect("a question");
    let (dev, within) = asked(&sides.then).expect("the other question");
    assert!(matches!(&within.then.data, Data::Text(text) if &**text == "big-1-3"), "{within:?}");
    assert_eq!(prod.subject, dev.subject, "answers to one question exclude each other");
    let world = World::of(Assignment::default().with(&prod, true));
    assert!(world.holds(&Formula::Atom(dev)).is_no());
}

#[test]
fn branches_of_one_condition_do_not_multiply() {
    let choice = r#"(var.on ? "a" : "b")"#;
    let many = vec![choice; 40].join(", ");
    let Data::Guarded(guarded) = &value(&format!("join(\"\", [{many}])")).data else { panic!("no branches") };
    let expected: Arc<str> = "a".repeat(40).into();
    assert!(matches!(&guarded.then.data, Data::Text(text) if *text == expected));
    let different = (0..40).map(|at| format!("(var.on{at} ? 1 : 2)")).collect::<Vec<_>>().join(", ");
    assert_eq!(reason(&value(&format!("sum([{different}])"))), Some(Reason::Limit));
}

#[test]
fn values_that_double_each_other_are_bounded() {
    let names: Vec<(String, String)> =
        (1..40).map(|at| (format!("l{at}"), format!("[local.l{0}, local.l{0}]", at - 1))).collect();
    let mut locals: Vec<(&str, &str)> = names.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    locals.push(("l0", "[1, 2, 3]"));
    let twelve = value_in(&locals, "length(local.l12)");
    assert!(matches!(&twelve.data, Data::Number(two) if two.near() == 2.0));
    // A local is asked for anew each time here: only its size is what matters.
    let large = value_in(&locals[..], "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : c]]]");
    assert_eq!(reason(&large), Some(Reason::Limit));
}

#[test]
fn texts_and_lists_without_end_are_bounded() {
    let text = r#"join("", [for a in range(1000) : join("", [for b in range(1000) : "0123456789"])])"#;
    assert_eq!(reason(&value(text)), Some(Reason::Limit));
    let product = "setproduct(range(1000), range(1000), range(1000))";
    assert_eq!(reason(&value(product)), Some(Reason::Limit));
    assert_eq!(reason(&value(r#"indent(1000000000, "a\nb")"#)), Some(Reason::Limit));
    assert_eq!(reason(&value(r#"format("%999999999d", 1)"#)), Some(Reason::Limit));
    assert_eq!(reason(&value(r#"regex("(a{1000}){1000}", "a")"#)), Some(Reason::Limit));
}

#[test]
fn impure_functions_are_known_when_they_run() {
    for call in ["timestamp()", "uuid()", r#"bcrypt("a")"#, "plantimestamp()", r#"abspath("a")"#, r#"pathexpand("~")"#]
    {
        assert_eq!(reason(&value(call)), Some(Reason::RunTime), "{call}");
    }
    assert_eq!(reason(&value(r#"provider::aws::arn_parse("a")"#)), Some(Reason::Unsupported));
    assert_eq!(reason(&value(r#"file("a.txt")"#)), Some(Reason::External));
    assert_eq!(reason(&value("nosuch(1)")), Some(Reason::Invalid));
}

#[test]
fn what_is_sensitive_is_judged_as_what_it_is() {
    assert!(matches!(&value(r#"upper(sensitive("a"))"#).data, Data::Text(text) if &**text == "A"));
}
