//! Functions and methods of Python's own that work on values which are known: sums, orders, searches, parts of texts.

use std::{cmp::Ordering, sync::Arc};

use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::{Ranged, TextRange};

use super::{
    Machine,
    callables::is_callable,
    calls::Arguments,
    classes::{CLASS, MEMBER, own_class},
    collections::index,
    command_line::NAMED_ARGUMENTS,
    expressions::composed,
    identity::deeply_copied,
    numbers::as_real_as,
    objects::positional,
    scope::same_known,
    special::is_own_object,
};
use crate::{
    graph::{
        guard::Formula,
        value::{Data, Entry, List, Object, Piece, Reason, Unknown, Value},
    },
    source::Place,
};

/// Most items that a function of the project is asked about, to put them in order.
const MAX_KEYS: usize = 64;
/// Most items, or letters, of what is repeated.
const MAX_REPEATED: usize = 512;
/// Before names of entries whose keys are no texts: members of enumerations, tuples, `None`.
const NO_TEXT: char = '\0';
/// Behind it, before a number.
const NUMBER: char = '#';

impl<'a> Machine<'a> {
    /// Built-in functions of what is known; nothing for others, or where it is not known.
    pub(super) fn builtin_of_values(&mut self, name: &str, call: &'a ExprCall, arguments: &Arguments) -> Option<Value> {
        let place = self.place(call.range());
        let given: Vec<&Value> = arguments.positional.iter().map(|argument| &argument.value).collect();
        if arguments.named.open.is_some() {
            return None;
        }
        let value = match (name, &given[..]) {
            ("sum", [over]) => {
                let items = self.items(over)?;
                let numbers: Option<Vec<f64>> = items.iter().map(number).collect();
                as_real_as(numbers?.into_iter().sum::<f64>(), &items.iter().collect::<Vec<_>>(), place)
            }
            ("any" | "all", [over]) => {
                let items = self.items(over)?;
                let is_all = name == "all";
                let mut whole = Formula::decided(is_all);
                for item in &items {
                    let truth = self.truth(item, &call.func);
                    whole = if is_all { whole.and(&truth) } else { whole.or(&truth) };
                }
                let truth = |value| Value::new(Data::Bool(value), place);
                return Some(Value::guarded(&whole, truth(true), truth(false)));
            }
            ("max" | "min", [over]) => {
                let items = self.items(over)?;
                match items.is_empty() {
                    true => arguments.named.entry("default")?.value.clone(),
                    false => self.best(name == "max", items, arguments, call)?,
                }
            }
            ("sorted", [over]) => {
                let items = self.items(over)?;
                Value::list(self.in_order(items, arguments, call)?, place)
            }
            ("isinstance", [value, class]) => {
                let is_one = self.is_instance(value, class)?;
                Value::new(Data::Bool(is_one), place)
            }
            ("hasattr", [Value { data: Data::Object(object), .. }, name])
                if object.class.as_deref() == Some(NAMED_ARGUMENTS) =>
            {
                (object.open.is_none()).then_some(())?;
                Value::new(Data::Bool(object.entry(&name.plain_text()?).is_some()), place)
            }
            ("hasattr", [value, name]) => {
                let (Data::Object(object), Data::Text(name)) = (&value.data, &name.data) else { return None };
                let class = own_class(object)?;
                let has = object.entry(name).is_some()
                    || self.own_name(class).is_some_and(|own| self.lineage(own).1) && {
                        let own = self.own_name(class)?.to_owned();
                        if object.open.is_some() || self.method_of(&own, "__getattr__").is_some() {
                            return None;
                        }
                        self.method_of(&own, name).is_some() || self.class_constant(class, name).is_some()
                    };
                Value::new(Data::Bool(has), place)
            }
            ("type", [value]) => self.type_of(value, place)?,
            #[allow(clippy::cast_precision_loss, reason = "no value is that long")]
            ("len", [value]) if is_own_object(value) && self.dict_in(value).is_none() => {
                return self.length_of_object(value);
            }
            (
                "len" | "int" | "str" | "float" | "bool" | "list" | "abs",
                [Value { data: Data::Guarded(guarded), .. }],
            ) if arguments.named.entries.is_empty() => {
                let guarded = guarded.clone();
                let mut of = |side: &Value| {
                    let given = Arguments { positional: vec![positional(side.clone())], ..Arguments::default() };
                    self.builtin_of_values(name, call, &given)
                };
                Value::guarded(&guarded.when, of(&guarded.then)?, of(&guarded.otherwise)?)
            }
            ("len", [value]) => match &self.dict_in(value).as_ref().unwrap_or(value).data {
                Data::Text(text) => Value::number(text.chars().count() as f64, place),
                Data::Object(object) if object.open.is_none() && object.class.is_none() => {
                    return object.length(place);
                }
                _ => return None,
            },
            ("abs", [value]) => as_real_as(number(value)?.abs(), &[value], place),
            // There is no negative zero among whole numbers.
            ("round", [value]) => Value::number(number(value)?.round_ties_even() + 0.0, place),
            ("round", [value, places]) => {
                let places = number(places).filter(|places| places.fract() == 0.0 && (0.0..16.0).contains(places))?;
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is small")]
                let text = format!("{:.*}", places as usize, number(value)?);
                as_real_as(text.parse().ok()?, &[value], place)
            }
            ("divmod", [one, two]) => {
                let (one, two) = (number(one)?, number(two).filter(|two| *two != 0.0)?);
                let whole = (one / two).floor();
                let (whole, rest) = (as_real_as(whole, &given, place), as_real_as(one - whole * two, &given, place));
                Value::list(vec![whole, rest], place)
            }
            ("list" | "tuple", [over]) if matches!(over.data, Data::Text(_)) => Value::list(self.items(over)?, place),
            ("list" | "tuple" | "set" | "frozenset", []) => Value::list(Vec::new(), place),
            ("set" | "frozenset", [over]) => {
                let items = Value::list(self.items(over)?, place);
                self.distinct(&items)?
            }
            _ => return None,
        };
        Some(composed(value, &given))
    }

