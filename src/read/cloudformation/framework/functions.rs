//! Functions of a service → what the Serverless Framework makes of each: the function, its log group, and their role.

use super::{Notes, Section, items};
use crate::{
    source::Span,
    syntax::tree::{Data, Node, NodeId, Shape, Tree},
};

/// The role of all functions that name none.
const ROLE: &str = "IamRoleLambdaExecution";

/// Megabytes and seconds of a function that says neither (source: Serverless Framework's reference of `serverless.yml`,
/// read 2026-11-26).
const MEMORY: &str = "1024";
const TIMEOUT: &str = "6";

/// What of a function makes more than the function itself.
const MAKING: &[&str] = &["events", "url", "destinations", "provisionedConcurrency"];

/// Where a property stands in a function, where it stands in the provider for all of them, and the property.
const PROPERTIES: &[(&str, Option<&str>, &str)] = &[
    ("handler", None, "Handler"),
    ("runtime", Some("runtime"), "Runtime"),
    ("memorySize", Some("memorySize"), "MemorySize"),
    ("timeout", Some("timeout"), "Timeout"),
    ("layers", Some("layers"), "Layers"),
    ("reservedConcurrency", None, "ReservedConcurrentExecutions"),
    ("kmsKeyArn", Some("kmsKeyArn"), "KmsKeyArn"),
    ("description", None, "Description"),
];

/// A node that is to be made.
enum What {
    /// One that is there.
    Node(NodeId),
    Text(String),
    /// A number or a truth value.
    Plain(&'static str),
    List(Vec<What>),
    Object(Vec<(String, Span, What)>),
}

/// What the functions of a service make, each with its logical ID and the key that it stands under.
pub(super) struct Made(Vec<(String, Span, Span, What)>);

/// What the functions of a service make.
pub(super) fn of(root: Node<'_>, notes: &mut Notes<'_>) -> Made {
    let mut made = Made(Vec::new());
    let Some(functions) = root.entry("functions") else { return made };
    let provider = root.get("provider");
    let (lists, others): (Vec<Node<'_>>, Vec<Node<'_>>) =
        items(functions.value).into_iter().partition(|node| node.is_mapping());
    if !others.is_empty() {
        notes.left("functions of the service".to_owned(), "what they are is not known", functions.key_span);
    }
    let mut needs_role = false;
    for entry in lists.iter().flat_map(|list| list.entries()).filter(|entry| entry.value.is_mapping()) {
        let function = Function { root, provider, name: entry.key, key: entry.key_span, node: entry.value };
        let role = function.role();
        needs_role |= role.is_none();
        let body = entry.value.span();
        made.0.push((format!("{}LambdaFunction", normalized(entry.key)), entry.key_span, body, function.made(role)));
        if let Some(group) = function.log_group() {
            made.0.push((format!("{}LogGroup", normalized(entry.key)), entry.key_span, body, group));
        }
        for name in MAKING {
            if let Some(making) = entry.value.entry(name) {
                let what = format!("`{name}` of the function `{}`", entry.key);
                notes.left(what, "what it makes is not read", making.key_span);
            }
        }
    }
    if needs_role {
        made.0.push(role_of_all(provider, functions.key_span));
    }
    made
}

impl Made {
    /// Adds what is made to a tree, as entries of its resources.
    pub(super) fn add(self, tree: &mut Tree, resources: &mut Vec<Section>) {
        for (id, key, body, what) in self.0 {
            resources.push(Section { name: id, key, value: build(tree, what, body) });
        }
    }
}

fn build(tree: &mut Tree, what: What, span: Span) -> NodeId {
    let shape = match what {
        What::Node(id) => return id,
        What::Text(text) => Shape::Text(text.into()),
        What::Plain(text) => Shape::Plain(text.into()),
        What::List(items) => Shape::Sequence(items.into_iter().map(|item| build(tree, item, span)).collect()),
        What::Object(entries) => {
            let mut built = Vec::with_capacity(entries.len());
            for (name, key_span, value) in entries {
                let key = tree.push(Data { span: key_span, tag: None, shape: Shape::Text(name.into()) });
                built.push((key, build(tree, value, span)));
            }
            Shape::Mapping(built)
        }
    };
    tree.push(Data { span, tag: None, shape })
}

/// A function as it is written.
struct Function<'t> {
    root: Node<'t>,
    provider: Option<Node<'t>>,
    name: &'t str,
    key: Span,
    node: Node<'t>,
}

