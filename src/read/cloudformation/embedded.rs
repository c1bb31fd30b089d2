//! Templates within other files: the body of a stack that Terraform or boto3 makes, written there or in a file beside.

use std::{collections::BTreeSet, sync::Arc};

use rustc_hash::FxHashMap;

use super::{
    READER,
    include::Snippets,
    is_template,
    nested::{Stack, tree_of},
    template::Template,
    written_out,
};
use crate::{
    graph::{
        Input, Part, Resource,
        guard::Formula,
        kind,
        value::{Data, Piece, StepKind, Value},
    },
    read::{
        Reading,
        given::Given,
        states::{
            Alignment, Referred, TOO_LONG, afford, align, align_block, extent, flat, is_code, names, not_read, of_all,
            refer,
        },
    },
    source::{Files, Place, Source, Span},
    syntax::{json, tree::Tree, yaml},
};

/// Bytes of templates that are read for one part at most: many stacks may share one long text.
const MAX_BYTES: usize = 64 << 20;

/// Gives the stacks of Terraform and of code what their templates make. Returns the files that hold these templates.
pub(super) fn expand_all(
    files: &Files,
    given: &Given,
    readings: &mut [Reading],
    terraform: &mut [Part],
) -> BTreeSet<Referred> {
    of_all(readings, terraform, Some(READER), &|part| expand(files, given, part))
}

fn expand(files: &Files, given: &Given, part: &mut Part) -> Vec<Referred> {
    let is_stack = |resource: &Resource| &*resource.kind == kind::STACK && resource.input != Input::CloudFormation;
    if !part.resources.iter().any(is_stack) {
        return Vec::new();
    }
    let mut stacks = Stacks { files, given, left: MAX_BYTES, budget: None, referred: Vec::new() };
    for resource in std::mem::take(&mut part.resources) {
        let bodies = if is_stack(&resource) { bodies(&resource) } else { Vec::new() };
        let mut faults = Vec::new();
        let mut made = Vec::new();
        for (guard, body) in bodies {
            match stacks.made(&resource, &guard, &body, part) {
                Ok(resources) => made.extend(resources),
                Err(why) if faults.contains(&why) => {}
                Err(why) => faults.push(why),
            }
        }
        if !faults.is_empty() {
            unread(part, &resource, (format!("stack `{}`", resource.key.address()), resource.place));
        }
        part.not_evaluated.extend(not_read(files, &resource, "stack", faults));
        part.resources.push(resource);
        part.resources.append(&mut made);
    }
    stacks.referred
}

/// The texts that the template of a stack may be, each with the condition under which it is; the location of one that
/// lies elsewhere is no text.
fn bodies(stack: &Resource) -> Vec<(Formula, Value)> {
    fn add(guard: Formula, value: &Value, bodies: &mut Vec<(Formula, Value)>) {
        match &value.data {
            Data::Guarded(guarded) => {
                add(guard.and(&guarded.when), &guarded.then, bodies);
                add(guard.and(&guarded.when.negated()), &guarded.otherwise, bodies);
            }
            Data::Absent => {}
            _ => bodies.push((guard, value.clone())),
        }
    }
    let mut bodies = Vec::new();
    for name in ["TemplateBody", "TemplateURL"] {
        if let Some(entry) = stack.properties.entry(name) {
            add(stack.guard.clone(), &entry.value, &mut bodies);
        }
    }
    bodies
}

/// Notes that the unit of a stack may hold more than was read.
fn unread(part: &mut Part, stack: &Resource, what: (String, Place)) {
    if let Some(unit) = part.units.iter_mut().find(|unit| unit.path == stack.key.unit) {
        unit.unread.push(what);
    }
}

/// The stacks of a part while they are read.
struct Stacks<'f> {
    files: &'f Files,
    given: &'f Given,
    /// Bytes that may yet be read.
    left: usize,
    /// Values that may yet be evaluated, once some were.
    budget: Option<usize>,
    referred: Vec<Referred>,
}

/// A template as a tree whose places are those of a file.
struct Body {
    source: Arc<Source>,
    tree: Tree,
    /// What fills the holes in its texts.
    holes: Vec<Value>,
    /// Whether it is a file of its own.
    is_file: bool,
    /// Whether it may declare more than is known.
    is_open: bool,
}

