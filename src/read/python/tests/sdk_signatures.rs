//! What arguments of the SDK's classes are that have no name in the call.

use super::{property, read};

const TYPE: &str = "ResourceConfig.InstanceType";
const CLUSTER: &str = "ProcessingResources.ClusterConfig";

#[test]
fn estimators_take_scripts_versions_and_instances_in_the_order_of_their_class() {
    for (made, path, expected) in [
        ("XGBoost('t.py', '1.7-1', role='r')", "HyperParameters.sagemaker_program", "t.py"),
        ("XGBoost('t.py', '1.7-1', role='r')", "VpcConfig", "absent"),
        ("SKLearn('t.py', '1.2-1', 'src', {'n': 1}, role='r')", "HyperParameters.n", "1"),
        ("PyTorch('t.py', '2.0', 'py310', 'src', role='r')", "VpcConfig", "absent"),
        ("PyTorch('t.py', 'src', {'n': 1}, role='r', train_instance_type='ml.m5.large')", "HyperParameters.n", "1"),
        ("HuggingFace('py310', 't.py', '4.28', None, '2.0', role='r')", "HyperParameters.sagemaker_program", "t.py"),
        ("KMeans('r', 2, 'ml.c5.xlarge', 10)", TYPE, "ml.c5.xlarge"),
        ("KMeans('r', 2, 'ml.c5.xlarge', 10)", "HyperParameters.k", "10"),
        ("LDA('r', 'ml.c5.xlarge', 10)", TYPE, "ml.c5.xlarge"),
        ("Estimator('i', 'r', 2, 'ml.c5.xlarge')", TYPE, "ml.c5.xlarge"),
        ("Estimator('i', 'r', 2, 'ml.c5.xlarge', 30)", "VpcConfig", "open"),
    ] {
        let part = read(&format!(
            "from sagemaker import *\nfrom sagemaker.pytorch import PyTorch\nfrom sagemaker.sklearn import SKLearn\nfrom sagemaker.xgboost import XGBoost\nfrom sagemaker.huggingface import HuggingFace\nfrom sagemaker import KMeans, LDA\nfrom sagemaker.estimator import Estimator\n{made}"
        ));
        assert_eq!(property(&part, "TrainingJob", path), expected, "{made}");
    }
}

#[test]
fn processors_take_the_count_and_the_type_in_the_order_of_their_class() {
    let head = "from sagemaker.processing import Processor, ScriptProcessor, FrameworkProcessor\nfrom sagemaker.sklearn.processing import SKLearnProcessor\nfrom sagemaker.pytorch.processing import PyTorchProcessor\nfrom sagemaker.pytorch import PyTorch\nfrom sagemaker.spark.processing import PySparkProcessor\nfrom sagemaker.clarify import SageMakerClarifyProcessor\n";
    for (made, count, size) in [
        ("Processor('r', 'i', 2, 'ml.m5.large', ['python'], 50)", "2", "50"),
        ("ScriptProcessor('r', 'i', ['python3'], 2, 'ml.m5.large', 50)", "2", "50"),
        ("SKLearnProcessor('1.2-1', 'r', 2, 'ml.m5.large', None, 50)", "2", "50"),
        // As older releases had it.
        ("SKLearnProcessor('0.20.0', 'r', 'ml.m5.large', 2, None, 50)", "2", "50"),
        ("SKLearnProcessor('0.20.0', 'r', size(), 2, None, 50)", "2", "50"),
        ("PyTorchProcessor('2.0', 'r', 2, 'ml.m5.large', 'py310', None, None, 50)", "2", "50"),
        ("FrameworkProcessor(PyTorch, '2.0', 'r', 2, 'ml.m5.large', 'py310', None, None, 50)", "2", "50"),
        ("FrameworkProcessor('1.dkr.ecr.eu-west-1.amazonaws.com/i:1', 'r', 2, 'ml.m5.large', None, 50)", "2", "50"),
        ("FrameworkProcessor(chosen(), '2.0', 'r', 2, 'ml.m5.large')", "open", "open"),
        ("PySparkProcessor('r', 'ml.m5.large', 2, '3.3', 'py39', '1', None, 50)", "2", "50"),
        ("SageMakerClarifyProcessor('r', 2, 'ml.m5.large', 50)", "2", "50"),
    ] {
        let part = read(&format!("{head}{made}"));
        let of = |name: &str| property(&part, "ProcessingJob", &format!("{CLUSTER}.{name}"));
        assert_eq!([of("InstanceCount"), of("VolumeSizeInGB")], [count, size], "{made}");
        let expected = if count == "open" {
            "open"
        } else if made.contains("size()") {
            "?"
        } else {
            "ml.m5.large"
        };
        assert_eq!(of("InstanceType"), expected, "{made}");
    }
    let part = read(&format!("{head}SKLearnProcessor('0.20.0', 'r', size(), count())"));
    assert_eq!(property(&part, "ProcessingJob", CLUSTER), "open", "either may be the type");
}

