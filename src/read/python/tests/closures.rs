//! Values that come through closures, the project's own decorators, threads, and names of parts of other values.

use super::{read, read_files, types_of};

const IMPORT: &str = "from sagemaker.estimator import Estimator\nimport functools, json, os, sys, yaml\n";

/// The instance types of all jobs, in the order of the file, with other files beside the script.
fn with(files: &[(&str, &str)], script: &str) -> String {
    let script = format!("{IMPORT}{script}");
    let mut all = files.to_vec();
    all.push(("train.py", &script));
    types_of(&read_files(&all)).join(" ")
}

fn all_are(cases: &[(&str, &str)]) {
    for (script, expected) in cases {
        assert_eq!(with(&[], script), *expected, "{script}");
    }
}

#[test]
fn a_function_that_is_returned_keeps_what_it_sees() {
    let make = "def outer(t):\n    def inner(n=1):\n        return Estimator(instance_type=t, instance_count=n)\n    return inner\n";
    all_are(&[
        (&format!("{make}outer('a')()"), "a"),
        (&format!("{make}one = outer('a')\ntwo = outer('b')\none()\ntwo(2)"), "a b"),
        (&format!("{make}makers = {{'x': outer('a')}}\nmakers['x']()"), "a"),
        (
            "def factory(**defaults):\n    def make(**kw):\n        return Estimator(**{**defaults, **kw})\n    return make\nm = factory(instance_type='a', role='r')\nm(instance_count=1)\nm(instance_type='b')",
            "a b",
        ),
        ("adder = (lambda t: lambda n: Estimator(instance_type=t, instance_count=n))('a')\nadder(2)", "a"),
        ("def f(t):\n    return lambda: t\nt = 'b'\nEstimator(instance_type=f('a')())", "a"),
        (
            "def f():\n    t = 'a'\n    def g():\n        return t\n    t = 'b'\n    return g\nEstimator(instance_type=f()())",
            "b",
        ),
        ("def f(t):\n    def g():\n        return more(t)\n    return g\nEstimator(instance_type=f('a')())", "?"),
        (&format!("{make}helper(outer)\n"), "?"),
    ]);
}

#[test]
fn decorators_of_the_project_are_followed() {
    let logged = "def logged(f):\n    @functools.wraps(f)\n    def wrapper(*args, **kwargs):\n        print('x')\n        return f(*args, **kwargs)\n    return wrapper\n";
    all_are(&[
        (&format!("{logged}@logged\ndef make(t):\n    return Estimator(instance_type=t)\nmake('a')"), "a"),
        (&format!("{logged}@logged\n@logged\ndef make(t):\n    return Estimator(instance_type=t)\nmake(t='a')"), "a"),
        (
            "def timed(f):\n    def wrapper(*a, **k):\n        result = f(*a, **k)\n        return result\n    return wrapper\n@timed\ndef kind():\n    return 'a'\nEstimator(instance_type=kind())",
            "a",
        ),
        (
            "def on(t):\n    def deco(f):\n        def wrapper(**k):\n            return f(instance_type=t, **k)\n        return wrapper\n    return deco\n@on('a')\ndef make(**k):\n    return Estimator(**k)\nmake(role='r')",
            "a",
        ),
        (
            "def upper(f):\n    def wrapper():\n        return f() + '.large'\n    return wrapper\n@upper\ndef kind():\n    return 'ml.m5'\nEstimator(instance_type=kind())",
            "ml.m5.large",
        ),
        ("@retry(3)\ndef kind():\n    return 'a'\nEstimator(instance_type=kind())", "?"),
    ]);
}

#[test]
fn functions_run_in_threads_as_well() {
    let run = "def run(t, n=1):\n    Estimator(instance_type=t, instance_count=n)\n";
    all_are(&[
        (
            &format!(
                "from concurrent.futures import ThreadPoolExecutor\n{run}with ThreadPoolExecutor() as pool:\n    pool.submit(run, 'a', n=2)"
            ),
            "a",
        ),
        (&format!("{run}pool = make_pool()\nlist(pool.map(run, ['a', 'b']))"), "a b"),
        (&format!("{run}pool = make_pool()\npool.starmap(run, [('a', 1), ('b', 2)])"), "a b"),
        (&format!("import threading\n{run}threading.Thread(target=run, args=('a',)).start()"), "a"),
        (
            &format!("import multiprocessing\n{run}multiprocessing.Process(target=run, kwargs={{'t': 'a'}}).start()"),
            "a",
        ),
        (&format!("{run}pool = make_pool()\npool.map(run, given())"), "?"),
    ]);
}

