//! What is told about a deployment: `[[unit]]`, and the flags `--region`, `--var`, `--var-file`, `--parameters`.

use std::{io::Write, path::Path};

use super::Failure;
use crate::{
    cli::{Check, Variable},
    config::Written,
    nearest::nearest,
    read::given::{self, Given, Inputs, Mistake, Variables},
    report::{Paths, plain_lines},
    settings::{Settings, SettingsError},
    source::{Files, Mistake as ConfigMistake, ReadError},
};

/// All that is given. What flags give comes last, and so it wins.
///
/// # Errors
/// What is wrong with it.
pub(super) fn of_run(options: &Check, settings: &Settings, files: &Files, paths: &Paths) -> Result<Given, Failure> {
    let mut given = of_config(settings, files, paths)?;
    given.inputs.extend(of_flags(options, files, paths).map_err(Failure::told)?.inputs);
    Ok(given)
}

/// What is given on the command line, to all units.
///
/// # Errors
/// A message for whoever runs mllint: a file cannot be read, or a value is not written as it must be.
fn of_flags(options: &Check, files: &Files, paths: &Paths) -> Result<Given, String> {
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

/// What the configuration gives to units.
///
/// # Errors
/// All that is wrong with it, at its line.
fn of_config(settings: &Settings, files: &Files, paths: &Paths) -> Result<Given, Failure> {
    let config = &settings.config;
    let mut wrong = Vec::new();
    let mut given = Given::default();
    for unit in &config.units {
        let mut inputs = Inputs { unit: Some(unit.path.value.as_str().into()), ..Inputs::default() };
        if let Some(region) = &unit.region {
            if !given::is_region(&region.value) {
                let message = format!("`{}` names no region", region.value);
                wrong.push(told(
                    region,
                    message,
                    "expected the code of a region",
                    "write it as `eu-west-1`".to_owned(),
                ));
            }
            inputs.region = Some(region.value.as_str().into());
        }
        // Where only standard input is looked at there are no other files.
        if files.root().is_some() {
            wrong.extend(missing(&unit.path, files));
            let mut read = |path: &Written<String>| {
                let no = |error: ReadError| {
                    let help = nearest_path(&path.value, files);
                    told(path, format!("cannot read `{}`", path.value), &error.to_string(), help)
                };
                files.read(&path.value).map_err(|error| wrong.push(no(error))).ok()
            };
            inputs.variables = unit.var_files.iter().filter_map(&mut read).map(Variables::File).collect();
            if let Some(source) = unit.parameters.as_ref().and_then(&mut read) {
                let parameters = given::parameters(&source);
                inputs.parameters = parameters.map_err(|mistake| Failure::told(shown(&mistake, files, paths)))?;
            }
        }
        given.inputs.push(inputs);
    }
    match &config.source {
        Some(source) if !wrong.is_empty() => {
            wrong.sort_by_key(|mistake| mistake.span);
            let path = settings.config_path.clone().unwrap_or_default();
            Err(SettingsError::Mistakes { path, source: source.clone(), mistakes: wrong }.into())
        }
        _ => Ok(given),
    }
}

fn told(at: &Written<String>, message: String, label: &str, help: String) -> ConfigMistake {
    ConfigMistake { span: at.span, message, label: label.to_owned(), help }
}

/// The mistake of a unit that is not there.
fn missing(path: &Written<String>, files: &Files) -> Option<ConfigMistake> {
    let is_there = path.value.is_empty() || files.exists(&path.value) || !files.entries(&path.value).is_empty();
    let message = || format!("there is no file or folder `{}`", path.value);
    (!is_there)
        .then(|| told(path, message(), "expected a Terraform root or a template", nearest_path(&path.value, files)))
}

/// What may have been meant by a path that leads nowhere: a name in the same folder.
fn nearest_path(path: &str, files: &Files) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let entries = files.entries(folder);
    let near = nearest(name, entries.iter().map(|entry| entry.name.as_str()));
    let path = |name: &str| if folder.is_empty() { format!("`{name}`") } else { format!("`{folder}/{name}`") };
    let near: Vec<String> = near.into_iter().map(path).collect();
    if near.is_empty() { String::new() } else { format!("did you mean {}?", near.join(" or ")) }
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
