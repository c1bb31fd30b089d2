//! In which regions SageMaker's instance types are offered.

use std::{collections::BTreeSet, sync::LazyLock};

use serde::{Deserialize, Serialize};

use crate::{
    catalog::{self, instance::Use},
    finding::FactRef,
};

/// Types of one family that are offered in the same regions for the same use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Offer {
    pub(super) usage: Use,
    /// `ml.m5`.
    pub(super) family: &'static str,
    #[serde(borrow = "'static")]
    pub(super) sizes: Vec<&'static str>,
    pub(super) regions: Vec<&'static str>,
}

/// The date of the table, which is older than the rest of the catalog.
pub const AS_OF: &str = "2026-08-19";

static OFFERS: LazyLock<Vec<Offer>> = LazyLock::new(|| catalog::table(|tables| tables.offers));

/// The regions in which a type is offered for a use. Nothing where the table has no such type.
pub fn regions(name: &str, usage: Use) -> Option<&'static [&'static str]> {
    let (family, size) = name.rsplit_once('.')?;
    let offer =
        OFFERS.iter().find(|offer| offer.usage == usage && offer.family == family && offer.sizes.contains(&size))?;
    Some(&offer.regions)
}

/// Whether the table has a region for a use: what it does not know it cannot rule out.
pub fn is_region(region: &str, usage: Use) -> bool {
    OFFERS.iter().any(|offer| offer.usage == usage && offer.regions.contains(&region))
}

/// Every region that the table has, by name.
pub fn all_regions() -> BTreeSet<&'static str> {
    OFFERS.iter().flat_map(|offer| offer.regions.iter().copied()).collect()
}

/// What a finding cites.
pub fn fact(name: &str) -> FactRef {
    let source = "cfn-lint 1.55.1, from AWS's price lists".to_owned();
    FactRef { id: format!("instance-regions/{name}"), as_of: AS_OF.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_known_by_use() {
        let m5 = regions("ml.m5.xlarge", Use::Hosting).expect("offered somewhere");
        assert!(m5.contains(&"us-east-1") && m5.contains(&"af-south-1"));
        let m4 = regions("ml.m4.xlarge", Use::Hosting).expect("offered somewhere");
        assert!(!m4.contains(&"eu-west-3"));
        assert!(is_region("eu-west-3", Use::Hosting) && !is_region("eu-nowhere-1", Use::Hosting));
        assert_eq!(regions("ml.p3.2xlarge", Use::Hosting), None, "it has no price any more");
        assert_eq!(regions("ml.m5.xlarge", Use::Training), None, "there is no table of training");
    }
}
