"""Hospital: the queue, the examination and what comes of it."""

import math

import numpy as np
import pytest
from hypothesis import given as cases
from hypothesis import strategies as st
from scipy import stats

from agents.codes import Fund, Scheme, Stage, Tier
from agents.core.limits import TRIED, WAITS
from agents.core.record import NEVER
from tests.support.hamlet import CLEAR, build, disease, params, queueing, schedule, seen
from tests.support.plain import agents as plain

hospital, patient_rules = plain.hospital, plain.patient
RARE = 1e-6
"""Error rate of each statistical test below, for a new seed; the seeds are fixed."""


# ---- the queue --------------------------------------------------------------------------------


def test_no_more_than_the_slots_are_seen():
    works = seen(queueing(5, skill=CLEAR, slots=2.0))
    assert (works.state.patients["stage"] == Stage.DIAGNOSED).sum() == 2
    assert list(works.queue) == [2, 3, 4]
    assert works.state.hospitals["seen"][0] == 2


def test_parts_of_a_slot_are_carried_over():
    works = seen(queueing(4, skill=CLEAR, slots=0.75))
    left = [len(works.queue)]
    for month in range(1, 5):
        works.examine(month)
        left.append(len(works.queue))
    assert left == [4, 3, 2, 1, 1]  # 0.75, 1.5, 1.25, 1.0, 0.75


def test_whole_slots_that_nobody_needs_are_lost():
    works = schedule(queueing(5, skill=CLEAR, slots=2.0))
    for month in range(3):
        works.examine(month)
    works.queue = np.arange(5, dtype=np.int32)
    works.examine(3)
    assert len(works.queue) == 3


def test_the_expected_wait_is_the_queue_over_the_slots():
    assert seen(queueing(6, slots=2.0)).state.hospitals["wait"][0] == 3.0


def test_consultations_are_counted_by_how_long_they_were_waited_for():
    """Three joined in month -1 and two fit into a month: two wait for one month, one for two."""
    state = queueing(3, skill=CLEAR, slots=2.0)
    state.hospitals["tier"] = Tier.LEAD
    works = seen(state)
    works.examine(1)
    counts = works.state.waited
    assert counts[0, Tier.LEAD, :3].tolist() == [0, 2, 1]
    assert counts.sum() == works.state.hospitals["seen"].sum() == 3


def test_the_longest_waits_are_counted_together():
    counts = seen(queueing(1, skill=CLEAR, since=-10 * WAITS)).state.waited
    assert counts[0, Tier.COUNTY, -1] == counts.sum() == 1


def arriving(n, order=None, seed=0, **fields):
    """Return a clockwork in whose first month n seekers set out for the only hospital."""
    state = queueing(n, skill=CLEAR, **fields)
    people = state.patients
    people["stage"], people["hospital"], people["planned"] = Stage.SEEKING, -1, 1
    people["due"] = state.due[:] = 0
    people["identity"] = np.arange(n) if order is None else order
    return schedule(state, seed)


def test_who_came_first_is_seen_first():
    works = arriving(6, slots=0.0)
    works.state.patients["due"][:3] = works.state.due[:3] = 1
    for month in (0, 1):
        works.seek_care(month)
    assert set(works.queue[:3]) == {3, 4, 5}
    assert set(works.queue[3:]) == {0, 1, 2}


def test_who_came_together_is_drawn_not_taken_by_row():
    def served(order, seed):
        works = arriving(30, order, seed, slots=10.0)
        works.seek_care(0)
        works.examine(0)
        people = works.state.patients
        return set(people["identity"][people["stage"] == Stage.DIAGNOSED].tolist())

    first = served(np.arange(30), 1)
    assert first == served(np.random.default_rng(5).permutation(30), 1)
    assert first != served(np.arange(30), 2)
    assert first != set(range(10))


def test_every_newcomer_has_the_same_chance_of_a_slot():
    """Chi-square over 400 seeds of who is served first of five."""
    winners = []
    for seed in range(400):
        works = arriving(5, seed=seed)
        works.seek_care(0)
        winners.append(works.queue[0])
    assert stats.chisquare(np.bincount(winners, minlength=5)).pvalue > RARE


# ---- the examination --------------------------------------------------------------------------


@pytest.mark.slow
@cases(skill=st.floats(-5, 5), hard=st.floats(-5, 5), severity=st.floats(0, 1),
       advance=st.floats(0, 2))  # fmt: skip
