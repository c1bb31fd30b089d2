//! A model that is split over more GPUs than the instance has, or over fewer.

use crate::{
    catalog::hosting::{MORE_COPIES, PARALLEL_DEGREES},
    finding::{Finding, Severity},
    graph::{
        attr::{Attr, Subject},
        kind,
    },
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        hosting::{Runs, containers, model_of, variants},
        serving::variable,
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "tensor-parallel-mismatch",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: Some((Severity::Warning, "there are more GPUs than the one copy of the model uses")),
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/tensor-parallel-mismatch.md"),
    check: Check::Any(&[kind::ENDPOINT_CONFIG, kind::INFERENCE_COMPONENT], check),
};

/// How a container splits its model.
struct Degree<'a> {
    attr: Attr<'a>,
    name: &'static str,
    gpus: f64,
    /// Whether the container starts one copy only.
    one_copy: bool,
}

fn check(_: &Context<'_>, subject: Subject<'_>, out: &Findings) {
    if subject.kind() == kind::INFERENCE_COMPONENT {
        let specification = subject.get("Specification");
        let mut all = vec![specification.get("Container")];
        if let Some(model) = model_of(subject, &specification.get("ModelName")) {
            all.extend(containers(model));
        }
        let given = specification.get("ComputeResourceRequirements.NumberOfAcceleratorDevicesRequired");
        let (Some(gpus), Some(degree)) = (given.number(), all.iter().find_map(degree)) else { return };
        if degree.gpus > gpus {
            out.add(finding(&given, &degree, &format!("the component gets {gpus}"), gpus));
        }
        return;
    }
    for variant in variants(subject).0.iter().filter(|variant| variant.runs() == Runs::Model) {
        let Some((attr, instance)) = variant.instance() else { continue };
        let (Some(gpus), Some(model)) = (instance.gpus, variant.model()) else { continue };
        // Neuron counts cores; a processor counts for one.
        if gpus == 0 && instance.accelerator.is_some() {
            continue;
        }
        let gpus = f64::from(gpus);
        let all = containers(model);
        let ([_], Some(degree)) = (&all[..], all.iter().find_map(degree)) else { continue };
        let label = format!("`{}` has {}", instance.name, count(gpus));
        if degree.gpus > gpus.max(1.0) {
            out.add(finding(&attr, &degree, &label, gpus).fact(label.clone(), instance.fact()));
        } else if degree.gpus < gpus && degree.one_copy {
            let idle = gpus - degree.gpus;
            out.add(
                Finding::on(&attr, format!("{} of {gpus} GPUs stay idle", idle))
                    .severity(Severity::Warning)
                    .label(format!("{label}, and the one copy of the model is split over {}", degree.gpus))
                    .because(&degree.attr, format!("`{}` says over how many", degree.name))
                    .fact(label.clone(), instance.fact())
                    .help(format!(
                        "set `{}` to {gpus}, or take a type with {}\nall GPUs are billed, idle or not",
                        degree.name,
                        count(degree.gpus)
                    )),
            );
        }
    }
}

fn finding(attr: &Attr<'_>, degree: &Degree<'_>, label: &str, gpus: f64) -> Finding {
    Finding::on(attr, format!("model is split over {} GPUs, and there are fewer", degree.gpus))
        .label(label)
        .because(&degree.attr, format!("`{}` asks for {}", degree.name, degree.gpus))
        .help(format!(
            "set `{}` to {}, or take more GPUs: the container fails as it starts",
            degree.name,
            if gpus < 1.0 { 1.0 } else { gpus }
        ))
}

/// How a container splits its model, where that is a number. `max` is as many as there are.
fn degree<'a>(container: &Attr<'a>) -> Option<Degree<'a>> {
    let (name, one_copy, attr) = PARALLEL_DEGREES.iter().find_map(|(name, one_copy)| {
        let attr = variable(container, name);
        attr.known().is_some().then_some((*name, *one_copy, attr))
    })?;
    let gpus = attr.number().filter(|gpus| *gpus >= 1.0 && gpus.fract() == 0.0)?;
    let alone = MORE_COPIES.iter().all(|name| variable(container, name).is_absent());
    Some(Degree { attr, name, gpus, one_copy: one_copy && alone })
}

