//! What the serverless transform calls what it makes, as far as the template as it is written tells: by these names, and by
//! `Function.Alias` and its like, the rest of the template refers to it.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{API, FUNCTION, HTTP_API, STATE_MACHINE, WEBSOCKET_API, digests, domain, events, websocket};
use crate::{
    read::cloudformation::{loops, template::Template, values::Call},
    syntax::tree::{Kind, Node},
};

/// The names of what is made, by how a template may refer to it: `Function.Alias` → `FunctionAliaslive`.
#[derive(Default)]
pub(in crate::read::cloudformation) struct Names(FxHashMap<Arc<str>, Arc<str>>);

impl Names {
    /// What the alias and the version that SAM publishes of a function or state machine are called.
    pub(super) fn published(&self, resource: &str) -> Option<(Arc<str>, Arc<str>)> {
        self.get(resource, "Alias").cloned().zip(self.get(resource, "Version").cloned())
    }

    /// What `Resource.Property` stands for: the version or the alias of a function, the stage of an API.
    pub(in crate::read::cloudformation) fn get(&self, resource: &str, property: &str) -> Option<&Arc<str>> {
        if self.0.is_empty() { None } else { self.0.get(&*format!("{resource}.{property}")) }
    }
}

/// The properties of a resource as it is written, those of `Globals` behind its own.
struct Written<'t> {
    kind: &'t str,
    own: Option<Node<'t>>,
    shared: Option<Node<'t>>,
    /// What of `Globals` it does not want.
    ignored: Option<Node<'t>>,
    /// Whether a loop makes it: what is written alike is not the same in each turn.
    is_of_loop: bool,
}

impl<'t> Written<'t> {
    fn of(template: &Template<'t>, written: &loops::Written<'t>) -> Option<Self> {
        let resource = written.entry.value;
        let unwritten = Self::unwritten(template, resource.get("Type").and_then(Node::text)?)?;
        Some(Self {
            own: resource.get("Properties"),
            ignored: resource.get("IgnoreGlobals"),
            is_of_loop: !written.bound.is_empty(),
            ..unwritten
        })
    }

    /// A resource that SAM thinks of: it has what all of its type have.
    fn unwritten(template: &Template<'t>, kind: &'t str) -> Option<Self> {
        let section = kind.strip_prefix(super::PREFIX)?;
        let shared = template.section("Globals").into_iter().find_map(|globals| globals.node.get(section));
        Some(Self { kind, own: None, shared, ignored: None, is_of_loop: false })
    }

    /// The resource of the template with an ID.
    fn by_id(template: &Template<'t>, id: &str) -> Option<Self> {
        match template.written.get(*template.resources.get(id)?) {
            Some(written) => Self::of(template, written),
            None => Self::unwritten(template, events::APIS.iter().find(|api| *api.id == *id)?.becomes),
        }
    }

    fn get(&self, name: &str) -> Option<Node<'t>> {
        let own = self.own.and_then(|node| node.get(name));
        let is_ignored = self.ignored.is_some_and(|node| super::globals::is_ignored(node, name));
        own.or_else(|| self.shared.filter(|_| !is_ignored).and_then(|node| node.get(name)))
    }

    /// What is written at a path; mappings of `Globals` are merged with its own.
    fn at(&self, path: &[&str]) -> Option<Node<'t>> {
        let within = |node: Node<'t>| path.iter().try_fold(node, |node, name| node.get(name));
        let is_ignored = self.ignored.is_some_and(|node| super::globals::is_ignored(node, path[0]));
        self.own.and_then(within).or_else(|| self.shared.filter(|_| !is_ignored).and_then(within))
    }

    /// What SAM takes the digest of, for what is written at a path: the text, or how the function is written that it does
    /// not evaluate.
    fn digested(&self, template: &Template<'_>, path: &[&str]) -> Option<serde_json::Value> {
        let node = self.at(path)?;
        let known = plain(template, node).map(|text| serde_json::Value::from(&*text));
        known.or_else(|| digests::json(node).filter(|_| !self.is_of_loop))
    }
}

/// Whether a property is written as one word, by a resource or in `Globals`, and by no function.
pub(super) fn is_word(template: &Template<'_>, id: &str, path: &[&str], word: &str) -> bool {
    let node = Written::by_id(template, id).and_then(|written| written.at(path));
    node.is_some_and(|node| node.tag().is_none() && node.text() == Some(word))
}

