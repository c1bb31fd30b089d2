//! A machine with a GPU whose image has no driver for it.

use crate::{
    catalog::ec2,
    finding::{Finding, Severity},
    graph::{
        attr::{Attr, Subject},
        kind,
    },
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, machines},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "gpu-instance-without-driver-image",
    aliases: &[],
    category: Category::Operations,
    severity: Severity::Warning,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/gpu-instance-without-driver-image.md"),
    check: Check::Any(&[kind::NODE_GROUP, kind::COMPUTE_ENVIRONMENT], check),
};

/// Images of EKS and Batch that have no NVIDIA driver, and which to take instead.
const PLAIN: &[(&str, &str)] = &[
    ("AL2_x86_64", "AL2023_x86_64_NVIDIA"),
    ("AL2023_x86_64_STANDARD", "AL2023_x86_64_NVIDIA"),
    ("BOTTLEROCKET_x86_64", "BOTTLEROCKET_x86_64_NVIDIA"),
    ("ECS_AL2", "ECS_AL2023_NVIDIA"),
    ("ECS_AL2023", "ECS_AL2023_NVIDIA"),
];

fn check(_: &Context<'_>, machines: Subject<'_>, out: &Findings) {
    let gpu = machines::types(machines).into_iter().find_map(|(attr, name)| {
        let gpus = ec2::gpus(name).filter(|gpus| gpus.count > 0)?;
        Some((attr, name, gpus))
    });
    let Some((attr, name, gpus)) = gpu else { return };
    for image in images(machines) {
        let Some((plain, better)) = image.text().and_then(|text| PLAIN.iter().find(|(plain, _)| *plain == text)) else {
            continue;
        };
        out.add(
            Finding::on(&image, "machines with a GPU start without its driver")
                .label(format!("`{plain}` has no NVIDIA driver"))
                .because(&attr, format!("`{name}` has {} {}", gpus.count, gpus.name))
                .fact(format!("GPUs of {name}: {}", gpus.count), ec2::fact(name))
                .help(format!("use `{better}`")),
        );
    }
}

/// The kinds of images that the machines start from; an image of one's own may have a driver.
fn images(machines: Subject<'_>) -> Vec<Attr<'_>> {
    if machines.kind() == kind::NODE_GROUP {
        return vec![machines.get("AmiType")];
    }
    let configurations = machines.get("ComputeResources.Ec2Configuration");
    if configurations.is_absent() || !machines.get("ComputeResources.ImageId").is_absent() {
        return Vec::new();
    }
    let items = configurations.items().0.into_iter();
    items.filter(|one| one.get("ImageIdOverride").is_absent()).map(|one| one.get("ImageType")).collect()
}
