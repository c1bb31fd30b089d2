//! Container images: which are AWS's own, what is in them, and how the SDK finds them.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::{
    catalog::{
        self,
        algorithm::{self, Algorithm},
    },
    graph::{
        guard::Tri,
        value::{Data, Piece, Reason, Value},
    },
    source::Place,
};

/// Name of the hole that stands for the account of AWS's own registry, where the files say that an image is AWS's but
/// not which region's (`image_uris.retrieve("xgboost", region, …)`). See [`Retrieved::uri`].
pub const REGISTRY_ACCOUNT: &str = "account of AWS's image registry";

/// The images of one framework or algorithm in one repository.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Family {
    pub(super) framework: &'static str,
    pub(super) scope: &'static str,
    pub(super) repository: &'static str,
    #[serde(borrow = "'static")]
    pub(super) versions: Vec<&'static str>,
    #[serde(borrow = "'static")]
    pub(super) aliases: Vec<(&'static str, &'static str)>,
    pub(super) whole_tag: bool,
    pub(super) class: Option<&'static str>,
}

/// A repository of AWS's and the accounts that hold it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Registry {
    pub(super) repository: &'static str,
    pub(super) own: bool,
    pub(super) accounts: Vec<u64>,
}

static FAMILIES: LazyLock<Vec<Family>> = LazyLock::new(|| catalog::table(|tables| tables.images));
static REGISTRIES: LazyLock<Vec<Registry>> = LazyLock::new(|| catalog::table(|tables| tables.registries));

/// An image by its URI, as far as that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The account of the registry, if it is written.
    pub account: Option<String>,
    /// The repository, unless a part of it is not known. Where the whole host is a hole, there may be a prefix before it.
    pub repository: Option<String>,
    /// The tag (`latest` where none is written); nothing where it has a hole, or a digest stands in its place.
    pub tag: Option<String>,
    /// The known begin of a tag with a hole.
    pub tag_prefix: Option<String>,
    /// Whether AWS publishes it. Known by the account; where that is not known, by the repository's name if it is one
    /// that only AWS uses (the `own` column of `registries.csv`).
    pub is_aws: Tri,
}

/// Stands for a hole while a URI is taken apart: no URI holds this character.
const HOLE: char = '\0';

/// Takes an image URI apart. Nothing where the text has no structure at all: a hole and no slash.
pub fn parse(pieces: &[Piece]) -> Option<Image> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Hole(_) => text.push(HOLE),
        }
    }
    let text = text.trim();
    let Some((host, path)) = text.split_once('/') else {
        return (!text.contains(HOLE) && !text.is_empty()).then(|| image(None, text, Tri::No));
    };
    let account = host.split('.').next().unwrap_or(host);
    let known = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let account = (known && is_ecr(host)).then(|| account.to_owned());
    let is_aws = match &account {
        Some(account) => Tri::of(is_registry(account)),
        None if !host.contains(HOLE) => Tri::No,
        None => owner(pieces).or_else(|| owner_by_name(path)).unwrap_or(Tri::Unknown),
    };
    Some(image(account, path, is_aws))
}

fn image(account: Option<String>, path: &str, is_aws: Tri) -> Image {
    let (named, digest) = path.split_once('@').map_or((path, false), |(named, _)| (named, true));
    let (repository, tag) = match named.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        _ => (named, if named.ends_with(HOLE) { "\0" } else { "latest" }),
    };
    let holed = tag.split_once(HOLE).map(|(prefix, _)| prefix);
    Image {
        account,
        repository: (!repository.contains(HOLE)).then(|| repository.to_owned()),
        tag: (!digest && holed.is_none()).then(|| tag.to_owned()),
        tag_prefix: holed.filter(|prefix| !prefix.is_empty() && !digest).map(str::to_owned),
        is_aws,
    }
}

fn is_ecr(host: &str) -> bool {
    [".dkr.ecr.", ".dkr.ecr-fips.", ".dkr-ecr.", ".dkr-ecr-fips."].iter().any(|part| host.contains(part))
}

fn is_registry(account: &str) -> bool {
    account.parse().is_ok_and(|id: u64| REGISTRIES.iter().any(|registry| registry.accounts.contains(&id)))
}

