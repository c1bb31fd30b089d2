//! Objects of the project's own classes: what their constructors set, their attributes and their methods.

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprCall, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

use super::{
    Machine,
    bound_methods::bound_method,
    callables::NAMESPACE,
    calls::Arguments,
    classes::{CLASS, Class, Form, MEMBER, Method, MethodKind},
    collections::merge,
    dict_classes::fill,
    functions::Followed,
    generators::Wrapping,
    identity::deeply_copied,
    presence::{presence, present_or},
    resting::as_sure_as,
};
use crate::{
    graph::{
        fact::Argument,
        guard::Formula,
        number::Number,
        value::{Data, Entry, List, MAX_ENTRIES, Object, Reason, StepKind, Unknown, Value},
    },
    source::Place,
};

/// What became of a call of a method.
pub(super) enum Called {
    /// The class has no such method.
    None,
    /// It has one that is not followed.
    Unknown,
    Followed(Followed),
}

impl<'a> Machine<'a> {
    /// A call of a class, or of a method by its class: `Trainer`, `Trainer.load`. Nothing where it is not followed.
    pub(super) fn class_call(&mut self, name: &str, arguments: &Arguments, site: Place) -> Option<Followed> {
        let Some(own) = self.own_name(name) else {
            return self.abroad(name, &mut |machine| machine.class_call(name, arguments, site));
        };
        let Some((class, method)) = own.split_once('.') else {
            return self.new_object(own, arguments, site).map(Followed::of);
        };
        if matches!(method, "model_validate" | "parse_obj") && self.form_of(&self.class_symbol(class)) >= Form::Model {
            let Data::Object(given) = &arguments.get("obj", 0)?.data else { return None };
            let named = Object { class: None, ..given.as_ref().clone() };
            let arguments = Arguments { positional: Vec::new(), named };
            return self.new_object(class, &arguments, site).map(Followed::of);
        }
        let Some(Method { function, kind }) = self.method_of(class, method) else {
            let class = Value::new(Data::Symbol(self.class_symbol(class)), site);
            return self.method_of_decorator(&class, method, arguments, site).map(Followed::of);
        };
        match kind {
            MethodKind::Class => {
                let class = Value::new(Data::Symbol(self.class_symbol(class)), site);
                self.follow(&function, Some(class), arguments, site)
            }
            // `Base.__init__(self, …)` names its object.
            MethodKind::Static | MethodKind::Object => self.follow(&function, None, arguments, site),
            MethodKind::Property | MethodKind::Decorated => {
                self.unfollowed.insert(self.place(function.node.range()));
                None
            }
        }
    }

    /// A new object of a class; nothing where the constructor is not known or does not take the arguments.
    fn new_object(&mut self, name: &str, arguments: &Arguments, site: Place) -> Option<Value> {
        let (lineage, is_closed) = self.lineage(name);
        let form = lineage.first()?.form;
        // Nothing is known of an object that is kept in a way of its own.
        if self.method_of(name, "__getattribute__").is_some() {
            return None;
        }
        if let Some(method) = self.method_of(name, "__new__") {
            return self.made_by_new(name, &method, arguments, site);
        }
        if self.method_of(name, "__setattr__").is_some() {
            let why = Unknown { reason: Reason::Control, name: format!("an object of `{name}`").into(), place: site };
            let object = Object { open: Some(why), class: Some(self.class_symbol(name)), ..Object::default() };
            return Some(Value::object(object, site));
        }
        if form >= Form::Enum {
            // `Kind("ml.m5.large")` is the member with that value.
            return arguments.get("value", 0).cloned();
        }
        let why = || Unknown { reason: Reason::Control, name: format!("an object of `{name}`").into(), place: site };
        let mut object = Object {
            open: (!is_closed).then(why),
            class: (form != Form::Dict).then(|| self.class_symbol(name)),
            ..Object::default()
        };
        if form == Form::Dict {
            object.entries.clone_from(&arguments.named.entries);
            object.open.clone_from(&arguments.named.open);
            return Some(Value::object(object, site));
        }
        if form != Form::Plain && self.method_of(name, "__init__").is_none() {
            self.fields(&lineage, form, arguments, site, &mut object)?;
            let made = Value::object(object, site);
            return Some(match self.method_of(name, "__post_init__") {
                Some(method) => {
                    let none = Arguments::default();
                    let followed = self.follow(&method.function, Some(made.clone()), &none, site);
                    followed.and_then(|followed| followed.receiver).unwrap_or_else(|| covered(made, &why()))
                }
                None => made,
            });
        }
        if self.method_of(name, "__init__").is_none() && self.is_own_dict(name) {
            fill(&mut object, arguments, site, &why());
            return Some(Value::object(object, site));
        }
        let made = Value::object(object, site);
        let Some(method) = self.method_of(name, "__init__") else {
            if let Data::Object(object) = &made.data
                && let Called::Followed(followed) = self.inherited_call(name, object, "__init__", arguments, site)
            {
                return followed.receiver;
            }
            // Nothing is known of the constructor of a class that is not known.
            return (!is_closed || arguments.positional.is_empty()).then_some(made);
        };
        if method.kind != MethodKind::Object {
            return None;
        }
        let followed = self.follow(&method.function, Some(made), arguments, site)?;
        followed.receiver
    }

