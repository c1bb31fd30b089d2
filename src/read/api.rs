//! API operations → resources: which kind a create request makes, and its properties in graph names.

use std::sync::Arc;

use super::job_flow;
use crate::{
    graph::{
        Input, Key, Resource,
        guard::Formula,
        kind,
        value::{Data, Entry, List, Object, Reason, Unknown, Value},
    },
    source::Place,
};

/// A create request, whatever it was written in.
pub struct LowerRequest {
    /// Unit of the resource.
    pub unit: Arc<str>,
    /// Its id within the unit.
    pub id: Arc<str>,
    /// The calls that lead to it, outermost first.
    pub callers: Vec<Arc<str>>,
    /// Where those calls are.
    pub caller_places: Vec<Place>,
    /// What it was read from.
    pub input: Input,
    /// The request: an object with the API's names.
    pub properties: Value,
    /// Where its head is.
    pub place: Place,
    /// The whole of it.
    pub body: Place,
    /// The condition under which the request is made.
    pub guard: Formula,
}

/// An operation that makes something: its service, by the name of boto3's client; its name, in lower case without `_`; the
/// kind of what it makes.
type Operation = (&'static str, &'static str, &'static str);

/// The operations that make something: all of SageMaker's but for those that only make URLs (source: service model of
/// botocore 1.44.8, read 2026-11-26), those by which Application Auto Scaling scales endpoints, those of the data services, and
/// those that make state machines and stacks.
const OPERATIONS: &[Operation] = &[
    ("application-autoscaling", "putscalingpolicy", kind::SCALING_POLICY),
    ("application-autoscaling", "putscheduledaction", kind::SCHEDULED_ACTION),
    ("application-autoscaling", "registerscalabletarget", kind::SCALABLE_TARGET),
    ("athena", "createworkgroup", kind::WORK_GROUP),
    ("cloudformation", "createstack", kind::STACK),
    ("emr", "runjobflow", kind::EMR_CLUSTER),
    ("firehose", "createdeliverystream", kind::DELIVERY_STREAM),
    ("glue", "createtable", kind::TABLE),
    ("sagemaker", "createaction", "AWS::SageMaker::Action"),
    ("sagemaker", "createaibenchmarkjob", "AWS::SageMaker::AIBenchmarkJob"),
    ("sagemaker", "createairecommendationjob", "AWS::SageMaker::AIRecommendationJob"),
    ("sagemaker", "createaiworkloadconfig", "AWS::SageMaker::AIWorkloadConfig"),
    ("sagemaker", "createalgorithm", "AWS::SageMaker::Algorithm"),
    ("sagemaker", "createapp", "AWS::SageMaker::App"),
    ("sagemaker", "createappimageconfig", "AWS::SageMaker::AppImageConfig"),
    ("sagemaker", "createartifact", "AWS::SageMaker::Artifact"),
    ("sagemaker", "createautomljob", kind::AUTO_ML_JOB),
    ("sagemaker", "createautomljobv2", kind::AUTO_ML_JOB),
    ("sagemaker", "createcluster", "AWS::SageMaker::Cluster"),
    ("sagemaker", "createclusterextension", "AWS::SageMaker::ClusterExtension"),
    ("sagemaker", "createclusterschedulerconfig", "AWS::SageMaker::ClusterSchedulerConfig"),
    ("sagemaker", "createcoderepository", "AWS::SageMaker::CodeRepository"),
    ("sagemaker", "createcompilationjob", "AWS::SageMaker::CompilationJob"),
    ("sagemaker", "createcomputequota", "AWS::SageMaker::ComputeQuota"),
    ("sagemaker", "createcontext", "AWS::SageMaker::Context"),
    ("sagemaker", "createdataqualityjobdefinition", "AWS::SageMaker::DataQualityJobDefinition"),
    ("sagemaker", "createdevicefleet", "AWS::SageMaker::DeviceFleet"),
    ("sagemaker", "createdomain", "AWS::SageMaker::Domain"),
    ("sagemaker", "createedgedeploymentplan", "AWS::SageMaker::EdgeDeploymentPlan"),
    ("sagemaker", "createedgedeploymentstage", "AWS::SageMaker::EdgeDeploymentStage"),
    ("sagemaker", "createedgepackagingjob", "AWS::SageMaker::EdgePackagingJob"),
    ("sagemaker", "createendpoint", kind::ENDPOINT),
    ("sagemaker", "createendpointconfig", kind::ENDPOINT_CONFIG),
    ("sagemaker", "createexperiment", "AWS::SageMaker::Experiment"),
    ("sagemaker", "createfeaturegroup", kind::FEATURE_GROUP),
    ("sagemaker", "createflowdefinition", "AWS::SageMaker::FlowDefinition"),
    ("sagemaker", "createglobalinferencegateway", "AWS::SageMaker::GlobalInferenceGateway"),
    ("sagemaker", "createhub", "AWS::SageMaker::Hub"),
    ("sagemaker", "createhubcontentreference", "AWS::SageMaker::HubContentReference"),
    ("sagemaker", "createhumantaskui", "AWS::SageMaker::HumanTaskUi"),
    ("sagemaker", "createhyperparametertuningjob", kind::TUNING_JOB),
    ("sagemaker", "createimage", "AWS::SageMaker::Image"),
    ("sagemaker", "createimageversion", "AWS::SageMaker::ImageVersion"),
    ("sagemaker", "createinferencecomponent", "AWS::SageMaker::InferenceComponent"),
    ("sagemaker", "createinferenceexperiment", "AWS::SageMaker::InferenceExperiment"),
    ("sagemaker", "createinferencerecommendationsjob", "AWS::SageMaker::InferenceRecommendationsJob"),
    ("sagemaker", "createinferencerouter", "AWS::SageMaker::InferenceRouter"),
    ("sagemaker", "createjob", "AWS::SageMaker::Job"),
    ("sagemaker", "createlabelingjob", "AWS::SageMaker::LabelingJob"),
    ("sagemaker", "createmlflowapp", "AWS::SageMaker::MlflowApp"),
    ("sagemaker", "createmlflowtrackingserver", "AWS::SageMaker::MlflowTrackingServer"),
    ("sagemaker", "createmodel", kind::MODEL),
    ("sagemaker", "createmodelbiasjobdefinition", "AWS::SageMaker::ModelBiasJobDefinition"),
    ("sagemaker", "createmodelcard", "AWS::SageMaker::ModelCard"),
    ("sagemaker", "createmodelcardexportjob", "AWS::SageMaker::ModelCardExportJob"),
    ("sagemaker", "createmodelexplainabilityjobdefinition", "AWS::SageMaker::ModelExplainabilityJobDefinition"),
    ("sagemaker", "createmodelpackage", "AWS::SageMaker::ModelPackage"),
    ("sagemaker", "createmodelpackagegroup", "AWS::SageMaker::ModelPackageGroup"),
    ("sagemaker", "createmodelqualityjobdefinition", "AWS::SageMaker::ModelQualityJobDefinition"),
    ("sagemaker", "createmonitoringschedule", "AWS::SageMaker::MonitoringSchedule"),
    ("sagemaker", "createnotebookinstance", kind::NOTEBOOK_INSTANCE),
    ("sagemaker", "createnotebookinstancelifecycleconfig", "AWS::SageMaker::NotebookInstanceLifecycleConfig"),
    ("sagemaker", "createoptimizationjob", "AWS::SageMaker::OptimizationJob"),
    ("sagemaker", "createpartnerapp", "AWS::SageMaker::PartnerApp"),
    ("sagemaker", "createpipeline", kind::PIPELINE),
    ("sagemaker", "createprocessingjob", kind::PROCESSING_JOB),
    ("sagemaker", "createproject", "AWS::SageMaker::Project"),
    ("sagemaker", "createspace", "AWS::SageMaker::Space"),
    ("sagemaker", "createstudiolifecycleconfig", "AWS::SageMaker::StudioLifecycleConfig"),
    ("sagemaker", "createtrainingjob", kind::TRAINING_JOB),
    ("sagemaker", "createtrainingplan", "AWS::SageMaker::TrainingPlan"),
    ("sagemaker", "createtrainingsession", "AWS::SageMaker::TrainingSession"),
    ("sagemaker", "createtransformjob", kind::TRANSFORM_JOB),
    ("sagemaker", "createtrial", "AWS::SageMaker::Trial"),
    ("sagemaker", "createtrialcomponent", "AWS::SageMaker::TrialComponent"),
    ("sagemaker", "createuserprofile", "AWS::SageMaker::UserProfile"),
    ("sagemaker", "createworkforce", "AWS::SageMaker::Workforce"),
    ("sagemaker", "createworkteam", "AWS::SageMaker::Workteam"),
    ("stepfunctions", "createstatemachine", kind::STATE_MACHINE),
];

/// What Step Functions calls a service, where that is not the name of boto3's client.
const INTEGRATIONS: &[(&str, &str)] =
    &[("applicationautoscaling", "application-autoscaling"), ("elasticmapreduce", "emr"), ("sfn", "stepfunctions")];

/// The operations of Step Functions that go by a name of their own.
const INTEGRATED: &[(&str, &str)] = &[("createCluster", "runJobFlow")];

/// Where the API and CloudFormation name the same property differently: kind, the API's name, CloudFormation's path.
const RENAMED: &[(&str, &str, &str)] = &[
    (kind::WORK_GROUP, "Configuration", "WorkGroupConfiguration"),
    ("AWS::SageMaker::Domain", "HomeEfsFileSystemKmsKeyId", "KmsKeyId"),
    ("AWS::SageMaker::Image", "Description", "ImageDescription"),
    ("AWS::SageMaker::Image", "DisplayName", "ImageDisplayName"),
    ("AWS::SageMaker::Image", "RoleArn", "ImageRoleArn"),
    (kind::PIPELINE, "PipelineDefinition", "PipelineDefinition.PipelineDefinitionBody"),
    (kind::PIPELINE, "PipelineDefinitionS3Location", "PipelineDefinition.PipelineDefinitionS3Location"),
    (kind::STATE_MACHINE, "Definition", "DefinitionString"),
    (kind::STATE_MACHINE, "Name", "StateMachineName"),
    (kind::STATE_MACHINE, "Type", "StateMachineType"),
];

/// The kind of resource that an operation of a service makes; `create_model` and `CreateModel` are the same.
pub fn kind_of(service: &str, operation: &str) -> Option<&'static str> {
    let name: String = operation.chars().filter(|char| *char != '_').map(|char| char.to_ascii_lowercase()).collect();
    let found = OPERATIONS.iter().find(|(of, known, _)| *of == service && *known == name);
    found.map(|(_, _, kind)| *kind)
}

