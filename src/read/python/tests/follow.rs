//! Values that come through functions, classes, loops and files of settings.

use crate::{finding::Confidence, graph::Part};

use super::{TYPE, job, property_of, read, read_files};

/// The instance types of all training jobs, in the order of the file.
fn types(part: &Part) -> Vec<String> {
    let jobs = part.resources.iter().filter(|resource| resource.kind.ends_with("TrainingJob"));
    jobs.map(|job| property_of(job, TYPE)).collect()
}

fn types_of(script: &str) -> Vec<String> {
    types(&read(&format!("from sagemaker.estimator import Estimator\nimport os\n{script}")))
}

/// How sure the instance type of the only job is.
fn confidence(script: &str) -> Confidence {
    let part = read(&format!("from sagemaker.estimator import Estimator\nimport os\n{script}"));
    let known =
        part.resources[0].properties.entry("ResourceConfig").and_then(|entry| entry.value.entry("InstanceType"));
    known.expect("an instance type").value.origin.confidence().min(part.resources[0].properties.origin.confidence())
}

#[test]
fn arguments_of_a_call_are_known_in_the_function() {
    let train = "def train(t, n=1):\n    e = Estimator(instance_type=t, instance_count=n)\n    e.fit()\n";
    let cases: [(&str, &[&str]); 12] = [
        ("train('a')", &["a"]),
        ("train(t='a')", &["a"]),
        ("train(*['a'])", &["a"]),
        ("train(**{'t': 'a'})", &["a"]),
        ("train('a')\ntrain('b', 2)", &["a", "b"]),
        ("if __name__ == '__main__':\n    train('a')", &["a"]),
        ("def main(x):\n    train(x)\nmain('a')", &["a"]),
        ("def main():\n    train('a')", &["a"]),
        ("train(choose())", &["?"]),
        ("register(train)", &["?"]),
        ("", &["?"]),
        ("train(**more())", &["?"]),
    ];
    for (call, expected) in cases {
        assert_eq!(types_of(&format!("{train}{call}")), expected, "{call}");
    }
    assert_eq!(
        types_of("@decorated\ndef f(t):\n    Estimator(instance_type=t)\nf('a')"),
        ["?"],
        "a decorator may do anything"
    );
    assert_eq!(
        types_of("def f(t):\n    Estimator(instance_type=t)\n    f('b')\nf('a')"),
        ["a"],
        "a function that calls itself"
    );
    assert_eq!(
        types_of("def f(t='a'):\n    Estimator(instance_type=t)\nf('b')"),
        ["b"],
        "no default where it is given"
    );
}

#[test]
fn what_a_function_makes_is_used_by_its_caller() {
    let script = "def make(**kwargs):\n    return Estimator('i', 'r', **kwargs)\n\
                  e = make(instance_type='a', instance_count=1)\ne.fit()\np = e.deploy(1, 'b')\n";
    let part = read(&format!("from sagemaker.estimator import Estimator\n{script}"));
    let ids: Vec<&str> = part.resources.iter().map(|resource| &*resource.key.id).collect();
    assert_eq!(ids, ["make.Estimator", "p/model", "p/config", "p"]);
    assert_eq!(types(&part), ["a"]);
    assert_eq!(part.resources[0].callers.len(), 1, "the call leads to it");
}

#[test]
fn functions_change_what_they_are_given() {
    let cases = [
        ("def fill(c):\n    c['instance_type'] = 'b'\nc = {'instance_type': 'a'}\nfill(c)\nEstimator(**c)", "b"),
        ("def fill(c):\n    c = {'instance_type': 'b'}\nc = {'instance_type': 'a'}\nfill(c)\nEstimator(**c)", "a"),
        ("C = {'t': 'a'}\ndef fill():\n    C['t'] = 'b'\nfill()\nEstimator(instance_type=C['t'])", "b"),
        ("T = 'a'\ndef set():\n    global T\n    T = 'b'\nset()\nEstimator(instance_type=T)", "b"),
        ("def each():\n    yield 'a'\nfor t in each():\n    Estimator(instance_type=t)", "a"),
        (
            "def outer(t):\n    def inner():\n        return t\n    return Estimator(instance_type=inner())\nouter('a')",
            "a",
        ),
        ("pick = lambda big, t='b': t if big else 'a'\nEstimator(instance_type=pick(True))", "b"),
        ("from functools import partial\nm = partial(Estimator, 'i', instance_type='a')\nm(instance_type='b')", "b"),
        ("from functools import partial\nm = partial(Estimator, 'i', instance_type='a')\nm()", "a"),
    ];
    for (script, expected) in cases {
        assert_eq!(job(script, TYPE), expected, "{script}");
    }
}

