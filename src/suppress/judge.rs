//! What is to be said of allowances: those that are unused, unknown, expired or cannot be read.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    ConfigAllowance, Run, View,
    collect::{Allowance, At, Says, Spot},
    cover::{Cover, Hit},
    outline::Outline,
};
use crate::{
    finding::{Edit, Finding},
    graph::{
        ResourceId,
        fact::{self, AllowanceFault, Fact, FactKind},
    },
    nearest::{meant, typos},
    rules::{Check, Rule},
    source::{FileId, Place, Source, Span},
};

/// What is said of the allowances of findings, `left` of which are not silenced.
pub(super) fn of_findings(run: &Run<'_>, cover: &Cover<'_>, left: &[Finding]) -> Vec<Fact> {
    let judge = Judge::of(run, left);
    let mut facts = Vec::new();
    for (at, allowance) in run.allowances.iter().enumerate() {
        let expired = allowance.expires.filter(|last| *last < run.input.today);
        let said = match (&allowance.says, expired) {
            (Says::Allow(rule), _) if is_about_allowances(rule) => None,
            (Says::Allow(rule), Some(last)) => {
                let covers = known(cover.would_cover(Hit::Own(at)), || judge.is_decided(allowance, rule));
                Some(fact(allowance, AllowanceFault::Expired { on: last.to_string(), covers }, None))
            }
            (Says::Allow(rule), None) => judge.unused(allowance, rule, cover.is_used(Hit::Own(at))),
            (Says::Unknown(nearest), _) => Some(unknown(allowance, nearest)),
            (Says::Malformed { message, help, edit }, _) => {
                let fault = AllowanceFault::Malformed { message: message.clone(), help: help.clone() };
                let place = |span| Place::new(allowance.place.file, span);
                let edit = edit.clone().map(|(span, replacement)| Edit { place: place(span), replacement });
                Some(fact(allowance, fault, edit))
            }
        };
        facts.extend(said);
    }
    facts.extend(judge.of_config(cover, |rule| !is_about_allowances(rule)));
    facts
}

/// What is said of the allowances that should silence what [`of_findings`] says.
pub(super) fn of_allowances(run: &Run<'_>, cover: &Cover<'_>) -> Vec<Fact> {
    let judge = Judge::of(run, &[]);
    let own = run.allowances.iter().enumerate().filter_map(|(at, allowance)| match allowance.says {
        Says::Allow(rule) if is_about_allowances(rule) => judge.unused(allowance, rule, cover.is_used(Hit::Own(at))),
        _ => None,
    });
    own.chain(judge.of_config(cover, is_about_allowances)).collect()
}

/// How many findings an allowance would cover; that there are none is known only where the rule saw all that it is for.
fn known(covers: usize, is_decided: impl FnOnce() -> bool) -> Option<usize> {
    (covers > 0 || is_decided()).then_some(covers)
}

fn is_about_allowances(rule: &'static Rule) -> bool {
    matches!(rule.check, Check::Code(FactKind::Allowance, _))
}

fn fact(allowance: &Allowance, fault: AllowanceFault, edit: Option<Edit>) -> Fact {
    Fact::Allowance(fact::Allowance { fault, name: allowance.name.clone(), place: allowance.place, edit })
}

