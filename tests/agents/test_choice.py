"""Patients: when they seek care, which hospital they choose, and when they give up."""

import math

import numpy as np
import pytest
from hypothesis import given as cases
from hypothesis import strategies as st
from scipy import stats

from agents.codes import FromHome, Referral, Stage
from agents.core.limits import TRIED
from agents.core.random_numbers import Decision
from agents.core.record import NEVER
from agents.records.events import OPTIONS, EventRow
from agents.records.hospital import HospitalRow
from agents.records.insurance import AccountRow
from agents.records.places import ProvinceRow
from tests.support.hamlet import build, disease, params, schedule
from tests.support.plain import agents as plain

patient_rules = plain.patient
RARE = 1e-6
"""Error rate of each statistical test below, for a new seed; the seeds are fixed."""
AWAY = 300.0


def two_provinces(n=1, **parameters):
    """Return a hamlet with all nine options: one of each, in its own city or 300 km away.

    Hospitals: 0 county, 1 tertiary, 2-4 members, 5 lead, all of province 0; 6 the lead of
    province 1; 7 and 8 centres there.
    """
    state = build(n, hospitals=9, **parameters)
    cities = np.repeat(state.cities, 2)
    cities["province"] = [0, 1]
    cities["tertiary"][0, 0], cities["tertiaries"][0] = 1, 1
    provinces = ProvinceRow.array(2)
    provinces["lead"] = [5, 6]
    provinces["member"] = -1
    provinces["member"][0, :3], provinces["members"][0] = [2, 3, 4], 3
    provinces["neighbours"][0] = [6, 6]
    state.hospitals["city"][6:] = state.hospitals["province"][6:] = 1
    state.hospitals["rank"] = [0, 1, 2, 2, 2, 3, 3, 3, 3]
    state.hospitals["skill"][:, 0] = [-3.5, -0.8, -0.2, 0.0, 0.2, 0.5, 0.7, 1.5, 1.2]
    state.counters["centres"][0, :2] = [7, 8]
    people = state.patients
    people["stage"], people["diagnosed"], people["first_visit"] = Stage.SEEKING, NEVER, NEVER
    people["income"] = 120_000
    km = np.array([[0.0, AWAY], [AWAY, 0.0]])
    return state._replace(cities=cities, provinces=provinces, km=km)


def many_of(state, n):
    """Return the state with its first patient n times over, alike but for their numbers."""
    people = np.repeat(state.patients[:1], n)
    people["identity"], people["due"] = np.arange(n), 0
    counters = state.counters.copy()
    counters["patients"] = n
    return state._replace(
        patients=people, due=people["due"].copy(), accounts=AccountRow.array(n + 1),
        event_log=EventRow.array(3 * n + 1000), counters=counters,
    )  # fmt: skip


def chosen(state, n=20_000):
    """Return how often each hospital is chosen by so many patients who are alike and set out."""
    state.patients["planned"] = 1
    state.patients["band"] = 100  # nobody is worse than at the last failure
    many = many_of(state, n)
    schedule(many, seed=1).seek_care(0)
    assert (many.patients["stage"] == Stage.WAITING).all()
    return np.bincount(many.patients["hospital"], minlength=len(state.hospitals))


def logit(state):
    """Return the analytic probabilities of a patient's choice, members one third each."""
    patient, its = state.patients[0], state.params[0]
    taste = its.taste_for_skill_first + its.taste_for_skill_per_failure * patient.failures
    cost = its.fixed_trip_cost + 2.0 * its.trip_persons * AWAY * its.cost_per_km
    value = taste * state.hospitals["skill"][:, 0]
    value -= its.congestion_disutility * state.hospitals["wait"]
    monthly = patient.income / 12.0 + its.trip_income_offset
    value[1:6] -= its.trip_cost_disutility * its.day_trip_cost / monthly
    value[6:] -= its.trip_cost_disutility * cost / monthly
    last = state.hospitals["rank"][patient.hospital] if patient.hospital >= 0 else 0
    value -= its.step_disutility * np.maximum(0, state.hospitals["rank"].astype(int) - last)
    value[6:] -= its.leaving_province_disutility
    weight = np.exp(value)
    drawn = np.array([1, 1, 0, 0, 0, 1, 1, 1, 1])
    share = np.zeros(len(weight))
    # Each of the three options of a member is drawn among them at random, once for each option.
    for trio in np.ndindex(3, 3, 3):
        members = np.bincount(2 + np.array(trio), minlength=len(weight))
        times = drawn + members
        share += times * weight / (times * weight).sum() / 27
    return share


