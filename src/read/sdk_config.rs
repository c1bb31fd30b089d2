//! The SageMaker SDK's `config.yaml`: defaults for what a script does not say.

use std::sync::Arc;

use super::plain;
use crate::{
    catalog::algorithm::REMOTE_ENTRYPOINT,
    graph::{
        Input, Resource, kind,
        value::{Data, Entry, Object, Origin, Reason, StepKind, Unknown, Value},
    },
    source::{Place, Source},
    syntax::tree::Tree,
};

/// One configuration file.
#[derive(Clone, Debug)]
pub struct SdkConfig {
    /// Path from the root.
    pub path: Arc<str>,
    /// Properties by the kind of resource that they are for.
    defaults: Vec<(Arc<str>, Value)>,
    /// Properties of the jobs of functions: `RemoteFunction`.
    remote: Option<Value>,
    /// Whether it sets defaults of sagemaker-core's resources too, which are not looked into.
    core: bool,
    /// What it costs to fill them in.
    cost: usize,
}

/// Reads a file that is such a configuration; nothing for any other file.
pub fn read(source: &Source, tree: &Tree) -> Option<SdkConfig> {
    let root = tree.root().filter(|root| root.entry("SchemaVersion").is_some())?;
    let sections = root.get("SageMaker").filter(|section| section.is_mapping())?;
    let mut defaults: Vec<(Arc<str>, Value)> = Vec::new();
    for entry in sections.entries() {
        // What is below is about the SDK's own modules.
        if entry.key == "PythonSDK" || !entry.value.is_mapping() {
            continue;
        }
        let name = format!("SageMaker.{}", entry.key);
        let value = stepped(plain::value(source, entry.value), &name, source.place(entry.key_span));
        defaults.push((format!("AWS::SageMaker::{}", entry.key).into(), value));
    }
    let sdk = sections.get("PythonSDK");
    let remote = sdk.and_then(|sdk| sdk.get("Modules")?.entry("RemoteFunction"));
    let remote = remote.filter(|entry| entry.value.is_mapping()).map(|entry| {
        let value = of_remote(&plain::value(source, entry.value));
        stepped(value, REMOTE, source.place(entry.key_span))
    });
    let core = sdk.is_some_and(|sdk| sdk.entry("Resources").is_some());
    let cost = |value: &Value| value.weight(MAX_ENTRIES).unwrap_or(MAX_STEPS);
    let cost = 1 + defaults.iter().map(|(_, value)| value).chain(&remote).map(cost).fold(0, usize::saturating_add);
    Some(SdkConfig { path: source.path.clone(), defaults, remote, core, cost })
}

/// The section of functions that run as jobs.
const REMOTE: &str = "SageMaker.PythonSDK.Modules.RemoteFunction";

/// What that section sets, and which property of the job that is.
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

/// The section of functions as properties of their jobs.
fn of_remote(section: &Value) -> Value {
    let Data::Object(section_entries) = &section.data else { return section.clone() };
    let mut properties = Object { open: section_entries.open.clone(), ..Object::default() };
    for (name, path) in REMOTE_SETTINGS {
        if let Some(entry) = section_entries.entry(name) {
            properties.set_path(path, entry.place, entry.value.clone());
        }
    }
    Value { data: Data::Object(Arc::new(properties)), origin: section.origin.clone() }
}

/// Whether a resource is the job of a function: the SDK looks these up in a section of their own.
fn is_remote(resource: &Resource) -> bool {
    let entrypoint = (*resource.kind == *kind::TRAINING_JOB).then(|| {
        let specification = resource.properties.entry("AlgorithmSpecification")?;
        Some(&specification.value.entry("ContainerEntrypoint")?.value)
    });
    let Some(Some(Value { data: Data::List(entrypoint), .. })) = entrypoint else { return false };
    entrypoint.items.iter().any(|part| part.plain_text().as_deref() == Some(REMOTE_ENTRYPOINT))
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
        if resource.input == Input::Core {
            if let Some(config) = configs.iter().find(|config| config.core) {
                let place = resource.place;
                let name = format!("the defaults of resources in `{}`", config.path).into();
                opened(&mut resource.properties, &Unknown { reason: Reason::External, name, place });
            }
            continue;
        }
        let script = resource.key.unit.clone();
        let (mut above, elsewhere): (Vec<&SdkConfig>, Vec<&SdkConfig>) =
            configs.iter().partition(|config| within(&script, folder(&config.path)));
        above.sort_by_key(|config| std::cmp::Reverse(folder(&config.path).len()));
        for config in above {
            config.fill(resource, &|value| value.clone());
        }
        for config in elsewhere {
            config.fill(resource, &|value| unsure(value, &config.path));
        }
    }
}

/// Gives a resource what the configuration says that its session was given, as a value of the code: an object with the
/// sections of `config.yaml`. Where the configuration or whether it is the one is not known, what is absent is unknown.
pub fn apply_given(resource: &mut Resource, config: &Value, is_sure: bool) {
    let place = config.origin.place;
    let name = "the configuration that the session is given";
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
    let mut kind = resource.kind.rsplit("::").next().unwrap_or_default().to_owned();
    let remote = is_remote(resource);
    let defaults = match section(config, "SageMaker") {
        Ok(Some(sections)) if remote => {
            kind = "PythonSDK.Modules.RemoteFunction".to_owned();
            let inner = kind.split('.').try_fold(Some(sections), |within, name| match within {
                Some(within) => section(&within, name),
                None => Ok(None),
            });
            inner.map(|inner| inner.map(|inner| of_remote(&inner)))
        }
        Ok(Some(sections)) => section(&sections, &kind),
        Ok(None) => Ok(None),
        Err(()) => Err(()),
    };
    let at = resource.place;
    match defaults {
        Ok(None) => {}
        Ok(Some(defaults)) => {
            let defaults = stepped(defaults, &format!("SageMaker.{kind}"), place);
            let unsure = |value: &Value| Value { data: Data::Unknown(why()), origin: Origin::at(value.origin.place) };
            let sure = |value: &Value| value.clone();
            fill(&mut resource.properties, &defaults, at, if is_sure { &sure } else { &unsure });
        }
        Err(()) => opened(&mut resource.properties, &why()),
    }
}

impl SdkConfig {
    fn fill(&self, resource: &mut Resource, default: &dyn Fn(&Value) -> Value) {
        let place = resource.place;
        if is_remote(resource) {
            self.remote.iter().for_each(|remote| fill(&mut resource.properties, remote, place, default));
            return;
        }
        for (_, defaults) in self.defaults.iter().filter(|(kind, _)| *kind == resource.kind) {
            fill(&mut resource.properties, defaults, place, default);
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

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
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

    #[test]
    fn other_files_are_left_alone() {
        for text in ["SageMaker: {Model: {}}\n", "SchemaVersion: '1.0'\n", "- 1\n", "SchemaVersion: 1\nSageMaker: x\n"]
        {
            let source = Source::plain(FileId(0), "c.yaml".into(), text.into());
            assert!(read(&source, &yaml::parse(text)).is_none(), "{text}");
        }
    }
}
