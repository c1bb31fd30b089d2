//! What several rules ask about scaling: which targets are SageMaker's, and which policies move them.

use crate::graph::{
    attr::Subject,
    guard::Tri,
    kind,
    shape::{Shape, same},
};

/// Whether a target or a policy is of a variant or an inference component of SageMaker.
pub(super) fn is_of_sagemaker(subject: Subject<'_>) -> bool {
    subject.get("ServiceNamespace").text() == Some("sagemaker")
        || subject.get("ScalableDimension").starts_with("sagemaker:").is_yes()
        || subject.get("ResourceId").starts_with("inference-component/").is_yes()
}

/// The target that a policy or a scheduled action refers to, where it is among what was read.
pub(super) fn target_of(policy: Subject<'_>) -> Option<Subject<'_>> {
    let of = |name: &str| match policy.targets(&policy.get(name))[..] {
        [one] if one.kind() == kind::SCALABLE_TARGET => Some(one),
        _ => None,
    };
    of("ScalingTargetId").or_else(|| of("ResourceId"))
}

/// Whether a policy or a scheduled action moves this target: by reference, or by what both name.
pub(super) fn belongs<'a>(other: Subject<'a>, target: Subject<'a>) -> Tri {
    let by_id = other.get("ScalingTargetId");
    if !by_id.is_absent() {
        let targets = other.targets(&by_id);
        return match targets[..] {
            [one] => Tri::of(one.id() == target.id()),
            _ => Tri::Unknown,
        };
    }
    // In Terraform a policy names what its target names, by a reference to the target.
    let id = other.get("ResourceId");
    let targets = other.targets(&id);
    if let [one] = targets[..]
        && one.kind() == kind::SCALABLE_TARGET
    {
        return Tri::of(one.id() == target.id());
    }
    let mut answer = same(&Shape::of(other, &id), &Shape::of(target, &target.get("ResourceId")));
    for name in ["ScalableDimension", "ServiceNamespace"] {
        if let (Some(one), Some(another)) = (other.get(name).text(), target.get(name).text()) {
            answer = answer.and(Tri::of(one == another));
        }
    }
    answer
}
