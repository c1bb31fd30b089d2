//! Terraform's resources → resources by CloudFormation's names, each with what is written of it elsewhere.

pub(super) mod address;
mod archives;
mod index;
mod joins;
mod merge;
mod names;
#[cfg(test)]
mod tests;
pub mod written;

use std::sync::Arc;

use crate::{
    catalog::terraform::{cloud_control_kind, mapping},
    graph::{
        Input, Key, Resource,
        value::{Data, Entry, Object, Piece, Reference, Value, with_changed},
    },
    read::terraform::{
        instance::{Instance, Mode},
        lower::{index::Index, joins::Join, names::Names},
    },
};

/// The resources that the instances of one root come to, in their order. Data sources make none; what is only a part of
/// another resource (a bucket's encryption) is a resource of its own only where that other one is not known.
pub fn lower(instances: Vec<Instance>) -> Vec<Resource> {
    let index = Index::of(&instances);
    let mut parts = Vec::new();
    let mut resources: Vec<Option<Resource>> = Vec::with_capacity(instances.len());
    for (at, instance) in instances.iter().enumerate() {
        let is_part = mapping(&instance.kind).is_some_and(|mapping| mapping.joins.is_some());
        let is_resource = instance.mode == Mode::Managed && !is_part;
        if instance.mode == Mode::Managed && is_part {
            parts.push(at);
        }
        resources.push(is_resource.then(|| resource(instance)));
    }
    archives::locate(&instances, &mut resources);
    let apart: Vec<(usize, Resource)> = policies(&instances);
    for at in Join::of(&index, &mut resources).all(&parts) {
        resources[at] = Some(resource(&instances[at]));
    }
    let own = resources.into_iter().enumerate().filter_map(|(at, resource)| Some((at, resource?)));
    let settled = own.chain(apart).map(|(at, mut resource)| {
        let references = References { index: &index, from: &instances[at].address };
        if let Some(properties) = references.settled(&resource.properties) {
            resource.properties = properties;
        }
        resource
    });
    settled.collect()
}

/// Types that take a policy as an argument where CloudFormation has a type for it: that type, and its property for what
/// the policy is about.
const WITH_POLICY: &[(&str, &str, &str)] = &[
    ("aws_s3_bucket", "aws_s3_bucket_policy", "bucket"),
    ("aws_sns_topic", "aws_sns_topic_policy", "arn"),
    ("aws_sqs_queue", "aws_sqs_queue_policy", "queue_url"),
];

/// The policies that are written as an argument, each as the resource that it is in CloudFormation; with the number of the
/// instance that has it.
fn policies(instances: &[Instance]) -> Vec<(usize, Resource)> {
    let of = |(at, instance): (usize, &Instance)| {
        let (_, kind, about) = WITH_POLICY.iter().find(|(kind, ..)| *kind == &*instance.kind)?;
        let policy = instance.properties.entry("policy").filter(|_| instance.mode == Mode::Managed)?;
        if matches!(policy.value.data, Data::Absent) {
            return None;
        }
        let reference = Reference { id: instance.address.as_str().into(), attribute: None };
        let target = Value::new(Data::Reference(Arc::new(reference)), policy.place);
        let entries = vec![Entry { name: (*about).into(), place: policy.place, value: target }, policy.clone()];
        let properties = Value::object(Object { entries, ..Object::default() }, policy.place);
        let mut apart = resource(&Instance { kind: (*kind).into(), properties, ..instance.clone() });
        apart.key.id = format!("{}.policy", apart.key.id).into();
        apart.place = policy.place;
        Some((at, apart))
    };
    instances.iter().enumerate().filter_map(of).collect()
}

