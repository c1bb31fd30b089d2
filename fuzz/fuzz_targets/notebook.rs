//! Notebooks: each byte of the code leads back into the JSON.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mllint::syntax::notebook;

fuzz_target!(|text: &str| {
    let Ok(notebook) = notebook::read(text) else { return };
    for cell in &notebook.cells.cells {
        assert!(notebook.text.get(cell.span.range()).is_some(), "{cell:?}");
        assert!(text.get(notebook.cells.raw_span(cell.span).range()).is_some(), "{cell:?}");
    }
});
