use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::*;
use crate::{
    graph::{
        guard::{Atom, Formula, Usual},
        value::{Reason, Unknown},
    },
    source::{FileId, Place, Span},
};

/// Instances of a root, by address and arguments. In the JSON, beside plain values: `{"?": name}` is unknown, or an open
/// object if it has other entries, `{"ref": address}` a reference whose attribute is behind the last dot, `{"if":
/// [condition, then, else]}` a guarded value, `"a{b}c"` a text with an unknown in it.
#[derive(Default)]
struct Root(Vec<Instance>);

impl Root {
    fn with(mut self, address: &str, arguments: &Json) -> Self {
        self.0.push(instance(address, arguments));
        self
    }

    fn when(mut self, condition: &str) -> Self {
        if let Some(last) = self.0.last_mut() {
            last.guard = atom(condition);
        }
        self
    }

    /// The resources as `address kind properties`, a line each.
    fn lowered(self) -> String {
        let mut text = String::new();
        for resource in lower(self.0) {
            let address = resource.key.address();
            writeln!(text, "{address} {} {}", resource.kind, shown(&resource.properties)).expect("it is a text");
        }
        text
    }

    /// The properties of the first resource.
    fn first(self) -> String {
        lower(self.0).first().map(|resource| shown(&resource.properties)).unwrap_or_default()
    }
}

const PLACE: Place = Place { file: FileId(0), span: Span { start: 0, end: 1 } };

fn instance(address: &str, arguments: &Json) -> Instance {
    let steps = address::steps(address);
    let name = steps.last().expect("a step").name;
    let (mode, name) = match name.strip_prefix("data.") {
        Some(name) => (Mode::Data, name),
        None => (Mode::Managed, name),
    };
    Instance {
        address: address.to_owned(),
        kind: name.split('.').next().expect("a type").into(),
        mode,
        properties: value(arguments),
        place: PLACE,
        body: PLACE,
        guard: Formula::True,
        callers: Vec::new(),
        unit: "infra".into(),
        region: None,
        multiplicity: None,
        is_json: false,
    }
}

fn atom(condition: &str) -> Formula {
    Formula::Atom(Arc::new(Atom {
        subject: condition.into(),
        equals: None,
        domain: None,
        display: condition.into(),
        usual: Usual::Open,
    }))
}

fn value(json: &Json) -> Value {
    let text = |json: &Json| json.as_str().expect("a text").to_owned();
    match json {
        Json::Null => Value::absent(PLACE),
        Json::Bool(value) => Value::new(Data::Bool(*value), PLACE),
        Json::Number(number) => Value::number(number.as_f64().expect("a number"), PLACE),
        Json::String(text) if text.starts_with("{\"") => Value::text(text.as_str(), PLACE),
        Json::String(text) => Value::template(
            text.split(['{', '}']).enumerate().map(|(at, part)| match at % 2 {
                0 => Piece::Text(part.into()),
                _ => Piece::Hole(Box::new(Value::unknown(Reason::NoDefault, part, PLACE))),
            }),
            PLACE,
        ),
        Json::Array(items) => Value::list(items.iter().map(value).collect(), PLACE),
        Json::Object(entries) => {
            if let Some(condition) = entries.get("if") {
                return Value::guarded(&atom(&text(&condition[0])), value(&condition[1]), value(&condition[2]));
            }
            if let Some(target) = entries.get("ref") {
                let target = text(target);
                let (id, attribute) = target.rsplit_once('.').expect("an attribute");
                let reference = Reference { id: id.into(), attribute: Some(attribute.into()) };
                return Value::new(Data::Reference(Arc::new(reference)), PLACE);
            }
            let open = entries.get("?").map(|name| Unknown {
                reason: Reason::NoDefault,
                name: text(name).into(),
                place: PLACE,
            });
            if let (Some(unknown), 1) = (&open, entries.len()) {
                return Value::new(Data::Unknown(unknown.clone()), PLACE);
            }
            let known = entries.iter().filter(|(name, _)| *name != "?");
            let entries = known
                .map(|(name, json)| Entry { name: name.as_str().into(), place: PLACE, value: value(json) })
                .collect();
            Value::object(Object { entries, open, class: None }, PLACE)
        }
    }
}

