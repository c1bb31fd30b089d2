use serde_json::{Value as Json, json};

use super::*;
use crate::{
    graph::{Graph, attr::Subject, guard::World},
    read,
    source::Discovery,
};

/// A plan of resources in the root: address, known values, what is not known; and the configuration.
fn plan(resources: &[(&str, Json, Json)], modules: &Json, configuration: &Json) -> String {
    let planned = |(address, values, _): &(&str, Json, Json)| {
        let kind = lower::address::steps(address).last().and_then(|step| step.name.split('.').next());
        json!({"address": address, "mode": "managed", "type": kind, "values": values})
    };
    let change = |(address, _, unknown): &(&str, Json, Json)| json!({"address": address, "change": {"actions": ["create"], "after_unknown": unknown}});
    json!({
        "format_version": "1.2",
        "planned_values": {"root_module": {
            "resources": resources.iter().map(planned).collect::<Vec<_>>(),
            "child_modules": modules,
        }},
        "resource_changes": resources.iter().map(change).collect::<Vec<_>>(),
        "configuration": configuration,
    })
    .to_string()
}

fn graph(files: &[(&str, &str)]) -> (Files, Graph) {
    let files = Files::memory(files.iter().copied());
    let outcome = read::read(&files, &Discovery::in_memory(&files, true));
    (files, outcome.graph)
}

/// A property of a resource as a short text: `?` where it is unknown, `-` where it is absent, `→` for a reference.
fn shown(graph: &Graph, address: &str, path: &str) -> String {
    let world = World::default();
    let at = graph.resources().iter().position(|resource| *resource.key.address() == *address);
    let id = crate::graph::ResourceId(u32::try_from(at.expect("the resource")).expect("a few"));
    let attr = Subject::new(graph, id, &world).get(path);
    match attr.reference() {
        Some(reference) => format!("→{}", reference.id),
        None if attr.is_absent() => "-".to_owned(),
        None if attr.is_unknown() => "?".to_owned(),
        None => attr.display().unwrap_or_else(|| "known".to_owned()),
    }
}

#[test]
fn what_terraform_knew_is_known_and_the_rest_is_not() {
    let values = json!({"instance_type": "ml.t3.medium", "subnet_id": null, "security_groups": [], "volume_size": 5});
    let unknown = json!({"arn": true, "kms_key_id": true, "role_arn": true});
    let configuration = json!({"root_module": {"resources": [{
        "address": "aws_sagemaker_notebook_instance.dev",
        "expressions": {"role_arn": {"references": ["aws_iam_role.ml.arn", "aws_iam_role.ml"]}},
    }]}});
    let address = r#"aws_sagemaker_notebook_instance.dev["a"]"#;
    let role = ("aws_iam_role.ml", json!({}), json!({"arn": true}));
    let text = plan(&[(address, values, unknown), role], &json!([]), &configuration);
    let (files, graph) = graph(&[("infra/plan.json", &text)]);
    let property = |path: &str| shown(&graph, address, path);
    assert_eq!(property("InstanceType"), "ml.t3.medium");
    assert_eq!(property("VolumeSizeInGB"), "5");
    assert_eq!(property("SubnetId"), "-");
    assert_eq!(property("SecurityGroupIds"), "-");
    assert_eq!(property("RoleArn"), "→aws_iam_role.ml");
    assert_eq!(property("KmsKeyId"), "?", "the provider may fill it in, or a block that is not known");
    let resource = &graph.resources()[0];
    assert_eq!((&*resource.key.unit, resource.region.as_deref()), ("infra/plan.json", None));
    assert_eq!(files.get(resource.place.file).slice(resource.place.span), format!("{:?}", address));
}