/// Whether an operation of some service makes something, by its name as boto3 calls it: `create_model`.
pub(super) fn is_operation(name: &str) -> bool {
    let name: String = name.chars().filter(|&letter| letter != '_').collect();
    OPERATIONS.iter().any(|(_, known, _)| *known == name)
}

/// The operations that make something: service, and name in lower case; sorted.
#[cfg(test)]
pub(super) fn operations() -> impl Iterator<Item = (&'static str, &'static str)> {
    OPERATIONS.iter().map(|(service, name, _)| (*service, *name))
}

/// The service, by boto3's name, and the operation that Step Functions' way to it names: `sagemaker:createModel`,
/// `aws-sdk:glue:createTable`, `elasticmapreduce:createCluster`.
pub fn integrated(resource: &str) -> Option<(&str, &str)> {
    let (service, operation) = match resource.strip_prefix("aws-sdk:") {
        Some(call) => call.split_once(':')?,
        None => {
            let (service, operation) = resource.split_once(':')?;
            let known = INTEGRATED.iter().find(|(name, _)| service == "elasticmapreduce" && *name == operation);
            (service, known.map_or(operation, |(_, operation)| operation))
        }
    };
    let known = INTEGRATIONS.iter().find(|(name, _)| *name == service);
    Some((known.map_or(service, |(_, service)| service), operation))
}

