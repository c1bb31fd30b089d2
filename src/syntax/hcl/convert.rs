//! What hcl-edit parsed → our tree. Names and spans come from the text as it is written, so the text that was parsed may
//! be a patched copy of the same length.

use std::collections::hash_map::Entry;

use hcl_edit::{
    Span as _,
    expr::{self, Expression, ObjectKey, TraversalOperator},
    structure,
    template::Element,
};
use rustc_hash::FxHashMap;

use super::{
    Attribute, Block, Body, Expr, For, Label, Node, Operator, fault,
    scan::{name_end, skip},
    template,
};
use crate::{source::Span, syntax::tree::Fault};

/// Expressions and blocks nest this deeply at most: what reads the tree may recurse.
pub(super) const MAX_DEPTH: usize = 200;

/// Turns one parse into our tree.
pub(super) struct Grower<'t> {
    /// The text that the spans of hcl-edit count in.
    pub(super) text: &'t str,
    /// Where that text begins in the whole.
    pub(super) offset: usize,
    /// What Terraform refuses and hcl-edit does not.
    pub(super) faults: Vec<Fault>,
}

impl<'t> Grower<'t> {
    pub(super) fn new(text: &'t str, offset: usize) -> Self {
        Self { text, offset, faults: Vec::new() }
    }

    /// A body; `inside` is where it is written.
    pub(super) fn body(&mut self, from: &structure::Body, inside: Span, depth: usize) -> Result<Body, Fault> {
        let mut body = Body { span: inside, ..Body::default() };
        for structure in from {
            match structure {
                structure::Structure::Attribute(attribute) => {
                    let name_span = self.span(attribute.key.span());
                    let name = self.written(name_span).into();
                    body.attributes.push(Attribute { name, name_span, value: self.expr(&attribute.value, depth)? });
                }
                structure::Structure::Block(block) => body.blocks.push(self.block(block, depth)?),
            }
        }
        Ok(body)
    }

    fn block(&mut self, from: &structure::Block, depth: usize) -> Result<Block, Fault> {
        let span = self.span(from.span());
        if depth >= MAX_DEPTH {
            return Err(fault::too_deep(span));
        }
        let kind = self.span(from.ident.span());
        let labels: Vec<_> = from
            .labels
            .iter()
            .map(|label| Label { text: label.as_str().into(), span: self.span(label.span()) })
            .collect();
        let head = Span { start: kind.start, end: labels.last().map_or(kind.end, |label| label.span.end) };
        let open = skip(self.text, head.end as usize - self.offset) + self.offset + 1;
        let inside = Span::new(open, (span.end as usize).saturating_sub(1));
        let body = self.body(&from.body, inside, depth + 1)?;
        report_repeated(&body, &mut self.faults);
        Ok(Block { kind: self.written(kind).into(), labels, body, head, span })
    }

    /// An expression.
    pub(super) fn expr(&mut self, from: &Expression, depth: usize) -> Result<Expr, Fault> {
        let span = self.span(from.span());
        if depth >= MAX_DEPTH {
            return Err(fault::too_deep(span));
        }
        let node = match from {
            Expression::Null(_) => Node::Null,
            Expression::Bool(value) => Node::Bool(*value.value()),
            Expression::Number(value) => super::number(self.written(span), value.value().as_f64().unwrap_or(f64::NAN)),
            Expression::String(_) => self.text(span),
            Expression::Variable(_) => Node::Name(self.written(span).into()),
            Expression::Parenthesis(inner) => return self.expr(inner.inner(), depth),
            Expression::Array(items) => {
                Node::List(items.iter().map(|item| self.expr(item, depth + 1)).collect::<Result<_, _>>()?)
            }
            Expression::Object(object) => self.object(object, depth)?,
            Expression::StringTemplate(string) => {
                // Alone, an interpolation keeps the type of what is in it.
                if let Some(Element::Interpolation(only)) = string.as_single_element() {
                    return self.expr(&only.expr, depth + 1);
                }
                self.check_lines(span, string.iter());
                template::node(template::quoted(self, string, depth)?)
            }
            Expression::HeredocTemplate(heredoc) => template::node(template::heredoc(self, heredoc, span, depth)?),
            Expression::Traversal(traversal) => return self.traversal(traversal, span, depth),
            Expression::FuncCall(call) => self.call(call, depth)?,
            Expression::UnaryOp(operation) => {
                let inner = Box::new(self.expr(&operation.expr, depth + 1)?);
                match operation.operator.value() {
                    expr::UnaryOperator::Neg => Node::Negative(inner),
                    expr::UnaryOperator::Not => Node::Not(inner),
                }
            }
            Expression::BinaryOp(operation) => self.binary(operation, depth)?,
            Expression::Conditional(conditional) => self.conditional(conditional, depth)?,
            Expression::ForExpr(from) => Node::For(Box::new(self.repeated(from, depth)?)),
        };
        Ok(Expr { node, span })
    }

