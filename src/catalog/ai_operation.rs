//! What the ML and AI services can be asked to do: which operations answer with a result, and which only start a job.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::catalog;

/// How long boto3 waits for an answer to a call before it gives up, in seconds, unless its configuration says otherwise.
/// source: botocore's documentation of `Config`, `read_timeout`; as of 2026-11-22
pub const CLIENT_TIMEOUT: f64 = 60.0;

/// An operation that does work: control of the service itself (lists, tags, vocabularies) is none.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// boto3's name of the service: `bedrock-runtime`.
    pub service: &'static str,
    /// The service in `arn:aws:states:::aws-sdk:<sdk>:<operation>`: `bedrockruntime`.
    pub sdk: &'static str,
    /// Its name in the API: `StartTranscriptionJob`.
    pub name: &'static str,
    /// What is known of the job, if it only starts one.
    pub job: Option<Job>,
    /// The resource of Step Functions' own integration: `sagemaker:createTrainingJob`.
    pub optimised: Option<&'static str>,
}

/// What an operation starts and does not wait for.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The operations that tell how far it is; none where only the output tells.
    #[serde(borrow = "'static")]
    pub get: Vec<&'static str>,
    /// The parameter that names a topic for the news that it has ended: `NotificationChannel`.
    pub notifies: Option<&'static str>,
    /// The parameter that says where in S3 its result goes: `OutputBucketName`.
    pub output: Option<&'static str>,
    /// Fields that have a value only once it has ended: `TranscriptFileUri`.
    pub result: Vec<&'static str>,
    /// The detail type of the event in EventBridge: `Transcribe Job State Change`.
    pub event: Option<&'static str>,
    /// Where the first of `get` tells how far the job is, as a path: `TranscriptionJob.TranscriptionJobStatus`.
    pub status: Option<&'static str>,
    /// What stands there while the job runs: `IN_PROGRESS`.
    pub running: Vec<&'static str>,
    /// What stands there once it has ended well: `COMPLETED`.
    pub done: Vec<&'static str>,
    /// What the first of `get` has to be given: each parameter, with its path in the answer of the start; without one it
    /// is a parameter of the start.
    pub key: Vec<(&'static str, Option<&'static str>)>,
}

static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| catalog::table(|tables| tables.operations));

/// An operation by boto3's name of the service and its own name, in any spelling: `start_transcription_job`,
/// `StartTranscriptionJob` and `startTranscriptionJob` are the same.
pub fn operation(service: &str, name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|known| known.service == service && is_named(known.name, name))
}

/// An operation by its resource in a state machine: what follows `arn:aws:states:::`, without `.sync` and the like.
/// `aws-sdk:transcribe:startTranscriptionJob`, `sagemaker:createTrainingJob`.
pub fn of_resource(resource: &str) -> Option<&'static Operation> {
    match resource.strip_prefix("aws-sdk:") {
        Some(call) => {
            let (service, name) = call.split_once(':')?;
            OPERATIONS.iter().find(|known| known.sdk.eq_ignore_ascii_case(service) && is_named(known.name, name))
        }
        None => OPERATIONS.iter().find(|known| known.optimised == Some(resource)),
    }
}

/// The operations whose jobs are asked after by an operation: those that `get_transcription_job` belongs to.
pub fn started_before(service: &str, get: &str) -> impl Iterator<Item = &'static Operation> {
    OPERATIONS.iter().filter(move |known| {
        let asked = |job: &Job| job.get.iter().any(|name| is_named(name, get));
        known.service == service && known.job.as_ref().is_some_and(asked)
    })
}

/// Whether a service, by boto3's name, has an operation that does work.
pub fn is_service(service: &str) -> bool {
    OPERATIONS.iter().any(|known| known.service == service)
}

/// The operation that a state machine would call in place of one whose answer does not fit into the state of a machine:
/// Polly's `SynthesizeSpeech` answers with a stream of sound.
/// source: quotas of Step Functions (an input or result is a text of 256 KiB at most), API reference of Polly; as of
/// 2026-11-26
pub fn in_a_state(operation: &'static Operation) -> &'static Operation {
    match (operation.service, operation.name) {
        ("polly", "SynthesizeSpeech") => self::operation("polly", "StartSpeechSynthesisTask").unwrap_or(operation),
        _ => operation,
    }
}

/// Whether a name in any spelling is that of an operation.
pub fn is_named(operation: &str, written: &str) -> bool {
    let plain = written.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase());
    plain.eq(operation.bytes().map(|byte| byte.to_ascii_lowercase()))
}

