//! Connectors: what lets one resource use another, as a policy of a role, of a queue or of a topic, or as the permission of a
//! function.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{API, CONNECTOR, FUNCTION, HTTP_API, STATE_MACHINE, TABLE, beside, each_branch, entry, filled, object};
use crate::{
    catalog::sam_connector::{At, Statement, statements},
    graph::{
        Resource, kind,
        value::{Data, Entry, Object, Piece, Reference, Value},
    },
    read::cloudformation::template::Template,
    source::Place,
    syntax::tree::Node,
};

/// What the serverless types become, for an end that says its type.
const BECOME: &[(&str, &str)] = &[
    (FUNCTION, kind::FUNCTION),
    (STATE_MACHINE, kind::STATE_MACHINE),
    (API, REST_API),
    (HTTP_API, API_V2),
    (TABLE, "AWS::DynamoDB::Table"),
];
const REST_API: &str = "AWS::ApiGateway::RestApi";
const API_V2: &str = "AWS::ApiGatewayV2::Api";
const GRAPHQL: &str = "AWS::AppSync::GraphQLApi";
const TOPIC: &str = "AWS::SNS::Topic";
const RULE: &str = "AWS::Events::Rule";

/// Types whose reference is their ARN; that of the others is an attribute.
const ARN_BY_REFERENCE: [&str; 4] = ["AWS::AppSync::DataSource", GRAPHQL, TOPIC, kind::STATE_MACHINE];

/// The property of a type that names its role.
const ROLES: &[(&str, &str)] =
    &[("AWS::AppSync::DataSource", "ServiceRoleArn"), (kind::FUNCTION, "Role"), (kind::STATE_MACHINE, "RoleArn")];

/// What a statement may say of each end.
const PARTS: [&str; 4] = ["Arn", "Name", "Qualifier", "ResourceId"];

/// The connectors that are written as an attribute of a resource, from which they lead.
pub(in crate::read::cloudformation) fn attached<'t>(template: &mut Template<'t>, source: &Resource, all: Node<'t>) {
    for one in all.entries() {
        let place = template.place(one.key_span);
        let properties = one.value.get("Properties").map(|node| template.eval(node));
        let Some(Data::Object(written)) = properties.map(|value| value.data) else { continue };
        let mut written = written.as_ref().clone();
        let mut from = match super::take(&mut written, "SourceReference").map(|entry| entry.value.data) {
            Some(Data::Object(more)) => more.as_ref().clone(),
            _ => Object::default(),
        };
        from.set(entry("Id", place, Value::text(source.key.id.clone(), place)));
        written.set(entry("Source", place, Value::object(from, place)));
        let id = format!("{}{}", source.key.id, one.key);
        let mut connector = beside(template, source, id.into(), CONNECTOR, written, place);
        if let Some(node) = one.value.get("Condition") {
            connector.guard = connector.guard.and(&template.condition_of(node).formula);
        }
        template.connectors.push(connector);
    }
}

/// What connectors become, once all that they connect is there.
pub(in crate::read::cloudformation) fn connected(
    template: &mut Template<'_>,
    connectors: &[Resource],
    resources: &[Resource],
) -> Vec<Resource> {
    let own = resources.iter().filter(|resource| resource.key.callers == template.stack.callers);
    let by_id: FxHashMap<&str, &Resource> = own.map(|resource| (&*resource.key.id, resource)).collect();
    let mut made = Vec::new();
    for connector in connectors {
        let destinations = match connector.properties.entry("Destination").map(|entry| &entry.value) {
            Some(Value { data: Data::List(list), .. }) => {
                list.items.iter().enumerate().map(|(at, item)| (format!("Destination{at}"), item)).collect()
            }
            Some(one) => vec![(String::new(), one)],
            None => Vec::new(),
        };
        for (suffix, destination) in destinations {
            if let Err(why) = connect(template, connector, (&suffix, destination), &by_id, &mut made) {
                let what = format!("what SAM makes of `{}`", connector.key.id);
                template.note(connector.place.span, "resource", what, why);
            }
        }
    }
    made
}

