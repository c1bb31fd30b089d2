//! Packs the tables into `catalog.bin`, and proves that the committed one is current.

#![cfg(test)]

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Tables,
    ai_operation::{Job, Operation},
    algorithm::{Algorithm, Gpu, Instances, Mode},
    ec2,
    hyperparameter::{Bound, Form, Hyperparameter, Needed},
    image::{Family, Registry},
    instance::{Accelerator, Instance, Use},
    offer::Offer,
    request,
    retired::{Retired, State},
    sam_connector::{self, At},
    sam_policy,
    sdk::{Callable, Rename},
    terraform::{Joins, Mapping, Property, Shape, Terraform},
};

#[test]
fn the_packed_catalog_is_current() {
    let fresh = pack();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/catalog/catalog.bin");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &fresh).expect("the blob can be written");
        return;
    }
    assert!(fresh == super::PACKED, "src/catalog/catalog.bin is out of date: run `UPDATE=1 cargo test catalog`");
}

#[test]
fn every_table_says_its_source_date_and_refresh() {
    let tables = [
        include_str!("ai_operations.csv"),
        include_str!("algorithms.yaml"),
        include_str!("ec2_instances.csv"),
        include_str!("hyperparameters.csv"),
        include_str!("images.csv"),
        include_str!("instance_regions.csv"),
        include_str!("instances.csv"),
        include_str!("registries.csv"),
        include_str!("retired.yaml"),
        include_str!("sdk_arguments.csv"),
        include_str!("sdk_renames.csv"),
        include_str!("terraform.yaml"),
    ];
    for table in tables {
        let head: String = table.lines().take_while(|line| line.starts_with('#')).collect();
        for word in ["# source: ", "# refresh: ", &format!("# as of: {}", super::as_of())] {
            assert!(head.contains(word), "{word} is missing in {head}");
        }
    }
    // Names, which no finding cites: they are of a day of their own.
    for table in [
        include_str!("managed_policies.csv"),
        include_str!("requests.csv"),
        include_str!("sam_connectors.csv"),
        include_str!("sam_policies.csv"),
    ] {
        let head: String = table.lines().take_while(|line| line.starts_with('#')).collect();
        for word in ["# source: ", "# refresh: ", "# as of: 20"] {
            assert!(head.contains(word), "{word} is missing in {head}");
        }
    }
}

fn pack() -> Vec<u8> {
    let (algorithms, images) = (encode(&algorithms()), encode(&images()));
    let (instances, registries) = (encode(&instances()), encode(&registries()));
    encode(&Tables {
        algorithms: &algorithms,
        ec2: &encode(&ec2()),
        hyperparameters: &encode(&hyperparameters()),
        images: &images,
        instances: &instances,
        offers: &encode(&offers()),
        operations: &encode(&operations()),
        registries: &registries,
        requests: &encode(&requests()),
        retired: &encode(&retired()),
        sam_connectors: &encode(&sam_connectors()),
        sam_policies: &encode(&sam_policies()),
        sdk: &encode(&callables()),
        sdk_renames: &encode(&renames()),
        terraform: &encode(&terraform()),
    })
}

pub(super) fn encode<T: Serialize>(what: &T) -> Vec<u8> {
    postcard::to_allocvec(what).expect("it can be encoded")
}

