//! The file of imported prices, `mllint-prices.csv`.

use std::{collections::HashMap, fmt};

use super::{
    Meter, Usd, Use,
    book::{Book, Row, Table},
};

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

/// Reads the file.
pub(super) fn read(text: &str) -> Result<Book<Box<str>>, Mistake> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim_end()));
    let mut lines = lines.by_ref().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    match lines.next() {
        Some((_, HEADER)) => {}
        Some((line, _)) => return Err(Mistake { line, what: format!("this is not the header `{HEADER}`") }),
        None => return Err(Mistake { line: 1, what: format!("the header is missing: `{HEADER}`") }),
    }
    let mut sources: HashMap<(&str, &str), u16> = HashMap::new();
    let (mut rows, mut numbers) = (Vec::new(), Vec::new());
    for (line, text) in lines {
        let (region, table, row) = row(text, &mut sources).map_err(|what| Mistake { line, what })?;
        rows.push((region, table, row));
        numbers.push(line);
    }
    let mut order: Vec<((&str, &str), u16)> = sources.into_iter().collect();
    order.sort_by_key(|(_, place)| *place);
    let sources = order.into_iter().map(|((source, as_of), _)| (as_of.into(), source.into())).collect();
    Book::of(sources, rows).map_err(|at| {
        let what = "this is a second price for the same region, use and name".to_owned();
        Mistake { line: numbers.get(at).copied().unwrap_or_default(), what }
    })
}

type Read = (Box<str>, Table, Row<Box<str>>);

fn row<'t>(text: &'t str, sources: &mut HashMap<(&'t str, &'t str), u16>) -> Result<Read, String> {
    let cells: Vec<&str> = text.split(',').collect();
    let [table, region, usage, name, from, usd, source, as_of] = cells[..] else {
        return Err(format!("a line has 8 cells, this one {}", cells.len()));
    };
    let table = match (table, usage) {
        ("sagemaker", usage) => Table::Use(Use::named(usage).ok_or_else(|| format!("`{usage}` is no use"))?),
        ("ec2", "") => Table::Ec2,
        ("emr", "") => Table::Emr,
        ("service", "") => Table::Service,
        ("ec2" | "emr" | "service", _) => return Err("only a line of `sagemaker` has a use".to_owned()),
        _ => return Err(format!("`{table}` is none of sagemaker, ec2, emr and service")),
    };
    if region.is_empty() || name.is_empty() || source.is_empty() || as_of.is_empty() {
        return Err("region, name, source and as_of must be given".to_owned());
    }
    if table == Table::Service && Meter::named(name).is_none() {
        return Err(format!("`{name}` is nothing that mllint prices"));
    }
    let usd: Usd = usd.parse().map_err(|error| format!("`{usd}` is no amount: {error}"))?;
    if usd == Usd::ZERO {
        return Err("a price is not zero: what is free has no line".to_owned());
    }
    let from = match from {
        "" => 0,
        from => from.parse().map_err(|_| format!("`{from}` is no quantity"))?,
    };
    let next = u16::try_from(sources.len()).map_err(|_| "there are too many sources".to_owned())?;
    let source = *sources.entry((source, as_of)).or_insert(next);
    Ok((region.into(), table, Row { name: name.into(), from, usd, source }))
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
            ("sagemaker,us-east-1,trainig,ml.m5.large,,1,s,2026", "line 3: `trainig` is no use"),
            ("ec2,us-east-1,training,m5.large,,1,s,2026", "line 3: only a line of `sagemaker` has a use"),
            ("rds,us-east-1,,m5.large,,1,s,2026", "line 3: `rds` is none of sagemaker, ec2, emr and service"),
            ("ec2,us-east-1,,m5.large,,1,,2026", "line 3: region, name, source and as_of must be given"),
            ("ec2,us-east-1,,m5.large,,0.0,s,2026", "line 3: a price is not zero: what is free has no line"),
            ("ec2,us-east-1,,m5.large,x,1,s,2026", "line 3: `x` is no quantity"),
            ("service,us-east-1,,nat,,1,s,2026", "line 3: `nat` is nothing that mllint prices"),
            (
                "ec2,us-east-1,,m5.large,,1,s,2026\n\nec2,us-east-1,,m5.large,,2,s,2026",
                "line 5: this is a second price for the same region, use and name",
            ),
        ] {
            assert_eq!(mistake(rows), said);
        }
        assert!(mistake("ec2,us-east-1,,m5.large,,x,s,2026").starts_with("line 3: `x` is no amount"));
        assert!(read("").expect_err("no header").to_string().starts_with("line 1: the header is missing"));
        assert!(read("<html>").expect_err("no header").to_string().starts_with("line 1: this is not the header"));
    }
}
