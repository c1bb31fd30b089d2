//! Functions that others call: through decorators of libraries, operators of Airflow, threads and command lines.

use super::{programs_are, property, read};

#[test]
fn some_decorators_hand_calls_and_results_through() {
    for decorator in [
        "from ensure import ensure_annotations as d\n@d",
        "import typeguard\n@typeguard.typechecked",
        "from pydantic import validate_call\n@validate_call",
        "from pydantic import validate_call\n@validate_call(validate_return=True)",
        "from prefect import task\n@task(retries=2)",
        "from beartype import beartype\n@beartype",
    ] {
        programs_are(&[
            (
                &[],
                &format!("{decorator}\ndef kind(size='large'):\n    return f'ml.m5.{{size}}'\nS(kind('xlarge'))"),
                &["ml.m5.xlarge"],
            ),
            (
                &[],
                &format!(
                    "{decorator}\ndef top():\n    pass\nclass C:\n    @{}\n    def kind(self):\n        return 'ml.m5.large'\nS(C().kind())",
                    decorator.rsplit_once('@').expect("one").1
                ),
                &["ml.m5.large"],
            ),
        ]);
    }
}

#[test]
fn of_other_decorators_the_arguments_are_known_and_the_result_is_not() {
    let made =
        "from lib import logged\n@logged\ndef make(kind='ml.m4.xlarge'):\n    S(kind)\n    return 'ml.m5.large'\n";
    programs_are(&[
        (&[], &format!("{made}make('ml.c5.large')"), &["ml.c5.large"]),
        (&[], &format!("{made}S(make('ml.c5.large'))"), &["ml.c5.large", "?"]),
        (&[], made, &["ml.m4.xlarge"]),
        (
            &[],
            &format!("{}make(kind='ml.c5.large')", made.replace("lib import", "airflow.decorators import task as")),
            &["ml.c5.large"],
        ),
        // The option's default is not the parameter's.
        (
            &[],
            "import click\n@click.command()\n@click.option('--kind', default='ml.c5.large')\ndef main(kind='ml.m4.xlarge'):\n    S(kind)\nmain()",
            &["ml.c5.large"],
        ),
    ]);
}

#[test]
fn functions_that_are_handed_over_run_with_what_is_handed_with_them() {
    let step = "def step(kind='ml.m4.xlarge', size=1, **more):\n    S(kind)\n";
    let operator = |given: &str| {
        format!(
            "from airflow.operators.python import PythonOperator\n{step}t = PythonOperator(task_id='t', python_callable=step{given})"
        )
    };
    programs_are(&[
        (&[], &operator(", op_kwargs={'kind': 'ml.m5.large'}"), &["ml.m5.large"]),
        (&[], &operator(", op_args=['ml.m5.large']"), &["ml.m5.large"]),
        (&[], &operator(", op_kwargs={'kind': '{{ var.value.kind }}'}"), &["?"]),
        (&[], &operator(", op_kwargs=settings()"), &["?"]),
        (&[], &operator(""), &["ml.m4.xlarge"]),
        (&[], &operator(", op_kwargs={'kind': 'ml.m5.large'}").replace("size=1", "size"), &["ml.m5.large"]),
        (
            &[],
            &format!(
                "import asyncio\n{step}async def main():\n    await asyncio.to_thread(step, kind='ml.m5.large')\nasyncio.run(main())"
            ),
            &["ml.m5.large"],
        ),
        (
            &[],
            "import asyncio\ndef kind(size):\n    return f'ml.m5.{size}'\nasync def main():\n    S(await asyncio.to_thread(kind, 'large'))\nasyncio.run(main())",
            &["ml.m5.large"],
        ),
    ]);
}

#[test]
fn operators_of_airflow_hold_requests() {
    let made = |operator: &str, config: &str| {
        let import = "from airflow.providers.amazon.aws.operators.sagemaker import *\nfrom airflow.providers.amazon.aws.operators.sagemaker import SageMakerTrainingOperator, SageMakerTransformOperator, SageMakerEndpointOperator\n";
        let part = read(&format!("{import}t = {operator}(task_id='t', config={config})"));
        let kinds = part.resources.iter().map(|one| one.kind.rsplit("::").next().unwrap_or_default().to_owned());
        (kinds.collect::<Vec<_>>().join(" "), part)
    };
    let (kinds, part) = made(
        "SageMakerTrainingOperator",
        "{'TrainingJobName': 'a', 'ResourceConfig': {'InstanceType': 'ml.m5.large', 'VolumeKmsKeyId': '{{ params.key }}'}}",
    );
    assert_eq!(kinds, "TrainingJob");
    assert_eq!(property(&part, "TrainingJob", "ResourceConfig"), "{InstanceType=ml.m5.large VolumeKmsKeyId=?}");
    let transform = "{'TransformJobName': 'a', 'TransformResources': {'InstanceType': 'ml.m5.large'}}";
    assert_eq!(made("SageMakerTransformOperator", transform).0, "TransformJob");
    let both = format!("{{'Model': {{'ModelName': 'm'}}, 'Transform': {transform}}}");
    assert_eq!(made("SageMakerTransformOperator", &both).0, "Model TransformJob");
    let endpoint = "{'EndpointConfig': {'EndpointConfigName': 'c', 'ProductionVariants': []}, 'Endpoint': {'EndpointName': 'e', 'EndpointConfigName': 'c'}}";
    assert_eq!(made("SageMakerEndpointOperator", endpoint).0, "EndpointConfig Endpoint");
    assert_eq!(made("SageMakerEndpointOperator", &format!("{endpoint}, operation='update'")).0, "EndpointConfig");
    assert_eq!(made("SageMakerTrainingOperator", "config()").0, "");
}

#[test]
fn a_command_has_its_function_and_its_arguments() {
    let parser = "import argparse\ndef train(a):\n    S(a.kind)\np = argparse.ArgumentParser()\ns = p.add_subparsers()\nt = s.add_parser('train')\nt.add_argument('--kind', default='ml.m5.large')\nt.set_defaults(func=train)\n";
    let run = "a = p.parse_args()\na.func(a)\n";
    programs_are(&[
        (&[], &format!("{parser}{run}"), &["ml.m5.large"]),
        (
            &[],
            &format!(
                "{parser}def deploy(a):\n    S('ml.c5.large')\nd = s.add_parser('deploy')\nd.set_defaults(func=deploy)\n{run}"
            ),
            &["ml.m5.large", "ml.c5.large"],
        ),
        (
            &[],
            "import argparse\ndef add(parser):\n    parser.add_argument('--kind', default='ml.m5.large')\ndef main():\n    p = argparse.ArgumentParser()\n    add(p)\n    a = p.parse_args()\n    S(a.kind)\nmain()",
            &["ml.m5.large"],
        ),
    ]);
}
