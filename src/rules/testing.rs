//! Graphs for the tests of rules, written as JSON.

#![cfg(test)]

use std::sync::Arc;

use serde_json::Value as Json;

use crate::{
    check::checked_with,
    finding::Finding,
    graph::{
        Graph, Input, Key, Part, Resource,
        guard::{Atom, Formula, Usual},
        value::{Data, Entry, Object, Piece, Reason, Reference, StepKind, Unknown, Value},
    },
    rules::{Rule, options::Options},
    source::{FileId, Files, Place, Span},
};

/// A graph under construction. In its JSON, beside plain values:
/// `null` is a property that does not exist, `"a{b}c"` a text with a hole,
/// `{"?": name}` an unknown value, or an open object if it has other entries too,
/// `{"ref": id}` a reference, `{"if": [condition, then, else]}` a guarded value,
/// `{"default": value}` one that came by a parameter's default, `{"service": value}` by the service's.
pub(super) struct Built {
    parts: Vec<Part>,
    input: Input,
    next: u32,
}

impl Default for Built {
    fn default() -> Self {
        Self { parts: Vec::new(), input: Input::CloudFormation, next: 0 }
    }
}

impl Built {
    /// A place that no other thing has.
    pub(super) fn place(&mut self) -> Place {
        self.next += 1;
        Place::new(FileId(0), Span { start: self.next, end: self.next + 1 })
    }

    /// What the resources after this are read from.
    pub(super) fn input(&mut self, input: Input) -> &mut Self {
        self.input = input;
        self
    }

    /// Adds a resource.
    pub(super) fn resource(&mut self, kind: &str, id: &str, properties: &Json) -> &mut Self {
        let (place, properties) = (self.place(), self.value(properties));
        let resource = Resource {
            key: Key { unit: "unit".into(), callers: Vec::new(), id: id.into() },
            kind: kind.into(),
            input: self.input,
            properties,
            place,
            body: place,
            guard: Formula::True,
            region: None,
            callers: Vec::new(),
            multiplicity: None,
            repeats: false,
        };
        self.part(Part { resources: vec![resource], ..Part::default() })
    }

    /// Adds a part.
    pub(super) fn part(&mut self, part: Part) -> &mut Self {
        self.parts.push(part);
        self
    }

    /// Runs one rule.
    pub(super) fn check(&mut self, rule: &'static Rule) -> Vec<Finding> {
        self.check_with(rule, &Options::default())
    }

    /// Runs one rule with options.
    pub(super) fn check_with(&mut self, rule: &'static Rule, options: &Options) -> Vec<Finding> {
        let files = Files::memory([("file", " ".repeat(self.next as usize + 1))]);
        files.read("file").expect("it is in memory");
        checked_with(options, &Graph::of(self.parts.drain(..)), &files, &[rule]).findings
    }

    fn value(&mut self, json: &Json) -> Value {
        let place = self.place();
        match json {
            Json::Null => Value::absent(place),
            Json::Bool(value) => Value::new(Data::Bool(*value), place),
            Json::Number(number) => Value::number(number.as_f64().expect("a number"), place),
            Json::String(text) => Value::template(pieces(text, place), place),
            Json::Array(items) => Value::list(items.iter().map(|item| self.value(item)).collect(), place),
            Json::Object(entries) => match entries.iter().next() {
                Some((key, value)) if entries.len() == 1 => self.special(key, value, json, place),
                _ => self.object(json, place),
            },
        }
    }

    fn special(&mut self, key: &str, value: &Json, whole: &Json, place: Place) -> Value {
        let text = || value.as_str().expect("a text");
        match key {
            "?" => Value::unknown(Reason::NoDefault, text(), place),
            "ref" => Value::new(Data::Reference(Arc::new(Reference { id: text().into(), attribute: None })), place),
            "if" => {
                let condition: Arc<str> = value[0].as_str().expect("a condition").into();
                let atom = Atom {
                    subject: condition.clone(),
                    equals: None,
                    domain: None,
                    display: condition,
                    usual: Usual::Open,
                };
                let (then, otherwise) = (self.value(&value[1]), self.value(&value[2]));
                Value::guarded(&Formula::Atom(Arc::new(atom)), then, otherwise)
            }
            "default" => self.value(value).via(StepKind::ParameterDefault, "Parameter", place),
            "service" => self.value(value).via(StepKind::ServiceDefault, "default", place),
            _ => self.object(whole, place),
        }
    }

    fn object(&mut self, json: &Json, place: Place) -> Value {
        let mut object = Object::default();
        for (name, value) in json.as_object().expect("an object") {
            if name == "?" {
                object.open = Some(Unknown { reason: Reason::External, name: "more".into(), place });
                continue;
            }
            let (place, value) = (self.place(), self.value(value));
            object.set(Entry { name: name.as_str().into(), place, value });
        }
        Value::object(object, place)
    }
}

fn pieces(text: &str, place: Place) -> Vec<Piece> {
    let part = |(at, part): (usize, &str)| match at % 2 {
        0 => Piece::Text(part.into()),
        _ => Piece::Hole(Box::new(Value::unknown(Reason::RunTime, part, place))),
    };
    text.split(['{', '}']).enumerate().map(part).collect()
}
