//! The pipeline: discover → read → check → suppress → fix → report.

mod baseline;
mod changed;
mod cost;
mod fixing;
mod given;
mod prices;
mod show;

use std::{
    borrow::Cow,
    cell::RefCell,
    fmt,
    io::{self, IsTerminal, Read, Write},
    path::{Component, Path, PathBuf},
    time::SystemTime,
};

use clap::CommandFactory;

use crate::{
    check::{self, Checked},
    cli::{Check, Cli, Color, Command, Config, FindingOrder, Format, ListFormat},
    date::Date,
    finding::Finding,
    fix::{self, apply::Looked},
    init::{Init, init},
    read::{self, Outcome},
    report::{self, FileUse, Fold, Paths, Report, terminal},
    rules::{ALL, Rule},
    select::{self, Name, Selection},
    settings::{Settings, SettingsError, settings},
    source::{DiscoverError, Discovery, Files, MAX_BYTES, Only, ReadError, Scan, discover},
    suppress::{self, ConfigAllowance, Suppressed, View},
};
use changed::Base;
use fixing::Applied;

/// Mistakes of one file that are shown; the others are counted.
const MAX_MISTAKES: usize = 20;

/// How a run ended: the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing at or above `--fail-on` was found.
    Clean = 0,
    /// Something was.
    Found = 1,
    /// mllint could not do its work.
    Failed = 2,
}

/// Runs a command: findings go to `out`, everything else to `err`.
pub fn run(cli: &Cli, out: &mut dyn Write, err: &mut dyn Write) -> Status {
    let result = match &cli.command {
        None => check_paths(&narrowed(&cli.check), out, err),
        Some(Command::Check(options)) => check_paths(&narrowed(options), out, err),
        Some(Command::Cost(options)) => cost::cost(options, out, err),
        Some(Command::Explain { rule, color }) => explain(rule, *color, out),
        Some(Command::Init { folder, hook, workflow, force }) => {
            let asked = Init { folder: folder.clone(), hook: *hook, workflow: *workflow, force: *force };
            init(&asked, out).map(|()| Status::Clean).map_err(Failure::told)
        }
        Some(Command::Config(Config::Show(options))) => show_config(options, out),
        Some(Command::Completions { shell }) => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "mllint", &mut text);
            out.write_all(&text).map(|()| Status::Clean).map_err(Failure::from)
        }
        Some(Command::Prices(command)) => prices::run(command, out),
        Some(Command::Rules { names, format, color }) => list_rules(names, *format, *color, out),
    };
    let flushed = |status| match out.flush() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Io(error)),
        _ => Ok(status),
    };
    match result.and_then(flushed) {
        Ok(status) => status,
        Err(Failure::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => Status::Clean,
        Err(failure) => {
            // Where even this cannot be written there is nobody to tell.
            let _ = tell(&failure, err);
            Status::Failed
        }
    }
}

/// Tells why mllint could not do its work.
fn tell(failure: &Failure, err: &mut dyn Write) -> io::Result<()> {
    let Failure::Settings(SettingsError::Mistakes { path, source, mistakes }) = failure else {
        return writeln!(err, "error: {failure}");
    };
    let is_terminal = io::stderr().is_terminal();
    let style =
        report::pretty::Style { color: terminal::has_color(is_terminal), columns: terminal::columns(is_terminal) };
    for mistake in mistakes.iter().take(MAX_MISTAKES) {
        report::pretty::mistake(path, source, mistake, style, err)?;
    }
    let more = mistakes.len().saturating_sub(MAX_MISTAKES);
    if more > 0 { writeln!(err, "error: {more} more mistakes in `{}`", report::plain(path)) } else { Ok(()) }
}

/// `--report-only` without a FILE behind it: the PATHs are the files, since hooks put other options between the two.
fn narrowed(options: &Check) -> Cow<'_, Check> {
    match &options.report_only {
        Some(only) if only.is_empty() => {
            Cow::Owned(Check { report_only: Some(options.paths.clone()), paths: Vec::new(), ..options.clone() })
        }
        _ => Cow::Borrowed(options),
    }
}

