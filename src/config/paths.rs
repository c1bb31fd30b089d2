//! What the configuration does to findings: severities of its own, and what holds for some files only.

use super::Config;
use crate::{
    finding::{Finding, Severity},
    rules::by_name,
    select::Name,
    source::{Files, Globs},
};

/// Severities in place of the rules' own. A rule's name weighs more than its category.
#[derive(Clone, Debug, Default)]
pub struct Severities(pub(super) Vec<(Name, Severity)>);

/// What holds for some files only.
#[derive(Clone, Debug)]
pub struct PathRules {
    /// The glob, from the root.
    pub glob: String,
    /// Names of rules and categories whose findings are not shown.
    pub ignore: Vec<String>,
    /// Severities of findings.
    pub severity: Severities,
    globs: Globs,
}

impl Severities {
    /// The severity that it gives to a rule.
    pub fn of(&self, rule: &str) -> Option<Severity> {
        let by_rule = self.0.iter().find(|(name, _)| matches!(name, Name::Rule(own) if own.name == rule));
        let category = by_name(rule).map(|rule| rule.category);
        let by_category =
            || self.0.iter().find(|(name, _)| matches!(name, Name::Category(own) if Some(*own) == category));
        by_rule.or_else(by_category).map(|&(_, severity)| severity)
    }

    /// Names and severities, as written.
    pub fn entries(&self) -> impl Iterator<Item = (&'static str, Severity)> {
        self.0.iter().map(|(name, severity)| (name.name(), *severity))
    }
}

impl PathRules {
    /// From a glob that was found to be one.
    pub(super) fn of(glob: String, ignore: Vec<String>, severity: Severities) -> Option<Self> {
        let globs = Globs::of(&[&glob]).ok()?;
        Some(Self { glob, ignore, severity, globs })
    }

    fn ignores(&self, rule: &str) -> bool {
        let category = by_name(rule).map_or("", |rule| rule.category.name());
        self.ignore.iter().any(|name| name == rule || name == category)
    }
}

impl Config {
    /// Gives findings the severities that are asked for, and takes out what is ignored in their files: it comes back.
    /// Of several sections that match a file the last one that names a severity decides.
    pub fn apply(&self, findings: &mut Vec<Finding>, files: &Files) -> Vec<Finding> {
        if self.severity.is_none() && self.paths.is_empty() {
            return Vec::new();
        }
        let everywhere = |rule: &str| self.severity.as_ref().and_then(|severities| severities.value.of(rule));
        let is_ignored = |finding: &mut Finding| {
            let path = files.get(finding.place.file).path.clone();
            let here = || self.paths.iter().map(|path| &path.value).filter(|rules| rules.globs.covers(&path));
            let severity = here().filter_map(|rules| rules.severity.of(finding.rule)).next_back();
            finding.severity = severity.or_else(|| everywhere(finding.rule)).or(finding.severity);
            here().any(|rules| rules.ignores(finding.rule))
        };
        findings.extract_if(.., is_ignored).collect()
    }
}
