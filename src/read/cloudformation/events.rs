//! What the events of serverless functions and state machines make: mappings, rules, schedules, subscriptions, and the
//! permissions and roles by which these may start them.
//!
//! Source: AWS SAM specification 2016-10-31, event sources of AWS::Serverless::Function and AWS::Serverless::StateMachine, and
//! the resources that aws-sam-translator 1.110.0 generates for them; read 2026-11-26.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::template::Template;
use crate::{
    graph::{
        Resource, kind,
        value::{Data, Entry, List, Object, Reason, Reference, Value},
    },
    source::Place,
    syntax::tree::Node,
};

/// Types of events by which a function reads a queue or a stream, and the property that names it.
const MAPPED: &[(&str, &str)] = &[
    ("DocumentDB", "Cluster"),
    ("DynamoDB", "Stream"),
    ("Kinesis", "Stream"),
    ("MQ", "Broker"),
    ("MSK", "Stream"),
    ("SQS", "Queue"),
];

/// Types of events that are rules of EventBridge.
const RULED: &[&str] = &["CloudWatchEvent", "EventBridgeRule", "Schedule"];

/// Properties of such an event that are those of the rule's target.
const AIMED: &[&str] = &["DeadLetterConfig", "Input", "InputPath", "InputTransformer", "RetryPolicy"];

/// Types of events that come through an API; the property that names it; the name of the one that is made where none is
/// named, its kind, and its stage's name and kind.
const APIS: &[(&str, &str, [&str; 4])] = &[
    (
        "Api",
        "RestApiId",
        ["ServerlessRestApi", "AWS::ApiGateway::RestApi", "ServerlessRestApiProdStage", "AWS::ApiGateway::Stage"],
    ),
    (
        "HttpApi",
        "ApiId",
        [
            "ServerlessHttpApi",
            "AWS::ApiGatewayV2::Api",
            "ServerlessHttpApiApiGatewayDefaultStage",
            "AWS::ApiGatewayV2::Stage",
        ],
    ),
];

/// What an event adds to another resource of the template: who calls the function is told there.
pub(super) struct Told {
    /// By what the others of its unit name that resource.
    to: Arc<str>,
    path: &'static str,
    place: Place,
    value: Value,
}

