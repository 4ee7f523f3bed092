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
from agents.records.drug import DrugRow
from agents.records.insurance import BRACKETS, QUARTER, YEAR, AccountRow, FundRow, LayerRow
from agents.records.patient import PatientRow
from agents.records.places import CityRow

CENT = 0.01
"""Yuan that decide nothing: the rounding of sums, which depends on the order of adding."""


BY_POLICY = {"used": "financing.pooling", "serves": "benefits of the special fund",
             "ration": "rationing", "reserve": "financing.reserve_ratio"}  # fmt: skip
"""Fields that the policy in force sets, with their lever."""


class Insurer(RecordAgent, record=FundRow, by_policy=BY_POLICY):
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
def covers(layer: LayerRow, patient: PatientRow, drug: DrugRow) -> bool:
    """Return whether a layer covers this patient's drug, wherever the patient lives."""
    if layer.drug_filter != DrugFilter.ANY and drug.listed != (
        layer.drug_filter == DrugFilter.LISTED
    ):
        return False
    if layer.poor_only and not patient.poor:
        return False
    if layer.enrolled_only and not patient.enrolled:
        return False
    if not has(layer.schemes, patient.scheme) or not has(layer.responses, drug.response):
        return False
    if drug.price <= layer.cost_above or drug.price > layer.cost_below:
        return False
    return has(layer.diseases, patient.disease)


@rule
def covers_all(layer: LayerRow, drug: DrugRow) -> bool:
    """Return whether a layer covers a drug that is off the list for everybody in a scheme."""
    if layer.drug_filter == DrugFilter.LISTED or layer.poor_only or layer.enrolled_only:
        return False
    if drug.price <= layer.cost_above or drug.price > layer.cost_below:
        return False
    return has(layer.responses, drug.response) and has(layer.diseases, drug.disease)


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
def levies(fund: FundRow) -> float:
    """Return the levies and fiscal money of a special fund's year, yuan."""
    raised = fund.yearly[Source.LEVY] + fund.yearly[Source.FISCAL]
    return raised + fund.yearly[Source.MATERNITY]


@rule
def shrink_levies(fund: FundRow) -> None:
    """Raise only the part of its levies and fiscal money that a special fund raises this year."""
    fund.yearly[Source.LEVY] *= fund.levied
    fund.yearly[Source.FISCAL] *= fund.levied
    fund.yearly[Source.MATERNITY] *= fund.levied


@rule
def available(fund: FundRow) -> float:
    """Return what a fund may spend on rare diseases.

    Its balance less its reserve, what is held, and what is promised.
    """
    whole = fund.balance - fund.reserve * yearly_income(fund) - fund.held
    return max(0.0, whole - fund.promised)


@rule
def available_for(fund: FundRow, carried: bool) -> float:
    """Return what a fund may spend on those whom it carries, for whom its reserve is, or others.

    So nobody begins on the reserve, and nobody is interrupted while it lasts.
    """
    return max(0.0, fund.balance - fund.held - fund.promised) if carried else available(fund)


@rule
def plans(fund: FundRow) -> bool:
    """Return whether a fund looks ahead: special funds do."""
    return fund.kind == Fund.SPECIAL_FUND


@rule
def bills_until(ahead: int, period: int) -> int:
    """Return how many bills of a patient billed now fall due up to a month ahead."""
    return 1 + ahead // period


@rule
def look_ahead(fund: FundRow, month: int) -> None:
    """Begin a month: what patients carried so far will claim, as far as the fund knows them.

    Args:
        fund: A fund that plans.
        month: The month that begins. Bills that fall due in it are claimed one by one.
    """
    fund.due_quarterly[month % QUARTER] = 0.0
    fund.due_yearly[month % YEAR] = 0.0
    total = 0.0
    for ahead in range(YEAR):
        total += fund.due_quarterly[(month + ahead) % QUARTER]
        total += fund.due_yearly[(month + ahead) % YEAR]
        fund.needs[ahead] = total
        fund.wants[ahead] = 0.0


