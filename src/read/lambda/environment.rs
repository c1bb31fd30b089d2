//! What templates and Terraform give to code in environment variables: it takes the place of the code's own defaults.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use rustc_hash::FxHashMap;

use crate::{
    graph::{
        Key, Part,
        fact::Fact,
        guard::{Formula, Usual},
        kind,
        value::{Data, MAX_LEVELS, Piece, Step, StepKind, Unknown, Value},
    },
    source::Files,
};

/// Puts what functions are given in the place of what their code falls back on. `runs` are the functions that run each file.
///
/// Where a variable is all that a value is, the value is what the template gives. Where it is a part of one, or chooses it,
/// or where several functions are not given the same, nobody knows.
pub fn settle(files: &Files, parts: &mut [Part], runs: &BTreeMap<Arc<str>, BTreeSet<Key>>) {
    let is_read = |part: &&Part| part.resources.iter().any(|one| runs.contains_key(&one.key.unit));
    if !parts.iter().any(|part| is_read(&part)) {
        return;
    }
    let functions = parts.iter().flat_map(|part| &part.resources).filter(|one| &*one.kind == kind::FUNCTION);
    let variables: FxHashMap<Key, Option<Value>> = functions
        .map(|one| (one.key.clone(), one.properties.entry("Environment").map(|entry| variables(&entry.value))))
        .collect();
    let given = |unit: &Arc<str>| {
        let keys = runs.get(unit)?;
        Some(Given { files, of: keys.iter().filter_map(|key| variables.get(key)).collect() })
    };
    for part in parts {
        settle_part(part, &given);
    }
}

/// The same for code of one function of those in `parts`.
pub(super) fn settle_one(files: &Files, parts: &[Part], function: &Key, code: &mut Part) {
    let function = parts.iter().flat_map(|part| &part.resources).find(|one| one.key == *function);
    let environment = function.and_then(|one| one.properties.entry("Environment"));
    let variables = environment.map(|entry| variables(&entry.value));
    settle_part(code, &|_| Some(Given { files, of: vec![&variables] }));
}

/// Puts what is given to each unit into its resources and calls.
fn settle_part<'g>(part: &mut Part, given: &dyn Fn(&Arc<str>) -> Option<Given<'g>>) {
    for resource in &mut part.resources {
        let Some(given) = given(&resource.key.unit) else { continue };
        if let Some(changed) = given.put(&resource.properties, 0) {
            resource.properties = changed;
        }
        resource.guard = given.decided(&resource.guard);
    }
    for fact in &mut part.facts {
        let Fact::Call(call) = fact else { continue };
        let Some(given) = given(&call.unit) else { continue };
        for argument in &mut call.arguments {
            if let Some(changed) = given.put(&argument.value, 0) {
                argument.value = changed;
            }
        }
    }
}

/// The variables of an `Environment`.
fn variables(environment: &Value) -> Value {
    match environment.entry("Variables") {
        Some(entry) => entry.value.clone(),
        None => environment.clone(),
    }
}

/// What the functions that run a file are given.
struct Given<'a> {
    files: &'a Files,
    /// The variables of each; nothing of one that is given none.
    of: Vec<&'a Option<Value>>,
}

/// What is known of a variable.
enum Variable {
    /// No function is given it.
    Left,
    /// All are given this.
    Known(Value),
    /// It is given, and not known.
    Open,
}

