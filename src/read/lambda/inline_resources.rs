//! What code makes that is written in a template: `ZipFile: |` with calls of boto3.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    deployed::{self, Code, Deployed},
    environment,
};
use crate::{
    graph::{
        Part,
        fact::Fact,
        value::{Data, MAX_LEVELS, Reason, Value},
    },
    read::python,
    source::{Files, Place},
    syntax::python::block,
};

/// The code of most functions only answers to CloudFormation.
const SIGN: &str = "sagemaker";

/// The resources and calls of the code that functions in `parts` have in their templates. Their unit is the template.
pub fn inlined(files: &Files, parts: &[Part]) -> Part {
    let functions = deployed::functions(files, parts);
    let is_python = |one: &&Deployed| one.runtime.as_ref().is_none_or(|runtime| runtime.starts_with("python"));
    let written: Vec<(&Deployed, Place)> = functions
        .iter()
        .filter(is_python)
        .filter_map(|one| match &one.code {
            Code::Inline(text, place) if text.contains(SIGN) => Some((one, *place)),
            _ => None,
        })
        .collect();
    let read: Vec<Part> = written.par_iter().filter_map(|(_, place)| code(files, *place)).collect();
    let mut all = Part::default();
    let mut ids: FxHashMap<(Arc<str>, Arc<str>), u32> = FxHashMap::default();
    for ((function, _), mut part) in written.iter().zip(read) {
        environment::settle_one(files, parts, &function.key, &mut part);
        // Two functions of a template may call their handlers the same.
        for resource in &mut part.resources {
            let count = ids.entry((resource.key.unit.clone(), resource.key.id.clone())).or_default();
            *count += 1;
            if *count > 1 {
                resource.key.id = format!("{}#{count}", resource.key.id).into();
            }
        }
        all.resources.append(&mut part.resources);
        all.facts.extend(part.facts.into_iter().filter(|fact| matches!(fact, Fact::Call(_))));
        all.not_evaluated.append(&mut part.not_evaluated);
    }
    all
}

/// What the code at a place makes; nothing where its bytes are not those of the file.
fn code(files: &Files, place: Place) -> Option<Part> {
    let source = files.get(place.file);
    let block = block(source.slice(place.span))?;
    // So many bytes stand before it that each byte of the code is where it is in the file.
    let before = usize::try_from(i64::from(place.span.start) + block.by).ok()?;
    let mut part = python::read_block(files, &source, &format!("{}{}", "\n".repeat(before), block.code));
    for resource in &mut part.resources {
        if let Some(known) = filled_in(&resource.properties, 0) {
            resource.properties = known;
        }
    }
    Some(part)
}

/// A value without the texts that the template fills in before the code runs, or that stand for something else there.
fn filled_in(value: &Value, level: usize) -> Option<Value> {
    match &value.data {
        Data::Text(text) if text.contains("${") => {
            Some(Value::unknown(Reason::RunTime, format!("`{text}`"), value.origin.place))
        }
        _ if level > MAX_LEVELS => None,
        _ => value.with_parts(&mut |part| filled_in(part, level + 1)),
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        graph::value::Value,
        read::read,
        source::{Discovery, Files},
    };

    const CODE: &str = "          import boto3, os\n          def handler(event, context):\n              boto3.client('sagemaker').create_transform_job(\n                  TransformJobName='${Name}-1',\n                  TransformResources={'InstanceType': os.environ['KIND'], 'InstanceCount': 1})\n";

    fn template(code: &str, name: &str) -> String {
        format!(
            "  {name}:\n    Type: AWS::Lambda::Function\n    Properties:\n      Runtime: python3.12\n      Handler: index.handler\n      Environment: {{Variables: {{KIND: ml.m5.large}}}}\n      Code:\n        ZipFile: {code}"
        )
    }

    #[test]
    fn code_in_a_template_makes_what_it_calls_for() {
        for form in ["|\n", "!Sub |\n"] {
            let text = format!(
                "Resources:\n{}{}",
                template(&format!("{form}{CODE}"), "A"),
                template(&format!("{form}{CODE}"), "B")
            );
            let files = Files::memory([("t.yaml", text.as_str())]);
            let outcome = read(&files, &Discovery::in_memory(&files, false));
            let jobs = outcome.graph.resources().iter().filter(|one| one.kind.ends_with("TransformJob"));
            let jobs: Vec<_> = jobs.collect();
            let ids: Vec<&str> = jobs.iter().map(|job| &*job.key.id).collect();
            assert_eq!(ids, ["handler.create_transform_job", "handler.create_transform_job#2"], "{form}");
            let source = files.get(jobs[0].place.file);
            assert_eq!(source.slice(jobs[0].place.span), "boto3.client('sagemaker').create_transform_job");
            let property = |path: &str| {
                let found =
                    path.split('.').try_fold(&jobs[1].properties, |value, name| Some(&value.entry(name)?.value));
                found.and_then(Value::plain_text)
            };
            assert_eq!(property("TransformResources.InstanceType").as_deref(), Some("ml.m5.large"));
            assert_eq!(property("TransformJobName"), None, "the template fills it in");
        }
    }
}
