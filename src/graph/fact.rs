//! Code facts: what a program does, beside the resources that it makes, without its syntax tree.

use std::sync::Arc;

use crate::{
    graph::value::Value,
    source::{Place, Span},
};

/// One fact.
#[derive(Clone, Debug)]
pub enum Fact {
    /// A call of an AWS SDK, with its arguments as written.
    Call(Call),
    /// What a script or notebook imports.
    Script(Script),
    /// A file, or a part of it, that should be readable and is not.
    Fault(Fault),
}

/// The kinds of facts, for rules to choose one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FactKind {
    /// [`Fact::Call`]
    Call,
    /// [`Fact::Script`]
    Script,
    /// [`Fact::Fault`]
    Fault,
}

impl Fact {
    /// Which kind it is.
    pub fn kind(&self) -> FactKind {
        match self {
            Self::Call(_) => FactKind::Call,
            Self::Script(_) => FactKind::Script,
            Self::Fault(_) => FactKind::Fault,
        }
    }
}

/// A call of an AWS SDK.
#[derive(Clone, Debug)]
pub struct Call {
    /// Unit of the code.
    pub unit: Arc<str>,
    /// What is called, by its canonical name: `sagemaker.estimator.Estimator`, `boto3.sagemaker.create_model`.
    pub callee: Arc<str>,
    /// Function that holds the call; nothing at the top of the file.
    pub function: Option<Arc<str>>,
    /// Arguments in the order written.
    pub arguments: Vec<Argument>,
    /// Whether a `*` or `**` argument could not be resolved, so that there may be more arguments.
    pub open: bool,
    /// The callee as written.
    pub place: Place,
    /// The whole call.
    pub body: Place,
}

/// An argument of a call.
#[derive(Clone, Debug)]
pub struct Argument {
    /// Its keyword; nothing if it was given by position.
    pub name: Option<Arc<str>>,
    /// Its value.
    pub value: Value,
    /// Where it is written: the keyword and the expression.
    pub place: Place,
}

/// What a script or notebook imports.
#[derive(Clone, Debug)]
pub struct Script {
    /// Unit of the code.
    pub unit: Arc<str>,
    /// Imports, in order.
    pub imports: Vec<Import>,
    /// The start of the script.
    pub place: Place,
}

/// One imported name.
#[derive(Clone, Debug)]
pub struct Import {
    /// The full dotted name: `sagemaker.estimator.Estimator`.
    pub path: Arc<str>,
    /// The name it is bound to.
    pub name: Arc<str>,
    /// Where.
    pub place: Place,
}

/// A file, or a part of it, that should be readable and is not.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The file.
    pub path: Arc<str>,
    /// The language in which it is broken: `YAML`, `JSON`, `Python`.
    pub language: &'static str,
    /// What the parser says, lower case, no full stop.
    pub message: String,
    /// Where.
    pub place: Place,
    /// A second place that explains the first (the earlier key, the opening bracket), with what it is.
    pub related: Option<(String, Span)>,
    /// Whether the text can be read all the same, as one in which a key is written twice.
    pub readable: bool,
}
