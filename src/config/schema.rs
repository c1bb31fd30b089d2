//! The JSON Schema of the configuration, for editors: made of the table of keys.

use serde_json::{Map, Value, json};

use super::keys::{KEYS, Key, SEVERITIES, Shape};
use crate::rules::{ALL, Category, options::RuleOption};

/// The schema, as it is committed beside this file.
pub fn schema() -> String {
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://github.com/mllint/mllint/blob/main/src/config/schema.json",
        "title": "Configuration of mllint",
        "description": "mllint.toml, or the table [tool.mllint] of pyproject.toml"
    });
    if let (Value::Object(schema), Value::Object(table)) = (&mut schema, table(KEYS)) {
        schema.extend(table);
    }
    let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    format!("{text}\n")
}

fn table(keys: &[Key]) -> Value {
    let properties: Map<String, Value> = keys.iter().map(|key| (key.name.to_owned(), property(key))).collect();
    let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut table = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if !required.is_empty() {
        table["required"] = json!(required);
    }
    table
}

fn property(key: &Key) -> Value {
    let text = || json!({ "type": "string", "minLength": 1 });
    let mut property = match key.shape {
        Shape::Text | Shape::Path | Shape::Glob => text(),
        Shape::Rule => rule(),
        Shape::Date => json!({ "type": "string", "format": "date" }),
        Shape::OneOf(names) => json!({ "enum": names }),
        Shape::Names => json!({ "type": "array", "items": name() }),
        Shape::Paths | Shape::Globs => json!({ "type": "array", "items": text() }),
        Shape::Severities => json!({
            "type": "object",
            "propertyNames": name(),
            "additionalProperties": { "enum": SEVERITIES }
        }),
        Shape::Amount => json!({ "type": "number", "minimum": 0 }),
        Shape::Percents => json!({
            "type": "object",
            "additionalProperties": { "type": "number", "minimum": 0, "maximum": 100 }
        }),
        Shape::Options => options(),
        Shape::Tables(keys) => json!({ "type": "array", "items": table(keys) }),
    };
    property["description"] = json!(key.about);
    property
}

/// A rule or a category. The rules are not listed: an editor's copy of the schema is older than its mllint.
fn name() -> Value {
    let categories: Vec<&str> = Category::ALL.iter().map(|category| category.name()).collect();
    json!({ "anyOf": [{ "enum": categories }, rule()] })
}

/// The tables of options. Of rules that are not known here an editor takes anything.
fn options() -> Value {
    let of = |option: &RuleOption| {
        let mut property = match option {
            RuleOption::Number(number) => {
                json!({ "type": "integer", "minimum": number.within.0, "maximum": number.within.1 })
            }
            RuleOption::Texts(_) => {
                json!({ "type": "array", "items": { "type": "string", "minLength": 1 }, "uniqueItems": true })
            }
        };
        property["description"] = json!(option.about());
        property["default"] = json!(option.default());
        (option.name().to_owned(), property)
    };
    let with_options = ALL.iter().filter(|rule| !rule.options.is_empty());
    let properties: Map<String, Value> = with_options
        .map(|rule| {
            let options: Map<String, Value> = rule.options.iter().map(of).collect();
            let table = json!({ "type": "object", "properties": options, "additionalProperties": false });
            (rule.name.to_owned(), table)
        })
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "propertyNames": rule(),
        "additionalProperties": { "type": "object" }
    })
}

fn rule() -> Value {
    json!({ "type": "string", "pattern": "^[a-z0-9-]+$" })
}
