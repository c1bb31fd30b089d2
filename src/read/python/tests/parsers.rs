//! What parsers of the command line hand out: commands, parents, groups, types, choices.

use super::{condition, programs_are, read, read_files, types_of};
use crate::finding::Confidence;

const HEAD: &str = "\
import argparse, json, os, sys, yaml
from sagemaker.estimator import Estimator
def S(t, **more):
    Estimator(image_uri='i', instance_type=t, **more)
p = argparse.ArgumentParser()
";

/// The types of the jobs of a script, each with its condition if it has one.
fn jobs(script: &str) -> Vec<String> {
    let part = read(&format!("{HEAD}{script}"));
    let told = part.resources.iter().zip(types_of(&part)).map(|(resource, kind)| match &*condition(&resource.guard) {
        "always" => kind,
        when => format!("{kind} where {when}"),
    });
    told.collect()
}

fn jobs_are(cases: &[(&str, &[&str])]) {
    for (script, expected) in cases {
        assert_eq!(jobs(script), *expected, "{script}");
    }
}

#[test]
fn each_command_has_its_own_defaults() {
    let commands = "\
s = p.add_subparsers(dest='cmd', required=True)
t = s.add_parser('train')
t.add_argument('--kind', default='g')
e = s.add_parser('eval')
e.add_argument('--kind', default='m')
";
    let train = "argument cmd == \"train\"";
    let not_train = format!("not {train}");
    let is_eval = format!("{not_train} and argument cmd == \"eval\"");
    jobs_are(&[
        (
            &format!(
                "{commands}def train(a):\n    S(a.kind)\ndef evaluate(a):\n    S(a.kind)\nt.set_defaults(func=train)\ne.set_defaults(func=evaluate)\na = p.parse_args()\na.func(a)"
            ),
            &[&format!("g where {train}"), &format!("m where {not_train}")],
        ),
        (
            &format!(
                "{commands}a = p.parse_args()\nif a.cmd == 'train':\n    S(a.kind)\nelif a.cmd == 'eval':\n    S(a.kind)"
            ),
            &[&format!("g where {train}"), &format!("m where {is_eval}")],
        ),
        (
            &format!("{commands}a = p.parse_args()\nif a.cmd != 'train':\n    S(a.kind)\nelse:\n    S(a.kind)"),
            &[&format!("m where {not_train}"), &format!("g where {train}")],
        ),
        (&format!("{commands}a = p.parse_args()\nS(a.kind)"), &[&format!("(g if {train} else m)")]),
        // Only one of them has it: who reads it runs that one.
        (&format!("{commands}t.add_argument('--other', default='o')\na = p.parse_args()\nS(a.other)"), &["o"]),
        // Its own is that of the command, and what is not said of a command is that of the parser.
        (
            &format!(
                "{commands}p.set_defaults(kind='p', more='o')\na = p.parse_args()\nS(a.more)\nif a.cmd == 'train':\n    S(a.kind)"
            ),
            &["o", &format!("g where {train}")],
        ),
        (&format!("{commands}a = p.parse_args(['eval', '--kind', 'x'])\nS(a.kind)"), &["x"]),
        (&format!("{commands}a = p.parse_args(['train'])\nif a.cmd == 'train':\n    S(a.kind)"), &["g"]),
        (
            &format!(
                "{commands}for n in names():\n    q = s.add_parser(n)\n    q.add_argument('--kind', default='q')\nS(p.parse_args().kind)"
            ),
            &["?"],
        ),
    ]);
}

#[test]
fn what_all_commands_have_alike_is_that() {
    jobs_are(&[
        (
            "s = p.add_subparsers(dest='cmd')\nfor q in (s.add_parser('a'), s.add_parser('b')):\n    q.add_argument('--kind', default='g')\nS(p.parse_args().kind)",
            &["g"],
        ),
        (
            "c = argparse.ArgumentParser(add_help=False)\nc.add_argument('--kind', default='g')\ns = p.add_subparsers()\ns.add_parser('a', parents=[c])\ns.add_parser('b', parents=[c])\nS(p.parse_args().kind)",
            &["g"],
        ),
        (
            "def common(q):\n    q.add_argument('--kind', default='g')\n    return q\ns = p.add_subparsers()\na = common(s.add_parser('a'))\nb = common(s.add_parser('b'))\nb.add_argument('--x')\nS(p.parse_args().kind)",
            &["g"],
        ),
        (
            "def common(q):\n    g = q.add_argument_group('x')\n    g.add_argument('--kind', default='g')\ns = p.add_subparsers()\ncommon(s.add_parser('a'))\ncommon(p)\nS(p.parse_args().kind)",
            &["g"],
        ),
    ]);
}

