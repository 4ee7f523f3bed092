import json

import numpy as np
import pandas as pd
import pytest

from abm.errors import UserError
from abm.policy import load_policy
from experiments import compare
from experiments.compare import Comparison
from experiments.design import make_design
from experiments.measures import measures
from experiments.reporting.summary import COLUMNS
from experiments.running.run_cache import read_run
from tests.support.comparisons import ZONE, compared
from tests.support.made_up import Inline
from tests.support.waiting import LONG

pytestmark = pytest.mark.slow

PAIR = ["uniform-national", "special-zone"]
OF_ISLAND = ["uniform", "zone"]
SMALL = {"world": "island", "runs": 3, "scale": 0.01, "years": 4}
"""The zone of the island begins in the fourth year."""


@pytest.fixture(scope="module")
def found():
    return compare(OF_ISLAND, **SMALL, executor=Inline())


def test_columns_and_keys_are_as_promised(found):
    summary = found.summary
    assert tuple(summary.columns) == COLUMNS
    assert not summary.duplicated(["measure", "by", "group", "policy"]).any()
    assert set(summary["policy"]) == set(OF_ISLAND)
    assert set(summary["better"]) == {"lower", "higher", "neither"}
    assert set(summary["by"]) == {
        "all", "income_quintile", "province", "residence", "scheme", "age_group",
        "response_class", "zone", "payer", "year", "sex", "disease", "tier", "way",
    }  # fmt: skip
    assert {one.name for one in measures(4) if not one.table} == set(summary["measure"])
    assert (summary["baseline"] == "uniform").all()


def test_differences_are_paired_by_seed(found):
    told = found.runs["measure"].isin(found.summary["measure"])
    wide = found.runs[told].pivot_table(
        index=["measure", "by", "group"], columns=["policy", "seed"], values="value", dropna=False
    )
    gap = wide["zone"] - wide["uniform"]
    rows = found.summary[found.summary["policy"] == "zone"]
    rows = rows.set_index(["measure", "by", "group"])
    full = gap.dropna().index
    finite = full[np.isfinite(gap.loc[full]).all(axis=1)]
    np.testing.assert_allclose(
        rows.loc[finite, "difference"], gap.loc[finite].mean(axis=1), rtol=1e-9, atol=1e-9
    )
    told = rows.loc[finite]
    assert (told["difference_low"].isna() == (told["too_few"] != "")).all()
    alike = told["too_few"] == "runs alike"
    assert (told.loc[alike, "note"] == "few distinct values").all()
    assert (told.loc[~alike & (told["too_few"] != ""), "note"] == "too few").all()
    told = told[told["too_few"] == ""]
    assert (told["note"] == "").all()
    assert len(told) > 50
    assert (told["difference_low"] <= told["difference"]).all()
    assert (told["difference"] <= told["difference_high"]).all()


def test_the_baseline_has_no_difference_from_itself(found):
    rows = found.summary[found.summary["policy"] == "uniform"]
    empty = ["difference", "difference_low", "difference_high", "probability_better",
             "correlation"]  # fmt: skip
    assert rows[empty].isna().all().all()
    assert rows["mean"].notna().mean() > 0.9
    reached = rows[np.isfinite(rows["mean"])]  # a median that is not reached has no interval either
    assert ((reached["note"] == "") == reached["low"].notna()).all()
    assert set(rows["note"]) <= {"", "too few", "few distinct values"}


def test_better_is_probable_where_the_interval_says_so():
    """A gain in one measure and a loss in another, so large that any run shows them."""
    effects = {(ZONE, "treated", "all"): 0.5, (ZONE, "catastrophic", "all"): 0.5}
    table = compared(effects | {(ZONE, "spending", "all"): 0.5}).summary
    rows = table[(table["policy"] == ZONE) & (table["by"] == "all")].set_index("measure")
    above = rows[rows["difference_low"] > 0]
    assert {"treated", "catastrophic", "spending"} <= set(above.index)
    up, down = (above[above["better"] == better] for better in ("higher", "lower"))
    assert (up["probability_better"] > 0.975).all()
    assert (down["probability_better"] < 0.025).all()
    assert rows.loc[rows["better"] == "neither", "probability_better"].isna().all()
    # One side of the two-sided p-value.
    for name in ("treated", "catastrophic"):
        right = rows.loc[name, "probability_better"]
        assert 2 * min(right, 1 - right) == pytest.approx(rows.loc[name, "p_value"])


