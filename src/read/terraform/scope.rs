//! The names that an expression of a module instance sees.

use std::{rc::Rc, sync::Arc};

use super::{
    eval::{self, Cx, Names},
    expand::Expansion,
    files,
    frame::{Bindings, Frame, Settled, Slot},
    given::Told,
    guards::through,
    instance::Mode,
    module::{Declaration, Layers},
    run::{Run, Target},
};
use crate::{
    graph::value::{Data, Entry, Object, Reason, Reference, StepKind, Unknown, Value},
    source::{FileId, Place, Source},
    syntax::hcl::Expr,
};

/// Attributes by which a resource is pointed at: the link says more than their value.
const IDENTITY: &[&str] = &[
    "arn",
    "bucket",
    "cluster_identifier",
    "function_name",
    "id",
    "identifier",
    "key_id",
    "name",
    "repository_name",
    "role_name",
    "user_name",
];

/// Where expressions are evaluated: in a module instance, with what is bound there.
pub(super) struct Scope<'r, 'f> {
    pub(super) run: &'r Run<'f>,
    pub(super) frame: Rc<Frame>,
    pub(super) bindings: Bindings,
}

impl<'r, 'f> Scope<'r, 'f> {
    /// The module instance with nothing bound.
    pub(super) fn of(run: &'r Run<'f>, frame: &Rc<Frame>) -> Self {
        Self { run, frame: frame.clone(), bindings: Bindings::default() }
    }

    /// The same instance with other bindings.
    pub(super) fn bound(&self, bindings: Bindings) -> Self {
        Self { run: self.run, frame: self.frame.clone(), bindings }
    }

    /// The value of an expression of a file of the module.
    pub(super) fn evaluate(&self, expression: &Expr, file: FileId) -> Value {
        eval::evaluate(expression, &Cx::within(self, file, self.run.budget.clone()))
    }

    /// The value of an attribute of a block, if it is written.
    pub(super) fn attribute(&self, layers: &Layers, name: &str) -> Option<Value> {
        let written = layers.attribute(name)?;
        Some(self.evaluate(&written.attribute.value, written.file))
    }

    /// The instances of a block, which has an address without key.
    pub(super) fn expansion(&self, layers: &Layers, block: &str) -> Expansion {
        let expansion = match self.attribute(layers, "count") {
            Some(count) => Expansion::counted(&count),
            None => {
                let for_each = self.attribute(layers, "for_each");
                for_each.map_or_else(Expansion::single, |for_each| Expansion::keyed(&for_each))
            }
        };
        match self.run.opened.question(block) {
            Some(question) => expansion.when(question),
            None => expansion,
        }
    }

    /// A value that is unknown within this module instance; the same name in another instance is another value.
    fn unknown(&self, reason: Reason, name: &str, arose: Place, place: Place) -> Value {
        let name: Arc<str> = format!("{}{name}", self.frame.prefix).into();
        let mut value = Value::unknown(reason, name, arose);
        value.origin.place = place;
        value
    }

    /// Evaluates what is named when it is first asked for. What leads back to itself, or too deep, is unknown.
    fn settled<K: Eq + std::hash::Hash + Clone>(
        &self,
        slots: &Settled<K, Value>,
        key: &K,
        name: &str,
        place: Place,
        compute: impl FnOnce() -> Value,
    ) -> Value {
        match slots.borrow().get(key) {
            Some(Slot::Done(value)) => return value.clone(),
            Some(Slot::Busy) => {
                self.run.note(place, "expression", format!("`{}{name}`", self.frame.prefix), "it refers to itself");
                return self.unknown(Reason::Invalid, name, place, place);
            }
            None => {}
        }
        let Some(_deeper) = self.run.deeper() else {
            return self.unknown(Reason::Limit, name, place, place);
        };
        slots.borrow_mut().insert(key.clone(), Slot::Busy);
        let value = compute();
        slots.borrow_mut().insert(key.clone(), Slot::Done(value.clone()));
        value
    }

    fn variable(&self, name: &str, place: Place) -> Value {
        let shown = format!("var.{name}");
        let module = &self.frame.loaded.module;
        let Some(layers) = module.variables.get(name) else {
            return self.undeclared(&shown, place);
        };
        self.settled(&self.frame.variables, &name.into(), &shown, layers.head(), || {
            let Some(declaration) = module.declarations.get(name) else { return Value::absent(place) };
            let opened = &self.run.opened;
            let is_open = !opened.is_empty() && opened.variables.contains(&(self.frame.prefix.clone(), name.into()));
            let given = match &self.frame.caller {
                _ if is_open => Some(self.unknown(Reason::NoDefault, &shown, layers.head(), layers.head())),
                Some(_) => self.argument(name),
                None => self.given(name, declaration),
            };
            let is_null = given.as_ref().is_some_and(|value| matches!(value.data, Data::Absent));
            let value = given.filter(|_| !is_null || declaration.nullable).or_else(|| {
                let default = self.attribute(layers, "default")?;
                let is_open = matches!(default.data, Data::Absent) && self.frame.caller.is_none();
                if is_open && module.is_for_others() {
                    return None;
                }
                Some(through(default, StepKind::VariableDefault, &name.into(), layers.head()))
            });
            let reason = if self.frame.caller.is_some() { Reason::Invalid } else { Reason::NoDefault };
            let value = value.unwrap_or_else(|| self.unknown(reason, &shown, layers.head(), layers.head()));
            super::types::convert(value, &declaration.kind)
        })
    }

