//! Tests that run with doubles of AWS make nothing; those that reach it make what they make.

use crate::source::Files;

const CALL: &str = "boto3.client('sagemaker').create_endpoint(EndpointName='e', EndpointConfigName='c')";

/// How many resources the first of some files makes.
fn made_by(files: &[(&str, &str)]) -> usize {
    let path = files[0].0;
    let files = Files::memory(files.iter().copied());
    let source = files.read(path).expect("it is there");
    super::super::read(&files, &super::super::Modules::default(), &source, false).resources.len()
}

fn made(path: &str, text: &str) -> usize {
    made_by(&[(path, text)])
}

#[test]
fn what_is_made_with_moto_is_not_made() {
    let decorated = |decorator: &str, path: &str| {
        made(
            path,
            &format!(
                "import boto3, moto\nfrom moto import mock_aws, mock_sagemaker\nimport lib\n{decorator}\ndef run():\n    {CALL}\n"
            ),
        )
    };
    for decorator in ["@mock_aws", "@mock_aws()", "@mock_sagemaker", "@moto.mock_aws"] {
        assert_eq!(decorated(decorator, "demo.py"), 0, "{decorator}");
    }
    assert_eq!(decorated("@lib.logged", "demo.py"), 1);
    let within = |head: &str, rest: &str| {
        made("demo.py", &format!("import boto3\nfrom moto import mock_aws\n{head}\n    {CALL}\n{rest}\n"))
    };
    assert_eq!(within("with mock_aws():", ""), 0);
    assert_eq!(within("with mock_aws() as m, open('x') as f:", ""), 0);
    assert_eq!(within("with open('x') as f:", ""), 1);
    assert_eq!(within("with mock_aws():", CALL), 1, "what comes after it is made");
    assert_eq!(within("@mock_aws\ndef seed():", "seed()"), 0, "also where it is called");
    assert_eq!(within("def seed():", "with mock_aws():\n    seed()"), 0);
    assert_eq!(within("@mock_aws\nclass Fake:\n  def seed(self):", ""), 0);
    assert_eq!(within("class Real:\n  def seed(self):", ""), 1);
}

#[test]
fn what_is_patched_or_stubbed_reaches_nothing() {
    let within = |import: &str, head: &str| made("demo.py", &format!("import boto3\n{import}\n{head}\n    {CALL}\n"));
    let patch = "from unittest.mock import patch";
    assert_eq!(within(patch, "with patch('deploy.boto3.client') as client:"), 0);
    assert_eq!(within(patch, "@patch('deploy.boto3.client')\ndef run(client):"), 0);
    assert_eq!(within(patch, "with patch.object(boto3, 'client'):"), 0);
    assert_eq!(within("from unittest import mock", "with mock.patch.object(boto3, 'client'):"), 0);
    assert_eq!(within("from botocore.stub import Stubber", "with Stubber(client) as stub:"), 0);
    assert_eq!(within(patch, "with patch.dict('os.environ', {'A': 'b'}):"), 1, "that is no double of AWS");
    assert_eq!(within(patch, "with patch('time.sleep'):"), 1);
}

#[test]
fn a_session_that_is_a_double_makes_nothing() {
    let job = |session: &str| {
        let text = format!(
            "from unittest import mock\nfrom unittest.mock import MagicMock, Mock, create_autospec\nimport sagemaker\n\
             from sagemaker.pytorch import PyTorch\n\
             e = PyTorch(entry_point='t.py', role='r', instance_count=1, instance_type='ml.g5.xlarge', sagemaker_session={session})\n\
             e.fit()\ne.deploy(1, 'ml.m5.large')\n"
        );
        made("helpers.py", &text)
    };
    for session in [
        "MagicMock()",
        "Mock(spec=sagemaker.Session)",
        "mock.Mock()",
        "create_autospec(sagemaker.Session)",
        "sagemaker.Session(boto_session=MagicMock())",
        "sagemaker.Session(MagicMock(), sagemaker_client=Mock())",
    ] {
        assert_eq!(job(session), 0, "{session}");
    }
    assert_eq!(job("sagemaker.Session()"), 4);
    assert_eq!(job("session"), 4, "what is not known may reach AWS");
}

#[test]
fn tests_of_a_file_with_doubles_make_nothing() {
    let test = |path: &str, head: &str| made(path, &format!("import boto3, pytest\n{head}:\n    {CALL}\n"));
    let unit = "tests/test_deploy.py";
    for head in [
        "from moto import mock_aws\ndef test_it(aws)",
        "import unittest.mock as um\n@pytest.fixture\ndef endpoint()",
        "from unittest import TestCase, mock\nclass TestIt(TestCase):\n  def setUp(self)",
        "from botocore.stub import Stubber\ndef test_it()",
        "def test_it(mocker)",
        "def fake(monkeypatch):\n    monkeypatch.setattr(boto3, 'client', None)\ndef test_it()",
    ] {
        assert_eq!(test(unit, head), 0, "{head}");
        assert_eq!(test("conftest.py", head), 0, "{head}");
    }
    assert_eq!(test(unit, "def test_it(endpoint)"), 1, "it reaches AWS");
    assert_eq!(test("deploy.py", "import moto\ndef run()"), 1, "no test");
    assert_eq!(test("tests/integ/test_deploy.py", "from unittest import mock\ndef test_it()"), 1);
    assert_eq!(test(unit, "from unittest import mock\n@pytest.mark.integration\ndef test_it()"), 1);
    assert_eq!(test(unit, "from unittest import TestCase\ndef test_it()"), 1);
}

#[test]
fn a_conftest_with_moto_holds_for_the_tests_below_it() {
    let test = format!("import boto3\ndef test_it(sm):\n    {CALL}\n");
    let below = |conftest: &str| made_by(&[("tests/unit/test_deploy.py", &test), ("tests/conftest.py", conftest)]);
    assert_eq!(below("from moto import mock_aws\n"), 0);
    assert_eq!(below("from unittest import mock\n"), 1, "who knows what that stands in for");
}
