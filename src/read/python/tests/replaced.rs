//! Values that are other ones where whoever runs the code gives another value than a default.

use super::{condition, property_of, read, types_of};

const HEAD: &str = "\
import argparse, os
from sagemaker.estimator import Estimator
def S(t, **more):
    Estimator(image_uri='i', instance_type=t)
p = argparse.ArgumentParser()
p.add_argument('--big', action='store_true')
p.add_argument('--env', default='dev')
p.add_argument('--kind')
a = p.parse_args()
";

fn types(script: &str) -> Vec<String> {
    types_of(&read(&format!("{HEAD}{script}")))
}

#[test]
fn both_sides_of_a_condition_that_a_default_decides_are_read() {
    for (script, expected) in [
        ("t = 'm'\nif a.big:\n    t = 'x'\nS(t)", "(x if argument --big else m)"),
        ("if not a.big:\n    t = 'm'\nelse:\n    t = 'x'\nS(t)", "(x if argument --big else m)"),
        ("S('x' if a.big else 'm')", "(x if argument --big else m)"),
        ("S('m' if a.env == 'dev' else 'x')", "(x if not argument --env == \"dev\" else m)"),
        ("big = a.big\nS('x' if big else 'm')", "(x if argument --big else m)"),
        ("small = not a.big\nS('m' if small else 'x')", "(x if argument --big else m)"),
        ("o = {'t': 'm'}\nif a.big:\n    o.update(t='x')\nS(o['t'])", "(x if argument --big else m)"),
        ("o = {'t': 'm'}\nif a.big:\n    o['t'] = 'x'\nS(**o)", "(x if argument --big else m)"),
        ("o = {}\nif a.big:\n    o['t'] = 'x'\nS(o.get('t', 'm'))", "(x if argument --big else m)"),
        ("o = {}\nif a.big:\n    o['t'] = 'x'\nS(o['t'] if o else 'm')", "(x if argument --big else m)"),
        ("o = {'t': 'x'}\nif not a.big:\n    del o['t']\nS('x' if 't' in o else 'm')", "(x if argument --big else m)"),
        ("o = {'t': 'm', **({'t': 'x'} if a.big else {})}\nS(o['t'])", "(x if argument --big else m)"),
        (
            "def pick(big):\n    if big:\n        return 'x'\n    return 'm'\nS(pick(a.big))",
            "(x if argument --big else m)",
        ),
        (
            "def pick():\n    if not a.big:\n        return 'm'\n    return 'x'\nS(pick())",
            "(m if not argument --big else x)",
        ),
        ("class C:\n    t = 'm'\nc = C()\nif a.big:\n    c.t = 'x'\nS(c.t)", "(x if argument --big else m)"),
        (
            "BIG = os.environ.get('BIG', '0') == '1'\nS('x' if BIG else 'm')",
            "(x if environment variable BIG == \"1\" else m)",
        ),
        (
            "match a.env:\n    case 'dev':\n        t = 'm'\n    case _:\n        t = 'x'\nS(t)",
            "(x if not argument --env == \"dev\" else m)",
        ),
    ] {
        assert_eq!(types(script), [expected], "{script}");
    }
}

#[test]
fn what_is_known_by_default_is_no_less_known_for_what_another_value_may_bring() {
    for (script, expected) in [
        ("t = 'm'\nif a.big:\n    t = ask()\nS(t)", "(? if argument --big else m)"),
        ("S(ask() if a.big else 'm')", "(? if argument --big else m)"),
        ("S(a.kind or 'm')", "(? if argument --kind else m)"),
        ("S(a.kind if a.kind else 'm')", "(? if argument --kind else m)"),
        ("t = a.kind\nif t is None:\n    t = 'm'\nS(t)", "(m if not argument --kind else ?)"),
        ("S(os.environ.get('KIND') or 'm')", "(? if environment variable KIND else m)"),
        ("S(a.kind)", "?"),
        ("f = 'm'\nif a.big:\n    f = ask()\nT = {'m': 'known'}\nS(T[f])", "known"),
        ("n = 1\nif a.big:\n    n = 2\nS(['m', 'x'][n - 1])", "(x if argument --big else m)"),
        ("o = {k: v for k, v in {'t': 'm', 'u': ask()}.items() if v is not None}\nS(o['t'])", "m"),
        (
            "o = {k: v for k, v in {'t': 'x' if a.big else None}.items() if v is not None}\nS(o.get('t', 'm'))",
            "(x if argument --big else m)",
        ),
        ("o = {'t': 'm'}\nif a.big:\n    o['u'] = 1\nfor k, v in o.items():\n    S(v)", "m"),
    ] {
        assert_eq!(types(script), [expected], "{script}");
    }
}

#[test]
fn a_flag_is_one_question_however_often_it_is_asked() {
    for (script, expected) in [
        (
            "t = 'm'\nif a.big:\n    t = 'x'\nif a.big:\n    S(t)",
            &["(x if argument --big else m) where argument --big"][..],
        ),
        ("dry = not a.big\nif not dry:\n    S('x')", &["x where argument --big"]),
        (
            "t = 'm'\nif a.big:\n    t = 'x'\nif t == 'x':\n    S('y')\nelse:\n    S('z')",
            &["z where not argument --big", "y where argument --big"],
        ),
        (
            "if a.kind:\n    S('x')\nif not a.kind:\n    S('y')",
            &["x where argument --kind", "y where not argument --kind"],
        ),
        (
            "if os.getenv('K'):\n    S('x')\nif os.environ.get('K') is None:\n    S('y')",
            &["x where environment variable K", "y where not environment variable K"],
        ),
        (
            "o = {}\nif a.big:\n    o = {'t': 'x'}\nif o:\n    S(o['t'])",
            &["(x if argument --big else ?) where argument --big"],
        ),
        ("if a.big:\n    raise SystemExit\no = {}\nif a.big:\n    o['t'] = 1\nS('x', **o)", &["x"]),
        ("if not a.big:\n    raise SystemExit\nS('x')", &["x where argument --big"]),
    ] {
        let part = read(&format!("{HEAD}{script}"));
        let told =
            part.resources.iter().zip(types_of(&part)).map(|(resource, kind)| match &*condition(&resource.guard) {
                "always" => kind,
                when => format!("{kind} where {when}"),
            });
        assert_eq!(told.collect::<Vec<_>>(), expected, "{script}");
    }
}

#[test]
fn what_rests_on_the_same_default_is_no_longer_that_of_the_default() {
    let job = "Estimator(image_uri='i', instance_type='m', use_spot_instances=a.big, max_run=1, max_wait=2 if a.big else None)";
    let part = read(&format!("{HEAD}{job}"));
    assert_eq!(
        part.resources.last().map(|job| property_of(job, super::SPOT)).as_deref(),
        Some("(true if argument --big else false)")
    );
}
