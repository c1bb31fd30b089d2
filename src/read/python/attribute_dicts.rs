//! Dicts whose items are attributes as well: OmegaConf and Hydra, EasyDict, Box, Munch and their like.

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprCall, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

use super::{
    Machine, calls::Arguments, collections::merge, config_files::folder_from_root, documents::Dialect,
    objects::as_deep_dict,
};
use crate::{
    graph::value::{Data, Entry, List, Object, Piece, Reason, StepKind, Unknown, Value},
    source::{Place, folder_of},
};

/// The class of all of them.
const CLASS: &str = "omegaconf.DictConfig";
/// What the command line of OmegaConf sets: nothing, unless somebody gives it something.
const COMMAND_LINE: &str = "omegaconf.from_cli";
/// How deep settings are nested at most, and mention each other.
const MAX_DEPTH: usize = 24;
/// Most parts of what an interpolation brings, and of the text that it stands in.
const MAX_PART: usize = 64;
const MAX_PIECES: usize = 8;

/// Whether it is the class of such a dict.
pub(super) fn is_attribute_dict(class: &str) -> bool {
    class == CLASS
}

impl<'a> Machine<'a> {
    /// A call that makes such a dict, or takes it back; nothing for others.
    pub(super) fn attribute_dict_call(
        &mut self,
        symbol: &str,
        call: &'a ExprCall,
        arguments: &Arguments,
    ) -> Option<Value> {
        let (range, place) = (call.range(), self.place(call.range()));
        let first = arguments.positional.first().map(|argument| &argument.value);
        Some(match symbol {
            "omegaconf.OmegaConf.load" => {
                let read = self.yaml_at(first?, Dialect::Omega, range);
                self.interpolates |= mentions(&read, 0);
                dressed(&resolved(&read))
            }
            "omegaconf.OmegaConf.create"
            | "omegaconf.DictConfig"
            | "easydict.EasyDict"
            | "box.Box"
            | "box.ConfigBox"
            | "munch.Munch"
            | "munch.munchify"
            | "munch.DefaultMunch.fromDict"
            | "addict.Dict"
            | "dotmap.DotMap"
            | "attrdict.AttrDict"
            | "ml_collections.ConfigDict"
            | "ml_collections.config_dict.ConfigDict" => {
                let (mut made, named) = (Object::default(), Value::object(arguments.named.clone(), place));
                for given in first.into_iter().chain([&named]) {
                    merge(&mut made, given, &self.why(range));
                }
                self.spend(made.entries.len());
                let made = Value::object(made, place);
                self.interpolates |= mentions(&made, 0);
                dressed(&if symbol.starts_with("omegaconf.") { resolved(&made) } else { made })
            }
            // An object of a class, or one with the defaults of the class.
            "omegaconf.OmegaConf.structured" => {
                let made = match &first?.data {
                    Data::Symbol(class) => {
                        self.class_call(class.strip_prefix(super::classes::CLASS)?, &Arguments::default(), place)?.value
                    }
                    _ => first?.clone(),
                };
                let Data::Object(object) = &made.data else { return None };
                dressed(&as_deep_dict(object, place))
            }
            "omegaconf.OmegaConf.from_cli" => {
                Value::object(Object { class: Some(COMMAND_LINE.into()), ..Object::default() }, place)
            }
            "omegaconf.OmegaConf.merge" | "omegaconf.OmegaConf.unsafe_merge" => {
                let mut merged = Value::object(Object::default(), place);
                let mut is_default = false;
                for given in arguments.positional.iter().map(|argument| &argument.value) {
                    is_default |= is_of(given, COMMAND_LINE);
                    merged = joined(&merged, &unresolved(given, 0), &self.why(range), 0);
                }
                self.spend(merged.weight(super::bounds::MAX_WEIGHT).unwrap_or(super::bounds::MAX_WEIGHT));
                let merged = dressed(&resolved(&merged));
                if is_default { merged.via(StepKind::ArgumentDefault, "the command line", place) } else { merged }
            }
            "omegaconf.OmegaConf.to_container" | "omegaconf.OmegaConf.to_object" => undressed(first?),
            "omegaconf.OmegaConf.select" => {
                let key = arguments.get("key", 1)?.plain_text()?;
                key.split('.').try_fold(first?.clone(), |value, name| {
                    value.entry(name).map(|entry| super::resting::as_sure_as(entry.value.clone(), &value))
                })?
            }
            "omegaconf.OmegaConf.update" => {
                let why = self.why(range);
                self.change_thing(&first?.clone(), &mut |known| {
                    if let Data::Object(object) = &mut known.data {
                        Arc::make_mut(object).cover(&why);
                    }
                });
                Value::absent(place)
            }
            "omegaconf.OmegaConf.resolve" | "omegaconf.OmegaConf.set_struct" | "omegaconf.OmegaConf.set_readonly" => {
                Value::absent(place)
            }
            _ => return None,
        })
    }

