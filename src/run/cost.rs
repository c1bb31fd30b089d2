//! `mllint cost`: what was read, priced.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{Failure, Status, given, has_color, input, starts, today, view};
use crate::{
    catalog::prices::{self, Prices},
    cli::{Check, Cost, CostFormat},
    cost::{self, Estimate, REGION, usage::Usage},
    graph::Graph,
    read::{self, Outcome},
    report::{
        self, Paths,
        cost::{CostReport, GroupBy, Sort, csv, html, json, markdown, table},
    },
    settings::{Settings, SettingsError, named_file, settings},
    source::{Files, ReadError},
    suppress::View,
    usage,
};

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
    let reading = options.reading();
    let workload = read(&reading, err)?;
    let prices = prices(&workload)?;
    let usage = usage(options, &workload, err)?;
    let estimate = estimate(options, &workload.outcome.graph, &prices, &usage);
    if let Some(path) = &options.write_usage {
        return write_usage(path.as_deref(), &workload, &estimate, &usage, err);
    }
    let report = CostReport {
        estimate: &estimate,
        files: &workload.files,
        paths: &workload.paths,
        today: today(reading.as_of)?,
        region: (options.region.as_deref().unwrap_or(REGION), options.region.is_none()),
        group_by: options.group_by.clone().unwrap_or(GroupBy::Unit),
        sort: options.sort.unwrap_or(Sort::File),
        read: (
            workload.outcome.files.iter().filter(|file| file.reader.is_some()).count(),
            workload.outcome.graph.deployed(),
        ),
        verbose: options.verbose,
    };
    print(&report, options, out)?;
    out.flush()?;
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
    let is_above = broken(options, &estimate, err)?;
    Ok(if is_above { Status::Found } else { Status::Clean })
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
fn prices(workload: &Workload) -> Result<Prices, Failure> {
    let root = &workload.settings.root;
    let source = match Files::disk(root).map_err(Failure::from)?.read(prices::FILE) {
        Ok(source) => source,
        Err(ReadError::Missing) => return Ok(Prices::default()),
        Err(error) => {
            return Err(Failure::told(format!("cannot read `{}`: {error}", workload.paths.show(prices::FILE))));
        }
    };
    Prices::with_imported(source.text()).map_err(|mistake| {
        let path = workload.paths.show(prices::FILE);
        Failure::told(format!("`{path}`, {mistake}\n  help: `mllint prices import` writes it anew"))
    })
}

/// What the usage file tells: the one that is named, else the one at the root, if there is one.
fn usage(options: &Cost, workload: &Workload, err: &mut dyn Write) -> Result<Usage, Failure> {
    let (path, source) = match &options.usage {
        Some(path) => {
            let source = named_file(path)
                .map_err(|error| Failure::told(format!("cannot read `--usage {}`: {error}", path.display())))?;
            (path.display().to_string(), source)
        }
        None => match Files::disk(&workload.settings.root).map_err(Failure::from)?.read(usage::FILE) {
            Ok(source) => (workload.paths.show(usage::FILE), source),
            Err(ReadError::Missing) => return Ok(Usage::default()),
            Err(error) => {
                return Err(Failure::told(format!("cannot read `{}`: {error}", workload.paths.show(usage::FILE))));
            }
        },
    };
    let read = usage::read(&source, &workload.outcome.graph);
    if !read.mistakes.is_empty() {
        return Err(SettingsError::Mistakes { path, source, mistakes: read.mistakes }.into());
    }
    // Where only a part is looked at, the rest of what the file tells is of the other parts.
    let is_whole = view(&options.reading(), &workload.settings, &workload.files) == View::Whole;
    for unmatched in read.unmatched.iter().filter(|_| !options.quiet && (is_whole || options.usage.is_some())) {
        writeln!(err, "warning: {}: {}", report::plain(&path), report::plain_lines(unmatched))?;
    }
    Ok(read.usage)
}

fn estimate(options: &Cost, graph: &Graph, prices: &Prices, usage: &Usage) -> Estimate {
    let region = options.region.as_deref().unwrap_or(REGION);
    cost::estimate(&cost::Input { graph, prices, usage, region, region_assumed: options.region.is_none() })
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
    let default = [(CostFormat::Table, None::<PathBuf>)];
    let formats = if options.format.is_empty() { &default[..] } else { &options.format };
    for (format, file) in formats {
        let one = |is_stdout: bool, out: &mut dyn Write| match format {
            CostFormat::Table => {
                let color = is_stdout && has_color(options.color);
                table::print(report, table::Style { color }, out)
            }
            CostFormat::Json => json::print(report, out),
            CostFormat::Markdown => markdown::print(report, out),
            CostFormat::Html => html::print(report, out),
            CostFormat::Csv => csv::print(report, out),
        };
        match file {
            None => one(true, out)?,
            Some(path) => report::write_file(path, |out| one(false, out))
                .map_err(|error| Failure::told(format!("cannot write `{}`: {error}", path.display())))?,
        }
    }
    Ok(())
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

/// Whether a limit is broken; each that is is told.
fn broken(options: &Cost, estimate: &Estimate, err: &mut dyn Write) -> io::Result<bool> {
    let Some(limit) = options.fail_above else { return Ok(false) };
    let Some(month) = estimate.total().month.filter(|month| month.high > limit) else { return Ok(false) };
    let (most, limit) = (report::cost::amount(month.high), report::cost::amount(limit));
    writeln!(err, "error: a month costs up to {most}, more than the {limit} of --fail-above")?;
    Ok(true)
}
