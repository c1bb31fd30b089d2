//! The project's own classes: their constants, what they inherit, and what their constructors take.

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprAttribute, Stmt, StmtAnnAssign, StmtClassDef, StmtFunctionDef};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;

use super::{
    Machine,
    caches::is_cache,
    callables::FUNCTION,
    calls::Arguments,
    decorators::hands_through,
    functions::Function,
    objects::positional,
    scope::{Scope, same_known},
};
use crate::{
    graph::{
        guard::Formula,
        value::{Data, Entry, Object, Reason, Value},
    },
    source::Place,
};

/// Symbols of classes, and the class of their objects, begin so: `class:Trainer`.
pub(super) const CLASS: &str = "class:";
/// The class of an enumeration's member.
pub(super) const MEMBER: &str = "enum:";
/// `super()` in a method of a class: `super:Trainer`.
pub(super) const SUPER: &str = "super:";
/// Decorators after which the constructor of a class takes its fields.
const FIELD_MAKERS: [&str; 8] = [
    "dataclasses.dataclass",
    "attr.s",
    "attr.attrs",
    "attr.define",
    "attr.frozen",
    "attrs.define",
    "attrs.frozen",
    "pydantic.dataclasses.dataclass",
];
/// Most classes that one inherits from.
const MAX_LINEAGE: usize = 16;

/// A class.
pub(super) struct Class<'a> {
    pub(super) node: &'a StmtClassDef,
    pub(super) bases: Vec<Arc<str>>,
    pub(super) form: Form,
    /// Whether nothing is done to the class that is not followed: a decorator, a metaclass.
    plain: bool,
    /// Whether code of the project makes something else of it: nothing is known of what it holds then.
    altered: bool,
    /// What it assigns outside of its methods; of fields, their defaults.
    pub(super) constants: Vec<(Arc<str>, Value, Place)>,
    pub(super) methods: Vec<Method<'a>>,
}

/// The class of an object, if it is one of the project's, without what marks it as one.
pub(super) fn own_class(object: &Object) -> Option<&str> {
    object.class.as_deref()?.strip_prefix(CLASS)
}

impl<'a> Class<'a> {
    /// The same class, of which code of the project makes something else.
    pub(super) fn altered(&self) -> Self {
        let (bases, constants, methods) = (self.bases.clone(), self.constants.clone(), self.methods.clone());
        Self { node: self.node, bases, form: self.form, plain: false, altered: true, constants, methods }
    }

    /// A method of its own.
    pub(super) fn method(&self, name: &str) -> Option<Method<'a>> {
        self.methods.iter().find(|method| method.function.node.name.as_str() == name).cloned()
    }
}

/// What the constructor takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// What `__init__` takes.
    Plain,
    /// The fields that are declared: a dataclass, a named tuple.
    Fields,
    /// The same by name, and dicts become objects: a model of pydantic's.
    Model,
    /// A model whose fields the environment may set.
    Settings,
    /// A dict.
    Dict,
    /// A member's value.
    Enum,
    /// The same; its members are texts or numbers.
    PlainEnum,
}

#[derive(Clone)]
pub(super) struct Method<'a> {
    pub(super) function: Function<'a>,
    pub(super) kind: MethodKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum MethodKind {
    Object,
    Class,
    Static,
    Property,
    /// A decorator changes what it does.
    Decorated,
}

impl<'a> Machine<'a> {
    /// A class statement.
    pub(super) fn define_class(&mut self, node: &'a StmtClassDef) {
        let name: Arc<str> = node.name.as_str().into();
        let place = self.place(node.name.range());
        let before = self.classes.get(&name).cloned().flatten();
        let may_stay = self.may_stay(node);
        self.remember_class(node, self.guard == Formula::True);
        if let Some(before) = before.filter(|before| before.node.range() != node.range()) {
            for (constant, ..) in &before.constants {
                if let Some(scope) = self.scopes.last_mut() {
                    scope.remove(&format!("{name}.{constant}"));
                }
            }
        }
        self.bind(name.clone(), Value::new(Data::Symbol(self.class_symbol(&name)), place), place);
        let Some(Some(class)) = self.classes.get(&name).cloned() else { return };
        for (constant, value, place) in &class.constants {
            let value = match class.form {
                _ if class.altered => Value::unknown(Reason::Control, format!("`{name}.{constant}`"), *place),
                Form::Enum => member(&name, first_name(&class.constants, constant, value), value),
                _ => value.clone(),
            };
            self.bind(format!("{name}.{constant}"), value, *place);
        }
        if may_stay && !self.register_class(node, &name) {
            self.alter(node, &name);
            for (constant, _, place) in &class.constants {
                let unknown = Value::unknown(Reason::Control, format!("`{name}.{constant}`"), *place);
                self.bind(format!("{name}.{constant}"), unknown, *place);
            }
        }
        // `__init__` first: the others see what it sets.
        let (first, rest): (Vec<_>, Vec<_>) =
            class.methods.iter().partition(|method| method.function.node.name.as_str() == "__init__");
        for method in first.into_iter().chain(rest) {
            self.bind_defaults(&method.function.node.parameters, &method.function.name);
            self.queue_function(method.function.node, method.function.name.clone(), Some(name.clone()));
        }
    }

