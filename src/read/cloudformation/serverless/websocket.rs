//! WebSocket APIs: what API Gateway has for them, with a route, an integration and a permission for each route.

use std::sync::Arc;

use super::{api, beside, domain, entry, filled, object, properties, property, reference, take};
use crate::{
    graph::{
        Resource,
        value::{Data, Entry, Object, Value},
    },
    read::cloudformation::template::Template,
};

/// The tag that says who made it.
pub(super) const TAG: &str = "websocketapi:createdBy";

/// The stage of an API that names none.
pub(super) const STAGE: &str = "default";

/// Properties that are its stage's.
const OF_STAGE: &[&str] = &["AccessLogSettings", "DefaultRouteSettings", "RouteSettings", "StageVariables"];

/// Properties that speak of what is made beside it.
const APART: &[&str] = &["Auth", "Domain", "FailOnWarnings", "PropagateTags", "Routes", "StageName"];

/// Properties of a route as API Gateway has them.
const OF_ROUTE: &[&str] = &[
    "ApiKeyRequired",
    "ModelSelectionExpression",
    "OperationName",
    "RequestModels",
    "RequestParameters",
    "RouteResponseSelectionExpression",
];

/// The route that a client takes first: only it can ask who the client is.
const CONNECT: &str = "$connect";

/// Where API Gateway calls a function.
const CALLED: &str =
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function}/invocations";

/// From where a route calls.
const CALLS: &str = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/${Stage}/${Route}";

/// Makes a WebSocket API what it is to API Gateway; hands back what is made beside it.
pub(super) fn made(template: &mut Template<'_>, api: &mut Resource) -> Vec<Resource> {
    api.kind = "AWS::ApiGatewayV2::Api".into();
    let (id, place) = (api.key.id.clone(), api.place);
    let Some(stage) = template.names_made.get(&id, "Stage").cloned() else { return Vec::new() };
    let name = property(api, "StageName").map_or_else(|| Value::text(STAGE, place), |entry| entry.value);
    let mut made = Vec::new();
    if let Some(Data::Object(routes)) = property(api, "Routes").map(|entry| entry.value.data) {
        for route in &routes.entries {
            made.extend(routed(template, api, route, &name));
        }
    }
    made.extend(domain::made(template, api, &stage, Some(TAG)));
    let mut staged = Object::default();
    staged.set(entry("ApiId", place, reference(template, &id, None, place)));
    staged.set(entry("StageName", place, name));
    staged.entries.extend(OF_STAGE.iter().filter_map(|name| property(api, name)));
    staged.set(entry("Tags", place, Value::object(object(place, [(TAG, "SAM")]), place)));
    staged.set(entry("AutoDeploy", place, Value::new(Data::Bool(true), place)));
    made.push(beside(template, api, stage, "AWS::ApiGatewayV2::Stage", staged, place));
    made.extend(permitted(template, api));
    let Some(written) = properties(api) else { return made };
    for name in OF_STAGE.iter().chain(APART) {
        take(written, name);
    }
    written.set(entry("ProtocolType", place, Value::text("WEBSOCKET", place)));
    if written.open.is_none() && written.entry("Name").is_none() {
        written.set(entry("Name", place, Value::text(id, place)));
    }
    written.set_path(&format!("Tags.{TAG}"), place, Value::text("SAM", place));
    made
}

