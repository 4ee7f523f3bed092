import json
import multiprocessing
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from abm import RareCareModel
from abm.policy import load_policy
from experiments.design import Setting, make_design
from experiments.measures import measure_run
from experiments.measures.run_view import RunTables
from experiments.running import branches, run_cache, runner
from experiments.running.run_cache import (
    here,
    is_run_file,
    measuring_sources,
    read_run,
    run_file_name,
)
from experiments.running.runner import Task, run_batch, run_seed
from tests.support.made_up import Inline

pytestmark = pytest.mark.slow

POLICIES = ("uniform", "zone", "base")
SCALE, YEARS = 0.01, 4
"""The zone begins in the last year."""


@pytest.fixture(scope="module")
def design(island):
    return make_design(POLICIES, runs=3, scale=SCALE, years=YEARS, seed=4, world=island)


@pytest.fixture(scope="module")
def done(design, tmp_path_factory):
    """A batch run in this process."""
    folder = tmp_path_factory.mktemp("runs")
    policies, seeds, setting = design.policies, design.seeds, design.setting
    return folder, run_batch(policies, dict.fromkeys(seeds, setting), folder, executor=Inline())


def frames(batch):
    return {key: read_run(path) for key, path in batch.files.items()}


def test_every_run_leaves_a_file_and_nothing_else(done, design):
    folder, batch = done
    assert not batch.failed
    assert set(batch.files) == {(p, s) for p in POLICIES for s in design.seeds}
    assert sorted(folder.iterdir()) == sorted(batch.files.values())
    assert all(is_run_file(path) for path in batch.files.values())


def test_a_branch_is_what_a_run_from_the_start_is(done, design):
    setting, seed = design.setting, design.seeds[0]
    world = setting.world
    model = RareCareModel(policy="zone", world=world, scale=SCALE, years=YEARS, rng=seed).run()
    run = RunTables(model.outcomes(), world, SCALE, YEARS, setting.zone)
    branched = read_run(done[1].files["zone", seed])
    pd.testing.assert_frame_equal(measure_run(run), branched, check_exact=True)


def test_what_is_there_is_not_run_again_and_what_is_broken_is(done, design, monkeypatch):
    folder, batch = done
    expected = frames(batch)
    gone, cut = ("zone", 5), ("base", 6)
    batch.files[gone].unlink()
    batch.files[cut].write_bytes(batch.files[cut].read_bytes()[:500])
    (folder / f".half.parquet.{here()}.{2**22 + 1}.tmp").write_text("what a killed process leaves")
    ran = []

    def watched(task: Task):
        ran.extend((name, task.seed) for name in task.policies)
        return run_seed(task)

    monkeypatch.setattr(runner, "run_seed", watched)
    again = run_batch(design.policies, design.run_settings, folder, executor=Inline())
    assert set(ran) == {gone, cut}
    assert again.kept == 7
    assert not list(folder.glob(".*"))
    for key, frame in frames(again).items():
        pd.testing.assert_frame_equal(frame, expected[key], check_exact=True)


def test_a_run_that_fails_does_not_stop_the_others(design, tmp_path, monkeypatch):
    branch = RareCareModel.branch

    def failing(self, policy, settings=None):
        if policy.name == "zone" and self.seed == 5:
            raise ZeroDivisionError("of all things")
        return branch(self, policy, settings)

    monkeypatch.setattr(RareCareModel, "branch", failing)
    batch = run_batch(design.policies, design.run_settings, tmp_path, executor=Inline())
    assert [(o.policy, o.seed) for o in batch.failed] == [("zone", 5)]
    assert "of all things" in batch.failed[0].error
    assert "\n" not in batch.failed[0].error
    assert len(batch.files) == 8
    assert all(is_run_file(path) for path in batch.files.values())


def test_a_worker_with_other_sources_is_refused(design, tmp_path):
    task = Task(1, design.policies, design.setting, str(tmp_path), code="another version")
    with pytest.raises(RuntimeError, match="other sources"):
        run_seed(task)
    assert not list(tmp_path.iterdir())


def test_names_depend_on_all_that_a_run_depends_on():
    names = ("uniform-national", "special-zone", "as-happened")
    design = make_design(names, runs=1, scale=0.001, years=2)
    setting, world = design.setting, design.setting.world
    policy = design.policies["special-zone"]
    gansu = make_design(names, scale=0.001, years=2, provinces=["Gansu"]).setting.world
    names = [
        run_file_name(setting, policy, 4),
        run_file_name(setting, policy, 5),
        run_file_name(setting, design.policies["as-happened"], 4),
        run_file_name(setting, load_policy(policy, {"network.slots": 1.5}), 4),
        run_file_name(Setting(world, 0.002, 2, setting.zone), policy, 4),
        run_file_name(Setting(world, 0.001, 3, setting.zone), policy, 4),
        run_file_name(Setting(world, 0.001, 2, None), policy, 4),
        run_file_name(Setting(world, 0.001, 2, setting.zone, pooled=True), policy, 4),
        run_file_name(Setting(gansu, 0.001, 2, setting.zone), policy, 4),
    ]
    assert len(set(names)) == len(names)
    assert run_file_name(setting, load_policy("special-zone"), 4) == names[0]