#[test]
fn a_name_of_a_part_names_the_same_part() {
    all_are(&[
        ("c = {'x': {'t': 'a'}}\nx = c['x']\nx['t'] = 'b'\nEstimator(instance_type=c['x']['t'])", "b"),
        ("c = {'x': {'t': 'a'}}\nx = c['x']\nc['x']['t'] = 'b'\nEstimator(instance_type=x['t'])", "b"),
        ("c = {'x': {'t': 'a'}}\nx = c.get('x')\nx.update(t='b')\nEstimator(instance_type=c['x']['t'])", "b"),
        ("c = {'x': {'t': 'a'}}\nx = c['x']\nx = {}\nx['t'] = 'b'\nEstimator(instance_type=c['x']['t'])", "a"),
        ("c = {'x': {'t': 'a'}}\nx = dict(c['x'])\nx['t'] = 'b'\nEstimator(instance_type=c['x']['t'])", "a"),
        ("cs = [{'t': 'a'}]\nfor c in cs:\n    c['t'] = 'b'\nEstimator(instance_type=cs[0]['t'])", "b"),
        (
            "c = {'e': {'d': {'t': 'a'}}}\nfor e in c['e'].values():\n    e['t'] = 'b'\nEstimator(instance_type=c['e']['d']['t'])",
            "b",
        ),
        (
            "cs = [{'t': 'a'}]\nfor c in cs:\n    Estimator(instance_type=c['t'])\nEstimator(instance_type=cs[0]['t'])",
            "a a",
        ),
        (
            "c = {'x': {'t': 'a'}}\ndef f(t):\n    x = {'t': t}\n    x['t'] = 'z'\nx = c['x']\nf('q')\nEstimator(instance_type=c['x']['t'])",
            "a",
        ),
    ]);
}

#[test]
fn objects_say_what_python_asks_them() {
    all_are(&[
        ("class C:\n    def __call__(self, t):\n        return Estimator(instance_type=t)\nC()('a')", "a"),
        (
            "class C:\n    def __getitem__(self, k):\n        return {'t': 'a'}[k]\nEstimator(instance_type=C()['t'])",
            "a",
        ),
        (
            "class C:\n    def __enter__(self):\n        self.t = 'a'\n        return self\n    def __exit__(self, *a):\n        pass\nwith C() as c:\n    Estimator(instance_type=c.t)",
            "a",
        ),
        (
            "from dataclasses import dataclass, field\n@dataclass\nclass C:\n    f: str = 'a'\n    t: str = field(init=False)\n    def __post_init__(self):\n        self.t = self.f\nEstimator(instance_type=C().t)",
            "a",
        ),
        (
            "from pydantic import BaseModel\nclass C(BaseModel):\n    t: str\nEstimator(instance_type=C.model_validate({'t': 'a'}).t)",
            "a",
        ),
        ("e = Estimator(role='r')\nsetattr(e, 'instance_type', 'a')", "a"),
    ]);
}

#[test]
fn texts_and_pairs_are_taken_apart() {
    all_are(&[
        ("Estimator(instance_type='x-a'.removeprefix('x-'))", "a"),
        ("Estimator(instance_type='a-x'.removesuffix('-x'))", "a"),
        ("Estimator(instance_type='x.a.b'.partition('.')[2])", "a.b"),
        ("Estimator(instance_type='x.a.b'.rsplit('.', 1)[0])", "x.a"),
        ("Estimator(instance_type='x.a.b'.split('.', 1)[1])", "a.b"),
        ("Estimator(instance_type='/a/'.strip('/'))", "a"),
        ("Estimator(instance_type='ml.%(f)s.%(s)s' % {'f': 'm5', 's': 'large'})", "ml.m5.large"),
        ("Estimator(instance_type=dict(zip(['t', 'n'], ['a', 1]))['t'])", "a"),
        ("Estimator(instance_type=dict([('t', 'a')])['t'])", "a"),
        ("from collections import OrderedDict\nEstimator(instance_type=OrderedDict([('t', 'a')])['t'])", "a"),
        ("Estimator(instance_type=dict.fromkeys(['t'], 'a')['t'])", "a"),
        ("Estimator(instance_type=next(iter({'a': 1})))", "a"),
        ("Estimator(instance_type=json.loads('{\"t\": \"a\"}')['t'])", "a"),
        ("Estimator(instance_type=yaml.safe_load('train:\\n  t: a\\n')['train']['t'])", "a"),
    ]);
}