/// How the name of what is made for a route has the route's key in it.
fn capital(key: &str) -> String {
    let key = key.strip_prefix('$').unwrap_or(key).to_lowercase();
    let mut letters = key.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A route, what it leads to, and the permission that it needs for that.
fn routed(template: &mut Template<'_>, api: &Resource, route: &Entry, stage: &Value) -> Vec<Resource> {
    let (id, place) = (format!("{}{}", api.key.id, capital(&route.name)), route.place);
    let part = |name: &str| route.value.entry(name).cloned();
    let of = |template: &Template<'_>| entry("ApiId", place, reference(template, &api.key.id, None, place));
    let mut routed = object(place, [("RouteKey", &*route.name)]);
    routed.set(of(template));
    routed.entries.extend(OF_ROUTE.iter().filter_map(|name| part(name)));
    let integration = format!("{id}Integration");
    let to = reference(template, &integration, None, place);
    let to = filled(template, "integrations/${Integration}", &mut |_| to.clone(), place);
    routed.set(entry("Target", place, to));
    let auth = property(api, "Auth").filter(|_| &*route.name == CONNECT);
    let auth = auth.and_then(|auth| auth.value.entry("AuthType").cloned());
    if let Some(auth) = auth {
        if auth.value.plain_text().as_deref() == Some("CUSTOM") {
            let id = format!("{}ConnectAuthorizer", api.key.id);
            routed.set(entry("AuthorizerId", auth.place, reference(template, &id, None, auth.place)));
        }
        routed.set(Entry { name: "AuthorizationType".into(), ..auth });
    }
    let mut made = vec![beside(template, api, format!("{id}Route").into(), "AWS::ApiGatewayV2::Route", routed, place)];
    let mut integrated = object(place, [("IntegrationType", "AWS_PROXY")]);
    integrated.set(of(template));
    integrated.entries.extend(part("IntegrationTimeout").map(|time| Entry { name: "TimeoutInMillis".into(), ..time }));
    let mut permission =
        object(place, [("Action", "lambda:InvokeFunction"), ("Principal", "apigateway.amazonaws.com")]);
    if let Some(function) = part("FunctionArn") {
        let uri = filled(template, CALLED, &mut |_| function.value.clone(), place);
        integrated.set(entry("IntegrationUri", place, uri));
        permission.set(Entry { name: "FunctionName".into(), ..function });
    }
    made.push(beside(template, api, integration.into(), "AWS::ApiGatewayV2::Integration", integrated, place));
    let of = reference(template, &api.key.id, Some("ApiId"), place);
    let mut part = |name: &str| match name {
        "Api" => of.clone(),
        "Stage" => stage.clone(),
        _ => Value::text(route.name.clone(), place),
    };
    permission.set(entry("SourceArn", place, filled(template, CALLS, &mut part, place)));
    made.push(beside(template, api, format!("{id}Permission").into(), "AWS::Lambda::Permission", permission, place));
    made
}

/// The function that says who may connect, and the permission to call it.
fn permitted(template: &mut Template<'_>, api: &Resource) -> Vec<Resource> {
    let Some(auth) = property(api, "Auth") else { return Vec::new() };
    let place = auth.place;
    let part = |name: &str| auth.value.entry(name).cloned();
    let connects = property(api, "Routes").is_some_and(|routes| routes.value.entry(CONNECT).is_some());
    let is_custom = part("AuthType").and_then(|kind| kind.value.plain_text()).as_deref() == Some("CUSTOM");
    let Some(function) = part("AuthArn").filter(|_| is_custom && connects) else { return Vec::new() };
    let id: Arc<str> = format!("{}ConnectAuthorizer", api.key.id).into();
    let mut authorizer = object(place, [("AuthorizerType", "REQUEST")]);
    authorizer.set(entry("ApiId", place, reference(template, &api.key.id, None, place)));
    let name = part("Name").map_or_else(|| Value::text(id.clone(), place), |name| name.value);
    authorizer.set(entry("Name", place, name));
    authorizer.entries.extend(part("IdentitySource"));
    let role = part("InvokeRole");
    authorizer.entries.extend(role.clone().map(|role| Entry { name: "AuthorizerCredentialsArn".into(), ..role }));
    let uri = filled(template, CALLED, &mut |_| function.value.clone(), place);
    authorizer.set(entry("AuthorizerUri", place, uri));
    let mut made = vec![beside(template, api, id, "AWS::ApiGatewayV2::Authorizer", authorizer, place)];
    if role.is_none() {
        let of = reference(template, &api.key.id, None, place);
        let id = format!("{}AuthorizerPermission", api.key.id);
        made.push(api::authorizing(template, api, id, &function.value, of, place));
    }
    made
}

/// The part of a stage's name in the name of what is made for it.
pub(super) fn stage_name(stage: Option<&str>, is_written: bool) -> String {
    match stage {
        None if is_written => "Stage".to_owned(),
        None | Some(STAGE) => "DefaultStage".to_owned(),
        Some(stage) => format!("{stage}Stage"),
    }
}
