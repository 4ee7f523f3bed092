"""Law and institution: what a law binds, who is heard once more, which notices come late."""

import numpy as np
import pytest

from abm.engine import phases
from agents.codes import Fund, InstitutionForm, ListingRule, Payer, Review, Source, Stage
from agents.core.record import NEVER
from agents.records.bill import BillRow
from tests.support.hamlet import NO_LIMIT, build, disease, drug, layer, schedule
from tests.support.plain import agents as plain

NOTICES, LAW = InstitutionForm.NOTICES, InstitutionForm.LAW
INSURED = 2000.0
WHOLE = ((NO_LIMIT, 1.0),)


def hamlet(n=1, *, form=LAW, a_drug=None, payer=Payer.SPECIAL_FUND, parameters=None, **levers):
    """Return a hamlet whose special fund pays whole bills, under a law or notices."""
    state = build(
        n, layers=[layer(payer, WHOLE)], a_drug=a_drug, a_disease=disease(effect=0.5),
        **{"appeal_months": 6, "appeal_success": 1.0, "notice_delay": 3, **(parameters or {})},
    )  # fmt: skip
    state.levers["form"] = form
    for name, value in levers.items():
        state.levers[name] = value
    return state


# ---- a floor under the fund's money -----------------------------------------------------------


def year_of_fund(**levers):
    """Return what the special fund is to receive in a year, by source."""
    state = hamlet(**levers)
    phases.set_income(state, BillRow.array(1), 0, 1)
    return state.funds["yearly"][Fund.SPECIAL_FUND]


def test_fiscal_money_fills_the_fund_up_to_the_floor():
    yearly = year_of_fund(funding_floor=5.0, per_head_levy=2.0)
    assert yearly[Source.LEVY] == 2.0 * INSURED
    assert yearly[Source.FISCAL] == 3.0 * INSURED
    assert yearly.sum() == 5.0 * INSURED


@pytest.mark.parametrize("levers", [
    {"form": NOTICES}, {"per_head_levy": 9.0}, {"funding_floor": 0.0},
])  # fmt: skip
def test_the_floor_binds_only_under_a_law_and_only_a_fund_that_has_less(levers):
    yearly = year_of_fund(**{"funding_floor": 5.0, "per_head_levy": 2.0, **levers})
    assert yearly[Source.FISCAL] == 0.0
    assert yearly[Source.LEVY] == levers.get("per_head_levy", 2.0) * INSURED


def test_the_floor_is_filled_before_surplus_is_drawn():
    def drawn(floor):
        state = hamlet(funding_floor=floor, surplus_share=1.0)
        state.patients["registered"], state.patients["stage"] = -1, Stage.TREATED
        state.funds["balance"][Fund.SPECIAL_FUND] = 0.0
        phases.set_income(state, BillRow.array(1), 0, 1)
        return state.funds["yearly"][Fund.SPECIAL_FUND]

    without, bound = drawn(0.0), drawn(5.0)
    assert without[Source.SURPLUS] == pytest.approx(100_000.0)
    assert bound[Source.SURPLUS] == pytest.approx(100_000.0 - 5.0 * INSURED)


def test_the_floor_touches_no_other_fund():
    before, after = hamlet(funding_floor=0.0), hamlet(funding_floor=500.0)
    for state in (before, after):
        phases.set_income(state, BillRow.array(1), 0, 1)
    others = np.arange(len(Fund)) != Fund.SPECIAL_FUND
    assert (before.funds["yearly"][others] == after.funds["yearly"][others]).all()


# ---- a deadline for listing -------------------------------------------------------------------


def negotiated(launch, last=60, **levers):
    """Return the months in which a drug that is always refused is negotiated."""
    state = hamlet(**levers)
    its = drug(listed=0, approved=launch)
    terms = state.levers[0]
    ready = plain.negotiation.may_be_negotiated_from(its, terms)
    return [m for m in range(ready, last) if plain.negotiation.has_round(its, terms, m)]


def test_without_a_deadline_every_january_from_its_time_on():
    assert negotiated(5, months_to_listing=20) == [36, 48]
    assert negotiated(5, form=NOTICES, decision_deadline=3, months_to_listing=20) == [36, 48]


def test_a_listing_is_decided_by_the_deadline_in_whatever_month():
    assert negotiated(5, decision_deadline=9, months_to_listing=20) == [14, 24, 36, 48]


def test_who_has_been_heard_in_time_waits_for_the_next_january():
    assert negotiated(5, decision_deadline=9, months_to_listing=0) == [12, 24, 36, 48]


@pytest.mark.parametrize("deadline", range(1, 40))
def test_a_deadline_is_kept_and_never_delays(deadline):
    free = negotiated(5, months_to_listing=29, last=120)
    bound = negotiated(5, months_to_listing=29, decision_deadline=deadline, last=120)
    assert bound[0] <= min(free[0], 5 + deadline)
    assert set(free) <= set(bound)


# ---- appeals ----------------------------------------------------------------------------------


def refused(months=30, seed=0, volume=0.0, **levers):
    """Let a drug be negotiated that costs more than the list bears; return it.

    `volume` is how many were treated with it last year.
    """
    parameters = levers.pop("parameters", {})
    state = hamlet(
        a_drug=drug(1e6, listed=0, approved=0, qaly_gain=0.1, volume=volume),
        listing=ListingRule.NEGOTIATION,
        parameters={"lowest_price_share": 0.4, **parameters}, **{"appeal": 1, **levers},
    )  # fmt: skip
    for month in range(months):
        phases.update_list(state, month, seed)
    return state.drugs[0]


def test_a_drug_refused_for_its_price_is_heard_once_more_after_some_months():
    its = refused()
    assert its.refused == 0
    assert its.listed
    assert (its.listed_month, its.price) == (6, 400_000.0)