impl Given<'_> {
    /// A value with what is given; nothing where it stays as it is.
    fn put(&self, value: &Value, level: usize) -> Option<Value> {
        if level > MAX_LEVELS {
            return None;
        }
        match &value.data {
            Data::Guarded(guarded) => {
                let when = self.decided(&guarded.when);
                let chosen = match when {
                    Formula::True => Some(&guarded.then),
                    Formula::False => Some(&guarded.otherwise),
                    _ => None,
                };
                if let Some(chosen) = chosen {
                    return Some(self.put(chosen, level + 1).unwrap_or_else(|| chosen.clone()));
                }
                let parts = value.with_parts(&mut |part| self.put(part, level + 1));
                if when == guarded.when {
                    return parts;
                }
                let parts = parts.as_ref().unwrap_or(value);
                let Data::Guarded(guarded) = &parts.data else { return Some(parts.clone()) };
                let both = Value::guarded(&when, guarded.then.clone(), guarded.otherwise.clone());
                Some(Value { origin: parts.origin.clone(), ..both })
            }
            Data::List(_) | Data::Object(_) => value.with_parts(&mut |part| self.put(part, level + 1)),
            Data::Template(pieces) => {
                if let Some(decided) = self.defaulted(value) {
                    return Some(decided);
                }
                let filled = crate::graph::value::with_changed(pieces, &mut |piece| match piece {
                    Piece::Hole(hole) => Some(Piece::Hole(Box::new(self.put(hole, level + 1)?))),
                    Piece::Text(_) => None,
                })?;
                Some(Value { origin: value.origin.clone(), ..Value::template(filled, value.origin.place) })
            }
            Data::Unknown(unknown) => {
                let name = unknown.variable_name()?;
                match self.variable(name) {
                    // Whether a word is a truth value is for the code to say.
                    Variable::Known(known) if !is_truth(&known) => {
                        Some(known.via(StepKind::Given, name, unknown.place))
                    }
                    _ => None,
                }
            }
            _ => self.defaulted(value),
        }
    }

    /// A condition, where questions about variables come out as what is given has it.
    fn decided(&self, when: &Formula) -> Formula {
        when.with_atoms(&mut |atom| {
            let asked = || Formula::Atom(atom.clone());
            let Some((name, is_whole)) = Unknown::variable_in(&atom.subject) else { return asked() };
            match (self.variable(name), &atom.equals) {
                (Variable::Left, _) => asked(),
                (Variable::Known(known), Some(text)) if is_whole => {
                    Formula::decided(known.plain_text().is_some_and(|known| known == *text))
                }
                (Variable::Known(known), None) if is_whole => {
                    Formula::decided(known.plain_text().is_none_or(|known| !known.is_empty()))
                }
                // What is made of it is asked again.
                _ => asked().with_usual(&|_| Some(Usual::Open)),
            }
        })
    }

    /// What becomes of a value that rests on the default of a variable.
    fn defaulted(&self, value: &Value) -> Option<Value> {
        let defaults = value.origin.steps().filter(|step| step.kind == StepKind::EnvironmentDefault);
        for step in defaults {
            match self.variable(&step.name) {
                Variable::Left => {}
                Variable::Known(known) => {
                    let known = self.instead(value, &known, step);
                    let open = || Value::variable(&step.name, step.place);
                    return Some(known.unwrap_or_else(open));
                }
                Variable::Open => return Some(Value::variable(&step.name, step.place)),
            }
        }
        None
    }

    /// What is given, where the default itself is the value: written in the call that asks for the variable, and unchanged
    /// since.
    fn instead(&self, value: &Value, known: &Value, step: &Step) -> Option<Value> {
        let default = value.origin.place;
        if default.file != step.place.file || !step.place.span.contains(default.span) {
            return None;
        }
        let written = self.files.get(default.file).slice(default.span).trim_matches(['"', '\'']).to_owned();
        let (was, is) = (value.plain_text()?, known.plain_text()?);
        // What looks like several values may be taken apart.
        let is_one = !is.contains([',', ';', '|', ' ', '\n']) && !is_truth(known);
        if *was != *written || !is_one {
            return None;
        }
        let data = match &value.data {
            Data::Number(_) => Data::Number(is.parse::<f64>().ok()?.into()),
            Data::Text(_) => Data::Text(is),
            _ => return None,
        };
        Some(Value { data, origin: known.origin.clone() }.via(StepKind::Given, step.name.clone(), step.place))
    }

    fn variable(&self, name: &str) -> Variable {
        let mut known: Option<Value> = None;
        let mut is_left = false;
        for variables in &self.of {
            let Some(variables) = variables else {
                is_left = true;
                continue;
            };
            let Data::Object(object) = &variables.data else { return Variable::Open };
            match (object.entry(name), &object.open) {
                (Some(entry), _) => {
                    let text = entry.value.plain_text();
                    let other = known.as_ref().map(Value::plain_text);
                    if text.is_none() || other.is_some_and(|other| other != text) {
                        return Variable::Open;
                    }
                    known.get_or_insert_with(|| entry.value.clone());
                }
                (None, Some(_)) => return Variable::Open,
                (None, None) => is_left = true,
            }
        }
        match known {
            Some(_) if is_left => Variable::Open,
            Some(known) => Variable::Known(known),
            None => Variable::Left,
        }
    }
}

fn is_truth(value: &Value) -> bool {
    let is_word = |text: &str| ["true", "false"].iter().any(|word| text.eq_ignore_ascii_case(word));
    matches!(&value.data, Data::Bool(_)) || matches!(&value.data, Data::Text(text) if is_word(text))
}

#[cfg(test)]
mod tests {
    use crate::{
        graph::value::Data,
        read::read,
        source::{Discovery, Files},
    };

    const CODE: &str = "import boto3, os\nKIND = os.environ.get('KIND', 'ml.m4.xlarge')\nCOUNT = int(os.environ.get('COUNT', '2'))\nSTAGE = os.environ.get('STAGE', 'dev')\ndef handler(event, context):\n    boto3.client('sagemaker').create_transform_job(TransformJobName='a', Tags=[{'Key': 'stage', 'Value': f'x-{STAGE}'}], ModelName=os.environ['MODEL'], TransformResources={'InstanceType': KIND, 'InstanceCount': COUNT})\n";

