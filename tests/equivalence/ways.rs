//! Each fault written in Terraform through a variable, a local, a `for_each` and a module within a module: found where
//! it stands, with the line to change and the calls that lead there. Its correct twin and its unknown one are silent.

use mllint::{finding::Confidence, rules::by_name};

use crate::harness;

/// A fault. In its text `@V` is the expression that decides, `@FOR` the line of the block's `for_each`, if any, and `@KEY`
/// the key of its one instance.
struct Fault {
    rule: &'static str,
    text: &'static str,
    /// What the line of the finding begins with; that of a `for_each` where the value itself stands there.
    at: &'static str,
    bad: &'static str,
    good: &'static str,
    /// Whether the finding leads to where the value is written: an absence has no value.
    leads: bool,
}

const FAULTS: &[Fault] = &[
    Fault {
        rule: "notebook-root-access",
        text: r#"resource "aws_sagemaker_notebook_instance" "n" {
  @FOR
  name          = "n"
  role_arn      = "arn:aws:iam::111122223333:role/n"
  instance_type = "ml.t3.medium"
  root_access   = @V
}"#,
        at: "root_access",
        bad: r#""Enabled""#,
        good: r#""Disabled""#,
        leads: true,
    },
    Fault {
        rule: "notebook-outside-vpc",
        text: r#"resource "aws_sagemaker_notebook_instance" "n" {
  @FOR
  name          = "n"
  role_arn      = "arn:aws:iam::111122223333:role/n"
  instance_type = "ml.t3.medium"
  subnet_id     = @V
}"#,
        at: "subnet_id",
        bad: "null",
        good: r#""subnet-1""#,
        leads: true,
    },
    Fault {
        rule: "spot-without-checkpoint",
        text: r#"resource "aws_sagemaker_training_job" "t" {
  @FOR
  training_job_name            = "t"
  role_arn                     = "arn:aws:iam::111122223333:role/t"
  enable_managed_spot_training = @V
  algorithm_specification {
    training_image      = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/vision:7"
    training_input_mode = "File"
  }
  resource_config {
    instance_type  = "ml.g5.xlarge"
    instance_count = 1
  }
  stopping_condition { max_runtime_in_seconds = 43200 }
}"#,
        at: r#"resource "aws_sagemaker_training_job""#,
        bad: "true",
        good: "false",
        leads: false,
    },
    Fault {
        rule: "gpu-algorithm-on-cpu",
        text: r#"resource "aws_sagemaker_training_job" "t" {
  @FOR
  training_job_name = "t"
  role_arn          = "arn:aws:iam::111122223333:role/t"
  algorithm_specification {
    training_image      = "685385470294.dkr.ecr.eu-west-1.amazonaws.com/image-classification:1"
    training_input_mode = "File"
  }
  resource_config {
    instance_type  = @V
    instance_count = 1
  }
}"#,
        at: "instance_type",
        bad: r#""ml.m5.xlarge""#,
        good: r#""ml.g5.xlarge""#,
        leads: true,
    },
    Fault {
        rule: "cpu-algorithm-on-gpu",
        text: r#"resource "aws_sagemaker_training_job" "t" {
  @FOR
  training_job_name = "t"
  role_arn          = "arn:aws:iam::111122223333:role/t"
  algorithm_specification {
    training_image      = "438346466558.dkr.ecr.eu-west-1.amazonaws.com/randomcutforest:1"
    training_input_mode = "File"
  }
  resource_config {
    instance_type  = @V
    instance_count = 1
  }
}"#,
        at: "instance_type",
        bad: r#""ml.g5.xlarge""#,
        good: r#""ml.m5.xlarge""#,
        leads: true,
    },
    Fault {
        rule: "model-outside-vpc",
        text: r#"resource "aws_sagemaker_model" "m" {
  @FOR
  execution_role_arn = "arn:aws:iam::111122223333:role/m"
  primary_container { image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3" }
  dynamic "vpc_config" {
    for_each = @V
    content {
      subnets            = [vpc_config.value]
      security_group_ids = ["sg-1"]
    }
  }
}"#,
        at: r#"resource "aws_sagemaker_model""#,
        bad: "[]",
        good: r#"["subnet-1"]"#,
        leads: false,
    },
    Fault {
        rule: "bucket-without-encryption",
        text: r#"resource "aws_sagemaker_model" "m" {
  execution_role_arn = "arn:aws:iam::111122223333:role/m"
  primary_container {
    image          = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3"
    model_data_url = "s3://${aws_s3_bucket.b.id}/model.tar.gz"
  }
}
resource "aws_s3_bucket" "b" {
  bucket = "models"
}
resource "aws_s3_bucket_server_side_encryption_configuration" "b" {
  @FOR
  bucket = @V
  rule {
    apply_server_side_encryption_by_default { sse_algorithm = "aws:kms" }
  }
}"#,
        at: r#"resource "aws_s3_bucket" "b""#,
        bad: r#""another""#,
        good: r#""models""#,
        leads: false,
    },
    Fault {
        rule: "vpc-without-s3-endpoint",
        text: r#"resource "aws_vpc" "ml" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.ml.id
  cidr_block = "10.0.0.0/24"
}
resource "aws_sagemaker_model" "m" {
  execution_role_arn = "arn:aws:iam::111122223333:role/m"
  primary_container { image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/churn:3" }
  vpc_config {
    subnets            = [aws_subnet.a.id]
    security_group_ids = ["sg-1"]
  }
}
resource "aws_vpc_endpoint" "e" {
  @FOR
  vpc_id            = aws_vpc.ml.id
  vpc_endpoint_type = "Interface"
  service_name      = "com.amazonaws.eu-west-1.${@V}"
  subnet_ids        = [aws_subnet.a.id]
}"#,
        at: r#"resource "aws_vpc" "ml""#,
        bad: r#""sagemaker.runtime""#,
        good: r#""s3""#,
        leads: false,
    },
    Fault {
        rule: "s3-endpoint-policy-open",
        text: r#"data "aws_iam_policy_document" "s3" {
  @FOR
  statement {
    actions   = ["*"]
    resources = [@V]
    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}
resource "aws_sagemaker_feature_group" "f" {
  feature_group_name             = "f"
  record_identifier_feature_name = "id"
  event_time_feature_name        = "at"
  role_arn                       = "arn:aws:iam::111122223333:role/f"
}
resource "aws_vpc_endpoint" "s3" {
  vpc_id       = "vpc-1"
  service_name = "com.amazonaws.eu-west-1.s3"
  policy       = data.aws_iam_policy_document.s3@KEY.json
}"#,
        at: "policy",
        bad: r#""*""#,
        good: r#""arn:aws:s3:::models/*""#,
        leads: false,
    },
];

