//! Resources of Terraform's that are a part of another one in AWS: a bucket's encryption, a role's policies.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::{
    catalog::terraform::{Joins, Mapping, mapping},
    graph::{
        Resource,
        guard::Formula,
        value::{Data, Object, Reason, Reference, Unknown, Value},
    },
    read::terraform::{
        instance::Instance,
        lower::{
            address,
            index::{Index, Meant, NameIndex},
            merge,
            names::Names,
        },
    },
    source::Place,
};

/// References from one part through another are followed this far: `bucket = aws_s3_bucket_versioning.this.bucket`.
const MAX_HOPS: usize = 8;

/// A resource that is a part.
#[derive(Clone, Copy)]
struct Part<'a> {
    instance: &'a Instance,
    mapping: &'static Mapping,
    joins: Joins,
}

/// So many parts of one type that may belong anywhere are followed up.
const MAX_ANYWHERE: usize = 16;

/// What a part belongs to, under a condition.
struct Target {
    when: Formula,
    wholes: Wholes,
}

enum Wholes {
    /// To these.
    These(Vec<usize>),
    /// To some of these, or to none.
    Some(Vec<usize>, Unknown),
    /// To any of its type, or to none.
    Any(Unknown),
}

/// Joins parts to what they are a part of.
pub(super) struct Join<'a> {
    index: &'a Index<'a>,
    /// Resources by the number of their instance.
    resources: &'a mut [Option<Resource>],
    names: FxHashMap<&'static str, NameIndex>,
}

impl<'a> Join<'a> {
    /// For the resources of an index.
    pub(super) fn of(index: &'a Index<'a>, resources: &'a mut [Option<Resource>]) -> Self {
        Self { index, resources, names: FxHashMap::default() }
    }

    /// Joins all parts; those that may belong anywhere come last, so that they only count where nothing is written.
    /// What is left over belongs to nothing that was read.
    pub(super) fn all(mut self, parts: &[usize]) -> Vec<usize> {
        let (mut left, mut doubtful) = (Vec::new(), Vec::new());
        for &at in parts {
            let Some(part) = Part::of(&self.index.instances[at]) else { continue };
            let mut joined = false;
            for Target { when, wholes } in self.targets(&part) {
                let when = part.instance.guard.and(&when);
                match wholes {
                    Wholes::These(wholes) => {
                        joined |= !wholes.is_empty();
                        wholes.into_iter().for_each(|whole| self.join(&part, whole, &when));
                    }
                    Wholes::Some(wholes, why) => doubtful.push((part, Some(wholes), why, when)),
                    Wholes::Any(why) => doubtful.push((part, None, why, when)),
                }
            }
            if !joined {
                left.push(at);
            }
        }
        let mut anywhere: FxHashMap<&str, usize> = FxHashMap::default();
        for (part, wholes, why, when) in doubtful {
            let properties = part.properties();
            let Some(wholes) = wholes else {
                let seen = anywhere.entry(part.mapping.name).or_default();
                *seen += 1;
                // The last one that is followed up stands for all that come after it.
                let when = if *seen == MAX_ANYWHERE { Formula::True } else { when };
                if *seen <= MAX_ANYWHERE {
                    for whole in self.all_of(part.joins.with) {
                        self.may_join(&properties, whole, &why, &when);
                    }
                }
                continue;
            };
            wholes.into_iter().for_each(|whole| self.may_join(&properties, whole, &why, &when));
        }
        left
    }

    fn all_of(&self, kind: &str) -> Vec<usize> {
        let instances = self.index.instances.iter().enumerate();
        instances.filter(|(_, instance)| &*instance.kind == kind).map(|(at, _)| at).collect()
    }

    /// What a part belongs to.
    fn targets(&mut self, part: &Part<'_>) -> Vec<Target> {
        let mut targets = Vec::new();
        let arguments = &part.instance.properties;
        if let Some(entry) = arguments.entry(part.joins.by) {
            self.named(part, &entry.value, Formula::True, 0, &mut targets);
        } else if let Data::Object(arguments) = &arguments.data
            && let Some(why) = &arguments.open
        {
            targets.push(Target { when: Formula::True, wholes: Wholes::Any(why.clone()) });
        }
        targets
    }

    fn named(&mut self, from: &Part<'_>, value: &Value, when: Formula, hops: usize, targets: &mut Vec<Target>) {
        match &value.data {
            Data::Absent | Data::Bool(_) | Data::Number(_) | Data::Object(_) => {}
            Data::List(list) => {
                for item in &list.items {
                    self.named(from, item, when.clone(), hops, targets);
                }
                if let Some(why) = &list.open {
                    targets.push(Target { when, wholes: Wholes::Any(why.clone()) });
                }
            }
            Data::Guarded(guarded) => {
                self.named(from, &guarded.then, when.and(&guarded.when), hops, targets);
                self.named(from, &guarded.otherwise, when.and(&guarded.when.negated()), hops, targets);
            }
            Data::Reference(reference) => self.by_reference(from, reference, value.origin.place, when, hops, targets),
            Data::Text(_) | Data::Template(_) | Data::Unknown(_) | Data::Symbol(_) => {
                self.by_name(from, value, when, targets);
            }
        }
    }

