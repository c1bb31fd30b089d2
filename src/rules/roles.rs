//! What several rules ask about a role: whether an ML workload has it, and what its policies say.

use crate::graph::{
    attr::{Attr, Subject},
    kind::{self, is_intelligent, is_intelligent_action, is_intelligent_principal},
    value::Piece,
};

/// Whether an ML or AI service may assume a role.
pub(super) fn is_assumed(role: Subject<'_>) -> bool {
    trusts(role, is_intelligent_principal)
}

/// Whether an ML workload has a role: a service of theirs may assume it, a resource of theirs uses it, or it is a
/// function's or a state machine's and may call one of them.
pub(super) fn serves(role: Subject<'_>, documents: &[Attr<'_>]) -> bool {
    let is_code = |service: &str| service.starts_with("lambda.") || service.starts_with("states.");
    is_assumed(role)
        || role.referrers().any(|user| is_intelligent(user.kind()) && user.may_exist())
        || (trusts(role, is_code) && documents.iter().any(allows_intelligence))
}

/// A role's own policies, and those that are put into it.
pub(super) fn documents(role: Subject<'_>) -> Vec<Attr<'_>> {
    let mut documents: Vec<Attr<'_>> = Vec::new();
    documents.extend(role.get("Policies").items().0.iter().map(|policy| policy.get("PolicyDocument")));
    for arn in role.get("ManagedPolicyArns").items().0 {
        let policies = role.targets(&arn);
        // One of several that it may be is not certainly this one.
        if let [policy] = policies[..]
            && policy.kind() == kind::MANAGED_POLICY
        {
            documents.push(policy.get("PolicyDocument"));
        }
    }
    for policy in role.referrers().filter(|policy| kind::ROLE_POLICIES.contains(&policy.kind())) {
        if names(policy, role) && policy.exists().is_yes() {
            documents.push(policy.get("PolicyDocument"));
        }
    }
    documents
}

/// The statements of a policy that allow something without a condition.
pub(super) fn allowed<'a>(document: &Attr<'a>) -> Vec<Attr<'a>> {
    let (mut statements, _) = document.get("Statement").items();
    statements.retain(|one| one.get("Effect").text() == Some("Allow") && one.get("Condition").is_absent());
    statements
}

/// What an ARN of S3 names, whatever its partition: `*` in `arn:${AWS::Partition}:s3:::*`. Nothing if it has more holes.
pub(super) fn named_in_s3(resource: &Attr<'_>) -> Option<String> {
    let pieces = resource.pieces()?;
    let (partition, rest) = match &pieces[..] {
        [Piece::Text(text)] => text.strip_prefix("arn:")?.split_once(':')?,
        [Piece::Text(start), Piece::Hole(_), Piece::Text(end)] if &**start == "arn:" => ("aws", end.strip_prefix(':')?),
        _ => return None,
    };
    let name = rest.strip_prefix("s3:::")?;
    (partition.starts_with("aws") && !name.is_empty()).then(|| name.to_owned())
}

/// Whether a service of which something holds may assume a role.
fn trusts(role: Subject<'_>, holds: fn(&str) -> bool) -> bool {
    let (statements, _) = role.get("AssumeRolePolicyDocument.Statement").items();
    statements.iter().any(|statement| {
        let (services, _) = statement.get("Principal.Service").items();
        let is_one = |service: &Attr<'_>| {
            let pieces = service.pieces();
            matches!(pieces.as_deref(), Some([Piece::Text(start), ..]) if holds(start))
        };
        statement.get("Effect").text() == Some("Allow") && services.iter().any(is_one)
    })
}

/// Whether a policy allows calls of an ML or AI service.
fn allows_intelligence(document: &Attr<'_>) -> bool {
    let names = |action: &Attr<'_>| action.text().is_some_and(|text| is_intelligent_action(&text.to_ascii_lowercase()));
    let (statements, _) = document.get("Statement").items();
    statements
        .iter()
        .any(|one| one.get("Effect").text() == Some("Allow") && one.get("Action").items().0.iter().any(names))
}

/// Whether a policy is put into a role.
fn names(policy: Subject<'_>, role: Subject<'_>) -> bool {
    let (mut roles, _) = policy.get("Roles").items();
    roles.push(policy.get("RoleName"));
    roles.iter().any(|one| matches!(policy.targets(one)[..], [target] if target.id() == role.id()))
}
