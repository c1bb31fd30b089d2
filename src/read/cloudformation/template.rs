//! One template while it is read: its sections, what is settled already, and what could not be evaluated.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    conditions::Condition,
    exports::Export,
    functions::transform,
    include::{Brought, Section, Snippets},
    is_template,
    loops::{Bound, LOOP, Written},
    nested::{self, Nested, Stack},
    parameters::Parameter,
    serverless,
};
use crate::{
    graph::{
        Input, Key, NotEvaluated, Resource,
        guard::Formula,
        value::{Data, Object, Origin, Reason, Unknown, Value},
    },
    read::given::Given,
    source::{Place, Source, Span},
    syntax::tree::{Entry, Node, NodeId},
};

/// Nodes that are evaluated in one template at most. Aliases can repeat a node without end; real templates stay far below.
const BUDGET: usize = 2_000_000;

/// The sections that inclusions and loops may add to.
const SECTIONS: [&str; 6] = ["Resources", "Parameters", "Conditions", "Mappings", "Outputs", "Globals"];

/// Inclusions into sections at most.
const MAX_INCLUSIONS: usize = 256;

/// Transforms that bring no resource of their own but those that are written.
const TRANSPARENT: &[&str] = &["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"];

/// The transform that makes resources of the serverless types.
const SERVERLESS: &str = "AWS::Serverless-2016-10-31";

/// Where CDK writes from which construct of the application a resource is.
const CDK_PATH: &str = "aws:cdk:path";

/// A template while it is read.
pub(super) struct Template<'t> {
    /// The file that what is evaluated stands in: the template's, or a snippet's.
    pub(super) source: &'t Source,
    pub(super) snippets: &'t Snippets,
    /// What inclusions add to its sections.
    pub(super) sections: Vec<Section<'t>>,
    /// The snippets around what is evaluated.
    pub(super) including: Vec<&'t Source>,
    pub(super) given: &'t Given,
    /// The stack that it is deployed as.
    pub(super) stack: Stack<'t>,
    pub(super) root: Node<'t>,
    pub(super) parameters: FxHashMap<&'t str, Parameter>,
    /// Its conditions by name, each with the file that it stands in.
    pub(super) conditions: FxHashMap<&'t str, (&'t Source, Entry<'t>)>,
    /// Conditions that were needed so far; nothing while one is being settled.
    pub(super) settled: FxHashMap<&'t str, Option<Condition>>,
    pub(super) mappings: Vec<Brought<'t>>,
    /// Its resources as they are written, loops unrolled, and which is which by logical ID.
    pub(super) written: Vec<Written<'t>>,
    pub(super) resources: FxHashMap<Arc<str>, usize>,
    /// The names that the loops around what is evaluated stand for.
    pub(super) bound: Bound,
    /// The nested stacks that were needed so far; nothing for one that cannot be read, or is being read.
    pub(super) nested: FxHashMap<usize, Option<Nested>>,
    /// Whether a transform or loop may make resources, parameters or conditions that are not written.
    pub(super) generates: bool,
    /// Where a value from outside is mentioned first: all its mentions are the same unknown.
    mentioned: FxHashMap<Arc<str>, Place>,
    /// Values of the nodes that aliases lead to.
    pub(super) shared: FxHashMap<NodeId, Value>,
    pub(super) depth: usize,
    pub(super) budget: usize,
    pub(super) not_evaluated: Vec<NotEvaluated>,
    /// By what the parameters that are stored elsewhere are looked up.
    pub(super) lookups: Vec<(Place, Arc<str>)>,
    /// The paths of resources in the CDK application that they were made by.
    pub(super) names: Vec<(Key, Arc<str>)>,
    pub(super) unread: Vec<(String, Place)>,
    /// The templates of the nested stacks that were read.
    pub(super) templates: Vec<Arc<str>>,
    pub(super) exports: Vec<Export>,
    /// Whether something in it is imported.
    pub(super) imports: bool,
    /// What the serverless transform makes once for several resources.
    pub(super) once: Vec<Resource>,
    /// What it calls the rest that it makes.
    pub(super) names_made: serverless::Names,
    /// The connectors that were met: what they become depends on all that they connect.
    pub(super) connectors: Vec<Resource>,
    /// What events add to the resources that they come from.
    pub(super) told: Vec<serverless::Told>,
    is_serverless: bool,
    /// Why any resource may have more properties than are written.
    rewritten: Option<Unknown>,
}

