//! The region that code sets for all that names none.

use super::read;

/// The regions of what a script makes, in order.
fn regions(script: &str) -> String {
    let part = read(script);
    let regions = part.resources.iter().map(|one| one.region.as_deref().unwrap_or("-").to_owned());
    regions.collect::<Vec<_>>().join(" ")
}

const SET: &str = "import os, boto3, sagemaker\nfrom sagemaker.pytorch import PyTorch, PyTorchModel\nos.environ['AWS_DEFAULT_REGION'] = 'eu-west-1'\n";

#[test]
fn what_is_made_later_is_in_the_region_of_the_environment() {
    let job = "create_processing_job(ProcessingJobName='a')";
    for made in [
        &format!("boto3.client('sagemaker').{job}"),
        &format!("boto3.Session().client('sagemaker').{job}"),
        "PyTorch('t.py')",
        "PyTorch('t.py', sagemaker_session=sagemaker.Session())",
        &format!("sagemaker.Session().sagemaker_client.{job}"),
    ] {
        assert_eq!(regions(&format!("{SET}{made}")), "eu-west-1", "{made}");
        let by_default = SET.replace("environ['AWS_DEFAULT_REGION'] = ", "environ.setdefault('AWS_DEFAULT_REGION', ");
        let by_default = by_default.replace("'eu-west-1'\n", "'eu-west-1')\n");
        assert_eq!(regions(&format!("{by_default}{made}")), "eu-west-1", "{made}");
    }
    let deployed = "m = PyTorchModel(model_data='s3://b/m')\nm.deploy(1, 'ml.m5.large')";
    assert_eq!(regions(&format!("{SET}{deployed}")), "eu-west-1 eu-west-1 eu-west-1");
}

#[test]
fn a_region_that_is_named_wins() {
    let job = "create_processing_job(ProcessingJobName='a')";
    for made in [
        format!("boto3.client('sagemaker', region_name='us-west-2').{job}"),
        format!("boto3.Session(region_name='us-west-2').client('sagemaker').{job}"),
        "PyTorch('t.py', sagemaker_session=sagemaker.Session(boto3.Session(region_name='us-west-2')))".to_owned(),
    ] {
        assert_eq!(regions(&format!("{SET}{made}")), "us-west-2", "{made}");
    }
    for unknown in [
        format!("boto3.client('sagemaker', region_name=region()).{job}"),
        "PyTorch('t.py', sagemaker_session=session())".to_owned(),
        format!("os.environ['AWS_DEFAULT_REGION'] = region()\nboto3.client('sagemaker').{job}"),
        format!("if x():\n    os.environ['AWS_DEFAULT_REGION'] = 'us-east-2'\nboto3.client('sagemaker').{job}"),
    ] {
        assert_eq!(regions(&format!("{SET}{unknown}")), "-", "{unknown}");
    }
    let before = format!("import os, boto3\nc = boto3.client('sagemaker')\n{SET}c.{job}");
    assert_eq!(regions(&before), "-", "the client was made before");
    let other = SET.replace("AWS_DEFAULT_REGION", "AWS_REGION");
    assert_eq!(regions(&format!("{other}boto3.client('sagemaker').{job}")), "-", "boto3 does not ask it");
}