/// An instance by CloudFormation's names.
fn resource(instance: &Instance) -> Resource {
    let cloud_control = cloud_control_kind(&instance.kind);
    let known = mapping(&instance.kind);
    let kind: Arc<str> = match (known, &cloud_control) {
        (Some(mapping), _) if !mapping.kind.is_empty() => mapping.kind.into(),
        (_, Some(kind)) => kind.as_str().into(),
        _ => format!("Terraform::{}", instance.kind).into(),
    };
    let properties = match &instance.properties.data {
        Data::Object(arguments) => {
            let mut names = Names::of(known, &kind, cloud_control.is_some());
            names.objects_are_blocks = instance.is_json;
            let is_part = known.is_some_and(|mapping| mapping.joins.is_some());
            let tagged = with_default_tags(arguments).filter(|_| !is_part);
            let object = names.properties(tagged.as_ref().unwrap_or(arguments), None, instance.place);
            Value { data: Data::Object(Arc::new(object)), origin: instance.properties.origin.clone() }
        }
        // Of a body that is no object nothing is known.
        Data::Unknown(why) => {
            let object = Object { open: Some(why.clone()), ..Object::default() };
            Value { data: Data::Object(Arc::new(object)), origin: instance.properties.origin.clone() }
        }
        _ => instance.properties.clone(),
    };
    Resource {
        key: key(instance),
        kind,
        input: Input::Terraform,
        properties,
        place: instance.place,
        body: instance.body,
        guard: instance.guard.clone(),
        region: instance.region.clone(),
        callers: instance.callers.clone(),
        multiplicity: instance.multiplicity,
        repeats: false,
    }
}

/// The arguments with the tags that the resource gets by its provider too; nothing where it gets none.
fn with_default_tags(arguments: &Object) -> Option<Object> {
    let all = arguments.entry("tags_all")?.clone();
    if matches!(&all.value.data, Data::Object(tags) if tags.entries.is_empty() && tags.open.is_none()) {
        return None;
    }
    let mut tagged = arguments.clone();
    tagged.set(Entry { name: "tags".into(), ..all });
    Some(tagged)
}

/// Calls and id of an address.
fn key(instance: &Instance) -> Key {
    let steps = address::steps(&instance.address);
    let mut texts = steps.iter().map(|step| match step.key {
        Some(key) => Arc::from(format!("{}[{key}]", step.name)),
        None => Arc::from(step.name),
    });
    let id = texts.next_back().unwrap_or_else(|| instance.address.as_str().into());
    Key { unit: instance.unit.clone(), callers: texts.collect(), id }
}

/// References in the properties of one resource.
struct References<'a> {
    index: &'a Index<'a>,
    from: &'a str,
}

impl References<'_> {
    /// A value with its references by the names of the graph; nothing if it has none.
    fn settled(&self, value: &Value) -> Option<Value> {
        let data = match &value.data {
            Data::Reference(reference) => Data::Reference(Arc::new(self.reference(reference))),
            Data::Template(pieces) => {
                let mut piece = |piece: &Piece| match piece {
                    Piece::Text(_) => None,
                    Piece::Hole(value) => self.settled(value).map(|value| Piece::Hole(Box::new(value))),
                };
                Data::Template(with_changed(pieces, &mut piece)?.into())
            }
            _ => return value.with_parts(&mut |part| self.settled(part)),
        };
        Some(Value { data, origin: value.origin.clone() })
    }

    fn reference(&self, reference: &Reference) -> Reference {
        self.index.settled(self.from, reference, self.attribute(reference))
    }

    /// An attribute by CloudFormation's name; nothing for what its `Ref` gives: the id, the name.
    fn attribute(&self, reference: &Reference) -> Option<Arc<str>> {
        let attribute = reference.attribute.as_deref()?;
        let Some(target) = self.index.example(reference) else { return Some(attribute.into()) };
        let mapping = mapping(&target.kind);
        let is_name = matches!(attribute, "id" | "name" | "bucket") || {
            // `function_name`: what identifies the thing is named after it.
            let thing = target.kind.rsplit('_').next().unwrap_or_default();
            attribute.strip_suffix("_name").is_some_and(|named| !named.is_empty() && named.ends_with(thing))
        };
        if is_name {
            return None;
        }
        let kind = mapping.map_or(&*target.kind, |mapping| mapping.kind);
        let names = Names::of(mapping, kind, false);
        Some(names.top(attribute).unwrap_or_else(|| attribute.to_owned()).into())
    }
}
