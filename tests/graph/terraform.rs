//! Terraform: nothing reads it yet. These graphs are what a reader must make of the HCL that stands above them, built by
//! hand with the same types; rules must understand them.

use std::sync::Arc;

use mllint::{
    check,
    finding::{Confidence, Finding},
    graph::{
        Graph, Input, Key, Part, Resource, Unit,
        attr::Subject,
        guard::{Atom, Formula, Tri, Usual, World},
        kind,
        value::{Data, Entry, List, Object, Origin, Piece, Reason, Reference, StepKind, Unknown, Value},
    },
    rules::{Category, Check, Fixes, Group, Rule},
    source::{Files, Place},
};

use crate::view::{ask, line, number, show, targets};

/// A root directory.
const ROOT: &str = r#"variable "region" {}
variable "subnet_id" {}
variable "enabled" {}
variable "tags" {}
variable "group_ids" {}
variable "networks" {}
variable "root_access" {
  default = "Enabled"
}
locals {
  size = "ml.t3.medium"
}
resource "aws_iam_role" "ml" {}
resource "aws_sagemaker_notebook_instance" "dev" {
  count           = var.enabled ? 1 : 0
  instance_type   = local.size
  role_arn        = aws_iam_role.ml.arn
  subnet_id       = var.subnet_id
  root_access     = var.root_access
  security_groups = concat(var.group_ids, ["sg-1"])
  tags            = merge(var.tags, { Team = "ml" })
}
resource "aws_vpc_endpoint" "s3" {
  count        = var.enabled ? 1 : 0
  service_name = "com.amazonaws.${var.region}.s3"
}
resource "aws_sagemaker_model" "open" {
  dynamic "vpc_config" {
    for_each = var.networks
    content { subnets = vpc_config.value }
  }
}
module "inside" {
  source  = "./serving"
  subnets = ["subnet-1"]
}
module "outside" {
  source = "./serving"
}
module "shadow" {
  source = "./serving"
}
"#;

/// A module that the root calls three times.
const SERVING: &str = r#"variable "subnets" {
  default = []
}
resource "aws_sagemaker_model" "this" {
  dynamic "vpc_config" {
    for_each = length(var.subnets) > 0 ? [var.subnets] : []
    content { subnets = var.subnets }
  }
}
"#;

const UNIT: &str = "infra";

/// The graph while it is built.
struct Hcl {
    files: Files,
}

impl Hcl {
    fn new() -> Self {
        Self { files: Files::memory([("infra/main.tf", ROOT), ("infra/serving/main.tf", SERVING)]) }
    }

    /// The one place of a text: in the module if it is not in the root.
    fn at(&self, text: &str) -> Place {
        let path = if ROOT.contains(text) { "infra/main.tf" } else { "infra/serving/main.tf" };
        let source = self.files.read(path).expect("a file");
        let mut found = source.text().match_indices(text);
        let (start, _) = found.next().unwrap_or_else(|| panic!("no `{text}`"));
        assert!(found.next().is_none(), "`{text}` stands twice");
        source.place(mllint::source::Span::new(start, start + text.len()))
    }

    /// The place of the second text, which stands within the first.
    fn within(&self, outer: &str, inner: &str) -> Place {
        let place = self.at(outer);
        let start = place.span.start as usize + outer.find(inner).expect("it stands within");
        Place::new(place.file, mllint::source::Span::new(start, start + inner.len()))
    }

    /// A variable without a default: known when the configuration is applied.
    fn variable(&self, name: &str) -> Unknown {
        let place = self.at(&format!("variable \"{name}\""));
        Unknown { reason: Reason::NoDefault, name: format!("var.{name}").into(), place }
    }

    fn entry(&self, name: &str, written: &str, value: Value) -> Entry {
        Entry { name: name.into(), place: self.at(written), value }
    }

    fn resource(&self, id: &str, head: &str, kind: &str, guard: Formula, entries: Vec<Entry>) -> Resource {
        let place = self.at(head);
        Resource {
            key: Key { unit: UNIT.into(), callers: Vec::new(), id: id.into() },
            kind: kind.into(),
            input: Input::Terraform,
            properties: Value::object(Object { entries, ..Object::default() }, place),
            place,
            body: place,
            guard,
            region: None,
            callers: Vec::new(),
            multiplicity: None,
            repeats: false,
        }
    }
}

