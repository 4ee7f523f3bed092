"""What users write around the model and its batches: a script without a guard, a notebook."""

import subprocess
import sys

import pytest
from jupyter_client.manager import start_new_kernel

from tests.support.waiting import LONG

pytestmark = pytest.mark.slow

BATCH = """
from experiments import compare

SMALL = {"world": "island", "scale": 0.005, "years": 1}
found = compare(["uniform", "zone"], runs=2, workers=2, **SMALL)
assert not found.failed
print(found.runs["seed"].nunique(), "seeds")
"""
OF_MESA = """
import mesa
from abm import RareCareModel

SMALL = {"world": "island", "scale": 0.005, "years": 1}

def runs_of_mesa(processes):
    rows = mesa.batch_run(RareCareModel, {**SMALL, "policy": ["uniform", "zone"]}, iterations=2,
                          number_processes=processes, display_progress=False)
    print(len({row["RunId"] for row in rows}), "runs of Mesa's")
"""
IN_TWO = "\nruns_of_mesa(2)\n"
LETS_GO = """
import gc, weakref
import mesa

class Visitor(mesa.Agent):
    def step(self):
        self.month = self.model.steps

class Mine(RareCareModel):
    def __init__(self, **given):
        super().__init__(**given)
        self.visitors = [Visitor(self) for _ in range(3)]

    def step(self):
        super().step()
        self.agents_by_type[Visitor].do("step")

def lived(seed):
    model = Mine(**SMALL, rng=seed).run()
    model.outcomes(), model.network, model.patients[0].journey(), model.branch("zone")
    return weakref.ref(model)

kept = [lived(seed) for seed in range(4)]
model = Mine(**SMALL, rng=9)
kept.append(weakref.ref(model))
del model
gc.collect()
print(sum(one() is not None for one in kept), "models kept")
"""
TOLD = ["2 seeds", "4 runs of Mesa's", "0 models kept"]


def told_by(script, folder):
    """Run a script of a user; return the lines that it prints."""
    file = folder / "mine.py"
    file.write_text(script)
    ran = subprocess.run([sys.executable, str(file)], capture_output=True, text=True, cwd=folder,
                         timeout=LONG)  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def test_a_script_without_a_guard(tmp_path):
    """It is run once, not again in each process, and no model of its own stays (mesa#3179).

    Mesa's own batch needs no guard in one process, which is what it takes by itself.
    """
    assert told_by(BATCH + OF_MESA + "\nruns_of_mesa(1)\n" + LETS_GO, tmp_path) == TOLD


def test_a_batch_of_mesa_on_several_processes_needs_a_guard(tmp_path):
    """Its processes run the script again, as Python's own do."""
    script = OF_MESA + '\nprint("once")\nif __name__ == "__main__":\n    runs_of_mesa(2)\n'
    assert told_by(script, tmp_path).count(TOLD[1]) == 1


def test_a_notebook(tmp_path):
    """Its cells are what the script says, run by a kernel as Jupyter does."""
    manager, client = start_new_kernel(cwd=str(tmp_path), startup_timeout=LONG)
    told = []

    def hear(message):
        if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
            told.append(message["content"]["text"])

    try:
        for cell in (BATCH, OF_MESA + IN_TWO, LETS_GO):
            answer = client.execute_interactive(cell, timeout=LONG, output_hook=hear)
            assert answer["content"]["status"] == "ok", answer["content"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert "".join(told).splitlines() == TOLD
