//! Lists and dicts: their methods, and changes in place.

use std::sync::Arc;

use ruff_python_ast::Expr;
use ruff_text_size::{Ranged, TextRange};

use super::{Machine, calls::Arguments};
use crate::{
    graph::value::{Data, Entry, List, Object, Reason, Unknown, Value},
    source::Place,
};

impl<'a> Machine<'a> {
    /// `base[key] = value`, where `base` is a name, or an item of one.
    pub(super) fn set_item(&mut self, base: &'a Expr, key: &Value, value: Value, place: Place) {
        let name = key.plain_text();
        let why = self.why(base.range());
        self.change(base, &mut |known| match (&mut known.data, &name) {
            (Data::Object(object), Some(name)) => {
                Arc::make_mut(object).set(Entry { name: name.clone(), place, value: value.clone() });
            }
            (Data::Object(object), None) => Arc::make_mut(object).open = Some(why.clone()),
            (Data::List(list), _) => *Arc::make_mut(list) = List { items: Vec::new(), open: Some(why.clone()) },
            _ => {}
        });
    }

    /// Changes the list or dict that an expression denotes, in the name that holds it.
    pub(super) fn change(&mut self, target: &'a Expr, change: &mut dyn FnMut(&mut Value)) {
        match target {
            Expr::Subscript(subscript) => {
                let key = self.eval(&subscript.slice);
                let why = self.why(subscript.range());
                self.change(&subscript.value, &mut |known| {
                    change_item(known, &key, &why, change);
                });
            }
            _ => {
                let Some(path) = self.dotted(target) else { return };
                let holder = self.scopes.iter().rposition(|scope| scope.get(&path).is_some());
                if let Some(scope) = holder.and_then(|at| self.scopes.get_mut(at)) {
                    scope.change(&path, &mut |value| through_guards(value, change));
                }
            }
        }
    }

    /// A list or dict was handed to code that is not followed: it may have got more.
    pub(super) fn escapes(&mut self, expression: &'a Expr) {
        if !matches!(expression, Expr::Name(_) | Expr::Attribute(_)) {
            return;
        }
        let why = self.why(expression.range());
        self.change(expression, &mut |value| open(value, &why));
    }

