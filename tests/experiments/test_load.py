"""A saved comparison comes back as it was; what is none, or was made otherwise, is refused."""

import json
import shutil
import subprocess
import sys

import pandas as pd
import pytest

import experiments
from abm import UserError, load_policy, load_world
from experiments import compare, load
from tests.support.made_up import Inline
from tests.support.worlds import copy_of, write_sets

pytestmark = pytest.mark.slow

SMALL = {"scale": 0.01, "years": 2, "runs": 2, "executor": Inline()}
SETS = "set,rest_from_search\n1,20\n2,30\n"


@pytest.fixture(scope="module")
def found():
    """A comparison with levers, a parameter and a part of the people chosen."""
    settings = {"network.slots": 1.5, "parameters.genetic_test_price": 2000}
    return compare(["uniform", "zone:network.remote=0.2"], world="island", provinces=["Leeward"],
                   seed=3, settings=settings, **SMALL)  # fmt: skip


@pytest.fixture
def folder(found, tmp_path):
    return found.save(tmp_path / "zone")


def same(one, other):
    """Whether two comparisons are the same, with all that is worked out of them."""
    pd.testing.assert_frame_equal(one.runs, other.runs)
    pd.testing.assert_frame_equal(one.summary, other.summary)
    assert one.narrative == other.narrative
    assert one.design.again() == other.design.again()
    assert one.design.scope == other.design.scope
    for seed, setting in one.design.run_settings.items():
        assert setting.depends_on() == other.design.run_settings[seed].depends_on()


def test_a_saved_comparison_comes_back(found, folder):
    again = load(folder)
    same(again, found)
    assert again.kept == len(list((folder / "runs").iterdir()))


def test_it_is_saved_again_as_the_same_runs(found, folder, tmp_path):
    copy = load(folder).save(tmp_path / "copy")
    names = [sorted(file.name for file in (one / "runs").iterdir()) for one in (folder, copy)]
    assert names[0] == names[1]


def test_sets_and_policies_made_in_python_come_back(tmp_path):
    place = copy_of("island", tmp_path / "fitted")
    write_sets(place, SETS)
    late = load_policy("zone", world=load_world(place)).with_settings({"network.slots": 1.5}, 14)
    found = compare(["uniform", late], world=place, **SMALL)
    assert found.design.sets == (1, 2)
    same(load(found.save(tmp_path / "out")), found)


def test_a_policys_file_may_have_gone(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text('name = "mine"\ntitle = "x"\nsummary = "x"\nextends = "zone"\n')
    found = compare(["uniform", file], world="island", **SMALL)
    folder = found.save(tmp_path / "out")
    file.unlink()
    pd.testing.assert_frame_equal(load(folder).summary, found.summary)


def test_a_world_that_has_changed_is_refused_unless_it_is_given(tmp_path):
    place = load_world("island")
    place.drugs.loc[0, "price_before"] = 1.0
    found = compare(["uniform", "zone"], world=place, **SMALL)
    folder = found.save(tmp_path / "out")
    with pytest.raises(UserError, match="world island is not what it was when it was compared"):
        load(folder)
    pd.testing.assert_frame_equal(load(folder, place).summary, found.summary)


def changed(folder, **entries):
    """Write other entries into a folder's manifest."""
    told = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(told | entries))


def test_what_is_no_comparison_is_refused(folder, tmp_path):
    with pytest.raises(UserError, match=r"nowhere: holds no manifest.json of rarecare"):
        load(tmp_path / "nowhere")
    told = json.loads((folder / "manifest.json").read_text())
    changed(folder, policies=told["policies"][:1])
    with pytest.raises(UserError, match="holds a run, expected a comparison"):
        load(folder)
    (folder / "manifest.json").unlink()
    with pytest.raises(UserError, match="holds a comparison that is not finished"):
        load(folder)


@pytest.mark.parametrize("version", [{"rarecare": "0.0.1"}, {"code": "0" * 16}, None])
def test_what_another_version_has_made_is_refused(folder, version):
    made = json.loads((folder / "manifest.json").read_text())["versions"]
    changed(folder, versions={} if version is None else made | version)
    with pytest.raises(UserError, match=r"made by rarecare .*its summary\.csv can be") as error:
        load(folder)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("entry", ["world", "parameters", "runs", "policies"])
def test_a_manifest_that_is_not_as_it_was_written_is_refused(folder, entry):
    told = json.loads((folder / "manifest.json").read_text())
    changed(folder, **{entry: [{}, {}] if isinstance(told[entry], list) else {}})
    with pytest.raises(UserError, match=r"manifest\.json is not as it was written"):
        load(folder)


def test_a_run_that_is_gone_or_broken_is_named(folder):
    file = next((folder / "runs").iterdir())
    file.write_bytes(b"")
    with pytest.raises(UserError, match=f"{file.name}: gone or broken, expected the run of"):
        load(folder)
    shutil.rmtree(folder / "runs")
    with pytest.raises(UserError, match="gone or broken"):
        load(folder)


def test_what_is_promised_is_there_and_loads_no_more_than_before():
    names = ("compare", "load", "validate", "sensitivity", "calibrate")
    assert all(callable(getattr(experiments, name)) for name in names)
    heavy = ("SALib", "sklearn", "typer", "experiments.sensitivity.study",
             "experiments.calibration.waves")  # fmt: skip
    program = f"import sys, experiments; print([m for m in {heavy} if m in sys.modules])"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                           check=True)  # fmt: skip
    assert ended.stdout.strip() == "[]"
