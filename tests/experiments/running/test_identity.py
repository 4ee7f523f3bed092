"""What is run is known by its content; a stored run is believed by what it says of itself."""

import os
import shutil
import time

import pytest

from abm import UserError, load_world
from experiments.compare import compare
from experiments.design import make_design
from experiments.running.run_cache import clear_temporary, here, read_run, run_file_name

TWO = ["uniform", "zone"]
SMALL = {"runs": 1, "scale": 0.02, "years": 1}


@pytest.mark.slow
def test_a_world_changed_in_python_takes_no_old_results(in_this_process, tmp_path):
    island = load_world("island")
    first = compare(TWO, world=island, out=tmp_path, **SMALL)
    island.diseases["prevalence_per_100k"] *= 2.0
    second = compare(TWO, world=island, out=tmp_path, **SMALL)
    assert second.kept == 0
    assert compare(TWO, world=island, out=tmp_path, **SMALL).kept == 2
    counts = [found.runs.query("measure == 'deaths'")["value"].sum() for found in (first, second)]
    assert counts[0] != counts[1]
    assert first.design.again().startswith("none: tables of the world were changed")


def test_parameters_are_set_by_a_call_and_part_of_the_command():
    island = load_world("island")
    dear = island.with_parameters({"genetic_test_price": 9999.0})
    assert island.checksum != dear.checksum
    assert dear.changed_parameters == {"genetic_test_price": 9999.0}
    design = make_design(TWO, world=dear, scale=0.02, years=1)
    assert "--set parameters.genetic_test_price=9999.0" in design.again()
    with pytest.raises(UserError, match="unknown parameter 'genetic_test_prise'; did you mean"):
        island.with_parameters({"genetic_test_prise": 1.0})
    with pytest.raises(UserError, match="genetic_test_price: -1"):
        island.with_parameters({"genetic_test_price": -1.0})


@pytest.mark.slow
def test_a_run_with_anothers_content_is_not_believed(in_this_process, tmp_path):
    compare(TWO, world="island", out=tmp_path, **SMALL)
    one, other = sorted((tmp_path / "runs").glob("*.parquet"))
    assert read_run(one) is not None
    shutil.copy(other, one)
    assert read_run(one) is None
    assert compare(TWO, world="island", out=tmp_path, **SMALL).kept == 1
    assert read_run(one) is not None


def test_names_of_runs_follow_policy_seed_and_world():
    design = make_design(TWO, world="island", scale=0.02, years=1)
    names = {run_file_name(design.setting, policy, seed)
             for policy in design.policies.values() for seed in (1, 2)}  # fmt: skip
    assert len(names) == 4


def test_what_a_living_process_writes_is_left_alone(tmp_path):
    mine = tmp_path / f".a.parquet.{here()}.{os.getpid()}.tmp"
    gone = tmp_path / f".b.parquet.{here()}.{2**22 + 1}.tmp"
    elsewhere, stale = (tmp_path / f".{n}.parquet.other-{here()}.1.tmp" for n in "cd")
    for file in (mine, gone, elsewhere, stale):
        file.touch()
    os.utime(stale, (0, time.time() - 10 * 86400))
    clear_temporary(tmp_path)
    assert mine.exists()
    assert elsewhere.exists()
    assert not gone.exists()
    assert not stale.exists()
