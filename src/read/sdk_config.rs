//! The SageMaker SDK's `config.yaml`: defaults for what a script does not say.

mod core;

use std::sync::Arc;

use super::plain;
use crate::{
    catalog::algorithm::{NOTEBOOK_CHANNEL, REMOTE_ENTRYPOINT},
    graph::{
        Input, Resource, kind,
        value::{Data, Entry, Object, Origin, Reason, StepKind, Unknown, Value},
    },
    source::{Place, Source, folder_of},
    syntax::tree::Tree,
};

/// One configuration file.
#[derive(Clone, Debug)]
pub struct SdkConfig {
    /// Path from the root.
    pub path: Arc<str>,
    /// What is below `SageMaker`.
    sections: Value,
    /// What it costs to fill them in.
    cost: usize,
}

/// Reads a file that is such a configuration; nothing for any other file.
pub fn read(source: &Source, tree: &Tree) -> Option<SdkConfig> {
    let root = tree.root()?;
    let entry = root.entry("SageMaker").filter(|entry| entry.value.is_mapping())?;
    // That of sagemaker-core need not name its version.
    let sdk = entry.value.get("PythonSDK");
    let is_of_core = sdk.is_some_and(|sdk| sdk.entry("Resources").is_some());
    if !is_of_core && root.entry("SchemaVersion").is_none() {
        return None;
    }
    let sections = stepped(plain::value(source, entry.value), "SageMaker", source.place(entry.key_span));
    let cost = 1 + sections.weight(MAX_ENTRIES).unwrap_or(MAX_STEPS);
    Some(SdkConfig { path: source.path.clone(), sections, cost })
}

/// What the ids of the jobs that find the baseline of a monitor end with, apart from their number.
pub const BASELINE: &str = "/baseline";
/// The same of the jobs of a pipeline's checks.
pub const CHECK: &str = "/check";

/// Settings, and the properties that they are.
type Table = &'static [(&'static str, &'static str)];

/// Where a configuration has the defaults of a resource.
struct Section<'r> {
    /// The names of the sections that lead to it, below `SageMaker`.
    path: Vec<&'r str>,
    /// What it sets, and which property that is; nothing where the names are those of the resource.
    table: Option<Table>,
}

/// The sections for a resource, those that win first.
fn sections(resource: &Resource) -> Vec<Section<'_>> {
    let kind = resource.kind.rsplit("::").next().unwrap_or_default();
    let module = |name| vec!["PythonSDK", "Modules", name];
    let monitoring = || vec!["MonitoringSchedule", "MonitoringScheduleConfig", "MonitoringJobDefinition"];
    let own = Section { path: vec![kind], table: None };
    match &*resource.kind {
        kind::TRAINING_JOB if is_remote(resource) => {
            vec![Section { path: module("RemoteFunction"), table: Some(REMOTE_SETTINGS) }]
        }
        kind::TRAINING_JOB if is_notebook(resource) => {
            vec![Section { path: module("NotebookJob"), table: Some(NOTEBOOK_SETTINGS) }]
        }
        // A monitor's settings are handed to the job that finds a baseline, and a pipeline's check makes a monitor.
        kind::PROCESSING_JOB if [BASELINE, CHECK].iter().any(|of| resource.key.id.contains(of)) => {
            vec![Section { path: monitoring(), table: Some(BASELINE_SETTINGS) }, own]
        }
        other => match MONITORED.iter().find(|(kind, _)| *kind == other) {
            Some((_, table)) => vec![Section { path: monitoring(), table: Some(*table) }, own],
            None if resource.properties.entry("AutoMLProblemTypeConfig").is_some() => {
                vec![Section { path: vec!["AutoMLJobV2"], table: None }]
            }
            None => vec![own],
        },
    }
}

/// What the section of functions sets, and which property of the job that is.
/// Source: sagemaker 2.257.7, `config/config_schema.py` and `remote_function/job.py`, read 2026-11-26.
const REMOTE_SETTINGS: &[(&str, &str)] = &[
    ("InstanceType", "ResourceConfig.InstanceType"),
    ("VolumeKmsKeyId", "ResourceConfig.VolumeKmsKeyId"),
    ("VpcConfig", "VpcConfig"),
    ("S3RootUri", "OutputDataConfig.S3OutputPath"),
    ("S3KmsKeyId", "OutputDataConfig.KmsKeyId"),
    ("RoleArn", "RoleArn"),
    ("Tags", "Tags"),
    ("EnvironmentVariables", "Environment"),
    ("EnableInterContainerTrafficEncryption", "EnableInterContainerTrafficEncryption"),
];

