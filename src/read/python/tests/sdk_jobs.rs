//! Jobs that are no object of their own: functions that run remotely, and the resource classes of sagemaker-core.

use super::{CHECKPOINT, SPOT, TYPE, property, property_of, read, read_files};

const IMPORT: &str = "from sagemaker.remote_function import remote, RemoteExecutor, CheckpointLocation\nfrom sagemaker.workflow.function_step import step\n";

#[test]
fn a_decorated_function_is_a_job() {
    let part = read(&format!(
        "{IMPORT}size = 'ml.m5.xlarge'\n@remote(instance_type=size, volume_size=50, subnets=['s'], security_group_ids=['g'], \
         s3_kms_key='k', volume_kms_key='v', keep_alive_period_in_seconds=600, environment_variables={{'A': 'b'}})\n\
         def divide(x, y):\n    return x / y\ndivide(3, 2)"
    ));
    assert_eq!(part.resources.len(), 1);
    assert_eq!(&*part.resources[0].key.id, "divide");
    let job = |path: &str| property(&part, "TrainingJob", path);
    assert_eq!(
        job("ResourceConfig"),
        "{InstanceType=ml.m5.xlarge VolumeSizeInGB=50 VolumeKmsKeyId=v KeepAlivePeriodInSeconds=600 InstanceCount=1}"
    );
    assert_eq!(job("VpcConfig"), "{Subnets=[s] SecurityGroupIds=[g]}");
    assert_eq!(job("OutputDataConfig.KmsKeyId"), "k");
    assert_eq!(job("StoppingCondition.MaxRuntimeInSeconds"), "86400");
    assert_eq!(job("Environment"), "{A=b}");
    assert_eq!(job("AlgorithmSpecification.TrainingImage"), "?", "that of the machine that runs the code");
}

