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


def test_an_interval_that_leaves_out_zero_is_no_claim_among_hundreds():
    """The effect is one and a half times the half-width of its own 95 % interval."""
    found = findings({})
    wide = found.contrast(ZONE, BASE, "time_undiagnosed", "province", "Province 7")
    effect = 1.5 * (wide.high - wide.low) / 2
    shifted = findings({(ZONE, "time_undiagnosed", "Province 7"): effect})
    one = shifted.contrast(ZONE, BASE, "time_undiagnosed", "province", "Province 7")
    assert one.low > 0
    assert one.verdict == "not clear"
    assert "no clear difference in any" in lines(shifted, f"{ZONE} compared with {BASE}")


def test_what_too_few_runs_or_persons_cannot_tell_is_said_so():
    made = compared({(ZONE, "contributed", "all"): 2e9}, by_default=0.01)
    made.runs.loc[made.runs["measure"].isin(["treated", "contributed"]), "persons"] = 20.0
    told = lines(made.contrasts, f"{ZONE} compared with {BASE}")
    everyone = told.split("All with a rare disease.")[1].split(". ")[0]
    assert "oo few runs or persons to tell: treated" in told.split("Patients")[0]
    assert "treated +" not in everyone
    assert "By province, treated: too few runs or persons to tell in 31" in told
    assert "Other insured people: too few runs or persons to tell" in told


def test_the_caveat_says_how_many_would_arise_by_chance():
    found = compared({})
    told = found.contrasts.told
    assert 300 < told < 1000
    assert f"of {told} that are told, {0.05 * told:.0f} would leave out zero" in (
        found.narrative.caveat
    )


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
def test_the_tables_show_everyone(runs):
    found = compared({(ZONE, "contributed_per_head", p): 1.5 for p in PROVINCES}, runs)
    file = io.StringIO()
    show(found.contrasts, found.narrative, found.design, Console(file=file, width=140))
    shown = " ".join(file.getvalue().split())
    for words in ("inside zone", "outside zone", "poorest fifth", "richest fifth", *PROVINCES,
                  f"{ZONE} less {BASE}", f"{NATION} less {BASE}", "taken from all"):  # fmt: skip
        assert words in shown
    assert "no forecast" in shown
    guesses = (found.design.setting.world.parameter_table["tag"] == "GUESS").sum()
    assert f"({guesses} of" in found.narrative.caveat
