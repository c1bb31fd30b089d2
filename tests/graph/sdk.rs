//! SageMaker SDK code, in a script and in a notebook.

use mllint::{
    finding::Confidence,
    graph::{Input, kind},
};

use crate::{
    harness::{self, page::notebook},
    view::{ask, findings, formula, number, properties, resource, targets},
};

const SCRIPT: &str = r#"import os
import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.model import Model
from settings import BUCKET

session = sagemaker.Session()
role = sagemaker.get_execution_role()
kind = "ml.m5.xlarge"
network = {"subnets": ["subnet-1"], **more_network()}
spot = {"use_spot_instances": True, "max_run": 7200}


def train(debug, size=kind, uri=None, final=False, hours=2):
    estimator = Estimator(
        sagemaker.image_uris.retrieve("kmeans", session.boto_region_name),
        role,
        instance_count=1 if debug else 2,
        instance_type=size,
        volume_size=int(os.environ.get("VOLUME", "30")),
        output_path=f"s3://{BUCKET}/{uri}/out",
        checkpoint_s3_uri=None,
        hyperparameters={"k": 10, **options()},
        input_mode=spot["mode"] if "mode" in spot else "File",
        max_wait=hours * 3600,
        keep_alive_period_in_seconds=60 if final else 0,
        **network,
        **spot,
    )
    estimator.volume_kms_key = "alias/data"
    estimator.set_hyperparameters(epochs=3)
    if debug:
        estimator.deploy(1, "ml.t2.medium")
    return estimator


model = Model(image_uri="mine:1", role=role, vpc_config={"Subnets": ["subnet-1"]})
predictor = model.deploy(1, "ml.m5.large", endpoint_name="churn")
"#;

const SETTINGS: &str = "BUCKET = \"team-data\"\n";

