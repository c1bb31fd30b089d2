//! Names → values: `Ref`, `Fn::GetAtt`, `Fn::FindInMap`, pseudo parameters.

use std::sync::Arc;

use super::{
    serverless::is_same,
    template::Template,
    values::{Call, resting_on},
};
use crate::{
    catalog::{image::one_of_aws, partition},
    graph::value::{Data, Origin, Piece, Reason, Reference, StepKind, Value},
    source::Place,
    syntax::tree::{Entry, Node},
};

/// Names that every template has, decided on deployment.
const PSEUDO: &[&str] = &[
    "AWS::AccountId",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

impl<'t> Template<'t> {
    /// `Ref`.
    pub(super) fn reference(&mut self, call: Call<'t>) -> Value {
        match self.argument(call).plain_text() {
            Some(name) => self.named(&name, call.node),
            None => self.unsupported(call.node, "`Ref` of a name that is not written"),
        }
    }

    /// The value of a parameter, pseudo parameter or resource.
    pub(super) fn named(&mut self, name: &str, node: Node<'t>) -> Value {
        let place = self.place(node.span());
        if let Some(item) = self.item(name) {
            return Value::text(item, place);
        }
        if let Some(parameter) = self.parameters.get(name) {
            let mut value = parameter.value.clone();
            if value.is_unknown() {
                value.origin = Origin::at(place);
            }
            return value;
        }
        if self.resources.contains_key(name) {
            let reference = Reference { id: self.stack.address(name), attribute: None };
            return Value::new(Data::Reference(Arc::new(reference)), place);
        }
        if name == "AWS::NoValue" {
            return Value::absent(place);
        }
        if PSEUDO.contains(&name) {
            return self.pseudo(name, place);
        }
        // Something that is made beside a resource.
        if let Some((resource, attribute)) = name.split_once('.')
            && self.resources.contains_key(resource)
        {
            return self.attribute(resource, Some(attribute), node);
        }
        self.missing(name, node)
    }

    /// The value of a pseudo parameter: what follows from the region that is given.
    pub(super) fn pseudo(&mut self, name: &str, place: Place) -> Value {
        let region = self.given.region(&self.stack.unit);
        let partition = || region.and_then(|region| partition::of_region(region));
        let known: Option<Arc<str>> = match name {
            "AWS::Region" => region.cloned(),
            "AWS::Partition" => partition().map(|partition| partition.name.into()),
            "AWS::URLSuffix" => partition().map(|partition| partition.suffix.into()),
            _ => None,
        };
        match known {
            Some(known) => Value::text(known, place).via(StepKind::Flag, "region", place),
            None => self.outside(Reason::RunTime, name, place),
        }
    }

    /// `Fn::GetAtt`, as `Resource.Attribute` or as a list of both.
    pub(super) fn get_att(&mut self, call: Call<'t>) -> Value {
        let items: Vec<Node<'t>> = call.argument.items().collect();
        match items[..] {
            [resource, attribute] => {
                let (resource, attribute) = (self.eval(resource), self.eval(attribute));
                match resource.plain_text() {
                    Some(resource) => self.attribute(&resource, attribute.plain_text().as_deref(), call.node),
                    None => self.unsupported(call.node, "`Fn::GetAtt` of a name that is not written"),
                }
            }
            [] => match self.argument(call).plain_text() {
                Some(path) => match path.split_once('.') {
                    Some((resource, attribute)) => self.attribute(resource, Some(attribute), call.node),
                    None => self.invalid(call.node, format!("`Fn::GetAtt` of `{path}`"), "it names no attribute"),
                },
                None => self.unsupported(call.node, "`Fn::GetAtt` of a name that is not written"),
            },
            _ => self.invalid(call.node, "`Fn::GetAtt`", "it takes a resource and an attribute"),
        }
    }

    /// An attribute of a resource; which one is not known where nothing is given.
    pub(super) fn attribute(&mut self, resource: &str, attribute: Option<&str>, node: Node<'t>) -> Value {
        if !self.resources.contains_key(resource) {
            return self.missing(resource, node);
        }
        let attribute = attribute.unwrap_or("?").trim();
        // `Function.Alias`, `Api.Stage`: what the serverless transform makes beside a resource.
        let (made, rest) = attribute.split_once('.').unwrap_or((attribute, ""));
        if let Some(name) = self.names_made.get(resource, made) {
            let attribute = (!rest.is_empty()).then(|| rest.into());
            let reference = Reference { id: self.stack.address(name), attribute };
            return Value::new(Data::Reference(Arc::new(reference)), self.place(node.span()));
        }
        if let Some(value) = attribute.strip_prefix("Outputs.").and_then(|output| self.output(resource, output, node)) {
            return value;
        }
        if let Some(value) = self.kept_text(resource, attribute) {
            return value;
        }
        let reference = Reference { id: self.stack.address(resource), attribute: Some(attribute.into()) };
        Value::new(Data::Reference(Arc::new(reference)), self.place(node.span()))
    }

    /// The text that a parameter of Systems Manager keeps which the template itself makes.
    fn kept_text(&mut self, resource: &str, attribute: &str) -> Option<Value> {
        if attribute != "Value" {
            return None;
        }
        let written = self.resources.get(resource).and_then(|&at| self.written.get(at))?;
        let (source, node) = (written.source, written.entry.value);
        let is_parameter = node.get("Type").and_then(Node::text) == Some("AWS::SSM::Parameter");
        let text = node.get("Properties").filter(|_| is_parameter)?.get("Value")?;
        Some(self.within(source, |template| template.eval(text)))
    }

    /// A name that nothing in the template has.
    fn missing(&mut self, name: &str, node: Node<'t>) -> Value {
        let place = self.place(node.span());
        if self.generates {
            return self.outside(Reason::External, &format!("`{name}`, which a transform may make"), place);
        }
        self.note(node.span(), "reference", format!("`{name}`"), "no parameter and no resource has this name");
        Value::unknown(Reason::Invalid, format!("`{name}`"), place)
    }

    /// `Fn::FindInMap`, with the default of `AWS::LanguageExtensions`.
    pub(super) fn find_in_map(&mut self, call: Call<'t>) -> Value {
        let items: Vec<Node<'t>> = call.argument.items().collect();
        let [map, top, second, ref rest @ ..] = items[..] else {
            return self.invalid(call.node, "`Fn::FindInMap`", "it takes a map and two keys");
        };
        let default = rest.first().and_then(|node| node.get("DefaultValue"));
        let keys = [self.keys(top), self.keys(second)];
        let (map, top, second) = (self.eval(map), self.eval(top), self.eval(second));
        let Some(map) = map.plain_text() else {
            return Value::unknown(Reason::RunTime, "a map whose name is not known", self.place(call.node.span()));
        };
        let mut seek = |template: &mut Self, top: Value| {
            template.in_branches(second.clone(), &mut |template, second| {
                let found = template.mapped(&map, [(&top, &keys[0]), (&second, &keys[1])], default, call);
                resting_on(resting_on(found, &second), &top)
            })
        };
        self.in_branches(top, &mut seek)
    }

    /// The keys that a parameter without a default may choose, if its declaration lists them.
    fn keys(&self, node: Node<'t>) -> Option<Keys> {
        let call = Call::of(node).filter(|call| call.name == "Ref")?;
        let parameter = self.parameters.get(call.argument.text()?)?;
        let is_open = matches!(&parameter.value.data, Data::Unknown(why) if why.reason == Reason::NoDefault);
        parameter.allowed.clone().filter(|_| is_open)
    }

    /// The value under two keys. What is common to all values under unknown keys is known.
    fn mapped(
        &mut self,
        name: &Arc<str>,
        [top, second]: [(&Value, &Option<Keys>); 2],
        default: Option<Node<'t>>,
        call: Call<'t>,
    ) -> Value {
        let place = self.place(call.node.span());
        let map = self.mappings.iter().find_map(|maps| Some((maps.source, maps.node.get(name)?)));
        let Some((source, map)) = map else {
            if self.generates || default.is_some() {
                return match default {
                    Some(node) => self.eval(node),
                    None => self.outside(Reason::External, &format!("map {name}"), place),
                };
            }
            return self.invalid(call.node, format!("map `{name}`"), "the template has no map of this name");
        };
        let mut found = Vec::new();
        for entry in under(map, top).iter().flat_map(|entry| under(entry.value, second)) {
            let value = self.within(source, |template| template.eval(entry.value));
            found.push(value.via(StepKind::Entry, name.clone(), source.place(entry.key_span)));
        }
        if let (Some(_), Some(_)) = (top.0.plain_text(), second.0.plain_text()) {
            return match (found.pop(), default) {
                (Some(value), _) => value,
                (None, Some(node)) => self.eval(node),
                (None, None) => self.invalid(call.node, format!("map `{name}`"), "it has no entry under these keys"),
            };
        }
        if let Some(node) = default {
            found.push(self.eval(node));
        }
        let hole = format!("map {name} under a key that is not known");
        common(&found, Value::unknown(Reason::RunTime, hole, place))
    }
}

/// Keys of a map.
type Keys = Arc<[Arc<str>]>;

/// Entries that a key chooses: one if it is known, else all that it may be.
fn under<'t>(node: Node<'t>, (key, keys): (&Value, &Option<Keys>)) -> Vec<Entry<'t>> {
    match (key.plain_text(), keys) {
        (Some(key), _) => node.entry(&key).into_iter().collect(),
        (None, Some(keys)) => keys.iter().filter_map(|key| node.entry(key)).collect(),
        (None, None) => node.entries(),
    }
}

