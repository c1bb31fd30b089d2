//! Doubles of tests, which stand in for AWS: what is made with them is not made.

use std::sync::Arc;

use ruff_python_ast::{Decorator, Expr, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

use super::{Machine, modules::is_test, unfollowed::head};
use crate::{
    graph::value::{Data, Value},
    source::{Files, Place, Source, folder_of},
    syntax::python::span,
};

/// Classes and functions of `unittest.mock` that answer with something that takes each call and does nothing.
const DOUBLES: &[&str] =
    &["AsyncMock", "MagicMock", "Mock", "NonCallableMagicMock", "NonCallableMock", "PropertyMock", "create_autospec"];

/// Modules whose parts stand in for AWS.
const STANDING_IN: &[&str] = &["mock", "moto", "pytest_mock", "unittest.mock"];

/// The libraries that a program reaches AWS with.
const REACHING: &[&str] = &["boto3", "botocore", "sagemaker"];

/// What a call of a double's class answers with.
pub(super) fn double_of(symbol: &str, place: Place) -> Option<Value> {
    let name = symbol.rsplit('.').next().filter(|name| DOUBLES.binary_search(name).is_ok())?;
    is_of_mock(symbol).then(|| Value::new(Data::Symbol(format!("unittest.mock.{name}()").into()), place))
}

/// Whether a value is a double, or something of one.
pub(super) fn is_double(value: &Value) -> bool {
    matches!(&value.data, Data::Symbol(symbol) if symbol.strip_prefix("unittest.mock.").is_some_and(|name| name.contains("()")))
}

fn is_of_mock(symbol: &str) -> bool {
    matches!(head(symbol), "unittest" | "mock")
}

/// What `--show-files` says of a file of tests that run with doubles; nothing for any other file.
pub fn rehearses(files: &Files, source: &Source) -> Option<&'static str> {
    has_doubles(files, source).then_some("its tests run with doubles of AWS: they make nothing")
}

/// Whether a file has tests that run with doubles: by what it imports or asks pytest for, or by what pytest brings from the
/// files beside and above it.
fn has_doubles(files: &Files, source: &Source) -> bool {
    let path = &*source.path;
    let is_unit_test = is_test(path) && !path.split(['/', '_', '.']).any(is_integration);
    is_unit_test && (brings_doubles(source.text(), STANDING_IN) || is_under_moto(files, folder_of(path)))
}

/// Whether a `conftest.py` in a folder or above it stands in for AWS with moto.
fn is_under_moto(files: &Files, folder: &str) -> bool {
    let mut folder = Some(folder);
    while let Some(known) = folder {
        let path = if known.is_empty() { "conftest.py".to_owned() } else { format!("{known}/conftest.py") };
        if files.exists(&path) && files.read(&path).is_ok_and(|file| brings_doubles(file.text(), &["moto"])) {
            return true;
        }
        folder = (!known.is_empty()).then(|| folder_of(known));
    }
    false
}

impl<'a> Machine<'a> {
    /// Whether AWS is stood in for within a `with`, or a function that is decorated so; `symbol` is what is called there.
    pub(super) fn is_stand_in(&mut self, symbol: &str, expression: &'a Expr) -> bool {
        let last = symbol.rsplit('.').next().unwrap_or_default();
        match head(symbol) {
            "moto" => last.starts_with("mock_"),
            "botocore" => last == "Stubber",
            "unittest" | "mock" if symbol.contains(".patch") => {
                let Expr::Call(call) = expression else { return false };
                match call.arguments.args.first() {
                    Some(Expr::StringLiteral(text)) => REACHING.iter().any(|name| text.value.to_str().contains(name)),
                    Some(target) => REACHING.contains(&head(&self.symbol_of(target))),
                    None => false,
                }
            }
            _ => false,
        }
    }

    /// Whether a function is decorated so that AWS is stood in for while it runs.
    pub(super) fn is_rehearsed(&mut self, function: &'a StmtFunctionDef) -> bool {
        self.have_stand_in(&function.decorator_list)
    }

    fn have_stand_in(&mut self, decorators: &'a [Decorator]) -> bool {
        decorators.iter().any(|decorator| {
            let callee = match &decorator.expression {
                Expr::Call(call) => &*call.func,
                expression => expression,
            };
            let symbol = self.symbol_of(callee);
            self.is_stand_in(&symbol, &decorator.expression)
        })
    }

    /// The same of a function that waits: it may be of a class that is decorated so, or of a file of tests with doubles.
    pub(super) fn is_rehearsal(&mut self, function: &'a StmtFunctionDef, class: Option<&Arc<str>>) -> bool {
        let class = class.and_then(|class| Some(self.classes.get(class)?.as_ref()?.node));
        self.is_rehearsed(function)
            || class.is_some_and(|class| self.have_stand_in(&class.decorator_list))
            || self.has_doubles && !is_marked_integration(self.source.slice(span(head_of(function))))
    }

    /// Whether the functions of the file at hand run with doubles.
    pub(super) fn tests_with_doubles(&self) -> bool {
        has_doubles(self.files, self.source)
    }
}

/// A function with its decorators, up to its name.
fn head_of(function: &StmtFunctionDef) -> TextRange {
    TextRange::new(function.range().start(), function.name.range().end())
}

/// Whether a test is marked as one that reaches AWS: `@pytest.mark.integration`.
fn is_marked_integration(head: &str) -> bool {
    head.contains("mark.") && head.split(|letter: char| !letter.is_alphanumeric()).any(is_integration)
}

/// Whether a word of a path or of a mark says that a test reaches what it tests.
fn is_integration(word: &str) -> bool {
    matches!(word, "integ" | "integration" | "e2e" | "acceptance")
}

/// Whether a file of tests has something in it that stands in for AWS. Only lines are looked at: a test that imports it is
/// hardly one that makes anything.
fn brings_doubles(text: &str, modules: &[&str]) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        let import = line.strip_prefix("from ").or_else(|| line.strip_prefix("import "));
        let is_of = |import: &str, module: &str| {
            import.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '.', ',', ';']))
        };
        match import {
            Some(import) if modules.iter().any(|module| is_of(import, module)) => true,
            _ if modules.len() == 1 => false,
            Some(import) if is_of(import, "unittest") => has_word(import, "mock"),
            Some(import) => is_of(import, "botocore.stub"),
            None if line.starts_with("def ") || line.starts_with("async def ") => has_word(line, "mocker"),
            None => line.contains("monkeypatch.setattr(") && REACHING.iter().any(|name| line.contains(name)),
        }
    })
}

fn has_word(text: &str, word: &str) -> bool {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|known| known == word)
}