def test_a_policy_that_only_differs_in_name_differs_by_nothing(tmp_path):
    copy = tmp_path / "same.toml"
    text = load_policy("zone", world="island").to_toml()
    copy.write_text(text.replace('name = "zone"', 'name = "same"'))
    found = compare(["zone", copy], **SMALL | {"runs": 2}, executor=Inline())
    rows = found.summary[found.summary["policy"] == "same"]
    told = rows["difference"].dropna()
    assert len(told) > 0.95 * len(rows) > 700
    assert (told == 0).all()


def test_one_run_gives_no_interval_and_no_error(found):
    one = Comparison(
        make_design(OF_ISLAND, **SMALL | {"runs": 1}), found.runs[found.runs["seed"] == 1]
    )
    rows = one.summary[one.summary["policy"] == "zone"]
    assert rows["difference"].notna().any()
    assert rows[["low", "high", "difference_low", "probability_better"]].isna().all().all()
    assert (rows["runs"] <= 1).all()
    assert (rows.loc[rows["difference"].notna(), "note"] == "too few").all()
    assert one.narrative.findings


def test_a_results_folder_is_whole(found, tmp_path):
    folder = found.save(tmp_path / "results", "rarecare compare ...")
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json", "summary.csv", "runs", "tables", "checklists.md", "checklists.zh.md"
    }  # fmt: skip
    summary = pd.read_csv(folder / "summary.csv", dtype={"group": str})
    words = ["too_few", "claim", "note", "people", "zone", "set"]
    summary[words] = summary[words].fillna("")
    pd.testing.assert_frame_equal(summary, found.summary, check_dtype=False)
    told = json.loads((folder / "manifest.json").read_text())
    assert told["command"] == "rarecare compare ..."
    assert told["seeds"] == [1, 2, 3]
    assert told["findings"] == found.narrative.findings
    assert told["caveat"] == found.narrative.caveat
    assert told["world"]["checksum"] == found.design.setting.world.checksum
    assert set(told["versions"]) >= {"rarecare", "python", "numpy", "numba", "mesa"}
    assert len(told["runs"]) == 6
    for run in told["runs"]:
        assert read_run(folder / run["file"]) is not None
    for policy in told["policies"]:
        file = tmp_path / f"{policy['name']}.toml"
        file.write_text(policy["toml"])
        again, original = (load_policy(of, world="island") for of in (file, policy["name"]))
        for month in (-60, 0, 20, 100):
            assert again.levers_at(month) == original.levers_at(month)


def test_a_saved_folder_is_gone_on_from(found, tmp_path):
    found.save(tmp_path)
    more = compare(OF_ISLAND, **SMALL | {"runs": 4}, executor=Inline(), out=tmp_path)
    assert more.kept == 6
    assert len(more.runs["seed"].unique()) == 4
    first = more.runs[more.runs["seed"] < 4].reset_index(drop=True)
    assert len(first) == len(found.runs)


def test_the_command_in_the_manifest_asks_the_same(found):
    words = found.design.again()
    assert words.startswith("rarecare compare zone --baseline uniform ")
    settings = {"network.slots": "1.5"}
    design = make_design(PAIR, scale=0.01, years=3, provinces=["Gansu", "Hebei"], settings=settings)
    assert "--provinces Hebei,Gansu --set network.slots=1.5" in design.again()


