//! In which other ways endpoints could answer and jobs run, each figure worked out by hand.

use mllint::{
    catalog::prices::Prices,
    cost,
    source::{Discovery, Files},
    usage,
};

#[test]
fn other_shapes_are_those_that_the_settings_permit() {
    let text = r#"
import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.model import Model

image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/mine:1"
role = "arn:aws:iam::111122223333:role/r"
small = Model(image_uri=image, role=role).deploy(initial_instance_count=1, instance_type="ml.m5.large", endpoint_name="a")
gpu = Model(image_uri=image, role=role).deploy(initial_instance_count=1, instance_type="ml.g5.xlarge", endpoint_name="b")
job = Estimator(image, role, instance_count=1, instance_type="ml.g5.4xlarge", max_run=3600)
job.fit()
forest = Estimator(sagemaker.image_uris.retrieve("randomcutforest", "us-east-1"), role, instance_count=1,
                   instance_type="ml.g4dn.2xlarge", max_run=3600)
forest.fit()
plain = Estimator(image, role, instance_count=1, instance_type="ml.c5.xlarge", max_run=3600)
plain.fit()
"#;
    let files = Files::memory([("a.py", text)]);
    let outcome = mllint::read::read(&files, &Discovery::in_memory(&files, true));
    let (prices, usage) = (Prices::default(), Default::default());
    let input = cost::Input {
        graph: &outcome.graph,
        prices: &prices,
        usage: &usage,
        region: cost::REGION,
        region_assumed: true,
        discounts: &Default::default(),
    };
    let estimate = cost::estimate(&input);
    let shapes = cost::shape::shapes(&input, &estimate);
    let ways = |id: &str| {
        let shape = shapes.iter().find(|shape| *shape.bill.address() == *id);
        shape.map(|shape| shape.ways.join("\n")).unwrap_or_default()
    };
    // 83.95 $ buy 83.95 ÷ (6 × 0.00002) = 699,583 seconds of 6 GB, and as many hours of transform as of hosting.
    assert!(
        ways("small#2").contains("serverless at 6 GB: less below 194 h of answering a month;"),
        "{}",
        ways("small#2")
    );
    assert!(
        ways("small#2").contains("batch transform on `ml.m5.large`: less below 730 instance-hours"),
        "{}",
        ways("small#2")
    );
    assert!(
        !ways("gpu#2").contains("serverless") && ways("gpu#2").contains("asynchronous"),
        "a GPU: {}",
        ways("gpu#2")
    );
    assert!(
        ways("job").starts_with("cheaper by the hour than `ml.g5.4xlarge` at $2.03/h (1 × A10G, 16 vCPUs, 64 GiB):"),
        "{}",
        ways("job")
    );
    // Random Cut Forest uses no GPU: as many processors and as much memory without one, and nothing burstable.
    let forest = ways("forest");
    let begin = "cheaper by the hour than `ml.g4dn.2xlarge` at $0.94/h (1 × T4, 8 vCPUs, 32 GiB): `ml.m5.2xlarge` at $0.461/h (8 vCPUs, 32 GiB)";
    assert!(forest.starts_with(begin) && !forest.contains("ml.t3"), "{forest}");
    assert!(forest.contains("as many vCPUs, as much memory, and no GPU, which its algorithm does not use"), "{forest}");
    assert_eq!(ways("plain"), "", "nothing but burstable types costs less than an ml.c5.xlarge");
}

/// The ways of an endpoint of Terraform: a variant, more of its configuration, settings of its model, and the usage file.
fn ways(variant: &str, config: &str, model: &str, told: &str) -> Vec<String> {
    let text = format!(
        r#"
resource "aws_sagemaker_model" "m" {{
  name               = "m"
  execution_role_arn = "arn:aws:iam::111122223333:role/r"
  {model}
}}
resource "aws_sagemaker_endpoint_configuration" "c" {{
  production_variants {{
    variant_name = "main"
    model_name   = aws_sagemaker_model.m.name
    {variant}
  }}
  {config}
}}
resource "aws_sagemaker_endpoint" "e" {{
  endpoint_config_name = aws_sagemaker_endpoint_configuration.c.name
}}
"#
    );
    let told = if told.is_empty() {
        String::new()
    } else {
        format!("resource_usage: {{aws_sagemaker_endpoint.e: {{{told}}}}}")
    };
    let files = Files::memory([("main.tf", text), (usage::FILE, told)]);
    let mut discovery = Discovery::in_memory(&files, true);
    discovery.candidates.retain(|candidate| &*candidate.path == "main.tf");
    let outcome = mllint::read::read(&files, &discovery);
    let told = usage::read(&files.read(usage::FILE).expect("it is in memory"), &outcome.graph);
    assert!(told.mistakes.is_empty(), "{:?}", told.mistakes);
    let input = cost::Input {
        graph: &outcome.graph,
        prices: &Prices::default(),
        usage: &told.usage,
        region: cost::REGION,
        region_assumed: true,
        discounts: &Default::default(),
    };
    let estimate = cost::estimate(&input);
    cost::shape::shapes(&input, &estimate).into_iter().flat_map(|shape| shape.ways).collect()
}

const FOUR: &str = "instance_type = \"ml.m5.xlarge\"\ninitial_instance_count = 4";
const CONTAINER: &str = "primary_container {\nimage = \"111122223333.dkr.ecr.us-east-1.amazonaws.com/mine:1\"\n}";

