//! An algorithm that uses one GPU, on an instance with several: the others are paid for and stay idle.

use crate::{
    catalog::{Instance, algorithm::OneGpu, instance},
    finding::{Finding, Safety, Severity},
    graph::{Input, attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, training},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "several-gpus-unused",
    aliases: &[],
    category: Category::Cost,
    severity: Severity::Warning,
    or_severity: None,
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/several-gpus-unused.md"),
    check: Check::Each(kind::TRAINING_JOB, check),
};

fn check(_: &Context<'_>, job: Subject<'_>, out: &Findings) {
    let Some((algorithm, version)) = training::builtin(job) else { return };
    let Some(when) = algorithm.one_gpu(version).filter(|when| holds(job, *when)) else { return };
    let title = algorithm.title;
    for (attr, instance) in training::instances(job).unwrap_or_default() {
        let Some(gpus @ 2..) = instance.gpus else { continue };
        let idle = if gpus == 2 { "the other stays idle" } else { "the others stay idle" };
        let mut finding = Finding::on(&attr, format!("{title} uses one GPU at most"))
            .label(format!("`{}` is billed for {gpus} GPUs: {idle}", instance.name))
            .because(&training::image_attr(job), format!("this is the image of {title}"))
            .fact(format!("{title} trains on one GPU of an instance"), algorithm.fact())
            .fact(format!("GPUs of {}: {gpus}", instance.name), instance.fact())
            .help(help(job.resource().input, instance, when));
        if let OneGpu::With(name, _) = when {
            let mode = job.get("HyperParameters").get(name);
            finding = finding.because(&mode, "with this value");
        }
        out.add(match instance.with_one_gpu(instance::Use::Training) {
            Some(one) => finding.fix_set(&attr, one.name, Safety::Unsafe),
            None => finding,
        });
    }
}

fn holds(job: Subject<'_>, when: OneGpu) -> bool {
    let parameter = |name: &str| job.get("HyperParameters").get(name);
    match when {
        OneGpu::Always => true,
        OneGpu::With(name, value) => parameter(name).text() == Some(value),
        OneGpu::Without(name, value) => {
            let attr = parameter(name);
            attr.is_absent() || attr.text().is_some_and(|text| !text.eq_ignore_ascii_case(value))
        }
    }
}

fn help(input: Input, instance: &Instance, when: OneGpu) -> String {
    let other = match (instance.with_one_gpu(instance::Use::Training), input) {
        (None, _) => "use a type with one GPU".to_owned(),
        (Some(one), Input::Sdk) => format!("pass `instance_type=\"{}\"`", one.name),
        (Some(one), Input::Terraform) => format!("set `instance_type = \"{}\"`", one.name),
        (Some(one), _) => format!("set `InstanceType` to `{}`", one.name),
    };
    let note = match when {
        OneGpu::Without(name, value) => format!("\nwith `{name}` `{value}` and `tree_method` `gpu_hist` it uses all"),
        OneGpu::Always | OneGpu::With(..) => "\nit has less memory and fewer processors too".to_owned(),
    };
    format!("{other}{note}")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{graph::kind::TRAINING_JOB, rules::testing::Built};

    fn found(image: &str, instance_type: &Value, hyperparameters: &Value) -> Vec<String> {
        let image = format!("{{account of AWS's image registry}}.dkr.ecr.us-west-2.amazonaws.com/{image}");
        let mut built = Built::default();
        let job = json!({
            "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File"},
            "ResourceConfig": {"InstanceType": instance_type, "InstanceCount": 1},
            "HyperParameters": hyperparameters,
        });
        built.resource(TRAINING_JOB, "job", &job);
        built.check(&RULE).into_iter().map(|finding| format!("{}, {}", finding.message, finding.label)).collect()
    }

    #[test]
    fn gpus_beyond_the_first_are_found() {
        assert_eq!(
            found("kmeans:1", &json!("ml.g5.12xlarge"), &json!({})),
            ["K-Means uses one GPU at most, `ml.g5.12xlarge` is billed for 4 GPUs: the others stay idle"]
        );
        let blazing = |mode: Value| found("blazingtext:1", &json!("ml.p3.8xlarge"), &json!({"mode": mode})).len();
        assert_eq!((blazing(json!("supervised")), blazing(json!("skipgram"))), (1, 0));
        let xgboost = |dask: Value| {
            let set = if dask.is_null() { json!({}) } else { json!({"use_dask_gpu_training": dask}) };
            found("sagemaker-xgboost:1.7-1", &json!("ml.g5.12xlarge"), &set).len()
        };
        assert_eq!((xgboost(Value::Null), xgboost(json!("false")), xgboost(json!("true"))), (1, 1, 0));
    }

    #[test]
    fn what_uses_them_and_what_is_not_known_is_fine() {
        let none = json!({});
        assert!(found("kmeans:1", &json!("ml.g5.xlarge"), &none).is_empty());
        assert!(found("kmeans:1", &json!({"?": "args.type"}), &none).is_empty());
        assert!(found("image-classification:1", &json!("ml.g5.12xlarge"), &none).is_empty());
        assert!(found("sagemaker-xgboost:1.0-1", &json!("ml.g5.12xlarge"), &none).is_empty(), "it uses none");
        let unknown = json!({"use_dask_gpu_training": {"?": "args.dask"}});
        assert!(found("sagemaker-xgboost:1.7-1", &json!("ml.g5.12xlarge"), &unknown).is_empty());
        let scripted = json!({"sagemaker_program": "train.py"});
        assert!(found("sagemaker-xgboost:1.7-1", &json!("ml.g5.12xlarge"), &scripted).is_empty());
    }
}
