"""What a run's record says: one small function per way of measuring.

Each takes what is kept of the run and a row of the world's `targets`. Counts are of real people:
those simulated over the scale. NaN where nobody is to be measured.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from abm import World
from abm.world.mixes import names_of
from agents.codes import Event, Fund, Payer, Product, Scheme, Stage, Tier
from agents.core import bitset
from agents.core.record import NEVER
from agents.state import State

YEAR = 12


def steps_after(month: float) -> int:
    """Return the months of the scenario lived at the end of a month; none before its first."""
    return max(0, int(month) + 1)


@dataclass(frozen=True)
class Kept:
    """What is kept of a run.

    Attributes:
        world: The world that was lived in.
        scale: Simulated patients per real one.
        moments: The state by months lived; the last has every patient's events, where a target
            counts those who begin with a drug.
    """

    world: World
    scale: float
    moments: Mapping[int, State]

    def at(self, month: float) -> State:
        """Return the state at the end of a month."""
        return self.moments[steps_after(month)]

    def drugs_of(self, row: Any) -> np.ndarray:
        """Return the rows of the drugs that a target is of."""
        return self._rows_of(row.of, "drug", self.world.drugs)

    def diseases_of(self, row: Any) -> np.ndarray:
        """Return the rows of the diseases that a target is of."""
        return self._rows_of(row.of, "disease", self.world.diseases)

    def _rows_of(self, text: str, kind: str, table: pd.DataFrame) -> np.ndarray:
        names = list(table[kind])
        return np.array([names.index(name) for name in names_of(text, kind, names)])

    def in_place(self, state: State, row: Any) -> np.ndarray:
        """Return who lives in a target's province, everyone where it has none."""
        if not row.place:
            return np.ones(len(state.patients), bool)
        province = list(self.world.provinces["province"]).index(row.place)
        return state.cities["province"][state.patients["city"]] == province


def ratio(above: float, below: float) -> float:
    """Return a ratio, NaN over nothing."""
    return float(above / below) if below > 0.0 else np.nan


def living(state: State, month: float) -> np.ndarray:
    """Return who is ill and alive at the end of a month."""
    rows = state.patients
    return (rows["onset"] <= month) & (rows["died"] == NEVER)


def account_of(state: State, values: np.ndarray) -> np.ndarray:
    """Return a number of the patients' accounts by patient, 0 without an account."""
    account = state.patients["account"]
    return np.where(account >= 0, values[np.maximum(account, 0)], 0.0)


def household_paid(state: State) -> np.ndarray:
    """Return what each patient's household has paid for care in the scenario so far, yuan."""
    rows = state.patients
    care = rows["search_billed"].astype(float) - rows["search_basic"]
    care += rows["care_billed"].astype(float) - rows["care_basic"]
    return care + account_of(state, state.accounts["paid"][:, Payer.HOUSEHOLD])


def billed(state: State) -> np.ndarray:
    """Return what was billed for each patient in the scenario so far, without donations, yuan."""
    rows, accounts = state.patients, state.accounts
    drugs = account_of(state, accounts["billed"] - accounts["paid"][:, Payer.DONATION])
    return rows["search_billed"].astype(float) + rows["care_billed"] + drugs


def _over(kept: Kept, row: Any, total: Callable[[State], np.ndarray]) -> np.ndarray:
    """Return by how much a number of each patient has grown from `since` to `until`."""
    before, after = total(kept.at(row.since)), total(kept.at(row.until))
    return after - before


def catalogue_lists(kept: Kept, row: Any) -> float:
    """Return the number of national lists of rare diseases in force."""
    return float(kept.at(row.until).levers["catalogue"][0])


def network_hospitals(kept: Kept, row: Any) -> float:
    """Return the number of hospitals in the collaboration network."""
    return float((kept.at(row.until).hospitals["network"] == 1).sum())


def _entries(kept: Kept, register: str, month: float) -> float:
    return float((kept.at(month).patients[register] <= month).sum())


def register_growth(kept: Kept, row: Any) -> float:
    """Return the entries of a register at the end over those at the beginning."""
    return ratio(_entries(kept, row.of, row.until), _entries(kept, row.of, row.since))


def register_ratio(kept: Kept, row: Any) -> float:
    """Return the direct reports at the end over the research registry's entries before."""
    return ratio(_entries(kept, "reported", row.until), _entries(kept, "researched", row.since))


def _marketed(state: State, month: float) -> np.ndarray:
    return state.drugs["launched"] <= month


def listed_share(kept: Kept, row: Any) -> float:
    """Return the share of the drugs on the market that are on the national list."""
    state = kept.at(row.until)
    sold = _marketed(state, row.until)
    return ratio((state.drugs["listed"][sold] == 1).sum(), sold.sum())


def listed_growth(kept: Kept, row: Any) -> float:
    """Return the drugs on the national list at the end over those at the beginning."""
    before, after = (kept.at(month).drugs["listed"] == 1 for month in (row.since, row.until))
    return ratio(after.sum(), before.sum())