/// Rows of a CSV table without quotes: what stands under each name.
pub(super) fn rows(table: &'static str) -> impl Iterator<Item = impl Fn(&str) -> &'static str> {
    let mut lines = table.lines().filter(|line| !line.starts_with('#'));
    let names: Vec<&str> = lines.next().expect("a header").split(',').collect();
    lines.map(move |line| {
        assert!(!line.contains('"'), "quotes are not read: {line}");
        let cells: Vec<&'static str> = line.split(',').collect();
        assert_eq!(cells.len(), names.len(), "{line}");
        let names = names.clone();
        move |name: &str| cells[names.iter().position(|known| *known == name).expect("a column")]
    })
}

fn split(cell: &'static str) -> Vec<&'static str> {
    cell.split('|').filter(|part| !part.is_empty()).collect()
}

pub(super) fn figure<T: std::str::FromStr>(cell: &str) -> Option<T> {
    (!cell.is_empty()).then(|| cell.parse().ok().expect("a figure"))
}

fn truth(cell: &str) -> Option<bool> {
    (!cell.is_empty()).then_some(cell == "yes")
}

fn instances() -> Vec<Instance> {
    let mut all: Vec<Instance> = rows(include_str!("instances.csv")).map(|row| instance(&row)).collect();
    all.sort_by_key(|instance| instance.name);
    all
}

fn instance(row: &impl Fn(&str) -> &'static str) -> Instance {
    let (kind, chip) = row("accelerator").split_once(':').unwrap_or((row("accelerator"), row("accelerator")));
    let count = figure(row("accelerator_count"));
    let vcpu: Option<u32> = figure(row("vcpu"));
    Instance {
        name: row("name"),
        uses: split(row("uses")).into_iter().map(usage).collect(),
        vcpu,
        memory_gib: figure(row("memory_gib")),
        accelerator: (!chip.is_empty()).then(|| Accelerator {
            name: chip,
            count,
            memory_gib: figure(row("accelerator_memory_gib")),
        }),
        // Where not even the processors are known, an empty accelerator means nothing.
        gpus: if kind == "gpu" { count } else { vcpu.map(|_| 0) },
        arm: truth(row("arm")),
        nvme: truth(row("nvme")),
        legacy: row("legacy") == "yes",
        replacements: split(row("replacements")),
    }
}

fn ec2() -> Vec<ec2::Family> {
    let size = |cell: &'static str| match cell.split_once('=') {
        Some((size, gpus)) => (size, gpus.parse().expect("a number")),
        None => (cell, 0),
    };
    let family = |row: &dyn Fn(&str) -> &'static str| ec2::Family {
        name: row("family"),
        gpu: row("gpu"),
        sizes: split(row("sizes")).into_iter().map(size).collect(),
    };
    let mut all: Vec<ec2::Family> = rows(include_str!("ec2_instances.csv")).map(|row| family(&row)).collect();
    all.sort_by_key(|family| family.name);
    all
}

fn requests() -> Vec<request::Form> {
    let form = |row: &dyn Fn(&str) -> &'static str| request::Form {
        service: row("service"),
        operation: row("operation"),
        name: row("name"),
        marks: row("marks").split(' ').map(split).collect(),
        open: row("open") == "yes",
        members: row("members").split(' ').collect(),
    };
    let mut all: Vec<request::Form> = rows(include_str!("requests.csv")).map(|row| form(&row)).collect();
    all.sort_by_key(|form| std::cmp::Reverse(form.marks.len()));
    all
}

fn sam_policies() -> Vec<sam_policy::Statement> {
    let condition = |cell: &'static str| {
        let (operator, rest) = cell.split_once(' ')?;
        let (key, value) = rest.split_once(' ').expect("a key and a value");
        Some((operator, key, value))
    };
    let statement = |row: &dyn Fn(&str) -> &'static str| sam_policy::Statement {
        template: row("template"),
        actions: split(row("actions")),
        resources: split(row("resources")),
        condition: condition(row("condition")),
    };
    rows(include_str!("sam_policies.csv")).map(|row| statement(&row)).collect()
}

