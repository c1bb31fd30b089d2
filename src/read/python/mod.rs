//! SageMaker code: scripts and notebooks are walked statement by statement, values followed through names, dicts and
//! conditions, and what they would create becomes resources. Nothing is run.

mod airflow;
mod api;
mod attempts;
mod attribute_dicts;
mod bound_methods;
mod bounds;
mod branches;
mod builtins;
mod caches;
mod callables;
mod calls;
mod capacities;
mod classes;
mod closures;
mod collections;
mod command_line;
mod commands;
mod conditions;
mod config_files;
mod contexts;
mod conversions;
mod decided;
mod decorators;
mod deletions;
mod dict_classes;
mod documents;
mod doubles;
mod dumps;
mod durations;
mod enums;
mod environment;
mod exits;
mod expressions;
mod flags;
mod folders;
mod formats;
mod functions;
mod generators;
mod globs;
mod handed;
mod hf_arguments;
mod identity;
mod images;
mod ini;
mod iterators;
mod json_text;
mod library;
mod live;
mod matching;
mod mentions;
mod modules;
mod names;
mod namespaces;
mod notebooks;
mod numbers;
mod objects;
mod overwritten;
mod paths;
mod patterns;
mod pending;
mod presence;
mod questions;
mod regions;
mod registries;
mod replaced;
mod resting;
mod rounds;
mod runners;
mod scalars;
mod scope;
mod sdk;
mod sdk_attached;
mod sdk_classes;
mod sdk_configs;
mod sdk_defaults;
mod sdk_endpoints;
mod sdk_makers;
mod sdk_monitors;
mod sdk_names;
mod sdk_pipelines;
mod sdk_processing;
mod sdk_recipes;
mod sdk_remote;
mod sdk_resources;
mod sdk_sessions;
mod sdk_signatures;
mod sdk_steps;
mod sdk_subclasses;
mod sdk_training;
mod sets;
mod settings;
mod special;
mod state_tasks;
mod statements;
mod subscripts;
mod supers;
mod tests;
mod text;
mod unfollowed;
mod updates;
mod written;

use std::{borrow::Cow, collections::VecDeque, sync::Arc};

use ruff_python_ast::{ExprLambda, Stmt, visitor::Visitor};
use ruff_text_size::Ranged;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    graph::{
        Input, NotEvaluated, Part, Unit,
        fact::{Call, Fact, Fault, Import, Made, Script, Unbound},
        guard::Formula,
        value::{Data, Reason, Step, Unknown, Value, quoted},
    },
    read::requirements,
    source::{Files, Place, Source, Span},
    syntax::{notebook, python},
};
pub use doubles::rehearses;
use functions::Function;
pub use modules::Modules;
pub(super) use modules::{bases, module_files};
use names::Names;
use notebooks::{Book, chosen, own_cells};
use pending::Pending;
use replaced::Replaced;
use scope::Scope;
use sdk_classes::Role;
pub use sdk_classes::argument;

