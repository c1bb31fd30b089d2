//! Terraform's resources → resources by CloudFormation's names.

use crate::{graph::Resource, read::terraform::instance::Instance};

/// The resources that the instances of one root come to. Data sources make none.
pub fn lower(instances: Vec<Instance>) -> Vec<Resource> {
    let _ = instances;
    Vec::new()
}
