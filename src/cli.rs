//! The command line: types and help text, nothing else.

mod cost;
mod prices;
mod variables;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
pub use cost::{Cost, CostFormat, Limit};
pub use prices::PriceCommand;
pub use variables::{Variable, Variables};

use crate::{
    date::Date,
    finding::{Confidence, Severity},
};

/// Finds costly and fragile choices in AWS machine-learning infrastructure before you deploy it
#[derive(Debug, Parser)]
#[command(
    name = "mllint",
    version,
    max_term_width = 100,
    args_conflicts_with_subcommands = true,
    after_help = EXAMPLES
)]
pub struct Cli {
    /// What to do; without a command, check.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The options of `check`.
    #[command(flatten)]
    pub check: Check,
}

const EXAMPLES: &str = "\
Examples:
  mllint                                    check this folder
  mllint infra/ train.py                    check a folder and a file
  mllint --select cost,syntax-error         only these categories and rules
  mllint --format json=report.json --format pretty
  mllint infra --var-file prod.tfvars       with the values of a deployment
  mllint --fail-on error --advice           show all, fail on errors only
  mllint --diff --unsafe-fixes              show what could be mended, and how
  mllint cost infra --against main          what a change costs
  cat main.yaml | mllint - --stdin-filename main.yaml
  mllint explain syntax-error               tell what a rule is about

Exit status:
  0 nothing at or above --fail-on was found, 1 something was, 2 mllint could not do its work
  with --fix what is left counts; with --diff 1 means that something would change
A first PATH that equals a command name is the command: write ./rules for such a folder.";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check files and folders (the same as no command)
    Check(Box<Check>),
    /// Tell what it costs, before it is deployed
    Cost(Box<Cost>),
    /// Tell what a rule is about, why, and what to do
    Explain {
        /// Name of the rule
        rule: String,
        /// When to use colours: auto, always, never
        #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto, hide_possible_values = true)]
        color: Color,
    },
    /// Write a commented mllint.toml, and on request a hook and a workflow
    Init {
        /// Folder to configure
        #[arg(value_name = "DIR", default_value = ".")]
        folder: PathBuf,
        /// Add a hook for pre-commit: .pre-commit-config.yaml
        #[arg(long)]
        hook: bool,
        /// Add a workflow for GitHub: .github/workflows/mllint.yml
        #[arg(long)]
        workflow: bool,
        /// Write over what is there
        #[arg(long)]
        force: bool,
    },
    /// Show the configuration
    #[command(subcommand)]
    Config(Config),
    /// Print what a shell completes commands with
    Completions {
        /// bash, elvish, fish, powershell, zsh
        #[arg(hide_possible_values = true)]
        shell: Shell,
    },
    /// Import AWS's price lists, and show which prices are known
    #[command(subcommand)]
    Prices(PriceCommand),
    /// List all rules, or tell all of some: what they imply, how they fold, what may be set
    Rules {
        /// Rules to tell about, or categories to list [default: list all]
        #[arg(value_name = "NAME")]
        names: Vec<String>,
        /// text or json
        #[arg(long, value_enum, default_value_t = ListFormat::Text, hide_possible_values = true)]
        format: ListFormat,
        /// When to use colours: auto, always, never
        #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto, hide_possible_values = true)]
        color: Color,
    },
}

/// What is done with the configuration.
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Show what holds for `check` with the same arguments, and where each value comes from (--format json)
    Show(Box<Check>),
}

/// The options of `check`.
#[derive(Args, Clone, Debug, Default)]
pub struct Check {
    /// Files and folders to check; `-` is standard input [default: .]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,

