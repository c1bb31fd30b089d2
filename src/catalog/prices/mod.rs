//! List prices, each with its source and date: those that are built in, and those that were imported over them.
//!
//! The tables beside this file are packed into `prices.bin`, which a test compares and `UPDATE=1 cargo test the_packed`
//! rewrites. It is decoded when the first price is asked for.
//!
//! A price is never taken from another region, nor from another use: what has no row is not known. Two things are looked
//! up elsewhere, for their sources say that they are equal: the one rate that a type has for any use, and the few services
//! that cost the same in every region.

mod book;
mod imported;
mod meter;
mod pack;
mod spot;
mod usd;

use std::{collections::BTreeSet, fmt, sync::LazyLock};

use serde::{Deserialize, Serialize};

pub use book::Table;
pub use imported::{FILE, HEADER, Line, Mistake, lines, write};
pub use meter::{Meter, Serverless, Unit};
pub use spot::{SpotSaving, spot_saving};
pub use usd::{NoAmount, Usd};

use self::book::{Book, Row};
use crate::{catalog::instance, date::Date};

/// The packed tables.
static PACKED: &[u8] = include_bytes!("prices.bin");
static BUILT_IN: LazyLock<Packed> = LazyLock::new(|| postcard::from_bytes(PACKED).unwrap_or_default());

/// What `prices.bin` holds.
#[derive(Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
struct Packed {
    book: Book<&'static str>,
    unsold: Vec<(Use, &'static str)>,
    spot: Vec<SpotSaving>,
}

/// What SageMaker bills the hours of an instance as. Each has a rate of its own in the price list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Use {
    /// Asynchronous endpoints.
    Async,
    /// HyperPod clusters.
    Cluster,
    /// Real-time endpoints.
    Hosting,
    /// Notebook instances.
    Notebook,
    /// Processing jobs.
    Processing,
    /// Apps of Studio: JupyterLab, Code Editor, kernels.
    Studio,
    /// Training jobs, tuning included.
    Training,
    /// Batch transform jobs.
    Transform,
    /// Instances of a training job that are kept for the next one.
    WarmPool,
}

impl Use {
    /// All uses, by name.
    pub const ALL: [Self; 9] = [
        Self::Async,
        Self::Cluster,
        Self::Hosting,
        Self::Notebook,
        Self::Processing,
        Self::Studio,
        Self::Training,
        Self::Transform,
        Self::WarmPool,
    ];

    /// Its name in tables and output: `training`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Async => "async",
            Self::Cluster => "cluster",
            Self::Hosting => "hosting",
            Self::Notebook => "notebook",
            Self::Processing => "processing",
            Self::Studio => "studio",
            Self::Training => "training",
            Self::Transform => "transform",
            Self::WarmPool => "warm-pool",
        }
    }

    /// The use with a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|usage| usage.name() == name)
    }

    /// What the API must accept a type for, so that it can be used so.
    fn accepted_as(self) -> instance::Use {
        match self {
            Self::Async | Self::Hosting => instance::Use::Hosting,
            Self::Cluster => instance::Use::Cluster,
            Self::Notebook => instance::Use::Notebook,
            Self::Processing => instance::Use::Processing,
            Self::Studio => instance::Use::StudioApp,
            Self::Training | Self::WarmPool => instance::Use::Training,
            Self::Transform => instance::Use::Transform,
        }
    }
}

impl fmt::Display for Use {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A list price, on demand, without taxes and discounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price<'p> {
    /// US dollars for one unit.
    pub usd: Usd,
    /// What the price is for one of.
    pub unit: Unit,
    /// Who says so.
    pub source: &'p str,
    /// When it held: `2026-09-24`, or `2026-09`, or `2026` where the day is not recorded.
    pub as_of: &'p str,
    /// Whether it is the one rate that its source gives a type for any use, not the row of this use.
    pub any_use: bool,
    /// Whether it comes from a price list that was imported.
    pub imported: bool,
}

impl Price<'_> {
    /// Whether it may be more than a year old. A year without a day counts as its first one.
    pub fn is_old(&self, today: Date) -> bool {
        let today = today.to_string();
        let (year, day) = today.split_at(4);
        let last = year.parse::<u16>().unwrap_or_default().saturating_sub(1);
        *self.as_of < *format!("{last:04}{day}")
    }
}

