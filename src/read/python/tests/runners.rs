//! Functions that others call: threads, pools, schedulers, queues and decorators, with what they are given; and those of
//! which nobody knows what they call them with.

use super::programs_are;

/// `train`, with a default that each program gives another value in place of.
const TRAIN: &str = "def train(kind='ml.m4.xlarge', size=''):\n    S(kind + size)\n";

/// Programs that hand `train` to somebody, behind lines of imports; what it trains on.
fn trains_on(cases: &[(&str, &str, &[&str])]) {
    for (import, script, expected) in cases {
        programs_are(&[(&[], &format!("{import}\n{TRAIN}{script}"), expected)]);
    }
}

#[test]
fn pools_and_threads_call_with_what_they_are_given() {
    let pool = "from concurrent.futures import ThreadPoolExecutor\nimport multiprocessing as mp\npool = mp.Pool()";
    trains_on(&[
        (pool, "with ThreadPoolExecutor() as e:\n    e.submit(train, 'a', size='1')", &["a1"]),
        (pool, "pool.submit(functools.partial(train, 'a'), '1')", &["a1"]),
        (pool, "pool.submit(lambda: train('a'))", &["a"]),
        (pool, "pool.map(train, ['a', 'b'])", &["a", "b"]),
        (pool, "pool.map(train, ['a', 'b'], 2)", &["a", "b"]),
        (pool, "pool.map(train, ['a', 'b'], ['1', '2'])", &["a1", "b2"]),
        (pool, "pool.map_async(functools.partial(train, size='1'), ['a'])", &["a1"]),
        (pool, "pool.starmap_async(train, zip(['a', 'b'], ['1', '2']))", &["a1", "b2"]),
        (pool, "pool.apply_async(train, ('a',), {'size': '1'})", &["a1"]),
        (pool, "pool.apply(train, ('a',))", &["a"]),
        ("from threading import Thread", "Thread(target=train, args=('a',), kwargs=dict(size='1')).start()", &["a1"]),
        ("from threading import Timer", "Timer(30, train, ['a']).start()", &["a"]),
        ("from multiprocessing import Process", "Process(target=functools.partial(train, 'a')).start()", &["a"]),
        ("import joblib", "joblib.Parallel(2)(joblib.delayed(train)(k) for k in ['a', 'b'])", &["a", "b"]),
        ("import tqdm.contrib.concurrent as c", "c.thread_map(train, ['a'])", &["a"]),
    ]);
}

#[test]
fn loops_schedulers_and_queues_call_with_what_they_are_given() {
    trains_on(&[
        ("import asyncio", "asyncio.get_event_loop().run_in_executor(None, train, 'a')", &["a"]),
        ("import asyncio", "asyncio.get_event_loop().call_later(5, train, 'a')", &["a"]),
        ("import schedule", "schedule.every().day.at('10:30').do(train, 'a', size='1')", &["a1"]),
        ("import sched, time", "sched.scheduler(time.time).enter(5, 1, train, argument=('a',))", &["a"]),
        (
            "from apscheduler.schedulers.blocking import BlockingScheduler as B",
            "B().add_job(train, 'cron', ['a'])",
            &["a"],
        ),
        ("from lib import scheduler", "scheduler.add_job(func=train, trigger='cron', kwargs={'kind': 'a'})", &["a"]),
        ("from rq import Queue", "Queue().enqueue(train, 'a')", &["a"]),
        ("from rq import Queue", "Queue().enqueue(train, args=('a',), job_timeout=3)", &["a"]),
        ("import atexit", "atexit.register(train, 'a')", &["a"]),
        ("from retry.api import retry_call", "retry_call(train, fargs=['a'], tries=3)", &["a"]),
    ]);
}

#[test]
fn methods_that_decorators_give_call_the_function() {
    let decorated = |decorator: &str, call: &str| format!("{decorator}\n{TRAIN}{call}");
    for (decorator, call, expected) in [
        ("import ray\n@ray.remote", "train.remote('a')", &["a"][..]),
        ("import ray\n@ray.remote(num_cpus=2)", "train.options(num_cpus=1).remote('a')", &["a"]),
        ("from celery import Celery\napp = Celery()\n@app.task", "train.delay('a')", &["a"]),
        ("from celery import shared_task\n@shared_task", "train.apply_async(args=('a',), countdown=3)", &["a"]),
        ("from prefect import task\n@task", "train.submit('a')", &["a"]),
        ("from prefect import task\n@task", "train.map(['a', 'b'], size='1')", &["a1", "b1"]),
        ("from airflow.decorators import task\n@task", "train.override(task_id='t')('a')", &["a"]),
        (
            "from airflow.decorators import task\n@task",
            "train.partial(size='1').expand(kind=['a', 'b'])",
            &["a1", "b1"],
        ),
        ("from zenml import step\n@step", "train.with_options(x=1)(kind='a')", &["a"]),
        // Several lists go together there in each way.
        ("from airflow.decorators import task\n@task", "train.expand(kind=['a'], size=['1', '2'])", &["?"]),
    ] {
        programs_are(&[(&[], &decorated(decorator, call), expected)]);
    }
    programs_are(&[
        (
            &[],
            "from celery import Celery\napp = Celery()\n@app.task(bind=True)\ndef train(self, kind='b'):\n    S(kind)\ntrain.delay('a')",
            &["a"],
        ),
        (
            &[],
            "import ray\n@ray.remote\nclass T:\n    def __init__(self, kind='b'):\n        self.kind = kind\n    def train(self):\n        S(self.kind)\nt = T.remote('a')\nt.train.remote()",
            &["a"],
        ),
        (
            &[(
                "jobs.py",
                "from celery import Celery\nfrom sagemaker.estimator import Estimator\napp = Celery()\n@app.task\ndef train(kind='b'):\n    Estimator(instance_type=kind)\n",
            )],
            "from jobs import train\ntrain.delay('a')",
            &["a"],
        ),
    ]);
}

