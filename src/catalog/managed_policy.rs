//! Where the managed policies of AWS lie: the path that is a part of their ARNs.

use std::sync::LazyLock;

/// A name and a path a line, sorted.
static PATHS: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    let lines = include_str!("managed_policies.csv").lines().filter(|line| !line.starts_with('#'));
    lines.skip(1).filter_map(|line| line.split_once(',')).collect()
});

/// The ARN of a managed policy of AWS, by its name.
pub fn arn(name: &str) -> String {
    let path = PATHS.binary_search_by_key(&name, |(known, _)| known).map(|at| PATHS[at].1);
    path.map_or_else(
        |_| format!("arn:aws:iam::aws:policy/{name}"),
        |path| format!("arn:aws:iam::aws:policy/{path}/{name}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_of_a_service_has_a_path() {
        assert!(PATHS.is_sorted() && PATHS.len() > 100);
        assert_eq!(
            arn("AWSLambdaBasicExecutionRole"),
            "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
        );
        assert_eq!(arn("AmazonSageMakerFullAccess"), "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess");
    }
}