    /// The largest of several values, or the smallest: the first of those that are.
    pub(super) fn best(
        &mut self,
        is_max: bool,
        items: Vec<Value>,
        arguments: &Arguments,
        call: &'a ExprCall,
    ) -> Option<Value> {
        let keys = self.keys(&items, arguments, call)?;
        let mut best = 0;
        for at in 1..items.len() {
            let order = order(&keys[at], &keys[best])?;
            best = if is_max && order.is_gt() || !is_max && order.is_lt() { at } else { best };
        }
        items.into_iter().nth(best)
    }

    /// The items of a set: each only once. Where it is not known which are equal, there may be less of them.
    pub(super) fn distinct(&mut self, value: &Value) -> Option<Value> {
        let Data::List(list) = &value.data else { return None };
        let mut items: Vec<Value> = Vec::new();
        let mut open = list.open.clone();
        self.spend(list.items.len() * list.items.len() / 16);
        for item in &list.items {
            match contains(&items, item) {
                Some(true) => {}
                Some(false) => items.push(item.clone()),
                None => {
                    open = Some(Unknown { reason: Reason::Control, name: "a set".into(), place: item.origin.place });
                    items.push(item.clone());
                }
            }
        }
        Some(Value { data: Data::List(Arc::new(List { items, open })), origin: value.origin.clone() })
    }