@pytest.mark.slow
@pytest.mark.parametrize(("failures", "last"), [(0, -1), (2, 3)])
def test_the_choice_is_the_analytic_logit(failures, last):
    state = two_provinces(
        taste_for_skill_first=0.6, taste_for_skill_per_failure=0.5, trip_cost_disutility=3.0,
        leaving_province_disutility=0.2, congestion_disutility=0.3, step_disutility=0.25,
        day_trip_cost=200.0,
    )  # fmt: skip
    state.patients["failures"], state.patients["hospital"] = failures, last
    state.hospitals["wait"][:] = [0, 1, 2, 0, 1, 3, 0, 2, 0]
    n = 12_000
    counts, expected = chosen(state, n), n * logit(state)
    assert expected.min() > 4
    assert stats.chisquare(counts, expected).pvalue > RARE


def test_a_hospital_that_failed_is_not_tried_again_until_something_changes():
    patient, place = build().patients[0], HospitalRow.array(1)[0]
    patient.tried[:4] = [3, 8, -1, -1]
    patient.since, place.renewed = 10, 10
    assert not patient_rules.may_try(patient, place, 3)
    assert patient_rules.may_try(patient, place, 4)
    place.renewed = 11
    assert patient_rules.may_try(patient, place, 3)


def test_severity_that_has_risen_by_a_fifth_reopens_them():
    patient, its = build().patients[0], params(severity_bands=5)[0]
    patient.tried[:4], patient.band, patient.severity = [1, 2, 3, 4], 1, 0.39
    patient_rules.forget_if_worse(patient, its)
    assert list(patient.tried[:4]) == [1, 2, 3, 4]
    patient.severity = 0.41
    patient_rules.forget_if_worse(patient, its)
    assert list(patient.tried) == [-1] * TRIED
    assert patient.band == 2


@pytest.mark.slow
def test_no_failed_hospital_is_chosen():
    state = two_provinces()
    state.patients["tried"][0, :4] = [7, 8, 5, 6]
    assert not chosen(state, 3000)[5:9].any()


def test_where_all_have_failed_the_county_hospital_is_left():
    state = two_provinces()
    city = state.cities[0]
    city.tertiaries, state.provinces["members"][0] = 0, 0
    city.county = 4
    state.provinces["lead"][0] = state.provinces["neighbours"][0, 0] = 6
    state.counters["centres"][0, :2] = 6
    state.patients["tried"][0, :2] = [6, 4]
    assert chosen(state, 10)[4] == 10


@cases(skill=st.floats(-4, 4), rise=st.floats(0, 3), failures=st.integers(0, 20),
       income=st.integers(0, 10**6), birth=st.sampled_from([-60, -480]))  # fmt: skip
def test_skill_attracts_and_distance_repels(skill, rise, failures, income, birth):
    state = two_provinces()
    patient = state.patients[0]
    patient.failures, patient.income, patient.birth = failures, income, birth
    state.hospitals["skill"][:, 0] = skill
    args = state, patient, state.diseases[0]
    near, far = (patient_rules.perceived_utility(*args, h, state.params[0], 0) for h in (5, 6))
    assert far <= near
    state.hospitals["skill"][5, 0] += rise
    assert patient_rules.perceived_utility(*args, 5, state.params[0], 0) >= near - 1e-9


@pytest.mark.slow
def test_leads_and_centres_see_nobody_unreferred_under_gatekeeping():
    state = two_provinces()
    assert chosen(state, 2000)[5:].any()
    state.levers["referral"] = Referral.GATEKEPT
    counts = chosen(state, 2000)
    assert not counts[5:].any()
    assert counts[:5].all()