/// The same of notebooks that run as steps of pipelines. Source: `workflow/notebook_job_step.py` of the same release.
const NOTEBOOK_SETTINGS: &[(&str, &str)] = &[
    ("VolumeKmsKeyId", "ResourceConfig.VolumeKmsKeyId"),
    ("VpcConfig", "VpcConfig"),
    ("S3RootUri", "OutputDataConfig.S3OutputPath"),
    ("S3KmsKeyId", "OutputDataConfig.KmsKeyId"),
    ("RoleArn", "RoleArn"),
];

/// What the section of monitors sets for the job that finds a baseline. Source: `model_monitor/model_monitoring.py` of the
/// same release.
const BASELINE_SETTINGS: &[(&str, &str)] = &[
    ("RoleArn", "RoleArn"),
    ("MonitoringResources.ClusterConfig.VolumeKmsKeyId", "ProcessingResources.ClusterConfig.VolumeKmsKeyId"),
    ("MonitoringOutputConfig.KmsKeyId", "ProcessingOutputConfig.KmsKeyId"),
    ("NetworkConfig", "NetworkConfig"),
    ("Environment", "Environment"),
];

/// The same for each kind of definitions that monitors make.
const MONITORED: &[(&str, Table)] = &[
    (
        kind::MONITORING_JOBS[0],
        &[
            ("RoleArn", "RoleArn"),
            ("MonitoringResources.ClusterConfig.VolumeKmsKeyId", "JobResources.ClusterConfig.VolumeKmsKeyId"),
            ("MonitoringOutputConfig.KmsKeyId", "DataQualityJobOutputConfig.KmsKeyId"),
            ("NetworkConfig", "NetworkConfig"),
            ("Environment", "DataQualityAppSpecification.Environment"),
        ],
    ),
    (
        kind::MONITORING_JOBS[1],
        &[
            ("RoleArn", "RoleArn"),
            ("MonitoringResources.ClusterConfig.VolumeKmsKeyId", "JobResources.ClusterConfig.VolumeKmsKeyId"),
            ("MonitoringOutputConfig.KmsKeyId", "ModelQualityJobOutputConfig.KmsKeyId"),
            ("NetworkConfig", "NetworkConfig"),
            ("Environment", "ModelQualityAppSpecification.Environment"),
        ],
    ),
    (
        kind::MONITORING_JOBS[2],
        &[
            ("RoleArn", "RoleArn"),
            ("MonitoringResources.ClusterConfig.VolumeKmsKeyId", "JobResources.ClusterConfig.VolumeKmsKeyId"),
            ("MonitoringOutputConfig.KmsKeyId", "ModelBiasJobOutputConfig.KmsKeyId"),
            ("NetworkConfig", "NetworkConfig"),
            ("Environment", "ModelBiasAppSpecification.Environment"),
        ],
    ),
    (
        kind::MONITORING_JOBS[3],
        &[
            ("RoleArn", "RoleArn"),
            ("MonitoringResources.ClusterConfig.VolumeKmsKeyId", "JobResources.ClusterConfig.VolumeKmsKeyId"),
            ("MonitoringOutputConfig.KmsKeyId", "ModelExplainabilityJobOutputConfig.KmsKeyId"),
            ("NetworkConfig", "NetworkConfig"),
            ("Environment", "ModelExplainabilityAppSpecification.Environment"),
        ],
    ),
];

/// A section's settings as properties of the resource.
fn placed(section: &Value, table: &[(&str, &str)]) -> Value {
    let Data::Object(settings) = &section.data else { return section.clone() };
    let mut properties = Object { open: settings.open.clone(), ..Object::default() };
    for (from, to) in table {
        let (head, rest) = from.split_once('.').map_or((*from, None), |(head, rest)| (head, Some(rest)));
        let within = |entry: Option<&'_ Entry>, name: &str| entry?.value.entry(name).cloned();
        let mut found = settings.entry(head).cloned();
        for name in rest.into_iter().flat_map(|rest| rest.split('.')) {
            found = within(found.as_ref(), name);
        }
        if let Some(entry) = found {
            properties.set_path(to, entry.place, entry.value);
        }
    }
    Value { data: Data::Object(Arc::new(properties)), origin: section.origin.clone() }
}

