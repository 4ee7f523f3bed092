"""Premiums that rise where a pool of basic insurance has run short, and who pays them."""

from agents.codes import Payer, Scheme
from agents.core.jit import rule
from agents.insurer import fund_kind, ordinary_income
from agents.records.insurance import FundRow
from agents.records.patient import PatientRow
from agents.state import State


@rule
def premiums_of_year(fund: FundRow, growth: float) -> float:
    """Return what a pool's members pay in a year, yuan; fiscal money for them is not among it.

    `growth` is a factor on income per head since the scenario's start.
    """
    return ordinary_income(fund, growth) * fund.relative * (1.0 - fund.fiscal_share) + fund.raised


@rule
def raise_premiums(fund: FundRow, growth: float, most: float) -> None:
    """Raise a year's premiums by what the pool lacked last year; what has risen stays.

    Args:
        fund: A pool of basic insurance.
        growth: Factor on income per head since the scenario's start.
        most: Share of the premiums by which they rise at most in a year, 0-1.
    """
    fund.raised += min(fund.missing, most * premiums_of_year(fund, growth))
    fund.missing = 0.0


@rule
def dearer_by(state: State, patient: PatientRow) -> float:
    """Return by how much premiums have risen for each member of a household, yuan a year.

    Assumption: all of them are insured as the patient is, and pay alike. Who is uninsured pays
    nothing.
    """
    if patient.scheme == Scheme.NONE:
        return 0.0
    kind = fund_kind(Payer.BASIC, patient.scheme)
    fund = state.funds[state.cities[patient.insured].fund[kind]]
    return fund.raised / fund.heads if fund.heads > 0.0 else 0.0
