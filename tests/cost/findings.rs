//! What findings cost: a table worked out by hand, whatever the code is written in, and how the figures add up.

use std::collections::BTreeMap;

use mllint::{
    catalog::prices::{HEADER, Prices, Usd},
    cost::{
        self,
        bill::Per,
        finding::{FindingCost, Saved, Sum},
    },
    finding::Finding,
    source::{Discovery, Files},
    usage,
};
use serde::Deserialize;

use super::{gcd, harness, price_of, round, usd};

#[derive(Deserialize)]
struct Table {
    kind: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    rule: String,
    per: String,
    costs: String,
    low: Option<String>,
    expected: Option<String>,
    high: Option<String>,
    #[serde(default = "yes")]
    counts: bool,
    mending: Option<String>,
    #[serde(default)]
    replaces: bool,
    rows: Vec<String>,
    #[serde(default)]
    imported: Vec<String>,
    #[serde(default)]
    usage: String,
    texts: BTreeMap<String, String>,
}

fn yes() -> bool {
    true
}

#[test]
fn the_table_of_findings_is_what_mllint_says() {
    let table: Table = toml::from_str(include_str!("findings.toml")).expect("the table");
    let mut faults = Vec::new();
    for kind in &table.kind {
        for (file, text) in &kind.texts {
            let why = found_in(kind, file, text).and_then(|cost| holds(kind, &cost));
            faults.extend(why.err().map(|why| format!("{} in {file}: {why}", kind.rule)));
        }
    }
    let named: Vec<&str> = table.kind.iter().map(|kind| &*kind.rule).collect();
    let missing = cost::finding::rules().filter(|rule| !named.contains(rule));
    faults.extend(missing.map(|rule| format!("{rule} is not worked out")));
    harness::report(&faults);
}

/// What the finding of a rule in a text costs.
fn found_in(kind: &Kind, file: &str, text: &str) -> Result<FindingCost, String> {
    let files = Files::memory([(file, text.trim_start()), (usage::FILE, &kind.usage)]);
    let rule = mllint::rules::by_name(&kind.rule).ok_or("there is no such rule")?;
    let mut discovery = Discovery::in_memory(&files, true);
    discovery.candidates.retain(|candidate| &*candidate.path == file);
    let looked = harness::look_at(&files, &discovery, &[rule], &Default::default());
    let told = usage::read(&files.read(usage::FILE).expect("it is in memory"), &looked.outcome.graph);
    assert!(told.mistakes.is_empty(), "{:?}", told.mistakes);
    let imported = [&[HEADER.to_owned()], &kind.imported[..]].concat().join("\n");
    let prices = Prices::with_imported(&imported).expect("prices");
    let input = cost::Input {
        graph: &looked.outcome.graph,
        prices: &prices,
        usage: &told.usage,
        region: cost::REGION,
        region_assumed: true,
        discounts: &Default::default(),
    };
    let [finding] = &looked.findings[..] else { return Err(format!("{} findings", looked.findings.len())) };
    let costs = cost::finding::costs(&input, &looked.findings);
    costs.get(&finding.fingerprint).cloned().ok_or_else(|| "it costs nothing that is known".to_owned())
}

