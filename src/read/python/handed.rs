//! Who else may call a function that no call led to: the code hands it to somebody, or calls it where that is not followed.
//! What it is called with is not known then, and its defaults are not what it runs with.

use ruff_python_ast::{
    Arguments, Expr, ExprAttribute, ExprCall, ExprContext, Parameter, Stmt, StmtFunctionDef,
    visitor::{self, Visitor},
};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::Machine;
use crate::graph::value::Data;

/// Functions that read the command line for a function: who leaves an argument out gets the default.
const COMMAND_LINES: [(&str, &str); 8] = [
    ("absl", "run"),
    ("app", "run"),
    ("clize", "run"),
    ("defopt", "run"),
    ("fire", "Fire"),
    ("jsonargparse", "CLI"),
    ("tyro", "cli"),
    ("typer", "run"),
];
/// Decorators of objects that do the same: `@app.command()`.
const COMMANDS: [&str; 4] = ["callback", "command", "default", "group"];

/// How code mentions a function.
#[derive(Clone, Copy)]
enum Mention<'a> {
    /// As a value: whoever gets it may call it with anything.
    Value,
    /// It calls it.
    Call(&'a Arguments),
}

impl Mention<'_> {
    /// Whether it may give an argument with a name, or at a position.
    fn gives(self, name: &str, position: Option<usize>) -> bool {
        let Self::Call(arguments) = self else { return true };
        arguments.args.iter().any(Expr::is_starred_expr)
            || position.is_some_and(|at| at < arguments.args.len())
            || arguments.keywords.iter().any(|keyword| keyword.arg.as_ref().is_none_or(|given| given.as_str() == name))
    }
}

/// What a file mentions, by name: where, and how.
#[derive(Default)]
pub(super) struct Mentioned<'a> {
    /// Functions and classes.
    names: FxHashMap<&'a str, Vec<(u32, Mention<'a>)>>,
    /// Attributes: methods.
    members: FxHashMap<&'a str, Vec<(u32, Mention<'a>)>>,
    /// Whether a name that is not written calls any function, or any method: `globals()[name]()`, `getattr(self, name)()`.
    any_function: bool,
    any_method: bool,
    /// The names that the functions at hand bind, outermost first.
    bound: Vec<FxHashSet<&'a str>>,
    /// Those that they mention, until it is known whether they bind them.
    open: Vec<(&'a str, u32, Mention<'a>)>,
}

/// Who may call a function, but for what is written in it.
pub(super) struct Callers<'m, 'a> {
    mentions: Option<&'m [(u32, Mention<'a>)]>,
    within: TextRange,
    /// Calls of methods may be those of other things: only the names of arguments tell.
    is_method: bool,
    /// Whether somebody calls it of whom nothing is known.
    is_registered: bool,
}

impl Callers<'_, '_> {
    /// Whether one of them may give an argument with a name, or at a position.
    pub(super) fn give(&self, name: &str, position: Option<usize>) -> bool {
        let position = position.filter(|_| !self.is_method);
        let elsewhere = self.mentions.into_iter().flatten().filter(|(at, _)| !self.within.contains((*at).into()));
        self.is_registered || elsewhere.into_iter().any(|(_, mention)| mention.gives(name, position))
    }
}

impl<'a> Machine<'a> {
    /// Who may call a function that no call led to. `function` is its name, with that of its class.
    pub(super) fn callers_of(&mut self, function: &str, definition: &'a StmtFunctionDef) -> Callers<'_, 'a> {
        let is_registered = definition.decorator_list.iter().any(|decorator| {
            let function =
                if let Expr::Call(call) = &decorator.expression { &*call.func } else { &decorator.expression };
            let is_command = |method: &ExprAttribute| COMMANDS.contains(&method.attr.as_str());
            !function.as_attribute_expr().is_some_and(is_command) && self.is_of_unknown_object(function)
        });
        let is_unfollowed = self.unfollowed.contains(&self.place(definition.range()));
        let mentioned = self.mentioned.get_or_insert_with(|| {
            let mut mentioned = Mentioned::default();
            mentioned.visit_body(self.suite);
            Box::new(mentioned)
        });
        let class = function.rsplit_once('.').map(|(class, _)| class).filter(|class| self.classes.contains_key(*class));
        let name = definition.name.as_str();
        let mentions = match class {
            Some(class) if name == "__init__" => mentioned.names.get(class.rsplit('.').next().unwrap_or(class)),
            Some(_) => mentioned.members.get(name),
            None => mentioned.names.get(name),
        };
        let is_method = class.is_some() && name != "__init__";
        let by_name = if class.is_some() { mentioned.any_method } else { mentioned.any_function };
        let is_registered = is_registered || is_unfollowed || by_name;
        Callers { mentions: mentions.map(Vec::as_slice), within: definition.range(), is_method, is_registered }
    }

