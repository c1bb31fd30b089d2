//! `mllint cost`: what was read, priced.

mod against;
mod limits;

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Failure, Status, given, has_color, input, print_each, starts, today, view};
use crate::{
    catalog::{
        offer,
        prices::{self, Prices},
    },
    cli::{Check, Cost, CostFormat},
    cost::{
        self, Estimate, REGION,
        amount::Quantity,
        bill::Purpose,
        discount::{self, Discounts},
        finding::Costs,
        shape,
        usage::Usage,
    },
    finding::Finding,
    graph::Graph,
    nearest::did_you_mean,
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
    source::{Files, Mistake, ReadError},
    suppress::View,
    usage::{
        self,
        runs::{self, Runs},
    },
};

/// Exported runs that are named; the others are counted.
const NAMED: usize = 3;

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
    let input = cost::Input {
        graph,
        prices: &prices,
        usage: &usage,
        region,
        region_assumed: options.region.is_none(),
        discounts: &Discounts::default(),
    };
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
    if let Some(region) = options.region.as_deref().filter(|region| !is_region(region, &prices)) {
        let near = did_you_mean(region, offer::all_regions());
        let help = near.unwrap_or_else(|| "`mllint prices status` names all regions".to_owned());
        return Err(Failure::told(format!("`--region {region}` names no region that is known\n  help: {help}")));
    }
    let mut usage = usage(options, &workload, err)?;
    let runs = runs(options, &workload, err)?;
    runs.add_to(&mut usage);
    let discounts = discounts(&workload)?;
    let given = Given { options, prices: &prices, usage: &usage, discounts: &discounts };
    let estimate = given.estimate(&workload.outcome.graph);
    if let Some(path) = &options.write_usage {
        return write_usage(path.as_deref(), &workload, &estimate, (&usage, &runs), err);
    }
    let mut report = reported(options, &workload, &estimate)?;
    if options.shape {
        let graph = &workload.outcome.graph;
        report.shapes = shape::shapes(&given.input(graph), &estimate);
    }
    let mut is_above = false;
    if let Some(what) = &options.against {
        let before = against::before(options, what, &workload, err)?;
        // What is told of use today held before too: what changes is the workload.
        let then = given.estimate(&before.workload.outcome.graph);
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
    let is_whole = view(&options.reading(), &workload.settings, &workload.files) == View::Whole;
    is_above |= limits::broken(options, &workload.settings, &estimate, is_whole, err)?;
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

/// How long jobs took, by what was exported of their runs.
fn runs(options: &Cost, workload: &Workload, err: &mut dyn Write) -> Result<Runs, Failure> {
    let mut sources = Vec::new();
    for path in &options.runs {
        let source = named_file(path)
            .map_err(|error| Failure::told(format!("cannot read `--runs {}`: {error}", path.display())))?;
        sources.push(source);
    }
    let runs = runs::runs(&sources, &workload.outcome.graph).map_err(|(at, mistakes)| {
        let path = options.runs[at].display().to_string();
        Failure::from(SettingsError::Mistakes { path, source: sources[at].clone(), mistakes })
    })?;
    if !options.quiet {
        if !runs.unmatched.is_empty() {
            let (names, more) = (&runs.unmatched[..runs.unmatched.len().min(NAMED)], runs.unmatched.len());
            let names: Vec<String> = names.iter().map(|name| format!("`{}`", report::plain(name))).collect();
            let more = if more > NAMED { format!(" and {} more", more - NAMED) } else { String::new() };
            writeln!(
                err,
                "warning: these runs are of no job that was read, or of one of several: {}{more}",
                names.join(", ")
            )?;
        }
        if runs.unfinished > 0 {
            writeln!(err, "note: {} did not complete: left out", report::counted(runs.unfinished, "run"))?;
        }
    }
    Ok(runs)
}

/// What a graph is priced with.
struct Given<'a> {
    options: &'a Cost,
    prices: &'a Prices,
    usage: &'a Usage,
    discounts: &'a Discounts,
}

