//! From files to the graph: which reader reads which file, and what becomes of files that cannot be read.

pub mod api;
pub mod cloudformation;
mod core_request;
mod faults;
pub mod given;
mod importing;
mod job_flow;
pub mod lambda;
pub mod pipelines;
mod plain;
pub mod python;
pub mod requests;
mod requirements;
pub mod sdk_config;
pub(crate) mod sniff;
pub mod states;
pub mod terraform;
#[cfg(test)]
mod testing;

use std::{cell::Cell, collections::BTreeMap, sync::Arc};

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::{
    graph::{
        Graph, Input, NotEvaluated, Part,
        fact::{Fact, Fault},
    },
    read::{
        given::{Given, Mistake},
        sdk_config::SdkConfig,
        sniff::Language,
        terraform::plan_file::Plan,
    },
    source::{Candidate, Discovery, EXCLUDED, FileId, Files, ReadError, Source},
    syntax::{json, tree::Tree, yaml},
};

/// What reading brought.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The graph.
    pub graph: Graph,
    /// What became of each file, by path.
    pub files: Vec<FileUse>,
    /// Files that were given by name and cannot be read, and why: reason enough for exit status 2.
    pub unreadable: Vec<(Arc<str>, String)>,
    /// What is wrong with what is given.
    pub mistakes: Vec<Mistake>,
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileUse {
    /// Path from the root.
    pub path: Arc<str>,
    /// The reader that read it.
    pub reader: Option<&'static str>,
    /// Why none did, or why not all of it was read.
    pub why: Option<String>,
    /// The file that imports it, of a file that was read only as a module of another.
    pub importer: Option<Arc<str>>,
}

/// Why a file is not read that no word marks as ours.
const NOT_OURS: &str = "nothing in it speaks of a workload on AWS";

/// Why a file of a build folder is not read.
const REPEATED: &str = "the same as a file outside the build folder";

/// Folders that tools build from sources which were read as well.
const BUILD_FOLDERS: &[&str] = &[".aws-sam", "cdk.out", "dist"];

/// Reads all candidates as they stand, with nothing given beside them.
pub fn read(files: &Files, discovery: &Discovery) -> Outcome {
    read_given(files, discovery, &Given::default())
}

