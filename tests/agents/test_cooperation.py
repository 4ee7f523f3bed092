"""Cooperation: what makes a hospital refer more readily, one thing at a time, and what it costs."""

import math

import numpy as np
import pytest

from abm.engine import phases
from abm.setup.referral_network import hospital_rows
from agents.codes import Fund, PathKind, Referral, Stage
from agents.core.random_numbers import Decision
from tests.support.hamlet import CLEAR, build, queueing, schedule, seen
from tests.support.plain import agents as plain

cooperation = plain.cooperation
OWN = -1.0
"""Log-odds of a hospital's own willingness."""
TERMS = {"willingness_per_yuan": 0.001, "kept_patient_income": 800.0, "usual_load": 0.5,
         "willingness_returned": 0.7, "willingness_informed": 0.4}  # fmt: skip


def odds(levers=(), **fields):
    """Return the log-odds with which a hospital refers, by its fields and by levers."""
    state = build(**TERMS)
    place = state.hospitals[0]
    place.inclined, place.load = OWN, 0.5
    for name, value in fields.items():
        setattr(place, name, value)
    for name, value in dict(levers).items():
        state.levers[name] = value
    cooperation.renew_willingness(state, place, state.params[0])
    return math.log(place.willing / (1.0 - place.willing))


@pytest.mark.parametrize(
    ("fields", "levers", "added"),
    [
        ({}, {}, 0.0),
        ({"load": 1.0}, {}, 0.4),  # a full hospital loses no income of 800 yuan by referring
        ({"load": 0.0}, {}, -0.4),
        ({}, {"referral_payment": 500.0}, 0.5),
        ({"returned": 0.5}, {}, 0.35),
        ({"heard": 0.5}, {}, 0.2),
        ({}, {"informed": 1.0}, 0.0),  # it has not heard of anybody yet
        ({}, {"training_willingness": 0.5}, 0.0),  # nobody trains it
    ],
)
def test_each_thing_raises_the_odds_by_what_its_parameter_says(fields, levers, added):
    assert odds(levers, **fields) == pytest.approx(OWN + added)


def test_training_adds_to_the_willingness_of_network_hospitals():
    own = 1.0 / (1.0 + math.exp(-OWN))
    trained = odds({"training_willingness": 0.2}, network=1)
    assert 1.0 / (1.0 + math.exp(-trained)) == pytest.approx(own + 0.2)


def test_nobody_is_more_willing_than_certain():
    state = build(**TERMS)
    state.hospitals[0].inclined, state.hospitals[0].network = 700.0, 1
    state.levers["training_willingness"], state.levers["referral_payment"] = 1.0, 1e12
    cooperation.renew_willingness(state, state.hospitals[0], state.params[0])
    assert state.hospitals[0].willing == 1.0


# ---- experience ---------------------------------------------------------------------------------


def referred(informed=0.0, n=4):
    """Return a hamlet after the patients whom hospital 0 had referred were diagnosed in 1."""
    state = queueing(n, skill=CLEAR, slots=float(n), hospitals=2, **TERMS)
    people = state.patients
    people["hospital"], people["referred"], people["sent_by"] = 1, 1, 0
    state.levers["informed"] = informed
    works = seen(state)
    assert (works.state.patients["stage"] == Stage.DIAGNOSED).all()
    return works.state


def test_a_referrer_hears_of_the_share_that_the_policy_provides():
    state = referred(informed=0.75)
    referrer = state.hospitals[0]
    assert referrer.resolved == 4
    cooperation.look_back(referrer)
    assert referrer.heard == 0.75
    assert referrer.returned == 0.0
    assert referrer.resolved == referrer.told == 0
    cooperation.look_back(referrer)  # a year without any: what it knew stands
    assert referrer.heard == 0.75


def test_who_was_not_referred_is_reported_back_to_nobody():
    state = queueing(3, skill=CLEAR, slots=3.0, hospitals=2, **TERMS)
    state.levers["informed"] = 1.0
    assert (seen(state).state.hospitals["resolved"] == 0).all()


def test_follow_up_that_comes_back_is_counted():
    """Two-way referral: the hospital of the diagnosis hands follow-up down to the referrer."""
    state = queueing(2, skill=CLEAR, slots=2.0, hospitals=2, paths=[(1, 0)], **TERMS)
    state = state._replace(cities=np.repeat(state.cities, 2))
    state.hospitals["city"][1] = 1
    state.edges["kind"] = PathKind.DOWN
    state.levers["referral"] = Referral.TWO_WAY
    people = state.patients
    people["hospital"], people["referred"], people["sent_by"] = 1, 1, [0, -1]
    state = seen(state).state
    assert (state.patients["hospital"] == 0).all()
    assert state.hospitals[0].back == 1  # the other had not been sent by it
    cooperation.look_back(state.hospitals[0])
    assert state.hospitals[0].returned == 1.0


