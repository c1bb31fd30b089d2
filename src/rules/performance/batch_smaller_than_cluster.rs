//! Mini-batches of fewer samples than an instance has GPUs: some GPUs have nothing to do.

use crate::{
    finding::{Finding, Severity},
    graph::{attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, training},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "batch-smaller-than-cluster",
    aliases: &[],
    category: Category::Performance,
    severity: Severity::Warning,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/batch-smaller-than-cluster.md"),
    check: Check::Each(kind::TRAINING_JOB, check),
};

fn check(_: &Context<'_>, job: Subject<'_>, out: &Findings) {
    let Some((algorithm, _)) = training::builtin(job) else { return };
    let Some(name) = algorithm.batch_split_over_gpus() else { return };
    let batch = job.get("HyperParameters").get(name);
    let Some(samples) = batch.number().filter(|samples| *samples >= 1.0) else { return };
    let Some(instances) = training::instances(job) else { return };
    // With groups of several types, the smallest decides.
    let gpus = instances.iter().map(|(attr, instance)| Some((instance.gpus?, attr, *instance)));
    let Some(gpus) = gpus.collect::<Option<Vec<_>>>() else { return };
    let Some((gpus, attr, instance)) = gpus.into_iter().min_by_key(|(gpus, ..)| *gpus) else { return };
    if samples >= f64::from(gpus) {
        return;
    }
    let (title, type_name) = (algorithm.title, instance.name);
    out.add(
        Finding::on(&batch, "mini-batches are smaller than the number of GPUs")
            .label(format!("{samples} of {gpus} GPUs have work"))
            .because(attr, format!("`{type_name}` has {gpus} GPUs"))
            .because(&training::image_attr(job), format!("{title} splits each mini-batch over the GPUs"))
            .fact(format!("{title} splits `{name}` over the GPUs"), algorithm.hyperparameter_fact(name))
            .fact(format!("{type_name} has {gpus} GPUs"), instance.fact())
            .help(format!(
                "raise `{name}` to {gpus} or a multiple, or take an instance type with fewer GPUs\na larger batch changes what the model learns: look at the learning rate too"
            )),
    );
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{graph::kind::TRAINING_JOB, rules::testing::Built};

    fn of(image: &str, instance: &Value, batch: &Value) -> Vec<String> {
        let image = format!("{{account of AWS's image registry}}.dkr.ecr.us-west-2.amazonaws.com/{image}");
        let mut built = Built::default();
        let job = json!({
            "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": "File"},
            "ResourceConfig": {"InstanceType": instance, "InstanceCount": 4},
            "HyperParameters": {"mini_batch_size": batch, "num_classes": "2"},
        });
        built.resource(TRAINING_JOB, "job", &job);
        built.check(&RULE).into_iter().map(|finding| finding.label).collect()
    }

    #[test]
    fn a_batch_below_the_gpus_of_one_instance_is_found() {
        let vision = "image-classification:1";
        assert_eq!(of(vision, &json!("ml.p3.16xlarge"), &json!("4")), ["4 of 8 GPUs have work"]);
        assert!(of(vision, &json!("ml.p3.16xlarge"), &json!("8")).is_empty(), "each instance has its own batches");
        assert!(of(vision, &json!("ml.p3.2xlarge"), &json!("1")).is_empty());
        assert!(of(vision, &json!({"?": "type"}), &json!("4")).is_empty());
        assert!(of(vision, &json!("ml.p3.16xlarge"), &json!({"?": "batch"})).is_empty());
        assert!(of("linear-learner:1", &json!("ml.p3.16xlarge"), &json!("4")).is_empty());
    }
}
