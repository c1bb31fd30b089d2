//! Programs as teams write them that train and deploy: layers of configuration, registries, builders, command lines.
//! Each expectation was taken from running the script with stand-ins for the SDK's classes; `?` is what is not followed.

use super::programs_are;

#[test]
fn configuration_comes_in_layers() {
    programs_are(&[
        (
            &[
                (
                    "conf/base.yaml",
                    r"image: i
role: r
train:
  count: 1
  instance_type: ml.m5.large
",
                ),
                (
                    "conf/prod.yaml",
                    r"train:
  instance_type: ml.p3.2xlarge
",
                ),
            ],
            r"def deep_merge(base, override):
    out = dict(base)
    for k, v in override.items():
        if isinstance(v, dict) and isinstance(out.get(k), dict):
            out[k] = deep_merge(out[k], v)
        else:
            out[k] = v
    return out
def load_config(env):
    base = yaml.safe_load(Path('conf/base.yaml').read_text())
    p = Path('conf') / f'{env}.yaml'
    over = yaml.safe_load(p.read_text()) or {}
    return deep_merge(base, over)
cfg = load_config('prod')
est = Estimator(image_uri=cfg['image'], role=cfg['role'], instance_count=cfg['train']['count'], instance_type=cfg['train']['instance_type'])",
            &["ml.p3.2xlarge"],
        ),
        (
            &[],
            r"@dataclass
class TrainConfig:
    instance_type: str = 'ml.m5.large'
    instance_count: int = 1
    volume_gb: int = 30
    hyperparameters: dict = field(default_factory=dict)
    @classmethod
    def from_dict(cls, d):
        names = {f.name for f in dataclasses.fields(cls)}
        return cls(**{k: v for k, v in d.items() if k in names})
    def to_kwargs(self):
        return dict(instance_type=self.instance_type, instance_count=self.instance_count, volume_size=self.volume_gb)
cfg = TrainConfig.from_dict({'instance_type': 'ml.c5.xlarge', 'foo': 1})
Estimator(image_uri='i', role='r', **cfg.to_kwargs())",
            &["ml.c5.xlarge"],
        ),
        (
            &[],
            r"os.environ.setdefault('INSTANCE_TYPE', 'ml.m5.large')
t = os.environ['INSTANCE_TYPE']
Estimator(image_uri='i', instance_type=t)",
            &["ml.m5.large"],
        ),
        (
            &[(
                "settings.py",
                r"_DEFAULTS = {'instance_type': 'ml.m5.large'}
_ENVS = {'prod': {'instance_type': 'ml.m5.4xlarge'}}
_active = dict(_DEFAULTS)
def configure(env):
    _active.update(_ENVS.get(env, {}))
def get(key, default=None):
    return _active.get(key, default)
",
            )],
            r"import settings
settings.configure(env='prod')
Estimator(image_uri='i', instance_type=settings.get('instance_type'))",
            &["ml.m5.4xlarge"],
        ),
        (
            &[(
                "job.yaml.tpl",
                r"instance_type: ml.m5.$SIZE
",
            )],
            r"from string import Template
doc = Template(Path('job.yaml.tpl').read_text()).substitute(SIZE='xlarge')
cfg = yaml.safe_load(doc)
Estimator(image_uri='i', instance_type=cfg['instance_type'])",
            &["?"],
        ),
        (
            &[],
            r"def set_by_path(cfg, path, value):
    *parents, last = path.split('.')
    node = cfg
    for p in parents:
        node = node.setdefault(p, {})
    node[last] = value
cfg = {'train': {'instance_type': 'ml.m5.large'}}
for item in ['train.instance_type=ml.c5.large', 'train.extra.x=1']:
    k, v = item.split('=', 1)
    set_by_path(cfg, k, v)
Estimator(image_uri='i', instance_type=cfg['train']['instance_type'])",
            &["ml.c5.large"],
        ),
        (
            &[],
            r"def lookup(d, *keys, default=None):
    for k in keys:
        if k in d:
            return d[k]
    return default
cfg = {'type': 'ml.m5.large'}
Estimator(image_uri='i', instance_type=lookup(cfg, 'instance_type', 'type'))
Estimator(image_uri='i', instance_type=lookup(cfg, 'x', default='ml.c5.large'))",
            &["ml.m5.large", "ml.c5.large"],
        ),
        (
            &[(
                "pyproject.toml",
                r#"[tool.train]
instance-type = "ml.m5.large"
"#,
            )],
            r"import tomllib
with open('pyproject.toml', 'rb') as f:
    cfg = tomllib.load(f)['tool']['train']
Estimator(image_uri='i', instance_type=cfg['instance-type'])",
            &["ml.m5.large"],
        ),
        (
            &[],
            r"hp = {k: json.dumps(v) for k, v in {'lr': 0.1, 'type': 'ml.m5.large'}.items()}
Estimator(image_uri='i', instance_type=json.loads(hp['type']))",
            &["ml.m5.large"],
        ),
        (
            &[],
            r"def env(name, default=None, cast=str):
    v = os.environ.get(name, default)
    return cast(v)
n = env('COUNT', '2', int)
Estimator(image_uri='i', instance_type='ml.m5.large' if n == 2 else 'ml.m5.xlarge')",
            &["(ml.m5.xlarge if not environment variable COUNT == 2 else ml.m5.large)"],
        ),
        (
            &[],
            r"DEFAULT = {'train': {'t': 'ml.m5.large'}}
prod = copy.deepcopy(DEFAULT); prod['train']['t'] = 'ml.c5.large'
dev = DEFAULT.copy(); dev['train'] = {**dev['train'], 't': 'ml.m5.xlarge'}
for c in (DEFAULT, prod, dev):
    Estimator(image_uri='i', instance_type=c['train']['t'])",
            &["ml.m5.large", "ml.c5.large", "ml.m5.xlarge"],
        ),
        (
            &[(
                "out/config.json",
                r#"{"t": "ml.m5.large"}
"#,
            )],
            r"def save(cfg, path='out/config.json'):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with open(path, 'w') as f:
        json.dump(cfg, f, indent=2)
def load(path='out/config.json'):
    with open(path) as f:
        return json.load(f)
save({'t': 'ml.c5.large'})
Estimator(image_uri='i', instance_type=load()['t'])",
            &["ml.c5.large"],
        ),
        (
            &[(
                "c.json",
                r#"{"t": "ml.m5.large"}
"#,
            )],
            r"CONFIG = None
def init(path):
    global CONFIG
    CONFIG = json.loads(Path(path).read_text())
def itype():
    return CONFIG['t']
init('c.json')
Estimator(image_uri='i', instance_type=itype())",
            &["ml.m5.large"],
        ),
        (
            &[],
            r"CURRENT = 'ml.m5.large'
def use(t):
    global CURRENT
    new = t
    CURRENT = new
use('ml.c5.large')
Estimator(image_uri='i', instance_type=CURRENT)",
            &["ml.c5.large"],
        ),
    ]);
}