    /// Whether a decorator is a method of an object of which nothing is known: `@app.task`.
    pub(super) fn is_of_unknown_object(&mut self, decorator: &'a Expr) -> bool {
        let Expr::Attribute(method) = decorator else { return false };
        let is_plain = matches!(&*method.value, Expr::Name(_) | Expr::Attribute(_));
        is_plain && matches!(self.eval(&method.value).data, Data::Unknown(_))
    }
}

impl<'a> Mentioned<'a> {
    /// What a function mentions and does not bind itself.
    fn within(&mut self, parameters: Option<&'a ruff_python_ast::Parameters>, walk: impl FnOnce(&mut Self)) {
        let outer = std::mem::take(&mut self.open);
        self.bound.push(FxHashSet::default());
        parameters.into_iter().for_each(|parameters| self.visit_parameters(parameters));
        walk(self);
        let bound = self.bound.pop().unwrap_or_default();
        let free = std::mem::replace(&mut self.open, outer);
        free.into_iter().filter(|(name, ..)| !bound.contains(name)).for_each(|(name, at, mention)| {
            self.mention(name, at, mention);
        });
    }

    fn mention(&mut self, name: &'a str, at: u32, mention: Mention<'a>) {
        if self.bound.is_empty() {
            self.names.entry(name).or_default().push((at, mention));
        } else {
            self.open.push((name, at, mention));
        }
    }

    fn member(&mut self, expression: &'a Expr, mention: Mention<'a>) {
        let Expr::Attribute(attribute) = expression else { return };
        let at = attribute.range().start().to_u32();
        self.members.entry(attribute.attr.as_str()).or_default().push((at, mention));
        // What asks for a function's name or text does not call it.
        if !(attribute.value.is_name_expr() && attribute.attr.starts_with("__")) {
            self.visit_expr(&attribute.value);
        }
    }
}

impl<'a> Visitor<'a> for Mentioned<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(definition) => {
                definition.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                self.within(Some(&definition.parameters), |seen| seen.visit_body(&definition.body));
            }
            // A class that another one inherits from is not called by that.
            Stmt::ClassDef(class) => {
                class.decorator_list.iter().for_each(|decorator| self.visit_decorator(decorator));
                self.visit_body(&class.body);
            }
            _ => visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) if name.ctx == ExprContext::Load => {
                self.mention(name.id.as_str(), name.range().start().to_u32(), Mention::Value);
            }
            Expr::Name(name) => {
                if let Some(bound) = self.bound.last_mut() {
                    bound.insert(name.id.as_str());
                }
            }
            Expr::Attribute(_) => self.member(expression, Mention::Value),
            Expr::Lambda(lambda) => {
                self.within(lambda.parameters.as_deref(), |seen| seen.visit_expr(&lambda.body));
            }
            Expr::Call(ExprCall { func, arguments, .. }) => {
                self.any_function |= is_any_function(func);
                self.any_method |= is_any_method(func);
                match &**func {
                    Expr::Name(name) => {
                        let at = name.range().start().to_u32();
                        self.mention(name.id.as_str(), at, Mention::Call(arguments));
                    }
                    Expr::Attribute(_) => self.member(func, Mention::Call(arguments)),
                    other => self.visit_expr(other),
                }
                if !leaves_alone(func) {
                    visitor::walk_arguments(self, arguments);
                }
            }
            _ => visitor::walk_expr(self, expression),
        }
    }

    fn visit_parameter(&mut self, parameter: &'a Parameter) {
        if let Some(bound) = self.bound.last_mut() {
            bound.insert(parameter.name.as_str());
        }
    }

    fn visit_annotation(&mut self, _: &'a Expr) {}
}

/// `globals()[name]`.
fn is_any_function(function: &Expr) -> bool {
    let Expr::Subscript(subscript) = function else { return false };
    let base = subscript.value.as_call_expr().and_then(|call| call.func.as_name_expr());
    base.is_some_and(|base| matches!(base.id.as_str(), "globals" | "locals" | "vars"))
}

/// `getattr(self, name)`.
fn is_any_method(function: &Expr) -> bool {
    let Some(call) = function.as_call_expr() else { return false };
    let (Some(get), [Expr::Name(of), name, ..]) = (call.func.as_name_expr(), &*call.arguments.args) else {
        return false;
    };
    get.id == "getattr" && matches!(of.id.as_str(), "self" | "cls") && !name.is_literal_expr()
}

/// Whether a call leaves a function that it is handed with its defaults.
fn leaves_alone(function: &Expr) -> bool {
    match function {
        Expr::Name(name) => matches!(name.id.as_str(), "Fire" | "CLI" | "isinstance" | "issubclass" | "print"),
        Expr::Attribute(method) => {
            let base = method.value.as_name_expr().map(|base| base.id.as_str());
            base.is_some_and(|base| COMMAND_LINES.contains(&(base, method.attr.as_str())))
        }
        // `app.command()(train)`.
        Expr::Call(call) => {
            call.func.as_attribute_expr().is_some_and(|method| COMMANDS.contains(&method.attr.as_str()))
        }
        _ => false,
    }
}
