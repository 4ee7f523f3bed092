"""Every lever acts, and a lever that is said to be unable to act does nothing.

All levers of `lever_index()` are turned, one after the other, under a policy in which each can act
and every fund is short of money; so a new lever is covered as soon as it is declared. Then each
that has a condition is turned where the condition does not hold.
"""

import math
from pathlib import Path

import numpy as np
import pytest

from abm import RareCareModel, load_policy, policy_names
from abm.policy.conditions import (
    AWAY_LAYER_PAYS,
    INSTITUTION,
    LAW,
    LAW_AND_FUND,
    LAW_AND_NEGOTIATION,
    LEVIES,
    MOVERS_WELCOME,
    NOTICES_AND_FUND,
    PHASED_OUT,
    SEVERAL_PAYERS,
    SURPLUS,
    ZONE_DIFFERS,
    ZONE_HAS_MORE,
    rationed_by,
)
from abm.policy.idle import idle_levers
from abm.policy.levers import INSIDE
from abm.policy.paths import lever_index
from abm.world import load_world, world_names
from tests.support.same import digests

pytestmark = pytest.mark.slow

POLICY = Path(__file__).parents[2] / "support" / "every_lever.toml"
MONTHS = 26
SHORT = 2e-4
"""Part of their money that funds have."""
FULLY = 100.0
"""How far drugs have been taken up, so that the few people of a test are treated."""
EVERY = lever_index()
CONDITIONAL = {path: info for path, info in EVERY.items() if info.lever.acts_if.text}
CARE = ("patients", "accounts", "event_log", "hospitals", "drugs", "edges", "own_way")
"""What happens to people, and what hospitals and manufacturers do."""
PERSONS = ("identity", "disease", "city", "sex", "rural", "birth", "onset", "natural", "household",
           "quintile")  # fmt: skip
"""What is drawn before any rule acts."""
PAYING = ("benefits.", "charity.means", "charity.grant", "charity.donation", "rationing.",
          "supervision.", "access.price", "access.threshold", "access.volume")  # fmt: skip
"""Levers of what is paid for a drug, after the diagnosis."""

TURNED = {
    "definition.catalogue": "none",
    "definition.prevalence_threshold": 0.2,
    "definition.least_burden": 1e6,
    "network.members": "2024",
    "zone.inside.network.members": "2024",
    "access.months_to_listing": 0,
    "zone.inside.network.informed": 1.0,
    "access.threshold_high": 1000.0,
    "access.threshold_moderate": 1e8,
    "access.threshold_low": 1e8,
    "access.price_ceiling": 1000.0,
    "access.renewal_years": 1,
    "charity.voice": 1.0,
    "access.review_months_saved": 12,
    "access.exclusivity_years": 3.0,
    "access.ahead_of_approval": 36,
    "zone.inside.access.ahead_of_approval": 36,
    "benefits.<layer>.beside": "otherwise",
    "benefits.<layer>.brackets": [{"up_to": math.inf, "rate": 0.9}],
    "benefits.<layer>.diseases": ["SMA_I", "PNH", "GAUCHER"],
    "benefits.<layer>.where": ["Qinghai"],
    "benefits.<layer>.schemes": ["employee"],
    "benefits.<layer>.response": ["high"],
    "benefits.<layer>.start": "2020-12",
    "benefits.<layer>.end": "2020-12",
    "benefits.<layer>.payer_cap": 1000.0,
    "benefits.<layer>.cost_above": 200_000.0,
    "zone.provinces": ["Qinghai"],
    "zone.cities": ["Xining"],
    "charity.donations": 0.0,
    # A fund that plans takes nobody new when short, under either of the other rules.
    "rationing.special_fund": "pro-rata",
}
"""Values of levers for which another one is not found by rule, or acts on too few people."""
TOGETHER = {
    "zone.sectoral": {"zone.provinces": [], "zone.outsiders": "none"},
    "benefits.<layer>.payer": {"benefits.bought.beside": "on-top"},
}
"""What has to be set with a lever for the policy not to contradict itself."""
LAYERS = {f"benefits.<layer>.{name}": "local" for name in ("drug", "beside", "kept")}
"""Layers on which a lever of layers is turned, if not `fund`."""
OFF = {f"benefits.{name}.active": False for name in ("basic", "critical", "assistance", "fund",
                                                      "inside", "local", "bought")}  # fmt: skip


def off(*layers):
    """Return settings that switch layers off."""
    return {f"benefits.{name}.active": False for name in layers}


NO_NETWORK = {"network.members": "none", "network.referral": "free",
              "registry.reporting": "mandatory"}  # fmt: skip