/// Whose the registry is, where its account is a hole that says so: the SDK's look-up, or the reader's own account.
fn owner(pieces: &[Piece]) -> Option<Tri> {
    let Some(Piece::Hole(value)) = pieces.first() else { return None };
    let Data::Unknown(unknown) = &value.data else { return None };
    let own = ["AWS::AccountId", "get_caller_identity", "aws_caller_identity", ".account_id()"];
    match &*unknown.name() {
        REGISTRY_ACCOUNT => Some(Tri::Yes),
        name if own.iter().any(|part| name.contains(part)) => Some(Tri::No),
        _ => None,
    }
}

fn owner_by_name(path: &str) -> Option<Tri> {
    let name = path.split([':', '@']).next()?;
    REGISTRIES.iter().any(|registry| registry.own && registry.repository == name).then_some(Tri::Yes)
}

impl Image {
    /// Whether its repository has the name of one of AWS's: with an account that is not known it may be that one.
    pub fn has_aws_name(&self) -> bool {
        let Some(name) = &self.repository else { return false };
        REGISTRIES.iter().any(|registry| registry.repository == name)
    }

    /// The version in its tag, of those that the catalog lists for its repository.
    fn version(&self) -> Option<&'static str> {
        let name = self.repository.as_deref()?;
        let versions = || {
            let families = FAMILIES.iter().filter(move |family| family.repository == name);
            families.flat_map(|family| family.versions.iter().copied())
        };
        let goes_on = |tag: &str, version: &str| tag.strip_prefix(version).is_some_and(|rest| rest.starts_with('-'));
        if let Some(tag) = &self.tag {
            let aliased = FAMILIES.iter().filter(|family| family.repository == name).flat_map(|family| &family.aliases);
            let alias = aliased.filter(|(alias, _)| alias == tag).map(|&(_, version)| version).next();
            return alias.or_else(|| versions().find(|version| tag == version || goes_on(tag, version)));
        }
        let prefix = self.tag_prefix.as_deref()?;
        let whole = versions().find(|version| goes_on(prefix, version));
        // A hole right behind the version: the version it is, unless a longer one begins likewise.
        whole.or_else(|| {
            let mut alike = versions().filter(|version| version.starts_with(prefix));
            let first = alike.next()?;
            (first == prefix && alike.all(|other| other == first)).then_some(first)
        })
    }
}

/// The built-in algorithm in an image and the version of it, if the image is AWS's for certain.
pub fn algorithm_of_image(image: &Image) -> Option<(&'static Algorithm, Option<&'static str>)> {
    if !image.is_aws.is_yes() {
        return None;
    }
    Some((algorithm::of_repository(image.repository.as_deref()?)?, image.version()))
}

/// Where the SDK finds an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retrieved {
    /// The repository.
    pub repository: &'static str,
    /// The version, as the tag begins with it; nothing where it is not known.
    pub version: Option<&'static str>,
    /// Whether the version is the whole tag.
    pub whole_tag: bool,
}

/// The region in the name of an image of ECR: `….dkr.ecr.us-west-2.amazonaws.com/…`.
pub fn region(uri: &str) -> Option<&str> {
    let (host, _) = uri.split_once('/')?;
    let (_, behind) = host.split_once(".dkr.ecr.").or_else(|| host.split_once(".dkr.ecr-fips."))?;
    behind.split_once(".amazonaws.").map(|(region, _)| region)
}

/// What `image_uris.retrieve(framework, region, version, image_scope=scope)` finds. A version that is not given and one
/// that is not known are both nothing: then the answer holds for all versions. Nothing where the answer is not certain.
pub fn retrieve(framework: &str, version: Option<&str>, scope: Option<&str>) -> Option<Retrieved> {
    retrieve_on(framework, "", version, scope)
}

/// The same of a framework that stands on another one: `pytorch` or `tensorflow`. Nothing is said by an empty text.
pub fn retrieve_on(framework: &str, on: &str, version: Option<&str>, scope: Option<&str>) -> Option<Retrieved> {
    let families: Vec<&Family> = FAMILIES
        .iter()
        .filter(|family| family.framework == framework && family.repository.contains(on))
        .filter(|family| family.scope == "*" || scope.is_none_or(|scope| family.scope == scope))
        .collect();
    let mut versions = families.iter().flat_map(|family| family.versions.iter().copied());
    let first = versions.next()?;
    // With one version to choose from, the SDK takes it whatever it is asked for.
    let only = versions.all(|other| other == first).then_some(first);
    let version = only.or_else(|| version.map(|version| alias(&families, version)));
    let Some(version) = version else { return agreed(&families, None) };
    let is_it = |known: &&str| {
        known.strip_prefix(version).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) || *known == version
    };
    let has = |family: &&&Family| family.versions.iter().any(is_it);
    let holding: Vec<&Family> = families.iter().filter(has).copied().collect();
    if !holding.is_empty() {
        return agreed(&holding, Some(version));
    }
    // A version after all that the catalog lists is where the last one is.
    let all = families.iter().flat_map(|family| family.versions.iter().map(move |known| (numbers(known), *family)));
    let (last, family) = all.max_by(|(left, _), (right, _)| left.cmp(right))?;
    let newer = !last.is_empty() && numbers(version) > last;
    newer.then_some(Retrieved { repository: family.repository, version: None, whole_tag: false })
}

