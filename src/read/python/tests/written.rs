//! Files and texts that code has written, and what may change them before they are read.
//! `?` is what is not followed, and so is a name in angle brackets.

use super::{programs_are, property_of, read_files, types_of};
use crate::source::Files;

#[test]
fn other_code_may_change_what_was_written() {
    programs_are(&[
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
import boto3
boto3.client('s3').download_file('bucket','c.json','c.json')
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
import helpers
helpers.render('c.json')
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
df.to_json(Path('c.json'))
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
urllib.request.urlretrieve('https://x/c.json', filename='c.json')
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
from sagemaker.s3 import S3Downloader
S3Downloader.download('s3://b/c.json', '.')
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
import sagemaker
sagemaker.Session().download_data(path='.', bucket='b')
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
import fileinput
fileinput.input('c.json', inplace=True)
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
os.system('sed -i s/b/a/ c.json')
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
import subprocess
subprocess.run(['make'])
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
from subprocess import check_call as run
run(['make'])
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
shutil.copytree('defaults', '.')
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
shutil.rmtree('conf')
S(json.load(open('c.json'))['t'])",
            &["b"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
import zipfile
zipfile.ZipFile('c.zip').extractall()
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
import tarfile
with tarfile.open('c.tar') as tar:
    tar.extract('c.json')
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
Path('c.json').unlink()
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
Path('c.json').rename('d.json')
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
Path('d.json').replace('c.json')
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
shutil.move('c.json','d.json')
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
os.remove('c.json')
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
os.chdir('sub')
S(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
print('c.json')
S(json.load(open('c.json'))['t'])",
            &["b"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
logger.info('c.json')
S(json.load(open('c.json'))['t'])",
            &["b"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
boto3.client('s3').upload_file('c.json','bucket','c.json')
S(json.load(open('c.json'))['t'])",
            &["b"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
boto3.client('s3').put_object(Bucket='b', Key='c.json', Body=open('c.json'))
S(json.load(open('c.json'))['t'])",
            &["b"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
os.path.exists('c.json')
S(json.load(open('c.json'))['t'])",
            &["b"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
helpers.render('d.json')
S(json.load(open('c.json'))['t'])",
            &["b"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
Path('c.json').rename('d.json')
S(json.load(open('d.json'))['t'])",
            &["b"],
        ),
        (
            &[],
            r"json.dump({'t':'b'}, open('c.json','w'))
shutil.move('c.json','d.json')
S(json.load(open('d.json'))['t'])",
            &["b"],
        ),
        (
            &[(
                "c.json",
                r#"{"t":"a"}
"#,
            )],
            r"helpers.render('c.json')
S(json.load(open('c.json'))['t'])",
            &["a"],
        ),
    ]);
}

#[test]
fn a_text_is_what_the_file_had_when_it_was_read() {
    programs_are(&[
        (
            &[(
                "c.json",
                r#"{"t":"a"}
"#,
            )],
            r"text = open('c.json').read()
json.dump({'t':'b'}, open('c.json','w'))
S(json.loads(text)['t'])",
            &["?"],
        ),
        (
            &[(
                "c.json",
                r#"{"t":"a"}
"#,
            )],
            r"text = Path('c.json').read_text()
json.dump({'t':'b'}, open('c.json','w'))
S(json.loads(text)['t'])
S(json.load(open('c.json'))['t'])",
            &["?", "b"],
        ),
        (
            &[(
                "c.json",
                r#"{"t":"a"}
"#,
            )],
            r"json.dump({'t':'b'}, open('c.json','w'))
text = open('c.json').read()
S(json.loads(text)['t'])",
            &["b"],
        ),
        (
            &[(
                "c.json",
                r#"{"t":"a"}
"#,
            )],
            r"text = open('c.json').read()
lines = text.splitlines()
json.dump({'t':'b'}, open('d.json','w'))
S(json.loads(text)['t'])",
            &["a"],
        ),
        (
            &[(
                "c.json",
                r#"{"t":"a"}
"#,
            )],
            r"text = open('c.json').read()
json.dump({'t':'b'}, open('c.json','w'))
S(text.strip())",
            &["?"],
        ),
    ]);
}

#[test]
fn json_has_words_for_keys_that_are_no_texts() {
    programs_are(&[(
        &[],
        r"json.dump({True:'a', None:'b', 1:'c'}, open('c.json','w'))
c = json.load(open('c.json'))
S(c.get('true','x'))
S(c.get('null','x'))
S(c['1'])
S(c.get(True,'x'))",
        &["a", "b", "c", "x"],
    )]);
}

/// What the code of a state machine's definitions begins with.
const BUILD: &str = r"import boto3, json
client = boto3.client('stepfunctions')
def build(count):
    return json.dumps({'StartAt': 'A', 'States': {'A': {'Type': 'Wait', 'Seconds': count, 'End': True}}})
";

#[test]
fn each_definition_is_the_one_that_the_call_has_written() {
    for (script, expected) in [
        ("one = build(1)\ntwo = build(2)\nmake('a', one)\nmake('b', two)", ["1", "2"]),
        ("made = {n: build(n) for n in (1, 2)}\nfor n in made:\n    make(str(n), made[n])", ["1", "2"]),
        ("for n in (1, 2):\n    make(str(n), build(n))", ["1", "2"]),
    ] {
        let script = script
            .replace("make(", "client.create_state_machine(roleArn='r', name=")
            .replace(", one)", ", definition=one)");
        let script = script.replace(", two)", ", definition=two)").replace(", made[", ", definition=made[");
        let script = format!("{BUILD}{}", script.replace(", build(n))", ", definition=build(n))"));
        let part = read_files(&[("train.py", &script)]);
        let machines = part.resources.iter().filter(|resource| resource.kind.ends_with("StateMachine"));
        let seconds: Vec<String> =
            machines.map(|machine| property_of(machine, "Definition.States.A.Seconds")).collect();
        assert_eq!(seconds, expected, "{script}");
    }
}

/// The instance types of the jobs of a notebook whose cells `# %%` parts, beside other files.
fn notebook_types(cells: &str, others: &[(&str, &str)]) -> Vec<String> {
    let head = "from sagemaker.estimator import Estimator\nimport importlib, json, subprocess\n# %%\n";
    let text = format!("{head}{}", cells.replace("S(", "Estimator(instance_type="));
    let quoted = |cell: &str| {
        let cell = cell.trim_start_matches('\n').replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        format!(r#"{{"cell_type": "code", "metadata": {{}}, "outputs": [], "source": "{cell}"}}"#)
    };
    let cells: Vec<String> = text.split("# %%").map(quoted).collect();
    let notebook = format!(r#"{{"nbformat": 4, "metadata": {{}}, "cells": [{}]}}"#, cells.join(","));
    let files = [("train.ipynb", &*notebook)].into_iter().chain(others.iter().copied());
    let files = Files::memory(files);
    let source = files.read("train.ipynb").expect("the notebook");
    types_of(&super::super::read(&files, &super::super::Modules::default(), &source, false))
}

fn notebooks_are(cases: &[(&str, &[&str])]) {
    let disk = [("disk.json", r#"{"t": "disk"}"#), ("disk.py", "T = 'disk'\n")];
    for (cells, expected) in cases {
        assert_eq!(notebook_types(cells, &disk), *expected, "{cells}");
    }
}

#[test]
fn commands_of_a_notebook_may_change_what_a_cell_has_written() {
    let written = "%%writefile c.json\n{\"t\": \"b\"}\n# %%\n";
    let read = "\n# %%\nS(json.load(open('c.json'))['t'])";
    for (cell, expected) in [
        ("!sed -i 's/b/a/' c.json", "?"),
        ("!cp other.json c.json", "?"),
        ("!aws s3 cp s3://bucket/c.json c.json", "?"),
        ("!aws s3 cp s3://bucket/ . --recursive --include *.json", "?"),
        ("out = !sed -i 's/b/a/' c.json", "?"),
        ("!echo '{}' > c.json", "?"),
        ("!unzip archive", "?"),
        ("%%bash\nsed -i 's/b/a/' c.json", "?"),
        ("%%sh\ncp {name} .", "?"),
        ("%cp other.json c.json", "?"),
        ("%cd elsewhere", "?"),
        ("%%writefile {name}.json\n{}", "?"),
        ("subprocess.run('sed -i s/b/a/ c.json', shell=True)", "?"),
        ("open('c.json', 'a').write(' ')", "?"),
        ("!cat c.json", "b"),
        ("!pygmentize c.json", "b"),
        ("!pip install 'sagemaker>=2'", "b"),
        ("!aws s3 cp c.json s3://$bucket/c.json", "b"),
        ("!cp other.json d.json", "b"),
        ("%%bash\nls c.json", "b"),
        ("%%html\n<b>c.json</b>", "b"),
        ("x = 1", "b"),
    ] {
        assert_eq!(notebook_types(&format!("{written}{cell}{read}"), &[]), [expected], "{cell}");
    }
}

#[test]
fn a_cell_writes_its_file_when_it_runs() {
    let (write, read) =
        ("# %%\n%%writefile disk.json\n{\"t\": \"b\"}\n# %%\n", "S(json.load(open('disk.json'))['t'])\n");
    let module = "# %%\n%%writefile disk.py\nT = 'b'\n# %%\n";
    let import = "from disk import T\nS(T)\n";
    notebooks_are(&[
        (&format!("{read}{write}{read}"), &["disk", "b"]),
        (&format!("json.dump({{'t': 'a'}}, open('disk.json', 'w'))\n{read}{write}{read}"), &["a", "b"]),
        (&format!("{write}json.dump({{'t': 'a'}}, open('disk.json', 'w'))\n{read}"), &["a"]),
        (&format!("{write}{read}{}{read}", write.replace("\"b\"", "\"c\"")), &["b", "c"]),
        (&format!("def load():\n    return json.load(open('disk.json'))['t']\n{write}S(load())"), &["b"]),
        ("%%writefile -a disk.json\n{}\n# %%\nS(json.load(open('disk.json'))['t'])", &["?"]),
        (
            "%%writefile c.json\n{\"t\":\n# %%\n%%writefile -a c.json\n\"b\"}\n# %%\nS(json.load(open('c.json'))['t'])",
            &["b"],
        ),
        (
            "%%writefile c.json\n{\"t\":\n# %%\n!cp d.json c.json\n# %%\n%%writefile -a c.json\n\"b\"}\n# %%\nS(json.load(open('c.json'))['t'])",
            &["?"],
        ),
        (&format!("{import}{module}"), &["disk"]),
        (&format!("{module}{import}"), &["b"]),
        (&format!("{module}open('disk.py', 'a').write('T = 1')\n{import}"), &["<disk.T>"]),
        (&format!("{module}!sed -i s/b/a/ disk.py\n# %%\n{import}"), &["<disk.T>"]),
        (
            "%%writefile m.py\nT = 'b'\n# %%\nimport m\nS(m.T)\n# %%\n%%writefile -a m.py\nT = 'c'\n# %%\nimportlib.reload(m)\nS(m.T)",
            &["<m.T>", "<m.T>"],
        ),
    ]);
}

#[test]
fn what_is_run_is_main() {
    let script = "%%writefile s.py\nT = 'imported'\nif __name__ == '__main__':\n    T = 'run'\n# %%\n";
    notebooks_are(&[
        (&format!("{script}T = 'own'\n%run s.py\nS(T)"), &["run"]),
        (&format!("{script}%run -n s.py\nS(T)"), &["imported"]),
        (&format!("{script}from s import T\nS(T)"), &["imported"]),
        (&format!("{script}from s import T\nS(T)\n%run s\nS(T)"), &["imported", "run"]),
    ]);
}

#[test]
fn a_command_of_a_notebook_sets_a_variable() {
    let read = "\n# %%\nimport os\nS(os.environ['SIZE'])\nS(os.getenv('SIZE', 'other'))";
    for (cell, expected) in [
        ("%env SIZE=ml.m5.large", ["ml.m5.large", "ml.m5.large"]),
        ("%set_env SIZE ml.m5.large", ["ml.m5.large", "ml.m5.large"]),
        ("%set_env SIZE = ml.m5.large", ["ml.m5.large", "ml.m5.large"]),
        ("%env SIZE={size}", ["?", "?"]),
        ("%env SIZE=$size", ["?", "?"]),
        ("%env {name}=ml.m5.large", ["?", "other"]),
        ("%env SIZE", ["?", "other"]),
        ("%env OTHER=ml.m5.large", ["?", "other"]),
    ] {
        assert_eq!(notebook_types(&format!("{cell}{read}"), &[]), expected, "{cell}");
    }
}
