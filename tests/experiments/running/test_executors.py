import functools
import multiprocessing
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import experiments
from experiments.running import executors
from experiments.running.executors import results, results_of_processes
from tests.support import workloads
from tests.support.made_up import Inline
from tests.support.waiting import LONG, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def light(monkeypatch, tmp_path_factory):
    """Let spawned processes import the workloads, and of the experiments the executors alone.

    The package itself imports the whole model, which takes seconds in each process; the executors
    need nothing of it.
    """
    folder = tmp_path_factory.mktemp("light")
    (folder / "experiments").mkdir()
    (folder / "experiments" / "__init__.py").write_text(
        f"__path__ = [{str(Path(experiments.__file__).parent)!r}]\n", encoding="utf-8"
    )
    here = str(Path(__file__).parents[3])
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), here]))


def test_any_executor_does():
    found = dict(results(workloads.fail_on_odd, [2, 4, 5], Inline()))
    assert (found[2], found[4]) == (2, 4)
    assert isinstance(found[5], ValueError)


def test_a_process_that_dies_loses_its_own_task_only():
    found = dict(results_of_processes(workloads.die_on_three, [2, 3, 4], 2))
    assert isinstance(found.pop(3), RuntimeError)
    assert found == {2: 2, 4: 4}


def test_what_is_prepared_is_ready_before_any_task(tmp_path):
    marker = str(tmp_path / "marker")
    tasks = [(marker, n) for n in range(4)]
    prepare = functools.partial(workloads.mark, marker)
    found = dict(results_of_processes(workloads.after, tasks, 2, prepare))
    assert all(found[task] is True for task in tasks)
    assert (tmp_path / "marker").read_text() == "ready\n"


def test_a_batch_that_waits_gives_signs_of_life(monkeypatch, tmp_path):
    monkeypatch.setattr(executors, "PULSE", 0.05)
    signs = []

    def sign():
        signs.append(1)
        if len(signs) == 5:
            file.touch()

    file = tmp_path / "five"
    found = results_of_processes(workloads.wait_for_file, [str(file)], 1, pulse=sign)
    assert list(found) == [(str(file), None)]
    assert len(signs) >= 5


def test_leaving_early_leaves_no_process_behind():
    before = set(multiprocessing.active_children())
    going = results_of_processes(time.sleep, [0.01, 10 * LONG, 10 * LONG], 2)
    assert next(going)[0] == 0.01
    begun = time.monotonic()
    going.close()
    assert time.monotonic() - begun < LONG
    assert set(multiprocessing.active_children()) <= before


def test_a_parent_that_is_killed_leaves_no_process_behind(tmp_path):
    file = tmp_path / "pid"
    script = (
        "from tests.support import workloads\n"
        "from experiments.running.executors import results_of_processes\n"
        f"list(results_of_processes(workloads.tell_and_wait, [{str(file)!r}], 1))"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path)
    wait_until(lambda: file.exists() and file.read_text(), "the start of a worker")
    worker = int(file.read_text())
    parent.kill()
    parent.wait()
    wait_until(lambda: not is_running(worker), "the end of the worker")


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and ") Z " in state.read_text())  # ended, but not yet reaped


def test_processes_give_way_when_told():
    ((_, found),) = results_of_processes(os.nice, [0], 1, gives_way=7)
    assert found == min(19, os.nice(0) + 7)


def test_leaving_ends_at_once_while_a_large_task_is_half_handed_over(monkeypatch):
    """A process that is still starting reads nothing; a pipe holds a part of a large task."""
    monkeypatch.setattr(executors, "PULSE", 0.001)

    def leave():
        raise InterruptedError

    begun = time.monotonic()
    with pytest.raises(InterruptedError):
        list(results_of_processes(len, [bytes(10_000_000)] * 3, 1, pulse=leave))
    assert time.monotonic() - begun < LONG / 2
