//! State machines of Step Functions: definitions as files, in templates and in Terraform, as resources.

mod align;
mod definition;
mod embedded;
mod intrinsics;
mod lower;
mod mask;
mod referred;
mod task;
#[cfg(test)]
mod tests;
mod text;

use std::sync::Arc;

use crate::{
    graph::{Input, Part, Unit, guard::Formula, kind},
    source::Source,
    syntax::tree::{Node, Tree},
};

pub(super) use align::{Alignment, align, align_block};
pub(super) use definition::{HOLE, Substitutions};
pub use embedded::{Referred, expand};
pub(super) use embedded::{TOO_LONG, afford, each, extent, is_code, not_read, refer, written_out};
pub use mask::masked;
pub(super) use referred::{listed, of_all, set_aside, settle};
pub(super) use task::opened;
pub(super) use text::{Form, filled, flat, names};

use lower::Machine;

/// The reader's name in `--show-files`.
pub const READER: &str = "state machine";

/// Whether the root of a document is a definition's: it says where to start, and its states.
pub fn is_definition(root: Node<'_>) -> bool {
    let is_text = |node: Node<'_>| node.scalar().is_some();
    root.get("StartAt").is_some_and(is_text) && root.get("States").is_some_and(Node::is_mapping)
}

/// Reads a file that is a definition; nothing for any other file.
pub fn read(source: &Source, tree: &Tree) -> Option<Part> {
    let root = tree.documents().find(|root| is_definition(*root))?;
    let start = root.entry("StartAt")?;
    let definition = definition::value(source, root, &Substitutions::default());
    let id: Arc<str> = stem(&source.path).into();
    let machine = Machine {
        unit: source.path.clone(),
        callers: Vec::new(),
        caller_places: Vec::new(),
        id,
        place: source.place(start.key_span),
        guard: Formula::True,
        region: None,
        multiplicity: None,
    };
    let mut resources = vec![machine.resource(kind::STATE_MACHINE, &definition, source.place(root.span()))];
    resources.extend(machine.states(&definition));
    let unit = Unit::of(source.path.clone(), Input::StateMachine);
    Some(Part { resources, units: vec![unit], ..Part::default() })
}

/// The name of a file without folder and extensions.
fn stem(path: &str) -> &str {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    name.split_once('.').map_or(name, |(stem, _)| stem)
}
