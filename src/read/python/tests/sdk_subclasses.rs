//! Classes of the project's own that are made of the SDK's.

use super::{programs_are, read};

#[test]
fn a_constructor_that_calls_the_sdks_makes_what_that_does() {
    let class = "class Mine(Estimator):\n    def __init__(self, size='large', **more):\n        super().__init__(instance_type=f'ml.m5.{size}', **more)\n        self.size = size\n    def start(self):\n        self.fit('s3://b/t')\n";
    programs_are(&[
        (&[], &format!("{class}Mine().fit('s3://b/t')"), &["ml.m5.large"]),
        (&[], &format!("{class}m = Mine('xlarge')\nm.start()\nS(m.size)"), &["ml.m5.xlarge", "xlarge"]),
        (&[], &format!("{class}Mine(size=size()).fit()"), &["ml.m5.{?}"]),
    ]);
    let script =
        format!("from sagemaker.estimator import Estimator\n{class}p = Mine(role='r').deploy(1, 'ml.t2.large')");
    let kinds: Vec<String> = read(&script).resources.iter().map(|one| one.kind.to_string()).collect();
    assert!(kinds.iter().any(|kind| kind.ends_with("Endpoint")), "{kinds:?}");
}

#[test]
fn a_class_without_a_constructor_of_its_own_has_the_sdks() {
    programs_are(&[
        (&[], "class Mine(Estimator):\n    pass\nMine(instance_type='ml.m5.large').fit()", &["ml.m5.large"]),
        (
            &[],
            "class Mine(Estimator):\n    def start(self):\n        self.fit('s3://b/t')\nMine(instance_type='ml.m5.xlarge').start()",
            &["ml.m5.xlarge"],
        ),
        (&[], "class Mine(Other):\n    pass\nMine(instance_type='ml.m5.large').fit()", &[]),
        (
            &[],
            "class Mine(Estimator):\n    pass\nclass Last(Mine):\n    pass\nLast(instance_type=size()).fit()",
            &["?"],
        ),
    ]);
}
