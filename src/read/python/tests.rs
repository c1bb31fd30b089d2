//! What the reader makes of small scripts.
#![cfg(test)]

mod callbacks;
mod choices;
mod closures;
mod documents;
mod doubles;
mod enums;
mod errors;
mod exits;
mod fallbacks;
mod files;
mod flow;
mod folder_lists;
mod folders;
mod follow;
mod given;
mod handed;
mod idioms;
mod iterators;
mod kept;
mod live;
mod own_classes;
mod parsers;
mod patterns;
mod programs;
mod reached;
mod regions;
mod replaced;
mod runners;
mod sdk_defaults;
mod sdk_jobs;
mod sdk_makers;
mod sdk_objects;
mod sdk_recipes;
mod sdk_registered;
mod sdk_signatures;
mod sdk_subclasses;
mod settings;
mod texts;
mod things;
mod updates;
mod worlds;
mod written;

use std::fmt::Write;

use crate::{
    graph::{
        Part, Resource,
        guard::{Formula, IS_GIVEN},
        value::{Data, Piece, Value},
    },
    source::Files,
};

/// A value in one line: `?reason` unknown, `@id` reference, `"…{?}…"` text with holes, `…` open, `a | b` guarded.
fn show(value: &Value) -> String {
    match &value.data {
        Data::Absent => "-".to_owned(),
        Data::Unknown(_) => "?".to_owned(),
        Data::Symbol(name) => format!("<{name}>"),
        Data::Bool(value) => value.to_string(),
        Data::Number(number) => number.text(),
        Data::Text(text) => text.to_string(),
        Data::Template(pieces) => pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.to_string(),
                Piece::Hole(_) => "{?}".to_owned(),
            })
            .collect(),
        Data::Reference(reference) => format!("@{}", reference.id),
        Data::List(list) => {
            let items: Vec<String> = list.items.iter().map(show).collect();
            format!("[{}{}]", items.join(" "), if list.open.is_some() { " …" } else { "" })
        }
        Data::Object(object) => {
            let mut text = String::new();
            for entry in &object.entries {
                let _ = write!(text, "{}={} ", entry.name, show(&entry.value));
            }
            format!("{{{}{}}}", text.trim_end(), if object.open.is_some() { " …" } else { "" })
        }
        Data::Guarded(guarded) => {
            format!("({} if {} else {})", show(&guarded.then), condition(&guarded.when), show(&guarded.otherwise))
        }
    }
}

fn condition(formula: &Formula) -> String {
    match formula {
        Formula::True => "always".to_owned(),
        Formula::False => "never".to_owned(),
        Formula::Atom(atom) => atom.display.strip_suffix(IS_GIVEN).unwrap_or(&atom.display).to_owned(),
        Formula::Not(inner) => format!("not {}", condition(inner)),
        Formula::All(parts) => parts.iter().map(condition).collect::<Vec<_>>().join(" and "),
        Formula::Any(parts) => parts.iter().map(condition).collect::<Vec<_>>().join(" or "),
    }
}

fn read_files(files: &[(&str, &str)]) -> Part {
    let files = Files::memory(files.iter().copied());
    let source = files.read("train.py").expect("the script");
    super::read(&files, &super::Modules::default(), &source, false)
}

fn read(script: &str) -> Part {
    read_files(&[("train.py", script)])
}

/// The property of the first resource of a kind.
fn property(part: &Part, kind: &str, path: &str) -> String {
    let resource = part.resources.iter().find(|resource| resource.kind.ends_with(kind)).expect("a resource");
    property_of(resource, path)
}

/// What the scripts of [`jobs_are`] begin with.
const IMPORTS: &str = "\
from sagemaker.estimator import Estimator
import copy, functools, json, os
from collections import defaultdict
from dataclasses import dataclass, field
";

/// The instance types of the jobs of each script, in which `S(…)` is an estimator.
fn jobs_are(cases: &[(&str, &[&str])]) {
    for (script, expected) in cases {
        let part = read(&format!("{IMPORTS}{}", script.replace("S(", "Estimator(instance_type=")));
        assert_eq!(types_of(&part), *expected, "{script}");
    }
}

/// What the programs of [`programs_are`] begin with.
const LIBRARY: &str = "\
from sagemaker.estimator import Estimator
import copy, functools, json, os, sys, re, itertools, yaml, configparser, shutil, dataclasses, csv, collections, operator, contextlib
from collections import defaultdict, namedtuple
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
";

