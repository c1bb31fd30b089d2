//! Paths through a handler without listing them: what may have run before, and under which conditions.

use std::rc::Rc;

use ruff_python_ast::{BoolOp, CmpOp, Expr, UnaryOp};
use ruff_text_size::Ranged;
use rustc_hash::FxHashMap;

use super::values::Value;
use crate::graph::fact::Operations;

/// Conditions that are kept along a path; those beyond exclude nothing.
const MAX_CONDITIONS: usize = 40;

/// A condition that holds on a path: `mode == "speak"`, or that it does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    /// The call of the function that asks; another call of it may find another answer.
    frame: usize,
    subject: Rc<str>,
    constant: Rc<str>,
    holds: bool,
}

impl Condition {
    /// Whether both cannot hold.
    fn excludes(&self, other: &Self) -> bool {
        let same = self.constant == other.constant;
        self.frame == other.frame
            && self.subject == other.subject
            && (self.holds && other.holds && !same || self.holds != other.holds && same)
    }
}

/// The conditions that hold if a test succeeds (or fails).
pub(super) fn conditions(test: &Expr, succeeds: bool, frame: usize, text: &dyn Fn(&Expr) -> String) -> Vec<Condition> {
    let one = |subject: &Expr, constant: Rc<str>, holds: bool| {
        // What a call answers may be another thing next time, unless it only looks something up.
        let is_steady = match subject {
            Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) => true,
            Expr::Call(call) => matches!(&*call.func, Expr::Attribute(method) if method.attr.as_str() == "get"),
            _ => false,
        };
        if is_steady { vec![Condition { frame, subject: text(subject).into(), constant, holds }] } else { Vec::new() }
    };
    match test {
        Expr::UnaryOp(not) if not.op == UnaryOp::Not => conditions(&not.operand, !succeeds, frame, text),
        Expr::BoolOp(operation) if (operation.op == BoolOp::And) == succeeds => {
            operation.values.iter().flat_map(|value| conditions(value, succeeds, frame, text)).collect()
        }
        Expr::Compare(compare) => {
            let ([operator], [right]) = (&compare.ops[..], &compare.comparators[..]) else { return Vec::new() };
            let equal = match operator {
                CmpOp::Eq | CmpOp::Is => true,
                CmpOp::NotEq | CmpOp::IsNot => false,
                // `"Speak" in features`: a question of its own.
                CmpOp::In | CmpOp::NotIn if matches!(&*compare.left, Expr::StringLiteral(_)) => {
                    let subject: Rc<str> = format!("{} in {}", text(&compare.left), text(right)).into();
                    let holds = (*operator == CmpOp::In) == succeeds;
                    return vec![Condition { frame, subject, constant: "True".into(), holds }];
                }
                _ => return Vec::new(),
            };
            let (subject, constant) = match (constant(&compare.left), constant(right), right) {
                (None, Some(constant), _) => (&*compare.left, constant),
                (Some(constant), None, _) => (right, constant),
                // A name that stands for a constant: `mode == SPEAK`.
                (None, None, Expr::Name(_) | Expr::Attribute(_)) => (&*compare.left, text(right).into()),
                _ => return Vec::new(),
            };
            one(subject, constant, equal == succeeds)
        }
        test => one(test, "True".into(), succeeds),
    }
}

/// A literal as a text that is the same however it is quoted.
fn constant(expression: &Expr) -> Option<Rc<str>> {
    Some(match expression {
        Expr::StringLiteral(literal) => format!("'{}", literal.value.to_str()).into(),
        Expr::NumberLiteral(literal) => format!("{:?}", literal.value).into(),
        Expr::BooleanLiteral(literal) => if literal.value { "True" } else { "False" }.into(),
        Expr::NoneLiteral(_) => "None".into(),
        _ => return None,
    })
}

/// The operations that may have run so far, each with the conditions under which it did.
#[derive(Clone, Default)]
pub(super) struct Seen {
    all: Operations,
    /// Conditions by operation, where there are any: only under these it has run.
    under: FxHashMap<usize, Rc<[Condition]>>,
}

impl Seen {
    pub(super) fn all(&self) -> Operations {
        self.all
    }

    pub(super) fn add(&mut self, operation: usize, under: &[Condition]) {
        let known = self.all.has(operation);
        self.all = self.all.and(Operations::one(operation));
        match self.under.get(&operation) {
            Some(earlier) => {
                let both = common(earlier, under);
                self.set(operation, both);
            }
            None if !known => self.set(operation, under.to_vec()),
            None => {}
        }
    }

    fn set(&mut self, operation: usize, under: Vec<Condition>) {
        if under.is_empty() {
            self.under.remove(&operation);
        } else {
            self.under.insert(operation, under.into());
        }
    }

    /// What has run on one of two paths that meet here.
    pub(super) fn join(&mut self, other: &Self) {
        for number in other.all.numbers() {
            let under = other.under.get(&number).map_or(&[][..], |under| under);
            self.add(number, under);
        }
    }

    /// Leaves out what cannot have run where some conditions hold.
    pub(super) fn narrow(&mut self, conditions: &[Condition]) {
        let out: Vec<usize> = self
            .under
            .iter()
            .filter(|(_, under)| under.iter().any(|one| conditions.iter().any(|other| one.excludes(other))))
            .map(|(&number, _)| number)
            .collect();
        for number in out {
            self.under.remove(&number);
            self.all.0 &= !Operations::one(number).0;
        }
    }
}

fn common(one: &Rc<[Condition]>, other: &[Condition]) -> Vec<Condition> {
    one.iter().filter(|condition| other.contains(condition)).cloned().collect()
}

/// Where a path stands: the names of the function at hand, and what has run.
#[derive(Clone, Default)]
pub(super) struct State<'a> {
    pub(super) names: FxHashMap<&'a str, Value<'a>>,
    pub(super) seen: Seen,
}

impl<'a> State<'a> {
    /// Steps that it takes to copy it.
    pub(super) fn weight(&self) -> usize {
        (self.names.len() + self.seen.under.len()) / 4
    }

    /// Two paths meet.
    pub(super) fn join(&mut self, other: Self) {
        for (name, value) in other.names {
            self.names.entry(name).or_default().join(&value);
        }
        self.seen.join(&other.seen);
    }
}

/// The conditions along the path at hand.
#[derive(Default)]
pub(super) struct Conditions(Vec<Condition>);

impl Conditions {
    pub(super) fn all(&self) -> &[Condition] {
        &self.0
    }

    /// Adds what holds from here on; how many there were before.
    pub(super) fn push(&mut self, more: &[Condition]) -> usize {
        let before = self.0.len();
        self.0.extend(more.iter().take(MAX_CONDITIONS.saturating_sub(before)).cloned());
        before
    }

    pub(super) fn back_to(&mut self, length: usize) {
        self.0.truncate(length);
    }
}

/// The text of an expression without what does not matter: white space.
pub(super) fn squeezed(text: &str, expression: &Expr) -> String {
    let range = expression.range();
    let text = text.get(range.start().to_usize()..range.end().to_usize()).unwrap_or_default();
    text.chars()
        .filter(|char| !char.is_whitespace())
        .take(200)
        .map(|char| if char == '"' { '\'' } else { char })
        .collect()
}
