//! Partitions of AWS: what stands in the ARNs and addresses of a region.

/// A partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Partition {
    /// What stands in its ARNs: `aws-cn`.
    pub name: &'static str,
    /// What the addresses of its services end with: `amazonaws.com.cn`.
    pub suffix: &'static str,
    /// What the names of its regions begin with.
    regions: &'static [&'static str],
}

/// source: `partitions.json` of botocore 1.43.11; as of 2026-11-26
const PARTITIONS: &[Partition] = &[
    Partition { name: "aws-cn", suffix: "amazonaws.com.cn", regions: &["cn"] },
    Partition { name: "aws-eusc", suffix: "amazonaws.eu", regions: &["eusc-de"] },
    Partition { name: "aws-iso", suffix: "c2s.ic.gov", regions: &["us-iso"] },
    Partition { name: "aws-iso-b", suffix: "sc2s.sgov.gov", regions: &["us-isob"] },
    Partition { name: "aws-iso-e", suffix: "cloud.adc-e.uk", regions: &["eu-isoe"] },
    Partition { name: "aws-iso-f", suffix: "csp.hci.ic.gov", regions: &["us-isof"] },
    Partition { name: "aws-us-gov", suffix: "amazonaws.com", regions: &["us-gov"] },
    Partition {
        name: "aws",
        suffix: "amazonaws.com",
        regions: &["us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx"],
    },
];

/// The partition of a region, by its name: `eu-west-1`. Nothing for a name that no partition has.
pub fn of_region(region: &str) -> Option<&'static Partition> {
    let (area, _) = region.rsplit_once('-')?.0.rsplit_once('-')?;
    PARTITIONS.iter().find(|partition| partition.regions.contains(&area))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_one_partition() {
        let name = |region: &str| of_region(region).map(|partition| partition.name);
        assert_eq!(name("eu-west-1"), Some("aws"));
        assert_eq!(name("us-gov-east-1"), Some("aws-us-gov"));
        assert_eq!(name("cn-north-1"), Some("aws-cn"));
        assert_eq!(name("us-isob-east-1"), Some("aws-iso-b"));
        assert_eq!(name("moon-east-1"), None);
        assert_eq!(name("eu"), None);
    }
}
