"""A lever is declared once: it lands in one place of the state, and every place has one lever."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from pydantic import Field, create_model

from abm.policy.declare import (
    Group,
    declared,
    lever,
    share,
    with_values,
    zone_part,
)
from abm.policy.levers import (
    INSIDE,
    Levers,
    Pooling,
    RationingRules,
    Registry,
)
from abm.setup.initial_state import empty_state
from agents.codes import INSURERS, Fund, ResponseClass
from agents.records.insurance import LayerRow
from agents.records.levers import LeversRow

ROOT = Path(__file__).resolve().parents[3]
OUTSIDE = {path: one for path, one in declared(Levers).items() if not path.startswith(INSIDE)}


@pytest.mark.parametrize("path", OUTSIDE)
def test_a_lever_lands_in_an_array_of_the_state(path):
    for place in OUTSIDE[path].to:
        array, _, field = place.partition(".")
        rows = getattr(empty_state(), array)
        assert not field or field in rows.dtype.names


DATED = {"launch_since"}
"""Since when a lever is as it is, kept by the schedule."""


@pytest.mark.parametrize(("array", "record"), [("levers", LeversRow), ("layers", LayerRow)])
def test_every_field_of_a_row_of_levers_comes_from_one_lever(array, record):
    places = Counter(
        (place.partition(".")[2], one.at)
        for one in OUTSIDE.values()
        for place in one.to
        if place.startswith(f"{array}.")
    )
    assert {field for field, _ in places} == record.fields.keys() - DATED
    assert set(places.values()) == {1}


def test_a_field_with_several_places_has_a_lever_for_each_that_is_said():
    places = [one.at for one in OUTSIDE.values() if one.to == ("levers.threshold",)]
    assert places == [ResponseClass.HIGH, ResponseClass.MODERATE, ResponseClass.LOW]
    fields = LeversRow.fields | LayerRow.fields
    for one in OUTSIDE.values():
        if one.copied and one.at is None:
            name = one.to[0].partition(".")[2]
            assert not fields[name].length or fields[name].unit == "bits"


def test_a_zone_can_set_what_is_marked_and_nothing_else():
    inside = {path.removeprefix(INSIDE) for path in declared(Levers) if path.startswith(INSIDE)}
    assert inside == {path for path, one in OUTSIDE.items() if one.zone}


class Within(Group):
    """A group within another."""

    marked: float = share(0.5, "a share", to="levers.remote", zone=True)
    other: float = share(0.5, "a share", to="levers.mentoring")


class Outer(Group):
    """A group that has levers of its own, and groups of which a zone can set a part, or nothing."""

    factor: float = lever(1.0, "a factor", "factor", to="levers.slots", gt=0)
    within: Within = Field(Within(), description="marked in part")
    rationing: RationingRules = Field(RationingRules(), description="not marked")


def test_the_part_of_a_zone_follows_from_the_marks_in_whatever_group_they_are():
    assert zone_part(Registry) is Registry
    part = zone_part(Outer)
    assert list(declared(part)) == ["within.marked"]
    schema, whole = (one.model_json_schema() for one in (zone_part(Within), Within))
    assert schema["properties"]["marked"] == whole["properties"]["marked"]


def test_what_a_zone_sets_replaces_what_holds_outside_in_whatever_group_it_is():
    outer = Outer(within=Within(other=0.9))
    own = zone_part(Outer).model_validate({"within": {"marked": 0.1}})
    inside = with_values(outer, own.model_dump(exclude_unset=True))
    assert inside == Outer(within=Within(other=0.9, marked=0.1))
    assert with_values(outer, zone_part(Outer)().model_dump(exclude_unset=True)) is outer


def declares(one):
    """Declare a group with one lever."""
    create_model("Broken", __base__=Group, lever=(float, one))


@pytest.mark.parametrize(
    ("one", "refusal"),
    [
        (share(1.5, "a share", to="levers.remote"),
         "Broken.lever: default 1.5: .*less than or equal to 1"),
        (share("half", "a share", to="levers.remote"),
         "Broken.lever: default 'half': .*valid number"),
        (share(0.5, "a share", to="levers.remot"),
         "Broken.lever, to='levers.remot': unknown field of LeversRow 'remot'; .*'remote'"),
        (share(0.5, "a share", to="lever.remote"),
         "Broken.lever, to='lever.remote': unknown array of the state 'lever'; .*'levers'"),
        (share(0.5, "a share", to="funds.reserve", zone=True),
         "Broken.lever, to='funds.reserve': expected 'levers.<field>'"),
    ],
)  # fmt: skip
def test_a_lever_that_is_misdeclared_is_refused_as_soon_as_it_is_declared(one, refusal):
    with pytest.raises(TypeError, match=refusal):
        declares(one)


def test_a_lever_without_a_place_is_refused():
    with pytest.raises(TypeError, match="'to'"):
        share(0.5, "a share")


@pytest.mark.parametrize(
    ("group", "said"), [(Pooling, "pooled_by"), (RationingRules, "rationed_by")]
)
def test_every_lever_of_pooling_and_rationing_is_that_of_a_fund(group, said):
    assert {getattr(fund, said) for fund in Fund} - {None} == set(group.model_fields)


def test_a_lever_of_pooling_or_rationing_acts_where_a_fund_pays_that_names_it():
    for path, one in declared(Levers).items():
        said = {"funds.ration": "rationed_by", "cities.fund": "pooled_by"}.get("".join(one.to))
        if said and path != "financing.pooling.basic":  # which pays for consultations anyhow
            name = path.rpartition(".")[2]
            payers = {payer.label for payer in INSURERS
                      if any(getattr(fund, said) == name for fund in payer.all_funds)}  # fmt: skip
            assert set(re.findall("'(.*?)'", one.acts_if.text)) == payers


FUNDS_END = '    COMMERCIAL = 5, None, "basic"\n'
PAYERS_END = "    HOUSEHOLD = 7, Flow.PAID_HOUSEHOLD, Bearer.HOUSEHOLDS, None\n"
TERMS_END = "    Fund.SPECIAL_FUND: Terms(),\n"
NEW_FUND = '    MUTUAL_AID = 6, None, "basic"\n'
NEW_PAYER = "    MUTUAL_AID = 8, Flow.PAID_HOUSEHOLD, Bearer.COMMERCIAL, Fund.MUTUAL_AID\n"
NEW_TERMS = "    Fund.MUTUAL_AID: Terms(),\n"


MISDECLARED = {
    "no pooling and rationing": (
        "    MUTUAL_AID = 6\n", NEW_PAYER, NEW_TERMS,
        "Fund.MUTUAL_AID: expected its number, pooled_by, rationed_by; got 6",
    ),
    "no payer": (NEW_FUND, "", NEW_TERMS, "Fund.MUTUAL_AID: expected one payer .* got none"),
    "no bearer": (
        NEW_FUND, "    MUTUAL_AID = 8, Flow.PAID_HOUSEHOLD, Fund.MUTUAL_AID\n", NEW_TERMS,
        "Payer.MUTUAL_AID: expected its number, flow, bearer, fund; got 8, 18, 6",
    ),
    "a lever of pooling": (
        '    MUTUAL_AID = 6, "basics", "basic"\n', NEW_PAYER, NEW_TERMS,
        "Fund.MUTUAL_AID: unknown lever of financing.pooling 'basics'; did you mean 'basic'",
    ),
    "a lever of rationing": (
        '    MUTUAL_AID = 6, None, "mutual_aid"\n', NEW_PAYER, NEW_TERMS,
        "Fund.MUTUAL_AID: unknown lever of rationing 'mutual_aid'",
    ),
    "no terms": (NEW_FUND, NEW_PAYER, "", "TERMS: .* nothing of Fund.MUTUAL_AID"),
}  # fmt: skip
IMPORT_EACH = """
import importlib, json, sys
told = {}
for name in sys.argv[1:]:
    sys.path[0] = name
    importlib.invalidate_caches()
    for module in [m for m in sys.modules if m.partition(".")[0] in ("agents", "abm")]:
        del sys.modules[module]
    try:
        import abm
        told[name] = abm.__file__
    except TypeError as error:
        told[name] = f"TypeError: {error}"
