//! GraphQL APIs: what AppSync has for them, with the schema, the keys, the sources of data, the functions and the resolvers.

use std::sync::Arc;

use super::{
    CONNECTOR, beside, entry, filled, location, object, properties, property, reference, rename, role::trust,
    tag_list_before, take,
};
use crate::{
    graph::{
        Resource, kind,
        value::{Data, Entry, List, Object, Reason, Value},
    },
    read::cloudformation::template::Template,
    source::Place,
};

/// A kind of data sources.
struct SourceKind {
    /// The section that has them.
    section: &'static str,
    /// How the names of what is made for them end.
    end: &'static str,
    /// What AppSync calls the kind.
    kind: &'static str,
    /// The property that says where the data is, and what AppSync calls it.
    data: (&'static str, &'static str),
    /// How the name of the connector ends that says what the role may do, the type of what it connects, and the property
    /// that has the ARN of that.
    connector: &'static str,
    connects: &'static str,
    on: &'static str,
}

const SOURCES: &[SourceKind] = &[
    SourceKind {
        section: "DynamoDb",
        end: "DynamoDBDataSource",
        kind: "AMAZON_DYNAMODB",
        data: ("TableName", "DynamoDBConfig.TableName"),
        connector: "ToTableConnector",
        connects: "AWS::DynamoDB::Table",
        on: "TableArn",
    },
    SourceKind {
        section: "Lambda",
        end: "LambdaDataSource",
        kind: "AWS_LAMBDA",
        data: ("FunctionArn", "LambdaConfig.LambdaFunctionArn"),
        connector: "ToLambdaConnector",
        connects: kind::FUNCTION,
        on: "FunctionArn",
    },
];

/// The ARN of a table that is known by its name.
const TABLE: &str = "arn:${AWS::Partition}:dynamodb:${Region}:${AWS::AccountId}:table/${Table}";

/// Properties of a table as a source of data, and where AppSync has them.
const IN_TABLE: &[(&str, &str)] = &[
    ("DeltaSync", "DynamoDBConfig.DeltaSyncConfig"),
    ("UseCallerCredentials", "DynamoDBConfig.UseCallerCredentials"),
    ("Versioned", "DynamoDBConfig.Versioned"),
];

/// How requests prove who sends them, and what AppSync calls its settings.
const AUTH: &[(&str, &str)] = &[
    ("LambdaAuthorizer", "LambdaAuthorizerConfig"),
    ("OpenIDConnect", "OpenIDConnectConfig"),
    ("UserPool", "UserPoolConfig"),
];

/// The code of a resolver that has none of its own: it hands on what its functions bring.
const PASSES: &str = "
export function request(ctx) {
    return {};
}

export function response(ctx) {
    return ctx.prev.result;
}
";

/// Properties that speak of what is made beside the API.
const APART: &[&str] = &[
    "ApiKeys",
    "Auth",
    "Cache",
    "DataSources",
    "DomainName",
    "Functions",
    "Logging",
    "Resolvers",
    "SchemaInline",
    "SchemaUri",
];

