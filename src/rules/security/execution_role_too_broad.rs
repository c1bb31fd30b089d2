//! A role of an ML workload with far more rights than the workload uses hands them to whoever runs code there.

use crate::{
    catalog::policy::{Managed, Reach, data_of_action, managed, reach_of_action},
    finding::{FactRef, Finding, Severity},
    graph::{
        attr::{Attr, Subject},
        kind,
        value::Piece,
    },
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, roles},
    source::Place,
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "execution-role-too-broad",
    aliases: &[],
    category: Category::Security,
    severity: Severity::Warning,
    or_severity: Some((
        Severity::Advice,
        "`AmazonSageMakerFullAccess`, `sagemaker:*`, or the data of every bucket, table or secret is all that is too broad",
    )),
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/execution-role-too-broad.md"),
    check: Check::Each(kind::ROLE, check),
};

/// So many causes are shown; the others are counted.
const SHOWN: usize = 5;

/// What makes a role too broad.
struct Cause {
    reach: Reach,
    place: Place,
    text: String,
    fact: Option<FactRef>,
}

fn check(_: &Context<'_>, role: Subject<'_>, out: &Findings) {
    // A boundary decides what of it all holds.
    if !role.get("PermissionsBoundary").is_absent() {
        return;
    }
    let mut causes = attached(role);
    let documents = roles::documents(role);
    let (is_assumed, serves) = (roles::is_assumed(role), roles::serves(role, &documents));
    let label = if is_assumed {
        "every notebook, job or model that SageMaker or another AI service runs with it has these rights"
    } else {
        "what runs with it has these rights"
    };
    if serves {
        causes.extend(documents.iter().flat_map(roles::allowed).flat_map(|statement| broad(&statement)));
    } else {
        // Who attaches this policy has an ML workload in mind, whoever assumes the role.
        causes.retain(|cause| cause.reach == Reach::SageMaker);
    }
    let Some(reach) = causes.iter().map(|cause| cause.reach).max() else { return };
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.reach));
    let mut finding = Finding::at(role.place(), title(reach, serves)).label(label).help(HELP);
    if reach <= Reach::SageMaker {
        finding = finding.severity(Severity::Advice);
    }
    let more = causes.len().saturating_sub(SHOWN);
    for (at, cause) in causes.into_iter().enumerate().take(SHOWN) {
        let others = if at + 1 == SHOWN && more > 0 { format!(", and {more} more") } else { String::new() };
        finding = finding.related(cause.place, format!("{}{others}", cause.text));
        if let Some(fact) = cause.fact {
            finding = finding.fact("ManagedPolicyArns", fact);
        }
    }
    out.add(finding);
}

fn title(reach: Reach, serves: bool) -> &'static str {
    match reach {
        Reach::Data => "role of an ML workload reaches data that is not its own",
        Reach::SageMaker if !serves => "role may do everything in SageMaker",
        Reach::SageMaker => "role of an ML workload may do everything in SageMaker",
        Reach::Buckets => "role of an ML workload may read and delete every bucket",
        Reach::Rights => "role of an ML workload may give itself any right",
        Reach::Everything => "role of an ML workload may do nearly everything in the account",
    }
}

const HELP: &str = "grant what the workload uses: its prefixes of its buckets, its key, its images, its logs\nwhat is left out is refused from then on; IAM Access Analyzer drafts a policy from what CloudTrail saw the role do";

/// The managed policies of AWS that a role has.
fn attached(role: Subject<'_>) -> Vec<Cause> {
    let (policies, _) = role.get("ManagedPolicyArns").items();
    let named = |policy: &Attr<'_>| {
        let known = of_aws(policy)?;
        let text = format!("`{}`: {}", known.name, known.allows);
        Some(Cause { reach: known.reach, place: policy.place(), text, fact: Some(known.fact()) })
    };
    policies.iter().filter_map(named).collect()
}

