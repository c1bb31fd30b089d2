//! How rules read values: one property of one resource, in one world.

use std::{borrow::Cow, sync::Arc};

use crate::{
    finding::Confidence,
    graph::{
        Graph, Resource, ResourceId,
        guard::{Tri, World},
        value::{Data, Entry, List, Object, Origin, Piece, Reference, Step, StepKind, Unknown, Value},
    },
    source::Place,
};

/// A resource as it is in one world. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    id: ResourceId,
    resource: &'a Resource,
    graph: &'a Graph,
    world: &'a World,
}

impl<'a> Subject<'a> {
    /// A resource in a world.
    pub fn new(graph: &'a Graph, id: ResourceId, world: &'a World) -> Self {
        Self { id, resource: graph.resource(id), graph, world }
    }

    /// Its number.
    pub fn id(self) -> ResourceId {
        self.id
    }

    /// The resource itself.
    pub fn resource(self) -> &'a Resource {
        self.resource
    }

    /// The graph that it is a part of.
    pub fn graph(self) -> &'a Graph {
        self.graph
    }

    /// Its kind.
    pub fn kind(self) -> &'a str {
        &self.resource.kind
    }

    /// The world.
    pub fn world(self) -> &'a World {
        self.world
    }

    /// Where its head is written.
    pub fn place(self) -> Place {
        self.resource.place
    }

    /// Whether it certainly exists in this world. Splits the world where that is open.
    pub fn exists(self) -> Tri {
        self.world.holds(&self.resource.guard)
    }

    /// Whether it may exist in this world; never splits it.
    pub fn may_exist(self) -> bool {
        self.world.may_hold(&self.resource.guard)
    }

    /// The property at a dotted path (`VpcConfig.Subnets`).
    pub fn get(self, path: &str) -> Attr<'a> {
        self.properties().get(path)
    }

    /// All its properties.
    pub fn properties(self) -> Attr<'a> {
        Attr {
            subject: self,
            state: resolve(&self.resource.properties, self.world),
            path: Cow::Borrowed(""),
            written: None,
            parent: self.resource.place,
        }
    }

    /// The resources that a value of this resource may point at.
    pub fn targets(self, attr: &Attr<'a>) -> Vec<Subject<'a>> {
        let Some(reference) = attr.reference() else { return Vec::new() };
        self.world.step(1);
        let ids = self.graph.resolve(&self.resource.key.unit, reference);
        ids.iter().map(|&id| Subject::new(self.graph, id, self.world)).collect()
    }

    /// The resources whose properties mention this one, in any world.
    pub fn referrers(self) -> impl Iterator<Item = Subject<'a>> {
        let referrers = self.graph.referrers(self.id).iter().take_while(move |_| self.world.step(1));
        referrers.map(move |&id| Subject::new(self.graph, id, self.world))
    }
}

/// What is known of a property in a world.
#[derive(Clone, Copy, Debug)]
pub enum State<'a> {
    /// It does not exist.
    Absent,
    /// It cannot be known; nothing where the reason lies in the number of conditions.
    Unknown(Option<&'a Unknown>),
    /// It is known, wholly or (text with holes, open lists and objects) in part. Never guarded, absent or unknown.
    Known(&'a Value),
}

/// A property of a resource in a world: what is known of it, and where it is written.
///
/// There is deliberately no method that folds "unknown" into "absent" or "false".
#[derive(Clone)]
pub struct Attr<'a> {
    subject: Subject<'a>,
    state: State<'a>,
    path: Cow<'a, str>,
    /// The entry that sets it, if one does.
    written: Option<&'a Entry>,
    /// The nearest place above it that is written.
    parent: Place,
}

/// Settles guards. Notes on the world what the answer rests on.
fn resolve<'a>(value: &'a Value, world: &World) -> State<'a> {
    let state = settled(value, world);
    let is_text_with_holes = |value: &Value| matches!(value.data, Data::Template(_));
    if matches!(state, State::Unknown(_)) || matches!(state, State::Known(value) if is_text_with_holes(value)) {
        world.meet_unknown();
    }
    state
}

