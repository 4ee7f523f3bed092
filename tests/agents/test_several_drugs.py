"""Several drugs for a disease: who has which, who changes, and what is paid once."""

import math

import numpy as np
import pytest

from abm.engine import phases
from abm.engine.terms import alike, terms_of
from agents.codes import Bearer, Payer, Review, Stage
from agents.core import bitset
from agents.core.limits import DRUGS
from agents.core.record import NEVER
from agents.records.bill import BillRow
from agents.records.insurance import AccountRow
from tests.support.hamlet import NO_LIMIT, build, disease, drug, layer, schedule, treat
from tests.support.plain import agents as plain

HALF = ((NO_LIMIT, 0.5),)
ILLNESS = {"effect": 0.8, "growth": 0.01}
DEAR, CHEAP = 0, 1


def hamlet(n=1, *, dear=None, cheap=None, income=None, **parameters):
    """Return patients of a disease with a dear, effective drug and a cheap, weaker one."""
    state = build(
        n, a_disease=disease(**ILLNESS), a_drug=drug(dear or 40_000.0, effect=0.8),
        more_drugs=[drug(cheap or 2_000.0, effect=0.2)],
        **{"quarterly_bill_above": 1e9, "lowest_response": 1.0, "switch_share": 1.0,
           "treatment_income_share": 1.0, **parameters},
    )  # fmt: skip
    state.patients["drug"] = -1
    state.patients["due"] = state.due[:] = 0
    if income is not None:
        state.patients["income"], state.patients["savings"] = income, 0
    return state


def live(state, months, start=0):
    """Let the patients ask and be treated for some months; return the clockwork."""
    works = schedule(state)
    for month in range(start, start + months):
        works.treat(works.seek_care(month), month)
    return works


def test_the_most_effective_drug_that_is_affordable_is_chosen():
    """Income above subsistence of 30,000 a year buys the weaker drug; of 50,000 the other."""
    for income, expected in [(1_000, -1), (30_000, CHEAP), (50_000, DEAR)]:
        patient = live(hamlet(income=income), 1).state.patients[0]
        assert patient.stage == (Stage.TREATED if expected >= 0 else Stage.DIAGNOSED), income
        if expected >= 0:
            assert patient.drug == expected
            assert patient.benefit == (80, 20)[expected]
            assert patient.savings == 0


def test_who_can_afford_none_asks_for_the_one_that_lacks_least():
    """A grant then closes that gap."""
    state = hamlet(income=1_000)
    bill = BillRow.array(1)[0]
    plain.treatment.wants_treatment(state, state.patients[0], state.diseases[0], 0, 0)
    assert state.patients[0].drug == DEAR  # as proposed
    plain.quoting.quote(state, bill, 0, state.params[0], 0)
    assert (bill.drug, bill.amount, bill.gap) == (CHEAP, 2_000, 1_000)
    assert state.patients[0].drug == CHEAP


def test_of_equally_effective_drugs_the_one_that_costs_the_household_less():
    """A dearer price does not matter where the layer leaves less: half of 3,000, all of 2,000."""
    state = build(1, layers=[layer(brackets=HALF, cost_above=2_500.0)],
                  a_disease=disease(**ILLNESS), a_drug=drug(2_000.0, effect=0.8),
                  more_drugs=[drug(3_000.0, effect=0.8)], quarterly_bill_above=1e9)  # fmt: skip
    assert treat(state).patients["drug"][0] == 1
    state.patients["stage"], state.drugs["price"][1] = Stage.DIAGNOSED, 5_000.0
    assert treat(state).patients["drug"][0] == 0


def test_what_is_paid_once_is_compared_by_the_month_that_it_is_for():
    """180,000 for fifteen years, 12,000 a year, against 20,000; one for five years is dearer."""
    for months, expected in [(180, 1), (60, 0)]:
        state = build(1, a_disease=disease(**ILLNESS), a_drug=drug(20_000.0, effect=0.8),
                      more_drugs=[drug(180_000.0, effect=0.8, paid_once=1, effect_months=months)],
                      quarterly_bill_above=1e9)  # fmt: skip
        assert treat(state).patients["drug"][0] == expected


def test_eligibility_is_drawn_for_each_drug():
    n = 2000
    state = hamlet(n)
    state.drugs["eligible_share"] = 0.3, 0.5
    patients = live(state, 1).state.patients
    shares = [np.mean((patients["stage"] == Stage.TREATED) & (patients["drug"] == d))
              for d in (DEAR, CHEAP)]  # fmt: skip
    assert shares == pytest.approx([0.3, 0.7 * 0.5], abs=0.04)


