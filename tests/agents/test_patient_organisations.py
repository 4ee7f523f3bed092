"""Patient organisations: advice where to go, and a cohort of their members."""

import pytest
from scipy import stats

from abm.engine import phases
from agents.codes import Rank, Referral, Stage
from agents.core.record import NEVER
from agents.patient import ADVISED, INVITED
from tests.support.hamlet import CLEAR, build, queueing, seen
from tests.support.plain import agents as plain

RARE = 1e-6
"""Error rate of each statistical test below, for a new seed; the seeds are fixed."""


# ---- advice -------------------------------------------------------------------------------------


def searching(n=1, **levers):
    """Return a hamlet of searchers; hospital 2, the lead, knows more than the county's, 0."""
    state = queueing(n, hospitals=3)
    state.hospitals["skill"] = [[0.0] * 8, [1.0] * 8, [2.0] * 8]
    state.hospitals["rank"][2] = Rank.LEAD
    state.provinces["lead"], state.counters["centres"] = 2, -1
    state.cities["county"], state.cities["reach"] = 0, 1.0
    state.provinces["neighbours"] = -1
    people = state.patients
    people["stage"], people["hospital"], people["dismissed"] = Stage.SEEKING, -1, 2
    state.params["referral_acceptance"] = 1.0
    for name, value in levers.items():
        state.levers[name] = value
    return state


def gone(state):
    """Let everyone be reached and set out; return where they have gone."""
    for patient in state.patients:
        plain.patient.reached_by_patient_organisation(state, patient, 3, 1)
        disease, params = state.diseases[0], state.params[0]
        plain.patient.set_out(state, patient, disease, params, 3, 1)
    return state.patients["hospital"]


def test_who_is_told_goes_where_the_disease_can_be_resolved():
    state = searching(100, guidance=1.0)
    assert (gone(state) == 2).all()
    assert (gone(searching(100)) != 2).any()
    assert (state.patients["referred"] == 0).all()  # nobody has referred them, and none suspects


def test_advice_reaches_nobody_whom_no_organisation_reaches():
    without, unheard = searching(20), searching(20, guidance=1.0)
    unheard.cities["reach"] = 0.0
    assert (gone(without) == gone(unheard)).all()


def test_the_share_told_is_the_levers():
    n = 2000
    state = searching(n, guidance=0.3)
    for patient in state.patients:
        plain.patient.reached_by_patient_organisation(state, patient, 3, 1)
    told = int((state.patients["referral"] == ADVISED).sum())
    assert stats.binomtest(told, n, 0.3).pvalue > RARE


@pytest.mark.parametrize("pending", [0, INVITED])
def test_advice_does_not_take_the_place_of_a_referral_or_an_invitation(pending):
    state = searching(guidance=1.0)
    state.patients["referral"] = pending
    plain.patient.reached_by_patient_organisation(state, state.patients[0], 3, 1)
    assert state.patients["referral"][0] == pending


def test_advice_opens_no_gate():
    state = searching(5, guidance=1.0, referral=Referral.GATEKEPT)
    assert not (gone(state) == 2).any()


# ---- the cohort ---------------------------------------------------------------------------------


def january(n=4000, reach=0.05, informed=0, **levers):
    """Return diagnosed patients after a January in which organisations keep a cohort."""
    state = build(n, reach_of_diagnosed=4.0)
    state.cities["reach"], state.patients["informed"] = reach, informed
    for name, value in levers.items():
        state.levers[name] = value
    phases.keep_in_touch(state, 12, 1)
    return state.patients


def test_diagnosed_patients_find_an_organisation_more_readily_than_searching_ones():
    found = january(patient_cohort=1e-9)["informed"]
    assert stats.binomtest(int(found.sum()), len(found), 0.2).pvalue > RARE


def test_members_are_entered_for_research_and_others_are_not():
    people = january(informed=1, reach=0.0, patient_cohort=0.3)
    assert stats.binomtest(int((people["researched"] == 12).sum()), 4000, 0.3).pvalue > RARE
    assert (people["registered"] == people["researched"]).all()
    assert (people["reported"] == NEVER).all()
    assert (january(reach=0.0, patient_cohort=1.0)["researched"] == NEVER).all()


def test_without_cohorts_nobody_is_sought():
    assert not january(patient_cohort=0.0)["informed"].any()


def test_members_enter_the_cohort_at_the_diagnosis():
    state = queueing(20, skill=CLEAR, slots=20.0)
    state.patients["informed"][:7] = 1
    state.levers["patient_cohort"] = 1.0
    people = seen(state).state.patients
    assert list(people["researched"] == 0) == [True] * 7 + [False] * 13


def test_a_cohort_touches_nobodys_care():
    with_it, without = january(20, informed=1, patient_cohort=1.0), january(20, informed=1)
    for name in set(with_it.dtype.names) - {"researched", "registered"}:
        assert (with_it[name] == without[name]).all(), name
