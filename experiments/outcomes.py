"""A number that a run is judged by, as people name it: a measure of everyone or of a group."""

from typing import NamedTuple

import pandas as pd

from abm.errors import UserError, unknown
from experiments.measures.declaration import TOLD, Measure
from experiments.measures.registry import measures

EVERYONE = ("all", "all")
GAP = " less "
EXAMPLE = "qalys, qalys:zone:inside or 'qalys:income_quintile:5 less 1'"


class Outcome(NamedTuple):
    """A number that a run is judged by.

    Attributes:
        measure: The measure.
        by: Kind of groups.
        group: In whom.
        less: The group whose value is taken away, empty for none.
    """

    measure: Measure
    by: str = "all"
    group: str = "all"
    less: str = ""

    @property
    def name(self) -> str:
        """As `--measure` takes it."""
        if (self.by, self.group) == EVERYONE:
            return self.measure.name
        whole = f"{self.measure.name}:{self.by}:{self.group}"
        return f"{whole}{GAP}{self.less}" if self.less else whole

    @property
    def phrase(self) -> str:
        """Its name within a sentence."""
        if (self.by, self.group) == EVERYONE:
            return self.measure.phrase
        if self.less:
            return f"{self.measure.phrase} ({self._in(self.group)} less {self._in(self.less)})"
        return f"{self.measure.phrase} ({self._in(self.group)})"

    def _in(self, group: str) -> str:
        return TOLD.get((self.by, group), group)

    def of(self, measured: pd.DataFrame) -> float:
        """Return its value in a run's measures, NaN where nobody is counted."""
        value = self._value(measured, self.group)
        return value - self._value(measured, self.less) if self.less else value

    def _value(self, measured: pd.DataFrame, group: str) -> float:
        rows = (measured["measure"] == self.measure.name) & (measured["by"] == self.by)
        found = measured.loc[rows & (measured["group"] == group), "value"]
        return float(found.iloc[0]) if len(found) else float("nan")


def read_outcome(text: str, years: int, option: str) -> Outcome:
    """Return an outcome as it is named: "qalys", "qalys:zone:inside".

    Args:
        text: Its name.
        years: Length of the scenario.
        option: Where it was named, for an error ("--measure").

    Raises:
        UserError: For an unknown measure or kind of group.
    """
    known = {one.name: one for one in measures(years)}
    text = text.strip()
    whole, _, less = text.partition(GAP)
    name, *groups = (part.strip() for part in whole.split(":"))
    if name not in known:
        raise UserError(f"{option} {text}: {unknown('measure', name, known)}")
    measure = known[name]
    if len(groups) not in (0, 2) or (less and not groups) or "" in groups:
        raise UserError(f"{option} {text}: expected {EXAMPLE}")
    by, group = groups or EVERYONE
    if by not in measure.by:
        raise UserError(f"{option} {text}: {unknown('kind of group', by, measure.by)}")
    return Outcome(measure, by, group, less.strip())
