//! Functions of templates, but those that look up names and those of texts.

use std::sync::Arc;

use super::{
    exports::IMPORT,
    template::{Template, unknown},
    text::BYTES,
    values::{Call, MAX_BRANCHES, branches, composed, open_list, resting_on, scalar_text},
};
use crate::{
    graph::{
        guard::Formula,
        value::{Data, List, Piece, Reason, Unknown, Value},
    },
    syntax::tree::Node,
};

impl<'t> Template<'t> {
    /// The value of a call.
    pub(super) fn call(&mut self, call: Call<'t>) -> Value {
        let place = self.place(call.node.span());
        match call.name {
            "Ref" => self.reference(call),
            "GetAtt" => self.get_att(call),
            "Sub" => self.sub(call),
            "FindInMap" => self.find_in_map(call),
            "If" => self.choose(call),
            "Join" => self.join(call),
            "Select" => self.select(call),
            "Split" => self.split(call),
            // What is encoded is what rules want to see.
            "Base64" => self.argument(call),
            "Length" => self.length(call),
            "ToJsonString" => self.json_string(call),
            "ImportValue" => {
                let name = self.argument(call);
                self.imports = true;
                self.in_branches(name, &mut |template, name| {
                    template.outside(Reason::External, &format!("{IMPORT}{}", in_text(&name)), place)
                })
            }
            "GetStackOutput" => {
                self.note(call.node.span(), "expression", "`Fn::GetStackOutput`", "the other stack is not read");
                Value::unknown(Reason::External, "output of another stack", place)
            }
            "GetAZs" => {
                let region = shown(&self.argument(call));
                self.outside(Reason::RunTime, &format!("availability zones of {region}"), place)
            }
            "Cidr" => self.cidr(call),
            "Transform" => {
                let name = transform(call.argument);
                self.included(call.argument).unwrap_or_else(|why| {
                    self.note(call.node.span(), "expression", format!("transform `{name}`"), why);
                    Value::unknown(Reason::External, format!("transform {name}"), place)
                })
            }
            "Equals" | "And" | "Or" | "Not" | "Condition" => {
                let condition = self.formula(call.node, None);
                let (yes, no) = (Value::new(Data::Bool(true), place), Value::new(Data::Bool(false), place));
                condition.rested(Value::guarded(&condition.formula, yes, no))
            }
            name => self.unsupported(call.node, &format!("`Fn::{name}`")),
        }
    }

    /// A value that mllint does not evaluate, with a note.
    pub(super) fn unsupported(&mut self, node: Node<'t>, what: &str) -> Value {
        self.note(node.span(), "expression", what, "it is not evaluated");
        Value::unknown(Reason::Unsupported, what, self.place(node.span()))
    }

    /// `Fn::If`. A branch that is not taken is not evaluated.
    fn choose(&mut self, call: Call<'t>) -> Value {
        let items: Vec<Node<'t>> = call.argument.items().collect();
        let [name, then, otherwise] = items[..] else {
            return self.invalid(call.node, "`Fn::If`", "it takes a condition and two values");
        };
        let condition = self.condition_of(name);
        let value = match &condition.formula {
            Formula::True => self.eval(then),
            Formula::False => self.eval(otherwise),
            open => {
                let (then, otherwise) = (self.eval(then), self.eval(otherwise));
                let value = Value::guarded(open, condition.rested(then), condition.rested(otherwise));
                if !matches!(value.data, Data::Guarded(_)) {
                    return self.too_large("a value with many conditions", value.origin.place);
                }
                return value;
            }
        };
        condition.rested(value)
    }

    /// `Fn::Join`.
    fn join(&mut self, call: Call<'t>) -> Value {
        let items: Vec<Node<'t>> = call.argument.items().collect();
        let [delimiter, list] = items[..] else {
            return self.invalid(call.node, "`Fn::Join`", "it takes a delimiter and a list");
        };
        let Some(delimiter) = scalar_text(delimiter).filter(|_| delimiter.tag().is_none()) else {
            return self.unsupported(call.node, "`Fn::Join` with a delimiter that is not written");
        };
        let list = self.eval(list);
        self.in_branches(list, &mut |template, list| template.joined(&delimiter, &list, call))
    }