/// The prices of a run.
#[derive(Clone, Debug, Default)]
pub struct Prices {
    imported: Option<Book<Box<str>>>,
}

impl Prices {
    /// The built-in prices, and over them those of an imported file (its text). What the file has of a region's SageMaker,
    /// EC2 or EMR stands for all of it: it holds whatever AWS sells there. Of the other services each meter stands alone.
    ///
    /// # Errors
    /// When the text is not such a file: the first line that is none, and why.
    pub fn with_imported(text: &str) -> Result<Self, Mistake> {
        Ok(Self { imported: Some(imported::read(text)?) })
    }

    /// What an hour of a SageMaker instance costs: `ml.m5.xlarge`.
    pub fn sagemaker(&self, region: &str, usage: Use, instance_type: &str) -> Option<Price<'_>> {
        if let Some(book) = self.imported.as_ref().filter(|book| book.has_sagemaker(region)) {
            return Some(imported(book, book.rows(region, Table::Use(usage), instance_type).first()?, Unit::Hour));
        }
        let book = &BUILT_IN.book;
        if let Some(row) = book.rows(region, Table::Use(usage), instance_type).first() {
            return Some(built_in(row, Unit::Hour));
        }
        let row = book.rows(region, Table::AnyUse, instance_type).first().filter(|_| is_sold(usage, instance_type))?;
        Some(Price { any_use: true, ..built_in(row, Unit::Hour) })
    }

    /// What an hour of an EC2 instance costs, with Linux and shared tenancy: `m5.xlarge`.
    pub fn ec2(&self, region: &str, instance_type: &str) -> Option<Price<'_>> {
        self.instance(Table::Ec2, region, instance_type)
    }

    /// What EMR adds to an hour of an EC2 instance.
    pub fn emr(&self, region: &str, instance_type: &str) -> Option<Price<'_>> {
        self.instance(Table::Emr, region, instance_type)
    }

    fn instance(&self, table: Table, region: &str, name: &str) -> Option<Price<'_>> {
        match self.imported.as_ref().filter(|book| book.has(region, table)) {
            Some(book) => Some(imported(book, book.rows(region, table, name).first()?, Unit::Hour)),
            None => Some(built_in(BUILT_IN.book.rows(region, table, name).first()?, Unit::Hour)),
        }
    }

    /// What one unit costs, at the smallest quantity that has a price.
    pub fn service(&self, region: &str, meter: Meter) -> Option<Price<'_>> {
        self.tiers(region, meter).first().map(|(_, price)| *price)
    }

    /// What one unit costs, by the quantity of a month from which on it does. The first tier may begin above zero: what is
    /// below is free. A tier that is not known is missing: the last one then holds for less than what is above it.
    pub fn tiers(&self, region: &str, meter: Meter) -> Vec<(u64, Price<'_>)> {
        let unit = meter.unit();
        let rows = self.imported.as_ref().map(|book| (book, book.rows(region, Table::Service, meter.id())));
        if let Some((book, rows)) = rows.filter(|(_, rows)| !rows.is_empty()) {
            return rows.iter().map(|row| (row.from, imported(book, row, unit))).collect();
        }
        let book = &BUILT_IN.book;
        let mut rows = book.rows(region, Table::Service, meter.id());
        if rows.is_empty() {
            rows = book.rows(EVERYWHERE, Table::Service, meter.id());
        }
        rows.iter().map(|row| (row.from, built_in(row, unit))).collect()
    }

    /// The regions that have a price of a SageMaker instance, by name.
    pub fn regions(&self) -> Vec<&str> {
        let imported = self.imported.iter().flat_map(Book::sagemaker_regions);
        let all: BTreeSet<&str> = BUILT_IN.book.sagemaker_regions().chain(imported).collect();
        all.into_iter().collect()
    }

    /// Whether any SageMaker instance has a price in a region.
    pub fn has_region(&self, region: &str) -> bool {
        BUILT_IN.book.has_sagemaker(region) || self.imported.as_ref().is_some_and(|book| book.has_sagemaker(region))
    }

    /// Whether anything of a price list is known in a region: of that of SageMaker an instance, of another one a meter.
    pub fn has_offer(&self, region: &str, offer: &str) -> bool {
        let has = |table| {
            BUILT_IN.book.has(region, table) || self.imported.as_ref().is_some_and(|book| book.has(region, table))
        };
        let of_meter = |meter: &&Meter| {
            let built_in = BUILT_IN.book.rows(region, Table::Service, meter.id()).is_empty();
            let imported = self.imported.as_ref().map(|book| book.rows(region, Table::Service, meter.id()).is_empty());
            meter.offer() == offer && !(built_in && imported.unwrap_or(true))
        };
        match offer {
            SAGEMAKER => self.has_region(region),
            EMR => has(Table::Emr),
            _ => Meter::ALL.iter().any(|meter| of_meter(&meter)),
        }
    }

    /// Whether a region's SageMaker prices were imported: a type without one is then not sold there for that use.
    pub fn is_complete(&self, region: &str) -> bool {
        self.imported.as_ref().is_some_and(|book| book.has_sagemaker(region))
    }

    /// The SageMaker types that have a price in a region for a use, by name.
    pub fn sagemaker_types(&self, region: &str, usage: Use) -> Vec<(&str, Price<'_>)> {
        let names: BTreeSet<&str> = match self.imported.as_ref().filter(|book| book.has_sagemaker(region)) {
            Some(book) => book.names(region, Table::Use(usage)).collect(),
            None => {
                let names = |table| BUILT_IN.book.names(region, table);
                names(Table::Use(usage)).chain(names(Table::AnyUse)).collect()
            }
        };
        names.into_iter().filter_map(|name| Some((name, self.sagemaker(region, usage, name)?))).collect()
    }
}

