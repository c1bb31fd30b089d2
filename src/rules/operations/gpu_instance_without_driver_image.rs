//! A machine with a GPU whose image has no driver for it.

use crate::{
    catalog::{
        ec2::{self, Gpus},
        machine_image,
    },
    finding::{Confidence, Finding, Severity},
    graph::{
        attr::{Attr, State, Subject},
        kind,
        value::{Data, Piece, Reason},
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
    check: Check::Several(&[
        Check::Any(&[kind::NODE_GROUP, kind::COMPUTE_ENVIRONMENT], check),
        Check::Any(&[kind::EC2_INSTANCE, kind::LAUNCH_TEMPLATE, kind::LAUNCH_CONFIGURATION], check_looked_up),
    ]),
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
    let Some((attr, name, gpus)) = gpu(machines) else { return };
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

/// The first of the machines' types that has a GPU.
fn gpu<'a>(machines: Subject<'a>) -> Option<(Attr<'a>, &'a str, Gpus)> {
    machines::types(machines).into_iter().find_map(|(attr, name)| {
        let gpus = ec2::gpus(name).filter(|gpus| gpus.count > 0)?;
        Some((attr, name, gpus))
    })
}

/// Machines of EC2, whose image is looked up by a name. What an ID stands for is not known.
fn check_looked_up(cx: &Context<'_>, machines: Subject<'_>, out: &Findings) {
    let Some((attr, name, gpus)) = gpu(machines) else { return };
    let data = if machines.kind() == kind::LAUNCH_TEMPLATE { "LaunchTemplateData." } else { "" };
    let image = machines.get(&format!("{data}ImageId"));
    let State::Unknown(Some(unknown)) = image.state() else { return };
    let Some(asked) = cx.graph.looked_up(unknown) else { return };
    let Some(plain) = machine_image::without_driver(asked) else { return };
    let user_data = ["UserData", "UserDataBase64"].map(|name| machines.get(&format!("{data}{name}")));
    if user_data.iter().any(may_install) {
        return;
    }
    let mut finding = Finding::on(&image, "machines with a GPU start without its driver")
        .label(format!("{}, which has no NVIDIA driver", plain.what))
        .because(&attr, format!("`{name}` has {} {}", gpus.count, gpus.name))
        .fact(format!("GPUs of {name}: {}", gpus.count), ec2::fact(name))
        .fact(format!("image looked up by {asked}"), plain.fact())
        .help(format!("use {}\nwhat installs a driver later is not seen here", plain.instead))
        .at_most(Confidence::Medium);
    if unknown.place != image.place() {
        finding = finding.related(unknown.place, format!("looked up by `{asked}`"));
    }
    out.add(finding);
}

/// Whether what a machine runs when it starts may install a driver.
fn may_install(user_data: &Attr<'_>) -> bool {
    const WORDS: &[&str] = &["nvidia", "cuda", "driver", "gpu", "ansible", "chef", "puppet"];
    if user_data.is_absent() {
        return false;
    }
    let Some(pieces) = user_data.pieces() else { return true };
    pieces.iter().any(|piece| match piece {
        Piece::Text(text) => WORDS.iter().any(|word| text.to_ascii_lowercase().contains(word)),
        // The name of a resource or of a stack is no script.
        Piece::Hole(value) => match &value.data {
            Data::Reference(_) => false,
            Data::Unknown(why) => why.reason != Reason::RunTime,
            _ => true,
        },
    })
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
