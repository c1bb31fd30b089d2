//! SageMaker's built-in algorithms.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::{catalog, finding::FactRef};

/// A built-in algorithm.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Algorithm {
    /// Its id in the catalog: `image-classification-mxnet`.
    pub id: &'static str,
    /// Its name in a sentence: `Image Classification (MXNet)`.
    pub title: &'static str,
    /// Its image repositories; none where its images are shared with the framework containers.
    #[serde(borrow = "'static", default)]
    pub repositories: Vec<&'static str>,
    /// Whether training uses a GPU; by version where `gpu_by_version` has any.
    pub gpu: Gpu,
    /// The same by version of the image, where versions differ.
    #[serde(borrow = "'static", default)]
    pub gpu_by_version: Vec<(&'static str, Gpu)>,
    /// Whether it writes checkpoints from which an interrupted job goes on.
    pub checkpoints: bool,
    /// How many instances it can train on.
    pub instances: Instances,
    /// The ways in which it can read its data.
    pub modes: Vec<Mode>,
    /// The channels that it needs: `train`; `train|training` for either of two.
    #[serde(borrow = "'static")]
    pub channels: Vec<&'static str>,
    /// The other channels that it knows.
    #[serde(borrow = "'static", default)]
    pub optional_channels: Vec<&'static str>,
    /// The page of the guide that its hyperparameters are from, and the date of what was read of them.
    pub(super) hyperparameters_page: &'static str,
    pub(super) hyperparameters_as_of: &'static str,
    /// The SDK's estimator class made for it: `KMeans`.
    #[serde(default)]
    pub class: Option<&'static str>,
    /// How its JumpStart model ids begin.
    #[serde(borrow = "'static", default)]
    pub model_ids: Vec<&'static str>,
    /// Its page in the developer guide, without the folder and `.html`.
    pub page: &'static str,
}

/// What a GPU is to the training of an algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gpu {
    /// Training fails without one.
    Required,
    /// Training uses one if it is there.
    Optional,
    /// Training leaves it idle.
    Unused,
}

/// How many instances an algorithm can train on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Instances {
    /// One.
    One,
    /// One or more.
    Several,
    /// It depends on its mode or data.
    Depends,
}

/// A way in which a job reads its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// The data is copied to the instances before the job begins.
    File,
    /// The data is streamed.
    Pipe,
}

/// Algorithms whose containers run a script of the user's as well; its hyperparameters are its own.
/// Source: open-source containers of XGBoost (script mode) and AutoGluon (a deep learning container), read 2026-11-22.
const RUN_SCRIPTS: &[&str] = &["autogluon-tabular", "xgboost"];

/// Algorithms that split each mini-batch over the GPUs of one instance, and by which hyperparameter. Each instance has
/// mini-batches of its own.
/// Source: developer guide, IC-Hyperparameter and object-detection-api-config, `mini_batch_size` (2023-06-15).
const SPLIT_BATCHES: &[(&str, &str)] =
    &[("image-classification-mxnet", "mini_batch_size"), ("object-detection-mxnet", "mini_batch_size")];

/// Algorithms that can train on several instances, but not with these values of a hyperparameter.
/// Source: developer guide, blazingtext (2023-06-15): of its modes only `batch_skipgram` is distributed.
const ALONE_WITH: &[(&str, &str, &[&str])] = &[("blazingtext", "mode", &["cbow", "skipgram", "supervised"])];

/// Algorithms that use one GPU of an instance, and when.
/// Source: developer guide, k-means, k-nearest-neighbors, autogluon-tabular, tabtransformer, blazingtext (2023-06-15);
/// XGBoost: distributed_gpu_training.py of its open-source container, read 2026-11-22.
const ONE_GPU: &[(&str, OneGpu)] = &[
    ("autogluon-tabular", OneGpu::Always),
    ("blazingtext", OneGpu::With("mode", "supervised")),
    ("kmeans", OneGpu::Always),
    ("knn", OneGpu::Always),
    ("tabtransformer", OneGpu::Always),
    ("xgboost", OneGpu::Without("use_dask_gpu_training", "true")),
];

