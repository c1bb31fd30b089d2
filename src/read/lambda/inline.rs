//! Code that is written in a template, with its places there.

use std::sync::Arc;

use super::package::{At, Module};
use crate::{
    source::{Files, Place},
    syntax::python,
};

/// The module that is written at a place of a template. `text` is what a parser of YAML or JSON made of it.
///
/// The lines of a block (`ZipFile: |`) are parsed as they stand, indented as they are, so that each byte is where it is
/// in the file. Of other texts only the whole has a place.
pub(super) fn module(files: &Files, text: &Arc<str>, place: Place) -> Module {
    let source = files.get(place.file);
    if let Some(block) = python::block(source.slice(place.span)) {
        let by = i64::from(place.span.start) + block.by;
        let mut module = Module::of(source.clone(), block.code.into(), At::Shifted(by));
        if module.unwrap_block() {
            return module;
        }
    }
    // A text whose lines are joined by the template: `Fn::Join`, or one in quotes.
    Module::of(source, text.clone(), At::Within(place.span))
}
