//! GraphQL APIs: what AppSync has for them, with the schema, the keys, the sources of data, the functions and the resolvers.

use std::sync::Arc;

use super::{
    beside, location, object, properties, property, reference, rename,
    role::{allows, policy, trust},
    tag_list, take,
};
use crate::{
    graph::{
        Resource, kind,
        value::{Data, Entry, Object, Value},
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
    /// What the role may do, and the property that says with what.
    may: &'static [&'static str],
    on: &'static str,
}

const SOURCES: &[SourceKind] = &[
    SourceKind {
        section: "DynamoDb",
        end: "DynamoDBDataSource",
        kind: "AMAZON_DYNAMODB",
        data: ("TableName", "DynamoDBConfig.TableName"),
        may: &["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:UpdateItem"],
        on: "TableArn",
    },
    SourceKind {
        section: "Lambda",
        end: "LambdaDataSource",
        kind: "AWS_LAMBDA",
        data: ("FunctionArn", "LambdaConfig.LambdaFunctionArn"),
        may: &["lambda:InvokeFunction"],
        on: "FunctionArn",
    },
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
                Data::Object(one) => Value::object(provider(one), item.origin.place),
                _ => item.clone(),
            });
            let value = Value::list(items.collect(), place);
            written.set(Entry { name: "AdditionalAuthenticationProviders".into(), place, value });
        }
    }
    let tags = take(written, "Tags");
    written.entries.extend(tag_list(tags, Some("graphqlapi:createdBy"), place));
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
            None => object(place, [("FieldLogLevel", "ALL")]),
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
        let target = properties.entry(of.on).map(|entry| entry.value.clone());
        take(&mut properties, "TableArn");
        take(&mut properties, "Permissions");
        if of.section == "DynamoDb" {
            let region = take(&mut properties, "Region").map(|entry| entry.value);
            let region = region.unwrap_or_else(|| self.template.pseudo("AWS::Region", place));
            properties.set_path("DynamoDBConfig.AwsRegion", place, region);
        }
        if let Some(entry) = take(&mut properties, of.data.0) {
            properties.set_path(of.data.1, entry.place, entry.value);
        }
        if properties.entry("ServiceRoleArn").is_none() {
            let service = "appsync.amazonaws.com";
            let mut role = Object::default();
            role.set(Entry { name: "AssumeRolePolicyDocument".into(), place, value: trust(service, place) });
            if let Some(target) = target {
                let statements = of.may.iter().map(|action| allows(action, target.clone(), place)).collect();
                let policies = vec![policy(format!("{part}Policy"), statements, place)];
                role.set(Entry { name: "Policies".into(), place, value: Value::list(policies, place) });
            }
            let id = format!("{part}Role");
            self.add(&id, kind::ROLE, role, place);
            let arn = reference(self.template, &self.id(&id), Some("Arn"), place);
            properties.set(Entry { name: "ServiceRoleArn".into(), place, value: arn });
        }
        self.add(&part, "AWS::AppSync::DataSource", properties, place);
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
                properties.set(Entry { name: "DataSourceName".into(), place, value: named });
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
                if let Some(pipeline) = take(&mut properties, "Pipeline") {
                    properties.set_path("PipelineConfig.Functions", pipeline.place, pipeline.value);
                }
                code(&mut properties);
                if properties.entry("Code").is_none() && properties.entry("CodeS3Location").is_none() {
                    properties.set(Entry { name: "Code".into(), place, value: Value::text(PASSES, place) });
                }
                let part = format!("{}{}", of_type.name, resolver.name);
                self.add(&part, "AWS::AppSync::Resolver", properties, place);
            }
        }
    }

    fn domain(&mut self) {
        let Some(domain) = property(self.api, "DomainName") else { return };
        let place = domain.place;
        let mut properties = self.within(&domain);
        take(&mut properties, "ApiId");
        self.add("DomainName", "AWS::AppSync::DomainName", properties, place);
        let mut joined = self.within(&Entry { value: Value::absent(place), ..domain.clone() });
        joined.entries.extend(domain.value.entry("DomainName").cloned());
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
