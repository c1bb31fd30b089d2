//! Create requests as files: `--cli-input-json` and `--cli-input-yaml`, keyword arguments of boto3.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::{api, plain};
use crate::{
    catalog::request::{Form, forms},
    graph::{
        Input, NotEvaluated, Part, Unit,
        guard::Formula,
        value::{Data, Entry, List, MAX_LEVELS, Object, Reason, Value},
    },
    source::Source,
    syntax::tree::{Kind, Node, Tree},
};

/// ARNs that a request may have beside those that its operation takes; those of what exists already are in responses.
const ROLES: &[&str] = &["RoleArn", "ExecutionRoleArn"];

/// How the keys end of what names something: a skeleton that the AWS CLI has made leaves all of these open.
const NAMING: &[&str] = &["Arn", "ARN", "Id", "Image", "Name", "Path", "Prefix", "Uri", "Url"];

/// Keys that end so and yet take one of a few words, of which a skeleton has the first.
const CHOSEN: &[&str] = &["DataSourceName", "KeyName", "MetricName", "ParameterName", "SageMakerImageName"];

/// What becomes of a file that is a request.
pub enum Reading {
    /// What it makes.
    Made(Part),
    /// Nothing: what it would make is not named yet. The note says so.
    Unfilled(NotEvaluated),
}

/// Reads a file that is a request of one of the operations; nothing for any other file.
pub fn read(source: &Source, tree: &Tree) -> Option<Reading> {
    let root = tree.root().filter(|root| root.is_mapping())?;
    let form = form_of(root)?;
    let named = root.entry(form.name);
    let head = named.or_else(|| root.own_entries().next())?;
    let mut gaps = Gaps::default();
    gaps.count(root, "", 0);
    if gaps.is_unfilled() {
        return Some(Reading::Unfilled(NotEvaluated {
            path: source.path.clone(),
            place: Some(source.place(head.key_span)),
            kind: "file",
            what: format!("request of `{}`", form.operation),
            why: UNFILLED.to_owned(),
        }));
    }
    let mut properties = plain::value(source, root);
    if gaps.open > 0 {
        properties = left_open(properties);
    }
    let name = properties.entry(form.name).and_then(|entry| match &entry.value.data {
        Data::Text(text) => Some(text.clone()),
        _ => None,
    });
    let request = api::LowerRequest {
        unit: source.path.clone(),
        id: name.unwrap_or_else(|| stem(&source.path)),
        callers: Vec::new(),
        caller_places: Vec::new(),
        input: Input::Request,
        properties,
        place: source.place(head.key_span),
        body: source.place(root.span()),
        guard: Formula::True,
    };
    let unit = Unit::of(source.path.clone(), Input::Request);
    let resources = api::lower(form.service, form.operation, request);
    Some(Reading::Made(Part { resources, units: vec![unit], ..Part::default() }))
}

/// Why a skeleton makes nothing.
pub const UNFILLED: &str = "it is a skeleton whose names and places are not filled in yet";

