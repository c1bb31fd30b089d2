//! Functions: the code and the settings in the words of Lambda, and the version, alias, URL, destinations and deployments
//! that they ask for.

use std::sync::Arc;

use super::{
    allowed, beside, events, location, names, object, properties, property, reference, rename,
    role::{self, Wanted},
    tag_list, take,
};
use crate::{
    catalog::managed_policy,
    graph::{
        Resource, kind,
        value::{Data, Entry, List, Object, Reason, Value},
    },
    read::cloudformation::template::Template,
    source::Place,
};

/// What is made once for all functions that are deployed step by step: the application, and the role of its service.
pub(super) const APPLICATION: &str = "ServerlessDeploymentApplication";
pub(super) const DEPLOYER: &str = "CodeDeployServiceRole";

/// The policy of AWS that the role of a function gets for an event of a type.
const READING: &[(&str, &str)] = &[
    ("DynamoDB", "AWSLambdaDynamoDBExecutionRole"),
    ("Kinesis", "AWSLambdaKinesisExecutionRole"),
    ("MSK", "AWSLambdaMSKExecutionRole"),
    ("SQS", "AWSLambdaSQSQueueExecutionRole"),
];

/// Ways of shifting traffic that CodeDeploy knows by longer names.
const SHIFTED: [&str; 3] = ["Canary", "Linear", "AllAtOnce"];

/// Properties that speak of what is made beside the function.
const APART: &[&str] = &[
    "AssumeRolePolicyDocument",
    "AutoPublishAlias",
    "AutoPublishAliasAllProperties",
    "AutoPublishCodeSha256",
    "DeploymentPreference",
    "EventInvokeConfig",
    "Events",
    "FunctionUrlConfig",
    "PermissionsBoundary",
    "Policies",
    "PropagateTags",
    "ProvisionedConcurrencyConfig",
    "RolePath",
    "VersionDeletionPolicy",
    "VersionDescription",
];

/// Makes a function what it is to Lambda; hands back what is made beside it.
pub(super) fn made(template: &mut Template<'_>, function: &mut Resource) -> Vec<Resource> {
    function.kind = kind::FUNCTION.into();
    let published = template.names_made.published(&function.key.id);
    let alias = published.as_ref().map(|(alias, _)| alias.clone());
    let target = match &alias {
        Some(alias) => reference(template, alias, None, function.place),
        None => reference(template, &function.key.id, None, function.place),
    };
    let (mut made, mut first) = invoked(template, function, alias.is_some());
    let letters = property(function, "DeadLetterQueue");
    first.splice(0..0, letters.as_ref().and_then(allowed::lays_aside));
    let wanted = wanted(template, function, first);
    let role = role::give(template, function, wanted);
    if let Some((alias, version)) = published {
        made.extend(versions(template, function, &alias, &version));
        made.extend(deployed(template, function));
    }
    made.extend(url(template, function, &target));
    made.extend(events::events(template, function, alias.as_ref(), true));
    made.splice(0..0, role);
    rewritten(function);
    built(template, function);
    made
}

/// The role that a function needs, with the policies that it has for what becomes of calls.
fn wanted(template: &mut Template<'_>, function: &Resource, first: Vec<Value>) -> Wanted {
    let has = |name: &str| property(function, name).is_some();
    let mut before = vec![match has("DurableConfig") {
        true => "AWSLambdaBasicDurableExecutionRolePolicy",
        false => "AWSLambdaBasicExecutionRole",
    }];
    if property(function, "Tracing").is_some_and(|entry| entry.value.plain_text().as_deref() != Some("Disabled")) {
        before.push("AWSXrayWriteOnlyAccess");
    }
    if has("VpcConfig") {
        before.push("AWSLambdaVPCAccessExecutionRole");
    }
    let events = allowed::in_order(function);
    let events: Vec<&Entry> = events.iter().collect();
    let read = events.iter().filter_map(|event| {
        let kind = event.value.entry("Type")?.value.plain_text()?;
        let queued = event.value.entry("Properties").and_then(|entry| entry.value.entry("SqsSubscription"));
        // A topic that fills a queue.
        let kind = if &*kind == "SNS" && queued.is_some() { "SQS".into() } else { kind };
        READING.iter().find(|(known, _)| **known == *kind).map(|(_, policy)| *policy)
    });
    let after = read.collect();
    let last = allowed::for_events(template, function, &events);
    Wanted { property: "Role", service: "lambda.amazonaws.com", before, after, first, last }
}

