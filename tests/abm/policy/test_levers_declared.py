"""A lever is declared once: it lands in one place of the state, and every place has one lever."""

from collections import Counter

import pytest

from abm.policy.declare import Group, declared, lever, levers_of, share, zone_part
from abm.policy.levers import (
    INSIDE,
    AccessRules,
    CharityRules,
    Levers,
    Pooling,
    RationingRules,
    Registry,
)
from abm.setup.initial_state import empty_state
from agents.codes import INSURERS, ResponseClass
from agents.records.insurance import LayerRow
from agents.records.levers import LeversRow

OUTSIDE = {path: one for path, one in declared(Levers).items() if not path.startswith(INSIDE)}
MODELLED = {path: one for path, one in OUTSIDE.items() if one.to}


@pytest.mark.parametrize("path", MODELLED)
def test_a_modelled_lever_lands_in_an_array_of_the_state(path):
    for place in MODELLED[path].to:
        array, _, field = place.partition(".")
        rows = getattr(empty_state(), array)
        assert not field or field in rows.dtype.names


@pytest.mark.parametrize(("array", "record"), [("levers", LeversRow), ("layers", LayerRow)])
def test_every_field_of_a_row_of_levers_comes_from_one_lever(array, record):
    places = Counter(
        (place.partition(".")[2], one.at)
        for one in MODELLED.values()
        for place in one.to
        if place.startswith(f"{array}.")
    )
    assert {field for field, _ in places} == record.fields.keys()
    assert set(places.values()) == {1}


def test_a_field_with_several_places_has_a_lever_for_each_that_is_said():
    places = [one.at for one in MODELLED.values() if one.to == ("levers.threshold",)]
    assert places == [ResponseClass.HIGH, ResponseClass.MODERATE, ResponseClass.LOW]
    fields = LeversRow.fields | LayerRow.fields
    for one in MODELLED.values():
        if one.copied and one.at is None:
            name = one.to[0].partition(".")[2]
            assert not fields[name].length or fields[name].unit == "bits"


def test_a_zone_can_set_what_is_marked_and_nothing_else():
    inside = {path.removeprefix(INSIDE) for path in declared(Levers) if path.startswith(INSIDE)}
    assert inside == {path for path, one in OUTSIDE.items() if one.zone}


def test_the_part_of_a_zone_is_derived():
    assert zone_part(Registry) is Registry
    assert list(zone_part(AccessRules).model_fields) == ["dual_channel"]
    part, whole = zone_part(CharityRules), CharityRules
    for name in part.model_fields:
        assert (
            part.model_json_schema()["properties"][name]
            == (whole.model_json_schema()["properties"][name])
        )


class Made(Group):
    """A group made here."""

    kept: float = lever(1.0, "a factor", "factor", to="levers.slots", gt=0)
    idle: float = share(0.5, "a share")


def test_a_lever_without_a_place_is_not_modelled():
    properties = Made.model_json_schema()["properties"]
    assert properties["kept"]["modelled"] is True
    assert properties["idle"]["modelled"] is False
    assert [one.copied for one in levers_of(Made).values()] == [True, False]


@pytest.mark.parametrize("group", [Pooling, RationingRules])
def test_what_is_set_by_payer_names_payers(group):
    """A lever of pooling or rationing under another name would leave its payer at the default."""
    assert set(group.model_fields) <= {payer.label for payer in INSURERS}