impl<'t> Template<'t> {
    /// Takes the sections of a template apart; evaluates nothing but parameters and what loops run over.
    pub(super) fn of(
        source: &'t Source,
        root: Node<'t>,
        given: &'t Given,
        snippets: &'t Snippets,
        stack: Stack<'t>,
    ) -> Self {
        let mut template = Self {
            source,
            snippets,
            sections: Vec::new(),
            including: Vec::new(),
            given,
            budget: stack.budget.unwrap_or(BUDGET),
            stack,
            root,
            parameters: FxHashMap::default(),
            conditions: FxHashMap::default(),
            settled: FxHashMap::default(),
            mappings: Vec::new(),
            written: Vec::new(),
            resources: FxHashMap::default(),
            bound: Bound::new(),
            nested: FxHashMap::default(),
            generates: false,
            mentioned: FxHashMap::default(),
            shared: FxHashMap::default(),
            depth: 0,
            not_evaluated: Vec::new(),
            lookups: Vec::new(),
            names: Vec::new(),
            unread: Vec::new(),
            templates: Vec::new(),
            exports: Vec::new(),
            imports: false,
            once: Vec::new(),
            names_made: serverless::Names::default(),
            connectors: Vec::new(),
            told: Vec::new(),
            is_serverless: false,
            rewritten: None,
        };
        template.transforms();
        for Brought { source, node } in template.section("Conditions") {
            for entry in node.entries() {
                template.conditions.entry(entry.key).or_insert((source, entry));
            }
        }
        template.mappings = template.section("Mappings");
        for Brought { source, node } in template.section("Parameters") {
            for entry in node.entries() {
                if !template.parameters.contains_key(entry.key) {
                    let parameter = template.within(source, |template| template.parameter(&entry));
                    template.parameters.insert(entry.key, parameter);
                }
            }
        }
        template.written = template.unrolled("Resources", "resource");
        for (at, written) in template.written.iter().enumerate() {
            template.resources.entry(written.id.clone()).or_insert(at);
            // Without its transform the template would be refused; what it wants to say is as plain.
            let kind = written.entry.value.get("Type").and_then(Node::text);
            template.is_serverless |= kind.is_some_and(|kind| kind.starts_with(serverless::PREFIX));
        }
        if template.is_serverless {
            serverless::note(&mut template);
        }
        template
    }

    /// Evaluates all resources.
    pub(super) fn resources(&mut self) -> Vec<Resource> {
        let globals = serverless::Globals::of(self);
        let mut resources: Vec<Resource> = Vec::with_capacity(self.written.len());
        for at in 0..self.written.len() {
            let written = self.written[at].clone();
            if self.resources.get(&written.id) == Some(&usize::MAX) {
                // An API that SAM makes for events has its place.
                continue;
            }
            self.bound.clone_from(&written.bound);
            self.within(written.source, |template| {
                let Some(mut resource) = template.resource(&written) else { return };
                if !template.is_serverless {
                    return resources.push(resource);
                }
                if let Some(connectors) = written.entry.value.get("Connectors") {
                    serverless::attached(template, &resource, connectors);
                }
                if &*resource.kind == serverless::CONNECTOR {
                    return template.connectors.push(resource);
                }
                globals.apply(template, &mut resource, written.entry.value.get("IgnoreGlobals"));
                let made = serverless::made(template, &mut resource);
                resources.push(resource);
                resources.extend(made);
            });
            if let Some(Some(nested)) = self.nested.get_mut(&at) {
                resources.append(&mut nested.resources);
            }
            self.bound.clear();
        }
        // APIs that are made for events add to what is made once for several.
        let once = std::mem::take(&mut self.once).into_iter();
        let (apis, once): (Vec<Resource>, Vec<Resource>) =
            once.partition(|resource| resource.kind.starts_with(serverless::PREFIX));
        self.once = once;
        let mut last = Vec::new();
        for mut resource in apis {
            globals.apply(self, &mut resource, None);
            let made = serverless::made(self, &mut resource);
            last.push(resource);
            last.extend(made);
        }
        resources.append(&mut self.once);
        resources.append(&mut last);
        let told = std::mem::take(&mut self.told);
        serverless::tell(told, &mut resources);
        let connectors = std::mem::take(&mut self.connectors);
        if !connectors.is_empty() {
            let made = serverless::connected(self, &connectors, &resources);
            resources.extend(made);
        }
        resources
    }

    /// Notes the transforms of the whole template, and the inclusions and loops of its sections.
    fn transforms(&mut self) {
        if let Some(node) = self.root.get("Transform") {
            let items: Vec<Node<'t>> = if node.items().len() > 0 { node.items().collect() } else { vec![node] };
            for item in items {
                let name = item.text().or_else(|| item.get("Name").and_then(Node::text)).unwrap_or("?");
                if self.take_in(None, item).is_ok() {
                    continue;
                }
                self.generates |= name != "AWS::LanguageExtensions";
                self.is_serverless |= name == SERVERLESS;
                if !TRANSPARENT.contains(&name) {
                    self.left(format!("transform `{name}`"), "what it makes of the template is not known", item.span());
                    // A macro may rewrite any resource: what is not written may yet be there.
                    self.rewritten = Some(self.added(&format!("what the transform `{name}` adds"), item.span()));
                }
            }
        }
        // Sections of `rain` and `aws cloudformation package`, which bring in the resources of other files.
        let root = self.root;
        for entry in ["Rain", "Modules"].iter().filter_map(|name| root.entry(name)) {
            self.generates = true;
            let what = format!("section `{}`", entry.key);
            self.left(what, "what it brings from other files is not read", entry.key_span);
        }
        for section in SECTIONS {
            if let Some(node) = root.get(section) {
                self.makers(Some(section), node);
            }
        }
        self.makers(None, root);
        self.sections.extend(self.snippets.sections());
    }

