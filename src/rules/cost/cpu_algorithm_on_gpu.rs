//! An algorithm that cannot use a GPU, on an instance with one: the GPU is paid for and stays idle.

use crate::{
    catalog::{self, Gpu, Instance},
    finding::{Finding, Safety, Severity},
    graph::{Input, attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, training},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "cpu-algorithm-on-gpu",
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
    page: include_str!("../../../rules/cpu-algorithm-on-gpu.md"),
    check: Check::Each(kind::TRAINING_JOB, check),
};

fn check(_: &Context<'_>, job: Subject<'_>, out: &Findings) {
    let Some((algorithm, version)) = training::algorithm(job) else { return };
    if algorithm.gpu(version) != Some(Gpu::Unused) {
        return;
    }
    let title = match version {
        Some(version) if !algorithm.gpu_by_version.is_empty() => format!("{} {version}", algorithm.title),
        _ => algorithm.title.to_owned(),
    };
    for (attr, instance) in training::instances(job).unwrap_or_default() {
        let Some(gpus @ 1..) = instance.gpus else { continue };
        let idle = if gpus == 1 { "a GPU that stays idle".to_owned() } else { format!("{gpus} GPUs that stay idle") };
        out.add(
            Finding::on(&attr, format!("{title} does not use a GPU"))
                .label(format!("`{}` is billed for {idle}", instance.name))
                .because(&training::image_attr(job), format!("this is the image of {title}"))
                .fact(format!("{title} trains on the CPU"), algorithm.fact())
                .fact(format!("GPUs of {}: {gpus}", instance.name), instance.fact())
                .help(help(job.resource().input, instance, algorithm.id == "xgboost"))
                .fix_set(&attr, like(instance).0, Safety::Unsafe),
        );
    }
}

/// An instance type of as many processors without a GPU, and how many these are.
fn like(instance: &Instance) -> (&'static str, u32) {
    let vcpu = instance.vcpu.unwrap_or_default();
    let like = catalog::instance::with_vcpu("ml.m5.", vcpu, catalog::instance::Use::Training);
    like.map_or(("ml.m5.xlarge", 4), |like| (like.name, like.vcpu.unwrap_or_default()))
}

fn help(input: Input, instance: &Instance, newer_uses_gpu: bool) -> String {
    let (name, vcpu) = like(instance);
    let setting = match input {
        Input::Sdk | Input::Core => format!("pass `instance_type=\"{name}\"`"),
        Input::Terraform => format!("set `instance_type = \"{name}\"`"),
        Input::CloudFormation | Input::Api | Input::Request | Input::StateMachine => {
            format!("set `InstanceType` to `{name}`")
        }
    };
    let newer = if newer_uses_gpu { "\nfrom version 1.2-1 on, XGBoost can train on a GPU" } else { "" };
    format!("{setting}: {vcpu} vCPUs and no GPU{newer}")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{finding::Severity, graph::kind::TRAINING_JOB, rules::testing::Built};

    const XGBOOST: &str = "246618743249.dkr.ecr.us-west-2.amazonaws.com/sagemaker-xgboost";

    fn found(image: &str, instance_type: &Value) -> Vec<String> {
        let mut built = Built::default();
        let resources = json!({"InstanceType": instance_type, "InstanceCount": 1});
        let job = json!({"AlgorithmSpecification": {"TrainingImage": image}, "ResourceConfig": resources});
        built.resource(TRAINING_JOB, "job", &job);
        let found = built.check(&RULE);
        assert!(found.iter().all(|finding| finding.severity == Some(Severity::Warning)));
        found.into_iter().map(|finding| format!("{}, {}", finding.message, finding.label)).collect()
    }

    #[test]
    fn a_cpu_algorithm_on_a_gpu_type_is_found() {
        assert_eq!(
            found("266724342769.dkr.ecr.us-west-2.amazonaws.com/lda:1", &json!("ml.p3.2xlarge")),
            ["Latent Dirichlet Allocation does not use a GPU, `ml.p3.2xlarge` is billed for a GPU that stays idle"]
        );
        assert_eq!(
            found(&format!("{XGBOOST}:1.0-1-cpu-py3"), &json!("ml.g4dn.12xlarge")),
            ["XGBoost 1.0-1 does not use a GPU, `ml.g4dn.12xlarge` is billed for 4 GPUs that stay idle"]
        );
        assert_eq!(found("433757028032.dkr.ecr.us-west-2.amazonaws.com/xgboost:1", &json!("ml.p3.2xlarge")).len(), 1);
        assert_eq!(
            found("{account}.dkr.ecr.us-west-2.amazonaws.com/randomcutforest:1", &json!("ml.g5.xlarge")).len(),
            1
        );
    }

    #[test]
    fn a_cpu_type_and_algorithms_that_use_gpus_are_fine() {
        assert!(found(&format!("{XGBOOST}:1.0-1-cpu-py3"), &json!("ml.m5.xlarge")).is_empty());
        assert!(found(&format!("{XGBOOST}:1.7-1"), &json!("ml.g5.xlarge")).is_empty());
        assert!(
            found("763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2.1", &json!("ml.g5.xlarge"))
                .is_empty()
        );
        assert!(found("111122223333.dkr.ecr.us-west-2.amazonaws.com/lda:1", &json!("ml.g5.xlarge")).is_empty());
    }

    #[test]
    fn what_is_not_known_is_fine() {
        assert!(found(&format!("{XGBOOST}:{{version}}"), &json!("ml.g5.xlarge")).is_empty());
        assert!(found(&format!("{XGBOOST}:1.0-1-cpu-py3"), &json!({"?": "args.type"})).is_empty());
        assert!(found(&format!("{XGBOOST}:1.0-1-cpu-py3"), &json!("local_gpu")).is_empty());
        assert!(found("{account}.dkr.ecr.us-west-2.amazonaws.com/xgboost:1", &json!("ml.g5.xlarge")).is_empty());
    }
}