#[test]
fn objects_have_what_their_constructors_set() {
    let dataclass = "from dataclasses import dataclass, field, replace, asdict\n@dataclass\nclass C:\n    t: str = 'a'\n    n: int = 1\n    tags: list = field(default_factory=list)\n";
    let cases = [
        ("c = C()\nEstimator(instance_type=c.t)", "a"),
        ("c = C(t='b')\nEstimator(instance_type=c.t)", "b"),
        ("c = C('b', 2)\nEstimator(instance_type=c.t)", "b"),
        ("c = C()\nc.t = 'b'\nEstimator(instance_type=c.t)", "b"),
        ("c = replace(C(), t='b')\nEstimator(instance_type=c.t)", "b"),
        ("Estimator(instance_type=asdict(C())['t'])", "a"),
        ("Estimator(instance_type=C(**read()).t)", "?"),
        ("c = C()\nchange(c)\nEstimator(instance_type=c.t)", "a"),
        ("@dataclass\nclass D(C):\n    t: str = 'b'\nEstimator(instance_type=D().t)", "b"),
        ("@dataclass\nclass D:\n    c: C\nEstimator(instance_type=D(C('b')).c.t)", "b"),
        ("def f(c: C):\n    Estimator(instance_type=c.t)\nf(C('b'))", "b"),
        ("@frozen\nclass D(C):\n    pass\nEstimator(instance_type=D().missing)", "?"),
    ];
    for (script, expected) in cases {
        assert_eq!(job(&format!("{dataclass}{script}"), TYPE), expected, "{script}");
    }
    let cases = [
        (
            "from typing import NamedTuple\nclass C(NamedTuple):\n    n: int\n    t: str = 'a'\nEstimator(instance_type=C(1).t)",
            "a",
        ),
        ("from collections import namedtuple\nC = namedtuple('C', 'n t')\nEstimator(instance_type=C(1, 'a').t)", "a"),
        (
            "from pydantic import BaseModel\nclass I(BaseModel):\n    t: str\nclass C(BaseModel):\n    i: I\nEstimator(instance_type=C(i={'t': 'a'}).i.t)",
            "a",
        ),
        (
            "from pydantic import BaseModel, validator\nclass C(BaseModel):\n    t: str = 'a'\n    @validator('t')\n    def check(cls, v):\n        return 'b'\nEstimator(instance_type=C().t)",
            "?",
        ),
        ("from types import SimpleNamespace\nEstimator(instance_type=SimpleNamespace(t='a').t)", "a"),
        ("from enum import Enum\nclass T(Enum):\n    A = 'a'\n    B = 'b'\nEstimator(instance_type=T.B.value)", "b"),
        ("from enum import Enum\nclass T(str, Enum):\n    A = 'a'\nEstimator(instance_type=T.A)", "a"),
        ("from enum import Enum\nclass T(Enum):\n    A = 'a'\nEstimator(instance_type=T['A'].value)", "a"),
    ];
    for (script, expected) in cases {
        assert_eq!(job(script, TYPE), expected, "{script}");
    }
}