/// Makes a GraphQL API what it is to AppSync; hands back what is made beside it.
pub(super) fn made(template: &mut Template<'_>, api: &mut Resource) -> Vec<Resource> {
    api.kind = "AWS::AppSync::GraphQLApi".into();
    let mut maker = Maker { template, api, made: Vec::new() };
    maker.schema();
    let logged = maker.logged();
    for key in maker.each("ApiKeys") {
        let mut properties = maker.within(&key);
        rename(&mut properties, "ExpiresOn", "Expires");
        maker.add(&key.name, "AWS::AppSync::ApiKey", properties, key.place);
    }
    if let Some(cache) = property(maker.api, "Cache") {
        let properties = maker.within(&cache);
        maker.add("ApiCache", "AWS::AppSync::ApiCache", properties, cache.place);
    }
    maker.authorizers();
    maker.sources();
    maker.functions();
    maker.resolvers();
    maker.domain();
    let made = maker.made;
    let (place, id) = (api.place, api.key.id.clone());
    let auth = property(api, "Auth");
    let Some(written) = properties(api) else { return made };
    for name in APART {
        take(written, name);
    }
    if written.open.is_none() && written.entry("Name").is_none() {
        written.set(Entry { name: "Name".into(), place, value: Value::text(id, place) });
    }
    written.entries.extend(logged);
    if let Some(Entry { value: Value { data: Data::Object(auth), .. }, .. }) = auth {
        let mut auth = auth.as_ref().clone();
        let more = take(&mut auth, "Additional");
        written.entries.extend(provider(&auth).entries);
        if let Some(Entry { value: Value { data: Data::List(list), .. }, place, .. }) = more {
            let items = list.items.iter().map(|item| match &item.data {
                Data::Object(one) => {
                    let mut provider = provider(one);
                    // Only the first way to prove it has an action for what it does not know.
                    if let Some(pool) = take(&mut provider, "UserPoolConfig") {
                        let value = match &pool.value.data {
                            Data::Object(written) => {
                                let mut written = written.as_ref().clone();
                                take(&mut written, "DefaultAction");
                                Value { data: Data::Object(Arc::new(written)), origin: pool.value.origin.clone() }
                            }
                            _ => pool.value.clone(),
                        };
                        provider.set(Entry { value, ..pool });
                    }
                    Value::object(provider, item.origin.place)
                }
                _ => item.clone(),
            });
            let value = Value::list(items.collect(), place);
            written.set(Entry { name: "AdditionalAuthenticationProviders".into(), place, value });
        }
    }
    let tags = take(written, "Tags");
    written.entries.extend(tag_list_before(tags, "graphqlapi:createdBy", place));
    made
}

/// A way to prove who sends a request in the words of AppSync.
fn provider(auth: &Object) -> Object {
    let mut made = auth.clone();
    rename(&mut made, "Type", "AuthenticationType");
    for (from, to) in AUTH {
        rename(&mut made, from, to);
    }
    made
}

struct Maker<'m, 't> {
    template: &'m mut Template<'t>,
    api: &'m Resource,
    made: Vec<Resource>,
}

impl Maker<'_, '_> {
    /// The entries of a property.
    fn each(&self, name: &str) -> Vec<Entry> {
        match property(self.api, name).map(|entry| entry.value.data) {
            Some(Data::Object(object)) => object.entries.clone(),
            _ => Vec::new(),
        }
    }

    /// The properties that an entry holds, with the API that they are of.
    fn within(&self, entry: &Entry) -> Object {
        let mut made = match &entry.value.data {
            Data::Object(object) => object.as_ref().clone(),
            _ => Object::default(),
        };
        let api = reference(self.template, &self.api.key.id, Some("ApiId"), entry.place);
        made.set(Entry { name: "ApiId".into(), place: entry.place, value: api });
        made
    }

    /// The name of something that is made for the API.
    fn id(&self, part: &str) -> Arc<str> {
        format!("{}{part}", self.api.key.id).into()
    }

    fn add(&mut self, part: &str, kind: &str, properties: Object, place: Place) {
        self.made.push(beside(self.template, self.api, self.id(part), kind, properties, place));
    }

    fn schema(&mut self) {
        let written = property(self.api, "SchemaInline").or_else(|| property(self.api, "SchemaUri"));
        let place = written.as_ref().map_or(self.api.place, |entry| entry.place);
        let mut schema = Object::default();
        let api = reference(self.template, &self.api.key.id, Some("ApiId"), place);
        schema.set(Entry { name: "ApiId".into(), place, value: api });
        if let Some(written) = written {
            let name = if &*written.name == "SchemaInline" { "Definition" } else { "DefinitionS3Location" };
            schema.set(Entry { name: name.into(), place, value: written.value });
        }
        self.add("Schema", "AWS::AppSync::GraphQLSchema", schema, place);
    }

