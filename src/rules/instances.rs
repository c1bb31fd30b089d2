//! What several rules ask about instance types: where they stand in a resource, and what their names say.

use crate::{
    catalog::{
        Instance, ec2,
        instance::{self, Use, instance},
    },
    graph::{
        attr::{Attr, Subject},
        kind,
    },
    nearest,
};

/// The kinds of resources that SageMaker runs on instances of its own.
pub(super) static KINDS: &[&str] = &[
    kind::TRAINING_JOB,
    kind::PROCESSING_JOB,
    kind::TRANSFORM_JOB,
    kind::ENDPOINT_CONFIG,
    kind::NOTEBOOK_INSTANCE,
    kind::DOMAIN,
    kind::USER_PROFILE,
    kind::SPACE,
    kind::APP,
    kind::CLUSTER,
    kind::MONITORING_SCHEDULE,
    kind::MONITORING_JOBS[0],
    kind::MONITORING_JOBS[1],
    kind::MONITORING_JOBS[2],
    kind::MONITORING_JOBS[3],
];

/// The apps of Studio that have an instance type of their own.
const APPS: &[&str] = &[
    "CodeEditorAppSettings",
    "JupyterLabAppSettings",
    "JupyterServerAppSettings",
    "KernelGatewayAppSettings",
    "RSessionAppSettings",
    "TensorBoardAppSettings",
];

/// An instance type of a resource, and what it is used for.
pub(super) struct Field<'a> {
    pub(super) attr: Attr<'a>,
    pub(super) text: &'a str,
    pub(super) usage: Use,
}

/// The instance types of a resource that are known. `local`, and `system` of Studio, are none.
pub(super) fn fields<'a>(resource: Subject<'a>) -> Vec<Field<'a>> {
    let mut fields = Vec::new();
    let mut add = |usage, attr: Attr<'a>| {
        if let Some(text) = attr.text().filter(|text| !matches!(*text, "local" | "local_gpu" | "system" | "")) {
            fields.push((usage, attr, text));
        }
    };
    match resource.kind() {
        kind::TRAINING_JOB => {
            add(Use::Training, resource.get("ResourceConfig.InstanceType"));
            items(resource, "ResourceConfig.InstanceGroups", &mut |attr| add(Use::Training, attr));
            items(resource, "ResourceConfig.InstanceConfigs", &mut |attr| add(Use::Training, attr));
        }
        kind::PROCESSING_JOB => {
            add(Use::Processing, resource.get("ProcessingResources.ClusterConfig.InstanceType"));
        }
        kind::TRANSFORM_JOB => add(Use::Transform, resource.get("TransformResources.InstanceType")),
        kind::ENDPOINT_CONFIG => {
            items(resource, "ProductionVariants", &mut |attr| add(Use::Hosting, attr));
            items(resource, "ShadowProductionVariants", &mut |attr| add(Use::Hosting, attr));
        }
        kind::NOTEBOOK_INSTANCE => add(Use::Notebook, resource.get("InstanceType")),
        kind::CLUSTER => items(resource, "InstanceGroups", &mut |attr| add(Use::Cluster, attr)),
        kind::APP => add(Use::StudioApp, resource.get("ResourceSpec.InstanceType")),
        kind::MONITORING_SCHEDULE => {
            let path =
                "MonitoringScheduleConfig.MonitoringJobDefinition.MonitoringResources.ClusterConfig.InstanceType";
            add(Use::Processing, resource.get(path));
        }
        other if kind::MONITORING_JOBS.contains(&other) => {
            add(Use::Processing, resource.get("JobResources.ClusterConfig.InstanceType"));
        }
        other => {
            let settings: &[&str] = match other {
                kind::DOMAIN => &["DefaultUserSettings", "DefaultSpaceSettings"],
                kind::USER_PROFILE => &["UserSettings"],
                _ => &["SpaceSettings"],
            };
            for settings in settings.iter().map(|path| resource.get(path)) {
                for app in APPS {
                    add(Use::StudioApp, settings.get(app).get("DefaultResourceSpec.InstanceType"));
                }
            }
        }
    }
    fields.into_iter().map(|(usage, attr, text)| Field { attr, text, usage }).collect()
}

/// The instance types of the items of a list.
fn items<'a>(resource: Subject<'a>, path: &str, found: &mut dyn FnMut(Attr<'a>)) {
    let list = resource.get(path);
    if list.is_absent() {
        return;
    }
    for item in list.items().0 {
        found(item.get("InstanceType"));
    }
}

/// What the name of an instance type of SageMaker says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Name {
    /// It is in the catalog.
    Known(&'static Instance),
    /// It is a slip: the catalog's name, and what is wrong.
    Slip(&'static Instance, &'static str),
    /// It is a type of EC2 that SageMaker does not have.
    Ec2,
    /// The family is in the catalog, the size is not.
    UnknownSize,
    /// It looks like a type, of a family that is not in the catalog.
    UnknownFamily,
    /// It looks like nothing that this can judge: a placeholder, a generated text.
    Other,
}

