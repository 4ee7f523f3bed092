"""`rarecare calibrate` from what is typed to what is in the world's folder."""

import builtins

import numpy as np
import pandas as pd
import pytest

from abm import UserError
from abm.world import load_world
from experiments import calibrate, cli
from experiments.calibration import fitting, simulating, tables
from experiments.calibration.priors import priors_of
from experiments.calibration.record import INSTALLED, read_record
from experiments.calibration.simulating import Simulator
from experiments.running.executors import results
from tests.support.made_up import Inline
from tests.support.worlds import copy_of
from tools import make_docs

pytestmark = pytest.mark.slow

FITTED = ["rest_from_search", "genetic_test_price"]
SMALL = ["--only", ",".join(FITTED), "--waves", "1", "--points", "48", "--sets", "10"]


@pytest.fixture
def island(tmp_path, monkeypatch):
    """Return a world of its own, with a smooth function of two parameters in the model's place."""
    folder = copy_of("island", tmp_path / "mine")
    world = load_world(folder)
    priors = {prior.name: prior for prior in priors_of(world, FITTED)}
    targets = world.targets[world.targets["use"] == "fit"]
    published = targets.set_index("target")["published"]

    def toy(point):
        luck = np.random.default_rng(point.seed).normal(0.0, 0.02, 2)
        scores = [priors[n].scores(np.array([point.values[n]]))[0] for n in FITTED]
        return dict(published * np.exp(0.3 * np.array(scores) + luck))

    def done_here(work, tasks, workers, prepare=None, pulse=lambda: None):
        return results(work, tasks, Inline(), pulse)

    monkeypatch.setattr(
        fitting,
        "model_of",
        lambda world, scale: Simulator(toy, {"toy": scale}, written=world.parameters),
    )
    monkeypatch.setattr(simulating, "compiled_once", done_here)
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_fit_ends_with_sets_in_the_worlds_folder(island, capsys, tmp_path):
    words = ["calibrate", "--world", str(island), *SMALL, "--coverage", "--install", "--out", "fit"]
    assert cli.run(words) == 0
    told = capsys.readouterr().out
    assert "Learned were 2" in told
    assert "all parameters and truths" in told
    world = load_world(island)
    assert world.sets >= 10
    assert set(FITTED) < set(world.parameter_sets)
    best = read_record(island)["best"]
    assert set(best) == set(FITTED)
    assert [world.parameters[name] for name in best] == pytest.approx(list(best.values()))
    table = world.parameter_table.set_index("name").loc[FITTED]
    assert table["source"].str.endswith("value fitted (calibration.json)").all()
    for name in INSTALLED:
        assert (island / name).read_bytes() == (tmp_path / "fit" / name).read_bytes()
    assert set(make_docs._posterior(island / "posterior.csv")) == set(FITTED)
    written = pd.read_parquet(tmp_path / "fit" / "parameter_sets.parquet").set_index("set")
    assert written.equals(pd.read_parquet(island / "parameter_sets.parquet").set_index("set"))
    before = (tmp_path / "fit" / "simulations.jsonl").read_bytes()
    (island / "parameter_sets.parquet").unlink()
    assert cli.run(words) == 0  # the world of the fit is that of parameters.csv, whatever its sets
    assert (tmp_path / "fit" / "simulations.jsonl").read_bytes() == before
    assert load_world(island).parameter_sets.equals(world.parameter_sets)


def test_from_python_the_same_is_found_and_nothing_printed(island, capsys, tmp_path):
    asked = {"only": FITTED, "waves": 1, "points": 48, "sets": 10}
    found = calibrate(island, out=tmp_path / "fit", **asked)
    assert capsys.readouterr().out == ""
    assert len(found.sets) >= 10
    assert set(FITTED) < set(found.sets)
    assert set(found.posterior["parameter"]) == set(FITTED)
    assert found.record["command"].startswith("rarecare calibrate")
    assert any("Learned were 2" in line for line in found.sentences)
    assert cli.run(["calibrate", "--world", str(island), *SMALL, "--out", "other"]) == 0
    written = pd.read_parquet(tmp_path / "other" / "parameter_sets.parquet").set_index("set")
    assert written.equals(found.sets)
    assert load_world(island).sets == 0  # not asked for
    with pytest.raises(UserError, match="expected 32 to 100,000"):
        calibrate(island, points=3)


def test_parts_of_a_record_are_printed(island, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["tables", "fit", str(island)])
    assert tables.main() == 0
    assert "not been fitted yet" in capsys.readouterr().out
    assert cli.run(["calibrate", "--world", str(island), *SMALL, "--install"]) == 0
    capsys.readouterr()
    for part in tables.PARTS:
        monkeypatch.setattr("sys.argv", ["tables", part, str(island)])
        assert tables.main() == 0
        assert capsys.readouterr().out.strip()


MISTAKES = {
    ("--points", "3"): "--points 3: expected 32 to 100,000",
    ("--scale", "0"): "--scale 0: expected above 0",
    ("--hours", "0"): "--hours 0: expected above 0",
    ("--only", "rest_from_serch"): "unknown parameter 'rest_from_serch'; did you mean",
}


@pytest.mark.parametrize(("words", "message"), MISTAKES.items(), ids=map(" ".join, MISTAKES))
def test_mistakes_are_one_line(island, capsys, words, message):
    assert cli.run(["calibrate", "--world", str(island), *words]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_a_missing_library_is_named(island, capsys, monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name.startswith("sklearn"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    assert cli.run(["calibrate", "--world", str(island)]) == 2
    assert "needs scikit-learn, which is not installed: pip install" in capsys.readouterr().err


def test_an_interrupted_command_says_that_it_goes_on(island, capsys, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(fitting, "model_of", lambda world, scale: Simulator(interrupted, {}))
    assert cli.run(["calibrate", "--world", str(island), *SMALL]) == 130
    assert "the same command goes on from them" in capsys.readouterr().err
