//! `mllint prices show`: the prices of a type or a meter, wherever they are known.

use std::{collections::BTreeSet, io::Write, path::Path};

use serde::Serialize;

use super::{Form, PricesError, of_folder};
use crate::{
    catalog::{
        instance::instance,
        offer,
        prices::{EVERYWHERE, Known, Meter, Prices, Table, price_list_url},
    },
    nearest::did_you_mean,
    report::plain,
};

/// The region whose price list is named where nobody says which.
const USUAL: &str = "us-east-1";

/// Prints the prices with a name (`ml.m5.xlarge`, `m5.xlarge`, `nat-gateway`), or all of them, in one region or in all.
///
/// # Errors
/// When the name or the region is not known, or the imported file is broken.
pub fn show(
    name: Option<&str>,
    region: Option<&str>,
    form: Form,
    root: &Path,
    out: &mut dyn Write,
) -> Result<(), PricesError> {
    let prices = of_folder(root)?;
    let all = prices.all();
    let mut shown: Vec<&Known<'_>> = all.iter().filter(|known| name.is_none_or(|name| known.name == name)).collect();
    if let Some(name) = name.filter(|_| shown.is_empty()) {
        return Err(unknown_name(name, region, &all));
    }
    if let Some(region) = region {
        shown.retain(|known| known.region == region || known.region == EVERYWHERE);
        if shown.is_empty() {
            return Err(unknown_region(name, region, &prices, &all));
        }
    }
    match form {
        Form::Json => {
            let prices = shown.iter().map(|known| Entry::of(known)).collect();
            serde_json::to_writer_pretty(&mut *out, &Shape { version: 1, currency: "USD", prices })
                .map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
        Form::Text => table(&shown, out)?,
    }
    Ok(())
}

/// What is said of a name that has no price.
fn unknown_name(name: &str, region: Option<&str>, all: &[Known<'_>]) -> PricesError {
    let shown = plain(name);
    let list = match Meter::named(name) {
        Some(meter) => Some(meter.offer()),
        None => instance(name).map(|_| "AmazonSageMaker"),
    };
    if let Some(offer) = list {
        let help = format!("import {offer}'s price list: {}", price_list_url(offer, region.unwrap_or(USUAL)));
        return PricesError::Unknown { what: format!("no price of `{shown}` is known"), help: Some(help) };
    }
    let names: BTreeSet<&str> =
        all.iter().map(|known| known.name).chain(Meter::ALL.iter().map(|meter| meter.id())).collect();
    let help = did_you_mean(name, names);
    PricesError::Unknown { what: format!("`{shown}` is no instance type and nothing else that has a price"), help }
}

/// What is said of a region that has no price of this name.
fn unknown_region(name: Option<&str>, region: &str, prices: &Prices, all: &[Known<'_>]) -> PricesError {
    let regions: BTreeSet<&str> =
        offer::all_regions().into_iter().chain(all.iter().map(|known| known.region)).collect();
    let place = plain(region);
    let what = match name {
        Some(name) => format!("no price of `{}` is known in {place}", plain(name)),
        None => format!("no price is known in `{place}`"),
    };
    let near = did_you_mean(region, regions.iter().copied()).filter(|_| !regions.contains(region));
    if near.is_some() {
        return PricesError::Unknown { what, help: near };
    }
    let offer = match name {
        Some(name) if !name.starts_with("ml.") => Meter::named(name).map_or("AmazonEC2", Meter::offer),
        _ => "AmazonSageMaker",
    };
    if name.is_some_and(|name| name.starts_with("ml.")) && prices.is_complete(region) {
        let help = "its price list was imported: AWS does not sell the type there".to_owned();
        return PricesError::Unknown { what, help: Some(help) };
    }
    let help = format!("import {offer}'s price list: {}", price_list_url(offer, region));
    PricesError::Unknown { what, help: Some(help) }
}

/// What a price is of, in a word.
pub(super) fn kind(table: Table) -> &'static str {
    match table {
        Table::AnyUse | Table::Use(_) => "sagemaker",
        Table::Ec2 => "ec2",
        Table::Emr => "emr",
        Table::Service => "service",
    }
}

fn usage(table: Table) -> &'static str {
    match table {
        Table::AnyUse => "any use",
        Table::Use(usage) => usage.name(),
        Table::Ec2 => "EC2",
        Table::Emr => "EMR, beside EC2",
        Table::Service => "",
    }
}

fn table(shown: &[&Known<'_>], out: &mut dyn Write) -> Result<(), PricesError> {
    let rows: Vec<[String; 6]> = shown.iter().map(|known| row(known)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let [name, region, usage, amount, unit] = [0, 1, 2, 3, 4].map(width);
    for [of, place, used, usd, per, rest] in &rows {
        writeln!(out, "{of:name$}  {place:region$}  {used:usage$}  {usd:>amount$} {per:unit$}  {rest}")?;
    }
    Ok(())
}

fn row(known: &Known<'_>) -> [String; 6] {
    let Known { region, table, name, from, price } = known;
    let used = match table {
        Table::Service if *from > 0 => format!("from {}", super::counted(*from)),
        table => usage(*table).to_owned(),
    };
    let imported = if price.imported { "imported, " } else { "" };
    let rest = format!("{imported}{}, {}", price.as_of, price.source);
    let amount = format!("${}", price.usd);
    let unit = format!("/ {}", price.unit.name());
    [plain(name).into_owned(), plain(region).into_owned(), used, amount, unit, plain(&rest).into_owned()]
}

#[derive(Serialize)]
struct Shape<'a> {
    version: u8,
    currency: &'a str,
    prices: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    kind: &'a str,
    name: &'a str,
    region: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#use: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<u64>,
    usd: f64,
    unit: &'a str,
    as_of: &'a str,
    source: &'a str,
    imported: bool,
}

impl<'a> Entry<'a> {
    fn of(known: &Known<'a>) -> Self {
        let usage = match known.table {
            Table::AnyUse => Some("any"),
            Table::Use(usage) => Some(usage.name()),
            Table::Ec2 | Table::Emr | Table::Service => None,
        };
        Self {
            kind: kind(known.table),
            name: known.name,
            region: known.region,
            r#use: usage,
            from: (known.from > 0).then_some(known.from),
            usd: known.price.usd.as_f64(),
            unit: known.price.unit.name(),
            as_of: known.price.as_of,
            source: known.price.source,
            imported: known.price.imported,
        }
    }
}
