"""What a model writes down as it goes: monthly series, and the yearly books."""

import copy
from typing import NamedTuple

import numpy as np

from abm.outputs.fund_book import FundBook
from abm.outputs.paid_ahead import paid_ahead
from abm.setup.initial_state import Setup
from abm.setup.risk_pools import TERMS
from agents.codes import Bearer, Flow, Fund, Scheme, Source
from agents.core.record import NEVER
from agents.state import State


class WhoPaid(NamedTuple):
    """Whose money went to rare-disease care in a year, yuan by province and income quintile.

    Attributes:
        contributed: What was taken from all insured people: from their pools, by levies, and as
            fiscal money.
        taken: The part that left their pools.
        fiscal: The part that was fiscal money, for special funds and for programmes.
        donated: Donations to special funds, as if all people gave alike; not among the others.
        raised: By how much premiums of basic insurance have risen because pools were short, for
            whatever they pay; not among the others.
        displacing: What social payers spent on care, by whose health it displaces, discounted to
            the scenario's first month.
    """

    contributed: np.ndarray
    taken: np.ndarray
    fiscal: np.ndarray
    donated: np.ndarray
    raised: np.ndarray
    displacing: np.ndarray


class Records:
    """The series and books of one model.

    Attributes:
        flows: One array (provinces, flows) per month.
        stocks: One array (provinces, stages) per month, at the month's end.
        registered: Registered patients alive by province at each month's end.
        ledger, hospitals, drugs, referrals, financing, waited: One entry per year.
        borne: Per year, costs by province and quintile of the ill, those of programmes of whoever
            pays for them, and by bearer, each month's discounted to the scenario's first. A bill of
            several months falls to the years that it pays for.
        fund_book: The funds by month, or None where nobody has asked for them.

    Args:
        state: The world at the scenario's start.
        setup: What does not change.
    """

    def __init__(self, state: State, setup: Setup):
        self._world = setup.world
        insured = setup.people.insured * setup.world.lived_in[:, None, None]
        self._employees = insured[:, Scheme.EMPLOYEE]
        self._everyone = insured.sum(axis=1)
        self._taxed = _taxed(setup, self._everyone)
        self._tax_shares = _rows_to_shares(self._taxed)
        self._members = {
            kind: _rows_to_shares(insured[:, list(TERMS[kind].schemes)].sum(axis=1))
            for kind in Fund
            if TERMS[kind].general
        }
        self.flows: list[np.ndarray] = []
        self.stocks: list[np.ndarray] = []
        self.registered: list[np.ndarray] = []
        self.ledger: list[tuple[int, np.ndarray]] = []
        self.hospitals: list[tuple[int, np.ndarray]] = []
        self.drugs: list[tuple[int, np.ndarray]] = []
        self.referrals: list[tuple[int, dict[str, np.ndarray]]] = []
        self.waited: list[tuple[int, np.ndarray]] = []
        self.financing: list[tuple[int, WhoPaid]] = []
        self.borne: list[tuple[int, np.ndarray]] = []
        self._ahead = paid_ahead(state, 0)
        self._borne = self._ahead
        self._given = np.zeros((len(state.provinces), 5))
        self._programmes = np.zeros((2, len(state.funds)))
        self.fund_book: FundBook | None = None
        patients = state.patients
        living = (patients["registered"] != NEVER) & (patients["died"] == NEVER)
        province = state.cities["province"][patients["city"][living]]
        self._now = np.bincount(province, minlength=len(state.provinces))

    def copy(self) -> "Records":
        """Return the same books for a branch; what is written stays shared."""
        other = copy.copy(self)
        for name, value in vars(self).items():
            if isinstance(value, list):
                setattr(other, name, list(value))
        other.fund_book = None if self.fund_book is None else self.fund_book.copy()
        return other

    def registered_now(self) -> int:
        """Return how many registered patients are alive, the whole country."""
        return int(self._now.sum())

    def follow_funds(self) -> None:
        """Keep the funds by month too, which takes 20 kB a month.

        Raises:
            ValueError: After the first month: the book begins with January 2019.
        """
        if self.flows:
            raise ValueError("the funds can be followed from the first month on only")
        self.fund_book = FundBook()

    def write(self, state: State, month: int) -> None:
        """Write down a month, and at a year's end the year; the state's counts begin anew."""
        flows = state.provinces["flows"].copy()
        state.provinces["flows"] = 0.0
        self.flows.append(flows)
        worth = (1.0 + self._world.parameters["discount_rate"]) ** (-month / 12.0)
        borne = state.provinces["borne"].reshape(self._borne.shape).copy()
        borne[:, :, Bearer.SOCIAL] += self._borne_for_programmes(state, month)
        self._borne = self._borne + worth * borne
        state.provinces["borne"] = 0.0
        self.stocks.append(state.provinces["stocks"].copy())
        change = flows[:, Flow.REGISTRATIONS] - flows[:, Flow.REGISTERED_DEATHS]
        self._now = self._now + change.astype(np.int64)
        self.registered.append(self._now)
        if self.fund_book is not None:
            self.fund_book.write(state.funds)
        if month % 12 == 11:
            self._ahead = paid_ahead(state, month + 1)
            self._borne = self._borne - self._ahead
            self._close_year(state, self._world.year_of(month))
            self._borne = self._ahead
            state.edges["sent"] = state.edges["followed"] = 0
            state.own_way[:] = state.from_home[:] = state.waited[:] = 0

    def to_date(self, state: State, steps: int) -> "Records":
        """Return the books with the year in them that is not over, as far as it has come.

        Args:
            state: The world; it is not changed.
            steps: Months lived.
        """
        if steps % 12 == 0:
            return self
        other = self.copy()
        other._borne = self._borne - paid_ahead(state, steps)
        other._close_year(state, self._world.year_of(steps - 1))
        return other

    def _close_year(self, state: State, year: int) -> None:
        """Write the yearly books."""
        self.ledger.append((year, state.funds.copy()))
        self.hospitals.append((year, state.hospitals.copy()))
        self.drugs.append((year, state.drugs.copy()))
        self.financing.append((year, self._who_paid(state)))
        self.borne.append((year, self._borne))
        self.waited.append((year, state.waited.copy()))
        ways, starts = state.own_way.ravel(), state.from_home.ravel()
        own, home = (np.flatnonzero(used).astype(np.int32) for used in (ways, starts))
        self.referrals.append((year, {
            "sent": state.edges["sent"].copy(), "followed": state.edges["followed"].copy(),
            "own": own, "times": ways[own], "home": home, "from_home": starts[home],
        }))  # fmt: skip

    def _who_paid(self, state: State) -> WhoPaid:
        """Work out whom the money of the year was taken from, each by province and quintile."""
        everyone = self._everyone
        taken, care, given, programmes, fiscal, raised = np.zeros((6, len(state.cities), 5))
        for kind, among in self._members.items():
            own, public = self._whose_programmes(
                state, kind, state.funds["paid_programmes"], state.funds["programmes_fiscal"]
            )
            care += _by_city(state, kind, state.funds["paid_rare"]) * among
            given += _by_city(state, kind, state.funds["paid_transfer"]) * among
            raised += _by_city(state, kind, state.funds["raised"]) * among
            programmes += own + public
            fiscal += public
            taken += own
        taken += care + given
        levied = _raised(state, Source.LEVY, everyone)
        levied += _raised(state, Source.MATERNITY, self._employees)
        for_fund = _raised(state, Source.FISCAL, self._taxed)
        fiscal += for_fund
        given += levied + for_fund
        special = state.funds["kind"] == Fund.SPECIAL_FUND
        total = state.funds["income"][special, Source.DONATIONS].sum()
        donated = total * everyone / max(everyone.sum(), 1e-9)
        contributed = taken + levied + fiscal
        displacing = self._whose_health(
            state, _by_province(state, given), _by_province(state, care + programmes)
        )
        return WhoPaid(
            _by_province(state, contributed), _by_province(state, taken),
            _by_province(state, fiscal), _by_province(state, donated), _by_province(state, raised),
            displacing,
        )  # fmt: skip

    def _whose_programmes(
        self, state: State, kind: Fund, paid: np.ndarray, fiscal: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Divide what funds of a kind paid for programmes, by city and income quintile.

        Args:
            state: The world.
            kind: The kind of fund.
            paid: By fund, yuan.
            fiscal: The part of it that was fiscal money, by fund, yuan.

        Returns:
            Their own money, by their members; fiscal money, as all of it, by who pays taxes.
        """
        return (
            _by_city(state, kind, paid - fiscal) * self._members[kind],
            _by_city(state, kind, fiscal) * self._tax_shares,
        )

    def _borne_for_programmes(self, state: State, month: int) -> np.ndarray:
        """Divide what programmes cost this month among those whose money it is.

        Returns:
            Yuan by province and income quintile.
        """
        before = self._programmes if month % 12 else np.zeros_like(self._programmes)
        self._programmes = np.array(
            [state.funds["paid_programmes"], state.funds["programmes_fiscal"]]
        )
        paid, fiscal = self._programmes - before
        spent = np.zeros((len(state.cities), 5))
        for kind in self._members:
            if paid[state.funds["kind"] == kind].any():
                spent += sum(self._whose_programmes(state, kind, paid, fiscal))
        return _by_province(state, spent)

    def _whose_health(self, state: State, given: np.ndarray, own: np.ndarray) -> np.ndarray:
        """Divide what social payers spent on care this year among those whose health it displaces.

        Money spent on one patient is not spent on another, whatever it is called. What general
        pools spend themselves, and programmes, fall on those who pay for them; what special funds
        spend, on those who have given to them so far, in proportion.

        Args:
            state: The world in December.
            given: Yuan that special funds were given this year, by province and income quintile.
            own: What was spent on such care otherwise, by whom it was taken from.

        Returns:
            Yuan by province and income quintile, discounted to the scenario's first month.
        """
        self._given = self._given + given
        given = self._given
        if given.sum() <= 0.0:
            given = _by_province(state, self._everyone)
        special = state.funds["paid_rare"][state.funds["kind"] == Fund.SPECIAL_FUND].sum()
        spent = own + special * given / max(given.sum(), 1e-9)
        total = spent.sum()
        share = spent / total if total > 0.0 else np.zeros_like(spent)
        return share * self._borne[:, :, Bearer.SOCIAL].sum()


def _by_city(state: State, kind: Fund, amounts: np.ndarray) -> np.ndarray:
    """Divide amounts of funds over the cities that funds of a kind carry, by heads: (cities, 1)."""
    fund = state.cities["fund"][:, kind]
    heads = np.maximum(state.funds["heads"][fund], 1e-9)
    return (amounts[fund] * state.cities["heads"][:, kind] / heads)[:, None]


def _raised(state: State, source: Source, payers: np.ndarray) -> np.ndarray:
    """Divide what special funds received from a source over those from whom they raise it.

    Args:
        state: The world at the year's end.
        source: The source.
        payers: Persons who pay alike, or persons times what each pays over the mean, by city and
            income quintile. They pay where the special fund pays; to a fund that has ceased to pay
            during the year, wherever it carries people.

    Returns:
        Yuan by city and income quintile.
    """
    fund = state.cities["fund"][:, Fund.SPECIAL_FUND]
    persons = payers.sum(axis=1)
    here = state.cities["levied"] * persons
    still = np.bincount(fund, here, minlength=len(state.funds))[fund] > 0.0
    here = np.where(still, here, persons)
    by_fund = np.bincount(fund, here, minlength=len(state.funds))
    each = state.funds["income"][:, source] / np.maximum(by_fund, 1e-9)
    return (here * each[fund])[:, None] * _rows_to_shares(payers)


def _taxed(setup: Setup, everyone: np.ndarray) -> np.ndarray:
    """Return persons times the taxes that each pays over the mean, by city and income quintile.

    Taxes rise with income per head by an elasticity: at 0 all pay alike, at 1 in proportion.
    """
    incomes = np.maximum(setup.people.incomes, 1.0)
    mean = (everyone * incomes).sum() / max(everyone.sum(), 1e-9)
    return everyone * (incomes / mean) ** setup.world.parameters["fiscal_income_elasticity"]


def _by_province(state: State, by_city: np.ndarray) -> np.ndarray:
    """Add up cities, shape (cities, 5), to provinces."""
    columns = [
        np.bincount(state.cities["province"], column, minlength=len(state.provinces))
        for column in by_city.T
    ]
    return np.column_stack(columns)


def _rows_to_shares(persons: np.ndarray) -> np.ndarray:
    """Return each row as shares of its sum."""
    return persons / np.maximum(persons.sum(axis=1, keepdims=True), 1e-9)
