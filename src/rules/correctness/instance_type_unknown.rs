//! An instance type of a size that its family does not have, or of a family that is not known.

use crate::{
    catalog::as_of,
    finding::{Finding, Safety, Severity},
    graph::attr::Subject,
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        instances::{self, Name},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "instance-type-unknown",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: Some((Severity::Warning, "the family itself is not known, so that it may be newer than the table")),
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/instance-type-unknown.md"),
    check: Check::Any(instances::KINDS, check),
};

fn check(_: &Context<'_>, resource: Subject<'_>, out: &Findings) {
    for field in instances::fields(resource) {
        let (text, attr) = (field.text, &field.attr);
        let (family, size) = text.rsplit_once('.').unwrap_or((text, ""));
        match instances::name(text) {
            Name::UnknownSize => {
                let sizes = instances::sizes(family, field.usage);
                let meant = meant(size, &sizes);
                let help = match (meant, sizes.len()) {
                    (Some(meant), _) => format!("did you mean `{family}.{meant}`?\nits sizes are {}", sizes.join(", ")),
                    (_, 0) => format!("take another family: `{family}` is not for {}", instances::purpose(field.usage)),
                    _ => format!("use one of {}", sizes.join(", ")),
                };
                let finding = Finding::on(attr, format!("`{family}` has no size `{size}`"))
                    .label(format!("not among the types of {}", as_of()))
                    .help(help);
                out.add(match meant {
                    Some(meant) => finding.fix_set(attr, format!("{family}.{meant}"), Safety::Unsafe),
                    None => finding,
                });
            }
            Name::UnknownFamily => out.add(
                Finding::on(attr, format!("`{text}` is of a family that is not known"))
                    .severity(Severity::Warning)
                    .label(format!("not among the types of {}", as_of()))
                    .help("check the name\nif AWS has added the family since, a newer mllint knows it"),
            ),
            Name::Known(_) | Name::Slip(..) | Name::Ec2 | Name::Other => {}
        }
    }
}

/// The one size of the same letters and digits: `16xlarge` for `61xlarge`.
fn meant<'s>(size: &str, sizes: &[&'s str]) -> Option<&'s str> {
    let sorted = |text: &str| {
        let mut letters: Vec<char> = text.chars().collect();
        letters.sort_unstable();
        letters
    };
    let mut same = sizes.iter().filter(|known| sorted(known) == sorted(size));
    same.next().filter(|_| same.next().is_none()).copied()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::RULE;
    use crate::{finding::Severity, graph::kind, rules::testing::Built};

    fn found(instance_type: &str) -> Vec<(Severity, String)> {
        let mut built = Built::default();
        let job = json!({"ResourceConfig": {"InstanceType": instance_type}});
        built.resource(kind::TRAINING_JOB, "job", &job);
        let found = built.check(&RULE).into_iter();
        found
            .map(|finding| (finding.severity.expect("one"), format!("{}; {}", finding.message, finding.help)))
            .collect()
    }

    #[test]
    fn a_size_that_the_family_lacks_is_an_error() {
        let expected =
            "`ml.p3` has no size `61xlarge`; did you mean `ml.p3.16xlarge`?\nits sizes are 2xlarge, 8xlarge, 16xlarge";
        assert_eq!(found("ml.p3.61xlarge"), [(Severity::Error, expected.to_owned())]);
        assert!(found("ml.m5.18xlarge")[0].1.contains("use one of large, xlarge"), "another digit is no slip");
    }

    #[test]
    fn a_family_that_is_not_known_is_a_warning() {
        assert_eq!(found("ml.m99.large")[0].0, Severity::Warning);
    }

    #[test]
    fn other_names_are_none_of_its_business() {
        for text in ["ml.p3.2xlarge", "m1.p3.2xlarge", "p3.2xlarge", "local_gpu", "TYPE", "ml.*.xlarge", "ml.{size}"] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
