//! The walk through one handler: the operations that it comes to, where it waits, and within which bounds.

use std::{rc::Rc, sync::Arc};

use ruff_python_ast::{Expr, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_text_size::{TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    calls::Given,
    package::Package,
    paths::{Binds, Conditions, State},
    values::{Function, Heap, Names, Thing, Value},
};
use crate::{
    graph::fact::{Handler, Loop, Operation, Operations, Pause, Rounds},
    source::Place,
};

/// Operations of one handler: as many as a set of them holds.
const MAX_OPERATIONS: usize = 128;
/// Waits of one handler, and loops that hold one.
const MAX_PAUSES: usize = 100;
/// Names of arguments, and of what is looked up in a result; and how long one may be.
const MAX_NAMES: usize = 60;
const MAX_NAME: usize = 60;
/// Levels of expressions, statements and calls, one in the other.
const MAX_DEPTH: usize = 180;
/// Calls of functions, one in the other.
const MAX_CALLS: usize = 12;

/// Walks one handler.
pub(super) struct Walker<'a> {
    pub(super) package: &'a Package,
    pub(super) heap: Heap<'a>,
    /// The names of each module, once it has run.
    pub(super) globals: Vec<Option<FxHashMap<&'a str, Value<'a>>>>,
    /// What classes hold beside methods, and their bases; by where they are defined.
    pub(super) classes: FxHashMap<*const StmtClassDef, Class<'a>>,
    /// The functions that are being walked, outermost first.
    pub(super) frames: Vec<Frame<'a>>,
    /// Where the path stands in the innermost function.
    pub(super) state: State<'a>,
    pub(super) conditions: Conditions,
    /// How often a name was bound in a call of a function, by its number: a condition speaks of one of these times.
    pub(super) bound: FxHashMap<(usize, Rc<str>), u32>,
    /// The names that functions bind, by where they are defined.
    pub(super) binds: FxHashMap<*const StmtFunctionDef, Binds<'a>>,
    /// The loops around, through all functions, outermost first.
    pub(super) loops: Vec<Loop>,
    /// Handlers of exceptions around, through all functions.
    pub(super) failures: usize,
    /// Nothing counts while modules run: that is done before the first event.
    pub(super) is_loading: bool,
    pub(super) made: usize,
    operations: Vec<Operation>,
    numbers: FxHashMap<(Place, Arc<str>), usize>,
    pauses: Vec<Pause>,
    paused: FxHashMap<Place, usize>,
    done: Vec<Loop>,
    looped: FxHashMap<Place, usize>,
    depth: usize,
    steps: usize,
    /// Why not all of it was followed.
    pub(super) limit: Option<&'static str>,
}

/// What a class holds.
#[derive(Default)]
pub(super) struct Class<'a> {
    pub(super) names: FxHashMap<&'a str, Value<'a>>,
    pub(super) bases: Vec<(usize, &'a StmtClassDef)>,
}

/// A function that is being walked.
pub(super) struct Frame<'a> {
    pub(super) module: usize,
    /// Which call of a function it is.
    pub(super) number: usize,
    pub(super) definition: Option<&'a StmtFunctionDef>,
    pub(super) class: Option<&'a StmtClassDef>,
    pub(super) nested: bool,
    /// The names around the function, where those functions have ended.
    pub(super) around: Option<Rc<Names<'a>>>,
    /// The call that led here.
    pub(super) call: Option<Place>,
    /// Names that are those of the module.
    pub(super) global: FxHashSet<&'a str>,
    /// What it returned so far, and where its paths stood then.
    pub(super) returned: Value<'a>,
    pub(super) ended: Option<State<'a>>,
    /// Paths that left the loops at hand, innermost last.
    pub(super) left: Vec<Option<State<'a>>>,
    /// The names of the functions around, while another one is walked.
    pub(super) waiting: State<'a>,
}

impl<'a> Walker<'a> {
    pub(super) fn new(package: &'a Package, steps: usize) -> Self {
        Self {
            package,
            heap: Heap::default(),
            globals: package.modules.iter().map(|_| None).collect(),
            classes: FxHashMap::default(),
            frames: Vec::new(),
            state: State::default(),
            conditions: Conditions::default(),
            bound: FxHashMap::default(),
            binds: FxHashMap::default(),
            loops: Vec::new(),
            failures: 0,
            is_loading: false,
            made: 0,
            operations: Vec::new(),
            numbers: FxHashMap::default(),
            pauses: Vec::new(),
            paused: FxHashMap::default(),
            done: Vec::new(),
            looped: FxHashMap::default(),
            depth: 0,
            steps,
            limit: None,
        }
    }

