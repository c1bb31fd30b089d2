//! What the events of serverless functions and state machines make: mappings, rules, schedules, subscriptions, and the
//! permissions and roles by which these may start them.
//!
//! Source: AWS SAM specification 2016-10-31, event sources of AWS::Serverless::Function and AWS::Serverless::StateMachine, and
//! the resources that aws-sam-translator 1.110.0 generates for them; read 2026-11-26.

use std::sync::Arc;

use super::{
    API, HTTP_API, beside,
    connector::is_same,
    digests::digest,
    entry, execute_api, filled, object, property, reference, rename,
    role::{allows, policy, trust},
    tags, take,
};
use crate::{
    graph::{
        Resource,
        guard::Formula,
        kind,
        value::{Data, Entry, Object, Reason, Reference, Value},
    },
    read::cloudformation::{template::Template, values::Call},
    source::Place,
    syntax::tree::Node,
};

/// Types of events by which a function reads a queue or a stream, and the property that names it.
const MAPPED: &[(&str, &str)] =
    &[("DynamoDB", "Stream"), ("Kinesis", "Stream"), ("MQ", "Broker"), ("MSK", "Stream"), ("SQS", "Queue")];

/// Types of events that are rules of EventBridge.
const RULED: &[&str] = &["CloudWatchEvent", "EventBridgeRule", "Schedule"];

/// Properties of such an event that are those of the rule's target.
const AIMED: &[&str] = &["DeadLetterConfig", "Input", "InputPath", "InputTransformer", "RetryPolicy"];

/// A way for events to come through an API.
pub(super) struct Through {
    /// The type of such events.
    source: &'static str,
    /// Their property that names the API.
    named: &'static str,
    /// The API that is made for those that name none.
    pub(super) id: &'static str,
    /// Its type.
    pub(super) becomes: &'static str,
}

pub(super) const APIS: &[Through] = &[
    Through { source: "Api", named: "RestApiId", id: REST, becomes: API },
    Through { source: "HttpApi", named: "ApiId", id: HTTP, becomes: HTTP_API },
];

/// The APIs that are made for events that name none.
pub(super) const REST: &str = "ServerlessRestApi";
pub(super) const HTTP: &str = "ServerlessHttpApi";

/// From where a group of logs and a rule of IoT call.
const LOG_GROUP: &str = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${Group}:*";
const TOPIC_RULE: &str = "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:rule/${Rule}";

