//! Blocks without an instance for no other reason than a variable's default: they may exist all the same.
//!
//! What deploys is what the defaults say. But whoever wrote `count = var.scaled ? 1 : 0` has an answer to "nothing scales
//! it", and a rule that looks for an absence has to know. So a root is evaluated a second time for these blocks alone, with
//! the variables left open that decide on them: those of the root that nothing sets, and those of modules that a call
//! leaves as they are.

#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, rc::Rc, sync::Arc};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    expand::Expansion,
    frame::Frame,
    loader::Loaded,
    module::Layers,
    run::{Run, Target},
};
use crate::{
    graph::guard::{Atom, Formula, Usual},
    syntax::hcl::{Expr, Node},
};

/// Names that one block depends on are followed up to so many.
const MAX_NAMES: usize = 2_000;

/// A variable that has its default: the address of its module instance with a full stop at the end, and its name.
pub(super) type Variable = (Arc<str>, Box<str>);

/// A block that has no instance, and the variables whose defaults may be why.
#[derive(Debug)]
pub(super) struct Closed {
    /// Its address with the keys of the module instances that lead there, but without its own.
    block: String,
    variables: BTreeSet<Variable>,
}

/// What a second evaluation of a root leaves open.
#[derive(Debug, Default)]
pub(super) struct Opened {
    /// The variables that have no value there.
    pub(super) variables: FxHashSet<Variable>,
    /// The blocks that it is about, each with the question whether the variables are set otherwise.
    blocks: FxHashMap<String, Formula>,
}

impl Opened {
    /// What is to be left open for some blocks of a root; nothing if there are none.
    pub(super) fn of(unit: &str, loaded: &Loaded, closed: Vec<Closed>) -> Option<Self> {
        let mut opened = Self::default();
        for Closed { block, variables } in closed {
            let is_own = |(module, _): &Variable| module.is_empty();
            let is_left = loaded.module.is_for_others() && variables.iter().any(is_own);
            let usual = if is_left { Usual::LeftToCallers } else { Usual::No };
            let names: Vec<String> = variables.iter().map(|(module, name)| format!("`{module}var.{name}`")).collect();
            let display: Arc<str> = names.join(" or ").into();
            let subject = format!("{unit}: {display} has its default").into();
            let atom = Atom { subject, equals: None, domain: None, display, usual };
            opened.blocks.insert(block, Formula::Atom(Arc::new(atom)));
            opened.variables.extend(variables);
        }
        (!opened.blocks.is_empty()).then_some(opened)
    }

    /// Whether this is no second evaluation.
    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// The question on which a block exists.
    pub(super) fn question(&self, block: &str) -> Option<&Formula> {
        self.blocks.get(block)
    }
}

/// The blocks of module instances that have no instance themselves and for which the default of a variable may be why.
pub(super) fn closed(run: &Run<'_>, frames: &[Rc<Frame>]) -> Vec<Closed> {
    let mut closed = Vec::new();
    for frame in frames {
        let mut add = |layers: &Layers, expansion: &Expansion, address: String| {
            let exists = |guard: &Formula| frame.guard.and(guard) != Formula::False;
            if expansion.instances.iter().any(|instance| exists(&instance.guard)) {
                return;
            }
            let variables = behind(run, frames, frame, layers);
            if !variables.is_empty() {
                closed.push(Closed { block: format!("{}{address}", frame.prefix), variables });
            }
        };
        let module = &frame.loaded.module;
        for (number, declared) in module.resources.iter().enumerate() {
            if let Some(expansion) = run.instances(frame, number) {
                add(&declared.layers, &expansion, declared.address());
            }
        }
        for (number, layers) in module.calls.iter().enumerate() {
            if let Some(called) = run.called(frame, number) {
                add(layers, &called.expansion, format!("module.{}", layers.label(0)));
            }
        }
    }
    closed
}

/// The names that the number of a block's instances depends on, while they are followed.
struct Names<'m> {
    frames: &'m [Rc<Frame>],
    /// Expressions to look through, with the number of the module instance.
    open: Vec<(usize, &'m Expr)>,
    seen: FxHashSet<(usize, String)>,
    /// The variables that are met and have their default.
    variables: BTreeSet<Variable>,
}

