//! What a product of a price list is a price of, or why it is none that is kept.

use super::{
    meters,
    product::{Attribute, Product},
};
use crate::catalog::prices::{EC2, EMR, SAGEMAKER, Table, Use};

/// What a price is a price of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key {
    pub(super) region: Box<str>,
    pub(super) table: Table,
    pub(super) name: Box<str>,
}

/// A key, and how a product's price becomes one of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) key: Key,
    /// Of two products with the same key that of the lower rank counts.
    pub(super) rank: u8,
    pub(super) scale: Scale,
}

/// How the price list's unit relates to ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// They are the same.
    Same,
    /// Our unit is so many of its.
    Times(u64),
}

/// Why a product or a price is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    /// Outposts, local zones, Wavelength zones.
    Elsewhere,
    /// Free, or paid for already.
    Free,
    /// Not in US dollars.
    Currency,
    /// No region is given.
    NoRegion,
    /// The region, the type or the meter has letters that no name of AWS has: it would break the file of prices.
    Name,
    /// A price that is no number.
    NoNumber,
    /// Reserved and Savings Plans' terms.
    OtherTerm,
    /// Reserved capacity.
    Reserved,
    /// Spot.
    Spot,
    /// An instance whose price has tiers.
    Tiers,
    /// A unit that is not that of the meter.
    Unit,
    /// What mllint does not price.
    NotPriced,
}

impl Why {
    /// What so many of them are: `12 on Outposts …`.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Elsewhere => "on Outposts, in local or Wavelength zones",
            Self::Free => "free",
            Self::Currency => "not in US dollars",
            Self::NoRegion => "without a region",
            Self::Name => "of a region or type with an odd name",
            Self::NoNumber => "with a price that is no number",
            Self::OtherTerm => "of other terms than on demand",
            Self::Reserved => "of reserved capacity",
            Self::Spot => "of Spot",
            Self::Tiers => "of instances with tiers",
            Self::Unit => "of a unit that is not expected",
            Self::NotPriced => "that mllint does not price",
        }
    }
}

/// Tells what a product is a price of; more than one thing where AWS bills two alike.
pub(super) fn targets(offer: &str, product: &Product) -> Result<Vec<Target>, Why> {
    let is_region = |attribute| matches!(product.get(attribute), "" | "AWS Region");
    if !is_region(Attribute::LocationType) || !is_region(Attribute::FromLocationType) {
        return Err(Why::Elsewhere);
    }
    let found = match offer {
        SAGEMAKER => sagemaker(product)?,
        EC2 => ec2(product),
        EMR => emr(product),
        _ => Vec::new(),
    };
    let found = if found.is_empty() { meters::of(offer, product) } else { found };
    if found.is_empty() {
        return Err(Why::NotPriced);
    }
    let region = region(product).ok_or(Why::NoRegion)?;
    let is_name = |text: &str| text.chars().all(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '.' | '_'));
    if !is_name(region) || found.iter().any(|(_, name, ..)| !is_name(name)) {
        return Err(Why::Name);
    }
    let target = |(table, name, rank, scale): Found| Target {
        key: Key { region: region.into(), table, name: name.into() },
        rank,
        scale,
    };
    Ok(found.into_iter().map(target).collect())
}

/// The region of a product. What goes from one place to another names both in place of it.
fn region(product: &Product) -> Option<&str> {
    let (from, to) = (product.get(Attribute::FromRegion), product.get(Attribute::ToRegion));
    let within = if to.is_empty() || to == from { from } else { "" };
    [product.get(Attribute::Region), within].into_iter().find(|region| !region.is_empty())
}

/// Table, name, rank and scale.
pub(super) type Found = (Table, String, u8, Scale);

