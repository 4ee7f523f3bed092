import io

import pytest
from rich.console import Console

from experiments.reporting.console import show
from experiments.reporting.contrasts import Contrasts
from experiments.reporting.narrative import sentences
from tests.support.comparisons import BASE, NATION, PROVINCES, ZONE, compared

pytestmark = pytest.mark.slow


def findings(effects: dict, runs: int = 6) -> Contrasts:
    """Return the contrasts of a comparison in which the policies differ as told."""
    return compared(effects, runs).contrasts


def lines(found: Contrasts, heading: str) -> str:
    return " ".join(sentences(found)[heading])


def test_nothing_is_claimed_where_nothing_differs():
    found = findings({})
    told = sentences(found)
    for policy in (ZONE, NATION):
        words = lines(found, f"{policy} compared with {BASE}")
        assert "etter:" not in words
        assert "orse:" not in words
        assert "More" not in words
        assert "no clear difference in any" in words
        assert "Other insured people: no clear difference" in words
    assert all("no clear difference" in line for line in told["Which policy is better for whom"])


def test_better_and_worse_follow_the_measure_not_the_sign():
    found = findings({
        (ZONE, "time_undiagnosed", "inside"): -3.0, (ZONE, "treated", "inside"): 0.5,
        (ZONE, "catastrophic", "inside"): 0.4, (ZONE, "time_undiagnosed", "outside"): 2.0,
    })  # fmt: skip
    told = sentences(found)[f"{ZONE} compared with {BASE}"]
    inside = next(line for line in told if line.startswith("Patients inside the zone"))
    outside = next(line for line in told if line.startswith("Patients outside the zone"))
    better, rest = inside.split("Worse:")
    assert "time without a diagnosis -3" in better
    assert "treated +50" in better
    assert "catastrophic spending +40" in rest.split("No clear")[0]
    assert "Worse: time without a diagnosis +2" in outside


def test_provinces_that_gain_and_lose_are_named():
    effects = {(ZONE, "time_undiagnosed", p): -1.0 - n for n, p in enumerate(PROVINCES[:5])}
    effects[ZONE, "time_undiagnosed", "Province 30"] = 1.0
    told = lines(findings(effects), f"{ZONE} compared with {BASE}")
    gain, lose = told.split("By province, time without a diagnosis: ")[1].split(";")[:2]
    assert gain.startswith("5 of 31 clearly gain, most Province 4 -5")
    assert "Province 1 " not in gain
    assert "1 of 31 clearly lose, Province 30 +1" in lose


def test_a_province_is_named_on_a_wider_interval_only():
    """The effect is one and a half times the half-width of its 95 % interval, not Bonferroni's."""
    found = findings({})
    wide = found.contrast(ZONE, BASE, "time_undiagnosed", "province", "Province 7")
    effect = 1.5 * (wide.high - wide.low) / 2
    shifted = findings({(ZONE, "time_undiagnosed", "Province 7"): effect})
    assert shifted.contrast(ZONE, BASE, "time_undiagnosed", "province", "Province 7").clear
    assert not any(one.clear for one in shifted.provinces(ZONE, "time_undiagnosed"))


def test_what_others_give_is_told():
    found = findings({
        (ZONE, "contributed", "all"): 3e9, (ZONE, "contributed_per_head", "outside"): 2.0,
        (ZONE, "displaced_qalys", "all"): 5000.0, (ZONE, "net_qalys", "all"): -4000.0,
    })  # fmt: skip
    told = lines(found, f"{ZONE} compared with {BASE}")
    assert "More is taken from them: +3.000 billion yuan a year" in told
    assert "outside the zone +2" in told
    assert "patients' gain less that: -4,000" in told


def test_the_best_policy_is_the_one_no_other_beats():
    found = findings({
        (ZONE, "treated", "1"): 0.3, (NATION, "treated", "1"): 0.3, (NATION, "qalys", "1"): 1.0,
        (BASE, "catastrophic", "1"): -0.2,
    })  # fmt: skip
    poorest = next(line for line in sentences(found)["Which policy is better for whom"]
                   if line.startswith("The poorest fifth"))  # fmt: skip
    assert f"{ZONE} or {NATION} (treated)" in poorest
    assert f"{NATION} (quality-adjusted life years)" in poorest
    assert f"{BASE} (years with catastrophic spending)" in poorest


def test_one_run_claims_nothing():
    told = sentences(findings({(ZONE, "treated", "all"): 3.0}, runs=1))
    assert "nothing can be claimed" in str(told)
    assert "etter" not in str(told)


@pytest.mark.parametrize("runs", [1, 6])
def test_the_screen_shows_everyone(runs):
    found = compared({(ZONE, "contributed_per_head", p): 1.5 for p in PROVINCES}, runs)
    file = io.StringIO()
    show(found.contrasts, found.narrative, 0.01, Console(file=file, width=140))
    shown = " ".join(file.getvalue().split())
    for words in ("inside zone", "outside zone", "poorest fifth", "richest fifth", *PROVINCES,
                  f"{ZONE} less {BASE}", f"{NATION} less {BASE}", "taken from all"):  # fmt: skip
        assert words in shown
    assert "no forecast" in shown
    guesses = (found.design.setting.world.parameter_table["tag"] == "GUESS").sum()
    assert f"({guesses} of" in found.narrative.caveat