fn check_paths(options: &Check, out: &mut dyn Write, err: &mut dyn Write) -> Result<Status, Failure> {
    if options.format.iter().filter(|(_, file)| file.is_none()).count() > 1 {
        let help = "  help: send one to a file: --format json=report.json";
        return Err(Failure::told(format!("two formats on standard output\n{help}")));
    }
    fixing::allowed(options).map_err(Failure::told)?;
    let here = std::env::current_dir().and_then(|here| here.canonicalize())?;
    let settings = settings(options, &starts(options, &here), &here)?;
    let selection = &settings.selection;
    let (files, discovery) = input(options, &settings, &here)?;
    let paths = Paths::of(Some(&settings.root), &here);
    // A mistake in what is given is told before anything is read.
    given::of_run(options, &settings, &files, &paths)?;
    let today = today(options.as_of)?;
    let base = base(options, &settings, &here, today, &files, &discovery)?;
    let run = Run { options, settings: &settings, here: &here, today, base: base.as_ref() };
    let mut failure = None;
    let (files, failed, is_printed, fixed) = if options.fix || options.diff {
        let quiet = RefCell::new(&mut failure);
        let look = |files: &Files| {
            let looked = look(&run, files, &discovery, None);
            // Where something is wrong there is nothing to fix.
            looked.unwrap_or_else(|wrong| {
                **quiet.borrow_mut() = Some(wrong);
                Looked::default()
            })
        };
        if options.diff {
            let (any, failed) = fixing::diff(options, files, &look, &paths, out, err)?;
            return match (failure, failed, any) {
                (Some(failure), ..) => Err(failure),
                (None, true, _) => Ok(Status::Failed),
                (None, false, any) => Ok(if any { Status::Found } else { Status::Clean }),
            };
        }
        let Applied { files, failed, is_printed, count } = fixing::applied(options, files, &look, &paths, out, err)?;
        (files, failed, is_printed, Some(count))
    } else {
        (files, false, false, None)
    };
    if let Some(failure) = failure {
        return Err(failure);
    }
    let looked = look(&run, &files, &discovery, Some(err))?;
    let Looked { outcome, mut findings, silenced, baselined } = looked;
    let Outcome { graph, files: uses, unreadable, mistakes } = outcome;
    given::settle(&mistakes, &files, &paths, options.quiet, err)?;
    let uses = used(&uses);
    let mut costs = Default::default();
    if !options.show_files {
        costs = cost::of_findings(options, &settings, &graph, &findings)?;
    }
    if options.sort == Some(FindingOrder::Cost) {
        cost::sorted(&costs, &mut findings);
    }
    let report = Report {
        findings: &findings,
        silenced: &silenced,
        baselined,
        fixed,
        unreadable: &unreadable,
        files: &files,
        graph: &graph,
        uses: &uses,
        discovery: &discovery,
        paths,
        fold: Fold { named: selection.named.clone(), advice: options.advice },
        costs,
    };
    if options.show_files {
        report::show_files::print(&report, out)?;
        return Ok(Status::Clean);
    }
    // A text that was fixed on its way takes the place of the report, which goes to the other stream.
    let printed = if is_printed {
        let mut beside = Vec::new();
        let printed = print(&report, options, &mut *err, &mut beside);
        err.write_all(&beside)?;
        printed
    } else {
        print(&report, options, out, err)
    };
    match printed {
        // Whoever reads has what they wanted; the exit status still tells what was found.
        Err(Failure::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => {}
        printed => printed?,
    }
    let status = ended(&run, &report, failed, err);
    // The run is over: the system takes the memory back faster than it could be freed piece by piece.
    std::mem::forget((graph, findings, silenced));
    status
}

/// Says what could not be read, and how the run ended.
fn ended(run: &Run<'_>, report: &Report<'_>, failed: bool, err: &mut dyn Write) -> Result<Status, Failure> {
    let &Run { options, settings, .. } = run;
    for (path, why) in report.unreadable {
        writeln!(err, "error: cannot read `{}`: {why}", report::plain(&report.paths.show(path)))?;
    }
    if !options.quiet {
        report::unread(report, report.unreadable, options.verbose, err)?;
        nothing_to_run(&settings.selection, err)?;
    }
    let fails = |finding| settings.fail_on.value.severity().is_some_and(|lowest| report::severity(finding) >= lowest);
    Ok(match (report.unreadable.is_empty() && !failed, report.findings.iter().any(fails)) {
        (false, _) => Status::Failed,
        (true, true) => Status::Found,
        (true, false) => Status::Clean,
    })
}

/// What became of each file, for the report.
fn used(files: &[read::FileUse]) -> Vec<FileUse> {
    let of = |file: &read::FileUse| {
        let read::FileUse { path, reader, why, importer } = file.clone();
        FileUse { path, reader, why, importer }
    };
    files.iter().map(of).collect()
}

/// What is asked of each look at the files of a run.
struct Run<'a> {
    options: &'a Check,
    settings: &'a Settings,
    here: &'a Path,
    today: Date,
    base: Option<&'a Base>,
}

