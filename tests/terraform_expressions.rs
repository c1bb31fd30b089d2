//! Expressions, and what Terraform makes of them: `terraform/expressions.txt` and `terraform/unknowns.txt`.

use std::{fs, path::Path, sync::Arc};

use mllint::{
    graph::value::{Data, Entry, Piece, Reason, Value},
    read::terraform::eval::{Cx, Names, evaluate},
    source::{Files, Place, Source},
    syntax::hcl::parse_expression,
};
use serde_json::{Value as Json, json};

/// How Terraform shows what it does not know.
const LATER: &str = "(known after apply)";

/// The names that the expressions may use.
struct Module {
    files: Files,
}

impl Names for Module {
    fn resolve(&self, root: &str, path: &[&str], place: Place) -> Option<(Value, usize)> {
        let name = format!("{root}.{}", path.first()?);
        let known = ["local.text", "local.any", "local.list", "local.map", "local.number", "local.flag"];
        known.contains(&name.as_str()).then(|| (Value::unknown(Reason::RunTime, name, place), 1))
    }

    fn file(&self, path: &str) -> Option<Arc<Source>> {
        self.files.read(path).ok()
    }

    /// The folder is as Terraform saw it.
    fn is_missing(&self, path: &str) -> bool {
        self.files.read(path).is_err()
    }

    fn fileset(&self, folder: &str, pattern: &str) -> Option<Vec<String>> {
        let glob = globset::GlobBuilder::new(pattern).literal_separator(true).build().ok()?.compile_matcher();
        let all = ["data.json", "greeting.tftpl", "lines.txt", "only.tftpl", "sub/x.txt"];
        let names = all.iter().filter(|name| folder == "files" && glob.is_match(name));
        Some(names.map(|name| (*name).to_owned()).collect())
    }
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terraform")
}

/// An expression, Terraform's value, what mllint makes of it, and why that differs.
struct Case {
    expression: String,
    terraform: String,
    ours: Option<String>,
    why: Option<String>,
}

fn cases(file: &str) -> Vec<Case> {
    let text = fs::read_to_string(folder().join(file)).expect("the cases");
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        match line.strip_prefix("    ").and_then(|line| line.split_at_checked(2)) {
            None => cases.push(Case { expression: line.to_owned(), terraform: String::new(), ours: None, why: None }),
            Some((mark, rest)) => {
                let case = cases.last_mut().expect("an expression above");
                match mark {
                    "= " => case.terraform = rest.to_owned(),
                    ": " => case.ours = Some(rest.to_owned()),
                    "~ " => case.why = Some(rest.to_owned()),
                    _ => panic!("a line that is none: {line}"),
                }
            }
        }
    }
    cases
}

/// The value of an expression; one that does not parse is as wrong as one that has no value.
fn value_of(expression: &str, module: &Module) -> Value {
    let source = module.files.insert("main.tf".into(), "".into());
    let place = source.place(mllint::source::Span::default());
    match parse_expression(expression) {
        Ok(parsed) => evaluate(&parsed, &Cx::new(module, source.id)),
        Err(fault) => Value::unknown(Reason::Invalid, fault.message, place),
    }
}

/// A value as Terraform shows it; what is not known at all, or in its size, is one mark.
fn shown(value: &Value) -> Result<Json, String> {
    Ok(match &value.data {
        Data::Absent => Json::Null,
        Data::Bool(holds) => json!(holds),
        Data::Number(number) => json!(exactly(&number.text())),
        Data::Text(text) => json!(&**text),
        Data::List(list) => {
            let items: Vec<Json> = list.items.iter().map(shown).collect::<Result<_, _>>()?;
            if list.open.is_some() { json!(LATER) } else { Json::Array(items) }
        }
        Data::Object(object) => {
            let entry = |entry: &Entry| Ok((entry.name.to_string(), shown(&entry.value)?));
            let entries = object.entries.iter().map(entry).collect::<Result<_, String>>()?;
            if object.open.is_some() { json!(LATER) } else { Json::Object(entries) }
        }
        Data::Unknown(unknown) if unknown.reason == Reason::Invalid => return Err(unknown.name().into_owned()),
        Data::Guarded(guarded) => {
            let (then, otherwise) = (shown(&guarded.then)?, shown(&guarded.otherwise)?);
            if then == otherwise { then } else { json!(LATER) }
        }
        Data::Template(pieces) => {
            for piece in pieces.iter() {
                if let Piece::Hole(hole) = piece {
                    shown(hole)?;
                }
            }
            json!(LATER)
        }
        Data::Unknown(_) | Data::Reference(_) | Data::Symbol(_) => json!(LATER),
    })
}

