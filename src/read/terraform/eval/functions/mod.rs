//! Calls of functions: which there are, how many arguments they take, and what they make of unknown ones.

mod charsets;
mod collection;
mod dates;
mod encoding;
mod files;
mod format;
mod gzip;
mod hashes;
mod lists;
mod network;
mod numeric;
mod objects;
mod regexes;
mod sets;
mod strings;
mod types;
mod yaml;
mod yaml_text;

pub(in crate::read::terraform) use files::render;

use super::{
    convert::{Outcome, Stop, composed_text, invalid, items},
    cx::Cx,
    eval,
    operators::{WIDE_STEPS, is_set},
    partial::{composed, hindrance, in_branches, settle, why},
};
use crate::{
    graph::{
        number::Number,
        value::{Data, Reason, Value},
    },
    source::{Place, Span},
    syntax::hcl::{Expr, Node},
};

/// A call that is under way.
pub(super) struct Call<'c> {
    /// Where it is written.
    pub(super) place: Place,
    /// What it is evaluated in.
    pub(super) cx: &'c Cx<'c>,
}

impl Call<'_> {
    /// A value that the call makes.
    fn value(&self, data: Data) -> Value {
        Value::new(data, self.place)
    }

    fn text(&self, text: impl AsRef<str>) -> Outcome {
        Ok(Value::text(composed_text(text.as_ref()), self.place))
    }

    /// A number; one of many digits takes steps.
    fn number(&self, number: impl Into<Number>) -> Outcome {
        let number = number.into();
        match !number.is_wide() || self.cx.afford(WIDE_STEPS) {
            true => Ok(self.value(Data::Number(number))),
            false => Err(Stop::Limit("numbers of many digits".into())),
        }
    }

    fn counted(&self, count: usize) -> Outcome {
        self.number(Number::counted(count))
    }

    fn truth(&self, holds: bool) -> Outcome {
        Ok(self.value(Data::Bool(holds)))
    }

    fn list(&self, items: Vec<Value>) -> Outcome {
        Ok(Value::list(items, self.place))
    }

    /// Takes steps for a large result.
    fn afford(&self, steps: usize) -> Outcome<()> {
        match steps <= MAX_ITEMS && self.cx.afford(steps) {
            true => Ok(()),
            false => Err(Stop::Limit("a very large value".into())),
        }
    }
}

/// A result with more items than this is not made.
const MAX_ITEMS: usize = 1 << 16;

