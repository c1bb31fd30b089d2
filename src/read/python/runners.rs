//! Functions that libraries call: what threads, pools, event loops, schedulers and queues are handed, and with which
//! arguments they call it.

use ruff_python_ast::{Decorator, Expr, ExprCall, StmtFunctionDef};
use ruff_text_size::Ranged;

use super::{
    Machine,
    callables::{is_callable, is_set_up, partial},
    calls::Arguments,
    classes::CLASS,
    functions::first_parameter,
    iterators::only_looks,
    objects::positional,
};
use crate::{
    graph::{
        fact::Argument,
        value::{Data, Object, Reason, Value},
    },
    source::Place,
};

/// Most calls of a function that are followed for the items of a list.
const MAX_CALLS: usize = 16;

/// Where a call has an argument: its keyword, and its position.
type At = (&'static str, usize);

/// No argument is there.
const NOWHERE: At = ("", usize::MAX);

/// What a function is called with.
#[derive(Clone, Copy)]
enum With {
    /// What stands behind it: `submit(train, "a", size=1)`.
    Rest,
    /// A list and a dict: `Timer(30, train, args, kwargs)`.
    Packed(At, At),
    /// The same, if at least one of them is given.
    IfPacked(At, At),
    /// The same, else what stands behind it: `enqueue(train, "a")`, `enqueue(train, args=("a",))`.
    PackedOrRest(&'static str, &'static str),
    /// Each item of a list, or of several: `map(train, sizes)`.
    Each,
    /// The same where each item is itself a list of arguments.
    EachUnpacked,
    /// It is not called, but is what the call answers: `joblib.delayed(train)("a")`.
    Nothing,
}

/// Who calls a function, which of its arguments that is, what it is called with, and whether what it returns is the answer.
struct Runner {
    name: &'static str,
    function: At,
    with: With,
    answers: bool,
}

const fn runner(name: &'static str, function: At, with: With) -> Runner {
    Runner { name, function, with, answers: false }
}

const fn answering(name: &'static str, function: At, with: With) -> Runner {
    Runner { name, function, with, answers: true }
}

const FIRST: At = ("", 0);
const SECOND: At = ("", 1);

/// Methods of objects that are not known: pools, executors, event loops, schedulers, queues. Sorted.
///
/// Source: Python 3.13 (`concurrent.futures`, `multiprocessing.pool`, `asyncio`, `sched`), schedule 1.2, APScheduler 3.11,
/// rq 2.6, FastAPI 0.121 and trio 0.32; read 2026-11-26.
const METHODS: &[Runner] = &[
    runner("add_job", ("func", 0), With::Packed(("args", 2), ("kwargs", 3))),
    runner("add_task", ("func", 0), With::Rest),
    // That of pandas' hands a row over first, and has its arguments by name.
    answering("apply", FIRST, With::IfPacked(SECOND, ("kwds", 2))),
    runner("apply_async", ("func", 0), With::Packed(("args", 1), ("kwds", 2))),
    runner("call_at", SECOND, With::Rest),
    runner("call_later", SECOND, With::Rest),
    runner("call_soon", FIRST, With::Rest),
    runner("call_soon_threadsafe", FIRST, With::Rest),
    runner("do", ("job_func", 0), With::Rest),
    runner("enqueue", FIRST, With::PackedOrRest("args", "kwargs")),
    runner("enter", ("action", 2), With::Packed(("argument", 3), ("kwargs", 4))),
    runner("enterabs", ("action", 2), With::Packed(("argument", 3), ("kwargs", 4))),
    runner("imap", FIRST, With::Each),
    runner("imap_unordered", FIRST, With::Each),
    runner("map", FIRST, With::Each),
    runner("map_async", FIRST, With::Each),
    runner("run_in_executor", SECOND, With::Rest),
    runner("starmap", FIRST, With::EachUnpacked),
    runner("starmap_async", FIRST, With::EachUnpacked),
    runner("start_soon", FIRST, With::Rest),
    runner("submit", FIRST, With::Rest),
    runner("to_thread", FIRST, With::Rest),
];

/// Functions and classes of libraries. Sorted.
const SYMBOLS: &[Runner] = &[
    runner("_thread.start_new_thread", FIRST, With::Packed(SECOND, ("", 2))),
    answering("anyio.to_thread.run_sync", FIRST, With::Rest),
    answering("asyncio.to_thread", FIRST, With::Rest),
    runner("atexit.register", FIRST, With::Rest),
    runner("dask.delayed", FIRST, With::Nothing),
    answering("fastapi.concurrency.run_in_threadpool", FIRST, With::Rest),
    runner("gevent.spawn", FIRST, With::Rest),
    runner("joblib.delayed", FIRST, With::Nothing),
    runner("multiprocessing.Process", ("target", 1), With::Packed(("args", 3), ("kwargs", 4))),
    runner("ray.remote", FIRST, With::Nothing),
    answering("retry.api.retry_call", ("f", 0), With::Packed(("fargs", 1), ("fkwargs", 2))),
    answering("starlette.concurrency.run_in_threadpool", FIRST, With::Rest),
    runner("threading.Thread", ("target", 1), With::Packed(("args", 3), ("kwargs", 4))),
    runner("threading.Timer", ("function", 1), With::Packed(("args", 2), ("kwargs", 3))),
    runner("tqdm.contrib.concurrent.process_map", FIRST, With::Each),
    runner("tqdm.contrib.concurrent.thread_map", FIRST, With::Each),
    answering("trio.to_thread.run_sync", FIRST, With::Rest),
    runner("weakref.finalize", SECOND, With::Rest),
];

/// What decorators give to functions: methods that call them. Sorted.
///
/// Source: Airflow 3.1 (`task`), Prefect 3.4, Ray 2.51, Celery 5.5, Dramatiq 1.18, Modal 1.2 and Click 8.3; read 2026-11-26.
const OF_DECORATORS: &[(&str, Way)] = &[
    ("apply", Way::Call(With::Packed(("args", 0), ("kwargs", 1)))),
    ("apply_async", Way::Call(With::Packed(("args", 0), ("kwargs", 1)))),
    ("callback", Way::Call(With::Rest)),
    ("delay", Way::Call(With::Rest)),
    ("expand", Way::Call(With::Each)),
    ("fn", Way::Answer),
    ("local", Way::Answer),
    ("map", Way::Call(With::Each)),
    ("options", Way::Same),
    ("override", Way::Same),
    ("partial", Way::Partial),
    ("remote", Way::Call(With::Rest)),
    ("s", Way::Call(With::Rest)),
    ("send", Way::Call(With::Rest)),
    ("send_with_options", Way::Call(With::Packed(("args", 0), ("kwargs", 1)))),
    ("serve", Way::Call(With::Packed(NOWHERE, ("parameters", usize::MAX)))),
    ("si", Way::Call(With::Rest)),
    ("spawn", Way::Call(With::Rest)),
    ("starmap", Way::Call(With::EachUnpacked)),
    ("submit", Way::Call(With::Rest)),
    ("with_options", Way::Same),
];

/// What such a method does.
#[derive(Clone, Copy)]
enum Way {
    /// It calls the function, and answers with something of its own.
    Call(With),
    /// It calls the function, and answers with what that returns.
    Answer,
    /// It answers with the function, called in another way.
    Same,
    /// It answers with the function, of which some arguments are set.
    Partial,
}

fn of_method(name: &str) -> Option<&'static Runner> {
    METHODS.binary_search_by(|runner| runner.name.cmp(name)).ok().map(|at| &METHODS[at])
}

