//! `mllint config show`: what holds, and where each value comes from.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    config::{Allow, Config, Limit, UnitInputs, Written},
    report::plain,
    settings::{Origin, Settings},
    source::Span,
};

/// A value that holds.
#[derive(Serialize)]
struct Row {
    key: String,
    value: Value,
    from: Vec<From>,
}

/// Where it comes from.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum From {
    Default,
    File { path: String, line: u32 },
    Flag { name: &'static str },
}

/// Prints a line for each value.
pub(super) fn print_text(settings: &Settings, root: &str, out: &mut dyn Write) -> io::Result<()> {
    let rows = rows(settings);
    let file = settings.config_path.as_deref().unwrap_or("none");
    let lines: Vec<[String; 3]> = rows.iter().map(|row| [row.key.clone(), shown(&row.value), row.origin()]).collect();
    let width = |at: usize| lines.iter().map(|line| line[at].chars().count()).max().unwrap_or(0);
    let (keys, values) = (width(0), width(1).min(60));
    writeln!(
        out,
        "root: {}\nconfiguration: {}\nrules that run: {}\n",
        plain(root),
        plain(file),
        settings.selection.rules.len()
    )?;
    for [key, value, from] in &lines {
        writeln!(out, "{}", plain(&format!("{key:keys$}  {value:values$}  {from}")))?;
    }
    Ok(())
}

/// Prints one object.
pub(super) fn print_json(settings: &Settings, root: &str, out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<&str> = settings.selection.rules.iter().map(|rule| rule.name).collect();
    let shape = json!({
        "version": 1,
        "root": root,
        "file": settings.config_path,
        "settings": rows(settings),
        "rules": rules,
    });
    serde_json::to_writer_pretty(&mut *out, &shape)?;
    writeln!(out)
}

fn rows(settings: &Settings) -> Vec<Row> {
    let row = |key: &str, value: Value, from: &[Origin]| Row {
        key: key.to_owned(),
        value,
        from: from.iter().map(|&origin| From::of(origin, settings)).collect(),
    };
    let mut rows = vec![
        row("select", json!(settings.select.value), &settings.select.from),
        row("ignore", json!(settings.ignore.value), &settings.ignore.from),
        row("exclude", json!(settings.exclude.value), &settings.exclude.from),
        row("fail-on", json!(settings.fail_on.value.name()), &settings.fail_on.from),
        row("min-confidence", json!(settings.min_confidence.value.confidence().name()), &settings.min_confidence.from),
        row("baseline", json!(settings.baseline.value.as_ref().map(|file| &file.shown)), &settings.baseline.from),
    ];
    let config = &settings.config;
    let line = |written: &Written<_>| [Origin::Line(config.line(written.span))];
    if let Some(severities) = &config.severity {
        for (name, severity) in severities.value.entries() {
            let from = [Origin::Line(config.line(severities.span))];
            rows.push(row(&format!("severity.{name}"), json!(severity.name()), &from));
        }
    }
    for rule in &settings.selection.rules {
        for option in rule.options {
            let set = config.rules.iter().find(|set| set.rule.name == rule.name && set.option.name() == option.name());
            let (value, from) = match set {
                Some(set) => (set.setting.value.clone(), Origin::Line(config.line(set.setting.span))),
                None => (option.default(), Origin::Default),
            };
            rows.push(row(&format!("rules.{}.{}", rule.name, option.name()), json!(value), &[from]));
        }
    }
    for path in &config.paths {
        let rules = &path.value;
        if !rules.ignore.is_empty() {
            rows.push(row(&format!("path `{}`: ignore", rules.glob), json!(rules.ignore), &line(path)));
        }
        for (name, severity) in rules.severity.entries() {
            rows.push(row(&format!("path `{}`: severity.{name}", rules.glob), json!(severity.name()), &line(path)));
        }
    }
    rows.extend(config.allow.iter().flat_map(|allow| allowed(allow, settings)));
    rows.extend(config.units.iter().flat_map(|unit| bound(unit, settings)));
    for (name, percent) in &config.discounts {
        rows.push(row(&format!("discounts.{name}"), number(&percent.value), &line_of(config, percent.span)));
    }
    rows.extend(config.limits.iter().flat_map(|limit| limited(limit, settings)));
    rows
}

/// What an `[[allow]]` says.
fn allowed(allow: &Allow, settings: &Settings) -> Vec<Row> {
    let says = |written: &Written<String>| (json!(written.value), written.span);
    let values = [
        ("path", allow.path.as_ref().map(says)),
        ("resource", allow.resource.as_ref().map(says)),
        ("reason", Some(says(&allow.reason))),
        ("expires", allow.expires.as_ref().map(|day| (json!(day.value.to_string()), day.span))),
    ];
    written(&format!("allow `{}`", allow.rule.value.name), values, settings)
}

/// What a `[[unit]]` says.
fn bound(unit: &UnitInputs, settings: &Settings) -> Vec<Row> {
    let says = |written: &Written<String>| (json!(written.value), written.span);
    let files: Vec<&str> = unit.var_files.iter().map(|file| &*file.value).collect();
    let values = [
        ("region", unit.region.as_ref().map(says)),
        ("var-files", unit.var_files.first().map(|first| (json!(files), first.span))),
        ("parameters", unit.parameters.as_ref().map(says)),
    ];
    let path = if unit.path.value.is_empty() { "." } else { &unit.path.value };
    written(&format!("unit `{path}`"), values, settings)
}

/// What a `[[limit]]` says.
fn limited(limit: &Limit, settings: &Settings) -> Vec<Row> {
    let says = |written: &Written<String>| (json!(written.value), written.span);
    let amount = |written: &Written<String>| (number(&written.value), written.span);
    let values = [
        ("unit", limit.unit.as_ref().map(says)),
        ("tag", limit.tag.as_ref().map(says)),
        ("resource", limit.resource.as_ref().map(says)),
        ("max-usd-per-month", limit.month.as_ref().map(amount)),
        ("max-usd-per-run", limit.run.as_ref().map(amount)),
    ];
    written("limit", values, settings)
}

fn line_of(config: &Config, span: Span) -> [Origin; 1] {
    [Origin::Line(config.line(span))]
}

/// A number as it is written in the file.
fn number(text: &str) -> Value {
    text.parse::<serde_json::Number>().map_or_else(|_| json!(text), Value::Number)
}

/// A row for each value that is written.
fn written<const N: usize>(of: &str, values: [(&str, Option<(Value, Span)>); N], settings: &Settings) -> Vec<Row> {
    let present = values.into_iter().filter_map(|(key, value)| Some((key, value?)));
    let row = |(key, (value, span)): (&str, (Value, Span))| Row {
        key: format!("{of}: {key}"),
        value,
        from: vec![From::of(Origin::Line(settings.config.line(span)), settings)],
    };
    present.map(row).collect()
}

impl From {
    fn of(origin: Origin, settings: &Settings) -> Self {
        match origin {
            Origin::Default => Self::Default,
            Origin::Line(line) => Self::File { path: settings.config_path.clone().unwrap_or_default(), line },
            Origin::Flag(name) => Self::Flag { name },
        }
    }
}

impl Row {
    fn origin(&self) -> String {
        let origin = |from: &From| match from {
            From::Default => "default".to_owned(),
            From::File { path, line } => format!("{path}:{line}"),
            From::Flag { name } => (*name).to_owned(),
        };
        self.from.iter().map(origin).collect::<Vec<_>>().join(", ")
    }
}

/// A value as it would be written in the file.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Array(items) => format!("[{}]", items.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")),
        value => value.to_string(),
    }
}
