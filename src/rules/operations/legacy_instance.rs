//! An instance type of a generation that AWS has replaced.

use crate::{
    catalog::{Instance, as_of},
    finding::{Finding, Safety, Severity},
    graph::attr::Subject,
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        instances::{self, Name},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "legacy-instance",
    aliases: &[],
    category: Category::Operations,
    severity: Severity::Advice,
    or_severity: None,
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/legacy-instance.md"),
    check: Check::Any(instances::KINDS, check),
};

fn check(_: &Context<'_>, resource: Subject<'_>, out: &Findings) {
    for field in instances::fields(resource) {
        let Name::Known(instance) = instances::name(field.text) else { continue };
        if !instance.legacy {
            continue;
        }
        let replacement = instance.replacement(field.usage);
        let help = match replacement {
            Some(new) => format!("use `{}` ({})", new.name, size(new)),
            None => format!("use a type of {}", instance.replacements.join(", ")),
        };
        let finding = Finding::on(&field.attr, format!("`{}` is of an old generation", instance.name))
            .label(size(instance))
            .fact(format!("{} has newer replacements, as of {}", instance.family(), as_of()), instance.fact())
            .help(help);
        out.add(match replacement {
            Some(new) => finding.fix_set(&field.attr, new.name, Safety::Unsafe),
            None => finding,
        });
    }
}

/// How large a type is, in words: `4 vCPUs, 61 GiB, 1 K80`.
fn size(instance: &Instance) -> String {
    let vcpu = instance.vcpu.map(|vcpu| format!("{vcpu} vCPUs"));
    let memory = instance.memory_gib.map(|memory| format!("{memory} GiB"));
    let chips = instance.accelerator.as_ref().and_then(|chip| Some(format!("{} {}", chip.count?, chip.name)));
    let words: Vec<String> = [vcpu, memory, chips].into_iter().flatten().collect();
    if words.is_empty() { "a newer family has taken its place".to_owned() } else { words.join(", ") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::RULE;
    use crate::{finding::Severity, graph::kind, rules::testing::Built};

    fn found(instance_type: &str) -> Vec<String> {
        let mut built = Built::default();
        built.resource(kind::TRAINING_JOB, "job", &json!({"ResourceConfig": {"InstanceType": instance_type}}));
        let found = built.check(&RULE);
        assert!(found.iter().all(|finding| finding.severity == Some(Severity::Advice)));
        found.into_iter().map(|finding| format!("{}; {}", finding.label, finding.help)).collect()
    }

    #[test]
    fn an_old_type_names_one_of_like_size() {
        assert_eq!(found("ml.p2.xlarge"), ["4 vCPUs, 61 GiB, 1 K80; use `ml.g4dn.xlarge` (4 vCPUs, 16 GiB, 1 T4)"]);
        assert_eq!(found("ml.c4.2xlarge"), ["8 vCPUs, 15 GiB; use `ml.c5.2xlarge` (8 vCPUs, 16 GiB)"]);
    }

    #[test]
    fn a_current_type_and_one_that_is_not_known_are_fine() {
        for text in ["ml.m5.large", "ml.g4dn.xlarge", "ml.p2.61xlarge", "local_gpu", "{type}"] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
