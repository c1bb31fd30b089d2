//! What the SDK's argument objects and methods set.

use super::{job, property, read};

fn endpoint(arguments: &str, path: &str) -> String {
    let script = format!(
        "from sagemaker.model import Model\nfrom sagemaker.model_monitor import DataCaptureConfig\n\
         from sagemaker.async_inference import AsyncInferenceConfig\nfrom sagemaker.serverless import ServerlessInferenceConfig\n\
         Model(image_uri='i').deploy(1, 'ml.m5.large', {arguments})"
    );
    property(&read(&script), "EndpointConfig", path)
}

#[test]
fn objects_given_to_deploy_have_the_names_of_the_api() {
    let capture = "data_capture_config=DataCaptureConfig(True, sampling_percentage=20, kms_key_id='k')";
    assert_eq!(endpoint(capture, "DataCaptureConfig.EnableCapture"), "true");
    let capture = "data_capture_config=DataCaptureConfig(enable_capture=True, sampling_percentage=20, kms_key_id='k')";
    assert_eq!(endpoint(capture, "DataCaptureConfig.EnableCapture"), "true");
    assert_eq!(endpoint(capture, "DataCaptureConfig.InitialSamplingPercentage"), "20");
    assert_eq!(endpoint(capture, "DataCaptureConfig.KmsKeyId"), "k");
    assert_eq!(endpoint(capture, "DataCaptureConfig.DestinationS3Uri"), "?", "a bucket of the session's");
    let asynchronous = "async_inference_config=AsyncInferenceConfig(output_path='s3://b', kms_key_id='k')";
    assert_eq!(endpoint(asynchronous, "AsyncInferenceConfig.OutputConfig"), "{S3OutputPath=s3://b KmsKeyId=k}");
    let either = "async_inference_config=AsyncInferenceConfig(output_path='o') if later() else None";
    assert_eq!(endpoint(either, "AsyncInferenceConfig"), "({OutputConfig={S3OutputPath=o}} if later() else -)");
    assert_eq!(endpoint("data_capture_config=given", "DataCaptureConfig"), "?");
}

#[test]
fn hyperparameters_are_updated_in_place() {
    let job = |script: &str| {
        let head = "from sagemaker.estimator import Estimator\nfrom sagemaker.pytorch import PyTorch\n";
        property(&read(&format!("{head}{script}\ne.fit()")), "TrainingJob", "HyperParameters")
    };
    assert_eq!(
        job("e = Estimator('i', hyperparameters={'a': 1})\ne.hyperparameters().update({'b': 2}, c=3)"),
        "{a=1 c=3 b=2}"
    );
    assert_eq!(
        job("e = PyTorch('a.py', hyperparameters={'a': 1})\ne.hyperparameters().update(b=2)"),
        "{a=1 sagemaker_program=a.py}",
        "a copy"
    );
    assert_eq!(
        job("e = Estimator('i', hyperparameters={'a': 1})\ne.hyperparameters().update(more())"),
        "{a=? sagemaker_program=- …}"
    );
}

#[test]
fn ranges_of_a_tuner_are_those_of_the_job() {
    let part = read(
        "from sagemaker.estimator import Estimator\nfrom sagemaker.tuner import *\nfrom sagemaker.tuner import HyperparameterTuner\n\
         HyperparameterTuner(Estimator('i'), 'loss', {'lr': ContinuousParameter(0.1, 0.2), 'n': IntegerParameter(1, 3), 'k': CategoricalParameter(['a'])})",
    );
    let ranges = property(&part, "TuningJob", "HyperParameterTuningJobConfig.ParameterRanges");
    assert_eq!(
        ranges,
        "{ContinuousParameterRanges=[{Name=lr MinValue=0.1 MaxValue=0.2}] IntegerParameterRanges=[{Name=n MinValue=1 MaxValue=3}] \
         CategoricalParameterRanges=[{Name=k Values=[a]}]}"
    );
}

#[test]
fn processors_take_their_arguments_in_order() {
    let job = |script: &str| {
        let head = "from sagemaker.processing import FrameworkProcessor\nfrom sagemaker.pytorch import PyTorch\n\
                    from sagemaker.pytorch.processing import PyTorchProcessor\n";
        let part = read(&format!("{head}{script}"));
        ["ClusterConfig.InstanceType", "ClusterConfig.InstanceCount"]
            .map(|name| property(&part, "ProcessingJob", &format!("ProcessingResources.{name}")))
    };
    assert_eq!(job("FrameworkProcessor(PyTorch, '2.1', 'r', 2, 'ml.m5.xlarge')"), ["ml.m5.xlarge", "2"]);
    assert_eq!(job("PyTorchProcessor('2.1', 'r', 2, 'ml.m5.xlarge')"), ["ml.m5.xlarge", "2"]);
    let version_3 = job("FrameworkProcessor('image', 'r', 2, 'ml.m5.xlarge')");
    assert_eq!(version_3, ["ml.m5.xlarge", "2"]);
}

