//! Code that goes to another folder finds other files there.

use super::programs_are;

const FILES: &[(&str, &str)] = &[("c.json", r#"{"t": "root"}"#), ("sub/c.json", r#"{"t": "sub"}"#)];

#[test]
fn paths_are_taken_from_where_the_code_is() {
    programs_are(&[
        (FILES, "os.chdir('sub')\nS(json.load(open('c.json'))['t'])", &["sub"]),
        (FILES, "os.chdir('sub')\nos.chdir('..')\nS(json.load(open('c.json'))['t'])", &["root"]),
        (FILES, "here = os.getcwd()\nos.chdir('sub')\nos.chdir(here)\nS(json.load(open('c.json'))['t'])", &["root"]),
        (FILES, "os.chdir(os.path.dirname(os.path.abspath(__file__)))\nS(json.load(open('c.json'))['t'])", &["root"]),
        (FILES, "p = Path(__file__).parent / 'c.json'\nos.chdir('sub')\nS(json.loads(p.read_text())['t'])", &["root"]),
        (FILES, "os.chdir('sub')\np = os.path.abspath('c.json')\nos.chdir('..')\nS(json.load(open(p))['t'])", &["sub"]),
        (FILES, "def go():\n    os.chdir('sub')\ngo()\nS(json.load(open('c.json'))['t'])", &["sub"]),
        (
            FILES,
            "with open('c.json', 'w') as f:\n    json.dump({'t': 'new'}, f)\nos.chdir('sub')\nS(json.load(open('c.json'))['t'])",
            &["sub"],
        ),
    ]);
}

#[test]
fn nothing_is_known_where_the_code_may_have_gone_anywhere() {
    programs_are(&[
        (FILES, "os.chdir(os.environ['HOME'])\nS(json.load(open('c.json'))['t'])", &["?"]),
        (FILES, "if os.environ.get('X'):\n    os.chdir('sub')\nS(json.load(open('c.json'))['t'])", &["?"]),
        (FILES, "for i in range(n):\n    os.chdir('sub')\nS(json.load(open('c.json'))['t'])", &["?"]),
    ]);
}