/// Whether a cost is the one of the table.
fn holds(kind: &Kind, cost: &FindingCost) -> Result<(), String> {
    let all = [Some(&kind.costs), kind.low.as_ref(), kind.expected.as_ref(), kind.high.as_ref(), kind.mending.as_ref()];
    for row in &kind.rows {
        let price = price_of(row)?.to_string();
        let is_price = |word: &str| word.parse::<Usd>().is_ok_and(|usd| usd.to_string() == price);
        if !all.iter().flatten().any(|sum| sum.split_whitespace().any(is_price)) {
            return Err(format!("{price} of `{row}` stands in no sum"));
        }
    }
    let is = |what: &str, sum: &str, figure: Option<Usd>| -> Result<(), String> {
        let (expected, digits) = worked(sum)?;
        let figure = figure.ok_or_else(|| format!("{what} is not known"))?;
        let shown = figure.rounded(digits);
        if shown == expected { Ok(()) } else { Err(format!("{what} is {figure}, not {expected}")) }
    };
    is("what it costs", &kind.costs, if kind.per == "month" { cost.month } else { cost.run })?;
    match (&cost.saving, &kind.low, &kind.high) {
        (None, None, None) => {}
        (Some(saving), Some(low), Some(high)) => {
            is("the least", low, Some(saving.low))?;
            is("the most", high, Some(saving.high))?;
            if (saving.per == Per::Month) != (kind.per == "month") || saving.counts != kind.counts {
                return Err(format!("{saving:?}"));
            }
            match &kind.expected {
                Some(sum) => is("what is expected", sum, saving.expected)?,
                None if saving.expected.is_some() => return Err(format!("{:?} is expected", saving.expected)),
                None => {}
            }
            if saving.driver.is_empty() || saving.low > saving.high {
                return Err(format!("{saving:?}"));
            }
        }
        _ => return Err(format!("{:?}", cost.saving)),
    }
    match &kind.mending {
        Some(sum) => is("mending", sum, cost.mending)?,
        None if cost.mending.is_some() => return Err(format!("mending costs {:?}", cost.mending)),
        None => {}
    }
    if cost.replaces.is_some() != kind.replaces {
        return Err(format!("it replaces {:?}", cost.replaces));
    }
    Ok(())
}

/// `a * b / c - d * e = f`: the figure on the right, which must be what the left comes to, and its digits. Worked out here,
/// by whole numbers.
fn worked(sum: &str) -> Result<(Usd, u32), String> {
    let (left, right) = sum.split_once('=').ok_or("there is no `=`")?;
    let mut all: Option<(u128, u128)> = None;
    for term in left.split(" - ") {
        let (over, under) = super::worked(&format!("{term} = "))?.0;
        all = Some(match all {
            None => (over, under),
            Some((first, by)) => {
                let (over, under) = (first * under - over * by, by * under);
                let divisor = gcd(over, under).max(1);
                (over / divisor, under / divisor)
            }
        });
    }
    let right = right.trim();
    let digits = u32::try_from(right.split_once('.').map_or(0, |(_, decimals)| decimals.len())).unwrap_or(0);
    let figure: Usd = right.parse().map_err(|error| format!("{right}: {error}"))?;
    let comes_to = round(all.ok_or("nothing to work out")?, digits);
    if comes_to.parse::<Usd>().is_ok_and(|usd| usd == figure) {
        Ok((figure, digits))
    } else {
        Err(format!("{sum} is wrong: it is {comes_to}"))
    }
}

/// What the findings of a text cost, rule by rule, with the sum of all.
fn found(file: &str, text: &str, rules: &[&str]) -> (BTreeMap<&'static str, FindingCost>, Sum) {
    let files = Files::memory([(file, text)]);
    let on: Vec<_> = rules.iter().filter_map(|name| mllint::rules::by_name(name)).collect();
    let looked = harness::look(&files, &on);
    let costs = harness::costs(&looked.outcome.graph, &looked.findings);
    let sum = cost::finding::sum(&costs, looked.findings.iter());
    let of = |finding: &Finding| Some((finding.rule, costs.get(&finding.fingerprint)?.clone()));
    (looked.findings.iter().filter_map(of).collect(), sum)
}

#[test]
fn what_is_billed_counts_once_however_many_findings_it_has() {
    const ENDPOINT: &str = r#"
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Config:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      EndpointConfigName: churn-prod
      ProductionVariants: [{VariantName: main, ModelName: m, InstanceType: ml.m5.large, InitialInstanceCount: 1}]
  Endpoint:
    Type: AWS::SageMaker::Endpoint
    Properties: {EndpointName: churn-prod, EndpointConfigName: !GetAtt Config.EndpointConfigName}
"#;
    let rules = ["endpoint-without-autoscaling", "single-instance-endpoint"];
    let (costs, sum) = found("a.yaml", ENDPOINT, &rules);
    // 730 h × 0.115 $/h, of the endpoint and of its configuration.
    assert_eq!(costs.len(), 2);
    assert!(costs.values().all(|cost| cost.month == Some(usd("83.95"))), "{costs:#?}");
    assert_eq!(sum, Sum { month: usd("83.95"), ..Sum::default() });
    let second = &costs["single-instance-endpoint"];
    assert_eq!((second.mending, second.replaces.is_some()), (Some(usd("83.95")), true));
}