/// The beginnings of ways, up to their figure.
fn kinds(ways: &[String]) -> Vec<&str> {
    ways.iter().map(|way| way.split([':', ',']).next().unwrap_or_default()).collect()
}

#[test]
fn each_way_has_its_break_even() {
    // 4 × 730 h × 0.23 $/h = 671.60 $; at 6 × 0.00002 $ that is 5,596,666 s, which are 1,554.6 h.
    assert_eq!(
        ways(FOUR, "", CONTAINER, ""),
        [
            "serverless at 6 GB: less below 1,554 h of answering a month; it assumes a model that fits into 6 GB, payloads up to 4 MB, answers within 60 s and that a cold start does no harm",
            "asynchronous, scaled to no instance while nothing waits: less below 2,920 instance-hours a month; it assumes payloads up to 1 GB, answers within an hour and that a request may wait until an instance is up",
            "batch transform on `ml.m5.xlarge`: less below 2,920 instance-hours a month; it assumes payloads up to 100 MB and that answers may come with the next run",
        ]
    );
    // The usage file tells how long a request takes, and how much is sent: 5,596,666 s ÷ 0.25 s.
    let told = "monthly_requests: 1048576, request_duration_ms: 250, monthly_data_in_gb: 1024";
    assert_eq!(
        ways(FOUR, "", CONTAINER, told)[0],
        "serverless at 6 GB: less below 1,554 h of answering a month (22,386,664 requests of 250 ms); it assumes a model that fits into 6 GB and that a cold start does no harm"
    );
    // ml.t2.medium has 4 GiB: 730 h × 0.0464 $/h ÷ (4 × 0.00002 $) = 423,400 s, which are 117.6 h; what is burstable is not scaled.
    let small = ways("instance_type = \"ml.t2.medium\"\ninitial_instance_count = 1", "", CONTAINER, "");
    assert!(
        small[0].starts_with("serverless at 4 GB: less below 117 h of answering a month; it assumes payloads"),
        "{small:#?}"
    );
    assert!(!small.iter().any(|way| way.starts_with("asynchronous")), "{small:#?}");
}

#[test]
fn settings_rule_ways_out() {
    let all = ["serverless at 6 GB", "asynchronous", "batch transform on `ml.m5.xlarge`"];
    let plain = ways(FOUR, "", CONTAINER, "");
    assert_eq!(kinds(&plain), all);
    let without_serverless = [
        ("", "vpc_config {\nsubnets = [\"s\"]\nsecurity_group_ids = [\"g\"]\n}", "serverless models have no VPC"),
        ("", "enable_network_isolation = true", "nor network isolation"),
        (
            "data_capture_config {\ninitial_sampling_percentage = 1\ndestination_s3_uri = \"s3://b\"\ncapture_options { capture_mode = \"Input\" }\n}",
            "",
            "nor data capture",
        ),
    ];
    for (config, model, why) in without_serverless {
        let ways = ways(FOUR, config, &format!("{CONTAINER}\n{model}"), "");
        assert_eq!(kinds(&ways), all[1..], "{why}");
    }
    let environment =
        |name: &str, value: &str| CONTAINER.replace("\n}", &format!("\nenvironment = {{ {name} = \"{value}\" }}\n}}"));
    for (name, value) in [("MMS_MAX_REQUEST_SIZE", "10000000"), ("TS_DEFAULT_RESPONSE_TIMEOUT", "300")] {
        assert_eq!(kinds(&ways(FOUR, "", &environment(name, value), "")), all[1..], "{name}");
    }
    let huge = ways(FOUR, "", &environment("TS_MAX_REQUEST_SIZE", "500000000"), "");
    assert_eq!(kinds(&huge), ["asynchronous"], "more than a batch takes");
    let hourly = ways(FOUR, "", CONTAINER, "monthly_requests: 10, request_duration_ms: 4000000");
    assert_eq!(kinds(&hourly), ["batch transform on `ml.m5.xlarge`"], "longer than anybody waits");
    let shadow = "shadow_production_variants {\nvariant_name = \"s\"\nmodel_name = \"m\"\ninstance_type = \"ml.m5.xlarge\"\ninitial_instance_count = 1\n}";
    assert_eq!(ways(FOUR, shadow, CONTAINER, ""), [] as [&str; 0]);
}

#[test]
fn what_is_serverless_or_asynchronous_could_be_real_time() {
    let serverless = ways(
        "serverless_config {\nmax_concurrency = 5\nmemory_size_in_mb = 4096\n}",
        "",
        CONTAINER,
        "request_duration_ms: 100",
    );
    // ml.c5.large has 4 GiB: 730 h × 0.102 $/h = 74.46 $; at 4 × 0.00002 $ that is 930,750 s.
    assert_eq!(
        serverless[0],
        "real-time on `ml.c5.large` at $0.102/h: less above 258 h of answering a month (9,307,500 requests of 100 ms); it assumes that one instance keeps up with the requests and payloads up to 25 MB"
    );
    let queue = "async_inference_config {\noutput_config { s3_output_path = \"s3://b\" }\n}";
    let asynchronous = ways("instance_type = \"ml.g5.xlarge\"\ninitial_instance_count = 1", queue, CONTAINER, "");
    assert_eq!(
        asynchronous[0],
        "real-time on `ml.g5.xlarge` at $1.408/h: all 730 h of a month, for one instance at least; it assumes payloads up to 25 MB and answers within 60 s"
    );
}
