//! The requests of the operations that make something: by which keys a file is one.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::catalog;

/// What a request of an operation looks like.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// The service, by the name of boto3's client: `sagemaker`.
    pub service: &'static str,
    /// The operation, as the API has it: `CreateTrainingJob`.
    pub operation: &'static str,
    /// The key of the name of what is made.
    pub name: &'static str,
    /// Keys that all must be there, each with those that do as well. `A/B` is `B` within `A`.
    #[serde(borrow = "'static")]
    pub marks: Vec<Vec<&'static str>>,
    /// Whether the marks tell so much that an unknown key changes nothing.
    pub open: bool,
    /// All keys that the operation takes.
    pub members: Vec<&'static str>,
}

static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| catalog::table(|tables| tables.requests));

/// The key of a request, as the API has it, whatever the case of its letters. The name of the operation may be in any case
/// too.
pub fn member(service: &str, operation: &str, name: &str) -> Option<&'static str> {
    let form = FORMS.iter().find(|form| form.service == service && form.operation.eq_ignore_ascii_case(operation))?;
    form.members.iter().find(|member| member.eq_ignore_ascii_case(name)).copied()
}

/// The forms of all requests, those with the most marks first.
pub fn forms() -> &'static [Form] {
    &FORMS
}
