"""A cluster that goes away is told in a line, with what is kept; nothing waits for ever."""

import shutil
import sys
import types
from concurrent.futures import CancelledError, Executor, Future
from pathlib import Path

import distributed
import pytest

import experiments
from abm.errors import UserError
from experiments import cli
from experiments.running import cluster
from experiments.running.cluster import ALONE, LOOK, ClusterLostError, Watch
from experiments.running.executors import results
from experiments.running.run_cache import code_fingerprint
from tests.support import dask_cluster, workloads
from tests.support.made_up import Inline
from tests.support.waiting import wait_until


class Client:
    """Stands for a Dask client: what a watch asks of it."""

    def __init__(self, workers: int = 2):
        self.status, self.workers = "running", workers

    def nthreads(self) -> dict[str, int]:
        if self.workers < 0:
            raise TimeoutError("no answer")
        return {f"tcp://{n}": 1 for n in range(self.workers)}

    def run(self, ask, workers, on_error):
        return {worker: ask() for worker in workers}

    def run_on_scheduler(self, ask):
        return ask()


class Clock:
    """A clock that stands where it is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watched():
    client, clock = Client(), Clock()
    return client, clock, Watch("tcp://there:8786", client, clock)


def test_a_cluster_that_works_is_left_alone(watched):
    _, clock, watch = watched
    for clock.now in range(0, 1000, 3):
        watch.check()


def test_a_scheduler_that_has_gone_is_told_at_once(watched):
    client, _, watch = watched
    client.status = "closed"
    with pytest.raises(ClusterLostError, match="the scheduler at tcp://there:8786 has gone"):
        watch.check()


def test_a_scheduler_that_does_not_answer_is_told(watched):
    client, clock, watch = watched
    client.workers, clock.now = -1, LOOK
    with pytest.raises(ClusterLostError, match="does not answer"):
        watch.check()


def test_a_worker_that_joins_with_other_rules_is_told(watched, monkeypatch):
    client, clock, watch = watched
    watch.check()
    run = client.run
    monkeypatch.setattr(client, "run", lambda ask, workers, on_error: {
        who: "0.0.1, rules another" if who == "tcp://2" else told
        for who, told in run(ask, workers, on_error).items()
    })  # fmt: skip
    clock.now += LOOK
    watch.check()
    client.workers, clock.now = 3, clock.now + LOOK
    with pytest.raises(ClusterLostError, match=r"tcp://2 has another rarecare \(0.0.1, rules anot"):
        watch.check()


def test_workers_may_come_late_and_come_back_but_not_stay_away(watched):
    client, clock, watch = watched
    client.workers = 0
    clock.now = ALONE
    watch.check()
    client.workers, clock.now = 1, clock.now + LOOK
    watch.check()
    client.workers, clock.now = 0, clock.now + ALONE
    watch.check()
    clock.now += LOOK
    with pytest.raises(ClusterLostError, match="has had no worker for 60 seconds"):
        watch.check()


class Dropping(Executor):
    """Does the first task and drops the others, as Dask does when its scheduler has gone."""

    def __init__(self):
        self.futures = []

    def submit(self, work, /, *arguments, **options):
        future = Future()
        self.futures.append(future)
        if len(self.futures) == 1:
            future.set_result(work(*arguments, **options))
        else:
            future.cancel()
            future.set_running_or_notify_cancel()
        return future


def test_tasks_that_are_dropped_end_the_waiting_in_a_line():
    found = results(workloads.double, [1, 2, 3], Dropping())
    with pytest.raises(RuntimeError, match="whoever was to do the runs has gone") as error:
        list(found)
    assert not isinstance(error.value, CancelledError)


class Silent(Inline):
    """Takes tasks and never does them, as a cluster without workers."""

    def submit(self, work, /, *arguments, **options):
        return Future()


@pytest.mark.slow
def test_waiting_for_an_executor_gives_signs_of_life_and_can_be_ended():
    signs = []

    def pulse():
        signs.append(1)
        if len(signs) == 3:
            raise ClusterLostError("enough")

    with pytest.raises(ClusterLostError, match="enough"):
        list(results(workloads.double, [1, 2], Silent(), pulse))


@pytest.fixture
def dask(monkeypatch):
    """A made-up Dask, installed: its client is the last one made."""
    made = []

    class Made(Client):
        def __init__(self, address, timeout):
            super().__init__()
            if address == "tcp://nowhere:1":
                raise OSError("timed out")
            self.executor = Inline()
            made.append(self)

        def get_executor(self, pure):
            return self.executor

        def close(self, timeout):
            self.status = "closed"

    monkeypatch.setitem(sys.modules, "distributed", types.SimpleNamespace(Client=Made))
    return made


SMALL = ["compare", "--world", "island", "--scale", "0.01", "--years", "1", "--runs", "2",
         "--out", "kept", "--cluster"]  # fmt: skip


@pytest.mark.slow
def test_a_scheduler_lost_in_the_middle_keeps_what_is_done(dask, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    done = []

    class Losing(Inline):
        def submit(self, work, /, *arguments, **options):
            if done:
                (client,) = dask
                client.status = "closed"
                return Future()
            done.append(1)
            return super().submit(work, *arguments, **options)

    module = sys.modules["distributed"]
    client = module.Client

    class WithLosing(client):
        def __init__(self, *arguments, **options):
            super().__init__(*arguments, **options)
            self.executor = Losing()

    monkeypatch.setattr(module, "Client", WithLosing)
    assert cli.run([*SMALL, "tcp://there:8786"]) == 1
    told = capsys.readouterr().err.splitlines()[-1]
    assert told == (
        "rarecare: the scheduler at tcp://there:8786 has gone; 2 finished runs are kept in kept, "
        "and the same command goes on from there"
    )
    assert len(list((tmp_path / "kept" / "runs").glob("*.parquet"))) == 2
    assert not (tmp_path / "kept" / "summary.csv").exists()


WITHOUT = """
import sys

