//! A notebook instance without a subnet runs in a network that SageMaker owns, outside every control of one's own.

use crate::{
    finding::{Finding, Severity},
    graph::{Input, attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "notebook-outside-vpc",
    aliases: &[],
    category: Category::Security,
    severity: Severity::Warning,
    or_severity: None,
    fixes: Fixes::None,
    implies: &["notebook-direct-internet"],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/notebook-outside-vpc.md"),
    check: Check::Each(kind::NOTEBOOK_INSTANCE, check),
};

fn check(_: &Context<'_>, notebook: Subject<'_>, out: &Findings) {
    let subnet = notebook.get("SubnetId");
    if !subnet.is_absent() {
        return;
    }
    out.add(
        Finding::on(&subnet, "notebook instance runs outside your VPC")
            .label("no subnet is set: it runs in a network that SageMaker owns")
            .help(help(notebook.resource().input)),
    );
}

fn help(input: Input) -> String {
    let setting = match input {
        Input::Terraform => "set `subnet_id`, `security_groups` and `direct_internet_access = \"Disabled\"`",
        Input::CloudFormation | Input::Request | Input::StateMachine => {
            "set `SubnetId`, `SecurityGroupIds` and `DirectInternetAccess: Disabled`"
        }
        Input::Core => "pass `subnet_id=…`, `security_group_ids=[…]` and `direct_internet_access=\"Disabled\"`",
        Input::Sdk | Input::Api => "pass `SubnetId=…`, `SecurityGroupIds=[…]` and `DirectInternetAccess=\"Disabled\"`",
    };
    format!(
        "{setting}\non a notebook that exists this replaces the instance, and what is on its volume is lost: copy it first"
    )
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
    fn a_notebook_without_a_subnet_is_found() {
        let found = found(&json!({"InstanceType": "ml.t3.medium"}));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].severity, found[0].confidence), (Some(Severity::Warning), Confidence::High));
        assert_eq!(found[0].property, "SubnetId");
    }

    #[test]
    fn a_subnet_known_or_not_is_fine() {
        assert!(found(&json!({"SubnetId": "subnet-0a1b2c3d"})).is_empty());
        assert!(found(&json!({"SubnetId": {"?": "SubnetId"}})).is_empty());
        assert!(found(&json!({"?": "request"})).is_empty());
    }

    #[test]
    fn a_subnet_in_one_branch_only_is_of_low_confidence() {
        let found = found(&json!({"SubnetId": {"if": ["InVpc", "subnet-0a1b2c3d", null]}}));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].confidence, Confidence::Low);
        assert_eq!(found[0].branch.as_deref(), Some("`InVpc` is false"));
    }
}