/// Reads a script or a notebook.
///
/// The part holds the resources that the code would create, its SDK calls and imports, and what could not be read.
/// `modules` are the local modules that other files imported; one of its own for each run. If `is_read_again`, it keeps
/// the tree of a script.
pub fn read(files: &Files, modules: &Modules, source: &Arc<Source>, is_read_again: bool) -> Part {
    let is_notebook = source.path.ends_with(".ipynb");
    if !is_notebook {
        let parsed = python::parse(source.text());
        let part = walk(files, modules, source, &parsed).0;
        if is_read_again {
            modules.keep(source.path.clone(), parsed);
        }
        return part;
    }
    let mut part = Part::default();
    let skip = |part: &mut Part, kind, place, what: String, why: String| {
        part.not_evaluated.push(NotEvaluated { path: source.path.clone(), place, kind, what, why });
    };
    let mut book = match notebook::read(source.raw()) {
        Ok(book) => book,
        Err(fault) if fault.limit => {
            skip(&mut part, "file", Some(source.place(fault.span)), "the notebook".to_owned(), fault.message);
            return part;
        }
        Err(fault) => {
            part.facts.push(Fact::Fault(Fault {
                path: source.path.clone(),
                language: "notebook",
                message: fault.message,
                place: source.place(fault.span),
                related: fault.related,
                readable: false,
            }));
            return part;
        }
    };
    if !book.language.contains("python") {
        skip(&mut part, "file", None, "the notebook".to_owned(), format!("its language is {}", book.language));
        return part;
    }
    let source =
        files.replace(source.with_cells(std::mem::take(&mut book.text).into(), std::mem::take(&mut book.cells)));
    let Some(cells) = source.cells() else { return part };
    modules.written.add(&source, &book);
    let deeds = modules.written.book(&source.path);
    let parsed = python::parse_cells(source.text(), &own_cells((&book.scripts, &book.settings), cells));
    let (mut walked, mut ids, deletions) = walk(files, modules, &source, &parsed);
    for script in &book.scripts {
        let cells = chosen(cells, script.cells.iter().copied());
        let texts = || cells.cells.iter().map(|cell| source.slice(cell.span));
        if !texts().any(|text| text.contains("sagemaker") || text.contains("boto3")) {
            continue;
        }
        let parsed = python::parse_cells(source.text(), &cells);
        let mut machine = Machine::new(files, modules, &source);
        machine.ids = ids;
        if let Some(deeds) = &deeds {
            machine.cells_at_any_time(deeds);
        }
        machine.module(&parsed.suite, None);
        ids = std::mem::take(&mut machine.ids);
        let mut part = machine.finish();
        part.facts.retain(|fact| !matches!(fact, Fact::Script(_)));
        // What the notebook deletes in the end is what its scripts have made, too.
        let ended = part.resources.iter().filter(|made| deletions.iter().any(|deletion| deletion.is_of(made)));
        walked.ended.extend(ended.map(|made| (made.key.unit.clone(), made.key.id.clone())));
        walked.ended.append(&mut part.ended);
        walked.resources.append(&mut part.resources);
        walked.facts.append(&mut part.facts);
        walked.not_evaluated.append(&mut part.not_evaluated);
        if walked.units.is_empty() {
            walked.units.append(&mut part.units);
        }
        for (span, message) in parsed.faults.iter().take(1) {
            let why = format!("it is not valid Python: {message}");
            skip(&mut walked, "cell", Some(source.place(*span)), format!("`{}`", script.name), why);
        }
    }
    let read = deeds.map(|deeds| deeds.read_cells()).unwrap_or_default();
    for (cell, why) in book.skipped.into_iter().filter(|(cell, _)| !read.contains(cell)) {
        skip(&mut walked, "cell", None, cell.to_string(), why);
    }
    walked
}

/// Reads code that is a block of another file: `text` has it where it is in that file, within one statement that holds it.
pub(super) fn read_block(files: &Files, source: &Arc<Source>, text: &str) -> Part {
    let (parsed, modules) = (python::parse(text), Modules::default());
    let [Stmt::If(block)] = &parsed.suite[..] else { return Part::default() };
    let mut machine = Machine::new(files, &modules, source);
    machine.module(&block.body, None);
    let mut part = machine.finish();
    // The unit is that of the file.
    part.units.clear();
    part
}

