//! Trees → graph: which files are read, by which reader, and what they bring.

pub mod api;