#[test]
fn parts_are_joined_through_the_configuration() {
    let encryption = "aws_s3_bucket_server_side_encryption_configuration";
    let rule = json!([{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms"}]}]);
    let computed = json!({"id": true, "server_side_encryption_configuration": true});
    let resources = [
        ("module.store[0].aws_s3_bucket.this", json!({}), computed.clone()),
        ("aws_s3_bucket.bare", json!({}), computed),
        (&*format!("{encryption}.this"), json!({"rule": rule}), json!({"bucket": true})),
    ];
    let configuration = json!({"root_module": {
        "resources": [
            {"address": "aws_s3_bucket.bare"},
            {"address": format!("{encryption}.this"),
             "expressions": {"bucket": {"references": ["module.store[0].bucket", "module.store[0]", "module.store"]}}},
        ],
        "module_calls": {"store": {"module": {
            "outputs": {"bucket": {"expression": {"references": ["aws_s3_bucket.this.id", "aws_s3_bucket.this"]}}},
            "resources": [{"address": "aws_s3_bucket.this", "expressions": {}}],
        }}},
    }});
    let (_, graph) = graph(&[("plan.json", &plan(&resources, &json!([]), &configuration))]);
    assert_eq!(graph.resources().len(), 2);
    let path = "BucketEncryption.ServerSideEncryptionConfiguration";
    assert_eq!(shown(&graph, "module.store[0].aws_s3_bucket.this", path), "known");
    assert_eq!(shown(&graph, "aws_s3_bucket.bare", path), "-", "what only the provider fills in is not written");
}

#[test]
fn arguments_of_modules_lead_to_their_callers() {
    let bucket = ("aws_s3_bucket.raw", json!({}), json!({"id": true}));
    let side = (
        "module.lock.aws_s3_bucket_versioning.this",
        json!({"versioning_configuration": [{"status": "Enabled"}]}),
        json!({"bucket": true}),
    );
    let configuration = json!({"root_module": {
        "resources": [{"address": "aws_s3_bucket.raw", "expressions": {}}],
        "module_calls": {"lock": {
            "expressions": {"bucket": {"references": ["aws_s3_bucket.raw.id", "aws_s3_bucket.raw"]}},
            "module": {"resources": [{
                "address": "aws_s3_bucket_versioning.this",
                "expressions": {"bucket": {"references": ["var.bucket"]}},
            }]},
        }},
    }});
    let (_, graph) = graph(&[("plan.json", &plan(&[bucket, side], &json!([]), &configuration))]);
    assert_eq!(shown(&graph, "aws_s3_bucket.raw", "VersioningConfiguration.Status"), "Enabled");
}

#[test]
fn modules_within_modules_and_their_regions_are_read() {
    let inner = json!({"address": "module.a.module.b[\"x\"].aws_sagemaker_model.m", "mode": "managed",
        "type": "aws_sagemaker_model", "values": {"name": "m"}});
    let data = json!({"address": "data.aws_region.now", "mode": "data", "type": "aws_region", "values": {}});
    let modules = json!([{"address": "module.a", "resources": [data], "child_modules": [{"resources": [inner]}]}]);
    let configuration = json!({
        "provider_config": {"aws.far": {"expressions": {"region": {"constant_value": "eu-west-1"}}}},
        "root_module": {"module_calls": {"a": {"module": {"module_calls": {"b": {"module": {"resources": [
            {"address": "aws_sagemaker_model.m", "provider_config_key": "aws.far", "expressions": {}},
        ]}}}}}}},
    });
    let (_, graph) = graph(&[("plan.json", &plan(&[], &modules, &configuration))]);
    let [model] = graph.resources() else { panic!("one resource") };
    assert_eq!(&*model.kind, "AWS::SageMaker::Model");
    assert_eq!(model.key.callers, ["module.a".into(), r#"module.b["x"]"#.into()]);
    assert_eq!(model.region.as_deref(), Some("eu-west-1"));
}

/// As Terraform 1.11 printed it for a few `terraform_data` and a module with one.
#[test]
fn a_plan_of_terraform_itself_is_read() {
    let (_, graph) = graph(&[("plan.json", include_str!("real_plan.json"))]);
    let addresses: Vec<String> = graph.resources().iter().map(|resource| resource.key.address().to_string()).collect();
    assert_eq!(
        addresses,
        [
            r#"terraform_data.each["a"]"#,
            r#"terraform_data.each["b"]"#,
            "terraform_data.of_module",
            "terraform_data.one",
            "terraform_data.plain",
            "module.inner[0].terraform_data.this",
        ]
    );
    assert_eq!(shown(&graph, "terraform_data.one", "Input"), "known");
    assert_eq!(shown(&graph, "terraform_data.one", "Output"), "?");
    assert_eq!(shown(&graph, "terraform_data.plain", "Input"), r#"→terraform_data.each["a"]"#);
    assert_eq!(shown(&graph, "terraform_data.of_module", "Input"), "→module.inner[0].terraform_data.this");
    assert_eq!(shown(&graph, "terraform_data.of_module", "TriggersReplace"), "known");
}

#[test]
fn a_plan_is_laid_over_its_configuration() {
    let main = r#"
variable "root_access" {}
variable "size" { default = "ml.t3.medium" }
resource "aws_sagemaker_notebook_instance" "n" {
  root_access   = var.root_access
  instance_type = var.size
  kms_key_id    = var.missing
}
resource "aws_s3_bucket" "none" {
  count = 0
}
"#;
    let values = json!({"root_access": "Enabled", "instance_type": "ml.t3.medium", "volume_size": 5});
    let unknown = json!({"kms_key_id": true, "security_groups": true});
    let resources = [("aws_sagemaker_notebook_instance.n", values, unknown)];
    let blocks = json!([{"address": "aws_sagemaker_notebook_instance.n",
        "expressions": {"kms_key_id": {"references": ["var.missing"]}}}, {"address": "aws_s3_bucket.none"}]);
    let text = plan(&resources, &json!([]), &json!({"root_module": {"resources": blocks}}));
    let (files, graph) = graph(&[("infra/out/plan.json", &text), ("infra/main.tf", main)]);
    let [resource] = graph.resources() else { panic!("the plan counts, and has one: {:?}", graph.resources().len()) };
    assert_eq!(&*resource.key.unit, "infra");
    assert_eq!(graph.units().len(), 1);
    let world = World::default();
    let notebook = Subject::new(&graph, graph.of_kind("AWS::SageMaker::NotebookInstance")[0], &world);
    let written = |path: &str| {
        let place = notebook.get(path).place();
        files.get(place.file).slice(place.span).to_owned()
    };
    assert_eq!(written("RootAccess"), "root_access");
    assert_eq!(written("VolumeSizeInGB"), r#"resource "aws_sagemaker_notebook_instance" "n""#, "only the plan has it");
    let size = notebook.get("InstanceType");
    assert_eq!(size.confidence(), crate::finding::Confidence::High, "the plan has settled the default");
    assert_eq!(size.source().map(|(_, _, text)| text).as_deref(), Some("the value comes from here"));
    assert!(notebook.get("KmsKeyId").is_unknown() && notebook.get("SecurityGroupIds").is_absent());
}

#[test]
fn a_plan_that_lacks_what_is_written_by_now_stands_beside_it() {
    let blocks = json!([{"address": "aws_s3_bucket.old"}]);
    let text = plan(
        &[("aws_s3_bucket.old", json!({}), json!({}))],
        &json!([]),
        &json!({"root_module": {"resources": blocks}}),
    );
    let main = "resource \"aws_s3_bucket\" \"old\" {}\nresource \"aws_s3_bucket\" \"new\" {}\n";
    let (files, graph) = graph(&[("plan.json", &text), ("main.tf", main)]);
    let resources = graph.resources().iter();
    let places: Vec<String> =
        resources.map(|resource| format!("{} in {}", resource.key.unit, files.get(resource.place.file).path)).collect();
    assert_eq!(places, [". in main.tf", ". in main.tf", "plan.json in main.tf"]);
}

#[test]
fn a_plan_of_another_directory_stays_by_itself() {
    let text = plan(&[("aws_s3_bucket.planned", json!({}), json!({}))], &json!([]), &json!({}));
    let (_, graph) = graph(&[("plan.json", &text), ("main.tf", r#"resource "aws_s3_bucket" "written" {}"#)]);
    let units: Vec<&str> = graph.resources().iter().map(|resource| &*resource.key.unit).collect();
    assert_eq!(units, [".", "plan.json"]);
}

#[test]
fn the_configuration_of_a_plan_is_found_among_many() {
    let texts: Vec<(String, String)> = (0..40)
        .map(|at| (format!("roots/r{at}/main.tf"), format!("resource \"aws_s3_bucket\" \"b{at}\" {{}}\n")))
        .collect();
    let planned = |at: u32| {
        let address = format!("aws_s3_bucket.b{at}");
        let configuration = json!({"root_module": {"resources": [{"address": address, "expressions": {}}]}});
        plan(&[(&address, json!({}), json!({}))], &json!([]), &configuration)
    };
    let plans = [("plans/a.json", planned(31)), ("plans/b.json", planned(7))];
    let files = texts.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let plans = plans.iter().map(|(path, text)| (*path, text.as_str()));
    let (files, graph) = graph(&files.chain(plans).collect::<Vec<_>>());
    assert_eq!(graph.resources().len(), 40, "a plan takes the place of its directory");
    for path in ["plans/a.json", "plans/b.json"] {
        let in_plan = |resource: &&crate::graph::Resource| &*files.get(resource.place.file).path == path;
        assert_eq!(graph.resources().iter().filter(in_plan).count(), 0, "{path} is shown at its blocks");
    }
}

#[test]
fn odd_plans_are_no_reason_to_fail() {
    for configuration in [
        json!(null),
        json!({"root_module": {"resources": [{"address": "aws_s3_bucket_versioning.a", "expressions": {"bucket": 1}}]}}),
        json!({"root_module": {"resources": [{"address": "aws_s3_bucket_versioning.a", "expressions":
            {"bucket": {"references": ["module.a.b.c[", "module.a", "."]}}}]}}),
        json!({"root_module": {"resources": [{"address": "aws_s3_bucket_versioning.a", "expressions":
            {"bucket": {"references": ["var.x"]}}}]}}),
    ] {
        let side = ("aws_s3_bucket_versioning.a", json!({"x": [null, [[]], {}]}), json!({"bucket": true}));
        let text = plan(&[side], &json!([1, "x", {"resources": [null]}]), &configuration);
        assert_eq!(graph(&[("plan.json", &text)]).1.resources().len(), 1);
    }
}
