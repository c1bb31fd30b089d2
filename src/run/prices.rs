//! `mllint prices`: which root, and how a failure ends.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use super::{Failure, Status, today};
use crate::{
    cli::{ListFormat, PriceCommand},
    prices::{self, Form, PricesError},
    source::root_of,
};

/// Runs one of the commands.
pub(super) fn run(command: &PriceCommand, out: &mut dyn Write) -> Result<Status, Failure> {
    match command {
        PriceCommand::Import { files, root } => prices::import(files, &root_at(root.as_deref())?, out),
        PriceCommand::Show { name, region, format, root } => {
            let root = root_at(root.as_deref())?;
            prices::show(name.as_deref(), region.as_deref(), form(*format), &root, out)
        }
        PriceCommand::Status { region, format, root, as_of } => {
            let root = root_at(root.as_deref())?;
            prices::status(region.as_deref(), form(*format), today(*as_of)?, &root, out)
        }
    }
    .map(|()| Status::Clean)
    .map_err(|error| match error {
        PricesError::Io(error) => Failure::Io(error),
        error => Failure::told(error),
    })
}

fn root_at(root: Option<&Path>) -> Result<PathBuf, Failure> {
    Ok(root_of(root, &[])?)
}

fn form(format: ListFormat) -> Form {
    match format {
        ListFormat::Text => Form::Text,
        ListFormat::Json => Form::Json,
    }
}