/// The policy of AWS that an ARN names: `arn:aws:iam::aws:policy/IAMFullAccess`.
fn of_aws(policy: &Attr<'_>) -> Option<&'static Managed> {
    let pieces = policy.pieces()?;
    let Some(Piece::Text(end)) = pieces.last() else { return None };
    let (_, name) = end.rsplit_once(":iam::aws:policy/")?;
    managed().iter().find(|known| known.name == name)
}

/// What a statement without a condition allows on everything.
fn broad(statement: &Attr<'_>) -> Vec<Cause> {
    let (resources, _) = statement.get("Resource").items();
    let everything = resources.iter().any(|item| item.text() == Some("*"));
    let buckets = |item: &Attr<'_>| roles::named_in_s3(item).is_some_and(|name| matches!(&*name, "*" | "*/*"));
    if !everything && !resources.iter().any(buckets) {
        return Vec::new();
    }
    let (left_out, open) = statement.get("NotAction").items();
    if everything && !open && !left_out.is_empty() {
        let text = "every action on every resource, but for those named here".to_owned();
        return vec![Cause { reach: Reach::Everything, place: statement.get("NotAction").place(), text, fact: None }];
    }
    let (actions, _) = statement.get("Action").items();
    let mut causes: Vec<Cause> = Vec::new();
    let mut of_data: Vec<(&str, &str, Place, usize)> = Vec::new();
    for action in &actions {
        let Some((text, reach)) = action.text().and_then(|text| Some((text, reach_of_action(text)?))) else { continue };
        let what = match reach {
            Reach::Buckets => "bucket",
            Reach::Data => data_of_action(text).unwrap_or("resource"),
            _ => "resource",
        };
        if !everything && what != "bucket" {
            continue;
        }
        match of_data.iter_mut().find(|(known, ..)| reach == Reach::Data && *known == what) {
            Some((.., count)) => *count += 1,
            None if reach == Reach::Data => of_data.push((what, text, action.place(), 1)),
            None => {
                causes.push(Cause {
                    reach,
                    place: action.place(),
                    text: format!("`{text}` on every {what}"),
                    fact: None,
                });
            }
        }
    }
    causes.extend(of_data.into_iter().map(|(what, first, place, count)| {
        let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
        Cause { reach: Reach::Data, place, text: format!("`{first}`{more} on every {what}"), fact: None }
    }));
    causes
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        finding::{Finding, Severity},
        graph::kind::*,
        rules::testing::Built,
    };

    fn role(service: &str, changes: Value) -> Value {
        let trust = json!({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"});
        let mut role = json!({"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}});
        for (name, value) in changes.as_object().expect("changes") {
            role[name] = value.clone();
        }
        role
    }

    fn stated(changes: Value) -> Value {
        let mut statement = json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*"});
        for (name, value) in changes.as_object().expect("changes") {
            statement[name] = value.clone();
        }
        json!({"Version": "2012-10-17", "Statement": [statement]})
    }

    fn found(role: &Value, others: &[(&str, Value)]) -> Vec<Finding> {
        let mut built = Built::default();
        built.resource(ROLE, "Role", role);
        for (kind, properties) in others {
            built.resource(kind, "Other", properties);
        }
        built.check(&RULE)
    }

    fn severities(role: &Value) -> Vec<Option<Severity>> {
        found(role, &[]).into_iter().map(|finding| finding.severity).collect()
    }

    const ADVICE: [Option<Severity>; 1] = [Some(Severity::Advice)];
    const WARNING: [Option<Severity>; 1] = [Some(Severity::Warning)];

    #[test]
    fn sagemaker_alone_is_advice_and_more_a_warning() {
        let with = |names: &[&str]| {
            let arns: Vec<String> =
                names.iter().map(|name| format!("arn:{{partition}}:iam::aws:policy/{name}")).collect();
            severities(&role("sagemaker.amazonaws.com", json!({"ManagedPolicyArns": arns})))
        };
        assert_eq!(with(&["AmazonSageMakerFullAccess"]), ADVICE);
        assert_eq!(with(&["AmazonSageMakerFullAccess", "IAMFullAccess"]), WARNING);
        assert_eq!(with(&["AmazonSageMakerReadOnly"]), []);
        let own = json!({"ManagedPolicyArns": ["arn:aws:iam::111122223333:policy/AdministratorAccess"]});
        assert_eq!(severities(&role("sagemaker.amazonaws.com", own)), [], "not AWS's policy of that name");
    }

    #[test]
    fn only_roles_of_ml_workloads_count() {
        let admin = json!({"ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]});
        assert_eq!(severities(&role("sagemaker.{suffix}", admin.clone())), WARNING);
        let ec2 = role("ec2.amazonaws.com", admin);
        assert_eq!(severities(&ec2), []);
        assert_eq!(found(&ec2, &[(MODEL, json!({"ExecutionRoleArn": {"ref": "Role"}, "ModelName": "m"}))]).len(), 1);
    }

    #[test]
    fn what_calls_an_ai_service_is_part_of_the_workload() {
        let of = |service: &str, actions: Value| {
            let policies = json!([{"PolicyName": "own", "PolicyDocument": stated(json!({"Action": actions}))}]);
            severities(&role(service, json!({"Policies": policies})))
        };
        assert_eq!(of("lambda.amazonaws.com", json!(["sagemaker:PutRecord", "secretsmanager:GetSecretValue"])), ADVICE);
        assert_eq!(of("states.amazonaws.com", json!(["comprehend:DetectEntities", "s3:*"])), WARNING);
        assert_eq!(of("lambda.amazonaws.com", json!(["sns:Publish", "secretsmanager:GetSecretValue"])), []);
        assert_eq!(of("codebuild.amazonaws.com", json!(["sagemaker:Create*", "s3:GetObject"])), []);
    }

    #[test]
    fn a_statement_counts_where_nothing_narrows_it() {
        let inline = |policy: Value| {
            let policies = json!([{"PolicyName": "own", "PolicyDocument": policy}]);
            severities(&role("sagemaker.amazonaws.com", json!({"Policies": policies})))
        };
        assert_eq!(inline(stated(json!({}))), WARNING);
        assert_eq!(
            inline(stated(json!({"Action": ["s3:GetObject", "S3:*"], "Resource": ["arn:aws:s3:::*"]}))),
            WARNING
        );
        for buckets in ["arn:{AWS::Partition}:s3:::*", "arn:{AWS::Partition}:s3:::*/*", "arn:aws-cn:s3:::*"] {
            assert_eq!(inline(stated(json!({"Action": "s3:*", "Resource": buckets}))), WARNING, "{buckets}");
        }
        assert_eq!(inline(stated(json!({"Action": "iam:Attach*"}))), WARNING);
        assert_eq!(inline(stated(json!({"Action": null, "NotAction": ["iam:*"]}))), WARNING);
        assert_eq!(inline(stated(json!({"Action": "sagemaker:*"}))), ADVICE);
        assert_eq!(inline(stated(json!({"Action": ["s3:GetObject", "logs:PutLogEvents"]}))), ADVICE);
        assert_eq!(inline(stated(json!({"Action": "s3:Put*", "Resource": "arn:aws:s3:::*/*"}))), ADVICE);
        for narrow in [
            json!({"Resource": ["arn:aws:s3:::data", "arn:aws:s3:::data/*"]}),
            json!({"Resource": "arn:aws:s3:::{Bucket}/*"}),
            json!({"Resource": "{Service}:s3:::*"}),
            json!({"Action": ["s3:ListBucket", "iam:PassRole"]}),
            json!({"Action": "dynamodb:GetItem", "Resource": "arn:aws:s3:::*/*"}),
            json!({"Action": "iam:*", "Resource": "arn:aws:s3:::*"}),
            json!({"Effect": "Deny"}),
            json!({"Condition": {"StringEquals": {"aws:ResourceAccount": "111122223333"}, "x": 1}}),
            json!({"Condition": {"?": "Condition"}}),
            json!({"Resource": {"?": "Resource"}}),
        ] {
            assert_eq!(inline(stated(narrow.clone())), [], "{narrow}");
        }
    }

    #[test]
    fn policies_from_outside_count_and_a_boundary_leaves_it_open() {
        let plain = role("sagemaker.amazonaws.com", json!({}));
        let of = |policy: Value| found(&plain, &[("AWS::IAM::Policy", policy)]).len();
        assert_eq!(of(json!({"Roles": [{"ref": "Role"}], "PolicyDocument": stated(json!({}))})), 1);
        assert_eq!(of(json!({"Roles": ["another"], "PolicyDocument": stated(json!({}))})), 0);
        let attached = role("sagemaker.amazonaws.com", json!({"ManagedPolicyArns": [{"ref": "Other"}]}));
        let policy = (MANAGED_POLICY, json!({"Path": "/", "PolicyDocument": stated(json!({}))}));
        assert_eq!(found(&attached, std::slice::from_ref(&policy)).len(), 1);
        let mut bounded = attached;
        bounded["PermissionsBoundary"] = json!({"?": "Boundary"});
        assert_eq!(found(&bounded, &[policy]).len(), 0);
    }
}