fn shown(value: &Value) -> String {
    let open = |open: &Option<Unknown>| open.as_ref().map(|_| "…".to_owned());
    match &value.data {
        Data::Absent => "none".to_owned(),
        Data::Unknown(unknown) => format!("?{}", unknown.name()),
        Data::Symbol(name) => format!("symbol {name}"),
        Data::Bool(_) | Data::Number(_) | Data::Text(_) => value.plain_text().expect("a scalar").to_string(),
        Data::Template(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.to_string(),
                Piece::Hole(hole) => format!("<{}>", shown(hole)),
            })
            .collect(),
        Data::Reference(reference) => match &reference.attribute {
            Some(attribute) => format!("→{}.{attribute}", reference.id),
            None => format!("→{}", reference.id),
        },
        Data::List(list) => {
            let items: Vec<String> = list.items.iter().map(shown).chain(open(&list.open)).collect();
            format!("[{}]", items.join(", "))
        }
        Data::Object(object) => {
            let entry = |entry: &Entry| format!("{}: {}", entry.name, shown(&entry.value));
            let entries: Vec<String> = object.entries.iter().map(entry).chain(open(&object.open)).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Data::Guarded(guarded) => {
            format!("({} or {})", shown(&guarded.then), shown(&guarded.otherwise))
        }
    }
}

#[test]
fn arguments_blocks_maps_and_tags_are_named_as_in_cloudformation() {
    let model = json!({
        "name": "scorer",
        "execution_role_arn": {"ref": "aws_iam_role.ml.arn"},
        "primary_container": [{"image": "repo:1", "environment": {"LOG_LEVEL": "info"}}],
        "vpc_config": [{"subnets": ["subnet-1"], "security_group_ids": {"?": "groups"}}],
        "tags": {"Team": "ml", "?": "tags"},
    });
    let root = Root::default().with("aws_sagemaker_model.this", &model).with("aws_iam_role.ml", &json!({}));
    assert_eq!(
        root.lowered(),
        "aws_sagemaker_model.this AWS::SageMaker::Model {ModelName: scorer, ExecutionRoleArn: →aws_iam_role.ml.Arn, \
         PrimaryContainer: {Image: repo:1, Environment: {LOG_LEVEL: info}}, \
         VpcConfig: {Subnets: [subnet-1], SecurityGroupIds: ?groups}, Tags: [{Key: Team, Value: ml}, …]}\n\
         aws_iam_role.ml AWS::IAM::Role {}\n"
    );
}

#[test]
fn repeated_blocks_are_lists_and_exceptions_count() {
    let config = json!({
        "name_prefix": "x-",
        "kms_key_arn": "key",
        "production_variants": [{"volume_size_in_gb": 30, "serverless_config": [{"max_concurrency": 5}]}],
    });
    assert_eq!(
        Root::default().with("aws_sagemaker_endpoint_configuration.c", &config).first(),
        "{KmsKeyId: key, ProductionVariants: [{VolumeSizeInGB: 30, ServerlessConfig: {MaxConcurrency: 5}}]}"
    );
    let notebook = json!({"volume_size": 5, "security_groups": [], "kms_key_id": "", "root_access": "Enabled"});
    assert_eq!(
        Root::default().with("aws_sagemaker_notebook_instance.n", &notebook).first(),
        "{VolumeSizeInGB: 5, SecurityGroupIds: [], KmsKeyId: none, RootAccess: Enabled}"
    );
    let cluster = json!({
        "applications": ["Spark", "Hive"],
        "ec2_attributes": [{"subnet_id": "subnet-1", "instance_profile": "emr"}],
        "termination_protection": true,
    });
    assert_eq!(
        Root::default().with("aws_emr_cluster.c", &cluster).first(),
        "{Applications: [{Name: Spark}, {Name: Hive}], Instances: {Ec2SubnetId: subnet-1, TerminationProtected: true}, \
         JobFlowRole: emr}"
    );
}

#[test]
fn a_pipe_has_its_source_its_target_and_what_it_leaves_out() {
    let filter = json!([{"filter": [{"pattern": "{\"a\":1}"}]}]);
    let parameters = json!([{"filter_criteria": filter, "sqs_queue_parameters": [{"batch_size": 5}]}]);
    let pipe = json!({
        "name": "frames", "source": {"ref": "aws_sqs_queue.frames.arn"}, "target": {"ref": "aws_lambda_function.run.arn"},
        "source_parameters": parameters, "tags": {"team": "vision"}
    });
    assert_eq!(
        Root::default().with("aws_pipes_pipe.frames", &pipe).first(),
        "{Name: frames, Source: →aws_sqs_queue.frames.arn, Target: →aws_lambda_function.run.arn, SourceParameters: \
         {FilterCriteria: {Filters: [{Pattern: {\"a\":1}}]}, SqsQueueParameters: {BatchSize: 5}}, Tags: {team: vision}}"
    );
}

