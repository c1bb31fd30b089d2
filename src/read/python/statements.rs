//! Statements, in order.

use std::{borrow::Cow, sync::Arc};

use ruff_python_ast::{
    Expr, ExprAttribute, ExprName, Operator, Stmt, StmtImport, StmtImportFrom,
    visitor::{self, Visitor},
};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;

use super::{
    Machine,
    bounds::MAX_DEPTH,
    callables::FUNCTION,
    collections::{has_fields, merge},
    config_files::path_of_file,
    exits::Region,
    identity::Changes,
    rounds::Exit,
};
use crate::{
    graph::{
        fact::Import,
        guard::Formula,
        value::{Data, Entry, MAX_ENTRIES, Reason, Unknown, Value},
    },
    source::Place,
};

impl<'a> Machine<'a> {
    /// Runs statements; says whether they ended early (`return`, `raise`, `break`, `continue`).
    pub(super) fn block(&mut self, statements: &'a [Stmt]) -> bool {
        if self.depth > MAX_DEPTH {
            self.skip(statements);
            return false;
        }
        self.depth += 1;
        let outer = (self.guard.clone(), self.resting.clone());
        let ended = statements.iter().any(|statement| self.statement(statement));
        // A branch that ended early narrows the rest of its own block only.
        (self.guard, self.resting) = outer;
        self.depth -= 1;
        ended
    }