/// The resources that a request makes: none for an operation that makes none, several for a tuning job, whose
/// training job definitions are training jobs too.
pub fn lower(service: &str, operation: &str, request: LowerRequest) -> Vec<Resource> {
    let Some(kind) = kind_of(service, operation) else { return Vec::new() };
    let mut made = Vec::new();
    if kind == kind::TUNING_JOB {
        training_jobs(&request, &request.properties, &request.guard, &mut made);
    }
    let mut properties = in_graph_names(kind, &request.properties);
    if kind == kind::EMR_CLUSTER {
        properties = job_flow::by_role(properties);
    }
    made.insert(0, resource(&request, request.id.clone(), kind, properties, request.place, request.guard.clone()));
    made
}

/// The properties that a request has for a resource of a kind, by the names of the graph.
pub(super) fn in_graph_names(kind: &str, request: &Value) -> Value {
    match kind {
        kind::STATE_MACHINE => renamed(kind, capitalised(request)),
        _ => renamed(kind, request.clone()),
    }
}

fn resource(
    request: &LowerRequest,
    id: Arc<str>,
    kind: &str,
    properties: Value,
    place: Place,
    guard: Formula,
) -> Resource {
    Resource {
        key: Key { unit: request.unit.clone(), callers: request.callers.clone(), id },
        kind: kind.into(),
        input: request.input,
        properties,
        place,
        body: request.body,
        guard,
        region: None,
        callers: request.caller_places.clone(),
        multiplicity: None,
        repeats: false,
    }
}

