//! One root directory while it is evaluated: its module instances, and what was found on the way.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
};

use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    blocks,
    calls::Manifest,
    defaults::{self, Closed, Opened},
    eval::Budget,
    expand::Expansion,
    frame::{Bindings, Called, Frame, Slot},
    given::Given,
    instance::Instance,
    loader::{Loaded, Loader},
    provider::{self, Provider},
    scope::Scope,
};
use crate::{
    graph::{
        NotEvaluated,
        guard::Formula,
        value::{Reason, Value},
    },
    source::Place,
};

/// Names that lead to names are followed this deep.
const MAX_DEPTH: usize = 100;
/// Steps of evaluation for one root.
const STEPS: usize = 40_000_000;
/// Module instances of one root.
pub(super) const MAX_FRAMES: usize = 5_000;
/// Instances of resources of one root.
const MAX_INSTANCES: usize = 100_000;

/// What an address leads to.
#[derive(Clone, Copy)]
pub(super) enum Target {
    /// An instance of a resource or data source, by numbers.
    Resource { frame: usize, resource: usize, instance: usize },
    /// A module instance, by number.
    Module(usize),
    /// An instance of a module that is not read; where it is called.
    Unread(Place),
    /// One of several instances whose keys are not known.
    Several,
}

/// One root directory.
pub(super) struct Run<'f> {
    pub(super) loader: &'f Loader<'f>,
    /// Path of the directory.
    pub(super) unit: Arc<str>,
    pub(super) given: Given,
    /// What is left open, where this is the second evaluation of the root.
    pub(super) opened: Opened,
    pub(super) manifest: Manifest,
    /// Some place in the root, for what has none of its own.
    pub(super) anywhere: Option<Place>,
    pub(super) budget: Budget,
    pub(super) frames: RefCell<Vec<Rc<Frame>>>,
    pub(super) targets: RefCell<FxHashMap<Arc<str>, Target>>,
    pub(super) providers: RefCell<FxHashMap<(usize, provider::Name), Rc<Provider>>>,
    depth: Cell<usize>,
    notes: RefCell<Vec<NotEvaluated>>,
    noted: RefCell<FxHashSet<(Place, String)>>,
    /// Why there may be resources that are not seen.
    pub(super) unread: RefCell<Vec<(String, Place)>>,
}

/// One level of names within names, until it is dropped.
pub(super) struct Deeper<'r>(&'r Cell<usize>);

impl Drop for Deeper<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// What a root came to.
pub(super) struct Found {
    pub(super) instances: Vec<Instance>,
    pub(super) unread: Vec<(String, Place)>,
    pub(super) not_evaluated: Vec<NotEvaluated>,
    /// The outputs of the root.
    pub(super) outputs: Value,
    /// Whether the configuration of a provider was read.
    pub(super) is_configured: bool,
    /// The blocks that a default leaves without an instance.
    pub(super) closed: Vec<Closed>,
}

impl<'f> Run<'f> {
    /// A root directory that nothing is evaluated of yet.
    pub(super) fn new(loader: &'f Loader<'f>, loaded: Arc<Loaded>) -> Self {
        Self::opened(loader, loaded, Opened::default())
    }

    /// The same root directory, for the blocks alone that a default leaves without an instance.
    pub(super) fn opened(loader: &'f Loader<'f>, loaded: Arc<Loaded>, opened: Opened) -> Self {
        let unit = loaded.module.folder.clone();
        let given = super::given::of(loader, &unit);
        let anywhere = loaded.module.files.first().map(|(_, file)| Place::new(*file, crate::source::Span::default()));
        let run = Self {
            loader,
            manifest: Manifest::of(loader.files, &unit),
            unit,
            given,
            opened,
            anywhere,
            budget: Budget::of(STEPS),
            frames: RefCell::default(),
            targets: RefCell::default(),
            providers: RefCell::default(),
            depth: Cell::new(0),
            notes: RefCell::default(),
            noted: RefCell::default(),
            unread: RefCell::default(),
        };
        run.frames.borrow_mut().push(Rc::new(Frame::root(loaded)));
        run
    }

