//! What changed between two workloads: resource by resource, and in all.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    catalog::prices::Usd,
    cost::{
        Estimate, Total,
        amount::Span,
        bill::{Bill, Component},
    },
};

/// A resource in one of the two, or in both.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// As it was; nothing where it is new.
    pub before: Option<&'a Bill>,
    /// As it is; nothing where it is gone.
    pub after: Option<&'a Bill>,
}

/// What became of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is billed for something else than before.
    Changed,
}

impl Kind {
    /// Its sign in a table.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Added => "+",
            Self::Removed => "-",
            Self::Changed => "~",
        }
    }

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

/// The difference between two workloads.
#[derive(Debug)]
pub struct Difference<'a> {
    /// The resources that changed, in the order of the files; those that are gone come last.
    pub changes: Vec<Change<'a>>,
    /// The sums as they were.
    pub before: Total,
    /// The sums as they are.
    pub after: Total,
}

impl<'a> Change<'a> {
    /// The resource, as it is or was.
    pub fn bill(&self) -> Option<&'a Bill> {
        self.after.or(self.before)
    }

    /// What became of it; nothing where it is billed as before.
    pub fn kind(&self) -> Option<Kind> {
        match (self.before, self.after) {
            (None, Some(_)) => Some(Kind::Added),
            (Some(_), None) => Some(Kind::Removed),
            (Some(before), Some(after)) if differs(before, after) => Some(Kind::Changed),
            _ => None,
        }
    }

    /// What its components that have a figure on one side only, and none that is known on the other, would add to a
    /// difference: of a month, and of a run. No figure is no zero.
    pub fn one_sided(&self) -> [Span<Usd>; 2] {
        let mut sums = [Span::one(Usd::ZERO); 2];
        for (then, now) in self.components() {
            let (Some(then), Some(now)) = (then, now) else { continue };
            for (sum, of) in sums.iter_mut().zip([month as Figure, run as Figure]) {
                match (of(then), of(now)) {
                    (None, Some(now)) if !then.missing.is_empty() => *sum = sum.and(now),
                    (Some(then), None) if !now.missing.is_empty() => {
                        *sum = Span { low: sum.low - then.low, high: sum.high - then.high };
                    }
                    _ => {}
                }
            }
        }
        sums
    }

    /// Its components by name: as they were and as they are, those that are billed as before left out.
    pub fn components(&self) -> Vec<(Option<&'a Component>, Option<&'a Component>)> {
        let of = |bill: Option<&'a Bill>| bill.map_or(&[][..], |bill| &bill.components);
        let (before, after) = (of(self.before), of(self.after));
        let mut pairs: Vec<(Option<&Component>, Option<&Component>)> = Vec::new();
        let mut taken = BTreeSet::new();
        for now in after {
            let is_it = |(at, then): &(usize, &Component)| then.name == now.name && !taken.contains(at);
            let then = before.iter().enumerate().find(is_it);
            taken.extend(then.map(|(at, _)| at));
            pairs.push((then.map(|(_, then)| then), Some(now)));
        }
        let gone = before.iter().enumerate().filter(|(at, _)| !taken.contains(at));
        pairs.extend(gone.map(|(_, then)| (Some(then), None)));
        pairs.retain(|(then, now)| match (then, now) {
            (Some(then), Some(now)) => is_other(then, now),
            _ => true,
        });
        pairs
    }
}

/// A figure of a component.
type Figure = fn(&Component) -> Option<Span<Usd>>;

fn month(component: &Component) -> Option<Span<Usd>> {
    component.month
}

fn run(component: &Component) -> Option<Span<Usd>> {
    component.run
}

fn differs(before: &Bill, after: &Bill) -> bool {
    before.components.len() != after.components.len()
        || before.components.iter().zip(&after.components).any(|(then, now)| is_other(then, now))
}

/// Whether a component is billed for something else: the sentence that it rests on may be another one.
fn is_other(then: &Component, now: &Component) -> bool {
    let figures =
        |one: &Component| (one.quantity, one.month, one.run, one.expected, one.rate.as_ref().map(|rate| rate.usd));
    (&then.name, &then.detail, figures(then), then.missing.is_empty())
        != (&now.name, &now.detail, figures(now), now.missing.is_empty())
}

/// What identifies a resource in both: its unit from where reading started, its address and kind.
type Identity = (String, Arc<str>, Arc<str>);

/// Makes of a unit's path the path from where reading started.
pub type Start<'s> = &'s dyn Fn(&str) -> String;

/// What became of addresses, by the path of their unit from where reading started: from, to.
pub type Moves = BTreeMap<String, Vec<(String, String)>>;

/// Where an address went: each move counts once, and those of a module take along what is in it.
fn landed(moves: &[(String, String)], address: &str) -> String {
    let mut address = address.to_owned();
    let mut open: Vec<&(String, String)> = moves.iter().collect();
    let rest = |address: &str, from: &str| {
        let rest = address.strip_prefix(from)?;
        (rest.is_empty() || rest.starts_with(['.', '['])).then(|| rest.to_owned())
    };
    while let Some((at, rest)) = open.iter().enumerate().find_map(|(at, (from, _))| Some((at, rest(&address, from)?))) {
        let (_, to) = open.remove(at);
        address = format!("{to}{rest}");
    }
    address
}

