//! The file of imported prices, `mllint-prices.csv`.

use std::{collections::HashMap, fmt, io};

use super::{
    Meter, Usd, Use,
    book::{Book, Row, Table},
};
use crate::{date::Date, nearest::did_you_mean};

/// Name of the file, at the root.
pub const FILE: &str = "mllint-prices.csv";
/// Its first line but for comments.
pub const HEADER: &str = "table,region,use,name,from,usd,source,as_of";

/// A line that is no price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

impl std::error::Error for Mistake {}

/// A line of the file: a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line<'t> {
    /// The region that it holds in.
    pub region: &'t str,
    /// What is priced; never [`Table::AnyUse`].
    pub table: Table,
    /// Instance type or meter.
    pub name: &'t str,
    /// Quantity of a month from which it holds.
    pub from: u64,
    /// US dollars for one unit.
    pub usd: Usd,
    /// The price list that it comes from: offer and version.
    pub source: &'t str,
    /// The day on which that was published.
    pub as_of: &'t str,
}

/// Reads the file into a book.
pub(super) fn read(text: &str) -> Result<Book<Box<str>>, Mistake> {
    let lines = lines(text)?;
    let mut sources: HashMap<(&str, &str), u16> = HashMap::new();
    let mut rows = Vec::with_capacity(lines.len());
    for (number, line) in &lines {
        let many = |_| Mistake { line: *number, what: "there are too many sources".to_owned() };
        let next = u16::try_from(sources.len()).map_err(many)?;
        let source = *sources.entry((line.source, line.as_of)).or_insert(next);
        let row = Row { name: line.name.into(), from: line.from, usd: line.usd, source };
        rows.push((line.region.into(), line.table, row));
    }
    let mut order: Vec<((&str, &str), u16)> = sources.into_iter().collect();
    order.sort_by_key(|(_, place)| *place);
    let sources = order.into_iter().map(|((source, as_of), _)| (as_of.into(), source.into())).collect();
    Book::of(sources, rows).map_err(|at| {
        let what = "this is a second price for the same region, use and name".to_owned();
        Mistake { line: lines.get(at).map_or(0, |(number, _)| *number), what }
    })
}

/// Reads the lines of the file, with their numbers.
///
/// # Errors
/// The first line that is none.
pub fn lines(text: &str) -> Result<Vec<(usize, Line<'_>)>, Mistake> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim_end()));
    let mut lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    match lines.next() {
        Some((_, HEADER)) => {}
        Some((line, _)) => return Err(Mistake { line, what: format!("this is not the header `{HEADER}`") }),
        None => return Err(Mistake { line: 1, what: format!("the header is missing: `{HEADER}`") }),
    }
    let read = |(number, text)| match line(text) {
        Ok(line) => Ok((number, line)),
        Err(what) => Err(Mistake { line: number, what }),
    };
    lines.map(read).collect()
}

fn line(text: &str) -> Result<Line<'_>, String> {
    let mut cells = [""; 8];
    let mut count = 0;
    for cell in text.split(',') {
        if let Some(place) = cells.get_mut(count) {
            *place = cell;
        }
        count += 1;
    }
    if count != cells.len() {
        return Err(format!("a line has {} cells, this one {count}", cells.len()));
    }
    let [table, region, usage, name, from, usd, source, as_of] = cells;
    let table = table_of(table, usage)?;
    if region.is_empty() || name.is_empty() || source.is_empty() {
        return Err("region, name and source must be given".to_owned());
    }
    if as_of.parse::<Date>().is_err() {
        return Err(format!("`{as_of}` is no date: one is written YYYY-MM-DD"));
    }
    if table == Table::Service && Meter::named(name).is_none() {
        let near = did_you_mean(name, Meter::ALL.iter().map(|meter| meter.id()));
        let near = near.map(|near| format!(": {near}")).unwrap_or_default();
        return Err(format!("`{name}` is nothing that mllint prices{near}"));
    }
    let usd: Usd = usd.parse().map_err(|error| format!("`{usd}` is no amount: {error}"))?;
    if usd == Usd::ZERO {
        return Err("a price is not zero: what is free has no line".to_owned());
    }
    let from = match from {
        "" => 0,
        from => from.parse().map_err(|_| format!("`{from}` is no quantity"))?,
    };
    Ok(Line { region, table, name, from, usd, source, as_of })
}