/// When an algorithm uses no more than one GPU of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OneGpu {
    /// It always does.
    Always,
    /// With this value of a hyperparameter.
    With(&'static str, &'static str),
    /// Unless a hyperparameter has this value.
    Without(&'static str, &'static str),
}

/// The longest time that a job may run where none is set, in seconds.
/// Source: API reference, `StoppingCondition.MaxRuntimeInSeconds`; the SDK's estimators have the same (2.257.7).
pub const DEFAULT_MAX_RUN: f64 = 86_400.0;

/// The longest time that a job of the SDK's `ModelTrainer` may run where none is set, in seconds: it sets that itself.
/// Source: sagemaker-train 1.27.0 (SDK v3), `sagemaker/train/defaults.py`, and sagemaker 2.257.0,
/// `sagemaker/modules/train/model_trainer.py`; read 2026-11-26.
pub const TRAINER_MAX_RUN: f64 = 3600.0;

/// A job on managed Spot instances of an algorithm without checkpoints may wait and run this long in all, in seconds.
pub const SPOT_MAX_WAIT_WITHOUT_CHECKPOINTS: f64 = 3600.0;

static ALGORITHMS: LazyLock<Vec<Algorithm>> = LazyLock::new(|| catalog::table(|tables| tables.algorithms));

/// The algorithm with an id.
pub fn algorithm(id: &str) -> Option<&'static Algorithm> {
    ALGORITHMS.iter().find(|algorithm| algorithm.id == id)
}

/// The algorithm whose images AWS keeps in a repository.
pub fn of_repository(repository: &str) -> Option<&'static Algorithm> {
    ALGORITHMS.iter().find(|algorithm| algorithm.repositories.contains(&repository))
}

/// The algorithm that an estimator class of the SDK is made for (`KMeans`).
pub fn of_class(class: &str) -> Option<&'static Algorithm> {
    ALGORITHMS.iter().find(|algorithm| algorithm.class == Some(class))
}

/// What a job runs that stands for a function of Python's: the SDK's `remote`, `step` and `RemoteExecutor`.
/// Source: sagemaker 2.257.7, `remote_function/job.py`, `JOBS_CONTAINER_ENTRYPOINT`; read 2026-11-26.
pub const REMOTE_ENTRYPOINT: &str = "/opt/ml/input/data/sagemaker_remote_function_bootstrap/job_driver.sh";

/// The channel by which a job gets the notebook that it runs as a pipeline's step: the SDK's `NotebookJobStep`.
/// Source: sagemaker 2.257.7, `workflow/notebook_job_step.py`; read 2026-11-26.
pub const NOTEBOOK_CHANNEL: &str = "sagemaker_headless_execution_pipelinestep";

/// The script by which JumpStart trains a model.
/// Source: developer guide, catboost-modes and lightgbm-modes: `entry_point="transfer_learning.py"`; read 2026-11-26.
pub const JUMP_START_SCRIPT: &str = "transfer_learning.py";

/// The algorithm behind a JumpStart model id (`catboost-classification-model`).
pub fn of_model_id(model_id: &str) -> Option<&'static Algorithm> {
    ALGORITHMS.iter().find(|algorithm| algorithm.model_ids.iter().any(|prefix| model_id.starts_with(prefix)))
}

impl Algorithm {
    /// What a GPU is to its training, with the image of a version. Nothing where versions differ and this one is
    /// unknown or not in the table.
    pub fn gpu(&self, version: Option<&str>) -> Option<Gpu> {
        if self.gpu_by_version.is_empty() {
            return Some(self.gpu);
        }
        let version = version?;
        self.gpu_by_version.iter().find(|(known, _)| *known == version).map(|&(_, gpu)| gpu)
    }

    /// Whether its container may run a script of the user's in place of the algorithm.
    pub fn runs_scripts(&self) -> bool {
        RUN_SCRIPTS.contains(&self.id)
    }

