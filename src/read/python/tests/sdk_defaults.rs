//! What objects of the SDK have by themselves.

use super::{property, read, show};
use crate::graph::value::Data;

const IMPORT: &str = "from sagemaker.sklearn import SKLearn\nfrom sagemaker.pytorch import PyTorch\nfrom sagemaker import LDA\nfrom sagemaker.train import ModelTrainer\nfrom sagemaker.train.configs import Compute\nfrom sagemaker.jumpstart.model import JumpStartModel\nfrom sagemaker.jumpstart.estimator import JumpStartEstimator\n";

#[test]
fn some_estimators_train_on_one_machine_unless_they_are_told() {
    for (made, count) in [
        ("SKLearn('t.py', instance_type='ml.m5.large')", "1"),
        ("SKLearn('t.py', instance_type='ml.m5.large', instance_count=None)", "1"),
        ("SKLearn('t.py', **more())", "open"),
        ("LDA('r', 'ml.m5.large')", "1"),
        ("JumpStartEstimator('m', instance_type='ml.g5.xlarge')", "1"),
        ("JumpStartEstimator('m', instance_count=2)", "2"),
        ("PyTorch('t.py', instance_type='ml.m5.large')", "absent"),
        ("ModelTrainer(training_image='x')", "1"),
        ("ModelTrainer(training_image='x', compute=Compute(instance_type='ml.g5.xlarge'))", "1"),
        ("ModelTrainer(training_image='x', compute=Compute(instance_count=3))", "3"),
        ("ModelTrainer(training_image='x', compute=Compute(instance_groups=[g]))", "absent"),
        ("ModelTrainer(training_image='x', compute=compute())", "?"),
    ] {
        let part = read(&format!("{IMPORT}{made}"));
        assert_eq!(property(&part, "TrainingJob", "ResourceConfig.InstanceCount"), count, "{made}");
    }
    let part = read(&format!("{IMPORT}ModelTrainer(training_image='x')"));
    assert_eq!(
        property(&part, "TrainingJob", "ResourceConfig"),
        "{InstanceCount=1 InstanceType=ml.m5.xlarge VolumeSizeInGB=30}"
    );
}

#[test]
fn compute_that_is_set_later_takes_the_place_of_the_one_before() {
    let spot = "compute=Compute(instance_type='ml.m5.large', instance_count=4, enable_managed_spot_training=True)";
    for (made, set, expected) in [
        ("", "t.compute = Compute(instance_type='ml.g5.xlarge', instance_count=2)", "ml.g5.xlarge 2 absent"),
        (spot, "t.compute = Compute(instance_type='ml.g5.xlarge', instance_count=2)", "ml.g5.xlarge 2 absent"),
        (spot, "t.compute.instance_type = 'ml.g5.xlarge'", "ml.g5.xlarge 4 true"),
        (spot, "t.compute = asked()", "? ? ?"),
    ] {
        let part = read(&format!("{IMPORT}t = ModelTrainer(training_image='x', {made})\n{set}"));
        let of = |path: &str| property(&part, "TrainingJob", path);
        let kind = of("ResourceConfig.InstanceType");
        let told = format!("{kind} {} {}", of("ResourceConfig.InstanceCount"), of("EnableManagedSpotTraining"));
        assert_eq!(told.replace(" -", " absent"), expected, "{made} {set}");
    }
}

#[test]
fn a_model_id_brings_instances_to_serve_it() {
    let variant = |script: &str| {
        let part = read(&format!("{IMPORT}{script}"));
        let config = part.resources.iter().find(|one| one.kind.ends_with("EndpointConfig")).expect("a configuration");
        let Some(Data::List(variants)) = config.properties.entry("ProductionVariants").map(|entry| &entry.value.data)
        else {
            panic!("no variants")
        };
        let Data::Object(variant) = &variants.items[0].data else { panic!("no variant") };
        let absent = if variant.open.is_some() { "open" } else { "absent" };
        let shown = |name: &str| variant.entry(name).map_or(absent.to_owned(), |entry| show(&entry.value));
        [shown("InstanceType"), shown("InitialInstanceCount")].join(" ")
    };
    let model = "JumpStartModel('m', instance_type='ml.g5.xlarge')";
    assert_eq!(variant(&format!("{model}.deploy()")), "ml.g5.xlarge 1");
    assert_eq!(variant(&format!("{model}.deploy(2, 'ml.g5.2xlarge')")), "ml.g5.2xlarge 2");
    assert_eq!(variant("JumpStartModel('m').deploy()"), "? 1");
    assert_eq!(variant(&format!("{model}.deploy(**more())")), "open open");
    let estimator = "JumpStartEstimator('m', instance_type='ml.g5.xlarge')";
    assert_eq!(variant(&format!("{estimator}.deploy()")), "? 1");
    assert_eq!(variant(&format!("{estimator}.deploy(instance_type='ml.g5.2xlarge')")), "ml.g5.2xlarge 1");
}