def test_the_chance_of_recognition_is_logistic(skill, hard, severity, advance):
    state = queueing(skill=skill, a_disease=disease(difficulty=hard),
                     recognisability_per_severity=advance,
                     severity_reference=0.3)  # fmt: skip
    patient = state.patients[0]
    patient.severity = severity
    chance = hospital.recognises(state, patient, state.hospitals[0], state.diseases[0],
                                 state.params[0], 0, 1)  # fmt: skip
    expected = 1.0 / (1.0 + math.exp(hard - advance * (severity - 0.3) - skill))
    assert chance == pytest.approx(expected)


@pytest.mark.slow
def test_the_share_diagnosed_is_the_chance():
    n, chance = 20_000, 1.0 / (1.0 + math.exp(0.7))
    works = seen(queueing(n, skill=-0.7, slots=float(n), recognisability_per_severity=0.0))
    found = int((works.state.patients["stage"] == Stage.DIAGNOSED).sum())
    assert stats.binomtest(found, n, chance).pvalue > RARE


def test_unlimited_skill_decides_at_the_first_examination():
    state = seen(queueing(200, skill=CLEAR, slots=200.0)).state
    people = state.patients
    assert (people["diagnosed"] == 0).all()
    assert (people["visits"] == 1).all()
    assert not people["misdiagnoses"].any()
    assert (people["diagnosed_at"] == 0).all()
    assert state.hospitals["found"][0] == state.hospitals["seen"][0] == 200


def test_no_skill_finds_nothing():
    assert not (seen(queueing(200, skill=-CLEAR, slots=200.0)).state.patients["stage"]
                == Stage.DIAGNOSED).any()  # fmt: skip


def test_symptoms_that_pass_for_nothing_are_harder_to_read():
    state = queueing(quiet_recognisability_loss=2.0, a_disease=disease(first_drug=-1, quiet=12e3))
    args = state, state.patients[0], state.hospitals[0], state.diseases[0], state.params[0], 0, 1
    quiet = hospital.recognises(*args)
    state.patients[0].onset = -30000
    later = hospital.recognises(*args)
    odds = [p / (1 - p) for p in (quiet, later)]
    assert math.log(odds[1] / odds[0]) == pytest.approx(2.0)


def outcomes(n=20_000, **parameters):
    state = queueing(n, skill=-CLEAR, slots=float(n), hospitals=2, paths=[(0, 1)], **parameters)
    state.hospitals["skill"][1], state.hospitals["willing"] = 0.0, parameters.get("willing", 0.3)
    people = seen(state).state.patients
    return {
        "labelled": (people["stage"] == Stage.MISLABELLED).mean(),
        "referred": (people["referral"] >= 0).mean(),
        "watched": (people["stage"] == Stage.WATCHED).mean(),
        "dismissed": (people["dismissed"] > 0).mean(),
    }


@pytest.mark.slow
def test_shares_of_what_a_failed_examination_leads_to():
    """A wrong label; else a referral; else watching or dismissal. 20,000 cases, error 1e-6 each."""
    n = 20_000
    found = outcomes(n, wrong_label_adult=0.5, watch_probability=0.25)
    expected = {"labelled": 0.5, "referred": 0.5 * 0.3, "watched": 0.5 * 0.7 * 0.25,
                "dismissed": 0.5 * 0.7 * 0.75}  # fmt: skip
    assert sum(found.values()) == pytest.approx(1.0)
    for name, share in expected.items():
        assert stats.binomtest(round(found[name] * n), n, share).pvalue > RARE, name


@pytest.mark.parametrize(
    ("parameters", "certain"),
    [
        ({"wrong_label_adult": 1.0}, "labelled"),
        ({"wrong_label_adult": 0.0, "watch_probability": 1.0}, None),
    ],
)
def test_certain_outcomes(parameters, certain):
    found = outcomes(500, **parameters)
    if certain:
        assert found[certain] == 1.0
    else:
        assert found["labelled"] == found["dismissed"] == 0.0


@pytest.mark.parametrize("avoided", [1, 2, 4, 8])
def test_the_latest_failures_are_remembered_as_many_as_are_avoided(avoided):
    patient, its = build().patients[0], params(hospitals_avoided=avoided)[0]
    for place in (4, 7, 4, 9, 2):
        patient.hospital = place
        patient_rules.remember_failure(patient, its)
    latest = [2, 9, 4, 7, 4][:avoided]
    assert list(patient.tried) == latest + [-1] * (TRIED - len(latest))
    assert patient.failures == 5


@pytest.mark.slow
def test_the_spell_of_a_wrong_treatment_has_its_mean():
    n = 20_000
    state = queueing(n, skill=-CLEAR, slots=float(n), wrong_label_adult=1.0,
                     wrong_treatment_spell=60.0, wrong_treatment_spell_sd=0.5)  # fmt: skip
    spell = seen(state).state.patients["due"] - 1
    # A log-normal of mean 60 and sd 60 sqrt(e^0.25 - 1), cut to whole months: half of one less.
    sd = 60.0 * math.sqrt(math.expm1(0.25))
    assert abs(spell.mean() - 59.5) < 5 * sd / math.sqrt(n)
    logs = np.log(spell + 0.5)
    assert abs(logs.std() - 0.5) < 0.5 * 5 / math.sqrt(2 * n)