type Run = fn(&Call<'_>, &[Value]) -> Outcome;

/// A function.
struct Function {
    run: Run,
    /// How many arguments it takes.
    takes: (usize, usize),
    /// Whether an argument may be null.
    nulls: bool,
    /// How deep it looks into its arguments: so deep values with branches are taken apart.
    looks: usize,
}

const ANY: usize = usize::MAX;

impl Function {
    const fn new(run: Run, least: usize, most: usize) -> Self {
        Self { run, takes: (least, most), nulls: false, looks: 0 }
    }

    const fn looks(self, looks: usize) -> Self {
        Self { looks, ..self }
    }

    const fn nulls(self) -> Self {
        Self { nulls: true, ..self }
    }
}

/// `name(arguments…)`
pub(super) fn call(name: &str, arguments: &[Expr], spread: bool, place: Place, cx: &Cx<'_>) -> Value {
    let name = name.strip_prefix("core::").unwrap_or(name);
    if name.contains("::") {
        return Value::unknown(Reason::Unsupported, format!("{name}(…)"), place);
    }
    if is_impure(name) {
        return Value::unknown(Reason::RunTime, format!("{name}(…)"), place);
    }
    let call = Call { place, cx };
    match name {
        "try" if !spread => return types::attempt(&call, arguments),
        "can" if !spread => return types::can(&call, arguments),
        "issensitive" if !spread => return types::issensitive(&call, arguments),
        _ => {}
    }
    let Some(function) = function(name) else {
        return Value::unknown(Reason::Invalid, format!("{name}(…)"), place);
    };
    if let Some(mistake) = mistaken_form(name, arguments) {
        return Value::unknown(Reason::Invalid, format!("`{name}(…)`, given {mistake},"), place);
    }
    let mut values: Vec<Value> = arguments.iter().map(|argument| eval(argument, cx)).collect();
    if spread && let Some(last) = values.pop() {
        return in_branches(&[last], 0, place, &mut |last| match items(&last[0]) {
            Ok(items) => apply(name, &function, &call, [&values, items].concat()),
            // How many arguments there are is not known. To these, one stands for all.
            Err(Stop::Undecided) => {
                let rest = super::partial::derived(last, &|names| names[0].clone(), place);
                let values = [&values[..], &[Value::new(Data::Unknown(rest), place)]].concat();
                if matches!(name, "concat" | "merge" | "setunion") {
                    return apply(name, &function, &call, values);
                }
                let show = |names: &[String]| format!("{name}({}...)", names.join(", "));
                settle(Err(Stop::Undecided), &values, &show, place)
            }
            Err(stop) => settle(Err(stop), last, &|names| names[0].clone(), place),
        });
    }
    apply(name, &function, &call, values)
}

fn apply(name: &str, function: &Function, call: &Call<'_>, values: Vec<Value>) -> Value {
    let show = |names: &[String]| format!("{name}({})", names.join(", "));
    let (least, most) = function.takes;
    if !(least..=most).contains(&values.len()) {
        let stop = invalid(format!("`{name}` with {} arguments", values.len()));
        return settle(stop, &values, &show, call.place);
    }
    if let Some(hindrance) = hindrance(&values, call.cx) {
        return Value::new(Data::Unknown(hindrance), call.place);
    }
    in_branches(&values, function.looks, call.place, &mut |values| {
        let null = !function.nulls && values.iter().any(|value| matches!(value.data, Data::Absent));
        let outcome = if null { invalid("null") } else { (function.run)(call, values) };
        let outcome = outcome.map_err(|stop| match stop {
            Stop::Invalid(what) => Stop::Invalid(format!("`{name}(…)`, given {what},").into()),
            Stop::Undecided if values.iter().all(|value| why(value).is_none()) => {
                Stop::Unsupported(format!("`{name}(…)`").into())
            }
            stop => stop,
        });
        let value = settle(outcome, values, &show, call.place);
        let written = text_of_file(name, &value, values);
        let mut value = composed(value, values);
        // As sure as what it was filled with, or found by; yet a default among that is not where the text is.
        value.origin.place = written.unwrap_or(value.origin.place);
        value
    })
}

/// Where a text begins that is that of a file, with its holes filled or parts of it replaced.
fn text_of_file(name: &str, value: &Value, arguments: &[Value]) -> Option<Place> {
    let from = match name {
        "file" | "templatefile" => value,
        "replace" | "trimspace" | "chomp" | "templatestring" => arguments.first()?,
        _ => return None,
    };
    let is_text = matches!(value.data, Data::Text(_) | Data::Template(_));
    Some(from.origin.place).filter(|place| is_text && place.span == Span::default())
}

/// What is wrong with arguments by their form, whatever their values.
fn mistaken_form(name: &str, arguments: &[Expr]) -> Option<&'static str> {
    let first = &arguments.first()?.node;
    match name {
        "templatestring" if matches!(first, Node::Text(_) | Node::Template(_)) => Some("a text that is written there"),
        "concat" | "element" | "slice" if arguments.iter().any(is_set) => Some("a set"),
        _ => None,
    }
}

/// Functions whose value is another one each time, or depends on the machine.
fn is_impure(name: &str) -> bool {
    matches!(name, "timestamp" | "plantimestamp" | "uuid" | "bcrypt" | "rsadecrypt" | "type" | "abspath" | "pathexpand")
}

fn function(name: &str) -> Option<Function> {
    text_function(name).or_else(|| collection_function(name)).or_else(|| other_function(name))
}

fn text_function(name: &str) -> Option<Function> {
    let new = Function::new;
    Some(match name {
        "chomp" => new(strings::chomp, 1, 1),
        "endswith" => new(strings::endswith, 2, 2),
        "format" => new(format::format, 1, ANY).nulls().looks(1),
        "formatlist" => new(format::formatlist, 1, ANY).nulls().looks(1),
        "indent" => new(strings::indent, 2, 2),
        "join" => new(strings::join, 1, ANY).looks(1),
        "lower" => new(strings::lower, 1, 1),
        "regex" => new(regexes::regex, 2, 2),
        "regexall" => new(regexes::regexall, 2, 2),
        "replace" => new(strings::replace, 3, 3),
        "split" => new(strings::split, 2, 2),
        "startswith" => new(strings::startswith, 2, 2),
        "strcontains" => new(strings::strcontains, 2, 2),
        "strrev" => new(strings::strrev, 1, 1),
        "substr" => new(strings::substr, 3, 3),
        "templatestring" => new(files::templatestring, 2, 2),
        "title" => new(strings::title, 1, 1),
        "trim" => new(strings::trim, 2, 2),
        "trimprefix" => new(strings::trimprefix, 2, 2),
        "trimspace" => new(strings::trimspace, 1, 1),
        "trimsuffix" => new(strings::trimsuffix, 2, 2),
        "upper" => new(strings::upper, 1, 1),
        _ => return None,
    })
}

