//! Runs rules over the graph: each in all worlds that its subject's conditions leave open.

use std::{hash::Hasher, sync::Arc};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use siphasher::sip128::{Hasher128, SipHasher13};

use crate::{
    finding::{Confidence, Finding, Label},
    graph::{
        Graph, Input, Key, NotEvaluated, Resource, ResourceId,
        attr::Subject,
        fact::Fact,
        guard::{Assignment, Tri, World, common, told},
        value::StepKind,
    },
    rules::{ALL, Check, Context, Findings, Group, Rule, options::Options},
    source::{Files, Place, folder_of},
};

/// Most worlds that one check of one subject is run in; beyond that the guarded values are unknown.
const MAX_WORLDS: usize = 16;

/// Values and resources that all checks together may read, many times more than any project needs; each check gets its
/// share. Rules compare resources with each other, which without a bound takes as long as somebody wants it to.
const MAX_STEPS: usize = 40_000_000;
/// What a check may read at least.
const MIN_SHARE: usize = 100;

/// What checking brought.
#[derive(Debug, Default)]
pub struct Checked {
    /// The findings, sorted by path, offset and rule, with their fingerprints.
    pub findings: Vec<Finding>,
    /// The findings that stay silent, since another one on the same resource implies them.
    pub implied: Vec<Finding>,
    /// The checks that would have had to read too much.
    pub not_evaluated: Vec<NotEvaluated>,
    /// The checks that found nothing, but came upon something that cannot be known.
    pub undecided: Undecided,
}

/// Checks that found nothing, but might have if more were known.
#[derive(Debug, Default)]
pub struct Undecided {
    of_resources: FxHashSet<(&'static str, ResourceId)>,
    of_units: FxHashSet<(&'static str, Arc<str>)>,
    of_all: FxHashSet<&'static str>,
}

impl Undecided {
    /// Whether a rule could not decide on a resource.
    pub fn on(&self, rule: &str, resource: ResourceId) -> bool {
        self.of_resources.contains(&(rule, resource)) || self.of_all.contains(rule)
    }

    /// Whether a rule could not decide on something of a unit.
    pub fn within(&self, rule: &'static str, unit: &Arc<str>) -> bool {
        self.of_units.contains(&(rule, unit.clone())) || self.of_all.contains(rule)
    }

    /// Whether a rule could not decide on something anywhere.
    pub fn anywhere(&self, rule: &str) -> bool {
        self.of_all.contains(rule) || self.of_units.iter().any(|(undecided, _)| *undecided == rule)
    }

    fn add(&mut self, graph: &Graph, rule: &'static str, unit: Unit<'_>) {
        let mut of_resource = |id: ResourceId| {
            self.of_resources.insert((rule, id));
            self.of_units.insert((rule, graph.resource(id).key.unit.clone()));
        };
        match unit {
            Unit::One(id) => of_resource(id),
            Unit::Pair(from, to) => [from, to].into_iter().for_each(of_resource),
            Unit::Fact(_) | Unit::Graph => drop(self.of_all.insert(rule)),
        }
    }
}

/// What one check of one rule looks at.
#[derive(Clone, Copy)]
enum Unit<'a> {
    One(ResourceId),
    Pair(ResourceId, ResourceId),
    Fact(&'a Fact),
    Graph,
}

/// What all checks look into.
#[derive(Clone, Copy)]
struct Engine<'a> {
    graph: &'a Graph,
    options: &'a Options,
}

/// One check of one rule, and what it looks at.
#[derive(Clone, Copy)]
struct Work<'a> {
    rule: &'static Rule,
    check: &'static Check,
    unit: Unit<'a>,
}

