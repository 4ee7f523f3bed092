"""What an analysis of sensitivity looks at: measures of everyone, of a group, a gap of groups."""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from abm.errors import UserError, unknown
from experiments.design import Setting
from experiments.measures import TOLD, Measure, Place, listed, measures

EVERYONE = ("all", "all")
GAP = " less "
EXAMPLE = "qalys, qalys:zone:inside or 'qalys:income_quintile:5 less 1'"
GAPS = (("zone", "inside", "outside"), ("income_quintile", "1", "5"))
"""Gaps that are told by default, of the first measure of the sentences on patients."""


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


def default_outcomes(setting: Setting) -> list[Outcome]:
    """Return the outcomes that are looked at unless others are named.

    They are those by which patients are judged, and gaps in the first of them: between the zone
    and the rest, if there is one, and between the poorest and the richest fifth.
    """
    headline = [one for one in listed(Place.JUDGED_BY, setting.years) if isinstance(one, Measure)]
    first = headline[0]
    gaps = [Outcome(first, *gap) for gap in GAPS if gap[0] != "zone" or setting.zone]
    return [*(Outcome(one) for one in headline), *gaps]


def read_outcomes(texts: Sequence[str] | None, setting: Setting) -> list[Outcome]:
    """Return outcomes as they are named on a command line; the default ones for none.

    Raises:
        UserError: For an unknown measure or kind of group.
    """
    if not texts:
        return default_outcomes(setting)
    known = {one.name: one for one in measures(setting.years)}
    return list(dict.fromkeys(_read(text.strip(), known) for text in texts))


def _read(text: str, known: dict[str, Measure]) -> Outcome:
    whole, _, less = text.partition(GAP)
    name, *groups = (part.strip() for part in whole.split(":"))
    if name not in known:
        raise UserError(f"--measure {text}: {unknown('measure', name, known)}")
    measure = known[name]
    if len(groups) not in (0, 2) or (less and not groups) or "" in groups:
        raise UserError(f"--measure {text}: expected {EXAMPLE}")
    by, group = groups or EVERYONE
    if by not in measure.by:
        raise UserError(f"--measure {text}: {unknown('kind of group', by, measure.by)}")
    return Outcome(measure, by, group, less.strip())
