//! How fast texts are parsed and read: `cargo bench --bench readers`.

use std::{fmt::Write, hint::black_box};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mllint::{
    read::{self, cloudformation},
    source::{Discovery, Files},
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

/// Each reader from text to graph, as a run does it.
fn readers(criterion: &mut Criterion) {
    let request = r#"{"TrainingJobName": "a", "AlgorithmSpecification": {"TrainingImage": "i", "TrainingInputMode": "File"},
        "RoleArn": "r", "OutputDataConfig": {"S3OutputPath": "s3://b"}, "ResourceConfig": {"InstanceType": "ml.m5.large",
        "InstanceCount": 1, "VolumeSizeInGB": 30}, "StoppingCondition": {"MaxRuntimeInSeconds": 60}}"#;
    let config =
        "SchemaVersion: '1.0'\nSageMaker:\n  TrainingJob:\n    VpcConfig: {Subnets: [a], SecurityGroupIds: [b]}\n";
    let script = script_of(500);
    let cells: Vec<_> = script
        .split("\n\n")
        .map(|cell| serde_json::json!({"cell_type": "code", "metadata": {}, "outputs": [], "source": cell}))
        .collect();
    let notebook = serde_json::json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).to_string();
    let cases = [
        ("train.py", script),
        ("train.ipynb", notebook),
        ("main.tf", terraform_module()),
        ("request.json", request.to_owned()),
        ("config.yaml", config.to_owned()),
    ];
    let mut group = criterion.benchmark_group("read");
    for (name, text) in cases {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let files = Files::memory([(name, text.as_str())]);
                let discovery = Discovery::in_memory(&files, false);
                black_box(read::read(&files, &discovery).graph.resources().len())
            });
        });
    }
    group.finish();
}

/// A script with this many estimators, each through variables and a dict.
fn script_of(estimators: usize) -> String {
    let mut text = "import sagemaker\nfrom sagemaker.pytorch import PyTorch\n".to_owned();
    for number in 0..estimators {
        let _ = write!(
            text,
            "\nkind = \"ml.g5.xlarge\"\nsettings_{number} = {{\"use_spot_instances\": True, \"max_run\": 3600 * {number}}}\n\
             estimator_{number} = PyTorch(entry_point=\"train.py\", role=role, framework_version=\"2.1\", py_version=\"py310\",\n    \
             instance_count=1, instance_type=kind, **settings_{number})\n\
             estimator_{number}.fit({{\"train\": f\"s3://{{bucket}}/{number}\"}})\n"
        );
    }
    text
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

criterion_group!(benches, parsers, templates, readers);
criterion_main!(benches);
