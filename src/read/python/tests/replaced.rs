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
p.add_argument('--none', default=None)
p.add_argument('--n', type=int, default=1)
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
        assert_eq!(told(script), expected, "{script}");
    }
}

/// The types of the jobs of a script, each with its condition.
fn told(script: &str) -> Vec<String> {
    let part = read(&format!("{HEAD}{script}"));
    let told = part.resources.iter().zip(types_of(&part)).map(|(resource, kind)| match &*condition(&resource.guard) {
        "always" => kind,
        when => format!("{kind} where {when}"),
    });
    told.collect()
}

#[test]
fn what_is_computed_of_a_flag_is_one_question_wherever_that_is_done() {
    for (script, expected) in [
        (
            "t = 'm'\nif os.getenv('B', 'no').lower() == 'yes':\n    t = 'x'\nif os.getenv('B', 'no').lower() == \"yes\":\n    S(t)",
            "(x if environment variable B.lower() == \"yes\" else m) where environment variable B.lower() == \"yes\"",
        ),
        (
            "t = 'm'\nif a.n > 1:\n    t = 'x'\nif 1 < a.n:\n    S(t)",
            "(x if argument --n > 1 else m) where argument --n > 1",
        ),
        (
            "t = 'x'\nif a.n <= 1:\n    t = 'm'\nif a.n > 1:\n    S(t)",
            "(x if argument --n > 1 else m) where argument --n > 1",
        ),
        (
            "t = 'm'\nif 'g' in a.env:\n    t = 'x'\nif 'g' in a.env:\n    S(t)",
            "(x if \"g\" in argument --env else m) where \"g\" in argument --env",
        ),
        (
            "t = 'm'\nif 'B' in os.environ:\n    t = 'x'\nif os.environ.get('B'):\n    S(t)",
            "(x if environment variable B else m) where environment variable B",
        ),
    ] {
        assert_eq!(told(script), [expected], "{script}");
    }
    // What each call answers anew is another question.
    let asked = told("t = 'm'\nif ask() > 1:\n    t = 'x'\nif ask() > 1:\n    S(t)");
    assert_eq!(asked, ["(x if ask() > 1 else m) where ask() > 1"]);
}

#[test]
fn a_condition_of_a_flag_and_of_what_is_not_known_asks_both() {
    for (script, expected) in [
        ("S('x' if a.kind or a.big else 'm')", "(x if argument --kind or argument --big else m)"),
        ("S('x' if a.big or ask() else 'm')", "(x if argument --big or ask() else m)"),
        ("S('x' if a.big and a.n > 1 else 'm')", "(x if argument --big and argument --n > 1 else m)"),
    ] {
        assert_eq!(types(script), [expected], "{script}");
    }
}

#[test]
fn what_stops_a_run_or_leaves_a_function_keeps_back_what_follows() {
    let rest = "t = 'm'\nif a.big:\n    t = 'x'\nS(t)";
    let within = rest.replace('\n', "\n    ");
    let kept = "(x if argument --big else m) where not argument --big and not argument --kind";
    for (script, expected) in [
        (format!("if a.big and not a.kind:\n    p.error('k')\n{rest}"), kept),
        (format!("if a.big and not a.kind:\n    raise SystemExit\n{rest}"), kept),
        (format!("assert not (a.big and not a.kind), 'k'\n{rest}"), kept),
        (format!("if a.big and not a.kind:\n    p.print_help()\n    exit(1)\n{rest}"), kept),
        (format!("def die(why):\n    print(why)\n    exit(1)\nif a.big and not a.kind:\n    die('k')\n{rest}"), kept),
        (
            format!(
                "def main():\n    if a.big and not a.kind:\n        print('k')\n        return 1\n    {within}\nmain()"
            ),
            kept,
        ),
        (
            format!("def check():\n    if a.big:\n        return False\n    return True\ncheck()\n{rest}"),
            "(x if argument --big else m)",
        ),
        (format!("if ask():\n    raise ValueError\n{rest}"), "(x if argument --big else m)"),
        (format!("if ask():\n    exit(1)\nelif tell():\n    exit(2)\n{rest}"), "(x if argument --big else m)"),
        ("assert a.kind\nS('m' if a.kind else 'x')".to_owned(), "(m if argument --kind else x) where argument --kind"),
        (
            "k = ask()\nif k:\n    raise ValueError\nS('x' if k else 'm')".to_owned(),
            "(x if ask() else m) where not ask()",
        ),
    ] {
        let told: Vec<String> = told(&script).iter().map(|told| told.replace("not not ", "")).collect();
        assert_eq!(told, [expected], "{script}");
    }
}

#[test]
fn a_table_is_asked_by_a_flag_as_an_if_would_be() {
    let table = "T = {'dev': 'm', 'prod': 'x'}\n";
    for (script, expected) in [
        ("S(T[a.env])", "(m if not argument --env == \"prod\" else x)"),
        ("S(T.get(a.env, 'y'))", "(m if not argument --env == \"prod\" else x)"),
        ("S(T.get(a.env.upper(), 'y'))", "y"),
        (
            "S({'a': 'm', 'b': 'x'}.get(a.env, 'y'))",
            "((y if not argument --env == \"b\" else x) if not argument --env == \"a\" else m)",
        ),
        ("S(T[ask().kind])", "(m if ask().kind == \"dev\" else x)"),
        ("S(T.get(a.kind, 'y'))", "(m if argument --kind == \"dev\" else (x if argument --kind == \"prod\" else y))"),
        ("S({'dev': 'm'}[a.kind])", "m"),
    ] {
        assert_eq!(types(&format!("{table}{script}")), [expected], "{script}");
    }
    // What is chosen is the thing in the table, for whoever changes it.
    let changed = "class C:\n    t = 'm'\nT = {'dev': C(), 'prod': C()}\nc = T[a.env]\nc.t = 'x'\nS(T['dev'].t)";
    assert_eq!(types(changed), ["x"]);
    let taken = "C = {'dev': {'n': 1, 't': 'm'}, 'prod': {'n': 2, 't': 'x'}}\nt = C[a.env].pop('t')\ndef make(t, n):\n    S(t)\nmake(t=t, **C[a.env])";
    assert_eq!(types(taken), ["(m if not argument --env == \"prod\" else x)"]);
    let made = told("def one():\n    S('m')\ndef two():\n    S('x')\n{'dev': one, 'prod': two}[a.env]()");
    assert_eq!(made, ["m where not argument --env == \"prod\"", "x where argument --env == \"prod\""]);
}

#[test]
fn what_nobody_gives_is_none_where_that_says_nothing() {
    let job = |more: &str| {
        let part = read(&format!("{HEAD}Estimator(image_uri='i', instance_type='m', {more})"));
        part.resources.last().map(|job| property_of(job, super::SPOT))
    };
    assert_eq!(job("use_spot_instances=a.none").as_deref(), Some("(? if argument --none else -)"));
    assert_eq!(job("use_spot_instances=a.kind").as_deref(), Some("?"), "the code may see to it that it is given");
    assert_eq!(job("use_spot_instances=os.environ.get('K')").as_deref(), Some("?"));
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