fn count(gpus: f64) -> String {
    match gpus {
        0.0 => "no GPU".to_owned(),
        1.0 => "1 GPU".to_owned(),
        more => format!("{more} GPUs"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        finding::Severity,
        graph::kind::{ENDPOINT_CONFIG, INFERENCE_COMPONENT, MODEL},
        rules::testing::Built,
    };

    fn found(instance: &str, environment: Value) -> Vec<Option<Severity>> {
        let mut built = Built::default();
        built.resource(
            MODEL,
            "Model",
            &json!({"PrimaryContainer": {"Image": "i", "Environment": environment}, "Tags": []}),
        );
        let variant = json!({"ModelName": {"ref": "Model"}, "InstanceType": instance});
        built.resource(ENDPOINT_CONFIG, "Config", &json!({"ProductionVariants": [variant], "Tags": []}));
        built.check(&RULE).into_iter().map(|finding| finding.severity).collect()
    }

    fn variable(name: &str, value: Value) -> Value {
        json!({name: value, "HF_MODEL_ID": "org/model"})
    }

    #[test]
    fn more_than_there_are_fails() {
        assert_eq!(found("ml.g5.2xlarge", variable("SM_NUM_GPUS", json!("4"))), [Some(Severity::Error)]);
        assert_eq!(
            found("ml.g5.2xlarge", variable("OPTION_TENSOR_PARALLEL_DEGREE", json!(2))),
            [Some(Severity::Error)]
        );
        assert_eq!(found("ml.g5.12xlarge", variable("SM_NUM_GPUS", json!("4"))), []);
        assert_eq!(found("ml.m5.large", variable("SM_NUM_GPUS", json!("1"))), [], "one is a processor");
    }

    #[test]
    fn fewer_leave_gpus_idle_unless_there_are_more_copies() {
        assert_eq!(found("ml.g5.12xlarge", variable("SM_NUM_GPUS", json!("1"))), [Some(Severity::Warning)]);
        let copies = variable("OPTION_TENSOR_PARALLEL_DEGREE", json!("1"));
        assert_eq!(found("ml.g5.12xlarge", copies), [], "LMI starts four copies");
        let parallel = json!({"SM_VLLM_TENSOR_PARALLEL_SIZE": "2", "SM_VLLM_DATA_PARALLEL_SIZE": "2"});
        assert_eq!(found("ml.g5.12xlarge", parallel), []);
    }

    #[test]
    fn what_is_no_number_of_gpus_is_fine() {
        assert_eq!(found("ml.g5.2xlarge", variable("OPTION_TENSOR_PARALLEL_DEGREE", json!("max"))), []);
        assert_eq!(found("ml.g5.2xlarge", variable("SM_NUM_GPUS", json!({"?": "n"}))), []);
        assert_eq!(found("ml.inf2.xlarge", variable("OPTION_TENSOR_PARALLEL_DEGREE", json!("2"))), [], "cores");
        assert_eq!(found("{type}", variable("SM_NUM_GPUS", json!("4"))), []);
    }

    #[test]
    fn a_component_has_the_gpus_that_it_asks_for() {
        let count = |gpus: Value| {
            let container = json!({"Image": "i", "Environment": {"SM_NUM_GPUS": "4", "x": "1"}});
            let needs = json!({"NumberOfAcceleratorDevicesRequired": gpus, "MinMemoryRequiredInMb": 1024});
            let specification = json!({"Container": container, "ComputeResourceRequirements": needs});
            let mut built = Built::default();
            built.resource(INFERENCE_COMPONENT, "Component", &json!({"Specification": specification, "Tags": []}));
            built.check(&RULE).len()
        };
        assert_eq!((count(json!(2)), count(json!(4)), count(json!({"?": "n"}))), (1, 0, 0));
    }
}
