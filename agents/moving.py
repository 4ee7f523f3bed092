"""Moving one's insurance into a special zone that is open to those who are registered there.

The registration moves, and with it all insurance; the home does not. So care at home is care away
from the insured place, and whoever moves is counted, in the zone or out of it, where they live.
"""

from agents.billing import account_of, adjudicate_months
from agents.codes import FUND_OF, Bearer, Event, Flow, Movers, Outsiders, Payer, Scheme
from agents.core.jit import rule
from agents.core.parameters import Parameters
from agents.core.random_numbers import Decision, uniform
from agents.events import bear, note, tally
from agents.household import draw_on
from agents.quoting import quote, shortfall
from agents.records.bill import BillRow
from agents.records.insurance import YEAR
from agents.records.patient import PatientRow
from agents.refunds import can_advance
from agents.state import State


@rule
def may_move(state: State, patient: PatientRow) -> bool:
    """Return whether the zone takes in a patient who is insured outside it and is not moving yet.

    The uninsured have no insurance that could follow them.
    """
    levers = state.levers[0]
    if levers.outsiders != Outsiders.MOVE or patient.scheme == Scheme.NONE:
        return False
    if patient.moving >= 0 or state.cities[patient.insured].zone == 1:
        return False
    return levers.movers == Movers.ANYONE or patient.scheme == Scheme.EMPLOYEE


@rule
def nearest_in_zone(state: State, patient: PatientRow) -> int:
    """Return the zone's city that is nearest to a patient's home, -1 if the zone has none."""
    best = -1
    for c in range(len(state.cities)):
        if state.cities[c].zone == 1:
            if best < 0 or state.km[patient.city, c] < state.km[patient.city, best]:
                best = c
    return best


@rule
def where_to_move(state: State, patient: PatientRow) -> int:
    """Return the city into which a patient could move the registration, -1 for none."""
    return nearest_in_zone(state, patient) if may_move(state, patient) else -1


@rule
def would_move(patient: PatientRow, params: Parameters, month: int, seed: int) -> bool:
    """Return whether a household would move its registration in a month's year at all: a draw."""
    return uniform(seed, patient.identity, Decision.MOVE, month // 12) < params.moving_willing


@rule
def moving_cost(params: Parameters) -> float:
    """Return what moving a registration costs once, yuan: rent, a permit, lost work."""
    return 1.0 * int(params.moving_cost * params.income_index)


@rule
def share_of_a_year(state: State, bill: BillRow, patient: PatientRow) -> float:
    """Return what the household would pay of a year of such bills, with no others in it, yuan.

    So deductibles and caps of a year count once, whatever has been billed in this one: the last
    account is nobody's and stands for a year without bills.
    """
    nobodys = state.accounts[len(state.accounts) - 1]
    adjudicate_months(state, bill, patient, nobodys, YEAR)
    return bill.household_share


@rule
def saves_by_moving(
    state: State, bill: BillRow, patient: PatientRow, there: int, month: int, cost: float
) -> bool:
    """Return whether treatment costs a household so much less in the zone that moving is worth it.

    What it would pay less in a year, insured in the city `there`, is more than the `cost` (yuan) of
    moving over the years by which a household divides it; and it could pay the rest, that cost
    paid. The bill is adjudicated anew and has to be quoted again.
    """
    params = state.params[0]
    account = account_of(state, patient, bill.patient, month // 12)
    home, savings, bought = patient.insured, patient.savings, patient.enrolled
    here = share_of_a_year(state, bill, patient)
    patient.insured, patient.enrolled = there, 0
    patient.savings = savings - int(cost)
    gap = shortfall(state, bill, patient, account, month)
    able = gap <= 0.0 and can_advance(state, bill, patient)
    saved = here - share_of_a_year(state, bill, patient)
    patient.insured, patient.enrolled = home, bought
    patient.savings = savings
    return able and saved > cost / params.moving_years


@rule
def weigh_moving(state: State, bill: BillRow, month: int, params: Parameters, seed: int) -> None:
    """Decide, with a quoted bill in hand, whether to move one's registration into the zone.

    The nearest city of the zone. Moving is paid out of savings; the zone's benefits begin after the
    waiting period, or with this bill where there is none.
    """
    patient = state.patients[bill.patient]
    cost = moving_cost(params)
    if not may_move(state, patient) or cost > patient.savings:
        return
    if not would_move(patient, params, month, seed):
        return
    there = nearest_in_zone(state, patient)
    if there < 0:
        return
    if saves_by_moving(state, bill, patient, there, month, cost):
        set_off(state, patient, there, month, cost)
    quote(state, bill, month, params, seed)


@rule
def set_off(state: State, patient: PatientRow, there: int, month: int, cost: float) -> None:
    """Pay for moving the registration to the city `there`, `cost` in yuan, and wait."""
    draw_on(patient, state.cities[patient.city], cost, 0.0)
    patient.travel += int(cost)
    patient.trips += int(cost)
    bear(state, patient, Bearer.HOUSEHOLDS, cost)
    patient.moving = there
    patient.moved = month + state.levers[0].waiting_months
    settle_in(state, patient, month)


@rule
def settle_in(state: State, patient: PatientRow, month: int) -> None:
    """Once the waiting is over, be insured in the zone, and be counted there by every fund.

    Commercial cover is the old city's product: it ends, and can be bought there next January.
    """
    if patient.moving < 0 or month < patient.moved:
        return
    for payer in range(len(FUND_OF)):
        kind = FUND_OF[payer, patient.scheme]
        if kind >= 0 and payer != Payer.COMMERCIAL:
            count_elsewhere(state, kind, patient.insured, patient.moving)
    patient.insured = patient.moving
    patient.enrolled = 0
    patient.moving = -1
    patient.moved = month
    tally(state, patient, Flow.MOVED, 1)
    note(state, patient, month, Event.MOVED, -1, moving_cost(state.params[0]))


@rule
def count_elsewhere(state: State, kind: int, old: int, new: int) -> None:
    """Count one of the insured of a `kind` of fund in the city `new`, no longer in the city `old`.

    `kind` is that of `agents.codes.Fund`.
    """
    leaves, joins = state.cities[old], state.cities[new]
    one = min(1.0, leaves.heads[kind])
    leaves.heads[kind] -= one
    joins.heads[kind] += one
    state.funds[leaves.fund[kind]].heads -= one
    state.funds[joins.fund[kind]].heads += one
