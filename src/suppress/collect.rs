//! Finds the allowances in files: only those files are parsed again whose text speaks of mllint at all.

use std::sync::Arc;

use memchr::memmem::Finder;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    comment::{self, Directive, FORM, Item},
    outline::{Outline, Written},
};
use crate::{
    date::Date,
    rules::{ALL, Category, Rule, by_name},
    select,
    source::{FileId, Files, Place, Source, Span},
};

/// An allowance in a file: one rule of a comment or of some metadata.
#[derive(Clone, Debug)]
pub(super) struct Allowance {
    /// The rule as it is written, or what stands in its place.
    pub(super) name: Arc<str>,
    /// Where that is.
    pub(super) place: Place,
    /// What it says.
    pub(super) says: Says,
    /// Why.
    pub(super) reason: Option<String>,
    /// The last day on which it counts.
    pub(super) expires: Option<Date>,
    /// What it covers.
    pub(super) at: At,
}

/// What an allowance says.
#[derive(Clone, Debug)]
pub(super) enum Says {
    /// Findings of this rule are fine.
    Allow(&'static Rule),
    /// The same of a rule that does not exist; the nearest ones.
    Unknown(Vec<&'static str>),
    /// Something that cannot be understood.
    Malformed {
        /// What is wrong.
        message: String,
        /// What to write.
        help: String,
        /// A span and what it should be.
        edit: Option<(Span, String)>,
    },
}

/// Where an allowance stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum At {
    /// In a comment.
    Comment(Spot),
    /// In the metadata of this part of the file.
    Scope(Span),
}

/// A comment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    /// All of it.
    pub(super) comment: Span,
    /// Its first line, from 0.
    pub(super) first: usize,
    /// Its last line.
    pub(super) last: usize,
    /// Whether nothing else stands on its lines.
    pub(super) own: bool,
    /// The line that it stands above, with nothing but comments between.
    pub(super) target: Option<usize>,
    /// How many parts its allowances have.
    pub(super) parts: usize,
}

/// The allowances of files, file by file and in order, and the outlines of their files.
pub(super) fn collect(files: &Files, read: &[Arc<str>]) -> (Vec<Allowance>, FxHashMap<FileId, Outline>) {
    let finder = Finder::new("mllint");
    let found: Vec<(FileId, Vec<Allowance>, Outline)> = read
        .par_iter()
        .filter_map(|path| {
            let source = files.read(path).ok()?;
            finder.find(source.text().as_bytes())?;
            let outline = Outline::of(&source);
            let allowances = of_file(&source, &outline);
            (!allowances.is_empty()).then_some((source.id, allowances, outline))
        })
        .collect();
    let (mut all, mut outlines) = (Vec::new(), FxHashMap::default());
    for (file, allowances, outline) in found {
        if outlines.insert(file, outline).is_none() {
            all.extend(allowances);
        }
    }
    (all, outlines)
}

fn of_file(source: &Source, outline: &Outline) -> Vec<Allowance> {
    let is_rule = |name: &str| select::rule(ALL, name).is_ok();
    let mut allowances = Vec::new();
    let lines = CommentLines::of(source, &outline.comments);
    for &comment in &outline.comments {
        let text = source.slice(comment);
        if !text.to_ascii_lowercase().contains("mllint") {
            continue;
        }
        let directives = comment::directives(text, comment.start as usize, &is_rule);
        let parts = directives.iter().map(|directive| directive.items.len()).sum();
        let at = At::Comment(Spot { parts, ..lines.spot(comment) });
        allowances.extend(directives.into_iter().flat_map(|directive| of_directive(source, directive, at)));
    }
    for noted in &outline.noted {
        let at = At::Scope(noted.scope);
        match &noted.written {
            Written::Rule { rule: (name, span), reason, expires } => {
                let last = expires.as_ref().map(|text| text.parse::<Date>()).transpose();
                let item = match &last {
                    Ok(_) => Item::Name { name: name.clone(), span: *span },
                    Err(error) => Item::Malformed {
                        message: "its `expires` is no date".to_owned(),
                        help: error.to_string(),
                        span: *span,
                        edit: None,
                    },
                };
                let directive = Directive { items: vec![item], reason: reason.clone() };
                let expires = last.unwrap_or_default();
                let of = of_directive(source, directive, at).into_iter();
                allowances.extend(of.map(|allowance| Allowance { expires, ..allowance }));
            }
            Written::Comment(span) => {
                let directives = comment::directives(source.slice(*span), span.start as usize, &is_rule);
                allowances.extend(directives.into_iter().flat_map(|directive| of_directive(source, directive, at)));
            }
            Written::Malformed(span) => allowances.push(Allowance {
                name: source.slice(*span).lines().next().unwrap_or_default().into(),
                place: source.place(*span),
                says: Says::Malformed {
                    message: "this metadata allows nothing".to_owned(),
                    help: "write `mllint: {allow: [{rule: RULE, reason: …}]}`".to_owned(),
                    edit: None,
                },
                reason: None,
                expires: None,
                at,
            }),
        }
    }
    allowances
}

