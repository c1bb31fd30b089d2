//! An ML resource without tags shows up in the bill and in an inventory as nobody's.

use crate::{
    finding::{Confidence, Finding, Severity},
    graph::{
        Input,
        attr::{Attr, Subject},
        kind,
    },
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        options::{RuleOption, Texts},
        training,
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "untagged-ml-resource",
    aliases: &[],
    category: Category::Operations,
    severity: Severity::Advice,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Code,
    options: &[RuleOption::Texts(&REQUIRED)],
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
    kind::AUTO_ML_JOB,
    kind::MONITORING_SCHEDULE,
    kind::FEATURE_GROUP,
];
/// Those of them whose tags a program gives where it starts them. In the SDK the others get the tags of the object that
/// makes them.
const STARTED: &[&str] =
    &[kind::TRAINING_JOB, kind::PROCESSING_JOB, kind::AUTO_ML_JOB, kind::MONITORING_SCHEDULE, kind::FEATURE_GROUP];

static REQUIRED: Texts = Texts {
    name: "required-tags",
    about: "Keys of tags that each resource must have",
    default: &[],
    example: r#"["team", "cost-centre"]"#,
};

fn check(cx: &Context<'_>, resource: Subject<'_>, out: &Findings) {
    let tags = resource.get("Tags");
    let Some(lacks) = missing(&tags, &cx.texts(&REQUIRED)) else { return };
    if may_be_local(resource) || matches!(lacks, Lacks::All) && is_tagged_by_tuning(resource) {
        return;
    }
    let input = resource.resource().input;
    let unit = &resource.resource().key.unit;
    let what = name(resource.kind());
    let has_some = matches!(lacks, Lacks::These(_));
    let message = match &lacks {
        Lacks::All => format!("{what} carries no tags"),
        Lacks::These(keys) => format!("{what} carries no tag {keys}"),
    };
    let finding = Finding::on(&tags, message).help(help(input));
    match input {
        // Where a template tags nothing its stack may be deployed with tags, which reach all resources.
        Input::CloudFormation if cx.graph.states_tags(unit) => {
            let label = match has_some {
                true => "other tags are written here",
                false => "other resources of this template have tags, this one has none",
            };
            out.add(finding.label(label).at_most(Confidence::Medium));
        }
        // A module's caller may have a provider with default tags; a provider that was read has none, or they would be here.
        Input::Terraform if cx.graph.unit(unit).is_some_and(|unit| unit.is_configured) => {
            let label =
                if has_some { "neither it nor its provider sets it" } else { "neither it nor its provider sets tags" };
            out.add(finding.label(label));
        }
        Input::Terraform if cx.graph.states_tags(unit) => {
            let label = match has_some {
                true => "other tags are written here",
                false => "other resources beside it have tags, this one has none",
            };
            out.add(finding.label(label).at_most(Confidence::Medium));
        }
        Input::CloudFormation | Input::Terraform => {}
        Input::Request | Input::StateMachine if has_some => out.add(finding.label("the request sets other tags")),
        Input::Request | Input::StateMachine => out.add(finding.label("the request sets no `Tags`")),
        Input::Sdk if !STARTED.contains(&resource.kind()) => {}
        Input::Sdk | Input::Api | Input::Core => {
            let label = if has_some { "other tags are passed" } else { "no tags are passed" };
            out.add(finding.label(label).at_most(Confidence::Medium));
        }
    }
}

/// What a resource certainly lacks.
enum Lacks {
    /// Any tag.
    All,
    /// These keys, in words: "`team` or `owner`".
    These(String),
}

/// What is certainly missing among the tags of a resource: all, or some of those that it must have.
fn missing(tags: &Attr<'_>, required: &[&str]) -> Option<Lacks> {
    let (items, open) = tags.items();
    if open {
        return None;
    }
    if items.is_empty() {
        // What a variable leaves empty is up to those who set it.
        let is_passed = tags.is_written() && tags.source().is_some();
        return (!is_passed).then_some(Lacks::All);
    }
    let keys: Vec<Attr<'_>> = items.iter().map(|tag| tag.get("Key")).collect();
    // A key that is not known may be any of them.
    if keys.iter().any(|key| key.text().is_none()) {
        return None;
    }
    let has = |name: &&str| keys.iter().any(|key| key.text() == Some(name));
    let lacking: Vec<String> = required.iter().filter(|name| !has(name)).map(|name| format!("`{name}`")).collect();
    (!lacking.is_empty()).then(|| Lacks::These(lacking.join(" or ")))
}

/// Whether the tags of a training job are those of the tuning job that starts it, which is told itself where it has none; or,
/// of an estimator, where it has some.
fn is_tagged_by_tuning(resource: Subject<'_>) -> bool {
    let tuning = resource.referrers().filter(|job| job.kind() == kind::TUNING_JOB);
    resource.kind() == kind::TRAINING_JOB
        && (resource.resource().key.id.contains("/TrainingJobDefinition")
            || tuning.into_iter().any(|job| !job.get("Tags").is_absent()))
}

/// Whether a job may run in local mode, where nothing is billed.
fn may_be_local(resource: Subject<'_>) -> bool {
    let local = ["ResourceConfig.InstanceType", "ProcessingResources.ClusterConfig.InstanceType"];
    local.iter().any(|path| {
        let instance = resource.get(path);
        match instance.is_unknown() {
            true if resource.kind() == kind::TRAINING_JOB => training::may_be_local(resource),
            true => resource.resource().input == Input::Sdk,
            false => instance.text().is_some_and(|text| text.starts_with("local")),
        }
    })
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
        kind::AUTO_ML_JOB => "Autopilot job",
        kind::MONITORING_SCHEDULE => "monitoring schedule",
        kind::FEATURE_GROUP => "feature group",
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
        Input::Core => "pass `tags=[…]`",
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
        rules::{
            options::{Options, Setting},
            testing::Built,
        },
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
    fn jobs_of_code_are_one_story_of_several_findings() {
        let found = found(Input::Sdk, &[(TRAINING_JOB, job()), (TRAINING_JOB, job()), (PROCESSING_JOB, job())]);
        assert_eq!(found.len(), 3);
        assert_eq!(found[0].group, found[1].group);
    }

    #[test]
    fn each_tag_that_is_required_is_asked_for() {
        let tags = |tags| json!({"EndpointName": "e", "Tags": tags});
        let of = |required: &[&str], properties: &Value| {
            let mut options = Options::default();
            let required = required.iter().map(|&key| key.to_owned()).collect();
            options.set(RULE.name, "required-tags", Setting::Texts(required));
            let mut built = Built::default();
            built.input(Input::Request).resource(ENDPOINT, "e", properties);
            let found = built.check_with(&RULE, &options);
            found.into_iter().map(|finding| finding.message).collect::<Vec<_>>()
        };
        let team = json!({"Key": "team", "Value": {"?": "team"}});
        assert_eq!(of(&["team"], &tags(json!([team]))), [""; 0]);
        assert_eq!(of(&["owner", "team"], &tags(json!([team]))), ["endpoint carries no tag `owner`"]);
        assert_eq!(of(&["a", "b"], &tags(json!([team]))), ["endpoint carries no tag `a` or `b`"]);
        assert_eq!(of(&["a"], &tags(json!([]))), ["endpoint carries no tags"]);
        assert_eq!(of(&["a"], &tags(json!([{"Key": {"?": "key"}, "Value": "v"}]))), [""; 0], "it may be the key");
        assert_eq!(of(&["a"], &tags(json!({"?": "tags"}))), [""; 0]);
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
