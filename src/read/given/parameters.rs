//! Files of parameters, in the forms that AWS's own tools take.

use std::sync::Arc;

use super::Mistake;
use crate::{
    source::{Place, Source},
    syntax::{
        json,
        tree::{Kind, Node, Tree},
        yaml,
    },
};

/// The value of a template's parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Name of the parameter.
    pub name: Arc<str>,
    /// Its text; nothing where the stack keeps the value that it has, which no file tells.
    pub text: Option<Arc<str>>,
    /// Where the value is written.
    pub place: Place,
}

/// The parameters in a file: a list of `{"ParameterKey": …, "ParameterValue": …}` as `create-stack` takes it, an object
/// `{"Parameters": {…}}` as CodePipeline takes it, a plain object, or texts `Key=Value` as `deploy` takes them. JSON or
/// YAML; a file that is neither by its name has a `Key=Value` on each line.
///
/// # Errors
/// The first part that is none of these, with its place.
pub fn parameters(source: &Source) -> Result<Vec<Parameter>, Mistake> {
    let name = source.path.to_ascii_lowercase();
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    if ends(&[".json"]) {
        return of_tree(source, &json::parse(source.text()));
    }
    if ends(&[".yaml", ".yml"]) {
        return of_tree(source, &yaml::parse(source.text()));
    }
    match source.text().trim_start().chars().next() {
        Some('[' | '{') => of_tree(source, &json::parse(source.text())),
        _ => of_lines(source),
    }
}

const FORMS: &str =
    "write `{\"Name\": \"value\"}`, or a list of `{\"ParameterKey\": \"Name\", \"ParameterValue\": \"value\"}`";

fn mistake(source: &Source, node: Node<'_>, message: impl Into<String>) -> Mistake {
    Mistake::new(message, Some(source.place(node.span()))).help(Some(FORMS.to_owned()))
}

fn of_tree(source: &Source, tree: &Tree) -> Result<Vec<Parameter>, Mistake> {
    if let Some(fault) = tree.faults.iter().find(|fault| fault.fatal) {
        return Err(Mistake::new(fault.message.clone(), Some(source.place(fault.span))));
    }
    let Some(root) = tree.root() else {
        return Err(Mistake::new("the file has no parameters", Some(source.place(Default::default()))));
    };
    let root = root.get("Parameters").filter(|inner| inner.is_mapping()).unwrap_or(root);
    if root.is_mapping() {
        let entries = root.entries().into_iter();
        return entries.map(|entry| of_value(source, entry.key, entry.value)).collect();
    }
    if root.kind() != Kind::Sequence {
        return Err(mistake(source, root, "this is no list and no object of parameters"));
    }
    root.items().map(|item| of_item(source, item)).collect()
}

/// An item of a list.
fn of_item(source: &Source, item: Node<'_>) -> Result<Parameter, Mistake> {
    let place = source.place(item.span());
    if let Some(text) = item.text() {
        let Some((name, value)) = text.split_once('=') else {
            return Err(mistake(source, item, format!("`{text}` is no `Key=Value`")));
        };
        return Ok(Parameter { name: name.trim().into(), text: Some(value.into()), place });
    }
    let Some(name) = item.get("ParameterKey").and_then(Node::text) else {
        return Err(mistake(source, item, "`ParameterKey` is missing"));
    };
    if item.get("UsePreviousValue").is_some_and(|previous| previous.kind() == Kind::Bool(true)) {
        return Ok(Parameter { name: name.into(), text: None, place });
    }
    match item.get("ParameterValue") {
        Some(value) => of_value(source, name, value),
        None => Err(mistake(source, item, format!("`ParameterValue` of `{name}` is missing"))),
    }
}

fn of_value(source: &Source, name: &str, value: Node<'_>) -> Result<Parameter, Mistake> {
    let scalar = |node: Node<'_>| match node.kind() {
        Kind::Text(text) => Some(text.to_owned()),
        Kind::Bool(holds) => Some(holds.to_string()),
        // As it is written: an account may begin with a zero.
        Kind::Number(_, written) => Some(written.to_owned()),
        _ => None,
    };
    if value.kind() == Kind::Sequence {
        // `create-stack` refuses a list, and `deploy` takes it for a text with brackets.
        let items: Option<Vec<String>> = value.items().map(scalar).collect();
        let text = items
            .filter(|items| !items.is_empty())
            .map(|items| format!("write its items as one text: `\"{}\"`", items.join(",")));
        let message = format!("the value of `{name}` is a list, and AWS takes a text");
        return Err(mistake(source, value, message).help(text.or_else(|| Some(FORMS.to_owned()))));
    }
    let Some(text) = scalar(value) else {
        return Err(mistake(source, value, format!("the value of `{name}` is no text, number or truth value")));
    };
    Ok(Parameter { name: name.into(), text: Some(text.into()), place: source.place(value.span()) })
}

