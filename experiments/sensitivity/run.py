"""An analysis of sensitivity from what is asked to what is found."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from abm.errors import UserError, unknown
from experiments.compare import YEARS
from experiments.design import Design, Setting, whole
from experiments.running.files import make_folder
from experiments.running.manifest import RUN_FILES
from experiments.sensitivity.factors import Factor, centre, factors_of
from experiments.sensitivity.outcomes import Outcome, read_outcomes
from experiments.sensitivity.points import Points
from experiments.sensitivity.saving import Analysis
from experiments.sensitivity.study import FEWEST_SEEDS, METHODS, Found, Plan, Tell, analyse

LIMIT, LIMIT_FOR_ALL = 20.0, 10_000.0
"""Seconds of processor time of a point at most: of any, and more for everyone over 15 years."""
LARGEST = 100_000
"""Trajectories or samples at most."""


class Asked(NamedTuple):
    """What is asked of an analysis, checked.

    Attributes:
        design: The two policies and the setting.
        outcomes: What is looked at.
        factors: What is moved.
        plan: How much is run.
        named: Outcomes as they were named, empty if they are the default ones.
    """

    design: Design
    outcomes: list[Outcome]
    factors: list[Factor]
    plan: Plan
    named: list[str]

    @property
    def gaps(self) -> list[int]:
        """The outcomes, by number, that are gaps between groups."""
        return [n for n, one in enumerate(self.outcomes) if one.less]

    def points(self, folder: Path, workers: int | None) -> Points:
        """Return what runs the model, its runs kept in a folder of results."""
        return Points(self.factors, self.outcomes, self.design.setting, self.design.policies,
                      make_folder(folder / RUN_FILES), workers)  # fmt: skip

    def analysis(self, found: Found, points: Points, begun: float) -> Analysis:
        """Return all that it takes to tell of what was found.

        Args:
            found: What was found.
            points: What has run the model.
            begun: When the analysis was begun (`time.perf_counter`).
        """
        seconds = time.perf_counter() - begun
        return Analysis(self.design, self.outcomes, self.plan, found, self.named, seconds,
                        dict(points.failed))  # fmt: skip


def asked_of(design: Design, measures: Sequence[str] | None, plan: Plan) -> Asked:
    """Return what is asked, checked.

    Args:
        design: The two policies and the setting.
        measures: Outcomes as they are named, none for the default ones.
        plan: How much is to be run.

    Raises:
        UserError: For an unknown measure or kind of group.
    """
    outcomes = read_outcomes(measures, design.setting)
    factors = factors_of(design.setting.world, list(design.policies.values()))
    named = [one.name for one in outcomes] if measures else []
    return Asked(design, outcomes, list(factors), plan, named)


def analysed(asked: Asked, points: Points, tell: Tell = lambda *_: None) -> Found:
    """Return what an analysis finds; its first point compiles, if that is to be done.

    Args:
        asked: What is asked.
        points: Runs the model.
        tell: Told of each part before it begins.
    """
    points(centre(asked.factors)[np.newaxis], asked.plan.seeds[:1])
    points.ran, points.seconds, points.limit = 0, 0.0, _limit(points.setting)
    return analyse(asked.factors, points, asked.plan, tell, asked.gaps)


def plan_of(
    method: str, trajectories: int, samples: int, most: int, repeats: int, seed: int
) -> Plan:
    """Return how much is run, checked; arguments as those of `experiments.sensitivity`.

    Raises:
        UserError: For an unknown method, or a number that cannot be.
    """
    if method not in METHODS:
        raise unknown("method", method, METHODS)
    whole("trajectories", trajectories, 2, LARGEST)
    whole("samples", samples, 8, LARGEST)
    if samples & (samples - 1):
        near = 1 << (samples.bit_length() - 1)
        raise UserError(f"samples: expected a power of 2, such as {near}, got {samples}")
    whole("most", most, 1, LARGEST)
    whole("repeats", repeats, FEWEST_SEEDS, LARGEST)
    return Plan(trajectories, samples, most, tuple(range(seed, seed + repeats)), method)


def _limit(setting: Setting) -> float:
    """Return the seconds of processor time after which a point is given up.

    Far beyond what a point takes: some two seconds, and ten minutes for everyone in the country.
    """
    return LIMIT + LIMIT_FOR_ALL * setting.scale * setting.years / YEARS
