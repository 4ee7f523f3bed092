"""Moving one's registration into a zone: who does, what it costs, what follows the insurance."""

import numpy as np
import pytest

from agents.codes import Access, Bearer, Flow, Fund, Movers, Outsiders, Payer, Scheme, Stage
from agents.core import bitset
from agents.core.limits import LAYERS
from agents.core.record import NEVER
from agents.records.bill import BillRow
from tests.support.hamlet import NO_LIMIT, build, layer, schedule
from tests.support.plain import agents as plain

HOME, ZONE = 0, 1
COST = 60_000
FUND = layer(Payer.SPECIAL_FUND, ((NO_LIMIT, 0.9),), base=2)


def two_cities(n=1, *, layers=(FUND,), outsiders=Outsiders.MOVE, **parameters):
    """Return patients of one city and, 500 km away, a zone whose fund pays nine tenths."""
    parameters = {"moving_cost": COST, "moving_years": 3.0, "moving_willing": 1.0, **parameters}
    state = build(n, layers=layers, **parameters)
    kinds = len(Fund)
    state = state._replace(
        cities=np.repeat(state.cities, 2), km=np.array([[0.0, 500.0], [500.0, 0.0]]),
        taken_up=np.repeat(state.taken_up, 2, axis=0),
        funds=np.concatenate([state.funds, state.funds]),
    )  # fmt: skip
    state.cities["zone"] = [0, 1]
    state.cities["layers"][HOME] = 0
    state.cities["zone_layers"][ZONE] = bitset.of(range(len(layers)), LAYERS)
    state.cities["fund"][ZONE] = np.arange(kinds) + kinds
    state.params["income_index"] = 1.0
    state.levers["outsiders"] = outsiders
    state.patients["savings"] = 10_000_000
    return state


def bill_of(state, month=0, seed=0, i=0):
    """Quote a patient's bill and let the household weigh moving; return the bill."""
    bill = BillRow.array(1)[0]
    bill.patient = i
    plain.quoting.quote(state, bill, month, state.params[0], seed)
    plain.moving.weigh_moving(state, bill, month, state.params[0], seed)
    return bill


def heads(state):
    """Return the insured by kind of fund of the two cities' pools: shape (2, kinds)."""
    return state.funds["heads"].reshape(2, -1)


def test_without_a_waiting_period_the_zone_pays_this_bill():
    state = two_cities()
    bill = bill_of(state)
    patient = state.patients[0]
    assert (patient.city, patient.insured, patient.moved) == (HOME, ZONE, 0)
    assert bill.household_share == pytest.approx(0.1 * bill.amount)
    assert bill.fund[0] == state.cities["fund"][ZONE, Fund.SPECIAL_FUND]
    assert state.provinces["flows"][0, Flow.MOVED] == 1


def test_moving_costs_savings_once_and_is_borne_by_the_household():
    state = two_cities()
    bill_of(state)
    bill_of(state, month=3)
    patient = state.patients[0]
    assert patient.savings == 10_000_000 - COST
    assert patient.travel == patient.trips == COST
    assert state.provinces["borne"][0][5 * 2 + Bearer.HOUSEHOLDS] == COST


@pytest.mark.parametrize("enrolled", [0, 1])
@pytest.mark.parametrize("scheme", [Scheme.EMPLOYEE, Scheme.RESIDENT])
def test_the_insured_stay_as_many_and_one_of_each_fund_of_the_patient_moves(scheme, enrolled):
    state = two_cities()
    state.patients["scheme"], state.patients["enrolled"] = scheme, enrolled
    before = heads(state).copy()
    bill_of(state)
    moved = heads(state) - before
    mine = [Fund.CRITICAL_ILLNESS, Fund.MEDICAL_ASSISTANCE, Fund.SPECIAL_FUND]
    mine += [Fund.BASIC_EMPLOYEE if scheme == Scheme.EMPLOYEE else Fund.BASIC_RESIDENT]
    assert (moved.sum(axis=0) == 0).all()
    assert {int(kind) for kind in np.flatnonzero(moved[ZONE] == 1)} == {int(k) for k in mine}
    assert (heads(state) == state.cities["heads"]).all()
    assert state.patients["enrolled"][0] == 0  # the old city's product


def test_a_waiting_period_keeps_the_old_insurance_until_it_is_over():
    state = two_cities()
    state.levers["waiting_months"] = 6
    state.patients["savings"], state.patients["income"] = 80_000, 60_000
    works = schedule(state)
    state.patients["due"] = state.due[:] = 0
    treated, insured, months = [], [], range(8)
    for month in months:
        works.treat(works.seek_care(month), month)
        treated.append(int(state.patients["stage"][0]) == Stage.TREATED)
        insured.append(int(state.patients["insured"][0]))
    assert insured == [HOME] * 6 + [ZONE] * 2
    assert treated == [False] * 6 + [True] * 2
    assert state.patients["savings"][0] <= 80_000 - COST
    assert state.patients["moved"][0] == 6


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.levers.__setitem__("outsiders", Outsiders.NONE),
        lambda s: s.levers.__setitem__("outsiders", Outsiders.TRAVEL),
        lambda s: s.patients.__setitem__("scheme", Scheme.NONE),
        lambda s: s.patients.__setitem__("savings", COST - 1),
        lambda s: s.patients.__setitem__("insured", ZONE),
        lambda s: s.levers.__setitem__("movers", Movers.EMPLOYEES),
        lambda s: s.cities.__setitem__("zone", 0),
        lambda s: s.cities.__setitem__("layers", 0),
        lambda s: s.params.__setitem__("moving_willing", 0.0),
        lambda s: s.params.__setitem__("moving_cost", 300_000.0),  # the zone saves 90,000 a year
    ],
)
def test_who_does_not_move(change):
    state = two_cities()
    change(state)
    before = state.patients[["insured", "savings", "travel", "moved"]].copy()
    bill_of(state)
    assert (state.patients[["insured", "savings", "travel", "moved"]] == before).all()
    assert state.provinces["flows"][0, Flow.MOVED] == 0