    /// The instance type, the count, the model and the stage of the job that the code makes, with these variables in templates.
    fn job(templates: &[&str], code: &[(&str, &str)]) -> String {
        let template = |variables: &&str| {
            let variables = if variables.is_empty() {
                String::new()
            } else {
                format!("      Environment: {{Variables: {variables}}}\n")
            };
            format!(
                "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: fn\n      Handler: app.handler\n      Runtime: python3.12\n{variables}"
            )
        };
        let templates: Vec<(String, String)> =
            templates.iter().enumerate().map(|(at, one)| (format!("t{at}.yaml"), template(one))).collect();
        let texts = templates.iter().map(|(path, text)| (path.as_str(), text.as_str())).chain(code.iter().copied());
        let files = Files::memory(texts);
        let outcome = read(&files, &Discovery::in_memory(&files, false));
        let job = outcome.graph.resources().iter().find(|one| &*one.key.unit == "fn/app.py").expect("a job");
        let shown =
            ["TransformResources.InstanceType", "TransformResources.InstanceCount", "ModelName", "Tags"].map(|path| {
                let found = path.split('.').try_fold(&job.properties, |value, name| Some(&value.entry(name)?.value));
                match found.map(|value| &value.data) {
                    Some(Data::List(tags)) => tags.items[0].entry("Value").and_then(|entry| entry.value.plain_text()),
                    _ => found.and_then(crate::graph::value::Value::plain_text),
                }
                .map_or("?".to_owned(), |text| text.to_string())
            });
        shown.join(" ")
    }

    #[test]
    fn what_a_template_gives_takes_the_place_of_a_default() {
        let code = [("fn/app.py", CODE)];
        assert_eq!(job(&[""], &code), "ml.m4.xlarge 2 ? x-dev");
        assert_eq!(job(&["{KIND: ml.c5.xlarge}"], &code), "ml.c5.xlarge 2 ? x-dev");
        assert_eq!(job(&["{KIND: !Ref Kind}"], &code), "? 2 ? x-dev", "a parameter that is not there");
        assert_eq!(job(&["{COUNT: '3', MODEL: m}"], &code), "ml.m4.xlarge 3 m x-dev");
        assert_eq!(job(&["{STAGE: prod}"], &code), "ml.m4.xlarge 2 ? ?", "it is a part of a text");
        assert_eq!(job(&["{KIND: 'ml.c5.xlarge,ml.c5.large'}"], &code), "? 2 ? x-dev", "it may be taken apart");
        assert_eq!(job(&["{COUNT: many}"], &code), "ml.m4.xlarge ? ? x-dev");
        assert_eq!(job(&["{MODEL: 'false'}"], &code), "ml.m4.xlarge 2 ? x-dev", "code may ask what it means");
    }

    #[test]
    fn several_functions_must_be_given_the_same() {
        let code = [("fn/app.py", CODE)];
        let same = "{KIND: ml.c5.xlarge}";
        assert_eq!(job(&[same, same], &code), "ml.c5.xlarge 2 ? x-dev");
        assert_eq!(job(&[same, "{KIND: ml.c5.large}"], &code), "? 2 ? x-dev");
        assert_eq!(job(&[same, ""], &code), "? 2 ? x-dev", "the other runs with the default");
    }

    #[test]
    fn modules_of_a_function_are_given_its_variables() {
        let (settings, rest) = CODE.split_once("def").expect("a function");
        let rest = format!("import boto3, os\nfrom settings import COUNT, KIND, STAGE\ndef{rest}");
        let code = [("fn/app.py", rest.as_str()), ("fn/settings.py", settings)];
        assert_eq!(job(&["{KIND: ml.c5.xlarge}"], &code), "ml.c5.xlarge 2 ? x-dev");
    }

    #[test]
    fn a_name_that_chooses_leaves_what_it_chooses_unknown() {
        let chosen = CODE.replace("KIND = ", "KINDS = {'dev': 'ml.m4.xlarge', 'prod': 'ml.c5.xlarge'}\nX = ");
        let chosen = chosen.replace("def handler", "KIND = KINDS[STAGE]\ndef handler");
        let code = [("fn/app.py", chosen.as_str())];
        assert_eq!(job(&[""], &code), "ml.m4.xlarge 2 ? x-dev");
        assert_eq!(job(&["{STAGE: prod}"], &code), "ml.c5.xlarge 2 ? ?");
        assert_eq!(job(&["{STAGE: !Ref Stage}"], &code), "? 2 ? ?", "one of two");
    }
}
