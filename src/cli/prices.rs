//! The command `prices`.

use std::path::PathBuf;

use clap::Subcommand;

use super::ListFormat;
use crate::date::Date;

/// What is done with prices.
#[derive(Debug, Subcommand)]
pub enum PriceCommand {
    /// Read price lists of AWS into mllint-prices.csv at the root
    #[command(after_help = IMPORT)]
    Import {
        /// Price lists: index.json or index.csv of the Price List Bulk API, as they are or packed with gzip
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        /// Where to write [default: up to mllint.toml or .git]
        #[arg(long, value_name = "DIR")]
        root: Option<PathBuf>,
    },
    /// Show what is known of an instance type or a meter
    #[command(after_help = SHOW)]
    Show {
        /// ml.m5.xlarge, m5.xlarge or nat-gateway; without it, everything
        #[arg(value_name = "TYPE")]
        name: Option<String>,
        /// In this region only
        #[arg(long, value_name = "REGION")]
        region: Option<String>,
        /// text or json
        #[arg(long, value_enum, default_value_t = ListFormat::Text, hide_possible_values = true)]
        format: ListFormat,
        /// Where mllint-prices.csv is [default: up to mllint.toml or .git]
        #[arg(long, value_name = "DIR")]
        root: Option<PathBuf>,
    },
    /// Show how many prices are known by region, how old they are, and what to import
    Status {
        /// This region only, with the price lists that have what is missing
        #[arg(long, value_name = "REGION")]
        region: Option<String>,
        /// text or json
        #[arg(long, value_enum, default_value_t = ListFormat::Text, hide_possible_values = true)]
        format: ListFormat,
        /// Where mllint-prices.csv is [default: up to mllint.toml or .git]
        #[arg(long, value_name = "DIR")]
        root: Option<PathBuf>,
        /// Day that counts as today, YYYY-MM-DD [default: that of SOURCE_DATE_EPOCH, or of the clock]
        #[arg(long, value_name = "DATE")]
        as_of: Option<Date>,
    },
}

const IMPORT: &str = "\
The price list of SageMaker in a region:
  curl --compressed -o sagemaker.csv https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonSageMaker/current/us-east-1/index.csv
  mllint prices import sagemaker.csv
AmazonEC2 and the other services are read alike; `mllint prices status --region REGION` names those that have what is missing.
What was imported takes precedence over the prices that are built in.";

const SHOW: &str = "\
Examples:
  mllint prices show ml.g5.xlarge                       in all regions, for all uses
  mllint prices show ml.g5.xlarge --region eu-west-1
  mllint prices show nat-gateway
  mllint prices show --region us-east-1 --format json   everything in a region";
