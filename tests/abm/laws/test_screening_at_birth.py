"""Screening at birth happens at birth, by the panel of the day, and before symptoms."""

import numpy as np
import pytest

from abm import RareCareModel
from agents.codes import NewbornPanel
from agents.core.record import NEVER

pytestmark = pytest.mark.slow

RULE = 12
"""Month from which the shipped policy screens for all that is possible: January 2020."""


@pytest.fixture(scope="module")
def models():
    """The same people under the rules of today, and under the wider panel."""
    start = RareCareModel(policy="uniform-national", scale=0.02, years=6, rng=2, follow=0.0)
    other = start.branch("newborn-screening")
    return start.run(), other.run()


def test_who_was_born_before_the_rule_is_not_found_by_it(models):
    _, wide = models
    rows, diseases = wide.state.patients, wide.state.diseases
    only = diseases["screened"][:, NewbornPanel.IN_PLACE][rows["disease"]] == 0.0
    assert not (rows["screened"][only & (rows["birth"] < RULE)]).any()
    possible = diseases["screened"][:, NewbornPanel.POSSIBLE][rows["disease"]] > 0.0
    assert not rows["screened"][~possible].any()


def test_of_those_born_since_the_sensitivity_is_found_whatever_the_age_at_onset(models):
    _, wide = models
    rows = wide.state.patients
    chance = wide.state.diseases["screened"][:, NewbornPanel.POSSIBLE][rows["disease"]]
    born = (rows["birth"] >= RULE) & (rows["birth"] < 72) & (chance > 0.0)
    late = born & (rows["onset"] >= rows["birth"] + 24)
    for who in (born, late):
        expected, n = chance[who].mean(), who.sum()
        assert n > 10
        error = np.sqrt(expected * (1 - expected) / n)
        assert abs(rows["screened"][who].mean() - expected) < 4 * error


def test_who_was_found_needs_no_search(models):
    for model in models:
        rows = model.state.patients
        found = (rows["screened"] == 1) & (rows["onset"] < 72) & (rows["onset"] >= 0)
        assert (rows["diagnosed"][found] == rows["onset"][found]).all()
        assert (rows["visits"][found] == 0).all()
        assert (rows["search_billed"][found] > 0).all()
        later = (rows["screened"] == 1) & (rows["onset"] >= 72)
        assert (rows["diagnosed"][later] == NEVER).all()


def test_the_wider_panel_costs_what_the_births_of_the_year_cost(models):
    """Those of births.csv; entries in the registry, that cost a little too, differ."""
    today, wide = (
        m.outcomes()["ledger"].groupby("year")["paid_programmes"].sum() / 0.02 for m in models
    )
    table = models[1].world.births
    births = np.interp(wide.index, table["year"], table["births"])
    row = models[1].state.params[0]
    each = row.newborn_panel_price + row.newborn_false_positives * row.newborn_recall_price
    more = (wide - today).to_numpy()
    assert more[0] == 0.0
    assert np.allclose(more[1:], births[1:] * each, rtol=0.005)
