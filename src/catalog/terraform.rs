//! What Terraform's resource types and their arguments are called in CloudFormation.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::catalog;

/// The whole table.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Terraform {
    /// Words that are not merely capitalised: `gb` → `GB`.
    #[serde(borrow = "'static")]
    pub(super) words: Vec<(&'static str, &'static str)>,
    /// Services of CloudFormation by their name in lower case.
    pub(super) services: Vec<(&'static str, &'static str)>,
    /// Types, by name.
    pub(super) types: Vec<Mapping>,
}

/// A resource type of Terraform.
#[derive(Debug, Serialize, Deserialize)]
pub struct Mapping {
    /// Its name: `aws_s3_bucket`.
    pub name: &'static str,
    /// CloudFormation's type; empty for one that is a part of another.
    pub kind: &'static str,
    /// Exceptions: the argument with the blocks that lead to it, and its property.
    pub names: Vec<(&'static str, Property)>,
    /// Properties that the type implies.
    pub fixed: Vec<(&'static str, &'static str)>,
    /// The type that it is a part of.
    pub joins: Option<Joins>,
    /// Whether it takes tags.
    pub tagged: bool,
}

/// What an argument becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Property {
    /// Its dotted path; nothing where it has none.
    pub path: Option<&'static str>,
    /// Whether the path begins at the nearest list item or the resource, not at the block.
    pub outer: bool,
    /// The form of the value.
    pub shape: Shape,
}

/// How a value is written in CloudFormation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// As it is; a block is an object.
    Plain,
    /// A list of blocks.
    Blocks,
    /// A list of scalars as a list of objects with this key.
    Keyed(&'static str),
    /// A scalar as an item of a list.
    Item,
    /// An object whose names stay.
    Verbatim,
    /// A text that is JSON, as what it says.
    Json,
    /// A map as a list of `Key` and `Value`.
    Tags,
    /// A name in lower case with hyphens as one in capitalised words.
    Words,
    /// A truth value as one of two texts.
    Switch(&'static str, &'static str),
}

/// What a type is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joins {
    /// Terraform's type of the whole.
    pub with: &'static str,
    /// The argument that names the whole.
    pub by: &'static str,
    /// The argument by which the whole has that name; nothing where only references lead to it.
    pub name: Option<&'static str>,
}

static TABLE: LazyLock<Terraform> = LazyLock::new(|| catalog::table(|tables| tables.terraform));

/// What is known of a type of Terraform's AWS provider.
pub fn mapping(name: &str) -> Option<&'static Mapping> {
    let at = TABLE.types.binary_search_by(|mapping| mapping.name.cmp(name)).ok()?;
    Some(&TABLE.types[at])
}

/// The types that are a part of another.
pub fn parts() -> impl Iterator<Item = (&'static Mapping, Joins)> {
    TABLE.types.iter().filter_map(|mapping| mapping.joins.map(|joins| (mapping, joins)))
}

impl Mapping {
    /// The exception for an argument, by the blocks that lead to it.
    pub fn exception(&self, blocks: &[&str], argument: &str) -> Option<Property> {
        let find = |path: &str| self.names.iter().find(|(known, _)| *known == path).map(|(_, property)| *property);
        let mut path = blocks.join(".");
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(argument);
        if let Some(property) = find(&path) {
            return Some(property);
        }
        // `*.ebs_config.size` stands for the argument within that block, wherever the block is.
        let within = blocks.last().and_then(|block| find(&format!("*.{block}.{argument}")));
        within.or_else(|| find(&format!("*.{argument}")))
    }

    /// What all arguments are wrapped in.
    pub fn wrapper(&self) -> Option<Property> {
        self.names.iter().find(|(known, _)| *known == "*").map(|(_, property)| *property)
    }
}

/// The property that an argument is by rule: `volume_size_in_gb` → `VolumeSizeInGB`.
pub fn property(argument: &str) -> String {
    let mut name = String::with_capacity(argument.len());
    for word in argument.split('_').filter(|word| !word.is_empty()) {
        match TABLE.words.iter().find(|(known, _)| *known == word) {
            Some((_, written)) => name.push_str(written),
            None => capitalise(word, &mut name),
        }
    }
    name
}

/// The words of a text, capitalised and joined: `public-read` → `PublicRead`.
pub fn capitalised(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    text.split('-').for_each(|word| capitalise(word, &mut name));
    name
}

/// CloudFormation's type of a type of Terraform's AWS Cloud Control provider: `awscc_s3_bucket` → `AWS::S3::Bucket`.
pub fn cloud_control_kind(name: &str) -> Option<String> {
    let (service, thing) = name.strip_prefix("awscc_")?.split_once('_')?;
    let service = match TABLE.services.iter().find(|(known, _)| *known == service) {
        Some((_, written)) => (*written).to_owned(),
        None => property(service),
    };
    // `vpc` and `db` begin names in capitals; the rules ask for these.
    let thing = match thing {
        "vpc" => "VPC".to_owned(),
        "vpc_endpoint" => "VPCEndpoint".to_owned(),
        thing => property(thing),
    };
    Some(format!("AWS::{service}::{thing}"))
}

fn capitalise(word: &str, name: &mut String) {
    let mut letters = word.chars();
    name.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
    name.push_str(letters.as_str());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rule_or_the_table() {
        assert_eq!(property("execution_role_arn"), "ExecutionRoleArn");
        assert_eq!(property("volume_size_in_gb"), "VolumeSizeInGB");
        assert_eq!(property("s3_data_source"), "S3DataSource");
        assert_eq!(capitalised("bucket-owner-full-control"), "BucketOwnerFullControl");
        let emr = mapping("aws_emr_cluster").expect("it is in the table");
        let at = |blocks: &[&str], argument| emr.exception(blocks, argument).and_then(|property| property.path);
        assert_eq!(at(&["ec2_attributes"], "subnet_id"), Some("Ec2SubnetId"));
        assert_eq!(at(&["core_instance_group", "ebs_config"], "size"), Some("VolumeSpecification.SizeInGB"));
        assert_eq!(at(&[], "size"), None);
        assert_eq!(mapping("aws_emr_clusters").map(|mapping| mapping.name), None);
    }

    #[test]
    fn types_of_the_cloud_control_provider_are_mechanical() {
        assert_eq!(
            cloud_control_kind("awscc_sagemaker_model_package_group").as_deref(),
            Some("AWS::SageMaker::ModelPackageGroup")
        );
        assert_eq!(cloud_control_kind("awscc_ec2_vpc_endpoint").as_deref(), Some("AWS::EC2::VPCEndpoint"));
        assert_eq!(cloud_control_kind("aws_s3_bucket"), None);
    }
}
