//! `--var` and `--var-file` in the order in which they are written: the last one counts, whichever it is.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches, value_parser};

/// One `--var` or `--var-file`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variable {
    /// `NAME=VALUE`
    Text(String),
    /// A file of values.
    File(PathBuf),
}

/// All of them, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables(pub Vec<Variable>);

const VAR: &str = "var";
const VAR_FILE: &str = "var_file";

impl FromArgMatches for Variables {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let texts = matches.get_many::<String>(VAR).into_iter().flatten().cloned().map(Variable::Text);
        let files = matches.get_many::<PathBuf>(VAR_FILE).into_iter().flatten().cloned().map(Variable::File);
        let at = |id| matches.indices_of(id).into_iter().flatten();
        let mut given: Vec<(usize, Variable)> = at(VAR).zip(texts).chain(at(VAR_FILE).zip(files)).collect();
        given.sort_by_key(|(at, _)| *at);
        Ok(Self(given.into_iter().map(|(_, variable)| variable).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Variables {
    fn augment_args(command: Command) -> Command {
        let arg = |id: &'static str, name: &'static str, value: &'static str| {
            Arg::new(id).long(name).value_name(value).action(ArgAction::Append).help_heading("Deployment")
        };
        command
            .arg(arg(VAR, "var", "NAME=VALUE").help("Value of a Terraform variable; the last --var or --var-file wins"))
            .arg(
                arg(VAR_FILE, "var-file", "FILE")
                    .help("File of values of Terraform variables (.tfvars, .tfvars.json)")
                    .value_parser(value_parser!(PathBuf)),
            )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn the_order_is_kept() {
        let line = ["mllint", "--var", "a=1", "--var-file", "x.tfvars", "--var=b=2", "infra"];
        let cli = Cli::try_parse_from(line).expect("a command line");
        let text = |text: &str| Variable::Text(text.to_owned());
        let expected = [text("a=1"), Variable::File("x.tfvars".into()), text("b=2")];
        assert_eq!(cli.check.variables.0, expected);
    }
}
