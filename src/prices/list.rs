//! The prices of one price list that are kept, gathered as it is read.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    product::{Product, Rate, plain},
    target::{Key, Scale, Target, Why, targets},
};
use crate::{
    catalog::prices::{Meter, Table, Unit, Usd},
    date::Date,
};

/// What a price list says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// The offer code: `AmazonSageMaker`.
    pub(super) offer: String,
    /// `20260921172504`.
    pub(super) version: String,
    /// When it was published, to the second.
    pub(super) published: String,
}

impl Head {
    /// The day of publication.
    ///
    /// # Errors
    /// When there is none.
    pub(super) fn day(&self) -> Result<Date, String> {
        let day = self.published.get(..10).and_then(|day| day.parse().ok());
        day.ok_or_else(|| "the price list has no date of publication".to_owned())
    }

    /// What a row of a price names as its source.
    pub(super) fn source(&self) -> String {
        let safe = |text: &str| text.chars().filter(|letter| letter.is_ascii_alphanumeric()).collect::<String>();
        format!("{} {}", safe(&self.offer), safe(&self.version))
    }
}

/// A price list.
#[derive(Debug)]
pub(super) struct PriceList {
    pub(super) head: Head,
    pub(super) day: Date,
    /// The prices, by key and tier.
    pub(super) prices: Vec<(Key, u64, Usd)>,
    /// What has two prices, of which none is kept.
    pub(super) conflicts: Vec<Key>,
    /// What else is left out.
    pub(super) left_out: BTreeMap<Why, u64>,
    /// How many prices are there twice or more, and are the same.
    pub(super) repeated: u64,
}

impl PriceList {
    /// The regions that it has prices of.
    pub(super) fn regions(&self) -> BTreeSet<&str> {
        self.prices.iter().map(|(key, ..)| &*key.region).collect()
    }
}

/// Prices as they come.
#[derive(Default)]
pub(super) struct Gathering {
    pub(super) head: Head,
    kept: HashMap<Key, Vec<Candidate>>,
    left_out: BTreeMap<Why, u64>,
}

/// The tiers of one product.
struct Candidate {
    rank: u8,
    sku: Box<str>,
    tiers: Vec<(u64, Usd)>,
}

impl Gathering {
    /// Counts a thing that is left out.
    pub(super) fn leave_out(&mut self, why: Why) {
        *self.left_out.entry(why).or_default() += 1;
    }

    /// What a product is a price of. What is left out is counted.
    pub(super) fn product(&mut self, product: &Product) -> Vec<Target> {
        targets(&self.head.offer, product).unwrap_or_else(|why| {
            self.leave_out(why);
            Vec::new()
        })
    }

    /// The same of a product that was counted before.
    pub(super) fn known(&self, product: &Product) -> Vec<Target> {
        targets(&self.head.offer, product).unwrap_or_default()
    }

    /// Takes a price of a product.
    pub(super) fn rate(&mut self, target: &Target, sku: &str, rate: &Rate) {
        match amount(target, rate) {
            Err(why) => self.leave_out(why),
            Ok(tier) => {
                let candidates = self.kept.entry(target.key.clone()).or_default();
                match candidates.iter_mut().find(|candidate| *candidate.sku == *sku) {
                    Some(candidate) => candidate.tiers.push(tier),
                    None => candidates.push(Candidate { rank: target.rank, sku: sku.into(), tiers: vec![tier] }),
                }
            }
        }
    }