impl Operation {
    /// The service's name in a sentence: `Transcribe`.
    pub fn title(&self) -> &'static str {
        TITLES.iter().find(|(service, _)| *service == self.service).map_or(self.service, |(_, title)| title)
    }
}

/// The services' names in a sentence.
const TITLES: &[(&str, &str)] = &[
    ("bedrock", "Bedrock"),
    ("bedrock-agent-runtime", "Bedrock Agents"),
    ("bedrock-runtime", "Bedrock"),
    ("comprehend", "Comprehend"),
    ("comprehendmedical", "Comprehend Medical"),
    ("forecastquery", "Forecast"),
    ("frauddetector", "Fraud Detector"),
    ("kendra", "Kendra"),
    ("lex-runtime", "Lex"),
    ("lexv2-runtime", "Lex"),
    ("personalize-runtime", "Personalize"),
    ("polly", "Polly"),
    ("rekognition", "Rekognition"),
    ("sagemaker", "SageMaker"),
    ("sagemaker-runtime", "SageMaker"),
    ("textract", "Textract"),
    ("transcribe", "Transcribe"),
    ("translate", "Translate"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_found_by_each_of_its_names() {
        let start = operation("transcribe", "start_transcription_job").expect("it is in the table");
        assert_eq!(start.name, "StartTranscriptionJob");
        assert_eq!(of_resource("aws-sdk:transcribe:startTranscriptionJob"), Some(start));
        assert_eq!(operation("transcribe", "StartTranscriptionJob"), Some(start));
        assert_eq!(operation("translate", "start_transcription_job"), None);
        let job = start.job.as_ref().expect("it starts a job");
        assert_eq!((&job.get[..], job.output), (&["GetTranscriptionJob"][..], Some("OutputBucketName")));
        assert_eq!(job.status, Some("TranscriptionJob.TranscriptionJobStatus"));
        assert_eq!((&job.running[..], &job.done[..]), (&["QUEUED", "IN_PROGRESS"][..], &["COMPLETED"][..]));
        assert_eq!(job.key, [("TranscriptionJobName", Some("TranscriptionJob.TranscriptionJobName"))]);
        assert_eq!(started_before("transcribe", "get_transcription_job").collect::<Vec<_>>(), [start]);
    }

    #[test]
    fn an_operation_that_answers_with_its_result_is_no_job() {
        assert!(operation("translate", "translate_text").is_some_and(|known| known.job.is_none()));
        assert!(operation("translate", "list_languages").is_none(), "that is no work");
    }

    #[test]
    fn step_functions_own_integrations_are_known() {
        let train = of_resource("sagemaker:createTrainingJob").expect("it is in the table");
        assert_eq!((train.service, train.name), ("sagemaker", "CreateTrainingJob"));
        assert_eq!(of_resource("aws-sdk:sagemaker:createTrainingJob"), Some(train));
        assert_eq!(of_resource("bedrock:invokeModel").map(|known| known.service), Some("bedrock-runtime"));
        assert_eq!(of_resource("lambda:invoke"), None);
    }

    #[test]
    fn jobs_that_can_be_asked_after_say_how() {
        for operation in OPERATIONS.iter() {
            let Some(job) = operation.job.as_ref().filter(|job| !job.get.is_empty()) else { continue };
            let all = job.status.is_some() && !job.running.is_empty() && !job.done.is_empty() && !job.key.is_empty();
            assert!(all, "{}", operation.name);
        }
        let speech = operation("polly", "synthesize_speech").expect("it is in the table");
        assert_eq!(in_a_state(speech).name, "StartSpeechSynthesisTask");
    }

    #[test]
    fn each_service_has_a_title() {
        for operation in OPERATIONS.iter() {
            assert!(TITLES.iter().any(|(service, _)| *service == operation.service), "{}", operation.service);
        }
    }
}
