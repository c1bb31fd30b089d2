//! How fast texts are parsed and read: `cargo bench --bench readers`.
//!
//! First comes a table that holds the readers to their bounds: a file of ours costs at most twice its bare parser, a file
//! that is not ours at most a fifth of it, and twice the text takes twice the time.

#![allow(clippy::print_stdout, reason = "a table for whoever runs it")]

use std::{fmt::Write, hint::black_box, time::Instant};

use criterion::{Criterion, Throughput, criterion_group};
use mllint::{
    read::{self, cloudformation},
    source::{Discovery, Files},
    syntax::{hcl, json, notebook, python, yaml},
};

/// What the reader of a file of ours may take, by the time of the bare parser.
const OURS: f64 = 2.0;
/// What the look at a file that is not ours may take.
const NOT_OURS: f64 = 0.2;
/// How much longer twice the text may take.
const GROWTH: f64 = 2.4;

/// Resources in a template of about a megabyte.
const RESOURCES: usize = 1_800;

/// A kind of file: its name, a parser of nothing but its language, and texts that grow with a number.
struct Kind {
    name: &'static str,
    parse: fn(&str),
    ours: fn(usize) -> String,
    not_ours: fn(usize) -> String,
}

const KINDS: &[Kind] = &[
    Kind {
        name: "train.py",
        parse: |text| drop(black_box(python::parse(text))),
        ours: script_of,
        not_ours: analysis_of,
    },
    Kind {
        name: "train.ipynb",
        parse: |text| {
            let notebook: serde_json::Value = serde_json::from_str(text).expect("it is JSON");
            let cells = notebook["cells"].as_array().into_iter().flatten();
            let lines = cells.flat_map(|cell| cell["source"].as_array().into_iter().flatten());
            let code: String = lines.filter_map(serde_json::Value::as_str).collect();
            drop(black_box(python::parse(&code)));
        },
        ours: |count| notebook_with(&script_of(count)),
        not_ours: |count| notebook_with(&analysis_of(count)),
    },
    Kind {
        name: "template.yaml",
        parse: |text| drop(black_box(yaml::parse(text))),
        ours: |count| yaml_template_of(count * 10),
        not_ours: manifests_of,
    },
    Kind {
        name: "template.json",
        parse: |text| drop(black_box(json::parse(text))),
        ours: |count| json_template_of(count * 10),
        not_ours: packages_of,
    },
];

/// Prints what the readers take beside the parsers, and whether it is within the bounds.
fn limits() {
    println!("{:<14} {:>9} {:>9} {:>9} {:>9} {:>9}", "file", "parser", "reader", "", "not ours", "2 x text");
    for kind in KINDS {
        let (small, ours, not_ours) = ((kind.ours)(80), (kind.ours)(160), (kind.not_ours)(400));
        let [parsed, read, half, parsed_other, passed] = seconds([
            &|| timed(|| (kind.parse)(&ours)),
            &|| timed(|| read_of(kind.name, &ours)),
            &|| timed(|| read_of(kind.name, &small)),
            &|| timed(|| (kind.parse)(&not_ours)),
            &|| timed(|| read_of(kind.name, &not_ours)),
        ]);
        let (passed, growth) = (passed / parsed_other, read / half);
        let shown = |value: f64, bound: f64| format!("{value:.2} x{}", if value <= bound { ' ' } else { '!' });
        println!(
            "{:<14} {:>6.2} ms {:>6.2} ms {:>9} {:>9} {:>9}",
            kind.name,
            parsed * 1e3,
            read * 1e3,
            shown(read / parsed, OURS),
            shown(passed, NOT_OURS),
            shown(growth, GROWTH),
        );
    }
    println!(
        "bounds: {OURS} x the parser, {NOT_OURS} x for what is not ours, {GROWTH} x for twice the text; `!` is beyond"
    );
}

/// The shortest of several runs of each, by turns, so that a busy machine is busy for all of them.
fn seconds<const N: usize>(runs: [&dyn Fn() -> f64; N]) -> [f64; N] {
    let mut shortest = [f64::INFINITY; N];
    for _ in 0..40 {
        for (shortest, run) in shortest.iter_mut().zip(runs) {
            *shortest = shortest.min(run());
        }
    }
    shortest
}

/// How long a run takes. What it hands out is dropped outside of it: `mllint` never drops its graph.
fn timed<T>(run: impl Fn() -> T) -> f64 {
    let start = Instant::now();
    let made = black_box(run());
    let took = start.elapsed().as_secs_f64();
    drop(made);
    took
}

/// Reads one file as a run does.
fn read_of(name: &str, text: &str) -> read::Outcome {
    let files = Files::memory([(name, text)]);
    let discovery = Discovery::in_memory(&files, false);
    read::read(&files, &discovery)
}

/// A notebook of a script: a cell for each of its paragraphs, with an output of some lines.
fn notebook_with(script: &str) -> String {
    let lines = ["epoch 1: loss 0.53\n"; 12];
    let output = serde_json::json!([{"output_type": "stream", "name": "stdout", "text": lines}]);
    let cell = |cell: &str| {
        let cell = format!("{cell}\n");
        let lines: Vec<&str> = cell.split_inclusive('\n').collect();
        serde_json::json!({"cell_type": "code", "metadata": {}, "outputs": output, "source": lines})
    };
    let cells: Vec<_> = script.split("\n\n").map(cell).collect();
    serde_json::json!({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).to_string()
}

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
    let text = yaml_template();
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
    let notebook = notebook_with(&script);
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
            bencher.iter_with_large_drop(|| read_of(name, &text));
        });
    }
    group.finish();
}