@pytest.mark.parametrize("without", ["stock", "market", "uptake"])
def test_a_drug_that_cannot_be_had_is_left_out(without):
    state = hamlet()
    if without == "stock":
        state.cities["stocked"] = state.provinces["stocked"] = bitset.of([CHEAP], DRUGS)
    elif without == "market":
        state.drugs["approved"][DEAR] = 24
    else:
        state.taken_up[0, DEAR] = 0.0
    patient = live(state, 1).state.patients[0]
    assert (patient.stage, patient.drug) == (Stage.TREATED, CHEAP)
    if without == "market":
        assert patient.due == 12  # the bill comes before the launch
    if without == "uptake":
        rate = state.params["uptake_covered"][0]
        missing = plain.manufacturer.reluctance(0, 0)
        assert patient.due == min(12, math.ceil(missing / rate))


def test_a_better_drug_is_had_when_it_comes_onto_the_market():
    """Not with the next bill: in the month of the launch, and the rest of the old bill is lost."""
    state = hamlet()
    state.drugs["approved"][DEAR] = 5
    works = live(state, 5)
    assert works.state.patients["drug"][0] == CHEAP
    works = live(works.state, 1, start=5)
    patient, account = works.state.patients[0], works.state.accounts[0]
    assert (patient.drug, patient.benefit, patient.stage) == (DEAR, 80, Stage.TREATED)
    assert (patient.treated, account.billed) == (0, 42_000)
    assert patient.due == 17


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.0, 0.4])
def test_a_share_changes_when_they_can_and_in_each_year_after(share):
    n = 3000
    state = hamlet(n, switch_share=share)
    state.drugs["approved"][DEAR] = 5
    works = live(state, 6)
    for years in (1, 2, 3):
        changed = (works.state.patients["drug"] == DEAR).mean()
        assert changed == pytest.approx(1 - (1 - share) ** years, abs=0.04)
        works = live(works.state, 12, start=12 * years - 6)


def test_nobody_changes_for_a_worse_drug_unless_the_means_are_gone():
    state = hamlet(income=50_000)
    works = live(state, 12)
    assert works.state.patients["drug"][0] == DEAR
    works.state.patients["income"] = 20_000
    works = live(works.state, 1, start=12)
    patient = works.state.patients[0]
    assert (patient.drug, patient.benefit, patient.stage) == (CHEAP, 20, Stage.TREATED)


def test_who_hears_of_better_terms_looks_again_and_the_others_do_not():
    """A listing of the better drug is news for those on the other one, not for those on it."""
    state = hamlet(2, new_terms_within=1)
    state.drugs["listed"][DEAR], state.drugs["listed_month"][DEAR] = 0, NEVER
    state.patients["drug"], state.patients["stage"] = [DEAR, CHEAP], Stage.TREATED
    state.patients["treated"] = -6
    state.patients["due"] = state.due[:] = 9
    before = terms_of(state)
    state.drugs["listed"][DEAR], state.drugs["listed_month"][DEAR] = 1, 3
    same = alike(state.layers, before.layers)
    phases.retry_treatment(state, before, same, BillRow.array(1), 3, 0)
    assert list(state.patients["due"]) == [9, 3]


def test_a_fund_that_is_short_takes_nobodys_older_drug_away():
    """The special fund pays for the better drug, and is empty."""
    state = hamlet(income=30_000)
    state = state._replace(layers=np.array(
        [layer(Payer.SPECIAL_FUND, ((NO_LIMIT, 1.0),), cost_above=30_000.0)]
    ))  # fmt: skip
    state.cities["layers"] = bitset.of([0], 256)
    state.drugs["approved"][DEAR] = 5
    works = live(state, 5)
    works.state.funds["balance"] = 0.0
    works = live(works.state, 1, start=5)
    patient = works.state.patients[0]
    assert (patient.drug, patient.stage, patient.due) == (CHEAP, Stage.TREATED, 12)


def test_a_drug_paid_once_is_billed_once_and_lasts():
    """A million, of which half is paid, in month 0; nothing for twenty years; then again."""
    state = build(1, layers=[layer(brackets=HALF)], a_disease=disease(**ILLNESS),
                  a_drug=drug(1e6, effect=0.8, paid_once=1, effect_months=240),
                  lowest_response=1.0)  # fmt: skip
    state.patients["due"] = state.due[:] = 0
    works = live(state, 239)
    patient, account = works.state.patients[0], works.state.accounts[0]
    assert (patient.stage, patient.benefit, patient.due) == (Stage.TREATED, 80, 240)
    assert account.billed == 1e6
    assert account.paid[Payer.BASIC] == account.paid[Payer.HOUSEHOLD] == 5e5
    assert (account.last_period, account.paid_until) == (240, 240)
    works = live(works.state, 2, start=239)
    assert works.state.accounts[0].billed == 2e6