/// The API that is made for an event as it is written, which names none or this one.
pub(super) fn unwritten(source: &str, properties: Option<Node<'_>>) -> Option<&'static Through> {
    let api = APIS.iter().find(|api| api.source == source)?;
    let Some(named) = properties.and_then(|node| node.get(api.named)) else { return Some(api) };
    let name = match Call::of(named) {
        Some(call) if call.name == "Ref" => call.argument.text(),
        Some(_) => None,
        None => named.text(),
    };
    (name == Some(api.id)).then_some(api)
}

/// Whether something is made for an event of a type that has the event's own name.
pub(super) fn is_named(source: &str, is_function: bool) -> bool {
    let of_functions = ["CloudWatchLogs", "DocumentDB", "IoTRule", "SNS", "SelfManagedKafka"];
    RULED.contains(&source)
        || source == "ScheduleV2"
        || is_function && (of_functions.contains(&source) || MAPPED.iter().any(|(known, _)| *known == source))
}

/// What is made for the events of a function or a state machine. These call its alias, where one is given.
pub(super) fn events(
    template: &mut Template<'_>,
    of: &Resource,
    alias: Option<&Arc<str>>,
    is_function: bool,
) -> Vec<Resource> {
    let Some(Data::Object(events)) = of.properties.entry("Events").map(|entry| &entry.value.data) else {
        return Vec::new();
    };
    let mut maker = Maker { template, of, alias, is_function, made: Vec::new() };
    for event in &events.entries {
        maker.event(event);
    }
    maker.made
}

pub(super) struct Maker<'m, 't> {
    pub(super) template: &'m mut Template<'t>,
    of: &'m Resource,
    alias: Option<&'m Arc<str>>,
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
            (source, _) if APIS.iter().any(|api| api.source == source) => {
                self.api(&id, source, &properties, place);
            }
            ("SelfManagedKafka", true) => {
                within(&mut properties, "SelfManagedKafkaEventSourceConfig");
                if let Some(servers) = take(&mut properties, "KafkaBootstrapServers") {
                    let path = "SelfManagedEventSource.Endpoints.KafkaBootstrapServers";
                    properties.set_path(path, servers.place, servers.value);
                }
                take(&mut properties, "SecretsManagerKmsKeyId");
                self.mapping(&id, properties, place);
            }
            ("DocumentDB", true) => {
                for name in ["CollectionName", "DatabaseName", "FullDocument"] {
                    if let Some(entry) = take(&mut properties, name) {
                        properties.set_path(&format!("DocumentDBEventSourceConfig.{name}"), entry.place, entry.value);
                    }
                }
                rename(&mut properties, "Cluster", "EventSourceArn");
                take(&mut properties, "SecretsManagerKmsKeyId");
                self.mapping(&id, properties, place);
            }
            (source, true) => match MAPPED.iter().find(|(known, _)| *known == source) {
                Some((_, name)) => {
                    rename(&mut properties, name, "EventSourceArn");
                    if source == "MSK" {
                        within(&mut properties, "AmazonManagedKafkaEventSourceConfig");
                    }
                    take(&mut properties, "DynamicPolicyName");
                    take(&mut properties, "SecretsManagerKmsKeyId");
                    self.mapping(&id, properties, place);
                }
                None => self.pushed(&id, source, properties, place),
            },
            _ => {}
        }
    }

    /// Whether there is a function or state machine at all.
    pub(super) fn guard(&self) -> Formula {
        self.of.guard.clone()
    }

    /// Adds a resource; hands back a reference to it.
    pub(super) fn add(&mut self, id: &str, kind: &str, properties: Object, place: Place) -> Value {
        let made = beside(self.template, self.of, id.into(), kind, properties, place);
        self.made.push(made);
        self.reference(id, None, place)
    }

    pub(super) fn reference(&self, id: &str, attribute: Option<&str>, place: Place) -> Value {
        reference(self.template, id, attribute, place)
    }

    /// The ARN of what is called: the function, the state machine, or its alias.
    pub(super) fn target(&self, place: Place) -> Value {
        match self.alias {
            // An alias's and a state machine's reference is its ARN.
            Some(alias) => self.reference(alias, None, place),
            None => self.reference(&self.of.key.id, self.is_function.then_some("Arn"), place),
        }
    }

    /// A reference to what is called.
    fn called(&self, place: Place) -> Value {
        self.reference(self.alias.unwrap_or(&self.of.key.id), None, place)
    }

    /// A mapping by which Lambda reads for the function.
    pub(super) fn mapping(&mut self, id: &str, mut properties: Object, place: Place) {
        properties.set(entry("FunctionName", place, self.called(place)));
        // It tells SAM which policy the role needs.
        if let Some(config) = properties.entries.iter_mut().find(|entry| &*entry.name == "DestinationConfig") {
            config.value = without(&config.value, &["OnFailure", "Type"]);
        }
        self.add(id, kind::EVENT_SOURCE_MAPPING, properties, place);
    }

    /// Lets a service call the function; for a resource of it where one is known.
    pub(super) fn permission(&mut self, id: &str, service: &str, source: Option<Value>, place: Place) {
        if self.is_function {
            self.permit(&format!("{id}Permission"), service, source, place);
        }
    }

    fn permit(&mut self, id: &str, service: &str, source: Option<Value>, place: Place) {
        let mut properties = object(place, [("Action", "lambda:InvokeFunction"), ("Principal", service)]);
        properties.set(entry("FunctionName", place, self.called(place)));
        if let Some(value) = source {
            properties.set(Entry { name: "SourceArn".into(), place, value });
        }
        self.add(id, "AWS::Lambda::Permission", properties, place);
    }

    /// The role by which a service starts the function or state machine, with its policies; hands back its ARN.
    fn role(&mut self, id: &str, service: &str, policies: Vec<Value>, place: Place) -> Value {
        let mut properties = Object::default();
        properties.set(entry("AssumeRolePolicyDocument", place, trust(service, place)));
        properties.set(entry("Policies", place, Value::list(policies, place)));
        properties.entries.extend(property(self.of, "PermissionsBoundary").filter(|_| !self.is_function));
        let id = format!("{id}Role");
        self.add(&id, kind::ROLE, properties, place);
        self.reference(&id, Some("Arn"), place)
    }

    /// The policy that allows to start the function or state machine. `id` begins its name.
    fn starting(&self, id: &str, place: Place) -> Value {
        let (action, end) = match self.is_function {
            true => ("lambda:InvokeFunction", "LambdaPolicy"),
            false => ("states:StartExecution", "StartExecutionPolicy"),
        };
        policy(format!("{id}{end}"), vec![allows(action, self.target(place), place)], place)
    }

    fn rule(&mut self, id: &str, source: &str, mut properties: Object, place: Place) {
        rename(&mut properties, "Pattern", "EventPattern");
        rename(&mut properties, "Schedule", "ScheduleExpression");
        rename(&mut properties, "RuleName", "Name");
        if let Some(Entry { value, place, .. }) = take(&mut properties, "Enabled") {
            let value = match value.data {
                Data::Bool(on) => Value::text(if on { "ENABLED" } else { "DISABLED" }, value.origin.place),
                Data::Absent => value,
                _ => Value::unknown(Reason::Unsupported, "whether the rule is on", place),
            };
            properties.set(Entry { name: "State".into(), place, value });
        }
        let made = self.made.len();
        let letters = self.letters(id, &mut properties);
        if let Some((queue, arn)) = self.made.get(made).map(|queue| queue.key.id.clone()).zip(letters) {
            self.laid_aside(id, &queue, arn, place);
        }
        let name = take(&mut properties, "Target").and_then(|target| target.value.entry("Id").cloned());
        let kind = if self.is_function { "LambdaTarget" } else { "StepFunctionsTarget" };
        let mut aimed = Object::default();
        aimed.set(name.unwrap_or_else(|| Entry {
            name: "Id".into(),
            place,
            value: Value::text(format!("{}{kind}", shortened(id, kind)), place),
        }));
        aimed.set(Entry { name: "Arn".into(), place, value: self.target(place) });
        AIMED.iter().filter_map(|name| take(&mut properties, name)).for_each(|entry| aimed.set(entry));
        if !self.is_function {
            let role = take(&mut properties, "RoleArn").filter(|_| source == "Schedule").map(|entry| entry.value);
            let value = role.unwrap_or_else(|| {
                let policies = vec![self.starting(&format!("{id}Role"), place)];
                self.role(id, "events.amazonaws.com", policies, place)
            });
            aimed.set(Entry { name: "RoleArn".into(), place, value });
        }
        let targets = Value::list(vec![Value::object(aimed, place)], place);
        properties.set(Entry { name: "Targets".into(), place, value: targets });
        self.add(id, "AWS::Events::Rule", properties, place);
        let arn = self.reference(id, Some("Arn"), place);
        self.permission(id, "events.amazonaws.com", Some(arn), place);
    }

    fn schedule(&mut self, id: &str, mut properties: Object, place: Place) {
        let letters = self.letters(id, &mut properties);
        let is_nameless =
            take(&mut properties, "OmitName").is_some_and(|omit| matches!(omit.value.data, Data::Bool(true)));
        if properties.open.is_none() && properties.entry("Name").is_none() && !is_nameless {
            properties.set(entry("Name", place, Value::text(id, place)));
        }
        let bound = take(&mut properties, "PermissionsBoundary");
        let mut aimed = Object::default();
        aimed.set(Entry { name: "Arn".into(), place, value: self.target(place) });
        AIMED.iter().filter_map(|name| take(&mut properties, name)).for_each(|entry| aimed.set(entry));
        let role = take(&mut properties, "RoleArn").map(|entry| entry.value);
        let value = role.unwrap_or_else(|| {
            let sends = |queue| policy(format!("{id}SQSPolicy"), vec![allows("sqs:SendMessage", queue, place)], place);
            let policies = [self.starting(id, place)].into_iter().chain(letters.map(sends)).collect();
            let arn = self.role(id, "scheduler.amazonaws.com", policies, place);
            if let Some(role) = self.made.last_mut().and_then(super::properties) {
                role.entries.extend(bound);
            }
            arn
        });
        aimed.set(Entry { name: "RoleArn".into(), place, value });
        properties.set(Entry { name: "Target".into(), place, value: Value::object(aimed, place) });
        if properties.open.is_none() && properties.entry("FlexibleTimeWindow").is_none() {
            properties.set_path("FlexibleTimeWindow.Mode", place, Value::text("OFF", place));
        }
        self.add(id, "AWS::Scheduler::Schedule", properties, place);
    }

    /// An event through an API, which is made where none is named.
    fn api(&mut self, id: &str, source: &str, properties: &Object, place: Place) {
        let Some(Through { named, id: api, becomes: kind, .. }) = APIS.iter().find(|api| api.source == source) else {
            return;
        };
        let name = properties.entry(named).map(|entry| entry.value.clone());
        let own = self.reference(api, None, place);
        let is_own = |name: &Value| match &name.data {
            Data::Text(text) => **text == **api,
            data => is_same(data, &own.data),
        };
        if name.as_ref().is_none_or(is_own) {
            self.template.unwritten(api, kind, self.of, place);
        }
        let written = name.clone();
        let name = match name {
            None => own,
            // SAM knows an API of the template by its bare name, too; the permission has it as it is written.
            Some(Value { data: Data::Text(id), .. }) if self.template.resources.contains_key(&id) => {
                self.reference(&id, None, place)
            }
            Some(name) => name,
        };
        if !self.is_function {
            let policies = vec![self.starting(&format!("{id}Role"), place)];
            self.role(id, "apigateway.amazonaws.com", policies, place);
            return;
        }
        if let Some(settings) = properties.entry("RouteSettings").filter(|_| *kind == HTTP_API) {
            self.route(&name, properties, settings);
        }
        let stage = if *kind == API { self.template.stage_of(&name) } else { String::new() };
        let name = written.unwrap_or(name);
        let part = |name: &str| properties.entry(name).map(|entry| entry.value.plain_text());
        let called = match (part("Method"), part("Path")) {
            // An HTTP API without a path passes everything on.
            (_, None) => "/*/*".to_owned(),
            (Some(Some(method)), Some(Some(path))) if *kind == HTTP_API && &*path == "/$default" && is_any(&method) => {
                "/*/$default".to_owned()
            }
            (Some(Some(method)), Some(Some(path))) => {
                let method = if is_any(&method) { "*".to_owned() } else { method.to_uppercase() };
                let path = if path.len() > 1 { path.trim_end_matches('/') } else { &path };
                format!("/*/{method}{}", template_path(path))
            }
            _ => String::new(),
        };
        // What may pass everything on needs no more.
        if *kind == HTTP_API && called != "/*/*" && self.passes_all(&name) {
            return;
        }
        let place_of = place;
        let value = match called.is_empty() {
            true => Value::unknown(Reason::RunTime, "the path of an event", place_of),
            false => execute_api(self.template, name, &called, place_of),
        };
        self.permit(&format!("{id}Permission{stage}"), "apigateway.amazonaws.com", Some(value), place);
    }

    /// Whether the function has an event for all that comes through an HTTP API.
    fn passes_all(&self, api: &Value) -> bool {
        let Some(Data::Object(events)) = self.of.properties.entry("Events").map(|entry| &entry.value.data) else {
            return false;
        };
        let Data::Reference(api) = &api.data else { return false };
        events.entries.iter().any(|event| {
            let part = |name: &str| event.value.entry("Properties").and_then(|entry| entry.value.entry(name));
            let is_http =
                event.value.entry("Type").and_then(|kind| kind.value.plain_text()).as_deref() == Some("HttpApi");
            let is_same = match part("ApiId").map(|entry| &entry.value.data) {
                None => api.id == self.template.stack.address(HTTP),
                Some(Data::Reference(of)) => of == api,
                Some(_) => false,
            };
            is_http && is_same && part("Path").is_none_or(|path| path.value.plain_text().as_deref() == Some("$default"))
        })
    }

    /// An event that a service brings to the function itself.
    fn pushed(&mut self, id: &str, source: &str, mut properties: Object, place: Place) {
        match source {
            "S3" => {
                let bucket = take(&mut properties, "Bucket").map(|entry| entry.value);
                // A bucket's ARN has no account in it.
                self.permission(id, "s3.amazonaws.com", None, place);
                self.of_account(place);
                let guard = self.guard();
                let events = match take(&mut properties, "Events") {
                    Some(Entry { value: Value { data: Data::List(list), .. }, .. }) if list.open.is_none() => {
                        list.items.clone()
                    }
                    Some(entry) => vec![entry.value],
                    None => Vec::new(),
                };
                properties.set(Entry { name: "Function".into(), place, value: self.target(place) });
                for event in events {
                    let mut properties = properties.clone();
                    properties.set(Entry { name: "Event".into(), place: event.origin.place, value: event });
                    // A bucket that is there without the function tells nobody.
                    let config = Value::guarded(&guard, Value::object(properties, place), Value::absent(place));
                    self.tell(bucket.as_ref(), "NotificationConfiguration.LambdaConfigurations", config, place);
                }
            }
            "SNS" => self.subscription(id, properties, place),
            "CloudWatchLogs" => {
                let group = properties.entry("LogGroupName").map(|entry| entry.value.clone());
                let from = group.map(|group| filled(self.template, LOG_GROUP, &mut |_| group.clone(), place));
                self.permission(id, "logs.amazonaws.com", from, place);
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
                properties.set(entry("RuleDisabled", place, Value::new(Data::Bool(false), place)));
                let mut made = Object::default();
                made.set(entry("TopicRulePayload", place, Value::object(properties, place)));
                let rule = self.add(id, "AWS::IoT::TopicRule", made, place);
                let from = filled(self.template, TOPIC_RULE, &mut |_| rule.clone(), place);
                self.permission(id, "iot.amazonaws.com", Some(from), place);
                self.of_account(place);
            }
            "AlexaSkill" => {
                self.permission(id, "alexa-appkit.amazon.com", None, place);
                let skill = take(&mut properties, "SkillId");
                if let Some(permission) = self.made.last_mut().and_then(super::properties) {
                    permission.entries.extend(skill.map(|skill| Entry { name: "EventSourceToken".into(), ..skill }));
                }
            }
            "Cognito" => self.triggers(properties, place),
            _ => {
                let what = format!("event of the type `{source}`");
                self.template.note(place.span, "resource", what, "SAM has no such event source");
            }
        }
    }

    /// What happens in a pool of users calls the function.
    fn triggers(&mut self, mut properties: Object, place: Place) {
        let pool = take(&mut properties, "UserPool").map(|entry| entry.value);
        let from = match &pool {
            Some(Value { data: Data::Reference(of), .. }) if of.attribute.is_none() => {
                let arn = Reference { id: of.id.clone(), attribute: Some("Arn".into()) };
                Some(Value::new(Data::Reference(Arc::new(arn)), place))
            }
            _ => pool.clone(),
        };
        // One permission is enough for all that happens.
        let id = format!("{}CognitoPermission", self.alias.unwrap_or(&self.of.key.id));
        if !self.made.iter().any(|made| *made.key.id == *id) {
            self.permit(&id, "cognito-idp.amazonaws.com", from, place);
        }
        let triggers = match properties.entry("Trigger").map(|entry| &entry.value) {
            Some(Value { data: Data::List(list), .. }) => list.items.iter().map(Value::plain_text).collect(),
            Some(one) => one.plain_text().map(|one| vec![one]),
            None => None,
        };
        let config = triggers.map_or_else(
            || Value::unknown(Reason::Unsupported, "triggers", place),
            |triggers| {
                let mut config = Object::default();
                triggers.iter().for_each(|trigger| config.set(entry(trigger, place, self.target(place))));
                Value::object(config, place)
            },
        );
        self.tell(pool.as_ref(), "LambdaConfig", config, place);
    }

    /// Bounds the permission that was made last to the own account.
    fn of_account(&mut self, place: Place) {
        let account = self.template.pseudo("AWS::AccountId", place);
        if let Some(permission) = self.made.last_mut().and_then(super::properties) {
            permission.set(entry("SourceAccount", place, account));
        }
    }
}