def test_who_follows_a_referral_is_known_to_be_sent():
    state = queueing(hospitals=2, paths=[(0, 1)])
    patient = state.patients[0]
    patient.referral = 0
    state.params["referral_acceptance"] = 1.0
    args = state, patient, state.diseases[0], state.params[0], 3, 0
    plain.patient.set_out(*args)
    assert (patient.hospital, patient.sent_by) == (1, 0)
    patient.stage = Stage.SEEKING
    plain.patient.set_out(*args)
    assert patient.sent_by == -1


@pytest.mark.parametrize("slots", [2.0, 1.0, 5.0])
def test_in_january_hospitals_look_back_on_their_load(slots):
    """On the slots that they had, whatever the new year's are."""
    state = queueing(hospitals=2, slots=2.0, **TERMS)
    for month in range(12):
        state = seen(state, month=month).state
    state.hospitals["slots"] = slots
    state.hospitals["seen"], state.hospitals["load"] = [24, 6], 0.5
    phases.open_the_year(state, np.zeros(8), 1.0, 12)
    assert list(state.hospitals["load"]) == [1.0, 0.25]
    more, fewer = state.hospitals["willing"]
    assert more > fewer


def test_a_first_year_without_visits_tells_nothing():
    state = queueing(slots=2.0)
    state.hospitals["load"] = 0.5
    phases.open_the_year(state, np.zeros(8), 1.0, 0)
    assert state.hospitals[0].load == 0.5


# ---- money --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("payment", "cost"), [(0.0, 0.0), (300.0, 1200.0)])
def test_referrals_are_paid_as_a_programme_once(payment, cost):
    state = queueing(4, skill=-CLEAR, slots=4.0, hospitals=2, paths=[(0, 1)],
                     wrong_label_adult=0.0)  # fmt: skip
    state.hospitals["skill"][1], state.hospitals["willing"] = 0.0, 1.0
    state.levers["referral_payment"] = payment
    works = schedule(state, 0, np.arange(4))
    works.examine(0)
    assert (works.state.patients["referral"] >= 0).all()
    for _ in range(2):
        phases.pay_programmes(works.state)
    funds = works.state.funds
    assert funds["paid_programmes"].sum() == pytest.approx(cost)
    assert funds["programmes_fiscal"].sum() == pytest.approx(cost)  # by the policy's share
    assert funds["paid_programmes"][Fund.BASIC_EMPLOYEE] == pytest.approx(cost / 2)


def test_paying_and_informing_touch_nobody_else():
    """Only how willing hospitals are, and programmes, change; no bill, queue or diagnosis does."""

    def lived(**levers):
        state = queueing(6, skill=0.0, slots=3.0, hospitals=2, paths=[(0, 1)])
        for name, value in levers.items():
            state.levers[name] = value
        return seen(state).state

    paid, unpaid = lived(referral_payment=500.0, informed=1.0), lived()
    for name in ("patients", "accounts", "funds", "provinces", "edges", "charities", "hospitals"):
        assert (getattr(paid, name) == getattr(unpaid, name)).all(), name


# ---- how hospitals differ -----------------------------------------------------------------------


def own(world, **values):
    """Return the ranks and own willingness of a world's hospitals, 0-1."""
    rows = hospital_rows(world.with_parameters(values) if values else world, 1)
    return rows["rank"], 1.0 / (1.0 + np.exp(-rows["inclined"]))


@pytest.mark.parametrize("sd", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("rank", [0.0, -0.5])
def test_hospitals_differ_around_the_mean_that_is_set(world, sd, rank):
    values = {"willingness_sd": sd, "willingness_per_rank": rank, "referral_probability": 0.3}
    ranks, found = own(world, **values)
    assert found.mean() == pytest.approx(0.3, abs=1e-9)
    logits = np.log(found / (1 - found))
    spread = np.std(logits - rank * ranks)
    assert spread == pytest.approx(sd, rel=0.05, abs=1e-6)


def test_the_higher_the_rank_the_less_willing(world):
    ranks, found = own(world)
    by_rank = [found[ranks == rank].mean() for rank in range(4)]
    assert by_rank == sorted(by_rank, reverse=True)


def test_the_draw_of_willingness_is_its_own():
    assert list(Decision).count(Decision.WILLINGNESS) == 1
