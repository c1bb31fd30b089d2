//! Values that come by Python's own ways: patterns, decorators, formats, files, the environment and the command line.

use crate::{finding::Confidence, graph::Part};

use super::{TYPE, job, property_of, read, read_files};

const IMPORT: &str = "from sagemaker.estimator import Estimator\n";

/// The instance type of the only job, with other files beside the script.
fn with(files: &[(&str, &str)], script: &str) -> String {
    let script = format!("{IMPORT}{script}");
    let mut all = files.to_vec();
    all.push(("train.py", &script));
    types(&read_files(&all)).join(" ")
}

/// The instance types of all jobs, in the order of the file.
fn types(part: &Part) -> Vec<String> {
    let jobs = part.resources.iter().filter(|resource| resource.kind.ends_with("TrainingJob"));
    jobs.map(|job| property_of(job, TYPE)).collect()
}

fn types_of(script: &str) -> Vec<String> {
    types(&read(&format!("{IMPORT}import os\n{script}")))
}

fn all_are(cases: &[(&str, &str)]) {
    for (script, expected) in cases {
        assert_eq!(job(script, TYPE), *expected, "{script}");
    }
}

#[test]
fn cases_of_a_match_are_tried_in_order() {
    let cases = |subject: &str, cases: &str| {
        job(&format!("s = {subject}\nmatch s:\n{cases}\nEstimator(instance_type=t)"), TYPE)
    };
    let sizes =
        "    case 'small':\n        t = 'a'\n    case 'big' | 'huge':\n        t = 'b'\n    case _:\n        t = 'c'";
    assert_eq!(cases("'small'", sizes), "a");
    assert_eq!(cases("'huge'", sizes), "b");
    assert_eq!(cases("'other'", sizes), "c");
    assert_eq!(cases("1", sizes), "c");
    assert_eq!(
        cases("size()", sizes),
        "(a if size() == \"small\" else (b if size() == \"big\" or size() == \"huge\" else c))"
    );
    assert_eq!(cases("None", "    case None:\n        t = 'a'\n    case x:\n        t = x"), "a");
    assert_eq!(cases("'q'", "    case None:\n        t = 'a'\n    case x:\n        t = x"), "q");
    assert_eq!(cases("'q'", "    case x if len(x) > 3:\n        t = 'a'\n    case 'q':\n        t = 'b'"), "b");
    assert_eq!(cases("['a', 'b']", "    case [x]:\n        t = x\n    case [_, y]:\n        t = y"), "b");
    assert_eq!(
        cases("{'k': 'b', 'l': 1}", "    case {'m': x}:\n        t = 'a'\n    case {'k': 'b'}:\n        t = 'c'"),
        "c"
    );
    assert_eq!(
        cases("thing()", "    case Gpu(kind=k):\n        t = k\n    case _:\n        t = 'c'"),
        "(? if Gpu(kind=k) else c)"
    );
    let early = "def kind(s):\n    match s:\n        case 'a':\n            return 'x'\n        case _:\n            return 'y'\n";
    assert_eq!(types_of(&format!("{early}Estimator(instance_type=kind('b'))")), ["y"]);
}

#[test]
fn decorators_that_only_remember_change_nothing() {
    all_are(&[
        (
            "import functools\n@functools.lru_cache(maxsize=1)\ndef f():\n    return 'a'\nEstimator(instance_type=f())",
            "a",
        ),
        ("from functools import cache\n@cache\ndef f():\n    return 'a'\nEstimator(instance_type=f())", "a"),
        ("@retry(3)\ndef f():\n    return 'a'\nEstimator(instance_type=f())", "?"),
        (
            "import functools\nclass C:\n    @functools.lru_cache(maxsize=1)\n    def f(self):\n        return 'a'\nEstimator(instance_type=C().f())",
            "a",
        ),
    ]);
}

#[test]
fn generators_and_contexts_hand_on_what_they_yield() {
    let context = "from contextlib import contextmanager\n@contextmanager\ndef f(t):\n    yield t\n";
    all_are(&[
        (&format!("{context}with f('a') as t:\n    Estimator(instance_type=t)"), "a"),
        ("def f():\n    yield 'a'\n    yield 'b'\nEstimator(instance_type=next(f()))", "a"),
        ("def f():\n    yield from ['a', 'b']\nEstimator(instance_type=list(f())[1])", "b"),
        ("def f():\n    for x in more():\n        yield 'a'\nEstimator(instance_type=list(f())[0])", "?"),
        ("def f():\n    if some():\n        yield 'a'\n    yield 'b'\nEstimator(instance_type=next(f()))", "?"),
    ]);
    let each = "def f():\n    yield 'a'\n    yield 'b'\nfor t in f():\n    Estimator(instance_type=t)";
    assert_eq!(types_of(each), ["a", "b"]);
}