    /// Remembers a class by its name. One that certainly takes the place of another does so; else a name that is defined
    /// twice could be either.
    pub(super) fn remember_class(&mut self, node: &'a StmtClassDef, is_certain: bool) {
        let name: Arc<str> = node.name.as_str().into();
        if let Some(known) = self.classes.get_mut(&name) {
            let is_other = known.as_ref().is_none_or(|known| known.node.range() != node.range());
            if !is_other || !is_certain {
                *known = if is_other { None } else { known.take() };
                return;
            }
        }
        let bases: Vec<Arc<str>> = node.bases().iter().map(|base| self.symbol_of(base)).collect();
        let keywords = node.arguments.iter().flat_map(|arguments| &arguments.keywords);
        let metaclass =
            keywords.filter(|keyword| keyword.arg.as_deref() == Some("metaclass")).map(|one| &one.value).next();
        let mut plain = metaclass.is_none();
        let mut altered = metaclass.is_some_and(|class| self.symbol_of(class).starts_with(CLASS));
        let mut form = bases.iter().map(|base| self.form_of(base)).max().unwrap_or(Form::Plain);
        if form == Form::Enum && bases.iter().any(|base| matches!(&**base, "builtins.str" | "builtins.int")) {
            form = Form::PlainEnum;
        }
        let is_registered = !self.registered.is_empty() && self.registered.contains(&self.place(node.range()));
        for decorator in &node.decorator_list {
            let expression = match &decorator.expression {
                Expr::Call(call) => &*call.func,
                expression => expression,
            };
            match &*self.symbol_of(expression) {
                symbol if FIELD_MAKERS.contains(&symbol) => form = form.max(Form::Fields),
                symbol if is_known_decorator(symbol) || is_registered => {}
                symbol => {
                    plain = false;
                    altered |= symbol.starts_with(FUNCTION);
                }
            }
        }
        altered |= !is_registered
            && bases.iter().filter_map(|base| self.own_name(base.strip_prefix(CLASS)?)).any(|base| {
                let known = self.classes.get(base).cloned().flatten();
                known.is_some_and(|known| known.altered || known.method("__init_subclass__").is_some())
            });
        let class =
            Class { node, bases, form, plain, altered, constants: Vec::new(), methods: self.methods(node, &name) };
        // Its constants may use it by name only after it is made.
        let mut constants = self.constants(node);
        if class.form == Form::PlainEnum {
            // A constant of the module's is no member, though a member may have its value.
            let is_own = |place: Place| self.place(node.range()).span.contains(place.span);
            for (_, value, place) in constants.iter_mut().filter(|(_, value, _)| !is_own(value.origin.place)) {
                value.origin.place = *place;
            }
        }
        let class = Arc::new(Class { constants, ..class });
        self.classes.insert(name, Some(class.clone()));
        self.note_members(&class);
    }

    fn methods(&mut self, node: &'a StmtClassDef, class: &Arc<str>) -> Vec<Method<'a>> {
        let definitions = node.body.iter().filter_map(Stmt::as_function_def_stmt);
        let within = self.function.last().cloned();
        let level = self.scopes.len();
        let mut has_setters = false;
        let method = |node: &'a StmtFunctionDef| {
            has_setters |= node.name.as_str() == "__setattr__" || is_setter(node);
            let decorators = node.decorator_list.iter().map(|decorator| match &decorator.expression {
                // `@lru_cache(maxsize=None)`.
                expression @ Expr::Call(call) => {
                    let decorator = self.symbol_of(&call.func);
                    let is_known = decorator.starts_with("functools.") || hands_through(&decorator);
                    if is_known { decorator } else { self.symbol_of(expression) }
                }
                expression => self.symbol_of(expression),
            });
            let mut is_cached = false;
            let decorators = decorators.inspect(|decorator| is_cached |= is_cache(decorator));
            let kind = decorators.fold(MethodKind::Object, |kind, decorator| match (kind, &*decorator) {
                (MethodKind::Object, "builtins.staticmethod") => MethodKind::Static,
                (MethodKind::Object, "builtins.classmethod") => MethodKind::Class,
                (MethodKind::Object, "builtins.property" | "functools.cached_property") => MethodKind::Property,
                (kind, "functools.lru_cache" | "functools.cache") => kind,
                (kind, decorator) if hands_through(decorator) => kind,
                _ => MethodKind::Decorated,
            });
            let name = format!("{class}.{}", node.name).into();
            let (class, within) = (Some(class.clone()), within.clone());
            let function = Function { node, name, class, within, level, is_closure: false, is_cached };
            Method { function, kind }
        };
        let methods = definitions.map(method).collect();
        self.has_setters |= has_setters;
        methods
    }

