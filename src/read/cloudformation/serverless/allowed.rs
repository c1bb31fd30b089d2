//! What the role of a function may do for its destinations and events: send what became of a call, read the secrets and the
//! descriptions of where events come from.
//!
//! Source: the policies that aws-sam-translator 1.110.0 adds to the role of a function; read 2026-11-26.

use super::{
    connector::is_same,
    entry, filled, object, property,
    role::{allows, policy},
};
use crate::{
    graph::{
        Resource,
        value::{Data, Entry, Piece, Value},
    },
    read::cloudformation::template::Template,
    source::Place,
};

/// Actions, each with what of the destination it is on.
type Actions = &'static [(&'static str, &'static str)];

/// Types of destinations: how the name of the policy ends, and what it allows on the destination, or on what is in it.
const SENDING: &[(&str, &str, Actions)] = &[
    ("EventBridge", "EventBridgePolicy", &[("events:PutEvents", "")]),
    ("Lambda", "LambdaPolicy", &[("lambda:InvokeFunction", "")]),
    ("S3", "S3Policy", IN_BUCKET),
    ("S3Bucket", "S3Policy", IN_BUCKET),
    ("SNS", "SNSPolicy", &[("sns:publish", "")]),
    ("SQS", "SQSPolicy", &[("sqs:SendMessage", "")]),
];
const IN_BUCKET: Actions = &[("s3:PutObject", "/*"), ("s3:ListBucket", "")];

/// What a function in a network of one's own needs to reach what its events come from.
const NETWORK: &[&str] = &[
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeVpcs",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
];

/// How a broker of Kafka asks who one is: by a secret.
const SECRETS: &[&str] = &["SASL_SCRAM_256_AUTH", "SASL_SCRAM_512_AUTH", "BASIC_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH"];

/// The policy by which a function sends to a destination of a type. `id` begins its name.
pub(super) fn sends(template: &mut Template<'_>, kind: &str, to: &Value, id: &str, place: Place) -> Option<Value> {
    let (_, end, allowed) = SENDING.iter().find(|(known, ..)| *known == kind)?;
    let statements = allowed.iter().map(|(action, within)| {
        let on = match within.is_empty() {
            true => to.clone(),
            false => filled(template, "${Bucket}/*", &mut |_| to.clone(), place),
        };
        allows(action, on, place)
    });
    let statements = statements.collect();
    Some(policy(format!("{id}{end}"), statements, place))
}

/// The policy by which a function puts aside what it could not do.
pub(super) fn lays_aside(letters: &Entry) -> Option<Value> {
    let part = |name: &str| letters.value.entry(name).map(|entry| entry.value.clone());
    let action = match part("Type")?.plain_text().as_deref() {
        Some("SNS") => "sns:Publish",
        Some("SQS") => "sqs:SendMessage",
        _ => return None,
    };
    let statements = vec![allows(action, part("TargetArn")?, letters.place)];
    let mut policy = policy("DeadLetterQueuePolicy".to_owned(), statements, letters.place);
    dated(&mut policy, letters.place);
    Some(policy)
}

/// The policies that a function's role has for its events, in the order in which SAM looks at these.
pub(super) fn for_events(template: &mut Template<'_>, function: &Resource, events: &[&Entry]) -> Vec<Value> {
    let mut policies = Vec::new();
    for event in events {
        let Some(kind) = event.value.entry("Type").and_then(|kind| kind.value.plain_text()) else { continue };
        let id = format!("{}{}", function.key.id, event.name);
        let Some(properties) = event.value.entry("Properties").map(|entry| &entry.value) else { continue };
        let own = Source { template: &mut *template, id: &id, properties, place: event.place }.policy(&kind);
        // SAM says the same once.
        policies.extend(own.filter(|own| !policies.iter().any(|known| says_the_same(known, own))));
        let failed = properties.entry("DestinationConfig").and_then(|config| config.value.entry("OnFailure"));
        let Some(failed) = failed else { continue };
        let part = |name: &str| failed.value.entry(name).map(|entry| &entry.value);
        let kind = part("Type").and_then(Value::plain_text);
        if let (Some(kind), Some(to)) = (kind, part("Destination")) {
            policies.extend(sends(template, &kind, to, &id, event.place));
        }
    }
    policies
}

/// Whether two policies have the same document.
fn says_the_same(one: &Value, other: &Value) -> bool {
    let document = |policy: &Value| policy.entry("PolicyDocument").map(|entry| entry.value.data.clone());
    document(one).zip(document(other)).is_some_and(|(one, other)| is_same(&one, &other))
}

/// The events of a function, in the order in which SAM looks at them.
pub(super) fn in_order(function: &Resource) -> Vec<Entry> {
    let events = property(function, "Events").map(|entry| entry.value.data);
    let Some(Data::Object(events)) = events else { return Vec::new() };
    let mut events = events.entries.clone();
    events.sort_by_cached_key(|event| {
        let path = event.value.entry("Properties").and_then(|entry| entry.value.entry("Path"));
        path.and_then(|path| path.value.plain_text()).unwrap_or_else(|| event.name.clone())
    });
    events
}

/// Says of a policy in which version of the language it is written.
fn dated(policy: &mut Value, place: Place) {
    if let Data::Object(object) = &mut policy.data {
        let version = Value::text("2012-10-17", place);
        std::sync::Arc::make_mut(object).set_path("PolicyDocument.Version", place, version);
    }
}

/// Where events come from.
struct Source<'s, 't> {
    template: &'s mut Template<'t>,
    id: &'s str,
    properties: &'s Value,
    place: Place,
}

