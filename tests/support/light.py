"""A light stand-in for the model: runs that take no time, with values worked out by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
import pandas as pd

from experiments.measures import measures
from experiments.running import runner

GROUPS = {"all": ["all"], "income_quintile": list("12345"), "zone": ["inside", "outside"]}
PRICE = "genetic_test_price"
UNDEFINED = "median_delay"
"""A measure that is undefined in the runs of even seeds."""
MEASURED = ("time_undiagnosed", UNDEFINED, "treated", "qalys")
"""What a run measures."""


def value(setting, policy, seed: int) -> float:
    """Return what every measure of a run comes to: its levers and parameters, and luck."""
    levers = policy.levers_at(policy.timeline.turns[-1])
    luck = np.random.default_rng(seed).normal()
    return 10.0 * levers.network.slots + setting.world.parameters[PRICE] / 1e6 + 0.01 * luck


def measured(setting, policies, seed: int) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the measures of each policy's run, as `measured_branches` does."""
    for name, policy in policies.items():
        rows = [
            (one.name, by, group, value(setting, policy, seed), 1.0, 1000.0)
            for one in measures(setting.years)
            if one.name in MEASURED
            for by in one.by
            for group in GROUPS.get(by, ())
        ]
        columns = ["measure", "by", "group", "value", "weight", "persons"]
        frame = pd.DataFrame(rows, columns=columns)
        if seed % 2 == 0:
            frame.loc[frame["measure"] == UNDEFINED, "value"] = np.nan
        yield name, frame


@contextmanager
def light() -> Iterator[list]:
    """Let batches run the stand-in in this process; yield a list of what they run."""
    from tests.support.runs_here import runs_here

    ran = []

    def watched(setting, policies, seed):
        ran.extend((name, seed) for name in policies)
        return measured(setting, policies, seed)

    with (
        runs_here(),
        patch.object(runner, "measured_branches", watched),
        patch.object(runner, "is_compiled", lambda: True),
    ):
        yield ran
