//! A production variant on one instance: when that instance or its zone fails, nobody gets an answer.

use crate::{
    finding::{Confidence, Finding, Safety, Severity},
    graph::{Input, attr::Subject, hosting::is_short_lived, kind},
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        hosting::{Runs, Variant, endpoints_of, is_async, variants, words},
        options::{RuleOption, Texts},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "single-instance-endpoint",
    aliases: &[],
    category: Category::Reliability,
    severity: Severity::Advice,
    or_severity: Some((Severity::Warning, "a name or tag says that it is production, and its type has no GPU")),
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[RuleOption::Texts(&PRODUCTION)],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/single-instance-endpoint.md"),
    check: Check::Each(kind::ENDPOINT_CONFIG, check),
};

static PRODUCTION: Texts = Texts {
    name: "production-words",
    about: "Words by which names and tags say that something serves customers",
    default: &["prod", "prd", "production", "live"],
    example: r#"["prod", "p1"]"#,
};
/// Words by which they say that it does not.
const TRIAL: &[&str] = &[
    "dev",
    "develop",
    "development",
    "test",
    "testing",
    "tests",
    "stage",
    "staging",
    "stg",
    "qa",
    "uat",
    "sandbox",
    "demo",
    "example",
    "examples",
    "experiment",
    "poc",
    "tutorial",
    "workshop",
    "sample",
    "samples",
];

fn check(cx: &Context<'_>, config: Subject<'_>, out: &Findings) {
    if !is_async(config).is_no() || is_short_lived(config) {
        return;
    }
    let endpoints = endpoints_of(cx, config);
    let mut named = endpoints.clone();
    named.push(config);
    let words = words(&named);
    let says = |list: &[&str]| words.iter().any(|word| list.iter().any(|said| word.eq_ignore_ascii_case(said)));
    let is_production = says(&cx.texts(&PRODUCTION));
    // A name that is not known may say that it is none of production's.
    let open = |subject: &Subject<'_>| {
        let attrs = [subject.get("EndpointName"), subject.get("EndpointConfigName")];
        attrs.iter().any(|attr| !attr.is_absent() && attr.text().is_none() && attr.reference().is_none())
    };
    if says(TRIAL) || (!is_production && named.iter().any(open)) {
        return;
    }
    for variant in variants(config).0.iter().filter(|variant| stands_alone(&endpoints, variant)) {
        let count = variant.get("InitialInstanceCount");
        let what = variant.get("InstanceType").text().map_or("instance".to_owned(), |name| format!("`{name}`"));
        let mut finding = Finding::on(&count, format!("{} runs on one instance", variant.title()))
            .label("when it fails, or its zone, the variant answers nothing until another one has started")
            .help(format!("{}\n{what} is billed twice then", help(config)));
        let has_gpu = variant.instance().is_none_or(|(_, instance)| instance.gpus != Some(0));
        match config.resource().input {
            Input::Sdk | Input::Api | Input::Core => finding = finding.at_most(Confidence::Medium),
            _ if is_production && !has_gpu => {
                finding = finding.severity(Severity::Warning).fix_set(&count, 2, Safety::Unsafe);
            }
            _ => {}
        }
        out.add(finding);
    }
}

/// Whether a variant certainly has one instance, and nothing that gives it another one at once.
fn stands_alone<'a>(endpoints: &[Subject<'a>], variant: &Variant<'a>) -> bool {
    let one = |name: &str| variant.get(name).is_absent() || variant.get(name).number() == Some(1.0);
    let pools = variant.get("InstancePools");
    let scaled = endpoints.iter().flat_map(|endpoint| variant.scaling_targets(*endpoint));
    variant.runs() == Runs::Model
        && pools.is_absent()
        && variant.get("InitialInstanceCount").number() == Some(1.0)
        && one("ManagedInstanceScaling.MinInstanceCount")
        && scaled.into_iter().all(|target| target.get("MinCapacity").number() == Some(1.0))
}

fn help(config: Subject<'_>) -> &'static str {
    match config.resource().input {
        Input::Terraform => {
            "set `initial_instance_count = 2` where requests must be answered: SageMaker spreads them over zones"
        }
        Input::Sdk | Input::Core => {
            "pass `initial_instance_count=2` where requests must be answered: SageMaker spreads them over zones"
        }
        _ => "set `InitialInstanceCount` to 2 where requests must be answered: SageMaker spreads them over zones",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        finding::Severity,
        graph::kind::{ENDPOINT, ENDPOINT_CONFIG, SCALABLE_TARGET},
        rules::testing::Built,
    };

    fn found(name: &str, changes: &Value, least: Option<Value>) -> Vec<Option<Severity>> {
        let mut variant = json!({
            "ModelName": "m", "VariantName": "main", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1,
        });
        for (name, value) in changes.as_object().expect("changes") {
            variant[name] = value.clone();
        }
        let mut built = Built::default();
        built.resource(ENDPOINT_CONFIG, "Config", &json!({"ProductionVariants": [variant], "Tags": []}));
        built.resource(ENDPOINT, "Endpoint", &json!({"EndpointName": name, "EndpointConfigName": {"ref": "Config"}}));
        if let Some(least) = least {
            let id = format!("endpoint/{name}/variant/main");
            built.resource(SCALABLE_TARGET, "Target", &json!({"ResourceId": id, "MinCapacity": least}));
        }
        built.check(&RULE).into_iter().map(|finding| finding.severity).collect()
    }

    #[test]
    fn production_makes_it_a_warning_unless_a_gpu_is_dear() {
        assert_eq!(found("churn", &json!({}), None), [Some(Severity::Advice)]);
        assert_eq!(found("churn-prod", &json!({}), None), [Some(Severity::Warning)]);
        assert_eq!(found("{Model}-prd-{Job}", &json!({}), None), [Some(Severity::Warning)]);
        assert_eq!(found("product", &json!({}), None), [Some(Severity::Advice)], "another word");
        assert_eq!(found("churn-prod", &json!({"InstanceType": "ml.g5.xlarge"}), None), [Some(Severity::Advice)]);
        assert_eq!(found("churn-dev", &json!({}), None), []);
        assert_eq!(found("churn-{Stage}", &json!({}), None), [], "which stage that is cannot be known");
    }

    #[test]
    fn more_than_one_instance_and_what_cannot_be_known_are_fine() {
        for changes in [
            json!({"InitialInstanceCount": 2}),
            json!({"InitialInstanceCount": {"?": "Count"}}),
            json!({"InitialInstanceCount": null}),
            json!({"ServerlessConfig": {"MaxConcurrency": 5, "MemorySizeInMB": 2048}}),
            json!({"ModelName": null}),
            json!({"InstancePools": [{"InstanceType": "ml.m5.large", "x": 1}]}),
            json!({"ManagedInstanceScaling": {"MinInstanceCount": 2, "Status": "ENABLED"}}),
            json!({"ManagedInstanceScaling": {"?": "Scaling"}}),
        ] {
            assert_eq!(found("churn", &changes, None), [], "{changes}");
        }
        assert_eq!(found("churn", &json!({}), Some(json!(2))), [], "scaling starts the second one at once");
        assert_eq!(found("churn", &json!({}), Some(json!({"?": "Min"}))), []);
        assert_eq!(found("churn", &json!({}), Some(json!(1))), [Some(Severity::Advice)]);
    }
}
