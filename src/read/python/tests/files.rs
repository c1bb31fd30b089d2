//! Files that code writes and reads.
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