    /// Where the API logs to, with the role that it needs for that: it does, unless it is told not to.
    fn logged(&mut self) -> Option<Entry> {
        let written = property(self.api, "Logging");
        let place = written.as_ref().map_or(self.api.place, |entry| entry.place);
        let mut config = match written.map(|entry| entry.value.data) {
            None | Some(Data::Bool(true)) => object(place, [("FieldLogLevel", "ALL")]),
            Some(Data::Object(object)) => object.as_ref().clone(),
            Some(_) => return None,
        };
        if config.entry("CloudWatchLogsRoleArn").is_none() {
            let service = "appsync.amazonaws.com";
            let mut role = Object::default();
            role.set(Entry { name: "AssumeRolePolicyDocument".into(), place, value: trust(service, place) });
            let arn = crate::catalog::managed_policy::arn("AWSAppSyncPushToCloudWatchLogs");
            let arns = Value::list(vec![Value::text(arn, place)], place);
            role.set(Entry { name: "ManagedPolicyArns".into(), place, value: arns });
            self.add("CloudWatchRole", kind::ROLE, role, place);
            let arn = reference(self.template, &self.id("CloudWatchRole"), Some("Arn"), place);
            config.set(Entry { name: "CloudWatchLogsRoleArn".into(), place, value: arn });
        }
        Some(Entry { name: "LogConfig".into(), place, value: Value::object(config, place) })
    }

    fn sources(&mut self) {
        let sections = self.each("DataSources");
        for section in &sections {
            let Some(of) = SOURCES.iter().find(|known| *known.section == *section.name) else { continue };
            let Data::Object(sources) = &section.value.data else { continue };
            for source in &sources.entries {
                self.source(source, of);
            }
        }
    }

    fn source(&mut self, source: &Entry, of: &SourceKind) {
        let place = source.place;
        let part = format!("{}{}", source.name, of.end);
        let mut properties = self.within(source);
        if properties.entry("Name").is_none() {
            properties.set(Entry { name: "Name".into(), place, value: Value::text(source.name.clone(), place) });
        }
        properties.set(Entry { name: "Type".into(), place, value: Value::text(of.kind, place) });
        let mut target = properties.entry(of.on).map(|entry| entry.value.clone());
        take(&mut properties, "TableArn");
        let asked = take(&mut properties, "Permissions").map(|entry| entry.value);
        if of.section == "DynamoDb" {
            let region = take(&mut properties, "Region").map(|entry| entry.value);
            let region = region.unwrap_or_else(|| self.template.pseudo("AWS::Region", place));
            if target.is_none() {
                let table = properties.entry("TableName").map(|entry| entry.value.clone());
                let mut part = |name: &str| match name {
                    "Region" => region.clone(),
                    _ => table.clone().unwrap_or_else(|| Value::unknown(Reason::Invalid, "the name of a table", place)),
                };
                target = Some(filled(self.template, TABLE, &mut part, place));
            }
            properties.set_path("DynamoDBConfig.AwsRegion", place, region);
            for (from, to) in IN_TABLE {
                if let Some(entry) = take(&mut properties, from) {
                    properties.set_path(to, entry.place, entry.value);
                }
            }
        }
        if let Some(entry) = take(&mut properties, of.data.0) {
            properties.set_path(of.data.1, entry.place, entry.value);
        }
        if properties.entry("ServiceRoleArn").is_none() {
            let service = "appsync.amazonaws.com";
            let mut role = Object::default();
            role.set(Entry { name: "AssumeRolePolicyDocument".into(), place, value: trust(service, place) });
            let id = format!("{part}Role");
            self.add(&id, kind::ROLE, role, place);
            let name = reference(self.template, &self.id(&id), None, place);
            let asked = asked.unwrap_or_else(|| {
                let all: &[&str] = if of.section == "DynamoDb" { &["Read", "Write"] } else { &["Write"] };
                Value::list(all.iter().map(|one| Value::text(*one, place)).collect(), place)
            });
            let mut from = object(place, [("Type", "AWS::AppSync::DataSource")]);
            from.set(entry("Arn", place, reference(self.template, &self.id(&part), None, place)));
            from.set(entry("RoleName", place, name));
            self.connect(&format!("{part}{}", of.connector), from, (of.connects, target), asked, place);
            let arn = reference(self.template, &self.id(&id), Some("Arn"), place);
            properties.set(Entry { name: "ServiceRoleArn".into(), place, value: arn });
        }
        self.add(&part, "AWS::AppSync::DataSource", properties, place);
    }

