//! How fast texts are parsed and read: `cargo bench --bench readers`.

use std::{fmt::Write, hint::black_box};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mllint::{
    read::cloudformation,
    source::Files,
    syntax::{hcl, json, notebook, yaml},
};

/// Resources in a template of about a megabyte.
const RESOURCES: usize = 1_800;

fn parsers(criterion: &mut Criterion) {
    bench(criterion, "yaml", &yaml_template(), |text| {
        black_box(yaml::parse(text));
    });
    bench(criterion, "json", &json_template(), |text| {
        black_box(json::parse(text));
    });
    bench(criterion, "terraform", &terraform_module(), |text| {
        black_box(hcl::parse(text));
    });
    bench(criterion, "notebook", &notebook_of(200), |text| {
        black_box(notebook::read(text).is_ok());
    });
}

fn templates(criterion: &mut Criterion) {
    let text = yaml_template() + "  Role: {Type: 'AWS::IAM::Role'}\n  Group: {Type: 'AWS::EC2::SecurityGroup'}\n";
    let files = Files::memory([("template.yaml", text.as_str())]);
    let source = files.read("template.yaml").expect("it is in memory");
    let tree = yaml::parse(&text);
    let mut group = criterion.benchmark_group("read");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("cloudformation 1 MB", |bencher| {
        bencher.iter(|| black_box(cloudformation::read(black_box(&source), black_box(&tree))));
    });
    group.finish();
}

fn bench(criterion: &mut Criterion, name: &str, text: &str, mut run: impl FnMut(&str)) {
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function(name, |bencher| bencher.iter(|| run(black_box(text))));
    group.finish();
}

fn yaml_template() -> String {
    let mut text =
        "AWSTemplateFormatVersion: '2010-09-09'\nParameters:\n  Image: {Type: String}\nResources:\n".to_owned();
    for number in 0..RESOURCES {
        write!(
            text,
            "  # Model number {number}
  Model{number}:
    Type: AWS::SageMaker::Model
    DependsOn: [Role, Key]
    Properties:
      ModelName: !Sub 'forecast-${{AWS::Region}}-{number}'
      ExecutionRoleArn: !GetAtt Role.Arn
      PrimaryContainer:
        Image: !Ref Image
        ModelDataUrl: s3://models/{number}/model.tar.gz
        Environment:
          BATCH: {number}
          DEBUG: \"false\"
      VpcConfig:
        SecurityGroupIds:
          - !Ref Group
        Subnets:
          - subnet-{number}a
          - subnet-{number}b
"
        )
        .expect("a String takes all");
    }
    text
}

fn terraform_module() -> String {
    let mut text = String::new();
    for number in 0..RESOURCES {
        write!(
            text,
            "# Model number {number}
resource \"aws_sagemaker_model\" \"model_{number}\" {{
  name               = \"forecast-${{var.region}}-{number}\"
  execution_role_arn = aws_iam_role.this[0].arn

  primary_container {{
    image          = var.image
    model_data_url = \"s3://models/{number}/model.tar.gz\"
    environment    = merge({{ BATCH = {number}, DEBUG = false }}, var.environment)
  }}

  vpc_config {{
    security_group_ids = var.groups[*].id
    subnets            = [for key, subnet in var.subnets : subnet.id if subnet.private]
  }}

  tags = {{
    Policy = <<-EOT
      {{
        \"Resource\": \"${{aws_s3_bucket.models.arn}}/*\"
      }}
    EOT
  }}
}}
"
        )
        .expect("a String takes all");
    }
    text
}

fn json_template() -> String {
    let resources: serde_json::Map<_, _> = (0..RESOURCES)
        .map(|number| {
            let model = serde_json::json!({
                "Type": "AWS::SageMaker::Model",
                "DependsOn": ["Role", "Key"],
                "Properties": {
                    "ModelName": {"Fn::Sub": format!("forecast-${{AWS::Region}}-{number}")},
                    "ExecutionRoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                    "PrimaryContainer": {
                        "Image": {"Ref": "Image"},
                        "ModelDataUrl": format!("s3://models/{number}/model.tar.gz"),
                        "Environment": {"BATCH": number, "DEBUG": "false"},
                    },
                    "VpcConfig": {
                        "SecurityGroupIds": [{"Ref": "Group"}],
                        "Subnets": [format!("subnet-{number}a"), format!("subnet-{number}b")],
                    },
                },
            });
            (format!("Model{number}"), model)
        })
        .collect();
    let template = serde_json::json!({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources});
    serde_json::to_string_pretty(&template).expect("a value can be written")
}

/// A notebook whose cells have twenty lines of code and a picture each.
fn notebook_of(cells: usize) -> String {
    let picture = "iVBORw0KGgo".repeat(2_000);
    let cells: Vec<_> = (0..cells)
        .map(|cell| {
            let lines: Vec<_> = (0..20).map(|line| format!("x_{line} = model.predict(\"{cell}\", [{line}])\n")).collect();
            let outputs = serde_json::json!([{"output_type": "display_data", "data": {"image/png": picture, "text/html": "<p>\"ü\"</p>\n"}}]);
            serde_json::json!({"cell_type": "code", "metadata": {}, "outputs": outputs, "source": lines})
        })
        .collect();
    let kernel = serde_json::json!({"kernelspec": {"language": "python", "name": "conda_python3"}});
    serde_json::json!({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}).to_string()
}

criterion_group!(benches, parsers, templates);
criterion_main!(benches);
