//! Statements, in order: where paths part, meet and end.

use std::fmt::Write as _;

use ruff_python_ast::{
    ElifElseClause, ExceptHandler, Expr, Stmt, StmtClassDef, StmtIf, StmtImport, StmtImportFrom, StmtMatch, StmtTry,
};
use rustc_hash::FxHashSet;

use super::{
    paths::{self, Condition, State},
    values::{Function, Thing, Value},
    walker::{Class, Frame, Walker},
};

impl<'a> Walker<'a> {
    /// Runs a module, unless it has run.
    pub(super) fn load(&mut self, module: usize) {
        if self.globals[module].is_some() {
            return;
        }
        self.globals[module] = Some(rustc_hash::FxHashMap::default());
        let outer = std::mem::take(&mut self.state);
        let was_loading = std::mem::replace(&mut self.is_loading, true);
        self.frames.push(self.frame(module, outer));
        let package = self.package;
        self.block(package.modules[module].suite());
        self.globals[module] = Some(std::mem::take(&mut self.state).names);
        self.state = self.frames.pop().map(|frame| frame.waiting).unwrap_or_default();
        self.is_loading = was_loading;
    }

    pub(super) fn frame(&self, module: usize, waiting: State<'a>) -> Frame<'a> {
        Frame {
            module,
            number: self.made,
            definition: None,
            class: None,
            nested: false,
            around: None,
            call: None,
            global: FxHashSet::default(),
            returned: Value::default(),
            ended: None,
            left: Vec::new(),
            waiting,
        }
    }

    /// What a module binds.
    pub(super) fn global(&mut self, module: usize, name: &str) -> Option<Value<'a>> {
        self.load(module);
        self.globals[module].as_ref()?.get(name).cloned()
    }

    /// Runs statements; whether no path gets to their end.
    pub(super) fn block(&mut self, statements: &'a [Stmt]) -> bool {
        self.deeper(|walker| statements.iter().any(|statement| walker.statement(statement))).unwrap_or(false)
    }