    /// Rules or categories to run, in place of all that run by default
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "Rules")]
    pub select: Vec<String>,
    /// Rules or categories not to run
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "Rules")]
    pub ignore: Vec<String>,
    /// Show findings at least this sure: low, medium, high [default: medium]
    #[arg(long, value_enum, value_name = "LEVEL", hide_possible_values = true, help_heading = "Rules")]
    pub min_confidence: Option<Sure>,
    /// Configuration [default: mllint.toml or pyproject.toml at the root]
    #[arg(long, value_name = "FILE", conflicts_with = "isolated", help_heading = "Rules")]
    pub config: Option<PathBuf>,
    /// Read no configuration
    #[arg(long, help_heading = "Rules")]
    pub isolated: bool,
    /// Day that counts as today, YYYY-MM-DD [default: that of SOURCE_DATE_EPOCH, or of the clock]
    #[arg(long, value_name = "DATE", help_heading = "Rules")]
    pub as_of: Option<Date>,

    /// Do not show the findings that FILE knows [default: mllint-baseline.json at the root]
    #[arg(long, value_name = "FILE", help_heading = "Baseline")]
    pub baseline: Option<PathBuf>,
    /// Write what is found to the baseline: from then on only new findings are shown
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, help_heading = "Baseline")]
    pub write_baseline: Option<Option<PathBuf>>,

    /// Glob of files to leave out, from the root
    #[arg(long, value_name = "GLOB", help_heading = "Files")]
    pub exclude: Vec<String>,
    /// Read nothing outside of this [default: up to mllint.toml or .git]
    #[arg(long, value_name = "DIR", help_heading = "Files")]
    pub root: Option<PathBuf>,
    /// Name of what is read from standard input
    #[arg(long, value_name = "NAME", help_heading = "Files")]
    pub stdin_filename: Option<String>,
    /// List what reads each file, and why the rest are skipped
    #[arg(long, help_heading = "Files")]
    pub show_files: bool,

    /// Region to deploy to, where the files leave it open
    #[arg(long, value_name = "REGION", help_heading = "Deployment")]
    pub region: Option<String>,
    /// Values of Terraform variables.
    #[command(flatten)]
    pub variables: Variables,
    /// File of values of a template's parameters, as AWS's tools take it (JSON, YAML, Key=Value)
    #[arg(long, value_name = "FILE", help_heading = "Deployment")]
    pub parameters: Vec<PathBuf>,

    /// Mend what has a safe fix
    #[arg(long, help_heading = "Fixing")]
    pub fix: bool,
    /// Mend also what has an unsafe fix: it may replace a resource, or cost money
    #[arg(long, help_heading = "Fixing")]
    pub unsafe_fixes: bool,
    /// Print what --fix would change, write nothing
    #[arg(long, help_heading = "Fixing")]
    pub diff: bool,

    /// pretty, concise, json, sarif, github, gitlab, junit or markdown, optionally to a file [default: pretty]
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = Format::parse, help_heading = "Output")]
    pub format: Vec<(Format, Option<PathBuf>)>,
    /// Report these files only, whatever is read; without FILE, report the PATHs and read all of this folder
    #[arg(long, value_name = "FILE", num_args = 0.., action = ArgAction::Append, help_heading = "Output")]
    pub report_only: Option<Vec<PathBuf>>,
    /// Report what the commit REF has not, and what stands on lines that differ from it [default REF: HEAD]
    #[arg(long, value_name = "REF", num_args = 0..=1, require_equals = true, help_heading = "Output")]
    pub changed: Option<Option<String>>,
    /// What fails the run: error, warning, advice, never [default: warning]
    #[arg(long, value_enum, value_name = "LEVEL", hide_possible_values = true, help_heading = "Output")]
    pub fail_on: Option<FailOn>,
    /// Show each place of advice, not a line per rule
    #[arg(long, help_heading = "Output")]
    pub advice: bool,
    /// Order of the findings: path, or cost: the dearest first [default: path]
    #[arg(long, value_enum, value_name = "ORDER", hide_possible_values = true, help_heading = "Output")]
    pub sort: Option<FindingOrder>,
    /// Print counts per rule in place of the findings
    #[arg(long, help_heading = "Output")]
    pub statistics: bool,
    /// Print what could not be evaluated
    #[arg(long, help_heading = "Output")]
    pub verbose: bool,
    /// Print findings and errors only
    #[arg(long, conflicts_with = "verbose", help_heading = "Output")]
    pub quiet: bool,
    /// When to use colours: auto, always, never
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto, help_heading = "Output")]
    #[arg(hide_possible_values = true)]
    pub color: Color,
}

/// What `--format` takes.
const FORMATS: &str = "pretty, concise, json, sarif, github, gitlab, junit and markdown";

/// Formats of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// With source lines, for people.
    Pretty,
    /// One line each.
    Concise,
    /// JSON, version 1.
    Json,
    /// SARIF 2.1.0.
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// A code quality report of GitLab.
    Gitlab,
    /// Test results.
    Junit,
    /// For a job's summary or a comment.
    Markdown,
}

impl Format {
    /// Parses `FORMAT` or `FORMAT=FILE`.
    fn parse(text: &str) -> Result<(Self, Option<PathBuf>), String> {
        let (name, file) = to_file(text)?;
        let format = match name {
            "pretty" => Self::Pretty,
            "concise" => Self::Concise,
            "json" => Self::Json,
            "sarif" => Self::Sarif,
            "github" => Self::Github,
            "gitlab" => Self::Gitlab,
            "junit" => Self::Junit,
            "markdown" => Self::Markdown,
            _ => return Err(format!("the formats are {FORMATS}")),
        };
        Ok((format, file))
    }
}

/// Takes `FORMAT` or `FORMAT=FILE` apart.
fn to_file(text: &str) -> Result<(&str, Option<PathBuf>), String> {
    match text.split_once('=') {
        Some((_, "")) => Err("the name of the file is missing after `=`".to_owned()),
        Some((name, file)) => Ok((name, Some(PathBuf::from(file)))),
        None => Ok((text, None)),
    }
}

/// Orders of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FindingOrder {
    /// By path, place and rule.
    Path,
    /// By what they cost, the dearest first.
    Cost,
}

/// Formats of the list of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// A table.
    Text,
    /// JSON.
    Json,
}

/// Severities that fail a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Errors.
    Error,
    /// Errors and warnings.
    Warning,
    /// Everything.
    Advice,
    /// Nothing.
    Never,
}

impl FailOn {
    /// From the lowest severity that fails the run.
    pub fn of(severity: Option<Severity>) -> Self {
        match severity {
            Some(Severity::Error) => Self::Error,
            Some(Severity::Warning) => Self::Warning,
            Some(Severity::Advice) => Self::Advice,
            None => Self::Never,
        }
    }

    /// Its name, as on the command line.
    pub fn name(self) -> &'static str {
        self.severity().map_or("never", Severity::name)
    }

    /// The lowest severity that fails the run.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Advice => Some(Severity::Advice),
            Self::Never => None,
        }
    }
}

/// Levels of confidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Sure {
    /// Also what holds in some branches only.
    Low,
    /// Also what rests on a default or a heuristic.
    Medium,
    /// Only what is written.
    High,
}

impl Sure {
    /// From what findings carry.
    pub fn of(confidence: Confidence) -> Self {
        match confidence {
            Confidence::Low => Self::Low,
            Confidence::Medium => Self::Medium,
            Confidence::High => Self::High,
        }
    }

    /// As findings carry it.
    pub fn confidence(self) -> Confidence {
        match self {
            Self::Low => Confidence::Low,
            Self::Medium => Confidence::Medium,
            Self::High => Confidence::High,
        }
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
