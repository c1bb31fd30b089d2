//! The functions through which a Firehose stream sends its records.

use crate::graph::attr::{Attr, Subject};

/// A function that transforms records, as a stream names it.
pub(super) struct Transform<'a> {
    /// Its ARN.
    pub(super) function: Attr<'a>,
    /// How much is gathered for one call of it, in MB; nothing where that is left to Firehose.
    pub(super) buffer: Option<Attr<'a>>,
}

/// The functions that transform the records of a stream.
pub(super) fn of(stream: Subject<'_>) -> Vec<Transform<'_>> {
    let (entries, _) = stream.properties().entries();
    let destinations = entries.into_iter().filter(|(name, _)| name.ends_with("DestinationConfiguration"));
    destinations.flat_map(|(_, destination)| of_destination(&destination)).collect()
}

fn of_destination<'a>(destination: &Attr<'a>) -> Vec<Transform<'a>> {
    let processing = destination.get("ProcessingConfiguration");
    if processing.get("Enabled").boolean() != Some(true) {
        return Vec::new();
    }
    let (processors, _) = processing.get("Processors").items();
    let functions = processors.into_iter().filter(|processor| processor.get("Type").text() == Some("Lambda"));
    let transform = |processor: Attr<'a>| {
        let (parameters, _) = processor.get("Parameters").items();
        let value = |name: &str| {
            let named = parameters.iter().find(|parameter| parameter.get("ParameterName").text() == Some(name));
            named.map(|parameter| parameter.get("ParameterValue"))
        };
        Some(Transform { function: value("LambdaArn")?, buffer: value("BufferSizeInMBs") })
    };
    functions.filter_map(transform).collect()
}
