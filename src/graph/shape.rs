//! Texts with holes, compared: the same, not the same, or that cannot be known.

use std::sync::Arc;

use crate::{
    graph::{
        ResourceId,
        attr::{Attr, State, Subject},
        guard::Tri,
        kind,
        value::{Data, Guarded, Piece, Unknown, Value},
    },
    source::Place,
};

/// A text as far as it is known.
#[derive(Clone, Debug, Default)]
pub struct Shape(Vec<Part>);

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Letter(char),
    /// A value that is decided at run time: the same one wherever it is used.
    Named(String, Place),
    /// An attribute of a resource; whether it is the name of an endpoint.
    Of(ResourceId, Option<String>, bool),
    /// One of several values, it is not decided which: the same one wherever this very value is used.
    OneOf(Choice),
    /// Anything.
    Any,
}

/// A value that a condition chooses. Only the value itself is the same, not one that reads alike.
#[derive(Clone, Debug)]
struct Choice(Arc<Guarded>);

impl PartialEq for Choice {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Longest text that is looked at: names of AWS's resources are far shorter.
const MAX: usize = 4096;

impl Shape {
    /// A known text.
    pub fn text(text: &str) -> Self {
        Self(text.chars().take(MAX).map(Part::Letter).collect())
    }

    /// A value of a resource.
    pub fn of(holder: Subject<'_>, attr: &Attr<'_>) -> Self {
        let mut shape = Self::default();
        match attr.state() {
            State::Absent => {}
            State::Unknown(why) => shape.0.push(why.map_or(Part::Any, unknown)),
            State::Known(value) => shape.add(holder, value, 0),
        }
        shape
    }

    /// The name of an endpoint; without one it has a name that the service or the SDK gives it.
    pub fn of_name(endpoint: Subject<'_>) -> Self {
        let mut shape = Self::default();
        shape.add_name(endpoint, 0);
        shape
    }

    /// What two texts have in common that are certainly the same; nothing for one that may be anything.
    pub fn identity(&self) -> Option<String> {
        let is_told = |part: &Part| !matches!(part, Part::Any | Part::OneOf(_));
        self.0.iter().all(is_told).then(|| format!("{:?}", self.0))
    }

    /// Puts another text behind this one.
    pub fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    fn add_name(&mut self, endpoint: Subject<'_>, depth: usize) {
        match endpoint.get("EndpointName").state() {
            State::Absent => self.0.push(Part::Of(endpoint.id(), None, true)),
            State::Unknown(why) => self.0.push(why.map_or(Part::Any, unknown)),
            State::Known(value) => self.add(endpoint, value, depth + 1),
        }
    }

    /// Names may lead to each other, and in circles: beyond a depth they may be anything.
    fn add(&mut self, holder: Subject<'_>, value: &Value, depth: usize) {
        if depth > 4 {
            return self.0.push(Part::Any);
        }
        match &value.data {
            Data::Template(pieces) => {
                for piece in pieces.iter().take(MAX) {
                    match piece {
                        Piece::Text(text) => self.append(Self::text(text)),
                        Piece::Hole(value) => self.add(holder, value, depth),
                    }
                }
            }
            Data::Reference(reference) => {
                let targets = holder.graph().resolve(&holder.resource().key.unit, reference);
                let part = match targets {
                    [id] => {
                        let target = Subject::new(holder.graph(), *id, holder.world());
                        let is_name = target.kind() == kind::ENDPOINT
                            && !matches!(reference.attribute.as_deref(), Some("Arn" | "arn" | "id"));
                        if is_name {
                            return self.add_name(target, depth);
                        }
                        Part::Of(*id, reference.attribute.as_deref().map(str::to_owned), false)
                    }
                    _ => Part::Any,
                };
                self.0.push(part);
            }
            Data::Unknown(why) => self.0.push(unknown(why)),
            // A name of the program, such as one that is imported, and not read.
            Data::Symbol(name) => self.0.push(Part::Named(name.to_string(), value.origin.place)),
            Data::Guarded(choice) => self.0.push(Part::OneOf(Choice(choice.clone()))),
            _ => match value.plain_text() {
                Some(text) => self.append(Self::text(&text)),
                None => self.0.push(Part::Any),
            },
        }
    }
}

fn unknown(why: &Unknown) -> Part {
    Part::Named(why.name().to_string(), why.place)
}

/// Whether two texts are the same. What fills a hole may be anything, but it is the same wherever the hole is the same.
pub fn same(left: &Shape, right: &Shape) -> Tri {
    let (left, right) = (&left.0[..], &right.0[..]);
    // Two files that hand in a value under one name mean the same thing by it. That is enough to tell texts apart, and
    // too little to say that they are the same.
    let alike = |(left, right): &(&Part, &Part)| match (left, right) {
        (Part::Named(left, _), Part::Named(right, _)) => left == right,
        (left, right) => left == right && **left != Part::Any,
    };
    let whole = left == right;
    let ahead = left.iter().zip(right).take_while(alike).count();
    let (left, right) = (&left[ahead..], &right[ahead..]);
    if left.is_empty() && right.is_empty() {
        return if whole { Tri::Yes } else { Tri::Unknown };
    }
    let behind = left.iter().rev().zip(right.iter().rev()).take_while(alike).count();
    let (left, right) = (&left[..left.len() - behind], &right[..right.len() - behind]);
    let letter = |part: &Part| matches!(part, Part::Letter(_));
    let differ = |left: Option<&Part>, right: Option<&Part>| match (left, right) {
        (Some(Part::Letter(_)), Some(Part::Letter(_))) => true,
        // Two endpoints of an account never have one name.
        (Some(Part::Of(_, _, true)), Some(Part::Of(_, _, true))) => true,
        _ => false,
    };
    let certain = differ(left.first(), right.first())
        || differ(left.last(), right.last())
        || (left.is_empty() && right.iter().any(letter))
        || (right.is_empty() && left.iter().any(letter));
    if certain { Tri::No } else { Tri::Unknown }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        graph::guard::Formula,
        source::{FileId, Span},
    };

