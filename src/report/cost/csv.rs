//! `--format csv` of costs: a line for each component, with the column names of FOCUS 1.0 and our own behind `x_`.

use std::io;

use super::{CostReport, kind_name};
use crate::{
    catalog::prices::Usd,
    cost::{
        amount::Span,
        bill::{Bill, Component, Per},
    },
};

/// The columns. Those of FOCUS are named as its version 1.0 names them.
const COLUMNS: &[&str] = &[
    "ProviderName",
    "PublisherName",
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
    let exact = |usd: Option<Usd>| usd.map(|usd| usd.to_string()).unwrap_or_default();
    let rate = component.rate.as_ref();
    let tags = serde_json::to_string(&bill.tags).unwrap_or_default();
    let missing: Vec<String> = component.missing.iter().map(crate::cost::bill::Missing::text).collect();
    vec![
        "AWS".to_owned(),
        "AWS".to_owned(),
        service(&bill.kind).to_owned(),
        bill.region.to_string(),
        format!("{}#{}", report.paths.show(&bill.key.unit), bill.address()),
        bill.address().to_string(),
        kind_name(&bill.kind).to_owned(),
        "Usage".to_owned(),
        component.title(),
        "Standard".to_owned(),
        component.quantity.map(|quantity| quantity.low.as_f64().to_string()).unwrap_or_default(),
        rate.map_or(component.unit, |rate| rate.unit).to_owned(),
        exact(rate.map(|rate| rate.usd)),
        exact(cost.map(|cost| cost.low)),
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

/// The service of a kind, as AWS's bills name it.
fn service(kind: &str) -> &str {
    match kind.split("::").nth(1).unwrap_or(kind) {
        "SageMaker" => "Amazon SageMaker",
        "EC2" => "Amazon Elastic Compute Cloud",
        "S3" => "Amazon Simple Storage Service",
        "EMR" => "Amazon Elastic MapReduce",
        "Glue" => "AWS Glue",
        "Kinesis" => "Amazon Kinesis",
        "KinesisFirehose" => "Amazon Kinesis Firehose",
        "Lambda" | "Serverless" => "AWS Lambda",
        "KMS" => "AWS Key Management Service",
        "Logs" | "CloudWatch" => "AmazonCloudWatch",
        "StepFunctions" => "AWS Step Functions",
        "ECR" => "Amazon EC2 Container Registry (ECR)",
        "Athena" => "Amazon Athena",
        other => other,
    }
}

/// A cell. Spreadsheets run what begins with one of these letters.
fn quoted(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '@', '\t', '\r']) || cell.starts_with('-') && cell.parse::<f64>().is_err();
    let cell = if risky { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_cell_is_no_formula() {
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("-x"), "'-x");
        assert_eq!(quoted("-1.5"), "-1.5");
        assert_eq!(quoted("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
