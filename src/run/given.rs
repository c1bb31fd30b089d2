//! What the flags tell about a deployment: `--region`, `--var`, `--var-file`, `--parameters`.

use std::{io::Write, path::Path};

use super::Failure;
use crate::{
    cli::{Check, Variable},
    read::given::{self, Given, Inputs, Mistake, Variables},
    report::{Paths, plain_lines},
    source::Files,
};

/// What is given on the command line, to all units.
///
/// # Errors
/// A message for whoever runs mllint: a file cannot be read, or a value is not written as it must be.
pub(super) fn of_flags(options: &Check, files: &Files, paths: &Paths) -> Result<Given, String> {
    let named = |flag: &str, path: &Path| {
        files.named(path).map_err(|error| format!("cannot read `{flag} {}`: {error}", path.display()))
    };
    if let Some(region) = options.region.as_deref().filter(|region| !given::is_region(region)) {
        return Err(format!("`--region {region}` names no region\n  help: write it as `eu-west-1`"));
    }
    let mut inputs = Inputs { region: options.region.as_deref().map(Into::into), ..Inputs::default() };
    for variable in &options.variables.0 {
        match variable {
            Variable::Text(text) => {
                let (name, text) = text
                    .split_once('=')
                    .filter(|(name, _)| !name.trim().is_empty())
                    .ok_or_else(|| format!("`--var {text}` gives no value\n  help: write `--var NAME=VALUE`"))?;
                inputs.variables.push(Variables::One { name: name.trim().into(), text: text.into() });
            }
            Variable::File(path) => inputs.variables.push(Variables::File(named("--var-file", path)?)),
        }
    }
    for path in &options.parameters {
        let source = named("--parameters", path)?;
        let parameters = given::parameters(&source).map_err(|mistake| shown(&mistake, files, paths))?;
        inputs.parameters.extend(parameters);
    }
    Ok(Given { inputs: vec![inputs] })
}

/// Warns of what Terraform warns of.
///
/// # Errors
/// All that cannot be deployed, as one message.
pub(super) fn settle(
    mistakes: &[Mistake],
    files: &Files,
    paths: &Paths,
    quiet: bool,
    err: &mut dyn Write,
) -> Result<(), Failure> {
    let (harmless, grave): (Vec<&Mistake>, Vec<&Mistake>) = mistakes.iter().partition(|mistake| mistake.harmless);
    for mistake in harmless.into_iter().filter(|_| !quiet) {
        writeln!(err, "warning: {}", plain_lines(&shown(mistake, files, paths)))?;
    }
    let grave: Vec<String> = grave.into_iter().map(|mistake| shown(mistake, files, paths)).collect();
    if grave.is_empty() { Ok(()) } else { Err(Failure::told(grave.join("\nerror: "))) }
}

/// A mistake as it is told: where, what, and what to do.
fn shown(mistake: &Mistake, files: &Files, paths: &Paths) -> String {
    let place = mistake.place.map(|place| {
        let source = files.get(place.file);
        let position = source.position(place.span.start);
        format!("{}:{}:{}: ", paths.show(&source.path), position.line, position.column)
    });
    let help = mistake.help.as_ref().map(|help| format!("\n  help: {help}"));
    format!("{}{}{}", place.unwrap_or_default(), mistake.message, help.unwrap_or_default())
}
