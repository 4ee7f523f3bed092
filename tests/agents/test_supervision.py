"""Supervision: who waits for a review, who fails it, and what an audit cuts and costs."""

import pytest

from agents.codes import INSURERS, Bearer, Fund, Payer, Review, Stage
from agents.core.record import NEVER
from agents.records.bill import BillRow
from tests.support.hamlet import NO_LIMIT, build, disease, drug, layer, treat
from tests.support.plain import agents as plain

rules = plain.supervision
HALF = ((NO_LIMIT, 0.5),)


def hamlet(*, effect=0.5, payer=Payer.BASIC, **levers):
    """Return a hamlet whose payer pays half of a drug with some `effect`."""
    state = build(
        layers=[layer(payer, HALF)], a_disease=disease(effect=effect), lowest_response=0.2,
        least_benefit=0.25, prior_review_months=2, response_judged_after=12,
    )  # fmt: skip
    for name, value in levers.items():
        state.levers[name] = value
    return state


def wants(state, month):
    """Return whether the only patient's bill is due."""
    return plain.treatment.wants_treatment(state, state.patients[0], state.diseases[0], month, 0)


def parts(state, month=0):
    """Return what the household would pay of a bill, and the bill."""
    bill = BillRow.array(1)[0]
    plain.quoting.quote(state, bill, month, state.params[0], 0)
    return bill.household_share, bill.amount


def test_without_supervision_nobody_waits_and_nobody_fails():
    state = hamlet(effect=0.01)
    assert wants(state, 0)
    assert state.patients["review"][0] == Review.NONE
    assert state.cities["reviews"][0] == 0


def test_a_first_treatment_waits_for_the_decision_and_the_review_is_counted_once():
    state = hamlet(prior_review=1)
    assert not wants(state, 3)
    assert state.patients["due"][0] == state.patients["reviewed"][0] == 5
    assert not wants(state, 4)
    assert wants(state, 5)
    assert state.patients["review"][0] == Review.ADMITTED
    assert state.cities["reviews"][0] == 1


@pytest.mark.parametrize(("effect", "found"), [(0.45, Review.ADMITTED), (0.4, Review.FAILED)])
def test_prior_review_looks_at_the_mean_response(effect, found):
    """The mean of 0.2 to 1 is 0.6: an effect of 0.45 promises 27 %, one of 0.4 promises 24 %."""
    state = hamlet(effect=effect, prior_review=1)
    wants(state, 0)
    wants(state, 2)
    assert state.patients["review"][0] == found
    household, amount = parts(state, 2)
    assert household == (amount / 2 if found == Review.ADMITTED else amount)


@pytest.mark.parametrize(("benefit", "found"), [(25, Review.RESPONDS), (24, Review.FAILED)])
def test_response_is_judged_once_it_has_had_its_time(benefit, found):
    state = hamlet(stop_without_response=1)
    patient = state.patients[0]
    patient.stage, patient.treated, patient.benefit = Stage.TREATED, 0, benefit
    patient.treated_months = 11
    assert wants(state, 11)
    assert patient.review == Review.NONE
    patient.treated_months = 12
    assert wants(state, 12)
    assert wants(state, 24)
    assert patient.review == found
    assert state.cities["reviews"][0] == 1


def test_who_fails_is_paid_again_when_nobody_supervises_any_more():
    state = hamlet(stop_without_response=1)
    state.patients["review"] = Review.FAILED
    household, amount = parts(state)
    assert household == amount
    state.levers["stop_without_response"] = 0
    household, amount = parts(state)
    assert household == amount / 2


@pytest.mark.parametrize("payer", INSURERS)
def test_reviews_bind_social_payers_only(payer):
    state = hamlet(payer=payer, stop_without_response=1)
    state.patients["review"] = Review.FAILED
    state.patients["enrolled"] = 1
    household, amount = parts(state)
    social = plain.billing.BEARER_OF[payer] == Bearer.SOCIAL
    assert household == (amount if social else amount / 2)


def test_nobody_waits_for_payers_who_do_not_pay():
    state = hamlet(prior_review=1)
    state.cities["layers"] = 0
    assert wants(state, 0)
    assert state.patients["reviewed"][0] == NEVER


def test_stopped_for_want_of_response_is_not_untreated_because_of_cost():
    state = hamlet(stop_without_response=1)
    state.patients["savings"] = state.patients["income"] = 1000
    state.patients["stage"], state.patients["treated"] = Stage.TREATED, 0
    state.patients["review"] = Review.FAILED
    treat(state)
    assert state.patients["stage"][0] == Stage.INTERRUPTED
    assert state.patients["forgone"][0] == 0


def test_an_audit_cuts_what_it_finds_of_the_waste_and_counts_the_bill():
    state = hamlet(audit=1)
    state.params["waste_share"], state.params["audit_finds"] = 0.1, 0.4
    _, whole = parts(hamlet())
    household, amount = parts(state)
    assert amount == pytest.approx(0.96 * whole)
    assert household == pytest.approx(amount / 2)
    treat(state)
    assert state.cities["audited"][0] == 1


def test_nobody_audits_what_no_social_payer_pays():
    state = hamlet(audit=1, stop_without_response=1)
    state.params["waste_share"], state.params["audit_finds"] = 0.1, 0.4
    _, whole = parts(hamlet())
    state.patients["review"] = Review.FAILED
    assert parts(state) == (whole, whole)
    state.patients["savings"] = 10 * int(whole)
    treat(state)
    assert state.patients["stage"][0] == Stage.TREATED
    assert state.cities["audited"][0] == 0


def test_what_supervision_costs_is_a_programme():
    state = hamlet(audit=1, prior_review=1, programmes_from_basic=1.0)
    state.params["review_price"], state.params["audit_price"] = 500.0, 30.0
    city = state.cities[0]
    city.reviews, city.audited = 3, 7
    plain.programmes.pay_for_programmes(state, city, state.params[0])
    paid = state.funds["paid_programmes"]
    assert paid[[Fund.BASIC_EMPLOYEE, Fund.BASIC_RESIDENT]].sum() == pytest.approx(1710.0)
    assert (city.reviews, city.audited) == (0, 0)


def test_a_bill_that_nobody_audits_is_the_table_s_price():
    state = build(layers=[layer(Payer.BASIC, HALF)], a_drug=drug(120_000.0))
    _, amount = parts(state)
    assert amount == 30_000.0
