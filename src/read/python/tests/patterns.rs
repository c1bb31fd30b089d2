//! Programs as teams write them: patterns, queues, sets, and errors that are raised on purpose.
//! Each expectation was taken from running the script with a stand-in for the SDK's class.

use super::programs_are;

#[test]
fn patterns_find_what_re_finds() {
    programs_are(&[
        (
            &[],
            r#"NAME = 'train-g5-xlarge-2'
found = re.match(r'(\w+)-(?P<family>g\d)-(\w+)-(\d+)', NAME)
Estimator(image_uri='i', instance_type=f'ml.{found["family"]}.{found.group(3)}')
Estimator(image_uri='i', instance_type='ml.' + '.'.join(found.groups()[1:3]))"#,
            &["ml.g5.xlarge", "ml.g5.xlarge"],
        ),
        (
            &[],
            r#"SIZE = re.compile(r'^ml\.([a-z0-9]+)\.(\w+)$')
found = SIZE.search('ml.p3.2xlarge')
Estimator(image_uri='i', instance_type='ml.' + found.group(1) + '.' + found.group(2))
Estimator(image_uri='i', instance_type='ml.m5.large' if SIZE.match('m5.large') is None else 'ml.c5.large')"#,
            &["ml.p3.2xlarge", "ml.m5.large"],
        ),
        (
            &[],
            r#"Estimator(image_uri='i', instance_type=re.sub(r'[^a-z0-9.]', '', 'ML ml.m5_.large!'.lower())[2:])
Estimator(image_uri='i', instance_type=re.split(r'\s*,\s*', 'ml.m5.large , ml.c5.large')[1])
Estimator(image_uri='i', instance_type=re.findall(r'ml\.\S+', 'use ml.g5.xlarge or ml.p3.2xlarge')[-1])"#,
            &["ml.m5.large", "ml.c5.large", "ml.p3.2xlarge"],
        ),
        (
            &[],
            r#"if re.fullmatch(r'prod|live', 'production'):
    kind = 'ml.p3.2xlarge'
else:
    kind = 'ml.m5.large'
Estimator(image_uri='i', instance_type=kind)"#,
            &["ml.m5.large"],
        ),
    ]);
}

#[test]
fn queues_and_sets_hold_what_was_put_into_them() {
    programs_are(&[
        (
            &[],
            r#"from collections import deque
queue = deque(['ml.m5.large', 'ml.c5.large'])
queue.appendleft('ml.g5.xlarge')
queue.append('ml.p3.2xlarge')
while queue:
    Estimator(image_uri='i', instance_type=queue.popleft())"#,
            &["ml.g5.xlarge", "ml.m5.large", "ml.c5.large", "ml.p3.2xlarge"],
        ),
        (
            &[],
            r#"seen = set()
for kind in ['ml.m5.large', 'ml.c5.large', 'ml.m5.large']:
    if kind in seen:
        continue
    seen.add(kind)
    Estimator(image_uri='i', instance_type=kind)"#,
            &["ml.m5.large", "ml.c5.large"],
        ),
    ]);
}

#[test]
fn fields_of_dataclasses_are_gone_through() {
    programs_are(&[(
        &[],
        r#"from dataclasses import fields
@dataclass
class Job:
    kind: str = 'ml.m5.large'
    other: str = 'ml.c5.large'
job = Job(other='ml.g5.xlarge')
for one in fields(job):
    Estimator(image_uri='i', instance_type=getattr(job, one.name))"#,
        &["ml.m5.large", "ml.g5.xlarge"],
    )]);
}

#[test]
fn what_is_raised_leads_to_its_handler() {
    programs_are(&[
        (
            &[],
            r#"def pick(kind):
    if not kind.startswith('ml.'):
        raise ValueError(kind)
    return kind
def safe(kind):
    try:
        return pick(kind)
    except ValueError:
        return 'ml.m5.large'
Estimator(image_uri='i', instance_type=safe('g5.xlarge'))
Estimator(image_uri='i', instance_type=safe('ml.c5.large'))"#,
            &["ml.m5.large", "ml.c5.large"],
        ),
        (
            &[],
            r#"class Missing(KeyError):
    pass
TABLE = {'a': 'ml.m5.large'}
def look(key):
    if key not in TABLE:
        raise Missing(key)
    return TABLE[key]
try:
    kind = look('b')
except KeyError:
    kind = 'ml.c5.large'
Estimator(image_uri='i', instance_type=kind)"#,
            &["ml.c5.large"],
        ),
    ]);
}
