//! What YAML, JSON and INI files say to Python.
//! Each expectation was taken from running the script with stand-ins for the SDK's classes; `?` is what is not followed.

use super::programs_are;

#[test]
fn yaml_is_read_as_pyyaml_reads_it() {
    programs_are(&[
        (
            &[(
                "c.yaml", r"on: a
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(c.get('on','b'))",
            &["b"],
        ),
        (
            &[(
                "c.yaml", r"on: a
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(c[True])",
            &["a"],
        ),
        (
            &[(
                "c.yaml", r"yes: a
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S('a' if 'yes' in c else 'b')",
            &["b"],
        ),
        (
            &[(
                "c.yaml", r"n: 012
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S('a' if c['n'] == 10 else 'b')",
            &["a"],
        ),
        (
            &[(
                "c.yaml",
                r"n: 0123
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(str(c['n']))",
            &["83"],
        ),
        (
            &[(
                "c.yaml",
                r"n: 0o17
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(str(c['n']))",
            &["0o17"],
        ),
        (
            &[(
                "c.yaml", r"n: 089
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(str(c['n']))",
            &["089"],
        ),
        (
            &[(
                "c.yaml",
                r"n: 0x1F
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(str(c['n']))",
            &["31"],
        ),
        (
            &[(
                "c.yaml",
                r"n: 1_000
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(str(c['n']))",
            &["1000"],
        ),
        (
            &[(
                "c.yaml",
                r"n: 1:30
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(str(c['n']))",
            &["90"],
        ),
        (
            &[(
                "c.yaml",
                r"n: 1e-3
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(str(c['n']))",
            &["1e-3"],
        ),
        (
            &[(
                "c.yaml",
                r"n: 1.0e-3
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(str(c['n']))",
            &["0.001"],
        ),
        (
            &[(
                "c.yaml", r"n: 1.0
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(str(c['n']))",
            &["1.0"],
        ),
        (
            &[(
                "c.yaml", r"1: a
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(c.get('1','b'))",
            &["b"],
        ),
        (
            &[(
                "c.yaml", r"1: a
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(c[1])",
            &["a"],
        ),
        (
            &[(
                "c.yaml",
                r#""1": a
"#,
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(c['1'])",
            &["a"],
        ),
        (
            &[(
                "c.yaml", r"x: on
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S('a' if c['x'] is True else 'b')",
            &["a"],
        ),
        (
            &[(
                "c.yaml", r"x: No
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S('a' if c['x'] is False else 'b')",
            &["a"],
        ),
        (
            &[(
                "c.yaml", r"x: y
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S('a' if c['x'] == 'y' else 'b')",
            &["a"],
        ),
        (
            &[(
                "c.yaml", r"x: ~
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(c['x'] or 'b')",
            &["b"],
        ),
        (
            &[(
                "c.yaml",
                r"base: &b
  t: a
  u: c
x:
  <<: *b
  t: b
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(c['x']['t'])
S(c['x']['u'])",
            &["b", "c"],
        ),
        (
            &[(
                "c.yaml", r"x: .5
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(str(c['x']))",
            &["0.5"],
        ),
        (
            &[(
                "c.yaml", r"x: +12
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(str(c['x']))",
            &["12"],
        ),
        (
            &[(
                "c.yaml",
                r"t: a
t: b
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(c['t'])",
            &["b"],
        ),
        (
            &[(
                "c.yaml",
                r"t: ${X}
",
            )],
            r"c = yaml.safe_load(open('c.yaml'))
S(c['t'])",
            &["?"],
        ),
        (
            &[(
                "c.json",
                r#"{"n": 1.0}
"#,
            )],
            r"c = json.load(open('c.json'))
S(str(c['n']))",
            &["1.0"],
        ),
        (
            &[],
            r"c = json.loads(json.dumps({1:'a'}))
S(c['1'])",
            &["a"],
        ),
        (
            &[],
            r"c = json.loads(json.dumps({1:'a'}))
S(c.get(1,'b'))",
            &["b"],
        ),
    ]);
}

#[test]
fn sections_keep_what_code_sets() {
    programs_are(&[
        (
            &[(
                "c.ini",
                r"[x]
t = a
",
            )],
            r"c = configparser.ConfigParser()
c.read('c.ini')
c.set('x','t','b')
S(c.get('x','t'))",
            &["b"],
        ),
        (
            &[(
                "c.ini",
                r"[x]
t = a
",
            )],
            r"c = configparser.ConfigParser()
c.read('c.ini')
c['x']['t'] = 'b'
S(c['x']['t'])",
            &["b"],
        ),
        (
            &[(
                "c.ini",
                r"[x]
t = a
",
            )],
            r"c = configparser.ConfigParser()
c.read('c.ini')
s = c['x']
s['t'] = 'b'
S(c.get('x','t'))",
            &["b"],
        ),
        (
            &[(
                "c.ini",
                r"[x]
t = a
",
            )],
            r"c = configparser.ConfigParser()
c.read('c.ini')
c.read_dict({'x':{'t':'b'}})
S(c['x']['t'])",
            &["b"],
        ),
        (
            &[],
            r"c = configparser.ConfigParser()
c.read_string('[x]\nt = b\n')
S(c['x']['t'])",
            &["b"],
        ),
        (
            &[
                (
                    "c.ini",
                    r"[x]
t = a
u = c
",
                ),
                (
                    "d.ini",
                    r"[x]
t = b
",
                ),
            ],
            r"c = configparser.ConfigParser()
c.read(['c.ini','d.ini'])
S(c['x']['t'])",
            &["b"],
        ),
        (
            &[
                (
                    "c.ini",
                    r"[x]
t = a
u = c
",
                ),
                (
                    "d.ini",
                    r"[x]
t = b
",
                ),
            ],
            r"c = configparser.ConfigParser()
c.read('c.ini')
c.read('d.ini')
S(c['x']['t'])
S(c['x']['u'])",
            &["b", "c"],
        ),
        (
            &[(
                "c.ini",
                r"[x]
t = a
",
            )],
            r"c = configparser.ConfigParser()
c.read('c.ini')
c.remove_option('x','t')
S(c.get('x','t',fallback='b'))",
            &["b"],
        ),
        (
            &[(
                "c.ini",
                r"[x]
T = a
",
            )],
            r"c = configparser.ConfigParser()
c.read('c.ini')
S(c['x']['T'])",
            &["a"],
        ),
        (
            &[(
                "c.ini",
                r"[x]
u = b
",
            )],
            r"c = configparser.ConfigParser({'t':'a'})
c.read('c.ini')
S(c['x']['t'])",
            &["?"],
        ),
        (
            &[],
            r"c = configparser.ConfigParser()
c['x'] = {'t':'a'}
S(c['x']['t'])",
            &["a"],
        ),
        (
            &[],
            r"c = configparser.ConfigParser()
c.add_section('x')
c.set('x','t','a')
S(c['x']['t'])",
            &["a"],
        ),
        (
            &[(
                "c.ini",
                r"[x]
t = a
",
            )],
            r"c = configparser.ConfigParser()
c.read('c.ini')
S(c['x'].get('z','b'))
S(c['x'].get('t'))",
            &["b", "a"],
        ),
        (
            &[(
                "c.ini",
                r"[x]
f = a
t = ml.%(f)s
",
            )],
            r"c = configparser.ConfigParser()
c.read('c.ini')
c['x']['f'] = 'b'
S(c['x']['t'])",
            &["?"],
        ),
    ]);
}
