//! Which allowance covers which finding.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    ConfigAllowance, Run, Silenced,
    collect::{At, Says, Spot},
    outline::Outline,
};
use crate::{
    finding::{Finding, Label},
    graph::{Input, Key, Resource, without_keys},
    source::{FileId, Place, Source, Span},
};

/// Allowances that cover one place, of those of one kind: nobody writes more.
const MOST: usize = 16;

/// Comments of one statement that are looked at.
const MOST_LOOKED_AT: usize = 1_000;

/// The number of an allowance that covers something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Hit {
    /// In a file.
    Own(usize),
    /// In the configuration.
    Config(usize),
}

/// Comments, each with the number of its allowance.
type Comments = Vec<(Spot, usize)>;

/// The allowances by what they cover, and which of them were of use so far.
pub(super) struct Cover<'a> {
    run: &'a Run<'a>,
    resources: FxHashMap<&'a Key, &'a Resource>,
    /// Comments of a rule in a file, by their first line.
    comments: FxHashMap<(FileId, &'static str), Comments>,
    /// Comments of a rule in a file that stand above a line.
    above: FxHashMap<(FileId, &'static str, usize), Comments>,
    /// Metadata of a rule, by the part of the file that it is about.
    scopes: FxHashMap<(FileId, &'static str, Span), usize>,
    config: FxHashMap<&'static str, Vec<(&'a ConfigAllowance, usize)>>,
    /// Allowances that were of use.
    used: FxHashSet<Hit>,
    /// Findings that expired allowances would cover.
    expired: FxHashMap<Hit, usize>,
    /// Those of them that would cover the finding at hand.
    pending: FxHashSet<Hit>,
}

impl<'a> Cover<'a> {
    /// Of all allowances of a run, none of which was of use so far.
    pub(super) fn of(run: &'a Run<'a>) -> Self {
        let mut cover = Self {
            run,
            resources: FxHashMap::default(),
            comments: FxHashMap::default(),
            above: FxHashMap::default(),
            scopes: FxHashMap::default(),
            config: FxHashMap::default(),
            used: FxHashSet::default(),
            expired: FxHashMap::default(),
            pending: FxHashSet::default(),
        };
        for resource in run.input.graph.resources() {
            cover.resources.entry(&resource.key).or_insert(resource);
        }
        for (at, allowance) in run.allowances.iter().enumerate() {
            let Says::Allow(rule) = allowance.says else { continue };
            let (file, rule) = (allowance.place.file, rule.name);
            match allowance.at {
                At::Scope(scope) => drop(cover.scopes.entry((file, rule, scope)).or_insert(at)),
                At::Comment(spot) => {
                    cover.comments.entry((file, rule)).or_default().push((spot, at));
                    if let Some(target) = spot.target {
                        cover.above.entry((file, rule, target)).or_default().push((spot, at));
                    }
                }
            }
        }
        for (at, allowance) in run.input.config.iter().enumerate() {
            cover.config.entry(allowance.rule.name).or_default().push((allowance, at));
        }
        cover
    }

    /// Whether an allowance was of use.
    pub(super) fn is_used(&self, hit: Hit) -> bool {
        self.used.contains(&hit)
    }

    /// How many findings an expired allowance would have covered.
    pub(super) fn would_cover(&self, expired: Hit) -> usize {
        self.expired.get(&expired).copied().unwrap_or(0)
    }

    /// The finding as silenced, or what is left of it.
    pub(super) fn silence(&mut self, finding: Finding) -> Result<Silenced, Box<Finding>> {
        self.pending.clear();
        let silenced = self.settled(finding);
        for hit in self.pending.drain() {
            *self.expired.entry(hit).or_default() += 1;
        }
        silenced
    }

    fn settled(&mut self, mut finding: Finding) -> Result<Silenced, Box<Finding>> {
        let hits = self.of_place(&finding);
        if !hits.is_empty() {
            return Ok(self.silenced(finding, hits));
        }
        let path = self.run.input.files.get(finding.place.file).path.clone();
        let covered: Vec<(Key, Vec<Hit>)> =
            finding.subjects().map(|key| (key.clone(), self.of_subject(finding.rule, &path, key))).collect();
        if !covered.is_empty() && covered.iter().all(|(_, hits)| !hits.is_empty()) {
            return Ok(self.silenced(finding, covered.into_iter().flat_map(|(_, hits)| hits).collect()));
        }
        let gone: FxHashSet<&Key> = covered.iter().filter(|(_, hits)| !hits.is_empty()).map(|(key, _)| key).collect();
        if !gone.is_empty() {
            self.drop_instances(&mut finding, &gone);
            self.used.extend(covered.iter().flat_map(|(_, hits)| hits));
        }
        let workloads: Vec<Vec<Hit>> =
            finding.workloads.iter().map(|workload| self.of_subject(finding.rule, &path, &workload.key)).collect();
        if !workloads.is_empty() && workloads.iter().all(|hits| !hits.is_empty()) {
            return Ok(self.silenced(finding, workloads.into_iter().flatten().collect()));
        }
        if workloads.iter().any(|hits| !hits.is_empty()) {
            let gone: FxHashSet<Key> = finding
                .workloads
                .iter()
                .zip(&workloads)
                .filter(|(_, hits)| !hits.is_empty())
                .map(|(workload, _)| workload.key.clone())
                .collect();
            finding.drop_workloads(|workload| gone.contains(&workload.key));
            self.used.extend(workloads.into_iter().flatten());
        }
        Err(Box::new(finding))
    }

    fn silenced(&mut self, finding: Finding, hits: Vec<Hit>) -> Silenced {
        let (reason, by) = match hits.first() {
            Some(Hit::Own(at)) => {
                let allowance = &self.run.allowances[*at];
                (allowance.reason.clone(), allowance.place)
            }
            Some(Hit::Config(at)) => {
                let allowance = &self.run.input.config[*at];
                (Some(allowance.reason.clone()), allowance.place)
            }
            None => (None, finding.place),
        };
        self.used.extend(hits);
        Silenced { finding, reason, by }
    }

    /// Takes instances out of a finding; the labels are then those of the first one that is left.
    fn drop_instances(&self, finding: &mut Finding, gone: &FxHashSet<&Key>) {
        let callers = |finding: &Finding| -> Vec<Place> {
            let first = finding.resource.as_ref().and_then(|(key, _)| self.resources.get(key));
            first.map(|resource| resource.callers.clone()).unwrap_or_default()
        };
        let before = callers(finding);
        finding.drop_subjects(|key| gone.contains(key));
        let now = callers(finding);
        if before == now {
            return;
        }
        let is_call = |label: &Label| label.message == Label::CALL && before.contains(&label.place);
        finding.related.retain(|label| !is_call(label));
        let places = now.into_iter().rev().filter(|place| *place != finding.place);
        let labels = places.map(|place| Label { message: Label::CALL.to_owned(), place, step: None });
        finding.related.extend(labels.collect::<Vec<_>>());
    }

    /// What covers all of a finding: what stands at its place.
    fn of_place(&mut self, finding: &Finding) -> Vec<Hit> {
        let mut hits = self.at(finding.rule, finding.place);
        let path = self.run.input.files.get(finding.place.file).path.clone();
        hits.extend(self.of_config(finding.rule, &path, None));
        self.live(hits)
    }

    /// What covers one of the resources that raise a finding: what stands at its head or at a call that leads to it.
    fn of_subject(&mut self, rule: &'static str, path: &Arc<str>, key: &Key) -> Vec<Hit> {
        let mut hits = Vec::new();
        if let Some(resource) = self.resources.get(key) {
            hits = self.at_head(rule, resource);
            for &place in &resource.callers {
                hits.extend(self.at(rule, place));
            }
        }
        hits.extend(self.of_config(rule, path, Some(key)));
        self.live(hits)
    }

    /// Those that have not expired.
    fn live(&mut self, mut hits: Vec<Hit>) -> Vec<Hit> {
        let today = self.run.input.today;
        hits.retain(|&hit| {
            let last = match hit {
                Hit::Own(at) => self.run.allowances[at].expires,
                Hit::Config(at) => self.run.input.config[at].expires,
            };
            let is_over = last.is_some_and(|last| last < today);
            if is_over {
                self.pending.insert(hit);
            }
            !is_over
        });
        hits
    }

    fn of_config(&self, rule: &'static str, path: &str, key: Option<&Key>) -> Vec<Hit> {
        let mut hits = Vec::new();
        for &(allowance, at) in self.config.get(rule).into_iter().flatten() {
            let of_resource = match (&allowance.resource, key) {
                (None, None) => true,
                (Some(pattern), Some(key)) => is_named(pattern, key),
                _ => false,
            };
            if !of_resource || allowance.path.as_ref().is_some_and(|glob| !glob.covers(path)) {
                continue;
            }
            hits.push(Hit::Config(at));
        }
        hits
    }

    /// What covers a place: the allowances of the innermost statement, block or entry that holds it.
    fn at(&self, rule: &'static str, place: Place) -> Vec<Hit> {
        let Some(outline) = self.run.outlines.get(&place.file) else { return Vec::new() };
        let source = self.run.input.files.get(place.file);
        let innermost = outline.innermost(place.span);
        let span = innermost.map_or(place.span, |at| outline.extent(at).span);
        let mut hits = self.on_lines(rule, &source, span);
        hits.extend(self.above(rule, &source, span.start));
        if innermost.is_none() {
            hits.extend(self.among_comments(rule, outline, &source, place.span));
        }
        if outline.is_code(place.span)
            && let Some(innermost) = innermost
        {
            hits.extend(self.of_statement(rule, outline, place, innermost));
        }
        hits.extend(self.of_scopes(rule, outline, place, innermost));
        hits
    }

    /// What covers a resource: the allowances at its head.
    fn at_head(&self, rule: &'static str, resource: &Resource) -> Vec<Hit> {
        let place = resource.place;
        let Some(outline) = self.run.outlines.get(&place.file) else { return Vec::new() };
        let source = self.run.input.files.get(place.file);
        let innermost = outline.innermost(place.span);
        let Some(extent) = innermost.map(|at| *outline.extent(at)) else { return self.at(rule, place) };
        let mut hits = self.on_lines(rule, &source, extent.head);
        hits.extend(extent.kind.into_iter().flat_map(|kind| self.on_lines(rule, &source, kind)));
        hits.extend(self.above(rule, &source, extent.span.start));
        let lines = source.lines();
        // Comments between the head and the first thing in it.
        if let Some(inner) = extent.inner {
            let (head, first) = (lines.line(extent.head.start), lines.line(inner));
            hits.extend(self.alone(rule, place.file, head + 1, first));
        }
        // A request is all of its file, so that its head is the top of it.
        if resource.input == Input::Request {
            let first = lines.line(resource.body.span.start);
            hits.extend(self.alone(rule, place.file, 0, first));
        }
        hits.extend(self.of_scopes(rule, outline, place, innermost));
        hits
    }

    /// Comments that have the lines between two lines for themselves.
    fn alone(&self, rule: &'static str, file: FileId, from: usize, to: usize) -> Vec<Hit> {
        let Some(comments) = self.comments.get(&(file, rule)) else { return Vec::new() };
        let first = comments.partition_point(|(spot, _)| spot.first < from);
        let between = comments[first..].iter().take_while(|(spot, _)| spot.last < to);
        between.filter(|(spot, _)| spot.own).take(MOST).map(|(_, at)| Hit::Own(*at)).collect()
    }

    /// Comments on the lines of a span.
    fn on_lines(&self, rule: &'static str, source: &Source, span: Span) -> Vec<Hit> {
        let Some(comments) = self.comments.get(&(source.id, rule)) else { return Vec::new() };
        let lines = source.lines();
        let (first, last) = (lines.line(span.start), lines.line(span.end.saturating_sub(1).max(span.start)));
        let from = comments.partition_point(|(spot, _)| spot.first < first).saturating_sub(1);
        let near = comments[from..].iter().take_while(|(spot, _)| spot.first <= last);
        near.filter(|(spot, _)| spot.last >= first).take(MOST).map(|(_, at)| Hit::Own(*at)).collect()
    }

    /// Comments above the line that holds an offset.
    fn above(&self, rule: &'static str, source: &Source, offset: u32) -> Vec<Hit> {
        let key = (source.id, rule, source.lines().line(offset));
        self.above.get(&key).into_iter().flatten().take(MOST).map(|(_, at)| Hit::Own(*at)).collect()
    }

    /// Comments above another comment, for what is said of that one.
    fn among_comments(&self, rule: &'static str, outline: &Outline, source: &Source, span: Span) -> Vec<Hit> {
        let next = outline.comments.partition_point(|comment| comment.start <= span.start);
        let inside = next.checked_sub(1).is_some_and(|at| outline.comments[at].contains(span));
        let line = source.lines().line(span.start);
        let spots = self.comments.get(&(source.id, rule)).filter(|_| inside);
        let spots = spots.into_iter().flatten().filter(|(spot, _)| spot.own && spot.last < line);
        spots
            .filter(|(spot, _)| spot.target.is_some_and(|target| target > line))
            .take(MOST)
            .map(|(_, at)| Hit::Own(*at))
            .collect()
    }

    /// Comments above or on other lines of the same statement, unless they stand at another entry of a dict in it.
    fn of_statement(&self, rule: &'static str, outline: &Outline, place: Place, innermost: usize) -> Vec<Hit> {
        let Some(comments) = self.comments.get(&(place.file, rule)) else { return Vec::new() };
        let source = self.run.input.files.get(place.file);
        let mut hits = Vec::new();
        let mut statement = outline.extent(innermost).span;
        for around in outline.around(innermost).skip(1) {
            statement = outline.extent(around).span;
            hits.extend(self.above(rule, &source, statement.start));
        }
        let last = source.lines().line(statement.end);
        let from = comments.partition_point(|(spot, _)| spot.comment.start < statement.start);
        let within = comments[from..].iter().take_while(|(spot, _)| spot.first <= last).take(MOST_LOOKED_AT);
        let of_place = within.filter(|(spot, _)| owner(outline, &source, spot).contains(place.span));
        hits.extend(of_place.take(MOST).map(|(_, at)| Hit::Own(*at)));
        hits
    }

    /// Metadata of what holds a place, up to the whole document.
    fn of_scopes(&self, rule: &'static str, outline: &Outline, place: Place, innermost: Option<usize>) -> Vec<Hit> {
        if self.scopes.is_empty() {
            return Vec::new();
        }
        let next = outline.documents.partition_point(|document| document.start <= place.span.start);
        let document = next.checked_sub(1).map(|at| outline.documents[at]);
        let around = innermost.into_iter().flat_map(|at| outline.around(at)).map(|at| outline.extent(at).span);
        let found = around.chain(document).filter_map(|scope| self.scopes.get(&(place.file, rule, scope)));
        found.map(|at| Hit::Own(*at)).collect()
    }
}

/// What a comment in a statement is about: what begins on its line, or below it if it has its line for itself.
fn owner(outline: &Outline, source: &Source, spot: &Spot) -> Span {
    let (lines, text) = (source.lines(), source.text());
    let start = |line| lines.start(line, text);
    let begun = match spot.target {
        Some(target) => outline.beginning(start(target), start(target + 1)),
        None => outline.beginning(start(spot.first), spot.comment.start),
    };
    let first = if begun.is_empty() { outline.innermost(spot.comment) } else { Some(begun.start) };
    first.map_or(spot.comment, |at| outline.extent(at).span)
}

/// Whether a pattern of the configuration names a resource: by its id, its address, or that without instance keys.
pub fn is_named(pattern: &str, key: &Key) -> bool {
    let address = key.address();
    let block = without_keys(&address);
    [&*key.id, &*address, &*block].into_iter().any(|name| name == pattern || is_like(pattern, name))
}

/// Whether a text is like a pattern in which `*` stands for any text.
fn is_like(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        let cases = [
            ("a", "a", true),
            ("a", "ab", false),
            ("*", "", true),
            ("module.*", "module.x.y[0]", true),
            ("*.this", "module.x.this", true),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-c", false),
            ("ab*ba", "aba", false),
        ];
        for (pattern, text, like) in cases {
            assert_eq!(is_like(pattern, text), like, "{pattern} {text}");
        }
        let key = Key { unit: "infra".into(), callers: vec!["module.a[\"x\"]".into()], id: "aws_vpc.main[0]".into() };
        for pattern in
            ["aws_vpc.main[0]", "module.a[\"x\"].aws_vpc.main[0]", "module.a.aws_vpc.main", "module.*", "*.main"]
        {
            assert!(is_named(pattern, &key), "{pattern}");
        }
        assert!(!is_named("aws_vpc.other", &key) && !is_named("module.b.*", &key));
    }
}