#[test]
fn a_block_that_may_be_there_is_guarded() {
    let with = |block: &Json| Root::default().with("aws_sagemaker_model.m", &json!({"vpc_config": block})).first();
    let block = json!([{"subnets": ["subnet-1"]}]);
    assert_eq!(with(&json!({"if": ["x", block, []]})), "{VpcConfig: ({Subnets: [subnet-1]} or none)}");
    assert_eq!(with(&json!([{"if": ["x", block[0], null]}])), "{VpcConfig: ({Subnets: [subnet-1]} or none)}");
    assert_eq!(with(&json!({"?": "networks"})), "{VpcConfig: ?networks}");
}

#[test]
fn a_block_for_a_map_of_the_users_own_keys_is_not_known() {
    let job = |parameters: Json| {
        let job = json!({"hyper_parameters": parameters});
        Root::default().with("aws_sagemaker_training_job.t", &job).first()
    };
    assert_eq!(job(json!({"num_round": "1"})), "{HyperParameters: {num_round: 1}}");
    assert_eq!(job(json!([{"for_each": {"num_round": "1"}}])), "{HyperParameters: ?the block `hyper_parameters`}");
}

#[test]
fn other_types_keep_their_names_and_cloud_control_is_mechanical() {
    let root = Root::default()
        .with("random_pet.name", &json!({"length": 2}))
        .with("awscc_sagemaker_model.m", &json!({"model_name": "m", "vpc_config": {"subnets": ["subnet-1"]}}))
        .with("data.aws_s3_bucket.other", &json!({"bucket": "b"}));
    assert_eq!(
        root.lowered(),
        "random_pet.name Terraform::random_pet {Length: 2}\n\
         awscc_sagemaker_model.m AWS::SageMaker::Model {ModelName: m, VpcConfig: {Subnets: [subnet-1]}}\n"
    );
}

