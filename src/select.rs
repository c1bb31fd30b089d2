//! Which rules run: `--select` and `--ignore`, with the nearest names for one that does not exist.

use std::fmt;

use crate::{
    nearest::nearest,
    rules::{Category, Rule},
};

/// The rules of a run.
#[derive(Default)]
pub struct Selection {
    /// Those that run.
    pub rules: Vec<&'static Rule>,
    /// Names of those that were selected by name.
    pub named: Vec<&'static str>,
    /// Categories that were selected and have no rule that runs by default.
    pub empty: Vec<&'static str>,
}

/// What a name stands for.
#[derive(Clone, Copy)]
pub enum Name {
    /// A rule.
    Rule(&'static Rule),
    /// A category.
    Category(Category),
}

impl Name {
    /// The name, as it is printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.name,
            Self::Category(category) => category.name(),
        }
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no rule's and no category's.
#[derive(Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// What it should be: `rule`, `rule or category`.
    pub what: &'static str,
    /// The name.
    pub name: String,
    /// The nearest names that exist, best first.
    pub nearest: Vec<&'static str>,
}

/// Chooses among all rules. `select` replaces what runs by default, `ignore` takes away; a rule's own name weighs more
/// than its category. A category selects those of its rules that run by default.
///
/// # Errors
/// When a name is unknown.
pub fn selection(all: &[&'static Rule], select: &[String], ignore: &[String]) -> Result<Selection, UnknownName> {
    let select = names(all, select)?;
    let ignore = names(all, ignore)?;
    let mut selection = Selection::default();
    for &rule in all {
        let is_wanted = if select.is_empty() { rule.default } else { rule.default && select.hold_category_of(rule) };
        let is_named = select.hold_name_of(rule);
        if is_named && !ignore.hold_name_of(rule) {
            selection.named.push(rule.name);
            selection.rules.push(rule);
        } else if is_wanted && !is_named && !ignore.hold_name_of(rule) && !ignore.hold_category_of(rule) {
            selection.rules.push(rule);
        }
    }
    let has_rule = |category: &Category| all.iter().any(|rule| rule.default && rule.category == *category);
    let empty = select.categories.iter().filter(|category| !has_rule(category));
    selection.empty = empty.map(|category| category.name()).collect();
    Ok(selection)
}

/// The rule with a name.
///
/// # Errors
/// When there is none.
pub fn rule(all: &[&'static Rule], name: &str) -> Result<&'static Rule, UnknownName> {
    let plain = plain(name);
    let found = all.iter().find(|rule| rule.name == plain || rule.aliases.contains(&&*plain));
    let unknown = || UnknownName {
        what: "rule",
        name: name.to_owned(),
        nearest: nearest(&plain, all.iter().map(|rule| rule.name)),
    };
    found.copied().ok_or_else(unknown)
}

/// A name as it is written here: findings are printed as `mllint::name`, and case does not matter.
fn plain(name: &str) -> String {
    let name = name.trim().to_ascii_lowercase();
    name.strip_prefix("mllint::").map_or(name.clone(), str::to_owned)
}

#[derive(Default)]
struct Names {
    rules: Vec<&'static str>,
    categories: Vec<Category>,
}

impl Names {
    fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.categories.is_empty()
    }

    fn hold_name_of(&self, rule: &Rule) -> bool {
        self.rules.contains(&rule.name)
    }

    fn hold_category_of(&self, rule: &Rule) -> bool {
        self.categories.contains(&rule.category)
    }
}

fn names(all: &[&'static Rule], given: &[String]) -> Result<Names, UnknownName> {
    let mut names = Names::default();
    for name in given {
        match named(all, name)? {
            Name::Rule(rule) => names.rules.push(rule.name),
            Name::Category(category) => names.categories.push(category),
        }
    }
    Ok(names)
}

/// The rule or category with a name.
///
/// # Errors
/// When there is none.
pub fn named(all: &[&'static Rule], name: &str) -> Result<Name, UnknownName> {
    let name = name.trim();
    if let Some(category) = Category::ALL.into_iter().find(|category| category.name() == plain(name)) {
        return Ok(Name::Category(category));
    }
    rule(all, name).map(Name::Rule).map_err(|unknown| {
        let valid = all.iter().map(|rule| rule.name).chain(Category::ALL.iter().map(|category| category.name()));
        UnknownName { what: "rule or category", nearest: nearest(&plain(name), valid), ..unknown }
    })
}

impl UnknownName {
    /// What is wrong.
    pub fn message(&self) -> String {
        format!("unknown {} `{}`", self.what, self.name)
    }

    /// What to do.
    pub fn help(&self) -> String {
        let list = "`mllint rules` lists them all";
        if self.nearest.is_empty() {
            return list.to_owned();
        }
        let names: Vec<String> = self.nearest.iter().map(|name| format!("`{name}`")).collect();
        format!("did you mean {}? {list}", names.join(" or "))
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  help: {}", self.message(), self.help())
    }
}

impl std::error::Error for UnknownName {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        finding::Severity,
        rules::{Check, Fixes, Group},
    };

    const fn rule_of(name: &'static str, category: Category, default: bool) -> Rule {
        Rule {
            name,
            aliases: &["old-name"],
            category,
            severity: Severity::Warning,
            or_severity: None,
            fixes: Fixes::None,
            implies: &[],
            group: Group::Folder,
            options: &[],
            default,
            since: "0.1.0",
            page: "",
            check: Check::Whole(|_, _| {}),
        }
    }

    static IDLE: Rule = Rule { aliases: &["never-stops"], ..rule_of("idle-notebook", Category::Cost, true) };
    static SPOT: Rule = Rule { aliases: &[], ..rule_of("spot-loses-work", Category::Cost, true) };
    static TAGS: Rule = Rule { aliases: &[], ..rule_of("no-tags", Category::Cost, false) };
    static OPEN: Rule = Rule { aliases: &[], ..rule_of("open-bucket", Category::Security, true) };
    static ALL: &[&Rule] = &[&IDLE, &SPOT, &TAGS, &OPEN];

    fn chosen(select: &[&str], ignore: &[&str]) -> String {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let selection = selection(ALL, &owned(select), &owned(ignore)).expect("valid names");
        selection.rules.iter().map(|rule| rule.name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn select_replaces_ignore_takes_away_and_names_weigh_more_than_categories() {
        assert_eq!(chosen(&[], &[]), "idle-notebook spot-loses-work open-bucket");
        assert_eq!(chosen(&["cost"], &[]), "idle-notebook spot-loses-work");
        assert_eq!(chosen(&["cost", "no-tags"], &["spot-loses-work"]), "idle-notebook no-tags");
        assert_eq!(chosen(&["no-tags", "security"], &["cost"]), "no-tags open-bucket");
        assert_eq!(chosen(&["never-stops"], &["cost"]), "idle-notebook");
        assert_eq!(chosen(&["idle-notebook"], &["never-stops"]), "");
    }

    #[test]
    fn names_are_taken_as_they_are_printed_and_in_any_case() {
        assert_eq!(chosen(&["mllint::idle-notebook", "Security"], &[]), "idle-notebook open-bucket");
        assert_eq!(rule(ALL, "MLLINT::No-Tags").map(|rule| rule.name), Ok("no-tags"));
    }

    #[test]
    fn a_category_without_rules_is_told() {
        let owned = ["performance", "cost"].map(str::to_owned);
        assert_eq!(selection(ALL, &owned, &[]).expect("valid names").empty, ["performance"]);
    }

    #[test]
    fn an_unknown_name_brings_the_nearest_ones() {
        let unknown = selection(ALL, &["idle-notebok".to_owned()], &[]).err().expect("an error");
        assert_eq!(
            unknown.to_string(),
            "unknown rule or category `idle-notebok`\n  help: did you mean `idle-notebook`? `mllint rules` lists them all"
        );
        let unknown = rule(ALL, "cost").expect_err("categories have no page");
        assert_eq!(unknown.to_string(), "unknown rule `cost`\n  help: `mllint rules` lists them all");
    }
}