#[test]
fn methods_see_their_object() {
    let class = "class A:\n    kind = 'k'\n    def __init__(self, t, **rest):\n        self.t = t\n        self.rest = rest\n\
                 \x20   def size(self):\n        return self.t\n\
                 \x20   def run(self):\n        return Estimator(instance_type=self.size())\n\
                 \x20   def grow(self):\n        self.t = 'grown'\n        return self\n\
                 \x20   @property\n    def twice(self):\n        return self.t * 1\n\
                 \x20   @classmethod\n    def big(cls):\n        return cls('big')\n\
                 \x20   @staticmethod\n    def small():\n        return 'small'\n";
    let cases: [(&str, &[&str]); 10] = [
        ("A('a').run()", &["a"]),
        ("a = A('a')\na.run()\na.grow()\na.run()", &["a", "grown"]),
        ("A.big().run()", &["big"]),
        ("A(A.small()).run()", &["small"]),
        ("class B(A):\n    def size(self):\n        return 'b'\nB('a').run()", &["b"]),
        ("class B(A):\n    def __init__(self):\n        super().__init__('s')\nB().run()", &["s"]),
        ("class B(Other):\n    def run(self):\n        Estimator(instance_type=self.t)\nB('a').run()", &["?", "?"]),
        ("a = A('a')\nhelper(a)\na.run()", &["a"]),
        ("for t in ['a', 'b']:\n    A(t).run()", &["a", "b"]),
        ("", &["?"]),
    ];
    for (script, expected) in cases {
        assert_eq!(types_of(&format!("{class}{script}")), expected, "{script}");
    }
    let decorated = "class A:\n    t = 'a'\n    @retry\n    def change(self):\n        pass\n    def run(self):\n        self.change()\n        Estimator(instance_type=self.t)\n";
    assert_eq!(types_of(&format!("{decorated}A().run()")), ["a"]);
}

#[test]
fn each_round_of_a_loop_has_its_value() {
    let cases: [(&str, &[&str]); 12] = [
        ("for t in ['a', 'b']:\n    Estimator(instance_type=t)", &["a", "b"]),
        ("for n, t in zip([1, 2], ['a', 'b']):\n    Estimator(instance_type=t)", &["a", "b"]),
        ("for k, v in {'x': {'t': 'a'}}.items():\n    Estimator(instance_type=v['t'])", &["a"]),
        ("for k in {'a': 1, 'b': 2}:\n    Estimator(instance_type=k)", &["a", "b"]),
        ("for i, t in enumerate(('a', 'b')):\n    Estimator(instance_type=f'{t}{i}')", &["a0", "b1"]),
        ("for t in [f'{k}.large' for k in ['m5', 'c5'] if k != 'm5']:\n    Estimator(instance_type=t)", &["c5.large"]),
        ("t = {k: f'ml.{k}' for k in ['m5']}\nEstimator(instance_type=t['m5'])", &["ml.m5"]),
        ("c = []\nfor t in ['a', 'b']:\n    c.append({'instance_type': t})\nEstimator(**c[1])", &["b"]),
        ("for t in load():\n    Estimator(instance_type=t)", &["?"]),
        ("for t in ['a', 'b']:\n    if t == skip():\n        continue\n    Estimator(instance_type=t)", &["a", "b"]),
        ("for t in ['a'] * n:\n    Estimator(instance_type=t)", &["?"]),
        (
            "from enum import Enum\nclass T(Enum):\n    A = 'a'\n    B = 'b'\nfor t in T:\n    Estimator(instance_type=t.value)",
            &["a", "b"],
        ),
    ];
    for (script, expected) in cases {
        assert_eq!(types_of(script), expected, "{script}");
    }
    let many: Vec<String> = (0..40).map(|at| format!("'t{at}'")).collect();
    assert_eq!(
        types_of(&format!("for t in [{}]:\n    Estimator(instance_type=t)", many.join(","))),
        ["t{?}"],
        "bounded"
    );
}

