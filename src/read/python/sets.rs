//! Sets: what two of them have in common, and what only one has.

use std::sync::Arc;

use ruff_python_ast::Operator;
use rustc_hash::FxHashSet;

use super::{Machine, calls::Arguments, library::key_name};
use crate::{
    graph::value::{Data, List, Value},
    source::Place,
};

impl Machine<'_> {
    /// What an operator makes of two sets; nothing where an item of them is not known.
    pub(super) fn set_operation(&mut self, operator: Operator, one: &List, other: &List) -> Option<Vec<Value>> {
        if one.open.is_some() || other.open.is_some() {
            return None;
        }
        self.spend(one.items.len() + other.items.len());
        let names = |list: &List| list.items.iter().map(key_name).collect::<Option<Vec<Arc<str>>>>();
        let (own, others) = (names(one)?, names(other)?);
        let (in_one, in_other): (FxHashSet<&Arc<str>>, FxHashSet<&Arc<str>>) =
            (own.iter().collect(), others.iter().collect());
        let pick = |list: &List, names: &[Arc<str>], is_picked: &dyn Fn(&Arc<str>) -> bool| -> Vec<Value> {
            let picked = list.items.iter().zip(names).filter(|(_, name)| is_picked(name));
            picked.map(|(item, _)| item.clone()).collect()
        };
        let only_other = || pick(other, &others, &|name| !in_one.contains(name));
        Some(match operator {
            Operator::BitOr => [one.items.clone(), only_other()].concat(),
            Operator::BitAnd => pick(one, &own, &|name| in_other.contains(name)),
            Operator::Sub => pick(one, &own, &|name| !in_other.contains(name)),
            Operator::BitXor => [pick(one, &own, &|name| !in_other.contains(name)), only_other()].concat(),
            _ => return None,
        })
    }

    /// The same by a method: `one.union(other, …)`, and whether one has all of the other.
    pub(super) fn set_method(
        &mut self,
        list: &List,
        method: &str,
        arguments: &Arguments,
        place: Place,
    ) -> Option<Value> {
        let operator = match method {
            "union" => Operator::BitOr,
            "intersection" => Operator::BitAnd,
            "difference" => Operator::Sub,
            "symmetric_difference" => Operator::BitXor,
            "issubset" | "issuperset" | "isdisjoint" => {
                let other = self.items(&arguments.positional.first()?.value)?;
                let other = List { items: other, open: None };
                let (one, two, operator) = match method {
                    "issubset" => (list, &other, Operator::Sub),
                    "issuperset" => (&other, list, Operator::Sub),
                    _ => (list, &other, Operator::BitAnd),
                };
                let left = self.set_operation(operator, one, two)?;
                return Some(Value::new(Data::Bool(left.is_empty()), place));
            }
            _ => return None,
        };
        let mut all = list.clone();
        for argument in &arguments.positional {
            let items = self.items(&argument.value)?;
            all.items = self.set_operation(operator, &all, &List { items, open: None })?;
        }
        Some(Value::new(Data::List(Arc::new(all)), place))
    }
}
