//! How long jobs took: exported answers of `aws sagemaker describe-training-job`, told apart by the job they are runs of.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    catalog::image,
    cost::{
        amount::Quantity,
        usage::{Pattern, RUN_HOURS, Usage, Values},
    },
    graph::{Graph, Key, ResourceId, attr::Subject, guard::World, kind, value::Piece},
    source::{Mistake, Source, Span},
    syntax::{
        json,
        tree::{Kind, Node},
    },
};

/// How long the runs of a job usually took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usual {
    /// Hours of the run in the middle.
    pub hours: Quantity,
    /// Over how many runs.
    pub runs: usize,
}

/// What exported runs tell.
#[derive(Debug, Default)]
pub struct Runs {
    /// How long the jobs usually took that the runs are of: those of a tuning job under its own key.
    pub usual: BTreeMap<Key, Usual>,
    /// Names of runs that are of no job that was read, or of one of several.
    pub unmatched: Vec<String>,
    /// How many runs had not come to their end, and tell nothing.
    pub unfinished: usize,
}

/// A run, as it was exported.
struct Run<'t> {
    name: &'t str,
    instance: Option<&'t str>,
    count: Option<f64>,
    image: Option<&'t str>,
    tuned: bool,
    seconds: Option<u64>,
}

/// Reads exported files: one answer each, or a list of them.
///
/// # Errors
/// When one is no such file: its number among the files, and what is wrong with it.
pub fn runs(sources: &[Arc<Source>], graph: &Graph) -> Result<Runs, (usize, Vec<Mistake>)> {
    let trees: Vec<_> = sources.iter().map(|source| json::parse(source.text())).collect();
    let mut all = Vec::new();
    for (at, tree) in trees.iter().enumerate() {
        let wrong = |span: Span, message: String| {
            let help = "write it with `aws sagemaker describe-training-job --training-job-name NAME > FILE`".to_owned();
            (at, vec![Mistake { span, message, label: String::new(), help }])
        };
        if let Some(fault) = tree.faults.iter().find(|fault| fault.fatal) {
            return Err(wrong(fault.span, fault.message.clone()));
        }
        let Some(root) = tree.root() else { return Err(wrong(Span::new(0, 0), "the file is empty".to_owned())) };
        let answers: Vec<Node<'_>> = if root.kind() == Kind::Sequence { root.items().collect() } else { vec![root] };
        for answer in answers {
            match Run::of(answer) {
                Some(run) => all.push(run),
                None => return Err(wrong(answer.span(), "this is no answer of DescribeTrainingJob".to_owned())),
            }
        }
    }
    Ok(matched(&all, graph))
}

impl<'t> Run<'t> {
    fn of(answer: Node<'t>) -> Option<Self> {
        let resources = answer.get("ResourceConfig");
        let number = |node: Option<Node<'t>>| match node?.kind() {
            Kind::Number(number, _) => Some(number),
            _ => None,
        };
        let finished = answer.get("TrainingJobStatus").and_then(Node::text) == Some("Completed");
        let seconds = number(answer.get("TrainingTimeInSeconds")).filter(|seconds| finished && *seconds >= 1.0);
        Some(Self {
            name: answer.get("TrainingJobName")?.text()?,
            instance: resources.and_then(|config| config.get("InstanceType")?.text()),
            count: number(resources.and_then(|config| config.get("InstanceCount"))),
            image: answer.get("AlgorithmSpecification").and_then(|of| of.get("TrainingImage")?.text()),
            tuned: answer.get("TuningJobArn").is_some_and(|arn| arn.kind() != Kind::Null),
            seconds: seconds.map(|seconds| seconds as u64),
        })
    }
}

/// A job that runs may be of.
struct Job<'a> {
    id: ResourceId,
    key: &'a Key,
    name: Option<Vec<Piece>>,
    instance: Option<&'a str>,
    count: Option<f64>,
    repository: Option<String>,
    /// The tuning job that makes it.
    tuner: Option<&'a Key>,
}

