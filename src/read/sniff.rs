//! Cheap looks at a file's bytes, before any parser: is it ours, and is it worth a complaint if it is broken?

use std::sync::LazyLock;

use memchr::memmem::Finder;
use regex::bytes::Regex;

use crate::catalog::retired;

/// What a file is written in, by its name and first character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    /// YAML, and JSON that is read as such.
    Yaml,
    /// JSON.
    Json,
    /// Python.
    Python,
    /// A Jupyter notebook.
    Notebook,
    /// Terraform configuration.
    Terraform,
    /// None that is read; a reason why.
    None(&'static str),
}

impl Language {
    /// The language of a file. A `.template` or `.asl` is what its first character says; a file of an unknown name is ours only
    /// if its text begins as a template or a request does.
    pub(crate) fn of(path: &str, bytes: &[u8]) -> Self {
        if let Some(language) = Self::by_name(path) {
            return language;
        }
        let language = if first(bytes) == Some(b'{') { Self::Json } else { Self::Yaml };
        let is_ours =
            matches!(&*extension(path), "template" | "asl") || begins_as_ours(bytes) && may_be_ours(language, bytes);
        if is_ours { language } else { Self::None(UNKNOWN_KIND) }
    }

    /// The language of a file whose name says it.
    pub(crate) fn by_name(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        if name.ends_with(".tf") || name.ends_with(".tf.json") {
            return Some(Self::Terraform);
        }
        if name.ends_with(".tfvars") || name.ends_with(".tfvars.json") {
            return Some(Self::None("values of Terraform variables: read with the configuration beside them"));
        }
        if name.ends_with(".tofu") || name.ends_with(".tofu.json") || name.ends_with(".hcl") {
            return Some(Self::None("not Terraform's own configuration"));
        }
        Some(match &*extension(path) {
            "py" => Self::Python,
            "ipynb" => Self::Notebook,
            "json" => Self::Json,
            "yaml" | "yml" => Self::Yaml,
            _ => return None,
        })
    }
}

/// Why a file is not read whose name and text are those of no input.
pub(super) const UNKNOWN_KIND: &str = "not a kind of file that mllint reads";

/// What stands behind the last dot of a file's name, in lower case.
fn extension(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or_else(String::new, |(_, extension)| extension.to_ascii_lowercase())
}

/// Whether the first line that says something is `{` or a key such as `Resources:`. Prose and other languages that only
/// quote a template begin otherwise.
fn begins_as_ours(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut lines = bytes.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let line = lines.find(|line| !line.is_empty() && !line.starts_with(b"#") && *line != b"---").unwrap_or_default();
    let word = line.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    line.starts_with(b"{") || line.first().is_some_and(u8::is_ascii_uppercase) && line.get(word) == Some(&b':')
}

/// The first character that is no white space, behind a byte order mark.
fn first(bytes: &[u8]) -> Option<u8> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

/// Words, to look for in bytes.
struct Words(Vec<Finder<'static>>);

impl Words {
    fn of(words: &'static [&'static str]) -> Self {
        Self(words.iter().map(|word| Finder::new(*word)).collect())
    }

    fn any(&self, bytes: &[u8]) -> bool {
        self.0.iter().any(|finder| finder.find(bytes).is_some())
    }

    fn all(&self, bytes: &[u8]) -> bool {
        self.0.iter().all(|finder| finder.find(bytes).is_some())
    }
}

