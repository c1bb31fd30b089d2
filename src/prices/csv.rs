//! A price list as CSV: a few lines about it, a header, and a line for each price. Columns are known by name.

use std::io::{self, BufRead, Read};

use super::{
    list::Gathering,
    product::{Attribute, Product, Rate, plain},
    target::Why,
};

/// The longest line that is read: one that is longer has a quotation mark too many, or is no price list.
const MAX_LINE: u64 = 1 << 20;
/// Lines before the header.
const MAX_HEAD: usize = 20;

/// What a column is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Sku,
    Term,
    From,
    To,
    Unit,
    Amount,
    Currency,
    Of(Attribute),
    Other,
}

impl Column {
    fn named(name: &str) -> Self {
        match &*plain(name) {
            "sku" => Self::Sku,
            "termtype" => Self::Term,
            "startingrange" => Self::From,
            "endingrange" => Self::To,
            "unit" => Self::Unit,
            "priceperunit" => Self::Amount,
            "currency" => Self::Currency,
            _ => Attribute::named(name).map_or(Self::Other, Self::Of),
        }
    }
}

/// The columns without which there is no price.
const NEEDED: [(&str, Column); 7] = [
    ("SKU", Column::Sku),
    ("TermType", Column::Term),
    ("Unit", Column::Unit),
    ("PricePerUnit", Column::Amount),
    ("Currency", Column::Currency),
    ("usageType", Column::Of(Attribute::UsageType)),
    ("Region Code", Column::Of(Attribute::Region)),
];

/// Reads a price list.
///
/// # Errors
/// What is wrong with it, and in which line.
pub(super) fn read(input: impl BufRead, all: &mut Gathering) -> Result<(), String> {
    let mut records = Records::of(input);
    let columns = head(&mut records, all)?;
    if all.head.offer.is_empty() {
        return Err("the line `OfferCode` is missing, which names the service".to_owned());
    }
    let (mut product, mut rate) = (Product::default(), Rate::default());
    // The last product on demand, and the last of another term.
    let (mut last, mut last_other) = (String::new(), String::new());
    while records.advance()? {
        let record = records.cells();
        if record.len() != columns.len() {
            let (line, found, all) = (records.line, record.len(), columns.len());
            return Err(format!("line {line} has {found} cells of {all}: the file is cut off or damaged"));
        }
        let (mut sku, mut term) = ("", "");
        product.clear();
        rate.clear();
        for (column, cell) in columns.iter().zip(record) {
            match column {
                Column::Sku => sku = cell,
                Column::Term => term = cell,
                Column::From => rate.from.push_str(cell),
                Column::To => rate.to.push_str(cell),
                Column::Unit => rate.unit.push_str(cell),
                Column::Amount => rate.amount.push_str(cell),
                Column::Currency => rate.currency.push_str(cell),
                Column::Of(attribute) => product.set(*attribute, cell),
                Column::Other => {}
            }
        }
        // A product has a line for each of its prices, and is counted once.
        let seen = if term == "OnDemand" { &mut last } else { &mut last_other };
        let is_new = *seen != sku;
        if is_new {
            seen.clear();
            seen.push_str(sku);
        }
        take(all, &product, &rate, (sku, term), is_new);
    }
    Ok(())
}

fn take(all: &mut Gathering, product: &Product, rate: &Rate, (sku, term): (&str, &str), is_new: bool) {
    if term != "OnDemand" {
        if is_new {
            all.leave_out(Why::OtherTerm);
        }
        return;
    }
    let targets = if is_new { all.product(product) } else { all.known(product) };
    for target in &targets {
        all.rate(target, sku, rate);
    }
}

/// Reads up to the header: what the list says of itself, and what its columns are.
fn head(records: &mut Records<impl BufRead>, all: &mut Gathering) -> Result<Vec<Column>, String> {
    for _ in 0..MAX_HEAD {
        if !records.advance()? {
            break;
        }
        let record = records.cells();
        let columns: Vec<Column> = record.iter().map(|name| Column::named(name)).collect();
        if columns.contains(&Column::Sku) && columns.len() > 2 {
            if all.head.offer.contains("SavingsPlan") {
                return Err("this is a price list of Savings Plans: take that of the service".to_owned());
            }
            let missing = NEEDED.iter().find(|(_, needed)| !columns.contains(needed));
            return match missing {
                Some((name, _)) => Err(format!("the column `{name}` is missing in line {}", records.line)),
                None => Ok(columns),
            };
        }
        if let [name, value] = record {
            match &*plain(name) {
                "offercode" => all.head.offer.clone_from(value),
                "version" => all.head.version.clone_from(value),
                "publicationdate" => all.head.published.clone_from(value),
                _ => {}
            }
        }
    }
    Err("this is no price list of AWS: no line names the columns `SKU`, `TermType`, `PricePerUnit`".to_owned())
}

