"""Insurer: funds, benefit layers, the patients' accounts with the payers, and rationing.

Deductibles and brackets count a patient's cumulative spending of the year, not the single bill, as
Chinese benefit rules do; so each account keeps, per payer, the year's base and what was paid on it.
Where two layers of one payer hold for one patient they share both.
"""

from agents.codes import (
    ACCOUNT_OF,
    FUND_OF,
    PAYER_OF,
    Base,
    DrugFilter,
    Fund,
    Payer,
    Rationing,
    Source,
)
from agents.core.bitset import has
from agents.core.jit import rule
from agents.core.record import RecordAgent
from agents.records.disease import DiseaseRow
from agents.records.drug import DrugRow
from agents.records.insurance import BRACKETS, AccountRow, FundRow, LayerRow
from agents.records.patient import PatientRow
from agents.records.places import CityRow
from agents.state import State


class Insurer(RecordAgent, record=FundRow):
    """A fund of a risk pool as a Mesa agent."""

    @property
    def name(self) -> str:
        """Kind of fund and pool, as in the ledger."""
        return f"{Fund(self.kind).label} of {self.model.pool_names[self.index]}"


@rule
def fund_kind(payer: int, scheme: int) -> int:
    """Return the kind of fund that a payer pays from for a member of a scheme."""
    return FUND_OF[payer, scheme]


@rule
def is_basic(fund: FundRow) -> bool:
    """Return whether basic medical insurance pays from a fund."""
    return PAYER_OF[fund.kind] == Payer.BASIC


@rule
def start_year(account: AccountRow, year: int) -> None:
    """Deductibles, brackets and caps start again."""
    if account.year != year:
        account.year = year
        account.household_share = 0.0
        account.granted = 0.0
        for k in range(len(account.base)):
            account.base[k] = 0.0
            account.used[k] = 0.0


@rule
def covers(layer: LayerRow, patient: PatientRow, disease: DiseaseRow, drug: DrugRow) -> bool:
    """Return whether a layer covers this patient's drug, wherever the patient lives."""
    if layer.drug_filter != DrugFilter.ANY and drug.listed != (
        layer.drug_filter == DrugFilter.LISTED
    ):
        return False
    if layer.poor_only and not patient.poor:
        return False
    if layer.enrolled_only and not patient.enrolled:
        return False
    if not has(layer.schemes, patient.scheme) or not has(layer.responses, disease.response):
        return False
    if drug.price <= layer.cost_above or drug.price > layer.cost_below:
        return False
    return has(layer.diseases, patient.disease)


@rule
def bracketed(layer: LayerRow, deductible: float, bonus: float, start: float, end: float) -> float:
    """Return what the brackets pay of the slice of the year's base from start to end.

    In yuan of the year: the `deductible`, and the slice from `start` to `end`; `bonus` (0-1) is
    added to the rates for the poor.
    """
    paid = 0.0
    low = deductible
    for k in range(BRACKETS):
        high = layer.up_to[k]
        a = max(start, low)
        b = min(end, high)
        if b > a:
            paid += (b - a) * min(1.0, layer.rate[k] + bonus)
        low = max(low, high)
    return paid


@rule
def claim(
    layer: LayerRow,
    account: AccountRow,
    patient: PatientRow,
    city: CityRow,
    base: float,
    outstanding: float,
    cut: float,
) -> float:
    """Return what a layer owes on a bill, if its fund can pay.

    Args:
        layer: The layer.
        account: The patient's account, with the year's base so far.
        patient: The patient.
        city: The insured city: local income, regional factor.
        base: The part of the bill that the layer looks at, yuan.
        outstanding: What no layer before it owes of the bill, yuan.
        cut: By how much the payment falls for care away from the insured place, 0-1.
    """
    deductible = layer.deductible + layer.deductible_share * city.income
    bonus = 0.0
    if patient.poor:
        deductible *= layer.poor_deductible
        bonus = layer.poor_bonus
    yearly = ACCOUNT_OF[layer.payer]
    start = account.base[yearly]
    owed = bracketed(layer, deductible, bonus, start, start + base)
    owed *= (1.0 - cut) * city.benefit_factor
    owed = min(owed, base)
    over = account.household_share + outstanding - owed - layer.patient_cap
    if over > 0.0:
        owed += over
    return max(0.0, min(owed, outstanding, layer.payer_cap - account.used[yearly]))


@rule
def base_of(layer: LayerRow, in_scope_outstanding: float, outstanding: float) -> float:
    """Return the part of a bill that a layer looks at.

    In-list cost after the class-B pre-share, the in-scope out-of-pocket so far, or all
    out-of-pocket so far.
    """
    if layer.base == Base.IN_LIST:
        return in_scope_outstanding * (1.0 - layer.pre_share)
    if layer.base == Base.IN_SCOPE:
        return in_scope_outstanding
    return outstanding


