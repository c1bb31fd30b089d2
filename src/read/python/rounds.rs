//! Loops and comprehensions: over a list that is known, each round is walked with its own item; else one round stands
//! for all.

use std::sync::Arc;

use ruff_python_ast::{
    Comprehension, ExceptHandler, Expr, ExprCall, ExprGenerator, Stmt, StmtFor, StmtTry, StmtWhile, visitor::Visitor,
};
use ruff_text_size::{Ranged, TextRange};

use super::{
    Machine,
    attribute_dicts::is_attribute_dict,
    callables::{LAMBDA, is_callable, is_set_up},
    calls::Arguments,
    classes::CLASS,
    config_files::FILE,
    exits::Region,
    expressions::composed,
    ini::SECTION,
    iterators::{is_iterator, iterator},
    library::{key_name, key_value},
    presence::missing,
    scope::Scope,
    text::one_of,
};
use crate::graph::{
    guard::Formula,
    value::{Data, Entry, List, Object, Reason, Unknown, Value},
};

/// Rounds of a loop that are walked one by one: beyond that, one stands for all.
const MAX_ROUNDS: usize = 16;
/// The same of all loops of a file together.
const MAX_ROUNDS_OF_FILE: usize = 512;
/// Rounds of a `while` loop that are walked one by one.
const MAX_WHILE: usize = 32;
/// How deep loops are tried within others.
const MAX_TRIALS: u32 = 2;
/// Items of a comprehension.
const MAX_ITEMS: usize = 64;

impl<'a> Machine<'a> {
    /// A loop over something; whether it ended the block that it stands in.
    pub(super) fn for_statement(&mut self, statement: &'a StmtFor) -> bool {
        let leaves = Leaves::of(&statement.body);
        let over = self.eval(&statement.iter);
        // What it hands out after the loop was left is not known.
        let rest = leaves.breaks.then(|| self.why(statement.iter.range()));
        let is_mingled = self.is_mingled(&over, &statement.iter, &statement.body);
        let mut over = self.drained(&over, rest.as_ref());
        if is_mingled {
            let open = Some(self.why(statement.iter.range()));
            over.data = Data::List(Arc::new(List { items: Vec::new(), open }));
        }
        if let Some(items) = self.items(&over).filter(|items| (1..=MAX_ROUNDS).contains(&items.len()))
            && let Some(tried) = next_if_it_fails(&statement.body)
            && let Some(ended) = self.hopefully(tried, &mut |machine| machine.for_rounds(statement, items.clone()))
        {
            return ended;
        }
        if let Some(items) = self.items(&over).filter(|items| items.len() <= MAX_ROUNDS)
            && self.rounds + items.len() <= MAX_ROUNDS_OF_FILE
            && (!leaves.any
                || items.len() == 1
                || self.is_clear(&mut |machine| machine.for_rounds(statement, items.clone()).is_some()))
        {
            return match self.for_rounds(statement, items) {
                Some(Round::Ended) => true,
                Some(Round::Left) => false,
                Some(Round::Next) | None => self.block(&statement.orelse),
            };
        }
        let when = self.truth(&over, &statement.iter);
        let place = self.place(statement.target.range());
        let why = Unknown { reason: Reason::Control, name: self.short(statement.target.range()).into(), place };
        let item = match &over.data {
            Data::List(list) if list.open.is_none() => {
                one_of(&list.items.iter().collect::<Vec<_>>(), why.clone(), place)
            }
            _ => Value::new(Data::Unknown(why.clone()), place),
        };
        // What nothing is known of has no parts that the rounds may change.
        if matches!(over.data, Data::List(_)) {
            let assigned = self.assigned(&statement.body);
            if names_of(&statement.target).iter().any(|name| assigned.contains(*name)) {
                self.cover_parts(&over, &why, 0);
            }
        }
        self.loop_body(&statement.body, &when, &mut |machine| {
            machine.assign(&statement.target, item.clone(), None);
        });
        self.after_loop(&statement.orelse, &leaves)
    }