    /// What items are put in order by; nothing where that is not known.
    fn keys(&mut self, items: &[Value], arguments: &Arguments, call: &'a ExprCall) -> Option<Vec<Value>> {
        let key = arguments.named.entry("key").map(|entry| entry.value.clone());
        let Some(key) = key.filter(|key| !matches!(key.data, Data::Absent)) else { return Some(items.to_vec()) };
        if let Some(keys) = self.keys_by_getter(&key, items, call) {
            return keys;
        }
        let is_known = match &key.data {
            Data::Symbol(symbol) => {
                is_callable(&key)
                    || symbol.starts_with(super::callables::LAMBDA)
                    || matches!(&**symbol, "builtins.len" | "builtins.str" | "builtins.int" | "builtins.float")
            }
            _ => false,
        };
        if !is_known || items.len() > MAX_KEYS {
            return None;
        }
        let mut keys = Vec::new();
        for item in items {
            let given = Arguments { positional: vec![positional(item.clone())], named: Object::default() };
            keys.push(self.call_known(&key, call, &given));
        }
        Some(keys)
    }

    /// The same for `key=dict.get` and `key=itemgetter(…)`; nothing for another key.
    fn keys_by_getter(&mut self, key: &Value, items: &[Value], call: &'a ExprCall) -> Option<Option<Vec<Value>>> {
        let range = call.range();
        let keyword = call.arguments.keywords.iter().find(|keyword| keyword.arg.as_deref() == Some("key"));
        if let Some(Expr::Attribute(method)) = keyword.map(|keyword| &keyword.value)
            && matches!(method.attr.as_str(), "get" | "__getitem__")
        {
            let dict = self.eval(&method.value);
            let Data::Object(object) = &dict.data else { return None };
            object.open.is_none().then_some(())?;
            return Some(items.iter().map(|item| Some(object.entry(&key_name(item)?)?.value.clone())).collect());
        }
        let Data::Object(getter) = &key.data else { return None };
        let of = getter.entry("key").map(|entry| entry.value.clone())?;
        match getter.class.as_deref()? {
            "operator.itemgetter" => Some(Some(items.iter().map(|item| self.item(item, &of, range)).collect())),
            "operator.attrgetter" => {
                let name = of.plain_text()?;
                Some(Some(items.iter().map(|item| self.attribute(item, &name, range)).collect()))
            }
            _ => None,
        }
    }

    /// Items in the order that `sorted` and `list.sort` make; nothing where that is not known.
    pub(super) fn in_order(
        &mut self,
        items: Vec<Value>,
        arguments: &Arguments,
        call: &'a ExprCall,
    ) -> Option<Vec<Value>> {
        let is_reversed = match arguments.named.entry("reverse").map(|entry| &entry.value.data) {
            None | Some(Data::Bool(false)) => false,
            Some(Data::Bool(true)) => true,
            Some(_) => return None,
        };
        let keys = self.keys(&items, arguments, call)?;
        self.spend(items.len() * 8);
        let mut all: Vec<(Value, Value)> = keys.into_iter().zip(items).collect();
        let mut is_clear = true;
        all.sort_by(|(left, _), (right, _)| {
            let order = order(left, right);
            is_clear &= order.is_some();
            let order = order.unwrap_or(Ordering::Equal);
            if is_reversed { order.reverse() } else { order }
        });
        is_clear.then(|| all.into_iter().map(|(_, item)| item).collect())
    }

    /// `functools.reduce(function, items, first)`.
    pub(super) fn reduced(&mut self, call: &'a ExprCall, arguments: &Arguments) -> Value {
        let unknown = self.unknown(Reason::RunTime, call.range());
        let (Some(function), Some(over)) = (arguments.get("", 0), arguments.get("", 1)) else { return unknown };
        let Some(items) = self.items(over).filter(|items| items.len() <= MAX_KEYS) else { return unknown };
        let mut items = items.into_iter();
        let Some(first) = arguments.get("", 2).cloned().or_else(|| items.next()) else { return unknown };
        let mut reduced = first;
        for item in items {
            let given = Arguments { positional: vec![positional(reduced), positional(item)], named: Object::default() };
            reduced = self.call_known(&function.clone(), call, &given);
        }
        reduced
    }