fn unknown(allowance: &Allowance, nearest: &[&'static str]) -> Fact {
    let meant = meant(&allowance.name, typos(&allowance.name), nearest.iter().copied());
    let nearest = meant.map_or_else(|| nearest.to_vec(), |name| vec![name]);
    let edit = meant.map(|name| Edit { place: allowance.place, replacement: name.to_owned() });
    fact(allowance, AllowanceFault::Unknown { nearest }, edit)
}

/// What is asked of many allowances.
struct Judge<'a> {
    run: &'a Run<'a>,
    /// Findings that are left, by file and rule, in order.
    left: FxHashMap<(FileId, &'static str), Vec<Place>>,
    /// Files of which not everything was evaluated.
    gaps: FxHashSet<Arc<str>>,
    /// The resources whose head, or a call of which, stands at an extent of a file.
    resources: FxHashMap<(FileId, usize), Vec<ResourceId>>,
}

impl<'a> Judge<'a> {
    fn of(run: &'a Run<'a>, findings: &[Finding]) -> Self {
        let mut left: FxHashMap<(FileId, &'static str), Vec<Place>> = FxHashMap::default();
        for finding in findings {
            left.entry((finding.place.file, finding.rule)).or_default().push(finding.place);
        }
        let graph = run.input.graph;
        let broken = graph.facts().iter().filter_map(|fact| match fact {
            Fact::Fault(fault) if !fault.readable => Some(fault.path.clone()),
            _ => None,
        });
        let gaps = graph.not_evaluated().iter().map(|gap| gap.path.clone()).chain(broken).collect();
        let mut resources: FxHashMap<(FileId, usize), Vec<ResourceId>> = FxHashMap::default();
        for (at, resource) in graph.resources().iter().enumerate() {
            let id = ResourceId(u32::try_from(at).unwrap_or(u32::MAX));
            for place in resource.callers.iter().chain([&resource.place]) {
                let Some(outline) = run.outlines.get(&place.file) else { continue };
                if let Some(extent) = outline.innermost(place.span) {
                    resources.entry((place.file, extent)).or_default().push(id);
                }
            }
        }
        Self { run, left, gaps, resources }
    }

    /// What is said of an allowance that silenced nothing, if it is sure that there is nothing for it to silence.
    fn unused(&self, allowance: &Allowance, rule: &'static Rule, is_used: bool) -> Option<Fact> {
        if is_used || !self.is_decided(allowance, rule) {
            return None;
        }
        let file = allowance.place.file;
        let source = self.run.input.files.get(file);
        let nearest = self.left.get(&(file, rule.name)).and_then(|places| {
            let next = places.partition_point(|place| place.span.start < allowance.place.span.start);
            places.get(next).or(places.last()).copied()
        });
        let edit =
            removal(allowance, &source).map(|span| Edit { place: source.place(span), replacement: String::new() });
        Some(fact(allowance, AllowanceFault::Unused { nearest }, edit))
    }

    /// Whether the rule ran, looked at what the allowance stands at, and knew all that it asked for.
    fn is_decided(&self, allowance: &Allowance, rule: &'static Rule) -> bool {
        let (input, file) = (self.run.input, allowance.place.file);
        let ran = input.rules.iter().any(|ran| ran.name == rule.name);
        let Some(outline) = self.run.outlines.get(&file).filter(|_| ran && input.view != View::Narrowed) else {
            return false;
        };
        let source = input.files.get(file);
        !self.gaps.contains(&source.path) && self.knew_all(allowance, rule, outline, &source)
    }

    fn knew_all(&self, allowance: &Allowance, rule: &'static Rule, outline: &Outline, source: &Source) -> bool {
        let (graph, undecided) = (self.run.input.graph, &self.run.undecided);
        let checks = rule.check.each();
        // These need no resource: they looked at the file.
        if checks.iter().all(|check| matches!(check, Check::Code(..))) {
            return !undecided.anywhere(rule.name);
        }
        let kinds = checks.iter().flat_map(|check| match check {
            Check::Each(kind, _) | Check::Edge(kind, ..) => vec![*kind],
            Check::Any(kinds, _) => kinds.to_vec(),
            Check::Code(..) | Check::Whole(_) | Check::Several(_) => Vec::new(),
        });
        let kinds: Vec<&str> = kinds.collect();
        let extents = extents(allowance, outline, source);
        let linked: Vec<ResourceId> =
            extents.iter().filter_map(|extent| self.resources.get(&(source.id, *extent))).flatten().copied().collect();
        // What is not deployed as things stand (a count of zero, a condition) may be deployed with other values.
        if linked.is_empty()
            && extents.iter().any(|at| outline.extent(*at).deploys || outline.extent(*at).kind.is_some())
        {
            return false;
        }
        let mut units: FxHashSet<&Arc<str>> = linked.iter().map(|id| &graph.resource(*id).key.unit).collect();
        if linked.is_empty() {
            let folder = source.path.rsplit_once('/').map_or(".", |(folder, _)| folder);
            let of_file = graph.units().iter().map(|unit| &unit.path);
            units
                .extend(of_file.filter(|path| {
                    ***path == *source.path || &***path == folder || (path.is_empty() && folder == ".")
                }));
        }
        let is_whole = |unit: &&Arc<str>| {
            let unread = graph.unit(unit).is_some_and(|unit| !unit.unread.is_empty());
            !unread && !self.gaps.contains(*unit) && !graph.of_unit(unit).is_empty()
        };
        if units.is_empty() || !units.iter().all(is_whole) {
            return false;
        }
        let checked: Vec<ResourceId> =
            linked.iter().filter(|id| kinds.contains(&&*graph.resource(**id).kind)).copied().collect();
        if checked.is_empty() {
            return units.iter().all(|unit| !undecided.within(rule.name, unit));
        }
        checked.iter().all(|id| !undecided.on(rule.name, *id))
    }

    fn of_config(&self, cover: &Cover<'_>, wanted: impl Fn(&'static Rule) -> bool) -> Vec<Fact> {
        let config = self.run.input.config.iter().enumerate().filter(|(_, allowance)| wanted(allowance.rule));
        config
            .filter_map(|(at, allowance)| {
                let fault = match allowance.expires {
                    Some(last) if last < self.run.input.today => {
                        let covers = known(cover.would_cover(Hit::Config(at)), || self.is_idle(allowance));
                        AllowanceFault::Expired { on: last.to_string(), covers }
                    }
                    _ if cover.is_used(Hit::Config(at)) || !self.is_idle(allowance) => return None,
                    _ => AllowanceFault::Unused { nearest: None },
                };
                let name = Arc::from(allowance.rule.name);
                Some(Fact::Allowance(fact::Allowance { fault, name, place: allowance.place, edit: None }))
            })
            .collect()
    }

    /// Whether an allowance of the configuration that silenced nothing surely has nothing to silence.
    fn is_idle(&self, allowance: &ConfigAllowance) -> bool {
        let input = self.run.input;
        let ran = input.rules.iter().any(|ran| ran.name == allowance.rule.name);
        let is_in_view = match (&allowance.path, input.view) {
            (_, View::Narrowed) => false,
            (_, View::Whole) => true,
            (Some(path), View::Part) => input.read.iter().any(|read| path.is_only(read)),
            (None, View::Part) => false,
        };
        let matches = |path: &str| allowance.path.as_ref().is_none_or(|glob| glob.covers(path));
        ran && is_in_view
            && !self.run.undecided.anywhere(allowance.rule.name)
            && !self.gaps.iter().any(|path| matches(path))
    }
}

/// The extents that an allowance stands in, or above.
fn extents(allowance: &Allowance, outline: &Outline, source: &Source) -> Vec<usize> {
    match allowance.at {
        At::Scope(scope) => outline.innermost(scope).map(|at| outline.around(at).collect()).unwrap_or_default(),
        At::Comment(Spot { comment, target, first, .. }) => {
            let (lines, text) = (source.lines(), source.text());
            let line = target.unwrap_or(first);
            let beginning = outline.beginning(lines.start(line, text), lines.start(line + 1, text));
            let around = outline.innermost(comment).into_iter().flat_map(|at| outline.around(at));
            let mut all: Vec<usize> = beginning.take(16).flat_map(|at| outline.around(at)).chain(around).collect();
            all.sort_unstable();
            all.dedup();
            all
        }
    }
}

/// What to remove so that an allowance is gone and nothing else: its line, its comment, or its name and a comma.
fn removal(allowance: &Allowance, source: &Source) -> Option<Span> {
    let At::Comment(spot) = allowance.at else { return None };
    let text = source.text();
    if spot.parts > 1 {
        return without_comma(text, allowance.place.span, spot.comment);
    }
    let lines = source.lines();
    let comment = source.slice(spot.comment);
    // Words of another comment on the line stay.
    let mark = comment.len() - comment.trim_start_matches(['#', '/', '*', ' ', '\t']).len();
    let begins = comment.get(mark..).is_some_and(|rest| rest.to_ascii_lowercase().starts_with("mllint"));
    let names_more = comment.trim_start_matches(['#', '/', '*']).contains(['#']) || comment.contains('\n');
    if !begins || names_more {
        return None;
    }
    let start = lines.start(spot.first, text);
    if !spot.own {
        let before = text.get(start as usize..spot.comment.start as usize)?.trim_end().len();
        return Some(Span { start: start + u32::try_from(before).ok()?, ..spot.comment });
    }
    // The last line of a cell has no line break to take with it but the one before.
    let end = lines.start(spot.last + 1, text);
    Some(Span { start, end })
}

/// The span of a name and the comma beside it.
fn without_comma(text: &str, name: Span, comment: Span) -> Option<Span> {
    let behind = text.get(name.end as usize..comment.end as usize)?;
    let before = text.get(comment.start as usize..name.start as usize)?;
    if let Some(rest) = behind.trim_start().strip_prefix(',') {
        let end = comment.end as usize - rest.trim_start().len();
        return Some(Span::new(name.start as usize, end));
    }
    let start = before.trim_end().strip_suffix(',')?.len();
    Some(Span::new(comment.start as usize + start, name.end as usize))
}