    fn joined(&mut self, delimiter: &Arc<str>, list: &Value, call: Call<'t>) -> Value {
        let place = self.place(call.node.span());
        let known = match &list.data {
            Data::List(known) => known.clone(),
            Data::Unknown(why) => return joined_unknown(why, delimiter, place),
            Data::Reference(_) => return self.template(vec![Piece::Hole(Box::new(list.clone()))], place),
            _ => return self.invalid(call.node, "`Fn::Join`", "its second argument is no list"),
        };
        if let Some(why) = &known.open {
            return joined_unknown(why, delimiter, place);
        }
        let optional = known.items.iter().filter(|item| is_optional(item));
        let count = optional.map(|item| branches(item, MAX_BRANCHES)).fold(1, usize::saturating_mul);
        if count > MAX_BRANCHES {
            return self.too_large("a list with many items that may not exist", place);
        }
        let joined = self.joined_items(delimiter, &known.items, place);
        let mut parts = known.items.clone();
        parts.push(list.clone());
        composed(joined, &parts)
    }

    /// Joins items; the first that may not exist splits the result, as its delimiter goes with it.
    fn joined_items(&mut self, delimiter: &Arc<str>, items: &[Value], place: crate::source::Place) -> Value {
        if let Some(at) = items.iter().position(is_optional)
            && let Data::Guarded(guarded) = &items[at].data
        {
            let mut with = |branch: &Value| {
                let mut items = items.to_vec();
                items[at] = branch.clone();
                self.joined_items(delimiter, &items, place)
            };
            let (then, otherwise) = (with(&guarded.then), with(&guarded.otherwise));
            return Value::guarded(&guarded.when, then, otherwise);
        }
        let mut pieces = Vec::new();
        for item in items.iter().filter(|item| !matches!(item.data, Data::Absent)) {
            if !pieces.is_empty() {
                pieces.push(Piece::Text(delimiter.clone()));
            }
            pieces.push(Piece::Hole(Box::new(item.clone())));
        }
        self.template(pieces, place)
    }

    /// `Fn::Select`.
    fn select(&mut self, call: Call<'t>) -> Value {
        let items: Vec<Node<'t>> = call.argument.items().collect();
        let [index, list] = items[..] else {
            return self.invalid(call.node, "`Fn::Select`", "it takes an index and a list");
        };
        let (index, list) = (self.eval(index), self.eval(list));
        self.in_branches(list, &mut |template, list| {
            let list = list.clone();
            template.in_branches(index.clone(), &mut |template, index| {
                let chosen = template.selected(&index, &list, call);
                resting_on(chosen, &index)
            })
        })
    }

    fn selected(&mut self, index: &Value, list: &Value, call: Call<'t>) -> Value {
        let place = self.place(call.node.span());
        let Some(text) = index.plain_text() else {
            return Value::unknown(Reason::RunTime, "an item whose index is not known", place);
        };
        let Ok(at) = text.trim().parse::<usize>() else {
            return self.invalid(call.node, "`Fn::Select`", format!("`{text}` is no index"));
        };
        let known: &List = match &list.data {
            Data::List(known) => known,
            Data::Unknown(why) => return item_of(why, at, place),
            Data::Reference(reference) => {
                let attribute = reference.attribute.as_deref().unwrap_or("Ref");
                let name = format!("item {at} of {}.{attribute}", reference.id);
                return self.outside(Reason::RunTime, &name, place);
            }
            _ => return self.invalid(call.node, "`Fn::Select`", "its second argument is no list"),
        };
        if let Some(why) = &known.open {
            return item_of(why, at, place);
        }
        if known.items.iter().any(is_optional) {
            return Value::unknown(Reason::RunTime, "an item of a list with items that may not exist", place);
        }
        let mut existing = known.items.iter().filter(|item| !matches!(item.data, Data::Absent));
        match existing.nth(at) {
            // The items of a parameter's default have no steps of their own.
            Some(item) if item.origin.step.is_none() => resting_on(item.clone(), list),
            Some(item) => item.clone(),
            None => self.invalid(call.node, "`Fn::Select`", format!("the list has no item {at}")),
        }
    }

