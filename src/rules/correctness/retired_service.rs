//! A service or feature of AWS that has ended, or that new customers cannot use.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    catalog::retired::{self, Retired, State},
    finding::{Finding, Severity},
    graph::{Key, ResourceId, attr::Subject, fact::Fact},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
    source::Place,
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "retired-service",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Warning,
    or_severity: Some((Severity::Error, "the service has ended")),
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/retired-service.md"),
    check: Check::Whole(check),
};

/// At most so many further places are listed.
const MAX_PLACES: usize = 3;

/// Where a unit uses a retired service.
struct Uses {
    retired: &'static Retired,
    resource: Option<(Key, Arc<str>)>,
    places: Vec<Place>,
}

fn check(cx: &Context<'_>, out: &Findings) {
    // One finding for each unit and service, at the first of its uses.
    let mut found: BTreeMap<(Arc<str>, &'static str), Uses> = BTreeMap::new();
    let mut add = |unit: &Arc<str>, retired: &'static Retired, place: Place, resource: Option<(Key, Arc<str>)>| {
        let uses = || Uses { retired, resource, places: Vec::new() };
        found.entry((unit.clone(), retired.id)).or_insert_with(uses).places.push(place);
    };
    for (at, resource) in cx.graph.resources().iter().enumerate() {
        if !cx.world.step(1) {
            return;
        }
        let Some(retired) = retired::of_kind(&resource.kind) else { continue };
        let id = ResourceId(u32::try_from(at).unwrap_or(u32::MAX));
        if Subject::new(cx.graph, id, cx.world).may_exist() {
            let key = (resource.key.clone(), resource.kind.clone());
            add(&resource.key.unit, retired, resource.place, Some(key));
        }
    }
    for fact in cx.graph.facts() {
        let Fact::Call(call) = fact else { continue };
        if let Some(retired) = retired::of_call(&call.callee) {
            add(&call.unit, retired, call.place, None);
        }
    }
    found.into_values().filter_map(finding).for_each(|finding| out.add(finding));
}

fn finding(uses: Uses) -> Option<Finding> {
    let Uses { retired, resource, places } = uses;
    let (&first, rest) = places.split_first()?;
    let (severity, message, label) = match retired.state {
        State::Ended => (Severity::Error, "has ended", format!("it ended on {}", retired.date)),
        State::Closed => {
            let label = format!("new customers cannot use it since {}", retired.date);
            (Severity::Warning, "is closed to new customers", label)
        }
    };
    let existing = match retired.state {
        State::Ended => "",
        State::Closed => "\nan account that used it before can go on",
    };
    let mut finding = Finding::at(first, format!("{} {message}", retired.name))
        .severity(severity)
        .label(label)
        .fact(format!("{} {message}", retired.name), retired.fact())
        .help(format!("{}{existing}", retired.replacement));
    finding.resource = resource;
    finding.property = retired.id.to_owned();
    finding.group = format!("retired-service:{severity}:{}", retired.id);
    let mut seen = vec![first];
    for &place in rest.iter().filter(|place| place.file == first.file) {
        if seen.len() <= MAX_PLACES && !seen.contains(&place) {
            seen.push(place);
            finding = finding.related(place, "used here too");
        }
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::RULE;
    use crate::{finding::Severity, rules::testing::Built};

    fn found(kinds: &[&str]) -> Vec<(Severity, String, usize)> {
        let mut built = Built::default();
        for (at, kind) in kinds.iter().enumerate() {
            built.resource(kind, &format!("r{at}"), &json!({"Name": "x", "Role": "y"}));
        }
        let found = built.check(&RULE).into_iter();
        found.map(|finding| (finding.severity.expect("one"), finding.message, finding.related.len())).collect()
    }

    #[test]
    fn what_ended_is_an_error_and_what_closed_a_warning() {
        assert_eq!(
            found(&["AWS::LookoutVision::Project"]),
            [(Severity::Error, "Amazon Lookout for Vision has ended".to_owned(), 0)]
        );
        assert_eq!(
            found(&["AWS::Kendra::Index", "AWS::Kendra::DataSource", "AWS::S3::Bucket"]),
            [(Severity::Warning, "Amazon Kendra is closed to new customers".to_owned(), 1)],
            "one finding with the other place"
        );
    }

    #[test]
    fn what_lives_on_is_fine() {
        assert!(found(&["AWS::Lex::Bot", "AWS::KinesisAnalyticsV2::Application", "AWS::SageMaker::Model"]).is_empty());
    }
}
