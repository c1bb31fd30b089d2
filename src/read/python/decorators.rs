//! Decorators of libraries: those that call a function with what it is given and hand on what it returns, and those of
//! which nobody knows what they make of it.

use super::{
    runners::is_runner,
    unfollowed::{head, is_unfollowed},
};

/// Decorators that hand calls and results through: they check types, call again after a fault, measure or note. Sorted.
const HANDING_THROUGH: &[&str] = &[
    "abc.abstractmethod",
    "aws_xray_sdk.core.xray_recorder.capture",
    "backoff.on_exception",
    "backoff.on_predicate",
    "beartype.beartype",
    "deprecated.deprecated",
    "deprecation.deprecated",
    "ensure.ensure_annotations",
    "functools.wraps",
    "line_profiler.profile",
    "loguru.logger.catch",
    "memory_profiler.profile",
    "mlflow.trace",
    "prefect.flow",
    "prefect.flows.flow",
    "prefect.task",
    "prefect.tasks.task",
    "pydantic.validate_arguments",
    "pydantic.validate_call",
    "retrying.retry",
    "streamlit.cache",
    "streamlit.cache_data",
    "tenacity.retry",
    "torch.inference_mode",
    "torch.no_grad",
    "typeguard.typechecked",
    "typing.final",
    "typing.no_type_check",
    "typing.override",
    "typing_extensions.deprecated",
    "typing_extensions.final",
    "typing_extensions.override",
    "warnings.deprecated",
];

/// Whether a decorator calls the function with what it is given, perhaps again, and hands on what it returns.
pub(super) fn hands_through(decorator: &str) -> bool {
    HANDING_THROUGH.binary_search(&decorator).is_ok()
}

/// Whether a decorator is one of a library of which nothing else is known. The function runs with what it is given, as far
/// as it fits; what comes back is not known. Doubles of tests hand in arguments of their own.
pub(super) fn is_foreign(decorator: &str) -> bool {
    let head = head(decorator);
    let is_unknown = is_unfollowed(decorator) || is_runner(decorator) || head == "airflow";
    is_unknown && decorator.contains('.') && !matches!(head, "mock" | "pytest" | "unittest")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decorators_are_in_order() {
        assert!(HANDING_THROUGH.is_sorted());
        for name in HANDING_THROUGH {
            assert!(hands_through(name), "{name}");
        }
        assert!(is_foreign("airflow.decorators.task"));
        assert!(is_foreign("lib.logged") && !is_foreign("unittest.mock.patch") && !is_foreign("click.command"));
        assert!(!is_foreign("?") && !is_foreign("def:logged") && !is_foreign("sagemaker.remote_function.remote"));
    }
}
