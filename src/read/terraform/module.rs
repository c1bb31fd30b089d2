//! One directory of configuration: what its files declare, override files merged in. Nothing is evaluated yet.

use std::{borrow::Cow, collections::BTreeMap, sync::Arc};

use rustc_hash::FxHashMap;

use super::{instance::Mode, types::Type};
use crate::{
    graph::{NotEvaluated, value::Value},
    source::{FileId, Place},
    syntax::hcl::{Attribute, Block, Body, Expr, Node},
};

/// A block, with the override blocks that are laid over it.
#[derive(Debug)]
pub(super) struct Layers {
    /// The block as declared first, then what overrides it, each with its file.
    layers: Vec<(FileId, Block)>,
}

/// An attribute that counts, with the file that it stands in.
#[derive(Clone, Copy)]
pub(super) struct Written<'m> {
    pub(super) file: FileId,
    pub(super) attribute: &'m Attribute,
}

impl Written<'_> {
    /// Where the name stands.
    pub(super) fn place(self) -> Place {
        Place::new(self.file, self.attribute.name_span)
    }
}

impl Layers {
    fn of(file: FileId, block: Block) -> Self {
        Self { layers: vec![(file, block)] }
    }

    /// The block as it was declared first, and its file.
    pub(super) fn base(&self) -> (FileId, &Block) {
        let (file, block) = &self.layers[0];
        (*file, block)
    }

    /// The label at a position; empty where there is none.
    pub(super) fn label(&self, at: usize) -> &str {
        self.base().1.labels.get(at).map_or("", |label| &label.text)
    }

    /// Kind and labels.
    pub(super) fn head(&self) -> Place {
        let (file, block) = self.base();
        Place::new(file, block.head)
    }

    /// The whole block.
    pub(super) fn whole(&self) -> Place {
        let (file, block) = self.base();
        Place::new(file, block.span)
    }

    /// The attribute with a name.
    pub(super) fn attribute(&self, name: &str) -> Option<Written<'_>> {
        self.layers.iter().rev().find_map(|(file, block)| {
            let attribute = block.body.attribute(name)?;
            Some(Written { file: *file, attribute })
        })
    }

    /// All attributes, in the order of the first block; what an override adds comes last.
    pub(super) fn attributes(&self) -> Vec<Written<'_>> {
        let mut written: Vec<Written<'_>> = Vec::new();
        for (file, block) in &self.layers {
            for attribute in &block.body.attributes {
                let one = Written { file: *file, attribute };
                match written.iter_mut().find(|known| known.attribute.name == attribute.name) {
                    Some(known) => *known = one,
                    None => written.push(one),
                }
            }
        }
        written
    }

    /// The blocks inside: those of a kind that an override has replace all that there were of it.
    pub(super) fn blocks(&self) -> Vec<(FileId, &Block)> {
        let mut blocks: Vec<(FileId, &Block)> = Vec::new();
        for (file, layer) in &self.layers {
            let inner = &layer.body.blocks;
            blocks.retain(|(_, known)| !inner.iter().any(|block| produced(block) == produced(known)));
            blocks.extend(inner.iter().map(|block| (*file, block)));
        }
        blocks
    }

    /// The blocks of a kind, also where they are written as objects, as in JSON.
    pub(super) fn blocks_of(&self, kind: &str) -> Vec<(FileId, Cow<'_, Block>)> {
        let last = self.layers.iter().rev().find_map(|(file, layer)| {
            let blocks = layer.body.blocks_of(kind);
            (!blocks.is_empty()).then_some((file, blocks))
        });
        last.into_iter().flat_map(|(file, blocks)| blocks.into_iter().map(|block| (*file, block))).collect()
    }

    /// Whether an argument or a block of a name is written.
    pub(super) fn is_written(&self, name: &str) -> bool {
        self.attribute(name).is_some() || self.blocks().iter().any(|(_, block)| produced(block) == name)
    }
}

/// The kind of the blocks that a block stands for: a `dynamic` one stands for those of its label.
fn produced(block: &Block) -> &str {
    match block.labels.first() {
        Some(label) if &*block.kind == "dynamic" => &label.text,
        _ => &block.kind,
    }
}

/// The mode that the kind of a block stands for.
fn mode_of(kind: &str) -> Option<Mode> {
    match kind {
        "resource" => Some(Mode::Managed),
        "data" => Some(Mode::Data),
        "ephemeral" => Some(Mode::Ephemeral),
        _ => None,
    }
}

