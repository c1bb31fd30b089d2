//! `AWS::Include`: snippets in files beside a template, merged where they are named.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{
    functions::transform,
    nested::{Stack, beside, tree_of},
    template::Template,
    values::{Call, scalar_text},
};
use crate::{
    graph::value::{Data, Object, Unknown, Value},
    read::given::Given,
    source::Source,
    syntax::tree::{Node, Tree},
};

/// The transform that puts a snippet in its place.
pub(super) const INCLUDE: &str = "AWS::Include";

/// Snippets that are read for one template at most.
const MAX_SNIPPETS: usize = 64;

/// Snippets within snippets are followed this deep.
const MAX_INCLUDED: usize = 6;

/// What is said of a transform whose result is not known.
pub(super) const NOT_KNOWN: &str = "what it brings is not known";

/// The snippets that a template and its snippets name, by path.
#[derive(Default)]
pub(super) struct Snippets {
    named: FxHashMap<Arc<str>, (Arc<Source>, Tree)>,
    /// Templates whose sections are those of the template as well.
    whole: Vec<(Arc<Source>, Tree)>,
}

/// What an inclusion brings: a node, and the file that it stands in.
#[derive(Clone, Copy)]
pub(super) struct Brought<'t> {
    pub(super) source: &'t Source,
    pub(super) node: Node<'t>,
}

/// An inclusion among the sections of a template, or in one of them.
pub(super) struct Section<'t> {
    /// Nothing where it brings whole sections.
    pub(super) name: Option<&'static str>,
    pub(super) brought: Brought<'t>,
}

impl Snippets {
    /// Templates whose sections are those of the template as well.
    pub(super) fn whole(whole: Vec<(Arc<Source>, Tree)>) -> Self {
        Self { whole, ..Self::default() }
    }

    /// These templates.
    pub(super) fn sections(&self) -> impl Iterator<Item = Section<'_>> {
        let roots = self.whole.iter().filter_map(|(source, tree)| Some((source, tree.root()?)));
        roots.map(|(source, node)| Section { name: None, brought: Brought { source, node } })
    }

    /// Reads the files that the inclusions in a template name, and those that these name.
    pub(super) fn of(stack: &Stack<'_>, source: &Source, root: Node<'_>, given: &Given) -> Self {
        let mut snippets = Self::default();
        let Some(files) = stack.files else { return snippets };
        let texts = Texts { root, stack, given };
        let mut wanted = named(source, root, &texts);
        while let Some(path) = wanted.pop() {
            if snippets.named.len() >= MAX_SNIPPETS {
                break;
            }
            if snippets.named.contains_key(&path) {
                continue;
            }
            let Ok(source) = files.read(&path) else { continue };
            let Some(tree) = tree_of(&source) else { continue };
            wanted.extend(tree.root().map(|root| named(&source, root, &texts)).unwrap_or_default());
            snippets.named.insert(path, (source, tree));
        }
        snippets
    }
}

/// The texts of a template's parameters: inclusions are carried out before anything else is evaluated.
struct Texts<'a> {
    root: Node<'a>,
    stack: &'a Stack<'a>,
    given: &'a Given,
}

impl Texts<'_> {
    /// What a parameter is given, or its default.
    fn parameter(&self, name: &str) -> Option<Arc<str>> {
        let stack = self.stack;
        if name == "AWS::Region" {
            return self.given.region(&stack.unit).cloned();
        }
        let declared = self.root.get("Parameters")?.get(name)?;
        if stack.is_nested() {
            if let Some(passed) = stack.argument(name) {
                return passed.plain_text();
            }
        } else if let Some(given) = self.given.parameter(&stack.unit, name) {
            return given.text.clone();
        }
        scalar_text(declared.get("Default")?).map(|text| text.as_ref().into())
    }

    /// A text as it is written, `Ref`, or `Fn::Sub` of parameters.
    fn text(&self, node: Node<'_>) -> Option<Arc<str>> {
        match Call::of(node) {
            None => node.text().map(Into::into),
            Some(call) if call.name == "Ref" => self.parameter(call.argument.text()?),
            Some(call) if call.name == "Sub" => {
                let (mut text, mut rest) = (String::new(), call.argument.text()?);
                while let Some((before, after)) = rest.split_once("${") {
                    let (name, tail) = after.split_once('}')?;
                    text.push_str(before);
                    text.push_str(&self.parameter(name.trim())?);
                    rest = tail;
                }
                text.push_str(rest);
                Some(text.into())
            }
            Some(_) => None,
        }
    }
}

