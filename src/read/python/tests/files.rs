//! Files that code writes and reads, and what YAML and JSON say to Python.
//! Each expectation was taken from running the script with stand-ins for the SDK's classes; `?` is what is not followed.

use super::programs_are;

#[test]
fn what_code_writes_is_what_it_reads_afterwards() {
    programs_are(&[
        (
            &[(
                "c.json",
                r#"{"t":"a"}
"#,
            )],
            r"json.dump({'t':'b'}, open('c.json','w'))
S(json.load(open('c.json'))['t'])",
            &["b"],
        ),
        (
            &[(
                "c.json",
                r#"{"t":"a"}
"#,
            )],
            r"cfg = {'t':'b'}
with open('c.json','w') as f:
    json.dump(cfg, f)
with open('c.json') as f:
    c = json.load(f)
S(c['t'])",
            &["b"],
        ),
        (
            &[(
                "c.yaml", r"t: a
",
            )],
            r"with open('c.yaml','w') as f:
    yaml.dump({'t':'b'}, f)
with open('c.yaml') as f:
    c = yaml.safe_load(f)
S(c['t'])",
            &["b"],
        ),
        (
            &[(
                "c.json",
                r#"{"t":"a"}
"#,
            )],
            r"Path('c.json').write_text(json.dumps({'t':'b'}))
S(json.loads(Path('c.json').read_text())['t'])",
            &["b"],
        ),
        (
            &[(
                "c.yaml", r"t: a
",
            )],
            r"open('c.yaml','w').write('t: b\n')
S(yaml.safe_load(open('c.yaml'))['t'])",
            &["b"],
        ),
        (
            &[(
                "c.yaml", r"t: a
",
            )],
            r"with open('c.yaml','w') as f:
    f.write('t: b\n')
S(yaml.safe_load(open('c.yaml'))['t'])",
            &["b"],
        ),
        (
            &[(
                "c.yaml",
                r"t: a
u: a
",
            )],
            r"with open('c.yaml','a') as f:
    f.write('u: b\n')
S(yaml.safe_load(open('c.yaml'))['u'])",
            &["?"],
        ),
        (
            &[
                (
                    "c.yaml", r"t: a
",
                ),
                (
                    "b.yaml", r"t: b
",
                ),
            ],
            r"shutil.copy('b.yaml','c.yaml')
S(yaml.safe_load(open('c.yaml'))['t'])",
            &["b"],
        ),
        (
            &[
                (
                    "c.yaml", r"t: a
",
                ),
                (
                    "b.yaml", r"t: b
",
                ),
            ],
            r"shutil.copyfile(Path('b.yaml'),Path('c.yaml'))
S(yaml.safe_load(open('c.yaml'))['t'])",
            &["b"],
        ),
        (
            &[(
                "c.json",
                r#"{"t":"a"}
"#,
            )],
            r"def save(cfg, path):
    with open(path,'w') as f:
        json.dump(cfg, f)
save({'t':'b'}, 'c.json')
S(json.load(open('c.json'))['t'])",
            &["b"],
        ),
        (
            &[
                (
                    "c.json",
                    r#"{"t":"a"}
"#,
                ),
                (
                    "util.py",
                    r"import json
def save(cfg, path):
    with open(path,'w') as f:
        json.dump(cfg, f)
",
                ),
            ],
            r"from util import save
save({'t':'b'}, 'c.json')
S(json.load(open('c.json'))['t'])",
            &["b"],
        ),
        (
            &[(
                "c.yaml", r"t: a
",
            )],
            r"print('t: b', file=open('c.yaml','w'), flush=True)
S(yaml.safe_load(open('c.yaml'))['t'])",
            &["?"],
        ),
        (
            &[
                (
                    "c.yaml", r"t: a
",
                ),
                (
                    "b.yaml", r"t: b
",
                ),
            ],
            r"os.rename('b.yaml','c.yaml')
S(yaml.safe_load(open('c.yaml'))['t'])",
            &["b"],
        ),
        (
            &[(
                "c.json",
                r#"{"t":"a"}
"#,
            )],
            r"if os.environ.get('X'):
    json.dump({'t':'b'}, open('c.json','w'))
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[(
                "c.json",
                r#"{"t":"a"}
"#,
            )],
            r"json.dump({'t':'b'}, open('out.json','w'))
S(json.load(open('c.json'))['t'])",
            &["a"],
        ),
        (
            &[(
                "c.json",
                r#"{"t":"a"}
"#,
            )],
            r"c = json.load(open('c.json'))
c['t'] = 'b'
with open('c.json','w') as f:
    json.dump(c, f, indent=2)
d = json.load(open('c.json'))
S(d['t'])",
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
c['x'] = {'t':'b'}
with open('c.ini','w') as f:
    c.write(f)
d = configparser.ConfigParser()
d.read('c.ini')
S(d['x']['t'])",
            &["?"],
        ),
        (
            &[(
                "conf/c.json",
                r#"{"t":"a"}
"#,
            )],
            r"p = os.path.join('conf','c.json')
with open(p,'w') as f:
    json.dump({'t':'b'}, f)
S(json.load(open('conf/c.json'))['t'])",
            &["b"],
        ),
        (
            &[(
                "c.json",
                r#"{"t":"a"}
"#,
            )],
            r"HERE = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(HERE,'c.json'),'w') as f:
    json.dump({'t':'b'}, f)
S(json.load(open('c.json'))['t'])",
            &["b"],
        ),
        (
            &[(
                "c.yaml", r"t: a
",
            )],
            r"from omegaconf import OmegaConf
c = OmegaConf.create({'t':'b'})
OmegaConf.save(c, 'c.yaml')
S(OmegaConf.load('c.yaml').t)",
            &["?"],
        ),
        (
            &[(
                "c.json",
                r#"{"t":"a"}
"#,
            )],
            r"with Path('c.json').open('w') as f:
    json.dump({'t':'b'}, f)
S(json.load(open('c.json'))['t'])",
            &["b"],
        ),
    ]);
}

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
