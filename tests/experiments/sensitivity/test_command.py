"""`rarecare sensitivity` as it is typed, and the points that it runs."""

import json
import shlex
import signal
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import typer

from abm import UserError, load_world
from experiments import cli, sensitivity
from experiments.calibration.priors import CONVENTIONS
from experiments.compare import compare
from experiments.design import make_design
from experiments.sensitivity import run
from experiments.sensitivity.command import add_to
from experiments.sensitivity.factors import centre, factors_of
from experiments.sensitivity.outcomes import default_outcomes, read_outcomes
from experiments.sensitivity.points import Points
from experiments.sensitivity.saving import Analysis, tables
from experiments.sensitivity.study import Plan, analyse
from tests.support.worlds import copy_of, write_sets
from viz.report.sensitivity import illustrate

SMALL = {"world": "island", "scale": 0.02, "years": 2}


@pytest.fixture(scope="module")
def design():
    """The island's zone against its base."""
    return make_design(["zone"], baseline="base", least=2, **SMALL)


@pytest.fixture(scope="module")
def china():
    """The geographic zone against uniform rules."""
    return make_design(["special-zone"], baseline="uniform-national", scale=0.01, years=15, least=2)


def made_up(factors, outcomes):
    """Return a function in place of the model: one lever of the policy alone counts."""
    lever = [one.name for one in factors].index("special-zone:zone.inside.network.remote")

    def evaluate(points, seeds):
        luck = 0.001 * (np.array(seeds) % 3)
        policy = np.stack([points[:, lever] + luck] * len(outcomes), axis=1)
        return np.stack([np.full_like(policy, 0.5), policy], axis=-1)

    return evaluate


