//! Definitions that code writes as JSON texts, for requests that take them so.

use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use super::{Machine, bounds::MAX_WEIGHT, calls::Arguments, identity::deeply_copied};
use crate::{
    graph::value::{Data, Entry, Object, Reason, Unknown, Value},
    source::Place,
};

/// Properties that take a definition as a text.
const DEFINITIONS: [&str; 3] = ["definition", PIPELINE, "TemplateBody"];
const PIPELINE: &str = "PipelineDefinition";
/// What the definitions of state machines and of pipelines have; templates have but one.
const MARKS: [[&str; 2]; 2] = [["StartAt", "States"], ["Version", "Steps"]];
/// Most definitions that are kept at a time.
const MAX_KEPT: usize = 16;

/// The definitions that were written as JSON.
#[derive(Default)]
pub(super) struct Dumped {
    /// The latest of them, each with the text that stands for it.
    kept: Vec<(Unknown, Value)>,
    /// How often a call has written one, by where it stands: the texts of one call differ.
    times: FxHashMap<Place, u32>,
}

/// Whether a dict is the definition of a state machine or of a pipeline, or a template.
pub(super) fn is_definition(value: &Value) -> bool {
    let has = |marks: &[&str; 2]| marks.iter().all(|name| value.entry(name).is_some());
    let is_template = || {
        let Some(Data::Object(resources)) = value.entry("Resources").map(|entry| &entry.value.data) else {
            return false;
        };
        resources.entries.iter().any(|resource| resource.value.entry("Type").is_some())
    };
    matches!(&value.data, Data::Object(object) if object.class.is_none()) && (MARKS.iter().any(has) || is_template())
}

impl Machine<'_> {
    /// `json.dumps(value)`: a text that is not known, but of a definition it is kept what it says.
    pub(super) fn dumped_text(&mut self, arguments: &Arguments, range: TextRange) -> Value {
        let unknown = self.unknown(Reason::RunTime, range);
        let Some(definition) = arguments.get("obj", 0).filter(|value| is_definition(value)) else { return unknown };
        let definition = deeply_copied(definition);
        self.spend(definition.weight(MAX_WEIGHT).unwrap_or(MAX_WEIGHT) / 4);
        let place = self.place(range);
        let times = self.dumped.times.entry(place).or_default();
        *times += 1;
        let text = match *times {
            1 => unknown,
            times => Value::unknown(Reason::RunTime, format!("{}, time {times}", self.short(range)), place),
        };
        if self.dumped.kept.len() >= MAX_KEPT {
            self.dumped.kept.remove(0);
        }
        if let Data::Unknown(text) = &text.data {
            self.dumped.kept.push((text.clone(), definition));
        }
        text
    }

    /// Puts the definitions that were written as JSON, or are the texts of files, into a request that is made at a range.
    pub(super) fn undumped(&mut self, request: &mut Object, range: TextRange) {
        for entry in request.entries.iter_mut().filter(|entry| DEFINITIONS.contains(&&*entry.name)) {
            if let Some(text) = self.text_in_file(&entry.value, range) {
                entry.value = text;
            }
            if let Data::Unknown(unknown) = &entry.value.data
                && let Some((_, definition)) = self.dumped.kept.iter().find(|(text, _)| text == unknown)
            {
                entry.value = match &*entry.name {
                    PIPELINE => {
                        let mut body = Object::default();
                        let name = "PipelineDefinitionBody".into();
                        body.set(Entry { name, place: entry.place, value: definition.clone() });
                        Value::object(body, entry.place)
                    }
                    _ => definition.clone(),
                };
            }
        }
    }
}