fn of_symbol(symbol: &str) -> Option<&'static Runner> {
    SYMBOLS.binary_search_by(|runner| runner.name.cmp(symbol)).ok().map(|at| &SYMBOLS[at])
}

/// Whether a method of an object that is not known may call a function that it is handed.
pub(super) fn runs_functions(method: &str) -> bool {
    of_method(method).is_some()
}

/// Whether a function or class of a library calls a function that it is handed.
pub(super) fn is_runner(symbol: &str) -> bool {
    of_symbol(symbol).is_some()
}

/// The same of a function by the name of its module and its own.
pub(super) fn is_runner_of(module: &str, name: &str) -> bool {
    let letters = || module.bytes().chain([b'.']).chain(name.bytes());
    SYMBOLS.binary_search_by(|runner| runner.name.bytes().cmp(letters())).is_ok()
}

impl<'a> Machine<'a> {
    /// A method of an object that is not known, which may call a function that it is handed: `pool.submit(train, "a")`. What it
    /// answers, if that is known.
    pub(super) fn run_by_method(&mut self, method: &str, arguments: &Arguments, site: Place) -> Option<Value> {
        self.run_by(of_method(method)?, arguments, site)
    }

    /// A function or class of a library that does: `Thread(target=train, args=("a",))`.
    pub(super) fn run_by_library(&mut self, symbol: &str, arguments: &Arguments, site: Place) -> Option<Value> {
        self.run_by(of_symbol(symbol)?, arguments, site)
    }

