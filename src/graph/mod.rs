//! The one model: resources in AWS API shapes, the code facts beside them, and what could not be evaluated.

pub mod attr;
mod chosen;
pub mod fact;
pub mod flow;
pub mod guard;
pub mod hosting;
pub mod kind;
pub mod number;
pub mod shape;
mod unknown;
pub mod value;
pub mod wide;

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    graph::{
        fact::{Call, Fact},
        guard::Formula,
        value::{Data, Object, Piece, Reference, Unknown, Value},
    },
    source::{FileId, Place},
};

/// Which kind of input a resource was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Input {
    /// A CloudFormation or SAM template.
    CloudFormation,
    /// Terraform configuration.
    Terraform,
    /// SageMaker Python SDK code.
    Sdk,
    /// An AWS API call in code (boto3).
    Api,
    /// A resource class of sagemaker-core: the API's names in snake case.
    Core,
    /// A request as a JSON or YAML file.
    Request,
    /// A state machine's definition, wherever it is written.
    StateMachine,
}

impl Input {
    /// Whether a configuration that nothing here sees may set more than the code does.
    pub fn has_defaults(self) -> bool {
        matches!(self, Self::Sdk | Self::Core)
    }

    /// Whether it is code that makes things when somebody runs it.
    pub fn is_code(self) -> bool {
        matches!(self, Self::Sdk | Self::Api | Self::Core)
    }

    /// The input's name in messages and `--show-files`.
    pub fn name(self) -> &'static str {
        match self {
            Self::CloudFormation => "CloudFormation",
            Self::Terraform => "Terraform",
            Self::Sdk => "SageMaker SDK",
            Self::Api => "AWS API call",
            Self::Core => "sagemaker-core",
            Self::Request => "request file",
            Self::StateMachine => "state machine",
        }
    }
}

/// Identity of a resource across runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Path from the root of what deploys together: a template, a Terraform directory, a script.
    pub unit: Arc<str>,
    /// The calls that lead to it: module calls, nested stacks, functions; outermost first.
    pub callers: Vec<Arc<str>>,
    /// Logical ID, address, variable or call (`#2` when repeated).
    pub id: Arc<str>,
}

impl Key {
    /// Its id behind the calls that lead to it: `module.serving.aws_sagemaker_model.this`.
    pub fn address(&self) -> Arc<str> {
        if self.callers.is_empty() {
            return self.id.clone();
        }
        format!("{}.{}", self.callers.join("."), self.id).into()
    }
}

/// An address without the keys of instances: `module.net["a"].aws_vpc.main[0]` is of the block `module.net.aws_vpc.main`.
pub fn without_keys(address: &str) -> String {
    let (mut block, mut depth, mut quoted, mut escaped) = (String::with_capacity(address.len()), 0_usize, false, false);
    for letter in address.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' if depth > 0 => quoted = !quoted,
            _ if quoted => {}
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth == 0 => block.push(letter),
            _ => {}
        }
    }
    block
}

/// Stands in the id of a reference between a unit and the id of a resource there: `network.yaml#Vpc`. Without it the
/// resource is of the same unit.
pub const ELSEWHERE: char = '#';

/// Number of a resource in its graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceId(pub(crate) u32);

/// One resource, whatever it was written in.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Its identity.
    pub key: Key,
    /// CloudFormation type name, or one of the same form for API-only objects (see [`kind`]).
    pub kind: Arc<str>,
    /// What it was read from.
    pub input: Input,
    /// Its properties by the names of the AWS API: an object.
    pub properties: Value,
    /// Its head: the logical ID, the block's labels, the call's name.
    pub place: Place,
    /// The whole of it.
    pub body: Place,
    /// The condition under which it exists.
    pub guard: Formula,
    /// Region, where the files tell it.
    pub region: Option<Arc<str>>,
    /// The places of the calls in `key.callers`; in code, those of the functions that lead here, which are no part of
    /// the key.
    pub callers: Vec<Place>,
    /// How many there are, where that is known and not one.
    pub multiplicity: Option<u32>,
    /// Whether the code that makes it may run several times, each time with other answers to what it asks.
    pub repeats: bool,
}

/// What deploys together.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Path from the root.
    pub path: Arc<str>,
    /// What it is written in.
    pub input: Input,
    /// Why it may hold resources that were not read (an unread module, a nested stack, a transform): what and where.
    pub unread: Vec<(String, Place)>,
    /// Whether what its resources get by their provider (its default tags) was read. Only Terraform has such a thing.
    pub is_configured: bool,
    /// Addresses that were others before, as `moved` blocks of Terraform tell: from, to.
    pub moves: Vec<(String, String)>,
}

impl Unit {
    /// A unit that was read as a whole, and has nothing that only some inputs have.
    pub fn of(path: Arc<str>, input: Input) -> Self {
        Self { path, input, unread: Vec::new(), is_configured: false, moves: Vec::new() }
    }
}

