//! A notebook instance that nothing stops is billed around the clock.

use crate::{
    catalog::instance,
    finding::{Finding, Severity},
    graph::{Input, attr::Subject, kind},
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        notebooks::{Scripts, scripts},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "notebook-without-idle-stop",
    aliases: &[],
    category: Category::Cost,
    severity: Severity::Advice,
    or_severity: Some((Severity::Warning, "the instance has a GPU")),
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/notebook-without-idle-stop.md"),
    check: Check::Each(kind::NOTEBOOK_INSTANCE, check),
};

/// Words in the scripts that stop a notebook, or start something that will.
const STOPS: &[&str] =
    &["idle", "autostop", "auto-stop", "auto_stop", "stop-notebook-instance", "stop_notebook_instance", "shutdown"];

fn check(cx: &Context<'_>, notebook: Subject<'_>, out: &Findings) {
    let (config, why) = match scripts(cx, notebook, STOPS) {
        Scripts::None => (None, "no lifecycle configuration is set that would stop it"),
        Scripts::Known(config, text) if !STOPS.iter().any(|word| text.contains(word)) => {
            (Some(config), "the scripts of its lifecycle configuration stop nothing")
        }
        Scripts::Known(..) | Scripts::Unknown => return,
    };
    let mut finding =
        Finding::on(&notebook.get("LifecycleConfigName"), "notebook instance runs until someone stops it")
            .label(why)
            .help(help(notebook.resource().input, config.is_some()));
    if let Some(config) = config {
        finding = finding.related(config.place(), "these scripts run when it is made and started");
    }
    let kind = notebook.get("InstanceType");
    if let Some(gpus) = kind.text().and_then(instance).and_then(|instance| instance.gpus).filter(|gpus| *gpus > 0) {
        let has = if gpus == 1 { "a GPU".to_owned() } else { format!("{gpus} GPUs") };
        let bill = format!("it has {has}, billed every hour that it is up, idle or not");
        finding = finding.severity(Severity::Warning).because(&kind, bill);
    }
    out.add(finding);
}

fn help(input: Input, has_scripts: bool) -> String {
    let setting = match input {
        _ if has_scripts => "add the idle stop to what runs on start",
        Input::Terraform => {
            "set `lifecycle_config_name` to a lifecycle configuration whose `on_start` stops it after an idle hour"
        }
        Input::CloudFormation | Input::Request | Input::StateMachine => {
            "set `LifecycleConfigName` to a lifecycle configuration whose `OnStart` stops it after an idle hour"
        }
        Input::Core => {
            "pass `lifecycle_config_name=…`, a lifecycle configuration whose `OnStart` stops it after an idle hour"
        }
        Input::Sdk | Input::Api => {
            "pass `LifecycleConfigName=…`, a lifecycle configuration whose `OnStart` stops it after an idle hour"
        }
    };
    format!(
        "{setting}\nits role needs `sagemaker:StopNotebookInstance` on the notebook; what is in memory is lost when it stops, the volume stays"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{finding::Severity, graph::kind::*, rules::testing::Built};

    fn severities(instance: &str, lifecycle: Value, on_start: &Value) -> Vec<Option<Severity>> {
        let mut built = Built::default();
        built.resource(
            NOTEBOOK_INSTANCE,
            "Notebook",
            &json!({"InstanceType": instance, "LifecycleConfigName": lifecycle}),
        );
        built.resource(
            NOTEBOOK_LIFECYCLE,
            "Scripts",
            &json!({"NotebookInstanceLifecycleConfigName": "scripts", "OnStart": on_start}),
        );
        built.check(&RULE).into_iter().map(|finding| finding.severity).collect()
    }

    #[test]
    fn a_gpu_makes_it_a_warning() {
        assert_eq!(severities("ml.t3.medium", Value::Null, &json!([])), [Some(Severity::Advice)]);
        assert_eq!(severities("ml.g5.xlarge", Value::Null, &json!([])), [Some(Severity::Warning)]);
        assert_eq!(severities("ml.g5.xlarge", json!({"?": "Lifecycle"}), &json!([])), []);
    }

    #[test]
    fn what_the_scripts_do_decides() {
        let of = |content: &str| {
            let on_start = json!([{"Content": content, "Hook": "start"}]);
            let by_reference = severities("ml.t3.medium", json!({"ref": "Scripts"}), &on_start);
            assert_eq!(by_reference, severities("ml.t3.medium", json!("scripts"), &on_start));
            by_reference.len()
        };
        assert_eq!(of("#!/bin/bash\npip install shap"), 1);
        assert_eq!(of("IyEvYmluL2Jhc2gKcGlwIGluc3RhbGwgc2hhcAo="), 1, "in base64");
        assert_eq!(of("#!/bin/bash\naws sagemaker stop-notebook-instance --notebook-instance-name x"), 0);
        assert_eq!(of("#!/bin/bash\ncurl -s https://example.com/setup.sh | bash"), 0, "what it fetches is not known");
        assert_eq!(of("#!/bin/bash\n{command}"), 0, "what it runs is not known");
        let clone = "#!/bin/bash\nset -e\ncd SageMaker\ngit clone https://github.com/example/notebooks.git";
        assert_eq!(of(clone), 1, "what is only fetched is not run");
        assert_eq!(of(&format!("{clone}\n./notebooks/start.sh")), 0, "what was fetched is run");
        assert_eq!(of(&format!("{clone} && notebooks/start.sh")), 0);
        assert_eq!(of("#!/bin/bash\naws s3 cp s3://b/stop /etc/cron.d/stop"), 0, "something else may run it");
        assert_eq!(severities("ml.t3.medium", json!("elsewhere"), &json!([])), [], "made elsewhere");
    }
}