fn settled<'a>(value: &'a Value, world: &World) -> State<'a> {
    let mut value = value;
    loop {
        match &value.data {
            Data::Guarded(guarded) => match world.holds(&guarded.when) {
                Tri::Yes => value = &guarded.then,
                Tri::No => value = &guarded.otherwise,
                Tri::Unknown => return State::Unknown(None),
            },
            Data::Absent => {
                world.rests_on(value.origin.confidence());
                return State::Absent;
            }
            Data::Unknown(unknown) => return State::Unknown(Some(unknown)),
            Data::Symbol(_) => return State::Unknown(None),
            _ => {
                world.rests_on(value.origin.confidence());
                return State::Known(value);
            }
        }
    }
}

impl<'a> Attr<'a> {
    /// The property at a dotted path below this one.
    pub fn get(&self, path: &str) -> Attr<'a> {
        path.split('.').fold(self.clone(), |attr, name| attr.child(name))
    }

    fn child(&self, name: &str) -> Attr<'a> {
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        let parent = self.written.map_or(self.parent, |entry| entry.place);
        let (state, written) = match self.state {
            State::Absent => (State::Absent, None),
            State::Unknown(why) => (State::Unknown(why), None),
            // Looking through many entries takes longer.
            State::Known(Value { data: Data::Object(object), .. })
                if !self.subject.world.step(1 + object.entries.len() / 16) =>
            {
                (State::Unknown(None), None)
            }
            State::Known(Value { data: Data::Object(object), .. }) => match object.entry(name) {
                Some(entry) => return self.at(entry),
                None => (object.open.as_ref().map_or(State::Absent, |why| State::Unknown(Some(why))), None),
            },
            // A reference or a text where an object is expected: its inside cannot be known.
            State::Known(_) => (State::Unknown(None), None),
        };
        if matches!(state, State::Unknown(_)) {
            self.subject.world.meet_unknown();
        }
        Attr { subject: self.subject, state, path: Cow::Owned(path), written, parent }
    }

    /// The property that an entry of this object sets.
    fn at(&self, entry: &'a Entry) -> Attr<'a> {
        let name = &entry.name;
        let path = if self.path.is_empty() { name.to_string() } else { format!("{}.{name}", self.path) };
        Attr {
            subject: self.subject,
            state: resolve(&entry.value, self.subject.world),
            path: Cow::Owned(path),
            written: Some(entry),
            parent: self.written.map_or(self.parent, |entry| entry.place),
        }
    }

    /// The resource that has it.
    pub fn subject(&self) -> Subject<'a> {
        self.subject
    }

    /// What is known.
    pub fn state(&self) -> State<'a> {
        self.state
    }

    /// Certainly does not exist.
    pub fn is_absent(&self) -> bool {
        matches!(self.state, State::Absent)
    }

    /// Cannot be known.
    pub fn is_unknown(&self) -> bool {
        matches!(self.state, State::Unknown(_))
    }

    /// The id of the JumpStart model whose image it is, where it is that.
    pub fn model_id(&self) -> Option<&'a str> {
        match self.state {
            State::Unknown(why) => why?.model_id(),
            State::Known(_) | State::Absent => None,
        }
    }

    /// The value, if it is known at least in part.
    pub fn known(&self) -> Option<&'a Value> {
        match self.state {
            State::Known(value) => Some(value),
            State::Absent | State::Unknown(_) => None,
        }
    }

    /// The text, if it is wholly known. Numbers and truth values are not texts.
    pub fn text(&self) -> Option<&'a str> {
        match &self.known()?.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, also where it is written as a text (`"true"`), as the services accept it.
    pub fn boolean(&self) -> Option<bool> {
        match &self.known()?.data {
            Data::Bool(value) => Some(*value),
            Data::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Data::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// The number, also where it is written as a text (`"3600"`).
    pub fn number(&self) -> Option<f64> {
        match &self.known()?.data {
            Data::Number(number) => Some(number.near()).filter(|number| number.is_finite()),
            Data::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }

    /// The pieces of a text: one for a known text, several for one with holes.
    pub fn pieces(&self) -> Option<Cow<'a, [Piece]>> {
        match &self.known()?.data {
            Data::Text(text) => Some(Cow::Owned(vec![Piece::Text(text.clone())])),
            Data::Template(pieces) => Some(Cow::Borrowed(&pieces[..])),
            _ => None,
        }
    }

    /// Whether the text begins with `prefix`. Holes answer "unknown" unless the known part decides.
    pub fn starts_with(&self, prefix: &str) -> Tri {
        self.test(
            |text| text.starts_with(prefix),
            |pieces| match pieces.first() {
                Some(Piece::Text(head)) if head.starts_with(prefix) => Tri::Yes,
                Some(Piece::Text(head)) if !prefix.starts_with(&**head) => Tri::No,
                _ => Tri::Unknown,
            },
        )
    }

    /// Whether the text ends with `suffix`.
    pub fn ends_with(&self, suffix: &str) -> Tri {
        self.test(
            |text| text.ends_with(suffix),
            |pieces| match pieces.last() {
                Some(Piece::Text(tail)) if tail.ends_with(suffix) => Tri::Yes,
                Some(Piece::Text(tail)) if !suffix.ends_with(&**tail) => Tri::No,
                _ => Tri::Unknown,
            },
        )
    }

    /// Whether the text contains `part`. What a hole holds can never rule it out.
    pub fn contains(&self, part: &str) -> Tri {
        self.test(
            |text| text.contains(part),
            |pieces| {
                let found = pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if text.contains(part)));
                if found { Tri::Yes } else { Tri::Unknown }
            },
        )
    }

    fn test(&self, whole: impl Fn(&str) -> bool, holed: impl Fn(&[Piece]) -> Tri) -> Tri {
        match self.state {
            State::Absent => Tri::No,
            State::Unknown(_) => Tri::Unknown,
            State::Known(value) => match &value.data {
                Data::Text(text) => Tri::of(whole(text)),
                Data::Template(pieces) => holed(pieces),
                Data::Reference(_) => Tri::Unknown,
                _ => Tri::No,
            },
        }
    }

    /// The reference, if the value is one.
    pub fn reference(&self) -> Option<&'a Reference> {
        match &self.known()?.data {
            Data::Reference(reference) => Some(reference),
            _ => None,
        }
    }

    /// Items of a list, each in this world; items that do not exist here are left out. Whether the list is open
    /// (an item is unknown as a whole, or there may be more) is the second part. An absent list is empty and closed;
    /// a value that is no list is one item, as SDKs accept it.
    pub fn items(&self) -> (Vec<Attr<'a>>, bool) {
        let value = match self.state {
            State::Absent => return (Vec::new(), false),
            State::Unknown(_) => return (Vec::new(), true),
            State::Known(value) => value,
        };
        let Data::List(list) = &value.data else { return (vec![self.clone()], false) };
        let list: &'a List = list;
        if !self.subject.world.step(list.items.len()) {
            return (Vec::new(), true);
        }
        let mut items = Vec::new();
        let mut open = list.open.is_some();
        if open {
            self.subject.world.meet_unknown();
        }
        for (at, item) in list.items.iter().enumerate() {
            let state = resolve(item, self.subject.world);
            match state {
                State::Absent => continue,
                State::Unknown(_) => open = true,
                State::Known(_) => {}
            }
            items.push(Attr {
                subject: self.subject,
                state,
                path: Cow::Owned(format!("{}[{at}]", self.path)),
                written: None,
                parent: item.origin.place,
            });
        }
        (items, open)
    }

    /// Entries of an object, each in this world; entries that do not exist here are left out. The second part says
    /// whether there may be more.
    pub fn entries(&self) -> (Vec<(&'a str, Attr<'a>)>, bool) {
        let object: &'a Object = match self.state {
            State::Absent => return (Vec::new(), false),
            State::Known(Value { data: Data::Object(object), .. }) => object,
            State::Unknown(_) | State::Known(_) => return (Vec::new(), true),
        };
        if !self.subject.world.step(object.entries.len()) {
            return (Vec::new(), true);
        }
        let entries = object.entries.iter().map(|entry| (&*entry.name, self.at(entry)));
        (entries.filter(|(_, attr)| !attr.is_absent()).collect(), object.open.is_some())
    }

    /// Dotted path from the resource: part of a finding's fingerprint.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Where to point: the entry that sets the property, else the nearest written place above it.
    pub fn place(&self) -> Place {
        match (self.written, self.state) {
            (Some(entry), State::Known(value))
                if value.origin.step.is_none() && value.origin.place.file == entry.place.file =>
            {
                value.origin.place
            }
            (Some(entry), _) => entry.place,
            (None, _) => self.parent,
        }
    }

    /// Where its name is written: the key or argument that sets it, else the nearest written place above it.
    pub fn name_place(&self) -> Place {
        self.written.map_or(self.parent, |entry| entry.place)
    }

    /// Whether an entry is written for it (even one whose value is nothing).
    pub fn is_written(&self) -> bool {
        self.written.is_some()
    }

    /// Where the value came from, if it is known (or known not to exist) and came by a way.
    pub fn origin(&self) -> Option<&'a Origin> {
        match self.state {
            State::Known(value) => Some(&value.origin),
            State::Absent => self.written.map(|entry| &entry.value.origin),
            State::Unknown(_) => None,
        }
    }

    /// The place to change, where that is not [`Attr::place`]: the literal behind variables, the step by which the value
    /// comes from there, and what to call it.
    pub fn source(&self) -> Option<(Place, StepKind, String)> {
        let origin = self.origin()?;
        let last: &Step = origin.steps().last()?;
        let text = match last.kind {
            StepKind::Variable | StepKind::Entry => "the value comes from here".to_owned(),
            kind => format!("{} `{}`", kind.label(), last.name),
        };
        (origin.place != self.place()).then_some((origin.place, last.kind, text))
    }

    /// Where the request or the arguments are written that lack it, if that is not the call that takes them:
    /// `create_model(**request)`. The place of the first entry.
    pub fn request(&self) -> Option<Place> {
        let Subject { resource, .. } = self.subject;
        let is_code = resource.input.is_code();
        if !is_code || !self.is_absent() || self.is_written() || self.parent != resource.place {
            return None;
        }
        let Data::Object(request) = &self.subject.properties().known()?.data else { return None };
        let call = resource.body;
        let is_elsewhere = |place: Place| place.file != call.file || !call.span.contains(place.span);
        let places = request.entries.iter().map(|entry| entry.place);
        places.clone().all(is_elsewhere).then(|| places.min_by_key(|place| (place.file, place.span.start)))?
    }

    /// How sure the value is.
    pub fn confidence(&self) -> Confidence {
        self.origin().map_or(Confidence::High, Origin::confidence)
    }

    /// The value as a short text for a message: `ml.m5.xlarge`, `{region}` for a hole.
    pub fn display(&self) -> Option<String> {
        let value = self.known()?;
        match &value.data {
            Data::Template(pieces) => Some(
                pieces
                    .iter()
                    .map(|piece| match piece {
                        Piece::Text(text) => text.to_string(),
                        Piece::Hole(_) => "{…}".to_owned(),
                    })
                    .collect(),
            ),
            _ => value.plain_text().map(|text: Arc<str>| text.to_string()),
        }
    }
}
