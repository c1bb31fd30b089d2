//! Terraform: configuration as Terraform would know it before an apply, as resources in AWS API shapes.

pub mod eval;
pub mod instance;
pub mod lower;