    /// What `json.loads(json.dumps(value))` copies; nothing for another call.
    pub(super) fn dumped(&mut self, call: &'a ExprCall) -> Option<Value> {
        let [Expr::Call(inner)] = &*call.arguments.args else { return None };
        if &*self.symbol_of(&inner.func) != "json.dumps" || !call.arguments.keywords.is_empty() {
            return None;
        }
        let value = self.eval(inner.arguments.args.first()?);
        let is_plain = matches!(&value.data, Data::Object(object) if object.class.is_none());
        (is_plain || matches!(value.data, Data::List(_))).then(|| deeply_copied(&value))
    }

    /// Whether a value is of a type, or of one of several.
    fn is_instance(&mut self, value: &Value, class: &Value) -> Option<bool> {
        let wanted: Vec<Arc<str>> = match &class.data {
            Data::Symbol(symbol) => vec![symbol.clone()],
            Data::List(list) if list.open.is_none() => {
                let symbol = |item: &Value| match &item.data {
                    Data::Symbol(symbol) => Some(symbol.clone()),
                    _ => None,
                };
                list.items.iter().map(symbol).collect::<Option<_>>()?
            }
            _ => return None,
        };
        // Other classes may be bases of these, or stand for them.
        let is_plain = |symbol: &Arc<str>| symbol.starts_with("builtins.") || symbol.starts_with(CLASS);
        if !wanted.iter().all(is_plain) {
            return None;
        }
        let wants = |name: &str| wanted.iter().any(|symbol| symbol.strip_prefix("builtins.") == Some(name));
        Some(match &value.data {
            _ if wants("object") => true,
            Data::Text(_) | Data::Template(_) => wants("str"),
            Data::Bool(_) => wants("bool") || wants("int"),
            Data::Absent => false,
            Data::Number(number) => wants(if number.is_real() { "float" } else { "int" }),
            Data::List(_) => match (wants("list"), wants("tuple"), wants("set") || wants("frozenset")) {
                (true, true, true) => true,
                (false, false, false) => false,
                (true, _, _) if self.is_written_as_list(value) => true,
                _ => return None,
            },
            Data::Object(object) => match object.class.as_deref() {
                None => wants("dict"),
                Some(class) => {
                    let class = self.own_name(class.strip_prefix(CLASS)?)?.to_owned();
                    let (lineage, is_closed) = self.lineage(&class);
                    let symbols: Vec<Arc<str>> =
                        lineage.iter().map(|class| self.class_symbol(class.node.name.as_str())).collect();
                    if !is_closed || lineage.iter().any(|class| class.bases.iter().any(|base| wanted.contains(base))) {
                        return lineage
                            .iter()
                            .any(|class| class.bases.iter().any(|base| wanted.contains(base)))
                            .then_some(true);
                    }
                    symbols.iter().any(|symbol| wanted.contains(symbol))
                }
            },
            _ => return None,
        })
    }

    /// The class of a value, in each of the worlds; nothing where it is not known in any of them.
    fn type_of(&self, value: &Value, place: Place) -> Option<Value> {
        let class = match &value.data {
            Data::Object(object) => match &object.class {
                Some(class) => class.starts_with(CLASS).then(|| class.clone())?,
                None => "builtins.dict".into(),
            },
            Data::Text(_) | Data::Template(_) => "builtins.str".into(),
            Data::Absent => "builtins.NoneType".into(),
            Data::Bool(_) => "builtins.bool".into(),
            Data::Number(number) => if number.is_real() { "builtins.float" } else { "builtins.int" }.into(),
            Data::List(_) if self.is_written_as_list(value) => "builtins.list".into(),
            Data::Guarded(guarded) => {
                let unknown = || Value::unknown(Reason::RunTime, "a class", place);
                let (then, otherwise) = (self.type_of(&guarded.then, place), self.type_of(&guarded.otherwise, place));
                if then.is_none() && otherwise.is_none() {
                    return None;
                }
                let [then, otherwise] = [then, otherwise].map(|side| side.unwrap_or_else(unknown));
                return Some(Value::guarded(&guarded.when, then, otherwise));
            }
            _ => return None,
        };
        Some(Value::new(Data::Symbol(class), place))
    }

