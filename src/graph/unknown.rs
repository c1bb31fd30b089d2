//! What could not be known, why, and what it is called.

use std::{borrow::Cow, fmt, sync::Arc};

use crate::source::{Place, Source};

/// Why a value is unknown, and which unknown it is: two unknowns with the same place and name are the same run-time value.
#[derive(Clone)]
pub struct Unknown {
    /// The kind of reason.
    pub reason: Reason,
    /// What could not be known; [`Unknown::name`] tells it as the reader knows it.
    pub name: Name,
    /// Where the unknown arose.
    pub place: Place,
}

/// What an unknown value is called. Most of these names are never read, so that those which stand in the code are not copied
/// from it until somebody asks.
#[derive(Clone)]
pub enum Name {
    /// As it is: `parameter SubnetId`.
    Given(Arc<str>),
    /// What is written at the place of the unknown, in this file: `` `args.instance_type` ``.
    Written(Arc<Source>),
    /// What is computed of other unknown values: the same wherever that is done.
    Computed(Arc<Computed>),
}

/// A value that is computed of unknown ones in a way that always comes out alike: `args.count > 1`.
#[derive(Debug)]
pub struct Computed {
    /// Tells which values it is computed of, and how; unique within a run, never shown.
    pub identity: Arc<str>,
    /// As a reader knows it.
    pub text: Arc<str>,
}

/// Kinds of reasons for not knowing a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// A parameter or variable without a default.
    NoDefault,
    /// It comes from outside of what was read: an import, an SSM parameter, a secret, a data source, an unread module.
    External,
    /// It is decided at run time or on deployment: a call, a pseudo-parameter, a generated name.
    RunTime,
    /// An expression that mllint does not evaluate.
    Unsupported,
    /// A loop, or an assignment in code that may or may not have run.
    Control,
    /// A bound of mllint's: too deep, too many, a cycle.
    Limit,
    /// The expression is wrong, so that it has no value.
    Invalid,
}

/// Longest text of an expression that a message shows, in characters.
const SHOWN: usize = 60;

/// How the name of an unknown value begins that is the image of a JumpStart model: the model's id follows.
const IMAGE_OF_MODEL: &str = "the image of the JumpStart model ";
/// The same of an environment variable: its name follows, and a backquote.
const VARIABLE: &str = "environment variable `";

impl Unknown {
    /// What is written at `place` of a file, and could not be known.
    pub fn written(reason: Reason, source: &Arc<Source>, place: Place) -> Self {
        Self { reason, name: Name::Written(source.clone()), place }
    }

    /// What could not be known, as the reader knows it: `parameter SubnetId`, `` `args.instance_type` ``.
    pub fn name(&self) -> Cow<'_, str> {
        match &self.name {
            Name::Given(name) => Cow::Borrowed(name),
            Name::Written(source) => Cow::Owned(quoted(source.slice(self.place.span))),
            Name::Computed(computed) => Cow::Owned(quoted(&computed.text)),
        }
    }

    /// Its name up to the backquote that ends it, in pieces: a part of it goes on from there.
    pub fn unended_name(&self) -> [&str; 3] {
        match &self.name {
            Name::Given(name) => match name.strip_suffix('`') {
                Some(whole) => ["", whole, ""],
                None => ["`", name, ""],
            },
            Name::Written(source) => {
                let (line, more) = shown(source.slice(self.place.span));
                ["`", line, more]
            }
            Name::Computed(computed) => {
                let (line, more) = shown(&computed.text);
                ["`", line, more]
            }
        }
    }

    /// The image of a JumpStart model, which the SDK looks up in a list of AWS's.
    pub fn image_of_model(id: &str, place: Place) -> Self {
        Self { reason: Reason::External, name: format!("{IMAGE_OF_MODEL}{id}").into(), place }
    }

    /// The id of the JumpStart model whose image it is.
    pub fn model_id(&self) -> Option<&str> {
        self.given_name()?.strip_prefix(IMAGE_OF_MODEL)
    }

    /// An environment variable, which whoever runs the code may set.
    pub fn variable(name: &str, place: Place) -> Self {
        Self { reason: Reason::RunTime, name: format!("{VARIABLE}{name}`").into(), place }
    }

    /// The name of the environment variable that it is.
    pub fn variable_name(&self) -> Option<&str> {
        self.given_name()?.strip_prefix(VARIABLE)?.strip_suffix('`')
    }

    /// The environment variable that a question is about, by what tells its subject from others, and whether it asks of all of
    /// its value: not of what is computed of it.
    pub fn variable_in(subject: &str) -> Option<(&str, bool)> {
        let (before, rest) = subject.split_once(VARIABLE)?;
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
        Some((&rest[..end], before == ":" && end == rest.len()))
    }

    /// Its name, unless that is what is written at its place.
    pub fn given_name(&self) -> Option<&str> {
        match &self.name {
            Name::Given(name) => Some(name),
            Name::Written(_) | Name::Computed(_) => None,
        }
    }

    /// What tells it from all others, if it is computed of other unknown values.
    pub fn computed(&self) -> Option<&Arc<str>> {
        match &self.name {
            Name::Computed(computed) => Some(&computed.identity),
            Name::Given(_) | Name::Written(_) => None,
        }
    }
}

/// The text of an expression as a message shows it: its first line between backquotes, unless that is too long.
pub fn quoted(text: &str) -> String {
    let (line, more) = shown(text);
    ["`", line, more, "`"].concat()
}

/// What is shown of a text, and what says that there is more of its line.
fn shown(text: &str) -> (&str, &'static str) {
    let end = memchr::memchr(b'\n', text.as_bytes()).unwrap_or(text.len());
    let line = text[..end].trim_end();
    let cut = if line.len() > SHOWN { line.char_indices().nth(SHOWN) } else { None };
    // What goes on below is told by its bracket.
    let rest = match line.as_bytes().last() {
        Some(b'{') if end < text.len() => "…}",
        Some(b'[') if end < text.len() => "…]",
        Some(b'(') if end < text.len() => "…)",
        _ => "",
    };
    cut.map_or((line, rest), |(at, _)| (&line[..at], "…"))
}

impl<T: Into<Arc<str>>> From<T> for Name {
    fn from(name: T) -> Self {
        Self::Given(name.into())
    }
}

impl From<Computed> for Name {
    fn from(computed: Computed) -> Self {
        Self::Computed(Arc::new(computed))
    }
}

impl PartialEq for Unknown {
    fn eq(&self, other: &Self) -> bool {
        // What is written at one place is one text.
        let is_one = || matches!((&self.name, &other.name), (Name::Written(_), Name::Written(_)));
        self.reason == other.reason && self.place == other.place && (is_one() || self.name() == other.name())
    }
}

impl Eq for Unknown {}

impl fmt::Debug for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (reason, place, name) = (self.reason, self.place, self.name());
        f.debug_struct("Unknown").field("reason", &reason).field("name", &name).field("place", &place).finish()
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.reason {
            Reason::NoDefault => "has no default",
            Reason::External => "comes from outside of what was read",
            Reason::RunTime => "is known only when it runs",
            Reason::Unsupported => "is not evaluated",
            Reason::Control => "depends on the path that the code takes",
            Reason::Limit => "is beyond what mllint evaluates",
            Reason::Invalid => "is not valid",
        };
        write!(f, "{} {why}", self.name())
    }
}
