//! Calls of what nothing is known of: of their arguments counts only what they do themselves, and what they hand out.

use ruff_python_ast::{Expr, ExprCall, ExprFString, ExprSlice, FStringPart, InterpolatedElement};
use ruff_text_size::Ranged;

use super::{
    Machine,
    bounds::MAX_DEPTH,
    calls::Arguments,
    classes::{CLASS, MEMBER},
    command_line::FLAGS,
    hf_arguments::is_hf_parser,
    modules::MODULE,
    objects::positional,
    runners::is_runner,
};
use crate::graph::value::{Data, Object, Reason, Value};

/// How deep arguments are looked into before they are evaluated.
const MAX_LOOK: u32 = 12;

/// Libraries of which calls, attributes or classes are followed, by the first part of their name. Those of the SageMaker
/// SDKs are known by how they begin.
const FOLLOWED: &[&str] = &[
    "absl",
    "addict",
    "aiobotocore",
    "airflow",
    "argparse",
    "ast",
    "asyncio",
    "attr",
    "attrdict",
    "attrs",
    "boto3",
    "botocore",
    "box",
    "click",
    "codecs",
    "collections",
    "configargparse",
    "configparser",
    "contextlib",
    "copy",
    "csv",
    "dataclasses",
    "datetime",
    "decouple",
    "distutils",
    "dotenv",
    "dotmap",
    "easydict",
    "enum",
    "environ",
    "environs",
    "functools",
    "glob",
    "hydra",
    "importlib",
    "io",
    "itertools",
    "json",
    "jsonargparse",
    "logging",
    "math",
    "ml_collections",
    "multiprocessing",
    "munch",
    "omegaconf",
    "operator",
    "os",
    "pathlib",
    "posixpath",
    "pprint",
    "pydantic",
    "pydantic_settings",
    "re",
    "rich_click",
    "ruamel",
    "setuptools",
    "shutil",
    "stepfunctions",
    "string",
    "sys",
    "threading",
    "time",
    "toml",
    "tomli",
    "tomllib",
    "typer",
    "types",
    "typing",
    "typing_extensions",
    "yaml",
];

/// The first part of a symbol: `os` of `os.path.join`.
pub(super) fn head(symbol: &str) -> &str {
    // Asked of every call: quicker than a search that may be for any character.
    symbol.bytes().position(|byte| byte == b'.').map_or(symbol, |end| &symbol[..end])
}

/// Whether calls of a symbol are certainly not followed, since it is a library's of which nothing is: `pandas.read_csv`.
pub(super) fn is_unfollowed(symbol: &str) -> bool {
    let head = head(symbol);
    // Symbols of the project's own functions and classes have a colon in them.
    !head.contains(':')
        && head != "builtins"
        && !head.starts_with("sagemaker")
        && FOLLOWED.binary_search(&head).is_err()
        && !is_runner(symbol)
        && !is_hf_parser(symbol)
}

impl<'a> Machine<'a> {
    /// A call that is certainly not followed: what [`Machine::outside`] answers, without the values of those arguments
    /// that can neither do anything nor be changed.
    pub(super) fn unfollowed(&mut self, call: &'a ExprCall) -> Value {
        let outer = self.target.take();
        let has_written = !self.written.is_empty();
        let (mut matter, mut given_values) = (Vec::new(), Vec::new());
        for expression in given(call) {
            if !self.is_inert(expression, 0) {
                let value = self.eval(expression);
                self.passed(&value);
                given_values.extend(has_written.then(|| value.clone()));
                matter.push((expression, positional(value)));
            } else if has_written && may_be_path(expression) {
                given_values.push(self.eval(expression));
            }
        }
        self.target = outer;
        if !matter.is_empty() {
            let (expressions, positional): (Vec<_>, Vec<crate::graph::fact::Argument>) = matter.into_iter().unzip();
            let values = || positional.iter().map(|argument| &argument.value);
            self.functions_handed(values(), call);
            self.iterators_handed(values(), call);
            self.files_handed(values(), self.place(call.range()));
            self.handed(&Arguments { positional, named: Object::default() }, self.place(call.range()));
            expressions.into_iter().for_each(|expression| self.escapes(expression));
        }
        if has_written {
            self.paths_handed(call, given_values.iter());
        }
        self.unknown(Reason::RunTime, call.range())
    }

    /// `print(…)`: it leaves what it is handed as it is.
    pub(super) fn printed(&mut self, call: &'a ExprCall) -> Value {
        let outer = self.target.take();
        for expression in given(call) {
            if let Some(value) = self.run(expression) {
                self.passed(&value);
                self.files_handed(std::iter::once(&value), self.place(call.range()));
            }
        }
        self.target = outer;
        self.unknown(Reason::RunTime, call.range())
    }

    /// Evaluates an expression for what it does alone; its value, if it may be more than a text or a number.
    fn run(&mut self, expression: &'a Expr) -> Option<Value> {
        if self.is_inert(expression, 0) {
            return None;
        }
        // A text is made of what its holes bring: that is all that it does.
        if let Expr::FString(text) = expression
            && self.depth < MAX_DEPTH
            && holes(text).all(|hole| hole.format_spec.is_none())
        {
            self.depth += 1;
            holes(text).for_each(|hole| drop(self.run(&hole.expression)));
            self.depth -= 1;
            return None;
        }
        Some(self.eval(expression))
    }