/// Makes what a connector becomes for one destination; says why nothing is made.
fn connect(
    template: &mut Template<'_>,
    connector: &Resource,
    (suffix, destination): (&str, &Value),
    by_id: &FxHashMap<&str, &Resource>,
    made: &mut Vec<Resource>,
) -> Result<(), String> {
    let place = connector.place;
    let source = connector.properties.entry("Source").ok_or("it has no `Source`")?;
    let ends = [End::of(&source.value, by_id)?, End::of(destination, by_id)?];
    let asked = permissions(connector)?;
    let all: Vec<&Statement> = statements(&ends[0].kind, &ends[1].kind).collect();
    let [source, destination] = &ends;
    let first =
        all.first().ok_or_else(|| format!("SAM has no connector from `{}` to `{}`", source.kind, destination.kind))?;
    if let Some(other) = asked.iter().find(|asked| !all.iter().any(|one| *one.permission == ***asked)) {
        return Err(format!("SAM does not allow `{other}` from `{}` to `{}`", source.kind, destination.kind));
    }
    let allowed: Vec<&Statement> =
        all.iter().filter(|one| asked.iter().any(|asked| **asked == *one.permission)).copied().collect();
    let parts = parts(template, &ends, place);
    let missing = |what: &str| format!("{what} is not known");
    if first.at == At::Function {
        let function = destination.part(template, "Arn", place).ok_or_else(|| missing("the ARN of the function"))?;
        for one in allowed {
            let properties = permission(template, one, function.clone(), &parts, place)?;
            let id = format!("{}{}LambdaPermission{suffix}", connector.key.id, one.permission);
            made.push(beside(template, connector, id.into(), "AWS::Lambda::Permission", properties, place));
        }
        return Ok(());
    }
    let (kind, name, (list, on)) = match first.at {
        At::Queue => {
            let url = destination.part(template, "QueueUrl", place).ok_or_else(|| missing("the URL of the queue"))?;
            ("AWS::SQS::QueuePolicy", "QueuePolicy", ("Queues", url))
        }
        At::Topic => {
            let arn = destination.part(template, "Arn", place).ok_or_else(|| missing("the ARN of the topic"))?;
            ("AWS::SNS::TopicPolicy", "TopicPolicy", ("Topics", arn))
        }
        _ => {
            let (of, other) = if first.at == At::SourceRole { (source, destination) } else { (destination, source) };
            let role = of.role(template, other).ok_or_else(|| missing("the name of the role"))?;
            (kind::MANAGED_POLICY, "Policy", ("Roles", role))
        }
    };
    let mut listed = Vec::new();
    for one in allowed {
        listed.push(statement(template, one, &parts, place)?);
    }
    let mut document = object(place, [("Version", "2012-10-17")]);
    document.set(entry("Statement", place, Value::list(listed, place)));
    let mut properties = Object::default();
    properties.set(entry("PolicyDocument", place, Value::object(document, place)));
    properties.set(entry(list, place, Value::list(vec![on], place)));
    let id = format!("{}{name}{suffix}", connector.key.id);
    made.push(beside(template, connector, id.into(), kind, properties, place));
    Ok(())
}

/// What a connector asks for: `Read`, `Write` or both.
fn permissions(connector: &Resource) -> Result<Vec<Arc<str>>, String> {
    let Some(Data::List(list)) = connector.properties.entry("Permissions").map(|entry| &entry.value.data) else {
        return Err("its `Permissions` are not known".to_owned());
    };
    let asked: Option<Vec<Arc<str>>> = list.items.iter().map(Value::plain_text).collect();
    asked.filter(|_| list.open.is_none()).ok_or_else(|| "its `Permissions` are not known".to_owned())
}