/// The operation that a file is a request of.
fn form_of(root: Node<'_>) -> Option<&'static Form> {
    let keys: FxHashSet<&str> = root.own_entries().map(|entry| entry.key).collect();
    forms().iter().find(|form| {
        let is_written = |key: &&str| match key.split_once('/') {
            Some((outer, inner)) => root.entry(outer).is_some_and(|entry| entry.value.entry(inner).is_some()),
            None => keys.contains(key),
        };
        let known = |key: &&str| form.members.contains(key) || form.open && !of_response(key);
        form.marks.iter().all(|marks| marks.iter().any(is_written))
            && keys.iter().all(known)
            && !(form.operation == "CreateTrainingJob" && keys.contains("StaticHyperParameters"))
    })
}

/// Whether only a response has such a key: a description of what exists is not what someone is about to make.
fn of_response(key: &str) -> bool {
    (key.ends_with("Arn") && !ROLES.contains(&key))
        || key.ends_with("Status")
        || matches!(key, "CreationTime" | "LastModifiedTime" | "ResponseMetadata" | "FailureReason")
}

/// Whether a text stands for one that is still to be written: as `aws … --generate-cli-skeleton` leaves it, as the
/// documents of AWS have it, or in angle brackets.
fn is_gap(text: &str) -> bool {
    let bracketed = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
    text.is_empty() || text == "string" || bracketed.is_some_and(|name| !name.contains(['<', '>']))
}

/// How much of a request is still to be filled in.
#[derive(Default)]
struct Gaps {
    /// Texts that are left open.
    open: usize,
    /// Of what names something, what is written.
    named: usize,
}

impl Gaps {
    fn is_unfilled(&self) -> bool {
        self.open > 0 && self.named == 0
    }

    fn count(&mut self, node: Node<'_>, key: &str, depth: usize) {
        if depth > MAX_LEVELS {
            return;
        }
        match node.kind() {
            Kind::Mapping => node.own_entries().for_each(|entry| self.count(entry.value, entry.key, depth + 1)),
            Kind::Sequence => node.items().for_each(|item| self.count(item, key, depth + 1)),
            Kind::Text(text) if is_gap(text) => self.open += 1,
            Kind::Number(0.0, _) => {}
            Kind::Text(_) | Kind::Number(..) => {
                let names = NAMING.iter().any(|end| key.ends_with(end)) && !CHOSEN.contains(&key);
                self.named += usize::from(names);
            }
            Kind::Null | Kind::Bool(_) => {}
        }
    }
}

/// The same request, in which what is not filled in is not known: its open texts, the numbers that a skeleton has as 0,
/// and the one entry that it has for all of a map.
fn left_open(mut value: Value) -> Value {
    let place = value.origin.place;
    value.data = match value.data {
        Data::Text(text) if is_gap(&text) => return Value::unknown(Reason::NoDefault, GAP, place),
        Data::Number(ref number) if number.near() == 0.0 => return Value::unknown(Reason::NoDefault, GAP, place),
        Data::Object(object) => match &object.entries[..] {
            [only] if &*only.name == "KeyName" && !is_filled(&only.value) => {
                return Value::unknown(Reason::NoDefault, GAP, place);
            }
            entries => {
                let filled = |entry: &Entry| Entry { value: left_open(entry.value.clone()), ..entry.clone() };
                Data::Object(Arc::new(Object { entries: entries.iter().map(filled).collect(), ..Object::default() }))
            }
        },
        Data::List(list) => {
            let items = list.items.iter().cloned().map(left_open).collect();
            Data::List(Arc::new(List { items, open: list.open.clone() }))
        }
        data => data,
    };
    value
}

/// Whether a text is one that someone wrote.
fn is_filled(value: &Value) -> bool {
    matches!(&value.data, Data::Text(text) if !is_gap(text))
}

/// What an open text is called.
const GAP: &str = "what is left open in the request";

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
        read::sniff,
        source::FileId,
        syntax::{json, yaml},
    };

    fn reading(text: &str) -> Option<Reading> {
        let tree = if text.starts_with('{') { json::parse(text) } else { yaml::parse(text) };
        read(&Source::plain(FileId(0), "jobs/train.dev.json".into(), text.into()), &tree)
    }

    fn part(text: &str) -> Part {
        match reading(text) {
            Some(Reading::Made(part)) => part,
            _ => Part::default(),
        }
    }

    fn made(text: &str) -> Vec<(String, String)> {
        let resources = part(text).resources;
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
        let part = part(text);
        let properties = &part.resources[0].properties;
        let container = &properties.entry("PrimaryContainer").unwrap().value;
        let data = |name: &str| &container.entry(name).unwrap().value.data;
        assert!(matches!(data("Image"), Data::Template(_)));
        assert!(matches!(data("ModelDataUrl"), Data::Unknown(_)));
        assert!(matches!(properties.entry("VpcConfig").unwrap().value.data, Data::Absent));
    }

    #[test]
    fn each_operation_that_makes_something_has_a_form_of_its_own() {
        for form in forms() {
            let mut request = serde_json::json!({ form.name: "a" });
            for key in form.marks.iter().map(|marks| marks[0]) {
                let (outer, inner) = key.split_once('/').unwrap_or((key, ""));
                request[outer] = if inner.is_empty() { "a".into() } else { serde_json::json!({ inner: "a" }) };
            }
            let text = request.to_string();
            let tree = json::parse(&text);
            let found = tree.root().and_then(form_of).map(|form| (form.service, form.operation));
            assert_eq!(found, Some((form.service, form.operation)), "{text}");
            assert!(sniff::may_be_ours(sniff::Language::Json, text.as_bytes()), "no word of {text} is looked for");
            assert!(api::kind_of(form.service, form.operation).is_some(), "{} makes nothing", form.operation);
        }
        let mut known: Vec<String> =
            forms().iter().map(|form| format!("{} {}", form.service, form.operation.to_ascii_lowercase())).collect();
        known.sort();
        let made: Vec<String> = api::operations().map(|(service, name)| format!("{service} {name}")).collect();
        assert_eq!(known, made, "the operations of `api` and the rows of src/catalog/requests.csv");
    }

    #[test]
    fn a_skeleton_that_is_not_filled_in_makes_nothing() {
        let skeleton = r#"{"TrainingJobName": "", "HyperParameters": {"KeyName": ""}, "RoleArn": "",
            "AlgorithmSpecification": {"TrainingImage": "", "TrainingInputMode": "Pipe"},
            "OutputDataConfig": {"S3OutputPath": ""}, "EnableManagedSpotTraining": true,
            "ResourceConfig": {"InstanceType": "ml.m4.xlarge", "InstanceCount": 0}}"#;
        let Some(Reading::Unfilled(note)) = reading(skeleton) else { panic!("it makes nothing") };
        assert_eq!((&*note.what, &*note.why), ("request of `CreateTrainingJob`", UNFILLED));
        for placeholder in ["string", "<your role>"] {
            let text = format!("ModelName: {placeholder}\nPrimaryContainer: {{Image: '{placeholder}'}}\n");
            assert!(matches!(reading(&text), Some(Reading::Unfilled(_))), "{text}");
        }
        let filled = skeleton.replacen(r#""RoleArn": """#, r#""RoleArn": "arn:aws:iam::111122223333:role/ml""#, 1);
        let part = part(&filled);
        let [job] = &part.resources[..] else { panic!("a job that is filled in by half") };
        assert_eq!(&*job.key.id, "train");
        let at = |path: &str| {
            let mut value = &job.properties;
            for name in path.split('.') {
                value = &value.entry(name).expect("it is written").value;
            }
            value
        };
        for open in
            ["TrainingJobName", "HyperParameters", "OutputDataConfig.S3OutputPath", "ResourceConfig.InstanceCount"]
        {
            assert!(at(open).is_unknown(), "{open}");
        }
        assert!(matches!(at("EnableManagedSpotTraining").data, Data::Bool(true)));
    }
}