def test_what_is_paid_once_must_be_had_at_once():
    """Not a quarter's part of it, and not the means of the years that it lasts for."""
    for savings, expected in [(1_000_000, Stage.TREATED), (900_000, Stage.DIAGNOSED)]:
        state = build(1, a_disease=disease(**ILLNESS), months_foreseen=36,
                      a_drug=drug(1e6, effect=0.8, paid_once=1, effect_months=240))  # fmt: skip
        state.patients["income"], state.patients["savings"] = 0, savings
        assert treat(state).patients["stage"][0] == expected, savings


def test_a_part_of_what_is_paid_once_is_for_the_months_to_come():
    """After 60 of 240 months three quarters of it; the rest of life brings no bill before 240."""
    state = build(1, a_disease=disease(**ILLNESS), discount_rate=0.0, carer_income_loss=0.0,
                  a_drug=drug(1e6, effect=0.8, paid_once=1, effect_months=240))  # fmt: skip
    state = treat(state)
    patient, borne = state.patients[0], np.zeros(len(Bearer))
    for dies, bills in [(200, 0), (400, 1), (500, 2)]:
        patient.natural, patient.updated = dies, 60
        plain.rest_of_life.costs_of_rest(
            state, BillRow.array(1)[0], AccountRow.array(1)[0], patient, state.diseases[0], 60,
            borne,
        )  # fmt: skip
        assert borne[Bearer.HOUSEHOLDS] == pytest.approx(0.75e6 + bills * 1e6), dies


def test_an_older_drugs_bill_is_taken_off_supportive_treatment():
    """10,000 + 60,000 x 0.5 a year; under the newer drug six tenths of that; never paid twice."""
    state = hamlet(supportive_cost_mild=10_000.0, supportive_cost_per_severity=60_000.0,
                   supportive_share_treated=0.6)  # fmt: skip
    patient, terms = state.patients[0], state.params[0]
    state.drugs["older"] = 0, 1

    def cost():
        return plain.supportive_care.supportive_cost(state, patient, 0.5, terms)

    assert cost() == 40_000
    patient.stage, patient.drug = Stage.TREATED, DEAR
    assert cost() == 24_000
    patient.drug = CHEAP
    assert cost() + state.drugs["price"][CHEAP] == 40_000


def test_payers_review_the_newer_drug_of_somebody_on_the_older_one():
    """The older one is had at once; the other waits for its review, and is paid when admitted."""
    state = hamlet(prior_review_months=2, least_benefit=0.1)
    state.drugs["older"] = 0, 1
    state = state._replace(layers=np.array([layer(brackets=HALF)]))
    state.cities["layers"] = bitset.of([0], 256)
    state.levers["prior_review"] = 1
    state.drugs["approved"][DEAR] = 5
    works = live(state, 6)
    patient = works.state.patients[0]
    assert (patient.drug, patient.reviewed, patient.due) == (CHEAP, 7, 7)
    works = live(works.state, 2, start=6)
    patient = works.state.patients[0]
    assert (patient.drug, patient.review) == (DEAR, Review.ADMITTED)


def test_a_failed_review_leaves_the_older_drug_paid_for():
    state = hamlet()
    patient = state.patients[0]
    patient.review = Review.FAILED
    state.levers["prior_review"] = 1
    state.drugs["older"] = 0, 1
    refused = [plain.supervision.is_refused(state, patient, its) for its in state.drugs]
    assert refused == [True, False]


def test_rivals_are_the_other_listed_drugs_of_the_disease_but_older_ones():
    state = build(1, more_drugs=[drug(), drug(older=1), drug(listed=0, listed_month=NEVER)])
    found = [plain.prescribing.listed_rivals(state, d) for d in range(4)]
    assert found == [1, 1, 2, 2]


def test_beside_listed_rivals_a_manufacturer_takes_less():
    """A tenth of what is left for each."""
    state = build(1, a_drug=drug(90_000.0), lowest_price_share=0.4, rival_discount=0.1)
    its, terms, levers = state.drugs[0], state.params[0], state.levers[0]
    assert plain.manufacturer.lowest_acceptable(its, terms, levers) == pytest.approx(36_000)
    its.alternatives = 2
    assert plain.manufacturer.lowest_acceptable(its, terms, levers) == pytest.approx(29_160)