/// What SAM takes the digest of, for what a resource or `Globals` have at a path.
pub(super) fn digested(template: &Template<'_>, id: &str, path: &[&str]) -> Option<serde_json::Value> {
    Written::by_id(template, id)?.digested(template, path)
}

/// Notes the names of all that is made for the resources of a template, so that references to it are known.
pub(in crate::read::cloudformation) fn note(template: &mut Template<'_>) {
    let mut names = Names::default();
    let mut made: Vec<Arc<str>> = Vec::new();
    let unwritten = apis_of_events(template);
    for api in &unwritten {
        let Some(resource) = Written::unwritten(template, api.becomes) else { continue };
        named(template, &resource, api.id, &mut names, &mut made);
        match api.becomes {
            API => rest_api(api.id, None, &mut names, &mut made),
            _ => http_api(api.id, None, &mut names, &mut made),
        }
    }
    for written in &template.written {
        if unwritten.iter().any(|api| *api.id == *written.id) {
            continue;
        }
        let Some(resource) = Written::of(template, written) else { continue };
        let id = &*written.id;
        if matches!(resource.kind, API | HTTP_API | WEBSOCKET_API) {
            named(template, &resource, id, &mut names, &mut made);
        }
        match resource.kind {
            FUNCTION => function(template, &resource, id, &mut names, &mut made),
            STATE_MACHINE => machine(template, &resource, id, &mut names, &mut made),
            API => {
                rest_api(id, resource.own.and_then(|node| node.get("StageName")), &mut names, &mut made);
            }
            HTTP_API => http_api(id, resource.own.and_then(|node| node.get("StageName")), &mut names, &mut made),
            WEBSOCKET_API => {
                let stage = resource.get("StageName");
                let name = stage.filter(|node| node.tag().is_none()).and_then(Node::text);
                let name = format!("{id}{}", websocket::stage_name(name, stage.is_some()));
                add(&mut names, &mut made, id, "Stage", name);
            }
            _ => {}
        }
    }
    for id in made {
        template.resources.entry(id).or_insert(usize::MAX);
    }
    for api in unwritten {
        // What is written under its name is gone.
        template.resources.insert(api.id.into(), usize::MAX);
    }
    template.names_made = names;
}