#[test]
fn names_are_taken_from_the_ends_of_a_list() {
    all_are(&[
        ("t, *rest = ['a', 'b', 'c']\nEstimator(instance_type=t)", "a"),
        ("first, *rest, t = ['a', 'b', 'c']\nEstimator(instance_type=t)", "c"),
        ("first, *rest = ['a', 'b', 'c']\nEstimator(instance_type=rest[1])", "c"),
        ("first, *rest = more()\nEstimator(instance_type=first)", "?"),
        ("a, b, *rest = ['a']\nEstimator(instance_type=a)", "?"),
        ("Estimator(instance_type=['a', 'b', 'c'][1:][0])", "b"),
        ("Estimator(instance_type=['a', 'b', 'c'][::-1][0])", "c"),
        ("Estimator(instance_type='xxml.m5.large'[2:])", "ml.m5.large"),
        ("Estimator(instance_type='ml.m5.large-x'[:-2])", "ml.m5.large"),
        ("Estimator(instance_type='ml.m5.large'[start():])", "?"),
    ]);
}

#[test]
fn formats_are_followed_where_they_are_plain() {
    all_are(&[
        ("n = 2\nEstimator(instance_type=f'ml.p{n:d}.{\"xlarge\":s}')", "ml.p2.xlarge"),
        ("n = 2\nEstimator(instance_type=f'{n:03d}|{n:>3}|{\"a\":<3}|{\"b\":^3}|{n:.1f}')", "002|  2|a  | b |2.0"),
        ("t = 'a'\nEstimator(instance_type=f'{t!r}')", "'a'"),
        ("t = 'a'\nEstimator(instance_type=f'{t=}')", "{?}"),
        ("n = 5000\nEstimator(instance_type=f'{n:,}')", "{?}"),
        ("Estimator(instance_type='{:>3}{x:02d}'.format('a', x=1))", "  a01"),
        ("Estimator(instance_type='ml.{a}.large'.format_map({'a': 'm5'}))", "ml.m5.large"),
        (
            "from string import Template\nEstimator(instance_type=Template('ml.$a.${b}').substitute(a='m5', b='large'))",
            "ml.m5.large",
        ),
        (
            "from string import Template\nEstimator(instance_type=Template('$a-$b').safe_substitute({'a': 'x'}))",
            "x-{?}",
        ),
    ]);
}

#[test]
fn loops_go_over_what_itertools_makes() {
    let over = |what: &str| types_of(&format!("import itertools\nfor t in {what}:\n    Estimator(instance_type=t)"));
    assert_eq!(over("itertools.chain(['a'], ['b'])"), ["a", "b"]);
    assert_eq!(over("itertools.chain.from_iterable([['a'], ['b']])"), ["a", "b"]);
    assert_eq!(over("map(lambda x: 'ml.' + x, ['a', 'b'])"), ["ml.a", "ml.b"]);
    assert_eq!(over("filter(lambda x: x != 'a', ['a', 'b'])"), ["b"]);
    assert_eq!(over("sorted(['b', 'a'])"), ["a", "b"]);
    assert_eq!(over("sorted(['a', 'b'], reverse=True)"), ["b", "a"]);
    assert_eq!(over("sorted(['b', 'a'], key=rank)"), ["?"]);
    let items = "for n, t in sorted({'z': 'a', 'y': 'b'}.items()):\n    Estimator(instance_type=t)";
    assert_eq!(types_of(items), ["b", "a"]);
    let pairs = "import itertools\nfor n, t in itertools.product([1, 2], ['a', 'b']):\n    Estimator(instance_type=t)";
    assert_eq!(types_of(pairs), ["a", "b", "a", "b"]);
}

