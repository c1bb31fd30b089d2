//! A large model that has to be up within the default time, which downloading and loading it exceeds.

use crate::{
    catalog::hosting::LARGE_MODEL,
    finding::{Finding, Safety, Severity},
    graph::{
        Input,
        attr::{Attr, Subject},
        kind,
    },
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        hosting::{Runs, containers, model_of, variants},
        serving::{billions, model_id},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "startup-timeout-default",
    aliases: &[],
    category: Category::Reliability,
    severity: Severity::Warning,
    or_severity: Some((Severity::Error, "the timeout is an environment variable, where it has no effect")),
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/startup-timeout-default.md"),
    check: Check::Any(&[kind::ENDPOINT_CONFIG, kind::INFERENCE_COMPONENT, kind::MODEL], check),
};

const TIMEOUT: &str = "ContainerStartupHealthCheckTimeoutInSeconds";

fn check(_: &Context<'_>, subject: Subject<'_>, out: &Findings) {
    match subject.kind() {
        kind::MODEL => containers(subject).iter().for_each(|container| misplaced(container, out)),
        kind::INFERENCE_COMPONENT => {
            let specification = subject.get("Specification");
            let timeout = specification.get("StartupParameters").get(TIMEOUT);
            let mut all: Vec<Attr<'_>> = Vec::new();
            if let Some(model) = model_of(subject, &specification.get("ModelName")) {
                all = containers(model);
            }
            all.push(specification.get("Container"));
            unset(subject, &timeout, &all, out);
        }
        _ => {
            for variant in variants(subject).0.iter().filter(|variant| variant.runs() == Runs::Model) {
                if let Some(model) = variant.model() {
                    unset(subject, &variant.get(TIMEOUT), &containers(model), out);
                }
            }
        }
    }
}

/// A timeout that is not set although a container serves a large model.
fn unset(subject: Subject<'_>, timeout: &Attr<'_>, containers: &[Attr<'_>], out: &Findings) {
    // Where the timeout stands in the environment, that is the fault to mend.
    if !timeout.is_absent() || containers.iter().any(|container| in_environment(container).is_some()) {
        return;
    }
    let Some((id, size)) = containers.iter().find_map(large) else { return };
    out.add(
        Finding::on(timeout, "large model has the default time to start")
            .label(format!("`{id}` has {size} billion parameters: downloading and loading them takes minutes"))
            .help(help(subject))
            .fix_set(timeout, 900, Safety::Unsafe),
    );
}

/// The large model that a container loads. An image for language models says nothing of their size.
fn large<'a>(container: &Attr<'a>) -> Option<(&'a str, f64)> {
    let (_, id) = model_id(container)?;
    billions(id).filter(|size| *size >= LARGE_MODEL).map(|size| (id, size))
}

/// The environment variable of a container that is meant to be the timeout.
fn in_environment<'a>(container: &Attr<'a>) -> Option<(&'a str, Attr<'a>)> {
    let is_it = |name: &str| {
        let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        letters.eq_ignore_ascii_case(TIMEOUT) || letters.eq_ignore_ascii_case("ContainerStartupHealthCheckTimeout")
    };
    container.get("Environment").entries().0.into_iter().find(|(name, _)| is_it(name))
}

fn misplaced(container: &Attr<'_>, out: &Findings) {
    let Some((name, attr)) = in_environment(container) else { return };
    out.add(
        Finding::on(&attr, "startup timeout is an environment variable")
            .label(format!("no container reads `{name}`: the default time holds"))
            .severity(Severity::Error)
            .help(format!("move it to the variant: `{TIMEOUT}` of the endpoint configuration (`container_startup_health_check_timeout` of `deploy`)")),
    );
}

fn help(subject: Subject<'_>) -> String {
    let setting = match subject.resource().input {
        Input::Terraform => {
            "set `container_startup_health_check_timeout_in_seconds` of the variant, to 900 for instance".to_owned()
        }
        Input::Core => "pass `container_startup_health_check_timeout_in_seconds=900` to the variant".to_owned(),
        Input::Sdk => "pass `container_startup_health_check_timeout=900` to `deploy`".to_owned(),
        _ => format!("set `{TIMEOUT}` to 900 for instance"),
    };
    format!(
        "{setting}\nit costs nothing: 3600 is the most; `ModelDataDownloadTimeoutInSeconds` is its twin for artefacts in S3"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        finding::{Confidence, Severity},
        graph::kind::{ENDPOINT_CONFIG, MODEL},
        rules::testing::Built,
    };

    const TGI: &str = "763104351884.dkr.ecr.us-east-1.amazonaws.com/huggingface-pytorch-tgi-inference:2.0";

    fn found(image: &str, environment: &Value, timeout: &Value) -> Vec<(Option<Severity>, Confidence)> {
        let mut built = Built::default();
        let container = json!({"Image": image, "Environment": environment});
        built.resource(MODEL, "Model", &json!({"PrimaryContainer": container, "Tags": []}));
        let variant = json!({
            "ModelName": {"ref": "Model"},
            "InstanceType": "ml.g5.2xlarge",
            "ContainerStartupHealthCheckTimeoutInSeconds": timeout,
        });
        built.resource(ENDPOINT_CONFIG, "Config", &json!({"ProductionVariants": [variant], "Tags": []}));
        built.check(&RULE).into_iter().map(|finding| (finding.severity, finding.confidence)).collect()
    }

    #[test]
    fn a_large_model_needs_more_than_the_default() {
        let id = |id: &str| json!({"HF_MODEL_ID": id, "x": "1"});
        let warned = [(Some(Severity::Warning), Confidence::High)];
        assert_eq!(
            found("111122223333.dkr.ecr.us-east-1.amazonaws.com/m:1", &id("tiiuae/falcon-7b"), &json!(null)),
            warned
        );
        assert_eq!(found(TGI, &id("tiiuae/falcon-7b"), &json!(900)), []);
        assert_eq!(found(TGI, &id("tiiuae/falcon-7b"), &json!({"?": "Timeout"})), []);
        assert_eq!(found(TGI, &id("Qwen/Qwen2.5-0.5B"), &json!(null)), [], "a small one");
        assert_eq!(found("{Image}", &id("org/model"), &json!(null)), []);
        assert_eq!(found(TGI, &id("openai-community/gpt2-large"), &json!(null)), [], "its size is not told");
    }

    #[test]
    fn in_the_environment_it_has_no_effect() {
        let environment = json!({"CONTAINER_STARTUP_HEALTH_CHECK_TIMEOUT": "900", "HF_MODEL_ID": "tiiuae/falcon-7b"});
        assert_eq!(found(TGI, &environment, &json!(null)), [(Some(Severity::Error), Confidence::High)]);
    }
}
