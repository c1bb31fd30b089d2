//! Things that have several names, as Python sees them: each expectation was taken from running the script with stand-ins
//! for the SDK's classes.

use super::{IMPORTS, jobs_are, read_files, types_of};

#[test]
fn whoever_holds_a_thing_sees_what_is_changed_of_it() {
    jobs_are(&[
        (
            r"a = ['a']
b = a
b += ['b']
S(a[-1])",
            &["b"],
        ),
        (
            r"x = {'t': 'a'}
y, z = x, 1
y['t'] = 'b'
S(x['t'])",
            &["b"],
        ),
        (
            r"def f(c={}):
    c.setdefault('t', 'a')
    return c
f()['t'] = 'b'
S(f()['t'])",
            &["b"],
        ),
        (
            r"d = dict.fromkeys(['x', 'y'], [])
d['x'].append('b')
S(d['y'][0] if d['y'] else 'a')",
            &["b"],
        ),
        (
            r"base = {'t': 'a'}
l = [base for _ in range(2)]
l[0]['t'] = 'b'
S(base['t'])",
            &["b"],
        ),
        (
            r"def f(c):
    return c
d = {'t': 'a'}
e = f(d)
e['t'] = 'b'
S(d['t'])",
            &["b"],
        ),
        (
            r"D = {'t': 'a'}
def get():
    return D
get()['t'] = 'b'
S(D['t'])",
            &["b"],
        ),
        (
            r"d = {'x': {'t': 'a'}}
d.get('x')['t'] = 'b'
S(d['x']['t'])",
            &["b"],
        ),
        (
            r"d = {}
d.setdefault('x', []).append('b')
S(d['x'][0])",
            &["b"],
        ),
        (
            r"cfgs = [{'t': 'a'}, {'t': 'a'}]
for c in cfgs:
    c['t'] = 'b'
S(cfgs[1]['t'])",
            &["b"],
        ),
        (
            r"def fix(c):
    c['t'] = 'b'
    return c
cfgs = [{'t': 'a'}]
list(map(fix, cfgs))
S(cfgs[0]['t'])",
            &["b"],
        ),
        (
            r"cfgs = [{'t': 'a'}]
[c.update(t='b') for c in cfgs]
S(cfgs[0]['t'])",
            &["b"],
        ),
        (
            r"d = {'t': 'a'}
(lambda x: x.update(t='b'))(d)
S(d['t'])",
            &["b"],
        ),
        (
            r"def f(*a):
    a[0]['t'] = 'b'
d = {'t': 'a'}
f(d)
S(d['t'])",
            &["b"],
        ),
        (
            r"def f(c):
    c['t'] = 'b'
d = {'t': 'a'}
f(*[d])
S(d['t'])",
            &["b"],
        ),
        (
            r"def f(**kw):
    kw['c']['t'] = 'b'
d = {'t': 'a'}
f(c=d)
S(d['t'])",
            &["b"],
        ),
        (
            r"class A:
    def __init__(self, c): self.c = c
d = {'t': 'a'}
x = A(d)
y = A(d)
x.c['t'] = 'b'
S(y.c['t'])
S(d['t'])",
            &["b", "b"],
        ),
        (
            r"class A:
    def __init__(self): self.c = {'t': 'a'}
    def get(self): return self.c
x = A()
x.get()['t'] = 'b'
S(x.c['t'])",
            &["b"],
        ),
        (
            r"class A:
    def __init__(self): self._c = {'t': 'a'}
    @property
    def c(self): return self._c
x = A()
x.c['t'] = 'b'
S(x.c['t'])",
            &["b"],
        ),
        (
            r"from types import SimpleNamespace
c = SimpleNamespace(t='a')
d = c
d.t = 'b'
S(c.t)",
            &["b"],
        ),
        (
            r"a = b = {'t': 'a'}
a['t'] = 'b'
S(b['t'])",
            &["b"],
        ),
        (
            r"d = {'x': {'t': 'a'}}
for v in d.values():
    v.update(t='b')
S(d['x']['t'])",
            &["b"],
        ),
        (
            r"d = {'t': 'a'}
e = d
e.clear()
S('b' if not d else 'a')",
            &["b"],
        ),
        (
            r"def f(l):
    try:
        return l
    finally:
        l.append('b')
S(f(['a'])[-1])",
            &["b"],
        ),
        (
            r"def now(l=[]):
    l.append('x')
    return len(l)
now()
S(now())",
            &["2"],
        ),
        (
            r"def f(k, cache={}):
    if k not in cache:
        cache[k] = 'b' if cache else 'a'
    return cache[k]
f('x')
S(f('y'))
S(f('x'))",
            &["b", "a"],
        ),
        (
            r"_cache = {}
def get(k):
    if k not in _cache:
        _cache[k] = k + str(len(_cache))
    return _cache[k]
get('x')
S(get('y'))
S(get('x'))",
            &["y1", "x0"],
        ),
    ]);
}