/// Other files, each with its path; a script in which `S(…)` is an estimator; the instance types of its jobs.
type Program<'c> = (&'c [(&'c str, &'c str)], &'c str, &'c [&'c str]);

/// The jobs of programs that may have other files beside them.
fn programs_are(programs: &[Program<'_>]) {
    for (files, script, expected) in programs {
        let script = format!("{LIBRARY}{}", script.replace("S(", "Estimator(instance_type="));
        let mut all = files.to_vec();
        all.push(("train.py", &script));
        assert_eq!(types_of(&read_files(&all)), *expected, "{script}");
    }
}

/// The instance types of training jobs, in order.
fn types_of(part: &Part) -> Vec<String> {
    let jobs = part.resources.iter().filter(|resource| resource.kind.ends_with("TrainingJob"));
    jobs.map(|job| property_of(job, TYPE)).collect()
}

fn property_of(resource: &Resource, path: &str) -> String {
    let mut value = resource.properties.clone();
    for name in path.split('.') {
        let found = value.entry(name).map(|entry| entry.value.clone());
        match found {
            Some(found) => value = found,
            None => {
                let open = matches!(&value.data, Data::Object(object) if object.open.is_some());
                return if open { "open" } else { "absent" }.to_owned();
            }
        }
    }
    show(&value)
}

/// The property of the one training job that a script describes, after the usual imports.
fn job(script: &str, path: &str) -> String {
    let part = read(&format!("from sagemaker.estimator import Estimator\nimport os\n{script}"));
    property(&part, "TrainingJob", path)
}

const TYPE: &str = "ResourceConfig.InstanceType";
const SPOT: &str = "EnableManagedSpotTraining";
const CHECKPOINT: &str = "CheckpointConfig.S3Uri";

#[test]
fn values_come_through_names_dicts_and_texts() {
    let cases = [
        ("t = 'ml.p3.2xlarge'\nEstimator(image_uri=i, instance_type=t)", "ml.p3.2xlarge"),
        ("Estimator('image', 'role', 1, 'ml.p2.xlarge')", "ml.p2.xlarge"),
        ("Estimator(train_instance_type='ml.m4.xlarge')", "ml.m4.xlarge"),
        ("c = {'instance_type': 'ml.c5.xlarge'}\nEstimator(**c)", "ml.c5.xlarge"),
        ("c = dict(kind='ml.c5.xlarge')\nEstimator(instance_type=c['kind'])", "ml.c5.xlarge"),
        ("c = {}\nc['instance_type'] = 'ml.m5.large'\nEstimator(**c)", "ml.m5.large"),
        ("c = {'instance_type': 'a'}\nc.update(instance_type='b')\nEstimator(**c)", "b"),
        ("c = {}\nd = c\nd['instance_type'] = 'ml.m5.large'\nEstimator(**c)", "ml.m5.large"),
        ("s = 'xlarge'\nEstimator(instance_type=f'ml.m5.{s}')", "ml.m5.xlarge"),
        ("Estimator(instance_type='ml.{}.{size}'.format('m5', size='large'))", "ml.m5.large"),
        ("Estimator(instance_type='ml.%s.large' % 'm5')", "ml.m5.large"),
        ("Estimator(instance_type='ml.' + 'm5' + '.large')", "ml.m5.large"),
        ("a, b = 'x', 'ml.m5.large'\nEstimator(instance_type=b)", "ml.m5.large"),
        ("t = ['a', 'b']\nEstimator(instance_type=t[-1])", "b"),
        ("Estimator(instance_type=os.environ.get('TYPE', 'ml.m5.large'))", "ml.m5.large"),
        ("Estimator(instance_type=os.environ['TYPE'])", "?"),
        ("for t in ['ml.p3.2xlarge', 'ml.p3.8xlarge']:\n    Estimator(instance_type=t)", "ml.p3.2xlarge"),
        (
            "for t in ['ml.p3.2xlarge', 'ml.p3.8xlarge']:\n    Estimator(instance_type=t)\n    if done(): break",
            "ml.p3.{?}xlarge",
        ),
        ("for t in ['ml.p3.2xlarge']:\n    Estimator(instance_type=t)", "ml.p3.2xlarge"),
        ("t = 'a'\nfor i in range(n):\n    Estimator(instance_type=t)\n    t = t + 'b'", "?"),
        ("def f(t='ml.m5.large'):\n    Estimator(instance_type=t)", "ml.m5.large"),
        ("def f(t):\n    Estimator(instance_type=t)", "?"),
        ("T = 'ml.m5.large'\ndef f():\n    Estimator(instance_type=T)", "ml.m5.large"),
        ("T = 'a'\nT = 'b'\ndef f():\n    Estimator(instance_type=T)", "?"),
        (
            "class A:\n    def run(self):\n        Estimator(instance_type=self.t)\n    def __init__(self):\n        self.t = 'b'",
            "b",
        ),
        ("e = Estimator()\ne.instance_type = 'ml.m5.large'", "ml.m5.large"),
        ("Estimator(instance_type=None or 'ml.m5.large')", "ml.m5.large"),
        ("def f():\n    return {'instance_type': 'ml.m5.large'}\nEstimator(**f())", "ml.m5.large"),
        ("def f(s, k='large'):\n    t = f'ml.{s}.{k}'\n    return t\nEstimator(instance_type=f('m5'))", "ml.m5.large"),
        ("def f(s):\n    if s == 'big':\n        return 'b'\n    return 'a'\nEstimator(instance_type=f('big'))", "b"),
        (
            "def f(s):\n    if s:\n        return 'b'\n    return 'a'\nEstimator(instance_type=f(x()))",
            "(b if x() else a)",
        ),
        ("def f(n):\n    return f(n)\nEstimator(instance_type=f(1))", "?"),
        ("def f(*a, **k):\n    return k['t']\nEstimator(instance_type=f(1, t='x'))", "x"),
        ("def f(a):\n    return a\ndef f(a):\n    return 1\nEstimator(instance_type=f('x'))", "1"),
        ("class A:\n    T = 'ml.m5.large'\n    def f(self):\n        Estimator(instance_type=self.T)", "ml.m5.large"),
        ("class A:\n    T: str = 'ml.m5.large'\nEstimator(instance_type=A.T)", "ml.m5.large"),
        (
            "import argparse\np = argparse.ArgumentParser()\np.add_argument('-t', '--kind-of', default='ml.m5.large')\n\
             a = p.parse_args()\nEstimator(instance_type=a.kind_of)",
            "ml.m5.large",
        ),
        (
            "import argparse\np = argparse.ArgumentParser()\np.add_argument('--t')\nEstimator(instance_type=p.parse_args().t)",
            "?",
        ),
        ("Estimator(**unknown())", "open"),
        ("c = {'x': 1}\nhelper(c)\nEstimator(**c)", "open"),
        ("Estimator()", "absent"),
    ];
    for (script, expected) in cases {
        assert_eq!(job(script, TYPE), expected, "{script}");
    }
}

#[test]
fn conditions_decide_or_leave_both_branches() {
    let cases = [
        (
            "spot = True\nu = 's3://b' if spot else None\nEstimator(use_spot_instances=spot, checkpoint_s3_uri=u)",
            "true",
            "s3://b",
        ),
        (
            "spot = False\nu = 's3://b' if spot else None\nEstimator(use_spot_instances=spot, checkpoint_s3_uri=u)",
            "false",
            "absent",
        ),
        (
            "def f(spot):\n    u = 's3://b' if spot else None\n    Estimator(use_spot_instances=spot, checkpoint_s3_uri=u)",
            "?",
            "absent",
        ),
        (
            "def f(spot):\n    c = {}\n    if spot:\n        c['use_spot_instances'] = True\n        c['checkpoint_s3_uri'] = 's3://b'\n    Estimator(**c)",
            "(true if argument spot else -)",
            "absent",
        ),
        ("Estimator(use_spot_instances=not False)", "true", "absent"),
        ("Estimator(use_spot_instances=1 == 1)", "true", "absent"),
        ("if __name__ == '__main__':\n    Estimator(use_spot_instances=True)", "true", "absent"),
    ];
    for (script, spot, checkpoint) in cases {
        assert_eq!(job(script, SPOT), spot, "{script}");
        assert_eq!(job(script, CHECKPOINT), checkpoint, "{script}");
    }
}

#[test]
fn a_nested_setting_exists_in_its_branch_only() {
    let script = "def f(spot):\n    u = 's3://b' if spot else None\n    Estimator(checkpoint_s3_uri=u)";
    assert_eq!(job(script, "CheckpointConfig"), "({S3Uri=s3://b} if argument spot else -)");
}

#[test]
fn what_runs_on_the_local_machine_is_no_resource() {
    for script in [
        "from sagemaker.estimator import Estimator\nEstimator(instance_type='local').fit()",
        "from sagemaker.local import LocalSession\nfrom sagemaker.sklearn import SKLearn\nSKLearn(sagemaker_session=LocalSession())",
        "from sagemaker.model import Model\nm = Model(model_data='x')\nm.deploy(1, 'local')",
    ] {
        assert!(read(script).resources.is_empty(), "{script}");
    }
    let either = "from sagemaker.estimator import Estimator\ndef f(l):\n    Estimator(instance_type='local' if l else 'ml.m5.large')";
    let part = read(either);
    assert_eq!(condition(&part.resources[0].guard), "not argument l");
}

#[test]
fn images_are_looked_up_as_the_sdk_does() {
    let image = |script: &str| job(script, "AlgorithmSpecification.TrainingImage");
    let retrieved =
        "from sagemaker import image_uris\nx = image_uris.retrieve('xgboost', region, '1.0-1')\nEstimator(image_uri=x)";
    assert_eq!(image(retrieved), "{?}.dkr.ecr.{?}.amazonaws.com/sagemaker-xgboost:1.0-1{?}");
    let old = "from sagemaker.amazon.amazon_estimator import get_image_uri\nEstimator(get_image_uri(r, 'image-classification'), 'role')";
    assert_eq!(image(old), "{?}.dkr.ecr.{?}.amazonaws.com/image-classification:1");
    let by_region =
        "c = {'a': '1.dkr.ecr.a.amazonaws.com/x:1', 'b': '2.dkr.ecr.b.amazonaws.com/x:1'}\nEstimator(c[region])";
    let one_of = "(1.dkr.ecr.a.amazonaws.com/x:1 if region == \"a\" else 2.dkr.ecr.b.amazonaws.com/x:1)";
    assert_eq!(image(by_region), one_of);
    let part = read("import sagemaker\nsagemaker.KMeans(role='r', instance_count=1, instance_type='ml.m5.large')");
    assert_eq!(
        property(&part, "TrainingJob", "AlgorithmSpecification.TrainingImage"),
        "{?}.dkr.ecr.{?}.amazonaws.com/kmeans:1"
    );
}

#[test]
fn deploying_makes_model_configuration_and_endpoint() {
    let part = read(
        "from sagemaker.estimator import Estimator\ne = Estimator('i', 'r', 1, 'ml.m5.large', subnets=['s'], security_group_ids=['g'])\n\
         p = e.deploy(initial_instance_count=2, instance_type='ml.c5.large')",
    );
    let ids: Vec<&str> = part.resources.iter().map(|resource| &*resource.key.id).collect();
    assert_eq!(ids, ["e", "p/model", "p/config", "p"]);
    assert_eq!(property(&part, "::Model", "VpcConfig"), "{Subnets=[s] SecurityGroupIds=[g]}");
    assert_eq!(
        property(&part, "EndpointConfig", "ProductionVariants"),
        "[{InitialInstanceCount=2 InstanceType=ml.c5.large ModelName=@p/model VariantName=AllTraffic}]"
    );
    assert_eq!(property(&part, "SageMaker::Endpoint", "EndpointConfigName"), "@p/config");
}

#[test]
fn requests_of_boto3_are_read_as_they_are() {
    let part = read(
        "import boto3\nsm = boto3.Session().client('sagemaker')\nreq = {'TrainingJobName': 'a', 'ResourceConfig': {'InstanceType': 'x'}}\n\
         req['ResourceConfig']['InstanceType'] = 'ml.m5.large'\nsm.create_training_job(**req)\nsm.create_training_job(TrainingJobName='b')",
    );
    let ids: Vec<&str> = part.resources.iter().map(|resource| &*resource.key.id).collect();
    assert_eq!(ids, ["create_training_job", "create_training_job#2"]);
    assert_eq!(property(&part, "TrainingJob", TYPE), "ml.m5.large");
    let other = "import boto3\nboto3.client('apigateway').create_model(name='x')\nclient.create_model(restApiId='y')";
    assert!(read(other).resources.is_empty(), "other services have models too");
}

#[test]
fn pipeline_parameters_and_trainers_are_understood() {
    let part = read(
        "from sagemaker.workflow.parameters import ParameterString\nfrom sagemaker.pytorch import PyTorch\n\
         t = ParameterString(name='T', default_value='ml.m5.large')\nPyTorch(entry_point='a.py', instance_type=t)",
    );
    assert_eq!(property(&part, "TrainingJob", TYPE), "ml.m5.large");
    let resource = &part.resources[0];
    let known = resource.properties.entry("ResourceConfig").and_then(|entry| entry.value.entry("InstanceType"));
    assert_eq!(known.map(|entry| entry.value.origin.confidence()), Some(crate::finding::Confidence::Medium));
    let part = read(
        "from sagemaker.modules.train import ModelTrainer\nfrom sagemaker.modules.configs import Compute\n\
         ModelTrainer(training_image='i', compute=Compute(instance_type='ml.g5.xlarge', enable_managed_spot_training=True))",
    );
    assert_eq!(property(&part, "TrainingJob", TYPE), "ml.g5.xlarge");
    assert_eq!(property(&part, "TrainingJob", SPOT), "true");
}

#[test]
fn constants_of_the_projects_own_modules_are_known() {
    let config = ("config.py", "KIND = 'ml.m5.large'\n");
    for script in [
        "from config import KIND\nfrom sagemaker.estimator import Estimator\nEstimator(instance_type=KIND)",
        "import config\nfrom sagemaker.estimator import Estimator\nEstimator(instance_type=config.KIND)",
        "import config as c\nfrom sagemaker.estimator import Estimator\nEstimator(instance_type=c.KIND)",
        "from config import *\nfrom sagemaker.estimator import Estimator\nEstimator(instance_type=KIND)",
    ] {
        let part = read_files(&[config, ("train.py", script)]);
        assert_eq!(property(&part, "TrainingJob", TYPE), "ml.m5.large", "{script}");
    }
    let circular = [("a.py", "from train import X\n"), ("train.py", "from a import X\nX = 1\n")];
    assert!(read_files(&circular).resources.is_empty(), "a circle ends");
}

#[test]
fn what_follows_a_broken_statement_is_read() {
    let part = read(
        "from sagemaker.estimator import Estimator\nx = = 1\ndef f(:\n    pass\n\nEstimator(instance_type='ml.m5.large')\n",
    );
    assert_eq!(property(&part, "TrainingJob", TYPE), "ml.m5.large");
    assert!(!part.facts.is_empty());
}

#[test]
fn models_that_nothing_creates_are_no_resources() {
    let head = "from sagemaker.estimator import Estimator\nfrom sagemaker.model import Model\nimport sagemaker\ne = Estimator('i')\n";
    let count = |script: &str| {
        let part = read(&format!("{head}{script}"));
        part.resources.iter().filter(|resource| resource.kind.ends_with("::Model")).count()
    };
    assert_eq!(count("m = e.create_model()\nd = m.prepare_container_def('t')"), 0, "only described");
    assert_eq!(count("m = e.create_model()\nm.deploy(1, 'ml.m5.large')"), 1);
    assert_eq!(count("m = e.create_model()\nstep(model=m)"), 1, "handed on");
    assert_eq!(count("Model(image_uri='i').register()"), 0);
    assert_eq!(count("m = Model(image_uri='i')\nm.register()\nm.deploy(1, 'ml.m5.large')"), 1);
    assert_eq!(count("Model(image_uri='i')"), 1, "what becomes of it may stand elsewhere");
    assert_eq!(count("e.fit()\nt = e.transformer(1, 'ml.m5.large')"), 1);
    assert_eq!(count("step(estimator=e)\nt = e.transformer(1, 'ml.m5.large')"), 0, "a workflow trains it later");
    assert_eq!(count("s = sagemaker.Session()\ns.create_model('n', role, {'Image': 'i'})"), 1);
    assert_eq!(
        count("m = Model(image_uri='i')\nn = sagemaker.pipeline.PipelineModel(models=[m], role=r)\nn.deploy(1, 't')"),
        1
    );
    assert_eq!(
        count("m = Model(image_uri='i')\nn = sagemaker.multidatamodel.MultiDataModel(model=m)\nn.deploy(1, 't')"),
        1
    );
}

#[test]
fn the_network_of_a_made_model_is_the_estimators() {
    let part = read("from sagemaker.estimator import Estimator\ne = Estimator('i')\ne.deploy(1, 'ml.m5.large')");
    let model = part.resources.iter().find(|resource| resource.kind.ends_with("::Model")).expect("a model");
    let entry = model.properties.entry("VpcConfig").expect("written where it can be changed");
    assert_eq!(part.resources[0].place, entry.place, "at the estimator");
    assert_eq!(property_of(model, "VpcConfig"), "-");
}