impl Stacks<'_> {
    /// What a stack makes with one template. Its notes go to the part.
    fn made(
        &mut self,
        stack: &Resource,
        guard: &Formula,
        value: &Value,
        part: &mut Part,
    ) -> Result<Vec<Resource>, String> {
        let body = self.body(stack, value)?;
        let root = body.tree.documents().find(|root| is_template(*root));
        let root = root.ok_or("its template has no `Resources` of CloudFormation")?;
        let path = &body.source.path;
        let mut inner = Stack::made_by(self.files, stack, guard, path, arguments(stack), body.holes);
        inner.budget = self.budget;
        let snippets = Snippets::of(&inner, &body.source, root, self.given);
        let mut template = Template::of(&body.source, root, self.given, &snippets, inner);
        let mut resources = template.resources();
        for resource in &mut resources {
            resource.region = resource.region.take().or_else(|| stack.region.clone());
            resource.multiplicity = resource.multiplicity.or(stack.multiplicity);
        }
        self.budget = Some(template.budget);
        let importer = &self.files.get(stack.place.file).path;
        let of_file = body.is_file.then(|| path.clone());
        self.referred.extend(
            template.templates.drain(..).chain(of_file).map(|path| Referred { path, importer: importer.clone() }),
        );
        if body.is_open {
            unread(part, stack, (format!("stack `{}`", stack.key.address()), stack.place));
        }
        for what in template.unread.drain(..) {
            unread(part, stack, what);
        }
        part.not_evaluated.append(&mut template.not_evaluated);
        part.lookups.append(&mut template.lookups);
        part.names.append(&mut template.names);
        Ok(resources)
    }

    /// The template that a value stands for.
    fn body(&mut self, stack: &Resource, value: &Value) -> Result<Body, String> {
        let entry = stack.properties.entry("TemplateBody").ok_or("its template lies in S3")?;
        match &value.data {
            Data::Text(text) => {
                let from = self.files.get(value.origin.place.file);
                if from.id != entry.place.file && !is_code(&from) && from.raw() == &**text {
                    afford(&mut self.left, text.len())?;
                    let tree = tree_of(&from).ok_or_else(|| format!("`{}` cannot be read", from.path))?;
                    return Ok(Body { source: from, tree, holes: Vec::new(), is_file: true, is_open: false });
                }
                self.of_text(stack, value)
            }
            Data::Template(_) => self.of_text(stack, value),
            Data::Object(_) => {
                let weight = value.weight(self.left).ok_or(TOO_LONG)?;
                afford(&mut self.left, weight)?;
                let source = self.files.get(entry.place.file);
                let written_out::Written { tree, holes, is_open } = written_out::tree(value, entry.place);
                Ok(Body { source, tree, holes, is_file: false, is_open })
            }
            _ => Err("its template is not known".to_owned()),
        }
    }

    /// The template that is a text, which is written with the stack, or is made of a file beside it.
    fn of_text(&mut self, stack: &Resource, value: &Value) -> Result<Body, String> {
        let entry = stack.properties.entry("TemplateBody").ok_or("its template is not known")?;
        let (here, from) = (self.files.get(entry.place.file), value.origin.place);
        let there = self.files.get(from.file);
        let whole = Span::new(0, there.text().len());
        let within = extent(stack, entry);
        let mut places = vec![(&there, if from.span.is_empty() { whole } else { from.span }), (&here, within)];
        if from.file != entry.place.file {
            places.push((&there, whole));
        }
        let cost = places.iter().map(|(_, span)| span.len()).sum::<usize>();
        let weight = value.weight(self.left).ok_or(TOO_LONG)?;
        afford(&mut self.left, cost + weight * 32)?;
        let begins = text_start(value);
        let is_json = begins.trim_start().starts_with('{');
        let (text, holes) = flat(value, is_json).ok_or("its template is not known")?;
        let mut tree = if is_json { json::parse(&text) } else { yaml::parse(&text) };
        if tree.faults.iter().any(|fault| fault.fatal) {
            return Err(format!("its template is not valid {}", if is_json { "JSON" } else { "YAML" }));
        }
        let find = if is_json { align } else { align_block };
        let found = places.iter().find_map(|(source, span)| Some((*source, *span, find(&text, source.slice(*span))?)));
        let source = match found {
            Some((source, span, alignment)) => {
                align_tree(&mut tree, &alignment, if source.id == here.id { entry.place.span } else { span }, span);
                source
            }
            None => {
                name_tree(&mut tree, &here, entry.place.span, within);
                &here
            }
        };
        refer(self.files, entry, &mut self.referred);
        Ok(Body { source: source.clone(), tree, holes, is_file: false, is_open: false })
    }
}

/// The text of a template up to its first hole.
fn text_start(value: &Value) -> &str {
    match &value.data {
        Data::Text(text) => text,
        Data::Template(pieces) => match &pieces[..] {
            [Piece::Text(text), ..] => text,
            _ => "",
        },
        _ => "",
    }
}

/// Gives a tree the places at which its text is written. `outer` is the place of what is not found there.
fn align_tree(tree: &mut Tree, alignment: &Alignment, outer: Span, within: Span) {
    tree.place_nodes(outer, &|span, _, outer| {
        alignment.span(span).map_or(outer, |span| span.shifted(within.start as usize))
    });
}

/// Gives a tree that code has made the places of its keys in the code, where each is there but once.
fn name_tree(tree: &mut Tree, source: &Source, outer: Span, within: Span) {
    let names = names(source.slice(within));
    tree.place_nodes(outer, &|_, key, outer| {
        let found = key.and_then(|key| names.get(key).copied().flatten());
        found.map_or(outer, |span| span.shifted(within.start as usize))
    });
}

/// What is passed to a stack: a map in Terraform, a list of keys and values in the API.
fn arguments(stack: &Resource) -> FxHashMap<Arc<str>, Value> {
    let mut arguments = FxHashMap::default();
    let mut pass = |name: &Arc<str>, value: &Value, place: Place| {
        arguments.insert(name.clone(), value.clone().via(StepKind::ModuleArgument, name.clone(), place));
    };
    match stack.properties.entry("Parameters").map(|entry| &entry.value.data) {
        Some(Data::Object(map)) => map.entries.iter().for_each(|entry| pass(&entry.name, &entry.value, entry.place)),
        Some(Data::List(list)) => {
            for item in &list.items {
                let text = |name: &str| item.entry(name).map(|entry| &entry.value);
                let Some(Data::Text(name)) = text("ParameterKey").map(|value| &value.data) else { continue };
                if let Some(value) = text("ParameterValue") {
                    pass(name, value, item.origin.place);
                }
            }
        }
        _ => {}
    }
    arguments
}
