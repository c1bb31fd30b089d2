//! SageMaker's instance types.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::{catalog, finding::FactRef, nearest::meant};

/// An instance type. Figures that are not known are nothing, never zero.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Instance {
    /// Its name: `ml.g5.xlarge`.
    pub name: &'static str,
    /// What SageMaker accepts the name for; not each region and account has it.
    pub uses: Vec<Use>,
    /// Virtual CPUs.
    pub vcpu: Option<u32>,
    /// Memory in GiB.
    pub memory_gib: Option<f64>,
    /// Its accelerator, GPU or not.
    pub accelerator: Option<Accelerator>,
    /// GPUs. Inferentia, Trainium and Gaudi chips are accelerators, not GPUs: such a type has zero.
    pub gpus: Option<u32>,
    /// Whether the processor is an Arm one (Graviton), so that x86 images do not run.
    pub arm: Option<bool>,
    /// Whether it has local NVMe storage, so that training gets no EBS volume.
    pub nvme: Option<bool>,
    /// Whether AWS sells a newer generation for the same purpose.
    pub legacy: bool,
    /// Families to use in place of a legacy one: `ml.g5`.
    #[serde(borrow = "'static")]
    pub replacements: Vec<&'static str>,
}

/// The accelerator of an instance type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Accelerator {
    /// Its name: `A10G`, `Trainium2`.
    pub name: &'static str,
    /// How many an instance has.
    pub count: Option<u32>,
    /// Memory of each, in GiB.
    pub memory_gib: Option<f64>,
}

/// What an instance type can be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Use {
    /// Training jobs.
    Training,
    /// Endpoint variants.
    Hosting,
    /// Processing jobs.
    Processing,
    /// Batch transform jobs.
    Transform,
    /// Notebook instances.
    Notebook,
    /// Studio apps.
    StudioApp,
    /// HyperPod clusters.
    Cluster,
    /// Training plans.
    ReservedCapacity,
    /// Inference optimization jobs.
    Optimization,
    /// AI recommendation jobs.
    Recommendation,
}

static INSTANCES: LazyLock<Vec<Instance>> = LazyLock::new(|| catalog::table(|tables| tables.instances));

/// The instance type with a name (`ml.g5.xlarge`). Nothing for `local` and for types that the catalog does not know.
pub fn instance(name: &str) -> Option<&'static Instance> {
    let at = INSTANCES.binary_search_by(|known| known.name.cmp(name)).ok()?;
    INSTANCES.get(at)
}

/// The smallest type whose name begins with `family` (`ml.m5.`) and that has at least so many processors, else the
/// largest: of those that can be used so.
pub fn with_vcpu(family: &str, vcpu: u32, usage: Use) -> Option<&'static Instance> {
    let fits = |instance: &&Instance| instance.name.starts_with(family) && instance.uses.contains(&usage);
    let all = || INSTANCES.iter().filter(fits).filter_map(|instance| Some((instance.vcpu?, instance)));
    let smallest = all().filter(|(have, _)| *have >= vcpu).min_by_key(|(have, _)| *have);
    smallest.or_else(|| all().max_by_key(|(have, _)| *have)).map(|(_, instance)| instance)
}

/// The types of a family: `ml.m5`.
pub fn of_family(family: &str) -> impl Iterator<Item = &'static Instance> {
    INSTANCES.iter().filter(move |instance| instance.family() == family)
}

/// The known name nearest to a text, if at most `most` letters differ. Where several are as near there is none.
pub fn nearest(text: &str, most: usize) -> Option<&'static Instance> {
    instance(meant(text, most, INSTANCES.iter().map(|instance| instance.name))?)
}

