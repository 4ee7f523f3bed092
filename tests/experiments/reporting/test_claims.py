"""A report holds a false claim at most once in twenty, and no claim escapes that count."""

import numpy as np
import pandas as pd
import pytest

from experiments.measures import Place, measures
from experiments.reporting.claims import TOLD_BY, paired, verdict
from experiments.reporting.contrasts import Contrasts
from experiments.reporting.narrative import sentences
from experiments.reporting.statistics import TooFew
from experiments.reporting.summary import summarise
from experiments.reporting.values import Values
from tests.support.comparisons import BASE, GROUPS, NATION, ZONE, compared

pytestmark = pytest.mark.slow

POLICIES = [BASE, ZONE, NATION]
KNOWN = measures(5)
KEYS = pd.DataFrame(
    [(one.name, by, group) for one in KNOWN for by in one.by for group in GROUPS.get(by, ())],
    columns=["measure", "by", "group"],
)


def reports(count: int, draw, runs: int = 8, keys: pd.DataFrame = KEYS):
    """Yield made-up comparisons of a policy with itself on other seeds, under two other names."""
    rng = np.random.default_rng(7)
    persons = np.full((3, len(keys)), 1000.0)
    for _ in range(count):
        block = draw(rng, (3, len(keys), runs))
        yield Values(keys, POLICIES, list(range(runs)), block, persons)


@pytest.fixture(scope="module")
def told_keys():
    """The measured groups whose differences are told between any two policies, one family."""
    (values,) = reports(1, DRAWS["normal"])
    told = np.any([pair.told for pair in paired(values).values()], axis=0)
    assert told.sum() > 200
    return KEYS[told].reset_index(drop=True)


def hanging_together(rng, shape):
    """Groups and measures move with one another, as the fortune of a run moves them."""
    return 0.7 * rng.normal(size=(shape[0], 1, shape[2])) + rng.normal(size=shape)


DRAWS = {
    "normal": lambda rng, shape: rng.normal(size=shape),
    "hanging together": hanging_together,
    "skewed": lambda rng, shape: rng.lognormal(0.0, 1.0, shape),
    "heavy tails": lambda rng, shape: rng.standard_t(3, shape),
    "whole months": lambda rng, shape: np.round(rng.normal(30.0, 0.6, shape)),
    "rare": lambda rng, shape: rng.poisson(0.2, shape).astype(float),
}


CLAIMS = (
    "etter:", "orse:", "clearly gain", "clearly lose", "is taken from them:", "Less:", "More:",
)  # fmt: skip
"""What sentences call a difference."""


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_a_policy_compared_with_itself_on_other_seeds_is_seldom_called_different(draw, told_keys):
    """At most one report of twenty: of 200, 10; if the rate is 5 %, more than 21 has odds of 1e-3.

    With every interval read for itself, nearly every report would hold a false claim. What is not
    told is another family, which moves nothing here and is left out.
    """
    false = naive = 0
    for values in reports(200, draw, keys=told_keys):
        pairs = paired(values).values()
        false += any((pair.claimed & pair.told).any() for pair in pairs)
        naive += any((pair.difference.interval.p_value[pair.told] < 0.05).any() for pair in pairs)
    assert false <= 21
    if draw is DRAWS["normal"]:
        assert naive > 190


def test_the_words_claim_what_the_family_claims_and_nothing_else():
    """Of 20 reports, at most 5 call anything better or worse in words (odds of more: 3e-4)."""
    false = 0
    for values in reports(20, hanging_together):
        said = str(sentences(Contrasts(values, 5)))
        claims = any(word in said for word in CLAIMS)
        claimed = any((pair.claimed & pair.told).any() for pair in paired(values).values())
        assert claimed or not claims
        false += claims
    assert false <= 5


def test_what_is_true_is_found():
    """Effects that are told are claimed; a difference of another policy does not hide them."""
    found = compared({(ZONE, "treated", "all"): 0.5, (NATION, "treated", "all"): 0.5}, 8)
    for policy in (ZONE, NATION):
        assert found.contrasts.contrast(policy, BASE, "treated", "all", "all").verdict == "better"
    assert found.contrasts.contrast(NATION, ZONE, "treated", "all", "all").verdict == "not clear"


def test_one_way_round_and_the_other_are_one_claim():
    found = compared({(NATION, "treated", "1"): 0.5}, 8).contrasts
    there = found.contrast(NATION, ZONE, "treated", "income_quintile", "1")
    back = found.contrast(ZONE, NATION, "treated", "income_quintile", "1")
    assert (there.verdict, back.verdict) == ("better", "worse")
    assert (there.mean, there.low, there.high) == (-back.mean, -back.high, -back.low)


def test_every_place_of_a_report_is_in_the_family():
    """The pages of the view show two runs, and the chances are probabilities: no claims."""
    assert set(Place) - set(TOLD_BY) == {
        Place.CARDS, Place.MAPS, Place.EQUIPLOTS, Place.CHANCES,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("better", "mean", "claimed", "too_few", "said"),
    [
        ("higher", 1.0, True, TooFew.NO, "better"), ("lower", 1.0, True, TooFew.NO, "worse"),
        ("lower", -1.0, True, TooFew.NO, "better"), ("neither", 1.0, True, TooFew.NO, "different"),
        ("higher", 1.0, False, TooFew.NO, "not clear"),
        ("higher", 1.0, False, TooFew.ALIKE, "too few"),
        ("higher", 0.0, False, TooFew.ALIKE, "not clear"),
    ],
)  # fmt: skip
def test_a_verdict(better, mean, claimed, too_few, said):
    assert verdict(better, mean, claimed, too_few) == said


def test_the_summary_says_what_is_claimed_and_on_what_it_rests():
    found = compared({(ZONE, "treated", "all"): 0.5}, 8)
    rows = found.summary[found.summary["policy"] == ZONE].set_index(["measure", "by", "group"])
    told = rows.loc[("treated", "all", "all")]
    assert told["claim"] == "better"
    assert told["p_value"] < told["p_adjusted"] < 0.05
    assert (told["n"], told["pairs"], told["runs"]) == (1000, 8, 8)
    rest = rows[rows.index != ("treated", "all", "all")]
    assert set(rest["claim"]) == {"not clear"}
    own = found.summary[found.summary["policy"] == BASE]
    assert (own["claim"] == "").all()
    assert own[["p_value", "pairs"]].isna().all().all()


def test_pairs_are_counted_not_runs():
    made = compared({}, 8)
    lost = (made.runs["policy"] == ZONE) & (made.runs["seed"] > 2)
    made = type(made)(made.design, made.runs[~lost])
    assert set(made.summary.loc[made.summary["policy"] == ZONE, "pairs"]) == {2}
    own = made.summary[made.summary["policy"] == BASE]
    assert set(own["runs"]) == {8}


def test_a_single_policy_has_no_pairs():
    values = next(iter(reports(1, DRAWS["normal"])))
    one = Values(KEYS, POLICIES[:1], values.seeds, values.block[:1], values.persons[:1])
    assert paired(one) == {}
    assert len(summarise(one, BASE, KNOWN)) == len(KEYS)
