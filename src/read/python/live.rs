//! What changes while it is gone through: a loop sees what its body does to the list or dict that it goes through, and what
//! `keys`, `values` and `items` hand out is what the dict holds now.

use std::sync::Arc;

use ruff_python_ast::Expr;

use super::{
    Machine,
    identity::{Changes, is_same},
    library::key_value,
};
use crate::{
    graph::value::{Data, Entry, List, Object, Reason, Unknown, Value},
    source::Place,
};

/// Most views of dicts that are kept in mind.
const MAX_VIEWS: usize = 32;

/// What is seen of a list or dict.
#[derive(Clone, Copy)]
pub(super) enum Sight {
    Items,
    /// Each with its number, from the first one on.
    Numbered(f64),
    Keys,
    Values,
    Pairs,
}

impl Sight {
    /// What a method of a dict shows of it.
    fn of_method(name: &str) -> Option<Self> {
        Some(match name {
            "keys" => Self::Keys,
            "values" => Self::Values,
            "items" => Self::Pairs,
            _ => return None,
        })
    }

    /// What is seen of a list or dict, as a list; nothing of another value.
    fn list(self, of: &Value, place: Place) -> Option<List> {
        #[allow(clippy::cast_precision_loss, reason = "no list is that long")]
        let numbered = |first: f64, (at, item): (usize, &Value)| {
            Value::list(vec![Value::number(at as f64 + first, place), item.clone()], place)
        };
        let pair = |entry: &Entry| Value::list(vec![key_value(entry), entry.value.clone()], entry.place);
        Some(match (self, &of.data) {
            (Self::Items, Data::List(list)) => list.as_ref().clone(),
            (Self::Numbered(first), Data::List(list)) => List {
                items: list.items.iter().enumerate().map(|one| numbered(first, one)).collect(),
                open: list.open.clone(),
            },
            (Self::Keys, Data::Object(dict)) => list_of(dict, key_value),
            (Self::Values, Data::Object(dict)) => list_of(dict, |entry| entry.value.clone()),
            (Self::Pairs, Data::Object(dict)) => list_of(dict, pair),
            _ => return None,
        })
    }
}

fn list_of(dict: &Object, one: impl Fn(&Entry) -> Value) -> List {
    match dict.present() {
        Some(present) => List { items: present.into_iter().map(one).collect(), open: dict.open.clone() },
        None => {
            let name = "which entries a dict has".into();
            let why = |entry: &Entry| Unknown { reason: Reason::Control, name, place: entry.place };
            List { items: Vec::new(), open: dict.entries.first().map(why) }
        }
    }
}

/// What a loop goes through by a name.
pub(super) struct Live<'a> {
    name: &'a str,
    /// The number of the thing that the name stands for.
    object: u32,
    seen: Value,
    sight: Sight,
}

/// What `keys`, `values` or `items` has handed out, and is kept by a name.
#[derive(Clone)]
pub(super) struct View {
    of: Value,
    list: Value,
    sight: Sight,
}

impl<'a> Machine<'a> {
    /// What a loop goes through by a name, with the items that it begins with: `list`, `enumerate(list)`, `dict.items()`.
    pub(super) fn live(&self, over: &'a Expr, items: &[Value]) -> Option<Live<'a>> {
        let (name, sight) = match over {
            Expr::Name(name) => (name, Sight::Items),
            Expr::Call(call) => match (&*call.func, &*call.arguments.args) {
                (Expr::Name(function), [Expr::Name(name), ..]) if function.id.as_str() == "enumerate" => {
                    let first = match items.first().map(|pair| &pair.data) {
                        Some(Data::List(pair)) => pair.items.first().and_then(super::library::number)?,
                        _ => return None,
                    };
                    (name, Sight::Numbered(first))
                }
                (Expr::Attribute(method), []) => (method.value.as_name_expr()?, Sight::of_method(&method.attr)?),
                _ => return None,
            },
            _ => return None,
        };
        let name = name.id.as_str();
        let known = self.lookup(name)?;
        let is_plain = match (&known.value.data, sight) {
            (Data::List(_), Sight::Items | Sight::Numbered(_)) => true,
            (Data::Object(dict), Sight::Keys | Sight::Values | Sight::Pairs) => dict.class.is_none(),
            _ => false,
        };
        is_plain.then(|| Live { name, object: known.object, seen: known.value.clone(), sight })
    }

    /// The items of such a thing as it is now, if it has changed, unless the name is another thing's since.
    pub(super) fn items_now(&mut self, live: &mut Live<'a>) -> Option<Vec<Value>> {
        let known = self.lookup(live.name).filter(|known| known.object == live.object)?;
        if is_same(&known.value, &live.seen) {
            return None;
        }
        live.seen = known.value.clone();
        let now = live.sight.list(&live.seen, live.seen.origin.place).filter(|list| list.open.is_none())?;
        self.spend(now.items.len() / 8);
        Some(now.items)
    }

    /// What `keys`, `values` or `items` of a dict hands out. What is assigned to a name is kept in mind.
    pub(super) fn view(&mut self, of: &Value, method: &str, place: Place) -> Option<Value> {
        let sight = Sight::of_method(method)?;
        let list = Value::new(Data::List(Arc::new(sight.list(of, place)?)), place);
        if self.target.is_some() && self.views.len() < MAX_VIEWS {
            self.views.push(View { of: of.clone(), list: list.clone(), sight });
        }
        Some(list)
    }

    /// What changes with some dicts: the views of them.
    pub(super) fn views_changed(&mut self, changes: &Changes) -> Changes {
        let mut more = Changes::new();
        for view in &mut self.views {
            let Some((_, now)) = changes.iter().find(|(before, _)| is_same(before, &view.of)) else { continue };
            let Some(list) = view.sight.list(now, view.list.origin.place) else { continue };
            let list = Value::new(Data::List(Arc::new(list)), view.list.origin.place);
            view.of = Value { data: now.data.clone(), origin: view.of.origin.clone() };
            more.push((std::mem::replace(&mut view.list, list.clone()), list));
        }
        self.spend(more.len() * 8);
        more
    }
}
