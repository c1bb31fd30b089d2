//! What SageMaker's endpoints and their serving containers take: limits, types that can be scaled, environment variables.

use crate::{catalog, finding::FactRef};

/// Most production variants of an endpoint configuration.
///
/// Source: `ProductionVariantList` of botocore 1.44.5, and the user guide "Testing models with production variants".
pub const MAX_VARIANTS: usize = 10;

/// Families of burstable types, which Application Auto Scaling does not scale: a variant of them has credits instead.
///
/// Source: the user guide "Auto scaling policy overview" of SageMaker.
const BURSTABLE: &[&str] = &["ml.t2", "ml.t3", "ml.t4g"];

/// Whether an instance type is a burstable one, which cannot be scaled.
pub fn is_burstable(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(family, _)| BURSTABLE.contains(&family))
}

/// What one way of answering takes: the largest payload, and the longest answer.
#[derive(Clone, Copy, Debug)]
pub struct Mode {
    /// Its name in a sentence.
    pub name: &'static str,
    /// The largest payload, in MB.
    pub payload_mb: u64,
    /// Seconds in which it must have answered; nothing where nobody waits.
    pub seconds: Option<u64>,
}

/// A fleet that answers at once.
///
/// Source: "Hosting FAQs" of the SageMaker developer guide (25 MB, 60 s), read 2026-11-22.
pub const REAL_TIME: Mode = Mode { name: "real-time", payload_mb: 25, seconds: Some(60) };

/// Machines that SageMaker starts for a request.
///
/// Source: "Deploy models with Serverless Inference" of the SageMaker developer guide (4 MB, 60 s), read 2026-11-22.
pub const SERVERLESS: Mode = Mode { name: "serverless", payload_mb: 4, seconds: Some(60) };

/// A queue before a fleet.
///
/// Source: `InvokeEndpointAsync` (an hour), botocore 1.44.5; "Asynchronous inference" of the developer guide (1 GB).
pub const ASYNCHRONOUS: Mode = Mode { name: "asynchronous", payload_mb: 1024, seconds: Some(3600) };

/// A job over files in S3.
///
/// Source: `MaxPayloadInMB` of `CreateTransformJob`, botocore 1.44.5.
pub const BATCH: Mode = Mode { name: "batch transform", payload_mb: 100, seconds: None };

/// Gigabytes of the largest serverless endpoint; there is one for each whole number up to it.
///
/// Source: `MemorySizeInMB` of `ServerlessConfig`, botocore 1.44.5.
pub const SERVERLESS_GB: u64 = 6;

/// Environment variables by which a serving container takes payloads of so many bytes.
///
/// Source, read 2026-11-26: "Advanced configuration" of Multi Model Server and of TorchServe, which take each of their
/// settings from `MMS_…` and `TS_…`.
pub const PAYLOAD_BYTES: &[&str] = &["MMS_MAX_REQUEST_SIZE", "TS_MAX_REQUEST_SIZE"];

/// Environment variables by which a serving container gives an answer so many seconds. `SAGEMAKER_MODEL_SERVER_TIMEOUT` is
/// none of them: JumpStart sets it to an hour for each of its models.
///
/// Source: as of the payloads.
pub const ANSWER_SECONDS: &[&str] = &["MMS_DEFAULT_RESPONSE_TIMEOUT", "TS_DEFAULT_RESPONSE_TIMEOUT"];

/// Environment variables that name the model which a serving container loads.
///
/// Source, read 2026-11-26: the README of aws/sagemaker-huggingface-inference-toolkit and the "LMI starting guide" of
/// docs.djl.ai (`HF_MODEL_ID`); "Configurations" of LMI, by which `OPTION_X` is `option.x` (`OPTION_MODEL_ID`); the quick
/// start of aws/model-hosting-container-standards (`SM_VLLM_MODEL`); SGLang's `docker/serve`, which turns `SM_SGLANG_X` into
/// the argument `--x`.
pub const MODEL_IDS: &[&str] = &["HF_MODEL_ID", "OPTION_MODEL_ID", "SM_VLLM_MODEL", "SM_SGLANG_MODEL_PATH"];

