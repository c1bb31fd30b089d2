//! Sums of resources of which some exclude each other: the least and the most that all come to in one and the same world.

use std::sync::Arc;

use crate::{
    catalog::prices::Usd,
    cost::{amount::Span, bill::Bill},
    graph::guard::Assignment,
};

/// Most worlds that resources are looked at in together; beyond that they are summed up as if each had its own.
const MAX_WORLDS: usize = 256;

/// What a resource comes to in one of the worlds in which its bill differs.
#[derive(Clone, Debug)]
pub struct Worth {
    /// The world.
    pub world: Assignment,
    /// What is known of a month.
    pub month: Span<Usd>,
    /// What is known of a run.
    pub run: Span<Usd>,
    /// What is paid for a month.
    pub paid_month: Span<Usd>,
    /// What is paid for a run.
    pub paid_run: Span<Usd>,
}

/// One of its figures.
pub type Figure = fn(&Worth) -> Span<Usd>;

/// The sum of a figure of bills, each of which has it as `own`, or not at all. `figure` is the same in one world.
pub fn sum<'b>(
    bills: impl Iterator<Item = &'b Bill>,
    own: fn(&Bill) -> Option<Span<Usd>>,
    figure: Figure,
) -> Option<Span<Usd>> {
    let mut total: Option<Span<Usd>> = None;
    let mut add = |more: Span<Usd>| total = Some(total.map_or(more, |known| known.and(more)));
    let mut open: Vec<&'b Bill> = Vec::new();
    let mut usual: Vec<(&'b Bill, Span<Usd>)> = Vec::new();
    for bill in bills {
        match own(bill) {
            Some(same) if bill.worlds.is_empty() && bill.instead.is_empty() => add(same),
            Some(same) if bill.worlds.is_empty() => usual.push((bill, same)),
            Some(_) => open.push(bill),
            None => {}
        }
    }
    // What is there by default counts as such, but beside what takes its place.
    let asked: Vec<Arc<str>> = open.iter().flat_map(|bill| subjects(&bill.worlds)).collect();
    for (bill, same) in usual {
        match subjects(&bill.instead).any(|subject| asked.contains(&subject)) {
            true => open.push(bill),
            false => add(same),
        }
    }
    for group in connected(&open) {
        add(most_and_least(&group, figure));
    }
    total
}

/// What a bill comes to by itself in any of its worlds; nothing where they do not differ.
pub fn of_one(bill: &Bill, figure: Figure) -> Option<Span<Usd>> {
    hull(bill.worlds.iter().map(figure))
}

/// The worlds of a bill that differs, or of one that is there by default.
fn worlds_of(bill: &Bill) -> &[Worth] {
    if bill.worlds.is_empty() { &bill.instead } else { &bill.worlds }
}

/// What worlds are asked about.
fn subjects(worlds: &[Worth]) -> impl Iterator<Item = Arc<str>> {
    worlds.iter().flat_map(|worth| worth.world.atoms()).map(|(atom, _)| atom.subject.clone())
}

/// From the least to the most of some figures.
fn hull(mut spans: impl Iterator<Item = Span<Usd>>) -> Option<Span<Usd>> {
    let first = spans.next()?;
    Some(spans.fold(first, |all, one| Span { low: all.low.min(one.low), high: all.high.max(one.high) }))
}

/// The least and the most that bills come to together.
fn most_and_least(bills: &[&Bill], figure: Figure) -> Span<Usd> {
    let none = Span::one(Usd::ZERO);
    let mut worlds = vec![(Assignment::default(), none)];
    for bill in bills {
        let mut next = Vec::new();
        for (world, known) in &worlds {
            let own = worlds_of(bill).iter().filter_map(|worth| Some((world.and(&worth.world)?, figure(worth))));
            next.extend(own.map(|(world, more)| (world, known.and(more))));
        }
        if next.is_empty() || next.len() > MAX_WORLDS {
            // What each of them comes to by itself holds in any world.
            let known = hull(worlds.iter().map(|(_, known)| *known)).unwrap_or(none);
            let own = hull(worlds_of(bill).iter().map(figure)).unwrap_or(none);
            next = vec![(Assignment::default(), known.and(own))];
        }
        worlds = next;
    }
    hull(worlds.iter().map(|(_, known)| *known)).unwrap_or(none)
}

/// Bills that the same questions decide, put together.
fn connected<'b>(bills: &[&'b Bill]) -> Vec<Vec<&'b Bill>> {
    let mut groups: Vec<(Vec<Arc<str>>, Vec<&'b Bill>)> = Vec::new();
    for bill in bills {
        let mut own = (subjects(worlds_of(bill)).collect::<Vec<_>>(), Vec::new());
        let is_linked = |known: &[Arc<str>], own: &[Arc<str>]| known.iter().any(|subject| own.contains(subject));
        let (linked, others): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|(subjects, _)| is_linked(subjects, &own.0));
        groups = others;
        for (subjects, bills) in linked {
            own.1.extend(bills);
            own.0.extend(subjects);
        }
        own.0.sort_unstable();
        own.0.dedup();
        own.1.push(bill);
        groups.push(own);
    }
    groups.into_iter().map(|(_, bills)| bills).collect()
}
