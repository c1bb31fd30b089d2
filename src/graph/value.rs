//! Values as far as the files tell them: absent, unknown with a reason, or known, each with its origin.

use std::sync::Arc;

use crate::{
    finding::Confidence,
    graph::{chosen, guard::Formula, number::Number},
    source::Place,
};

pub use super::unknown::{Computed, Name, Reason, Unknown, quoted};

/// A value has at most so many branches: more than [`crate::check`] looks at worlds, even if some branches exclude each
/// other. Beyond that it is unknown.
pub const MAX_BRANCHES: usize = 64;
/// Values are followed through this many steps; those in between are left out.
const MAX_STEPS: usize = 32;
/// A text is put together from this many bytes and pieces at most: what doubles a text at each step must end somewhere.
const MAX_TEXT: usize = 4 << 20;
const MAX_PIECES: usize = 100_000;
/// An object that is changed entry by entry, and a list, grow no larger: beyond that they are open.
pub const MAX_ENTRIES: usize = 1_000;
/// Values are nested this deep at most, so that whoever walks them may recurse.
pub const MAX_LEVELS: usize = 96;

/// A value and where it comes from.
#[derive(Clone, Debug)]
pub struct Value {
    /// What is known of it.
    pub data: Data,
    /// Where it was written, and how it came here.
    pub origin: Origin,
}

/// What is known of a value.
#[derive(Clone, Debug)]
pub enum Data {
    /// Written so that the property does not exist: `null`, `None`, `AWS::NoValue`.
    Absent,
    /// It cannot be known before the deployment or the run.
    Unknown(Unknown),
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text, wholly known.
    Text(Arc<str>),
    /// A text with holes.
    Template(Arc<[Piece]>),
    /// A resource, or an attribute of one.
    Reference(Arc<Reference>),
    /// A name of the program itself (a class, a function, a client): no value of a property. Rules see it as unknown.
    Symbol(Arc<str>),
    /// A list.
    List(Arc<List>),
    /// A mapping from names to values.
    Object(Arc<Object>),
    /// One of two values, by a condition that is not decided.
    Guarded(Arc<Guarded>),
}

/// Where a value was written, and the steps it came by, nearest step first.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Where the value itself (the literal, the expression) is written.
    pub place: Place,
    /// The last step on its way; each leads to the one before.
    pub step: Option<Arc<Step>>,
    /// Whether the value was made of what is written there, and is another one.
    pub is_made: bool,
}

/// One step on the way of a value from where it is written to where it is used.
#[derive(Clone, Debug)]
pub struct Step {
    /// What kind of step.
    pub kind: StepKind,
    /// The name that it went through, as written.
    pub name: Arc<str>,
    /// Where that name is declared or assigned.
    pub place: Place,
    /// The step before.
    pub before: Option<Arc<Step>>,
}

/// Kinds of steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// The default of a template's parameter.
    ParameterDefault,
    /// The default of a Terraform variable.
    VariableDefault,
    /// A value given by a file: tfvars, parameters.
    Given,
    /// A value given on the command line or by the configuration: `--var`, `--region`.
    Flag,
    /// A local, a constant, a program variable.
    Variable,
    /// A mapping or dict entry.
    Entry,
    /// A module's, nested template's or function's argument.
    ModuleArgument,
    /// The default of a function's argument.
    ArgumentDefault,
    /// The default of an argument that whoever runs the code may give, on the command line or by calling it.
    OptionDefault,
    /// The default of a pipeline parameter.
    PipelineParameter,
    /// The default of an environment variable.
    EnvironmentDefault,
    /// The SDK's configuration file.
    SdkConfig,
    /// The one export whose name fits an import's, where neither is known as a whole.
    FittingExport,
    /// A documented default of the service or the SDK.
    ServiceDefault,
    /// None: on one side of a condition there is no such entry.
    Missing,
}

