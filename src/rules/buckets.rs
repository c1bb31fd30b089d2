//! What several rules ask about buckets: whether they serve a workload.

use crate::{
    graph::{
        Graph,
        attr::Subject,
        value::{Data, Piece, Value},
    },
    rules::Context,
};

/// Whether a resource of a kind that `is` one of a workload mentions the bucket, or stands beside it and may use it; or
/// whether the functions beside it may call ML or AI services, as their policies say.
pub(super) fn serves(cx: &Context<'_>, bucket: Subject<'_>, is: fn(&str) -> bool) -> bool {
    let workload = |user: &Subject<'_>| is(user.kind()) && user.may_exist();
    if bucket.referrers().any(|user| workload(&user)) {
        return true;
    }
    let unit = &bucket.resource().key.unit;
    if cx.graph.calls_intelligence(unit) {
        return true;
    }
    cx.of_unit(unit, is).any(|user| leaves_open(cx.graph, user, &user.resource().properties))
}

/// Whether what a resource can reach is not wholly written in it: something is unknown, or a role decides.
fn leaves_open(graph: &Graph, user: Subject<'_>, value: &Value) -> bool {
    if !user.world().step(1) {
        return true;
    }
    match &value.data {
        Data::Unknown(_) | Data::Symbol(_) => true,
        Data::Text(text) => text.starts_with("arn:") && text.contains(":role/"),
        Data::Template(pieces) => pieces.iter().any(|piece| match piece {
            Piece::Text(_) => false,
            Piece::Hole(value) => leaves_open(graph, user, value),
        }),
        Data::Reference(reference) => {
            let targets = graph.resolve(&user.resource().key.unit, reference);
            targets.is_empty() || targets.iter().any(|&id| &*graph.resource(id).kind == "AWS::IAM::Role")
        }
        Data::List(list) => list.open.is_some() || list.items.iter().any(|item| leaves_open(graph, user, item)),
        Data::Object(object) => {
            object.open.is_some() || object.entries.iter().any(|entry| leaves_open(graph, user, &entry.value))
        }
        Data::Guarded(guarded) => {
            leaves_open(graph, user, &guarded.then) || leaves_open(graph, user, &guarded.otherwise)
        }
        Data::Absent | Data::Bool(_) | Data::Number(_) => false,
    }
}
