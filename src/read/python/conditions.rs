//! Conditions: decided where the values are known, else a formula over what is asked.

use ruff_python_ast::{BoolOp, CmpOp, Expr, ExprBoolOp, ExprCompare, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

use super::{
    Machine,
    calls::Arguments,
    classes::{CLASS, MEMBER, own_class},
    decided::calls_any,
    ini,
    iterators::is_iterator,
    objects::positional,
    presence::presence,
    questions::{is_none_by_default, question},
};
use crate::{
    graph::{
        guard::Formula,
        value::{Data, Object, Piece, Reason, Unknown, Value},
    },
    source::Place,
};

impl<'a> Machine<'a> {
    /// When the expression is true.
    pub(super) fn condition(&mut self, test: &'a Expr) -> Formula {
        match test {
            Expr::UnaryOp(not) if not.op == UnaryOp::Not => self.condition(&not.operand).negated(),
            Expr::BoolOp(operation) => self.bool_condition(operation),
            Expr::Compare(compare) => self.comparison(compare),
            _ => {
                let value = self.eval(test);
                self.truth(&value, test)
            }
        }
    }

    fn bool_condition(&mut self, operation: &'a ExprBoolOp) -> Formula {
        let is_and = operation.op == BoolOp::And;
        let mut whole = Formula::decided(is_and);
        let mut parts = operation.values.iter();
        for part in parts.by_ref() {
            let part = self.condition(part);
            whole = if is_and { whole.and(&part) } else { whole.or(&part) };
            // What follows is not asked.
            if whole == Formula::decided(!is_and) {
                break;
            }
        }
        let is_left = self.openly == 0 && self.basis.as_ref().is_some_and(|basis| basis.kind.is_left_to_runs());
        if is_left {
            // Only how it comes out by default: it is asked where another value is given.
            let basis = self.basis.take();
            for part in parts.filter(|part| !calls_any(part)) {
                self.quiet += 1;
                self.without_trace(&mut |machine| machine.condition(part));
                self.quiet -= 1;
            }
            self.basis = basis;
        }
        whole
    }

    /// When a value counts as true.
    pub(super) fn truth(&mut self, value: &Value, at: &Expr) -> Formula {
        self.spend(1);
        self.asked(value);
        match &value.data {
            Data::Absent => Formula::False,
            Data::Bool(holds) => self.plain_truth(value, *holds),
            Data::Number(number) => self.plain_truth(value, number.near() != 0.0),
            Data::Text(text) => self.plain_truth(value, !text.is_empty()),
            Data::Template(pieces) => {
                let certain = pieces.iter().any(|piece| matches!(piece, Piece::Text(text) if !text.is_empty()));
                if certain { Formula::True } else { self.open_question(at) }
            }
            Data::Symbol(symbol) if &**symbol == "typing.TYPE_CHECKING" => Formula::False,
            Data::Reference(_) | Data::Symbol(_) => Formula::True,
            Data::List(list) if !list.items.is_empty() => Formula::True,
            Data::List(list) if list.open.is_none() => Formula::False,
            Data::Object(object) if self.decides_its_truth(object) => self.open_question(at),
            Data::Object(object) if object.class.is_some() => Formula::True,
            Data::Object(object) => match object.has_any() {
                Formula::False if object.open.is_none() => Formula::False,
                Formula::False => self.open_question(at),
                any if object.open.is_none() => any,
                Formula::True => Formula::True,
                any => any.or(&self.open_question(at)),
            },
            Data::List(_) => self.open_question(at),
            Data::Unknown(unknown) => question(unknown, None),
            Data::Guarded(guarded) => {
                let (then, otherwise) = (self.truth(&guarded.then, at), self.truth(&guarded.otherwise, at));
                guarded.when.and(&then).or(&guarded.when.negated().and(&otherwise))
            }
        }
    }

    fn comparison(&mut self, compare: &'a ExprCompare) -> Formula {
        let (mut left, mut first) = (self.eval(&compare.left), &*compare.left);
        self.asked(&left);
        let mut all = Formula::True;
        for (operation, second) in compare.ops.iter().zip(&compare.comparators) {
            let mut right = self.eval(second);
            if is_iterator(&right) && matches!(operation, CmpOp::In | CmpOp::NotIn) {
                // It stops where it finds it.
                right = self.drained(&right, Some(&self.why(second.range())));
            }
            self.asked(&right);
            // Each pair is a question of its own.
            let pair = TextRange::new(first.start(), second.end());
            let range = if compare.ops.len() > 1 { pair } else { compare.range() };
            let holds = self.compared(*operation, &left, &right, range);
            if matches!(holds, Formula::True | Formula::False) {
                self.note_comparison(*operation, (&left, &right), holds == Formula::True, self.place(range));
            }
            all = all.and(&holds);
            if all == Formula::False {
                break;
            }
            (left, first) = (right, second);
        }
        all
    }

    fn compared(&mut self, operation: CmpOp, left: &Value, right: &Value, range: TextRange) -> Formula {
        let place = self.place(range);
        match operation {
            CmpOp::Eq => self.equal(left, right, place),
            CmpOp::NotEq => {
                let equal = self.equal(left, right, place);
                self.denied(&equal, place)
            }
            CmpOp::Is => self.identical(left, right, place),
            CmpOp::IsNot => {
                let identical = self.identical(left, right, place);
                self.denied(&identical, place)
            }
            CmpOp::In => self.member(left, right, place),
            CmpOp::NotIn => {
                let member = self.member(left, right, place);
                self.denied(&member, place)
            }
            CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE => {
                let order = match (&left.data, &right.data) {
                    (Data::Number(left), Data::Number(right)) => left.near().partial_cmp(&right.near()),
                    (Data::Text(left), Data::Text(right)) => Some(left.cmp(right)),
                    _ => None,
                };
                let Some(order) = order else { return self.compared_openly(operation, left, right, place) };
                Formula::decided(match operation {
                    CmpOp::Lt => order.is_lt(),
                    CmpOp::LtE => order.is_le(),
                    CmpOp::Gt => order.is_gt(),
                    _ => order.is_ge(),
                })
            }
        }
    }

    pub(super) fn equal(&mut self, left: &Value, right: &Value, place: Place) -> Formula {
        self.spend(1);
        match (&left.data, &right.data) {
            (Data::Object(one), Data::Object(two)) if is_member(one) && one.class == two.class => {
                match (one.entry("value"), two.entry("value")) {
                    (Some(one), Some(two)) => self.equal(&one.value.clone(), &two.value.clone(), place),
                    _ => self.open(place),
                }
            }
            (Data::Guarded(guarded), _) => {
                let (then, otherwise) =
                    (self.equal(&guarded.then, right, place), self.equal(&guarded.otherwise, right, place));
                guarded.when.and(&then).or(&guarded.when.negated().and(&otherwise))
            }
            (_, Data::Guarded(_)) => self.equal(right, left, place),
            (Data::Unknown(unknown), Data::Text(text)) | (Data::Text(text), Data::Unknown(unknown)) => {
                question(unknown, Some(text.clone()))
            }
            // As `is None` asks it.
            (Data::Unknown(unknown), Data::Absent) | (Data::Absent, Data::Unknown(unknown)) => {
                question(unknown, Some("None".into()))
            }
            (Data::Absent, Data::Absent) => Formula::True,
            (other, Data::Absent) | (Data::Absent, other) if is_equal_to_itself_alone(other) => Formula::False,
            (Data::Unknown(_), _) | (_, Data::Unknown(_)) | (Data::Template(_), _) | (_, Data::Template(_)) => {
                self.compared_openly(CmpOp::Eq, left, right, place)
            }
            (Data::Symbol(one), Data::Symbol(two)) if is_type(one) && is_type(two) => Formula::decided(one == two),
            (Data::Bool(left), Data::Bool(right)) => Formula::decided(left == right),
            // `True` is 1 where it is compared.
            (Data::Bool(truth), Data::Number(number)) | (Data::Number(number), Data::Bool(truth)) => {
                Formula::decided(number.near() == f64::from(u8::from(*truth)))
            }
            (Data::Number(left), Data::Number(right)) => Formula::decided(left == right),
            (Data::Text(left), Data::Text(right)) => Formula::decided(left == right),
            (
                Data::Absent | Data::Bool(_) | Data::Number(_) | Data::Text(_),
                Data::Absent | Data::Bool(_) | Data::Number(_) | Data::Text(_),
            ) => Formula::False,
            _ => self.open(place),
        }
    }

    /// `is` is asked of `None`, `True` and `False`; of others it says nothing that we follow.
    pub(super) fn identical(&mut self, left: &Value, right: &Value, place: Place) -> Formula {
        self.spend(1);
        match (&left.data, &right.data) {
            (Data::Guarded(guarded), _) => {
                let then = self.identical(&guarded.then, right, place);
                let otherwise = self.identical(&guarded.otherwise, right, place);
                guarded.when.and(&then).or(&guarded.when.negated().and(&otherwise))
            }
            (Data::Unknown(unknown), Data::Absent) if is_none_by_default(unknown) => question(unknown, None).negated(),
            (Data::Unknown(unknown), Data::Absent) => question(unknown, Some("None".into())),
            (Data::Object(one), Data::Object(_)) if is_member(one) => self.equal(left, right, place),
            (Data::Symbol(one), Data::Symbol(two)) if one == two => Formula::True,
            (Data::Symbol(one), Data::Symbol(two)) if is_type(one) && is_type(two) => Formula::False,
            (_, Data::Absent) => Formula::decided(matches!(left.data, Data::Absent)),
            (Data::Bool(_) | Data::Unknown(_), Data::Bool(_)) => self.equal(left, right, place),
            (Data::Number(_) | Data::Text(_) | Data::Absent, Data::Bool(_)) => Formula::False,
            _ => self.open(place),
        }
    }

    fn member(&mut self, left: &Value, right: &Value, place: Place) -> Formula {
        self.spend(1);
        match (super::library::key_name(left), &right.data) {
            (Some(_), Data::List(list)) => {
                let any = list.items.iter().fold(Formula::False, |any, item| any.or(&self.equal(left, item, place)));
                if list.open.is_some() { any.or(&self.open(place)) } else { any }
            }
            (_, Data::Object(object))
                if let Some(class) = own_class(object)
                    && !self.holds_items(object, "__contains__") =>
            {
                let given = Arguments { positional: vec![positional(left.clone())], named: Object::default() };
                match self.object_call(class, object, "__contains__", &given, place).map(|followed| followed.value.data)
                {
                    Some(Data::Bool(has)) => Formula::decided(has),
                    _ => self.open(place),
                }
            }
            // It is there, whatever was read.
            (Some(name), Data::Object(object))
                if &*name == ini::DEFAULT && object.class.as_deref() == Some(ini::PARSER) =>
            {
                Formula::True
            }
            (Some(name), Data::Object(object)) => match object.entry(&name) {
                Some(entry) if !entry.value.is_unknown() => presence(&entry.value),
                None if object.open.is_none() => Formula::False,
                _ => self.open(place),
            },
            (Some(part), Data::Text(text)) => Formula::decided(text.contains(&*part)),
            (Some(name), Data::Symbol(symbol)) if &**symbol == "os.environ" => match self.variable(&name) {
                Some(known) if !known.is_unknown() => Formula::True,
                // One that is set to nothing is hardly ever meant.
                _ => question(&Unknown { reason: Reason::NoDefault, ..Unknown::variable(&name, place) }, None),
            },
            _ => match (&left.data, &right.data) {
                (Data::Unknown(_) | Data::Symbol(_), Data::List(list)) if list.open.is_none() => {
                    list.items.iter().fold(Formula::False, |any, item| any.or(&self.equal(left, item, place)))
                }
                _ => self.compared_openly(CmpOp::In, left, right, place),
            },
        }
    }

    /// Whether the class of an object says when it is true.
    fn decides_its_truth(&mut self, object: &Object) -> bool {
        let class = own_class(object);
        let Some(own) = class.and_then(|class| self.own_name(class)).map(str::to_owned) else { return false };
        object.entries.is_empty() && self.is_own_dict(&own)
            || ["__bool__", "__len__"].iter().any(|name| self.method_of(&own, name).is_some())
    }

    fn open_question(&self, at: &Expr) -> Formula {
        self.open_at(at.range())
    }

    /// The opposite of a comparison. A question that is asked by the text at `place` is asked as it is written there:
    /// `a != b`, not whether `a != b` does not hold.
    fn denied(&self, compared: &Formula, place: Place) -> Formula {
        match (compared, self.open(place)) {
            (Formula::True | Formula::False, _) => compared.negated(),
            (_, Formula::Atom(written)) => compared.inverted(&written.subject).negated(),
            (..) => compared.negated(),
        }
    }
}

/// Whether it is a member of an enumeration.
fn is_member(object: &Object) -> bool {
    object.class.as_deref().is_some_and(|class| class.starts_with(MEMBER))
}

/// Whether no other kind of value is equal to one: Python's own values, and objects of the SDK's. Classes of the project
/// may say something else.
fn is_equal_to_itself_alone(data: &Data) -> bool {
    match data {
        Data::Object(object) => own_class(object).is_none(),
        Data::List(_) | Data::Template(_) | Data::Reference(_) => true,
        _ => false,
    }
}

/// Whether a symbol is that of a class.
fn is_type(symbol: &str) -> bool {
    symbol.starts_with(CLASS) || symbol.starts_with("builtins.")
}
