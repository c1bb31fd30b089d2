//! What workloads cost: a table worked out by hand over all inputs, each line against its row of the price tables.

#[path = "cost/against.rs"]
mod against;
#[path = "cost/findings.rs"]
mod findings;
mod harness;
#[path = "cost/shapes.rs"]
mod shapes;
#[path = "cost/together.rs"]
mod together;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use mllint::{
    catalog::prices::{Prices, Usd},
    cost::{
        self, Estimate,
        amount::Span,
        bill::{Component, Missing},
    },
    report::{
        Paths,
        cost::{CostReport, GroupBy, Sort, html, json as report},
    },
    source::{Discovery, Files},
    usage,
};
use serde::Deserialize;

const WORKED: &str = include_str!("cost/worked.toml");

#[derive(Deserialize)]
struct Table {
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    file: String,
    text: String,
    #[serde(default)]
    usage: String,
    #[serde(default)]
    region: Option<String>,
    lines: Vec<String>,
}

/// Prices a text with a usage file.
fn priced(file: &str, text: &str, told: &str, region: Option<&str>) -> Estimate {
    read(file, text, told, region).1
}

fn read(file: &str, text: &str, told: &str, region: Option<&str>) -> (Files, Estimate) {
    let files = Files::memory([(file, text.trim_start()), (usage::FILE, told)]);
    let mut discovery = Discovery::in_memory(&files, true);
    discovery.candidates.retain(|candidate| &*candidate.path == file);
    let outcome = mllint::read::read(&files, &discovery);
    let read = usage::read(&files.read(usage::FILE).expect("it is in memory"), &outcome.graph);
    assert!(read.mistakes.is_empty() && read.unmatched.is_empty(), "{file}: {:?} {:?}", read.mistakes, read.unmatched);
    let estimate = cost::estimate(&cost::Input {
        graph: &outcome.graph,
        prices: &Prices::default(),
        usage: &read.usage,
        region: region.unwrap_or(cost::REGION),
        region_assumed: region.is_none(),
        discounts: &Default::default(),
    });
    (files, estimate)
}

#[test]
fn the_worked_table_is_what_mllint_says() {
    let table: Table = toml::from_str(WORKED).expect("the table");
    let mut faults = Vec::new();
    let mut resources = 0;
    for case in &table.case {
        let estimate = priced(&case.file, &case.text, &case.usage, case.region.as_deref());
        resources += estimate.bills.len();
        for line in &case.lines {
            if let Err(why) = holds(line, &estimate) {
                faults.push(format!("{}\n  {line}\n  {why}", case.name));
            }
        }
    }
    harness::report(&faults);
    assert!(resources >= 40, "only {resources} resources are worked out");
}

