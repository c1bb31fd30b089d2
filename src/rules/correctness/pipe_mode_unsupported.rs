//! Pipe mode with a built-in algorithm that reads files only: the job starts, and fails.

use crate::{
    catalog::Mode,
    finding::{Finding, Safety, Severity},
    graph::{
        Input,
        attr::{Attr, Subject},
        kind,
    },
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, training},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "pipe-mode-unsupported",
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
    page: include_str!("../../../rules/pipe-mode-unsupported.md"),
    check: Check::Each(kind::TRAINING_JOB, check),
};

fn check(_: &Context<'_>, job: Subject<'_>, out: &Findings) {
    let Some((algorithm, _)) = training::builtin(job) else { return };
    if algorithm.modes.contains(&Mode::Pipe) {
        return;
    }
    let title = algorithm.title;
    for attr in piped(job) {
        out.add(
            Finding::on(&attr, format!("{title} cannot read its data in Pipe mode"))
                .label("it reads files")
                .because(&training::image_attr(job), format!("this is the image of {title}"))
                .fact(format!("{title} reads its data in File mode"), algorithm.fact())
                .help(help(job))
                .fix_set(&attr, "File", Safety::Unsafe),
        );
    }
}

/// Where the job asks for Pipe mode: for a channel, or for all that do not say otherwise.
fn piped(job: Subject<'_>) -> Vec<Attr<'_>> {
    let of_job = job.get("AlgorithmSpecification.TrainingInputMode");
    let (channels, open) = job.get("InputDataConfig").items();
    let modes: Vec<Attr<'_>> = channels.iter().map(|channel| channel.get("InputMode")).collect();
    let overridden = !open && !modes.is_empty() && modes.iter().all(|mode| mode.text().is_some());
    let is_pipe = |mode: &Attr<'_>| mode.text() == Some("Pipe");
    let mut piped: Vec<Attr<'_>> = modes.into_iter().filter(is_pipe).collect();
    if is_pipe(&of_job) && !overridden {
        piped.push(of_job);
    }
    piped
}

fn help(job: Subject<'_>) -> String {
    let setting = match job.resource().input {
        Input::Sdk if training::is_trainer(job) => {
            "leave `training_input_mode` out, or pass `training_input_mode=\"File\"`"
        }
        Input::Sdk => "leave `input_mode` out, or pass `input_mode=\"File\"`",
        Input::Core => "leave `training_input_mode` out, or pass `training_input_mode=\"File\"`",
        Input::Terraform => "set the input mode to `\"File\"`",
        Input::CloudFormation | Input::Api | Input::Request | Input::StateMachine => "set the input mode to `File`",
    };
    format!("{setting}: the volume must then hold all data")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{graph::kind::TRAINING_JOB, rules::testing::Built};

    fn of(image: &str, mode: &Value, channels: &Value) -> Vec<String> {
        let image = format!("{{account of AWS's image registry}}.dkr.ecr.us-west-2.amazonaws.com/{image}");
        let mut built = Built::default();
        let job = json!({
            "AlgorithmSpecification": {"TrainingImage": image, "TrainingInputMode": mode},
            "InputDataConfig": channels,
        });
        built.resource(TRAINING_JOB, "job", &job);
        built.check(&RULE).into_iter().map(|finding| finding.property).collect()
    }

    #[test]
    fn pipe_mode_of_a_job_or_a_channel_is_found() {
        let job = ["AlgorithmSpecification.TrainingInputMode"];
        assert_eq!(of("seq2seq:1", &json!("Pipe"), &json!(null)), job);
        assert_eq!(of("seq2seq:1", &json!("Pipe"), &json!([{"ChannelName": "train"}])), job);
        let channels = json!([{"ChannelName": "train", "InputMode": "Pipe"}, {"ChannelName": "vocab"}]);
        assert_eq!(of("seq2seq:1", &json!("File"), &channels), ["InputDataConfig[0].InputMode"]);
    }

    #[test]
    fn files_and_other_algorithms_are_fine() {
        assert!(of("seq2seq:1", &json!("File"), &json!(null)).is_empty());
        assert!(of("seq2seq:1", &json!({"?": "mode"}), &json!(null)).is_empty());
        assert!(of("seq2seq:1", &json!("FastFile"), &json!(null)).is_empty(), "not documented by algorithm");
        assert!(of("linear-learner:1", &json!("Pipe"), &json!(null)).is_empty());
        let files = json!([{"ChannelName": "train", "InputMode": "File"}]);
        assert!(of("seq2seq:1", &json!("Pipe"), &files).is_empty(), "each channel says otherwise");
    }
}
