//! Nested stacks: the templates beside this one that it deploys, with the parameters that it passes to them.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    conditions::Condition,
    include::{Brought, Snippets},
    is_template,
    loops::Written,
    template::Template,
};
use crate::{
    graph::{
        Resource,
        guard::Formula,
        kind,
        value::{Data, StepKind, Value},
    },
    source::{Files, Place, Source, normal},
    syntax::{
        json,
        tree::{Node, Tree},
        yaml,
    },
};

/// Stacks within stacks are followed this deep.
const MAX_STACKS: usize = 6;

/// Resource types that deploy a template of their own, with the property that tells where it lies.
const STACKS: &[(&str, &str)] = &[(kind::STACK, "TemplateURL"), ("AWS::Serverless::Application", "Location")];

/// Whether a resource type deploys a template of its own.
pub(super) fn is_stack(kind: &str) -> bool {
    STACKS.iter().any(|(known, _)| *known == kind)
}

/// The stack that a template is deployed as: by itself, or nested in others.
#[derive(Clone)]
pub(super) struct Stack<'t> {
    pub(super) files: Option<&'t Files>,
    /// Path of the outermost template: what is deployed together is one unit.
    pub(super) unit: Arc<str>,
    /// The logical IDs of the stacks that lead to it, outermost first.
    pub(super) callers: Vec<Arc<str>>,
    /// Where these stand.
    pub(super) places: Vec<Place>,
    /// When it exists, if not always.
    pub(super) condition: Option<Condition>,
    /// Templates that are being read, outermost first.
    chain: Vec<Arc<str>>,
    /// What is passed to it, by parameter.
    arguments: FxHashMap<Arc<str>, Value>,
    /// What is left of the budget of the templates around it.
    pub(super) budget: Option<usize>,
    /// What fills the holes in its texts, where other code has put it together.
    pub(super) holes: Arc<[Value]>,
}

/// What a nested stack brought.
pub(super) struct Nested {
    pub(super) resources: Vec<Resource>,
    outputs: FxHashMap<Arc<str>, Value>,
}

impl<'t> Stack<'t> {
    /// The stack of a template that is deployed by itself.
    pub(super) fn alone(files: Option<&'t Files>, path: &Arc<str>) -> Self {
        Self {
            files,
            unit: path.clone(),
            callers: Vec::new(),
            places: Vec::new(),
            condition: None,
            chain: vec![path.clone()],
            arguments: FxHashMap::default(),
            budget: None,
            holes: Arc::default(),
        }
    }

    /// The stack that a resource of another language makes of the template in a file, under a condition, with what is
    /// passed to it and what fills the holes of its texts.
    pub(super) fn made_by(
        files: &'t Files,
        maker: &Resource,
        guard: &Formula,
        path: &Arc<str>,
        arguments: FxHashMap<Arc<str>, Value>,
        holes: Vec<Value>,
    ) -> Self {
        let mut stack = Self::alone(Some(files), path);
        stack.unit = maker.key.unit.clone();
        stack.callers = [&maker.key.callers[..], std::slice::from_ref(&maker.key.id)].concat();
        stack.places = [&maker.callers[..], &[maker.place]].concat();
        stack.condition = (*guard != Formula::True).then(|| Condition::of(guard.clone()));
        (stack.arguments, stack.holes) = (arguments, holes.into());
        stack
    }

    /// Whether another template deploys it.
    pub(super) fn is_nested(&self) -> bool {
        !self.callers.is_empty()
    }

    /// What is passed for a parameter.
    pub(super) fn argument(&self, parameter: &str) -> Option<Value> {
        self.arguments.get(parameter).filter(|value| !matches!(value.data, Data::Absent)).cloned()
    }

    /// By what the others of its unit name a resource of it.
    pub(super) fn address(&self, id: &str) -> Arc<str> {
        if self.callers.is_empty() { id.into() } else { format!("{}.{id}", self.callers.join(".")).into() }
    }

    /// Whether a file of the root exists.
    pub(super) fn file_exists(&self, path: &str) -> bool {
        self.files.is_some_and(|files| files.exists(path))
    }

    /// What tells its conditions from those of the other stacks that are read from the same template.
    pub(super) fn path(&self) -> String {
        if self.callers.is_empty() {
            self.unit.to_string()
        } else {
            format!("{}#{}", self.unit, self.callers.join("."))
        }
    }
}

impl<'t> Template<'t> {
    /// What the nested stack with a logical ID brings; nothing where its template is not among the files.
    pub(super) fn nested(&mut self, id: &str) -> Option<&Nested> {
        let at = self.resources.get(id).copied().filter(|&at| at < self.written.len())?;
        if !self.nested.contains_key(&at) {
            // One that needs its own outputs finds none.
            self.nested.insert(at, None);
            let outer = std::mem::take(&mut self.bound);
            self.bound.clone_from(&self.written[at].bound);
            let nested = self.within(self.written[at].source, |template| template.nest(at));
            self.bound = outer;
            self.nested.insert(at, nested);
        }
        self.nested.get(&at)?.as_ref()
    }

    /// The output of a nested stack, mentioned at a node.
    pub(super) fn output(&mut self, stack: &str, output: &str, node: Node<'t>) -> Option<Value> {
        let value = self.nested(stack)?.outputs.get(output)?.clone();
        let place = self.place(node.span());
        Some(value.via(StepKind::Entry, output, place))
    }

