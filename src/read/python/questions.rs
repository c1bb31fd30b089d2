//! Questions about values that are not known: one and the same wherever the same is asked of the same value.

use std::sync::Arc;

use ruff_python_ast::CmpOp;
use rustc_hash::FxHashMap;

use super::{Machine, bounds::name_of, numbers::written, replaced::given_instead_of};
use crate::{
    graph::{
        guard::{Atom, Formula, IS_GIVEN, Usual},
        value::{Computed, Data, Name, Reason, Unknown, Value},
    },
    source::Place,
};

/// How the name of an argument that whoever runs the code may give begins.
pub(super) const FLAG: &str = "argument `";

/// The longest text that a question shows, in characters.
const SHOWN: usize = 60;

/// Methods of texts that answer the same whenever they are asked the same of the same text.
const OF_TEXTS: [&str; 9] =
    ["lower", "upper", "strip", "lstrip", "rstrip", "casefold", "title", "startswith", "endswith"];

/// Arguments of the SDK that say nothing where they are `None`, and that nobody has to give.
const NONE_IS_NOTHING: [&str; 15] = [
    "checkpoint_s3_uri",
    "enable_network_isolation",
    "encrypt_inter_container_traffic",
    "kms_key",
    "max_run",
    "max_wait",
    "model_kms_key",
    "network_config",
    "output_kms_key",
    "security_group_ids",
    "subnets",
    "tags",
    "use_spot_instances",
    "volume_kms_key",
    "vpc_config",
];

/// How questions come out by the defaults that they are about: by what is asked about, and the text that it is compared with.
pub(super) type UsualAnswers = FxHashMap<(Arc<str>, Option<Arc<str>>), bool>;

/// What takes part in a question: what tells it from others, and what a reader calls it.
struct Operand {
    identity: Arc<str>,
    text: Arc<str>,
}