    fn run_by(&mut self, runner: &Runner, arguments: &Arguments, site: Place) -> Option<Value> {
        let (name, at) = runner.function;
        let function = arguments.get(name, at)?.clone();
        let mut rest = arguments.clone();
        rest.named.entries.retain(|entry| name.is_empty() || *entry.name != *name);
        rest.positional = rest.positional.split_off((at + 1).min(rest.positional.len()));
        let packed = |args: At, kwargs: At| (arguments.get(args.0, args.1), arguments.get(kwargs.0, kwargs.1));
        let answer = match runner.with {
            With::Nothing => return is_callable(&function).then_some(function),
            With::IfPacked(args, kwargs) if matches!(packed(args, kwargs), (None, None)) => return None,
            With::Packed(args, kwargs) | With::IfPacked(args, kwargs) => {
                let (args, kwargs) = packed(args, kwargs);
                let given = self.unpacked_arguments(args, kwargs).filter(|_| arguments.named.open.is_none())?;
                self.run_value(&function, &given, site)
            }
            With::PackedOrRest(args, kwargs) => {
                let named = |name| arguments.named.entry(name).map(|entry| &entry.value);
                let given = match (named(args), named(kwargs)) {
                    (None, None) => rest,
                    (args, kwargs) => self.unpacked_arguments(args, kwargs)?,
                };
                self.run_value(&function, &given, site)
            }
            With::Rest => self.run_value(&function, &rest, site),
            With::Each | With::EachUnpacked => {
                self.run_for_each(&function, &rest, matches!(runner.with, With::EachUnpacked), site);
                None
            }
        };
        answer.filter(|_| runner.answers)
    }

    /// A call for each item of a list, or of several that are gone through together. What is no list is the same for all calls
    /// if it has a name; else it says how many go to a process at once.
    fn run_for_each(&mut self, function: &Value, given: &Arguments, is_unpacked: bool, site: Place) -> Option<()> {
        if given.named.open.is_some() {
            return None;
        }
        let is_single = |value: &Value| matches!(value.data, Data::Text(_) | Data::Number(_) | Data::Absent);
        let mut lists = Vec::new();
        for argument in given.positional.iter().filter(|argument| !is_single(&argument.value)) {
            lists.push(self.items(&argument.value)?);
        }
        let mut named = Vec::new();
        let mut same = Object::default();
        for entry in &given.named.entries {
            match &entry.value.data {
                Data::List(_) => named.push((entry, self.items(&entry.value)?)),
                _ if matches!(&*entry.name, "chunksize" | "timeout" | "callback" | "error_callback") => {}
                _ => same.set(entry.clone()),
            }
        }
        let lengths = || lists.iter().chain(named.iter().map(|(_, list)| list)).map(Vec::len);
        let mut function = function.clone();
        let count = lengths().min().filter(|count| *count <= MAX_CALLS)?;
        for at in 0..count {
            let items = lists.iter().filter_map(|list| list.get(at));
            let mut call = match (is_unpacked, items.clone().next()) {
                (true, first) => self.unpacked_arguments(first, None)?,
                (false, _) => Arguments { positional: items.cloned().map(positional).collect(), named: same.clone() },
            };
            for (entry, list) in &named {
                let mut entry = (*entry).clone();
                entry.value.clone_from(list.get(at)?);
                call.named.set(entry);
            }
            self.run_again(&mut function, &call, site);
        }
        Some(())
    }