    pub(super) fn statement(&mut self, statement: &'a Stmt) -> bool {
        self.spend(1);
        if self.is_exhausted(statement.range()) {
            return false;
        }
        match statement {
            Stmt::Expr(statement) => {
                self.eval(&statement.value);
            }
            Stmt::Assign(statement) => self.assign_statement(&statement.targets, &statement.value),
            Stmt::AnnAssign(statement) => {
                if let Some(value) = &statement.value {
                    self.assign_statement(std::slice::from_ref(&statement.target), value);
                }
            }
            Stmt::AugAssign(statement) => {
                let current = self.eval(&statement.target);
                let added = self.eval(&statement.value);
                if self.added_in_place(statement.op, &statement.target, &current, &added) {
                    return false;
                }
                let value = self.binary(statement.op, &current, &added, statement.range());
                self.assign(&statement.target, value, None);
            }
            Stmt::Import(statement) => self.import(statement),
            Stmt::ImportFrom(statement) => self.import_from(statement),
            Stmt::If(statement) => return self.if_statement(statement),
            Stmt::For(statement) => return self.for_statement(statement),
            Stmt::While(statement) => return self.while_statement(statement),
            Stmt::With(statement) => return self.with_statement(statement),
            Stmt::Try(statement) => return self.try_statement(statement),
            Stmt::FunctionDef(definition) => self.define_function(definition),
            Stmt::ClassDef(class) => self.define_class(class),
            Stmt::Return(statement) => {
                let value = match &statement.value {
                    Some(value) => self.eval(value),
                    None => Value::absent(self.place(statement.range())),
                };
                self.returns(value);
                self.note_exit(Exit::Return);
                return true;
            }
            Stmt::Raise(statement) => {
                self.raise_statement(statement.exc.as_deref());
                return true;
            }
            Stmt::Break(_) => {
                self.note_exit(Exit::Break);
                return true;
            }
            Stmt::Continue(_) => {
                self.note_exit(Exit::Continue);
                return true;
            }
            Stmt::Delete(statement) => {
                for target in &statement.targets {
                    self.delete(target);
                }
            }
            Stmt::Global(statement) => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.globals.extend(statement.names.iter().map(|name| Arc::from(name.as_str())));
                }
            }
            Stmt::Nonlocal(statement) => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.outer.extend(statement.names.iter().map(|name| Arc::from(name.as_str())));
                }
            }
            Stmt::Match(statement) => return self.match_statement(statement),
            Stmt::IpyEscapeCommand(command) => self.escape_command(command),
            Stmt::Assert(statement) => self.assert_statement(&statement.test),
            Stmt::TypeAlias(_) | Stmt::Pass(_) => {}
        }
        false
    }

    fn delete(&mut self, target: &'a Expr) {
        match target {
            Expr::Name(name) => {
                if let Some(scope) = self.scopes.last_mut() {
                    scope.remove(name.id.as_str());
                }
            }
            Expr::Subscript(subscript) => {
                let key = self.eval(&subscript.slice);
                if self.unset_environment(&subscript.value, &key) {
                    return;
                }
                self.delete_item(&subscript.value, &key);
            }
            Expr::Attribute(attribute) => {
                if let Some(path) = self.dotted(target)
                    && let Some(scope) = self.scopes.last_mut()
                {
                    scope.remove(&path);
                }
                let name = attribute.attr.as_str();
                self.change(&attribute.value, &mut |known| {
                    if let Data::Object(object) = &mut known.data {
                        Arc::make_mut(object).entries.retain(|entry| *entry.name != *name);
                    }
                });
            }
            _ => {}
        }
    }

    fn define_function(&mut self, definition: &'a ruff_python_ast::StmtFunctionDef) {
        let name: Arc<str> = definition.name.as_str().into();
        let place = self.place(definition.name.range());
        let qualified: Arc<str> = match self.function.last() {
            Some(outer) => format!("{outer}.{name}").into(),
            None => name.clone(),
        };
        let is_certain = self.guard == Formula::True && self.looping == 0;
        let known = self.remember_function(definition, qualified.clone(), is_certain);
        self.bind_defaults(&definition.parameters, &qualified);
        self.bind(name, Value::new(Data::Symbol(format!("{FUNCTION}{}{known}", self.prefix).into()), place), place);
        if !definition.decorator_list.is_empty() && self.has_own_decorators(definition) {
            self.register(definition, &qualified);
        }
        self.queue_function(definition, qualified, None);
        self.remote_function(definition);
    }

    pub(super) fn bind(&mut self, name: impl AsRef<str> + Into<Arc<str>>, value: Value, place: Place) {
        let value = self.rested(value);
        let frame = self.frames.last();
        let is_outer = frame.is_some_and(|frame| frame.is_outer(name.as_ref()));
        let is_global = frame.is_some_and(|frame| frame.is_global(name.as_ref()));
        let scope = if is_global {
            self.changed_outside();
            self.scopes.first_mut()
        } else if is_outer {
            self.changed_outside();
            // The nearest function around it that has the name.
            self.scopes.iter_mut().rev().skip(1).find(|scope| scope.get(name.as_ref()).is_some())
        } else {
            self.scopes.last_mut()
        };
        if let Some(scope) = scope {
            scope.bind(name, value, place);
        }
    }

    /// Whether the function at hand declares a name `global` or `nonlocal`.
    fn is_of_another_scope(&self, name: &str) -> bool {
        self.frames.last().is_some_and(|frame| frame.is_outer(name) || frame.is_global(name))
    }

    fn assign_statement(&mut self, targets: &'a [Expr], value: &'a Expr) {
        let outer = self.target.take();
        if let [Expr::Name(name)] = targets {
            self.target = Some(Cow::Borrowed(name.id.as_str()));
            let evaluated = self.eval(value);
            self.target = outer;
            if self.has_failed() {
                return;
            }
            return self.assign_name(name, evaluated, Some(value));
        }
        self.target = targets.first().and_then(|target| self.dotted(target));
        let evaluated = self.eval(value);
        self.target = outer;
        if self.has_failed() {
            return;
        }
        for target in targets {
            self.assign(target, evaluated.clone(), Some(value));
        }
    }

    fn assign_name(&mut self, name: &'a ExprName, value: Value, from: Option<&'a Expr>) {
        let (name, place) = (name.id.as_str(), self.place(name.range));
        let shared = match from {
            Some(Expr::Name(other)) if !self.is_of_another_scope(name) => {
                self.scopes.last().and_then(|scope| scope.get(other.id.as_str())).map(|known| known.object)
            }
            _ => None,
        };
        match shared {
            Some(object) => {
                let rested = self.rested(value);
                if let Some(scope) = self.scopes.last_mut() {
                    scope.bind_object(name, rested, place, object);
                }
            }
            None => self.bind(name, value, place),
        }
    }

    /// Gives a target its value. `from` is the expression, where a name shares another name's list or dict.
    pub(super) fn assign(&mut self, target: &'a Expr, value: Value, from: Option<&'a Expr>) {
        match target {
            Expr::Name(name) => self.assign_name(name, value, from),
            Expr::Tuple(_) | Expr::List(_) => {
                let elements = match target {
                    Expr::Tuple(tuple) => &tuple.elts,
                    Expr::List(list) => &list.elts,
                    _ => return,
                };
                let listed = self.listed(&value);
                let unknown =
                    || elements.iter().map(|element| self.unknown(Reason::RunTime, element.range())).collect();
                let items: Vec<Value> = self.unpacked(elements, &listed).unwrap_or_else(unknown);
                for (element, item) in elements.iter().zip(items) {
                    let target = if let Expr::Starred(starred) = element { &*starred.value } else { element };
                    self.assign(target, item, None);
                }
            }
            Expr::Starred(starred) => {
                let value = self.unknown(Reason::RunTime, starred.range());
                self.assign(&starred.value, value, None);
            }
            Expr::Attribute(attribute) => {
                let base = self.eval(&attribute.value);
                if let Data::Reference(reference) = &base.data {
                    self.set_attribute(
                        &reference.id.clone(),
                        attribute.attr.as_str(),
                        value,
                        self.place(target.range()),
                    );
                } else if let Data::Object(object) = &base.data
                    && let Expr::Attribute(of) = &*attribute.value
                    && let Data::Reference(reference) = self.eval(&of.value).data
                {
                    // A part of an argument object: `trainer.compute.instance_type = …`.
                    let place = self.place(target.range());
                    let mut changed = object.as_ref().clone();
                    changed.set(Entry { name: attribute.attr.as_str().into(), place, value });
                    let changed = Value { data: Data::Object(Arc::new(changed)), origin: base.origin.clone() };
                    self.set_attribute(&reference.id.clone(), of.attr.as_str(), changed, place);
                } else if let Data::Object(object) = &base.data
                    && object.class.as_deref().is_some_and(has_fields)
                {
                    if self.has_setters && self.set_by_class(&base, attribute, &value) {
                        return;
                    }
                    if let Some(id) = Self::of_sdk(object) {
                        self.set_attribute(&id, attribute.attr.as_str(), value.clone(), self.place(target.range()));
                    }
                    self.set_field(attribute, value);
                    if self.interpolates {
                        self.interpolate_again(&attribute.value);
                    }
                } else if !self.set_class_attribute(&base, attribute.attr.as_str(), &value, self.place(target.range()))
                    && let Some(path) = self.dotted(target)
                {
                    let place = self.place(target.range());
                    if let Some((module, name)) = path.rsplit_once('.')
                        && let Some((_, of)) = self.module_names.iter().find(|(known, _)| **known == *module).cloned()
                    {
                        self.set_in_module(&of, name, &value, place);
                    }
                    self.bind(path, value, place);
                }
            }
            Expr::Subscript(subscript) => {
                let place = self.place(target.range());
                if let Expr::Slice(slice) = &*subscript.slice {
                    return self.set_slice(&subscript.value, slice, &value, target.range());
                }
                let key = self.eval(&subscript.slice);
                if self.set_environment(&subscript.value, &key, &value, place)
                    || subscript.value.is_call_expr() && self.set_in_namespace(&subscript.value, &key, &value, place)
                    || self.set_in_fields(subscript, &key, &value, place)
                {
                    return;
                }
                if let Expr::Attribute(of) = &*subscript.value
                    && matches!(of.attr.as_str(), "hyperparameters" | "_hyperparameters")
                {
                    let estimator = self.eval(&of.value);
                    if self.set_hyperparameter(&estimator, &key, &value, place) {
                        return;
                    }
                }
                self.set_item(&subscript.value, &key, value, place);
                if self.interpolates {
                    self.interpolate_again(&subscript.value);
                }
            }
            _ => {}
        }
    }

    /// `list += more` and `dict |= more`, which change the list or dict itself; whether it was that.
    fn added_in_place(&mut self, operator: Operator, target: &'a Expr, current: &Value, added: &Value) -> bool {
        let why = self.why(target.range());
        let is_list = |machine: &Self| {
            let place = current.origin.place;
            place.file == machine.source.id && machine.source.slice(place.span).starts_with('[')
        };
        match (operator, &current.data, &added.data) {
            (Operator::Add, Data::List(_), Data::List(more)) if is_list(self) => {
                let more = more.clone();
                self.change_known(current, target, &mut |known| {
                    if let Data::List(list) = &mut known.data {
                        Arc::make_mut(list).extend(&more);
                    }
                });
                true
            }
            (
                Operator::BitOr | Operator::BitAnd | Operator::Sub | Operator::BitXor,
                Data::List(one),
                Data::List(other),
            ) => {
                let Some(items) = self.set_operation(operator, one, other) else { return false };
                self.change_known(current, target, &mut |known| {
                    if let Data::List(list) = &mut known.data {
                        Arc::make_mut(list).items.clone_from(&items);
                    }
                });
                true
            }
            (Operator::BitOr, Data::Object(object), Data::Object(_)) if object.class.is_none() => {
                self.change_known(current, target, &mut |known| {
                    if let Data::Object(object) = &mut known.data {
                        merge(Arc::make_mut(object), added, &why);
                    }
                });
                true
            }
            _ => false,
        }
    }

    /// `object.field = value`.
    fn set_field(&mut self, attribute: &'a ExprAttribute, value: Value) {
        let (name, place, value): (Arc<str>, _, _) =
            (attribute.attr.as_str().into(), self.place(attribute.range()), self.rested(value));
        if &*name == "__dict__" {
            return self.set_fields(attribute, &value);
        }
        self.change(&attribute.value, &mut |known| {
            if let Data::Object(object) = &mut known.data {
                Arc::make_mut(object).set(Entry { name: name.clone(), place, value: value.clone() });
            }
        });
    }

    /// `a`, `self.b.c` as text.
    pub(super) fn dotted(&self, mut expression: &Expr) -> Option<Cow<'a, str>> {
        let (whole, mut attributes) = (expression, 0);
        while let Expr::Attribute(attribute) = expression {
            attributes += 1;
            expression = &attribute.value;
        }
        let Expr::Name(name) = expression else { return None };
        if attributes > MAX_DEPTH {
            return None;
        }
        let written = self.text_at(whole.range());
        if attributes == 0 || is_path(written) {
            return Some(Cow::Borrowed(written));
        }
        // There are blanks, line breaks or brackets in between.
        let mut names: Vec<&str> = Vec::new();
        let mut expression = whole;
        while let Expr::Attribute(attribute) = expression {
            names.push(attribute.attr.as_str());
            expression = &attribute.value;
        }
        names.push(name.id.as_str());
        names.reverse();
        Some(Cow::Owned(names.join(".")))
    }

    fn import(&mut self, statement: &'a StmtImport) {
        for alias in &statement.names {
            let (path, place) = (alias.name.as_str(), self.place(alias.range()));
            let (name, bound) = match &alias.asname {
                Some(name) => (name.as_str(), path),
                // `import a.b` binds `a`.
                None => {
                    let head = path.split('.').next().unwrap_or(path);
                    (head, head)
                }
            };
            self.imports.push(Import { path: path.into(), name: name.into(), place });
            self.bind(name, Value::new(Data::Symbol(bound.into()), place), place);
            // A module of the project: its constants are known as attributes.
            if let Some((values, file)) = self.local_module_at(path, 0) {
                let prefix = alias.asname.as_ref().map_or(path, |name| name.as_str());
                self.bind(format!("{prefix}.__file__"), path_of_file(&file, place), place);
                self.module_names.push((prefix.into(), file));
                self.spend(values.len().min(MAX_ENTRIES));
                for (constant, value) in values.iter().take(MAX_ENTRIES) {
                    self.bind(format!("{prefix}.{constant}"), value.clone(), place);
                }
            }
        }
    }

    fn import_from(&mut self, statement: &'a StmtImportFrom) {
        let module = statement.module.as_ref().map_or("", |module| module.as_str());
        let local = self.local_module(module, statement.level);
        for alias in &statement.names {
            let place = self.place(alias.range());
            let path: Arc<str> = format!("{module}.{}", alias.name).into();
            if alias.name.as_str() == "*" {
                match &local {
                    Some(values) => {
                        self.spend(values.len().min(MAX_ENTRIES));
                        let listed = listed(values);
                        let all = values.iter().filter(|(name, _)| is_exported(name, listed.as_deref()));
                        for (name, value) in all.take(MAX_ENTRIES) {
                            self.bind(name.clone(), value.clone(), place);
                        }
                    }
                    None => self.stars.push(module.into()),
                }
                self.imports.push(Import { path, name: "*".into(), place });
                continue;
            }
            let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
            // A module of a package.
            if local
                .as_ref()
                .is_none_or(|values| values.binary_search_by(|(known, _)| (**known).cmp(alias.name.as_str())).is_err())
                && let Some((values, file)) = self.local_module_at(path.trim_start_matches('.'), statement.level)
            {
                let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                self.bind(format!("{name}.__file__"), path_of_file(&file, place), place);
                self.module_names.push((name.into(), file));
                self.spend(values.len().min(MAX_ENTRIES));
                for (constant, value) in values.iter().take(MAX_ENTRIES) {
                    self.bind(format!("{name}.{constant}"), value.clone(), place);
                }
            }
            let known = local.as_ref().and_then(|values| {
                let at = values.binary_search_by(|(known, _)| (**known).cmp(alias.name.as_str())).ok()?;
                values.get(at)
            });
            let value = match known {
                Some((_, value)) => value.clone(),
                None => Value::new(Data::Symbol(path.clone()), place),
            };
            self.imports.push(Import { path, name: name.into(), place });
            self.bind(name, value, place);
        }
    }

    /// Runs a loop's body once. What the body assigns may come from an earlier round when the body begins.
    pub(super) fn loop_body(&mut self, body: &'a [Stmt], when: &Formula, start: &mut dyn FnMut(&mut Self)) {
        let assigned = self.assigned(body);
        self.branch(
            when,
            &mut |machine| {
                for name in &assigned {
                    machine.forget(name);
                }
                start(machine);
                machine.looping += 1;
                machine.loops.push(when.clone());
                let since = machine.exits.len();
                machine.begin_leaving(Region::Round);
                let ended = machine.block(body);
                machine.leave_round(since, ended);
                machine.loops.pop();
                machine.looping -= 1;
                false
            },
            &mut |_| false,
        );
    }

    /// Statements that are nested too deeply to be followed: what they assign may have any value.
    pub(super) fn skip(&mut self, statements: &'a [Stmt]) {
        let Some(first) = statements.first() else { return };
        self.note_limit(first.range());
        for name in self.assigned(statements) {
            self.forget(&name);
        }
    }

    /// The names that statements assign.
    pub(super) fn assigned(&mut self, statements: &'a [Stmt]) -> FxHashSet<Cow<'a, str>> {
        let mut assigned = Assigned::default();
        assigned.visit_body(statements);
        self.spend(assigned.visited / 2);
        assigned.names
    }

    /// A name that a loop assigns again: unknown, or open if it is a list or dict that the loop fills.
    fn forget(&mut self, name: &str) {
        let Some(scope) = self.scopes.last_mut() else { return };
        let Some(place) = scope.get(name).map(|binding| binding.place) else { return };
        let why = Unknown { reason: Reason::Control, name: format!("`{name}`").into(), place };
        let mut changes = Changes::new();
        scope.change(name, &mut changes, &mut |value, _| match &mut value.data {
            Data::List(list) => Arc::make_mut(list).open = Some(why.clone()),
            Data::Object(object) => Arc::make_mut(object).open = Some(why.clone()),
            Data::Symbol(_) | Data::Reference(_) => {}
            _ => value.data = Data::Unknown(why.clone()),
        });
        self.spread(&changes);
    }
}