/// Something that could not be read or evaluated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotEvaluated {
    /// Path from the root.
    pub path: Arc<str>,
    /// Where in the file, if it is about a place in it.
    pub place: Option<Place>,
    /// A word for the kind: `file`, `cell`, `resource`, `expression`, `module`.
    pub kind: &'static str,
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

impl NotEvaluated {
    /// What it is, in words: the kind goes before what has no word of its own (``module `network` ``).
    pub fn named(&self) -> String {
        match self.what.starts_with(|char: char| char.is_ascii_lowercase()) {
            true => self.what.clone(),
            false => format!("{} {}", self.kind, self.what),
        }
    }
}

/// What one reader found in one file.
#[derive(Debug, Default)]
pub struct Part {
    /// Resources, in the order of the file.
    pub resources: Vec<Resource>,
    /// Code facts, in the order of the file.
    pub facts: Vec<Fact>,
    /// Units that the file makes.
    pub units: Vec<Unit>,
    /// What could not be read.
    pub not_evaluated: Vec<NotEvaluated>,
    /// By what values that come from outside are looked up: the place where each unknown arose, and the name of the
    /// stored parameter or the filter of the image.
    pub lookups: Vec<(Place, Arc<str>)>,
    /// What people call resources whose ids a tool has made: their paths in a CDK application.
    pub names: Vec<(Key, Arc<str>)>,
    /// What code makes and certainly deletes again: its unit and its id.
    pub ended: Vec<(Arc<str>, Arc<str>)>,
}

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Graph {
    resources: Vec<Resource>,
    facts: Vec<Fact>,
    units: Vec<Unit>,
    not_evaluated: Vec<NotEvaluated>,
    by_kind: FxHashMap<Arc<str>, Vec<ResourceId>>,
    by_unit: FxHashMap<Arc<str>, Vec<ResourceId>>,
    by_unit_and_kind: FxHashMap<Arc<str>, BTreeMap<Arc<str>, Vec<ResourceId>>>,
    by_name: FxHashMap<(Arc<str>, Arc<str>), Vec<ResourceId>>,
    lookups: FxHashMap<Place, Arc<str>>,
    names: FxHashMap<Key, Arc<str>>,
    referrers: OnceLock<FxHashMap<ResourceId, Vec<ResourceId>>>,
    /// What code makes and deletes again, with the configurations of such endpoints.
    ended: FxHashSet<(Arc<str>, Arc<str>)>,
    ended_ids: OnceLock<FxHashSet<ResourceId>>,
    /// Whether the handler of a function registers scalable targets.
    registering: OnceLock<bool>,
    calling: OnceLock<FxHashSet<Arc<str>>>,
    tagging: OnceLock<FxHashSet<Arc<str>>>,
    calls: OnceLock<FxHashMap<Place, u32>>,
    imported: OnceLock<FxHashMap<Box<str>, FxHashSet<Box<str>>>>,
}

impl Graph {
    /// Puts parts together. Their order decides the order of resources and facts.
    pub fn of(parts: impl IntoIterator<Item = Part>) -> Self {
        let mut graph = Self::default();
        let parts: Vec<Part> = parts.into_iter().collect();
        // They are large: one move of each is enough.
        graph.resources.reserve(parts.iter().map(|part| part.resources.len()).sum());
        graph.facts.reserve(parts.iter().map(|part| part.facts.len()).sum());
        for part in parts {
            graph.resources.extend(part.resources);
            graph.facts.extend(part.facts);
            graph.units.extend(part.units);
            graph.not_evaluated.extend(part.not_evaluated);
            graph.lookups.extend(part.lookups);
            graph.names.extend(part.names);
            graph.ended.extend(part.ended);
        }
        graph.not_evaluated.sort();
        graph.not_evaluated.dedup();
        for (at, resource) in graph.resources.iter().enumerate() {
            let id = ResourceId(u32::try_from(at).unwrap_or(u32::MAX));
            graph.by_kind.entry(resource.kind.clone()).or_default().push(id);
            graph.by_unit.entry(resource.key.unit.clone()).or_default().push(id);
            let kinds = graph.by_unit_and_kind.entry(resource.key.unit.clone()).or_default();
            kinds.entry(resource.kind.clone()).or_default().push(id);
            for name in names(resource) {
                graph.by_name.entry((resource.key.unit.clone(), name)).or_default().push(id);
            }
        }
        graph
    }

    /// All resources.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// How many resources are deployed, as far as that is known: without those that only another value than the default of
    /// a variable would bring about.
    pub fn deployed(&self) -> usize {
        self.resources.iter().filter(|resource| !resource.guard.is_unusual()).count()
    }