#[test]
fn what_somebody_else_calls_a_function_with_is_not_known() {
    let unknown = &["?"][..];
    trains_on(&[
        ("import lib", "lib.run(train, 'a')", unknown),
        ("import lib", "def main():\n    lib.run([train])", unknown),
        ("import lib", "lib.run(train)\nlib.run(train)", unknown),
        ("import lib", "lib.run(lambda kind: train(kind))", &["{?}"]),
        ("import signal", "signal.signal(signal.SIGUSR1, train)", unknown),
        ("from flask import Flask", "Flask('x').add_url_rule('/train/<kind>', view_func=train)", unknown),
        ("import pandas", "pandas.read_csv('x')['a'].apply(train, args=('a',))", unknown),
        ("", "{'train': train}[os.environ['X']]('a')", unknown),
        ("", "globals()[sys.argv[1]]('a')", unknown),
        ("", "list(map(train, sys.argv))", unknown),
        // What is set is known.
        ("import lib", "lib.run(functools.partial(train, 'a'))", &["a{?}"]),
        ("import lib", "lib.run(functools.partial(train, kind='a'))", &["a{?}"]),
        // Somebody gives one argument, and leaves the other one with its default.
        ("", "def main(size):\n    raise SystemExit\n    train(size=size)", &["ml.m4.xlarge{?}"]),
    ]);
    for registered in ["@app.route('/train/<kind>')", "@app.task"] {
        let script = format!("from lib import App\napp = App()\n{registered}\n{TRAIN}");
        programs_are(&[(&[], &script, unknown)]);
    }
}

#[test]
fn defaults_count_where_nobody_gives_another_value() {
    let default = &["ml.m4.xlarge"][..];
    trains_on(&[
        ("", "", default),
        ("", "print(train.__name__)", default),
        ("", "def split(train):\n    return lib.run(train)", default),
        ("", "def split():\n    train, test = 1, 2\n    return train", default),
        ("import fire", "fire.Fire(train)", default),
        ("import typer", "typer.run(train)", default),
        ("import typer\napp = typer.Typer()", "app.command()(train)", default),
        ("from threading import Thread", "Thread(target=train).start()", default),
        ("", "if __name__ == '__main__':\n    train()", default),
    ]);
    for decorator in ["import lib\n@lib.logged", "import typer\napp = typer.Typer()\n@app.command()"] {
        programs_are(&[(&[], &format!("{decorator}\n{TRAIN}"), default)]);
    }
}

#[test]
fn methods_are_called_later_with_their_object() {
    let class = "class T:\n    def __init__(self, kind='ml.m4.xlarge'):\n        self.kind = kind\n        self.steps = {'train': self.train}\n    def train(self, size=''):\n        S(self.kind + size)\n    def set(self, kind):\n        self.kind = kind\n";
    let programs = [
        ("run = T('a').train\nrun('1')", &["a1"][..]),
        ("from threading import Thread\nThread(target=T('a').train, args=('1',)).start()", &["a1"]),
        ("t = T()\nlist(map(t.set, ['a', 'b']))\nt.train()", &["b"]),
        ("t = T('a')\nrun = t.train\nt.kind = 'b'\nrun()", &["b"]),
        // The object holds its own method.
        ("t = T('a')\nt.kind = 'b'\nt.steps['train']()", &["b"]),
        ("getattr(T('a'), 'train')('1')", &["a1"]),
        ("import lib\nlib.run(T('a').train)", &["a{?}"]),
        ("t = T('a')\nprint(t.train, callable(t.train))", &["?"]),
    ];
    for (program, expected) in programs {
        programs_are(&[(&[], &format!("{class}{program}"), expected)]);
    }
}

#[test]
fn methods_of_which_a_call_is_not_followed_have_no_defaults() {
    programs_are(&[
        (
            &[],
            "def log(f):\n    def inner(*a):\n        return f(*a)\n    return inner\nclass T:\n    @log\n    def train(self, kind='b'):\n        S(kind)\nT().train('a')",
            &["?"],
        ),
        (
            &[],
            "from lib import app\nclass T:\n    @app.task\n    def train(self, kind='b'):\n        S(kind)\nT().train('a')",
            &["a"],
        ),
        (
            &[],
            "class T:\n    def train(self, kind='b'):\n        S(kind)\n    def run(self, name):\n        getattr(self, name)('a')",
            &["?"],
        ),
        (&[], "class T:\n    def train(self, kind='b'):\n        S(kind)\ndef run(t):\n    t.train(kind='a')", &["?"]),
        // `t` may be anything.
        (&[], "class T:\n    def train(self, kind='b'):\n        S(kind)\ndef run(t):\n    t.train('a')", &["b"]),
    ]);
}
