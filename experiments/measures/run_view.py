"""A run's tables as the measures see them: arrays, and the groups into which people fall."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from abm.measures.survival import (
    CumulativeIncidence,
    KaplanMeier,
    cumulative_incidence,
    kaplan_meier,
)
from abm.outputs.curves import Searches, searches

if TYPE_CHECKING:
    from abm.world import World

INSIDE, OUTSIDE = "inside", "outside"
KEPT = 3
"""What is worked out of the tables and kept while it is told by one kind of group after another."""
Kept = TypeVar("Kept")
RANKINGS = ("head", "household")
"""By what incomes are ranked: a head's, as the fifths of the population are, or the household's."""


class Groups:
    """Into which group each row falls.

    Attributes:
        codes: Number of the group of each row, -1 for none, of shape (n,).
        names: Names of the groups.
    """

    def __init__(self, codes: np.ndarray, names: Iterable[object]):
        self.codes = np.asarray(codes, np.int64)
        self.names = [str(name) for name in names]
        known = self.codes >= 0
        self._known = None if known.all() else known
        self._of_known = self.codes if self._known is None else self.codes[known]

    def totals(self, values: np.ndarray) -> np.ndarray:
        """Return the sum of values in each group, of shape (groups,)."""
        values = np.asarray(values, float)
        if self._known is not None:
            values = values[self._known]
        return np.bincount(self._of_known, values, minlength=len(self.names))

    @cached_property
    def sizes(self) -> np.ndarray:
        """Rows in each group, of shape (groups,)."""
        return self.totals(np.ones(len(self.codes)))

    def rows(self) -> list[np.ndarray]:
        """Return the numbers of the rows in each group."""
        few = len(self.names) <= np.iinfo(np.int16).max  # of which NumPy makes a quick sort
        codes = self.codes.astype(np.int16) if few else self.codes
        order = np.argsort(codes, kind="stable")
        ends = np.searchsorted(codes[order], np.arange(len(self.names) + 1))
        return [order[a:b] for a, b in pairwise(ends)]


class SearchesOf:
    """The searches of a group, with their curves, each worked out once.

    Args:
        time: Months from onset to what ended the search, of shape (n,) with n above 0.
        end: What ended it: 0 the horizon, 1 the diagnosis, 2 death without one.
    """

    def __init__(self, time: np.ndarray, end: np.ndarray):
        self._time, self._end = time, end

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._time)

    @cached_property
    def lived(self) -> KaplanMeier:
        """The share that still lives without a diagnosis: the diagnosis ends it, and death."""
        return kaplan_meier(self._time, self._end > 0)

    @cached_property
    def net(self) -> KaplanMeier:
        """The share without a diagnosis as if nobody died before it: death censors."""
        return kaplan_meier(self._time, self._end == 1)

    @cached_property
    def diagnosed(self) -> CumulativeIncidence:
        """The share diagnosed, death without a diagnosis competing."""
        return cumulative_incidence(self._time, self._end)


class RunTables:
    """The tables of one run, and what is needed to measure them.

    Args:
        tables: What `RareCareModel.outcomes` returns.
        world: The world it played in.
        scale: Simulated patients per real one.
        years: Length of the scenario, or of what has been lived of it.
        zone: Cities of the special zone for which the comparison asks, the same for all policies,
            so that the baseline's patients in the would-be zone are compared; None for no zone.
        ranked_by: Which income ranks people in fifths, gaps and indices: the household's per
            "head", with the fifths of the general population, or the whole "household"'s, with
            fifths of the patients themselves.
    """

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame],
        world: "World",
        scale: float,
        years: float,
        zone: Iterable[str] | None = None,
        ranked_by: str = RANKINGS[0],
    ):
        self.tables, self.world, self.scale, self.years = tables, world, scale, years
        self.zone = None if zone is None else frozenset(zone)
        self.ranked_by = ranked_by
        self._groups: dict[str, Groups | None] = {}
        self._table_groups: dict[tuple[str, str], Groups | None] = {}
        self._kept: dict[Callable[[RunTables], Any], Any] = {}
        self._searches: dict[str, list[SearchesOf | None]] = {}

    def __getitem__(self, column: str) -> np.ndarray:
        """Return a column of the patients' table."""
        return self.tables["patients"][column].to_numpy()

    def kept(self, of: Callable[["RunTables"], Kept]) -> Kept:
        """Return what is worked out of the tables; the last few are kept, as many kinds ask.

        Args:
            of: Works it out.
        """
        if of not in self._kept:
            if len(self._kept) >= KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[of] = of(self)
        return self._kept[of]

    @property
    def horizon(self) -> int:
        """Months of the scenario."""
        return round(12 * self.years)

    @property
    def rank(self) -> np.ndarray:
        """Income by which people are ranked, yuan a year, of shape (n,)."""
        income = self["income"].astype(float)
        return income if self.ranked_by == "household" else income / self["household_size"]

    def groups(self, by: str) -> Groups | None:
        """Return the patients' groups, or None if there is no zone to group by."""
        if by not in self._groups:
            self._groups[by] = self._patients_by(by)
        return self._groups[by]

    def grouped(self, by: str) -> Groups:
        """Return the patients' groups by what every run has.

        Raises:
            KeyError: If there is nothing to group by.
        """
        groups = self.groups(by)
        if groups is None:
            raise KeyError(by)
        return groups

    def _patients_by(self, by: str) -> Groups | None:
        patients = self.tables["patients"]
        if by == "all":
            return Groups(np.zeros(len(patients), np.int64), ["all"])
        if by == "zone":
            if self.zone is None:
                return None
            return Groups(~patients["city"].isin(self.zone).to_numpy(), [INSIDE, OUTSIDE])
        if by == "income_quintile" and self.ranked_by == "household":
            return Groups(_fifths(self.rank), range(1, 6))
        column = patients[by]
        if not isinstance(column.dtype, pd.CategoricalDtype):
            column = column.astype("category")
        return Groups(column.cat.codes.to_numpy(), column.cat.categories)

    def groups_of(self, table: str, by: str) -> Groups | None:
        """Return the groups of the rows of a table that is by province.

        Returns:
            None where the table does not tell: income in the monthly series, a zone that divides
            provinces, anything before its first month or year is over.
        """
        if (table, by) not in self._table_groups:
            self._table_groups[table, by] = self._rows_by(table, by)
        return self._table_groups[table, by]

    def _rows_by(self, table: str, by: str) -> Groups | None:
        frame = self.tables[table]
        if frame.empty:
            return None
        if by == "all":
            return Groups(np.zeros(len(frame), np.int64), ["all"])
        if by == "zone":
            inside = self.zone_provinces
            if inside is None:
                return None
            where = frame["province" if "province" in frame else "from_province"]
            return Groups(~where.isin(inside).to_numpy(), [INSIDE, OUTSIDE])
        if by == "province" and by not in frame:  # of ways, where they begin
            by = "from_province"
        if by not in frame or (by == "income_quintile" and self.ranked_by == "household"):
            return None  # the accounts know the fifths of the population only
        column = frame[by].astype("category")
        return Groups(column.cat.codes.to_numpy(), column.cat.categories)

    @cached_property
    def zone_provinces(self) -> frozenset[str] | None:
        """Provinces of the zone, or None if there is no zone or it divides a province."""
        if self.zone is None:
            return None
        share = self.world.cities["city"].isin(self.zone).groupby(self.world.cities["province"])
        mean = share.mean()
        if not mean.isin([0.0, 1.0]).all():
            return None
        return frozenset(mean.index[mean == 1.0])

    def inhabitants(self, by: str) -> dict[str, float] | None:
        """Return the persons living in the simulated provinces by group, or None if unknown.

        The fifths by income are those of the whole country, so they are known for it alone.
        """
        table = self.world.provinces
        lived_in = table["province"].isin(self.world.inhabited)
        people = dict(zip(table["province"], table["population"].where(lived_in, 0), strict=True))
        everyone = float(sum(people.values()))
        if by == "province":
            return people
        if by == "all":
            return {"all": everyone}
        if by == "income_quintile" and self.ranked_by == "head" and lived_in.all():
            return {str(fifth): everyone / 5 for fifth in range(1, 6)}
        if by == "zone" and self.zone_provinces is not None:
            inside = float(sum(people[name] for name in self.zone_provinces))
            return {INSIDE: inside, OUTSIDE: everyone - inside}
        return None

    @cached_property
    def ends(self) -> np.ndarray:
        """Month in which each patient's observation ends: death or the horizon, of shape (n,)."""
        died = self["died"]
        return np.where(np.isnan(died), self.horizon, died)

    @cached_property
    def search(self) -> Searches:
        """The searches that began in the scenario."""
        return searches(self["onset"], self["diagnosed"], self["died"], self.horizon)

    def searches_by(self, by: str) -> list[SearchesOf | None] | None:
        """Return the searches of each group, None for a group without; None without a zone."""
        groups = self.groups(by)
        if groups is None:
            return None
        if by not in self._searches:
            chosen, time, end = self.search
            rows = Groups(groups.codes[chosen], groups.names).rows()
            self._searches[by] = [SearchesOf(time[r], end[r]) if len(r) else None for r in rows]
        return self._searches[by]


def _fifths(income: np.ndarray) -> np.ndarray:
    """Return into which fifth of all each falls, 0 the poorest; equal incomes fall into one."""
    if not len(income):
        return np.zeros(0, np.int64)
    return np.searchsorted(np.quantile(income, [0.2, 0.4, 0.6, 0.8]), income, side="left")