#[test]
fn files_of_settings_are_read() {
    let files = [
        ("ml/conf/dev.yaml", "train:\n  instance_type: from-yaml\n"),
        ("ml/conf.json", "{\"train\": {\"instance_type\": \"from-json\"}}"),
        ("conf.toml", "[train]\ninstance_type = \"from-toml\"\n"),
        ("ml/conf.ini", "[DEFAULT]\nN = 3\n[train]\nInstance_Type = from-ini\nlong = a\n  b\n"),
        ("ml/both.json", "{\"t\": \"a\"}"),
        ("both.json", "{\"t\": \"b\"}"),
    ];
    let cases = [
        ("c = yaml.safe_load(open('conf/dev.yaml'))\nt = c['train']['instance_type']", "from-yaml"),
        (
            "with open('conf/dev.yaml') as f:\n    c = yaml.load(f, Loader=yaml.SafeLoader)\nt = c['train']['instance_type']",
            "from-yaml",
        ),
        (
            "p = Path(__file__).parent / 'conf' / 'dev.yaml'\nt = yaml.safe_load(p.read_text())['train']['instance_type']",
            "from-yaml",
        ),
        (
            "p = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'conf', f'{e}.yaml')\nwith open(p, 'r') as f:\n    t = yaml.safe_load(f.read())['train']['instance_type']",
            "from-yaml",
        ),
        (
            "p = Path(__file__).resolve().parents[1] / 'conf.toml'\nwith p.open('rb') as f:\n    t = tomllib.load(f)['train']['instance_type']",
            "from-toml",
        ),
        ("t = json.load(open('conf.json'))['train']['instance_type']", "from-json"),
        ("t = json.load(open('conf.json')).get('train', {}).get('instance_type')", "from-json"),
        (
            "def load(p):\n    with open(p) as f:\n        return json.load(f)\nt = load('conf.json')['train']['instance_type']",
            "from-json",
        ),
        ("t = toml.load('conf.toml')['train']['instance_type']", "from-toml"),
        ("c = configparser.ConfigParser()\nc.read('conf.ini')\nt = c['train']['instance_type']", "from-ini"),
        ("c = configparser.ConfigParser()\nc.read('conf.ini')\nt = c.get('train', 'instance_type')", "from-ini"),
        ("c = configparser.ConfigParser()\nc.read('conf.ini')\nt = c.getint('train', 'n')", "3"),
        ("c = configparser.ConfigParser()\nc.read('conf.ini')\nt = c.get('train', 'long')", "?"),
        ("t = json.load(open('both.json'))['t']", "?"),
        ("t = json.load(open('missing.json'))['t']", "?"),
        ("t = json.load(open('/ml/conf.json'))['train']['instance_type']", "?"),
        ("t = json.load(open('../../conf.json'))['train']['instance_type']", "?"),
        ("t = json.load(open(choose()))['train']['instance_type']", "?"),
        ("t = json.load(open('conf.json', 'w'))['train']['instance_type']", "?"),
        ("c = json.load(open('conf.json'))\nc['train']['instance_type'] = 'b'\nt = c['train']['instance_type']", "b"),
    ];
    for (script, expected) in cases {
        let head = "import configparser, json, os, toml, tomllib, yaml\nfrom pathlib import Path\nfrom sagemaker.estimator import Estimator\ne = 'dev'\n";
        let script = format!("{head}{script}\nEstimator(instance_type=t)");
        let files = crate::source::Files::memory(files.into_iter().chain([("ml/train.py", &*script)]));
        let source = files.read("ml/train.py").expect("the script");
        let part = super::super::read(&files, &super::super::Modules::default(), &source, false);
        assert_eq!(types(&part), [expected], "{script}");
    }
}

#[test]
fn what_rests_on_a_default_says_so() {
    let sure = |script: &str| confidence(script);
    assert_eq!(sure("def f(t):\n    Estimator(instance_type=t)\nf('a')"), Confidence::High);
    for script in [
        "def f(t='a'):\n    Estimator(instance_type=t)\nf()",
        "def f(big=False):\n    Estimator(instance_type='b' if big else 'a')\nf()",
        "def f(big=False):\n    t = 'a'\n    if big:\n        t = 'b'\n    Estimator(instance_type=t)\nf()",
        "def f(big=True):\n    if big:\n        t = 'b'\n    Estimator(instance_type=t)\nf()",
        "def f(big=False):\n    if big:\n        return 'b'\n    return 'a'\nEstimator(instance_type=f())",
        "def f(big=True):\n    if big:\n        Estimator(instance_type='a')\nf()",
        "C = {'dev': {'t': 'a'}, 'prod': {'t': 'b'}}\ne = os.environ.get('ENV', 'dev')\nEstimator(instance_type=C[e]['t'])",
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    t: str = 'a'\nEstimator(instance_type=C().t)",
        "def f(t=None):\n    Estimator(instance_type=t or 'a')\nf()",
    ] {
        assert_eq!(sure(script), Confidence::Medium, "{script}");
    }
    for script in [
        "def f(big=False):\n    Estimator(instance_type='b' if big else 'a')\nf(True)",
        "def f(big=False):\n    t = 'a'\n    if big:\n        t = 'b'\n    Estimator(instance_type=t)\nf(False)",
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    t: str = 'a'\nEstimator(instance_type=C('b').t)",
    ] {
        assert_eq!(sure(script), Confidence::High, "{script}");
    }
}

