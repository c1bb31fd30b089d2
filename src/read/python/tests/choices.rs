//! Programs as teams write them: how they choose values.
//! Each expectation was taken from running the script with stand-ins for the SDK's classes; `?` is what is not followed.

use super::programs_are;

#[test]
fn values_are_chosen_by_what_python_gives() {
    programs_are(&[
        (
            &[],
            r"class Size(Enum):
    SMALL = 'small'
    LARGE = 'large'
    @classmethod
    def from_str(cls, s):
        return cls[s.upper()]
INSTANCE = {Size.SMALL: 'ml.m5.large', Size.LARGE: 'ml.m5.4xlarge'}
size = Size.from_str('large')
Estimator(image_uri='i', instance_type=INSTANCE[size])",
            &["ml.m5.4xlarge"],
        ),
        (
            &[],
            r"Spec = namedtuple('Spec', ['name', 'instance', 'count'])
SPECS = [Spec('a', 'ml.m5.large', 1), Spec('b', 'ml.m5.xlarge', 2)]
big = SPECS[0]._replace(instance='ml.m5.2xlarge')
for s in SPECS + [big]:
    Estimator(image_uri='i', instance_type=s.instance, instance_count=s.count)",
            &["ml.m5.large", "ml.m5.xlarge", "ml.m5.2xlarge"],
        ),
        (
            &[],
            r"PRICES = {'ml.m5.large': 0.115, 'ml.c5.large': 0.102, 'ml.m5.xlarge': 0.23}
cheapest = min(PRICES, key=PRICES.get)
ranked = sorted(PRICES, key=PRICES.get, reverse=True)
Estimator(image_uri='i', instance_type=cheapest)
Estimator(image_uri='i', instance_type=ranked[0])",
            &["ml.c5.large", "ml.m5.xlarge"],
        ),
        (
            &[],
            r"CANDS = [{'t': 'ml.m5.large', 'cost': 2}, {'t': 'ml.c5.large', 'cost': 1}]
best = min(CANDS, key=lambda c: c['cost'])
worst = max(CANDS, key=operator.itemgetter('cost'))
Estimator(image_uri='i', instance_type=best['t'])
Estimator(image_uri='i', instance_type=worst['t'])",
            &["ml.c5.large", "ml.m5.large"],
        ),
        (
            &[],
            r"TYPES = defaultdict(lambda: 'ml.m5.large', {'gpu': 'ml.g4dn.xlarge'})
for k in ['gpu', 'cpu']:
    Estimator(image_uri='i', instance_type=TYPES[k])",
            &["ml.g4dn.xlarge", "ml.m5.large"],
        ),
        (
            &[(
                "jobs.csv",
                r"name,instance_type,count
a,ml.m5.large,1
b,ml.c5.xlarge,2
",
            )],
            r"with open('jobs.csv') as f:
    for row in csv.DictReader(f):
        Estimator(image_uri='i', instance_type=row['instance_type'], instance_count=int(row['count']))",
            &["ml.m5.large", "ml.c5.xlarge"],
        ),
        (
            &[(
                "INSTANCE",
                r"ml.m5.large
",
            )],
            r"version = open('INSTANCE').read().strip()
Estimator(image_uri='i', instance_type=version)",
            &["ml.m5.large"],
        ),
        (
            &[(
                "types.txt",
                r"# types
ml.m5.large

ml.c5.large
",
            )],
            r"types = [l.strip() for l in open('types.txt') if l.strip() and not l.startswith('#')]
for t in types:
    Estimator(image_uri='i', instance_type=t)",
            &["ml.m5.large", "ml.c5.large"],
        ),
        (
            &[(
                "conf/instance.txt",
                r"ml.m5.large
",
            )],
            r"ROOT = Path(__file__).parent
t = (ROOT / 'conf' / 'instance.txt').read_text().strip()
Estimator(image_uri='i', instance_type=t)",
            &["ml.m5.large"],
        ),
        (
            &[(
                "jobs.yaml",
                r"type: ml.m5.large
---
type: ml.c5.large
",
            )],
            r"docs = list(yaml.safe_load_all(open('jobs.yaml')))
for d in docs:
    Estimator(image_uri='i', instance_type=d['type'])",
            &["ml.m5.large", "ml.c5.large"],
        ),
        (
            &[],
            r"def build(cfg):
    match cfg:
        case {'kind': 'gpu', 'size': size}:
            return Estimator(image_uri='i', instance_type=f'ml.g5.{size}')
        case {'kind': 'cpu', **rest}:
            return Estimator(image_uri='i', instance_type=rest.get('type', 'ml.m5.large'))
        case _:
            raise ValueError
build({'kind': 'gpu', 'size': 'xlarge'})
build({'kind': 'cpu', 'type': 'ml.c5.large'})",
            &["ml.g5.xlarge", "ml.c5.large"],
        ),
        (
            &[],
            r"def parse_count(v):
    try:
        return int(v)
    except ValueError:
        return 4
n = parse_count('auto')
Estimator(image_uri='i', instance_type='ml.m5.large' if n == 4 else 'ml.m5.xlarge')",
            &["ml.m5.large"],
        ),
        (
            &[],
            r"class JobSpec:
    __slots__ = ('name', 'itype')
    def __init__(self, name, itype='ml.m5.large'):
        self.name = name
        self.itype = itype
    def with_type(self, t):
        return type(self)(self.name, t)
    def launch(self):
        return Estimator(image_uri='i', instance_type=self.itype)
JobSpec('a').launch()
JobSpec('a').with_type('ml.c5.large').launch()",
            &["ml.m5.large", "ml.c5.large"],
        ),
        (
            &[],
            r"class Layer(dict):
    def __add__(self, other):
        out = Layer(self)
        out.update(other)
        return out
cfg = Layer({'t': 'ml.m5.large'}) + {'t': 'ml.c5.large'}
Estimator(image_uri='i', instance_type=cfg['t'])",
            &["ml.c5.large"],
        ),
        (
            &[],
            r"@dataclass
class Cfg:
    t: str = 'ml.m5.large'
    n: int = 1
    def __or__(self, other):
        return dataclasses.replace(self, **other)
c = Cfg() | {'t': 'ml.c5.large'}
Estimator(image_uri='i', instance_type=c.t, instance_count=c.n)",
            &["ml.c5.large"],
        ),
        (
            &[(
                "base.py",
                r"from sagemaker.estimator import Estimator
class BaseJob:
    prefix = 'ml.m5.'
    def __init__(self, name):
        self.name = name
    def instance(self):
        return self.prefix + 'large'
    def launch(self):
        return Estimator(image_uri='i', instance_type=self.instance())
",
            )],
            r"from base import BaseJob
class Train(BaseJob):
    def instance(self):
        return self.prefix + 'xlarge'
Train('j').launch()",
            &["ml.m5.xlarge"],
        ),
        (
            &[(
                "base.py",
                r"from dataclasses import dataclass
@dataclass
class BaseCfg:
    itype: str = 'ml.m5.large'
",
            )],
            r"from base import BaseCfg
@dataclass
class Cfg(BaseCfg):
    count: int = 1
c = Cfg()
Estimator(image_uri='i', instance_type=c.itype)
d = Cfg(itype='ml.c5.large')
Estimator(image_uri='i', instance_type=d.itype)",
            &["ml.m5.large", "?"],
        ),
        (
            &[],
            r"types = ['ml.m5.large', 'ml.m5.xlarge', 'ml.m5.2xlarge']
types[:2] = ['ml.c5.large']
types[1:] = []
for t in types:
    Estimator(image_uri='i', instance_type=t)",
            &["ml.c5.large"],
        ),
        (
            &[],
            r#"instance_type = "ml.m5.large"
common = dict(image_uri='i', role='r', instance_count=1)
hp = {'max_depth': 5, 'eta': 0.2}
estimators = {}
for name, t in zip(['a', 'b'], [instance_type, 'ml.c5.xlarge']):
    estimators[name] = Estimator(instance_type=t, **common)
est = estimators['a']
est.instance_type"#,
            &["ml.m5.large", "ml.c5.xlarge"],
        ),
        (
            &[],
            r"def get(d, k):
    try:
        return d[k]
    except KeyError:
        return 'ml.m5.large'
Estimator(image_uri='i', instance_type=get({'a': 'ml.c5.large'}, 'a'))
Estimator(image_uri='i', instance_type=get({}, 'a'))",
            &["ml.c5.large", "ml.m5.large"],
        ),
        (
            &[],
            r"rows = [{'t': ' ml.m5.large '}, {'t': ''}]
types = [s for r in rows if (s := r['t'].strip())]
for t in types:
    Estimator(image_uri='i', instance_type=t)",
            &["ml.m5.large"],
        ),
        (
            &[],
            r"CFG = {'a': {'gpu': False}, 'b': {'gpu': True}}
t = 'ml.g5.xlarge' if any(v['gpu'] for v in CFG.values()) else 'ml.m5.large'
Estimator(image_uri='i', instance_type=t)",
            &["ml.g5.xlarge"],
        ),
        (
            &[],
            r"from typing import TypedDict, Optional
class Job(TypedDict, total=False):
    itype: str
    count: int
def launch(job: Job, override: Optional[str] = None):
    return Estimator(image_uri='i', instance_type=override or job.get('itype') or 'ml.m5.large')
launch({'count': 1})
launch(Job(itype='ml.c5.large'))
launch({}, override='ml.m5.xlarge')",
            &["ml.m5.large", "ml.c5.large", "ml.m5.xlarge"],
        ),
        (
            &[],
            r"BASE_TAGS = [{'Key': 'team', 'Value': 'x'}]
def tags(**kw):
    return BASE_TAGS + [{'Key': k, 'Value': v} for k, v in kw.items()]
t = {x['Key']: x['Value'] for x in tags(size='ml.m5.large')}
Estimator(image_uri='i', instance_type=t['size'])",
            &["ml.m5.large"],
        ),
        (
            &[],
            r"def chunks(seq, n):
    for i in range(0, len(seq), n):
        yield seq[i:i+n]
for c in chunks(['ml.m5.large','ml.c5.large','ml.m5.xlarge'], 2):
    Estimator(image_uri='i', instance_type=c[0])",
            &["ml.m5.large", "ml.m5.xlarge"],
        ),
        (
            &[],
            r"def job(opts={}):
    opts.setdefault('t', 'ml.m5.large')
    return opts
a = job(); a['t'] = 'ml.c5.large'
Estimator(image_uri='i', instance_type=job()['t'])",
            &["ml.c5.large"],
        ),
        (
            &[],
            r"SPEC = 'ml.{family}.{size}'
for s in ({'family': 'm5', 'size': 'large'}, {'family': 'c5', 'size': 'xlarge'}):
    Estimator(image_uri='i', instance_type=SPEC.format_map(s))",
            &["ml.m5.large", "ml.c5.xlarge"],
        ),
        (
            &[],
            r"def size_for(gb):
    n = max(1, -(-gb // 16))
    return {1: 'large', 2: 'xlarge', 4: '2xlarge'}.get(n, '4xlarge')
Estimator(image_uri='i', instance_type=f'ml.m5.{size_for(20)}')
Estimator(image_uri='i', instance_type=f'ml.m5.{size_for(8)}')",
            &["ml.m5.xlarge", "ml.m5.large"],
        ),
        (
            &[],
            r"cols = 'name itype'.split()
rows = [('a', 'ml.m5.large'), ('b', 'ml.c5.large')]
for r in map(lambda x: dict(zip(cols, x)), rows):
    Estimator(image_uri='i', instance_type=r['itype'])",
            &["ml.m5.large", "ml.c5.large"],
        ),
        (
            &[],
            r"queue = ['ml.m5.large', 'ml.c5.large']
while queue:
    t = queue.pop(0)
    Estimator(image_uri='i', instance_type=t)
    if t == 'ml.m5.large':
        queue.append('ml.m5.xlarge')",
            &["ml.m5.large", "ml.c5.large", "ml.m5.xlarge"],
        ),
        (
            &[],
            r"for i, env in enumerate(['dev', 'prod'], 1):
    Estimator(image_uri='i', instance_type=['ml.m5.large', 'ml.m5.xlarge'][i - 1], instance_count=i)",
            &["ml.m5.large", "ml.m5.xlarge"],
        ),
    ]);
}

#[test]
fn classes_and_nothing_are_compared() {
    let script = r"def kind(m, other=None):
    if type(m) == str:
        return 'str'
    elif type(m) is dict:
        return 'dict'
    elif type(m) in (list, int):
        return 'list or int'
    return 'none' if m == None else 'another'
for m in ['a', {'a': 1}, ['a'], 3, None, 2.5]:
    Estimator(image_uri='i', instance_type=kind(m))
for m in [['a'], {}, Path('a'), None]:
    Estimator(image_uri='i', instance_type='none' if m == None else 'some')
class Same:
    def __eq__(self, other):
        return True
Estimator(image_uri='i', instance_type='none' if Same() == None else 'some')";
    programs_are(&[(
        &[],
        script,
        &[
            "str",
            "dict",
            "list or int",
            "list or int",
            "none",
            "another",
            "some",
            "some",
            "some",
            "none",
            "(none if Same() == None else some)",
        ],
    )]);
}

#[test]
fn a_table_asked_by_a_choice_gives_one_of_its_values() {
    programs_are(&[(
        &[],
        r"on = os.environ.get('ON')
mode = 'a' if on else 'b'
def large():
    return 'ml.m5.xlarge'
def small():
    return 'ml.m5.large'
Estimator(image_uri='i', instance_type={'a': 'ml.m5.large', 'b': 'ml.m5.xlarge'}[mode])
Estimator(image_uri='i', instance_type={True: large, False: small}[bool(on == 'x')]())
size = 'x' if on else ''
Estimator(image_uri='i', instance_type=f'ml.m5.{size}large')
Estimator(image_uri='i', instance_type='ml.m5.' + size + 'large')",
        &[
            "(ml.m5.large if environment variable ON else ml.m5.xlarge)",
            "(ml.m5.xlarge if environment variable ON == \"x\" else ml.m5.large)",
            "(ml.m5.xlarge if environment variable ON else ml.m5.large)",
            "(ml.m5.xlarge if environment variable ON else ml.m5.large)",
        ],
    )]);
}
