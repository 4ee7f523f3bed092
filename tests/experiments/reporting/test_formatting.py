import math

import pytest

from experiments.measures import Unit
from experiments.measures.units import (
    INDEX,
    MONTHS,
    PERSONS,
    QALYS_PER_PATIENT,
    SHARE,
    YUAN,
    YUAN_A_YEAR,
)
from experiments.reporting.formatting import bare, bare_change, change, written

NAN = math.nan


@pytest.mark.parametrize(
    ("difference", "low", "high", "unit", "told"),
    [
        (-3.712, -4.1, -3.3, MONTHS, "-3.71 months (-4.10 to -3.30)"),
        (0.0234, 0.011, 0.036, SHARE, "+2.3 points (+1.1 to +3.6)"),
        (2.3158e9, 2.3069e9, 2.3247e9, YUAN_A_YEAR,
         "+2.316 billion yuan a year (+2.307 to +2.325)"),
        (0.0115, 0.0107, 0.0124, QALYS_PER_PATIENT,
         "+11.5 QALYs per 1,000 patients (+10.7 to +12.4)"),
        (0.0, 0.0, 0.0, INDEX, "+0 (+0 to +0)"),
        (5.0, NAN, NAN, MONTHS, "+5.00 months"),
        (NAN, NAN, NAN, MONTHS, "undefined months"),
    ],
)  # fmt: skip
def test_change(difference, low, high, unit, told):
    assert change(difference, low, high, unit) == told


def test_columns_share_their_digits():
    unit = written(SHARE, 0.278)
    assert bare_change(-0.278, -0.287, -0.27, unit, 0.278) == "-27.8 [-28.7, -27.0]"
    assert bare_change(0.0001, -0.001, 0.002, unit, 0.278) == "+0.0 [-0.1, +0.2]"


@pytest.mark.parametrize(
    ("value", "unit", "told"),
    [(0.727, SHARE, "72.7"), (881_575, PERSONS, "881,575"),
     (NAN, Unit.plain("x"), "undefined"), (math.inf, MONTHS, "not reached"),
     (2.2e6, YUAN, "2.20")],
)  # fmt: skip
def test_bare(value, unit, told):
    assert bare(value, written(unit, value)) == told


def test_nought_has_no_minus():
    assert "-" not in bare_change(-0.00001, -0.00001, 0.00001, written(MONTHS, 5.0), 5.0)