WITHOUT = {
    "definition.catalogue is not 'none'": {"definition.catalogue": "none"},
    "registry.reporting is not 'voluntary' and definition.catalogue is not 'none'": {
        "registry.reporting": "voluntary"
    },
    "definition.catalogue is 'rule'": {"definition.catalogue": "second"},
    "registry.reporting is not 'mandatory' or definition.catalogue is not 'all'": {
        "registry.reporting": "mandatory", "definition.catalogue": "all"
    },
    "network.members is not 'none'": NO_NETWORK,
    "network.members is not 'none' or network.mentoring_reaches_counties is true": NO_NETWORK,
    "network.remote, network.mentoring or network.training_skill is above 0": {
        "network.remote": 0.0, "network.mentoring": 0.0
    },
    "access.listing is 'negotiation'": {"access.listing": "record"},
    "access.listing is not 'none'": {"access.listing": "none"},
    INSTITUTION.text: {
        "institution.funding_floor": 0.0, "institution.decision_deadline": 0,
        "institution.appeal": False, "institution.lapse": 0.0,
    },
    LAW.text: {"institution.form": "notices"},
    LAW_AND_FUND.text: {"institution.form": "notices"},
    LAW_AND_NEGOTIATION.text: {"access.listing": "record"},
    NOTICES_AND_FUND.text: {"institution.form": "law"},
    "a benefit layer is local": {"benefits.local.local": False, "local_schemes.state": "frozen"},
    PHASED_OUT.text: {"local_schemes.state": "frozen"},
    "a benefit layer pays": OFF,
    AWAY_LAYER_PAYS.text: OFF | {"benefits.bought.active": True},
    "another benefit layer pays": OFF | {"benefits.fund.active": True},
    SEVERAL_PAYERS.text: OFF | {"benefits.fund.active": True},
    "another benefit layer of its payer pays": off("fund", "inside"),
    rationed_by("special_fund").text: off("fund", "inside", "local"),
    rationed_by("critical_illness").text: off("critical"),
    rationed_by("medical_assistance").text: off("assistance"),
    rationed_by("basic").text: off("basic", "bought"),
    "financing.premiums is 'follow'": {"financing.premiums": "fixed"},
    SURPLUS.text: {"financing.surplus_share": 0.0},
    LEVIES.text: {"financing.per_head_levy": 0.0},
    "its base is 'in_list'": {"benefits.fund.base": "all_oop"},
    "it has a deductible": {"benefits.fund.deductible": 0.0},
    ZONE_HAS_MORE.text: off("inside"),
    MOVERS_WELCOME.text: {"zone.outsiders": "none"},
    ZONE_DIFFERS.text: off("inside"),
}  # fmt: skip
"""Settings under which a condition does not hold."""


@pytest.fixture(scope="module")
def start():
    """January 2019 in provinces whose funds are all short, and whose doctors know all drugs.

    Every maker has a programme: only one has in fact, for a rare disease in a small country. A
    competitor comes as soon as it may.
    """
    model = RareCareModel(
        policy=str(POLICY), scale=0.05, years=3, rng=1, burn_in=6,
        provinces=["Gansu", "Qinghai", "Ningxia", "Shanghai"],
    )  # fmt: skip
    model.state.funds["balance"] *= SHORT
    model.state.funds["income_per_head"] *= SHORT
    model.state.taken_up[:] = FULLY
    model.state.params["competitor_probability"] = 1.0
    model.state.params["reporting_slots"] = 0.0  # who is treated lives longer, and is reported
    drugs = model.state.drugs
    drugs["donated_share"], drugs["donation_from"], drugs["donation_until"] = 0.5, 0, MONTHS
    return model


@pytest.fixture(scope="module")
def lived(start):
    """Return a function that lives two years under settings; tells what came of it."""

    known = {}

    def live(settings):
        key = repr(settings)
        if key not in known:
            policy = load_policy(str(POLICY), settings, world=start.world)
            schedule = start.schedule.copy()
            for month in range(MONTHS):
                schedule.step_month(month, policy, start.setup)
            # Nearly nobody goes from one hospital to another: hashing who does is quicker.
            ways = schedule.state.own_way.ravel()
            used = np.flatnonzero(ways)
            known[key] = digests(schedule.state._replace(own_way=np.stack([used, ways[used]])))
            people = schedule.state.patients
            known[key]["persons"] = tuple(people[name].tobytes() for name in PERSONS)
            known[key]["search"] = _search(people)
        return known[key]

    return live


def _search(people):
    """Return how long each patient has searched, and where it ended."""
    return tuple(people[name].tobytes() for name in ("first_visit", "diagnosed", "diagnosed_at"))


def turned(path, info):
    """Return settings that turn a lever: a value that it does not have under the policy."""
    here = path.replace("<layer>", LAYERS.get(path, "fund"))
    if path in TURNED:
        return {here: TURNED[path], **TOGETHER.get(path, {})}
    now = load_policy(str(POLICY)).levers_at(0)
    for name in here.removeprefix(INSIDE).split("."):
        now = now[name] if isinstance(now, dict) else getattr(now, name)
    return {here: _another(info, now), **TOGETHER.get(path, {})}


