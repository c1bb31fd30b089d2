//! What an expression is evaluated in: the names it can see, `for` variables, and bounds.

use std::{cell::Cell, rc::Rc, sync::Arc};

use crate::{
    graph::value::{Reason, Reference, Unknown, Value},
    source::{FileId, Place, Source, Span},
};

/// Expressions nested deeper than this are not evaluated.
const MAX_DEPTH: usize = 96;
/// Steps that one [`Budget`] has: enough for a large module, too few for a loop over loops.
const STEPS: usize = 2_000_000;

/// What the world outside of an expression answers.
pub trait Names {
    /// The value of a traversal that begins with `root` (`var`, `local`, `data`, `module`, `each`, `count`, `path`,
    /// `self`, `terraform`, a resource type) and goes on with the attributes `path`; and how many of `path` the value
    /// already answers. Nothing: there is no such root here.
    fn resolve(&self, root: &str, path: &[&str], place: Place) -> Option<(Value, usize)>;

    /// An attribute of the resource (or an output of the module) that a reference without an attribute points at, as far
    /// as the configuration tells it; nothing where the reference to the attribute says as much.
    fn attribute(&self, reference: &Reference, name: &str, place: Place) -> Option<Value> {
        let _ = (reference, name, place);
        None
    }

    /// The text of a file named relative to the module or absolutely below the root of the run.
    fn file(&self, path: &str) -> Option<Arc<Source>>;

    /// Whether a file is not there, and will not be when Terraform runs. A build may make what is missing in a repository.
    fn is_missing(&self, path: &str) -> bool {
        let _ = path;
        false
    }

    /// Names of the files below a folder that match a pattern, for `fileset`; nothing where that cannot be known.
    fn fileset(&self, folder: &str, pattern: &str) -> Option<Vec<String>>;
}

/// How many steps of evaluation are left. Clones share one account.
#[derive(Clone, Debug)]
pub struct Budget(Rc<Cell<usize>>);

impl Default for Budget {
    fn default() -> Self {
        Self(Rc::new(Cell::new(STEPS)))
    }
}

impl Budget {
    /// An account with a number of steps.
    pub fn of(steps: usize) -> Self {
        Self(Rc::new(Cell::new(steps)))
    }

    /// Takes steps from the account; whether there were enough.
    pub(super) fn take(&self, steps: usize) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(steps));
        left >= steps
    }
}

/// What an expression is evaluated in. Cheap to clone.
#[derive(Clone)]
pub struct Cx<'a> {
    /// The names outside.
    pub names: &'a dyn Names,
    /// The file of the expression.
    pub file: FileId,
    /// Variables of `for`, templates and splats, innermost first.
    scope: Option<Rc<Scope>>,
    depth: usize,
    budget: Budget,
}

/// One variable. The item of a splat is named `*`.
struct Scope {
    name: Box<str>,
    value: Value,
    outer: Option<Rc<Scope>>,
}

impl Drop for Scope {
    /// Chains are dropped one by one: a long one would overflow the stack.
    fn drop(&mut self) {
        let mut outer = self.outer.take();
        while let Some(scope) = outer {
            outer = Rc::into_inner(scope).and_then(|mut scope| scope.outer.take());
        }
    }
}

impl<'a> Cx<'a> {
    /// For the expressions of a file, with a budget of their own.
    pub fn new(names: &'a dyn Names, file: FileId) -> Self {
        Self::within(names, file, Budget::default())
    }

    /// For the expressions of a file, with a shared budget.
    pub fn within(names: &'a dyn Names, file: FileId, budget: Budget) -> Self {
        Self { names, file, scope: None, depth: 0, budget }
    }

    /// The same with one variable more.
    #[must_use]
    pub fn with(&self, name: &str, value: Value) -> Self {
        let scope = Scope { name: name.into(), value, outer: self.scope.clone() };
        Self { scope: Some(Rc::new(scope)), ..self.clone() }
    }

    /// For another text with names of its own, such as a template file: one level deeper, on the same budget.
    pub(super) fn isolated<'b>(&self, names: &'b dyn Names, file: FileId) -> Option<Cx<'b>> {
        let Self { depth, budget, .. } = self.deeper()?;
        Some(Cx { names, file, scope: None, depth, budget })
    }

    /// The value of a variable of the expression itself.
    pub(super) fn variable(&self, name: &str) -> Option<&Value> {
        let scopes = std::iter::successors(self.scope.as_deref(), |scope| scope.outer.as_deref());
        scopes.into_iter().find(|scope| &*scope.name == name).map(|scope| &scope.value)
    }

    /// A place in the file.
    pub(super) fn place(&self, span: Span) -> Place {
        Place::new(self.file, span)
    }

    /// One level deeper, unless that is too deep or the budget is spent.
    pub(super) fn deeper(&self) -> Option<Self> {
        (self.depth < MAX_DEPTH && self.budget.take(1)).then(|| Self { depth: self.depth + 1, ..self.clone() })
    }

    /// Takes steps for work that is no expression; whether there were enough.
    pub(super) fn afford(&self, steps: usize) -> bool {
        self.budget.take(steps)
    }

    /// A value beyond the bounds.
    pub(super) fn limit(&self, what: &str, span: Span) -> Unknown {
        Unknown { reason: Reason::Limit, name: what.into(), place: self.place(span) }
    }
}
