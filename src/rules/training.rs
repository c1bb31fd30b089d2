//! What several rules ask about a training job: its image, its algorithm, its instances, its hyperparameters.

use crate::{
    catalog::{
        Algorithm, Hyperparameter, Instance,
        algorithm::{JUMP_START_SCRIPT, NOTEBOOK_CHANNEL, REMOTE_ENTRYPOINT, of_model_id},
        hyperparameter::Needed,
        image::{self, Image},
        instance,
    },
    graph::{
        Input,
        attr::{Attr, Subject},
        value::{Data, Value},
    },
};

/// The training image of a job.
pub(super) fn image_attr(job: Subject<'_>) -> Attr<'_> {
    job.get("AlgorithmSpecification.TrainingImage")
}

/// The training image taken apart, where something is known of it.
pub(super) fn image(job: Subject<'_>) -> Option<Image> {
    image::parse(&image_attr(job).pieces()?)
}

/// The built-in algorithm that a job trains, and the version of its image. An `AlgorithmName` names an algorithm of the
/// account or of the marketplace, never a built-in one.
pub(super) fn algorithm(job: Subject<'_>) -> Option<(&'static Algorithm, Option<&'static str>)> {
    if let Some(model) = image_attr(job).model_id() {
        // JumpStart's own script runs the algorithm; one of the user's in its image may do anything.
        let script = job.get("HyperParameters.sagemaker_program");
        let is_own = script.text() == Some(JUMP_START_SCRIPT);
        return of_model_id(model).filter(|_| is_own).map(|algorithm| (algorithm, None));
    }
    image::algorithm_of_image(&image(job)?)
}

/// The same, where it is certain that the algorithm trains, and no script of the user's in its place.
pub(super) fn builtin(job: Subject<'_>) -> Option<(&'static Algorithm, Option<&'static str>)> {
    let (algorithm, version) = algorithm(job)?;
    let scripted = algorithm.runs_scripts() && !job.get("HyperParameters.sagemaker_program").is_absent();
    let replaced = !job.get("AlgorithmSpecification.ContainerEntrypoint").is_absent();
    (!scripted && !replaced && !runs_elsewhere(job)).then_some((algorithm, version))
}

/// Local mode and serverless jobs: they have no instances of their own, no network and no Spot capacity.
pub(super) fn runs_elsewhere(job: Subject<'_>) -> bool {
    let local = job.get("ResourceConfig.InstanceType").text().is_some_and(|name| name.starts_with("local"));
    local || !job.get("ServerlessJobConfig").is_absent()
}

/// Whether the SDK's `ModelTrainer` makes a job. It takes the API's names, in objects, where an estimator has arguments of
/// its own.
pub(super) fn is_trainer(job: Subject<'_>) -> bool {
    job.graph().call_at(job.resource().body).is_some_and(|call| call.callee.ends_with(".ModelTrainer"))
}

/// Whether a job runs a function of Python's that the SDK's `remote` or `step` decorates, or that its `RemoteExecutor` runs.
pub(super) fn is_remote(job: Subject<'_>) -> bool {
    let (entrypoint, _) = job.get("AlgorithmSpecification.ContainerEntrypoint").items();
    entrypoint.iter().any(|part| part.text() == Some(REMOTE_ENTRYPOINT))
}

/// Whether a job runs a notebook as a pipeline's step. It takes the keys of [`is_remote`]'s jobs, and no Spot capacity.
pub(super) fn is_notebook(job: Subject<'_>) -> bool {
    let (channels, _) = job.get("InputDataConfig").items();
    channels.iter().any(|channel| channel.get("ChannelName").text() == Some(NOTEBOOK_CHANNEL))
}

/// Whether a job that the SDK starts may run in local mode: whoever runs the code says where. The API has no such mode.
/// Neither has an estimator with a session of AWS, which refuses the type `local` (source: sagemaker 2.251.1,
/// `EstimatorBase.__init__`, read 2026-11-26), nor a `ModelTrainer` that is given no mode.
pub(super) fn may_be_local(job: Subject<'_>) -> bool {
    if job.resource().input != Input::Sdk || !job.get("ResourceConfig.InstanceType").is_unknown() {
        return false;
    }
    if is_remote(job) || is_notebook(job) {
        return false;
    }
    let Some(call) = job.graph().call_at(job.resource().body) else { return true };
    let argument = |name| call.arguments.iter().find(|argument| argument.name.as_deref() == Some(name));
    if is_trainer(job) {
        return call.open || argument("training_mode").is_some();
    }
    !argument("sagemaker_session").is_some_and(|session| is_session_of_aws(&session.value))
}

fn is_session_of_aws(session: &Value) -> bool {
    let Data::Object(session) = &session.data else { return false };
    let name = session.class.as_deref().and_then(|class| class.rsplit('.').next());
    name.is_some_and(|name| name.ends_with("Session") && !name.starts_with("Local"))
}

/// The instances of a job in all, where that is known, with the first property that counts them.
pub(super) fn count(job: Subject<'_>) -> Option<(Attr<'_>, f64)> {
    let groups = job.get("ResourceConfig.InstanceGroups");
    if groups.is_absent() || has_own_type(job) {
        let count = job.get("ResourceConfig.InstanceCount");
        let number = count.number()?;
        return Some((count, number));
    }
    let (groups, open) = groups.items();
    let counts: Vec<Attr<'_>> = groups.iter().map(|group| group.get("InstanceCount")).collect();
    let sum = counts.iter().map(Attr::number).sum::<Option<f64>>()?;
    counts.into_iter().next().filter(|_| !open).map(|first| (first, sum))
}

/// Whether a job certainly has one type of instances: then it has no groups of them, whatever else is passed.
fn has_own_type(job: Subject<'_>) -> bool {
    job.get("ResourceConfig.InstanceGroups").items().0.is_empty()
        && job.get("ResourceConfig.InstanceType").known().is_some()
}

/// A hyperparameter that an algorithm does not have, and the one that was meant.
pub(super) struct Misspelt<'a> {
    pub(super) name: &'a str,
    pub(super) attr: Attr<'a>,
    pub(super) meant: &'static str,
}