/// What a file brings, how often each of its ids was given, and what it certainly deletes.
fn walk(
    files: &Files,
    modules: &Modules,
    source: &Arc<Source>,
    parsed: &python::Parsed,
) -> (Part, FxHashMap<String, u32>, Vec<deletions::Deletion>) {
    let mut machine = Machine::new(files, modules, source);
    let book = modules.written.book(&source.path);
    machine.module(&parsed.suite, book.as_deref());
    // Seldom is there anything that only the names tell.
    if machine.calls_unbound || names::tell_more(source.text()) {
        let mut names = Names::in_text(source.text());
        names.visit_body(&parsed.suite);
        if !parsed.faults.is_empty() || parsed.limit.is_some() {
            names.may_miss_some();
        }
        machine.note_names(&names, &parsed.suite);
    }
    if let Some(why) = parsed.limit {
        machine.gap("file", None, "Python text", why);
    }
    if parsed.more_faults > 0 {
        let what = format!("{} more faults of the Python text", parsed.more_faults);
        machine.gap("file", None, what, "there are too many to be listed");
    }
    for (span, message) in &parsed.faults {
        machine.part.facts.push(Fact::Fault(Fault {
            path: source.path.clone(),
            language: "Python",
            message: message.clone(),
            place: source.place(*span),
            related: None,
            readable: false,
        }));
    }
    let (ids, deletions) = (std::mem::take(&mut machine.ids), std::mem::take(&mut machine.deletions));
    (machine.finish(), ids, deletions)
}

