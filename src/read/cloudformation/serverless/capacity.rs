//! Capacity providers: the machines that functions run on in one's own account, with the role by which Lambda starts them.

use super::{beside, entry, object, properties, property, reference, rename, role, tag_list, tag_list_before, take};
use crate::{
    catalog::managed_policy,
    graph::{
        Resource, kind,
        value::{Data, Entry, Object, Value},
    },
    read::cloudformation::template::Template,
};

/// The tag that says who made it.
const TAG: &str = "lambda:createdBy";

/// Makes a capacity provider what it is to Lambda; hands back the role that is made beside it.
pub(super) fn made(template: &Template<'_>, provider: &mut Resource) -> Vec<Resource> {
    provider.kind = "AWS::Lambda::CapacityProvider".into();
    let (place, id) = (provider.place, provider.key.id.clone());
    let given = property(provider, "OperatorRole");
    let is_open = matches!(&provider.properties.data, Data::Object(written) if written.open.is_some());
    let mut made = Vec::new();
    let role = match given {
        Some(role) => Some(role.value),
        None if is_open => None,
        None => {
            let mut role = Object::default();
            role.set(entry("AssumeRolePolicyDocument", place, role::trust("lambda.amazonaws.com", place)));
            let arn = Value::text(managed_policy::arn("AWSLambdaManagedEC2ResourceOperator"), place);
            role.set(entry("ManagedPolicyArns", place, Value::list(vec![arn], place)));
            role.entries.extend(tag_list(None, Some(TAG), place));
            let id = format!("{id}OperatorRole");
            let arn = reference(template, &id, Some("Arn"), place);
            made.push(beside(template, provider, id.into(), kind::ROLE, role, place));
            Some(arn)
        }
    };
    let Some(written) = properties(provider) else { return made };
    for name in ["OperatorRole", "PropagateTags"] {
        take(written, name);
    }
    if let Some(role) = role {
        written.set_path("PermissionsConfig.CapacityProviderOperatorRoleArn", place, role);
    }
    if let Some(required) = written.entries.iter_mut().find(|entry| &*entry.name == "InstanceRequirements") {
        required.value = super::each_branch(&required.value, &mut |value| match &value.data {
            Data::Object(written) => {
                let mut named = written.as_ref().clone();
                rename(&mut named, "AllowedTypes", "AllowedInstanceTypes");
                rename(&mut named, "ExcludedTypes", "ExcludedInstanceTypes");
                Value { data: Data::Object(named.into()), origin: value.origin.clone() }
            }
            _ => value.clone(),
        });
    }
    let scaling = take(written, "ScalingConfig");
    written.entries.extend(scaling.map(scaled));
    let tags = take(written, "Tags");
    written.entries.extend(tag_list_before(tags, TAG, place));
    made
}

/// How the provider grows: by itself, or to hold a share of its processors.
fn scaled(scaling: Entry) -> Entry {
    let value = super::each_branch(&scaling.value, &mut |value| {
        let Data::Object(written) = &value.data else { return value.clone() };
        let (mut made, place) = (written.as_ref().clone(), value.origin.place);
        let share = take(&mut made, "AverageCPUUtilization");
        let mode = if share.is_some() { "Manual" } else { "Auto" };
        made.set(entry("ScalingMode", place, Value::text(mode, place)));
        if let Some(share) = share {
            let metric = "LambdaCapacityProviderAverageCPUUtilization";
            let mut policy = object(share.place, [("PredefinedMetricType", metric)]);
            policy.set(Entry { name: "TargetValue".into(), ..share });
            let policies = Value::list(vec![Value::object(policy, place)], place);
            made.set(entry("ScalingPolicies", place, policies));
        }
        Value { data: Data::Object(made.into()), origin: value.origin.clone() }
    });
    Entry { name: "CapacityProviderScalingConfig".into(), place: scaling.place, value }
}
