//! Create requests as files: `--cli-input-json`, keyword arguments of boto3.

use std::sync::Arc;

use super::{api, plain};
use crate::{
    graph::{Input, Part, Unit, guard::Formula, value::Data},
    source::Source,
    syntax::tree::{Node, Tree},
};

/// What a request of an operation looks like.
struct Form {
    /// The service, by the name of boto3's client.
    service: &'static str,
    operation: &'static str,
    /// The key of the name of what is made.
    name: &'static str,
    /// Keys that all must be there; of those with `|`, one. `A/B` is `B` within `A`.
    required: &'static [&'static str],
    /// All keys there are, for operations whose required keys any configuration file could have.
    members: Option<&'static [&'static str]>,
}

const FORMS: &[Form] = &[
    Form {
        service: "sagemaker",
        operation: "CreateHyperParameterTuningJob",
        name: "HyperParameterTuningJobName",
        required: &["HyperParameterTuningJobConfig", "TrainingJobDefinition|TrainingJobDefinitions|WarmStartConfig"],
        members: None,
    },
    Form {
        service: "sagemaker",
        operation: "CreateTrainingJob",
        name: "TrainingJobName",
        required: &["AlgorithmSpecification", "OutputDataConfig", "ResourceConfig"],
        members: None,
    },
    Form {
        service: "sagemaker",
        operation: "CreateProcessingJob",
        name: "ProcessingJobName",
        required: &["AppSpecification", "ProcessingResources"],
        members: None,
    },
    Form {
        service: "sagemaker",
        operation: "CreateTransformJob",
        name: "TransformJobName",
        required: &["TransformInput", "TransformOutput", "TransformResources"],
        members: None,
    },
    Form {
        service: "sagemaker",
        operation: "CreateEndpointConfig",
        name: "EndpointConfigName",
        required: &["EndpointConfigName", "ProductionVariants"],
        members: None,
    },
    Form {
        service: "sagemaker",
        operation: "CreateModel",
        name: "ModelName",
        required: &["ModelName", "PrimaryContainer|Containers"],
        members: None,
    },
    Form {
        service: "sagemaker",
        operation: "CreateNotebookInstance",
        name: "NotebookInstanceName",
        required: &["NotebookInstanceName", "InstanceType", "RoleArn"],
        members: Some(&[
            "NotebookInstanceName",
            "InstanceType",
            "SubnetId",
            "SecurityGroupIds",
            "IpAddressType",
            "RoleArn",
            "KmsKeyId",
            "Tags",
            "LifecycleConfigName",
            "DirectInternetAccess",
            "VolumeSizeInGB",
            "AcceleratorTypes",
            "DefaultCodeRepository",
            "AdditionalCodeRepositories",
            "RootAccess",
            "PlatformIdentifier",
            "InstanceMetadataServiceConfiguration",
        ]),
    },
    Form {
        service: "sagemaker",
        operation: "CreateEndpoint",
        name: "EndpointName",
        required: &["EndpointName", "EndpointConfigName"],
        members: Some(&["EndpointName", "EndpointConfigName", "DeploymentConfig", "Tags"]),
    },
    Form {
        service: "athena",
        operation: "CreateWorkGroup",
        name: "Name",
        required: &[
            "Name",
            "Configuration/ResultConfiguration|Configuration/EnforceWorkGroupConfiguration|Configuration/EngineVersion",
        ],
        members: Some(&["Name", "Configuration", "Description", "Tags"]),
    },
    Form {
        service: "emr",
        operation: "RunJobFlow",
        name: "Name",
        required: &["Name", "Instances", "ReleaseLabel|Instances/InstanceGroups|Instances/InstanceFleets"],
        members: Some(&[
            "Name",
            "LogUri",
            "LogEncryptionKmsKeyId",
            "AdditionalInfo",
            "AmiVersion",
            "ReleaseLabel",
            "Instances",
            "Steps",
            "BootstrapActions",
            "SupportedProducts",
            "NewSupportedProducts",
            "Applications",
            "Configurations",
            "VisibleToAllUsers",
            "JobFlowRole",
            "ServiceRole",
            "Tags",
            "SecurityConfiguration",
            "AutoScalingRole",
            "ScaleDownBehavior",
            "CustomAmiId",
            "EbsRootVolumeSize",
            "RepoUpgradeOnBoot",
            "KerberosAttributes",
            "StepConcurrencyLevel",
            "ManagedScalingPolicy",
            "PlacementGroupConfigs",
            "AutoTerminationPolicy",
            "OSReleaseLabel",
            "EbsRootVolumeIops",
            "EbsRootVolumeThroughput",
        ]),
    },
    Form {
        service: "firehose",
        operation: "CreateDeliveryStream",
        name: "DeliveryStreamName",
        required: &[
            "DeliveryStreamName",
            "ExtendedS3DestinationConfiguration|RedshiftDestinationConfiguration|SplunkDestinationConfiguration|HttpEndpointDestinationConfiguration|AmazonopensearchserviceDestinationConfiguration|AmazonOpenSearchServerlessDestinationConfiguration|ElasticsearchDestinationConfiguration|IcebergDestinationConfiguration|SnowflakeDestinationConfiguration",
        ],
        members: None,
    },
    Form {
        service: "glue",
        operation: "CreateTable",
        name: "Name",
        required: &["DatabaseName", "TableInput/Name"],
        members: Some(&[
            "CatalogId",
            "Name",
            "DatabaseName",
            "TableInput",
            "PartitionIndexes",
            "TransactionId",
            "OpenTableFormatInput",
        ]),
    },
];