    /// Whether a list was written with brackets, or read from a file: a tuple was not.
    fn is_written_as_list(&self, value: &Value) -> bool {
        let place = value.origin.place;
        place.file != self.source.id || self.source.slice(place.span).starts_with('[')
    }

    /// Methods that change a list in ways that are known, or ask about it; nothing for others.
    pub(super) fn list_method(
        &mut self,
        list: &List,
        method: &str,
        arguments: &Arguments,
        call: &'a ExprCall,
    ) -> Option<(Option<Vec<Value>>, Value)> {
        if list.open.is_some() || arguments.named.open.is_some() {
            return None;
        }
        let place = self.place(call.range());
        if let Some(made) = self.set_method(list, method, arguments, place) {
            return Some((None, made));
        }
        let first = arguments.positional.first().map(|argument| &argument.value);
        let mut items = list.items.clone();
        self.spend(items.len() / 4);
        let none = Value::absent(place);
        #[allow(clippy::cast_precision_loss, reason = "no list is that long")]
        let count = |count: usize| Value::number(count as f64, place);
        Some(match (method, first) {
            ("reverse", None) => {
                items.reverse();
                (Some(items), none)
            }
            ("clear", None) => (Some(Vec::new()), none),
            ("sort", None) => (Some(self.in_order(items, arguments, call)?), none),
            ("add", Some(item)) => {
                if !contains(&items, item)? {
                    items.push(item.clone());
                }
                (Some(items), none)
            }
            ("discard", Some(item)) => {
                if let Some(at) = position(&items, item)? {
                    items.remove(at);
                }
                (Some(items), none)
            }
            ("update", Some(more)) if arguments.positional.len() == 1 => {
                for item in self.items(more)? {
                    if !contains(&items, &item)? {
                        items.push(item);
                    }
                }
                (Some(items), none)
            }
            ("popleft", None) if !items.is_empty() => {
                let item = items.remove(0);
                (Some(items), item)
            }
            ("appendleft", Some(item)) => {
                items.insert(0, item.clone());
                (Some(items), none)
            }
            ("pop", at) => {
                let at = match at {
                    Some(at) => index(number(at)?, items.len())?,
                    None => items.len().checked_sub(1)?,
                };
                let item = items.remove(at);
                (Some(items), item)
            }
            ("insert", Some(at)) => {
                let item = arguments.positional.get(1)?.value.clone();
                let at = number(at)?;
                let at = match index(at, items.len()) {
                    Some(at) => at,
                    None if at < 0.0 => 0,
                    None => items.len(),
                };
                items.insert(at, item);
                (Some(items), none)
            }
            ("remove", Some(item)) => {
                let at = position(&items, item)??;
                items.remove(at);
                (Some(items), none)
            }
            ("index", Some(item)) if arguments.positional.len() == 1 => (None, count(position(&items, item)??)),
            ("count", Some(item)) => {
                let equal: Option<Vec<bool>> = items.iter().map(|one| equal(one, item)).collect();
                (None, count(equal?.into_iter().filter(|is_equal| *is_equal).count()))
            }
            _ => return None,
        })
    }