    /// What the module's caller passes for a variable.
    fn argument(&self, name: &str) -> Option<Value> {
        let (caller, call) = self.run.caller_of(&self.frame)?;
        let layers = &caller.frame.loaded.module.calls[call];
        let written = layers.attribute(name)?;
        let value = caller.evaluate(&written.attribute.value, written.file);
        let attribute = written.attribute;
        let span = crate::source::Span { start: attribute.name_span.start, end: attribute.value.span.end };
        Some(through(value, StepKind::ModuleArgument, &name.into(), Place::new(written.file, span)))
    }

    /// What is given to a variable of the root: by files beside it, or to this run.
    fn given(&self, name: &str, declaration: &Declaration) -> Option<Value> {
        let (given, head) = (&self.run.given, declaration.head);
        match given.values.get(name) {
            Some(Told::Value(value, place)) => Some(through(value.clone(), StepKind::Given, &name.into(), *place)),
            Some(Told::Text(text)) => {
                let value = super::given::of_text(text, declaration, head)
                    .unwrap_or_else(|_| self.unknown(Reason::Invalid, &format!("var.{name}"), head, head));
                Some(through(value, StepKind::Flag, &format!("--var {name}").into(), head))
            }
            None => given.incomplete.map(|place| self.unknown(Reason::External, &format!("var.{name}"), head, place)),
        }
    }

    fn local(&self, name: &str, place: Place) -> Value {
        let shown: Arc<str> = format!("local.{name}").into();
        let Some((file, attribute)) = self.frame.loaded.module.locals.get(name) else {
            return self.undeclared(&shown, place);
        };
        let head = Place::new(*file, attribute.name_span);
        self.settled(&self.frame.locals, &name.into(), &shown, head, || {
            let value = Scope::of(self.run, &self.frame).evaluate(&attribute.value, *file);
            through(value, StepKind::Variable, &shown, head)
        })
    }

    /// The value of an output of this module instance.
    pub(super) fn output(&self, name: &str, place: Place) -> Value {
        let shown: Arc<str> = format!("output.{name}").into();
        let Some(layers) = self.frame.loaded.module.outputs.get(name) else {
            return self.undeclared(&shown, place);
        };
        self.settled(&self.frame.outputs, &name.into(), &shown, layers.head(), || {
            let value = self.attribute(layers, "value").unwrap_or_else(|| Value::absent(layers.head()));
            through(value, StepKind::Variable, &shown, layers.head())
        })
    }

    /// All outputs of this module instance, as an object.
    pub(super) fn outputs(&self, place: Place) -> Value {
        let outputs = self.frame.loaded.module.outputs.iter();
        let entries = outputs.map(|(name, layers)| Entry {
            name: Arc::from(&**name),
            place: layers.head(),
            value: self.output(name, place),
        });
        let entries = entries.collect();
        Value::object(Object { entries, ..Object::default() }, place)
    }

    /// A name that nothing declares: it is wrong, unless a part of the module could not be read.
    fn undeclared(&self, name: &str, place: Place) -> Value {
        let module = &self.frame.loaded.module;
        let whole = module.broken.is_empty() && self.frame.loaded.unreadable.is_empty();
        self.unknown(if whole { Reason::Invalid } else { Reason::External }, name, place, place)
    }

    /// The resource or data source at an address within the module, as a value.
    fn resource(&self, address: &str, place: Place) -> Value {
        let Some(at) = self.frame.loaded.module.resource(address) else {
            return self.undeclared(address, place);
        };
        match self.run.instances(&self.frame, at) {
            Some(expansion) => expansion.value(&format!("{}{address}", self.frame.prefix), place),
            None => self.unknown(Reason::Limit, address, place, place),
        }
    }

    /// A module call as a value.
    fn module(&self, name: &str, whole: bool, place: Place) -> Value {
        let shown = format!("module.{name}");
        let Some(at) = self.frame.loaded.module.call(name) else {
            return self.undeclared(&shown, place);
        };
        let Some(called) = self.run.called(&self.frame, at) else {
            return self.unknown(Reason::Limit, &shown, place, place);
        };
        let value = called.expansion.value(&format!("{}{shown}", self.frame.prefix), place);
        match (&value.data, called.frames.first()) {
            (Data::Reference(reference), Some(Some(frame))) if whole && !reference.id.ends_with(']') => {
                Scope::of(self.run, &self.run.frame(*frame)).outputs(place)
            }
            _ => value,
        }
    }

