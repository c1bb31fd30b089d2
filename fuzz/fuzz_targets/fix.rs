//! All fixes of a text, safe or not: what was read before can be read after, and a second run changes nothing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mllint::{
    check,
    finding::Safety,
    fix::{
        self,
        apply::{Looked, to_fixpoint},
    },
    read::read,
    rules::ALL,
    source::{Discovery, Files},
};

fn look(files: &Files) -> Looked {
    let outcome = read(files, &Discovery::in_memory(files, true));
    let mut findings = check::check(&outcome.graph, files, ALL);
    fix::settle(&outcome.graph, files, &mut findings);
    Looked { outcome, findings, ..Looked::default() }
}

// The first byte chooses what the rest is read as.
fuzz_target!(|input: (u8, String)| {
    let path = ["template.yaml", "template.json", "main.tf", "train.py", "train.ipynb"][usize::from(input.0 % 5)];
    let once = to_fixpoint(Files::memory([(path, input.1)]), Safety::Unsafe, &look);
    assert!(once.faults.is_empty(), "{:?}", once.faults);
    if let Some(changed) = once.changes.get(path) {
        let again = to_fixpoint(Files::memory([(path, changed.new.to_string())]), Safety::Unsafe, &look);
        assert!(again.changes.is_empty(), "a second run changes it again");
    }
});