#[test]
fn what_a_class_holds_is_one_for_all_of_its_objects() {
    jobs_are(&[
        (
            r"class C:
    items = []
    def add(self, x):
        self.items.append(x)
C().add('a')
C().add('b')
S(C.items[-1])
S(len(C.items))",
            &["b", "2"],
        ),
        (
            r"class C:
    items = []
a = C()
b = C()
a.items.append('b')
S(b.items[0] if b.items else 'a')",
            &["b"],
        ),
        (
            r"class C:
    n = 0
    def __init__(self):
        C.n += 1
C()
C()
S('b' if C.n == 2 else 'a')",
            &["b"],
        ),
        (
            r"class C:
    t = 'a'
    def up(self):
        type(self).t = 'b'
C().up()
S(C.t)",
            &["b"],
        ),
        (
            r"class C:
    t = 'a'
    def up(self):
        self.__class__.t = 'b'
C().up()
S(C.t)",
            &["b"],
        ),
        (
            r"class C:
    t = 'a'
    @classmethod
    def up(cls):
        cls.t = 'b'
C.up()
S(C.t)
S(C().t)",
            &["b", "b"],
        ),
        (
            r"class C:
    t = 'a'
    for x in ['b']:
        t = x
S(C.t)",
            &["b"],
        ),
        (
            r"import sys
class C:
    if True:
        t = 'b'
    else:
        t = 'a'
S(C.t)",
            &["b"],
        ),
        (
            r"class C:
    t = ['a']
    t += ['b']
S(C.t[-1])",
            &["b"],
        ),
        (
            r"class C:
    opts = {'t': 'a'}
    opts.update(t='b')
S(C.opts['t'])",
            &["b"],
        ),
        (
            r"class C:
    opts = {}
    opts['t'] = 'b'
S(C.opts['t'])",
            &["b"],
        ),
        (
            r"class Trainer:
    DEFAULTS = {'instance_type': 'a'}
    def __init__(self, **over):
        self.args = self.DEFAULTS
        self.args.update(over)
    def estimator(self):
        return Estimator(image_uri='i', **self.args)
Trainer(instance_type='b').estimator()
Trainer().estimator()",
            &["b", "b"],
        ),
        (
            r"class A:
    reg = {'t': 'a'}
    @classmethod
    def add(cls, k, v):
        cls.reg[k] = v
A.add('t', 'b')
S(A.reg['t'])",
            &["b"],
        ),
        (
            r"class A:
    reg = {}
    def add(self, k, v):
        self.reg[k] = v
a = A()
a.add('t', 'b')
S(A.reg['t'])
S(A().reg['t'])",
            &["b", "b"],
        ),
        (
            r"class C:
    l = ['a']
c = C()
c.l += ['b']
S(C.l[-1])",
            &["b"],
        ),
        (
            r"class C:
    t = 'b'
c = C()
c.t = 'a'
del c.t
S(c.t)",
            &["b"],
        ),
        (
            r"class C: t = 'a'
class C: t = 'b'
S(C.t)",
            &["b"],
        ),
        (
            r"class A:
    def run(self): return 'a'
class B(A):
    def run(self): return super().run()
class C(A):
    def run(self): return 'b'
class D(B, C):
    pass
S(D().run())",
            &["b"],
        ),
        (
            r"@dataclass
class A:
    t: str = 'a'
@dataclass
class B(A):
    n: int = 1
    t: str = 'b'
S(B().t)
S(B('c').t)",
            &["b", "c"],
        ),
        (
            r"from typing import ClassVar
@dataclass
class A:
    KIND: ClassVar[str] = 'b'
    t: str = 'a'
S(A('c').t)
S(A.KIND)",
            &["c", "b"],
        ),
        (
            r"from enum import Enum
class Env(Enum):
    DEV = 'dev'
    PROD = 'prod'
e = Env.PROD
S('b' if e == Env.PROD else 'a')
S('b' if e is Env.PROD else 'a')",
            &["b", "b"],
        ),
        (
            r"from enum import Enum
class Env(Enum):
    DEV = 'dev'
    PROD = 'prod'
T = {Env.DEV: 'a', Env.PROD: 'b'}
S(T[Env.PROD])",
            &["b"],
        ),
        (
            r"from typing import NamedTuple
class C(NamedTuple):
    t: str = 'a'
    n: int = 1
c = C('b')
S(c.t)
t, n = c
S(t)
S(c[0])",
            &["b", "b", "b"],
        ),
    ]);
}