#[test]
fn each_way_to_run_a_function_is_read() {
    let types = |script: &str| {
        let part = read(&format!("{IMPORT}{script}"));
        let jobs = part.resources.iter().map(|job| format!("{}={}", job.key.id, property_of(job, TYPE)));
        jobs.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(types("@remote\ndef f():\n    pass"), "f=absent");
    assert_eq!(types("@step(name='s', instance_type='a')\ndef f():\n    pass\nf()"), "f=a");
    assert_eq!(types("c = dict(instance_type='a')\n@remote(**c)\ndef f():\n    pass"), "f=a");
    assert_eq!(types("@remote(**settings())\ndef f():\n    pass"), "f=open");
    assert_eq!(
        types("with RemoteExecutor(max_parallel_jobs=1, instance_type='a') as e:\n    e.submit(f, 1)"),
        "RemoteExecutor=a"
    );
    assert_eq!(types("g = remote(f, instance_type='a')\ng(1)"), "g=a");
    assert_eq!(types("def f():\n    pass\nf()"), "");
    let new = "from sagemaker.core.remote_function import remote\n@remote(instance_type='a')\ndef f():\n    pass";
    assert_eq!(property(&read(new), "TrainingJob", TYPE), "a");
    let other = "from ray import remote\n@remote(instance_type='a')\ndef f():\n    pass\nfrom sagemaker.x import step\n@step()\ndef g():\n    pass";
    assert!(read(other).resources.is_empty());
}

#[test]
fn checkpoints_of_a_function_come_with_its_call() {
    let spot = |import: &str, rest: &str| {
        let script = format!(
            "from sagemaker.remote_function import {import}\n@remote(instance_type='a', use_spot_instances=True, max_wait_time_in_seconds=90000){rest}"
        );
        let part = read(&script);
        assert_eq!(property(&part, "TrainingJob", SPOT), "true");
        assert_eq!(property(&part, "TrainingJob", "StoppingCondition.MaxWaitTimeInSeconds"), "90000");
        let part = read(&script);
        if property(&part, "TrainingJob", "CheckpointConfig") == "?" {
            "?".to_owned()
        } else {
            property(&part, "TrainingJob", CHECKPOINT)
        }
    };
    assert_eq!(spot("remote", "\ndef f():\n    pass"), "absent");
    assert_eq!(spot("remote", "\ndef f(x):\n    pass\nf(1)"), "absent");
    assert_eq!(spot("remote", "\ndef f(x):\n    pass"), "?", "it is called elsewhere");
    assert_eq!(
        spot("remote, CheckpointLocation", "\ndef f(x):\n    pass\nf(CheckpointLocation(s3_uri='s3://b'))"),
        "?"
    );
}

#[test]
fn functions_have_a_section_of_their_own_in_the_configuration() {
    let config = "SchemaVersion: '1.0'\nSageMaker:\n  TrainingJob:\n    VpcConfig: {Subnets: [t], SecurityGroupIds: [t]}\n  PythonSDK:\n    Modules:\n      RemoteFunction:\n        InstanceType: ml.m5.xlarge\n        VpcConfig: {Subnets: [s], SecurityGroupIds: [g]}\n        S3KmsKeyId: k\n";
    let job = |script: &str, path: &str| {
        let part = read_files(&[("conf/config.yaml", config), ("train.py", &format!("{IMPORT}import os\n{script}"))]);
        property(&part, "TrainingJob", path)
    };
    let named = "os.environ['SAGEMAKER_USER_CONFIG_OVERRIDE'] = 'conf/config.yaml'\n";
    let folder = "os.environ['SAGEMAKER_USER_CONFIG_OVERRIDE'] = os.path.join(os.getcwd(), 'conf')\n";
    let function = "@remote\ndef f():\n    pass";
    for set in [named, folder] {
        assert_eq!(job(&format!("{set}{function}"), TYPE), "ml.m5.xlarge");
        assert_eq!(job(&format!("{set}{function}"), "VpcConfig.Subnets"), "[s]");
        assert_eq!(job(&format!("{set}{function}"), "OutputDataConfig.KmsKeyId"), "k");
    }
    let written = "@remote(instance_type='a', subnets=['x'])\ndef f():\n    pass";
    assert_eq!(job(&format!("{named}{written}"), TYPE), "a", "arguments win");
    assert_eq!(job(&format!("{named}{written}"), "VpcConfig.Subnets"), "[x]");
    let estimator = "from sagemaker.estimator import Estimator\nEstimator(image_uri='i', instance_type='a')";
    assert_eq!(job(&format!("{named}{estimator}"), "VpcConfig.Subnets"), "[t]");
    let elsewhere = "os.environ['SAGEMAKER_USER_CONFIG_OVERRIDE'] = where()\n";
    assert_eq!(job(&format!("{elsewhere}{function}"), "VpcConfig"), "open");
}

#[test]
fn resource_classes_are_requests_of_the_api() {
    let script = |module: &str| {
        format!(
            "from {module}.resources import TrainingJob, Model, EndpointConfig, Endpoint\n\
             from {module}.shapes import AlgorithmSpecification, ResourceConfig, StoppingCondition, OutputDataConfig, ContainerDefinition, ProductionVariant\n\
             job = TrainingJob.create(training_job_name='j', role_arn='r', hyper_parameters={{'max_depth': '5'}},\n\
             \x20   algorithm_specification=AlgorithmSpecification(training_image='i', training_input_mode='File'),\n\
             \x20   resource_config=ResourceConfig(instance_type='ml.m5.large', instance_count=1, volume_size_in_gb=30),\n\
             \x20   output_data_config=OutputDataConfig(s3_output_path='s3://b'), enable_managed_spot_training=True,\n\
             \x20   stopping_condition=StoppingCondition(max_runtime_in_seconds=600))\n\
             model = Model.create(model_name='m', execution_role_arn='r', primary_container=ContainerDefinition(image='i', model_data_url=job.model_artifacts.s3_model_artifacts, environment={{'a_b': 'c'}}))\n\
             config = EndpointConfig.create(endpoint_config_name='c', production_variants=[ProductionVariant(variant_name='v', model_name=model.get_name(), instance_type='ml.m5.large', initial_instance_count=1)])\n\
             endpoint: Endpoint = Endpoint.create(endpoint_name='e', endpoint_config_name=config)\n"
        )
    };
    for module in ["sagemaker.core", "sagemaker_core", "sagemaker_core.main"] {
        let part = read(&script(module));
        let ids: Vec<&str> = part.resources.iter().map(|resource| &*resource.key.id).collect();
        assert_eq!(ids, ["job", "model", "config", "endpoint"], "{module}");
        let job = |path: &str| property(&part, "TrainingJob", path);
        assert_eq!(job("ResourceConfig"), "{InstanceType=ml.m5.large InstanceCount=1 VolumeSizeInGB=30}");
        assert_eq!(job("HyperParameters"), "{max_depth=5}", "the user's names");
        assert_eq!(job("AlgorithmSpecification"), "{TrainingImage=i TrainingInputMode=File}");
        assert_eq!((job(SPOT), job(CHECKPOINT), job("VpcConfig")), ("true".into(), "absent".into(), "absent".into()));
        assert_eq!(property(&part, "::Model", "PrimaryContainer.Environment"), "{a_b=c}");
        let variant = "[{VariantName=v ModelName=@model InstanceType=ml.m5.large InitialInstanceCount=1}]";
        assert_eq!(property(&part, "EndpointConfig", "ProductionVariants"), variant);
        assert_eq!(property(&part, "::Endpoint", "EndpointConfigName"), "@config");
    }
}

#[test]
fn requests_of_resource_classes_keep_what_is_not_known() {
    let job = |arguments: &str, path: &str| {
        let script = format!("from sagemaker.core.resources import TrainingJob\nTrainingJob.create({arguments})");
        property(&read(&script), "TrainingJob", path)
    };
    assert_eq!(job("**request()", "VpcConfig"), "open");
    assert_eq!(job("vpc_config=None", "VpcConfig"), "absent");
    assert_eq!(
        job("resource_config={'instance_type': 'a', 'volume_size_in_gb': 3}", "ResourceConfig.VolumeSizeInGB"),
        "3"
    );
    assert_eq!(job("resource_config=given()", "ResourceConfig"), "?");
    let tuning = read(
        "from sagemaker_core.resources import HyperParameterTuningJob\nfrom sagemaker_core.shapes import *\n\
         from sagemaker_core.shapes import HyperParameterTrainingJobDefinition, ResourceConfig\n\
         HyperParameterTuningJob.create(hyper_parameter_tuning_job_name='t', training_job_definition=HyperParameterTrainingJobDefinition(role_arn='r', resource_config=ResourceConfig(instance_type='a')))",
    );
    assert_eq!(property(&tuning, "::TrainingJob", TYPE), "a");
}

#[test]
fn sessions_know_what_they_are_given() {
    let output = |session: &str, path: &str| {
        let script = format!(
            "import boto3, sagemaker\nfrom sagemaker.estimator import Estimator\nfrom sagemaker.workflow.pipeline_context import PipelineSession\n\
             s = {session}\nEstimator(image_uri='i', instance_type='a', output_path=f'{path}', sagemaker_session=s)"
        );
        property(&read(&script), "TrainingJob", "OutputDataConfig.S3OutputPath")
    };
    let bucket = "s3://{s.default_bucket()}/models";
    assert_eq!(output("sagemaker.Session(default_bucket='b')", bucket), "s3://b/models");
    assert_eq!(output("PipelineSession(boto_session=boto3.Session(), default_bucket='b')", bucket), "s3://b/models");
    assert_eq!(output("sagemaker.Session()", bucket), "s3://{?}/models");
    let region = "s3://m-{s.boto_region_name}";
    assert_eq!(output("sagemaker.Session(boto3.Session(region_name='eu-west-1'))", region), "s3://m-eu-west-1");
    assert_eq!(output("sagemaker.Session()", region), "s3://m-{?}");
}

#[test]
fn steps_that_no_pipeline_runs_have_no_jobs() {
    let jobs = |script: &str| {
        let imports = "from sagemaker.estimator import Estimator\nfrom sagemaker.workflow.steps import TrainingStep\nfrom sagemaker.workflow.pipeline import Pipeline\nimport lib\n";
        let steps = "a = TrainingStep(name='a', estimator=Estimator(instance_type='ml.a'))\nb = TrainingStep(name='b', estimator=Estimator(instance_type='ml.b'))\n";
        super::types_of(&read(&format!("{imports}{}", script.replace("STEPS\n", steps)))).join(" ")
    };
    for (script, expected) in [
        ("STEPS\nPipeline(name='p', steps=[b])", "ml.b"),
        ("STEPS\nPipeline(name='p', steps=[a, b])", "ml.a ml.b"),
        ("STEPS\n", "ml.a ml.b"),
        ("STEPS\nPipeline(name='p', steps=lib.steps())", "ml.a ml.b"),
        ("STEPS\nPipeline(name='p', steps=[b, lib.step()])", "ml.a ml.b"),
        ("STEPS\np = Pipeline(name='p', steps=[b])\np.steps.append(a)", "ml.a ml.b"),
        ("STEPS\nPipeline(name='p', steps=[b])\nPipeline(name='q', steps=[a])", "ml.a ml.b"),
        // Another function may hand it to another pipeline.
        (
            "def step():\n    return TrainingStep(name='a', estimator=Estimator(instance_type='ml.a'))\nPipeline(name='p', steps=[])",
            "ml.a",
        ),
        (
            "e = Estimator(instance_type='ml.a')\na = TrainingStep(name='a', estimator=e)\ne.fit()\nPipeline(name='p', steps=[])",
            "ml.a",
        ),
        (
            "e = Estimator(instance_type='ml.a')\na = TrainingStep(name='a', estimator=e)\nlib.run(e)\nPipeline(name='p', steps=[])",
            "ml.a",
        ),
    ] {
        assert_eq!(jobs(script), expected, "{script}");
    }
}

#[test]
fn a_pipeline_that_is_built_again_is_one() {
    let made = |call: &str| {
        let part = read(&format!(
            "from sagemaker.estimator import Estimator\nfrom sagemaker.workflow.steps import TrainingStep\nfrom sagemaker.workflow.pipeline import Pipeline\ndef get(kind='ml.a', name='p'):\n    step = TrainingStep(name='s', estimator=Estimator(instance_type=kind))\n    return Pipeline(name=name, steps=[step])\n{call}"
        ));
        let pipelines = part.resources.iter().filter(|resource| resource.kind.ends_with("::Pipeline")).count();
        (super::types_of(&part).join(" "), pipelines)
    };
    assert_eq!(made("print(get().definition())\nget().upsert(role_arn='r')"), ("ml.a".to_owned(), 1));
    assert_eq!(made("get()\nget(kind='ml.b')"), ("ml.a ml.b".to_owned(), 2));
    assert_eq!(made("get()\nget(name='q')"), ("ml.a ml.a".to_owned(), 2));
}

#[test]
fn a_model_that_is_only_deleted_was_made_elsewhere() {
    let models = |then: &str| {
        let part = read(&format!("from sagemaker.model import Model\nm = Model(image_uri='i')\n{then}"));
        part.resources.iter().filter(|resource| resource.kind.ends_with("::Model")).count()
    };
    assert_eq!(models("m.delete_model()"), 0);
    assert_eq!(models("m.create()\nm.delete_model()"), 1);
    assert_eq!(models("m.deploy(1, 'ml.m5.large')\nm.delete_model()"), 1);
    assert_eq!(models("start(m)\nm.delete_model()"), 1);
}

#[test]
fn groups_of_instances_are_read() {
    for (import, group) in [
        ("from sagemaker.instance_group import InstanceGroup", "InstanceGroup('data', 'ml.c5.xlarge', 2)"),
        (
            "from sagemaker.instance_group import InstanceGroup",
            "InstanceGroup(instance_group_name='data', instance_type='ml.c5.xlarge', instance_count=2)",
        ),
    ] {
        let script = format!(
            "from sagemaker.tensorflow import TensorFlow\n{import}\ng = {group}\n\
             TensorFlow(entry_point='t.py', role='r', instance_groups=[g]).fit()"
        );
        assert_eq!(
            property(&read(&script), "TrainingJob", "ResourceConfig.InstanceGroups"),
            "[{InstanceGroupName=data InstanceType=ml.c5.xlarge InstanceCount=2}]"
        );
    }
    let trainer = "from sagemaker.train import ModelTrainer\nfrom sagemaker.train.configs import Compute, InstanceGroup\n\
        ModelTrainer(training_image='i', compute=Compute(instance_groups=[InstanceGroup(instance_type='a', instance_count=2)])).train()";
    assert_eq!(
        property(&read(trainer), "TrainingJob", "ResourceConfig.InstanceGroups"),
        "[{InstanceType=a InstanceCount=2}]"
    );
}

#[test]
fn a_session_trains() {
    let script = "import sagemaker\ns = sagemaker.Session()\n\
        s.train('File', [], 'r', 'j', {'S3OutputPath': 's3://b'}, {'InstanceType': 'a', 'InstanceCount': 2}, None, {}, \
        {'MaxRuntimeInSeconds': 60}, image_uri='i', use_spot_instances=True)";
    let part = read(script);
    assert_eq!(property(&part, "TrainingJob", TYPE), "a");
    assert_eq!(property(&part, "TrainingJob", SPOT), "true");
    assert_eq!(property(&part, "TrainingJob", CHECKPOINT), "absent");
    assert_eq!(property(&part, "TrainingJob", "StoppingCondition.MaxRuntimeInSeconds"), "60");
    let local = script.replace("sagemaker.Session()", "sagemaker.local.LocalSession()");
    assert!(read(&local).resources.is_empty());
}

#[test]
fn a_task_of_the_data_science_sdk_is_what_it_starts() {
    let task = |resource: &str| {
        read(&format!(
            "from stepfunctions.steps import Task, Chain\nt = Task(state_id='T', resource='arn:aws:states:::{resource}', \
             parameters={{'TrainingJobName.$': '$.name', 'ResourceConfig': {{'InstanceType': 'a', 'InstanceCount.$': '$.n'}}}})\n\
             Chain([t])"
        ))
    };
    for resource in ["sagemaker:createTrainingJob.sync", "aws-sdk:sagemaker:createTrainingJob"] {
        let part = task(resource);
        assert_eq!(property(&part, "TrainingJob", "ResourceConfig"), "{InstanceType=a InstanceCount=?}");
        assert_eq!(property(&part, "TrainingJob", "TrainingJobName"), "?");
    }
    assert!(task("lambda:invoke").resources.is_empty());
}