/// Environment variables that tell a serving container over how many GPUs it splits one copy of a model. The second part
/// says whether it starts one copy only, and leaves the other GPUs idle.
///
/// Source, read 2026-11-26: the entry point of TGI's image for SageMaker (`SM_NUM_GPUS`); LMI's "Configurations", which
/// starts as many copies as fit; vLLM's `sagemaker-entrypoint.sh` and SGLang's `docker/serve`, which turn `SM_VLLM_X` and
/// `SM_SGLANG_X` into the argument `--x`.
pub const PARALLEL_DEGREES: &[(&str, bool)] = &[
    ("SM_NUM_GPUS", true),
    ("SM_VLLM_TENSOR_PARALLEL_SIZE", true),
    ("SM_SGLANG_TP", true),
    ("SM_SGLANG_TP_SIZE", true),
    ("SM_SGLANG_TENSOR_PARALLEL_SIZE", true),
    ("OPTION_TENSOR_PARALLEL_DEGREE", false),
    ("TENSOR_PARALLEL_DEGREE", false),
];

/// Environment variables by which more GPUs than the parallel degree are used.
pub const MORE_COPIES: &[&str] = &[
    "SM_VLLM_DATA_PARALLEL_SIZE",
    "SM_VLLM_PIPELINE_PARALLEL_SIZE",
    "SM_SGLANG_DP",
    "SM_SGLANG_DP_SIZE",
    "SM_SGLANG_DATA_PARALLEL_SIZE",
    "SM_SGLANG_PP_SIZE",
    "SM_SGLANG_PIPELINE_PARALLEL_SIZE",
];

/// The hub IDs whose owners ask everybody to accept their terms first; what ends with a dash is the beginning of one.
/// Gemma 4 and StarCoder2 are open.
///
/// Source: the model cards on the Hugging Face hub, read 2026-11-26: Gemma's and Llama's are under "Gated model", those of
/// Gemma 4 under Apache 2.0.
const GATED: &[&str] = &[
    "bigcode/starcoder",
    "bigcode/starcoderbase",
    "bigcode/starcoderplus",
    "google/gemma-1.1-",
    "google/gemma-2-",
    "google/gemma-2b",
    "google/gemma-2b-it",
    "google/gemma-3-",
    "google/gemma-3n-",
    "google/gemma-7b",
    "google/gemma-7b-it",
    "meta-llama/Llama-",
    "meta-llama/Meta-Llama-",
];

/// Environment variables that hold a token of the hub.
///
/// Source, read 2026-11-26: huggingface_hub's "Environment variables" (`HF_TOKEN`, and the two older names), the README of
/// the Hugging Face inference toolkit (`HF_API_TOKEN`).
pub const HUB_TOKENS: &[&str] = &["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_HUB_TOKEN", "HF_API_TOKEN"];

/// Whether a model of the hub can only be downloaded with the token of somebody who accepted its terms.
pub fn is_gated(id: &str) -> bool {
    GATED.iter().any(|gated| id == *gated || gated.ends_with('-') && id.starts_with(gated))
}

/// Billions of parameters from which on a model takes minutes to load.
pub const LARGE_MODEL: f64 = 7.0;

/// What a finding cites.
pub fn fact(id: &str, source: &str) -> FactRef {
    catalog::fact(format!("hosting/{id}"), source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_model_of_a_gated_family_may_be_open() {
        for id in ["google/gemma-2-9b-it", "google/gemma-7b", "meta-llama/Llama-3.1-8B-Instruct", "bigcode/starcoder"] {
            assert!(is_gated(id), "{id}");
        }
        for id in ["google/gemma-4-31B-it", "bigcode/starcoder2-15b", "Qwen/Qwen3-0.6B"] {
            assert!(!is_gated(id), "{id}");
        }
    }

    #[test]
    fn burstable_types_are_known_by_their_family() {
        assert!(is_burstable("ml.t2.medium"));
        assert!(!is_burstable("ml.m5.large") && !is_burstable("local") && !is_burstable("ml.trn1.2xlarge"));
    }
}