/// A template.
static TEMPLATE: LazyLock<Words> = LazyLock::new(|| Words::of(&["Resources", "::"]));
/// A service of the Serverless Framework.
static SERVICE_FILE: LazyLock<Words> = LazyLock::new(|| Words::of(&["provider:", "functions:", "service:"]));
/// A request of an API, or a template without resources. One pass finds any of so many words.
static REQUEST: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(&REQUESTS.join("|")).ok());
/// A word of each of the requests; a test looks for one that has none.
const REQUESTS: &[&str] = &[
    "AIBenchmarkJobName",
    "AIRecommendationJobName",
    "AIWorkloadConfigName",
    "AWSTemplateFormatVersion",
    "ActionType",
    "AlgorithmName",
    "AlgorithmSpecification",
    "AppImageConfigName",
    "AppSpecification",
    "AppType",
    "ArtifactStoreUri",
    "ArtifactType",
    "AuthType",
    "AutoMLJob",
    "BaseImage",
    "CodeRepositoryName",
    "CompilationJobName",
    "ComputeQuotaConfig",
    "ContextType",
    "DefaultUserSettings",
    "DeliveryStreamName",
    "DeviceFleetName",
    "EdgeDeploymentPlanName",
    "EdgePackagingJobName",
    "EndpointConfigName",
    "EndpointName",
    "EnforceWorkGroupConfiguration",
    "EngineVersion",
    "ExperimentName",
    "ExtensionName",
    "FeatureGroupName",
    "FlowDefinitionName",
    "Gateways",
    "HubName",
    "HumanTaskUiName",
    "ImageName",
    "InferenceRouterName",
    "InferenceSpecification",
    "InstanceFleets",
    "InstanceGroups",
    "JobName",
    "LabelingJobName",
    "ModelCardName",
    "ModelName",
    "ModelPackageGroupName",
    "MonitoringScheduleName",
    "NotebookInstance",
    "OptimizationJobName",
    "PipelineName",
    "ProductionVariants",
    "ProjectName",
    "ReleaseLabel",
    "ResultConfiguration",
    "ScalableDimension",
    "SchedulerConfig",
    "SourceAlgorithmSpecification",
    "SpaceName",
    "StudioLifecycleConfigName",
    "TableInput",
    "TemplateBody",
    "TrainingJobDefinition",
    "TrainingPlanName",
    "TrainingSessionName",
    "TransformInput",
    "TrialComponentName",
    "UserProfileName",
    "WarmStartConfig",
    "WorkforceName",
    "WorkteamName",
    "roleArn",
];
/// The SageMaker SDK's configuration file.
static SDK_CONFIG: LazyLock<Words> = LazyLock::new(|| Words::of(&["SchemaVersion", "SageMaker"]));
/// The same for sagemaker-core alone.
static CORE_CONFIG: LazyLock<Words> = LazyLock::new(|| Words::of(&["PythonSDK", "SageMaker"]));
/// A plan of Terraform's.
static PLAN: LazyLock<Words> = LazyLock::new(|| Words::of(&["\"format_version\"", "\"planned_values\""]));
/// A definition of a state machine.
static DEFINITION: LazyLock<Words> = LazyLock::new(|| Words::of(&["StartAt", "States"]));
/// A definition of a pipeline.
static PIPELINE: LazyLock<Words> = LazyLock::new(|| Words::of(&["\"Version\"", "\"Steps\"", "\"Arguments\""]));
/// Code that may use the SDKs.
static CODE: LazyLock<Words> = LazyLock::new(|| Words::of(&["sagemaker", "boto3"]));
/// Code that speaks of SageMaker, also in words.
static SAGEMAKER: LazyLock<Words> = LazyLock::new(|| Words::of(&["sagemaker"]));
/// Code that imports it, calls it, hands it on, or names it as a service or a requirement: scripts that run inside of a
/// job mostly name it in a path or a comment.
static USE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?-u)(?:from|import)[ \t(][^\n]*sagemaker|["']sagemaker|\bsagemaker\w*[.(=,)]"#).ok()
});
/// Names of what may be an operation that makes something, as boto3 calls them.
static OPERATION: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?-u)\b(?:create|put|register|run)_[a-z_]+").ok());
/// Names of services in quotes, which a notebook escapes.
static SERVICE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(?-u)["']([a-z][a-z0-9-]+)\\?["']"#).ok());
/// A Lambda handler, by its signature: an event, and something that is a context.
static HANDLER: LazyLock<Words> = LazyLock::new(|| Words::of(&["event", "def "]));
static CONTEXT: LazyLock<Words> = LazyLock::new(|| Words::of(&["context", "ctx", ", _)", ", _:"]));
/// Frameworks that call the handlers of an application themselves, and adapters for Lambda.
static FRAMEWORK: LazyLock<Words> = LazyLock::new(|| {
    Words::of(&["chalice", "aws_lambda_powertools", "mangum", "serverless_wsgi", "awsgi", "apig_wsgi"])
});
/// Marks of a file that is meant for AWS.
static MARKED: LazyLock<Words> = LazyLock::new(|| Words::of(&["AWSTemplateFormatVersion", "AWS::", "\"StartAt\""]));
/// Marks of code that is meant for SageMaker.
static IMPORT: LazyLock<Words> = LazyLock::new(|| Words::of(&["import sagemaker", "from sagemaker"]));

/// Whether a file may describe a workload, so that parsing it is worth while.
pub(super) fn may_be_ours(language: Language, bytes: &[u8]) -> bool {
    match language {
        Language::Yaml | Language::Json => {
            REQUEST.as_ref().is_some_and(|request| request.is_match(bytes))
                || TEMPLATE.all(bytes)
                || SDK_CONFIG.all(bytes)
                || CORE_CONFIG.all(bytes)
                || PLAN.all(bytes)
                || may_be_definition(bytes)
                || PIPELINE.all(bytes)
                || SERVICE_FILE.all(bytes)
        }
        Language::Python => {
            CODE.any(bytes) && (uses_sagemaker(bytes) || calls_operation(bytes) || names_retired(bytes))
        }
        Language::Notebook => {
            CODE.any(bytes) && (SAGEMAKER.any(bytes) || calls_operation(bytes) || names_retired(bytes))
        }
        Language::Terraform => true,
        Language::None(_) => false,
    }
}

/// Whether code uses SageMaker, and does not only speak of it.
fn uses_sagemaker(bytes: &[u8]) -> bool {
    USE.as_ref().is_none_or(|uses| uses.is_match(bytes))
}

/// Whether code names an operation that makes something that is read: most code that imports boto3 does not.
fn calls_operation(bytes: &[u8]) -> bool {
    let Some(names) = OPERATION.as_ref() else { return true };
    names.find_iter(bytes).any(|name| std::str::from_utf8(name.as_bytes()).is_ok_and(super::api::is_operation))
}

/// Whether code names a service that is retired.
fn names_retired(bytes: &[u8]) -> bool {
    let Some(services) = SERVICE.as_ref() else { return true };
    services
        .captures_iter(bytes)
        .filter_map(|found| std::str::from_utf8(found.get(1)?.as_bytes()).ok())
        .any(retired::is_client)
}

/// Whether a Python file may hold a function that takes an event and a context, or one that a framework calls.
pub(super) fn may_hold_handler(bytes: &[u8]) -> bool {
    HANDLER.all(bytes) && CONTEXT.any(bytes) || FRAMEWORK.any(bytes)
}

/// Whether a text may be the definition of a state machine.
pub(super) fn may_be_definition(bytes: &[u8]) -> bool {
    DEFINITION.all(bytes)
}

/// Whether a file says itself that it is meant for AWS, so that a fault in it is worth a finding.
pub(super) fn is_marked(language: Language, text: &str) -> bool {
    match language {
        Language::Yaml | Language::Json => MARKED.any(text.as_bytes()),
        Language::Terraform => true,
        Language::Python | Language::Notebook => IMPORT.any(text.as_bytes()),
        Language::None(_) => false,
    }
}

/// Why a text with faults is none of ours to blame: it is a template that is still to be rendered, or Python 2.
pub(super) fn excuse(language: Language, text: &str) -> Option<&'static str> {
    match language {
        Language::Yaml | Language::Terraform => rendered_first(text),
        Language::Json if has_bare_hole(text) => Some("it is a template whose `${…}` are filled in first"),
        Language::Json => rendered_first(text),
        Language::Python | Language::Notebook => is_python_2(text).then_some("it is Python 2"),
        Language::None(_) => None,
    }
}

