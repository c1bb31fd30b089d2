//! Errors that a `try` catches: what was written before one is there for whoever catches it. Each expectation was taken
//! from running the script in both worlds.

use super::{jobs_are, programs_are};

#[test]
fn what_takes_any_value_cannot_fail() {
    jobs_are(&[(
        r"try:
    if bool(os.environ.get('X')):
        raise ValueError('x')
except ValueError:
    S('a')
else:
    S('b')",
        &["a", "b"],
    )]);
}

#[test]
fn what_is_written_before_an_error_is_there_for_its_handler() {
    jobs_are(&[
        (
            r"t = 'a'
try:
    if os.environ.get('X'):
        t = 'b'
        raise ValueError('x')
    t = 'c'
except ValueError:
    pass
S(t)",
            &["(b if environment variable X else c)"],
        ),
        (
            r"u = 'a'
try:
    u = 'b'
    if not os.environ.get('X'):
        u = 'c'
        raise RuntimeError('x')
except Exception:
    u = u + '1'
S(u)",
            &["((c1 if not environment variable X else b1) if not environment variable X or an exception else \
                 (c if not environment variable X else b))"],
        ),
        (
            r"u = 'a'
try:
    if os.environ.get('X'):
        t = 'b'
        raise RuntimeError('x')
    t = 'c'
except Exception:
    pass
finally:
    u = t
S(u)",
            &["(b if environment variable X else c)"],
        ),
        (
            r"try:
    for k in ['x', 'y']:
        t = k
        if os.environ.get('X'):
            raise ValueError(k)
except ValueError:
    pass
S(t)",
            &["(x if environment variable X else y)"],
        ),
        (
            // One that nothing here catches is one of the `try` around it.
            r"t = 'a'
try:
    try:
        if os.environ.get('X'):
            t = 'b'
            raise ValueError('x')
        t = 'c'
    finally:
        u = 'done'
except ValueError:
    pass
S(t)
S(u)",
            &["(b if environment variable X else c)", "done"],
        ),
    ]);
}

#[test]
fn each_error_has_its_own_handler() {
    jobs_are(&[(
        r"t = 'a'
try:
    if os.environ.get('X'):
        raise KeyError('x')
    if os.environ.get('Y'):
        raise ValueError('y')
    t = 'none'
except KeyError:
    t = 'key'
except ValueError:
    t = 'value'
S(t)",
        &[
            "(key if environment variable X or an exception and not not environment variable X and environment variable Y \
           else (value if not environment variable X and environment variable Y or an exception else \
           (a if environment variable X else (a if not environment variable X and environment variable Y else none))))",
        ],
    )]);
}

#[test]
fn errors_of_functions_are_caught_where_they_are_called() {
    jobs_are(&[
        (
            r"c = {'t': 'a'}
def check():
    if os.environ.get('X'):
        c['t'] = 'b'
        raise RuntimeError('x')
    c['t'] = 'c'
try:
    check()
except RuntimeError:
    pass
S(c['t'])",
            &["(b if environment variable X else c)"],
        ),
        (
            r"class Check:
    def __init__(self):
        self.t = 'a'
    def run(self):
        self.t = 'b'
        if os.environ.get('X'):
            raise RuntimeError('x')
        self.t = 'c'
check = Check()
try:
    check.run()
except RuntimeError:
    pass
S(check.t)",
            &["(b if environment variable X else c)"],
        ),
    ]);
    programs_are(&[(
        &[(
            "checks.py",
            "def check(c):\n    if c.get('x'):\n        c['t'] = 'b'\n        raise ValueError()\n    c['t'] = 'c'\n",
        )],
        r"import checks
c = {'t': 'a', 'x': os.environ.get('X')}
try:
    checks.check(c)
except ValueError:
    pass
S(c['t'])",
        &["(b if environment variable X else c)"],
    )]);
}