/// `count = var.enabled ? 1 : 0`: the same question wherever it is asked.
fn enabled() -> Formula {
    let atom = Atom {
        subject: "infra#var.enabled".into(),
        equals: None,
        domain: None,
        display: "var.enabled".into(),
        usual: Usual::Open,
    };
    Formula::Atom(Arc::new(atom))
}

fn notebook(hcl: &Hcl) -> Resource {
    let unknown = |name: &str, used: Place| Value { data: Data::Unknown(hcl.variable(name)), origin: Origin::at(used) };
    let root_access = Value::text("Enabled", hcl.at("\"Enabled\""));
    let size = Value::text("ml.t3.medium", hcl.at("\"ml.t3.medium\""));
    let role = Reference { id: "aws_iam_role.ml".into(), attribute: Some("Arn".into()) };
    let groups = List { items: vec![Value::text("sg-1", hcl.at("\"sg-1\""))], open: Some(hcl.variable("group_ids")) };
    let team = Entry { name: "Team".into(), place: hcl.at("Team"), value: Value::text("ml", hcl.at("\"ml\" }")) };
    let tags = Object { entries: vec![team], open: Some(hcl.variable("tags")), class: None };
    hcl.resource(
        "aws_sagemaker_notebook_instance.dev[0]",
        "\"aws_sagemaker_notebook_instance\" \"dev\"",
        kind::NOTEBOOK_INSTANCE,
        enabled(),
        vec![
            hcl.entry("InstanceType", "instance_type", size.via(StepKind::Variable, "local.size", hcl.at("size ="))),
            hcl.entry(
                "RoleArn",
                "role_arn",
                Value::new(Data::Reference(Arc::new(role)), hcl.at("aws_iam_role.ml.arn")),
            ),
            hcl.entry("SubnetId", "subnet_id  ", unknown("subnet_id", hcl.at("var.subnet_id"))),
            hcl.entry(
                "RootAccess",
                "root_access  ",
                root_access.via(StepKind::VariableDefault, "root_access", hcl.at("variable \"root_access\"")),
            ),
            hcl.entry(
                "SecurityGroupIds",
                "security_groups",
                Value::new(Data::List(Arc::new(groups)), hcl.at("concat(var.group_ids, [\"sg-1\"])")),
            ),
            hcl.entry("Tags", "tags  ", Value::object(tags, hcl.at("merge(var.tags, { Team = \"ml\" })"))),
        ],
    )
}

fn endpoint(hcl: &Hcl) -> Resource {
    let written = "\"com.amazonaws.${var.region}.s3\"";
    let region =
        Value { data: Data::Unknown(hcl.variable("region")), origin: Origin::at(hcl.within(written, "var.region")) };
    let name = [Piece::Text("com.amazonaws.".into()), Piece::Hole(Box::new(region)), Piece::Text(".s3".into())];
    hcl.resource(
        "aws_vpc_endpoint.s3[0]",
        "\"aws_vpc_endpoint\" \"s3\"",
        "AWS::EC2::VPCEndpoint",
        enabled(),
        vec![hcl.entry("ServiceName", "service_name", Value::template(name, hcl.at(written)))],
    )
}

/// A model of the module, as one call makes it; with the argument that the call passes.
fn model(hcl: &Hcl, call: &str, subnets: Option<Value>) -> Resource {
    let block = hcl.at("dynamic \"vpc_config\" {\n    for_each = length");
    let network = subnets.map(|subnets| {
        let entry = hcl.entry("Subnets", "subnets = var.subnets", subnets);
        Entry {
            name: "VpcConfig".into(),
            place: block,
            value: Value::object(Object { entries: vec![entry], ..Object::default() }, block),
        }
    });
    let head = "\"aws_sagemaker_model\" \"this\"";
    let mut model =
        hcl.resource("aws_sagemaker_model.this", head, kind::MODEL, Formula::True, network.into_iter().collect());
    model.key.callers = vec![format!("module.{call}").into()];
    model.callers = vec![hcl.at(&format!("module \"{call}\""))];
    model
}