/// Walks one file.
struct Machine<'a> {
    files: &'a Files,
    modules: &'a Modules,
    source: &'a Arc<Source>,
    part: Part,
    /// Innermost last; the first is the module's.
    scopes: Vec<Scope>,
    /// The path that what is made belongs to: the script's, also while code of one of its modules is followed.
    unit: Arc<str>,
    /// The condition under which the current statement runs, within the call that is followed.
    guard: Formula,
    /// The condition under which that call is made.
    outer: Formula,
    /// The calls that are followed, outermost first.
    sites: Vec<Place>,
    /// The default by which it was decided that the current statement runs.
    resting: Option<Arc<Step>>,
    /// The first default that a condition came upon.
    basis: Option<Arc<Step>>,
    /// Functions and methods whose bodies are walked once the module is done.
    pending: VecDeque<Pending<'a>>,
    /// The functions whose bodies are being walked, outermost first: `train`, `Trainer.fit`.
    function: Vec<Arc<str>>,
    /// What the SDK's objects are, by the id of their resource.
    objects: FxHashMap<Arc<str>, sdk::Object>,
    /// How often an id was asked for.
    ids: FxHashMap<String, u32>,
    /// The names that the statement at hand assigns: what an object is called.
    target: Option<Cow<'a, str>>,
    /// Whether a method is called of a name that is not bound where it is called.
    calls_unbound: bool,
    /// Modules of which all names were imported.
    stars: Vec<Arc<str>>,
    imports: Vec<Import>,
    depth: u32,
    steps: usize,
    /// Where the steps were used up.
    exhausted: Option<Place>,
    /// Whether a value was beyond the bounds.
    limited: bool,
    /// Before the names of the file's own functions and classes, in symbols: `ml/config.py:` for a module.
    prefix: Arc<str>,
    /// How deep local modules are nested.
    module_depth: u32,
    /// The statements of the script itself, and in code of a module that it calls, those of the script.
    suite: &'a [Stmt],
    home: Option<modules::Home<'a>>,
    /// How deep the modules are that are known, by path.
    module_depths: FxHashMap<Arc<str>, u32>,
    /// How often code of one file calls that of another, within each other.
    visits: u32,
    /// Nothing is made while this is not zero.
    quiet: u32,
    /// What that is while a module is read for its names alone.
    quiet_at_first: u32,
    /// The file's own functions by name; nothing for a name that is defined twice.
    functions: FxHashMap<Arc<str>, Option<Function<'a>>>,
    /// The same of its classes.
    classes: FxHashMap<Arc<str>, Option<Arc<classes::Class<'a>>>>,
    /// Its lambdas, in the order in which they were met.
    lambdas: Vec<&'a ExprLambda>,
    /// Functions that have left the call that made them.
    closures: Vec<closures::Closure<'a>>,
    /// The names of the calls that led here, which the function at hand does not see.
    hidden: Vec<Vec<Scope>>,
    /// The names of modules as this file has changed them, by path.
    module_scopes: Vec<(Arc<str>, Scope)>,
    /// Names of modules, and their paths.
    module_names: Vec<(Arc<str>, Arc<str>)>,
    /// Definitions of state machines and pipelines that were written as JSON.
    dumped: dumps::Dumped,
    /// What left the loop at hand or a round of it, each under its condition.
    exits: Vec<exits::Left>,
    /// Errors that the code raises within a `try` that is walked, each under its condition.
    raised: Vec<exits::Left>,
    /// The functions, rounds of loops and `try` at hand that may be left, outermost first.
    bases: Vec<exits::Base>,
    /// How many `finally` or ends of `with` are being run.
    finishing: u32,
    /// The names of functions for `with` that have yielded.
    contexts: Vec<Scope>,
    /// What dicts have handed out that changes with them.
    views: Vec<live::View>,
    /// Members of enumerations that are texts or numbers, by where their values are written.
    members: FxHashMap<Place, enums::Written>,
    /// Where the code has gone to.
    folder: folders::Folder,
    /// Whether the generator that is called next runs at once.
    starting: bool,
    /// Whether setters are there that code may run into, and texts of configurations that mention others.
    has_setters: bool,
    interpolates: bool,
    /// Functions whose decorators have noted them, and leave them as they are.
    registered: FxHashSet<Place>,
    /// The innermost `try` whose body is walked.
    attempt: Option<attempts::Attempt>,
    /// Paths of files that the code writes, and how often each was written.
    written: FxHashMap<String, u32>,
    /// Folders that the code adds to those in which modules are looked for.
    module_folders: Vec<String>,
    /// First parts of modules that are not among the files.
    absent: FxHashSet<Box<str>>,
    /// How often the body of a function was walked for a call, by where it stands.
    making: FxHashMap<Place, u32>,
    /// What functions do besides returning something, by where they stand.
    traits: FxHashMap<Place, functions::Traits>,
    /// The objects of its classes whose methods nothing in the file calls, by the class.
    receivers: FxHashMap<Arc<str>, Option<Value>>,
    /// Methods of which a call was not followed, by where they stand.
    unfollowed: FxHashSet<Place>,
    /// What the file mentions, once it was asked for.
    mentioned: Option<Box<handed::Mentioned<'a>>>,
    /// Functions that wait, or did.
    queued: FxHashSet<u32>,
    /// Rounds of loops that were walked one by one.
    rounds: usize,
    /// How many loops of the function at hand are walked once for all of their rounds.
    looping: u32,
    /// When the loops at hand, of all functions, that are walked so have any rounds.
    loops: Vec<Formula>,
    /// What has to hold so that the code so far has raised no error of its own.
    unfailed: Vec<Formula>,
    /// What the code certainly deletes.
    deletions: Vec<deletions::Deletion>,
    /// How many resources had been made when the code at hand began to run: the module, or a function that nothing calls.
    walked_from: usize,
    /// Each `try` whose handlers only lead to the next round of a loop, of which the first is followed as if it succeeds.
    hopeful: Vec<Place>,
    /// How many trials of loops are under way.
    trials: u32,
    /// Questions that defaults decide, of which values depend that are one of two.
    replaced: Vec<Replaced>,
    /// How questions come out by the defaults that they are about.
    usual: questions::UsualAnswers,
    /// Where arguments are told of whose default is written as `None`.
    nones: FxHashSet<Place>,
    /// Whether conditions are asked as they are where other values are given than defaults.
    openly: u32,
    /// Where another value than a default stops the run, or leaves something.
    stops: Vec<exits::Stop>,
    /// Whether a flag of the command line is true or false by default.
    has_switches: bool,
    /// Arguments of the command line that are one of a few texts, by where they are declared.
    choices: FxHashMap<Place, (Unknown, Vec<Value>)>,
    /// The calls of them that are being followed, outermost first.
    frames: Vec<functions::Frame>,
    /// How many such calls were followed.
    followed: u32,
    /// What the code changes before it makes it.
    updates: Vec<updates::Update>,
    /// Whether the functions of the file are tests that run with doubles of AWS.
    has_doubles: bool,
    /// What there is to say of the file as a whole.
    script: Script,
}

