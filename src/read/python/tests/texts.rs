//! Texts that Python makes of numbers and paths, members of enumerations, copies of objects.
//! Each expectation was taken from running the script with stand-ins for the SDK's classes; `?` is what is not followed.

use super::programs_are;

#[test]
fn numbers_are_written_as_python_writes_them() {
    programs_are(&[
        (&[], "S(str(1.0))", &["1.0"]),
        (&[], r#"S(f"{1.0}")"#, &["1.0"]),
        (
            &[],
            r#"x = 2.0
S(f"ml.{x}")"#,
            &["ml.2.0"],
        ),
        (&[], r#"S(f"{4/2}")"#, &["2.0"]),
        (&[], r#"S(f"{4//2}")"#, &["2"]),
        (&[], r#"S(f"{2*1.5}")"#, &["3.0"]),
        (&[], "S(str(float('2')))", &["2.0"]),
        (&[], "S(str(int(2.0)))", &["2"]),
        (&[], "S('x' + str(10/5))", &["x2.0"]),
        (&[], "S('%s' % 1.0)", &["1.0"]),
        (&[], "S('%d' % 1.0)", &["1"]),
        (&[], "S('{}'.format(3.0))", &["3.0"]),
        (&[], "S(','.join(map(str,[1.0,2])))", &["1.0,2"]),
        (&[], "S(str(1e-5))", &["1e-05"]),
        (&[], r#"S(f"{1e16}")"#, &["1e+16"]),
        (&[], r#"S(f"{0.0001}")"#, &["0.0001"]),
        (&[], "S(str(sum([1.0,2.0])))", &["3.0"]),
        (&[], "S(str(round(2.5)))", &["2"]),
        (&[], "S(str(round(2.0, 1)))", &["2.0"]),
        (&[], "S(str(2**3)); S(str(2.0**3)); S(str(2**-1))", &["8", "8.0", "0.5"]),
        (&[], "S(str(-1.0))", &["-1.0"]),
        (
            &[],
            r"S(str(max(1.0, 2)))
S(str(max(1, 2.0)))",
            &["2", "2.0"],
        ),
        (
            &[],
            r"S('a' if isinstance(1.0, int) else 'b')
S('a' if isinstance(1, int) else 'b')",
            &["b", "a"],
        ),
        (&[], "S(json.dumps(1.0))", &["1.0"]),
        (&[], "S({1.0:'a'}[1])", &["a"]),
        (&[], "S(str(5 % 2)); S(str(5.0 % 2)); S(str(-5 // 2)); S(str(abs(-1.0)))", &["1", "1.0", "-3", "1.0"]),
        (
            &[],
            r"hours = 24
S(str(hours * 3600))
S(str(int(hours * 0.5)))",
            &["86400", "12"],
        ),
    ]);
}

#[test]
fn paths_are_those_of_python() {
    programs_are(&[
        (
            &[],
            r"S(os.path.normpath('a/../b'))
S(os.path.normpath('./b/'))
S(os.path.normpath('a//b'))",
            &["b", "b", "a/b"],
        ),
        (&[], "S(str(Path('./a')))", &["a"]),
        (
            &[],
            r#"S(str(Path('a/')/'b'))
S(f"{Path('a/./b')}")"#,
            &["a/b", "a/b"],
        ),
        (&[], "S(os.path.join('./a','b'))", &["./a/b"]),
        (&[], "S(str(Path('s3://x/y')))", &["s3:/x/y"]),
        (
            &[],
            r"S(os.path.dirname('x') or 'e')
S(os.path.dirname('a/b'))
S(os.path.dirname('/b'))
S(os.path.basename('a/b.txt'))",
            &["e", "a", "/", "b.txt"],
        ),
        (
            &[],
            r"S(os.path.basename('a/b/') or 'e')
S(Path('a/b/').name)",
            &["e", "b"],
        ),
        (
            &[],
            r"S(os.path.join('a',''))
S(os.path.join('','a'))",
            &["a/", "a"],
        ),
        (
            &[],
            r"S(str(Path('a').parent))
S(str(Path('a/b').parent))
S(str(Path('/a').parent))
S(str(Path('a/b/').parent))",
            &[".", "a", "/", "a"],
        ),
        (&[], "S(Path('./x/y').as_posix())", &["x/y"]),
        (&[], "S('s3://b/' + str(Path('x')/'y'))", &["s3://b/x/y"]),
    ]);
}

#[test]
fn the_first_of_equal_members_is_the_one() {
    programs_are(&[
        (
            &[],
            r"class K(Enum):
    A = 'a'
    B = 'a'
S(K.B.name)
S(K.A.value)",
            &["A", "a"],
        ),
        (
            &[],
            r"class K(Enum):
    A = 'a'
    B = 'a'
    C = 'c'
for k in K:
    S(k.value)",
            &["a", "c"],
        ),
    ]);
}

#[test]
fn copies_of_objects_are_deep() {
    programs_are(&[
        (
            &[],
            r"@dataclass
class C:
    d: dict = field(default_factory=lambda: {'t':'a'})
c = C()
x = dataclasses.asdict(c)
x['d']['t'] = 'b'
S(c.d['t'])",
            &["a"],
        ),
        (
            &[],
            r"@dataclass
class C:
    l: list = field(default_factory=list)
c = C(['a'])
x = dataclasses.asdict(c)
c.l.append('b')
S(x['l'][-1])",
            &["a"],
        ),
        (
            &[],
            r"@dataclass
class I:
    t: str = 'a'
@dataclass
class C:
    l: list
x = dataclasses.asdict(C([I(), I('b')]))
S(x['l'][1]['t'])",
            &["b"],
        ),
        (
            &[],
            r"@dataclass
class I:
    t: str = 'a'
@dataclass
class C:
    d: dict
x = dataclasses.asdict(C({'k': I()}))
S(x['d']['k']['t'])",
            &["a"],
        ),
    ]);
}

#[test]
fn names_that_two_closures_share_are_one() {
    programs_are(&[
        (
            &[],
            r"def make():
    t = 'a'
    def get():
        return t
    def put(v):
        nonlocal t
        t = v
    return get, put
get, put = make()
put('b')
S(get())",
            &["b"],
        ),
        (
            &[],
            r"def make():
    t = 'a'
    def get():
        return t
    def put(v):
        nonlocal t
        t = v
    return {'get': get, 'put': put}
m = make()
m['put']('b')
S(m['get']())",
            &["b"],
        ),
        (
            &[],
            r"def make():
    n = 0
    def inc():
        nonlocal n
        n += 1
        return n
    return inc
c = make()
for _ in range(3):
    c()
S('a' if c() == 4 else 'b')",
            &["a"],
        ),
        (
            &[],
            r"def make():
    n = 0
    def inc():
        nonlocal n
        n += 1
        return n
    return inc
c = make(); d = make()
c(); c()
S('a' if d() == 1 else 'b')",
            &["a"],
        ),
    ]);
}
