//! Features in stores whose key is not their owner's.

use crate::{
    finding::{Confidence, Finding, Severity},
    graph::{
        Input,
        attr::{Attr, Subject},
        kind,
    },
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "feature-group-without-kms-key",
    aliases: &[],
    category: Category::Security,
    severity: Severity::Advice,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Code,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/feature-group-without-kms-key.md"),
    check: Check::Each(kind::FEATURE_GROUP, check),
};

fn check(_: &Context<'_>, group: Subject<'_>, out: &Findings) {
    let offline = group.get("OfflineStoreConfig.S3StorageConfig");
    // Where the key of one cannot be known, the other is left alone too: most groups have one key or none.
    if offline.get("KmsKeyId").is_unknown() {
        return;
    }
    let online = group.get("OnlineStoreConfig");
    let is_online = online.get("EnableOnlineStore").boolean() == Some(true)
        && matches!(online.get("StorageType"), kind if kind.is_absent() || kind.text() == Some("Standard"));
    let offline = Some(offline.get("KmsKeyId")).filter(|key| key.is_absent() && offline.known().is_some());
    let online = Some(online.get("SecurityConfig.KmsKeyId")).filter(|key| key.is_absent() && is_online);
    let input = group.resource().input;
    let names = Names::of(input);
    let (key, label, set) = match (&offline, &online) {
        (Some(offline), None) => {
            (offline, format!("no `{}` for its offline store", names.offline), format!("`{}`", names.offline))
        }
        (None, Some(online)) => {
            (online, format!("no `{}` for its online store", names.online), format!("`{}`", names.online))
        }
        (Some(offline), Some(_)) => (
            offline,
            format!("no `{}` for its offline store, no `{}` for its online store", names.offline, names.online),
            format!("`{}` and `{}`", names.offline, names.online),
        ),
        (None, None) => return,
    };
    let mut finding = Finding::on(key, "feature group has no customer-managed key").label(label).help(help(&set));
    if let (Some(_), Some(online)) = (&offline, &online) {
        finding = related(finding, key, online);
    }
    if input.is_code() {
        // A configuration of the SDK outside of the project may set more than the code does.
        finding = finding.at_most(Confidence::Medium);
    }
    out.add(finding);
}

fn related(finding: Finding, key: &Attr<'_>, online: &Attr<'_>) -> Finding {
    match online.place() {
        place if place == key.place() => finding,
        place => finding.related(place, "its online store"),
    }
}

/// What the two keys are called.
struct Names {
    offline: &'static str,
    online: &'static str,
}

impl Names {
    fn of(input: Input) -> Self {
        match input {
            Input::Sdk => Self { offline: "offline_store_kms_key_id", online: "online_store_kms_key_id" },
            Input::Core => Self {
                offline: "offline_store_config.s3_storage_config.kms_key_id",
                online: "online_store_config.security_config.kms_key_id",
            },
            Input::Terraform => Self { offline: "s3_storage_config.kms_key_id", online: "security_config.kms_key_id" },
            _ => Self { offline: "S3StorageConfig.KmsKeyId", online: "SecurityConfig.KmsKeyId" },
        }
    }
}

fn help(set: &str) -> String {
    format!(
        "set {set} to a key of your own where an audit asks for one: AWS's key can neither be audited nor revoked\non a feature group that exists this replaces the group, and what its online store holds is lost"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        graph::{Input, kind::FEATURE_GROUP},
        rules::testing::Built,
    };

    fn label(group: &Value) -> Option<String> {
        let mut built = Built::default();
        built.input(Input::Request);
        built.resource(FEATURE_GROUP, "customers", group);
        built.check(&RULE).first().map(|finding| finding.label.clone())
    }

    #[test]
    fn each_store_is_asked_for_its_key() {
        let offline = json!({"S3StorageConfig": {"S3Uri": "s3://features"}});
        let online = json!({"EnableOnlineStore": true});
        let both =
            "no `S3StorageConfig.KmsKeyId` for its offline store, no `SecurityConfig.KmsKeyId` for its online store";
        let group = json!({"OfflineStoreConfig": offline, "OnlineStoreConfig": online});
        assert_eq!(label(&group).as_deref(), Some(both));
        let group = json!({"OnlineStoreConfig": {"EnableOnlineStore": true, "SecurityConfig": {"KmsKeyId": "k"}}});
        assert_eq!(label(&group), None);
        assert_eq!(label(&json!({"OnlineStoreConfig": {"EnableOnlineStore": false}})), None);
        assert_eq!(label(&json!({"OnlineStoreConfig": {"EnableOnlineStore": true, "StorageType": "InMemory"}})), None);
        assert_eq!(label(&json!({"OnlineStoreConfig": {"?": "Store"}, "OfflineStoreConfig": {"?": "Store"}})), None);
    }
}
