//! Fingerprints outlive versions: these ten must never change, or every baseline breaks.

use mllint::{
    check,
    finding::{Finding, Severity},
    graph::{
        Graph, Input, Key, Part, Resource,
        guard::Formula,
        kind,
        value::{Object, Value},
    },
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule},
    source::{Files, Span},
};

const fn rule(name: &'static str, check: Check) -> Rule {
    Rule {
        name,
        aliases: &[],
        category: Category::Cost,
        severity: Severity::Warning,
        or_severity: None,
        fixes: Fixes::None,
        implies: &[],
        group: Group::Folder,
        options: &[],
        default: true,
        since: "0.1.0",
        page: "",
        check,
    }
}

/// Finds fault with two properties of each model.
static MODEL: Rule = rule(
    "model-is-wrong",
    Check::Each(kind::MODEL, |_, model, out| {
        for path in ["VpcConfig.Subnets", "Containers"] {
            out.add(Finding::on(&model.get(path), format!("wrong in {}", model.resource().key.id)));
        }
    }),
);
/// Finds fault with each bucket twice, at two places, about no property.
static BUCKET: Rule = rule(
    "bucket-is-wrong",
    Check::Each(kind::BUCKET, |_, bucket, out| {
        let place = bucket.place();
        out.add(Finding::at(place, "first"));
        let second = Span { start: place.span.start, end: place.span.end + 1 };
        out.add(Finding::at(mllint::source::Place::new(place.file, second), "second"));
    }),
);
static WHOLE: Rule = rule("all-is-wrong", Check::Whole(whole));

fn whole(cx: &Context<'_>, out: &Findings) {
    for bucket in cx.of_kind(kind::BUCKET) {
        out.add(Finding::at(bucket.place(), "as a whole").severity(Severity::Error));
    }
}

/// Fingerprints by rule, path, id and message, of resources that begin at `offset`.
fn fingerprints(offset: usize) -> Vec<(String, String)> {
    let text = " ".repeat(100);
    let files = Files::memory([("infra/main.yaml", text.as_str()), ("net/main.tf", &text)]);
    let resource = |path: &str, callers: &[&str], id: &str, kind: &str| {
        let source = files.read(path).expect("a file");
        let place = source.place(Span::new(offset, offset + 5));
        Resource {
            key: Key {
                unit: path.into(),
                callers: callers.iter().map(|&caller| caller.into()).collect(),
                id: id.into(),
            },
            kind: kind.into(),
            input: Input::CloudFormation,
            properties: Value::object(Object::default(), place),
            place,
            body: place,
            guard: Formula::True,
            region: None,
            callers: Vec::new(),
            multiplicity: None,
            repeats: false,
        }
    };
    let resources = vec![
        resource("infra/main.yaml", &[], "Model", kind::MODEL),
        resource("infra/main.yaml", &["stack", "nested"], "Bucket", kind::BUCKET),
        resource("net/main.tf", &["module.a"], "aws_sagemaker_model.this[\"ü\"]", kind::MODEL),
        resource("net/main.tf", &[], "Bucket", kind::BUCKET),
    ];
    let graph = Graph::of([Part { resources, ..Part::default() }]);
    check::check(&graph, &files, &[&MODEL, &BUCKET, &WHOLE])
        .into_iter()
        .map(|finding| {
            let path = &files.get(finding.place.file).path;
            let id = finding.resource.as_ref().map_or("-", |(key, _)| &key.id);
            let what = if finding.property.is_empty() { &finding.message } else { &finding.property };
            (format!("{} {path} {id} {what}", finding.rule), finding.fingerprint)
        })
        .collect()
}

#[test]
fn ten_fingerprints_are_as_they_were() {
    let found = fingerprints(10);
    let found: Vec<(&str, &str)> = found.iter().map(|(what, print)| (what.as_str(), print.as_str())).collect();
    let expected = [
        ("all-is-wrong infra/main.yaml - as a whole", "v1:13f3f14236db39f39ac658ba3d1be634"),
        ("bucket-is-wrong infra/main.yaml Bucket first", "v1:b3214e16f191d2c4e01f7feb7e397843"),
        ("bucket-is-wrong infra/main.yaml Bucket second", "v1:29de6802344808e315b6714bde5d65f1"),
        ("model-is-wrong infra/main.yaml Model Containers", "v1:7cc849fa85c4e6b11ede4f9155b53f1c"),
        ("model-is-wrong infra/main.yaml Model VpcConfig.Subnets", "v1:50c0bd89266e00445b935f59bc68c1c4"),
        ("all-is-wrong net/main.tf - as a whole", "v1:5c76d1fa5d494a67a68b1aec11ea58f1"),
        ("bucket-is-wrong net/main.tf Bucket first", "v1:8cbb6da1e53a868da559cfdad04a99e0"),
        ("bucket-is-wrong net/main.tf Bucket second", "v1:dd3deaf8d34cd84e418c500f6275b142"),
        (
            "model-is-wrong net/main.tf aws_sagemaker_model.this[\"ü\"] Containers",
            "v1:db225b118916b37711a6284b663bd217",
        ),
        (
            "model-is-wrong net/main.tf aws_sagemaker_model.this[\"ü\"] VpcConfig.Subnets",
            "v1:b9ba2d521a147be934eeb5cb5162327f",
        ),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_fingerprint_does_not_depend_on_the_line() {
    assert_eq!(fingerprints(10), fingerprints(40));
}