def parsed(words):
    """Return what the command takes words for, without what they leave to its defaults."""
    app = typer.Typer()
    add_to(app)
    command = typer.main.get_command(app)
    context = command.make_context("sensitivity", list(words))
    given = {name for name in context.params
             if context.get_parameter_source(name).name == "COMMANDLINE"}  # fmt: skip
    return {name: value for name, value in context.params.items() if name in given}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["special-zon"], "did you mean 'special-zone'"),
        (["special-zone", "--measure", "qalis"], "unknown measure 'qalis'; did you mean 'qalys'"),
        (["special-zone", "--measure", "qalys:zon:inside"], "did you mean 'zone'"),
        (["special-zone", "--measure", "qalys:zone"], "expected qalys, qalys:zone:inside or"),
        (["special-zone", "--samples", "12"], "samples: expected a power of 2, such as 8, got 12"),
        (["special-zone", "--trajectories", "1"], "trajectories: expected a whole number from 2"),
        (["special-zone", "--method", "moris"], "unknown method 'moris'; did you mean 'morris'"),
        (["special-zone", "--repeats", "2"], "repeats: expected a whole number from 3"),
        (["special-zone", "--set", "network.slotz=1"], "did you mean 'network.slots'"),
        (["uniform-national"], "expected at least 2"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(words, message, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    app.callback()(lambda: None)
    add_to(app)
    assert cli.run(["sensitivity", *words], app) == 2
    told = capsys.readouterr().err
    assert message in told
    assert len(told.strip().splitlines()) == 1
    assert not (tmp_path / "runs").exists()


def test_factors_are_parameters_with_a_width_and_guessed_levers(china):
    world = china.setting.world
    factors = factors_of(world, list(china.policies.values()))
    assert {one.key[0] for one in factors if one.kind == "shared lever"} == {"as-happened"}
    table = world.parameter_table
    wide = set(table["name"][table["low"] < table["high"]])
    assert {one.name for one in factors if one.kind == "parameter"} == wide - CONVENTIONS
    assert "discount_rate" in wide & CONVENTIONS
    assert [one.spoken for one in factors if one.kind == "lever"][:2] == [
        "zone.inside.registry.compliance", "zone.inside.network.remote",
    ]  # fmt: skip
    set_by_hand = world.with_parameters({"genetic_test_price": 3000})
    names = [one.name for one in factors_of(set_by_hand, [])]
    assert "genetic_test_price" not in names


@pytest.mark.parametrize(
    ("policy", "baseline", "kind"),
    [
        ("no-network", "uniform-national", "baseline lever"),
        ("uniform-national", "no-network", "lever"),
    ],
)
def test_what_only_the_baseline_guesses_is_no_guess_of_the_policy(policy, baseline, kind):
    design = make_design([policy], baseline=baseline, scale=0.01, years=15, least=2)
    factors = factors_of(design.setting.world, list(design.policies.values()))
    assert {one.key[0] for one in factors if one.kind == kind} == {"as-happened"}
    assert {one.kind for one in factors} <= {kind, "shared lever", "parameter"}


def test_gaps_are_looked_at_by_default_and_by_name(china):
    names = [one.name for one in default_outcomes(china.setting)]
    assert "qalys" in names
    assert "time_undiagnosed:zone:inside less outside" in names
    (gap,) = read_outcomes(["qalys:income_quintile:5 less 1"], china.setting)
    measured = pd.DataFrame({
        "measure": "qalys", "by": "income_quintile", "group": ["1", "5"], "value": [2.0, 5.0],
    })  # fmt: skip
    assert gap.of(measured) == 3.0
    assert np.isnan(gap.of(measured[:1]))


@pytest.mark.slow
def test_the_folder_holds_tables_figures_and_the_command(china, tmp_path):
    factors = factors_of(china.setting.world, list(china.policies.values()))
    outcomes = read_outcomes(["qalys", "time_undiagnosed:zone:inside less outside"], china.setting)
    plan = Plan(2, 8, 4, (1, 2, 3))
    found = analyse(factors, made_up(factors, outcomes), plan, gaps=[1])
    told = Analysis(china, outcomes, plan, found, [one.name for one in outcomes])
    told.save(tmp_path)
    about = json.loads((tmp_path / "manifest.json").read_text())
    assert about["kind"] == "sensitivity"
    assert about["again"] == (
        "rarecare sensitivity special-zone --baseline uniform-national --world china --scale 0.01 "
        "--years 15 --seed 1 --measure qalys --measure 'time_undiagnosed:zone:inside less outside' "
        "--trajectories 2 --samples 8 --most 4 --repeats 3"
    )
    for name, frame in tables(told).items():
        assert len(pd.read_csv(tmp_path / f"{name}.csv")) == len(frame)
    first = pd.read_csv(tmp_path / "indices.csv").query("of == 'difference'").iloc[0]
    assert (first["kind"], first["factor"]) == ("lever", "special-zone:zone.inside.network.remote")
    illustrate(tmp_path, china.setting.world)
    names = {path.name for path in (tmp_path / "figures").iterdir()}
    stems = ("tornado-qalys", "tornado-time-undiagnosed-zone-inside-less-outside")
    for language, words in (
        ("", ("No forecast", "Source: rarecare")),
        (".zh", ("并非预测", "横条")),
    ):
        assert names >= {f"{stem}{language}.svg" for stem in stems}
        said = (tmp_path / "figures" / f"tornado-qalys{language}.svg").read_text(encoding="utf-8")
        assert all(one in said for one in words)
    assert names >= {f"{stem}.png" for stem in stems}


def test_the_command_that_makes_all_again_is_one_that_the_command_takes(tmp_path):
    file = tmp_path / "sets.csv"
    file.write_text("set,discount_rate\n1,0.03\n2,0.04\n")
    world = load_world("island").with_sets(file)
    design = make_design(
        ["zone"], baseline="base", least=2, scale=0.02, years=2, world=world, parameters="best",
        settings={"network.slots": 3, "parameters.child_age_limit": 16},
    )  # fmt: skip
    assert "--parameters best" in design.again()
    outcomes = read_outcomes(["qalys"], design.setting)
    told = Analysis(design, outcomes, Plan(2, 8, 4, (1, 2, 3)), None, ["qalys"])
    name, command, *words = shlex.split(told.again())
    assert (name, command) == ("rarecare", "sensitivity")
    assert parsed(words) == {
        "policy": "zone", "baseline": "base", "world": "island", "scale": 0.02, "years": 2,
        "seed": 1, "levers": ["network.slots=3", "parameters.child_age_limit=16.0"],
        "parameters": "best",
        "measure": ["qalys"], "trajectories": 2, "samples": 8, "most": 4, "repeats": 3,
    }  # fmt: skip


def test_an_analysis_of_one_parameter_set_begins_there(tmp_path):
    folder = copy_of("island", tmp_path / "fitted")
    write_sets(folder, "set,rest_from_search\n1,20\n2,30\n")
    world = load_world(folder).with_set(2)
    design = make_design(["zone"], baseline="base", world=world, parameters="best", least=2,
                         scale=0.02, years=2)  # fmt: skip
    factors = factors_of(design.setting.world, list(design.policies.values()))
    (rest,) = (one for one in factors if one.name == "rest_from_search")
    assert (rest.value, rest.at(rest.place_of(rest.value))) == (30.0, 30.0)
    told = Analysis(design, [], Plan(2, 8, 4, (1, 2, 3)), None)
    assert parsed(shlex.split(told.again())[2:])["parameters"] == "2"


class MadeUp:
    """Stands in place of the model's points."""

    progress, limit, ran, seconds = None, None, 0, 0.0

    def __init__(self, factors, outcomes, setting, *_):
        self.setting, self.failed = setting, {}
        self.evaluate = made_up(factors, outcomes)

    def __call__(self, points, seeds):
        return self.evaluate(points, seeds)


@pytest.mark.slow
def test_from_python_it_finds_the_same(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "Points", MadeUp)
    size = {"method": "morris", "trajectories": 2, "repeats": 3}
    found = sensitivity("special-zone", measures=["qalys"], out=tmp_path, **size)
    assert "special-zone differs from uniform-national" in found.sentences()[0]
    table = found.tables["screening"]
    assert table.loc[table["mu_star"].idxmax(), "factor"].endswith("network.remote")
    assert not list(tmp_path.glob("*.csv"))
    found.save(tmp_path)
    assert (tmp_path / "screening.csv").is_file()
    with pytest.raises(UserError, match="unknown method 'moris'; did you mean"):
        sensitivity("special-zone", method="moris")


@pytest.mark.slow
@pytest.mark.parametrize("method", ["morris", "sobol"])
def test_json_is_all_that_is_printed_and_holds_what_was_found(
    method, monkeypatch, tmp_path, capsys
):
    monkeypatch.setattr(run, "Points", MadeUp)
    app = typer.Typer()
    app.callback()(lambda: None)
    add_to(app)
    words = ["special-zone", "--measure", "qalys", "--trajectories", "2", "--samples", "8",
             "--most", "3", "--repeats", "3", "--out", str(tmp_path)]  # fmt: skip
    assert cli.run(["sensitivity", *words, "--method", method, "--json"], app) == 0
    found = json.loads(capsys.readouterr().out)
    lever = "special-zone:zone.inside.network.remote"
    assert (found["policy"], found["method"]) == ("special-zone", method)
    assert lever.partition(":")[2] in found["sentences"][0]
    assert max(found["screening"], key=lambda row: row["mu_star"] or 0.0)["factor"] == lever
    tables = {path.stem for path in tmp_path.glob("*.csv")}
    assert tables - {"points"} == found.keys() & tables
    assert ("indices" in found) == ("points" in tables) == (method == "sobol")
    again = json.loads((tmp_path / "manifest.json").read_text())["again"]
    assert ("--method morris" in again) == (method == "morris")
    assert cli.run(["sensitivity", *words, "--method", method], app) == 0
    shown = capsys.readouterr().out
    assert f"lever {lever.rpartition('inside.')[2]}" in shown
    assert ("indices.csv" in shown) == (method == "sobol")


@pytest.mark.slow
def test_nothing_of_an_earlier_analysis_stands_beside_a_screening_alone(china, tmp_path):
    factors = factors_of(china.setting.world, list(china.policies.values()))
    outcomes = read_outcomes(["qalys"], china.setting)
    (tmp_path / "points.csv").write_text("mine")
    for method, beside in (("morris", 1), ("sobol", 4), ("morris", 0)):
        plan = Plan(2, 8, 3, (1, 2, 3), method)
        found = analyse(factors, made_up(factors, outcomes), plan)
        Analysis(china, outcomes, plan, found).save(tmp_path)
        illustrate(tmp_path, china.setting.world)
        later = ("indices", "tornado", "regions", "points")
        assert sum((tmp_path / f"{name}.csv").exists() for name in later) == beside
        assert len(list((tmp_path / "figures").glob("*.svg"))) == 2 * (method == "sobol")


@pytest.mark.slow
def test_a_point_that_does_not_end_ends_its_process():
    program = (
        "from experiments.sensitivity import points\n"
        "def endless(task):\n"
        "    while True: pass\n"
        "points.run_seed = endless\n"
        "points.run_limited(None, limit=0.2)"
    )
    ended = subprocess.run([sys.executable, "-c", program], timeout=120, check=False)
    assert ended.returncode == -signal.SIGPROF


@pytest.mark.slow
def test_the_written_values_are_what_a_comparison_finds(design, tmp_path, in_this_process):
    factors = factors_of(design.setting.world, list(design.policies.values()))
    outcomes = default_outcomes(design.setting)
    points = Points(factors, outcomes, design.setting, design.policies, tmp_path)
    home = centre(factors)
    other = home.copy()
    other[0] = 0.0
    values = points(np.array([home, other, home]), [1, 1, 1])
    assert points.ran == 2
    assert np.array_equal(values[0], values[2], equal_nan=True)
    compared = compare(["zone"], baseline="base", runs=1, **SMALL).runs
    for column, policy in enumerate(("base", "zone")):
        runs = compared[compared["policy"] == policy]
        expected = [one.of(runs) for one in outcomes]
        assert values[0, :, column] == pytest.approx(expected, nan_ok=True)
    again = Points(factors, outcomes, design.setting, design.policies, tmp_path)
    assert np.array_equal(again(np.array([other]), [1])[0], values[1], equal_nan=True)
    assert again.ran == 0
