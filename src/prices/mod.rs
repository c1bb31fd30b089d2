//! `mllint prices`: reads AWS's public price lists, and tells what is known and how old it is.
//!
//! Built-in prices and look-ups are in `catalog::prices`; this is how a user brings them up to date.

mod csv;
mod import;
mod json;
mod list;
mod meters;
mod product;
mod show;
mod status;
mod target;

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

pub use import::import;
pub use show::show;
pub use status::status;

use crate::{
    catalog::prices::{self, Mistake, Prices},
    source::{Files, ReadError},
};

/// The form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A table.
    Text,
    /// JSON.
    Json,
}

/// Why something about prices cannot be done.
#[derive(Debug)]
pub enum PricesError {
    /// A price list cannot be read.
    List {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
        /// What to do.
        help: Option<String>,
    },
    /// The file of imported prices cannot be read.
    Unreadable(ReadError),
    /// A line of it is no price.
    Mistake(Mistake),
    /// It cannot be written.
    Unwritable {
        /// Its path.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A name or a region is not known.
    Unknown {
        /// What is not known.
        what: String,
        /// What may have been meant, or what to do.
        help: Option<String>,
    },
    /// The output broke.
    Io(io::Error),
}

impl fmt::Display for PricesError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut help = None;
        match self {
            Self::List { path, why, help: to_do } => {
                write!(f, "cannot import `{}`: {why}", path.display())?;
                help = to_do.as_deref();
            }
            Self::Unreadable(error) => write!(f, "cannot read `{}`: {error}", prices::FILE)?,
            Self::Mistake(mistake) => {
                write!(f, "`{}` is broken: {mistake}", prices::FILE)?;
                help = Some("mend it, or delete it and import the price lists again");
            }
            Self::Unwritable { path, error } => write!(f, "cannot write `{}`: {error}", path.display())?,
            Self::Unknown { what, help: to_do } => {
                f.write_str(what)?;
                help = to_do.as_deref();
            }
            Self::Io(error) => error.fmt(f)?,
        }
        help.map_or(Ok(()), |help| write!(f, "\n  help: {help}"))
    }
}

impl std::error::Error for PricesError {}

impl From<io::Error> for PricesError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The prices of a root: those that are built in, and over them those of its `mllint-prices.csv`, if it has one.
///
/// # Errors
/// When that file cannot be read, or has a line that is no price.
pub fn of_root(files: &Files) -> Result<Prices, PricesError> {
    match files.read(prices::FILE) {
        Ok(source) => Prices::with_imported(source.text()).map_err(PricesError::Mistake),
        Err(ReadError::Missing) => Ok(Prices::default()),
        Err(error) => Err(PricesError::Unreadable(error)),
    }
}

/// The prices of a root on disk.
fn of_folder(root: &Path) -> Result<Prices, PricesError> {
    of_root(&Files::disk(root)?)
}

/// A count with separators: `12,345`.
fn counted(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count and its noun.
fn some(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", counted(count), if count == 1 { one } else { many })
}
