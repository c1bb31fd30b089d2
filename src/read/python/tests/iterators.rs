//! Iterators, which hand out their items once, and loops over what their bodies change.
//! Each expectation was taken from running the script with stand-ins for the SDK's classes; `?` is what is not followed.

use super::programs_are;

#[test]
fn iterators_hand_out_their_items_once() {
    programs_are(&[
        (
            &[],
            r"z = zip(['a'],['b'])
n = len(list(z))
x = list(z)
S('a' if x else 'b')",
            &["b"],
        ),
        (
            &[],
            r"m = map(str.upper, ['a'])
for t in m:
    S(t)
for t in m:
    S(t)",
            &["?"],
        ),
        (
            &[],
            r"g = (t for t in ['a','b'])
for t in g:
    S(t)
for t in g:
    S(t)",
            &["a", "b"],
        ),
        (
            &[],
            r"def gen():
    yield 'a'
    yield 'b'
g = gen()
S(next(g))
S(next(g))",
            &["a", "b"],
        ),
        (
            &[],
            r"def gen():
    yield 'a'
    yield 'b'
g = gen()
x = list(g)
y = list(g)
S('b' if y else 'a')",
            &["a"],
        ),
        (
            &[],
            r"it = iter(['a','b','c'])
S(next(it))
for t in it:
    S(t)
S(next(it,'z'))",
            &["a", "b", "c", "z"],
        ),
        (
            &[],
            r"g = (n for n in [1,2])
a = sum(g)
b = sum(g)
S('a' if b == 0 else 'b')",
            &["a"],
        ),
        (
            &[],
            r"g = iter(['a','b','c'])
x = 'a' in g
S(next(g))",
            &["?"],
        ),
        (
            &[],
            r"d = {'x':'a','y':'b'}
for k in d:
    d['y'] = 'c'
    S(d[k])",
            &["a", "c"],
        ),
        (
            &[],
            r"e = enumerate(['a','b'])
next(e)
for i, t in e:
    S(t)",
            &["b"],
        ),
        (
            &[],
            r"r = reversed(['a','b'])
S(next(r))
S(next(r))",
            &["b", "a"],
        ),
        (
            &[],
            r"c = itertools.chain(['a'],['b'])
for t in c:
    S(t)
S('a' if list(c) else 'c')",
            &["a", "b", "c"],
        ),
        (
            &[],
            r"g = iter(['', 'a', 'b'])
any(g)
S(next(g))",
            &["?"],
        ),
        (
            &[],
            r"it = iter(['a','b'])
def f(*a): return a[0]
S(f(*it))
S(next(it, 'c'))",
            &["a", "c"],
        ),
        (
            &[],
            r"it = iter(['a','b'])
x, y = it
S(x)
S(next(it, 'c'))",
            &["a", "c"],
        ),
        (
            &[],
            r"g = (t for t in ['a','b'])
x = '-'.join(g)
y = '-'.join(g)
S(x)
S(y or 'c')",
            &["a-b", "c"],
        ),
        (
            &[],
            r"z = zip(['t'],['a'])
d = dict(z)
e = dict(z)
S(d['t'])
S(e.get('t','b'))",
            &["a", "b"],
        ),
        (
            &[],
            r"def use(it):
    return list(it)
g = map(str, ['a'])
use(g)
S('b' if use(g) else 'a')",
            &["a"],
        ),
        (
            &[],
            r"def kinds():
    return (t for t in ['a','b'])
for t in kinds():
    S(t)
for t in kinds():
    S(t)",
            &["a", "b", "a", "b"],
        ),
        (
            &[],
            r"it = iter(['a','b','c'])
while chunk := list(itertools.islice(it, 2)):
    S(chunk[0])",
            &["a", "c"],
        ),
        (
            &[],
            r"if any((hit := t).startswith('b') for t in ['a','b','c']):
    S(hit)",
            &["b"],
        ),
    ]);
}

#[test]
fn loops_see_what_their_bodies_change() {
    programs_are(&[
        (
            &[],
            r"l = ['a','b']
for t in l:
    S(t)
    if t == 'a':
        l.append('c')",
            &["a", "b", "c"],
        ),
        (
            &[],
            r"l = ['a','b','c']
for t in l:
    S(t)
    l.remove(t)",
            &["a", "c"],
        ),
        (
            &[],
            r"l = ['a','b','c']
for t in list(l):
    S(t)
    l.remove(t)",
            &["a", "b", "c"],
        ),
        (
            &[],
            r"d = {'x':'a','y':'b'}
for k in d:
    d['y'] = 'c'
    S(d[k])",
            &["a", "c"],
        ),
    ]);
}

#[test]
fn files_are_gone_through_once() {
    programs_are(&[
        (
            &[(
                "x.csv",
                r"n,t
1,a
2,b
",
            )],
            r"r = csv.DictReader(open('x.csv'))
for row in r:
    S(row['t'])
for row in r:
    S(row['t'])",
            &["a", "b"],
        ),
        (
            &[(
                "x.json",
                r#"{"t":"a"}
"#,
            )],
            r"f = open('x.json')
c = json.load(f)
S(c['t'])",
            &["a"],
        ),
        (
            &[(
                "x.txt", r"a
b
",
            )],
            r"f = open('x.txt')
for l in f:
    S(l.strip())
for l in f:
    S(l.strip())",
            &["a", "b"],
        ),
    ]);
}
