//! `transformers.HfArgumentParser`: command line arguments that are the fields of dataclasses.

use std::sync::Arc;

use ruff_text_size::TextRange;

use super::{Machine, calls::Arguments};
use crate::graph::value::{Data, Entry, Object, Reason, Unknown, Value};

/// The parser: an object with the classes that it was made of.
pub(super) const HF_PARSER: &str = "transformers.HfArgumentParser";

/// Whether a symbol is that of the parser.
pub(super) fn is_hf_parser(symbol: &str) -> bool {
    matches!(symbol, HF_PARSER | "transformers.hf_argparser.HfArgumentParser")
}

/// What a parser is made of.
const TYPES: &str = "dataclass_types";

/// A new parser.
pub(super) fn parser(arguments: &Arguments, value: Value) -> Value {
    let mut parser = Object { class: Some(HF_PARSER.into()), ..Object::default() };
    let place = value.origin.place;
    if let Some(types) = arguments.get(TYPES, 0) {
        parser.set(Entry { name: TYPES.into(), place, value: types.clone() });
    }
    Value::object(parser, place)
}

impl Machine<'_> {
    /// A method of such a parser. What a command line, or a file that it names, gives takes the place of the defaults.
    pub(super) fn hf_parser_method(
        &mut self,
        parser: &Arc<Object>,
        method: &str,
        arguments: &Arguments,
        range: TextRange,
    ) -> Value {
        let place = self.place(range);
        let given = match method {
            "parse_args_into_dataclasses" | "parse_dict" => arguments.get("args", 0),
            "parse_json_file" => arguments.get("json_file", 0),
            "parse_yaml_file" => arguments.get("yaml_file", 0),
            _ => return self.unknown(Reason::RunTime, range),
        };
        let is_of_command_line = |given: &&Value| match &given.data {
            Data::Absent => true,
            Data::Unknown(unknown) => unknown.name().contains("sys.argv"),
            _ => false,
        };
        let told = given.filter(|given| !is_of_command_line(given)).map(|_| self.why(range));
        let types = match parser.entry(TYPES).map(|entry| entry.value.data.clone()) {
            Some(Data::List(list)) if list.open.is_none() => list.items.clone(),
            Some(class @ Data::Symbol(_)) => vec![Value::new(class, place)],
            _ => return self.unknown(Reason::RunTime, range),
        };
        let mut parsed: Vec<Value> = types.iter().map(|class| self.options(class, told.as_ref(), range)).collect();
        let rest = arguments.named.entry("return_remaining_strings");
        if rest.is_some_and(|entry| !matches!(entry.value.data, Data::Bool(false))) {
            parsed.push(self.unknown(Reason::RunTime, range));
        }
        Value::list(parsed, place)
    }

    /// An object of a dataclass with the defaults of its fields, unless something is `told` besides.
    fn options(&mut self, class: &Value, told: Option<&Unknown>, range: TextRange) -> Value {
        let site = self.place(range);
        let made = match &class.data {
            Data::Symbol(class) => self.defaults_of_fields(class, site),
            _ => None,
        };
        let Some(mut made) = made else { return self.unknown(Reason::RunTime, range) };
        if let (Some(why), Data::Object(object)) = (told, &mut made.data) {
            Arc::make_mut(object).cover(why);
        }
        made
    }
}
