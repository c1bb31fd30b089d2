//! The order in which code runs, and Python's own functions: each expectation was taken from running the script with
//! stand-ins for the SDK's classes.

use super::jobs_are;

#[test]
fn rounds_end_where_the_code_says_so() {
    jobs_are(&[
        (
            r"def find(n):
    for c in [{'n': 'x', 't': 'a'}, {'n': 'y', 't': 'b'}]:
        if c['n'] == n:
            return c['t']
    return 'none'
S(find('y'))
S(find('z'))",
            &["b", "none"],
        ),
        (
            r"out = []
for x in ['a', 'b', 'c']:
    if x == 'a':
        continue
    out.append(x)
S(out[0])
S(len(out))",
            &["b", "2"],
        ),
        (
            r"for t in ['a', 'b', 'c']:
    if t == 'c':
        break
    S(t)",
            &["a", "b"],
        ),
        (
            r"for t in ['a', 'b', 'c']:
    if t == 'b':
        continue
    S(t)",
            &["a", "c"],
        ),
        (
            r"out = []
for x in ['a', 'b']:
    for y in ['1', '2']:
        if y == '2':
            break
        out.append(x + y)
S(out[-1])
S(len(out))",
            &["b1", "2"],
        ),
        (
            r"t = 'a'
for x in ['a', 'b']:
    if x == 'b':
        t = x
        break
else:
    t = 'c'
S(t)",
            &["b"],
        ),
        (
            r"i = 0
out = []
while i < 3:
    out.append(i)
    i += 1
S(len(out))
S(i)",
            &["3", "3"],
        ),
        (
            r"i = 0
while True:
    i += 1
    if i == 3:
        break
S(i)",
            &["3"],
        ),
        (
            r"i = 0
t = 'a'
while i < 2:
    i += 1
    break
else:
    t = 'c'
S(t)",
            &["a"],
        ),
        (
            r"todo = ['a', 'b']
done = []
while todo:
    done.append(todo.pop())
S(done[0])
S(len(todo))",
            &["b", "0"],
        ),
        (
            r"def f():
    n = 0
    while True:
        n += 1
        if n > 2:
            return n
S(f())",
            &["3"],
        ),
        (
            r"l = ['a', 'b', '']
out = []
i = 0
while (x := l[i]):
    out.append(x)
    i += 1
S(out[-1])",
            &["b"],
        ),
    ]);
}

#[test]
fn functions_are_those_that_stand_when_they_are_called() {
    jobs_are(&[
        (
            r"fs = []
for t in ['a', 'b']:
    fs.append(lambda t=t: t)
S(fs[0]())",
            &["a"],
        ),
        (
            r"def f(): return 'a'
def f(): return 'b'
S(f())",
            &["b"],
        ),
        (
            r"def f(): return 'a'
g = f
def f(): return 'b'
S(g())
S(f())",
            &["a", "b"],
        ),
        (
            r"def f(n): return 1 if n <= 1 else n * f(n - 1)
S(f(5))",
            &["120"],
        ),
        (
            r"def dig(d, path):
    if not path:
        return d
    return dig(d[path[0]], path[1:])
S(dig({'x': {'y': 'b'}}, ['x', 'y']))",
            &["b"],
        ),
        (
            r"def flat(d, p=''):
    out = {}
    for k, v in d.items():
        if isinstance(v, dict):
            out.update(flat(v, p + k + '.'))
        else:
            out[p + k] = v
    return out
S(flat({'x': {'t': 'b'}})['x.t'])",
            &["b"],
        ),
        (
            r"def merge(a, b):
    out = dict(a)
    for k, v in b.items():
        if k in out and isinstance(out[k], dict) and isinstance(v, dict):
            out[k] = merge(out[k], v)
        else:
            out[k] = v
    return out
base = {'train': {'t': 'a', 'n': 1}, 'x': 'y'}
over = {'train': {'t': 'b'}}
m = merge(base, over)
S(m['train']['t'])
S(m['train']['n'])
S(base['train']['t'])",
            &["b", "1", "a"],
        ),
        (
            r"def sub(v, env):
    if isinstance(v, dict):
        return {k: sub(x, env) for k, x in v.items()}
    if isinstance(v, list):
        return [sub(x, env) for x in v]
    if isinstance(v, str):
        for k, x in env.items():
            v = v.replace('${' + k + '}', x)
        return v
    return v
S(sub({'t': 'ml.${F}.large'}, {'F': 'm5'})['t'])",
            &["ml.m5.large"],
        ),
        (
            r"def even(n): return True if n == 0 else odd(n - 1)
def odd(n): return False if n == 0 else even(n - 1)
S('b' if even(4) else 'a')",
            &["b"],
        ),
        (
            r"S(functools.reduce(lambda a, b: a + b, [1, 2, 3]))
S(functools.reduce(lambda a, b: {**a, **b}, [{'t': 'a'}, {'t': 'b'}], {})['t'])",
            &["6", "b"],
        ),
        (
            r"l = ['a']
def f(x=l.append('b')): return x
S(l[-1])",
            &["b"],
        ),
        (
            r"l = []
l.append('a') if False else l.append('b')
S(l[0])",
            &["b"],
        ),
        (
            r"l = ['b']
False and l.append('a')
True or l.append('a')
S(l[-1])",
            &["b"],
        ),
        (
            r"l = []
[l.append(x) for x in ['a', 'b']]
S(l[-1])",
            &["b"],
        ),
        (r"e = S('b') if 1 else S('a')", &["b"]),
    ]);
}

