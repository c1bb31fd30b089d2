//! Queues and topics of events: those that are made for what could not be delivered or what a topic sends, who may write to
//! them, and what is subscribed to a topic.

use std::sync::Arc;

use super::{entry, events::Maker, object, rename, role::allows, take};
use crate::{
    graph::{
        kind,
        value::{Data, Entry, Object, Value},
    },
    source::Place,
    syntax::tree::Kind,
};

impl Maker<'_, '_> {
    /// Where what could not be delivered goes: a queue is made where only its type is told. Hands back the queue's ARN.
    pub(super) fn letters(&mut self, id: &str, properties: &mut Object) -> Option<Value> {
        let entry = properties.entries.iter().find(|entry| &*entry.name == "DeadLetterConfig")?.clone();
        let place = entry.place;
        let Data::Object(written) = &entry.value.data else { return None };
        if let Some(arn) = written.entry("Arn") {
            return Some(arn.value.clone());
        }
        written.entry("Type")?;
        let name = written.entry("QueueLogicalId").and_then(|entry| entry.value.plain_text());
        let name = name.unwrap_or_else(|| format!("{id}Queue").into());
        self.add(&name, kind::QUEUE, Object::default(), place);
        let arn = self.reference(&name, Some("Arn"), place);
        let mut made = Object::default();
        made.set(Entry { name: "Arn".into(), place, value: arn.clone() });
        properties.set(Entry { value: Value::object(made, place), ..entry });
        Some(arn)
    }

    /// Lets a rule put what it could not deliver into the queue that is made for that.
    pub(super) fn laid_aside(&mut self, id: &str, queue: &str, arn: Value, place: Place) {
        let mut statement = allows("sqs:SendMessage", arn, place);
        if let Data::Object(statement) = &mut statement.data {
            let statement = Arc::make_mut(statement);
            statement.set_path("Principal.Service", place, Value::text("events.amazonaws.com", place));
            let mut from = Object::default();
            from.set(entry("aws:SourceArn", place, self.reference(id, Some("Arn"), place)));
            statement.set_path("Condition.ArnEquals", place, Value::object(from, place));
        }
        let mut properties = Object::default();
        properties.set_path("PolicyDocument.Version", place, Value::text("2012-10-17", place));
        properties.set_path("PolicyDocument.Statement", place, Value::list(vec![statement], place));
        properties.set(entry("Queues", place, Value::list(vec![self.reference(queue, None, place)], place)));
        self.add(&format!("{id}QueuePolicy"), "AWS::SQS::QueuePolicy", properties, place);
    }

    /// A topic that calls the function, or fills a queue that the function reads.
    pub(super) fn subscription(&mut self, id: &str, mut properties: Object, place: Place) {
        rename(&mut properties, "Topic", "TopicArn");
        let queued = take(&mut properties, "SqsSubscription").map(|entry| entry.value);
        let topic = properties.entry("TopicArn").map(|entry| entry.value.clone());
        let (protocol, endpoint) = match queued.as_ref().map(|value| &value.data) {
            None | Some(Data::Absent | Data::Bool(false)) => {
                self.permission(id, "sns.amazonaws.com", topic, place);
                ("lambda", self.target(place))
            }
            Some(queued) => {
                let mut reads = object(place, []);
                reads.set(entry("BatchSize", place, Value::number(10.0, place)));
                reads.set(entry("Enabled", place, Value::new(Data::Bool(true), place)));
                if let Data::Object(written) = queued {
                    let names = ["BatchSize", "Enabled"];
                    names.iter().filter_map(|name| written.entry(name)).for_each(|entry| reads.set(entry.clone()));
                }
                let known = match queued {
                    Data::Object(written) => written.entry("QueueArn").map(|entry| entry.value.clone()),
                    _ => None,
                };
                let queue = known.unwrap_or_else(|| {
                    let queue = format!("{id}Queue");
                    let mut made = Object::default();
                    // A topic that keeps the order sends to such queues only.
                    let order = topic.as_ref().and_then(|topic| self.template.written_in(topic, "FifoTopic"));
                    if order.is_some_and(|order| matches!(order.kind(), Kind::Bool(true))) {
                        made.set(entry("FifoQueue", place, Value::new(Data::Bool(true), place)));
                    }
                    self.add(&queue, kind::QUEUE, made, place);
                    self.reference(&queue, Some("Arn"), place)
                });
                self.queue_policy(id, queued, topic, &queue, place);
                reads.set(Entry { name: "EventSourceArn".into(), place, value: queue.clone() });
                self.mapping(&format!("{id}EventSourceMapping"), reads, place);
                ("sqs", queue)
            }
        };
        properties.set(Entry { name: "Protocol".into(), place, value: Value::text(protocol, place) });
        properties.set(Entry { name: "Endpoint".into(), place, value: endpoint });
        self.add(id, "AWS::SNS::Subscription", properties, place);
    }

    /// Lets a topic write to a queue.
    pub(super) fn queue_policy(&mut self, id: &str, queued: &Data, topic: Option<Value>, queue: &Value, place: Place) {
        let part = |name: &str| match queued {
            Data::Object(written) => written.entry(name).map(|entry| entry.value.clone()),
            _ => None,
        };
        let mut statement = object(place, [("Effect", "Allow"), ("Principal", "*"), ("Action", "sqs:SendMessage")]);
        statement.set(Entry { name: "Resource".into(), place, value: queue.clone() });
        if let Some(topic) = topic {
            let mut from = Object::default();
            from.set(Entry { name: "aws:SourceArn".into(), place, value: topic });
            statement.set_path("Condition.ArnEquals", place, Value::object(from, place));
        }
        let url = part("QueueUrl").unwrap_or_else(|| self.reference(&format!("{id}Queue"), None, place));
        let mut properties = Object::default();
        let statements = Value::list(vec![Value::object(statement, place)], place);
        properties.set_path("PolicyDocument.Version", place, Value::text("2012-10-17", place));
        properties.set_path("PolicyDocument.Statement", place, statements);
        properties.set(Entry { name: "Queues".into(), place, value: Value::list(vec![url], place) });
        let name = part("QueuePolicyLogicalId").and_then(|name| name.plain_text());
        let name = name.unwrap_or_else(|| format!("{id}QueuePolicy").into());
        self.add(&name, "AWS::SQS::QueuePolicy", properties, place);
    }
}