    fn binary(&mut self, from: &expr::BinaryOp, depth: usize) -> Result<Node, Fault> {
        let left = Box::new(self.expr(&from.lhs_expr, depth + 1)?);
        let right = Box::new(self.expr(&from.rhs_expr, depth + 1)?);
        Ok(Node::Binary(operator(*from.operator.value()), left, right))
    }

    fn conditional(&mut self, from: &expr::Conditional, depth: usize) -> Result<Node, Fault> {
        let condition = Box::new(self.expr(&from.cond_expr, depth + 1)?);
        let then = Box::new(self.expr(&from.true_expr, depth + 1)?);
        let otherwise = Box::new(self.expr(&from.false_expr, depth + 1)?);
        Ok(Node::Conditional(condition, then, otherwise))
    }

    fn object(&mut self, from: &expr::Object, depth: usize) -> Result<Node, Fault> {
        let mut entries = Vec::with_capacity(from.len());
        for (key, value) in from {
            let key = match key {
                ObjectKey::Ident(name) => {
                    let span = self.span(name.span());
                    Expr { node: Node::Text(self.written(span).into()), span }
                }
                // Words of the language are bare names like others.
                ObjectKey::Expression(key @ (Expression::Null(_) | Expression::Bool(_))) => {
                    let span = self.span(key.span());
                    Expr { node: Node::Text(self.written(span).into()), span }
                }
                ObjectKey::Expression(key) => self.expr(key, depth + 1)?,
            };
            entries.push((key, self.expr(value.expr(), depth + 1)?));
        }
        Ok(Node::Object(entries))
    }

    fn call(&mut self, from: &expr::FuncCall, depth: usize) -> Result<Node, Fault> {
        let last = self.span(from.name.name.span());
        let first = from.name.namespace.first().map_or(last, |part| self.span(part.span()));
        let mut name = String::new();
        for part in &from.name.namespace {
            name.push_str(self.written(self.span(part.span())));
            name.push_str("::");
        }
        name.push_str(self.written(last));
        let arguments = from.args.iter().map(|argument| self.expr(argument, depth + 1)).collect::<Result<_, _>>()?;
        Ok(Node::Call {
            name: name.into(),
            name_span: Span { start: first.start, end: last.end },
            arguments,
            spread: from.args.expand_final(),
        })
    }

    fn repeated(&mut self, from: &expr::ForExpr, depth: usize) -> Result<For, Fault> {
        Ok(For {
            key: from.intro.key_var.as_ref().map(|name| name.as_str().into()),
            value: from.intro.value_var.as_str().into(),
            over: self.expr(&from.intro.collection_expr, depth + 1)?,
            entry_key: from.key_expr.as_ref().map(|key| self.expr(key, depth + 1)).transpose()?,
            item: self.expr(&from.value_expr, depth + 1)?,
            grouped: from.grouping,
            condition: from.cond.as_ref().map(|condition| self.expr(&condition.expr, depth + 1)).transpose()?,
        })
    }

    /// `a.b[0].*.c`: hcl-edit has a flat list of steps, without where each ends.
    fn traversal(&mut self, from: &expr::Traversal, span: Span, depth: usize) -> Result<Expr, Fault> {
        // Each step is a level of the tree.
        if depth + from.operators.len() >= MAX_DEPTH {
            return Err(fault::too_deep(span));
        }
        if let Some(fault) = self.misread_number(from, span) {
            return Err(fault);
        }
        let base = self.expr(&from.expr, depth + from.operators.len())?;
        let start = span.start;
        let mut steps = Vec::with_capacity(from.operators.len());
        let mut at = self.span(from.expr.span()).end as usize - self.offset;
        for operator in &from.operators {
            let begin = skip(self.text, at);
            at = self.step_end(begin, operator.value());
            steps.push((operator.value(), Span::new(begin + self.offset, at + self.offset)));
        }
        self.steps(Expr { span: Span { start, end: base.span.end }, ..base }, start, &steps, depth)
    }

    /// `10.0.0.0` and `a.0.1` are read as steps by hcl-edit, and as wrong numbers by Terraform.
    fn misread_number(&self, from: &expr::Traversal, span: Span) -> Option<Fault> {
        let is_number = |step: &TraversalOperator| matches!(step, TraversalOperator::LegacyIndex(_));
        let first = from.operators.first().is_some_and(|step| is_number(step.value()));
        let wrong = matches!(from.expr, Expression::Number(_)) && first
            || from.operators.windows(2).any(|pair| pair.iter().all(|step| is_number(step.value())));
        wrong.then(|| fault::mistake(span, "a number has one dot at most; items of items are written `a[0][1]`"))
    }