#[test]
fn a_serverless_configuration_has_what_it_does_not_name() {
    const HEAD: &str = "from sagemaker.model import Model\nfrom sagemaker.serverless import ServerlessInferenceConfig\nmodel = Model(image_uri='i', role='r')\n";
    for (config, expected) in [
        ("ServerlessInferenceConfig()", "{MemorySizeInMB=2048 MaxConcurrency=5}"),
        ("ServerlessInferenceConfig(max_concurrency=9)", "{MemorySizeInMB=2048 MaxConcurrency=9}"),
        ("ServerlessInferenceConfig(4096, 9)", "{MemorySizeInMB=4096 MaxConcurrency=9}"),
        ("ServerlessInferenceConfig(memory())", "{MemorySizeInMB=? MaxConcurrency=5}"),
    ] {
        let part = read(&format!("{HEAD}model.deploy(serverless_inference_config={config})"));
        let config_of = part.resources.iter().find(|one| one.kind.ends_with("EndpointConfig")).expect("one");
        let variants = &config_of.properties.entry("ProductionVariants").expect("variants").value;
        let Data::List(list) = &variants.data else { panic!("a list") };
        let known = list.items[0].entry("ServerlessConfig").expect("it is serverless");
        assert_eq!(show(&known.value), expected, "{config}");
    }
    let part = read(&format!("{HEAD}model.deploy(serverless_inference_config=ServerlessInferenceConfig(**more()))"));
    assert!(part.resources.iter().any(|one| one.kind.ends_with("EndpointConfig")));
}

#[test]
fn one_argument_says_how_a_builder_deploys() {
    let made = |deploy: &str| {
        let part = read(&format!(
            "from sagemaker.serve import ModelBuilder\nfrom sagemaker.core.inference_config import ServerlessInferenceConfig, AsyncInferenceConfig\n\
             from sagemaker.serve.batch_inference import BatchTransformInferenceConfig\n\
             m = ModelBuilder(image_uri='i', role_arn='r')\nm.build()\nm.deploy({deploy})\n"
        ));
        let shown = |kind: &str, path: &str| match part.resources.iter().any(|made| made.kind.ends_with(kind)) {
            true => property(&part, kind, path),
            false => "-".to_owned(),
        };
        let variants = shown("EndpointConfig", "ProductionVariants");
        format!(
            "{variants} {} {}",
            shown("EndpointConfig", "AsyncInferenceConfig"),
            shown("TransformJob", "TransformResources")
        )
    };
    let serverless = made("inference_config=ServerlessInferenceConfig(max_concurrency=9)");
    assert!(serverless.contains("ServerlessConfig={MemorySizeInMB=2048 MaxConcurrency=9}"), "{serverless}");
    assert!(!serverless.contains("InstanceCount"), "{serverless}");
    let asynchronous = made("'e', 2, 'ml.m5.large', inference_config=AsyncInferenceConfig(output_path='s3://b/o')");
    assert!(asynchronous.contains("InitialInstanceCount=2 InstanceType=ml.m5.large"), "{asynchronous}");
    assert!(asynchronous.contains("OutputConfig={S3OutputPath=s3://b/o}"), "{asynchronous}");
    let batch = made(
        "inference_config=BatchTransformInferenceConfig(instance_count=2, instance_type='a', output_path='s3://b')",
    );
    assert_eq!(batch, "- - {InstanceCount=2 InstanceType=a}");
    let open = made("instance_type='a', inference_config=choose()");
    assert!(open.contains("InstanceType=a") && open.contains("…}"), "it may be serverless: {open}");
}
