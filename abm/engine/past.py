"""How a model came about: enough to live it again, following whoever was not followed."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from abm.engine.burn_in import Cohorts, Followed, live_before
from abm.engine.schedule import Schedule
from abm.policy import Policy
from abm.setup.initial_state import Setup, build
from abm.world import World
from agents.records.patient import PatientRow
from agents.state import State

FOLLOWED = 2000
"""About so many patients are followed in the event log by default."""


class Lived(NamedTuple):
    """A life lived again, as far as a story needs it."""

    state: State
    world: World
    steps: int


class Past(NamedTuple):
    """How a model came about.

    Attributes:
        years: Length of the scenario.
        pooled: Whether undetailed rare diseases load the hospitals too.
        burn_in: Contended years before it.
        policies: From which month on which policy was lived under.
    """

    years: int
    pooled: bool
    burn_in: int
    policies: tuple[tuple[int, Policy], ...] = ()

    def turned(self, month: int, policy: Policy) -> "Past":
        """Return the past of who lives under another policy from a month on."""
        return self._replace(policies=(*self.policies, (month, policy)))

    def live_before(
        self, schedule: Schedule, policy: Policy, setup: Setup, follow: float | None,
        compile_rest: Callable[[State], None], whom: int = -1,
    ) -> None:  # fmt: skip
        """Live the years before the scenario.

        Args:
            schedule: The empty state, and what moves it on.
            policy: The policy of the time.
            setup: What does not change.
            follow: Share of patients whose events are kept; by default that of about `FOLLOWED`.
            compile_rest: Called when all that is needed before is compiled.
            whom: Number of a patient who is followed in any case.
        """
        cohorts = Cohorts(setup.world, schedule.state.diseases, schedule.scale, schedule.seed,
                          12 * self.years, self.pooled)  # fmt: skip
        if follow is None:
            people = cohorts.alive(0) + cohorts.people(0, 12 * self.years)
            follow = min(1.0, FOLLOWED / max(1, people))
        followed = Followed(follow, whom)
        live_before(schedule, policy, setup, cohorts, -12 * self.burn_in, followed, compile_rest)

    def live_again(self, world: World, scale: float, seed: int, steps: int, whom: int) -> Lived:
        """Live everything again, following one patient.

        Args:
            world: The world.
            scale: Simulated patients per real one.
            seed: Seed of all draws.
            steps: Months of the scenario to live.
            whom: Number of the patient.
        """
        state, setup = build(world, scale, seed, self.pooled)
        schedule = Schedule(state, seed, scale, np.zeros(0, np.int32))
        self.live_before(schedule, self.policies[0][1], setup, 0.0, _nothing, whom)
        ends = [*(begin for begin, _ in self.policies[1:]), steps]
        for k, ((begin, policy), end) in enumerate(zip(self.policies, ends, strict=True)):
            if k:
                schedule = schedule.branch(begin, policy, setup)
            for month in range(begin, end):
                schedule.step_month(month, policy, setup)
                policy = schedule.next_policy(month, policy, setup)
        return Lived(schedule.state, world, steps)


def is_same_life(lived: Lived, row: PatientRow) -> bool:
    """Return whether the patient of a row came to the same end in a life lived again."""
    found = lived.state.patients
    here = np.flatnonzero(found["identity"] == row.identity)
    return len(here) > 0 and all(
        np.array_equal(found[name][here[0]], row[name])
        for name in PatientRow.fields if name != "followed"
    )  # fmt: skip


def _nothing(*_: Any) -> None:
    """Do nothing: all is compiled already."""