/// A script with this many estimators, each through variables and a dict, and other code between them: one to 3.3 kilobytes,
/// as in the 81 scripts of 28 public repositories that make jobs, models or endpoints.
fn script_of(estimators: usize) -> String {
    let mut text = "import os\n\nimport matplotlib.pyplot as plt\nimport pandas as pd\nimport sagemaker\n\
                    from sagemaker.pytorch import PyTorch\n"
        .to_owned();
    for number in 0..estimators {
        let _ = write!(
            text,
            "\nkind = \"ml.g5.xlarge\"\nsettings_{number} = {{\"use_spot_instances\": True, \"max_run\": 3600 * {number}}}\n\
             estimator_{number} = PyTorch(entry_point=\"train.py\", role=role, framework_version=\"2.1\", py_version=\"py310\",\n    \
             instance_count=1, instance_type=kind, **settings_{number})\n\
             estimator_{number}.fit({{\"train\": f\"s3://{{bucket}}/{number}\"}})\n"
        );
        (3 * number..3 * (number + 1)).for_each(|number| paragraph(&mut text, number));
    }
    text
}

/// A script that looks at data, and knows nothing of AWS.
fn analysis_of(paragraphs: usize) -> String {
    let mut text = "import os\n\nimport matplotlib.pyplot as plt\nimport pandas as pd\n".to_owned();
    (0..paragraphs).for_each(|number| paragraph(&mut text, number));
    text
}

/// What scripts do most of the time.
fn paragraph(text: &mut String, number: usize) {
    let _ = write!(
        text,
        "
# Prepares part {number}
frame = pd.read_csv(\"part-{number}.csv\", names=columns, index_col=0)
frame = frame[frame[\"age\"] > {number}].dropna(axis=1)

def split_{number}(frame, share=0.8, seed={number}):
    mixed = frame.sample(frac=1, random_state=seed)
    at = int(len(mixed) * share)
    return mixed[:at], mixed[at:]

train, test = split_{number}(frame)
for column in train.columns:
    if train[column].dtype == object:
        print(f\"{{column}}: {{train[column].nunique()}} values\")
        train[column] = train[column].astype(\"category\").cat.codes

figure, axes = plt.subplots(nrows=1, ncols=2, figsize=(12, 4))
axes[0].plot(train[\"age\"], train[\"income\"], label=\"part {number}\", color=\"grey\")
axes[1].hist([value for value in test[\"age\"] if value is not None], bins=30)
figure.savefig(os.path.join(folder, \"part-{number}.png\"))
"
    );
}

fn bench(criterion: &mut Criterion, name: &str, text: &str, mut run: impl FnMut(&str)) {
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function(name, |bencher| bencher.iter(|| run(black_box(text))));
    group.finish();
}

fn yaml_template() -> String {
    yaml_template_of(RESOURCES)
}

fn yaml_template_of(resources: usize) -> String {
    let mut text = "AWSTemplateFormatVersion: '2010-09-09'\nParameters:\n  Image: {Type: String}\nResources:\n  \
         Role: {Type: AWS::IAM::Role}\n  Key: {Type: AWS::KMS::Key}\n  Group: {Type: AWS::EC2::SecurityGroup}\n"
        .to_owned();
    for number in 0..resources {
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
    json_template_of(RESOURCES)
}

fn json_template_of(resources: usize) -> String {
    let resources: serde_json::Map<_, _> = (0..resources)
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
    let mut template = serde_json::json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {"Image": {"Type": "String"}},
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role"},
            "Key": {"Type": "AWS::KMS::Key"},
            "Group": {"Type": "AWS::EC2::SecurityGroup"},
        },
    });
    template["Resources"].as_object_mut().expect("it is an object").extend(resources);
    serde_json::to_string_pretty(&template).expect("a value can be written")
}

/// Manifests of Kubernetes.
fn manifests_of(count: usize) -> String {
    let mut text = String::new();
    for number in 0..count {
        let _ = write!(
            text,
            "---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-{number}
  labels: {{app: web, part: \"{number}\"}}
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: web
          image: registry.example.org/web:{number}
          ports: [{{containerPort: 80}}]
          env:
            - name: LEVEL
              value: info
          resources:
            limits: {{cpu: 500m, memory: 256Mi}}
"
        );
    }
    text
}

/// What a package manager locked.
fn packages_of(count: usize) -> String {
    let package = |number: usize| {
        let package = serde_json::json!({
            "version": format!("1.{number}.0"),
            "resolved": format!("https://registry.example.org/package-{number}/-/package-{number}-1.{number}.0.tgz"),
            "integrity": "sha512-RWr0pyw8iNNzuPvq3Vz6Y4VwUXqj3QwoXpYrGsPkmZ4Vw9vOtnSYlnlGyTmXgXxVHjcMBYzH4Zc5NQn7LnKx7g==",
            "dependencies": {"left": "^1.0.0", "right": format!("~{number}.1")},
        });
        (format!("node_modules/package-{number}"), package)
    };
    let packages: serde_json::Map<_, _> = (0..count).map(package).collect();
    serde_json::json!({"name": "web", "lockfileVersion": 3, "packages": packages}).to_string()
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

fn main() {
    limits();
    benches();
    Criterion::default().configure_from_args().final_summary();
}