/// The paths of the snippets that inclusions in a file name.
fn named(source: &Source, root: Node<'_>, texts: &Texts<'_>) -> Vec<Arc<str>> {
    let mut paths = Vec::new();
    if !source.text().contains(INCLUDE) {
        return paths;
    }
    let mut nodes = vec![root];
    while let Some(node) = nodes.pop() {
        if transform(node) == INCLUDE {
            paths.extend(path(source, node, texts).ok());
        }
        let within = node.items().chain(node.own_entries().map(|entry| entry.value));
        // What an alias leads to is seen where it stands.
        nodes.extend(within.filter(|node| !node.is_alias()));
    }
    paths
}

/// The path of the snippet that an inclusion names, if it may lie beside the file; else why it is not read.
fn path(source: &Source, include: Node<'_>, texts: &Texts<'_>) -> Result<Arc<str>, String> {
    let one = include.items().next().unwrap_or(include);
    let location = one.get("Parameters").and_then(|node| node.get("Location"));
    match location.and_then(|node| texts.text(node)) {
        Some(location) if !location.contains("://") => beside(source, &location),
        _ => Err(NOT_KNOWN.to_owned()),
    }
}

impl<'t> Template<'t> {
    /// What a transform brings: an inclusion of a file beside the one that it stands in; else why that is not known.
    pub(super) fn brought(&self, call: Node<'t>) -> Result<Brought<'t>, String> {
        if transform(call) != INCLUDE || call.items().len() > 1 {
            return Err(NOT_KNOWN.to_owned());
        }
        let texts = Texts { root: self.root, stack: &self.stack, given: self.given };
        let path = path(self.source, call, &texts)?;
        let Some((source, tree)) = self.snippets.named.get(&path) else {
            let is_there = self.stack.file_exists(&path);
            return Err(if is_there {
                format!("`{path}` cannot be read")
            } else {
                format!("there is no file `{path}`")
            });
        };
        let is_around = self.including.iter().any(|around| std::ptr::eq(*around, &**source));
        if is_around || self.including.len() >= MAX_INCLUDED {
            return Err("snippets include each other without end, or too deeply".to_owned());
        }
        let node = tree.root().ok_or_else(|| format!("`{path}` is empty"))?;
        Ok(Brought { source, node })
    }

    /// The value of what a transform brings; else why it is not known.
    pub(super) fn included(&mut self, call: Node<'t>) -> Result<Value, String> {
        let Brought { source, node } = self.brought(call)?;
        self.including.push(source);
        let value = self.within(source, |template| template.eval(node));
        self.including.pop();
        Ok(value)
    }

    /// Does something with what stands in a file: the template's own, or a snippet's.
    pub(super) fn within<R>(&mut self, source: &'t Source, then: impl FnOnce(&mut Self) -> R) -> R {
        if std::ptr::eq(self.source, source) {
            return then(self);
        }
        let outer = std::mem::replace(&mut self.source, source);
        // Nodes of two files may have one number.
        let shared = std::mem::take(&mut self.shared);
        let made = then(self);
        (self.source, self.shared) = (outer, shared);
        made
    }

    /// A section as it is written, and as inclusions bring more of it.
    pub(super) fn section(&self, name: &str) -> Vec<Brought<'t>> {
        let own = self.root.get(name).map(|node| Brought { source: self.source, node });
        let more = self.sections.iter().filter_map(|section| match section.name {
            Some(known) => (known == name).then_some(section.brought),
            None => section.brought.node.get(name).map(|node| Brought { node, ..section.brought }),
        });
        own.into_iter().chain(more).collect()
    }
}

/// Adds the entries of what is included beside others to an object: what is written there stays.
pub(super) fn merge(object: &mut Object, included: &Value, otherwise: Unknown) {
    let Data::Object(more) = &included.data else {
        object.open.get_or_insert(otherwise);
        return;
    };
    for entry in &more.entries {
        if object.entry(&entry.name).is_none() {
            object.entries.push(entry.clone());
        }
    }
    if object.open.is_none() {
        object.open.clone_from(&more.open);
    }
}