/// Whether a JSON text has a `${…}` where a value begins, outside of quotes.
fn has_bare_hole(text: &str) -> bool {
    text.match_indices("${").any(|(at, _)| text[..at].trim_end().ends_with([':', ',', '[']))
}

/// The template language that a YAML or JSON text is still to be run through: Jinja, Helm, cookiecutter.
/// `{{resolve:…}}` is CloudFormation's own.
fn rendered_first(text: &str) -> Option<&'static str> {
    const JINJA: &str = "it is a Jinja template, to be rendered first";
    if text.contains("{% ") || text.contains("{%-") {
        return Some(JINJA);
    }
    let mut rest = text;
    while let Some(at) = rest.find("{{") {
        rest = &rest[at + 2..];
        let inner = rest.trim_start_matches(['-', ' ']);
        if inner.starts_with("cookiecutter.") {
            return Some("it is a cookiecutter template, to be rendered first");
        }
        if inner.starts_with(".Values") || inner.starts_with("include ") || inner.starts_with(".Release") {
            return Some("it is a Helm template, to be rendered first");
        }
        // JSON has `{{` only where it is broken, and no name behind it.
        if inner.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '.') && !inner.starts_with("resolve:") {
            return Some(JINJA);
        }
    }
    None
}

/// Whether code has statements that only Python 2 knows: `print "x"`, `except Error, error:`.
fn is_python_2(text: &str) -> bool {
    text.lines().map(str::trim_start).any(|line| {
        let printed = line.strip_prefix("print ").map(str::trim_start);
        let prints =
            printed.is_some_and(|what| what.starts_with(|c: char| c.is_alphanumeric() || "\"'%_>".contains(c)));
        let catches = line.strip_prefix("except ").and_then(|rest| rest.split_once(':')).is_some_and(|(what, _)| {
            what.split_once(',').is_some_and(|(class, name)| !class.contains('(') && !name.contains(')'))
        });
        prints || catches
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_and_then_the_first_character_say_the_language() {
        let cases = [
            ("a/b.YML", "", Language::Yaml),
            ("a.json", "- x", Language::Json),
            ("a.template", "\u{feff}\n  {", Language::Json),
            ("a.template", "Resources:", Language::Yaml),
            ("stack", "# a stack\n---\nResources:\n  A: {Type: AWS::S3::Bucket}", Language::Yaml),
            ("job.request", "{\"TrainingJobName\": \"x\"}", Language::Json),
            ("README.md", "# Stack\n\nThe `Resources` are AWS::S3::Bucket:", Language::None(UNKNOWN_KIND)),
            ("Cargo.toml", "[package]", Language::None(UNKNOWN_KIND)),
            ("LICENSE", "", Language::None(UNKNOWN_KIND)),
            ("train.py", "", Language::Python),
            ("x.ipynb", "{", Language::Notebook),
            ("main.tf.json", "{", Language::Terraform),
            ("live/terragrunt.hcl", "", Language::None("not Terraform's own configuration")),
        ];
        for (path, text, language) in cases {
            assert_eq!(Language::of(path, text.as_bytes()), language, "{path}");
        }
    }

    #[test]
    fn only_what_speaks_of_a_workload_may_be_ours() {
        let ours = |text: &str| may_be_ours(Language::Yaml, text.as_bytes());
        assert!(ours("Resources:\n  A:\n    Type: AWS::S3::Bucket"));
        assert!(ours("{\"TrainingJobName\": \"x\"}"));
        assert!(ours("SchemaVersion: '1.0'\nSageMaker: {}"));
        assert!(!ours("Resources: none"));
        assert!(!ours("name: ci\non: push"));
        assert!(!may_be_ours(Language::Python, b"print('hello')"));
        let python = |text: &str| may_be_ours(Language::Python, format!("import boto3\n{text}").as_bytes());
        for text in [
            "client = boto3.client('sagemaker')",
            "from pipelines.sagemaker import make",
            "from pipelines import (\n    sagemaker_jobs,\n)\nmake()",
            "estimator = Base(image, sagemaker_session=session)",
            "setup(install_requires=['sagemaker>=2,<3'])",
        ] {
            assert!(python(text), "{text}");
        }
        assert!(!python("# runs in SageMaker: see sagemaker-training\npath = '/opt/sagemaker/data'"));
        assert!(python("client.create_training_job(**request)") && python("emr.run_job_flow(Name='x')"));
        assert!(python("boto3.client(service_name=\"forecast\")") && python("client = aws(\\\"forecast\\\")"));
        assert!(!python("boto3.client('s3').create_bucket(Bucket='forecast-data')"));
    }

    #[test]
    fn each_operation_that_makes_something_is_seen_in_code() {
        const WORDS: [&str; 4] = ["create", "put", "register", "run"];
        for (_, operation) in super::super::api::operations() {
            assert!(WORDS.iter().any(|word| operation.starts_with(word)), "{operation}");
        }
    }

    #[test]
    fn templates_are_told_from_dynamic_references_and_from_json() {
        let yaml = |text| excuse(Language::Yaml, text).map(|why| why.split(' ').nth(3).unwrap_or_default());
        assert_eq!(yaml("a: '{{resolve:ssm:/x:1}}'"), None);
        assert_eq!(yaml("name: {{ name }}"), Some("Jinja"));
        assert_eq!(yaml("name: {{- .Values.name }}"), Some("Helm"));
        assert_eq!(yaml("name: {{cookiecutter.name}}"), Some("cookiecutter"));
        assert_eq!(yaml("{% if x %}"), Some("Jinja"));
        assert_eq!(excuse(Language::Json, "{\"a\":{\"b\":{}}, \"c\": \"${d}\""), None);
        assert!(excuse(Language::Json, "{\"a\": ${b}}").is_some());
    }

    #[test]
    fn python_2_is_told_from_python_3() {
        let old = |text| excuse(Language::Python, text).is_some();
        assert!(
            old("for x in y:\n    print x\n") && old("print 'a'") && old("try: f()\nexcept Error, error:\n    pass")
        );
        assert!(!old("print(x)\nprint (x)\n") && !old("except (A, B):\n") && !old("# print a report"));
    }
}
