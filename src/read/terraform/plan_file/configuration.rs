//! The configuration as a plan repeats it: which expressions are written, and what they refer to.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Within;
use crate::{
    graph::{value::Reference, without_keys},
    read::terraform::lower::address::steps,
    syntax::tree::Node,
};

/// References that lead to references are followed this far.
const MAX_HOPS: usize = 32;

/// What the plan says of the configuration.
pub(super) struct Configuration<'t> {
    /// Modules, by the calls that lead to them, without keys; empty for the root.
    modules: FxHashMap<String, Node<'t>>,
    /// Resources, by address without keys.
    resources: FxHashMap<String, Node<'t>>,
    providers: Option<Node<'t>>,
    variables: Option<Node<'t>>,
}

/// Where a value comes from.
pub(super) enum From {
    /// Nothing is written.
    Nobody,
    /// An expression that is more than a reference.
    Expression,
    /// An attribute of one resource.
    Reference(Reference),
}

impl<'t> Configuration<'t> {
    /// The configuration of a plan.
    pub(super) fn of(root: Node<'t>) -> Self {
        let configuration = root.get("configuration");
        let mut all = Self {
            modules: FxHashMap::default(),
            resources: FxHashMap::default(),
            providers: configuration.and_then(|all| all.get("provider_config")),
            variables: root.get("variables"),
        };
        if let Some(module) = configuration.and_then(|all| all.get("root_module")) {
            all.add(String::new(), module);
        }
        all
    }

    fn add(&mut self, path: String, module: Node<'t>) {
        for resource in module.get("resources").into_iter().flat_map(Node::items) {
            if let Some(address) = resource.get("address").and_then(Node::text) {
                self.resources.insert(joined(&path, address), resource);
            }
        }
        for call in module.get("module_calls").into_iter().flat_map(Node::own_entries) {
            if let Some(inner) = call.value.get("module") {
                self.add(joined(&path, &format!("module.{}", call.key)), inner);
            }
        }
        self.modules.insert(path, module);
    }

    /// All resources and data sources, by address without keys.
    pub(super) fn blocks(&self) -> FxHashSet<String> {
        self.resources.keys().cloned().collect()
    }

    /// The region of a resource's provider, where it is constant or a variable of the root.
    pub(super) fn region(&self, address: &str) -> Option<&'t str> {
        let key = self.resources.get(&without_keys(address))?.get("provider_config_key")?.text()?;
        let region = self.providers?.get(key)?.get("expressions")?.get("region")?;
        if let Some(region) = region.get("constant_value") {
            return region.text();
        }
        let variable = region.get("references")?.items().find_map(|one| one.text()?.strip_prefix("var."))?;
        if key.contains(':') {
            return None;
        }
        self.variables?.get(variable)?.get("value")?.text()
    }

    /// Where a value of a resource comes from.
    pub(super) fn source(&self, address: &str, path: &[Within<'_>]) -> From {
        let Some(resource) = self.resources.get(&without_keys(address)) else { return From::Expression };
        let Some(mut node) = resource.get("expressions") else { return From::Nobody };
        for step in path {
            if is_expression(node) {
                break;
            }
            let next = match step {
                Within::Name(name) => node.get(name),
                Within::Item(at) => node.items().nth(*at),
            };
            match next {
                Some(inner) => node = inner,
                None => return From::Nobody,
            }
        }
        let calls = address.len() - steps(address).last().map_or(0, |last| last_len(last.name, last.key));
        match self.reference(&address[..calls], node, 0) {
            Some(reference) => From::Reference(reference),
            None => From::Expression,
        }
    }

    /// The attribute that an expression is, if it speaks of one resource only. `calls` leads to its module, with a dot
    /// at its end.
    fn reference(&self, calls: &str, expression: Node<'_>, hops: usize) -> Option<Reference> {
        if hops > MAX_HOPS {
            return None;
        }
        let named = expression.get("references")?.items().filter_map(Node::text);
        let named: Vec<&str> = named.filter(|name| !is_key(name)).collect();
        // The longest comes first, then what it is an attribute of.
        let first = *named.first()?;
        if !named.iter().all(|other| without_keys(first).starts_with(&without_keys(other))) {
            return None;
        }
        let module = without_keys(calls.trim_end_matches('.'));
        if let Some(variable) = first.strip_prefix("var.") {
            let variable = variable.split(['.', '[']).next()?;
            let caller = steps(calls.trim_end_matches('.'));
            let call = caller.last()?;
            let outer = &calls[..calls.len() - 1 - last_len(call.name, call.key)];
            let outer_module = self.modules.get(&without_keys(outer.trim_end_matches('.')))?;
            let call = outer_module.get("module_calls")?.get(call.name.strip_prefix("module.")?)?;
            return self.reference(outer, call.get("expressions")?.get(variable)?, hops + 1);
        }
        let parts = steps(first);
        let head = parts.first()?;
        if let Some(call) = head.name.strip_prefix("module.") {
            let output = parts.get(1)?.name.split('.').next()?;
            let inner = joined(&module, &format!("module.{call}"));
            let output = self.modules.get(&inner)?.get("outputs")?.get(output)?.get("expression")?;
            let calls = format!("{calls}{}.", with_key(head.name, head.key));
            return self.reference(&calls, output, hops + 1);
        }
        if !head.name.contains('.') || head.name.starts_with("local.") || head.name.starts_with("path.") {
            return None;
        }
        let attribute = first[last_len(head.name, head.key)..].trim_start_matches('.');
        let attribute = attribute.split(['.', '[']).next().filter(|name| !name.is_empty());
        Some(Reference {
            id: format!("{calls}{}", with_key(head.name, head.key)).into(),
            attribute: attribute.map(Into::into),
        })
    }
}

/// Whether a node stands for one expression, not for blocks or arguments.
fn is_expression(node: Node<'_>) -> bool {
    node.get("references").is_some_and(|references| references.items().len() > 0)
        || node.get("constant_value").is_some()
}

/// What tells instances apart, and folders: it says nothing of where a value comes from.
fn is_key(name: &str) -> bool {
    ["each.key", "count.", "path."].iter().any(|prefix| name.starts_with(prefix))
}

fn with_key(name: &str, key: Option<&str>) -> String {
    key.map_or_else(|| name.to_owned(), |key| format!("{name}[{key}]"))
}

/// Bytes of a step of an address.
fn last_len(name: &str, key: Option<&str>) -> usize {
    name.len() + key.map_or(0, |key| key.len() + 2)
}

fn joined(path: &str, rest: &str) -> String {
    if path.is_empty() { rest.to_owned() } else { format!("{path}.{rest}") }
}