    /// What a class assigns outside of its methods, in order. Its statements see each other's names.
    fn constants(&mut self, node: &'a StmtClassDef) -> Vec<(Arc<str>, Value, Place)> {
        let mut order: Vec<(Arc<str>, Place)> = Vec::new();
        let mut seen: FxHashSet<Arc<str>> = FxHashSet::default();
        self.scopes.push(Scope::default());
        for statement in &node.body {
            let (target, value) = match statement {
                Stmt::Assign(assign) if matches!(&assign.targets[..], [Expr::Name(_)]) => {
                    (&assign.targets[0], &*assign.value)
                }
                Stmt::AnnAssign(StmtAnnAssign { target, value: Some(value), .. }) => (&**target, &**value),
                // What else a class does to its own names.
                Stmt::Assign(_) | Stmt::AugAssign(_) | Stmt::Expr(_) | Stmt::If(_) | Stmt::For(_) => {
                    for name in self.assigned(std::slice::from_ref(statement)) {
                        let name: Arc<str> = name.into();
                        if seen.insert(name.clone()) {
                            order.push((name, self.place(statement.range())));
                        }
                    }
                    if !defines(statement) {
                        self.block(std::slice::from_ref(statement));
                    }
                    continue;
                }
                _ => continue,
            };
            let Expr::Name(constant) = target else { continue };
            let place = self.place(target.range());
            let Some(value) = self.field_default(value) else { continue };
            let name: Arc<str> = constant.id.as_str().into();
            match seen.insert(name.clone()) {
                true => order.push((name.clone(), place)),
                false => order.iter_mut().filter(|(known, _)| *known == name).for_each(|known| known.1 = place),
            }
            if let Some(scope) = self.scopes.last_mut() {
                scope.bind(name, value, place);
            }
        }
        let scope = self.scopes.pop().unwrap_or_default();
        let one = |(name, place): (Arc<str>, Place)| Some((name.clone(), scope.get(&name)?.value.clone(), place));
        order.into_iter().filter_map(one).collect()
    }

    /// What a field is where the constructor is not told; nothing for a field that has no default.
    fn field_default(&mut self, value: &'a Expr) -> Option<Value> {
        let Expr::Call(call) = value else { return Some(self.eval(value)) };
        let is_field = matches!(
            &*self.symbol_of(&call.func),
            "dataclasses.field" | "pydantic.Field" | "attr.ib" | "attr.field" | "attrs.field"
        );
        if !is_field {
            return Some(self.eval(value));
        }
        let keyword = |name: &str| {
            let found = call.arguments.keywords.iter().find(|keyword| keyword.arg.as_deref() == Some(name));
            found.map(|keyword| &keyword.value)
        };
        let given = keyword("default").or_else(|| call.arguments.args.first());
        if let Some(given) = given.filter(|given| !given.is_ellipsis_literal_expr()) {
            return Some(self.eval(given));
        }
        let factory = self.eval(keyword("default_factory").or_else(|| keyword("factory"))?);
        let arguments = Arguments::default();
        Some(self.call_known(&factory, call, &arguments))
    }

    /// `Class.name = value`, however the class is named; whether it was that.
    pub(super) fn set_class_attribute(&mut self, base: &Value, name: &str, value: &Value, place: Place) -> bool {
        let Data::Symbol(symbol) = &base.data else { return false };
        let Some(class) = symbol.strip_prefix(CLASS) else { return false };
        let value = self.rested(value.clone());
        match self.own_name(class) {
            Some(own) => {
                let path: Arc<str> = format!("{own}.{name}").into();
                let at = self.scopes.iter().rposition(|scope| scope.get(own).is_some()).unwrap_or(0);
                if let Some(scope) = self.scopes.get_mut(at) {
                    scope.bind(path, value, place);
                }
            }
            None => {
                if let Some((file, own)) = class.rsplit_once(':') {
                    self.set_in_module(file, &format!("{own}.{name}"), &value, place);
                }
            }
        }
        true
    }

