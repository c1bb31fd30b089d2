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

/// Environment variables that name the model which a serving container loads.
///
/// Source: the documents of the Hugging Face inference toolkit, of LMI, and of AWS's vLLM and SGLang images.
pub const MODEL_IDS: &[&str] =
    &["HF_MODEL_ID", "OPTION_MODEL_ID", "SM_VLLM_MODEL", "SM_SGLANG_MODEL_PATH", "SERVING_MODEL_ID"];

/// Environment variables that tell a serving container over how many GPUs it splits one copy of a model. The second part
/// says whether it starts one copy only, and leaves the other GPUs idle.
///
/// Source: the documents of TGI, of LMI (which starts as many copies as fit), and of AWS's vLLM and SGLang images.
pub const PARALLEL_DEGREES: &[(&str, bool)] = &[
    ("SM_NUM_GPUS", true),
    ("SM_VLLM_TENSOR_PARALLEL_SIZE", true),
    ("SM_SGLANG_TP", true),
    ("SM_SGLANG_TP_SIZE", true),
    ("OPTION_TENSOR_PARALLEL_DEGREE", false),
    ("TENSOR_PARALLEL_DEGREE", false),
];

/// Environment variables by which more GPUs than the parallel degree are used.
pub const MORE_COPIES: &[&str] = &[
    "SM_VLLM_DATA_PARALLEL_SIZE",
    "SM_VLLM_PIPELINE_PARALLEL_SIZE",
    "SM_SGLANG_DP",
    "SM_SGLANG_DP_SIZE",
    "SM_SGLANG_PP_SIZE",
];

/// Beginnings of the hub IDs whose owners ask everybody to accept their terms first.
///
/// Source: the model cards on the Hugging Face hub, read 2026-11-22.
const GATED: &[&str] = &["meta-llama/Llama-", "meta-llama/Meta-Llama-", "google/gemma-", "bigcode/starcoder"];

/// Environment variables that hold a token of the hub.
pub const HUB_TOKENS: &[&str] = &["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACE_HUB_TOKEN", "HF_API_TOKEN"];

/// Whether a model of the hub can only be downloaded with the token of somebody who accepted its terms.
pub fn is_gated(id: &str) -> bool {
    GATED.iter().any(|begin| id.starts_with(begin))
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
    fn burstable_types_are_known_by_their_family() {
        assert!(is_burstable("ml.t2.medium"));
        assert!(!is_burstable("ml.m5.large") && !is_burstable("local") && !is_burstable("ml.trn1.2xlarge"));
    }
}