#[test]
fn models_of_version_1_take_the_artefact_first() {
    for made in [
        "Model('i', 's3://b/m', 'r')",
        "Model('s3://b/m', 'i', 'r')",
        "Model(f's3://{b}/m', 'i', 'r')",
        "Model('m', image='i', role='r')",
        "Model('i', 's3://b/m', 'r', None, {'A': '1'}, 'n')",
    ] {
        let part = read(&format!("from sagemaker.model import Model\n{made}.deploy(1, 'ml.m5.large')"));
        assert_eq!(property(&part, "::Model", "PrimaryContainer.Image"), "i", "{made}");
        assert_eq!(property(&part, "::Model", "VpcConfig"), "absent", "{made}");
    }
}

#[test]
fn argument_objects_take_theirs_in_order() {
    let part = read(
        "from sagemaker.estimator import Estimator\nfrom sagemaker.instance_group import InstanceGroup\n\
         Estimator('i', instance_groups=[InstanceGroup('g', 'ml.c5.xlarge', 2), InstanceGroup('h', 'ml.p3.2xlarge', 1)])",
    );
    assert_eq!(
        property(&part, "TrainingJob", "ResourceConfig.InstanceGroups"),
        "[{InstanceGroupName=g InstanceType=ml.c5.xlarge InstanceCount=2} {InstanceGroupName=h InstanceType=ml.p3.2xlarge InstanceCount=1}]"
    );
    let part = read(
        "from sagemaker.model import Model\nfrom sagemaker.model_monitor import DataCaptureConfig\n\
         Model('i').deploy(1, 'ml.m5.large', data_capture_config=DataCaptureConfig(True, 100, 's3://b/c', 'key'))",
    );
    let captured = |name: &str| property(&part, "EndpointConfig", &format!("DataCaptureConfig.{name}"));
    assert_eq!([captured("InitialSamplingPercentage"), captured("KmsKeyId")], ["100", "key"]);
}

#[test]
fn a_step_may_have_its_job_without_a_name() {
    let head = "from sagemaker.estimator import Estimator\nfrom sagemaker.workflow.steps import TrainingStep\nfrom sagemaker.workflow.pipeline import Pipeline\ne = Estimator('i', 'r', 1, 'ml.m5.large')\n";
    for (step, pipeline) in [
        ("TrainingStep('train', e.fit('s3://b/t'))", "Pipeline(name='p', steps=[s])"),
        ("TrainingStep('train', e, inputs='s3://b/t')", "Pipeline('p', [], None, [s])"),
        ("TrainingStep('train', estimator=e, inputs='s3://b/t')", "Pipeline('p', [], [s])"),
    ] {
        let part = read(&format!("{head}s = {step}\n{pipeline}"));
        let body = property(&part, "::Pipeline", "PipelineDefinition.PipelineDefinitionBody.Steps");
        assert_eq!(body, "[{Name=train Type=Training Arguments=@e}]", "{step}");
        let channels = property(&part, "TrainingJob", "InputDataConfig");
        assert!(channels.contains("S3Uri=s3://b/t"), "{step}: {channels}");
    }
}
