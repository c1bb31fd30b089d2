//! A template of CloudFormation in YAML as one in JSON.

use mllint::syntax::{
    tree::{Kind, Node},
    yaml,
};
use serde_json::{Map, Value, json};

use crate::{Language, Said};

pub(crate) fn as_json(text: &str) -> Option<Said> {
    let tree = yaml::parse(text);
    // What is suppressed in a comment cannot be said in JSON.
    let root = tree.root().filter(|_| !text.contains("# mllint:"))?;
    let value = whole(root);
    Some((Language::Json, "template.json", serde_json::to_string_pretty(&value).expect("JSON")))
}

/// A value with the function that its tag stands for.
fn whole(node: Node<'_>) -> Value {
    let inner = plain(node);
    match node.tag().map(|tag| tag.trim_start_matches('!')) {
        None => inner,
        Some(name @ ("Ref" | "Condition")) => json!({name: inner}),
        Some("GetAtt") => match inner.as_str().and_then(|text| text.split_once('.')) {
            Some((resource, attribute)) => json!({"Fn::GetAtt": [resource, attribute]}),
            None => json!({"Fn::GetAtt": inner}),
        },
        Some(name) => {
            let name = format!("Fn::{name}");
            json!({name: inner})
        }
    }
}

fn plain(node: Node<'_>) -> Value {
    match node.kind() {
        Kind::Null => Value::Null,
        Kind::Bool(value) => json!(value),
        Kind::Number(_, text) => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
        Kind::Text(text) => json!(text),
        Kind::Sequence => node.items().map(whole).collect(),
        Kind::Mapping => {
            let entries = node.entries().into_iter().map(|entry| (entry.key.to_owned(), whole(entry.value)));
            Value::Object(entries.collect::<Map<String, Value>>())
        }
    }
}