impl Given<'_> {
    fn input<'g>(&'g self, graph: &'g Graph) -> cost::Input<'g> {
        let Self { options, prices, usage, discounts } = *self;
        let region = options.region.as_deref().unwrap_or(REGION);
        cost::Input { graph, prices, usage, region, region_assumed: options.region.is_none(), discounts }
    }

    fn estimate(&self, graph: &Graph) -> Estimate {
        cost::estimate(&self.input(graph))
    }
}

/// The discounts of the configuration.
fn discounts(workload: &Workload) -> Result<Discounts, Failure> {
    let settings = &workload.settings;
    let mut discounts = Discounts::default();
    let mut mistakes = Vec::new();
    for (name, percent) in &settings.config.discounts {
        let number = percent.value.parse().ok().and_then(Quantity::of);
        if number.is_some_and(|number| discounts.add(name, number)) {
            continue;
        }
        let names = Purpose::ALL.iter().map(|purpose| purpose.name()).chain([discount::ALL]);
        let help = did_you_mean(name, names.clone());
        let help = help.unwrap_or_else(|| {
            let names: Vec<&str> = names.collect();
            format!("discounts are of {}, or of types: `\"ml.g5.*\" = 20`", names.join(", "))
        });
        let message = format!("`{name}` is neither a use nor a type");
        mistakes.push(Mistake { span: percent.span, message, label: String::new(), help });
    }
    match (&settings.config.source, mistakes.is_empty()) {
        (Some(source), false) => {
            let path = settings.config_path.clone().unwrap_or_default();
            Err(SettingsError::Mistakes { path, source: source.clone(), mistakes }.into())
        }
        _ => Ok(discounts),
    }
}

fn write_usage(
    path: Option<&Path>,
    workload: &Workload,
    estimate: &Estimate,
    (usage, runs): (&Usage, &Runs),
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
    let text = usage::write(estimate, &workload.files, usage, runs, &|path| workload.paths.show(path));
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

/// Whether a region is one of AWS's, or one that somebody imported prices of.
fn is_region(region: &str, prices: &Prices) -> bool {
    prices.has_region(region) || offer::all_regions().contains(region)
}

/// What is said beside the report: regions without prices, old prices.
fn notes(report: &CostReport<'_>, prices: &Prices, err: &mut dyn Write) -> io::Result<()> {
    let is_odd = |region: &str| !prices.has_region(region) && !is_region(region, prices);
    for region in report.estimate.regions().keys().filter(|region| is_odd(region)) {
        let near = did_you_mean(region, offer::all_regions()).unwrap_or_default();
        let (region, near) = (report::plain(region), report::plain(&near));
        writeln!(err, "warning: `{region}`, which a file names, is no region that is known\n  help: {near}")?;
    }
    for (region, mut offers) in report.estimate.unlisted() {
        if is_odd(&region) {
            continue;
        }
        offers.retain(|offer| !prices.has_offer(&region, offer));
        let status = format!("`mllint prices status --region {region}` names all price lists");
        if offers.remove(prices::SAGEMAKER) {
            let url = prices::price_list_url(prices::SAGEMAKER, &region);
            writeln!(
                err,
                "warning: there are no SageMaker prices of {region}\n  help: fetch {url}, then `mllint prices import index.csv`; {status}"
            )?;
        }
        if !offers.is_empty() {
            let names: Vec<&str> = offers.iter().copied().collect();
            let urls: Vec<String> = offers.iter().map(|offer| prices::price_list_url(offer, &region)).collect();
            writeln!(
                err,
                "warning: what has no price in {region} is in the price lists {}\n  help: fetch what follows, then `mllint prices import FILE...`; {status}\n    {}",
                names.join(", "),
                urls.join("\n    ")
            )?;
        }
    }
    if let Some(old) = report.old_prices() {
        writeln!(err, "warning: {old}")?;
    }
    Ok(())
}
