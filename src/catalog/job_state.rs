//! Operations by which one asks how far a job of a data service is; those of the AI services stand with their jobs.

/// Service, by boto3's name, and operation.
/// source: the service models of botocore 1.43.11 (AWS API reference); as of 2026-11-22
const OPERATIONS: &[(&str, &str)] = &[
    ("athena", "GetQueryExecution"),
    ("emr", "DescribeCluster"),
    ("emr", "DescribeStep"),
    ("emr-serverless", "GetJobRun"),
    ("glue", "GetCrawler"),
    ("glue", "GetJobRun"),
    ("logs", "GetQueryResults"),
    ("redshift-data", "DescribeStatement"),
    ("stepfunctions", "DescribeExecution"),
];

/// The operation's name in the API, if it tells how far a job is.
pub fn asks(service: &str, name: &str) -> Option<&'static str> {
    let known = OPERATIONS
        .iter()
        .find(|(known, operation)| *known == service && super::ai_operation::is_named(operation, name));
    known.map(|(_, operation)| *operation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_found_by_boto3s_names() {
        assert_eq!(asks("athena", "get_query_execution"), Some("GetQueryExecution"));
        assert_eq!(asks("glue", "get_query_execution"), None);
    }
}