#[test]
fn modules_are_found_where_the_code_looks() {
    let settings = [("lib/settings.py", "T = 'a'\n")];
    let uses = "from settings import T\nEstimator(instance_type=T)";
    assert_eq!(with(&settings, &format!("sys.path.append('lib')\n{uses}")), "a");
    assert_eq!(
        with(&settings, &format!("sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'lib'))\n{uses}")),
        "a"
    );
    assert_eq!(with(&settings, uses), "<settings.T>", "it is not found");
    let guarded = "try:\n    from settings import T\nexcept ImportError:\n    T = 'b'\nEstimator(instance_type=T)";
    assert_eq!(with(&[("settings.py", "T = 'a'\n")], guarded), "a");
    assert_eq!(with(&[], guarded), "(b if an exception else <settings.T>)");
}

#[test]
fn many_closures_and_parts_end() {
    let many: String =
        (0..400).map(|at| format!("f{at} = outer('t{at}')\nc{at} = c['x']\nc['x']['k{at}'] = 1\n")).collect();
    let script = format!(
        "from sagemaker.estimator import Estimator\nc = {{'x': {{}}}}\ndef outer(t):\n    def inner():\n        return t\n    return inner\n{many}Estimator(instance_type=f399())"
    );
    assert_eq!(read(&script).resources.len(), 1);
}

#[test]
fn what_two_names_have_in_common_changes_for_both() {
    all_are(&[
        ("c = {'x': {'t': 'a'}}\nd = dict(c)\nd['x']['t'] = 'b'\nEstimator(instance_type=c['x']['t'])", "b"),
        ("c = {'x': {'t': 'a'}}\nd = c.copy()\nd['x']['t'] = 'b'\nEstimator(instance_type=c['x']['t'])", "b"),
        ("c = {'x': {'t': 'a'}}\nd = {**c}\nc['x']['t'] = 'b'\nEstimator(instance_type=d['x']['t'])", "b"),
        ("c = {'x': {'t': 'a'}}\nd = {**c}\nd['x'] = {'t': 'b'}\nEstimator(instance_type=c['x']['t'])", "a"),
        ("c = {'t': 'a'}\nd = c.copy()\nd['t'] = 'b'\nEstimator(instance_type=c['t'])", "a"),
        (
            "import copy\nc = {'x': {'t': 'a'}}\nd = copy.deepcopy(c)\nd['x']['t'] = 'b'\nEstimator(instance_type=c['x']['t'])",
            "a",
        ),
        ("x = {'t': 'a'}\nc = {'x': x}\nx['t'] = 'b'\nEstimator(instance_type=c['x']['t'])", "b"),
        ("x = {'t': 'a'}\nc = {'x': x}\nc['x']['t'] = 'b'\nEstimator(instance_type=x['t'])", "b"),
        ("x = {'t': 'a'}\nc = [x]\nx['t'] = 'b'\nEstimator(instance_type=c[0]['t'])", "b"),
        ("x = {'t': 'a'}\nc = {'x': x}\nc['x'] = {'t': 'b'}\nEstimator(instance_type=x['t'])", "a"),
        ("x = {'t': 'a'}\nc = {'x': x}\nx = {'t': 'b'}\nx['t'] = 'c'\nEstimator(instance_type=c['x']['t'])", "a"),
        (
            "class T:\n    def __init__(self, c):\n        self.c = c\n    def up(self):\n        self.c['t'] = 'b'\nd = {'t': 'a'}\nx = T(d)\nx.up()\nEstimator(instance_type=d['t'])",
            "b",
        ),
        (
            "class T:\n    def __init__(self):\n        self.t = 'a'\nx = T()\nd = {'x': x}\nx.t = 'b'\nEstimator(instance_type=d['x'].t)",
            "b",
        ),
    ]);
}

#[test]
fn names_belong_to_the_function_that_says_so() {
    all_are(&[
        (
            "def f():\n    t = 'a'\n    def g():\n        nonlocal t\n        t = 'b'\n    g()\n    return t\nEstimator(instance_type=f())",
            "b",
        ),
        (
            "def counter():\n    n = 0\n    def inc():\n        nonlocal n\n        n += 1\n        return n\n    return inc\nc = counter()\nc()\nEstimator(instance_type='a' if c() == 2 else 'b')",
            "a",
        ),
        ("t = 'a'\ndef f(x=t):\n    return x\nt = 'b'\nEstimator(instance_type=f())", "a"),
        ("t = 'a'\ndef f(x=t):\n    return x\nEstimator(instance_type=f())", "a"),
    ]);
}
