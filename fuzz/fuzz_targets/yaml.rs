//! YAML texts: whatever they are, the tree's spans lie within them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mllint::syntax::yaml;

fuzz_target!(|text: &str| {
    let tree = yaml::parse(text);
    let spans = tree.documents().map(|root| root.span()).chain(tree.faults.iter().map(|fault| fault.span));
    spans.for_each(|span| assert!(text.get(span.range()).is_some(), "{span:?}"));
});