/// Reads the name of an instance type that stands where SageMaker expects one.
pub(super) fn name(text: &str) -> Name {
    if let Some(known) = instance(text) {
        return Name::Known(known);
    }
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_' | ' ');
    if text.len() > 40 || !text.chars().all(plain) {
        return Name::Other;
    }
    let tidy = text.trim().to_ascii_lowercase();
    if let Some(known) = instance(&tidy) {
        return Name::Slip(known, "names are in lower case, without blanks");
    }
    if let Some(known) = instance(&format!("ml.{tidy}")) {
        return Name::Slip(known, "this is the name of EC2; those of SageMaker begin with `ml.`");
    }
    if ec2::is_type(&tidy) {
        return Name::Ec2;
    }
    // `m1.c5.large`, `ml-c5-large`: the family and the size are right.
    let parts: Vec<&str> = tidy.split(['.', '-', '_']).collect();
    if let [_, family, size] = parts[..]
        && let Some(known) = instance(&format!("ml.{family}.{size}"))
        && nearest::meant(&tidy, 3, [known.name]).is_some()
    {
        return Name::Slip(known, "the name of a SageMaker type begins with `ml.`");
    }
    let Some((family, size)) = tidy.rsplit_once('.') else { return slip_or(&tidy, Name::Other) };
    if instance::of_family(family).next().is_some() {
        return if is_size(size) { Name::UnknownSize } else { slip_or(&tidy, Name::UnknownSize) };
    }
    let is_name = tidy.strip_prefix("ml.").is_some_and(|rest| rest.matches('.').count() == 1) && is_size(size);
    slip_or(&tidy, if is_name { Name::UnknownFamily } else { Name::Other })
}

/// A slip in the known name nearest to a text, or what else it is. A family that is not known is no slip in another
/// one: AWS adds families whose names differ by a letter.
fn slip_or(text: &str, otherwise: Name) -> Name {
    let near = if matches!(otherwise, Name::UnknownFamily) { None } else { instance::nearest(text, 2) };
    near.map_or(otherwise, |known| Name::Slip(known, "there is no type of this name"))
}

/// Whether a text has the form of a size: `large`, `12xlarge`, `metal`.
fn is_size(text: &str) -> bool {
    let word = text.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let digits = text.len() - word.len();
    match word {
        "nano" | "micro" | "small" | "medium" | "large" | "metal" => digits == 0,
        "xlarge" => digits <= 3,
        _ => false,
    }
}

/// The sizes of a family for a use, the smallest first.
pub(super) fn sizes(family: &str, usage: Use) -> Vec<&'static str> {
    let mut all: Vec<&Instance> = instance::of_family(family).filter(|known| known.uses.contains(&usage)).collect();
    all.sort_by_key(|known| known.vcpu);
    all.into_iter().map(Instance::size).collect()
}

/// What a use is called in a sentence.
pub(super) fn purpose(usage: Use) -> &'static str {
    match usage {
        Use::Training => "training",
        Use::Hosting => "endpoints",
        Use::Processing => "processing jobs",
        Use::Transform => "batch transform",
        Use::Notebook => "notebook instances",
        Use::StudioApp => "Studio apps",
        Use::Cluster => "HyperPod clusters",
        Use::ReservedCapacity => "training plans",
        Use::Optimization => "inference optimization",
        Use::Recommendation => "recommendation jobs",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slip(text: &str) -> Option<&'static str> {
        match name(text) {
            Name::Slip(known, _) => Some(known.name),
            _ => None,
        }
    }

    #[test]
    fn slips_are_known_by_what_was_meant() {
        for text in
            ["m1.c5.large", "mI.c5.large", "nl.c5.large", "ml-c5-large", "ml_c5_large", "ML.C5.large", "c5.large"]
        {
            assert_eq!(slip(text), Some("ml.c5.large"), "{text}");
        }
        assert_eq!(slip("m1.p3.2xlarge"), Some("ml.p3.2xlarge"));
        assert_eq!(slip("ml.m5.xlage"), Some("ml.m5.xlarge"));
        assert_eq!(slip(" ml.m5.xlarge"), Some("ml.m5.xlarge"));
        assert_eq!(slip("ml.g5xlarge"), Some("ml.g5.xlarge"));
        assert_eq!(slip("ml.m5.2x-large"), Some("ml.m5.2xlarge"));
    }

    #[test]
    fn what_is_not_in_the_catalog_is_no_slip() {
        assert_eq!(name("ml.p3.61xlarge"), Name::UnknownSize);
        assert_eq!(name("ml.m5.3xlarge"), Name::UnknownSize);
        assert_eq!(name("ml.m9.xlarge"), Name::UnknownFamily, "AWS may have it by now");
        assert_eq!(name("m1.small"), Name::Ec2);
        for text in ["<instance type>", "YOUR_INSTANCE_TYPE", "cpu", "ml.{size}", "", "ml.c5.large,ml.c5.xlarge"] {
            assert_eq!(name(text), Name::Other, "{text}");
        }
    }
}
