//! `mllint-usage.yml`: how much is used, which no code tells. Written from a graph, and read with all its mistakes named.

pub mod runs;
mod write;

use std::sync::Arc;

pub use write::write;

use crate::{
    catalog::terraform,
    cost::{
        amount::Quantity,
        usage::{Pattern, Usage, UsageKey, Values, keys, kinds},
    },
    graph::{Graph, Resource},
    nearest::{did_you_mean, meant, typos},
    source::{Mistake, Source, Span},
    syntax::{
        tree::{Entry, Kind, Node},
        yaml,
    },
};

/// Its name, at the root.
pub const FILE: &str = "mllint-usage.yml";

/// Values for all resources of a kind.
const OF_KINDS: &str = "resource_type_default_usage";
/// Values for single resources.
const OF_RESOURCES: &str = "resource_usage";
const TOP: [&str; 3] = ["version", OF_KINDS, OF_RESOURCES];

/// What a file tells.
#[derive(Debug, Default)]
pub struct Read {
    /// What it tells.
    pub usage: Usage,
    /// All that is wrong with it, in the order of the text.
    pub mistakes: Vec<Mistake>,
    /// Addresses that name no resource that was read, with the question what may have been meant.
    pub unmatched: Vec<String>,
}

/// Reads a file for the resources of a graph.
pub fn read(source: &Source, graph: &Graph) -> Read {
    let tree = yaml::parse(source.text());
    let mut reader = Reader { graph, read: Read::default() };
    for fault in &tree.faults {
        reader.wrong(fault.span, fault.message.clone(), String::new(), String::new());
    }
    match tree.root() {
        Some(root) if root.is_mapping() => root.own_entries().for_each(|entry| reader.top(entry)),
        Some(root) if root.kind() != Kind::Null => {
            let help = format!("write `{OF_RESOURCES}:`, and resources below it");
            reader.wrong(root.span(), "this is no mapping".to_owned(), String::new(), help);
        }
        _ => {}
    }
    let mut read = reader.read;
    read.mistakes.sort_by_key(|mistake| mistake.span);
    read
}

struct Reader<'a> {
    graph: &'a Graph,
    read: Read,
}

