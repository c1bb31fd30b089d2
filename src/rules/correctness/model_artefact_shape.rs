//! A model artefact of another form than the container's mode expects: a prefix for an archive, an archive for a prefix.

use crate::{
    finding::{Finding, Safety, Severity},
    graph::{
        attr::{Attr, Subject},
        kind,
    },
    rules::{Category, Check, Context, Findings, Fixes, Group, Rule, hosting::containers},
};

pub(in crate::rules) static RULE: Rule = Rule {
    name: "model-artefact-shape",
    aliases: &[],
    category: Category::Correctness,
    severity: Severity::Error,
    or_severity: Some((
        Severity::Warning,
        "a prefix is said to be a gzip archive, of which the API reference says nothing",
    )),
    fixes: Fixes::Unsafe,
    implies: &[],
    group: Group::Folder,
    options: &[],
    default: true,
    since: "0.1.0",
    page: include_str!("../../../rules/model-artefact-shape.md"),
    check: Check::Each(kind::MODEL, check),
};

const ARCHIVE: &str = ".tar.gz";

fn check(cx: &Context<'_>, model: Subject<'_>, out: &Findings) {
    for container in containers(model) {
        archive(&container, out);
        source(&container.get("ModelDataSource.S3DataSource"), out);
        uncompressed(cx, model, &container.get("ModelDataUrl"), out);
    }
}

/// `ModelDataUrl`: one archive for a single model, a prefix for several.
fn archive(container: &Attr<'_>, out: &Findings) {
    let url = container.get("ModelDataUrl");
    let mode = container.get("Mode");
    // A local path is that of local mode; a placeholder is replaced before anything is deployed.
    let is_s3 = url.starts_with("s3://").is_yes() || url.starts_with("https://").is_yes();
    if !is_s3 || url.display().is_none_or(|text| text.contains(['<', '>', '*'])) {
        return;
    }
    let many = mode.text() == Some("MultiModel");
    let one = mode.is_absent() || mode.text() == Some("SingleModel");
    let is_archive = url.ends_with(ARCHIVE);
    if one && is_archive.is_no() {
        out.add(
            Finding::on(&url, format!("model artefact is no `{ARCHIVE}` archive"))
                .label("`ModelDataUrl` names one archive; SageMaker unpacks it into `/opt/ml/model`")
                .help(format!("pack the model into a `{ARCHIVE}` file, or give a prefix of files as `ModelDataSource` with `CompressionType: None`")),
        );
    } else if many && is_archive.is_yes() {
        out.add(
            Finding::on(&url, "multi-model container is given one archive")
                .label("with `Mode: MultiModel` it is the prefix under which the archives lie")
                .because(&mode, "the mode")
                .help("name the prefix, with `/` at its end: requests choose the archive with `TargetModel`"),
        );
    }
}

/// `ModelDataSource`: a prefix ends with a slash and is not compressed.
fn source(source: &Attr<'_>, out: &Findings) {
    let kind = source.get("S3DataType");
    if kind.text() != Some("S3Prefix") {
        return;
    }
    let (uri, compression) = (source.get("S3Uri"), source.get("CompressionType"));
    // A text that is no location is a placeholder.
    let is_s3 = uri.starts_with("s3://").is_yes() || uri.starts_with("https://").is_yes();
    if compression.text() == Some("Gzip") {
        let finding = Finding::on(&compression, "prefix of files is said to be one gzip archive")
            .label("`Gzip` goes with `S3DataType: S3Object`, which names one archive")
            .because(&kind, "the type")
            .severity(Severity::Warning);
        out.add(if uri.ends_with(ARCHIVE).is_yes() {
            finding.help("set `S3DataType` to `S3Object`: the location names an archive").fix_set(
                &kind,
                "S3Object",
                Safety::Unsafe,
            )
        } else {
            finding.help("set `CompressionType` to `None`, or name the archive as an `S3Object`")
        });
    } else if !compression.is_unknown() && is_s3 && uri.ends_with("/").is_no() {
        let finding = Finding::on(&uri, "prefix of the model's files does not end with `/`")
            .label("with `S3DataType: S3Prefix` the service refuses it")
            .because(&kind, "the type")
            .help("put a `/` behind the prefix; for one file set `S3DataType` to `S3Object`");
        let last = uri.text().and_then(|text| text.rsplit('/').next());
        // What looks like a file may be one.
        out.add(match uri.text().filter(|_| last.is_some_and(|last| !last.contains('.'))) {
            Some(text) => finding.fix_set(&uri, format!("{text}/"), Safety::Safe),
            None => finding,
        });
    }
}