    /// Evaluates all resources of the root and of the modules that it calls.
    pub(super) fn evaluate(self) -> Found {
        let mut instances = Vec::new();
        let mut at = 0;
        // Calls add module instances behind this one.
        while at < self.frames.borrow().len() {
            let frame = self.frame(at);
            self.broken(&frame);
            self.resources(&frame, &mut instances);
            for call in 0..frame.loaded.module.calls.len() {
                self.called(&frame, call);
            }
            at += 1;
        }
        let frames = self.frames.borrow().clone();
        let closed = if self.opened.is_empty() { defaults::closed(&self, &frames) } else { Vec::new() };
        let root = self.frame(0);
        let outputs = match self.anywhere {
            Some(place) => Scope::of(&self, &root).outputs(place),
            None => Value::absent(Place::new(crate::source::FileId(0), crate::source::Span::default())),
        };
        let is_configured = self.providers.borrow().values().any(|provider| provider.is_read);
        let mut not_evaluated = self.notes.into_inner();
        not_evaluated.extend(self.given.not_evaluated);
        not_evaluated.extend(self.manifest.not_evaluated);
        Found { instances, unread: self.unread.into_inner(), not_evaluated, outputs, is_configured, closed }
    }

    /// Notes the files of which a part is missing: there may be resources in it.
    fn broken(&self, frame: &Frame) {
        let mut unread = self.unread.borrow_mut();
        let new =
            frame.loaded.module.broken.iter().filter(|(_, place)| !unread.iter().any(|(_, known)| known == place));
        let new: Vec<_> = new.cloned().collect();
        unread.extend(new);
        if let (Some((path, _)), Some(place)) = (frame.loaded.unreadable.first(), self.anywhere) {
            let what = format!("file `{path}`");
            if !unread.iter().any(|(known, _)| *known == what) {
                unread.push((what, place));
            }
        }
    }

    fn resources(&self, frame: &Rc<Frame>, found: &mut Vec<Instance>) {
        for (at, declared) in frame.loaded.module.resources.iter().enumerate() {
            let Some(expansion) = self.instances(frame, at) else { continue };
            // The second evaluation is about what the first one has no instance of.
            let is_open = || self.opened.question(&format!("{}{}", frame.prefix, declared.address())).is_some();
            if !self.opened.is_empty() && !frame.is_open && !is_open() {
                continue;
            }
            let head = declared.layers.head();
            let is_json = self.loader.files.get(head.file).path.ends_with(".json");
            for (number, instance) in expansion.instances.iter().enumerate() {
                if found.len() >= MAX_INSTANCES {
                    self.unread.borrow_mut().push((format!("`{}`", declared.address()), head));
                    self.note(head, "resource", format!("`{}`", declared.address()), "there are too many resources");
                    return;
                }
                let guard = frame.guard.and(&instance.guard);
                if guard == Formula::False {
                    continue;
                }
                let provider = provider::of(self, frame, declared);
                let properties = self.properties(frame, at, number);
                let region = provider.region_for(&properties);
                let multiplicity = times(frame.multiplicity, instance.multiplicity);
                found.push(Instance {
                    address: format!("{}{}{}", frame.prefix, declared.address(), instance.key.suffix()),
                    kind: declared.kind().into(),
                    mode: declared.mode,
                    properties: provider.tagged(properties, declared),
                    place: head,
                    body: declared.layers.whole(),
                    guard,
                    callers: frame.callers.clone(),
                    unit: self.unit.clone(),
                    region,
                    multiplicity,
                    is_json,
                });
            }
        }
    }

    /// A module instance.
    pub(super) fn frame(&self, number: usize) -> Rc<Frame> {
        self.frames.borrow()[number].clone()
    }

    /// Where the call stands that made a module instance, with what is bound there, and its number.
    pub(super) fn caller_of(&self, frame: &Frame) -> Option<(Scope<'_, 'f>, usize)> {
        let caller = frame.caller.as_ref()?;
        let scope = Scope { run: self, frame: self.frame(caller.frame), bindings: caller.bindings.clone() };
        Some((scope, caller.call))
    }

    /// What an address leads to.
    pub(super) fn target(&self, address: &str) -> Option<Target> {
        self.targets.borrow().get(address).copied()
    }