@pytest.mark.parametrize("levers", [
    {"appeal": 0}, {"form": NOTICES}, {"parameters": {"appeal_success": 0.0}},
])  # fmt: skip
def test_without_right_or_success_it_stays_off_the_list(levers):
    assert not refused(**levers).listed


def test_who_earns_more_off_the_list_does_not_apply_and_so_has_nothing_to_appeal_against():
    its = refused(months=1, volume=100.0)
    assert its.refused == NEVER
    assert not its.listed


def test_a_drug_appeals_once():
    """Heard in the seventh month only: with a draw that fails then, not after later rounds."""
    half = {"appeal_success": 0.5}
    fails = next(seed for seed in range(50) if not refused(8, seed, parameters=half).listed)
    assert not refused(60, fails, parameters=half).listed


def reviewed(**levers):
    """Return a hamlet whose only patient fails the review before treatment and pays nothing."""
    parameters = {"least_benefit": 0.9, "prior_review_months": 1, "unaffordable_look_again": 12}
    parameters |= levers.pop("parameters", {})
    state = hamlet(parameters=parameters, **{"prior_review": 1, "appeal": 1, **levers})
    state.patients["income"], state.patients["savings"] = 1000, 0
    return state


def live(state, months, seed=0):
    """Let the only patient look for treatment; return the months in which treatment began."""
    works = schedule(state, seed)
    began = []
    state.patients["due"] = state.due[:] = 0
    for month in range(months):
        billed = works.seek_care(month)
        works.treat(billed, month)
        if works.state.patients["stage"][0] == Stage.TREATED and not began:
            began.append(month)
    return began


def test_whose_review_has_failed_is_heard_once_more():
    state = reviewed()
    assert live(state, 12) == [7]
    assert state.patients["review"][0] == Review.UPHELD


@pytest.mark.parametrize("levers", [
    {"appeal": 0}, {"form": NOTICES}, {"parameters": {"appeal_success": 0.0}},
])  # fmt: skip
def test_without_right_or_success_payers_do_not_pay(levers):
    state = reviewed(**levers)
    assert live(state, 40) == []
    assert state.patients["review"][0] == Review.FAILED


def test_whose_appeal_has_succeeded_is_not_judged_again():
    state = reviewed(stop_without_response=1)
    live(state, 40)
    assert state.patients["review"][0] == Review.UPHELD
    assert state.patients["stage"][0] == Stage.TREATED


def test_a_treatment_that_was_stopped_goes_on_after_the_appeal():
    state = reviewed(prior_review=0, stop_without_response=1)
    patient = state.patients[0]
    patient.stage, patient.treated, patient.treated_months = Stage.TREATED, 0, 99
    patient.benefit = 5
    live(state, 4)
    assert (patient.stage, patient.review) == (Stage.INTERRUPTED, Review.APPEALED)
    live(state, 8)
    assert (patient.stage, patient.review) == (Stage.TREATED, Review.UPHELD)


def test_an_appeal_touches_nobody_whose_review_is_passed():
    with_right, without = (
        reviewed(appeal=right, parameters={"least_benefit": 0.0}) for right in (1, 0)
    )
    assert live(with_right, 12) == live(without, 12) == [1]
    assert (with_right.patients == without.patients).all()


# ---- notices that come late -------------------------------------------------------------------


def lives(n=1, months=8, **levers):
    """Let poor patients look for a treatment that a fund pays whole; return when each begins."""
    state = hamlet(n, **{"form": NOTICES, "lapse": 1.0, **levers})
    state.hospitals["stocked"] = state.cities["stocked"]
    state.params["new_terms_within"], state.params["unaffordable_look_again"] = 1, 24
    state.patients["income"], state.patients["savings"] = 1000, 0
    state.patients["due"] = state.due[:] = 0
    began = np.full(n, NEVER)
    works = schedule(state)
    for month in range(months):
        works.renew_notices(month)
        works.treat(works.seek_care(month), month)
        on = works.state.patients["stage"] == Stage.TREATED
        began = np.where(on & (began == NEVER), month, began)
    return began.tolist()


def test_nobody_new_is_paid_for_until_a_late_notice_has_come():
    assert lives() == [3]


@pytest.mark.parametrize("levers", [{"form": LAW}, {"lapse": 0.0}, {"payer": Payer.BASIC}])
def test_a_law_or_another_payer_waits_for_no_notice(levers):
    assert lives(**levers) == [0]


def test_those_on_treatment_go_on():
    state = hamlet(form=NOTICES, lapse=1.0)
    state.patients["income"], state.patients["savings"] = 1000, 0
    state.patients["stage"], state.patients["treated"], state.patients["benefit"] = (
        Stage.TREATED, -5, 50,
    )  # fmt: skip
    works = schedule(state)
    works.renew_notices(0)
    assert state.cities["lapsed"][0] == 1
    works.treat(np.zeros(1, np.int32), 0)
    assert state.patients["stage"][0] == Stage.TREATED


def test_notices_lapse_in_as_many_years_as_the_lever_says():
    state = hamlet(form=NOTICES, lapse=0.3)
    late = [
        plain.institution.has_lapsed(p, state.levers[0], state.params[0], 12 * year, 5)
        for p in range(30)
        for year in range(60)
    ]
    assert np.mean(late) == pytest.approx(0.3, abs=0.04)


def test_a_notice_is_late_by_the_delay_and_never_into_the_next_year():
    state = hamlet(form=NOTICES, lapse=1.0)
    late = [
        plain.institution.has_lapsed(0, state.levers[0], state.params[0], month, 0)
        for month in range(24)
    ]
    assert late == 2 * (3 * [True] + 9 * [False])
