"""Surveys imitated: weights and answers of a small survey, worked out by hand, and their laws."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.validation.answers import ANSWERS, median
from experiments.validation.surveys import effective_number, weigh

WORLD = SimpleNamespace(
    diseases=pd.DataFrame({
        "disease": ["A", "B", "C", "POOL"], "pooled": [0, 0, 0, 1],
        "prevalence_per_100k": [1.0, 4.0, 2.0, 100.0],
    })
)  # fmt: skip


def survey(**fields):
    """Return a survey of everyone as they are, but for what is said."""
    usual = {"survey": "s", "share_children": np.nan, "share_rural": np.nan,
             "share_men": np.nan, "diseases": "prevalence"}  # fmt: skip
    return SimpleNamespace(**{**usual, **fields})


def people(*rows):
    """Return respondents from (disease, child, rural, delay); no two of them need be alike."""
    frame = pd.DataFrame(rows, columns=["disease", "child", "rural", "delay"])
    frame["man"] = False
    frame["misdiagnosed"] = frame["delay"] > 10
    frame["away_city"], frame["away_province"] = frame["rural"], False
    frame["hospitals"], frame["km"] = 2.0, 100.0 * frame["delay"]
    frame["kept_by_price"] = np.where(frame["disease"] == "B", np.nan, frame["delay"] < 3)
    return frame


FOUR = people(("A", False, False, 2), ("A", False, False, 4), ("A", False, True, 12),
              ("B", True, True, 30))  # fmt: skip


def test_without_shares_everyone_counts_alike():
    weights, told = weigh(FOUR, WORLD, survey())
    assert weights == pytest.approx(np.full(4, 0.25))
    assert told == []
    assert effective_number(weights) == pytest.approx(4.0)


def test_a_small_survey_worked_out_by_hand():
    """A tenth rural: each of two rural people counts 0.05, each urban one 0.45."""
    weights, _ = weigh(FOUR, WORLD, survey(share_rural=0.1))
    assert weights == pytest.approx([0.45, 0.45, 0.05, 0.05])
    answers = {name: ANSWERS[name].measured(FOUR, weights, "10") for name in ANSWERS}
    assert answers["mean_delay"] == pytest.approx(0.45 * 6 + 0.05 * 42)
    # Half is reached 0.05 into the second person's 0.45: 4 - 0.5 + 0.05 / 0.45.
    assert answers["median_delay"] == pytest.approx(3.5 + 0.05 / 0.45)
    assert answers["delay_over"] == pytest.approx(0.1)
    assert answers["misdiagnosed"] == answers["first_label_wrong"] == pytest.approx(0.1)
    assert answers["away_city"] == pytest.approx(0.1)
    assert answers["away_province"] == 0.0
    assert answers["km_away"] == pytest.approx(2100.0)
    assert answers["hospitals"] == pytest.approx(2.0)
    assert answers["kept_by_price"] == pytest.approx(0.45 / 0.95)  # of those with a drug
    logs = np.log(FOUR["delay"])
    centre = (weights * logs).sum()
    assert answers["delay_spread"] == pytest.approx(np.sqrt((weights * (logs - centre) ** 2).sum()))


def test_diseases_by_the_root_of_their_numbers():
    """Three to one become root 3 to 1."""
    weights, _ = weigh(FOUR, WORLD, survey(diseases="root"))
    assert weights[:3].sum() / weights[3] == pytest.approx(np.sqrt(3))


def test_diseases_by_their_own_weights():
    weights, _ = weigh(FOUR, WORLD, survey(diseases="A:1; B:3"))
    assert weights[3] == pytest.approx(0.75)


def test_a_disease_without_respondents_is_told_and_its_share_goes_to_the_others():
    weights, told = weigh(FOUR, WORLD, survey(diseases="A:1; B:1; C:8"))
    assert weights[3] == pytest.approx(0.5)
    assert sorted(told) == ["s: 1 of B", "s: 3 of A", "s: none of C"]


def test_where_one_disease_of_a_mix_is_left_there_is_nothing_to_weigh():
    asked = FOUR[FOUR["disease"] == "A"]
    weights, told = weigh(asked, WORLD, survey(diseases="A; C"))
    assert weights == pytest.approx(np.full(3, 1 / 3))
    assert "s: none of C" in told


def test_nobody_gives_nothing_and_is_told():
    weights, told = weigh(FOUR.iloc[:0], WORLD, survey(share_rural=0.5))
    assert len(weights) == 0
    assert told == ["s: nobody could answer"]
    assert np.isnan(median(np.array([]), weights))
    assert effective_number(weights) == 0.0


def test_shares_that_contradict_each_other_are_told():
    """All children are rural here, so 90 % children and 10 % rural cannot be."""
    some = people(("A", True, True, 1), ("A", False, False, 1), ("B", False, False, 1))
    weights, told = weigh(some, WORLD, survey(share_children=0.9, share_rural=0.1))
    assert weights.sum() == pytest.approx(1.0)
    assert any(line.startswith("s: shares missed by up to") for line in told)


@settings(max_examples=50, deadline=None)
@given(
    shares=st.tuples(*[st.floats(0.05, 0.95)] * 2),
    seed=st.integers(0, 1000),
    mix=st.sampled_from(["prevalence", "root", "A:2; B:1; C:3"]),
)
def test_weights_reproduce_the_shares_of_the_sample(shares, seed, mix):
    rng = np.random.default_rng(seed)
    n = 400
    some = people(*zip(rng.choice(["A", "B", "C"], n), rng.random(n) < 0.4, rng.random(n) < 0.6,
                       rng.integers(0, 99, n), strict=True))  # fmt: skip
    weights, told = weigh(some, WORLD, survey(share_children=shares[0], share_rural=shares[1],
                                              diseases=mix))  # fmt: skip
    assert told == []
    assert weights[some["child"]].sum() == pytest.approx(shares[0], abs=1e-6)
    assert weights[some["rural"]].sum() == pytest.approx(shares[1], abs=1e-6)
    if mix.startswith("A:"):
        assert weights[some["disease"] == "C"].sum() == pytest.approx(0.5, abs=1e-6)
    assert 1.0 <= effective_number(weights) <= n + 1e-6


@given(values=st.lists(st.integers(0, 40), min_size=1, max_size=30))
def test_the_median_is_within_half_a_month_of_the_usual_one(values):
    numbers = np.array(values, dtype=float)
    found = median(numbers, np.full(len(values), 1.0 / len(values)))
    below, above = np.sort(numbers)[(len(values) - 1) // 2], np.sort(numbers)[len(values) // 2]
    assert max(0.0, below - 0.5) - 1e-9 <= found <= above + 0.5 + 1e-9