#[test]
fn channels_come_from_steps_and_trainers_too() {
    let channels = |script: &str| {
        let head = "from sagemaker.estimator import Estimator\nfrom sagemaker.inputs import TrainingInput, FileSystemInput\n\
                    from sagemaker.workflow.steps import TrainingStep\nfrom sagemaker.modules.train import ModelTrainer\n\
                    from sagemaker.modules.configs import InputData\n";
        property(&read(&format!("{head}{script}")), "TrainingJob", "InputDataConfig")
    };
    let s3 = "[{ChannelName=train DataSource={S3DataSource={S3Uri=s3://b}}}]";
    assert_eq!(
        channels("e = Estimator('i')\nTrainingStep(name='t', estimator=e, inputs={'train': TrainingInput('s3://b')})"),
        s3
    );
    assert_eq!(channels("e = Estimator('i')\nTrainingStep(name='t', step_args=e.fit({'train': 's3://b'}))"), s3);
    assert_eq!(
        channels(
            "t = ModelTrainer(training_image='i')\nt.train([InputData(channel_name='train', data_source='s3://b')])"
        ),
        s3
    );
    assert_eq!(
        channels(
            "ModelTrainer(training_image='i', input_data_config=[InputData(channel_name='train', data_source='s3://b')])"
        ),
        s3
    );
    assert_eq!(
        channels("e = Estimator('i')\ne.fit({'train': FileSystemInput('fs-1', 'EFS', '/data')})"),
        "[{ChannelName=train DataSource={FileSystemDataSource={FileSystemId=fs-1 FileSystemType=EFS DirectoryPath=/data}}}]"
    );
}

#[test]
fn a_builder_makes_a_model_and_its_endpoint() {
    let head =
        "from sagemaker.serve import ModelBuilder, Mode\nfrom sagemaker.modules.configs import Compute, Networking\n";
    let part = read(&format!(
        "{head}m = ModelBuilder(model='llama', role_arn='r', network=Networking(subnets=['s'], security_group_ids=['g']), compute=Compute(instance_type='ml.g5.xlarge'))\n\
         m.build()\np = m.deploy(endpoint_name='e', initial_instance_count=1)"
    ));
    assert_eq!(property(&part, "::Model", "VpcConfig"), "{Subnets=[s] SecurityGroupIds=[g]}");
    assert_eq!(
        property(&part, "EndpointConfig", "ProductionVariants"),
        "[{InitialInstanceCount=1 InstanceType=ml.g5.xlarge ModelName=@m VariantName=AllTraffic}]"
    );
    let part = read(&format!("{head}m = ModelBuilder(model=make(), role_arn='r').build()\nm.deploy(1, 'ml.m5.large')"));
    assert_eq!(property(&part, "::Model", "VpcConfig"), "?", "that of what it is built from");
    let local = read(&format!("{head}m = ModelBuilder(model='x', mode=Mode.LOCAL_CONTAINER)\nm.build()\nm.deploy(1)"));
    assert!(local.resources.is_empty());
}

#[test]
fn every_create_call_of_sagemaker_makes_a_resource() {
    for (operation, kind) in [
        ("create_feature_group", "FeatureGroup"),
        ("create_inference_component", "InferenceComponent"),
        ("create_monitoring_schedule", "MonitoringSchedule"),
        ("create_auto_ml_job_v2", "AutoMLJob"),
        ("create_cluster", "Cluster"),
        ("create_domain", "Domain"),
        ("create_app", "App"),
        ("create_space", "Space"),
        ("create_labeling_job", "LabelingJob"),
        ("create_compilation_job", "CompilationJob"),
        ("create_edge_packaging_job", "EdgePackagingJob"),
        ("create_experiment", "Experiment"),
        ("create_trial_component", "TrialComponent"),
        ("create_optimization_job", "OptimizationJob"),
        ("create_flow_definition", "FlowDefinition"),
        ("create_studio_lifecycle_config", "StudioLifecycleConfig"),
    ] {
        let part = read(&format!("import boto3\nboto3.client('sagemaker').{operation}(KmsKeyId='k')"));
        assert_eq!(property(&part, &format!("::{kind}"), "KmsKeyId"), "k", "{operation}");
    }
    let url = read("import boto3\nboto3.client('sagemaker').create_presigned_domain_url(DomainId='d')");
    assert!(url.resources.is_empty(), "a URL is no resource");
}

#[test]
fn a_session_may_have_a_configuration_of_its_own() {
    let of = |config: &str, session: &str| {
        let script = format!(
            "import sagemaker\ns = sagemaker.Session(sagemaker_config={config})\ne = Estimator(image_uri='i', instance_count=1, instance_type='a'{session})\ne.fit()"
        );
        job(&script, "VpcConfig")
    };
    let given = ", sagemaker_session=s";
    let config = "{'SageMaker': {'TrainingJob': {'VpcConfig': {'Subnets': ['a'], 'SecurityGroupIds': ['b']}}}}";
    assert_eq!(of(config, given), "{Subnets=[a] SecurityGroupIds=[b]}");
    assert_eq!(of(config, ""), "absent", "another session");
    assert_eq!(of("{'SageMaker': {'Model': {'VpcConfig': {}}}}", given), "absent");
    assert_eq!(of("load()", given), "open");
    assert_eq!(
        of(config, ", sagemaker_session=s, subnets=['c'], security_group_ids=['d']"),
        "{Subnets=[c] SecurityGroupIds=[d]}"
    );
}

