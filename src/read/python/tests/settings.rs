//! Settings that come from the environment and from `.env` files, and classes that make their objects in ways of their own.

use super::{TYPE, property_of, read_files, types_of};
use crate::finding::Confidence;

const HEAD: &str = "\
import json, os
from pathlib import Path
from collections import namedtuple
from dataclasses import dataclass, field
from sagemaker.estimator import Estimator
def S(t):
    Estimator(image_uri='i', instance_type=t)
";
const ENV: &str = "KIND=g\nAPP_KIND=a\nSPOT=true\nCOUNT=2\n";

/// The types of the jobs of a script beside a `.env` file.
fn jobs(script: &str) -> Vec<String> {
    let script = format!("{HEAD}{script}");
    types_of(&read_files(&[("train.py", &script), (".env", ENV)]))
}

#[test]
fn a_name_that_the_code_does_not_set_keeps_its_default() {
    let load = "for line in open('.env.local'):\n    key, _, value = line.partition('=')\n";
    let may_be_set = "os.environ.update(json.loads(ask()))\n";
    for (script, expected) in [
        (format!("{load}    os.environ.setdefault(key.strip(), value.strip())\nS(os.environ.get('KIND', 'm'))"), "m"),
        (format!("{load}    os.environ[key] = value\nS(os.getenv('KIND', 'm'))"), "m"),
        (format!("{may_be_set}S(os.environ.get('KIND', 'm'))"), "m"),
        (
            format!("{may_be_set}S('x' if os.environ.get('SPOT', '') == '1' else 'm')"),
            "(x if environment variable SPOT == \"1\" else m)",
        ),
        (format!("{may_be_set}os.environ.setdefault('KIND', 's')\nS(os.environ['KIND'])"), "s"),
        (format!("{may_be_set}S(os.environ['KIND'])"), "?"),
        (format!("{may_be_set}S(os.environ.get('KIND'))"), "?"),
        (format!("os.environ['KIND'] = 's'\n{may_be_set}S(os.environ.get('KIND', 'm'))"), "s"),
    ] {
        assert_eq!(jobs(&script), [expected], "{script}");
    }
    let script = format!("{HEAD}{may_be_set}S(os.environ.get('KIND', 'm'))");
    let part = read_files(&[("train.py", &script)]);
    let job = part.resources.last().expect("a job");
    assert_eq!(property_of(job, TYPE), "m");
    let kind = job.properties.entry("ResourceConfig").and_then(|config| config.value.entry("InstanceType"));
    assert_eq!(kind.map(|kind| kind.value.origin.confidence()), Some(Confidence::Medium));
}

#[test]
fn the_fields_of_settings_are_those_of_their_file() {
    let fields = "    kind: str = 'm'\n    spot: bool = False\n    count: Optional[int] = None\n";
    let with = |head: &str, config: &str, rest: &str| {
        jobs(&format!("from typing import Optional\nfrom pydantic_settings import BaseSettings, SettingsConfigDict\n{head}class C(BaseSettings):\n{fields}{config}{rest}")).join(" ")
    };
    let kind = "s = C()\nS(s.kind)";
    assert_eq!(with("", "    model_config = SettingsConfigDict(env_file='.env')\n", kind), "g");
    assert_eq!(with("", "    model_config = {'env_file': '.env'}\n", kind), "g");
    assert_eq!(
        with("", "    model_config = SettingsConfigDict(env_file=('none.env', '.env'), env_prefix='APP_')\n", kind),
        "a"
    );
    assert_eq!(with("", "    class Config:\n        env_file = '.env'\n", kind), "g");
    assert_eq!(with("", "    model_config = SettingsConfigDict(env_file='none.env')\n", kind), "m");
    assert_eq!(with("", "", kind), "m");
    assert_eq!(with("", "", "S(C(_env_file='.env').kind)"), "g");
    assert_eq!(with("", "    class Config:\n        env_file = '.env'\n", "S(C(kind='x').kind)"), "x");
    assert_eq!(with("os.environ['KIND'] = 'e'\n", "    class Config:\n        env_file = '.env'\n", kind), "e");
    assert_eq!(
        with(
            "from pydantic import Field\n",
            "    size: str = Field('m', env='APP_KIND')\n    class Config:\n        env_file = '.env'\n",
            "S(C().size)"
        ),
        "a"
    );
    let file = "    class Config:\n        env_file = '.env'\n";
    let either = "(y if not environment variable SPOT else x)";
    assert_eq!(with("", file, "s = C()\nS('x' if s.spot else 'y')"), either);
    assert_eq!(with("", file, "S('ml.%d' % C().count)"), "ml.2");
}