    /// Lets something use a resource that is known by its ARN.
    fn connect(&mut self, part: &str, from: Object, to: (&str, Option<Value>), asked: Value, place: Place) {
        let mut destination = object(place, [("Type", to.0)]);
        destination.entries.extend(to.1.map(|arn| entry("Arn", place, arn)));
        let mut connector = Object::default();
        connector.set(entry("Source", place, Value::object(from, place)));
        connector.set(entry("Destination", place, Value::object(destination, place)));
        connector.set(entry("Permissions", place, asked));
        let made = beside(self.template, self.api, self.id(part), CONNECTOR, connector, place);
        self.template.connectors.push(made);
    }

    /// Lets the API ask the functions that say who may call it.
    fn authorizers(&mut self) {
        let Some(auth) = property(self.api, "Auth") else { return };
        let more = match auth.value.entry("Additional").map(|entry| &entry.value.data) {
            Some(Data::List(list)) => list.items.clone(),
            _ => Vec::new(),
        };
        let functions = std::iter::once(&auth.value)
            .chain(&more)
            .filter_map(|auth| Some(auth.entry("LambdaAuthorizer")?.value.entry("AuthorizerUri")?.clone()));
        for (at, function) in functions.enumerate() {
            let (place, id) = (function.place, &self.api.key.id);
            let mut from = object(place, [("Type", "AWS::AppSync::GraphQLApi")]);
            from.set(entry("Arn", place, reference(self.template, id, None, place)));
            from.set(entry("ResourceId", place, reference(self.template, id, Some("ApiId"), place)));
            let asked = Value::list(vec![Value::text("Write", place)], place);
            let part = format!("ToLambdaAuthConnector{}", at + 1);
            self.connect(&part, from, (kind::FUNCTION, Some(function.value)), asked, place);
        }
    }

    fn functions(&mut self) {
        let functions = self.each("Functions");
        for function in &functions {
            let place = function.place;
            let mut properties = self.within(function);
            // One that the template has already.
            if properties.entry("Id").is_some() {
                continue;
            }
            if properties.entry("Name").is_none() {
                properties.set(Entry { name: "Name".into(), place, value: Value::text(function.name.clone(), place) });
            }
            let named = take(&mut properties, "DataSource").map(|entry| entry.value);
            let is_none =
                named.as_ref().and_then(Value::plain_text).is_some_and(|name| name.eq_ignore_ascii_case("none"));
            if is_none && !self.made.iter().any(|made| made.key.id == self.id("NoneDataSource")) {
                let mut none = self.within(&Entry { value: Value::absent(place), ..function.clone() });
                none.set(Entry { name: "Name".into(), place, value: Value::text(self.id("NoneDataSource"), place) });
                none.set(Entry { name: "Type".into(), place, value: Value::text("NONE", place) });
                self.add("NoneDataSource", "AWS::AppSync::DataSource", none, place);
            }
            if let Some(named) = named {
                let value = match named.plain_text() {
                    Some(_) if is_none => reference(self.template, &self.id("NoneDataSource"), Some("Name"), place),
                    Some(name) => match self.source_of(&name) {
                        Some(id) => reference(self.template, &id, Some("Name"), place),
                        None => named,
                    },
                    None => named,
                };
                properties.set(entry("DataSourceName", place, value));
            }
            code(&mut properties);
            self.add(&function.name, "AWS::AppSync::FunctionConfiguration", properties, place);
        }
    }

