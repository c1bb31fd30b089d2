//! `mllint cost`: what was read, priced.

mod against;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Failure, Status, given, has_color, input, print_each, starts, today, view};
use crate::{
    catalog::prices::{self, Prices},
    cli::{Check, Cost, CostFormat},
    cost::{self, Estimate, REGION, bill::Bill, finding::Costs, shape, usage::Usage},
    finding::Finding,
    graph::Graph,
    prices::{PricesError, of_root},
    read::{self, Outcome},
    report::{
        self, Paths,
        cost::{
            CostReport, GroupBy, Sort,
            change::{self, ChangeReport},
            csv, html, json, markdown, table,
        },
    },
    settings::{Settings, SettingsError, named_file, settings},
    source::{Files, ReadError},
    suppress::View,
    usage,
};

/// What findings cost. Prices are read only where one of them may cost something.
pub(super) fn of_findings(
    options: &Check,
    settings: &Settings,
    graph: &Graph,
    findings: &[Finding],
) -> Result<Arc<Costs>, Failure> {
    if !cost::finding::any(findings) {
        return Ok(Arc::default());
    }
    let here = std::env::current_dir().and_then(|here| here.canonicalize())?;
    let paths = Paths::of(Some(&settings.root), &here);
    let prices = prices(&settings.root, &paths)?;
    let region = options.region.as_deref().unwrap_or(REGION);
    let usage = usage_of(None, &settings.root, graph, &paths)?.usage;
    let input = cost::Input { graph, prices: &prices, usage: &usage, region, region_assumed: options.region.is_none() };
    Ok(Arc::new(cost::finding::costs(&input, findings)))
}

/// Puts the dearest findings first: by what they stand for in a month, then by a run.
pub(super) fn sorted(costs: &Costs, findings: &mut [Finding]) {
    let size = |finding: &Finding| {
        let cost = costs.get(&finding.fingerprint);
        cost.map(|cost| (cost.month.unwrap_or_default(), cost.run.unwrap_or_default())).unwrap_or_default()
    };
    findings.sort_by_key(|finding| std::cmp::Reverse(size(finding)));
}

/// What was read, with all that prices it.
struct Workload {
    files: Files,
    outcome: Outcome,
    paths: Paths,
    settings: Settings,
}

/// Prices what lies below the PATHs.
pub(super) fn cost(options: &Cost, out: &mut dyn Write, err: &mut dyn Write) -> Result<Status, Failure> {
    if options.format.iter().filter(|(_, file)| file.is_none()).count() > 1 {
        let help = "  help: send one to a file: --format json=cost.json";
        return Err(Failure::told(format!("two formats on standard output\n{help}")));
    }
    let workload = read(&options.reading(), err)?;
    let prices = prices(&workload.settings.root, &workload.paths)?;
    let usage = usage(options, &workload, err)?;
    let estimate = estimate(options, &workload.outcome.graph, &prices, &usage);
    if let Some(path) = &options.write_usage {
        return write_usage(path.as_deref(), &workload, &estimate, &usage, err);
    }
    let mut report = reported(options, &workload, &estimate)?;
    if options.shape {
        let graph = &workload.outcome.graph;
        report.shapes = shape::shapes(&input_of(options, graph, &prices, &usage), &estimate);
    }
    let mut is_above = false;
    if let Some(what) = &options.against {
        let before = against::before(options, what, &workload, err)?;
        // What is told of use today held before too: what changes is the workload.
        let then = self::estimate(options, &before.workload.outcome.graph, &prices, &usage);
        let difference = against::difference(options, &before, &then, (&workload, &estimate))?;
        let change = ChangeReport { now: report.clone(), difference: &difference, against: before.title.clone() };
        print_change(&change, options, out)?;
        out.flush()?;
        is_above |= against::grows(options, &difference, err)?;
    } else {
        print(&report, options, out)?;
        out.flush()?;
    }
    if !options.quiet {
        notes(&report, &prices, err)?;
    }
    let unreadable = &workload.outcome.unreadable;
    for (path, why) in unreadable {
        writeln!(err, "error: cannot read `{}`: {why}", report::plain(&workload.paths.show(path)))?;
    }
    if !unreadable.is_empty() {
        return Ok(Status::Failed);
    }
    is_above |= broken(options, &estimate, err)?;
    Ok(if is_above { Status::Found } else { Status::Clean })
}