/// The names of a request that begins them in lower case, as that of Step Functions does. A definition has names of its own.
fn capitalised(value: &Value) -> Value {
    let data = match &value.data {
        Data::Object(object) => {
            let mut object = object.as_ref().clone();
            for entry in &mut object.entries {
                if !entry.name.eq_ignore_ascii_case("definition") {
                    entry.value = capitalised(&entry.value);
                }
                let mut letters = entry.name.chars();
                let first = letters.next().map(|first| first.to_ascii_uppercase());
                entry.name = first.into_iter().chain(letters).collect::<String>().into();
            }
            Data::Object(Arc::new(object))
        }
        Data::List(list) => {
            let items = list.items.iter().map(capitalised).collect();
            Data::List(Arc::new(List { items, open: list.open.clone() }))
        }
        _ => return value.clone(),
    };
    Value { data, origin: value.origin.clone() }
}

/// Gives properties the names that CloudFormation has for them.
fn renamed(kind: &str, properties: Value) -> Value {
    let renames = || RENAMED.iter().filter(|(of, _, _)| *of == kind);
    let Data::Object(object) = &properties.data else { return properties };
    if !renames().any(|(_, from, _)| object.entry(from).is_some()) {
        return properties;
    }
    let mut changed = Object { entries: Vec::new(), open: object.open.clone(), class: object.class.clone() };
    for entry in &object.entries {
        match renames().find(|(_, from, _)| **from == *entry.name) {
            // The API takes the body of a pipeline as a text; an object is already in CloudFormation's form.
            Some((_, from, to)) if !matches!(entry.value.data, Data::Object(_)) || !to.starts_with(from) => {
                changed.set_path(to, entry.place, entry.value.clone());
            }
            _ => changed.set(entry.clone()),
        }
    }
    Value { data: Data::Object(Arc::new(changed)), origin: properties.origin.clone() }
}

/// Training jobs that a tuning job starts: one for `TrainingJobDefinition`, one for each of `TrainingJobDefinitions`.
fn training_jobs(request: &LowerRequest, properties: &Value, guard: &Formula, made: &mut Vec<Resource>) {
    if let Data::Guarded(guarded) = &properties.data {
        training_jobs(request, &guarded.then, &guard.and(&guarded.when), made);
        training_jobs(request, &guarded.otherwise, &guard.and(&guarded.when.negated()), made);
        return;
    }
    let config = properties.entry("HyperParameterTuningJobConfig").map(|entry| &entry.value);
    let autotune = properties.entry("Autotune").is_some();
    let since = made.len();
    if let Some(entry) = properties.entry("TrainingJobDefinition") {
        let ranges = config.and_then(|config| config.entry("ParameterRanges")).filter(|_| !autotune);
        let chosen = ranges.and_then(|ranges| chosen(&ranges.value));
        definition(request, "TrainingJobDefinition", entry.place, (&entry.value, chosen), guard, made);
    }
    let several = properties.entry("TrainingJobDefinitions").map(|entry| &entry.value.data);
    if let Some(Data::List(list)) = several {
        for (at, item) in list.items.iter().enumerate() {
            let ranges = item.entry("HyperParameterRanges").filter(|_| !autotune);
            let chosen = ranges.and_then(|ranges| chosen(&ranges.value));
            let name = format!("TrainingJobDefinitions[{at}]");
            definition(request, &name, item.origin.place, (item, chosen), guard, made);
        }
    }
    // A definition has no tags: the jobs have those of the tuning job.
    if let Some(tags) = properties.entry("Tags") {
        for job in &mut made[since..] {
            if let Data::Object(job) = &mut job.properties.data {
                Arc::make_mut(job).set(tags.clone());
            }
        }
    }
}

/// Names of hyperparameters that a tuning job chooses, each with the place of its range.
type Chosen = Vec<(Arc<str>, Place)>;

