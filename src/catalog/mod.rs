//! Dated facts about AWS: instance types, built-in algorithms, images, operations of the AI services, names of the
//! SageMaker SDK and of Terraform.
//!
//! The facts are the CSV and YAML files beside this one, each with its source and date. They are packed into
//! `catalog.bin`, which a test compares and `UPDATE=1 cargo test catalog` rewrites; each table is decoded on first use.

pub mod ai_operation;
pub mod algorithm;
pub mod billing;
pub mod ec2;
pub mod hosting;
pub mod hyperparameter;
pub mod image;
pub mod instance;
pub mod job_state;
pub mod limit;
pub mod machine_image;
pub mod managed_policy;
pub mod offer;
mod pack;
pub mod partition;
pub mod policy;
pub mod prices;
pub mod request;
pub mod retired;
pub mod sam_connector;
pub mod sam_policy;
pub mod sdk;
pub mod terraform;

use serde::{Deserialize, Serialize};

use crate::finding::FactRef;

pub use algorithm::{Algorithm, Gpu, Instances, Mode, algorithm};
pub use hyperparameter::Hyperparameter;
pub use instance::{Instance, instance};

/// The packed tables.
static PACKED: &[u8] = include_bytes!("catalog.bin");

/// The tables, each still encoded: taking one out costs nothing for the others.
#[derive(Default, Serialize, Deserialize)]
struct Tables<'a> {
    #[serde(borrow)]
    algorithms: &'a [u8],
    ec2: &'a [u8],
    hyperparameters: &'a [u8],
    images: &'a [u8],
    instances: &'a [u8],
    offers: &'a [u8],
    operations: &'a [u8],
    registries: &'a [u8],
    requests: &'a [u8],
    retired: &'a [u8],
    sam_connectors: &'a [u8],
    sam_policies: &'a [u8],
    sdk: &'a [u8],
    sdk_renames: &'a [u8],
    terraform: &'a [u8],
}

/// Decodes one table. The blob is a part of the binary, and a test proves that it decodes.
fn table<T: Deserialize<'static> + Default>(choose: impl Fn(&Tables<'static>) -> &'static [u8]) -> T {
    let tables: Tables<'static> = postcard::from_bytes(PACKED).unwrap_or_default();
    postcard::from_bytes(choose(&tables)).unwrap_or_default()
}

/// Date of the facts, `YYYY-MM-DD`: the `as of` line of the tables.
pub fn as_of() -> &'static str {
    "2026-11-22"
}

/// What a finding cites: the fact with this id, of the catalog's date.
fn fact(id: String, source: impl Into<String>) -> FactRef {
    FactRef { id, as_of: as_of().to_owned(), source: source.into() }
}