/// What stands before the type in an address.
fn prefix(mode: Mode) -> &'static str {
    match mode {
        Mode::Managed => "",
        Mode::Data => "data.",
        Mode::Ephemeral => "ephemeral.",
    }
}

/// A resource or data source.
#[derive(Debug)]
pub(super) struct Declared {
    pub(super) mode: Mode,
    pub(super) layers: Layers,
}

impl Declared {
    /// Its type: `aws_s3_bucket`.
    pub(super) fn kind(&self) -> &str {
        self.layers.label(0)
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        self.layers.label(1)
    }

    /// Its address within its module, without an index.
    pub(super) fn address(&self) -> String {
        format!("{}{}.{}", prefix(self.mode), self.kind(), self.name())
    }
}

/// What a variable says beside its default.
#[derive(Debug)]
pub(super) struct Declaration {
    pub(super) kind: Type,
    /// Whether null stays null where it is given.
    pub(super) nullable: bool,
    /// Whether its text on the command line is a text, not an expression.
    pub(super) is_plain: bool,
    pub(super) head: Place,
}

/// What a directory declares.
#[derive(Debug, Default)]
pub(super) struct Module {
    /// Path from the root.
    pub(super) folder: Arc<str>,
    /// Its files, in the order in which they count.
    pub(super) files: Vec<(Arc<str>, FileId)>,
    pub(super) variables: BTreeMap<Box<str>, Layers>,
    /// Filled in when all files are there.
    pub(super) declarations: FxHashMap<Box<str>, Declaration>,
    pub(super) locals: FxHashMap<Box<str>, (FileId, Attribute)>,
    pub(super) outputs: BTreeMap<Box<str>, Layers>,
    pub(super) resources: Vec<Declared>,
    by_name: FxHashMap<String, usize>,
    pub(super) calls: Vec<Layers>,
    calls_by_name: FxHashMap<Box<str>, usize>,
    pub(super) providers: Vec<Layers>,
    /// Files of which a part is missing: what they declare may be more.
    pub(super) broken: Vec<(String, Place)>,
    pub(super) not_evaluated: Vec<NotEvaluated>,
    /// What `moved` blocks tell of addresses: from, to.
    pub(super) moves: Vec<(String, String)>,
}

impl Module {
    /// The number of a resource or data source, by its address within the module.
    pub(super) fn resource(&self, address: &str) -> Option<usize> {
        self.by_name.get(address).copied()
    }

    /// Whether the directory is a module for other people's configurations, read here without a caller: it manages
    /// resources of AWS and configures no provider for them. A variable that defaults to null is the caller's to set.
    pub(super) fn is_for_others(&self) -> bool {
        let manages = |resource: &Declared| resource.mode == Mode::Managed && resource.kind().starts_with("aws_");
        self.providers.is_empty() && self.resources.iter().any(manages)
    }

    /// The number of a module call.
    pub(super) fn call(&self, name: &str) -> Option<usize> {
        self.calls_by_name.get(name).copied()
    }

    /// Settles what needs all files: the types of variables. `literal` evaluates without names.
    pub(super) fn finish(&mut self, literal: &dyn Fn(&Expr, FileId) -> Value) {
        let names = self.calls.iter().enumerate().map(|(at, call)| (call.label(0).into(), at));
        self.calls_by_name = names.collect();
        for (name, layers) in &self.variables {
            let kind = layers.attribute("type").map_or(Type::Any, |written| {
                Type::of(&written.attribute.value, &|default| literal(default, written.file))
            });
            let nullable = layers.attribute("nullable").map(|written| &written.attribute.value.node);
            let is_plain =
                layers.attribute("type").is_none() || matches!(kind, Type::String | Type::Number | Type::Bool);
            let nullable = !matches!(nullable, Some(Node::Bool(false)));
            let declaration = Declaration { kind, nullable, is_plain, head: layers.head() };
            self.declarations.insert(name.clone(), declaration);
        }
    }

    /// Takes in the declarations of a file.
    pub(super) fn add(&mut self, path: &Arc<str>, file: FileId, body: Body, overrides: bool) {
        for block in body.blocks {
            let head = Place::new(file, block.head);
            let what = describe(&block);
            if let Err(why) = self.add_block(file, block, overrides) {
                let note =
                    NotEvaluated { path: path.clone(), place: Some(head), kind: "resource", what, why: why.to_owned() };
                self.not_evaluated.push(note);
            }
        }
    }