impl Machine<'_> {
    /// What a method of an unknown text answers: one value, wherever it is asked. Nothing where that depends on
    /// more.
    pub(super) fn computed_method(
        &self,
        unknown: &Unknown,
        method: &str,
        given: &[&Value],
        place: Place,
    ) -> Option<Value> {
        if matches!(unknown.name, Name::Written(_)) {
            return None;
        }
        let given = given.iter().map(|value| known_operand(value)).collect::<Option<Vec<Operand>>>()?;
        let of = unknown_operand(unknown);
        let put = |of: &str, given: &[&str]| format!("{of}.{method}({})", given.join(", "));
        let identities: Vec<&str> = given.iter().map(|given| &*given.identity).collect();
        let texts: Vec<&str> = given.iter().map(|given| &*given.text).collect();
        Some(computed(put(&of.identity, &identities), put(&of.text, &texts), place))
    }

    /// What `function(value)` answers for an unknown value, where it always answers the same.
    pub(super) fn computed_call(&self, function: &str, unknown: &Unknown, place: Place) -> Value {
        let of = unknown_operand(unknown);
        computed(format!("{function}({})", of.identity), format!("{function}({})", of.text), place)
    }

    /// A comparison that the values at hand do not decide, as a question about them.
    pub(super) fn compared_openly(&self, operation: CmpOp, left: &Value, right: &Value, place: Place) -> Formula {
        compared(operation, left, right, place).unwrap_or_else(|| self.open(place))
    }

    /// Notes how a comparison comes out by the default of a flag or of an environment variable.
    pub(super) fn note_comparison(&mut self, operation: CmpOp, sides: (&Value, &Value), holds: bool, place: Place) {
        if self.openly > 0 {
            return;
        }
        let (left, right) = (given_instead_of(sides.0), given_instead_of(sides.1));
        if left.is_none() && right.is_none() {
            return;
        }
        if let (CmpOp::In | CmpOp::NotIn, Data::List(list)) = (operation, &sides.1.data) {
            for item in list.items.iter().filter(|_| left.is_some()) {
                let equal = self.equal(sides.0, item, place);
                if matches!(equal, Formula::True | Formula::False) {
                    self.note_comparison(CmpOp::Eq, (sides.0, item), equal == Formula::True, place);
                }
            }
            return;
        }
        let left = left.as_ref().map_or(sides.0, |(given, _)| given);
        let right = right.as_ref().map_or(sides.1, |(given, _)| given);
        let asked = match (operation, &left.data, &right.data) {
            (CmpOp::Eq | CmpOp::NotEq | CmpOp::Is | CmpOp::IsNot, ..) => {
                let equal = self.equal(left, right, place);
                if matches!(operation, CmpOp::Eq | CmpOp::Is) { equal } else { equal.negated() }
            }
            _ => self.compared_openly(operation, left, right, place),
        };
        self.note_usual(&asked, holds);
    }

    /// The truth of a plain value. Of one that is such a default itself, it is noted how it comes out.
    pub(super) fn plain_truth(&mut self, value: &Value, holds: bool) -> Formula {
        if self.openly == 0
            && let Some((Value { data: Data::Unknown(given), .. }, _)) = given_instead_of(value)
        {
            self.note_usual(&question(&given, None), holds);
        }
        Formula::decided(holds)
    }

    fn note_usual(&mut self, asked: &Formula, holds: bool) {
        let (atom, holds) = match asked {
            Formula::Atom(atom) => (atom, holds),
            Formula::Not(inner) => match &**inner {
                Formula::Atom(atom) => (atom, !holds),
                _ => return,
            },
            _ => return,
        };
        self.usual.insert((atom.subject.clone(), atom.equals.clone()), holds);
    }

    /// How a question comes out by the default that it is about, as far as that was asked.
    pub(super) fn usual_of(&self, atom: &Atom) -> Option<Usual> {
        self.usual.get(&(atom.subject.clone(), atom.equals.clone())).map(|&holds| Usual::LeftToRuns(holds))
    }

    /// What an argument of the SDK is that whoever runs the code may give, and that is `None` by what the code says of it: where
    /// `None` is as good as nothing, that, unless it is given.
    pub(super) fn none_unless_given(&self, name: &str, value: &Value) -> Option<Value> {
        match &value.data {
            Data::Unknown(unknown) if NONE_IS_NOTHING.contains(&name) && self.nones.contains(&unknown.place) => {
                is_none_by_default(unknown)
                    .then(|| Value::guarded(&question(unknown, None), value.clone(), Value::absent(value.origin.place)))
            }
            _ => None,
        }
    }

    pub(super) fn open_at(&self, range: ruff_text_size::TextRange) -> Formula {
        self.open(self.place(range))
    }

    /// A question that nothing else asks.
    pub(super) fn open(&self, place: Place) -> Formula {
        question(&Unknown::written(Reason::Control, self.source, place), None)
    }
}

/// Whether a method is one that [`Machine::computed_method`] follows.
pub(super) fn is_of_texts(method: &str) -> bool {
    OF_TEXTS.contains(&method)
}

/// A comparison of an unknown value with another one, as a question; nothing where either has parts.
fn compared(operation: CmpOp, left: &Value, right: &Value, place: Place) -> Option<Formula> {
    let (one, other) = (operand(left)?, operand(right)?);
    if !left.is_unknown() && !right.is_unknown() {
        return None;
    }
    // `1 < count` is `count > 1`, and `count <= 1` its opposite.
    let is_turned = !left.is_unknown() && !matches!(operation, CmpOp::In | CmpOp::NotIn);
    let (one, other) = if is_turned { (other, one) } else { (one, other) };
    let (sign, holds) = match (operation, is_turned) {
        (CmpOp::Lt, false) | (CmpOp::Gt, true) => ("<", true),
        (CmpOp::GtE, false) | (CmpOp::LtE, true) => ("<", false),
        (CmpOp::Gt, false) | (CmpOp::Lt, true) => (">", true),
        (CmpOp::LtE, false) | (CmpOp::GtE, true) => (">", false),
        (CmpOp::Eq | CmpOp::Is, _) => ("==", true),
        (CmpOp::NotEq | CmpOp::IsNot, _) => ("==", false),
        (CmpOp::In, _) => ("in", true),
        (CmpOp::NotIn, _) => ("in", false),
    };
    let put = |one: &str, other: &str| format!("{one} {sign} {other}");
    let asked = computed(put(&one.identity, &other.identity), put(&one.text, &other.text), place);
    let Data::Unknown(asked) = asked.data else { return None };
    let asked = question(&asked, None);
    Some(if holds { asked } else { asked.negated() })
}

