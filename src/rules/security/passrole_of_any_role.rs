//! A role of an ML workload that may hand any role to a service has the rights of every role of the account.

use crate::{
    finding::{Finding, Severity},
    graph::{
        attr::{Attr, Subject},
        kind,
        value::Piece,
    },
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, roles},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "passrole-of-any-role",
    aliases: &[],
    category: Category::Security,
    severity: Severity::Warning,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/passrole-of-any-role.md"),
    check: Check::Each(kind::ROLE, check),
};

fn check(_: &Context<'_>, role: Subject<'_>, out: &Findings) {
    // A boundary decides what of it all holds.
    if !role.get("PermissionsBoundary").is_absent() {
        return;
    }
    let documents = roles::documents(role);
    if !roles::serves(role, &documents) {
        return;
    }
    for statement in documents.iter().flat_map(roles::allowed) {
        let (actions, _) = statement.get("Action").items();
        let Some(action) = actions.into_iter().find(passes) else { continue };
        let (resources, _) = statement.get("Resource").items();
        let Some(any) = resources.iter().find(|resource| is_any_role(resource)) else { continue };
        out.add(
            Finding::on(any, "role of an ML workload may pass on any role")
                .label("whoever runs code with it can start a job that has the rights of another role")
                .related(action.place(), "`iam:PassRole`")
                .help(HELP),
        );
    }
}

const HELP: &str = "name the roles that it passes on, and add the condition `iam:PassedToService` with the services that get them\na job that is given another role is refused from then on";

/// Whether an action is `iam:PassRole`. What covers more than that is another fault.
fn passes(action: &Attr<'_>) -> bool {
    action
        .text()
        .is_some_and(|text| text.eq_ignore_ascii_case("iam:passrole") || text.eq_ignore_ascii_case("iam:pass*"))
}

/// Whether a resource is every role of an account: `*`, `arn:aws:iam::111122223333:role/*`.
fn is_any_role(resource: &Attr<'_>) -> bool {
    match resource.pieces().as_deref() {
        Some([Piece::Text(text)]) if &**text == "*" => true,
        Some([.., Piece::Text(end)]) => end.ends_with(":role/*"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{graph::kind::ROLE, rules::testing::Built};

    fn count(service: &str, statement: Value) -> usize {
        let trust = json!({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"});
        let document = json!({"Version": "2012-10-17", "Statement": [statement]});
        let mut built = Built::default();
        let role = json!({
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
            "Policies": [{"PolicyName": "own", "PolicyDocument": document}],
        });
        built.resource(ROLE, "Role", &role);
        built.check(&RULE).len()
    }

    fn of(changes: &Value) -> usize {
        let mut statement = json!({"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"});
        for (name, value) in changes.as_object().expect("changes") {
            statement[name] = value.clone();
        }
        count("sagemaker.amazonaws.com", statement)
    }

    #[test]
    fn every_role_counts_however_it_is_said() {
        assert_eq!(of(&json!({})), 1);
        assert_eq!(of(&json!({"Action": ["sagemaker:CreateModel", "IAM:passrole"]})), 1);
        assert_eq!(of(&json!({"Resource": "arn:aws:iam::{account}:role/*"})), 1);
        assert_eq!(of(&json!({"Resource": ["arn:aws:iam::*:role/*", "arn:aws:s3:::models"]})), 1);
    }

    #[test]
    fn what_narrows_it_is_enough() {
        assert_eq!(of(&json!({"Resource": "arn:aws:iam::111122223333:role/churn-*"})), 0);
        assert_eq!(of(&json!({"Resource": {"?": "Role"}})), 0);
        assert_eq!(
            of(&json!({"Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}, "x": 1}})),
            0
        );
        assert_eq!(of(&json!({"Condition": {"?": "Condition"}})), 0);
        assert_eq!(of(&json!({"Effect": "Deny"})), 0);
        assert_eq!(of(&json!({"Action": "iam:*"})), 0, "that is too much altogether");
    }

    #[test]
    fn only_roles_of_ml_workloads_count() {
        let pass = json!({"Effect": "Allow", "Action": ["iam:PassRole"], "Resource": "*"});
        assert_eq!(count("cloudformation.amazonaws.com", pass.clone()), 0);
        assert_eq!(count("lambda.amazonaws.com", pass), 0);
        let starts =
            json!({"Effect": "Allow", "Action": ["iam:PassRole", "sagemaker:CreateTrainingJob"], "Resource": "*"});
        assert_eq!(count("lambda.amazonaws.com", starts), 1);
    }
}
