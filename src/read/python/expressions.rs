//! Expressions: what is known of their values.

use std::{borrow::Cow, sync::Arc};

use ruff_python_ast::{BoolOp, Expr, ExprDict, Number, Operator, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

use super::{
    Machine,
    bounds::{MAX_DEPTH, MAX_WEIGHT, name_of},
    branches::{Joined, either},
    callables::LAMBDA,
    calls::Arguments,
    classes::{CLASS, own_class},
    command_line::{FLAGS, NAMED_ARGUMENTS},
    config_files::path_of_file,
    decided::calls_any,
    iterators::iterator,
    library::{key_name, number},
    modules::MODULE,
    numbers::{as_real_as, real},
    objects::positional,
    paths::pure,
    regions,
    resting::{as_sure_as, resting_on},
    scope::{Binding, Scope},
    text::{percent, pieces_of},
};
use crate::{
    finding::Confidence,
    graph::{
        guard::Formula,
        value::{Data, Entry, List, Object, Origin, Reason, StepKind, Unknown, Value},
    },
};

impl<'a> Machine<'a> {
    /// The value of an expression, as far as it can be known.
    pub(super) fn eval(&mut self, expression: &'a Expr) -> Value {
        self.spend(1);
        if self.is_spent() || self.depth > MAX_DEPTH {
            return self.refused(expression.range());
        }
        self.depth += 1;
        // The range of an expression is asked for by its kind: only where it is needed.
        let value = match expression {
            Expr::Name(name) => self.name(name.id.as_str(), name.range),
            Expr::Attribute(attribute) => match self.lookup_dotted(expression) {
                Some(path) => self.name(&path, attribute.range),
                None => {
                    let base = self.eval(&attribute.value);
                    self.attribute(&base, attribute.attr.as_str(), attribute.range)
                }
            },
            Expr::Subscript(subscript) => self.subscript(subscript),
            Expr::Call(call) => {
                let answer = self.call(call);
                self.may_fail(call, &answer);
                answer
            }
            other => self.eval_other(other),
        };
        self.depth -= 1;
        self.notice(&value, expression);
        match expression {
            // Parts of what was bounded when it was made.
            Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_) => value,
            _ => self.bounded(value, expression),
        }
    }

    /// The value of an expression that is beyond the bounds.
    #[cold]
    fn refused(&mut self, range: TextRange) -> Value {
        if self.is_exhausted(range) { self.unknown(Reason::Limit, range) } else { self.beyond(range) }
    }

    fn eval_other(&mut self, expression: &'a Expr) -> Value {
        let range = expression.range();
        let place = self.place(range);
        match expression {
            Expr::StringLiteral(literal) => Value::text(literal.value.to_str(), place),
            Expr::FString(text) => self.f_string(text),
            Expr::NumberLiteral(literal) => match &literal.value {
                #[allow(clippy::cast_precision_loss, reason = "counts, seconds and gigabytes stay far below 2^53")]
                Number::Int(int) => match int.as_i64() {
                    Some(int) => Value::number(int as f64, place),
                    None => self.unknown(Reason::Unsupported, range),
                },
                Number::Float(float) => real(*float, place),
                Number::Complex { .. } => self.unknown(Reason::Unsupported, range),
            },
            Expr::BooleanLiteral(literal) => Value::new(Data::Bool(literal.value), place),
            Expr::IpyEscapeCommand(command) => {
                self.command_run(command.kind, &command.value, place);
                self.unknown(Reason::RunTime, range)
            }
            Expr::NoneLiteral(_) => Value::absent(place),
            Expr::Dict(dict) => self.dict(dict),
            Expr::List(list) => self.list(&list.elts, range),
            Expr::Tuple(tuple) => self.list(&tuple.elts, range),
            Expr::Set(set) => {
                let list = self.list(&set.elts, range);
                self.distinct(&list).unwrap_or(list)
            }
            Expr::BinOp(operation) => {
                let left = self.eval(&operation.left);
                let right = self.eval(&operation.right);
                self.binary(operation.op, &left, &right, range)
            }
            Expr::UnaryOp(operation) => match operation.op {
                UnaryOp::Not => self.decided(expression),
                UnaryOp::USub => match self.eval(&operation.operand).data {
                    Data::Number(number) if number.is_real() => real(-number.near(), place),
                    Data::Number(number) => Value::number(-number.near(), place),
                    _ => self.unknown(Reason::Unsupported, range),
                },
                _ => self.unknown(Reason::Unsupported, range),
            },
            Expr::Compare(_) => self.decided(expression),
            Expr::BoolOp(operation) => {
                let value = self.bool_value(operation.op, &operation.values);
                // A condition that a default decides is one of two where another value is given.
                let is_left = value.origin.steps().any(|step| step.kind.is_left_to_runs());
                if is_left && is_truth(&value) && !calls_any(expression) { self.decided(expression) } else { value }
            }
            Expr::If(conditional) => {
                let (when, basis) = self.settled(&conditional.test);
                match when {
                    Formula::True | Formula::False => {
                        let by_default = when == Formula::True;
                        let sides = (&*conditional.body, &*conditional.orelse);
                        let (usual, other) = if by_default { sides } else { (sides.1, sides.0) };
                        let chosen = self.eval(usual);
                        let other = &mut |machine: &mut Self| machine.eval(other);
                        self.both_values(chosen, (by_default, basis.as_ref()), &conditional.test, other)
                    }
                    when => {
                        let then = self.under(&when, &mut |machine| machine.eval(&conditional.body));
                        let otherwise = self.under(&when.negated(), &mut |machine| machine.eval(&conditional.orelse));
                        either(&when, &then, &otherwise)
                    }
                }
            }
            Expr::Named(named) => {
                let value = self.eval(&named.value);
                self.assign(&named.target, value.clone(), Some(&named.value));
                value
            }
            Expr::Await(inner) => self.eval(&inner.value),
            Expr::Yield(inner) => self.yields(inner.value.as_deref(), range),
            Expr::YieldFrom(inner) => self.yields_from(&inner.value, range),
            Expr::Starred(starred) => self.eval(&starred.value),
            Expr::ListComp(list) => self.comprehension(&list.generators, None, &list.elt, range),
            Expr::SetComp(set) => self.comprehension(&set.generators, None, &set.elt, range),
            Expr::Generator(generator) => iterator(self.generator(generator)),
            Expr::DictComp(dict) => match &dict.key {
                Some(key) => self.comprehension(&dict.generators, Some(key), &dict.value, range),
                None => self.unknown(Reason::Unsupported, range),
            },
            Expr::Lambda(lambda) => {
                self.lambdas.push(lambda);
                if let Some(parameters) = &lambda.parameters {
                    self.bind_defaults(parameters, &format!("{LAMBDA}{}", self.lambdas.len() - 1));
                }
                Value::new(Data::Symbol(format!("{LAMBDA}{}{}", self.prefix, self.lambdas.len() - 1).into()), place)
            }
            _ => self.unknown(Reason::Unsupported, range),
        }
    }

    /// `first and second`, `first or second`: the second is evaluated only where it counts.
    fn bool_value(&mut self, operator: BoolOp, values: &'a [Expr]) -> Value {
        let Some((first, rest)) = values.split_first() else {
            return Value::unknown(Reason::Unsupported, "nothing", self.place(TextRange::default()));
        };
        let left = self.eval(first);
        if rest.is_empty() {
            return left;
        }
        // What is one of two by a default is asked of both.
        let (when, basis) = self.with_open_basis(&mut |machine| machine.truth(&left, first));
        let goes_on = if operator == BoolOp::And { when.clone() } else { when.negated() };
        match goes_on {
            Formula::False => left,
            Formula::True => resting_on(self.bool_value(operator, rest), basis.as_ref()),
            goes_on => {
                let value = self.under(&goes_on, &mut |machine| machine.bool_value(operator, rest));
                match operator {
                    BoolOp::And => Joined::default().one_of(&when, value, left),
                    BoolOp::Or => Joined::default().one_of(&when, left, value),
                }
            }
        }
    }

    /// Does something where a condition holds.
    fn under(&mut self, when: &Formula, run: &mut dyn FnMut(&mut Self) -> Value) -> Value {
        let inner = self.guard.and(when);
        let guard = std::mem::replace(&mut self.guard, inner);
        let value = run(self);
        self.guard = guard;
        value
    }

    /// A condition as a value.
    fn decided(&mut self, expression: &'a Expr) -> Value {
        let (when, basis) = self.with_open_basis(&mut |machine| machine.condition(expression));
        let place = self.place(expression.range());
        let truth = |value| Value::new(Data::Bool(value), place);
        let holds = match when {
            Formula::True | Formula::False => when == Formula::True,
            when => return resting_on(Value::guarded(&when, truth(true), truth(false)), basis.as_ref()),
        };
        self.both_values(truth(holds), (holds, basis.as_ref()), expression, &mut |_| truth(!holds))
    }

    pub(super) fn lookup(&self, name: &str) -> Option<&Binding> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name))
    }

    /// An attribute that is bound by its whole path, as `config.size` of an imported module is.
    pub(super) fn lookup_dotted(&self, expression: &Expr) -> Option<Cow<'a, str>> {
        if !self.scopes.iter().any(Scope::has_paths) {
            return None;
        }
        self.dotted(expression).filter(|path| self.lookup(path).is_some())
    }

    /// The value of a name, with the name as a step on its way.
    fn name(&mut self, name: &str, range: TextRange) -> Value {
        if let Some((name, binding)) = self.scopes.iter().rev().find_map(|scope| scope.entry(name)) {
            let value = binding.value.clone();
            return match value.data {
                Data::Symbol(_) | Data::Reference(_) | Data::Unknown(_) => value,
                _ => value.via(StepKind::Variable, name.clone(), binding.place),
            };
        }
        let place = self.place(range);
        match name {
            "__name__" => Value::text("__main__", place),
            "__file__" => self.own_path(place),
            _ if is_builtin(name) => {
                let symbol = name_of(["builtins.", name]).unwrap_or_default();
                Value::new(Data::Symbol(symbol), place)
            }
            // A star import of the SDK may have brought it.
            _ => match self.stars.iter().find(|module| module.starts_with("sagemaker")) {
                Some(module) if name.starts_with(char::is_uppercase) => {
                    Value::new(Data::Symbol(format!("{module}.{name}").into()), place)
                }
                _ => self.unknown(Reason::External, range),
            },
        }
    }

    pub(super) fn attribute(&mut self, base: &Value, name: &str, range: TextRange) -> Value {
        self.spend(1);
        let value = self.attribute_of(base, name, range);
        as_sure_as(value, base)
    }

    fn attribute_of(&mut self, base: &Value, name: &str, range: TextRange) -> Value {
        match &base.data {
            Data::Symbol(symbol) if symbol.starts_with(CLASS) => {
                let class = symbol.strip_prefix(CLASS).unwrap_or_default();
                if name == "__name__" {
                    return Value::text(class.rsplit(':').next().unwrap_or(class), self.place(range));
                }
                let known = self.class_constant(class, name);
                known.unwrap_or_else(|| match name_of([&**symbol, ".", name]) {
                    Some(name) => Value::new(Data::Symbol(name), self.place(range)),
                    None => self.unknown(Reason::Limit, range),
                })
            }
            Data::Symbol(symbol) if let Some(path) = symbol.strip_prefix(MODULE) => {
                let known = self.module_scopes.iter().find(|(known, _)| **known == *path);
                let known = known.and_then(|(_, scope)| Some(scope.get(name)?.value.clone()));
                match known {
                    Some(known) => known,
                    None if name == "__file__" => path_of_file(path, self.place(range)),
                    None => self.unknown(Reason::RunTime, range),
                }
            }
            Data::Symbol(symbol) if &**symbol == FLAGS => {
                let flag = self.lookup(&[FLAGS, ".", name].concat()).map(|binding| binding.value.clone());
                flag.unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
            Data::Symbol(symbol) => match name_of([&**symbol, ".", name]) {
                Some(name) => Value::new(Data::Symbol(name), self.place(range)),
                None => self.unknown(Reason::Limit, range),
            },
            Data::Reference(reference) => self.object_attribute(&reference.id.clone(), name, range),
            Data::Object(object) if object.class.is_some() => match (object.entry(name), name) {
                (None, _) if let Some(value) = self.attribute_of_sdk(object, name) => value,
                _ if let Some(value) = self.object_field(object, name, range) => value,
                (Some(entry), _) if object.class.as_deref() == Some(NAMED_ARGUMENTS) => self.narrowed(&entry.value),
                (Some(entry), _) => entry.value.clone(),
                (None, "boto_session") => Value::new(Data::Symbol("boto3.Session()".into()), self.place(range)),
                (None, "sagemaker_client") => {
                    let region = regions::of_object(object).map(|region| format!("@{region}")).unwrap_or_default();
                    Value::new(Data::Symbol(format!("boto3.client:sagemaker{region}").into()), self.place(range))
                }
                (None, "boto_region_name") if let Some(region) = regions::of_object(object) => {
                    Value::text(region, self.place(range))
                }
                (None, _) => self.unknown(Reason::RunTime, range),
            },
            Data::Unknown(unknown) => self.part_of(unknown, &[".", name], range),
            // A pipeline's parameter stands for its default already.
            Data::Text(_) | Data::Number(_) | Data::Bool(_) if matches!(name, "default_value" | "value") => {
                self.value_of_member(base, self.place(range))
            }
            Data::Text(_) | Data::Template(_) => self.path_attribute(base, name, range),
            Data::Guarded(guarded) => {
                let then = self.attribute(&guarded.then, name, range);
                let otherwise = self.attribute(&guarded.otherwise, name, range);
                Value::guarded(&guarded.when, then, otherwise)
            }
            _ => self.unknown(Reason::RunTime, range),
        }
    }

    /// A part of an unknown value is unknown too, and the same one wherever it is asked for.
    pub(super) fn part_of(&self, unknown: &Unknown, part: &[&str], range: TextRange) -> Value {
        // argument `config` has a part `config.rate`.
        let Some(name) = name_of(unknown.unended_name().into_iter().chain(part.iter().copied()).chain(["`"])) else {
            return self.unknown(Reason::Limit, range);
        };
        let data = Data::Unknown(Unknown { reason: unknown.reason, name: name.into(), place: unknown.place });
        Value::new(data, self.place(range))
    }

    fn dict(&mut self, dict: &'a ExprDict) -> Value {
        let mut object = Object { entries: Vec::with_capacity(dict.items.len()), ..Object::default() };
        for item in &dict.items {
            match &item.key {
                Some(key) => {
                    let name = self.eval(key);
                    let outer = self.target.take();
                    let value = self.eval(&item.value);
                    self.target = outer;
                    let place = self.place(key.range());
                    match key_name(&name) {
                        Some(name) => object.set(Entry { name, place, value }),
                        None => {
                            self.spend(object.entries.len() * 4);
                            object.cover(&self.why(key.range()));
                        }
                    }
                }
                None => {
                    let other = self.eval(&item.value);
                    self.merge(&mut object, &other, item.value.range());
                }
            }
        }
        Value::object(object, self.place(dict.range()))
    }

    pub(super) fn why(&self, range: TextRange) -> Unknown {
        Unknown::written(Reason::RunTime, self.source, self.place(range))
    }

    fn list(&mut self, elements: &'a [Expr], range: TextRange) -> Value {
        let outer = self.target.take();
        let mut list = List { items: Vec::with_capacity(elements.len()), open: None };
        for element in elements {
            let mut value = self.eval(element);
            if element.is_starred_expr() {
                value = self.listed(&value);
            }
            match (element, &value.data) {
                (Expr::Starred(_), Data::List(inner)) => {
                    self.spend(inner.items.len() * 4);
                    list.extend(inner);
                }
                (Expr::Starred(starred), _) => list.open = Some(self.why(starred.range())),
                _ => list.push(value),
            }
        }
        self.target = outer;
        Value::new(Data::List(Arc::new(list)), self.place(range))
    }

    pub(super) fn binary(&mut self, operator: Operator, left: &Value, right: &Value, range: TextRange) -> Value {
        if let Data::Guarded(guarded) = &left.data {
            let then = self.binary(operator, &guarded.then, right, range);
            let otherwise = self.binary(operator, &guarded.otherwise, right, range);
            return Value::guarded(&guarded.when, then, otherwise);
        }
        if let (Data::Guarded(guarded), false) = (&right.data, matches!(left.data, Data::Text(_) | Data::Template(_))) {
            let then = self.binary(operator, left, &guarded.then, range);
            let otherwise = self.binary(operator, left, &guarded.otherwise, range);
            return Value::guarded(&guarded.when, then, otherwise);
        }
        composed(self.calculated(operator, left, right, range), &[left, right])
    }

    fn calculated(&mut self, operator: Operator, left: &Value, right: &Value, range: TextRange) -> Value {
        self.spend(1);
        let place = self.place(range);
        match (operator, &left.data, &right.data) {
            (Operator::Add, Data::Text(_) | Data::Template(_), Data::Number(_) | Data::Bool(_) | Data::Absent)
            | (Operator::Add, Data::Number(_) | Data::Bool(_) | Data::Absent, Data::Text(_) | Data::Template(_)) => {
                self.raises("TypeError");
                self.unknown(Reason::Invalid, range)
            }
            (Operator::Add, Data::Text(_) | Data::Template(_), _)
            | (Operator::Add, _, Data::Text(_) | Data::Template(_)) => {
                let value = Value::template(pieces_of(left.clone()).into_iter().chain(pieces_of(right.clone())), place);
                self.spend(value.weight(MAX_WEIGHT).unwrap_or(MAX_WEIGHT) / 2);
                value
            }
            (Operator::Mod, Data::Text(format), _) => {
                let right = &self.percent_values(right);
                percent(format, right, place).unwrap_or_else(|| self.unknown(Reason::Unsupported, range))
            }
            (Operator::Add, Data::List(one), Data::List(two)) => {
                let mut list = one.as_ref().clone();
                list.extend(two);
                self.spend(list.items.len() * 4);
                Value::new(Data::List(Arc::new(list)), place)
            }
            (Operator::Div, Data::Text(_) | Data::Template(_), Data::Text(_) | Data::Template(_)) => {
                pure(super::calls::joined_path(&[left.clone(), right.clone()], place))
            }
            (_, Data::Object(object), _) if let Some(class) = own_class(object) => {
                let given = Arguments { positional: vec![positional(right.clone())], named: Object::default() };
                let followed =
                    dunder(operator).and_then(|method| self.object_call(class, object, method, &given, place));
                followed.map_or_else(|| self.unknown(Reason::RunTime, range), |followed| followed.value)
            }
            (Operator::BitOr, Data::Object(one), Data::Object(_)) => {
                let mut object = one.as_ref().clone();
                self.merge(&mut object, right, range);
                Value::object(object, place)
            }
            (
                Operator::BitOr | Operator::BitAnd | Operator::Sub | Operator::BitXor,
                Data::List(one),
                Data::List(other),
            ) => {
                let items = self.set_operation(operator, one, other);
                items.map_or_else(|| self.unknown(Reason::RunTime, range), |items| Value::list(items, place))
            }
            (Operator::Mult, Data::Text(_) | Data::List(_), _) => {
                self.repeated(left, right, place).unwrap_or_else(|| self.unknown(Reason::RunTime, range))
            }
            (_, Data::Number(_) | Data::Bool(_), Data::Number(_) | Data::Bool(_))
                if let (Some(one), Some(two)) = (number(left), number(right)) =>
            {
                let number = match operator {
                    Operator::Add => one + two,
                    Operator::Sub => one - two,
                    Operator::Mult => one * two,
                    Operator::Div if two != 0.0 => one / two,
                    Operator::FloorDiv if two != 0.0 => (one / two).floor(),
                    // The sign is that of what it is divided by.
                    Operator::Mod if two != 0.0 => one - two * (one / two).floor(),
                    Operator::Pow => one.powf(two),
                    _ => f64::NAN,
                };
                match operator {
                    _ if !number.is_finite() => self.unknown(Reason::Unsupported, range),
                    Operator::Div => real(number, place),
                    Operator::Pow if two < 0.0 => real(number, place),
                    _ => as_real_as(number, &[left, right], place),
                }
            }
            _ => self.unknown(Reason::RunTime, range),
        }
    }
}

