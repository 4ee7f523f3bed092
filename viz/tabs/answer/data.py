"""The finished comparison that ships with the package; ``python tools/make_story.py`` makes it."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from abm.world import World
from viz.reading.journeys import Moment, PatientLine, Story
from viz.twin_models import Twins
from viz.view_state import PolicySpec, ViewState

FILE = Path(__file__).parents[2] / "data" / "story.json"
FORMAT = 1
"""Raised when what the file holds changes."""
MEASURES = (
    "time_undiagnosed",
    "treated",
    "out_of_pocket_share",
    "qalys",
    "catastrophic",
    "contributed_per_head",
    "net_qalys",
)
"""What the story tells, of everyone and by group."""


@dataclass(frozen=True)
class Effect:
    """A difference between the two policies, B less A, in the unit of its measure.

    Attributes:
        measure: Name of the measure.
        by: Kind of group.
        group: The group.
        a: Mean under A.
        b: Mean under B.
        difference: Mean difference over the pairs.
        low: Lower end of its 95 % interval, None where there is none.
        high: Upper end.
        claim: "better", "worse", "different", "not clear" or "too few".
    """

    measure: str
    by: str
    group: str
    a: float | None
    b: float | None
    difference: float | None
    low: float | None
    high: float | None
    claim: str


@dataclass(frozen=True)
class Followed:
    """A patient who was followed under both policies.

    Attributes:
        line: Who it is.
        age: Age at the first symptoms, years.
        a: The way under A.
        b: The way under B.
    """

    line: PatientLine
    age: int
    a: Story
    b: Story


@dataclass(frozen=True)
class ShippedStory:
    """A finished comparison.

    Attributes:
        world: Name of the country.
        policies: Names of A and of B.
        made: When it was made, a date.
        scale: Simulated patients per real one.
        years: Length of the scenario.
        pairs: Pairs of runs.
        sets: Parameter sets among them.
        seed: Seed of the pair of which patients and winners are told.
        zone: Provinces in the special zone.
        effects: The differences.
        groups: Names of the groups by which winners are told, by kind.
        winners: Better off, the same, worse off, persons at full scale by kind, outcome and group.
        short: Months in which the zone's fund was short, and all months.
        gains: The patient whose life gains most under B.
        loses: The one whose life loses most.
    """

    world: str
    policies: tuple[str, str]
    made: str
    scale: float
    years: int
    pairs: int
    sets: int
    seed: int
    zone: tuple[str, ...]
    effects: tuple[Effect, ...]
    groups: dict[str, list[str]]
    winners: dict[str, dict[str, list[list[float]]]]
    short: tuple[int, int]
    gains: Followed
    loses: Followed

    def effect(self, measure: str, by: str = "all", group: str = "all") -> Effect | None:
        """Return a difference, None if it is not told."""
        wanted = (measure, by, group)
        return next((e for e in self.effects if (e.measure, e.by, e.group) == wanted), None)

    def is_of(self, view: ViewState) -> bool:
        """Return whether it compares what a page shows."""
        pair = (view.a, view.b)
        return view.world.name == self.world and pair == tuple(map(PolicySpec, self.policies))


@cache
def story_of(world: World) -> ShippedStory | None:
    """Return the finished comparison of a world, None if none ships with it."""
    found = json.loads(FILE.read_text(encoding="utf-8"))
    if found["world"] != world.name:
        return None
    return ShippedStory(
        world=found["world"],
        policies=tuple(found["policies"]),
        made=found["made"],
        scale=found["scale"],
        years=found["years"],
        pairs=found["pairs"],
        sets=found["sets"],
        seed=found["seed"],
        zone=tuple(found["zone"]),
        effects=tuple(Effect(**one) for one in found["effects"]),
        groups={kind: part["groups"] for kind, part in found["winners"].items()},
        winners={kind: part["persons"] for kind, part in found["winners"].items()},
        short=tuple(found["short"]),
        gains=_followed(found["patients"][0]),
        loses=_followed(found["patients"][1]),
    )


def read(twins: Twins, view: ViewState) -> ShippedStory | None:
    """Return the finished comparison of a page's world; the page's own models are not read."""
    return story_of(view.world)


def _followed(one: dict[str, Any]) -> Followed:
    line: dict[str, Any] = {
        key: tuple(v) if isinstance(v, list) else v for key, v in one["line"].items()
    }
    stories = (
        Story(tuple(Moment(**moment) for moment in way["moments"]), way["text"], way["kept"])
        for way in (one["a"], one["b"])
    )
    return Followed(PatientLine(**line), one["age"], *stories)