impl Reader<'_> {
    fn wrong(&mut self, span: Span, message: String, label: String, help: String) {
        self.read.mistakes.push(Mistake { span, message, label, help });
    }

    fn top(&mut self, entry: Entry<'_>) {
        match entry.key {
            "version" => {}
            OF_KINDS | OF_RESOURCES => {
                if entry.value.kind() == Kind::Null {
                    return;
                }
                if !entry.value.is_mapping() {
                    let message = format!("`{}` is no mapping", entry.key);
                    return self.wrong(entry.value.span(), message, String::new(), String::new());
                }
                for inner in entry.value.own_entries() {
                    if entry.key == OF_KINDS { self.of_kind(inner) } else { self.of_resource(inner) }
                }
            }
            unknown => {
                let help = did_you_mean(unknown, TOP).unwrap_or_else(|| format!("expected {}", TOP.join(", ")));
                let message = format!("unknown key `{unknown}`");
                self.wrong(entry.key_span, message, "the usage file has no such key".to_owned(), help);
            }
        }
    }

    /// Values for a kind, by the name of CloudFormation or of Terraform.
    fn of_kind(&mut self, entry: Entry<'_>) {
        let name = entry.key;
        let kind = kind_named(name);
        let Some(kind) = kind.filter(|kind| !keys(kind).is_empty()) else {
            let names = || kinds().chain(terraform_names());
            let message = format!("`{name}` is no kind of resource that is priced by use");
            // A file of another tool may tell more than is asked for; a slip of the pen is one.
            if is_of_aws(name) && meant(name, typos(name), names()).is_none() {
                return self.read.unmatched.push(format!("{message}: what is told of it counts for nothing"));
            }
            let help = did_you_mean(name, names()).unwrap_or_default();
            return self.wrong(entry.key_span, message, String::new(), help);
        };
        let values = self.values(entry.value, keys(&kind), name);
        self.read.usage.kinds.entry(kind).or_default().extend(values);
    }

    fn of_resource(&mut self, entry: Entry<'_>) {
        let pattern = Pattern::of(entry.key);
        let meant: Vec<&Resource> =
            self.graph.resources().iter().filter(|resource| pattern.means(&resource.key)).collect();
        let mut known: Vec<&'static UsageKey> = Vec::new();
        let kinds_meant: Vec<Arc<str>> = match meant.first() {
            Some(_) => meant.iter().map(|resource| resource.kind.clone()).collect(),
            // In Terraform the address tells.
            None => terraform_type(&pattern.address).and_then(kind_named).into_iter().collect(),
        };
        for kind in &kinds_meant {
            known.extend(keys(kind).iter().filter(|key| !known.contains(key)).collect::<Vec<_>>());
        }
        let unpriced = match (&kinds_meant[..], terraform_type(&pattern.address)) {
            ([kind, ..], _) if known.is_empty() => Some(kind.to_string()),
            ([], Some(name)) => Some(name.to_owned()).filter(|name| slip(name).is_none()),
            _ => None,
        };
        if let Some(kind) = unpriced {
            let what = format!("nothing of `{}` is priced by use, it is of kind {kind}", entry.key);
            return self.read.unmatched.push(format!("{what}: what is told of it counts for nothing"));
        }
        if meant.is_empty() {
            let addresses: Vec<Arc<str>> = self
                .graph
                .resources()
                .iter()
                .filter(|resource| !keys(&resource.kind).is_empty())
                .map(|resource| resource.key.address())
                .collect();
            let question = did_you_mean(&pattern.address, addresses.iter().map(|address| &**address));
            let question = question.map(|question| format!("\n  help: {question}")).unwrap_or_default();
            self.read.unmatched.push(format!("`{}` names no resource that was read{question}", entry.key));
        }
        if known.is_empty() {
            // Nobody knows what it is: any key that there is may be right.
            known = kinds().flat_map(|kind| keys(kind).iter()).collect();
        }
        let values = self.values(entry.value, known.iter().copied(), entry.key);
        self.read.usage.resources.push((pattern, values));
    }

    /// The values below a kind or a resource.
    fn values<'k>(&mut self, node: Node<'_>, known: impl IntoIterator<Item = &'k UsageKey>, of: &str) -> Values {
        let names: Vec<&str> = known.into_iter().map(|key| key.name).collect();
        let mut values = Values::new();
        if node.kind() == Kind::Null {
            return values;
        }
        if !node.is_mapping() {
            self.wrong(node.span(), format!("`{of}` is no mapping"), String::new(), String::new());
            return values;
        }
        let mut open: Vec<(String, Entry<'_>)> =
            node.own_entries().map(|entry| (entry.key.to_owned(), entry)).collect();
        open.reverse();
        while let Some((name, entry)) = open.pop() {
            let has_below = names.iter().any(|known| known.starts_with(&format!("{name}.")));
            if entry.value.is_mapping() && has_below {
                open.extend(entry.value.own_entries().map(|inner| (format!("{name}.{}", inner.key), inner)));
                continue;
            }
            if !names.contains(&&*name) {
                let help = did_you_mean(&name, names.iter().copied());
                let help = help.unwrap_or_else(|| format!("its keys are {}", names.join(", ")));
                self.wrong(
                    entry.key_span,
                    format!("unknown usage key `{name}`"),
                    format!("`{of}` has no such key"),
                    help,
                );
                continue;
            }
            match entry.value.kind() {
                Kind::Null => {}
                Kind::Number(number, _) if Quantity::of(number).is_some() => {
                    if let Some(quantity) = Quantity::of(number) {
                        values.insert(name.into(), quantity);
                    }
                }
                _ => {
                    let message = format!("`{name}` is no quantity");
                    let help = "write a number that is not negative, as 1000 or 1.5".to_owned();
                    self.wrong(entry.value.span(), message, String::new(), help);
                }
            }
        }
        values
    }
}

/// A kind by the name of CloudFormation or of Terraform.
fn kind_named(name: &str) -> Option<Arc<str>> {
    if name.contains("::") {
        return Some(name.into());
    }
    terraform::mapping(name).map(|mapping| mapping.kind).filter(|kind| !kind.is_empty()).map(Into::into)
}

/// Whether a name is one of CloudFormation's or of Terraform's for AWS.
fn is_of_aws(name: &str) -> bool {
    name.starts_with("AWS::") || name.starts_with("aws_")
}

/// The type of Terraform that is priced by use and that a name is a slip of the pen for.
fn slip(name: &str) -> Option<&'static str> {
    meant(name, typos(name), terraform_names())
}

/// Terraform's names of the kinds that are priced by use.
fn terraform_names() -> impl Iterator<Item = &'static str> {
    const NAMES: &[&str] = &[
        "aws_athena_workgroup",
        "aws_cloudwatch_log_group",
        "aws_ecr_repository",
        "aws_emr_cluster",
        "aws_glue_crawler",
        "aws_glue_job",
        "aws_instance",
        "aws_kinesis_firehose_delivery_stream",
        "aws_kinesis_stream",
        "aws_kms_key",
        "aws_lambda_alias",
        "aws_lambda_function",
        "aws_lambda_provisioned_concurrency_config",
        "aws_nat_gateway",
        "aws_s3_bucket",
        "aws_sagemaker_app",
        "aws_sagemaker_endpoint",
        "aws_sagemaker_notebook_instance",
        "aws_sfn_state_machine",
        "aws_vpc_endpoint",
    ];
    NAMES.iter().copied()
}

/// The type in an address of Terraform: `module.a["x"].aws_kms_key.main[0]` → `aws_kms_key`.
fn terraform_type(address: &str) -> Option<&str> {
    let at = address.match_indices("aws_").map(|(at, _)| at).find(|&at| at == 0 || address[..at].ends_with('.'))?;
    address[at..].split('.').next()
}