/// The output of a job that leaves its files as they are, taken for the archive that jobs make otherwise.
fn uncompressed<'a>(cx: &Context<'a>, model: Subject<'a>, url: &Attr<'a>, out: &Findings) {
    let Some(text) = url.text().filter(|text| text.ends_with("/output/model.tar.gz")) else { return };
    for job in cx.of_unit(&model.resource().key.unit, |kind| kind == kind::TRAINING_JOB) {
        let output = job.get("OutputDataConfig");
        let compression = output.get("CompressionType");
        let (Some(path), Some(name)) = (output.get("S3OutputPath").text(), job.get("TrainingJobName").text()) else {
            continue;
        };
        let made = format!("{}/{name}/output/model.tar.gz", path.trim_end_matches('/'));
        if compression.text() == Some("NONE") && made == text {
            out.add(
                Finding::on(url, "model artefact is not made: the training job leaves its files as they are")
                    .label("the job writes a prefix `output/model/`, and no archive")
                    .because(&compression, "the job's output is not compressed")
                    .help("give the prefix as `ModelDataSource` with `S3DataType: S3Prefix`, or let the job compress its output"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RULE;
    use crate::{
        graph::kind::{MODEL, TRAINING_JOB},
        rules::testing::Built,
    };

    fn count(container: Value) -> usize {
        let mut built = Built::default();
        built.resource(MODEL, "Model", &json!({"PrimaryContainer": container, "Tags": []}));
        built.check(&RULE).len()
    }

    #[test]
    fn a_single_model_is_an_archive() {
        let found = |url: Value| count(json!({"Image": "i", "ModelDataUrl": url}));
        assert_eq!(found(json!("s3://bucket/model/")), 1);
        assert_eq!(found(json!("s3://bucket/{job}/model.joblib")), 1);
        assert_eq!(found(json!("s3://bucket/{job}/model.tar.gz")), 0);
        assert_eq!(found(json!("s3://bucket/{key}")), 0);
        assert_eq!(found(json!("<model artefact>")), 0);
        assert_eq!(found(json!("s3://<bucket>/model")), 0);
        assert_eq!(found(json!("file://model")), 0);
        assert_eq!(found(json!({"?": "Url"})), 0);
    }

    #[test]
    fn several_models_are_a_prefix() {
        let found = |mode: Value, url: &str| count(json!({"Mode": mode, "ModelDataUrl": url}));
        assert_eq!(found(json!("MultiModel"), "s3://bucket/models/model.tar.gz"), 1);
        assert_eq!(found(json!("MultiModel"), "s3://bucket/models/"), 0);
        assert_eq!(found(json!({"?": "Mode"}), "s3://bucket/models/"), 0);
    }

    #[test]
    fn a_prefix_ends_with_a_slash_and_is_not_compressed() {
        let found = |kind: &str, uri: &str, compression: &str| {
            let source = json!({"S3DataType": kind, "S3Uri": uri, "CompressionType": compression});
            count(json!({"Image": "i", "ModelDataSource": {"S3DataSource": source, "x": 1}}))
        };
        assert_eq!(found("S3Prefix", "s3://bucket/model", "None"), 1);
        assert_eq!(found("S3Prefix", "s3://bucket/model/", "Gzip"), 1);
        assert_eq!(found("S3Prefix", "s3://bucket/model/", "None"), 0);
        assert_eq!(found("S3Prefix", "s3://bucket/{model}", "None"), 0);
        assert_eq!(found("S3Object", "s3://bucket/model.tar.gz", "Gzip"), 0);
    }

    #[test]
    fn a_job_without_compression_makes_no_archive() {
        let found = |compression: &str| {
            let mut built = Built::default();
            let output = json!({"S3OutputPath": "s3://bucket/out/", "CompressionType": compression});
            built.resource(TRAINING_JOB, "Job", &json!({"TrainingJobName": "churn", "OutputDataConfig": output}));
            let url = "s3://bucket/out/churn/output/model.tar.gz";
            built.resource(
                MODEL,
                "Model",
                &json!({"PrimaryContainer": {"Image": "i", "ModelDataUrl": url}, "Tags": []}),
            );
            built.check(&RULE).len()
        };
        assert_eq!((found("NONE"), found("GZIP")), (1, 0));
    }
}
