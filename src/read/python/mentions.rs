//! What the bodies of functions mention, before any of them is walked: which others they may call, and whether a walk of one
//! that nothing calls could bring anything.

use ruff_python_ast::{
    Decorator, Expr, ExprAttribute, ExprCall, ExprContext, Parameter, Stmt, StmtClassDef, StmtFunctionDef,
    visitor::{self, Visitor},
};
use ruff_text_size::Ranged;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{
    api::may_be_request,
    callables::FUNCTION,
    expressions::is_builtin,
    runners::runs_functions,
    scope::Scope,
    sdk_sessions::OF_VARIANTS,
    unfollowed::{head, is_unfollowed},
};
use crate::graph::value::{Data, Value};

/// A function that waits for its walk.
pub(super) struct Waiting<'a, 'n> {
    pub(super) node: &'a StmtFunctionDef,
    /// The name that calls it: its class's for a constructor.
    pub(super) name: &'n str,
    /// The class whose method it is.
    pub(super) class: Option<&'a StmtClassDef>,
    /// Whether it sees the names of its module and its own, and no others.
    pub(super) is_outermost: bool,
}

/// How many functions mention each name, the names that one of them mentions itself, and those that bring nothing.
#[derive(Default)]
pub(super) struct Mentions<'a> {
    count: FxHashMap<&'a str, u32>,
    own: FxHashMap<u32, FxHashSet<&'a str>>,
    idle: FxHashSet<u32>,
}

impl<'a> Mentions<'a> {
    /// Of these functions. `seen` is what they see of their module; `modules` are the names of local modules in it.
    pub(super) fn of(functions: &[Waiting<'a, '_>], seen: &Scope, modules: &[&str]) -> Self {
        let mut mentions = Self::default();
        let asked: FxHashSet<&str> = functions.iter().map(|function| function.name).collect();
        let mut seen = Seen { names: seen, modules, known: FxHashMap::default() };
        let mut idle: FxHashMap<u32, Vec<&'a str>> = FxHashMap::default();
        for function in functions {
            let is_followed = function.is_outermost && function.node.decorator_list.iter().all(is_of_method);
            // One alone has nobody to be called by.
            if functions.len() == 1 && !is_followed {
                continue;
            }
            let mut body = Body::new(&asked, &mut seen, is_followed);
            body.whole(function.node);
            let start = start_of(function.node);
            idle.extend(body.needs().map(|needs| (start, needs)));
            for &name in &body.mentioned {
                *mentions.count.entry(name).or_default() += 1;
            }
            mentions.own.insert(start, body.mentioned);
        }
        let changed = changed_classes(seen.names);
        let is_changed =
            |function: &Waiting<'_, '_>| function.class.is_some_and(|class| changed.contains(class.name.as_str()));
        functions.iter().filter(|one| is_changed(one)).for_each(|one| drop(idle.remove(&start_of(one.node))));
        mentions.idle = settled(functions, idle, &mut |method| {
            let mut body = Body::new(&asked, &mut seen, method.decorator_list.iter().all(is_of_method));
            body.whole(method);
            body.needs()
        });
        mentions
    }

    /// Whether another function mentions this one.
    pub(super) fn elsewhere(&self, function: &StmtFunctionDef, name: &str) -> bool {
        let own = self.own.get(&start_of(function)).is_some_and(|names| names.contains(name));
        self.count.get(name).is_some_and(|count| *count > u32::from(own))
    }

    /// Whether a walk of the function, with arguments of which nothing is known, brings nothing at all: it only works on
    /// what it is handed, with libraries that are not followed.
    pub(super) fn is_idle(&self, function: &StmtFunctionDef) -> bool {
        self.idle.contains(&start_of(function))
    }
}

fn start_of(function: &StmtFunctionDef) -> u32 {
    function.range().start().to_u32()
}