    /// The instances of a resource; nothing while they are being settled.
    pub(super) fn instances(&self, frame: &Rc<Frame>, resource: usize) -> Option<Rc<Expansion>> {
        let declared = &frame.loaded.module.resources[resource];
        match frame.expansions.borrow().get(&resource) {
            Some(Slot::Done(expansion)) => return Some(expansion.clone()),
            Some(Slot::Busy) => return None,
            None => {}
        }
        let deeper = self.deeper()?;
        frame.expansions.borrow_mut().insert(resource, Slot::Busy);
        let block = format!("{}{}", frame.prefix, declared.address());
        let expansion = Rc::new(Scope::of(self, frame).expansion(&declared.layers, &block));
        drop(deeper);
        let mut targets = self.targets.borrow_mut();
        for (at, instance) in expansion.instances.iter().enumerate() {
            let address = format!("{block}{}", instance.key.suffix());
            let target = Target::Resource { frame: frame.number, resource, instance: at };
            targets.entry(address.into()).and_modify(|known| *known = Target::Several).or_insert(target);
        }
        frame.expansions.borrow_mut().insert(resource, Slot::Done(expansion.clone()));
        Some(expansion)
    }

    /// What is bound in an instance of a resource.
    pub(super) fn bindings(&self, frame: &Rc<Frame>, resource: usize, instance: usize) -> Bindings {
        let declared = &frame.loaded.module.resources[resource];
        let Some(expansion) = self.instances(frame, resource) else { return Bindings::default() };
        let Some(instance) = expansion.instances.get(instance) else { return Bindings::default() };
        let own = format!("{}{}{}", frame.prefix, declared.address(), instance.key.suffix());
        Bindings {
            each: instance.each.clone().map(Rc::new),
            index: instance.index.clone(),
            iterators: Vec::new(),
            own: Some(own.into()),
        }
    }

    /// The arguments and blocks of an instance of a resource, as an object.
    pub(super) fn properties(&self, frame: &Rc<Frame>, resource: usize, instance: usize) -> Value {
        let key = (resource, instance);
        let layers = &frame.loaded.module.resources[resource].layers;
        match frame.properties.borrow().get(&key) {
            Some(Slot::Done(value)) => return value.clone(),
            Some(Slot::Busy) => {
                return Value::unknown(Reason::Invalid, "a resource that refers to itself", layers.head());
            }
            None => {}
        }
        let Some(_deeper) = self.deeper() else {
            return Value::unknown(Reason::Limit, "a resource behind too many others", layers.head());
        };
        frame.properties.borrow_mut().insert(key, Slot::Busy);
        let value = blocks::properties(&self.scope(frame, resource, instance), layers);
        frame.properties.borrow_mut().insert(key, Slot::Done(value.clone()));
        value
    }

    /// The names that an instance of a resource sees.
    pub(super) fn scope(&self, frame: &Rc<Frame>, resource: usize, instance: usize) -> Scope<'_, 'f> {
        Scope { run: self, frame: frame.clone(), bindings: self.bindings(frame, resource, instance) }
    }

    /// The instances of a module call; nothing while they are being settled.
    pub(super) fn called(&self, frame: &Rc<Frame>, call: usize) -> Option<Rc<Called>> {
        match frame.calls.borrow().get(&call) {
            Some(Slot::Done(called)) => return Some(called.clone()),
            Some(Slot::Busy) => return None,
            None => {}
        }
        let deeper = self.deeper()?;
        frame.calls.borrow_mut().insert(call, Slot::Busy);
        let called = Rc::new(super::calls::call(self, frame, call));
        drop(deeper);
        frame.calls.borrow_mut().insert(call, Slot::Done(called.clone()));
        Some(called)
    }

    /// One level deeper, unless that is too deep.
    pub(super) fn deeper(&self) -> Option<Deeper<'_>> {
        if self.depth.get() >= MAX_DEPTH {
            return None;
        }
        self.depth.set(self.depth.get() + 1);
        Some(Deeper(&self.depth))
    }

    /// Notes something that is not evaluated, once for each place.
    pub(super) fn note(&self, place: Place, kind: &'static str, what: impl Into<String>, why: impl Into<String>) {
        let (what, why) = (what.into(), why.into());
        if self.noted.borrow_mut().insert((place, why.clone())) {
            let path = self.loader.files.get(place.file).path.clone();
            self.notes.borrow_mut().push(NotEvaluated { path, place: Some(place), kind, what, why });
        }
    }
}

/// How many there are of what is repeated in what is repeated.
pub(super) fn times(one: Option<u32>, other: Option<u32>) -> Option<u32> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.saturating_mul(other)),
        (one, other) => one.or(other),
    }
}