/// The hyperparameters that ranges are given for; nothing where that is not known.
fn chosen(ranges: &Value) -> Option<Chosen> {
    let Data::Object(kinds) = &ranges.data else { return None };
    let mut names = Chosen::new();
    for kind in &kinds.entries {
        let list = match &kind.value.data {
            Data::List(list) if list.open.is_none() => list,
            Data::Absent => continue,
            _ => return None,
        };
        for range in &list.items {
            let Data::Text(name) = &range.entry("Name")?.value.data else { return None };
            names.push((name.clone(), range.origin.place));
        }
    }
    kinds.open.is_none().then_some(names)
}

fn definition(
    request: &LowerRequest,
    name: &str,
    place: Place,
    (value, chosen): (&Value, Option<Chosen>),
    guard: &Formula,
    made: &mut Vec<Resource>,
) {
    match &value.data {
        Data::Guarded(guarded) => {
            definition(request, name, place, (&guarded.then, chosen.clone()), &guard.and(&guarded.when), made);
            let negated = guarded.when.negated();
            definition(request, name, place, (&guarded.otherwise, chosen), &guard.and(&negated), made);
        }
        Data::Object(object) => {
            let properties = Value {
                data: Data::Object(Arc::new(training_job(object, chosen, place))),
                origin: value.origin.clone(),
            };
            let id = format!("{}/{name}", request.id);
            made.push(resource(request, id.into(), kind::TRAINING_JOB, properties, place, guard.clone()));
        }
        // Nothing is known of the jobs; the tuning job itself stands for them.
        _ => {}
    }
}

/// A training job definition in the words of `CreateTrainingJob`. The hyperparameters that the tuning job chooses are
/// there, with values that are not known; which these are may not be known either.
fn training_job(definition: &Object, chosen: Option<Chosen>, place: Place) -> Object {
    const CHOSEN: &str = "hyperparameters that the tuning job chooses";
    let mut job = Object { entries: Vec::new(), open: definition.open.clone(), class: None };
    for entry in &definition.entries {
        match &*entry.name {
            "DefinitionName" | "TuningObjective" | "HyperParameterRanges" => {}
            "StaticHyperParameters" => {
                let value = match &chosen {
                    Some(_) => entry.value.clone(),
                    None => opened(&entry.value, CHOSEN, entry.place),
                };
                job.set(Entry { name: "HyperParameters".into(), place: entry.place, value });
            }
            "HyperParameterTuningResourceConfig" => {
                // It may list several instance types, of which the service takes one.
                let listed = entry.value.entry("InstanceConfigs").is_some();
                let value = if listed {
                    opened(&entry.value, "the instance type that the tuning job chooses", entry.place)
                } else {
                    entry.value.clone()
                };
                job.set(Entry { name: "ResourceConfig".into(), place: entry.place, value });
            }
            _ => job.set(entry.clone()),
        }
    }
    if job.entry("HyperParameters").is_none() && (chosen.is_none() || job.open.is_some()) {
        let value = Value::unknown(Reason::RunTime, CHOSEN, place);
        job.set(Entry { name: "HyperParameters".into(), place, value });
    }
    for (name, place) in chosen.into_iter().flatten() {
        let value = Value::unknown(Reason::RunTime, CHOSEN, place);
        job.set_path(&format!("HyperParameters.{name}"), place, value);
    }
    job
}