/// Whether a line of the table holds.
fn holds(line: &str, estimate: &Estimate) -> Result<(), String> {
    let parts: Vec<&str> = line.split(" |").map(str::trim).collect();
    let [address, title, per, sum, row] = parts[..] else { return Err("a line has five parts".to_owned()) };
    let bill = estimate.bills.iter().find(|bill| *bill.address() == *address);
    if sum == "free" {
        return if bill.is_none() { Ok(()) } else { Err("it is billed".to_owned()) };
    }
    let all = || estimate.bills.iter().map(|bill| bill.address().to_string()).collect::<Vec<_>>();
    let bill = bill.ok_or_else(|| format!("it is not billed; these are: {:?}", all()))?;
    let titles: Vec<String> = bill.components.iter().map(Component::title).collect();
    let component = bill.components.iter().find(|component| component.title() == title);
    if sum == "none" {
        return if component.is_none() { Ok(()) } else { Err("it is billed for it".to_owned()) };
    }
    let component = component.ok_or_else(|| format!("its parts are {titles:?}"))?;
    let figure = match per {
        "month" => component.month,
        "run" => component.run,
        "expected" => component.expected.map(Span::one),
        other => return Err(format!("what is `{other}`")),
    };
    if let Some(key) = sum.strip_prefix("by use: ") {
        let needs = component.needs_usage()
            && component.missing.iter().any(|one| matches!(one, Missing::Usage(known) if *known == key));
        return if needs && figure.is_none() { Ok(()) } else { Err(format!("{:?}, {figure:?}", component.missing)) };
    }
    if let Some(why) = sum.strip_prefix("unknown: ") {
        let says = component.is_unpriced() && component.missing.iter().any(|one| one.text().starts_with(why));
        return if says && figure.is_none() { Ok(()) } else { Err(format!("{:?}, {figure:?}", component.missing)) };
    }
    let figure = figure.ok_or_else(|| format!("it has no figure: {:?}", component.missing))?;
    let (low, high) = sum.split_once(" to ").unwrap_or((sum, sum));
    let price = price_of(row)?;
    for (sum, figure) in [(low, figure.low), (high, figure.high)] {
        let (product, last, rounded) = worked(sum)?;
        if sum == high && last != price {
            return Err(format!("the row says {price}, not {last}"));
        }
        let digits = u32::try_from(rounded.split_once('.').map_or(0, |(_, decimals)| decimals.len())).unwrap_or(0);
        let expected: Usd = rounded.parse().map_err(|error| format!("{error}"))?;
        if round(product, digits) != rounded.trim_end_matches('0').trim_end_matches('.') && rounded != "0" {
            return Err(format!("{sum} is wrong: it is {}", round(product, digits)));
        }
        if figure.rounded(digits) != expected {
            return Err(format!("mllint says {figure}"));
        }
        // To the cent nothing may be lost whatever the digits.
        assert!(digits >= 2 || rounded == "0", "{sum}");
    }
    Ok(())
}

/// `a * b / c = d`: the exact fraction on the left, its last factor, and the text on the right. Worked out here, by
/// whole numbers, so that it owes nothing to what is tested.
fn worked(sum: &str) -> Result<((u128, u128), Usd, &str), String> {
    let (left, right) = sum.split_once('=').ok_or("there is no `=`")?;
    let (mut over, mut under) = (1_u128, 1_u128);
    let mut last = "";
    let mut sign = "*";
    for word in left.split_whitespace() {
        if matches!(word, "*" | "/") {
            sign = word;
            continue;
        }
        let (whole, decimals) = word.split_once('.').unwrap_or((word, ""));
        let number: u128 = format!("{whole}{decimals}").parse().map_err(|_| format!("`{word}` is no number"))?;
        let scale = 10_u128.pow(u32::try_from(decimals.len()).unwrap_or(0));
        (over, under) = if sign == "*" { (over * number, under * scale) } else { (over * scale, under * number) };
        let divisor = gcd(over, under).max(1);
        (over, under) = (over / divisor, under / divisor);
        last = word;
    }
    Ok(((over, under), last.parse().map_err(|error| format!("{error}"))?, right.trim()))
}

fn gcd(left: u128, right: u128) -> u128 {
    if right == 0 { left } else { gcd(right, left % right) }
}

/// A fraction as a decimal text of at most so many digits, halves up.
fn round((over, under): (u128, u128), digits: u32) -> String {
    let scale = 10_u128.pow(digits);
    let scaled = (over * scale * 2 + under) / (under * 2);
    let text = format!("{}.{:0width$}", scaled / scale, scaled % scale, width = digits as usize);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The price in a row of the tables: `sagemaker us-east-1,any,ml.t2.medium`.
fn price_of(row: &str) -> Result<Usd, String> {
    let (table, begin) = row.split_once(' ').ok_or("there is no row")?;
    let text = fs::read_to_string(harness::package().join(format!("src/catalog/prices/{table}.csv")));
    let text = text.map_err(|error| format!("{table}: {error}"))?;
    let found: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix(&format!("{begin},"))).collect();
    let [rest] = found[..] else { return Err(format!("{} rows begin with `{begin}`", found.len())) };
    rest.split(',').next().unwrap_or_default().parse().map_err(|error| format!("{error}"))
}

