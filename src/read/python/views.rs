//! Names of parts: `train = config["train"]` names the same dict as the entry, and a loop's variable the item at hand.

use std::sync::Arc;

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

use super::{Machine, collections::change_item};
use crate::graph::value::{Data, List, Value};

/// Most names of parts that are kept in mind.
const MAX_VIEWS: usize = 64;

/// A name of a part of something else.
pub(super) struct View<'a> {
    name: Arc<str>,
    of: Part<'a>,
    /// How many calls were being followed where it was named.
    frame: usize,
}

#[derive(Clone, Copy)]
enum Part<'a> {
    /// What an expression brings: a subscript, an attribute, `config.get("train")`.
    Of(&'a Expr),
    /// Any of the parts that a loop goes through.
    Some(&'a Expr),
}

impl<'a> Machine<'a> {
    /// Notes what a name is bound to: the part of something else, or something of its own.
    pub(super) fn note_view(&mut self, name: &str, value: &Value, from: Option<&'a Expr>) {
        let part = from.filter(|from| is_part(from)).map(Part::Of);
        self.view(name, value, part);
    }

    /// Notes that a loop's variable is one of the items of what it goes through.
    pub(super) fn note_item(&mut self, target: &'a Expr, over: &'a Expr) {
        let mut names = Vec::new();
        match target {
            Expr::Name(name) => names.push(name),
            Expr::Tuple(tuple) => names.extend(tuple.elts.iter().filter_map(Expr::as_name_expr)),
            _ => {}
        }
        for name in names {
            let Some(value) = self.lookup(name.id.as_str()).map(|known| known.value.clone()) else { continue };
            self.view(name.id.as_str(), &value, Some(Part::Some(over)));
        }
    }

    fn view(&mut self, name: &str, value: &Value, part: Option<Part<'a>>) {
        let frame = self.frames.len();
        self.views.retain(|view| view.frame != frame || *view.name != *name);
        let changes = match &value.data {
            Data::Object(object) => object.class.is_none(),
            Data::List(_) => true,
            _ => false,
        };
        if let Some(of) = part.filter(|_| changes && self.views.len() < MAX_VIEWS) {
            self.views.push(View { name: name.into(), of, frame });
        }
    }

    /// Forgets the names of a call that has ended.
    pub(super) fn end_views(&mut self) {
        let frame = self.frames.len();
        self.views.retain(|view| view.frame <= frame);
        self.end_shares();
    }

    /// What was changed by its name has changed where it belongs, and the other way round.
    pub(super) fn change_views(&mut self, name: &str, change: &mut dyn FnMut(&mut Value)) {
        if self.views.is_empty() {
            return;
        }
        let frame = self.frames.len();
        let own = |view: &&View<'a>| view.frame == frame && *view.name == *name;
        if let Some(part) = self.views.iter().find(own).map(|view| view.of) {
            self.change_whole(part, change);
        }
        let is_part_of_it = |view: &&View<'a>| match view.of {
            Part::Of(of) => view.frame == frame && root(of).is_some_and(|root| self.text_at(root.range()) == name),
            Part::Some(_) => false,
        };
        let parts: Vec<(Arc<str>, Part<'a>)> =
            self.views.iter().filter(is_part_of_it).map(|view| (view.name.clone(), view.of)).collect();
        for (view, part) in parts {
            let Part::Of(of) = part else { continue };
            let now = self.eval(of);
            if let Some(scope) = self.scopes.last_mut() {
                scope.change(&view, &mut |known| *known = now.clone());
            }
        }
    }

    fn change_whole(&mut self, part: Part<'a>, change: &mut dyn FnMut(&mut Value)) {
        match part {
            Part::Of(Expr::Call(call)) => {
                let (Some(key), Expr::Attribute(method)) = (call.arguments.args.first(), &*call.func) else { return };
                let (key, why) = (self.eval(key), self.why(call.range()));
                self.change(&method.value, &mut |known| change_item(known, &key, &why, change));
            }
            Part::Of(of) => self.change(of, change),
            Part::Some(over) => {
                let Some(whole) = root(over) else { return };
                let why = self.why(over.range());
                self.change(whole, &mut |known| match &mut known.data {
                    Data::Object(object) => Arc::make_mut(object).cover(&why),
                    Data::List(list) => *Arc::make_mut(list) = List { items: Vec::new(), open: Some(why.clone()) },
                    _ => {}
                });
            }
        }
    }
}

/// Whether an expression brings a part of something that has a name.
fn is_part(expression: &Expr) -> bool {
    match expression {
        Expr::Subscript(subscript) => !subscript.slice.is_slice_expr(),
        Expr::Attribute(_) => true,
        Expr::Call(ExprCall { func, arguments, .. }) => {
            matches!(&**func, Expr::Attribute(method) if method.attr.as_str() == "get") && !arguments.args.is_empty()
        }
        _ => false,
    }
}

/// The name or attribute that an expression begins with: `config` of `config["a"].values()`.
fn root(mut expression: &Expr) -> Option<&Expr> {
    for _ in 0..super::bounds::MAX_DEPTH {
        expression = match expression {
            Expr::Subscript(subscript) => &subscript.value,
            Expr::Call(call) => match &*call.func {
                Expr::Attribute(method) => &method.value,
                // `enumerate(configs)`, `zip(configs, names)`.
                _ => call.arguments.args.first()?,
            },
            Expr::Name(_) => return Some(expression),
            Expr::Attribute(attribute) if matches!(&*attribute.value, Expr::Name(_)) => return Some(expression),
            Expr::Attribute(attribute) => &attribute.value,
            _ => return None,
        };
    }
    None
}
