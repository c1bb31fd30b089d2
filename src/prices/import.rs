//! `mllint prices import`: from AWS's price lists to `mllint-prices.csv`.

use std::{
    collections::HashSet,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
};

use flate2::read::MultiGzDecoder;

use super::{
    PricesError, counted,
    list::{Gathering, PriceList},
    some,
    target::Key,
};
use crate::{
    catalog::prices::{self, Line, Meter, Table, price_list_url},
    report::{plain, replace_file},
    source::{Files, ReadError},
};

/// Bytes that are looked at to tell what a file is.
const START: usize = 1 << 10;
/// Conflicts that are named; the others are counted.
const MAX_CONFLICTS: usize = 5;

/// Reads price lists into the file of a root, over what it has, and says what was kept and what was not. Nothing is
/// written unless each of them can be read.
///
/// # Errors
/// When a price list or the file cannot be read, or the file not be written.
pub fn import(paths: &[PathBuf], root: &Path, out: &mut dyn Write) -> Result<(), PricesError> {
    // What cannot be added to is told before a long file is read.
    let old = match Files::disk(root)?.read(prices::FILE) {
        Ok(source) => source.text().to_owned(),
        Err(ReadError::Missing) => format!("{}\n", prices::HEADER),
        Err(error) => return Err(PricesError::Unreadable(error)),
    };
    let old: Vec<Line<'_>> = match prices::lines(&old) {
        Ok(lines) => lines.into_iter().map(|(_, line)| line).collect(),
        Err(mistake) => return Err(PricesError::Mistake(mistake)),
    };
    let lists = paths.iter().map(|path| read(path)).collect::<Result<Vec<PriceList>, _>>()?;
    let labels: Vec<(String, String)> = lists.iter().map(|list| (list.head.source(), list.day.to_string())).collect();
    let mut lines = old;
    for ((list, label), path) in lists.iter().zip(&labels).zip(paths) {
        let older = lay_over(&mut lines, list, label);
        tell(path, list, older.as_deref(), out)?;
    }
    let path = root.join(prices::FILE);
    replace_file(&path, |file| prices::write(&lines, file))
        .map_err(|error| PricesError::Unwritable { path: path.clone(), error })?;
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
    let shown = path.strip_prefix(here).unwrap_or(&path).display().to_string();
    let count = some(lines.len() as u64, "price", "prices");
    writeln!(out, "wrote `{}`: {count}; commit it, and every run below its folder uses it", plain(&shown))?;
    Ok(())
}

/// Puts the prices of a list in the place of those of the same offer and regions. The date of what was there, if that
/// is later.
fn lay_over<'l>(lines: &mut Vec<Line<'l>>, list: &'l PriceList, (source, day): &'l (String, String)) -> Option<String> {
    let regions = list.regions();
    let offer = |source: &str| source.split(' ').next().unwrap_or_default().to_owned();
    let own = offer(source);
    let new: HashSet<(&str, Table, &str)> = list.prices.iter().map(|(key, ..)| parts(key)).collect();
    let (mut later, before) = (None::<String>, std::mem::take(lines));
    for line in before {
        if regions.contains(line.region) && offer(line.source) == own {
            if line.as_of > &**day && later.as_deref() < Some(line.as_of) {
                later = Some(line.as_of.to_owned());
            }
        } else if !new.contains(&(line.region, line.table, line.name)) {
            lines.push(line);
        }
    }
    lines.extend(list.prices.iter().map(|(key, from, usd)| {
        let (region, table, name) = parts(key);
        Line { region, table, name, from: *from, usd: *usd, source, as_of: day }
    }));
    later
}

fn parts(key: &Key) -> (&str, Table, &str) {
    (&key.region, key.table, &key.name)
}

fn tell(path: &Path, list: &PriceList, older: Option<&str>, out: &mut dyn Write) -> io::Result<()> {
    let regions: Vec<&str> = list.regions().into_iter().collect();
    let regions = match &regions[..] {
        [region] => (*region).to_owned(),
        regions => format!("{} regions", regions.len()),
    };
    let count = some(list.prices.len() as u64, "price", "prices");
    let (path, offer) = (plain(&path.display().to_string()).into_owned(), plain(&list.head.source()).into_owned());
    writeln!(out, "`{path}`: {offer}, published {}: {count} of {regions}", list.day)?;
    let left_out = left_out(list);
    if !left_out.is_empty() {
        writeln!(out, "  left out: {left_out}")?;
    }
    for key in list.conflicts.iter().take(MAX_CONFLICTS) {
        let (region, name) = (plain(&key.region), plain(&key.name));
        let usage = match key.table {
            Table::Use(usage) => format!(" for {usage}"),
            _ => String::new(),
        };
        writeln!(out, "  warning: `{name}`{usage} has two prices in {region}: neither is kept")?;
    }
    let more = list.conflicts.len().saturating_sub(MAX_CONFLICTS);
    if more > 0 {
        writeln!(out, "  warning: {} more have two prices", counted(more as u64))?;
    }
    if let Some(older) = older {
        writeln!(out, "  warning: it takes the place of prices of {older}, which are newer")?;
    }
    Ok(())
}

