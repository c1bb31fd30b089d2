//! mllint as a library: reads descriptions of machine-learning workloads on AWS into one graph, and checks it.
//!
//! `discover → read → graph → check → suppress → report`; the binary is a thin caller.

pub mod baseline;
pub mod catalog;
pub mod check;
pub mod cli;
pub mod config;
pub mod cost;
pub mod date;
pub mod finding;
pub mod fix;
pub mod git;
pub mod graph;
pub mod init;
pub mod nearest;
pub mod prices;
pub mod read;
pub mod report;
pub mod rules;
pub mod run;
pub mod select;
pub mod settings;
pub mod source;
pub mod suppress;
pub mod syntax;
pub mod usage;