    /// A resource by number.
    pub fn resource(&self, id: ResourceId) -> &Resource {
        &self.resources[id.0 as usize]
    }

    /// Numbers of the resources of a kind.
    pub fn of_kind(&self, kind: &str) -> &[ResourceId] {
        self.by_kind.get(kind).map_or(&[], Vec::as_slice)
    }

    /// Numbers of the resources of a unit.
    pub fn of_unit(&self, unit: &str) -> &[ResourceId] {
        self.by_unit.get(unit).map_or(&[], Vec::as_slice)
    }

    /// The kinds of the resources of a unit, sorted, each with the numbers of its resources.
    pub fn kinds_of(&self, unit: &str) -> impl Iterator<Item = (&str, &[ResourceId])> {
        let kinds = self.by_unit_and_kind.get(unit).into_iter().flatten();
        kinds.map(|(kind, ids)| (&**kind, ids.as_slice()))
    }

    /// What a reference in a resource of `unit` points at: one resource, or several where the id is not unique. In
    /// Terraform it is the whole address; one without instance keys points at all instances of the block.
    pub fn resolve(&self, unit: &Arc<str>, reference: &Reference) -> &[ResourceId] {
        let own = self.by_name.get(&(unit.clone(), reference.id.clone()));
        let found = own.or_else(|| {
            let (unit, id) = reference.id.rsplit_once(ELSEWHERE)?;
            self.by_name.get(&(unit.into(), id.into()))
        });
        found.map_or(&[], Vec::as_slice)
    }

    /// Whether the code that makes a resource certainly deletes it again: an endpoint, a schedule, or the configuration of
    /// such endpoints alone.
    pub fn is_ended(&self, id: ResourceId) -> bool {
        let ended = self.ended_ids.get_or_init(|| {
            let ids = self.ended.iter().filter_map(|key| self.by_name.get(key)).flatten().copied();
            let mut all: FxHashSet<ResourceId> = ids.collect();
            hosting::add_configs(self, &mut all);
            all
        });
        ended.contains(&id)
    }

    /// Whether the handler of a function registers scalable targets.
    pub fn registers_targets(&self) -> bool {
        let registers = |fact: &Fact| match fact {
            Fact::Handler(handler) => {
                handler.operations.iter().any(|operation| &*operation.name == "register_scalable_target")
            }
            _ => false,
        };
        *self.registering.get_or_init(|| self.facts.iter().any(registers))
    }

    /// The resources whose properties mention a resource, in any world.
    pub fn referrers(&self, id: ResourceId) -> &[ResourceId] {
        let all = self.referrers.get_or_init(|| {
            let mut all: FxHashMap<ResourceId, Vec<ResourceId>> = FxHashMap::default();
            for (at, resource) in self.resources.iter().enumerate() {
                let from = ResourceId(u32::try_from(at).unwrap_or(u32::MAX));
                each_reference(&resource.properties, &mut |reference| {
                    for &to in self.resolve(&resource.key.unit, reference) {
                        let known = all.entry(to).or_default();
                        if to != from && known.last() != Some(&from) {
                            known.push(from);
                        }
                    }
                });
            }
            all
        });
        all.get(&id).map_or(&[], Vec::as_slice)
    }

    /// By what a value from outside is looked up, where the files say so: `/aws/service/…` for a stored parameter, a name
    /// with wildcards for an image.
    pub fn looked_up<'a>(&'a self, unknown: &'a Unknown) -> Option<&'a str> {
        let stored = unknown.given_name().and_then(|name| name.strip_prefix("resolve:ssm:"));
        stored.or_else(|| self.lookups.get(&unknown.place).map(|by| &**by))
    }

    /// What people call a resource, if a tool has made its id: its path in a CDK application.
    pub fn name(&self, key: &Key) -> Option<&str> {
        self.names.get(key).map(|name| &**name)
    }

    /// Whether a policy in a unit names actions of ML or AI services: its functions call them.
    pub fn calls_intelligence(&self, unit: &str) -> bool {
        let all = self.calling.get_or_init(|| {
            let calls = |resource: &&Resource| any_text(&resource.properties, &kind::is_intelligent_action);
            self.resources.iter().filter(calls).map(|resource| resource.key.unit.clone()).collect()
        });
        all.contains(unit)
    }

    /// Whether a resource of a unit is given tags.
    pub fn states_tags(&self, unit: &str) -> bool {
        let all = self.tagging.get_or_init(|| {
            let tagged = |resource: &&Resource| {
                let tags = resource.properties.entry("Tags").map(|entry| &entry.value.data);
                // SAM tags what it makes itself.
                let is_own = |tag: &Value| {
                    let value = tag.entry("Value").map(|entry| &entry.value.data);
                    !matches!(value, Some(Data::Text(by)) if **by == *"SAM")
                };
                matches!(tags, Some(Data::List(list)) if list.items.iter().any(is_own))
            };
            self.resources.iter().filter(tagged).map(|resource| resource.key.unit.clone()).collect()
        });
        all.contains(unit)
    }