@pytest.mark.parametrize(
    ("test", "rank", "covered", "purse", "share"),
    [
        (0, 0, 0.0, 0, 1.0),
        (1, 0, 0.0, 0, 0.44),  # an assay in one county hospital of five; else by what shows
        (1, 1, 0.0, 0, 1.0),
        (2, 0, 1.0, 10**6, 0.3),  # no genetic test in a county hospital
        (2, 1, 0.0, 10**6, 1.0),
        (2, 1, 0.0, 49_000, 0.3),  # a tenth of the purse is less than 5,000 yuan
        (2, 1, 0.0, 51_000, 1.0),
        (2, 1, 1.0, 0, 1.0),
        (2, 1, 0.5, 26_000, 1.0),
    ],
)
def test_what_the_tests_at_hand_allow(test, rank, covered, purse, share):
    state = queueing(genetic_test_price=5000.0, test_purse_share=0.1, assay_at_county=0.2,
                     a_disease=disease(test=test, without_test=0.3))  # fmt: skip
    patient, place = state.patients[0], state.hospitals[0]
    patient.income, patient.savings, place.rank = 0, purse, rank
    state.levers["genetic_covered"] = covered
    args = state, patient, place, state.diseases[0], state.params[0], 0, 1
    assert hospital.test_at_hand(*args) == pytest.approx(share)


def shares_settled(state, month):
    """Return the mean share of the diagnosis that tests allow in a month, rich people in a city."""
    place, disease, its = state.hospitals[0], state.diseases[0], state.params[0]
    shares = [
        hospital.test_at_hand(state, p, place, disease, its, month, 1) for p in state.patients
    ]
    return np.array(shares)


def test_nothing_is_diagnosed_before_it_can_be():
    state = queueing(a_disease=disease(known=10))
    assert shares_settled(state, 9) == 0.0
    assert shares_settled(state, 10) == 1.0


def test_a_test_comes_into_use_over_the_years():
    state = queueing(test_spread_years=10.0,
                     a_disease=disease(test=1, test_since=0, without_test=0.2))  # fmt: skip
    state.hospitals["rank"] = 1
    found = [shares_settled(state, month)[0] for month in (-12, 0, 60, 120, 240)]
    assert found == pytest.approx([0.2, 0.2, 0.6, 1.0, 1.0])


def test_a_genetic_test_settles_its_yield_and_more_in_later_years():
    """4,000 cases, error rate 1e-6 each; who is settled stays so, for every hospital."""
    n = 4000
    its = disease(test=2, test_since=0, test_yield=0.4, without_test=0.2)
    state = queueing(n, test_spread_years=0.0, reanalysis_from=5.0, reanalysis_gain=0.1,
                     reanalysis_years=4.0, a_disease=its)  # fmt: skip
    state.hospitals["rank"], state.patients["savings"] = 1, 10**8
    early, later = (shares_settled(state, month) == 1.0 for month in (60, 84))
    assert stats.binomtest(int(early.sum()), n, 0.4).pvalue > RARE
    assert stats.binomtest(int(later.sum()), n, 1.0 - 0.6 * 0.9**2).pvalue > RARE
    assert later[early].all()
    assert set(shares_settled(state, 60)) == {0.2, 1.0}
    settled = shares_settled(state, 60 + 12 * 4)
    assert (shares_settled(state, 60 + 12 * 40) == settled).all()  # reading again ends
    state.diseases["test"] = 3  # what tests one gene is not read again
    assert ((shares_settled(state, 84) == 1.0) == early).all()


def test_a_family_pools_its_money_for_a_childs_test():
    state = queueing(genetic_test_price=5000.0, test_purse_share=0.1, child_means_ratio=1.5,
                     a_disease=disease(test=2, without_test=0.0))  # fmt: skip
    state.hospitals["rank"], state.patients["income"], state.patients["savings"] = 1, 0, 40_000
    state.patients["birth"] = -12 * 40
    assert shares_settled(state, 0) == 0.0
    state.patients["birth"] = -12 * 5
    assert shares_settled(state, 0) == 1.0


