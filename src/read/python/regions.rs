//! The region of what code makes: that of its client, or of the session that an object of the SDK is given.

use std::sync::Arc;

use super::{Machine, calls::Arguments};
use crate::{
    graph::value::{Data, Entry, Object, Value},
    source::Place,
};

/// Symbols of sessions begin so; the region stands behind it, if it is known: `boto3.Session(eu-west-1)`.
const SESSION: &str = "boto3.Session(";

/// The environment variable that boto3 asks where code names no region. It does not ask `AWS_REGION`.
/// Source: botocore's `BOTOCORE_DEFAULT_SESSION_VARIABLES`, read 2026-11-26.
const VARIABLE: &str = "AWS_DEFAULT_REGION";

/// The region of a session, by its symbol or that of something of it.
fn of_symbol(symbol: &str) -> Option<Arc<str>> {
    let (region, _) = symbol.strip_prefix(SESSION)?.split_once(')')?;
    (!region.is_empty()).then(|| region.into())
}

/// The region that an object of the SDK has from the session of boto3 that it was made with: `Session`.
pub(super) fn of_object(object: &Object) -> Option<Arc<str>> {
    match &object.entry("boto_session")?.value.data {
        Data::Symbol(symbol) => of_symbol(symbol),
        _ => None,
    }
}

/// The name of a region, where a value is one.
pub(super) fn region(value: &Value) -> Option<Arc<str>> {
    let Data::Text(text) = &value.data else { return None };
    let is_name = text.contains('-')
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    is_name.then(|| text.clone())
}

impl Machine<'_> {
    /// The symbol of a session that a call makes.
    pub(super) fn session_symbol(&self, arguments: &Arguments) -> String {
        let region = match arguments.get("region_name", 3) {
            Some(own) => region(own),
            None => self.region_set(),
        };
        format!("{SESSION}{})", region.unwrap_or_default())
    }

    /// The region of the client that a call makes: its own before that of its session.
    pub(super) fn region_of_client(&self, symbol: &str, arguments: &Arguments) -> Option<Arc<str>> {
        match arguments.get("region_name", 1) {
            Some(own) => region(own),
            None => of_symbol(symbol).or_else(|| self.region_set()),
        }
    }

    /// Notes the region that a session of the SDK has from the environment, if it is made without one of boto3.
    pub(super) fn set_session_region(&self, session: &mut Object, place: Place) {
        let is_given = session.entry("boto_session").is_some_and(|entry| !matches!(entry.value.data, Data::Absent));
        if let Some(region) = self.region_set().filter(|_| !is_given && session.open.is_none()) {
            let value = Value::new(Data::Symbol(format!("{SESSION}{region})").into()), place);
            session.set(Entry { name: "boto_session".into(), place, value });
        }
    }

    /// The region that the code itself has set for all that names none.
    fn region_set(&self) -> Option<Arc<str>> {
        self.variable(VARIABLE).as_ref().and_then(region)
    }

    /// The region of an object of the SDK: that of its session, else that of the object that it was made from.
    pub(super) fn region_of(&self, id: &Arc<str>) -> Option<Arc<str>> {
        let object = self.objects.get(id)?;
        if let Some(entry) = object.arguments.entry("sagemaker_session") {
            return match &entry.value.data {
                Data::Object(session) => of_object(session),
                _ => None,
            };
        }
        let from = ["estimator", "model"].iter().find_map(|name| object.arguments.entry(name));
        match from.map(|entry| &entry.value.data) {
            Some(Data::Reference(from)) if from.id != *id => self.objects.get(&from.id).and_then(|from| {
                let at = from.resource?;
                self.part.resources[at].region.clone()
            }),
            _ => {
                let known = object.resource.and_then(|at| self.part.resources[at].region.clone());
                known.or_else(|| self.region_set())
            }
        }
    }

    /// Puts the resources that were made since there were so many into a region, where that is known.
    pub(super) fn put_in_region(&mut self, since: usize, region: Option<&Arc<str>>) {
        let Some(region) = region else { return };
        for resource in self.part.resources.iter_mut().skip(since) {
            resource.region.get_or_insert_with(|| region.clone());
        }
    }
}