impl<'t> Function<'t> {
    /// What the function is, as a resource.
    fn made(&self, role: Option<What>) -> What {
        let key = self.key;
        let mut properties: Vec<(String, Span, What)> = Vec::new();
        let mut set = |name: &str, span: Span, what: What| properties.push((name.to_owned(), span, what));
        for (own, of_all, property) in PROPERTIES {
            let entry = self.node.entry(own).or_else(|| self.provider?.entry((*of_all)?));
            match entry {
                Some(entry) => set(property, entry.key_span, What::Node(entry.value.id())),
                None if *property == "MemorySize" => set(property, key, What::Plain(MEMORY)),
                None if *property == "Timeout" => set(property, key, What::Plain(TIMEOUT)),
                None => {}
            }
        }
        set("FunctionName", key, self.full_name());
        if let Some(entry) = self.own_or_all("architecture") {
            set("Architectures", entry.0, What::List(vec![What::Node(entry.1.id())]));
        }
        if let Some(environment) = self.environment() {
            set("Environment", key, What::Object(vec![("Variables".to_owned(), key, environment)]));
        }
        if let Some((span, vpc)) = self.own_or_all("vpc") {
            set("VpcConfig", span, network(vpc));
        }
        if let Some(size) = self.node.entry("ephemeralStorageSize") {
            let size = vec![("Size".to_owned(), size.key_span, What::Node(size.value.id()))];
            set("EphemeralStorage", key, What::Object(size));
        }
        if let Some(target) = self.node.entry("onError") {
            let target = vec![("TargetArn".to_owned(), target.key_span, What::Node(target.value.id()))];
            set("DeadLetterConfig", key, What::Object(target));
        }
        let traced = self.provider.and_then(|provider| provider.get("tracing")).and_then(|node| node.get("lambda"));
        if self
            .node
            .get("tracing")
            .or(traced)
            .and_then(Node::scalar)
            .is_some_and(|text| matches!(text, "true" | "Active"))
        {
            let active = vec![("Mode".to_owned(), key, What::Text("Active".to_owned()))];
            set("TracingConfig", key, What::Object(active));
        }
        match self.node.entry("image") {
            Some(image) => {
                let uri = image.value.get("uri").unwrap_or(image.value);
                set("PackageType", image.key_span, What::Text("Image".to_owned()));
                let uri = vec![("ImageUri".to_owned(), image.key_span, What::Node(uri.id()))];
                set("Code", image.key_span, What::Object(uri));
            }
            // The whole folder of the service is packed.
            None => set("Code", key, What::Text(".".to_owned())),
        }
        let role = role.unwrap_or_else(|| arn_of(ROLE, key));
        set("Role", key, role);
        resource("AWS::Lambda::Function", properties, key)
    }

    /// The log group that is made with it, unless it is switched off.
    fn log_group(&self) -> Option<What> {
        if self.node.get("disableLogs").and_then(Node::scalar) == Some("true") {
            return None;
        }
        let name = match self.full_name() {
            What::Text(name) => What::Text(format!("/aws/lambda/{name}")),
            what => what,
        };
        let mut properties = vec![("LogGroupName".to_owned(), self.key, name)];
        if let Some((span, days)) = self.own_or_all("logRetentionInDays") {
            properties.push(("RetentionInDays".to_owned(), span, What::Node(days.id())));
        }
        Some(resource("AWS::Logs::LogGroup", properties, self.key))
    }

    /// What the function or the provider of all functions says of something.
    fn own_or_all(&self, name: &str) -> Option<(Span, Node<'t>)> {
        let entry = self.node.entry(name).or_else(|| self.provider?.entry(name))?;
        Some((entry.key_span, entry.value))
    }

    /// `service-stage-function`, unless it has a name of its own.
    fn full_name(&self) -> What {
        if let Some(name) = self.node.get("name") {
            return What::Node(name.id());
        }
        let service = self.root.get("service").map(|node| node.get("name").unwrap_or(node));
        let stage = self.provider.and_then(|provider| provider.get("stage")).and_then(Node::scalar).unwrap_or("dev");
        What::Text(format!("{}-{stage}-{}", service.and_then(Node::scalar).unwrap_or_default(), self.name))
    }

