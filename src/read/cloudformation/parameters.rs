//! Parameters: their defaults as values of their types.

use std::sync::Arc;

use super::{
    template::{Template, unknown},
    values::{open_list, scalar_text},
};
use crate::{
    graph::value::{Data, Reason, StepKind, Unknown, Value},
    read::given::Parameter as Given,
    source::Place,
    syntax::tree::{Entry, Node},
};

/// A parameter as its declaration tells it.
pub(super) struct Parameter {
    /// Its default, or why it is not known.
    pub(super) value: Value,
    /// All values that it can have, if the declaration lists them.
    pub(super) allowed: Option<Arc<[Arc<str>]>>,
}

impl<'t> Template<'t> {
    /// Reads a declaration.
    pub(super) fn parameter(&mut self, entry: &Entry<'t>) -> Parameter {
        let name: Arc<str> = format!("parameter {}", entry.key).into();
        let place = self.place(entry.key_span);
        let kind = entry.value.get("Type").and_then(Node::text).unwrap_or("String");
        let no_value = |reason| unknown(reason, name.clone(), place, place);
        if let Some(value) = self.stack.argument(entry.key) {
            let value = self.passed(kind, value);
            return Parameter { value, allowed: entry.value.get("AllowedValues").and_then(allowed) };
        }
        // What is given is given to the stack that is deployed, not to those nested in it.
        let given = if self.stack.is_nested() { None } else { self.given.parameter(&self.stack.unit, entry.key) };
        let value = match (given, entry.value.get("Default")) {
            // It is the name of the stored parameter, not its value.
            (given, default) if kind.starts_with("AWS::SSM::Parameter::Value") => {
                let given = given.and_then(|given| given.text.as_deref());
                if let Some(stored) = given.or_else(|| default.and_then(Node::text)) {
                    self.lookups.push((place, stored.into()));
                }
                no_value(Reason::External)
            }
            (Some(Given { text: Some(text), place, .. }), _) => {
                self.of_type(kind, text, *place).via(StepKind::Given, entry.key, *place)
            }
            // The stack keeps what it has.
            (Some(Given { text: None, .. }), _) => no_value(Reason::External),
            (None, None) => no_value(Reason::NoDefault),
            (None, Some(node)) => self.default(kind, node, entry.key),
        };
        Parameter { value, allowed: entry.value.get("AllowedValues").and_then(allowed) }
    }

    fn default(&mut self, kind: &str, node: Node<'t>, name: &str) -> Value {
        let place = self.place(node.span());
        let text = match scalar_text(node) {
            Some(text) if node.tag().is_none() => text,
            _ => {
                return self.invalid(node, format!("default of parameter `{name}`"), "a default is a text or a number");
            }
        };
        let value = match self.filled(&text, place) {
            Some(value) => self.passed(kind, value),
            None => self.of_type(kind, &text, place),
        };
        value.via(StepKind::ParameterDefault, name, place)
    }

    /// What the template around a nested stack passes to it, as a value of the parameter's type.
    fn passed(&mut self, kind: &str, value: Value) -> Value {
        if kind.starts_with("AWS::SSM::Parameter::Value") {
            return Value::unknown(Reason::External, "a stored parameter", value.origin.place);
        }
        match &value.data {
            Data::Text(text) => Value { origin: value.origin.clone(), ..self.of_type(kind, text, value.origin.place) },
            Data::Template(_) | Data::Reference(_) if is_list(kind) => {
                let name = "the items of a text with holes".into();
                let why = Unknown { reason: Reason::RunTime, name, place: value.origin.place };
                open_list(Vec::new(), why, value.origin.place)
            }
            _ => value,
        }
    }

    /// A text as a value of a parameter's type.
    fn of_type(&mut self, kind: &str, text: &Arc<str>, place: Place) -> Value {
        match kind {
            "Number" => Value::new(number(text).unwrap_or_else(|| Data::Text(text.clone())), place),
            "CommaDelimitedList" => self.listed(text, place, |text| Data::Text(text.into())),
            "List<Number>" => self.listed(text, place, |text| number(text).unwrap_or_else(|| Data::Text(text.into()))),
            _ if kind.starts_with("List<") => self.listed(text, place, |text| Data::Text(text.into())),
            _ => self.text(text, place),
        }
    }

    fn listed(&mut self, text: &str, place: Place, item: impl Fn(&str) -> Data) -> Value {
        if text.contains("{{resolve:") {
            return self.text(text, place);
        }
        Value::list(text.split(',').map(|part| Value::new(item(part.trim()), place)).collect(), place)
    }
}

/// Whether the values of a parameter's type are lists.
fn is_list(kind: &str) -> bool {
    kind == "CommaDelimitedList" || kind.starts_with("List<")
}

pub(super) fn number(text: &str) -> Option<Data> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite()).map(|number| Data::Number(number.into()))
}

/// All of `AllowedValues`, if all are scalars.
pub(super) fn allowed(node: Node<'_>) -> Option<Arc<[Arc<str>]>> {
    let texts: Arc<[Arc<str>]> = node.items().map(|item| scalar_text(item)).collect::<Option<_>>()?;
    (!texts.is_empty()).then_some(texts)
}
