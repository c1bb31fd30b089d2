//! APIs: what API Gateway has for them, with the deployment, the stage, the plan, the domain and the permissions beside.

use std::sync::Arc;

use super::{
    beside, domain, entry, execute_api, location, object, properties, property, reference, rename, tag_list, take,
};
use crate::{
    graph::{
        Resource,
        value::{Data, Entry, List, Object, Reason, Unknown, Value},
    },
    read::cloudformation::template::Template,
    source::Place,
};

const REST_API: &str = "AWS::ApiGateway::RestApi";
const HTTP_API: &str = "AWS::ApiGatewayV2::Api";

/// The tag that says who made what belongs to an HTTP API.
pub(super) const TAG: &str = "httpapi:createdBy";

/// Properties of a REST API that are its stage's.
const STAGE: &[&str] = &[
    "AccessLogSetting",
    "CacheClusterEnabled",
    "CacheClusterSize",
    "CanarySetting",
    "MethodSettings",
    "TracingEnabled",
    "Variables",
];
/// Properties of an HTTP API that are its stage's.
const HTTP_STAGE: &[&str] = &["AccessLogSettings", "DefaultRouteSettings", "RouteSettings", "StageVariables"];

/// Properties that become parts of the description of the API, or speak of what is made beside it.
const APART: &[&str] = &[
    "AlwaysDeploy",
    "Auth",
    "Cors",
    "Domain",
    "GatewayResponses",
    "MergeDefinitions",
    "Models",
    "OpenApiVersion",
    "PropagateTags",
    "StageName",
];

/// Makes a REST API what it is to API Gateway; hands back what is made beside it.
pub(super) fn rest(template: &mut Template<'_>, api: &mut Resource) -> Vec<Resource> {
    api.kind = REST_API.into();
    let (id, place) = (api.key.id.clone(), api.place);
    let name = |template: &Template<'_>, part: &str| template.names_made.get(&id, part).cloned();
    let (Some(deployment), Some(stage)) = (name(template, "Deployment"), name(template, "Stage")) else {
        return Vec::new();
    };
    let mut deployed = Object::default();
    deployed.set(Entry { name: "RestApiId".into(), place, value: reference(template, &id, None, place) });
    let mut staged = deployed.clone();
    // SAM makes a stage too many, but for an API that says its version of OpenAPI.
    if property(api, "OpenApiVersion").is_none() {
        deployed.set(entry("StageName", place, Value::text("Stage", place)));
    }
    staged.set(Entry { name: "DeploymentId".into(), place, value: reference(template, &deployment, None, place) });
    let stage_name = property(api, "StageName");
    let at = stage_name.as_ref().map_or(place, |entry| entry.place);
    staged.entries.extend(stage_name);
    staged.entries.extend(STAGE.iter().filter_map(|name| property(api, name)));
    let tags = property(api, "Tags");
    staged.entries.extend(tag_list(tags, None, place));
    let mut made = vec![
        beside(template, api, deployment, "AWS::ApiGateway::Deployment", deployed, place),
        beside(template, api, stage.clone(), "AWS::ApiGateway::Stage", staged, at),
    ];
    if let Some(auth) = property(api, "Auth") {
        made.extend(authorizers(template, api, &auth, true));
        made.extend(plan(template, api, &auth, &stage));
    }
    made.extend(domain::made(template, api, &stage, None));
    let body = described(api);
    let Some(written) = properties(api) else { return made };
    for name in STAGE.iter().chain(APART) {
        take(written, name);
    }
    written.entries.extend(body);
    if let Some(entry) = written.entries.iter_mut().find(|entry| &*entry.name == "EndpointConfiguration") {
        let at = entry.place;
        let kind = entry.value.entry("Type").map_or_else(|| entry.value.clone(), |kind| kind.value.clone());
        entry.value = endpoints(&entry.value);
        if !matches!(kind.data, Data::Object(_)) {
            written.set_path("Parameters.endpointConfigurationTypes", at, kind);
        }
    }
    // Its tags are those of its stage.
    take(written, "Tags");
    made
}

