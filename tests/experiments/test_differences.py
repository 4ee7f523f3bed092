"""Two saved comparisons beside each other: paired by seed, or one line on why they cannot be."""

import json

import numpy as np
import pytest

from abm.errors import UserError
from experiments import compare, differences
from tests.support.light import light

ASKED = {"policies": ["uniform", "zone"], "world": "island", "scale": 0.01, "years": 4, "runs": 3}
SLOTS = "network.slots"


@pytest.fixture(autouse=True)
def ran():
    with light() as ran:
        yield ran


@pytest.fixture
def saved(tmp_path):
    return compare(**ASKED).save(tmp_path / "first")


def test_what_a_setting_changes_is_the_difference(saved, tmp_path):
    """The stand-in's values are ten times the slots, and luck that is a seed's own."""
    other = compare(**ASKED, settings={SLOTS: 1.5}).save(tmp_path / "second")
    found = differences(saved, other)
    assert set(found["policy"]) == {"uniform", "zone"}
    assert (found["policy"] == found["than"]).all()
    np.testing.assert_allclose(found["difference"], 5.0, rtol=1e-9)
    np.testing.assert_allclose(found["mean"] - found["mean_than"], 5.0, rtol=1e-9)
    assert set(found["by"]) >= {"all", "zone", "income_quintile"}
    back = differences(other, saved)
    np.testing.assert_allclose(back["difference"], -found["difference"])


def test_only_seeds_in_common_are_paired(saved):
    found = differences(saved, compare(**ASKED | {"runs": 4, "seed": 2}))
    assert set(found.loc[found["measure"] == "treated", "pairs"]) == {2}
    np.testing.assert_allclose(found["difference"], 0.0, atol=1e-12)


def test_policies_of_other_names_are_compared_with_the_first_baseline(saved):
    other = compare(**ASKED | {"policies": ["a=uniform:network.slots=2", "b=zone:network.slots=3"]})
    found = differences(saved, other)
    assert dict(zip(found["policy"], found["than"], strict=True)) == dict.fromkeys("ab", "uniform")
    named = differences(saved, other, {"b": "zone"})
    assert set(named["policy"]) == {"b"}
    np.testing.assert_allclose(named["difference"], 20.0, rtol=1e-9)
    with pytest.raises(UserError, match="unknown policy 'zoen'; did you mean 'zone'"):
        differences(saved, other, {"b": "zoen"})


def test_another_version_is_compared_by_what_both_measure(saved, tmp_path):
    told = json.loads((saved / "manifest.json").read_text())
    told["versions"]["code"] = "another"
    (saved / "manifest.json").write_text(json.dumps(told))
    np.testing.assert_allclose(differences(saved, compare(**ASKED))["difference"], 0, atol=1e-12)


def test_other_zones_leave_out_what_is_inside_and_outside(saved):
    other = compare(**ASKED, settings={"zone.provinces": ["Windward"]})
    with pytest.warns(UserWarning, match="have other zones"):
        found = differences(saved, other)
    assert "zone" not in set(found["by"])


BAD = {
    "years": ({"years": 5}, "years 4 and 5, expected the same"),
    "scale": ({"scale": 0.02}, "scale 0.01 and 0.02, expected the same"),
    "people": ({"provinces": ["Leeward"]}, "the people of other provinces"),
    "seeds": ({"seed": 9}, "0 seeds in common"),
    "ranking": ({"ranked_by": "household"}, "ranking head and household"),
}


@pytest.mark.parametrize(("changed", "words"), BAD.values(), ids=BAD)
def test_what_cannot_be_compared_is_told_in_a_line(saved, changed, words):
    with pytest.raises(UserError) as told:
        differences(saved, compare(**ASKED | changed))
    assert words in str(told.value)
    assert "\n" not in str(told.value)


def test_a_folder_of_something_else_is_told(saved, tmp_path):
    with pytest.raises(UserError, match=r"no manifest.json of rarecare"):
        differences(saved, tmp_path)
    next((saved / "runs").iterdir()).unlink()
    with pytest.raises(UserError, match="gone or broken"):
        differences(saved, saved)
