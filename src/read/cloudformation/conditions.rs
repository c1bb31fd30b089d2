//! Conditions: decided ones, and formulas over what stays open.

use std::sync::Arc;

use super::{
    template::Template,
    values::{Call, MAX_BRANCHES, branches, scalar_text},
};
use crate::{
    graph::{
        guard::{Atom, Formula, Usual},
        value::{Data, Piece, Step, StepKind, Value},
    },
    source::Span,
    syntax::tree::{Kind, Node},
};

/// A condition, and the parameter's default that its answer rests on.
#[derive(Clone, Debug)]
pub(super) struct Condition {
    /// When it holds.
    pub(super) formula: Formula,
    /// The default that decided it, in whole or in part.
    rests_on: Option<Arc<Step>>,
}

impl Condition {
    /// A condition that rests on no default.
    pub(super) fn of(formula: Formula) -> Self {
        Self { formula, rests_on: None }
    }

    /// A value that the condition chose: it is as sure as the default that decided.
    pub(super) fn rested(&self, value: Value) -> Value {
        let Some(step) = &self.rests_on else { return value };
        if value.is_unknown() {
            return value;
        }
        // The place to change is still where the value is written, and only that step says so.
        let place = value.origin.place;
        let value = if value.origin.step.is_none() { value.via(StepKind::Entry, "Fn::If", place) } else { value };
        value.via(StepKind::ParameterDefault, step.name.clone(), step.place)
    }

    /// Both of two conditions.
    pub(super) fn and(self, other: Self) -> Self {
        self.joined(other, Formula::and)
    }

    fn joined(self, other: Self, join: impl Fn(&Formula, &Formula) -> Formula) -> Self {
        Self { formula: join(&self.formula, &other.formula), rests_on: self.rests_on.or(other.rests_on) }
    }
}

impl<'t> Template<'t> {
    /// The condition with a name; `span` is where the name stands.
    pub(super) fn condition(&mut self, name: &str, span: Span) -> Condition {
        match self.settled.get(name) {
            Some(Some(condition)) => return condition.clone(),
            Some(None) => {
                self.note(span, "condition", format!("condition `{name}`"), "it depends on itself");
                return self.open(name, name);
            }
            None => {}
        }
        let Some((source, entry)) = self.conditions.get(name).copied() else {
            if !self.generates {
                self.note(span, "condition", format!("condition `{name}`"), "the template has none of this name");
            }
            return self.open(name, name);
        };
        self.settled.insert(entry.key, None);
        let condition = self.within(source, |template| {
            let condition = template.formula(entry.value, Some(entry.key));
            if !condition.formula.is_beyond() {
                return condition;
            }
            template.note(entry.key_span, "condition", format!("condition `{name}`"), "it grows too large");
            template.open(name, name)
        });
        self.settled.insert(entry.key, Some(condition.clone()));
        condition
    }

    /// The condition that a node names.
    pub(super) fn condition_of(&mut self, node: Node<'t>) -> Condition {
        match scalar_text(node) {
            Some(name) => self.condition(&name, node.span()),
            None => self.formula(node, None),
        }
    }

    /// A condition that nothing is known of; it is the same wherever it has the same identity.
    fn open(&self, identity: &str, display: &str) -> Condition {
        Condition::of(self.atom(&format!("condition {identity}"), None, None, display))
    }

    fn atom(&self, subject: &str, equals: Option<Arc<str>>, domain: Option<Arc<[Arc<str>]>>, display: &str) -> Formula {
        let subject = format!("{}#{subject}", self.stack.path()).into();
        Formula::Atom(Arc::new(Atom { subject, equals, domain, display: display.into(), usual: Usual::Open }))
    }

    /// The condition that a node writes out; `name` if it has one.
    pub(super) fn formula(&mut self, node: Node<'t>, name: Option<&str>) -> Condition {
        if self.budget == 0 || self.depth >= 64 {
            self.beyond(node);
            return self.undecided(node, name);
        }
        self.budget -= 1;
        self.depth += 1;
        let condition = self.formula_within(node, name);
        self.depth -= 1;
        condition
    }

    fn formula_within(&mut self, node: Node<'t>, name: Option<&str>) -> Condition {
        if let Some(entry) = node.sole_entry()
            && entry.key == "Condition"
        {
            return self.condition_of(entry.value);
        }
        let Some(call) = Call::of(node) else {
            if let Kind::Bool(holds) = node.kind() {
                return Condition::of(Formula::decided(holds));
            }
            self.note(node.span(), "condition", "a condition", "it is no function that makes one");
            return self.undecided(node, name);
        };
        let parts: Vec<Node<'t>> = call.argument.items().collect();
        match (call.name, &parts[..]) {
            ("Condition", _) => self.condition_of_tagged(call),
            ("Equals", &[left, right]) => {
                let (left, right) = (self.eval(left), self.eval(right));
                self.equal(&left, &right, node, name)
            }
            ("Not", &[inner]) => {
                let inner = self.formula(inner, None);
                Condition { formula: inner.formula.negated(), ..inner }
            }
            ("And", parts) if !parts.is_empty() => {
                let all = Condition::of(Formula::True);
                parts.iter().fold(all, |all, part| all.joined(self.formula(*part, None), Formula::and))
            }
            ("Or", parts) if !parts.is_empty() => {
                let none = Condition::of(Formula::False);
                parts.iter().fold(none, |any, part| any.joined(self.formula(*part, None), Formula::or))
            }
            (function, _) => {
                self.note(node.span(), "condition", format!("`Fn::{function}`"), "it is not evaluated in a condition");
                self.undecided(node, name)
            }
        }
    }