    fn statement(&mut self, statement: &'a Stmt) -> bool {
        if !self.spend(1) {
            return false;
        }
        match statement {
            Stmt::Expr(statement) => drop(self.eval(&statement.value)),
            Stmt::Assign(statement) => {
                let value = self.eval(&statement.value);
                statement.targets.iter().for_each(|target| self.assign(target, &value));
            }
            Stmt::AnnAssign(statement) => {
                if let Some(value) = &statement.value {
                    let value = self.eval(value);
                    self.assign(&statement.target, &value);
                }
            }
            Stmt::AugAssign(statement) => {
                let (mut value, more) = (self.eval(&statement.target), self.eval(&statement.value));
                self.add_to(&value, &more);
                value.from = value.from.and(self.within(&more));
                value.things.retain(|thing| matches!(thing, Thing::Object(_)));
                self.assign(&statement.target, &value);
            }
            Stmt::Return(statement) => {
                let value = statement.value.as_deref().map(|value| self.eval(value)).unwrap_or_default();
                let state = std::mem::take(&mut self.state);
                if let Some(frame) = self.frames.last_mut() {
                    frame.returned.join(&value);
                    meet(&mut frame.ended, state);
                }
                return true;
            }
            Stmt::Raise(statement) => {
                statement.exc.iter().for_each(|value| drop(self.eval(value)));
                return true;
            }
            Stmt::Break(_) | Stmt::Continue(_) => {
                let state = std::mem::take(&mut self.state);
                if let Some(left) = self.frames.last_mut().and_then(|frame| frame.left.last_mut()) {
                    meet(left, state);
                }
                return true;
            }
            Stmt::If(statement) => return self.if_statement(statement),
            Stmt::For(statement) => return self.for_statement(statement),
            Stmt::While(statement) => return self.while_statement(statement),
            Stmt::Try(statement) => return self.try_statement(statement),
            Stmt::Match(statement) => return self.match_statement(statement),
            Stmt::With(statement) => {
                for item in &statement.items {
                    let value = self.eval(&item.context_expr);
                    item.optional_vars.iter().for_each(|target| self.assign(target, &value));
                }
                return self.block(&statement.body);
            }
            Stmt::FunctionDef(definition) => {
                let nested = self.frames.last().is_some_and(|frame| frame.definition.is_some());
                let function =
                    Function { module: self.module(), definition, this: None, class: None, nested, around: None };
                self.bind(definition.name.as_str(), Value::of(Thing::Function(function)));
            }
            Stmt::ClassDef(class) => self.class(class),
            Stmt::Import(statement) => self.import(statement),
            Stmt::ImportFrom(statement) => self.import_from(statement),
            Stmt::Global(statement) => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.global.extend(statement.names.iter().map(|name| name.as_str()));
                }
            }
            Stmt::Assert(statement) => drop(self.eval(&statement.test)),
            Stmt::Delete(_) | Stmt::TypeAlias(_) | Stmt::Nonlocal(_) | Stmt::Pass(_) | Stmt::IpyEscapeCommand(_) => {}
        }
        false
    }

    pub(super) fn bind(&mut self, name: &'a str, value: Value<'a>) {
        match self.frames.last() {
            Some(frame) if frame.global.contains(name) => {
                if let Some(globals) = self.globals[frame.module].as_mut() {
                    globals.entry(name).or_default().join(&value);
                }
            }
            _ => drop(self.state.names.insert(name, value)),
        }
    }

    /// Gives a target its value.
    pub(super) fn assign(&mut self, target: &'a Expr, value: &Value<'a>) {
        self.rebound(target);
        match target {
            Expr::Name(name) => self.bind(name.id.as_str(), value.clone()),
            Expr::Tuple(_) | Expr::List(_) => {
                let elements = match target {
                    Expr::Tuple(tuple) => &tuple.elts,
                    Expr::List(list) => &list.elts,
                    _ => return,
                };
                for (at, element) in elements.iter().enumerate() {
                    let part = self.part(value, Some(&at.to_string()));
                    self.assign(element, &part);
                }
            }
            Expr::Starred(starred) => self.assign(&starred.value, value),
            Expr::Attribute(attribute) => {
                let base = self.eval(&attribute.value);
                self.put(&base, Some(attribute.attr.as_str()), value, &attribute.value);
            }
            Expr::Subscript(subscript) => {
                let base = self.eval(&subscript.value);
                let key = self.eval(&subscript.slice);
                self.put(&base, super::expressions::key(&key).as_deref(), value, &subscript.value);
            }
            _ => {}
        }
    }

    /// Puts a value into another one. One that is no object takes on where the value comes from.
    fn put(&mut self, base: &Value<'a>, name: Option<&str>, value: &Value<'a>, written: &'a Expr) {
        let mut is_object = false;
        for thing in &base.things {
            if let Thing::Object(object) = thing {
                self.heap.put(*object, name, value);
                is_object = true;
            }
        }
        if let (false, Expr::Name(holder)) = (is_object, written) {
            let from = self.within(value);
            let known = self.state.names.entry(holder.id.as_str()).or_default();
            known.from = known.from.and(from);
        }
    }

    fn class(&mut self, definition: &'a StmtClassDef) {
        let outer = std::mem::take(&mut self.state.names);
        let seen = self.state.seen.clone();
        // The names around are seen in a class's body.
        self.state.names.clone_from(&outer);
        self.spend(outer.len());
        let mut own: Vec<&'a str> = Vec::new();
        for statement in &definition.body {
            match statement {
                Stmt::FunctionDef(_) => {}
                Stmt::Assign(assign) => {
                    own.extend(assign.targets.iter().filter_map(Expr::as_name_expr).map(|name| name.id.as_str()));
                    self.statement(statement);
                }
                Stmt::AnnAssign(assign) => {
                    own.extend(assign.target.as_name_expr().map(|name| name.id.as_str()));
                    self.statement(statement);
                }
                _ => {}
            }
        }
        let names = own.into_iter().filter_map(|name| Some((name, self.state.names.get(name)?.clone()))).collect();
        self.state = State { names: outer, seen };
        let bases = definition.arguments.iter().flat_map(|arguments| &arguments.args);
        let bases: Vec<Value<'a>> = bases.map(|base| self.eval(base)).collect();
        let bases = bases.iter().flat_map(|value| &value.things).filter_map(|thing| match thing {
            Thing::Class(module, class) => Some((*module, *class)),
            _ => None,
        });
        let class = Class { names, bases: bases.collect() };
        self.classes.insert(std::ptr::from_ref(definition), class);
        self.bind(definition.name.as_str(), Value::of(Thing::Class(self.module(), definition)));
    }

    fn import(&mut self, statement: &'a StmtImport) {
        for alias in &statement.names {
            let path = alias.name.as_str();
            let (name, bound) = match &alias.asname {
                Some(name) => (name.as_str(), path),
                // `import a.b` binds `a`.
                None => {
                    let head = path.split('.').next().unwrap_or(path);
                    (head, head)
                }
            };
            let value = match self.package.module(self.module(), bound) {
                Some(module) => {
                    self.load(module);
                    Thing::Module(module)
                }
                None => Thing::Foreign(bound.into()),
            };
            self.bind(name, Value::of(value));
        }
    }

    fn import_from(&mut self, statement: &'a StmtImportFrom) {
        let module = statement.module.as_ref().map_or("", |module| module.as_str());
        let base = format!("{}{module}", ".".repeat(statement.level.min(20) as usize));
        let known = self.package.module(self.module(), &base);
        for alias in &statement.names {
            let taken = alias.name.as_str();
            if taken == "*" {
                if let Some(known) = known {
                    self.load(known);
                    let names = self.globals[known].clone().unwrap_or_default();
                    self.spend(names.len());
                    self.state.names.extend(names);
                }
                continue;
            }
            let found = known.and_then(|known| self.global(known, taken));
            let dot = if module.is_empty() { "" } else { "." };
            let value = found.unwrap_or_else(|| {
                let path = format!("{base}{dot}{taken}");
                Value::of(match self.package.module(self.module(), &path) {
                    Some(module) => Thing::Module(module),
                    None => Thing::Foreign(path.into()),
                })
            });
            self.bind(alias.asname.as_ref().unwrap_or(&alias.name).as_str(), value);
        }
    }

    /// The conditions that hold where a test succeeds or fails.
    pub(super) fn conditions_of(&self, test: &Expr, succeeds: bool) -> Vec<Condition> {
        paths::conditions(test, succeeds, self.frame_number(), &|expression| self.called(expression))
    }

    pub(super) fn frame_number(&self) -> usize {
        self.frames.last().map_or(0, |frame| frame.number)
    }

    /// What an expression is called in a condition: as it is written, and how often what it names was bound so far.
    fn called(&self, expression: &Expr) -> String {
        let text = &self.package.modules[self.module()].text;
        let frame = self.frame_number();
        let mut called = paths::squeezed(text, expression);
        let (mut at, mut times) = (Some(expression), 0);
        while let Some(part) = at {
            times += self.bound.get(&(frame, paths::squeezed(text, part).into())).copied().unwrap_or(0);
            at = match part {
                Expr::Attribute(attribute) => Some(&attribute.value),
                Expr::Subscript(subscript) => Some(&subscript.value),
                Expr::Call(call) => call.func.as_attribute_expr().map(|method| &*method.value),
                _ => None,
            };
        }
        if times > 0 {
            let _ = write!(called, "#{times}");
        }
        // What the function has not bound itself, other code may bind.
        if expression.as_name_expr().is_some_and(|name| !self.state.names.contains_key(name.id.as_str())) {
            called.push(' ');
        }
        called
    }

    /// Notes that a target is another thing from here on.
    fn rebound(&mut self, target: &Expr) {
        if self.is_loading || !matches!(target, Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_)) {
            return;
        }
        let text = &self.package.modules[self.module()].text;
        let key = (self.frame_number(), paths::squeezed(text, target).into());
        *self.bound.entry(key).or_default() += 1;
    }

    /// Two ways on from here; whether neither gets to the end.
    pub(super) fn fork(
        &mut self,
        test: &'a Expr,
        then: &mut dyn FnMut(&mut Self) -> bool,
        otherwise: &mut dyn FnMut(&mut Self) -> bool,
    ) -> bool {
        self.spend(self.state.weight());
        let start = self.state.clone();
        let ended = self.under(test, true, then);
        let first = std::mem::replace(&mut self.state, start);
        let ended_too = self.under(test, false, otherwise);
        match (ended, ended_too) {
            (false, false) => self.state.join(first),
            (false, true) => self.state = first,
            (true, _) => {}
        }
        ended && ended_too
    }

    fn under(&mut self, test: &'a Expr, succeeds: bool, way: &mut dyn FnMut(&mut Self) -> bool) -> bool {
        let conditions = self.conditions_of(test, succeeds);
        if self.conditions.refuse(&conditions) {
            return true;
        }
        let before = self.conditions.push(&conditions);
        self.state.seen.narrow(&conditions);
        let ended = way(self);
        self.conditions.back_to(before);
        ended
    }

    fn if_statement(&mut self, statement: &'a StmtIf) -> bool {
        // What stands there for a run as a script is no part of a handler.
        if self.is_loading && is_main(&statement.test) {
            return false;
        }
        self.eval(&statement.test);
        let clauses = &statement.elif_else_clauses[..];
        self.fork(&statement.test, &mut |walker| walker.block(&statement.body), &mut |walker| walker.clauses(clauses))
    }

    fn clauses(&mut self, clauses: &'a [ElifElseClause]) -> bool {
        let Some((first, rest)) = clauses.split_first() else { return false };
        let Some(test) = &first.test else { return self.block(&first.body) };
        self.deeper(|walker| {
            walker.eval(test);
            walker.fork(test, &mut |walker| walker.block(&first.body), &mut |walker| walker.clauses(rest))
        })
        .unwrap_or(false)
    }

    /// What is handled is what failed: the operations of the body are on no path to its handlers.
    fn try_statement(&mut self, statement: &'a StmtTry) -> bool {
        self.spend(self.state.weight());
        let start = self.state.clone();
        let ended = self.block(&statement.body);
        let mut failed = start.clone();
        for (name, value) in &self.state.names {
            failed.names.entry(name).or_default().join(value);
        }
        let mut out = None;
        if !ended && !self.block(&statement.orelse) {
            out = Some(std::mem::take(&mut self.state));
        }
        for handler in &statement.handlers {
            let ExceptHandler::ExceptHandler(handler) = handler;
            self.spend(failed.weight());
            self.state = failed.clone();
            if let Some(name) = &handler.name {
                self.bind(name.as_str(), Value::default());
            }
            self.failures += 1;
            let ended = self.block(&handler.body);
            self.failures -= 1;
            if !ended {
                meet(&mut out, std::mem::take(&mut self.state));
            }
        }
        let all_ended = out.is_none();
        self.state = out.unwrap_or(failed);
        self.block(&statement.finalbody) || all_ended
    }

    fn match_statement(&mut self, statement: &'a StmtMatch) -> bool {
        self.eval(&statement.subject);
        let start = self.state.clone();
        let mut out = None;
        let mut is_complete = false;
        for case in &statement.cases {
            self.spend(start.weight());
            self.state = start.clone();
            if !self.block(&case.body) {
                meet(&mut out, std::mem::take(&mut self.state));
            }
            is_complete |= case.guard.is_none() && case.pattern.is_irrefutable();
        }
        if !is_complete {
            meet(&mut out, start.clone());
        }
        let ended = out.is_none();
        self.state = out.unwrap_or(start);
        ended
    }
}

/// One more path comes to where others may have come already.
pub(super) fn meet<'a>(known: &mut Option<State<'a>>, state: State<'a>) {
    match known {
        Some(known) => known.join(state),
        None => *known = Some(state),
    }
}

/// `__name__ == "__main__"`
fn is_main(test: &Expr) -> bool {
    let Expr::Compare(compare) = test else { return false };
    matches!(&*compare.left, Expr::Name(name) if name.id.as_str() == "__name__")
}
