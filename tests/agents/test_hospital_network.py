"""Hospital: referral, reporting, learning and teaching."""

import math

import numpy as np
import pytest
from hypothesis import given as cases
from hypothesis import strategies as st
from scipy import stats

from agents.codes import PathKind, Referral, Reporting
from agents.core.record import NEVER
from tests.support.hamlet import CLEAR, params, queueing, seen
from tests.support.plain import agents as plain

hospital = plain.hospital
RARE = 1e-6
"""Error rate of each statistical test below, for a new seed; the seeds are fixed."""


# ---- referral ---------------------------------------------------------------------------------


def test_paths_are_taken_in_proportion_to_the_skill_gained():
    """From skill 0 to 1, 3 and -2; a fourth path is closed. 20,000 draws, error 1e-6."""
    state = queueing(20_000, hospitals=5, paths=[(0, 1), (0, 2), (0, 3), (0, 4)])
    state.hospitals["skill"][:, 0] = [0.0, 1.0, 3.0, -2.0, 9.0]
    state.edges["open"][3] = 0
    place = state.hospitals[0]
    chosen = [
        hospital.referral_path(state, patient, place, 0, 1) for patient in state.patients[:4000]
    ]
    counts = np.bincount(chosen, minlength=4)
    assert counts[2] == counts[3] == 0
    assert stats.binomtest(int(counts[0]), 4000, 0.25).pvalue > RARE


def test_nobody_is_referred_down_or_to_less_skill():
    state = queueing(hospitals=3, paths=[(0, 1), (0, 2)])
    state.hospitals["skill"][:, 0] = [0.0, 5.0, -1.0]
    state.edges["kind"][0] = PathKind.DOWN
    found = hospital.referral_path(state, state.patients[0], state.hospitals[0], 0, 1)
    assert found == -1


def test_the_duty_to_refer_binds_network_hospitals_only():
    state = queueing(network_referral_duty=1.0)
    place, terms = state.hospitals[0], state.params[0]
    state.levers["referral"] = Referral.TWO_WAY
    assert not hospital.refers(state, state.patients[0], place, terms, 1)
    place.network = 1
    assert hospital.refers(state, state.patients[0], place, terms, 1)


# ---- registry ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reporting", "network", "informed", "expected"),
    [
        (Reporting.VOLUNTARY, 1, 0, 0.05),
        (Reporting.NETWORK, 0, 0, 0.05),
        (Reporting.NETWORK, 1, 0, 0.9),
        (Reporting.MANDATORY, 0, 0, 0.9),
        (Reporting.VOLUNTARY, 0, 1, 0.05 + 0.95 * 0.2),
        (Reporting.MANDATORY, 0, 1, 0.92),
    ],
)
def test_the_share_reported(reporting, network, informed, expected):
    n = 4000
    state = queueing(n, skill=CLEAR, slots=float(n))
    state.levers["reporting"], state.levers["compliance"] = reporting, 0.9
    state.levers["voluntary_share"], state.levers["patient_cohort"] = 0.05, 0.2
    state.hospitals["network"], state.patients["informed"] = network, informed
    registered = seen(state).state.patients["registered"]
    assert set(registered) <= {0, NEVER}
    assert stats.binomtest(int((registered == 0).sum()), n, expected).pvalue > RARE


# ---- learning and teaching --------------------------------------------------------------------


def test_learning_closes_a_share_of_the_gap_to_the_ceiling():
    place = queueing(skill=1.0).hospitals[0]
    terms = params(learning_per_case=0.001, skill_ceiling=3.0)[0]
    place.fresh[2] = 5
    hospital.learn(place, terms, 0.1, 7)
    assert place.skill[2] == pytest.approx(1.0 + 2.0 * (1.0 - math.exp(-0.05)))
    assert (np.delete(place.skill, 2) == 1.0).all()
    assert not place.fresh.any()
    assert place.confirmed == 5


@cases(skill=st.floats(-4, 4), cases=st.integers(0, 10**6))
def test_learning_never_passes_the_ceiling_nor_unlearns(skill, cases):
    place = queueing(skill=skill).hospitals[0]
    terms = params(learning_per_case=0.001, skill_ceiling=3.0)[0]
    place.fresh[0] = cases
    hospital.learn(place, terms, 1.0, 7)
    assert skill <= place.skill[0] <= max(skill, 3.0) + 1e-12


def test_a_quarter_of_a_logit_is_noticed():
    place, terms = queueing(skill=0.0).hospitals[0], params(noticeable_skill_gain=0.25)[0]
    for month, gain in enumerate([0.1, 0.1, 0.1, 0.2]):
        hospital.improve(place, 0, gain, terms, month)
    assert place.renewed == 2
    assert place.skill[0] == pytest.approx(0.5)
