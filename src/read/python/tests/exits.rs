//! Functions and loops that are left early: what was written until then is one of two values afterwards. Each
//! expectation was taken from running the script in both worlds.

use super::{jobs_are, programs_are};

#[test]
fn what_is_written_before_or_after_an_early_return_outlives_the_call() {
    jobs_are(&[
        (
            r"t = 'a'
def choose():
    global t
    if os.environ.get('X'):
        return
    t = 'b'
choose()
S(t)",
            &["(a if environment variable X else b)"],
        ),
        (
            r"t = 'a'
def choose():
    global t
    if os.environ.get('X'):
        t = 'b'
        return 1
choose()
S(t)",
            &["(b if environment variable X else a)"],
        ),
        (
            r"c = {'t': 'a'}
def choose():
    if os.environ.get('X'):
        c['t'] = 'b'
        return True
    if os.environ.get('Y'):
        c['t'] = 'c'
        return True
    return False
choose()
S(c['t'])",
            &["(b if environment variable X else (c if not environment variable X and environment variable Y else a))"],
        ),
        (
            r"c = {'t': 'a'}
def choose(kind):
    match kind:
        case 'big':
            return
        case _:
            c['t'] = 'b'
choose('big' if os.environ.get('X') else 'small')
S(c['t'])",
            &["(a if environment variable X else b)"],
        ),
        (
            r"c = {'t': 'a'}
def choose():
    if os.environ.get('X'):
        if os.environ.get('Y'):
            return
        c['t'] = 'b'
    else:
        c['t'] = 'c'
choose()
S(c['t'])",
            &["(a if environment variable X and environment variable Y else (b if environment variable X else c))"],
        ),
    ]);
}

#[test]
fn objects_lists_and_names_of_outer_functions_outlive_an_early_return() {
    jobs_are(&[
        (
            r"class Settings:
    def __init__(self):
        self.t = 'a'
    def choose(self):
        if os.environ.get('X'):
            return self
        self.t = 'b'
        return self
s = Settings()
u = s.choose()
S(s.t)
S(u.t)
u.t = 'c'
S(s.t)",
            &["(a if environment variable X else b)", "(a if environment variable X else b)", "c"],
        ),
        (
            r"class Settings:
    def __init__(self, t):
        if os.environ.get('X'):
            self.t = t
            return
        self.t = 'b'
S(Settings('a').t)",
            &["(a if environment variable X else b)"],
        ),
        (
            r"def run():
    t = 'a'
    def choose():
        nonlocal t
        if os.environ.get('X'):
            return
        t = 'b'
    choose()
    return t
S(run())",
            &["(a if environment variable X else b)"],
        ),
        (
            r"ts = ['a']
def choose():
    if os.environ.get('X'):
        return
    ts.append('b')
choose()
S(ts[-1])",
            &["(a if environment variable X else b)"],
        ),
        (
            r"def outer(c):
    def inner():
        if os.environ.get('X'):
            return
        c['t'] = 'b'
    return inner
c = {'t': 'a'}
choose = outer(c)
choose()
S(c['t'])",
            &["(a if environment variable X else b)"],
        ),
    ]);
}

#[test]
fn files_that_are_written_before_an_early_return_stay_written() {
    programs_are(&[(
        &[],
        r"def write(t):
    with open('c.json', 'w') as f:
        json.dump({'t': t}, f)
write('a')
def choose():
    if os.environ.get('X'):
        write('b')
        return
choose()
S(json.load(open('c.json'))['t'])",
        &["?"],
    )]);
}

#[test]
fn what_is_done_in_any_case_is_done_after_an_early_return_too() {
    jobs_are(&[
        (
            r"c = {'t': 'a'}
def choose():
    try:
        if os.environ.get('X'):
            return
        c['t'] = 'b'
    finally:
        pass
choose()
S(c['t'])",
            &["(a if environment variable X else b)"],
        ),
        (
            r"c = {'t': 'a'}
def choose():
    try:
        if os.environ.get('X'):
            return 1
    finally:
        c['t'] = 'b'
    return 2
choose()
S(c['t'])",
            &["b"],
        ),
        (
            r"class Lease:
    def __enter__(self):
        return self
    def __exit__(self, *why):
        c['t'] = 'b'
c = {'t': 'a'}
def choose():
    with Lease():
        if os.environ.get('X'):
            return 1
    return 2
choose()
S(c['t'])",
            &["b"],
        ),
        (
            r"def choose():
    c = {'t': 'a'}
    try:
        return c
    finally:
        c['t'] = 'b'
S(choose()['t'])",
            &["b"],
        ),
    ]);
}

