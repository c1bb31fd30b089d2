//! What operations of boto3 change of what the same code makes.

use super::{condition, property, property_of, read};

const HEAD: &str = "import boto3\nsm = boto3.client('sagemaker')\n";

fn endpoint(script: &str) -> String {
    property(&read(&format!("{HEAD}{script}")), "::Endpoint", "EndpointConfigName")
}

#[test]
fn what_is_updated_takes_the_place_of_what_was_given() {
    let made = "sm.create_endpoint(EndpointName='e', EndpointConfigName='old')\n";
    let update = "sm.update_endpoint(EndpointName='e', EndpointConfigName='new')";
    assert_eq!(endpoint(&format!("{made}{update}")), "new");
    assert_eq!(endpoint(&format!("{made}if later():\n    {update}")), "(new if later() else old)");
    assert_eq!(endpoint(&format!("{made}sm.update_endpoint(EndpointName='f', EndpointConfigName='new')")), "old");
    assert_eq!(endpoint(&format!("{made}sm.update_endpoint(**given)")), "old", "whose it is, is not known");
    assert_eq!(endpoint(&format!("{made}sm.update_endpoint(EndpointName='e', **given)")), "?", "or what it is given");
    assert_eq!(
        endpoint(
            "def deploy(client, name):\n    client.create_endpoint(EndpointName=name, EndpointConfigName='old')\n    \
             client.update_endpoint(EndpointName=name, EndpointConfigName='new')\ndeploy(other, named())"
        ),
        "new",
        "the same name, although it is not known"
    );
}

#[test]
fn what_is_updated_is_there_where_the_code_does_not_make_it() {
    let update = "sm.update_endpoint(EndpointName='e', EndpointConfigName='new')";
    let create = "sm.create_endpoint(EndpointName='e', EndpointConfigName='old')";
    for (first, second, config) in
        [(update, create, "(new if found() else old)"), (create, update, "(new if not found() else old)")]
    {
        let part = read(&format!("{HEAD}if found():\n    {first}\nelse:\n    {second}"));
        let [endpoint] = &part.resources[..] else { panic!("one endpoint: {:?}", part.resources.len()) };
        assert_eq!(property_of(endpoint, "EndpointConfigName"), config);
        let guard = condition(&endpoint.guard);
        assert!(guard.contains("found()") && guard.contains(" or "), "{guard}");
    }
}

#[test]
fn nothing_is_made_of_what_is_only_updated() {
    let part = read(&format!("{HEAD}sm.update_endpoint(EndpointName='e', EndpointConfigName='c')"));
    assert!(part.resources.is_empty(), "it is elsewhere that its properties are written");
}