/// An object with a name of its own; one that is an attribute has none.
fn made(id: &str, object: &sdk::Object) -> Option<Made> {
    let name = id.split('#').next().unwrap_or(id);
    let name = name.rsplit('.').next().unwrap_or(name);
    let role = object.class.role;
    (!matches!(role, Role::Response | Role::Remote)).then(|| Made { name: name.into(), role: role.name() })
}

impl<'a> Machine<'a> {
    fn new(files: &'a Files, modules: &'a Modules, source: &'a Arc<Source>) -> Self {
        Self {
            files,
            modules,
            source,
            part: Part::default(),
            scopes: vec![Scope::default()],
            unit: source.path.clone(),
            guard: Formula::True,
            outer: Formula::True,
            sites: Vec::new(),
            resting: None,
            basis: None,
            pending: VecDeque::new(),
            function: Vec::new(),
            objects: FxHashMap::default(),
            ids: FxHashMap::default(),
            target: None,
            calls_unbound: false,
            stars: Vec::new(),
            imports: Vec::new(),
            depth: 0,
            steps: 0,
            exhausted: None,
            limited: false,
            prefix: "".into(),
            module_depth: 0,
            suite: &[],
            home: None,
            module_depths: FxHashMap::default(),
            visits: 0,
            quiet: 0,
            quiet_at_first: 0,
            functions: FxHashMap::default(),
            classes: FxHashMap::default(),
            lambdas: Vec::new(),
            closures: Vec::new(),
            hidden: Vec::new(),
            module_scopes: Vec::new(),
            module_names: Vec::new(),
            dumped: dumps::Dumped::default(),
            exits: Vec::new(),
            raised: Vec::new(),
            bases: Vec::new(),
            finishing: 0,
            contexts: Vec::new(),
            views: Vec::new(),
            members: FxHashMap::default(),
            folder: folders::Folder::default(),
            starting: false,
            has_setters: false,
            interpolates: false,
            registered: FxHashSet::default(),
            attempt: None,
            written: FxHashMap::default(),
            module_folders: Vec::new(),
            absent: FxHashSet::default(),
            making: FxHashMap::default(),
            traits: FxHashMap::default(),
            receivers: FxHashMap::default(),
            unfollowed: FxHashSet::default(),
            mentioned: None,
            queued: FxHashSet::default(),
            rounds: 0,
            looping: 0,
            loops: Vec::new(),
            unfailed: Vec::new(),
            deletions: Vec::new(),
            walked_from: 0,
            hopeful: Vec::new(),
            trials: 0,
            replaced: Vec::new(),
            usual: FxHashMap::default(),
            nones: FxHashSet::default(),
            openly: 0,
            stops: Vec::new(),
            has_switches: false,
            choices: FxHashMap::default(),
            frames: Vec::new(),
            followed: 0,
            updates: Vec::new(),
            has_doubles: false,
            script: Script::at(source.path.clone(), source.place(Span::new(0, 0))),
        }
    }

    /// Walks the module, then the functions that none of its calls led to, each once, with its arguments unknown. `book` is
    /// what cells of the notebook do to files in between.
    fn module(&mut self, suite: &'a [Stmt], book: Option<&Book>) {
        self.depth += 1;
        self.suite = suite;
        let outer = (self.guard.clone(), self.resting.clone());
        let mut deed = 0;
        for statement in suite {
            if let Some(book) = book {
                self.cells_before(book, &mut deed, statement.range().start().to_u32());
            }
            if self.statement(statement) {
                break;
            }
        }
        (self.guard, self.resting) = outer;
        self.depth -= 1;
        if let Some(book) = book {
            self.cells_before(book, &mut deed, u32::MAX);
        }
        self.waiting_functions();
    }

