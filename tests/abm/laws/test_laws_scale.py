"""Scale: one seed at 1:50 and at 1:10 tells of the same country, within chance and a known bias.

Each measure may differ by four standard errors (a right model fails with a probability of 6e-5 for
each of the measures with a new seed) plus a twentieth of its value: small queues wait longer at
equal use, so that fewer are seen, and a fund one fifth the size breaks sooner. The people at one
scale are not among those at the other.
"""

import numpy as np
import pytest

pytestmark = pytest.mark.slow

SCALES = (0.02, 0.1)
ERRORS = 4.0
BIAS = 0.05


def share(values):
    """Return a share and its standard error."""
    p = values.mean()
    return p, np.sqrt(p * (1.0 - p) / len(values))


def mean(values):
    """Return a mean and its standard error."""
    return values.mean(), values.std() / np.sqrt(len(values))


def ratio(above, below):
    """Return a ratio of two sums and its standard error (delta method)."""
    found = above.sum() / below.sum()
    rest = above - found * below
    return found, rest.std() * np.sqrt(len(rest)) / below.sum()


def recent(rows):
    """Return who fell ill in the first four years."""
    return rows[(rows["onset"] >= 0) & (rows["onset"] < 48)]


def found(rows):
    """Return who was diagnosed in the scenario, and not at birth."""
    return rows[(rows["diagnosed"] >= 0) & (rows["visits"] > 0)]


MEASURES = {
    "patients alive at the start": lambda rows, scale: (
        rows["alive_at_start"].sum() / scale, np.sqrt(rows["alive_at_start"].sum()) / scale),
    "onsets": lambda rows, scale: (
        (rows["onset"] >= 0).sum() / scale, np.sqrt((rows["onset"] >= 0).sum()) / scale),
    "diagnosed within a year": lambda rows, _: share(
        (recent(rows)["diagnosed"] - recent(rows)["onset"]) <= 12),
    "visits to the diagnosis": lambda rows, _: mean(found(rows)["visits"]),
    "misdiagnosed": lambda rows, _: share(found(rows)["misdiagnoses"] > 0),
    "diagnosed in another province": lambda rows, _: share(
        found(rows)["diagnosed_province"].astype(str) != found(rows)["province"].astype(str)),
    "treated among the treatable diagnosed": lambda rows, _: share(
        rows[rows["treatable"] & rows["diagnosed"].notna()]["treated"].notna()),
    "dead": lambda rows, _: share(rows["died"].notna()),
    "registered": lambda rows, _: share(rows["registered"].notna()),
    "households' part of what is billed": lambda rows, _: ratio(
        rows["paid_household"], rows["billed"] - rows["paid_donation"]),
    "a year of catastrophic spending": lambda rows, _: share(rows["catastrophic_years"] > 0),
    "severity of the living": lambda rows, _: mean(rows[rows["died"].isna()]["severity"]),
    "qalys": lambda rows, _: mean(rows["qalys"]),
}  # fmt: skip


@pytest.mark.parametrize("measure", MEASURES)
def test_a_measure_agrees_between_scales(tables, measure):
    (one, its), (other, theirs) = (
        MEASURES[measure](tables(scale=scale)["patients"], scale) for scale in SCALES
    )
    allowed = ERRORS * np.hypot(its, theirs) + BIAS * abs(other)
    assert abs(one - other) <= allowed


def test_money_and_slots_scale_with_the_people(ran):
    small, large = (ran(scale=scale).state for scale in SCALES)
    times = SCALES[1] / SCALES[0]
    assert large.hospitals["slots"] == pytest.approx(small.hospitals["slots"] * times)
    assert large.charities["budget"] == pytest.approx(small.charities["budget"] * times)
    assert large.funds["heads"] == pytest.approx(small.funds["heads"] * times)
    assert (large.km == small.km).all()


def test_learning_counts_real_patients(ran):
    """A hospital that sees ten times the sample learns no more."""
    skills = [ran(scale=scale).state.hospitals for scale in SCALES]
    top = skills[0]["rank"] == 3
    gained = [np.average(h["skill"][top].mean(axis=1)) for h in skills]
    assert gained[0] == pytest.approx(gained[1], abs=0.05)
