//! What the graph says of each language: values, where they come from, references, conditions and their worlds.

#[path = "../harness/mod.rs"]
mod harness;

mod boto3;
mod cloudformation;
mod request;
mod sdk;
mod terraform;
mod view;
mod worlds;
