//! Operators: arithmetic, comparison, logic, and conditionals.

use super::{
    convert::{Outcome, Shape, Stop, invalid, number, unified},
    cx::Cx,
    number::{self, add, divide, modulo, multiply, subtract},
    partial::{atom, chosen_by, composed, formula, hindrance, identity, in_branches, is_bounded, mistake, settle},
};
use crate::{
    graph::{
        guard::{Formula, Tri},
        value::{Data, List, Object, Piece, Value},
    },
    source::Place,
    syntax::hcl::{Expr, Node, Operator},
};

/// The sides of a conditional are brought to one type if they have fewer parts than this.
const MAX_UNIFIED: usize = 20_000;
/// Steps that a number of many digits takes.
pub(super) const WIDE_STEPS: usize = 512;

/// What kind of collection an expression makes, as far as its form tells: a tuple never equals a list.
#[derive(Clone, Copy, PartialEq)]
enum Made {
    Structure,
    List,
    Set,
    Map,
    Any,
}

fn made(expression: &Expr) -> Made {
    match &expression.node {
        Node::List(_) | Node::Object(_) | Node::For(_) => Made::Structure,
        Node::Call { name, .. } => match &**name {
            "tolist" | "split" | "keys" | "sort" | "range" | "compact" | "formatlist" => Made::List,
            "tomap" | "zipmap" => Made::Map,
            name if makes_set(name) => Made::Set,
            _ => Made::Any,
        },
        _ => Made::Any,
    }
}

/// Whether a function's value is a set.
fn makes_set(function: &str) -> bool {
    matches!(function, "toset" | "setunion" | "setintersection" | "setsubtract" | "fileset")
}

/// Whether an expression makes a set, as far as its form tells.
pub(super) fn is_set(expression: &Expr) -> bool {
    made(expression) == Made::Set
}

/// `left operator right`; both sides are evaluated already.
pub(super) fn binary(operator: Operator, sides: [(&Expr, Value); 2], place: Place, cx: &Cx<'_>) -> Value {
    let [(left_written, left), (right_written, right)] = sides;
    let sides = [left, right];
    if let Some(hindrance) = hindrance(&sides, cx) {
        return Value::new(Data::Unknown(hindrance), place);
    }
    if matches!(operator, Operator::And | Operator::Or) {
        return logic(operator, &sides, place, cx);
    }
    let types = (made(left_written), made(right_written));
    let same_type =
        if types.0 == Made::Any || types.1 == Made::Any { Tri::Unknown } else { Tri::of(types.0 == types.1) };
    in_branches(&sides, 0, place, &mut |values| {
        let outcome = match operator {
            Operator::Equal => equality(values, same_type, place),
            Operator::NotEqual => equality(values, same_type, place).and_then(|equal| negated(&equal, place, cx)),
            _ => arithmetic(operator, values, place, cx),
        };
        let value = settle(outcome, values, &|names| format!("{} {} {}", names[0], sign(operator), names[1]), place);
        composed(value, values)
    })
}

fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Or => "||",
        Operator::And => "&&",
        Operator::Equal => "==",
        Operator::NotEqual => "!=",
        Operator::Less => "<",
        Operator::LessEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterEqual => ">=",
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Modulo => "%",
    }
}

fn arithmetic(operator: Operator, values: &[Value], place: Place, cx: &Cx<'_>) -> Outcome {
    // Both sides are looked at first: one may be wrong while the other is not known.
    let (left, right) = match (number(&values[0]), number(&values[1])) {
        (Err(stop @ Stop::Invalid(_)), _) | (_, Err(stop @ Stop::Invalid(_))) => return Err(stop),
        (left, right) => (left?, right?),
    };
    if (left.is_wide() || right.is_wide()) && !cx.afford(WIDE_STEPS) {
        return Err(Stop::Limit("numbers of many digits".into()));
    }
    let order = || left.compare(&right);
    let data = match operator {
        Operator::Less => Data::Bool(order().is_lt()),
        Operator::LessEqual => Data::Bool(order().is_lt() || left == right),
        Operator::Greater => Data::Bool(order().is_gt()),
        Operator::GreaterEqual => Data::Bool(order().is_gt() || left == right),
        Operator::Add => Data::Number(add(&left, &right)?),
        Operator::Subtract => Data::Number(subtract(&left, &right)?),
        Operator::Multiply => Data::Number(multiply(&left, &right)?),
        Operator::Divide => Data::Number(divide(&left, &right)?),
        Operator::Modulo => Data::Number(modulo(&left, &right)?),
        _ => return Err(Stop::Undecided),
    };
    Ok(Value::new(data, place))
}

