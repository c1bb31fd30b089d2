//! A workgroup of Athena in which one careless query may read the whole lake, and is billed for it.

use crate::{
    catalog::limit::ATHENA_USD_PER_TB,
    finding::{Finding, Severity},
    graph::{Input, attr::Subject, kind},
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "athena-without-scan-limit",
    aliases: &[],
    category: Category::Cost,
    severity: Severity::Warning,
    or_severity: None,
    fixes: Fixes::None,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/athena-without-scan-limit.md"),
    check: Check::Each(kind::WORK_GROUP, check),
};

/// Workgroups whose queries run on capacity that is paid by the hour are assigned to one of these.
const RESERVATIONS: &[&str] = &["AWS::Athena::CapacityReservation", "Terraform::aws_athena_capacity_reservation"];

fn check(cx: &Context<'_>, group: Subject<'_>, out: &Findings) {
    let limit = group.get("WorkGroupConfiguration.BytesScannedCutoffPerQuery");
    let state = group.get("State");
    let is_off = !state.is_absent() && state.text() != Some("ENABLED");
    if !limit.is_absent() || is_off || !runs_sql(group) {
        return;
    }
    if RESERVATIONS.iter().any(|kind| cx.of_kind(kind).next().is_some()) {
        return;
    }
    let price = ATHENA_USD_PER_TB;
    out.add(
        Finding::on(&limit, "workgroup sets no limit to what one query may scan")
            .label(format!("each TB that a query reads is billed, about ${} by list price", price.value))
            .fact("dollars for each TB scanned", price.fact())
            .help(help(group.resource().input)),
    );
}

/// Whether the workgroup certainly runs SQL; one for Spark is billed by the hour.
fn runs_sql(group: Subject<'_>) -> bool {
    let engine = group.get("WorkGroupConfiguration.EngineVersion.SelectedEngineVersion");
    let is_sql = |text: &str| text == "AUTO" || text.starts_with("Athena engine");
    engine.is_absent() || engine.text().is_some_and(is_sql)
}

fn help(input: Input) -> String {
    let setting = match input {
        Input::Terraform => "set `bytes_scanned_cutoff_per_query` in `configuration`",
        _ => "set `BytesScannedCutoffPerQuery`",
    };
    format!(
        "{setting} to what the largest honest query reads\na query that goes beyond it is cancelled; what it has read until then is billed"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{graph::kind, rules::testing::Built};

    fn count(group: Value, others: &[&str]) -> usize {
        let mut built = Built::default();
        built.resource(kind::WORK_GROUP, "Group", &group);
        for kind in others {
            built.resource(kind, "Other", &json!({}));
        }
        built.check(&RULE).len()
    }

    #[test]
    fn only_sql_that_is_billed_by_what_it_reads_counts() {
        let engine = |engine: Value| {
            let configuration = json!({"EngineVersion": {"SelectedEngineVersion": engine, "x": 1}, "x": 1});
            count(json!({"Name": "g", "WorkGroupConfiguration": configuration}), &[])
        };
        assert_eq!(count(json!({"Name": "g", "Description": "d"}), &[]), 1);
        assert_eq!(engine(json!("Athena engine version 3")), 1);
        assert_eq!(engine(json!("PySpark engine version 3")), 0);
        assert_eq!(engine(json!({"?": "engine"})), 0);
        assert_eq!(count(json!({"Name": "g", "State": "DISABLED"}), &[]), 0);
        assert_eq!(count(json!({"Name": "g", "State": {"?": "state"}}), &[]), 0);
        assert_eq!(count(json!({"Name": "g", "Description": "d"}), &["AWS::Athena::CapacityReservation"]), 0);
    }
}