/// What `__all__` of a module lists; nothing where it has none.
fn listed(names: &[(Arc<str>, Value)]) -> Option<Vec<Arc<str>>> {
    let at = names.binary_search_by(|(known, _)| (**known).cmp("__all__")).ok()?;
    match &names.get(at)?.1.data {
        Data::List(list) if list.open.is_none() => list.items.iter().map(Value::plain_text).collect(),
        _ => None,
    }
}

/// Whether `from module import *` binds a name: `Config`, and with it `Config.size`.
fn is_exported(name: &str, listed: Option<&[Arc<str>]>) -> bool {
    let head = name.split(['.', '(']).next().unwrap_or(name);
    match listed {
        Some(listed) => listed.iter().any(|one| **one == *head),
        None => !head.starts_with('_'),
    }
}

/// Whether the text of a name or attribute is nothing but names and dots.
fn is_path(written: &str) -> bool {
    let mut dots = 0;
    let mut is_part = |&byte: &u8| {
        dots += u32::from(byte == b'.');
        byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.')
    };
    written.bytes().next().is_some_and(|first| !first.is_ascii_digit())
        && written.as_bytes().iter().all(&mut is_part)
        && dots <= MAX_DEPTH
}

/// The names that statements bind, with those of functions and classes.
pub(super) fn names_assigned(statements: &[Stmt]) -> Vec<Arc<str>> {
    let mut assigned = Assigned::default();
    assigned.visit_body(statements);
    let defined = statements.iter().filter_map(|statement| match statement {
        Stmt::FunctionDef(function) => Some(function.name.as_str()),
        Stmt::ClassDef(class) => Some(class.name.as_str()),
        _ => None,
    });
    assigned.names.iter().map(|name| Arc::from(&**name)).chain(defined.map(Arc::from)).collect()
}