/// Where the outcomes of asynchronous calls go: the configuration, the queues and topics that are made for it, and what the
/// function may do for it.
fn invoked(template: &mut Template<'_>, function: &Resource, is_published: bool) -> (Vec<Resource>, Vec<Value>) {
    let (mut made, mut policies) = (Vec::new(), Vec::new());
    let Some(config) = property(function, "EventInvokeConfig") else { return (made, policies) };
    let place = config.place;
    let id = format!("{}EventInvokeConfig", function.key.id);
    let mut properties = match &config.value.data {
        Data::Object(object) => object.as_ref().clone(),
        _ => return (made, policies),
    };
    for on in ["OnSuccess", "OnFailure"] {
        let to = config.value.entry("DestinationConfig").and_then(|entry| entry.value.entry(on));
        let Some(to) = to else { continue };
        let given = to.value.entry("Destination").filter(|entry| !matches!(entry.value.data, Data::Absent));
        let made_for = to.value.entry("Type").and_then(|entry| entry.value.plain_text());
        let destination = match (given, made_for.as_deref()) {
            (Some(given), _) => given.value.clone(),
            (None, Some("SQS")) => own(template, function, &mut made, (&format!("{id}{on}Queue"), kind::QUEUE), place),
            (None, Some("SNS")) => own(template, function, &mut made, (&format!("{id}{on}Topic"), TOPIC), place),
            (None, _) => Value::unknown(Reason::Invalid, "a destination", place),
        };
        if let Some(kind) = &made_for {
            policies.extend(allowed::sends(template, kind, &destination, &format!("{id}{on}"), place));
        }
        let mut named = Object::default();
        named.set(Entry { name: "Destination".into(), place: to.place, value: destination });
        properties.set_path(&format!("DestinationConfig.{on}"), to.place, Value::object(named, to.place));
    }
    properties.set(Entry {
        name: "FunctionName".into(),
        place,
        value: reference(template, &function.key.id, None, place),
    });
    let alias = property(function, "AutoPublishAlias").filter(|_| is_published).map(|entry| entry.value);
    let qualifier = alias.unwrap_or_else(|| Value::text("$LATEST", place));
    properties.set(Entry { name: "Qualifier".into(), place, value: qualifier });
    made.push(beside(template, function, id.into(), "AWS::Lambda::EventInvokeConfig", properties, place));
    (made, policies)
}

/// A topic.
const TOPIC: &str = "AWS::SNS::Topic";

/// Makes a queue or a topic; hands back its ARN.
fn own(
    template: &Template<'_>,
    function: &Resource,
    made: &mut Vec<Resource>,
    (id, kind): (&str, &str),
    place: Place,
) -> Value {
    made.push(beside(template, function, id.into(), kind, Object::default(), place));
    // A topic's reference is its ARN.
    reference(template, id, (kind == kind::QUEUE).then_some("Arn"), place)
}

/// The version that is published with each change, and the alias that points to it.
fn versions(template: &Template<'_>, function: &Resource, alias: &Arc<str>, version: &Arc<str>) -> Vec<Resource> {
    let name = property(function, "AutoPublishAlias");
    let place = name.as_ref().map_or(function.place, |name| name.place);
    let of = || Entry { name: "FunctionName".into(), place, value: reference(template, &function.key.id, None, place) };
    let mut published = Object::default();
    published.set(of());
    published
        .entries
        .extend(property(function, "VersionDescription").map(|entry| Entry { name: "Description".into(), ..entry }));
    published.entries.extend(property(function, "FunctionScalingConfig"));
    let mut named = Object::default();
    named.entries.extend(name.map(|name| Entry { name: "Name".into(), ..name }));
    named.set(of());
    let points_to = reference(template, version, Some("Version"), place);
    named.set(Entry { name: "FunctionVersion".into(), place, value: points_to });
    named.entries.extend(property(function, "ProvisionedConcurrencyConfig"));
    vec![
        beside(template, function, version.clone(), "AWS::Lambda::Version", published, place),
        beside(template, function, alias.clone(), kind::ALIAS, named, place),
    ]
}

