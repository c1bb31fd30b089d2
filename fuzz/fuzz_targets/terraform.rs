//! Terraform: a configuration, read, evaluated, checked and printed.
#![no_main]

use libfuzzer_sys::fuzz_target;

mod run;

fuzz_target!(|text: &str| run::run("main.tf", text.to_owned()));