/// Those functions that bring nothing, by where they start: neither they nor those that they call, and of a class none of
/// its methods, since an object is what all of them make of it. `idle` are those of which that holds, each with the
/// functions of the file that it calls; `look` tells the same of a method that does not wait.
fn settled<'a>(
    functions: &[Waiting<'a, '_>],
    mut idle: FxHashMap<u32, Vec<&'a str>>,
    look: &mut dyn FnMut(&'a StmtFunctionDef) -> Option<Vec<&'a str>>,
) -> FxHashSet<u32> {
    let mut classes: FxHashMap<u32, &'a StmtClassDef> = FxHashMap::default();
    for function in functions.iter().filter(|function| idle.contains_key(&start_of(function.node))) {
        classes.extend(function.class.map(|class| (class.range().start().to_u32(), class)));
    }
    for class in classes.values() {
        for method in class.body.iter().filter_map(Stmt::as_function_def_stmt) {
            let waits = functions.iter().any(|function| std::ptr::eq(function.node, method));
            if let Some(needs) = (!waits).then(|| look(method)).flatten() {
                idle.insert(start_of(method), needs);
            }
        }
    }
    loop {
        let before = idle.len();
        let starts: FxHashSet<u32> = idle.keys().copied().collect();
        let is_idle = |name: &&str| {
            let mut own = functions.iter().filter(|function| function.class.is_none() && function.name == *name);
            own.clone().next().is_some() && own.all(|function| starts.contains(&start_of(function.node)))
        };
        idle.retain(|_, needs| needs.iter().all(is_idle));
        for function in functions {
            let is_whole = |class: &StmtClassDef| {
                let mut others = class.body.iter().filter(|one| !one.is_function_def_stmt());
                class.decorator_list.is_empty()
                    && class.arguments.as_ref().is_none_or(|bases| bases.is_empty())
                    && others.all(is_plain)
                    && class
                        .body
                        .iter()
                        .filter_map(Stmt::as_function_def_stmt)
                        .all(|one| starts.contains(&start_of(one)))
            };
            if function.class.is_some_and(|class| !is_whole(class)) {
                idle.remove(&start_of(function.node));
            }
        }
        if idle.len() == before {
            return starts;
        }
    }
}

/// Classes to which the module has given more than texts and numbers.
fn changed_classes(seen: &Scope) -> FxHashSet<&str> {
    if !seen.has_paths() {
        return FxHashSet::default();
    }
    let is_plain = |value: &Value| {
        matches!(value.data, Data::Text(_) | Data::Number(_) | Data::Bool(_) | Data::Absent | Data::Unknown(_))
    };
    let names = seen.names().filter(|(_, binding)| !is_plain(&binding.value));
    names.filter_map(|(name, _)| Some(name.split_once('.')?.0)).collect()
}

/// Whether a statement of a class is a docstring, or gives a field a literal.
fn is_plain(statement: &Stmt) -> bool {
    match statement {
        Stmt::Pass(_) => true,
        Stmt::Expr(statement) => statement.value.is_literal_expr(),
        Stmt::Assign(assign) => assign.value.is_literal_expr(),
        Stmt::AnnAssign(assign) => assign.value.as_ref().is_none_or(|value| value.is_literal_expr()),
        _ => false,
    }
}

/// `@staticmethod` and its like, which say of a method what it is handed and no more.
fn is_of_method(decorator: &Decorator) -> bool {
    let name = decorator.expression.as_name_expr().map(|name| name.id.as_str());
    name.is_some_and(|name| matches!(name, "staticmethod" | "classmethod" | "property" | "abstractmethod"))
}

/// What functions see of their module.
struct Seen<'a, 'n> {
    names: &'n Scope,
    modules: &'n [&'n str],
    known: FxHashMap<&'a str, Use>,
}

/// What comes of using a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Nothing.
    Idle,
    /// What a function of the file does.
    Function,
    /// Something, but for what `os` knows of paths and variables.
    System,
    /// It may make something, or change it.
    Any,
    /// The module does not bind it.
    Unbound,
}

impl<'a> Seen<'a, '_> {
    fn of(&mut self, name: &'a str) -> Use {
        *self.known.entry(name).or_insert_with(|| {
            let Some(binding) = self.names.get(name) else {
                return match name {
                    _ if is_harmless(name) => Use::Idle,
                    _ if is_builtin(name) => Use::Any,
                    "eval" | "execfile" | "globals" | "locals" | "__import__" | "get_ipython" => Use::Any,
                    _ => Use::Unbound,
                };
            };
            match &binding.value.data {
                _ if self.modules.contains(&name) => Use::Any,
                Data::Symbol(symbol) if symbol.strip_prefix(FUNCTION) == Some(name) => Use::Function,
                Data::Symbol(symbol) if &**symbol == "os" => Use::System,
                Data::Symbol(symbol) if is_unfollowed(symbol) || is_plain_library(symbol) => Use::Idle,
                Data::Symbol(_) | Data::Reference(_) | Data::Guarded(_) => Use::Any,
                Data::Object(object) if object.class.is_some() => Use::Any,
                _ => Use::Idle,
            }
        })
    }
}