@rule
def yearly_income(fund: FundRow) -> float:
    """Return what a fund receives in a year under the terms in force, yuan."""
    total = 0.0
    for s in range(len(fund.yearly)):
        total += fund.yearly[s]
    return total


@rule
def available(fund: FundRow) -> float:
    """Return what a fund may spend on rare diseases: its balance less reserve and what is held."""
    return max(0.0, fund.balance - fund.reserve * yearly_income(fund) - fund.held)


@rule
def ration(fund: FundRow) -> None:
    """Decide, before the first bill of the month is paid, what a short fund will do.

    What it has not got for everyone is missing in proportion to what is due: to the claims of the
    month, and to a month of all other patients, whose part is held.
    """
    fund.held = 0.0
    others = fund.other / 12.0
    have = available(fund)
    due = fund.claimed + others
    fund.held = others if have >= due else others * have / due
    have = available(fund)
    fund.short = fund.claimed > have
    fund.share = 1.0
    if fund.short and fund.ration == Rationing.PRO_RATA:
        fund.share = have / fund.claimed


@rule
def offer(fund: FundRow, owed: float, new_patient: bool) -> float:
    """Return what a fund pays of a claim: all, a share, or nothing to a new patient."""
    if fund.short and fund.ration == Rationing.STOP_NEW and new_patient:
        return 0.0
    return min(owed * fund.share, available(fund))


@rule
def priority(state: State, patient: PatientRow, month: int) -> float:
    """Return a patient's place in line at short funds; the smallest is served first.

    First come: the longest since diagnosis. Neediest: the lowest income per head.
    """
    city = state.cities[patient.insured]
    for kind in range(len(city.fund)):
        fund = state.funds[city.fund[kind]]
        if fund.short:
            if fund.ration == Rationing.NEEDIEST:
                return patient.income / patient.household
            if fund.ration != Rationing.PRO_RATA:
                return 1.0 * patient.diagnosed
    return 0.0


@rule
def pay_out(fund: FundRow, amount: float) -> None:
    """Pay for a rare-disease patient."""
    fund.balance -= amount
    fund.paid += amount
    fund.paid_rare += amount


@rule
def pay_claim(fund: FundRow, owed: float, new_patient: bool) -> float:
    """Pay a claim as far as the fund can and will; count what is refused, return what is paid."""
    paid = offer(fund, owed, new_patient)
    fund.rationed += owed - paid
    pay_out(fund, paid)
    return paid


@rule
def pay_others(fund: FundRow) -> None:
    """Pay a month of the spending on all other patients, as far as the money goes."""
    amount = min(fund.other / 12.0, max(0.0, fund.balance))
    fund.balance -= amount
    fund.paid += amount
    fund.paid_other += amount


@rule
def receive(fund: FundRow, source: int, amount: float) -> None:
    """Receive income."""
    fund.income[source] += amount
    fund.balance += amount


@rule
def set_ordinary_income(fund: FundRow, growth: float, heavier: float) -> None:
    """Set a year's premiums and fiscal money, and its spending on all other patients.

    Args:
        fund: The fund, with its terms per insured person.
        growth: Factor on income per head since the scenario's start.
        heavier: Factor on spending per head since the scenario's start.
    """
    grown = growth if fund.grows else 1.0
    income = fund.heads * fund.income_per_head * grown
    others = fund.heads * fund.other_per_head * heavier + income * fund.other_share
    income *= fund.relative
    for s in range(len(fund.yearly)):
        fund.yearly[s] = 0.0
    fund.yearly[Source.FISCAL] = income * fund.fiscal_share
    fund.yearly[Source.PREMIUMS] = income * (1.0 - fund.fiscal_share)
    fund.other = others * fund.spending
    fund.gives = 0.0


@rule
def receive_a_month(fund: FundRow, surplus: float) -> None:
    """Receive a twelfth of the year's income.

    Args:
        fund: The fund.
        surplus: What basic insurance gives this month over what it is to give, 0-1.
    """
    for s in range(len(fund.yearly)):
        part = surplus if s == Source.SURPLUS else 1.0
        receive(fund, s, part * fund.yearly[s] / 12.0)


@rule
def close_and_open(fund: FundRow) -> None:
    """Open a new year's ledger."""
    fund.opening = fund.balance
    for s in range(len(fund.income)):
        fund.income[s] = 0.0
    fund.paid = 0.0
    fund.paid_rare = 0.0
    fund.paid_other = 0.0
    fund.paid_transfer = 0.0
    fund.rationed = 0.0


@rule
def give_surplus(fund: FundRow, amount: float) -> float:
    """Give of the accumulated balance to the special fund, as far as there is money.

    Args:
        fund: A pool of basic insurance.
        amount: What it is to give, yuan.

    Returns:
        What it gave, yuan.
    """
    given = min(amount, max(0.0, fund.balance))
    fund.balance -= given
    fund.paid += given
    fund.paid_transfer += given
    return given
