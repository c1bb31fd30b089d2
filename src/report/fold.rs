//! Folding for readers: many places of one story become a count, advice becomes a line per rule.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    finding::{Finding, Severity},
    report::severity,
};

/// Places of one group that are printed.
const SHOWN: usize = 3;

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
    /// All advice of one rule.
    Advice {
        /// The first of it.
        first: &'a Finding,
        /// How many there are.
        count: usize,
    },
}

impl Fold {
    /// Folds findings; their order stays, advice lines come last.
    pub(super) fn items<'a>(&self, findings: &'a [Finding]) -> Vec<Item<'a>> {
        let in_full = |finding: &Finding| self.named.contains(&finding.rule);
        let is_advice = |finding: &Finding| severity(finding) == Severity::Advice && !self.advice && !in_full(finding);
        let (mut of_group, mut of_rule): (FxHashMap<_, usize>, FxHashMap<_, usize>) = Default::default();
        for finding in findings {
            match is_advice(finding) {
                true => *of_rule.entry(finding.rule).or_default() += 1,
                false => *of_group.entry(group(finding)).or_default() += 1,
            }
        }
        let mut seen: FxHashMap<_, usize> = FxHashMap::default();
        let mut advised: FxHashSet<&str> = FxHashSet::default();
        let (mut items, mut advice) = (Vec::new(), Vec::new());
        for finding in findings {
            if is_advice(finding) {
                if advised.insert(finding.rule) {
                    advice.push(Item::Advice { first: finding, count: of_rule[finding.rule] });
                }
                continue;
            }
            let seen = seen.entry(group(finding)).or_default();
            *seen += 1;
            if *seen <= SHOWN || in_full(finding) {
                items.push(Item::Finding(finding));
            } else if *seen == SHOWN + 1 {
                items.push(Item::More { next: finding, count: of_group[&group(finding)] - SHOWN });
            }
        }
        items.extend(advice);
        items
    }
}

fn group(finding: &Finding) -> (&'static str, &str) {
    (finding.rule, &finding.group)
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
