//! The options of `cost`.

use std::path::PathBuf;

use clap::Args;

use super::{Check, Color, Variables, to_file};
use crate::{
    catalog::prices::Usd,
    date::Date,
    report::cost::{GroupBy, Sort},
};

/// The options of `cost`.
#[derive(Args, Clone, Debug, Default)]
pub struct Cost {
    /// Files and folders to price; `-` is standard input [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// How much is used, which code does not tell [default: mllint-usage.yml at the root]
    #[arg(long, value_name = "FILE", help_heading = "Use and prices")]
    pub usage: Option<PathBuf>,
    /// Write a commented file of what can be told, resource by resource [default: mllint-usage.yml]
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, help_heading = "Use and prices")]
    pub write_usage: Option<Option<PathBuf>>,
    /// Exported answers of DescribeTrainingJob (JSON): how long jobs usually take
    #[arg(long, value_name = "FILE", help_heading = "Use and prices")]
    pub runs: Vec<PathBuf>,
    /// Region of what names none [default: us-east-1, which is said]
    #[arg(long, value_name = "REGION", help_heading = "Use and prices")]
    pub region: Option<String>,
    /// Day that counts as today, YYYY-MM-DD: prices a year older are told of
    #[arg(long, value_name = "DATE", help_heading = "Use and prices")]
    pub as_of: Option<Date>,

    /// table, json, markdown, html or csv, optionally to a file [default: table]
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = CostFormat::parse, help_heading = "Output")]
    pub format: Vec<(CostFormat, Option<PathBuf>)>,
    /// unit (what deploys together), file, use or tag:KEY [default: unit]
    #[arg(long, value_name = "WHAT", value_parser = group_by, help_heading = "Output")]
    pub group_by: Option<GroupBy>,
    /// file, cost or name [default: file]
    #[arg(long, value_name = "ORDER", value_parser = sort, help_heading = "Output")]
    pub sort: Option<Sort>,
    /// Tell also in which other ways endpoints could run, and which cheaper types jobs could take
    #[arg(long, help_heading = "Output")]
    pub shape: bool,
    /// List also what costs by use only, and each part that could not be evaluated
    #[arg(long, help_heading = "Output")]
    pub verbose: bool,
    /// Print costs and errors only
    #[arg(long, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,
    /// When to use colours: auto, always, never
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto, help_heading = "Output")]
    #[arg(hide_possible_values = true)]
    pub color: Color,

    /// Show what changes against a folder, or a commit of git (the merge base with it)
    #[arg(long, value_name = "PATH|REF", help_heading = "Difference and limits")]
    pub against: Option<String>,
    /// Exit with 1 if a month, at most, grows by more: 100, or 10%
    #[arg(long, value_name = "USD|%", value_parser = Limit::parse, requires = "against")]
    #[arg(help_heading = "Difference and limits")]
    pub fail_above_increase: Option<Limit>,
    /// Exit with 1 if one run of a job may cost more: 100
    #[arg(long, value_name = "USD", value_parser = amount, help_heading = "Difference and limits")]
    pub fail_above_run: Option<Usd>,
    /// Exit with 1 if a month, at most, costs more: 500
    #[arg(long, value_name = "USD", value_parser = amount, help_heading = "Difference and limits")]
    pub fail_above: Option<Usd>,

    /// Values of Terraform variables.
    #[command(flatten)]
    pub variables: Variables,
    /// File of values of a template's parameters, as AWS's tools take it (JSON, YAML, Key=Value)
    #[arg(long, value_name = "FILE", help_heading = "Deployment")]
    pub parameters: Vec<PathBuf>,

    /// Glob of files to leave out, from the root
    #[arg(long, value_name = "GLOB", help_heading = "Files")]
    pub exclude: Vec<String>,
    /// Read nothing outside of this [default: up to mllint.toml or .git]
    #[arg(long, value_name = "DIR", help_heading = "Files")]
    pub root: Option<PathBuf>,
    /// Name of what is read from standard input
    #[arg(long, value_name = "NAME", help_heading = "Files")]
    pub stdin_filename: Option<String>,
    /// Configuration [default: mllint.toml or pyproject.toml at the root]
    #[arg(long, value_name = "FILE", conflicts_with = "isolated", help_heading = "Files")]
    pub config: Option<PathBuf>,
    /// Read no configuration
    #[arg(long, help_heading = "Files")]
    pub isolated: bool,
}

impl Cost {
    /// The options by which the same files are read for `check`.
    pub fn reading(&self) -> Check {
        Check {
            paths: self.paths.clone(),
            config: self.config.clone(),
            isolated: self.isolated,
            as_of: self.as_of,
            exclude: self.exclude.clone(),
            root: self.root.clone(),
            stdin_filename: self.stdin_filename.clone(),
            region: self.region.clone(),
            variables: self.variables.clone(),
            parameters: self.parameters.clone(),
            verbose: self.verbose,
            quiet: self.quiet,
            ..Check::default()
        }
    }
}

/// Formats of costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CostFormat {
    /// For people.
    Table,
    /// JSON, version 1.
    Json,
    /// For a job's summary or a comment.
    Markdown,
    /// A page.
    Html,
    /// With the column names of FOCUS.
    Csv,
}

impl CostFormat {
    /// Parses `FORMAT` or `FORMAT=FILE`.
    fn parse(text: &str) -> Result<(Self, Option<PathBuf>), String> {
        let (name, file) = to_file(text)?;
        let format = match name {
            "table" => Self::Table,
            "json" => Self::Json,
            "markdown" => Self::Markdown,
            "html" => Self::Html,
            "csv" => Self::Csv,
            _ => return Err("the formats are table, json, markdown, html and csv".to_owned()),
        };
        Ok((format, file))
    }
}

/// By how much a bill may grow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// By so many dollars a month.
    Usd(Usd),
    /// By so many hundredths.
    Percent(f64),
}

impl Limit {
    /// Parses `100` or `10%`.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.trim().strip_suffix('%') {
            Some(percent) => match percent.trim().parse::<f64>() {
                Ok(percent) if percent.is_finite() && percent >= 0.0 => Ok(Self::Percent(percent)),
                _ => Err("a share is written as 10%".to_owned()),
            },
            None => amount(text).map(Self::Usd),
        }
    }
}

fn amount(text: &str) -> Result<Usd, String> {
    let text = text.trim();
    text.strip_prefix('$').unwrap_or(text).parse().map_err(|_| "an amount is written as 500 or 12.50".to_owned())
}

fn group_by(text: &str) -> Result<GroupBy, String> {
    match text {
        "file" => Ok(GroupBy::File),
        "unit" => Ok(GroupBy::Unit),
        "use" => Ok(GroupBy::Use),
        _ => match text.strip_prefix("tag:") {
            Some(key) if !key.is_empty() => Ok(GroupBy::Tag(key.to_owned())),
            _ => Err("what can be grouped by is file, unit, use and tag:KEY".to_owned()),
        },
    }
}

fn sort(text: &str) -> Result<Sort, String> {
    match text {
        "file" => Ok(Sort::File),
        "cost" => Ok(Sort::Cost),
        "name" => Ok(Sort::Name),
        _ => Err("the orders are file, cost and name".to_owned()),
    }
}
