//! A bucket that leaves its encryption to S3: nobody chose the key, and nobody can take it away.

use serde_json::{Value as Json, json};

use crate::{
    finding::{Finding, Safety, Severity},
    graph::{
        Input,
        attr::Subject,
        kind::{self, is_intelligent},
    },
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, buckets},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "bucket-without-encryption",
    aliases: &[],
    category: Category::Security,
    severity: Severity::Advice,
    or_severity: Some((Severity::Warning, "the bucket serves an ML workload")),
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/bucket-without-encryption.md"),
    check: Check::Each(kind::BUCKET, check),
};

fn check(cx: &Context<'_>, bucket: Subject<'_>, out: &Findings) {
    let encryption = bucket.get("BucketEncryption");
    if !encryption.is_absent() {
        return;
    }
    let finding = Finding::on(&encryption, "bucket states no encryption")
        .label("S3 encrypts what is stored here with a key of its own; nothing here chooses one")
        .help(help(bucket.resource().input));
    let finding = if bears_kms(bucket) { finding.fix_set(&encryption, by_kms(), Safety::Unsafe) } else { finding };
    out.add(if buckets::serves(cx, bucket, is_intelligent) { finding.severity(Severity::Warning) } else { finding });
}

/// Encryption by KMS, with the key that S3 has there in the account: a key of the user's own has no name here.
fn by_kms() -> Json {
    json!({"ServerSideEncryptionConfiguration": [
        {"BucketKeyEnabled": true, "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    ]})
}

/// ACLs of buckets whose readers or writers have no right to the key.
const OPEN_ACLS: &[&str] = &["AuthenticatedRead", "LogDeliveryWrite", "PublicRead", "PublicReadWrite"];
/// Who fetches from buckets that they name, or writes logs into them, and may not use their key without more.
const STRANGERS: &[&str] = &[
    "AWS::CloudFront::Distribution",
    "AWS::ElasticLoadBalancing::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "Terraform::aws_cloudfront_distribution",
    "Terraform::aws_elb",
    "Terraform::aws_lb",
];

/// Whether KMS breaks nothing that is seen here: who reads a website, or is let in by a policy, has no right to decrypt,
/// and S3 delivers no access logs into such a bucket. What is not known may be any of these.
fn bears_kms(bucket: Subject<'_>) -> bool {
    let control = bucket.get("AccessControl");
    let is_private = control.is_absent() || control.text().is_some_and(|control| !OPEN_ACLS.contains(&control));
    let is_stranger = |user: &Subject<'_>| match user.kind() {
        kind::BUCKET => {
            let logs = user.get("LoggingConfiguration.DestinationBucketName");
            user.targets(&logs).iter().any(|target| target.id() == bucket.id())
        }
        "AWS::S3::BucketPolicy" => lets_in(*user),
        kind => STRANGERS.contains(&kind),
    };
    is_private && bucket.get("WebsiteConfiguration").is_absent() && !bucket.referrers().any(|user| is_stranger(&user))
}

/// Whether a policy may allow somebody something, rather than only deny.
fn lets_in(policy: Subject<'_>) -> bool {
    let (statements, more) = policy.get("PolicyDocument.Statement").items();
    more || statements.iter().any(|statement| statement.get("Effect").text() != Some("Deny"))
}

fn help(input: Input) -> String {
    let setting = match input {
        Input::Terraform => {
            "add an `aws_s3_bucket_server_side_encryption_configuration` with `sse_algorithm = \"aws:kms\"`"
        }
        Input::CloudFormation | Input::Sdk | Input::Api | Input::Core | Input::Request | Input::StateMachine => {
            "add `BucketEncryption` with `SSEAlgorithm: aws:kms`, your key and `BucketKeyEnabled: true`"
        }
    };
    format!(
        "{setting}; `AES256` states S3's own key\nwith a key of yours, who reads needs `kms:Decrypt` and who writes `kms:GenerateDataKey`, and KMS bills its requests"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        finding::Severity,
        graph::kind::{BUCKET, MODEL},
        rules::testing::Built,
    };

    fn beside(bucket: &Value, kind: &str, other: &Value) -> Vec<Option<Severity>> {
        let mut built = Built::default();
        built.resource(BUCKET, "Bucket", bucket);
        built.resource("AWS::IAM::Role", "Role", &json!({}));
        built.resource(kind, "Other", other);
        built.check(&RULE).into_iter().map(|finding| finding.severity).collect()
    }

    const ADVICE: [Option<Severity>; 1] = [Some(Severity::Advice)];
    const WARNING: [Option<Severity>; 1] = [Some(Severity::Warning)];

    #[test]
    fn a_bucket_by_itself_is_advice() {
        assert_eq!(beside(&json!({}), "AWS::SNS::Topic", &json!({"Name": {"ref": "Bucket"}})), ADVICE);
    }

    #[test]
    fn a_bucket_that_serves_a_workload_is_a_warning() {
        let url = json!({"PrimaryContainer": {"ModelDataUrl": {"ref": "Bucket"}}});
        assert_eq!(beside(&json!({}), MODEL, &url), WARNING, "linked");
        assert_eq!(beside(&json!({}), MODEL, &json!({"ExecutionRoleArn": {"ref": "Role"}})), WARNING, "a role decides");
        let literal = json!({"ExecutionRoleArn": "arn:aws:iam::111122223333:role/ml"});
        assert_eq!(beside(&json!({}), MODEL, &literal), WARNING, "a role decides");
        let unknown = json!({"PrimaryContainer": {"ModelDataUrl": "s3://{bucket}/model.tar.gz"}});
        assert_eq!(beside(&json!({}), MODEL, &unknown), WARNING, "it may be this bucket");
        let other = json!({"PrimaryContainer": {"ModelDataUrl": "s3://another/model.tar.gz"}});
        assert_eq!(beside(&json!({}), MODEL, &other), ADVICE, "the model names another bucket");
    }

    #[test]
    fn a_website_and_a_bucket_of_logs_have_no_fix() {
        let has_fix = |bucket: &Value, other: &Value| {
            let mut built = Built::default();
            built.resource(BUCKET, "Bucket", bucket).resource(BUCKET, "Other", other);
            built.check(&RULE).first().expect("a finding").remedy.is_some()
        };
        let logs_to = |name: &str| json!({"LoggingConfiguration": {"DestinationBucketName": {"ref": name}}});
        assert!(has_fix(&json!({}), &json!({})));
        assert!(has_fix(&json!({"AccessControl": "Private"}), &json!({})));
        assert!(has_fix(&json!({}), &json!({"Tags": [{"Key": "of", "Value": {"ref": "Bucket"}}]})), "only mentioned");
        assert!(!has_fix(&json!({"WebsiteConfiguration": {"IndexDocument": "index.html"}}), &json!({})));
        assert!(!has_fix(&json!({"WebsiteConfiguration": {"?": "website"}}), &json!({})), "it may be one");
        assert!(!has_fix(&json!({"AccessControl": "LogDeliveryWrite"}), &json!({})));
        assert!(!has_fix(&json!({"AccessControl": "PublicRead"}), &json!({})), "the public has no key");
        assert!(!has_fix(&json!({"AccessControl": {"?": "control"}}), &json!({})), "it may be that one");
        assert!(!has_fix(&json!({}), &logs_to("Bucket")), "another bucket logs into it");
    }

    #[test]
    fn whom_others_let_in_may_have_no_key() {
        let has_fix = |kind: &str, other: &Value| {
            let mut built = Built::default();
            built.resource(BUCKET, "Bucket", &json!({})).resource(kind, "Other", other);
            built.check(&RULE).first().expect("a finding").remedy.is_some()
        };
        let policy =
            |statements: Value| json!({"Bucket": {"ref": "Bucket"}, "PolicyDocument": {"Statement": statements}});
        let statement = |effect: &str| json!({"Effect": effect, "Principal": "*", "Action": "s3:*", "Resource": "*"});
        let allows = |statements: Value| !has_fix("AWS::S3::BucketPolicy", &policy(statements));
        assert!(!allows(json!([statement("Deny")])), "that all use TLS");
        assert!(allows(json!([statement("Deny"), statement("Allow")])));
        assert!(allows(json!({"?": "statements"})));
        assert!(!has_fix("AWS::CloudFront::Distribution", &json!({"Origins": [{"DomainName": {"ref": "Bucket"}}]})));
        assert!(has_fix("AWS::SNS::Topic", &json!({"Name": {"ref": "Bucket"}})));
    }

    #[test]
    fn a_bucket_that_states_or_may_state_it_is_fine() {
        let rules = json!([{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]);
        assert_eq!(
            beside(&json!({"BucketEncryption": {"ServerSideEncryptionConfiguration": rules}}), MODEL, &json!({})),
            []
        );
        assert_eq!(beside(&json!({"BucketEncryption": {"?": "encryption"}}), MODEL, &json!({})), []);
        assert_eq!(beside(&json!({"?": "properties"}), MODEL, &json!({})), []);
    }
}