    /// Takes in, or notes, what may make more in a section, or beside the sections.
    fn makers(&mut self, section: Option<&'static str>, node: Node<'t>) {
        for entry in node.own_entries().collect::<Vec<_>>() {
            if entry.key == "Fn::Transform" {
                let Err(why) = self.take_in(section, entry.value) else { continue };
                let what = format!("transform `{}`", transform(entry.value));
                match section {
                    Some("Outputs") => self.note(entry.key_span, "expression", what, why),
                    Some("Globals") => {
                        self.note(entry.key_span, "expression", what, why);
                        self.rewritten = Some(self.added("what a transform adds to `Globals`", entry.key_span));
                    }
                    _ => {
                        self.generates = true;
                        self.left(what, why, entry.key_span);
                    }
                }
            } else if entry.key.starts_with(LOOP) && !matches!(section, Some("Resources" | "Outputs")) {
                self.loop_left(&entry, "resource", "a loop cannot stand here");
            }
        }
    }

    /// Why something may have more than is written.
    fn added(&self, name: &str, span: Span) -> Unknown {
        Unknown { reason: Reason::External, name: name.into(), place: self.place(span) }
    }

    /// Takes in what an inclusion adds to a section, or to all of them, with what it includes in turn; why it does not,
    /// otherwise.
    fn take_in(&mut self, name: Option<&'static str>, call: Node<'t>) -> Result<(), String> {
        let brought = self.brought(call)?;
        if self.sections.len() >= MAX_INCLUSIONS {
            return Err("the template includes too much".to_owned());
        }
        if is_template(brought.node) {
            // What it holds is this template's.
            self.templates.push(brought.source.path.clone());
        }
        self.sections.push(Section { name, brought });
        self.including.push(brought.source);
        self.within(brought.source, |template| {
            for section in SECTIONS.iter().filter(|_| name.is_none()) {
                if let Some(node) = brought.node.get(section) {
                    template.makers(Some(section), node);
                }
            }
            template.makers(name, brought.node);
        });
        self.including.pop();
        Ok(())
    }

    /// Notes a loop that is not unrolled: it may hold resources that are not seen.
    pub(super) fn loop_left(&mut self, entry: &Entry<'t>, kind: &'static str, why: &str) {
        self.generates = true;
        let place = self.place(entry.key_span);
        // In each turn of a loop around it, it is left for the same reason.
        if self.unread.last().is_some_and(|(_, last)| *last == place) {
            return;
        }
        self.unread(format!("loop `{}`", entry.key), entry.key_span);
        self.note(entry.key_span, kind, format!("`{}`", entry.key), why);
    }

    fn resource(&mut self, written: &Written<'t>) -> Option<Resource> {
        let entry = &written.entry;
        if entry.key == "Fn::Transform" {
            // It was taken in, or noted.
            return None;
        }
        if self.has_hole(&written.id) {
            self.left("a resource".to_owned(), "its logical ID is not known", entry.key_span);
            return None;
        }
        let kind = entry.value.get("Type").filter(|node| node.tag().is_none()).and_then(Node::text);
        let Some(kind) = kind.filter(|kind| !self.has_hole(kind)) else {
            let what = format!("resource `{}`", entry.key);
            match entry.value.get("Type") {
                // A tool makes more than one resource of it (`!Rain::Module`).
                Some(_) => self.left(what, "its `Type` is not a text", entry.key_span),
                None if entry.value.is_mapping() => self.note(entry.key_span, "resource", what, "it has no `Type`"),
                None => self.note(entry.key_span, "resource", what, "it is not a mapping"),
            }
            return None;
        };
        let condition = entry.value.get("Condition").map(|node| self.condition_of(node));
        let gone = condition.as_ref().is_some_and(|condition| condition.formula == Formula::False);
        if nested::is_stack(kind) && !gone {
            if self.nested(&written.id).is_none() {
                self.unread(format!("nested stack `{}`", written.id), entry.key_span);
            }
        } else if kind.ends_with("::MODULE") && !gone {
            let what = format!("module `{}`", entry.key);
            self.left(what, "what is registered under its type is not known", entry.key_span);
        }
        let place = self.place(entry.key_span);
        let mut properties = match entry.value.get("Properties") {
            // Evaluating what does not exist would bring notes about values that nobody will see.
            _ if gone => Value::object(Object::default(), place),
            Some(node) => self.eval(node),
            None => Value::object(Object::default(), place),
        };
        if let (Some(why), Data::Object(object)) = (&self.rewritten, &mut properties.data) {
            Arc::make_mut(object).open = Some(why.clone());
        }
        for condition in self.stack.condition.iter().chain(&condition) {
            properties = condition.rested(properties);
        }
        let guard = condition.map_or(Formula::True, |condition| condition.formula);
        let key = self.key(written.id.clone());
        if let Some(path) = entry.value.get("Metadata").and_then(|node| node.get(CDK_PATH)).and_then(Node::text) {
            // The resource of a construct that has but one.
            let path = path.strip_suffix("/Resource").unwrap_or(path);
            self.names.push((key.clone(), path.into()));
        }
        Some(Resource {
            key,
            kind: kind.into(),
            input: Input::CloudFormation,
            properties,
            place,
            body: self.place(entry.span()),
            guard: self.stack.condition.as_ref().map_or_else(|| guard.clone(), |outer| outer.formula.and(&guard)),
            region: None,
            callers: self.stack.places.clone(),
            multiplicity: None,
            repeats: false,
        })
    }