/// The longest id of a rule's target.
const MAX_TARGET: usize = 64;

/// The name of an event, so far as the id of its target has room for it.
fn shortened<'n>(id: &'n str, end: &str) -> &'n str {
    id.get(..MAX_TARGET - end.len()).unwrap_or(id)
}

/// Whether a method stands for all.
fn is_any(method: &str) -> bool {
    method.eq_ignore_ascii_case("any") || method.eq_ignore_ascii_case("x-amazon-apigateway-any-method")
}

/// Puts what is said of consumers of Kafka where the mapping has it.
fn within(properties: &mut Object, config: &str) {
    for name in ["ConsumerGroupId", "SchemaRegistryConfig"] {
        if let Some(entry) = take(properties, name) {
            properties.set_path(&format!("{config}.{name}"), entry.place, entry.value);
        }
    }
}

/// A value without what stands at a path in it.
fn without(value: &Value, path: &[&str; 2]) -> Value {
    let Data::Object(object) = &value.data else { return value.clone() };
    let mut object = object.as_ref().clone();
    if let Some(entry) = object.entries.iter_mut().find(|entry| &*entry.name == path[0])
        && let Data::Object(inner) = &mut entry.value.data
    {
        take(Arc::make_mut(inner), path[1]);
    }
    Value { data: Data::Object(Arc::new(object)), origin: value.origin.clone() }
}

