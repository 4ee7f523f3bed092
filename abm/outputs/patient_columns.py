"""The columns of the patients' table, each worked out when it is first asked for.

The table of a run asks for all of them; a page that shows a month asks for a dozen.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from abm.world import World
from agents.codes import AgeGroup, Bearer, Code, Payer, Residence, ResponseClass, Scheme, Sex, Stage
from agents.core.jit import kernel
from agents.core.record import NEVER
from agents.disease import progress, terminal_quality
from agents.records.bill import BillRow
from agents.records.insurance import AccountRow
from agents.rest_of_life import costs_of_rest
from agents.state import State


@kernel
def health_to_date(
    state: State,
    month: int,
    chosen: np.ndarray,
    work: np.ndarray,
    bill: np.ndarray,
    account: np.ndarray,
    severity: np.ndarray,
    qalys: np.ndarray,
    lived: np.ndarray,
    treated: np.ndarray,
    forgone: np.ndarray,
    after: np.ndarray,
) -> None:
    """Work out health as it stands and what the rest of life costs, changing nothing.

    Severity; QALYs with a terminal value, and those lived; months on treatment, and those without
    a drug at hand because of what it costs; costs from now to death by bearer.
    """
    params = state.params[0]
    for n in range(len(chosen)):
        work[0] = state.patients[chosen[n]]
        patient = work[0]
        if patient.stage != Stage.DEAD:
            disease = state.diseases[patient.disease]
            progress(patient, disease, params, month)
            lived[n] = patient.qalys
            costs_of_rest(state, bill[0], account[0], patient, disease, month, after[n])
            patient.qalys += terminal_quality(patient, disease, params)
        else:
            lived[n] = patient.qalys
        treated[n] = patient.treated_months
        forgone[n] = patient.forgone_months
        severity[n] = patient.severity
        qalys[n] = patient.qalys


class Health(NamedTuple):
    """Health as it stands, one number per patient each.

    Attributes:
        severity: Severity of the disease, 0-1.
        qalys: QALYs since the scenario's start, discounted, with those of the rest of life.
        lived: The same up to now.
        treated: Months on treatment.
        forgone: Months without a drug at hand because of what it costs.
        after: Costs of the rest of life, discounted, yuan by `agents.codes.Bearer`, shape (n, 5).
    """

    severity: np.ndarray
    qalys: np.ndarray
    lived: np.ndarray
    treated: np.ndarray
    forgone: np.ndarray
    after: np.ndarray


class PatientColumns:
    """Patients at a month, one column after the other; rows as in the patients' table.

    Args:
        state: The arrays of the model.
        world: Its world, which names places and diseases.
        month: Months lived.
        rows: Rows of the patients in the state; by default of everyone who has lived with the
            disease in the scenario so far.
    """

    def __init__(self, state: State, world: World, month: int, rows: np.ndarray | None = None):
        self.state, self.world, self.month = state, world, month
        self.rows = np.flatnonzero(state.patients["onset"] < month) if rows is None else rows
        self._fields: dict[str, np.ndarray] = {}
        self._columns: dict[str, pd.Series] = {}

    def __len__(self) -> int:
        """Return the number of patients."""
        return len(self.rows)

    def __getitem__(self, column: str) -> pd.Series:
        """Return a column of the patients' table.

        Raises:
            KeyError: If it is none of `COLUMNS`.
        """
        if column not in self._columns:
            self._columns[column] = pd.Series(COLUMNS[column](self))
        return self._columns[column]

    def field(self, name: str) -> np.ndarray:
        """Return a field of the patients' records, codes and all."""
        if name not in self._fields:
            self._fields[name] = self.state.patients[name][self.rows]
        return self._fields[name]

    def to_frame(self) -> pd.DataFrame:
        """Return all columns as a table."""
        return pd.DataFrame({name: self[name] for name in COLUMNS})

    @cached_property
    def home_province(self) -> np.ndarray:
        """Row of each patient's home province."""
        return self.state.cities["province"][self.field("city")]

    @cached_property
    def diagnosed_city(self) -> np.ndarray:
        """Row of the city in which each patient was diagnosed, -1 without a diagnosis."""
        at = self.field("diagnosed_at")
        return np.where(at >= 0, self.state.hospitals["city"][at], -1)

    @cached_property
    def end(self) -> np.ndarray:
        """Month in which each patient's observation ends: death, or the present month."""
        died = self.field("died")
        return np.where(died < NEVER, died, self.month)

    @cached_property
    def age_at_onset(self) -> np.ndarray:
        """Age at onset, years."""
        return (self.field("onset").astype(int) - self.field("birth")) / 12.0

    @cached_property
    def health(self) -> Health:
        """Health as it stands."""
        n = len(self)
        found = Health(
            np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n),
            np.zeros((n, len(Bearer))),
        )  # fmt: skip
        work, bill, account = (self.state.patients[self.rows[:1]], BillRow.array(1),
                               AccountRow.array(1))  # fmt: skip
        health_to_date(self.state, self.month, self.rows, work, bill, account, *found)
        return found

    @cached_property
    def launched(self) -> np.ndarray:
        """Month in which the first drug for each patient was first sold, NEVER without one.

        For those treated ahead of its approval, that in which they began.
        """
        drugs = self.state.drugs
        first = np.full(len(self.state.diseases), NEVER, np.int16)
        np.minimum.at(first, drugs["disease"], drugs["launched"])
        return np.minimum(first[self.field("disease")], self.field("treated"))

    def billed(self) -> np.ndarray:
        """Return what was billed since the scenario's start, yuan."""
        outright = self.field("search_billed").astype(float) + self.field("care_billed")
        return outright + self._account("billed")

    def paid(self, payer: Payer) -> np.ndarray:
        """Return what one payer has paid since the scenario's start, yuan.

        The search's consultations and tests, and older and supportive treatment, were paid by basic
        insurance and the household; drugs by all payers, as the accounts say.
        """
        paid = self._account("paid", payer)
        if payer == Payer.BASIC:
            paid += self.field("search_basic") + self.field("care_basic")
        if payer == Payer.HOUSEHOLD:
            paid += self.field("search_billed") - self.field("search_basic")
            paid += self.field("care_billed") - self.field("care_basic")
        return paid

    def _account(self, field: str, payer: Payer | None = None) -> np.ndarray:
        """Return a number from the patients' accounts, 0 without an account."""
        values = np.zeros(len(self))
        account = self.field("account")
        has = account >= 0
        held = self.state.accounts[field]
        values[has] = (held if payer is None else held[:, payer])[account[has]]
        return values