const PROVIDER: &str =
    "provider \"aws\" {\n  region = \"eu-west-1\"\n}\ndata \"external\" \"settings\" {\n  program = [\"true\"]\n}\n";
const OUTER: &str = "variable \"v\" {}\nmodule \"inner\" {\n  source = \"../inner\"\n  v      = var.v\n}\n";

/// A project that writes the fault in one way, with the value that decides.
fn written(fault: &Fault, way: &str, value: &str) -> Vec<(&'static str, String)> {
    let text = |expression: &str, for_each: &str| {
        let for_each = if for_each.is_empty() { String::new() } else { format!("for_each = {for_each}") };
        let key = if for_each.is_empty() { "" } else { "[\"one\"]" };
        format!("{}\n", fault.text.replace("@V", expression).replace("@FOR", &for_each).replace("@KEY", key))
    };
    let root = |head: String, body: String| vec![("main.tf", format!("{PROVIDER}{head}{body}"))];
    match way {
        "variable" if value.is_empty() => root("variable \"v\" {}\n".into(), text("var.v", "")),
        "variable" => root(format!("variable \"v\" {{\n  default = {value}\n}}\n"), text("var.v", "")),
        "local" => root(format!("locals {{\n  v = {}\n}}\n", or_data(value)), text("local.v", "")),
        "for_each" => root(String::new(), text("each.value", &format!("{{ one = {} }}", or_data(value)))),
        "module" => vec![
            (
                "main.tf",
                format!("{PROVIDER}module \"outer\" {{\n  source = \"./outer\"\n  v      = {}\n}}\n", or_data(value)),
            ),
            ("outer/main.tf", OUTER.to_owned()),
            ("inner/main.tf", format!("variable \"v\" {{}}\n{}", text("var.v", ""))),
        ],
        other => panic!("no way is called {other}"),
    }
}

/// What is looked up elsewhere is not known.
fn or_data(value: &str) -> &str {
    if value.is_empty() { "data.external.settings.result" } else { value }
}

/// A place as the file and what its line says.
type Line = (String, String);

/// What is found of a rule at the default confidence: where, and what is named beside.
fn found(rule: &str, project: &[(&'static str, String)]) -> Vec<(Line, Vec<Line>)> {
    let texts: Vec<(&str, &str)> = project.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let run = harness::run(&texts, &[by_name(rule).expect("a rule")]);
    let line = |place: mllint::source::Place| -> Line {
        let source = run.files.get(place.file);
        let at = source.lines().line(place.span.start);
        (source.path.to_string(), source.text().lines().nth(at).unwrap_or_default().trim().to_owned())
    };
    let sure = run.findings.iter().filter(|finding| finding.confidence >= Confidence::Medium);
    let told =
        sure.map(|finding| (line(finding.place), finding.related.iter().map(|label| line(label.place)).collect()));
    told.collect()
}

/// What is wrong with what is found of a fault that is there.
fn misses(fault: &Fault, way: &str, found: &[(Line, Vec<Line>)]) -> Option<String> {
    let [((path, at), related)] = found else { return Some(format!("{} findings", found.len())) };
    let file = if way == "module" { "inner/main.tf" } else { "main.tf" };
    let is_value = way == "for_each" && at.starts_with(way) && at.contains(fault.bad);
    if path != file || !(at.starts_with(fault.at) || is_value) {
        return Some(format!("found at {path}: {at}"));
    }
    let names =
        |wanted: (&str, &str)| related.iter().any(|(path, line)| path == wanted.0 && line.starts_with(wanted.1));
    let calls = [("outer/main.tf", "module \"inner\""), ("main.tf", "module \"outer\"")];
    if way == "module" && !calls.iter().all(|call| names(*call)) {
        return Some(format!("the calls are not named: {related:?}"));
    }
    let leads = related.iter().any(|(path, line)| path == "main.tf" && line.contains(fault.bad));
    let is_null = way == "for_each" && fault.bad == "null";
    (fault.leads && !leads && !is_value && !is_null).then(|| format!("the value is not named: {related:?}"))
}

#[test]
fn each_fault_is_found_whichever_way_it_is_written() {
    let mut faults = Vec::new();
    for fault in FAULTS {
        for way in ["variable", "local", "for_each", "module"] {
            let bad = found(fault.rule, &written(fault, way, fault.bad));
            faults.extend(misses(fault, way, &bad).map(|what| format!("{}, {way}: {what}", fault.rule)));
            for (twin, value) in [("correct", fault.good), ("unknown", "")] {
                let found = found(fault.rule, &written(fault, way, value));
                if !found.is_empty() {
                    faults.push(format!("{}, {way}, {twin}: {found:?}", fault.rule));
                }
            }
        }
    }
    harness::report(&faults);
}