@rule
def foresee(fund: FundRow, month: int, ahead: int) -> None:
    """Work out what a fund could spend this month on patients whom it does not carry yet.

    As far as it can tell before the month's bills: those whom it knows claim again what they did.
    """
    have = available(fund)
    fund.free[0] = have
    if not plans(fund):
        return
    needs = 0.0
    for k in range(ahead):
        needs += fund.due_quarterly[(month + k) % QUARTER] + fund.due_yearly[(month + k) % YEAR]
        fund.free[k] = max(0.0, have + k * yearly_income(fund) / 12.0 - needs)


@rule
def can_take_back(fund: FundRow, claim: float, period: int, ahead: int) -> bool:
    """Return whether a fund foresees money for a claim that it had none for; if so, count on it.

    `claim` is in yuan, of a bill for `period` months of treatment; `ahead` says how many months a
    fund that plans looks ahead.
    """
    if not fund.used:
        return True
    if not plans(fund):
        ahead = 1
    if claim > room(fund, period, ahead) + CENT:
        return False
    set_aside(fund, claim, False, period, ahead)
    return True


@rule
def expect(fund: FundRow, owed: float, month: int, period: int) -> None:
    """Expect that a patient whom the fund knows claims as much again when the next bill is due.

    `owed` is in yuan, of a bill for `period` months of treatment.
    """
    if period == QUARTER:
        fund.due_quarterly[month % QUARTER] += owed
    else:
        fund.due_yearly[month % YEAR] += owed


@rule
def count_claim(fund: FundRow, owed: float, period: int, carried: bool, known: bool) -> None:
    """Tell a fund of a claim of this month, and what it means for the months ahead.

    Args:
        fund: The fund.
        owed: The claim, yuan.
        period: Months of treatment that the bill is for.
        carried: Whether the fund paid a part of the patient's last bill.
        known: Whether it knows the patient, and so expects the bills to come.
    """
    fund.claimed += owed
    if plans(fund):
        for ahead in range(YEAR):
            if carried:
                fund.needs[ahead] += owed * (bills_until(ahead, period) if known else 1)
            else:
                fund.wants[ahead] += owed * bills_until(ahead, period)


@rule
def hold(fund: FundRow) -> None:
    """Hold the money of a month of all other patients.

    What a fund has not got for everyone is missing in proportion to what is due: to the claims of
    the month, to small bills, though these are paid at once, and to the other patients.
    """
    fund.held = 0.0
    others = fund.other / 12.0
    have = available(fund)
    if have >= fund.claimed + others:
        fund.held = others
        return
    part = (have + fund.at_counter) / (fund.claimed + others + fund.at_counter)
    fund.held = max(0.0, have - fund.claimed * part)


@rule
def ration(fund: FundRow, month: int, ahead: int) -> None:
    """Decide, before the first bill of the month is paid, what a fund will do.

    A fund that plans gives those whom it carries what they can have in this and every month to
    the year's end alike, out of its reserve too; it carries others only with money above the
    reserve that those will not need in the months ahead.

    Args:
        fund: The fund.
        month: This month.
        ahead: How many months a fund that plans looks ahead, this one included.
    """
    fund.share = 1.0
    if not plans(fund):
        hold(fund)
        have = available(fund)
        fund.short = fund.claimed > have + CENT
        if fund.short and fund.ration == Rationing.PRO_RATA:
            fund.share = have / fund.claimed
        return
    have = available(fund)
    whole = available_for(fund, True)
    fund.begin_share = 1.0
    monthly = yearly_income(fund) / 12.0
    for k in range(min(ahead, YEAR - month % YEAR)):
        if fund.needs[k] > whole + k * monthly + CENT:
            fund.share = min(fund.share, (whole + k * monthly) / fund.needs[k])
    for k in range(ahead):
        fund.free[k] = max(0.0, have + k * monthly - fund.needs[k])
        if fund.wants[k] > fund.free[k] + CENT:
            fund.begin_share = min(fund.begin_share, fund.free[k] / fund.wants[k])
    fund.left = fund.share * fund.needs[0]
    fund.short = fund.share < 1.0 or fund.begin_share < 1.0