@pytest.mark.parametrize(("more", "moves"), [(-100, True), (100, False)])
@pytest.mark.parametrize("used", [False, True])
def test_a_deductible_of_the_year_counts_once_whatever_has_been_billed(used, more, moves):
    """20,000 a year are saved, by quarterly bills: worth a third of the cost of moving."""
    at_home = layer(Payer.BASIC, ((NO_LIMIT, 1.0),), deductible=20_000.0, base=2)
    state = two_cities(layers=(at_home, layer(Payer.SPECIAL_FUND, ((NO_LIMIT, 1.0),), base=2)),
                       moving_cost=60_000.0 + more)  # fmt: skip
    state.cities["layers"][HOME] = bitset.of([0], LAYERS)
    for holds in ("layers", "zone_layers"):
        state.cities[holds][ZONE] = bitset.of([1], LAYERS)
    if used:
        account = plain.billing.account_of(state, state.patients[0], 0, 0)
        account.base[:], account.household_share = 20_000.0, 20_000.0
    bill = bill_of(state)
    assert bill.period == 3
    assert (state.patients["insured"][0] == ZONE) == moves


def test_who_could_not_pay_the_rest_in_the_zone_either_does_not_move():
    state = two_cities(layers=(layer(Payer.SPECIAL_FUND, ((NO_LIMIT, 0.3),), base=2),))
    state.patients["savings"], state.patients["income"] = COST, 0
    bill_of(state)
    assert state.patients["insured"][0] == HOME


def test_employees_move_where_only_they_can():
    state = two_cities()
    state.levers["movers"] = Movers.EMPLOYEES
    state.patients["scheme"] = Scheme.EMPLOYEE
    bill_of(state)
    assert state.patients["insured"][0] == ZONE


def test_as_many_are_willing_as_the_parameter_says():
    state = two_cities(2000, moving_willing=0.3)
    for i in range(2000):
        bill_of(state, i=i)
    assert (state.patients["insured"] == ZONE).mean() == pytest.approx(0.3, abs=0.03)


def test_the_nearest_city_of_the_zone_is_chosen():
    state = two_cities()
    state = state._replace(
        cities=np.concatenate([state.cities, state.cities[1:]]),
        km=np.array([[0.0, 500.0, 200.0], [500.0, 0.0, 0.0], [200.0, 0.0, 0.0]]),
    )
    assert plain.moving.nearest_in_zone(state, state.patients[0]) == 2


def test_whoever_has_moved_stays_insured_there_as_an_employee():
    state = two_cities()
    bill_of(state)
    patient = state.patients[0]
    params = state.params[0]
    for i in range(50):  # one draw decides for life who comes to be an employee
        patient.identity, patient.scheme = i, Scheme.RESIDENT
        plain.household.renew_cover(patient, params, 12, 0)
        assert patient.insured == ZONE
    patient.moved = NEVER
    seen = set()
    for i in range(50):
        patient.identity, patient.scheme, patient.insured = i, Scheme.RESIDENT, ZONE
        plain.household.renew_cover(patient, params, 12, 0)
        seen.add((int(patient.scheme), int(patient.insured)))
    assert seen == {(Scheme.RESIDENT, ZONE), (Scheme.EMPLOYEE, HOME)}


def test_care_at_home_is_filed_care_away_from_the_insured_place():
    state = two_cities()
    state = state._replace(provinces=np.repeat(state.provinces, 2))
    state.cities["province"] = [0, 1]
    state.levers["away_referred"], state.levers["away_unreferred"] = 0.2, 0.5
    bill = bill_of(state)
    assert bill.access == Access.CITY
    assert bill.household_share == pytest.approx((1 - 0.9 * 0.8) * bill.amount)


@pytest.mark.parametrize(("outsiders", "asks"), [(Outsiders.NONE, False), (Outsiders.MOVE, True)])
def test_who_goes_without_asks_again_when_the_zone_opens(outsiders, asks):
    before, now = two_cities(outsiders=Outsiders.NONE), two_cities(outsiders=outsiders)
    same = np.eye(len(now.layers), dtype=bool)
    changed = plain.terms.terms_changed(
        now, before, same, BillRow.array(1)[0], now.patients[0], now.diseases[0], 0
    )
    assert bool(changed) == asks


def test_who_goes_without_asks_again_when_the_zone_into_which_one_can_move_pays_more():
    before, now = two_cities(), two_cities()
    bill, patient, disease = BillRow.array(1)[0], now.patients[0], now.diseases[0]
    for alike, asks in ((True, False), (False, True)):
        same = np.full((1, 1), alike)
        changed = plain.terms.terms_changed(now, before, same, bill, patient, disease, 0)
        assert bool(changed) == asks
    assert patient.insured == HOME
