//! `--format csv` of costs: a line for each component, with the column names of FOCUS and our own behind `x_`.

use std::io;

use super::{CostReport, kind_name};
use crate::{
    catalog::prices::Usd,
    cost::{
        amount::Span,
        bill::{Bill, Component, Per},
    },
};

/// The columns. Those of FOCUS are named as its specification names them, from version 1.0 to 1.2.
///
/// Source: github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec, specification/columns, read 2026-11-26.
const COLUMNS: &[&str] = &[
    "ProviderName",
    "PublisherName",
    "ServiceCategory",
    "ServiceName",
    "RegionId",
    "ResourceId",
    "ResourceName",
    "ResourceType",
    "ChargeCategory",
    "ChargeDescription",
    "PricingCategory",
    "PricingQuantity",
    "PricingUnit",
    "ListUnitPrice",
    "ListCost",
    "ContractedUnitPrice",
    "ContractedCost",
    "EffectiveCost",
    "BillingCurrency",
    "Tags",
    "x_Period",
    "x_ListCostMax",
    "x_ListCostExpected",
    "x_Use",
    "x_Unit",
    "x_File",
    "x_Assumption",
    "x_Missing",
    "x_PriceAsOf",
];

/// Prints the lines behind one with the names of the columns. What is not known is empty.
///
/// # Errors
/// When the output cannot be written.
pub fn print(report: &CostReport<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "{}", COLUMNS.join(","))?;
    for group in report.groups() {
        for bill in group.bills {
            for component in &bill.components {
                let cells: Vec<String> = cells(report, bill, component).iter().map(|cell| quoted(cell)).collect();
                writeln!(out, "{}", cells.join(","))?;
            }
        }
    }
    Ok(())
}

fn cells(report: &CostReport<'_>, bill: &Bill, component: &Component) -> Vec<String> {
    let cost = match component.per {
        Per::Month => component.month,
        Per::Run => component.run,
    };
    let paid = component.paid(cost);
    let paid_rate = component.rate.as_ref().map(|rate| Span::one(rate.usd));
    let paid_rate = component.paid(paid_rate).map(|span| span.low);
    let exact = |usd: Option<Usd>| usd.map(|usd| usd.to_string()).unwrap_or_default();
    let rate = component.rate.as_ref();
    let tags = serde_json::to_string(&bill.tags).unwrap_or_default();
    let missing: Vec<String> = component.missing.iter().map(crate::cost::bill::Missing::text).collect();
    vec![
        "AWS".to_owned(),
        "AWS".to_owned(),
        service(&bill.kind).1.to_owned(),
        service(&bill.kind).0.to_owned(),
        bill.region.to_string(),
        format!("{}#{}", report.paths.show(&bill.key.unit), bill.address()),
        bill.address().to_string(),
        kind_name(&bill.kind).to_owned(),
        "Usage".to_owned(),
        component.title(),
        "Standard".to_owned(),
        component.quantity.map(|quantity| quantity.low.as_f64().to_string()).unwrap_or_default(),
        component.quantity.map(|_| unit(rate.map_or(component.unit, |rate| rate.unit))).unwrap_or_default(),
        exact(rate.map(|rate| rate.usd)),
        exact(cost.map(|cost| cost.low)),
        exact(paid_rate),
        exact(paid.map(|paid| paid.low)),
        exact(paid.map(|paid| paid.low)),
        "USD".to_owned(),
        tags,
        match component.per {
            Per::Month => "month",
            Per::Run => "run",
        }
        .to_owned(),
        exact(cost.filter(|cost: &Span<Usd>| !cost.is_one()).map(|cost| cost.high)),
        exact(component.expected),
        bill.purpose.name().to_owned(),
        report.paths.show(&bill.key.unit),
        report.paths.show(&report.files.get(bill.place.file).path),
        component.assumption.clone(),
        missing.join("; "),
        rate.map(|rate| rate.as_of.to_string()).unwrap_or_default(),
    ]
}

/// The service of a kind, as AWS's bills name it, and its category in FOCUS.
fn service(kind: &str) -> (&str, &'static str) {
    match kind.split("::").nth(1).unwrap_or(kind) {
        "SageMaker" => ("Amazon SageMaker", "AI and Machine Learning"),
        "EC2" if NETWORK.iter().any(|name| kind.ends_with(name)) => ("Amazon Virtual Private Cloud", "Networking"),
        "EC2" => ("Amazon Elastic Compute Cloud", "Compute"),
        "S3" => ("Amazon Simple Storage Service", "Storage"),
        "EMR" => ("Amazon Elastic MapReduce", "Analytics"),
        "Glue" => ("AWS Glue", "Analytics"),
        "Kinesis" => ("Amazon Kinesis", "Analytics"),
        "KinesisFirehose" => ("Amazon Kinesis Firehose", "Analytics"),
        "Lambda" | "Serverless" => ("AWS Lambda", "Compute"),
        "KMS" => ("AWS Key Management Service", "Security"),
        "Logs" | "CloudWatch" => ("AmazonCloudWatch", "Management and Governance"),
        "StepFunctions" => ("AWS Step Functions", "Integration"),
        "ECR" => ("Amazon EC2 Container Registry (ECR)", "Compute"),
        "Athena" => ("Amazon Athena", "Analytics"),
        other => (other, "Other"),
    }
}

/// Kinds of EC2 that are billed with the network. NAT gateways are billed with EC2.
const NETWORK: &[&str] = &["::VPCEndpoint", "::EIP"];

/// A unit as the Unit Format of FOCUS has it: capitals, and the last word in the plural: `GB-Months`.
fn unit(name: &str) -> String {
    const SIZES: &[&str] = &["GB", "MB", "TB"];
    let singular = |word: &str| if word.len() > 2 { word.trim_end_matches('s').to_owned() } else { word.to_owned() };
    let words: Vec<String> = name.split('-').map(singular).collect();
    let last = words.len().saturating_sub(1);
    let shown = words.iter().enumerate().map(|(at, word)| {
        let capital: String = word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect();
        if at == last && !SIZES.contains(&&*capital) { format!("{capital}s") } else { capital }
    });
    shown.collect::<Vec<_>>().join("-")
}

/// A cell. Spreadsheets run what begins with one of these letters.
fn quoted(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '@', '\t', '\r']) || cell.starts_with('-') && cell.parse::<f64>().is_err();
    let cell = if risky { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::{quoted, service, unit};

    #[test]
    fn units_are_written_as_focus_has_them() {
        for (ours, theirs) in [
            ("hour", "Hours"),
            ("hours", "Hours"),
            ("GB-month", "GB-Months"),
            ("GB", "GB"),
            ("shard-hour", "Shard-Hours"),
            ("DPU-hours", "DPU-Hours"),
            ("requests", "Requests"),
            ("GB-seconds", "GB-Seconds"),
        ] {
            assert_eq!(unit(ours), theirs);
        }
        assert_eq!(service("AWS::EC2::VPCEndpoint").1, "Networking");
        assert_eq!(service("AWS::EC2::NatGateway").0, "Amazon Elastic Compute Cloud");
    }

    #[test]
    fn a_cell_is_no_formula() {
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("-x"), "'-x");
        assert_eq!(quoted("-1.5"), "-1.5");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