/// Reads all candidates with what is given beside them, in parallel; the outcome is the same whatever the thread count.
pub fn read_given(files: &Files, discovery: &Discovery, given: &Given) -> Outcome {
    let mut opened: Vec<(&Candidate, Opened)> =
        discovery.candidates.par_iter().map(|candidate| (candidate, open(files, candidate))).collect();
    importing::settle(files, &mut opened);
    let repeated = repeated(&opened);
    let mut modules = python::Modules::default();
    let mut readings: Vec<Reading> = opened
        .par_iter()
        .enumerate()
        .map(|(at, (candidate, opened))| match opened {
            Opened::Source { .. } if repeated.contains(&at) => Reading::passed(REPEATED),
            Opened::Source { language, source, may_hold_handler } => {
                let mut reading = read_one(files, &modules, given, *language, source, *may_hold_handler);
                // A notebook has its cells by now.
                faults::settle(&mut reading.part, *language, &files.get(source.id), candidate.named);
                reading
            }
            // Read with the function that it is the code of.
            Opened::Handler(_) => Reading::passed(if repeated.contains(&at) { REPEATED } else { NOT_OURS }),
            // Read by directory, not by file.
            Opened::Terraform => Reading::default(),
            Opened::Importing(_) => Reading::passed(NOT_OURS),
            Opened::Passed(why) if candidate.named => Reading::unread(candidate, why),
            Opened::Passed(why) => Reading::passed(*why),
            Opened::Failed(error) => Reading::failed(candidate, error),
        })
        .collect();
    modules.settle(readings.iter_mut().map(|reading| &mut reading.part));
    made_by_code(&mut readings);
    let configurations: Vec<&Candidate> = opened
        .iter()
        .filter(|(_, opened)| matches!(opened, Opened::Terraform))
        .map(|(candidate, _)| *candidate)
        .collect();
    let excluded = discovery.skipped.iter().filter(|skipped| skipped.why == EXCLUDED).map(|skipped| &*skipped.path);
    let excluded = excluded.chain(discovery.excluded.iter().map(String::as_str));
    let plans: Vec<Plan> = readings.iter_mut().filter_map(|reading| reading.plan.take()).collect();
    let mut terraform = terraform::read(files, &configurations, excluded, given, !plans.is_empty());
    terraform::plan_file::settle(files, given, plans, &mut terraform);
    let declared = readings.iter_mut().filter_map(|reading| reading.declared.take()).collect();
    let mut mistakes = cloudformation::mistakes(given, declared);
    mistakes.append(&mut terraform.mistakes);
    let own = opened.iter().enumerate().filter(|(at, _)| !repeated.contains(at));
    let handlers: Vec<Arc<Source>> = own.filter_map(|(_, (_, opened))| opened.may_hold_handler()).collect();
    let handlers = lambda::Scripts { sources: handlers, trees: modules.kept() };
    let nested = cloudformation::settle(files, discovery, given, &mut readings, &mut terraform.parts);
    let referred = states::settle(files, discovery, &mut readings, &mut terraform.parts);
    let pipelines = pipelines::settle(files, discovery, &mut readings, &mut terraform.parts);
    let mut outcome = outcome(files, discovery, readings, terraform, given, handlers);
    outcome.mistakes = mistakes;
    states::listed(&mut outcome.files, &nested, cloudformation::READER);
    states::listed(&mut outcome.files, &referred, states::READER);
    states::listed(&mut outcome.files, &pipelines, pipelines::READER);
    imported(&mut outcome.files, modules.importers());
    outcome
}