/// The uses by what stands before the colon of a usage type: `USE1-Host:ml.m5.xlarge`.
const USES: &[(&str, Use)] = &[
    ("AsyncInf", Use::Async),
    ("Cluster", Use::Cluster),
    ("Host", Use::Hosting),
    ("Notebk", Use::Notebook),
    ("Processing", Use::Processing),
    ("Studio", Use::Studio),
    ("Train", Use::Training),
    ("Tsform", Use::Transform),
];
/// The uses by component, for products whose usage type says nothing.
const COMPONENTS: &[(&str, Use)] = &[
    ("AsyncInf", Use::Async),
    ("BatchTransform", Use::Transform),
    ("Cluster", Use::Cluster),
    ("Hosting", Use::Hosting),
    ("Notebook", Use::Notebook),
    ("Processing", Use::Processing),
    ("Studio-JupyterLab", Use::Studio),
    ("Studio-Notebook", Use::Studio),
    ("Training", Use::Training),
];

/// An instance of SageMaker.
fn sagemaker(product: &Product) -> Result<Vec<Found>, Why> {
    let usage_type = product.get(Attribute::UsageType);
    let component = product.get(Attribute::Component);
    let (head, tail) = usage_type.rsplit_once(':').unwrap_or(("", usage_type));
    let head = head.rsplit_once('-').map_or(head, |(_, head)| head);
    let Some(name) = instance(product.get(Attribute::InstanceName), tail, product.get(Attribute::InstanceType)) else {
        return Ok(Vec::new());
    };
    if head == "TrSpt" || component == "SpotTraining" {
        return Err(Why::Spot);
    }
    if head == "ReservedCluster" || component == "Cluster-Reserved" {
        return Err(Why::Reserved);
    }
    if component.contains("Free") || usage_type.contains("Free") {
        return Err(Why::Free);
    }
    let by =
        |names: &[(&str, Use)], name: &str| names.iter().find(|(known, _)| *known == name).map(|(_, usage)| *usage);
    let usage = match by(USES, head) {
        // The bill calls them so; no usage type of theirs is known.
        Some(Use::Training) | None if is_warm_pool(head, component) => Use::WarmPool,
        Some(usage) => usage,
        None if head.is_empty() => match by(COMPONENTS, component) {
            Some(usage) => usage,
            None => return Ok(Vec::new()),
        },
        None => return Ok(Vec::new()),
    };
    // Studio's apps have a product each; what has no app is something else that is billed alike.
    let rank = match usage {
        Use::Studio if tail.starts_with("JupyterLab-") => 0,
        Use::Studio if tail.starts_with("ml.") => 2,
        Use::Studio => 1,
        _ => 0,
    };
    Ok(vec![(Table::Use(usage), name.to_owned(), rank, Scale::Same)])
}

fn is_warm_pool(head: &str, component: &str) -> bool {
    [head, component].iter().any(|text| super::product::plain(text).contains("warmpool"))
}

/// The type of a SageMaker instance: the name's, else the usage type's, else that of the type, whose use is at its end.
fn instance<'p>(name: &'p str, tail: &'p str, instance_type: &'p str) -> Option<&'p str> {
    if name.starts_with("ml.") {
        return Some(name);
    }
    if let Some(at) = tail.find("ml.") {
        return Some(&tail[at..]);
    }
    let whole = instance_type.starts_with("ml.").then_some(instance_type)?;
    match whole.rsplit_once('-') {
        Some((bare, usage)) if usage.starts_with(|first: char| first.is_ascii_uppercase()) => Some(bare),
        _ => Some(whole),
    }
}

/// An instance of EC2: on demand, Linux without more, shared tenancy.
fn ec2(product: &Product) -> Vec<Found> {
    let is = |attribute, values: &[&str]| values.contains(&product.get(attribute));
    let name = product.get(Attribute::InstanceType);
    let usage_type = product.get(Attribute::UsageType);
    let is_plain = is(Attribute::Family, &["Compute Instance", "Compute Instance (bare metal)"])
        && is(Attribute::OperatingSystem, &["Linux"])
        && is(Attribute::Tenancy, &["Shared"])
        && is(Attribute::PreInstalled, &[""])
        && is(Attribute::CapacityStatus, &["Used", ""])
        && is(Attribute::LicenseModel, &["No License required", ""])
        && is(Attribute::Operation, &["RunInstances", ""])
        && ends_with_part(usage_type, &format!("BoxUsage:{name}"));
    if is_plain && name.contains('.') { vec![(Table::Ec2, name.to_owned(), 0, Scale::Same)] } else { Vec::new() }
}