/// A price with what it is a price of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known<'p> {
    /// The region, or `any`.
    pub region: &'p str,
    /// What is priced.
    pub table: Table,
    /// Instance type or meter.
    pub name: &'p str,
    /// Quantity of a month from which it holds.
    pub from: u64,
    /// The price.
    pub price: Price<'p>,
}

impl Prices {
    /// All prices that hold, by region, table, name and tier.
    pub fn all(&self) -> Vec<Known<'_>> {
        let imported_lists = self.imported.iter().flat_map(|book| book.lists.iter().map(move |list| (book, list)));
        let mut all: Vec<Known<'_>> = imported_lists
            .flat_map(|(book, list)| {
                list.rows.iter().map(move |row| {
                    let price = imported(book, row, unit_of(list.table, &row.name));
                    Known { region: &list.region, table: list.table, name: &row.name, from: row.from, price }
                })
            })
            .collect();
        for list in &BUILT_IN.book.lists {
            let rows = list.rows.iter().filter(|row| !self.is_covered(list.region, list.table, row.name));
            all.extend(rows.map(|row| {
                let any_use = list.table == Table::AnyUse;
                let price = Price { any_use, ..built_in(row, unit_of(list.table, row.name)) };
                Known { region: list.region, table: list.table, name: row.name, from: row.from, price }
            }));
        }
        all.sort_by_key(|known| (known.region, known.table, known.name, known.from));
        all
    }

    /// Whether what was imported stands in the place of a built-in price.
    fn is_covered(&self, region: &str, table: Table, name: &str) -> bool {
        self.imported.as_ref().is_some_and(|book| match table {
            Table::AnyUse | Table::Use(_) => book.has_sagemaker(region),
            Table::Ec2 | Table::Emr => book.has(region, table),
            Table::Service => !book.rows(region, table, name).is_empty(),
        })
    }
}

fn unit_of(table: Table, name: &str) -> Unit {
    match table {
        Table::Service => Meter::named(name).map_or(Unit::Piece, Meter::unit),
        Table::AnyUse | Table::Use(_) | Table::Ec2 | Table::Emr => Unit::Hour,
    }
}

/// The region of what costs the same everywhere.
pub const EVERYWHERE: &str = "any";

fn built_in(row: &Row<&'static str>, unit: Unit) -> Price<'static> {
    let (as_of, source) = BUILT_IN.book.sources.get(usize::from(row.source)).copied().unwrap_or_default();
    Price { usd: row.usd, unit, source, as_of, any_use: false, imported: false }
}

fn imported<'p>(book: &'p Book<Box<str>>, row: &Row<Box<str>>, unit: Unit) -> Price<'p> {
    let (as_of, source) = book.sources.get(usize::from(row.source)).map_or(("", ""), |(as_of, source)| (as_of, source));
    Price { usd: row.usd, unit, source, as_of, any_use: false, imported: true }
}