/// Makes an HTTP API what it is to API Gateway; hands back what is made beside it.
pub(super) fn http(template: &mut Template<'_>, api: &mut Resource) -> Vec<Resource> {
    api.kind = HTTP_API.into();
    let (id, place) = (api.key.id.clone(), api.place);
    let Some(stage) = template.names_made.get(&id, "Stage").cloned() else { return Vec::new() };
    let mut staged = Object::default();
    staged.set(Entry { name: "ApiId".into(), place, value: reference(template, &id, None, place) });
    let name = property(api, "StageName");
    let at = name.as_ref().map_or(place, |entry| entry.place);
    let named =
        name.unwrap_or_else(|| Entry { name: "StageName".into(), place, value: Value::text("$default", place) });
    staged.set(named);
    staged.set(Entry { name: "AutoDeploy".into(), place, value: Value::new(Data::Bool(true), place) });
    staged.entries.extend(HTTP_STAGE.iter().filter_map(|name| property(api, name)));
    let mut tags = match property(api, "Tags").map(|tags| tags.value.data) {
        Some(Data::Object(tags)) => tags.as_ref().clone(),
        _ => Object::default(),
    };
    if may_be_tagged(api) {
        tags.set(Entry { name: TAG.into(), place, value: Value::text("SAM", place) });
    }
    if !tags.entries.is_empty() || tags.open.is_some() {
        staged.set(Entry { name: "Tags".into(), place, value: Value::object(tags, place) });
    }
    let mut made = vec![beside(template, api, stage.clone(), "AWS::ApiGatewayV2::Stage", staged, at)];
    if let Some(auth) = property(api, "Auth") {
        made.extend(authorizers(template, api, &auth, false));
    }
    made.extend(domain::made(template, api, &stage, Some(TAG)));
    let body = described(api);
    let Some(written) = properties(api) else { return made };
    for name in HTTP_STAGE.iter().chain(APART) {
        take(written, name);
    }
    // Tags of an HTTP API are those of its stage; a switch for all origins is written into the description.
    take(written, "Tags");
    if written.entry("CorsConfiguration").is_some_and(|entry| !matches!(entry.value.data, Data::Object(_))) {
        take(written, "CorsConfiguration");
    }
    written.entries.extend(body);
    made
}

/// Whether SAM writes its tag into the description of an HTTP API, and so to its stage: not into a file, and not into what
/// is no description.
fn may_be_tagged(api: &Resource) -> bool {
    let Some(body) = property(api, "DefinitionBody") else { return property(api, "DefinitionUri").is_none() };
    let Data::Object(body) = &body.value.data else { return !matches!(body.value.data, Data::Guarded(_)) };
    let version = body.entry("openapi").and_then(|entry| entry.value.plain_text());
    let has_paths = body.entry("paths").is_some_and(|entry| matches!(entry.value.data, Data::Object(_)));
    body.open.is_some() || has_paths && version.is_some_and(|version| version.starts_with('3'))
}

/// The description of an API: what is written, to which SAM adds the paths of events and much else; takes the property that
/// has it.
fn described(api: &mut Resource) -> Option<Entry> {
    let place = api.place;
    let written = properties(api)?;
    if let Some(uri) = take(written, "DefinitionUri") {
        let value = location(&uri.value, ["Bucket", "Key", "Version"]);
        return Some(Entry { name: "BodyS3Location".into(), place: uri.place, value });
    }
    rename(written, "DefinitionBody", "Body");
    let adds = |place| Unknown { reason: Reason::Unsupported, name: "the paths that SAM describes".into(), place };
    Some(match take(written, "Body") {
        Some(body) => {
            let value = super::each_branch(&body.value, &mut |value| opened(value, &adds(body.place)));
            Entry { name: "Body".into(), place: body.place, value }
        }
        None => {
            let value = Value::new(Data::Unknown(adds(place)), place);
            Entry { name: "Body".into(), place, value }
        }
    })
}

/// A value that may have more in each of its parts.
fn opened(value: &Value, why: &Unknown) -> Value {
    let data = match &value.data {
        Data::Object(object) => {
            let mut object = object.as_ref().clone();
            object.open.get_or_insert_with(|| why.clone());
            object.entries.iter_mut().for_each(|entry| entry.value = opened(&entry.value, why));
            Data::Object(Arc::new(object))
        }
        Data::List(list) => {
            let items = list.items.iter().map(|item| opened(item, why)).collect();
            Data::List(Arc::new(List { items, open: Some(list.open.clone().unwrap_or_else(|| why.clone())) }))
        }
        _ => return value.clone(),
    };
    Value { data, origin: value.origin.clone() }
}

/// `REGIONAL`, or `Type` and `VPCEndpointIds`, in the words of CloudFormation.
pub(super) fn endpoints(value: &Value) -> Value {
    let listed = |value: &Value| Value::list(vec![value.clone()], value.origin.place);
    super::each_branch(value, &mut |value| {
        let mut made = Object::default();
        let place = value.origin.place;
        match &value.data {
            Data::Absent | Data::Unknown(_) => return value.clone(),
            Data::Object(written) => {
                made = written.as_ref().clone();
                rename(&mut made, "VPCEndpointIds", "VpcEndpointIds");
                if let Some(kind) = take(&mut made, "Type") {
                    made.set(Entry { name: "Types".into(), place: kind.place, value: listed(&kind.value) });
                }
            }
            _ => made.set(Entry { name: "Types".into(), place, value: listed(value) }),
        }
        Value { data: Data::Object(Arc::new(made)), origin: value.origin.clone() }
    })
}

