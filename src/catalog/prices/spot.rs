//! What Spot has saved on EC2, by family: a range to state, never a price.

use serde::{Deserialize, Serialize};

use super::BUILT_IN;

/// What Spot saved against the on-demand price, in percent, over the regions and types of a family.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpotSaving {
    /// `g4dn`.
    pub family: &'static str,
    /// Over how many pairs of region and type.
    pub pairs: u32,
    /// A tenth of them saved less.
    pub low: f64,
    /// The median.
    pub median: f64,
    /// A tenth of them saved more.
    pub high: f64,
}

impl SpotSaving {
    /// The day of the figures.
    pub const AS_OF: &'static str = "2025-06-28";
    /// Who says so. It is EC2's Spot: SageMaker publishes no figures of its own.
    pub const SOURCE: &'static str = "AWS Spot Instance Advisor (EC2)";
}

/// What Spot saved on the family of a type: `ml.g4dn.xlarge`, `g4dn.xlarge` or `g4dn`.
pub fn spot_saving(name: &str) -> Option<&'static SpotSaving> {
    let name = name.strip_prefix("ml.").unwrap_or(name);
    let family = name.split_once('.').map_or(name, |(family, _)| family);
    let at = BUILT_IN.spot.binary_search_by(|known| known.family.cmp(family)).ok()?;
    BUILT_IN.spot.get(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saving_is_a_range_of_a_family() {
        let saving = spot_saving("ml.g4dn.xlarge").expect("a family");
        assert!(saving.low < saving.median && saving.median < saving.high);
        assert_eq!(saving.median, 67.0);
        assert_eq!(spot_saving("g4dn"), Some(saving));
        assert_eq!(spot_saving("ml.zz.xlarge"), None);
    }
}
