//! Functions that templates and Terraform deploy: which handler each names, and where its code lies.

use std::sync::Arc;

use crate::{
    graph::{
        Input, Key, Part, Resource, kind,
        value::{Data, Value},
    },
    source::{Files, Place, folder_of, normal},
};

/// A function.
pub(super) struct Deployed {
    pub(super) key: Key,
    /// Its head.
    pub(super) place: Place,
    /// Its language and version: `python3.12`.
    pub(super) runtime: Option<Arc<str>>,
    /// Its handler: `app.lambda_handler`, `src/app.handler`.
    pub(super) handler: Option<Arc<str>>,
    pub(super) code: Code,
}

/// Where a function's code is.
pub(super) enum Code {
    /// In the template: the text, and where it is written.
    Inline(Arc<str>, Place),
    /// In one of these folders or files, by their paths from the root.
    Local(Vec<String>),
    /// It is not among the files, or nobody knows.
    Elsewhere,
}

/// All functions of what was read.
pub(super) fn functions(files: &Files, parts: &[Part]) -> Vec<Deployed> {
    let resources = parts.iter().flat_map(|part| &part.resources);
    resources.filter(|resource| &*resource.kind == kind::FUNCTION).map(|one| function(files, one)).collect()
}

fn function(files: &Files, resource: &Resource) -> Deployed {
    let (properties, code) = (&resource.properties, code(files, resource));
    let handler = match text(properties, "PackageType").as_deref() {
        Some("Image") => command(properties).or_else(|| command_of_image(files, &code)),
        _ => text(properties, "Handler"),
    };
    let runtime = text(properties, "Runtime");
    Deployed { key: resource.key.clone(), place: resource.place, runtime, handler, code }
}

/// The handler that a function tells its image to run.
fn command(properties: &Value) -> Option<Arc<str>> {
    let command = &properties.entry("ImageConfig")?.value.entry("Command")?.value;
    match &command.data {
        Data::List(list) => list.items.first()?.plain_text(),
        _ => None,
    }
}

/// The handler that an image runs by itself: the last `CMD` of the Dockerfile where its code is.
fn command_of_image(files: &Files, code: &Code) -> Option<Arc<str>> {
    let Code::Local(places) = code else { return None };
    let path = |place: &String| if place.is_empty() { DOCKERFILE.to_owned() } else { format!("{place}/{DOCKERFILE}") };
    let source = places.iter().find_map(|place| files.read(&path(place)).ok())?;
    let command = source.text().lines().filter_map(|line| line.trim().strip_prefix("CMD")).next_back()?;
    let first = command.split(['[', ',', ']', ' ', '\t', '"', '\'']).find(|word| !word.is_empty())?;
    first.contains('.').then(|| first.into())
}

/// What describes how an image is built.
const DOCKERFILE: &str = "Dockerfile";

fn code(files: &Files, resource: &Resource) -> Code {
    let properties = &resource.properties;
    let unit = &*resource.key.unit;
    if resource.input == Input::Terraform {
        let Some(code) = properties.entry("Code").map(|entry| &entry.value) else { return Code::Elsewhere };
        let path = text(code, "LocalPath").or_else(|| text(code, "ZipFile"));
        return path.map_or(Code::Elsewhere, |path| local(unit, &path));
    }
    // A nested stack's paths start at its own template.
    let template = files.get(resource.place.file).path.clone();
    let folder = folder_of(&template);
    let Some(code) = properties.entry("Code") else { return Code::Elsewhere };
    if let Some(inline) = code.value.entry("ZipFile") {
        return inlined(files, &inline.value);
    }
    match &code.value.data {
        Data::Text(path) if !path.contains("://") => local(folder, path),
        // What `cdk synth` writes: the archive is made from a folder beside the template.
        Data::Object(object) if object.entry("LocalPath").is_some() => {
            text(&code.value, "LocalPath").map_or(Code::Elsewhere, |path| local(folder, &path))
        }
        Data::Object(_) => match text(&code.value, "S3Key") {
            Some(key) if key.ends_with(".zip") && !key.contains('/') => {
                local(folder, &format!("asset.{}", key.trim_end_matches(".zip")))
            }
            _ => Code::Elsewhere,
        },
        _ => Code::Elsewhere,
    }
}

/// The code that is written in a template. Names that the template fills in stay as they are written.
fn inlined(files: &Files, value: &Value) -> Code {
    let place = value.origin.place;
    match &value.data {
        Data::Text(text) => Code::Inline(text.clone(), place),
        Data::Template(_) => {
            let source = files.get(place.file);
            Code::Inline(source.slice(place.span).into(), place)
        }
        _ => Code::Elsewhere,
    }
}

/// A path as it is written in a folder; an archive is looked for as the folder or file that it may be made from.
fn local(folder: &str, path: &str) -> Code {
    let joined = |path: &str| normal(&if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") });
    let Some(stem) = path.strip_suffix(".zip") else {
        return joined(path).map_or(Code::Elsewhere, |path| Code::Local(vec![path]));
    };
    let above = stem.rsplit_once('/').map_or(".", |(above, _)| above);
    Code::Local([stem, above].into_iter().filter_map(joined).collect())
}

/// Folders of the unit's layers, in which modules lie that its functions import.
pub(super) fn layers(files: &Files, parts: &[Part]) -> Vec<(Arc<str>, String)> {
    let resources = parts.iter().flat_map(|part| &part.resources);
    let layers = resources.filter(|resource| &*resource.kind == kind::LAYER);
    let folders = layers.filter_map(|layer| {
        let unit = &layer.key.unit;
        let template = files.get(layer.place.file).path.clone();
        let folder = match layer.input {
            Input::Terraform => unit,
            _ => folder_of(&template),
        };
        let path = text(&layer.properties, "Content")?;
        let path = path.trim_end_matches(".zip");
        let base = normal(&if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") })?;
        let below = if base.is_empty() { "python".to_owned() } else { format!("{base}/python") };
        Some([(unit.clone(), below), (unit.clone(), base)])
    });
    folders.flatten().collect()
}

fn text(properties: &Value, name: &str) -> Option<Arc<str>> {
    match &properties.entry(name)?.value.data {
        Data::Text(text) => Some(text.clone()),
        _ => None,
    }
}