def price_cut(kept: Kept, row: Any) -> float:
    """Return the mean cut of the price of the drugs listed from one month to another."""
    drugs = kept.at(row.until).drugs
    new = (drugs["listed_month"] >= row.since) & (drugs["listed_month"] <= row.until)
    new &= drugs["older"] == 0
    return float(1.0 - (drugs["price"][new] / drugs["list_price"][new]).mean()) if new.any() \
        else np.nan  # fmt: skip


def stocked(kept: Kept, row: Any) -> float:
    """Return the share of hospitals above county level with a drug in stock, mean over drugs."""
    rows = kept.at(row.until).hospitals
    masks = rows["stocked"][rows["tier"] != Tier.COUNTY]
    words = [(masks[:, d // bitset.WORD] >> (d % bitset.WORD)) & 1 for d in kept.drugs_of(row)]
    return float(np.mean(words))


def _begun(kept: Kept, row: Any) -> np.ndarray:
    """Return the months up to `until` in which patients first began with each of some drugs.

    From the event log, as a patient may have had another drug before.
    """
    state = kept.moments[max(kept.moments)]
    log = state.event_log[: state.counters["events"][0]]
    log = log[(log["kind"] == Event.TREATED) & np.isin(log["drug"], kept.drugs_of(row))]
    _, first = np.unique(np.stack([log["patient"], log["drug"]]), axis=1, return_index=True)
    months = log["month"][first]
    return months[months <= row.until]


def users_begun(kept: Kept, row: Any) -> float:
    """Return how many real people began with one of some drugs, persons."""
    return float((_begun(kept, row) >= row.since).sum() / kept.scale)


def users_after(kept: Kept, row: Any) -> float:
    """Return the share of a drug's users who began in or after `since`."""
    begun = _begun(kept, row)
    return ratio((begun >= row.since).sum(), len(begun))


def treated_share(kept: Kept, row: Any) -> float:
    """Return the share of those alive with some diseases who are on treatment."""
    state = kept.at(row.until)
    ill = living(state, row.until) & np.isin(state.patients["disease"], kept.diseases_of(row))
    return ratio((state.patients["stage"][ill] == Stage.TREATED).sum(), ill.sum())


def _steady_users(kept: Kept, row: Any) -> np.ndarray:
    """Return who was on one of some drugs by `since` and is at `until`."""
    state = kept.at(row.until)
    rows = state.patients
    users = (rows["treated"] <= row.since) & (rows["stage"] == Stage.TREATED)
    return users & np.isin(rows["drug"], kept.drugs_of(row)) & kept.in_place(state, row)


def burden(kept: Kept, row: Any) -> float:
    """Return the median of what users' households pay over their income."""
    users = _steady_users(kept, row)
    if not users.any():
        return np.nan
    years = (row.until - row.since) / YEAR
    income = np.maximum(kept.at(row.until).patients["income"][users].astype(float), 1.0)
    return float(np.median(_over(kept, row, household_paid)[users] / years / income))


def paid_most(kept: Kept, row: Any) -> float:
    """Return the most that the household of a user with basic insurance pays for drugs, yuan."""
    users = _steady_users(kept, row) & _insured(kept.at(row.until))
    if not users.any():
        return np.nan
    paid = _over(kept, row, _paid_by(Payer.HOUSEHOLD))[users]
    return float(paid.max() * YEAR / (row.until - row.since))


def _paid_by(payer: Payer) -> Callable[[State], np.ndarray]:
    return lambda state: account_of(state, state.accounts["paid"][:, payer])


def _insured(state: State) -> np.ndarray:
    """Return who has basic insurance: a published figure of a scheme is of its members."""
    return state.patients["scheme"] != Scheme.NONE


def _drug_share(kept: Kept, row: Any, payer: Payer) -> float:
    """Return a payer's share of the insured's bills for some drugs, donations left out."""
    state = kept.at(row.until)
    users = np.isin(state.patients["drug"], kept.drugs_of(row)) & kept.in_place(state, row)
    users &= _insured(state)
    paid = _over(kept, row, _paid_by(payer))[users].sum()
    all_of_it = sum(
        _over(kept, row, _paid_by(one))[users].sum() for one in Payer if one != Payer.DONATION
    )
    return ratio(paid, all_of_it)


def household_share(kept: Kept, row: Any) -> float:
    """Return the household's share of the insured's bills for some drugs."""
    return _drug_share(kept, row, Payer.HOUSEHOLD)


def insurer_share(kept: Kept, row: Any) -> float:
    """Return basic insurance's share of the insured's bills for some drugs."""
    return _drug_share(kept, row, Payer.BASIC)


def search_household_share(kept: Kept, row: Any) -> float:
    """Return the household's share of the bills for consultations and tests of the search."""
    bills = _over(kept, row, lambda state: state.patients["search_billed"].astype(float)).sum()
    basic = _over(kept, row, lambda state: state.patients["search_basic"].astype(float)).sum()
    return ratio(bills - basic, bills)


def billed_per_patient(kept: Kept, row: Any) -> float:
    """Return the bills of a year over the patients alive, yuan, without donations."""
    people = np.mean([living(kept.at(month), month).sum() for month in (row.since, row.until)])
    return ratio(_over(kept, row, billed).sum() * YEAR / (row.until - row.since), people)


def reimbursed_share(kept: Kept, row: Any) -> float:
    """Return the share of all bills, donations left out, that the household does not pay."""
    return 1.0 - ratio(_over(kept, row, household_paid).sum(), _over(kept, row, billed).sum())


def billed_growth(kept: Kept, row: Any) -> float:
    """Return the bills of the year up to `until` over those of the year up to `since`."""
    here = kept.in_place(kept.at(row.until), row)

    def year(end: float) -> float:
        return float((billed(kept.at(end)) - billed(kept.at(end - YEAR)))[here].sum())

    return ratio(year(row.until), year(row.since))


def commercially_insured(kept: Kept, row: Any) -> float:
    """Return how many have bought commercial supplementary insurance, million persons."""
    funds = kept.at(row.until).funds
    sold = (funds["kind"] == Fund.COMMERCIAL) & (funds["product"] == Product.SOLD)
    return float(funds["heads"][sold].sum() / kept.scale / 1e6)


class Recorded(NamedTuple):
    """A way of reading a run's record.

    Attributes:
        measured: Works it out.
        words: How, in words; `{of}`, `{place}`, `{since}`, `{until}` stand for the row's own.
        a_year_before: Whether it needs the months a year before `since` and `until` as well.
    """

    measured: Callable[[Kept, Any], float]
    words: str
    a_year_before: bool = False


RECORDS: dict[str, Recorded] = {
    "catalogue_lists": Recorded(catalogue_lists, "national lists in force at {until}"),
    "network_hospitals": Recorded(network_hospitals, "hospitals in the network at {until}"),
    "register_growth": Recorded(
        register_growth, "patients {of} up to {until} over those up to {since}"
    ),
    "register_ratio": Recorded(
        register_ratio, "patients reported up to {until} over those researched up to {since}"
    ),
    "listed_share": Recorded(
        listed_share, "share of the world's drugs on the market at {until} that are listed"
    ),
    "listed_growth": Recorded(
        listed_growth, "the world's drugs listed at {until} over those at {since}"
    ),
    "price_cut": Recorded(
        price_cut, "mean cut of the price of the world's drugs listed {since} to {until}"
    ),
    "stocked": Recorded(
        stocked, "share of tertiary and network hospitals with a drug at {until}, mean over {of}"
    ),
    "users_begun": Recorded(
        users_begun, "patients who began with {of} in {since} to {until}, over the scale"
    ),
    "users_after": Recorded(
        users_after, "of those who have begun with {of} up to {until}, share from {since} on"
    ),
    "treated_share": Recorded(
        treated_share, "share of those alive with {of} at {until}, diagnosed or not, on treatment"
    ),
    "burden": Recorded(
        burden,
        "median household spending on care from the end of {since} to that of {until} over "
        "household income, of those on {of} throughout",
    ),
    "paid_most": Recorded(
        paid_most,
        "most that a household with basic insurance pays for {of} a year from the end of {since} "
        "to that of {until}, {place}",
    ),
    "household_share": Recorded(
        household_share,
        "households' share of the insured's bills for {of}, from the end of {since} to that of "
        "{until}, {place}",
    ),
    "insurer_share": Recorded(
        insurer_share,
        "basic insurance's share of the insured's bills for {of}, from the end of {since} to that "
        "of {until}",
    ),
    "search_household_share": Recorded(
        search_household_share,
        "households' share of bills for consultations and tests before the diagnosis, "
        "from the end of {since} to that of {until}",
    ),
    "billed_per_patient": Recorded(
        billed_per_patient,
        "bills from the end of {since} to that of {until} per living patient, diagnosed or not",
    ),
    "reimbursed_share": Recorded(
        reimbursed_share,
        "share of all bills from the end of {since} to that of {until} not paid by households",
    ),
    "billed_growth": Recorded(
        billed_growth,
        "bills of the year up to {until} over those of the year up to {since}, {place}",
        a_year_before=True,
    ),
    "commercially_insured": Recorded(
        commercially_insured, "people insured by a product sold at {until}"
    ),
}
"""How each measure of `abm.world.measured.RECORDED` is read."""


def months_of(row: Any) -> list[float]:
    """Return the months at whose ends a target of the record looks at the state."""
    months = [month for month in (row.since, row.until) if not np.isnan(month)]
    if RECORDS[row.measure].a_year_before:
        months += [month - YEAR for month in months]
    return months
