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

rows = mesa.batch_run(RareCareModel, {**SMALL, "policy": ["uniform", "zone"]}, iterations=2,
                      number_processes=2, display_progress=False)
print(len({row["RunId"] for row in rows}), "runs of Mesa's")
"""
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


def test_a_script_without_a_guard(tmp_path):
    """It is run once, not again in each process, and no model of its own stays (mesa#3179).

    Mesa's own batch asks for a guard in a script, in whose processes it is run again.
    """
    script = tmp_path / "mine.py"
    script.write_text(BATCH + "from abm import RareCareModel\n" + LETS_GO)
    ran = subprocess.run([sys.executable, str(script)], capture_output=True, text=True,
                         cwd=tmp_path, timeout=LONG)  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines() == [TOLD[0], TOLD[2]]


def test_a_notebook(tmp_path):
    """Its cells are what the script says, run by a kernel as Jupyter does."""
    manager, client = start_new_kernel(cwd=str(tmp_path), startup_timeout=LONG)
    told = []

    def hear(message):
        if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
            told.append(message["content"]["text"])

    try:
        for cell in (BATCH, OF_MESA, LETS_GO):
            answer = client.execute_interactive(cell, timeout=LONG, output_hook=hear)
            assert answer["content"]["status"] == "ok", answer["content"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert "".join(told).splitlines() == TOLD