fn sam_connectors() -> Vec<sam_connector::Statement> {
    let at = |cell: &str| match cell {
        "source-role" => At::SourceRole,
        "destination-role" => At::DestinationRole,
        "queue" => At::Queue,
        "topic" => At::Topic,
        "function" => At::Function,
        other => panic!("nothing gets a statement at `{other}`"),
    };
    let some = |cell: &'static str| (!cell.is_empty()).then_some(cell);
    let statement = |row: &dyn Fn(&str) -> &'static str| sam_connector::Statement {
        source: row("source"),
        destination: row("destination"),
        at: at(row("at")),
        permission: row("permission"),
        actions: split(row("actions")),
        on: split(row("on")),
        principal: some(row("principal")),
        account: some(row("account")),
    };
    rows(include_str!("sam_connectors.csv")).map(|row| statement(&row)).collect()
}

fn offers() -> Vec<Offer> {
    let offer = |row: &dyn Fn(&str) -> &'static str| Offer {
        usage: usage(row("use")),
        family: row("family"),
        sizes: split(row("sizes")),
        regions: split(row("regions")),
    };
    rows(include_str!("instance_regions.csv")).map(|row| offer(&row)).collect()
}

/// A retired service as the YAML file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ended {
    id: String,
    name: String,
    state: State,
    date: String,
    replacement: String,
    #[serde(default)]
    kinds: Vec<String>,
    #[serde(default)]
    clients: Vec<String>,
    #[serde(default)]
    operations: Vec<String>,
    #[serde(default)]
    sdk: Vec<String>,
    source: String,
}

fn retired() -> Vec<Retired> {
    let written: Vec<Ended> = serde_saphyr::from_str(include_str!("retired.yaml")).expect("valid YAML");
    let keep = |text: String| -> &'static str { text.leak() };
    let all = |texts: Vec<String>| texts.into_iter().map(keep).collect();
    let of = |one: Ended| Retired {
        id: keep(one.id),
        name: keep(one.name),
        state: one.state,
        date: keep(one.date),
        replacement: keep(one.replacement),
        kinds: all(one.kinds),
        clients: all(one.clients),
        operations: all(one.operations),
        sdk: all(one.sdk),
        source: keep(one.source),
    };
    written.into_iter().map(of).collect()
}

fn usage(name: &str) -> Use {
    match name {
        "training" => Use::Training,
        "hosting" => Use::Hosting,
        "processing" => Use::Processing,
        "transform" => Use::Transform,
        "notebook" => Use::Notebook,
        "studio_app" => Use::StudioApp,
        "cluster" => Use::Cluster,
        "reserved_capacity" => Use::ReservedCapacity,
        "optimization" => Use::Optimization,
        "ai_recommendation" => Use::Recommendation,
        other => panic!("unknown use {other}"),
    }
}

fn images() -> Vec<Family> {
    let rows = rows(include_str!("images.csv"));
    let pair = |pair: &'static str| pair.split_once('=').expect("alias=version");
    rows.map(|row| Family {
        framework: row("framework"),
        scope: row("scope"),
        repository: row("repository"),
        versions: split(row("versions")),
        aliases: split(row("aliases")).into_iter().map(pair).collect(),
        whole_tag: row("tag") == "whole",
        class: figure::<String>(row("class")).map(|_| row("class")),
    })
    .collect()
}

fn registries() -> Vec<Registry> {
    let account = |id: &str| id.parse::<u64>().expect("an account");
    rows(include_str!("registries.csv"))
        .map(|row| Registry {
            repository: row("repository"),
            own: row("own") == "yes",
            accounts: split(row("accounts")).into_iter().map(account).collect(),
        })
        .collect()
}

fn callables() -> Vec<Callable> {
    let given = |cell: &'static str| (!cell.is_empty()).then_some(cell);
    let mut all: Vec<Callable> = rows(include_str!("sdk_arguments.csv"))
        .map(|row| Callable {
            name: row("callable"),
            extends: given(row("extends")),
            ignores: row("ignores") == "yes",
            new: row("new") == "yes",
            v1: split(row("v1")),
            v2: split(row("v2")),
        })
        .collect();
    all.sort_by_key(|callable| callable.name);
    all
}