/// Whether a resource is the job of a function: the SDK looks these up in a section of their own.
pub fn is_remote(resource: &Resource) -> bool {
    let entrypoint = resource
        .properties
        .entry("AlgorithmSpecification")
        .and_then(|specification| Some(&specification.value.entry("ContainerEntrypoint")?.value));
    let Some(Value { data: Data::List(entrypoint), .. }) = entrypoint else { return false };
    entrypoint.items.iter().any(|part| part.plain_text().as_deref() == Some(REMOTE_ENTRYPOINT))
}

/// Whether a resource is the job of a notebook, which has such a section too.
fn is_notebook(resource: &Resource) -> bool {
    let channels = resource.properties.entry("InputDataConfig").map(|entry| &entry.value.data);
    let Some(Data::List(channels)) = channels else { return false };
    let name = |channel: &Value| channel.entry("ChannelName").and_then(|name| name.value.plain_text());
    channels.items.iter().any(|channel| name(channel).as_deref() == Some(NOTEBOOK_CHANNEL))
}

/// Entries that are filled in at most, in all resources together. Beyond that any configuration may have set anything.
const MAX_STEPS: usize = 500_000;
/// A configuration with more entries for one kind is none that people write.
const MAX_ENTRIES: usize = 1_000;

/// Gives resources of SDK code the properties that they do not set and a configuration does.
///
/// A configuration in the folder of the script, or in one above it, counts; the nearest first. Any other may be the
/// one that is used, so what it sets is unknown.
pub fn apply<'r>(configs: &[SdkConfig], resources: impl IntoIterator<Item = &'r mut Resource>) {
    let mut left = MAX_STEPS;
    let cost = configs.iter().map(|config| config.cost).fold(0, usize::saturating_add);
    for resource in resources.into_iter().filter(|resource| matches!(resource.input, Input::Sdk | Input::Core)) {
        match left.checked_sub(cost) {
            Some(rest) => left = rest,
            None => {
                let name = "one of many configurations of the SDK".into();
                let why = Unknown { reason: Reason::Limit, name, place: resource.place };
                opened(&mut resource.properties, &why);
                continue;
            }
        }
        let script = resource.key.unit.clone();
        let (mut above, elsewhere): (Vec<&SdkConfig>, Vec<&SdkConfig>) =
            configs.iter().partition(|config| within(&script, folder_of(&config.path)));
        above.sort_by_key(|config| std::cmp::Reverse(folder_of(&config.path).len()));
        if resource.input == Input::Core {
            core::apply(resource, &above, &elsewhere);
            continue;
        }
        for config in above {
            config.fill(resource, &|value| value.clone());
        }
        for config in elsewhere {
            config.fill(resource, &|value| unsure(value, &config.path));
        }
    }
}

/// What a configuration is called that no file among those that were read holds.
const GIVEN: &str = "the configuration that the session is given";

/// The configurations as one, as the SDK puts them together: those that win come first. Nothing for none.
pub fn merged(configs: Vec<Value>) -> Option<Value> {
    let mut configs = configs.into_iter();
    let mut first = configs.next()?;
    for config in configs {
        let place = config.origin.place;
        fill(&mut first, &config, place, &Value::clone);
    }
    Some(first)
}

/// Gives a resource what the configuration says that its session was given, as a value of the code: an object with the
/// sections of `config.yaml`. Where the configuration or whether it is the one is not known, what is absent is unknown.
pub fn apply_given(resource: &mut Resource, config: &Value, is_sure: bool) {
    if resource.input == Input::Core {
        return core::apply_given(resource, config);
    }
    let place = config.origin.place;
    let name = GIVEN;
    let why = || Unknown { reason: Reason::External, name: name.into(), place };
    let section = |value: &'_ Value, name: &str| -> Result<Option<Value>, ()> {
        match &value.data {
            Data::Object(object) => match (object.entry(name), &object.open) {
                (Some(entry), None) => Ok(Some(entry.value.clone())),
                (None, None) => Ok(None),
                _ => Err(()),
            },
            Data::Absent => Ok(None),
            _ => Err(()),
        }
    };
    let at = resource.place;
    let mut filled = Vec::new();
    let mut is_open = false;
    for Section { path, table } in sections(resource) {
        let mut names = std::iter::once("SageMaker").chain(path.iter().copied());
        let found = names.try_fold(Some(config.clone()), |within, name| match within {
            Some(within) => section(&within, name),
            None => Ok(None),
        });
        match found {
            Ok(None) => {}
            Ok(Some(defaults)) => {
                let defaults = stepped(defaults, &format!("SageMaker.{}", path.join(".")), place);
                filled.push(table.map_or(defaults.clone(), |table| placed(&defaults, table)));
            }
            Err(()) => is_open = true,
        }
    }
    for defaults in filled {
        let unsure = |value: &Value| Value { data: Data::Unknown(why()), origin: Origin::at(value.origin.place) };
        let sure = |value: &Value| value.clone();
        fill(&mut resource.properties, &defaults, at, if is_sure { &sure } else { &unsure });
    }
    if is_open {
        opened(&mut resource.properties, &why());
    }
}