    /// `Fn::Split`.
    fn split(&mut self, call: Call<'t>) -> Value {
        let items: Vec<Node<'t>> = call.argument.items().collect();
        let [delimiter, text] = items[..] else {
            return self.invalid(call.node, "`Fn::Split`", "it takes a delimiter and a text");
        };
        let Some(delimiter) = scalar_text(delimiter).filter(|text| !text.is_empty()) else {
            return self.invalid(call.node, "`Fn::Split`", "its delimiter is no text");
        };
        let text = self.eval(text);
        self.in_branches(text, &mut |template, text| template.parts_of(&delimiter, &text, call))
    }

    fn parts_of(&mut self, delimiter: &str, text: &Value, call: Call<'t>) -> Value {
        let place = self.place(call.node.span());
        if let Some(known) = text.plain_text() {
            if !self.afford(known.len() / BYTES + known.matches(delimiter).count()) {
                return self.too_large("parts of a text", place);
            }
            let parts = known.split(delimiter).map(|part| resting_on(Value::text(part, text.origin.place), text));
            return resting_on(Value::list(parts.collect(), text.origin.place), text);
        }
        let why = match &text.data {
            Data::Unknown(why) => {
                Unknown { reason: why.reason, name: format!("parts of {}", why.name()).into(), place: why.place }
            }
            Data::Template(_) | Data::Reference(_) => {
                Unknown { reason: Reason::RunTime, name: "parts of a text with holes".into(), place }
            }
            _ => return self.invalid(call.node, "`Fn::Split`", "its second argument is no text"),
        };
        open_list(Vec::new(), why, place)
    }

    /// `Fn::Length`.
    fn length(&mut self, call: Call<'t>) -> Value {
        let place = self.place(call.node.span());
        let list = match call.tagged {
            // A tagged sequence is the list itself.
            true => self.argument(call),
            false => self.eval(call.argument),
        };
        match &list.data {
            Data::List(known) if known.open.is_none() && !known.items.iter().any(is_optional) => {
                let count = known.items.iter().filter(|item| !matches!(item.data, Data::Absent)).count();
                resting_on(Value::number(count as f64, place), &list)
            }
            _ => Value::unknown(Reason::RunTime, "the length of a list", place),
        }
    }
}

/// Whether a value exists in some worlds only.
pub(super) fn is_optional(value: &Value) -> bool {
    match &value.data {
        Data::Guarded(guarded) => [&guarded.then, &guarded.otherwise]
            .into_iter()
            .any(|branch| matches!(branch.data, Data::Absent) || is_optional(branch)),
        _ => false,
    }
}

fn joined_unknown(why: &Unknown, delimiter: &str, place: crate::source::Place) -> Value {
    unknown(why.reason, format!("{} joined by `{delimiter}`", why.name()).into(), why.place, place)
}

fn item_of(why: &Unknown, at: usize, place: crate::source::Place) -> Value {
    unknown(why.reason, format!("item {at} of {}", why.name()).into(), why.place, place)
}

/// A value in the name of an unknown.
pub(super) fn in_text(value: &Value) -> String {
    match &value.data {
        Data::Template(_) | Data::Text(_) | Data::Number(_) => shown(value),
        _ => format!("${{{}}}", shown(value)),
    }
}

/// The name of a transform within a template, which may be one of a list.
pub(super) fn transform<'t>(node: Node<'t>) -> &'t str {
    let one = node.items().next().unwrap_or(node);
    one.get("Name").and_then(Node::text).unwrap_or("?")
}

/// What a value is called.
fn shown(value: &Value) -> String {
    match &value.data {
        Data::Template(pieces) => {
            let show = |piece: &Piece| match piece {
                Piece::Text(text) => text.to_string(),
                Piece::Hole(hole) => format!("${{{}}}", shown(hole)),
            };
            pieces.iter().map(show).collect()
        }
        Data::Unknown(unknown) => unknown.name().to_string(),
        Data::Reference(reference) => reference.id.to_string(),
        _ => value.plain_text().map_or_else(|| "?".to_owned(), |text| text.to_string()),
    }
}