#[test]
fn the_environment_is_what_the_code_sets() {
    all_are(&[
        ("os.environ['T'] = 'a'\nEstimator(instance_type=os.environ['T'])", "a"),
        ("os.environ['T'] = 'a'\nEstimator(instance_type=os.getenv('T', 'b'))", "a"),
        ("os.environ.setdefault('T', 'a')\nEstimator(instance_type=os.environ.get('T'))", "a"),
        ("os.environ.update({'T': 'a'})\nEstimator(instance_type=os.environ['T'])", "a"),
        ("os.environ.update(more())\nEstimator(instance_type=os.getenv('T', 'b'))", "b"),
        ("os.environ.update(more())\nEstimator(instance_type=os.getenv('T'))", "?"),
        ("if some():\n    os.environ['T'] = 'a'\nEstimator(instance_type=os.environ['U'])", "?"),
        ("Estimator(instance_type=os.getenv('T', default='b'))", "b"),
        ("from decouple import config\nEstimator(instance_type=config('T', default='b'))", "b"),
    ]);
}

#[test]
fn variables_come_from_a_file_beside_the_code() {
    let load = "import os\nfrom dotenv import load_dotenv\nload_dotenv()\nEstimator(instance_type=os.environ['T'])";
    assert_eq!(with(&[(".env", "# kinds\nexport T=\"a\" # small\nU=b # big\n")], load), "a");
    assert_eq!(with(&[], load), "?");
    assert_eq!(with(&[(".env", "T=$OTHER\n")], load), "?");
    assert_eq!(with(&[(".env", "T=a")], &load.replace("load_dotenv()", "os.environ['T'] = 'x'\nload_dotenv()")), "x");
    let values = "from dotenv import dotenv_values\nEstimator(instance_type=dotenv_values('.env')['T'])";
    assert_eq!(with(&[(".env", "T=a # small\n")], values), "a");
    let found = "import os, dotenv\ndotenv.load_dotenv(dotenv.find_dotenv())\nEstimator(instance_type=os.getenv('T'))";
    assert_eq!(with(&[(".env", "T=a\n")], found), "a");
    let part = read_files(&[(".env", "T=a\n"), ("train.py", &format!("{IMPORT}{load}"))]);
    let kind = part.resources[0].properties.entry("ResourceConfig").and_then(|entry| entry.value.entry("InstanceType"));
    assert_eq!(kind.expect("it is known").value.origin.confidence(), Confidence::Medium, "another machine has others");
}

#[test]
fn dicts_with_attributes_are_read_as_dicts() {
    let file = [("conf/train.yaml", "train:\n  type: ml.${family}.large\n  other: ${oc.env:KIND}\nfamily: m5\n")];
    let load = |rest: &str| {
        let script = format!("from omegaconf import OmegaConf\ncfg = OmegaConf.load('conf/train.yaml')\n{rest}");
        with(&file, &script)
    };
    assert_eq!(load("Estimator(instance_type=cfg.train.type)"), "ml.m5.large");
    assert_eq!(load("Estimator(instance_type=cfg['train']['type'])"), "ml.m5.large");
    assert_eq!(load("Estimator(instance_type=cfg.train.get('type'))"), "ml.m5.large");
    assert_eq!(load("Estimator(instance_type=cfg.train.other)"), "?");
    assert_eq!(load("cfg.train.type = 'a'\nEstimator(instance_type=cfg.train.type)"), "a");
    assert_eq!(load("d = OmegaConf.to_container(cfg)\nEstimator(instance_type=d['train']['type'])"), "ml.m5.large");
    assert_eq!(
        load("cfg = OmegaConf.merge(cfg, {'train': {'type': 'a'}})\nEstimator(instance_type=cfg.train.type)"),
        "a"
    );
    assert_eq!(load("cfg = OmegaConf.merge(cfg, {'x': 1})\nEstimator(instance_type=cfg.train.type)"), "ml.m5.large");
    assert_eq!(load("cfg = OmegaConf.merge(cfg, more())\nEstimator(instance_type=cfg.train.type)"), "?");
    assert_eq!(load("change(cfg)\nEstimator(instance_type=cfg.other)"), "?");
    all_are(&[
        ("from easydict import EasyDict\nc = EasyDict({'a': {'t': 'x'}})\nEstimator(instance_type=c.a.t)", "x"),
        ("from box import Box\nc = Box(t='x')\nEstimator(instance_type=c.t)", "x"),
        ("from munch import munchify\nc = munchify({'t': 'x'})\nEstimator(**{'instance_type': c.t})", "x"),
    ]);
}