#[test]
fn ways_to_save_that_exclude_each_other_are_not_added() {
    const NOTEBOOK: &str = "AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n  Notebook:\n    Type: AWS::SageMaker::NotebookInstance\n    Properties: {InstanceType: ml.t2.2xlarge}\n";
    let (costs, sum) = found("a.yaml", NOTEBOOK, &["legacy-instance", "notebook-without-idle-stop"]);
    let (idle, old) = (&costs["notebook-without-idle-stop"], &costs["legacy-instance"]);
    let (idle, old) = (idle.saving.as_ref().expect("a saving"), old.saving.as_ref().expect("a saving"));
    assert!(idle.high > old.high && old.high > Usd::ZERO && old.low == old.high);
    let saved = Saved { low: idle.low, expected: idle.expected, high: idle.high };
    assert_eq!((sum.saved_month, sum.month), (saved, costs["legacy-instance"].month.expect("a month")));
}

#[test]
fn what_spot_may_save_is_a_range_that_no_sum_has() {
    const JOB: &str = r#"
from sagemaker.pytorch import PyTorch
PyTorch(entry_point="fit.py", role="r", framework_version="2.1", py_version="py310", instance_count=2,
        instance_type="ml.g5.2xlarge", max_run=36000, checkpoint_s3_uri="s3://models/checkpoints").fit()
"#;
    let (costs, sum) = found("a.py", JOB, &["training-without-spot"]);
    let cost = &costs["training-without-spot"];
    // 10 h × 2 × 1.515 $/h
    assert_eq!((cost.run, sum.run, sum.saved_run), (Some(usd("30.3")), usd("30.3"), Saved::default()));
    let saving = cost.saving.as_ref().expect("a range");
    assert!(!saving.counts && Usd::ZERO < saving.low && saving.low < saving.high && saving.high < usd("30.3"));
}

/// Without an import, where a rate has a source.
#[test]
fn what_stands_ready_and_what_is_too_large_have_dollars() {
    const ENDPOINT: &str = r#"
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Config:
    Type: AWS::SageMaker::EndpointConfig
    Properties:
      ProductionVariants: [{VariantName: main, ModelName: m, ServerlessConfig: {MemorySizeInMB: 2048, MaxConcurrency: 9, ProvisionedConcurrency: 5}}]
  Endpoint:
    Type: AWS::SageMaker::Endpoint
    Properties: {EndpointName: churn, EndpointConfigName: !GetAtt Config.EndpointConfigName}
"#;
    let (costs, _) = found("a.yaml", ENDPOINT, &["provisioned-concurrency-all-day"]);
    let ready = &costs["provisioned-concurrency-all-day"];
    // 5 × 730 h × 3,600 s/h × 0.00001 $/s
    assert_eq!(ready.month, Some(usd("131.4")));
    assert_eq!(ready.saving.as_ref().map(|saving| (saving.low, saving.high)), Some((Usd::ZERO, usd("131.4"))));
    assert!(ready.basis.ends_with("list price of 2026-02-15"), "{}", ready.basis);

    const JOB: &str = r#"
import boto3
import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
session = sagemaker.Session(boto3.Session(region_name="eu-west-1"))
estimator = Estimator("111122223333.dkr.ecr.eu-west-1.amazonaws.com/mine:1", "arn:aws:iam::111122223333:role/r", instance_count=4,
                      instance_type="ml.m5.4xlarge", volume_size=1000, input_mode="FastFile", sagemaker_session=session)
estimator.fit({"train": TrainingInput("s3://pictures/train")})
"#;
    let (costs, _) = found("a.py", JOB, &["volume-for-streamed-data"]);
    let volume = &costs["volume-for-streamed-data"];
    // 4 × 1,000 GB × 24 h ÷ 730 h × 0.154 $/GB, of which 970 of each 1,000 hold nothing.
    assert_eq!(volume.run.map(|run| run.rounded(6)), Some(usd("20.252055")));
    assert_eq!(volume.saving.as_ref().map(|saving| saving.high.rounded(6)), Some(usd("19.644493")));
}