/// Whether a built-in function leaves everything as it is: it is none of those that read, run or change something by name.
fn is_harmless(name: &str) -> bool {
    is_builtin(name) && !DOING.contains(&name)
}

/// Built-in functions that may do something, or hand out what does.
const DOING: [&str; 16] = [
    "open",
    "getattr",
    "setattr",
    "map",
    "filter",
    "input",
    "iter",
    "next",
    "vars",
    "dir",
    "super",
    "object",
    "property",
    "staticmethod",
    "classmethod",
    "exec",
];

/// Libraries that are followed for the values that they answer, and do nothing else.
fn is_plain_library(symbol: &str) -> bool {
    matches!(head(symbol), "copy" | "enum" | "logging" | "math" | "operator" | "re" | "string" | "time" | "typing")
}

/// A walk over one function.
struct Body<'a, 'n, 's> {
    asked: &'s FxHashSet<&'s str>,
    mentioned: FxHashSet<&'a str>,
    seen: &'s mut Seen<'a, 'n>,
    bound: FxHashSet<&'a str>,
    /// Names that the module does not bind, and of which a method is called.
    called: Vec<&'a str>,
    /// Functions of the file.
    functions: Vec<&'a str>,
    is_idle: bool,
}

impl<'a, 'n, 's> Body<'a, 'n, 's> {
    fn new(asked: &'s FxHashSet<&'s str>, seen: &'s mut Seen<'a, 'n>, is_idle: bool) -> Self {
        let (mentioned, bound) = (FxHashSet::default(), FxHashSet::default());
        Self { asked, mentioned, seen, bound, called: Vec::new(), functions: Vec::new(), is_idle }
    }

    fn whole(&mut self, function: &'a StmtFunctionDef) {
        if self.is_idle {
            self.visit_parameters(&function.parameters);
            // A default is no call.
            self.mentioned.clear();
        }
        self.visit_body(&function.body);
    }

    /// The functions of the file that it calls; nothing where it may bring something itself.
    fn needs(&self) -> Option<Vec<&'a str>> {
        let is_idle = self.is_idle && self.called.iter().all(|name| self.bound.contains(name));
        is_idle.then(|| self.functions.clone())
    }

    fn mention(&mut self, name: &'a str) {
        if self.asked.contains(name) {
            self.mentioned.insert(name);
        }
    }

    fn name(&mut self, name: &'a str) {
        match self.seen.of(name) {
            Use::Idle | Use::Unbound => {}
            Use::Function => self.functions.push(name),
            Use::System | Use::Any => self.is_idle = false,
        }
    }

    fn attribute(&mut self, attribute: &'a ExprAttribute) -> bool {
        let name = attribute.attr.as_str();
        if may_be_request(name) || runs_functions(name) || matches!(name, "deploy" | OF_VARIANTS) {
            self.is_idle = false;
        }
        let system = attribute.value.as_name_expr().map(|base| base.id.as_str());
        let is_system = system.is_some_and(|base| self.seen.of(base) == Use::System);
        is_system && matches!(name, "path" | "getenv")
    }
}

