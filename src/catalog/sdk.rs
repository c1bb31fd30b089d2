//! Names of the SageMaker Python SDK: which arguments its classes and methods take, and what SDK v1 called otherwise.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::{catalog, finding::FactRef};

/// A class, a method of a kind of objects, or a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Callable {
    /// Its name without that of its module: `TensorFlow`, `Estimator.fit`, `image_uris.retrieve`.
    pub name: &'static str,
    /// What takes the keywords that it does not take itself.
    pub(super) extends: Option<&'static str>,
    /// Whether keywords that nothing takes are ignored. Others are refused.
    pub(super) ignores: bool,
    /// Whether SDK v1 does not have it.
    pub new: bool,
    /// What it takes itself in SDK v1.
    #[serde(borrow = "'static")]
    pub(super) v1: Vec<&'static str>,
    /// What it takes itself in SDK 2 or 3.
    pub(super) v2: Vec<&'static str>,
}

/// A name of SDK v1 that SDK 2 has under another name, or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rename {
    /// The callable whose argument it is, or the dotted name itself: `sagemaker.s3_input`.
    pub(super) callable: &'static str,
    /// The argument; nothing where the callable itself has another name.
    pub argument: Option<&'static str>,
    /// The name of today; nothing for an argument that is gone.
    pub now: Option<&'static str>,
    /// Whether releases of SDK 2 take the old name, with a warning or to no effect. Otherwise each of them fails.
    pub kept: bool,
    /// Whether a call has the same arguments under the name of today.
    pub same: bool,
}

static CALLABLES: LazyLock<Vec<Callable>> = LazyLock::new(|| catalog::table(|tables| tables.sdk));
static RENAMES: LazyLock<Vec<Rename>> = LazyLock::new(|| catalog::table(|tables| tables.sdk_renames));

const SOURCE: &str = "https://sagemaker.readthedocs.io/en/stable/v2.html";

/// How many times `extends` leads on at most.
const MAX_BASES: usize = 8;

/// What is called by a canonical dotted name: `sagemaker.tensorflow.TensorFlow`, `sagemaker.Estimator.fit`,
/// `sagemaker.core.resources.Model.create`.
pub fn callable(callee: &str) -> Option<&'static Callable> {
    let path = callee.strip_prefix("sagemaker.")?;
    let mut parts = path.rmatch_indices('.').map(|(dot, _)| &path[dot + 1..]);
    let last = parts.next().unwrap_or(path);
    let two = parts.next().unwrap_or(path);
    let three = parts.next().unwrap_or(path);
    named(three).or_else(|| named(two)).or_else(|| named(last))
}

/// What a dotted name of SDK v1 is called today.
pub fn renamed(path: &str) -> Option<&'static Rename> {
    path.starts_with("sagemaker.").then_some(())?;
    RENAMES.iter().find(|rename| rename.argument.is_none() && rename.callable == path)
}

/// Whether anything in the SDK takes an argument of this name: on another class it is a mistake of another kind, or what
/// that class hands on.
pub fn is_argument(name: &str) -> bool {
    CALLABLES.iter().any(|known| known.v1.contains(&name) || known.v2.contains(&name))
}

fn named(name: &str) -> Option<&'static Callable> {
    let at = CALLABLES.binary_search_by(|callable| callable.name.cmp(name)).ok()?;
    CALLABLES.get(at)
}

