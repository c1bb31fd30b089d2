//! Objects of the SDK that are made of a recipe or a model id: what the call says counts, the rest is not known.

use super::{CHECKPOINT, SPOT, TYPE, property, read, read_files};

const COUNT: &str = "ResourceConfig.InstanceCount";
const IMPORTS: &str = "from sagemaker.train import ModelTrainer\nfrom sagemaker.train.configs import Compute, StoppingCondition, CheckpointConfig, Networking, InstanceGroup\n";

fn trainer(arguments: &str) -> String {
    format!("{IMPORTS}t = ModelTrainer.from_recipe({arguments})\nt.train()\n")
}

#[test]
fn a_trainer_of_a_recipe_is_what_the_call_says() {
    let part = read(&trainer(
        "training_recipe='training/llama/x', compute=Compute(instance_type='ml.p5.48xlarge', instance_count=16, \
         enable_managed_spot_training=True, keep_alive_period_in_seconds=60), \
         stopping_condition=StoppingCondition(max_runtime_in_seconds=7200), \
         checkpoint_config=CheckpointConfig(s3_uri='s3://b/c'), networking=Networking(subnets=['s']), base_job_name='x'",
    ));
    let job = |path: &str| property(&part, "TrainingJob", path);
    assert_eq!(job(TYPE), "ml.p5.48xlarge");
    assert_eq!(job(COUNT), "16");
    assert_eq!(job(SPOT), "true");
    assert_eq!(job(CHECKPOINT), "s3://b/c");
    assert_eq!(job("StoppingCondition.MaxRuntimeInSeconds"), "7200");
    assert_eq!(job("VpcConfig.Subnets"), "[s]");
    assert_eq!(job("ResourceConfig.KeepAlivePeriodInSeconds"), "60");
    assert_eq!(job("AlgorithmSpecification.TrainingImage"), "?");
    assert_eq!(job("HyperParameters"), "{sagemaker_program=the recipe's …}", "the recipe has the others");
    assert_eq!(&*part.resources[0].key.id, "t");
    let part = read(&trainer("'training/x', Compute(instance_type='ml.p4d.24xlarge'), training_image='i'"));
    let job = |path: &str| property(&part, "TrainingJob", path);
    assert_eq!((job(TYPE), job(COUNT)), ("ml.p4d.24xlarge".into(), "?".into()), "the recipe says how many");
    assert_eq!(job("AlgorithmSpecification.TrainingImage"), "i");
    assert_eq!(job("StoppingCondition.MaxRuntimeInSeconds"), "3600");
    assert_eq!(job(CHECKPOINT), "absent");
    let nova = read(&trainer("'training/nova/x', Compute(instance_type='ml.p5.48xlarge')"));
    assert_eq!(property(&nova, "TrainingJob", "HyperParameters"), "?");
}

#[test]
fn a_recipe_says_how_many_instances_train() {
    let compute = "compute=Compute(instance_type='ml.p4d.24xlarge')";
    let count = |arguments: &str, recipe: &str| {
        let script = trainer(&format!("{arguments}, {compute}"));
        let part = read_files(&[("train.py", &*script), ("recipe.yaml", recipe)]);
        property(&part, "TrainingJob", COUNT)
    };
    let of_file = "training_recipe='recipe.yaml'";
    assert_eq!(count(of_file, "trainer:\n  num_nodes: 4\n"), "4");
    assert_eq!(count(of_file, "run:\n  name: nova\n  replicas: 2\n"), "2");
    assert_eq!(count(of_file, "trainer:\n  num_nodes: ${nodes}\n"), "?");
    assert_eq!(count("training_recipe='other.yaml'", "trainer:\n  num_nodes: 4\n"), "?", "it is not here");
    let overrides = |dict: &str| count(&format!("{of_file}, recipe_overrides={dict}"), "trainer:\n  num_nodes: 4\n");
    assert_eq!(overrides("{'trainer': {'num_nodes': 8}}"), "8");
    assert_eq!(overrides("{'model': {'x': 1}}"), "4");
    assert_eq!(overrides("None"), "4");
    assert_eq!(overrides("settings"), "?");
    assert_eq!(overrides("{'trainer': settings}"), "?");
    let named = count("training_recipe='training/x', recipe_overrides={'trainer': {'num_nodes': 8}}", "");
    assert_eq!(named, "8");
}

#[test]
fn an_estimator_of_a_recipe_has_its_image_and_its_count() {
    let read = |rest: &str| {
        let script = format!(
            "from sagemaker.pytorch import PyTorch\ne = PyTorch(role='r', instance_type='ml.p4d.24xlarge', \
             training_recipe='training/x', recipe_overrides={{'run': {{'name': 'x'}}}}{rest})\ne.fit()\n"
        );
        let part = read(&script);
        let job = |path: &str| property(&part, "TrainingJob", path);
        format!("{} {} {}", job(COUNT), job("AlgorithmSpecification.TrainingImage"), job(SPOT))
    };
    assert_eq!(read(""), "? ? absent");
    assert_eq!(read(", instance_count=2, image_uri='i', use_spot_instances=True"), "2 i true");
}

#[test]
fn a_trainer_of_a_model_is_what_the_call_says() {
    let job = |arguments: &str, path: &str| {
        let script = format!(
            "{IMPORTS}from sagemaker.core.jumpstart import JumpStartConfig\n\
             t = ModelTrainer.from_jumpstart_config(jumpstart_config=JumpStartConfig(model_id='m'){arguments})\nt.train()\n"
        );
        property(&read(&script), "TrainingJob", path)
    };
    let compute = ", compute=Compute(instance_type='ml.p4d.24xlarge', instance_count=2)";
    assert_eq!(job(compute, TYPE), "ml.p4d.24xlarge");
    assert_eq!(job(compute, COUNT), "2");
    assert_eq!(job(compute, "ResourceConfig.VolumeSizeInGB"), "?");
    assert_eq!(job(compute, "Tags"), "?", "the SDK adds some");
    assert_eq!(job(compute, "OutputDataConfig.KmsKeyId"), "absent");
    assert_eq!(job("", TYPE), "?");
    assert_eq!(job("", COUNT), "1");
}

#[test]
fn a_builder_of_a_model_is_deployed() {
    let made = |compute: &str, deploy: &str| {
        let part = read(&format!(
            "from sagemaker.serve import ModelBuilder\nfrom sagemaker.core.jumpstart import JumpStartConfig\n{IMPORTS}\
             b = ModelBuilder.from_jumpstart_config(jumpstart_config=JumpStartConfig(model_id='m'){compute})\n\
             b.build(model_name='n')\nb.deploy({deploy})\n"
        ));
        assert_eq!(part.resources.len(), 3);
        property(&part, "EndpointConfig", "ProductionVariants")
    };
    let of = |compute: &str, deploy: &str, expected: &str| {
        let variants = made(compute, deploy);
        assert!(variants.contains(expected), "{variants}");
    };
    of(", compute=Compute(instance_type='ml.g5.2xlarge')", "endpoint_name='e'", "InstanceType=ml.g5.2xlarge");
    of("", "endpoint_name='e'", "InstanceType=?");
    of("", "endpoint_name='e'", "InitialInstanceCount=1");
    of(
        "",
        "instance_type='ml.g5.xlarge', initial_instance_count=2",
        "InitialInstanceCount=2 InstanceType=ml.g5.xlarge",
    );
}