/// What is known of both ends, by the names that statements have for it: `Source.Arn`.
fn parts(template: &Template<'_>, ends: &[End<'_>; 2], place: Place) -> Vec<(String, Value)> {
    let named = ["Source", "Destination"].into_iter().zip(ends);
    let known = named.flat_map(|(name, end)| {
        PARTS.iter().filter_map(move |part| Some((format!("{name}.{part}"), end.part(template, part, place)?)))
    });
    known.collect()
}

/// A text of a statement, filled in.
fn text(template: &mut Template<'_>, text: &str, parts: &[(String, Value)], place: Place) -> Result<Value, String> {
    let mut missing = None;
    let mut part = |name: &str| {
        let known = parts.iter().find(|(known, _)| *known == *name).map(|(_, value)| value.clone());
        known.unwrap_or_else(|| {
            missing = Some(format!("it does not say `{name}`"));
            Value::absent(place)
        })
    };
    let value = filled(template, text, &mut part, place);
    missing.map_or(Ok(value), Err)
}

fn statement(
    template: &mut Template<'_>,
    one: &Statement,
    parts: &[(String, Value)],
    place: Place,
) -> Result<Value, String> {
    let mut made = object(place, [("Effect", "Allow")]);
    let mut on = Vec::new();
    for one in &one.on {
        on.push(text(template, one, parts, place)?);
    }
    let mut actions: Vec<Value> = one.actions.iter().map(|action| Value::text(*action, place)).collect();
    if let Some(service) = one.principal {
        made.set_path("Principal.Service", place, Value::text(service, place));
        let mut from = Object::default();
        from.set(entry("aws:SourceArn", place, text(template, "${Source.Arn}", parts, place)?));
        made.set_path("Condition.ArnEquals", place, Value::object(from, place));
        made.set(entry("Action", place, actions.remove(0)));
        made.set(entry("Resource", place, on.remove(0)));
    } else {
        made.set(entry("Action", place, Value::list(actions, place)));
        made.set(entry("Resource", place, Value::list(on, place)));
    }
    Ok(Value::object(made, place))
}

/// What lets a service call a function.
fn permission(
    template: &mut Template<'_>,
    one: &Statement,
    function: Value,
    parts: &[(String, Value)],
    place: Place,
) -> Result<Object, String> {
    let (action, principal) = (one.actions[0], one.principal.unwrap_or_default());
    let mut made = object(place, [("Action", action), ("Principal", principal)]);
    made.set(entry("FunctionName", place, function));
    made.set(entry("SourceArn", place, text(template, one.on[0], parts, place)?));
    if let Some(account) = one.account {
        made.set(entry("SourceAccount", place, text(template, account, parts, place)?));
    }
    Ok(made)
}

/// One end of a connector: a resource of the template, or what is written of one.
struct End<'r> {
    kind: Arc<str>,
    resource: Option<&'r Resource>,
    written: Arc<Object>,
}

impl<'r> End<'r> {
    fn of(written: &Value, by_id: &FxHashMap<&str, &'r Resource>) -> Result<Self, String> {
        let Data::Object(written) = &written.data else { return Err("what it connects is not known".to_owned()) };
        let text = |entry: &Entry| entry.value.plain_text().ok_or_else(|| format!("its `{}` is not known", entry.name));
        if let Some(id) = written.entry("Id") {
            let id = text(id)?;
            let resource = *by_id.get(&*id).ok_or_else(|| format!("there is no resource `{id}`"))?;
            return Ok(Self { kind: resource.kind.clone(), resource: Some(resource), written: written.clone() });
        }
        let kind = text(written.entry("Type").ok_or("it names neither `Id` nor `Type` of what it connects")?)?;
        let becomes = BECOME.iter().find(|(known, _)| **known == *kind).map(|(_, becomes)| Arc::from(*becomes));
        Ok(Self { kind: becomes.unwrap_or(kind), resource: None, written: written.clone() })
    }