impl Callable {
    /// It, and what takes the keywords that it does not take itself.
    fn bases(&'static self) -> impl Iterator<Item = &'static Self> {
        std::iter::successors(Some(self), |callable| callable.extends.and_then(named)).take(MAX_BASES)
    }

    /// All arguments that it takes in any version of the SDK; some are there twice.
    pub fn arguments(&'static self) -> impl Iterator<Item = &'static str> {
        self.bases().flat_map(|callable| callable.v2.iter().chain(&callable.v1).copied())
    }

    /// Whether some version of the SDK takes an argument.
    pub fn takes(&'static self, argument: &str) -> bool {
        self.arguments().any(|known| known == argument)
    }

    /// Whether SDK 2 takes an argument that SDK v1 does not.
    pub fn takes_since_v2(&'static self, argument: &str) -> bool {
        !self.bases().any(|callable| callable.v1.contains(&argument))
            && self.bases().any(|callable| callable.v2.contains(&argument))
    }

    /// Whether SDK 2 ignores a keyword that nothing takes. Otherwise it refuses the call.
    pub fn ignores(&'static self) -> bool {
        self.bases().any(|callable| callable.ignores)
    }

    /// What became of an argument of SDK v1.
    pub fn renamed(&'static self, argument: &str) -> Option<&'static Rename> {
        let of = |callable: &Self| {
            let mut renames = RENAMES.iter().filter(|rename| rename.argument == Some(argument));
            renames.find(|rename| rename.callable == callable.name)
        };
        self.bases().find_map(of)
    }

    /// What a finding cites.
    pub fn fact(&self) -> FactRef {
        catalog::fact(format!("sdk/{}", self.name), SOURCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callable_is_found_by_its_dotted_name() {
        let name = |callee: &str| callable(callee).map(|callable| callable.name);
        assert_eq!(name("sagemaker.tensorflow.TensorFlow"), Some("TensorFlow"));
        assert_eq!(name("sagemaker.tensorflow.estimator.TensorFlow"), Some("TensorFlow"));
        assert_eq!(name("sagemaker.Estimator.fit"), Some("Estimator.fit"));
        assert_eq!(name("sagemaker.estimator.Estimator"), Some("Estimator"));
        assert_eq!(name("sagemaker.image_uris.retrieve"), Some("image_uris.retrieve"));
        assert_eq!(name("sagemaker.KMeans"), Some("KMeans"));
        assert_eq!((name("sagemaker"), name("mine.TensorFlow"), name("sagemaker.mine")), (None, None, None));
    }

    #[test]
    fn what_a_class_does_not_take_itself_its_bases_do() {
        let class = callable("sagemaker.tensorflow.TensorFlow").expect("a class");
        assert!(
            ["entry_point", "instance_type", "train_instance_type", "max_run"].iter().all(|name| class.takes(name))
        );
        assert!(!class.takes("trian_instance_type"));
        assert!(class.takes_since_v2("instance_type") && !class.takes_since_v2("entry_point"));
        assert!(class.ignores());
        assert!(!callable("sagemaker.model.Model").expect("a class").ignores());
    }

    #[test]
    fn every_new_name_is_one_that_is_taken() {
        for rename in RENAMES.iter() {
            let Some(argument) = rename.argument else {
                assert!(rename.callable.starts_with("sagemaker."), "{}", rename.callable);
                continue;
            };
            let callable = named(rename.callable).unwrap_or_else(|| panic!("{}", rename.callable));
            assert!(callable.takes(argument) || callable.ignores(), "{} {argument}", callable.name);
            assert!(!callable.takes_since_v2(argument), "{} {argument}", callable.name);
            if let Some(now) = rename.now {
                assert!(
                    callable.takes_since_v2(now) || callable.name.ends_with("Predictor"),
                    "{} {now}",
                    callable.name
                );
            }
        }
    }

    #[test]
    fn the_nearest_class_says_what_became_of_an_argument() {
        let kept = |callee: &str| callable(callee).and_then(|class| class.renamed("image_name")).map(|name| name.kept);
        assert_eq!(kept("sagemaker.estimator.Estimator"), Some(false));
        assert_eq!(kept("sagemaker.pytorch.PyTorch"), Some(true));
        assert_eq!(kept("sagemaker.model.Model"), None);
        assert_eq!(renamed("sagemaker.s3_input").and_then(|name| name.now), Some("sagemaker.inputs.TrainingInput"));
    }
}
