//! A resource in each of the worlds that its conditions leave open, and what its components are in all of them.

use crate::{
    catalog::prices::Usd,
    cost::{
        amount::Span,
        bill::{Component, Missing, sum},
        together::Worth,
    },
    graph::{
        Graph, ResourceId,
        attr::Subject,
        guard::{Assignment, Formula, World, told},
    },
};

/// Most worlds that one resource is looked at in; beyond that its guarded values are unknown.
const MAX_WORLDS: usize = 16;
/// Most worlds that cost the most and are told; of more the first one is.
const MAX_TOLD: usize = 4;
/// Values that may be read for one resource in all its worlds: many times more than any needs.
const MAX_STEPS: usize = 400_000;

/// What a resource is billed for in all of its worlds.
pub(super) struct Explored {
    pub(super) components: Vec<Component>,
    /// The branch that decides, where that is not the same in all of them.
    pub(super) branch: Option<String>,
    /// What it comes to in each of them, where that differs.
    pub(super) worlds: Vec<Worth>,
}

/// What a resource is billed for. Nothing where it exists in no world.
pub(super) fn explore(
    graph: &Graph,
    id: ResourceId,
    price: &dyn Fn(Subject<'_>) -> Vec<Component>,
) -> Option<Explored> {
    let mut open = vec![Assignment::default()];
    let mut leaves: Vec<(Assignment, Option<Vec<Component>>)> = Vec::new();
    let mut steps = 0;
    while let Some(assignment) = open.pop() {
        let is_last = leaves.len() + open.len() + 2 > MAX_WORLDS;
        let world = World::of(assignment.clone()).with_defaults().within(MAX_STEPS.saturating_sub(steps));
        let mut found = run(graph, id, &world, price);
        steps += world.steps();
        match world.missing() {
            Some(atom) if !is_last && !world.is_beyond() => {
                open.extend([false, true].map(|holds| assignment.with(&atom, holds)));
                continue;
            }
            None => {}
            Some(_) => found = run(graph, id, &World::exhausted().with_defaults().within(MAX_STEPS), price),
        }
        // What may be given and is not known says nothing of what it costs without.
        let says_nothing = assignment.replaces_default() && world.met_unknown() && found.iter().flatten().any(has_gap);
        if !says_nothing {
            leaves.push((assignment, found));
        }
    }
    // What holds only where a default is replaced is not how the files are deployed.
    if leaves.iter().any(|(assignment, _)| !assignment.is_unusual()) {
        leaves.retain(|(assignment, _)| !assignment.is_unusual());
    }
    joined(leaves)
}

/// Whether a component has no figure for a value that is not known.
fn has_gap(component: &Component) -> bool {
    component.missing.iter().any(|missing| matches!(missing, Missing::Value(_)))
}

fn run(
    graph: &Graph,
    id: ResourceId,
    world: &World,
    price: &dyn Fn(Subject<'_>) -> Vec<Component>,
) -> Option<Vec<Component>> {
    let subject = Subject::new(graph, id, world);
    (!subject.exists().is_no()).then(|| price(subject))
}

/// What holds in all worlds: each component with the least and the most that it costs in any.
fn joined(leaves: Vec<(Assignment, Option<Vec<Component>>)>) -> Option<Explored> {
    let worlds = leaves.len();
    let alike = leaves.iter().all(|(_, found)| *found == leaves[0].1);
    if alike {
        let components = leaves.into_iter().next()?.1?;
        return Some(Explored { components, branch: None, worlds: Vec::new() });
    }
    let mut all: Vec<(Component, usize)> = Vec::new();
    let mut dearest: Option<(Usd, Vec<&Assignment>)> = None;
    for (assignment, found) in &leaves {
        let Some(found) = found else { continue };
        let size: Usd = found.iter().filter_map(|one| one.month.or(one.run)).map(|span| span.high).sum();
        match &mut dearest {
            Some((most, all)) if *most == size => all.push(assignment),
            Some((most, _)) if *most > size => {}
            _ => dearest = Some((size, vec![assignment])),
        }
        for component in found {
            match all.iter_mut().find(|(known, _)| known.name == component.name && known.per == component.per) {
                Some((known, seen)) => {
                    *seen += 1;
                    widen(known, component);
                }
                None => all.push((component.clone(), 1)),
            }
        }
    }
    let (_, mut dearest) = dearest?;
    if dearest.len() > MAX_TOLD {
        dearest.truncate(1);
    }
    let branch = Some(format!("at most where {}", told(&dearest)));
    let components = all.into_iter();
    let components: Vec<Component> =
        components.map(|(component, seen)| if seen < worlds { or_none(component) } else { component }).collect();
    let worlds = leaves.iter().map(|(world, found)| worth(world, found.as_deref().unwrap_or_default(), &components));
    Some(Explored { worlds: worlds.collect(), branch, components })
}

/// What a resource that defaults decide for comes to by default, and where they are replaced: nothing.
pub(super) fn by_default(guard: &Formula, components: &[Component]) -> Vec<Worth> {
    if guard.by_default() != Some(true) || *guard == Formula::True {
        return Vec::new();
    }
    let there = guard.single();
    let elsewhere = there.atoms().iter().map(|(atom, holds)| Assignment::default().with(atom, !holds));
    let elsewhere: Vec<Worth> = elsewhere.map(|world| worth(&world, &[], components)).collect();
    std::iter::once(worth(&there, components, components)).chain(elsewhere).collect()
}

/// What a resource comes to in one world. A component without a figure in some world counts in none.
fn worth(world: &Assignment, found: &[Component], all: &[Component]) -> Worth {
    let sum = |figure: &dyn Fn(&Component) -> Option<Span<Usd>>| {
        let is_known = |one: &&Component| {
            all.iter().any(|known| known.name == one.name && known.per == one.per && figure(known).is_some())
        };
        sum(found.iter().filter(is_known).filter_map(figure)).unwrap_or(Span::one(Usd::ZERO))
    };
    Worth {
        world: world.clone(),
        month: sum(&|one| one.month),
        run: sum(&|one| one.run),
        paid_month: sum(&|one| one.paid(one.month)),
        paid_run: sum(&|one| one.paid(one.run)),
    }
}

/// The component of two worlds as one: from the lesser figure to the greater one.
fn widen(known: &mut Component, other: &Component) {
    let outer = |left: Option<Span<Usd>>, right: Option<Span<Usd>>| match (left, right) {
        (Some(left), Some(right)) => Some(Span { low: left.low.min(right.low), high: left.high.max(right.high) }),
        _ => None,
    };
    let size = |one: &Component| one.month.or(one.run).map(|span| span.high);
    let (hour, month, run) =
        (outer(known.hour, other.hour), outer(known.month, other.month), outer(known.run, other.run));
    let expected = known.expected.filter(|_| known.expected == other.expected);
    let usual = known.usual.filter(|_| known.usual == other.usual);
    // Of a range that reaches from one discount to another the list price is told.
    let discount = known.discount.filter(|_| known.discount == other.discount);
    let mut missing = known.missing.clone();
    missing.extend(other.missing.iter().filter(|one| !known.missing.contains(one)).cloned());
    if size(other) > size(known) {
        *known = other.clone();
    }
    if known.quantity != other.quantity && known.rate == other.rate {
        known.quantity = known
            .quantity
            .zip(other.quantity)
            .map(|(left, right)| Span { low: left.low.min(right.low), high: left.high.max(right.high) });
    }
    (known.hour, known.month, known.run, known.missing) = (hour, month, run, missing);
    (known.usual, known.expected, known.discount) = (usual, expected, discount);
}

/// A component that some worlds do not have: there it costs nothing.
fn or_none(mut component: Component) -> Component {
    let from_none = |span: Option<Span<Usd>>| span.map(|span| Span { low: Usd::ZERO, high: span.high });
    component.hour = from_none(component.hour);
    component.month = from_none(component.month);
    component.run = from_none(component.run);
    (component.usual, component.expected) = (None, None);
    component
}