/// A candidate after the first look.
enum Opened {
    /// It may be ours, and may hold a Lambda handler as well.
    Source { language: Language, source: Arc<Source>, may_hold_handler: bool },
    /// Python that may hold a Lambda handler, and no more.
    Handler(Arc<Source>),
    /// Code that is ours if one of the modules is that it imports.
    Importing(Vec<importing::Import>),
    /// It belongs to a directory of Terraform configuration.
    Terraform,
    /// It is not ours.
    Passed(&'static str),
    /// It cannot be read.
    Failed(ReadError),
}

impl Opened {
    /// The file, if a Lambda handler may be in it.
    fn may_hold_handler(&self) -> Option<Arc<Source>> {
        match self {
            Self::Handler(source) | Self::Source { source, may_hold_handler: true, .. } => Some(source.clone()),
            _ => None,
        }
    }
}

fn open(files: &Files, candidate: &Candidate) -> Opened {
    let path = &*candidate.path;
    match Language::by_name(path) {
        Some(Language::None(why)) => return Opened::Passed(why),
        Some(Language::Terraform) => return Opened::Terraform,
        _ => {}
    }
    // `mllint *` names pictures and archives as well: what is none of ours need not even be text.
    let is_ours = Cell::new(false);
    let imports = Cell::new(Vec::new());
    let wanted = |bytes: &[u8]| match Language::of(path, bytes) {
        Language::None(_) => false,
        language => {
            is_ours.set(candidate.named || sniff::may_be_ours(language, bytes));
            let is_wanted = is_ours.get() || language == Language::Python && sniff::may_hold_handler(bytes);
            if !is_wanted && matches!(language, Language::Python | Language::Notebook) {
                imports.set(importing::imports(bytes));
            }
            is_wanted
        }
    };
    match files.read_if(path, wanted) {
        Ok(Some(source)) if !is_ours.get() => Opened::Handler(source),
        Ok(Some(source)) => {
            let bytes = source.raw().as_bytes();
            let language = Language::of(path, bytes);
            let may_hold_handler = language == Language::Python && sniff::may_hold_handler(bytes);
            Opened::Source { language, source, may_hold_handler }
        }
        Ok(None) if candidate.named => Opened::Passed(sniff::UNKNOWN_KIND),
        Err(ReadError::TooLarge) if Language::of(path, b"") == Language::None(sniff::UNKNOWN_KIND) => {
            Opened::Passed(sniff::UNKNOWN_KIND)
        }
        Ok(None) => match imports.into_inner() {
            imports if imports.is_empty() => Opened::Passed(NOT_OURS),
            imports => Opened::Importing(imports),
        },
        Err(error) => Opened::Failed(error),
    }
}

/// Whether a file lies in a folder that tools build.
fn is_built(path: &str) -> bool {
    path.split('/').any(|part| BUILD_FOLDERS.contains(&part))
}

/// Files of build folders whose text is also that of a source, or of an earlier file of a build folder.
fn repeated(opened: &[(&Candidate, Opened)]) -> FxHashSet<usize> {
    let texts = |want: bool| {
        opened.iter().enumerate().filter_map(move |(at, (candidate, opened))| match opened {
            Opened::Source { source, .. } | Opened::Handler(source) if is_built(&candidate.path) == want => {
                Some((at, source.raw(), candidate.named))
            }
            _ => None,
        })
    };
    if texts(true).next().is_none() {
        return FxHashSet::default();
    }
    let mut seen: FxHashSet<&str> = texts(false).map(|(_, text, _)| text).collect();
    texts(true).filter(|&(_, text, named)| !seen.insert(text) && !named).map(|(at, _, _)| at).collect()
}

/// The reader of requests as files.
const REQUEST: &str = "request file";

/// A request that code loads and makes is made once: the resource is the code's, with values that stand in the file.
fn made_by_code(readings: &mut [Reading]) {
    let is_request = |reading: &Reading| reading.reader == Some(REQUEST);
    if !readings.iter().any(is_request) {
        return;
    }
    let mut made: FxHashSet<(FileId, Arc<str>)> = FxHashSet::default();
    let code = readings.iter().filter(|reading| !is_request(reading)).flat_map(|reading| &reading.part.resources);
    for resource in code.filter(|resource| matches!(resource.input, Input::Api)) {
        let entries = resource.object().entries.iter();
        let files = entries.map(|entry| entry.value.origin.place.file).filter(|file| *file != resource.body.file);
        made.extend(files.map(|file| (file, resource.kind.clone())));
    }
    for reading in readings.iter_mut().filter(|reading| is_request(reading)) {
        let first = reading.part.resources.first();
        if first.is_some_and(|first| made.contains(&(first.body.file, first.kind.clone()))) {
            reading.part.resources.clear();
            reading.part.units.clear();
        }
    }
}

/// What one file brought.
#[derive(Default)]
struct Reading {
    part: Part,
    config: Option<SdkConfig>,
    plan: Option<Plan>,
    declared: Option<cloudformation::Declared>,
    nested: Vec<Arc<str>>,
    exports: Vec<cloudformation::Export>,
    imports: bool,
    reader: Option<&'static str>,
    why: Option<String>,
    unreadable: Option<String>,
}

impl Reading {
    fn by(reader: &'static str, part: Part) -> Self {
        Self { part, reader: Some(reader), ..Self::default() }
    }

    fn passed(why: impl Into<String>) -> Self {
        Self { why: Some(why.into()), ..Self::default() }
    }

    /// A file that was given by name and that no reader takes.
    fn unread(candidate: &Candidate, why: &'static str) -> Self {
        let mut reading = Self::passed(why);
        reading.part.not_evaluated.push(of_file(&candidate.path, why));
        reading
    }

