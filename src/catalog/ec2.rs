//! EC2's instance types: which there are, and their GPUs.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::{catalog, finding::FactRef};

/// A family of instance types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Family {
    /// Its name: `g5`.
    pub(super) name: &'static str,
    /// Its GPU; empty where it has none.
    pub(super) gpu: &'static str,
    /// Its sizes, each with the number of GPUs.
    pub(super) sizes: Vec<(&'static str, u32)>,
}

/// GPUs of an instance type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gpus {
    /// How many; Inferentia and Trainium chips are none.
    pub count: u32,
    /// Their name: `A10G`.
    pub name: &'static str,
}

static FAMILIES: LazyLock<Vec<Family>> = LazyLock::new(|| catalog::table(|tables| tables.ec2));

/// The GPUs of an instance type (`g5.xlarge`); nothing for a type that the catalog does not know.
pub fn gpus(name: &str) -> Option<Gpus> {
    let (family, size) = name.split_once('.')?;
    let at = FAMILIES.binary_search_by(|known| known.name.cmp(family)).ok()?;
    let family = FAMILIES.get(at)?;
    let (_, count) = family.sizes.iter().find(|(known, _)| *known == size)?;
    Some(Gpus { count: *count, name: family.gpu })
}

/// Whether EC2 has an instance type of this name.
pub fn is_type(name: &str) -> bool {
    gpus(name).is_some()
}

/// What a finding about a type cites.
pub fn fact(name: &str) -> FactRef {
    catalog::fact(format!("ec2/{name}"), "EC2 DescribeInstanceTypes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_their_gpus_are_known() {
        assert_eq!(gpus("g5.12xlarge"), Some(Gpus { count: 4, name: "A10G" }));
        assert_eq!(gpus("p3.2xlarge"), Some(Gpus { count: 1, name: "V100" }));
        assert_eq!(gpus("m5.large").map(|gpus| gpus.count), Some(0));
        assert_eq!(gpus("inf2.xlarge").map(|gpus| gpus.count), Some(0), "Inferentia is no GPU");
        assert!(is_type("m1.small") && !is_type("ml.m5.large") && !is_type("m5.61xlarge") && !is_type("m5"));
    }
}
