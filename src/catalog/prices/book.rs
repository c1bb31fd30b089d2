//! Rows of prices in the order that they are looked up in.

use serde::{Deserialize, Serialize};

use super::{Usd, Use};

/// What a list of prices is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Table {
    /// SageMaker instances, one rate for any use.
    AnyUse,
    /// SageMaker instances.
    Use(Use),
    /// EC2 instances.
    Ec2,
    /// What EMR adds to EC2 instances.
    Emr,
    /// Meters of services.
    Service,
}

/// One price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Row<S> {
    /// Instance type or meter.
    pub(super) name: S,
    /// Quantity of a month from which it holds.
    pub(super) from: u64,
    pub(super) usd: Usd,
    /// Place of its source in the book.
    pub(super) source: u16,
}

/// The prices of one region and table, sorted by name and tier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct List<S> {
    pub(super) region: S,
    pub(super) table: Table,
    pub(super) rows: Vec<Row<S>>,
}

/// A price with its region and table.
pub(super) type Entry<S> = (S, Table, Row<S>);

/// Prices, sorted by region and table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Book<S> {
    /// Dates and sources.
    pub(super) sources: Vec<(S, S)>,
    pub(super) lists: Vec<List<S>>,
}

impl<S> Default for Book<S> {
    fn default() -> Self {
        Self { sources: Vec::new(), lists: Vec::new() }
    }
}

impl<S: AsRef<str>> Book<S> {
    /// Sorts rows into a book.
    ///
    /// # Errors
    /// The place in `rows` of a second price for one region, table, name and tier.
    pub(super) fn of(sources: Vec<(S, S)>, rows: Vec<Entry<S>>) -> Result<Self, usize> {
        let mut rows: Vec<(usize, Entry<S>)> = rows.into_iter().enumerate().collect();
        let key = |(region, table, row): &Entry<S>| -> (String, Table, String, u64) {
            (region.as_ref().to_owned(), *table, row.name.as_ref().to_owned(), row.from)
        };
        rows.sort_by_cached_key(|(at, row)| (key(row), *at));
        let mut lists: Vec<List<S>> = Vec::new();
        for (at, (region, table, row)) in rows {
            let same = |list: &&mut List<S>| list.table == table && list.region.as_ref() == region.as_ref();
            let Some(list) = lists.last_mut().filter(same) else {
                lists.push(List { region, table, rows: vec![row] });
                continue;
            };
            let is_second = |last: &Row<S>| last.name.as_ref() == row.name.as_ref() && last.from == row.from;
            if list.rows.last().is_some_and(is_second) {
                return Err(at);
            }
            list.rows.push(row);
        }
        Ok(Self { sources, lists })
    }

    fn list(&self, region: &str, table: Table) -> Option<&List<S>> {
        let at = self.lists.binary_search_by(|list| (list.region.as_ref(), list.table).cmp(&(region, table))).ok()?;
        self.lists.get(at)
    }

    /// The prices of one name, by tier.
    pub(super) fn rows(&self, region: &str, table: Table, name: &str) -> &[Row<S>] {
        let rows = self.list(region, table).map_or(&[][..], |list| &list.rows);
        let start = rows.partition_point(|row| row.name.as_ref() < name);
        let count = rows[start..].iter().take_while(|row| row.name.as_ref() == name).count();
        &rows[start..start + count]
    }

    /// The names that have a price.
    pub(super) fn names(&self, region: &str, table: Table) -> impl Iterator<Item = &str> {
        self.list(region, table).into_iter().flat_map(|list| list.rows.iter().map(|row| row.name.as_ref()))
    }

    /// Whether a region has a price of this kind.
    pub(super) fn has(&self, region: &str, table: Table) -> bool {
        self.list(region, table).is_some()
    }

    /// Whether a region has a price of a SageMaker instance.
    pub(super) fn has_sagemaker(&self, region: &str) -> bool {
        let start = self.lists.partition_point(|list| list.region.as_ref() < region);
        let mut own = self.lists[start..].iter().take_while(|list| list.region.as_ref() == region);
        own.any(|list| is_sagemaker(list.table))
    }

    /// The regions that have a price of a SageMaker instance.
    pub(super) fn sagemaker_regions(&self) -> impl Iterator<Item = &str> {
        self.lists.iter().filter(|list| is_sagemaker(list.table)).map(|list| list.region.as_ref())
    }
}

fn is_sagemaker(table: Table) -> bool {
    matches!(table, Table::AnyUse | Table::Use(_))
}