/// A number with all of its digits, as a text that is none of an expression's.
fn exactly(digits: &str) -> String {
    format!("\u{0}{}", if digits == "-0" { "0" } else { digits })
}

/// A JSON text, its numbers with all of their digits.
fn read(text: &str) -> Option<Json> {
    let (mut quoted, mut in_text, mut rest) = (String::new(), false, text);
    while let Some(char) = rest.chars().next() {
        let is_number = !in_text && (char == '-' || char.is_ascii_digit());
        let end = match char {
            _ if is_number => rest.find(|char: char| !(char.is_ascii_digit() || "+-.eE".contains(char))),
            '\\' if in_text => Some(2),
            char => Some(char.len_utf8()),
        };
        let (part, after) = rest.split_at(end.unwrap_or(rest.len()));
        in_text ^= char == '"';
        quoted += &if is_number { json!(exactly(part)).to_string() } else { part.to_owned() };
        rest = after;
    }
    serde_json::from_str(&quoted).ok()
}

/// Numbers as they are, not as they are written.
fn plain(json: Json) -> Json {
    match json {
        Json::Number(number) => number.as_f64().map_or(Json::Null, |number| json!(exactly(&number.to_string()))),
        Json::Array(items) => items.into_iter().map(plain).collect(),
        Json::Object(entries) => entries.into_iter().map(|(name, value)| (name, plain(value))).collect(),
        other => other,
    }
}

fn module() -> Module {
    Module { files: Files::disk(&folder()).expect("the folder") }
}

