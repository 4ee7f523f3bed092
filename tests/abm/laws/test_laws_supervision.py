"""Supervision: what it does to the country, and what it must not touch."""

import numpy as np
import pytest

from abm import RareCareModel
from agents.codes import Review
from agents.core.record import NEVER

pytestmark = pytest.mark.slow

POLICY = "special-zone-national"


@pytest.fixture(scope="module")
def start():
    """A model at the scenario's start, from which every policy branches off."""
    return RareCareModel(policy=POLICY, scale=0.004, years=6, rng=5)


@pytest.fixture(scope="module")
def branch(start):
    """Return a function that lives with some levers of supervision set."""
    known = {}

    def lived(**levers):
        key = tuple(sorted(levers))
        if key not in known:
            known[key] = start.branch(POLICY, {f"supervision.{k}": v for k, v in levers.items()})
            known[key].run()
        return known[key]

    return lived


def test_an_audit_lowers_every_bill_and_changes_nobody_s_search(branch):
    free, audited = branch().state, branch(audit=True).state
    for name in ("visits", "diagnosed", "hospital", "misdiagnoses", "disease"):
        assert (free.patients[name] == audited.patients[name]).all()
    assert (free.patients["review"] == Review.NONE).all()
    before, after = (branch(**k).outcomes()["patients"].billed.sum() for k in ({}, {"audit": True}))
    assert after < before


def test_prior_review_delays_first_treatment_and_never_hastens_it(branch):
    free, reviewed = (branch(**k).state.patients for k in ({}, {"prior_review": True}))
    began = (free["treated"] >= 0) & (free["treated"] < NEVER)
    among = began & (reviewed["treated"] >= 0) & (reviewed["treated"] < NEVER)
    assert among.sum() > 20
    assert (reviewed["reviewed"][among] < NEVER).any()
    waited = reviewed["treated"][among].astype(int) - free["treated"][among]
    assert np.median(waited) >= 1


def test_stopping_without_response_stops_those_with_least_benefit_only(branch):
    state = branch(stop_without_response=True).state
    rows, least = state.patients, 100.0 * state.params["least_benefit"][0]
    failed, passed = rows["review"] == Review.FAILED, rows["review"] == Review.RESPONDS
    assert failed.sum() > 5
    assert passed.sum() > 5
    assert (rows["benefit"][passed] >= least).all()
    assert (branch().state.patients["review"] == Review.NONE).all()


def test_supervision_costs_money_and_every_yuan_has_one_payer(branch):
    spent = {}
    for levers in ({}, {"audit": True}, {"prior_review": True}, {"stop_without_response": True}):
        tables = branch(**levers).outcomes()
        people = tables["patients"]
        assert people.billed.to_numpy() == pytest.approx(
            people.filter(like="paid_").sum(axis=1).to_numpy(), abs=1e-3
        )
        spent[tuple(levers)] = tables["ledger"]["paid_programmes"].sum()
    free = spent.pop(())
    assert all(cost > free for cost in spent.values())
