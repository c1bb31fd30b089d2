//! Fixes: what rules want changed as edits of files, applied to a fixpoint, shown or written.

pub mod apply;
pub mod diff;
mod plan;
mod uses;
pub mod write;

pub use plan::settle;