/// Whether a rate for any use may stand for this one: the API accepts the type for it, and price lists have it.
fn is_sold(usage: Use, instance_type: &str) -> bool {
    let accepted = |instance: &instance::Instance| instance.uses.contains(&usage.accepted_as());
    // A warm pool is what a training job leaves.
    let sold_as = if usage == Use::WarmPool { Use::Training } else { usage };
    let unsold = |(of, types): &(Use, &str)| match types.strip_suffix('*') {
        Some(start) => *of == sold_as && instance_type.starts_with(start),
        None => *of == sold_as && instance_type == *types,
    };
    instance::instance(instance_type).is_some_and(accepted) && !BUILT_IN.unsold.iter().any(unsold)
}

/// The offer code of SageMaker's price list.
pub const SAGEMAKER: &str = "AmazonSageMaker";
/// That of EC2's.
pub const EC2: &str = "AmazonEC2";
/// That of EMR's.
pub const EMR: &str = "ElasticMapReduce";

/// Where AWS publishes the price list of an offer (`AmazonSageMaker`) in a region, as CSV.
pub fn price_list_url(offer: &str, region: &str) -> String {
    let (host, domain) = if region.starts_with("cn-") {
        ("pricing.cn-northwest-1", "amazonaws.com.cn")
    } else {
        ("pricing.us-east-1", "amazonaws.com")
    };
    format!("https://{host}.{domain}/offers/v1.0/aws/{offer}/current/{region}/index.csv")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hourly(region: &str, usage: Use, name: &str) -> Option<String> {
        Prices::default().sagemaker(region, usage, name).map(|price| price.usd.to_string())
    }

    #[test]
    fn a_price_is_that_of_the_region_and_the_use() {
        assert_eq!(hourly("us-east-1", Use::Training, "ml.m5.large").as_deref(), Some("0.115"));
        assert_eq!(hourly("ap-south-1", Use::Processing, "ml.g4dn.4xlarge").as_deref(), Some("1.656"));
        assert_eq!(hourly("us-west-2", Use::Training, "ml.g6.8xlarge").as_deref(), Some("2.518"));
        assert_eq!(hourly("us-west-2", Use::Hosting, "ml.g6.8xlarge"), None, "only training and transform are known");
        assert_eq!(hourly("sa-east-1", Use::Training, "ml.m5.large"), None, "another region's price is no price");
        let prices = Prices::default();
        assert!(prices.has_region("ap-south-1") && !prices.has_region("sa-east-1"));
        assert!(prices.has_offer("us-east-1", EC2) && prices.has_offer("us-east-1", "awskms"));
        assert!(!prices.has_offer("sa-east-1", EC2), "some of its instances have a price, and nothing else");
        assert!(prices.has_offer("eu-west-1", SAGEMAKER) && !prices.has_offer("sa-east-1", SAGEMAKER));
        assert!(prices.has_offer("us-east-1", EMR) && !prices.has_offer("eu-west-1", EMR));
        assert!(!prices.is_complete("us-east-1"), "the built-in table may lack a type that is sold");
        assert!(prices.regions().is_sorted() && prices.regions().contains(&"eu-west-1"));
    }

    #[test]
    fn a_rate_for_any_use_stands_for_the_uses_that_are_sold() {
        let prices = Prices::default();
        let price = |usage, name| prices.sagemaker("us-east-1", usage, name);
        let own = price(Use::Training, "ml.m5.large").expect("a row");
        assert!(!own.any_use);
        let any = price(Use::Async, "ml.m5.large").expect("a rate for any use");
        assert!(any.any_use && any.usd == "0.115".parse().expect("an amount") && any.as_of == "2026-09-27");
        assert!(price(Use::Notebook, "ml.r6i.large").is_some());
        assert_eq!(price(Use::Training, "ml.r6i.large"), None, "no price list has it for training");
        assert_eq!(price(Use::WarmPool, "ml.r6i.large"), None, "what is not trained on is not kept for training");
        assert_eq!(price(Use::Processing, "ml.t3.medium").map(|price| price.any_use), Some(false));
        assert_eq!(price(Use::Training, "ml.t2.medium"), None, "the API does not accept it");
        let types = prices.sagemaker_types("us-east-1", Use::Training);
        assert!(types.len() > 95 && types.is_sorted_by(|left, right| left.0 < right.0), "{}", types.len());
    }

    #[test]
    fn services_have_units_tiers_and_few_have_one_price_everywhere() {
        let prices = Prices::default();
        let nat = prices.service("us-east-1", Meter::NatGateway).expect("a price");
        assert_eq!((nat.usd.to_string().as_str(), nat.unit.name()), ("0.045", "hour"));
        assert_eq!(prices.service("eu-central-1", Meter::NatGateway), None);
        assert!(prices.service("eu-central-1", Meter::PublicIpv4).is_some());
        let from = |meter| prices.tiers("us-east-1", meter).iter().map(|(from, _)| *from).collect::<Vec<u64>>();
        assert_eq!(from(Meter::InterfaceEndpointData), [0, 1_048_576, 5_242_880]);
        assert_eq!(from(Meter::KmsKey), [0]);
        let request = prices.service("us-east-1", Meter::S3StandardGet).expect("a price");
        assert_eq!(request.usd.times_whole(1_000_000).to_string(), "0.40");
        assert_eq!(prices.emr("us-east-1", "m5.xlarge").map(|price| price.usd.to_string()).as_deref(), Some("0.048"));
        assert_eq!(prices.ec2("us-east-1", "m5.xlarge").map(|price| price.usd.to_string()).as_deref(), Some("0.192"));
        assert_eq!(prices.ec2("us-east-1", "ml.m5.xlarge"), None);
    }

    #[test]
    fn a_price_is_old_after_a_year() {
        let price =
            |as_of| Price { usd: Usd::ZERO, unit: Unit::Hour, source: "", as_of, any_use: false, imported: false };
        let today = "2026-11-26".parse().expect("a day");
        for (as_of, old) in
            [("2025-11-26", false), ("2025-11-25", true), ("2025-12", false), ("2025", true), ("2026", false)]
        {
            assert_eq!(price(as_of).is_old(today), old, "{as_of}");
        }
    }

    #[test]
    fn what_is_imported_comes_first_and_stands_for_its_region() {
        let rows = "sagemaker,us-east-1,training,ml.m5.large,,0.2,AmazonSageMaker 1,2026-10-01\n\
                    ec2,sa-east-1,,m5.large,,0.153,AmazonEC2 2,2026-10-02\n\
                    service,us-east-1,,nat-gateway,0,0.05,AmazonEC2 2,2026-10-02\n";
        let prices = Prices::with_imported(&format!("{HEADER}\n{rows}")).expect("a file");
        let price = prices.sagemaker("us-east-1", Use::Training, "ml.m5.large").expect("a price");
        assert_eq!((price.usd.to_string().as_str(), price.source), ("0.20", "AmazonSageMaker 1"));
        assert!(price.imported && price.as_of == "2026-10-01" && prices.is_complete("us-east-1"));
        assert_eq!(prices.sagemaker("us-east-1", Use::Training, "ml.m5.xlarge"), None, "AWS does not sell it");
        assert_eq!(prices.sagemaker("us-east-1", Use::Hosting, "ml.m5.large"), None);
        assert!(prices.sagemaker("ap-south-1", Use::Training, "ml.m5.large").is_some_and(|price| !price.imported));
        assert!(prices.ec2("sa-east-1", "m5.large").is_some_and(|price| price.imported));
        assert!(prices.ec2("us-east-1", "m5.large").is_some_and(|price| !price.imported));
        assert!(prices.service("us-east-1", Meter::NatGateway).is_some_and(|price| price.imported));
        assert!(prices.service("us-east-1", Meter::NatGatewayData).is_some_and(|price| !price.imported));
        let all = prices.all();
        assert!(all.is_sorted_by_key(|known| (known.region, known.table, known.name, known.from)));
        let of = |region, table| all.iter().filter(|known| (known.region, known.table) == (region, table)).count();
        assert_eq!((of("us-east-1", Table::AnyUse), of("us-east-1", Table::Use(Use::Training))), (0, 1));
        assert_eq!((of("us-east-1", Table::Ec2), of("sa-east-1", Table::Ec2)), (1367, 1));
    }

    #[test]
    fn price_lists_have_addresses() {
        let url = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonSageMaker/current/eu-west-3/index.csv";
        assert_eq!(price_list_url("AmazonSageMaker", "eu-west-3"), url);
        assert!(
            price_list_url("AmazonEC2", "cn-north-1").starts_with("https://pricing.cn-northwest-1.amazonaws.com.cn/")
        );
    }
}