#[test]
fn hydra_hands_over_its_configuration() {
    let main = |defaults: &str, path: &str| {
        let script = format!(
            "import hydra\n@hydra.main(version_base=None, config_path='conf', config_name='config')\ndef main(cfg):\n    Estimator(instance_type=cfg.{path})\nmain()\n"
        );
        let config = format!("{defaults}type: a\n");
        let files = [("conf/config.yaml", config.as_str()), ("conf/size/big.yaml", "type: b\n")];
        with(&files, &script)
    };
    assert_eq!(main("", "type"), "a");
    assert_eq!(main("defaults:\n  - _self_\n  - size: big\n", "size.type"), "b");
    assert_eq!(main("defaults:\n  - size: none\n", "size.type"), "?");
    assert_eq!(main("defaults:\n  - override size: big\n", "type"), "?");
    let bare = "import hydra\n@hydra.main(config_path='conf')\ndef main(cfg):\n    Estimator(instance_type=cfg.type)\n";
    assert_eq!(with(&[], bare), "?");
}

#[test]
fn options_of_the_command_line_are_their_defaults() {
    let parsed = |tell: &str| {
        let script = format!(
            "import argparse\np = argparse.ArgumentParser()\n{tell}\nargs = p.parse_args()\nEstimator(instance_type=args.t)"
        );
        types_of(&script).join(" ")
    };
    assert_eq!(parsed("p.add_argument('--t', default='a')"), "a");
    assert_eq!(parsed("g = p.add_argument_group('x')\ng.add_argument('--t', default='a')"), "a");
    assert_eq!(parsed("g = p.add_mutually_exclusive_group()\ng.add_argument('--t', default='a')"), "a");
    assert_eq!(parsed("p.add_argument('--t')\np.set_defaults(t='a')"), "a");
    assert_eq!(parsed("p.add_argument('--t')"), "?");
    let commands = "s = p.add_subparsers()\none = s.add_parser('one')\none.add_argument('--t', default='a')\n";
    assert_eq!(parsed(commands), "a");
    let two = format!("{commands}two = s.add_parser('two')\ntwo.add_argument('--t', default='b')");
    assert_eq!(parsed(&two), "(a if the command == \"one\" else b)");
    let main = "def main(t):\n    Estimator(instance_type=t)\nif __name__ == '__main__':\n    main()";
    let click =
        |option: &str| types_of(&format!("import click\n@click.command()\n@click.option({option})\n{main}")).join(" ");
    assert_eq!(click("'--t', default='a'"), "a");
    assert_eq!(click("'-x', '--instance-type', 't', default='a'"), "a");
    assert_eq!(click("'--t'"), "?");
    all_are(&[
        (
            "import typer\ndef main(t: str = typer.Option('a', help='x')):\n    Estimator(instance_type=t)\ntyper.run(main)",
            "a",
        ),
        ("import typer\ndef main(t: str = typer.Option(...)):\n    Estimator(instance_type=t)\ntyper.run(main)", "?"),
        (
            "from absl import flags\nF = flags.FLAGS\nflags.DEFINE_string('t', 'a', 'x')\nEstimator(instance_type=F.t)",
            "a",
        ),
        ("from absl import flags\nT = flags.DEFINE_string('t', 'a', 'x')\nEstimator(instance_type=T.value)", "a"),
        (
            "import argparse\np = argparse.ArgumentParser()\np.add_argument('--t', default='a')\nEstimator(instance_type=vars(p.parse_args())['t'])",
            "a",
        ),
    ]);
}

#[test]
fn fields_are_set_by_name() {
    all_are(&[
        (
            "class C:\n    def __init__(self, **k):\n        self.__dict__.update(k)\nEstimator(instance_type=C(t='a').t)",
            "a",
        ),
        ("class C:\n    pass\nc = C()\nsetattr(c, 't', 'a')\nEstimator(instance_type=c.t)", "a"),
        ("class C:\n    pass\nc = C()\nc.t = 'a'\nsetattr(c, name(), 'b')\nEstimator(instance_type=c.t)", "?"),
        ("from collections import ChainMap\nEstimator(instance_type=ChainMap({'t': 'a'}, {'t': 'b'})['t'])", "a"),
        (
            "from collections import defaultdict\nd = defaultdict(str)\nd['t'] = 'a'\nEstimator(instance_type=d['t'])",
            "a",
        ),
        ("from collections import defaultdict\nd = defaultdict(str)\nEstimator(instance_type=d['t'])", "?"),
        ("from ruamel.yaml import YAML\ny = YAML()\nEstimator(instance_type=y.load(open('no.yaml'))['t'])", "?"),
    ]);
}