fn collection_function(name: &str) -> Option<Function> {
    let new = Function::new;
    Some(match name {
        "alltrue" => new(collection::alltrue, 1, 1),
        "anytrue" => new(collection::anytrue, 1, 1),
        "chunklist" => new(lists::chunklist, 2, 2),
        "coalesce" => new(collection::coalesce, 1, ANY).nulls(),
        "coalescelist" => new(lists::coalescelist, 1, ANY).nulls(),
        "compact" => new(lists::compact, 1, 1).looks(1),
        "concat" => new(lists::concat, 1, ANY),
        "contains" => new(collection::contains, 2, 2),
        "distinct" => new(sets::distinct, 1, 1).looks(1),
        "element" => new(lists::element, 2, 2),
        "flatten" => new(lists::flatten, 1, 1).looks(2),
        "index" => new(lists::index, 2, 2).looks(1),
        "keys" => new(objects::keys, 1, 1),
        "length" => new(collection::length, 1, 1),
        "lookup" => new(objects::lookup, 2, 3).nulls(),
        "matchkeys" => new(lists::matchkeys, 3, 3).looks(1),
        "merge" => new(objects::merge, 0, ANY).nulls(),
        "one" => new(lists::one, 1, 1),
        "range" => new(numeric::range, 1, 3),
        "reverse" => new(lists::reverse, 1, 1),
        "setintersection" => new(sets::intersection, 1, ANY).looks(1),
        "setproduct" => new(sets::product, 2, ANY),
        "setsubtract" => new(sets::subtract, 2, 2).looks(1),
        "setunion" => new(sets::union, 1, ANY).looks(1),
        "slice" => new(lists::slice, 3, 3),
        "sort" => new(lists::sort, 1, 1).looks(1),
        "sum" => new(numeric::sum, 1, 1).looks(1),
        "transpose" => new(objects::transpose, 1, 1).looks(2),
        "values" => new(objects::values, 1, 1),
        "zipmap" => new(objects::zipmap, 2, 2).looks(1),
        "sensitive" | "nonsensitive" | "ephemeralasnull" => new(types::same, 1, 1).nulls(),
        "tobool" => new(types::tobool, 1, 1).nulls(),
        "tolist" => new(types::tolist, 1, 1).nulls(),
        "tomap" => new(types::tomap, 1, 1).nulls(),
        "tonumber" => new(types::tonumber, 1, 1).nulls(),
        "toset" => new(types::toset, 1, 1).nulls().looks(1),
        "tostring" => new(types::tostring, 1, 1).nulls(),
        _ => return None,
    })
}

fn other_function(name: &str) -> Option<Function> {
    let new = Function::new;
    Some(match name {
        "abs" => new(numeric::abs, 1, 1),
        "ceil" => new(numeric::ceil, 1, 1),
        "floor" => new(numeric::floor, 1, 1),
        "log" => new(numeric::log, 2, 2),
        "max" => new(numeric::max, 1, ANY),
        "min" => new(numeric::min, 1, ANY),
        "parseint" => new(numeric::parseint, 2, 2),
        "pow" => new(numeric::pow, 2, 2),
        "signum" => new(numeric::signum, 1, 1),
        "base64decode" => new(encoding::base64decode, 1, 1),
        "base64encode" => new(encoding::base64encode, 1, 1),
        "base64gzip" => new(encoding::base64gzip, 1, 1),
        "csvdecode" => new(encoding::csvdecode, 1, 1),
        "jsondecode" => new(encoding::jsondecode, 1, 1),
        "jsonencode" => new(encoding::jsonencode, 1, 1).nulls(),
        "textdecodebase64" => new(encoding::textdecodebase64, 2, 2),
        "textencodebase64" => new(encoding::textencodebase64, 2, 2),
        "urlencode" => new(encoding::urlencode, 1, 1),
        "yamldecode" => new(yaml::decode, 1, 1),
        "yamlencode" => new(yaml::encode, 1, 1).nulls(),
        "basename" => new(files::basename, 1, 1),
        "dirname" => new(files::dirname, 1, 1),
        "file" => new(files::file, 1, 1),
        "filebase64" => new(files::filebase64, 1, 1),
        "fileexists" => new(files::fileexists, 1, 1),
        "fileset" => new(files::fileset, 2, 2),
        "templatefile" => new(files::templatefile, 2, 2),
        "formatdate" => new(dates::formatdate, 2, 2),
        "timeadd" => new(dates::timeadd, 2, 2),
        "timecmp" => new(dates::timecmp, 2, 2),
        "base64sha256" | "base64sha512" | "md5" | "sha1" | "sha256" | "sha512" => new(hashes::of_text(name)?, 1, 1),
        "filebase64sha256" | "filebase64sha512" | "filemd5" | "filesha1" | "filesha256" | "filesha512" => {
            new(hashes::of_file(name)?, 1, 1)
        }
        "uuidv5" => new(hashes::uuidv5, 2, 2),
        "cidrhost" => new(network::cidrhost, 2, 2),
        "cidrnetmask" => new(network::cidrnetmask, 1, 1),
        "cidrsubnet" => new(network::cidrsubnet, 3, 3),
        "cidrsubnets" => new(network::cidrsubnets, 1, ANY),
        _ => return None,
    })
}
