//! Packs the prices into `prices.bin`, proves that the committed one is current, and the tables sane.

#![cfg(test)]

use super::{
    BUILT_IN, Meter, PACKED, Packed, SpotSaving, Use,
    book::{Book, Row, Table},
};
use crate::catalog::pack::{encode, figure, rows};

const TABLES: [&str; 7] = [
    include_str!("ec2.csv"),
    include_str!("emr.csv"),
    include_str!("sagemaker.csv"),
    include_str!("services.csv"),
    include_str!("sources.csv"),
    include_str!("spot.csv"),
    include_str!("unsold.csv"),
];

#[test]
fn the_packed_prices_are_current() {
    let fresh = encode(&pack());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/catalog/prices/prices.bin");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &fresh).expect("the blob can be written");
        return;
    }
    assert!(fresh == PACKED, "src/catalog/prices/prices.bin is out of date: run `UPDATE=1 cargo test the_packed`");
}

#[test]
fn every_table_says_its_source_date_and_refresh() {
    for table in TABLES {
        let head: String = table.lines().take_while(|line| line.starts_with('#')).collect();
        for word in ["# source: ", "# refresh: ", "# as of: "] {
            assert!(head.contains(word), "{word} is missing in {head}");
        }
    }
}

type Read = (&'static str, Table, Row<&'static str>);

fn pack() -> Packed {
    let mut all: Vec<Read> = Vec::new();
    let sagemaker = rows(include_str!("sagemaker.csv"));
    all.extend(sagemaker.map(|row| {
        let table = match row("use") {
            "any" => Table::AnyUse,
            "training-warm-pool" => Table::Use(Use::WarmPool),
            usage => Table::Use(Use::named(usage).expect("a use")),
        };
        read(&row, table, "type")
    }));
    all.extend(rows(include_str!("ec2.csv")).map(|row| read(&row, Table::Ec2, "type")));
    all.extend(rows(include_str!("emr.csv")).map(|row| read(&row, Table::Emr, "type")));
    all.extend(rows(include_str!("services.csv")).map(|row| {
        let (region, table, rest) = read(&row, Table::Service, "meter");
        assert!(Meter::named(rest.name).is_some(), "{} is no meter", rest.name);
        (region, table, Row { from: figure(row("from")).expect("a quantity"), ..rest })
    }));
    let sources = rows(include_str!("sources.csv")).enumerate().map(|(at, row)| {
        assert_eq!(row("id"), at.to_string());
        (row("as_of"), row("source"))
    });
    let book = Book::of(sources.collect(), all).unwrap_or_else(|at| panic!("row {at} is a second price for its key"));
    let unsold = rows(include_str!("unsold.csv"));
    let unsold = unsold.map(|row| (Use::named(row("use")).expect("a use"), row("type"))).collect();
    let percent = |cell| figure(cell).expect("a percentage");
    let spot = rows(include_str!("spot.csv")).map(|row| SpotSaving {
        family: row("family"),
        pairs: figure(row("n")).expect("a count"),
        low: percent(row("p10")),
        median: percent(row("median")),
        high: percent(row("p90")),
    });
    Packed { book, unsold, spot: spot.collect() }
}

fn read(row: &impl Fn(&str) -> &'static str, table: Table, name: &str) -> Read {
    let (usd, source) = (row("usd").parse().expect("an amount"), figure(row("source")).expect("a source"));
    (row("region"), table, Row { name: row(name), from: 0, usd, source })
}

/// Every built-in row with its region and table.
fn built_in() -> impl Iterator<Item = (&'static str, Table, &'static Row<&'static str>)> {
    BUILT_IN.book.lists.iter().flat_map(|list| list.rows.iter().map(|row| (list.region, list.table, row)))
}

#[test]
fn every_price_has_a_date_and_a_source_and_none_is_zero() {
    assert_eq!(built_in().count(), 630 + 3717 + 141 + 11);
    for (region, table, row) in built_in() {
        let (as_of, source) = BUILT_IN.book.sources[usize::from(row.source)];
        assert!(row.usd > super::Usd::ZERO, "{region} {table:?} {row:?}");
        assert!(!source.is_empty(), "{region} {table:?} {row:?}");
        let full = format!("{as_of}{}", &"2026-01-01"[as_of.len()..]);
        assert!(full.parse::<crate::date::Date>().is_ok(), "{as_of} is no date");
    }
}

/// Copying EC2's price is the usual mistake of such tables: SageMaker's is 1.10 to 1.45 times as high.
#[test]
fn a_price_of_sagemaker_is_above_that_of_ec2() {
    let mut pairs = 0;
    for (region, table, row) in built_in() {
        if !matches!(table, Table::AnyUse | Table::Use(_)) {
            continue;
        }
        let machine = row.name.strip_prefix("ml.").expect("a SageMaker type");
        let Some(ec2) = BUILT_IN.book.rows(region, Table::Ec2, machine).first() else { continue };
        let ratio = row.usd.as_f64() / ec2.usd.as_f64();
        // The one type that costs what EC2 asks.
        let least = if row.name == "ml.t2.medium" { 1.0 } else { 1.10 };
        assert!((least..=1.45).contains(&ratio), "{region} {table:?} {} is {ratio:.3} times EC2's price", row.name);
        pairs += 1;
    }
    assert!(pairs > 300, "only {pairs} pairs are left to compare");
}

/// Inside a family the ratio moves little; a row outside of what was measured is a mistake in one of the tables.
#[test]
fn the_ratio_to_ec2_is_that_of_the_family() {
    let measured: Vec<_> = rows(include_str!("uplift.csv")).collect();
    for row in measured {
        let bound = |name: &str| -> f64 { figure(row(name)).expect("a ratio") };
        let family = format!("ml.{}.", row("family"));
        let mut pairs = 0;
        for (_, _, own) in built_in().filter(|(region, table, _)| *region == "us-east-1" && *table == Table::AnyUse) {
            let Some(size) = own.name.strip_prefix(&*family) else { continue };
            let machine = format!("{}.{size}", row("family"));
            let Some(ec2) = BUILT_IN.book.rows("us-east-1", Table::Ec2, &machine).first() else { continue };
            let ratio = own.usd.as_f64() / ec2.usd.as_f64();
            assert!(ratio > bound("min") - 0.001 && ratio < bound("max") + 0.001, "{} {ratio}", own.name);
            pairs += 1;
        }
        assert_eq!(pairs, figure::<usize>(row("pairs")).expect("a count"), "{family}");
    }
}

/// Where one rate stands for every use, the rates of single uses must agree with it.
#[test]
fn a_rate_for_any_use_agrees_with_the_rates_of_uses() {
    let mut pairs = 0;
    for (region, table, row) in built_in() {
        let Table::Use(_) = table else { continue };
        let Some(any) = BUILT_IN.book.rows(region, Table::AnyUse, row.name).first() else { continue };
        let ratio = row.usd.as_f64() / any.usd.as_f64();
        assert!((0.99..1.01).contains(&ratio), "{region} {table:?} {} {ratio}", row.name);
        pairs += 1;
    }
    assert!(pairs > 80, "{pairs}");
}