    fn resolvers(&mut self) {
        let types = self.each("Resolvers");
        for of_type in &types {
            let Data::Object(resolvers) = &of_type.value.data else { continue };
            for resolver in &resolvers.entries {
                let place = resolver.place;
                let mut properties = self.within(resolver);
                let text = |name: &Arc<str>| Value::text(name.clone(), place);
                properties.set(Entry { name: "TypeName".into(), place, value: text(&of_type.name) });
                if properties.entry("FieldName").is_none() {
                    properties.set(Entry { name: "FieldName".into(), place, value: text(&resolver.name) });
                }
                properties.set(Entry { name: "Kind".into(), place, value: Value::text("PIPELINE", place) });
                rename(&mut properties, "Caching", "CachingConfig");
                if let Some(pipeline) = take(&mut properties, "Pipeline") {
                    let value = self.pipeline(&pipeline.value);
                    properties.set_path("PipelineConfig.Functions", pipeline.place, value);
                }
                code(&mut properties);
                if properties.entry("Code").is_none() && properties.entry("CodeS3Location").is_none() {
                    properties.set(entry("Code", place, Value::text(PASSES, place)));
                    let runtime = object(place, [("Name", "APPSYNC_JS"), ("RuntimeVersion", "1.0.0")]);
                    properties.set(entry("Runtime", place, Value::object(runtime, place)));
                }
                let part = format!("{}{}", of_type.name, resolver.name);
                self.add(&part, "AWS::AppSync::Resolver", properties, place);
            }
        }
    }

    /// The functions of a resolver by what AppSync knows them by, as far as the API has them.
    fn pipeline(&self, written: &Value) -> Value {
        let functions = self.each("Functions");
        super::each_branch(written, &mut |value| {
            let Data::List(list) = &value.data else { return value.clone() };
            let one = |item: &Value| {
                let known = item.plain_text().and_then(|name| functions.iter().find(|known| known.name == name));
                let Some(known) = known else { return item.clone() };
                let given = known.value.entry("Id").map(|id| id.value.clone());
                given.unwrap_or_else(|| {
                    reference(self.template, &self.id(&known.name), Some("FunctionId"), item.origin.place)
                })
            };
            let items = list.items.iter().map(one).collect();
            Value { data: Data::List(Arc::new(List { items, open: list.open.clone() })), origin: value.origin.clone() }
        })
    }

    /// What a source of data of the API becomes.
    fn source_of(&self, name: &str) -> Option<Arc<str>> {
        let sections = self.each("DataSources");
        let section = sections.iter().find(|section| section.value.entry(name).is_some())?;
        let of = SOURCES.iter().find(|known| *known.section == *section.name)?;
        Some(self.id(&format!("{name}{}", of.end)))
    }

    fn domain(&mut self) {
        let Some(domain) = property(self.api, "DomainName") else { return };
        let place = domain.place;
        let mut properties = self.within(&domain);
        take(&mut properties, "ApiId");
        self.add("DomainName", "AWS::AppSync::DomainName", properties, place);
        let mut joined = self.within(&Entry { value: Value::absent(place), ..domain.clone() });
        let name = reference(self.template, &self.id("DomainName"), None, place);
        joined.set(entry("DomainName", place, name));
        self.add("DomainNameApiAssociation", "AWS::AppSync::DomainNameApiAssociation", joined, place);
    }
}

/// The code of a function or resolver in the words of AppSync.
fn code(properties: &mut Object) {
    rename(properties, "InlineCode", "Code");
    if let Some(uri) = take(properties, "CodeUri") {
        let value = location(&uri.value, ["Bucket", "Key", "Version"]);
        properties.set(Entry { name: "CodeS3Location".into(), place: uri.place, value });
    }
    if let Some(runtime) = take(properties, "Runtime") {
        let value = super::each_branch(&runtime.value, &mut |runtime| match &runtime.data {
            Data::Object(written) => {
                let mut made = written.as_ref().clone();
                rename(&mut made, "Version", "RuntimeVersion");
                Value { data: Data::Object(Arc::new(made)), origin: runtime.origin.clone() }
            }
            _ => runtime.clone(),
        });
        properties.set(Entry { name: "Runtime".into(), place: runtime.place, value });
    }
}