#[test]
fn a_parser_is_the_same_wherever_it_is_held() {
    jobs_are(&[
        (
            "b = argparse.ArgumentParser(add_help=False)\nb.add_argument('--kind', default='g')\np = argparse.ArgumentParser(parents=[b])\nS(p.parse_args().kind)",
            &["g"],
        ),
        (
            "p = argparse.ArgumentParser(parents=bases())\np.add_argument('--kind', default='g')\na = p.parse_args()\nS(a.kind)\nS(a.x)",
            &["g", "?"],
        ),
        (
            "class L:\n    def __init__(self):\n        self.parser = argparse.ArgumentParser()\n        self.parser.add_argument('--kind', default='g')\n        self.args = self.parser.parse_args()\n    def run(self):\n        S(self.args.kind)\nL().run()",
            &["g"],
        ),
        (
            "class L:\n    def __init__(self):\n        self.parser = argparse.ArgumentParser()\n        self.add()\n    def add(self):\n        g = self.parser.add_argument_group('x')\n        g.add_argument('--kind', default='g')\n    def run(self):\n        S(self.parser.parse_args().kind)\nL().run()",
            &["g"],
        ),
        (
            "p.add_argument('--config', default='c')\nk, rest = p.parse_known_args()\nq = argparse.ArgumentParser()\nq.add_argument('--kind', default='g')\nS(q.parse_args(rest).kind)",
            &["g"],
        ),
        (
            "p.add_argument('--kind', default='g')\nk, rest = p.parse_known_args(['--other', 'x'])\nq = argparse.ArgumentParser()\nq.add_argument('--kind', default='g')\nS(q.parse_args(rest).kind)",
            &["?"],
        ),
        (
            "p.add_argument('--instance-type', '--instance-type-of-it', default='g')\nS(p.parse_args().instance_type)",
            &["g"],
        ),
        ("p.add_argument('--kind', default='g')\nS(p.get_default('kind'))", &["g"]),
    ]);
    programs_are(&[(
        &[(
            "cli.py",
            "import argparse\ndef parser():\n    p = argparse.ArgumentParser()\n    s = p.add_subparsers(dest='cmd')\n    for n in ('a', 'b'):\n        s.add_parser(n).add_argument('--kind', default='ml.m5.large')\n    return p\n",
        )],
        "from cli import parser\np = parser()\np.add_argument('--more', default='ml.c5.large')\na = p.parse_args()\nS(a.kind)\nS(a.more)",
        &["ml.m5.large", "ml.c5.large"],
    )]);
}

#[test]
fn defaults_come_from_a_file_as_well() {
    let script = |tell: &str| {
        let script = format!("{HEAD}p.add_argument('--kind', default='g')\n{tell}\nS(p.parse_args().kind)");
        types_of(&read_files(&[("train.py", &script), ("c.yaml", "kind: y\n")])).join(" ")
    };
    assert_eq!(script("p.set_defaults(**yaml.safe_load(open('c.yaml')))"), "y");
    assert_eq!(script("p.set_defaults(**yaml.safe_load(open('none.yaml')))"), "?");
    assert_eq!(
        script("a, rest = p.parse_known_args()\nif rest:\n    p.set_defaults(**json.loads(rest[0]))"),
        "(? if argument … else g)"
    );
}

#[test]
fn a_default_that_is_a_text_goes_through_the_type_of_its_argument() {
    let own = "def own(v):\n    return str(v).lower() in ('yes', 'true', '1')\n";
    let (is_on, is_off) = ("(y if not argument --spot else x)", "(x if argument --spot else y)");
    for (kind, default, expected) in [
        ("own", "'true'", is_on),
        ("own", "'no'", is_off),
        ("own", "True", is_on),
        ("lambda x: bool(strtobool(x))", "'true'", is_on),
        ("lambda x: bool(strtobool(x))", "'off'", is_off),
        ("strtobool", "'on'", is_on),
        ("bool", "''", is_off),
        ("bool", "'False'", is_on),
        ("ast.literal_eval", "'True'", is_on),
        ("json.loads", "'[]'", is_off),
        ("ask()", "'true'", is_off),
    ] {
        let script = format!(
            "import ast\nfrom distutils.util import strtobool\n{own}p.add_argument('--spot', type={kind}, default={default})\nS('x' if p.parse_args().spot else 'y')"
        );
        assert_eq!(jobs(&script), [expected], "{kind} {default}");
    }
    for (kind, default, expected) in [
        ("ast.literal_eval", "'\"g\"'", "g"),
        ("lambda x: x.lower()", "'G'", "g"),
        ("str.lower", "'G'", "?"),
        ("ask()", "'g'", "?"),
    ] {
        let script =
            format!("import ast\np.add_argument('--kind', type={kind}, default={default})\nS(p.parse_args().kind)");
        assert_eq!(jobs(&script), [expected], "{kind} {default}");
    }
    let part = read(&format!(
        "{HEAD}{own}p.add_argument('--spot', type=own, default='true')\na = p.parse_args()\nS('g', use_spot_instances=a.spot)"
    ));
    let job = part.resources.last().expect("a job");
    let spot = job.properties.entry("EnableManagedSpotTraining").expect("whether it is spot");
    assert_eq!(spot.value.origin.confidence(), Confidence::Medium);
    assert_eq!(super::property_of(job, super::SPOT), "(true if argument --spot else false)");
}