#[test]
fn hyperparameters_are_set_by_their_names_too() {
    let of = |line: &str| {
        let script = format!(
            "e = Estimator(image_uri='i', instance_count=1, instance_type='a', hyperparameters={{'x': 1}})\n{line}\ne.fit()"
        );
        job(&script, "HyperParameters")
    };
    assert_eq!(of("e._hyperparameters['y'] = 2"), "{x=1 y=2}");
    assert_eq!(of("e.hyperparameters['x'] = 2"), "{x=2}");
    assert_eq!(of("e._hyperparameters.update({'y': 2})"), "{x=1 y=2}");
    assert!(of("e._hyperparameters[name()] = 2").ends_with("…}"), "any of them may be another");
}

#[test]
fn a_model_serves_with_the_image_that_its_estimator_trains_with() {
    let image = |script: &str| {
        let head = "from sagemaker.estimator import Estimator\nfrom sagemaker.pytorch import PyTorch\n\
                    from sagemaker.sklearn import SKLearn\n";
        property(&read(&format!("{head}{script}")), "Model", "PrimaryContainer.Image")
    };
    assert_eq!(image("e = Estimator('mine')\ne.fit()\ne.deploy(1, 'ml.m5.large')"), "mine");
    assert_eq!(image("e = Estimator('mine')\ne.deploy(1, 'ml.m5.large', image_uri='other')"), "other");
    assert_eq!(image("e = Estimator('mine')\ne.deploy(1, 'ml.m5.large', **more())"), "?");
    assert_eq!(image("e = PyTorch('a.py', framework_version='2.0')\ne.deploy(1, 'ml.m5.large')"), "?", "another one");
    assert_eq!(image("e = PyTorch('a.py', image_uri='mine')\ne.deploy(1, 'ml.m5.large')"), "mine");
    let sklearn = image("e = SKLearn('a.py', framework_version='1.2-1')\ne.deploy(1, 'ml.m5.large')");
    assert!(sklearn.contains("sagemaker-scikit-learn:1.2-1"), "{sklearn}");
    let part = read(
        "import boto3\nfrom sagemaker.estimator import Estimator\ne = Estimator('mine')\ne.fit()\n\
         container = e.create_model().prepare_container_def()\n\
         boto3.client('sagemaker').create_model(ModelName='m', PrimaryContainer=container)",
    );
    assert_eq!(property(&part, "Model", "PrimaryContainer.Image"), "mine");
    assert_eq!(property(&part, "Model", "PrimaryContainer.ModelDataUrl"), "open");
}

#[test]
fn names_that_the_sdk_makes_begin_with_what_it_is_given() {
    let name = |call: &str| {
        let head =
            "from sagemaker.utils import name_from_base, unique_name_from_base\nfrom sagemaker.model import Model\n";
        let script = format!("{head}Model(image_uri='i').deploy(1, 'ml.m5.large', endpoint_name={call})");
        property(&read(&script), "Endpoint", "EndpointName")
    };
    assert!(name("name_from_base('churn')").starts_with("churn-"));
    assert!(name("unique_name_from_base('churn')").starts_with("churn-"));
    let long = "a".repeat(50);
    let kept = name(&format!("name_from_base('{long}')"));
    assert!(kept.starts_with(&long[..39]) && !kept.starts_with(&long[..40]), "{kept}");
    assert_eq!(name("name_from_base('churn', 20)"), "?");
    assert_eq!(name("name_from_base(given)"), "?");
}

#[test]
fn images_of_a_framework_on_another_one() {
    let image = |arguments: &str| {
        let script = format!(
            "from sagemaker.huggingface import HuggingFace\nHuggingFace(entry_point='a.py', {arguments}).fit()"
        );
        property(&read(&script), "TrainingJob", "AlgorithmSpecification.TrainingImage")
    };
    let torch = image("transformers_version='4.17', pytorch_version='1.10', py_version='py38'");
    assert!(torch.contains("/huggingface-pytorch-training:") && !torch.contains(":4.17"), "{torch}");
    assert!(
        image("transformers_version='4.17', tensorflow_version='2.6'").contains("/huggingface-tensorflow-training:")
    );
    assert_eq!(image("transformers_version='4.17'"), "?", "either");
    let named = read(
        "from sagemaker import image_uris\nfrom sagemaker.model import Model\n\
         i = image_uris.retrieve('huggingface', 'us-east-1', '4.17.0', image_scope='inference', base_framework_version='pytorch1.10.2')\n\
         Model(image_uri=i).deploy(1, 'ml.m5.large')",
    );
    let named = property(&named, "Model", "PrimaryContainer.Image");
    assert!(named.contains("/huggingface-pytorch-inference:"), "{named}");
}
