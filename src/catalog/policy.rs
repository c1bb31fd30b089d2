//! Which managed policies of AWS, and which IAM actions, give a role more than a workload needs.

use crate::{
    catalog::{self},
    finding::FactRef,
};

/// How far rights reach, the least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The data of every owner in one service: all objects, tables or secrets of the account.
    Data,
    /// Everything in SageMaker.
    SageMaker,
    /// Every bucket of the account.
    Buckets,
    /// Rights themselves: who holds them can give himself any other.
    Rights,
    /// Everything, or all but a little.
    Everything,
}

/// A managed policy of AWS.
#[derive(Clone, Copy, Debug)]
pub struct Managed {
    /// Its name; its ARN is `arn:<partition>:iam::aws:policy/<name>`.
    pub name: &'static str,
    /// How far it reaches.
    pub reach: Reach,
    /// What it allows, as a noun phrase.
    pub allows: &'static str,
}

/// source: AWS Managed Policy Reference Guide; as of 2026-11-22
const MANAGED: &[Managed] = &[
    Managed { name: "AdministratorAccess", reach: Reach::Everything, allows: "every action on every resource" },
    Managed { name: "PowerUserAccess", reach: Reach::Everything, allows: "every action but those of IAM and accounts" },
    Managed { name: "IAMFullAccess", reach: Reach::Rights, allows: "every action of IAM" },
    Managed { name: "AmazonS3FullAccess", reach: Reach::Buckets, allows: "every action on every bucket" },
    Managed {
        name: "AmazonSageMakerFullAccess",
        reach: Reach::SageMaker,
        allows: "every action of SageMaker, and much of the services beside it",
    },
];

/// Actions by which a role changes its own rights, or takes those of another.
/// source: Service Authorization Reference, IAM, "Permissions management" and the access levels of credentials;
/// as of 2026-11-22
const CHANGE_RIGHTS: &[&str] = &[
    "iam:addusertogroup",
    "iam:attachgrouppolicy",
    "iam:attachrolepolicy",
    "iam:attachuserpolicy",
    "iam:createaccesskey",
    "iam:createloginprofile",
    "iam:createpolicyversion",
    "iam:putgrouppolicy",
    "iam:putrolepolicy",
    "iam:putuserpolicy",
    "iam:setdefaultpolicyversion",
    "iam:updateassumerolepolicy",
    "iam:updateloginprofile",
];

/// Actions that read or change data and can be allowed for a single bucket, table, secret or feature group.
/// source: Service Authorization Reference (Amazon S3, DynamoDB, Secrets Manager, SageMaker), "Resource types";
/// as of 2026-11-26
const TOUCH_DATA: &[(&str, &str)] = &[
    ("dynamodb:batchgetitem", "table"),
    ("dynamodb:batchwriteitem", "table"),
    ("dynamodb:deleteitem", "table"),
    ("dynamodb:getitem", "table"),
    ("dynamodb:putitem", "table"),
    ("dynamodb:query", "table"),
    ("dynamodb:scan", "table"),
    ("dynamodb:updateitem", "table"),
    ("s3:deleteobject", "bucket"),
    ("s3:getobject", "bucket"),
    ("s3:putobject", "bucket"),
    ("sagemaker:deleterecord", "feature group"),
    ("sagemaker:putrecord", "feature group"),
    ("secretsmanager:getsecretvalue", "secret"),
];

/// The managed policies that reach too far.
pub fn managed() -> &'static [Managed] {
    MANAGED
}

/// How far an action of a policy reaches, if it may be done on every resource. IAM reads actions in any case, and `*` as
/// any letters.
pub fn reach_of_action(action: &str) -> Option<Reach> {
    let action = action.to_ascii_lowercase();
    match action.as_str() {
        "*" | "*:*" => Some(Reach::Everything),
        "s3:*" => Some(Reach::Buckets),
        "sagemaker:*" => Some(Reach::SageMaker),
        _ if CHANGE_RIGHTS.iter().any(|known| covers(&action, known)) => Some(Reach::Rights),
        _ => data_of_action(&action).map(|_| Reach::Data),
    }
}

/// What an action reads or changes, if that is data of an owner: `bucket`, `table`, `secret`, `feature group`.
pub fn data_of_action(action: &str) -> Option<&'static str> {
    let action = action.to_ascii_lowercase();
    TOUCH_DATA.iter().find(|(known, _)| covers(&action, known)).map(|(_, what)| *what)
}

/// Whether an action in lower case, which may end in `*`, covers a known one of the same service.
fn covers(action: &str, known: &str) -> bool {
    match action.strip_suffix('*') {
        Some(start) => start.contains(':') && known.starts_with(start),
        None => known == action,
    }
}

impl Managed {
    /// What a finding cites.
    pub fn fact(&self) -> FactRef {
        catalog::fact(format!("managed-policies/{}", self.name), "AWS Managed Policy Reference Guide")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_reach_as_far_as_their_patterns() {
        assert_eq!(reach_of_action("*"), Some(Reach::Everything));
        assert_eq!(reach_of_action("S3:*"), Some(Reach::Buckets));
        assert_eq!(reach_of_action("s3:Get*"), Some(Reach::Data));
        assert_eq!(data_of_action("dynamodb:*"), Some("table"));
        assert_eq!(data_of_action("secretsmanager:GetSecretValue"), Some("secret"));
        assert_eq!(reach_of_action("iam:*"), Some(Reach::Rights));
        assert_eq!(reach_of_action("iam:Put*"), Some(Reach::Rights));
        assert_eq!(reach_of_action("iam:AttachRolePolicy"), Some(Reach::Rights));
        for harmless in [
            "iam:PassRole",
            "iam:Get*",
            "iam:List*",
            "i*",
            "sagemaker:Create*",
            "s3:ListBucket",
            "s3:GetBucketLocation",
            "sagemaker:*Record",
        ] {
            assert_eq!(reach_of_action(harmless), None, "{harmless}");
        }
    }
}