impl SdkConfig {
    fn fill(&self, resource: &mut Resource, default: &dyn Fn(&Value) -> Value) {
        let place = resource.place;
        let found = sections(resource).into_iter().filter_map(|Section { path, table }| {
            let mut section = &self.sections;
            for name in path {
                section = &section.entry(name)?.value;
            }
            // One that is left empty sets nothing.
            let is_written = matches!(section.data, Data::Object(_));
            is_written.then(|| table.map_or_else(|| section.clone(), |table| placed(section, table)))
        });
        for defaults in found.collect::<Vec<_>>() {
            fill(&mut resource.properties, &defaults, place, default);
        }
    }
}

/// Sets what is absent. What is written stays; in objects, entry by entry.
fn fill(value: &mut Value, defaults: &Value, place: Place, default: &dyn Fn(&Value) -> Value) {
    match (&mut value.data, &defaults.data) {
        (_, Data::Absent) => {}
        (Data::Absent, _) => *value = default(defaults),
        (Data::Guarded(guarded), _) => {
            let guarded = Arc::make_mut(guarded);
            fill(&mut guarded.then, defaults, place, default);
            fill(&mut guarded.otherwise, defaults, place, default);
        }
        (Data::Object(own), Data::Object(given)) => {
            let own = Arc::make_mut(own);
            for entry in &given.entries {
                match own.entries.iter_mut().find(|known| known.name == entry.name) {
                    Some(known) => fill(&mut known.value, &entry.value, place, default),
                    None if own.open.is_some() || matches!(entry.value.data, Data::Absent) => {}
                    None => {
                        own.entries.push(Entry { name: entry.name.clone(), place, value: default(&entry.value) });
                    }
                }
            }
        }
        _ => {}
    }
}

/// Something may have been set that nothing is known of: what is absent is unknown.
fn opened(value: &mut Value, why: &Unknown) {
    match &mut value.data {
        Data::Absent => value.data = Data::Unknown(why.clone()),
        Data::Guarded(guarded) => {
            let guarded = Arc::make_mut(guarded);
            opened(&mut guarded.then, why);
            opened(&mut guarded.otherwise, why);
        }
        Data::Object(object) => {
            let object = Arc::make_mut(object);
            object.open.get_or_insert_with(|| why.clone());
            object.entries.iter_mut().for_each(|entry| opened(&mut entry.value, why));
        }
        _ => {}
    }
}

/// A value that is set only if the configuration at `path` is the one that is used.
fn unsure(value: &Value, path: &str) -> Value {
    let place = value.origin.place;
    let name = format!("the SDK's configuration in `{path}`").into();
    Value { data: Data::Unknown(Unknown { reason: Reason::External, name, place }), origin: Origin::at(place) }
}

/// The value with the step by which it comes into a script, down to its last entry.
fn stepped(value: Value, name: &str, place: Place) -> Value {
    let mut value = value.via(StepKind::SdkConfig, name, place);
    if let Data::Object(object) = &mut value.data {
        for entry in &mut Arc::make_mut(object).entries {
            let inner = std::mem::replace(&mut entry.value, Value::absent(entry.place));
            entry.value = stepped(inner, &format!("{name}.{}", entry.name), entry.place);
        }
    }
    value
}

/// Whether a file lies in a folder or below it.
fn within(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        finding::Confidence,
        graph::{Key, guard::Formula, kind, value::Object},
        source::{FileId, Span},
        syntax::yaml,
    };

    const CONFIG: &str = "
SchemaVersion: '1.0'
SageMaker:
  PythonSDK: {Modules: {Session: {S3Bucket: b}}}
  TrainingJob:
    VpcConfig: {Subnets: [subnet-1], SecurityGroupIds: [sg-1]}
    OutputDataConfig: {KmsKeyId: key}
