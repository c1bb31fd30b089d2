//! An instance type whose name is a slip of the pen: the call or the deployment is refused.

use crate::{
    catalog::as_of,
    finding::{Finding, Severity},
    graph::attr::Subject,
    rules::{
        Category, Check, Context, Findings, Fixes, Rule,
        instances::{self, Name},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "instance-type-misspelled",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/instance-type-misspelled.md"),
    check: Check::Any(instances::KINDS, check),
};

fn check(_: &Context<'_>, resource: Subject<'_>, out: &Findings) {
    for field in instances::fields(resource) {
        let (text, attr) = (field.text, &field.attr);
        let finding = |label: &str, help: String| {
            Finding::on(attr, format!("`{text}` is no instance type of SageMaker")).label(label).help(help)
        };
        match instances::name(text) {
            Name::Slip(meant, why) => {
                let finding = finding(why, format!("write `{}`", meant.name));
                out.add(finding.fact(format!("{} is a type", meant.name), meant.fact()));
            }
            Name::Ec2 => {
                let label = "this is a type of EC2; those of SageMaker begin with `ml.`";
                let help = format!(
                    "take another type\nSageMaker has none that corresponds to `{text}`, as far as the table of {} knows",
                    as_of()
                );
                out.add(finding(label, help));
            }
            Name::Known(_) | Name::UnknownSize | Name::UnknownFamily | Name::Other => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::RULE;
    use crate::{graph::kind, rules::testing::Built};

    fn found(instance_type: &str) -> Vec<String> {
        let mut built = Built::default();
        built.resource(kind::NOTEBOOK_INSTANCE, "notebook", &json!({"InstanceType": instance_type}));
        built.check(&RULE).into_iter().map(|finding| format!("{}: {}", finding.label, finding.help)).collect()
    }

    #[test]
    fn a_slip_names_what_was_meant() {
        assert_eq!(found("m1.c5.xlarge"), ["the name of a SageMaker type begins with `ml.`: write `ml.c5.xlarge`"]);
        assert_eq!(
            found("t3.medium"),
            ["this is the name of EC2; those of SageMaker begin with `ml.`: write `ml.t3.medium`"]
        );
        assert!(found("a1.medium")[0].contains("SageMaker has none that corresponds to `a1.medium`"));
    }

    #[test]
    fn other_names_are_none_of_its_business() {
        for text in ["ml.t3.medium", "ml.t3.3xlarge", "ml.z9.large", "local", "{type}", "YOUR_TYPE"] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
