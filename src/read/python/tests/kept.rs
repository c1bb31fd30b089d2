//! What functions keep of their calls, what sets names and fields by other ways than assignment, and what `with` takes back.
//! Each expectation was taken from running the script with stand-ins for the SDK's classes; `?` is what is not followed.

use super::programs_are;

#[test]
fn a_call_that_is_remembered_makes_one_thing() {
    programs_are(&[
        (
            &[],
            r"@functools.lru_cache
def cfg():
    return {'t':'a'}
cfg()['t'] = 'b'
S(cfg()['t'])",
            &["b"],
        ),
        (
            &[],
            r"@functools.lru_cache(maxsize=None)
def make(t):
    return S(t)
make('a')
make('a')
make('b')",
            &["a", "b"],
        ),
        (
            &[],
            r"@functools.cache
def make(t, n=1):
    return S(t)
make('a')
make('a', n=2)
make('a')",
            &["a", "a"],
        ),
        (
            &[],
            r"class C:
    @functools.cached_property
    def e(self):
        return S('a')
c = C()
c.e
c.e",
            &["a"],
        ),
        (
            &[],
            r"class C:
    t = 'a'
    @functools.cached_property
    def v(self):
        return self.t
c = C()
c.v
c.t = 'b'
S(c.v)",
            &["a"],
        ),
        (
            &[],
            r"class C:
    @functools.lru_cache
    def make(self, t):
        return S(t)
c = C()
c.make('a')
c.make('a')",
            &["a"],
        ),
        (
            &[],
            r"STATE = {'t':'a'}
@functools.cache
def get():
    return STATE['t']
get()
STATE['t'] = 'b'
S(get())",
            &["a"],
        ),
        (
            &[],
            r"@functools.cache
def cfg():
    return {'t':'a'}
cfg()['t'] = 'b'
cfg.cache_clear()
S(cfg()['t'])",
            &["a"],
        ),
    ]);
}

#[test]
fn names_may_be_set_by_their_texts() {
    programs_are(&[
        (
            &[],
            r"T = 'a'
globals()['T'] = 'b'
S(T)",
            &["b"],
        ),
        (
            &[],
            r"T = 'a'
globals().update({'T':'b'})
S(T)",
            &["b"],
        ),
        (
            &[],
            r"T = 'a'
S(globals()['T'])",
            &["a"],
        ),
        (
            &[],
            r"T = 'a'
def f():
    globals()['T'] = 'b'
f()
S(T)",
            &["b"],
        ),
        (
            &[],
            r"T = 'a'
locals()['T'] = 'b'
S(T)",
            &["b"],
        ),
        (
            &[],
            r"T = 'a'
vars()['T'] = 'b'
S(T)",
            &["b"],
        ),
        (
            &[],
            r#"T = 'a'
exec("T = 'b'")
S(T)"#,
            &["?"],
        ),
        (
            &[(
                "x.py",
                r"T = 'b'
",
            )],
            r"T = 'a'
exec(open('x.py').read())
S(T)",
            &["?"],
        ),
    ]);
}

#[test]
fn setters_run_where_fields_are_set() {
    programs_are(&[
        (
            &[],
            r"class C:
    def __setattr__(self, k, v):
        object.__setattr__(self, k, v + 'x')
c = C()
c.t = 'a'
S(c.t)",
            &["?"],
        ),
        (
            &[],
            r"class C:
    def __setattr__(self, k, v):
        super().__setattr__(k, v)
c = C()
c.t = 'a'
S(c.t)",
            &["?"],
        ),
        (
            &[],
            r"class C:
    def __init__(self):
        self.t = 'a'
    def __setattr__(self, k, v):
        self.__dict__[k] = 'b'
S(C().t)",
            &["?"],
        ),
        (
            &[],
            r"class C:
    def __init__(self): self.d = {}
    def __setitem__(self, k, v): self.d[k] = 'b'
    def __getitem__(self, k): return self.d[k]
c = C()
c['t'] = 'a'
S(c['t'])",
            &["?"],
        ),
        (
            &[],
            r"class C:
    def __init__(self): self._t = 'a'
    @property
    def t(self): return self._t
    @t.setter
    def t(self, v): self._t = v + 'x'
c = C()
c.t = 'b'
S(c.t)",
            &["bx"],
        ),
        (
            &[],
            r"class C:
    t = 'a'
    def __getattribute__(self, k): return 'b'
S(C().t)",
            &["?"],
        ),
        (
            &[],
            r"class C:
    def __getattr__(self, k): return 'b'
S(C().t)",
            &["?"],
        ),
        (
            &[],
            r"@dataclass(frozen=True)
class C:
    t: str
    def __post_init__(self):
        object.__setattr__(self, 't', self.t + 'x')
S(C('a').t)",
            &["ax"],
        ),
    ]);
}

#[test]
fn what_a_context_does_at_its_end_is_done_there() {
    programs_are(&[
        (
            &[],
            r"cfg = {'t':'a'}
@contextlib.contextmanager
def ctx():
    cfg['t'] = 'b'
    yield
    cfg['t'] = 'a'
with ctx():
    S(cfg['t'])
S(cfg['t'])",
            &["b", "a"],
        ),
        (
            &[],
            r"cfg = {'t':'a'}
@contextlib.contextmanager
def override(**kw):
    old = dict(cfg)
    cfg.update(kw)
    try:
        yield cfg
    finally:
        cfg.clear()
        cfg.update(old)
with override(t='b') as c:
    S(c['t'])
S(cfg['t'])",
            &["b", "a"],
        ),
        (
            &[],
            r"@contextlib.contextmanager
def env(k, v):
    old = os.environ.get(k)
    os.environ[k] = v
    yield
    del os.environ[k]
with env('T','b'):
    S(os.environ['T'])
S(os.environ.get('T','a'))",
            &["b", "a"],
        ),
        (
            &[],
            r"cfg = {'t':'a'}
class Ctx:
    def __enter__(self):
        cfg['t'] = 'b'
        return self
    def __exit__(self, *a):
        cfg['t'] = 'c'
with Ctx():
    S(cfg['t'])
S(cfg['t'])",
            &["b", "c"],
        ),
    ]);
}

#[test]
fn what_mentions_something_changes_with_it() {
    programs_are(&[
        (
            &[],
            r"from omegaconf import OmegaConf
c = OmegaConf.create({'f':'a','t':'${f}'})
c.f = 'b'
S(c.t)",
            &["b"],
        ),
        (
            &[(
                "c.yaml",
                r"f: a
t: ${f}
",
            )],
            r"from omegaconf import OmegaConf
c = OmegaConf.load('c.yaml')
c.f = 'b'
S(c.t)",
            &["b"],
        ),
        (
            &[],
            r"from omegaconf import OmegaConf
c = OmegaConf.create({'f':'a','t':'ml.${f}'})
c = OmegaConf.merge(c, {'f':'b'})
S(c.t)",
            &["ml.b"],
        ),
        (
            &[],
            r"from omegaconf import OmegaConf
c = OmegaConf.create({'x':{'t':'a'}})
OmegaConf.update(c, 'x.t', 'b')
S(c.x.t)",
            &["?"],
        ),
        (
            &[],
            r"from omegaconf import OmegaConf
c = OmegaConf.create({'x':{'f':'a'},'t':'${x.f}'})
c.x.f = 'b'
S(c.t)",
            &["b"],
        ),
        (
            &[],
            r"from omegaconf import OmegaConf
c = OmegaConf.create({'f':'a','t':'${f}'})
d = OmegaConf.to_container(c, resolve=True)
c.f = 'b'
S(d['t'])",
            &["a"],
        ),
    ]);
}