#[test]
fn calls_are_told_apart_from_the_resource() {
    let resources = lower(vec![instance(r#"module.net["a"].aws_vpc.main[0]"#, &json!({}))]);
    let [resource] = &resources[..] else { panic!("one resource") };
    assert_eq!((&*resource.key.callers, &*resource.key.id), (&[r#"module.net["a"]"#.into()][..], "aws_vpc.main[0]"));
}

const SIDE: &str = "aws_s3_bucket_server_side_encryption_configuration";

fn encryption(bucket: &Json) -> Json {
    json!({
        "bucket": bucket,
        "rule": [{"apply_server_side_encryption_by_default": [{"sse_algorithm": "aws:kms", "kms_master_key_id": "key"}]}],
    })
}

const ENCRYPTED: &str = "BucketEncryption: {ServerSideEncryptionConfiguration: \
    [{ServerSideEncryptionByDefault: {SSEAlgorithm: aws:kms, KMSMasterKeyID: key}}]}";

#[test]
fn a_bucket_has_what_is_written_beside_it() {
    let bucket = json!({"ref": "aws_s3_bucket.raw.id"});
    let block = json!({"bucket": bucket, "block_public_acls": true, "restrict_public_buckets": {"?": "restrict"}});
    let root = Root::default()
        .with("aws_s3_bucket.raw", &json!({"bucket": "raw"}))
        .with(&format!("{SIDE}.raw"), &encryption(&bucket))
        .with("aws_s3_bucket_public_access_block.raw", &block)
        .with(
            "aws_s3_bucket_versioning.raw",
            &json!({"bucket": bucket, "versioning_configuration": [{"status": "Enabled"}]}),
        )
        .with("aws_s3_bucket_policy.raw", &json!({"bucket": bucket, "policy": r#"{"Statement": []}"#}));
    assert_eq!(
        root.lowered(),
        format!(
            "aws_s3_bucket.raw AWS::S3::Bucket {{BucketName: raw, {ENCRYPTED}, PublicAccessBlockConfiguration: \
             {{BlockPublicAcls: true, RestrictPublicBuckets: ?restrict}}, VersioningConfiguration: {{Status: Enabled}}}}\n\
             aws_s3_bucket_policy.raw AWS::S3::BucketPolicy {{Bucket: →aws_s3_bucket.raw, PolicyDocument: {{Statement: []}}}}\n"
        )
    );
}

#[test]
fn whatever_stands_beside_a_bucket_is_its_property() {
    let beside = |kind: &str, more: Json| {
        let mut arguments = json!({"bucket": {"ref": "aws_s3_bucket.raw.id"}});
        arguments.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        Root::default()
            .with("aws_s3_bucket.raw", &json!({}))
            .with(&format!("aws_s3_bucket_{kind}.raw"), &arguments)
            .first()
    };
    let site = json!({"index_document": [{"suffix": "index.html"}], "error_document": [{"key": "404.html"}]});
    assert_eq!(
        beside("website_configuration", site),
        "{WebsiteConfiguration: {IndexDocument: index.html, ErrorDocument: 404.html}}"
    );
    let elsewhere = json!({"redirect_all_requests_to": [{"host_name": "acme.example"}]});
    assert_eq!(
        beside("website_configuration", elsewhere),
        "{WebsiteConfiguration: {RedirectAllRequestsTo: {HostName: acme.example}}}"
    );
    let rule = json!({"role": "arn", "rule": [{"id": "all", "destination": [{"bucket": "arn:b"}]}]});
    assert_eq!(
        beside("replication_configuration", rule),
        "{ReplicationConfiguration: {Role: arn, Rules: [{Id: all, Destination: {Bucket: arn:b}}]}}"
    );
    assert_eq!(
        beside(
            "object_lock_configuration",
            json!({"rule": [{"default_retention": [{"mode": "GOVERNANCE", "days": 3}]}]})
        ),
        "{ObjectLockConfiguration: {Rule: {DefaultRetention: {Mode: GOVERNANCE, Days: 3}}}}"
    );
    assert_eq!(
        beside("accelerate_configuration", json!({"status": "Enabled"})),
        "{AccelerateConfiguration: {AccelerationStatus: Enabled}}"
    );
    assert_eq!(
        beside("inventory", json!({"name": "all", "schedule": [{"frequency": "Weekly"}]})),
        "{InventoryConfigurations: [{Id: all, ScheduleFrequency: Weekly}]}"
    );
    assert_eq!(
        beside("metric", json!({"name": "all", "filter": [{"prefix": "raw/"}]})),
        "{MetricsConfigurations: [{Id: all, Prefix: raw/}]}"
    );
    assert_eq!(
        beside("intelligent_tiering_configuration", json!({"name": "all", "filter": [{"prefix": "raw/"}]})),
        "{IntelligentTieringConfigurations: [{Id: all, Prefix: raw/}]}"
    );
    assert_eq!(beside("request_payment_configuration", json!({"payer": "Requester"})), "{}");
}

#[test]
fn blocks_of_older_providers_say_the_same() {
    let mut bucket = json!({
        "acl": "public-read",
        "server_side_encryption_configuration": [{"rule": encryption(&json!("raw"))["rule"]}],
        "versioning": [{"enabled": false}],
        "lifecycle_rule": [{"enabled": true, "expiration": [{"days": 30}], "prefix": ""}],
    });
    assert_eq!(
        Root::default().with("aws_s3_bucket.raw", &bucket).first(),
        format!(
            "{{AccessControl: PublicRead, {ENCRYPTED}, VersioningConfiguration: {{Status: Suspended}}, \
             LifecycleConfiguration: {{Rules: [{{Status: Enabled, Prefix: none, ExpirationInDays: 30}}]}}}}"
        )
    );
    bucket["server_side_encryption_configuration"] =
        json!({"if": ["x", bucket["server_side_encryption_configuration"], []]});
    let first = Root::default().with("aws_s3_bucket.raw", &bucket).first();
    assert!(first.contains("KMSMasterKeyID: key}}]} or none)"), "{first}");
}

#[test]
fn a_policy_that_is_an_argument_is_a_resource_of_its_own() {
    let root = Root::default()
        .with("aws_sqs_queue.jobs[0]", &json!({"name": "jobs", "policy": r#"{"Version": "2012-10-17"}"#}))
        .with("aws_s3_bucket.raw", &json!({"policy": null}));
    assert_eq!(
        root.lowered(),
        "aws_sqs_queue.jobs[0] AWS::SQS::Queue {QueueName: jobs}\n\
         aws_s3_bucket.raw AWS::S3::Bucket {}\n\
         aws_sqs_queue.jobs[0].policy AWS::SQS::QueuePolicy {Queues: [→aws_sqs_queue.jobs[0]], PolicyDocument: {Version: \
         2012-10-17}}\n"
    );
}

/// Which buckets are encrypted (`yes`), are not (`no`), or may be (`maybe`), in order.
fn encrypted(root: Root) -> Vec<&'static str> {
    let buckets = lower(root.0).into_iter().filter(|resource| &*resource.kind == "AWS::S3::Bucket");
    let known = |bucket: Resource| match bucket.object().entry("BucketEncryption").map(|entry| &entry.value.data) {
        None | Some(Data::Absent) => "no",
        Some(Data::Object(_)) => "yes",
        Some(_) => "maybe",
    };
    buckets.map(known).collect()
}

#[test]
fn parts_find_their_whole_by_key_reference_or_name() {
    let each = |bucket: &Json| {
        Root::default()
            .with(r#"aws_s3_bucket.all["a"]"#, &json!({"bucket": "x-a"}))
            .with(r#"aws_s3_bucket.all["b"]"#, &json!({"bucket": "x-b"}))
            .with(&format!(r#"{SIDE}.all["b"]"#), &encryption(bucket))
    };
    assert_eq!(encrypted(each(&json!({"ref": "aws_s3_bucket.all.id"}))), ["no", "yes"], "by the same key");
    assert_eq!(encrypted(each(&json!({"ref": r#"aws_s3_bucket.all["a"].id"#}))), ["yes", "no"], "by the key written");
    assert_eq!(encrypted(each(&json!("x-a"))), ["yes", "no"], "by name");
    assert_eq!(encrypted(each(&json!("elsewhere"))), ["no", "no"]);
    assert_eq!(encrypted(each(&json!({"?": "var.bucket"}))), ["maybe", "maybe"]);
    assert_eq!(encrypted(each(&json!({"ref": "data.aws_s3_bucket.other.id"}))), ["no", "no"], "managed elsewhere");
    assert_eq!(encrypted(each(&json!({"ref": "module.unread.aws_s3_bucket.x.id"}))), ["maybe", "maybe"]);
    assert_eq!(encrypted(each(&json!({"if": ["x", "x-a", null]}))), ["maybe", "no"], "under a condition");
}

#[test]
fn parts_find_their_whole_across_modules() {
    let root = Root::default()
        .with(r#"module.store["a"].aws_s3_bucket.this"#, &json!({}))
        .with(r#"module.store["b"].aws_s3_bucket.this"#, &json!({}))
        .with(&format!(r#"{SIDE}.of["b"]"#), &encryption(&json!({"ref": "module.store.aws_s3_bucket.this.id"})))
        .with("aws_s3_bucket.given", &json!({}))
        .with(&format!("module.lock.{SIDE}.this"), &encryption(&json!({"ref": "aws_s3_bucket.given.id"})));
    assert_eq!(encrypted(root), ["no", "yes", "yes"]);
    let ambiguous = Root::default()
        .with("aws_s3_bucket.all[0]", &json!({}))
        .with("aws_s3_bucket.all[1]", &json!({}))
        .with(&format!("{SIDE}.one"), &encryption(&json!({"ref": "aws_s3_bucket.all.id"})));
    assert_eq!(encrypted(ambiguous), ["maybe", "maybe"], "it is one of them");
}

#[test]
fn a_part_leads_through_another() {
    let root = Root::default()
        .with("aws_s3_bucket.raw", &json!({}))
        .with("aws_s3_bucket_versioning.raw", &json!({"bucket": {"ref": "aws_s3_bucket.raw.id"}}))
        .with(&format!("{SIDE}.raw"), &encryption(&json!({"ref": "aws_s3_bucket_versioning.raw.bucket"})));
    assert_eq!(encrypted(root), ["yes"]);
    let circle = Root::default()
        .with("aws_s3_bucket.raw", &json!({}))
        .with(&format!("{SIDE}.a"), &encryption(&json!({"ref": format!("{SIDE}.b.bucket")})))
        .with(&format!("{SIDE}.b"), &encryption(&json!({"ref": format!("{SIDE}.a.bucket")})));
    assert_eq!(encrypted(circle), ["maybe"]);
}

#[test]
fn names_that_cannot_be_known_may_be_the_same() {
    let named = |bucket: &Json, side: &Json| {
        let root = Root::default().with("aws_s3_bucket.raw", &json!({"bucket": bucket}));
        encrypted(root.with(&format!("{SIDE}.raw"), &encryption(side)))[0]
    };
    let unknown = json!({"?": "var.name"});
    assert_eq!(named(&unknown, &unknown), "yes", "the same unknown");
    assert_eq!(named(&unknown, &json!("raw")), "maybe");
    assert_eq!(named(&json!("{p}-raw"), &json!("{p}-raw")), "yes");
    assert_eq!(named(&json!("{p}-raw"), &json!("{p}-logs")), "no");
    assert_eq!(named(&json!("{p}-raw"), &json!("x-raw")), "maybe");
    assert_eq!(named(&json!("{p}-raw"), &json!("x-logs")), "no");
}

#[test]
fn a_part_that_may_not_exist_guards_what_it_says() {
    let root = Root::default()
        .with("aws_s3_bucket.raw", &json!({}))
        .with(&format!("{SIDE}.raw[0]"), &encryption(&json!({"ref": "aws_s3_bucket.raw.id"})))
        .when("var.encrypt");
    assert!(root.first().ends_with("KMSMasterKeyID: key}}]} or none)}"));
}

#[test]
fn roles_and_endpoints_collect_what_is_attached() {
    let role = json!({"ref": "aws_iam_role.ml.name"});
    let root = Root::default()
        .with("aws_iam_role.ml", &json!({"assume_role_policy": r#"{"Version": "2012-10-17"}"#}))
        .with(
            "aws_iam_role_policy.s3",
            &json!({"name": "s3", "role": role, "policy": r#"{"Statement": [{"Action": "s3:*"}]}"#}),
        )
        .with("aws_iam_role_policy_attachment.a", &json!({"role": role, "policy_arn": "arn:a"}))
        .with("aws_iam_policy_attachment.b", &json!({"name": "n", "roles": [role], "policy_arn": "arn:b"}))
        .when("x")
        .with("aws_iam_role_policy_attachment.c", &json!({"role": {"?": "var.role"}, "policy_arn": "arn:c"}));
    assert_eq!(
        root.first(),
        "{AssumeRolePolicyDocument: {Version: 2012-10-17}, Policies: [{PolicyName: s3, PolicyDocument: {Statement: \
         [{Action: s3:*}]}}], ManagedPolicyArns: [arn:a, (arn:b or none), …]}"
    );
    let endpoint = json!({"ref": "aws_vpc_endpoint.s3.id"});
    let root = Root::default()
        .with("aws_vpc_endpoint.s3", &json!({"route_table_ids": [{"ref": "aws_route_table.a.id"}]}))
        .with(
            "aws_vpc_endpoint_route_table_association.b",
            &json!({"vpc_endpoint_id": endpoint, "route_table_id": {"ref": "aws_route_table.b.id"}}),
        )
        .with("aws_vpc_endpoint_policy.s3", &json!({"vpc_endpoint_id": endpoint, "policy": r#"{"Statement": []}"#}));
    assert_eq!(
        root.first(),
        "{RouteTableIds: [→aws_route_table.a.id, →aws_route_table.b.id], PolicyDocument: {Statement: []}}"
    );
}

#[test]
fn endless_blocks_end() {
    let mut block = json!({"a": "x"});
    for _ in 0..100 {
        block = json!([{"inner": block}]);
    }
    assert_eq!(lower(vec![instance("aws_sagemaker_model.m", &json!({"vpc_config": block}))]).len(), 1);
}

#[test]
fn tags_of_the_provider_are_tags() {
    let both = json!({"tags": {"Stage": "prod"}, "tags_all": {"Stage": "prod", "Team": "ml"}});
    let root = Root::default()
        .with("aws_s3_bucket.raw", &both)
        .with(
            "aws_s3_bucket_versioning.raw",
            &json!({"bucket": {"ref": "aws_s3_bucket.raw.id"}, "tags_all": {"A": "b"}}),
        )
        .with("aws_sqs_queue.jobs", &json!({"tags_all": {"Team": "ml"}}))
        .with("aws_sqs_queue.bare", &json!({"tags_all": {}}));
    assert_eq!(
        root.lowered(),
        "aws_s3_bucket.raw AWS::S3::Bucket {Tags: [{Key: Stage, Value: prod}, {Key: Team, Value: ml}]}\n\
         aws_sqs_queue.jobs AWS::SQS::Queue {Tags: [{Key: Team, Value: ml}]}\n\
         aws_sqs_queue.bare AWS::SQS::Queue {}\n"
    );
}
