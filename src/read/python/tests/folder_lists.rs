//! What lies in folders of the root, sets, and files that helpers write again and again.

use super::programs_are;

const CONFIGS: &[(&str, &str)] =
    &[("configs/a.json", r#"{"t": "ml.a"}"#), ("configs/b.json", r#"{"t": "ml.b"}"#), ("configs/c.txt", "x")];

#[test]
fn files_of_a_folder_are_listed_where_they_are_sorted() {
    programs_are(&[
        (
            CONFIGS,
            "for p in sorted(Path('configs').glob('*.json')):\n    S(json.loads(p.read_text())['t'])\n    S(p.stem)",
            &["ml.a", "ml.b", "a", "b"],
        ),
        (
            CONFIGS,
            "import glob\nfor p in sorted(glob.glob('configs/*.json')):\n    with open(p) as f:\n        S(json.load(f)['t'])",
            &["ml.a", "ml.b"],
        ),
        (
            CONFIGS,
            "for p in sorted((Path(__file__).parent / 'configs').glob('*.json')):\n    S(json.loads(p.read_text())['t'])",
            &["ml.a", "ml.b"],
        ),
        (CONFIGS, "for n in sorted(os.listdir('configs')):\n    S(n)", &["a.json", "b.json", "c.txt"]),
        (CONFIGS, "S([p.name for p in Path('configs').glob('*.txt')][0])", &["c.txt"]),
        // In which order these come is not known, nor what else the code may have put there.
        (CONFIGS, "import glob\nS(glob.glob('configs/*.json')[0])", &["?"]),
        (CONFIGS, "Path('configs/d.json').write_text('{}')\nS(sorted(os.listdir('configs'))[0])", &["?"]),
    ]);
}

#[test]
fn a_file_that_lies_there_is_there() {
    programs_are(&[
        (
            CONFIGS,
            "S('is' if Path('configs/a.json').exists() else 'is not')\nS('is' if os.path.exists('configs/a.json') else 'is not')",
            &["is", "is"],
        ),
        (
            CONFIGS,
            "S('is' if os.path.isfile('made.json') else 'is not')",
            &["(is if os.path.isfile('made.json') else is not)"],
        ),
    ]);
}

#[test]
fn sets_have_their_operators() {
    programs_are(&[
        (
            &[],
            "a = {'a', 'b'}\nb = {'b', 'c'}\nfor s in [a | b, a & b, a - b, a ^ b, a.union(b, ['d']), a.difference(b)]:\n    \
             S(','.join(sorted(s)))",
            &["a,b,c", "b", "a", "a,c", "a,b,c,d", "a"],
        ),
        (
            &[],
            "d = {'a': 1, 'b': 2}\ne = {'b': 1}\nS(','.join(sorted(d.keys() - e.keys())))\nS('all' if set(e).issubset(d) else 'some')",
            &["a", "all"],
        ),
        (&[], "a = {'a'}\nb = a\na |= {'b'}\na.add('c')\na -= {'a'}\nS(','.join(sorted(b)))", &["b,c"]),
        (&[], "a = {'a', os.environ['X']}\nS(','.join(sorted(a | {'b'})))", &["?"]),
    ]);
}

#[test]
fn a_helper_writes_one_file_after_another() {
    let helpers = "import json\ndef save(d, p):\n    with open(p, 'w') as f:\n        json.dump(d, f)\ndef load(p):\n    with open(p) as f:\n        return json.load(f)\n";
    programs_are(&[
        (
            &[("files.py", helpers)],
            "from files import save, load\nsave({'t': 'a'}, 'c.json')\nS(load('c.json')['t'])\nsave({'t': 'b'}, 'c.json')\n\
             S(load('c.json')['t'])\nS(json.load(open('c.json'))['t'])",
            &["a", "b", "b"],
        ),
        (
            &[("files.py", helpers)],
            "from files import save, load\nsave({'t': 'a'}, 'c.json')\nif os.environ.get('X'):\n    save({'t': 'b'}, 'c.json')\n\
             S(load('c.json')['t'])",
            &["?"],
        ),
    ]);
    let many = format!("f = open('o.txt', 'w')\n{}f.close()\nS('done')", "f.write('0123456789\\n')\n".repeat(8_000));
    programs_are(&[(&[], &many, &["done"])]);
}
