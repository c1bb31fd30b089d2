//! An algorithm that trains on a GPU only, on an instance without one: the job fails after it was started.

use crate::{
    catalog::Gpu,
    finding::{Finding, Safety, Severity},
    graph::{Input, attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, training},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "gpu-algorithm-on-cpu",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: None,
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/gpu-algorithm-on-cpu.md"),
    check: Check::Each(kind::TRAINING_JOB, check),
};

fn check(_: &Context<'_>, job: Subject<'_>, out: &Findings) {
    let Some((algorithm, version)) = training::algorithm(job) else { return };
    if algorithm.gpu(version) != Some(Gpu::Required) {
        return;
    }
    let Some(instances) = training::instances(job) else { return };
    if instances.iter().any(|(_, instance)| instance.gpus != Some(0)) {
        return;
    }
    let Some((attr, instance)) = instances.first() else { return };
    let title = algorithm.title;
    out.add(
        Finding::on(attr, format!("{title} cannot train without a GPU"))
            .label(format!("`{}` has no GPU", instance.name))
            .because(&training::image_attr(job), format!("this is the image of {title}"))
            .fact(format!("{title} trains on GPU instances only"), algorithm.fact())
            .fact(format!("{} has no GPU", instance.name), instance.fact())
            .help(help(job.resource().input))
            .fix_set(attr, "ml.g5.xlarge", Safety::Unsafe),
    );
}

fn help(input: Input) -> String {
    let setting = match input {
        Input::Sdk | Input::Core => "pass `instance_type=\"ml.g5.xlarge\"`",
        Input::Terraform => "set `instance_type = \"ml.g5.xlarge\"`",
        Input::CloudFormation | Input::Api | Input::Request | Input::StateMachine => {
            "set `InstanceType` to `ml.g5.xlarge`"
        }
    };
    format!(
        "{setting}, or another type of the families g4dn, g5 and p3\nan endpoint may still serve the model on a CPU type"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{finding::Severity, graph::kind::TRAINING_JOB, rules::testing::Built};

    const IMAGE: &str = "433757028032.dkr.ecr.us-west-2.amazonaws.com/image-classification:1";

    fn found(image: &Value, resources: &Value) -> Vec<String> {
        let mut built = Built::default();
        let job = json!({"AlgorithmSpecification": {"TrainingImage": image}, "ResourceConfig": resources});
        built.resource(TRAINING_JOB, "job", &job);
        let found = built.check(&RULE);
        assert!(found.iter().all(|finding| finding.severity == Some(Severity::Error)));
        found.into_iter().map(|finding| format!("{}: {}", finding.property, finding.label)).collect()
    }

    #[test]
    fn a_gpu_algorithm_on_a_cpu_type_is_found() {
        assert_eq!(
            found(&json!(IMAGE), &json!({"InstanceType": "ml.m5.xlarge"})),
            ["ResourceConfig.InstanceType: `ml.m5.xlarge` has no GPU"]
        );
        let groups = json!({"InstanceGroups": [{"InstanceType": "ml.c5.xlarge"}, {"InstanceType": "ml.trn1.2xlarge"}]});
        assert_eq!(
            found(&json!(IMAGE), &groups),
            ["ResourceConfig.InstanceGroups[0].InstanceType: `ml.c5.xlarge` has no GPU"]
        );
        assert_eq!(
            found(
                &json!("{account of AWS's image registry}.dkr.ecr.{region}.amazonaws.com/seq2seq:1"),
                &json!({"InstanceType": "ml.m5.xlarge"})
            )
            .len(),
            1
        );
    }

    #[test]
    fn a_gpu_type_and_other_algorithms_are_fine() {
        assert!(found(&json!(IMAGE), &json!({"InstanceType": "ml.g5.xlarge"})).is_empty());
        let mixed = json!({"InstanceGroups": [{"InstanceType": "ml.c5.xlarge"}, {"InstanceType": "ml.g5.xlarge"}]});
        assert!(found(&json!(IMAGE), &mixed).is_empty());
        let kmeans = "174872318107.dkr.ecr.us-west-2.amazonaws.com/kmeans:1";
        assert!(found(&json!(kmeans), &json!({"InstanceType": "ml.m5.xlarge"})).is_empty());
        let mine = "111122223333.dkr.ecr.us-west-2.amazonaws.com/image-classification:1";
        assert!(found(&json!(mine), &json!({"InstanceType": "ml.m5.xlarge"})).is_empty());
    }

    #[test]
    fn what_is_not_known_is_fine() {
        assert!(found(&json!(IMAGE), &json!({"InstanceType": {"?": "var.instance_type"}})).is_empty());
        assert!(found(&json!(IMAGE), &json!({"InstanceType": "ml.z9.xlarge"})).is_empty());
        assert!(found(&json!(IMAGE), &json!({"InstanceType": "local"})).is_empty());
        assert!(found(&json!({"?": "image"}), &json!({"InstanceType": "ml.m5.xlarge"})).is_empty());
        let unknown_account = "{account}.dkr.ecr.us-west-2.amazonaws.com/image-classification:1";
        assert!(found(&json!(unknown_account), &json!({"InstanceType": "ml.m5.xlarge"})).is_empty());
    }
}