/// A path in an ARN: what stands for anything is a star.
fn template_path(path: &str) -> String {
    let (mut made, mut rest) = (String::with_capacity(path.len()), path);
    while let Some((before, after)) = rest.split_once('{') {
        let Some((_, tail)) = after.split_once('}') else { break };
        made.push_str(before);
        made.push('*');
        rest = tail;
    }
    made.push_str(rest);
    made
}

impl Template<'_> {
    /// The stage of an API as it stands in the names of what is made for it.
    fn stage_of(&self, api: &Value) -> String {
        let Some(at) = self.resource_of(api) else { return "AllStages".to_owned() };
        // An API that is made for events has one.
        let Some(written) = self.written.get(at) else { return "Prod".to_owned() };
        let name = written.entry.value.get("Properties").and_then(|node| node.get("StageName"));
        match name.filter(|node| node.tag().is_none()).and_then(Node::text) {
            Some(name) if name.chars().all(char::is_alphanumeric) => name.to_owned(),
            // Of what is no word SAM takes a digest.
            Some(name) => digest(&name.into()),
            None => "Stage".to_owned(),
        }
    }

    /// The ID of the stage of the API that a reference is to.
    pub(super) fn stage_id(&self, api: &Value) -> Option<Arc<str>> {
        let Data::Reference(reference) = &api.data else { return None };
        let named = |id: &str| reference.attribute.is_none() && self.stack.address(id) == reference.id;
        let (id, _) = self.resources.iter().find(|(id, _)| named(id))?;
        self.names_made.get(id, "Stage").cloned()
    }

    /// Which resource of the template a reference is to.
    fn resource_of(&self, value: &Value) -> Option<usize> {
        let Data::Reference(reference) = &value.data else { return None };
        let named = |id: &str| reference.attribute.is_none() && self.stack.address(id) == reference.id;
        self.resources.iter().find(|(id, _)| named(id)).map(|(_, &at)| at)
    }

    /// What is written for a property of the resource that a reference is to.
    pub(super) fn written_in(&self, reference: &Value, property: &str) -> Option<Node<'_>> {
        let written = self.written.get(self.resource_of(reference)?)?;
        written.entry.value.get("Properties")?.get(property)
    }

    /// Makes an API that no resource is written for, once for all events that come through it.
    fn unwritten(&mut self, api: &'static str, kind: &str, of: &Resource, place: Place) {
        let mut properties = if kind == API { object(place, [("StageName", "Prod")]) } else { Object::default() };
        if let Some(tags) = tags::asked(of) {
            properties.set(entry("PropagateTags", place, Value::new(Data::Bool(true), place)));
            properties.set(tags);
        }
        let made = beside(self, of, api.into(), kind, properties, place);
        self.once(made);
    }

    /// Notes a resource that is made once for several others: it is there if one of these is.
    pub(super) fn once(&mut self, made: Resource) {
        self.once_with(made, std::iter::empty());
    }

    /// The same, where some lists of it have an item for each of the others.
    pub(super) fn once_with(&mut self, mut made: Resource, lists: impl Iterator<Item = &'static str>) {
        let Some(known) = self.once.iter_mut().find(|known| known.key.id == made.key.id) else {
            return self.once.push(made);
        };
        known.guard = known.guard.or(&made.guard);
        let Some(known) = super::properties(known) else { return };
        for name in lists {
            let more = super::properties(&mut made).and_then(|object| take(object, name));
            let known = known.entries.iter_mut().find(|entry| &*entry.name == name);
            if let (Some(Value { data: Data::List(list), .. }), Some(Data::List(more))) =
                (known.map(|entry| &mut entry.value), more.as_ref().map(|entry| &entry.value.data))
            {
                Arc::make_mut(list).extend(more);
            }
        }
    }
}