#[test]
fn what_is_written_before_a_loop_is_left_outlives_it() {
    jobs_are(&[
        (
            r"t = 'a'
for i in range(3):
    if os.environ.get('X'):
        t = 'b'
        break
S(t)",
            &["(b if environment variable X else ?)"],
        ),
        (
            r"c = {'t': 'a'}
def choose(c):
    c['t'] = 'b'
for i in range(3):
    if os.environ.get('X'):
        choose(c)
        continue
S(c['t'])",
            &["(b if environment variable X else a)"],
        ),
        (
            r"t = 'a'
for i in range(1):
    if os.environ.get('X'):
        continue
    t = 'b'
S(t)",
            &["(a if environment variable X else b)"],
        ),
        (
            r"c = {'t': 'a'}
def choose():
    for i in range(2):
        if os.environ.get('X'):
            c['t'] = 'b'
            return
choose()
S(c['t'])",
            &["(b if environment variable X else a)"],
        ),
    ]);
}

#[test]
fn checks_of_arguments_leave_what_is_known_as_it_is() {
    jobs_are(&[
        (
            r"def make(t):
    if os.environ.get('X'):
        return None
    if t is None:
        raise ValueError(t)
    c = {'t': t}
    return S(c['t'])
make('a')",
            &["a"],
        ),
        (
            r"c = {'t': 'a'}
def check():
    if os.environ.get('X'):
        print('x')
        return
    if not os.path.exists('y'):
        return
check()
S(c['t'])",
            &["a"],
        ),
        (
            r"c = {}
def prepare():
    c['t'] = 'a'
    if os.environ.get('X'):
        return
    c['u'] = 'b'
prepare()
S(c['t'])",
            &["a"],
        ),
    ]);
}

#[test]
fn names_of_comprehensions_are_their_own() {
    jobs_are(&[
        (
            r"t = 'a'
def f():
    global t
    t = 'b'
    return [t for t in ['c', 'd']]
ts = f()
S(t)
S(ts[1])",
            &["b", "d"],
        ),
        (
            r"def f():
    t = 'a'
    def g():
        nonlocal t
        t = 'b'
        return [1 for t in ['c', 'd']]
    g()
    return t
S(f())",
            &["b"],
        ),
    ]);
}

#[test]
fn modules_are_imported_as_they_are_by_then() {
    let conf = [("conf.py", "T = 'a'\nC = {'t': 'a'}")];
    programs_are(&[
        (&conf, "import conf\nconf.T = 'b'\nfrom conf import T\nS(T)", &["b"]),
        (&conf, "import conf\nconf.T = 'b'\nimport conf\nS(conf.T)", &["b"]),
        (&conf, "import conf\nconf.U = 'b'\nfrom conf import U\nS(U)", &["b"]),
        (&conf, "import conf\nconf.C['t'] = 'b'\nfrom conf import C\nS(C['t'])\nS(conf.C['t'])", &["b", "b"]),
        (&conf, "from conf import T\nimport conf\nT = 'b'\nS(conf.T)", &["a"]),
    ]);
}

#[test]
fn too_many_exits_leave_what_was_written_unknown() {
    let exits = "    if os.environ.get('X'):\n        return\n".repeat(200);
    let writes: String = (0..200).map(|at| format!("    c['t'] = 'b'\n    n{at} = 1\n")).collect();
    let names: Vec<String> = (0..200).map(|at| format!("n{at}")).collect();
    let script = format!("c = {{'t': 'a'}}\ndef f():\n    global {}\n{exits}{writes}f()\nS(c['t'])", names.join(", "));
    jobs_are(&[(&script, &["?"])]);
}
