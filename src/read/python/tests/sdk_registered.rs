//! What is registered can be deployed, by itself and from elsewhere.

use super::{property, read};

const MODEL: &str = "from sagemaker.model import Model, ModelPackage\nfrom sagemaker.estimator import Estimator\n";
const REGISTER: &str = "register(content_types=['a'], response_types=['a'], inference_instances=['ml.m5.large'], model_package_group_name='g')";
const DEPLOY: &str = "deploy(initial_instance_count=2, instance_type='ml.m5.xlarge')";

fn made(script: &str) -> String {
    let part = read(&format!("{MODEL}{script}\n"));
    let mut kinds: Vec<&str> = part.resources.iter().filter_map(|resource| resource.kind.rsplit("::").next()).collect();
    kinds.sort_unstable();
    kinds.join(" ")
}

#[test]
fn what_is_registered_is_deployed() {
    for script in [
        format!("m = Model('i', 's3://b/m', 'r')\np = m.{REGISTER}\np.{DEPLOY}"),
        format!("Model('i', 's3://b/m', 'r').{REGISTER}.{DEPLOY}"),
    ] {
        assert_eq!(made(&script), "Endpoint EndpointConfig Model ModelPackage", "{script}");
    }
    let script = format!("e = Estimator('i', 'r', 1, 'ml.m5.large')\ne.fit()\np = e.{REGISTER}\np.{DEPLOY}");
    assert_eq!(made(&script), "Endpoint EndpointConfig Model ModelPackage TrainingJob");
    let part = read(&format!("{MODEL}{script}\n"));
    let variants = property(&part, "EndpointConfig", "ProductionVariants");
    assert!(variants.contains("InitialInstanceCount=2 InstanceType=ml.m5.xlarge"), "{variants}");
    assert_eq!(property(&part, "::Model", "ExecutionRoleArn"), "r");
    assert_eq!(property(&part, "::Model", "VpcConfig"), "absent", "the package has no network");
}

#[test]
fn what_is_registered_and_left_makes_no_model() {
    let script = format!("m = Model('i', 's3://b/m', 'r')\np = m.{REGISTER}\nprint(p)\nprint(p.model_package_arn)");
    assert_eq!(made(&script), "ModelPackage");
}

#[test]
fn a_package_is_deployed() {
    let script = format!("ModelPackage(role='r', model_package_arn='arn:aws:sagemaker:x').{DEPLOY}");
    assert_eq!(made(&script), "Endpoint EndpointConfig Model");
}
