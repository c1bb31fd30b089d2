//! One instance of a module while it is evaluated: what it was called with, and what is settled already.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use rustc_hash::FxHashMap;

use super::{expand::Expansion, loader::Loaded};
use crate::{
    graph::{guard::Formula, value::Value},
    source::Place,
};

/// Key and value of what a block is repeated for.
pub(super) type Pair = Rc<(Value, Value)>;

/// What is bound where a block is evaluated.
#[derive(Clone, Default)]
pub(super) struct Bindings {
    /// `each.key` and `each.value`.
    pub(super) each: Option<Pair>,
    /// `count.index`.
    pub(super) index: Option<Value>,
    /// Iterators of the `dynamic` blocks around, outermost first: name, key and value.
    pub(super) iterators: Vec<(Box<str>, Pair)>,
    /// The address of the resource itself.
    pub(super) own: Option<Arc<str>>,
}

/// The call that made a module instance.
pub(super) struct Caller {
    /// Number of the calling instance.
    pub(super) frame: usize,
    /// Number of the call in the calling module.
    pub(super) call: usize,
    pub(super) bindings: Bindings,
}

/// What is known of something that is evaluated when it is first needed.
pub(super) enum Slot<T> {
    /// It is being evaluated.
    Busy,
    Done(T),
}

/// What was settled, by name or number.
pub(super) type Settled<K, T> = RefCell<FxHashMap<K, Slot<T>>>;

/// The instances of a module call.
pub(super) struct Called {
    pub(super) expansion: Expansion,
    /// Number of the module instance for each; nothing where the module is not read.
    pub(super) frames: Vec<Option<usize>>,
}

/// One instance of a module.
pub(super) struct Frame {
    pub(super) number: usize,
    pub(super) loaded: Arc<Loaded>,
    /// Its address with a full stop at the end; empty for the root.
    pub(super) prefix: Arc<str>,
    /// Its call, and the calls that lead there; outermost first.
    pub(super) callers: Vec<Place>,
    pub(super) caller: Option<Caller>,
    /// The names of the calls without keys, as the manifest of fetched modules joins them.
    pub(super) path: String,
    pub(super) guard: Formula,
    /// Whether it is made by a call that a default leaves without an instance.
    pub(super) is_open: bool,
    pub(super) multiplicity: Option<u32>,
    pub(super) variables: Settled<Box<str>, Value>,
    pub(super) locals: Settled<Box<str>, Value>,
    pub(super) outputs: Settled<Box<str>, Value>,
    pub(super) expansions: Settled<usize, Rc<Expansion>>,
    /// Properties by number of the resource and of the instance.
    pub(super) properties: Settled<(usize, usize), Value>,
    pub(super) calls: Settled<usize, Rc<Called>>,
}

impl Frame {
    /// The instance that is the root.
    pub(super) fn root(loaded: Arc<Loaded>) -> Self {
        Self {
            number: 0,
            loaded,
            prefix: "".into(),
            callers: Vec::new(),
            caller: None,
            path: String::new(),
            guard: Formula::True,
            is_open: false,
            multiplicity: None,
            variables: Settled::default(),
            locals: Settled::default(),
            outputs: Settled::default(),
            expansions: Settled::default(),
            properties: Settled::default(),
            calls: Settled::default(),
        }
    }
}