#[test]
fn jobs_are_made_by_what_code_registers() {
    programs_are(&[
        (
            &[],
            r"import time
def retry(times=3, exceptions=(Exception,)):
    def deco(fn):
        @functools.wraps(fn)
        def wrapper(*args, **kwargs):
            last = None
            for attempt in range(times):
                try:
                    return fn(*args, **kwargs)
                except exceptions as e:
                    last = e
            raise last
        return wrapper
    return deco
@retry(times=2)
def launch(t):
    return Estimator(image_uri='i', role='r', instance_count=1, instance_type=t)
launch('ml.m5.large')",
            &["ml.m5.large"],
        ),
        (
            &[],
            r"FACTORIES = {
    'cpu': lambda n: Estimator(image_uri='c', instance_type='ml.m5.large', instance_count=n),
    'gpu': lambda n: Estimator(image_uri='g', instance_type='ml.g5.xlarge', instance_count=n),
}
def get_estimator(kind='cpu', n=1):
    if kind not in FACTORIES:
        raise KeyError(kind)
    return FACTORIES[kind](n)
get_estimator('gpu')",
            &["ml.g5.xlarge"],
        ),
        (
            &[],
            r"class EstimatorBuilder:
    def __init__(self):
        self._kw = {'image_uri': 'i', 'role': 'r', 'instance_count': 1}
    def instance(self, t):
        self._kw['instance_type'] = t
        return self
    def spot(self, max_wait=7200):
        self._kw.update(use_spot_instances=True, max_wait=max_wait, max_run=3600)
        return self
    def build(self):
        return Estimator(**self._kw)
EstimatorBuilder().instance('ml.m5.large').spot().build()",
            &["ml.m5.large"],
        ),
        (
            &[],
            r"class Step:
    def __init__(self, name, **params):
        self.name, self.params = name, params
    def run(self, ctx):
        raise NotImplementedError
class TrainStep(Step):
    def run(self, ctx):
        ctx['estimator'] = Estimator(image_uri=ctx['image'], instance_type=self.params.get('instance_type', ctx['default_type']))
        return ctx
class Pipeline:
    def __init__(self, steps): self.steps = steps
    def execute(self, **ctx):
        for s in self.steps:
            ctx = s.run(ctx)
        return ctx
Pipeline([TrainStep('a'), TrainStep('b', instance_type='ml.c5.large')]).execute(image='i', default_type='ml.m5.large')",
            &["ml.m5.large", "ml.c5.large"],
        ),
        (
            &[],
            r"def sweep(base, grid):
    keys = list(grid)
    for values in itertools.product(*(grid[k] for k in keys)):
        yield {**base, **dict(zip(keys, values))}
for cfg in sweep({'image_uri': 'i'}, {'instance_type': ['ml.m5.large', 'ml.c5.large'], 'instance_count': [1]}):
    Estimator(**cfg)",
            &["ml.m5.large", "ml.c5.large"],
        ),
        (
            &[],
            r"from abc import ABC, abstractmethod
class Strategy(ABC):
    @abstractmethod
    def choose(self, gb): ...
class Cheap(Strategy):
    def choose(self, gb):
        return 'ml.m5.large' if gb < 10 else 'ml.m5.4xlarge'
class Fast(Strategy):
    TIERS = [(10, 'ml.c5.xlarge'), (100, 'ml.c5.4xlarge')]
    def choose(self, gb):
        for limit, t in self.TIERS:
            if gb <= limit:
                return t
        return 'ml.c5.18xlarge'
for s in (Cheap(), Fast()):
    Estimator(image_uri='i', instance_type=s.choose(50))",
            &["ml.m5.4xlarge", "ml.c5.4xlarge"],
        ),
        (
            &[],
            r"def make(image, role, itype, count=1, **kw):
    return Estimator(image_uri=image, role=role, instance_type=itype, instance_count=count, **kw)
mk = functools.partial(make, 'i', 'r')
mk('ml.m5.large')
mk(itype='ml.c5.large', count=2)",
            &["ml.m5.large", "ml.c5.large"],
        ),
        (
            &[],
            r"CFG = {'t': 'ml.m5.large'}
@contextlib.contextmanager
def temp(**kw):
    saved = {k: CFG[k] for k in kw}
    CFG.update(kw)
    try:
        yield CFG
    finally:
        CFG.update(saved)
with temp(t='ml.c5.large') as c:
    Estimator(image_uri='i', instance_type=c['t'])
Estimator(image_uri='i', instance_type=CFG['t'])",
            &["ml.c5.large", "ml.m5.large"],
        ),
        (
            &[],
            r"class Launch:
    def __enter__(self):
        self.jobs = []
        return self
    def __exit__(self, *exc):
        for t in self.jobs:
            Estimator(image_uri='i', instance_type=t)
        return False
    def add(self, t):
        self.jobs.append(t)
with Launch() as l:
    l.add('ml.m5.large')
    l.add('ml.c5.large')",
            &["ml.m5.large", "ml.c5.large"],
        ),
        (
            &[],
            r"import asyncio
async def launch(t):
    return Estimator(image_uri='i', instance_type=t)
async def main():
    await asyncio.gather(*(launch(t) for t in ['ml.m5.large', 'ml.c5.large']))
asyncio.run(main())",
            &["ml.m5.large", "ml.c5.large"],
        ),
        (
            &[],
            r"from concurrent.futures import ThreadPoolExecutor, as_completed
def launch(t): return Estimator(image_uri='i', instance_type=t)
with ThreadPoolExecutor() as ex:
    futs = {ex.submit(launch, t): t for t in ('ml.m5.large', 'ml.c5.large')}
    for f in as_completed(futs):
        f.result()",
            &["ml.m5.large", "ml.c5.large"],
        ),
        (
            &[],
            r"class Cfg:
    def __init__(self, t): self.t = t
    @property
    def t(self): return self._t
    @t.setter
    def t(self, v):
        if not v.startswith('ml.'):
            v = 'ml.' + v
        self._t = v
c = Cfg('m5.large')
Estimator(image_uri='i', instance_type=c.t)
c.t = 'c5.large'
Estimator(image_uri='i', instance_type=c.t)",
            &["ml.m5.large", "ml.c5.large"],
        ),
        (
            &[(
                "c.json",
                r#"{"cpu": "ml.m5.large", "gpu": "ml.g5.xlarge"}
"#,
            )],
            r"@functools.lru_cache(maxsize=1)
def config():
    return json.load(open('c.json'))
@functools.lru_cache(maxsize=None)
def estimator(kind):
    return Estimator(image_uri='i', instance_type=config()[kind])
for _ in range(2):
    estimator('cpu')
estimator('gpu')",
            &["ml.m5.large", "ml.g5.xlarge"],
        ),
        (
            &[],
            r"@dataclass
class C:
    family: str = 'm5'
    size: str = 'large'
    itype: str = field(init=False, default='')
    def __post_init__(self):
        if not self.itype:
            self.itype = f'ml.{self.family}.{self.size}'
Estimator(image_uri='i', instance_type=C(size='xlarge').itype)",
            &["ml.m5.xlarge"],
        ),
    ]);
}

#[test]
fn what_the_command_line_is_told() {
    programs_are(&[
        (
            &[],
            r"import argparse
def parse_args(argv=None):
    p = argparse.ArgumentParser()
    p.add_argument('--instance-type', default='ml.m5.xlarge')
    p.add_argument('--count', type=int, default=2)
    p.add_argument('--spot', action='store_true')
    return p.parse_args(argv)
def main(argv=None):
    args = parse_args(argv)
    Estimator(image_uri='i', role='r', instance_count=args.count, instance_type=args.instance_type)
    return 0
if __name__ == '__main__':
    sys.exit(main(['--instance-type', 'ml.c5.2xlarge', '--count', '1']))",
            &["ml.c5.2xlarge"],
        ),
        (
            &[],
            r"import argparse
p = argparse.ArgumentParser()
p.add_argument('-t', '--instance-type', dest='itype', default='ml.m5.xlarge', choices=['ml.m5.xlarge','ml.m5.large'])
args = p.parse_args('--instance-type=ml.m5.large'.split())
Estimator(image_uri='i', instance_type=args.itype)",
            &["ml.m5.large"],
        ),
    ]);
}
