//! Loops and comprehensions: over a list that is known, each round is walked with its own item; else one round stands
//! for all.

use std::sync::Arc;

use ruff_python_ast::{Comprehension, Expr, Stmt, StmtFor, visitor::Visitor};
use ruff_text_size::{Ranged, TextRange};

use super::{Machine, calls::Arguments, classes::CLASS, scope::Scope, text::one_of};
use crate::graph::{
    guard::Formula,
    value::{Data, Entry, List, Object, Reason, Unknown, Value},
};

/// Rounds of a loop that are walked one by one: beyond that, one stands for all.
const MAX_ROUNDS: usize = 16;
/// The same of all loops of a file together.
const MAX_ROUNDS_OF_FILE: usize = 512;
/// Items of a comprehension.
const MAX_ITEMS: usize = 64;

impl<'a> Machine<'a> {
    pub(super) fn for_statement(&mut self, statement: &'a StmtFor) {
        let over = self.eval(&statement.iter);
        let leaves = Leaves::of(&statement.body);
        if let Some(items) = self.items(&over).filter(|items| items.len() <= MAX_ROUNDS)
            && (!leaves || items.len() == 1)
            && self.rounds + items.len() <= MAX_ROUNDS_OF_FILE
        {
            self.rounds += items.len();
            for item in items {
                self.assign(&statement.target, item, None);
                // Only a loop of one round may end early here.
                self.block(&statement.body);
            }
            self.block(&statement.orelse);
            return;
        }
        let when = self.truth(&over, &statement.iter);
        let place = self.place(statement.target.range());
        let why = Unknown { reason: Reason::Control, name: self.short(statement.target.range()).into(), place };
        let item = match &over.data {
            Data::List(list) if list.open.is_none() => {
                one_of(&list.items.iter().collect::<Vec<_>>(), why.clone(), place)
            }
            _ => Value::new(Data::Unknown(why), place),
        };
        self.loop_body(&statement.body, &when, &mut |machine| machine.assign(&statement.target, item.clone(), None));
        self.block(&statement.orelse);
    }

    /// What a loop over a value goes through; nothing where that is not known.
    pub(super) fn items(&mut self, over: &Value) -> Option<Vec<Value>> {
        match &over.data {
            Data::List(list) if list.open.is_none() => {
                self.spend(list.items.len() / 8);
                Some(list.items.clone())
            }
            Data::Object(object) if object.open.is_none() && object.class.is_none() => {
                self.spend(object.entries.len() / 8);
                Some(object.entries.iter().map(|entry| Value::text(entry.name.clone(), entry.place)).collect())
            }
            Data::Symbol(symbol) => self.members(symbol.strip_prefix(CLASS)?),
            _ => None,
        }
    }

    /// Built-in functions that make lists of lists; nothing for another function, or where nothing is known.
    pub(super) fn builtin_of_rounds(&mut self, name: &str, arguments: &Arguments, range: TextRange) -> Option<Value> {
        let place = self.place(range);
        let given: Vec<&Value> = arguments.positional.iter().map(|argument| &argument.value).collect();
        if arguments.named.open.is_some() {
            return None;
        }
        match (name, &given[..]) {
            ("zip", [_, ..]) => {
                let lists: Option<Vec<Vec<Value>>> = given.iter().map(|value| self.items(value)).collect();
                let lists = lists?;
                let length = lists.iter().map(Vec::len).min().unwrap_or(0);
                self.spend(length * lists.len());
                let row = |at: usize| lists.iter().filter_map(|list| list.get(at).cloned()).collect();
                Some(Value::list((0..length).map(|at| Value::list(row(at), place)).collect(), place))
            }
            ("enumerate", [over, rest @ ..]) => {
                let start = arguments.named.entry("start").map(|entry| &entry.value).or(rest.first().copied());
                let start = match start.map(|value| &value.data) {
                    None => 0.0,
                    Some(Data::Number(start)) => start.near(),
                    Some(_) => return None,
                };
                let items = self.items(over)?;
                self.spend(items.len());
                #[allow(clippy::cast_precision_loss, reason = "no list is that long")]
                let pair = |(at, item)| Value::list(vec![Value::number(at as f64 + start, place), item], place);
                Some(Value::list(items.into_iter().enumerate().map(pair).collect(), place))
            }
            ("reversed", [over]) => {
                let mut items = self.items(over)?;
                items.reverse();
                Some(Value::list(items, place))
            }
            ("list" | "tuple", [over]) if matches!(over.data, Data::Object(_) | Data::Symbol(_)) => {
                Some(Value::list(self.items(over)?, place))
            }
            ("range", [_, ..]) => {
                let number = |value: &&Value| match &value.data {
                    Data::Number(number) if number.near().fract() == 0.0 => Some(number.near()),
                    _ => None,
                };
                let numbers: Option<Vec<f64>> = given.iter().map(number).collect();
                let (start, end, step) = match numbers?[..] {
                    [end] => (0.0, end, 1.0),
                    [start, end] => (start, end, 1.0),
                    [start, end, step] if step != 0.0 => (start, end, step),
                    _ => return None,
                };
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a small range")]
                let count = ((end - start) / step).ceil().clamp(0.0, MAX_ITEMS as f64 + 1.0) as usize;
                if count > MAX_ITEMS {
                    return None;
                }
                self.spend(count);
                #[allow(clippy::cast_precision_loss, reason = "it is small")]
                let number = |at: usize| Value::number(start + at as f64 * step, place);
                Some(Value::list((0..count).map(number).collect(), place))
            }
            _ => None,
        }
    }

