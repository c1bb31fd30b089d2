//! An endpoint whose volumes are encrypted with a key that is not its owner's.

use crate::{
    finding::{Confidence, Finding, Severity},
    graph::{Input, attr::Subject, hosting::is_short_lived, kind},
    rules::{
        Category, Check, Context, Findings, Fixes, Group, Rule,
        hosting::{Runs, variants},
    },
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "endpoint-without-kms-key",
    aliases: &[],
    category: Category::Security,
    severity: Severity::Advice,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/endpoint-without-kms-key.md"),
    check: Check::Each(kind::ENDPOINT_CONFIG, check),
};

fn check(_: &Context<'_>, config: Subject<'_>, out: &Findings) {
    let key = config.get("KmsKeyId");
    if !key.is_absent() || is_short_lived(config) {
        return;
    }
    // Types with NVMe storage have no volume to encrypt, and serverless variants no instance.
    let (variants, _) = variants(config);
    let with_volume = variants.iter().find(|variant| {
        matches!(variant.runs(), Runs::Model | Runs::Components)
            && variant.instance().is_some_and(|(_, instance)| instance.nvme == Some(false))
    });
    let Some(variant) = with_volume else { return };
    let input = config.resource().input;
    let name = match input {
        Input::Terraform => "kms_key_arn",
        Input::Sdk => "kms_key",
        Input::Core => "kms_key_id",
        _ => "KmsKeyId",
    };
    let finding = Finding::on(&key, "endpoint has no customer-managed key")
        .label(format!(
            "no `{name}`: the volumes are encrypted with a key of AWS's, which you can neither audit nor revoke"
        ))
        .because(&variant.get("InstanceType"), "this type has a volume")
        .help(help(input, name));
    let code = input.is_code();
    out.add(if code { finding.at_most(Confidence::Medium) } else { finding });
}

fn help(input: Input, name: &str) -> String {
    let replaced = match input {
        Input::Sdk | Input::Api | Input::Core | Input::Request | Input::StateMachine => "",
        _ => "\nthe configuration is replaced, and the endpoint moves to new instances; ",
    };
    let grant = "the model's role needs `kms:CreateGrant` on the key, which costs a monthly fee";
    let gap = if replaced.is_empty() { "\n" } else { "" };
    format!("set `{name}` to a key of your own where an audit asks for one{replaced}{gap}{grant}")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{graph::kind, rules::testing::Built};

    fn count(key: Value, types: &[Value]) -> usize {
        let variant = |kind: &Value| json!({"ModelName": "m", "VariantName": "v", "InstanceType": kind});
        let variants: Vec<Value> = types.iter().map(variant).collect();
        let mut built = Built::default();
        built.resource(kind::ENDPOINT_CONFIG, "Config", &json!({"ProductionVariants": variants, "KmsKeyId": key}));
        built.check(&RULE).len()
    }

    #[test]
    fn a_volume_without_a_key_is_found() {
        assert_eq!(count(json!(null), &[json!("ml.m5.large")]), 1);
        assert_eq!(count(json!(null), &[json!("ml.g5.xlarge"), json!("ml.m5.large")]), 1);
        assert_eq!(count(json!("arn:aws:kms:eu-west-1:111122223333:key/k"), &[json!("ml.m5.large")]), 0);
        assert_eq!(count(json!({"?": "Key"}), &[json!("ml.m5.large")]), 0);
    }

    #[test]
    fn without_a_volume_there_is_nothing_to_encrypt() {
        assert_eq!(count(json!(null), &[json!("ml.g5.xlarge")]), 0, "NVMe storage has a key of its own");
        assert_eq!(count(json!(null), &[json!({"?": "Type"})]), 0);
        assert_eq!(count(json!(null), &[json!("local")]), 0);
        assert_eq!(count(json!(null), &[]), 0);
    }
}