/// `-value`
pub(super) fn negative(value: &Value, place: Place) -> Value {
    in_branches(std::slice::from_ref(value), 0, place, &mut |values| {
        let outcome = number(&values[0]).and_then(|given| Ok(Value::number(number::negative(&given)?, place)));
        composed(settle(outcome, values, &|names| format!("-{}", names[0]), place), values)
    })
}

/// `!value`
pub(super) fn not(value: &Value, place: Place, cx: &Cx<'_>) -> Value {
    let values = std::slice::from_ref(value);
    let outcome = negated(value, place, cx);
    composed(settle(outcome, values, &|names| format!("!{}", names[0]), place), values)
}

fn negated(value: &Value, place: Place, cx: &Cx<'_>) -> Outcome {
    Ok(truth(&formula(value, cx)?.negated(), place))
}

/// A condition as a truth value.
pub(super) fn truth(formula: &Formula, place: Place) -> Value {
    Value::guarded(formula, Value::new(Data::Bool(true), place), Value::new(Data::Bool(false), place))
}

/// `&&` and `||`. Terraform evaluates both sides, but one side may decide where the other is unknown.
fn logic(operator: Operator, values: &[Value; 2], place: Place, cx: &Cx<'_>) -> Value {
    let outcome = match (formula(&values[0], cx), formula(&values[1], cx)) {
        (Ok(left), Ok(right)) if operator == Operator::And => Ok(truth(&left.and(&right), place)),
        (Ok(left), Ok(right)) => Ok(truth(&left.or(&right), place)),
        (Err(stop @ (Stop::Invalid(_) | Stop::As(_))), _) | (_, Err(stop @ (Stop::Invalid(_) | Stop::As(_)))) => {
            Err(stop)
        }
        (Err(_), Ok(decided)) | (Ok(decided), Err(_)) => match (operator, decided) {
            (Operator::And, Formula::False) | (Operator::Or, Formula::True) => {
                Ok(Value::new(Data::Bool(operator == Operator::Or), place))
            }
            _ => Err(Stop::Undecided),
        },
        (Err(stop), Err(_)) => Err(stop),
    };
    let show = |names: &[String]| format!("{} {} {}", names[0], sign(operator), names[1]);
    composed(settle(outcome, values, &show, place), values)
}

/// `left == right`
pub(super) fn equality(values: &[Value], same_type: Tri, place: Place) -> Outcome {
    let (left, right) = (&values[0], &values[1]);
    let equal = equal(left, right, &mut 20_000);
    let collections = |value: &Value| matches!(value.data, Data::List(_) | Data::Object(_));
    let equal = if collections(left) && collections(right) { equal.and(same_type) } else { equal };
    match equal {
        Tri::Yes | Tri::No => return Ok(Value::new(Data::Bool(equal.is_yes()), place)),
        Tri::Unknown => {}
    }
    // An unknown that is compared with a text is a question of its own: its answers exclude each other.
    for (unknown, known) in [(left, right), (right, left)] {
        if let Some((subject, display)) = identity(unknown)
            && matches!(known.data, Data::Text(_) | Data::Number(_) | Data::Bool(_))
        {
            let when = match &known.data {
                Data::Bool(true) => atom(subject, None, display),
                Data::Bool(false) => atom(subject, None, display).negated(),
                _ => {
                    let Some(text) = known.plain_text() else { return Err(Stop::Undecided) };
                    let quoted =
                        if matches!(known.data, Data::Text(_)) { format!("{text:?}") } else { text.to_string() };
                    atom(subject, Some(text), format!("{display} == {quoted}").into())
                }
            };
            return Ok(truth(&when, place));
        }
    }
    if is_known_collection(left) && is_known_collection(right) {
        return Err(Stop::Unsupported("the comparison of two collections whose types are not known".into()));
    }
    Err(Stop::Undecided)
}

fn is_known_collection(value: &Value) -> bool {
    matches!(value.data, Data::List(_) | Data::Object(_)) && super::partial::is_known(value)
}

/// Whether two values are equal, types of collections aside.
pub(super) fn equal(left: &Value, right: &Value, left_steps: &mut usize) -> Tri {
    let Some(steps) = left_steps.checked_sub(1) else { return Tri::Unknown };
    *left_steps = steps;
    match (&left.data, &right.data) {
        (Data::Unknown(one), Data::Unknown(two)) if one == two && !cannot_repeat(one.reason) => Tri::Yes,
        (Data::Reference(one), Data::Reference(two)) if one == two && one.attribute.is_some() => Tri::Unknown,
        (Data::Unknown(_) | Data::Symbol(_) | Data::Guarded(_), _)
        | (_, Data::Unknown(_) | Data::Symbol(_) | Data::Guarded(_)) => Tri::Unknown,
        (Data::Absent, Data::Absent) => Tri::Yes,
        (Data::Reference(reference), Data::Absent) | (Data::Absent, Data::Reference(reference)) => {
            // These are never null, whatever the resource.
            let exists = matches!(reference.attribute.as_deref(), None | Some("id" | "arn"));
            if exists { Tri::No } else { Tri::Unknown }
        }
        (Data::Reference(_), _) | (_, Data::Reference(_)) => Tri::Unknown,
        (Data::Bool(one), Data::Bool(two)) => Tri::of(one == two),
        (Data::Number(one), Data::Number(two)) => Tri::of(one == two),
        (Data::Text(one), Data::Text(two)) => Tri::of(one == two),
        (Data::Template(pieces), Data::Text(text)) | (Data::Text(text), Data::Template(pieces)) => may_be(pieces, text),
        (Data::Template(one), Data::Template(two)) => alike(one, two),
        (Data::List(one), Data::List(two)) => equal_lists(one, two, left_steps),
        (Data::Object(one), Data::Object(two)) => equal_objects(one, two, left_steps),
        _ => Tri::No,
    }
}

