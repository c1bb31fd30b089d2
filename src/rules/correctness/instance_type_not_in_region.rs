//! An instance type in a region that does not offer it.

use crate::{
    catalog::{image, offer},
    finding::{Finding, Severity},
    graph::{attr::Subject, kind},
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        instances::{self, Name},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "instance-type-not-in-region",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Warning,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/instance-type-not-in-region.md"),
    check: Check::Any(instances::KINDS, check),
};

fn check(_: &Context<'_>, resource: Subject<'_>, out: &Findings) {
    let Some(region) = region(resource) else { return };
    for field in instances::fields(resource) {
        let Name::Known(instance) = instances::name(field.text) else { continue };
        let Some(regions) = offer::regions(instance.name, field.usage) else { continue };
        if regions.contains(&&*region) || !offer::is_region(&region, field.usage) {
            continue;
        }
        let purpose = instances::purpose(field.usage);
        let near: Vec<&str> = regions.iter().copied().filter(|other| other.get(..3) == region.get(..3)).collect();
        let elsewhere = if near.is_empty() {
            format!("{} regions have it", regions.len())
        } else {
            format!("near by it is in {}", near.join(", "))
        };
        out.add(
            Finding::on(&field.attr, format!("`{}` is not offered for {purpose} in {region}", instance.name))
                .label(format!("not in the price list of {region}, as of {}", offer::AS_OF))
                .fact(format!("regions of {} for {purpose}", instance.name), offer::fact(instance.name))
                .help(format!("take a type that {region} has, or another region\n{elsewhere}")),
        );
    }
}

/// The region of a resource, where the files tell it: by the provider, or by an image that must lie in the same region.
fn region(resource: Subject<'_>) -> Option<String> {
    if let Some(region) = &resource.resource().region {
        return Some(region.to_string());
    }
    let path = match resource.kind() {
        kind::TRAINING_JOB => "AlgorithmSpecification.TrainingImage",
        kind::PROCESSING_JOB => "AppSpecification.ImageUri",
        _ => return None,
    };
    image::region(resource.get(path).text()?).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::RULE;
    use crate::{graph::kind, rules::testing::Built};

    fn found(instance_type: &str, image: &str) -> Vec<String> {
        let mut built = Built::default();
        let resources = json!({"ClusterConfig": {"InstanceType": instance_type, "InstanceCount": 1}});
        let job = json!({"ProcessingResources": resources, "AppSpecification": {"ImageUri": image}});
        built.resource(kind::PROCESSING_JOB, "job", &job);
        built.check(&RULE).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_type_that_the_region_lacks_is_found() {
        let image = "111122223333.dkr.ecr.eu-west-3.amazonaws.com/clean:1";
        assert_eq!(found("ml.m4.xlarge", image), ["`ml.m4.xlarge` is not offered for processing jobs in eu-west-3"]);
        assert!(found("ml.m5.xlarge", image).is_empty());
    }

    #[test]
    fn without_region_or_row_nothing_is_said() {
        assert!(found("ml.m4.xlarge", "111122223333.dkr.ecr.{region}.amazonaws.com/clean:1").is_empty());
        assert!(found("ml.m4.xlarge", "111122223333.dkr.ecr.xx-nowhere-1.amazonaws.com/clean:1").is_empty());
        assert!(found("ml.p2.xlarge", "111122223333.dkr.ecr.eu-west-3.amazonaws.com/clean:1").is_empty());
    }
}
