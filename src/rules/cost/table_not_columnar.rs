//! A table in CSV or JSON: each query reads all columns of it, and pays for them.

use crate::{
    finding::{Finding, Severity},
    graph::{
        attr::{Attr, Subject},
        kind,
        value::Piece,
    },
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "table-not-columnar",
    aliases: &[],
    category: Category::Cost,
    severity: Severity::Advice,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/table-not-columnar.md"),
    check: Check::Each(kind::TABLE, check),
};

/// The input format of all files of lines.
const TEXT: &str = "org.apache.hadoop.mapred.TextInputFormat";

/// The formats of lines that a table's `classification` may name.
const CLASSIFICATIONS: &[&str] = &["csv", "tsv", "json"];

/// Readers of lines that others write, as logs are.
const FOREIGN: &[&str] = &["RegexSerDe", "GrokSerDe", "CloudTrailSerde"];

/// Words in the name or the path of a table that takes what arrives as it is.
const LANDING: &[&str] = &["raw", "land", "ingest", "incoming", "bronze", "stag", "source", "input", "log", "error"];

fn check(_: &Context<'_>, table: Subject<'_>, out: &Findings) {
    let Some(format) = text_format(table) else { return };
    if is_landing(&table.get("TableInput.Name")) || is_landing_path(&table.get("TableInput.StorageDescriptor.Location"))
    {
        return;
    }
    let reader = table.get("TableInput.StorageDescriptor.SerdeInfo.SerializationLibrary");
    let is_foreign = |text: &str| FOREIGN.iter().any(|name| text.contains(name));
    if reader.is_unknown() || reader.text().is_some_and(is_foreign) {
        return;
    }
    out.add(
        Finding::on(&format, "table is stored as lines of text")
            .label("a query that asks for one column reads all of them, uncompressed or not")
            .help("write it as Parquet: by a Glue job, by Firehose's format conversion, or by `CREATE TABLE … AS SELECT` in Athena\nthe files are written anew; readers that open them themselves must change with them"),
    );
}

/// What says that the table is text, if it certainly is.
fn text_format(table: Subject<'_>) -> Option<Attr<'_>> {
    let format = table.get("TableInput.StorageDescriptor.InputFormat");
    if format.text() == Some(TEXT) {
        return Some(format);
    }
    let class = table.get("TableInput.Parameters.classification");
    let is_text = class.text().is_some_and(|text| CLASSIFICATIONS.contains(&text));
    (is_text && format.is_absent()).then_some(class)
}

/// Whether a table may be one that takes what arrives; one whose name is not known may be.
fn is_landing(name: &Attr<'_>) -> bool {
    match name.text() {
        Some(text) => has_landing_word(text),
        None => !name.is_absent(),
    }
}

/// The same for the path of its files. In which bucket they lie says nothing.
fn is_landing_path(location: &Attr<'_>) -> bool {
    if location.is_absent() {
        return false;
    }
    let Some(pieces) = location.pieces() else { return true };
    // A hole is told from all letters.
    let text: String = pieces.iter().map(|piece| if let Piece::Text(text) = piece { text } else { "\u{0}" }).collect();
    let path = text.strip_prefix("s3://").unwrap_or(&text).split_once('/').map_or("", |(_, path)| path);
    path.contains('\u{0}') || has_landing_word(path)
}

fn has_landing_word(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    LANDING.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{RULE, TEXT};
    use crate::{graph::kind, rules::testing::Built};

    fn count(name: Value, storage: Value) -> usize {
        let table = json!({"DatabaseName": "churn", "TableInput": {"Name": name, "StorageDescriptor": storage}});
        Built::default().resource(kind::TABLE, "Table", &table).check(&RULE).len()
    }

    #[test]
    fn a_table_that_may_take_what_arrives_is_left_alone() {
        let at = |location: Value| json!({"InputFormat": TEXT, "Location": location});
        assert_eq!(count(json!("features"), at(json!("s3://{bucket}/features/"))), 1);
        assert_eq!(count(json!("features"), at(json!("s3://{bucket}/raw/features/"))), 0);
        assert_eq!(count(json!("features"), at(json!("s3://lake/{prefix}/"))), 0, "the prefix may say so");
        assert_eq!(count(json!("features"), at(json!({"?": "location"}))), 0);
        assert_eq!(count(json!("landing_zone"), at(json!(null))), 0);
        assert_eq!(count(json!({"?": "name"}), at(json!(null))), 0);
    }

    #[test]
    fn lines_that_others_write_keep_their_form() {
        let read_by =
            |library: Value| json!({"InputFormat": TEXT, "SerdeInfo": {"SerializationLibrary": library, "x": 1}});
        assert_eq!(count(json!("features"), read_by(json!("org.openx.data.jsonserde.JsonSerDe"))), 1);
        assert_eq!(count(json!("features"), read_by(json!("org.apache.hadoop.hive.serde2.RegexSerDe"))), 0);
        assert_eq!(count(json!("features"), read_by(json!({"?": "library"}))), 0);
    }
}