/// The misspelt hyperparameters of a job. One whose right name is there too was not misspelt, but made up.
pub(super) fn misspelt<'a>(job: Subject<'a>, algorithm: &'static Algorithm) -> Vec<Misspelt<'a>> {
    let (entries, _) = job.get("HyperParameters").entries();
    let meant = entries.into_iter().filter_map(|(name, attr)| {
        let meant = algorithm.misspelt(name)?;
        let known = algorithm.hyperparameter(meant)?;
        is_missing(job, known).then_some(Misspelt { name, attr, meant })
    });
    meant.collect()
}

/// Whether a job certainly does not set a hyperparameter, by neither of its names.
pub(super) fn is_missing(job: Subject<'_>, wanted: &Hyperparameter) -> bool {
    let absent = |name: &str| job.get("HyperParameters").get(name).is_absent();
    absent(wanted.name) && wanted.alias.is_none_or(absent)
}

/// Whether a job needs a hyperparameter, with the others that it sets.
pub(super) fn needs(job: Subject<'_>, wanted: &Hyperparameter) -> bool {
    let other = |name: &str| job.get("HyperParameters").get(name);
    match &wanted.needed {
        Needed::Always => true,
        Needed::No => false,
        Needed::With(name) => other(name).known().is_some(),
        Needed::When { name, values } => other(name).text().is_some_and(|text| values.contains(&text)),
    }
}

/// The instance types of a job with what the catalog knows of them. Nothing where one of them is not known: to the
/// files, or to the catalog (`local` is no instance type).
pub(super) fn instances(job: Subject<'_>) -> Option<Vec<(Attr<'_>, &'static Instance)>> {
    let groups = job.get("ResourceConfig.InstanceGroups");
    let types = if groups.is_absent() || has_own_type(job) {
        vec![job.get("ResourceConfig.InstanceType")]
    } else {
        let (groups, open) = groups.items();
        if open {
            return None;
        }
        groups.iter().map(|group| group.get("InstanceType")).collect()
    };
    let known = types.into_iter().map(|attr| {
        let instance = instance(attr.text()?)?;
        Some((attr, instance))
    });
    known.collect::<Option<Vec<_>>>().filter(|known| !known.is_empty())
}