#[test]
fn texts_become_truth_values_and_literals() {
    for (script, expected) in [
        (
            "S('x' if bool(strtobool(os.environ.get('SPOT', 'true'))) else 'y')",
            "(y if not environment variable SPOT else x)",
        ),
        ("S('x' if strtobool('off') else 'y')", "y"),
        ("S(ast.literal_eval('[\"a\", \"b\"]')[1])", "b"),
        ("S(ast.literal_eval(\"{'t': ('a', -1.5)}\")['t'][0])", "a"),
        ("S(ast.literal_eval('ask()'))", "?"),
        ("S('x' if strtobool(ask()) else 'y')", "(x if ask() else y)"),
    ] {
        let script = format!("import ast\nfrom distutils.util import strtobool\n{script}");
        assert_eq!(jobs(&script), [expected], "{script}");
    }
}

#[test]
fn one_of_the_choices_has_to_be_given() {
    let choice = "argument --kind == \"a\"";
    jobs_are(&[
        (
            "p.add_argument('--kind', required=True, choices=['a', 'b'])\nS(p.parse_args().kind)",
            &[&format!("(a if {choice} else b)")],
        ),
        (
            "p.add_argument('kind', choices=('a', 'b', 'c'))\nk = p.parse_args().kind\nS('ml.' + k)",
            &["(ml.a if argument kind == \"a\" else (ml.b if argument kind == \"b\" else ml.c))"],
        ),
        (
            "p.add_argument('--kind', required=True, choices=['a', 'b'])\nk = p.parse_args().kind\nif k == 'b':\n    S(k)",
            &["b where argument --kind == \"b\""],
        ),
        (
            "p.add_argument('kind', choices=['a', 'b'])\nk = p.parse_args().kind\nS({'a': 'x', 'b': 'y'}.get(k))\nS({'b': 'y'}.get(k, 'm'))",
            &["(x if argument kind == \"a\" else y)", "(m if argument kind == \"a\" else y)"],
        ),
        (
            "s = p.add_subparsers(dest='cmd', required=True)\nfor n in ('a', 'b'):\n    s.add_parser(n)\nS({'a': 'x', 'b': 'y'}.get(p.parse_args().cmd))",
            &["(x if argument cmd == \"a\" else y)"],
        ),
        ("p.add_argument('--kind', choices=['a', 'b'])\nS(p.parse_args().kind)", &["?"]),
        ("p.add_argument('--kind', required=False, choices=['a', 'b'])\nS(p.parse_args().kind)", &["?"]),
        ("p.add_argument('--kind', required=True, choices=kinds())\nS(p.parse_args().kind)", &["?"]),
        ("p.add_argument('--kind', required=True, choices=list('abcdefghi'))\nS(p.parse_args().kind)", &["?"]),
        ("p.add_argument('--kind', default='b', choices=['a', 'b'])\nS(p.parse_args().kind)", &["b"]),
        ("p.add_argument('kind', nargs='?', choices=['a', 'b'])\nS(p.parse_args().kind)", &["?"]),
    ]);
    // A name is the same one wherever it stands.
    let named = "p.add_argument('env', choices=['a', 'b'])\nk = p.parse_args().env\nS('m', tags=[{'Key': 'k', 'Value': k + '-x'}])";
    let part = read(&format!("{HEAD}{named}"));
    let tags = part.resources.last().map(|job| super::property_of(job, "Tags"));
    assert_eq!(tags.as_deref(), Some("[{Key=k Value={?}-x}]"));
    let script = format!(
        "{HEAD}p.add_argument('--env', choices=['dev', 'prod'], required=True)\nc = yaml.safe_load(open(f'{{p.parse_args().env}}.yaml'))\nS(c['t'])"
    );
    let files = [("train.py", script.as_str()), ("dev.yaml", "t: d\n"), ("prod.yaml", "t: p\n")];
    assert_eq!(types_of(&read_files(&files)), ["(d if argument --env == \"dev\" else p)"]);
    assert_eq!(types_of(&read_files(&files[..2])), ["(d if argument --env == \"dev\" else ?)"]);
}
