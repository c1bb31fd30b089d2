//! Code facts: what a program does, beside the resources that it makes, without its syntax tree.

use std::sync::Arc;

use crate::{
    finding::Edit,
    graph::{Key, value::Value},
    source::{Place, Span},
};

/// One fact.
#[derive(Clone, Debug)]
pub enum Fact {
    /// A call of an AWS SDK, with its arguments as written.
    Call(Call),
    /// What a script or notebook imports.
    Script(Script),
    /// A Lambda handler, with the AWS operations that one run of it may call. Boxed: there are few, and they are large.
    Handler(Box<Handler>),
    /// A file, or a part of it, that should be readable and is not.
    Fault(Fault),
    /// A comment or setting that should silence a finding, and something about it that is not as it should be.
    Allowance(Allowance),
}

/// The callee of a call of `deploy` whose object is not followed, but whose arguments are those of the SageMaker SDK.
pub const UNFOLLOWED_DEPLOY: &str = "sagemaker.?.deploy";

/// The kinds of facts, for rules to choose one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FactKind {
    /// [`Fact::Call`]
    Call,
    /// [`Fact::Script`]
    Script,
    /// [`Fact::Handler`]
    Handler,
    /// [`Fact::Fault`]
    Fault,
    /// [`Fact::Allowance`]
    Allowance,
}

impl Fact {
    /// Which kind it is.
    pub fn kind(&self) -> FactKind {
        match self {
            Self::Call(_) => FactKind::Call,
            Self::Script(_) => FactKind::Script,
            Self::Handler(_) => FactKind::Handler,
            Self::Fault(_) => FactKind::Fault,
            Self::Allowance(_) => FactKind::Allowance,
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
    /// What the project says of the version of the SageMaker SDK.
    pub sdk: Option<Arc<Sdk>>,
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
    /// The keyword alone; nothing for an argument that came by position or by `**`.
    pub keyword: Option<Place>,
}

/// What a script or notebook imports, and what it does with its names.
#[derive(Clone, Debug)]
pub struct Script {
    /// Unit of the code.
    pub unit: Arc<str>,
    /// Imports, in order.
    pub imports: Vec<Import>,
    /// What the project says of the version of the SageMaker SDK.
    pub sdk: Option<Arc<Sdk>>,
    /// Whether it asks a package for its version, and may then do one thing or another.
    pub asks_version: bool,
    /// The names of the SDK's objects that it makes, sorted.
    pub made: Vec<Made>,
    /// Names of which it calls methods and which it binds nowhere, in order. Empty where names may come unseen: from a
    /// star import, `%run`, `exec`, or a part that could not be read.
    pub unbound: Vec<Unbound>,
    /// Where it compares the text `'__name__'` with `'__main__'`: the first of the two.
    pub quoted_guards: Vec<Place>,
    /// The start of the script.
    pub place: Place,
}

/// An object of the SDK that a script makes and gives a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Made {
    /// Its name, without that of the function that makes it.
    pub name: Arc<str>,
    /// What it is, as in the names of calls: `Estimator`, `Model`, `Processor`, `Transformer`, `HyperparameterTuner`.
    pub role: &'static str,
}

/// A name that a script uses and binds nowhere.
#[derive(Clone, Debug)]
pub struct Unbound {
    /// The name.
    pub name: Arc<str>,
    /// The first method that is called of it.
    pub method: Arc<str>,
    /// That call's name.
    pub place: Place,
    /// All places at which the name is used, in order.
    pub uses: Vec<Place>,
}

/// What a project says of the version of the SageMaker SDK that it uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sdk {
    /// The lowest major version that it allows, if it says so.
    pub least: Option<u32>,
    /// The highest one.
    pub most: Option<u32>,
    /// The requirement as written: `sagemaker>=2.15.0`.
    pub written: Arc<str>,
    /// Where.
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

/// A function that Lambda calls, and what it does from its first line on: through the helpers that it calls, wherever in
/// the package they stand.
#[derive(Clone, Debug)]
pub struct Handler {
    /// The file that holds it.
    pub path: Arc<str>,
    /// Its name in its file: `lambda_handler`.
    pub name: Arc<str>,
    /// The functions that run it, sorted; none where it is known by its signature alone.
    pub functions: Vec<Key>,
    /// Its name, where it is defined.
    pub place: Place,
    /// The AWS operations that it may call, in the order in which a run comes to them. An operation that is called at two
    /// places is there twice; one in a helper that is called twice is there once.
    pub operations: Vec<Operation>,
    /// Where it waits.
    pub pauses: Vec<Pause>,
    /// Its loops that hold an operation.
    pub loops: Vec<Loop>,
}

/// Stands for a name that cannot be known.
pub const UNKNOWN_NAME: &str = "?";

/// A set of a handler's operations, by their numbers: a handler has at most 128.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Operations(pub u128);

/// An operation of an AWS service, as a handler calls it.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The service, by the name of its SDK client: `textract`, `bedrock-runtime`.
    pub service: Arc<str>,
    /// The method of the client: `detect_document_text`. For a paginator it is the operation that it repeats.
    pub name: Arc<str>,
    /// The callee as written: `client.detect_document_text`.
    pub place: Place,
    /// The names of the arguments that it is given, sorted: `JobId`, `NextToken`.
    pub given: Vec<Arc<str>>,
    /// The arguments with results of operations in them, each with these operations.
    pub fed: Vec<(Arc<str>, Operations)>,
    /// The names under which something is looked up in its result, sorted: `JobStatus`; [`UNKNOWN_NAME`] for one that
    /// cannot be known.
    pub reads: Vec<Arc<str>>,
    /// The calls of helpers that lead there, outermost first; empty in the handler itself.
    pub through: Vec<Place>,
    /// The operations that may have run before it on one path. Two branches of one condition are on no path together.
    pub before: Operations,
    /// The operations whose results may be in its arguments. Where a result goes through another operation (an object is
    /// stored, and loaded again by its key), that one stands between.
    pub uses: Operations,
}