#[test]
fn a_pipeline_has_its_new_definition() {
    let part = read(&format!(
        "{HEAD}import json\nsm.create_pipeline(PipelineName='p', PipelineDefinition=json.dumps({{'Steps': []}}), RoleArn='r')\n\
         sm.update_pipeline(PipelineName='p', PipelineDefinition=json.dumps({{'Steps': [{{'Name': 'train'}}]}}))"
    ));
    let body = property(&part, "Pipeline", "PipelineDefinition.PipelineDefinitionBody");
    assert_eq!(body, r#"{"Steps": [{"Name": "train"}]}"#);
    assert_eq!(property(&part, "Pipeline", "RoleArn"), "r");
}

#[test]
fn what_an_update_leaves_out_of_an_object_may_stay() {
    let part = read(&format!(
        "{HEAD}sm.create_inference_component(InferenceComponentName='c', EndpointName='e', \
         Specification={{'ModelName': 'm', 'StartupParameters': {{'ModelDataDownloadTimeoutInSeconds': 900}}}})\n\
         sm.update_inference_component(InferenceComponentName='c', Specification={{'ModelName': 'n', 'StartupParameters': {{}}}})"
    ));
    let specification = property(&part, "InferenceComponent", "Specification");
    assert_eq!(specification, "{ModelName=n StartupParameters={ …} …}");
    assert_eq!(property(&part, "InferenceComponent", "EndpointName"), "e");
}

#[test]
fn resources_of_sagemaker_core_are_updated_as_well() {
    let made = "from sagemaker.core.resources import Endpoint\ne = Endpoint.create(endpoint_name='e', endpoint_config_name='old')\n";
    assert_eq!(endpoint(&format!("{made}e.update(endpoint_config_name='new')")), "new");
    assert_eq!(
        endpoint(&format!("{made}if later():\n    e.update(endpoint_config_name='new')")),
        "(new if later() else old)"
    );
    assert_eq!(endpoint(&format!("{made}e.update(**given)")), "?");
    assert_eq!(endpoint(&format!("{made}e.refresh()")), "old");
}

const MODEL: &str = "from sagemaker.model import Model\nfrom sagemaker.predictor import Predictor\nm = Model(image_uri='i', role='r')\n";

#[test]
fn a_predictor_updates_the_endpoint_that_the_code_makes() {
    let update = "Predictor(endpoint_name='e').update_endpoint(initial_instance_count=2, instance_type='ml.m5.xlarge')";
    let deploy = "p = m.deploy(1, 'ml.m5.large', endpoint_name='e')";
    for (script, config) in [
        (format!("if found():\n    {update}\nelse:\n    {deploy}"), "(@update_endpoint if found() else @p/config)"),
        (
            format!("if not found():\n    {deploy}\nelse:\n    {update}"),
            "(@update_endpoint if not not found() else @p/config)",
        ),
        (
            format!("{deploy}\np.update_endpoint(initial_instance_count=2, instance_type='ml.m5.xlarge')"),
            "@update_endpoint",
        ),
        // What it keeps is in the configuration before.
        (format!("{deploy}\np.update_data_capture_config(data_capture_config=c)"), "@p/config"),
        (
            format!("{deploy}\nPredictor('other').update_endpoint(initial_instance_count=2, instance_type='x')"),
            "@p/config",
        ),
    ] {
        let part = read(&format!("{MODEL}{script}"));
        let endpoints: Vec<_> = part.resources.iter().filter(|one| one.kind.ends_with("::Endpoint")).collect();
        let [endpoint] = &endpoints[..] else { panic!("one endpoint: {script}") };
        assert_eq!(
            property_of(endpoint, "EndpointConfigName").replace("not not ", ""),
            config.replace("not not ", ""),
            "{script}"
        );
    }
    let part = read(&format!("{MODEL}{update}"));
    let variants = property(&part, "EndpointConfig", "ProductionVariants");
    assert_eq!(variants, "[{InitialInstanceCount=2 InstanceType=ml.m5.xlarge ModelName=? VariantName=AllTraffic}]");
}

#[test]
fn variants_have_the_instances_that_they_are_given_later() {
    let count = |script: &str| {
        let made = "sm.create_endpoint_config(EndpointConfigName='c', ProductionVariants=[{'VariantName': 'a', 'InitialInstanceCount': 1}])\n\
                    sm.create_endpoint(EndpointName='e', EndpointConfigName='c')\n";
        property(&read(&format!("{HEAD}{made}{script}")), "EndpointConfig", "ProductionVariants")
    };
    let given = |endpoint: &str, variant: &str, more: &str| {
        format!(
            "sm.update_endpoint_weights_and_capacities(EndpointName='{endpoint}', DesiredWeightsAndCapacities=[{{'VariantName': '{variant}'{more}}}])"
        )
    };
    let five = ", 'DesiredInstanceCount': 5";
    assert_eq!(count(&given("e", "a", five)), "[{VariantName=a InitialInstanceCount=5}]");
    assert_eq!(count(&given("e", "a", ", 'DesiredWeight': 5")), "[{VariantName=a InitialInstanceCount=1}]");
    assert_eq!(count(&given("e", "b", five)), "[{VariantName=a InitialInstanceCount=1}]");
    assert_eq!(count(&given("f", "a", five)), "[{VariantName=a InitialInstanceCount=1}]");
    assert_eq!(count(&given("e", "a", ", 'DesiredInstanceCount': more()")), "[{VariantName=a InitialInstanceCount=?}]");
    let later = format!("if busy():\n    {}", given("e", "a", five));
    assert!(count(&later).contains("InitialInstanceCount=5") && count(&later).contains("busy()"), "{}", count(&later));
    let part = read(&format!(
        "{HEAD}{MODEL}m.deploy(1, 'ml.m5.large', endpoint_name='e')\n{}",
        given("e", "AllTraffic", five)
    ));
    let variants = property(&part, "EndpointConfig", "ProductionVariants");
    assert!(variants.contains("InitialInstanceCount=5"), "{variants}");
}