class Without:
    def find_spec(self, name, path=None, target=None):
        if name == "experiments":
            raise ModuleNotFoundError("No module named 'experiments'", name=name)

sys.meta_path.insert(0, Without())
"""


@pytest.mark.slow
def test_workers_without_rarecare_or_with_another_are_refused_before_anything_runs(tmp_path):
    """A real scheduler, a worker that finds no rarecare, and one that finds another version."""
    root = Path(experiments.__file__).parents[1]
    blocked, other = tmp_path / "blocked", tmp_path / "other"
    for folder in (blocked, other):
        folder.mkdir()
    (blocked / "sitecustomize.py").write_text(WITHOUT)
    for package in ("agents", "abm", "experiments"):
        shutil.copytree(root / package, other / package)
    with (other / "abm" / "calendar.py").open("a") as file:
        file.write("# another version\n")

    def refused(folder: Path) -> str:
        there.environment["PYTHONPATH"] = str(folder)
        there.add_worker()
        with distributed.Client(there.address) as client:
            client.wait_for_workers(1)
        with pytest.raises(UserError) as told, cluster.connected(there.address):
            pass
        there.workers.pop().kill()
        with distributed.Client(there.address) as client:
            wait_until(lambda: not client.nthreads(), "the worker's end being noticed")
        return str(told.value)

    with dask_cluster.running(tmp_path / "dask", workers=0) as there:
        told = refused(blocked)
        assert told.startswith(f"--cluster {there.address}: the worker tcp://127.0.0.1:")
        assert " has no rarecare (No module named 'experiments'); install " in told
        told = refused(other)
        assert " has another rarecare (" in told
        assert told.endswith(f"rules {code_fingerprint()}")


def test_a_scheduler_that_is_not_there_is_the_users_mistake(dask):
    told = r"^--cluster tcp://nowhere:1: no scheduler answers \(timed out\); expected the address"
    with (
        pytest.raises(UserError, match=told),
        cluster.connected("tcp://nowhere:1"),
    ):
        pass