/// What values have in common: all of it, that they are images of AWS's, the beginning and end of texts, or nothing but
/// `hole`.
fn common(values: &[Value], hole: Value) -> Value {
    let Some(texts) = values.iter().map(Value::plain_text).collect::<Option<Vec<_>>>() else {
        // Lists, of which each is the same.
        let same = values.split_first().filter(|(first, rest)| rest.iter().all(|one| is_same(&one.data, &first.data)));
        return same.map_or(hole, |(first, _)| first.clone());
    };
    let Some((first, rest)) = texts.split_first() else { return hole };
    if rest.iter().all(|text| text == first) {
        return values[0].clone();
    }
    if let Some(image) = one_of_aws(&texts.iter().map(|text| &**text).collect::<Vec<_>>(), hole.origin.place) {
        return image;
    }
    // Digits that numbers share mean nothing.
    if values.iter().any(|value| !matches!(value.data, Data::Text(_))) {
        return hole;
    }
    let shortest = texts.iter().map(|text| text.len()).min().unwrap_or(0);
    let shared = |same: &dyn Fn(&str, usize) -> bool, limit: usize| {
        (0..=limit).rev().find(|&length| rest.iter().all(|text| same(text, length))).unwrap_or(0)
    };
    let prefix = shared(&|text, length| first.get(..length).is_some_and(|head| text.starts_with(head)), shortest);
    let tail = |length: usize| first.get(first.len() - length..);
    let suffix =
        shared(&|text, length| tail(length).is_some_and(|tail| text.ends_with(tail)), shortest.saturating_sub(prefix));
    let place = hole.origin.place;
    if prefix + suffix == 0 {
        return hole;
    }
    let ends = (first.get(..prefix).unwrap_or(""), tail(suffix).unwrap_or(""));
    Value::template([Piece::Text(ends.0.into()), Piece::Hole(Box::new(hole)), Piece::Text(ends.1.into())], place)
}