/// Runs `rules` over a graph. The findings are sorted by path, offset and rule, and carry their fingerprints.
pub fn check(graph: &Graph, files: &Files, rules: &[&'static Rule]) -> Vec<Finding> {
    checked(graph, files, rules).findings
}

/// Runs `rules` over a graph with their default options, and tells which checks had too much to read.
pub fn checked(graph: &Graph, files: &Files, rules: &[&'static Rule]) -> Checked {
    checked_with(&Options::default(), graph, files, rules)
}

/// The same with options of rules.
pub fn checked_with(options: &Options, graph: &Graph, files: &Files, rules: &[&'static Rule]) -> Checked {
    checked_within(MAX_STEPS, options, graph, files, rules)
}

fn checked_within(steps: usize, options: &Options, graph: &Graph, files: &Files, rules: &[&'static Rule]) -> Checked {
    let cx = Engine { graph, options };
    let checks =
        with_implying(rules).into_iter().flat_map(|rule| rule.check.each().into_iter().map(move |check| (rule, check)));
    let work: Vec<Work<'_>> = checks
        .flat_map(|(rule, check)| units(graph, check).into_iter().map(move |unit| Work { rule, check, unit }))
        .collect();
    let share = (steps / work.len().max(1)).max(MIN_SHARE);
    let mut explored: Vec<Explored> = work.par_iter().map(|&work| explore(cx, work, share)).collect();
    explore_again(cx, &work, &mut explored, steps, share);
    let not_evaluated = beyond(graph, &work, &explored);
    let mut undecided = Undecided::default();
    for (work, explored) in work.iter().zip(&explored) {
        if explored.unsure && explored.found.as_ref().is_none_or(Vec::is_empty) {
            undecided.add(graph, work.rule.name, work.unit);
        }
    }
    let led = |(work, explored): (&Work<'_>, Explored)| -> Vec<Finding> {
        let found = explored.found.into_iter().flatten();
        match &work.unit {
            Unit::One(id) | Unit::Pair(id, _) => {
                found.map(|finding| led_to(files, graph.resource(*id), finding)).collect()
            }
            Unit::Fact(_) | Unit::Graph => found.collect(),
        }
    };
    let found = work.iter().zip(explored).flat_map(led).collect();
    let (findings, implied) = without_implied(merged(found));
    let wanted = |finding: &Finding| rules.iter().any(|rule| rule.name == finding.rule);
    let findings = finish(files, findings.into_iter().filter(wanted).collect());
    Checked { findings, implied, not_evaluated, undecided }
}

/// Gives what most checks leave over to the few that need more, and what these leave over to those that need still more.
fn explore_again<'a>(cx: Engine<'a>, work: &[Work<'a>], explored: &mut [Explored], steps: usize, share: usize) {
    let mut left = steps.saturating_sub(explored.iter().map(|explored| explored.steps).sum());
    let mut had = share;
    loop {
        let again = explored.iter().filter(|explored| explored.found.is_none()).count();
        let share = left / again.max(1);
        if again == 0 || share <= had {
            return;
        }
        let taken: usize = explored
            .par_iter_mut()
            .zip(work)
            .filter(|(explored, _)| explored.found.is_none())
            .map(|(explored, &work)| {
                *explored = explore(cx, work, share);
                explored.steps
            })
            .sum();
        left = left.saturating_sub(taken);
        had = share;
    }
}

/// The rules to run, and those that silence one of them: what a finding implies stays silent even if nobody wants to
/// hear of that finding. A rule that is off by default silences nothing unless it is selected.
fn with_implying(rules: &[&'static Rule]) -> Vec<&'static Rule> {
    let selected: FxHashSet<&str> = rules.iter().map(|rule| rule.name).collect();
    let silences = |rule: &&&'static Rule| {
        rule.default && !selected.contains(rule.name) && rule.implies.iter().any(|name| selected.contains(name))
    };
    rules.iter().chain(ALL.iter().filter(silences)).copied().collect()
}

/// Runs the rules about code facts over facts that are no part of the graph. The findings are sorted, and carry their
/// fingerprints.
pub fn of_facts(graph: &Graph, files: &Files, rules: &[&'static Rule], facts: &[Fact]) -> Vec<Finding> {
    let (world, options) = (World::default(), Options::default());
    let cx = Engine { graph, options: &options };
    let checks = rules.iter().flat_map(|&rule| rule.check.each().into_iter().map(move |check| (rule, check)));
    let found = checks.flat_map(|(rule, check)| {
        let of_kind = move |fact: &&Fact| matches!(check, Check::Code(kind, _) if *kind == fact.kind());
        let world = &world;
        let work = move |fact| Work { rule, check, unit: Unit::Fact(fact) };
        facts.iter().filter(of_kind).filter_map(move |fact| run(cx, work(fact), world))
    });
    finish(files, merged(found.flatten().collect()))
}

/// Sorts findings by path, offset and rule, as all are.
pub fn sort(files: &Files, findings: &mut Vec<Finding>) {
    let order = |finding: &Finding| (finding.place.span.start, finding.rule, finding.place.span.end);
    let mut keyed: Vec<(Arc<str>, Finding)> =
        findings.drain(..).map(|finding| (files.get(finding.place.file).path.clone(), finding)).collect();
    keyed.sort_by(|(left_path, left), (right_path, right)| {
        (left_path, order(left), &left.property).cmp(&(right_path, order(right), &right.property))
    });
    findings.extend(keyed.into_iter().map(|(_, finding)| finding));
}

/// The checks that did not end, one entry for each rule and file.
fn beyond(graph: &Graph, work: &[Work<'_>], explored: &[Explored]) -> Vec<NotEvaluated> {
    let mut counts: FxHashMap<(&str, Arc<str>), usize> = FxHashMap::default();
    for (Work { rule, unit, .. }, _) in work.iter().zip(explored).filter(|(_, explored)| explored.found.is_none()) {
        let path = match unit {
            Unit::One(id) | Unit::Pair(id, _) => graph.resource(*id).key.unit.clone(),
            Unit::Fact(Fact::Call(call)) => call.unit.clone(),
            Unit::Fact(Fact::Script(script)) => script.unit.clone(),
            Unit::Fact(Fact::Handler(handler)) => handler.path.clone(),
            Unit::Fact(Fact::Fault(fault)) => fault.path.clone(),
            Unit::Fact(Fact::Allowance(_)) | Unit::Graph => ".".into(),
        };
        *counts.entry((rule.name, path)).or_default() += 1;
    }
    let entry = |((rule, path), count): ((&str, Arc<str>), usize)| NotEvaluated {
        path,
        place: None,
        kind: "check",
        what: format!("`{rule}` of {count} {}", if count == 1 { "place" } else { "places" }),
        why: "there is too much to compare it with".to_owned(),
    };
    counts.into_iter().map(entry).collect()
}

fn units<'a>(graph: &'a Graph, check: &Check) -> Vec<Unit<'a>> {
    match *check {
        Check::Each(kind, _) => graph.of_kind(kind).iter().map(|&id| Unit::One(id)).collect(),
        Check::Any(kinds, _) => kinds.iter().flat_map(|kind| graph.of_kind(kind)).map(|&id| Unit::One(id)).collect(),
        Check::Edge(from, to, _) => {
            let mut pairs = Vec::new();
            for &target in graph.of_kind(to) {
                let referrers = graph.referrers(target).iter().filter(|&&id| &*graph.resource(id).kind == from);
                pairs.extend(referrers.map(|&id| (id, target)));
            }
            pairs.sort_unstable();
            pairs.into_iter().map(|(from, to)| Unit::Pair(from, to)).collect()
        }
        Check::Code(kind, _) => graph.facts().iter().filter(|fact| fact.kind() == kind).map(Unit::Fact).collect(),
        Check::Whole(_) => vec![Unit::Graph],
        // Taken apart before.
        Check::Several(_) => Vec::new(),
    }
}

/// What one run in one world brought; nothing where the subject does not exist.
fn run(engine: Engine<'_>, work: Work<'_>, world: &World) -> Option<Vec<Finding>> {
    let (Engine { graph, options }, Work { rule, check, unit }) = (engine, work);
    let (out, cx) = (Findings::default(), Context { graph, world, rule: rule.name, options });
    let exists = |id| Subject::new(graph, id, world).exists();
    match (check, unit) {
        (Check::Each(_, check) | Check::Any(_, check), Unit::One(id)) => {
            if exists(id).is_no() {
                return None;
            }
            check(&cx, Subject::new(graph, id, world), &out);
        }
        (Check::Edge(_, _, check), Unit::Pair(from, to)) => {
            if exists(from).and(exists(to)) == Tri::No {
                return None;
            }
            check(&cx, Subject::new(graph, from, world), Subject::new(graph, to, world), &out);
        }
        (Check::Code(_, check), Unit::Fact(fact)) => check(&cx, fact, &out),
        (Check::Whole(check), Unit::Graph) => check(&cx, &out),
        _ => {}
    }
    let input = match unit {
        Unit::One(id) | Unit::Pair(id, _) => Some(graph.resource(id).input),
        Unit::Fact(_) | Unit::Graph => None,
    };
    let mut found = out.take();
    for finding in &mut found {
        finding.rule = rule.name;
        finding.severity.get_or_insert(rule.severity);
        finding.confidence = finding.confidence.min(world.basis());
        if finding.resource.is_none()
            && let Unit::One(id) | Unit::Pair(id, _) = unit
        {
            let resource = graph.resource(id);
            finding.resource = Some((resource.key.clone(), resource.kind.clone()));
        }
        if finding.group.is_empty() {
            finding.group = group_of(rule, finding, input);
        }
    }
    Some(found)
}

/// The finding with the calls of Terraform modules that lead to it, innermost first. Inside a module that was fetched
/// from elsewhere nobody mends anything: there it is at the call, and so it is where the call leaves to a default what
/// it could set.
fn led_to(files: &Files, subject: &Resource, mut finding: Finding) -> Finding {
    if subject.input != Input::Terraform {
        return finding;
    }
    let is_fetched = |place: Place| files.get(place.file).path.split('/').any(|part| part == ".terraform");
    let folder = |place: Place| {
        let path = files.get(place.file).path.clone();
        path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned())
    };
    // What a module takes by the default of its own variable, the call is the place to set.
    let is_default =
        |label: &Label| label.step == Some(StepKind::VariableDefault) && folder(label.place) == folder(finding.place);
    let left_open = finding.related.iter().any(is_default);
    let mut callers = subject.callers.iter().rev().copied();
    if (is_fetched(finding.place) || left_open)
        && let Some(own) = callers.by_ref().find(|place| !is_fetched(*place))
    {
        let inner = std::mem::replace(&mut finding.place, own);
        finding = finding.related(inner, "in the module that is called");
        (finding.fix, finding.remedy) = (None, None);
    }
    for place in callers {
        if !finding.related.iter().any(|label| label.place == place) {
            finding = finding.related(place, Label::CALL);
        }
    }
    finding
}

/// Findings of one rule in one unit's directory are one story, unless the rule says that those of all code are.
fn group_of(rule: &Rule, finding: &Finding, input: Option<Input>) -> String {
    let severity = finding.severity.unwrap_or(rule.severity);
    match &finding.resource {
        Some((key, kind)) => {
            let is_code = || input.is_some_and(Input::is_code);
            let folder = match rule.group {
                Group::Code if is_code() => "*",
                Group::Code | Group::Folder => folder_of(&key.unit),
            };
            format!("{}:{severity}:{kind}:{folder}", rule.name)
        }
        None => format!("{}:{severity}", rule.name),
    }
}

/// What one check found in all worlds.
struct Explored {
    /// Nothing if it had to read more than its share.
    found: Option<Vec<Finding>>,
    /// What it read.
    steps: usize,
    /// Whether something of that cannot be known.
    unsure: bool,
}

/// Runs one check in every world that it can tell apart. Where these are too many, flags and environment variables have
/// their defaults in all of them.
fn explore(cx: Engine<'_>, work: Work<'_>, share: usize) -> Explored {
    let (mut steps, mut unsure) = (0, false);
    let mut is_by_default = false;
    let mut open = vec![Assignment::default()];
    let mut leaves: Vec<(Assignment, Vec<Finding>)> = Vec::new();
    while let Some(assignment) = open.pop() {
        let world = World::of(assignment.clone()).within(share.saturating_sub(steps));
        let world = if is_by_default { world.with_defaults() } else { world };
        let found = run(cx, work, &world);
        steps += world.steps();
        unsure |= world.met_unknown();
        if world.is_beyond() {
            return Explored { found: None, steps, unsure: true };
        }
        match world.missing() {
            // What another value brings that is not known says nothing of what the default has.
            None if assignment.replaces_default()
                && world.met_unknown()
                && found.as_ref().is_none_or(Vec::is_empty) => {}
            None => leaves.extend(found.map(|found| (assignment, found))),
            Some(_) if leaves.len() + open.len() + 2 > MAX_WORLDS && !is_by_default => {
                is_by_default = true;
                leaves.clear();
                open = vec![Assignment::default()];
            }
            Some(_) if leaves.len() + open.len() + 2 > MAX_WORLDS => {
                let world = World::exhausted().with_defaults().within(share.saturating_sub(steps));
                let found = run(cx, work, &world).unwrap_or_default();
                let steps = steps + world.steps();
                return Explored { found: (!world.is_beyond()).then_some(found), steps, unsure: true };
            }
            Some(atom) => open.extend([assignment.with(&atom, false), assignment.with(&atom, true)]),
        }
    }
    Explored { found: Some(in_worlds(leaves)), steps, unsure }
}

/// Joins what the worlds found: what holds in all of them is reported as it is, what holds in some names its branch.
/// A property that is wrong in all of them, each time by another value, is wrong for certain.
fn in_worlds(leaves: Vec<(Assignment, Vec<Finding>)>) -> Vec<Finding> {
    let (assignments, found): (Vec<Assignment>, Vec<Vec<Finding>>) = leaves.into_iter().unzip();
    let mut joined: Vec<(Finding, Vec<usize>)> = Vec::new();
    let mut at: FxHashMap<(Place, String), usize> = FxHashMap::default();
    for (world, found) in found.into_iter().enumerate() {
        for finding in found {
            let known = *at.entry((finding.place, finding.property.clone())).or_insert(joined.len());
            match joined.get_mut(known) {
                Some((known, worlds)) => {
                    // The weaker of the two is what can be said of both.
                    known.confidence = known.confidence.min(finding.confidence);
                    if known.remedy != finding.remedy || known.fix != finding.fix {
                        (known.remedy, known.fix) = (None, None);
                    }
                    if known.severity > finding.severity {
                        (known.severity, known.message, known.group) =
                            (finding.severity, finding.message, finding.group);
                    }
                    worlds.push(world);
                }
                None => joined.push((finding, vec![world])),
            }
        }
    }
    let subject = |finding: &Finding| {
        let key = finding.resource.as_ref().map(|(key, _)| key.clone());
        key.filter(|_| !finding.property.is_empty()).map(|key| (key, finding.property.clone()))
    };
    let mut wrong: FxHashMap<_, FxHashSet<usize>> = FxHashMap::default();
    for (finding, worlds) in &joined {
        wrong.entry(subject(finding)).or_default().extend(worlds);
    }
    let in_all = |finding: &Finding| {
        let subject = subject(finding);
        subject.is_some() && wrong.get(&subject).is_some_and(|worlds| worlds.len() == assignments.len())
    };
    let named = |worlds: &[usize]| worlds.iter().map(|&world| &assignments[world]).collect::<Vec<_>>();
    let deployed: Vec<usize> = (0..assignments.len()).filter(|&world| assignments[world].is_as_deployed()).collect();
    // Held wherever the defaults are what is deployed.
    let as_deployed = |worlds: &[usize]| !deployed.is_empty() && deployed.iter().all(|world| worlds.contains(world));
    joined
        .into_iter()
        .map(|(mut finding, worlds)| {
            if worlds.len() < assignments.len() {
                // What is wrong in one branch may be right in another.
                (finding.remedy, finding.fix) = (None, None);
                let (as_deployed, in_all) = (as_deployed(&worlds), in_all(&finding));
                let whole = named(&worlds);
                let is_told = !as_deployed || common(&whole).is_some();
                finding.branch = Some(told(&if is_told { whole } else { named(&deployed) }));
                if !in_all {
                    let sure = if as_deployed { Confidence::Medium } else { Confidence::Low };
                    finding.confidence = finding.confidence.min(sure);
                }
            }
            // What exists only where a default is replaced.
            if worlds.iter().all(|&world| assignments[world].is_unusual()) {
                finding.branch = Some(told(&named(&worlds)));
                finding.confidence = Confidence::Low;
            } else if worlds.iter().all(|&world| assignments[world].is_switched()) {
                finding.branch.get_or_insert_with(|| told(&named(&worlds)));
                finding.confidence = finding.confidence.min(Confidence::Medium);
            }
            finding
        })
        .collect()
}

/// Findings of one rule at one place are one finding that lists the resources.
fn merged(found: Vec<Finding>) -> Vec<Finding> {
    let mut at: FxHashMap<(&'static str, Place, String), usize> = FxHashMap::default();
    let mut joined: Vec<Finding> = Vec::new();
    let mut listed: FxHashSet<(usize, Key)> = FxHashSet::default();
    for mut finding in found {
        // One argument of code may be a property of several kinds of resources: their last name is the same.
        let leaf = finding.property.rsplit('.').next().unwrap_or_default().to_owned();
        let key = (finding.rule, finding.place, leaf);
        match at.get(&key) {
            Some(&number) => {
                let known: &mut Finding = &mut joined[number];
                // The surest one leads: what it says holds of more than a branch.
                if finding.confidence > known.confidence {
                    std::mem::swap(known, &mut finding);
                    known.also = std::mem::take(&mut finding.also);
                }
                known.confidence = known.confidence.max(finding.confidence);
                known.severity = known.severity.max(finding.severity);
                known.remedy = known.remedy.take().zip(finding.remedy).and_then(|(one, other)| one.joined(other));
                if known.fix != finding.fix {
                    known.fix = None;
                }
                let first = known.resource.as_ref().map(|(key, _)| key);
                if let Some((key, _)) = finding.resource
                    && first != Some(&key)
                    && listed.insert((number, key.clone()))
                {
                    known.also.push(key);
                }
            }
            None => {
                at.insert(key, joined.len());
                joined.push(finding);
            }
        }
    }
    joined
}

/// The findings, and apart from them those that another one on the same resource makes superfluous.
fn without_implied(found: Vec<Finding>) -> (Vec<Finding>, Vec<Finding>) {
    let mut implied: FxHashSet<(&'static str, Key)> = FxHashSet::default();
    for finding in &found {
        for rule in crate::rules::by_name(finding.rule).map_or(&[][..], |rule| rule.implies) {
            implied.extend(finding.subjects().map(|key| (*rule, key.clone())));
        }
    }
    if implied.is_empty() {
        return (found, Vec::new());
    }
    let is_implied = |rule: &'static str, key: &Key| implied.contains(&(rule, key.clone()));
    let (mut left, mut silent) = (Vec::new(), Vec::new());
    for mut finding in found {
        let rule = finding.rule;
        let all = finding.resource.is_some() && finding.subjects().all(|key| is_implied(rule, key));
        if all {
            silent.push(finding);
            continue;
        }
        finding.drop_subjects(|key| is_implied(rule, key));
        left.push(finding);
    }
    (left, silent)
}

/// Sorts by path, offset and rule, and gives each finding its fingerprint.
fn finish(files: &Files, mut found: Vec<Finding>) -> Vec<Finding> {
    sort(files, &mut found);
    let mut ordinals: FxHashMap<String, u32> = FxHashMap::default();
    for finding in &mut found {
        let unit = finding.resource.as_ref().map_or("", |(key, _)| &*key.unit);
        let identity = identity(&files.get(finding.place.file).path, unit, finding);
        let ordinal = ordinals.entry(identity.clone()).or_insert(0);
        (finding.fingerprint, finding.ordinal) = (fingerprint(&identity, *ordinal), *ordinal);
        *ordinal += 1;
    }
    found
}

/// What a fingerprint is made of: not line, message, severity, value or working directory.
fn identity(path: &str, unit: &str, finding: &Finding) -> String {
    let (callers, id) = match &finding.resource {
        Some((key, _)) => (key.callers.join("/"), &*key.id),
        None => (String::new(), ""),
    };
    [finding.rule, path, unit, &callers, id, &finding.property].join("\u{0}")
}

/// The fingerprint that a finding would have if its file and its unit were called so: what it was before a move.
pub fn fingerprint_at(finding: &Finding, path: &str, unit: &str) -> String {
    let unit = if finding.resource.is_some() { unit } else { "" };
    fingerprint(&identity(path, unit, finding), finding.ordinal)
}

/// Version 1: SipHash-1-3, 128 bits, key zero, over the identity and the ordinal among equals.
fn fingerprint(identity: &str, ordinal: u32) -> String {
    let mut hasher = SipHasher13::new();
    hasher.write(identity.as_bytes());
    hasher.write(&ordinal.to_le_bytes());
    format!("v1:{:032x}", hasher.finish128().as_u128())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{read::read, rules::by_name, source::Discovery};

    /// Checks models that are each compared with as many endpoint configurations.
    fn compared(count: usize, steps: usize) -> Checked {
        let resource = |at| {
            let variants = "[{ModelName: other}, {ModelName: other}]";
            format!(
                "  M{at}: {{Type: AWS::SageMaker::Model, Properties: {{ModelName: m}}}}\n  C{at}: {{Type: AWS::SageMaker::EndpointConfig, Properties: {{ProductionVariants: {variants}}}}}\n"
            )
        };
        let text = format!("Resources:\n{}", (0..count).map(resource).collect::<String>());
        let files = Files::memory([("t.yaml", text)]);
        let graph = read(&files, &Discovery::in_memory(&files, true)).graph;
        let rule: &'static Rule = by_name("model-outside-vpc").expect("a rule");
        checked_within(steps, &Options::default(), &graph, &files, &[rule])
    }

    #[test]
    fn a_check_that_reads_too_much_is_told_and_finds_nothing() {
        let checked = compared(20, 4_000);
        assert_eq!((checked.findings.len(), checked.not_evaluated), (20, vec![]));
        let checked = compared(40, 4_000);
        assert_eq!(checked.findings.len(), 0);
        let [gap] = &checked.not_evaluated[..] else { panic!("{:?}", checked.not_evaluated) };
        assert_eq!((&*gap.path, &*gap.what), ("t.yaml", "`model-outside-vpc` of 40 places"));
    }
}