/// A value of which no more is known than that it is made of an unknown one, and where.
pub(super) fn made_of(unknown: &Unknown, place: Place) -> Value {
    let of = unknown_operand(unknown);
    let identity = format!("{} at {}:{}", of.identity, place.file.0, place.span.start);
    Value::unknown(unknown.reason, Computed { identity: identity.into(), text: of.text }, place)
}

fn computed(identity: String, text: String, place: Place) -> Value {
    Value::unknown(Reason::RunTime, Computed { identity: identity.into(), text: text.into() }, place)
}

/// What each call answers anew is another value: a question about it is asked by its own place.
fn operand(value: &Value) -> Option<Operand> {
    match &value.data {
        Data::Unknown(unknown) if matches!(unknown.name, Name::Written(_)) => None,
        Data::Unknown(unknown) => Some(unknown_operand(unknown)),
        _ => known_operand(value),
    }
}

/// A value without parts as it is written.
fn known_operand(value: &Value) -> Option<Operand> {
    let text: Arc<str> = match &value.data {
        Data::Number(number) => written(number).into(),
        Data::Bool(true) => "True".into(),
        Data::Bool(false) => "False".into(),
        Data::Absent => "None".into(),
        Data::Text(text) => format!("{text:?}").into(),
        _ => return None,
    };
    Some(Operand { identity: text.clone(), text })
}

fn unknown_operand(unknown: &Unknown) -> Operand {
    Operand { identity: subject(unknown), text: called(unknown) }
}

/// What a question calls an unknown value.
fn called(unknown: &Unknown) -> Arc<str> {
    // Messages put the whole question in backticks.
    let [_, text, more] = unknown.unended_name();
    let inner = text.strip_prefix('`').unwrap_or(text);
    match (inner.contains('`'), more) {
        (false, "") => inner.into(),
        _ => [&inner.replace('`', ""), more].concat().into(),
    }
}

/// What tells an unknown value from all others.
fn subject(unknown: &Unknown) -> Arc<str> {
    if let Some(identity) = unknown.computed() {
        return identity.clone();
    }
    let [_, text, more] = unknown.unended_name();
    let inner = text.strip_prefix('`').unwrap_or(text);
    let (mut file, mut start) = (itoa::Buffer::new(), itoa::Buffer::new());
    // An environment variable is the same one wherever it is asked for.
    let place = match unknown.variable_name() {
        Some(_) => ["", "", ""],
        None => [file.format(unknown.place.file.0), ":", start.format(unknown.place.span.start)],
    };
    let subject = place.into_iter().chain([":", inner, more]);
    name_of(subject.clone()).unwrap_or_else(|| subject.collect::<String>().into())
}

/// The question whether an unknown value is true, or equal to a text.
pub(super) fn question(unknown: &Unknown, equals: Option<Arc<str>>) -> Formula {
    let name = called(unknown);
    // What nobody gives is `None`.
    let asks_if_given = equals.is_none() && is_none_by_default(unknown);
    let usual = if asks_if_given { Usual::Unset } else { Usual::Open };
    let display = match &equals {
        Some(text) => format!("{name} == {:?}", text.chars().take(SHOWN).collect::<String>()).into(),
        None if asks_if_given => [&*name, IS_GIVEN].concat().into(),
        None => name,
    };
    Formula::Atom(Arc::new(Atom { subject: subject(unknown), equals, domain: None, display, usual }))
}

/// Whether an unknown value is `None` unless somebody gives another: a flag, an environment variable.
pub(super) fn is_none_by_default(unknown: &Unknown) -> bool {
    let is_flag = || unknown.given_name().is_some_and(|name| name.starts_with(FLAG));
    unknown.reason == Reason::NoDefault && (unknown.variable_name().is_some() || is_flag())
}
