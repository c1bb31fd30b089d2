//! What runs only in one of two worlds: after an error, or where whoever runs the code gives another value than a default.

use super::{condition, read, read_files, types_of};
use crate::{graph::Part, source::Files};

/// The conditions of the jobs of a script.
fn conditions(script: &str) -> Vec<String> {
    let script = format!("import boto3, os, sys, argparse\nfrom sagemaker.estimator import Estimator\n{script}");
    conditions_of(&read(&script.replace("S(", "Estimator(image_uri='i', role=ROLE, instance_type=")))
}

fn conditions_of(part: &Part) -> Vec<String> {
    part.resources.iter().map(|resource| condition(&resource.guard)).collect()
}

#[test]
fn what_is_returned_after_something_that_may_fail_is_returned_where_it_does_not() {
    let exists = "\
sm = boto3.client('sagemaker')
def exists():
    try:
        sm.describe_endpoint(EndpointName='e')
        return True
    except ClientError:
        return False
";
    let making = "
if exists():
    S('a')
else:
    S('b')";
    assert_eq!(conditions(&format!("{exists}{making}")), ["not an exception", "an exception"]);
    let pair = exists.replace("True", "(True, 'x')").replace("False", "(False, None)");
    let taken = "
found, name = exists()
if not found:
    S('b')";
    assert_eq!(conditions(&format!("{pair}{taken}")), ["an exception"]);
    let after = exists.replace("        return False", "        pass\n    return False");
    assert_eq!(conditions(&format!("{after}{making}")), ["not an exception", "an exception"]);
    let raising =
        exists.replace("        return False", "        if e.code == 'x':\n            return False\n        raise");
    assert_eq!(conditions(&format!("{raising}{making}")), ["not an exception", "an exception"]);
    let only_raising = exists.replace("        return False", "        raise");
    assert_eq!(conditions(&format!("{only_raising}{making}")), ["always"], "no other side goes on");
    let known = "\
def kind():
    try:
        print('…')
        return 'ml.m5.large'
    except ValueError:
        return 'ml.c5.large'
S(kind())";
    assert_eq!(types_of(&read(&format!("{IMPORT}{known}"))), ["ml.m5.large"], "nothing in it fails");
}

const IMPORT: &str =
    "from sagemaker.estimator import Estimator as S0\ndef S(t):\n    S0(image_uri='i', instance_type=t)\n";

#[test]
fn what_a_default_leaves_out_is_made_where_another_value_is_given() {
    let train = "
parser = argparse.ArgumentParser()
parser.add_argument('--train', action='store_true')
parser.add_argument('--mode', default='local')
args = parser.parse_args()
";
    for (script, expected) in [
        ("if args.train:\n    S('a')", "argument --train"),
        ("if args.mode == 'aws':\n    S('a')", "argument --mode == \"aws\""),
        ("if args.mode == 'local':\n    print()\nelse:\n    S('a')", "not argument --mode == \"local\""),
        (
            "if args.mode == 'status':\n    print()\nelif args.mode == 'aws':\n    S('a')",
            "not argument --mode == \"status\" and argument --mode == \"aws\"",
        ),
        ("def main():\n    if not args.train:\n        return\n    S('a')\nmain()", "argument --train"),
    ] {
        assert_eq!(conditions(&format!("{train}{script}")), [expected], "{script}");
    }
    let matched = "match args.mode:\n    case 'local':\n        print()\n    case 'aws':\n        S('a')";
    let both = "not argument --mode == \"local\" and argument --mode == \"aws\"";
    assert_eq!(conditions(&format!("{train}{matched}")), [both]);
    let environment = "if os.environ.get('TRAIN', 'no') == 'yes':\n    S('a')";
    assert_eq!(conditions(environment), ["environment variable TRAIN == \"yes\""]);
    let decided = "TRAIN = False\nif TRAIN:\n    S('a')\ndef main(train=False):\n    if train:\n        S('b')\nmain()";
    assert_eq!(conditions(decided), [] as [&str; 0], "the file itself says so");
}

#[test]
fn a_comparison_with_a_default_that_has_a_name_leaves_as_much_open() {
    let args = "\
parser = argparse.ArgumentParser()
parser.add_argument('--mode', default='local')
parser.add_argument('--apply', action='store_true')
args = parser.parse_args()
";
    for script in [
        "run = os.environ.get('RUN', '0') == '1'\nif run:\n    S('a')",
        "run = bool(int(os.environ.get('RUN', '0')))\nif run:\n    S('a')",
        "remote = args.mode == 'aws'\nif remote:\n    S('a')",
        "dry = not args.apply\nif not dry:\n    S('a')",
        "def deploy(dry):\n    if not dry:\n        S('a')\ndeploy(dry=not args.apply)",
    ] {
        assert_eq!(conditions(&format!("{args}{script}")).len(), 1, "{script}");
    }
}