";

    fn config(path: &str) -> SdkConfig {
        of(path, CONFIG)
    }

    fn of(path: &str, text: &str) -> SdkConfig {
        let source = Source::plain(FileId(7), path.into(), text.into());
        read(&source, &yaml::parse(text)).unwrap()
    }

    fn place() -> Place {
        Place::new(FileId(0), Span::new(0, 1))
    }

    fn job(entries: Vec<(&str, Value)>) -> Resource {
        let entries = entries.into_iter().map(|(name, value)| Entry { name: name.into(), place: place(), value });
        Resource {
            key: Key { unit: "ml/train/run.py".into(), callers: Vec::new(), id: "estimator".into() },
            kind: kind::TRAINING_JOB.into(),
            input: Input::Sdk,
            properties: Value::object(Object { entries: entries.collect(), ..Object::default() }, place()),
            place: place(),
            body: place(),
            guard: Formula::True,
            region: None,
            callers: Vec::new(),
            multiplicity: None,
            repeats: false,
        }
    }

    fn get<'r>(resource: &'r Resource, path: &str) -> Option<&'r Value> {
        path.split('.').try_fold(&resource.properties, |value, name| value.entry(name).map(|entry| &entry.value))
    }

    #[test]
    fn a_configuration_above_the_script_fills_what_is_not_written() {
        let written = Value::object(Object::default(), place());
        let mut jobs = [job(vec![("OutputDataConfig", written), ("VpcConfig", Value::absent(place()))])];
        apply(&[config("ml/config.yaml")], &mut jobs);
        let key = get(&jobs[0], "OutputDataConfig.KmsKeyId").unwrap();
        assert_eq!(key.plain_text().as_deref(), Some("key"));
        assert_eq!(key.origin.confidence(), Confidence::Medium);
        assert_eq!(key.origin.place.file, FileId(7));
        assert_eq!(
            key.origin.steps().next().map(|step| &*step.name),
            Some("SageMaker.TrainingJob.OutputDataConfig.KmsKeyId")
        );
        assert!(matches!(get(&jobs[0], "VpcConfig.Subnets").unwrap().data, Data::List(_)), "`None` is not written");
    }

    #[test]
    fn what_is_written_stays() {
        let own = Object {
            entries: vec![Entry { name: "KmsKeyId".into(), place: place(), value: Value::text("own", place()) }],
            ..Object::default()
        };
        let mut jobs = [job(vec![("OutputDataConfig", Value::object(own, place()))])];
        apply(&[config("config.yaml")], &mut jobs);
        assert_eq!(get(&jobs[0], "OutputDataConfig.KmsKeyId").unwrap().plain_text().as_deref(), Some("own"));
    }

    #[test]
    fn a_configuration_elsewhere_makes_it_unknown() {
        let mut jobs = [job(Vec::new())];
        apply(&[config("other/config.yaml"), config("ml/tra/config.yaml")], &mut jobs);
        assert!(get(&jobs[0], "VpcConfig").unwrap().is_unknown());
    }

    #[test]
    fn the_nearest_configuration_wins_and_only_sdk_code_has_any() {
        let far = of("config.yaml", &CONFIG.replace("KmsKeyId: key", "KmsKeyId: far"));
        let mut request = job(Vec::new());
        request.input = Input::Request;
        let mut jobs = [job(Vec::new()), request];
        apply(&[far, config("ml/train/config.yaml")], &mut jobs);
        let key = get(&jobs[0], "OutputDataConfig.KmsKeyId").unwrap();
        assert_eq!(key.plain_text().as_deref(), Some("key"));
        assert!(get(&jobs[1], "OutputDataConfig").is_none());
    }

    const MONITORS: &str = "
SchemaVersion: '1.0'
SageMaker:
  MonitoringSchedule:
    MonitoringScheduleConfig:
      MonitoringJobDefinition:
        RoleArn: monitoring
        MonitoringOutputConfig: {KmsKeyId: monitored}
        MonitoringResources: {ClusterConfig: {VolumeKmsKeyId: disk}}
        NetworkConfig: {VpcConfig: {Subnets: [subnet-1]}}
    Tags: [{Key: team, Value: growth}]
  ProcessingJob:
    RoleArn: processing
    ProcessingOutputConfig: {KmsKeyId: processed}
    Environment: {STAGE: test}
  AutoMLJob: {AutoMLJobConfig: {SecurityConfig: {VolumeKmsKeyId: first}}}
  AutoMLJobV2: {SecurityConfig: {VolumeKmsKeyId: second}}
  FeatureGroup: {OfflineStoreConfig: {S3StorageConfig: {KmsKeyId: features}}}
  PythonSDK: {Modules: {NotebookJob: {S3KmsKeyId: notebooks, VpcConfig: {Subnets: [subnet-2]}}}}