fn renames() -> Vec<Rename> {
    let given = |cell: &'static str| (!cell.is_empty()).then_some(cell);
    let rows = rows(include_str!("sdk_renames.csv"));
    rows.map(|row| Rename {
        callable: row("callable"),
        argument: given(row("argument")),
        now: given(row("now")),
        kept: row("kept") == "yes",
        same: row("same") == "yes",
    })
    .collect()
}

fn operations() -> Vec<Operation> {
    let given = |cell: &'static str| (!cell.is_empty()).then_some(cell);
    let rows = rows(include_str!("ai_operations.csv"));
    rows.map(|row| Operation {
        service: row("service"),
        sdk: row("sdk"),
        name: row("operation"),
        job: match row("form") {
            "call" => None,
            "job" => Some(Job {
                get: split(row("get")),
                notifies: given(row("notifies")),
                output: given(row("output")),
                result: split(row("result")),
                event: given(row("event")),
                status: given(row("status")),
                running: split(row("running")),
                done: split(row("done")),
                key: split(row("key"))
                    .into_iter()
                    .map(|key: &'static str| match key.split_once('=') {
                        Some((name, path)) => (name, Some(path)),
                        None => (key, None),
                    })
                    .collect(),
            }),
            other => panic!("unknown form {other}"),
        },
        optimised: given(row("optimised")),
    })
    .collect()
}

/// An algorithm as the YAML file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    title: String,
    #[serde(default)]
    repositories: Vec<String>,
    gpu: Gpu,
    #[serde(default)]
    gpu_by_version: BTreeMap<String, Gpu>,
    checkpoints: bool,
    instances: Instances,
    modes: Vec<Mode>,
    channels: Vec<String>,
    #[serde(default)]
    optional_channels: Vec<String>,
    hyperparameters_page: String,
    hyperparameters_as_of: String,
    class: Option<String>,
    #[serde(default)]
    model_ids: Vec<String>,
    page: String,
}

fn algorithms() -> Vec<Algorithm> {
    let written: Vec<Written> = serde_saphyr::from_str(include_str!("algorithms.yaml")).expect("valid YAML");
    let keep = |text: String| -> &'static str { text.leak() };
    let all = |texts: Vec<String>| texts.into_iter().map(keep).collect();
    written
        .into_iter()
        .map(|one| Algorithm {
            id: keep(one.id),
            title: keep(one.title),
            repositories: all(one.repositories),
            gpu: one.gpu,
            gpu_by_version: one.gpu_by_version.into_iter().map(|(version, gpu)| (keep(version), gpu)).collect(),
            checkpoints: one.checkpoints,
            instances: one.instances,
            modes: one.modes,
            channels: all(one.channels),
            optional_channels: all(one.optional_channels),
            hyperparameters_page: keep(one.hyperparameters_page),
            hyperparameters_as_of: keep(one.hyperparameters_as_of),
            class: one.class.map(keep),
            model_ids: all(one.model_ids),
            page: keep(one.page),
        })
        .collect()
}

/// The hyperparameters by algorithm, in the order of the table.
fn hyperparameters() -> Vec<(&'static str, Vec<Hyperparameter>)> {
    let mut all: Vec<(&'static str, Vec<Hyperparameter>)> = Vec::new();
    for row in rows(include_str!("hyperparameters.csv")) {
        let algorithm = row("algorithm");
        if all.last().is_none_or(|(last, _)| *last != algorithm) {
            assert!(all.iter().all(|(known, _)| *known != algorithm), "{algorithm} stands in two places");
            all.push((algorithm, Vec::new()));
        }
        all.last_mut().expect("one is there").1.push(hyperparameter(&row));
    }
    let known = algorithms();
    assert!(all.iter().all(|(id, _)| known.iter().any(|algorithm| algorithm.id == *id)), "an unknown algorithm");
    all
}

fn hyperparameter(row: &impl Fn(&str) -> &'static str) -> Hyperparameter {
    let needed = match row("needed") {
        "always" => Needed::Always,
        "" => Needed::No,
        when => match when.split_once('=') {
            Some((name, values)) => Needed::When { name, values: values.split('/').collect() },
            None => Needed::With(when),
        },
    };
    let form = match row("form") {
        "integer" => Form::Integer,
        "number" => Form::Number,
        "text" => Form::Text,
        "truth" => Form::Truth,
        "list" => Form::List,
        other => panic!("unknown form {other}"),
    };
    let bound = |cell: &'static str| {
        let plain = cell.trim_start_matches(['<', '>']);
        figure(plain).map(|value| Bound { value, inclusive: plain == cell })
    };
    Hyperparameter {
        name: row("name"),
        alias: split(row("alias")).first().copied(),
        needed,
        form,
        least: bound(row("least")),
        most: bound(row("most")),
        choices: split(row("choices")),
        also: split(row("also")),
        tunable: row("tunable") == "yes",
    }
}