    fn nest(&mut self, at: usize) -> Option<Nested> {
        let written = self.written[at].clone();
        let node = written.entry.value;
        let kind = node.get("Type").and_then(Node::text)?;
        let (_, property) = STACKS.iter().find(|(known, _)| *known == kind)?;
        let properties = node.get("Properties");
        let condition = node.get("Condition").map(|node| self.condition_of(node));
        let condition = match (self.stack.condition.clone(), condition) {
            (Some(outer), Some(own)) => Some(outer.and(own)),
            (outer, own) => outer.or(own),
        };
        if condition.as_ref().is_some_and(|condition| condition.formula == Formula::False) {
            return None;
        }
        let path = match self.template_of(node, properties.and_then(|node| node.get(property))) {
            Ok(path) => path,
            Err(why) => {
                self.note(written.entry.key_span, "resource", format!("nested stack `{}`", written.id), why);
                return None;
            }
        };
        if self.stack.chain.len() > MAX_STACKS || self.stack.chain.contains(&path) {
            let why = "stacks are nested in each other without end, or too deeply";
            self.note(written.entry.key_span, "resource", format!("nested stack `{}`", written.id), why);
            return None;
        }
        let source = self.stack.files?.read(&path).ok()?;
        let tree = tree_of(&source);
        let Some(root) = tree.as_ref().and_then(|tree| tree.documents().find(|root| is_template(*root))) else {
            let what = format!("nested stack `{}`", written.id);
            let why = if tree.is_some() { "is no template" } else { "cannot be read" };
            self.note(written.entry.key_span, "resource", what, format!("`{path}` {why}"));
            return None;
        };
        if !self.afford(tree.as_ref().map_or(0, Tree::len)) {
            return None;
        }
        let mut arguments = FxHashMap::default();
        for entry in properties.and_then(|node| node.get("Parameters")).map(Node::entries).unwrap_or_default() {
            let place = self.place(entry.key_span);
            let value = self.eval(entry.value).via(StepKind::ModuleArgument, entry.key, place);
            arguments.insert(entry.key.into(), value);
        }
        let mut stack = self.stack.clone();
        stack.callers.push(written.id.clone());
        stack.places.push(self.place(written.entry.key_span));
        stack.chain.push(path.clone());
        (stack.condition, stack.arguments, stack.budget) = (condition, arguments, Some(self.budget));
        // It is a file of its own.
        stack.holes = Arc::default();
        let snippets = Snippets::of(&stack, &source, root, self.given);
        let mut inner = Template::of(&source, root, self.given, &snippets, stack);
        let resources = inner.resources();
        let outputs = inner.outputs();
        self.budget = inner.budget;
        self.not_evaluated.append(&mut inner.not_evaluated);
        self.lookups.append(&mut inner.lookups);
        self.names.append(&mut inner.names);
        self.unread.append(&mut inner.unread);
        self.exports.append(&mut inner.exports);
        self.imports |= inner.imports;
        self.templates.append(&mut inner.templates);
        self.templates.push(path);
        Some(Nested { resources, outputs })
    }

    /// The path of the template that a nested stack deploys, if it lies beside this one; else why it is not read.
    fn template_of(&mut self, node: Node<'t>, location: Option<Node<'t>>) -> Result<Arc<str>, String> {
        let unknown = || "where its template lies is not known".to_owned();
        // CDK names the file that it uploads.
        let asset = node.get("Metadata").and_then(|metadata| metadata.get("aws:asset:path")).and_then(Node::text);
        let path: Arc<str> = match (asset, location) {
            (Some(path), _) => path.into(),
            (None, Some(location)) => self.eval(location).plain_text().ok_or_else(unknown)?,
            (None, None) => return Err(unknown()),
        };
        if path.contains("://") {
            return Err(format!("its template lies at `{path}`"));
        }
        let beside = beside(self.source, &path)?;
        if self.stack.file_exists(&beside) { Ok(beside) } else { Err(format!("there is no file `{path}`")) }
    }

    /// What the template gives to those around it, and what it exports to all.
    pub(super) fn outputs(&mut self) -> FxHashMap<Arc<str>, Value> {
        let mut outputs = FxHashMap::default();
        for written in self.unrolled("Outputs", "expression") {
            let Some(node) = written.entry.value.get("Value") else { continue };
            self.bound.clone_from(&written.bound);
            let value = self.within(written.source, |template| {
                let value = template.output_value(&written, node);
                template.export(&written, &value);
                value
            });
            outputs.insert(written.id, value);
            self.bound.clear();
        }
        outputs
    }

    fn output_value(&mut self, written: &Written<'t>, value: Node<'t>) -> Value {
        let condition = written.entry.value.get("Condition").map(|node| self.condition_of(node));
        let value = self.eval(value);
        let Some(condition) = &condition else { return value };
        let place = value.origin.place;
        condition.rested(Value::guarded(&condition.formula, value, Value::absent(place)))
    }

    /// Whether some of its outputs are exported.
    pub(super) fn has_exports(&self) -> bool {
        let mut outputs = self.section("Outputs").into_iter().flat_map(|Brought { node, .. }| node.entries());
        outputs.any(|entry| entry.key.starts_with("Fn::") || entry.value.get("Export").is_some())
    }
}

/// The path of a file that another names; why it is not read, if it lies outside the root.
pub(super) fn beside(source: &Source, path: &str) -> Result<Arc<str>, String> {
    let folder = source.path.rsplit_once('/').map_or(".", |(folder, _)| folder);
    let beside = if path.starts_with('/') { None } else { normal(&format!("{folder}/{}", path.trim())) };
    Ok(beside.ok_or_else(|| format!("`{path}` lies outside the root"))?.into())
}

/// The tree of a template or a snippet; nothing where it is broken: its own reading says so.
pub(super) fn tree_of(source: &Source) -> Option<Tree> {
    let is_json = source.text().trim_start_matches('\u{feff}').trim_start().starts_with('{');
    let tree = if is_json { json::parse(source.text()) } else { yaml::parse(source.text()) };
    (!tree.faults.iter().any(|fault| fault.fatal)).then_some(tree)
}
