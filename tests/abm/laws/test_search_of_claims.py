"""A search of claims shortens the time without a diagnosis, the more the stronger it is."""

from itertools import pairwise

import numpy as np
import pytest

from abm import RareCareModel
from agents.codes import UNDIAGNOSED, Stage

pytestmark = pytest.mark.slow

MONTHS = 96


def test_a_stronger_search_leaves_fewer_months_without_a_diagnosis():
    start = RareCareModel(policy="uniform-national", scale=0.02, years=MONTHS // 12, rng=1,
                          follow=0.0)  # fmt: skip
    lived, left = [], []
    for strength in (0.0, 0.1, 1.0):
        model = start.branch("uniform-national", {"registry.claims_screening": strength}).run()
        rows = model.state.patients
        ill = rows[rows["onset"] < MONTHS]
        end = np.minimum(np.minimum(ill["diagnosed"], ill["died"]), MONTHS).astype(int)
        lived.append(np.maximum(0, end - np.maximum(0, ill["onset"])).mean())
        left.append(np.isin(rows["stage"], UNDIAGNOSED).sum())
    for weaker, stronger in pairwise(lived):
        assert stronger < weaker
    assert lived[2] < 0.95 * lived[0]
    assert left[2] < 0.95 * left[0]


def test_where_there_are_no_centres_the_lead_resolves_it():
    """The island has none for most specialties; no invitation names a hospital of row -1."""
    model = RareCareModel(
        world="island", scale=0.2, years=4, rng=2, settings={"registry.claims_screening": 1.0}
    ).run()
    rows = model.state.patients
    assert (model.state.counters["centres"] < 0).any()
    assert (rows["referred"] == 2).any()
    waiting = rows["stage"] == Stage.WAITING
    assert (rows["hospital"][waiting] >= 0).all()
