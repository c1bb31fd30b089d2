//! Whoever opens a notebook is root on it unless that is switched off.

use crate::{
    finding::{Finding, Safety, Severity},
    graph::{Input, attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "notebook-root-access",
    aliases: &[],
    category: Category::Security,
    severity: Severity::Warning,
    or_severity: None,
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/notebook-root-access.md"),
    check: Check::Each(kind::NOTEBOOK_INSTANCE, check),
};

fn check(_: &Context<'_>, notebook: Subject<'_>, out: &Findings) {
    let root = notebook.get("RootAccess");
    let label = match root.text() {
        Some("Enabled") => "root access is switched on",
        None if root.is_absent() => "`RootAccess` is not set, and its default is `Enabled`",
        _ => return,
    };
    out.add(
        Finding::on(&root, "users of the notebook instance are root on it")
            .label(label)
            .help(help(notebook.resource().input))
            .fix_set(&root, "Disabled", Safety::Unsafe),
    );
}

fn help(input: Input) -> String {
    let setting = match input {
        Input::Terraform => "set `root_access = \"Disabled\"`",
        Input::CloudFormation => "set `RootAccess: Disabled`",
        Input::Core => "pass `root_access=\"Disabled\"`",
        Input::Sdk | Input::Api => "pass `RootAccess=\"Disabled\"`",
        Input::Request | Input::StateMachine => "set `\"RootAccess\": \"Disabled\"`",
    };
    format!("{setting}\nlifecycle configuration scripts still run as root, so what needs root can be installed there")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        finding::{Confidence, Finding, Severity},
        graph::kind::NOTEBOOK_INSTANCE,
        rules::testing::Built,
    };

    fn found(properties: &Value) -> Vec<Finding> {
        let mut built = Built::default();
        built.resource(NOTEBOOK_INSTANCE, "Notebook", properties);
        built.check(&RULE)
    }

    #[test]
    fn root_access_by_default_and_by_word_is_found() {
        for properties in [json!({}), json!({"RootAccess": "Enabled"})] {
            let found = found(&properties);
            assert_eq!(found.len(), 1, "{properties}");
            assert_eq!((found[0].severity, found[0].confidence), (Some(Severity::Warning), Confidence::High));
        }
        let default = found(&json!({"RootAccess": {"default": "Enabled"}}));
        assert_eq!(default[0].confidence, Confidence::Medium);
        assert_eq!(default[0].related.len(), 1, "the default is the place to change");
    }

    #[test]
    fn disabled_and_unknown_are_fine() {
        assert!(found(&json!({"RootAccess": "Disabled"})).is_empty());
        assert!(found(&json!({"RootAccess": {"?": "RootAccess"}})).is_empty());
        assert!(found(&json!({"RootAccess": {"if": ["A", "Disabled", {"?": "RootAccess"}]}})).is_empty());
    }
}