/// The table of Terraform's names as the YAML file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    words: BTreeMap<String, String>,
    services: BTreeMap<String, String>,
    types: BTreeMap<String, Type>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Type {
    kind: Option<String>,
    #[serde(default)]
    names: BTreeMap<String, String>,
    #[serde(default)]
    fixed: BTreeMap<String, String>,
    joins: Option<Part>,
    tags: Option<Tags>,
}

/// What is said of a type's tags, where it is not that it has some.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Tags {
    None,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    with: String,
    by: String,
    r#as: Option<String>,
}

fn terraform() -> Terraform {
    let written: Names = serde_saphyr::from_str(include_str!("terraform.yaml")).expect("valid YAML");
    let keep = |text: String| -> &'static str { text.leak() };
    let pairs = |pairs: BTreeMap<String, String>| pairs.into_iter().map(|(name, text)| (keep(name), keep(text)));
    let of_type = |(name, one): (String, Type)| {
        assert!(one.kind.is_some() != one.joins.is_some(), "{name} is a resource or a part of one");
        let tagged = one.joins.is_none() && !matches!(one.tags, Some(Tags::None));
        Mapping {
            name: keep(name),
            kind: one.kind.map_or("", keep),
            names: pairs(one.names).map(|(argument, property)| (argument, property_of(property))).collect(),
            fixed: pairs(one.fixed).collect(),
            joins: one.joins.map(|part| Joins { with: keep(part.with), by: keep(part.by), name: part.r#as.map(keep) }),
            tagged,
        }
    };
    Terraform {
        words: pairs(written.words).collect(),
        services: pairs(written.services).collect(),
        types: written.types.into_iter().map(of_type).collect(),
    }
}

/// Reads the right side of an exception.
fn property_of(text: &'static str) -> Property {
    if text == "-" {
        return Property { path: None, outer: false, shape: Shape::Plain };
    }
    let (path, how) = text.split_once(' ').unwrap_or((text, ""));
    let outer = path.starts_with('/');
    let (path, list) = path.trim_start_matches('/').split_once('[').unwrap_or((path.trim_start_matches('/'), ""));
    let (path, verbatim) = path.strip_suffix("{}").map_or((path, false), |path| (path, true));
    let shape = match (list, how.split_once('|')) {
        ("]", None) if how.is_empty() => Shape::Blocks,
        ("+]", None) if how.is_empty() => Shape::Item,
        ("", Some((yes, no))) => Shape::Switch(yes, no),
        ("", None) if verbatim => Shape::Verbatim,
        ("", None) => match how {
            "" => Shape::Plain,
            "json" => Shape::Json,
            "tags" => Shape::Tags,
            "words" => Shape::Words,
            _ => panic!("unknown form: {text}"),
        },
        (key, None) if how.is_empty() => Shape::Keyed(key.strip_suffix(']').expect("a bracket")),
        _ => panic!("unknown form: {text}"),
    };
    Property { path: Some(path), outer, shape }
}
