//! A baseline as it is written: sorted, one line for each entry, so that branches can be merged.

use std::io;

use serde::Serialize;

use super::{Baseline, Entry, VERSION};
use crate::{finding::Finding, source::Files};

/// An entry in JSON.
#[derive(Serialize)]
struct Line<'a> {
    path: &'a str,
    rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource: Option<&'a str>,
    message: &'a str,
    fingerprint: &'a str,
}

impl Baseline {
    /// A baseline of findings, and of entries of an older one that are kept.
    pub fn of<'a>(
        findings: impl Iterator<Item = &'a Finding>,
        files: &Files,
        kept: impl Iterator<Item = Entry>,
    ) -> Self {
        let mut entries: Vec<Entry> = findings.map(|finding| Entry::of(finding, files)).chain(kept).collect();
        entries.sort();
        entries.dedup_by(|left, right| left.fingerprint == right.fingerprint);
        Self { entries }
    }
}

/// Writes a baseline. The same findings make the same bytes.
///
/// # Errors
/// When the output cannot be written.
pub fn write(baseline: &Baseline, out: &mut dyn io::Write) -> io::Result<()> {
    write!(out, "{{\n\"version\": {VERSION},\n\"findings\": [")?;
    for (at, entry) in baseline.entries.iter().enumerate() {
        out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
        let line = Line {
            path: &entry.path,
            rule: &entry.rule,
            resource: entry.resource.as_deref(),
            message: &entry.message,
            fingerprint: &entry.fingerprint,
        };
        serde_json::to_writer(&mut *out, &line)?;
    }
    out.write_all(b"\n]\n}\n")
}