fn table_of(table: &str, usage: &str) -> Result<Table, String> {
    match (table, usage) {
        ("sagemaker", usage) => Use::named(usage).map(Table::Use).ok_or_else(|| {
            let near = did_you_mean(usage, Use::ALL.map(Use::name));
            format!("`{usage}` is no use{}", near.map(|near| format!(": {near}")).unwrap_or_default())
        }),
        ("ec2", "") => Ok(Table::Ec2),
        ("emr", "") => Ok(Table::Emr),
        ("service", "") => Ok(Table::Service),
        ("ec2" | "emr" | "service", _) => Err("only a line of `sagemaker` has a use".to_owned()),
        _ => Err(format!("`{table}` is none of sagemaker, ec2, emr and service")),
    }
}

/// Writes the file: its lines in order, whatever the order they are given in.
///
/// # Errors
/// When it cannot be written.
pub fn write(lines: &[Line<'_>], out: &mut dyn io::Write) -> io::Result<()> {
    let mut lines: Vec<&Line<'_>> = lines.iter().collect();
    lines.sort_unstable();
    writeln!(out, "# Prices of AWS for mllint. Commit this file; `mllint prices import` brings it up to date.")?;
    writeln!(out, "# USD for one unit, on demand, without taxes and discounts.")?;
    writeln!(out, "{HEADER}")?;
    for Line { region, table, name, from, usd, source, as_of } in lines {
        let (table, usage) = match table {
            Table::AnyUse => ("sagemaker", "any"),
            Table::Use(usage) => ("sagemaker", usage.name()),
            Table::Ec2 => ("ec2", ""),
            Table::Emr => ("emr", ""),
            Table::Service => ("service", ""),
        };
        write!(out, "{table},{region},{usage},{name},")?;
        if *from > 0 {
            write!(out, "{from}")?;
        }
        writeln!(out, ",{usd},{source},{as_of}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(rows: &str) -> String {
        read(&format!("# comment\n{HEADER}\n{rows}")).expect_err("a mistake").to_string()
    }

    #[test]
    fn a_line_that_is_no_price_is_named() {
        for (rows, said) in [
            ("sagemaker,us-east-1", "line 3: a line has 8 cells, this one 2"),
            (
                "sagemaker,us-east-1,trainig,ml.m5.large,,1,s,2026-10-01",
                "line 3: `trainig` is no use: did you mean `training`?",
            ),
            ("ec2,us-east-1,training,m5.large,,1,s,2026-10-01", "line 3: only a line of `sagemaker` has a use"),
            ("rds,us-east-1,,m5.large,,1,s,2026-10-01", "line 3: `rds` is none of sagemaker, ec2, emr and service"),
            ("ec2,us-east-1,,m5.large,,1,,2026-10-01", "line 3: region, name and source must be given"),
            ("ec2,us-east-1,,m5.large,,1,s,2026", "line 3: `2026` is no date: one is written YYYY-MM-DD"),
            ("ec2,us-east-1,,m5.large,,0.0,s,2026-10-01", "line 3: a price is not zero: what is free has no line"),
            ("ec2,us-east-1,,m5.large,x,1,s,2026-10-01", "line 3: `x` is no quantity"),
            (
                "service,us-east-1,,nat-gatewy,,1,s,2026-10-01",
                "line 3: `nat-gatewy` is nothing that mllint prices: did you mean `nat-gateway` or `nat-gateway-data`?",
            ),
            (
                "ec2,us-east-1,,m5.large,,1,s,2026-10-01\n\nec2,us-east-1,,m5.large,,2,s,2026-10-01",
                "line 5: this is a second price for the same region, use and name",
            ),
        ] {
            assert_eq!(mistake(rows), said);
        }
        assert!(mistake("ec2,us-east-1,,m5.large,,x,s,2026-10-01").starts_with("line 3: `x` is no amount"));
        assert!(read("").expect_err("no header").to_string().starts_with("line 1: the header is missing"));
        assert!(read("<html>").expect_err("no header").to_string().starts_with("line 1: this is not the header"));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let line = |table, name, from, usd: &str| Line {
            region: "us-east-1",
            table,
            name,
            from,
            usd: usd.parse().expect("an amount"),
            source: "AmazonEC2 1",
            as_of: "2026-10-01",
        };
        let mut all = vec![
            line(Table::Service, "interface-endpoint-data", 1_048_576, "0.006"),
            line(Table::Service, "interface-endpoint-data", 0, "0.01"),
            line(Table::Ec2, "m5.large", 0, "0.096"),
            line(Table::Use(Use::WarmPool), "ml.m5.large", 0, "0.115"),
        ];
        let mut text = Vec::new();
        write(&all, &mut text).expect("memory");
        let text = String::from_utf8(text).expect("text");
        assert!(text.contains("service,us-east-1,,interface-endpoint-data,1048576,0.006,AmazonEC2 1,2026-10-01\n"));
        all.sort();
        let again: Vec<Line<'_>> = lines(&text).expect("a file").into_iter().map(|(_, line)| line).collect();
        assert_eq!(again, all);
    }
}
