//! Paths through a handler without listing them: what may have run before, and under which conditions.

use std::rc::Rc;

use ruff_python_ast::{
    BoolOp, CmpOp, Expr, Number, Stmt, UnaryOp,
    visitor::{self, Visitor},
};
use ruff_text_size::Ranged;
use rustc_hash::FxHashMap;

use super::values::Value;
use crate::graph::fact::Operations;

/// Conditions that are kept along a path; those beyond exclude nothing.
const MAX_CONDITIONS: usize = 60;

/// A condition that holds on a path: `mode == "speak"`, `kind in ("png", "jpg")`, or that it does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    /// The call of the function that asks; another call of it may find another answer.
    pub(super) frame: usize,
    pub(super) subject: Rc<str>,
    /// What the subject is one of; nothing where it only counts as true.
    pub(super) constants: Option<Rc<[Rc<str>]>>,
    pub(super) holds: bool,
}

impl Condition {
    /// Whether both cannot hold.
    fn excludes(&self, other: &Self) -> bool {
        if self.frame != other.frame || self.subject != other.subject {
            return false;
        }
        match (&self.constants, &other.constants) {
            (None, None) => self.holds != other.holds,
            (None, Some(all)) => other.holds && all.iter().all(|one| is_true(one) != self.holds),
            (Some(all), None) => self.holds && all.iter().all(|one| is_true(one) != other.holds),
            (Some(all), Some(others)) => match (self.holds, other.holds) {
                (true, true) => !all.iter().any(|one| others.contains(one)),
                (true, false) => all.iter().all(|one| others.contains(one)),
                (false, true) => others.iter().all(|one| all.contains(one)),
                (false, false) => false,
            },
        }
    }

    /// Whether it speaks of a name of the function, which nothing else can change.
    fn is_local(&self) -> bool {
        !self.subject.contains(['.', '[', '(', ' '])
    }
}

/// The conditions that hold if a test succeeds (or fails). `text` is what an expression is called.
pub(super) fn conditions(test: &Expr, succeeds: bool, frame: usize, text: &dyn Fn(&Expr) -> String) -> Vec<Condition> {
    let one = |subject: &Expr, constants: Option<Vec<Rc<str>>>, holds: bool| {
        // What a call answers may be another thing next time, unless it only looks something up.
        let is_steady = match subject {
            Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) => true,
            Expr::Call(call) => matches!(&*call.func, Expr::Attribute(method) if method.attr.as_str() == "get"),
            _ => false,
        };
        let subject = text(subject).into();
        let condition = || Condition { frame, subject, constants: constants.map(Into::into), holds };
        if is_steady { vec![condition()] } else { Vec::new() }
    };
    match test {
        Expr::UnaryOp(not) if not.op == UnaryOp::Not => conditions(&not.operand, !succeeds, frame, text),
        Expr::BoolOp(operation) if (operation.op == BoolOp::And) == succeeds => {
            operation.values.iter().flat_map(|value| conditions(value, succeeds, frame, text)).collect()
        }
        Expr::Compare(compare) => {
            let ([operator], [right]) = (&compare.ops[..], &compare.comparators[..]) else { return Vec::new() };
            let holds = matches!(operator, CmpOp::Eq | CmpOp::Is | CmpOp::In) == succeeds;
            match operator {
                CmpOp::Eq | CmpOp::Is | CmpOp::NotEq | CmpOp::IsNot => {}
                // `"Speak" in features`: a question of its own.
                CmpOp::In | CmpOp::NotIn if matches!(&*compare.left, Expr::StringLiteral(_)) => {
                    let subject: Rc<str> = format!("{} in {}", text(&compare.left), text(right)).into();
                    return vec![Condition { frame, subject, constants: None, holds }];
                }
                CmpOp::In | CmpOp::NotIn => {
                    return constants(right).map(|all| one(&compare.left, Some(all), holds)).unwrap_or_default();
                }
                _ => return Vec::new(),
            }
            let (subject, constant) = match (constant(&compare.left), constant(right), right) {
                (None, Some(constant), _) => (&*compare.left, constant),
                (Some(constant), None, _) => (right, constant),
                // A name that stands for a constant: `mode == SPEAK`.
                (None, None, Expr::Name(_) | Expr::Attribute(_)) => (&*compare.left, text(right).into()),
                _ => return Vec::new(),
            };
            one(subject, Some(vec![constant]), holds)
        }
        test => one(test, None, succeeds),
    }
}

/// The literals of `("png", "jpg")`.
fn constants(expression: &Expr) -> Option<Vec<Rc<str>>> {
    let elements = match expression {
        Expr::Tuple(tuple) => &tuple.elts,
        Expr::List(list) => &list.elts,
        Expr::Set(set) => &set.elts,
        _ => return None,
    };
    elements.iter().map(constant).collect()
}

/// Whether a literal counts as true in a test.
fn is_true(constant: &str) -> bool {
    !matches!(constant, "False" | "None" | "0" | "'")
}

/// A literal as a text that is the same however it is quoted.
pub(super) fn constant(expression: &Expr) -> Option<Rc<str>> {
    Some(match expression {
        Expr::StringLiteral(literal) => format!("'{}", literal.value.to_str()).into(),
        Expr::NumberLiteral(literal) => match &literal.value {
            Number::Int(int) => int.to_string().into(),
            Number::Float(float) => float.to_string().into(),
            number @ Number::Complex { .. } => format!("{number:?}").into(),
        },
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

    /// Whether no path can be one on which these hold as well. What other code may change is not relied on.
    pub(super) fn refuse(&self, more: &[Condition]) -> bool {
        more.iter().any(|one| one.is_local() && self.0.iter().any(|known| known.excludes(one)))
    }

    pub(super) fn back_to(&mut self, length: usize) {
        self.0.truncate(length);
    }
}

/// The names that the statements of a function bind, sorted.
pub(super) struct Binds<'a>(Vec<&'a str>);

impl<'a> Binds<'a> {
    pub(super) fn of(body: &'a [Stmt]) -> Self {
        let mut binds = Self(Vec::new());
        binds.visit_body(body);
        binds.0.sort_unstable();
        binds.0.dedup();
        binds
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.0.binary_search(&name).is_ok()
    }
}

impl<'a> Visitor<'a> for Binds<'a> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Name(name) = expression
            && name.ctx.is_store()
        {
            self.0.push(name.id.as_str());
        }
        visitor::walk_expr(self, expression);
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