/// What EMR adds to an instance.
fn emr(product: &Product) -> Vec<Found> {
    let name = product.get(Attribute::InstanceType);
    let is_emr = matches!(product.get(Attribute::SoftwareType), "EMR" | "");
    let is_plain = ends_with_part(product.get(Attribute::UsageType), &format!("BoxUsage:{name}"));
    if is_emr && is_plain && name.contains('.') {
        vec![(Table::Emr, name.to_owned(), 0, Scale::Same)]
    } else {
        Vec::new()
    }
}

/// Whether a usage type is this one, behind the prefix of a region if there is one: `USE1-NatGateway-Hours`.
pub(super) fn ends_with_part(usage_type: &str, part: &str) -> bool {
    usage_type.strip_suffix(part).is_some_and(|before| before.is_empty() || before.ends_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(values: &[(Attribute, &str)]) -> Product {
        let mut product = Product::default();
        for (attribute, value) in values {
            product.set(*attribute, value);
        }
        product.set(Attribute::Region, "us-east-1");
        product.set(Attribute::LocationType, "AWS Region");
        product
    }

    fn sagemaker_use(usage_type: &str, component: &str) -> Result<String, Why> {
        let values = [(Attribute::UsageType, usage_type), (Attribute::Component, component)];
        let found = targets("AmazonSageMaker", &product(&values))?;
        Ok(found.iter().map(|target| format!("{:?} {}", target.key.table, target.key.name)).collect())
    }

    #[test]
    fn the_use_of_a_sagemaker_instance_is_in_its_usage_type() {
        for (usage_type, component, expected) in [
            ("USE1-Train:ml.m5.large", "Training", "Use(Training) ml.m5.large"),
            ("EU-Host:ml.g5.xlarge", "Hosting", "Use(Hosting) ml.g5.xlarge"),
            ("APS3-AsyncInf:ml.c5.9xlarge", "AsyncInf", "Use(Async) ml.c5.9xlarge"),
            ("USE1-Tsform:ml.c5.9xlarge", "BatchTransform", "Use(Transform) ml.c5.9xlarge"),
            ("USE1-Processing:ml.m5.xlarge", "Processing", "Use(Processing) ml.m5.xlarge"),
            ("USE1-Notebk:ml.t3.medium", "Notebook", "Use(Notebook) ml.t3.medium"),
            ("USE1-Studio:JupyterLab-ml.r6i.4xlarge", "Studio-JupyterLab", "Use(Studio) ml.r6i.4xlarge"),
            ("USE1-Studio:KernelGateway-ml.m5.large", "Studio-Notebook", "Use(Studio) ml.m5.large"),
            ("USE1-Cluster:ml.g5.8xlarge", "Cluster", "Use(Cluster) ml.g5.8xlarge"),
            ("USE1-TrainWarmPool:ml.m5.xlarge", "Training Warm Pool", "Use(WarmPool) ml.m5.xlarge"),
        ] {
            assert_eq!(sagemaker_use(usage_type, component).as_deref(), Ok(expected), "{usage_type}");
        }
        assert_eq!(sagemaker_use("USE1-TrSpt:ml.m5.large", "SpotTraining"), Err(Why::Spot));
        assert_eq!(sagemaker_use("USE1-ReservedCluster:ml.p5.48xlarge", "Cluster-Reserved"), Err(Why::Reserved));
        for (usage_type, component) in [
            ("USE1-Processing_DW:ml.m5.4xlarge", "Processing_DW"),
            ("USE1-RStudio:RSessionGateway-ml.t3.medium", "RStudio:RSessionGateway"),
            ("USE1-Processing_Geo:ml.geospatial.interactive", "Processing_Geo"),
            ("USE1-TensorBoard:ml.r5.large", "TensorBoard"),
        ] {
            assert_eq!(sagemaker_use(usage_type, component), Err(Why::NotPriced), "{usage_type}");
        }
    }

    #[test]
    fn the_type_of_a_sagemaker_instance_is_found_where_a_price_list_has_it() {
        assert_eq!(instance("ml.g5.xlarge", "", ""), Some("ml.g5.xlarge"));
        assert_eq!(instance("", "CodeEditor-ml.t3.large", "ml.t3.large-Studio"), Some("ml.t3.large"));
        assert_eq!(instance("", "", "ml.g5.xlarge-Training"), Some("ml.g5.xlarge"));
        assert_eq!(instance("", "", "ml.p6-b200.48xlarge"), Some("ml.p6-b200.48xlarge"));
        assert_eq!(instance("", "VolumeUsage.gp2", ""), None);
    }

    #[test]
    fn what_goes_within_a_region_is_of_that_region() {
        let between = |from, to, place| {
            let mut product = Product::default();
            product.set(Attribute::FromRegion, from);
            product.set(Attribute::ToRegion, to);
            product.set(Attribute::FromLocationType, place);
            product.set(Attribute::TransferType, "IntraRegion");
            product.set(Attribute::UsageType, "EUC1-DataTransfer-Regional-Bytes");
            targets("AWSDataTransfer", &product).map(|all| all[0].key.region.to_string())
        };
        assert_eq!(between("eu-central-1", "eu-central-1", "AWS Region").as_deref(), Ok("eu-central-1"));
        assert_eq!(between("eu-central-1", "", "").as_deref(), Ok("eu-central-1"));
        assert_eq!(between("eu-central-1", "us-east-1", "AWS Region"), Err(Why::NoRegion));
        assert_eq!(between("us-west-2", "us-west-2", "AWS Local Zone"), Err(Why::Elsewhere));
    }

    #[test]
    fn what_is_no_name_is_left_out() {
        for (region, name) in [("me,1", "ml.m5.large"), ("../etc", "ml.m5.large"), ("us-east-1", "ml.m5\n.large")] {
            let mut product = Product::default();
            product.set(Attribute::Region, region);
            product.set(Attribute::UsageType, &format!("USE1-Train:{name}"));
            assert_eq!(targets("AmazonSageMaker", &product), Err(Why::Name), "{region} {name}");
        }
    }

    #[test]
    fn of_ec2_only_plain_linux_counts() {
        let plain = [
            (Attribute::Family, "Compute Instance"),
            (Attribute::InstanceType, "m5.large"),
            (Attribute::OperatingSystem, "Linux"),
            (Attribute::Tenancy, "Shared"),
            (Attribute::PreInstalled, "NA"),
            (Attribute::CapacityStatus, "Used"),
            (Attribute::LicenseModel, "No License required"),
            (Attribute::Operation, "RunInstances"),
            (Attribute::UsageType, "EUC1-BoxUsage:m5.large"),
        ];
        assert!(targets("AmazonEC2", &product(&plain)).is_ok());
        for (attribute, other) in [
            (Attribute::OperatingSystem, "Windows"),
            (Attribute::Tenancy, "Dedicated"),
            (Attribute::PreInstalled, "SQL Std"),
            (Attribute::CapacityStatus, "UnusedCapacityReservation"),
            (Attribute::UsageType, "EUC1-UnusedBox:m5.large"),
        ] {
            let mut values = vec![(attribute, other)];
            values.extend(plain);
            assert_eq!(targets("AmazonEC2", &product(&values)), Err(Why::NotPriced), "{other}");
        }
        let mut outpost = product(&plain);
        outpost.clear();
        outpost.set(Attribute::LocationType, "AWS Outposts");
        assert_eq!(targets("AmazonEC2", &outpost), Err(Why::Elsewhere));
    }
}