    fn each(&self, path: &[&str], place: Place) -> Option<(Value, usize)> {
        let (key, value) = self.bindings.each.as_deref()?;
        match path.first() {
            Some(&"key") => Some((key.clone(), 1)),
            Some(&"value") => Some((value.clone(), 1)),
            _ => Some((self.undeclared("each", place), 0)),
        }
    }

    fn path(&self, name: &str, place: Place) -> Value {
        match name {
            "root" => Value::text(".", place),
            "module" => Value::text(files::relative(&self.run.unit, &self.frame.loaded.module.folder), place),
            _ => Value::unknown(Reason::RunTime, format!("path.{name}"), place),
        }
    }

    /// An attribute of a resource as its configuration sets it; nothing where the resource itself decides.
    fn attribute_of(&self, frame: &Rc<Frame>, resource: usize, instance: usize, name: &str) -> Option<Value> {
        let declared = &frame.loaded.module.resources[resource];
        match declared.mode {
            Mode::Managed if IDENTITY.contains(&name) || !declared.layers.is_written(name) => None,
            Mode::Managed => {
                let value = self.run.properties(frame, resource, instance).entry(name)?.value.clone();
                // Written null is as if it were not written: the provider decides.
                (!matches!(value.data, Data::Absent)).then_some(value)
            }
            Mode::Data => Some(super::data::attribute(self.run, frame, resource, instance, name)),
            Mode::Ephemeral => {
                let head = declared.layers.head();
                Some(Value::unknown(Reason::RunTime, format!("{}{}.{name}", frame.prefix, declared.address()), head))
            }
        }
    }
}

impl Names for Scope<'_, '_> {
    fn resolve(&self, root: &str, path: &[&str], place: Place) -> Option<(Value, usize)> {
        let named = |value: Value, of: usize| Some((value, of));
        if let Some((_, pair)) = self.bindings.iterators.iter().rev().find(|(name, _)| &**name == root) {
            return match path.first() {
                Some(&"key") => named(pair.0.clone(), 1),
                Some(&"value") => named(pair.1.clone(), 1),
                _ => named(self.undeclared(root, place), 0),
            };
        }
        match (root, path) {
            ("var", [name, ..]) => named(self.variable(name, place), 1),
            ("local", [name, ..]) => named(self.local(name, place), 1),
            ("each", path) => self.each(path, place),
            ("count", ["index", ..]) => named(self.bindings.index.clone()?, 1),
            ("path", [name, ..]) => named(self.path(name, place), 1),
            ("module", [name, rest @ ..]) => named(self.module(name, rest.is_empty(), place), 1),
            ("data" | "ephemeral", [kind, name, ..]) => {
                named(self.resource(&format!("{root}.{kind}.{name}"), place), 2)
            }
            // Which workspace is chosen stands in no file.
            ("terraform", [name, ..]) => {
                let first = Place::new(place.file, crate::source::Span::default());
                let name: Arc<str> = format!("terraform.{name}").into();
                let unknown =
                    Unknown { reason: Reason::RunTime, name: name.into(), place: self.run.anywhere.unwrap_or(first) };
                named(Value::new(Data::Unknown(unknown), place), 1)
            }
            ("self", _) => {
                let id = self.bindings.own.clone()?;
                named(Value::new(Data::Reference(Arc::new(Reference { id, attribute: None })), place), 0)
            }
            ("var" | "local" | "count" | "path" | "module" | "data" | "ephemeral" | "terraform", _) => None,
            (kind, [name, ..]) if kind.contains('_') => named(self.resource(&format!("{kind}.{name}"), place), 1),
            _ => None,
        }
    }

    fn attribute(&self, reference: &Reference, name: &str, place: Place) -> Option<Value> {
        if reference.attribute.is_some() {
            return None;
        }
        let mut value = match self.run.target(&reference.id)? {
            Target::Resource { frame, resource, instance } => {
                let frame = self.run.frame(frame);
                let value = self.attribute_of(&frame, resource, instance, name)?;
                let declared = &frame.loaded.module.resources[resource];
                if value.is_unknown() {
                    value
                } else {
                    let step = format!("{}{}.{name}", frame.prefix, declared.address());
                    let written = declared.layers.attribute(name).map_or(declared.layers.head(), |one| one.place());
                    through(value, StepKind::Variable, &step.into(), written)
                }
            }
            Target::Module(frame) => Scope::of(self.run, &self.run.frame(frame)).output(name, place),
            Target::Several => return None,
            Target::Unread(head) => Value::unknown(Reason::External, format!("{}.{name}", reference.id), head),
        };
        if value.is_unknown() {
            value.origin.place = place;
        }
        Some(value)
    }

    fn file(&self, path: &str) -> Option<Arc<Source>> {
        files::read(self.run, path)
    }

    fn fileset(&self, folder: &str, pattern: &str) -> Option<Vec<String>> {
        files::matching(self.run, folder, pattern)
    }
}
