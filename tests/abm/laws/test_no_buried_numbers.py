"""No assumption is buried as a number in a rule: it is a parameter, with range, tag and source.

Every number in a function of the agents, of the engine, of the setup and of policies, and in what
their modules declare by name, must be one of those below: mathematics, numerics, or room.
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FILES = sorted([
    *(ROOT / "agents").glob("*.py"),
    *(ROOT / "abm" / "setup").glob("*.py"),
    *(ROOT / "abm" / "engine").glob("*.py"),
    *(ROOT / "abm" / "policy").glob("*.py"),
])  # fmt: skip
DECLARING = sorted([*FILES, *(ROOT / "agents" / "core").glob("*.py"),
                    *(ROOT / "agents" / "records").glob("*.py")])  # fmt: skip
"""Where named numbers are looked for: in records, limits and random numbers as well."""

EVERYWHERE = {0, 1, 12, 100}
"""Nothing, one or whole, months of a year, per cent."""
MATHEMATICS = {
    "_mean_response": {0.5},  # mean of a uniform draw
    "mean_response": {0.5},  # half-way between the lowest and the full
    "_quality_between": {0.5, 5, 8, 9, 0.7745966692414834},  # Gauss and Legendre's three points
    "_bisect": {0.5},
    "raise_incomes": {0.5},  # half the median, of the societal poverty line
    "_city_of": {2},
    "_hazard_at_onset": {0.5, 2},  # middle of a month; upper end of a bisection
    "healthy_savings": {0.5},  # mean of a lognormal
    "other_claims": {0.5},  # the same
    "_draw_means": {0.5},  # rounding
    "_quantile_of_onset": {2},  # width over half-width
    "mean_weight": {0.5, 2},  # middle of a quantile; children and adults
    "_insure": {2},
    "buys_cover": {2},  # the middle quintile, as in the next
    "scheme_at": {2},  # the middle quintile is two from the lowest
    "general_population": {0.2, 0.4, 0.6, 0.8, 0.5, 2, 5},  # quintiles, median, mean of a lognormal
    "onsets": {0.5, 1e5},  # middle of a year; per 100,000
    "distances": {2},  # great circle
    "trip_cost": {2},  # there and back
    "travel_to": {2},
    "costs_of_treatment": {3},
    "to_the_middle": {0.5},  # the middle of some months
    "severity_lately": {0.5},  # mean of a straight line
    "growing_annuity": {0.5},  # integral of t
    "_life": {2},  # QALYs and years
    "life_expected": {0.5},  # the middle of some months
}
NUMERICS = {
    "ramp_hazard": {1e-9}, "months_to_live": {1e-9}, "_bisect": {60},
    "_hazard_at_onset": {1e-9, 80}, "disease_rows": {1e-6}, "choose_hospital": {1e300, 700},
    "is_beyond_means": {1e-6},
    "_quantile_of_onset": {1e-9}, "_quantile": {4, 16}, "plan": {1024}, "option": {16},
    "seed_prevalent_cases": {4, 1000}, "_dearest": {64}, "_kept": {256}, "renew_willingness": {700},
    "quote_bills": {2}, "settle_bills": {2},  # half as far ahead
}  # fmt: skip
"""Guards against division by nothing, steps of a search, keys of draws, spare rows."""
ROOM = {
    "_draw_means": {2, 4}, "follow_incomes": {2e8, 4e8}, "option": {2, 4, 5, 6, 7, 8},
    "centres_by_specialty": {2},
    "_provinces": {2}, "build": {2}, "city_heads": {2}, "between": {2},
    "make_room_for_refunds": {2}, "people": {2}, "count": {2}, "populate": {2},
    "__init__": {2, 3}, "referral_paths": {2},
    "where_it_can_be_resolved": {2},
    "_differences": {2}, "make_room": {2, 8}, "alike": {2, 3},
    "live_month": {11}, "line_up_at_funds": {0.5}, "lever_info": {2},
    "split_levers": {2}, "_step": {2}, "check_paid_once": {2}, "check_pairs": {2},
    "warn_of_idle": {3}, "warn_of_late": {3}, "ranges_of": {2}, "_check_holds": {2},
}  # fmt: skip
"""What a record has room for, columns of an array, places in a list, December, the middle of a
place in line, how far up a warning is told; nobody who falls ill as a child lives alone."""
CONSTANTS = {
    # Mathematics, and definitions of tables.
    "ADULT, LAST_OF_CHILDHOOD": {18, 17.9},  # what the column `share_child_onset` counts
    "EARTH_RADIUS_KM": {6371},
    "QUARTER, YEAR": {3},  # months
    "_WORD": {2**64 - 1},  # of the hash, as the next three
    "_GOLDEN": {11400714819323198485, 2, 64},
    "_FIRST": {13787848793156543929, 2, 64},
    "_SECOND": {10723151780598845931, 2, 64},
    # Numerics: where sums end, and what stands for none, for all, or for another kind.
    "COHORTS": {80},  # whoever fell ill earlier has died
    "HORIZON": {1200},  # months of a survival curve: nobody lives longer
    "LONG": {30000},
    "NEVER": {32000},
    "FROM_THE_START": {12000},
    "FAR": {1e18},
    "TINY": {1e-9},
    "ALL_DEAD": {1e-6},  # share alive
    "STEP": {6},  # months of an integral
    "CENT": {0.01},
    "QUANTILES": {16},
    "WAITS": {61},  # places of a count: none, up to five years, longer
    "INVITED": {2},
    "ADVISED": {3},
    "RETURNING": {4},
    "AGAIN": {3},
    "SUSPECTED": {2},
    # Room: what is kept of people and things, of what has been read.
    "BLOCK": {60},
    "EVENTS": {60},
    "ROOM": {1.05},
    "FOLLOWED": {2000},
    "_read": {256},
    "Brackets": {4},
    "BRACKETS": {4},
    "OPTIONS": {10},
    "MOST_TERTIARY, MOST_MEMBERS, MOST_LEADS": {64, 32, 8},
    "TRIED": {8},
    "COUNTED": {250},
    "LIFETIME": {1200},  # months: no spell goes on longer
    "DISEASES, DRUGS": {1024},
    "LAYERS": {256},
    "LINES": {8},
    "ROWS": {32, 1000},
    "LISTS": {255},
    "IDENTITIES": {1_000_000_000},
    "MOST_MONTHS": {600},
    "LONGEST_CHAIN": {250},
    "FREE": {200_000_000},
    "DEAREST": {1_000_000},
    "WORD": {32},
    "_SOURCES": {2},
    "KEPT": {8},
    "AHEAD": {6},  # turns
    "LINE": {64},  # bytes
}
"""Numbers that a module declares by name and that are no assumption about a country."""


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


def constants(text):
    """Return (names, line, number) of every number that a module's text declares by name."""
    found = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = ", ".join(ast.unparse(target).strip("()") for target in targets)
            found += [
                (names, number.lineno, number.value)
                for number in ast.walk(node.value)
                if isinstance(number, ast.Constant) and type(number.value) in (int, float)
            ]
    return found


def undeclared(text):
    """Return (names, line, number) of every named number that is not listed above."""
    return [one for one in constants(text)
            if one[2] not in EVERYWHERE | CONSTANTS.get(one[0], set())]  # fmt: skip


@pytest.mark.parametrize("path", DECLARING, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_no_named_number_is_an_assumption(path):
    found = undeclared(path.read_text(encoding="utf-8"))
    assert not found, f"{path.name}: {found}: give each a row in parameters.csv, or say why not"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
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
    declared = {}
    for path in DECLARING:
        for name, _, number in constants(path.read_text(encoding="utf-8")):
            declared.setdefault(name, set()).add(number)
    gone = {name for name, those in CONSTANTS.items() if not those <= declared.get(name, set())}
    assert not gone


def test_a_buried_number_is_found():
    text = "def is_child(patient):\n    return patient.onset - patient.birth < 180\n"
    assert buried(text) == [("is_child", 2, 180)]


def test_an_assumption_that_a_module_declares_is_found():
    text = "PHASE_OUT = (2 / 3, 1 / 3)\nCHILD: int = 15\n"
    assert [found[0] for found in undeclared(text)] == ["PHASE_OUT"] * 3 + ["CHILD"]