    /// An object that its class makes, or has made before, in a way of its own.
    fn made_by_new(&mut self, name: &str, method: &Method<'a>, arguments: &Arguments, site: Place) -> Option<Value> {
        let class = Value::new(Data::Symbol(self.class_symbol(name)), site);
        let made = self.follow(&method.function, Some(class), arguments, site)?.value;
        let is_its =
            matches!(&made.data, Data::Object(object) if object.class.as_ref() == Some(&self.class_symbol(name)));
        if !is_its {
            return None;
        }
        match self.method_of(name, "__init__") {
            Some(init) if init.kind == MethodKind::Object => {
                self.follow(&init.function, Some(made), arguments, site)?.receiver
            }
            Some(_) => None,
            None => Some(made),
        }
    }

    /// `object.__new__(class)`: an object of which nothing is set yet.
    pub(super) fn bare_object(&mut self, class: &Value, site: Place) -> Option<Value> {
        let Data::Symbol(symbol) = &class.data else { return None };
        let own = self.own_name(symbol.strip_prefix(CLASS)?)?.to_owned();
        let (_, is_closed) = self.lineage(&own);
        let why = Unknown { reason: Reason::Control, name: format!("an object of `{own}`").into(), place: site };
        let object = Object { open: (!is_closed).then_some(why), class: Some(symbol.clone()), ..Object::default() };
        Some(Value::object(object, site))
    }

