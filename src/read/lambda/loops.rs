//! Loops and comprehensions: one round of each, or a round for each item of a short list.

use std::rc::Rc;

use ruff_python_ast::{BoolOp, CmpOp, Comprehension, Expr, Stmt, StmtFor, StmtWhile};
use ruff_text_size::{Ranged, TextRange};

use super::{
    expressions,
    statements::meet,
    values::{Thing, Value},
    walker::Walker,
};
use crate::graph::fact::Rounds;

/// Rounds of a loop over a list in the code.
const MAX_STEPS: usize = 8;

impl<'a> Walker<'a> {
    pub(super) fn for_statement(&mut self, statement: &'a StmtFor) -> bool {
        let over = self.eval(&statement.iter);
        let head = TextRange::new(statement.range.start(), statement.iter.range().end());
        let Some(items) = self.steps_of(&over) else {
            let rounds = self.rounds(&statement.iter).map_or(Rounds::Unknown, Rounds::Most);
            let item = self.part(&over, None);
            self.assign(&statement.target, &item);
            self.loop_body(head, rounds, false, &statement.body);
            return self.block(&statement.orelse);
        };
        for item in &items {
            self.assign(&statement.target, item);
            #[allow(clippy::cast_precision_loss, reason = "there are few")]
            self.loop_body(head, Rounds::Most(items.len() as f64), false, &statement.body);
        }
        self.block(&statement.orelse)
    }

    /// The items of a short list that is written in the code, each of which is a round of its own: the names of services,
    /// functions that do one step each.
    fn steps_of(&self, over: &Value<'a>) -> Option<Vec<Value<'a>>> {
        let [Thing::Object(object)] = over.things[..] else { return None };
        let is_step = |item: &Value<'a>| item.things.iter().any(|thing| !matches!(thing, Thing::Number(_)));
        let items = self.heap.items(object).filter(|_| over.from.is_empty())?;
        ((2..=MAX_STEPS).contains(&items.len()) && items.iter().all(is_step)).then_some(items)
    }

    /// A comprehension: what it makes of each item. In a dict that is under a key.
    pub(super) fn comprehension(
        &mut self,
        generators: &'a [Comprehension],
        key: Option<&'a Expr>,
        value: &'a Expr,
    ) -> Value<'a> {
        if let [generator] = generators {
            let over = self.eval(&generator.iter);
            let items = self.steps_of(&over);
            let items = items.unwrap_or_else(|| vec![self.part(&over, None)]);
            let parts = items.iter().flat_map(|item| self.made_of(generator, item, key, value)).collect();
            return self.object(parts);
        }
        let Some((last, outer)) = generators.split_last() else { return Value::default() };
        for generator in outer {
            let over = self.eval(&generator.iter);
            let item = self.part(&over, None);
            self.assign(&generator.target, &item);
            generator.ifs.iter().for_each(|test| drop(self.eval(test)));
        }
        self.comprehension(std::slice::from_ref(last), key, value)
    }

    /// What one round of a comprehension makes.
    fn made_of(
        &mut self,
        generator: &'a Comprehension,
        item: &Value<'a>,
        key: Option<&'a Expr>,
        value: &'a Expr,
    ) -> Vec<(Option<Rc<str>>, Value<'a>, bool)> {
        self.assign(&generator.target, item);
        generator.ifs.iter().for_each(|test| drop(self.eval(test)));
        let key = key.map(|key| self.eval(key));
        let name = key.as_ref().and_then(expressions::key);
        let mut value = self.eval(value);
        // What stands in a key is in the dict as well.
        value.from = value.from.and(key.map(|key| key.from).unwrap_or_default());
        vec![(name, value, false)]
    }

    /// How often a loop over `range(…)` goes round.
    fn rounds(&mut self, iter: &'a Expr) -> Option<f64> {
        let call = iter.as_call_expr()?;
        call.func.as_name_expr().filter(|name| name.id.as_str() == "range")?;
        let bounds: Vec<f64> =
            call.arguments.args.iter().map(|bound| self.eval(bound).number()).collect::<Option<_>>()?;
        match bounds[..] {
            [end] => Some(end.max(0.0)),
            [start, end] => Some((end - start).max(0.0)),
            _ => None,
        }
    }

    pub(super) fn while_statement(&mut self, statement: &'a StmtWhile) -> bool {
        let head = TextRange::new(statement.range.start(), statement.test.range().end());
        let place = self.place(head);
        let endless = matches!(&*statement.test, Expr::BooleanLiteral(literal) if literal.value)
            || matches!(&*statement.test, Expr::NumberLiteral(_));
        let rounds = self.tries(&statement.test);
        self.enter_loop(place, rounds);
        self.eval(&statement.test);
        let ended = self.rest_of_loop(endless, &statement.body);
        ended || self.block(&statement.orelse)
    }

    /// How often a `while` goes round: one that counts has its bound in its test.
    fn tries(&mut self, test: &'a Expr) -> Rounds {
        let parts = match test {
            Expr::BoolOp(operation) if operation.op == BoolOp::And => &operation.values[..],
            test => std::slice::from_ref(test),
        };
        for part in parts {
            let Expr::Compare(compare) = part else { continue };
            let ([operator], [right]) = (&compare.ops[..], &compare.comparators[..]) else { continue };
            let bound = match operator {
                CmpOp::Lt | CmpOp::LtE => right,
                CmpOp::Gt | CmpOp::GtE => &*compare.left,
                _ => continue,
            };
            return self.eval(bound).number().map_or(Rounds::Unknown, Rounds::Most);
        }
        Rounds::Until
    }

    fn loop_body(&mut self, head: TextRange, rounds: Rounds, endless: bool, body: &'a [Stmt]) -> bool {
        let place = self.place(head);
        self.enter_loop(place, rounds);
        self.rest_of_loop(endless, body)
    }

    /// Walks a loop's body once, which has begun; whether no path leads out of the loop. What one round leaves for the
    /// next is not followed: a loop that handles one message after the other does not hand on between them.
    fn rest_of_loop(&mut self, endless: bool, body: &'a [Stmt]) -> bool {
        self.spend(self.state.weight());
        let start = self.state.clone();
        if let Some(frame) = self.frames.last_mut() {
            frame.left.push(None);
        }
        let ended = self.block(body);
        let left = self.frames.last_mut().and_then(|frame| frame.left.pop()).flatten();
        self.leave_loop();
        let mut out = if endless { None } else { Some(start) };
        if !ended && !endless {
            meet(&mut out, std::mem::take(&mut self.state));
        }
        if let Some(left) = left {
            meet(&mut out, left);
        }
        match out {
            Some(state) => {
                self.state = state;
                false
            }
            None => true,
        }
    }
}