";

    fn filled(id: &str, kind: &str, entries: Vec<(&str, Value)>, path: &str) -> String {
        let mut resource = Resource { kind: kind.into(), ..job(entries) };
        resource.key.id = id.into();
        let mut given = resource.clone();
        apply(&[of("config.yaml", MONITORS)], [&mut resource]);
        let show = |resource: &Resource| {
            get(resource, path).and_then(Value::plain_text).map_or_else(|| "absent".to_owned(), |text| text.to_string())
        };
        // What a session is given has the same merge order.
        let source = Source::plain(FileId(7), "config.yaml".into(), MONITORS.into());
        let config = plain::value(&source, yaml::parse(MONITORS).root().unwrap());
        apply_given(&mut given, &config, true);
        assert_eq!(show(&given), show(&resource));
        show(&resource)
    }

    #[test]
    fn monitors_hand_their_settings_to_their_jobs() {
        let definition = |path| filled("watch/definition", kind::MONITORING_JOBS[2], Vec::new(), path);
        assert_eq!(definition("RoleArn"), "monitoring");
        assert_eq!(definition("ModelBiasJobOutputConfig.KmsKeyId"), "monitored");
        assert_eq!(definition("JobResources.ClusterConfig.VolumeKmsKeyId"), "disk");
        let baseline = |path| filled("watch/baseline#2", kind::PROCESSING_JOB, Vec::new(), path);
        assert_eq!(baseline("RoleArn"), "monitoring", "the monitor's wins over that of processing jobs");
        assert_eq!(baseline("ProcessingOutputConfig.KmsKeyId"), "monitored");
        assert_eq!(baseline("Environment.STAGE"), "test", "what the monitor's section leaves out");
        let other = |path| filled("clean", kind::PROCESSING_JOB, Vec::new(), path);
        assert_eq!(other("ProcessingOutputConfig.KmsKeyId"), "processed");
        let own = Object {
            entries: vec![Entry { name: "KmsKeyId".into(), place: place(), value: Value::text("own", place()) }],
            ..Object::default()
        };
        let written = vec![("ProcessingOutputConfig", Value::object(own, place()))];
        assert_eq!(
            filled("watch/baseline", kind::PROCESSING_JOB, written, "ProcessingOutputConfig.KmsKeyId"),
            "own",
            "what is written wins over both"
        );
    }

    #[test]
    fn sections_of_the_other_objects() {
        let key = "AutoMLJobConfig.SecurityConfig.VolumeKmsKeyId";
        assert_eq!(filled("fit", kind::AUTO_ML_JOB, Vec::new(), key), "first");
        let second = || vec![("AutoMLProblemTypeConfig", Value::object(Object::default(), place()))];
        assert_eq!(filled("fit", kind::AUTO_ML_JOB, second(), "SecurityConfig.VolumeKmsKeyId"), "second");
        assert_eq!(filled("fit", kind::AUTO_ML_JOB, second(), key), "absent");
        let path = "OfflineStoreConfig.S3StorageConfig.KmsKeyId";
        assert_eq!(filled("create", kind::FEATURE_GROUP, Vec::new(), path), "features");
        let mut channel = Object::default();
        channel.set(Entry {
            name: "ChannelName".into(),
            place: place(),
            value: Value::text(NOTEBOOK_CHANNEL, place()),
        });
        let channels = || Value::list(vec![Value::object(channel.clone(), place())], place());
        let notebook = |path| filled("explore", kind::TRAINING_JOB, vec![("InputDataConfig", channels())], path);
        assert_eq!(notebook("OutputDataConfig.KmsKeyId"), "notebooks");
    }

    #[test]
    fn other_files_are_left_alone() {
        for text in ["SageMaker: {Model: {}}\n", "SchemaVersion: '1.0'\n", "- 1\n", "SchemaVersion: 1\nSageMaker: x\n"]
        {
            let source = Source::plain(FileId(0), "c.yaml".into(), text.into());
            assert!(read(&source, &yaml::parse(text)).is_none(), "{text}");
        }
    }
}