/// The method that an operator calls.
fn dunder(operator: Operator) -> Option<&'static str> {
    Some(match operator {
        Operator::Add => "__add__",
        Operator::Sub => "__sub__",
        Operator::Mult => "__mul__",
        Operator::Div => "__truediv__",
        Operator::BitOr => "__or__",
        Operator::BitAnd => "__and__",
        Operator::RShift => "__rshift__",
        Operator::LShift => "__lshift__",
        Operator::Mod => "__mod__",
        _ => return None,
    })
}

/// A value made of others: it is as sure as the least sure of them, and a default among them is what to change.
pub(super) fn composed(mut value: Value, parts: &[&Value]) -> Value {
    let weakest = parts.iter().filter(|part| !part.is_unknown()).min_by_key(|part| part.origin.confidence());
    if let Some(part) = weakest.filter(|part| part.origin.confidence() < Confidence::High) {
        value = value.no_surer_than(&part.origin);
        value.origin = Origin { is_made: true, ..part.origin.clone() };
    }
    value
}

/// Built-in functions and classes that [`Machine::call`] knows.
pub(super) fn is_builtin(name: &str) -> bool {
    matches!(
        name,
        "str"
            | "int"
            | "float"
            | "bool"
            | "dict"
            | "list"
            | "tuple"
            | "set"
            | "len"
            | "print"
            | "range"
            | "max"
            | "min"
            | "sum"
            | "sorted"
            | "zip"
            | "enumerate"
            | "open"
            | "isinstance"
            | "type"
            | "getattr"
            | "hasattr"
            | "map"
            | "filter"
            | "round"
            | "abs"
            | "any"
            | "all"
            | "repr"
            | "format"
            | "display"
            | "input"
            | "iter"
            | "next"
            | "id"
            | "vars"
            | "dir"
            | "super"
            | "object"
            | "property"
            | "staticmethod"
            | "classmethod"
            | "reversed"
            | "setattr"
            | "Exception"
            | "frozenset"
            | "divmod"
            | "issubclass"
            | "callable"
            | "exec"
    )
}

/// Whether it is a truth value, whatever it depends on.
fn is_truth(value: &Value) -> bool {
    match &value.data {
        Data::Bool(_) => true,
        Data::Guarded(guarded) => is_truth(&guarded.then) && is_truth(&guarded.otherwise),
        _ => false,
    }
}
