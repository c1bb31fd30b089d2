//! Templates: read, checked and printed, behind the version that makes the reader take them.
#![no_main]

use libfuzzer_sys::fuzz_target;

mod run;

fuzz_target!(|text: &str| run::run("t.yaml", format!("AWSTemplateFormatVersion: '2010-09-09'\n{text}")));