/// The same object, which may have more entries.
fn opened(value: &Value, why: &str, place: Place) -> Value {
    let Data::Object(object) = &value.data else { return value.clone() };
    let mut object = object.as_ref().clone();
    object.open.get_or_insert(Unknown { reason: Reason::RunTime, name: why.into(), place });
    Value { data: Data::Object(Arc::new(object)), origin: value.origin.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn place() -> Place {
        Place::new(FileId(0), Span::new(0, 1))
    }

    fn object(entries: Vec<(&str, Value)>) -> Value {
        let entries = entries.into_iter().map(|(name, value)| Entry { name: name.into(), place: place(), value });
        Value::object(Object { entries: entries.collect(), ..Object::default() }, place())
    }

    fn request(properties: Value) -> LowerRequest {
        LowerRequest {
            unit: "train.py".into(),
            id: "tune".into(),
            callers: Vec::new(),
            caller_places: Vec::new(),
            input: Input::Api,
            properties,
            place: place(),
            body: place(),
            guard: Formula::True,
        }
    }

    #[test]
    fn both_spellings_name_the_same_operation() {
        assert_eq!(kind_of("sagemaker", "create_auto_ml_job_v2"), Some("AWS::SageMaker::AutoMLJob"));
        assert_eq!(kind_of("sagemaker", "CreateAutoMLJobV2"), Some("AWS::SageMaker::AutoMLJob"));
        assert_eq!(kind_of("dynamodb", "create_table"), None, "a table of another service");
        assert_eq!(kind_of("sagemaker", "describe_training_job"), None);
        assert!(lower("sagemaker", "list_models", request(object(Vec::new()))).is_empty());
    }

    #[test]
    fn step_functions_has_its_own_names() {
        assert_eq!(integrated("sagemaker:createModel"), Some(("sagemaker", "createModel")));
        assert_eq!(integrated("aws-sdk:glue:createTable"), Some(("glue", "createTable")));
        assert_eq!(integrated("elasticmapreduce:createCluster"), Some(("emr", "runJobFlow")));
        let target = "aws-sdk:applicationautoscaling:registerScalableTarget";
        assert_eq!(integrated(target), Some(("application-autoscaling", "registerScalableTarget")));
        assert_eq!(integrated("nothing"), None);
    }

    #[test]
    fn a_tuning_job_brings_its_training_jobs() {
        let definition = object(vec![
            ("EnableManagedSpotTraining", Value::new(Data::Bool(true), place())),
            ("StaticHyperParameters", object(vec![("epochs", Value::text("3", place()))])),
        ]);
        let made = lower(
            "sagemaker",
            "CreateHyperParameterTuningJob",
            request(object(vec![("TrainingJobDefinition", definition)])),
        );
        let ids: Vec<_> = made.iter().map(|resource| (&*resource.key.id, &*resource.kind)).collect();
        assert_eq!(ids, [("tune", kind::TUNING_JOB), ("tune/TrainingJobDefinition", kind::TRAINING_JOB)]);
        assert!(made[1].properties.entry("Tags").is_none());
        let job = &made[1].properties;
        assert!(job.entry("EnableManagedSpotTraining").is_some());
        let Some(Entry { value: Value { data: Data::Object(chosen), .. }, .. }) = job.entry("HyperParameters") else {
            panic!("the static hyperparameters are the job's");
        };
        assert!(chosen.entry("epochs").is_some() && chosen.open.is_some(), "the tuned ones are not known");
    }

    #[test]
    fn training_jobs_have_the_tags_of_their_tuning_job() {
        let list = Value::list(vec![object(vec![]), object(vec![])], place());
        let tags = Value::list(vec![object(vec![("Key", Value::text("team", place()))])], place());
        let made = lower(
            "sagemaker",
            "create_hyper_parameter_tuning_job",
            request(object(vec![("TrainingJobDefinitions", list), ("Tags", tags)])),
        );
        assert_eq!(made.len(), 3);
        for job in &made[1..] {
            assert!(job.properties.entry("Tags").is_some_and(|tags| matches!(tags.value.data, Data::List(_))));
        }
    }

    #[test]
    fn a_guarded_list_of_definitions_keeps_its_guard() {
        let atom = Formula::Atom(Arc::new(crate::graph::guard::Atom {
            subject: "spot".into(),
            equals: None,
            domain: None,
            display: "spot".into(),
            usual: crate::graph::guard::Usual::Open,
        }));
        let either = Value::guarded(&atom, object(vec![]), Value::absent(place()));
        let list = Value::list(vec![object(vec![]), either], place());
        let made = lower(
            "sagemaker",
            "create_hyper_parameter_tuning_job",
            request(object(vec![("TrainingJobDefinitions", list)])),
        );
        let ids: Vec<_> = made.iter().map(|resource| (&*resource.key.id, &resource.guard)).collect();
        assert_eq!(
            ids,
            [
                ("tune", &Formula::True),
                ("tune/TrainingJobDefinitions[0]", &Formula::True),
                ("tune/TrainingJobDefinitions[1]", &atom),
            ]
        );
    }

    #[test]
    fn a_pipeline_definition_takes_cloudformations_form() {
        let made = lower(
            "sagemaker",
            "create_pipeline",
            request(object(vec![("PipelineDefinition", Value::text("{}", place()))])),
        );
        let definition = made[0].properties.entry("PipelineDefinition").map(|entry| entry.value.clone());
        assert!(definition.is_some_and(|value| value.entry("PipelineDefinitionBody").is_some()));
    }
}