Maker = Callable[[PatientColumns], Any]
"""Works a column out."""


def _field(name: str) -> Maker:
    return lambda people: people.field(name)


def _named(name: str, kind: type[Code]) -> Maker:
    """Return the maker of a field's codes as their labels."""
    return lambda people: named(people.field(name), kind)


def _month(name: str) -> Maker:
    """Return the maker of a field's months, NaN for what has not happened."""

    def made(people: PatientColumns) -> np.ndarray:
        months = people.field(name)
        return np.where(months == NEVER, np.nan, months).astype(np.float32)

    return made


def _moved(people: PatientColumns) -> np.ndarray:
    """Return when the registration was moved into a zone, NaN for those who have not moved."""
    months, there = people.field("moved"), people.field("moving") < 0
    return np.where(there & (months != NEVER), months, np.nan).astype(np.float32)


def _paid(payer: Payer) -> Maker:
    return lambda people: people.paid(payer)


def named(codes: np.ndarray, kind: type[Code]) -> pd.Categorical:
    """Return codes as their labels."""
    return pd.Categorical.from_codes(np.asarray(codes, np.int16), list(kind.names()))


def _city(people: PatientColumns) -> pd.Categorical:
    return pd.Categorical.from_codes(people.field("city"), people.world.cities["city"])


def _province(people: PatientColumns) -> pd.Categorical:
    return pd.Categorical.from_codes(people.home_province, people.world.provinces["province"])


def _disease(people: PatientColumns) -> pd.Categorical:
    return pd.Categorical.from_codes(people.field("disease"), people.world.diseases["disease"])


def _drug(people: PatientColumns) -> pd.Categorical:
    return pd.Categorical.from_codes(people.field("drug"), people.world.drugs["drug"])