/// What `--changed` compares with.
fn base(
    options: &Check,
    settings: &Settings,
    here: &Path,
    today: Date,
    files: &Files,
    discovery: &Discovery,
) -> Result<Option<Base>, Failure> {
    let Some(reference) = changed::reference(options) else { return Ok(None) };
    let plain = Check { changed: None, write_baseline: None, report_only: None, ..options.clone() };
    let before = Run { options: &plain, settings, here, today, base: None };
    Base::of(reference, settings, files, discovery, &|files: &Files, discovery: &Discovery| {
        look(&before, files, discovery, None)
    })
    .map(Some)
}

/// Reads files and checks them: the findings that are shown, with their fixes, and those that are silenced. What there
/// is to say, and a baseline that is to be written, needs `err`; between fixes there is none.
fn look(run: &Run<'_>, files: &Files, discovery: &Discovery, err: Option<&mut dyn Write>) -> Result<Looked, Failure> {
    let &Run { options, settings, here, today, base } = run;
    let paths = Paths::of(Some(&settings.root), here);
    // Its places are of these very files; what is wrong with it was told before.
    let given = given::of_run(options, settings, files, &paths).unwrap_or_default();
    let mut outcome = read::read_given(files, discovery, &given);
    let rules = &settings.selection.rules;
    let mut checked = if options.show_files {
        Checked::default()
    } else {
        check::checked_with(&settings.config.options(), &outcome.graph, files, rules)
    };
    // An allowance of what is ignored where it stands is of use, for the day on which that is lifted.
    checked.implied.extend(settings.config.apply(&mut checked.findings, files));
    let allowances = allowances(settings, files);
    let input = suppress::Input {
        graph: &outcome.graph,
        files,
        read: outcome.files.iter().filter(|file| file.reader.is_some()).map(|file| file.path.clone()).collect(),
        config: &allowances,
        rules,
        today,
        view: view(options, settings, files),
    };
    let Suppressed { mut findings, mut silenced, not_evaluated } = suppress::apply(&input, checked);
    outcome.graph.add_not_evaluated(not_evaluated);
    // Those about allowances are new.
    settings.config.apply(&mut findings, files);
    let is_sure = |finding: &Finding| finding.confidence >= settings.min_confidence.value.confidence();
    silenced.retain(|silent| is_sure(&silent.finding));
    let uses = used(&outcome.files);
    let found = baseline::Found { files, graph: &outcome.graph, uses: &uses };
    let mut baselined = match err {
        _ if options.show_files => Vec::new(),
        Some(err) => baseline::settle(options, settings, &found, &mut findings, err)?,
        // What is left is what will be written.
        None if options.write_baseline.is_some() => {
            findings.retain(is_sure);
            Vec::new()
        }
        None => {
            let quiet = Check { quiet: true, ..options.clone() };
            baseline::settle(&quiet, settings, &found, &mut findings, &mut io::sink())?
        }
    };
    if let Some(base) = base {
        base.narrow(&mut findings, files);
    }
    if let Some(only) = &options.report_only {
        let only = Only::of(files.root(), here, only);
        let covers = |finding: &Finding| only.covers(&files.get(finding.place.file).path);
        findings.retain(covers);
        baselined.retain(covers);
        silenced.retain(|silent| covers(&silent.finding));
    }
    fix::settle(&outcome.graph, files, &mut findings);
    Ok(Looked { outcome, findings, silenced, baselined: baselined.len() })
}

/// The day that a run takes for today.
fn today(as_of: Option<Date>) -> Result<Date, Failure> {
    if let Some(date) = as_of {
        return Ok(date);
    }
    let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => text.trim().parse().map_err(|_| {
            Failure::told(format!(
                "SOURCE_DATE_EPOCH is `{text}`, not a number of seconds\n  help: unset it, or use --as-of"
            ))
        })?,
        Err(_) => SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs()),
    };
    Ok(Date::of_unix_seconds(seconds))
}

/// The allowances of the configuration, which for that is one of the files of the run.
fn allowances(settings: &Settings, files: &Files) -> Vec<ConfigAllowance> {
    let (config, Some(shown)) = (&settings.config, &settings.config_path) else { return Vec::new() };
    if config.allow.is_empty() {
        return Vec::new();
    }
    let read = files.named(Path::new(shown)).ok();
    // Standard input is alone among the files.
    let read = read.or_else(|| Some(files.insert(shown.as_str().into(), config.source.as_ref()?.text().into())));
    read.map(|source| config.allowances(source.id)).unwrap_or_default()
}