/// The permissions by which an API may call the functions that say who may call it.
fn authorizers(template: &mut Template<'_>, api: &Resource, auth: &Entry, is_rest: bool) -> Vec<Resource> {
    let Some(Data::Object(all)) = auth.value.entry("Authorizers").map(|entry| entry.value.data.clone()) else {
        return Vec::new();
    };
    let mut made = Vec::new();
    for one in &all.entries {
        let place = one.place;
        let Some(function) = one.value.entry("FunctionArn") else { continue };
        let asked = one.value.entry("EnableFunctionDefaultPermissions").map(|entry| entry.value.plain_text());
        let is_off = one.value.entry("DisableFunctionDefaultPermissions");
        if is_off.is_some_and(|off| matches!(off.value.data, Data::Bool(true))) {
            continue;
        }
        let is_made = match asked.as_ref().map(|asked| asked.as_deref()) {
            None => is_rest,
            Some(asked) => asked != Some("false"),
        };
        if !is_made {
            continue;
        }
        let name = reference(template, &api.key.id, None, place);
        let id = format!("{}{}AuthorizerPermission", api.key.id, one.name);
        made.push(authorizing(template, api, id, &function.value, name, place));
    }
    made
}

/// The permission by which an API may call a function that says who may call the API.
pub(super) fn authorizing(
    template: &mut Template<'_>,
    api: &Resource,
    id: String,
    function: &Value,
    name: Value,
    place: Place,
) -> Resource {
    let mut permission =
        object(place, [("Action", "lambda:InvokeFunction"), ("Principal", "apigateway.amazonaws.com")]);
    permission.set(entry("FunctionName", place, function.clone()));
    let from = execute_api(template, name, "/authorizers/*", place);
    permission.set(entry("SourceArn", place, from));
    beside(template, api, id.into(), "AWS::Lambda::Permission", permission, place)
}

/// The plan by which an API's use is counted and bounded, with a key; one of its own, or one for all APIs.
fn plan(template: &mut Template<'_>, api: &Resource, auth: &Entry, stage: &Arc<str>) -> Vec<Resource> {
    let Some(plan) = auth.value.entry("UsagePlan") else { return Vec::new() };
    let place = plan.place;
    let is_shared = match plan.value.entry("CreateUsagePlan").and_then(|entry| entry.value.plain_text()).as_deref() {
        Some("PER_API") => false,
        Some("SHARED") => true,
        _ => return Vec::new(),
    };
    let of = if is_shared { "Serverless" } else { &*api.key.id };
    let ids = ["UsagePlan", "ApiKey", "UsagePlanKey"].map(|part| format!("{of}{part}"));
    let listed = |names: [&str; 2]| {
        let mut one = Object::default();
        one.set(entry(names[0], place, reference(template, &api.key.id, None, place)));
        one.set(entry(names[1], place, reference(template, stage, None, place)));
        Value::list(vec![Value::object(one, place)], place)
    };
    let mut planned = Object::default();
    planned.set(Entry { name: "ApiStages".into(), place, value: listed(["ApiId", "Stage"]) });
    let written = ["UsagePlanName", "Description", "Quota", "Tags", "Throttle"];
    planned.entries.extend(written.iter().filter_map(|name| plan.value.entry(name).cloned()));
    let mut key = Object::default();
    key.set(Entry { name: "Enabled".into(), place, value: Value::new(Data::Bool(true), place) });
    key.set(Entry { name: "StageKeys".into(), place, value: listed(["RestApiId", "StageName"]) });
    let mut joined = object(place, [("KeyType", "API_KEY")]);
    joined.set(Entry { name: "KeyId".into(), place, value: reference(template, &ids[1], None, place) });
    joined.set(Entry { name: "UsagePlanId".into(), place, value: reference(template, &ids[0], None, place) });
    let kinds = ["AWS::ApiGateway::UsagePlan", "AWS::ApiGateway::ApiKey", "AWS::ApiGateway::UsagePlanKey"];
    let made = ids.into_iter().zip(kinds).zip([planned, key, joined]);
    let made: Vec<Resource> =
        made.map(|((id, kind), properties)| beside(template, api, id.into(), kind, properties, place)).collect();
    if !is_shared {
        return made;
    }
    let lists = ["ApiStages", "StageKeys"];
    for one in made {
        template.once_with(one, lists.into_iter());
    }
    Vec::new()
}