    fn condition_of_tagged(&mut self, call: Call<'t>) -> Condition {
        match scalar_text(call.argument) {
            Some(name) => self.condition(&name, call.node.span()),
            None => self.undecided(call.node, None),
        }
    }

    /// A condition that is not understood.
    fn undecided(&self, node: Node<'t>, name: Option<&str>) -> Condition {
        let span = node.span();
        match name {
            Some(name) => self.open(name, name),
            None => self.open(
                &format!("at {}:{}", self.source.path, span.start),
                self.source.slice(span).lines().next().unwrap_or(""),
            ),
        }
    }

    /// `Fn::Equals`: decided where both sides are known, else an open question about the side that is not.
    fn equal(&mut self, left: &Value, right: &Value, node: Node<'t>, name: Option<&str>) -> Condition {
        if branches(left, MAX_BRANCHES).saturating_mul(branches(right, MAX_BRANCHES)) > MAX_BRANCHES {
            return self.undecided(node, name);
        }
        for (one, other) in [(left, right), (right, left)] {
            if let Data::Guarded(guarded) = &one.data {
                let when = Condition::of(guarded.when.clone());
                let unless = Condition::of(guarded.when.negated());
                let then = when.joined(self.equal(&guarded.then, other, node, name), Formula::and);
                let otherwise = unless.joined(self.equal(&guarded.otherwise, other, node, name), Formula::and);
                return then.joined(otherwise, Formula::or);
            }
        }
        let rests_on = default_of(left).or_else(|| default_of(right));
        let formula = match (left.plain_text(), right.plain_text()) {
            (Some(left), Some(right)) => Formula::decided(left == right),
            (None, Some(text)) => self.asks(left, text, node, name),
            (Some(text), None) => self.asks(right, text, node, name),
            (None, None) => match (identity(left), identity(right)) {
                (Some(left), Some(right)) if left == right => Formula::True,
                (Some(left), Some(right)) => {
                    let (first, second) = if left < right { (left, right) } else { (right, left) };
                    let display = name.map_or_else(|| format!("{first} = {second}"), str::to_owned);
                    self.atom(&format!("{first} = {second}"), None, None, &display)
                }
                _ => return self.undecided(node, name),
            },
        };
        Condition { formula, rests_on }
    }

    /// Whether a value that is not wholly known is `text`.
    fn asks(&mut self, value: &Value, text: Arc<str>, node: Node<'t>, name: Option<&str>) -> Formula {
        if let Data::Template(pieces) = &value.data
            && !may_be(pieces, &text)
        {
            return Formula::False;
        }
        let Some(identity) = identity(value) else { return self.undecided(node, name).formula };
        let (domain, shown) = match &value.data {
            Data::Unknown(unknown) => {
                let name = unknown.name();
                let parameter = name.strip_prefix("parameter ");
                let declared = parameter.and_then(|name| self.parameters.get(name));
                let domain = declared.and_then(|parameter| parameter.allowed.clone());
                (domain, parameter.unwrap_or(&name).to_owned())
            }
            _ => (None, name.map_or_else(|| identity.clone(), str::to_owned)),
        };
        let display = if text.is_empty() { format!("{shown} = ''") } else { format!("{shown} = {text}") };
        self.atom(&identity, Some(text), domain, &display)
    }
}

/// The parameter's default that a value rests on.
fn default_of(value: &Value) -> Option<Arc<Step>> {
    let step = value.origin.steps().find(|step| step.kind == StepKind::ParameterDefault)?;
    Some(Arc::new(step.clone()))
}

/// What a value is that is not known: two values with the same identity are the same in every deployment.
fn identity(value: &Value) -> Option<String> {
    match &value.data {
        Data::Unknown(unknown) => Some(format!("{}@{}", unknown.name(), unknown.place.span.start)),
        Data::Reference(reference) => {
            Some(format!("{}.{}", reference.id, reference.attribute.as_deref().unwrap_or("Ref")))
        }
        Data::Template(pieces) => {
            let parts = pieces.iter().map(|piece| match piece {
                Piece::Text(text) => Some(text.to_string()),
                Piece::Hole(hole) => identity(hole).map(|hole| format!("${{{hole}}}")),
            });
            parts.collect()
        }
        _ => value.plain_text().map(|text| text.to_string()),
    }
}

/// Whether a text with holes may come out as `text`.
fn may_be(pieces: &[Piece], text: &str) -> bool {
    let known: usize = pieces.iter().map(|piece| if let Piece::Text(text) = piece { text.len() } else { 0 }).sum();
    let begins = !matches!(pieces.first(), Some(Piece::Text(head)) if !text.starts_with(&**head));
    let ends = !matches!(pieces.last(), Some(Piece::Text(tail)) if !text.ends_with(&**tail));
    begins && ends && known <= text.len()
}