/// How much of the root is looked at.
fn view(options: &Check, settings: &Settings, files: &Files) -> View {
    let Some(root) = files.root() else { return View::Narrowed };
    let here = [PathBuf::from(".")];
    let paths = if options.paths.is_empty() { &here[..] } else { &options.paths };
    let is_root = |path: &PathBuf| path.canonicalize().is_ok_and(|path| path == root);
    if options.report_only.is_some() || options.changed.is_some() {
        return View::Narrowed;
    }
    if paths.iter().any(is_root) && settings.exclude.value.is_empty() { View::Whole } else { View::Part }
}

fn show_config(options: &Check, out: &mut dyn Write) -> Result<Status, Failure> {
    let here = std::env::current_dir().and_then(|here| here.canonicalize())?;
    let settings = settings(options, &starts(options, &here), &here)?;
    let root = Paths::of(Some(&settings.root), &here).show(".");
    if options.format.iter().any(|(format, _)| *format == Format::Json) {
        show::print_json(&settings, &root, out)?;
    } else {
        show::print_text(&settings, &root, out)?;
    }
    Ok(Status::Clean)
}

/// Warns where a selection leaves out more than its author may think.
fn nothing_to_run(selection: &Selection, err: &mut dyn Write) -> io::Result<()> {
    for category in &selection.empty {
        writeln!(err, "warning: there are no rules in the category `{category}` yet")?;
    }
    if selection.rules.is_empty() && selection.empty.is_empty() {
        writeln!(err, "warning: `select` and `ignore` leave no rule to run")?;
    }
    Ok(())
}

fn is_stdin(path: &PathBuf) -> bool {
    path == Path::new("-")
}

/// Where the search for a root starts: at the PATHs, or at the folder of what is read from standard input.
fn starts(options: &Check, here: &Path) -> Vec<PathBuf> {
    if !options.paths.iter().any(is_stdin) {
        return options.paths.clone();
    }
    let name = options.stdin_filename.as_ref().map(|name| here.join(name));
    let folder = name.as_deref().and_then(Path::parent).filter(|folder| folder.is_dir());
    vec![folder.unwrap_or(here).to_path_buf()]
}

/// The files to look at: below the PATHs, or the one on standard input.
fn input(options: &Check, settings: &Settings, here: &Path) -> Result<(Files, Discovery), Failure> {
    if !options.paths.iter().any(is_stdin) {
        if options.stdin_filename.is_some() {
            return Err(Failure::told("--stdin-filename is of use only with the PATH `-`"));
        }
        let scan = Scan { root: Some(&settings.root), paths: &options.paths, exclude: &settings.exclude.value };
        return discover(&scan).map_err(Failure::from);
    }
    if options.paths.len() > 1 {
        return Err(Failure::told("`-` (standard input) cannot be combined with another PATH"));
    }
    let Some(name) = &options.stdin_filename else {
        let help = "  help: --stdin-filename NAME tells what is read, for example `--stdin-filename main.yaml`";
        return Err(Failure::told(format!("standard input has no name\n{help}")));
    };
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Failure::told(format!("standard input: {}", ReadError::TooLarge)));
    }
    let files = Files::one(&stdin_path(name, &settings.root, here), bytes);
    let files = files.map_err(|error| Failure::told(format!("standard input: {error}")))?;
    let discovery = Discovery::in_memory(&files, true);
    Ok((files, discovery))
}

