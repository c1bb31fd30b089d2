//! Which resource a value leads to, be it a reference or an ARN that is put together from one.

use crate::{
    graph::{
        ResourceId,
        attr::{Attr, Subject},
        each_reference,
    },
    rules::Context,
};

/// The one resource that a value names: by a reference, or by a text with one in it. Nothing where it names several, or
/// where what it names is not known.
pub(super) fn target<'a>(cx: &Context<'a>, attr: &Attr<'a>) -> Option<Subject<'a>> {
    let unit = &attr.subject().resource().key.unit;
    let mut named: Option<ResourceId> = None;
    let mut certain = true;
    each_reference(attr.known()?, &mut |reference| match *cx.graph.resolve(unit, reference) {
        [id] if named.is_none_or(|known| known == id) => named = Some(id),
        _ => certain = false,
    });
    cx.world.step(1);
    named.filter(|_| certain).map(|id| Subject::new(cx.graph, id, cx.world))
}

/// Whether a value certainly names this resource.
pub(super) fn leads_to<'a>(cx: &Context<'a>, attr: &Attr<'a>, resource: Subject<'a>) -> bool {
    target(cx, attr).is_some_and(|target| target.id() == resource.id())
}