    /// Something that is known of it.
    fn part(&self, template: &Template<'_>, name: &str, place: Place) -> Option<Value> {
        let written = || self.written.entry(name).map(|entry| entry.value.clone());
        let Some(resource) = self.resource else { return written() };
        let of = |attribute: Option<&str>| Some(super::reference(template, &resource.key.id, attribute, place));
        match (name, &*self.kind) {
            ("Arn", kind) => of((!ARN_BY_REFERENCE.contains(&kind)).then_some("Arn")),
            ("Name", kind::STATE_MACHINE) => of(Some("Name")),
            ("QueueUrl", kind::QUEUE) | ("ResourceId", REST_API | API_V2) => of(None),
            ("ResourceId", GRAPHQL) => of(Some("ApiId")),
            // The whole API, where it does not say which part.
            ("Qualifier", REST_API | API_V2) => written().or_else(|| Some(Value::text("*", place))),
            _ => None,
        }
    }

    /// The name of its role. That of a rule is what it names for the other end.
    fn role(&self, template: &Template<'_>, other: &End<'_>) -> Option<Value> {
        let Some(resource) = self.resource else { return self.written.entry("RoleName").map(|one| one.value.clone()) };
        let role = match ROLES.iter().find(|(kind, _)| **kind == *self.kind) {
            Some((_, property)) => resource.properties.entry(property)?.value.clone(),
            None if &*self.kind == RULE => {
                let Data::List(targets) = &resource.properties.entry("Targets")?.value.data else { return None };
                let target = targets
                    .items
                    .iter()
                    .find(|target| target.entry("Arn").is_some_and(|arn| other.is_at(template, &arn.value)));
                target?.entry("RoleArn")?.value.clone()
            }
            None => return None,
        };
        Some(each_branch(&role, &mut |role| match &role.data {
            Data::Reference(arn) => {
                let name = Reference { id: arn.id.clone(), attribute: None };
                Value { data: Data::Reference(Arc::new(name)), origin: role.origin.clone() }
            }
            _ => role.clone(),
        }))
    }

    /// Whether an ARN is its own.
    fn is_at(&self, template: &Template<'_>, arn: &Value) -> bool {
        let written = self.written.entry("Arn").map(|entry| &entry.value.data);
        match (&arn.data, written) {
            (Data::Reference(to), _) if self.resource.is_some() => {
                self.resource.is_some_and(|resource| to.id == template.stack.address(&resource.key.id))
            }
            (to, Some(own)) => is_same(to, own),
            _ => false,
        }
    }
}

/// Whether two values are written alike.
pub(in crate::read::cloudformation) fn is_same(one: &Data, other: &Data) -> bool {
    match (one, other) {
        (Data::Bool(one), Data::Bool(other)) => one == other,
        (Data::Number(one), Data::Number(other)) => one == other,
        (Data::Reference(one), Data::Reference(other)) => one == other,
        (Data::Text(one), Data::Text(other)) => one == other,
        (Data::Unknown(one), Data::Unknown(other)) => one.place == other.place && one.name() == other.name(),
        (Data::Template(one), Data::Template(other)) => {
            let is_same = |(one, other): (&Piece, &Piece)| match (one, other) {
                (Piece::Text(one), Piece::Text(other)) => one == other,
                (Piece::Hole(one), Piece::Hole(other)) => is_same(&one.data, &other.data),
                _ => false,
            };
            one.len() == other.len() && one.iter().zip(other.iter()).all(is_same)
        }
        (Data::List(one), Data::List(other)) => {
            let is_same = |(one, other): (&Value, &Value)| is_same(&one.data, &other.data);
            one.items.len() == other.items.len() && one.items.iter().zip(&other.items).all(is_same)
        }
        (Data::Object(one), Data::Object(other)) => {
            let has =
                |entry: &Entry| other.entry(&entry.name).is_some_and(|it| is_same(&entry.value.data, &it.value.data));
            one.entries.len() == other.entries.len() && one.entries.iter().all(has)
        }
        _ => false,
    }
}