    fn finish(mut self) -> Part {
        self.open_untrained();
        self.drop_idle_steps();
        // Where the run stops is told by how many resources there were: before any is left out.
        self.open_defaults();
        self.drop_unmade_models();
        self.configured();
        let unit = self.unit.clone();
        let input = Input::Sdk;
        let mut script = self.script;
        script.made.extend(self.objects.iter().filter_map(|(id, object)| made(id, object)));
        script.made.sort();
        script.made.dedup();
        script.imports = self.imports;
        // A function that is called twice imports twice.
        let mut seen = FxHashSet::default();
        script.imports.retain(|import| seen.insert((import.path.clone(), import.place)));
        if !script.imports.is_empty() || !script.quoted_guards.is_empty() {
            self.part.facts.push(Fact::Script(script));
        }
        // In the order of the file, whoever called first.
        let own = self.source.id;
        self.part.facts.sort_by_key(|fact| match fact {
            Fact::Call(call) => (0, call.place.file != own, call.place.span.start),
            _ => (1, false, 0),
        });
        if !self.part.resources.is_empty() {
            let unread = self.exhausted.map(|place| ("the rest of the file".to_owned(), place));
            self.part.units.push(Unit { unread: unread.into_iter().collect(), ..Unit::of(unit, input) });
        }
        self.part.resources.sort_by_key(|resource| (resource.body.file != own, resource.body.span.start));
        self.part
    }

    /// Takes over what the names of the file tell.
    fn note_names(&mut self, names: &Names<'_>, suite: &[Stmt]) {
        self.script.asks_version = names.asks_version;
        self.script.quoted_guards = names.quoted_guards.iter().map(|&range| self.place(range)).collect();
        let places = |ranges: &[ruff_text_size::TextRange]| ranges.iter().map(|&range| self.place(range)).collect();
        let unbound = names.free(suite).into_iter().map(|free| Unbound {
            name: free.name.into(),
            method: free.method.into(),
            place: self.place(free.call),
            uses: places(&free.uses),
        });
        let unbound = unbound.collect();
        let installed = names.requirements.iter().map(|&range| (self.text_at(range), self.place(range)));
        let sdk = requirements::joined(installed.flat_map(|(text, place)| requirements::of(text, place)));
        (self.script.unbound, self.script.sdk) = (unbound, sdk.map(Arc::new));
    }

    fn place(&self, range: ruff_text_size::TextRange) -> Place {
        self.source.place(python::span(range))
    }

    fn text_at(&self, range: ruff_text_size::TextRange) -> &'a str {
        self.source.slice(python::span(range))
    }

    /// An unknown value named after its expression.
    fn unknown(&self, reason: Reason, range: ruff_text_size::TextRange) -> Value {
        let place = self.place(range);
        Value::new(Data::Unknown(Unknown::written(reason, self.source, place)), place)
    }

    /// The expression's text, as far as a message can show it.
    fn short(&self, range: ruff_text_size::TextRange) -> String {
        quoted(self.text_at(range))
    }

    /// An id that no other resource of this file has: the name, then `name#2`.
    fn fresh_id(&mut self, name: &str) -> Arc<str> {
        let qualified = self.qualified(name);
        self.numbered(qualified)
    }

    /// A name within the function whose body is walked.
    fn qualified(&self, name: &str) -> String {
        match self.function.last() {
            Some(function) => format!("{function}.{name}"),
            None => name.to_owned(),
        }
    }

    /// An id that was not given yet.
    fn numbered(&mut self, qualified: String) -> Arc<str> {
        let count = self.ids.entry(qualified.clone()).or_insert(0);
        *count += 1;
        match *count {
            1 => qualified.into(),
            count => format!("{qualified}#{count}").into(),
        }
    }

    /// Whether code is looked at aside, for some answer of it only.
    fn is_silent(&self) -> bool {
        self.quiet > self.quiet_at_first
    }

    fn note_call(&mut self, call: Call) {
        if self.quiet == 0 {
            self.part.facts.push(Fact::Call(call));
        }
    }
}