/// The APIs that SAM makes for events.
fn apis_of_events(template: &Template<'_>) -> Vec<&'static events::Through> {
    let mut apis: Vec<&events::Through> = Vec::new();
    for written in &template.written {
        let Some(resource) = Written::of(template, written) else { continue };
        // One that has their name is not there for long enough to have events.
        let is_in_place = events::APIS.iter().any(|api| *api.id == *written.id);
        if is_in_place || !matches!(resource.kind, FUNCTION | STATE_MACHINE) {
            continue;
        }
        let events = resource.own.and_then(|node| node.get("Events")).map(Node::entries).unwrap_or_default();
        let through = events.iter().filter_map(|event| {
            let source = event.value.get("Type").and_then(Node::text)?;
            events::unwritten(source, event.value.get("Properties"))
        });
        apis.extend(through);
    }
    apis.sort_by_key(|api| api.id);
    apis.dedup_by_key(|api| api.id);
    apis
}

/// The name under which an API is reached.
fn named(template: &Template<'_>, api: &Written<'_>, id: &str, names: &mut Names, made: &mut Vec<Arc<str>>) {
    if let Some(name) = api.digested(template, &["Domain", "DomainName"]) {
        let endpoint = api.at(&["Domain", "EndpointConfiguration"]).and_then(|node| plain(template, node));
        let name = domain::id(&name, api.kind == API, endpoint.as_deref());
        add(names, made, id, "DomainName", name);
    }
}

/// Adds what is made, by how it may be referred to.
fn add(names: &mut Names, made: &mut Vec<Arc<str>>, id: &str, property: &str, name: String) {
    let name: Arc<str> = name.into();
    made.push(name.clone());
    names.0.insert(format!("{id}.{property}").into(), name);
}

fn function(template: &Template<'_>, function: &Written<'_>, id: &str, names: &mut Names, made: &mut Vec<Arc<str>>) {
    let role = function.own.and_then(|node| node.get("Role")).filter(|node| node.kind() != Kind::Null);
    if role.is_none_or(|node| Call::of(node).is_some_and(|call| call.name == "If")) {
        made.push(super::role::name(id));
    }
    if let Some(alias) = function.get("AutoPublishAlias") {
        // A logical ID has letters and digits only; nobody knows those of a name that is not known.
        let letters = plain(template, alias).unwrap_or_default().replace('-', "D").replace('_', "U");
        add(names, made, id, "Alias", format!("{id}Alias{letters}"));
        add(names, made, id, "Version", format!("{id}Version"));
    }
    if function.get("FunctionUrlConfig").is_some() {
        made.push(format!("{id}Url").into());
    }
    if let Some(config) = function.get("EventInvokeConfig") {
        made.push(format!("{id}EventInvokeConfig").into());
        for on in ["OnSuccess", "OnFailure"] {
            let to = config.get("DestinationConfig").and_then(|node| node.get(on));
            let may_lack = |to: Node<'_>| Call::of(to).is_some_and(|call| call.name == "If");
            let Some(to) = to.filter(|node| node.get("Destination").is_none_or(may_lack)) else { continue };
            match to.get("Type").and_then(Node::text) {
                Some("SQS") => add(names, made, id, "DestinationQueue", format!("{id}EventInvokeConfig{on}Queue")),
                Some("SNS") => add(names, made, id, "DestinationTopic", format!("{id}EventInvokeConfig{on}Topic")),
                _ => {}
            }
        }
    }
    if function.get("DeploymentPreference").is_some() {
        made.extend([super::function::APPLICATION.into(), super::function::DEPLOYER.into()]);
        made.push(format!("{id}DeploymentGroup").into());
    }
    events(function, id, made);
}

fn machine(template: &Template<'_>, machine: &Written<'_>, id: &str, names: &mut Names, made: &mut Vec<Arc<str>>) {
    if machine.get("Role").is_none() {
        made.push(super::role::name(id));
    }
    if let Some(alias) = machine.get("AutoPublishAlias") {
        let alias = plain(template, alias).unwrap_or_default();
        add(names, made, id, "Alias", format!("{id}Alias{alias}"));
        add(names, made, id, "Version", format!("{id}Version"));
    }
    events(machine, id, made);
}

/// What the events of a function or state machine make that has a name of its own.
fn events(of: &Written<'_>, id: &str, made: &mut Vec<Arc<str>>) {
    let events = of.own.and_then(|node| node.get("Events")).map(Node::entries).unwrap_or_default();
    for event in events {
        let Some(source) = event.value.get("Type").and_then(Node::text) else { continue };
        if events::is_named(source, of.kind == FUNCTION) {
            made.push(format!("{id}{}", event.key).into());
        }
    }
}

/// The stage of a REST API has the stage's name in its own, as far as that is written.
fn rest_api(id: &str, stage: Option<Node<'_>>, names: &mut Names, made: &mut Vec<Arc<str>>) {
    let stage = match (stage, id) {
        (None, events::REST) => Some("Prod"),
        (stage, _) => stage.filter(|node| node.tag().is_none()).and_then(Node::text),
    };
    add(names, made, id, "Deployment", format!("{id}Deployment"));
    add(names, made, id, "Stage", stage_of(id, stage));
}

fn http_api(id: &str, stage: Option<Node<'_>>, names: &mut Names, made: &mut Vec<Arc<str>>) {
    let name = match stage {
        None => format!("{id}ApiGatewayDefaultStage"),
        Some(node) => match node.text().filter(|_| node.tag().is_none()) {
            Some("$default") => format!("{id}ApiGatewayDefaultStage"),
            stage => stage_of(id, stage),
        },
    };
    add(names, made, id, "Stage", name);
}

/// The logical ID of the stage of an API: with the stage's name if that is a word, else with its digest.
fn stage_of(id: &str, name: Option<&str>) -> String {
    match name {
        Some(name) if name.chars().all(char::is_alphanumeric) => format!("{id}{name}Stage"),
        Some(name) => format!("{id}Stage{}", digests::digest(&name.into())),
        None => format!("{id}Stage"),
    }
}

/// A text, or the parameter that a node refers to: SAM knows no more when it makes names.
fn plain(template: &Template<'_>, node: Node<'_>) -> Option<Arc<str>> {
    match Call::of(node) {
        None => node.text().map(Into::into),
        Some(call) if call.name == "Ref" => {
            let value = &template.parameters.get(call.argument.text()?)?.value;
            value.plain_text()
        }
        Some(_) => None,
    }
}