    /// Applies steps to a value, one after the other; each result begins at `start`.
    fn steps(
        &mut self,
        mut value: Expr,
        start: u32,
        steps: &[(&TraversalOperator, Span)],
        depth: usize,
    ) -> Result<Expr, Fault> {
        let mut rest = steps;
        while let [(operator, at), tail @ ..] = rest {
            rest = tail;
            let mut span = Span { start, end: at.end };
            let inner = Box::new(value);
            let node = match operator {
                TraversalOperator::GetAttr(_) | TraversalOperator::LegacyIndex(_) => {
                    Node::Attribute(inner, self.name_of_step(*at).into())
                }
                TraversalOperator::Index(index) => Node::Index(inner, Box::new(self.expr(index, depth + 1)?)),
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                    let taken = match operator {
                        TraversalOperator::FullSplat(_) => tail.len(),
                        _ => tail.iter().take_while(|(step, _)| is_attribute(step)).count(),
                    };
                    let (each, after) = tail.split_at(taken);
                    rest = after;
                    span.end = each.last().map_or(at.end, |(_, last)| last.end);
                    let item = Expr { node: Node::Each, span: *at };
                    Node::Splat(inner, Box::new(self.steps(item, at.start, each, depth + 1)?))
                }
            };
            value = Expr { node, span };
        }
        Ok(value)
    }

    /// Where a step that begins at a byte ends.
    fn step_end(&self, begin: usize, operator: &TraversalOperator) -> usize {
        let inside = skip(self.text, (begin + 1).min(self.text.len()));
        match operator {
            TraversalOperator::GetAttr(_) | TraversalOperator::LegacyIndex(_) => name_end(self.text, inside),
            TraversalOperator::AttrSplat(_) => inside + 1,
            TraversalOperator::FullSplat(_) => skip(self.text, inside + 1) + 1,
            TraversalOperator::Index(index) => {
                let end = index.span().map_or(inside, |span| span.end);
                skip(self.text, end) + 1
            }
        }
    }

    /// The name in `.name`, between which there may be blanks.
    fn name_of_step(&self, step: Span) -> &'t str {
        let text = self.written(step);
        text.get(skip(text, 1)..).unwrap_or_default()
    }

    /// A quoted text without interpolation.
    fn text(&mut self, span: Span) -> Node {
        let written = self.written(span);
        let inside = written.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(written);
        if inside.contains('\n') {
            self.faults.push(fault::broken_text(span));
        }
        Node::Text(template::unescape(inside, true).into())
    }

    /// A quoted text ends on its line, but for what is inside `${}`.
    fn check_lines<'e>(&mut self, span: Span, elements: impl Iterator<Item = &'e Element>) {
        let broken = elements
            .filter_map(|element| element.as_literal())
            .any(|literal| self.written(self.span(literal.span())).contains('\n'));
        if broken {
            self.faults.push(fault::broken_text(span));
        }
    }

    /// A span of hcl-edit as one of ours.
    pub(super) fn span(&self, span: Option<std::ops::Range<usize>>) -> Span {
        let span = span.unwrap_or_default();
        Span::new(span.start, span.end).shifted(self.offset)
    }

    /// What is written at a span.
    pub(super) fn written(&self, span: Span) -> &'t str {
        let start = (span.start as usize).saturating_sub(self.offset);
        self.text.get(start..start + span.len()).unwrap_or_default()
    }
}

/// Adds a fault for each attribute that a body has twice.
pub(super) fn report_repeated(body: &Body, faults: &mut Vec<Fault>) {
    let mut first = FxHashMap::default();
    for attribute in &body.attributes {
        match first.entry(&*attribute.name) {
            Entry::Vacant(entry) => {
                entry.insert(attribute.name_span);
            }
            Entry::Occupied(entry) => faults.push(fault::repeated(attribute.name_span, *entry.get())),
        }
    }
}

fn is_attribute(step: &TraversalOperator) -> bool {
    matches!(step, TraversalOperator::GetAttr(_) | TraversalOperator::LegacyIndex(_))
}

fn operator(from: expr::BinaryOperator) -> Operator {
    use expr::BinaryOperator as From;
    match from {
        From::Or => Operator::Or,
        From::And => Operator::And,
        From::Eq => Operator::Equal,
        From::NotEq => Operator::NotEqual,
        From::Less => Operator::Less,
        From::LessEq => Operator::LessEqual,
        From::Greater => Operator::Greater,
        From::GreaterEq => Operator::GreaterEqual,
        From::Plus => Operator::Add,
        From::Minus => Operator::Subtract,
        From::Mul => Operator::Multiply,
        From::Div => Operator::Divide,
        From::Mod => Operator::Modulo,
    }
}
