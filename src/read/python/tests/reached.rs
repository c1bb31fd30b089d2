//! Values that come a long way: through chains of modules, folders of modules, lengths of time, jobs that ran before.

use super::{programs_are, property, read, show};
use crate::graph::value::Data;

#[test]
fn a_constant_comes_through_many_modules() {
    programs_are(&[
        (
            &[
                ("m0.py", "K = 'ml.m5.large'\n"),
                ("m1.py", "from m0 import K\n"),
                ("m2.py", "from m1 import K\n"),
                ("m3.py", "from m2 import K\n"),
                ("m4.py", "from m3 import K\n"),
            ],
            "from m4 import K\ndef f():\n    S(K)\nf()",
            &["ml.m5.large"],
        ),
        (
            &[
                ("etc/data.py", "kind = 'ml.m5.large'\n"),
                ("etc/__init__.py", "from .data import *\n"),
                ("steps/__init__.py", ""),
                (
                    "steps/train.py",
                    "from sagemaker.estimator import Estimator\nfrom etc import *\ndef step():\n    return Estimator(instance_type=kind)\n",
                ),
                ("hs/hs.py", "from steps.train import step\ndef pipeline():\n    return step()\n"),
                ("hs/__init__.py", "from .hs import pipeline as inner\ndef pipeline():\n    return inner()\n"),
            ],
            "from hs import pipeline\nif __name__ == '__main__':\n    pipeline()",
            &["ml.m5.large"],
        ),
    ]);
}

#[test]
fn a_configuration_lies_beside_a_module() {
    programs_are(&[(
        &[("pkg/__init__.py", ""), ("pkg/conf/__init__.py", ""), ("pkg/conf/config.yaml", "kind: ml.m5.large\n")],
        "import hydra\nfrom pkg import conf\n@hydra.main(version_base=None, config_path=str(Path(conf.__file__).parent), config_name='config')\ndef main(cfg):\n    S(cfg.kind)\nif __name__ == '__main__':\n    main()",
        &["ml.m5.large"],
    )]);
}

#[test]
fn lengths_of_time_are_seconds() {
    for (written, expected) in [
        ("int(timedelta(hours=4).total_seconds())", "14400"),
        ("timedelta(days=1).total_seconds()", "86400"),
        ("timedelta(1, 30).seconds", "30"),
        ("timedelta(minutes=90).days", "0"),
        ("timedelta(weeks=1, milliseconds=500).total_seconds()", "604800.5"),
        ("datetime.timedelta(hours=HOURS).total_seconds()", "7200"),
        ("timedelta(hours=hours()).total_seconds()", "?"),
        ("timedelta(**more()).total_seconds()", "?"),
    ] {
        let part = read(&format!(
            "import datetime\nfrom datetime import timedelta\nfrom sagemaker.estimator import Estimator\nHOURS = 2\nEstimator(max_run={written})"
        ));
        assert_eq!(property(&part, "TrainingJob", "StoppingCondition.MaxRuntimeInSeconds"), expected, "{written}");
    }
}

#[test]
fn a_job_that_ran_before_is_deployed() {
    for attached in [
        "from sagemaker.estimator import Estimator\ne = Estimator.attach('job')",
        "from sagemaker.pytorch import PyTorch\ne = PyTorch.attach(training_job_name='job')",
        "from sagemaker.tuner import HyperparameterTuner\ne = HyperparameterTuner.attach('job')",
    ] {
        let part = read(&format!("{attached}\np = e.deploy(1, 'ml.t2.large')"));
        let kinds: Vec<&str> = part.resources.iter().filter_map(|one| one.kind.rsplit("::").next()).collect();
        assert_eq!(kinds, ["Model", "EndpointConfig", "Endpoint"], "{attached}");
        let config = part.resources.iter().find(|one| one.kind.ends_with("EndpointConfig")).expect("a configuration");
        let variants = config.properties.entry("ProductionVariants").map(|entry| show(&entry.value));
        assert!(variants.expect("variants").contains("InstanceType=ml.t2.large"));
        let model = part.resources.iter().find(|one| one.kind.ends_with("Model")).expect("a model");
        let Data::Object(model) = &model.properties.data else { panic!("no object") };
        assert!(model.open.is_some() && model.entry("VpcConfig").is_none(), "its network is that of the job");
    }
    assert!(read("from sagemaker.estimator import Estimator\nEstimator.attach('job').fit()").resources.is_empty());
}
