//! `mllint prices status`: which prices are known by region, how old they are, and what to import for the rest.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Write,
    path::Path,
};

use serde::Serialize;

use super::{Form, PricesError, of_folder, show::kind, some};
use crate::{
    catalog::{
        offer,
        prices::{EC2, EMR, EVERYWHERE, Known, Meter, SAGEMAKER, Table, price_list_url},
    },
    date::Date,
    nearest::did_you_mean,
    report::plain,
};

/// The price lists that have instances, by kind.
const INSTANCES: [(&str, &str); 3] = [("sagemaker", SAGEMAKER), ("ec2", EC2), ("emr", EMR)];

/// Prints what is known in each region, or in one.
///
/// # Errors
/// When the region is not known, or the imported file is broken.
pub fn status(
    region: Option<&str>,
    form: Form,
    today: Date,
    root: &Path,
    out: &mut dyn Write,
) -> Result<(), PricesError> {
    let prices = of_folder(root)?;
    let all = prices.all();
    let mut regions: BTreeMap<&str, Region<'_>> = BTreeMap::new();
    for known in &all {
        regions.entry(known.region).or_default().add(known, today);
    }
    // What costs the same everywhere is known in a region as well.
    let everywhere = regions.remove(EVERYWHERE).unwrap_or_default();
    for region in regions.values_mut() {
        region.meters.extend(&everywhere.meters);
    }
    if let Some(region) = region {
        if !regions.contains_key(region) {
            let known: BTreeSet<&str> = offer::all_regions().into_iter().chain(regions.keys().copied()).collect();
            let help = did_you_mean(region, known.iter().copied());
            if !known.contains(region) && help.is_some() {
                return Err(PricesError::Unknown { what: format!("no price is known in `{}`", plain(region)), help });
            }
            regions.insert(region, Region { meters: everywhere.meters, ..Region::default() });
        }
        regions.retain(|known, _| *known == region);
    }
    match form {
        Form::Json => {
            let regions = regions.iter().map(|(name, region)| region.entry(name)).collect();
            let shape = Shape { version: 1, as_of: today.to_string(), regions };
            serde_json::to_writer_pretty(&mut *out, &shape).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
        Form::Text => match region.and_then(|name| Some((name, regions.get(name)?))) {
            Some((name, region)) => one(name, region, out)?,
            None => table(&regions, today, out)?,
        },
    }
    Ok(())
}

/// What is known in a region.
#[derive(Default)]
struct Region<'p> {
    /// Counts by kind, and of SageMaker by use.
    kinds: BTreeMap<&'static str, u64>,
    uses: BTreeMap<&'static str, u64>,
    meters: BTreeSet<&'p str>,
    imported: u64,
    /// Counts of those older than a year, by date and source.
    old: BTreeMap<(&'p str, &'p str), u64>,
    /// The dates of the oldest and the newest.
    dates: Option<(&'p str, &'p str)>,
}

impl<'p> Region<'p> {
    fn add(&mut self, known: &Known<'p>, today: Date) {
        *self.kinds.entry(kind(known.table)).or_default() += 1;
        match known.table {
            Table::AnyUse => *self.uses.entry("any use").or_default() += 1,
            Table::Use(usage) => *self.uses.entry(usage.name()).or_default() += 1,
            Table::Service => {
                self.meters.insert(known.name);
            }
            Table::Ec2 | Table::Emr => {}
        }
        let price = known.price;
        self.imported += u64::from(price.imported);
        if price.is_old(today) {
            *self.old.entry((price.as_of, price.source)).or_default() += 1;
        }
        let (oldest, newest) = self.dates.unwrap_or((price.as_of, price.as_of));
        self.dates = Some((oldest.min(price.as_of), newest.max(price.as_of)));
    }

    fn count(&self, kind: &str) -> u64 {
        self.kinds.get(kind).copied().unwrap_or_default()
    }

    fn old(&self) -> u64 {
        self.old.values().sum()
    }

    /// The meters of a price list that are not known.
    fn missing(&self, offer: &str) -> Vec<&'static str> {
        let missing = |meter: &&Meter| meter.offer() == offer && !self.meters.contains(meter.id());
        Meter::ALL.iter().filter(missing).map(|meter| meter.id()).collect()
    }

    /// The price lists that have something that is not known.
    fn to_import(&self) -> Vec<&'static str> {
        let offers: BTreeSet<&'static str> = Meter::ALL.iter().map(|meter| meter.offer()).collect();
        let mut offers: BTreeSet<&str> = offers.into_iter().filter(|offer| !self.missing(offer).is_empty()).collect();
        for (kind, offer) in INSTANCES {
            if self.count(kind) == 0 {
                offers.insert(offer);
            }
        }
        let mut offers: Vec<&str> = offers.into_iter().collect();
        // What most come for.
        offers.sort_by_key(|offer| *offer != SAGEMAKER);
        offers
    }

    fn entry<'a>(&'a self, name: &'a str) -> Entry<'a> {
        let to_import = self.to_import().into_iter();
        Entry {
            region: name,
            sagemaker: self.count("sagemaker"),
            uses: &self.uses,
            ec2: self.count("ec2"),
            emr: self.count("emr"),
            services: self.meters.iter().copied().collect(),
            imported: self.imported,
            older_than_a_year: self.old(),
            oldest: self.dates.map(|(oldest, _)| oldest),
            newest: self.dates.map(|(_, newest)| newest),
            to_import: to_import.map(|offer| Import { offer, url: price_list_url(offer, name) }).collect(),
        }
    }
}

