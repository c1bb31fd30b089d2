//! A notebook instance without a repository keeps the only copy of its notebooks on its volume.

use crate::{
    finding::{Finding, Severity},
    graph::{Input, attr::Subject, kind},
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        notebooks::{Scripts, scripts},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "notebook-without-repository",
    aliases: &[],
    category: Category::Operations,
    severity: Severity::Advice,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/notebook-without-repository.md"),
    check: Check::Each(kind::NOTEBOOK_INSTANCE, check),
};

fn check(cx: &Context<'_>, notebook: Subject<'_>, out: &Findings) {
    let repository = notebook.get("DefaultCodeRepository");
    let (others, open) = notebook.get("AdditionalCodeRepositories").items();
    if !repository.is_absent() || open || !others.is_empty() {
        return;
    }
    // A script may clone one too.
    match scripts(cx, notebook, &["git "]) {
        Scripts::None => {}
        Scripts::Known(_, text) if !text.contains("git ") => {}
        Scripts::Known(..) | Scripts::Unknown => return,
    }
    out.add(
        Finding::on(&repository, "notebook instance has no code repository")
            .label("what is written on it has no history, and is gone with its volume")
            .help(help(notebook.resource().input)),
    );
}

fn help(input: Input) -> String {
    let setting = match input {
        Input::Terraform => "set `default_code_repository` to the URL of the team's Git repository",
        Input::CloudFormation | Input::Request | Input::StateMachine => {
            "set `DefaultCodeRepository` to the URL of the team's Git repository"
        }
        Input::Core => "pass `default_code_repository=…`, the URL of the team's Git repository",
        Input::Sdk | Input::Api => "pass `DefaultCodeRepository=…`, the URL of the team's Git repository",
    };
    format!("{setting}\na private one outside CodeCommit is named by a code repository of SageMaker with a secret")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{graph::kind::NOTEBOOK_INSTANCE, rules::testing::Built};

    fn count(properties: &Value) -> usize {
        let mut built = Built::default();
        built.resource(NOTEBOOK_INSTANCE, "Notebook", properties);
        built.check(&RULE).len()
    }

    #[test]
    fn any_repository_will_do() {
        let with = |name: &str, value: Value| count(&json!({"InstanceType": "ml.t3.medium", name: value}));
        assert_eq!(with("RoleArn", json!("r")), 1);
        assert_eq!(with("AdditionalCodeRepositories", json!([])), 1);
        assert_eq!(with("AdditionalCodeRepositories", json!(["https://example.com/one.git"])), 0);
        assert_eq!(with("DefaultCodeRepository", json!({"?": "Repository"})), 0);
        assert_eq!(with("LifecycleConfigName", json!("clones-one")), 0, "its scripts are not known");
    }
}
