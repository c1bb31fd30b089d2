//! The connectors of SAM: what one allows from a source to a destination by `Read` and `Write`.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::catalog;

/// What gets a statement of a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum At {
    /// The role of the source, by a policy of its own.
    SourceRole,
    /// The role of the destination, by a policy of its own.
    DestinationRole,
    /// The policy of the queue that is the destination.
    Queue,
    /// The policy of the topic that is the destination.
    Topic,
    /// A permission of the function that is the destination.
    Function,
}

/// A statement of a connector, which allows. A text has `${Source.Arn}` and its like for what is known of the two ends, and
/// `${AWS::Region}` for a pseudo parameter.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The resource type of the source.
    pub source: &'static str,
    /// The resource type of the destination.
    pub destination: &'static str,
    /// What gets it.
    pub at: At,
    /// What the connector must ask for: `Read` or `Write`.
    pub permission: &'static str,
    /// The actions that it allows.
    #[serde(borrow = "'static")]
    pub actions: Vec<&'static str>,
    /// On what; for a function, from where the calls come.
    pub on: Vec<&'static str>,
    /// The service that may, where a role does not say who.
    pub principal: Option<&'static str>,
    /// The account that calls must come from.
    pub account: Option<&'static str>,
}

static STATEMENTS: LazyLock<Vec<Statement>> = LazyLock::new(|| catalog::table(|tables| tables.sam_connectors));

/// The statements of a connector between two types; none for a pair that SAM does not connect.
pub fn statements(source: &str, destination: &str) -> impl Iterator<Item = &'static Statement> {
    STATEMENTS.iter().filter(move |statement| statement.source == source && statement.destination == destination)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_has_its_statements() {
        let [topic] = statements("AWS::SNS::Topic", "AWS::SQS::Queue").collect::<Vec<_>>()[..] else {
            panic!("one statement")
        };
        assert_eq!(
            (topic.at, topic.principal, &topic.actions[..]),
            (At::Queue, Some("sns.amazonaws.com"), &["sqs:SendMessage"][..])
        );
        let from_bucket: Vec<_> = statements("AWS::S3::Bucket", "AWS::Lambda::Function").collect();
        assert_eq!(from_bucket[0].account, Some("${AWS::AccountId}"));
        assert_eq!(statements("AWS::StepFunctions::StateMachine", "AWS::StepFunctions::StateMachine").count(), 5);
        assert_eq!(statements("AWS::SQS::Queue", "AWS::S3::Bucket").count(), 0);
        let mut pairs: Vec<_> = STATEMENTS.iter().map(|one| (one.source, one.destination)).collect();
        pairs.dedup();
        assert_eq!(pairs.len(), 31);
    }
}
