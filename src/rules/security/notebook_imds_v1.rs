//! A notebook instance that answers version 1 of the metadata service gives its credentials to whoever can make it fetch.

use crate::{
    finding::{Finding, Safety, Severity},
    graph::{Input, attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "notebook-imds-v1",
    aliases: &[],
    category: Category::Security,
    severity: Severity::Advice,
    or_severity: None,
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/notebook-imds-v1.md"),
    check: Check::Each(kind::NOTEBOOK_INSTANCE, check),
};

fn check(_: &Context<'_>, notebook: Subject<'_>, out: &Findings) {
    let version = notebook.get("InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion");
    // A text in the API, which templates and Terraform may write as a number.
    let label = match version.number() {
        Some(1.0) => "version 1 is the least that it answers",
        None if version.is_absent() => "no least version is set, and its default is 1",
        _ => return,
    };
    out.add(
        Finding::on(&version, "notebook instance answers version 1 of the metadata service")
            .label(label)
            .help(help(notebook.resource().input))
            .fix_set(&version, "2", Safety::Unsafe),
    );
}

fn help(input: Input) -> String {
    let setting = match input {
        Input::Terraform => {
            "set `minimum_instance_metadata_service_version = \"2\"` in `instance_metadata_service_configuration`"
        }
        Input::CloudFormation => {
            "set `MinimumInstanceMetadataServiceVersion: \"2\"` in `InstanceMetadataServiceConfiguration`"
        }
        Input::Core => {
            "pass `instance_metadata_service_configuration=InstanceMetadataServiceConfiguration(minimum_instance_metadata_service_version=\"2\")`"
        }
        Input::Sdk | Input::Api => {
            "pass `InstanceMetadataServiceConfiguration={\"MinimumInstanceMetadataServiceVersion\": \"2\"}`"
        }
        Input::Request | Input::StateMachine => {
            "set `\"MinimumInstanceMetadataServiceVersion\": \"2\"` in `InstanceMetadataServiceConfiguration`"
        }
    };
    format!("{setting}\nscripts that ask the metadata service must fetch a token first; current AWS SDKs do")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        finding::{Confidence, Finding},
        graph::kind::NOTEBOOK_INSTANCE,
        rules::testing::Built,
    };

    fn found(properties: &Value) -> Vec<Finding> {
        let mut built = Built::default();
        built.resource(NOTEBOOK_INSTANCE, "Notebook", properties);
        built.check(&RULE)
    }

    fn of(version: &Value) -> Vec<Finding> {
        found(&json!({"InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": version}}))
    }

    #[test]
    fn version_1_is_found_by_default_by_text_and_by_number() {
        let open = json!({"InstanceMetadataServiceConfiguration": {}});
        for found in [found(&json!({})), found(&open), of(&json!("1")), of(&json!(1))] {
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].confidence, Confidence::High);
        }
        assert_eq!(of(&json!({"default": "1"}))[0].confidence, Confidence::Medium);
    }

    #[test]
    fn version_2_and_unknown_are_fine() {
        for version in [json!("2"), json!(2), json!({"?": "Version"}), json!({"if": ["A", "2", {"?": "Version"}]})] {
            assert!(of(&version).is_empty(), "{version}");
        }
        assert!(found(&json!({"InstanceMetadataServiceConfiguration": {"?": "Configuration"}})).is_empty());
    }
}