    /// Methods of lists and dicts; nothing for a method that is not one of theirs.
    pub(super) fn collection_method(
        &mut self,
        base: &Value,
        target: &'a Expr,
        method: &str,
        arguments: &Arguments,
        range: TextRange,
    ) -> Option<Value> {
        let place = self.place(range);
        let first = arguments.positional.first().map(|argument| argument.value.clone());
        match (&base.data, method) {
            (Data::Object(object), "get" | "pop") => {
                let name = first.as_ref()?.plain_text();
                let default =
                    arguments.positional.get(1).map_or_else(|| Value::absent(place), |value| value.value.clone());
                let value = match name.as_deref().map(|name| object.entry(name)) {
                    Some(Some(entry)) => match &entry.value.data {
                        Data::Guarded(guarded) if matches!(guarded.otherwise.data, Data::Absent) => {
                            Value::guarded(&guarded.when, guarded.then.clone(), default)
                        }
                        _ => entry.value.clone(),
                    },
                    Some(None) if object.open.is_none() => default,
                    _ => self.unknown(Reason::RunTime, range),
                };
                if method == "pop" {
                    self.change(target, &mut |known| {
                        if let (Data::Object(object), Some(name)) = (&mut known.data, &name) {
                            Arc::make_mut(object).entries.retain(|entry| entry.name != *name);
                        }
                    });
                }
                Some(value)
            }
            (Data::Object(_), "update") => {
                let mut addition = Object::default();
                if let Some(first) = &first {
                    self.merge(&mut addition, first, range);
                }
                addition.entries.extend(arguments.named.entries.iter().cloned());
                addition.open = addition.open.or_else(|| arguments.named.open.clone());
                self.change_object(target, &addition);
                Some(Value::absent(place))
            }
            (Data::Object(object), "setdefault") => {
                let name = first.as_ref()?.plain_text()?;
                let value =
                    arguments.positional.get(1).map_or_else(|| Value::absent(place), |value| value.value.clone());
                if object.entry(&name).is_none() {
                    let entry = Entry { name, place, value: value.clone() };
                    self.change(target, &mut |known| {
                        if let Data::Object(object) = &mut known.data {
                            Arc::make_mut(object).set(entry.clone());
                        }
                    });
                }
                Some(value)
            }
            (Data::Object(_) | Data::List(_), "copy") => Some(base.clone()),
            (Data::Object(object), "values") => {
                let items = object.entries.iter().map(|entry| entry.value.clone()).collect();
                Some(Value::new(Data::List(Arc::new(List { items, open: object.open.clone() })), place))
            }
            (Data::Object(object), "keys") => {
                let items = object.entries.iter().map(|entry| Value::text(entry.name.clone(), entry.place)).collect();
                Some(Value::new(Data::List(Arc::new(List { items, open: object.open.clone() })), place))
            }
            (Data::List(_), "append") => {
                let item = first?;
                self.change(target, &mut |known| {
                    if let Data::List(list) = &mut known.data {
                        Arc::make_mut(list).items.push(item.clone());
                    }
                });
                Some(Value::absent(place))
            }
            (Data::List(_), "extend") => {
                let more = first?;
                let why = self.why(range);
                self.change(target, &mut |known| {
                    if let Data::List(list) = &mut known.data {
                        let list = Arc::make_mut(list);
                        match &more.data {
                            Data::List(more) => {
                                list.items.extend(more.items.iter().cloned());
                                list.open = list.open.take().or_else(|| more.open.clone());
                            }
                            _ => list.open = Some(why.clone()),
                        }
                    }
                });
                Some(Value::absent(place))
            }
            (Data::List(_), "insert" | "remove" | "pop" | "clear" | "reverse" | "sort")
            | (Data::Object(_), "clear") => {
                let why = self.why(range);
                self.change(target, &mut |known| match &mut known.data {
                    Data::List(list) => *Arc::make_mut(list) = List { items: Vec::new(), open: Some(why.clone()) },
                    Data::Object(object) => Arc::make_mut(object).open = Some(why.clone()),
                    _ => {}
                });
                Some(self.unknown(Reason::RunTime, range))
            }
            (Data::Object(_) | Data::List(_), _) => Some(self.unknown(Reason::RunTime, range)),
            _ => None,
        }
    }

    fn change_object(&mut self, target: &'a Expr, addition: &Object) {
        self.change(target, &mut |known| {
            if let Data::Object(object) = &mut known.data {
                let object = Arc::make_mut(object);
                for entry in &addition.entries {
                    object.set(entry.clone());
                }
                if object.open.is_none() {
                    object.open.clone_from(&addition.open);
                }
            }
        });
    }
}

/// A change of a guarded value changes both of its sides.
fn through_guards(value: &mut Value, change: &mut dyn FnMut(&mut Value)) {
    match &mut value.data {
        Data::Guarded(guarded) => {
            let guarded = Arc::make_mut(guarded);
            through_guards(&mut guarded.then, change);
            through_guards(&mut guarded.otherwise, change);
        }
        _ => change(value),
    }
}

fn change_item(known: &mut Value, key: &Value, why: &Unknown, change: &mut dyn FnMut(&mut Value)) {
    match (&mut known.data, key.plain_text(), &key.data) {
        (Data::Object(object), Some(name), _) => {
            let object = Arc::make_mut(object);
            match object.entries.iter_mut().find(|entry| entry.name == name) {
                Some(entry) => through_guards(&mut entry.value, change),
                None => object.open = Some(why.clone()),
            }
        }
        (Data::Object(object), None, _) => Arc::make_mut(object).open = Some(why.clone()),
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a wrong index finds nothing")]
        (Data::List(list), _, Data::Number(at)) => match Arc::make_mut(list).items.get_mut(*at as usize) {
            Some(item) => through_guards(item, change),
            None => open(known, why),
        },
        _ => open(known, why),
    }
}

fn open(value: &mut Value, why: &Unknown) {
    match &mut value.data {
        Data::List(list) => Arc::make_mut(list).open = Some(why.clone()),
        Data::Object(object) => Arc::make_mut(object).open = Some(why.clone()),
        _ => {}
    }
}
