"""What can act in no place or on no drug of a world is named."""

import pytest

from abm.policy import load_policy, policy_names
from abm.policy.files import FROM_THE_START
from abm.world import load_world, world_names

pytestmark = pytest.mark.slow

DRUGLESS = "the world has no drug for its diseases and response classes"
RAISED = "; levies for its fund are raised all the same"


@pytest.fixture(scope="module")
def island():
    return load_world("island")


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        ({"zone.cities": ["Leeward Bay"]},
         ["Leeward Bay in zone.cities cannot act: named as a whole: Leeward"]),
        ({"zone.cities": ["Leeward Bay"], "zone.provinces": ["Windward"]}, []),
        ({"zone.provinces": ["Leeward", "Windward"], "zone.outsiders": "travel"},
         ["zone.outsiders cannot act: the zone is the whole country, and nobody is outside"]),
        ({"zone.cities": ["Port Windward"], "zone.outsiders": "travel"},
         ["zone.outsiders cannot act: the zone is the whole country, and nobody is outside"]),
        ({"zone.outsiders": "travel"}, []),
        ({"benefits.zone-fund.where": ["Windward", "Port Windward", "Leeward Bay"]},
         ["Port Windward in benefits.zone-fund.where cannot act: named as a whole: Windward"]),
        ({"benefits.zone-fund.diseases": ["CORAL"]},
         [f"benefits.zone-fund cannot act: it can pay for nobody: {DRUGLESS}{RAISED}"]),
        ({"benefits.zone-fund.cost_above": 2_500_000.0},
         ["benefits.zone-fund cannot act: it can pay for nobody: its cost_above is not below "
          f"2,500,000 yuan, the dearest of its drugs{RAISED}"]),
        ({"benefits.zone-fund.cost_above": 2_499_000.0}, []),
    ],
)  # fmt: skip
def test_what_names_nothing_of_a_world_is_named(settings, lines, island):
    policy = load_policy("zone", settings, world=island)
    assert policy.idle(island) == lines
    assert policy.idle() == []


def test_a_zone_where_nobody_simulated_lives_is_named(island):
    zone = load_policy("zone", world=island)
    (where,) = zone.timeline.levers_at(60).zone.provinces
    (elsewhere,) = set(island.provinces["province"]) - {where}
    why = ["zone.provinces cannot act: nobody who is simulated lives in the zone"]
    assert zone.idle(island.only([elsewhere])) == why
    assert zone.idle(island.only([where])) == []


@pytest.mark.parametrize("lever", ["schemes", "response", "diseases", "where"])
def test_a_layer_for_nobody_is_named_whatever_the_world(lever, island):
    policy = load_policy("zone", {f"benefits.zone-fund.{lever}": []}, world=island)
    raised = "" if lever == "where" else RAISED
    line = f"it can pay for nobody: its {lever} is an empty list{raised}"
    assert policy.idle() == [f"benefits.zone-fund cannot act: {line}"]


def test_a_layer_for_listed_drugs_where_none_is_ever_listed_is_named(island):
    layer = {"benefits.new.payer": "commercial", "benefits.new.drug": "listed",
             "benefits.new.brackets": "[{up_to=inf, rate=0.5}]"}  # fmt: skip
    never = load_policy("base", world=island).with_settings(
        {"access.listing": "none"}, FROM_THE_START
    )
    found = never.with_settings(layer).idle()
    why = "it can pay for nobody: its drug is 'listed', and access.listing is 'none'"
    assert f"benefits.new cannot act: {why}" in found
    once = load_policy("base", {"access.listing": "none"}, world=island)
    assert once.with_settings(layer).idle() == []


SHIPPED = [(world, name) for world in world_names() for name in policy_names(world)]


@pytest.mark.parametrize(("world", "name"), SHIPPED)
def test_no_shipped_policy_names_in_vain(world, name):
    place = load_world(world)
    assert load_policy(name, world=place).idle(place) == []
