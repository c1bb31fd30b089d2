//! What code makes and deletes again: a deletion ends what was made before it, on the same path.

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprCall};

use super::{Machine, attempts::is_exception, calls::Arguments};
use crate::graph::{
    Resource,
    guard::{Atom, Formula},
    kind,
    value::{Data, Value},
};

/// Operations that end what costs by the hour: each with the kind that it deletes, and the properties and arguments that
/// name it.
const DELETIONS: [(&str, &str, &str, &str); 2] = [
    ("delete_endpoint", kind::ENDPOINT, "EndpointName", "endpoint_name"),
    ("delete_monitoring_schedule", kind::MONITORING_SCHEDULE, "MonitoringScheduleName", "monitoring_schedule_name"),
];

/// A deletion that certainly runs.
pub(super) struct Deletion {
    kind: &'static str,
    property: &'static str,
    /// The name of what it deletes; nothing where that is not told.
    name: Option<Value>,
}

impl Deletion {
    /// Whether it is one of a resource that another program makes: a script of the same notebook.
    pub(super) fn is_of(&self, made: &Resource) -> bool {
        *made.kind == *self.kind && self.name.as_ref().is_none_or(|name| may_be_named(made, self.property, name))
    }
}

/// Whether a method of any object is such an operation.
pub(super) fn is_deletion(method: &str) -> bool {
    DELETIONS.iter().any(|(name, ..)| *name == method)
}

impl<'a> Machine<'a> {
    /// Notes what a call certainly deletes of what the code has made by then; nothing for other calls.
    pub(super) fn note_deletion(&mut self, callee: &str, call: &'a ExprCall, arguments: &Arguments) {
        let operation = callee.rsplit('.').next().unwrap_or(callee);
        let Some(&(_, kind, property, argument)) = DELETIONS.iter().find(|(name, ..)| *name == operation) else {
            return;
        };
        if self.quiet > 0 {
            return;
        }
        let of_object = match &*call.func {
            // What is made where it is deleted is nothing that was made before.
            Expr::Attribute(method) if !method.value.is_call_expr() => Some(self.eval(&method.value)),
            _ => None,
        };
        let object = of_object.as_ref().and_then(|value| match &value.data {
            Data::Reference(reference) => Some(&reference.id),
            _ => None,
        });
        let told = object.and_then(|id| self.objects.get(id)).and_then(|object| object.arguments.entry(argument));
        let named = arguments.named.entry(property).or_else(|| arguments.named.entry(argument));
        let first = arguments.positional.first().map(|argument| &argument.value);
        let name = named.map(|entry| &entry.value).or(first).or(told.map(|entry| &entry.value));
        let here = self.here();
        let ids = self.part.resources.get(self.walked_from..).unwrap_or_default().iter().filter(|made| {
            let is_it = match object {
                Some(id) if made.key.id == *id => true,
                _ => name.is_none_or(|name| may_be_named(made, property, name)),
            };
            *made.kind == *kind && is_it && self.follows(&made.guard, &here)
        });
        let ended: Vec<(Arc<str>, Arc<str>)> = ids.map(|made| (made.key.unit.clone(), made.key.id.clone())).collect();
        self.part.ended.extend(ended);
        if object.is_none() && self.frames.is_empty() && self.follows(&Formula::True, &here) {
            self.deletions.push(Deletion { kind, property, name: name.cloned() });
        }
    }

    /// Whether what runs under `here` runs wherever something was made under a condition, unless an error comes between
    /// them, or a loop has nothing to go through.
    fn follows(&self, made: &Formula, here: &Formula) -> bool {
        let is_met = |condition: &Formula| {
            let is_no_error = matches!(condition, Formula::Not(inner)
                if matches!(&**inner, Formula::Atom(atom) if is_exception(atom)));
            // What was made is among what is there.
            let is_listed = matches!(condition, Formula::Atom(atom) if asks_for_endpoints(atom));
            is_no_error
                || is_listed
                || self.loops.contains(condition)
                || self.unfailed.contains(condition)
                || has(made, condition)
        };
        match here {
            Formula::True => true,
            whole if is_met(whole) => true,
            Formula::All(parts) => parts.iter().all(|part| self.follows(made, part)),
            _ => false,
        }
    }
}

/// Whether a question is whether there are any endpoints: `if client.list_endpoints(…)["Endpoints"]:`.
fn asks_for_endpoints(atom: &Atom) -> bool {
    atom.equals.is_none() && atom.subject.contains("list_endpoints(")
}

/// Whether a condition is one of those that have to hold for a whole.
fn has(whole: &Formula, condition: &Formula) -> bool {
    whole == condition || matches!(whole, Formula::All(parts) if parts.iter().any(|part| has(part, condition)))
}

/// Whether a resource may have a name, as far as both are known.
fn may_be_named(made: &Resource, property: &str, name: &Value) -> bool {
    let own = made.properties.entry(property).map(|entry| &entry.value.data);
    match (&name.data, own) {
        (Data::Reference(reference), _) => reference.id == made.key.id,
        (Data::Text(name), Some(Data::Text(own))) => name == own,
        // A name that the SDK makes up is none that the code writes.
        (Data::Text(_), None | Some(Data::Absent)) => made.object().open.is_some(),
        _ => true,
    }
}