fn table(regions: &BTreeMap<&str, Region<'_>>, today: Date, out: &mut dyn Write) -> Result<(), PricesError> {
    // Of most regions it is only known what EC2 asks for some machines, and for data between zones.
    let is_main = |region: &Region<'_>| region.count("sagemaker") > 0 || region.count("service") > 1;
    let main: Vec<_> = regions.iter().filter(|(_, region)| is_main(region)).collect();
    let mut rows =
        vec![["region", "SageMaker", "EC2", "services", "imported", "older than a year", "as of"].map(str::to_owned)];
    rows.extend(main.iter().map(|(name, region)| {
        let dates = region.dates.map_or_else(String::new, |(oldest, newest)| match oldest == newest {
            true => oldest.to_owned(),
            false => format!("{oldest} to {newest}"),
        });
        let count = |count: u64| if count == 0 { "-".to_owned() } else { super::counted(count) };
        let counts = ["sagemaker", "ec2"].map(|kind| count(region.count(kind)));
        let [sagemaker, ec2] = counts;
        let services = count(region.meters.len() as u64);
        [
            plain(name).into_owned(),
            sagemaker,
            ec2,
            services,
            count(region.imported),
            count(region.old()),
            plain(&dates).into_owned(),
        ]
    }));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let [region, sagemaker, ec2, services, imported, old] = [0, 1, 2, 3, 4, 5].map(width);
    for [name, of_sagemaker, of_ec2, of_services, are_imported, are_old, dates] in &rows {
        let head = format!("{name:region$}  {of_sagemaker:>sagemaker$}  {of_ec2:>ec2$}  {of_services:>services$}");
        writeln!(out, "{head}  {are_imported:>imported$}  {are_old:>old$}  {dates}")?;
    }
    let others: Vec<_> = regions.iter().filter(|(_, region)| !is_main(region)).collect();
    if !others.is_empty() {
        let prices: u64 = others.iter().map(|(_, region)| region.count("ec2") + region.count("emr")).sum();
        let places = some(others.len() as u64, "other region or zone", "other regions and zones");
        writeln!(out, "{places}: {} of EC2, and data between zones", some(prices, "price", "prices"))?;
    }
    let old: u64 = regions.values().map(Region::old).sum();
    if old > 0 {
        let noun = if old == 1 { "price is" } else { "prices are" };
        writeln!(
            out,
            "{} {noun} older than a year (today is {today}): import the price lists again",
            super::counted(old)
        )?;
    }
    writeln!(out, "`mllint prices status --region REGION` names the price lists to import")?;
    Ok(())
}

fn one(name: &str, region: &Region<'_>, out: &mut dyn Write) -> Result<(), PricesError> {
    let name = plain(name);
    let count = |count| some(count, "price", "prices");
    let uses: Vec<String> =
        region.uses.iter().map(|(usage, count)| format!("{usage} {}", super::counted(*count))).collect();
    let uses = if uses.is_empty() { String::new() } else { format!(" ({})", uses.join(", ")) };
    writeln!(out, "{name}")?;
    writeln!(out, "  SageMaker  {}{uses}", count(region.count("sagemaker")))?;
    writeln!(out, "  EC2        {}", count(region.count("ec2")))?;
    writeln!(out, "  EMR        {}", count(region.count("emr")))?;
    writeln!(out, "  services   {} of {} meters", region.meters.len(), Meter::ALL.len())?;
    if let Some((oldest, newest)) = region.dates {
        writeln!(out, "  as of      {} to {}", plain(oldest), plain(newest))?;
    }
    if region.imported > 0 {
        writeln!(out, "  imported   {}", super::counted(region.imported))?;
    }
    if region.old() > 0 {
        writeln!(out, "\nolder than a year:")?;
        for ((as_of, source), old) in &region.old {
            writeln!(out, "  {} of {}: {}", count(*old), plain(as_of), plain(source))?;
        }
    }
    let to_import = region.to_import();
    if !to_import.is_empty() {
        writeln!(out, "\nprice lists that have what is missing, for `mllint prices import`:")?;
        for offer in to_import {
            writeln!(out, "  {}", price_list_url(offer, &name))?;
            let has_no = |(kind, of): &(&str, &str)| *of == offer && region.count(kind) == 0;
            let instances = INSTANCES.iter().any(has_no).then_some("instances");
            let mut missing: Vec<String> = instances.into_iter().map(str::to_owned).collect();
            missing.extend(folded(&region.missing(offer)));
            writeln!(out, "    {}", missing.join(", "))?;
        }
    }
    Ok(())
}

/// Names of meters, those of one thing in several sizes together: `serverless-inference-1gb to -6gb`.
fn folded(names: &[&str]) -> Vec<String> {
    let parts = |name: &str| name.strip_suffix("gb").and_then(|rest| Some(rest.rsplit_once('-')?.0.to_owned()));
    let mut all: Vec<String> = Vec::new();
    for group in names.chunk_by(|left, right| parts(left).is_some() && parts(left) == parts(right)) {
        match group {
            [first, .., last] => {
                all.push(format!("{first} to -{}", last.rsplit('-').next().unwrap_or_default()));
            }
            _ => all.extend(group.iter().map(|name| (*name).to_owned())),
        }
    }
    all
}

#[derive(Serialize)]
struct Shape<'a> {
    version: u8,
    as_of: String,
    regions: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    region: &'a str,
    sagemaker: u64,
    uses: &'a BTreeMap<&'static str, u64>,
    ec2: u64,
    emr: u64,
    services: Vec<&'a str>,
    imported: u64,
    older_than_a_year: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<&'a str>,
    to_import: Vec<Import>,
}

#[derive(Serialize)]
struct Import {
    offer: &'static str,
    url: String,
}
