"""What a measure is: names in both languages, a unit, a direction, and where it is shown."""

from dataclasses import KW_ONLY, dataclass
from enum import Enum
from typing import Literal, NamedTuple

from experiments.measures.estimators import Estimator

ALL = ("all",)
PLACES = ("all", "zone", "province")
POOLS = ("all", "payer")
MONEY = ("all", "zone", "income_quintile", "province")
PEOPLE = (*MONEY, "residence", "sex", "scheme", "age_group", "response_class")
DISEASE = "disease"
ILL = (*PEOPLE, DISEASE)
"""By disease are told the measures that people with one disease ask for."""
TIER = "tier"
WAY = "way"
MONTH, QUANTILE, PROVINCES, TIERS = "month", "quantile", "provinces", "tiers"
"""Kinds of groups of what stands in tables of its own: a month from onset, a part of the patients,
two provinces or tiers between which people go."""
BETWEEN = " to "
"""Stands between two provinces or tiers in the name of such a group."""
TOLD = {
    ("all", "all"): "everyone",
    ("zone", "inside"): "inside zone",
    ("zone", "outside"): "outside zone",
    ("income_quintile", "1"): "poorest fifth",
    ("income_quintile", "2"): "second fifth",
    ("income_quintile", "3"): "third fifth",
    ("income_quintile", "4"): "fourth fifth",
    ("income_quintile", "5"): "richest fifth",
}
"""The groups that tables and charts by group tell of, provinces apart, with their names."""

Better = Literal["lower", "higher", "neither"]


class Text(NamedTuple):
    """A text in both languages."""

    en: str
    zh: str


@dataclass(frozen=True)
class Unit:
    """A unit of measures, as tables name it and as people read it.

    Attributes:
        name: As in `summary.csv`, whose values are in it ("share").
        text: What stands behind a value that people read ("%").
        factor: What a value is multiplied by to be read so (100).
        difference: What stands behind a difference ("percentage points"), if something else.
        brief: The same for a value and for a difference in English tables and sentences, which
            have little room, if it is shorter there.
        digits: Digits behind the point on cards and maps.
        small: The unit in which differences and small values are read, if another.
    """

    name: str
    text: Text
    factor: float = 1.0
    difference: Text | None = None
    brief: tuple[str, str] | None = None
    digits: int = 1
    small: "Unit | None" = None

    @classmethod
    def plain(cls, name: str) -> "Unit":
        """Return the unit of a name that no measure declares, to be read as it is written."""
        return cls(name, Text(name, name))


class Place(Enum):
    """Where measures are listed besides `summary.csv` and docs/measures.md, which have them all."""

    OVERVIEW = "the table of everyone that `rarecare compare --full` prints"
    FOR_WHOM = "its table by zone, income and province"
    JUDGED_BY = "the sentences on what is better and worse for patients, and which policy is best"
    OTHERS_JUDGED_BY = "the sentence on which policy is best for other insured people"
    BY_PROVINCE = "the sentences on provinces that gain and lose"
    INEQUALITY = "the sentence on inequality"
    PATIENTS = "the chart of relative differences for patients; the report's table"
    SOCIETY = "that of inequality and of other insured people; the report's table"
    CHANCES = "the grid of probabilities that a policy is better"
    REPORT_GROUPS = "the report's charts by income and zone"
    REPORT_MAPS = "the report's maps of the provinces"
    REPORT_PROVINCES = "the report's charts by province"
    CARDS = "the indicator cards of the browser view"
    MAPS = "the maps of its Overview tab"
    EQUIPLOTS = "the equiplots of its Equity tab; shares only"


LAST = 99


@dataclass(frozen=True)
class At:
    """A measure at one place, where that differs from the rest of its declaration.

    Attributes:
        place: The place.
        position: Smaller comes first; equal ones in the order of declaration.
        label: Its name there.
        unit: Its unit there.
        digits: Digits behind the point there.
    """

    place: Place
    position: int = LAST
    label: Text | None = None
    unit: Unit | None = None
    digits: int | None = None


class Entry(NamedTuple):
    """How a measure stands at a place, nothing left open; as in `At`."""

    position: int
    label: Text
    unit: Unit
    digits: int


@dataclass(frozen=True)
class Listed:
    """Something with a number that is listed at some places.

    Attributes:
        name: Short name, as in `summary.csv`.
        label: A few words.
        short: Its name where there is little room.
        in_sentence: Its name within an English sentence, if that is not the short name.
        unit: Unit of its values.
        better: Which direction is better.
        shown: Where it is listed.
    """

    name: str
    _: KW_ONLY
    label: Text
    short: Text
    in_sentence: str = ""
    unit: Unit
    better: Better
    shown: tuple[Place | At, ...] = ()

    @property
    def phrase(self) -> str:
        """Its name within an English sentence."""
        start, rest = self.short.en[:2], self.short.en[2:]
        small = self.short.en if start.isupper() else start.lower() + rest  # but not "qALYs"
        return self.in_sentence or small

    def is_at(self, place: Place) -> bool:
        """Return whether it is listed at a place."""
        return place in [one.place if isinstance(one, At) else one for one in self.shown]

    def at(self, place: Place) -> Entry:
        """Return how it stands at a place; where nothing else is declared, as everywhere."""
        declared = [one for one in self.shown if isinstance(one, At) and one.place is place]
        here = declared[0] if declared else At(place)
        unit = here.unit or self.unit
        digits = unit.digits if here.digits is None else here.digits
        return Entry(here.position, here.label or self.label, unit, digits)


@dataclass(frozen=True, kw_only=True)
class Measure(Listed):
    """Something that a run is judged by.

    Attributes:
        estimator: Works it out by one kind of group.
        by: The kinds of groups it is told for.
        table: The table of a results folder that holds it, if it is not `summary.csv`.
    """

    estimator: Estimator
    by: tuple[str, ...] = PEOPLE
    table: str = ""


def within(by: str, kind: str) -> str:
    """Return the kind of groups that a table has within those of a kind ("zone month").

    Args:
        by: Kind of groups of people, or "all".
        kind: A kind of groups of tables.
    """
    return kind if by == "all" else f"{by} {kind}"


def parted(by: str) -> tuple[str, str]:
    """Return of a kind of groups of tables that of the people, and the rest; see `within`."""
    people, _, kind = by.rpartition(" ")
    return people or "all", kind