    /// All code facts.
    pub fn facts(&self) -> &[Fact] {
        &self.facts
    }

    /// The call that is written at a place: the whole of it, as a resource that it makes has it for its body.
    pub fn call_at(&self, body: Place) -> Option<&Call> {
        let all = self.calls.get_or_init(|| {
            let mut all = FxHashMap::default();
            for (at, fact) in self.facts.iter().enumerate() {
                if let Fact::Call(call) = fact {
                    all.entry(call.body).or_insert(u32::try_from(at).unwrap_or(u32::MAX));
                }
            }
            all
        });
        match self.facts.get(*all.get(&body)? as usize) {
            Some(Fact::Call(call)) => Some(call),
            _ => None,
        }
    }

    /// Whether a script imports a module whole, all names of it, or this one. Modules are known by the last part of
    /// their path.
    pub fn imports(&self, module: &str, name: &str) -> bool {
        let all = self.imported.get_or_init(|| {
            let mut all: FxHashMap<Box<str>, FxHashSet<Box<str>>> = FxHashMap::default();
            let scripts = self.facts.iter().filter_map(|fact| match fact {
                Fact::Script(script) => Some(script),
                _ => None,
            });
            for import in scripts.flat_map(|script| &script.imports) {
                let mut parts = import.path.rsplit('.');
                let last = parts.next().unwrap_or_default();
                all.entry(last.into()).or_default().insert("*".into());
                if let Some(module) = parts.next() {
                    all.entry(module.into()).or_default().insert(last.into());
                }
            }
            all
        });
        all.get(module).is_some_and(|names| names.contains("*") || names.contains(name))
    }

    /// All units.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The unit with a path.
    pub fn unit(&self, path: &str) -> Option<&Unit> {
        self.units.iter().find(|unit| &*unit.path == path)
    }

    /// Adds what could not be evaluated after reading.
    pub fn add_not_evaluated(&mut self, more: Vec<NotEvaluated>) {
        self.not_evaluated.extend(more);
        self.not_evaluated.sort();
        self.not_evaluated.dedup();
    }

    /// What could not be read, sorted by path.
    pub fn not_evaluated(&self) -> &[NotEvaluated] {
        &self.not_evaluated
    }
}

/// Whether a text within a value is of some kind.
fn any_text(value: &Value, is: &dyn Fn(&str) -> bool) -> bool {
    match &value.data {
        Data::Text(text) => is(text),
        Data::List(list) => list.items.iter().any(|item| any_text(item, is)),
        Data::Object(object) => object.entries.iter().any(|entry| any_text(&entry.value, is)),
        Data::Guarded(guarded) => any_text(&guarded.then, is) || any_text(&guarded.otherwise, is),
        _ => false,
    }
}

/// The names by which others of its unit point at a resource.
fn names(resource: &Resource) -> Vec<Arc<str>> {
    match resource.input {
        Input::Terraform => {}
        // A state may be called as a resource of its template is.
        Input::StateMachine => return vec![resource.key.address()],
        // So may a step of a pipeline, or a resource of a nested stack.
        Input::CloudFormation | Input::Request if !resource.key.callers.is_empty() => {
            return vec![resource.key.address()];
        }
        _ => return vec![resource.key.id.clone()],
    }
    let address = resource.key.address();
    let block = without_keys(&address);
    if *block == *address { vec![address] } else { vec![address, block.into()] }
}

/// Calls `found` for every reference within a value.
pub fn each_reference(value: &Value, found: &mut dyn FnMut(&Reference)) {
    match &value.data {
        Data::Reference(reference) => found(reference),
        Data::Template(pieces) => {
            for piece in pieces.iter() {
                if let Piece::Hole(value) = piece {
                    each_reference(value, found);
                }
            }
        }
        Data::List(list) => list.items.iter().for_each(|item| each_reference(item, found)),
        Data::Object(object) => object.entries.iter().for_each(|entry| each_reference(&entry.value, found)),
        Data::Guarded(guarded) => {
            each_reference(&guarded.then, found);
            each_reference(&guarded.otherwise, found);
        }
        Data::Absent | Data::Unknown(_) | Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::Symbol(_) => {}
    }
}

impl Resource {
    /// The file that holds its head.
    pub fn file(&self) -> FileId {
        self.place.file
    }

    /// Its properties as an object; an empty one if a reader put something else there.
    pub fn object(&self) -> &Object {
        static NONE: Object = Object { entries: Vec::new(), open: None, class: None };
        match &self.properties.data {
            Data::Object(object) => object,
            _ => &NONE,
        }
    }
}
