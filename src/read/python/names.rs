//! The names of a file as they are written: what it binds anywhere, what it uses and binds nowhere, and its main guard.
//!
//! Unlike the rest of this reader it does not follow the code: a name that is bound in one function counts for all.

use memchr::memmem;
use ruff_python_ast::{
    Alias, CmpOp, ExceptHandler, Expr, ExprCompare, ExprContext, Parameter, Pattern, Stmt, StmtIpyEscapeCommand,
    visitor::{self, Visitor},
};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

/// The attribute of a module that tells its version.
const VERSION: &str = "__version__";

/// Whether more than the names that are bound nowhere is to be looked for in a text: a main guard in quotes, a question
/// for a version, what is installed.
pub(super) fn tell_more(text: &str) -> bool {
    let has = |part: &str| memmem::find(text.as_bytes(), part.as_bytes()).is_some();
    let is_required = || {
        memmem::find_iter(text.as_bytes(), PACKAGE).any(|at| {
            let before = at.checked_sub(1).and_then(|at| text.as_bytes().get(at));
            let after = text.as_bytes().get(at + PACKAGE.len());
            matches!(before, Some(b'"' | b'\''))
                && matches!(after, Some(b'[' | b'=' | b'<' | b'>' | b'~' | b'!' | b' ' | b';' | b'@'))
        })
    };
    has(VERSION) || has("__name__\"") || has("__name__'") || has("install") && has("pip") || is_required()
}

/// The name of the package as requirements have it.
const PACKAGE: &[u8] = b"sagemaker";

/// The names of one file.
#[derive(Default)]
pub(super) struct Names<'a> {
    text: &'a str,
    /// Whether a version is asked for anywhere in it.
    has_version: bool,
    bound: FxHashSet<&'a str>,
    /// Names of which a method is called, the first of each: the name, the method, the call's name.
    called: Vec<(&'a str, &'a str, TextRange)>,
    seen: FxHashSet<&'a str>,
    /// Whether names may come from where they are not seen.
    unseen: bool,
    pub(super) asks_version: bool,
    /// The texts `'__name__'` that are compared with `'__main__'`.
    pub(super) quoted_guards: Vec<TextRange>,
    /// What is installed: the text of each `pip install`, or a requirement in a string.
    pub(super) requirements: Vec<TextRange>,
}

/// A name that the file uses and binds nowhere.
pub(super) struct Free<'a> {
    pub(super) name: &'a str,
    pub(super) method: &'a str,
    pub(super) call: TextRange,
    pub(super) uses: Vec<TextRange>,
}

impl<'a> Names<'a> {
    /// No names yet of a file with this text.
    pub(super) fn in_text(text: &'a str) -> Self {
        Self { text, has_version: text.contains(VERSION), ..Self::default() }
    }

    /// Something of the file could not be read, and may bind other names.
    pub(super) fn may_miss_some(&mut self) {
        self.unseen = true;
    }