    /// After a change of a configuration: what mentions other parts of it says something else now.
    pub(super) fn interpolate_again(&mut self, changed: &'a Expr) {
        let (mut at, mut root) = (changed, None);
        for _ in 0..MAX_DEPTH {
            let known = self.eval(at);
            if is_of(&known, CLASS) {
                root = Some(known);
            }
            at = match at {
                Expr::Attribute(attribute) => &attribute.value,
                Expr::Subscript(subscript) => &subscript.value,
                _ => break,
            };
        }
        let Some(root) = root else { return };
        let before = unresolved(&root, 0);
        if !mentions(&before, 0) {
            return;
        }
        let now = dressed(&resolved(&before));
        self.change_thing(&root, &mut |known| known.data = now.data.clone());
    }

    /// A method of such a dict.
    pub(super) fn attribute_dict_method(
        &mut self,
        base: &Value,
        target: &'a ruff_python_ast::Expr,
        name: &str,
        arguments: &Arguments,
        range: TextRange,
    ) -> Value {
        match name {
            "to_dict" | "toDict" | "as_dict" | "to_container" => undressed(base),
            _ => {
                let done = self.collection_method(base, target, name, arguments, range);
                done.unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
        }
    }

    /// The configuration that `hydra.main` hands to a function: its file, with those of its list of defaults. Whoever
    /// runs the script may set others.
    pub(super) fn hydra_config(
        &mut self,
        definition: &'a StmtFunctionDef,
        arguments: &Arguments,
        place: Place,
    ) -> Value {
        let unknown = || Value::unknown(Reason::External, "the configuration of Hydra", place);
        let text = |name: &str, at| arguments.get(name, at).and_then(Value::plain_text);
        let beside = |folder: Arc<str>| format!("{}/{folder}", folder_of(&self.source.path));
        let folder = match arguments.get("config_path", 0) {
            Some(path) => folder_from_root(path).or_else(|| path.plain_text().map(beside)),
            None => None,
        };
        let (Some(folder), Some(name)) = (folder, text("config_name", 1)) else { return unknown() };
        let Some(primary) = self.hydra_file(&folder, &name, definition.range()) else { return unknown() };
        let mut made = Value::object(Object::default(), place);
        let why = Unknown { reason: Reason::External, name: "a default of Hydra".into(), place };
        let mut own = match &primary.data {
            Data::Object(object) => object.as_ref().clone(),
            _ => return unknown(),
        };
        let defaults = own.entries.iter().position(|entry| &*entry.name == "defaults");
        let defaults = defaults.map(|at| own.entries.remove(at).value);
        let own = Value::object(own, place);
        let (mut is_own_in, mut open) = (false, None);
        for default in defaults.as_ref().map(items).unwrap_or_default() {
            match &default.data {
                Data::Text(text) if &**text == "_self_" => {
                    is_own_in = true;
                    made = joined(&made, &own, &why, 0);
                }
                Data::Object(group) => match &group.entries[..] {
                    [Entry { name, value, .. }] if !name.contains([' ', '@', '/']) => {
                        let option = value.plain_text().and_then(|option| {
                            self.hydra_file(&format!("{folder}/{name}"), &option, definition.range())
                        });
                        let option = option.unwrap_or_else(|| Value::new(Data::Unknown(why.clone()), place));
                        let mut of_group = Object::default();
                        of_group.set(Entry { name: name.clone(), place, value: option });
                        made = joined(&made, &Value::object(of_group, place), &why, 0);
                    }
                    _ => open = Some(why.clone()),
                },
                _ => open = Some(why.clone()),
            }
        }
        if !is_own_in {
            made = joined(&made, &own, &why, 0);
        }
        if let (Some(why), Data::Object(object)) = (open, &mut made.data) {
            Arc::make_mut(object).cover(&why);
        }
        dressed(&resolved(&made)).via(StepKind::ArgumentDefault, "Hydra", place)
    }

    fn hydra_file(&mut self, folder: &str, name: &str, range: TextRange) -> Option<Value> {
        let stem = name.strip_suffix(".yaml").unwrap_or(name);
        let value = self.yaml_from_root(&format!("{folder}/{stem}.yaml"), range)?;
        (!value.is_unknown()).then_some(value)
    }
}

fn is_of(value: &Value, class: &str) -> bool {
    matches!(&value.data, Data::Object(object) if object.class.as_deref() == Some(class))
}

fn items(value: &Value) -> &[Value] {
    match &value.data {
        Data::List(list) => &list.items,
        _ => &[],
    }
}

/// A value with another in each of its dicts.
fn each_object(value: &Value, depth: usize, class: Option<&str>) -> Value {
    if depth > MAX_DEPTH {
        return value.clone();
    }
    let data = match &value.data {
        Data::Object(object) if object.class.is_none() || object.class.as_deref() == Some(CLASS) => {
            let one = |entry: &Entry| Entry { value: each_object(&entry.value, depth + 1, class), ..entry.clone() };
            let entries = object.entries.iter().map(one).collect();
            Data::Object(Arc::new(Object { entries, open: object.open.clone(), class: class.map(Into::into) }))
        }
        Data::List(list) => {
            let items = list.items.iter().map(|item| each_object(item, depth + 1, class)).collect();
            Data::List(Arc::new(List { items, open: list.open.clone() }))
        }
        _ => return value.clone(),
    };
    Value { data, origin: value.origin.clone() }
}

/// All dicts of a value as such that have attributes.
fn dressed(value: &Value) -> Value {
    each_object(value, 0, Some(CLASS))
}

/// The other way round.
fn undressed(value: &Value) -> Value {
    each_object(value, 0, None)
}

/// One configuration over another, dict by dict.
fn joined(below: &Value, above: &Value, why: &Unknown, depth: usize) -> Value {
    let (Data::Object(one), Data::Object(two)) = (&below.data, &above.data) else {
        let mut object = match &below.data {
            Data::Object(object) => object.as_ref().clone(),
            _ => return above.clone(),
        };
        if depth > 0 && !above.is_unknown() {
            return above.clone();
        }
        merge(&mut object, above, why);
        return Value { data: Data::Object(Arc::new(object)), origin: below.origin.clone() };
    };
    let mut object = one.as_ref().clone();
    if let Some(more) = &two.open {
        object.cover(more);
    }
    for entry in &two.entries {
        let value = match object.entry(&entry.name) {
            Some(known) if depth < MAX_DEPTH => joined(&known.value, &entry.value, why, depth + 1),
            _ => entry.value.clone(),
        };
        object.set(Entry { value, ..entry.clone() });
    }
    Value { data: Data::Object(Arc::new(object)), origin: below.origin.clone() }
}

/// Whether texts of a configuration mention other parts of it.
fn mentions(value: &Value, depth: usize) -> bool {
    depth <= MAX_DEPTH
        && match &value.data {
            Data::Object(object) => object.entries.iter().any(|entry| mentions(&entry.value, depth + 1)),
            Data::List(list) => list.items.iter().any(|item| mentions(item, depth + 1)),
            data => written(data).is_some_and(|text| text.contains("${")),
        }
}

/// The other way round: the texts as they were written.
fn unresolved(value: &Value, depth: usize) -> Value {
    let mention = value.origin.steps().find(|step| step.kind == StepKind::Entry && step.name.contains("${"));
    if let Some(step) = mention {
        return Value::text(step.name.clone(), step.place);
    }
    value
        .with_parts(&mut |part| (depth < MAX_DEPTH).then(|| unresolved(part, depth + 1)))
        .unwrap_or_else(|| value.clone())
}

/// A configuration with `${a.b}` in its texts replaced by what stands there. What a resolver brings is unknown.
fn resolved(root: &Value) -> Value {
    resolve(root, root, 0)
}

fn resolve(root: &Value, value: &Value, depth: usize) -> Value {
    if depth > MAX_DEPTH {
        return value.clone();
    }
    if let Some(text) = written(&value.data).filter(|text| text.contains("${")) {
        // The text as it is written is kept as a step: it counts again once something has changed.
        let place = value.origin.place;
        return interpolated(root, &text, value, depth).via(StepKind::Entry, text, place);
    }
    let data = match &value.data {
        Data::Object(object) => {
            let one = |entry: &Entry| Entry { value: resolve(root, &entry.value, depth + 1), ..entry.clone() };
            let entries = object.entries.iter().map(one).collect();
            Data::Object(Arc::new(Object { entries, ..object.as_ref().clone() }))
        }
        Data::List(list) => {
            let items = list.items.iter().map(|item| resolve(root, item, depth + 1)).collect();
            Data::List(Arc::new(List { items, open: list.open.clone() }))
        }
        _ => return value.clone(),
    };
    Value { data, origin: value.origin.clone() }
}

/// A text as it is written: in a file, `${…}` was taken for a hole that some tool fills.
fn written(data: &Data) -> Option<String> {
    match data {
        Data::Text(text) => Some(text.to_string()),
        Data::Unknown(unknown) if unknown.name().starts_with("${") => Some(unknown.name().to_string()),
        Data::Template(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => Some(text.to_string()),
                Piece::Hole(hole) => written(&hole.data),
            })
            .collect(),
        _ => None,
    }
}

fn interpolated(root: &Value, text: &str, value: &Value, depth: usize) -> Value {
    let place = value.origin.place;
    let unknown = || Value::unknown(Reason::Unsupported, "an interpolation", place);
    let mut pieces: Vec<Value> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let Some(end) = rest[start..].find('}').map(|end| start + end) else { return unknown() };
        let path = &rest[start + 2..end];
        let is_path = path.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '-'));
        let found = path.split('.').try_fold(root, |value, name| value.entry(name).map(|entry| &entry.value));
        let found = found.filter(|found| found.weight(MAX_PART).is_some() && is_path && !path.starts_with('.'));
        let Some(found) = found.filter(|_| pieces.len() < MAX_PIECES) else { return unknown() };
        if start > 0 {
            pieces.push(Value::text(&rest[..start], place));
        }
        // Two that mention each other end at the bound.
        pieces.push(if depth < MAX_DEPTH { resolve(root, found, depth + MAX_DEPTH / 3) } else { unknown() });
        rest = &rest[end + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Value::text(rest, place));
    }
    match &pieces[..] {
        [one] => one.clone(),
        _ => super::builtins::joined(&pieces, "", place),
    }
}