#[test]
fn what_is_written_after_something_that_may_fail_is_not_there_for_a_handler() {
    let making = "
if not found:
    S('a')";
    for body in [
        "found = False\ntry:\n    sm.describe_endpoint(EndpointName='e')\n    found = True\nexcept ClientError:\n    pass",
        "found = False\ntry:\n    sm.describe_endpoint(EndpointName='e'); found = True\nexcept E as e:\n    print(e)",
        "found = False\ntry:\n    sm.describe_endpoint(EndpointName='e')\nexcept E:\n    pass\nelse:\n    found = True",
        "def exists():\n    found = False\n    try:\n        f(1)\n        found = True\n    except E:\n        pass\n    \
         return found\nfound = exists()",
        "state = {'found': False}\ntry:\n    f(1)\n    state['found'] = True\nexcept E:\n    pass\nfound = state['found']",
        "class C:\n    def __init__(self):\n        self.found = False\n        try:\n            f(1)\n            \
         self.found = True\n        except E:\n            pass\nfound = C().found",
    ] {
        let script = format!("sm = boto3.client('sagemaker')\n{body}{making}");
        assert_eq!(conditions(&script), ["an exception"], "{script}");
    }
    let known = "found = False\ntry:\n    found = True\n    f(1)\nexcept E:\n    pass";
    assert_eq!(conditions(&format!("{known}{making}")), [""; 0], "it is written before that");
    let types = "\
t = 'a'
try:
    t = 'b'
    f(1)
    t = 'c'
except E:
    t += 'x'
S(t)";
    assert_eq!(types_of(&read(&format!("{IMPORT}{types}"))), ["(bx if an exception else c)"]);
}

#[test]
fn values_that_a_default_decides_stay_as_they_are() {
    for (script, expected) in [
        ("t = 'a'\nif SIZE == 'big':\n    t = pick()\nS(t)", "a"),
        ("c = {'t': 'a'}\nif SIZE == 'big':\n    c['t'] = pick()\nS(c['t'])", "a"),
        ("def kind():\n    if SIZE == 'small':\n        return 'a'\n    return pick()\nS(kind())", "a"),
        (
            "c = {'t': 'a'}\ndef fill():\n    if SIZE == 'small':\n        return\n    c['t'] = pick()\nfill()\nS(c['t'])",
            "a",
        ),
        ("for t in ['a']:\n    if SIZE == 'small':\n        continue\n    t = pick()\nS(t)", "a"),
    ] {
        let script = format!("{IMPORT}import os\nSIZE = os.environ.get('SIZE', 'small')\n{script}");
        let part = read(&script);
        let usual = part.resources.first().and_then(|job| {
            let resources = job.properties.entry("ResourceConfig")?;
            resources.value.entry("InstanceType")?.value.plain_text()
        });
        assert_eq!(usual.as_deref(), Some(expected), "{script}");
    }
}

#[test]
fn what_has_to_be_filled_in_first_stops_no_reading() {
    for script in [
        "if ROLE.startswith('PASTE'):\n    raise ValueError('set it')\nS('a')",
        "if ROLE == 'PASTE':\n    print('set it')\n    sys.exit(1)\nS('a')",
        "def main():\n    if not os.environ.get('TOKEN', ''):\n        raise ValueError('set it')\n    S('a')\nmain()",
        "def main():\n    if ROLE == 'PASTE':\n        raise ValueError('set it')\n    S('a')\n\
         try:\n    main()\nexcept Exception as e:\n    print(e)",
    ] {
        assert_eq!(conditions(&format!("ROLE = 'PASTE'\n{script}")), ["always"], "{script}");
    }
    let filled = format!("{IMPORT}T = 'PASTE'\nif T == 'PASTE':\n    raise ValueError('set it')\nS(T)");
    assert_eq!(types_of(&read(&filled)), ["?"], "it is another one then");
    let caught = format!(
        "{IMPORT}def kind(t):\n    if t not in ('a', 'b'):\n        raise ValueError(t)\n    return t\n\
         try:\n    k = kind('c')\nexcept ValueError:\n    k = 'a'\nS(k)"
    );
    assert_eq!(types_of(&read(&caught)), ["a"], "the code itself goes on otherwise");
    let called = format!("{IMPORT}def main():\n    S('a')\nif __name__ == '__main__':\n    sys.exit(main())");
    assert_eq!(types_of(&read(&called)), ["a"]);
}

#[test]
fn a_question_that_is_denied_is_told_as_it_is_written() {
    for (test, expected) in [
        ("x() != 0", "x() != 0"),
        ("not x() != 0", "not x() != 0"),
        ("x() is not y", "x() is not y"),
        ("x() not in y", "x() not in y"),
        ("x() == 0", "x() == 0"),
    ] {
        assert_eq!(conditions(&format!("if {test}:\n    S('a')")), [expected]);
    }
}