    /// The names of which it calls methods and which it binds nowhere, in order; `suite` are the statements of the file.
    pub(super) fn free(&self, suite: &'a [Stmt]) -> Vec<Free<'a>> {
        if self.unseen {
            return Vec::new();
        }
        let free = self.called.iter().filter(|(name, ..)| !self.bound.contains(name));
        let free = free.map(|&(name, method, call)| Free { name, method, call, uses: Vec::new() });
        let mut uses = Uses { of: free.map(|free| (free.name, free)).collect() };
        // Most files have none.
        if !uses.of.is_empty() {
            uses.visit_body(suite);
        }
        let mut free: Vec<_> = uses.of.into_values().collect();
        free.sort_by_key(|free| free.call.start());
        free
    }

    /// A line of IPython's own. Of what it runs, nothing is known.
    fn escape(&mut self, command: &'a StmtIpyEscapeCommand) {
        let value = &*command.value;
        if value.contains("pip") && value.contains("install") {
            self.requirements.push(command.range());
            return;
        }
        let mut words = value.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
        if matches!(words.next(), Some("run" | "store" | "load" | "load_ext" | "macro" | "pylab")) {
            self.unseen = true;
        }
        // `%time model = train()` binds, and so may others.
        self.bound.extend(words);
    }

    fn compare(&mut self, compare: &'a ExprCompare) {
        let text = |expression: &'a Expr| expression.as_string_literal_expr().map(|literal| literal.value.to_str());
        if let ([CmpOp::Eq], [right]) = (&*compare.ops, &*compare.comparators) {
            match (text(&compare.left), text(right)) {
                (Some("__name__"), Some("__main__")) => self.quoted_guards.push(compare.left.range()),
                (Some("__main__"), Some("__name__")) => self.quoted_guards.push(right.range()),
                _ => {}
            }
        }
        self.asks_version |= self.asks(compare.range());
    }

    /// Whether an expression asks for a version.
    fn asks(&self, range: TextRange) -> bool {
        let text = || self.text.get(range.start().to_usize()..range.end().to_usize());
        self.has_version && text().is_some_and(|text| text.contains(VERSION))
    }
}

impl<'a> Visitor<'a> for Names<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(definition) => drop(self.bound.insert(definition.name.as_str())),
            Stmt::ClassDef(class) => drop(self.bound.insert(class.name.as_str())),
            Stmt::IpyEscapeCommand(command) => self.escape(command),
            Stmt::If(branch) => self.asks_version |= self.asks(branch.test.range()),
            Stmt::Assign(assign) if assign.value.is_attribute_expr() => {
                self.asks_version |= self.asks(assign.value.range());
            }
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) if name.ctx != ExprContext::Load => drop(self.bound.insert(name.id.as_str())),
            Expr::Call(call) => match &*call.func {
                Expr::Attribute(method) => {
                    if let Expr::Name(name) = &*method.value
                        && self.seen.insert(name.id.as_str())
                    {
                        self.called.push((name.id.as_str(), method.attr.as_str(), method.range()));
                    }
                }
                Expr::Name(name) => {
                    self.unseen |= matches!(
                        name.id.as_str(),
                        "exec" | "eval" | "execfile" | "globals" | "locals" | "vars" | "get_ipython"
                    );
                }
                _ => {}
            },
            Expr::Compare(compare) => self.compare(compare),
            Expr::StringLiteral(literal) if literal.value.to_str().starts_with("sagemaker") => {
                self.requirements.push(literal.range());
            }
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }

    fn visit_alias(&mut self, alias: &'a Alias) {
        match (&alias.asname, alias.name.as_str()) {
            (Some(name), _) => drop(self.bound.insert(name.as_str())),
            (None, "*") => self.unseen = true,
            (None, path) => drop(self.bound.insert(path.split('.').next().unwrap_or(path))),
        }
    }

    fn visit_parameter(&mut self, parameter: &'a Parameter) {
        self.bound.insert(parameter.name.as_str());
        visitor::walk_parameter(self, parameter);
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        self.bound.extend(inner.name.as_ref().map(|name| name.as_str()));
        visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let name = match pattern {
            Pattern::MatchAs(inner) => inner.name.as_ref(),
            Pattern::MatchStar(inner) => inner.name.as_ref(),
            Pattern::MatchMapping(inner) => inner.rest.as_ref(),
            _ => None,
        };
        self.bound.extend(name.map(|name| name.as_str()));
        visitor::walk_pattern(self, pattern);
    }
}

/// Names, each with where it is used so far.
struct Uses<'a> {
    of: FxHashMap<&'a str, Free<'a>>,
}

impl<'a> Visitor<'a> for Uses<'a> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Name(name) = expression
            && name.ctx == ExprContext::Load
            && let Some(free) = self.of.get_mut(name.id.as_str())
        {
            free.uses.push(name.range());
        }
        visitor::walk_expr(self, expression);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::python;

    fn free(text: &str) -> Vec<String> {
        let parsed = python::parse(text);
        let mut names = Names::in_text(text);
        names.visit_body(&parsed.suite);
        if !parsed.faults.is_empty() {
            names.may_miss_some();
        }
        names
            .free(&parsed.suite)
            .iter()
            .map(|free| format!("{}.{} × {}", free.name, free.method, free.uses.len()))
            .collect()
    }

    #[test]
    fn what_else_names_tell_is_found_in_the_text() {
        for text in [
            "if '__name__' == '__main__': main()",
            "if sagemaker.__version__ < '2': pass",
            "!pip install 'sagemaker<3'",
            "dependencies = ['sagemaker>=2.1']",
            "dependencies = [\"sagemaker[local]\"]",
        ] {
            assert!(tell_more(text), "{text}");
        }
        for text in ["import sagemaker", "boto3.client('sagemaker')", "if __name__ == '__main__': main()"] {
            assert!(!tell_more(text), "{text}");
        }
    }

    #[test]
    fn a_name_that_is_bound_nowhere_is_free() {
        assert_eq!(free("a = 1\nb.fit()\nprint(b)\nc.d.e()\n"), ["b.fit × 2"]);
        assert_eq!(free("x.a()\nx.b()\n"), ["x.a × 2"], "one for each name");
    }

    #[test]
    fn every_way_to_bind_a_name_counts() {
        for binding in [
            "b = 1",
            "a, (b, *c) = 1",
            "b: int = 1",
            "import b.c",
            "from a import c as b",
            "def b(): pass",
            "def f(*, b): pass",
            "f = lambda b: 1",
            "class b: pass",
            "for b in []: pass",
            "with a() as b: pass",
            "[b for b in []]",
            "(b := 1)",
            "try: pass\nexcept E as b: pass",
            "match 1:\n    case [1, *b]: pass",
            "def f():\n    global b\n    b = 1",
        ] {
            assert_eq!(free(&format!("{binding}\nb.fit()\n")), [""; 0], "{binding}");
        }
    }

    #[test]
    fn names_that_may_come_unseen_are_not_free() {
        for source in ["from a import *", "exec(code)", "globals().update(b=1)", "b = (", "eval('b')"] {
            assert_eq!(free(&format!("{source}\nx.fit()\n")), [""; 0], "{source}");
        }
    }
}
