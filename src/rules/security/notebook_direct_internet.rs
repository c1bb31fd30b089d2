//! A notebook instance that reaches the internet through SageMaker's own network can send anything anywhere.

use crate::{
    finding::{Finding, Safety, Severity},
    graph::{Input, attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "notebook-direct-internet",
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
    page: include_str!("../../../rules/notebook-direct-internet.md"),
    check: Check::Each(kind::NOTEBOOK_INSTANCE, check),
};

fn check(_: &Context<'_>, notebook: Subject<'_>, out: &Findings) {
    let internet = notebook.get("DirectInternetAccess");
    let label = match internet.text() {
        Some("Enabled") => "direct internet access is switched on",
        None if internet.is_absent() => "`DirectInternetAccess` is not set, and its default is `Enabled`",
        _ => return,
    };
    let finding = Finding::on(&internet, "notebook instance reaches the internet past your network")
        .label(label)
        .help(help(notebook.resource().input));
    // Without a subnet it cannot be switched off.
    let has_subnet = notebook.get("SubnetId").known().is_some();
    out.add(if has_subnet { finding.fix_set(&internet, "Disabled", Safety::Unsafe) } else { finding });
}

fn help(input: Input) -> String {
    let off = match input {
        Input::Terraform => "set `direct_internet_access = \"Disabled\"`",
        Input::CloudFormation => "set `DirectInternetAccess: Disabled`",
        Input::Request | Input::StateMachine => "set `\"DirectInternetAccess\": \"Disabled\"`",
        Input::Core => "pass `direct_internet_access=\"Disabled\"`",
        Input::Sdk | Input::Api => "pass `DirectInternetAccess=\"Disabled\"`",
    };
    format!(
        "{off}\nits subnet then needs a NAT gateway, or endpoints for S3, the SageMaker API and STS; most of these are billed\non a notebook that exists this replaces the instance, and what is on its volume is lost: copy it first"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{finding::Finding, graph::kind::NOTEBOOK_INSTANCE, rules::testing::Built};

    fn found(properties: &Value) -> Vec<Finding> {
        let mut built = Built::default();
        built.resource(NOTEBOOK_INSTANCE, "Notebook", properties);
        built.check(&RULE)
    }

    #[test]
    fn only_disabled_and_what_is_not_known_are_fine() {
        let subnet = "subnet-0a1b2c3d";
        assert_eq!(found(&json!({"InstanceType": "ml.t3.medium", "SubnetId": subnet})).len(), 1);
        assert_eq!(found(&json!({"DirectInternetAccess": "Enabled", "SubnetId": {"?": "SubnetId"}})).len(), 1);
        for access in [json!("Disabled"), json!({"?": "Access"})] {
            assert!(found(&json!({"DirectInternetAccess": access, "SubnetId": subnet})).is_empty());
        }
    }

    #[test]
    fn without_a_subnet_that_is_what_is_reported() {
        assert!(found(&json!({"InstanceType": "ml.t3.medium", "RoleArn": "r"})).is_empty());
    }
}