impl Instance {
    /// The part of its name before the size: `ml.g5`.
    pub fn family(&self) -> &'static str {
        self.name.rsplit_once('.').map_or(self.name, |(family, _)| family)
    }

    /// Its size: `12xlarge`.
    pub fn size(&self) -> &'static str {
        self.name.rsplit_once('.').map_or("", |(_, size)| size)
    }

    /// A type of like size to use in place of a legacy one: of the first family that has one with as many GPUs.
    pub fn replacement(&self, usage: Use) -> Option<&'static Instance> {
        let (gpus, vcpu) = (self.gpus.unwrap_or_default(), self.vcpu.unwrap_or_default());
        let fits = |family: &&'static str| {
            let types = of_family(family).filter(|other| other.uses.contains(&usage) && other.gpus >= Some(gpus));
            types.min_by_key(|other| (other.gpus, other.vcpu < Some(vcpu), other.vcpu.map(|have| have.abs_diff(vcpu))))
        };
        self.replacements.iter().find_map(fits)
    }

    /// The smallest type with one GPU of its family, or of those that have taken its place.
    pub fn with_one_gpu(&self, usage: Use) -> Option<&'static Instance> {
        let fits = |other: &&Instance| other.gpus == Some(1) && !other.legacy && other.uses.contains(&usage);
        let of = |family: &str| of_family(family).filter(fits).min_by_key(|other| other.vcpu);
        of(self.family()).or_else(|| self.replacements.iter().find_map(|family| of(family)))
    }

    /// What a finding cites.
    pub fn fact(&self) -> FactRef {
        catalog::fact(format!("instances/{}", self.name), "botocore 1.44.5; EC2 DescribeInstanceTypes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gpus_are_counted_apart_from_other_accelerators() {
        let gpus = |name| instance(name).and_then(|instance| instance.gpus);
        assert_eq!(gpus("ml.m5.xlarge"), Some(0));
        assert_eq!(gpus("ml.g5.12xlarge"), Some(4));
        assert_eq!(gpus("ml.trn1.32xlarge"), Some(0), "Trainium is no GPU");
        assert_eq!(gpus("ml.p6e-gb200.36xlarge"), None, "its figures are not published");
        let trainium = instance("ml.trn1.32xlarge").and_then(|instance| instance.accelerator.as_ref());
        assert_eq!(trainium.map(|chip| (chip.name, chip.count)), Some(("Trainium", Some(16))));
    }

    #[test]
    fn figures_and_uses_are_those_of_the_table() {
        let old = instance("ml.p2.xlarge").expect("a type");
        assert!(old.legacy);
        assert_eq!(old.replacements, ["ml.g4dn", "ml.g5", "ml.g6"]);
        let small = instance("ml.c4.large").expect("a type");
        assert_eq!((small.vcpu, small.memory_gib, small.nvme), (Some(2), Some(3.75), Some(false)));
        assert_eq!(small.uses, [Use::Hosting]);
        assert_eq!(instance("ml.c6g.large").and_then(|instance| instance.arm), Some(true));
    }

    #[test]
    fn a_type_of_like_size_is_found() {
        let like = |vcpu| with_vcpu("ml.m5.", vcpu, Use::Training).map(|instance| instance.name);
        assert_eq!(like(8), Some("ml.m5.2xlarge"));
        assert_eq!(like(9), Some("ml.m5.4xlarge"));
        assert_eq!(like(1000), Some("ml.m5.24xlarge"), "the largest");
    }

    #[test]
    fn a_family_has_a_size_with_one_gpu_or_another_has() {
        let one = |name| instance(name).and_then(|known| known.with_one_gpu(Use::Training)).map(|known| known.name);
        assert_eq!(one("ml.g5.12xlarge"), Some("ml.g5.xlarge"));
        assert_eq!(one("ml.p3.16xlarge"), Some("ml.g5.xlarge"), "p3 is of an old generation");
        assert_eq!(one("ml.p4d.24xlarge"), None);
        assert_eq!(one("ml.m5.xlarge"), None);
    }

    #[test]
    fn a_legacy_type_has_a_replacement_of_like_size() {
        let of = |name| instance(name).and_then(|old| old.replacement(Use::Training)).map(|new| new.name);
        assert_eq!(of("ml.p2.xlarge"), Some("ml.g4dn.xlarge"));
        assert_eq!(of("ml.p3.2xlarge"), Some("ml.g5.2xlarge"));
        assert_eq!(of("ml.p3.16xlarge"), Some("ml.g5.48xlarge"));
        assert_eq!(of("ml.m4.xlarge"), Some("ml.m5.xlarge"));
        assert_eq!(of("ml.m4.10xlarge"), Some("ml.m5.12xlarge"));
        assert_eq!(of("ml.m5.xlarge"), None, "it is not legacy");
    }

    #[test]
    fn the_nearest_name_is_found() {
        let near = |text| nearest(text, 2).map(|instance| instance.name);
        assert_eq!(near("ml.m5.xlage"), Some("ml.m5.xlarge"));
        assert_eq!(near("m1.g4dn.xlarge"), Some("ml.g4dn.xlarge"));
        assert_eq!(near("something else"), None);
    }

    #[test]
    fn names_that_are_no_known_type_have_no_facts() {
        for name in ["local", "local_gpu", "m5.xlarge", "ml.m99.xlarge", ""] {
            assert_eq!(instance(name), None, "{name}");
        }
    }
}
