//! One instance of a resource as Terraform would plan it, in Terraform's own names.

use std::sync::Arc;

use crate::{
    graph::{guard::Formula, value::Value},
    source::Place,
};

/// Whether Terraform manages it or only reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// `resource`
    Managed,
    /// `data`; it makes no resource, but others may point at it.
    Data,
    /// `ephemeral`
    Ephemeral,
}

/// An instance of a `resource` or `data` block.
///
/// References in `properties` name absolute addresses: `module.net.aws_vpc.main`. Instance keys may stand in them where
/// they are known (`aws_s3_bucket.raw["a"]`); without one, the reference is to whichever instance has the same key.
#[derive(Clone, Debug)]
pub struct Instance {
    /// Absolute address, as Terraform prints it: `module.net["a"].aws_vpc.main[0]`; `[*]` where a key is unknown.
    pub address: String,
    /// Terraform's type: `aws_vpc`.
    pub kind: Arc<str>,
    /// Resource or data source.
    pub mode: Mode,
    /// An object in Terraform's names: arguments as they are, nested blocks as lists of objects under the block's name.
    /// `count`, `for_each`, `provider`, `depends_on`, `lifecycle` and provisioners are left out.
    pub properties: Value,
    /// The head of the block.
    pub place: Place,
    /// The whole block.
    pub body: Place,
    /// The condition under which it exists.
    pub guard: Formula,
    /// The heads of the module calls that lead to it, outermost first.
    pub callers: Vec<Place>,
    /// Path of the root directory.
    pub unit: Arc<str>,
    /// The region of its provider, where the files tell it.
    pub region: Option<Arc<str>>,
    /// How many there are, where that is known and not one.
    pub multiplicity: Option<u32>,
    /// Whether it is written in JSON, where a block that may stand once is an object as a map is.
    pub is_json: bool,
}
