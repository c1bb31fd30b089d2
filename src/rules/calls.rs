//! What several rules ask about calls of the SDK: arguments of objects that are not followed, arguments taken out.

use crate::{
    finding::Edit,
    graph::{
        fact::{Argument, Call, Fact, UNFOLLOWED_DEPLOY},
        value::Data,
    },
};

/// An argument of `deploy` of an object that is not followed (an argument of a function, a name that nothing binds), with
/// its text, where that is known and written in the call itself.
pub(super) fn unfollowed<'f>(fact: &'f Fact, name: &str) -> Option<(&'f Call, &'f Argument, &'f str)> {
    let Fact::Call(call) = fact else { return None };
    if *call.callee != *UNFOLLOWED_DEPLOY {
        return None;
    }
    let argument = call.arguments.iter().find(|argument| argument.name.as_deref() == Some(name))?;
    match &argument.value.data {
        Data::Text(text) if argument.value.origin.step.is_none() => Some((call, argument, text)),
        _ => None,
    }
}

/// What takes an argument out of its call. Not where `**` may stand beside it, which is not among the arguments.
pub(super) fn without(call: &Call, argument: &Argument) -> Option<Edit> {
    argument.keyword?;
    if call.open || call.arguments.iter().any(|other| other.name.is_some() && other.keyword.is_none()) {
        return None;
    }
    let mut place = argument.place;
    let starts = call.arguments.iter().map(|other| other.place.span.start);
    let ends = call.arguments.iter().map(|other| other.place.span.end);
    if let Some(next) = starts.filter(|start| *start > place.span.end).min() {
        place.span.end = next;
    } else {
        place.span.start = ends.filter(|end| *end < place.span.start).max()?;
    }
    Some(Edit { place, replacement: String::new() })
}
