//! Requests and answers of an endpoint, kept in S3 under a key that is not their owner's.

use crate::{
    finding::{Confidence, Finding, Severity},
    graph::{
        Input,
        attr::{Attr, Subject},
        hosting::is_short_lived,
        kind,
    },
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "inference-data-without-kms-key",
    aliases: &[],
    category: Category::Security,
    severity: Severity::Advice,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/inference-data-without-kms-key.md"),
    check: Check::Each(kind::ENDPOINT_CONFIG, check),
};

fn check(_: &Context<'_>, config: Subject<'_>, out: &Findings) {
    if is_short_lived(config) {
        return;
    }
    let capture = config.get("DataCaptureConfig");
    if is_there(&capture) && capture.get("EnableCapture").boolean() == Some(true) {
        let label = "the requests and answers that it captures are";
        out.add(finding(config, &capture.get("KmsKeyId"), "captured data has no customer-managed key", label));
    }
    let answers = config.get("AsyncInferenceConfig.OutputConfig");
    if is_there(&answers) {
        let label = "the answers that it writes to S3 are";
        out.add(finding(config, &answers.get("KmsKeyId"), "asynchronous answers have no customer-managed key", label));
    }
}

/// Whether something is written to S3, without a key.
fn is_there(written: &Attr<'_>) -> bool {
    written.known().is_some() && written.get("KmsKeyId").is_absent()
}

fn finding(config: Subject<'_>, key: &Attr<'_>, message: &'static str, what: &str) -> Finding {
    let input = config.resource().input;
    let name = match input {
        Input::Terraform | Input::Sdk | Input::Core => "kms_key_id",
        _ => "KmsKeyId",
    };
    let replaced = match input {
        Input::Sdk | Input::Api | Input::Core | Input::Request | Input::StateMachine => "",
        _ => "the configuration is replaced, and the endpoint moves to new instances; ",
    };
    let finding = Finding::on(key, message)
        .label(format!("no `{name}`: {what} encrypted with a key of AWS's, or of the bucket's"))
        .help(format!(
            "set `{name}` to a key of your own where an audit asks for one\n{replaced}the model's role needs `kms:GenerateDataKey` on the key, which costs a monthly fee"
        ));
    // A configuration of the SDK outside of the project may set more than the code does.
    if input.has_defaults() { finding.at_most(Confidence::Medium) } else { finding }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{graph::kind, rules::testing::Built};

    fn found(changes: &Value) -> Vec<String> {
        let mut config = json!({"EndpointConfigName": "churn", "Tags": []});
        for (name, value) in changes.as_object().expect("changes") {
            config[name] = value.clone();
        }
        let mut built = Built::default();
        built.resource(kind::ENDPOINT_CONFIG, "Config", &config);
        built.check(&RULE).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn what_is_written_to_s3_is_asked_for_its_key() {
        let capture = |key: Value, on: Value| {
            found(&json!({"DataCaptureConfig": {"DestinationS3Uri": "s3://b/c", "KmsKeyId": key, "EnableCapture": on}}))
        };
        assert_eq!(capture(json!(null), json!(true)), ["captured data has no customer-managed key"]);
        assert!(capture(json!("alias/k"), json!(true)).is_empty());
        assert!(capture(json!({"?": "Key"}), json!(true)).is_empty());
        assert!(capture(json!(null), json!(false)).is_empty(), "nothing is captured");
        assert!(capture(json!(null), json!({"?": "Enable"})).is_empty());
        let answers = |key: Value| {
            found(&json!({"AsyncInferenceConfig": {"OutputConfig": {"S3OutputPath": "s3://b/a", "KmsKeyId": key}}}))
        };
        assert_eq!(answers(json!(null)), ["asynchronous answers have no customer-managed key"]);
        assert!(answers(json!({"?": "Key"})).is_empty());
        assert!(found(&json!({"AsyncInferenceConfig": {"?": "config"}})).is_empty());
    }
}