impl StepKind {
    /// How sure a value is that came by this step.
    pub fn confidence(self) -> Confidence {
        match self {
            Self::Given
            | Self::Flag
            | Self::Variable
            | Self::Entry
            | Self::ModuleArgument
            | Self::ServiceDefault
            | Self::Missing => Confidence::High,
            Self::ParameterDefault
            | Self::VariableDefault
            | Self::ArgumentDefault
            | Self::OptionDefault
            | Self::PipelineParameter
            | Self::EnvironmentDefault
            | Self::SdkConfig
            | Self::FittingExport => Confidence::Medium,
        }
    }

    /// Whether whoever runs the code may give another value instead.
    pub fn is_left_to_runs(self) -> bool {
        matches!(self, Self::OptionDefault | Self::EnvironmentDefault)
    }

    /// What a label at the step's place says.
    pub fn label(self) -> &'static str {
        match self {
            Self::ParameterDefault => "default of this parameter",
            Self::VariableDefault => "default of this variable",
            Self::Given => "value given to",
            Self::Flag => "set by",
            Self::Variable => "the value comes from here",
            Self::Entry => "the value comes from this entry",
            Self::ModuleArgument => "passed here",
            Self::ArgumentDefault | Self::OptionDefault => "default of this argument",
            Self::PipelineParameter => "default of this pipeline parameter",
            Self::EnvironmentDefault => "default of this environment variable",
            Self::FittingExport => "the one export whose name fits",
            Self::SdkConfig => "set by this configuration of the SDK",
            Self::ServiceDefault => "the service's default",
            Self::Missing => "not set where the condition comes out otherwise",
        }
    }
}

/// A part of a text with holes.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Known text.
    Text(Arc<str>),
    /// A hole: what fills it is unknown, a reference, or guarded.
    Hole(Box<Value>),
}

/// A reference to a resource of the same unit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    /// The resource's id within the unit.
    pub id: Arc<str>,
    /// The attribute, if not the resource as a whole.
    pub attribute: Option<Arc<str>>,
}

/// A list. When it is open, there may be more items, before, between or after those known.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// Known items, in order.
    pub items: Vec<Value>,
    /// Why there may be more.
    pub open: Option<Unknown>,
}

/// A mapping. When it is open, a name that is missing may yet exist.
#[derive(Clone, Debug, Default)]
pub struct Object {
    /// Known entries, in order; names are unique.
    pub entries: Vec<Entry>,
    /// Why there may be more.
    pub open: Option<Unknown>,
    /// The class, for an object of a program (`sagemaker.network.NetworkConfig`).
    pub class: Option<Arc<str>>,
}

/// An entry of a mapping.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The name.
    pub name: Arc<str>,
    /// Where the entry is written: its key, or the argument that sets it.
    pub place: Place,
    /// The value.
    pub value: Value,
}

/// One of two values.
#[derive(Clone, Debug)]
pub struct Guarded {
    /// The condition.
    pub when: Formula,
    /// The value if it holds.
    pub then: Value,
    /// The value if not.
    pub otherwise: Value,
}

impl Step {
    /// The step alone, without those before it.
    pub fn alone(&self) -> Arc<Self> {
        Arc::new(Self { kind: self.kind, name: self.name.clone(), place: self.place, before: None })
    }
}

impl Origin {
    /// A value written at `place`, with no step between.
    pub fn at(place: Place) -> Self {
        Self { place, step: None, is_made: false }
    }

    /// The weakest of the steps: how sure the value is.
    pub fn confidence(&self) -> Confidence {
        self.steps().map(|step| step.kind.confidence()).min().unwrap_or(Confidence::High)
    }

    /// The steps, nearest to the use first.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        std::iter::successors(self.step.as_deref(), |step| step.before.as_deref())
    }
}

impl Value {
    /// A value written at a place.
    pub fn new(data: Data, place: Place) -> Self {
        Self { data, origin: Origin::at(place) }
    }

    /// A text.
    pub fn text(text: impl Into<Arc<str>>, place: Place) -> Self {
        Self::new(Data::Text(text.into()), place)
    }