/// The names of the APIs that the transform makes for the events of a resource as it is written.
pub(super) fn implicit<'t>(resource: Node<'t>) -> impl Iterator<Item = [&'static str; 4]> + use<'t> {
    let properties = resource.get("Properties");
    let events = properties.and_then(|node| node.get("Events")).map(Node::entries).unwrap_or_default();
    events.into_iter().filter_map(|event| {
        let source = event.value.get("Type").and_then(Node::text)?;
        let (_, named, made) = APIS.iter().find(|(known, _, _)| *known == source)?;
        let properties = event.value.get("Properties");
        properties.and_then(|node| node.get(named)).is_none().then_some(*made)
    })
}

/// What is made for the events of a function or a state machine.
pub(super) fn events(template: &mut Template<'_>, of: &Resource, is_function: bool) -> Vec<Resource> {
    let Some(Data::Object(events)) = of.properties.entry("Events").map(|entry| &entry.value.data) else {
        return Vec::new();
    };
    let mut maker = Maker { template, of, is_function, made: Vec::new() };
    for event in &events.entries {
        maker.event(event);
    }
    maker.made
}

/// Tells what events add to the resources that they come from, each known by its address.
pub(super) fn tell(told: Vec<Told>, resources: &mut [Resource]) {
    let mut by_resource: FxHashMap<Arc<str>, Vec<Told>> = FxHashMap::default();
    for one in told {
        by_resource.entry(one.to.clone()).or_default().push(one);
    }
    if by_resource.is_empty() {
        return;
    }
    for resource in resources {
        let Some(told) = by_resource.remove(&resource.key.address()) else { continue };
        let Data::Object(object) = &mut resource.properties.data else { continue };
        let object = Arc::make_mut(object);
        let (path, place) = (told[0].path, told[0].place);
        let (outer, inner) = path.split_once('.').unwrap_or((path, ""));
        let known = object.entry(outer).map(|entry| entry.value.entry(inner).map(|entry| &entry.value.data));
        let told = told.into_iter().map(|one| one.value);
        let value = match known {
            // What else is written there stays as it is.
            Some(None) if inner.is_empty() => continue,
            _ if inner.is_empty() => told.last(),
            Some(Some(Data::List(list))) => {
                let items = list.items.iter().cloned().chain(told).collect();
                Some(Value::new(Data::List(Arc::new(List { items, open: list.open.clone() })), place))
            }
            Some(Some(_)) => continue,
            _ => Some(Value::list(told.collect(), place)),
        };
        if let Some(value) = value {
            object.set_path(path, place, value);
        }
    }
}

struct Maker<'m, 't> {
    template: &'m mut Template<'t>,
    of: &'m Resource,
    is_function: bool,
    made: Vec<Resource>,
}

impl Maker<'_, '_> {
    fn event(&mut self, event: &Entry) {
        let Some(Data::Text(source)) = event.value.entry("Type").map(|entry| &entry.value.data) else { return };
        let mut properties = match event.value.entry("Properties").map(|entry| &entry.value.data) {
            Some(Data::Object(object)) => object.as_ref().clone(),
            _ => Object::default(),
        };
        let place = event.place;
        let id = format!("{}{}", self.of.key.id, event.name);
        match (&**source, self.is_function) {
            (source, _) if RULED.contains(&source) => self.rule(&id, source, properties, place),
            ("ScheduleV2", _) => self.schedule(&id, properties, place),
            (source, _) if APIS.iter().any(|(known, _, _)| *known == source) => {
                self.api(&id, source, &properties, place);
            }
            ("SelfManagedKafka", true) => {
                if let Some(servers) = take(&mut properties, "KafkaBootstrapServers") {
                    let path = "SelfManagedEventSource.Endpoints.KafkaBootstrapServers";
                    properties.set_path(path, servers.place, servers.value);
                }
                self.mapping(&id, properties, place);
            }
            (source, true) => match MAPPED.iter().find(|(known, _)| *known == source) {
                Some((_, name)) => {
                    rename(&mut properties, name, "EventSourceArn");
                    self.mapping(&id, properties, place);
                }
                None => self.pushed(&id, source, properties, place),
            },
            _ => {}
        }
    }

    /// Adds a resource; hands back a reference to it.
    fn add(&mut self, id: &str, kind: &str, properties: Object, place: Place) -> Value {
        let made = super::serverless::beside(self.template, self.of, id.into(), kind, properties, place);
        self.made.push(made);
        self.reference(id, None, place)
    }

    fn reference(&self, id: &str, attribute: Option<&str>, place: Place) -> Value {
        let reference = Reference { id: self.template.stack.address(id), attribute: attribute.map(Into::into) };
        Value::new(Data::Reference(Arc::new(reference)), place)
    }

    /// The ARN of the function or state machine.
    fn target(&self, place: Place) -> Value {
        // A state machine's reference is its ARN.
        self.reference(&self.of.key.id, self.is_function.then_some("Arn"), place)
    }

    /// A mapping by which Lambda reads for the function.
    fn mapping(&mut self, id: &str, mut properties: Object, place: Place) {
        properties.set(Entry { name: "FunctionName".into(), place, value: self.target(place) });
        self.add(id, kind::EVENT_SOURCE_MAPPING, properties, place);
    }

    /// Lets a service call the function; for a resource of it where one is known.
    fn permission(&mut self, id: &str, service: &str, source: Option<Value>, place: Place) {
        if self.is_function {
            self.permit(&format!("{id}Permission"), service, source, place);
        }
    }

    fn permit(&mut self, id: &str, service: &str, source: Option<Value>, place: Place) {
        let mut properties = object(place, [("Action", "lambda:InvokeFunction"), ("Principal", service)]);
        properties.set(Entry {
            name: "FunctionName".into(),
            place,
            value: self.reference(&self.of.key.id, None, place),
        });
        if let Some(value) = source {
            properties.set(Entry { name: "SourceArn".into(), place, value });
        }
        self.add(id, "AWS::Lambda::Permission", properties, place);
    }

    /// The role by which a service starts the function or state machine; hands back its ARN.
    fn role(&mut self, id: &str, service: &str, place: Place) -> Value {
        let action = if self.is_function { "lambda:InvokeFunction" } else { "states:StartExecution" };
        let mut trust = object(place, [("Effect", "Allow"), ("Action", "sts:AssumeRole")]);
        trust.set_path("Principal.Service", place, Value::text(service, place));
        let mut statement = object(place, [("Effect", "Allow"), ("Action", action)]);
        statement.set(Entry { name: "Resource".into(), place, value: self.target(place) });
        let mut policy = Object::default();
        policy.set_path("PolicyDocument.Statement", place, Value::list(vec![Value::object(statement, place)], place));
        let mut properties = Object::default();
        let trusted = Value::list(vec![Value::object(trust, place)], place);
        properties.set_path("AssumeRolePolicyDocument.Statement", place, trusted);
        let policies = Value::list(vec![Value::object(policy, place)], place);
        properties.set(Entry { name: "Policies".into(), place, value: policies });
        let id = format!("{id}Role");
        self.add(&id, kind::ROLE, properties, place);
        self.reference(&id, Some("Arn"), place)
    }

    fn rule(&mut self, id: &str, source: &str, mut properties: Object, place: Place) {
        rename(&mut properties, "Pattern", "EventPattern");
        rename(&mut properties, "Schedule", "ScheduleExpression");
        let mut aimed = Object::default();
        aimed.set(Entry { name: "Arn".into(), place, value: self.target(place) });
        AIMED.iter().filter_map(|name| take(&mut properties, name)).for_each(|entry| aimed.set(entry));
        if !self.is_function {
            let role = take(&mut properties, "RoleArn").filter(|_| source == "Schedule").map(|entry| entry.value);
            let value = role.unwrap_or_else(|| self.role(id, "events.amazonaws.com", place));
            aimed.set(Entry { name: "RoleArn".into(), place, value });
        }
        let targets = Value::list(vec![Value::object(aimed, place)], place);
        properties.set(Entry { name: "Targets".into(), place, value: targets });
        self.add(id, "AWS::Events::Rule", properties, place);
        let arn = self.reference(id, Some("Arn"), place);
        self.permission(id, "events.amazonaws.com", Some(arn), place);
    }

    fn schedule(&mut self, id: &str, mut properties: Object, place: Place) {
        let mut aimed = Object::default();
        aimed.set(Entry { name: "Arn".into(), place, value: self.target(place) });
        AIMED.iter().filter_map(|name| take(&mut properties, name)).for_each(|entry| aimed.set(entry));
        let role = take(&mut properties, "RoleArn").map(|entry| entry.value);
        let value = role.unwrap_or_else(|| self.role(id, "scheduler.amazonaws.com", place));
        aimed.set(Entry { name: "RoleArn".into(), place, value });
        properties.set(Entry { name: "Target".into(), place, value: Value::object(aimed, place) });
        self.add(id, "AWS::Scheduler::Schedule", properties, place);
    }

    /// An event through an API, which is made where none is named.
    fn api(&mut self, id: &str, source: &str, properties: &Object, place: Place) {
        let Some((_, named, made)) = APIS.iter().find(|(known, _, _)| *known == source) else { return };
        let [api, ..] = *made;
        let arn = properties.entry(named).map_or_else(|| self.reference(api, None, place), |entry| entry.value.clone());
        if properties.entry(named).is_none() {
            self.template.implicit(*made, self.of, place);
        }
        if self.is_function {
            let stage = if source == "Api" { self.template.stage_of(&arn) } else { None };
            let id = format!("{id}Permission{}", stage.unwrap_or_default());
            self.permit(&id, "apigateway.amazonaws.com", Some(arn), place);
        } else {
            self.role(id, "apigateway.amazonaws.com", place);
        }
    }

    /// An event that a service brings to the function itself.
    fn pushed(&mut self, id: &str, source: &str, mut properties: Object, place: Place) {
        match source {
            "S3" => {
                let bucket = take(&mut properties, "Bucket").map(|entry| entry.value);
                self.permission(id, "s3.amazonaws.com", None, place);
                rename(&mut properties, "Events", "Event");
                properties.set(Entry { name: "Function".into(), place, value: self.target(place) });
                let config = Value::object(properties, place);
                self.tell(bucket.as_ref(), "NotificationConfiguration.LambdaConfigurations", config, place);
            }
            "SNS" => self.subscription(id, properties, place),
            "CloudWatchLogs" => {
                self.permission(id, "logs.amazonaws.com", None, place);
                properties.set(Entry { name: "DestinationArn".into(), place, value: self.target(place) });
                self.add(id, "AWS::Logs::SubscriptionFilter", properties, place);
            }
            "IoTRule" => {
                let mut action = Object::default();
                action.set_path("Lambda.FunctionArn", place, self.target(place));
                properties.set(Entry {
                    name: "Actions".into(),
                    place,
                    value: Value::list(vec![Value::object(action, place)], place),
                });
                let mut rule = Object::default();
                rule.set(Entry { name: "TopicRulePayload".into(), place, value: Value::object(properties, place) });
                self.add(id, "AWS::IoT::TopicRule", rule, place);
                let arn = self.reference(id, Some("Arn"), place);
                self.permission(id, "iot.amazonaws.com", Some(arn), place);
            }
            "AlexaSkill" => self.permission(id, "alexa-appkit.amazon.com", None, place),
            "Cognito" => {
                let pool = take(&mut properties, "UserPool").map(|entry| entry.value);
                self.permission(id, "cognito-idp.amazonaws.com", pool.clone(), place);
                self.tell(pool.as_ref(), "LambdaConfig", Value::unknown(Reason::Unsupported, "triggers", place), place);
            }
            _ => {
                let what = format!("event of the type `{source}`");
                self.template.note(place.span, "resource", what, "SAM has no such event source");
            }
        }
    }

    /// A topic that calls the function, or fills a queue that the function reads.
    fn subscription(&mut self, id: &str, mut properties: Object, place: Place) {
        rename(&mut properties, "Topic", "TopicArn");
        let queued = take(&mut properties, "SqsSubscription").map(|entry| entry.value);
        let topic = properties.entry("TopicArn").map(|entry| entry.value.clone());
        let (protocol, endpoint) = match queued.as_ref().map(|value| &value.data) {
            None | Some(Data::Absent | Data::Bool(false)) => {
                self.permission(id, "sns.amazonaws.com", topic, place);
                ("lambda", self.target(place))
            }
            Some(queued) => {
                let mut reads = Object::default();
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
                    self.add(&queue, kind::QUEUE, Object::default(), place);
                    self.reference(&queue, Some("Arn"), place)
                });
                reads.set(Entry { name: "EventSourceArn".into(), place, value: queue.clone() });
                self.mapping(&format!("{id}EventSourceMapping"), reads, place);
                ("sqs", queue)
            }
        };
        properties.set(Entry { name: "Protocol".into(), place, value: Value::text(protocol, place) });
        properties.set(Entry { name: "Endpoint".into(), place, value: endpoint });
        self.add(id, "AWS::SNS::Subscription", properties, place);
    }

    /// Tells a resource of the template who is called.
    fn tell(&mut self, to: Option<&Value>, path: &'static str, value: Value, place: Place) {
        if let Some(Value { data: Data::Reference(reference), .. }) = to {
            self.template.told.push(Told { to: reference.id.clone(), path, place, value });
        }
    }
}

