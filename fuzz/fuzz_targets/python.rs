//! Scripts: read, checked and printed, behind the usual imports.
#![no_main]

use libfuzzer_sys::fuzz_target;

mod run;

fuzz_target!(|text: &str| run::run(
    "train.py",
    format!("from sagemaker.estimator import Estimator\nimport boto3\n{text}")
));
