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

#[test]
fn classes_are_made_of_the_sdks_in_the_ways_that_teams_write() {
    let plain = "class Mine(Estimator):\n    pass\n";
    let elsewhere = (
        "base.py",
        "from sagemaker.estimator import Estimator\nclass Mine(Estimator):\n    def tell(self):\n        pass\n",
    );
    programs_are(&[
        (
            &[],
            "class Mine(Estimator):\n    def __init__(self, *args, **more):\n        Estimator.__init__(self, *args, **more)\nMine('i', 'r', 1, 'ml.m5.large').fit()",
            &["ml.m5.large"],
        ),
        (&[elsewhere], "import base\nbase.Mine(instance_type='ml.m5.large').fit()", &["ml.m5.large"]),
        (&[elsewhere], "from base import Mine\nm = Mine(instance_type='ml.m5.large')\nm.fit()", &["ml.m5.large"]),
        (
            &[elsewhere],
            "from base import Mine\nclass Last(Mine):\n    def __init__(self, **more):\n        super().__init__(instance_type='ml.m5.large', **more)\nLast().fit()",
            &["ml.m5.large"],
        ),
        (
            &[],
            "class Mine(Estimator):\n    def __init__(self, **more):\n        super().__init__(instance_type='ml.m5.large', **more)\n        self.instance_type = 'ml.m5.xlarge'\nMine().fit()",
            &["ml.m5.xlarge"],
        ),
        (
            &[],
            &format!("{plain}m = Mine(instance_type='ml.m5.large')\nm.fit()\nS(m.instance_type)"),
            &["ml.m5.large"; 2],
        ),
        (
            &[],
            "class Maker:\n    of = Estimator\n    def make(self, **more):\n        return self.of(instance_type='ml.m5.large', **more)\nMaker().make().fit()",
            &["ml.m5.large"],
        ),
        (
            &[],
            "from sagemaker.estimator import Framework\nclass Mine(Framework):\n    def __init__(self, script, **more):\n        super().__init__(script, **more)\nMine('t.py', instance_type='ml.m5.large').fit()",
            &["ml.m5.large"],
        ),
    ]);
}

#[test]
fn a_method_of_the_sdks_is_there_behind_one_of_the_same_name() {
    let part = read(
        "from sagemaker.model import Model\nclass Mine(Model):\n    def deploy(self, kind='ml.m5.large'):\n        return super().deploy(1, kind)\nMine(image_uri='i', role='r').deploy()",
    );
    let config = part.resources.iter().find(|one| one.kind.ends_with("EndpointConfig")).expect("it is deployed");
    let variants = super::property_of(config, "ProductionVariants");
    assert!(variants.contains("InstanceType=ml.m5.large"), "{variants}");
}