def _another(info, now):
    """Return another value of a lever."""
    choices = [choice for kind in info.kinds for choice in kind.get("enum", ())]
    if info.schema.get("type") == "boolean":
        return not now
    if choices:
        return [choice for choice in choices if choice != now][-1]
    if info.schema.get("type") == "integer":
        return now + 7
    if info.schema.get("maximum") == 1:
        return 0.9 if now < 0.5 else 0.05
    if math.isinf(now):
        return 20_000.0
    return 2.0 * now + (1000.0 if "yuan" in info.unit else 0.5)


def same(these, those, parts):
    return all(these[name] == those[name] for name in parts)


def test_the_policy_lets_every_lever_act():
    for path, info in CONDITIONAL.items():
        policy = load_policy(str(POLICY), turned(path, info))
        assert idle_levers(policy.timeline) == []


@pytest.mark.parametrize("path", EVERY)
def test_every_lever_acts_on_somebody(path, lived):
    settings = turned(path, EVERY[path])
    assert not same(lived(settings), lived({}), ("patients", "accounts", "event_log"))


@pytest.mark.parametrize("path", EVERY)
def test_no_lever_touches_who_people_are_and_when_they_fall_ill(path, lived):
    assert lived(turned(path, EVERY[path]))["persons"] == lived({})["persons"]


@pytest.mark.parametrize("path", [path for path in EVERY if path.startswith(PAYING)])
def test_what_pays_for_drugs_touches_nobodys_search(path, lived):
    assert lived(turned(path, EVERY[path]))["search"] == lived({})["search"]


@pytest.mark.parametrize("path", CONDITIONAL)
def test_a_lever_that_cannot_act_is_named_and_does_nothing(path, lived):
    info = CONDITIONAL[path]
    rest = WITHOUT[info.lever.acts_if.text]
    settings = {**rest, **turned(path, info)}
    here = next(iter(turned(path, info)))
    found = idle_levers(load_policy(str(POLICY), settings).timeline)
    assert [str(one) for one in found if one.path == here] == [
        f"{here} cannot act: it acts only if {info.lever.acts_if.text}"
    ]
    without = {**rest, **TOGETHER.get(path, {})}
    assert same(lived(settings), lived(without), CARE)


def test_all_conditions_are_tried():
    assert {info.lever.acts_if.text for info in CONDITIONAL.values()} == WITHOUT.keys()


def test_a_layer_that_never_pays_is_named_as_a_whole(lived):
    settings = {**off("fund"), "benefits.fund.payer_cap": 5.0, "benefits.fund.pre_share": 0.3}
    found = idle_levers(load_policy(str(POLICY), settings).timeline)
    assert [str(one) for one in found] == ["benefits.fund cannot act: it pays in no month"]
    assert same(lived(settings), lived(off("fund")), CARE)


@pytest.mark.parametrize("lever", ["schemes", "response", "diseases", "where"])
def test_a_layer_that_can_pay_for_nobody_is_named_and_does_nothing(lever, lived):
    settings = {f"benefits.bought.{lever}": []}
    (found,) = idle_levers(load_policy(str(POLICY), settings).timeline)
    assert str(found).startswith("benefits.bought cannot act: it can pay for nobody")
    assert same(lived(settings), lived(off("bought")), CARE)


def test_what_a_zone_everywhere_sets_for_itself_hides_what_is_set_outside(lived):
    zone = {"zone.provinces": [], "zone.sectoral": True, "zone.outsiders": "none",
            "zone.inside.network.slots": 1.5}  # fmt: skip
    found = idle_levers(load_policy(str(POLICY), {**zone, "network.slots": 3.0}).timeline)
    assert [str(one) for one in found] == [
        "network.slots cannot act: zone.inside.network.slots is set, and the zone is everywhere"
    ]
    assert same(lived({**zone, "network.slots": 3.0}), lived(zone), CARE)


def test_what_is_set_for_a_zone_that_has_ended_cannot_act(tmp_path):
    text = POLICY.read_text(encoding="utf-8").replace(
        "local_schemes.state", "zone.provinces = []\nzone.inside.network.slots = 2.0\n"
        "benefits.inside.active = false\nlocal_schemes.state",
    )  # fmt: skip
    path = tmp_path / "ended.toml"
    path.write_text(text, encoding="utf-8")
    found = idle_levers(load_policy(path).timeline)
    assert [str(one) for one in found] == ["zone.inside.network.slots cannot act: there is no zone"]


def test_a_lever_that_acts_later_is_not_named():
    policy = load_policy("as-happened", {"benefits.zhejiang-2020.payer_cap": 5.0})
    assert idle_levers(policy.timeline) == []


def test_a_lever_at_its_default_is_not_named():
    assert idle_levers(load_policy("uniform-national", {"financing.fiscal": 0.0}).timeline) == []


SHIPPED = [(world, name) for world in world_names() for name in policy_names(load_world(world))]


@pytest.mark.parametrize(("world", "name"), SHIPPED)
def test_no_shipped_policy_sets_a_lever_that_cannot_act(world, name):
    assert idle_levers(load_policy(name, world=world).timeline) == []