    fn failed(candidate: &Candidate, error: &ReadError) -> Self {
        let why = error.to_string();
        let mut reading = Self::passed(&why);
        if candidate.named {
            reading.unreadable = Some(why.clone());
        }
        reading.part.not_evaluated.push(of_file(&candidate.path, why));
        reading
    }
}

fn of_file(path: &Arc<str>, why: impl Into<String>) -> NotEvaluated {
    let name = path.rsplit('/').next().unwrap_or(path);
    NotEvaluated { path: path.clone(), place: None, kind: "file", what: format!("`{name}`"), why: why.into() }
}

fn read_one(
    files: &Files,
    modules: &python::Modules,
    given: &Given,
    language: Language,
    source: &Arc<Source>,
    may_hold_handler: bool,
) -> Reading {
    match language {
        Language::Yaml => read_tree(files, source, given, "YAML", &yaml::parse(source.text())),
        Language::Json => read_tree(files, source, given, "JSON", &json_tree(source)),
        Language::Python => Reading {
            why: python::rehearses(files, source).map(str::to_owned),
            ..Reading::by("Python", python::read(files, modules, source, may_hold_handler))
        },
        Language::Notebook => Reading::by("notebook", python::read(files, modules, source, false)),
        Language::Terraform => Reading::default(),
        Language::None(why) => Reading::passed(why),
    }
}

/// The tree of a JSON text. A definition of a state machine may have names where JSON wants values.
fn json_tree(source: &Source) -> Tree {
    let tree = json::parse(source.text());
    let hidden = || states::masked(source.text()).map(|text| json::parse(&text));
    let is_broken = |tree: &Tree| tree.faults.iter().any(|fault| fault.fatal);
    if !is_broken(&tree) || !sniff::may_be_definition(source.text().as_bytes()) {
        return tree;
    }
    hidden().filter(|hidden| !is_broken(hidden)).unwrap_or(tree)
}

/// Reads a YAML or JSON tree by the reader that knows it.
fn read_tree(files: &Files, source: &Arc<Source>, given: &Given, language: &'static str, tree: &Tree) -> Reading {
    let broken = tree.faults.iter().any(|fault| fault.fatal);
    let limit = tree.faults.iter().find(|fault| fault.limit);
    let mut reading = if broken {
        // What is missing from the tree would look as if it were not written.
        Reading::passed(limit.map_or_else(|| format!("it is not valid {language}"), |fault| fault.message.clone()))
    } else if tree.documents().any(cloudformation::is_template) {
        let template = cloudformation::read_given(source, tree, Some(files), given);
        Reading {
            declared: Some(template.declared),
            nested: template.nested,
            exports: template.exports,
            imports: template.imports,
            ..Reading::by(cloudformation::READER, template.part)
        }
    } else if tree.documents().any(cloudformation::framework::is_service) {
        let service = cloudformation::framework::read(source, files, given);
        Reading {
            nested: service.nested,
            exports: service.exports,
            imports: service.imports,
            ..Reading::by(cloudformation::framework::READER, service.part)
        }
    } else if let Some(plan) = terraform::plan_file::read(source, tree) {
        Reading { plan: Some(plan), ..Reading::by("Terraform plan", Part::default()) }
    } else if let Some(part) = states::read(source, tree) {
        Reading::by(states::READER, part)
    } else if let Some(part) = pipelines::read(source, tree) {
        Reading::by(pipelines::READER, part)
    } else if let Some(request) = requests::read(source, tree) {
        match request {
            requests::Reading::Made(part) => Reading::by(REQUEST, part),
            requests::Reading::Unfilled(note) => {
                let mut reading = Reading::passed(&*note.why);
                reading.part.not_evaluated.push(note);
                reading
            }
        }
    } else if let Some(config) = sdk_config::read(source, tree) {
        let mut reading = Reading::by("SageMaker SDK configuration", Part::default());
        reading.config = Some(config);
        reading
    } else {
        Reading::passed("it describes no workload on AWS")
    };
    let note = |place, why: &str| NotEvaluated {
        path: source.path.clone(),
        place,
        kind: "file",
        what: format!("{language} text"),
        why: why.to_owned(),
    };
    if let Some(limit) = limit {
        reading.part.not_evaluated.push(note(Some(source.place(limit.span)), &limit.message));
    }
    if broken || reading.reader.is_some() {
        if tree.more_faults > 0 {
            let why = format!("it has {} more faults than are listed", tree.more_faults);
            reading.part.not_evaluated.push(note(None, &why));
        }
        reading.part.facts.extend(tree.faults.iter().filter(|fault| !fault.limit).map(|fault| {
            Fact::Fault(Fault {
                path: source.path.clone(),
                language,
                message: fault.message.clone(),
                place: source.place(fault.span),
                related: fault.related.clone(),
                readable: !fault.fatal,
            })
        }));
    }
    reading
}

fn outcome(
    files: &Files,
    discovery: &Discovery,
    readings: Vec<Reading>,
    mut terraform: terraform::Reading,
    given: &Given,
    handlers: lambda::Scripts,
) -> Outcome {
    let refused = discovery.unreadable.iter().map(|folder| (folder.path.as_str().into(), folder.why.clone()));
    let mut outcome = Outcome { unreadable: refused.collect(), ..Outcome::default() };
    let mut parts = Vec::with_capacity(readings.len() + 1);
    let mut configs = Vec::new();
    for (candidate, mut reading) in discovery.candidates.iter().zip(readings) {
        let path = candidate.path.clone();
        if let Some(why) = reading.unreadable {
            outcome.unreadable.push((path.clone(), why));
        }
        let (mut reader, mut why) = (reading.reader, reading.why);
        if let Some(missed) = terraform.files.remove(&path) {
            (reader, why) = (Some("Terraform"), missed);
            // A `.tfvars` that was named, and that the configuration beside it uses.
            reading.part.not_evaluated.clear();
        } else if let Some(error) = terraform.unreadable.get(&path) {
            why = Some(error.clone());
            if candidate.named {
                outcome.unreadable.push((path.clone(), error.clone()));
            }
        }
        outcome.files.push(FileUse { path, reader, why, importer: None });
        parts.push(reading.part);
        configs.extend(reading.config);
    }
    // Modules and files of values to which others led.
    let led = terraform.files.into_iter();
    let led = led.map(|(path, why)| FileUse { path, reader: Some("Terraform"), why, importer: None });
    outcome.files.extend(led);
    outcome.files.sort_by(|left, right| left.path.cmp(&right.path));
    parts.append(&mut terraform.parts);
    parts.push(lambda::inlined(files, &parts));
    if !configs.is_empty() {
        sdk_config::apply(&configs, parts.iter_mut().flat_map(|part| &mut part.resources));
    }
    for resource in parts.iter_mut().flat_map(|part| &mut part.resources) {
        resource.region = resource.region.take().or_else(|| given.region(&resource.key.unit).cloned());
    }
    let paths = discovery.candidates.iter().map(|candidate| candidate.path.clone());
    with_code(&mut outcome.files, "requirements", requirements::settle(files, &mut parts));
    let lambda = lambda::read(files, &parts, handlers, paths);
    with_code(&mut outcome.files, "Python", lambda.files);
    lambda::settle(files, &mut parts, &lambda.runs);
    parts.push(lambda.part);
    let skipped = discovery.skipped.iter().filter(|skipped| skipped.missed);
    let not_evaluated = skipped.map(|skipped| of_file(&skipped.path.as_str().into(), &*skipped.why)).collect();
    parts.push(Part { not_evaluated, ..Part::default() });
    outcome.graph = Graph::of(parts);
    outcome
}

/// Marks the files that were read for others, as the code of Lambda functions, and adds those that lie outside the PATHs.
fn with_code(files: &mut Vec<FileUse>, reader: &'static str, code: BTreeMap<Arc<str>, Option<Arc<str>>>) {
    for (path, importer) in code {
        let read = FileUse { path, reader: Some(reader), why: None, importer };
        match files.binary_search_by(|file| file.path.cmp(&read.path)) {
            Ok(at) if files[at].reader.is_none() => files[at] = read,
            Ok(_) => {}
            Err(at) => files.insert(at, read),
        }
    }
}

/// Marks the files that were read only because others import them, and adds those that lie outside the PATHs.
fn imported(files: &mut Vec<FileUse>, importers: BTreeMap<Arc<str>, Arc<str>>) {
    with_code(files, "Python", importers.into_iter().map(|(path, importer)| (path, Some(importer))).collect());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Skipped;

    fn outcome_of(texts: &[(&str, &str)], named: bool) -> Outcome {
        let files = Files::memory(texts.iter().copied());
        read(&files, &Discovery::in_memory(&files, named))
    }

    fn faults(outcome: &Outcome) -> Vec<&str> {
        let faults = outcome.graph.facts().iter().filter_map(|fact| match fact {
            Fact::Fault(fault) => Some(&*fault.path),
            _ => None,
        });
        faults.collect()
    }

    #[test]
    fn a_request_that_code_makes_is_made_once() {
        let job = r#"{"TransformJobName": "x", "ModelName": "m", "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 2},
            "TransformInput": {"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/in"}}},
            "TransformOutput": {"S3OutputPath": "s3://b/out"}}"#;
        let made = |script: &str| {
            let outcome = outcome_of(&[("job.json", job), ("run.py", script)], false);
            let units = outcome.graph.resources().iter().map(|resource| resource.key.unit.to_string());
            units.collect::<Vec<_>>().join(" ")
        };
        let load = "import boto3, json\nrequest = json.load(open('job.json'))\nsm = boto3.client('sagemaker')\n";
        assert_eq!(made(&format!("{load}sm.create_transform_job(**request)\n")), "run.py");
        assert_eq!(made(&format!("{load}request['ModelName'] = 'n'\nsm.create_transform_job(**request)\n")), "run.py");
        assert_eq!(made(&format!("{load}print(request)\n")), "job.json", "it is only looked at");
        assert_eq!(made(&format!("{load}sm.create_model(ModelName=request['ModelName'])\n")), "job.json run.py");
    }

    #[test]
    fn tests_with_doubles_are_named() {
        let of = |text: &str| {
            let outcome = outcome_of(&[("tests/test_it.py", text)], false);
            (outcome.files[0].reader, outcome.files[0].why.is_some())
        };
        assert_eq!(of("import sagemaker\nfrom moto import mock_aws\n"), (Some("Python"), true));
        assert_eq!(of("import sagemaker\n"), (Some("Python"), false));
    }

    const BUCKET: &str = "Resources:\n  Raw:\n    Type: AWS::S3::Bucket\n";

    #[test]
    fn what_is_built_from_a_source_is_read_once() {
        let outcome =
            outcome_of(&[("app/t.yaml", BUCKET), ("cdk.out/t.yaml", BUCKET), ("dist/other/t.yaml", BUCKET)], false);
        let units: Vec<&str> = outcome.graph.resources().iter().map(|resource| &*resource.key.unit).collect();
        assert_eq!(units, ["app/t.yaml"]);
        assert_eq!(outcome.files[1].why.as_deref(), Some("the same as a file outside the build folder"));
        let twice = outcome_of(&[("a/t.yaml", BUCKET), ("b/t.yaml", BUCKET)], false);
        assert_eq!(twice.graph.resources().len(), 2, "outside build folders the same text is two stacks");
    }

    #[test]
    fn a_fault_is_blamed_on_files_of_ours_and_on_named_ones() {
        let broken = "Resources: [http::x\n";
        assert_eq!(faults(&outcome_of(&[("a.yaml", broken)], true)), ["a.yaml"]);
        let found = outcome_of(&[("a.yaml", broken)], false);
        assert_eq!(faults(&found), [""; 0]);
        assert_eq!(found.graph.not_evaluated().len(), 1);
        assert_eq!(faults(&outcome_of(&[("a.yaml", "Resources: [AWS::S3::Bucket\n")], false)), ["a.yaml"]);
    }

    #[test]
    fn a_text_to_be_rendered_first_is_no_fault() {
        let chart = "name: {{ .Values.name }}\nResources: AWS::S3::Bucket\nb: {{- x }}\n";
        let outcome = outcome_of(&[("chart.yaml", chart)], true);
        assert_eq!(faults(&outcome), [""; 0]);
        let [missed] = outcome.graph.not_evaluated() else { panic!("{:?}", outcome.graph.not_evaluated()) };
        assert_eq!(missed.why, "it is a Helm template, to be rendered first");
    }

    #[test]
    fn a_broken_template_brings_no_resources() {
        let outcome = outcome_of(&[("a.yaml", &format!("{BUCKET}  Other: [\n"))], true);
        assert_eq!(outcome.graph.resources().len(), 0, "what is missing would look as if it were not written");
        assert_eq!(faults(&outcome), ["a.yaml"]);
    }

    #[test]
    fn a_key_that_is_there_twice_is_a_fault_of_a_template_only() {
        let twice = format!("{BUCKET}    Type: AWS::S3::Bucket\n");
        let outcome = outcome_of(&[("a.yaml", &twice)], false);
        assert_eq!((faults(&outcome), outcome.graph.resources().len()), (vec!["a.yaml"], 1));
        assert_eq!(faults(&outcome_of(&[("b.yaml", "x: AWS::S3\nx: Resources\n")], false)), [""; 0]);
    }

    #[test]
    fn what_is_skipped_but_asked_for_is_named() {
        let files = Files::memory([("cdk.json", "")]);
        let mut discovery = Discovery::default();
        discovery.skipped.push(Skipped { path: "cdk.json".into(), why: crate::source::CDK.into(), missed: true });
        let outcome = read(&files, &discovery);
        assert_eq!(outcome.graph.not_evaluated()[0].why, crate::source::CDK);
    }

    #[test]
    fn a_named_file_that_no_reader_takes_is_named() {
        let outcome = outcome_of(&[("LICENSE", "Free: [for all"), ("a.yaml", BUCKET), ("b.hcl", "")], true);
        let missed: Vec<(&str, &str)> =
            outcome.graph.not_evaluated().iter().map(|missed| (&*missed.path, &*missed.why)).collect();
        assert_eq!(missed, [("LICENSE", sniff::UNKNOWN_KIND), ("b.hcl", "not Terraform's own configuration")]);
        assert_eq!(faults(&outcome), [""; 0]);
    }

    #[test]
    fn a_named_file_of_values_is_read_with_its_configuration() {
        let configuration = "variable \"name\" {}\nresource \"aws_s3_bucket\" \"raw\" { bucket = var.name }\n";
        let values = ("terraform.tfvars", "name = \"raw\"\n");
        let outcome = outcome_of(&[("main.tf", configuration), values], true);
        assert_eq!(outcome.files[1].reader, Some("Terraform"));
        assert_eq!(outcome.graph.not_evaluated(), []);
        assert_eq!(outcome_of(&[values], true).graph.not_evaluated().len(), 1);
    }

    #[test]
    fn a_module_of_another_file_was_read() {
        let train = "import sagemaker, config\nfrom lib import names\n";
        let texts = [("app/config.py", "A = 1"), ("app/lib/names.py", ""), ("app/train.py", train), ("b.py", "")];
        let outcome = outcome_of(&texts, false);
        let read: Vec<_> = outcome.files.iter().map(|file| (&*file.path, file.importer.as_deref())).collect();
        assert_eq!(read[0], ("app/config.py", Some("app/train.py")));
        assert_eq!(read[2], ("app/train.py", None));
        assert_eq!(outcome.files[3].reader, None);
    }

    #[test]
    fn a_named_file_that_cannot_be_read_is_told() {
        let files = Files::memory([("a.yaml", BUCKET)]);
        let candidates = ["a.yaml", "b.yaml"].map(|path| Candidate { path: path.into(), named: true }).to_vec();
        let outcome = read(&files, &Discovery { candidates, ..Discovery::default() });
        assert_eq!(outcome.unreadable, [("b.yaml".into(), "there is no such file".to_owned())]);
        assert_eq!(outcome.graph.resources().len(), 1);
    }
}