impl<'a> Visitor<'a> for Body<'a, '_, '_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(_)
            | Stmt::ImportFrom(_)
            | Stmt::Global(_)
            | Stmt::Nonlocal(_)
            | Stmt::ClassDef(_)
            | Stmt::IpyEscapeCommand(_) => self.is_idle = false,
            Stmt::FunctionDef(definition) => {
                self.is_idle &= definition.decorator_list.is_empty();
                self.bound.insert(definition.name.as_str());
            }
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Name(name) => {
                self.mention(name.id.as_str());
                match name.ctx {
                    _ if !self.is_idle => {}
                    ExprContext::Load => self.name(name.id.as_str()),
                    _ => drop(self.bound.insert(name.id.as_str())),
                }
                return;
            }
            Expr::Attribute(attribute) => {
                self.mention(attribute.attr.as_str());
                if self.is_idle && self.attribute(attribute) {
                    return;
                }
            }
            Expr::Call(ExprCall { func, .. }) if self.is_idle => {
                if let Expr::Attribute(method) = &**func
                    && let Expr::Name(base) = &*method.value
                    && self.seen.of(base.id.as_str()) == Use::Unbound
                {
                    self.called.push(base.id.as_str());
                }
            }
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }

    fn visit_parameter(&mut self, parameter: &'a Parameter) {
        self.bound.insert(parameter.name.as_str());
    }

    fn visit_annotation(&mut self, annotation: &'a Expr) {
        // It is not evaluated.
        let is_idle = self.is_idle;
        visitor::walk_annotation(self, annotation);
        self.is_idle = is_idle;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        graph::value::Reference,
        source::{FileId, Place, Span},
        syntax::python,
    };

    /// Whether the function `f` of a text is idle. The text imports libraries; `job` is an object of an SDK, `text` a text.
    fn is_idle(text: &str) -> bool {
        let place = Place::new(FileId(0), Span::new(0, 1));
        let parsed = python::parse(text);
        let mut seen = Scope::default();
        let job = Reference { id: "job".into(), attribute: None };
        seen.bind("job", Value::new(Data::Reference(Arc::new(job)), place), place);
        seen.bind("text", Value::text("a", place), place);
        let mut functions = Vec::new();
        for statement in &parsed.suite {
            let mut symbol =
                |name: &str, symbol: &str| seen.bind(name, Value::new(Data::Symbol(symbol.into()), place), place);
            match statement {
                Stmt::Import(import) => import.names.iter().for_each(|alias| symbol(&alias.name, &alias.name)),
                Stmt::FunctionDef(node) => {
                    symbol(&node.name, &format!("{FUNCTION}{}", node.name));
                    functions.push(Waiting { node, name: &node.name, class: None, is_outermost: true });
                }
                Stmt::ClassDef(class) => {
                    let methods = class.body.iter().filter_map(Stmt::as_function_def_stmt);
                    let method = |node| Waiting { node, name: &node.name, class: Some(class), is_outermost: true };
                    functions.extend(methods.map(method));
                }
                _ => {}
            }
        }
        let mentions = Mentions::of(&functions, &seen, &[]);
        let asked = functions.iter().find(|function| function.name == "f").expect("it has a function `f`");
        mentions.is_idle(asked.node)
    }

    #[test]
    fn functions_that_only_work_on_what_they_are_handed_are_idle() {
        for text in [
            "import pandas\ndef f(path):\n    frame = pandas.read_csv(path)\n    return frame.dropna()",
            "import os\ndef f(a):\n    return os.path.join(os.getenv('HOME'), a)",
            "import logging\ndef f(a):\n    logging.info('%s', len(a))",
            "def f(a):\n    for b in a.items():\n        print(text, b)\n    raise ValueError(a)",
            "def f(a):\n    return g(a)\ndef g(a):\n    return [b.strip() for b in a]",
            "def f(a: job) -> job:\n    return a + 1",
            "class C:\n    'doc'\n    size = 1\n    def __init__(self, a):\n        self.a = a\n    def f(self):\n        return self.a.b()",
        ] {
            assert!(is_idle(text), "{text}");
        }
    }

    #[test]
    fn functions_that_may_make_or_change_something_are_not() {
        for text in [
            "import boto3\ndef f():\n    boto3.client('s3')",
            "import sagemaker\ndef f(a=sagemaker.Session()):\n    pass",
            "def f(client):\n    client.create_endpoint()",
            "def f(model):\n    model.deploy(1, 'ml.m5.large')",
            "def f(pool):\n    pool.map(g, [1])\ndef g(a):\n    pass",
            "def f():\n    job.fit()",
            "def f():\n    with open('a') as file:\n        file.write('b')",
            "import os\ndef f():\n    os.environ['A'] = 'b'",
            "def f():\n    import boto3\n    return boto3",
            "def f():\n    global text\n    text = 1",
            "def f():\n    nowhere.run()",
            "def f(a):\n    return g(a)\ndef g(a):\n    return job.fit(a)",
            "import app\n@app.route('/')\ndef f():\n    pass",
            "class C:\n    def __init__(self):\n        self.a = job\n    def f(self):\n        self.a.fit()",
            "class C(Base):\n    def f(self):\n        self.a.fit()",
            "class C:\n    a = make()\n    def f(self):\n        self.a.fit()",
        ] {
            assert!(!is_idle(text), "{text}");
        }
    }
}