#[test]
fn the_json_is_what_its_schema_says() {
    let schema: serde_json::Value = serde_json::from_str(report::SCHEMA).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let table: Table = toml::from_str(WORKED).expect("the table");
    for case in &table.case {
        let (files, estimate) = read(&case.file, &case.text, &case.usage, case.region.as_deref());
        for group_by in [GroupBy::Unit, GroupBy::Use, GroupBy::Tag("team".to_owned())] {
            let report = CostReport {
                estimate: &estimate,
                files: &files,
                paths: &Paths::default(),
                today: "2026-11-26".parse().expect("a day"),
                region: (cost::REGION, true),
                group_by,
                sort: Sort::Cost,
                read: (1, 1),
                verbose: true,
                shapes: Vec::new(),
            };
            let mut text = Vec::new();
            report::print(&report, &mut text).expect("it is written to memory");
            let value: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
            let faults: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(faults.is_empty(), "{}: {faults:?}", case.name);
            let mut page = Vec::new();
            html::print(&report, &mut page).expect("it is written to memory");
            let page = String::from_utf8(page).expect("text");
            assert!(estimate.bills.iter().all(|bill| page.contains(bill.components[0].unit)), "{}", case.name);
        }
    }
    let mut wrong: serde_json::Value = serde_json::json!({"version": 1});
    assert!(!validator.is_valid(&wrong));
    wrong["version"] = 2.into();
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn a_page_holds_what_is_written_and_runs_nothing_of_it() {
    let text = "AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n  \"<script>alert(1)</script>\":\n    Type: AWS::KMS::Key\n    Properties: {}\n";
    let (files, estimate) = read("a.yaml", text, "", None);
    let report = CostReport {
        estimate: &estimate,
        files: &files,
        paths: &Paths::default(),
        today: "2026-11-26".parse().expect("a day"),
        region: (cost::REGION, true),
        group_by: GroupBy::Unit,
        sort: Sort::File,
        read: (1, 1),
        verbose: false,
        shapes: Vec::new(),
    };
    let mut page = Vec::new();
    html::print(&report, &mut page).expect("it is written to memory");
    let page = String::from_utf8(page).expect("text");
    assert!(page.contains("script") && !page.contains("<script>"), "{page}");
}

#[test]
fn prices_of_more_than_a_year_ago_are_told_of() {
    let (files, estimate) = read(
        "a.yaml",
        "AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n  Key: {Type: \"AWS::KMS::Key\", Properties: {}}\n",
        "",
        None,
    );
    let as_of = estimate.dates().first().expect("a date").to_string();
    let report = |today: &str| {
        let report = CostReport {
            estimate: &estimate,
            files: &files,
            paths: &Paths::default(),
            today: today.parse().expect("a day"),
            region: (cost::REGION, true),
            group_by: GroupBy::Unit,
            sort: Sort::File,
            read: (1, 1),
            verbose: false,
            shapes: Vec::new(),
        };
        report.old_prices()
    };
    assert_eq!(as_of, "2024-07-01");
    assert_eq!(report("2025-07-01"), None, "a year is no more than a year");
    let old = report("2025-07-02").expect("a warning");
    assert!(old.starts_with("1 figure rests on prices more than a year old (the oldest of 2024-07-01)"), "{old}");
}

#[derive(Deserialize)]
struct Same {
    name: String,
    #[serde(default)]
    usage: String,
    sums: Vec<String>,
    most: Option<Vec<String>>,
    texts: BTreeMap<String, String>,
}

/// The same workload, whatever it is written in.
#[test]
fn the_same_workload_costs_the_same_to_the_last_digit() {
    let mut table: BTreeMap<String, Vec<Same>> =
        toml::from_str(include_str!("cost/same.toml")).expect("a table of workloads");
    let mut faults = Vec::new();
    for case in table.remove("case").expect("workloads") {
        let total = |sums: &[String]| sums.iter().map(|sum| figure_of(sum).expect("a sum")).sum::<Usd>();
        let expected = (total(&case.sums), total(case.most.as_ref().unwrap_or(&case.sums)));
        let mut unpriced = BTreeMap::new();
        for (file, text) in &case.texts {
            let total = priced(file, text, &case.usage, None).total();
            let figure = total.month.or(total.run).map(|span| (span.low, span.high));
            unpriced.insert(file, total.unpriced);
            if figure != Some(expected) {
                faults.push(format!("{}, {file}: {figure:?}, not {expected:?}", case.name));
            }
        }
        if unpriced.values().collect::<BTreeSet<_>>().len() > 1 {
            faults.push(format!("{}: parts without a figure: {unpriced:?}", case.name));
        }
    }
    harness::report(&faults);
}

/// The right side of a sum, which must be what the left side is, to the twelfth decimal.
fn figure_of(sum: &str) -> Result<Usd, String> {
    let (product, _, rounded) = worked(sum)?;
    let trimmed = rounded.trim_end_matches('0').trim_end_matches('.');
    if round(product, 12) != trimmed {
        return Err(format!("{sum} is wrong: it is {}", round(product, 12)));
    }
    rounded.parse().map_err(|error| format!("{error}"))
}

#[test]
fn nothing_unknown_has_a_figure() {
    let table: Table = toml::from_str(WORKED).expect("the table");
    for case in &table.case {
        for bill in &priced(&case.file, &case.text, "", case.region.as_deref()).bills {
            for component in &bill.components {
                let has_figure = component.month.or(component.run).is_some();
                let lacks = component.missing.is_empty();
                assert_eq!(has_figure, lacks, "{}: {} {}", case.name, bill.address(), component.title());
                assert!(component.rate.as_ref().is_none_or(|rate| rate.usd > Usd::ZERO && !rate.as_of.is_empty()));
            }
        }
    }
}

#[test]
fn mistakes_of_a_usage_file_are_named_at_their_place() {
    let text = "resource \"aws_nat_gateway\" \"main\" {\n  subnet_id = \"s\"\n}\n";
    let files = Files::memory([
        ("main.tf", text),
        (
            usage::FILE,
            "version: 1\nresource_usages: {}\nresource_usage:\n  aws_nat_gateway.main:\n    monthly_data_procesed_gb: 5\n    monthly_hours: -1\n  aws_nat_gateway.man: {monthly_hours: 5}\n  aws_backup_vault.usage: {monthly_rds_snapshot_gb: 5}\nresource_type_default_usage:\n  aws_lambda_funktion: {}\n  aws_db_instance: {monthly_standard_io_requests: 5}\n  google_x: {}\n",
        ),
    ]);
    let mut discovery = Discovery::in_memory(&files, true);
    discovery.candidates.retain(|candidate| &*candidate.path == "main.tf");
    let outcome = mllint::read::read(&files, &discovery);
    let source = files.read(usage::FILE).expect("it is in memory");
    let read = usage::read(&source, &outcome.graph);
    let found: Vec<String> = read
        .mistakes
        .iter()
        .map(|mistake| format!("{}: {}, {}", source.position(mistake.span.start).line, mistake.message, mistake.help))
        .collect();
    assert_eq!(
        found,
        [
            "2: unknown key `resource_usages`, did you mean `resource_usage` or `resource_type_default_usage`?",
            "5: unknown usage key `monthly_data_procesed_gb`, did you mean `monthly_data_processed_gb` or `monthly_cross_zone_gb` or `monthly_hours`?",
            "6: `monthly_hours` is no quantity, write a number that is not negative, as 1000 or 1.5",
            "10: `aws_lambda_funktion` is no kind of resource that is priced by use, did you mean `aws_lambda_function` or `aws_lambda_alias` or `aws_sagemaker_endpoint`?",
            "12: `google_x` is no kind of resource that is priced by use, ",
        ]
    );
    assert_eq!(
        read.unmatched,
        [
            "`aws_nat_gateway.man` names no resource that was read\n  help: did you mean `aws_nat_gateway.main`?",
            "nothing of `aws_backup_vault.usage` is priced by use, it is of kind aws_backup_vault: what is told of it counts for nothing",
            "`aws_db_instance` is no kind of resource that is priced by use: what is told of it counts for nothing",
        ]
    );
}

/// What `--write-usage` writes is a usage file, whatever the addresses are like.
#[test]
fn what_is_written_of_use_can_be_read() {
    let table: Table = toml::from_str(WORKED).expect("the table");
    let keyless = "resource \"aws_nat_gateway\" \"a\" {\n  for_each  = { for at, zone in var.zones : zone => at }\n  subnet_id = \"s\"\n}\nvariable \"zones\" {\n  type = list(string)\n}\nresource \"aws_kms_key\" \"k\" {\n  for_each = toset([aws_nat_gateway.x.id, aws_nat_gateway.y.id])\n}\nresource \"aws_nat_gateway\" \"x\" {\n  subnet_id = \"s\"\n}\nresource \"aws_nat_gateway\" \"y\" {\n  subnet_id = \"s\"\n}\n";
    let cases = table.case.iter().map(|case| (&*case.file, &*case.text));
    for (file, text) in cases.chain([("main.tf", keyless)]) {
        let (files, estimate) = read(file, text, "", None);
        let written =
            usage::write(&estimate, &files, &Default::default(), &Default::default(), &|path| path.to_owned());
        assert_eq!(written.matches("aws_kms_key.k[*]\":").count(), usize::from(text == keyless), "{written}");
        // All figures of it are taken, not only those that are no comments.
        let told = written
            .lines()
            .map(|line| line.strip_prefix("    # ").map_or(line.to_owned(), |line| format!("    {line}")));
        read(file, text, &told.collect::<Vec<_>>().join("\n"), None);
    }
}

#[test]
fn rules_that_cost_something_exist() {
    for name in cost::finding::rules() {
        assert!(mllint::rules::by_name(name).is_some_and(|rule| rule.name == name), "{name}");
    }
}

/// The region of what code makes is that of its client or session, as far as that is known.
#[test]
fn code_names_its_region() {
    let regions = |text: &str| -> Vec<(String, bool)> {
        let bills = priced("a.py", text, "", None).bills;
        bills.iter().map(|bill| (bill.region.to_string(), bill.region_assumed)).collect()
    };
    const JOB: &str = "create_training_job(TrainingJobName=\"j\", ResourceConfig={\"InstanceType\": \"ml.m5.xlarge\", \"InstanceCount\": 1})\n";
    for client in [
        "boto3.client(\"sagemaker\", region_name=\"eu-west-1\")",
        "boto3.client(\"sagemaker\", \"eu-west-1\")",
        "boto3.Session(region_name=\"eu-west-1\").client(\"sagemaker\")",
        "boto3.session.Session(region_name=\"us-east-2\").client(\"sagemaker\", region_name=REGION)",
        "sagemaker.Session(boto_session=boto3.Session(region_name=REGION)).sagemaker_client",
    ] {
        let text = format!("import boto3, sagemaker\nREGION = \"eu-west-1\"\n{client}.{JOB}");
        assert_eq!(regions(&text), [("eu-west-1".to_owned(), false)], "{client}");
    }
    for client in [
        "boto3.client(\"sagemaker\")",
        "boto3.client(\"sagemaker\", region_name=os.environ[\"REGION\"])",
        "boto3.Session(region_name=\"eu-west-1\" if input() else \"us-east-2\").client(\"sagemaker\")",
    ] {
        assert_eq!(regions(&format!("import boto3, os\n{client}.{JOB}")), [("us-east-1".to_owned(), true)], "{client}");
    }
    let sdk = r#"
import boto3
import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.model import Model
from sagemaker.tuner import HyperparameterTuner, IntegerParameter

session = sagemaker.Session(boto3.Session(region_name="eu-west-1"))
image = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/mine:1"
estimator = Estimator(image, "r", instance_count=1, instance_type="ml.m5.xlarge", sagemaker_session=session)
estimator.fit("s3://b/t")
tuner = HyperparameterTuner(estimator, "auc", {"depth": IntegerParameter(1, 9)}, max_jobs=5)
tuner.fit("s3://b/t")
estimator.deploy(1, "ml.m5.large")
estimator.transformer(1, "ml.m5.large").transform("s3://b/t")
Model(image_uri=image, role="r", sagemaker_session=session).deploy(1, "ml.m5.large")
"#;
    let found = regions(sdk);
    assert_eq!(found, vec![("eu-west-1".to_owned(), false); 5], "{found:?}");
}

/// A job that is started by itself, and again and again by a tuning job, is billed for both.
#[test]
fn a_job_that_is_tuned_too_is_billed_twice() {
    let text = r#"
from sagemaker.estimator import Estimator
from sagemaker.tuner import HyperparameterTuner, IntegerParameter
alone = Estimator("111122223333.dkr.ecr.us-east-1.amazonaws.com/mine:1", "r", instance_count=1, instance_type="ml.m5.xlarge", max_run=3600)
FIT
tuner = HyperparameterTuner(alone, "auc", {"depth": IntegerParameter(1, 9)}, max_jobs=5)
tuner.fit("s3://b/t")
"#;
    let run = |fit: &str| priced("a.py", &text.replace("FIT", fit), "", None).total().run.map(|run| run.high);
    // 0.23 $ an hour: five jobs of an hour, and the one before.
    assert_eq!((run(""), run("alone.fit(\"s3://b/t\")")), (Some(usd("1.15")), Some(usd("1.38"))));
    let step = "from sagemaker.workflow.steps import TrainingStep\nTrainingStep(name=\"t\", estimator=alone)";
    assert_eq!(run(step), Some(usd("1.38")), "a step of a pipeline is a run of its own");
}

/// Where the code only changes an endpoint, an earlier run of it has made what is named.
#[test]
fn what_an_earlier_run_has_made_is_priced_too() {
    let text = r#"
import boto3
sm = boto3.client("sagemaker", region_name="us-east-1")
if "e" in [e["EndpointName"] for e in sm.list_endpoints()["Endpoints"]]:
    sm.update_endpoint(EndpointName="e", EndpointConfigName="GIVEN")
else:
    sm.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[{"VariantName": "a", "ModelName": "m",
        "InstanceType": "ml.g5.xlarge", "InitialInstanceCount": 1}])
    sm.create_endpoint(EndpointName="e", EndpointConfigName="c")
"#;
    let bill = |given: &str| priced("a.py", &text.replace("GIVEN", given), "", None).bills.remove(0);
    let (same, other) = (bill("c"), bill("d"));
    let unknown = |bill: &mllint::cost::bill::Bill| bill.components.iter().any(|one| one.name == "variants");
    assert_eq!((same.branch.as_deref(), unknown(&same)), (None, false));
    assert!(unknown(&other), "another configuration is made elsewhere");
}

/// What a unit of work costs: a GPU for an hour, a thousand requests.
#[test]
fn units_of_work_have_a_price() {
    let text = r#"
resource "aws_sagemaker_endpoint_configuration" "this" {
  production_variants {
    variant_name           = "main"
    model_name             = "m"
    instance_type          = "ml.g5.12xlarge"
    initial_instance_count = 1
  }
}
resource "aws_sagemaker_endpoint" "this" {
  endpoint_config_name = aws_sagemaker_endpoint_configuration.this.name
}
"#;
    let bill = |told: &str| priced("main.tf", text, told, None).bills.remove(0);
    assert_eq!(bill("").thousand_requests(), None);
    let told = bill("resource_usage: {aws_sagemaker_endpoint.this: {monthly_requests: 1000000}}");
    // 7.09 $/h for 4 GPUs; 730 h for a million requests.
    assert_eq!(told.components[0].gpu_hour(), Some(usd("1.7725")));
    assert_eq!(told.thousand_requests().map(|span| (span.low, span.high)), Some((usd("5.1757"), usd("5.1757"))));
    assert_eq!(told.components[1].gpu_hour(), None);
}

fn usd(text: &str) -> Usd {
    text.parse().expect("an amount")
}
