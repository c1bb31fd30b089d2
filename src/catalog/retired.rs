//! Services and features of AWS that have ended, or that new customers cannot use.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::{catalog, finding::FactRef};

/// A service or feature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retired {
    /// Its id in the catalog: `amazon-forecast`.
    pub id: &'static str,
    /// Its name in a sentence.
    pub name: &'static str,
    /// What has become of it.
    pub state: State,
    /// Since when, `YYYY-MM-DD`.
    pub date: &'static str,
    /// What to do instead: imperative.
    pub replacement: &'static str,
    #[serde(borrow = "'static")]
    pub(super) kinds: Vec<&'static str>,
    pub(super) clients: Vec<&'static str>,
    pub(super) operations: Vec<&'static str>,
    pub(super) sdk: Vec<&'static str>,
    pub(super) source: &'static str,
}

/// What has become of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is gone: calls fail.
    Ended,
    /// No new customers; those who used it before keep it.
    Closed,
}

static RETIRED: LazyLock<Vec<Retired>> = LazyLock::new(|| catalog::table(|tables| tables.retired));

/// What a finding about an accelerator of Elastic Inference cites. AWS took no new customers from 2023-04-15 on (API
/// reference of the service); when it ended is not written, that it has is.
pub fn elastic_inference() -> FactRef {
    let source = "botocore 1.44.5, CreateNotebookInstance: \"Elastic Inference (EI) is no longer available\"";
    catalog::fact("retired/elastic-inference".to_owned(), source)
}

/// What a resource of a kind belongs to, if that is retired.
pub fn of_kind(kind: &str) -> Option<&'static Retired> {
    let is = |pattern: &&str| match pattern.strip_suffix('*') {
        Some(start) => kind.starts_with(start),
        None => kind == *pattern,
    };
    RETIRED.iter().find(|retired| retired.kinds.iter().any(&is))
}

/// Whether boto3 has, or had, a client of this name whose service is retired, wholly or in some of its operations.
pub fn is_client(name: &str) -> bool {
    let is = |operation: &&str| operation.split_once('.').is_some_and(|(client, _)| client == name);
    RETIRED.iter().any(|retired| retired.clients.contains(&name) || retired.operations.iter().any(is))
}

/// What a call uses, if that is retired: `boto3.forecast.create_dataset`, or a name of the SageMaker SDK.
pub fn of_call(callee: &str) -> Option<&'static Retired> {
    match callee.strip_prefix("boto3.") {
        Some(rest) => {
            let client = rest.split_once('.').map_or(rest, |(client, _)| client);
            RETIRED.iter().find(|retired| retired.clients.contains(&client) || retired.operations.contains(&rest))
        }
        None => {
            let begins =
                |name: &&str| callee.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
            RETIRED.iter().find(|retired| retired.sdk.iter().any(&begins))
        }
    }
}

impl Retired {
    /// What a finding cites.
    pub fn fact(&self) -> FactRef {
        catalog::fact(format!("retired/{}", self.id), self.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(retired: Option<&'static Retired>) -> Option<&'static str> {
        retired.map(|retired| retired.id)
    }

    #[test]
    fn kinds_are_found_whole_or_by_their_beginning() {
        assert_eq!(id(of_kind("AWS::Kendra::Index")), Some("kendra"));
        assert_eq!(id(of_kind("Terraform::aws_lex_bot")), Some("lex-v1"));
        assert_eq!(id(of_kind("AWS::Lex::Bot")), None, "CloudFormation's is Lex V2");
        assert_eq!(id(of_kind("AWS::KinesisAnalyticsV2::Application")), None);
        assert_eq!(id(of_kind("AWS::SageMaker::Model")), None);
    }

    #[test]
    fn calls_are_found_by_client_operation_or_sdk_name() {
        assert_eq!(id(of_call("boto3.forecast.create_dataset")), Some("amazon-forecast"));
        assert_eq!(id(of_call("boto3.rekognition.get_person_tracking")), Some("rekognition-people-pathing"));
        assert_eq!(id(of_call("boto3.rekognition.detect_labels")), None);
        assert_eq!(id(of_call("sagemaker.debugger.Rule.sagemaker")), Some("sagemaker-debugger"));
        assert_eq!(id(of_call("sagemaker.model_monitor.DataCaptureConfig")), None, "data capture stays");
    }

    #[test]
    fn each_has_a_date() {
        for retired in RETIRED.iter() {
            assert!(retired.date.len() == 10 && retired.date <= catalog::as_of(), "{}", retired.id);
        }
    }
}
