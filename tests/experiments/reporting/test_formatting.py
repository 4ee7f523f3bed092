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
from experiments.reporting.formatting import (
    describe_difference,
    format_difference,
    format_number,
    format_value,
    notation,
    rounded,
    scale,
)

NAN = math.nan


@pytest.mark.parametrize(
    ("difference", "low", "high", "unit", "text"),
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
def test_a_difference_is_described_with_its_interval(difference, low, high, unit, text):
    assert describe_difference(difference, low, high, unit) == text


def test_columns_share_their_digits():
    unit = notation(SHARE, 0.278)
    assert format_difference(-0.278, -0.287, -0.27, unit, 0.278) == "-27.8 [-28.7, -27.0]"
    assert format_difference(0.0001, -0.001, 0.002, unit, 0.278) == "+0.0 [-0.1, +0.2]"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(0.727, SHARE, "72.7"), (881_575, PERSONS, "881,575"),
     (NAN, Unit.plain("x"), "undefined"), (math.inf, MONTHS, "not reached"),
     (2.2e6, YUAN, "2.20")],
)  # fmt: skip
def test_a_value_is_written_without_its_unit(value, unit, text):
    assert format_value(value, notation(unit, value)) == text


def test_what_is_told_apart_from_nought_is_not_written_as_nought():
    unit = notation(SHARE, 0.278)
    assert format_difference(2e-5, 1e-5, 3e-5, unit, 0.278) == "+0.002 [+0.001, +0.003]"
    assert format_difference(-2e-9, -3e-9, -1e-9, unit, 0.278) == (
        "-<0.00001 [-<0.00001, -<0.00001]"
    )
    assert describe_difference(-0.5, -0.9, -0.002, MONTHS) == "-0.50 months (-0.90 to -<0.01)"
    assert describe_difference(-0.5, -0.9, 0.002, MONTHS) == "-0.50 months (-0.90 to +0.00)"


def test_nought_has_no_minus():
    assert "-" not in format_difference(-0.00001, -0.00001, 0.00001, notation(MONTHS, 5.0), 5.0)


@pytest.mark.parametrize(
    ("value", "decimals", "sign", "text"),
    [(None, 1, False, "–"), (float("inf"), 1, False, "–"), (1234567.0, 0, False, "1,234,567"),
     (-0.04, 1, True, "0.0"), (-2.5, 1, True, "−2.5"), (2.0, 1, True, "+2.0"),
     (0.005, 3, False, "0.005")],
)  # fmt: skip
def test_numbers_as_they_are_read(value, decimals, sign, text):
    assert format_number(value, decimals, sign=sign) == text


def test_amounts_are_told_in_the_units_of_each_language():
    assert scale([3.2e9, None], "yuan", "en") == (1e9, "billion yuan")
    assert scale([-5e6], "yuan", "en") == (1e6, "million yuan")
    assert scale([3.2e9], "元", "zh") == (1e8, "亿元")
    assert scale([12.0], "yuan", "en") == (1.0, "yuan")
    assert scale([], "yuan", "en").of(None) is None
    assert rounded(123456.0) == 123500.0
    assert rounded(float("nan")) is None