    /// Methods of texts that look for something, count, or fill up; nothing for others.
    pub(super) fn text_search(
        &mut self,
        name: &str,
        text: &str,
        arguments: &Arguments,
        range: TextRange,
    ) -> Option<Value> {
        let place = self.place(range);
        self.spend(text.len() / 16);
        let given: Option<Vec<Arc<str>>> =
            arguments.positional.iter().map(|argument| argument.value.plain_text()).collect();
        let is_true = |value: bool| Value::new(Data::Bool(value), place);
        #[allow(clippy::cast_precision_loss, reason = "no text is that long")]
        let at = |found: Option<usize>| found.map(|at| text[..at].chars().count() as f64);
        let words = |words: Vec<&str>| Value::list(words.iter().map(|word| Value::text(*word, place)).collect(), place);
        Some(match (name, given.as_deref()) {
            ("find", Some([part])) => Value::number(at(text.find(&**part)).unwrap_or(-1.0), place),
            ("rfind", Some([part])) => Value::number(at(text.rfind(&**part)).unwrap_or(-1.0), place),
            ("index", Some([part])) => Value::number(at(text.find(&**part))?, place),
            ("rindex", Some([part])) => Value::number(at(text.rfind(&**part))?, place),
            #[allow(clippy::cast_precision_loss, reason = "no text is that long")]
            ("count", Some([part])) if !part.is_empty() => Value::number(text.matches(&**part).count() as f64, place),
            ("isdigit" | "isnumeric" | "isdecimal", Some([])) => {
                is_true(!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
            }
            ("isalpha", Some([])) if text.is_ascii() => {
                is_true(!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic()))
            }
            ("isalnum", Some([])) if text.is_ascii() => {
                is_true(!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric()))
            }
            ("casefold", Some([])) if text.is_ascii() => Value::text(text.to_ascii_lowercase(), place),
            ("capitalize", Some([])) if text.is_ascii() => {
                let mut text = text.to_ascii_lowercase();
                text.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
                Value::text(text, place)
            }
            ("encode" | "decode", _) => Value::text(text, place),
            ("splitlines", Some([])) => words(text.lines().collect()),
            ("split", Some([])) if arguments.named.entries.is_empty() => words(text.split_whitespace().collect()),
            ("zfill", _) => {
                let width = width(arguments)?;
                let missing = width.saturating_sub(text.chars().count());
                (!text.starts_with(['+', '-'])).then_some(())?;
                Value::text("0".repeat(missing) + text, place)
            }
            ("ljust" | "rjust", _) => {
                let fill = match arguments.positional.get(1) {
                    Some(fill) => fill.value.plain_text()?,
                    None => " ".into(),
                };
                let fill = fill.repeat(width(arguments)?.saturating_sub(text.chars().count()));
                Value::text(if name == "ljust" { text.to_owned() + &fill } else { fill + text }, place)
            }
            // Of several prefixes, one is enough.
            ("startswith" | "endswith", None) => {
                let Data::List(parts) = &arguments.positional.first()?.value.data else { return None };
                let parts: Vec<Arc<str>> = parts.items.iter().map(Value::plain_text).collect::<Option<_>>()?;
                let fits = |part: &Arc<str>| match name {
                    "startswith" => text.starts_with(&**part),
                    _ => text.ends_with(&**part),
                };
                is_true(parts.iter().any(fits))
            }
            _ => return None,
        })
    }

    /// `text * number`, `list * number`; nothing for other values, or where it would be too much.
    pub(super) fn repeated(&mut self, value: &Value, times: &Value, place: Place) -> Option<Value> {
        let times = number(times).filter(|times| times.fract() == 0.0)?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a small range")]
        let times = times.clamp(0.0, MAX_REPEATED as f64 + 1.0) as usize;
        match &value.data {
            Data::Text(text) if text.len() * times <= MAX_REPEATED => Some(Value::text(text.repeat(times), place)),
            Data::List(list) if list.open.is_none() && list.items.len() * times <= MAX_REPEATED => {
                self.spend(list.items.len() * times);
                let items = std::iter::repeat_n(&list.items, times).flatten().cloned().collect();
                Some(Value::list(items, place))
            }
            _ => None,
        }
    }
}

fn width(arguments: &Arguments) -> Option<usize> {
    let width = number(&arguments.positional.first()?.value)?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is within a small range")]
    (0.0..=200.0).contains(&width).then_some(width as usize)
}