/// The records of CSV text, one after the other in the same place.
struct Records<R> {
    input: R,
    /// The line that the last record ended in, from 1.
    line: usize,
    bytes: Vec<u8>,
    cells: Vec<String>,
    /// How many of the cells are of this record; the others are kept for the next.
    count: usize,
}

impl<R: BufRead> Records<R> {
    fn of(input: R) -> Self {
        Self { input, line: 0, bytes: Vec::new(), cells: Vec::new(), count: 0 }
    }

    /// The cells of the record that was read last.
    fn cells(&self) -> &[String] {
        &self.cells[..self.count]
    }

    /// Reads the next record that is not empty; whether there is one.
    fn advance(&mut self) -> Result<bool, String> {
        loop {
            self.count = 0;
            if !self.record()? {
                return Ok(false);
            }
            if self.count > 1 || self.count == 1 && !self.cells[0].is_empty() {
                return Ok(true);
            }
        }
    }

    /// Reads a record; nothing at the end.
    fn record(&mut self) -> Result<bool, String> {
        self.bytes.clear();
        if !self.more()? {
            return Ok(false);
        }
        let mut at = 0;
        loop {
            at = self.cell(at)?;
            match self.bytes.get(at) {
                Some(b',') => at += 1,
                _ => return Ok(true),
            }
        }
    }

    /// Reads another line behind what there is, without its end; nothing at the end.
    fn more(&mut self) -> Result<bool, String> {
        let before = self.bytes.len();
        let left = MAX_LINE.saturating_sub(before as u64);
        let read = (&mut self.input).take(left).read_until(b'\n', &mut self.bytes);
        let read = read.map_err(|error| said(&error))?;
        self.line += 1;
        if read as u64 == left && self.bytes.last() != Some(&b'\n') {
            return Err(format!("line {} is longer than {} KiB: this is no price list", self.line, MAX_LINE >> 10));
        }
        while self.bytes.len() > before && matches!(self.bytes.last(), Some(b'\n' | b'\r')) {
            self.bytes.pop();
        }
        Ok(read > 0)
    }

    /// Reads the cell that begins at an offset; the offset of what is behind it.
    fn cell(&mut self, start: usize) -> Result<usize, String> {
        if self.cells.len() == self.count {
            self.cells.push(String::new());
        }
        let place = self.count;
        self.count += 1;
        self.cells[place].clear();
        if self.bytes.get(start) != Some(&b'"') {
            let end = self.bytes[start..].iter().position(|byte| *byte == b',');
            let end = end.map_or(self.bytes.len(), |end| start + end);
            self.cells[place].push_str(&String::from_utf8_lossy(&self.bytes[start..end]));
            return Ok(end);
        }
        let mut from = start + 1;
        loop {
            match self.bytes[from..].iter().position(|byte| *byte == b'"') {
                // The text goes on in the next line.
                None => {
                    self.cells[place].push_str(&String::from_utf8_lossy(&self.bytes[from..]));
                    self.cells[place].push('\n');
                    from = self.bytes.len();
                    if !self.more()? {
                        return Err(format!("line {} ends within a quotation: the file is cut off", self.line - 1));
                    }
                }
                Some(length) => {
                    let end = from + length;
                    self.cells[place].push_str(&String::from_utf8_lossy(&self.bytes[from..end]));
                    from = end + 1;
                    match self.bytes.get(from) {
                        Some(b'"') => {
                            self.cells[place].push('"');
                            from += 1;
                        }
                        None | Some(b',') => return Ok(from),
                        Some(_) => {
                            return Err(format!("line {}: a quotation ends within a cell", self.line));
                        }
                    }
                }
            }
        }
    }
}

/// Tells what is wrong with the input.
pub(super) fn said(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "it ends too early: download it again".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Result<Vec<Vec<String>>, String> {
        let mut records = Records::of(text.as_bytes());
        let mut all = Vec::new();
        while records.advance()? {
            all.push(records.cells().to_vec());
        }
        Ok(all)
    }

    #[test]
    fn cells_are_taken_apart() {
        let read = records("a,\"b,\"\"c\"\"\",\r\n\n\"x\ny\",,z").expect("records");
        assert_eq!(read, [["a", "b,\"c\"", ""], ["x\ny", "", "z"]]);
        assert_eq!(records("\"a\"b,c"), Err("line 1: a quotation ends within a cell".to_owned()));
        assert_eq!(records("a\n\"b\nc"), Err("line 3 ends within a quotation: the file is cut off".to_owned()));
        let long = format!("a\n\"{}", "b\n".repeat(1 << 20));
        assert!(records(&long).is_err_and(|error| error.ends_with("this is no price list")), "memory is bounded");
    }
}