fn graph(hcl: &Hcl) -> Graph {
    let passed = Value::list(vec![Value::text("subnet-1", hcl.at("\"subnet-1\""))], hcl.at("[\"subnet-1\"]"));
    let passed = passed.via(StepKind::ModuleArgument, "subnets", hcl.at("subnets = [\"subnet-1\"]"));
    // Which blocks a `dynamic` block over an unknown list makes cannot be known.
    let block = hcl.at("dynamic \"vpc_config\" {\n    for_each = var.networks");
    let open = Value { data: Data::Unknown(hcl.variable("networks")), origin: Origin::at(block) };
    let open = Entry { name: "VpcConfig".into(), place: block, value: open };
    let resources = vec![
        hcl.resource("aws_iam_role.ml", "\"aws_iam_role\" \"ml\"", "AWS::IAM::Role", Formula::True, Vec::new()),
        notebook(hcl),
        endpoint(hcl),
        hcl.resource(
            "aws_sagemaker_model.open",
            "\"aws_sagemaker_model\" \"open\"",
            kind::MODEL,
            Formula::True,
            vec![open],
        ),
        model(hcl, "inside", Some(passed)),
        model(hcl, "outside", None),
        model(hcl, "shadow", None),
    ];
    let unit = Unit {
        path: UNIT.into(),
        input: Input::Terraform,
        unread: Vec::new(),
        is_configured: false,
        moves: Vec::new(),
    };
    Graph::of([Part { resources, units: vec![unit], ..Part::default() }])
}

const NOTEBOOK: &str = "aws_sagemaker_notebook_instance.dev[0]";

#[test]
fn variables_locals_and_references() {
    let graph = graph(&Hcl::new());
    let shown = |path: &str| ask(&graph, NOTEBOOK, path, |attr| attr.known().map(show));
    assert_eq!(shown("InstanceType").as_deref(), Some("\"ml.t3.medium\""));
    assert_eq!(ask(&graph, NOTEBOOK, "InstanceType", |attr| attr.confidence()), Confidence::High, "a local is written");
    assert_eq!(ask(&graph, NOTEBOOK, "RootAccess", |attr| attr.confidence()), Confidence::Medium, "a default");
    assert!(ask(&graph, NOTEBOOK, "SubnetId", |attr| attr.is_unknown() && !attr.is_absent() && attr.is_written()));
    assert_eq!(targets(&graph, NOTEBOOK, "RoleArn"), ["aws_iam_role.ml"]);
}

#[test]
fn merged_objects_and_concatenated_lists_are_open() {
    let graph = graph(&Hcl::new());
    let items = |path: &str| {
        ask(&graph, NOTEBOOK, path, |attr| {
            let (items, open) = attr.items();
            (items.iter().map(|item| item.text().unwrap_or("?").to_owned()).collect::<Vec<_>>(), open)
        })
    };
    assert_eq!(items("SecurityGroupIds"), (vec!["sg-1".to_owned()], true));
    assert_eq!(ask(&graph, NOTEBOOK, "Tags.Team", |attr| attr.text().map(str::to_owned)).as_deref(), Some("ml"));
    assert!(ask(&graph, NOTEBOOK, "Tags.CostCenter", |attr| attr.is_unknown()), "`var.tags` may have it");
    assert!(ask(&graph, NOTEBOOK, "Tags", |attr| attr.entries().1));
}

#[test]
fn a_text_with_a_hole_answers_by_its_ends() {
    let graph = graph(&Hcl::new());
    let name = |question: &dyn Fn(&mllint::graph::attr::Attr<'_>) -> Tri| {
        ask(&graph, "aws_vpc_endpoint.s3[0]", "ServiceName", question)
    };
    assert_eq!(name(&|attr| attr.ends_with(".s3")), Tri::Yes);
    assert_eq!(name(&|attr| attr.ends_with(".sagemaker.api")), Tri::No);
    assert_eq!(name(&|attr| attr.starts_with("com.amazonaws.")), Tri::Yes);
    assert_eq!(name(&|attr| attr.starts_with("com.amazonaws.eu-west-1.")), Tri::Unknown);
    assert_eq!(name(&|attr| attr.starts_with("aws.")), Tri::No);
    assert_eq!(name(&|attr| attr.contains("s3express")), Tri::Unknown);
    assert_eq!(name(&|attr| attr.contains("amazonaws")), Tri::Yes);
}