@pytest.mark.parametrize(
    ("hospital", "rural", "km", "cost"),
    [
        (0, 1, 25.0, 150.0),  # the county's town: fares alone
        (0, 0, 5.0, 30.0),
        (1, 1, 50.0, 500.0),  # the seat of the city: a day's outlay as well
        (1, 0, 10.0, 260.0),
        (7, 1, AWAY, 1000.0 + 6.0 * AWAY),  # out of the city: lodging
    ],
)
def test_the_way_and_what_it_costs(hospital, rural, km, cost):
    state = two_provinces(fixed_trip_cost=1000.0, day_trip_cost=200.0, cost_per_km=1.5,
                          trip_persons=2.0, county_way_ratio=0.5, urban_way_ratio=0.2)  # fmt: skip
    state.cities["radius"], its = 50.0, state.params[0]
    patient = state.patients[0]
    patient.rural = rural
    assert patient_rules.distance(state, patient, hospital, its) == pytest.approx(km)
    assert patient_rules.trip_cost(state, patient, hospital, its) == pytest.approx(cost)


def test_a_family_pools_its_money_for_a_childs_trip():
    """With 1.6 times the means the trip weighs as with 1.6 times the income, and no offset."""
    state = two_provinces(child_means_ratio=1.6, trip_income_offset=1e-9)
    child, its = state.patients[0], state.params[0]
    child.birth, child.onset = -60, -12
    args = state, child, state.diseases[0], 7, its, 0
    pooled = patient_rules.perceived_utility(*args)
    child.income = int(1.6 * child.income)
    its.child_means_ratio = 1.0
    assert patient_rules.perceived_utility(*args) == pytest.approx(pooled)


def test_a_trip_is_the_households_and_counts_there_and_back():
    state = two_provinces(fixed_trip_cost=1000.0, cost_per_km=1.5, trip_persons=2.0)
    patient = state.patients[0]
    patient_rules.travel_to(state, patient, 7, state.params[0])
    assert (patient.km, patient.travel, patient.trips, patient.spent) == (600, 2800, 2800, 0)


@pytest.mark.parametrize(("acceptance", "followed"), [(0.0, 0), (1.0, 1)])
def test_a_referral_is_followed_or_ignored(acceptance, followed):
    state = build(hospitals=3, paths=[(0, 1)], referral_acceptance=acceptance)
    state.cities["county"] = 2
    state.cities["tertiary"], state.provinces["lead"] = -1, 2
    state.counters["centres"][:] = 2
    patient = state.patients[0]
    patient.stage, patient.hospital, patient.referral = Stage.SEEKING, 0, 0
    patient_rules.set_out(state, patient, state.diseases[0], state.params[0], 5, 1)
    assert patient.stage == Stage.WAITING
    assert patient.hospital == (1 if followed else 2)
    assert patient.referred == followed
    assert patient.referral == -1
    assert state.edges["followed"][0] == followed
    assert state.own_way[0, 2] == 1 - followed
    assert not state.from_home.any()


def test_the_first_hospital_and_where_an_invitation_leads_are_counted_from_home():
    """A first visit is from home; so is one to which a search of claims sends somebody known."""
    state = build(2, hospitals=3, referral_acceptance=1.0)
    state.cities["county"], state.cities["tertiary"], state.provinces["lead"] = 1, -1, 2
    state.counters["centres"][:] = 2
    first, invited = state.patients
    invited.hospital, invited.referral = 0, patient_rules.INVITED
    for patient in (first, invited):
        patient.stage = Stage.SEEKING
        patient_rules.set_out(state, patient, state.diseases[0], state.params[0], 5, 1)
    assert state.from_home[FromHome.FIRST, 0].tolist() == [
        int(first.hospital == h) for h in range(3)
    ]
    assert state.from_home[FromHome.INVITED, 0].tolist() == [0, 0, 1]
    assert not state.own_way.any()


# ---- when to seek -----------------------------------------------------------------------------