    /// The variables of all functions, and its own.
    fn environment(&self) -> Option<What> {
        let all = self.provider.and_then(|provider| provider.get("environment"));
        let own = self.node.get("environment");
        let unknown = [own, all].into_iter().flatten().find(|node| !node.is_mapping());
        if let Some(unknown) = unknown {
            return Some(What::Node(unknown.id()));
        }
        if own.is_none() && all.is_none() {
            return None;
        }
        let mut variables: Vec<(String, Span, What)> = Vec::new();
        for entry in [all, own].into_iter().flatten().flat_map(Node::entries) {
            variables.retain(|(name, ..)| name != entry.key);
            variables.push((entry.key.to_owned(), entry.key_span, What::Node(entry.value.id())));
        }
        Some(What::Object(variables))
    }

    /// The role that it or the provider names; nothing for the one that is made for all.
    fn role(&self) -> Option<What> {
        let provider = self.provider;
        let of_all = || {
            let role = provider?.get("iam").and_then(|iam| iam.get("role")).or_else(|| provider?.get("role"))?;
            let is_made = ["statements", "managedPolicies", "name", "path", "permissionsBoundary", "tags"];
            let is_made = role.is_mapping() && is_made.iter().any(|name| role.entry(name).is_some());
            (!is_made).then_some(role)
        };
        let role = self.node.get("role").or_else(of_all)?;
        Some(match role.text() {
            // The name of a resource.
            Some(name) if !name.is_empty() && name.chars().all(char::is_alphanumeric) => arn_of(name, role.span()),
            _ => What::Node(role.id()),
        })
    }
}

/// The role that is made for the functions that name none. What it may do by itself, write logs, is left out.
fn role_of_all(provider: Option<Node<'_>>, key: Span) -> (String, Span, Span, What) {
    let text = |text: &str| What::Text(text.to_owned());
    let role = provider.and_then(|provider| provider.get("iam")).and_then(|iam| iam.get("role"));
    let statements = role.and_then(|role| role.entry("statements")).or_else(|| provider?.entry("iamRoleStatements"));
    let trust = vec![
        ("Effect".to_owned(), key, text("Allow")),
        ("Principal".to_owned(), key, What::Object(vec![("Service".to_owned(), key, text("lambda.amazonaws.com"))])),
        ("Action".to_owned(), key, text("sts:AssumeRole")),
    ];
    let document = |statement: What, span: Span| {
        What::Object(vec![("Version".to_owned(), key, text("2012-10-17")), ("Statement".to_owned(), span, statement)])
    };
    let trust = document(What::List(vec![What::Object(trust)]), key);
    let mut properties = vec![("AssumeRolePolicyDocument".to_owned(), key, trust)];
    let (mut head, mut body) = (key, key);
    if let Some(statements) = statements {
        (head, body) = (statements.key_span, statements.value.span());
        let policy = vec![
            ("PolicyName".to_owned(), head, text("lambda")),
            ("PolicyDocument".to_owned(), head, document(What::Node(statements.value.id()), head)),
        ];
        properties.push(("Policies".to_owned(), head, What::List(vec![What::Object(policy)])));
    }
    if let Some(managed) = role.and_then(|role| role.entry("managedPolicies")) {
        properties.push(("ManagedPolicyArns".to_owned(), managed.key_span, What::Node(managed.value.id())));
    }
    (ROLE.to_owned(), head, body, resource("AWS::IAM::Role", properties, head))
}

fn resource(kind: &str, properties: Vec<(String, Span, What)>, span: Span) -> What {
    What::Object(vec![
        ("Type".to_owned(), span, What::Text(kind.to_owned())),
        ("Properties".to_owned(), span, What::Object(properties)),
    ])
}

fn arn_of(name: &str, span: Span) -> What {
    let attribute = What::List(vec![What::Text(name.to_owned()), What::Text("Arn".to_owned())]);
    What::Object(vec![("Fn::GetAtt".to_owned(), span, attribute)])
}

/// The network of a function by the names of CloudFormation.
fn network(vpc: Node<'_>) -> What {
    if !vpc.is_mapping() {
        return What::Node(vpc.id());
    }
    let named = vpc.entries().into_iter().map(|entry| {
        let name = match entry.key {
            "securityGroupIds" => "SecurityGroupIds",
            "subnetIds" => "SubnetIds",
            other => other,
        };
        (name.to_owned(), entry.key_span, What::Node(entry.value.id()))
    });
    What::Object(named.collect())
}

/// The name of a function as a part of logical IDs: `my-fn_a` is `MyDashfnUnderscorea`.
fn normalized(name: &str) -> String {
    let name = name.replace('-', "Dash").replace('_', "Underscore");
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