    /// Functions with arguments that are set, and methods of known objects, which somebody gets who is not followed: they run
    /// with arguments of which the others are not known.
    pub(super) fn functions_handed<'v>(&mut self, given: impl Iterator<Item = &'v Value>, call: &'a ExprCall) {
        for function in given.filter(|value| is_set_up(value)) {
            if call.func.as_name_expr().is_some_and(|name| only_looks(&name.id)) {
                return;
            }
            let site = self.place(call.range());
            let (function, mut given) = self.set_so_far(function, site);
            given.named.open = Some(self.why(call.range()));
            self.run_value(&function, &given, site);
        }
    }

    /// Arguments that are given as a list and a dict.
    pub(super) fn unpacked_arguments(&mut self, args: Option<&Value>, kwargs: Option<&Value>) -> Option<Arguments> {
        let args = match args {
            Some(Value { data: Data::Absent, .. }) | None => Vec::new(),
            Some(Value { data: Data::Text(_), .. }) => return None,
            Some(args) => self.items(args)?,
        };
        let named = match kwargs.map(|kwargs| &kwargs.data) {
            None | Some(Data::Absent) => Object::default(),
            Some(Data::Object(named)) if named.class.is_none() => named.as_ref().clone(),
            Some(_) => return None,
        };
        Some(Arguments { positional: args.into_iter().map(positional).collect(), named })
    }

    /// A method that a decorator gives to a function, or a class: `train.delay("a")`, `train.options(retries=2)`. The function is
    /// `own`. Nothing for other methods, and where it is not followed.
    pub(super) fn method_of_decorator(
        &mut self,
        own: &Value,
        method: &str,
        arguments: &Arguments,
        site: Place,
    ) -> Option<Value> {
        let at = OF_DECORATORS.binary_search_by(|(name, _)| (*name).cmp(method)).ok()?;
        let unknown = || Value::unknown(Reason::RunTime, "what a decorator makes of the result", site);
        match OF_DECORATORS[at].1 {
            Way::Same => Some(own.clone()),
            Way::Answer => self.run_value(own, arguments, site),
            Way::Partial => {
                let mut set = arguments.clone();
                set.positional.insert(0, positional(own.clone()));
                Some(partial(&set, site))
            }
            Way::Call(With::Packed(args, kwargs)) => {
                let (args, kwargs) = (arguments.get(args.0, args.1), arguments.get(kwargs.0, kwargs.1));
                let given = self.unpacked_arguments(args, kwargs)?;
                self.run_value(own, &given, site).map(|_| unknown())
            }
            Way::Call(with @ (With::Each | With::EachUnpacked)) => {
                // Airflow calls it for all that several lists have together.
                let is_product = method == "expand" && arguments.named.entries.len() > 1;
                // What is no list is the same for all calls here.
                let is_single = |argument: &Argument| !matches!(argument.value.data, Data::List(_));
                if is_product || arguments.positional.iter().any(is_single) {
                    return None;
                }
                self.run_for_each(own, arguments, matches!(with, With::EachUnpacked), site).map(|()| unknown())
            }
            // A class of which an object is made elsewhere.
            Way::Call(_) if matches!(&own.data, Data::Symbol(symbol) if symbol.starts_with(CLASS)) => {
                self.run_value(own, arguments, site)
            }
            Way::Call(_) => self.run_value(own, arguments, site).map(|_| unknown()),
        }
    }

    /// Arguments with what a decorator hands over first: the task itself, or the context of its run.
    pub(super) fn with_context(&mut self, node: &'a StmtFunctionDef, arguments: &Arguments) -> Arguments {
        let mut arguments = arguments.clone();
        let binds = |decorator: &Decorator| match &decorator.expression {
            Expr::Call(call) => call
                .arguments
                .find_keyword("bind")
                .is_some_and(|keyword| matches!(&keyword.value, Expr::BooleanLiteral(literal) if literal.value)),
            _ => false,
        };
        let takes_context = first_parameter(node).is_some_and(|name| &*name == "context");
        let is_of_dagster = |decorator: &'a Decorator| {
            let function =
                if let Expr::Call(call) = &decorator.expression { &*call.func } else { &decorator.expression };
            self.symbol_of(function).starts_with("dagster")
        };
        if node.decorator_list.iter().any(binds) || takes_context && node.decorator_list.iter().any(is_of_dagster) {
            let context = Value::unknown(Reason::RunTime, "what a decorator hands over", self.place(node.name.range()));
            arguments.positional.insert(0, positional(context));
        }
        arguments
    }
}
