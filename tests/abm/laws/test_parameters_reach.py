"""Every parameter reaches a result: moved by a tenth, it changes what becomes of somebody.

Where the rules alone read a parameter it is moved on a branch; else the world is built anew with
it. What the default policy does not use is moved under a policy that does. It is enough that it
changes something on the island, where that is quickly seen; else it has to in China.
"""

import dataclasses
from functools import cache
from typing import NamedTuple

import pytest

from abm import RareCareModel, load_world
from abm.world.parameters import TAKES
from agents.core.parameters import DECLARED
from tests.support.same import digests

RESULTS = ("patients", "accounts", "funds")
"""The arrays in which a run's results end up."""


class Case(NamedTuple):
    """Where a parameter is moved, and how far.

    Attributes:
        policy: The policy under which it is moved.
        settings: Levers on top of it.
        world: "china", with "few" of its hospitals, or the "island".
        to: Where to, "tenth" or the "low" or "high" end of its range.
        years: Length of the scenario.
        scale: Simulated patients per real one.
    """

    policy: str = "as-happened"
    settings: tuple = ()
    world: str = "few"
    to: str = "tenth"
    years: int = 2
    scale: float = 0.006

    @property
    def on_the_island(self) -> "Case | None":
        """The same there, under its base policy; None if another policy is asked for."""
        if (self.policy, self.world) != ("as-happened", "few"):
            return None
        return self._replace(policy="base", world="island", scale=0.05)


NEGOTIATED = Case(settings=(
    ("access.listing", "negotiation"), ("access.volume_guarantee", 0.5),
    ("access.months_to_listing", 0), ("access.threshold_high", 600_000.0),
    ("access.threshold_low", 2_000_000.0),
))  # fmt: skip
RENEWED = NEGOTIATED._replace(
    settings=(*NEGOTIATED.settings, ("access.renewal_years", 1), ("registry.compliance", 1.0)),
    years=4,
)
HEARD = NEGOTIATED._replace(settings=(
    *NEGOTIATED.settings, ("access.threshold_high", 300_000.0), ("charity.voice", 1.0),
))  # fmt: skip
REVIEWED_FASTER = Case(settings=(("access.review_months_saved", 60),))
HASTENED = Case(settings=(("access.incentives", 1.0),))
FOLLOWED = Case(settings=(("access.exclusivity_years", 1.0),), years=6)
TAUGHT = Case(settings=(
    ("network.mentoring", 0.9), ("network.training_skill", 1.0),
    ("network.mentoring_reaches_counties", True),
))  # fmt: skip
REVIEWED = Case(
    settings=(("supervision.prior_review", True), ("supervision.stop_without_response", True)),
    years=3,
)
APPEALED = REVIEWED._replace(
    settings=(*REVIEWED.settings, ("institution.form", "law"), ("institution.appeal", True)),
    to="high",
)
AUDITED = Case(settings=(("supervision.audit", True),))
COHORT = Case(settings=(("registry.patient_cohort", 0.5),))
INFORMED = Case(settings=(("network.informed", 1.0),), to="high", years=4)
RETURNED = Case(to="high", years=4)
MOVED = Case("special-zone", (("zone.outsiders", "move"),), years=4)
SEARCHED = Case(settings=(("registry.claims_screening", 1.0),))
OTHERWISE = {
    "lowest_price_share": NEGOTIATED,  # as it happened, prices are those on record
    "volume_discount": NEGOTIATED,
    "rival_discount": NEGOTIATED,
    "renewal_free_until": RENEWED,
    "renewal_step": RENEWED._replace(to="low", years=5),
    "renewal_cut_per_step": RENEWED,
    "renewal_cut_most": RENEWED._replace(to="low"),
    "renewal_ends_after": RENEWED._replace(to="low", years=5),  # what was listed in 2017
    "review_months": REVIEWED_FASTER,
    "incentive_speed": HASTENED,
    "competitor_probability": FOLLOWED._replace(to="high"),
    "competitor_price_ratio": FOLLOWED,
    "competition_settled_after": FOLLOWED._replace(to="low"),
    "shortage_months": Case(settings=(("access.shortages", 0.3),)),
    "voice_most": HEARD._replace(to="low"),
    "voice_half_at": HEARD._replace(to="high"),
    "taught_ceiling_county": TAUGHT,  # as it happened, nobody is taught so much
    "taught_ceiling_tertiary": TAUGHT,
    "taught_ceiling_member": TAUGHT,
    "mentoring_slots_most": TAUGHT,
    "willingness_returned": RETURNED,  # few come back to the very hospital that has referred them
    "seeking_income_floor": Case(to="high"),  # hardly anybody is so poor
    "reanalysis_years": Case(to="low", years=4),  # before, all is read again
    "willingness_informed": INFORMED,  # as it happened, nobody is sure to hear
    "reach_of_diagnosed": COHORT,  # as it happened, there are no cohorts
    "slot_price": Case(settings=(("network.slots", 1.5),)),  # as it happened, none is added
    "prior_review_months": REVIEWED._replace(to="high"),  # as it happened, nobody is supervised
    "review_price": REVIEWED,
    "least_benefit": REVIEWED,
    "response_judged_after": REVIEWED,
    "appeal_months": APPEALED,  # nor has anybody a right of appeal
    "appeal_success": APPEALED,
    "notice_delay": Case(  # nor is any notice late
        "special-zone-national", (("institution.lapse", 1.0),), to="high", years=3
    ),
    "waste_share": AUDITED,
    "audit_finds": AUDITED,
    "audit_price": AUDITED,
    "refund_months": Case("unclear-order"),  # as it happened, payers settle at once
    "moving_cost": MOVED,  # as it happened, there is no zone to move to
    "moving_years": MOVED._replace(to="low"),
    "moving_willing": MOVED,
    "case_mix_prior": TAUGHT,  # what a pupil sees binds where most of a lead is to be closed
    "claims_screening_visits": SEARCHED,  # as it happened, nobody searches claims
    "claims_screening_after": SEARCHED,
    "claims_screening_labels": SEARCHED,
    "claims_screening_spending": SEARCHED._replace(to="low"),  # most who spend so much visit often
    "claims_screening_hint": SEARCHED,
    "claims_screening_price": SEARCHED,
    "newborn_panel_price": Case("newborn-screening"),  # today's panel costs nothing more
    "newborn_false_positives": Case("newborn-screening"),
    "newborn_recall_price": Case("newborn-screening"),
    "dual_channel_reach": Case(settings=(("access.dual_channel", 1.0),)),  # from 2021 on
    "paths_to_tertiary": Case(world="china"),  # the small world has one of them in a province
    "infancy_onset_below": Case(to="high"),  # no disease's mean lies within a tenth of it
    "old_drug_price_below": Case(to="low"),  # nor an old drug's price
    "old_drug_years": Case(to="high"),  # nor the years since an old drug's approval
    "income_growth_years": Case(to="low"),  # more than the one year before the start
    "income_growth_after": Case(years=6),  # after the year of the tables' incomes, 2023
    "commercial_losing_years": Case(years=3),  # products begin in 2020
    "household_size_max": Case(to="low"),  # one more or less is a household in a million
}
"""Parameters that a tenth more or less under the default policy does not show, and why."""