/// The name of standard input as a path from the root; only its last part if it lies elsewhere.
fn stdin_path(name: &str, root: &Path, here: &Path) -> String {
    let path = here.join(name);
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let path: PathBuf = parts.into_iter().collect();
    let below = path.strip_prefix(root).ok().or(path.file_name().map(Path::new)).unwrap_or(&path);
    below.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

/// Prints in each of several formats, to its file or to `out`; `one` is told whether it is `out`.
fn print_each<F: Copy>(
    formats: &[(F, Option<PathBuf>)],
    out: &mut dyn Write,
    one: &dyn Fn(F, bool, &mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    for (format, file) in formats {
        match file {
            None => one(*format, true, out)?,
            Some(path) => report::write_file(path, |out| one(*format, false, out))
                .map_err(|error| Failure::told(format!("cannot write `{}`: {error}", path.display())))?,
        }
    }
    Ok(())
}

/// Prints the report in each format that is asked for, then what is said beside it.
fn print(report: &Report<'_>, options: &Check, out: &mut dyn Write, err: &mut dyn Write) -> Result<(), Failure> {
    let pretty = [(Format::Pretty, None)];
    let formats = if options.format.is_empty() { &pretty[..] } else { &options.format };
    print_each(formats, out, &|format, is_stdout, out| print_one(report, options, format, is_stdout, out))?;
    out.flush()?;
    let is_text = |format: &Format| matches!(format, Format::Pretty | Format::Concise);
    if options.statistics && !formats.iter().any(|(format, _)| is_text(format)) {
        report::statistics::print(report, err)?;
    }
    if options.quiet {
        return Ok(());
    }
    if formats.contains(&(Format::Concise, None)) && !options.statistics {
        writeln!(err, "{}", report.summary())?;
    }
    Ok(report::notes(report, options.verbose, err)?)
}

fn print_one(
    report: &Report<'_>,
    options: &Check,
    format: Format,
    is_stdout: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let is_terminal = is_stdout && io::stdout().is_terminal();
    let color = is_stdout && has_color(options.color);
    match format {
        Format::Json => report::json::print(report, out),
        Format::Sarif => report::sarif::print(&in_repository(report)?, out),
        Format::Github => report::github::print(&in_repository(report)?, out),
        Format::Gitlab => report::gitlab::print(&in_repository(report)?, out),
        Format::Junit => report::junit::print(&in_repository(report)?, out),
        Format::Markdown => report::markdown::print(&in_repository(report)?, out),
        Format::Pretty | Format::Concise if options.statistics => report::statistics::print(report, out),
        Format::Concise => report::concise::print(report, out),
        Format::Pretty => {
            let style = report::pretty::Style { color, columns: terminal::columns(is_terminal) };
            report::pretty::print(report, style, out)
        }
    }?;
    let has_summary = format == Format::Pretty || format == Format::Concise && options.statistics;
    if has_summary && !options.quiet { writeln!(out, "{}", report.summary()) } else { Ok(()) }
}

/// The report with the paths that a service knows, which runs mllint in any folder of the repository.
fn in_repository<'a>(report: &Report<'a>) -> io::Result<Report<'a>> {
    const CHECKED_OUT: [&str; 2] = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"];
    let folders: Vec<PathBuf> = CHECKED_OUT.iter().filter_map(std::env::var_os).map(PathBuf::from).collect();
    let here = std::env::current_dir().and_then(|here| here.canonicalize())?;
    let paths = Paths::in_repository(report.files.root(), &folders, &here);
    Ok(Report { paths, ..report.clone() })
}

/// Whether standard output is coloured.
fn has_color(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal::has_color(io::stdout().is_terminal()),
    }
}

fn explain(name: &str, color: Color, out: &mut dyn Write) -> Result<Status, Failure> {
    let rule = select::rule(ALL, name).map_err(Failure::told)?;
    report::explain::print(rule, has_color(color), out)?;
    Ok(Status::Clean)
}

fn list_rules(names: &[String], format: ListFormat, color: Color, out: &mut dyn Write) -> Result<Status, Failure> {
    let columns = terminal::columns(io::stdout().is_terminal());
    let names: Vec<Name> =
        names.iter().map(|name| select::named(ALL, name)).collect::<Result<_, _>>().map_err(Failure::told)?;
    let is_asked_for = |rule: &Rule| {
        names.is_empty()
            || names.iter().any(|name| match name {
                Name::Rule(asked) => asked.name == rule.name,
                Name::Category(category) => *category == rule.category,
            })
    };
    let rules: Vec<&Rule> = ALL.iter().copied().filter(|rule| is_asked_for(rule)).collect();
    let are_rules = !names.is_empty() && names.iter().all(|name| matches!(name, Name::Rule(_)));
    match format {
        ListFormat::Text if are_rules => report::rules::print_details(&rules, has_color(color), columns, out)?,
        ListFormat::Text => report::rules::print_text(&rules, has_color(color), columns, out)?,
        ListFormat::Json => report::rules::print_json(&rules, out)?,
    }
    Ok(Status::Clean)
}

/// Why mllint could not do its work.
enum Failure {
    /// Something to be told; `error: ` comes before it.
    Told(String),
    /// What was asked for cannot hold.
    Settings(SettingsError),
    /// Output or input broke.
    Io(io::Error),
}

impl Failure {
    fn told(message: impl ToString) -> Self {
        Self::Told(message.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        Self::Settings(error)
    }
}

impl From<DiscoverError> for Failure {
    fn from(error: DiscoverError) -> Self {
        Self::told(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Told(message) => f.write_str(&report::plain_lines(message)),
            Self::Settings(error) => f.write_str(&report::plain_lines(&error.to_string())),
            Self::Io(error) => error.fmt(f),
        }
    }
}