#[test]
fn a_tuned_job_costs_what_its_tuning_job_does() {
    const TUNER: &str = r#"
from sagemaker import KMeans
from sagemaker.tuner import HyperparameterTuner, IntegerParameter
means = KMeans(role="r", instance_count=1, instance_type="ml.g5.12xlarge", k=10, max_run=3600)
tuner = HyperparameterTuner(means, "test:msd", {"extra_center_factor": IntegerParameter(4, 10)}, max_jobs=20)
tuner.fit({"train": "s3://data/train"})
"#;
    let (costs, _) = found("a.py", TUNER, &["several-gpus-unused"]);
    let cost = &costs["several-gpus-unused"];
    // 20 jobs × 1 h × 7.09 $/h; on ml.g5.xlarge 1.408 $/h.
    assert_eq!(cost.run, Some(usd("141.8")));
    assert_eq!(cost.saving.as_ref().map(|saving| (saving.low, saving.high)), Some((Usd::ZERO, usd("113.64"))));
}

/// What two findings save on one resource is the best of both; on two resources it is both.
#[test]
fn what_is_expected_is_told_only_where_all_parts_tell() {
    let notebook = |name: &str, kind: &str| {
        format!("  {name}:\n    Type: AWS::SageMaker::NotebookInstance\n    Properties: {{InstanceType: {kind}}}\n")
    };
    let both = format!(
        "AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n{}{}",
        notebook("First", "ml.t3.medium"),
        notebook("Second", "ml.t2.2xlarge")
    );
    let (costs, sum) = found("a.yaml", &both, &["notebook-without-idle-stop"]);
    assert_eq!(costs.len(), 1, "one of the two, by rule");
    // 730 × 0.05 and 730 × the price of ml.t2.2xlarge; 520 ÷ 3 of the hours are worked.
    assert!(sum.saved_month.expected.is_some_and(|expected| Usd::ZERO < expected && expected < sum.saved_month.high));
    let (_, sum) = found("a.yaml", &both, &["legacy-instance"]);
    assert_eq!(sum.saved_month.expected, None, "how much faster it is nobody tells");
}

/// What code scanning gets of a finding's cost is what JSON has of it, and the log stays a valid one.
#[test]
fn sarif_has_the_cost_that_json_has() {
    let run = |format: &str| -> serde_json::Value {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_mllint"))
            .args(["--select", "cost", "--isolated", "--format", format])
            .current_dir(harness::package().join("tests/cli/finding-cost.in"))
            .output()
            .expect("mllint runs");
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let (sarif, json) = (run("sarif"), run("json"));
    let schema = serde_json::from_str(include_str!("../schemas/sarif.json")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let faults: Vec<String> = validator.iter_errors(&sarif).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?}");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let findings = json["findings"].as_array().expect("findings");
    assert_eq!(results.len(), findings.len());
    let mut costs = 0;
    for (result, finding) in results.iter().zip(findings) {
        let (there, here) = (result["properties"].get("cost"), finding.get("cost"));
        assert_eq!(there, here, "{}", finding["rule"]);
        let told = result["message"]["text"].as_str().expect("a text");
        assert!(here.is_none_or(|cost| told.contains(cost["basis"].as_str().expect("a basis"))), "{told}");
        costs += usize::from(here.is_some());
    }
    assert!(costs >= 3, "{costs} of {} findings cost something", findings.len());
}