/// ARNs that a request may have; those of what exists already are in responses.
const ROLES: &[&str] = &["RoleArn", "ExecutionRoleArn"];

/// Reads a file that is a request of one of the operations; nothing for any other file.
pub fn read(source: &Source, tree: &Tree) -> Option<Part> {
    let root = tree.root().filter(|root| root.is_mapping())?;
    let form = FORMS.iter().find(|form| form.fits(root))?;
    let named = root.entry(form.name);
    let name = named.and_then(|entry| match plain::value(source, entry.value).data {
        Data::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    });
    let head = named.or_else(|| root.own_entries().next())?;
    let request = api::LowerRequest {
        unit: source.path.clone(),
        id: name.unwrap_or_else(|| stem(&source.path)),
        callers: Vec::new(),
        caller_places: Vec::new(),
        input: Input::Request,
        properties: plain::value(source, root),
        place: source.place(head.key_span),
        body: source.place(root.span()),
        guard: Formula::True,
    };
    let unit = Unit { path: source.path.clone(), input: Input::Request, unread: Vec::new(), is_configured: false };
    let resources = api::lower(form.service, form.operation, request);
    Some(Part { resources, units: vec![unit], ..Part::default() })
}

impl Form {
    fn fits(&self, root: Node<'_>) -> bool {
        let is_written = |key: &str| match key.split_once('/') {
            Some((outer, inner)) => root.entry(outer).is_some_and(|entry| entry.value.entry(inner).is_some()),
            None => root.entry(key).is_some(),
        };
        let written = |keys: &str| keys.split('|').any(is_written);
        let known = |key: &str| self.members.is_none_or(|members| members.contains(&key));
        self.required.iter().all(|keys| written(keys))
            && root.own_entries().all(|entry| known(entry.key) && !of_response(entry.key))
            && !(self.operation == "CreateTrainingJob" && root.entry("StaticHyperParameters").is_some())
    }
}

/// Whether only a response has such a key: a description of what exists is not what someone is about to make.
fn of_response(key: &str) -> bool {
    (key.ends_with("Arn") && !ROLES.contains(&key))
        || key.ends_with("Status")
        || matches!(key, "CreationTime" | "LastModifiedTime" | "ResponseMetadata" | "FailureReason")
}