def test_only_policies_with_the_same_past_share_it(tmp_path):
    other = tmp_path / "other-past.toml"
    other.write_text(
        'name = "other-past"\ntitle = "x"\nsummary = "x"\n'
        '[[changes]]\nfrom = "2015-01"\nsource = "assumption: x"\n'
        "[changes.set.network]\nslots = 2.0\n"
    )
    shipped = ("uniform-national", "special-zone", "as-happened")
    histories = [branches.past_of(load_policy(p), 0) for p in (*shipped, str(other))]
    assert histories[0] == histories[1] == histories[2] != histories[3]


class EnoughError(Exception):
    """Somebody has seen enough."""


def test_results_do_not_depend_on_the_workers_nor_on_an_end_in_between(done, design, tmp_path):
    """What progress raises ends two processes, and keeps what they have done, which is the same."""
    enough = 2 * len(design.policies)
    seen = []

    def tell(done, total, words):
        seen.append((done, total))
        if done >= enough:
            raise EnoughError

    asked = design.policies, design.run_settings, tmp_path
    with pytest.raises(EnoughError):
        run_batch(*asked, workers=2, progress=tell)
    assert multiprocessing.active_children() == []
    assert (seen[0], seen[-1]) == ((0, 9), (enough, 9))
    kept = [file for file in tmp_path.iterdir() if is_run_file(file)]
    assert len(kept) == len(list(tmp_path.iterdir())) >= enough
    told = []
    batch = run_batch(*asked, executor=Inline(), progress=lambda *words: told.append(words[:2]))
    assert batch.kept == len(kept)
    assert (told[0], told[-1]) == ((len(kept), 9), (9, 9))
    _, inline = done
    assert {k: p.name for k, p in batch.files.items()} == {
        k: p.name for k, p in inline.files.items()
    }
    for key, expected in frames(inline).items():
        pd.testing.assert_frame_equal(read_run(batch.files[key]), expected, check_exact=True)


LIVE_AND_MEASURE = """
import json, sys
from pathlib import Path
from abm.policy import load_policy
from experiments.design import make_design
from experiments.running.branches import measured_branches

design = make_design(["zone", "base"], world="island", scale=0.01, years=4)
executed, opened = set(), set()

def watch(frame, event, argument):
    executed.add(frame.f_code.co_filename)

def audit(event, arguments):
    if watching and event == "open" and isinstance(arguments[0], str):
        opened.add(arguments[0])

sys.addaudithook(audit)
watching = True
sys.settrace(watch)
found = dict(measured_branches(design.setting, design.policies, 1))
sys.settrace(None)
watching = False
assert all(len(frame) > 500 for frame in found.values()), found
print(json.dumps([sorted(executed), sorted(opened)]))
"""


def test_whatever_moves_a_measure_is_part_of_a_run_s_name():
    """A run is lived and measured by sources that are hashed, and reads no file beside them."""
    ran = subprocess.run([sys.executable, "-c", LIVE_AND_MEASURE], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    executed, opened = json.loads(ran.stdout)
    root = Path(branches.__file__).parents[2]
    packages = ("agents", "abm", "experiments", "viz")
    ours = {Path(file) for file in executed if Path(file).is_relative_to(root)}
    ours = {file for file in ours if file.relative_to(root).parts[0] in packages}
    assert len(ours) > 20
    assert ours <= set(measuring_sources())
    data = {Path(file) for file in opened if Path(file).suffix in (".csv", ".toml", ".parquet")}
    assert not data


def test_the_name_of_a_run_changes_with_every_source_that_measures(monkeypatch, tmp_path):
    """An edited, a new and a removed source each give another name."""
    for package in run_cache.MEASURED_BY:
        path = tmp_path / package
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix:
            path.write_text("a")
        else:
            (path / "inside").mkdir(parents=True)
            (path / "inside" / "one.py").write_text("a")
    monkeypatch.setattr(run_cache, "_ROOT", tmp_path)
    fingerprint = run_cache.code_fingerprint.__wrapped__
    seen = [fingerprint()]
    for file in measuring_sources():
        file.write_text("b")
        seen.append(fingerprint())
    (tmp_path / run_cache.MEASURED_BY[0] / "inside" / "new.py").write_text("")
    seen.append(fingerprint())
    (tmp_path / run_cache.MEASURED_BY[0] / "inside" / "one.py").unlink()
    seen.append(fingerprint())
    assert len(set(seen)) == len(seen) == 3 + len(run_cache.MEASURED_BY)