#[test]
fn expressions_come_to_what_terraform_makes_of_them() {
    let module = module();
    let (mut wrong, mut differing) = (Vec::new(), 0);
    let cases = cases("expressions.txt");
    for Case { expression, terraform, why, .. } in &cases {
        let ours = match shown(&value_of(expression, &module)) {
            Ok(json) if json == json!(LATER) => "unknown".to_owned(),
            Ok(json) => json.to_string(),
            Err(_) => "error".to_owned(),
        };
        let wanted = read(terraform).map_or(terraform.clone(), |json| json.to_string());
        match why {
            None if ours != wanted => {
                wrong.push(format!("{expression}\n    Terraform: {wanted}\n    mllint:    {ours}"))
            }
            Some(_) if ours == wanted => wrong.push(format!("{expression}\n    does not differ any more")),
            Some(_) if ours != "unknown" => {
                wrong.push(format!("{expression}\n    Terraform: {wanted}\n    mllint:    {ours}, not unknown"));
            }
            Some(_) => differing += 1,
            None => {}
        }
    }
    assert!(wrong.is_empty(), "{} of {} expressions:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert!(cases.len() >= 400, "expressions: {}", cases.len());
    assert!(differing <= 3, "{differing} expressions differ, with a reason");
}

/// What mllint knows of a value.
fn sketch(value: &Value) -> String {
    match &value.data {
        Data::Absent => "null".to_owned(),
        Data::Bool(holds) => holds.to_string(),
        Data::Number(number) => number.text(),
        Data::Text(text) => format!("{text:?}"),
        Data::Template(pieces) => {
            let piece = |piece: &Piece| match piece {
                Piece::Text(text) => text.replace('\n', "\\n"),
                Piece::Hole(hole) => format!("${{{}}}", sketch(hole).trim_start_matches("${").trim_end_matches('}')),
            };
            format!("\"{}\"", pieces.iter().map(piece).collect::<String>())
        }
        Data::List(list) => {
            let more = list.open.iter().map(|_| "…".to_owned());
            format!("[{}]", list.items.iter().map(sketch).chain(more).collect::<Vec<_>>().join(", "))
        }
        Data::Object(object) => {
            let more = object.open.iter().map(|_| "…".to_owned());
            let entry = |entry: &Entry| format!("{} = {}", entry.name, sketch(&entry.value));
            format!("{{{}}}", object.entries.iter().map(entry).chain(more).collect::<Vec<_>>().join(", "))
        }
        Data::Guarded(guarded) => {
            let sides = (sketch(&guarded.then), sketch(&guarded.otherwise));
            format!("{} ? {} : {}", condition(&guarded.when), sides.0, sides.1)
        }
        Data::Unknown(unknown) if unknown.reason == Reason::Invalid => "error".to_owned(),
        Data::Unknown(unknown) => format!("${{{}}}", unknown.name()),
        Data::Reference(reference) => format!("&{}", reference.id),
        Data::Symbol(name) => name.to_string(),
    }
}

fn condition(formula: &mllint::graph::guard::Formula) -> String {
    use mllint::graph::guard::Formula;
    let all = |parts: &[Formula], between: &str| parts.iter().map(condition).collect::<Vec<_>>().join(between);
    match formula {
        Formula::True => "true".to_owned(),
        Formula::False => "false".to_owned(),
        Formula::Atom(atom) => format!("({})", atom.display),
        Formula::Not(inner) => format!("!{}", condition(inner)),
        Formula::All(parts) => all(parts, " && "),
        Formula::Any(parts) => all(parts, " || "),
    }
}

#[test]
fn of_unknown_values_as_much_is_known_as_terraform_knows() {
    let module = module();
    let mut wrong = Vec::new();
    let cases = cases("unknowns.txt");
    for Case { expression, terraform, ours, why } in &cases {
        let value = value_of(expression, &module);
        let (sketch, shown) = (sketch(&value), shown(&value));
        if ours.as_ref() != Some(&sketch) {
            wrong.push(format!("{expression}\n    : {sketch}"));
        }
        let shown = shown.map_or("error".to_owned(), |json| plain(json).to_string());
        let wanted = serde_json::from_str(terraform).map_or(terraform.clone(), |json| plain(json).to_string());
        if (shown == wanted) == why.is_some() {
            wrong.push(format!("{expression}\n    Terraform: {wanted}\n    mllint:    {shown}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {} expressions:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert!(cases.len() >= 40, "expressions: {}", cases.len());
}

/// Functions of one to three arguments; what they are given below is right for some of them and wrong for others.
const FUNCTIONS: &str = "abs alltrue anytrue base64decode base64encode base64sha256 basename ceil chomp chunklist cidrhost \
    cidrnetmask cidrsubnet cidrsubnets coalesce coalescelist compact concat contains csvdecode dirname distinct element \
    endswith flatten floor format formatdate formatlist indent index join jsondecode jsonencode keys length log lookup \
    lower matchkeys max md5 merge min one parseint pow range regex regexall replace reverse setintersection setproduct \
    setsubtract setunion sha1 signum slice sort split startswith strcontains strrev substr sum textdecodebase64 \
    textencodebase64 timeadd timecmp title tobool tolist tomap tonumber toset tostring transpose trim trimprefix \
    trimspace trimsuffix try upper urlencode uuidv5 values yamldecode yamlencode zipmap can";

/// Arguments of all kinds.
const ARGUMENTS: &[&str] = &[
    "null",
    "true",
    "0",
    "-1",
    "2.5",
    "99",
    r#""""#,
    r#""a""#,
    r#""a,b""#,
    r#""7""#,
    r#""10.0.0.0/8""#,
    r#""/[a-z/""#,
    "[]",
    r#"["a"]"#,
    r#"["b", "a", "b"]"#,
    "[1, 2]",
    "[[1], [2]]",
    "[null]",
    "{}",
    "{a = 1}",
    r#"{a = ["x"], b = []}"#,
];

/// Whether a value that is known in part may turn out to be this one.
fn may_become(partial: &Value, whole: &Value) -> bool {
    match (&partial.data, &whole.data) {
        (Data::Unknown(unknown), _) if unknown.reason == Reason::Invalid => is_wrong(whole),
        (Data::Unknown(_) | Data::Reference(_), _) => true,
        (Data::Guarded(guarded), _) => may_become(&guarded.then, whole) || may_become(&guarded.otherwise, whole),
        (Data::Template(pieces), Data::Text(text)) => {
            let starts = !matches!(pieces.first(), Some(Piece::Text(start)) if !text.starts_with(&**start));
            starts && !matches!(pieces.last(), Some(Piece::Text(end)) if !text.ends_with(&**end))
        }
        (Data::List(one), Data::List(two)) if one.open.is_some() => {
            one.items.iter().all(|item| two.items.iter().any(|other| may_become(item, other)))
        }
        (Data::List(one), Data::List(two)) => {
            one.items.len() == two.items.len()
                && one.items.iter().zip(&two.items).all(|(one, two)| may_become(one, two))
        }
        (Data::Object(one), Data::Object(two)) => {
            let all_there = one.open.is_some() || one.entries.len() == two.entries.len();
            let there =
                |entry: &Entry| two.entry(&entry.name).is_some_and(|other| may_become(&entry.value, &other.value));
            all_there && one.entries.iter().all(there)
        }
        // `1` beside an unknown that turns out to be a text is the text `"1"`: types of unknowns are not followed.
        _ => match (partial.plain_text(), whole.plain_text()) {
            (Some(one), Some(two)) => one == two,
            _ => shown(partial) == shown(whole),
        },
    }
}

fn is_wrong(value: &Value) -> bool {
    shown(value).is_err()
}

/// Puts each argument in the place of the unknown: what was known without it has to hold with it.
#[test]
fn what_is_known_of_a_call_holds_whatever_the_unknown_turns_out_to_be() {
    let module = module();
    let mut wrong = Vec::new();
    let mut compared = 0;
    let mut check = |call: &dyn Fn(&str) -> String| {
        let unknown = call("local.any");
        let partial = value_of(&unknown, &module);
        for argument in ARGUMENTS {
            let known = call(argument);
            let whole = value_of(&known, &module);
            let undecided = matches!(&whole.data, Data::Unknown(unknown) if unknown.reason != Reason::Invalid);
            compared += 1;
            // A mistake that only the argument makes is no contradiction.
            if !(undecided || is_wrong(&whole) || may_become(&partial, &whole)) {
                wrong.push(format!("{unknown} is {}, but {known} is {}", sketch(&partial), sketch(&whole)));
            }
        }
    };
    for function in FUNCTIONS.split_whitespace() {
        check(&|one| format!("{function}({one})"));
        for other in ARGUMENTS {
            check(&|one| format!("{function}({one}, {other})"));
            check(&|one| format!("{function}({other}, {one})"));
            check(&|one| format!("{function}([{one}], {other})"));
            check(&|one| format!("{function}({other}, [\"a\", {one}])"));
            check(&|one| format!("{function}({{a = {one}}}, {other})"));
            check(&|one| format!("{function}(\"a-${{{one}}}\", {other})"));
            check(&|one| format!("{function}({other}, 1, {one})"));
        }
        check(&|one| format!("{function}([\"b\", {one}])"));
        check(&|one| format!("{function}({{a = {one}, b = 2}})"));
        check(&|one| format!("{function}({one}...)"));
        check(&|one| format!("{function}([[\"x\"], {one}]...)"));
    }
    for operator in ["+", "-", "*", "/", "%", "==", "!=", "<", ">=", "&&", "||"] {
        for other in ARGUMENTS {
            check(&|one| format!("{one} {operator} {other}"));
            check(&|one| format!("[{one}, 1] {operator} [{other}, 2]"));
        }
    }
    for other in ARGUMENTS {
        check(&|one| format!("{one} ? {other} : {other}"));
        check(&|one| format!("true ? {one} : {other}"));
        check(&|one| format!("{other}[{one}]"));
        check(&|one| format!("{one}[{other}]"));
        check(&|one| format!("[for k, v in {one} : [k, {other}]]"));
        check(&|one| format!("[for v in [1, {one}] : v if v != {other}]"));
        check(&|one| format!("{{for k, v in [{other}, {one}] : k => v}}"));
        check(&|one| format!("{{for v in [{other}, {one}] : v => 1...}}"));
        check(&|one| format!("{{({one}) = 1, a = {other}}}"));
        check(&|one| format!("{{a = {other}, ({one}) = 1}}"));
    }
    assert!(compared > 100_000, "{compared}");
    assert!(wrong.is_empty(), "{} of {compared}:\n{}", wrong.len(), wrong[..wrong.len().min(60)].join("\n"));
}