fn alias<'v>(families: &[&'static Family], version: &'v str) -> &'v str
where
    'static: 'v,
{
    let mut aliases = families.iter().flat_map(|family| &family.aliases);
    aliases.find(|(alias, _)| *alias == version).map_or(version, |&(_, full)| full)
}

/// The version of a key that names the base framework too: `4.17.0` of `4.17.0/pytorch1.10.2`.
fn base(version: &str) -> &str {
    version.split_once('/').map_or(version, |(version, _)| version)
}

fn numbers(version: &str) -> Vec<u32> {
    base(version).split(|letter: char| !letter.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

/// The answer that all families give alike.
fn agreed(families: &[&'static Family], version: Option<&str>) -> Option<Retrieved> {
    let (first, rest) = families.split_first()?;
    if rest.iter().any(|other| other.repository != first.repository) {
        return None;
    }
    // Behind a base framework, the tag begins with the version of that one.
    let known = version.and_then(|version| first.versions.iter().find(|known| **known == version));
    let version = known.copied();
    Some(Retrieved { repository: first.repository, version, whole_tag: version.is_some() && first.whole_tag })
}

/// The repository alone: see [`retrieve`].
pub fn repository_of(framework: &str, version: Option<&str>, scope: Option<&str>) -> Option<&'static str> {
    retrieve(framework, version, scope).map(|retrieved| retrieved.repository)
}

/// What `get_image_uri(region, name, version)` of the SDK's first version finds. There the version is `1` where none is
/// given, and `1` and `latest` are the old XGBoost. `version` is the one that counts: give `Some("1")` for none.
pub fn retrieve_v1(name: &str, version: Option<&str>) -> Option<Retrieved> {
    retrieve(name, version.map(|version| version.trim_end_matches("-cpu-py3")), Some("training"))
}

/// The framework name, as [`retrieve`] takes it, behind an estimator class of the SDK: `kmeans` for
/// `sagemaker.KMeans` or `sagemaker.amazon.kmeans.KMeans`.
pub fn framework_of_class(class: &str) -> Option<&'static str> {
    let name = class.rsplit('.').next()?;
    FAMILIES.iter().find(|family| family.class == Some(name)).map(|family| family.framework)
}

/// One of several texts, it is not known which, as templates and scripts list them by region: all are accounts of AWS's
/// registries, or the same image in them. The account is a hole that says so. Nothing where one of them is not AWS's.
pub fn one_of_aws(texts: &[&str], place: Place) -> Option<Value> {
    let hole = |name: &str| Value::unknown(Reason::RunTime, name, place);
    let is_account = |text: &str| text.len() == 12 && is_registry(text);
    let (first, _) = texts.split_first()?;
    if texts.iter().all(|text| is_account(text)) {
        return Some(hole(REGISTRY_ACCOUNT));
    }
    let (_, path) = first.split_once('/')?;
    let is_same = |text: &&str| {
        text.split_once('/')
            .is_some_and(|(host, of)| of == path && is_ecr(host) && host.get(..12).is_some_and(is_account))
    };
    texts.iter().all(is_same).then(|| {
        let text = |text: String| Piece::Text(text.into());
        let hole = |name: &str| Piece::Hole(Box::new(hole(name)));
        let rest = text(format!(".amazonaws.com/{path}"));
        Value::template([hole(REGISTRY_ACCOUNT), text(".dkr.ecr.".to_owned()), hole("region"), rest], place)
    })
}

impl Retrieved {
    /// Its URI as a value written at `place`: account and region are holes (the account one that says that it is
    /// AWS's), and so is what is not known of the tag.
    pub fn uri(&self, place: Place) -> Value {
        let hole = |name: &str| Piece::Hole(Box::new(Value::unknown(Reason::RunTime, name, place)));
        let text = |text: String| Piece::Text(text.into());
        let mut pieces = vec![
            hole(REGISTRY_ACCOUNT),
            text(".dkr.ecr.".to_owned()),
            hole("region"),
            text(format!(".amazonaws.com/{}:{}", self.repository, self.version.unwrap_or_default())),
        ];
        if !self.whole_tag {
            pieces.push(hole("rest of the tag"));
        }
        Value::template(pieces, place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn place() -> Place {
        Place::new(FileId(0), Span::new(0, 1))
    }

    #[test]
    fn what_all_regions_have_of_aws_is_known_to_be_aws() {
        let of = |texts: &[&str]| {
            let value = one_of_aws(texts, place())?;
            match &value.data {
                Data::Unknown(unknown) => Some(unknown.name().to_string()),
                Data::Template(pieces) => {
                    parse(pieces).map(|image| format!("{:?} {:?}", image.repository, image.is_aws))
                }
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(of(&["685385470294", "811284229777"]).as_deref(), Some(REGISTRY_ACCOUNT));
        assert_eq!(of(&["685385470294", "111122223333"]), None);
        assert_eq!(of(&[]), None);
        let (west, east) =
            ("685385470294.dkr.ecr.eu-west-1.amazonaws.com/", "811284229777.dkr.ecr.us-east-1.amazonaws.com/");
        let both = |one: &str, other: &str| of(&[&format!("{west}{one}"), &format!("{east}{other}")]);
        assert_eq!(both("kmeans:1", "kmeans:1").as_deref(), Some("Some(\"kmeans\") Yes"));
        assert_eq!(both("kmeans:1", "kmeans:2"), None);
        assert_eq!(of(&[&format!("{west}kmeans:1"), "111122223333.dkr.ecr.us-east-1.amazonaws.com/kmeans:1"]), None);
        assert_eq!(of(&["685385470294.example.com/kmeans:1"]), None);
    }

    /// An image URI; `{name}` is a hole.
    fn uri(text: &str) -> Vec<Piece> {
        let part = |(at, part): (usize, &str)| match at % 2 {
            0 => Piece::Text(part.into()),
            _ => Piece::Hole(Box::new(Value::unknown(Reason::RunTime, part, place()))),
        };
        text.split(['{', '}'])
            .enumerate()
            .map(part)
            .filter(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()))
            .collect()
    }

    fn found(text: &str) -> Option<(&'static str, Option<&'static str>)> {
        algorithm_of_image(&parse(&uri(text))?).map(|(algorithm, version)| (algorithm.id, version))
    }

    #[test]
    fn an_image_is_taken_apart() {
        let image = parse(&uri("763104351884.dkr.ecr.{region}.amazonaws.com/pytorch-training:{tag}")).expect("a URI");
        assert_eq!(image.account.as_deref(), Some("763104351884"));
        assert_eq!(image.repository.as_deref(), Some("pytorch-training"));
        assert_eq!((image.tag, image.tag_prefix, image.is_aws), (None, None, Tri::Yes));
        let mine = parse(&uri("111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/xgboost@sha256:0ab")).expect("a URI");
        assert_eq!(mine.repository.as_deref(), Some("team/xgboost"));
        assert_eq!((mine.tag, mine.is_aws), (None, Tri::No));
        let untagged = parse(&uri("{account}.dkr.ecr.{region}.amazonaws.com/mine")).expect("a URI");
        assert_eq!((untagged.tag.as_deref(), untagged.is_aws), (Some("latest"), Tri::Unknown));
        let holed = parse(&uri("{account}.dkr.ecr.{region}.amazonaws.com/mine{suffix}")).expect("a URI");
        assert_eq!((holed.repository, holed.tag), (None, None));
        assert_eq!(parse(&uri("{image}")), None);
        assert_eq!(parse(&uri("python:3.12")).map(|image| image.is_aws), Some(Tri::No));
    }

    #[test]
    fn only_an_account_of_awss_makes_an_image_awss() {
        assert_eq!(
            found("433757028032.dkr.ecr.us-west-2.amazonaws.com/image-classification:1"),
            Some(("image-classification-mxnet", Some("1")))
        );
        assert_eq!(found("111122223333.dkr.ecr.us-west-2.amazonaws.com/xgboost:1"), None, "somebody's own");
        assert_eq!(found("{account}.dkr.ecr.us-west-2.amazonaws.com/xgboost:1"), None, "it may be somebody's own");
        assert_eq!(
            found("{account}.dkr.ecr.{region}.amazonaws.com/sagemaker-xgboost:1.0-1-cpu-py3"),
            Some(("xgboost", Some("1.0-1"))),
            "the name is AWS's"
        );
        assert_eq!(found("{AWS::AccountId}.dkr.ecr.{region}.amazonaws.com/sagemaker-xgboost:1.0-1"), None);
    }

    #[test]
    fn versions_are_read_from_tags() {
        let version = |tag: &str| {
            found(&format!("246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost{tag}")).map(|found| found.1)
        };
        assert_eq!(version(":1.2-1"), Some(Some("1.2-1")));
        assert_eq!(version(":1.0-1-cpu-py3"), Some(Some("1.0-1")));
        assert_eq!(version(":1.0-1{rest}"), Some(Some("1.0-1")));
        assert_eq!(version(":1.{minor}"), Some(None));
        assert_eq!(version(":{version}"), Some(None));
        assert_eq!(version(":1.0-17"), Some(None), "not the version 1.0-1");
        assert_eq!(version(""), Some(None), "`latest` is no version that is listed");
        assert_eq!(
            found("433757028032.dkr.ecr.us-west-2.amazonaws.com/xgboost:latest"),
            Some(("xgboost-0.72", Some("1")))
        );
    }

    #[test]
    fn images_are_retrieved_as_the_sdk_does() {
        let repository = |framework, version| repository_of(framework, version, Some("training"));
        assert_eq!(repository("xgboost", Some("1.0-1")), Some("sagemaker-xgboost"));
        assert_eq!(repository("xgboost", Some("latest")), Some("xgboost"));
        assert_eq!(repository("xgboost", None), None, "the two differ");
        assert_eq!(repository("xgboost", Some("99.0-1")), Some("sagemaker-xgboost"), "newer than the table");
        assert_eq!(repository("kmeans", None), Some("kmeans"));
        assert_eq!(repository("sklearn", None), Some("sagemaker-scikit-learn"));
        assert_eq!(repository("tensorflow", Some("1.15")), Some("tensorflow-training"));
        assert_eq!(repository("pytorch", Some("2.1")), Some("pytorch-training"));
        assert_eq!(repository("mxnet", Some("1.9.0")), Some("mxnet-training"));
        assert_eq!(repository("huggingface", Some("4.26.0")), Some("huggingface-pytorch-training"));
        assert_eq!(repository("huggingface", Some("4.6.1")), None, "PyTorch or TensorFlow");
        assert_eq!(repository("no-such-thing", None), None);
        assert_eq!(repository_of("pytorch", Some("1.8.0"), Some("inference")), Some("pytorch-inference"));
        let seq2seq = retrieve("seq2seq", Some("latest"), None).expect("it is there");
        assert_eq!((seq2seq.version, seq2seq.whole_tag), (Some("1"), true), "there is only one version");
    }

    #[test]
    fn the_first_sdk_knew_two_xgboosts() {
        let repository = |name, version| retrieve_v1(name, Some(version)).map(|found| found.repository);
        assert_eq!(repository("xgboost", "1"), Some("xgboost"));
        assert_eq!(repository("xgboost", "0.90-1"), Some("sagemaker-xgboost"));
        assert_eq!(repository("xgboost", "0.90-1-cpu-py3"), Some("sagemaker-xgboost"));
        assert_eq!(repository("image-classification", "1"), Some("image-classification"));
    }

    #[test]
    fn a_retrieved_image_is_known_to_be_awss() {
        let retrieved = retrieve("xgboost", Some("1.0-1"), Some("training")).expect("it is there");
        let Data::Template(pieces) = retrieved.uri(place()).data else { panic!("account and region are holes") };
        let image = parse(&pieces).expect("a URI");
        assert_eq!((image.tag_prefix.as_deref(), image.is_aws), (Some("1.0-1"), Tri::Yes));
        let found = algorithm_of_image(&image).map(|(algorithm, version)| (algorithm.id, version));
        assert_eq!(found, Some(("xgboost", Some("1.0-1"))));
    }

    #[test]
    fn estimator_classes_have_a_framework() {
        assert_eq!(framework_of_class("sagemaker.RandomCutForest"), Some("randomcutforest"));
        assert_eq!(framework_of_class("sagemaker.sklearn.estimator.SKLearn"), Some("sklearn"));
        assert_eq!(framework_of_class("sagemaker.estimator.Estimator"), None);
    }
}