    /// A loop while something holds; whether it ended the block that it stands in.
    pub(super) fn while_statement(&mut self, statement: &'a StmtWhile) -> bool {
        let when = self.condition(&statement.test);
        if when == Formula::False {
            return self.block(&statement.orelse);
        }
        if when == Formula::True && self.is_clear(&mut |machine| machine.while_rounds(statement).is_some()) {
            return match self.while_rounds(statement) {
                Some(Round::Ended) => true,
                Some(Round::Left) => false,
                Some(Round::Next) | None => self.block(&statement.orelse),
            };
        }
        if when == Formula::True
            && let Some(tried) = next_if_it_fails(&statement.body)
            && let Some(ended) = self.hopefully(tried, &mut |machine| machine.while_rounds(statement))
        {
            return ended;
        }
        let leaves = Leaves::of(&statement.body);
        self.loop_body(&statement.body, &when, &mut |_| {});
        let is_endless = matches!(&*statement.test, Expr::BooleanLiteral(literal) if literal.value);
        self.after_loop(&statement.orelse, &leaves) || (is_endless && !leaves.breaks)
    }

    /// The `else` of a loop whose rounds are not known: it runs unless the loop was left.
    fn after_loop(&mut self, orelse: &'a [Stmt], leaves: &Leaves) -> bool {
        let Some(first) = orelse.first().filter(|_| leaves.breaks) else { return self.block(orelse) };
        let when = self.open_at(first.range());
        self.branch(&when, &mut |machine| machine.block(orelse), &mut |_| false)
    }

    /// All rounds of a loop, each with its own item; how the last one ended, or nothing where that is not known.
    fn for_rounds(&mut self, statement: &'a StmtFor, items: Vec<Value>) -> Option<Round> {
        self.rounds += items.len();
        let mut live = self.live(&statement.iter, &items);
        let mut items = items;
        for at in 0..MAX_ROUNDS {
            if at > 0
                && let Some(live) = &mut live
                && let Some(now) = self.items_now(live)
            {
                items = now;
            }
            let Some(item) = items.get(at).cloned() else { break };
            self.assign(&statement.target, item, None);
            match self.round(&statement.body)? {
                Round::Next => {}
                last => return Some(last),
            }
        }
        Some(Round::Next)
    }

    /// The same of a loop whose condition has been found to hold.
    fn while_rounds(&mut self, statement: &'a StmtWhile) -> Option<Round> {
        for _ in 0..MAX_WHILE {
            self.rounds += 1;
            if self.rounds > MAX_ROUNDS_OF_FILE {
                return None;
            }
            match self.round(&statement.body)? {
                Round::Next => {}
                last => return Some(last),
            }
            match self.condition(&statement.test) {
                Formula::True => {}
                Formula::False => return Some(Round::Next),
                _ => return None,
            }
        }
        None
    }

    /// One round of a loop; nothing where it may have ended in more than one way.
    fn round(&mut self, body: &'a [Stmt]) -> Option<Round> {
        let (since, guard) = (self.exits.len(), self.guard.clone());
        self.begin_leaving(Region::Round);
        let ended = self.block(body);
        let exits = &self.exits[since..];
        let round = match exits {
            [] if ended => Some(Round::Ended),
            [] => Some(Round::Next),
            [left] if ended && left.when == guard => Some(match left.exit {
                Exit::Break => Round::Left,
                Exit::Continue => Round::Next,
                Exit::Return | Exit::Raise => Round::Ended,
            }),
            // However it ended, the next one follows.
            _ if exits.iter().all(|left| left.exit == Exit::Continue) => Some(Round::Next),
            _ => None,
        };
        self.leave_round(since, ended);
        round
    }