    /// The key of a resource with a logical ID of this template.
    pub(super) fn key(&self, id: Arc<str>) -> Key {
        Key { unit: self.stack.unit.clone(), callers: self.stack.callers.clone(), id }
    }

    /// A place in this file.
    pub(super) fn place(&self, span: Span) -> Place {
        self.source.place(span)
    }

    /// Notes something that is not evaluated.
    pub(super) fn note(&mut self, span: Span, kind: &'static str, what: impl Into<String>, why: impl Into<String>) {
        self.not_evaluated.push(NotEvaluated {
            path: self.source.path.clone(),
            place: Some(self.place(span)),
            kind,
            what: what.into(),
            why: why.into(),
        });
    }

    /// Notes why the template may hold more resources than were read.
    pub(super) fn unread(&mut self, what: String, span: Span) {
        let place = self.place(span);
        self.unread.push((what, place));
    }

    /// Notes something that may hold more resources than were read, and why they are not.
    pub(super) fn left(&mut self, what: String, why: impl Into<String>, span: Span) {
        self.note(span, "resource", what.clone(), why);
        self.unread(what, span);
    }

    /// A value that comes from outside or is decided on deployment: all mentions of one name are the same unknown.
    pub(super) fn outside(&mut self, reason: Reason, name: &str, place: Place) -> Value {
        let name: Arc<str> = name.into();
        let first = *self.mentioned.entry(name.clone()).or_insert(place);
        unknown(reason, name, first, place)
    }

    /// A value that does not exist because the template is wrong there, with a note.
    pub(super) fn invalid(&mut self, node: Node<'t>, what: impl Into<String>, why: impl Into<String>) -> Value {
        let what = what.into();
        let value = Value::unknown(Reason::Invalid, what.clone(), self.place(node.span()));
        self.note(node.span(), "expression", what, why);
        value
    }

    /// Takes what something costs from the budget; whether that much was left. Long texts and lists made from short
    /// ones cost as the nodes do that they could have been written with.
    pub(super) fn afford(&mut self, cost: usize) -> bool {
        let left = self.budget.checked_sub(cost);
        self.budget = left.unwrap_or(self.budget);
        left.is_some()
    }

    /// A value that grows too large.
    pub(super) fn too_large(&mut self, what: &str, place: Place) -> Value {
        self.note(place.span, "expression", what, "it grows too large");
        Value::unknown(Reason::Limit, what, place)
    }

    /// A value that is beyond the bounds. The budget is noted once, not at each of the nodes that are left.
    pub(super) fn beyond(&mut self, node: Node<'t>) -> Value {
        let place = self.place(node.span());
        let (what, why) = match self.budget {
            0 => ("the rest of the template", "it has too many values, counting the repetitions by aliases"),
            _ => ("a value", "it is nested too deeply"),
        };
        let noted = self.not_evaluated.last().is_some_and(|last| last.kind == "expression" && last.why == why);
        if !noted {
            self.note(node.span(), "expression", what, why);
        }
        Value::unknown(Reason::Limit, what, place)
    }
}

/// An unknown that arose at one place and is mentioned at another.
pub(super) fn unknown(reason: Reason, name: Arc<str>, arose: Place, place: Place) -> Value {
    let unknown = Unknown { reason, name: name.into(), place: arose };
    Value { data: Data::Unknown(unknown), origin: Origin::at(place) }
}
