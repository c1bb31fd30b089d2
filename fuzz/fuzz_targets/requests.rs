//! Requests and configurations as files: read, checked and printed.
#![no_main]

use libfuzzer_sys::fuzz_target;

mod run;

fuzz_target!(|text: &str| run::run("request.json", text.to_owned()));
