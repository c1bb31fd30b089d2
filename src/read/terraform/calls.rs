//! Module calls: where a module lies, and its instances.

use std::{rc::Rc, sync::Arc};

use rustc_hash::FxHashMap;

use super::{
    frame::{Bindings, Called, Caller, Frame, Settled},
    loader::{Loaded, joined},
    module::{Layers, literal},
    run::{MAX_FRAMES, Run, Target, times},
    scope::Scope,
};
use crate::{
    graph::{
        NotEvaluated,
        guard::Formula,
        value::{Data, Reason},
    },
    source::{Files, Place, ReadError, normal},
    syntax::json,
};

/// Modules that call modules are followed this deep.
const MAX_DEPTH: usize = 32;

/// Where `terraform init` put the modules that it fetched, by the names of the calls that lead to them.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    folders: FxHashMap<String, String>,
    pub(super) not_evaluated: Vec<NotEvaluated>,
}

impl Manifest {
    /// Reads the manifest beside a root, if there is one.
    pub(super) fn of(files: &Files, unit: &str) -> Self {
        let mut manifest = Self::default();
        let path = joined(unit, ".terraform/modules/modules.json");
        let source = match files.read(&path) {
            Ok(source) => source,
            Err(ReadError::Missing) => return manifest,
            Err(error) => {
                manifest.not_evaluated.push(NotEvaluated {
                    path: path.into(),
                    place: None,
                    kind: "file",
                    what: "`modules.json`".to_owned(),
                    why: error.to_string(),
                });
                return manifest;
            }
        };
        let tree = json::parse(source.text());
        let modules = tree.root().and_then(|root| root.get("Modules"));
        for module in modules.iter().flat_map(|modules| modules.items()) {
            let text = |name: &str| module.get(name).and_then(|node| node.text());
            if let (Some(key), Some(folder)) = (text("Key"), text("Dir")) {
                manifest.folders.insert(key.to_owned(), folder.to_owned());
            }
        }
        manifest
    }
}

/// Whether a source names a folder beside the module that calls.
fn is_local(source: &str) -> bool {
    source == "." || source == ".." || source.starts_with("./") || source.starts_with("../")
}

/// The folder of the module that a call names, from the root of the run, if it lies beside the caller.
pub(super) fn local_folder(folder: &str, call: &Layers) -> Option<String> {
    let source = literal(&call.attribute("source")?.attribute.value)?;
    if is_local(source) { normal(&joined(folder, source)) } else { None }
}

/// The instances of a call, each with its module instance.
pub(super) fn call(run: &Run<'_>, frame: &Rc<Frame>, number: usize) -> Called {
    let layers = &frame.loaded.module.calls[number];
    let block = format!("{}module.{}", frame.prefix, layers.label(0));
    let expansion = Scope::of(run, frame).expansion(layers, &block);
    let is_open = frame.is_open || run.opened.question(&block).is_some();
    let wanted = expansion.instances.iter().any(|instance| frame.guard.and(&instance.guard) != Formula::False);
    let loaded = if wanted { find(run, frame, layers) } else { None };
    let path =
        if frame.path.is_empty() { layers.label(0).to_owned() } else { format!("{}.{}", frame.path, layers.label(0)) };
    let mut frames = Vec::with_capacity(expansion.instances.len());
    for instance in &expansion.instances {
        let address: Arc<str> = format!("{block}{}", instance.key.suffix()).into();
        let guard = frame.guard.and(&instance.guard);
        let Some(loaded) = loaded.as_ref().filter(|_| guard != Formula::False) else {
            run.targets.borrow_mut().insert(address, Target::Unread(layers.head()));
            frames.push(None);
            continue;
        };
        let mut known = run.frames.borrow_mut();
        if known.len() >= MAX_FRAMES {
            drop(known);
            let _: Option<()> = refuse(run, layers, "there are too many modules in modules");
            frames.push(None);
            continue;
        }
        let bindings =
            Bindings { each: instance.each.clone().map(Rc::new), index: instance.index.clone(), ..Bindings::default() };
        let callers = frame.callers.iter().copied().chain([layers.head()]).collect();
        let made = Frame {
            number: known.len(),
            loaded: loaded.clone(),
            prefix: format!("{address}.").into(),
            callers,
            caller: Some(Caller { frame: frame.number, call: number, bindings }),
            path: path.clone(),
            guard,
            is_open,
            multiplicity: times(frame.multiplicity, instance.multiplicity),
            variables: Settled::default(),
            locals: Settled::default(),
            outputs: Settled::default(),
            expansions: Settled::default(),
            properties: Settled::default(),
            calls: Settled::default(),
        };
        let target = Target::Module(made.number);
        run.targets.borrow_mut().entry(address).and_modify(|known| *known = Target::Several).or_insert(target);
        frames.push(Some(made.number));
        known.push(Rc::new(made));
    }
    Called { expansion, frames }
}

/// The module that a call names; nothing, with a note, where it cannot be read.
fn find(run: &Run<'_>, frame: &Rc<Frame>, layers: &Layers) -> Option<Arc<Loaded>> {
    let source = Scope::of(run, frame).attribute(layers, "source");
    let source: Arc<str> = match source.map(|value| value.data) {
        Some(Data::Text(source)) => source,
        Some(Data::Unknown(unknown)) if unknown.reason != Reason::Invalid => {
            return refuse(run, layers, format!("its source rests on {}", unknown.name()));
        }
        Some(_) => return refuse(run, layers, "its source is not a text"),
        None => return refuse(run, layers, "it has no source"),
    };
    let folder = if is_local(&source) {
        match normal(&joined(&frame.loaded.module.folder, &source)) {
            Some(folder) => folder,
            None => return refuse(run, layers, format!("its source `{source}` lies outside the root")),
        }
    } else if source.starts_with('/') {
        return refuse(run, layers, format!("its source `{source}` lies outside the root"));
    } else {
        let name = layers.label(0);
        let key = if frame.path.is_empty() { name.to_owned() } else { format!("{}.{name}", frame.path) };
        match run.manifest.folders.get(&key).and_then(|folder| normal(&joined(&run.unit, folder))) {
            Some(folder) => folder,
            None => {
                return refuse(run, layers, format!("its source `{source}` is not here: `terraform init` fetches it"));
            }
        }
    };
    let mut above = Some(frame.clone());
    let mut depth = 0;
    while let Some(caller) = above {
        if *caller.loaded.module.folder == *folder {
            return refuse(run, layers, "it calls itself");
        }
        depth += 1;
        above = caller.caller.as_ref().map(|caller| run.frame(caller.frame));
    }
    if depth > MAX_DEPTH {
        return refuse(run, layers, "modules are nested too deeply");
    }
    let loaded = run.loader.load(&folder);
    if loaded.is_none() {
        return refuse(run, layers, format!("there is no configuration in `{source}`"));
    }
    loaded
}

/// Notes that a module is not read, so that there may be resources that are not seen.
fn refuse<T>(run: &Run<'_>, layers: &Layers, why: impl Into<String>) -> Option<T> {
    let (head, what): (Place, String) = (layers.head(), format!("module `{}`", layers.label(0)));
    let mut unread = run.unread.borrow_mut();
    if !unread.iter().any(|(known, place)| *known == what && *place == head) {
        unread.push((what.clone(), head));
    }
    drop(unread);
    run.note(head, "module", format!("`{}`", layers.label(0)), why);
    None
}
