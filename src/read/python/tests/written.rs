//! Files and texts that code has written, and what may change them before they are read.
//! Each expectation was taken from running the script with stand-ins for the SDK's classes; `?` is what is not followed.

use super::{programs_are, property_of, read_files};

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
