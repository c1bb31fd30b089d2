//! A queue that several functions read: each message reaches one of them, not all.

use std::collections::BTreeSet;

use crate::{
    finding::{Finding, Severity},
    graph::{attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, consumers},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "queue-with-several-consumers",
    aliases: &[],
    category: Category::Architecture,
    severity: Severity::Warning,
    or_severity: Some((Severity::Advice, "nothing in the unit is of an ML, AI or data service")),
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/queue-with-several-consumers.md"),
    check: Check::Each(kind::QUEUE, check),
};

/// So many consumers are shown; the others are counted.
const SHOWN: usize = 4;

fn check(cx: &Context<'_>, queue: Subject<'_>, out: &Findings) {
    let mut consumers = consumers::of(cx, queue);
    let mut names = BTreeSet::new();
    // One that is not known may be one of the others.
    consumers.retain(|consumer| consumer.name.clone().is_some_and(|name| names.insert(name)));
    if consumers.len() < 2 {
        return;
    }
    let label = if consumers.iter().any(|consumer| consumer.filters) {
        "each message reaches one of them only, and what its filter leaves out is deleted before another sees it"
    } else {
        "each message reaches one of them only, whichever asks first"
    };
    let title = format!("queue is read by {} consumers", consumers.len());
    let mut finding = Finding::at(queue.place(), title).label(label).help(
        "give each consumer a queue of its own, and let an SNS topic or an EventBridge rule send every message to all of them",
    );
    let more = consumers.len().saturating_sub(SHOWN);
    for (at, consumer) in consumers.iter().enumerate().take(SHOWN) {
        let others = if at + 1 == SHOWN && more > 0 { format!(", as {more} more do") } else { String::new() };
        let id = &consumer.subject.resource().key.id;
        finding = finding.related(consumer.place, format!("`{id}` reads from it{others}"));
    }
    out.add(if is_of_workload(cx, queue) { finding } else { finding.severity(Severity::Advice) });
}

/// Whether the queue stands beside an ML, AI or data service, or functions that call one.
fn is_of_workload(cx: &Context<'_>, queue: Subject<'_>) -> bool {
    let unit = &queue.resource().key.unit;
    cx.graph.calls_intelligence(unit) || cx.of_unit(unit, kind::is_workload).next().is_some()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        finding::Severity,
        graph::kind::{EVENT_SOURCE_MAPPING, PIPE, QUEUE},
        rules::testing::Built,
    };

    fn found(functions: &[Value], others: &[(&str, Value)]) -> Vec<(Option<Severity>, String)> {
        let mut built = Built::default();
        built.resource(QUEUE, "Queue", &json!({"QueueName": "documents", "FifoQueue": true}));
        built.resource("AWS::Lambda::Function", "Ocr", &json!({"FunctionName": "ocr", "Timeout": 3}));
        for (at, function) in functions.iter().enumerate() {
            let mapping = json!({"EventSourceArn": {"ref": "Queue"}, "FunctionName": function});
            built.resource(EVENT_SOURCE_MAPPING, &format!("Mapping{at}"), &mapping);
        }
        for (kind, properties) in others {
            built.resource(kind, "Other", properties);
        }
        built.check(&RULE).into_iter().map(|finding| (finding.severity, finding.message)).collect()
    }

    #[test]
    fn consumers_count_where_they_certainly_differ() {
        let two = [(Some(Severity::Advice), "queue is read by 2 consumers".to_owned())];
        assert_eq!(found(&[json!({"ref": "Ocr"}), json!("index")], &[]), two);
        assert_eq!(found(&[json!({"ref": "Ocr"}), json!({"ref": "Ocr"})], &[]), [], "the same one twice");
        assert_eq!(
            found(&[json!({"ref": "Ocr"}), json!("arn:aws:lambda:us-east-1:111122223333:function:ocr")], &[]),
            []
        );
        assert_eq!(found(&[json!("index"), json!({"?": "function"})], &[]), [], "it may be the same");
        let pipe = json!({"Source": {"ref": "Queue"}, "Target": "arn:aws:states:::x"});
        assert_eq!(found(&[json!("index")], &[(PIPE, pipe)]), two);
        let stopped = json!({"Source": {"ref": "Queue"}, "Target": "arn:aws:states:::x", "DesiredState": "STOPPED"});
        assert_eq!(found(&[json!("index")], &[(PIPE, stopped)]), []);
    }

    #[test]
    fn beside_an_ml_or_data_service_it_is_a_warning() {
        let functions = [json!("ocr"), json!("index")];
        let severity = |kind: &str| found(&functions, &[(kind, json!({}))])[0].0;
        assert_eq!(severity("AWS::SNS::Topic"), Some(Severity::Advice));
        assert_eq!(severity("AWS::SageMaker::Model"), Some(Severity::Warning));
        assert_eq!(severity("AWS::Glue::Table"), Some(Severity::Warning));
    }
}
