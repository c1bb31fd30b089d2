//! Lists and dicts that change while code goes through them, and generators that begin later than they are made.

use super::{jobs_are, programs_are};

#[test]
fn a_loop_sees_what_its_body_changes() {
    jobs_are(&[
        ("d = {'a': 'x', 'b': 'y'}\nfor k, v in d.items():\n    d['b'] = 'z'\n    S(v)", &["x", "z"]),
        ("d = {'a': 'x', 'b': 'y'}\nfor v in d.values():\n    d['b'] = 'z'\n    S(v)", &["x", "z"]),
        ("l = ['a']\nfor i, x in enumerate(l):\n    if len(l) < 3:\n        l.append('b')\n    S(x)", &["a", "b", "b"]),
        ("l = ['a', 'b']\nfor i, x in enumerate(l, 1):\n    l[1] = 'c'\n    S(x + str(i))", &["a1", "c2"]),
    ]);
}

#[test]
fn keys_values_and_items_are_those_that_a_dict_has_now() {
    jobs_are(&[
        ("d = {'a': 'x'}\nv = d.values()\nd['b'] = 'y'\nfor x in list(v):\n    S(x)", &["x", "y"]),
        ("d = {'a': 'x'}\nk = d.keys()\nd['b'] = 'y'\nS(','.join(k))", &["a,b"]),
        ("d = {'a': 'x'}\ni = d.items()\nd['a'] = 'z'\nfor k, v in i:\n    S(v)", &["z"]),
        ("d = {'a': 'x'}\nk = d.keys()\nd['b'] = 'y'\nS('few' if len(k) == 1 else 'more')", &["more"]),
        // A list that is made of them stays as it is.
        ("d = {'a': 'x'}\nk = list(d)\nd['b'] = 'y'\nS(','.join(k))", &["a"]),
        ("d = {'a': 'x'}\nk = list(d.keys())\nd['b'] = 'y'\nS(','.join(k))", &["a"]),
    ]);
}

#[test]
fn a_generator_begins_when_it_is_asked_for_its_first_item() {
    let make = "t = 'a'\ndef make():\n    global t\n    t = 'b'\n    yield t\n";
    programs_are(&[
        (&[], &format!("{make}g = make()\nS(t)\nlist(g)\nS(t)"), &["a", "b"]),
        (&[], &format!("{make}make()\nS(t)"), &["a"]),
        (&[], &format!("{make}g = make()\nt = 'c'\nS(next(g))"), &["b"]),
        (
            &[],
            "c = {'t': 'a'}\ndef make(c):\n    yield c['t']\ng = make(c)\nc['t'] = 'b'\nfor x in g:\n    S(x)",
            &["b"],
        ),
        (
            &[],
            "class Plan:\n    def __init__(self):\n        self.t = 'a'\n    def jobs(self):\n        yield self.t\np = Plan()\ng = p.jobs()\np.t = 'b'\nS(next(g))",
            &["b"],
        ),
        (
            &[("plans.py", "def jobs(c):\n    yield c['t']\n")],
            "import plans\nc = {'t': 'a'}\ng = plans.jobs(c)\nc['t'] = 'b'\nfor x in g:\n    S(x)",
            &["b"],
        ),
        // What nobody asks for is not done; what others go through is.
        (
            &[],
            "def make():\n    for t in ['a', 'b']:\n        S(t)\n        yield t\nfor t in make():\n    pass",
            &["a", "b"],
        ),
        (&[], "import tqdm\ndef make():\n    S('a')\n    yield 1\nfor t in tqdm.tqdm(make()):\n    pass", &["a"]),
    ]);
}

#[test]
fn what_a_generator_and_its_loop_change_by_turns_is_not_known() {
    jobs_are(&[
        (
            "c = {'t': 'a'}\ndef make():\n    for k in ['x', 'y']:\n        yield c['t'] + k\nfor x in make():\n    S(x)\n    c['t'] = 'n'",
            &["?"],
        ),
        (
            "c = {'t': 'a'}\ndef make():\n    c['t'] = 'x'\n    yield 1\n    c['t'] = 'y'\n    yield 2\nfor i in make():\n    S(c['t'])",
            &["?"],
        ),
    ]);
}
