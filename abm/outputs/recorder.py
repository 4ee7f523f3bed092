"""What a model writes down as it goes: monthly series, and the yearly books."""

import copy
from typing import TYPE_CHECKING

import numpy as np

from abm.calendar import year_of
from agents.codes import Flow, Fund, Source

if TYPE_CHECKING:
    from abm.model import RareCareModel

GENERAL = (
    Fund.BASIC_EMPLOYEE,
    Fund.BASIC_RESIDENT,
    Fund.CRITICAL_ILLNESS,
    Fund.MEDICAL_ASSISTANCE,
)
"""The funds of all insured people, from which rare-disease spending takes."""
LEVIES = (Source.LEVY, Source.MATERNITY)


class Records:
    """The series and books of one model.

    Attributes:
        flows: One array (provinces, flows) per month.
        stocks: One array (provinces, stages) per month, at the month's end.
        registered: Registered patients alive by province at each month's end.
        ledger, hospitals, drugs, referrals, financing: One entry per year.
    """

    def __init__(self, model: "RareCareModel"):
        self.model = model
        self.flows: list[np.ndarray] = []
        self.stocks: list[np.ndarray] = []
        self.registered: list[np.ndarray] = []
        self.ledger: list[tuple[int, np.ndarray]] = []
        self.hospitals: list[tuple[int, np.ndarray]] = []
        self.drugs: list[tuple[int, np.ndarray]] = []
        self.referrals: list[tuple[int, dict[str, np.ndarray]]] = []
        self.financing: list[tuple[int, np.ndarray, np.ndarray]] = []
        state = model.state
        patients = state.patients
        living = (patients["registered"] < 32000) & (patients["died"] == 32000)
        province = state.cities["province"][patients["city"][living]]
        self._now = np.bincount(province, minlength=len(state.provinces))

    def copy(self, model: "RareCareModel") -> "Records":
        """Return the same books for a branch of the model; what is written stays shared."""
        other = copy.copy(self)
        other.model = model
        for name, value in vars(self).items():
            if isinstance(value, list):
                setattr(other, name, list(value))
        other._now = self._now.copy()
        return other

    def write(self, month: int) -> None:
        """Write down a month, and at a year's end the year."""
        state = self.model.state
        flows = state.provinces["flows"].copy()
        state.provinces["flows"] = 0.0
        self.flows.append(flows)
        self.stocks.append(state.provinces["stocks"].copy())
        change = flows[:, Flow.REGISTRATIONS] - flows[:, Flow.REGISTERED_DEATHS]
        self._now = self._now + change.astype(np.int64)
        self.registered.append(self._now)
        if month % 12 == 11:
            self._close_year(year_of(month))

    def _close_year(self, year: int) -> None:
        """Write the yearly books."""
        state = self.model.state
        self.ledger.append((year, state.funds.copy()))
        self.hospitals.append((year, state.hospitals.copy()))
        self.drugs.append((year, state.drugs.copy()))
        self.financing.append((year, *self._who_paid()))
        own = np.flatnonzero(state.own_way.ravel()).astype(np.int32)
        self.referrals.append((year, {
            "sent": state.edges["sent"].copy(), "followed": state.edges["followed"].copy(),
            "own": own, "times": state.own_way.ravel()[own],
        }))  # fmt: skip
        state.edges["sent"] = state.edges["followed"] = 0
        state.own_way[:] = 0

    def _who_paid(self) -> tuple[np.ndarray, np.ndarray]:
        """Work out whom the money of the year was taken from.

        Returns:
            Yuan that went to rare-disease care, and of it what left the pools of all insured
            people, each by province and income quintile.
        """
        state, people = self.model.state, self.model.setup.people
        insured = people.insured * self.model.world.lived_in[:, None, None]
        everyone = insured.sum(axis=1)
        shares = {Fund.BASIC_EMPLOYEE: insured[:, 0], Fund.BASIC_RESIDENT: insured[:, 1]}
        taken = np.zeros((len(state.cities), 5))
        for kind in GENERAL:
            fund = state.cities["fund"][:, kind]
            heads = np.maximum(state.funds["heads"][fund], 1e-9)
            spent = (state.funds["paid_rare"] + state.funds["paid_transfer"])[fund]
            by_city = spent * state.cities["heads"][:, kind] / heads
            taken += by_city[:, None] * _rows_to_shares(shares.get(kind, everyone))
        levied = np.zeros(len(state.cities))
        fund = state.cities["fund"][:, Fund.SPECIAL_FUND]
        payers = self.model.schedule.levied * everyone.sum(axis=1)
        per_fund = np.bincount(fund, payers, minlength=len(state.funds))
        levies = state.funds["income"][:, list(LEVIES)].sum(axis=1)
        levied = payers * (levies / np.maximum(per_fund, 1e-9))[fund]
        contributed = taken + levied[:, None] * _rows_to_shares(everyone)
        return self._by_province(contributed), self._by_province(taken)

    def _by_province(self, by_city: np.ndarray) -> np.ndarray:
        """Add up cities, shape (cities, 5), to provinces."""
        total = np.zeros((len(self.model.state.provinces), 5))
        np.add.at(total, self.model.state.cities["province"], by_city)
        return total


def _rows_to_shares(persons: np.ndarray) -> np.ndarray:
    """Return each row as shares of its sum."""
    return persons / np.maximum(persons.sum(axis=1, keepdims=True), 1e-9)