#[test]
fn lists_and_texts_have_the_methods_that_python_gives_them() {
    jobs_are(&[
        (
            r"l = ['a']
l.insert(0, 'b')
S(l[0])",
            &["b"],
        ),
        (
            r"l = ['a', 'b', 'a']
l.remove('a')
S(l[0])
S(len(l))",
            &["b", "2"],
        ),
        (
            r"l = ['a', 'b']
S(l.pop())
S(l[-1])",
            &["b", "a"],
        ),
        (
            r"l = ['a', 'b']
S(l.index('b'))
S(l.count('a'))",
            &["1", "1"],
        ),
        (
            r"l = [{'t': 'a', 'p': 2}, {'t': 'b', 'p': 1}]
l.sort(key=lambda x: x['p'])
S(l[0]['t'])
S(sorted(l, key=lambda x: -x['p'])[0]['t'])",
            &["b", "a"],
        ),
        (
            r"l = ['b', 'a'].sort()
S('b' if l is None else 'a')",
            &["b"],
        ),
        (
            r"l = ['a', 'b', 'c']
del l[0]
S(l[0])",
            &["b"],
        ),
        (
            r"l = ['a', 'b']
l[0], l[1] = l[1], l[0]
S(l[0])",
            &["b"],
        ),
        (
            r"S(sum([1, 2]))
S('b' if any([False, True]) else 'a')
S('b' if all([True, False]) else 'a')
S('b' if any(x == 'z' for x in ['z']) else 'a')
S(sum(x for x in [1, 2]))",
            &["3", "b", "a", "b", "3"],
        ),
        (
            r"d = {('dev', 'gpu'): 'a', ('prod', 'gpu'): 'b'}
S(d[('prod', 'gpu')])
S(d['dev', 'gpu'])",
            &["b", "a"],
        ),
        (
            r"d = {True: 'b', False: 'a'}
S(d[True])
S(d[1 == 2])",
            &["b", "a"],
        ),
        (
            r"d = defaultdict(list)
d['x'].append('b')
S(d['x'][0])
S(len(d['y']))",
            &["b", "0"],
        ),
        (
            r"d = defaultdict(int)
d['x'] += 2
S(d['x'])
S(d['y'])",
            &["2", "0"],
        ),
        (
            r"s = 'ml.m5.large'
S(s[s.find('.') + 1:])
S(s[s.index('m5'):])
S(s[s.rfind('.') + 1:])
S(s.count('.'))",
            &["m5.large", "m5.large", "large", "2"],
        ),
        (
            r"S('b' if 'ml.g5.large'.startswith(('ml.p', 'ml.g')) else 'a')
S('b' if 'ml.g5.large'.endswith('.large') else 'a')
S('b' if 'ml.g5.large'.endswith(('.x', '.y')) else 'a')",
            &["b", "b", "a"],
        ),
        (
            r"S('ab' * 2)
S('-' * 3)
S(['a'] * 2)",
            &["abab", "---", "[a a]"],
        ),
        (
            r"for c in 'ab':
    S(c)",
            &["a", "b"],
        ),
        (
            r"S('b' if 'a' < 'b' else 'a')
S('b' if 'B' < 'a' else 'a')
S('b' if '10' < '9' else 'a')",
            &["b", "b", "b"],
        ),
        (
            r"n = 5
S('b' if 1 < n < 10 else 'a')
S('b' if 1 < n < 3 else 'a')",
            &["b", "a"],
        ),
        (
            r"it = iter(['a', 'b'])
next(it)
S(next(it))",
            &["b"],
        ),
        (
            r"g = (x for x in ['a', 'b'])
S(next(g))
S(next(g))",
            &["a", "b"],
        ),
        (
            r"l = ['a', 'a']
S('b' if len(set(l)) == 1 else 'a')",
            &["b"],
        ),
        (
            r"c = json.loads(json.dumps({'t': 'b', 'd': {'n': 1}}))
S(c['t'])
S(c['d']['n'])",
            &["b", "1"],
        ),
    ]);
}

#[test]
fn a_trial_of_rounds_leaves_nothing_behind() {
    jobs_are(&[
        (
            r"def counter():
    n = -1
    def following():
        nonlocal n
        n += 1
        return n
    return following
following = counter()
for t in ['x', 'y', 'z']:
    if t == 'y':
        continue
    following()
S(['a', 'b', 'c', 'd', 'e'][following()])",
            &["c"],
        ),
        (
            r"def make(t):
    return S(t)
for i in range(5):
    for j in range(4):
        if j > 9:
            continue
        make('a')",
            &["a"; 20],
        ),
    ]);
}

#[test]
fn each_pair_of_a_chain_of_comparisons_is_a_question_of_its_own() {
    jobs_are(&[(
        r"if foo() == bar() != baz():
    S('a')
else:
    S('b')",
        &["a", "b"],
    )]);
}

#[test]
fn errors_that_are_hidden_are_as_rare_as_those_that_are_caught() {
    jobs_are(&[(
        r"import contextlib
t = 'a'
with contextlib.suppress(KeyError):
    t = 'b'
S(t)",
        &["b"],
    )]);
}

#[test]
fn numbers_are_rounded_as_the_library_does() {
    jobs_are(&[(
        r"import math
S(['a', 'b', 'c'][math.ceil(1.5)])",
        &["c"],
    )]);
}