    /// Whether evaluating an expression does nothing, and its value has neither a list or dict of the code's in it nor an
    /// object: literals, names of what is not known, texts made of them.
    fn is_inert(&mut self, expression: &'a Expr, depth: u32) -> bool {
        self.spend(1);
        if depth > MAX_LOOK {
            return false;
        }
        match expression {
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_) => true,
            Expr::Name(name) => self.lookup(name.id.as_str()).is_none_or(|known| has_no_parts(&known.value)),
            Expr::Attribute(attribute) => {
                let path = self.lookup_dotted(expression);
                match path.and_then(|path| self.lookup(&path)) {
                    Some(known) => has_no_parts(&known.value),
                    None => self.has_inert_parts(&attribute.value, depth),
                }
            }
            Expr::Subscript(subscript) => {
                self.has_inert_parts(&subscript.value, depth) && self.is_inert(&subscript.slice, depth + 1)
            }
            Expr::Slice(ExprSlice { lower, upper, step, .. }) => {
                self.are_inert([lower, upper, step].into_iter().filter_map(|part| part.as_deref()), depth)
            }
            Expr::BinOp(operation) => self.are_inert([&*operation.left, &*operation.right], depth),
            Expr::Starred(starred) => self.is_inert(&starred.value, depth + 1),
            Expr::List(list) => self.are_inert(&list.elts, depth),
            Expr::Tuple(tuple) => self.are_inert(&tuple.elts, depth),
            Expr::Dict(dict) => {
                self.are_inert(dict.items.iter().flat_map(|item| item.key.iter().chain([&item.value])), depth)
            }
            Expr::FString(text) => {
                holes(text).all(|hole| hole.format_spec.is_none() && self.is_inert(&hole.expression, depth + 1))
            }
            _ => false,
        }
    }

    fn are_inert(&mut self, parts: impl IntoIterator<Item = &'a Expr>, depth: u32) -> bool {
        parts.into_iter().all(|part| self.is_inert(part, depth + 1))
    }

    /// Whether what an attribute or an item of an expression brings does nothing either, and is not known.
    fn has_inert_parts(&mut self, base: &'a Expr, depth: u32) -> bool {
        let is_open = |value: &Value| match &value.data {
            Data::Unknown(_) => true,
            Data::Symbol(symbol) => ![CLASS, MEMBER, FLAGS, MODULE].iter().any(|kind| symbol.starts_with(kind)),
            _ => false,
        };
        match base {
            Expr::Name(name) => self.lookup(name.id.as_str()).is_none_or(|known| is_open(&known.value)),
            Expr::Attribute(attribute) => {
                let path = self.lookup_dotted(base);
                match path.and_then(|path| self.lookup(&path)) {
                    Some(known) => is_open(&known.value),
                    None => depth <= MAX_LOOK && self.has_inert_parts(&attribute.value, depth + 1),
                }
            }
            Expr::Subscript(subscript) => {
                depth <= MAX_LOOK
                    && self.has_inert_parts(&subscript.value, depth + 1)
                    && self.is_inert(&subscript.slice, depth + 1)
            }
            _ => false,
        }
    }
}

/// The expressions that a call is given.
pub(super) fn given(call: &ExprCall) -> impl Iterator<Item = &Expr> {
    call.arguments.args.iter().chain(call.arguments.keywords.iter().map(|keyword| &keyword.value))
}

/// Whether an expression may be the path of a file.
fn may_be_path(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::StringLiteral(_)
            | Expr::FString(_)
            | Expr::BinOp(_)
            | Expr::Name(_)
            | Expr::Attribute(_)
            | Expr::Subscript(_)
    )
}

/// The holes of a text.
fn holes(text: &ExprFString) -> impl Iterator<Item = &InterpolatedElement> {
    let parts = text.value.as_slice().iter().filter_map(FStringPart::as_f_string);
    parts.flat_map(|text| text.elements.interpolations())
}

/// Whether a value has no parts that a call could change, or that are objects of an SDK.
fn has_no_parts(value: &Value) -> bool {
    match &value.data {
        Data::Absent | Data::Unknown(_) | Data::Bool(_) | Data::Number(_) | Data::Text(_) | Data::Symbol(_) => true,
        Data::Template(_) | Data::Reference(_) | Data::List(_) | Data::Object(_) | Data::Guarded(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_in_order() {
        assert!(FOLLOWED.is_sorted());
    }

    #[test]
    fn a_library_of_which_nothing_is_followed_is_unfollowed() {
        for (symbol, expected) in [
            ("pandas.read_csv", true),
            ("matplotlib.pyplot", true),
            ("utils", true),
            ("os.path.join", false),
            ("math.ceil", false),
            ("importlib.import_module", false),
            ("logging.info", false),
            ("sagemaker_core.resources.Model", false),
            ("boto3.client:s3.get_object", false),
            ("def:train", false),
            ("class:config.py:Config", false),
            ("builtins.print", false),
        ] {
            assert_eq!(is_unfollowed(symbol), expected, "{symbol}");
        }
    }
}