    fn by_reference(
        &mut self,
        from: &Part<'_>,
        reference: &Reference,
        place: Place,
        when: Formula,
        hops: usize,
        targets: &mut Vec<Target>,
    ) {
        let why = |reason| Unknown { reason, name: reference.id.clone().into(), place };
        let is_data = address::steps(&reference.id).iter().any(|step| step.name.starts_with("data."));
        let (instances, certain) = match self.index.meant(&from.instance.address, reference) {
            // What is looked up is managed elsewhere.
            Meant::None if is_data => return,
            Meant::None => {
                targets.push(Target { when, wholes: Wholes::Any(why(Reason::External)) });
                return;
            }
            Meant::All(instances) => (instances, true),
            Meant::Some(instances) => (instances.to_vec(), false),
        };
        let Some(first) = instances.first().map(|&at| &self.index.instances[at]) else { return };
        if &*first.kind == from.joins.with {
            let wholes =
                if certain { Wholes::These(instances) } else { Wholes::Some(instances, why(Reason::Unsupported)) };
            targets.push(Target { when, wholes });
            return;
        }
        // Another part of the same: it has the name from where this one would.
        let attribute = reference.attribute.as_deref().filter(|attribute| *attribute != "id");
        let written = attribute.and_then(|attribute| first.properties.entry(attribute));
        match written.or_else(|| first.properties.entry(from.joins.by)) {
            _ if is_data => {}
            Some(entry) if hops < MAX_HOPS => {
                let other = Part { instance: first, ..*from };
                self.named(&other, &entry.value, when, hops + 1, targets);
            }
            Some(_) => targets.push(Target { when, wholes: Wholes::Any(why(Reason::Limit)) }),
            None => targets.push(Target { when, wholes: Wholes::Any(why(Reason::RunTime)) }),
        }
    }

    fn by_name(&mut self, from: &Part<'_>, value: &Value, when: Formula, targets: &mut Vec<Target>) {
        let Joins { with, name, .. } = from.joins;
        let instances = self.index.instances;
        let names = self.names.entry(with).or_insert_with(|| NameIndex::of(instances, with, name));
        let (mut certain, possible) = names.find(instances, name.unwrap_or_default(), value);
        // Of several with one name, those on the same way.
        let near = |at: &usize| address::nearness(&from.instance.address, &instances[*at].address);
        let best = certain.iter().map(near).max();
        certain.retain(|at| Some(near(at)) == best);
        let why = match &value.data {
            Data::Unknown(unknown) => unknown.clone(),
            _ => Unknown { reason: Reason::RunTime, name: "this name".into(), place: value.origin.place },
        };
        let wholes = match (&value.data, certain.len()) {
            (Data::Text(_), 1..) | (_, 1) => Wholes::These(certain),
            (_, 2..) => Wholes::Some(certain, why),
            (Data::Text(_) | Data::Template(_), 0) => Wholes::Some(possible, why),
            (_, 0) => Wholes::Any(why),
        };
        targets.push(Target { when, wholes });
    }

    /// Gives the properties of a part to its whole.
    fn join(&mut self, part: &Part<'_>, whole: usize, when: &Formula) {
        let properties = part.properties();
        let Some(resource) = &mut self.resources[whole] else { return };
        let Data::Object(object) = &mut resource.properties.data else { return };
        let object = Arc::make_mut(object);
        for mut entry in properties.entries {
            if *when != Formula::True {
                // Where the part does not exist, the whole is what lacks the property.
                entry.place = resource.place;
            }
            merge::add(object, entry, when);
        }
        if let Some(why) = properties.open {
            object.open.get_or_insert(why);
        }
    }

    /// Notes that a whole may have the properties of a part.
    fn may_join(&mut self, properties: &Object, whole: usize, why: &Unknown, when: &Formula) {
        let Some(resource) = &mut self.resources[whole] else { return };
        let Data::Object(object) = &mut resource.properties.data else { return };
        let object = Arc::make_mut(object);
        for entry in &properties.entries {
            let is_list = matches!(entry.value.data, Data::List(_));
            merge::may_be(object, &entry.name, is_list, why, when, resource.place);
        }
    }
}

impl<'a> Part<'a> {
    /// An instance, if its type is a part of another.
    fn of(instance: &'a Instance) -> Option<Self> {
        let mapping = mapping(&instance.kind)?;
        Some(Self { instance, mapping, joins: mapping.joins? })
    }

    /// Its properties by the names that they have in the whole.
    fn properties(&self) -> Object {
        let Data::Object(arguments) = &self.instance.properties.data else { return Object::default() };
        let names = Names::of(Some(self.mapping), self.mapping.name, false);
        names.properties(arguments, Some(self.joins.by), self.instance.place)
    }
}
