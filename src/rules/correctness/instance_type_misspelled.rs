//! An instance type whose name is a slip of the pen: the call or the deployment is refused.

use crate::{
    catalog::{Instance, as_of},
    finding::{Edit, Finding, Safety, Severity},
    graph::{
        attr::Subject,
        fact::{Fact, FactKind},
    },
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule, calls,
        instances::{self, Name},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "instance-type-misspelled",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: None,
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/instance-type-misspelled.md"),
    check: Check::Several(&[Check::Any(instances::KINDS, check), Check::Code(FactKind::Call, unfollowed)]),
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
                let finding = finding.fact(format!("{} is a type", meant.name), meant.fact());
                out.add(finding.fix_set(attr, meant.name, safety(text, meant)));
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

/// `deploy` of an object that is not followed.
fn unfollowed(_: &Context<'_>, fact: &Fact, out: &Findings) {
    let Some((_, argument, text)) = calls::unfollowed(fact, "instance_type") else { return };
    if let Name::Slip(meant, why) = instances::name(text) {
        let place = argument.value.origin.place;
        let edit = Edit { place, replacement: format!("\"{}\"", meant.name) };
        let mut finding = Finding::at(place, format!("`{text}` is no instance type of SageMaker"))
            .label(why)
            .fact(format!("{} is a type", meant.name), meant.fact())
            .help(format!("write `{}`", meant.name))
            .fix(safety(text, meant), format!("replace `{text}` by `{}`", meant.name), vec![edit]);
        "instance_type".clone_into(&mut finding.property);
        out.add(finding);
    }
}

/// Safe where the family and the size stand there: then it is certain what was meant. A type of EC2 is another name for the
/// same machine, but it may be that the field was meant otherwise.
fn safety(text: &str, meant: &Instance) -> Safety {
    let tidy = text.trim().to_ascii_lowercase();
    let is_meant = tidy.split(['.', '-', '_']).skip(1).eq(meant.name.split('.').skip(1));
    if is_meant { Safety::Safe } else { Safety::Unsafe }
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