#[test]
fn modules_are_things_too() {
    let cases: &[(&str, &str, &[&str])] = &[
        (
            r"_T = 'c'",
            r"T = 'a'
_T = 'b'
from lib import *
S(_T)",
            &["b"],
        ),
        (
            r"__all__ = ['U']
T = 'a'
U = 'c'",
            r"T = 'b'
from lib import *
S(T)
S(U)",
            &["b", "c"],
        ),
        (
            r"T = 'a'
def get():
    return T",
            r"import lib
lib.T = 'b'
S(lib.get())",
            &["b"],
        ),
        (
            r"D = {'t': 'a'}",
            r"from lib import D
import lib
D['t'] = 'b'
S(lib.D['t'])",
            &["b"],
        ),
        (
            r"D = {'t': 'a'}
def get():
    return D['t']",
            r"from lib import D, get
D['t'] = 'b'
S(get())",
            &["b"],
        ),
        (
            r"T = 'a'
def setup():
    global T
    T = 'b'",
            r"import lib
lib.setup()
S(lib.T)",
            &["b"],
        ),
        (
            r"D = {'t': 'a'}
def setup():
    D['t'] = 'b'",
            r"import lib
lib.setup()
S(lib.D['t'])",
            &["b"],
        ),
        (
            r"T = 'b'
if __name__ == '__main__':
    T = 'a'",
            r"import lib
S(lib.T)",
            &["b"],
        ),
        (
            r"N = __name__",
            r"import lib
S(lib.N)",
            &["lib"],
        ),
    ];
    for (module, script, expected) in cases {
        let script = format!("{IMPORTS}{}", script.replace("S(", "Estimator(instance_type="));
        let part = read_files(&[("lib.py", module), ("train.py", &script)]);
        let types = types_of(&part);
        assert_eq!(types, *expected, "{script}");
    }
}

#[test]
fn what_holds_a_thing_stays_one_thing_when_a_part_of_it_changes() {
    jobs_are(&[
        (
            r"cfg = {'tags': [], 't': 'a'}
a = {'cfg': cfg}
tags = cfg['tags']
tags.append('x')
cfg['t'] = 'b'
S(a['cfg']['t'])",
            &["b"],
        ),
        (
            r"class C:
    @property
    def job(self):
        return S('a')
c = C()
unknown(c.job)",
            &["a"],
        ),
    ]);
}

#[test]
fn a_name_is_global_only_in_functions_that_say_so() {
    jobs_are(&[(
        r"t = 'a'
def g():
    global t
    t = 'b'
def f():
    t = 'c'
g()
f()
S(t)",
        &["b"],
    )]);
}
