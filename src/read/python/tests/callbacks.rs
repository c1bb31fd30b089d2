//! Modules that call code of the script back: a base class that leaves steps to its subclass, a helper that is handed a
//! function.

use super::programs_are;

const BASE: &str = "\
class Pipeline:
    kind = 'none'
    def __init__(self, size):
        self.size = size
        self.done = 'no'
    def run(self):
        self.done = self.build()
        return self.done
    def build(self):
        raise NotImplementedError
    def kind_now(self):
        return self.kind
";

#[test]
fn a_base_of_another_module_runs_the_steps_of_its_subclass() {
    programs_are(&[
        (
            &[("base.py", BASE)],
            r"from base import Pipeline
class Mine(Pipeline):
    def build(self):
        S(self.size)
        return 'yes'
p = Mine('a')
p.run()
S(p.done)",
            &["a", "yes"],
        ),
        (
            &[("base.py", BASE)],
            r"from base import Pipeline
class Mine(Pipeline):
    kind = 'c'
    def __init__(self, size, count):
        super().__init__(size)
        self.count = count
    def build(self):
        S(self.kind_now() + self.size + str(self.count))
Mine('a', 3).run()",
            &["ca3"],
        ),
        (
            &[(
                "base.py",
                "class P:\n    def __init__(self):\n        self.t = 't'\n    def go(self):\n        return self.a()\n    def b(self):\n        return self.c() + self.t\n",
            )],
            r"from base import P
class Mine(P):
    def a(self):
        return self.b() + '1'
    def c(self):
        return 'c'
S(Mine().go())",
            &["ct1"],
        ),
    ]);
}

#[test]
fn a_helper_calls_the_function_that_it_is_handed() {
    programs_are(&[(
        &[("util.py", "def retry(f, *args):\n    return f(*args)\n")],
        r"from util import retry
t = 'a'
def job(x):
    global t
    t = 'b'
    S(x)
    return x + 'r'
r = retry(job, 'x')
S(r)
S(t)",
        &["x", "xr", "b"],
    )]);
}