/// The name of a file without folder and extension.
fn stem(path: &str) -> Arc<str> {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    name.split_once('.').map_or(name, |(stem, _)| stem).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        graph::kind,
        source::FileId,
        syntax::{json, yaml},
    };

    fn made(text: &str) -> Vec<(String, String)> {
        let tree = if text.starts_with('{') { json::parse(text) } else { yaml::parse(text) };
        let part = read(&Source::plain(FileId(0), "jobs/train.dev.json".into(), text.into()), &tree);
        let resources = part.map(|part| part.resources).unwrap_or_default();
        resources.into_iter().map(|resource| (resource.key.id.to_string(), resource.kind.to_string())).collect()
    }

    fn one(id: &str, kind: &str) -> Vec<(String, String)> {
        vec![(id.to_owned(), kind.to_owned())]
    }

    #[test]
    fn a_training_job_is_known_by_its_keys() {
        let body = r#""AlgorithmSpecification": {}, "OutputDataConfig": {}, "ResourceConfig": {"InstanceType": "ml.m5.large"}"#;
        assert_eq!(made(&format!(r#"{{"TrainingJobName": "a", {body}}}"#)), one("a", kind::TRAINING_JOB));
        assert_eq!(made(&format!(r#"{{"TrainingJobName": "${{NAME}}", {body}}}"#)), one("train", kind::TRAINING_JOB));
        assert_eq!(made(&format!("{{{body}}}")), one("train", kind::TRAINING_JOB));
        let response = format!(r#"{{"TrainingJobName": "a", "TrainingJobStatus": "Completed", {body}}}"#);
        assert_eq!(made(&response), [], "what describes a job makes none");
        assert_eq!(made(&format!(r#"{{"TrainingJobArn": "arn:aws:x", {body}}}"#)), []);
    }

    #[test]
    fn a_tuning_job_brings_its_training_job() {
        let text = "HyperParameterTuningJobName: t\nHyperParameterTuningJobConfig: {}\nTrainingJobDefinition: {}\n";
        let ids: Vec<_> = made(text).into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, ["t", "t/TrainingJobDefinition"]);
    }

    #[test]
    fn the_other_operations_are_known_by_theirs() {
        let cases = [
            ("ModelName: m\nPrimaryContainer: {}\n", "m", kind::MODEL),
            ("EndpointConfigName: c\nProductionVariants: []\n", "c", kind::ENDPOINT_CONFIG),
            ("EndpointName: e\nEndpointConfigName: c\n", "e", kind::ENDPOINT),
            ("NotebookInstanceName: n\nInstanceType: t\nRoleArn: r\n", "n", kind::NOTEBOOK_INSTANCE),
            ("ProcessingJobName: p\nAppSpecification: {}\nProcessingResources: {}\n", "p", kind::PROCESSING_JOB),
            ("TransformInput: {}\nTransformOutput: {}\nTransformResources: {}\n", "train", kind::TRANSFORM_JOB),
            ("Name: c\nReleaseLabel: emr-7.9.0\nInstances: {}\n", "c", kind::EMR_CLUSTER),
            ("Name: w\nConfiguration: {ResultConfiguration: {}}\n", "w", kind::WORK_GROUP),
            ("DatabaseName: d\nTableInput: {Name: t}\n", "train", kind::TABLE),
            ("DeliveryStreamName: s\nExtendedS3DestinationConfiguration: {}\n", "s", kind::DELIVERY_STREAM),
        ];
        for (text, id, kind) in cases {
            assert_eq!(made(text), one(id, kind), "{text}");
        }
    }

    #[test]
    fn other_files_are_left_alone() {
        assert_eq!(made("EndpointName: e\nEndpointConfigName: c\nregion: us-east-1\n"), []);
        assert_eq!(made("EndpointName: e\nEndpointConfigName: c\nEndpointArn: a\n"), []);
        assert_eq!(made("Name: c\nInstances: 3\nReleaseLabel: stable\nimage: x\n"), []);
        assert_eq!(made("Name: w\nConfiguration: {Debug: true}\n"), []);
        assert_eq!(made("- ModelName: m\n  PrimaryContainer: {}\n"), []);
        assert_eq!(made("{}"), []);
    }

    #[test]
    fn properties_are_carried_over() {
        let text = r#"{"ModelName": "m", "PrimaryContainer": {"Image": "x:${TAG}", "ModelDataUrl": "${URL}"}, "VpcConfig": null}"#;
        let part = read(&Source::plain(FileId(0), "m.json".into(), text.into()), &json::parse(text)).unwrap();
        let properties = &part.resources[0].properties;
        let container = &properties.entry("PrimaryContainer").unwrap().value;
        let data = |name: &str| &container.entry(name).unwrap().value.data;
        assert!(matches!(data("Image"), Data::Template(_)));
        assert!(matches!(data("ModelDataUrl"), Data::Unknown(_)));
        assert!(matches!(properties.entry("VpcConfig").unwrap().value.data, Data::Absent));
    }
}