    /// Rounds that go on to the next one only where something fails: the first is followed as if nothing did. Whether that
    /// ends the block; nothing where the first round may not be the last.
    fn hopefully(&mut self, tried: &'a StmtTry, rounds: &mut dyn FnMut(&mut Self) -> Option<Round>) -> Option<bool> {
        self.hopeful.push(self.place(tried.range()));
        let is_last = |round: Option<Round>| matches!(round, Some(Round::Ended | Round::Left));
        let last = self.is_clear(&mut |machine| is_last(rounds(machine))).then(|| rounds(self));
        self.hopeful.pop();
        match last? {
            Some(Round::Ended) => Some(true),
            _ => Some(false),
        }
    }

    /// Ends a round: what left it, or the loop, leaves nothing else, but for `return`.
    pub(super) fn leave_round(&mut self, since: usize, ended: bool) {
        let (beyond, own) = self.exits.split_off(since).into_iter().partition(|left| left.exit == Exit::Return);
        self.exits.extend::<Vec<_>>(beyond);
        self.rejoin(own, ended);
    }

    /// Tries whether rounds can be followed one by one. What the trial does is taken back.
    fn is_clear(&mut self, rounds: &mut dyn FnMut(&mut Self) -> bool) -> bool {
        if self.trials >= MAX_TRIALS {
            return false;
        }
        self.spend_names();
        self.open_bases();
        self.spend(self.part.resources.len() * 8);
        let part = (self.part.resources.clone(), self.part.facts.len(), self.objects.clone(), self.ids.clone());
        let lengths = (self.imports.len(), self.module_scopes.len(), self.module_names.len());
        let (attempt, views, folder) = (self.attempt.clone(), self.views.clone(), self.folder.clone());
        let written = self.written.clone();
        let (closures, making, walked) = (self.closures.clone(), self.making.clone(), self.rounds);
        self.spend(closures.len() + making.len() / 8);
        self.trials += 1;
        let quiet = self.quiet;
        self.quiet += 1;
        let is_clear = self.without_trace(rounds);
        self.quiet = quiet;
        self.trials -= 1;
        (self.attempt, self.views, self.folder, self.written) = (attempt, views, folder, written);
        self.imports.truncate(lengths.0);
        self.module_scopes.truncate(lengths.1);
        self.module_names.truncate(lengths.2);
        (self.closures, self.making, self.rounds) = (closures, making, walked);
        self.part.resources = part.0;
        self.part.facts.truncate(part.1);
        (self.objects, self.ids) = (part.2, part.3);
        is_clear
    }

    /// The lists and dicts in a value may have changed.
    fn cover_parts(&mut self, value: &Value, why: &Unknown, depth: usize) {
        let parts: Vec<Value> = match &value.data {
            Data::List(list) if depth < 2 => list.items.clone(),
            _ => return,
        };
        self.spend(parts.len());
        for part in parts {
            match &part.data {
                Data::Object(_) => self.change_thing(&part, &mut |known| {
                    if let Data::Object(object) = &mut known.data {
                        Arc::make_mut(object).cover(why);
                    }
                }),
                _ => self.cover_parts(&part, why, depth + 1),
            }
        }
    }

    /// What a loop over a value goes through; nothing where that is not known.
    pub(super) fn items(&mut self, over: &Value) -> Option<Vec<Value>> {
        let over = over.by_default();
        match &over.data {
            Data::List(list) if list.open.is_none() => {
                self.spend(list.items.len() / 8);
                Some(list.items.clone())
            }
            Data::Object(file) if file.class.as_deref() == Some(FILE) => self.lines_of(over, TextRange::default()),
            Data::Object(_) if is_iterator(over) => {
                let listed = self.listed(over);
                self.items(&listed)
            }
            Data::Object(object) if object.open.is_none() && object.class.as_deref().is_none_or(has_items) => {
                self.spend(object.entries.len() / 8);
                Some(object.present()?.into_iter().map(key_value).collect())
            }
            Data::Symbol(symbol) => self.members(symbol.strip_prefix(CLASS)?),
            Data::Text(text) if text.len() <= MAX_ITEMS => {
                Some(text.chars().map(|letter| Value::text(letter.to_string(), over.origin.place)).collect())
            }
            _ => None,
        }
    }