    /// A text in which `{x}` is a hole named so, and `{}` one that may be anything.
    fn shape(text: &str) -> Shape {
        let mut shape = Shape::default();
        for (at, part) in text.split(['{', '}']).enumerate() {
            match (at % 2, part) {
                (0, text) => shape.append(Shape::text(text)),
                (_, "") => shape.0.push(Part::Any),
                (_, name) => {
                    shape.0.push(Part::Named(name.to_owned(), Place::new(FileId(0), Span { start: 0, end: 1 })))
                }
            }
        }
        shape
    }

    fn compared(left: &str, right: &str) -> Tri {
        let answer = same(&shape(left), &shape(right));
        assert_eq!(answer, same(&shape(right), &shape(left)), "{left} and {right}");
        answer
    }

    #[test]
    fn a_choice_is_the_same_where_it_is_the_same_value() {
        let place = Place::new(FileId(0), Span { start: 0, end: 1 });
        let choice = || {
            let (when, then, otherwise) = (Formula::False, Value::text("a", place), Value::text("b", place));
            Part::OneOf(Choice(Arc::new(Guarded { when, then, otherwise })))
        };
        let (one, other) = (choice(), choice());
        let with = |part: &Part, end: &str| {
            let mut shape = Shape(vec![part.clone()]);
            shape.append(Shape::text(end));
            shape
        };
        assert_eq!(same(&with(&one, "-x"), &with(&one, "-x")), Tri::Yes);
        assert_eq!(same(&with(&one, "-x"), &with(&one, "-y")), Tri::No);
        assert_eq!(same(&with(&one, "-x"), &with(&other, "-x")), Tri::Unknown);
        assert_eq!(with(&one, "-x").identity(), None);
    }

    #[test]
    fn known_texts_are_compared_whole() {
        assert_eq!(compared("endpoint/a", "endpoint/a"), Tri::Yes);
        assert_eq!(compared("endpoint/a", "endpoint/b"), Tri::No);
        assert_eq!(compared("endpoint/a", "endpoint/ab"), Tri::No);
    }

    #[test]
    fn a_hole_is_itself_and_may_be_any_other() {
        assert_eq!(compared("{Model}-prd-{Job}", "{Model}-prd-{Job}"), Tri::Yes);
        assert_eq!(compared("{Model}-prd", "{Model}-dev"), Tri::No);
        assert_eq!(compared("{Model}-prd", "{Other}-prd"), Tri::Unknown);
        assert_eq!(compared("{Model}-prd", "{>Model}-prd"), Tri::Unknown, "of another file");
        assert_eq!(compared("{Model}-prd", "{>Model}-dev"), Tri::No);
        assert_eq!(compared("{}", "{}"), Tri::Unknown, "two things that are not known");
        assert_eq!(compared("endpoint/{}/variant/a", "endpoint/x/variant/a"), Tri::Unknown);
        assert_eq!(compared("endpoint/{}/variant/a", "endpoint/x/variant/b"), Tri::No);
        assert_eq!(compared("table/{}", "endpoint/x"), Tri::No);
        assert_eq!(compared("a{x}", "a"), Tri::Unknown, "what fills the hole may be empty");
        assert_eq!(compared("a{x}b", "a"), Tri::No);
    }
}