impl Source<'_, '_> {
    fn policy(mut self, kind: &str) -> Option<Value> {
        let (name, statements) = match kind {
            "MQ" => {
                let is_own = self.part("DynamicPolicyName").is_some_and(|own| matches!(own.data, Data::Bool(true)));
                let name =
                    if is_own { format!("{}AMQPolicy", self.id) } else { "SamAutoGeneratedAMQPolicy".to_owned() };
                let mut statements = self.secrets(&["BASIC_AUTH"]);
                statements.extend(self.part("Broker").map(|broker| self.list(&["mq:DescribeBroker"], broker)));
                statements.extend(self.key());
                (name, statements)
            }
            "DocumentDB" => {
                let mut statements = self.secrets(&["BASIC_AUTH"]);
                for (action, on) in
                    [("rds:DescribeDBClusterParameters", "cluster-pg"), ("rds:DescribeDBSubnetGroups", "subgrp")]
                {
                    let on = self.arn(&format!("rds:${{AWS::Region}}:${{AWS::AccountId}}:{on}:*"));
                    statements.push(self.list(&[action], on));
                }
                statements.extend(self.part("Cluster").map(|cluster| self.list(&["rds:DescribeDBClusters"], cluster)));
                statements.push(self.list(NETWORK, Value::text("*", self.place)));
                statements.extend(self.key());
                ("SamAutoGeneratedDocumentDBPolicy".to_owned(), statements)
            }
            "SelfManagedKafka" => {
                let mut statements = self.secrets(SECRETS);
                // SAM names the same secret twice where the broker's certificate is one too.
                if self.has("SERVER_ROOT_CA_CERTIFICATE") {
                    statements.extend(self.secrets(SECRETS));
                }
                if self.has("VPC_SUBNET") && self.has("VPC_SECURITY_GROUP") {
                    statements.push(self.list(NETWORK, Value::text("*", self.place)));
                }
                statements.extend(self.key());
                statements.extend(self.registry());
                ("SelfManagedKafkaExecutionRolePolicy".to_owned(), statements)
            }
            "MSK" => {
                let mut statements = self.registry();
                statements.extend(self.secrets(&["CLIENT_CERTIFICATE_TLS_AUTH"]));
                ("MSKExecutionRolePolicy".to_owned(), statements)
            }
            _ => return None,
        };
        if statements.is_empty() {
            return None;
        }
        let mut policy = policy(name, statements, self.place);
        if kind == "SelfManagedKafka" {
            dated(&mut policy, self.place);
        }
        Some(policy)
    }

    fn part(&self, name: &str) -> Option<Value> {
        self.properties.entry(name).map(|entry| entry.value.clone())
    }

    /// A statement with a list of actions.
    fn list(&self, actions: &[&str], on: Value) -> Value {
        let place = self.place;
        let mut statement = object(place, [("Effect", "Allow")]);
        let actions = actions.iter().map(|action| Value::text(*action, place)).collect();
        statement.set(entry("Action", place, Value::list(actions, place)));
        statement.set(entry("Resource", place, on));
        Value::object(statement, place)
    }

    fn arn(&mut self, rest: &str) -> Value {
        let text = format!("arn:${{AWS::Partition}}:{rest}");
        filled(self.template, &text, &mut |_| Value::absent(self.place), self.place)
    }

    /// The ways of access that are written, by their types.
    fn accesses(&self) -> Vec<(std::sync::Arc<str>, Value)> {
        let Some(Data::List(list)) = self.part("SourceAccessConfigurations").map(|list| list.data) else {
            return Vec::new();
        };
        let one = |item: &Value| Some((item.entry("Type")?.value.plain_text()?, item.entry("URI")?.value.clone()));
        list.items.iter().filter_map(one).collect()
    }

    fn has(&self, kind: &str) -> bool {
        self.accesses().iter().any(|(known, _)| **known == *kind)
    }

    /// The statements that let the function read its secrets.
    fn secrets(&self, kinds: &[&str]) -> Vec<Value> {
        let found = self.accesses().into_iter().filter(|(kind, _)| kinds.contains(&&**kind));
        found.map(|(_, uri)| self.list(&["secretsmanager:GetSecretValue"], uri)).collect()
    }

    /// The statement that lets the function use the key of its secrets.
    fn key(&mut self) -> Option<Value> {
        let key = self.part("SecretsManagerKmsKeyId")?;
        let arn = "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${Key}";
        let on = filled(self.template, arn, &mut |_| key.clone(), self.place);
        Some(self.list(&["kms:Decrypt"], on))
    }

    /// The statements that let the function read the schemas of what it is sent.
    fn registry(&mut self) -> Vec<Value> {
        let Some(config) = self.part("SchemaRegistryConfig") else { return Vec::new() };
        let mut statements = Vec::new();
        if let Some(Data::List(list)) = config.entry("AccessConfigs").map(|entry| &entry.value.data) {
            let uris = list.items.iter().filter_map(|item| Some(item.entry("URI")?.value.clone()));
            statements.extend(uris.map(|uri| self.list(&["secretsmanager:GetSecretValue"], uri)));
        }
        let Some(uri) = config.entry("SchemaRegistryURI").map(|entry| entry.value.clone()) else { return statements };
        let end = match &uri.data {
            Data::Text(text) => Some(text.clone()),
            Data::Template(pieces) => match pieces.last() {
                Some(Piece::Text(text)) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        };
        if let Some((_, name)) = end.as_deref().and_then(|end| end.split_once(":registry/")) {
            let schemas = self.arn(&format!("glue:${{AWS::Region}}:${{AWS::AccountId}}:schema/{name}/*"));
            statements.push(self.list(&["glue:GetRegistry"], uri));
            statements.push(self.list(&["glue:GetSchemaVersion"], Value::list(vec![schemas], self.place)));
        }
        statements
    }
}