def test_who_comes_back_has_not_been_failed():
    """All come back, again and again, to one hospital, which is never among those that failed."""
    state = queueing(50, skill=-CLEAR, slots=50.0, return_probability=1.0, return_gap=0.0,
                     wrong_label_adult=0.0, watch_probability=0.0,
                     referral_acceptance=0.0)  # fmt: skip
    state.hospitals["willing"] = 0.0
    works = seen(state)
    people = works.state.patients
    assert not people["failures"].any()
    assert (people["referral"] == patient_rules.RETURNING).all()
    assert (people["due"] == 1).all()
    works.seek_care(1)
    assert (works.state.patients["stage"] == Stage.WAITING).all()
    assert (works.state.patients["hospital"] == 0).all()
    assert (works.state.patients["hospitals_seen"] == people["hospitals_seen"]).all()


def test_who_can_raise_less_comes_back_less():
    """Half of a month's means for the trip: two in three of those who would come back for nothing.

    10,000 cases, error rate 1e-6.
    """
    n = 10_000
    state = queueing(n, skill=-CLEAR, slots=float(n), return_probability=0.9, wrong_label_adult=0.0,
                     day_trip_cost=2000.0, cost_per_km=0.0, trip_income_offset=1.0)  # fmt: skip
    state.hospitals["willing"], state.hospitals["rank"] = 0.0, 1
    state.patients["income"] = 12 * 3999
    back = (seen(state).state.patients["referral"] == patient_rules.RETURNING).sum()
    assert stats.binomtest(int(back), n, 0.9 * 4000 / 6000).pvalue > RARE


def test_a_label_can_be_right_about_something_else():
    n = 10_000
    state = queueing(n, skill=-CLEAR, slots=float(n), wrong_label_adult=1.0, label_right_share=0.25)
    people = seen(state).state.patients
    assert (people["stage"] == Stage.MISLABELLED).all()
    wrong = int((people["misdiagnoses"] > 0).sum())
    assert stats.binomtest(wrong, n, 0.75).pvalue > RARE


def test_a_consultation_is_billed_to_the_household_and_basic_insurance():
    state = queueing(skill=CLEAR, consultation_price=800.0, outpatient_rate=0.25,
                     genetic_test_price=5000.0,
                     a_disease=disease(test=2, first_drug=-1))  # fmt: skip
    state.hospitals["rank"] = 1
    state.levers["genetic_covered"] = 0.6
    state = seen(state).state
    patient = state.patients[0]
    assert patient.search_billed == 5800
    assert patient.search_basic == 200 + 3000
    assert patient.spent == 2600
    assert state.funds["paid_rare"].sum() == 3200


@pytest.mark.parametrize(("covered", "household"), [(1.0, 800), (0.6, 2800), (0.0, 5800)])
def test_what_is_covered_of_a_genetic_test_is_covered_for_the_uninsured_too(covered, household):
    """By the residents' fund; the consultation is theirs."""
    state = queueing(skill=CLEAR, consultation_price=800.0, outpatient_rate=0.25,
                     genetic_test_price=5000.0,
                     a_disease=disease(test=2, first_drug=-1))  # fmt: skip
    state.hospitals["rank"] = 1
    state.patients["scheme"] = Scheme.NONE
    state.levers["genetic_covered"] = covered
    state = seen(state).state
    assert state.patients[0].spent == household
    assert state.funds["paid_rare"][Fund.BASIC_RESIDENT] == 5800 - household


@pytest.mark.parametrize(
    ("rank", "covered", "share"), [(1, 0.0, 0.4), (1, 0.5, 0.4), (0, 0.0, 0.0)]
)
def test_a_test_that_finds_nothing_costs_what_another_does(rank, covered, share):
    """No hospital of no skill makes the diagnosis; a county hospital has no genetic test."""
    n = 4000
    state = queueing(n, skill=-CLEAR, slots=float(n), consultation_price=800.0, outpatient_rate=0.0,
                     genetic_test_price=5000.0, test_without_result=0.4, reanalysis_gain=0.0,
                     a_disease=disease(test=2, first_drug=-1, test_yield=0.0))  # fmt: skip
    state.hospitals["rank"] = rank
    state.levers["genetic_covered"] = covered
    rows = seen(state).state.patients
    assert (rows["diagnosed"] == NEVER).all()
    tested = rows["search_billed"] == 5800
    assert (rows["search_billed"][~tested] == 800).all()
    assert tested.mean() == pytest.approx(share, abs=5 * math.sqrt(0.25 / n))
    assert (rows["search_basic"] == tested * 5000 * covered).all()


def test_a_fund_without_money_owes_the_hospital_for_a_consultation():
    state = queueing(consultation_price=800.0, outpatient_rate=0.25)
    state.funds["balance"] = 100.0
    state = seen(state).state
    assert state.patients[0].search_basic == 200
    assert state.patients[0].spent == 600
    assert state.funds["balance"].min() == -100.0