/// Compares two workloads. `start` makes of a unit's path, before and after, the path from where reading started;
/// `moves` are those that the present tells of.
pub fn compare<'a>(
    before: &'a Estimate,
    after: &'a Estimate,
    start: (Start<'_>, Start<'_>),
    moves: &Moves,
) -> Difference<'a> {
    let identity =
        |bill: &Bill, start: Start<'_>| -> Identity { (start(&bill.key.unit), bill.address(), bill.kind.clone()) };
    let mut then: BTreeMap<Identity, Vec<&'a Bill>> = BTreeMap::new();
    for bill in before.bills.iter().rev() {
        let mut identity = identity(bill, start.0);
        if let Some(moves) = moves.get(&identity.0) {
            identity.1 = landed(moves, &identity.1).into();
        }
        then.entry(identity).or_default().push(bill);
    }
    let mut changes: Vec<Change<'a>> = after
        .bills
        .iter()
        .map(|now| Change { before: then.get_mut(&identity(now, start.1)).and_then(Vec::pop), after: Some(now) })
        .collect();
    let mut gone: Vec<&'a Bill> = then.into_values().flatten().collect();
    moved(&mut changes, &mut gone);
    gone.sort_by_key(|bill| bill.id);
    changes.extend(gone.into_iter().map(|bill| Change { before: Some(bill), after: None }));
    changes.retain(|change| change.kind().is_some());
    Difference { changes, before: before.total(), after: after.total() }
}

/// What is gone in one file and new in another, under the same address, was moved: if there is only one of it.
fn moved<'a>(changes: &mut [Change<'a>], gone: &mut Vec<&'a Bill>) {
    let name = |bill: &Bill| (bill.address(), bill.kind.clone());
    let mut counts: BTreeMap<_, (usize, usize)> = BTreeMap::new();
    for bill in gone.iter() {
        counts.entry(name(bill)).or_default().0 += 1;
    }
    for now in changes.iter().filter(|change| change.before.is_none()).filter_map(|change| change.after) {
        counts.entry(name(now)).or_default().1 += 1;
    }
    for change in changes.iter_mut().filter(|change| change.before.is_none()) {
        let Some(now) = change.after else { continue };
        let wanted = name(now);
        if counts.get(&wanted) == Some(&(1, 1))
            && let Some(at) = gone.iter().position(|bill| name(bill) == wanted)
        {
            change.before = Some(gone.remove(at));
        }
    }
}

impl Difference<'_> {
    /// By how much a month, at most, costs more; negative where it costs less. What is known on one side only counts
    /// for nothing.
    pub fn increase(&self) -> Usd {
        let most = |total: &Total| total.month.map_or(Usd::ZERO, |month| month.high);
        most(&self.after) - most(&self.before) - self.one_sided()[0].high
    }

    /// The least and the most by which a month, and a run of each job, cost more.
    pub fn more(&self) -> [Span<Usd>; 2] {
        let [month, run] = self.one_sided();
        let of = |before, after, one_sided: Span<Usd>| more(Some(or_none(before).and(one_sided)), Some(or_none(after)));
        [of(self.before.month, self.after.month, month), of(self.before.run, self.after.run, run)]
    }

    /// See [`Change::one_sided`], of all changes.
    fn one_sided(&self) -> [Span<Usd>; 2] {
        let none = [Span::one(Usd::ZERO); 2];
        self.changes
            .iter()
            .map(Change::one_sided)
            .fold(none, |[month, run], [one, other]| [month.and(one), run.and(other)])
    }

    /// How many resources have a part that is known on one side only.
    pub fn incomparable(&self) -> usize {
        let none = Span::one(Usd::ZERO);
        self.changes.iter().filter(|change| change.one_sided().iter().any(|sum| *sum != none)).count()
    }
}

fn or_none(figure: Option<Span<Usd>>) -> Span<Usd> {
    figure.unwrap_or(Span::one(Usd::ZERO))
}

/// The least and the most by which something costs more.
pub fn more(before: Option<Span<Usd>>, after: Option<Span<Usd>>) -> Span<Usd> {
    let none = Span::one(Usd::ZERO);
    let (before, after) = (before.unwrap_or(none), after.unwrap_or(none));
    let (low, high) = (after.low - before.low, after.high - before.high);
    Span { low: low.min(high), high: low.max(high) }
}

#[cfg(test)]
mod tests {
    use super::landed;

    #[test]
    fn what_was_moved_is_found_where_it_went() {
        let moves = |list: &[(&str, &str)]| -> Vec<(String, String)> {
            list.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect()
        };
        let told = moves(&[("aws_x.a", "aws_x.b"), ("aws_x.b", "module.m.aws_x.b"), ("aws_y.c", "aws_y.c[0]")]);
        assert_eq!(landed(&told, "aws_x.a"), "module.m.aws_x.b");
        assert_eq!(landed(&told, "aws_x.a[\"k\"]"), "module.m.aws_x.b[\"k\"]");
        assert_eq!(landed(&told, "aws_y.c"), "aws_y.c[0]");
        assert_eq!(landed(&told, "aws_x.abc"), "aws_x.abc", "another name");
        assert_eq!(landed(&moves(&[("module.a", "module.b")]), "module.a.aws_x.y[1]"), "module.b.aws_x.y[1]");
        assert_eq!(landed(&moves(&[("aws_x.a", "aws_x.b"), ("aws_x.b", "aws_x.a")]), "aws_x.a"), "aws_x.a");
    }
}