#[test]
fn decouple_and_environs_read_the_file_first() {
    let either = "(y if not environment variable SPOT else x)";
    for (script, expected) in [
        ("from decouple import config\nS(config('KIND', default='m'))", "g"),
        ("from decouple import config\nS(config('OTHER', default='m'))", "m"),
        ("from decouple import config\nS(config('OTHER'))", "?"),
        ("from decouple import config\nS('x' if config('SPOT', default=False, cast=bool) else 'y')", either),
        (
            "from decouple import config\nS('x' if config('OTHER', default='no', cast=bool) else 'y')",
            "(x if environment variable OTHER else y)",
        ),
        ("from decouple import config\nS('ml.%d' % config('COUNT', cast=int))", "ml.2"),
        ("from environs import Env\nenv = Env()\nenv.read_env()\nS(env.str('KIND', 'm'))", "g"),
        ("from environs import Env\nenv = Env()\nenv.read_env()\nS(env('KIND'))", "g"),
        ("from environs import Env\nenv = Env()\nS(env.str('KIND', 'm'))", "m"),
        ("from environs import Env\nenv = Env()\nS(env.str('KIND'))", "?"),
        ("from environs import Env\nenv = Env()\nenv.read_env()\nS('x' if env.bool('SPOT', False) else 'y')", either),
        ("from environs import Env\nenv = Env()\nenv.read_env()\nS('ml.%d' % env.int('COUNT', 1))", "ml.2"),
        (
            "from environs import Env\nenv = Env()\nenv.read_env()\nwith env.prefixed('APP_'):\n    S(env.str('KIND', 'm'))",
            "?",
        ),
        ("import environ\nenviron.Env.read_env()\nenv = environ.Env()\nS(env('KIND', default='m'))", "g"),
    ] {
        assert_eq!(jobs(script), [expected], "{script}");
    }
}

#[test]
fn configurations_and_tuples_have_the_defaults_of_their_classes() {
    let class = "from omegaconf import OmegaConf\n@dataclass\nclass Inner:\n    kind: str = 'i'\n@dataclass\nclass C:\n    kind: str = 'm'\n    inner: Inner = field(default_factory=Inner)\n";
    for (script, expected) in [
        ("c = OmegaConf.structured(C)\nS(c.kind)", "m"),
        ("c = OmegaConf.structured(C)\nS(c.inner['kind'])", "i"),
        ("c = OmegaConf.structured(C(kind='x'))\nS(c.kind)", "x"),
        ("c = OmegaConf.merge(OmegaConf.structured(C), {'inner': {'kind': 'y'}})\nS(c.inner.kind)", "y"),
        ("c = OmegaConf.structured(made())\nS(c.kind)", "?"),
        ("J = namedtuple('J', ['a', 'kind'], defaults=['m'])\nS(J('x').kind)", "m"),
        ("J = namedtuple('J', 'kind b', defaults=('y',))\nS(J(kind='x').b)", "y"),
        ("J = namedtuple('J', 'kind b', defaults=('x', 'y'))\nS(J().kind)", "x"),
        ("J = namedtuple('J', 'a kind', defaults=made())\nS(J('x').kind)", "?"),
    ] {
        assert_eq!(jobs(&format!("{class}{script}")), [expected], "{script}");
    }
}

#[test]
fn a_class_may_have_one_object_only() {
    let new = "class C:\n    _one = None\n    def __new__(cls):\n        if cls._one is None:\n            cls._one = super().__new__(cls)\n            cls._one.kind = 'm'\n        return cls._one\n";
    let init = "class C:\n    _one = None\n    def __new__(cls, kind):\n        if not cls._one:\n            cls._one = object.__new__(cls)\n        return cls._one\n    def __init__(self, kind):\n        self.kind = kind\n";
    for (script, expected) in [
        (format!("{new}S(C().kind)"), "m"),
        (format!("{new}C().kind = 'x'\nS(C().kind)"), "x"),
        (format!("{new}c = C()\nc.kind = 'x'\nS(C().kind)"), "x"),
        (format!("{init}c = C('a')\nC('b')\nS(c.kind)"), "b"),
        ("class C:\n    def __new__(cls):\n        return made()\nS(C().kind)".to_owned(), "?"),
    ] {
        assert_eq!(jobs(&script), [expected], "{script}");
    }
}