fn of_directive(source: &Source, directive: Directive, at: At) -> Vec<Allowance> {
    let mut seen: FxHashSet<&'static str> = FxHashSet::default();
    let reason = directive.reason;
    let allowance = |item: Item| {
        let (name, span, says) = match item {
            Item::Name { name, span } => (name.clone(), span, of_name(&name)),
            Item::Malformed { message, help, span, edit } => {
                (source.slice(span).to_owned(), span, Says::Malformed { message, help, edit })
            }
        };
        let says = match says {
            Says::Allow(rule) if !seen.insert(rule.name) => Says::Malformed {
                message: format!("`{}` is already allowed here", rule.name),
                help: "remove it".to_owned(),
                edit: None,
            },
            says => says,
        };
        Allowance { name: name.into(), place: source.place(span), says, reason: reason.clone(), expires: None, at }
    };
    directive.items.into_iter().map(allowance).collect()
}

fn of_name(name: &str) -> Says {
    let unknown = match select::rule(ALL, name) {
        Ok(rule) => return by_name(rule.name).map_or(Says::Unknown(Vec::new()), Says::Allow),
        Err(unknown) => unknown,
    };
    let is_category = Category::ALL.iter().any(|category| category.name().eq_ignore_ascii_case(name));
    if is_category || name == "*" || name.eq_ignore_ascii_case("all") {
        let message = format!("`{name}` is no rule: an allowance names each rule that it silences");
        return Says::Malformed { message, help: FORM.to_owned(), edit: None };
    }
    Says::Unknown(unknown.nearest)
}

/// Which lines of a text hold nothing but a comment.
struct CommentLines<'s> {
    source: &'s Source,
    /// Lines of comments that stand alone.
    own: FxHashSet<usize>,
}

impl<'s> CommentLines<'s> {
    fn of(source: &'s Source, comments: &[Span]) -> Self {
        let mut lines = Self { source, own: FxHashSet::default() };
        for &comment in comments {
            let spot = lines.spot_of(comment);
            if spot.own {
                lines.own.extend(spot.first..=spot.last);
            }
        }
        lines
    }

    /// Where a comment stands, but for what it stands above.
    fn spot_of(&self, comment: Span) -> Spot {
        let (lines, text) = (self.source.lines(), self.source.text());
        let (first, last) = (lines.line(comment.start), lines.line(comment.end.saturating_sub(1).max(comment.start)));
        let (start, end) = (lines.start(first, text) as usize, lines.start(last + 1, text) as usize);
        let before = text.get(start..comment.start as usize).unwrap_or_default();
        let behind = text.get(comment.end as usize..end).unwrap_or_default();
        let own = before.trim_matches('\u{feff}').trim().is_empty() && behind.trim().is_empty();
        Spot { comment, first, last, own, target: None, parts: 0 }
    }

    fn spot(&self, comment: Span) -> Spot {
        let spot = self.spot_of(comment);
        let mut target = spot.last + 1;
        if !spot.own || target >= self.source.lines().count() {
            return spot;
        }
        while self.own.contains(&target) {
            target += 1;
        }
        let (lines, text) = (self.source.lines(), self.source.text());
        let (start, end) = (lines.start(target, text), lines.start(target + 1, text));
        let is_blank = self.source.slice(Span { start, end }).trim().is_empty();
        // A comment at the end of a cell says nothing of the next cell.
        let cell = |offset| self.source.cells().and_then(|cells| cells.cell_at(offset)).map(|cell| cell.index);
        let same_cell = cell(comment.start) == cell(start);
        Spot { target: (!is_blank && same_cell).then_some(target), ..spot }
    }
}
