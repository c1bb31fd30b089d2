//! What several rules ask about machines outside SageMaker: where the instance types of EC2 stand in a resource.

use crate::graph::{
    attr::{Attr, Subject},
    kind,
};

/// The kinds of resources that run on EC2's instance types.
pub(super) static KINDS: &[&str] = &[
    kind::EC2_INSTANCE,
    kind::LAUNCH_TEMPLATE,
    kind::LAUNCH_CONFIGURATION,
    kind::AUTO_SCALING_GROUP,
    kind::COMPUTE_ENVIRONMENT,
    kind::NODE_GROUP,
    kind::EMR_CLUSTER,
    kind::EMR_GROUP,
    kind::EMR_FLEET,
];

/// The instance types of a resource that are known, each as written.
pub(super) fn types<'a>(resource: Subject<'a>) -> Vec<(Attr<'a>, &'a str)> {
    let one = |path: &str| vec![resource.get(path)];
    let each = |list: &str, path: &str| -> Vec<Attr<'a>> {
        let list = resource.get(list);
        if list.is_absent() {
            return Vec::new();
        }
        let items = list.items().0.into_iter();
        if path.is_empty() { items.collect() } else { items.map(|item| item.get(path)).collect() }
    };
    let attrs = match resource.kind() {
        kind::LAUNCH_TEMPLATE => one("LaunchTemplateData.InstanceType"),
        kind::AUTO_SCALING_GROUP => each("MixedInstancesPolicy.LaunchTemplate.Overrides", "InstanceType"),
        kind::COMPUTE_ENVIRONMENT => each("ComputeResources.InstanceTypes", ""),
        kind::NODE_GROUP => each("InstanceTypes", ""),
        kind::EMR_FLEET => each("InstanceTypeConfigs", "InstanceType"),
        kind::EMR_CLUSTER => {
            let mut all = one("Instances.MasterInstanceGroup.InstanceType");
            all.push(resource.get("Instances.CoreInstanceGroup.InstanceType"));
            all.extend(each("Instances.TaskInstanceGroups", "InstanceType"));
            for fleet in ["MasterInstanceFleet", "CoreInstanceFleet"] {
                all.extend(each(&format!("Instances.{fleet}.InstanceTypeConfigs"), "InstanceType"));
            }
            all
        }
        _ => one("InstanceType"),
    };
    attrs.into_iter().filter_map(|attr| attr.text().map(|text| (attr.clone(), text))).collect()
}