@rule
def room(fund: FundRow, period: int, ahead: int) -> float:
    """Return the largest claim of somebody not carried yet that a fund that plans can take on."""
    most = fund.free[0]
    for k in range(ahead):
        most = min(most, fund.free[k] / bills_until(k, period))
    return most


@rule
def offer(
    fund: FundRow, owed: float, new_patient: bool, carried: bool, period: int, ahead: int
) -> float:
    """Return what a fund pays of a claim: all, a share, or nothing to a new patient.

    Args:
        fund: The fund.
        owed: The claim, yuan.
        new_patient: Whether the patient has never been treated.
        carried: Whether the fund paid a part of the patient's last bill.
        period: Months of treatment that the bill is for.
        ahead: How many months a fund that plans looks ahead, this one included.
    """
    most = available_for(fund, carried)
    if not fund.short:
        return min(owed, most)
    if fund.ration == Rationing.STOP_NEW and new_patient:
        return 0.0
    if not plans(fund):
        return min(owed * fund.share, most)
    equally = fund.ration == Rationing.PRO_RATA
    if carried:
        return min(owed * (fund.share if equally else 1.0), fund.left, most)
    return min(owed * (fund.begin_share if equally else 1.0), room(fund, period, ahead), most)


@rule
def set_aside(fund: FundRow, amount: float, carried: bool, period: int, ahead: int) -> None:
    """Take what is paid now out of the plan, with the bills that follow; below 0 puts it back.

    `amount` is in yuan; `carried`, `period` and `ahead` are those of `offer`.
    """
    if carried:
        fund.left -= amount
    else:
        for k in range(ahead):
            fund.free[k] -= amount * bills_until(k, period)


@rule
def place(fund: FundRow, patient: PatientRow) -> float:
    """Return a patient's place in line at a short fund; the smallest is served first.

    First come: the longest since diagnosis. Neediest: the lowest income per head. Places at funds
    with different rules have different units, and are never compared.
    """
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
def pay_at_counter(fund: FundRow, amount: float) -> None:
    """Pay a small bill of `amount` yuan: a consultation, a test, supportive care.

    It is settled at the counter, whatever a pool has: what it has not got it owes to the hospitals,
    and its next income goes to them first. So they are never served in the order of rows. Costly
    drugs go through `pay_claim`.
    """
    fund.at_counter += amount
    pay_out(fund, amount)


@rule
def pay_claim(
    fund: FundRow, owed: float, new_patient: bool, carried: bool, period: int, ahead: int
) -> float:
    """Pay a claim as far as the fund can and will, and return what is paid.

    `owed`, `new_patient`, `carried`, `period` and `ahead` are those of `offer`.
    """
    paid = max(0.0, offer(fund, owed, new_patient, carried, period, ahead))
    if plans(fund):
        set_aside(fund, paid, carried, period, ahead)
    pay_out(fund, paid)
    return paid


@rule
def refuse_a_month(fund: FundRow, account: AccountRow) -> None:
    """Count a month for which a patient goes without a drug for want of the fund's money.

    Of the claim that it did not pay in full that month's part: however often the patient asks, each
    month of treatment is refused once.
    """
    if account.refused > 0.0:
        fund.rationed += account.refused / account.refused_period
        fund.refused_months += 1.0


