//! The policy templates of SAM: what a function may do by `SQSPollerPolicy` and its like.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::catalog;

/// A statement of a policy template, which allows. A text has `${QueueName}` where a parameter of the template goes, and
/// `${AWS::Region}` for a pseudo parameter.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The template: `SQSPollerPolicy`.
    pub template: &'static str,
    /// The actions that it allows.
    #[serde(borrow = "'static")]
    pub actions: Vec<&'static str>,
    /// On what.
    pub resources: Vec<&'static str>,
    /// The operator, the key and the value of its condition.
    pub condition: Option<(&'static str, &'static str, &'static str)>,
}

static STATEMENTS: LazyLock<Vec<Statement>> = LazyLock::new(|| catalog::table(|tables| tables.sam_policies));

/// The statements of a policy template; none for a name that SAM does not have.
pub fn statements(template: &str) -> impl Iterator<Item = &'static Statement> {
    STATEMENTS.iter().filter(move |statement| statement.template == template)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_has_its_statements() {
        let [poller] = statements("SQSPollerPolicy").collect::<Vec<_>>()[..] else { panic!("one statement") };
        assert!(poller.actions.contains(&"sqs:ReceiveMessage"));
        assert_eq!(poller.resources, ["arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${QueueName}"]);
        assert_eq!(statements("KinesisStreamReadPolicy").count(), 2);
        assert!(statements("EFSWriteAccessPolicy").all(|statement| statement.condition.is_some()));
        assert_eq!(statements("NoPolicy").count(), 0);
    }
}