/// Each finding as `rule: address, line, confidence`.
fn told(hcl: &Hcl, found: &[Finding]) -> Vec<String> {
    let address = |finding: &Finding| finding.resource.as_ref().map(|(key, _)| key.address()).unwrap_or_default();
    let told = found.iter().map(|finding| {
        let line = line(&hcl.files, finding.place);
        format!("{}: {}, {line}, {}", finding.rule, address(finding), finding.confidence)
    });
    told.collect()
}

#[test]
fn rules_know_what_is_written_and_what_is_not_known() {
    let hcl = Hcl::new();
    let found = check::check(&graph(&hcl), &hcl.files, &crate::harness::first());
    assert_eq!(
        told(&hcl, &found),
        [
            // It exists in one world only, and holds there: that is all of its worlds.
            "notebook-root-access: aws_sagemaker_notebook_instance.dev[0], 19, medium",
            "s3-endpoint-policy-open: aws_vpc_endpoint.s3[0], 23, high",
            "model-outside-vpc: module.outside.aws_sagemaker_model.this, 4, high",
        ]
    );
    let [access, _, model] = &found[..] else { panic!("three findings") };
    assert_eq!(access.branch, None);
    assert_eq!(hcl.files.get(access.place.file).slice(access.place.span).trim(), "root_access");
    let default = &access.related[0];
    assert_eq!(default.message, "default of this variable `root_access`");
    assert_eq!(line(&hcl.files, default.place), 8);
    assert!(access.help.starts_with("set `root_access = \"Disabled\"`"), "{}", access.help);
    assert_eq!(&*hcl.files.get(model.place.file).path, "infra/serving/main.tf");
    let also: Vec<String> = model.also.iter().map(|key| key.address().to_string()).collect();
    assert_eq!(also, ["module.shadow.aws_sagemaker_model.this"], "the same block, by another call");
}

/// Finds models in units without a gateway to S3.
static NO_ENDPOINT: Rule = Rule {
    name: "s3-is-out-of-reach",
    aliases: &[],
    category: Category::Architecture,
    severity: mllint::finding::Severity::Warning,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: "",
    check: Check::Each(kind::MODEL, |cx, model, out| {
        let leads_to_s3 = |endpoint: Subject<'_>| !endpoint.get("ServiceName").ends_with(".s3").is_no();
        if !cx.of_kind("AWS::EC2::VPCEndpoint").any(leads_to_s3) {
            out.add(Finding::at(model.place(), "no endpoint for S3"));
        }
    }),
};

#[test]
fn what_may_exist_counts_as_present_where_an_absence_is_looked_for() {
    let hcl = Hcl::new();
    let all = graph(&hcl);
    assert!(check::check(&all, &hcl.files, &[&NO_ENDPOINT]).is_empty(), "`count` may come out as 1");
    let world = World::default();
    let subject = Subject::new(&all, number(&all, "aws_vpc_endpoint.s3[0]"), &world);
    assert!(subject.may_exist() && world.missing().is_none(), "asking so splits no world");
    assert_eq!(subject.exists(), Tri::Unknown);
    assert!(world.missing().is_some(), "asking so does");
    let part = Part { resources: vec![model(&hcl, "outside", None)], ..Part::default() };
    let alone = Graph::of([part]);
    let found = check::check(&alone, &hcl.files, &[&NO_ENDPOINT]);
    assert_eq!(told(&hcl, &found), ["s3-is-out-of-reach: module.outside.aws_sagemaker_model.this, 4, high"]);
}

#[test]
fn an_argument_of_a_module_leads_to_its_call() {
    let hcl = Hcl::new();
    let graph = graph(&hcl);
    let world = World::default();
    let models = graph.of_kind(kind::MODEL).iter().map(|&id| Subject::new(&graph, id, &world));
    let inside = models.into_iter().find(|model| model.resource().key.callers == ["module.inside".into()]);
    let inside = inside.expect("the first call");
    let subnets = inside.get("VpcConfig.Subnets");
    assert_eq!(line(&hcl.files, subnets.place()), 7, "the block sets them");
    let (place, _, text) = subnets.source().expect("they come from elsewhere");
    assert_eq!((line(&hcl.files, place), text.as_str()), (35, "passed here `subnets`"));
    assert_eq!(subnets.confidence(), Confidence::High);
    assert_eq!(line(&hcl.files, inside.resource().callers[0]), 33);
}