    /// Sets the fields of a new object.
    fn fields(
        &mut self,
        lineage: &[Arc<Class<'a>>],
        form: Form,
        arguments: &Arguments,
        site: Place,
        object: &mut Object,
    ) -> Option<()> {
        let mut positional = arguments.positional.iter();
        let mut named = arguments.named.clone();
        let declared: usize = lineage.iter().map(|class| class.node.body.len()).sum();
        if declared > MAX_ENTRIES {
            return None;
        }
        self.spend(declared * declared / 16);
        let settings = (form == Form::Settings).then(|| self.settings_of_class(lineage, arguments));
        let validated =
            lineage.iter().flat_map(|class| &class.methods).any(|method| method.kind == MethodKind::Decorated);
        for (name, annotation, place) in self.declared(lineage) {
            let is_taken = form == Form::Fields && !is_set_later(lineage, name);
            let given = match is_taken.then(|| positional.next()).flatten() {
                Some(argument) => Some((argument.value.clone(), argument.place)),
                None => {
                    let at = named.entries.iter().position(|entry| *entry.name == *name);
                    at.map(|at| named.entries.remove(at)).map(|entry| (entry.value, entry.place))
                }
            };
            let default = lineage.iter().find_map(|class| {
                class.constants.iter().find(|(known, ..)| **known == *name).map(|(_, value, _)| deeply_copied(value))
            });
            if given.is_none() && default.is_none() && is_set_later(lineage, name) {
                continue;
            }
            let value = match (given, default, &named.open) {
                (Some((value, at)), ..) => {
                    let value = value.via(StepKind::ModuleArgument, name, at);
                    match (form >= Form::Model, &value.data) {
                        (true, Data::Text(_) | Data::Number(_)) => as_annotated(annotation, value),
                        (true, _) => self.as_model(annotation, value, site),
                        _ => value,
                    }
                }
                (None, _, Some(why)) => Value::new(Data::Unknown(why.clone()), place),
                (None, _, None)
                    if let Some(settings) = &settings
                        && let Some(value) = self.setting(settings, lineage, (name, annotation)) =>
                {
                    value
                }
                (None, Some(default), None) => {
                    let step =
                        if form == Form::Settings { StepKind::EnvironmentDefault } else { StepKind::ArgumentDefault };
                    default.via(step, name, place)
                }
                (None, None, None) if form == Form::Settings => Value::variable(name, place),
                (None, None, None) => return None,
            };
            object.set(Entry { name: name.into(), place, value });
        }
        if validated || (form >= Form::Model && has_aliases(lineage)) {
            let why = Unknown { reason: Reason::Control, name: "what a validator changes".into(), place: site };
            object.cover(&why);
        }
        let fits = form >= Form::Model || (named.entries.is_empty() && positional.next().is_none());
        fits.then_some(())
    }

    /// The fields that a class and those above it declare, in the order of the constructor.
    fn declared(&self, lineage: &[Arc<Class<'a>>]) -> Vec<(&'a str, &'a Expr, Place)> {
        let mut names: Vec<(&'a str, &'a Expr, Place)> = Vec::new();
        for class in lineage.iter().rev() {
            for statement in &class.node.body {
                let Stmt::AnnAssign(field) = statement else { continue };
                let Expr::Name(name) = &*field.target else { continue };
                let place = self.place(field.target.range());
                if is_class_variable(&field.annotation) {
                    continue;
                }
                let field = (name.id.as_str(), &*field.annotation, place);
                // One that is declared again keeps its place.
                match names.iter_mut().find(|(known, ..)| *known == field.0) {
                    Some(known) => *known = field,
                    None => names.push(field),
                }
            }
        }
        names
    }

    /// `dataclasses.fields(class)`: objects with the names of its fields.
    pub(super) fn fields_of(&mut self, class: &str, site: Place) -> Option<Value> {
        let class = class.strip_prefix(CLASS)?;
        let Some(own) = self.own_name(class) else {
            return self.abroad(class, &mut |machine| machine.fields_of(&format!("{CLASS}{class}"), site));
        };
        let (lineage, is_closed) = self.lineage(own);
        let declared = if is_closed { self.declared(&lineage) } else { return None };
        self.spend(declared.len());
        let field = |(name, _, place): (&str, &Expr, Place)| {
            let why = Unknown { reason: Reason::RunTime, name: "a field".into(), place };
            let mut field = Object { class: Some(NAMESPACE.into()), open: Some(why), ..Object::default() };
            field.set(Entry { name: "name".into(), place, value: Value::text(name, place) });
            Value::object(field, place)
        };
        Some(Value::list(declared.into_iter().map(field).collect(), site))
    }

    /// An object of a dataclass whose fields are the options of a command line: each is its default, unless somebody gives
    /// another value.
    pub(super) fn defaults_of_fields(&mut self, class: &str, site: Place) -> Option<Value> {
        let class = class.strip_prefix(CLASS)?;
        let Some(own) = self.own_name(class) else {
            return self.abroad(class, &mut |machine| machine.defaults_of_fields(&format!("{CLASS}{class}"), site));
        };
        let own = own.to_owned();
        let (lineage, is_closed) = self.lineage(&own);
        if lineage.first().is_none_or(|class| class.form != Form::Fields) {
            return None;
        }
        let why = || Unknown { reason: Reason::RunTime, name: format!("an object of `{own}`").into(), place: site };
        let mut object =
            Object { open: (!is_closed).then(why), class: Some(self.class_symbol(&own)), ..Object::default() };
        let declared = self.declared(&lineage);
        self.spend(declared.len() * lineage.len());
        for (name, _, place) in declared {
            let mut constants = lineage.iter().flat_map(|class| &class.constants);
            let default = constants.find(|(known, ..)| **known == *name).map(|(_, value, _)| deeply_copied(value));
            let value = match default.filter(|default| !matches!(default.data, Data::Absent)) {
                Some(default) => default.via(StepKind::OptionDefault, name, place),
                None => Value::unknown(Reason::RunTime, format!("argument `--{name}`"), place),
            };
            object.set(Entry { name: name.into(), place, value });
        }
        let made = Value::object(object, site);
        Some(match self.method_of(&own, "__post_init__") {
            Some(method) => {
                let none = Arguments::default();
                let followed = self.follow(&method.function, Some(made.clone()), &none, site);
                followed.and_then(|followed| followed.receiver).unwrap_or_else(|| covered(made, &why()))
            }
            None => made,
        })
    }

    /// pydantic makes objects of dicts where a field is declared as another model.
    fn as_model(&mut self, annotation: &'a Expr, value: Value, site: Place) -> Value {
        let (Data::Object(dict), Expr::Name(name)) = (&value.data, annotation) else { return value };
        let Data::Symbol(class) = &self.lookup(name.id.as_str()).map_or(Data::Absent, |known| known.value.data.clone())
        else {
            return value;
        };
        let is_model = self.form_of(class) >= Form::Model;
        if dict.class.is_some() || !is_model || self.depth > super::bounds::MAX_DEPTH {
            return value;
        }
        let arguments = Arguments { positional: Vec::new(), named: dict.as_ref().clone() };
        self.depth += 1;
        let made = self.new_object(name.id.as_str(), &arguments, site);
        self.depth -= 1;
        made.unwrap_or(value)
    }

    /// The object for a method that nothing in the file calls.
    pub(super) fn receiver_of(&mut self, class: &Arc<str>, node: &'a StmtFunctionDef) -> Option<Value> {
        let method = self.method_of(class, node.name.as_str())?;
        let place = self.place(node.name.range());
        match method.kind {
            MethodKind::Static => return None,
            MethodKind::Class => return Some(Value::new(Data::Symbol(self.class_symbol(class)), place)),
            _ => {}
        }
        let why = Unknown { reason: Reason::RunTime, name: format!("an object of `{class}`").into(), place };
        let (lineage, is_closed) = self.lineage(class);
        let own = (!is_closed).then(|| why.clone());
        let made = Object { open: own, class: Some(self.class_symbol(class)), ..Object::default() };
        let init = self.method_of(class, "__init__");
        if node.name.as_str() == "__init__" {
            return Some(Value::object(made, place));
        }
        let Some(init) = init else {
            let mut object = made;
            if lineage.first().is_some_and(|class| class.form != Form::Plain) {
                let named = Object { open: Some(why.clone()), ..Object::default() };
                let arguments = Arguments { positional: Vec::new(), named };
                let form = lineage.first().map_or(Form::Plain, |class| class.form);
                self.fields(&lineage, form, &arguments, place, &mut object);
            }
            return Some(Value::object(object, place));
        };
        // All methods of a class of the module see the same object.
        let is_shared = self.frames.is_empty() && self.scopes.len() == 1;
        if let Some(known) = self.receivers.get(class).filter(|_| is_shared) {
            return known.clone();
        }
        // What the constructor sets, with its own arguments unknown. What it makes was made when it was walked.
        self.quiet += 1;
        let mut scope = super::Scope::default();
        self.bind_parameters(&init.function.name, init.function.node, &mut scope, Some(Value::object(made, place)));
        let whole = self.place(init.function.node.range());
        self.frames.push(super::functions::Frame::of(whole, init.function.node, Some(class.clone()), true));
        self.scopes.push(scope);
        self.function.push(init.function.name.clone());
        let (guard, exits) = (std::mem::replace(&mut self.guard, Formula::True), self.exits.len());
        self.begin_leaving(super::exits::Region::Function { encloses: false });
        let ended = self.block(&init.function.node.body);
        let exits = self.exits.split_off(exits);
        self.rejoin(exits, ended);
        self.guard = guard;
        self.function.pop();
        self.frames.pop();
        self.quiet -= 1;
        let scope = self.scopes.pop()?;
        let receiver = super::functions::first_parameter(init.function.node)?;
        let object = scope.get(&receiver).map(|binding| binding.value.clone());
        if is_shared {
            self.receivers.insert(class.clone(), object.clone());
        }
        object
    }

    /// An attribute of an object of a class; nothing for another object.
    pub(super) fn object_field(&mut self, object: &Arc<Object>, name: &str, range: TextRange) -> Option<Value> {
        let class = object.class.clone()?;
        if class.starts_with(MEMBER) {
            return object.entry(name).map(|entry| entry.value.clone());
        }
        let class = class.strip_prefix(CLASS)?;
        let place = self.place(range);
        if let Some(entry) = object.entry(name) {
            if presence(&entry.value) == Formula::True {
                return Some(entry.value.clone());
            }
            // Where it has not its own, it has its class's.
            let shared = self.shared_field(class, object, name, place);
            return Some(present_or(&entry.value, &shared.unwrap_or_else(|| self.unknown(Reason::RunTime, range))));
        }
        match name {
            "__dict__" => return Some(as_dict(object, place)),
            "__class__" => return Some(Value::new(Data::Symbol(object.class.clone()?), place)),
            _ => {}
        }
        if let Some(value) = self.shared_field(class, object, name, place) {
            return Some(value);
        }
        Some(match &object.open {
            Some(why) => self.part_of(why, &[".", name], range),
            None => self.unknown(Reason::RunTime, range),
        })
    }

    /// What all objects of a class have: a property, or a constant.
    fn shared_field(&mut self, class: &str, object: &Arc<Object>, name: &str, site: Place) -> Option<Value> {
        let Some(own) = self.own_name(class) else {
            return self.abroad(class, &mut |machine| machine.shared_field(class, object, name, site));
        };
        match self.method_of(own, name) {
            Some(Method { function, kind: MethodKind::Property }) => {
                let none = Arguments::default();
                let receiver = Value::new(Data::Object(object.clone()), site);
                let followed = self.follow(&function, Some(receiver), &none, site)?;
                if function.is_cached {
                    // Its own body may have changed the object.
                    let object = match followed.receiver.as_ref().map(|receiver| &receiver.data) {
                        Some(Data::Object(now)) => now.clone(),
                        _ => object.clone(),
                    };
                    self.kept(&object, name, &followed.value, site);
                }
                Some(followed.value)
            }
            Some(Method { kind: MethodKind::Object | MethodKind::Static | MethodKind::Class, .. }) => {
                Some(bound_method(object, name, site))
            }
            Some(_) | None => self.class_constant(class, name),
        }
    }

    /// A call of a method of an object.
    pub(super) fn method_call(
        &mut self,
        class: &str,
        object: &Arc<Object>,
        name: &str,
        arguments: &Arguments,
        site: Place,
    ) -> Called {
        let Some(own) = self.own_name(class) else {
            let run = &mut |machine: &mut Machine<'_>| Some(machine.method_call(class, object, name, arguments, site));
            return self.abroad(class, run).unwrap_or(Called::Unknown);
        };
        let Some(Method { function, kind }) = self.method_of(own, name) else {
            return self.inherited_call(own, object, name, arguments, site);
        };
        // Another one was put in its place.
        if object.entry(name).is_some() {
            return Called::None;
        }
        let (lineage, _) = self.lineage(own);
        if lineage.iter().any(|class| self.lookup(&format!("{}.{name}", class.node.name)).is_some()) {
            return Called::Unknown;
        }
        let followed = match kind {
            MethodKind::Static => self.follow(&function, None, arguments, site),
            MethodKind::Class => {
                let class = Value::new(Data::Symbol(self.class_symbol(own)), site);
                let followed = self.follow(&function, Some(class), arguments, site);
                followed.map(|mut followed| {
                    followed.receiver = None;
                    followed
                })
            }
            MethodKind::Object => {
                if let Some(waiting) = self.waiting(&function, class, Some((object, name)), arguments, site) {
                    return Called::Followed(Followed::of(waiting));
                }
                let receiver = Value::new(Data::Object(object.clone()), site);
                match function.is_cached {
                    true => self.remembered(&function, Some(receiver), arguments, site),
                    false => self.follow(&function, Some(receiver), arguments, site),
                }
            }
            MethodKind::Decorated if let Some(wrapping @ Wrapping::Foreign) = self.wrapping(function.node) => {
                let receiver = Value::new(Data::Object(object.clone()), site);
                let followed = self.follow(&function, Some(receiver), arguments, site);
                followed.map(|followed| Followed { value: wrapping.of(followed.value, site), ..followed })
            }
            MethodKind::Property | MethodKind::Decorated => None,
        };
        if followed.is_none() {
            self.unfollowed.insert(self.place(function.node.range()));
        }
        followed.map_or(Called::Unknown, Called::Followed)
    }

    /// The same of a method that is inherited from a class of another module.
    fn inherited_call(
        &mut self,
        own: &str,
        object: &Arc<Object>,
        name: &str,
        arguments: &Arguments,
        site: Place,
    ) -> Called {
        if object.entry(name).is_some() {
            return Called::None;
        }
        for base in self.bases_elsewhere(own) {
            let run = &mut |machine: &mut Machine<'_>| Some(machine.method_call(&base, object, name, arguments, site));
            match self.abroad(&base, run) {
                Some(Called::None) | None => {}
                Some(called) => return called,
            }
        }
        Called::None
    }

    /// A method that Python calls by itself: `__call__`, `__enter__`, `__getitem__`. Nothing where there is none, or where it is
    /// not followed.
    pub(super) fn object_call(
        &mut self,
        class: &str,
        object: &Arc<Object>,
        name: &str,
        arguments: &Arguments,
        site: Place,
    ) -> Option<Followed> {
        match self.method_call(class, object, name, arguments, site) {
            Called::Followed(followed) => Some(followed),
            Called::Unknown | Called::None => None,
        }
    }

    /// A method of an object of a class; `target` is the expression that holds it.
    pub(super) fn own_method(
        &mut self,
        object: &Arc<Object>,
        class: &str,
        call: &'a ExprCall,
        target: &'a Expr,
        name: &str,
    ) -> Value {
        let (arguments, site) = (self.arguments(call), self.place(call.range()));
        match self.method_call(class, object, name, &arguments, site) {
            Called::Followed(followed) => followed.value,
            Called::Unknown => {
                let why = self.why(target.range());
                let base = Value::new(Data::Object(object.clone()), site);
                self.change_known(&base, target, &mut |known| {
                    if let Data::Object(object) = &mut known.data {
                        Arc::make_mut(object).cover(&why);
                    }
                });
                self.outside(call, &arguments)
            }
            Called::None => match name {
                "dict" | "model_dump" => as_deep_dict(object, site),
                "_asdict" => as_dict(object, site),
                "_replace" | "copy" | "model_copy" => replaced(object, &arguments, site),
                _ if self.is_method_of_dict(class, name) => {
                    let base = Value::new(Data::Object(object.clone()), site);
                    let done = self.collection_method(&base, target, name, &arguments, call.range());
                    done.unwrap_or_else(|| self.unknown(Reason::RunTime, call.range()))
                }
                _ if let Some(value) = self.method_of_sdk(object, name, call, &arguments) => value,
                _ => {
                    // A field may hold a function, or an object that is called.
                    let held = object.entry(name).map(|entry| entry.value.clone());
                    let held = held.or_else(|| self.class_constant(class, name).filter(is_class));
                    if held.is_none() {
                        self.escapes(target);
                    }
                    let held = held.unwrap_or_else(|| Value::absent(site));
                    self.call_known(&held, call, &arguments)
                }
            },
        }
    }

    /// `object.__dict__.update(…)`, or `setattr(object, name, value)` as such an update.
    pub(super) fn update_fields(&mut self, target: &'a Expr, arguments: &Arguments, range: TextRange) -> Value {
        let (place, why) = (self.place(range), self.why(range));
        let named = Value::object(arguments.named.clone(), place);
        let first = arguments.positional.first().map(|argument| argument.value.clone());
        let more: Vec<Value> = first.into_iter().chain([named]).map(|value| self.rested(value)).collect();
        self.change(target, &mut |known| {
            if let Data::Object(object) = &mut known.data {
                more.iter().for_each(|more| merge(Arc::make_mut(object), more, &why));
            }
        });
        Value::absent(place)
    }
}

/// Whether a value is a class, of the project's own or of the SDK's.
fn is_class(value: &Value) -> bool {
    matches!(&value.data, Data::Symbol(symbol) if symbol.starts_with(CLASS) || symbol.starts_with("sagemaker."))
}

/// A text or number as pydantic makes it of what a field is declared as.
fn as_annotated(annotation: &Expr, value: Value) -> Value {
    let Expr::Name(name) = annotation else { return value };
    match (name.id.as_str(), &value.data) {
        ("float", Data::Number(number)) => {
            Value { data: Data::Number(Number::real(number.near())), origin: value.origin }
        }
        ("int" | "float", Data::Text(text)) => match text.trim().parse::<f64>() {
            Ok(number) if name.id.as_str() == "float" && number.is_finite() => {
                Value { data: Data::Number(Number::real(number)), origin: value.origin }
            }
            Ok(number) if number.is_finite() => Value { data: Data::Number(number.into()), origin: value.origin },
            _ => Value::unknown(Reason::Invalid, "a number", value.origin.place),
        },
        _ => value,
    }
}

/// Whether a field is given by another name than its own.
fn has_aliases(lineage: &[Arc<Class<'_>>]) -> bool {
    let fields = lineage.iter().flat_map(|class| &class.node.body).filter_map(Stmt::as_ann_assign_stmt);
    let mut calls = fields.filter_map(|field| field.value.as_deref()?.as_call_expr());
    calls.any(|call| {
        let mut keywords = call.arguments.keywords.iter();
        keywords.any(|keyword| keyword.arg.as_deref().is_some_and(|arg| arg.ends_with("alias")))
    })
}

/// Whether an annotation says that it is of the class, not of its objects.
fn is_class_variable(annotation: &Expr) -> bool {
    let of = if let Expr::Subscript(subscript) = annotation { &*subscript.value } else { annotation };
    match of {
        Expr::Name(name) => name.id.as_str() == "ClassVar",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "ClassVar",
        _ => false,
    }
}

/// Whether a field is none of the constructor's: `field(init=False)`.
fn is_set_later(lineage: &[Arc<Class<'_>>], name: &str) -> bool {
    let declared = lineage.iter().flat_map(|class| &class.node.body).find_map(|statement| match statement {
        Stmt::AnnAssign(field) if matches!(&*field.target, Expr::Name(target) if target.id.as_str() == name) => {
            Some(field.value.as_deref())
        }
        _ => None,
    });
    let Some(Some(Expr::Call(call))) = declared else { return false };
    let mut keywords = call.arguments.keywords.iter();
    keywords.any(|keyword| {
        keyword.arg.as_deref() == Some("init") && matches!(&keyword.value, Expr::BooleanLiteral(no) if !no.value)
    })
}

/// The fields of an object as a dict, those of objects in it too.
pub(super) fn as_dict(object: &Arc<Object>, place: Place) -> Value {
    let mut dict = Object { class: None, ..object.as_ref().clone() };
    for entry in &mut dict.entries {
        if let Data::Object(inner) = &entry.value.data
            && inner.class.as_deref().is_some_and(|class| class.starts_with(CLASS))
        {
            entry.value = as_sure_as(as_dict(inner, entry.place), &entry.value);
        }
    }
    Value::object(dict, place)
}

/// The same as `asdict` makes it: all of it is a copy, also what lists and dicts in it hold.
pub(super) fn as_deep_dict(object: &Arc<Object>, place: Place) -> Value {
    plainly_copied(&as_dict(object, place))
}

fn plainly_copied(value: &Value) -> Value {
    let data = match &value.data {
        Data::List(list) => {
            let items = list.items.iter().map(plainly_copied).collect();
            Data::List(Arc::new(List { items, open: list.open.clone() }))
        }
        Data::Object(object) => {
            let is_own = object.class.as_deref().is_some_and(|class| class.starts_with(CLASS));
            let mut copy = Object { class: object.class.clone().filter(|_| !is_own), ..object.as_ref().clone() };
            copy.entries.iter_mut().for_each(|entry| entry.value = plainly_copied(&entry.value));
            Data::Object(Arc::new(copy))
        }
        data => data.clone(),
    };
    Value { data, origin: value.origin.clone() }
}

/// A copy of an object with other values for some of its fields.
pub(super) fn replaced(object: &Arc<Object>, arguments: &Arguments, place: Place) -> Value {
    let mut copy = object.as_ref().clone();
    let update = arguments.named.entry("update").map(|entry| &entry.value);
    let named = arguments.named.entries.iter().filter(|entry| !matches!(&*entry.name, "update" | "deep"));
    for entry in named {
        copy.set(entry.clone());
    }
    match update.map(|update| &update.data) {
        Some(Data::Object(more)) => {
            more.entries.iter().for_each(|entry| copy.set(entry.clone()));
            copy.open = copy.open.take().or_else(|| more.open.clone());
        }
        Some(_) => copy.cover(&Unknown { reason: Reason::RunTime, name: "a copy".into(), place }),
        None => {}
    }
    copy.open = copy.open.take().or_else(|| arguments.named.open.clone());
    Value::object(copy, place)
}

fn covered(value: Value, why: &Unknown) -> Value {
    match value.data {
        Data::Object(object) => {
            let mut object = object.as_ref().clone();
            object.cover(why);
            Value { data: Data::Object(Arc::new(object)), origin: value.origin }
        }
        _ => value,
    }
}

/// An argument that is not written in the call itself.
pub(super) fn positional(value: Value) -> Argument {
    let place = value.origin.place;
    Argument { name: None, value, place, keyword: None }
}