    /// The price list.
    ///
    /// # Errors
    /// When it has no date.
    pub(super) fn finish(self) -> Result<PriceList, String> {
        let day = self.head.day()?;
        let (mut prices, mut conflicts, mut repeated) = (Vec::new(), Vec::new(), 0);
        for (key, mut candidates) in self.kept {
            let lowest = candidates.iter().map(|candidate| candidate.rank).min().unwrap_or_default();
            repeated += candidates.iter().filter(|candidate| candidate.rank > lowest).count() as u64;
            candidates.retain(|candidate| candidate.rank == lowest);
            for candidate in &mut candidates {
                candidate.tiers.sort_unstable();
                let all = candidate.tiers.len();
                candidate.tiers.dedup();
                repeated += (all - candidate.tiers.len()) as u64;
            }
            let is_twice = |tiers: &[(u64, Usd)]| tiers.windows(2).any(|pair| pair[0].0 == pair[1].0);
            let Some((first, others)) = candidates.split_first() else { continue };
            if is_twice(&first.tiers) || others.iter().any(|other| other.tiers != first.tiers) {
                conflicts.push(key);
                continue;
            }
            repeated += others.len() as u64;
            prices.extend(first.tiers.iter().map(|(from, usd)| (key.clone(), *from, *usd)));
        }
        prices.sort_unstable();
        conflicts.sort_unstable();
        Ok(PriceList { head: self.head, day, prices, conflicts, left_out: self.left_out, repeated })
    }
}

/// The tier and the amount of a price in our unit.
fn amount(target: &Target, rate: &Rate) -> Result<(u64, Usd), Why> {
    if rate.currency != "USD" {
        return Err(Why::Currency);
    }
    let usd: Usd = rate.amount.trim().parse().map_err(|_| Why::NoNumber)?;
    if usd == Usd::ZERO {
        return Err(Why::Free);
    }
    let from = whole(&rate.from).ok_or(Why::NoNumber)?;
    if target.key.table != Table::Service {
        return match (from, &*rate.to) {
            (0, "Inf" | "") if is_of(Unit::Hour, &rate.unit) => Ok((0, usd)),
            (0, "Inf" | "") => Err(Why::Unit),
            _ => Err(Why::Tiers),
        };
    }
    if Meter::named(&target.key.name).is_none_or(|meter| !is_of(meter.unit(), &rate.unit)) {
        return Err(Why::Unit);
    }
    let usd = match target.scale {
        Scale::Same => usd,
        Scale::Times(times) => usd.times_whole(times),
    };
    // What is cheaper than an amount can say would be free.
    if usd == Usd::ZERO { Err(Why::Free) } else { Ok((from, usd)) }
}

/// A quantity, without its fraction: no tier of AWS begins within a unit.
fn whole(text: &str) -> Option<u64> {
    match text.split_once('.').map_or(text, |(whole, _)| whole) {
        "" => Some(0),
        whole => whole.parse().ok(),
    }
}