def few_hospitals():
    """Return China with all places, but one hospital of each tier and province below the leads."""
    world = load_world()
    table = world.hospitals
    first = table.groupby(["province", "tier"]).cumcount() == 0
    kept = table[table["tier"].isin(["county", "lead", "centre", "national"]) | first]
    return dataclasses.replace(world, hospitals=kept.reset_index(drop=True))


@cache
def world_of(case):
    """Return the world in which a case plays."""
    return few_hospitals() if case.world == "few" else load_world(case.world)


def model_of(case, world):
    """Return a small model in January 2019."""
    return RareCareModel(
        policy=case.policy, settings=dict(case.settings), world=world, scale=case.scale,
        years=case.years, rng=3, burn_in=1, follow=0.0,
    )  # fmt: skip


def results(model):
    """Return what comes of a model after its years."""
    found = digests(model.run().state)
    return [found[name] for name in RESULTS]


@cache
def start_of(case):
    """Return a case's model at the start; the world's parameters as they are."""
    return model_of(case, world_of(case))


@cache
def unmoved(case):
    """Return the results with the parameters as they are, and how they are financed."""
    model = start_of(case).branch(start_of(case).policy)
    return results(model), financed(model)


def moved_value(name, case):
    """Return another value that the parameter can have: a tenth more, or less where it must."""
    row = world_of(case).parameter_table.set_index("name").loc[name]
    if case.to != "tenth":
        return row[case.to]
    for step in (abs(row["value"]) / 10, (row["high"] - row["low"]) / 10):
        step = max(1, round(step)) if DECLARED[name].whole else step
        for value in (row["value"] + step, row["value"] - step):
            if step > 0 and TAKES[name].holds(value):
                return value
    raise AssertionError(f"{name} cannot be moved")


def reaches(name, case=None):
    """Return whether a parameter reaches a result: on a branch, in a table, or built anew."""
    case = case or OTHERWISE.get(name, Case())
    value, world, start = moved_value(name, case), world_of(case), start_of(case)
    world = dataclasses.replace(world, parameters={**world.parameters, name: value})
    expected, financing = unmoved(case)
    setup = start.setup
    start.setup = dataclasses.replace(setup, world=world)
    branch = start.branch(start.policy)
    start.setup = setup
    branch.state.params[name] = value
    if results(branch) != expected or not financed(branch).equals(financing):
        return True
    anew = model_of(case, world)
    return results(anew) != expected or not financed(anew).equals(financing)


def financed(model):
    """Return whose money it was in a model that has run."""
    return model.outcomes()["financing"]


def reaches_on_the_island(name):
    """Return whether a parameter does so on the island, where it can be tried there."""
    case = OTHERWISE.get(name, Case()).on_the_island
    return case is not None and reaches(name, case)


@pytest.mark.slow
@pytest.mark.parametrize("name", DECLARED)
def test_a_parameter_reaches_a_result(name):
    found = reaches_on_the_island(name) or reaches(name)
    assert found, f"{name}: no rule acts on it; drop it, or say in OTHERWISE where it does"


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERWISE)
def test_what_is_moved_otherwise_has_to_be(name, monkeypatch):
    """The exceptions are exceptions: a tenth under the default policy changes nothing."""
    monkeypatch.delitem(OTHERWISE, name)
    assert not reaches(name)


@pytest.mark.slow
def test_a_parameter_that_nothing_reads_is_found(monkeypatch):
    monkeypatch.setitem(OTHERWISE, "volume_discount", Case())
    assert not reaches("volume_discount")


def test_every_exception_is_a_parameter():
    assert OTHERWISE.keys() <= DECLARED.keys()