    /// What a class does where code sets a field of an object: a setter runs. Whether it is one of these.
    pub(super) fn set_by_class(&mut self, base: &Value, attribute: &'a ExprAttribute, value: &Value) -> bool {
        let Data::Object(object) = &base.data else { return false };
        let class = own_class(object);
        let Some(own) = class.and_then(|class| self.own_name(class)).map(str::to_owned) else { return false };
        let (name, site) = (attribute.attr.as_str(), self.place(attribute.range()));
        let (lineage, _) = self.lineage(&own);
        let is_it =
            |method: &&Method<'a>| is_setter(method.function.node) && method.function.node.name.as_str() == name;
        let setter = lineage.iter().find_map(|class| class.methods.iter().find(is_it)).cloned();
        let keeps = self.method_of(&own, "__setattr__").is_some();
        if setter.is_none() && !keeps {
            return false;
        }
        let arguments = Arguments { positional: vec![positional(value.clone())], named: Object::default() };
        let followed = setter
            .filter(|_| !keeps)
            .and_then(|setter| self.follow(&setter.function, Some(base.clone()), &arguments, site));
        if followed.is_none() {
            let why = self.why(attribute.range());
            self.change(&attribute.value, &mut |known| {
                if let Data::Object(object) = &mut known.data {
                    Arc::make_mut(object).cover(&why);
                }
            });
        }
        true
    }

    pub(super) fn symbol_of(&mut self, expression: &'a Expr) -> Arc<str> {
        // `Generic[T]`.
        let expression = if let Expr::Subscript(subscript) = expression { &*subscript.value } else { expression };
        match self.eval(expression).data {
            Data::Symbol(symbol) => symbol,
            _ => "?".into(),
        }
    }

    pub(super) fn form_of(&self, base: &str) -> Form {
        if let Some(own) = base.strip_prefix(CLASS).and_then(|name| self.own_name(name)) {
            return self.classes.get(own).cloned().flatten().map_or(Form::Plain, |class| class.form);
        }
        match base {
            "typing.NamedTuple" => Form::Fields,
            "pydantic.BaseModel" => Form::Model,
            "pydantic.BaseSettings" | "pydantic_settings.BaseSettings" => Form::Settings,
            "typing.TypedDict" | "typing_extensions.TypedDict" => Form::Dict,
            "enum.Enum" | "enum.IntFlag" | "enum.Flag" => Form::Enum,
            "enum.StrEnum" | "enum.IntEnum" => Form::PlainEnum,
            _ => Form::Plain,
        }
    }

    /// A class and all that it inherits from, nearest first, and whether all of them are known.
    pub(super) fn lineage(&self, name: &str) -> (Vec<Arc<Class<'a>>>, bool) {
        let (mut found, mut names, mut is_closed): (Vec<Arc<Class<'a>>>, Vec<Arc<str>>, bool) =
            (Vec::new(), vec![name.into()], true);
        let mut at = 0;
        while let Some(name) = names.get(at).cloned() {
            at += 1;
            let Some(Some(class)) = self.classes.get(&name).cloned() else {
                is_closed = false;
                continue;
            };
            is_closed &= class.plain && found.len() < MAX_LINEAGE;
            for base in &class.bases {
                match base.strip_prefix(CLASS).and_then(|name| self.own_name(name)) {
                    Some(own) if names.iter().any(|known| **known == *own) => {}
                    Some(own) if names.len() < MAX_LINEAGE => names.push(own.into()),
                    _ => is_closed &= is_harmless(base),
                }
            }
            found.push(class);
        }
        (found, is_closed)
    }

    pub(super) fn method_of(&mut self, class: &str, name: &str) -> Option<Method<'a>> {
        let (lineage, _) = self.lineage(class);
        self.spend(lineage.iter().map(|class| class.methods.len()).sum::<usize>() / 16);
        lineage.iter().find_map(|class| class.method(name))
    }

    /// The symbol of one of the file's own classes.
    pub(super) fn class_symbol(&self, name: &str) -> Arc<str> {
        format!("{CLASS}{}{name}", self.prefix).into()
    }