/// The names that statements assign, but for those in functions of their own.
#[derive(Default)]
struct Assigned<'a> {
    names: FxHashSet<Cow<'a, str>>,
    visited: usize,
}

impl<'a> Visitor<'a> for Assigned<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            Stmt::AugAssign(augmented) => {
                self.target(&augmented.target);
                visitor::walk_stmt(self, statement);
            }
            Stmt::Assign(assign) => {
                assign.targets.iter().for_each(|target| self.target(target));
                visitor::walk_stmt(self, statement);
            }
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        self.visited += 1;
        if let Expr::Call(call) = expression
            && let Expr::Attribute(method) = &*call.func
            && matches!(
                method.attr.as_str(),
                "append" | "extend" | "insert" | "update" | "setdefault" | "pop" | "clear" | "remove"
            )
        {
            self.target(&method.value);
        }
        visitor::walk_expr(self, expression);
    }
}

impl<'a> Assigned<'a> {
    fn target(&mut self, target: &'a Expr) {
        match target {
            Expr::Name(name) => {
                self.names.insert(Cow::Borrowed(name.id.as_str()));
            }
            Expr::Subscript(subscript) => self.target(&subscript.value),
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|element| self.target(element)),
            Expr::List(list) => list.elts.iter().for_each(|element| self.target(element)),
            Expr::Attribute(attribute) => {
                if let Expr::Name(name) = &*attribute.value {
                    self.names.insert(Cow::Owned(format!("{}.{}", name.id, attribute.attr)));
                }
            }
            _ => {}
        }
    }
}
