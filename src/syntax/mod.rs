//! Text → trees with byte spans. Each parser stands behind a seam of ours, so that it can be replaced.

pub mod hcl;
pub mod json;
pub mod notebook;
pub mod python;
pub mod text;
pub mod tree;
pub mod yaml;
