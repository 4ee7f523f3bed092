"""No assumption is buried as a number in a rule: it is a parameter, with range, tag and source.

Every number in a function of the agents, of the phases and of the setup must be one of those below:
mathematics, numerics, or room in a record.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted([
    *(ROOT / "agents").glob("*.py"),
    *(ROOT / "abm" / "setup").glob("*.py"),
    ROOT / "abm" / "engine" / "phases.py",
    ROOT / "abm" / "engine" / "special_fund.py",
    ROOT / "abm" / "engine" / "burn_in.py",
])  # fmt: skip

EVERYWHERE = {0, 1, 12, 100}
"""Nothing, one or whole, months of a year, per cent."""
MATHEMATICS = {
    "_mean_response": {0.5},  # mean of a uniform draw
    "relative_hazard": {0.5},
    "_quality_between": {0.5, 5, 8, 9, 0.7745966692414834},  # Gauss and Legendre's three points
    "_bisect": {0.5},
    "raise_incomes": {0.5},  # half the median, of the societal poverty line
    "_city_of": {2},
    "_hazard_at_onset": {0.5, 2},  # middle of a month; upper end of a bisection
    "healthy_savings": {0.5},  # mean of a lognormal
    "_draw_means": {0.5},  # rounding
    "_quantile_of_onset": {2},  # width over half-width
    "mean_weight": {0.5, 2},  # middle of a quantile; children and adults
    "_insure": {2},
    "scheme_at": {2},  # the middle quintile is two from the lowest
    "general_population": {0.2, 0.4, 0.6, 0.8, 0.5, 2, 5},  # quintiles, median, mean of a lognormal
    "onsets": {0.5, 1e5},  # middle of a year; per 100,000
    "distances": {2},  # great circle
    "trip_cost": {2},  # there and back
    "travel_to": {2},
    "costs_of_treatment": {3},
    "to_the_middle": {0.5},  # the middle of some months
    "growing_annuity": {0.5},  # integral of t
}
NUMERICS = {
    "ramp_hazard": {1e-9}, "months_to_live": {1e-9}, "_bisect": {60},
    "_hazard_at_onset": {1e-9, 80}, "disease_rows": {1e-6}, "choose_hospital": {1e300, 700},
    "settle_bill": {1e-6},
    "_quantile_of_onset": {1e-9}, "_quantile": {4, 16}, "plan": {1024}, "option": {16},
    "seed_prevalent_cases": {4, 1000},
}  # fmt: skip
"""Guards against division by nothing, steps of a search, keys of draws, spare rows."""
ROOM = {
    "remember_failure": {250}, "mislabel": {250}, "dismiss": {250}, "set_out": {250},
    "_draw_means": {2, 4}, "follow_incomes": {2e8, 4e8}, "option": {2, 4, 5, 6, 7},
    "centres_by_specialty": {2},
    "_provinces": {2}, "build": {2}, "city_heads": {2}, "between": {2},
    "people": {2}, "populate": {2}, "__init__": {2}, "referral_paths": {2},
    "where_it_can_be_resolved": {2},
    "_differences": {2},
}  # fmt: skip
"""What a record has room for, columns of an array; nobody who falls ill as a child lives alone."""


def allowed(function):
    """Return the numbers that a function may hold."""
    tables = (MATHEMATICS, NUMERICS, ROOM)
    return EVERYWHERE.union(*(table.get(function, set()) for table in tables))


def numbers(text):
    """Return (function, line, number) of every number in the functions of a module's text."""
    return [
        (function.name, node.lineno, node.value)
        for function in ast.walk(ast.parse(text))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float)
    ]


def buried(text):
    """Return (function, line, number) of every number that is not allowed in a module's text."""
    return [found for found in numbers(text) if found[2] not in allowed(found[0])]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_number_is_buried(path):
    found = buried(path.read_text(encoding="utf-8"))
    assert not found, f"{path.name}: {found}: give each a row in parameters.csv, or say why not"


def test_what_is_allowed_is_there():
    """A number that has left a rule may not come back unseen."""
    held = {}
    for path in FILES:
        for function, _, number in numbers(path.read_text(encoding="utf-8")):
            held.setdefault(function, set()).add(number)
    tables = {"mathematics": MATHEMATICS, "numerics": NUMERICS, "room": ROOM}
    stale = [
        (name, function, number)
        for name, table in tables.items()
        for function, permitted in table.items()
        for number in sorted(permitted)
        if number not in held.get(function, set())
    ]
    assert not stale


def test_a_buried_number_is_found():
    text = "def is_child(patient):\n    return patient.onset - patient.birth < 180\n"
    assert buried(text) == [("is_child", 2, 180)]