    /// Walks the handler of a name, or the function that is defined at a place; nothing if its module does not hold it.
    pub(super) fn handler(mut self, name: &str, at: Option<TextSize>) -> Option<(Handler, Option<&'static str>)> {
        self.load(0);
        let function = match at {
            Some(at) => self.defined(at)?,
            None => self.named(name)?,
        };
        let module = &self.package.modules[function.module];
        let (place, path) = (module.place(function.definition.name.range), module.source.path.clone());
        self.decorators(&function);
        self.call_function(&function, &Given::default(), None);
        let (operations, pauses, loops) = (self.operations, self.pauses, self.done);
        let handler = Handler { path, name: name.into(), functions: Vec::new(), place, operations, pauses, loops };
        let cut = self.package.is_cut.then_some("it imports more modules than are followed");
        Some((handler, self.limit.or(cut)))
    }

    /// The function, method or object with `__call__` of a name in the module.
    fn named(&mut self, name: &str) -> Option<Function<'a>> {
        let value = name.split('.').skip(1).fold(self.global(0, name.split('.').next()?)?, |value, part| {
            let thing = value.things.first().cloned();
            thing.map(|thing| self.member(&thing, part)).unwrap_or_default()
        });
        value.things.iter().find_map(|thing| self.callable(thing))
    }

    /// The function that a call of a thing of the package runs.
    pub(super) fn callable(&mut self, thing: &Thing<'a>) -> Option<Function<'a>> {
        match thing {
            Thing::Function(function) => Some(function.clone()),
            Thing::Object(object) if self.heap.get(*object).class.is_some() => {
                let own = self.member(thing, "__call__");
                own.things.iter().find_map(|thing| match thing {
                    Thing::Function(function) => Some(function.clone()),
                    _ => None,
                })
            }
            _ => None,
        }
    }

    /// The function at the top of the module whose name stands at a place.
    fn defined(&self, at: TextSize) -> Option<Function<'a>> {
        let package = self.package;
        let mut functions = package.modules[0].suite().iter().filter_map(Stmt::as_function_def_stmt);
        let definition = functions.find(|function| function.name.range.start() == at)?;
        Some(Function { module: 0, definition, this: None, class: None, nested: false, around: None })
    }

    /// A decorator that is not of the package may call what it is given: `@batch_processor(record_handler=one)`.
    fn decorators(&mut self, function: &Function<'a>) {
        let frame = Frame { definition: Some(function.definition), ..self.frame(function.module, State::default()) };
        self.frames.push(frame);
        for decorator in &function.definition.decorator_list {
            let Expr::Call(call) = &decorator.expression else { continue };
            let is_foreign = |thing: &Thing<'_>| matches!(thing, Thing::Foreign(_));
            if self.eval(&call.func).things.iter().all(is_foreign) {
                self.call(call);
            }
        }
        self.frames.pop();
        self.state = State { names: Names::default(), seen: std::mem::take(&mut self.state.seen) };
    }

    /// Takes a step, unless there are none left.
    pub(super) fn spend(&mut self, steps: usize) -> bool {
        match self.steps.checked_sub(steps) {
            Some(left) => {
                self.steps = left;
                true
            }
            None => {
                self.steps = 0;
                self.limit = Some("it takes too many steps to follow");
                false
            }
        }
    }

    /// One level deeper, unless that is too deep.
    pub(super) fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            self.limit.get_or_insert("its calls are nested too deeply");
            return None;
        }
        self.depth += 1;
        let value = inner(self);
        self.depth -= 1;
        Some(value)
    }

    /// Whether a function may be walked: neither too deep, nor twice within itself.
    pub(super) fn may_enter(&mut self, definition: &StmtFunctionDef) -> bool {
        if self.frames.len() >= MAX_CALLS {
            self.limit.get_or_insert("its calls are nested too deeply");
            return false;
        }
        !self.frames.iter().any(|frame| frame.definition.is_some_and(|known| std::ptr::eq(known, definition)))
    }

    pub(super) fn module(&self) -> usize {
        self.frames.last().map_or(0, |frame| frame.module)
    }

    pub(super) fn place(&self, range: TextRange) -> Place {
        self.package.modules[self.module()].place(range)
    }

    /// A call of an operation. Its result is known by where it comes from.
    pub(super) fn operation(
        &mut self,
        service: &Rc<str>,
        name: &str,
        given: &Given<'a>,
        range: TextRange,
    ) -> Value<'a> {
        if self.is_loading {
            return Value::default();
        }
        let uses = self.within_all(given);
        let fed: Vec<(Rc<str>, Operations)> =
            given.named.iter().map(|(name, value)| (name.clone(), self.within(value))).collect();
        let place = self.place(range);
        let id: Arc<str> = format!("{service}.{name}").into();
        let number = match self.numbers.get(&(place, id.clone())) {
            Some(&number) => number,
            None if self.operations.len() >= MAX_OPERATIONS => {
                self.limit.get_or_insert("it calls more operations than are followed");
                return Value::default();
            }
            None => {
                let through = self.frames.iter().filter_map(|frame| frame.call).collect();
                let (service, name) = ((&**service).into(), name.into());
                let (before, uses) = (Operations::default(), Operations::default());
                let (given, fed, reads) = (Vec::new(), Vec::new(), Vec::new());
                self.operations.push(Operation { service, name, place, given, fed, reads, through, before, uses });
                self.numbers.insert((place, id), self.operations.len() - 1);
                self.operations.len() - 1
            }
        };
        let before = self.state.seen.all();
        let operation = &mut self.operations[number];
        given.names().for_each(|name| note(&mut operation.given, name));
        for (name, from) in fed {
            let from = Operations(from.0 & before.0);
            match operation.fed.iter().position(|(known, _)| **known == *name) {
                Some(at) => operation.fed[at].1 = operation.fed[at].1.and(from),
                None if from.is_empty() || operation.fed.len() >= MAX_NAMES => {}
                None => operation.fed.push(((&*name).into(), from)),
            }
        }
        operation.before = operation.before.and(before);
        // What can have run on no path to here is not in the arguments either.
        operation.uses = operation.uses.and(Operations(uses.0 & before.0));
        self.state.seen.add(number, self.conditions.all());
        for around in &mut self.loops {
            around.operations = around.operations.and(Operations::one(number));
        }
        Value::from(Operations::one(number))
    }

    /// A wait.
    pub(super) fn pause(&mut self, seconds: Option<f64>, waiter: Option<(&str, &str)>, range: TextRange) {
        if self.is_loading {
            return;
        }
        let place = self.place(range);
        let number = match self.paused.get(&place) {
            Some(&number) => {
                let known = &mut self.pauses[number];
                known.seconds = known.seconds.filter(|known| Some(*known) == seconds);
                known.on_failure &= self.failures > 0;
                number
            }
            None if self.pauses.len() >= MAX_PAUSES => return,
            None => {
                let waiter = waiter.map(|(service, name)| (service.into(), name.into()));
                let before = Operations::default();
                self.pauses.push(Pause { seconds, waiter, on_failure: self.failures > 0, place, before });
                self.paused.insert(place, self.pauses.len() - 1);
                self.pauses.len() - 1
            }
        };
        self.pauses[number].before = self.pauses[number].before.and(self.state.seen.all());
        for around in &mut self.loops {
            if !around.pauses.contains(&number) {
                around.pauses.push(number);
            }
        }
    }

    /// Enters a loop.
    pub(super) fn enter_loop(&mut self, place: Place, rounds: Rounds) {
        self.loops.push(Loop { place, operations: Operations::default(), pauses: Vec::new(), rounds });
    }

    /// Leaves it again.
    pub(super) fn leave_loop(&mut self) {
        let Some(one) = self.loops.pop() else { return };
        if one.operations.is_empty() {
            return;
        }
        match self.looped.get(&one.place) {
            Some(&number) => {
                let known = &mut self.done[number];
                known.operations = known.operations.and(one.operations);
                known.pauses.extend(one.pauses);
                known.pauses.sort_unstable();
                known.pauses.dedup();
                if known.rounds != one.rounds {
                    known.rounds = Rounds::Unknown;
                }
            }
            None if self.done.len() >= MAX_PAUSES => {}
            None => {
                self.looped.insert(one.place, self.done.len());
                self.done.push(one);
            }
        }
    }

    /// Notes that something is looked up in the results of operations.
    pub(super) fn looked_up(&mut self, from: Operations, name: &str) {
        if from.is_empty() || name.len() > MAX_NAME {
            return;
        }
        for number in from.numbers() {
            let Some(operation) = self.operations.get_mut(number) else { continue };
            note(&mut operation.reads, name);
        }
    }

    /// The operations in a value and in all that it holds.
    pub(super) fn within(&mut self, value: &Value<'a>) -> Operations {
        if value.things.is_empty() {
            return value.from;
        }
        let (from, steps) = self.heap.within(value);
        self.spend(steps);
        from
    }
}

/// Adds a name to a sorted list.
fn note(names: &mut Vec<Arc<str>>, name: &str) {
    if let Err(at) = names.binary_search_by(|known| (**known).cmp(name))
        && names.len() < MAX_NAMES
    {
        names.insert(at, name.into());
    }
}