    /// Built-in functions that make lists of lists; nothing for another function, or where nothing is known.
    pub(super) fn builtin_of_rounds(&mut self, name: &str, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        let place = self.place(call.range());
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
                Some(iterator(Value::list((0..length).map(|at| Value::list(row(at), place)).collect(), place)))
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
                Some(iterator(Value::list(items.into_iter().enumerate().map(pair).collect(), place)))
            }
            ("map" | "filter", [function, over]) => {
                let items = self.items(over).filter(|items| items.len() <= MAX_ITEMS)?;
                self.mapped(name, function, items.into_iter().map(|item| vec![item]).collect(), call)
            }
            ("map", [function, lists @ ..]) => {
                let lists: Option<Vec<Vec<Value>>> = lists.iter().map(|list| self.items(list)).collect();
                let lists = lists?;
                let length = lists.iter().map(Vec::len).min().filter(|length| *length <= MAX_ITEMS)?;
                let row = |at: usize| lists.iter().filter_map(|list| list.get(at).cloned()).collect();
                self.mapped(name, function, (0..length).map(row).collect(), call)
            }
            ("next", [over, rest @ ..]) => self.next_of(over, rest.first().copied()),
            ("max" | "min", [_, _, ..]) => {
                let items = given.iter().copied().cloned().collect();
                Some(composed(self.best(name == "max", items, arguments, call)?, &given))
            }
            ("reversed", [over]) => {
                let mut items = self.items(over)?;
                items.reverse();
                Some(iterator(Value::list(items, place)))
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

    /// Functions of `itertools` over lists that are known; nothing for others.
    pub(super) fn itertools(&mut self, symbol: &str, arguments: &Arguments, range: TextRange) -> Option<Value> {
        let place = self.place(range);
        if symbol == "itertools.islice" {
            return self.sliced(arguments, range);
        }
        if symbol == "itertools.starmap" {
            let function = arguments.get("", 0)?.clone();
            let rows = self.items(arguments.get("", 1)?).filter(|rows| rows.len() <= MAX_ITEMS)?;
            let mut answers = Vec::new();
            for row in rows {
                let given = self.unpacked_arguments(Some(&row), None)?;
                answers.push(self.run_value(&function, &given, place)?);
            }
            return Some(iterator(Value::list(answers, place)));
        }
        let given = arguments.positional.iter().map(|argument| &argument.value);
        let lists: Option<Vec<Vec<Value>>> = match symbol {
            "itertools.product" | "itertools.chain" => given.map(|value| self.items(value)).collect(),
            "itertools.chain.from_iterable" => {
                let outer = self.items(arguments.get("", 0)?)?;
                outer.iter().map(|value| self.items(value)).collect()
            }
            _ => return None,
        };
        let lists = lists.filter(|_| arguments.named.open.is_none() && arguments.named.entries.is_empty())?;
        if symbol != "itertools.product" {
            self.spend(lists.iter().map(Vec::len).sum());
            return Some(iterator(Value::list(lists.concat(), place)));
        }
        let count = lists.iter().try_fold(1, |count: usize, list| count.checked_mul(list.len()));
        count.filter(|&count| count <= MAX_ITEMS)?;
        let rows = lists.iter().fold(vec![Vec::new()], |rows: Vec<Vec<Value>>, list| {
            let longer =
                |row: &Vec<Value>| list.iter().map(|item| [&row[..], std::slice::from_ref(item)].concat()).collect();
            rows.iter().flat_map::<Vec<Vec<Value>>, _>(longer).collect()
        });
        self.spend(rows.len() * lists.len());
        Some(iterator(Value::list(rows.into_iter().map(|row| Value::list(row, place)).collect(), place)))
    }

    /// `map` and `filter` with a function of the project, and what each call of it is given.
    fn mapped(&mut self, name: &str, function: &Value, rows: Vec<Vec<Value>>, call: &'a ExprCall) -> Option<Value> {
        let is_known = match &function.data {
            Data::Symbol(symbol) => [LAMBDA, "builtins."].iter().any(|kind| symbol.starts_with(kind)),
            _ => false,
        };
        let is_known = is_known || is_callable(function);
        let mut function = function.clone();
        if !is_known {
            return None;
        }
        let mut kept = Vec::new();
        for row in rows {
            let positional = row.iter().cloned().map(super::objects::positional).collect();
            let arguments = Arguments { positional, named: Object::default() };
            let answer = match is_set_up(&function) {
                true => self.run_again(&mut function, &arguments, self.place(call.range()))?,
                false => self.call_known(&function, call, &arguments),
            };
            if name == "map" {
                kept.push(answer);
                continue;
            }
            match self.truth(&answer, &call.func) {
                Formula::True => kept.extend(row),
                Formula::False => {}
                _ => return None,
            }
        }
        Some(iterator(Value::list(kept, self.place(call.range()))))
    }

    /// A generator. One that binds names and is all that `any` or `all` is given ends where the answer is known.
    pub(super) fn generator(&mut self, generator: &'a ExprGenerator) -> Value {
        let range = generator.range();
        let is_bare = !generator.parenthesized && self.text_at(range).contains(":=");
        let before = self.source.text().get(..range.start().to_usize()).unwrap_or_default();
        let ends_at =
            match before.trim_end_matches(['(', ' ', '\n']).rsplit(|byte: char| !byte.is_alphanumeric()).next() {
                Some("any") if is_bare => Some(true),
                Some("all") if is_bare => Some(false),
                _ => None,
            };
        self.generated(&generator.generators, None, &generator.elt, (range, ends_at))
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
        self.generated(generators, key, item, (range, None))
    }

    fn generated(
        &mut self,
        generators: &'a [Comprehension],
        key: Option<&'a Expr>,
        item: &'a Expr,
        (range, ends_at): (TextRange, Option<bool>),
    ) -> Value {
        self.spend_names();
        self.scopes.last_mut().into_iter().for_each(Scope::begin_alone);
        let mut made = Made { is_dict: key.is_some(), ends_at, ..Made::default() };
        let own: Vec<&str> = generators.iter().flat_map(|generator| names_of(&generator.target)).collect();
        // They are its own, whatever the function says of others with the same names.
        let declared = self.frames.last_mut().map(|frame| frame.hide_declared(&own));
        self.generate(generators, key, item, &mut made);
        if let (Some(frame), Some(declared)) = (self.frames.last_mut(), declared) {
            (frame.outer, frame.globals) = declared;
        }
        if let Some(scope) = self.scopes.last_mut() {
            let written = scope.take_back();
            // Its own names end with it; what it changed elsewhere stays.
            for (name, binding) in written.into_iter().filter(|(name, _)| !own.contains(&&**name)) {
                scope.restore(name, binding);
            }
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
            if let Some(truth) = made.ends_at {
                made.has_ended |= self.truth(&value, item) == Formula::decided(truth);
            }
            return made.add(key, value);
        };
        let over = self.eval(&generator.iter);
        let over = self.listed(&over);
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
            self.loops.push(Formula::True);
            self.generate(rest, key, item, &mut once);
            self.loops.pop();
            return;
        };
        for one in items {
            if made.has_ended {
                break;
            }
            self.assign(&generator.target, one, None);
            let all = generator.ifs.iter().fold(Formula::True, |all, test| all.and(&self.condition(test)));
            match all {
                Formula::False => {}
                Formula::True => self.generate(rest, key, item, made),
                when => {
                    let mut once = Made { is_dict: made.is_dict, ..Made::default() };
                    self.generate(rest, key, item, &mut once);
                    made.add_where(&when, once);
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
    /// The truth of an item that ends it, and whether one has.
    ends_at: Option<bool>,
    has_ended: bool,
}

impl Made {
    /// Adds what is made only under a condition: an entry of a dict is missing otherwise, or as it was before. Of a list it
    /// is not known where it would stand.
    fn add_where(&mut self, when: &Formula, once: Self) {
        let is_known = self.is_dict && !once.is_open && once.dict.open.is_none();
        self.is_open |= !is_known;
        for entry in once.dict.entries.into_iter().filter(|_| is_known) {
            self.count += 1;
            let before = self.dict.entry(&entry.name).map(|entry| entry.value.clone());
            let before = before.unwrap_or_else(|| missing(entry.place));
            self.dict.set(Entry { value: Value::guarded(when, entry.value.clone(), before), ..entry });
        }
    }

    fn add(&mut self, key: Option<Value>, value: Value) {
        self.count += 1;
        match key {
            None => self.list.push(value),
            Some(key) => match key_name(&key) {
                Some(name) => self.dict.set(Entry { name, place: key.origin.place, value }),
                None => self.is_open = true,
            },
        }
    }
}

/// Whether objects of a class are gone through as dicts are.
fn has_items(class: &str) -> bool {
    is_attribute_dict(class) || class == SECTION
}

/// How code leaves a round of a loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    Break,
    Continue,
    Return,
    /// An error that a `try` catches.
    Raise,
}

/// What a round of a loop leads to.
enum Round {
    /// The next one, or the end of the loop.
    Next,
    /// The loop was left.
    Left,
    /// What the loop stands in has ended too.
    Ended,
}

/// The names that a loop's target binds.
fn names_of(target: &Expr) -> Vec<&str> {
    match target {
        Expr::Name(name) => vec![name.id.as_str()],
        Expr::Tuple(tuple) => tuple.elts.iter().flat_map(names_of).collect(),
        Expr::List(list) => list.elts.iter().flat_map(names_of).collect(),
        Expr::Starred(starred) => names_of(&starred.value),
        _ => Vec::new(),
    }
}

/// The `try` of a loop that is left once something succeeds: what it tries leaves the loop, or what follows it does, and its
/// handlers go on to the next round, if they do not give up.
fn next_if_it_fails(body: &[Stmt]) -> Option<&StmtTry> {
    let at = body.iter().position(|statement| matches!(statement, Stmt::Try(_)))?;
    let Stmt::Try(tried) = &body[at] else { return None };
    let leaves = |body: &[Stmt]| matches!(body.last(), Some(Stmt::Return(_) | Stmt::Break(_)));
    let is_left_within = leaves(&tried.body) || leaves(&tried.orelse);
    let goes_on = |ExceptHandler::ExceptHandler(handler): &ExceptHandler| match handler.body.last() {
        Some(Stmt::Continue(_)) => true,
        Some(Stmt::Return(_) | Stmt::Break(_) | Stmt::Raise(_)) | None => false,
        Some(_) => is_left_within,
    };
    let is_one = is_left_within || leaves(&body[at + 1..]);
    (is_one && !tried.handlers.is_empty() && tried.finalbody.is_empty() && tried.handlers.iter().any(goes_on))
        .then_some(tried)
}

/// Whether a loop's body may leave the loop, or a round of it, early.
#[derive(Default)]
struct Leaves {
    any: bool,
    breaks: bool,
}

impl Leaves {
    fn of(body: &[Stmt]) -> Self {
        let mut leaves = Self::default();
        leaves.visit_body(body);
        leaves
    }
}

impl<'a> Visitor<'a> for Leaves {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Break(_) => (self.any, self.breaks) = (true, true),
            Stmt::Continue(_) | Stmt::Return(_) => self.any = true,
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
            // What leaves an inner loop stays in this one, but that is seldom worth telling apart.
            _ => ruff_python_ast::visitor::walk_stmt(self, statement),
        }
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}