fn reported<'a>(options: &'a Cost, workload: &'a Workload, estimate: &'a Estimate) -> Result<CostReport<'a>, Failure> {
    let outcome = &workload.outcome;
    Ok(CostReport {
        estimate,
        files: &workload.files,
        paths: &workload.paths,
        today: today(options.as_of)?,
        region: (options.region.as_deref().unwrap_or(REGION), options.region.is_none()),
        group_by: options.group_by.clone().unwrap_or(GroupBy::Unit),
        sort: options.sort.unwrap_or(Sort::File),
        read: (outcome.files.iter().filter(|file| file.reader.is_some()).count(), outcome.graph.deployed()),
        verbose: options.verbose,
        shapes: Vec::new(),
    })
}

fn read(reading: &Check, err: &mut dyn Write) -> Result<Workload, Failure> {
    let here = std::env::current_dir().and_then(|here| here.canonicalize())?;
    let settings = settings(reading, &starts(reading, &here), &here)?;
    let (files, discovery) = input(reading, &settings, &here)?;
    let paths = Paths::of(Some(&settings.root), &here);
    let given = given::of_run(reading, &settings, &files, &paths)?;
    let outcome = read::read_given(&files, &discovery, &given);
    given::settle(&outcome.mistakes, &files, &paths, reading.quiet, err)?;
    Ok(Workload { files, outcome, paths, settings })
}

/// The prices that are built in, and over them those that were imported to the root.
fn prices(root: &Path, paths: &Paths) -> Result<Prices, Failure> {
    of_root(&Files::disk(root)?).map_err(|error| {
        let path = paths.show(prices::FILE);
        Failure::told(match error {
            PricesError::Unreadable(error) => format!("cannot read `{path}`: {error}"),
            PricesError::Mistake(mistake) => {
                format!("`{path}`, {mistake}\n  help: `mllint prices import` writes it anew")
            }
            error => error.to_string(),
        })
    })
}

/// What the usage file tells, with what it tells of nothing that was read.
struct Told {
    path: String,
    usage: Usage,
    unmatched: Vec<String>,
}

/// Reads the usage file: the one that is named, else the one at the root, if there is one.
fn usage_of(named: Option<&Path>, root: &Path, graph: &Graph, paths: &Paths) -> Result<Told, Failure> {
    let (path, source) = match named {
        Some(path) => {
            let source = named_file(path)
                .map_err(|error| Failure::told(format!("cannot read `--usage {}`: {error}", path.display())))?;
            (path.display().to_string(), source)
        }
        None => match Files::disk(root).map_err(Failure::from)?.read(usage::FILE) {
            Ok(source) => (paths.show(usage::FILE), source),
            Err(ReadError::Missing) => {
                return Ok(Told { path: String::new(), usage: Usage::default(), unmatched: Vec::new() });
            }
            Err(error) => return Err(Failure::told(format!("cannot read `{}`: {error}", paths.show(usage::FILE)))),
        },
    };
    let usage::Read { usage, mistakes, unmatched } = usage::read(&source, graph);
    if !mistakes.is_empty() {
        return Err(SettingsError::Mistakes { path, source, mistakes }.into());
    }
    Ok(Told { path, usage, unmatched })
}

/// The same for `cost`, which warns of addresses that name nothing.
fn usage(options: &Cost, workload: &Workload, err: &mut dyn Write) -> Result<Usage, Failure> {
    let Workload { settings, outcome, paths, files } = workload;
    let told = usage_of(options.usage.as_deref(), &settings.root, &outcome.graph, paths)?;
    // Where only a part is looked at, the rest of what the file tells is of the other parts.
    let is_whole = view(&options.reading(), settings, files) == View::Whole;
    for unmatched in told.unmatched.iter().filter(|_| !options.quiet && (is_whole || options.usage.is_some())) {
        writeln!(err, "warning: {}: {}", report::plain(&told.path), report::plain_lines(unmatched))?;
    }
    Ok(told.usage)
}

fn estimate(options: &Cost, graph: &Graph, prices: &Prices, usage: &Usage) -> Estimate {
    cost::estimate(&input_of(options, graph, prices, usage))
}

fn input_of<'a>(options: &'a Cost, graph: &'a Graph, prices: &'a Prices, usage: &'a Usage) -> cost::Input<'a> {
    let region = options.region.as_deref().unwrap_or(REGION);
    cost::Input { graph, prices, usage, region, region_assumed: options.region.is_none() }
}