    /// A comprehension: its items where the lists that it goes through are known. Else its parts are evaluated once
    /// with the loop's names unknown, for the calls in them.
    pub(super) fn comprehension(
        &mut self,
        generators: &'a [Comprehension],
        key: Option<&'a Expr>,
        item: &'a Expr,
        range: TextRange,
    ) -> Value {
        self.spend_names();
        let outer = self.scopes.last_mut().and_then(Scope::begin);
        let mut made = Made { is_dict: key.is_some(), ..Made::default() };
        self.generate(generators, key, item, &mut made);
        if let Some(scope) = self.scopes.last_mut() {
            scope.take_back();
            scope.end(outer);
        }
        let place = self.place(range);
        let open = made.is_open.then(|| self.why(range));
        let open = open.or_else(|| made.list.open.take().or(made.dict.open.take()));
        if made.is_dict {
            return Value::object(Object { open, ..made.dict }, place);
        }
        Value::new(Data::List(Arc::new(List { open, ..made.list })), place)
    }

    fn generate(&mut self, generators: &'a [Comprehension], key: Option<&'a Expr>, item: &'a Expr, made: &mut Made) {
        let Some((generator, rest)) = generators.split_first() else {
            let key = key.map(|key| self.eval(key));
            let value = self.eval(item);
            return made.add(key, value);
        };
        let over = self.eval(&generator.iter);
        let items = self.items(&over).filter(|items| items.len() + made.count <= MAX_ITEMS);
        let why = self.why(generator.target.range());
        let Some(items) = items else {
            let place = self.place(generator.target.range());
            let item_value = match &over.data {
                Data::List(list) if list.open.is_none() => one_of(&list.items.iter().collect::<Vec<_>>(), why, place),
                _ => Value::new(Data::Unknown(why), place),
            };
            self.assign(&generator.target, item_value, None);
            for test in &generator.ifs {
                self.eval(test);
            }
            made.is_open = true;
            let mut once = Made { is_dict: made.is_dict, ..Made::default() };
            self.generate(rest, key, item, &mut once);
            return;
        };
        for one in items {
            self.assign(&generator.target, one, None);
            let all = generator.ifs.iter().fold(Formula::True, |all, test| all.and(&self.condition(test)));
            match all {
                Formula::False => {}
                Formula::True => self.generate(rest, key, item, made),
                _ => {
                    made.is_open = true;
                    let mut once = Made { is_dict: made.is_dict, ..Made::default() };
                    self.generate(rest, key, item, &mut once);
                }
            }
        }
    }
}

/// What a comprehension made so far.
#[derive(Default)]
struct Made {
    is_dict: bool,
    list: List,
    dict: Object,
    count: usize,
    is_open: bool,
}

impl Made {
    fn add(&mut self, key: Option<Value>, value: Value) {
        self.count += 1;
        match key {
            None => self.list.push(value),
            Some(key) => match key.plain_text() {
                Some(name) => self.dict.set(Entry { name, place: key.origin.place, value }),
                None => self.is_open = true,
            },
        }
    }
}

/// Whether a loop's body may leave the loop, or a round of it, early.
#[derive(Default)]
struct Leaves(bool);

impl Leaves {
    fn of(body: &[Stmt]) -> bool {
        let mut leaves = Self::default();
        leaves.visit_body(body);
        leaves.0
    }
}

impl<'a> Visitor<'a> for Leaves {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Break(_) | Stmt::Continue(_) | Stmt::Return(_) => self.0 = true,
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            // What leaves an inner loop stays in this one, but that is seldom worth telling apart.
            _ => ruff_python_ast::visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}
