//! States of Step Functions as the help of a rule writes them: JSON that can be pasted into a definition.

use std::fmt::Write as _;

use crate::catalog::ai_operation::{Job, Operation};

/// Seconds between two questions how far a job is.
const PAUSE: u32 = 30;
/// Characters of parameters that fit on one line.
const SHORT: usize = 60;

/// A parameter: the key and the value, as `Text.$` and `$.text`.
pub(super) type Parameter = (String, String);

/// A state that calls a service.
pub(super) struct Task {
    /// Its name.
    pub(super) name: String,
    /// What it calls.
    pub(super) resource: String,
    /// Its parameters.
    pub(super) parameters: Vec<Parameter>,
    /// Where its answer goes, if not in the place of its input.
    pub(super) result: Option<String>,
}

impl Task {
    /// Its lines; `next` is the state that follows, and without one it is the last.
    pub(super) fn lines(&self, next: Option<&str>) -> Vec<String> {
        let mut lines = vec![format!("\"{}\": {{\"Type\": \"Task\",", self.name)];
        lines.push(format!("  \"Resource\": \"{}\",", self.resource));
        let parameters: Vec<String> =
            self.parameters.iter().map(|(key, value)| format!("\"{key}\": \"{value}\"")).collect();
        if parameters.iter().map(String::len).sum::<usize>() > SHORT {
            lines.push("  \"Parameters\": {".to_owned());
            let last = parameters.len() - 1;
            let each = parameters.iter().enumerate();
            lines.extend(each.map(|(at, one)| format!("    {one}{}", if at < last { "," } else { "" })));
            lines.push("  },".to_owned());
        } else if !parameters.is_empty() {
            lines.push(format!("  \"Parameters\": {{{}}},", parameters.join(", ")));
        }
        let mut last = String::from("  ");
        if let Some(result) = &self.result {
            let _ = write!(last, "\"ResultPath\": \"{result}\", ");
        }
        match next {
            Some(next) => {
                let _ = write!(last, "\"Next\": \"{next}\"}}");
            }
            None => last.push_str("\"End\": true}"),
        }
        lines.push(last);
        lines
    }
}

/// The names of the states that wait for a job.
pub(super) struct Names {
    pub(super) wait: String,
    pub(super) ended: String,
    pub(super) failed: String,
}

impl Names {
    /// Names that are not taken.
    pub(super) fn free(taken: &dyn Fn(&str) -> bool) -> Self {
        let free = |name: &str| {
            let others = (2..).map(|number| format!("{name}{number}"));
            std::iter::once(name.to_owned()).chain(others).find(|name| !taken(name)).unwrap_or_default()
        };
        Self { wait: free("Wait"), ended: free("Ended"), failed: free("Failed") }
    }

    /// The state that waits, and leads to the one that asks.
    pub(super) fn pause(&self, ask: &str) -> String {
        format!("\"{}\": {{\"Type\": \"Wait\", \"Seconds\": {PAUSE}, \"Next\": \"{ask}\"}}", self.wait)
    }

    /// The state that goes back while a job runs, and on to `next` once it has ended well, and the one for any other end.
    /// `answer` is where the answer of the question lies; nothing where the catalog does not tell how far a job is.
    pub(super) fn choice(&self, job: &Job, answer: &str, next: &str) -> Option<Vec<String>> {
        let variable = below(answer, job.status?);
        let way = |value: &str, next: &str| {
            format!("  {{\"Variable\": \"{variable}\",\n    \"StringEquals\": \"{value}\", \"Next\": \"{next}\"}}")
        };
        let back = job.running.iter().map(|value| way(value, &self.wait));
        let ways: Vec<String> = back.chain(job.done.iter().map(|value| way(value, next))).collect();
        let mut lines = vec![format!(
            "\"{}\": {{\"Type\": \"Choice\", \"Default\": \"{}\", \"Choices\": [",
            self.ended, self.failed
        )];
        lines.extend(ways.join(",\n").lines().map(str::to_owned));
        lines.push(String::from("]}"));
        Some(lines)
    }

    /// The state in which a failed job ends.
    pub(super) fn failure(&self) -> String {
        format!("\"{}\": {{\"Type\": \"Fail\"}}", self.failed)
    }
}

/// The resource by which Step Functions itself waits for the end of a job, where it has one.
pub(super) fn synchronous(operation: &Operation) -> Option<String> {
    // Its own integration for an endpoint answers at once.
    let resource = operation.optimised.filter(|_| operation.job.is_some() && operation.name != "CreateEndpoint")?;
    Some(format!("arn:aws:states:::{resource}.sync"))
}

/// The task that asks how far a job is. `given` says where a parameter stands, by the name and its path in the answer of
/// the start.
pub(super) fn ask(
    operation: &Operation,
    job: &Job,
    given: &dyn Fn(&str, Option<&str>) -> Option<Parameter>,
) -> Option<Task> {
    let name = (*job.get.first()?).to_owned();
    let parameters = job.key.iter().map(|(key, path)| given(key, *path)).collect::<Option<Vec<_>>>()?;
    let resource = format!("arn:aws:states:::aws-sdk:{}:{}", operation.sdk, lowered(&name));
    let result = Some(format!("$.{name}"));
    Some(Task { name, resource, parameters, result })
}

/// A place below another one, in the spelling of Step Functions, which begins all names with a capital.
pub(super) fn below(place: &str, path: &str) -> String {
    path.split('.').fold(place.to_owned(), |place, part| format!("{place}.{}", capital(part)))
}

/// `modelId` → `ModelId`
pub(super) fn capital(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `startTranscriptionJob`, as state machines spell it.
pub(super) fn lowered(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// States with commas between them, each line indented.
pub(super) fn joined(states: &[Vec<String>]) -> String {
    let states: Vec<String> = states.iter().map(|lines| lines.join("\n")).collect();
    states.join(",\n").lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