impl Template<'_> {
    /// The stage of an API as it stands in the names of what is made for it, where it is written.
    fn stage_of(&self, api: &Value) -> Option<String> {
        let Data::Reference(reference) = &api.data else { return None };
        let name = match self.written.get(*self.resources.get(&*reference.id)?) {
            Some(written) => written.entry.value.get("Properties")?.get("StageName").and_then(Node::text)?,
            None => "Prod",
        };
        Some(name.chars().filter(char::is_ascii_alphanumeric).collect())
    }

    /// Makes an API that no resource is written for, and its stage; once for all events that come through it.
    fn implicit(&mut self, [api, kind, stage, stage_kind]: [&'static str; 4], of: &Resource, place: Place) {
        if self.resources.get(api).is_some_and(|&at| at < self.written.len()) {
            return;
        }
        let known = self.implicit.iter_mut().filter(|made| [api, stage].contains(&&*made.key.id));
        let mut is_made = false;
        for made in known {
            // It is there if one of the functions is.
            made.guard = made.guard.or(&of.guard);
            is_made = true;
        }
        if is_made {
            return;
        }
        let mut properties = Object::default();
        let body = Value::unknown(Reason::Unsupported, "the paths of an implicit API", place);
        properties.set(Entry { name: "Body".into(), place, value: body });
        let made = super::serverless::beside(self, of, api.into(), kind, properties, place);
        let name = if stage.ends_with("DefaultStage") { "$default" } else { "Prod" };
        let mut properties = object(place, [("StageName", name)]);
        let reference = Reference { id: self.stack.address(api), attribute: None };
        let field = if stage.ends_with("DefaultStage") { "ApiId" } else { "RestApiId" };
        let value = Value::new(Data::Reference(Arc::new(reference)), place);
        properties.set(Entry { name: field.into(), place, value });
        let stage = super::serverless::beside(self, of, stage.into(), stage_kind, properties, place);
        self.implicit.extend([made, stage]);
    }
}

/// An object of texts.
fn object<const N: usize>(place: Place, texts: [(&str, &str); N]) -> Object {
    let entries = texts.map(|(name, text)| Entry { name: name.into(), place, value: Value::text(text, place) });
    Object { entries: entries.to_vec(), ..Object::default() }
}

/// Takes an entry out of an object.
fn take(object: &mut Object, name: &str) -> Option<Entry> {
    let at = object.entries.iter().position(|entry| &*entry.name == name)?;
    Some(object.entries.remove(at))
}

/// Gives an entry another name.
fn rename(object: &mut Object, from: &str, to: &str) {
    if let Some(entry) = object.entries.iter_mut().find(|entry| &*entry.name == from) {
        entry.name = to.into();
    }
}
