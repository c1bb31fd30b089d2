//! Functions of files, which stay within the root of the run, and templates as texts.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};

use super::Call;
use crate::{
    graph::value::{Data, Object, Reason, Reference, Unknown, Value},
    read::terraform::eval::{
        convert::{Outcome, Stop, invalid, object, text},
        cx::{Cx, Names},
        partial::settle,
        templates,
    },
    source::{Place, Source, Span},
    syntax::hcl,
};

/// The file that an argument names. One that is not there may yet be made before Terraform runs.
pub(super) fn source(call: &Call<'_>, path: &Value) -> Outcome<Arc<Source>> {
    let path = text(path)?;
    if call.cx.names.is_missing(&path) {
        return invalid(format!("the file `{path}`, which is not there"));
    }
    let missing = || Unknown { reason: Reason::External, name: format!("the file `{path}`").into(), place: call.place };
    // Terraform reads no text but UTF-8.
    call.cx.names.file(&path).filter(|source| !source.is_utf16()).ok_or_else(|| Stop::As(missing()))
}

pub(super) fn file(call: &Call<'_>, values: &[Value]) -> Outcome {
    let source = source(call, &values[0])?;
    let start = source.place(Span::default());
    Ok(Value::text(source.raw(), start))
}

pub(super) fn filebase64(call: &Call<'_>, values: &[Value]) -> Outcome {
    call.text(STANDARD.encode(source(call, &values[0])?.raw()))
}

pub(super) fn fileexists(call: &Call<'_>, values: &[Value]) -> Outcome {
    if call.cx.names.is_missing(&text(&values[0])?) {
        return call.truth(false);
    }
    source(call, &values[0])?;
    call.truth(true)
}

pub(super) fn fileset(call: &Call<'_>, values: &[Value]) -> Outcome {
    let (folder, pattern) = (text(&values[0])?, text(&values[1])?);
    match call.cx.names.fileset(&folder, &pattern) {
        Some(mut names) => {
            names.sort();
            names.dedup();
            call.list(names.into_iter().map(|name| Value::text(name, call.place)).collect())
        }
        None => {
            let name = format!("the files in `{folder}`");
            Err(Stop::As(Unknown { reason: Reason::External, name: name.into(), place: call.place }))
        }
    }
}

pub(super) fn templatefile(call: &Call<'_>, values: &[Value]) -> Outcome {
    let source = source(call, &values[0])?;
    rendered(call, source.raw(), &values[1], source.place(Span::default()))
}

pub(super) fn templatestring(call: &Call<'_>, values: &[Value]) -> Outcome {
    rendered(call, &text(&values[0])?, &values[1], call.place)
}

/// A text as a template with these variables, as the old data source `template_file` has it.
pub(in crate::read::terraform) fn render(names: &dyn Names, text: &str, variables: &Value, place: Place) -> Value {
    let cx = Cx::new(names, place.file);
    let outcome = rendered(&Call { place, cx: &cx }, text, variables, place);
    settle(outcome, &[], &|_| "a template".to_owned(), place)
}

fn rendered(call: &Call<'_>, text: &str, variables: &Value, place: Place) -> Outcome {
    let variables = object(variables)?.clone();
    let Ok(parts) = hcl::parse_template(text, 0) else { return invalid("a template that does not parse") };
    let names = Variables { variables, outer: call.cx.names };
    let Some(cx) = call.cx.isolated(&names, place.file) else {
        return Err(Stop::Limit("templates within templates".into()));
    };
    // A template is always a text, but for one that is a single interpolation.
    let mut value = templates::template(&parts, place, &cx);
    if parts.len() > 1 {
        // As sure as what fills it, yet written where the template is.
        value.origin.place = place;
    }
    Ok(value)
}

/// What a template sees: its variables, and files.
struct Variables<'a> {
    variables: Arc<Object>,
    outer: &'a dyn Names,
}

impl Names for Variables<'_> {
    fn resolve(&self, root: &str, _: &[&str], place: Place) -> Option<(Value, usize)> {
        match (self.variables.entry(root), &self.variables.open) {
            (Some(entry), _) => Some((entry.value.clone(), 0)),
            (None, Some(why)) => {
                let why = Unknown { name: format!("{}.{root}", why.name()).into(), ..why.clone() };
                Some((Value::new(Data::Unknown(why), place), 0))
            }
            (None, None) => None,
        }
    }

    fn attribute(&self, reference: &Reference, name: &str, place: Place) -> Option<Value> {
        self.outer.attribute(reference, name, place)
    }

    fn file(&self, path: &str) -> Option<Arc<Source>> {
        self.outer.file(path)
    }

    fn is_missing(&self, path: &str) -> bool {
        self.outer.is_missing(path)
    }

    fn fileset(&self, folder: &str, pattern: &str) -> Option<Vec<String>> {
        self.outer.fileset(folder, pattern)
    }
}

pub(super) fn basename(call: &Call<'_>, values: &[Value]) -> Outcome {
    let text = text(&values[0])?;
    let trimmed = text.trim_end_matches('/');
    call.text(match (text.is_empty(), trimmed.is_empty()) {
        (true, _) => ".",
        (false, true) => "/",
        _ => trimmed.rsplit('/').next().unwrap_or(trimmed),
    })
}

pub(super) fn dirname(call: &Call<'_>, values: &[Value]) -> Outcome {
    let text = text(&values[0])?;
    let Some((folder, _)) = text.rsplit_once('/') else { return call.text(".") };
    call.text(clean(folder, text.starts_with('/')))
}

/// A path without `.`, `..` and empty parts, as far as that is possible.
fn clean(path: &str, absolute: bool) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    match (absolute, path.is_empty()) {
        (true, _) => format!("/{path}"),
        (false, true) => ".".to_owned(),
        (false, false) => path,
    }
}