/// Whether the unit of a price list may be ours: hours and gigabyte-months are told from the rest, which have many names.
fn is_of(unit: Unit, written: &str) -> bool {
    let written = plain(written);
    let is_hours = ["h", "hr", "hrs", "hour", "hours"].contains(&&*written) || written.ends_with("hour");
    let is_hours = is_hours || written.ends_with("hours") || written.ends_with("hrs");
    let is_gigabyte_months = written.starts_with("gbmo");
    match unit {
        Unit::Hour | Unit::DpuHour | Unit::ShardHour => is_hours,
        Unit::GbMonth => is_gigabyte_months || written == "gb",
        // It is listed by the second.
        Unit::GbHour => !is_gigabyte_months,
        _ => !is_hours && !is_gigabyte_months,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::prices::Use;

    fn target(table: Table, name: &str, rank: u8) -> Target {
        Target { key: Key { region: "us-east-1".into(), table, name: name.into() }, rank, scale: Scale::Same }
    }

    fn rate(from: &str, to: &str, unit: &str, amount: &str) -> Rate {
        let text = str::to_owned;
        let (from, to, unit, amount) = (text(from), text(to), text(unit), text(amount));
        Rate { from, to, unit, amount, currency: "USD".to_owned() }
    }

    fn gathered(rates: &[(Target, &str, Rate)]) -> PriceList {
        let head = Head { published: "2026-10-01T00:00:00Z".to_owned(), ..Head::default() };
        let mut all = Gathering { head, ..Gathering::default() };
        for (target, sku, rate) in rates {
            all.rate(target, sku, rate);
        }
        all.finish().expect("a price list")
    }

    fn shown(list: &PriceList) -> Vec<String> {
        list.prices.iter().map(|(key, from, usd)| format!("{} {from} {usd}", key.name)).collect()
    }

    #[test]
    fn an_instance_has_one_price_without_tiers_for_an_hour() {
        let m5 = || target(Table::Use(Use::Training), "ml.m5.large", 0);
        let list = gathered(&[
            (m5(), "A", rate("0", "Inf", "Hrs", "0.1150000000")),
            (target(Table::Ec2, "m5.large", 0), "B", rate("0", "100", "Hrs", "0.1")),
            (target(Table::Ec2, "m5.large", 0), "B", rate("100", "Inf", "Hrs", "0.09")),
            (target(Table::Ec2, "m6.large", 0), "C", rate("0", "Inf", "Quantity", "0.09")),
            (target(Table::Ec2, "m7.large", 0), "D", rate("0", "Inf", "Hrs", "0.0000000000")),
            (target(Table::Ec2, "m8.large", 0), "E", rate("0", "Inf", "Hrs", "much")),
        ]);
        assert_eq!(shown(&list), ["ml.m5.large 0 0.115"]);
        let expected = [(Why::Free, 1), (Why::NoNumber, 1), (Why::Tiers, 2), (Why::Unit, 1)];
        assert_eq!(list.left_out.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn two_prices_for_one_key_are_none() {
        let hour = |amount| rate("0", "Inf", "Hrs", amount);
        let of = |name, rank| target(Table::Use(Use::Studio), name, rank);
        let list = gathered(&[
            (of("ml.a.large", 0), "A", hour("1")),
            (of("ml.a.large", 0), "B", hour("1.0")),
            (of("ml.b.large", 0), "C", hour("1")),
            (of("ml.b.large", 0), "D", hour("2")),
            (of("ml.c.large", 1), "E", hour("3")),
            (of("ml.c.large", 0), "F", hour("4")),
        ]);
        assert_eq!(shown(&list), ["ml.a.large 0 1.00", "ml.c.large 0 4.00"]);
        assert_eq!(list.conflicts.iter().map(|key| &*key.name).collect::<Vec<_>>(), ["ml.b.large"]);
        assert_eq!(list.repeated, 2);
    }

    #[test]
    fn a_meter_has_tiers_of_which_free_ones_are_no_price() {
        let of = |meter: Meter| target(Table::Service, meter.id(), 0);
        let hours = Target { scale: Scale::Times(3600), ..of(Meter::StepFunctionsExpressDuration) };
        let list = gathered(&[
            (of(Meter::LambdaRequests), "A", rate("0", "1000000", "Requests", "0")),
            (of(Meter::LambdaRequests), "A", rate("1000000", "Inf", "Requests", "0.0000002000")),
            (of(Meter::ServerlessInference4Gb), "B", rate("0", "Inf", "seconds", "0.0000800000")),
            (hours, "C", rate("0", "3600000", "GB-Second", "0.0000166700")),
            (of(Meter::NatGateway), "D", rate("0", "Inf", "GB", "0.045")),
            (of(Meter::EbsGp3), "E", rate("0", "Inf", "GB-Mo", "0.08")),
        ]);
        assert_eq!(
            shown(&list),
            [
                "ebs-gp3 0 0.08",
                "lambda-requests 1000000 0.0000002",
                "serverless-inference-4gb 0 0.00008",
                "step-functions-express-duration 0 0.060012",
            ]
        );
        assert_eq!(list.left_out.get(&Why::Unit), Some(&1), "a gateway is not billed by the gigabyte");
    }

    #[test]
    fn a_price_list_without_a_date_is_none() {
        assert!(Gathering::default().finish().is_err());
        let head = Head { offer: "Amazon,EC2".into(), version: "2026\n".into(), published: "2026-10-01T01".into() };
        assert_eq!((head.source().as_str(), head.day().is_ok()), ("AmazonEC2 2026", true));
    }
}