/// A wait.
#[derive(Clone, Debug)]
pub struct Pause {
    /// How long, where that is a constant.
    pub seconds: Option<f64>,
    /// What it waits for, where it is a waiter of the SDK: `training_job_completed_or_stopped`. Its service is the first.
    pub waiter: Option<(Arc<str>, Arc<str>)>,
    /// Whether it stands where a failure is handled: there it holds back the next try.
    pub on_failure: bool,
    /// The call.
    pub place: Place,
    /// The operations that may have run before it on one path.
    pub before: Operations,
}

/// A loop.
#[derive(Clone, Debug)]
pub struct Loop {
    /// Its head.
    pub place: Place,
    /// The operations within it, those of helpers included.
    pub operations: Operations,
    /// Numbers of the pauses within it.
    pub pauses: Vec<usize>,
    /// How often it goes round.
    pub rounds: Rounds,
}

/// How often a loop goes round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rounds {
    /// So often at most: `for _ in range(30)`, `while tries < 30`.
    Most(f64),
    /// Until something has come about: `while status != "COMPLETED"`.
    Until,
    /// That cannot be known.
    Unknown,
}

impl Operations {
    /// The operation with one number.
    pub fn one(number: usize) -> Self {
        Self(u32::try_from(number).ok().and_then(|number| 1_u128.checked_shl(number)).unwrap_or(0))
    }

    /// Whether it holds an operation.
    pub fn has(self, number: usize) -> bool {
        self.0 & Self::one(number).0 != 0
    }

    /// Whether it holds none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What one or the other holds.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The numbers, ascending.
    pub fn numbers(self) -> impl Iterator<Item = usize> {
        (0..128).filter(move |&number| self.has(number))
    }
}

impl Handler {
    /// The operations whose results reach an operation, directly or through others that ran before it.
    pub fn sources(&self, number: usize) -> Operations {
        let (mut reached, mut open) = (Operations::default(), Operations::one(number));
        while let Some(at) = open.numbers().next() {
            open.0 &= !Operations::one(at).0;
            let Some(operation) = self.operations.get(at) else { continue };
            let new = Operations(operation.uses.0 & !reached.0);
            reached = reached.and(new);
            open = open.and(new);
        }
        reached
    }
}

impl Script {
    /// A script of which nothing is known yet.
    pub fn at(unit: Arc<str>, place: Place) -> Self {
        Self {
            unit,
            imports: Vec::new(),
            sdk: None,
            asks_version: false,
            made: Vec::new(),
            unbound: Vec::new(),
            quoted_guards: Vec::new(),
            place,
        }
    }
}

impl Sdk {
    /// Whether each version that the requirement allows has this major number or a higher one.
    pub fn is_at_least(&self, major: u32) -> bool {
        self.least.is_some_and(|least| least >= major)
    }

    /// Whether each version that the requirement allows has a lower major number.
    pub fn is_below(&self, major: u32) -> bool {
        self.most.is_some_and(|most| most < major)
    }
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

/// An allowance (`# mllint: allow RULE -- reason`, `Metadata`, `[[allow]]`) that is not as it should be.
#[derive(Clone, Debug)]
pub struct Allowance {
    /// What is wrong with it.
    pub fault: AllowanceFault,
    /// The rule as it is written, or what stands in its place.
    pub name: Arc<str>,
    /// Where that is.
    pub place: Place,
    /// What mends it.
    pub edit: Option<Edit>,
}

/// What is wrong with an allowance.
#[derive(Clone, Debug)]
pub enum AllowanceFault {
    /// It silences nothing.
    Unused {
        /// The nearest finding of its rule in the same file.
        nearest: Option<Place>,
    },
    /// There is no rule of this name.
    Unknown {
        /// The nearest names that exist, best first.
        nearest: Vec<&'static str>,
    },
    /// Its last day is over.
    Expired {
        /// That day, `YYYY-MM-DD`.
        on: String,
        /// How many findings it would have silenced; nothing where its rule did not run, or not on all that it is for.
        covers: Option<usize>,
    },
    /// It cannot be read.
    Malformed {
        /// What is wrong: lower case, no full stop.
        message: String,
        /// What to write.
        help: String,
    },
}