def test_settings_go_to_the_policies_that_they_concern():
    settings = {
        "zone.provinces": "Gansu",
        "benefits.zone-fund.patient_cap": "5",
        "away.cut_referred": "0.1",
    }
    design = make_design([*PAIR, "special-zone-national"], scale=0.01, years=3, settings=settings)
    base, zone, national = (policy.levers_at(100) for policy in design.policies.values())
    assert not base.zone.exists
    assert zone.zone.provinces == ("Gansu",)
    assert national.zone.sectoral
    assert zone.benefits["zone-fund"].patient_cap == 5
    assert national.benefits["zone-fund"].patient_cap == 5
    assert base.away.cut_referred == zone.away.cut_referred == 0.1
    cities = design.setting.world.cities
    assert set(design.setting.zone) == set(cities["city"][cities["province"] == "Gansu"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"policies": ["special-zone"]}, "at least 2"),
        ({"policies": ["special-zone", "special-zone"]}, "given twice"),
        ({"policies": []}, "at least 2"),
        ({"policies": ["special-zone", "uniform"]}, "uniform-national"),
        ({"baseline": "nothing-like-it"}, "unknown policy"),
        ({"runs": 0}, "runs"),
        ({"runs": 1.5}, "runs"),
        ({"scale": 0}, "scale"),
        ({"scale": 1.01}, "scale"),
        ({"scale": float("nan")}, "scale"),
        ({"scale": "much"}, "scale"),
        ({"years": -1}, "years"),
        ({"years": float("nan")}, "years"),
        ({"seed": -1}, "seed"),
        ({"workers": 0}, "workers"),
        ({"provinces": []}, "province"),
        ({"provinces": ["Hebie"]}, "Hebei"),
        ({"world": "chian"}, "china"),
        ({"settings": {"network.slots": float("nan")}}, "network.slots"),
        ({"settings": {"network.slot": 1}}, "network.slots"),
        ({"settings": {"network.slots": "many"}}, "network.slots"),
        ({"settings": {"benefits.zone-found.patient_cap": 1}}, "zone-fund"),
        ({"settings": {"network.members": "none"}}, "network"),
    ],
)
def test_mistakes_are_told_before_anything_is_run_or_written(change, words, tmp_path):
    out = tmp_path / "out"
    arguments = {"policies": PAIR, "scale": 0.001, "years": 1, "runs": 1, "out": out, **change}
    with pytest.raises(UserError, match=words) as told:
        compare(arguments.pop("policies"), **arguments)
    assert "\n" not in str(told.value)
    assert not out.exists()


def test_the_baseline_may_be_named_among_the_policies():
    design = make_design(PAIR, baseline="special-zone", scale=0.01, years=1)
    assert list(design.policies) == ["special-zone", "uniform-national"]


def test_two_policies_of_one_name_are_refused(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(load_policy("special-zone").to_toml().replace("100000", "200000"))
    with pytest.raises(UserError, match="two different policies are named 'special-zone'"):
        make_design(["special-zone", file], scale=0.01, years=1)


def test_a_script_needs_no_guard(tmp_path):
    """Worker processes do not run the script that started them."""
    import subprocess
    import sys

    script = tmp_path / "script.py"
    script.write_text(
        "from experiments import compare\n"
        "print('begun')\n"
        f"compare({OF_ISLAND}, world='island', runs=1, scale=0.001, years=1, workers=1)\n"
        "print('done')\n"
    )
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=LONG)
    assert ran.stdout.split() == ["begun", "done"], ran.stderr


def test_if_nothing_finishes_the_error_says_why(monkeypatch):
    def failing(setting, policy, seed):
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr("experiments.running.branches.build", failing)
    with pytest.raises(RuntimeError, match="of all things"):
        compare(OF_ISLAND, **SMALL, executor=Inline())


def test_a_comparison_can_be_made_of_runs(found):
    again = Comparison(found.design, found.runs.sample(frac=1.0, random_state=2))
    merged = again.summary.merge(found.summary, on=["measure", "by", "group", "policy"])
    assert len(merged) == len(found.summary)
    np.testing.assert_allclose(merged["difference_x"], merged["difference_y"])