    /// A number.
    pub fn number(number: impl Into<Number>, place: Place) -> Self {
        Self::new(Data::Number(number.into()), place)
    }

    /// An unknown value.
    pub fn unknown(reason: Reason, name: impl Into<Name>, place: Place) -> Self {
        Self::new(Data::Unknown(Unknown { reason, name: name.into(), place }), place)
    }

    /// An environment variable, which whoever runs the code may set.
    pub fn variable(name: &str, place: Place) -> Self {
        Self::new(Data::Unknown(Unknown::variable(name, place)), place)
    }

    /// A value that does not exist.
    pub fn absent(place: Place) -> Self {
        Self::new(Data::Absent, place)
    }

    /// A closed list.
    pub fn list(items: Vec<Value>, place: Place) -> Self {
        Self::new(Data::List(Arc::new(List { items, open: None })), place)
    }

    /// An object.
    pub fn object(object: Object, place: Place) -> Self {
        Self::new(Data::Object(Arc::new(object)), place)
    }

    /// One of two values; the condition decides at once where it can.
    pub fn guarded(when: &Formula, then: Value, otherwise: Value) -> Self {
        match when {
            Formula::True => then,
            Formula::False => otherwise,
            // The same run-time value, whatever the condition.
            _ if matches!((&then.data, &otherwise.data), (Data::Unknown(one), Data::Unknown(other)) if one == other) => {
                then
            }
            _ if then.branches() + otherwise.branches() > MAX_BRANCHES => {
                Self::unknown(Reason::Limit, "a value with many conditions", then.origin.place)
            }
            when => {
                let origin =
                    if matches!(then.data, Data::Absent) { otherwise.origin.clone() } else { then.origin.clone() };
                Self { data: Data::Guarded(Arc::new(Guarded { when: when.clone(), then, otherwise })), origin }
            }
        }
    }

    /// Values that a guarded value can have, whatever their conditions.
    pub fn branches(&self) -> usize {
        match &self.data {
            Data::Guarded(guarded) => guarded.then.branches() + guarded.otherwise.branches(),
            _ => 1,
        }
    }

    /// How many parts it has, all of it written out; 32 bytes of text are a part too. Nothing if there are more than
    /// `limit`, or if they are nested deeper than [`MAX_LEVELS`]. What shares its parts is small in memory, and still
    /// long to walk.
    pub fn weight(&self, limit: usize) -> Option<usize> {
        let mut left = limit;
        self.weigh(&mut left, 0)?;
        Some(limit - left)
    }

    fn weigh(&self, left: &mut usize, level: usize) -> Option<()> {
        if level > MAX_LEVELS {
            return None;
        }
        let text = |text: &str, left: &mut usize| {
            *left = left.checked_sub(1 + text.len() / 32)?;
            Some(())
        };
        match &self.data {
            Data::Text(known) => return text(known, left),
            Data::Template(pieces) => pieces.iter().try_for_each(|piece| match piece {
                Piece::Text(known) => text(known, left),
                Piece::Hole(hole) => hole.weigh(left, level + 1),
            })?,
            Data::List(list) => list.items.iter().try_for_each(|item| item.weigh(left, level + 1))?,
            Data::Object(object) => object.entries.iter().try_for_each(|entry| entry.value.weigh(left, level + 1))?,
            Data::Guarded(guarded) => {
                guarded.then.weigh(left, level + 1)?;
                guarded.otherwise.weigh(left, level + 1)?;
            }
            _ => {}
        }
        *left = left.checked_sub(1)?;
        Some(())
    }

