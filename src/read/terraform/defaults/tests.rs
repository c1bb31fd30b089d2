//! What may exist although a default says otherwise, and what is said of it and of what lacks it.

use crate::{
    finding::{Confidence, Finding},
    read::terraform::tests::{condition, read_all},
    source::{Discovery, Files},
};

/// The resources of all roots, by address, each with its condition.
fn resources(texts: &[(&str, &str)]) -> Vec<String> {
    let (_, reading) = read_all(texts);
    let all = reading.parts.iter().flat_map(|part| &part.resources);
    let told = all.map(|resource| match condition(&resource.guard).as_str() {
        "" => resource.key.address().to_string(),
        condition => format!("{} if {condition}", resource.key.address()),
    });
    told.collect()
}

fn found(rule: &str, texts: &[(&str, &str)]) -> Vec<Finding> {
    let files = Files::memory(texts.iter().copied());
    let graph = crate::read::read(&files, &Discovery::in_memory(&files, false)).graph;
    crate::check::check(&graph, &files, &[crate::rules::by_name(rule).expect("a rule")])
}

/// How sure the findings are, and in which branch they hold.
fn sure(findings: &[Finding]) -> Vec<(Confidence, &str)> {
    findings.iter().map(|finding| (finding.confidence, finding.branch.as_deref().unwrap_or_default())).collect()
}

const SWITCHES: &str = r#"variable "on" { default = false }
variable "names" { default = [] }
variable "kind" { default = "sync" }
variable "off" { default = true }
locals {
  both = var.on && var.kind == "async" ? 1 : 0
}
resource "aws_sqs_queue" "plain" {}
resource "aws_sqs_queue" "switched" { count = var.on ? 1 : 0 }
resource "aws_sqs_queue" "named" { for_each = toset(var.names) }
resource "aws_sqs_queue" "behind" { count = local.both }
resource "aws_sqs_queue" "after" { count = length(aws_sqs_queue.switched) }
resource "aws_sqs_queue" "never" { count = 0 }
resource "aws_sqs_queue" "in_no_case" { count = var.on && false ? 1 : 0 }
resource "aws_sqs_queue" "there" { count = var.off ? 1 : 0 }
module "far" {
  count  = var.on ? 1 : 0
  source = "./far"
  name   = var.kind
}
"#;

const FAR: &str = "variable \"name\" {}\nvariable \"own\" { default = 0 }\nresource \"aws_sqs_queue\" \"q\" { name = var.name }\n\
                   resource \"aws_sqs_queue\" \"o\" { count = var.own }\n";

#[test]
fn blocks_that_a_default_leaves_out_may_exist() {
    let more = [("main.tf", SWITCHES), ("far/main.tf", FAR)];
    let on = "`var.on` and var.on";
    assert_eq!(
        resources(&more),
        [
            "aws_sqs_queue.plain".to_owned(),
            "aws_sqs_queue.there[0]".to_owned(),
            format!("aws_sqs_queue.switched[0] if {on}"),
            "aws_sqs_queue.named[*] if `var.names` and var.names has an item".to_owned(),
            "aws_sqs_queue.behind[0] if `var.kind` or `var.on` and var.on and var.kind == \"async\"".to_owned(),
            format!("aws_sqs_queue.after[0] if {on}"),
            format!("module.far[0].aws_sqs_queue.q if {on}"),
        ]
    );
    let given = [more[0], more[1], ("terraform.tfvars", "on = false\nnames = []\nkind = \"sync\"\n")];
    assert_eq!(resources(&given), ["aws_sqs_queue.plain", "aws_sqs_queue.there[0]"], "who sets it, means it");
}

#[test]
fn what_a_call_passes_is_followed_to_the_root() {
    let called = |argument: &str| {
        let root =
            format!("variable \"on\" {{ default = 0 }}\nmodule \"m\" {{\n  source = \"./m\"\n  {argument}\n}}\n");
        let module = "variable \"number\" { default = 0 }\nresource \"aws_sqs_queue\" \"q\" { count = var.number }\n";
        resources(&[("main.tf", &root), ("m/main.tf", module)])
    };
    assert_eq!(called("number = var.on"), ["module.m.aws_sqs_queue.q[*] if `var.on` and var.on has an item"]);
    assert_eq!(called("number = 0"), [""; 0]);
    let own = "module.m.aws_sqs_queue.q[*] if `module.m.var.number` and module.m.var.number has an item";
    assert_eq!(called(""), [own], "what the call leaves to the module");
}

#[test]
fn a_circle_of_names_ends() {
    let circle = "variable \"on\" { default = false }\nlocals {\n  a = local.b\n  b = local.a\n}\n\
                  resource \"aws_sqs_queue\" \"q\" { count = var.on && length(aws_sqs_queue.q) > local.a ? 1 : 0 }\n";
    assert!(resources(&[("main.tf", circle)]).len() <= 1);
}

