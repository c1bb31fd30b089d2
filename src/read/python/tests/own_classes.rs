//! Classes of the project's own that Python asks by itself: as texts, in loops, as dicts, and what they note of others.

use super::programs_are;

#[test]
fn an_object_says_what_it_is_as_a_text() {
    let kind = "class Kind:\n    def __init__(self, family):\n        self.family = family\n";
    let text = format!("{kind}    def __str__(self):\n        return f'ml.{{self.family}}'\n");
    let shown = format!("{kind}    def __repr__(self):\n        return 'ml.' + self.family\n");
    programs_are(&[
        (
            &[],
            &format!("{text}k = Kind('m5')\nS(str(k))\nS(f'{{k}}')\nS('%s' % k)\nS('{{}}'.format(k))\nS(f'{{k}}-x')"),
            &["ml.m5", "ml.m5", "ml.m5", "ml.m5", "ml.m5-x"],
        ),
        (&[], &format!("{shown}S(str(Kind('m5')))\nS(f\"{{Kind('c5')}}\")"), &["ml.m5", "ml.c5"]),
        (
            &[],
            "class Kind:\n    def __format__(self, spec):\n        return 'f'\n    def __str__(self):\n        return 's'\n\
             S(f'{Kind()}')\nS(str(Kind()))",
            &["f", "s"],
        ),
        (
            &[],
            "@dataclass\nclass Kind:\n    family: str = 'm5'\n    def __str__(self):\n        return 'ml.' + self.family\n\
             S(str(Kind()))\nS(f'{Kind(\"c5\")}')",
            &["ml.m5", "ml.c5"],
        ),
        (&[], &format!("{kind}S(str(Kind('m5')))"), &["?"]),
    ]);
}

#[test]
fn an_object_says_what_goes_through_it() {
    let plan = "class Plan:\n    def __init__(self):\n        self.kinds = ['a', 'b']\n    def __len__(self):\n        return 7\n";
    programs_are(&[
        (
            &[],
            &format!(
                "{plan}    def __iter__(self):\n        return iter(self.kinds)\nfor k in Plan():\n    S(k)\n\
                 S(str(len(Plan())))\nS(list(Plan())[1])\nS(','.join(Plan()))\na, b = Plan()\nS(a)"
            ),
            &["a", "b", "7", "b", "a,b", "a"],
        ),
        (
            &[],
            &format!(
                "{plan}    def __iter__(self):\n        for k in self.kinds:\n            yield k + '!'\nfor k in Plan():\n    S(k)\n\
                 S(sorted(Plan())[0])"
            ),
            &["a!", "b!", "a!"],
        ),
    ]);
}

#[test]
fn a_class_may_be_a_dict() {
    programs_are(&[
        (
            &[],
            "class Config(dict):\n    def __getattr__(self, key):\n        return self[key]\n    __setattr__ = dict.__setitem__\n\
             c = Config(kind='a')\nS(c.kind)\nS(c['kind'])\nc.kind = 'b'\nS(c['kind'])\nS(c.get('x', 'd'))\n\
             S('has' if 'kind' in c else 'has not')\nS(','.join(c))\nS(str(len(c)))",
            &["a", "a", "b", "d", "has", "kind", "1"],
        ),
        (
            &[],
            "class Config(dict):\n    def __init__(self, *args, **kwargs):\n        super().__init__(*args, **kwargs)\n        \
             self.__dict__ = self\n        self.setdefault('kind', 'd')\nS(Config()['kind'])\nS(Config({'kind': 'x'}).kind)\n\
             c = Config(a='y')\nfor k, v in c.items():\n    S(k + v)",
            &["d", "x", "ay", "kindd"],
        ),
        (
            &[],
            "class Config(dict):\n    def __missing__(self, key):\n        return key + '?'\nc = Config(a='x')\nS(c['b'])",
            &["?"],
        ),
    ]);
}

#[test]
fn a_decorator_that_notes_a_class_leaves_it_as_it_is() {
    programs_are(&[
        (
            &[],
            r"known = {}
def register(name):
    def note(cls):
        known[name] = cls
        return cls
    return note
@register('a')
class A:
    kind = 'ml.a'
    def run(self):
        S(self.kind)
@register('b')
class B:
    kind = 'ml.b'
known['a']().run()
for name in known:
    S(known[name].kind)
A().run()",
            &["ml.a", "ml.a", "ml.a", "ml.b"],
        ),
        (
            &[],
            r"class Registry:
    items = {}
    @classmethod
    def register(cls, name):
        def note(c):
            cls.items[name] = c
            return c
        return note
    @classmethod
    def get(cls, name):
        return cls.items[name]
@Registry.register('a')
class A:
    kind = 'ml.a'
S(Registry.get('a').kind)
S(Registry.items['a']().kind)",
            &["ml.a", "ml.a"],
        ),
        (
            &[],
            r"class Registry:
    def __init__(self):
        self.items = {}
    def register(self, name):
        def note(function):
            self.items[name] = function
            return function
        return note
r = Registry()
@r.register('a')
def make():
    return 'ml.a'
S(r.items['a']())
S(make())",
            &["ml.a", "ml.a"],
        ),
        (
            // One that makes something else of it.
            &[],
            r"def change(cls):
    cls.kind = 'x'
    return type('Other', (cls,), {})
@change
class A:
    kind = 'ml.a'
S(A.kind)",
            &["?"],
        ),
        (
            &[(
                "models.py",
                "known = {}\ndef register(cls):\n    known[cls.__name__] = cls\n    return cls\n@register\nclass A:\n    kind = 'ml.a'\n    def name(self):\n        return self.kind\n",
            )],
            "import models\nS(models.known['A'].kind)\nS(models.A().name())",
            &["ml.a", "ml.a"],
        ),
    ]);
}

#[test]
fn a_class_notes_its_subclasses() {
    programs_are(&[
        (
            &[],
            r"class Base:
    known = {}
    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        Base.known[cls.__name__] = cls
class A(Base):
    kind = 'ml.a'
class B(Base):
    kind = 'ml.b'
S(Base.known['A'].kind)
S(B.kind)
S(','.join(Base.known))
S(A().kind)",
            &["ml.a", "ml.b", "A,B", "ml.a"],
        ),
        (
            &[],
            r"class Base:
    known = {}
    def __init_subclass__(cls, key=None, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.key = key
        Base.known[key] = cls
class A(Base, key='a'):
    kind = 'ml.a'
S(A.key)
S(Base.known['a'].kind)",
            &["a", "ml.a"],
        ),
    ]);
}

#[test]
fn an_object_that_hands_itself_out_is_not_gone_through() {
    programs_are(&[
        (
            &[],
            "class Lines:\n    def __init__(self):\n        self.at = 0\n    def __iter__(self):\n        return self\n    def __next__(self):\n        \
             self.at += 1\n        if self.at > 2:\n            raise StopIteration\n        return 'a'\nfor line in Lines():\n    S(line)",
            &["?"],
        ),
        (&[], "class Kind:\n    def __str__(self):\n        return f'{self}'\nS(str(Kind()))", &["{?}"]),
    ]);
}
