//! Folding for readers: many places of one warning become a count, advice becomes a line per message of a rule.

use rustc_hash::FxHashMap;

use crate::{
    finding::{Finding, Severity},
    report::severity,
    rules::{Group, Rule},
};

/// Places of one group that are printed.
const SHOWN: usize = 3;

/// How findings of a rule are folded for readers, by their severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Folding {
    /// Each place is shown.
    Never,
    /// Of more than [`SHOWN`] in one group the others are counted.
    Group,
    /// One line stands for all with the same message.
    Message,
}

impl Folding {
    /// Of findings of a severity.
    pub(super) fn of(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Never,
            Severity::Warning => Self::Group,
            Severity::Advice => Self::Message,
        }
    }

    /// What it does to the findings of a rule: the end of a sentence that begins with their severity.
    pub(super) fn told(self, rule: &Rule) -> String {
        match (self, rule.group) {
            (Self::Never, _) => "each place is shown".to_owned(),
            (Self::Group, Group::Folder) => format!("of more than {SHOWN} in a folder the others are counted"),
            (Self::Group, Group::Code) => {
                format!("of more than {SHOWN} in a folder, or in all code of the project, the others are counted")
            }
            (Self::Message, _) => "one line for all places, unless --advice or --select names it".to_owned(),
        }
    }
}

/// What is printed in full.
#[derive(Clone, Debug, Default)]
pub struct Fold {
    /// Rules that were selected by name: every place is printed.
    pub named: Vec<&'static str>,
    /// Whether advice is printed place by place.
    pub advice: bool,
}

/// One entry of a folded report.
#[derive(Debug)]
pub(super) enum Item<'a> {
    /// A finding.
    Finding(&'a Finding),
    /// More findings of the group of those before.
    More {
        /// The first of them.
        next: &'a Finding,
        /// How many there are.
        count: usize,
    },
    /// All advice of one rule with one message.
    Advice {
        /// The first of it.
        first: &'a Finding,
        /// How many there are.
        count: usize,
    },
}

impl<'a> Item<'a> {
    /// The finding that is shown.
    pub(super) fn finding(&self) -> &'a Finding {
        match self {
            Self::Finding(finding) => finding,
            Self::More { next, .. } => next,
            Self::Advice { first, .. } => first,
        }
    }

    /// How many others it stands for.
    pub(super) fn more(&self) -> usize {
        match self {
            Self::Finding(_) => 0,
            Self::More { count, .. } | Self::Advice { count, .. } => count - 1,
        }
    }
}

impl Fold {
    /// Folds findings; their order stays, advice lines come last. Errors are never folded.
    pub(super) fn items<'a>(&self, findings: &'a [Finding]) -> Vec<Item<'a>> {
        self.folded(findings, SHOWN)
    }

    /// Folds advice only.
    pub(super) fn lines<'a>(&self, findings: &'a [Finding]) -> Vec<Item<'a>> {
        self.folded(findings, usize::MAX)
    }

    fn folded<'a>(&self, findings: &'a [Finding], shown: usize) -> Vec<Item<'a>> {
        let folding = |finding: &Finding| Folding::of(severity(finding));
        let in_full = |finding: &Finding| self.named.contains(&finding.rule) || folding(finding) == Folding::Never;
        let is_advice = |finding: &Finding| folding(finding) == Folding::Message && !self.advice && !in_full(finding);
        // What is told of one place must be true of those that are counted behind it: only equal messages are one story.
        let story = |finding: &'a Finding| {
            let group = if is_advice(finding) { "" } else { &*finding.group };
            (finding.rule, group, severity(finding), &*finding.message)
        };
        let mut counts: FxHashMap<_, usize> = FxHashMap::default();
        for finding in findings {
            *counts.entry(story(finding)).or_default() += 1;
        }
        let mut seen: FxHashMap<_, usize> = FxHashMap::default();
        let (mut items, mut advice) = (Vec::new(), Vec::new());
        for finding in findings {
            let (seen, count) = (seen.entry(story(finding)).or_default(), counts[&story(finding)]);
            *seen += 1;
            if is_advice(finding) {
                if *seen == 1 {
                    advice.push(Item::Advice { first: finding, count });
                }
            } else if *seen <= shown || in_full(finding) {
                items.push(Item::Finding(finding));
            } else if *seen == shown + 1 {
                items.push(Item::More { next: finding, count: count - shown });
            }
        }
        items.extend(advice);
        items
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Place, Span};

    fn found(rule: &'static str, severity: Severity, group: &str) -> Finding {
        let mut finding = Finding::at(Place::new(FileId(0), Span::new(0, 0)), "m").severity(severity);
        (finding.rule, finding.group) = (rule, group.to_owned());
        finding
    }

    fn words(fold: &Fold, findings: &[Finding]) -> String {
        let word = |item: &Item<'_>| match item {
            Item::Finding(finding) => finding.rule.to_owned(),
            Item::More { next, count } => format!("{}+{count}", next.rule),
            Item::Advice { first, count } => format!("{}*{count}", first.rule),
        };
        fold.items(findings).iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn errors_and_other_messages_do_not_fold() {
        let errors = vec![found("fault", Severity::Error, "g"); 5];
        assert_eq!(words(&Fold::default(), &errors), "fault fault fault fault fault");
        let mut warnings = vec![found("risk", Severity::Warning, "g"); 4];
        warnings[3].message = "another".to_owned();
        assert_eq!(words(&Fold::default(), &warnings), "risk risk risk risk");
        let mut hints = vec![found("hint", Severity::Advice, "g"), found("hint", Severity::Advice, "h")];
        hints.push(Finding { message: "another".to_owned(), ..hints[0].clone() });
        assert_eq!(words(&Fold::default(), &hints), "hint*2 hint*1");
    }

    #[test]
    fn lines_fold_advice_only() {
        let mut findings = vec![found("hint", Severity::Advice, "g"); 2];
        findings.extend(vec![found("risk", Severity::Warning, "g"); 5]);
        let items = Fold::default().lines(&findings);
        assert_eq!(items.len(), 6);
        assert!(matches!(items[5], Item::Advice { count: 2, .. }));
    }

    #[test]
    fn groups_and_advice_fold_unless_asked_for() {
        let mut findings = vec![found("hint", Severity::Advice, "g"); 2];
        findings.extend(vec![found("risk", Severity::Warning, "g"); 5]);
        findings.extend(vec![found("risk", Severity::Warning, "h"); 3]);
        assert_eq!(words(&Fold::default(), &findings), "risk risk risk risk+2 risk risk risk hint*2");
        let advice = Fold { advice: true, named: Vec::new() };
        assert_eq!(words(&advice, &findings[..3]), "hint hint risk");
        let named = Fold { advice: false, named: vec!["risk"] };
        assert_eq!(words(&named, &findings), format!("{}hint*2", "risk ".repeat(8)));
    }
}