/// A number, or a truth value as one.
pub(super) fn number(value: &Value) -> Option<f64> {
    match &value.by_default().data {
        Data::Number(number) => Some(number.near()),
        Data::Bool(truth) => Some(f64::from(u8::from(*truth))),
        _ => None,
    }
}

/// Which of two values comes first; nothing where Python would refuse to tell, or where it is not known.
fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (&left.data, &right.data) {
        (Data::Text(left), Data::Text(right)) => Some(left.cmp(right)),
        (Data::List(left), Data::List(right)) if left.open.is_none() && right.open.is_none() => {
            for (left, right) in left.items.iter().zip(&right.items) {
                match order(left, right)? {
                    Ordering::Equal => {}
                    other => return Some(other),
                }
            }
            Some(left.items.len().cmp(&right.items.len()))
        }
        // Paths in one folder.
        (Data::Template(left), Data::Template(right)) => match (&left[..], &right[..]) {
            ([Piece::Hole(folder), Piece::Text(left)], [Piece::Hole(other), Piece::Text(right)])
                if same_known(folder, other) =>
            {
                Some(left.cmp(right))
            }
            _ => None,
        },
        _ => number(left)?.partial_cmp(&number(right)?),
    }
}

/// Whether two values are equal; nothing where that is not known.
fn equal(left: &Value, right: &Value) -> Option<bool> {
    let is_plain = |value: &Value| matches!(value.data, Data::Text(_) | Data::Number(_) | Data::Bool(_) | Data::Absent);
    match (&left.data, &right.data) {
        (Data::Text(left), Data::Text(right)) => Some(left == right),
        (Data::Absent, Data::Absent) => Some(true),
        _ if is_plain(left) && is_plain(right) => match (number(left), number(right)) {
            (Some(left), Some(right)) => Some(left == right),
            _ => Some(false),
        },
        _ => None,
    }
}

/// Where the first equal item is; nothing where that is not known.
fn position(items: &[Value], item: &Value) -> Option<Option<usize>> {
    for (at, one) in items.iter().enumerate() {
        if equal(one, item)? {
            return Some(Some(at));
        }
    }
    Some(None)
}

fn contains(items: &[Value], item: &Value) -> Option<bool> {
    position(items, item).map(|at| at.is_some())
}

/// The name of the entry that a key stands for: a text or number as it is written, another key in a way that no text is.
pub(super) fn key_name(key: &Value) -> Option<Arc<str>> {
    match &key.data {
        Data::Object(member) if member.class.as_deref().is_some_and(|class| class.starts_with(MEMBER)) => {
            let name = member.entry("name")?.value.plain_text()?;
            Some(format!("{NO_TEXT}{}.{name}", member.class.as_deref()?).into())
        }
        Data::List(list) if list.open.is_none() => {
            let parts: Vec<Arc<str>> = list.items.iter().map(key_name).collect::<Option<_>>()?;
            Some(format!("{NO_TEXT}({})", parts.join(",")).into())
        }
        Data::Bool(truth) => Some(format!("{NO_TEXT}{truth}").into()),
        // `1` and `1.0` are one key, and `"1"` is another.
        Data::Number(number) => Some(format!("{NO_TEXT}{NUMBER}{}", number.text()).into()),
        Data::Absent => Some(format!("{NO_TEXT}None").into()),
        _ => key.plain_text(),
    }
}

/// The key of an entry as a value.
pub(super) fn key_value(entry: &Entry) -> Value {
    if let Some(number) = entry.name.strip_prefix(NO_TEXT).and_then(|name| name.strip_prefix(NUMBER)) {
        let number = number.parse::<f64>();
        return number.map_or_else(
            |_| Value::text(entry.name.clone(), entry.place),
            |number| Value::number(number, entry.place),
        );
    }
    if entry.name.starts_with(NO_TEXT) {
        return Value::unknown(Reason::Unsupported, "a key that is no text", entry.place);
    }
    Value::text(entry.name.clone(), entry.place)
}