#[test]
fn functions_and_classes_of_the_projects_own_modules_are_followed() {
    let settings = (
        "settings.py",
        "from dataclasses import dataclass\nfrom enum import Enum\nCONF = {'dev': {'t': 'dev-type'}}\n\
         def get(env):\n    return CONF[env]\n\
         @dataclass\nclass Config:\n    t: str = 'a'\n    def big(self):\n        return self.t + '-big'\n\
         class Kind(Enum):\n    GPU = 'gpu'\n\
         current = Config('current')\n",
    );
    let factory = (
        "lib/factory.py",
        "from sagemaker.estimator import Estimator\ndef make(t, **more):\n    return Estimator(instance_type=t, **more)\n",
    );
    let cases: [(&str, &[&str]); 10] = [
        ("from settings import get\nEstimator(instance_type=get('dev')['t'])", &["dev-type"]),
        ("import settings\nEstimator(instance_type=settings.get('dev')['t'])", &["dev-type"]),
        ("import settings as s\nEstimator(instance_type=s.Config(t='b').t)", &["b"]),
        ("from settings import Config\nEstimator(instance_type=Config('b').big())", &["b-big"]),
        ("from settings import current\nEstimator(instance_type=current.t)", &["current"]),
        ("from settings import Kind\nEstimator(instance_type=Kind.GPU.value)", &["gpu"]),
        (
            "from settings import get\ndef get2():\n    return get(choose())\nEstimator(instance_type=get2()['t'])",
            &["?"],
        ),
        ("from lib.factory import make\nmake('made')", &["made"]),
        ("from lib import factory\nfactory.make(t='made')", &["made"]),
        ("from lib.factory import make\ne = make('made')\ne.deploy(1, 'x')", &["made"]),
    ];
    for (script, expected) in cases {
        let script = format!("from sagemaker.estimator import Estimator\n{script}");
        let part = read_files(&[settings, factory, ("train.py", &script)]);
        assert_eq!(types(&part), expected, "{script}");
        assert!(part.resources.iter().all(|resource| &*resource.key.unit == "train.py"), "{script}");
    }
}

#[test]
fn calls_and_rounds_that_multiply_come_to_an_end() {
    let mut script = "from sagemaker.estimator import Estimator\n".to_owned();
    for at in 0..40 {
        let next = at + 1;
        script += &format!("def f{at}(t):\n    f{next}(t + 'a')\n    f{next}(t + 'b')\n");
    }
    script += "def f40(t):\n    Estimator(instance_type=t)\nf0('x')\nf35('y')\n";
    let part = read(&script);
    let made = types(&part);
    assert!((32..=200).contains(&made.len()), "{}", made.len());
    assert!(made.iter().any(|kind| kind == "yabbab"), "a call of a few steps is followed");
    let indent = |level: usize| "    ".repeat(level);
    let mut script = "from sagemaker.estimator import Estimator\n".to_owned();
    for level in 0..6 {
        script += &format!("{}for i{level} in range(16):\n", indent(level));
    }
    script += &format!("{}Estimator(instance_type='a')\n", indent(6));
    let made = types(&read(&script));
    assert!((1..=600).contains(&made.len()), "{}", made.len());
    // A class of many constants, objects of it, and as many questions.
    let constants: String = (0..3000).map(|at| format!("    c{at} = {at}\n")).collect();
    let uses: String = (0..3000).map(|at| format!("Estimator(instance_count=A().c{at})\n")).collect();
    let part = read(&format!("from sagemaker.estimator import Estimator\nclass A:\n{constants}{uses}"));
    assert!(!part.resources.is_empty());
}
