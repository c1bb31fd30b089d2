//! What is paid in place of list prices: a part of them, by type, by use or of all. Only where somebody says so.

use crate::cost::{amount::Quantity, bill::Purpose};

/// What may stand for everything.
pub const ALL: &str = "all";

/// Discounts on list prices.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Discounts {
    entries: Vec<(Of, Discount)>,
}

/// What a discount is on.
#[derive(Clone, Debug, PartialEq)]
enum Of {
    Everything,
    Purpose(Purpose),
    /// Types whose names begin so.
    Types(String),
    /// One type.
    Type(String),
}

/// One discount.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Discount {
    /// In hundredths of the list price.
    pub percent: Quantity,
    /// The part of the list price that is paid.
    pub paid: Quantity,
}

/// Whether a name says what a discount is on: `all`, a use, a type, or types with a `*` behind.
pub fn is_name(name: &str) -> bool {
    of(name).is_some()
}

fn of(name: &str) -> Option<Of> {
    if name == ALL {
        return Some(Of::Everything);
    }
    if let Some(purpose) = Purpose::ALL.into_iter().find(|purpose| purpose.name() == name) {
        return Some(Of::Purpose(purpose));
    }
    let (stem, starred) = name.strip_suffix('*').map_or((name, false), |stem| (stem, true));
    let is_type = stem.contains('.') && !stem.contains('*');
    is_type.then(|| if starred { Of::Types(stem.to_owned()) } else { Of::Type(stem.to_owned()) })
}

impl Discounts {
    /// Adds one, in percent of the list price; whether its name and its figure are right.
    pub fn add(&mut self, name: &str, percent: Quantity) -> bool {
        let hundred = Quantity::whole(100);
        let paid = hundred.minus(percent).and_then(|rest| rest.per(hundred)).filter(|_| percent <= hundred);
        let (Some(of), Some(paid)) = (of(name), paid) else { return false };
        self.entries.push((of, Discount { percent, paid }));
        true
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The discount on a component: that on its type before that on its types, on its use, and on all.
    pub(super) fn on(&self, purpose: Purpose, detail: &str) -> Option<Discount> {
        let rank = |of: &Of| match of {
            Of::Everything => Some(0),
            Of::Purpose(one) => (*one == purpose).then_some(1),
            Of::Types(stem) => detail.starts_with(stem.as_str()).then(|| 2 + stem.len()),
            Of::Type(name) => (detail == name).then_some(usize::MAX),
        };
        let ranked = self.entries.iter().filter_map(|(of, discount)| Some((rank(of)?, *discount)));
        ranked.max_by_key(|(rank, _)| *rank).map(|(_, discount)| discount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_exact_name_holds() {
        let mut discounts = Discounts::default();
        for (name, percent) in [("all", 5), ("training", 10), ("ml.g5.*", 20), ("ml.g5.xlarge", 30)] {
            assert!(discounts.add(name, Quantity::whole(percent)), "{name}");
        }
        let on = |purpose, detail| discounts.on(purpose, detail).map(|discount| discount.percent.as_f64());
        assert_eq!(on(Purpose::Training, "ml.g5.xlarge"), Some(30.0));
        assert_eq!(on(Purpose::Hosting, "ml.g5.2xlarge"), Some(20.0));
        assert_eq!(on(Purpose::Training, "ml.m5.xlarge"), Some(10.0));
        assert_eq!(on(Purpose::Network, ""), Some(5.0));
        assert!(!discounts.add("trainings", Quantity::ONE) && !discounts.add("all", Quantity::whole(101)));
        assert_eq!(Discounts::default().on(Purpose::Training, "ml.g5.xlarge"), None);
    }
}