/// The URL of a function, and who may call it.
fn url(template: &Template<'_>, function: &Resource, target: &Value) -> Vec<Resource> {
    let Some(config) = property(function, "FunctionUrlConfig") else { return Vec::new() };
    let Data::Object(written) = &config.value.data else { return Vec::new() };
    let place = config.place;
    let id = &*function.key.id;
    let mut url = written.as_ref().clone();
    url.set(Entry { name: "TargetFunctionArn".into(), place, value: target.clone() });
    let mut made = vec![beside(template, function, format!("{id}Url").into(), "AWS::Lambda::Url", url, place)];
    // What a function stands for is not looked at.
    let open =
        written.entry("AuthType").filter(|_| names::is_word(template, id, &["FunctionUrlConfig", "AuthType"], "NONE"));
    if let Some(open) = open {
        let permission = |id: String, action: &str, more: Entry| {
            let mut permission = object(place, [("Action", action), ("Principal", "*")]);
            permission.set(Entry { name: "FunctionName".into(), place, value: target.clone() });
            permission.set(more);
            beside(template, function, id.into(), "AWS::Lambda::Permission", permission, place)
        };
        let by_url = Entry { name: "FunctionUrlAuthType".into(), ..open.clone() };
        made.push(permission(format!("{id}UrlPublicPermissions"), "lambda:InvokeFunctionUrl", by_url));
        let through = Value::new(Data::Bool(true), place);
        let through = Entry { name: "InvokedViaFunctionUrl".into(), place, value: through };
        made.push(permission(format!("{id}URLInvokeAllowPublicAccess"), "lambda:InvokeFunction", through));
    }
    made
}

/// What shifts the traffic to a new version step by step.
fn deployed(template: &mut Template<'_>, function: &Resource) -> Vec<Resource> {
    let Some(preference) = property(function, "DeploymentPreference") else { return Vec::new() };
    let (place, at) = (preference.place, &preference.value);
    let part = |name: &str| {
        at.entry(name).map(|entry| entry.value.clone()).filter(|value| !matches!(value.data, Data::Absent))
    };
    let is_off = |value: &Value| {
        matches!(value.data, Data::Bool(false)) || matches!(value.plain_text().as_deref(), Some("false" | "False"))
    };
    if part("Enabled").as_ref().is_some_and(is_off) || !matches!(at.data, Data::Object(_)) {
        return Vec::new();
    }
    let application = object(place, [("ComputePlatform", "Lambda")]);
    let application =
        beside(template, function, APPLICATION.into(), "AWS::CodeDeploy::Application", application, place);
    template.once(application);
    let role = part("Role").unwrap_or_else(|| {
        let mut role = Object::default();
        role.set(Entry {
            name: "AssumeRolePolicyDocument".into(),
            place,
            value: role::trust("codedeploy.amazonaws.com", place),
        });
        let arn = Value::text(managed_policy::arn("AWSCodeDeployRoleForLambda"), place);
        role.set(Entry { name: "ManagedPolicyArns".into(), place, value: Value::list(vec![arn], place) });
        let role = beside(template, function, DEPLOYER.into(), kind::ROLE, role, place);
        template.once(role);
        reference(template, DEPLOYER, Some("Arn"), place)
    });
    let mut group = Object::default();
    group.set(Entry { name: "ApplicationName".into(), place, value: reference(template, APPLICATION, None, place) });
    group.set(Entry { name: "ServiceRoleArn".into(), place, value: role });
    if let Some(kind) = part("Type") {
        let value = super::each_branch(&kind, &mut |kind| match &kind.data {
            Data::Text(text) if SHIFTED.iter().any(|known| text.starts_with(known)) => Value {
                data: Data::Text(format!("CodeDeployDefault.Lambda{text}").into()),
                origin: kind.origin.clone(),
            },
            _ => kind.clone(),
        });
        group.set(Entry { name: "DeploymentConfigName".into(), place, value });
    }
    if let Some(alarms) = part("Alarms") {
        let value = super::each_branch(&alarms, &mut |alarms| match &alarms.data {
            Data::List(list) => {
                let named = |alarm: &Value| {
                    let mut named = Object::default();
                    named.set(Entry { name: "Name".into(), place: alarm.origin.place, value: alarm.clone() });
                    Value::object(named, alarm.origin.place)
                };
                let items = list.items.iter().map(named).collect();
                Value {
                    data: Data::List(Arc::new(List { items, open: list.open.clone() })),
                    origin: alarms.origin.clone(),
                }
            }
            _ => alarms.clone(),
        });
        group.set_path("AlarmConfiguration.Enabled", place, Value::new(Data::Bool(true), place));
        group.set_path("AlarmConfiguration.Alarms", place, value);
    }
    let events = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"];
    let events = events.iter().map(|event| Value::text(*event, place)).collect();
    group.set_path("AutoRollbackConfiguration.Enabled", place, Value::new(Data::Bool(true), place));
    group.set_path("AutoRollbackConfiguration.Events", place, Value::list(events, place));
    group.set_path("DeploymentStyle.DeploymentType", place, Value::text("BLUE_GREEN", place));
    group.set_path("DeploymentStyle.DeploymentOption", place, Value::text("WITH_TRAFFIC_CONTROL", place));
    group.entries.extend(at.entry("TriggerConfigurations").cloned());
    let id = format!("{}DeploymentGroup", function.key.id);
    vec![beside(template, function, id.into(), "AWS::CodeDeploy::DeploymentGroup", group, place)]
}