fn write_usage(
    path: Option<&Path>,
    workload: &Workload,
    estimate: &Estimate,
    usage: &Usage,
    err: &mut dyn Write,
) -> Result<Status, Failure> {
    let at_root = || workload.settings.root.join(usage::FILE);
    let (full, shown) = match path {
        Some(path) => (path.to_path_buf(), path.display().to_string()),
        None => (at_root(), workload.paths.show(usage::FILE)),
    };
    if full.exists() {
        let help = "  help: name another file: --write-usage=FILE; what the old one tells is kept in it";
        return Err(Failure::told(format!("`{shown}` is there already\n{help}")));
    }
    let text = usage::write(estimate, &workload.files, usage, &|path| workload.paths.show(path));
    report::write_file(&full, |out| out.write_all(text.as_bytes()))
        .map_err(|error| Failure::told(format!("cannot write `{shown}`: {error}")))?;
    writeln!(err, "wrote `{shown}`; fill it in, then run `mllint cost` again")?;
    Ok(Status::Clean)
}

/// Prints the report in each format that is asked for.
fn print(report: &CostReport<'_>, options: &Cost, out: &mut dyn Write) -> Result<(), Failure> {
    print_each(formats(options), out, &|format, is_stdout, out| match format {
        CostFormat::Table => table::print(report, style(options, is_stdout), out),
        CostFormat::Json => json::print(report, out),
        CostFormat::Markdown => markdown::print(report, out),
        CostFormat::Html => html::print(report, out),
        CostFormat::Csv => csv::print(report, out),
    })
}

/// Prints the difference in each format that is asked for.
fn print_change(report: &ChangeReport<'_>, options: &Cost, out: &mut dyn Write) -> Result<(), Failure> {
    print_each(formats(options), out, &|format, is_stdout, out| match format {
        CostFormat::Table => change::table(report, style(options, is_stdout), out),
        CostFormat::Json => json::print_change(report, out),
        CostFormat::Markdown => change::markdown(report, out),
        // A page and a table for programs hold the present: what it was is in theirs of then.
        CostFormat::Html => html::print(&report.now, out),
        CostFormat::Csv => csv::print(&report.now, out),
    })
}

fn formats(options: &Cost) -> &[(CostFormat, Option<PathBuf>)] {
    if options.format.is_empty() { &[(CostFormat::Table, None)] } else { &options.format }
}

fn style(options: &Cost, is_stdout: bool) -> table::Style {
    table::Style { color: is_stdout && has_color(options.color) }
}

/// What is said beside the report: regions without prices, old prices.
fn notes(report: &CostReport<'_>, prices: &Prices, err: &mut dyn Write) -> io::Result<()> {
    for region in report.estimate.regions().keys().filter(|region| !prices.has_region(region)) {
        let url = prices::price_list_url("AmazonSageMaker", region);
        writeln!(
            err,
            "warning: there are no SageMaker prices of {region}\n  help: fetch {url}, then `mllint prices import index.csv`"
        )?;
    }
    if let Some(old) = report.old_prices() {
        writeln!(err, "warning: {old}")?;
    }
    Ok(())
}

/// Whether a limit is broken; each that is is told, with what breaks it most.
fn broken(options: &Cost, estimate: &Estimate, err: &mut dyn Write) -> io::Result<bool> {
    let mut is_broken = false;
    if let (Some(limit), Some(month)) = (options.fail_above, estimate.total().month)
        && month.high > limit
    {
        let (most, limit) = (report::cost::amount(month.high), report::cost::amount(limit));
        let most_of = |bill: &Bill| bill.month().map(|month| month.high).unwrap_or_default();
        let dearest = estimate.bills.iter().max_by_key(|bill| most_of(bill));
        let dearest = dearest.map(|bill| {
            format!("\n  the dearest is `{}` at up to {}", bill.address(), report::cost::amount(most_of(bill)))
        });
        let dearest = dearest.unwrap_or_default();
        writeln!(err, "error: a month costs up to {most}, more than the {limit} of --fail-above{dearest}")?;
        is_broken = true;
    }
    let Some(limit) = options.fail_above_run else { return Ok(is_broken) };
    for bill in &estimate.bills {
        let Some(run) = bill.run().filter(|run| run.high > limit) else { continue };
        let (most, limit) = (report::cost::amount(run.high), report::cost::amount(limit));
        let address = bill.address();
        writeln!(err, "error: a run of `{address}` costs up to {most}, more than the {limit} of --fail-above-run")?;
        is_broken = true;
    }
    Ok(is_broken)
}