const ENDPOINT: &str = r#"resource "aws_sagemaker_endpoint" "e" {
  name                 = "churn"
  endpoint_config_name = aws_sagemaker_endpoint_configuration.c.name
}
resource "aws_sagemaker_endpoint_configuration" "c" {
  name = "churn"
  production_variants {
    variant_name           = "AllTraffic"
    model_name             = "churn"
    instance_type          = "ml.m5.xlarge"
    initial_instance_count = 2
  }
}
variable "scaled" { default = false }
resource "aws_appautoscaling_target" "t" {
  count              = var.scaled ? 1 : 0
  min_capacity       = 1
  max_capacity       = 4
  resource_id        = "endpoint/${aws_sagemaker_endpoint.e.name}/variant/AllTraffic"
  scalable_dimension = "sagemaker:variant:DesiredInstanceCount"
  service_namespace  = "sagemaker"
}
"#;
const PROVIDER: (&str, &str) = ("provider.tf", "provider \"aws\" {\n  region = \"eu-west-1\"\n}\n");

#[test]
fn what_a_default_leaves_out_is_no_absence() {
    let rule = "endpoint-without-autoscaling";
    let module = ("main.tf", ENDPOINT);
    let scaled = |value: &str| found(rule, &[module, PROVIDER, ("terraform.tfvars", value)]);
    assert_eq!(sure(&found(rule, &[module])), []);
    assert_eq!(sure(&found(rule, &[module, PROVIDER])), []);
    assert_eq!(sure(&scaled("scaled = true\n")), []);
    assert_eq!(sure(&scaled("scaled = false\n")), [(Confidence::High, "")], "who says so, means it");
    let written = ENDPOINT.replace("var.scaled ? 1 : 0", "0");
    assert_eq!(sure(&found(rule, &[("main.tf", &written)])), [(Confidence::High, "")]);
}

#[test]
fn what_a_call_leaves_to_a_module_is_no_absence() {
    let call = |argument: &str| {
        format!("variable \"scaled\" {{ default = false }}\nmodule \"m\" {{\n  source = \"./m\"\n  {argument}\n}}\n")
    };
    let found = |argument: &str| {
        let project = [("main.tf", call(argument)), ("m/main.tf", ENDPOINT.to_owned())];
        let texts: Vec<(&str, &str)> = project.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let findings = found("endpoint-without-autoscaling", &[&texts[..], &[PROVIDER]].concat());
        findings.iter().map(|finding| finding.confidence).collect::<Vec<_>>()
    };
    assert_eq!(found(""), []);
    assert_eq!(found("scaled = var.scaled"), []);
    assert_eq!(found("scaled = true"), []);
    assert_eq!(found("scaled = false"), [Confidence::High]);
}

#[test]
fn a_part_that_a_default_leaves_out_may_be_there() {
    let text = r#"variable "encrypted" { default = false }
resource "aws_sagemaker_model" "m" {
  execution_role_arn = "arn"
  primary_container {
    image          = "i"
    model_data_url = "s3://${aws_s3_bucket.b.id}/model.tar.gz"
  }
}
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket_server_side_encryption_configuration" "b" {
  count  = var.encrypted ? 1 : 0
  bucket = aws_s3_bucket.b.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
  }
}
"#;
    let rule = "bucket-without-encryption";
    let left = "`var.encrypted` is false, or `var.encrypted` has its default";
    assert_eq!(sure(&found(rule, &[("main.tf", text)])), [(Confidence::Low, left)]);
    let deployed = [(Confidence::Medium, "`var.encrypted` has its default")];
    assert_eq!(sure(&found(rule, &[("main.tf", text), PROVIDER])), deployed);
    let call = "module \"m\" {\n  source = \"./m\"\n}\n";
    let deployed = [(Confidence::Medium, "`module.m.var.encrypted` has its default")];
    assert_eq!(sure(&found(rule, &[("main.tf", call), ("m/main.tf", text)])), deployed);
}

#[test]
fn what_exists_only_where_a_default_is_replaced_is_of_low_confidence() {
    let text = "variable \"on\" { default = false }\nresource \"aws_sagemaker_notebook_instance\" \"n\" {\n  \
                count = var.on ? 1 : 0\n  name = \"n\"\n  role_arn = \"arn\"\n  instance_type = \"ml.t3.medium\"\n  \
                root_access = \"Enabled\"\n}\n";
    for texts in [&[("main.tf", text)][..], &[("main.tf", text), PROVIDER]] {
        assert_eq!(sure(&found("notebook-root-access", texts)), [(Confidence::Low, "`var.on` is true")]);
    }
    let files = Files::memory([("main.tf", text)]);
    let graph = crate::read::read(&files, &Discovery::in_memory(&files, false)).graph;
    assert_eq!((graph.resources().len(), graph.deployed()), (1, 0), "it is not counted");
}

#[test]
fn the_surest_of_several_at_one_place_leads() {
    let module = "variable \"on\" { default = false }\nresource \"aws_sagemaker_notebook_instance\" \"n\" {\n  \
                  count = var.on ? 1 : 0\n  name = \"n\"\n  role_arn = \"arn\"\n  instance_type = \"ml.t3.medium\"\n  \
                  root_access = \"Enabled\"\n}\n";
    let root = "module \"a\" {\n  source = \"./m\"\n}\nmodule \"b\" {\n  source = \"./m\"\n  on     = true\n}\n";
    let findings = found("notebook-root-access", &[("main.tf", root), ("m/main.tf", module)]);
    assert_eq!(sure(&findings), [(Confidence::High, "")]);
    assert_eq!(
        findings[0].resource.as_ref().map(|(key, _)| key.address()).as_deref(),
        Some("module.b.aws_sagemaker_notebook_instance.n[0]")
    );
}