    /// A text from pieces: neighbouring texts are joined, and without a hole it is a plain text. With a hole that is one of
    /// a few texts it is one of a few texts.
    pub fn template(pieces: impl IntoIterator<Item = Piece>, place: Place) -> Self {
        let pieces: Vec<Piece> = pieces.into_iter().collect();
        let (mut bytes, mut count) = (0_usize, 0_usize);
        for piece in &pieces {
            let (text, more) = piece.size();
            (bytes, count) = (bytes.saturating_add(text), count.saturating_add(more));
        }
        if bytes > MAX_TEXT || count > MAX_PIECES {
            return Self::unknown(Reason::Limit, "a text of this length", place);
        }
        let mut joined: Vec<Piece> = Vec::new();
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(part) => text.push_str(&part),
                Piece::Hole(value) => match value.data {
                    Data::Template(inner) => {
                        for piece in inner.iter() {
                            match piece {
                                Piece::Text(part) => text.push_str(part),
                                hole @ Piece::Hole(_) => {
                                    flush(&mut text, &mut joined);
                                    joined.push(hole.clone());
                                }
                            }
                        }
                    }
                    Data::Text(_) | Data::Number(_) | Data::Bool(_) => {
                        text.push_str(value.plain_text().as_deref().unwrap_or_default());
                    }
                    _ => {
                        flush(&mut text, &mut joined);
                        joined.push(Piece::Hole(value));
                    }
                },
            }
        }
        if joined.is_empty() {
            return Self::text(text, place);
        }
        flush(&mut text, &mut joined);
        chosen::texts(&joined, place).unwrap_or_else(|| Self::new(Data::Template(joined.into()), place))
    }

    /// The value with those of its parts that `change` brings anew; nothing where it brings none. Parts are the items of a
    /// list, the values of an object, and both sides of a condition.
    #[must_use]
    pub fn with_parts(&self, change: &mut dyn FnMut(&Self) -> Option<Self>) -> Option<Self> {
        let data = match &self.data {
            Data::List(list) => {
                let items = with_changed(&list.items, change)?;
                Data::List(Arc::new(List { items, open: list.open.clone() }))
            }
            Data::Object(object) => {
                let mut entry = |entry: &Entry| {
                    change(&entry.value).map(|value| Entry { value, name: entry.name.clone(), ..*entry })
                };
                let entries = with_changed(&object.entries, &mut entry)?;
                Data::Object(Arc::new(Object { entries, open: object.open.clone(), class: object.class.clone() }))
            }
            Data::Guarded(guarded) => {
                let (then, otherwise) = (change(&guarded.then), change(&guarded.otherwise));
                if then.is_none() && otherwise.is_none() {
                    return None;
                }
                Data::Guarded(Arc::new(Guarded {
                    when: guarded.when.clone(),
                    then: then.unwrap_or_else(|| guarded.then.clone()),
                    otherwise: otherwise.unwrap_or_else(|| guarded.otherwise.clone()),
                }))
            }
            _ => return None,
        };
        Some(Self { data, origin: self.origin.clone() })
    }

    /// The same value after a step.
    #[must_use]
    pub fn via(mut self, kind: StepKind, name: impl Into<Arc<str>>, place: Place) -> Self {
        if self.origin.steps().count() >= MAX_STEPS {
            return self;
        }
        let before = self.origin.step.take();
        self.origin.step = Some(Arc::new(Step { kind, name: name.into(), place, before }));
        self
    }

    /// The value where nobody replaces a default: one of two only where no default decides.
    pub fn by_default(&self) -> &Self {
        let mut value = self;
        while let Data::Guarded(guarded) = &value.data {
            match guarded.when.by_default() {
                Some(true) => value = &guarded.then,
                Some(false) => value = &guarded.otherwise,
                None => break,
            }
        }
        value
    }

    /// The text of a known scalar, as the service would get it: texts, numbers and truth values. Of one of two values it is
    /// that of the default.
    pub fn plain_text(&self) -> Option<Arc<str>> {
        match &self.by_default().data {
            Data::Text(text) => Some(text.clone()),
            Data::Number(number) => Some(number.text().into()),
            Data::Bool(value) => Some(if *value { "true" } else { "false" }.into()),
            _ => None,
        }
    }

    /// Whether nothing at all is known of it. Text with holes, open lists and open objects are partly known.
    pub fn is_unknown(&self) -> bool {
        matches!(self.data, Data::Unknown(_) | Data::Symbol(_))
    }

    /// The entry of an object.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        match &self.data {
            Data::Object(object) => object.entry(name),
            _ => None,
        }
    }

    /// See [`Object::set_path`].
    fn set_within(&mut self, path: &str, place: Place, value: Value) {
        match &mut self.data {
            Data::Object(inner) => Arc::make_mut(inner).set_path(path, place, value),
            Data::Guarded(guarded) => {
                let guarded = Arc::make_mut(guarded);
                guarded.then.set_within(path, place, value.clone());
                guarded.otherwise.set_within(path, place, value);
            }
            Data::Absent => {
                let mut made = Object::default();
                made.set_path(path, place, value);
                self.data = Data::Object(Arc::new(made));
            }
            _ => {}
        }
    }
}