/// How many products and prices are left out, and why.
fn left_out(list: &PriceList) -> String {
    let mut parts: Vec<String> =
        list.left_out.iter().map(|(why, count)| format!("{} {}", counted(*count), why.text())).collect();
    if list.repeated > 0 {
        parts.push(format!("{} that repeat another", counted(list.repeated)));
    }
    parts.join("; ")
}

/// Reads a price list.
fn read(path: &Path) -> Result<PriceList, PricesError> {
    let failed = |why: String| PricesError::List { path: path.to_path_buf(), why, help: None };
    let list = gathered(path).and_then(Gathering::finish).map_err(failed)?;
    if list.prices.is_empty() {
        let offer = plain(&list.head.offer).into_owned();
        let is_priced = offers().any(|known| known == offer);
        let why = if is_priced {
            let mut parts = left_out(&list);
            if !list.conflicts.is_empty() {
                let sep = if parts.is_empty() { "" } else { "; " };
                parts = format!("{parts}{sep}{} with two prices", counted(list.conflicts.len() as u64));
            }
            let parts = if parts.is_empty() { "it has no product".to_owned() } else { parts };
            format!("this price list of {offer} has no price that mllint uses: {parts}")
        } else {
            format!("mllint prices nothing of `{offer}`")
        };
        let help = format!("the list of SageMaker is at {}", price_list_url("AmazonSageMaker", "us-east-1"));
        return Err(PricesError::List { path: path.to_path_buf(), why, help: Some(help) });
    }
    Ok(list)
}

/// The offers that have a price of ours.
pub(super) fn offers() -> impl Iterator<Item = &'static str> {
    let instances = ["AmazonSageMaker", "AmazonEC2", "ElasticMapReduce"];
    instances.into_iter().chain(Meter::ALL.iter().map(|meter| meter.offer()))
}

fn gathered(path: &Path) -> Result<Gathering, String> {
    let metadata = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => error.to_string(),
    })?;
    if !metadata.is_file() {
        return Err("it is not a file".to_owned());
    }
    let mut start = Vec::new();
    opened(path)?.take(START as u64).read_to_end(&mut start).map_err(|error| unpacked(&error))?;
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start);
    let first = text.trim_ascii_start();
    if first.is_empty() {
        return Err("it is empty".to_owned());
    }
    if first.starts_with(b"<") {
        let page = String::from_utf8_lossy(first).to_lowercase();
        let denied =
            if page.contains("accessdenied") || page.contains("access denied") { " (access denied)" } else { "" };
        return Err(format!(
            "it is a web page or XML{denied}, not a price list: check the address it was fetched from"
        ));
    }
    if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") || text.iter().take(16).any(|byte| *byte == 0) {
        return Err("it is not UTF-8 but looks like UTF-16: save it as UTF-8".to_owned());
    }
    if first.starts_with(b"PK\x03\x04") {
        return Err("it is a zip archive: unpack it first".to_owned());
    }
    let skipped = (start.len() - text.len()) as u64;
    let open = || -> Result<Box<dyn Read>, String> {
        let mut input = opened(path)?;
        io::copy(&mut (&mut input).take(skipped), &mut io::sink()).map_err(|error| unpacked(&error))?;
        Ok(input)
    };
    if first.starts_with(b"{") {
        return super::json::read(open);
    }
    if first.starts_with(b"[") {
        return Err("this is no price list of AWS, which is an object or CSV".to_owned());
    }
    let mut all = Gathering::default();
    super::csv::read(BufReader::with_capacity(1 << 16, open()?), &mut all)?;
    Ok(all)
}

/// Opens a file; what is packed with gzip is unpacked on the way.
fn opened(path: &Path) -> Result<Box<dyn Read>, String> {
    let mut input = BufReader::with_capacity(1 << 16, File::open(path).map_err(|error| error.to_string())?);
    let start = input.fill_buf().map_err(|error| error.to_string())?;
    if start.starts_with(&[0x1f, 0x8b]) { Ok(Box::new(MultiGzDecoder::new(input))) } else { Ok(Box::new(input)) }
}

fn unpacked(error: &io::Error) -> String {
    format!("it cannot be unpacked: {}", super::csv::said(error))
}