@rule
def pay_others(fund: FundRow) -> None:
    """Pay a month of the spending on all other patients, as far as the money goes.

    Where it does not go far enough they get the part of what is due that they would get if the
    month's small bills had waited for them: what the hospitals are then owed, the fund owes.
    """
    due = fund.other / 12.0
    amount = due
    have = fund.balance - fund.promised
    if 0.0 < due and have < due:
        before = max(0.0, have + fund.at_counter)
        amount = due * before / (due + fund.at_counter)
    fund.at_counter = 0.0
    fund.unpaid_other += due - amount
    fund.balance -= amount
    fund.paid += amount
    fund.paid_other += amount


@rule
def pay_programme(fund: FundRow, cost: float, own_share: float) -> None:
    """Pay for a programme, in yuan: a share oneself, the rest is fiscal money that passes through.

    A pool that has nothing owes its share, as it owes small bills (`pay_at_counter`).
    """
    fiscal = cost * (1.0 - own_share)
    fund.at_counter += cost - fiscal
    receive(fund, Source.FISCAL, fiscal)
    fund.balance -= cost
    fund.paid += cost
    fund.paid_programmes += cost
    fund.programmes_fiscal += fiscal


@rule
def receive(fund: FundRow, source: int, amount: float) -> None:
    """Receive income."""
    fund.income[source] += amount
    fund.balance += amount


@rule
def ordinary_income(fund: FundRow, growth: float) -> float:
    """Return what a fund would receive in a year with funding per insured as in the mean, yuan.

    `growth` is a factor on income per head since the scenario's start.
    """
    grown = growth if fund.grows else 1.0
    return fund.heads * fund.income_per_head * grown


@rule
def set_ordinary_income(fund: FundRow, growth: float, heavier: float) -> None:
    """Set a year's premiums and fiscal money, and its spending on all other patients.

    Args:
        fund: The fund, with its terms per insured person.
        growth: Factor on income per head since the scenario's start.
        heavier: Factor on spending per head since the scenario's start.
    """
    income = ordinary_income(fund, growth)
    others = fund.heads * fund.other_per_head * heavier + income * fund.other_share
    income *= fund.relative
    for s in range(len(fund.yearly)):
        fund.yearly[s] = 0.0
    fund.yearly[Source.FISCAL] = income * fund.fiscal_share
    fund.yearly[Source.PREMIUMS] = income * (1.0 - fund.fiscal_share) + fund.raised
    fund.other = others * fund.spending
    fund.gives = 0.0


@rule
def receive_a_month(fund: FundRow, surplus: float, month: int) -> None:
    """Receive a twelfth of the year's income; what is bought for a year is paid in January.

    Args:
        fund: The fund.
        surplus: What basic insurance gives this month over what it is to give, 0-1.
        month: This month.
    """
    if fund.in_advance:
        if month % 12 == 0:
            receive(fund, Source.PREMIUMS, fund.yearly[Source.PREMIUMS])
        return
    for s in range(len(fund.yearly)):
        part = surplus if s == Source.SURPLUS else 1.0
        receive(fund, s, part * fund.yearly[s] / 12.0)


@rule
def lacked(fund: FundRow) -> float:
    """Return what a fund lacked in the year that ends, yuan.

    Claims that it refused and other patients' spending that it did not pay; and what it owes, or
    what its balance is short of its reserve.
    """
    short = fund.reserve * yearly_income(fund) - fund.balance
    return fund.rationed + fund.unpaid_other + max(0.0, short)


@rule
def close_and_open(fund: FundRow) -> None:
    """Open a new year's ledger."""
    fund.missing = lacked(fund)
    fund.claims_before = fund.paid_rare + fund.rationed
    fund.opening = fund.balance
    for s in range(len(fund.income)):
        fund.income[s] = 0.0
    fund.paid = 0.0
    fund.paid_rare = 0.0
    fund.paid_other = 0.0
    fund.paid_transfer = 0.0
    fund.paid_programmes = 0.0
    fund.programmes_fiscal = 0.0
    fund.unpaid_other = 0.0
    fund.rationed = 0.0
    fund.refused_months = 0.0


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