def seeker(n=1, **parameters):
    """Return seekers whose eagerness is 1 whatever happens to them."""
    plain_people = {
        "seeking_sd_between_patients": 0.0, "seeking_income_elasticity": 0.0,
        "seeking_severity_slope": 0.0, "child_seeking_ratio": 1.0, "county_way_ratio": 1.0,
        "first_consultation_hazard": 0.1, "gap_between_attempts": 8.0,
        "gap_longer_per_dismissal": 0.25, "give_up_probability": 0.0,
        "dismissals_lengthening_gap": 4, "rethink_after": 12, "urban_way_ratio": 0.3,
        "way_halving_first_consultation": 150.0,
    }  # fmt: skip
    state = build(n, **{**plain_people, **parameters})
    state.patients["stage"], state.patients["visits"] = Stage.SEEKING, 0
    return state


def waits(state, n=4000):
    """Return the months to the next consultation of n seekers alike, 12 where beyond a year."""
    state.patients["planned"] = 0
    many = many_of(state, n)
    schedule(many, seed=1).seek_care(0)
    people = many.patients
    gone = people["stage"] == Stage.WAITING  # who is to go in this very month has gone
    months = np.where(gone, 0, people["due"])
    assert (people["planned"] == (months < 12)).all()
    return months


@pytest.mark.slow
@pytest.mark.parametrize(
    ("visits", "dismissed", "hazard"), [(0, 0, 0.1), (3, 0, 1 / 8), (3, 2, 1 / 12), (3, 9, 1 / 16)]
)
def test_the_wait_follows_its_hazard(visits, dismissed, hazard):
    state = seeker()
    state.patients["visits"], state.patients["dismissed"] = visits, dismissed
    found = np.bincount(waits(state), minlength=13)
    stay = math.exp(-hazard)
    expected = np.array([stay**m * (1 - stay) for m in range(12)] + [stay**12]) * found.sum()
    assert stats.chisquare(found, expected).pvalue > RARE


@pytest.mark.slow
def test_the_first_visit_is_later_the_farther_the_hospital():
    near, town, far = seeker(), seeker(), seeker()
    town.cities["radius"] = far.cities["radius"] = 150.0
    far.patients["rural"] = 1
    assert waits(far).mean() > waits(town).mean() > waits(near).mean()
    half = seeker(first_consultation_hazard=0.05)
    assert (waits(far) == waits(half)).all()


def test_alarming_signs_are_followed_up_sooner():
    """Ten times as eager: a tenth of the wait, person by person."""
    calm, alarmed = seeker(first_consultation_hazard=0.01), seeker(first_consultation_hazard=0.01)
    alarmed.diseases["seeking"] = 10.0
    soon = seeker(first_consultation_hazard=0.1)
    assert (waits(alarmed) == waits(soon)).all()
    assert waits(calm).mean() > waits(alarmed).mean()


def test_the_quiet_time_is_log_normal_with_the_diseases_mean():
    """Mean 24 months; 2,000 persons, error rate 1e-6 for each of two statistics."""
    n, spread = 2000, 0.7
    state = build(n, quiet_sd=spread)
    state.diseases["quiet"] = 24.0
    people, disease, its = state.patients, state.diseases[0], state.params[0]
    people["onset"] = 0
    quiet = []
    for patient in people:
        drawn = plain.random_numbers.normal(1, patient.identity, Decision.PRODROME, 0)
        quiet.append(24.0 * math.exp(spread * drawn - spread**2 / 2))
        at = math.ceil(quiet[-1])
        assert patient_rules.is_recognisable(patient, disease, its, at, 1)
        assert not patient_rules.is_recognisable(patient, disease, its, at - 1, 1)
    logs = np.log(quiet)
    assert abs(logs.mean() - (math.log(24.0) - spread**2 / 2)) < 5 * spread / math.sqrt(n)
    assert abs(logs.std() - spread) < 5 * spread / math.sqrt(2 * n)


def test_the_end_of_the_quiet_time_is_a_reason_to_think_again():
    """Who hardly seeks while it is quiet is due when it ends, and then seeks as anybody does."""
    state = seeker(quiet_sd=0.0, quiet_seeking_ratio=1e-6, first_consultation_hazard=1e3)
    state.diseases["quiet"] = 5.0
    state.patients["onset"] = 0
    patient, rest = state.patients[0], (state.diseases[0], state.params[0])
    patient_rules.plan(state, patient, *rest, 0, 1)
    assert (patient.due, patient.planned) == (5, 0)
    patient_rules.plan(state, patient, *rest, 5, 1)
    assert (patient.due, patient.planned) == (5, 1)