fn of_lines(source: &Source) -> Result<Vec<Parameter>, Mistake> {
    let mut parameters = Vec::new();
    let mut start = 0;
    for line in source.text().split_inclusive('\n') {
        let text = line.trim();
        let at = start + (line.len() - line.trim_start().len());
        start += line.len();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let place = source.place(crate::source::Span::new(at, at + text.len()));
        let Some((name, value)) = text.split_once('=') else {
            let help = Some("write `Key=Value` on each line, or JSON".to_owned());
            return Err(Mistake::new(format!("`{text}` is no `Key=Value`"), Some(place)).help(help));
        };
        let value = value.trim();
        let quoted = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        parameters.push(Parameter { name: name.trim().into(), text: Some(quoted.unwrap_or(value).into()), place });
    }
    Ok(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Files;

    fn read(path: &str, text: &str) -> Result<Vec<(String, Option<String>)>, String> {
        let files = Files::memory([(path, text)]);
        let read = parameters(&files.read(path).expect("a file")).map_err(|mistake| mistake.message)?;
        let shown = |one: Parameter| (one.name.to_string(), one.text.map(|text| text.to_string()));
        Ok(read.into_iter().map(shown).collect())
    }

    #[test]
    fn all_forms_of_aws_are_read() {
        let expected =
            Ok(vec![("Type".to_owned(), Some("ml.m5.xlarge".to_owned())), ("Count".into(), Some("2".into()))]);
        for (path, text) in [
            (
                "p.json",
                r#"[{"ParameterKey": "Type", "ParameterValue": "ml.m5.xlarge"}, {"ParameterKey": "Count", "ParameterValue": 2}]"#,
            ),
            ("p.json", r#"{"Parameters": {"Type": "ml.m5.xlarge", "Count": 2}}"#),
            ("p.json", r#"{"Type": "ml.m5.xlarge", "Count": "2"}"#),
            ("p.json", r#"["Type=ml.m5.xlarge", "Count=2"]"#),
            ("p.yaml", "Type: ml.m5.xlarge\nCount: 2\n"),
            ("p.properties", "# sizes\nType=ml.m5.xlarge\n\nCount = \"2\"\n"),
            ("p", "{\"Type\": \"ml.m5.xlarge\", \"Count\": 2}"),
        ] {
            assert_eq!(read(path, text), expected, "{text}");
        }
    }

    #[test]
    fn a_kept_value_is_none() {
        let text = r#"[{"ParameterKey": "Subnets", "ParameterValue": "a,b"}, {"ParameterKey": "Old", "UsePreviousValue": true}]"#;
        assert_eq!(read("p.json", text), Ok(vec![("Subnets".into(), Some("a,b".into())), ("Old".into(), None)]));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let message = |text: &str| read("p.json", text).expect_err("a mistake");
        assert_eq!(message(r#"[{"ParameterValue": "x"}]"#), "`ParameterKey` is missing");
        assert_eq!(message(r#"[{"ParameterKey": "A"}]"#), "`ParameterValue` of `A` is missing");
        for text in
            [r#"{"A": ["x"]}"#, r#"[{"ParameterKey": "A", "ParameterValue": ["x"]}]"#, r#"{"Parameters": {"A": []}}"#]
        {
            assert_eq!(message(text), "the value of `A` is a list, and AWS takes a text");
        }
        assert_eq!(message(r#"{"A": {"B": 1}}"#), "the value of `A` is no text, number or truth value");
        assert_eq!(message(r#""A""#), "this is no list and no object of parameters");
        assert_eq!(message(r#"["A"]"#), "`A` is no `Key=Value`");
        assert!(!message("{").is_empty());
        assert_eq!(read("p.txt", "A").expect_err("a mistake"), "`A` is no `Key=Value`");
    }
}
