"""What special funds live on: their forecast, their levies, and what they draw on the surplus."""

from agents.codes import Fund, Givers, LevyRule, Source, Stage
from agents.core.jit import rule
from agents.core.record import NEVER
from agents.institution import least_funding
from agents.insurer import CENT, is_basic, levies, shrink_levies, yearly_income
from agents.quoting import will_claim
from agents.records.bill import BillRow
from agents.records.levers import LeversRow
from agents.state import State


@rule
def _forecast(state: State, bill: BillRow, month: int, seed: int) -> None:
    """Special funds expect a year's claims of registered patients only: poor data, poor budgets.

    Args:
        state: The world, with this month's list and prices.
        bill: Work space.
        month: This month.
        seed: The key of all draws.
    """
    params = state.params[0]
    for f in range(len(state.funds)):
        state.funds[f].forecast = 0.0
    for i in range(state.counters[0].patients):
        patient = state.patients[i]
        known = patient.registered != NEVER and patient.stage != Stage.DEAD
        if not known or not state.cities[patient.insured].levied:
            continue
        bill.patient = i
        if will_claim(state, bill, month, params, seed):
            for n in range(bill.lines):
                fund = state.funds[bill.fund[n]]
                if fund.serves:
                    fund.forecast += bill.owed[n]


@rule
def fill_special_funds(
    state: State, levers: LeversRow, bill: BillRow, month: int, seed: int
) -> None:
    """Set the special funds' money of the year: levies, fiscal money, donations, surplus.

    Before surplus is drawn, fiscal money fills up what a law binds them to receive at least.

    The levies come from the places where the special fund pays.
    """
    people = 0.0
    served = 0.0
    for c in range(len(state.cities)):
        heads = _insured(state, c)
        people += heads
        if state.cities[c].levied:
            served += heads
    if served <= 0.0:
        return
    for c in range(len(state.cities)):
        if state.cities[c].levied:
            fund = state.funds[state.cities[c].fund[Fund.SPECIAL_FUND]]
            heads = _insured(state, c)
            employees = state.cities[c].heads[Fund.BASIC_EMPLOYEE]
            fund.yearly[Source.LEVY] += heads * levers.per_head_levy
            fund.yearly[Source.FISCAL] += heads * levers.fiscal
            fund.yearly[Source.MATERNITY] += employees * levers.maternity_levy
            fund.yearly[Source.DONATIONS] += levers.fund_donations * heads / served
    _plan(state, levers, bill, month, seed)
    for f in range(len(state.funds)):
        if state.funds[f].serves:
            shrink_levies(state.funds[f])
    _fill_to_floor(state, levers)
    _draw_surplus(state, levers, served / people)


@rule
def _fill_to_floor(state: State, levers: LeversRow) -> None:
    """Fiscal money tops a special fund's year up to what a law binds, whatever the fund holds.

    The floor counts the insured of the places where the fund pays.
    """
    floor = least_funding(levers)
    if floor <= 0.0:
        return
    for f in range(len(state.funds)):
        state.funds[f].floor = 0.0
    for c in range(len(state.cities)):
        if state.cities[c].levied:
            fund = state.funds[state.cities[c].fund[Fund.SPECIAL_FUND]]
            fund.floor += floor * _insured(state, c)
    for f in range(len(state.funds)):
        fund = state.funds[f]
        if fund.serves:
            fund.yearly[Source.FISCAL] += max(0.0, fund.floor - yearly_income(fund))


@rule
def _plan(state: State, levers: LeversRow, bill: BillRow, month: int, seed: int) -> None:
    """Special funds that pay and have no plan for this year make one: they forecast.

    Where levies go by the forecast, a fund raises of them what it lacks: the larger of its forecast
    and last year's claims, and the reserve that it is to keep, less its balance and its donations.
    A fund that has nothing, and of which nothing has been claimed yet, raises all. A fund that
    begins in the middle of the year plans for a year as well, and raises a twelfth of it a month.
    """
    missing = False
    for f in range(len(state.funds)):
        missing = missing or (state.funds[f].serves == 1 and not state.funds[f].planned)
    if not missing:
        return
    _forecast(state, bill, month, seed)
    for f in range(len(state.funds)):
        fund = state.funds[f]
        if fund.serves and not fund.planned:
            fund.levied = 1.0
            expected = max(fund.forecast, fund.claims_before) * (1.0 + fund.reserve)
            begun = fund.balance > 0.0 or fund.claims_before > 0.0
            if levers.levies == LevyRule.FORECAST and begun:
                lacking = expected - fund.balance - fund.yearly[Source.DONATIONS]
                lacking += fund.promised
                fund.levied = min(1.0, max(0.0, lacking) / max(levies(fund), CENT))


@rule
def _gives(state: State, c: int, levers: LeversRow) -> bool:
    """Return whether the pools of a city's basic insurance give of their surplus."""
    if levers.surplus_from == Givers.ALL:
        return True
    return (state.cities[c].levied == 1) == (levers.surplus_from == Givers.INSIDE)


@rule
def _there(state: State, levers: LeversRow) -> float:
    """Say how much of each pool's accumulated balance may be drawn on; return the sum, yuan.

    A pool gives for those of its cities that give, in proportion to the insured.
    """
    for f in range(len(state.funds)):
        state.funds[f].lends = 0.0
    total = 0.0
    for c in range(len(state.cities)):
        if not _gives(state, c, levers):
            continue
        for kind in range(len(state.cities[c].fund)):
            fund = state.funds[state.cities[c].fund[kind]]
            if is_basic(fund) and fund.heads > 0.0:
                part = max(0.0, fund.accumulated) * state.cities[c].heads[kind] / fund.heads
                fund.lends += part
                total += part
    return total


@rule
def _draw_surplus(state: State, levers: LeversRow, served: float) -> None:
    """Special funds draw what they lack from accumulated balances, up to the policy's limits.

    The limits are a share of what the giving pools have accumulated, and an amount for the whole
    country. Where the special fund pays in a part of the country only, it may draw the insured's
    part of either; of the share in full if the pools of that part alone give.

    Args:
        state: The world.
        levers: The policy.
        served: Share of the insured who live where a special fund pays.
    """
    needed = 0.0
    for f in range(len(state.funds)):
        fund = state.funds[f]
        if fund.serves:
            if not fund.planned:
                fund.planned = 1
                there = fund.balance - fund.promised + yearly_income(fund)
                fund.lacks = max(0.0, fund.forecast * (1.0 + fund.reserve) - there)
            needed += fund.lacks
    there = _there(state, levers)
    if needed <= 0.0 or there <= 0.0:
        return
    of_all = 1.0 if levers.surplus_from == Givers.INSIDE else served
    drawn = min(needed, levers.surplus_share * there * of_all, levers.surplus_most * served)
    for f in range(len(state.funds)):
        fund = state.funds[f]
        fund.gives = drawn * fund.lends / there
        if fund.serves:
            fund.yearly[Source.SURPLUS] = drawn * fund.lacks / needed


@rule
def _insured(state: State, c: int) -> float:
    """Return the insured of a city."""
    heads = state.cities[c].heads
    return heads[Fund.BASIC_EMPLOYEE] + heads[Fund.BASIC_RESIDENT]