def _response_class(people: PatientColumns) -> pd.Categorical:
    return named(people.state.diseases["response"][people.field("disease")], ResponseClass)


def _age_group(people: PatientColumns) -> pd.Categorical:
    bounds = [group.below for group in sorted(AgeGroup)]
    return named(np.searchsorted(bounds, people.age_at_onset, side="right"), AgeGroup)


def _treatable(people: PatientColumns) -> np.ndarray:
    """Return for whom a drug was on the market while alive in the scenario."""
    return people.launched < people.end


def _eligible_months(people: PatientColumns) -> np.ndarray:
    """Return the months lived with the disease in the scenario with a drug on the market."""
    begun = np.maximum(people.launched, np.maximum(people.field("onset"), 0))
    return np.maximum(people.end - begun, 0)


def _diagnosed_city(people: PatientColumns) -> pd.Categorical:
    return pd.Categorical.from_codes(people.diagnosed_city, people.world.cities["city"])


def _diagnosed_province(people: PatientColumns) -> pd.Categorical:
    at = people.diagnosed_city
    province = np.where(at >= 0, people.state.cities["province"][at], -1)
    return pd.Categorical.from_codes(province, people.world.provinces["province"])


def _diagnosis_km(people: PatientColumns) -> np.ndarray:
    at = people.diagnosed_city
    return np.where(at >= 0, people.state.km[people.field("city"), at], np.nan)


def _after(bearer: Bearer) -> Maker:
    """Return the maker of what the rest of life costs a kind of bearer."""
    return lambda people: people.health.after[:, bearer]


COLUMNS: dict[str, Maker] = {
    "patient": _field("identity"),
    "city": _city,
    "province": _province,
    "residence": _named("rural", Residence),
    "sex": _named("sex", Sex),
    "disease": _disease,
    "response_class": _response_class,
    "scheme": _named("scheme", Scheme),
    "income": _field("income"),
    "income_quintile": _field("quintile"),
    "household_size": _field("household"),
    "low_income_aid": lambda people: people.field("poor") == 1,
    "age_at_onset": lambda people: people.age_at_onset,
    "age_group": _age_group,
    "in_zone": lambda people: people.state.cities["zone"][people.field("city")] == 1,
    "alive_at_start": lambda people: people.field("onset") < 0,
    "treatable": _treatable,
    "onset": _month("onset"),
    "first_visit": _month("first_visit"),
    "diagnosed": _month("diagnosed"),
    "registered": _month("registered"),
    "researched": _month("researched"),
    "reported": _month("reported"),
    "treated": _month("treated"),
    "interrupted": _month("interrupted"),
    "died": _month("died"),
    "visits": _field("visits"),
    "hospitals_seen": _field("hospitals_seen"),
    "misdiagnoses": _field("misdiagnoses"),
    "km": _field("km"),
    "travel": _field("travel"),
    "diagnosed_city": _diagnosed_city,
    "diagnosed_province": _diagnosed_province,
    "diagnosis_km": _diagnosis_km,
    "stage": _named("stage", Stage),
    "severity": lambda people: people.health.severity,
    "qalys": lambda people: people.health.qalys,
    "followed_months": lambda people: people.end - people.field("onset"),
    "billed": PatientColumns.billed,
    **{f"paid_{payer.label}": _paid(payer) for payer in Payer},
    "catastrophic_years": _field("catastrophic_years"),
    "impoverished_years": _field("impoverished_years"),
    "observed_years": _field("observed_years"),
    "large_years": _field("large_years"),
    "very_large_years": _field("very_large_years"),
    "hardship_years": _field("hardship_years"),
    "beyond_means_years": _field("beyond_means_years"),
    "burdened_years": _field("burdened_years"),
    "eligible_months": _eligible_months,
    "treated_months": lambda people: people.health.treated,
    "forgone_months": lambda people: people.health.forgone,
    "supportive_billed": _field("care_billed"),
    "supportive_forgone": _field("care_forgone"),
    "drug": _drug,
    "qalys_lived": lambda people: people.health.lived,
    "moved": _moved,
    **{f"{bearer.label}_after": _after(bearer) for bearer in Bearer},
}
"""How each column of the patients' table is worked out, in the order of the table."""