@pytest.mark.parametrize(("referred", "stays"), [(1, True), (0, False)])
def test_who_was_sent_may_come_back_under_gatekeeping(referred, stays):
    """Control visits need no new referral; who came by himself has to look elsewhere."""
    state = two_provinces()
    state.levers["referral"] = Referral.GATEKEPT
    patient = state.patients[0]
    patient.hospital, patient.referral, patient.referred = 7, patient_rules.RETURNING, referred
    patient_rules.set_out(state, patient, state.diseases[0], state.params[0], 0, 1)
    assert (patient.hospital == 7) == stays
    assert (7 in patient.tried) != stays
    assert patient.failures == (0 if stays else 1)


def test_three_dismissals_may_end_the_search_for_two_years():
    state = seeker(give_up_probability=1.0, dismissals_before_rest=3, rest_from_search=24)
    patient = state.patients[0]
    patient.visits, patient.dismissed = 3, 2
    patient_rules.plan(state, patient, state.diseases[0], state.params[0], 0, 1)
    assert patient.due <= 12
    patient.dismissed = 3
    patient_rules.plan(state, patient, state.diseases[0], state.params[0], 0, 1)
    assert (patient.due, patient.planned, patient.dismissed) == (24, 0, 0)


@pytest.mark.parametrize(
    ("field", "value", "parameter", "ratio"),
    [
        ("birth", -60, "child_seeking_ratio", 3.0),
        ("informed", 1, "informed_seeking_ratio", 1.5),
        ("severity", 0.8, "seeking_severity_slope", 2.0),
    ],
)
def test_who_seeks_sooner(field, value, parameter, ratio):
    state = seeker(**{parameter: ratio}, severity_reference=0.3, child_age_limit=15.0)
    patient = state.patients[0]
    patient.severity = 0.3

    def eager():
        return patient_rules.eagerness(patient, state.diseases[0], state.params[0], 0, 0, 1)

    assert eager() == pytest.approx(1.0)
    setattr(patient, field, value)
    assert eager() == pytest.approx(1.0 + ratio * 0.5 if field == "severity" else ratio)


def test_a_patient_organisation_encourages_another_try():
    state = seeker()
    patient, city = state.patients[0], state.cities[0]
    patient.dismissed, city.reach = 2, 0.0
    patient_rules.reached_by_patient_organisation(state, patient, 0, 1)
    assert (patient.informed, patient.dismissed) == (0, 2)
    city.reach = 1.0
    patient_rules.reached_by_patient_organisation(state, patient, 0, 1)
    assert (patient.informed, patient.dismissed) == (1, 0)


def test_a_plan_to_seek_care_is_kept_by_who_lives_to_see_it():
    """An early hazard that does not kill makes nobody set out before the month planned."""
    illness = disease(early_hazard=0.2, early_months=10.0, hazard=0.03, growth=0.03, first_drug=-1)
    state = seeker(a_disease=illness)
    patient = state.patients[0]
    patient.severity, patient.life, patient.onset = 0.1, 1.0, 0
    patient.due, patient.planned = 11, 1
    plain.disease.reschedule(state, patient, state.diseases[0], 0)
    works = schedule(state, seed=1)
    for month in range(11):
        works.seek_care(month)
        assert patient.stage in (Stage.SEEKING, Stage.DEAD)


def test_the_nearest_centre_is_an_option_unless_it_is_named_already():
    state = two_provinces()
    arguments = state, state.patients[0], state.diseases[0], 9, state.params[0], 1
    for centre, option in [(-1, -1), (5, 5), (6, -1), (7, -1), (8, -1)]:
        state.cities["centre"] = centre
        assert patient_rules.option(*arguments) == option


def test_there_are_as_many_options_as_places_for_them():
    assert OPTIONS == 10