    /// A constant of a class, or of one that it inherits from.
    pub(super) fn class_constant(&mut self, class: &str, name: &str) -> Option<Value> {
        let Some(own) = self.own_name(class) else {
            return self.abroad(class, &mut |machine| machine.class_constant(class, name));
        };
        let (lineage, _) = self.lineage(own);
        self.spend(lineage.iter().map(|class| 1 + class.constants.len()).sum::<usize>() / 16);
        if lineage.iter().any(|class| class.altered) {
            let place = self.source.place(crate::source::Span::new(0, 0));
            return Some(Value::unknown(Reason::Control, format!("`{own}.{name}`"), place));
        }
        let known = lineage.iter().find_map(|class| {
            let path = format!("{}.{name}", class.node.name);
            if let Some(binding) = self.lookup(&path) {
                return Some(binding.value.clone());
            }
            class.constants.iter().find(|(known, ..)| **known == *name).map(|(_, value, _)| value.clone())
        });
        known.or_else(|| {
            let bases = self.bases_elsewhere(own);
            bases.iter().find_map(|base| self.class_constant(base, name))
        })
    }

    /// The classes of other modules that one inherits from.
    pub(super) fn bases_elsewhere(&self, own: &str) -> Vec<Arc<str>> {
        let (lineage, _) = self.lineage(own);
        let bases = lineage.iter().flat_map(|class| &class.bases).filter_map(|base| base.strip_prefix(CLASS));
        bases.filter(|base| self.own_name(base).is_none() && base.contains(':')).map(Arc::from).collect()
    }

    /// The members of an enumeration.
    pub(super) fn members(&mut self, class: &str) -> Option<Vec<Value>> {
        let Some(own) = self.own_name(class) else {
            return self.abroad(class, &mut |machine| machine.members(class));
        };
        let class = self.classes.get(own).cloned().flatten()?;
        matches!(class.form, Form::Enum | Form::PlainEnum).then(|| {
            let one = |(name, value, _): &(Arc<str>, Value, Place)| match class.form {
                Form::Enum => member(class.node.name.as_str(), name, value),
                _ => value.clone(),
            };
            let is_first =
                |(name, value, _): &&(Arc<str>, Value, Place)| first_name(&class.constants, name, value) == name;
            class.constants.iter().filter(is_first).map(one).collect()
        })
    }
}

/// Whether a decorator leaves a class as it is, but for its constructor.
pub(super) fn is_known_decorator(symbol: &str) -> bool {
    FIELD_MAKERS.contains(&symbol) || matches!(symbol, "enum.unique" | "typing.final" | "typing.runtime_checkable")
}

/// Whether a method is called where code sets a property: `@size.setter`.
fn is_setter(node: &StmtFunctionDef) -> bool {
    let is_one = |decorator: &Expr| matches!(decorator, Expr::Attribute(of) if of.attr.as_str() == "setter");
    node.decorator_list.iter().any(|decorator| is_one(&decorator.expression))
}

/// Whether a statement defines functions or classes, which would be none of the class's own names here.
fn defines(statement: &Stmt) -> bool {
    let any =
        |body: &[Stmt]| body.iter().any(|one| matches!(one, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) || defines(one));
    match statement {
        Stmt::If(branch) => any(&branch.body) || branch.elif_else_clauses.iter().any(|clause| any(&clause.body)),
        Stmt::For(repeat) => any(&repeat.body) || any(&repeat.orelse),
        _ => false,
    }
}

/// Bases and such that change nothing of what a class does.
fn is_harmless(base: &str) -> bool {
    matches!(
        base,
        "builtins.object" | "builtins.str" | "builtins.int" | "builtins.dict" | "builtins.Exception" | "abc.ABC"
    ) || ["typing.", "enum.", "pydantic.", "pydantic_settings.", "typing_extensions."]
        .iter()
        .any(|module| base.starts_with(module))
}

/// The name of a member: of those with the same value the first one's, for which the others are only other names.
fn first_name<'n>(constants: &'n [(Arc<str>, Value, Place)], name: &'n Arc<str>, value: &Value) -> &'n Arc<str> {
    constants.iter().find(|(_, other, _)| same_known(other, value)).map_or(name, |(first, ..)| first)
}

/// A member of an enumeration.
fn member(class: &str, name: &Arc<str>, value: &Value) -> Value {
    let place = value.origin.place;
    let mut object = Object { class: Some(format!("{MEMBER}{class}").into()), ..Object::default() };
    object.set(Entry { name: "value".into(), place, value: value.clone() });
    object.set(Entry { name: "name".into(), place, value: Value::text(name.clone(), place) });
    Value::object(object, place)
}