fn matched(all: &[Run<'_>], graph: &Graph) -> Runs {
    let world = World::default();
    let jobs = jobs(graph, &world);
    let mut found = Runs::default();
    let mut seconds: BTreeMap<&Key, Vec<u64>> = BTreeMap::new();
    for run in all {
        let Some(took) = run.seconds else {
            found.unfinished += 1;
            continue;
        };
        match of_run(run, &jobs) {
            Some(job) => seconds.entry(job.tuner.unwrap_or(job.key)).or_default().push(took),
            None => found.unmatched.push(run.name.to_owned()),
        }
    }
    for (key, mut took) in seconds {
        took.sort_unstable();
        let middle = took[took.len() / 2];
        if let Some(hours) = Quantity::fraction(middle, 3600) {
            found.usual.insert(key.clone(), Usual { hours, runs: took.len() });
        }
    }
    found
}

fn jobs<'a>(graph: &'a Graph, world: &'a World) -> Vec<Job<'a>> {
    let tuners = tuners(graph);
    let of = |&id: &ResourceId| {
        let job = Subject::new(graph, id, world);
        let image = job.get("AlgorithmSpecification.TrainingImage").pieces();
        Job {
            id,
            key: &job.resource().key,
            name: job.get("TrainingJobName").pieces().map(|pieces| pieces.into_owned()),
            instance: job.get("ResourceConfig.InstanceType").text(),
            count: job.get("ResourceConfig.InstanceCount").number(),
            repository: image.and_then(|pieces| image::parse(&pieces)?.repository).map(|name| name.to_string()),
            tuner: tuners.get(&id).copied(),
        }
    };
    graph.of_kind(kind::TRAINING_JOB).iter().map(of).collect()
}

/// The tuning jobs of the training jobs that they make.
fn tuners(graph: &Graph) -> BTreeMap<ResourceId, &Key> {
    let mut tuners = BTreeMap::new();
    for (tuner, jobs) in crate::cost::tuned(graph) {
        let key = &graph.resource(tuner).key;
        tuners.extend(jobs.into_iter().map(|job| (job, key)));
    }
    tuners
}

/// The one job that a run is of: by its name, else by its instances and its image.
fn of_run<'j, 'a>(run: &Run<'_>, jobs: &'j [Job<'a>]) -> Option<&'j Job<'a>> {
    let agrees = |job: &&Job<'_>| {
        let same_type = job.instance.zip(run.instance).is_none_or(|(ours, theirs)| ours == theirs);
        let same_count = job.count.zip(run.count).is_none_or(|(ours, theirs)| ours == theirs);
        same_type && same_count && job.tuner.is_some() == run.tuned
    };
    let one = |found: Vec<&'j Job<'a>>| match found[..] {
        [first, ..] if found.iter().all(|job| job.id == first.id) => Some(first),
        _ => None,
    };
    let by_name = jobs.iter().filter(|job| job.name.as_deref().is_some_and(|name| fits(name, run.name)));
    if let Some(job) = one(by_name.filter(agrees).collect()) {
        return Some(job);
    }
    let repository = run.image.and_then(repository)?;
    let alike = jobs.iter().filter(|job| {
        let same_image = job.repository.as_deref() == Some(repository);
        same_image && job.instance.is_some() && job.instance == run.instance && job.name.is_none()
    });
    one(alike.filter(agrees).collect())
}

/// Whether a text may be a template filled in. A template without any text of its own says nothing.
fn fits(template: &[Piece], text: &str) -> bool {
    let mut rest = text;
    let (mut known, mut after_hole) = (0, false);
    for piece in template {
        match piece {
            Piece::Hole(_) => after_hole = true,
            Piece::Text(part) => {
                let at = if after_hole { rest.find(&**part) } else { rest.starts_with(&**part).then_some(0) };
                let Some(at) = at else { return false };
                rest = &rest[at + part.len()..];
                known += part.len();
                after_hole = false;
            }
        }
    }
    known > 2 && (after_hole || rest.is_empty() || is_stamp(rest))
}

/// What the SDK puts behind a name: `-2026-09-24-16-30-05-123`.
fn is_stamp(text: &str) -> bool {
    text.starts_with('-') && text.len() >= 20 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// `mine` of `111122223333.dkr.ecr.us-east-1.amazonaws.com/mine:1`.
fn repository(image: &str) -> Option<&str> {
    let (_, path) = image.split_once('/')?;
    path.split([':', '@']).next()
}

impl Runs {
    /// Puts what they tell below what a usage file tells.
    pub fn add_to(&self, usage: &mut Usage) {
        let told = self.usual.iter().map(|(key, usual)| {
            let pattern = Pattern { unit: Some(key.unit.clone()), address: key.address() };
            (pattern, Values::from([(Arc::from(RUN_HOURS), usual.hours)]))
        });
        // The last one that tells something counts.
        usage.resources.splice(0..0, told);
    }
}
