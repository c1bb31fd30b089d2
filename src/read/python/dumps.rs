//! Definitions that code writes as JSON texts, for requests that take them so.

use ruff_text_size::TextRange;

use super::{Machine, bounds::MAX_WEIGHT, calls::Arguments, identity::deeply_copied};
use crate::graph::value::{Data, Entry, Object, Reason, Value};

/// Properties that take a definition as a text.
const DEFINITIONS: [&str; 2] = ["definition", PIPELINE];
const PIPELINE: &str = "PipelineDefinition";
/// What the definitions of state machines and of pipelines have.
const MARKS: [[&str; 2]; 2] = [["StartAt", "States"], ["Version", "Steps"]];
/// Most definitions that are kept at a time.
const MAX_KEPT: usize = 16;

/// Whether a dict is the definition of a state machine or of a pipeline.
pub(super) fn is_definition(value: &Value) -> bool {
    let has = |marks: &[&str; 2]| marks.iter().all(|name| value.entry(name).is_some());
    matches!(&value.data, Data::Object(object) if object.class.is_none()) && MARKS.iter().any(has)
}

impl Machine<'_> {
    /// `json.dumps(value)`: a text that is not known, but of a definition it is kept what it says.
    pub(super) fn dumped_text(&mut self, arguments: &Arguments, range: TextRange) -> Value {
        if arguments.get("obj", 0).is_some_and(is_definition) {
            let (place, definition) = (self.place(range), arguments.get("obj", 0).map(deeply_copied));
            self.spend(definition.as_ref().and_then(|value| value.weight(MAX_WEIGHT)).unwrap_or(MAX_WEIGHT) / 4);
            self.dumped.retain(|(known, _)| *known != place);
            if self.dumped.len() >= MAX_KEPT {
                self.dumped.remove(0);
            }
            self.dumped.extend(definition.map(|definition| (place, definition)));
        }
        self.unknown(Reason::RunTime, range)
    }

    /// Puts the definitions that were written as JSON back into a request.
    pub(super) fn undumped(&self, request: &mut Object) {
        for entry in request.entries.iter_mut().filter(|entry| DEFINITIONS.contains(&&*entry.name)) {
            if let Data::Unknown(unknown) = &entry.value.data
                && let Some((_, definition)) = self.dumped.iter().find(|(place, _)| *place == unknown.place)
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
