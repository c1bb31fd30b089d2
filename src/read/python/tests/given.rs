//! What whoever runs the code may give: the event of a handler, options that are the fields of dataclasses.

use super::{TYPE, condition, programs_are, property_of, read, types_of};
use crate::{finding::Confidence, graph::value::Value};

/// A handler that trains on what it is told.
fn handler(body: &str) -> String {
    format!("from sagemaker.estimator import Estimator\nimport json\ndef handler(event, context):\n    {body}\n")
}

#[test]
fn what_an_event_leaves_out_is_the_default_that_the_handler_has() {
    let cases = [
        ("Estimator(instance_type=event.get('size', 'ml.m5.large'))", "ml.m5.large"),
        ("Estimator(instance_type=event['detail'].get('size', 'ml.m5.large'))", "ml.m5.large"),
        ("Estimator(instance_type=event.get('detail', {}).get('size', 'ml.m5.large'))", "ml.m5.large"),
        ("Estimator(instance_type='ml.m5.' + event.get('size', 'large'))", "ml.m5.large"),
        ("Estimator(instance_type=event.get('size'))", "?"),
        ("Estimator(instance_type=event.get('size', None))", "?"),
        ("Estimator(instance_type=event.get('size', size()))", "?"),
        ("Estimator(instance_type=event['size'])", "?"),
        ("Estimator(instance_type=context.get('size', 'ml.m5.large'))", "?"),
        ("Estimator(instance_type=answer(event).get('size', 'ml.m5.large'))", "?"),
    ];
    for (body, expected) in cases {
        assert_eq!(types_of(&read(&handler(body))), [expected], "{body}");
    }
    let part = read(&handler("if event.get('train', False):\n        Estimator(instance_type=event.get('size', 'a'))"));
    let [job] = &part.resources[..] else { panic!("a job") };
    assert!(condition(&job.guard).contains("train"), "{}", condition(&job.guard));
    let size = job.properties.entry("ResourceConfig").and_then(|config| config.value.entry("InstanceType"));
    let confidence = |value: &Value| value.origin.confidence();
    assert_eq!(size.map(|entry| confidence(&entry.value)), Some(Confidence::Medium), "{}", property_of(job, TYPE));
}

#[test]
fn options_may_be_the_fields_of_dataclasses() {
    const HEAD: &str = "from transformers import HfArgumentParser\n@dataclass\nclass Model:\n    size: str = field(default='ml.m5.large', metadata={'help': 'x'})\n    must: str = field(metadata={'help': 'x'})\n    none: str = None\n@dataclass\nclass Data(Model):\n    other: str = 'ml.c5.large'\n";
    let program = |script: &str| format!("{HEAD}{script}");
    let both = "m, d = HfArgumentParser((Model, Data)).parse_args_into_dataclasses()\n";
    for (script, expected) in [
        (format!("{both}S(m.size)\nS(d.other)\nS(d.size)"), &["ml.m5.large", "ml.c5.large", "ml.m5.large"][..]),
        (format!("{both}S(m.must)\nS(m.none)"), &["?", "?"]),
        ("p = HfArgumentParser(Model)\n(m,) = p.parse_args_into_dataclasses()\nS(m.size)".to_owned(), &["ml.m5.large"]),
        ("m, rest = HfArgumentParser(Model).parse_args_into_dataclasses(return_remaining_strings=True)\nS(m.size)".to_owned(), &["ml.m5.large"]),
        ("m, = HfArgumentParser(Model).parse_args_into_dataclasses(args=['--size', 'x'])\nS(m.size)".to_owned(), &["?"]),
        ("m, = HfArgumentParser(Model).parse_json_file('a.json')\nS(m.size)".to_owned(), &["?"]),
        (
            "p = HfArgumentParser(Model)\nif len(sys.argv) == 2 and sys.argv[1].endswith('.json'):\n    m, = p.parse_json_file(json_file=os.path.abspath(sys.argv[1]))\nelse:\n    m, = p.parse_args_into_dataclasses()\nS(m.size)".to_owned(),
            &["ml.m5.large"],
        ),
        ("m, = HfArgumentParser(kinds()).parse_args_into_dataclasses()\nS(m.size)".to_owned(), &["?"]),
    ] {
        programs_are(&[(&[], &program(&script), expected)]);
    }
}

#[test]
fn slices_may_have_steps() {
    let letters = "k = ['a', 'b', 'c', 'd']\n";
    for (slice, expected) in [
        ("k[::2]", "ac"),
        ("k[1::2]", "bd"),
        ("k[::-1]", "dcba"),
        ("k[3:0:-2]", "db"),
        ("k[-1:-3:-1]", "dc"),
        ("k[9::-1]", "dcba"),
        ("k[:9:-1]", ""),
        ("k[-9::3]", "ad"),
        ("k[:-9:-3]", "da"),
        ("k[2:-9:-1]", "cba"),
        ("'abcd'[::-2]", "db"),
        ("k[::0]", "?"),
        ("k[::n()]", "?"),
    ] {
        programs_are(&[(&[], &format!("{letters}S(''.join({slice}))"), &[expected])]);
    }
}