    /// The hyperparameter whose value is split over the GPUs of one instance.
    pub fn batch_split_over_gpus(&self) -> Option<&'static str> {
        SPLIT_BATCHES.iter().find(|(id, _)| *id == self.id).map(|&(_, name)| name)
    }

    /// The hyperparameter, and those of its values, with which it trains on one instance only.
    pub fn alone_with(&self) -> Option<(&'static str, &'static [&'static str])> {
        ALONE_WITH.iter().find(|(id, ..)| *id == self.id).map(|&(_, name, values)| (name, values))
    }

    /// When it uses one GPU of an instance, and no more; nothing where it uses all, or none, or that is not known.
    pub fn one_gpu(&self, version: Option<&str>) -> Option<OneGpu> {
        let (_, when) = ONE_GPU.iter().find(|(id, _)| *id == self.id)?;
        (self.gpu(version)? != Gpu::Unused).then_some(*when)
    }

    /// Whether it knows a channel.
    pub fn has_channel(&self, name: &str) -> bool {
        self.channels
            .iter()
            .flat_map(|channel| channel.split('|'))
            .chain(self.optional_channels.iter().copied())
            .any(|known| known == name)
    }

    /// What a finding cites.
    pub fn fact(&self) -> FactRef {
        let page = format!("https://docs.aws.amazon.com/sagemaker/latest/dg/{}.html", self.page);
        catalog::fact(format!("algorithms/{}", self.id), page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xgboost_may_use_a_gpu_from_1_2_1() {
        let xgboost = algorithm("xgboost").expect("in the table");
        assert_eq!(xgboost.gpu(Some("1.0-1")), Some(Gpu::Unused));
        assert_eq!(xgboost.gpu(Some("1.2-1")), Some(Gpu::Optional));
        assert_eq!(xgboost.gpu(None), None, "versions differ");
        assert_eq!(xgboost.gpu(Some("9.9-9")), None, "newer than the table");
        assert_eq!(algorithm("xgboost-0.72").and_then(|old| old.gpu(None)), Some(Gpu::Unused));
    }

    #[test]
    fn algorithms_are_found_by_repository_and_by_model_id() {
        let id = |found: Option<&'static Algorithm>| found.map(|algorithm| algorithm.id);
        assert_eq!(id(of_repository("image-classification")), Some("image-classification-mxnet"));
        assert_eq!(id(of_repository("pytorch-training")), None);
        assert_eq!(id(of_model_id("lightgbm-regression-model")), Some("lightgbm"));
        assert_eq!(id(of_model_id("huggingface-llm-falcon-7b")), None);
    }

    #[test]
    fn what_is_said_by_id_is_said_of_algorithms_of_the_table() {
        let ids = SPLIT_BATCHES.iter().map(|(id, _)| id).chain(RUN_SCRIPTS).chain(ALONE_WITH.iter().map(|(id, ..)| id));
        let ids = ids.chain(ONE_GPU.iter().map(|(id, _)| id));
        assert!(ids.clone().all(|id| algorithm(id).is_some()));
        for (id, name) in SPLIT_BATCHES.iter().copied().chain(ALONE_WITH.iter().map(|&(id, name, _)| (id, name))) {
            assert!(algorithm(id).is_some_and(|known| known.hyperparameter(name).is_some()), "{id}: {name}");
        }
        assert_eq!(of_class("KMeans").map(|known| known.id), Some("kmeans"));
    }

    #[test]
    fn modes_and_channels_are_those_of_the_guide() {
        let of = |id| algorithm(id).expect("in the table");
        assert_eq!(of("xgboost").modes, [Mode::File, Mode::Pipe]);
        assert_eq!(of("seq2seq").modes, [Mode::File]);
        assert_eq!(of("seq2seq").channels, ["train", "validation", "vocab"]);
        assert_eq!(of("lightgbm").channels, ["train|training"]);
        assert!(of("lightgbm").has_channel("training") && of("lightgbm").has_channel("validation"));
        assert!(!of("lightgbm").has_channel("valid"));
    }

    #[test]
    fn a_fact_names_its_source_and_date() {
        let fact = algorithm("lda").expect("in the table").fact();
        assert_eq!(fact.id, "algorithms/lda");
        assert_eq!(fact.as_of, "2026-11-22");
        assert_eq!(fact.source, "https://docs.aws.amazon.com/sagemaker/latest/dg/lda.html");
    }
}
