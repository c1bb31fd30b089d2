//! An instance type of SageMaker where EC2's are expected: the deployment is refused.

use crate::{
    catalog::ec2,
    finding::{Finding, Safety, Severity},
    graph::attr::Subject,
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, machines},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "ml-instance-outside-sagemaker",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: None,
    fixes: Fixes::Safe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/ml-instance-outside-sagemaker.md"),
    check: Check::Any(machines::KINDS, check),
};

fn check(_: &Context<'_>, machine: Subject<'_>, out: &Findings) {
    for (attr, text) in machines::types(machine) {
        let Some(plain) = text.strip_prefix("ml.") else { continue };
        let finding = Finding::on(&attr, format!("`{text}` is no instance type of EC2"))
            .label("types that begin with `ml.` exist in SageMaker only");
        out.add(if ec2::is_type(plain) {
            finding
                .fact(format!("{plain} is a type of EC2"), ec2::fact(plain))
                .help(format!("write `{plain}`"))
                .fix_set(&attr, plain, Safety::Safe)
        } else {
            finding.help("take a type of EC2: their names do not begin with `ml.`")
        });
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{graph::kind, rules::testing::Built};

    fn found(kind: &str, properties: &Value) -> Vec<String> {
        let mut built = Built::default();
        built.resource(kind, "machine", properties);
        built.check(&RULE).into_iter().map(|finding| format!("{}: {}", finding.property, finding.help)).collect()
    }

    #[test]
    fn a_type_of_sagemakers_is_found_wherever_machines_are() {
        let cases = [
            (kind::EC2_INSTANCE, json!({"InstanceType": "ml.m5.large"}), "InstanceType: write `m5.large`"),
            (
                kind::LAUNCH_TEMPLATE,
                json!({"LaunchTemplateData": {"InstanceType": "ml.g5.xlarge", "ImageId": "ami-1"}}),
                "LaunchTemplateData.InstanceType: write `g5.xlarge`",
            ),
            (
                kind::NODE_GROUP,
                json!({"InstanceTypes": ["m5.large", "ml.m5.large"]}),
                "InstanceTypes[1]: write `m5.large`",
            ),
            (
                kind::EMR_CLUSTER,
                json!({"Instances": {"CoreInstanceGroup": {"InstanceType": "ml.zz.large"}}}),
                "Instances.CoreInstanceGroup.InstanceType: take a type of EC2: their names do not begin with `ml.`",
            ),
        ];
        for (kind, properties, expected) in cases {
            assert_eq!(found(kind, &properties), [expected]);
        }
    }

    #[test]
    fn a_type_of_ec2_and_one_that_is_not_known_are_fine() {
        assert!(found(kind::EC2_INSTANCE, &json!({"InstanceType": "m5.large"})).is_empty());
        assert!(found(kind::EC2_INSTANCE, &json!({"InstanceType": {"?": "parameter Type"}})).is_empty());
        assert!(
            found(kind::COMPUTE_ENVIRONMENT, &json!({"ComputeResources": {"InstanceTypes": ["optimal"]}})).is_empty()
        );
        assert!(found(kind::NOTEBOOK_INSTANCE, &json!({"InstanceType": "ml.t3.medium"})).is_empty());
    }
}