    fn add_block(&mut self, file: FileId, block: Block, overrides: bool) -> Result<(), &'static str> {
        let name = block.labels.first().map(|label| label.text.clone());
        if let Some(mode) = mode_of(&block.kind) {
            if block.labels.len() != 2 {
                return Err("its type or its name is missing");
            }
            return self.add_resource(Declared { mode, layers: Layers::of(file, block) }, overrides);
        }
        match &*block.kind {
            "locals" => {
                for attribute in block.body.attributes {
                    if overrides || !self.locals.contains_key(&attribute.name) {
                        self.locals.insert(attribute.name.clone(), (file, attribute));
                    }
                }
                Ok(())
            }
            "variable" => named(&mut self.variables, name, file, block, overrides),
            "output" => named(&mut self.outputs, name, file, block, overrides),
            "module" => {
                let same = |known: &Layers| Some(known.label(0)) == name.as_deref();
                listed(&mut self.calls, same, file, block, overrides)
            }
            "provider" => {
                let alias = alias_of(&block).map(str::to_owned);
                let same = |known: &Layers| {
                    Some(known.label(0)) == name.as_deref() && alias_of(known.base().1) == alias.as_deref()
                };
                listed(&mut self.providers, same, file, block, overrides)
            }
            "moved" => {
                let end = |name: &str| address(&block.body.attribute(name)?.value);
                self.moves.extend(end("from").zip(end("to")));
                Ok(())
            }
            // What they say changes no resource's configuration.
            "terraform" | "import" | "removed" | "check" => Ok(()),
            _ => Err("Terraform has no such block"),
        }
    }

    fn add_resource(&mut self, declared: Declared, overrides: bool) -> Result<(), &'static str> {
        let address = declared.address();
        match self.by_name.get(&address) {
            Some(&at) if overrides => self.resources[at].layers.layers.extend(declared.layers.layers),
            Some(_) => return Err("one of this address is declared before"),
            None => {
                self.by_name.insert(address, self.resources.len());
                self.resources.push(declared);
            }
        }
        Ok(())
    }
}

/// An address that an expression writes: `module.a.aws_s3_bucket.b["c"]`.
fn address(expression: &Expr) -> Option<String> {
    Some(match &expression.node {
        Node::Name(name) | Node::Text(name) => name.to_string(),
        Node::Attribute(of, name) => format!("{}.{name}", address(of)?),
        Node::Index(of, key) => match &key.node {
            Node::Text(key) => format!("{}[{key:?}]", address(of)?),
            Node::Number(at) => format!("{}[{at}]", address(of)?),
            _ => return None,
        },
        _ => return None,
    })
}

/// What a provider block is told apart by.
fn alias_of(block: &Block) -> Option<&str> {
    let alias = block.body.attribute("alias")?;
    literal(&alias.value)
}

/// The text of an expression that is one without holes.
pub(super) fn literal(expression: &Expr) -> Option<&str> {
    match &expression.node {
        Node::Text(text) => Some(text),
        _ => None,
    }
}

fn named(
    known: &mut BTreeMap<Box<str>, Layers>,
    name: Option<Box<str>>,
    file: FileId,
    block: Block,
    overrides: bool,
) -> Result<(), &'static str> {
    let Some(name) = name else { return Err("its name is missing") };
    match known.get_mut(&name) {
        Some(layers) if overrides => layers.layers.push((file, block)),
        Some(_) => return Err("one of this name is declared before"),
        None => {
            known.insert(name, Layers::of(file, block));
        }
    }
    Ok(())
}

fn listed(
    known: &mut Vec<Layers>,
    same: impl Fn(&Layers) -> bool,
    file: FileId,
    block: Block,
    overrides: bool,
) -> Result<(), &'static str> {
    if block.labels.is_empty() {
        return Err("its name is missing");
    }
    match known.iter().position(same) {
        Some(at) if overrides => known[at].layers.push((file, block)),
        Some(_) => return Err("one of this name is declared before"),
        None => known.push(Layers::of(file, block)),
    }
    Ok(())
}

/// A block as a reader names it: `resource "aws_s3_bucket" "raw"`.
fn describe(block: &Block) -> String {
    let labels: String = block.labels.iter().map(|label| format!(" \"{}\"", label.text)).collect();
    format!("`{}{labels}`", block.kind)
}
