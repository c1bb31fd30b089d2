//! An instance type that SageMaker does not take for this use: the call or the deployment is refused.

use crate::{
    catalog::{Instance, as_of, instance::Use},
    finding::{Finding, Safety, Severity},
    graph::attr::Subject,
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        instances::{self, Name},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "instance-type-wrong-use",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: None,
    fixes: Fixes::Unsafe,
    implies: &["legacy-instance"],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/instance-type-wrong-use.md"),
    check: Check::Any(instances::KINDS, check),
};

fn check(_: &Context<'_>, resource: Subject<'_>, out: &Findings) {
    for field in instances::fields(resource) {
        let Name::Known(instance) = instances::name(field.text) else { continue };
        if instance.uses.contains(&field.usage) {
            continue;
        }
        let purpose = instances::purpose(field.usage);
        let uses: Vec<&str> = instance.uses.iter().map(|usage| instances::purpose(*usage)).collect();
        let like = like(instance, field.usage);
        let help = like.map_or_else(
            || format!("take a type that is made for {purpose}"),
            |like| format!("use `{}`: {} vCPUs", like.name, like.vcpu.unwrap_or_default()),
        );
        let finding = Finding::on(&field.attr, format!("`{}` cannot be used for {purpose}", instance.name))
            .label(format!("it is for {}", listed(&uses)))
            .fact(format!("uses of {}, as of {}", instance.name, as_of()), instance.fact())
            .help(help);
        out.add(match like {
            Some(like) => finding.fix_set(&field.attr, like.name, Safety::Unsafe),
            None => finding,
        });
    }
}

/// A type of like size that can be used so: of the same purpose where there is one, else a general one.
fn like(instance: &Instance, usage: Use) -> Option<&'static Instance> {
    let gpus = instance.gpus.unwrap_or_default();
    let family = if gpus > 0 { "ml.g5." } else { "ml.m5." };
    // What runs on Trainium or Inferentia runs on nothing else.
    let is_other = gpus == 0 && instance.accelerator.is_some();
    let same = || crate::catalog::instance::with_vcpu(family, instance.vcpu?, usage).filter(|_| !is_other);
    instance.replacement(usage).or_else(same)
}

/// Words in a sentence: `a, b and c`.
fn listed(words: &[&str]) -> String {
    match words {
        [] => "nothing that is deployed".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::RULE;
    use crate::{graph::kind, rules::testing::Built};

    fn training(instance_type: &str) -> Vec<String> {
        let mut built = Built::default();
        built.resource(kind::TRAINING_JOB, "job", &json!({"ResourceConfig": {"InstanceType": instance_type}}));
        built.check(&RULE).into_iter().map(|finding| format!("{}; {}", finding.message, finding.help)).collect()
    }

    #[test]
    fn a_type_for_other_uses_is_found() {
        assert_eq!(training("ml.t2.large"), ["`ml.t2.large` cannot be used for training; use `ml.t3.large`: 2 vCPUs"]);
        assert_eq!(
            training("ml.c6g.2xlarge"),
            ["`ml.c6g.2xlarge` cannot be used for training; use `ml.m5.2xlarge`: 8 vCPUs"]
        );
        let mut built = Built::default();
        let variants =
            json!({"ProductionVariants": [{"InstanceType": "ml.p5.48xlarge"}, {"InstanceType": "ml.t3.large"}]});
        built.resource(kind::ENDPOINT_CONFIG, "config", &variants);
        let found = built.check(&RULE);
        assert!(found.iter().all(|finding| finding.property == "ProductionVariants[1].InstanceType"), "{found:?}");
    }

    #[test]
    fn a_type_for_this_use_and_one_that_is_not_known_are_fine() {
        for text in ["ml.m5.large", "ml.m4.xlarge", "ml.z9.large", "m1.c5.large", "local", "{type}"] {
            assert!(training(text).is_empty(), "{text}");
        }
    }
}
