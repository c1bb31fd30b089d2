//! An ML resource without tags shows up in the bill and in an inventory as nobody's.

use crate::{
    finding::{Confidence, Finding, Severity},
    graph::{
        Input,
        attr::{Attr, Subject},
        kind,
    },
    rules::{Category, Check, Context, Findings, Fixes, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "untagged-ml-resource",
    aliases: &[],
    category: Category::Operations,
    severity: Severity::Advice,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/untagged-ml-resource.md"),
    check: Check::Any(KINDS, check),
};

/// What is billed by itself, or runs under a role: each of these kinds has tags.
const KINDS: &[&str] = &[
    kind::ENDPOINT,
    kind::NOTEBOOK_INSTANCE,
    kind::DOMAIN,
    kind::CLUSTER,
    kind::TRAINING_JOB,
    kind::PROCESSING_JOB,
    kind::TRANSFORM_JOB,
    kind::TUNING_JOB,
];
/// Those of them that programs start one after the other. In the SDK the others get the tags of the object that makes them.
const STARTED: &[&str] = &[kind::TRAINING_JOB, kind::PROCESSING_JOB];
/// So many places of a program are shown.
const SHOWN: usize = 3;

fn check(cx: &Context<'_>, resource: Subject<'_>, out: &Findings) {
    let Some(tags) = missing(resource) else { return };
    let input = resource.resource().input;
    let unit = &resource.resource().key.unit;
    let what = name(resource.kind());
    let finding = Finding::on(&tags, format!("{what} carries no tags")).help(help(input));
    match input {
        // Where a template tags nothing its stack may be deployed with tags, which reach all resources.
        Input::CloudFormation if cx.graph.states_tags(unit) => out.add(
            finding.label("other resources of this template have tags, this one has none").at_most(Confidence::Medium),
        ),
        // A module's caller may have a provider with default tags; a provider that was read has none, or they would be here.
        Input::Terraform if resource.resource().region.is_some() => {
            out.add(finding.label("neither it nor its provider sets tags"));
        }
        Input::Terraform if cx.graph.states_tags(unit) => {
            out.add(finding.label("other resources beside it have tags, this one has none").at_most(Confidence::Medium))
        }
        Input::CloudFormation | Input::Terraform => {}
        Input::Request | Input::StateMachine => out.add(finding.label("the request sets no `Tags`")),
        Input::Sdk | Input::Api => of_programs(cx, resource, finding, out),
    }
}

/// Programs start job after job without tags: the first one stands for all.
fn of_programs(cx: &Context<'_>, resource: Subject<'_>, finding: Finding, out: &Findings) {
    if !STARTED.contains(&resource.kind()) {
        if resource.resource().input == Input::Api {
            out.add(finding.label("no tags are passed").at_most(Confidence::Medium));
        }
        return;
    }
    let by_program = |subject: &Subject<'_>| matches!(subject.resource().input, Input::Sdk | Input::Api);
    let untagged = |subject: &Subject<'_>| by_program(subject) && missing(*subject).is_some();
    let all = || STARTED.iter().flat_map(|kind| cx.of_kind(kind)).filter(untagged);
    // The first by kind and place; whoever is not looks no further.
    if all().next().is_none_or(|first| first.id() != resource.id()) {
        return;
    }
    let others: Vec<Subject<'_>> = all().skip(1).collect();
    let label = match others.len() {
        0 => "no tags are passed".to_owned(),
        1 => "no tags are passed, here and in 1 other place".to_owned(),
        more => format!("no tags are passed, here and in {more} other places"),
    };
    let mut finding = finding.label(label).at_most(Confidence::Medium);
    for other in others.iter().take(SHOWN) {
        finding = finding.related(other.place(), "nor here");
    }
    out.add(finding);
}

/// The tags of a resource that certainly has none, and that runs in AWS.
fn missing(resource: Subject<'_>) -> Option<Attr<'_>> {
    let tags = resource.get("Tags");
    let (items, open) = tags.items();
    let local = ["ResourceConfig.InstanceType", "ProcessingResources.ClusterConfig.InstanceType"];
    let may_be_local = |path: &&str| {
        let instance = resource.get(path);
        instance.is_unknown() || instance.text().is_some_and(|text| text.starts_with("local"))
    };
    // What a variable leaves empty is up to those who set it.
    let is_passed = tags.is_written() && tags.source().is_some();
    (items.is_empty() && !open && !is_passed && !local.iter().any(may_be_local)).then_some(tags)
}

fn name(kind: &str) -> &'static str {
    match kind {
        kind::ENDPOINT => "endpoint",
        kind::NOTEBOOK_INSTANCE => "notebook instance",
        kind::DOMAIN => "Studio domain",
        kind::CLUSTER => "HyperPod cluster",
        kind::TRAINING_JOB => "training job",
        kind::PROCESSING_JOB => "processing job",
        kind::TRANSFORM_JOB => "transform job",
        _ => "tuning job",
    }
}

fn help(input: Input) -> String {
    let setting = match input {
        Input::Terraform => "add `default_tags` to the provider, which reach every resource, or `tags` here",
        Input::CloudFormation => "add `Tags`, or deploy the stack with `--tags`, which reach every resource",
        Input::Request | Input::StateMachine => "add `Tags`",
        Input::Sdk => "pass `tags=[…]`, or set them for all jobs in the SDK's `config.yaml`",
        Input::Api => "pass `Tags=[…]`",
    };
    format!(
        "{setting}: whose it is, and which budget pays\nthe bill shows a tag once it is activated as a cost allocation tag"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        finding::Finding,
        graph::{Input, kind::*},
        rules::testing::Built,
    };

    fn found(input: Input, resources: &[(&str, Value)]) -> Vec<Finding> {
        let mut built = Built::default();
        built.input(input);
        for (at, (kind, properties)) in resources.iter().enumerate() {
            built.resource(kind, &format!("r{at}"), properties);
        }
        built.check(&RULE)
    }

    fn job() -> Value {
        json!({"TrainingJobName": "job", "RoleArn": "r"})
    }

    #[test]
    fn a_template_that_tags_something_shows_that_tags_are_meant_to_be_there() {
        let endpoint = (ENDPOINT, json!({"EndpointName": "e", "EndpointConfigName": "c"}));
        assert_eq!(found(Input::CloudFormation, std::slice::from_ref(&endpoint)).len(), 0, "its stack may have them");
        let tagged = (BUCKET, json!({"BucketName": "b", "Tags": [{"Key": "team", "Value": "ml"}]}));
        assert_eq!(found(Input::CloudFormation, &[endpoint.clone(), tagged]).len(), 1);
        assert_eq!(found(Input::Terraform, &[endpoint]).len(), 0, "its provider was not read");
    }

    #[test]
    fn programs_hear_of_it_once() {
        let found = found(Input::Sdk, &[(TRAINING_JOB, job()), (TRAINING_JOB, job()), (PROCESSING_JOB, job())]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].label, "no tags are passed, here and in 2 other places");
    }

    #[test]
    fn tags_that_a_variable_leaves_empty_are_up_to_the_caller() {
        let endpoint = json!({"EndpointName": "e", "Tags": {"default": []}});
        assert!(found(Input::Request, &[(ENDPOINT, endpoint)]).is_empty());
    }

    #[test]
    fn tags_known_or_not_are_fine() {
        for tags in [json!([{"Key": "team", "Value": "ml"}]), json!({"?": "tags"})] {
            assert!(found(Input::Request, &[(ENDPOINT, json!({"EndpointName": "e", "Tags": tags}))]).is_empty());
        }
        assert_eq!(found(Input::Request, &[(ENDPOINT, json!({"EndpointName": "e", "Tags": []}))]).len(), 1);
        let local = json!({"ResourceConfig": {"InstanceType": "local", "InstanceCount": 1}, "RoleArn": "r"});
        assert!(found(Input::Sdk, &[(TRAINING_JOB, local)]).is_empty());
    }
}