/// The variables that have their default and that the instances of a block depend on.
fn behind(run: &Run<'_>, frames: &[Rc<Frame>], frame: &Frame, layers: &Layers) -> BTreeSet<Variable> {
    let mut names = Names { frames, open: Vec::new(), seen: FxHashSet::default(), variables: BTreeSet::new() };
    names.of_block(frame.number, layers);
    while let Some((number, expression)) = names.open.pop() {
        let mut named = Vec::new();
        traversals(expression, &mut |root, path| named.push((root, path)));
        for (root, path) in named {
            let is_new = names.seen.insert((number, format!("{root}.{}", path.join("."))));
            if is_new && names.seen.len() <= MAX_NAMES {
                names.name(run, number, root, &path);
            }
        }
    }
    names.variables
}

impl<'m> Names<'m> {
    /// What the number of instances of a block is said by.
    fn of_block(&mut self, number: usize, layers: &'m Layers) {
        let written = ["count", "for_each"].into_iter().filter_map(|name| layers.attribute(name));
        self.open.extend(written.map(|written| (number, &written.attribute.value)));
    }

    /// Follows a name that an expression of a module instance mentions.
    fn name(&mut self, run: &Run<'_>, number: usize, root: &str, path: &[&str]) {
        let frames: &'m [Rc<Frame>] = self.frames;
        let (Some(frame), Some(first)) = (frames.get(number), path.first()) else { return };
        let module = &frame.loaded.module;
        match root {
            "var" => self.variable(run, frame, first),
            "local" => {
                if let Some((_, attribute)) = module.locals.get(*first) {
                    self.open.push((number, &attribute.value));
                }
            }
            "module" => self.output(run, frame, first, path.get(1).copied()),
            _ => {
                let address = match (root, path.get(1)) {
                    ("data" | "ephemeral", Some(name)) => format!("{root}.{first}.{name}"),
                    _ => format!("{root}.{first}"),
                };
                if let Some(at) = module.resource(&address) {
                    self.of_block(number, &module.resources[at].layers);
                }
            }
        }
    }

    fn variable(&mut self, run: &Run<'_>, frame: &'m Frame, name: &str) {
        if let Some(caller) = &frame.caller {
            let above = &self.frames[caller.frame];
            let call = &above.loaded.module.calls[caller.call];
            if let Some(written) = call.attribute(name) {
                self.open.push((caller.frame, &written.attribute.value));
                // It may be told by `each.value`.
                self.of_block(caller.frame, call);
                return;
            }
        } else if run.given.values.contains_key(name) || run.given.incomplete.is_some() {
            return;
        }
        let declared = frame.loaded.module.variables.get(name);
        if declared.is_some_and(|layers| layers.is_written("default")) {
            self.variables.insert((frame.prefix.clone(), name.into()));
        }
    }

    fn output(&mut self, run: &Run<'_>, frame: &'m Frame, name: &str, output: Option<&str>) {
        let Some(at) = frame.loaded.module.call(name) else { return };
        self.of_block(frame.number, &frame.loaded.module.calls[at]);
        let called = ["", "[0]"].iter().find_map(|key| run.target(&format!("{}module.{name}{key}", frame.prefix)));
        let Some(Target::Module(called)) = called else { return };
        let outputs = self.frames.get(called).map(|called| &called.loaded.module.outputs);
        let declared = outputs.zip(output).and_then(|(outputs, output)| outputs.get(output));
        if let Some(written) = declared.and_then(|layers| layers.attribute("value")) {
            self.open.push((called, &written.attribute.value));
        }
    }
}

/// Calls `found` with the root and the attributes of each traversal in an expression.
fn traversals<'e>(expression: &'e Expr, found: &mut dyn FnMut(&'e str, Vec<&'e str>)) {
    let mut open = vec![expression];
    while let Some(expression) = open.pop() {
        let (mut path, mut at) = (Vec::new(), expression);
        loop {
            match &at.node {
                Node::Attribute(base, name) => {
                    path.push(&**name);
                    at = base;
                }
                // What is behind an index is an attribute of the item.
                Node::Index(base, index) if !path.is_empty() || matches!(base.node, Node::Attribute(..)) => {
                    open.push(index);
                    at = base;
                }
                _ => break,
            }
        }
        match &at.node {
            Node::Name(root) => {
                path.reverse();
                found(root, path);
            }
            _ => at.children(&mut |child| open.push(child)),
        }
    }
}