/// Values that are decided anew each time, or that have no value at all.
fn cannot_repeat(reason: crate::graph::value::Reason) -> bool {
    use crate::graph::value::Reason;
    matches!(reason, Reason::Invalid | Reason::Limit | Reason::Control)
}

/// Whether a text with holes can be this text.
fn may_be(pieces: &[Piece], text: &str) -> Tri {
    let starts = match pieces.first() {
        Some(Piece::Text(start)) => text.starts_with(&**start),
        _ => true,
    };
    let ends = match pieces.last() {
        Some(Piece::Text(end)) => text.ends_with(&**end),
        _ => true,
    };
    if starts && ends { Tri::Unknown } else { Tri::No }
}

/// Whether two texts with holes can be the same: not if their beginnings or their ends are different.
fn alike(one: &[Piece], two: &[Piece]) -> Tri {
    let ends_differ = |one: Option<&Piece>, two: Option<&Piece>, backwards: bool| match (one, two) {
        (Some(Piece::Text(one)), Some(Piece::Text(two))) if backwards => {
            one.chars().rev().zip(two.chars().rev()).any(|(one, two)| one != two)
        }
        (Some(Piece::Text(one)), Some(Piece::Text(two))) => one.chars().zip(two.chars()).any(|(one, two)| one != two),
        _ => false,
    };
    let differ = ends_differ(one.first(), two.first(), false) || ends_differ(one.last(), two.last(), true);
    if differ { Tri::No } else { Tri::Unknown }
}

fn equal_lists(one: &List, two: &List, steps: &mut usize) -> Tri {
    if one.open.is_none() && two.open.is_none() {
        if one.items.len() != two.items.len() {
            return Tri::No;
        }
        return one.items.iter().zip(&two.items).fold(Tri::Yes, |all, (one, two)| all.and(equal(one, two, steps)));
    }
    let too_many = |open: &List, closed: &List| closed.open.is_none() && open.items.len() > closed.items.len();
    if too_many(one, two) || too_many(two, one) { Tri::No } else { Tri::Unknown }
}

fn equal_objects(one: &Object, two: &Object, steps: &mut usize) -> Tri {
    let side = |one: &Object, two: &Object, steps: &mut usize| {
        one.entries.iter().fold(Tri::Yes, |all, entry| match two.entry(&entry.name) {
            Some(other) => all.and(equal(&entry.value, &other.value, steps)),
            None if two.open.is_some() => all.and(Tri::Unknown),
            None => Tri::No,
        })
    };
    let both = side(one, two, steps).and(side(two, one, steps));
    if one.open.is_some() || two.open.is_some() { both.and(Tri::Unknown) } else { both }
}

/// `condition ? then : otherwise`. Of a branch that is not taken only the type counts.
pub(super) fn conditional(condition: &Value, then: Value, otherwise: Value, place: Place, cx: &Cx<'_>) -> Value {
    let when = match formula(condition, cx) {
        Ok(when) => when,
        Err(stop) => {
            let show = |names: &[String]| format!("{} ? … : …", names[0]);
            return settle(Err(stop), std::slice::from_ref(condition), &show, place);
        }
    };
    let failed = |value: &Value| mistake(value).is_some();
    let small = is_bounded(&then, MAX_UNIFIED, cx) && is_bounded(&otherwise, MAX_UNIFIED, cx);
    let [then, otherwise] = if !small || failed(&then) || failed(&otherwise) {
        [then, otherwise]
    } else if Shape::of(&then).with(Shape::of(&otherwise)).is_none() {
        return settle(invalid("a conditional whose sides have different types"), &[], &|_| String::new(), place);
    } else {
        let sides = [then, otherwise];
        unified(sides.to_vec()).ok().and_then(|unified| unified.try_into().ok()).unwrap_or(sides)
    };
    let (then, otherwise) = (chosen_by(then, condition), chosen_by(otherwise, condition));
    Value::guarded(&when, then, otherwise)
}
