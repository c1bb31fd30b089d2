//! Expressions: what they may be, and whose results are in them.

use std::rc::Rc;

use ruff_python_ast::{Expr, FStringPart, InterpolatedStringElement, Number, Operator, UnaryOp};

use super::{
    values::{Function, Thing, Value},
    walker::Walker,
};
use crate::graph::fact::{Operations, UNKNOWN_NAME};

impl<'a> Walker<'a> {
    /// What an expression may be.
    pub(super) fn eval(&mut self, expression: &'a Expr) -> Value<'a> {
        if !self.spend(1) {
            return Value::default();
        }
        self.deeper(|walker| walker.eval_inner(expression)).unwrap_or_default()
    }

    fn eval_inner(&mut self, expression: &'a Expr) -> Value<'a> {
        match expression {
            Expr::StringLiteral(literal) => Value::of(Thing::Text(literal.value.to_str().into())),
            Expr::NumberLiteral(literal) => match &literal.value {
                #[allow(clippy::cast_precision_loss, reason = "seconds and rounds stay far below 2^53")]
                Number::Int(int) => int.as_i64().map(|int| Value::of(Thing::Number(int as f64))).unwrap_or_default(),
                Number::Float(float) => Value::of(Thing::Number(*float)),
                Number::Complex { .. } => Value::default(),
            },
            Expr::FString(_) => self.f_string(expression),
            Expr::Name(name) => self.name(name.id.as_str()),
            Expr::Attribute(attribute) => {
                let base = self.eval(&attribute.value);
                self.attribute(&base, attribute.attr.as_str())
            }
            Expr::Subscript(subscript) => {
                let base = self.eval(&subscript.value);
                let key = self.eval(&subscript.slice);
                let is_place = matches!(&*subscript.slice, Expr::NumberLiteral(_) | Expr::Slice(_) | Expr::UnaryOp(_));
                match key.text() {
                    Some(name) => self.looked_up(base.from, &name.clone()),
                    None if is_place => {}
                    None => self.looked_up(base.from, UNKNOWN_NAME),
                }
                // What is looked up by a result depends on it.
                let mut value = self.part(&base, key_or_none(&key).as_deref());
                value.from = value.from.and(key.from);
                value
            }
            Expr::Call(call) => self.call(call),
            Expr::Dict(dict) => {
                let entries: Vec<_> = dict
                    .items
                    .iter()
                    .map(|item| {
                        let key = item.key.as_ref().map(|key| self.eval(key));
                        (key.as_ref().and_then(key_or_none), self.eval(&item.value), item.key.is_none())
                    })
                    .collect();
                self.object(entries)
            }
            Expr::List(list) => self.sequence(&list.elts),
            Expr::Tuple(tuple) => self.sequence(&tuple.elts),
            Expr::Set(set) => self.sequence(&set.elts),
            Expr::BinOp(operation) => {
                let (left, right) = (self.eval(&operation.left), self.eval(&operation.right));
                binary(operation.op, &left, &right)
            }
            Expr::UnaryOp(operation) => {
                let value = self.eval(&operation.operand);
                match operation.op {
                    UnaryOp::USub => value.number().map(|number| Value::of(Thing::Number(-number))).unwrap_or_default(),
                    UnaryOp::Not => Value::default(),
                    UnaryOp::UAdd | UnaryOp::Invert => value,
                }
            }
            Expr::BoolOp(operation) => {
                let mut value = Value::default();
                for one in &operation.values {
                    let one = self.eval(one);
                    value.join(&one);
                }
                value
            }
            // What a comparison tells is not what was compared.
            Expr::Compare(compare) => {
                self.eval(&compare.left);
                compare.comparators.iter().for_each(|one| drop(self.eval(one)));
                Value::default()
            }
            Expr::If(choice) => {
                self.eval(&choice.test);
                let (mut then, mut otherwise) = (Value::default(), Value::default());
                self.fork(
                    &choice.test,
                    &mut |walker| {
                        then = walker.eval(&choice.body);
                        false
                    },
                    &mut |walker| {
                        otherwise = walker.eval(&choice.orelse);
                        false
                    },
                );
                then.join(&otherwise);
                then
            }
            Expr::ListComp(comprehension) => self.comprehension(&comprehension.generators, None, &comprehension.elt),
            Expr::SetComp(comprehension) => self.comprehension(&comprehension.generators, None, &comprehension.elt),
            Expr::Generator(comprehension) => self.comprehension(&comprehension.generators, None, &comprehension.elt),
            Expr::DictComp(comprehension) => {
                self.comprehension(&comprehension.generators, comprehension.key.as_deref(), &comprehension.value)
            }
            Expr::Named(named) => {
                let value = self.eval(&named.value);
                self.assign(&named.target, &value);
                value
            }
            Expr::Lambda(lambda) => Value::of(Thing::Lambda(self.module(), lambda)),
            Expr::Await(awaited) => self.eval(&awaited.value),
            Expr::Yield(yielded) => {
                let value = yielded.value.as_deref().map(|value| self.eval(value)).unwrap_or_default();
                self.hand_back(&value);
                Value::default()
            }
            Expr::YieldFrom(yielded) => {
                let value = self.eval(&yielded.value);
                self.hand_back(&value);
                value
            }
            Expr::Starred(starred) => self.eval(&starred.value),
            Expr::Slice(slice) => {
                [&slice.lower, &slice.upper, &slice.step].into_iter().flatten().for_each(|one| drop(self.eval(one)));
                Value::default()
            }
            Expr::TString(_)
            | Expr::BytesLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::IpyEscapeCommand(_) => Value::default(),
        }
    }

    /// A generator hands back what it yields.
    fn hand_back(&mut self, value: &Value<'a>) {
        if let Some(frame) = self.frames.last_mut() {
            frame.returned.join(value);
        }
    }

    fn f_string(&mut self, expression: &'a Expr) -> Value<'a> {
        let Expr::FString(expression) = expression else { return Value::default() };
        let (mut text, mut from) = (Some(String::new()), Operations::default());
        let push = |text: &mut Option<String>, more: Option<&str>| match (&mut *text, more) {
            (Some(text), Some(more)) if text.len() < 1000 => text.push_str(more),
            _ => *text = None,
        };
        for part in expression.value.as_slice() {
            match part {
                FStringPart::Literal(literal) => push(&mut text, Some(&literal.value)),
                FStringPart::FString(inner) => {
                    for element in inner.elements.iter() {
                        match element {
                            InterpolatedStringElement::Literal(literal) => push(&mut text, Some(&literal.value)),
                            InterpolatedStringElement::Interpolation(hole) => {
                                let value = self.eval(&hole.expression);
                                from = from.and(self.within(&value));
                                push(&mut text, value.text().map(|text| &**text));
                            }
                        }
                    }
                }
            }
        }
        let things = text.map(|text| Thing::Text(text.into())).into_iter().collect();
        Value { from, things }
    }

    /// What a name is bound to: in the function, in those around it, in the module.
    fn name(&mut self, name: &'a str) -> Value<'a> {
        let Some(frame) = self.frames.last() else { return Value::default() };
        let module = frame.module;
        if !frame.global.contains(name) {
            if let Some(value) = self.state.names.get(name) {
                return value.clone();
            }
            if frame.nested {
                let around = self.frames.iter().rev().filter(|frame| frame.module == module);
                let around = around.filter_map(|frame| frame.waiting.names.get(name)).next();
                if let Some(value) = around.or_else(|| frame.around.as_ref()?.get(name)) {
                    return value.clone();
                }
            }
        }
        let global = self.globals[module].as_ref().and_then(|globals| globals.get(name));
        global.cloned().unwrap_or_else(|| Value::of(Thing::Foreign(name.into())))
    }

    /// An attribute of a value.
    pub(super) fn attribute(&mut self, base: &Value<'a>, name: &str) -> Value<'a> {
        let mut value = Value::from(base.from);
        for thing in &base.things {
            let member = self.member(thing, name);
            value.join(&member);
        }
        value
    }

    /// An attribute of a thing.
    pub(super) fn member(&mut self, thing: &Thing<'a>, name: &str) -> Value<'a> {
        let method = |service: &Rc<str>, name: &str, is_client| {
            Value::of(Thing::Method { service: service.clone(), name: name.into(), is_client })
        };
        match thing {
            Thing::Client(service) => method(service, name, true),
            Thing::Resource(service) if name == "meta" => Value::of(Thing::Resource(service.clone())),
            Thing::Resource(service) if name == "client" => Value::of(Thing::Client(service.clone())),
            Thing::Resource(service) => method(service, name, false),
            Thing::Session => Value::of(Thing::Foreign(format!("boto3.{name}").into())),
            Thing::Paginator(service, operation) if name == "paginate" => method(service, operation, true),
            Thing::Waiter(..) if name == "wait" => Value::of(thing.clone()),
            Thing::Foreign(path) => {
                let path = format!("{path}.{name}");
                Value::of(match self.package.module(self.module(), &path) {
                    Some(module) => Thing::Module(module),
                    None if path.len() < 200 => Thing::Foreign(path.into()),
                    None => return Value::default(),
                })
            }
            Thing::Module(module) => self.global(*module, name).unwrap_or_default(),
            Thing::Object(object) => self.attribute_of_object(*object, name),
            Thing::Super(object, module, class) => {
                let bases = self.classes.get(&std::ptr::from_ref(*class)).map(|class| class.bases.clone());
                let this = Value::of(Thing::Object(*object));
                let mut bases = bases.unwrap_or_default().into_iter();
                let found = bases.find_map(|base| self.of_class(base, name, Some(&this), 0));
                found.unwrap_or_else(|| Value::of(Thing::Super(*object, *module, class)))
            }
            Thing::Class(module, class) => self.of_class((*module, class), name, None, 0).unwrap_or_default(),
            _ => Value::default(),
        }
    }

    fn attribute_of_object(&mut self, object: usize, name: &str) -> Value<'a> {
        let Some(class) = self.heap.get(object).class else {
            // A method of a list or a dict; calls know those.
            return Value::default();
        };
        let this = Value::of(Thing::Object(object));
        if self.heap.has(object, name) {
            return self.heap.part(object, Some(name));
        }
        match self.of_class(class, name, Some(&this), 0) {
            Some(value) => value,
            None => self.heap.part(object, Some(name)),
        }
    }

    /// What a class has under a name, itself or by a base.
    fn of_class(
        &mut self,
        (module, class): (usize, &'a ruff_python_ast::StmtClassDef),
        name: &str,
        this: Option<&Value<'a>>,
        level: usize,
    ) -> Option<Value<'a>> {
        let methods = class.body.iter().filter_map(|statement| statement.as_function_def_stmt());
        if let Some(definition) = methods.filter(|method| method.name.as_str() == name).last() {
            let decorated = |decorator: &str| {
                definition.decorator_list.iter().any(|known| match &known.expression {
                    Expr::Name(name) => name.id.as_str() == decorator,
                    Expr::Attribute(attribute) => attribute.attr.as_str() == decorator,
                    _ => false,
                })
            };
            let this = match this {
                _ if decorated("staticmethod") => None,
                _ if decorated("classmethod") => Some(Box::new(Value::of(Thing::Class(module, class)))),
                this => this.map(|this| Box::new(this.clone())),
            };
            let is_property = this.is_some() && (decorated("property") || decorated("cached_property"));
            let function = Function { module, definition, this, class: Some(class), nested: false, around: None };
            if is_property {
                return Some(self.call_function(&function, &super::calls::Given::default(), None));
            }
            return Some(Value::of(Thing::Function(function)));
        }
        let known = self.classes.get(&std::ptr::from_ref(class))?;
        if let Some(value) = known.names.get(name) {
            return Some(value.clone());
        }
        if level > 10 {
            return None;
        }
        let bases = known.bases.clone();
        bases.into_iter().find_map(|base| self.of_class(base, name, this, level + 1))
    }

    /// A part of a value: under a key, or any.
    pub(super) fn part(&mut self, value: &Value<'a>, name: Option<&str>) -> Value<'a> {
        let mut part = Value::from(value.from);
        for thing in &value.things {
            match thing {
                Thing::Object(object) => part.join(&self.heap.part(*object, name)),
                Thing::Resource(_) => part.join(&Value::of(thing.clone())),
                Thing::Foreign(_) | Thing::Text(_) | Thing::Number(_) => {}
                _ => part.join(&Value::of(thing.clone())),
            }
        }
        part
    }

    /// A dict or list of these parts; the last of each says whether it is all of another one.
    pub(super) fn object(&mut self, parts: Vec<(Option<Rc<str>>, Value<'a>, bool)>) -> Value<'a> {
        let Some(object) = self.heap.make(None) else {
            let mut value = Value::default();
            for (_, part, _) in &parts {
                value.from = value.from.and(self.within(part));
            }
            return value;
        };
        let value = Value::of(Thing::Object(object));
        for (name, part, is_all) in parts {
            if is_all {
                self.add_to(&value, &part);
            } else {
                self.heap.put(object, name.as_deref(), &part);
            }
        }
        value
    }

    fn sequence(&mut self, elements: &'a [Expr]) -> Value<'a> {
        // Behind a `*` nobody knows the place of an item.
        let is_plain = !elements.iter().any(Expr::is_starred_expr);
        let parts = elements.iter().enumerate().map(|(at, element)| {
            let name = is_plain.then(|| Rc::from(at.to_string()));
            (name, self.eval(element), element.is_starred_expr())
        });
        let parts = parts.collect();
        self.object(parts)
    }

    /// Puts all parts of one object into another.
    pub(super) fn add_to(&mut self, base: &Value<'a>, more: &Value<'a>) {
        for target in &base.things {
            let Thing::Object(target) = target else { continue };
            self.heap.put(*target, None, &Value::from(more.from));
            for thing in &more.things {
                let Thing::Object(object) = thing else {
                    self.heap.put(*target, None, &Value::of(thing.clone()));
                    continue;
                };
                if object == target {
                    continue;
                }
                let names = self.heap.names(*object);
                self.spend(names.len());
                let rest = self.heap.part(*object, Some(""));
                self.heap.put(*target, None, &rest);
                for name in names {
                    let part = self.heap.part(*object, Some(&name));
                    self.heap.put(*target, Some(&name), &part);
                }
            }
        }
    }
}

/// The name of a part by its key: a text or a number.
pub(super) fn key(value: &Value<'_>) -> Option<Rc<str>> {
    key_or_none(value)
}

fn key_or_none(value: &Value<'_>) -> Option<Rc<str>> {
    match &value.things[..] {
        [Thing::Text(text)] => Some(text.clone()),
        [Thing::Number(number)] => Some(number.to_string().into()),
        _ => None,
    }
}

fn binary<'a>(operator: Operator, left: &Value<'a>, right: &Value<'a>) -> Value<'a> {
    if let (Some(left), Some(right)) = (left.number(), right.number()) {
        let number = match operator {
            Operator::Add => left + right,
            Operator::Sub => left - right,
            Operator::Mult => left * right,
            Operator::Div => left / right,
            Operator::Pow => left.powf(right),
            _ => f64::NAN,
        };
        return if number.is_finite() { Value::of(Thing::Number(number)) } else { Value::default() };
    }
    if let (Operator::Add, Some(one), Some(other)) = (operator, left.text(), right.text())
        && one.len() + other.len() < 1000
    {
        return Value { from: left.from.and(right.from), things: vec![Thing::Text(format!("{one}{other}").into())] };
    }
    let mut value = left.clone();
    value.join(right);
    value.things.retain(|thing| matches!(thing, Thing::Object(_)));
    value
}