/// Items with those that a change brings anew; nothing if it brings none.
pub(crate) fn with_changed<T: Clone>(items: &[T], change: &mut dyn FnMut(&T) -> Option<T>) -> Option<Vec<T>> {
    let mut all: Option<Vec<T>> = None;
    for (at, item) in items.iter().enumerate() {
        if let Some(new) = change(item) {
            all.get_or_insert_with(|| items.to_vec())[at] = new;
        }
    }
    all
}

impl Piece {
    /// Bytes of text and number of pieces, as part of another text.
    fn size(&self) -> (usize, usize) {
        let hole = match self {
            Self::Text(text) => return (text.len(), 1),
            Self::Hole(hole) => hole,
        };
        match &hole.data {
            Data::Text(text) => (text.len(), 1),
            // Its own pieces are texts and holes that are no templates.
            Data::Template(pieces) => {
                let texts = pieces.iter().map(|piece| if let Self::Text(text) = piece { text.len() } else { 0 });
                (texts.sum(), pieces.len())
            }
            _ => (0, 1),
        }
    }
}

fn flush(text: &mut String, pieces: &mut Vec<Piece>) {
    if !text.is_empty() {
        pieces.push(Piece::Text(std::mem::take(text).into()));
    }
}

impl Object {
    /// The entry with a name.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| &*entry.name == name)
    }

    /// Sets an entry; one with the same name is replaced in its place. An object that has [`MAX_ENTRIES`] already is
    /// open instead.
    pub fn set(&mut self, entry: Entry) {
        let at = self.entries.iter().position(|known| known.name == entry.name);
        match at {
            Some(at) => self.entries[at] = entry,
            None if self.entries.len() >= MAX_ENTRIES => {
                self.open.get_or_insert_with(|| beyond("the entries of a large object", entry.place));
            }
            None => self.entries.push(entry),
        }
    }

    /// Sets a value at a dotted path, making the objects between, in each branch of what is guarded. A value on the way
    /// that is something else stays as it is.
    pub fn set_path(&mut self, path: &str, place: Place, value: Value) {
        let Some((head, rest)) = path.split_once('.') else {
            self.set(Entry { name: path.into(), place, value });
            return;
        };
        if self.entry(head).is_none() {
            self.set(Entry { name: head.into(), place, value: Value::object(Object::default(), place) });
        }
        if let Some(known) = self.entries.iter_mut().find(|known| &*known.name == head) {
            known.value.set_within(rest, place, value);
        }
    }
}

impl List {
    /// Adds an item. A list that has [`MAX_ENTRIES`] already is open instead.
    pub fn push(&mut self, item: Value) {
        if self.items.len() >= MAX_ENTRIES {
            self.open.get_or_insert_with(|| beyond("the items of a long list", item.origin.place));
        } else {
            self.items.push(item);
        }
    }

    /// Adds all items of another list.
    pub fn extend(&mut self, more: &List) {
        for item in &more.items {
            if self.items.len() >= MAX_ENTRIES {
                return self.push(item.clone());
            }
            self.items.push(item.clone());
        }
        if self.open.is_none() {
            self.open.clone_from(&more.open);
        }
    }
}

fn beyond(what: &str, place: Place) -> Unknown {
    Unknown { reason: Reason::Limit, name: what.into(), place }
}