#[test]
fn functions_that_are_handed_out_early_see_what_was_written_until_then() {
    jobs_are(&[
        (
            r"def make():
    t = 'a'
    def get():
        return t
    if os.environ.get('X'):
        t = 'b'
        return get
    t = 'c'
    return get
S(make()())",
            &["(b if environment variable X else c)"],
        ),
        (
            r"def make():
    c = {'t': 'a'}
    if os.environ.get('X'):
        return lambda: c['t']
    c['t'] = 'c'
    return lambda: c['t']
S(make()())",
            &["(a if environment variable X else c)"],
        ),
    ]);
}

#[test]
fn a_module_that_one_side_imports_first_has_nothing_of_it_on_the_other() {
    let conf = "T = 'a'\ndef set_type(t):\n    global T\n    T = t\ndef get():\n    return T\n";
    programs_are(&[
        (
            &[("conf.py", conf)],
            r"if os.environ.get('X'):
    import conf
    conf.set_type('b')
else:
    pass
import conf
S(conf.get())
S(conf.T)",
            &["(b if environment variable X else a)", "(b if environment variable X else a)"],
        ),
        (
            &[("conf.py", conf)],
            r"def pick():
    import conf
    conf.T = 'b'
if os.environ.get('X'):
    pick()
import conf
S(conf.get())",
            &["(b if environment variable X else a)"],
        ),
        (&[("conf.py", conf)], "import conf\nsetattr(conf, 'T', 'b')\nS(conf.T)\nS(conf.get())", &["b", "b"]),
    ]);
}

#[test]
fn an_error_that_no_handler_is_for_is_one_of_the_try_around_it() {
    jobs_are(&[(
        r"t = 'a'
try:
    try:
        if os.environ.get('X'):
            t = 'b'
            raise KeyError('k')
    except ValueError:
        t = 'never'
    t = t + '1'
except KeyError:
    t = t + '2'
S(t)",
        &[
            "((b2 if environment variable X else (never12 if an exception else (b12 if environment variable X else a12))) \
           if environment variable X or an exception else \
           (b if environment variable X else (never1 if an exception else (b1 if environment variable X else a1))))",
        ],
    )]);
}

#[test]
fn nothing_of_a_statement_that_fails_is_done() {
    jobs_are(&[(
        r"def check():
    if os.environ.get('X'):
        raise ValueError('x')
    return 'a'
try:
    S(check())
except ValueError:
    S('b')",
        &["a", "b"],
    )]);
}

#[test]
fn errors_are_known_by_the_last_part_of_their_names() {
    programs_are(&[(
        &[("errors.py", "class ConfigError(Exception):\n    pass\n")],
        r"import errors
t = 'a'
try:
    if os.environ.get('X'):
        raise errors.ConfigError('x')
    t = 'b'
except errors.ConfigError:
    t = t + 'c'
S(t)",
        &["((ac if environment variable X else bc) if environment variable X or an exception else \
           (a if environment variable X else b))"],
    )]);
}

#[test]
fn what_hides_errors_leaves_what_was_written_until_then() {
    jobs_are(&[(
        r"import contextlib
t = 'a'
with contextlib.suppress(KeyError):
    if os.environ.get('X'):
        t = 'b'
        raise KeyError()
    t = 'c'
S(t)",
        &["(b if environment variable X else c)"],
    )]);
}

#[test]
fn a_handler_that_several_ways_lead_to_runs_once() {
    programs_are(&[
        (
            &[],
            "import lib\ntry:\n    if os.environ.get('X'):\n        raise ValueError('x')\n    lib.go()\nexcept ValueError:\n    S('a')\nS('b')",
            &["a", "b"],
        ),
        (
            &[],
            "import lib\nt = 'a'\ntry:\n    lib.go()\n    t = 'b'\n    if os.environ.get('X'):\n        raise ValueError('x')\nexcept ValueError:\n    S(t)",
            &["(b if environment variable X else a)"],
        ),
        (
            &[],
            "import lib\ndef go():\n    try:\n        if os.environ.get('X'):\n            raise KeyError('x')\n        lib.go()\n    except ValueError:\n        S('a')\n    except KeyError:\n        S('b')\n        return 'c'\n    return 'd'\nS(go())",
            &[
                "a",
                "b",
                "(c if not an exception and not environment variable X and environment variable X or an exception else d)",
            ],
        ),
    ]);
}
