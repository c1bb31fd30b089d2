//! How the parts of an endpoint belong together: its configuration, what scales it, and the code that deletes it.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::graph::{
    Graph, Input, ResourceId,
    attr::{Attr, Subject},
    guard::{Tri, World},
    kind,
    shape::{Shape, same},
};

/// The one resource of a kind that a value of `holder` means: by reference, or by the name that both write in
/// `property`. A request stands in a file of its own, so that it may name what another request makes.
pub fn named<'a>(holder: Subject<'a>, attr: &Attr<'a>, kind: &str, property: &str) -> Option<Subject<'a>> {
    if attr.is_absent() {
        return None;
    }
    if attr.reference().is_some() {
        let targets = holder.targets(attr);
        return match targets[..] {
            [one] if one.kind() == kind => Some(one),
            _ => None,
        };
    }
    let wanted = Shape::of(holder, attr);
    let is_it = |other: &Subject<'a>| same(&wanted, &Shape::of(*other, &other.get(property))).is_yes();
    let of_request = |other: &Subject<'a>| other.resource().input == Input::Request;
    let unit = &holder.resource().key.unit;
    let of_unit = || holder.graph().kinds_of(unit).filter(|(known, _)| *known == kind).flat_map(|(_, ids)| ids);
    let mut found: Vec<Subject<'a>> = existing(holder, of_unit()).filter(is_it).collect();
    if found.is_empty() && holder.resource().input.is_code() {
        // What code makes of this name where it runs another way is what an earlier run has left.
        found = every(holder, of_unit()).filter(is_it).collect();
    }
    if found.is_empty() && holder.resource().input == Input::Request {
        found = existing(holder, holder.graph().of_kind(kind)).filter(of_request).filter(is_it).collect();
    }
    match found[..] {
        [one] => Some(one),
        _ => None,
    }
}

/// The configuration of an endpoint, where it is among what was read.
pub fn config_of(endpoint: Subject<'_>) -> Option<Subject<'_>> {
    named(endpoint, &endpoint.get("EndpointConfigName"), kind::ENDPOINT_CONFIG, "EndpointConfigName")
}

/// The scalable targets of a variant of an endpoint: those that may be meant, wherever they stand in the view.
pub fn scaling_targets<'a>(endpoint: Subject<'a>, config: Subject<'a>, variant: &Attr<'a>) -> Vec<Subject<'a>> {
    let wanted = scaled_name(endpoint, config, variant);
    let may_be = |target: &Subject<'a>| !is_named(*target, &wanted).is_no();
    existing(endpoint, endpoint.graph().of_kind(kind::SCALABLE_TARGET)).filter(may_be).collect()
}

/// The scalable targets that are a variant's: those that certainly are, else those that may be and are certainly no
/// other endpoint's: `owned`, as [`owned_targets`] finds them.
pub fn own_scaling_targets<'a>(
    endpoint: Subject<'a>,
    config: Subject<'a>,
    variant: &Attr<'a>,
    owned: &Owners,
) -> Vec<Subject<'a>> {
    let wanted = scaled_name(endpoint, config, variant);
    let all = scaling_targets(endpoint, config, variant);
    let sure: Vec<Subject<'a>> = all.iter().copied().filter(|target| is_named(*target, &wanted).is_yes()).collect();
    if !sure.is_empty() {
        return sure;
    }
    all.into_iter().filter(|target| !owned.contains_key(&target.id())).collect()
}

/// The endpoints of scalable targets.
pub type Owners = FxHashMap<ResourceId, Vec<ResourceId>>;

/// The scalable targets that certainly are of some endpoint, whatever the conditions, each with these endpoints.
pub fn owned_targets(graph: &Graph) -> Owners {
    let world = World::default();
    let subject = |id: &ResourceId| Subject::new(graph, *id, &world);
    let targets: Vec<(ResourceId, Shape)> = graph
        .of_kind(kind::SCALABLE_TARGET)
        .iter()
        .map(|id| (*id, Shape::of(subject(id), &subject(id).get("ResourceId"))))
        .collect();
    let mut owned = Owners::default();
    if targets.is_empty() {
        return owned;
    }
    for endpoint in graph.of_kind(kind::ENDPOINT).iter().map(subject) {
        let Some(config) = config_of(endpoint) else { continue };
        for variant in config.get("ProductionVariants").items().0 {
            let name = scaled_name(endpoint, config, &variant);
            let is_its = |target: &&(ResourceId, Shape)| same(&name, &target.1).is_yes();
            for (target, _) in targets.iter().filter(is_its) {
                owned.entry(*target).or_default().push(endpoint.id());
            }
        }
    }
    owned
}

/// What a scalable target calls a variant: `endpoint/NAME/variant/NAME`.
fn scaled_name<'a>(endpoint: Subject<'a>, config: Subject<'a>, variant: &Attr<'a>) -> Shape {
    let mut name = Shape::text("endpoint/");
    name.append(Shape::of_name(endpoint));
    name.append(Shape::text("/variant/"));
    name.append(Shape::of(config, &variant.get("VariantName")));
    name
}

/// Whether a scalable target is the one of this name.
fn is_named(target: Subject<'_>, name: &Shape) -> Tri {
    let namespace = target.get("ServiceNamespace");
    let of_sagemaker = Tri::of(namespace.text().is_none_or(|text| text == "sagemaker"));
    of_sagemaker.and(same(name, &Shape::of(target, &target.get("ResourceId"))))
}

/// Whether the code that makes an endpoint, or the endpoints of a configuration, deletes them again: they live as long as an
/// experiment.
pub fn is_short_lived(resource: Subject<'_>) -> bool {
    resource.world().step(1) && resource.graph().is_ended(resource.id())
}

/// Adds the configurations whose endpoints are all among `ended`. One that no endpoint is known to have may be that of any
/// endpoint of its unit.
pub fn add_configs(graph: &Graph, ended: &mut FxHashSet<ResourceId>) {
    if ended.is_empty() {
        return;
    }
    let world = World::default();
    let mut units: FxHashMap<&str, bool> = FxHashMap::default();
    let mut configs: FxHashMap<ResourceId, bool> = FxHashMap::default();
    for &id in graph.of_kind(kind::ENDPOINT).iter().filter(|&&id| graph.resource(id).input.is_code()) {
        let is_ended = ended.contains(&id);
        *units.entry(&*graph.resource(id).key.unit).or_insert(true) &= is_ended;
        if let Some(config) = config_of(Subject::new(graph, id, &world)) {
            *configs.entry(config.id()).or_insert(true) &= is_ended;
        }
    }
    let all = graph.of_kind(kind::ENDPOINT_CONFIG).iter().filter(|&&id| graph.resource(id).input.is_code());
    ended.extend(all.filter(|&id| {
        let of_unit = || units.get(&*graph.resource(*id).key.unit);
        configs.get(id).or_else(of_unit).is_some_and(|are_ended| *are_ended)
    }));
}

/// The resources with these numbers that may exist in the world of a subject.
fn existing<'a>(
    subject: Subject<'a>,
    ids: impl IntoIterator<Item = &'a ResourceId>,
) -> impl Iterator<Item = Subject<'a>> {
    every(subject, ids).filter(|other| other.may_exist())
}

/// Resources, in the same world, whether they exist there or not.
fn every<'a>(subject: Subject<'a>, ids: impl IntoIterator<Item = &'a ResourceId>) -> impl Iterator<Item = Subject<'a>> {
    let within = ids.into_iter().take_while(move |_| subject.world().step(1));
    within.map(move |&id| Subject::new(subject.graph(), id, subject.world()))
}
