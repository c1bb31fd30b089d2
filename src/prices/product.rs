//! What is looked at of a product and of its prices, whichever form the price list has.

/// Declares the attributes: the name in code, and that of the price list in small letters and digits only, for the two
/// forms write them in different ways (`Pre Installed S/W`, `preInstalledSw`).
macro_rules! attributes {
    ($($attribute:ident = $name:literal,)*) => {
        /// An attribute of a product.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Attribute { $($attribute,)* }

        impl Attribute {
            const ALL: &'static [(&'static str, Self)] = &[$(($name, Self::$attribute),)*];
        }
    };
}

attributes! {
    AlarmType = "alarmtype",
    CapacityStatus = "capacitystatus",
    Component = "component",
    Family = "productfamily",
    FromLocationType = "fromlocationtype",
    FromRegion = "fromregioncode",
    Group = "group",
    GroupDescription = "groupdescription",
    InstanceName = "instancename",
    InstanceType = "instancetype",
    LicenseModel = "licensemodel",
    LocationType = "locationtype",
    OperatingSystem = "operatingsystem",
    Operation = "operation",
    PreInstalled = "preinstalledsw",
    Region = "regioncode",
    SoftwareType = "softwaretype",
    SourceType = "sourcetype",
    Tenancy = "tenancy",
    ToRegion = "toregioncode",
    TransferType = "transfertype",
    UsageType = "usagetype",
    VolumeType = "volumetype",
}

impl Attribute {
    /// The attribute that a column or key is about.
    pub(super) fn named(name: &str) -> Option<Self> {
        let plain = plain(name);
        Self::ALL.iter().find(|(known, _)| *known == plain).map(|(_, attribute)| *attribute)
    }
}

/// A name of a column or key in small letters and digits only.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// A product. It is filled again and again: a price list has up to a million.
#[derive(Clone, Debug, Default)]
pub(super) struct Product {
    values: [String; Attribute::ALL.len()],
}

impl Product {
    pub(super) fn clear(&mut self) {
        self.values.iter_mut().for_each(String::clear);
    }

    /// The value of an attribute, which is empty where there is none.
    pub(super) fn get(&self, attribute: Attribute) -> &str {
        match &*self.values[attribute as usize] {
            "NA" | "N/A" => "",
            value => value,
        }
    }

    /// Sets an attribute. Where a column is there twice, the first that says something counts.
    pub(super) fn set(&mut self, attribute: Attribute, value: &str) {
        let place = &mut self.values[attribute as usize];
        if place.is_empty() {
            place.push_str(value);
        }
    }
}

/// A price of a product: of one tier.
#[derive(Clone, Debug, Default)]
pub(super) struct Rate {
    /// Quantity of a month from which it holds.
    pub(super) from: String,
    /// Quantity up to which it holds: `Inf`.
    pub(super) to: String,
    /// What it is for one of: `Hrs`.
    pub(super) unit: String,
    /// Its amount.
    pub(super) amount: String,
    /// Its currency. The sentence beside a price is not kept: it has other digits, such as `USD1.0E-4`.
    pub(super) currency: String,
}

impl Rate {
    pub(super) fn clear(&mut self) {
        let Self { from, to, unit, amount, currency } = self;
        for text in [from, to, unit, amount, currency] {
            text.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_known_in_both_forms() {
        for name in ["Pre Installed S/W", "preInstalledSw"] {
            assert_eq!(Attribute::named(name), Some(Attribute::PreInstalled), "{name}");
        }
        for name in ["Region Code", "regionCode", "REGIONCODE"] {
            assert_eq!(Attribute::named(name), Some(Attribute::Region), "{name}");
        }
        assert_eq!(Attribute::named("clockSpeed"), None);
        assert_eq!(Attribute::ALL.iter().position(|(_, attribute)| *attribute == Attribute::VolumeType), Some(22));
    }

    #[test]
    fn of_two_columns_of_one_name_the_first_that_says_something_counts() {
        let mut product = Product::default();
        product.set(Attribute::Region, "");
        product.set(Attribute::Region, "us-east-1");
        product.set(Attribute::Region, "eu-west-1");
        product.set(Attribute::PreInstalled, "NA");
        assert_eq!((product.get(Attribute::Region), product.get(Attribute::PreInstalled)), ("us-east-1", ""));
    }
}