/// The ids of what is deleted again.
fn ended(script: &str) -> Vec<String> {
    let making = "sm.create_endpoint(EndpointName='e', EndpointConfigName='c')";
    let script = format!("import boto3\nsm = boto3.client('sagemaker')\n{}", script.replace("MAKE", making));
    read(&script.replace("DELETE", "sm.delete_endpoint(EndpointName='e')"))
        .ended
        .into_iter()
        .map(|(_, id)| id.rsplit('.').next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn only_a_certain_deletion_after_it_ends_an_endpoint() {
    for script in [
        "MAKE\nDELETE",
        "MAKE\ntry:\n    x()\nfinally:\n    DELETE",
        "MAKE\ntry:\n    DELETE\nexcept Exception:\n    pass",
        "MAKE\nif x():\n    raise ValueError()\nDELETE",
        "def run():\n    MAKE\n    DELETE\nrun()",
        "def run():\n    MAKE\n    DELETE",
        "def make():\n    MAKE\ndef clean():\n    DELETE\nmake()\nclean()",
        "if x():\n    MAKE\n    DELETE",
        "MAKE\nsm.delete_endpoint(EndpointName=x())",
        "MAKE\nthere = sm.list_endpoints(NameContains='e')['Endpoints']\nif there:\n    DELETE",
        "MAKE\nfor one in sm.list_endpoints()['Endpoints']:\n    sm.delete_endpoint(EndpointName=one['EndpointName'])",
    ] {
        assert_eq!(ended(script), ["create_endpoint"], "{script}");
    }
    for script in [
        "DELETE\nMAKE",
        "try:\n    DELETE\nexcept Exception:\n    pass\nMAKE",
        "MAKE\ndef clean():\n    DELETE",
        "def make():\n    MAKE\ndef clean():\n    DELETE",
        "try:\n    MAKE\nexcept Exception:\n    DELETE\n    raise",
        "if x() == 'delete':\n    DELETE\nelse:\n    MAKE",
        "MAKE\nif x():\n    DELETE",
        "MAKE\nsm.delete_endpoint(EndpointName='other')",
    ] {
        assert_eq!(ended(script), [] as [&str; 0], "{script}");
    }
}

#[test]
fn the_predictor_of_an_endpoint_deletes_it() {
    let script = "\
from sagemaker.model import Model
model = Model(image_uri='i', model_data='d', role='r')
one = model.deploy(initial_instance_count=1, instance_type='ml.m5.large', endpoint_name='one')
two = model.deploy(initial_instance_count=1, instance_type='ml.m5.large')
two.delete_endpoint()";
    let ids: Vec<_> = read(script).ended.into_iter().map(|(_, id)| id.to_string()).collect();
    assert_eq!(ids, ["two"]);
}

/// How many jobs there are when all files are read.
fn jobs(files: &[(&str, &str)]) -> usize {
    let all = Files::memory(files.iter().copied());
    let mut modules = super::super::Modules::default();
    let mut parts: Vec<Part> = files
        .iter()
        .map(|(path, _)| super::super::read(&all, &modules, &all.read(path).expect("a file"), false))
        .collect();
    modules.settle(parts.iter_mut());
    parts.iter().map(|part| part.resources.len()).sum()
}

const FACTORY: (&str, &str) = (
    "factory.py",
    "from sagemaker.estimator import Estimator\ndef make():\n    return Estimator(image_uri='i', instance_type='a')\n",
);
const TRAINING: (&str, &str) = ("training.py", "from factory import make\ndef train():\n    make().fit()\n");

#[test]
fn a_job_of_modules_that_call_each_other_is_one() {
    let main = ("main.py", "from training import train\nif __name__ == '__main__':\n    train()\n");
    assert_eq!(jobs(&[main, FACTORY, TRAINING]), 1);
    let run = ("run.py", "from training import train\ndef run():\n    train()\n");
    assert_eq!(jobs(&[run, FACTORY, TRAINING]), 1);
    let main = ("main.py", "from run import run\nrun()\n");
    assert_eq!(jobs(&[main, run, FACTORY, TRAINING]), 1);
    let own = ("training.py", "from factory import make\ndef train():\n    make().fit()\ntrain()\n");
    let other = ("main.py", "from training import train\ntrain()\n");
    assert_eq!(jobs(&[other, FACTORY, own]), 2, "both run it");
}

#[test]
fn a_test_is_no_use_of_the_code_that_it_tests() {
    let library = (
        "builder.py",
        "from sagemaker.estimator import Estimator\ndef build(kind):\n    e = Estimator(image_uri='i', instance_type=kind)\n    e.fit()\n",
    );
    let test = ("tests/test_builder.py", "from builder import build\ndef test_it():\n    build('ml.m4.xlarge')\n");
    let part = |path: &str| {
        let files = Files::memory([library, test]);
        super::super::read(&files, &super::super::Modules::default(), &files.read(path).expect("a file"), false)
    };
    assert!(part("tests/test_builder.py").resources.is_empty());
    assert_eq!(types_of(&part("builder.py")), ["?"]);
    assert_eq!(jobs(&[library, test]), 1);
}

#[test]
fn a_call_that_does_not_fit_leaves_the_function_as_it_is() {
    let steps = (
        "steps.py",
        "from sagemaker.estimator import Estimator\ndef step(kind):\n    Estimator(image_uri='i', instance_type=kind).fit()\n",
    );
    assert_eq!(jobs(&[("main.py", "from steps import step\nstep('a', 'b')\n"), steps]), 1);
    assert!(read_files(&[("train.py", "from steps import step\nstep('a', 'b')\n"), steps]).resources.is_empty());
}