/// Where the code of an image is that `sam build` makes: beside the template.
fn built(template: &Template<'_>, function: &mut Resource) {
    let written = template.resources.get(&function.key.id).and_then(|&at| template.written.get(at));
    let context = written.and_then(|written| written.entry.value.get("Metadata")?.entry("DockerContext"));
    let Some(context) = context.filter(|context| context.value.tag().is_none()) else { return };
    let Some(path) = context.value.text() else { return };
    let place = template.place(context.value.span());
    if let Some(object) = properties(function).filter(|object| object.entry("Code").is_some()) {
        object.set_path("Code.LocalPath", place, Value::text(path, place));
    }
}

/// Gives the properties of a function the names that they have for Lambda.
fn rewritten(function: &mut Resource) {
    let place = function.place;
    let is_image =
        property(function, "PackageType").is_some_and(|entry| entry.value.plain_text().as_deref() == Some("Image"));
    let Some(object) = properties(function) else { return };
    for name in APART {
        take(object, name);
    }
    if let Some(tracing) = take(object, "Tracing")
        && tracing.value.plain_text().as_deref() != Some("Disabled")
    {
        object.set_path("TracingConfig.Mode", tracing.place, tracing.value);
    }
    if let Some(letters) = take(object, "DeadLetterQueue") {
        let value = super::each_branch(&letters.value, &mut |value| match &value.data {
            Data::Object(written) => {
                let mut kept = written.as_ref().clone();
                take(&mut kept, "Type");
                Value { data: Data::Object(Arc::new(kept)), origin: value.origin.clone() }
            }
            _ => value.clone(),
        });
        object.set(Entry { name: "DeadLetterConfig".into(), place: letters.place, value });
    }
    let (inline, uri, image) = (take(object, "InlineCode"), take(object, "CodeUri"), take(object, "ImageUri"));
    let (inline, uri, image) = if is_image { (None, None, image) } else { (inline, uri, None) };
    let exists = |entry: &Entry| !matches!(entry.value.data, Data::Absent);
    if let Some(inline) = inline.filter(exists) {
        object.set_path("Code.ZipFile", inline.place, inline.value);
    } else if let Some(uri) = uri.filter(exists) {
        let value = location(&uri.value, ["S3Bucket", "S3Key", "S3ObjectVersion"]);
        object.set(Entry { name: "Code".into(), place: uri.place, value });
    } else if let Some(image) = image.filter(exists) {
        object.set_path("Code.ImageUri", image.place, image.value);
    } else if is_image {
        let built = Value::unknown(Reason::External, "the image that `sam build` makes", place);
        object.set_path("Code.ImageUri", place, built);
    }
    if let Some(key) = take(object, "SourceKMSKeyArn") {
        object.set_path("Code.SourceKMSKeyArn", key.place, key.value);
    }
    if let Some(provider) = take(object, "CapacityProviderConfig") {
        let value = super::each_branch(&provider.value, &mut |value| match &value.data {
            Data::Object(written) => {
                let (mut named, mut made) = (written.as_ref().clone(), Object::default());
                rename(&mut named, "Arn", "CapacityProviderArn");
                let place = value.origin.place;
                made.set(super::entry(
                    "LambdaManagedInstancesCapacityProviderConfig",
                    place,
                    Value::object(named, place),
                ));
                Value { data: Data::Object(Arc::new(made)), origin: value.origin.clone() }
            }
            _ => value.clone(),
        });
        object.set(Entry { value, ..provider });
    }
    let tags = take(object, "Tags");
    object.entries.extend(tag_list(tags, Some("lambda:createdBy"), place));
}