print(json.dumps(told))
"""
"""Imports the package from one folder after the other; says what each import raised."""


@pytest.fixture(scope="module")
def refusals(tmp_path_factory):
    """What is said when the package is imported with each of the declarations above."""
    root = tmp_path_factory.mktemp("misdeclared")
    places = {name: root / str(n) for n, name in enumerate(["nothing wrong", *MISDECLARED])}
    for name, place in places.items():
        shutil.copytree(ROOT / "agents", place / "agents")
        shutil.copytree(ROOT / "abm", place / "abm", ignore=shutil.ignore_patterns("data"))
        fund, payer, terms, _ = MISDECLARED.get(name, (NEW_FUND, NEW_PAYER, NEW_TERMS, ""))
        for file, end, added in (
            ("agents/codes.py", FUNDS_END, fund),
            ("agents/codes.py", PAYERS_END, payer),
            ("abm/setup/risk_pools.py", TERMS_END, terms),
        ):
            path = place / file
            text = path.read_text(encoding="utf-8")
            assert end in text
            path.write_text(text.replace(end, end + added), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_EACH, *map(str, places.values())], cwd=root,
        capture_output=True, text=True, check=True, env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
    )  # fmt: skip
    told = json.loads(done.stdout)
    found = {name: told[str(place)] for name, place in places.items()}
    assert found.pop("nothing wrong") == str(places["nothing wrong"] / "abm" / "__init__.py")
    return found


@pytest.mark.slow
@pytest.mark.parametrize("what", MISDECLARED)
def test_a_payer_or_fund_that_does_not_say_what_it_is_is_refused_at_import(what, refusals):
    assert re.match(f"TypeError: {MISDECLARED[what][-1]}", refusals[what])
