//! Frameworks in whose applications each decorated function handles events of its own: Chalice, Powertools, and web
//! frameworks behind an adapter for Lambda.

use ruff_python_ast::{Expr, Stmt, StmtFunctionDef};
use rustc_hash::FxHashMap;

/// A framework, as its applications use it.
struct Framework {
    /// Its package; those in it are meant as well.
    package: &'static str,
    /// Its classes whose instances register functions.
    classes: &'static [&'static str],
    /// The methods that register one.
    methods: &'static [&'static str],
    /// Whether it is on Lambda only behind an adapter.
    needs_adapter: bool,
}

const WEB: &[&str] = &["api_route", "delete", "get", "head", "options", "patch", "post", "put", "route", "websocket"];

// source: documentation of Chalice (`chalice.Chalice`), of Powertools for AWS Lambda (event handlers), FastAPI and Flask;
// as of 2026-11-26
static FRAMEWORKS: &[Framework] = &[
    Framework {
        package: "chalice",
        classes: &["Blueprint", "Chalice"],
        methods: &[
            "authorizer",
            "lambda_function",
            "on_cw_event",
            "on_dynamodb_record",
            "on_kinesis_record",
            "on_s3_event",
            "on_sns_message",
            "on_sqs_message",
            "on_ws_connect",
            "on_ws_disconnect",
            "on_ws_message",
            "route",
            "schedule",
        ],
        needs_adapter: false,
    },
    Framework {
        package: "aws_lambda_powertools.event_handler",
        classes: &[
            "ALBResolver",
            "APIGatewayHttpResolver",
            "APIGatewayRestResolver",
            "APIGatewayWebSocketResolver",
            "ApiGatewayResolver",
            "AppSyncEventsResolver",
            "AppSyncResolver",
            "BedrockAgentFunctionResolver",
            "BedrockAgentResolver",
            "LambdaFunctionUrlResolver",
            "Router",
            "VPCLatticeResolver",
            "VPCLatticeV2Resolver",
        ],
        methods: &[
            "async_batch_resolver",
            "batch_resolver",
            "delete",
            "get",
            "head",
            "on_publish",
            "on_subscribe",
            "patch",
            "post",
            "put",
            "resolver",
            "route",
            "tool",
        ],
        needs_adapter: false,
    },
    Framework { package: "fastapi", classes: &["APIRouter", "FastAPI"], methods: WEB, needs_adapter: true },
    Framework { package: "flask", classes: &["Blueprint", "Flask"], methods: WEB, needs_adapter: true },
];

/// Packages that let Lambda call a web application.
const ADAPTERS: &[&str] = &["apig_wsgi", "awsgi", "mangum", "serverless_wsgi"];

/// The functions of a module that are registered with an application of a framework, in order.
pub(super) fn routes(suite: &[Stmt]) -> Vec<&StmtFunctionDef> {
    let imported = imported(suite);
    let has_adapter = imported.values().any(|path| ADAPTERS.contains(&path.split('.').next().unwrap_or_default()));
    let mut applications: FxHashMap<&str, &Framework> = FxHashMap::default();
    for statement in suite {
        let (target, value) = match statement {
            Stmt::Assign(assign) => (assign.targets.first(), Some(&*assign.value)),
            Stmt::AnnAssign(assign) => (Some(&*assign.target), assign.value.as_deref()),
            _ => continue,
        };
        let (Some(Expr::Name(name)), Some(Expr::Call(call))) = (target, value) else { continue };
        let Some(class) = path(&call.func, &imported) else { continue };
        let Some((package, class)) = class.rsplit_once('.') else { continue };
        let is_in =
            |known: &str| package.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let framework = FRAMEWORKS.iter().find(|known| is_in(known.package) && known.classes.contains(&class));
        if let Some(framework) = framework.filter(|known| has_adapter || !known.needs_adapter) {
            applications.insert(name.id.as_str(), framework);
        }
    }
    if applications.is_empty() {
        return Vec::new();
    }
    let registers = |decorator: &Expr| {
        let method = match decorator {
            Expr::Call(call) => call.func.as_attribute_expr(),
            decorator => decorator.as_attribute_expr(),
        };
        method.is_some_and(|method| {
            let application = method.value.as_name_expr().and_then(|name| applications.get(name.id.as_str()));
            application.is_some_and(|framework| framework.methods.contains(&method.attr.as_str()))
        })
    };
    let functions = suite.iter().filter_map(Stmt::as_function_def_stmt);
    functions.filter(|one| one.decorator_list.iter().any(|decorator| registers(&decorator.expression))).collect()
}

/// The names that a module imports at its top, with what each is.
fn imported(suite: &[Stmt]) -> FxHashMap<&str, String> {
    let mut names = FxHashMap::default();
    for statement in suite {
        match statement {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let whole = alias.name.as_str();
                    let head = whole.split('.').next().unwrap_or(whole);
                    match &alias.asname {
                        Some(name) => names.insert(name.as_str(), whole.to_owned()),
                        None => names.insert(head, head.to_owned()),
                    };
                }
            }
            Stmt::ImportFrom(import) if import.level == 0 => {
                let module = import.module.as_ref().map_or("", |module| module.as_str());
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                    names.insert(name, format!("{module}.{}", alias.name));
                }
            }
            _ => {}
        }
    }
    names
}

/// The dotted name of an expression, with the import that its head comes by.
fn path(expression: &Expr, imported: &FxHashMap<&str, String>) -> Option<String> {
    let mut parts = Vec::new();
    let mut at = expression;
    while let Expr::Attribute(attribute) = at {
        parts.push(attribute.attr.as_str());
        at = &attribute.value;
    }
    let mut path = imported.get(at.as_name_expr()?.id.as_str())?.clone();
    for part in parts.iter().rev() {
        path.push('.');
        path.push_str(part);
    }
    Some(path)
}