#[test]
fn a_script() {
    let run = harness::run(&[("train.py", SCRIPT), ("settings.py", SETTINGS)], &harness::first());
    let graph = &run.outcome.graph;
    let job = resource(graph, "train.estimator");
    assert_eq!((&*job.kind, job.input, formula(&job.guard)), (kind::TRAINING_JOB, Input::Sdk, "always".to_owned()));
    properties(
        &run,
        "train.estimator",
        &[
            (
                "AlgorithmSpecification.TrainingImage",
                r#""{?RunTime account of AWS's image registry}.dkr.ecr.{?RunTime region}.amazonaws.com/kmeans:1""#,
                r#"16: sagemaker.image_uris.retrieve("kmeans", session.boto_region_name)"#,
            ),
            ("RoleArn", "?RunTime `sagemaker.get_execution_role()`", "8: sagemaker.get_execution_role()"),
            ("ResourceConfig.InstanceCount", "if [argument debug] 1 else 2", "18: 1"),
            (
                "ResourceConfig.InstanceType",
                r#""ml.m5.xlarge""#,
                r#"9: "ml.m5.xlarge" ← Variable size@14 ← OptionDefault size@14 ← Variable kind@9"#,
            ),
            ("ResourceConfig.VolumeSizeInGB", "30", r#"20: "30" ← EnvironmentDefault VOLUME@20"#),
            ("ResourceConfig.VolumeKmsKeyId", r#""alias/data""#, r#"30: "alias/data""#),
            (
                "OutputDataConfig.S3OutputPath",
                r#""s3://team-data/{?RunTime argument `uri`}/out""#,
                r#"21: f"s3://{BUCKET}/{uri}/out""#,
            ),
            ("CheckpointConfig", "not written", ""),
            ("HyperParameters", "{k: ?RunTime `options()`, epochs: 3, …}", r#"23: {"k": 10, **options()}"#),
            ("AlgorithmSpecification.TrainingInputMode", r#""File""#, r#"24: "File""#),
            ("VpcConfig.Subnets", "?RunTime `more_network()`", r#"10: ["subnet-1"]"#),
            ("EnableManagedSpotTraining", "true", "11: True"),
            ("StoppingCondition.MaxRuntimeInSeconds", "7200", "11: 7200"),
            ("StoppingCondition.MaxWaitTimeInSeconds", "7200", "14: 2 ← Variable hours@14 ← OptionDefault hours@14"),
            (
                "ResourceConfig.KeepAlivePeriodInSeconds",
                "if [argument final] 60 else 0",
                "26: 0 ← OptionDefault final@14",
            ),
        ],
    );
    for path in ["ResourceConfig.InstanceType", "ResourceConfig.VolumeSizeInGB"] {
        assert_eq!(ask(graph, "train.estimator", path, |attr| attr.confidence()), Confidence::Medium, "{path}");
    }
    assert!(ask(graph, "train.estimator", "VpcConfig.SecurityGroupIds", |attr| attr.is_unknown()), "the call is open");
    assert!(
        ask(graph, "train.estimator", "HyperParameters.sagemaker_program", |attr| attr.is_unknown()),
        "so is the dict"
    );
    assert_eq!(formula(&resource(graph, "train.deploy").guard), "[argument debug]");
}

#[test]
fn what_a_script_deploys_leads_to_its_model() {
    let run = harness::run(&[("train.py", SCRIPT), ("settings.py", SETTINGS)], &harness::first());
    let graph = &run.outcome.graph;
    assert_eq!(targets(graph, "predictor", "EndpointConfigName"), ["predictor/config"]);
    properties(
        &run,
        "predictor/config",
        &[
            ("ProductionVariants.0.ModelName", "&model", "38: model.deploy"),
            ("ProductionVariants.0.InstanceType", r#""ml.m5.large""#, r#"38: "ml.m5.large""#),
        ],
    );
    let users: Vec<&str> =
        graph.referrers(number(graph, "model")).iter().map(|&id| &*graph.resource(id).key.id).collect();
    assert_eq!(users, ["predictor/config"]);
}

const CELLS: &str = r#"!pip install -q sagemaker
import sagemaker
role = sagemaker.get_execution_role()
# %%
size = "ml.g5.2xlarge"
settings = {"role": role, "instance_count": 1}
# %%
settings["instance_type"] = size
settings.update(max_run=3600, use_spot_instances=True)
# %%
lda = sagemaker.LDA(num_topics=10, **settings)
# %%
size = "ml.m5.xlarge"
again = sagemaker.LDA(instance_type=size, role=role, num_topics=5)
"#;

#[test]
fn a_notebook() {
    let run = harness::run(&[("train.ipynb", &notebook(CELLS))], &harness::first());
    properties(
        &run,
        "lda",
        &[
            ("ResourceConfig.InstanceType", r#""ml.g5.2xlarge""#, r#"4: "ml.g5.2xlarge" ← Variable size@4"#),
            ("ResourceConfig.InstanceCount", "1", "5: 1"),
            ("StoppingCondition.MaxRuntimeInSeconds", "3600", "7: 3600"),
            ("EnableManagedSpotTraining", "true", "7: True"),
            ("RoleArn", "?RunTime `sagemaker.get_execution_role()`", "3: sagemaker.get_execution_role()"),
        ],
    );
    properties(
        &run,
        "again",
        &[("ResourceConfig.InstanceType", r#""ml.m5.xlarge""#, r#"9: "ml.m5.xlarge" ← Variable size@9"#)],
    );
    assert_eq!(findings(&run), ["cpu-algorithm-on-gpu lda 6 high"], "line 6 of the code sets the type");
    let source = run.files.get(run.findings[0].place.file);
    let cell = source.cells().and_then(|cells| cells.position(source.text(), run.findings[0].place.span.start));
    assert_eq!(cell.map(|cell| (cell.index, cell.line, cell.column)), Some((3, 1, 1)));
    let raw = source.raw_span(run.findings[0].place.span);
    assert_eq!(&source.raw()[raw.range()], r#"settings[\"instance_type\"]"#);
}

const WRITING: &str = r#"import sagemaker
# %%
%%writefile src/train.py
import sagemaker
est = sagemaker.estimator.Estimator("mine:1", "r", instance_count=1, instance_type="ml.p2.xlarge")
# %%
%%writefile plain.py
import torch
# %%
%%writefile broken.py
import sagemaker
x = {{ name }
# %%
est = sagemaker.estimator.Estimator("mine:1", "r", instance_count=1, instance_type="ml.m5.xlarge")
"#;

#[test]
fn scripts_that_a_notebook_writes() {
    let run = harness::run(&[("train.ipynb", &notebook(WRITING))], &harness::first());
    properties(&run, "est", &[("ResourceConfig.InstanceType", r#""ml.m5.xlarge""#, r#"10: "ml.m5.xlarge""#)]);
    properties(&run, "est#2", &[("ResourceConfig.InstanceType", r#""ml.p2.xlarge""#, r#"4: "ml.p2.xlarge""#)]);
    let missed: Vec<(&str, &str)> =
        run.outcome.graph.not_evaluated().iter().map(|missed| (&*missed.what, missed.kind)).collect();
    assert_eq!(missed, [("`broken.py`", "cell")]);
}

const TRAINED: &str = r#"import sagemaker
from tools import prepare

common = {"role": "arn", "instance_count": 1, "instance_type": "ml.m5.xlarge"}
kmeans = sagemaker.image_uris.retrieve("kmeans", "us-west-2")

whole = sagemaker.estimator.Estimator(kmeans, hyperparameters={"k": 10}, **common)
whole.set_hyperparameters(feature_dim=784)
whole.fit("s3://data/train")

open = sagemaker.estimator.Estimator(kmeans, **common)
open.set_hyperparameters(k=10, **more())
open.fit({"train": sagemaker.inputs.TrainingInput("s3://data/train", input_mode="Pipe")})

later = sagemaker.estimator.Estimator(kmeans, hyperparameters={"k": 10}, **common)

handed = sagemaker.estimator.Estimator(kmeans, hyperparameters={"k": 10}, **common)
prepare(handed)
handed.fit(channels())

tuned = sagemaker.estimator.Estimator(kmeans, hyperparameters={"k": 10}, **common)
tuner = sagemaker.tuner.HyperparameterTuner(tuned, "test:msd", {"epochs": sagemaker.tuner.IntegerParameter(1, 3)})
tuner.fit({"train": "s3://data/train"})

own = sagemaker.KMeans(k=5, **common)
own.fit(own.record_set(data))
"#;

#[test]
fn hyperparameters_are_whole_where_the_script_trains_with_them() {
    let run = harness::run(&[("train.py", TRAINED)], &harness::first());
    let graph = &run.outcome.graph;
    let is_absent = |id, name: &str| ask(graph, id, &format!("HyperParameters.{name}"), |attr| attr.is_absent());
    let is_unknown = |id, name: &str| ask(graph, id, &format!("HyperParameters.{name}"), |attr| attr.is_unknown());
    properties(
        &run,
        "whole",
        &[("HyperParameters.k", "10", "7: 10"), ("HyperParameters.feature_dim", "784", "8: 784")],
    );
    assert!(is_absent("whole", "epochs"));
    for id in ["open", "later", "handed", "own"] {
        assert!(is_unknown(id, "epochs"), "{id}");
        assert!(is_absent(id, "sagemaker_program"), "{id} runs no script");
        assert!(ask(graph, id, "HyperParameters.k", |attr| attr.known().is_some()), "{id}");
    }
    assert!(is_unknown("tuned", "epochs") && is_absent("tuned", "feature_dim"), "what the tuner chooses is there");
}

#[test]
fn channels_are_those_of_fit() {
    let run = harness::run(&[("train.py", TRAINED)], &harness::first());
    let graph = &run.outcome.graph;
    let channel = |id| {
        ask(graph, id, "InputDataConfig", |attr| {
            let (channels, open) = attr.items();
            assert!(!open, "{id}");
            channels
                .iter()
                .filter_map(|channel| Some(channel.get("ChannelName").text()?.to_owned()))
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(channel("whole"), ["training"], "one channel has no name of its own");
    assert_eq!((channel("open"), channel("tuned")), (vec!["train".to_owned()], vec!["train".to_owned()]));
    assert!(ask(graph, "handed", "InputDataConfig", |attr| attr.is_unknown()));
}
